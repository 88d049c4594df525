"""An officer types an address and goes there, opens the options, adds a company on the map."""

from qgis.core import QgsPointXY, QgsProject
from qgis.gui import QgsAttributeDialog, QgsMapMouseEvent
from qgis.PyQt import sip
from qgis.PyQt.QtCore import QEvent, QPoint, Qt, QTimer
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import (
    QDialogButtonBox,
    QLineEdit,
    QMenu,
    QTreeView,
)


def set_service(gui, url):
    """What the options page writes."""
    from actif_plugin import settings

    settings.GEOCODER.set_url(url)


def results(gui):
    """Texts of the rows that the locator shows, groups included."""
    for view in gui.window.findChildren(QTreeView):
        if view.metaObject().className() == "QgsLocatorResultsView" and view.model():
            model = view.model()
            return [
                str(model.data(model.index(row, 0), Qt.ItemDataRole.DisplayRole))
                for row in range(model.rowCount())
            ]
    return []


def new_company(gui, point):
    """Right-click where nothing is, and return the entry that adds a company."""
    canvas = gui.iface.mapCanvas()
    pixel = canvas.getCoordinateTransform().transform(point)
    where = QPoint(round(pixel.x()), round(pixel.y()))
    right, none = Qt.MouseButton.RightButton, Qt.KeyboardModifier.NoModifier
    event = QgsMapMouseEvent(canvas, QEvent.Type.MouseButtonPress, where, right, right, none)
    menu = QMenu(gui.window)
    canvas.contextMenuAboutToShow.emit(menu, event)
    gui.menu_kept = menu
    return next(action for action in menu.actions() if action.text())


def scenario(gui):
    """Steps of the test."""
    yield lambda: QgsProject.instance().title()
    yield 1000
    set_service(gui, gui.parameters["url"])
    line = gui.locator().findChild(QLineEdit)
    canvas = gui.iface.mapCanvas()

    # Without the prefix: what reads as an address is asked, a name is not.
    for name, typed in (("name", "gardelle"), ("address", "12 rue de l")):
        line.setFocus()
        line.clear()
        QTest.keyClicks(line, typed)
        yield 2500
        gui.note(f"results {name}", results(gui))
    line.clear()
    QTest.keyClicks(line, "adr 12 rue")
    yield lambda: any("Montauban" in text for text in results(gui))
    yield 500
    gui.screenshot("localisateur-adresse")
    QTest.keyClick(line, Qt.Key.Key_Return)
    yield 1500
    centre = canvas.extent().center()
    gui.note("centre", [centre.x(), centre.y()])
    gui.note("scale", canvas.scale())

    # Out of order: the locator says so, and choosing the sentence does nothing.
    set_service(gui, gui.parameters["nobody"])
    line.setFocus()
    line.clear()
    QTest.keyClicks(line, "adr 12 rue de")
    yield lambda: results(gui)
    yield 500
    gui.note("results offline", results(gui))
    QTest.keyClick(line, Qt.Key.Key_Return)
    yield 500
    line.clear()
    set_service(gui, gui.parameters["url"])

    # A company added on the map gets its address while its form is open.
    point = canvas.extent().center()
    gui.trigger(new_company(gui, point))
    yield gui.dialog
    form = sip.cast(gui.dialog(), QgsAttributeDialog).attributeForm()
    yield lambda: form.currentFormFeature()["commune_nom"] == "Montauban"
    yield 300
    gui.screenshot("nouvelle-entreprise", gui.dialog())
    names = ("adresse", "code_postal", "commune_insee", "commune_nom")
    gui.note("filled", [form.currentFormFeature()[name] for name in names])
    form.changeAttribute("raison_sociale", "Essai d'adresse")
    box = gui.dialog().findChild(QDialogButtonBox)
    gui.click(box.button(QDialogButtonBox.StandardButton.Ok))
    yield lambda: gui.dialog() is None
    yield 300

    # Offline the form works as well, and the reason is told.
    set_service(gui, gui.parameters["nobody"])
    gui.iface.messageBar().clearWidgets()
    gui.trigger(new_company(gui, QgsPointXY(point.x() + 100, point.y())))
    yield gui.dialog
    yield lambda: gui.iface.messageBar().currentItem() is not None
    gui.note("told", gui.iface.messageBar().currentItem().text())
    gui.dialog().reject()
    yield lambda: gui.dialog() is None

    # The options, as a user finds them.
    set_service(gui, "")

    def fill():
        dialog = gui.dialog()
        line = dialog.findChild(QLineEdit, "actifUrl_geocoder")
        gui.note("grey", line.placeholderText())
        line.setText(gui.parameters["url"] + "/")
        gui.screenshot("options", dialog)
        box = dialog.findChild(QDialogButtonBox)
        gui.click(box.button(QDialogButtonBox.StandardButton.Ok))

    QTimer.singleShot(0, lambda: gui.iface.showOptionsDialog(gui.window, "Act'IF"))
    yield gui.dialog
    yield 1000
    fill()
    yield lambda: gui.dialog() is None
    from actif_plugin import settings

    gui.note("written", settings.GEOCODER.url)
    settings.GEOCODER.set_url("")
