"""An adviser right-clicks a company on the map and notes a need of each nature."""

from qgis.core import QgsProject
from qgis.gui import QgsAttributeDialog
from qgis.PyQt import sip
from qgis.PyQt.QtWidgets import QDialogButtonBox

NATURES = (
    "Matière",
    "Énergie",
    "Eau",
    "Équipement",
    "Espace",
    "Logistique",
    "Service",
    "Compétence",
)


def scenario(gui):
    """Steps of the test."""
    yield lambda: QgsProject.instance().title()
    yield 800
    project = QgsProject.instance()
    companies = project.mapLayersByName("Établissements")[0]
    needs = project.mapLayersByName("Besoins")[0]
    company = next(companies.getFeatures("\"raison_sociale\" = 'Cartonnages Gardelle'"))
    canvas = gui.iface.mapCanvas()
    canvas.setCenter(company.geometry().asPoint())
    canvas.zoomScale(5_000)
    yield 1000
    before = needs.featureCount()
    menu = gui.map_menu(company.geometry().asPoint())
    own = next(a.menu() for a in menu.actions() if a.menu() and "Gardelle" in a.text())
    gui.note("entries", [a.text() for a in own.actions()])
    for number, nature in enumerate(NATURES):
        gui.trigger(own.actions()[2])
        yield gui.dialog
        yield 600
        dialog = gui.dialog()
        form = sip.cast(dialog, QgsAttributeDialog).attributeForm()
        form.changeAttribute("libelle", f"Essai {nature}")
        form.changeAttribute("nature", gui.parameters["natures"][number])
        form.changeAttribute("code", "N1103" if nature == "Compétence" else "16.2")
        yield 400
        gui.screenshot(f"besoin-{gui.parameters['natures'][number]}", dialog)
        box = dialog.findChild(QDialogButtonBox)
        gui.click(box.button(QDialogButtonBox.StandardButton.Ok))
        yield lambda: gui.dialog() is None
        yield 400
    gui.note("added", needs.featureCount() - before)
    gui.note("editing", needs.isEditable())
    empty = canvas.extent().center()
    empty.setX(empty.x() + canvas.extent().width() / 3)
    gui.note("elsewhere", [a.text() for a in gui.map_menu(empty).actions() if a.text()])
