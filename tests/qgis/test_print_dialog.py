"""The dialog that prints: it offers what the algorithms take, and runs them."""

from __future__ import annotations

import pytest
from qgis.core import QgsProject
from qgis.PyQt.QtWidgets import QComboBox, QDialogButtonBox

from actif_plugin.workbench.print_dialog import PrintDialog
from tests.qgis.test_synergy_map import extent_of, text_of


@pytest.fixture
def dialog(demo, provider):
    project = QgsProject.instance()
    assert project.read(str(demo.project))
    made = PrintDialog()
    yield made
    made.deleteLater()
    project.clear()


def box(dialog: PrintDialog, name: str) -> QComboBox:
    return dialog.findChild(QComboBox, f"actifPrint{name}")


def choose(dialog: PrintDialog, name: str, words: str) -> None:
    at = [n for n in range(box(dialog, name).count()) if words in box(dialog, name).itemText(n)]
    assert at, words
    box(dialog, name).setCurrentIndex(at[0])


def test_it_offers_what_prints(dialog):
    offered = {box(dialog, "What").itemData(n) for n in range(box(dialog, "What").count())}
    assert "actif:synergymap" in offered
    assert "actif:maskedexport" not in offered
    choose(dialog, "What", "Synergy map")
    assert box(dialog, "Paper").itemText(0) == "A4 landscape"
    assert box(dialog, "Paper").currentText() == "A3 landscape"
    assert box(dialog, "Where").count() == 1 + 10 + 195 + 10


def test_nothing_is_printed_without_a_file(dialog, tmp_path):
    button = dialog.findChild(QDialogButtonBox).button(QDialogButtonBox.StandardButton.Ok)
    assert not button.isEnabled()
    dialog._file.setFilePath(str(tmp_path / "carte.pdf"))
    assert button.isEnabled()


def test_it_prints_what_was_chosen(dialog, tmp_path):
    path = tmp_path / "carte.pdf"
    choose(dialog, "What", "Synergy map")
    choose(dialog, "Where", "Quercy Caussadais")
    choose(dialog, "Paper", "A4 portrait")
    dialog._file.setFilePath(str(path))
    dialog.findChild(QDialogButtonBox).button(QDialogButtonBox.StandardButton.Ok).click()
    assert dialog.result() == PrintDialog.DialogCode.Accepted
    assert "Internal edition" in text_of(path)
    west, _, east, _ = extent_of(path)
    # The whole département would take 110 km.
    assert east - west < 60_000


def test_a_refusal_is_said_and_the_dialog_stays(dialog, tmp_path):
    choose(dialog, "What", "Synergy map")
    dialog._file.setFilePath(str(tmp_path / "nulle part" / "carte.pdf"))
    dialog.findChild(QDialogButtonBox).button(QDialogButtonBox.StandardButton.Ok).click()
    assert dialog.result() == PrintDialog.DialogCode.Rejected
    assert dialog._warning.text()
