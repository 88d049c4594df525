"""Companies in: from any table or layer to the territory."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path

from qgis.core import (
    QgsProcessing,
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingFeedback,
    QgsProcessingParameterBoolean,
    QgsProcessingParameterCrs,
    QgsProcessingParameterString,
)

from .. import paths
from ..domain.feedback import checkpoint
from ..sources.establishments import RowReader, Wanted, read_rows
from ..sources.fields import IDENTIFYING, FieldMap, FieldMapError, complete, parse_map
from ..sources.sirene import Companion, CompanionError, JoinedStock
from ..translation import tr
from .base import Watch
from .inputs import GEOMETRY_X, GEOMETRY_Y, Row, Table, TableParameter, table_of
from .intake import READING, IntakeAlgorithm, Result
from .proposals import nothing_proposed
from .readers import SpecialReader

INPUT = "INPUT"
GEOLOCATION = "GEOLOCATION"
LEGAL_UNITS = "LEGAL_UNITS"
FIELD_MAP = "FIELD_MAP"
COORDINATES_CRS = "COORDINATES_CRS"
NAF = "NAF"
NATURAL_PERSONS = "NATURAL_PERSONS"

# By name: it wants a window, which a run in the background or on a server has not.
_FIELD_MAP_WIDGET = f"{paths.PACKAGE.name}.forms.field_map_widget.FieldMapWrapper"
_NAF_START = re.compile(r"\d{1,4}[A-Z]?", re.ASCII)
_SHORTEST_NAF = 2
# With companions, the stock takes this share of the reading, and each of them as much.
_THIRD = READING / 3


class ImportEstablishments(IntakeAlgorithm):
    """Create and update establishments from a table or a layer."""

    ID = "importestablishments"

    def title(self) -> str:
        return tr("Import establishments")

    def initAlgorithm(self, configuration: dict | None = None) -> None:
        for name, title, optional in (
            (INPUT, tr("Table or layer of establishments"), False),
            (GEOLOCATION, tr("SIRENE: file of positions, joined by SIRET"), True),
            (LEGAL_UNITS, tr("SIRENE: file of legal units, for the names"), True),
        ):
            table = TableParameter(
                name, title, [QgsProcessing.SourceType.TypeVector], optional=optional
            )
            if not optional:
                nothing_proposed(table)
            self.addParameter(table)
        columns = QgsProcessingParameterString(
            FIELD_MAP,
            tr("Columns guessed wrong (field=column; …)"),
            optional=True,
            multiLine=True,
        )
        columns.setMetadata({"widget_wrapper": {"class": _FIELD_MAP_WIDGET}})
        self.addParameter(columns)
        self.addParameter(
            QgsProcessingParameterCrs(
                COORDINATES_CRS,
                tr("Coordinate system of the columns (empty: guessed)"),
                optional=True,
            )
        )
        self.addParameter(
            QgsProcessingParameterString(
                NAF, tr("Only these activities (starts of NAF codes)"), optional=True
            )
        )
        self.addParameter(
            QgsProcessingParameterBoolean(
                NATURAL_PERSONS,
                tr("Natural persons too (personal data)"),
                defaultValue=False,
                optional=True,
            )
        )
        self.add_intake_parameters()

    def compute(
        self, parameters: dict, context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> dict:
        territory = self.target(parameters, context)
        wanted = Wanted(
            activities=_activities(self.parameterAsString(parameters, NAF, context)),
            natural_persons=self.parameterAsBool(parameters, NATURAL_PERSONS, context),
        )
        special = SpecialReader(territory, context, feedback, wanted)
        path = Path(self.parameterAsString(parameters, INPUT, context))
        results = special.file(path)
        if results is not None:
            return self.take_in(parameters, context, feedback, results, source=path.name)
        table = table_of(self, parameters, INPUT, context)
        given = self.parameterAsString(parameters, FIELD_MAP, context)
        companions = [
            self._companion(parameters, name, context) for name in (GEOLOCATION, LEGAL_UNITS)
        ]
        if not (given.strip() or any(companions)):
            axes = (GEOMETRY_X, GEOMETRY_Y)
            results = special.table(table.header, table.rows, axes, table.crs)
        if results is not None:
            return self.take_in(
                parameters, context, feedback, results, source=table.name, crs=table.crs
            )
        communes = self.perimeter(parameters, context, territory).communes()
        reading = _Reading(
            table, given, Wanted(wanted.activities, wanted.natural_persons, communes)
        )
        crs = self.parameterAsCrs(parameters, COORDINATES_CRS, context)
        if table.crs is not None and table.crs.isValid():
            crs = table.crs
        results = (
            reading.completed(*companions, feedback) if any(companions) else reading.plain(feedback)
        )
        return self.take_in(parameters, context, feedback, results, source=table.name, crs=crs)

    def _companion(
        self, parameters: dict, name: str, context: QgsProcessingContext
    ) -> Table | None:
        if not parameters.get(name):
            return None
        return table_of(self, parameters, name, context)


class _Reading:
    """The results of a table.

    Args:
        table: the input.
        given: the columns that the user named.
        wanted: which establishments.
    """

    def __init__(self, table: Table, given: str, wanted: Wanted) -> None:
        self._table = table
        self._given = given
        self._wanted = wanted

    def plain(self, feedback: QgsProcessingFeedback) -> Iterator[Result]:
        """Yield what the table alone says."""
        columns = self._columns(self._table.header, feedback)
        watch = Watch(feedback, 0.0, READING)
        rows = self._table.rows(lambda fraction: checkpoint(watch, fraction))
        return read_rows(rows, self._table.header, columns, self._wanted)

    def completed(
        self, points: Table | None, units: Table | None, feedback: QgsProcessingFeedback
    ) -> Iterator[Result]:
        """Yield what the table says, completed by its companions.

        Raises:
            QgsProcessingException: a companion cannot be joined, or the disk is full.
        """
        try:
            stock = JoinedStock(
                self._table.header,
                _joined(points, Watch(feedback, _THIRD, 2 * _THIRD)),
                _joined(units, Watch(feedback, 2 * _THIRD, READING)),
            )
        except CompanionError as error:
            told = tr("A column {name} is missing: the files of SIRENE are joined by it.").format(
                name=error.args[0]
            )
        else:
            # Here, so that a wrong map is told before hours of reading.
            columns = self._columns(stock.header, feedback)
            return self._read_completed(stock, columns, feedback)
        raise QgsProcessingException(told)

    def _read_completed(
        self, stock: JoinedStock, columns: FieldMap, feedback: QgsProcessingFeedback
    ) -> Iterator[Result]:
        header = self._table.header
        given = parse_map(self._given)
        named = {target: name for target, name in given.items() if not name or name in header}
        screen = RowReader(header, complete(header, named), self._wanted).screen
        watch = Watch(feedback, 0.0, _THIRD)
        try:
            with stock:
                for line, row in self._table.rows(lambda fraction: checkpoint(watch, fraction)):
                    refused = screen(line, row)
                    if refused is None:
                        stock.set_aside(line, row)
                    else:
                        yield refused
                yield from read_rows(stock.completed(), stock.header, columns, self._wanted)
        except sqlite3.Error as error:
            reason = str(error)
        else:
            return
        raise QgsProcessingException(
            tr("The files of SIRENE cannot be joined, check the temporary disk: {reason}").format(
                reason=reason
            )
        )

    def _columns(self, header: Sequence[str], feedback: QgsProcessingFeedback) -> FieldMap:
        columns = _columns(header, self._given)
        crs = self._table.crs
        if crs is not None and crs.isValid():
            columns.pop("longitude", None)
            columns.pop("latitude", None)
            columns["x"], columns["y"] = (GEOMETRY_X,), (GEOMETRY_Y,)
        for target, names in columns.items():
            feedback.pushInfo(f"{target} ← {', '.join(names)}")
        return columns


def _joined(table: Table | None, watch: Watch) -> Companion | None:
    if table is None:
        return None

    def rows() -> Iterator[Row]:
        return table.rows(lambda fraction: checkpoint(watch, fraction))

    return Companion(table.header, rows)


def _columns(header: Sequence[str], given: str) -> FieldMap:
    try:
        columns = complete(header, parse_map(given))
    except FieldMapError as error:
        wrong = ", ".join(map(str, error.args))
        told = tr("The columns given cannot be followed, check: {names}").format(names=wrong)
    else:
        if any(target in columns for target in IDENTIFYING):
            return columns
        told = tr(
            "No column for a SIRET or a name among: {columns}. Say which one holds it in the"
            " columns parameter."
        ).format(columns=", ".join(name for name in header if not name.startswith("@")))
    raise QgsProcessingException(told)


def _activities(written: str) -> tuple[str, ...]:
    """Return the starts of NAF codes that *written* lists, without dots.

    Raises:
        QgsProcessingException: one of them is not the start of a code.
    """
    starts = [part.upper().replace(".", "") for part in re.split(r"[\s,;|]+", written) if part]
    wrong = [
        start for start in starts if len(start) < _SHORTEST_NAF or not _NAF_START.fullmatch(start)
    ]
    if wrong:
        raise QgsProcessingException(
            tr(
                "These are not starts of NAF codes: {codes}. Write for instance 10, 16.2 or 47.11F."
            ).format(codes=", ".join(wrong))
        )
    return tuple(starts)
