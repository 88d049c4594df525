"""One question in its two directions: who asks, who could answer, and who asked in vain."""

from __future__ import annotations

import numpy as np
from qgis.core import (
    QgsProcessing,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingParameterFeatureSink,
    QgsProcessingParameterNumber,
    QgsWkbTypes,
)

from .. import paths
from ..compat import make_fields
from ..domain.matching import Pairs, match
from ..domain.quantities import load_units
from ..translation import tr
from .answer_table import NUMBERS, WORDS, AnswerTable, fields_of
from .answers import FlowAlgorithm, Question
from .base import Watch
from .by_road import RoadQuestion, add_road_parameters
from .companies import names_of
from .flows import FlowLayer
from .presentation import ANSWERS, Presentation, present
from .results import Result, kept_or_discarded

NEIGHBORS = "NEIGHBORS"
OUTPUT = "OUTPUT"

DEFAULT_NEIGHBORS = 5


class MatchAlgorithm(FlowAlgorithm):
    """Base of the two directions of one question; a subclass says who asks."""

    # The result that tells who asked in vain.
    LEFT = ""
    LEFT_STYLE: Presentation

    def asked(self) -> str:
        """Return the translated title of how many answers are wanted."""
        raise NotImplementedError

    def left(self) -> str:
        """Return the translated title of the result that tells who asked in vain."""
        raise NotImplementedError

    def needs_ask(self) -> bool:
        """Tell whether needs seek offers, or offers seek needs."""
        raise NotImplementedError

    def initAlgorithm(self, configuration: dict | None = None) -> None:
        self.add_question_parameters()
        self.addParameter(
            QgsProcessingParameterNumber(
                NEIGHBORS,
                self.asked(),
                QgsProcessingParameterNumber.Type.Integer,
                DEFAULT_NEIGHBORS,
                minValue=1,
            )
        )
        add_road_parameters(self)
        self.addParameter(
            QgsProcessingParameterFeatureSink(
                OUTPUT, tr("Answers"), QgsProcessing.SourceType.TypeVectorLine
            )
        )
        self.addParameter(
            QgsProcessingParameterFeatureSink(
                self.LEFT,
                self.left(),
                QgsProcessing.SourceType.TypeVectorPoint,
                optional=True,
                createByDefault=True,
            )
        )

    def checkParameterValues(
        self, parameters: dict, context: QgsProcessingContext
    ) -> tuple[bool, str]:
        given = parameters.get(NEIGHBORS)
        if isinstance(given, (int, float)) and not given >= 1:
            return False, tr("The number of answers is at least 1.")
        return super().checkParameterValues(parameters, context)

    def compute(
        self, parameters: dict, context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> dict:
        question = self.question(
            parameters, context, feedback, Watch(feedback, 0, 0.1), WORDS, NUMBERS
        )
        seekers, source = (
            (question.needs, question.need_source)
            if self.needs_ask()
            else (question.offers, question.offer_source)
        )
        roads = RoadQuestion.of(self, parameters, question.max_distance, context)
        fields = make_fields(*fields_of(roads is not None))
        output = Result.opened(
            self,
            parameters,
            OUTPUT,
            context,
            fields,
            QgsWkbTypes.Type.LineString,
            question.ground.crs,
        )
        left = Result.opened(
            self,
            parameters,
            self.LEFT,
            context,
            source.fields(),
            source.wkbType(),
            source.sourceCrs(),
        )
        with kept_or_discarded(output, left):
            neighbors = self.parameterAsInt(parameters, NEIGHBORS, context)
            cost = None
            if roads is None:
                pairs = self._matched(question, neighbors, Watch(feedback, 0.1, 0.25))
            else:
                watch = Watch(feedback, 0.1, 0.25)
                found = roads.answer(
                    question, self.needs_ask(), neighbors, context, feedback, watch
                )
                pairs, cost = found.pairs, found.cost
            answered = _flags(seekers, pairs)
            feedback.pushInfo(self.summary(len(pairs), int(answered.sum()), len(seekers.flows)))
            need, offer = pairs.seeker, pairs.candidate
            if not self.needs_ask():
                need, offer = offer, need
            units = load_units(paths.reference_database())
            companies = names_of(context, question.needs, question.offers)
            table = AnswerTable(question, pairs, need, offer, units, cost, companies)
            output.add_lines(fields, table, Watch(feedback, 0.3, 0.95))
            results = {OUTPUT: output.destination}
            present(context, output.destination, ANSWERS)
            if left is not None:
                missing = seekers.features[~answered]
                left.copy(source, seekers.table, missing, Watch(feedback, 0.95, 1))
                results[self.LEFT] = left.destination
                present(context, left.destination, self.LEFT_STYLE)
        return results

    def summary(self, pairs: int, answered: int, seekers: int) -> str:
        """Return the translated sentence that tells what was found."""
        raise NotImplementedError

    def _matched(self, question: Question, neighbors: int, watch: Watch) -> Pairs:
        seekers, candidates = question.needs.flows, question.offers.flows
        rejected = question.verdicts.rejected
        if not self.needs_ask():
            seekers, candidates = candidates, seekers
            rejected = [(offer, need) for need, offer in rejected]
        return match(
            seekers,
            candidates,
            level=question.level,
            neighbors=neighbors,
            max_distance=question.max_distance,
            metric=question.ground.metric,
            rejected=rejected,
            feedback=watch,
        )


def _flags(seekers: FlowLayer, pairs: Pairs) -> np.ndarray:
    """Flag the records that found something."""
    flags = np.zeros(len(seekers.flows), dtype=bool)
    flags[pairs.seeker] = True
    return flags
