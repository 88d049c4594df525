"""The project written beside a territory, opened again as an officer opens it."""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from qgis.core import (
    QgsFeature,
    QgsFeatureRequest,
    QgsGeometry,
    QgsPointXY,
    QgsProject,
    QgsVectorLayer,
    QgsVectorLayerUtils,
)
from qgis.PyQt import sip

from actif_plugin.compat import plain
from actif_plugin.store.project import layers_by_role
from actif_plugin.store.schema import TABLES, links, table
from tests.qgis.conftest import CONTOURS
from tests.qgis.harness import Runner, sql

GROUPS = [
    "Ressources et besoins",
    "Synergies",
    "Entreprises",
    "Suivi",
    "Territoire",
    "Nomenclatures",
]


@pytest.fixture(scope="module")
def written(provider, tmp_path_factory) -> Path:
    """The folder of a territory with its communes; not to be changed."""
    folder = tmp_path_factory.mktemp("projet") / "mon territoire"
    folder.mkdir()
    Runner()(
        "createterritory",
        NAME="Pays de l'Essai",
        CRS="EPSG:2154",
        STORE=str(folder / "essai.gpkg"),
        PERIMETERS=str(CONTOURS / "communes_82.geojson"),
    )
    return folder


def opened(folder: Path) -> QgsProject:
    project = QgsProject()
    assert project.read(str(folder / "essai.qgz"))
    return project


@pytest.fixture
def project(written, tmp_path) -> Iterator[QgsProject]:
    """The project of a copy, which may be written."""
    shutil.copytree(written, tmp_path / "copie")
    made = opened(tmp_path / "copie")
    yield made
    # Left to Python, the last one would go after QGIS itself, and crash.
    sip.delete(made)


@pytest.fixture
def layers(project) -> dict[str, QgsVectorLayer]:
    return layers_by_role(project)


def add(layer: QgsVectorLayer, point=None, **values) -> QgsFeature:
    """Add a record as a form does: with the layer's default values, in an editing session."""
    fields = layer.fields()
    given = {fields.indexOf(name): value for name, value in values.items()}
    shape = QgsGeometry() if point is None else QgsGeometry.fromPointXY(QgsPointXY(*point))
    feature = QgsVectorLayerUtils.createFeature(
        layer, shape, given, layer.createExpressionContext()
    )
    assert layer.startEditing()
    assert layer.addFeature(feature)
    assert layer.commitChanges(), layer.commitErrors()
    return feature


def test_everything_opens(project):
    assert project.mapLayers()
    broken = [layer.name() for layer in project.mapLayers().values() if not layer.isValid()]
    assert broken == []
    assert project.title() == "Pays de l'Essai"
    assert project.crs().authid() == "EPSG:2154"
    assert project.ellipsoid() == "EPSG:7030"


def test_groups(project):
    root = project.layerTreeRoot()
    assert [group.name() for group in root.findGroups()] == GROUPS
    assert [node.name() for node in root.findGroup("Ressources et besoins").findLayers()] == [
        "Besoins",
        "Ressources (offres)",
    ]
    assert len(root.findLayers()) == len(project.mapLayers())


def test_every_table_is_shown(layers):
    roles = {"flux": ["besoin", "offre"], "perimetre": ["zae", "autre", "epci", "commune"]}
    for declared in TABLES:
        for role in roles.get(declared.name, [declared.name]):
            assert f"layername={declared.name}" in layers[role].source()


def test_columns_read_french(layers):
    for declared in TABLES:
        shown = {"flux": "offre", "perimetre": "commune"}.get(declared.name, declared.name)
        layer = layers[shown]
        fields = layer.fields()
        for field in declared.columns():
            alias = layer.attributeAlias(fields.indexOf(field.name))
            assert alias == field.alias, (declared.name, field.name)


def test_lists_of_values_show_their_labels(layers):
    checked = 0
    for declared in TABLES:
        shown = {"flux": "offre", "perimetre": "commune"}.get(declared.name, declared.name)
        for field in declared.columns():
            if not field.values:
                continue
            layer = layers[shown]
            setup = layer.editorWidgetSetup(layer.fields().indexOf(field.name))
            if setup.type() != "ValueMap":
                # A constant of the layer: its direction.
                assert (declared.name, field.name) in {("flux", "sens"), ("perimetre", "type")}
                continue
            choices = setup.config()["map"]
            pairs = [(value, label) for choice in choices for label, value in choice.items()]
            assert [pair for pair in pairs if pair in field.values] == list(field.values)
            checked += 1
    assert checked > 8


def test_offers_and_needs_are_two_layers_of_one_table(layers):
    add(layers["etablissement"], (570_000, 6_325_000), id="a", raison_sociale="Scierie")
    add(layers["offre"], etablissement_id="a", libelle="Sciure")
    add(layers["besoin"], etablissement_id="a", libelle="Palettes")
    for role, label in (("offre", "Sciure"), ("besoin", "Palettes")):
        (feature,) = layers[role].getFeatures()
        assert feature["libelle"] == label
        assert feature["sens"] == role
        assert feature.geometry().asPoint() == QgsPointXY(570_000, 6_325_000)
        assert feature["statut"] == "ouvert"
        assert feature["confidentialite"] == "interne"
        assert len(feature["id"]) == 36


def test_new_records_have_their_own_identifier(layers):
    first = add(layers["etablissement"], (0, 0), raison_sociale="A")
    second = add(layers["etablissement"], (0, 0), raison_sociale="B")
    assert len(first["id"]) == len(second["id"]) == 36
    assert first["id"] != second["id"]


def test_relations(project, layers):
    relations = project.relationManager().relations()
    assert [name for name, relation in relations.items() if not relation.isValid()] == []
    expected = set()
    for child, field, link in links():
        for role in ["offre", "besoin"] if child.name == "flux" else [child.name]:
            for parent in ["offre", "besoin"] if link.table == "flux" else [link.table]:
                expected.add((layers[role].id(), field.name, layers[parent].id()))
    found = {
        (
            relation.referencingLayerId(),
            layers_field(relation),
            relation.referencedLayerId(),
        )
        for relation in relations.values()
    }
    assert found == expected


def layers_field(relation) -> str:
    (position,) = relation.referencingFields()
    return relation.referencingLayer().fields().at(position).name()


def test_a_company_leads_to_its_records(project, layers):
    add(layers["etablissement"], (0, 0), id="a", raison_sociale="A")
    add(layers["etablissement"], (0, 0), id="b", raison_sociale="B")
    add(layers["offre"], etablissement_id="a", libelle="Sciure")
    add(layers["offre"], etablissement_id="b", libelle="Écorces")
    add(layers["visite"], etablissement_id="a", motif="Première")
    company = next(
        layers["etablissement"].getFeatures(QgsFeatureRequest().setFilterExpression("id = 'a'"))
    )
    found = {
        relation.referencingLayer().name(): [
            feature["id"] for feature in relation.getRelatedFeatures(company)
        ]
        for relation in project.relationManager().referencedRelations(layers["etablissement"])
    }
    assert {name: len(ids) for name, ids in found.items()} == {
        "Ressources (offres)": 1,
        "Besoins": 0,
        "Visites": 1,
        "Contacts": 0,
        "Membres des synergies": 0,
    }


def test_map_themes(project):
    themes = project.mapThemeCollection()
    assert {"Ressources et besoins", "Synergies", "Territoire"} <= set(themes.mapThemes())
    for name in themes.mapThemes():
        shown = [layer.name() for layer in themes.mapThemeVisibleLayers(name)]
        assert "Communes" in shown, name
        assert "Établissements" in shown or name == "Maillons manquants"
    shown = [layer.name() for layer in themes.mapThemeVisibleLayers("Ressources et besoins")]
    assert {"Besoins", "Ressources (offres)"} <= set(shown)


def test_the_ground_lies_under_the_flows(project):
    order = [layer.name() for layer in project.layerTreeRoot().layerOrder()]
    for above, below in (
        ("Besoins", "Établissements"),
        ("Établissements", "EPCI"),
        ("EPCI", "Communes"),
        ("Zones d'activités", "Communes"),
    ):
        assert order.index(above) < order.index(below)


def test_nomenclatures_are_not_edited_by_mistake(layers):
    for declared in TABLES:
        if declared.name in ("ref_cpf", "ref_rome", "ref_naf", "actif_meta"):
            assert layers[declared.name].readOnly()
    assert not layers["etablissement"].readOnly()
    assert not layers["offre"].readOnly()


def test_the_map_opens_on_the_communes(project, layers):
    view = project.viewSettings().defaultViewExtent()
    assert view.crs().authid() == "EPSG:2154"
    communes = layers["commune"].extent()
    assert view.contains(communes)
    assert view.width() < 1.2 * communes.width()


def test_without_perimeters_the_map_opens_on_its_system(run, tmp_path):
    """La Réunion, UTM 40 S: about 55.1 to 56 E, 21.4 to 20.8 S."""
    done = run("createterritory", NAME="R", CRS="EPSG:2975", STORE=str(tmp_path / "r.gpkg"))
    project = QgsProject()
    assert project.read(done["PROJECT"])
    view = project.viewSettings().defaultViewExtent()
    assert view.contains(QgsPointXY(338_600, 7_690_700))
    assert view.width() < 1_000_000


def test_nothing_of_the_authors_machine_is_written(written):
    """Paths are relative: the folder can be sent."""
    with zipfile.ZipFile(written / "essai.qgz") as archive:
        name = next(name for name in archive.namelist() if name.endswith(".qgs"))
        text = archive.read(name).decode("utf-8")
    assert str(written.parent) not in text
    assert "./essai.gpkg" in text
    assert str(Path.home()) not in text or str(Path.home()) == "/"


def test_the_folder_can_be_moved(written, run, tmp_path):
    there = tmp_path / "ailleurs, là-bas"
    shutil.copytree(written, there)
    project = opened(there)
    for layer in project.mapLayers().values():
        assert layer.isValid(), layer.name()
        assert layer.source().startswith(str(there)), layer.name()
    # And so does the territory that algorithms find in the project.
    moved = Runner(project)
    source = tmp_path / "une.csv"
    source.write_text("nom;ville\nScierie;Caussade\n", encoding="utf-8")
    assert moved("importestablishments", INPUT=str(source))["CREATED"] == 1
    assert sql(there / "essai.gpkg", "SELECT raison_sociale FROM etablissement") == [("Scierie",)]
    assert sql(written / "essai.gpkg", "SELECT count(*) FROM etablissement") == [(0,)]


def test_a_record_is_named_by_what_people_call_it(layers):
    layer = layers["etablissement"]
    feature = add(layer, (0, 0), raison_sociale="Scierie du Lac")
    assert QgsVectorLayerUtils.getFeatureDisplayString(layer, feature) == "Scierie du Lac"


def test_technical_columns_are_out_of_sight(layers):
    for role in ("etablissement", "offre", "visite"):
        config = layers[role].attributeTableConfig()
        hidden = {column.name for column in config.columns() if column.hidden}
        assert {"fid", "id"} <= hidden


def test_the_declared_titles_are_the_layers_names(layers):
    for name in ("etablissement", "visite", "contact", "ref_cpf"):
        assert layers[name].name() == table(name).title


def test_the_year_a_value_was_entered_is_kept_by_the_database(layers):
    layer = layers["visite"]
    add(layers["etablissement"], (0, 0), id="a", raison_sociale="A")
    add(layer, etablissement_id="a")
    (feature,) = layer.getFeatures()
    assert plain(feature["cree_le"]) is not None
