"""A new territory: its database and its QGIS project."""

from __future__ import annotations

from pathlib import Path

from qgis.core import (
    QgsFeatureRequest,
    QgsGeometry,
    QgsProcessing,
    QgsProcessingContext,
    QgsProcessingFeatureSource,
    QgsProcessingFeedback,
    QgsProcessingOutputFile,
    QgsProcessingParameterBoolean,
    QgsProcessingParameterCrs,
    QgsProcessingParameterFeatureSource,
    QgsProcessingParameterFileDestination,
    QgsProcessingParameterString,
    QgsVectorLayer,
)

from .. import paths
from ..compat import plain
from ..domain.feedback import checkpoint
from ..forms.layout import dress_forms
from ..sources.fields import guess_perimeter, perimeter_type
from ..store.errors import StoreError
from ..store.project import project_path, write_project
from ..store.records import add_records, new_record
from ..store.schema import PERIMETRE
from ..store.territory import Territory, create_territory
from ..translation import tr
from .base import ActifAlgorithm, Watch

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


def add_perimeters(
    territory: Territory,
    source: QgsProcessingFeatureSource | QgsVectorLayer,
    context: QgsProcessingContext,
    feedback: QgsProcessingFeedback,
    watch: Watch,
) -> None:
    """Copy polygons into the table ``perimetre``.

    The columns are recognised by their usual names. A polygon's type is that of its column
    ``type`` where there is one, else what its code tells.

    Raises:
        StoreError: the database refused them.
    """
    layer = territory.layer("perimetre")
    request = QgsFeatureRequest()
    request.setDestinationCrs(territory.crs, context.transformContext())
    columns = guess_perimeter(source.fields().names())
    features = []
    seen: set[tuple[str, str]] = set()
    skipped = 0
    total = max(1, source.featureCount())
    for number, polygon in enumerate(source.getFeatures(request)):
        checkpoint(watch, number / total)
        values = {target: _text(polygon[column]) for target, column in columns.items()}
        code = values.get("code", "")
        values["type"] = perimeter_type(values.get("type", ""), code)
        key = (values["type"], code)
        if not polygon.hasGeometry() or (code and key in seen):
            skipped += 1
            continue
        seen.add(key)
        shape = QgsGeometry(polygon.geometry())
        shape.convertToMultiType()
        features.append(new_record(layer, PERIMETRE, values, shape))
    if skipped:
        feedback.pushWarning(
            tr("{count} perimeters left out (no geometry, or a code already there).").format(
                count=skipped
            )
        )
    add_records(layer, features)


def _text(value: object) -> str:
    value = plain(value)
    return "" if value is None else str(value).strip()
