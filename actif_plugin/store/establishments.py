"""Bringing establishments in without spoiling what advisers wrote."""

from __future__ import annotations

import contextlib
import json
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from string import Template
from types import TracebackType
from typing import NamedTuple

from ..domain.feedback import Cancelled
from ..sources.establishments import identity
from ..translation import tr
from . import newcomers
from .delivery import (
    FIELDS,
    Current,
    Kept,
    delivery_of,
    merge,
    position_corrected,
)
from .errors import StoreError
from .geopackage import quoted
from .recognition import TWINS, Twin, recognise
from .schema import OPEN_STATES
from .territory import Territory

__all__ = ["Closure", "Incoming", "Intake", "Kept", "Move", "Report", "Twin", "position_corrected"]

_LOCK_S = 10
_PAGE = 500
# Between two looks at Cancel: a few milliseconds of a statement.
_STEPS = 20_000
# Kibibytes: beyond, the memory of the process grows faster than the work shrinks.
_CACHE = "PRAGMA cache_size = -20480"
_CLOSED = "ferme"

_ARRIVALS = Template(
    """CREATE TEMP TABLE arrivee (
  n INTEGER PRIMARY KEY, ligne INTEGER, cle TEXT UNIQUE, x REAL, y REAL, geom BLOB,
  approche INTEGER, memoire TEXT, $fields
)"""
)
_ARRIVE = Template("INSERT OR IGNORE INTO arrivee VALUES ($marks)")
_FIRST_OF = "SELECT n, ligne FROM arrivee WHERE cle = ?"
_TABLES = (
    # What an arrival is recognised as; and those that a merged record already answers for.
    "CREATE TEMP TABLE appariement (n INTEGER PRIMARY KEY, fid INTEGER UNIQUE)",
    "CREATE TEMP TABLE absorbe (n INTEGER PRIMARY KEY)",
    "CREATE TEMP TABLE jumeau (n INTEGER, fid INTEGER, PRIMARY KEY (n, fid))",
    "CREATE TEMP TABLE nouveau (rang INTEGER PRIMARY KEY, n INTEGER)",
    "CREATE TEMP TABLE cloture (fid INTEGER PRIMARY KEY)",
)
_KNOWN = Template(
    """SELECT m.n, a.memoire, a.approche, e.*
FROM appariement AS m JOIN arrivee AS a ON a.n = m.n JOIN etablissement AS e ON e.fid = m.fid
WHERE m.n > ? ORDER BY m.n LIMIT $page"""
).substitute(page=_PAGE)
_UPDATE = Template("UPDATE etablissement SET $columns WHERE fid = ?")
_NEW = """INSERT INTO nouveau (n)
SELECT a.n FROM arrivee AS a
WHERE NOT EXISTS (SELECT 1 FROM appariement AS m WHERE m.n = a.n)
  AND NOT EXISTS (SELECT 1 FROM absorbe AS b WHERE b.n = a.n)
  AND NOT EXISTS (SELECT 1 FROM jumeau AS j WHERE j.n = a.n)
  AND (? OR a.etat IS NOT 'ferme')
ORDER BY a.n"""
_LEFT_OUT = """SELECT count(*) FROM arrivee AS a
WHERE a.etat IS 'ferme' AND NOT EXISTS (SELECT 1 FROM appariement AS m WHERE m.n = a.n)
  AND NOT EXISTS (SELECT 1 FROM absorbe AS b WHERE b.n = a.n)
  AND NOT EXISTS (SELECT 1 FROM jumeau AS j WHERE j.n = a.n)
  AND NOT EXISTS (SELECT 1 FROM nouveau AS o WHERE o.n = a.n)"""
_FLOWS = Template(
    """SELECT e.fid, coalesce(f.libelle, f.code, f.sens)
FROM cloture AS c JOIN etablissement AS e ON e.fid = c.fid
JOIN flux AS f ON f.etablissement_id = e.id
WHERE coalesce(f.statut, '') IN ($states) ORDER BY f.fid"""
).substitute(states=", ".join(f"'{state}'" for state in ("", *OPEN_STATES)))
_MOVES = """SELECT coalesce(e.raison_sociale, e.enseigne, e.siret), e.siret, a.siret, a.adresse,
  a.commune_nom
FROM cloture AS c JOIN etablissement AS e ON e.fid = c.fid
JOIN arrivee AS a ON a.siren = e.siren JOIN nouveau AS o ON o.n = a.n
WHERE a.etat IS NOT 'ferme' ORDER BY e.fid, a.n"""


class Incoming(NamedTuple):
    """An establishment ready for a territory.

    Attributes:
        line: where it comes from, for messages.
        values: our fields with their text; a name that no field has is remembered and not shown.
        point: its coordinates in the territory's CRS, or None.
        approximate: the point is only that of its commune, which the source does not vouch for.
    """

    line: int
    values: Mapping[str, str]
    point: tuple[float, float] | None
    approximate: bool = False


class Closure(NamedTuple):
    """An establishment that a source closed: its name, its SIRET, the words of its open flows."""

    name: str
    siret: str
    flows: tuple[str, ...]


class Move(NamedTuple):
    """A probable move: a SIRET closed and another one opened under the same SIREN."""

    name: str
    closed: str
    opened: str
    place: str


class Report(NamedTuple):
    """What became of the establishments brought in.

    Attributes:
        created, updated, unchanged: counts.
        left_out: closed establishments that the territory does not know, not created.
        closed: those that the source closed.
        moved: probable moves.
        kept: what advisers wrote otherwise than the source.
        twins: arrivals that resemble a record, left to the adviser.
    """

    created: int
    updated: int
    unchanged: int
    left_out: int
    closed: Sequence[Closure]
    moved: Sequence[Move]
    kept: Sequence[Kept]
    twins: Sequence[Twin]


class Intake:
    """Establishments on their way into a territory: staged apart, then merged, all or none.

    A record is recognised by its SIRET, else by its name and address, its own or those that the
    source last gave it. The source's last word is remembered field by field: a field that still
    holds it follows the source, one that differs was written by an adviser and stays.

    Staged rows wait in a temporary database of SQLite, not in memory, and the territory is locked
    for the merge only.

    Args:
        territory: where they go.
        source: name of the source, kept with each record.
        source_date: ISO date.
        author: who imports.
        cancelled: tells whether the user asked to stop.
        create_closed: create closed establishments too, instead of only closing known ones.
        create_twins: create those that resemble a record without being it.

    Raises:
        StoreError: the territory cannot be written.
    """

    def __init__(
        self,
        territory: Territory,
        *,
        source: str,
        source_date: str,
        author: str,
        cancelled: Callable[[], bool] = lambda: False,
        create_closed: bool = False,
        create_twins: bool = False,
    ) -> None:
        self._stamp = {"source": source, "source_date": source_date}
        self._author = author
        self._cancelled = cancelled
        self._create_closed = create_closed
        self._create_twins = create_twins
        self._staged = 0
        with _told():
            self._database = sqlite3.connect(
                territory.path, timeout=_LOCK_S, isolation_level=None, check_same_thread=False
            )
            try:
                self._open()
            except sqlite3.Error:
                self._database.close()
                raise

    def __enter__(self) -> Intake:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._database.close()

    def stage(self, arrivals: Sequence[Incoming]) -> list[tuple[int, int]]:
        """Take establishments aside; return those that repeat an earlier one and are left out.

        Returns:
            position in *arrivals* and line of the one repeated.

        Raises:
            StoreError: there is no room.
        """
        first = self._staged
        rows = [
            self._row(number, incoming) for number, incoming in enumerate(arrivals, start=first)
        ]
        self._staged += len(rows)
        with _told():
            self._database.execute("BEGIN")
            taken = self._database.executemany(self._arrive, rows).rowcount
            self._database.execute("COMMIT")
            if taken == len(rows):
                return []
            found = (self._database.execute(_FIRST_OF, (row[2],)).fetchone() for row in rows)
            return [
                (number - first, line)
                for number, (owner, line) in enumerate(found, start=first)
                if owner != number
            ]

    def merge(self, advance: Callable[[float], None] = lambda fraction: None) -> Report:
        """Create and update the staged establishments in one transaction.

        Args:
            advance: told the share done; may raise to stop before anything is written.

        Raises:
            Cancelled: the user asked to stop; the territory is as it was.
            StoreError: the territory refused; it is as it was.
        """
        with _told(), self._heeding_cancel(), self._transaction():
            recognise(self._database, advance, twins=not self._create_twins)
            twins = [
                Twin(line, *(value or "" for value in texts))
                for line, *texts in self._database.execute(TWINS)
            ]
            updated, kept = self._update(advance)
            self._database.execute(_NEW, (self._create_closed,))
            created = newcomers.insert_new(
                self._database, {**self._stamp, "cree_par": self._author}
            )
            advance(0.95)
            absorbed = self._count("SELECT count(*) FROM absorbe")
            known = self._count("SELECT count(*) FROM appariement")
            return Report(
                created=created,
                updated=updated,
                unchanged=known + absorbed - updated,
                left_out=self._count(_LEFT_OUT),
                closed=self._closures(),
                moved=self._moves(),
                kept=kept,
                twins=twins,
            )

    def _open(self) -> None:
        database = self._database
        database.row_factory = sqlite3.Row
        database.execute("PRAGMA temp_store = FILE")
        database.execute(_CACHE)
        # What is staged is thrown away with the connection, whatever happens.
        database.execute("PRAGMA temp.journal_mode = OFF")
        newcomers.understand_points(database)
        # Better now than after an hour of reading.
        database.execute("BEGIN IMMEDIATE")
        database.execute("ROLLBACK")
        self._srs = newcomers.srs_of(database)
        fields = ", ".join(quoted(name) for name in FIELDS)
        database.execute(_ARRIVALS.substitute(fields=fields))
        for statement in _TABLES:
            database.execute(statement)
        self._arrive = _ARRIVE.substitute(marks=", ".join("?" * (8 + len(FIELDS))))

    def _row(self, number: int, incoming: Incoming) -> tuple[object, ...]:
        values = incoming.values
        x, y = incoming.point or (None, None)
        return (
            number,
            incoming.line,
            identity(values),
            x,
            y,
            newcomers.point_blob(self._srs, x, y) if x is not None and y is not None else None,
            incoming.approximate,
            delivery_of(values, incoming.point),
            *map(values.get, FIELDS),
        )

    def _update(self, advance: Callable[[float], None]) -> tuple[int, list[Kept]]:
        """Bring known records up to date; return how many changed and what advisers keep."""
        total = self._count("SELECT count(*) FROM appariement")
        updated = done = 0
        last = -1
        kept: list[Kept] = []
        while page := self._database.execute(_KNOWN, (last,)).fetchall():
            last = page[-1]["n"]
            for row in page:
                merged = merge(Current.of(row), json.loads(row["memoire"]), bool(row["approche"]))
                kept += merged.kept
                changes: dict[str, object] = dict(merged.changes)
                if changes.get("etat") == _CLOSED:
                    self._database.execute("INSERT INTO cloture VALUES (?)", (row["fid"],))
                if merged.point is not None:
                    changes["geom"] = newcomers.point_blob(self._srs, *merged.point)
                    newcomers.widen_extent(self._database, *merged.point, *merged.point)
                if changes:
                    updated += 1
                    changes |= {**self._stamp, "modifie_par": self._author}
                if merged.memory != row["source_valeurs"]:
                    changes["source_valeurs"] = merged.memory
                if changes:
                    columns = ", ".join(f"{quoted(name)} = ?" for name in changes)
                    statement = _UPDATE.substitute(columns=columns)
                    self._database.execute(statement, (*changes.values(), row["fid"]))
            done += len(page)
            advance(0.2 + 0.5 * done / total)
        return updated, kept

    def _closures(self) -> list[Closure]:
        flows: dict[int, list[str]] = {}
        for fid, words in self._database.execute(_FLOWS):
            flows.setdefault(fid, []).append(words)
        closed = self._database.execute(
            "SELECT e.fid, coalesce(e.raison_sociale, e.enseigne, ''), coalesce(e.siret, '')"
            " FROM cloture AS c JOIN etablissement AS e ON e.fid = c.fid ORDER BY e.fid"
        )
        return [Closure(name, siret, tuple(flows.get(fid, ()))) for fid, name, siret in closed]

    def _moves(self) -> list[Move]:
        if not self._count("SELECT EXISTS (SELECT 1 FROM cloture)"):
            return []
        return [
            Move(name, closed, opened, " ".join(part for part in place if part))
            for name, closed, opened, *place in self._database.execute(_MOVES)
        ]

    def _count(self, query: str) -> int:
        return int(self._database.execute(query).fetchone()[0])

    @contextlib.contextmanager
    def _transaction(self) -> Iterator[None]:
        self._database.execute("BEGIN IMMEDIATE")
        try:
            yield
            self._database.execute("COMMIT")
        except BaseException:
            with contextlib.suppress(sqlite3.Error):
                self._database.execute("ROLLBACK")
            raise

    @contextlib.contextmanager
    def _heeding_cancel(self) -> Iterator[None]:
        self._database.set_progress_handler(self._cancelled, _STEPS)
        try:
            yield
        except sqlite3.Error as error:
            if self._cancelled():
                raise Cancelled from error
            raise
        finally:
            self._database.set_progress_handler(None, _STEPS)


@contextlib.contextmanager
def _told() -> Iterator[None]:
    """Turn what the database says into a sentence."""
    try:
        yield
    except sqlite3.Error as error:
        reason = str(error)
    else:
        return
    raise StoreError(
        tr("The territory refused the establishments, nothing was imported: {reason}").format(
            reason=reason
        )
    )
