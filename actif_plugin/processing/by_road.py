"""The questions of proximity asked by road: their parameters, their answers, what the log says."""

from __future__ import annotations

from dataclasses import dataclass

from qgis.core import (
    QgsProcessing,
    QgsProcessingAlgorithm,
    QgsProcessingContext,
    QgsProcessingFeatureSource,
    QgsProcessingFeedback,
    QgsProcessingParameterDefinition,
    QgsProcessingParameterFeatureSource,
    QgsProcessingParameterField,
    QgsProcessingParameterNumber,
)

from ..domain.road_costs import network_of
from ..domain.road_matching import Outcome, RoadAnswers, match_by_road
from ..translation import tr
from .answers import Question
from .base import ActifAlgorithm, Choice, Watch, require_source, with_decimals
from .road_network import RoadColumns, area_of, metres_within, read_roads

ROADS = "ROADS"
COST = "COST"
MAX_DURATION = "MAX_DURATION"
SNAP_TOLERANCE = "SNAP_TOLERANCE"
ROAD_ONEWAY = "ROAD_ONEWAY"
ROAD_SPEED = "ROAD_SPEED"
ROAD_CLASS = "ROAD_CLASS"

# Hypotheses, as the distance: nothing published says how far is too far.
DEFAULT_DURATION_MIN = 30.0
DEFAULT_TOLERANCE_M = 500.0


def add_road_parameters(algorithm: QgsProcessingAlgorithm) -> None:
    """Declare the road layer, what counts on it, and its columns."""
    lines = [QgsProcessing.SourceType.TypeVectorLine]
    double = QgsProcessingParameterNumber.Type.Double
    column = {"parentLayerParameterName": ROADS, "optional": True}
    costs = {"distance": tr("distance (metres)"), "time": tr("time (minutes)")}
    algorithm.addParameter(
        QgsProcessingParameterFeatureSource(ROADS, tr("Roads"), lines, optional=True)
    )
    # All optional, so that models made without them stay valid.
    flags = QgsProcessingParameterDefinition.Flag
    cost = Choice(COST, tr("What counts by road"), costs, "distance")
    cost.setFlags(cost.flags() | flags.FlagOptional)
    algorithm.addParameter(cost)
    for parameter in (
        QgsProcessingParameterNumber(
            MAX_DURATION,
            tr("Maximum duration (minutes, when time counts)"),
            double,
            DEFAULT_DURATION_MIN,
            minValue=0,
        ),
        QgsProcessingParameterNumber(
            SNAP_TOLERANCE,
            tr("Maximum distance from a point to its road (metres)"),
            double,
            DEFAULT_TOLERANCE_M,
            minValue=0,
        ),
        QgsProcessingParameterField(ROAD_ONEWAY, tr("Field of the directions"), **column),
        QgsProcessingParameterField(ROAD_SPEED, tr("Field of the speeds"), **column),
        QgsProcessingParameterField(ROAD_CLASS, tr("Field of the road classes"), **column),
    ):
        if isinstance(parameter, QgsProcessingParameterNumber):
            with_decimals(parameter)
        parameter.setFlags(parameter.flags() | flags.FlagAdvanced | flags.FlagOptional)
        algorithm.addParameter(parameter)


@dataclass(frozen=True)
class RoadQuestion:
    """What the user asks by road.

    Attributes:
        source: the road layer.
        columns: its columns.
        by_time: whether minutes count, not metres.
        max_cost: metres or minutes.
        tolerance: metres from a point to its road.
    """

    source: QgsProcessingFeatureSource
    columns: RoadColumns
    by_time: bool
    max_cost: float
    tolerance: float

    @classmethod
    def of(
        cls,
        algorithm: ActifAlgorithm,
        parameters: dict,
        max_distance: float,
        context: QgsProcessingContext,
    ) -> RoadQuestion | None:
        """Read the parameters of :func:`add_road_parameters`; None without a road layer.

        Raises:
            QgsProcessingException: the road layer cannot be read.
        """
        if parameters.get(ROADS) in (None, ""):
            return None
        source = algorithm.parameterAsSource(parameters, ROADS, context)
        require_source(source, ROADS)
        by_time = algorithm.chosen(parameters, COST, context) == "time"
        duration = algorithm.parameterAsDouble(parameters, MAX_DURATION, context)
        names = (
            algorithm.parameterAsString(parameters, name, context)
            for name in (ROAD_ONEWAY, ROAD_SPEED, ROAD_CLASS)
        )
        return cls(
            source,
            RoadColumns(*names),
            by_time,
            duration if by_time else max_distance,
            algorithm.parameterAsDouble(parameters, SNAP_TOLERANCE, context),
        )

    def answer(
        self,
        question: Question,
        needs_ask: bool,
        neighbors: int,
        context: QgsProcessingContext,
        feedback: QgsProcessingFeedback,
        watch: Watch,
    ) -> RoadAnswers:
        """Find the answers of each seeker that cost least, and say what became of them all.

        Ways go from the resource to the need, whichever asks.

        Args:
            question: what is asked.
            needs_ask: whether needs seek offers, or offers seek needs.
            neighbors: answers wanted a seeker.
            context, feedback: of the run.
            watch: of this stage.

        Raises:
            QgsProcessingException: there is no usable road.
            Cancelled: the user asked to stop.
        """
        needs, offers, ground = question.needs, question.offers, question.ground
        rejected = question.verdicts.rejected
        seekers, candidates = (needs, offers) if needs_ask else (offers, needs)
        if not needs_ask:
            rejected = [(offer, need) for need, offer in rejected]
        reach = metres_within(self.max_cost) if self.by_time else self.max_cost
        layer = read_roads(
            self.source,
            self.columns,
            ground,
            area_of(seekers.xy, candidates.xy, reach, ground),
            self.by_time,
            context,
            watch.part(0, 0.4),
        )
        layer.tell(feedback)
        network = network_of(
            layer.roads,
            offers.flows.points,
            needs.flows.points,
            self.tolerance,
            watch.part(0.4, 0.6),
        )
        found = match_by_road(
            seekers.flows,
            candidates.flows,
            network,
            seekers_leave=not needs_ask,
            level=question.level,
            neighbors=neighbors,
            max_cost=self.max_cost,
            metric=ground.metric,
            rejected=rejected,
            feedback=watch.part(0.6, 1),
        )
        feedback.pushInfo(
            tr(
                "By road: {answered} answered, {far} too far, {unreachable} unreachable,"
                " {off} further than {tolerance} m from any road, {alone} without anything"
                " compatible near enough as the crow flies."
            ).format(
                answered=found.count(Outcome.ANSWERED),
                far=found.count(Outcome.TOO_FAR),
                unreachable=found.count(Outcome.UNREACHABLE),
                off=found.count(Outcome.OFF_ROADS),
                alone=found.count(Outcome.ALONE),
                tolerance=f"{self.tolerance:g}",
            )
        )
        return found
