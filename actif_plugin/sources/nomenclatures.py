"""Recognising an official nomenclature in a table, whatever its layout.

INSEE, France Travail and the ministries publish sheets with titles, notes and headers of their
own. The codes tell which nomenclature a table holds; the longest texts beside them are the labels.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from ..domain.codes import Level, naf_version, normalise_naf, parse_cpf, parse_rome
from ..domain.words import folded

_WASTE = re.compile(r"(\d{2})(?: ?(\d{2}))?(?: ?(\d{2}))?\*?", re.ASCII)
_LABEL_HEADERS = ("libelle", "intitule", "label", "titre")
_LONG_HEADER = "long"
# A table that shares fewer codes than this with a nomenclature is something else.
_FEWEST_CODES = 20

Rows = Sequence[Sequence[str]]


@dataclass(frozen=True)
class Entry:
    """A code of a nomenclature: its text, level, parent and French label."""

    code: str
    level: int
    parent: str
    label: str


@dataclass(frozen=True)
class Recognised:
    """A nomenclature read from a table.

    Attributes:
        table: the reference table it belongs to (``ref_cpf``…).
        version: of the NAF (``rev2``, ``2025``), empty for the others.
        entries: its codes, each once.
    """

    table: str
    version: str
    entries: tuple[Entry, ...]


def recognise(rows: Rows, known: Mapping[str, Collection[str]]) -> Recognised | None:
    """Find the nomenclature that *rows* hold; None where there is none.

    Args:
        rows: all the rows of a sheet, headers and notes included.
        known: codes of each reference table today; the table that shares the most with a column
            of *rows* is the one.
    """
    width = max((len(row) for row in rows), default=0)
    # Among columns that share as many codes, the one with more of its own: the other is a parent.
    best: tuple[int, int, str, int] = (0, 0, "", 0)
    for table, read in _READERS.items():
        codes = set(known.get(table, ()))
        for column in range(width):
            found = {_code(read(cell)) for cell in _column(rows, column)}
            best = max(best, (len(found & codes), len(found), table, column))
    shared, _, table, column = best
    if shared < _FEWEST_CODES:
        return None
    read = _READERS[table]
    labels = _label_column(rows, column, read)
    if labels is None:
        return None
    entries: dict[str, Entry] = {}
    for row in rows:
        cells = [*row, *[""] * (width - len(row))]
        entry, label = read(cells[column]), cells[labels].strip()
        if entry is not None and label:
            code, level, parent = entry
            entries.setdefault(code, Entry(code, level, parent, label))
    version = ""
    if table == "ref_naf":
        subclasses = [code for code in entries if code[-1].isalpha() and len(code) > 1]
        recent = sum(naf_version(code) == "2025" for code in subclasses)
        version = "2025" if 2 * recent > len(subclasses) else "rev2"
    return Recognised(table, version, tuple(entries.values()))


def _column(rows: Rows, column: int) -> Iterator[str]:
    return (row[column] for row in rows if column < len(row))


def _code(entry: tuple[str, int, str] | None) -> str | None:
    return entry[0] if entry is not None else None


def _label_column(
    rows: Rows, code_column: int, read: Callable[[str], tuple[str, int, str] | None]
) -> int | None:
    """Return the column of labels: the one a header names, else the longest texts."""
    coded = [row for row in rows if code_column < len(row) and read(row[code_column])]
    width = max((len(row) for row in coded), default=0)
    lengths = {
        column: sum(len(cell) for cell in _column(coded, column))
        for column in range(width)
        if column != code_column
    }
    lengths = {column: length for column, length in lengths.items() if length}
    if not lengths:
        return None
    first = next(n for n, row in enumerate(rows) if row is coded[0])
    headers = [
        (_LONG_HEADER in folded(cell), lengths[column], column)
        for row in rows[:first]
        for column, cell in enumerate(row)
        if column in lengths and folded(cell).startswith(_LABEL_HEADERS)
    ]
    if headers:
        return max(headers)[2]
    return max(lengths, key=lambda column: lengths[column])


def _read_cpf(cell: str) -> tuple[str, int, str] | None:
    found = parse_cpf(cell)
    if found is None:
        return None
    parent = found.lineage[-2] if len(found.lineage) > 1 else ""
    return found.text, int(found.level), parent


def _read_naf(cell: str) -> tuple[str, int, str] | None:
    subclass = normalise_naf(cell)
    if subclass is not None:
        return subclass, int(Level.CLASS) + 1, subclass[:-1]
    found = _read_cpf(cell)
    return found if found is not None and found[1] <= Level.CLASS else None


def _read_rome(cell: str) -> tuple[str, int, str] | None:
    found = parse_rome(cell)
    if found is None:
        return None
    parent = found.lineage[-2] if len(found.lineage) > 1 else ""
    return found.text, len(found.lineage), parent


def _read_waste(cell: str) -> tuple[str, int, str] | None:
    found = _WASTE.fullmatch(cell.strip())
    if found is None:
        return None
    parts = [part for part in found.groups() if part]
    return " ".join(parts), len(parts), " ".join(parts[:-1])


_READERS: dict[str, Callable[[str], tuple[str, int, str] | None]] = {
    "ref_cpf": _read_cpf,
    "ref_naf": _read_naf,
    "ref_rome": _read_rome,
    "ref_dechet": _read_waste,
}
