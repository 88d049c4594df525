"""An adviser selects two records of one company, compares them and merges them."""

from qgis.core import QgsProject
from qgis.gui import QgsMapMouseEvent
from qgis.PyQt.QtCore import QEvent, QPoint, Qt
from qgis.PyQt.QtWidgets import QDialogButtonBox, QLabel, QMenu, QRadioButton, QTableWidget


def map_menu(gui):
    """Return the texts of the menu that the map shows in its middle."""
    canvas = gui.iface.mapCanvas()
    where = QPoint(canvas.width() // 2, canvas.height() // 2)
    press, none = QEvent.Type.MouseButtonPress, Qt.KeyboardModifier.NoModifier
    right = Qt.MouseButton.RightButton
    menu = QMenu(gui.window)
    canvas.contextMenuAboutToShow.emit(
        menu, QgsMapMouseEvent(canvas, press, where, right, right, none)
    )
    return [action.text() for action in menu.actions() if action.text()]


def column(grid, number):
    """Return the texts of a column of the comparison, by row title."""
    rows = range(1, grid.rowCount())
    return {grid.verticalHeaderItem(r).text(): grid.item(r, number).text() for r in rows}


def scenario(gui):
    """Steps of the test."""
    yield lambda: QgsProject.instance().title()
    yield 800
    companies = QgsProject.instance().mapLayersByName("Établissements")[0]
    bar = gui.iface.messageBar()
    menu = gui.menu("Act'IF")
    action = next(a for a in menu.actions() if a.text() in gui.parameters["titles"])

    def told():
        item = bar.currentItem()
        text = item.text() if item else ""
        bar.clearWidgets()
        return text

    gui.note("map menu without a selection", map_menu(gui))
    gui.trigger(action)
    yield 300
    gui.note("nothing selected", told())

    chosen = [f.id() for f in companies.getFeatures() if f["id"] in gui.parameters["ids"]]
    companies.selectByIds(chosen)
    gui.note("map menu", map_menu(gui))
    gui.note("before", companies.featureCount())

    companies.startEditing()
    companies.changeAttributeValue(chosen[0], companies.fields().indexOf("enseigne"), "X")
    gui.trigger(action)
    yield 300
    gui.note("unsaved", told())
    companies.rollBack()

    companies.startEditing()
    gui.trigger(action)
    yield gui.dialog
    yield 300
    dialog = gui.dialog()
    grid = dialog.findChild(QTableWidget)
    gui.note("texts", [label.text() for label in dialog.findChildren(QLabel)])
    gui.note("size", [dialog.width(), dialog.height()])
    gui.note("first", column(grid, 0))
    gui.note("second", column(grid, 1))
    gui.note("result", column(grid, 2))
    buttons = dialog.findChildren(QRadioButton)
    gui.note("proposed", [button.isChecked() for button in buttons])
    gui.screenshot("fusion", dialog)
    other = next(button for button in buttons if not button.isChecked())
    gui.click(other, QPoint(8, other.height() // 2))
    yield other.isChecked
    gui.note("other result", column(grid, 2))
    box = dialog.findChild(QDialogButtonBox)
    gui.click(box.button(QDialogButtonBox.StandardButton.Cancel))
    yield lambda: gui.dialog() is None
    gui.note("after cancel", companies.featureCount())

    gui.trigger(action)
    yield gui.dialog
    yield 300
    box = gui.dialog().findChild(QDialogButtonBox)
    gui.click(box.button(QDialogButtonBox.StandardButton.Ok))
    yield lambda: gui.dialog() is None
    yield 500
    gui.note("merged", told())
    gui.note("after", companies.featureCount())
    gui.note("selected", [f["id"] for f in companies.selectedFeatures()])
    gui.note("editing", companies.isEditable())
    companies.rollBack()
