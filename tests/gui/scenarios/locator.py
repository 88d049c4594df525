"""An officer types a company, then a product, in the locator bar and goes there."""

from qgis.core import QgsProject
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QLineEdit, QTreeView


def scenario(gui):
    """Steps of the test."""
    yield lambda: QgsProject.instance().title()
    yield 1000
    line = gui.locator().findChild(QLineEdit)
    canvas = gui.iface.mapCanvas()

    def results():
        """Texts of the rows shown, groups included."""
        for view in gui.window.findChildren(QTreeView):
            if view.metaObject().className() == "QgsLocatorResultsView" and view.model():
                model = view.model()
                rows = range(model.rowCount())
                return [
                    str(model.data(model.index(row, 0), Qt.ItemDataRole.DisplayRole))
                    for row in rows
                ]
        return []

    for name in ("gardelle", "00001019900016", "palette"):
        line.setFocus()
        line.clear()
        QTest.keyClicks(line, f"act {name}")
        # The first search reads the nomenclatures; the next ones answer at once.
        yield 500
        yield results
        yield 700
        gui.note(f"results {name}", results())
    gui.screenshot("localisateur")
    line.clear()
    QTest.keyClicks(line, "act gardelle")
    yield lambda: any("Gardelle" in text for text in results())
    yield lambda: not any("Vertignac" in text for text in results())
    yield 500
    QTest.keyClick(line, Qt.Key.Key_Return)
    yield 1500
    centre = canvas.extent().center()
    gui.note("centre", [centre.x(), centre.y()])
    gui.note("scale", canvas.scale())
    company = next(
        QgsProject.instance()
        .mapLayersByName("Établissements")[0]
        .getFeatures("\"raison_sociale\" = 'Cartonnages Gardelle'")
    )
    point = company.geometry().asPoint()
    gui.note("company", [point.x(), point.y()])
