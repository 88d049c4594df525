"""Print the synergy map of a territory."""

from __future__ import annotations

from pathlib import Path

from qgis.core import (
    QgsApplication,
    QgsCoordinateTransform,
    QgsProcessing,
    QgsProcessingAlgorithm,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingParameterEnum,
    QgsProcessingParameterFeatureSource,
    QgsProcessingParameterFile,
    QgsProcessingParameterFileDestination,
    QgsProcessingParameterNumber,
    QgsProcessingParameterString,
    QgsProject,
    QgsRectangle,
)

from ..printing.export import export_pdf
from ..printing.synergy_map import Sheet, build_layout
from ..store.errors import StoreError
from ..translation import tr
from .base import ActifAlgorithm

PROJECT = "PROJECT"
TITLE = "TITLE"
PERIMETERS = "PERIMETERS"
EDITION = "EDITION"
PAPER = "PAPER"
DPI = "DPI"
OUTPUT = "OUTPUT"

_PAPERS = ("A3",)
_DEFAULT_DPI = 300


class SynergyMap(ActifAlgorithm):
    """One sheet: answers, gaps and synergies over the communes, with the key figures."""

    ID = "synergymap"

    def title(self) -> str:
        return tr("Synergy map (PDF)")

    def theme(self) -> tuple[str, str]:
        return "printing", tr("Printing")

    def flags(self) -> QgsProcessingAlgorithm.Flags:
        # Layouts draw the layers of a project, which belong to the main thread.
        return super().flags() | QgsProcessingAlgorithm.Flag.FlagNoThreading

    def initAlgorithm(self, configuration: dict | None = None) -> None:
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
                tr("Perimeters to frame (empty: the whole territory)"),
                [QgsProcessing.SourceType.TypeVectorPolygon],
                optional=True,
            )
        )
        self.addParameter(
            QgsProcessingParameterEnum(
                EDITION,
                tr("Edition"),
                options=["interne"],
                defaultValue="interne",
                usesStaticStrings=True,
            )
        )
        self.addParameter(
            QgsProcessingParameterEnum(
                PAPER,
                tr("Paper"),
                options=list(_PAPERS),
                defaultValue=_PAPERS[0],
                usesStaticStrings=True,
            )
        )
        self.addParameter(
            QgsProcessingParameterNumber(
                DPI, tr("Resolution (dpi)"), defaultValue=_DEFAULT_DPI, minValue=72, maxValue=1200
            )
        )
        self.addParameter(QgsProcessingParameterFileDestination(OUTPUT, tr("Map"), "PDF (*.pdf)"))

    def compute(
        self, parameters: dict, context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> dict:
        project = self._project(parameters, context)
        title = self.parameterAsString(parameters, TITLE, context)
        sheet = Sheet(
            title=title or tr("{name}: synergies of the territory").format(name=project.title()),
            extent=self._extent(parameters, context, project),
            edition=tr("Internal edition: do not distribute"),
            author=QgsApplication.userFullName(),
        )
        feedback.setProgress(10)
        layout = build_layout(project, sheet, title or self.title())
        if feedback.isCanceled():
            return {}
        path = Path(self.parameterAsFileOutput(parameters, OUTPUT, context)).absolute()
        export_pdf(layout, path, self.parameterAsDouble(parameters, DPI, context))
        feedback.pushInfo(tr("Map written: {path}").format(path=path))
        return {OUTPUT: str(path)}

    def _project(self, parameters: dict, context: QgsProcessingContext) -> QgsProject:
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

    def _extent(
        self, parameters: dict, context: QgsProcessingContext, project: QgsProject
    ) -> QgsRectangle:
        source = self.parameterAsSource(parameters, PERIMETERS, context)
        if source is None:
            return QgsRectangle(project.viewSettings().defaultViewExtent())
        transform = QgsCoordinateTransform(
            source.sourceCrs(), project.crs(), context.transformContext()
        )
        return transform.transformBoundingBox(source.sourceExtent())
