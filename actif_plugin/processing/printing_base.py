"""What the algorithms that print share: their group, their thread, the project they print."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from qgis.core import (
    QgsApplication,
    QgsProcessing,
    QgsProcessingAlgorithm,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingParameterBoolean,
    QgsProcessingParameterDefinition,
    QgsProcessingParameterFeatureSource,
    QgsProcessingParameterFile,
    QgsProcessingParameterNumber,
    QgsProcessingParameterString,
    QgsProject,
    QgsVectorLayer,
)
from qgis.PyQt.QtGui import QImageReader
from qgis.PyQt.QtSvg import QSvgRenderer

from .. import settings
from ..printing.export import destination
from ..printing.template_check import refuse_reading
from ..store.errors import StoreError
from ..store.project import is_filtered
from ..translation import tr
from .base import ActifAlgorithm, Choice

PROJECT = "PROJECT"
TITLE = "TITLE"
PERIMETERS = "PERIMETERS"
EDITION = "EDITION"
DPI = "DPI"
TEMPLATE = "TEMPLATE"
ONE_A_PAGE = "ONE_A_PAGE"
OUTPUT = "OUTPUT"

INTERNAL, ELECTED = "interne", "elus"

_SVG = ".svg"


class PrintAlgorithm(ActifAlgorithm):
    """Base of the algorithms that print."""

    def theme(self) -> tuple[str, str]:
        return "printing", tr("Printing")

    def flags(self) -> QgsProcessingAlgorithm.Flags:
        # Layouts draw the layers of a project, which belong to the main thread.
        return super().flags() | QgsProcessingAlgorithm.Flag.FlagNoThreading

    def add_project_parameters(self, perimeters: str) -> None:
        """Declare the project, the title, the perimeters under that title, and the edition."""
        self.add_project_parameter()
        self.addParameter(QgsProcessingParameterString(TITLE, tr("Title"), optional=True))
        self.addParameter(
            QgsProcessingParameterFeatureSource(
                PERIMETERS,
                perimeters,
                [QgsProcessing.SourceType.TypeVectorPolygon],
                optional=True,
            )
        )
        editions = {
            INTERNAL: tr("Internal: names, do not distribute"),
            ELECTED: tr("Elected officials: no company can be recognised"),
        }
        self.addParameter(Choice(EDITION, tr("Edition"), editions, INTERNAL))

    def add_project_parameter(self) -> None:
        """Declare the project alone."""
        self.addParameter(
            QgsProcessingParameterFile(
                PROJECT,
                tr("Project of the territory (empty: the one that is open)"),
                fileFilter="QGIS (*.qgz *.qgs)",
                optional=True,
            )
        )

    def add_resolution(self, dpi: int) -> None:
        """Declare the resolution, *dpi* by default."""
        self.addParameter(
            QgsProcessingParameterNumber(
                DPI, tr("Resolution (dpi)"), defaultValue=dpi, minValue=72, maxValue=1200
            )
        )

    def add_template(self) -> None:
        """Declare the template of the user, to be read by :meth:`own_template`."""
        self.addParameter(
            advanced(
                QgsProcessingParameterFile(
                    TEMPLATE,
                    tr("Layout template of your own, instead of that of the paper"),
                    fileFilter="QGIS (*.qpt)",
                    optional=True,
                )
            )
        )

    def add_one_a_page(self) -> None:
        """Declare the choice of one file or of many."""
        self.addParameter(
            QgsProcessingParameterBoolean(ONE_A_PAGE, tr("One file a page"), False, True)
        )

    def own_template(
        self, parameters: dict, context: QgsProcessingContext, *, public: bool = False
    ) -> Path | None:
        """Return the template that the user gave, None where there is none.

        Raises:
            StoreError: it would read layers, on pages that are *public*.
        """
        path = self.parameterAsFile(parameters, TEMPLATE, context)
        if path and public:
            refuse_reading(Path(path))
        return Path(path) if path else None

    def printed_file(self, parameters: dict, context: QgsProcessingContext) -> Path:
        """Return the file to print.

        Raises:
            StoreError: it cannot be written.
        """
        return destination(Path(self.parameterAsFileOutput(parameters, OUTPUT, context)).absolute())

    def printed_project(self, parameters: dict, context: QgsProcessingContext) -> QgsProject:
        """Return the project that the parameters name, else the open one.

        Raises:
            StoreError: it cannot be read, or none is open.
        """
        path = self.parameterAsFile(parameters, PROJECT, context)
        if path:
            project = QgsProject(None)
            if not project.read(path):
                raise StoreError(
                    tr("The project {path} cannot be opened: {reason}").format(
                        path=path, reason=project.error()
                    )
                )
            return project
        if context.project() is None:
            raise StoreError(tr("No project is open: choose the project of a territory."))
        return context.project()


def advanced(parameter: QgsProcessingParameterDefinition) -> QgsProcessingParameterDefinition:
    """Return *parameter*, which dialogs will show when asked for more."""
    parameter.setFlags(parameter.flags() | QgsProcessingParameterDefinition.Flag.FlagAdvanced)
    return parameter


def warn_of_layers(
    layers: Mapping[str, QgsVectorLayer], feedback: QgsProcessingFeedback, *, public: bool
) -> None:
    """Warn of what keeps a print from telling all that a territory holds.

    Args:
        layers: of the territory, by role.
        feedback: of the run.
        public: whether the print is for elected officials.
    """
    edited = [layer.name() for layer in layers.values() if layer.isModified()]
    if edited:
        feedback.pushWarning(
            tr(
                "Edits are not saved in these layers: {names}. Save them and print again, or the"
                " pages may mix what was with what is."
            ).format(names=", ".join(edited))
        )
    filtered = [layer.name() for role, layer in layers.items() if is_filtered(role, layer)]
    if not filtered:
        return
    if public:
        said = tr(
            "These layers are filtered in the project: {names}. This edition shows all of them:"
            " laid beside another, one that followed the filters could give a company away."
        )
    else:
        said = tr(
            "These layers are filtered in the project: {names}. What the filters leave out is"
            " neither printed nor counted."
        )
    feedback.pushWarning(said.format(names=", ".join(filtered)))


def warn_of_logo(feedback: QgsProcessingFeedback) -> None:
    """Warn of a logo that cannot be drawn."""
    logo = settings.print_settings().logo
    if logo and not (Path(logo).is_file() and _is_picture(logo)):
        feedback.pushWarning(
            tr(
                "The logo {path} cannot be read: the pages are printed without it. Choose another"
                " in the options of QGIS, page Act'IF."
            ).format(path=logo)
        )


def _is_picture(path: str) -> bool:
    if Path(path).suffix.lower() == _SVG:
        return QSvgRenderer(path).isValid()
    return not QImageReader(path).read().isNull()


def signature(*, public: bool) -> str:
    """Return who a file is from: for elected officials the organisation, never a person."""
    organisation = settings.print_settings().organisation
    return organisation if public else QgsApplication.userFullName() or organisation
