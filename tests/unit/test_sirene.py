"""The SIRENE stock with its companions, and the answers of the API."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from actif_plugin.sources.establishments import (
    Candidate,
    Omission,
    Skip,
    Wanted,
    read_rows,
)
from actif_plugin.sources.fields import guess
from actif_plugin.sources.sirene import Companion, CompanionError, JoinedStock
from actif_plugin.sources.sirene_json import read_answer

REAL = Path(__file__).resolve().parents[3] / "shared" / "real"
SAMPLES = REAL / "sirene_format_samples"
needs_real = pytest.mark.skipif(not REAL.is_dir(), reason="../shared/real est absent")

LA_POSTE, OTHER = "35600000000048", "41107643300027"


def companion(header: str, *rows: str) -> Companion:
    return Companion(
        header.split("|"), lambda: ((line, row.split("|")) for line, row in enumerate(rows, 2))
    )


def joined(stock: list[list[str]], **companions: Companion) -> list[dict[str, str]]:
    """Join rows of a stock whose columns are siret and nom; return them by column."""
    with JoinedStock(("siret", "nom"), **companions) as join:
        for line, row in enumerate(stock, start=2):
            join.set_aside(line, row)
        return [{"line": line, **dict(zip(join.header, row))} for line, row in join.completed()]


POINTS = companion(
    "siret|x|y|qualite_xy|epsg|plg_qp24|y_latitude|x_longitude",
    "99999999999999|1|2|11|2154||3|4",
    f"{OTHER}|570000|6325000|11|2154|QP|44.01|1.35",
    f"{OTHER}|0|0|33|2154|||",
)
UNITS = companion(
    "siren|denominationUniteLegale|categorieJuridiqueUniteLegale|nicSiegeUniteLegale",
    "356000000|LA POSTE|5510|00000",
)


def test_points_and_names_are_set_beside():
    """In the order of the stock; what a companion does not know stays empty."""
    assert joined([[LA_POSTE, "A"], [OTHER, "B"]], points=POINTS, units=UNITS) == [
        {
            "line": 2,
            "siret": LA_POSTE,
            "nom": "A",
            "x": "",
            "y": "",
            "qualite_xy": "",
            "epsg": "",
            "x_longitude": "",
            "y_latitude": "",
            "categorieJuridiqueUniteLegale": "5510",
            "denominationUniteLegale": "LA POSTE",
        },
        {
            "line": 3,
            "siret": OTHER,
            "nom": "B",
            "x": "570000",
            "y": "6325000",
            "qualite_xy": "11",
            "epsg": "2154",
            "x_longitude": "1.35",
            "y_latitude": "44.01",
            "categorieJuridiqueUniteLegale": "",
            "denominationUniteLegale": "",
        },
    ]


@pytest.mark.parametrize("count", [0, 1, 1_999, 2_000, 4_001])
def test_rows_by_thousands(count):
    """Batches end anywhere; every second row has its point."""
    sirets = [f"{number:014d}" for number in range(count)]
    points = companion("SIRET|X|Y", *(f"{siret}|{siret}|1" for siret in reversed(sirets[::2])))
    rows = joined([[siret, ""] for siret in sirets], points=points)
    assert [row["siret"] for row in rows] == sirets
    assert [row["x"] for row in rows] == [
        siret if number % 2 == 0 else "" for number, siret in enumerate(sirets)
    ]


def test_rows_of_any_width_and_numbers_that_are_none():
    rows = joined([["inconnu"], [LA_POSTE, "A", "de trop"], ["", ""], []], units=UNITS)
    assert [row["nom"] for row in rows] == ["", "A", "", ""]
    assert [row["denominationUniteLegale"] for row in rows] == ["", "LA POSTE", "", ""]


@pytest.mark.parametrize(
    ("header", "companions", "missing"),
    [
        (("siret",), {"points": companion("x|y")}, "siret"),
        (("siret",), {"units": companion("denomination")}, "siren"),
        (("nom",), {"units": UNITS}, "siret"),
    ],
)
def test_a_file_without_the_number_that_joins(header, companions, missing):
    with pytest.raises(CompanionError) as caught:
        JoinedStock(header, **companions)
    assert caught.value.args == (missing,)


@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    stock=st.lists(st.sampled_from(["1", "2", "3", "x", ""]), max_size=6),
    points=st.lists(st.tuples(st.sampled_from("1234x"), st.text(max_size=3)), max_size=6),
)
def test_the_join_is_that_of_a_dictionary(stock, points):
    known: dict[str, str] = {}
    for number, x in points:
        known.setdefault(number, x)
    known.pop("x", None)
    rows = joined(
        [[number, ""] for number in stock],
        points=Companion(("siret", "x"), lambda: ((0, row) for row in points)),
    )
    assert [row["x"] for row in rows] == [known.get(number, "") for number in stock]


# --- Answers of the API ---------------------------------------------------------------------------


def read(path: Path, **wanted) -> list:
    answer = read_answer(path)
    rows = answer.rows()
    return list(read_rows(rows, answer.header, guess(answer.header), Wanted(**wanted)))


@needs_real
def test_one_establishment():
    path = SAMPLES / "insee_api_v3_2019_etablissement.json"
    assert read(path) == [Skip(1, Omission.NATURAL_PERSON)]
    (found,) = read(path, natural_persons=True)
    assert found.values == {
        "siret": "42082007800012",
        "siren": "420820078",
        "raison_sociale": "GILLES DANEY",
        "naf_code": "70.10Z",
        "naf_version": "rev2",
        "effectif_code": "NN",
        "adresse": "28 BOURG SUD",
        "code_postal": "33490",
        "commune_insee": "33367",
        "commune_nom": "SAINT-ANDRE-DU-BOIS",
        "etat": "ferme",
        "date_creation": "1998-11-16",
        "date_fermeture": "2008-01-11",
    }


@needs_real
def test_twenty_establishments():
    """All of natural persons; names are the sign or those of the person."""
    path = SAMPLES / "insee_api_v3_2019_siret_multi.json"
    assert read(path) == [Skip(line, Omission.NATURAL_PERSON) for line in range(1, 21)]
    records = json.loads(path.read_bytes())
    found = read(path, natural_persons=True)
    assert [one.values["siret"] for one in found] == [one["siret"] for one in records]
    names = {one.values["siret"]: one.values["raison_sociale"] for one in found}
    assert names["42082007800020"] == "QUESTION DE STEEL"
    assert names["42082007800012"] == "GILLES DANEY"
    assert [one.values["etat"] for one in found].count("ferme") == 4


@needs_real
def test_a_legal_unit_is_its_head_office():
    (found,) = read(SAMPLES / "insee_api_v3_2019_unite_legale.json")
    assert found.values["siret"] == "02628020600017"
    assert found.values["raison_sociale"] == "PROVOST FRERES"


ONE = {"siret": LA_POSTE, "uniteLegale": {"denominationUniteLegale": "LA POSTE"}}


@pytest.mark.parametrize(
    "content",
    [
        ONE,
        [ONE],
        {"etablissement": ONE},
        {"header": {"statut": 200, "total": 1}, "etablissement": ONE},
        {"header": {"statut": 200, "total": 1}, "etablissements": [ONE]},
    ],
)
def test_the_shapes_of_an_answer(tmp_path, content):
    path = tmp_path / "a.json"
    path.write_text(json.dumps(content), encoding="utf-8")
    (found,) = read(path)
    assert isinstance(found, Candidate)
    assert found.values["raison_sociale"] == "LA POSTE"


def test_the_period_that_runs_tells_the_state(tmp_path):
    periods = [
        {"dateFin": "2010-01-01", "etatAdministratifEtablissement": "A", "dateDebut": "2000-01-01"},
        {"dateFin": None, "etatAdministratifEtablissement": "F", "dateDebut": "2010-01-02"},
    ]
    path = tmp_path / "a.json"
    path.write_text(json.dumps({**ONE, "periodesEtablissement": periods}), encoding="utf-8")
    (found,) = read(path)
    assert found.values["etat"] == "ferme"
    assert found.values["date_fermeture"] == "2010-01-02"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b"[[[[",
        b'{"type": "FeatureCollection", "features": []}',
        b'{"siret": 12}',
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"etablissements": 3}',
    ],
)
def test_what_is_no_answer(tmp_path, content):
    path = tmp_path / "a.json"
    path.write_bytes(content)
    assert read_answer(path) is None


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["siret", "siren", "etablissements", "uniteLegale", "periodesEtablissement", "x"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=json_values)
def test_any_json_is_read_or_left_alone(tmp_path, content):
    path = Path(tmp_path) / "any.json"
    path.write_text(json.dumps(content), encoding="utf-8")
    answer = read_answer(path)
    if answer is not None:
        results = list(read_rows(answer.rows(), answer.header, guess(answer.header)))
        assert [one.line for one in results] == list(range(1, len(results) + 1))
