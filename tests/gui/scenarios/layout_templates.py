"""An officer copies the templates, finds them in the layout manager, and makes a layout of one."""

from pathlib import Path

from qgis.core import QgsApplication
from qgis.PyQt.QtWidgets import QApplication, QComboBox, QDialog


def manager_window():
    """Return the layout manager, where it is open."""
    names = [w for w in QApplication.topLevelWidgets() if isinstance(w, QDialog) and w.isVisible()]
    return next((w for w in names if w.findChild(QComboBox, "mTemplate")), None)


def scenario(gui):
    """Copy twice, then look."""
    menu = gui.menu("Act'IF")
    (entry,) = [a for a in menu.actions() if a.text() in gui.parameters["entries"]]
    bar = gui.iface.messageBar()
    told = []
    for _ in range(2):
        bar.clearWidgets()
        gui.trigger(entry)
        yield lambda: bar.currentItem() is not None
        told.append(bar.currentItem().text())
    gui.note("told", told)
    gui.screenshot("copied")
    folder = Path(QgsApplication.qgisSettingsDirPath()) / "composer_templates"
    gui.note("files", sorted(path.name for path in folder.iterdir()))

    gui.trigger(gui.iface.actionShowLayoutManager())
    yield lambda: manager_window() is not None
    window = manager_window()
    box = window.findChild(QComboBox, "mTemplate")
    gui.note("offered", [box.itemText(at) for at in range(box.count())])
    gui.screenshot("manager", window)
    window.close()
