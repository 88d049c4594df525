"""When an offer or a need holds: dates and months of the year.

What a record does not say is no obstacle: only two records that both speak, and exclude each
other, do not meet.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Integers = NDArray[np.int64]
Booleans = NDArray[np.bool_]

ALL_MONTHS = 0b1111_1111_1111
_MONTHS = 12
# Days that no record reaches, for those that do not say.
ALWAYS_SINCE = -(2**40)
ALWAYS_UNTIL = 2**40
_NUMBER = re.compile(r"\d+", re.ASCII)


@dataclass(frozen=True)
class Availability:
    """When records hold, one entry a record; all arrays have shape (n,).

    Attributes:
        since, until: first and last day, in days since 1970-01-01; ``ALWAYS_SINCE`` and
            ``ALWAYS_UNTIL`` where the record does not say.
        months: the months of the year, January in the lowest bit; ``ALL_MONTHS`` where the record
            does not say.
    """

    since: Integers
    until: Integers
    months: Integers

    def subset(self, rows: Booleans | Integers) -> Availability:
        """Return the records that *rows* (a mask or positions) selects."""
        return Availability(self.since[rows], self.until[rows], self.months[rows])

    def meets(self, rows: Integers, other: Availability, others: Integers) -> Booleans:
        """Tell of each pair (``rows[i]`` here, ``others[i]`` there) whether both hold at once."""
        return np.asarray(
            (self.since[rows] <= other.until[others])
            & (other.since[others] <= self.until[rows])
            & (self.months[rows] & other.months[others] != 0)
        )


def availability(since: Integers, until: Integers, season: Integers) -> Availability:
    """Join dates and season: a span shorter than a year concerns only its own months.

    Args:
        since, until: days as in :class:`Availability`.
        season: months that the records tell, as in :class:`Availability`.
    """
    bounded = (since > ALWAYS_SINCE) & (until < ALWAYS_UNTIL) & (since <= until)
    first, last = _months_since_1970(since, bounded), _months_since_1970(until, bounded)
    covered = np.zeros(len(since), dtype=np.int64)
    for step in range(_MONTHS):
        bit = np.left_shift(1, (first + step) % _MONTHS)
        covered |= np.where(first + step <= last, bit, 0)
    months = np.where(bounded, season & covered, season)
    # A season that its own dates leave nothing of was written by mistake: the dates stay.
    return Availability(since, until, np.where(months == 0, ALL_MONTHS, months))


def _months_since_1970(days: Integers, known: Booleans) -> Integers:
    return np.where(known, days, 0).astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)


def season_months(written: object) -> int:
    """Read months as forms keep them, ``{6,7,8}``; ``ALL_MONTHS`` where none is told."""
    months = 0
    for text in _NUMBER.findall("" if written is None else str(written)):
        if 1 <= int(text) <= _MONTHS:
            months |= 1 << (int(text) - 1)
    return months or ALL_MONTHS
