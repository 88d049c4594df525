"""Companies in, from the public search of companies."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsDistanceArea,
    QgsFeatureRequest,
    QgsGeometry,
    QgsPoint,
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingFeatureSource,
    QgsProcessingFeedback,
    QgsProcessingParameterBoolean,
    QgsProcessingParameterDefinition,
    QgsProcessingParameterExtent,
    QgsProcessingParameterString,
    QgsRectangle,
)

from .. import settings
from ..compat import plain
from ..domain.activities import Activities, UnknownActivity, read_activities
from ..domain.feedback import checkpoint
from ..sources.company_api import (
    HEADER,
    LARGEST_RADIUS_KM,
    CompanyApi,
    Found,
    Page,
    Square,
    TooMany,
)
from ..sources.establishments import Candidate, Omission, Reject, Skip, read_rows
from ..sources.fields import guess
from ..sources.web import WebError, WebService
from ..store.territory import Territory
from ..translation import tr
from .base import Watch
from .intake import PERIMETER, READING, IntakeAlgorithm

EXTENT = "EXTENT"
NAF = "NAF"
INDIVIDUALS = "INDIVIDUALS"
SERVICE = "SERVICE"

_WGS84 = "EPSG:4326"
_SOURCE = "API Recherche d'entreprises"
# A commune is asked for by its code where at least so much of it is wanted.
_MOST_OF_IT = 0.5
# What is left over of the area after the communes: less is the play between two outlines.
_SLIVER = 0.01
# One building with more than ten thousand companies is an address of domiciliation.
_SMALLEST_RADIUS_KM = 0.1
# The largest département of mainland France has ten thousand.
_LARGE_KM2 = 15_000


class SearchEstablishments(IntakeAlgorithm):
    """Create and update the establishments of an area, as the public search knows them."""

    ID = "searchestablishments"

    def title(self) -> str:
        return tr("Search establishments online")

    def initAlgorithm(self, configuration: dict | None = None) -> None:
        self.addParameter(
            QgsProcessingParameterExtent(
                EXTENT, tr("Extent (empty: that of the polygons)"), optional=True
            )
        )
        self.addParameter(
            QgsProcessingParameterString(
                NAF,
                tr("Activities: NAF codes (C, 16.2, 16.24Z…; empty: all)"),
                optional=True,
            )
        )
        self.addParameter(
            QgsProcessingParameterBoolean(
                INDIVIDUALS, tr("Natural persons too (personal data)"), False
            )
        )
        self.add_intake_parameters()
        service = QgsProcessingParameterString(
            SERVICE, tr("Address of the service (empty: the one of the options)"), optional=True
        )
        service.setFlags(service.flags() | QgsProcessingParameterDefinition.Flag.FlagAdvanced)
        self.addParameter(service)

    def compute(
        self, parameters: dict, context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> dict:
        territory = self.target(parameters, context)
        activities = self._activities(parameters, context)
        area = self._area(parameters, context)
        _warn_of_size(area, context, feedback)
        try:
            service = WebService(
                settings.COMPANIES, feedback, self.parameterAsString(parameters, SERVICE, context)
            )
        except WebError as error:
            raise QgsProcessingException(str(error)) from None
        individuals = self.parameterAsBool(parameters, INDIVIDUALS, context)
        search = _Search(CompanyApi(service), individuals, feedback)
        try:
            # All of it before anything is imported: the service may fail at any moment.
            found = list(search.run(_plan(area, territory, context)))
        except WebError as error:
            raise QgsProcessingException(str(error)) from None
        return self.take_in(
            parameters,
            context,
            feedback,
            _results(found, _Inside(area), activities, individuals),
            source=_SOURCE,
        )

    def _activities(self, parameters: dict, context: QgsProcessingContext) -> Activities:
        try:
            return read_activities(self.parameterAsString(parameters, NAF, context))
        except UnknownActivity as error:
            unknown = ", ".join(map(str, error.args))
        raise QgsProcessingException(
            tr(
                "These are no codes of the NAF: {codes}. Write C, 16, 16.2, 16.24 or 16.24Z."
            ).format(codes=unknown)
        )

    def _area(self, parameters: dict, context: QgsProcessingContext) -> QgsGeometry:
        """Return where to look, in degrees."""
        wgs84 = QgsCoordinateReferenceSystem(_WGS84)
        extent = self.parameterAsExtentGeometry(parameters, EXTENT, context, wgs84)
        areas = [extent] if extent.area() > 0 else []
        source = self.parameterAsSource(parameters, PERIMETER, context)
        if source is not None:
            areas.append(_union(source, wgs84, context))
        if not areas:
            raise QgsProcessingException(
                tr("Say where to look: choose an extent, or a layer of polygons.")
            )
        area = areas[0] if len(areas) == 1 else areas[0].intersection(areas[1])
        if area.isEmpty() or not area.area() > 0:
            raise QgsProcessingException(
                tr("There is nothing where to look: the extent or the polygons are empty.")
            )
        return area


def _warn_of_size(
    area: QgsGeometry, context: QgsProcessingContext, feedback: QgsProcessingFeedback
) -> None:
    measure = QgsDistanceArea()
    measure.setSourceCrs(QgsCoordinateReferenceSystem(_WGS84), context.transformContext())
    measure.setEllipsoid("WGS84")
    size = measure.measureArea(area) / 1e6
    if size > _LARGE_KM2:
        feedback.pushWarning(
            tr(
                "{size} km²: this may take hours. Import the SIRENE stock for areas of this size."
            ).format(size=round(size))
        )


def _union(
    source: QgsProcessingFeatureSource,
    crs: QgsCoordinateReferenceSystem,
    context: QgsProcessingContext,
) -> QgsGeometry:
    request = QgsFeatureRequest()
    request.setDestinationCrs(crs, context.transformContext())
    return QgsGeometry.unaryUnion(
        [feature.geometry() for feature in source.getFeatures(request) if feature.hasGeometry()]
    )


@dataclass(frozen=True)
class _Commune:
    """A commune to ask for.

    Attributes:
        code: INSEE.
        wanted: the part of it that is looked for, in degrees.
    """

    code: str
    wanted: QgsGeometry


@dataclass(frozen=True)
class _Part:
    """A square to ask for, where it meets what is wanted.

    Attributes:
        square: of the plan.
        wanted: what is looked for, in degrees.
    """

    square: Square
    wanted: QgsGeometry

    def pieces(self) -> list[_Part]:
        """Return the quarters that hold something of what is wanted."""
        return [
            _Part(quarter, self.wanted)
            for quarter in self.square.quarters()
            if self.wanted.intersects(_rectangle(quarter))
        ]


def _plan(
    area: QgsGeometry, territory: Territory, context: QgsProcessingContext
) -> list[_Commune | _Part]:
    """Return what to ask for so as to cover *area*.

    By commune where the territory knows them: the service then leaves out natural persons by
    itself, and finds companies without coordinates. By squares for the rest.
    """
    request = QgsFeatureRequest()
    request.setDestinationCrs(
        QgsCoordinateReferenceSystem(_WGS84), context.transformContext()
    ).setFilterRect(area.boundingBox())
    plan: list[_Commune | _Part] = []
    rest = area
    layer = territory.layer("perimetre", subset="\"type\" = 'commune'")
    for commune in layer.getFeatures(request):
        shape = commune.geometry()
        common = shape.intersection(area)
        if plain(commune["code"]) and common.area() >= _MOST_OF_IT * shape.area() > 0:
            plan.append(_Commune(str(plain(commune["code"])), common))
            rest = rest.difference(shape)
    if not plan or rest.area() > _SLIVER * area.area():
        plan.append(_part(rest))
    return plan


def _part(wanted: QgsGeometry) -> _Part:
    box = wanted.boundingBox()
    return _Part(Square(box.xMinimum(), box.yMinimum(), box.xMaximum(), box.yMaximum()), wanted)


def _rectangle(square: Square) -> QgsRectangle:
    return QgsRectangle(square.west, square.south, square.east, square.north)


class _Search:
    """Asks for what a plan says, and splits what is too much at once."""

    def __init__(self, api: CompanyApi, individuals: bool, feedback: QgsProcessingFeedback) -> None:
        self._api = api
        self._individuals = individuals
        self._feedback = feedback
        self._watch = Watch(feedback, 0, READING)
        self._done = 0.0

    def run(self, plan: Sequence[_Commune | _Part]) -> Iterator[Found]:
        """Yield each establishment once.

        Raises:
            WebError, Cancelled: as asking a service does.
        """
        seen: set[str] = set()
        cut: list[Square] = []
        waiting = deque((target, 1 / len(plan)) for target in plan)
        while waiting:
            target, share = waiting.popleft()
            pieces: list[_Part] = []
            if isinstance(target, _Part) and target.square.circle()[2] > LARGEST_RADIUS_KM:
                pieces = target.pieces()
            else:
                try:
                    for page in self._pages(target):
                        self._told(share * page.number / max(1, page.pages))
                        if page.cut and page.number == 1 and isinstance(target, _Part):
                            cut.append(target.square)
                        for found in page.found:
                            if found.cell("siret") not in seen:
                                seen.add(found.cell("siret"))
                                yield found
                except TooMany:
                    whole = target if isinstance(target, _Part) else _part(target.wanted)
                    pieces = whole.pieces()
            if pieces:
                waiting.extendleft((piece, share / len(pieces)) for piece in pieces)
            else:
                self._done += share
        if cut:
            self._warn(cut[0])

    def _pages(self, target: _Commune | _Part) -> Iterator[Page]:
        if isinstance(target, _Commune):
            return self._api.in_commune(target.code, natural_persons=self._individuals)
        smallest = target.square.circle()[2] <= _SMALLEST_RADIUS_KM
        return self._api.around(target.square, whole=not smallest)

    def _told(self, share: float) -> None:
        checkpoint(self._watch, self._done + share)

    def _warn(self, place: Square) -> None:
        longitude, latitude, _ = place.circle()
        self._feedback.pushWarning(
            tr(
                "Around {latitude}, {longitude} more companies share one address than the service"
                " gives: some are missing. Import the SIRENE stock to have them all."
            ).format(latitude=round(latitude, 3), longitude=round(longitude, 3))
        )


class _Inside:
    """Tells what lies in the area, asked many times."""

    def __init__(self, area: QgsGeometry) -> None:
        # The engine reads the geometry, which has to live as long.
        self._area = area
        self._engine = QgsGeometry.createGeometryEngine(self._area.constGet())
        self._engine.prepareGeometry()

    def accepts(self, found: Found) -> bool:
        """Tell whether *found* is in the area; without a position, it is in one of its communes."""
        position = found.position
        return position is None or self._engine.intersects(QgsPoint(*position))


def _results(
    found: Iterable[Found], inside: _Inside, activities: Activities, individuals: bool
) -> Iterator[Candidate | Reject | Skip]:
    rows = []
    for line, establishment in enumerate(found, start=1):
        if not inside.accepts(establishment):
            continue
        if establishment.natural_person and not individuals:
            yield Skip(line, Omission.NATURAL_PERSON)
        elif not activities.include(establishment.cell("naf_code")):
            yield Skip(line, Omission.ACTIVITY)
        else:
            rows.append((line, establishment.cells))
    yield from read_rows(rows, HEADER, guess(HEADER))
