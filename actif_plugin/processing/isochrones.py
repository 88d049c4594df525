"""What a car can reach from some points, drawn by a web service; to show, and to choose by."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsFeature,
    QgsFeatureRequest,
    QgsFields,
    QgsGeometry,
    QgsPointXY,
    QgsProcessing,
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingFeatureSource,
    QgsProcessingFeedback,
    QgsProcessingParameterDefinition,
    QgsProcessingParameterFeatureSink,
    QgsProcessingParameterFeatureSource,
    QgsProcessingParameterNumber,
    QgsProcessingParameterString,
    QgsSpatialIndex,
    QgsWkbTypes,
)

from .. import settings
from ..compat import Kind, make_fields
from ..domain.feedback import checkpoint
from ..sources.isochrones import Geoplateforme, Isochrones, Reach, Valhalla
from ..sources.web import WebError, WebService
from ..translation import tr
from . import loaded
from .base import ActifAlgorithm, Choice, Watch, require_source, with_decimals
from .presentation import present
from .proposals import propose
from .results import Result, kept_or_discarded

INPUT = "INPUT"
COST = "COST"
RANGE = "RANGE"
DIRECTION = "DIRECTION"
SERVICE = "SERVICE"
URL = "URL"
FILTER = "FILTER"
OUTPUT = "OUTPUT"
INSIDE = "INSIDE"
REJECTS = "REJECTS"

DEFAULT_RANGE = 15.0
_WGS84 = "EPSG:4326"
_ADDED = (("cout", Kind.REAL), ("unite", Kind.TEXT), ("sens", Kind.TEXT))
_REASON = ("motif", Kind.TEXT)
# A service that refuses so many points one after the other will refuse the others.
_PATIENCE = 5
_SERVICES = {
    "geoplateforme": (settings.NAVIGATION, Geoplateforme),
    "valhalla": (settings.VALHALLA, Valhalla),
}


class IsochronesAlgorithm(ActifAlgorithm):
    """The area that a car reaches from each point in a time or over a distance."""

    ID = "isochrones"

    def title(self) -> str:
        return tr("Isochrones")

    def theme(self) -> tuple[str, str]:
        return "proximity", tr("Proximity")

    def initAlgorithm(self, configuration: dict | None = None) -> None:
        points = [QgsProcessing.SourceType.TypeVectorPoint]
        source = QgsProcessingParameterFeatureSource(INPUT, tr("Points"), points)
        propose(source, "etablissement")
        self.addParameter(source)
        costs = {"time": tr("time (minutes)"), "distance": tr("distance (metres)")}
        self.addParameter(Choice(COST, tr("What counts by road"), costs, "time"))
        reach = QgsProcessingParameterNumber(
            RANGE,
            tr("How far (minutes or metres)"),
            QgsProcessingParameterNumber.Type.Double,
            DEFAULT_RANGE,
            minValue=0.1,
        )
        self.addParameter(with_decimals(reach, 1))
        ways = {"departure": tr("from the point"), "arrival": tr("to the point")}
        self.addParameter(Choice(DIRECTION, tr("Direction"), ways, "departure"))
        services = {
            "geoplateforme": tr("Géoplateforme (France)"),
            "valhalla": tr("a Valhalla server"),
        }
        self.addParameter(Choice(SERVICE, tr("Service"), services, "geoplateforme"))
        url = QgsProcessingParameterString(
            URL, tr("Address of the service (empty: the one of the options)"), optional=True
        )
        url.setFlags(url.flags() | QgsProcessingParameterDefinition.Flag.FlagAdvanced)
        self.addParameter(url)
        self.addParameter(
            QgsProcessingParameterFeatureSource(
                FILTER, tr("Points to choose by the areas"), points, optional=True
            )
        )
        for name, title, kind, default in (
            (OUTPUT, tr("Isochrones"), QgsProcessing.SourceType.TypeVectorPolygon, True),
            (INSIDE, tr("Points inside"), QgsProcessing.SourceType.TypeVectorPoint, False),
            (REJECTS, tr("Points without an isochrone"), QgsProcessing.SourceType.TypeVector, True),
        ):
            self.addParameter(
                QgsProcessingParameterFeatureSink(
                    name, title, kind, optional=name != OUTPUT, createByDefault=default
                )
            )

    def compute(
        self, parameters: dict, context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> dict:
        source = self.parameterAsSource(parameters, INPUT, context)
        require_source(source, INPUT)
        reach = Reach(
            self.chosen(parameters, COST, context) == "time",
            self.parameterAsDouble(parameters, RANGE, context),
            self.chosen(parameters, DIRECTION, context) == "arrival",
        )
        service = self._service(parameters, context, feedback)
        drawn = Result.opened(
            self,
            parameters,
            OUTPUT,
            context,
            _with(source.fields(), *_ADDED),
            QgsWkbTypes.Type.MultiPolygon,
            QgsCoordinateReferenceSystem(_WGS84),
        )
        if drawn is None:
            raise QgsProcessingException(self.invalidSinkError(parameters, OUTPUT))
        rejects = Result.opened(
            self,
            parameters,
            REJECTS,
            context,
            _with(source.fields(), _REASON),
            QgsWkbTypes.Type.NoGeometry,
            QgsCoordinateReferenceSystem(),
        )
        points, inside = self._chosen(parameters, context)
        with kept_or_discarded(drawn, rejects, inside):
            areas = _write_areas(
                _drawn(source, service, reach, context, Watch(feedback, 0, 0.9)),
                reach,
                drawn,
                rejects,
                feedback,
            )
            if inside is not None:
                _write_inside(points, inside, areas, context, feedback)
        shown = {
            OUTPUT: (drawn, loaded.AREAS),
            INSIDE: (inside, loaded.INSIDE),
            REJECTS: (rejects, loaded.WITHOUT_AREA),
        }
        for made, presentation in shown.values():
            if made is not None:
                present(context, made.destination, presentation)
        return {name: made.destination for name, (made, _) in shown.items() if made is not None}

    def _service(
        self, parameters: dict, context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> Isochrones:
        setting, kind = _SERVICES[self.chosen(parameters, SERVICE, context)]
        url = self.parameterAsString(parameters, URL, context)
        if not (url.strip() or setting.url):
            raise QgsProcessingException(
                tr("Give the address of a Valhalla server, here or in the options of Act'IF.")
            )
        try:
            return kind(WebService(setting, feedback, url))
        except WebError as error:
            raise QgsProcessingException(str(error)) from None

    def _chosen(
        self, parameters: dict, context: QgsProcessingContext
    ) -> tuple[QgsProcessingFeatureSource | None, Result | None]:
        """Return the points to choose from and where those chosen go, where both are asked."""
        source = self.parameterAsSource(parameters, FILTER, context)
        if source is None:
            return None, None
        return source, Result.opened(
            self, parameters, INSIDE, context, source.fields(), source.wkbType(), source.sourceCrs()
        )


def _write_areas(
    found: Iterable[_Area],
    reach: Reach,
    drawn: Result,
    rejects: Result | None,
    feedback: QgsProcessingFeedback,
) -> list[QgsGeometry]:
    """Write each area, or why a point has none; return the areas."""
    unit = "minute" if reach.by_time else "m"
    way = "arrivee" if reach.arrival else "depart"
    areas: list[QgsGeometry] = []
    refused = 0
    for area in found:
        values = area.feature.attributes()
        if area.shape is None:
            refused += 1
            if rejects is not None:
                rejects.add([_row([*values, area.reason])])
            continue
        row = _row([*values, reach.amount, unit, way])
        row.setGeometry(area.shape)
        drawn.add([row])
        areas.append(area.shape)
    feedback.pushInfo(
        tr("{count} isochrones, {refused} points without one.").format(
            count=len(areas), refused=refused
        )
    )
    return areas


def _write_inside(
    source: QgsProcessingFeatureSource,
    chosen: Result,
    areas: list[QgsGeometry],
    context: QgsProcessingContext,
    feedback: QgsProcessingFeedback,
) -> None:
    """Write the points that one area or another holds."""
    engines, index = [], QgsSpatialIndex()
    for number, area in enumerate(areas):
        index.addFeature(number, area.boundingBox())
        engine = QgsGeometry.createGeometryEngine(area.constGet())
        engine.prepareGeometry()
        engines.append(engine)
    watch = Watch(feedback, 0.9, 1)
    request = QgsFeatureRequest()
    request.setNoAttributes()
    request.setDestinationCrs(QgsCoordinateReferenceSystem(_WGS84), context.transformContext())
    total = max(1, source.featureCount())
    kept = set()
    for number, feature in enumerate(source.getFeatures(request)):
        if number % 500 == 0:
            checkpoint(watch, number / total)
        if feature.hasGeometry():
            shape = feature.geometry()
            near = index.intersects(shape.boundingBox())
            if any(engines[area].intersects(shape.constGet()) for area in near):
                kept.add(feature.id())
    for feature in source.getFeatures():
        if feature.id() in kept:
            chosen.add([feature])
    feedback.pushInfo(tr("{count} points inside.").format(count=len(kept)))


@dataclass(frozen=True)
class _Area:
    """What became of a point: its area, or why it has none."""

    feature: QgsFeature
    shape: QgsGeometry | None
    reason: str = ""


def _drawn(
    source: QgsProcessingFeatureSource,
    service: Isochrones,
    reach: Reach,
    context: QgsProcessingContext,
    watch: Watch,
) -> Iterator[_Area]:
    """Ask for the area of each point; points at one place are asked for once.

    Raises:
        QgsProcessingException: the service gives nothing.
        Cancelled: the user asked to stop.
    """
    request = QgsFeatureRequest()
    request.setDestinationCrs(QgsCoordinateReferenceSystem(_WGS84), context.transformContext())
    known: dict[tuple[float, float], QgsGeometry | str] = {}
    failures = 0
    total = max(1, source.featureCount())
    for number, feature in enumerate(source.getFeatures(request)):
        checkpoint(watch, number / total)
        point = _point(feature)
        if point is None:
            yield _Area(feature, None, tr("without a position"))
            continue
        key = (round(point.x(), 7), round(point.y(), 7))
        if key not in known:
            try:
                known[key] = service.area(*key, reach)
                failures = 0
            except WebError as error:
                known[key] = str(error)
                failures += 1
            if failures == _PATIENCE:
                raise QgsProcessingException(known[key])
        found = known[key]
        if isinstance(found, str):
            yield _Area(feature, None, found)
        else:
            yield _Area(feature, QgsGeometry(found))
    if known and failures == len(known):
        raise QgsProcessingException(known[key])


def _point(feature: QgsFeature) -> QgsPointXY | None:
    geometry = feature.geometry()
    if geometry.isEmpty():
        return None
    point = geometry.centroid().asPoint()
    return point if -180 <= point.x() <= 180 and -90 <= point.y() <= 90 else None


def _with(fields: QgsFields, *added: tuple[str, Kind]) -> QgsFields:
    """Return fields and some more; a name that is taken gets a number."""
    result = QgsFields(fields)
    for field in make_fields(*added):
        name, number = field.name(), 2
        while result.lookupField(field.name()) >= 0:
            field.setName(f"{name}_{number}")
            number += 1
        result.append(field)
    return result


def _row(values: list) -> QgsFeature:
    feature = QgsFeature()
    feature.setAttributes(values)
    return feature
