"""An adviser notes a need of a company: three words, then the keyboard."""

from qgis.core import QgsProject, QgsVectorLayerUtils
from qgis.gui import QgsAttributeEditorContext
from qgis.PyQt.QtCore import QEvent, Qt, QTimer
from qgis.PyQt.QtGui import QKeyEvent
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QApplication, QCheckBox, QDialogButtonBox, QLineEdit, QWidget

ALT = Qt.KeyboardModifier.AltModifier


def strike(text):
    """Type where the keyboard goes; QTest.keyClicks knows no accents."""
    none = Qt.KeyboardModifier.NoModifier
    for letter in text:
        target = QApplication.activePopupWidget() or QApplication.focusWidget()
        QApplication.sendEvent(target, QKeyEvent(QEvent.Type.KeyPress, 0, none, letter))


def press(key, modifier=Qt.KeyboardModifier.NoModifier):
    """Press a key where the keyboard goes."""
    QTest.keyClick(QApplication.activePopupWidget() or QApplication.focusWidget(), key, modifier)


def line_in(dialog):
    """Return the line of the picker of the code: the one that is shown first."""
    for widget in dialog.findChildren(QWidget):
        if type(widget).__name__ == "ProductPicker" and widget.context().nomenclature != "DECHET":
            return widget.findChild(QLineEdit)
    raise LookupError("no picker in the form")


def scenario(gui):
    """Steps of the test."""
    yield lambda: QgsProject.instance().title()
    yield 1000
    project = QgsProject.instance()
    companies = project.mapLayersByName("Établissements")[0]
    needs = project.mapLayersByName("Besoins")[0]
    position = needs.fields().indexOf("code")
    gui.note("type", needs.editorWidgetSetup(position).type())
    gui.note("dirty", project.isDirty())
    company = next(companies.getFeatures("\"naf_code\" = '16.24Z'"))
    gui.note("company", company["raison_sociale"])
    needs.startEditing()
    values = {"etablissement_id": company["id"], "nature": "matiere", "libelle": "Essai au clavier"}
    feature = QgsVectorLayerUtils.createFeature(
        needs,
        company.geometry(),
        {needs.fields().indexOf(name): value for name, value in values.items()},
        needs.createExpressionContext(),
    )
    dialog = gui.iface.getFeatureForm(needs, feature)
    dialog.setMode(QgsAttributeEditorContext.Mode.AddFeatureMode)
    QTimer.singleShot(0, dialog.exec)
    yield gui.dialog
    dialog.resize(960, 640)
    dialog.activateWindow()
    yield 800
    line = line_in(dialog)
    line.setFocus()
    yield 200
    press(Qt.Key.Key_Down)
    yield 300
    gui.screenshot("picker-habituels")
    gui.note("usual", [row.code for row in line.parentWidget().rows()])
    press(Qt.Key.Key_Escape)
    strike("palettes bois usagées")
    yield 600
    gui.note("rows", [[row.code, row.label, row.detail] for row in line.parentWidget().rows()])
    press(Qt.Key.Key_Down)
    yield 200
    gui.screenshot("picker")
    press(Qt.Key.Key_Return)
    yield 300
    gui.note("open after Enter", gui.dialog() is not None)
    gui.note("chosen", line.parentWidget().value())
    gui.note("text", line.text())
    press(Qt.Key.Key_Down, ALT)
    yield 300
    gui.screenshot("picker-niveaux")
    press(Qt.Key.Key_Return)
    yield 300
    gui.note("finer", line.parentWidget().value())
    press(Qt.Key.Key_Up, ALT)
    yield 300
    gui.note("coarser", line.parentWidget().value())
    strike("zzqq")
    yield 400
    dialog.findChild(QDialogButtonBox).setFocus()
    yield 300
    gui.screenshot("picker-inconnu", dialog)
    gui.note("unknown", [line.text(), line.parentWidget().value()])
    line.setFocus()
    yield 100
    strike("palettes bois usagées")
    yield 600
    press(Qt.Key.Key_Down)
    press(Qt.Key.Key_Down)
    press(Qt.Key.Key_Return)
    yield 300
    box = line.parentWidget().findChild(QCheckBox)
    gui.note("offered", [box.isVisible(), box.isChecked(), box.text()])
    gui.screenshot("picker-retenir", dialog)
    strike("palettes bois usagées")
    yield 600
    press(Qt.Key.Key_Down)
    press(Qt.Key.Key_Return)
    yield 300
    gui.note("offered for the first", box.isVisible())
    gui.screenshot("picker-choisi", dialog)
    box = dialog.findChild(QDialogButtonBox)
    gui.click(box.button(QDialogButtonBox.StandardButton.Ok))
    yield lambda: gui.dialog() is None
    yield 300
    gui.note("committed", needs.commitChanges())
    gui.note("errors", needs.commitErrors())
    gui.iface.showAttributeTable(needs, "\"libelle\" = 'Essai au clavier'")
    yield 1500
    gui.screenshot("picker-table")
    gui.note("written", project.write())
    gui.note("type after", needs.editorWidgetSetup(position).type())
