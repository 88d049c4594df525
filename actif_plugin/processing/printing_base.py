"""What the algorithms that print share: their group, their thread, the project they print."""

from __future__ import annotations

from qgis.core import (
    QgsProcessing,
    QgsProcessingAlgorithm,
    QgsProcessingContext,
    QgsProcessingParameterFeatureSource,
    QgsProcessingParameterFile,
    QgsProcessingParameterNumber,
    QgsProcessingParameterString,
    QgsProject,
)

from ..store.errors import StoreError
from ..translation import tr
from .base import ActifAlgorithm, Choice

PROJECT = "PROJECT"
TITLE = "TITLE"
PERIMETERS = "PERIMETERS"
EDITION = "EDITION"
DPI = "DPI"

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
        self.addParameter(
            QgsProcessingParameterFile(
                PROJECT,
                tr("Project of the territory (empty: the one that is open)"),
                fileFilter="QGIS (*.qgz *.qgs)",
                optional=True,
            )
        )
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

    def add_resolution(self, dpi: int) -> None:
        """Declare the resolution, *dpi* by default."""
        self.addParameter(
            QgsProcessingParameterNumber(
                DPI, tr("Resolution (dpi)"), defaultValue=dpi, minValue=72, maxValue=1200
            )
        )

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
