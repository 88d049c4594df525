"""Quantities of records read: brought to one year, and one against the other in words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from ..domain.allocation import Amounts
from ..domain.availability import ALL_MONTHS, season_months
from ..domain.matching import Integers
from ..domain.quantities import Quantity, Unit, Units, offered_of, over_a_year
from .flows import FlowLayer

# What comes back, and so adds up over a year.
_COMING_BACK = ("quotidien", "hebdomadaire", "mensuel", "trimestriel", "annuel")
_A_YEAR = "annuel"
# The columns that, with the number, tell a quantity.
QUANTITY_WORDS = ("unite", "periodicite", "saison", "nature")


def compared(
    needs: FlowLayer, need: Integers, offers: FlowLayer, offer: Integers, units: Units
) -> list[str | None]:
    """Say what each offer would bring of its need, as :func:`offered_of` writes it.

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
            float(layer.numbers["quantite"][at]) if "quantite" in layer.numbers else np.nan,
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
    return offered_of(offer, need, unit.code, period)


def amounts_of(layer: FlowLayer, units: Units) -> Amounts:
    """Bring the quantities of a layer to one year, as :func:`over_a_year` does.

    Args:
        layer: read with the words ``QUANTITY_WORDS`` and the number ``quantite``; a column that
            it does not have tells nothing.
        units: the units there are.
    """
    count = len(layer.flows)
    number = np.zeros(count, dtype=np.int64)
    columns = [layer.words.get(name) for name in QUANTITY_WORDS]
    for column in columns:
        if column is not None:
            number = number * len(column.values) + column.index
    # What a unit, a period, a season and a nature make of a quantity is worked out once a
    # combination, whatever the number of records.
    _, first, index = np.unique(number, return_index=True, return_inverse=True)
    told = _reader(layer, first)
    factors, positions = [], []
    lexicon: dict[Unit, int] = {}
    for row in range(len(first)):
        one = replace(told(row), amount=1.0)
        unit = units.of(one.unit)
        factors.append(over_a_year(one, unit) * unit.factor if unit.code else np.nan)
        positions.append(lexicon.setdefault(unit, len(lexicon)))
    amount = layer.numbers.get("quantite", np.full(count, np.nan))
    value = np.where(amount >= 0, amount, np.nan) * np.asarray(factors)[index]
    value[~np.isfinite(value)] = np.nan
    return Amounts(value, np.asarray(positions, dtype=np.int64)[index], tuple(lexicon))
