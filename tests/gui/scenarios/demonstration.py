"""An officer makes the demonstration from the menu, looks at the map and opens a table."""

from qgis.core import QgsProject
from qgis.PyQt.QtWidgets import QFileDialog


def scenario(gui):
    """Steps of the test."""
    # The native folder dialog cannot be driven; the rest is what a user does.
    QFileDialog.getExistingDirectory = lambda *_: gui.parameters["folder"]
    menu = gui.menu("Act'IF")
    entry = next(a for a in menu.actions() if gui.parameters["entry"] in a.text())
    gui.trigger(entry)
    project = QgsProject.instance()
    yield lambda: project.title()
    canvas = gui.iface.mapCanvas()
    yield 1500
    yield lambda: not canvas.isDrawing()
    gui.note("title", project.title())
    gui.note("groups", [group.name() for group in project.layerTreeRoot().findGroups()])
    gui.note("invalid", [x.name() for x in project.mapLayers().values() if not x.isValid()])
    gui.screenshot("demonstration")

    project.mapThemeCollection().applyTheme(
        "Ressources et besoins",
        project.layerTreeRoot(),
        gui.iface.layerTreeView().layerTreeModel(),
    )
    establishments = project.mapLayersByName("Établissements")[0]
    found = next(establishments.getFeatures("\"commune_nom\" = 'Montauban'"))
    canvas.setCenter(found.geometry().asPoint())
    canvas.zoomScale(25_000)
    yield 1500
    yield lambda: not canvas.isDrawing()
    gui.screenshot("montauban")

    needs = project.mapLayersByName("Besoins")[0]
    table = gui.iface.showAttributeTable(needs)
    yield 2000
    gui.note("table", table.windowTitle())
    gui.screenshot("table", table)
    table.close()
    yield 200
