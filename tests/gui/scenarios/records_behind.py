"""An officer reads the ranked table of what is missing, and opens the records behind a row."""

from qgis.core import QgsProject
from qgis.PyQt.QtWidgets import QApplication, QDialog, QToolButton


def tables():
    """Return the attribute tables that are open, by title."""
    return {
        widget.windowTitle(): widget
        for widget in QApplication.topLevelWidgets()
        if isinstance(widget, QDialog) and widget.isVisible() and widget.windowTitle()
    }


def buttons(table, texts):
    """Return the buttons that rows have for our action."""
    return [
        button
        for button in table.findChildren(QToolButton)
        if button.defaultAction() is not None and button.defaultAction().text() in texts
    ]


def scenario(gui):
    """Steps of the test."""
    project = QgsProject.instance()
    yield lambda: project.title()
    yield 800
    coverage = project.mapLayersByName("Couverture par produit")[0]
    table = gui.iface.showAttributeTable(coverage)
    table.resize(1400, 600)
    yield lambda: buttons(table, gui.parameters["titles"])
    yield 500
    gui.screenshot("couverture", table)
    found = buttons(table, gui.parameters["titles"])
    gui.note("title", found[0].defaultAction().text())
    before = set(tables())
    gui.click(found[0])
    yield lambda: set(tables()) - before
    yield 1000
    gui.note("tables", sorted(set(tables()) - before))
    for name in ("Besoins", "Ressources (offres)"):
        layer = project.mapLayersByName(name)[0]
        gui.note(name, sorted(feature["code"] for feature in layer.selectedFeatures()))
    opened = [widget for title, widget in tables().items() if title not in before]
    gui.screenshot("fiches", opened[0])
    for widget in [*opened, table]:
        widget.close()
    yield 200
