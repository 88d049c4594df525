"""Who could answer together: small sets of nearby establishments that cover a list of products.

Finding the tightest set that covers several products is NP-hard in general; on a territory it is
not hard at all, because nearness leaves few candidates. The search is exact, by branch and bound:
sizes from one member up, in each a search in depth around every establishment that offers the
rarest product, cut as soon as what is missing cannot come any more or only from too far. It counts
its steps, and says so where it had to stop before the end.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from scipy.spatial import cKDTree
from scipy.spatial.distance import cdist

from .codes import Code, Level
from .feedback import Feedback, Silent, checkpoint
from .matching import Booleans, Flows, Integers
from .metric import Floats, Metric, Planar
from .teams import Teams, teams_of

# Beyond so many products, subsets are too many to tell which could be left out.
MOST_CODES = 12
# Some ten seconds; what is found by then is shown and said to be unfinished.
_MOST_STEPS = 100_000
_STEPS_BETWEEN_CHECKS = 64


@dataclass(frozen=True)
class Joint:
    """Establishments that together cover products, none of them superfluous.

    Attributes:
        members: for each establishment, the positions of its offers that count, in identifier
            order.
        covered: the products that they offer together, in the order wanted.
        missing: those that they do not.
        diameter: distance of the two members furthest apart, metres on the ground.
    """

    members: tuple[Integers, ...]
    covered: tuple[Code, ...]
    missing: tuple[Code, ...]
    diameter: float


@dataclass(frozen=True)
class Joints:
    """What a search found.

    Attributes:
        answers: the sets that miss fewest products, fewest members first, then the tightest.
        absent: wanted products that nobody offers at any distance.
        finished: whether the search went to its end; otherwise better sets may exist.
    """

    answers: tuple[Joint, ...]
    absent: tuple[Code, ...]
    finished: bool


def join_offers(
    offers: Flows,
    wanted: Sequence[Code],
    *,
    level: Level | None,
    max_distance: float,
    answers: int,
    metric: Metric | None = None,
    feedback: Feedback | None = None,
) -> Joints:
    """Find sets of distinct establishments that together offer all products *wanted*.

    An establishment brings what it offers at one place; two members are at most *max_distance*
    apart and within each other's own reach. Where no set covers everything, the sets that leave
    out the fewest products are returned. Sets of equal size and diameter come in the order of
    their identifiers; the order of the rows changes nothing.

    Args:
        offers: open offers only.
        wanted: distinct products, at most ``MOST_CODES``.
        level: level at which codes are compared.
        max_distance: diameter of a set, metres on the ground, inclusive.
        answers: sets to return at most, at least 1.
        metric: meaning of the coordinates; a plane in metres by default.
        feedback: progress and cancellation.

    Raises:
        ValueError: an argument out of its bounds.
        Cancelled: the user asked to stop.
    """
    if answers < 1:
        raise ValueError("answers must be at least 1")
    if not max_distance >= 0:
        raise ValueError("max_distance must not be negative")
    if not 1 <= len(wanted) <= MOST_CODES:
        raise ValueError("from 1 to MOST_CODES products")
    measure = metric or Planar()
    # Of a pile that offers the same at the same point one is in a set at most: more of them than
    # there are answers and members change nothing.
    teams = teams_of(offers, wanted, level, measure, answers + len(wanted))
    offered = int(np.bitwise_or.reduce(teams.mask)) if len(teams) else 0
    limit = float(measure.chord(np.array([max_distance]))[0])
    search = _Search(teams, limit, answers, feedback or Silent())
    finished = True
    try:
        # All of what is offered, else all but one product, all but two…
        for size in range(_bits(offered), 0, -1):
            if search.look_for(_submasks(offered, size), size):
                break
    except _TooLong:
        finished = False
    found = tuple(
        Joint(
            tuple(teams.offers(team, one.target) for team in one.teams),
            tuple(code for bit, code in enumerate(wanted) if one.target >> bit & 1),
            tuple(code for bit, code in enumerate(wanted) if not one.target >> bit & 1),
            float(measure.ground(np.array([one.diameter]))[0]),
        )
        for one in search.found()
    )
    absent = tuple(code for bit, code in enumerate(wanted) if not offered >> bit & 1)
    return Joints(found, absent, finished)


class _TooLong(Exception):
    """The search used up its steps."""


def _bits(mask: int) -> int:
    return bin(mask).count("1")


def _submasks(mask: int, size: int) -> list[int]:
    """Return the masks made of *size* bits of *mask*, the first products kept first."""
    singles = [1 << bit for bit in range(MOST_CODES) if mask >> bit & 1]
    return [sum(chosen) for chosen in combinations(singles, size)]


@dataclass(frozen=True)
class _Set:
    teams: tuple[int, ...]
    target: int
    diameter: float


@dataclass(frozen=True)
class _Around:
    """The neighbourhood in which sets are made around their first member.

    Attributes:
        root, own: the first member, and what it offers of the target.
        target: what is to be covered.
        teams, mask: the others in reach, and what each offers of the target.
    """

    root: int
    own: int
    target: int
    teams: Integers
    mask: Integers


@dataclass(frozen=True)
class _Branch:
    """A set in the making, among the teams around its first member.

    Attributes:
        chosen: its members, positions among these teams.
        covered, twice: products that one member at least, and two at least, offer.
        diameter: of the members so far.
        far: distance of each team to the furthest member.
        usable: teams that may still join.
        left: members still to come.
    """

    chosen: tuple[int, ...]
    covered: int
    twice: int
    diameter: float
    far: Floats
    usable: Booleans
    left: int


class _Search:
    def __init__(self, teams: Teams, limit: float, answers: int, watch: Feedback) -> None:
        self._teams = teams
        self._limit = limit
        self._answers = answers
        self._watch = watch
        self._tree = cKDTree(teams.points)
        self._popcount = np.asarray([_bits(mask) for mask in range(1 << MOST_CODES)])
        self._nearest = self._nearest_of_each()
        self._steps = 0
        self._done: list[_Set] = []
        self._now: list[_Set] = []

    def found(self) -> list[_Set]:
        """Return the sets found so far, the best first."""
        return self._done + self._now

    def look_for(self, targets: Sequence[int], size: int) -> bool:
        """Look for the best sets that cover exactly one of *targets*, masks of *size* bits."""
        for members in range(1, size + 1):
            for target in targets:
                self._look_around(target, members)
            self._done, self._now = self.found(), []
            if len(self._done) == self._answers:
                break
        return bool(self._done)

    def _nearest_of_each(self) -> Floats:
        """Return how far each team is from the nearest offer of each product."""
        teams = self._teams
        nearest = np.full((len(teams), MOST_CODES), np.inf)
        for bit in range(MOST_CODES):
            checkpoint(self._watch, 0.0)
            having = np.flatnonzero(teams.mask >> bit & 1)
            if len(having):
                nearest[:, bit] = cKDTree(teams.points[having]).query(teams.points)[0]
        return nearest

    def _fits(self, diameter: float) -> bool:
        """Tell whether a set of that diameter would still be among the answers.

        Of two alike the one that was found first stays, and the order of the search is that of
        the identifiers.
        """
        if len(self._done) + len(self._now) == self._answers:
            return bool(self._now) and diameter < self._now[-1].diameter
        return diameter <= self._limit

    def _bound(self) -> float:
        full = len(self._done) + len(self._now) == self._answers and self._now
        return min(self._limit, self._now[-1].diameter) if full else self._limit

    def _step(self) -> None:
        self._steps += 1
        if self._steps > _MOST_STEPS:
            raise _TooLong
        if self._steps % _STEPS_BETWEEN_CHECKS == 1:
            checkpoint(self._watch, self._steps / _MOST_STEPS)

    def _look_around(self, target: int, members: int) -> None:
        """Search the sets of so many *members* that cover *target*, none superfluous."""
        self._step()
        teams = self._teams
        mask = teams.mask & target
        if self._popcount[mask].max() * members < _bits(target):
            return
        bits = [bit for bit in range(MOST_CODES) if target >> bit & 1]
        rarest = min(bits, key=lambda bit: (int((mask >> bit & 1).sum()), bit))
        roots = np.flatnonzero((mask == target) if members == 1 else (mask >> rarest & 1))
        lower = self._nearest[roots][:, bits].max(axis=1)
        order = np.lexsort((roots, lower))
        closed = np.zeros(len(teams), dtype=bool)
        for root, least in zip(roots[order].tolist(), lower[order].tolist()):
            if not self._fits(least):
                break
            self._step()
            if members == 1:
                self._keep(_Set((root,), target, 0.0))
                continue
            closed[root] = True
            self._grow(root, target, members, mask, closed)

    def _grow(self, root: int, target: int, members: int, mask: Integers, closed: Booleans) -> None:
        teams = self._teams
        near = self._tree.query_ball_point(teams.points[root], self._bound() * (1 + 1e-12))
        local = np.sort(np.asarray(near, dtype=np.int64))
        local = local[(mask[local] != 0) & ~closed[local]]
        away = cdist(teams.points[root : root + 1], teams.points[local])[0]
        around = _Around(root, int(mask[root]), target, local, mask[local])
        usable = away <= np.minimum(teams.reach[root], teams.reach[local])
        usable &= teams.owner[local] != teams.owner[root]
        self._deepen(around, _Branch((), around.own, 0, 0.0, away, usable, members - 1))

    def _deepen(self, around: _Around, branch: _Branch) -> None:
        """Add one member to a set in all ways that may still lead to an answer."""
        self._step()
        missing = around.target & ~branch.covered
        if not missing or not branch.left:
            if not missing and not branch.left:
                chosen = sorted([around.root, *around.teams[list(branch.chosen)].tolist()])
                self._keep(_Set(tuple(chosen), around.target, branch.diameter))
            return
        usable = branch.usable & (branch.far <= self._bound())
        gain = around.mask & missing
        if branch.left == 1:
            candidates = np.flatnonzero(usable & (gain == missing))
        else:
            if (self._popcount[gain[usable]].max(initial=0)) * branch.left < _bits(missing):
                return
            per_bit = [
                np.flatnonzero(usable & (gain >> bit & 1 != 0))
                for bit in range(MOST_CODES)
                if missing >> bit & 1
            ]
            candidates = min(per_bit, key=len)
        order = np.lexsort((candidates, branch.far[candidates]))
        for team in candidates[order].tolist():
            diameter = max(branch.diameter, float(branch.far[team]))
            if not self._fits(diameter):
                break
            # What was tried here is not tried again beside it: every set is met once.
            usable[team] = False
            self._join(around, branch, team, diameter, usable)

    def _join(
        self, around: _Around, branch: _Branch, team: int, diameter: float, usable: Booleans
    ) -> None:
        teams, local, mask = self._teams, around.teams, int(around.mask[team])
        twice = branch.twice | (branch.covered & mask)
        chosen = (*branch.chosen, team)
        own = [around.own, *around.mask[list(chosen)].tolist()]
        # A member whose products others all offer is superfluous, and stays so.
        if any(not products & ~twice for products in own):
            return
        here = local[team]
        away = cdist(teams.points[here : here + 1], teams.points[local])[0]
        may = usable & (away <= np.minimum(teams.reach[here], teams.reach[local]))
        may &= teams.owner[local] != teams.owner[here]
        self._deepen(
            around,
            _Branch(
                chosen,
                branch.covered | mask,
                twice,
                diameter,
                np.maximum(branch.far, away),
                may,
                branch.left - 1,
            ),
        )

    def _keep(self, found: _Set) -> None:
        """Put a set at its place among those of its size."""
        place = len(self._now)
        while place and self._now[place - 1].diameter > found.diameter:
            place -= 1
        self._now.insert(place, found)
        del self._now[self._answers - len(self._done) :]
