"""The product picker: its keys and levels, its place in forms, and what stays on disk."""

from __future__ import annotations

import sqlite3
import time
import zipfile

import pytest
from qgis.core import (
    QgsApplication,
    QgsEditorWidgetSetup,
    QgsExpression,
    QgsExpressionContext,
    QgsExpressionContextUtils,
    QgsProject,
    QgsVectorLayerCache,
)
from qgis.gui import (
    QgsAttributeForm,
    QgsAttributeTableModel,
    QgsDualView,
    QgsGui,
    QgsMapCanvas,
)
from qgis.PyQt import sip
from qgis.PyQt.QtCore import QEvent, Qt
from qgis.PyQt.QtGui import QKeyEvent
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import (
    QApplication,
    QCheckBox,
    QCompleter,
    QLineEdit,
    QMainWindow,
    QTableView,
    QToolButton,
)

from actif_plugin.forms import code_source
from actif_plugin.forms.code_widget import CODE_WIDGET, register_code_widget
from actif_plugin.forms.layout import dress_forms
from actif_plugin.forms.picker import Context, ProductPicker
from actif_plugin.forms.picker_list import Row, RowModel
from actif_plugin.forms.registration import ActifFactory
from actif_plugin.forms.session import NATIVE_WIDGET, PickerSession
from actif_plugin.store.project import layers_by_role, write_project
from actif_plugin.store.records import add_records, new_record
from actif_plugin.store.schema import table

ALT = Qt.KeyboardModifier.AltModifier
KEY = Qt.Key


@pytest.fixture
def window(qgis_app):
    """A window in which widgets have the focus."""
    made = QMainWindow()
    made.resize(800, 600)
    made.show()
    QApplication.setActiveWindow(made)
    yield made
    made.close()
    # Forms go before their layers do.
    sip.delete(made)


@pytest.fixture
def picker(window):
    """A picker alone, with a context that tests may set, and how often it changed."""
    made = ProductPicker(window)
    made.asked = Context()
    made.context = lambda: made.asked
    made.heard = []
    made.changed.connect(lambda: made.heard.append(made.value()))
    window.setCentralWidget(made)
    line_of(made).setFocus()
    QTest.qWait(10)
    return made


def line_of(picker: ProductPicker) -> QLineEdit:
    return picker.findChild(QLineEdit)


def strike(widget, text: str) -> None:
    """Type a text; QTest.keyClicks knows no accents."""
    none = Qt.KeyboardModifier.NoModifier
    for letter in text:
        QApplication.sendEvent(widget, QKeyEvent(QEvent.Type.KeyPress, 0, none, letter))


def type_words(picker: ProductPicker, text: str) -> list[Row]:
    """Type over what is there, wait for the list, and return its rows."""
    line_of(picker).selectAll()
    strike(line_of(picker), text)
    QTest.qWait(250)
    return picker.rows()


def press(picker: ProductPicker, key: Qt.Key, modifier=Qt.KeyboardModifier.NoModifier) -> None:
    """Press a key where the focus is: the list has it while it is open."""
    popup = picker.findChild(QCompleter).popup()
    QTest.keyClick(popup if popup.isVisible() else line_of(picker), key, modifier)


class TestKeys:
    def test_three_words_down_enter(self, picker):
        rows = type_words(picker, "palettes bois usagées")
        assert rows
        assert {len(row.code) for row in rows[:2]} == {4}, "groups come first"
        press(picker, KEY.Key_Down)
        press(picker, KEY.Key_Return)
        assert picker.value() == rows[0].code
        assert line_of(picker).text() == f"{rows[0].code} – {rows[0].label}"
        assert picker.rows() == []
        assert picker.heard[-1] == picker.value()

    def test_a_further_row_and_which_words_matched(self, picker):
        rows = type_words(picker, "palette bois")
        wanted = next(n for n, row in enumerate(rows) if row.code == "16.2")
        assert "«" in rows[wanted].detail
        for _ in range(wanted + 1):
            press(picker, KEY.Key_Down)
        press(picker, KEY.Key_Enter)
        assert picker.value() == "16.2"

    def test_enter_takes_the_first_row(self, picker):
        rows = type_words(picker, "soudeur")
        press(picker, KEY.Key_Return)
        assert picker.value() == rows[0].code

    def test_enter_right_after_typing_does_not_close_the_dialog(self, picker):
        line_of(picker).selectAll()
        strike(line_of(picker), "palette bois")
        press(picker, KEY.Key_Return)
        assert picker.is_known()

    def test_typing_goes_on_while_the_list_is_open(self, picker):
        type_words(picker, "palette")
        popup = picker.findChild(QCompleter).popup()
        strike(popup, " plastique")
        QTest.qWait(250)
        assert line_of(picker).text() == "palette plastique"
        assert "22.2" in [row.code for row in picker.rows()][:3]

    def test_escape_closes_the_list_and_keeps_the_words(self, picker):
        type_words(picker, "palette")
        press(picker, KEY.Key_Escape)
        assert picker.rows() == []
        assert picker.value() == "palette"

    @pytest.mark.parametrize("typed", ["16.24", "1624", " 16.24 "])
    def test_a_code_is_understood_as_people_write_it(self, picker, typed):
        assert type_words(picker, typed)[0].code == "16.24"
        press(picker, KEY.Key_Escape)
        picker._left()
        assert picker.value() == "16.24"
        assert line_of(picker).text() == "16.24 – Emballages en bois"

    @pytest.mark.parametrize(
        "typed", ["🦊", "' OR 1=1 --", "<script>alert(1)</script>", "%", "x" * 10_000]
    )
    def test_anything_typed_is_harmless(self, picker, typed):
        line_of(picker).setText("")
        line_of(picker).insert(typed)
        picker._edited(typed)
        picker._search()
        assert picker.value() == typed


class TestLevels:
    def test_coarser_with_the_keyboard(self, picker):
        picker.set_value("16.24.1", "CPF")
        for expected in ("16.24", "16.2", "16", "C", "C"):
            press(picker, KEY.Key_Up, ALT)
            assert picker.value() == expected

    def test_finer_with_the_keyboard(self, picker):
        picker.set_value("16.2", "CPF")
        press(picker, KEY.Key_Down, ALT)
        codes = [row.code for row in picker.rows()]
        assert codes.index("16.2") < codes.index("16.21") < codes.index("16.29")
        assert {"C", "16", "16.1", "16.2"} <= set(codes)
        assert next(row for row in picker.rows() if row.current).code == "16.2"
        press(picker, KEY.Key_Return)
        assert picker.value() == "16.21"

    def test_beside(self, picker):
        picker.set_value("16.24.13", "CPF")
        press(picker, KEY.Key_Down, ALT)
        press(picker, KEY.Key_Up)
        press(picker, KEY.Key_Return)
        assert picker.value() == "16.24.12"

    def test_the_buttons_do_the_same(self, picker):
        picker.set_value("16.24", "CPF")
        up, down = picker.findChildren(QToolButton)[-2:]
        QTest.mouseClick(up, Qt.MouseButton.LeftButton)
        assert picker.value() == "16.2"
        QTest.mouseClick(down, Qt.MouseButton.LeftButton)
        assert "16.24" in [row.code for row in picker.rows()]
        picker.choose("C")
        assert not up.isEnabled()

    def test_without_a_code_the_whole_tree_begins_at_its_top(self, picker):
        press(picker, KEY.Key_Down, ALT)
        assert [row.code for row in picker.rows()] == list("ABCDEFGHIJKLMNOPQRSTU")


class TestNothingAndUnknown:
    def test_clearing_is_null(self, picker):
        picker.set_value("16.24", "CPF")
        line_of(picker).clear()
        assert picker.value() is None
        assert picker.heard == [None]

    def test_deleting_the_text_is_null(self, picker):
        picker.set_value("16.24", "CPF")
        line_of(picker).selectAll()
        press(picker, KEY.Key_Delete)
        assert picker.value() is None

    def test_a_stored_text_that_is_no_code_is_shown_and_flagged(self, picker):
        picker.set_value("99.99", "CPF")
        assert line_of(picker).text() == "99.99"
        assert picker.value() == "99.99"
        assert not picker.is_known()
        assert picker._warning.isVisible()
        picker.set_value("16.24", "CPF")
        assert not picker._warning.isVisible()

    def test_a_typed_text_that_is_no_code_stays(self, picker):
        type_words(picker, "zzzzqqqq")
        picker._left()
        assert picker.value() == line_of(picker).text() == "zzzzqqqq"
        assert picker._warning.isVisible()
        assert picker.heard[-1] == "zzzzqqqq"

    def test_company_text_is_never_markup(self, picker):
        picker.set_value("<b>gras</b>", "CPF")
        assert line_of(picker).text() == "<b>gras</b>"
        model = RowModel()
        model.show_rows([Row("16.2", "<i>x</i>", "« <script> »")])
        tip = model.data(model.index(0, 0), Qt.ItemDataRole.ToolTipRole)
        assert "&lt;i&gt;" in tip and "<script>" not in tip


class TestContext:
    def test_usual_products_first(self, picker):
        picker.asked = Context("CPF", "16.24Z")
        press(picker, KEY.Key_Down)
        rows = picker.rows()
        assert [row.code for row in rows][:2] == ["16.2", "16.24"]
        press(picker, KEY.Key_Return)
        assert picker.value() == "16.2"
        rows = type_words(picker, "emballages")
        assert rows[0].code == "16.2"

    def test_jobs(self, picker):
        picker.asked = Context("ROME")
        rows = type_words(picker, "soudeur")
        assert rows[0].code == "H2913"
        press(picker, KEY.Key_Return)
        assert (picker.value(), picker.nomenclature()) == ("H2913", "ROME")
        assert line_of(picker).text() == "H2913 – Soudage manuel"
        press(picker, KEY.Key_Up, ALT)
        assert picker.value() == "H29"

    def test_activities_at_their_finest_only(self, picker):
        picker.asked = Context("NAF")
        rows = type_words(picker, "palette bois")
        assert rows and all(len(row.code) == 6 for row in rows)
        press(picker, KEY.Key_Return)
        press(picker, KEY.Key_Up, ALT)
        assert len(picker.value()) == 6

    def test_waste(self, picker):
        picker.asked = Context("DECHET")
        assert type_words(picker, "150103")[0].code == "15 01 03"

    def test_without_the_reference_database(self, picker, monkeypatch, tmp_path):
        monkeypatch.setattr(code_source.paths, "reference_database", lambda: tmp_path / "none")
        assert type_words(picker, "palette") == []
        assert picker.value() == "palette"


# --- In forms and projects ------------------------------------------------------------------------


@pytest.fixture
def project(territory, qgis_app):
    """The territory's project, opened in the window's place, with one company and one need."""
    company = {"id": "e1", "raison_sociale": "Scierie & <b>Fils</b>", "naf_code": "16.24Z"}
    layer = territory.layer("etablissement")
    add_records(layer, [new_record(layer, table("etablissement"), company)])
    layer = territory.layer("flux")
    need = {
        "etablissement_id": "e1",
        "sens": "besoin",
        "nature": "matiere",
        "nomenclature": "CPF",
        "code": "16.24",
        "libelle": "Palettes",
    }
    add_records(layer, [new_record(layer, table("flux"), need)])
    path = write_project(territory, dress_forms)
    opened = QgsProject.instance()
    assert opened.read(str(path))
    yield opened
    opened.clear()


@pytest.fixture
def session(project):
    """The pickers of that project."""
    made = PickerSession(project)
    made.start()
    yield made
    made.stop()


@pytest.fixture
def needs(session, project):
    layer = layers_by_role(project)["besoin"]
    assert layer.startEditing()
    yield layer
    layer.rollBack()


def type_of(layer, name="code"):
    return layer.editorWidgetSetup(layer.fields().indexOf(name)).type()


def form_of(layer, feature, window) -> QgsAttributeForm:
    form = QgsAttributeForm(layer, feature)
    window.setCentralWidget(form)
    QApplication.processEvents()
    return form


def picker_in(form) -> ProductPicker:
    """Return the picker of the code itself: the form has one for waste as well."""
    found = [p for p in form.findChildren(ProductPicker) if p.context().nomenclature != "DECHET"]
    assert len(found) == 1
    return found[0]


def saved_text(path) -> str:
    with zipfile.ZipFile(path) as archive:
        name = next(name for name in archive.namelist() if name.endswith(".qgs"))
        return archive.read(name).decode()


def stored(project):
    store = project.readPath(project.readEntry("actif", "store")[0])
    with sqlite3.connect(store) as base:
        return base.execute("SELECT code, nomenclature, libelle FROM flux ORDER BY fid").fetchall()


class TestForm:
    def test_the_value_is_shown_chosen_and_saved(self, needs, project, window):
        form = form_of(needs, next(needs.getFeatures()), window)
        picker = picker_in(form)
        assert line_of(picker).text() == "16.24 – Emballages en bois"
        line_of(picker).setFocus()
        type_words(picker, "cartons ondulés")
        press(picker, KEY.Key_Down)
        press(picker, KEY.Key_Return)
        chosen = picker.value()
        assert chosen.startswith("17.2")
        assert form.save()
        assert needs.commitChanges(False), needs.commitErrors()
        assert stored(project) == [(chosen, "CPF", "Palettes")]

    def test_null_is_saved(self, needs, project, window):
        form = form_of(needs, next(needs.getFeatures()), window)
        line_of(picker_in(form)).clear()
        assert form.save()
        assert needs.commitChanges(False), needs.commitErrors()
        assert stored(project) == [(None, "CPF", "Palettes")]

    def test_words_left_untaken_are_saved_as_typed(self, needs, project, window):
        form = form_of(needs, next(needs.getFeatures()), window)
        picker = picker_in(form)
        line_of(picker).setFocus()
        line_of(picker).selectAll()
        strike(line_of(picker), "zzqq zzqq")
        picker._left()
        assert form.save()
        assert needs.commitChanges(False), needs.commitErrors()
        assert stored(project) == [("zzqq zzqq", "CPF", "Palettes")]

    def test_the_companys_usual_products(self, needs, window):
        form = form_of(needs, next(needs.getFeatures()), window)
        picker = picker_in(form)
        assert picker.context() == Context("CPF", "16.24Z", "Palettes")
        line_of(picker).clear()
        form.changeAttribute("libelle", "")
        line_of(picker).setFocus()
        press(picker, KEY.Key_Down)
        assert [row.code for row in picker.rows()][:2] == ["16.2", "16.24"]

    def test_the_words_already_typed_need_not_be_typed_again(self, needs, window):
        form = form_of(needs, next(needs.getFeatures()), window)
        picker = picker_in(form)
        line_of(picker).clear()
        form.changeAttribute("libelle", "cartons ondulés")
        line_of(picker).setFocus()
        press(picker, KEY.Key_Down)
        codes = [row.code for row in picker.rows()]
        assert codes[0] == "17.2"
        assert {"16.2", "16.24"} <= set(codes), "the usual products come after"
        press(picker, KEY.Key_Return)
        assert picker.value() == "17.2"

    def test_words_that_hardly_mean_anything_come_after_the_usual_products(self, needs, window):
        form = form_of(needs, next(needs.getFeatures()), window)
        picker = picker_in(form)
        line_of(picker).clear()
        form.changeAttribute("libelle", "essai au clavier")
        line_of(picker).setFocus()
        press(picker, KEY.Key_Down)
        codes = [row.code for row in picker.rows()]
        assert codes[:2] == ["16.2", "16.24"]
        assert "71.2" in codes[2:]

    def test_a_skill_is_a_job(self, needs, project, window):
        form = form_of(needs, next(needs.getFeatures()), window)
        picker = picker_in(form)
        form.changeAttribute("nature", "competence")
        assert picker.context().nomenclature == "ROME"
        line_of(picker).setFocus()
        type_words(picker, "soudeur")
        press(picker, KEY.Key_Return)
        assert form.currentFormFeature()["nomenclature"] == "ROME"
        assert form.save()
        assert needs.commitChanges(False), needs.commitErrors()
        assert stored(project) == [("H2913", "ROME", "Palettes")]

    def test_the_nomenclature_asked_for_prevails(self, needs, window):
        form = form_of(needs, next(needs.getFeatures()), window)
        form.changeAttribute("nomenclature", "ROME")
        assert picker_in(form).context().nomenclature == "ROME"
        form.changeAttribute("nature", "competence")
        form.changeAttribute("nomenclature", "CPF")
        assert picker_in(form).context().nomenclature == "CPF"

    def test_in_a_cell_of_the_table(self, needs, project, window):
        canvas = QgsMapCanvas()
        view = QgsDualView()
        window.setCentralWidget(view)
        view.init(needs, canvas)
        view.setView(QgsDualView.ViewMode.AttributeTable)
        # PyQt wraps it as a plain table, which findChild by type does not find.
        name = "QgsAttributeTableView"
        cells = next(t for t in view.findChildren(QTableView) if t.metaObject().className() == name)
        titles = [
            cells.model().headerData(n, Qt.Orientation.Horizontal)
            for n in range(cells.model().columnCount())
        ]
        cells.edit(cells.model().index(0, titles.index("Code")))
        picker = cells.findChild(ProductPicker)
        line_of(picker).setFocus()
        type_words(picker, "cartons ondulés")
        press(picker, KEY.Key_Down)
        press(picker, KEY.Key_Return)
        chosen = picker.value()
        assert chosen.startswith("17.2")
        press(picker, KEY.Key_Return)
        QApplication.processEvents()
        assert next(needs.getFeatures())["code"] == chosen
        sip.delete(view)

    def test_saving_the_project_keeps_what_is_typed_in_an_open_form(self, needs, project, window):
        form = form_of(needs, next(needs.getFeatures()), window)
        form.changeAttribute("libelle", "Pas encore enregistré")
        picker_in(form).choose("17.2")
        assert project.write()
        feature = form.currentFormFeature()
        assert (feature["libelle"], feature["code"]) == ("Pas encore enregistré", "17.2")
        assert picker_in(form).value() == "17.2"

    def test_an_open_form_outlives_the_plugin(self, needs, session, window):
        form = form_of(needs, next(needs.getFeatures()), window)
        cache = QgsVectorLayerCache(needs, 10)
        model = QgsAttributeTableModel(cache)
        model.loadLayer()
        session.stop()
        picker = picker_in(form)
        line_of(picker).setFocus()
        type_words(picker, "cartons ondulés")
        press(picker, KEY.Key_Return)
        assert form.save()
        assert model.data(model.index(0, 0), Qt.ItemDataRole.DisplayRole) is not None
        sip.delete(form)
        session.start()


def keep_of(picker) -> QCheckBox:
    return picker.findChild(QCheckBox)


def own_words(project):
    store = project.readPath(project.readEntry("actif", "store")[0])
    with sqlite3.connect(store) as base:
        rows = base.execute("SELECT terme, nomenclature, code, length(id) FROM synonyme")
        return rows.fetchall()


class TestOwnWords:
    """An adviser who knows better than the search may have its words remembered."""

    @pytest.fixture
    def picker(self, needs, window):
        made = picker_in(form_of(needs, next(needs.getFeatures()), window))
        line_of(made).setFocus()
        return made

    def pick(self, picker, words, code):
        rows = type_words(picker, words)
        wanted = next(n for n, row in enumerate(rows) if row.code == code)
        for _ in range(wanted + 1):
            press(picker, KEY.Key_Down)
        press(picker, KEY.Key_Return)
        assert picker.value() == code

    def test_nothing_is_offered_where_the_search_was_right(self, picker):
        rows = type_words(picker, "cartons ondulés")
        self.pick(picker, "cartons ondulés", rows[0].code)
        assert not keep_of(picker).isVisible()

    def test_nothing_is_remembered_unless_asked(self, picker, project):
        rows = type_words(picker, "palettes usagées")
        self.pick(picker, "palettes usagées", rows[2].code)
        assert keep_of(picker).isVisible()
        assert not keep_of(picker).isChecked()
        assert "palettes usagées" in keep_of(picker).text()
        assert own_words(project) == []

    @pytest.mark.parametrize("rank", [2, -1], ids=["group", "finest"])
    def test_remembered_words_find_their_code_first(self, picker, project, rank):
        code = type_words(picker, "palettes usagées")[rank].code
        self.pick(picker, "palettes usagées", code)
        press_space(keep_of(picker))
        assert own_words(project) == [("palettes usagées", "CPF", code, 36)]
        assert picker.value() == code
        assert type_words(picker, "palettes usagées")[0].code == code
        press(picker, KEY.Key_Return)
        assert picker.value() == code
        assert not keep_of(picker).isVisible()

    def test_a_change_of_mind(self, picker, project):
        rows = type_words(picker, "palettes usagées")
        self.pick(picker, "palettes usagées", rows[2].code)
        press_space(keep_of(picker))
        press_space(keep_of(picker))
        assert own_words(project) == []
        assert type_words(picker, "palettes usagées")[0].code == rows[0].code

    def test_words_that_found_nothing(self, picker, project):
        assert type_words(picker, "trucmuche & <b>bidule</b>") == []
        press(picker, KEY.Key_Escape)
        picker.choose("16.2")
        assert "trucmuche && <b>" in keep_of(picker).text()
        press_space(keep_of(picker))
        assert type_words(picker, "trucmuche & <b>bidule</b>")[0].code == "16.2"

    def test_a_sentence_or_a_code_is_not_offered(self, picker):
        for words in ("palettes " * 20, "16.24"):
            type_words(picker, words)
            press(picker, KEY.Key_Escape)
            picker.choose("17.2")
            assert not keep_of(picker).isVisible()

    def test_the_words_of_the_record_are_remembered_too(self, needs, project, window):
        form = form_of(needs, next(needs.getFeatures()), window)
        picker = picker_in(form)
        line_of(picker).clear()
        form.changeAttribute("libelle", "palettes usagées")
        line_of(picker).setFocus()
        press(picker, KEY.Key_Down)
        press(picker, KEY.Key_Down)
        code = picker.rows()[1].code
        press(picker, KEY.Key_Return)
        assert picker.value() == code
        press_space(keep_of(picker))
        assert [row[:3] for row in own_words(project)] == [("palettes usagées", "CPF", code)]

    def test_a_failure_is_told(self, picker, project):
        rows = type_words(picker, "palettes usagées")
        self.pick(picker, "palettes usagées", rows[2].code)
        project.removeMapLayer(layers_by_role(project)["synonyme"])
        press_space(keep_of(picker))
        assert not keep_of(picker).isChecked()
        assert "open the territory again" in keep_of(picker).text()

    def test_another_record_offers_nothing(self, picker):
        rows = type_words(picker, "palettes usagées")
        self.pick(picker, "palettes usagées", rows[2].code)
        picker.set_value("28.99", "CPF")
        assert not keep_of(picker).isVisible()

    def test_waste_and_activities_have_no_words_of_their_own(self, needs, window):
        form = form_of(needs, next(needs.getFeatures()), window)
        waste = [p for p in form.findChildren(ProductPicker) if p.keep.remember is None]
        assert [p.context().nomenclature for p in waste] == ["DECHET"]


def press_space(box: QCheckBox) -> None:
    """Tick or untick with the keyboard, then go back to the line."""
    box.setFocus()
    QTest.keyClick(box, KEY.Key_Space)
    line_of(box.parentWidget()).setFocus()


class TestProject:
    def test_pickers_only_while_it_is_open(self, project):
        layers = layers_by_role(project)
        assert type_of(layers["besoin"]) == NATIVE_WIDGET
        session = PickerSession(project)
        session.start()
        assert not project.isDirty()
        assert type_of(layers["besoin"]) == type_of(layers["offre"]) == CODE_WIDGET
        assert type_of(layers["etablissement"], "naf_code") == CODE_WIDGET
        session.stop()
        assert type_of(layers["besoin"]) == NATIVE_WIDGET

    def test_a_project_opened_later_has_pickers(self, session, project):
        path = project.fileName()
        project.clear()
        assert project.read(path)
        assert type_of(layers_by_role(project)["besoin"]) == CODE_WIDGET

    def test_the_project_on_disk_is_native(self, session, project):
        path = project.fileName()
        assert project.write()
        assert CODE_WIDGET not in saved_text(path)
        assert saved_text(path).count(f'type="{NATIVE_WIDGET}"') > 5
        assert type_of(layers_by_role(project)["besoin"]) == CODE_WIDGET

    def test_a_write_that_fails_leaves_the_pickers(self, session, project, tmp_path):
        path = project.fileName()
        project.setFileName(str(tmp_path / "absent" / "p.qgz"))
        assert not project.write()
        QTest.qWait(20)
        assert type_of(layers_by_role(project)["besoin"]) == CODE_WIDGET
        project.setFileName(path)

    def test_other_styles_are_native_on_disk(self, session, project):
        layer = layers_by_role(project)["besoin"]
        manager = layer.styleManager()
        assert manager.addStyleFromLayer("autre")
        assert manager.setCurrentStyle("autre")
        assert project.write()
        assert CODE_WIDGET not in saved_text(project.fileName())
        assert sorted(manager.styles()) == ["autre", "défaut"] or len(manager.styles()) == 2

    def test_a_widget_that_the_user_chose_is_left_alone(self, session, project):
        layer = layers_by_role(project)["besoin"]
        position = layer.fields().indexOf("code")
        layer.setEditorWidgetSetup(position, QgsEditorWidgetSetup("TextEdit", {}))
        assert project.write()
        assert type_of(layer) == "TextEdit"

    def test_without_the_plugin_the_native_widget_edits(self, project, window):
        path = project.fileName()
        session = PickerSession(project)
        session.start()
        assert project.write()
        session.stop()
        project.clear()
        assert project.read(path)
        layer = layers_by_role(project)["besoin"]
        assert type_of(layer) == NATIVE_WIDGET
        assert layer.startEditing()
        form = form_of(layer, next(layer.getFeatures()), window)
        assert not form.findChildren(ProductPicker)
        # As by the keyboard: set from code, the native widget of QGIS 3.40 keeps its old value.
        line = next(w for w in form.findChildren(QLineEdit) if w.text().startswith("16.24 – "))
        line.setText("17.2 – Articles en papier ou en carton")
        line.editingFinished.emit()
        assert form.save()
        assert layer.commitChanges(), layer.commitErrors()
        assert stored(project) == [("17.2", "CPF", "Palettes")]

    def test_registering_twice_is_harmless(self, session):
        register_code_widget()
        register_code_widget()
        factory = QgsGui.editorWidgetRegistry().factories()[CODE_WIDGET]
        assert isinstance(factory, ActifFactory)

    def test_the_configuration_is_kept(self, session, project):
        layer = layers_by_role(project)["besoin"]
        position = layer.fields().indexOf("code")
        registry = QgsGui.editorWidgetRegistry()
        before = layer.editorWidgetSetup(position).config()
        widget = registry.createConfigWidget(CODE_WIDGET, layer, position, None)
        widget.setConfig(before)
        assert widget.config() == before


class TestLabels:
    def test_tables_tips_and_expressions(self, session, project):
        layer = layers_by_role(project)["besoin"]
        feature = next(layer.getFeatures())
        context = QgsExpressionContext(QgsExpressionContextUtils.globalProjectLayerScopes(layer))
        context.setFeature(feature)
        shown = QgsExpression('represent_value("code")').evaluate(context)
        assert shown == "16.24 – Emballages en bois"
        # The map tip's own expressions, as forms/cards.py writes them.
        tip = QgsExpression.replaceExpressionText(layer.mapTipTemplate(), context)
        assert "16.24 – Emballages en bois" in tip
        cache = QgsVectorLayerCache(layer, 10)
        model = QgsAttributeTableModel(cache)
        model.loadLayer()
        cells = [model.data(model.index(0, n), 0) for n in range(model.columnCount())]
        assert "16.24 – Emballages en bois" in cells

    @pytest.mark.parametrize(
        ("value", "expected"),
        [("H2913", "H2913 – Soudage manuel"), ("99.99", "99.99"), ("A", None), (None, None)],
    )
    def test_any_value(self, session, project, value, expected):
        layer = layers_by_role(project)["besoin"]
        formatter = QgsApplication.fieldFormatterRegistry().fieldFormatter(CODE_WIDGET)
        position = layer.fields().indexOf("code")
        found = formatter.representValue(layer, position, {}, None, value)
        if value is None:
            assert found == QgsApplication.nullRepresentation()
        else:
            assert found == (expected or f"A – {code_source.trees()['CPF'].label('A')}")

    def test_fifty_thousand_rows(self, session, project):
        layer = layers_by_role(project)["besoin"]
        formatter = QgsApplication.fieldFormatterRegistry().fieldFormatter(CODE_WIDGET)
        position = layer.fields().indexOf("code")
        begun = time.perf_counter()
        for _ in range(50_000):
            formatter.representValue(layer, position, {}, None, "16.24")
        assert time.perf_counter() - begun < 5

    def test_the_territorys_own_words_come_first(self, needs, project, window):
        store = project.readPath(project.readEntry("actif", "store")[0])
        with sqlite3.connect(store) as base:
            base.execute(
                "INSERT INTO synonyme (id, terme, nomenclature, code)"
                " VALUES ('s', 'gabarre', 'CPF', '30.1')"
            )
        picker = picker_in(form_of(needs, next(needs.getFeatures()), window))
        line_of(picker).setFocus()
        rows = type_words(picker, "gabarre")
        assert (rows[0].code, rows[0].detail) == ("30.1", "« gabarre »")

    def test_the_territorys_own_labels_prevail(self, project, territory):
        with sqlite3.connect(territory.path) as base:
            base.execute("UPDATE ref_cpf SET libelle_fr = 'Renommé' WHERE code = '16.24'")
        session = PickerSession(project)
        session.start()
        assert code_source.label_of("code", "16.24") == "Renommé"
        project.clear()
        assert code_source.label_of("code", "16.24") == "Emballages en bois"
        session.stop()
