"""An adviser opens the dialogs of the algorithms on the demonstration, and fills some of them."""

from qgis.core import QgsProcessingContext, QgsProject
from qgis.PyQt.QtWidgets import QCheckBox, QComboBox, QLabel, QLineEdit, QScrollArea


def scenario(gui):
    """Steps of the test."""
    import processing

    yield lambda: QgsProject.instance().title()
    yield 500

    def opened(name, parameters=None):
        dialog = processing.createAlgorithmDialog(f"actif:{name}", parameters or {})
        dialog.show()
        return dialog

    def wrappers(dialog):
        return dialog.mainWidget().wrappers

    cut, texts = {}, {}
    for name in gui.parameters["algorithms"]:
        dialog = opened(name)
        yield 150
        panel = dialog.mainWidget()
        area = max(dialog.findChildren(QScrollArea), key=lambda one: one.width() * one.height())
        room = area.viewport().width()
        shown = [
            one for kind in (QLabel, QCheckBox) for one in panel.findChildren(kind) if one.text()
        ]
        texts[name] = [one.text() for one in shown]
        # The others are words of QGIS.
        ours = tuple(one.description() for one in dialog.algorithm().parameterDefinitions())
        cut[name] = [
            one.text()
            for one in shown
            if one.text().startswith(ours) and one.sizeHint().width() > room
        ]
        dialog.close()
    gui.note("cut", cut)
    gui.note("texts", texts)

    # A link, by a word of its name.
    dialog = opened("siting")
    wrapper = wrappers(dialog)["LINK"]
    box = wrapper.widget
    gui.note("links", box.count())
    gui.note("no link yet", wrapper.value())
    box.setCurrentIndex(box.findText("Bois et ameublement : Sciage et rabotage"))
    gui.note("link", wrapper.value())
    box.setEditText("mon.maillon")
    gui.note("own link", wrapper.value())
    wrapper.setValue("bois.scierie")
    gui.note("link from a script", box.currentText())
    gui.note("chains of the territory", str(wrappers(dialog)["CHAINS"].parameterValue()))
    dialog.close()

    dialog = opened("valuechains", {"CHAIN": "bois, metal"})
    yield 200
    gui.note("chains", wrappers(dialog)["CHAIN"].value())
    gui.note("chains shown", wrappers(dialog)["CHAIN"].widget.currentText())
    gui.screenshot("dialogue-filieres", dialog)
    dialog.close()

    dialog = opened("poolneeds", {"CRITICAL_UNIT": "t"})
    yield 200
    gui.note("unit", [wrappers(dialog)["CRITICAL_UNIT"].value()])
    gui.note("unit shown", wrappers(dialog)["CRITICAL_UNIT"].widget.currentText())
    wrappers(dialog)["CRITICAL_UNIT"].widget.setEditText("")
    gui.note("no unit", wrappers(dialog)["CRITICAL_UNIT"].value())
    dialog.close()

    # Products, found one after the other.
    dialog = opened("jointoffer", {"CODES": "25.61"})
    yield 200
    products = wrappers(dialog)["CODES"].widget
    line = products.findChildren(QLineEdit)[0]
    line.setText("palettes")
    line.textEdited.emit("palettes")
    products._picker.open_list()
    yield products._picker.rows
    gui.note("while typing", wrappers(dialog)["CODES"].value())
    products._picker.take()
    yield 200
    gui.note("products", wrappers(dialog)["CODES"].value())
    gui.note("picker emptied", products._picker.value())
    gui.screenshot("dialogue-produits", dialog)
    dialog.close()

    dialog = opened("importestablishments")
    yield 200
    source = wrappers(dialog)["INPUT"]
    context = QgsProcessingContext()
    context.setProject(QgsProject.instance())
    definition = source.parameterDefinition()
    gui.note(
        "import", [box.currentText() for box in source.wrappedWidget().findChildren(QComboBox)][:1]
    )
    gui.note("import accepts", definition.checkValueIsAcceptable(source.parameterValue(), context))
    dialog.close()
    yield 200
