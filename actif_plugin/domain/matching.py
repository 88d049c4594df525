"""Who can answer: the nearest compatible offers of each need.

The engine knows neither need nor offer, only *seekers* and *candidates*, so that the same search
serves the question from either side.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from .codes import Code, Level
from .feedback import Feedback, Silent, checkpoint
from .metric import Floats, Metric, Planar

Integers = NDArray[np.int64]
Booleans = NDArray[np.bool_]

UNKNOWN_OWNER = -1
# Rows asked of the tree at once: a cancellation waits for one such batch at most.
_BATCH = 8192


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
    """

    ids: NDArray[np.generic]
    points: Floats
    code: Integers
    codes: tuple[Code, ...]
    owner: Integers
    reach: Floats

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
        )


@dataclass(frozen=True)
class Pairs:
    """Answers, ordered by seeker identifier and rank; all arrays have shape (m,).

    Attributes:
        seeker: position in the seekers.
        candidate: position in the candidates.
        rank: 1 for the nearest.
        distance: metres on the ground.
    """

    seeker: Integers
    candidate: Integers
    rank: Integers
    distance: Floats

    def __len__(self) -> int:
        return len(self.seeker)


def match(
    seekers: Flows,
    candidates: Flows,
    *,
    level: Level | None,
    neighbors: int,
    max_distance: float,
    metric: Metric | None = None,
    rejected: Iterable[tuple[object, object]] = (),
    feedback: Feedback | None = None,
) -> Pairs:
    """Find the nearest compatible candidates of each seeker.

    A candidate counts when its code is compatible at *level* (``None``: the very same code), when
    it belongs to another establishment, lies within *max_distance* and within both companies' own
    reach, and was not rejected. Equal distances are ranked by identifier, so the order of the rows
    changes nothing.

    Args:
        seekers, candidates: the two sides.
        level: level at which codes are compared.
        neighbors: answers wanted a seeker, at least 1.
        max_distance: metres on the ground, inclusive; inf for no limit.
        metric: meaning of the coordinates; a plane in metres by default.
        rejected: pairs (seeker id, candidate id) that must not come back.
        feedback: progress and cancellation.

    Raises:
        ValueError: *neighbors* under 1, or *max_distance* negative or not a number.
        Cancelled: the user asked to stop.
    """
    if neighbors < 1:
        raise ValueError("neighbors must be at least 1")
    if not max_distance >= 0:
        raise ValueError("max_distance must not be negative")
    search = _Search(
        seekers,
        candidates,
        neighbors,
        max_distance,
        metric or Planar(),
        _positions_of(rejected, seekers, candidates),
    )
    watch = feedback or Silent()
    found: list[_Found] = []
    done = 0
    for rows, pool in buckets(seekers, candidates, level):
        site = search.prepare(pool)
        for start in range(0, len(rows), _BATCH):
            checkpoint(watch, done / len(seekers))
            batch = rows[start : start + _BATCH]
            found += search.settle(batch, site)
            done += len(batch)
    checkpoint(watch, 1.0)
    return search.ordered(found)


def buckets(
    seekers: Flows, candidates: Flows, level: Level | None
) -> list[tuple[Integers, Integers]]:
    """Split a search into independent ones: positions of seekers with those of their candidates.

    Seekers of one bucket share the code at *level*, so they have the same candidates: those with
    that code, finer ones below it, and coarser ones above it.
    """
    mine = _by_key(seekers, level)
    theirs = _by_key(candidates, level)
    result = []
    for key, rows in mine.items():
        pools = [pool for other, pool in theirs.items() if _meet(key, other, level)]
        if pools:
            result.append((rows, np.concatenate(pools)))
    return result


def _by_key(flows: Flows, level: Level | None) -> dict[Code, Integers]:
    """Group positions by the code's ancestor at *level* (the code itself where it is coarser)."""
    keys: dict[Code, int] = {}
    key_of_code = np.empty(len(flows.codes), dtype=np.int64)
    for index, code in enumerate(flows.codes):
        key = code if level is None else replace(code, lineage=code.lineage[:level])
        key_of_code[index] = keys.setdefault(key, len(keys))
    key_of_row = key_of_code[flows.code]
    order = np.argsort(key_of_row, kind="stable")
    bounds = np.searchsorted(key_of_row[order], np.arange(len(keys) + 1))
    return {
        key: order[bounds[number] : bounds[number + 1]]
        for key, number in keys.items()
        if bounds[number] < bounds[number + 1]
    }


def _meet(first: Code, second: Code, level: Level | None) -> bool:
    if first.nomenclature != second.nomenclature:
        return False
    if level is None:
        return first.lineage == second.lineage
    depth = min(len(first.lineage), len(second.lineage))
    return first.lineage[:depth] == second.lineage[:depth]


def _positions_of(
    rejected: Iterable[tuple[object, object]], seekers: Flows, candidates: Flows
) -> Integers:
    """Number the rejected pairs ``seeker * len(candidates) + candidate``, sorted."""
    pairs = list(rejected)
    if not pairs:
        return np.empty(0, dtype=np.int64)
    wanted_seekers = {str(pair[0]) for pair in pairs}
    wanted_candidates = {str(pair[1]) for pair in pairs}
    seeker_rows = _rows_named(seekers.ids, wanted_seekers)
    candidate_rows = _rows_named(candidates.ids, wanted_candidates)
    numbers = [
        row * len(candidates) + other
        for seeker, candidate in pairs
        for row in seeker_rows.get(str(seeker), ())
        for other in candidate_rows.get(str(candidate), ())
    ]
    return np.unique(np.asarray(numbers, dtype=np.int64))


def _rows_named(ids: NDArray[np.generic], wanted: set[str]) -> dict[str, list[int]]:
    rows: dict[str, list[int]] = {}
    for row, name in enumerate(ids.tolist()):
        if str(name) in wanted:
            rows.setdefault(str(name), []).append(row)
    return rows


@dataclass(frozen=True)
class _Sites:
    """Candidates of one bucket gathered by place, in identifier order within a place.

    Companies located at the centre of their commune share one point by the hundred: searching
    places and not records keeps such piles from being compared record by record.
    """

    tree: cKDTree
    members: Integers
    first: Integers
    size: Integers


@dataclass(frozen=True)
class _Found:
    seeker: Integers
    candidate: Integers
    chord: Floats
    rank: Integers


class _Search:
    def __init__(
        self,
        seekers: Flows,
        candidates: Flows,
        neighbors: int,
        max_distance: float,
        metric: Metric,
        rejected: Integers,
    ) -> None:
        self._seekers = seekers
        self._candidates = candidates
        self._neighbors = neighbors
        self._metric = metric
        self._rejected = rejected
        self._seeker_reach = metric.chord(np.minimum(seekers.reach, max_distance))
        # The tree's bound is exclusive and ours is not: it looks a hair further, and what lies
        # beyond a seeker's reach is dropped afterwards.
        self._bound = float(metric.chord(np.array([max_distance]))[0]) * (1 + 1e-12) + 1e-9
        self._candidate_reach = metric.chord(candidates.reach)
        self._candidate_order = _ranks(candidates.ids)

    def prepare(self, pool: Integers) -> _Sites:
        points = np.ascontiguousarray(self._candidates.points[pool])
        columns = (self._candidate_order[pool], *points.T[::-1])
        order = np.lexsort(columns)
        points = points[order]
        starts = np.ones(len(points), dtype=bool)
        starts[1:] = (points[1:] != points[:-1]).any(axis=1)
        first = np.flatnonzero(starts)
        size = np.diff(np.append(first, len(points)))
        return _Sites(cKDTree(points[first]), pool[order], first, size)

    def settle(self, rows: Integers, sites: _Sites) -> list[_Found]:
        """Answer *rows*, looking further for those that what was seen does not settle."""
        found = []
        width = self._neighbors + 1
        while len(rows):
            step = max(1, 4_000_000 // width)
            parts = [
                self._look(rows[start : start + step], sites, width)
                for start in range(0, len(rows), step)
            ]
            found += [part for part, _ in parts]
            rows = np.concatenate([open_rows for _, open_rows in parts])
            width *= 4
        return found

    def _look(self, rows: Integers, sites: _Sites, width: int) -> tuple[_Found, Integers]:
        """Look at *width* places and as many members of each; return answers and open rows."""
        places = len(sites.size)
        reached = min(width, places)
        chord, site = sites.tree.query(
            self._seekers.points[rows],
            k=np.arange(1, reached + 1),
            distance_upper_bound=self._bound,
        )
        seen = site < places
        local, _ = np.nonzero(seen)
        pair_site, pair_chord = site[seen], chord[seen]
        kept = np.minimum(sites.size[pair_site], width)
        if len(sites.members) == places:
            pair = np.arange(len(pair_site))
            member = sites.first[pair_site]
        else:
            pair = np.repeat(np.arange(len(pair_site)), kept)
            offset = np.arange(len(pair)) - np.repeat(np.cumsum(kept) - kept, kept)
            member = sites.first[pair_site[pair]] + offset
        candidate = sites.members[member]
        allowed = self._allowed(rows[local[pair]], candidate, pair_chord[pair])
        pair, candidate = pair[allowed], candidate[allowed]
        row, distance = local[pair], pair_chord[pair]
        row, candidate, distance = self._break_ties(row, candidate, distance)

        count = np.bincount(row, minlength=len(rows))
        rank = np.arange(len(row)) - np.repeat(np.cumsum(count) - count, count) + 1
        last = self._seeker_reach[rows].copy()
        filled = rank == self._neighbors
        last[row[filled]] = np.minimum(last[row[filled]], distance[filled])

        # A row is open while something not looked at could still come before its last answer:
        # a further place, or the rest of a place that gave fewer answers than are wanted.
        unsettled = np.zeros(len(rows), dtype=bool)
        if reached < places:
            unsettled |= seen[:, -1] & (chord[:, -1] <= last)
        cut = (
            (sites.size[pair_site] > width)
            & (pair_chord <= last[local])
            & (np.bincount(pair, minlength=len(pair_site)) < self._neighbors)
        )
        unsettled[local[cut]] = True

        keep = (rank <= self._neighbors) & ~unsettled[row]
        answers = _Found(rows[row[keep]], candidate[keep], distance[keep], rank[keep])
        return answers, rows[unsettled]

    def _allowed(self, seeker: Integers, candidate: Integers, chord: Floats) -> Booleans:
        owner = self._seekers.owner[seeker]
        allowed: Booleans = (owner == UNKNOWN_OWNER) | (owner != self._candidates.owner[candidate])
        allowed &= chord <= self._seeker_reach[seeker]
        allowed &= chord <= self._candidate_reach[candidate]
        if len(self._rejected):
            number = seeker * len(self._candidates) + candidate
            place = np.searchsorted(self._rejected, number).clip(max=len(self._rejected) - 1)
            allowed &= self._rejected[place] != number
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
            (self._candidate_order[candidate[positions]], distance[positions], row[positions])
        )
        candidate, distance = candidate.copy(), distance.copy()
        candidate[positions] = candidate[positions][order]
        distance[positions] = distance[positions][order]
        return row, candidate, distance

    def ordered(self, found: Sequence[_Found]) -> Pairs:
        def gathered(name: str) -> NDArray[np.generic]:
            return np.concatenate([getattr(part, name) for part in found])

        if not found:
            none = np.empty(0, dtype=np.int64)
            return Pairs(none, none, none, np.empty(0))
        seeker = gathered("seeker").astype(np.int64)
        rank = gathered("rank").astype(np.int64)
        order = np.lexsort((rank, _ranks(self._seekers.ids)[seeker]))
        chord = gathered("chord").astype(np.float64)[order]
        return Pairs(
            seeker[order],
            gathered("candidate").astype(np.int64)[order],
            rank[order],
            self._metric.ground(chord),
        )


def _ranks(ids: NDArray[np.generic]) -> Integers:
    """Return the position of each identifier in identifier order."""
    ranks = np.empty(len(ids), dtype=np.int64)
    ranks[np.argsort(ids, kind="stable")] = np.arange(len(ids))
    return ranks
