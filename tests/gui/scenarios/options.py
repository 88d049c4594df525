"""An adviser opens the options of QGIS, looks at Act'IF's page, changes everything, comes back."""

from qgis.core import QgsSettings
from qgis.gui import QgsColorButton, QgsFileWidget
from qgis.PyQt.QtCore import QTimer
from qgis.PyQt.QtGui import QColor
from qgis.PyQt.QtWidgets import (
    QDialogButtonBox,
    QDoubleSpinBox,
    QGroupBox,
    QLabel,
    QLineEdit,
    QScrollArea,
    QSpinBox,
)


def scenario(gui):
    """Steps of the test."""
    yield 500

    def show():
        QTimer.singleShot(0, lambda: gui.iface.showOptionsDialog(gui.window, "Act'IF"))

    def part(kind, name):
        return gui.dialog().findChild(kind, name)

    def page():
        return part(QLineEdit, "actifOrganisation").window().findChild(QScrollArea, "actifOptions")

    def close(which):
        gui.click(gui.dialog().findChild(QDialogButtonBox).button(which))

    buttons = QDialogButtonBox.StandardButton
    show()
    yield gui.dialog
    yield 1000
    inside = page().widget()
    gui.screenshot("options-actif", gui.dialog())
    gui.screenshot("options-page", inside)
    texts = [box.title() for box in inside.findChildren(QGroupBox)]
    labels = [one for one in inside.findChildren(QLabel) if one.text()]
    lines = inside.findChildren(QLineEdit)
    gui.note("texts", [*texts, *(one.text() for one in labels)])
    gui.note("grey", [one.placeholderText() for one in lines if one.placeholderText()])
    cut = [one.text() for one in labels if one.sizeHint().width() > one.width() + 1]
    # Of a long address the beginning is enough.
    for line in (one for one in lines if "://" not in one.placeholderText()):
        widest = line.fontMetrics().horizontalAdvance(line.placeholderText())
        cut += [line.placeholderText()] if widest > line.width() - 8 else []
    gui.note("cut", cut)
    gui.note("too wide", page().horizontalScrollBar().maximum())
    gui.note("height", gui.dialog().height())

    part(QLineEdit, "actifOrganisation").setText("CCI d'essai")
    part(QgsFileWidget, "actifLogo").setFilePath(gui.parameters["logo"])
    part(QgsColorButton, "actifColour").setColor(QColor("#123456"))
    part(QLineEdit, "actifDisclaimer").setText("Sans valeur contractuelle.")
    part(QDoubleSpinBox, "actifReach_energie").setValue(3.5)
    part(QSpinBox, "actifTimeout").setValue(45)
    part(QLineEdit, "actifUrl_valhalla").setText("http://localhost:8002")
    close(buttons.Ok)
    yield lambda: gui.dialog() is None

    kept = QgsSettings()
    kept.beginGroup("actif")
    gui.note("kept", {key: str(kept.value(key)) for key in kept.allKeys()})
    kept.endGroup()

    show()
    yield gui.dialog
    yield 1000
    gui.note("organisation", part(QLineEdit, "actifOrganisation").text())
    gui.note("colour", part(QgsColorButton, "actifColour").color().name())
    gui.note("reach", part(QDoubleSpinBox, "actifReach_energie").value())
    part(QLineEdit, "actifOrganisation").setText("Jamais")
    gui.screenshot("options-changees", page().widget())
    close(buttons.Cancel)
    yield lambda: gui.dialog() is None
    gui.note("after cancel", QgsSettings().value("actif/print/organisation"))
