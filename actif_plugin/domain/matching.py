"""Who can answer: the nearest compatible offers of each need.

The engine knows neither need nor offer, only *seekers* and *candidates*, so that the same search
serves the question from either side.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from .codes import Code, Level
from .feedback import Feedback, Silent, checkpoint
from .flows import UNKNOWN_OWNER, Booleans, Flows, Integers, Names, Pairs, admissible
from .metric import Floats, Metric, Planar
from .nearest import Found, Search, Sites, gathered, in_order, ranks_within

__all__ = [
    "UNKNOWN_OWNER",
    "Booleans",
    "Flows",
    "Index",
    "Integers",
    "Pairs",
    "admissible",
    "buckets",
    "match",
    "ranked",
]

# Rows asked of the tree at once: a cancellation waits for one such batch at most.
_BATCH = 16384


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
    """Find the nearest compatible candidates of each seeker, asked once.

    Args:
        seekers, candidates: the two sides.
        level, metric: as for :class:`Index`.
        neighbors, max_distance, rejected, feedback: as for :meth:`Index.ask`.

    Raises:
        ValueError, Cancelled: as :meth:`Index.ask`.
    """
    return Index(candidates, level, metric).ask(
        seekers,
        neighbors=neighbors,
        max_distance=max_distance,
        rejected=rejected,
        feedback=feedback,
    )


class Index:
    """Candidates ready to be asked, as often as one likes.

    Trees grow as questions need them, and stay.

    Args:
        candidates: the records that answer.
        level: level at which codes are compared; ``None``: the very same code.
        metric: meaning of the coordinates; a plane in metres by default.
    """

    def __init__(
        self, candidates: Flows, level: Level | None, metric: Metric | None = None
    ) -> None:
        self._candidates = candidates
        self._level = level
        self._metric = metric or Planar()
        self._pools = _Pools(candidates, level)
        self._names = Names(candidates.ids)
        self._reach = _bound_of(candidates.reach, self._metric)
        self._sites: dict[Code, Sites | None] = {}

    def prepare(self, feedback: Feedback | None = None) -> None:
        """Grow the trees of all codes there are.

        Raises:
            Cancelled: the user asked to stop.
        """
        watch = feedback or Silent()
        for number, key in enumerate(self._pools.keys):
            checkpoint(watch, number / len(self._pools.keys))
            self._sites_of(key)

    def ask(
        self,
        seekers: Flows,
        *,
        neighbors: int,
        max_distance: float,
        rejected: Iterable[tuple[object, object]] = (),
        feedback: Feedback | None = None,
    ) -> Pairs:
        """Find the nearest compatible candidates of each seeker.

        A candidate counts when its code is compatible at the level, when it belongs to another
        establishment, holds at the same time, lies within *max_distance* and within both companies'
        own reach, and was not rejected. Equal distances are ranked by identifier, so the order of
        the rows changes nothing.

        Args:
            seekers: the records that ask.
            neighbors: answers wanted a seeker, at least 1.
            max_distance: metres on the ground, inclusive; inf for no limit.
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
        watch = feedback or Silent()
        names = Names(seekers.ids)
        search = Search(
            seekers,
            self._candidates,
            self._names,
            neighbors,
            self._metric.chord(np.minimum(seekers.reach, max_distance)),
            self._reach,
            _numbered(rejected, names, self._names, len(self._candidates)),
            # The tree's bound is exclusive and ours is not: it looks a hair further, and what lies
            # beyond a seeker's reach is dropped afterwards.
            float(self._metric.chord(np.array([max_distance]))[0]) * (1 + 1e-12) + 1e-9,
        )
        found: list[Found] = []
        done = 0
        for key, rows in _by_key(seekers, self._level).items():
            checkpoint(watch, done / len(seekers))
            sites = self._sites_of(key)
            for start in range(0, len(rows), _BATCH):
                checkpoint(watch, done / len(seekers))
                batch = rows[start : start + _BATCH]
                if sites is not None:
                    found += search.settle(batch, sites)
                done += len(batch)
        checkpoint(watch, 1.0)
        pairs = in_order(found, names)
        return replace(pairs, distance=self._metric.ground(pairs.distance))

    def _sites_of(self, key: Code) -> Sites | None:
        if key not in self._sites:
            pool = self._pools.meeting(key)
            self._sites[key] = gathered(self._candidates, self._names, pool) if len(pool) else None
        return self._sites[key]


def buckets(
    seekers: Flows, candidates: Flows, level: Level | None
) -> list[tuple[Integers, Integers]]:
    """Split a search into independent ones: positions of seekers with those of their candidates.

    Seekers of one bucket share the code at *level*, so they have the same candidates: those with
    that code, finer ones below it, and coarser ones above it.
    """
    pools = _Pools(candidates, level)
    result = []
    for key, rows in _by_key(seekers, level).items():
        pool = pools.meeting(key)
        if len(pool):
            result.append((rows, pool))
    return result


def ranked(
    seekers: Flows,
    candidates: Flows,
    seeker: Integers,
    candidate: Integers,
    cost: Floats,
    neighbors: int,
) -> Pairs:
    """Rank pairs that were measured elsewhere, as on roads: the cheapest first.

    Equal costs are ranked by identifier.

    Args:
        seekers, candidates: the two sides.
        seeker, candidate: positions of each pair, shape (m,).
        cost: of each pair, shape (m,), in any unit.
        neighbors: answers kept a seeker.
    """
    order = np.lexsort((Names(candidates.ids).rank[candidate], cost, seeker))
    seeker, candidate, cost = seeker[order], candidate[order], cost[order]
    rank = ranks_within(seeker, len(seekers))
    keep = rank <= neighbors
    found = Found(seeker[keep], candidate[keep], cost[keep], rank[keep])
    return in_order([found], Names(seekers.ids))


class _Pools:
    """Candidates by the code that they are compared by."""

    def __init__(self, candidates: Flows, level: Level | None) -> None:
        self._level = level
        self._rows = _by_key(candidates, level)
        self._below: dict[Code, list[Code]] = {}
        for key in self._rows:
            for depth in range(1, len(key.lineage)):
                self._below.setdefault(replace(key, lineage=key.lineage[:depth]), []).append(key)

    @property
    def keys(self) -> list[Code]:
        """The codes there are."""
        return list(self._rows)

    def meeting(self, key: Code) -> Integers:
        """Return the candidates compatible with *key*: its own, those below it and those above."""
        keys = [key]
        if self._level is not None:
            keys += self._below.get(key, ())
            keys += [
                replace(key, lineage=key.lineage[:depth]) for depth in range(1, len(key.lineage))
            ]
        found = [self._rows[other] for other in keys if other in self._rows]
        return np.concatenate(found) if found else np.empty(0, dtype=np.int64)


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


def _numbered(
    rejected: Iterable[tuple[object, object]], seekers: Names, candidates: Names, count: int
) -> Integers:
    """Number the rejected pairs ``seeker * count + candidate``, sorted."""
    pairs = [(str(seeker), str(candidate)) for seeker, candidate in rejected]
    if not pairs:
        return np.empty(0, dtype=np.int64)
    seeker_rows = seekers.rows({pair[0] for pair in pairs})
    candidate_rows = candidates.rows({pair[1] for pair in pairs})
    none = np.empty(0, dtype=np.int64)
    numbers = [
        np.add.outer(
            seeker_rows.get(seeker, none) * count, candidate_rows.get(candidate, none)
        ).ravel()
        for seeker, candidate in pairs
    ]
    result: Integers = np.unique(np.concatenate(numbers))
    return result


def _bound_of(reach: Floats, metric: Metric) -> Floats | None:
    """Return the chords of what companies say of their reach, None where none says anything."""
    return metric.chord(reach) if np.isfinite(reach).any() else None
