"""Who near here could answer these needs?"""

from __future__ import annotations

from qgis.core import (
    QgsFeature,
    QgsFeatureSink,
    QgsGeometry,
    QgsLineString,
    QgsProcessing,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingParameterFeatureSink,
    QgsProcessingParameterNumber,
    QgsWkbTypes,
)

from ..compat import Kind, make_fields
from ..domain.feedback import checkpoint
from ..domain.matching import Pairs, match
from ..translation import tr
from .answers import FlowAlgorithm, Question, copy_features, reasons
from .base import Watch

NEIGHBORS = "NEIGHBORS"
OUTPUT = "OUTPUT"
UNANSWERED = "UNANSWERED"

DEFAULT_NEIGHBORS = 5
_FIELDS = (
    ("besoin_id", Kind.TEXT),
    ("offre_id", Kind.TEXT),
    ("code_besoin", Kind.TEXT),
    ("code_offre", Kind.TEXT),
    ("niveau_commun", Kind.TEXT),
    ("rang", Kind.INTEGER),
    ("distance_m", Kind.REAL),
    ("motif", Kind.TEXT),
)


class AnswerNeeds(FlowAlgorithm):
    """For each need, the nearest compatible resources of other establishments."""

    ID = "answerneeds"

    def title(self) -> str:
        return tr("Answer needs")

    def initAlgorithm(self, configuration: dict | None = None) -> None:
        self.add_question_parameters()
        self.addParameter(
            QgsProcessingParameterNumber(
                NEIGHBORS,
                tr("Answers a need"),
                QgsProcessingParameterNumber.Type.Integer,
                DEFAULT_NEIGHBORS,
                minValue=1,
            )
        )
        self.addParameter(
            QgsProcessingParameterFeatureSink(
                OUTPUT, tr("Answers"), QgsProcessing.SourceType.TypeVectorLine
            )
        )
        self.addParameter(
            QgsProcessingParameterFeatureSink(
                UNANSWERED,
                tr("Unanswered needs"),
                QgsProcessing.SourceType.TypeVectorPoint,
                optional=True,
                createByDefault=True,
            )
        )

    def compute(
        self, parameters: dict, context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> dict:
        question = self.question(parameters, context, feedback)
        pairs = match(
            question.needs.flows,
            question.offers.flows,
            level=question.level,
            neighbors=self.parameterAsInt(parameters, NEIGHBORS, context),
            max_distance=question.max_distance,
            metric=question.ground.metric,
            rejected=question.rejected,
            feedback=Watch(feedback, 0.3, 0.6),
        )
        answered = set(question.needs.features[pairs.seeker].tolist())
        feedback.pushInfo(
            tr("{pairs} answers for {answered} needs out of {needs}.").format(
                pairs=len(pairs), answered=len(answered), needs=len(question.needs.flows)
            )
        )
        sink, output = self.parameterAsSink(
            parameters,
            OUTPUT,
            context,
            make_fields(*_FIELDS),
            QgsWkbTypes.Type.LineString,
            question.ground.crs,
        )
        _write_answers(sink, question, pairs, Watch(feedback, 0.6, 0.95))
        results = {OUTPUT: output}
        sink, unanswered = self.parameterAsSink(
            parameters,
            UNANSWERED,
            context,
            question.need_source.fields(),
            question.need_source.wkbType(),
            question.need_source.sourceCrs(),
        )
        if sink is not None:
            missing = set(question.needs.features.tolist()) - answered
            copy_features(question.need_source, missing, sink)
            results[UNANSWERED] = unanswered
        return results


def _write_answers(sink: QgsFeatureSink, question: Question, pairs: Pairs, watch: Watch) -> None:
    needs, offers = question.needs, question.offers
    fields = make_fields(*_FIELDS)
    told: dict[tuple[int, int], tuple[str, str]] = {}
    for number, (need, offer, rank, distance) in enumerate(
        zip(
            pairs.seeker.tolist(),
            pairs.candidate.tolist(),
            pairs.rank.tolist(),
            pairs.distance.tolist(),
        )
    ):
        if number % 2000 == 0:
            checkpoint(watch, number / len(pairs))
        codes = (int(needs.flows.code[need]), int(offers.flows.code[offer]))
        need_code, offer_code = needs.flows.codes[codes[0]], offers.flows.codes[codes[1]]
        if codes not in told:
            told[codes] = reasons(need_code, offer_code, question.nomenclatures)
        feature = QgsFeature(fields)
        feature.setAttributes(
            [
                str(needs.flows.ids[need]),
                str(offers.flows.ids[offer]),
                need_code.text,
                offer_code.text,
                told[codes][0],
                rank,
                distance,
                told[codes][1],
            ]
        )
        ends = (needs.xy[need], offers.xy[offer])
        feature.setGeometry(QgsGeometry(QgsLineString([p[0] for p in ends], [p[1] for p in ends])))
        sink.addFeature(feature, QgsFeatureSink.Flag.FastInsert)
