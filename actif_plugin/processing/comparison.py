"""A quantity offered against the quantity needed, in words, where their units agree."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..domain.availability import ALL_MONTHS, season_months
from ..domain.matching import Integers
from ..domain.quantities import TIMES_A_YEAR, Quantity, Units, over_a_year
from .flows import FlowLayer

_PERIODS = {
    "quotidien": "par jour",
    "hebdomadaire": "par semaine",
    "mensuel": "par mois",
    "trimestriel": "par trimestre",
    "annuel": "par an",
    "continu": "en continu",
    "ponctuel": "une fois",
}
# What comes back, and so adds up over a year.
_COMING_BACK = ("quotidien", "hebdomadaire", "mensuel", "trimestriel", "annuel")
_A_YEAR = "annuel"


def compared(
    needs: FlowLayer, need: Integers, offers: FlowLayer, offer: Integers, units: Units
) -> list[str | None]:
    """Say what each offer would bring of its need, as « 6 t sur 10 t par mois (60 %) ».

    Quantities are compared when both are told, in units of one dimension, and over the same period
    or over periods that come back, which are then brought to one year. None otherwise.

    Args:
        needs, offers: the layers read, with ``quantite`` and ``unite``.
        need, offer: positions of each pair, shape (n,).
        units: the units there are.
    """
    told: list[str | None] = [None] * len(need)
    if "quantite" not in needs.numbers or "quantite" not in offers.numbers:
        return told
    amounts = needs.numbers["quantite"][need], offers.numbers["quantite"][offer]
    rows = np.flatnonzero((amounts[0] > 0) & np.isfinite(amounts[1]))
    wanted, offered = _reader(needs, need), _reader(offers, offer)
    for row in rows.tolist():
        told[row] = _sentence(wanted(row), offered(row), units)
    return told


def _reader(layer: FlowLayer, rows: Integers) -> Callable[[int], Quantity]:
    def value(column: str, at: int) -> Any:
        words = layer.words.get(column)
        return None if words is None else words.values[words.index[at]]

    def quantity(row: int) -> Quantity:
        at = int(rows[row])
        months = season_months(value("saison", at))
        return Quantity(
            float(layer.numbers["quantite"][at]),
            str(value("unite", at) or ""),
            value("periodicite", at),
            None if months == ALL_MONTHS else bin(months).count("1"),
            value("nature", at),
        )

    return quantity


def _sentence(wanted: Quantity, offered: Quantity, units: Units) -> str | None:
    unit, other = units.of(wanted.unit), units.of(offered.unit)
    if not unit.code or unit.dimension != other.dimension:
        return None
    if wanted.period == offered.period:
        need, offer, period = wanted.amount, offered.amount, wanted.period
    elif wanted.period in _COMING_BACK and offered.period in _COMING_BACK:
        need, offer, period = over_a_year(wanted, unit), over_a_year(offered, other), _A_YEAR
    else:
        return None
    offer *= other.factor / unit.factor
    parts = [f"{_number(offer)} {unit.code} sur {_number(need)} {unit.code}"]
    if period in TIMES_A_YEAR:
        parts.append(_PERIODS[period])
    parts.append(f"({min(100, round(100 * offer / need))} %)")
    return " ".join(parts)


def _number(value: float) -> str:
    """Write a number as the French do, to three significant digits or to the unit."""
    digits = 0 if value >= 100 else 1 if value >= 10 else 2
    text = f"{value:,.{digits}f}"
    if digits:
        text = text.rstrip("0").rstrip(".")
    return text.replace(",", "\u202f").replace(".", ",")
