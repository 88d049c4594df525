"""`actif:checkquality`: one fault planted, one finding; a clean territory, none."""

from __future__ import annotations

import csv
import shutil
import sqlite3
import struct
import time
import xml.etree.ElementTree as ET
import zipfile
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path

import pytest
from qgis.core import QgsGeometry, QgsPointXY, QgsProject

from actif_plugin.expressions import Expressions
from actif_plugin.forms.layout import dress_forms
from actif_plugin.store.project import write_project
from actif_plugin.store.records import add_records, new_record
from actif_plugin.store.schema import table
from actif_plugin.store.territory import open_territory
from tests.qgis.harness import ROOT, Recorder, rows_of, sql

TODAY = date.today()
SOON = (TODAY + timedelta(days=30)).isoformat()
MONTAUBAN = (567_000.0, 6_325_000.0)
CAUSSADE = (587_000.0, 6_340_000.0)
FAR = (650_000.0, 6_860_000.0)
UNIT = "UPDATE flux SET unite = '{unit}', nature = '{nature}' WHERE id = 'need'"


@pytest.fixture(scope="module")
def clean(built_territory, tmp_path_factory):
    """A territory without a fault, and its project."""
    path = tmp_path_factory.mktemp("clean") / "t.gpkg"
    shutil.copyfile(built_territory, path)
    territory = open_territory(path)
    add(
        territory,
        "etablissement",
        {
            "id": "a",
            "raison_sociale": "Scierie Alpha",
            "siret": "55210055400013",
            "siren": "552100554",
            "naf_code": "16.10A",
            "naf_version": "rev2",
            "adresse": "3 rue Basse",
            "code_postal": "82000",
            "point": MONTAUBAN,
        },
        {
            "id": "b",
            "raison_sociale": "Boulangerie Beta",
            "siret": "35600000000048",
            "naf_code": "10.71H",
            "naf_version": "2025",
            "adresse": "5 place Haute",
            "code_postal": "82300",
            "point": CAUSSADE,
        },
    )
    fresh = {"nature": "matiere", "date_confirmation": TODAY.isoformat(), "code": "16.24"}
    add(territory, "visite", {"id": "v", "etablissement_id": "a", "date": "2026-01-10"})
    add(
        territory,
        "flux",
        fresh
        | {"id": "need", "etablissement_id": "a", "sens": "besoin", "libelle": "Palettes"}
        | {"quantite": "10", "unite": "t", "visite_id": "v"},
        fresh | {"id": "offer", "etablissement_id": "b", "sens": "offre", "libelle": "Caisses"},
    )
    add(
        territory,
        "contact",
        {"id": "c", "etablissement_id": "a", "nom": "Odile V.", "date_accord": "2026-01-10"},
    )
    add(
        territory,
        "avis",
        {"id": "w", "besoin_id": "need", "offre_id": "offer", "verdict": "retenu"},
    )
    add(territory, "synergie", {"id": "s", "titre": "Essai"})
    add(
        territory,
        "synergie_membre",
        {"id": "m", "synergie_id": "s", "etablissement_id": "a", "flux_id": "need"},
    )
    write_project(territory, dress_forms)
    return path


def add(territory, name, *records):
    layer = territory.layer(name)
    features = []
    for record in records:
        point = record.pop("point", None)
        shape = QgsGeometry.fromPointXY(QgsPointXY(*point)) if point else None
        features.append(new_record(layer, table(name), record, shape))
    add_records(layer, features)


@pytest.fixture
def store(clean, tmp_path):
    """A copy of the clean territory and of its project."""
    for file in (clean, clean.with_suffix(".qgz")):
        shutil.copyfile(file, tmp_path / file.name)
    return tmp_path / clean.name


def plant(path: Path, *statements: str) -> None:
    """Write what the database refuses: its triggers and constraints go first."""
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        triggers = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        for (name,) in database.execute(triggers).fetchall():
            database.execute(f'DROP TRIGGER "{name}"')
        database.execute("PRAGMA writable_schema = ON")
        database.execute("UPDATE sqlite_master SET sql = replace(sql, 'TEXT NOT NULL', 'TEXT')")
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        database.execute("PRAGMA ignore_check_constraints = ON")
        for statement in statements:
            database.execute(statement)


def findings(run, path, **parameters):
    done = run("checkquality", TARGET=str(path), OUTPUT="memory:", **parameters)
    rows = rows_of(done["OUTPUT"])
    count = {level: sum(row["niveau"] == level for row in rows) for level in LEVELS}
    assert (done["ERRORS"], done["WARNINGS"]) == (count["erreur"], count["avertissement"])
    assert all(row["constat"] and row["que_faire"] for row in rows)
    return rows


LEVELS = ("erreur", "avertissement", "conseil")


def said(rows):
    return [
        (r["niveau"], r["table"], r["enregistrement"], r["libelle"], r["constat"]) for r in rows
    ]


def the_finding(run, path, *expected, **parameters):
    """Require one finding: level, table, record, label, and words of the statement."""
    rows = findings(run, path, **parameters)
    assert len(rows) == 1, said(rows)
    row = rows[0]
    *start, words = expected
    assert [row["niveau"], row["table"], row["enregistrement"], row["libelle"]] == start
    assert words in row["constat"]
    return row


# --- A territory without a fault ------------------------------------------------------------------


def test_nothing_to_say_of_a_clean_territory(run, store):
    assert said(findings(run, store)) == []


def test_nothing_to_say_of_a_new_territory(run, tmp_path):
    path = tmp_path / "Pays d'Essai.gpkg"
    run("createterritory", NAME="Essai", CRS="EPSG:2154", STORE=str(path))
    assert said(findings(run, path)) == []


@pytest.mark.parametrize("crs", ["EPSG:4326", "EPSG:2975", "EPSG:3857"])
def test_other_systems(run, tmp_path, crs):
    """Two establishments of one SIREN, 50 m and 500 m apart by the ellipsoid."""
    from qgis.core import (
        QgsCoordinateReferenceSystem,
        QgsCoordinateTransform,
        QgsCoordinateTransformContext,
    )

    path = tmp_path / "t.gpkg"
    run("createterritory", NAME="Essai", CRS=crs, STORE=str(path))
    territory = open_territory(path)
    wgs84 = QgsCoordinateReferenceSystem("EPSG:4326")
    lon = 55.5 if crs == "EPSG:2975" else 1.35
    lat = -21.0 if crs == "EPSG:2975" else 44.0
    to_map = QgsCoordinateTransform(wgs84, territory.crs, QgsCoordinateTransformContext())
    for name, degrees in (("a", 0), ("b", 0.00045), ("c", 0.0049)):
        place = to_map.transform(QgsPointXY(lon, lat + degrees))
        record = {"id": name, "raison_sociale": f"Nom {name}", "siren": "552100554"}
        add(territory, "etablissement", record | {"point": (place.x(), place.y())})
    row = the_finding(run, path, "avertissement", "etablissement", "b", "Nom b", "same SIREN")
    assert "Nom a" in row["constat"]


# --- One fault planted in the records -------------------------------------------------------------

COMPANY = ("etablissement", "a", "Scierie Alpha")
NEED = ("flux", "need", "Palettes")
ERROR, WARNING, ADVICE = LEVELS
FAULTS = {
    "SIRET of 13 digits": (
        "UPDATE etablissement SET siret = '5521005540001' WHERE id = 'a'",
        (ERROR, *COMPANY, "does not have 14 digits"),
    ),
    "SIRET with letters": (
        "UPDATE etablissement SET siret = '5521005540001A' WHERE id = 'a'",
        (ERROR, *COMPANY, "something else than digits"),
    ),
    "SIRET with a slip": (
        "UPDATE etablissement SET siret = '55210055400014' WHERE id = 'a'",
        (ERROR, *COMPANY, "its key does not match"),
    ),
    "no name": (
        "UPDATE etablissement SET raison_sociale = ' ', enseigne = NULL WHERE id = 'a'",
        (WARNING, "etablissement", "a", "55210055400013", "no name"),
    ),
    "NAF of no version": (
        "UPDATE etablissement SET naf_code = '99.99Q' WHERE id = 'a'",
        (WARNING, *COMPANY, "NAF code 99.99Q exists in no version"),
    ),
    "NAF of the other version": (
        "UPDATE etablissement SET naf_version = '2025' WHERE id = 'a'",
        (WARNING, *COMPANY, "is not of NAF 2025 but of NAF rév. 2"),
    ),
    "state of no list": (
        "UPDATE etablissement SET etat = 'dissous' WHERE id = 'a'",
        (ERROR, *COMPANY, "does not accept this value: dissous"),
    ),
    "score over one": (
        "UPDATE etablissement SET geocodage_score = 1.5 WHERE id = 'a'",
        (ERROR, *COMPANY, "is 1.5, more than 1"),
    ),
    "closed before it opened": (
        "UPDATE etablissement SET date_creation = '2020-02-01', date_fermeture = '2020-01-31'"
        " WHERE id = 'a'",
        (ERROR, *COMPANY, "comes before"),
    ),
    "flow without a code": (
        "UPDATE flux SET code = '' WHERE id = 'need'",
        (ADVICE, *NEED, "has no code"),
    ),
    "code that exists nowhere": (
        "UPDATE flux SET code = '16.99' WHERE id = 'need'",
        (WARNING, *NEED, "16.99 exists in no nomenclature"),
    ),
    "job among products": (
        "UPDATE flux SET code = 'N1103' WHERE id = 'need'",
        (WARNING, *NEED, "N1103 is of the nomenclature ROME, not CPF"),
    ),
    "product among jobs": (
        "UPDATE flux SET nomenclature = 'ROME' WHERE id = 'need'",
        (WARNING, *NEED, "16.24 is of the nomenclature CPF, not ROME"),
    ),
    "code without its dot": (
        "UPDATE flux SET code = '1624' WHERE id = 'need'",
        (ADVICE, *NEED, "1624 is usually written 16.24"),
    ),
    "unit of another nature": (
        UNIT.format(unit="h", nature="matiere"),
        (WARNING, *NEED, "The unit h does not suit the nature “Matière”"),
    ),
    "unit that does not exist": (
        UNIT.format(unit="brouette", nature="matiere"),
        (WARNING, *NEED, "The unit brouette does not exist"),
    ),
    "end before start": (
        "UPDATE flux SET disponible_du = '2026-05-02', disponible_au = '2026-05-01'"
        " WHERE id = 'need'",
        (ERROR, *NEED, "“Disponible au” (2026-05-01) comes before “Disponible du” (2026-05-02)"),
    ),
    "negative quantity": (
        "UPDATE flux SET quantite = -1 WHERE id = 'need'",
        (ERROR, *NEED, "“Quantité” is -1.0, less than 0"),
    ),
    "need without company": (
        "UPDATE flux SET etablissement_id = NULL WHERE id = 'need'",
        (ERROR, *NEED, "belongs to no company"),
    ),
    "need of a company that is gone": (
        "UPDATE flux SET etablissement_id = 'gone' WHERE id = 'need'",
        (ERROR, *NEED, "belongs to no company"),
    ),
    "link to a visit that is gone": (
        "UPDATE flux SET visite_id = 'gone' WHERE id = 'need'",
        (ERROR, *NEED, "“Visite” names a record that no longer exists: gone"),
    ),
    "no direction": (
        "UPDATE flux SET sens = NULL WHERE id = 'need'",
        (ERROR, *NEED, "The field “Sens” is empty"),
    ),
    "no identifier": (
        "UPDATE contact SET id = NULL",
        (ERROR, "contact", None, "Odile V.", "has no identifier"),
    ),
    "open flow not confirmed for 13 months": (
        f"UPDATE flux SET date_confirmation = '{TODAY - timedelta(days=396)}' WHERE id = 'need'",
        (WARNING, *NEED, "Not confirmed for 12 months"),
    ),
    "open flow of a closed company": (
        "UPDATE etablissement SET etat = 'ferme' WHERE id = 'a'",
        (WARNING, *NEED, "Still open, while Scierie Alpha has closed"),
    ),
    "point that left its company's": (
        "UPDATE flux SET geom = (SELECT geom FROM etablissement WHERE id = 'b') WHERE id = 'need'",
        (WARNING, *NEED, "not that of its company"),
    ),
    "action overdue": (
        "UPDATE visite SET prochaine_action = 'Rappeler', echeance = '2026-02-01'",
        (WARNING, "visite", "v", "2026-01-10", "due on 2026-02-01: Rappeler"),
    ),
    "contact without an agreement": (
        "UPDATE contact SET date_accord = NULL",
        (WARNING, "contact", "c", "Odile V.", "Personal data"),
    ),
    "verdict on a flow that is gone": (
        "UPDATE avis SET offre_id = 'gone'",
        (ADVICE, "avis", "w", "retenu", "no longer exists"),
    ),
    "tables of an older version": (
        "UPDATE actif_meta SET valeur = '0' WHERE cle = 'schema_version'",
        (WARNING, "actif_meta", "schema_version", "schema_version", "version 0"),
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_one_fault_one_finding(run, store, fault):
    statement, expected = FAULTS[fault]
    plant(store, statement)
    the_finding(run, store, *[value or "" for value in expected])


@pytest.mark.parametrize(
    "statement",
    [
        # Each looks like a fault and is none.
        "UPDATE etablissement SET siret = '552 100 554 00013' WHERE id = 'a'",
        "UPDATE etablissement SET siret = NULL, naf_code = NULL, naf_version = NULL",
        "UPDATE etablissement SET naf_version = NULL",
        "UPDATE etablissement SET raison_sociale = NULL, enseigne = 'Alpha' WHERE id = 'a'",
        "UPDATE flux SET statut = 'caduc', date_confirmation = '2020-01-01'",
        "UPDATE flux SET lieu_propre = 1, geom = NULL",
        "UPDATE flux SET date_confirmation = NULL",
        "UPDATE flux SET disponible_du = '2026-05-01', disponible_au = '2026-05-01'",
        "UPDATE flux SET quantite = 0, unite = NULL",
        "UPDATE flux SET nature = NULL WHERE id = 'need'",
        "UPDATE flux SET code = 'C'",
        "UPDATE flux SET nomenclature = NULL",
        f"UPDATE visite SET prochaine_action = 'Rappeler', echeance = '{SOON}'",
        "UPDATE visite SET prochaine_action = ' ', echeance = '2026-02-01'",
    ],
)
def test_no_fault_no_finding(run, store, statement):
    plant(store, statement)
    assert said(findings(run, store)) == []


def test_a_later_visit_takes_an_action_over(run, store):
    plant(
        store,
        "UPDATE visite SET prochaine_action = 'Rappeler', echeance = '2026-02-01'",
        "INSERT INTO visite (id, etablissement_id, date) VALUES ('later', 'a', '2026-03-01')",
    )
    assert said(findings(run, store)) == []


def test_a_record_without_a_position(run, store):
    plant(
        store,
        "UPDATE etablissement SET geom = NULL WHERE id = 'a'",
        "UPDATE flux SET geom = NULL WHERE id = 'need'",
    )
    done = run("checkquality", TARGET=str(store), OUTPUT="memory:")
    (feature,) = done["OUTPUT"].getFeatures()
    assert feature["constat"].startswith("This establishment has no position")
    assert not feature.hasGeometry()


def test_a_point_outside_the_perimeters(run, store):
    territory = open_territory(store)
    add(territory, "etablissement", {"id": "z", "raison_sociale": "Zéta", "point": FAR})
    done = run("checkquality", TARGET=str(store), OUTPUT="memory:")
    (feature,) = done["OUTPUT"].getFeatures()
    assert feature["constat"].startswith("This establishment lies outside the perimeters")
    point = feature.geometry().asPoint()
    assert (point.x(), point.y()) == FAR
    plant(store, "DELETE FROM perimetre")
    assert said(findings(run, store)) == []


def test_a_child_record_shows_its_companys_point(run, store):
    plant(store, "UPDATE contact SET date_accord = NULL")
    done = run("checkquality", TARGET=str(store), OUTPUT="memory:")
    (feature,) = done["OUTPUT"].getFeatures()
    point = feature.geometry().asPoint()
    assert (point.x(), point.y()) == MONTAUBAN


def test_one_siret_written_twice(run, store):
    """The database tells texts apart, not numbers: spaces slip a second one in."""
    plant(store, "UPDATE etablissement SET siret = '552 100 554 00013' WHERE id = 'b'")
    rows = findings(run, store)
    assert [(r["niveau"], r["enregistrement"]) for r in rows] == [("erreur", "a"), ("erreur", "b")]
    assert {r["constat"] for r in rows} == {"The SIRET 55210055400013 is that of 2 records."}


def test_likely_duplicates(run, store):
    territory = open_territory(store)
    near = (MONTAUBAN[0] + 60, MONTAUBAN[1])
    twin = {"id": "z", "raison_sociale": "Autre nom", "siren": "552 100 554", "point": near}
    add(territory, "etablissement", twin)
    row = the_finding(run, store, "avertissement", "etablissement", "z", "Autre nom", "same SIREN")
    assert "Scierie Alpha (55210055400013)" in row["constat"]
    # The same company moved next door: nothing to correct.
    plant(store, "UPDATE etablissement SET etat = 'ferme' WHERE id = 'z'")
    assert said(findings(run, store)) == []
    plant(
        store,
        "UPDATE etablissement SET etat = 'actif', siren = NULL, adresse = '5, pl. haute',"
        " code_postal = '82300', raison_sociale = 'SARL BOULANGERIE BÉTA' WHERE id = 'z'",
    )
    name = "SARL BOULANGERIE BÉTA"
    the_finding(run, store, "avertissement", "etablissement", "z", name, "almost the same name")


def test_two_verdicts_on_one_pair(run, store):
    plant(
        store,
        "CREATE TABLE other AS SELECT * FROM avis",
        "INSERT INTO other SELECT * FROM avis",
        "UPDATE other SET id = 'w2', fid = 2 WHERE rowid = 2",
        "DROP TABLE avis",
        "ALTER TABLE other RENAME TO avis",
    )
    rows = findings(run, store)
    assert [(r["enregistrement"], r["constat"]) for r in rows] == [
        ("w", "Another record has the same value in: Besoin, Ressource."),
        ("w2", "Another record has the same value in: Besoin, Ressource."),
    ]


def test_the_gravest_come_first(run, store):
    plant(
        store,
        "UPDATE avis SET offre_id = 'gone'",
        "UPDATE contact SET date_accord = NULL",
        "UPDATE flux SET quantite = -1 WHERE id = 'need'",
    )
    assert [row["niveau"] for row in findings(run, store)] == list(LEVELS)


def test_words_are_told_as_they_are(run, store):
    name = "<script>alert('x')</script> [% 1+1 %] \"é\" 🏭"
    plant(store, "UPDATE flux SET code = NULL WHERE id = 'need'")
    sql(store, "UPDATE flux SET libelle = ? WHERE id = 'need'", name)
    the_finding(run, store, "conseil", "flux", "need", name, "has no code")


def test_bytes_that_are_no_text_nor_geometry(run, store):
    plant(
        store,
        "UPDATE flux SET libelle = CAST(x'FF4142' AS TEXT), code = NULL WHERE id = 'need'",
        "UPDATE flux SET geom = x'475000', lieu_propre = 1 WHERE id = 'need'",
    )
    the_finding(run, store, "conseil", "flux", "need", "\ufffdAB", "has no code")


# --- The project ----------------------------------------------------------------------------------


def rewrite(store: Path, change) -> None:
    """Change the project beside a territory: *change* is given its root."""
    path = store.with_suffix(".qgz")
    with zipfile.ZipFile(path) as archive:
        name = next(name for name in archive.namelist() if name.endswith(".qgs"))
        root = ET.fromstring(archive.read(name))
    change(root)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(name, ET.tostring(root))


def layer_of(root, title):
    return next(layer for layer in root.iter("maplayer") if layer.findtext("layername") == title)


def attribute(title, where, name, value):
    """Return a change of an attribute of the first element at *where* in the layer *title*."""

    def change(root):
        layer_of(root, title).find(where).set(name, value)

    return change


def text(title, where, value):
    """Return a change of the text of the first element at *where* in the layer *title*."""

    def change(root):
        layer_of(root, title).find(where).text = value

    return change


def source(title, old, new):
    def change(root):
        node = layer_of(root, title).find("datasource")
        assert old in node.text
        node.text = node.text.replace(old, new)

    return change


def relation(name, value):
    """Return a change of the relation from contacts to their company, or of its columns."""

    def change(root):
        found = root.find("relations/relation[@id='contact_etablissement_id_etablissement']")
        if name == "referencedLayer":
            found.set(name, value)
        elif name == "referencedField":
            found.find("fieldRef").set(name, value)
        else:
            ET.SubElement(found, "fieldRef", referencingField="nom", referencedField="enseigne")

    return change


def absolute(root):
    (leaf,) = [
        leaf
        for leaf in root.find("properties").iter()
        if "Absolute" in (leaf.tag, leaf.get("name"))
    ]
    assert leaf.text == "false"
    leaf.text = "true"


def option(title, field, name, value):
    return attribute(
        title,
        f"fieldConfiguration/field[@name='{field}']/editWidget//Option[@name='{name}']",
        "value",
        value,
    )


MOTIF_WIDGET = "fieldConfiguration/field[@name='motif']/editWidget"
MOTIF_CONSTRAINT = "constraintExpressions/constraint[@field='motif']"
MOTIF_DEFAULT = "defaults/default[@field='motif']"
SUB_FORM = "attributeEditorForm//attributeEditorRelation"
SEASON = "attributeEditorForm//attributeEditorContainer[@name='Saison et qualité']"

PROJECT_FAULTS = {
    "widget of a plugin": (
        attribute("Visites", MOTIF_WIDGET, "type", "ActifCode"),
        (ERROR, "Visites", "does not know the widget of the field motif: ActifCode"),
    ),
    "absolute paths": (absolute, (ERROR, "", "saves absolute paths")),
    "a layer that is gone": (
        source("Visites", "=visite", "=gone"),
        (ERROR, "Visites", "cannot be read"),
    ),
    "a layer far away": (
        text("Communes", "provider", "WFS"),
        (ADVICE, "Communes", "not a file"),
    ),
    "name that is no file name": (
        text("Visites", "layername", "Visites : 2026/27"),
        (WARNING, "Visites : 2026/27", "signs that files cannot have"),
    ),
    "function of a plugin in a constraint": (
        attribute("Visites", MOTIF_CONSTRAINT, "exp", "cpf_label(motif) IS NULL"),
        (ERROR, "Visites", "An expression of motif"),
    ),
    "expression that is none": (
        attribute("Visites", MOTIF_CONSTRAINT, "exp", "1 +"),
        (ERROR, "Visites", "An expression of motif cannot be read"),
    ),
    "function of a plugin in a default": (
        attribute("Visites", MOTIF_DEFAULT, "expression", "siret_valid(1)"),
        (ERROR, "Visites", "An expression of motif"),
    ),
    "function of a plugin in what shows a box": (
        attribute("Besoins", SEASON, "visibilityExpression", "cpf_label(1) = 2"),
        (ERROR, "Besoins", "An expression of Saison"),
    ),
    "function of a plugin in a list": (
        option("Besoins", "unite", "FilterExpression", "cpf_label(1)"),
        (ERROR, "Besoins", "An expression of unite"),
    ),
    "function of a plugin in a name": (
        text("Visites", "previewExpression", "cpf_label(1)"),
        (ERROR, "Visites", "An expression of the name of records"),
    ),
    "list from a layer that is gone": (
        option("Besoins", "unite", "Layer", "gone"),
        (ERROR, "Besoins", "The field unite takes its values from a layer that is not there"),
    ),
    "link by a relation that is gone": (
        option("Besoins", "visite_id", "Relation", "gone"),
        (ERROR, "Besoins", "The field visite_id takes its values from"),
    ),
    "relation to a layer that is gone": (
        relation("referencedLayer", "gone"),
        (ERROR, "Contacts", "leads to a layer or a field that is not there"),
    ),
    "relation to a field that is gone": (
        relation("referencedField", "gone"),
        (ERROR, "Contacts", "leads to a layer or a field that is not there"),
    ),
    "relation by several columns": (
        relation("fieldRef", "more"),
        (ERROR, "Contacts", "joins several columns"),
    ),
    "relation by a number": (
        relation("referencedField", "fid"),
        (WARNING, "Contacts", "joins by a number, fid"),
    ),
    "widget of a relation": (
        attribute("Visites", SUB_FORM, "relationWidgetTypeId", "linking"),
        (ERROR, "Visites", "does not know the widget of the relation"),
    ),
    "sub-form without its relation": (
        attribute("Visites", SUB_FORM, "relation", "gone"),
        (ERROR, "Visites", "shows a relation that is not there: gone"),
    ),
    "python behind a form": (
        text("Visites", "editforminitcodesource", "2"),
        (WARNING, "Visites", "runs Python code"),
    ),
}


@pytest.mark.parametrize("fault", PROJECT_FAULTS)
def test_one_fault_of_the_project_one_finding(run, store, fault):
    change, expected = PROJECT_FAULTS[fault]
    rewrite(store, change)
    level, layer, words = expected
    (row,) = findings(run, store)
    assert (row["niveau"], row["table"], row["libelle"]) == (level, "projet", layer)
    assert words in row["constat"]


@pytest.mark.parametrize("fault", [fault for fault in PROJECT_FAULTS if "function" in fault])
def test_functions_are_foreign_even_where_the_plugin_is(run, store, fault):
    change, expected = PROJECT_FAULTS[fault]
    rewrite(store, change)
    functions = Expressions()
    functions.register()
    try:
        (row,) = findings(run, store)
    finally:
        functions.unregister()
    level, layer, words = expected
    assert (row["niveau"], row["table"], row["libelle"]) == (level, "projet", layer)
    assert row["constat"].startswith(words)
    assert "what only a plugin brings" in row["constat"]


def test_a_path_of_this_machine(run, store):
    rewrite(store, source("Visites", "./", "/nowhere/"))
    assert [
        (r["niveau"], r["libelle"], r["constat"].split(":")[0]) for r in findings(run, store)
    ] == [
        ("erreur", "Visites", "The path of this layer is absolute"),
        ("erreur", "Visites", "This layer cannot be read"),
    ]


def test_two_layers_of_one_name(run, store):
    rewrite(store, text("Visites", "layername", "Contacts"))
    rows = findings(run, store)
    assert [(r["niveau"], r["libelle"]) for r in rows] == [("avertissement", "Contacts")] * 2


@pytest.mark.parametrize("content", [b"", b"PK\x05\x06" + bytes(18), b"<qgis", b"\x00\x01\xff"])
def test_a_project_that_is_none(run, store, content):
    store.with_suffix(".qgz").write_bytes(content)
    the_finding(run, store, "erreur", "projet", "", "", "cannot be opened")


def test_no_project(run, store):
    store.with_suffix(".qgz").unlink()
    the_finding(run, store, "conseil", "projet", "", "t.qgz", "no project beside the territory")


def test_a_project_that_one_chooses(run, store, tmp_path):
    other = tmp_path / "ailleurs" / "autre.qgz"
    other.parent.mkdir()
    shutil.copyfile(store.with_suffix(".qgz"), other)
    # Its relative paths lead nowhere from there.
    rows = findings(run, store, PROJECT=str(other))
    assert {(row["niveau"], row["table"]) for row in rows} == {("erreur", "projet")}
    missing = findings(run, store, PROJECT=str(tmp_path / "rien.qgz"))
    assert [(row["niveau"], row["table"]) for row in missing] == [("erreur", "projet")]


def test_the_territory_of_the_open_project(run, store):
    project = QgsProject()
    assert project.read(str(store.with_suffix(".qgz")))
    run.project = project
    done = run("checkquality", OUTPUT="memory:")
    assert rows_of(done["OUTPUT"]) == []


# --- The demonstration ----------------------------------------------------------------------------


def demo_rows(name):
    path = ROOT / "demo/data" / name
    with path.open(encoding="utf-8", newline="") as text:
        return list(csv.DictReader(text))


def a_year_ago():
    try:
        return TODAY.replace(year=TODAY.year - 1)
    except ValueError:
        return date(TODAY.year - 1, 3, 1)


def expected_of_the_demonstration():
    """What the tables of the demonstration hold that an adviser would have to see to, by hand."""
    with (ROOT / "reference/unites.csv").open(encoding="utf-8", newline="") as text:
        natures = {row["code"]: row["natures"].split("|") for row in csv.DictReader(text)}
    expected = []
    for flow in demo_rows("flux.csv"):
        confirmed = flow["date_confirmation"]
        still = flow["statut"] in ("", "ouvert")
        if still and confirmed and date.fromisoformat(confirmed) < a_year_ago():
            expected.append(("avertissement", "flux", flow["libelle"], "Not confirmed"))
        if flow["unite"] and flow["nature"] not in natures[flow["unite"]]:
            expected.append(("avertissement", "flux", flow["libelle"], "The unit"))
    visits = demo_rows("visites.csv")
    for visit in visits:
        later = [v for v in visits if v["siret"] == visit["siret"] and v["date"] > visit["date"]]
        due = visit["prochaine_action"] and visit["echeance"]
        if due and date.fromisoformat(visit["echeance"]) < TODAY and not later:
            expected.append(("avertissement", "visite", visit["date"], "The next action"))
    expected += [
        ("avertissement", "contact", contact["nom"], "Personal data")
        for contact in demo_rows("contacts.csv")
        if not contact["date_accord"]
    ]
    return sorted(expected)


def test_the_demonstration(run, tmp_path):
    made = run("createdemo", FOLDER=str(tmp_path))
    rows = findings(run, made["STORE"])
    starts = ("Not confirmed", "The unit", "The next action", "Personal data")

    def start(row):
        return next((words for words in starts if row["constat"].startswith(words)), row["constat"])

    found = sorted((r["niveau"], r["table"], r["libelle"], start(r)) for r in rows)
    assert found == expected_of_the_demonstration()


# --- Refusals, size, patience ---------------------------------------------------------------------


def test_what_is_no_territory(run, tmp_path):
    assert "There is no file" in run.fails(
        "checkquality", TARGET=str(tmp_path / "rien.gpkg"), OUTPUT="memory:"
    )
    other = tmp_path / "autre.gpkg"
    other.write_bytes(b"not a database")
    assert "not an Act'IF territory" in run.fails(
        "checkquality", TARGET=str(other), OUTPUT="memory:"
    )
    assert "No territory" in run.fails("checkquality", OUTPUT="memory:")


def test_a_table_that_is_gone(run, store):
    plant(store, "DROP TABLE avis")
    told = run.fails("checkquality", TARGET=str(store), OUTPUT="memory:")
    assert "cannot be read" in told


def test_nothing_is_written(run, store):
    before = store.read_bytes(), store.with_suffix(".qgz").read_bytes()
    findings(run, store)
    assert (store.read_bytes(), store.with_suffix(".qgz").read_bytes()) == before


def blob(x, y):
    """Return a GeoPackage point in Lambert-93."""
    return b"GP\x00\x01" + struct.pack("<i", 2154) + struct.pack("<BIdd", 1, 1, x, y)


@pytest.fixture
def large(store):
    """Twenty thousand establishments, every second one a twin, and fifty thousand old resources."""
    plant(store)
    companies, flows = [], []
    for number in range(20_000):
        place = blob(MONTAUBAN[0] + number % 200 * 10, MONTAUBAN[1] + number // 200 * 10)
        siren = f"{number // 2:09d}"
        companies.append(
            (f"c{number}", f"Nom {number}", siren, f"{number // 10} rue A", "82", place)
        )
        for turn in range(5 if number % 2 else 0):
            flows.append((f"f{number}-{turn}", f"c{number}", "offre", "16.24", "2020-01-01", place))
    with closing(sqlite3.connect(store)) as database, database:
        database.executemany(
            "INSERT INTO etablissement (id, raison_sociale, siren, adresse, code_postal, geom)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            companies,
        )
        database.executemany(
            "INSERT INTO flux (id, etablissement_id, sens, code, date_confirmation, geom)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            flows,
        )
    return store


def test_twenty_thousand_establishments(run, large):
    started = time.monotonic()
    done = run("checkquality", TARGET=str(large), OUTPUT="memory:")
    # About five seconds on one core; the limit only tells a quadratic mistake.
    assert time.monotonic() - started < 60
    assert done["WARNINGS"] == 50_000 + 10_000
    assert done["ERRORS"] == 0


@pytest.mark.parametrize("cancel_after", [0, 3, 30, 80])
def test_cancel(run, large, cancel_after):
    log = Recorder(cancel_after=cancel_after)
    started = time.monotonic()
    done = run("checkquality", log, TARGET=str(large), OUTPUT="memory:")
    assert done.results.get("ERRORS") is None
    assert log.isCanceled()
    assert time.monotonic() - started < 60
