"""A new territory: its database and its QGIS project."""

from __future__ import annotations

from pathlib import Path

from qgis.core import (
    QgsProcessing,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputFile,
    QgsProcessingParameterBoolean,
    QgsProcessingParameterCrs,
    QgsProcessingParameterFeatureSource,
    QgsProcessingParameterFileDestination,
    QgsProcessingParameterString,
)

from .. import paths
from ..forms.layout import dress_forms
from ..store.errors import StoreError
from ..store.project import project_path, write_project
from ..store.territory import Territory, create_territory
from ..translation import tr
from .base import ActifAlgorithm, Watch
from .import_perimeters import add_perimeters

NAME = "NAME"
CRS = "CRS"
STORE = "STORE"
PERIMETERS = "PERIMETERS"
OVERWRITE = "OVERWRITE"
PROJECT = "PROJECT"

_SUFFIX = ".gpkg"
_DEFAULT_CRS = "EPSG:2154"


class CreateTerritory(ActifAlgorithm):
    """Create the GeoPackage of a territory and a ready project beside it."""

    ID = "createterritory"

    def title(self) -> str:
        return tr("New territory")

    def theme(self) -> tuple[str, str]:
        return "territory", tr("Territory")

    def initAlgorithm(self, configuration: dict | None = None) -> None:
        self.addParameter(QgsProcessingParameterString(NAME, tr("Name of the territory")))
        self.addParameter(
            # Optional for QGIS, which otherwise ignores the default when none is given.
            QgsProcessingParameterCrs(
                CRS, tr("Coordinate system"), defaultValue=_DEFAULT_CRS, optional=True
            )
        )
        self.addParameter(
            QgsProcessingParameterFileDestination(
                STORE, tr("GeoPackage to create"), "GeoPackage (*.gpkg)"
            )
        )
        self.addParameter(
            QgsProcessingParameterFeatureSource(
                PERIMETERS,
                tr("Perimeters (communes, EPCI, activity zones)"),
                [QgsProcessing.SourceType.TypeVectorPolygon],
                optional=True,
            )
        )
        self.addParameter(
            QgsProcessingParameterBoolean(
                OVERWRITE, tr("Replace an existing territory"), defaultValue=False
            )
        )
        self.addOutput(QgsProcessingOutputFile(PROJECT, tr("QGIS project")))

    def compute(
        self, parameters: dict, context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> dict:
        name = self.parameterAsString(parameters, NAME, context).strip()
        if not name:
            raise StoreError(tr("A territory needs a name: give one."))
        crs = self.parameterAsCrs(parameters, CRS, context)
        path = Path(self.parameterAsFileOutput(parameters, STORE, context)).absolute()
        if path.suffix.lower() != _SUFFIX:
            raise StoreError(
                tr("{path} is not a GeoPackage name: it must end with .gpkg.").format(path=path)
            )
        overwrite = self.parameterAsBool(parameters, OVERWRITE, context)
        if project_path(path).exists() and not overwrite:
            raise StoreError(
                tr(
                    "{path} already exists: choose another name, or ask for it to be replaced."
                ).format(path=project_path(path))
            )
        source = self.parameterAsSource(parameters, PERIMETERS, context)

        def fill(territory: Territory) -> None:
            if source is not None:
                add_perimeters(territory, source, context, feedback, Watch(feedback, 0.3, 0.8))

        territory = create_territory(
            path,
            name,
            crs,
            paths.reference_database(),
            overwrite=overwrite,
            finish=fill,
        )
        feedback.setProgress(80)
        project = write_project(territory, dress_forms)
        feedback.pushInfo(tr("Territory created: {path}").format(path=path))
        return {STORE: str(path), PROJECT: str(project)}
