"""An officer opens the sheet of each kind of record."""

from qgis.core import QgsProject
from qgis.gui import QgsAttributeForm
from qgis.PyQt.QtWidgets import QApplication

RECORDS = {
    "Établissements": "\"raison_sociale\" = 'Cartonnages Gardelle'",
    "Besoins": '"nature" = \'matiere\' AND "quantite" > 100',
    "Ressources (offres)": "\"nature\" = 'equipement'",
    "Visites": "true",
    "Contacts": "true",
    "Synergies": "true",
}


def is_form(widget):
    """Tell an attribute form from the other windows."""
    return widget.metaObject().className() == "QgsAttributeDialog" or bool(
        widget.findChildren(QgsAttributeForm)
    )


def scenario(gui):
    """Steps of the test."""
    yield lambda: QgsProject.instance().title()
    yield 1000
    project = QgsProject.instance()
    for name, condition in RECORDS.items():
        layer = project.mapLayersByName(name)[0]
        layer.startEditing()
        feature = next(layer.getFeatures(condition))
        gui.iface.openFeatureForm(layer, feature, False, False)
        yield 1500
        form = next(w for w in QApplication.topLevelWidgets() if w.isVisible() and is_form(w))
        form.resize(900, 640)
        yield 500
        gui.screenshot(f"fiche-{layer.customProperty('actif/role')}", form)
        form.close()
        yield 300
        layer.rollBack()
