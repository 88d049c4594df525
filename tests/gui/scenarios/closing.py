"""An adviser closes QGIS with edits that are not saved; then QGIS dies right after a save."""

import os
import signal

from qgis.core import QgsProject
from qgis.gui import QgsAttributeDialog
from qgis.PyQt import sip
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QDialogButtonBox, QLabel


def scenario(gui):
    """Steps of the test."""
    yield lambda: QgsProject.instance().title()
    yield 800
    project = QgsProject.instance()
    companies = project.mapLayersByName("Établissements")[0]
    needs = project.mapLayersByName("Besoins")[0]
    company = next(companies.getFeatures("\"raison_sociale\" = 'Cartonnages Gardelle'"))
    point = company.geometry().asPoint()
    canvas = gui.iface.mapCanvas()
    canvas.setCenter(point)
    canvas.zoomScale(5_000)
    yield 1000

    if gui.parameters["die"]:
        menu = gui.map_menu(point)
        own = next(a.menu() for a in menu.actions() if a.menu() and "Gardelle" in a.text())
        gui.trigger(own.actions()[2])
        yield gui.dialog
        yield 500
        dialog = gui.dialog()
        form = sip.cast(dialog, QgsAttributeDialog).attributeForm()
        form.changeAttribute("libelle", "Avant la panne")
        box = dialog.findChild(QDialogButtonBox)
        gui.click(box.button(QDialogButtonBox.StandardButton.Ok))
        yield lambda: gui.dialog() is None
        # Another one is being typed, and not saved, when everything stops.
        needs.startEditing()
        feature = next(needs.getFeatures("\"libelle\" = 'Avant la panne'"))
        position = needs.fields().indexOf("libelle")
        needs.changeAttributeValue(feature.id(), position, "Jamais enregistré")
        os.kill(os.getpid(), signal.SIGKILL)

    needs.startEditing()
    feature = next(needs.getFeatures())
    needs.changeAttributeValue(feature.id(), needs.fields().indexOf("libelle"), "Pas enregistré")
    gui.trigger(gui.iface.actionExit())
    yield gui.dialog
    yield 400
    gui.screenshot("fermer-sans-enregistrer")
    gui.note("asked", [label.text() for label in gui.dialog().findChildren(QLabel)])
    QTest.keyClick(gui.dialog(), Qt.Key.Key_Escape)
    yield lambda: gui.dialog() is None
    yield 300
    gui.note("still there", gui.window.isVisible() and needs.isModified())
    needs.rollBack()
