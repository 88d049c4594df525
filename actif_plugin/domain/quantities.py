"""Quantities as companies tell them, brought to one year and added up where that makes sense."""

from __future__ import annotations

import contextlib
import math
import sqlite3
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

# Times a year. A daily quantity is one of working days, five a week. What is continuous, or what
# somebody wants once, is told whole.
TIMES_A_YEAR = {
    "ponctuel": 1,
    "continu": 1,
    "annuel": 1,
    "trimestriel": 4,
    "mensuel": 12,
    "hebdomadaire": 52,
    "quotidien": 260,
}
# Periods of which a season holds only some.
_REPEATED = ("trimestriel", "mensuel", "hebdomadaire", "quotidien")
_MONTHS_A_YEAR = 12
_PLACE = "espace"
_DURATION = "duree"
# A full-time equivalent is one over a whole year by its definition.
_OF_A_YEAR = ("ETP",)


@dataclass(frozen=True)
class Unit:
    """A unit of measure: one of it is ``factor`` base units of its dimension."""

    code: str
    dimension: str
    factor: float


@dataclass(frozen=True)
class Quantity:
    """A quantity as a record tells it.

    Attributes:
        amount: the number.
        unit: the unit as written, a code of ``ref_unite`` or any word.
        period: a key of ``TIMES_A_YEAR``, or None where the record does not say.
        months: how many months of the year it concerns, 1 to 12; None for all.
        nature: nature of the flow.
    """

    amount: float
    unit: str
    period: str | None = None
    months: int | None = None
    nature: str | None = None


@dataclass(frozen=True)
class Total:
    """What several records come to over one year.

    Attributes:
        amount: the sum.
        unit: the unit that most of them are told in.
        dimension: what is measured; a unit that nobody knows is a dimension of its own.
        records: how many records were added.
    """

    amount: float
    unit: str
    dimension: str
    records: int


class Units:
    """The units there are, found by their code or their label, without regard to case.

    Args:
        units: each with its label.
    """

    def __init__(self, units: Iterable[tuple[Unit, str]]) -> None:
        self._exact: dict[str, Unit] = {}
        self._folded: dict[str, Unit] = {}
        for unit, label in units:
            self._exact[unit.code] = unit
            self._folded.setdefault(unit.code.casefold(), unit)
            self._folded.setdefault(label.casefold(), unit)

    def codes(self) -> list[str]:
        """Return the codes there are, in alphabetical order."""
        return sorted(self._exact)

    def find(self, written: str) -> Unit | None:
        """Return the unit that *written* names, or None."""
        text = written.strip()
        return self._exact.get(text) or self._folded.get(text.casefold())

    def of(self, written: str) -> Unit:
        """Return the unit that *written* names; what nobody knows measures only itself."""
        text = written.strip()
        return self.find(text) or Unit(text, text.casefold(), 1.0)


def load_units(database: Path) -> Units:
    """Read the units of the reference database.

    Raises:
        sqlite3.Error: the file is missing or is not that database.
    """
    with contextlib.closing(sqlite3.connect(f"{database.as_uri()}?mode=ro", uri=True)) as base:
        rows = base.execute(
            "SELECT code, dimension, facteur, libelle_fr FROM ref_unite ORDER BY code"
        )
        return Units(
            (Unit(code, dimension, factor), label) for code, dimension, factor, label in rows
        )


def over_a_year(quantity: Quantity, unit: Unit) -> float:
    """Return what a quantity comes to in one year, in its own unit.

    Without a period it counts once: the total is then the least that is known. A season keeps the
    share of its months. A place (a surface, a number of parking spaces) wanted every day is the
    same place every day: it is occupied, not used up, and counts once too, unless it is told in
    hours or days.
    """
    occupied = quantity.nature == _PLACE and unit.dimension != _DURATION
    if occupied or unit.code in _OF_A_YEAR or quantity.period not in _REPEATED:
        return quantity.amount
    share = (quantity.months or _MONTHS_A_YEAR) / _MONTHS_A_YEAR
    return quantity.amount * TIMES_A_YEAR[quantity.period] * share


def totals(quantities: Iterable[Quantity], units: Units) -> list[Total]:
    """Add quantities up over one year, one total a dimension.

    Tonnes and kilograms add up; tonnes and pallets do not. The dimension that most records tell
    comes first; the order of *quantities* changes nothing, not even the last digit.
    """
    told: dict[str, list[float]] = {}
    written: dict[str, Counter[Unit]] = {}
    for quantity in quantities:
        unit = units.of(quantity.unit)
        told.setdefault(unit.dimension, []).append(over_a_year(quantity, unit) * unit.factor)
        written.setdefault(unit.dimension, Counter())[unit] += 1
    result = []
    for dimension, amounts in told.items():
        unit = min(written[dimension].items(), key=lambda item: (-item[1], item[0].code))[0]
        amount = math.fsum(amounts) / unit.factor
        result.append(Total(amount, unit.code, dimension, len(amounts)))
    return sorted(result, key=lambda total: (-total.records, total.dimension))


def missing_mass(sums: Iterable[Total], wanted: float, unit: Unit, units: Units) -> float | None:
    """Return what is missing to a critical mass.

    Args:
        sums: the totals of a pool.
        wanted: the critical mass, in *unit* a year.
        unit: its unit, in which the answer is told too.
        units: as for the totals.

    Returns:
        0 where it is reached, None where nothing in the pool is told in that dimension: unknown
        is not zero.
    """
    for total in sums:
        if total.dimension == unit.dimension:
            held = total.amount * units.of(total.unit).factor / unit.factor
            return max(0.0, wanted - held)
    return None


# How units are written for people, one and several of them.
_WRITTEN = {
    "unite": ("unité", "unités"),
    "jour": ("jour", "jours"),
    "palette": ("palette", "palettes"),
    "trajet": ("trajet", "trajets"),
    "big_bag": ("big bag", "big bags"),
    "m2": ("m²", "m²"),
    "m3": ("m³", "m³"),
    "EUR": ("€", "€"),
}
_PERIOD_WORDS = {
    "quotidien": "par jour",
    "hebdomadaire": "par semaine",
    "mensuel": "par mois",
    "trimestriel": "par trimestre",
    "annuel": "par an",
    "continu": "en continu",
    "ponctuel": "une fois",
}


def french(amount: float) -> str:
    """Write a number the French way, to three digits or to the unit: ``1 234``, ``12,3``."""
    digits = 0 if amount >= 100 else 1 if amount >= 10 else 2
    whole, _, rest = f"{amount:,.{digits}f}".partition(".")
    decimals = rest.rstrip("0")
    return whole.replace(",", "\u202f") + ("," + decimals if decimals else "")


def measured(amount: float, unit: str) -> str:
    """Write an amount with its unit: ``1 234 m³``, ``2 palettes``."""
    one, several = _WRITTEN.get(unit, (unit, unit))
    # French has its plural from two on.
    return f"{french(amount)} {several if amount >= 2 else one}"


def as_told(amount: float, unit: str, period: str | None) -> str:
    """Write a quantity as its record tells it: ``3 t par mois``."""
    return f"{measured(amount, unit)} {_PERIOD_WORDS.get(period or '', '')}".strip()


def offered_of(offered: float, needed: float, unit: str, period: str | None) -> str:
    """Write a need and what an offer would bring of it.

    ``besoin : 10 t par mois ; ressource : 6 t (60 % du besoin)``; what is more than enough is told
    as such, as no share says by how much.

    Args:
        offered, needed: in *unit* over the same period; *needed* is more than 0.
        unit, period: as records tell them.
    """
    if offered >= needed:
        share = "tout le besoin"
    else:
        # Nearly all is not all.
        share = f"{min(99, round(100 * offered / needed))}\u00a0% du besoin"
    wanted = as_told(needed, unit, period)
    return f"besoin\u00a0: {wanted}\u00a0; ressource\u00a0: {measured(offered, unit)} ({share})"


def told(sums: Iterable[Total]) -> str:
    """Write totals as results show them: ``120 t ; 30 m³``."""
    return " ; ".join(measured(total.amount, total.unit) for total in sums)
