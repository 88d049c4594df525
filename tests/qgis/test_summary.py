"""The line on top of a company's sheet: what it says, when it changes, what stays on disk."""

from __future__ import annotations

import zipfile

import pytest
from qgis.core import QgsGeometry, QgsProject, QgsVectorLayerTools, QgsVectorLayerUtils
from qgis.gui import QgsAttributeEditorContext, QgsAttributeForm, QgsGui, QgsMapCanvas
from qgis.PyQt import sip
from qgis.PyQt.QtCore import QDate, Qt
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QApplication, QLabel, QMainWindow

from actif_plugin.forms.layout import dress_forms
from actif_plugin.forms.session import PickerSession
from actif_plugin.forms.summary import Summary, Visit, next_action, summary_line
from actif_plugin.forms.summary_widget import SUMMARY_WIDGET
from actif_plugin.store.project import layers_by_role, write_project
from actif_plugin.store.records import add_records, new_record
from actif_plugin.store.schema import table
from tests.qgis.harness import sql

TODAY = QDate(2026, 3, 15)


def day(text):
    return QDate.fromString(text, Qt.DateFormat.ISODate) if text else None


def visit(on, action=None, due=None):
    return Visit(day(on), action, day(due))


class TestLine:
    def test_nothing_recorded(self):
        assert summary_line(Summary(0, 0, None, None), TODAY) == "Nothing recorded yet"

    def test_one_and_several(self):
        assert summary_line(Summary(1, 0, None, None), TODAY) == "1 resource"
        assert summary_line(Summary(3, 1, None, None), TODAY) == "3 resources · 1 need"
        assert summary_line(Summary(0, 2, None, None), TODAY) == "2 needs"

    @pytest.mark.parametrize(
        ("due", "expected"),
        [
            ("2026-03-14", "to do: ring M. by 14/03/2026 (overdue)"),
            ("2026-03-15", "to do: ring M. by 15/03/2026"),
            (None, "to do: ring M."),
        ],
    )
    def test_what_comes_next(self, due, expected):
        found = Summary(0, 0, day("2026-03-12"), visit("2026-03-12", "ring M.", due))
        assert summary_line(found, TODAY) == f"last visit on 12/03/2026 · {expected}"

    def test_a_long_action_stays_in_its_line(self):
        action = "une\nligne\n" + "x" * 10_000
        text = summary_line(Summary(0, 0, None, visit(None, action)), TODAY)
        assert "\n" not in text
        assert len(text) < 100
        assert text.endswith("…")


class TestNextAction:
    @pytest.mark.parametrize(
        ("visits", "expected"),
        [
            ([], None),
            ([visit("2026-01-01")], None),
            ([visit("2026-01-01", "a"), visit("2026-02-01", "b", "2026-04-01")], "b"),
            # As the quality check sees it too: a later visit takes an action over.
            ([visit("2026-01-01", "a", "2026-01-20"), visit("2026-02-01")], None),
            ([visit("2026-01-01", "a", "2026-12-01"), visit("2026-02-01", "b")], "b"),
            ([visit("2026-02-01", "a"), visit("2026-02-01", "b", "2026-12-01")], "b"),
            ([visit(None, "a", "2020-01-01"), visit("2026-02-01")], "a"),
        ],
    )
    def test_due_first_among_what_no_later_visit_took_over(self, visits, expected):
        found = next_action(visits)
        assert (found.action if found else None) == expected


@pytest.fixture
def project(territory, qgis_app):
    """The territory's project in the window's place, with one company and what it has."""

    def add(name, **values):
        layer = territory.layer(name)
        add_records(layer, [new_record(layer, table(name), values)])

    add("etablissement", id="e1", raison_sociale="Une", source_valeurs='{"siret": "1"}')
    add("etablissement", id="e2", raison_sociale="Autre")
    for sens in ("offre", "offre", "besoin"):
        add("flux", etablissement_id="e1", sens=sens, libelle="Palettes")
    action = "<b>rappeler</b> [% 1+1 %]"
    add(
        "visite",
        etablissement_id="e1",
        date="2020-03-12",
        prochaine_action=action,
        echeance="2020-04-02",
    )
    opened = QgsProject.instance()
    assert opened.read(str(write_project(territory, dress_forms)))
    yield opened
    opened.clear()


@pytest.fixture
def session(project):
    made = PickerSession(project)
    made.start()
    yield made
    made.stop()


@pytest.fixture
def window(qgis_app):
    made = QMainWindow()
    made.resize(800, 600)
    made.show()
    yield made
    # Forms go before their layers do.
    sip.delete(made)


class Tools(QgsVectorLayerTools):
    """Tools that edit nothing: the sub-forms of a sheet only ask that there are some."""

    def addFeature(self, *_):
        return False

    def startEditing(self, *_):
        return False

    stopEditing = saveEdits = copyMoveFeatures = startEditing


@pytest.fixture(scope="module")
def around(qgis_app):
    """What a sheet asks of its window: a map, and the tools that edit layers."""
    if not QgsGui.editorWidgetRegistry().factories():
        QgsGui.editorWidgetRegistry().initEditors()
    canvas, tools = QgsMapCanvas(), Tools()
    context = QgsAttributeEditorContext()
    context.setMapCanvas(canvas)
    context.setVectorLayerTools(tools)
    return context, canvas, tools


def sheet(project, window, around, name="Une"):
    layer = layers_by_role(project)["etablissement"]
    feature = next(layer.getFeatures(f"\"raison_sociale\" = '{name}'"))
    form = QgsAttributeForm(layer, feature, around[0])
    window.setCentralWidget(form)
    QApplication.processEvents()
    return form


def line_in(form):
    (label,) = [
        widget
        for widget in form.findChildren(QLabel)
        if widget.textFormat() == Qt.TextFormat.PlainText
    ]
    return label


LINE = (
    "2 resources · 1 need · last visit on 12/03/2020"
    " · to do: <b>rappeler</b> [% 1+1 %] by 02/04/2020 (overdue)"
)


class TestSheet:
    def test_the_line_is_on_the_sheet_as_plain_text(self, session, project, window, around):
        label = line_in(sheet(project, window, around))
        assert label.text() == LINE
        assert label.isEnabled()
        assert line_in(sheet(project, window, around, "Autre")).text() == "Nothing recorded yet"

    def test_it_follows_the_sub_forms(self, session, project, window, around):
        label = line_in(sheet(project, window, around))
        needs = layers_by_role(project)["besoin"]
        context = needs.createExpressionContext()
        assert needs.startEditing()
        position = needs.fields().indexOf("etablissement_id")
        need = QgsVectorLayerUtils.createFeature(needs, QgsGeometry(), {position: "e1"}, context)
        assert needs.addFeature(need)
        QTest.qWait(20)
        assert "2 needs" in label.text()
        assert needs.rollBack()
        QTest.qWait(20)
        assert label.text() == LINE

    def test_saving_leaves_the_hidden_column_alone(self, session, project, window, around):
        layer = layers_by_role(project)["etablissement"]
        assert layer.startEditing()
        form = sheet(project, window, around)
        form.changeAttribute("enseigne", "Une enseigne")
        assert form.save()
        assert layer.commitChanges(), layer.commitErrors()
        store = project.readPath(project.readEntry("actif", "store")[0])
        assert sql(store, "SELECT enseigne, source_valeurs FROM etablissement WHERE id = 'e1'") == [
            ("Une enseigne", '{"siret": "1"}')
        ]

    def test_the_project_on_disk_is_native(self, session, project):
        layer = layers_by_role(project)["etablissement"]
        position = layer.fields().indexOf("source_valeurs")
        assert layer.editorWidgetSetup(position).type() == SUMMARY_WIDGET
        assert project.write()
        assert layer.editorWidgetSetup(position).type() == SUMMARY_WIDGET
        with zipfile.ZipFile(project.fileName()) as archive:
            name = next(name for name in archive.namelist() if name.endswith(".qgs"))
            assert SUMMARY_WIDGET not in archive.read(name).decode()

    def test_without_the_plugin_there_is_nothing_to_see(self, project, window, around):
        form = sheet(project, window, around)
        shown = [w.text() for w in form.findChildren(QLabel) if w.isVisible()]
        assert not [text for text in shown if "siret" in text and "{" in text]
        assert not [text for text in shown if text.startswith("Valeurs de la source")]
