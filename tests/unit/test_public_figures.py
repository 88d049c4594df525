"""What élus read of establishments: there, visited, in synergies; attacked as one.

The attack knows that who is visited or in a synergy is an establishment: tables that were masked
each for itself would bound each other.
"""

from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse
from scipy.optimize import linprog

from actif_plugin.domain.feedback import Silent
from actif_plugin.printing.perimeter_figures import (
    AHEAD,
    NATURE_CODES,
    NEED,
    REALISED,
    Companies,
    Inside,
    Partners,
    Records,
    Survey,
    public_figures,
    published_flows,
)

FEW = 3
SLACK = 1e-6
# Establishments of each kind: there, visited, in synergies realised, in synergies ahead.
TOLD = ("establishments", "visited", "realised", "ahead")


class Ground:
    """A small territory: EPCI of communes, each establishment visited or not, in synergies or not.

    Attributes:
        commune: of each establishment.
        flags: what each establishment is, shape (establishments, 4), in the order of ``TOLD``.
        zones: which communes each perimeter holds, the whole last.
    """

    def __init__(self, seed: int) -> None:
        rng = np.random.default_rng(seed)
        epci = np.repeat(np.arange(3), rng.integers(1, 4, 3))
        communes = len(epci)
        self.commune = np.repeat(np.arange(communes), rng.poisson(rng.gamma(1, 3, communes)))
        count = len(self.commune)
        self.flags = np.ones((count, 4), dtype=bool)
        self.flags[:, 1] = rng.random(count) < rng.uniform(0.3, 0.9)
        synergies = [
            (number, int(who), int(state), False)
            for number, state in enumerate(rng.integers(0, 2, count // 2))
            for who in rng.choice(count, 2, replace=False)
        ]
        self.partners = np.array(synergies, dtype=np.int64).reshape(-1, 4)
        for state, column in ((REALISED, 2), (AHEAD, 3)):
            mine = self.partners[self.partners[:, 2] == state, 1]
            self.flags[:, column] = np.isin(np.arange(count), mine)
        held = [epci == one for one in range(3)]
        self.zones = np.array([*held, *np.identity(communes, dtype=bool), [True] * communes])
        self.turns = np.array([*[1] * 3, *[2] * communes, 0])

    def figures(self, public=()):
        """Return what is printed of each perimeter."""
        told = public_figures(*self.recorded(public)).perimeters
        return [[getattr(one, name) for name in TOLD] for one in told]

    def recorded(self, public=()):
        """Return the arguments of ``public_figures``."""
        count = len(self.commune)
        agreed = np.isin(np.arange(count), public)
        nowhere, no = np.zeros((count, 2)), np.empty(0, dtype=np.int64)
        never = np.empty(0, dtype=bool)
        survey = Survey(
            Companies(
                [f"e{n}" for n in range(count)], nowhere, [""] * count, self.flags[:, 1], agreed
            ),
            Records([], np.empty((0, 2)), no, no, no, no, [], never, never, no, never),
            Partners(*self.partners[:, :3].T, self.partners[:, 3].astype(bool)),
            was_run=False,
        )
        inside = sparse.csr_matrix(self.zones.T[self.commune])
        none = sparse.csr_matrix((0, len(self.zones)), dtype=bool)
        points = sparse.csr_matrix(self.zones.T[[np.flatnonzero(z)[0] for z in self.zones[:-1]]])
        return survey, Inside(inside, none), Inside(points, points), self.turns


def found(ground: Ground, told) -> list[tuple]:
    """Return the figures of one or two establishments that a linear programme bounds too closely.

    The unknowns are how many establishments of each kind each commune has.
    """
    kinds = np.array([(1, *bits) for bits in np.ndindex(2, 2, 2)], dtype=float)
    rows, values = [], []
    for zone, line in zip(ground.zones, told):
        for flag, value in enumerate(line):
            if value is not None:
                rows.append(np.outer(zone, kinds[:, flag]).ravel())
                values.append(value)
    known = {"A_eq": np.array(rows), "b_eq": np.array(values)} if rows else {}
    close = []
    for number, zone in enumerate(ground.zones):
        here = ground.flags[zone[ground.commune]]
        for flag in range(4):
            # And those who are not.
            for is_it in (True, False) if flag else (True,):
                count = int((here[:, flag] == is_it).sum())
                if not 0 < count < FEW:
                    continue
                target = np.outer(zone, kinds[:, flag] == is_it).ravel().astype(float)
                low = linprog(target, bounds=(0, None), method="highs", **known)
                high = linprog(-target, bounds=(0, None), method="highs", **known)
                assert low.status == 0
                assert high.status in (0, 3)
                most = -high.fun if high.status == 0 else np.inf
                if low.fun > SLACK or most < FEW - SLACK:
                    close.append((number, TOLD[flag], is_it, count, low.fun, most))
    return close


@pytest.mark.parametrize("seed", range(40))
def test_what_is_told_of_establishments_gives_nothing_away(seed):
    ground = Ground(seed)
    assert found(ground, ground.figures()) == []


def test_the_attack_can_succeed():
    """The same figures, where nothing is hidden but what the rule itself hides."""
    bare = 0
    for seed in range(10):
        ground = Ground(seed)
        counts = [ground.flags[zone[ground.commune]].sum(axis=0).tolist() for zone in ground.zones]
        told = [[count if count >= FEW else None for count in line] for line in counts]
        bare += len(found(ground, told))
    assert bare > 20


def test_figures_are_those_of_the_data():
    shown = 0
    for seed in range(10):
        ground = Ground(seed)
        for zone, line in zip(ground.zones, ground.figures()):
            counts = ground.flags[zone[ground.commune]].sum(axis=0).tolist()
            assert all(told in (None, count) for told, count in zip(line, counts))
            shown += sum(told is not None for told in line)
    assert shown > 60


def test_a_public_establishment_in_synergies_that_are_not():
    """It counts among those in synergies, and protects nobody."""
    ground = Ground(0)
    ground.commune = np.zeros(8, dtype=np.int64)
    ground.flags = np.ones((8, 4), dtype=bool)
    ground.flags[:, 3] = False
    ground.partners = np.array([(n // 2, n, REALISED, 0) for n in range(8)])
    assert ground.figures()[-1] == [8, 8, 8, None]
    assert ground.figures(public=[0, 1])[-1] == [8, 8, 8, None]
    # Two that are not public: who takes the others away finds them.
    assert ground.figures(public=range(6))[-1][:2] == [None, None]


def test_needs_that_found_an_answer_are_protected_like_those_that_did_not():
    """They are printed nowhere: of all needs, those without an answer leave them."""
    ground = Ground(0)
    survey, inside, points, turns = ground.recorded()
    told = published_flows(survey, inside, points, turns, Silent())
    lines = {tuple(line): at for at, line in enumerate(told.groups.toarray().tolist())}
    direction, _, alone = np.unravel_index(
        np.arange(told.groups.shape[1]), (2, len(NATURE_CODES), 2)
    )
    needs, answered = direction == NEED, (direction == NEED) & (alone == 0)
    assert tuple(needs.astype(float)) in lines
    assert not told.told[:, lines[tuple(answered.astype(float))]].any()
