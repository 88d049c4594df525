"""What the territory's branches are likely to buy away: a statistical hypothesis."""

from __future__ import annotations

import contextlib
import math
import sqlite3
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
from qgis.core import (
    QgsFeature,
    QgsFeatureRequest,
    QgsProcessing,
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingFeatureSource,
    QgsProcessingFeedback,
    QgsProcessingParameterFeatureSink,
    QgsProcessingParameterFeatureSource,
    QgsProcessingParameterFile,
    QgsProcessingParameterNumber,
    QgsProcessingParameterString,
)

from .. import paths
from ..compat import Kind, make_fields, plain
from ..domain.branches import branch_by_division, branch_label, share_out
from ..domain.feedback import checkpoint
from ..domain.metric import Floats
from ..domain.sector_leak import DEFAULT_DELTA, Leaks, sector_leaks
from ..sources.input_output import (
    InputOutputError,
    InputOutputTable,
    read_branch_values,
    read_input_output,
)
from ..translation import tr
from .base import ActifAlgorithm, Watch, add_feature, require_source, with_decimals
from .sheets import read_sheets

ESTABLISHMENTS = "ESTABLISHMENTS"
COEFFICIENTS = "COEFFICIENTS"
PRODUCTION = "PRODUCTION"
NATIONAL_JOBS = "NATIONAL_JOBS"
LOCAL_JOBS = "LOCAL_JOBS"
DELTA = "DELTA"
YEAR = "YEAR"
SOURCE = "SOURCE"
OUTPUT = "OUTPUT"

# Written in each row, so that no extract of the table passes for an observation.
HYPOTHESIS = "hypothèse statistique"
_FIELDS = (
    ("branche", Kind.TEXT),
    ("libelle", Kind.TEXT),
    ("emplois", Kind.REAL),
    ("emplois_nation", Kind.REAL),
    ("quotient", Kind.REAL),
    ("achats", Kind.REAL),
    ("part_locale", Kind.REAL),
    ("fuite", Kind.REAL),
    ("mention", Kind.TEXT),
    ("source", Kind.TEXT),
    ("annee", Kind.TEXT),
)
_BRACKETS = "SELECT code, mini, coalesce(maxi, mini) FROM ref_effectif WHERE mini IS NOT NULL"
_CLOSED = "ferme"
_TOLD = 12


class SectorLeak(ActifAlgorithm):
    """Location quotients, local shares and leaks by branch."""

    ID = "sectorleak"

    def title(self) -> str:
        return tr("Estimate what branches buy elsewhere (hypothesis)")

    def theme(self) -> tuple[str, str]:
        return "hypotheses", tr("Statistical hypotheses")

    def initAlgorithm(self, configuration: dict | None = None) -> None:
        self.addParameter(
            QgsProcessingParameterFeatureSource(
                ESTABLISHMENTS, tr("Establishments"), [QgsProcessing.SourceType.TypeVector]
            )
        )
        tables = tr("Tables") + " (*.xls *.xlsx *.ods *.csv *.tsv *.txt)"
        for name, title, optional in (
            (COEFFICIENTS, tr("Input-output table (INSEE A38 or Eurostat naio_10_cp1700)"), False),
            (NATIONAL_JOBS, tr("Jobs in the nation, by branch"), False),
            (PRODUCTION, tr("Output of each branch, if not in the table"), True),
            (
                LOCAL_JOBS,
                tr("Jobs here, by branch (empty: establishments)"),
                True,
            ),
        ):
            self.addParameter(
                QgsProcessingParameterFile(name, title, fileFilter=tables, optional=optional)
            )
        delta = QgsProcessingParameterNumber(
            DELTA,
            tr("Delta: weight of the territory's size (0 to 1)"),
            QgsProcessingParameterNumber.Type.Double,
            DEFAULT_DELTA,
            minValue=0,
            maxValue=1,
        )
        self.addParameter(with_decimals(delta, 2))
        self.addParameter(
            QgsProcessingParameterString(
                YEAR, tr("Year of the tables (empty: the last one)"), optional=True
            )
        )
        self.addParameter(
            QgsProcessingParameterString(
                SOURCE, tr("Source of the tables (empty: name of the file)"), optional=True
            )
        )
        self.addParameter(
            QgsProcessingParameterFeatureSink(
                OUTPUT, tr("Leaks by branch (hypothesis)"), QgsProcessing.SourceType.TypeVector
            )
        )

    def compute(
        self, parameters: dict, context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> dict:
        source = self.parameterAsSource(parameters, ESTABLISHMENTS, context)
        require_source(source, ESTABLISHMENTS)
        year = self.parameterAsString(parameters, YEAR, context).strip()

        def read(name: str, reader: Callable) -> object:
            path = self.parameterAsFile(parameters, name, context)
            return _read(Path(path), reader) if path else {}

        table: InputOutputTable = read(COEFFICIENTS, lambda rows: read_input_output(rows, year))
        table = table.with_production(_told(table, read(PRODUCTION, read_branch_values)))
        _require_output(table)
        national = _jobs(table, read(NATIONAL_JOBS, read_branch_values), NATIONAL_JOBS)
        local = (
            _jobs(table, read(LOCAL_JOBS, read_branch_values), LOCAL_JOBS)
            if self.parameterAsFile(parameters, LOCAL_JOBS, context)
            else _recorded_jobs(source, table, Watch(feedback), feedback)
        )
        leaks = _leaks(table, local, national, self.parameterAsDouble(parameters, DELTA, context))
        fields = make_fields(*_FIELDS)
        sink, output = self.parameterAsSink(parameters, OUTPUT, context, fields)
        said = (
            self.parameterAsString(parameters, SOURCE, context).strip()
            or Path(self.parameterAsFile(parameters, COEFFICIENTS, context)).name
        )
        for number, branch in _ranked(table, leaks):
            feature = QgsFeature(fields)
            feature.setAttributes(
                [
                    branch,
                    branch_label(branch) or None,
                    *map(_value, (local[number], national[number], leaks.quotient[number])),
                    *map(_value, _purchases(leaks, number)),
                    HYPOTHESIS,
                    said,
                    table.year or year or None,
                ]
            )
            add_feature(sink, feature)
        feedback.pushInfo(
            tr(
                "Statistical hypothesis, not an observation: {branches} branches, {jobs} jobs"
                " counted here, delta {delta}. Source: {source}, {year}."
            ).format(
                branches=len(table.branches),
                jobs=round(float(local.sum())),
                delta=self.parameterAsDouble(parameters, DELTA, context),
                source=said,
                year=table.year or year or tr("year not told"),
            )
        )
        return {OUTPUT: output}


def _read(path: Path, reader: Callable) -> object:
    """Return what *reader* makes of the first sheet of *path* that it understands."""
    for rows in read_sheets(path):
        with contextlib.suppress(InputOutputError):
            return reader(rows)
    raise QgsProcessingException(
        tr(
            "{path} holds no branch (A38 or Eurostat codes) with its figures for that year: check"
            " the file."
        ).format(path=path)
    )


def _told(table: InputOutputTable, production: Mapping[str, float]) -> dict[str, float]:
    shares = share_out(production, table.branches)
    return {code: value for code, value in zip(table.branches, shares) if value is not None}


def _require_output(table: InputOutputTable) -> None:
    silent = [branch for branch, value in zip(table.branches, table.production) if not value >= 0]
    if silent:
        raise QgsProcessingException(
            tr(
                "The output of these branches is not told: {branches}. Give a table of outputs by"
                " branch."
            ).format(branches=", ".join(silent[:_TOLD]))
        )


def _jobs(table: InputOutputTable, values: Mapping[str, float], name: str) -> Floats:
    """Return the jobs of each branch of *table*; a branch that the jobs leave out is refused."""
    shares = share_out(values, table.branches)
    silent = [branch for branch, value in zip(table.branches, shares) if value is None]
    if silent:
        raise QgsProcessingException(
            tr("{parameter} has no jobs for these branches: {branches}.").format(
                parameter=name, branches=", ".join(silent[:_TOLD])
            )
        )
    return np.array(shares, dtype=np.float64)


def _recorded_jobs(
    source: QgsProcessingFeatureSource,
    table: InputOutputTable,
    watch: Watch,
    feedback: QgsProcessingFeedback,
) -> Floats:
    """Add up the middles of the workforce brackets of the establishments that are not closed."""
    fields = source.fields()
    missing = [name for name in ("naf_code", "effectif_code") if fields.indexOf(name) < 0]
    if missing:
        raise QgsProcessingException(
            tr(
                "The establishments have no field {fields}: choose the table etablissement, or give"
                " the jobs by branch."
            ).format(fields=", ".join(missing))
        )
    middles = _bracket_middles()
    places = {branch: number for number, branch in enumerate(table.branches)}
    branches = branch_by_division(table.branches)
    jobs = np.zeros(len(table.branches))
    unknown = 0
    total = max(source.featureCount(), 1)
    request = QgsFeatureRequest().setFlags(QgsFeatureRequest.Flag.NoGeometry)
    closed = fields.indexOf("etat") >= 0
    for number, feature in enumerate(source.getFeatures(request)):
        if number % 500 == 0:
            checkpoint(watch, min(number / total, 1.0))
        if closed and plain(feature["etat"]) == _CLOSED:
            continue
        branch = branches.get(str(plain(feature["naf_code"]) or "")[:2])
        middle = middles.get(str(plain(feature["effectif_code"])))
        if branch is None or middle is None:
            unknown += 1
        else:
            jobs[places[branch]] += middle
    if unknown:
        feedback.pushWarning(
            tr(
                "{count} establishments without a known activity or workforce: their jobs are not"
                " counted."
            ).format(count=unknown)
        )
    return jobs


def _bracket_middles() -> dict[str, float]:
    with contextlib.closing(sqlite3.connect(paths.reference_database())) as database:
        return {code: (low + high) / 2 for code, low, high in database.execute(_BRACKETS)}


def _leaks(table: InputOutputTable, local: Floats, national: Floats, delta: float) -> Leaks:
    output = table.production
    coefficients = np.divide(
        table.purchases, output, out=np.zeros_like(table.purchases), where=output > 0
    )
    try:
        return sector_leaks(np.maximum(coefficients, 0), output, local, national, delta)
    except ValueError as error:
        raise QgsProcessingException(
            tr(
                "The jobs do not fit: there must be some in the territory, and in no branch more"
                " than in the nation (same unit in both tables)."
            )
        ) from error


def _purchases(leaks: Leaks, number: int) -> tuple[float, float, float]:
    bought, leak = float(leaks.purchases[number]), float(leaks.leak[number])
    return bought, 1 - leak / bought if bought else math.nan, leak


def _ranked(table: InputOutputTable, leaks: Leaks) -> list[tuple[int, str]]:
    """Return the branches, the largest leak first, those not computed last."""
    order = np.argsort(-np.nan_to_num(leaks.leak, nan=-1.0), kind="stable")
    return [(int(number), table.branches[number]) for number in order]


def _value(number: float) -> float | None:
    """Return what a cell holds: nothing where it is not computed, never 0."""
    return float(number) if math.isfinite(number) else None
