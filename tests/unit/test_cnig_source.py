"""The CNIG standard: our declaration against the published one, and rows read into our fields."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actif_plugin.sources import cnig
from actif_plugin.sources.cnig_tables import ESTABLISHMENT, SITE, TERRAIN, Kind, recognise

CNIG = Path(__file__).resolve().parents[3] / "shared/real/cnig_sites_economiques_v2024-10"
needs_real = pytest.mark.skipif(not CNIG.is_dir(), reason="../shared/real est absent")
FILES = {SITE: "site-eco", TERRAIN: "terrain-eco", ESTABLISHMENT: "etablissement"}


def example(table) -> tuple[list[str], list[str]]:
    path = CNIG / f"{FILES[table]}.exemple-valide.csv"
    with path.open(encoding="utf-8", newline="") as text:
        header, row = csv.reader(text, delimiter=";")
    return header, row


@needs_real
@pytest.mark.parametrize("table", FILES, ids=lambda table: table.name)
class TestPublishedSchemas:
    def test_columns_types_lists_and_patterns(self, table):
        schema = json.loads((CNIG / f"{FILES[table]}.schema.json").read_text(encoding="utf-8"))
        published = []
        for field in schema["fields"]:
            constraints = field.get("constraints", {})
            kind = field["type"]
            published.append(
                (
                    field["name"],
                    "year" if kind == "date" and field["format"] == "%Y" else kind,
                    constraints.get("required", False),
                    tuple(field.get("enum") or constraints.get("enum") or ()),
                    constraints.get("pattern", ""),
                )
            )
        ours = [(c.name, c.kind.value, c.required, c.values, c.pattern) for c in table.columns]
        assert ours == published
        assert schema["primaryKey"] == table.key

    def test_its_example_is_recognised(self, table):
        header, _ = example(table)
        found, places = recognise(header)
        assert found is table
        assert {header[place]: name for name, place in places.items()} == dict(zip(header, header))


@pytest.mark.parametrize(
    ("header", "table"),
    [
        (["siret", "siren", "terr_id", "ban_id", "etab_nom"], ESTABLISHMENT),
        (["SIRET", "ETAB_RAISON_SOCIALE"], ESTABLISHMENT),
        (["fid", "geom", "site_id", "site_nom"], SITE),
        (["terr_id", "site_id", "terr_usage"], TERRAIN),
        (["siret", "nom"], None),
        (["site_id", "nom"], None),
        (["terr_id", "site_id"], None),
        (["code", "nom"], None),
        ([], None),
    ],
)
def test_which_table(header, table):
    found = recognise(header)
    assert (found and found[0]) is table


@needs_real
def test_the_example_of_an_establishment():
    header, row = example(ESTABLISHMENT)
    rows = cnig.cnig_rows(header)
    values = rows.values(row)
    original = json.loads(values.pop(cnig.ORIGINAL))
    assert {name: value for name, value in values.items() if value} == {
        "siret": "34749951900010",
        "siren": "347499519",
        "ban_id": "80024_0030_00070",
        "raison_sociale": "Picardie service véhicules industriels",
        "enseigne": "MAN TRUCK",
        "epci_siren": "200071223",
        "commune_nom": "Saint-Sauveur",
        "commune_insee": "80718",
        "date_creation": "2015-06-04",
        "date_fermeture": "2025-02-08",
        "etat": "oui",
        "description": "Vente de véhicules neufs poids lourds et utilitaires de marque MAN :"
        " tracteurs; véhicules chantier TP; camions porteur; châssis cabines",
        "naf_code": "4520B",
        "categorie_juridique": "5710",
        # The address cell ends with the postcode and the town.
        "adresse": "Route de Villers-Bocage",
        "code_postal": "80470",
        # "3" lost its zero; the label beside it says 6 à 9.
        "effectif_code": "03",
        "geocodage_qualite": "batiment",
        # The first of two pieces of land, the first of two places, in degrees.
        "site_id": "44003_TERRAIN-ECO_ 000131",
        "longitude": "2.3626",
        "latitude": "51.0934",
    }
    # Everything goes along, but the ways to reach a person.
    left = {"etab_contact_mail", "etab_contact_tel"}
    assert original == {n: c for n, c in zip(header, row) if c and n not in left}
    assert rows.unofficial == {}


def test_mail_and_telephone_stay_behind():
    header = ["SIRET", "etab_nom", "etab_contact_mail", "etab_contact_tel"]
    values = cnig.cnig_rows(header).values(["1", "Essai", "jean@exemple.fr", "0563000000"])
    assert "exemple.fr" not in json.dumps(values)
    assert "0563" not in json.dumps(values)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{"type": "Point", "coordinates": [656589.7, 6425785.3]}', (656589.7, 6425785.3)),
        ('{"type":"MultiPoint","coordinates":[[2.3,51.1],[4.2,50.7]]}', (2.3, 51.1)),
        ('{"type":"Feature","geometry":{"type":"Point","coordinates":[1,44]}}', (1.0, 44.0)),
        ("POINT (656589.7 6425785.3)", (656589.7, 6425785.3)),
        ("MULTIPOINT ((1 44), (2 45))", (1.0, 44.0)),
        ("1.35, 44.02", (1.35, 44.02)),
        ("au bout du chemin", None),
        ('{"type":"Point","coordinates":[]}', None),
        ('{"type":"Point","coordinates":["a","b"]}', None),
        ("[]", None),
        ("{}", None),
        ("null", None),
    ],
)
def test_positions_in_a_cell(text, expected):
    assert cnig.first_position(text) == expected


def test_a_position_that_is_none_goes_to_the_checks():
    """Not two numbers: the row is refused with what it says, by the checks of all tables."""
    assert cnig.establishment_values({"etab_geompoint": "ici"})["x"] == "ici"


def test_metres_and_degrees():
    metres = cnig.establishment_values({"etab_geompoint": '{"coordinates":[656589.7,6425785.3]}'})
    degrees = cnig.establishment_values({"etab_geompoint": '{"coordinates":[2.3,51.1]}'})
    assert (metres["x"], metres["y"]) == ("656589.7", "6425785.3")
    assert (degrees["longitude"], degrees["latitude"]) == ("2.3", "51.1")


@pytest.mark.parametrize(
    ("text", "street", "postcode"),
    [
        ("Route de Villers-Bocage; 80470 Saint-Sauveur", "Route de Villers-Bocage", "80470"),
        ("12 rue des Lilas, 82000 Montauban", "12 rue des Lilas", "82000"),
        ("12 rue de la Liberté 82000 Montauban", "12 rue de la Liberté", "82000"),
        ("12345 route de Toulouse", "12345 route de Toulouse", ""),
        ("12 rue des Lilas", "12 rue des Lilas", ""),
        ("12 rue des Lilas 82000", "12 rue des Lilas 82000", ""),
        ("", "", ""),
    ],
)
def test_addresses_apart(text, street, postcode):
    assert cnig.split_address(text) == (street, postcode)


@pytest.mark.parametrize(
    ("official", "ours"),
    [
        ("localisation à la commune", "commune"),
        ("Localisation au bâtiment", "batiment"),
        ("localisation à la plaque adresse", "adresse"),
        ("inconnu", ""),
        ("sur place", "sur place"),
    ],
)
def test_quality_of_position(official, ours):
    assert cnig.position_quality(official) == ours
    if ours and ours != "sur place":
        assert cnig.official_quality(ours) == official.casefold()


@pytest.mark.parametrize(
    ("ours", "official"),
    [
        ("housenumber", "localisation à la plaque adresse"),
        ("street", "localisation à la rue (sans numéro)"),
        ("", "inconnu"),
        ("quelque part", "inconnu"),
    ],
)
def test_what_geocoders_say(ours, official):
    assert cnig.official_quality(ours) == official


class TestWrittenBack:
    CELLS = {
        "SIRET": "34749951900010",
        "etab_raison_sociale": "Picardie service",
        "etab_nom": "MAN TRUCK",
        "etab_adresse": "Route de Villers-Bocage; 80470 Saint-Sauveur",
        "etab_activite_code": "4520B",
        "etab_effectif_code": "3",
        "etab_effectif_libelle": "6 à 9 salariés",
        "bat-id": "LB4A-145Q-EXJ3",
        "etab_siege": "oui",
    }

    def test_untouched_cells_come_back_as_they_were(self):
        ours = cnig.delivered_values(self.CELLS)
        assert cnig.still_said(self.CELLS, ours) == self.CELLS

    def test_what_changed_since_does_not(self):
        ours = {
            **cnig.delivered_values(self.CELLS),
            "effectif_code": "11",
            "adresse": "2 rue Bleue",
        }
        gone = {"etab_effectif_code", "etab_effectif_libelle", "etab_adresse"}
        expected = {name: text for name, text in self.CELLS.items() if name not in gone}
        assert cnig.still_said(self.CELLS, ours) == expected

    def test_our_fields_in_the_words_of_the_standard(self):
        found = cnig.official_values(
            {
                "siret": "34749951900010",
                "raison_sociale": "Picardie service",
                "adresse": "2 rue Bleue",
                "code_postal": "80470",
                "commune_nom": "Saint-Sauveur",
                "naf_code": "45.20B",
                "etat": "ferme",
                "geocodage_qualite": "rue",
            }
        )
        assert {name: text for name, text in found.items() if text} == {
            "SIRET": "34749951900010",
            "SIREN": "347499519",
            "etab_raison_sociale": "Picardie service",
            "etab_nom": "Picardie service",
            "etab_adresse": "2 rue Bleue, 80470 Saint-Sauveur",
            "comm_nom": "Saint-Sauveur",
            "etab_activite_code": "4520B",
            "etab_actif": "non",
            "geocodage_qualite": "localisation à la rue (sans numéro)",
        }


@given(st.text())
def test_any_text_is_a_position_or_none(text):
    found = cnig.first_position(text)
    assert found is None or len(found) == 2


@given(st.dictionaries(st.sampled_from([c.name for c in ESTABLISHMENT.columns]), st.text()))
def test_any_row_has_values(cells):
    values = cnig.establishment_values(cells)
    assert all(isinstance(text, str) for text in values.values())
    assert set(values) <= set(cnig.HEADER)


@pytest.mark.parametrize(
    ("name", "value", "official"),
    [
        ("site_moa_type", "EPCI", "epci"),
        ("site_moa_type", "etat", "Etat"),
        ("site_evol_urba", "extension", None),
        ("site_etat", "Existant et actif", "existant et actif"),
    ],
)
def test_values_of_the_lists(name, value, official):
    column = next(column for column in SITE.columns if column.name == name)
    assert column.official(value) == official


@pytest.mark.parametrize(
    ("table", "name", "value", "fits"),
    [
        (TERRAIN, "terr_refcad", "80024000ZO0030|80024000ZO0034|80024000ZO0035", True),
        (TERRAIN, "terr_refcad", "80024000ZO0030", True),
        (TERRAIN, "terr_refcad", "ZO0030", False),
        (SITE, "site_url", "https://exemple.fr/zone", True),
        (SITE, "site_url", "exemple.fr", False),
        (SITE, "site_creation_date", "2015", True),
        (SITE, "site_identif_date", "2015", False),
        (SITE, "site_surf_brute", "37.2", True),
        (SITE, "site_surf_brute", "beaucoup", False),
    ],
)
def test_forms_of_cells(table, name, value, fits):
    column = next(column for column in table.columns if column.name == name)
    assert column.fits(value) is fits
    assert column.kind in Kind
