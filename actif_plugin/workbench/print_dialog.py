"""What to print, for whom, of where, on what: a few choices, and the algorithms do the rest.

The choices are those of the algorithms themselves: an algorithm that prints and is added to the
provider is offered here.
"""

from __future__ import annotations

from pathlib import Path

from qgis.core import (
    QgsApplication,
    QgsFeatureRequest,
    QgsProcessingAlgorithm,
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingFeedback,
    QgsProcessingParameterFileDestination,
    QgsProject,
)
from qgis.gui import QgsFileWidget, QgsMessageBar
from qgis.PyQt.QtCore import QCoreApplication, Qt
from qgis.PyQt.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLabel,
    QProgressDialog,
    QVBoxLayout,
    QWidget,
)

from ..compat import plain
from ..store.project import layers_by_role
from ..translation import tr

_PROVIDER = "actif"
_GROUP = "printing"
_OUTPUT, _PERIMETERS = "OUTPUT", "PERIMETERS"
# The choices of the dialog, by the parameter that takes them.
_CHOICES = ("EDITION", "PAPER", "BASEMAP")
_KINDS = ("epci", "commune", "zae", "autre")
_WIDTH = 460


class PrintDialog(QDialog):
    """Asks what to print, and prints it.

    Args:
        bar: where it says that it is done; None where there is no window.
        parent: window it belongs to.
    """

    def __init__(self, bar: QgsMessageBar | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bar = bar
        self.setWindowTitle(tr("Print"))
        self.setObjectName("actifPrint")
        self.setMinimumWidth(_WIDTH)
        self._algorithms = _printing_algorithms()
        self._what = self._box("actifPrintWhat")
        for algorithm in self._algorithms:
            self._what.addItem(algorithm.displayName(), algorithm.id())
        self._where = self._box("actifPrintWhere")
        self._boxes = {name: self._box(f"actifPrint{name.title()}") for name in _CHOICES}
        self._file = QgsFileWidget(self)
        self._file.setStorageMode(QgsFileWidget.StorageMode.SaveFile)
        self._file.setObjectName("actifPrintFile")
        self._warning = QLabel(self)
        self._warning.setWordWrap(True)
        form = QFormLayout()
        form.addRow(tr("What"), self._what)
        form.addRow(tr("For whom"), self._boxes["EDITION"])
        form.addRow(tr("Where"), self._where)
        form.addRow(tr("Paper"), self._boxes["PAPER"])
        form.addRow(tr("Background"), self._boxes["BASEMAP"])
        form.addRow(tr("File"), self._file)
        roles = QDialogButtonBox.StandardButton
        buttons = QDialogButtonBox(roles.Ok | roles.Cancel, self)
        self._print = buttons.button(roles.Ok)
        self._print.setText(tr("Print"))
        buttons.accepted.connect(self._run)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.addLayout(form)
        layout.addWidget(self._warning)
        layout.addWidget(buttons)
        self._fill_places()
        self._what.currentIndexChanged.connect(self._fill_choices)
        self._file.fileChanged.connect(self._allow)
        self._fill_choices()

    def parameters(self) -> dict[str, object]:
        """Return what the algorithm is given."""
        algorithm = self._algorithm()
        values: dict[str, object] = {_OUTPUT: self._file.filePath()}
        for name, box in self._boxes.items():
            if algorithm.parameterDefinition(name) is not None:
                values[name] = box.currentData()
        place = self._where.currentData()
        if place is not None and algorithm.parameterDefinition(_PERIMETERS) is not None:
            layer, identifier = place
            values[_PERIMETERS] = layer.materialize(QgsFeatureRequest(identifier))
        return values

    def _box(self, name: str) -> QComboBox:
        box = QComboBox(self)
        box.setObjectName(name)
        box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        return box

    def _algorithm(self) -> QgsProcessingAlgorithm:
        return self._algorithms[self._what.currentIndex()]

    def _fill_places(self) -> None:
        """Offer the whole territory, then its perimeters by kind and name."""
        self._where.addItem(tr("The whole territory"), None)
        layers = layers_by_role(QgsProject.instance())
        for kind in _KINDS:
            layer = layers.get(kind)
            if layer is None or not layer.isValid() or "nom" not in layer.fields().names():
                continue
            request = QgsFeatureRequest().setFlags(QgsFeatureRequest.Flag.NoGeometry)
            request.setSubsetOfAttributes(["nom"], layer.fields())
            named = [(str(plain(f["nom"]) or ""), f.id()) for f in layer.getFeatures(request)]
            for name, identifier in sorted(named):
                self._where.addItem(f"{layer.name()} : {name}", (layer, identifier))

    def _fill_choices(self, *_: object) -> None:
        """Offer what the algorithm takes; what it does not take is greyed."""
        if not self._algorithms:
            self._print.setEnabled(False)
            return
        algorithm = self._algorithm()
        for name, box in self._boxes.items():
            definition = algorithm.parameterDefinition(name)
            chosen = box.currentText()
            box.clear()
            box.setEnabled(definition is not None)
            if definition is None:
                continue
            for number, label in enumerate(definition.options()):
                box.addItem(label, number)
            at = box.findText(chosen)
            box.setCurrentIndex(at if at >= 0 else int(definition.defaultValue()))
        self._where.setEnabled(algorithm.parameterDefinition(_PERIMETERS) is not None)
        output = algorithm.parameterDefinition(_OUTPUT)
        self._file.setFilter(output.fileFilter())
        self._allow()

    def _allow(self, *_: object) -> None:
        self._print.setEnabled(bool(self._algorithms) and bool(self._file.filePath().strip()))

    def _run(self) -> None:
        # Processing is itself a plugin: it may be absent until a window asks for it.
        import processing

        feedback = _Shown(self)
        context = QgsProcessingContext()
        context.setProject(QgsProject.instance())
        try:
            results = processing.run(
                self._algorithm().id(), self.parameters(), context=context, feedback=feedback
            )
        except QgsProcessingException as error:
            self._warning.setText(str(error))
            return
        finally:
            feedback.close()
        if not results.get(_OUTPUT):
            return
        self.accept()
        if self._bar is not None:
            path = Path(results[_OUTPUT])
            link = f'<a href="{path.as_uri()}">{path.name}</a>'
            said = " ".join([tr("Printed: {file}").format(file=link), *feedback.warnings])
            self._bar.pushSuccess("Act'IF", said)


class _Shown(QgsProcessingFeedback):
    """A feedback with a window of its own: layouts are drawn where windows are."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(False)
        self.warnings: list[str] = []
        self._window = QProgressDialog(tr("Printing…"), tr("Cancel"), 0, 100, parent)
        self._window.setWindowModality(Qt.WindowModality.WindowModal)
        self._window.setMinimumDuration(500)
        self._window.canceled.connect(self.cancel)
        self.progressChanged.connect(self._show)

    def pushWarning(self, warning: str) -> None:
        super().pushWarning(warning)
        self.warnings.append(warning)

    def close(self) -> None:
        """Take the window away."""
        self._window.reset()
        self._window.deleteLater()

    def _show(self, percent: float) -> None:
        self._window.setValue(min(99, int(percent)))
        QCoreApplication.processEvents()


def _printing_algorithms() -> list[QgsProcessingAlgorithm]:
    """Return the algorithms that print a file out of the project."""
    provider = QgsApplication.processingRegistry().providerById(_PROVIDER)
    found = provider.algorithms() if provider is not None else []
    return [
        algorithm
        for algorithm in found
        if algorithm.groupId() == _GROUP
        and isinstance(
            algorithm.parameterDefinition(_OUTPUT), QgsProcessingParameterFileDestination
        )
    ]
