"""Offers and needs as arrays, and the pairs that are made of them."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from .availability import Availability
from .codes import Code
from .metric import Floats

Integers = NDArray[np.int64]
Booleans = NDArray[np.bool_]

UNKNOWN_OWNER = -1


@dataclass(frozen=True)
class Flows:
    """Offers or needs, one entry a record.

    Attributes:
        ids: record identifiers, shape (n,); any sortable type.
        points: coordinates in metres, shape (n, 2) or (n, 3), in the metric of the search.
        code: index of each record's code in ``codes``, shape (n,).
        codes: the distinct codes.
        owner: a number an establishment, the same in all tables searched together, shape (n,);
            ``UNKNOWN_OWNER`` where it is not known.
        reach: how far the company would go, in metres on the ground, shape (n,); inf where it
            did not say.
        when: dates and months; None where no record tells any.
    """

    ids: NDArray[np.generic]
    points: Floats
    code: Integers
    codes: tuple[Code, ...]
    owner: Integers
    reach: Floats
    when: Availability | None = None

    def __len__(self) -> int:
        return len(self.ids)

    def subset(self, rows: Booleans | Integers) -> Flows:
        """Return the records that *rows* (a mask or positions) selects."""
        return replace(
            self,
            ids=self.ids[rows],
            points=self.points[rows],
            code=self.code[rows],
            owner=self.owner[rows],
            reach=self.reach[rows],
            when=None if self.when is None else self.when.subset(rows),
        )


@dataclass(frozen=True)
class Pairs:
    """Answers, ordered by seeker identifier and rank; all arrays have shape (m,).

    Attributes:
        seeker: position in the seekers.
        candidate: position in the candidates.
        rank: 1 for the nearest.
        distance: metres on the ground, or the cost that ranked them.
    """

    seeker: Integers
    candidate: Integers
    rank: Integers
    distance: Floats

    def __len__(self) -> int:
        return len(self.seeker)


def admissible(
    seekers: Flows, seeker: Integers, candidates: Flows, candidate: Integers
) -> Booleans:
    """Tell of each pair of positions whether other establishments meet at the same time.

    Codes and distances are not looked at.
    """
    owner = seekers.owner[seeker]
    allowed: Booleans = (owner == UNKNOWN_OWNER) | (owner != candidates.owner[candidate])
    if seekers.when is not None and candidates.when is not None:
        allowed &= seekers.when.meets(seeker, candidates.when, candidate)
    return allowed


class Names:
    """Identifiers of a table, in order."""

    def __init__(self, ids: NDArray[np.generic]) -> None:
        self.ids = ids
        self._order: Integers | None = None
        self._rank: Integers | None = None

    @property
    def order(self) -> Integers:
        """Positions in identifier order."""
        if self._order is None:
            self._order = np.argsort(self.ids, kind="stable")
        return self._order

    @property
    def rank(self) -> Integers:
        """The place of each position in identifier order."""
        if self._rank is None:
            self._rank = np.empty(len(self.ids), dtype=np.int64)
            self._rank[self.order] = np.arange(len(self.ids))
        return self._rank

    def rows(self, wanted: set[str]) -> dict[str, Integers]:
        """Return the positions of the records called so; names that nobody bears are left out."""
        if self.ids.dtype.kind in "iu":
            names = sorted(name for name in wanted if _is_number(name))
            values = np.asarray([int(name) for name in names], dtype=np.int64)
        else:
            names = sorted(wanted)
            values = np.asarray(names, dtype=np.str_)
        ordered = self.ids[self.order]
        first = np.searchsorted(ordered, values, side="left").tolist()
        last = np.searchsorted(ordered, values, side="right").tolist()
        return {
            name: self.order[start:end]
            for name, start, end in zip(names, first, last)
            if start < end
        }


def _is_number(name: str) -> bool:
    # Longer ones are no 64-bit identifiers.
    digits = name[1:] if name.startswith("-") else name
    return digits.isascii() and digits.isdigit() and len(digits) < 19
