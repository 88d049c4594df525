"""Input-output tables as INSEE and Eurostat publish them, brought to one shape."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..domain.branches import divisions_of
from ..domain.words import folded

Row = Sequence[str]
# How the dimensions are named, as ``folded`` writes them; Eurostat's name of today first.
_SUPPLIED = ("prd ava", "prod na", "produit", "produit a38", "ligne")
_BOUGHT_BY = ("prd use", "induse", "branche", "branche a38", "colonne")
_VALUE = ("obs value", "valeur", "value", "montant")
_OUTPUT_ROW = ("p1", "production", "production au prix de base")
_TOTAL = "TOTAL"
_UNIT = "MIO_EUR"
_COUNTRY = "FR"
# What follows a figure: provisional, estimated…
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?")


class InputOutputError(ValueError):
    """The table is not an input-output table; the argument says what it lacks."""


@dataclass(frozen=True)
class InputOutputTable:
    """What each branch buys of each other one, for one year.

    Attributes:
        branches: codes, in the order of the arrays.
        purchases: what branch j buys of branch i, shape (n, n), in the unit of the table.
        production: output of each branch, shape (n,), same unit; NaN where it is not told.
        year: of the table, empty where it does not say.
    """

    branches: tuple[str, ...]
    purchases: NDArray[np.float64]
    production: NDArray[np.float64]
    year: str

    def with_production(self, production: Mapping[str, float]) -> InputOutputTable:
        """Return the table with the outputs of *production* where it has none of its own."""
        told = np.array([production.get(branch, math.nan) for branch in self.branches])
        filled = np.where(np.isnan(self.production), told, self.production)
        return InputOutputTable(self.branches, self.purchases, filled, self.year)


def read_input_output(rows: Iterable[Row], year: str = "") -> InputOutputTable:
    """Read a symmetric table: a list of cells, or a square with branches on both sides.

    Recognised: Eurostat's ``naio_10_cp1700`` as SDMX-CSV or TSV (of several countries, units or
    flows France, millions of euros and all uses are kept), INSEE's symmetric table as a list
    ``produit, branche, valeur`` or as a square whose line *Production* or *P1* gives the output.

    Args:
        rows: header first.
        year: the one to keep of a table that has several; the last one by default.

    Raises:
        InputOutputError: no branch, no figure, or no such year.
    """
    lines = [[cell.strip() for cell in row] for row in rows]
    lines = [line for line in lines if any(line)]
    if not lines:
        raise InputOutputError("empty")
    cells, kept_year = _cells(lines, year)
    branches = [
        code
        for code in dict.fromkeys(supplier for supplier, _ in cells)
        if divisions_of(code) is not None and any((other, code) in cells for other, _ in cells)
    ]
    if len(branches) < 2:
        raise InputOutputError("branches")
    purchases = np.array(
        [[cells.get((supplier, buyer), 0.0) for buyer in branches] for supplier in branches]
    )
    production = np.full(len(branches), math.nan)
    for number, buyer in enumerate(branches):
        for supplier in _OUTPUT_ROW:
            if (supplier, buyer) in cells:
                production[number] = cells[supplier, buyer]
    return InputOutputTable(tuple(branches), purchases, production, kept_year)


def read_branch_values(rows: Iterable[Row]) -> dict[str, float]:
    """Read a table of one figure a branch: output, jobs. The first figure of a line is taken.

    Raises:
        InputOutputError: no line holds a branch and a figure.
    """
    found: dict[str, float] = {}
    for row in rows:
        # Eurostat writes all the dimensions of a figure in one cell.
        cells = [part.strip() for cell in row for part in _parts(cell)]
        codes = [cell.upper() for cell in cells if divisions_of(cell) is not None]
        numbers = [value for value in map(_number, cells) if value is not None]
        if codes and numbers:
            # The shorter ones are dimensions: "A" says annual.
            found.setdefault(max(codes, key=len), numbers[0])
    if not found:
        raise InputOutputError("branches")
    return found


def _parts(cell: str) -> list[str]:
    return cell.split(",") if cell.count(",") > 1 else [cell]


def _cells(lines: list[list[str]], year: str) -> tuple[dict[tuple[str, str], float], str]:
    header = [folded(name) for name in lines[0]]
    if lines[0][0].endswith("\\TIME_PERIOD"):
        return _eurostat_tsv(lines, year)
    supplied, bought = _position(header, _SUPPLIED), _position(header, _BOUGHT_BY)
    if supplied is not None and bought is not None:
        return _list(lines, header, supplied, bought, year)
    return _square(lines), ""


def _list(
    lines: list[list[str]], header: list[str], supplied: int, bought: int, year: str
) -> tuple[dict[tuple[str, str], float], str]:
    value = _position(header, _VALUE)
    if value is None:
        value = len(header) - 1
    body = [line for line in lines[1:] if len(line) > max(supplied, bought, value)]
    for name, preferred in (("geo", _COUNTRY), ("unit", _UNIT), ("stk flow", _TOTAL)):
        body = _only(body, _position(header, (name,)), preferred)
    when = _position(header, ("time period", "annee"))
    kept = ""
    if when is not None and body:
        kept = year or max(line[when] for line in body)
        body = [line for line in body if line[when] == kept]
    return _gathered((line[supplied], line[bought], line[value]) for line in body), kept


def _eurostat_tsv(lines: list[list[str]], year: str) -> tuple[dict[tuple[str, str], float], str]:
    """Eurostat's own shape: the dimensions in the first cell, then one column a year."""
    names = [folded(name) for name in lines[0][0].split("\\")[0].split(",")]
    years = lines[0][1:]
    kept = year or max(years)
    if kept not in years:
        raise InputOutputError("year")
    column = 1 + years.index(kept)
    header = [*names, "obs value"]
    body = [
        [*line[0].split(","), line[column]]
        for line in lines[1:]
        if len(line) > column and line[0].count(",") == len(names) - 1
    ]
    supplied, bought = _position(header, _SUPPLIED), _position(header, _BOUGHT_BY)
    if supplied is None or bought is None:
        raise InputOutputError("branches")
    cells, _ = _list([header, *body], header, supplied, bought, "")
    return cells, kept


def _square(lines: list[list[str]]) -> dict[tuple[str, str], float]:
    """A square: the line with the most branches is its head, whatever notes stand above it."""
    head = max(lines, key=lambda line: sum(divisions_of(cell) is not None for cell in line))
    buyers = {
        place: cell.upper() for place, cell in enumerate(head) if divisions_of(cell) is not None
    }
    triples = []
    for line in lines:
        suppliers = [
            cell
            for cell in line[: min(buyers, default=0)]
            if divisions_of(cell) is not None or folded(cell) in _OUTPUT_ROW
        ]
        if line is not head and suppliers:
            triples += [
                (suppliers[0], buyer, line[place])
                for place, buyer in buyers.items()
                if place < len(line)
            ]
    return _gathered(triples)


def _gathered(triples: Iterable[tuple[str, str, str]]) -> dict[tuple[str, str], float]:
    cells: dict[tuple[str, str], float] = {}
    for supplier, buyer, text in triples:
        number = _number(text)
        if number is not None:
            row = folded(supplier)
            name = row if row in _OUTPUT_ROW else supplier.upper()
            cells.setdefault((name, buyer.upper()), number)
    return cells


def _only(body: list[list[str]], place: int | None, preferred: str) -> list[list[str]]:
    """Keep the lines of one value of a dimension: the preferred one where it is there."""
    if place is None or not body:
        return body
    values = sorted({line[place] for line in body})
    wanted = preferred if preferred in values else values[0]
    return [line for line in body if line[place] == wanted]


def _position(header: Sequence[str], names: Sequence[str]) -> int | None:
    return next((header.index(name) for name in names if name in header), None)


def _number(text: str) -> float | None:
    compact = re.sub(r"[\s\u00a0\u202f]", "", text)
    if "," in compact and "." not in compact:
        compact = compact.replace(",", ".")
    found = _NUMBER.match(compact)
    # A figure may carry a letter (provisional); a code never starts with a digit here.
    if found is None or len(compact) - found.end() > 2:
        return None
    return float(found[0])
