"""An officer imports a list whose columns are not all recognised, twice."""

from qgis.core import QgsProject
from qgis.PyQt.QtWidgets import QApplication, QLabel, QTableWidget, QWidget


def processing_dialog():
    """Return the dialog of an algorithm that is open, if any."""
    windows = QApplication.topLevelWidgets()
    found = (w for w in windows if type(w).__name__ == "AlgorithmDialog" and w.isVisible())
    return next(found, None)


def columns_of(dialog):
    """Return the widget of the columns in an import's dialog."""
    widgets = dialog.findChildren(QWidget)
    return next(w for w in widgets if type(w).__name__ == "FieldMapWidget")


def shown(grid):
    """Return the column and the sample beside each field."""
    return {
        grid.item(row, 0).text(): [
            grid.cellWidget(row, 1).currentText(),
            grid.item(row, 2).text(),
        ]
        for row in range(grid.rowCount())
    }


def scenario(gui):
    """Steps of the test."""
    yield lambda: QgsProject.instance().title()
    yield 500
    themes = [a.menu() for a in gui.menu("Act'IF").actions() if a.menu()]
    entries = [entry for theme in themes for entry in theme.actions()]
    action = next(entry for entry in entries if entry.text() in gui.parameters["titles"])
    gui.trigger(action)
    yield lambda: processing_dialog() is not None
    yield 500
    dialog = processing_dialog()
    gui.note("size", [dialog.width(), dialog.height()])
    dialog.setGeometry(0, 0, 1100, 720)
    columns = columns_of(dialog)
    grid = columns.findChild(QTableWidget)
    dialog.setParameters({"INPUT": gui.parameters["list"]})
    yield lambda: grid.rowCount() > 0
    yield 300
    gui.note("guess", shown(grid))
    gui.note("notice", columns.findChild(QLabel).text())
    gui.screenshot("colonnes")
    gui.note("sideways", grid.horizontalScrollBar().maximum())
    fields = [grid.item(row, 0).text() for row in range(grid.rowCount())]
    combo = grid.cellWidget(fields.index("Raison sociale"), 1)
    combo.setCurrentIndex(combo.findText("Nom d'ici"))
    combo.activated.emit(combo.currentIndex())
    yield 200
    gui.note("corrected", shown(grid))
    gui.click(dialog.runButton())
    yield lambda: dialog.runButton().isEnabled() and dialog.results()
    gui.note("created", dialog.results().get("CREATED"))
    dialog.reject()
    yield lambda: processing_dialog() is None

    gui.trigger(action)
    yield lambda: processing_dialog() is not None
    yield 500
    dialog = processing_dialog()
    dialog.setGeometry(0, 0, 1100, 720)
    dialog.setParameters({"INPUT": gui.parameters["list"]})
    columns = columns_of(dialog)
    yield lambda: columns.findChild(QTableWidget).rowCount() > 0
    yield 300
    gui.note("remembered", shown(columns.findChild(QTableWidget)))
    gui.note("second notice", columns.findChild(QLabel).text())
    gui.screenshot("colonnes-retenues")
    dialog.reject()
    yield lambda: processing_dialog() is None
