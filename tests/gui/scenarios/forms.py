"""An officer opens the sheet of each kind of record, and looks at each of its tabs."""

from qgis.core import QgsFeature, QgsProject, QgsVectorLayerUtils
from qgis.gui import QgsAttributeForm
from qgis.PyQt import sip
from qgis.PyQt.QtWidgets import QApplication, QLabel, QScrollArea, QTabWidget, QWidget

# What to open, by role; where there is no record, a new one.
RECORDS = {
    "etablissement": "\"raison_sociale\" = 'Cartonnages Gardelle'",
    "besoin": '"nature" = \'matiere\' AND "quantite" > 100',
    "offre": "\"nature\" = 'equipement'",
    "visite": '"prochaine_action" IS NOT NULL',
    "contact": "true",
    "synergie": "true",
    "synergie_membre": "true",
    "avis": "true",
    "commune": "true",
    "synonyme": "true",
    "ref_facteur": "true",
    "ref_filiere": "true",
    "ref_maillon": "true",
}
# Tabs whose picture is kept, besides the first.
MORE = {"etablissement": ("Adresse", "Besoins", "Visites"), "besoin": ("Partage et suivi",)}
# As the menu of the map opens them.
SIZE = (940, 660)


def is_form(widget):
    """Tell an attribute form from the other windows."""
    return widget.metaObject().className() == "QgsAttributeDialog" or bool(
        widget.findChildren(QgsAttributeForm)
    )


def sideways(form):
    """Return by how many pixels the pages in sight would have to be scrolled sideways."""
    areas = [w for w in form.findChildren(QWidget) if w.inherits("QScrollArea") and w.isVisible()]
    return max(
        (sip.cast(area, QScrollArea).horizontalScrollBar().maximum() for area in areas), default=0
    )


def cut(form):
    """Return the labels in sight that are narrower than their words."""
    return [
        label.text()
        for label in form.findChildren(QLabel)
        if label.isVisible() and not label.wordWrap() and label.width() < label.sizeHint().width()
    ]


def scenario(gui):
    """Steps of the test."""
    yield lambda: QgsProject.instance().title()
    yield 1000
    roles = {
        layer.customProperty("actif/role"): layer
        for layer in QgsProject.instance().mapLayers().values()
    }
    pages = {}
    for role, condition in RECORDS.items():
        layer = roles[role]
        layer.startEditing()
        feature = next(layer.getFeatures(condition), None)
        if feature is None:
            context = layer.createExpressionContext()
            feature = QgsVectorLayerUtils.createFeature(layer, QgsFeature().geometry(), {}, context)
        gui.iface.openFeatureForm(layer, feature, False, False)
        yield 1200
        form = next(w for w in QApplication.topLevelWidgets() if w.isVisible() and is_form(w))
        gui.note(f"opened {role}", [form.width(), form.height()])
        form.resize(*SIZE)
        yield 400
        tabs = next(iter(form.findChildren(QTabWidget)), None)
        for number in range(tabs.count() if tabs else 1):
            title = ""
            if tabs:
                tabs.setCurrentIndex(number)
                title = tabs.tabText(number)
                yield 250
            pages[f"{role}/{title}"] = [sideways(form), cut(form)]
            if number == 0:
                gui.screenshot(f"fiche-{role}", form)
            elif title in MORE.get(role, ()):
                gui.screenshot(f"fiche-{role}-{title.split()[0].lower()}", form)
        form.close()
        yield 200
        layer.rollBack()
    gui.note("pages", pages)
