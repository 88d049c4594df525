"""What each establishment brings to a joint offer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .codes import Code, Level, compatible
from .matching import UNKNOWN_OWNER, Flows, Integers
from .metric import Floats, Metric


@dataclass(frozen=True)
class Teams:
    """What each establishment offers at one place, in the order of their first offer.

    Attributes:
        points, reach: where, and how far it would go at most, as lines of the index.
        owner: a number an establishment, its own where it is not known.
        mask: the products it offers, a bit each.
        rows, bits: all offers, team after team, with the products that each answers.
        start, count: where those of each team are.
    """

    points: Floats
    reach: Floats
    owner: Integers
    mask: Integers
    rows: Integers
    bits: Integers
    start: Integers
    count: Integers

    def __len__(self) -> int:
        return len(self.mask)

    def offers(self, team: int, target: int) -> Integers:
        """Return the offers of *team* that answer a product of *target*."""
        own = slice(self.start[team], self.start[team] + self.count[team])
        useful: Integers = self.rows[own][self.bits[own] & target != 0]
        return useful


def teams_of(
    offers: Flows, wanted: Sequence[Code], level: Level | None, metric: Metric, alike: int
) -> Teams:
    """Gather the offers of *wanted* products by establishment and place.

    Args:
        offers, wanted, level, metric: as for the search of joint offers.
        alike: teams kept of those that offer the same at the same point.
    """
    bit_of_code = np.asarray(
        [
            sum(1 << bit for bit, code in enumerate(wanted) if compatible(code, other, level))
            for other in offers.codes
        ],
        dtype=np.int64,
    )
    bits = bit_of_code[offers.code] if len(offers) else np.empty(0, dtype=np.int64)
    rows = np.argsort(offers.ids, kind="stable")
    rows = rows[bits[rows] != 0]
    strangers = -2 - np.arange(len(rows))
    owner = np.where(offers.owner[rows] == UNKNOWN_OWNER, strangers, offers.owner[rows])
    order, start = _alike((owner, *offers.points[rows].T))
    count = np.diff(np.append(start, len(order)))
    owner, rows = owner[order], rows[order]
    mask = np.bitwise_or.reduceat(bits[rows], start) if len(rows) else rows
    reach = np.maximum.reduceat(offers.reach[rows], start) if len(rows) else np.empty(0)
    points = offers.points[rows[start]]
    first = order[start]
    by_pile, pile_start = _alike((*points.T, mask, reach), first)
    pile_count = np.diff(np.append(pile_start, len(by_pile)))
    place = np.arange(len(by_pile)) - np.repeat(pile_start, pile_count)
    kept = by_pile[place < alike]
    kept = kept[np.argsort(first[kept])]
    return Teams(
        points[kept],
        metric.chord(reach[kept]),
        owner[start[kept]],
        mask[kept],
        rows,
        bits[rows],
        start[kept],
        count[kept],
    )


def _alike(
    columns: tuple[NDArray[np.generic], ...], rank: Integers | None = None
) -> tuple[Integers, Integers]:
    """Sort rows so that equal ones follow each other, in their own order or that of *rank*.

    Returns:
        The positions group after group, and where each group starts among them.
    """
    order = np.lexsort(columns if rank is None else (rank, *columns))
    starts = np.zeros(len(order), dtype=bool)
    starts[:1] = True
    for column in columns:
        arranged = column[order]
        starts[1:] |= arranged[1:] != arranged[:-1]
    return order, np.flatnonzero(starts)
