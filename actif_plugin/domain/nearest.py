"""The nearest places of one bucket of candidates, exact whatever lies on one point."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.spatial import cKDTree

from .flows import Booleans, Flows, Integers, Names, Pairs, admissible
from .metric import Floats

# Places looked at together, whatever the number of rows: bounds the memory of a wide question.
_LOOKS = 4_000_000
# Threads help a large batch and only delay a small one.
_WORTH_THREADS = 2000


@dataclass(frozen=True)
class Sites:
    """Candidates of one bucket gathered by place, in identifier order within a place.

    Companies located at the centre of their commune share one point by the hundred: searching
    places and not records keeps such piles from being compared record by record.
    """

    tree: cKDTree
    members: Integers
    first: Integers
    size: Integers


def gathered(candidates: Flows, names: Names, pool: Integers) -> Sites:
    points = np.ascontiguousarray(candidates.points[pool])
    easting = np.sort(points[:, 0])
    if (easting[1:] == easting[:-1]).any():
        order = np.lexsort((names.rank[pool], *points.T[::-1]))
        points, pool = points[order], pool[order]
        starts = np.ones(len(points), dtype=bool)
        starts[1:] = (points[1:] != points[:-1]).any(axis=1)
        first = np.flatnonzero(starts)
    else:
        first = np.arange(len(pool))
    size = np.diff(np.append(first, len(points)))
    # Cells cut in the middle and not at the median: quicker to build, as quick to search.
    return Sites(cKDTree(points[first], balanced_tree=False), pool, first, size)


@dataclass(frozen=True)
class Found:
    seeker: Integers
    candidate: Integers
    cost: Floats
    rank: Integers


@dataclass(frozen=True)
class Search:
    """One question: who asks, and within which bounds, all lengths being chords."""

    seekers: Flows
    candidates: Flows
    names: Names
    neighbors: int
    seeker_reach: Floats
    candidate_reach: Floats | None
    rejected: Integers
    bound: float

    def settle(self, rows: Integers, sites: Sites) -> list[Found]:
        """Answer *rows*, looking further for those that what was seen does not settle."""
        found = []
        width = self.neighbors + 1
        while len(rows):
            step = max(1, _LOOKS // width)
            parts = [
                self._look(rows[start : start + step], sites, width)
                for start in range(0, len(rows), step)
            ]
            found += [part for part, _ in parts]
            rows = np.concatenate([open_rows for _, open_rows in parts])
            width *= 4
        return found

    def _look(self, rows: Integers, sites: Sites, width: int) -> tuple[Found, Integers]:
        """Look at *width* places and as many members of each; return answers and open rows."""
        places = len(sites.size)
        reached = min(width, places)
        chord, site = sites.tree.query(
            self.seekers.points[rows],
            k=np.arange(1, reached + 1),
            distance_upper_bound=self.bound,
            workers=-1 if len(rows) >= _WORTH_THREADS else 1,
        )
        seen = site < places
        local, _ = np.nonzero(seen)
        pair_site, pair_chord = site[seen], chord[seen]
        piled = len(sites.members) > places
        if piled:
            kept = np.minimum(sites.size[pair_site], width)
            pair = np.repeat(np.arange(len(pair_site)), kept)
            offset = np.arange(len(pair)) - np.repeat(np.cumsum(kept) - kept, kept)
            member = sites.first[pair_site[pair]] + offset
            row, distance = local[pair], pair_chord[pair]
        else:
            pair, member, row, distance = np.arange(len(pair_site)), pair_site, local, pair_chord
        candidate = sites.members[member]
        allowed = self._allowed(rows[row], candidate, distance)
        if not allowed.all():
            pair, candidate = pair[allowed], candidate[allowed]
            row, distance = row[allowed], distance[allowed]
        row, candidate, distance = self._break_ties(row, candidate, distance)

        rank = ranks_within(row, len(rows))
        last = self.seeker_reach[rows]
        filled = rank == self.neighbors
        last[row[filled]] = np.minimum(last[row[filled]], distance[filled])

        # A row is open while something not looked at could still come before its last answer:
        # a further place, or the rest of a place that gave fewer answers than are wanted.
        unsettled = np.zeros(len(rows), dtype=bool)
        if reached < places:
            unsettled |= seen[:, -1] & (chord[:, -1] <= last)
        if piled:
            cut = (
                (sites.size[pair_site] > width)
                & (pair_chord <= last[local])
                & (np.bincount(pair, minlength=len(pair_site)) < self.neighbors)
            )
            unsettled[local[cut]] = True

        keep = (rank <= self.neighbors) & ~unsettled[row]
        answers = Found(rows[row[keep]], candidate[keep], distance[keep], rank[keep])
        return answers, rows[unsettled]

    def _allowed(self, seeker: Integers, candidate: Integers, chord: Floats) -> Booleans:
        allowed = admissible(self.seekers, seeker, self.candidates, candidate)
        allowed &= chord <= self.seeker_reach[seeker]
        if self.candidate_reach is not None:
            allowed &= chord <= self.candidate_reach[candidate]
        if len(self.rejected):
            number = seeker * len(self.candidates) + candidate
            place = np.searchsorted(self.rejected, number).clip(max=len(self.rejected) - 1)
            allowed &= self.rejected[place] != number
        return allowed

    def _break_ties(
        self, row: Integers, candidate: Integers, distance: Floats
    ) -> tuple[Integers, Integers, Floats]:
        """Order equal distances of a row by candidate identifier."""
        tied = (row[1:] == row[:-1]) & (distance[1:] == distance[:-1])
        if not tied.any():
            return row, candidate, distance
        rows_with_ties = np.isin(row, row[1:][tied])
        positions = np.flatnonzero(rows_with_ties)
        order = np.lexsort(
            (self.names.rank[candidate[positions]], distance[positions], row[positions])
        )
        candidate, distance = candidate.copy(), distance.copy()
        candidate[positions] = candidate[positions][order]
        distance[positions] = distance[positions][order]
        return row, candidate, distance


def ranks_within(row: Integers, rows: int) -> Integers:
    """Number the entries of each row from 1; *row* is sorted."""
    count = np.bincount(row, minlength=rows)
    return np.arange(1, len(row) + 1) - (np.cumsum(count) - count)[row]


def in_order(found: Sequence[Found], seekers: Names) -> Pairs:
    """Put answers into the order of the seekers' identifiers, then of their ranks."""
    none = np.empty(0, dtype=np.int64)
    parts = [*found, Found(none, none, np.empty(0), none)]
    seeker = np.concatenate([part.seeker for part in parts])
    rank = np.concatenate([part.rank for part in parts])
    # Each answer's place follows from how many answers the seekers before it have: no sort.
    count = np.bincount(seeker, minlength=len(seekers.ids))[seekers.order]
    start = np.empty(len(seekers.ids), dtype=np.int64)
    start[seekers.order] = np.cumsum(count) - count
    place = start[seeker] + rank - 1
    candidate, cost = np.empty_like(place), np.empty(len(place))
    candidate[place] = np.concatenate([part.candidate for part in parts])
    cost[place] = np.concatenate([part.cost for part in parts])
    ordered = np.repeat(seekers.order, count)
    return Pairs(ordered, candidate, _ranks_of_runs(count), cost)


def _ranks_of_runs(count: Integers) -> Integers:
    """Return 1 … n for each n of *count*, one after the other."""
    return np.arange(1, int(count.sum()) + 1) - np.repeat(np.cumsum(count) - count, count)
