"""What to ask and what to offer at a visit: tables and a sheet to print."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

from qgis.core import (
    QgsGeometry,
    QgsPointXY,
    QgsProcessing,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingParameterFeatureSink,
    QgsProcessingParameterFileDestination,
    QgsProcessingParameterNumber,
    QgsProcessingParameterString,
    QgsWkbTypes,
)

from ..compat import Kind, make_fields
from ..domain.feedback import checkpoint
from ..printing.visit_sheet import write_sheet
from ..store.dossier import find_company, flows_of, synergies_of, verdicts_on, visits_of
from ..translation import tr
from .answers import DEFAULT_DISTANCE_M, level_choices
from .base import ActifAlgorithm, Choice, Watch, territory_of, territory_parameter, with_decimals
from .flows import LEVELS
from .one_side import LEVEL, MAX_DISTANCE, Side, feature_of
from .pool_needs import POOL_FIELDS, pool_values
from .pool_presentation import POOLS_SHOWN, presented
from .results import Result, kept_or_discarded
from .visit_contents import Line, Neighbourhood
from .visit_text import Dossier, history_rows, sheet_of

TARGET = "TARGET"
ESTABLISHMENT = "ESTABLISHMENT"
MAX_LINES = "MAX_LINES"
NEEDS_NEARBY = "NEEDS_NEARBY"
RESOURCES_NEARBY = "RESOURCES_NEARBY"
POOLS = "POOLS"
HISTORY = "HISTORY"
OUTPUT = "OUTPUT"

_DEFAULT_LINES = 10
_MOST_LINES = 100
_RECORD_FIELDS = (
    ("etablissement_id", Kind.TEXT),
    ("entreprise", Kind.TEXT),
    ("commune", Kind.TEXT),
    ("mots", Kind.TEXT),
    ("code", Kind.TEXT),
    ("libelle", Kind.TEXT),
    ("distance_m", Kind.REAL),
    ("quantites", Kind.TEXT),
    ("origine", Kind.TEXT),
    ("motif", Kind.TEXT),
    ("retenu", Kind.BOOLEAN),
    ("a_confirmer", Kind.BOOLEAN),
)
_HISTORY_FIELDS = (
    ("date", Kind.TEXT),
    ("type", Kind.TEXT),
    ("titre", Kind.TEXT),
    ("detail", Kind.TEXT),
    ("suite", Kind.TEXT),
    ("echeance", Kind.TEXT),
)
_COLUMNS = {
    NEEDS_NEARBY: (("besoin_id", Kind.TEXT), *_RECORD_FIELDS),
    RESOURCES_NEARBY: (("offre_id", Kind.TEXT), *_RECORD_FIELDS),
    POOLS: (*POOL_FIELDS, ("entreprises", Kind.TEXT)),
    HISTORY: _HISTORY_FIELDS,
}


class VisitSheet(ActifAlgorithm):
    """Before a visit: what a company's neighbourhood needs, has and shares, and its history."""

    ID = "visitsheet"

    def title(self) -> str:
        return tr("Visit sheet (PDF)")

    def theme(self) -> tuple[str, str]:
        return "proximity", tr("Proximity")

    def initAlgorithm(self, configuration: dict | None = None) -> None:
        self.addParameter(
            QgsProcessingParameterString(ESTABLISHMENT, tr("Company (name, SIRET or identifier)"))
        )
        self.addParameter(territory_parameter(TARGET))
        title = tr("Level at which codes are compared")
        self.addParameter(Choice(LEVEL, title, level_choices(), "group"))
        number = QgsProcessingParameterNumber
        self.addParameter(
            with_decimals(
                number(
                    MAX_DISTANCE,
                    tr("Maximum distance (metres)"),
                    number.Type.Double,
                    DEFAULT_DISTANCE_M,
                    minValue=0,
                )
            )
        )
        self.addParameter(
            number(
                MAX_LINES,
                tr("Lines of each list at most"),
                number.Type.Integer,
                _DEFAULT_LINES,
                minValue=1,
                maxValue=_MOST_LINES,
            )
        )
        self.addParameter(
            QgsProcessingParameterFileDestination(OUTPUT, tr("Visit sheet"), "PDF (*.pdf)")
        )
        types = QgsProcessing.SourceType
        for name, title, kind in (
            (NEEDS_NEARBY, tr("Needs nearby that it could answer"), types.TypeVectorPoint),
            (RESOURCES_NEARBY, tr("Resources nearby that it could use"), types.TypeVectorPoint),
            (POOLS, tr("Pools that it could join"), types.TypeVectorPoint),
            (HISTORY, tr("History"), types.TypeVector),
        ):
            self.addParameter(
                QgsProcessingParameterFeatureSink(
                    name, title, kind, optional=True, createByDefault=False
                )
            )

    def compute(
        self, parameters: dict, context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> dict:
        path = self.parameterAsFile(parameters, TARGET, context)
        territory = territory_of(path, context.project())
        company = find_company(
            territory, self.parameterAsString(parameters, ESTABLISHMENT, context)
        )
        feedback.pushInfo(tr("Company: {name}").format(name=company.name))
        flows = flows_of(territory, company.id)
        verdicts = verdicts_on(territory, [str(flow["id"]) for flow in flows])
        around = Neighbourhood(
            territory,
            company,
            verdicts,
            LEVELS[self.chosen(parameters, LEVEL, context)],
            self.parameterAsDouble(parameters, MAX_DISTANCE, context),
            self.parameterAsInt(parameters, MAX_LINES, context),
            context,
            _CancelOnly(feedback),
        )
        checkpoint(Watch(feedback), 0.4)
        dossier = Dossier(
            territory,
            company,
            flows,
            visits_of(territory, company.id),
            synergies_of(territory, company.id),
            verdicts,
            around,
            around.needs_nearby(),
            around.offers_nearby(),
            around.pools(),
            date.today(),
        )
        checkpoint(Watch(feedback), 0.8)
        tables = self._tables(parameters, context, dossier)
        with kept_or_discarded(*tables.values()):
            self._fill(tables, dossier)
            target = Path(self.parameterAsFileOutput(parameters, OUTPUT, context)).absolute()
            pages = write_sheet(sheet_of(dossier), target)
        feedback.pushInfo(
            tr("Visit sheet written, {pages} pages: {path}").format(pages=pages, path=target)
        )
        return {**presented(context, tables, {POOLS: POOLS_SHOWN}), OUTPUT: str(target)}

    def _tables(
        self, parameters: dict, context: QgsProcessingContext, dossier: Dossier
    ) -> dict[str, Result | None]:
        """Open the tables that are wanted."""
        kinds = QgsWkbTypes.Type
        return {
            name: Result.opened(
                self, parameters, name, context, make_fields(*columns), kind, dossier.around.crs
            )
            for name, (columns, kind) in {
                NEEDS_NEARBY: (_COLUMNS[NEEDS_NEARBY], kinds.Point),
                RESOURCES_NEARBY: (_COLUMNS[RESOURCES_NEARBY], kinds.Point),
                POOLS: (_COLUMNS[POOLS], kinds.Point),
                HISTORY: (_COLUMNS[HISTORY], kinds.NoGeometry),
            }.items()
        }

    def _fill(self, tables: Mapping[str, Result | None], dossier: Dossier) -> None:
        """Write the same rows as the sheet prints."""
        around = dossier.around
        rows: dict[str, list[tuple[Sequence[object], QgsPointXY | None]]] = {
            NEEDS_NEARBY: _records(around.needs, dossier.needs_nearby, around),
            RESOURCES_NEARBY: _records(around.offers, dossier.offers_nearby, around),
            POOLS: [
                (
                    [*pool_values(number, pool, around.needs, None), " ; ".join(names)],
                    around.needs.point(pool.centre),
                )
                for number, (pool, names) in enumerate(dossier.partners(), start=1)
            ],
            HISTORY: [(row, None) for row in history_rows(dossier)],
        }
        for name, table in tables.items():
            if table is not None:
                fields = make_fields(*_COLUMNS[name])
                table.add(
                    [
                        feature_of(
                            fields,
                            values,
                            QgsGeometry() if point is None else QgsGeometry.fromPointXY(point),
                        )
                        for values, point in rows[name]
                    ]
                )


def _records(
    side: Side | None, lines: Sequence[Line], around: Neighbourhood
) -> list[tuple[list[object], QgsPointXY]]:
    """Return the attributes and the place of neighbours' records."""
    if side is None:
        return []
    names = around.names(side, [line.record for line in lines])
    rows = []
    for line in lines:
        owner = side.word("etablissement_id", line.record)
        company, commune = names.get(owner, ("", ""))
        code = side.code(line.record)
        rows.append(
            (
                [
                    str(side.layer.flows.ids[line.record]),
                    owner,
                    company,
                    commune,
                    side.word("libelle", line.record),
                    code.text,
                    side.nomenclatures.label(code),
                    line.distance,
                    side.quantity(line.record),
                    line.origin,
                    line.reason,
                    line.kept,
                    bool(side.layer.stale[line.record]),
                ],
                side.point(line.record),
            )
        )
    return rows


class _CancelOnly(Watch):
    """For steps that are too short for a progress of their own."""

    def progress(self, fraction: float) -> None:
        """Leave the progress bar where it is."""
