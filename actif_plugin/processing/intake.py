"""What all algorithms that bring establishments in share: parameters, merge, report."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import NamedTuple, Union

from qgis.core import (
    QgsApplication,
    QgsCoordinateReferenceSystem,
    QgsProcessing,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputNumber,
    QgsProcessingParameterBoolean,
    QgsProcessingParameterDefinition,
    QgsProcessingParameterFeatureSink,
    QgsProcessingParameterFeatureSource,
)

from ..compat import Kind
from ..domain.feedback import Cancelled, checkpoint
from ..sources.establishments import Candidate, Fault, Omission, Reject, Skip
from ..store.establishments import Incoming, Intake, Kept, Report, Twin
from ..store.territory import Territory
from ..translation import tr
from . import loaded
from .base import ActifAlgorithm, Watch, territory_of, territory_parameter
from .locating import Locator, Perimeter, Surroundings, guess_crs
from .presentation import present
from .tables import Table

TARGET = "TARGET"
PERIMETER = "PERIMETER"
CREATE_CLOSED = "CREATE_CLOSED"
CREATE_TWINS = "CREATE_TWINS"
REJECTS = "REJECTS"
CANDIDATES = "CANDIDATES"
DIFFERENCES = "DIFFERENCES"
CREATED = "CREATED"
UPDATED = "UPDATED"
UNCHANGED = "UNCHANGED"
CLOSED = "CLOSED"
REJECTED = "REJECTED"
TO_CHECK = "TO_CHECK"

Result = Union[Candidate, Reject, Skip]

# Reading takes this share of the progress bar; merging, the rest.
READING = 0.6
_BATCH = 1_000
# Enough rows to tell a coordinate system by.
_SAMPLE = 2_000
_TOLD = 20

_REJECT_COLUMNS = (("ligne", Kind.INTEGER), ("motif", Kind.TEXT), ("contenu", Kind.TEXT))
_CANDIDATE_COLUMNS = (
    ("ligne", Kind.INTEGER),
    *((name, Kind.TEXT) for name in ("nom", "siret", "adresse", "commune")),
    *((name, Kind.TEXT) for name in ("etablissement_id", "existant_nom", "existant_siret")),
    ("existant_adresse", Kind.TEXT),
)
_DIFFERENCE_COLUMNS = tuple(
    (name, Kind.TEXT)
    for name in ("etablissement_id", "nom", "champ", "valeur_gardee", "valeur_source")
)


_SHOWN = {
    REJECTS: loaded.REJECTS,
    CANDIDATES: loaded.CANDIDATES,
    DIFFERENCES: loaded.DIFFERENCES,
}


class _Outputs(NamedTuple):
    rejects: Table
    candidates: Table
    differences: Table


class IntakeAlgorithm(ActifAlgorithm):
    """Base of the algorithms that create and update establishments.

    A subclass calls :meth:`add_intake_parameters` once its own parameters are there, and hands
    what it reads to :meth:`take_in`.
    """

    def theme(self) -> tuple[str, str]:
        return "territory", tr("Territory")

    def add_intake_parameters(self) -> None:
        """Add the territory, the perimeter, the choices of the merge, the tables and the counts."""
        self.addParameter(territory_parameter(TARGET))
        self.addParameter(
            QgsProcessingParameterFeatureSource(
                PERIMETER,
                tr("Only inside these polygons"),
                [QgsProcessing.SourceType.TypeVectorPolygon],
                optional=True,
            )
        )
        for name, title in (
            (CREATE_CLOSED, tr("Create closed establishments too")),
            (CREATE_TWINS, tr("Create those that resemble a known one")),
        ):
            choice = QgsProcessingParameterBoolean(name, title, defaultValue=False, optional=True)
            choice.setFlags(choice.flags() | QgsProcessingParameterDefinition.Flag.FlagAdvanced)
            self.addParameter(choice)
        for name, title, by_default in (
            (REJECTS, tr("Rejected rows"), True),
            (CANDIDATES, tr("To check: they resemble a known one"), True),
            (DIFFERENCES, tr("Differences with what advisers wrote"), False),
        ):
            self.addParameter(
                QgsProcessingParameterFeatureSink(
                    name,
                    title,
                    QgsProcessing.SourceType.TypeVector,
                    optional=True,
                    createByDefault=by_default,
                )
            )
        for name, title in (
            (CREATED, tr("Created")),
            (UPDATED, tr("Updated")),
            (UNCHANGED, tr("Unchanged")),
            (CLOSED, tr("Closed")),
            (REJECTED, tr("Rejected")),
            (TO_CHECK, tr("To check")),
        ):
            self.addOutput(QgsProcessingOutputNumber(name, title))

    def target(self, parameters: dict, context: QgsProcessingContext) -> Territory:
        """Open the territory of ``TARGET``, else the project's.

        Raises:
            StoreError: there is none, or it cannot be opened.
        """
        return territory_of(self.parameterAsFile(parameters, TARGET, context), context.project())

    def perimeter(
        self, parameters: dict, context: QgsProcessingContext, territory: Territory
    ) -> Perimeter:
        """Return the area of ``PERIMETER``; everywhere where there is none."""
        source = self.parameterAsSource(parameters, PERIMETER, context)
        return Perimeter(source, territory, context)

    def take_in(
        self,
        parameters: dict,
        context: QgsProcessingContext,
        feedback: QgsProcessingFeedback,
        results: Iterable[Result],
        *,
        source: str,
        crs: QgsCoordinateReferenceSystem | None = None,
        source_date: str = "",
    ) -> dict:
        """Bring establishments into the territory, all of them or none, and tell what became of it.

        Args:
            results: what a reader of ``sources`` hands over; read once, a few at a time. It may
                tell its progress, from 0 to :data:`READING`.
            source: name of the source, kept with each record.
            crs: of the positions that are not ``geographic``; None: recognised by their values.
            source_date: ISO date of the source; empty: today.

        Returns:
            The outputs that :meth:`add_intake_parameters` declares.

        Raises:
            QgsProcessingException: a table cannot be written, or the coordinates not placed.
            StoreError: the territory refused; it is as it was.
            Cancelled: the user asked to stop; the territory is as it was.
        """
        territory = self.target(parameters, context)
        # Before anything is read: a table that cannot be written stops everything.
        outputs = _Outputs(
            *(
                Table.opened(self, parameters, name, context, columns)
                for name, columns in (
                    (REJECTS, _REJECT_COLUMNS),
                    (CANDIDATES, _CANDIDATE_COLUMNS),
                    (DIFFERENCES, _DIFFERENCE_COLUMNS),
                )
            )
        )
        keep = self.perimeter(parameters, context, territory)
        omitted: Counter[Omission] = Counter()
        around = Surroundings(territory)
        with Intake(
            territory,
            source=source,
            source_date=source_date or date.today().isoformat(),
            author=QgsApplication.userFullName() or QgsApplication.userLoginName(),
            cancelled=feedback.isCanceled,
            create_closed=self.parameterAsBool(parameters, CREATE_CLOSED, context),
            create_twins=self.parameterAsBool(parameters, CREATE_TWINS, context),
        ) as intake:
            rejected = 0
            located = _located(results, territory, crs, context)
            for reject in _staged(intake, located, keep, around, omitted, feedback):
                outputs.rejects.write(reject.line, _reason(reject), reject.content)
                rejected += 1
            writing = Watch(feedback, READING, 1.0)
            report = intake.merge(lambda fraction: checkpoint(writing, fraction))
        omitted[Omission.CLOSED] = report.left_out
        for twin in report.twins:
            outputs.candidates.write(*twin)
        for kept in report.kept:
            outputs.differences.write(*kept)
        _tell(report, rejected, omitted, feedback)
        if around.strangers:
            feedback.pushWarning(
                tr("{count} establishments outside the perimeters of the territory.").format(
                    count=around.strangers
                )
            )
        results_of_run: dict = {
            CREATED: report.created,
            UPDATED: report.updated,
            UNCHANGED: report.unchanged,
            CLOSED: len(report.closed),
            REJECTED: rejected,
            TO_CHECK: len({twin.line for twin in report.twins}),
        }
        for name, table in zip((REJECTS, CANDIDATES, DIFFERENCES), outputs):
            if table.wanted:
                results_of_run[name] = table.destination
                present(context, table.destination, _SHOWN[name])
        return results_of_run


def _located(
    results: Iterable[Result],
    territory: Territory,
    crs: QgsCoordinateReferenceSystem | None,
    context: QgsProcessingContext,
) -> Iterator[list[tuple[Result, Incoming | Reject | None]]]:
    """Yield results in batches, each candidate with its place or the reason why it has none."""
    stream = iter(results)
    sample = list(itertools.islice(stream, _SAMPLE))
    if crs is None or not crs.isValid():
        crs = guess_crs([one for one in sample if isinstance(one, Candidate)])
    locator = Locator(territory, crs, context.transformContext())
    stream = itertools.chain(sample, stream)
    while batch := list(itertools.islice(stream, _BATCH)):
        places = iter(locator.locate([one for one in batch if isinstance(one, Candidate)]))
        yield [(one, next(places) if isinstance(one, Candidate) else None) for one in batch]


def _staged(
    intake: Intake,
    batches: Iterable[Sequence[tuple[Result, Incoming | Reject | None]]],
    keep: Perimeter,
    around: Surroundings,
    omitted: Counter[Omission],
    feedback: QgsProcessingFeedback,
) -> Iterator[Reject]:
    """Stage what can be, count what is left out, yield what is refused."""
    for batch in batches:
        if feedback.isCanceled():
            raise Cancelled
        refused: list[Reject] = []
        inside: list[tuple[Candidate, Incoming]] = []
        for result, place in batch:
            if isinstance(result, Skip):
                omitted[result.omission] += 1
            elif isinstance(result, Reject):
                refused.append(result)
            elif isinstance(place, Reject):
                refused.append(place)
            elif place is not None and keep.accepts(place.point):
                inside.append((result, place))
            else:
                omitted[Omission.OUTSIDE] += 1
        around.count(inside)
        for position, line in intake.stage([incoming for _, incoming in inside]):
            again = inside[position][0]
            refused.append(Reject(again.line, Fault.DUPLICATE, str(line), again.content))
        yield from sorted(refused, key=lambda reject: reject.line)


def _reason(reject: Reject) -> str:
    return _sentences()[reject.fault].format(detail=reject.detail)


def _tell(
    report: Report, rejected: int, omitted: Counter[Omission], feedback: QgsProcessingFeedback
) -> None:
    """Write the report of a run in the log; lists stop after a few lines."""
    feedback.pushInfo(
        tr(
            "{created} created, {updated} updated, {unchanged} unchanged, {closed} closed,"
            " {rejected} rejected."
        ).format(
            created=report.created,
            updated=report.updated,
            unchanged=report.unchanged,
            closed=len(report.closed),
            rejected=rejected,
        )
    )
    for omission, sentence in _omissions().items():
        if omitted[omission]:
            feedback.pushInfo(sentence.format(count=omitted[omission]))
    lines: tuple[tuple[Sequence[str], str], ...] = (
        (_closings(report), tr("{count} more closed.")),
        (_moves(report), tr("{count} more probable moves.")),
        (_twins(report.twins), tr("{count} more to check.")),
        (_kept(report.kept), tr("{count} more differences.")),
    )
    for told, more in lines:
        for line in told[:_TOLD]:
            feedback.pushInfo(line)
        if len(told) > _TOLD:
            feedback.pushInfo(more.format(count=len(told) - _TOLD))


def _closings(report: Report) -> list[str]:
    """Return a line a closing, those that leave open flows behind first."""
    plain_text, with_flows = (
        tr("Closed: {name} {siret}."),
        tr("Closed: {name} {siret}. Its open flows, to review: {flows}."),
    )
    ordered = sorted(report.closed, key=lambda closure: not closure.flows)
    return [
        (with_flows if closure.flows else plain_text).format(
            name=closure.name, siret=closure.siret, flows=", ".join(closure.flows)
        )
        for closure in ordered
    ]


def _moves(report: Report) -> list[str]:
    sentence = tr("Probable move: {name} closed {closed} and opened {opened} at {place}.")
    return [sentence.format(**move._asdict()) for move in report.moved]


def _twins(twins: Sequence[Twin]) -> list[str]:
    sentence = tr("To check: line {line}, {name}, resembles {known_name} at the same address.")
    return [
        sentence.format(line=twin.line, name=twin.name, known_name=twin.known_name)
        for twin in twins
    ]


def _kept(kept: Sequence[Kept]) -> list[str]:
    sentence = tr("{name}: {field} keeps “{kept}”, the source says “{delivered}”.")
    return [
        sentence.format(name=one.name, field=one.field, kept=one.kept, delivered=one.delivered)
        for one in kept
    ]


def _omissions() -> dict[Omission, str]:
    return {
        Omission.OUTSIDE: tr("{count} outside the perimeter."),
        Omission.NATURAL_PERSON: tr(
            "{count} natural persons left out: their names are personal data. Ask for them to be"
            " imported where you need them."
        ),
        Omission.ACTIVITY: tr("{count} of other activities left out."),
        Omission.CLOSED: tr("{count} closed and unknown to the territory, left out."),
        Omission.KNOWN: tr("{count} already in the territory from a surer source, left out."),
    }


def _sentences() -> dict[Fault, str]:
    return {
        Fault.NO_NAME_NO_SIRET: tr("Neither a name nor a SIRET."),
        Fault.SIRET_LENGTH: tr("SIRET {detail}: 14 digits are needed."),
        Fault.SIRET_DIGITS: tr("SIRET {detail}: digits only."),
        Fault.SIRET_ROUNDED: tr(
            "SIRET {detail}: a spreadsheet rounded it, its last digits are lost. Format the column"
            " as text in the original table and export it again."
        ),
        Fault.SIRET_KEY: tr("SIRET {detail}: the check digit is wrong, a digit was mistyped."),
        Fault.COORDINATES_UNREADABLE: tr("Coordinates {detail}: not two numbers."),
        Fault.COORDINATES_OUTSIDE: tr(
            "Coordinates {detail}: outside the area of the coordinate system."
        ),
        Fault.DUPLICATE: tr("Same establishment as line {detail}."),
        Fault.TOO_MANY_CELLS: tr("{detail} cells, more than there are columns."),
        Fault.AREA: tr(
            "{detail}: an activity area, not a company; import it among the perimeters."
        ),
    }
