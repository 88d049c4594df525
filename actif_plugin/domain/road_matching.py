"""Who can answer, by road: the compatible candidates that cost least to reach."""

from __future__ import annotations

import enum
from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np

from .codes import Level
from .feedback import Feedback, Silent, checkpoint
from .matching import Flows, Index, Pairs, ranked
from .metric import Floats, Metric, Planar
from .road_costs import Network
from .roads import NOWHERE, Booleans, Integers

# Pairs weighed at once, and the least first looked at for a seeker.
_PAIRS = 2_000_000
_FIRST_LOOK = 16
# Costs closer than this are equal: the sums of two equal ways differ by less.
_DECIMALS = 6


class Outcome(enum.IntEnum):
    """What became of a seeker."""

    ANSWERED = 0
    TOO_FAR = 1  # compatible candidates are linked to it, at more than the cost allowed
    UNREACHABLE = 2  # no way leads between it and any compatible candidate
    OFF_ROADS = 3  # it, or every compatible candidate, is beyond the tolerance from any road
    ALONE = 4  # no compatible candidate near enough as the crow flies


@dataclass(frozen=True)
class RoadAnswers:
    """Answers ranked by what it costs to get there.

    Attributes:
        pairs: the answers, ``distance`` as the crow flies.
        cost: of each pair by road, shape (m,).
        outcome: an :class:`Outcome` a seeker, shape (n,).
    """

    pairs: Pairs
    cost: Floats
    outcome: Integers

    def count(self, outcome: Outcome) -> int:
        """Return how many seekers ended so."""
        return int(np.count_nonzero(self.outcome == outcome))


def match_by_road(
    seekers: Flows,
    candidates: Flows,
    network: Network,
    *,
    seekers_leave: bool,
    level: Level | None,
    neighbors: int,
    max_cost: float,
    metric: Metric | None = None,
    rejected: Iterable[tuple[object, object]] = (),
    feedback: Feedback | None = None,
) -> RoadAnswers:
    """Find the compatible candidates of each seeker that cost least by road.

    A candidate counts as for :meth:`Index.ask`: codes, establishments, reach, which stays as the
    crow flies, and rejections. No way is cheaper than the straight line at the cost of the cheapest
    road: candidates are weighed from the nearest on, until no further one can come before the last
    answer.

    Args:
        seekers, candidates: the two sides.
        network: ways from the seekers (*seekers_leave*) or from the candidates to the others.
        level: level at which codes are compared.
        neighbors: answers wanted a seeker, at least 1.
        max_cost: by road, inclusive; inf for no limit.
        metric: meaning of the coordinates; a plane in metres by default.
        rejected: pairs (seeker id, candidate id) that must not come back.
        feedback: progress and cancellation.

    Raises:
        ValueError: *neighbors* under 1, or *max_cost* negative or not a number.
        Cancelled: the user asked to stop.
    """
    if neighbors < 1:
        raise ValueError("neighbors must be at least 1")
    if not max_cost >= 0:
        raise ValueError("max_cost must not be negative")
    watch = feedback or Silent()
    metric = metric or Planar()
    search = _Search(
        seekers,
        candidates,
        network,
        seekers_leave,
        Index(candidates, level, metric),
        neighbors,
        max_cost,
        list(rejected),
        watch,
    )
    rows = np.flatnonzero(search.own != NOWHERE)
    look = max(_FIRST_LOOK, 4 * neighbors)
    while len(rows):
        unsettled = []
        step = max(1, _PAIRS // look)
        for start in range(0, len(rows), step):
            checkpoint(watch, 1 - (len(rows) - start) / len(seekers))
            unsettled.append(search.look(rows[start : start + step], look))
        rows = np.concatenate(unsettled)
        look *= 4
    checkpoint(watch, 1.0)
    best = search.ordered()
    gap = seekers.points[best.seeker] - candidates.points[best.candidate]
    straight = metric.ground(np.sqrt((gap**2).sum(axis=1)))
    return RoadAnswers(replace(best, distance=straight), best.distance, search.outcome)


class _Search:
    """A question being answered, a little further for some seekers at each look."""

    def __init__(
        self,
        seekers: Flows,
        candidates: Flows,
        network: Network,
        seekers_leave: bool,
        index: Index,
        neighbors: int,
        max_cost: float,
        rejected: list[tuple[object, object]],
        watch: Feedback,
    ) -> None:
        self._seekers = seekers
        self._candidates = candidates
        self._network = network
        self._seekers_leave = seekers_leave
        self._index = index
        self._neighbors = neighbors
        self._max_cost = max_cost
        self._rejected = rejected
        self._watch = _Quiet(watch)
        self.own, self._other = network.origin, network.destination
        if not seekers_leave:
            self.own, self._other = self._other, self.own
        self.outcome = np.full(len(seekers), Outcome.ALONE, dtype=np.int64)
        self.outcome[self.own == NOWHERE] = Outcome.OFF_ROADS
        self._found: list[Pairs] = []

    def look(self, rows: Integers, count: int) -> Integers:
        """Weigh the *count* nearest candidates of some seekers; return those not settled."""
        near = self._index.ask(
            self._seekers.subset(rows),
            neighbors=count,
            max_distance=self._max_cost / self._network.cheapest * (1 + 1e-9),
            rejected=self._rejected,
            feedback=self._watch,
        )
        # Nothing that was not looked at costs less than the straight line to the last looked at.
        last = np.zeros(len(rows))
        last[near.seeker] = near.distance
        all_seen = np.bincount(near.seeker, minlength=len(rows)) < count
        bound = np.where(all_seen, np.inf, last * self._network.cheapest)
        cost = self._costs(rows[near.seeker], near, bound[near.seeker])
        reached = np.flatnonzero(np.isfinite(cost))
        best = ranked(
            self._seekers,
            self._candidates,
            rows[near.seeker[reached]],
            near.candidate[reached],
            cost[reached],
            self._neighbors,
        )
        settled = np.zeros(len(self._seekers), dtype=bool)
        settled[rows] = all_seen
        settled[best.seeker[best.rank == self._neighbors]] = True
        kept = settled[best.seeker]
        self._found.append(
            Pairs(best.seeker[kept], best.candidate[kept], best.rank[kept], best.distance[kept])
        )
        self.outcome[best.seeker[kept]] = Outcome.ANSWERED
        self._explain(rows[near.seeker], near.candidate, settled)
        return rows[~settled[rows]]

    def _costs(self, seeker: Integers, near: Pairs, bound: Floats) -> Floats:
        """Return what each pair costs; inf from *bound* on, where another may come before."""
        limit = np.minimum(self._max_cost, bound)
        cost = self._network.costs(*self._ends(seeker, near.candidate), limit, self._watch)
        # Two records at one point need no road between them.
        cost[(self._other[near.candidate] != NOWHERE) & (near.distance == 0)] = 0.0
        cost = np.round(cost, _DECIMALS)
        cost[cost >= bound - 10.0**-_DECIMALS] = np.inf
        return cost

    def _explain(self, seeker: Integers, candidate: Integers, settled: Booleans) -> None:
        """Say of settled seekers without an answer what their candidates make of them."""
        idle = settled[seeker] & (self.outcome[seeker] != Outcome.ANSWERED)
        seeker, candidate = seeker[idle], candidate[idle]
        linked = self._other[candidate] != NOWHERE
        way = np.zeros(len(seeker), dtype=bool)
        ends = self._ends(seeker[linked], candidate[linked])
        way[linked] = self._network.connected(*ends, self._watch)
        # The candidate nearest to an answer tells.
        self.outcome[seeker] = Outcome.OFF_ROADS
        self.outcome[seeker[linked]] = Outcome.UNREACHABLE
        self.outcome[seeker[way]] = Outcome.TOO_FAR

    def _ends(self, seeker: Integers, candidate: Integers) -> tuple[Integers, Integers]:
        return (seeker, candidate) if self._seekers_leave else (candidate, seeker)

    def ordered(self) -> Pairs:
        """Return all answers in order."""
        none = np.empty(0, dtype=np.int64)
        found = [Pairs(none, none, none, np.empty(0)), *self._found]
        return ranked(
            self._seekers,
            self._candidates,
            np.concatenate([part.seeker for part in found]),
            np.concatenate([part.candidate for part in found]),
            np.concatenate([part.distance for part in found]),
            self._neighbors,
        )


class _Quiet:
    """A feedback for a part of a stage: it listens to the user, and does not count."""

    def __init__(self, watch: Feedback) -> None:
        self._watch = watch

    def progress(self, fraction: float) -> None:
        """Say nothing: the stage knows where it is."""

    def cancelled(self) -> bool:
        return self._watch.cancelled()
