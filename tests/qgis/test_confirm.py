"""Confirming resources and needs: one, a selection or a company's, edited or not."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from qgis.core import (
    QgsExpression,
    QgsExpressionContext,
    QgsExpressionContextUtils,
    QgsProject,
)
from qgis.gui import QgsGui
from qgis.PyQt.QtCore import QDate, QObject
from qgis.PyQt.QtWidgets import QMenu

from actif_plugin.forms.layout import dress_forms
from actif_plugin.store.errors import StoreError
from actif_plugin.store.project import layers_by_role, write_project
from actif_plugin.store.records import add_records, new_record
from actif_plugin.store.schema import table
from actif_plugin.store.styles import STALE
from actif_plugin.workbench.confirm import ConfirmAction, confirm
from tests.qgis.harness import sql

TODAY = QDate.currentDate()
OLD = "2020-01-31"


@pytest.fixture
def project(territory, qgis_app):
    def add(name, **values):
        layer = territory.layer(name)
        add_records(layer, [new_record(layer, table(name), values)])

    add("etablissement", id="e1", raison_sociale="Une")
    add("etablissement", id="e2", raison_sociale="Autre")
    for company, sens, words, day, state in (
        ("e1", "offre", "Chaleur", "2026-01-02", "ouvert"),
        ("e1", "besoin", "Palettes & <b>caisses</b>", OLD, "ouvert"),
        ("e1", "besoin", "Quai", "", ""),
        ("e1", "besoin", "Fini", OLD, "caduc"),
        ("e2", "besoin", "Ailleurs", OLD, "ouvert"),
    ):
        add(
            "flux",
            etablissement_id=company,
            sens=sens,
            libelle=words,
            date_confirmation=day,
            statut=state,
        )
    opened = QgsProject.instance()
    assert opened.read(str(write_project(territory, dress_forms)))
    yield opened
    opened.clear()


@pytest.fixture
def needs(project):
    return layers_by_role(project)["besoin"]


class Bar:
    """A message bar that remembers."""

    def __init__(self):
        self.told = []

    def pushSuccess(self, title, text):
        self.told.append(("success", text))

    def pushInfo(self, title, text):
        self.told.append(("info", text))

    def pushWarning(self, title, text):
        self.told.append(("warning", text))


@pytest.fixture
def action(qgis_app):
    bar = Bar()
    owner = QObject()
    made = ConfirmAction(owner, SimpleNamespace(messageBar=lambda: bar))
    made.register()
    yield made, bar
    made.unregister()


def days(project):
    store = project.readPath(project.readEntry("actif", "store")[0])
    return dict(sql(store, "SELECT libelle, date_confirmation FROM flux"))


def of(layer, words):
    return next(f for f in layer.getFeatures() if f["libelle"] == words)


def stale(layer, feature):
    context = QgsExpressionContext(QgsExpressionContextUtils.globalProjectLayerScopes(layer))
    context.setFeature(feature)
    return bool(QgsExpression(STALE).evaluate(context))


def test_a_selection_is_confirmed_and_saved(project, needs):
    assert stale(needs, of(needs, "Ailleurs"))
    ids = [of(needs, words).id() for words in ("Ailleurs", "Quai")]
    assert confirm(needs, ids) == 2
    assert not needs.isEditable()
    assert not stale(needs, of(needs, "Ailleurs"))
    found = days(project)
    today = TODAY.toString("yyyy-MM-dd")
    assert (found["Ailleurs"], found["Quai"], found["Fini"]) == (today, today, OLD)


def test_edits_under_way_stay_the_users_to_save(project, needs):
    assert needs.startEditing()
    feature = of(needs, "Ailleurs")
    position = needs.fields().indexOf("libelle")
    assert needs.changeAttributeValue(feature.id(), position, "Autrement")
    assert confirm(needs, [feature.id()]) == 1
    assert needs.isEditable()
    assert days(project)["Ailleurs"] == OLD
    assert of(needs, "Autrement")["date_confirmation"] == TODAY
    needs.undoStack().undo()
    assert of(needs, "Autrement")["date_confirmation"] == QDate(2020, 1, 31)
    assert needs.rollBack()
    assert days(project)["Ailleurs"] == OLD


def test_a_refusal_is_told_and_changes_nothing(project, needs):
    store = project.readPath(project.readEntry("actif", "store")[0])
    sql(
        store,
        "CREATE TRIGGER refuse BEFORE UPDATE ON flux"
        " BEGIN SELECT raise(ABORT, 'fermé le dimanche'); END",
    )
    with pytest.raises(StoreError, match="fermé le dimanche"):
        confirm(needs, [of(needs, "Ailleurs").id()])
    assert not needs.isEditable()
    assert days(project)["Ailleurs"] == OLD


def test_a_layer_that_cannot_be_edited(needs):
    needs.setReadOnly(True)
    with pytest.raises(StoreError):
        confirm(needs, [1])


def test_qgis_offers_it_for_resources_and_needs_only(project, action):
    made, _ = action
    layers = layers_by_role(project)
    registry = QgsGui.mapLayerActionRegistry()
    for role in ("offre", "besoin"):
        for target in (made.Target.SingleFeature, made.Target.MultipleFeatures):
            assert made in registry.mapLayerActions(layers[role], target), role
    for role in ("etablissement", "visite"):
        assert made not in registry.mapLayerActions(layers[role], made.Target.SingleFeature)


def test_triggered_for_a_record_and_for_several(project, needs, action):
    made, bar = action
    made.triggerForFeature(needs, of(needs, "Quai"))
    made.triggerForFeatures(needs, [of(needs, "Ailleurs"), of(needs, "Fini")])
    assert [kind for kind, _ in bar.told] == ["success", "success"]
    assert bar.told[0][1].startswith("1 ") and bar.told[1][1].startswith("2 ")
    assert set(days(project).values()) == {TODAY.toString("yyyy-MM-dd"), OLD, "2026-01-02"}
    needs.setReadOnly(True)
    made.triggerForFeature(needs, of(needs, "Quai"))
    assert bar.told[-1][0] == "warning"


def test_triggered_for_a_layer_its_selection_is_meant(project, needs, action):
    made, bar = action
    made.triggerForLayer(needs)
    assert bar.told[-1][0] == "info"
    assert days(project)["Ailleurs"] == OLD
    needs.select(of(needs, "Ailleurs").id())
    made.triggerForLayer(needs)
    assert days(project)["Ailleurs"] == TODAY.toString("yyyy-MM-dd")
    assert days(project)["Quai"] is None


def entries(menu):
    (own,) = [entry.menu() for entry in menu.actions() if entry.menu()]
    return [entry for entry in own.actions() if not entry.isSeparator()]


def test_the_menu_of_a_company(project, action):
    made, _ = action
    menu = QMenu()
    made.fill(menu, layers_by_role(project), "e1")
    texts = [entry.text() for entry in entries(menu)]
    assert texts[0] == "All (3)"
    # The oldest first; what is over is left out; & is not the mark of a shortcut.
    assert texts[1:] == [
        "Quai (never confirmed)",
        "Palettes && <b>caisses</b> (confirmed on 31/01/2020)",
        "Chaleur (confirmed on 02/01/2026)",
    ]
    today = TODAY.toString("yyyy-MM-dd")
    entries(menu)[2].trigger()
    assert days(project)["Palettes & <b>caisses</b>"] == today
    assert days(project)["Quai"] is None
    entries(menu)[0].trigger()
    found = days(project)
    assert found.pop("Fini") == found.pop("Ailleurs") == OLD
    assert set(found.values()) == {today}


def test_a_company_with_nothing_has_no_such_entry(project, action):
    menu = QMenu()
    action[0].fill(menu, layers_by_role(project), "nobody")
    assert menu.actions() == []
