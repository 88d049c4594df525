"""What the algorithms that print share: their group, their thread, the project they print."""

from __future__ import annotations

from pathlib import Path

from qgis.core import (
    QgsApplication,
    QgsProcessing,
    QgsProcessingAlgorithm,
    QgsProcessingContext,
    QgsProcessingParameterBoolean,
    QgsProcessingParameterDefinition,
    QgsProcessingParameterFeatureSource,
    QgsProcessingParameterFile,
    QgsProcessingParameterNumber,
    QgsProcessingParameterString,
    QgsProject,
)

from .. import settings
from ..store.errors import StoreError
from ..translation import tr
from .base import ActifAlgorithm, Choice

PROJECT = "PROJECT"
TITLE = "TITLE"
PERIMETERS = "PERIMETERS"
EDITION = "EDITION"
DPI = "DPI"
TEMPLATE = "TEMPLATE"
ONE_A_PAGE = "ONE_A_PAGE"

INTERNAL, ELECTED = "interne", "elus"


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

    def own_template(self, parameters: dict, context: QgsProcessingContext) -> Path | None:
        """Return the template that the user gave, None where there is none."""
        path = self.parameterAsFile(parameters, TEMPLATE, context)
        return Path(path) if path else None

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


def signature(*, public: bool) -> str:
    """Return who a file is from: for elected officials the organisation, never a person."""
    organisation = settings.print_settings().organisation
    return organisation if public else QgsApplication.userFullName() or organisation
