"""An adviser clicks a company on the map and notes a need, from the click to the saved record."""

from qgis.core import QgsFeatureRequest, QgsProject, QgsRectangle
from qgis.PyQt.QtCore import QEvent, QPoint, Qt, QTimer
from qgis.PyQt.QtGui import QKeyEvent
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QApplication, QWidget

WORDS = "palettes en bois"
NONE = Qt.KeyboardModifier.NoModifier


class Hands:
    """A mouse and a keyboard that count what they do."""

    def __init__(self):
        self.clicks = self.letters = self.keys = 0

    def click(self, widget, at, button=Qt.MouseButton.LeftButton):
        """Click; done once the scenario has yielded, since a menu or a form may open."""
        self.clicks += 1
        QTimer.singleShot(0, lambda: QTest.mouseClick(widget, button, NONE, at))

    def type(self, text):
        """Type where the keyboard goes; QTest.keyClicks knows no accents."""
        for letter in text:
            self.letters += 1
            target = QApplication.activePopupWidget() or QApplication.focusWidget()
            QApplication.sendEvent(target, QKeyEvent(QEvent.Type.KeyPress, 0, NONE, letter))

    def press(self, key):
        """Press a key; done once the scenario has yielded, since a form may close."""
        self.keys += 1
        target = QApplication.activePopupWidget() or QApplication.focusWidget()
        QTimer.singleShot(0, lambda: QTest.keyClick(target, key))


def is_editor(widget):
    """Tell the editor of a field, whole, from what it is made of."""
    return widget.metaObject().className() == "QgsAttributeFormEditorWidget"


def scenario(gui):
    """Steps of the test."""
    yield lambda: QgsProject.instance().title()
    yield 1000
    project = QgsProject.instance()
    companies = project.mapLayersByName("Établissements")[0]
    needs = project.mapLayersByName("Besoins")[0]
    company = next(companies.getFeatures("\"raison_sociale\" = 'Cartonnages Gardelle'"))
    point = company.geometry().asPoint()
    canvas = gui.iface.mapCanvas()
    gui.iface.actionPan().trigger()
    canvas.setCenter(point)
    canvas.zoomScale(5_000)
    yield 800
    yield lambda: not canvas.isDrawing()
    before = canvas.grab().toImage()
    hands = Hands()

    pixel = canvas.getCoordinateTransform().transform(point)
    at = QPoint(round(pixel.x()), round(pixel.y()))
    hands.click(canvas.viewport(), at, Qt.MouseButton.RightButton)
    yield QApplication.activePopupWidget
    menu = QApplication.activePopupWidget()
    yield 300
    own = next(entry for entry in menu.actions() if "Gardelle" in entry.text())
    hands.click(menu, menu.actionGeometry(own).center())
    yield own.menu().isVisible
    yield 300
    gui.screenshot("menu-entreprise", canvas, popups=True)
    add = next(entry for entry in own.menu().actions() if gui.parameters["entry"] in entry.text())
    hands.click(own.menu(), own.menu().actionGeometry(add).center())
    yield gui.dialog
    dialog = gui.dialog()
    dialog.activateWindow()
    yield 800
    gui.note("focus", QApplication.focusWidget().objectName())
    visible = {}
    for name in ("etablissement_id", "libelle", "code"):
        editor = next(w for w in dialog.findChildren(QWidget, name) if is_editor(w))
        visible[name] = editor.visibleRegion().boundingRect().size() == editor.size()
    gui.note("visible", visible)

    hands.type(WORDS)
    hands.press(Qt.Key.Key_Tab)
    yield 150
    gui.note("after words", QApplication.focusWidget().objectName())
    hands.type("m")
    yield 150
    hands.press(Qt.Key.Key_Tab)
    yield 200
    hands.press(Qt.Key.Key_Down)
    yield 600
    gui.screenshot("besoin-suggestions", dialog, popups=True)
    hands.press(Qt.Key.Key_Return)
    yield 300
    gui.screenshot("besoin-saisi", dialog)
    hands.press(Qt.Key.Key_Return)
    yield lambda: gui.dialog() is None
    gui.note("count", [hands.clicks, hands.letters, hands.keys])
    gui.note("editing", needs.isEditable())

    yield 500
    yield lambda: not canvas.isDrawing()
    gui.note("redrawn", canvas.grab().toImage() != before)
    box = QgsRectangle(point.x() - 1, point.y() - 1, point.x() + 1, point.y() + 1)
    words = [feature["libelle"] for feature in needs.getFeatures(QgsFeatureRequest(box))]
    gui.note("on the map", words.count(WORDS))
    gui.screenshot("besoin-carte")
