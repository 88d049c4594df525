"""The SIRENE stock with its companion files: points of establishments, names of legal units.

The stock holds some forty million rows in no order that one could count on. Those that are wanted
are set aside in a database on disk; the companions are then read once, and what they say of these
is set beside.
"""

from __future__ import annotations

import json
import sqlite3
import tempfile
from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from string import Template
from types import TracebackType

import numpy as np

from .fields import bare

Row = tuple[int, Sequence[object]]
Rows = Callable[[], Iterable[Row]]

# What is read of the companions, beside the number that joins them.
_POINT_COLUMNS = ("x", "y", "qualite_xy", "epsg", "x_longitude", "y_latitude")
_UNIT_COLUMNS = (
    "categorieJuridiqueUniteLegale",
    "denominationUsuelle1UniteLegale",
    "denominationUniteLegale",
    "sigleUniteLegale",
    "nomUsageUniteLegale",
    "nomUniteLegale",
    "prenomUsuelUniteLegale",
    "prenom1UniteLegale",
)
_SIRET_DIGITS, _SIREN_DIGITS = 14, 9
_BATCH = 2_000

_SETUP = """
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
CREATE TABLE etablissement (ligne INTEGER, siret INTEGER, siren INTEGER, cellules TEXT);
CREATE TABLE point (numero INTEGER PRIMARY KEY, cellules TEXT);
CREATE TABLE unite (numero INTEGER PRIMARY KEY, cellules TEXT);
"""
_KEEP = "INSERT INTO etablissement VALUES (?, ?, ?, ?)"
_BESIDE = Template("INSERT OR IGNORE INTO $table VALUES (?, ?)")
_JOINED = """SELECT e.ligne, e.cellules, p.cellules, u.cellules
FROM etablissement AS e
LEFT JOIN point AS p ON p.numero = e.siret
LEFT JOIN unite AS u ON u.numero = e.siren
ORDER BY e.rowid"""


class CompanionError(ValueError):
    """A companion file has not the column that joins it; ``args`` name it."""


@dataclass(frozen=True)
class Companion:
    """A file that completes the stock.

    Attributes:
        header: its columns.
        rows: its lines and cells.
    """

    header: Sequence[str]
    rows: Rows


@dataclass(frozen=True)
class _Join:
    """How a companion is joined: by which number, and what is taken."""

    table: str
    number: str
    digits: int
    columns: tuple[str, ...]

    def places(self, header: Sequence[str]) -> tuple[int, list[tuple[str, int]]]:
        """Return where the number is, and each column found with its place.

        Raises:
            CompanionError: the number is not there.
        """
        index = {bare(name): place for place, name in reversed(list(enumerate(header)))}
        if self.number not in index:
            raise CompanionError(self.number)
        found = ((name, index.get(bare(name))) for name in self.columns)
        return index[self.number], [(name, place) for name, place in found if place is not None]


_POINTS = _Join("point", "siret", _SIRET_DIGITS, _POINT_COLUMNS)
_UNITS = _Join("unite", "siren", _SIREN_DIGITS, _UNIT_COLUMNS)


class JoinedStock:
    """The rows of a stock that are wanted, completed by its companions.

    Rows are set aside one by one, then come back completed, in the same order.

    Args:
        header: columns of the stock.
        points: positions by SIRET, or None.
        units: legal units by SIREN, or None.

    Attributes:
        header: columns of the completed rows.

    Raises:
        CompanionError: a companion, or the stock, lacks the number that joins them.
    """

    def __init__(
        self,
        header: Sequence[str],
        points: Companion | None = None,
        units: Companion | None = None,
    ) -> None:
        self._width = len(header)
        self._siret, _ = _POINTS.places(header)
        self._joins = [
            (join, companion, *join.places(companion.header))
            for join, companion in ((_POINTS, points), (_UNITS, units))
            if companion is not None
        ]
        self.header = (*header, *(name for *_, columns in self._joins for name, _ in columns))
        self._sirets, self._sirens = array("q"), array("q")
        self._batch: list[tuple[int, int, int, str]] = []
        self._folder = tempfile.TemporaryDirectory(prefix="actif-")
        self._database = sqlite3.connect(
            Path(self._folder.name) / "sirene.sqlite", isolation_level=None
        )
        self._database.executescript(_SETUP)

    def __enter__(self) -> JoinedStock:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._database.close()
        self._folder.cleanup()

    def set_aside(self, line: int, row: Sequence[object]) -> None:
        """Keep a row; cells beyond the header are dropped.

        Raises:
            sqlite3.Error: there is no room for temporary files.
        """
        cells = [*row[: self._width], *[""] * (self._width - len(row))]
        siret = _number(cells[self._siret], _SIRET_DIGITS)
        siren = siret // 10 ** (_SIRET_DIGITS - _SIREN_DIGITS) if siret >= 0 else -1
        self._sirets.append(siret)
        self._sirens.append(siren)
        self._batch.append((line, siret, siren, json.dumps(cells)))
        if len(self._batch) == _BATCH:
            self._flush()

    def completed(self) -> Iterator[Row]:
        """Read the companions and yield each row, completed.

        Raises:
            sqlite3.Error: there is no room for temporary files.
        """
        self._flush()
        blanks: dict[str, list[str]] = {}
        for join, companion, place, columns in self._joins:
            numbers = self._sirets if join is _POINTS else self._sirens
            known = np.unique(np.frombuffer(numbers, dtype=np.int64))
            _set_beside(self._database, join, companion, place, columns, known)
            blanks[join.table] = [""] * len(columns)
        for line, cells, point, unit in self._database.execute(_JOINED):
            row = json.loads(cells)
            for table, beside in ((_POINTS.table, point), (_UNITS.table, unit)):
                if table in blanks:
                    row += json.loads(beside) if beside else blanks[table]
            yield line, row

    def _flush(self) -> None:
        self._database.execute("BEGIN")
        self._database.executemany(_KEEP, self._batch)
        self._database.execute("COMMIT")
        self._batch.clear()


def _set_beside(
    database: sqlite3.Connection,
    join: _Join,
    companion: Companion,
    place: int,
    columns: Sequence[tuple[str, int]],
    known: np.ndarray,
) -> None:
    """Keep what a companion says of the numbers *known*, sorted."""
    statement = _BESIDE.substitute(table=join.table)
    database.execute("BEGIN")
    rows: list[Sequence[object]] = []

    def flush() -> None:
        numbers = np.array([_number(row[place], join.digits) for row in rows], dtype=np.int64)
        at = np.searchsorted(known, numbers)
        at[at == len(known)] = 0
        hits = np.flatnonzero((known[at] == numbers) & (numbers >= 0)) if len(known) else ()
        database.executemany(
            statement,
            [
                (
                    int(numbers[hit]),
                    json.dumps([_cell(rows[hit], column) for _, column in columns]),
                )
                for hit in hits
            ],
        )
        rows.clear()

    for _, row in companion.rows():
        if place < len(row):
            rows.append(row)
        if len(rows) == _BATCH:
            flush()
    if rows:
        flush()
    database.execute("COMMIT")


def _cell(row: Sequence[object], place: int) -> object:
    return row[place] if place < len(row) else ""


def _number(cell: object, digits: int) -> int:
    """Return a SIREN or a SIRET as a number, -1 where it is none."""
    text = str(cell or "").strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) <= digits else -1
