"""Columns recognised by their names, and the user's corrections."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actif_plugin.sources.fields import (
    IDENTIFYING,
    FieldMapError,
    complete,
    guess,
    parse_map,
)

REAL = Path(__file__).resolve().parents[3] / "shared" / "real"
needs_real = pytest.mark.skipif(not REAL.is_dir(), reason="../shared/real est absent")


def header_of(file: str, delimiter: str = ",") -> list[str]:
    with (REAL / file).open(encoding="utf-8-sig", newline="") as text:
        return next(csv.reader(text, delimiter=delimiter))


@pytest.mark.parametrize(
    ("column", "field"),
    [
        ("SIRET", "siret"),
        ("N° SIRET", "siret"),
        ("Numéro SIRET", "siret"),
        ("numero_siret", "siret"),
        ("Raison sociale", "raison_sociale"),
        ("RAISON_SOCIALE", "raison_sociale"),
        ("Nom", "raison_sociale"),
        ("Dénomination", "raison_sociale"),
        ("Enseigne", "enseigne"),
        ("Code NAF", "naf_code"),
        ("APE", "naf_code"),
        ("Code postal", "code_postal"),
        ("CP", "code_postal"),
        ("Commune", "commune_nom"),
        ("Ville", "commune_nom"),
        ("Code INSEE", "commune_insee"),
        ("Adresse", "adresse"),
        ("Longitude", "longitude"),
        ("lat", "latitude"),
        ("X", "x"),
        ("coordonnees_y", "y"),
    ],
)
def test_everyday_names(column, field):
    assert guess(["sans rapport", column])[field] == (column,)


def test_what_resembles_nothing_is_left_alone():
    assert guess(["couleur", "", "???", "123"]) == {}


def test_the_best_column_comes_first():
    header = ["nom", "enseigne", "denominationUniteLegale"]
    assert guess(header)["raison_sociale"][:2] == ("denominationUniteLegale", "nom")


def test_the_first_of_two_columns_of_one_name():
    assert guess(["Siret", "SIRET"])["siret"] == ("Siret",)


@needs_real
@pytest.mark.parametrize(
    ("file", "delimiter", "expected"),
    [
        (
            "demo_82_real_companies/companies_82.csv",
            ",",
            {
                "siret": "siret",
                "raison_sociale": "nom",
                "naf_code": "naf",
                "adresse": "adresse",
                "code_postal": "code_postal",
                "commune_nom": "commune",
                "commune_insee": "insee",
                "longitude": "lon",
                "latitude": "lat",
            },
        ),
        (
            "irep_2015_georisques/etablissements.csv",
            ",",
            {
                "siret": "Numero_SIRET",
                "raison_sociale": "Nom_Etablissement",
                "adresse": "Adresse",
                "code_postal": "Code_Postal",
                "commune_nom": "Commune",
                "naf_code": "Code_APE",
                "x": "Coordonnees_X",
                "y": "Coordonnees_Y",
            },
        ),
        (
            "sirene_isere_2021/etablissements_personnes_morales.csv",
            ",",
            {
                "siret": "siret",
                "raison_sociale": "denominationUsuelleEtablissement",
                "naf_code": "activitePrincipaleEtablissement",
                "effectif_code": "trancheEffectifsEtablissement",
                "numero_voie": "numeroVoieEtablissement",
                "libelle_voie": "libelleVoieEtablissement",
                "code_postal": "codePostalEtablissement",
                "commune_insee": "codeCommuneEtablissement",
                "commune_nom": "libelleCommuneEtablissement",
                "etat": "etatAdministratifEtablissement",
                "date_creation": "dateCreationEtablissement",
            },
        ),
        (
            "sirene_format_samples/geo_siret_cquest_pseudonymised.csv",
            ",",
            {
                "siren": "siren",
                "nic": "nic",
                "longitude": "longitude",
                "latitude": "latitude",
                "geocodage_score": "geo_score",
                "geocodage_qualite": "geo_type",
            },
        ),
        (
            "cnig_sites_economiques_v2024-10/etablissement.exemple-valide.csv",
            ";",
            {
                "siret": "SIRET",
                "siren": "SIREN",
                "naf_code": "etab_activite_code",
                "site_id": "terr_id",
                "ban_id": "ban-id",
            },
        ),
    ],
)
def test_published_headers(file, delimiter, expected):
    found = guess(header_of(file, delimiter))
    assert {field: found.get(field, ("",))[0] for field in expected} == expected
    assert any(field in found for field in IDENTIFYING)


def test_the_users_choice_replaces_the_guess():
    header = ["siret", "nom", "appellation"]
    assert complete(header, {})["raison_sociale"] == ("nom",)
    assert complete(header, {"raison_sociale": "appellation"})["raison_sociale"] == ("appellation",)


def test_an_empty_choice_leaves_the_field_out():
    assert "raison_sociale" not in complete(["siret", "nom"], {"raison_sociale": ""})


def test_all_faults_of_a_map_are_named_at_once():
    with pytest.raises(FieldMapError) as caught:
        complete(["siret"], {"raison_sociale": "Nom", "couleur": "siret", "adresse": "Rue"})
    assert set(caught.value.args) == {"couleur", "Nom", "Rue"}


@pytest.mark.parametrize(
    "text",
    [
        "siret=N°; raison_sociale = Nom du client",
        "siret=N°\nraison_sociale=Nom du client\n",
        '{"siret": "N°", "raison_sociale": "Nom du client"}',
        "  siret=N° ;; raison_sociale=Nom du client ; ",
    ],
)
def test_the_forms_of_a_map(text):
    assert parse_map(text) == {"siret": "N°", "raison_sociale": "Nom du client"}


def test_a_column_name_may_hold_an_equals_sign():
    assert parse_map("description=a=b") == {"description": "a=b"}


def test_a_field_left_out():
    assert parse_map("enseigne=") == {"enseigne": ""}
    assert parse_map('{"enseigne": null}') == {"enseigne": ""}


@pytest.mark.parametrize("text", ["siret", "siret=a; nom", "{siret: a}", '{"siret": '])
def test_a_map_that_cannot_be_read(text):
    with pytest.raises(FieldMapError):
        parse_map(text)


@given(st.text())
def test_any_text_is_a_map_or_a_field_map_error(text):
    try:
        found = parse_map(text)
    except FieldMapError:
        return
    assert all(isinstance(part, str) for pair in found.items() for part in pair)


@given(st.dictionaries(st.text(min_size=1), st.text(), max_size=5))
def test_a_map_written_as_json_comes_back(given_map):
    assert parse_map(json.dumps(given_map)) == given_map


@given(st.lists(st.text()))
def test_a_guess_only_names_columns_there_are(header):
    assert all(column in header for columns in guess(header).values() for column in columns)
