"""What is missing: needs nobody near answers, resources nobody near takes."""

from __future__ import annotations

from pathlib import Path

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsProcessing,
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingFeedback,
    QgsProcessingParameterDefinition,
    QgsProcessingParameterFeatureSink,
    QgsProcessingParameterFeatureSource,
    QgsProcessingParameterFileDestination,
    QgsProcessingParameterNumber,
    QgsWkbTypes,
)

from .. import paths
from ..compat import make_fields
from ..domain.allocation import QuantityCoverage, quantity_coverage
from ..domain.coverage import CodeGroups, Gaps, coverage_by_code, find_gaps
from ..domain.quantities import load_units
from ..printing.coverage_curve import Curve, draw_curve
from ..store.errors import StoreError
from ..translation import tr
from . import coverage_presentation, presentation
from .answers import FlowAlgorithm, Question
from .base import Watch
from .comparison import QUANTITY_WORDS, amounts_of
from .coverage_grid import HEXAGON_FIELDS, hexagon_rows
from .coverage_places import PERIMETER_FIELDS, Visited, perimeter_rows, visited_of
from .coverage_tables import CODE_FIELDS, CURVE_FIELDS, code_rows, curve_of, curve_rows
from .presentation import Presentation, present
from .results import Result, kept_or_discarded

PERIMETERS = "PERIMETERS"
ESTABLISHMENTS = "ESTABLISHMENTS"
VISITS = "VISITS"
MIN_RECORDS = "MIN_RECORDS"
HEXAGON_KM = "HEXAGON_KM"
OUTPUT = "OUTPUT"
ORPHAN_NEEDS = "ORPHAN_NEEDS"
ORPHAN_RESOURCES = "ORPHAN_RESOURCES"
BY_PERIMETER = "BY_PERIMETER"
HEXAGONS = "HEXAGONS"
CURVE = "CURVE"
CHART = "CHART"

# A hypothesis: on so few records of a product, silence may only mean that nobody asked.
DEFAULT_RECORDS = 3
DEFAULT_HEXAGON_KM = 5.0

_VECTOR = QgsProcessing.SourceType.TypeVector
_POINTS = QgsProcessing.SourceType.TypeVectorPoint
_POLYGONS = QgsProcessing.SourceType.TypeVectorPolygon


class MissingLinks(FlowAlgorithm):
    """Coverage of the needs a code and a place, orphan needs and orphan resources."""

    ID = "missinglinks"

    def __init__(self) -> None:
        super().__init__()
        self._results: dict = {}
        self._chart: tuple[Curve, Path] | None = None

    def title(self) -> str:
        return tr("Missing links")

    def theme(self) -> tuple[str, str]:
        return "diagnosis", tr("Diagnosis")

    def initAlgorithm(self, configuration: dict | None = None) -> None:
        self.add_question_parameters()
        for name, title, kind in (
            (PERIMETERS, tr("Perimeters"), _POLYGONS),
            (ESTABLISHMENTS, tr("Establishments, to tell where nobody has been"), _POINTS),
            (VISITS, tr("Visits"), _VECTOR),
        ):
            self.addParameter(
                QgsProcessingParameterFeatureSource(name, title, [kind], optional=True)
            )
        # Optional, so that models made before them stay valid.
        records = QgsProcessingParameterNumber(
            MIN_RECORDS,
            tr("Records below which silence proves nothing"),
            QgsProcessingParameterNumber.Type.Integer,
            DEFAULT_RECORDS,
            True,
            minValue=0,
        )
        hexagon = QgsProcessingParameterNumber(
            HEXAGON_KM,
            tr("Width of the hexagons (kilometres)"),
            QgsProcessingParameterNumber.Type.Double,
            DEFAULT_HEXAGON_KM,
            True,
            minValue=0.01,
        )
        for parameter in (records, hexagon):
            parameter.setFlags(
                parameter.flags() | QgsProcessingParameterDefinition.Flag.FlagAdvanced
            )
            self.addParameter(parameter)
        self.addParameter(QgsProcessingParameterFeatureSink(OUTPUT, tr("Coverage a code"), _VECTOR))
        for name, title, kind, default in (
            (ORPHAN_NEEDS, tr("Orphan needs"), _POINTS, True),
            (ORPHAN_RESOURCES, tr("Orphan resources"), _POINTS, True),
            (BY_PERIMETER, tr("Coverage a perimeter"), _POLYGONS, False),
            (HEXAGONS, tr("Needs by hexagon"), _POLYGONS, False),
            (CURVE, tr("Coverage against distance"), _VECTOR, False),
        ):
            self.addParameter(
                QgsProcessingParameterFeatureSink(
                    name, title, kind, optional=True, createByDefault=default
                )
            )
        self.addParameter(
            QgsProcessingParameterFileDestination(
                CHART,
                tr("Chart of coverage against distance"),
                "SVG (*.svg)",
                optional=True,
                createByDefault=False,
            )
        )

    def compute(
        self, parameters: dict, context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> dict:
        question = self.question(
            parameters, context, feedback, Watch(feedback, 0, 0.3), QUANTITY_WORDS, ("quantite",)
        )
        visited = self._visited(parameters, question, context, Watch(feedback, 0.3, 0.32))
        results = self._opened(parameters, question, context)
        with kept_or_discarded(*results.values()):
            gaps = _gaps(question, Watch(feedback, 0.32, 0.65))
            groups = CodeGroups(question.needs.flows, question.offers.flows, question.level)
            quantities = _quantities(question, groups, feedback, Watch(feedback, 0.65, 0.8))
            rows = coverage_by_code(question.needs.flows, question.offers.flows, gaps, groups)
            fewest = self.parameterAsInt(parameters, MIN_RECORDS, context)
            told = {groups.codes[at]: figures for at, figures in quantities.items()}
            results[OUTPUT].add(code_rows(question, rows, told, fewest))
            self._write_orphans(results, question, gaps, feedback)
            if results[BY_PERIMETER] is not None:
                perimeters = self.parameterAsSource(parameters, PERIMETERS, context)
                watch = Watch(feedback, 0.9, 0.95)
                for feature in perimeter_rows(
                    perimeters, question, gaps, visited, context, feedback, watch
                ):
                    results[BY_PERIMETER].add([feature])
            if results[HEXAGONS] is not None:
                width = 1000 * self.parameterAsDouble(parameters, HEXAGON_KM, context)
                watch = Watch(feedback, 0.95, 1.0)
                results[HEXAGONS].add(hexagon_rows(question, gaps, width, context, watch))
            curve = curve_of(question, gaps)
            if results[CURVE] is not None:
                results[CURVE].add(curve_rows(curve))
        self._results = _presented(context, results)
        chart = self.parameterAsFileOutput(parameters, CHART, context)
        if chart:
            self._chart = curve, Path(chart).absolute()
        return self._results

    def postProcessAlgorithm(
        self, context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> dict:
        # A layout belongs to the main thread, where this runs and the computing does not.
        if self._chart is None:
            return {}
        curve, path = self._chart
        failure = ""
        try:
            draw_curve(curve, path)
        except StoreError as error:
            failure = str(error)
        if failure:
            # Out of the handler: QGIS never lets go of this error, nor of what is chained to it.
            raise QgsProcessingException(failure)
        return {**self._results, CHART: str(path)}

    def _visited(
        self, parameters: dict, question: Question, context: QgsProcessingContext, watch: Watch
    ) -> Visited | None:
        establishments = self.parameterAsSource(parameters, ESTABLISHMENTS, context)
        visits = self.parameterAsSource(parameters, VISITS, context)
        if establishments is None:
            if visits is not None:
                raise QgsProcessingException(
                    tr("Visits tell nothing without the establishments: choose their layer too.")
                )
            return None
        return visited_of(establishments, visits, question, context, watch)

    def _opened(
        self, parameters: dict, question: Question, context: QgsProcessingContext
    ) -> dict[str, Result | None]:
        nowhere = QgsCoordinateReferenceSystem()
        table, area = QgsWkbTypes.Type.NoGeometry, QgsWkbTypes.Type.MultiPolygon
        wanted = {OUTPUT: (make_fields(*CODE_FIELDS), table, nowhere)}
        for name, source in (
            (ORPHAN_NEEDS, question.need_source),
            (ORPHAN_RESOURCES, question.offer_source),
        ):
            wanted[name] = (source.fields(), source.wkbType(), source.sourceCrs())
        if self.parameterAsSource(parameters, PERIMETERS, context) is not None:
            wanted[BY_PERIMETER] = (make_fields(*PERIMETER_FIELDS), area, question.ground.crs)
        wanted[HEXAGONS] = (make_fields(*HEXAGON_FIELDS), area, question.ground.crs)
        wanted[CURVE] = (make_fields(*CURVE_FIELDS), table, nowhere)
        results: dict[str, Result | None] = {BY_PERIMETER: None}
        for name, (fields, kind, crs) in wanted.items():
            results[name] = Result.opened(self, parameters, name, context, fields, kind, crs)
        return results

    def _write_orphans(
        self,
        results: dict[str, Result | None],
        question: Question,
        gaps: Gaps,
        feedback: QgsProcessingFeedback,
    ) -> None:
        for name, layer, source, left, start in (
            (ORPHAN_NEEDS, question.needs, question.need_source, ~gaps.need_covered, 0.8),
            (ORPHAN_RESOURCES, question.offers, question.offer_source, ~gaps.offer_taken, 0.85),
        ):
            result = results[name]
            if result is not None:
                watch = Watch(feedback, start, start + 0.05)
                result.copy(source, layer.table, layer.features[left], watch)


def _gaps(question: Question, watch: Watch) -> Gaps:
    return find_gaps(
        question.needs.flows,
        question.offers.flows,
        level=question.level,
        max_distance=question.max_distance,
        metric=question.ground.metric,
        rejected=question.verdicts.rejected,
        feedback=watch,
    )


def _quantities(
    question: Question, groups: CodeGroups, feedback: QgsProcessingFeedback, watch: Watch
) -> dict[int, QuantityCoverage]:
    units = load_units(paths.reference_database())
    found = quantity_coverage(
        question.needs.flows,
        question.offers.flows,
        groups,
        amounts_of(question.needs, units),
        amounts_of(question.offers, units),
        level=question.level,
        max_distance=question.max_distance,
        metric=question.ground.metric,
        rejected=question.verdicts.rejected,
        feedback=watch,
    )
    too_many = sorted(groups.codes[at].text for at, told in found.items() if told.covered is None)
    if too_many:
        feedback.pushWarning(
            tr(
                "Too many needs and resources in reach of each other: no coverage in quantity for"
                " {codes}. Ask at a finer level or a shorter distance."
            ).format(codes=", ".join(too_many))
        )
    return found


_SHOWN: dict[str, Presentation] = {
    OUTPUT: coverage_presentation.BY_CODE,
    ORPHAN_NEEDS: presentation.ORPHAN_NEEDS,
    ORPHAN_RESOURCES: presentation.ORPHAN_RESOURCES,
    BY_PERIMETER: coverage_presentation.BY_PERIMETER,
    HEXAGONS: coverage_presentation.HEXAGONS,
    CURVE: coverage_presentation.CURVE,
}


def _presented(context: QgsProcessingContext, results: dict[str, Result | None]) -> dict[str, str]:
    """Return the destinations, which QGIS will dress when it loads them."""
    destinations = {}
    for name, result in results.items():
        if result is not None:
            present(context, result.destination, _SHOWN[name])
            destinations[name] = result.destination
    return destinations
