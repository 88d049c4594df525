"""What is missing: needs nobody near answers, resources nobody near takes."""

from __future__ import annotations

import numpy as np
from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsFeature,
    QgsFeatureRequest,
    QgsGeometry,
    QgsPoint,
    QgsProcessing,
    QgsProcessingContext,
    QgsProcessingFeatureSource,
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
from . import presentation
from .answers import FlowAlgorithm, Question, level_name
from .base import Watch
from .presentation import present
from .results import Result, kept_or_discarded

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
_COLUMNS = (("code", Kind.TEXT), ("libelle", Kind.TEXT), ("niveau", Kind.TEXT), *_COUNTS)
_PERIMETER_COLUMNS = (("perimetre_code", Kind.TEXT), ("perimetre_nom", Kind.TEXT), *_COUNTS)


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
        question = self.question(parameters, context, feedback, Watch(feedback, 0, 0.3))
        output = Result.opened(
            self,
            parameters,
            OUTPUT,
            context,
            make_fields(*_COLUMNS),
            QgsWkbTypes.Type.NoGeometry,
            QgsCoordinateReferenceSystem(),
        )
        orphans = {
            name: Result.opened(
                self,
                parameters,
                name,
                context,
                source.fields(),
                source.wkbType(),
                source.sourceCrs(),
            )
            for name, source in (
                (ORPHAN_NEEDS, question.need_source),
                (ORPHAN_RESOURCES, question.offer_source),
            )
        }
        perimeters = self.parameterAsSource(parameters, PERIMETERS, context)
        by_perimeter = perimeters and Result.opened(
            self,
            parameters,
            BY_PERIMETER,
            context,
            make_fields(*_PERIMETER_COLUMNS),
            QgsWkbTypes.Type.MultiPolygon,
            question.ground.crs,
        )
        with kept_or_discarded(output, *orphans.values(), by_perimeter):
            gaps = find_gaps(
                question.needs.flows,
                question.offers.flows,
                level=question.level,
                max_distance=question.max_distance,
                metric=question.ground.metric,
                rejected=question.verdicts.rejected,
                feedback=Watch(feedback, 0.3, 0.8),
            )
            output.add(_coverage_rows(question, gaps))
            results = {OUTPUT: output.destination}
            for name, layer, source, left, style, start in (
                (
                    ORPHAN_NEEDS,
                    question.needs,
                    question.need_source,
                    ~gaps.need_covered,
                    presentation.ORPHAN_NEEDS,
                    0.8,
                ),
                (
                    ORPHAN_RESOURCES,
                    question.offers,
                    question.offer_source,
                    ~gaps.offer_taken,
                    presentation.ORPHAN_RESOURCES,
                    0.85,
                ),
            ):
                result = orphans[name]
                if result is not None:
                    watch = Watch(feedback, start, start + 0.05)
                    result.copy(source, layer.table, layer.features[left], watch)
                    results[name] = result.destination
                    present(context, result.destination, style)
            if by_perimeter:
                _write_perimeters(by_perimeter, perimeters, question, gaps, context, feedback)
                results[BY_PERIMETER] = by_perimeter.destination
                present(context, by_perimeter.destination, presentation.COVERAGE_BY_PERIMETER)
        return results


def _coverage_rows(question: Question, gaps: Gaps) -> list[QgsFeature]:
    fields = make_fields(*_COLUMNS)
    rows = []
    for row in coverage_by_code(question.needs.flows, question.offers.flows, gaps, question.level):
        feature = QgsFeature(fields)
        feature.setAttributes(
            [
                row.code.text,
                question.nomenclatures.label(row.code),
                level_name(row.code.nomenclature, row.code.level),
                *_figures(row.coverage),
            ]
        )
        rows.append(feature)
    return rows


def _write_perimeters(
    result: Result,
    source: QgsProcessingFeatureSource,
    question: Question,
    gaps: Gaps,
    context: QgsProcessingContext,
    feedback: QgsProcessingFeedback,
) -> None:
    fields = make_fields(*_PERIMETER_COLUMNS)
    request = QgsFeatureRequest()
    request.setDestinationCrs(question.ground.crs, context.transformContext())
    total = max(1, source.featureCount())
    nowhere = 0
    for number, perimeter in enumerate(source.getFeatures(request)):
        checkpoint(Watch(feedback, 0.9, 1), number / total)
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
        result.add([feature])
    if nowhere:
        feedback.pushWarning(tr("{count} perimeters left out (no geometry).").format(count=nowhere))


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
