"""The dialog that prints: it offers what the algorithms take, and runs them."""

from __future__ import annotations

from pathlib import Path

import pytest
from qgis.core import QgsProject, QgsSettings
from qgis.gui import QgsColorButton
from qgis.PyQt.QtGui import QColor
from qgis.PyQt.QtWidgets import QComboBox, QDialogButtonBox, QLineEdit, QPushButton

from actif_plugin import settings
from actif_plugin.workbench import print_dialog
from actif_plugin.workbench.options import OptionsPage
from actif_plugin.workbench.print_dialog import PrintDialog
from actif_plugin.workbench.print_file import completed, proposed_name, suffixes
from tests.qgis.harness import rows_of
from tests.qgis.test_synergy_map import extent_of, text_of

REMEMBERED = "actif/print_dialog"


@pytest.fixture
def territory_open(demo, provider):
    QgsSettings().remove(REMEMBERED)
    project = QgsProject.instance()
    assert project.read(str(demo.project))
    yield project
    project.clear()
    QgsSettings().remove(REMEMBERED)


@pytest.fixture
def dialog(territory_open):
    made = PrintDialog()
    made._open.setChecked(False)
    yield made
    made.deleteLater()


def box(dialog: PrintDialog, name: str) -> QComboBox:
    return dialog.findChild(QComboBox, f"actifPrint{name}")


def choose(dialog: PrintDialog, name: str, words: str) -> None:
    at = [n for n in range(box(dialog, name).count()) if words in box(dialog, name).itemText(n)]
    assert at, words
    box(dialog, name).setCurrentIndex(at[0])


def entries(dialog: PrintDialog, name: str) -> list[str]:
    return [box(dialog, name).itemText(at) for at in range(box(dialog, name).count())]


def ok(dialog: PrintDialog) -> QPushButton:
    return dialog.findChild(QDialogButtonBox).button(QDialogButtonBox.StandardButton.Ok)


def perimeters(dialog: PrintDialog) -> list[dict]:
    """Return the perimeters that the algorithm would be given."""
    given = dialog.parameters()["PERIMETERS"]
    layer = QgsProject.instance().mapLayer(given) if isinstance(given, str) else given
    return rows_of(layer)


def test_it_offers_what_prints(dialog):
    offered = {box(dialog, "What").itemData(n) for n in range(box(dialog, "What").count())}
    assert "actif:synergymap" in offered
    assert "actif:maskedexport" not in offered
    # It publishes a project: there is nothing to print.
    assert "actif:publiccopy" not in offered
    # A map is what is asked for most.
    assert box(dialog, "What").currentData() == "actif:synergymap"
    assert box(dialog, "Paper").itemText(0) == "A4 landscape"
    assert box(dialog, "Paper").currentText() == "A3 landscape"
    assert box(dialog, "Where").count() == 1 + 10 + 195 + 10


def test_nothing_is_printed_without_a_file(dialog, tmp_path):
    assert ok(dialog).isEnabled()
    dialog._file.setFilePath("")
    assert not ok(dialog).isEnabled()
    dialog._file.setFilePath(str(tmp_path / "carte.pdf"))
    assert ok(dialog).isEnabled()


def test_it_prints_what_was_chosen(dialog, tmp_path):
    path = tmp_path / "carte.pdf"
    choose(dialog, "What", "Synergy map")
    choose(dialog, "Where", "Quercy Caussadais")
    choose(dialog, "Paper", "A4 portrait")
    dialog._file.setFilePath(str(path))
    ok(dialog).click()
    assert dialog.result() == PrintDialog.DialogCode.Accepted
    text = text_of(path)
    assert "Internal edition" in text
    assert "Quercy Caussadais: synergies" in " ".join(text.split())
    west, _, east, _ = extent_of(path)
    # The whole département would take 110 km.
    assert east - west < 60_000


def test_an_atlas_has_a_page_for_each_perimeter_of_a_kind(dialog):
    choose(dialog, "What", "atlas")
    offered = entries(dialog, "Where")
    assert offered[:3] == [
        "A page for each EPCI (10 pages)",
        "A page for each commune (195 pages)",
        "A page for each activity zone (10 pages)",
    ]
    assert len([text for text in offered if text.startswith("Communes of ")]) == 10
    choose(dialog, "Where", "for each commune")
    assert len(perimeters(dialog)) == 195
    choose(dialog, "Where", "Communes of Communauté de communes du Quercy Caussadais")
    inside = perimeters(dialog)
    assert f"({len(inside)} pages)" in box(dialog, "Where").currentText()
    assert "Caussade" in {row["nom"] for row in inside}
    assert "Montauban" not in {row["nom"] for row in inside}


def test_sheets_are_of_the_selection_or_blank(territory_open, tmp_path):
    companies = territory_open.mapLayersByName("Établissements")[0]
    assert _sheet().startswith("A blank sheet")
    companies.selectByIds([feature.id() for feature in companies.getFeatures()][:2])
    assert _sheet() == "The companies selected: 2"


def _sheet() -> str:
    """Return what a new dialog proposes to print sheets of."""
    dialog = PrintDialog()
    choose(dialog, "What", "Company sheet")
    shown = box(dialog, "Where").currentText()
    dialog.deleteLater()
    return shown


def test_without_a_territory_a_blank_sheet_can_be_printed(provider, tmp_path):
    QgsSettings().remove(REMEMBERED)
    QgsProject.instance().clear()
    dialog = PrintDialog()
    assert "territory" in dialog._said.text()
    assert not ok(dialog).isEnabled()
    choose(dialog, "What", "Company sheet")
    assert dialog._said.text() == ""
    dialog._open.setChecked(False)
    dialog._file.setFilePath(str(tmp_path / "vierge"))
    ok(dialog).click()
    assert text_of(tmp_path / "vierge.pdf").strip()
    dialog.deleteLater()
    QgsSettings().remove(REMEMBERED)


def test_a_refusal_is_said_and_the_dialog_stays(dialog, tmp_path):
    dialog._file.setFilePath(str(tmp_path / "nulle part" / "carte.pdf"))
    ok(dialog).click()
    assert dialog.result() == PrintDialog.DialogCode.Rejected
    assert str(tmp_path / "nulle part") in dialog._said.text()


@pytest.mark.parametrize("yes", [True, False])
def test_a_file_that_is_there_is_replaced_when_told_so(dialog, tmp_path, monkeypatch, yes):
    path = tmp_path / "carte.pdf"
    path.write_text("avant")
    buttons = print_dialog.QMessageBox.StandardButton
    answer = buttons.Yes if yes else buttons.No
    monkeypatch.setattr(print_dialog.QMessageBox, "question", lambda *_: answer)
    choose(dialog, "Paper", "A4 landscape")
    dialog._file.setFilePath(str(path))
    ok(dialog).click()
    assert path.read_bytes().startswith(b"%PDF" if yes else b"avant")


def test_the_name_follows_the_choices_until_the_user_writes_one(dialog, tmp_path):
    def name() -> str:
        return Path(dialog._file.filePath()).name

    assert name() == "synergy-map-tarn-et-garonne-interne.pdf"
    choose(dialog, "Edition", "Elected")
    assert name() == "synergy-map-tarn-et-garonne-elus.pdf"
    dialog._file.setFilePath(str(tmp_path / "réunion.pdf"))
    choose(dialog, "Edition", "Internal")
    assert name() == "réunion.pdf"


def test_a_choice_comes_back_where_there_is_one_again(dialog):
    """Who looked at company sheets must not find the map for officials turned into an internal."""
    choose(dialog, "Edition", "Elected")
    choose(dialog, "Where", "EPCI : Communauté de communes des Deux Rives")
    choose(dialog, "What", "Company sheet")
    assert box(dialog, "Edition").currentText().startswith("Internal")
    assert not box(dialog, "Edition").isEnabled()
    choose(dialog, "What", "Synergy map")
    assert box(dialog, "Edition").currentText().startswith("Elected")
    assert box(dialog, "Where").currentText().endswith("Deux Rives")
    choose(dialog, "What", "atlas")
    assert box(dialog, "Edition").currentText().startswith("Elected")
    assert box(dialog, "Where").currentText().endswith("Deux Rives")


def test_a_territory_without_perimeters(provider, tmp_path, territory_open):
    for kind in ("EPCI", "Communes", "Zones d'activités", "Autres périmètres"):
        for layer in territory_open.mapLayersByName(kind):
            territory_open.removeMapLayer(layer)
    dialog = PrintDialog()
    assert entries(dialog, "Where") == ["The whole territory"]
    assert ok(dialog).isEnabled()
    choose(dialog, "What", "atlas")
    assert "perimeter" in dialog._said.text()
    assert not ok(dialog).isEnabled()
    dialog.deleteLater()


def test_part_of_a_name_chooses_a_place(dialog):
    line = box(dialog, "Where").findChild(QLineEdit)
    for typed, found in (
        ("montpezat", "Communes : Montpezat-de-Quercy"),
        ("EPCI : Communauté de communes des Deux Rives",) * 2,
        # What is read is what is printed, whatever was typed.
        ("nulle part", "EPCI : Communauté de communes des Deux Rives"),
        ("", "EPCI : Communauté de communes des Deux Rives"),
    ):
        line.setText(typed)
        line.editingFinished.emit()
        assert box(dialog, "Where").currentText() == found
        assert dialog._where.currentData().label == found


def test_a_name_gets_the_folder_and_the_ending_that_it_lacks(tmp_path):
    known = suffixes("PDF (*.pdf);;PNG (*.png)")
    assert known == [".pdf", ".png"]
    assert completed("carte", tmp_path, known) == tmp_path / "carte.pdf"
    assert completed("carte.PNG", tmp_path, known) == tmp_path / "carte.PNG"
    assert completed("carte.v2", tmp_path, known) == tmp_path / "carte.v2.pdf"
    assert completed("/ailleurs/carte", tmp_path, known) == Path("/ailleurs/carte.pdf")
    assert completed(str(tmp_path), tmp_path, known) == tmp_path
    assert proposed_name(["Carte", "CC d'Œuf / <b>", ""], ".pdf") == "carte-cc-d-oeuf-b.pdf"


@pytest.mark.parametrize("name", ["x" * 300 + ".pdf", "x" * 300, "absent/carte.pdf", ""])
def test_a_file_that_cannot_be_is_told_and_the_dialog_stays(dialog, tmp_path, name):
    dialog.show()
    dialog._file.setFilePath(f"{tmp_path}/{name}")
    ok(dialog).click()
    assert dialog._said.text().endswith(".")
    assert dialog.isVisible()
    assert list(tmp_path.iterdir()) == []


def test_it_goes_with_the_project(dialog):
    dialog.show()
    QgsProject.instance().clear()
    assert not dialog.isVisible()


def test_keys_go_down_the_window(dialog):
    """The tabulator follows the eye."""
    dialog.show()
    places, seen = [], dialog._what
    for _ in range(40):
        if isinstance(seen, QComboBox) and seen.parent() is dialog:
            places.append(seen.y())
        seen = seen.nextInFocusChain()
        if seen is dialog._what:
            break
    assert len(places) == 5
    assert places == sorted(places)
    assert dialog._of_where.buddy() is dialog._where


def test_the_settings_of_the_options_are_printed(dialog, tmp_path):
    before = settings.print_settings()
    page = OptionsPage()
    page.findChild(QLineEdit, "actifOrganisation").setText("CCI d'essai")
    page.findChild(QLineEdit, "actifDisclaimer").setText("Sans valeur contractuelle.")
    page.findChild(QgsColorButton, "actifColour").setColor(QColor("#123456"))
    try:
        page.apply()
        path = tmp_path / "carte.svg"
        dialog._file.setFilePath(str(path))
        ok(dialog).click()
        drawn = path.read_text("utf-8")
        assert "CCI d'essai" in drawn.replace("&apos;", "'").replace("&#39;", "'")
        assert "Sans valeur contractuelle." in drawn
        assert "#123456" in drawn
    finally:
        settings.set_print_settings(before)
        page.deleteLater()


def test_reaches_of_the_options_are_those_of_the_runs(qgis_app):
    page = OptionsPage()
    page._parts[1]._reaches["energie"].setValue(3.5)
    try:
        page.apply()
        assert settings.reach_m("energie") == 3500
        assert not QgsSettings().contains("actif/reach_m/eau")
    finally:
        settings.set_reach_m("energie", settings.REACHES_M["energie"])
        page.deleteLater()
    assert not QgsSettings().contains("actif/reach_m/energie")
