"""What is missing: needs nobody near answers, resources nobody near takes."""

from __future__ import annotations

import numpy as np
from qgis.core import (
    QgsFeature,
    QgsFeatureRequest,
    QgsFeatureSink,
    QgsGeometry,
    QgsPoint,
    QgsProcessing,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingParameterFeatureSink,
    QgsProcessingParameterFeatureSource,
    QgsWkbTypes,
)

from ..compat import Kind, make_fields, plain
from ..domain.coverage import Coverage, Gaps, count, coverage_by_code, find_gaps
from ..domain.feedback import checkpoint
from ..domain.matching import Booleans
from ..domain.metric import Floats
from ..translation import tr
from .answers import FlowAlgorithm, Question, copy_features, level_name
from .base import Watch

PERIMETERS = "PERIMETERS"
OUTPUT = "OUTPUT"
ORPHAN_NEEDS = "ORPHAN_NEEDS"
ORPHAN_RESOURCES = "ORPHAN_RESOURCES"
BY_PERIMETER = "BY_PERIMETER"


_COUNTS = (
    ("besoins", Kind.INTEGER),
    ("besoins_couverts", Kind.INTEGER),
    ("couverture", Kind.REAL),
    ("entreprises", Kind.INTEGER),
    ("score", Kind.REAL),
    ("offres", Kind.INTEGER),
    ("offres_sans_preneur", Kind.INTEGER),
)


class MissingLinks(FlowAlgorithm):
    """Coverage of the needs a code and a perimeter, orphan needs and orphan resources."""

    ID = "missinglinks"

    def title(self) -> str:
        return tr("Missing links")

    def theme(self) -> tuple[str, str]:
        return "diagnosis", tr("Diagnosis")

    def initAlgorithm(self, configuration: dict | None = None) -> None:
        self.add_question_parameters()
        self.addParameter(
            QgsProcessingParameterFeatureSource(
                PERIMETERS,
                tr("Perimeters"),
                [QgsProcessing.SourceType.TypeVectorPolygon],
                optional=True,
            )
        )
        self.addParameter(
            QgsProcessingParameterFeatureSink(
                OUTPUT, tr("Coverage a code"), QgsProcessing.SourceType.TypeVector
            )
        )
        for name, title, kind in (
            (ORPHAN_NEEDS, tr("Orphan needs"), QgsProcessing.SourceType.TypeVectorPoint),
            (ORPHAN_RESOURCES, tr("Orphan resources"), QgsProcessing.SourceType.TypeVectorPoint),
            (BY_PERIMETER, tr("Coverage a perimeter"), QgsProcessing.SourceType.TypeVectorPolygon),
        ):
            sink = QgsProcessingParameterFeatureSink(
                name, title, kind, optional=True, createByDefault=name != BY_PERIMETER
            )
            self.addParameter(sink)

    def compute(
        self, parameters: dict, context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> dict:
        question = self.question(parameters, context, feedback)
        gaps = find_gaps(
            question.needs.flows,
            question.offers.flows,
            level=question.level,
            max_distance=question.max_distance,
            metric=question.ground.metric,
            rejected=question.rejected,
            feedback=Watch(feedback, 0.3, 0.8),
        )
        results = {OUTPUT: self._write_coverage(parameters, context, question, gaps)}
        for name, layer, source, orphans in (
            (ORPHAN_NEEDS, question.needs, question.need_source, ~gaps.need_covered),
            (ORPHAN_RESOURCES, question.offers, question.offer_source, ~gaps.offer_taken),
        ):
            sink, identifier = self.parameterAsSink(
                parameters, name, context, source.fields(), source.wkbType(), source.sourceCrs()
            )
            if sink is not None:
                copy_features(source, set(layer.features[orphans].tolist()), sink)
                results[name] = identifier
        identifier = self._write_perimeters(parameters, context, question, gaps, feedback)
        if identifier is not None:
            results[BY_PERIMETER] = identifier
        return results

    def _write_coverage(
        self,
        parameters: dict,
        context: QgsProcessingContext,
        question: Question,
        gaps: Gaps,
    ) -> str:
        fields = make_fields(
            ("code", Kind.TEXT),
            ("libelle", Kind.TEXT),
            ("niveau", Kind.TEXT),
            *_COUNTS,
        )
        sink, identifier = self.parameterAsSink(parameters, OUTPUT, context, fields)
        for row in coverage_by_code(
            question.needs.flows, question.offers.flows, gaps, question.level
        ):
            feature = QgsFeature(fields)
            feature.setAttributes(
                [
                    row.code.text,
                    question.nomenclatures.label(row.code),
                    level_name(row.code.nomenclature, row.code.level),
                    *_figures(row.coverage),
                ]
            )
            sink.addFeature(feature, QgsFeatureSink.Flag.FastInsert)
        return identifier

    def _write_perimeters(
        self,
        parameters: dict,
        context: QgsProcessingContext,
        question: Question,
        gaps: Gaps,
        feedback: QgsProcessingFeedback,
    ) -> str | None:
        source = self.parameterAsSource(parameters, PERIMETERS, context)
        if source is None:
            return None
        fields = make_fields(("perimetre_code", Kind.TEXT), ("perimetre_nom", Kind.TEXT), *_COUNTS)
        sink, identifier = self.parameterAsSink(
            parameters,
            BY_PERIMETER,
            context,
            fields,
            QgsWkbTypes.Type.MultiPolygon,
            question.ground.crs,
        )
        if sink is None:
            return None
        request = QgsFeatureRequest()
        request.setDestinationCrs(question.ground.crs, context.transformContext())
        total = max(1, source.featureCount())
        nowhere = 0
        for number, perimeter in enumerate(source.getFeatures(request)):
            checkpoint(Watch(feedback, 0.85, 1), number / total)
            if not perimeter.hasGeometry():
                nowhere += 1
                continue
            needs = inside(perimeter.geometry(), question.needs.xy)
            offers = inside(perimeter.geometry(), question.offers.xy)
            feature = QgsFeature(fields)
            shape = QgsGeometry(perimeter.geometry())
            shape.convertToMultiType()
            feature.setGeometry(shape)
            feature.setAttributes(
                [
                    _named(perimeter, "code", str(perimeter.id())),
                    _named(perimeter, "nom", ""),
                    *_counts(question, gaps, needs, offers),
                ]
            )
            sink.addFeature(feature, QgsFeatureSink.Flag.FastInsert)
        if nowhere:
            feedback.pushWarning(
                tr("{count} perimeters left out (no geometry).").format(count=nowhere)
            )
        return identifier


def inside(shape: QgsGeometry, xy: Floats) -> Booleans:
    """Flag the points that lie in *shape*, edges included; same CRS, shape (n, 2) to (n,)."""
    box = shape.boundingBox()
    flags: Booleans = (
        (xy[:, 0] >= box.xMinimum())
        & (xy[:, 0] <= box.xMaximum())
        & (xy[:, 1] >= box.yMinimum())
        & (xy[:, 1] <= box.yMaximum())
    )
    engine = QgsGeometry.createGeometryEngine(shape.constGet())
    engine.prepareGeometry()
    for row in np.flatnonzero(flags):
        flags[row] = engine.intersects(QgsPoint(*xy[row]))
    return flags


def _counts(question: Question, gaps: Gaps, needs: Booleans, offers: Booleans) -> list:
    return _figures(count(question.needs.flows, question.offers.flows, gaps, needs, offers))


def _figures(coverage: Coverage) -> list:
    """Return the values of the columns of ``_COUNTS``."""
    return [
        coverage.needs,
        coverage.covered,
        coverage.ratio,
        coverage.companies,
        coverage.score,
        coverage.offers,
        coverage.untaken,
    ]


def _named(feature: QgsFeature, field: str, otherwise: str) -> str:
    if feature.fields().indexOf(field) < 0:
        return otherwise
    value = plain(feature[field])
    return otherwise if value is None else str(value)
