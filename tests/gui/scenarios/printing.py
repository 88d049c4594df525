"""An adviser prints from the menu: every choice looked at, a map for real, mistakes, a cancel."""

import time
from pathlib import Path

from qgis.core import QgsProject
from qgis.gui import QgsFileWidget
from qgis.PyQt.QtCore import QObject, QTimer, pyqtSlot
from qgis.PyQt.QtGui import QDesktopServices
from qgis.PyQt.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialogButtonBox,
    QGroupBox,
    QLabel,
    QLineEdit,
    QMessageBox,
    QProgressDialog,
    QPushButton,
    QStyle,
    QStyleOptionComboBox,
)


class Opened(QObject):
    """Stands for the program that would show a file."""

    def __init__(self):
        super().__init__()
        self.files = []
        QDesktopServices.setUrlHandler("file", self, "take")

    @pyqtSlot("QUrl")
    def take(self, url):
        self.files.append(url.toLocalFile())


def texts(dialog):
    """Return what can be read in a window, lists included."""
    seen = [dialog.windowTitle()]
    for kind in (QLabel, QPushButton, QCheckBox):
        seen += [one.text() for one in dialog.findChildren(kind) if one.isVisible()]
    seen += [one.title() for one in dialog.findChildren(QGroupBox) if one.isVisible()]
    for box in dialog.findChildren(QComboBox):
        if box.isVisible():
            seen += [box.itemText(at) for at in range(box.count())]
    return [text for text in seen if text.strip()]


def cut(dialog):
    """Return the texts of a window that do not fit their place."""
    lost = []
    for one in [*dialog.findChildren(QLabel), *dialog.findChildren(QPushButton)]:
        if not one.isVisible() or not one.text():
            continue
        if isinstance(one, QLabel) and one.wordWrap():
            fits = one.heightForWidth(one.width()) <= one.height() + 1
        else:
            fits = one.sizeHint().width() <= one.width() + 1
        lost += [] if fits else [one.text()]
    for box in dialog.findChildren(QComboBox):
        if box.isVisible() and box.count():
            option = QStyleOptionComboBox()
            box.initStyleOption(option)
            field = box.style().subControlRect(
                QStyle.ComplexControl.CC_ComboBox,
                option,
                QStyle.SubControl.SC_ComboBoxEditField,
                box,
            )
            entries = [box.itemText(at) for at in range(box.count())]
            metrics = box.fontMetrics()
            lost += [text for text in entries if metrics.horizontalAdvance(text) > field.width()]
    return lost


def box(dialog, name):
    """Return the list of that name."""
    return dialog.findChild(QComboBox, f"actifPrint{name}")


def choose(dialog, name, words):
    """Choose the first entry with these words."""
    shown = box(dialog, name)
    at = next(n for n in range(shown.count()) if words in shown.itemText(n))
    shown.setCurrentIndex(at)


def state(dialog):
    """Return what each list shows, and whether it can be changed."""
    names = ("What", "Edition", "Where", "Paper", "Basemap")
    return {
        name: [box(dialog, name).currentText(), box(dialog, name).isEnabled()] for name in names
    }


def said(dialog):
    """Return what the dialog says is in the way."""
    return dialog.findChild(QLabel, "actifPrintSaid").text()


def scenario(gui):
    """Steps of the test."""
    opened = Opened()
    folder = Path(gui.parameters["folder"])
    entry = next(a for a in gui.menu("Act'IF").actions() if a.text() in gui.parameters["entries"])

    def button(which=QDialogButtonBox.StandardButton.Ok):
        return gui.dialog().findChild(QDialogButtonBox).button(which)

    def write(name):
        gui.dialog().findChild(QgsFileWidget, "actifPrintFile").setFilePath(str(name))

    # No territory is open yet.
    gui.trigger(entry)
    yield gui.dialog
    yield 500
    gui.note("without a territory", [said(gui.dialog()), button().isEnabled()])
    gui.screenshot("imprimer-sans-territoire", gui.dialog())
    gui.dialog().reject()
    yield lambda: gui.dialog() is None

    gui.iface.addProject(gui.parameters["project"])
    yield lambda: QgsProject.instance().title()
    yield 1000
    companies = QgsProject.instance().mapLayersByName("Établissements")[0]
    names = set(gui.parameters["companies"])
    companies.selectByIds([f.id() for f in companies.getFeatures() if f["raison_sociale"] in names])

    gui.trigger(entry)
    yield gui.dialog
    yield 500
    dialog = gui.dialog()
    gui.screenshot("imprimer", dialog)
    looked = {}
    for at in range(box(dialog, "What").count()):
        box(dialog, "What").setCurrentIndex(at)
        yield 200
        name = box(dialog, "What").itemData(at).partition(":")[2]
        looked[name] = {
            "texts": texts(dialog),
            "cut": cut(dialog),
            "state": state(dialog),
            "file": dialog.findChild(QgsFileWidget, "actifPrintFile").filePath(),
        }
        gui.screenshot(f"imprimer-{name}", dialog)
    gui.note("looked", looked)
    gui.note("size", [dialog.width(), dialog.height()])

    # A part of a name is typed, as one does.
    choose(dialog, "What", "Carte")
    choose(dialog, "Edition", "lus")
    choose(dialog, "Paper", "A4")
    line = box(dialog, "Where").findChild(QLineEdit)
    line.setFocus()
    line.selectAll()
    yield 100
    line.setText("quercy caussadais")
    line.editingFinished.emit()
    yield 100
    gui.note("found", box(dialog, "Where").currentText())
    proposed = dialog.findChild(QgsFileWidget, "actifPrintFile").filePath()
    gui.note("proposed", proposed)
    # For the picture: the folder of a test says nothing to readers.
    write(Path(proposed).name)
    gui.note("told of elus", dialog.findChild(QLabel, "actifPrintEditionTold").text())
    gui.screenshot("imprimer-elus", dialog)

    # Places where nothing can be written: one sentence, and the dialog stays.
    refused = {}
    for name in ("nulle part/carte.pdf", ".", "/proc/carte.pdf"):
        write(folder / name)
        gui.click(button())
        yield lambda: said(gui.dialog())
        yield 200
        refused[name] = [said(gui.dialog()), gui.dialog() is dialog]
        gui.screenshot("imprimer-refus", dialog)
    gui.note("refused", refused)

    # For real, the ending left out.
    write(folder / "carte")
    gui.click(button())
    yield lambda: gui.dialog() is None
    yield 500
    bar = gui.iface.messageBar()
    gui.note("bar", bar.currentItem().text())
    gui.note("opened", list(opened.files))
    gui.screenshot("imprime")
    bar.clearWidgets()

    # The same again: it is remembered, and what is there is not replaced unasked.
    gui.trigger(entry)
    yield gui.dialog
    yield 300
    dialog = gui.dialog()
    gui.note("remembered", state(dialog))
    gui.note("folder", dialog.findChild(QgsFileWidget, "actifPrintFile").filePath())
    write(folder / "carte.pdf")
    before = (folder / "carte.pdf").stat().st_mtime_ns
    gui.click(button())
    yield lambda: isinstance(gui.dialog(), QMessageBox)
    yield 200
    gui.note("asked", gui.dialog().text())
    gui.screenshot("imprimer-remplacer", gui.dialog())
    gui.click(gui.dialog().button(QMessageBox.StandardButton.No))
    yield lambda: gui.dialog() is dialog
    gui.note("kept", (folder / "carte.pdf").stat().st_mtime_ns == before)

    # An atlas of all communes is too long: cancelled while its pages are drawn.
    choose(dialog, "What", "Atlas")
    choose(dialog, "Where", "Une page par commune")
    write(folder / "atlas.pdf")
    clicked = []

    def cancel():
        progress = next(iter(dialog.findChildren(QProgressDialog)), None)
        if progress is not None and progress.value() >= gui.parameters["cancel_at"]:
            gui.screenshot("imprimer-en-cours", progress)
            clicked.append(time.monotonic())
            progress.findChild(QPushButton).click()
        else:
            QTimer.singleShot(50, cancel)

    QTimer.singleShot(50, cancel)
    gui.click(button())
    yield lambda: clicked
    yield lambda: gui.dialog() is dialog and said(dialog)
    gui.note("cancelled", said(dialog))
    gui.note("stopped after", time.monotonic() - clicked[0])
    gui.note("left", sorted(one.name for one in folder.iterdir()))
    gui.screenshot("imprimer-annule", dialog)

    # QGIS goes on: the atlas of one perimeter, then the sheets of the selection.
    choose(dialog, "Edition", "Interne")
    choose(dialog, "Where", "EPCI : Communauté d'agglomération")
    gui.note("told of interne", dialog.findChild(QLabel, "actifPrintEditionTold").text())
    gui.click(button())
    yield lambda: gui.dialog() is None
    yield 300
    gui.trigger(entry)
    yield gui.dialog
    yield 300
    dialog = gui.dialog()
    choose(dialog, "What", "Fiche")
    choose(dialog, "Where", "3")
    dialog.findChild(QCheckBox, "actifPrintOpen").setChecked(False)
    write(folder / "fiches.pdf")
    gui.click(button())
    yield lambda: gui.dialog() is None
    yield 300
    gui.note("opened in the end", opened.files)
    gui.note("bar in the end", bar.currentItem().text())
    QDesktopServices.unsetUrlHandler("file")
