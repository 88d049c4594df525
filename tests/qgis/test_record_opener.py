"""« Montrer les fiches »: from a row of a result to the records behind it."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from qgis.core import QgsFeature, QgsProject, QgsVectorLayer
from qgis.gui import QgsGui, QgsMapLayerAction
from qgis.PyQt.QtWidgets import QMainWindow

from actif_plugin.forms.layout import dress_forms
from actif_plugin.store.project import layers_by_role, write_project
from actif_plugin.store.records import add_records, new_record
from actif_plugin.store.schema import table
from actif_plugin.workbench.record_opener import RecordOpener, in_list

HOSTILE = "b'); import os; [% 1+1 %] \\ \" '|"


@pytest.fixture
def opener(qgis_app):
    """The action in a window that remembers what it was asked to show."""
    shown: list[tuple[str, str]] = []
    told: list[str] = []
    window = QMainWindow()
    bar = SimpleNamespace(pushInfo=lambda title, text: told.append(text))
    iface = SimpleNamespace(
        mainWindow=lambda: window,
        messageBar=lambda: bar,
        showAttributeTable=lambda layer, expression: shown.append((layer.name(), expression)),
    )
    made = RecordOpener(iface)
    made.connect()
    yield SimpleNamespace(opener=made, shown=shown, told=told)
    made.disconnect()
    QgsProject.instance().clear()


@pytest.fixture
def project(territory):
    """The project of a territory with a company, two needs and one resource."""
    company = {"id": "e1", "raison_sociale": "Bois & Fils"}
    layer = territory.layer("etablissement")
    add_records(layer, [new_record(layer, table("etablissement"), company)])
    layer = territory.layer("flux")
    records = [
        new_record(
            layer,
            table("flux"),
            {"id": name, "etablissement_id": "e1", "sens": sense, "libelle": HOSTILE},
        )
        for name, sense in (("b1", "besoin"), ("b2", "besoin"), ("o1", "offre"))
    ]
    add_records(layer, records)
    opened = QgsProject.instance()
    assert opened.read(str(write_project(territory, dress_forms)))
    return opened


def result(*names: str) -> QgsVectorLayer:
    fields = "&".join(f"field={name}:string" for name in names)
    return QgsVectorLayer(f"NoGeometry?{fields}", "Couverture par produit", "memory")


def row(layer: QgsVectorLayer, *values) -> QgsFeature:
    feature = QgsFeature(layer.fields())
    feature.setAttributes(list(values))
    return feature


def actions(layer) -> list[QgsMapLayerAction]:
    registry = QgsGui.mapLayerActionRegistry()
    found = registry.mapLayerActions(layer, QgsMapLayerAction.Target.SingleFeature)
    return [action for action in found if action.text() == "Show the records"]


def selected(project, role: str) -> set[str]:
    return {feature["id"] for feature in layers_by_role(project)[role].selectedFeatures()}


def test_offered_on_results_only(opener, project):
    assert len(actions(result("code", "besoin_ids"))) == 1
    assert len(actions(result("offre_ids"))) == 1
    assert actions(result("code")) == []
    assert actions(layers_by_role(project)["besoin"]) == []


def test_it_selects_the_records_and_opens_their_tables(opener, project):
    layer = result("code", "besoin_ids", "offre_ids")
    (action,) = actions(layer)
    action.triggerForFeature(layer, row(layer, "16.2", "b1|gone", "o1"))
    assert selected(project, "besoin") == {"b1"}
    assert selected(project, "offre") == {"o1"}
    assert [name for name, _ in opener.shown] == ["Besoins", "Ressources (offres)"]
    assert opener.shown[0][1] == "\"id\" IN ('b1', 'gone')"
    assert opener.told == []


def test_several_rows_at_once(opener, project):
    layer = result("besoin_ids")
    (action,) = actions(layer)
    action.triggerForFeatures(layer, [row(layer, "b1"), row(layer, "b2|b1"), row(layer, None)])
    assert selected(project, "besoin") == {"b1", "b2"}
    assert len(opener.shown) == 1


@pytest.mark.parametrize("names", [None, "", "gone", HOSTILE])
def test_nothing_to_show(opener, project, names):
    layer = result("besoin_ids", "offre_ids")
    (action,) = actions(layer)
    action.triggerForFeature(layer, row(layer, names, None))
    assert opener.shown == []
    assert "open the project of their territory" in opener.told[0]


def test_in_another_project(opener):
    layer = result("besoin_ids")
    (action,) = actions(layer)
    action.triggerForFeature(layer, row(layer, "b1"))
    assert len(opener.told) == 1


def test_names_are_only_text():
    assert in_list("id", ["a'b", "c\\d"]) == "\"id\" IN ('a''b', 'c\\\\d')"


def test_taken_back(qgis_app):
    window = QMainWindow()
    made = RecordOpener(SimpleNamespace(mainWindow=lambda: window))
    made.connect()
    assert len(actions(result("besoin_ids"))) == 1
    made.disconnect()
    assert actions(result("besoin_ids")) == []


def test_a_link_of_a_chain_shows_its_companies(opener, project):
    layer = result("maillon", "etablissement_ids")
    opener.opener.open([row(layer, "Scierie", "e1|disparue")])
    assert selected(project, "etablissement") == {"e1"}
    assert [name for name, _ in opener.shown] == ["Établissements"]
