"""Perimeters recognised in the tables that people have."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actif_plugin.sources.fields import FieldMapError
from actif_plugin.sources.perimeters import Area, AreaReader, Fault, guess, type_of

CNIG = Path(__file__).resolve().parents[3] / "shared/real/cnig_sites_economiques_v2024-10"
needs_real = pytest.mark.skipif(not CNIG.is_dir(), reason="../shared/real est absent")


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (
            ["code", "nom", "epci_siren"],
            {"code": "code", "nom": "nom", "parent_code": "epci_siren"},
        ),
        (
            ["INSEE_COM", "NOM", "SIREN_EPCI"],
            {"code": "INSEE_COM", "nom": "NOM", "parent_code": "SIREN_EPCI"},
        ),
        (["CODE_SIREN", "NOM"], {"code": "CODE_SIREN", "nom": "NOM"}),
        (
            ["type", "code", "nom", "parent_code"],
            {"type": "type", "code": "code", "nom": "nom", "parent_code": "parent_code"},
        ),
    ],
)
def test_perimeter_columns(header, expected):
    found = guess(header)
    assert {target: found.get(target) for target in expected} == expected


@pytest.mark.parametrize(
    ("written", "code", "expected"),
    [
        ("", "82121", "commune"),
        ("", "2A004", "commune"),
        ("", "2B033", "commune"),
        ("", "248200099", "epci"),
        ("", "ZAE-12", "autre"),
        ("", "", "autre"),
        ("zae", "82121", "zae"),
        ("epci", "", "epci"),
        ("Commune nouvelle", "82121", "commune"),
        ("", "٨٢١٢١", "autre"),
    ],
)
def test_type_of(written, code, expected):
    assert type_of(written, code) == expected


def test_a_layer_of_epci_is_not_its_own_parent():
    reader = AreaReader(["SIREN_EPCI", "NOM_EPCI"])
    assert reader.columns == {"code": "SIREN_EPCI", "nom": "NOM_EPCI"}
    assert reader.read(["248200099", "Grand Montauban"]) == Area(
        "epci", "248200099", "Grand Montauban", ""
    )


@pytest.mark.parametrize(
    ("written", "parent"),
    [("200054781/200057867", "200054781"), ("NR", ""), ("248200099", "248200099"), ("", "")],
)
def test_the_epci_of_a_commune(written, parent):
    """Admin Express gives two to the communes of the Grand Paris, and NR to those without any."""
    reader = AreaReader(["code_insee", "nom_officiel", "codes_siren_des_epci"])
    assert reader.read(["82121", "Montauban", written]) == Area(
        "commune", "82121", "Montauban", parent
    )


def test_the_zero_that_a_spreadsheet_took():
    assert AreaReader(["code"], kind="commune").read(["1004"]) == Area("commune", "01004", "", "")


def test_columns_given():
    header = ["ref", "libelle", "code"]
    reader = AreaReader(header, given={"code": "ref", "parent_code": "code"})
    assert reader.read(["ZA1", "Albasud", "X"]) == Area("autre", "ZA1", "Albasud", "X")
    assert "code" not in AreaReader(header, given={"code": ""}).columns
    with pytest.raises(FieldMapError):
        AreaReader(header, given={"code": "absent"})
    with pytest.raises(FieldMapError):
        AreaReader(header, given={"siret": "ref"})


@needs_real
@pytest.mark.parametrize(
    ("file", "area", "columns"),
    [
        (
            "site-eco",
            ("zae", "80024_SITE-ECO_00001", "ZAC Les Bornes du Temps", "200071223"),
            {"code": "site_id", "nom": "site_nom", "parent_code": "site_epci_siren"},
        ),
        (
            "terrain-eco",
            (
                "autre",
                "80024_TERRAIN-ECO_00131",
                "Terrain 80024_TERRAIN-ECO_00131",
                "80024_SITE-ECO_00001",
            ),
            {"code": "terr_id", "parent_code": "site_id"},
        ),
    ],
)
def test_the_examples_of_the_standard(file, area, columns):
    with (CNIG / f"{file}.exemple-valide.csv").open(encoding="utf-8", newline="") as text:
        header, row = csv.reader(text, delimiter=";")
    reader = AreaReader(header)
    found = reader.read(row)
    assert (found.type, found.code, found.nom, found.parent_code) == area
    assert reader.columns == columns
    shape = next(name for name in header if name.endswith("_geomsurf"))
    assert reader.shape_text(row) == row[header.index(shape)]
    # Every other cell is kept as it is written, but for the spaces around it.
    kept = {name: cell.strip() for name, cell in zip(header, row) if name != shape and cell}
    assert found.original == kept


@given(st.lists(st.text(max_size=12), max_size=8), st.lists(st.text(max_size=12), max_size=10))
def test_any_row_is_a_perimeter_or_a_fault(header, row):
    found = AreaReader(header).read(row)
    assert isinstance(found, Fault) or found.code or found.nom
