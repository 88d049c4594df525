"""Pools of needs: a road worked by hand, and what must hold of any pools."""

from __future__ import annotations

import math
import random
from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from actif_plugin.domain import pooling
from actif_plugin.domain.codes import Level, parse_code
from actif_plugin.domain.feedback import Cancelled
from actif_plugin.domain.matching import UNKNOWN_OWNER, Flows
from actif_plugin.domain.metric import Ellipsoidal, geocentric
from actif_plugin.domain.pooling import pool_needs

CODES = ["16", "16.2", "16.24", "16.29", "17.2", "N1103"]


def flows(rows) -> Flows:
    """Build needs from rows (id, x km, y km, code, establishment, reach km or None)."""
    return Flows(
        ids=np.array([row[0] for row in rows], dtype="U8"),
        points=np.array([(row[1] * 1000, row[2] * 1000) for row in rows], dtype=float).reshape(
            len(rows), 2
        ),
        code=np.array([CODES.index(row[3]) for row in rows], dtype=np.int64),
        codes=tuple(parse_code(code) for code in CODES),
        owner=np.array([row[4] for row in rows], dtype=np.int64),
        reach=np.array(
            [math.inf if row[5] is None else row[5] * 1000 for row in rows], dtype=float
        ),
    )


def on_a_road(*rows):
    """Return needs (id, km, code, establishment) on one road."""
    return flows([(name, km, 0, code, owner, None) for name, km, code, owner in rows])


def pools_of(needs, kilometres=20.0, members=2, level=Level.GROUP, **more):
    return pool_needs(
        needs, level=level, max_distance=kilometres * 1000, min_members=members, **more
    )


def told(needs, pools):
    """Return (code, ids, members, diameter in km, id at the centre) a pool."""
    return [
        (
            pool.code.text,
            " ".join(needs.ids[pool.needs]),
            pool.members,
            pool.diameter / 1000,
            str(needs.ids[pool.centre]),
        )
        for pool in pools
    ]


class TestByHand:
    """Kilometres along one road, 20 km asked: at 0, 6, 10 of A, B, C; 35 of D; 40 of E."""

    ROAD = on_a_road(
        ("a", 0, "16.24", 1),
        ("b", 6, "16.24", 2),
        ("c", 10, "16.29", 3),
        ("d", 35, "16.2", 4),
        ("e", 40, "16.24", 5),
    )

    def test_two_pools(self):
        """B and C first (4 km), then A (10 km); D and E (5 km); 40 km between the two groups."""
        assert told(self.ROAD, pools_of(self.ROAD)) == [
            ("16.2", "a b c", 3, 10.0, "b"),
            ("16.2", "d e", 2, 5.0, "d"),
        ]

    def test_a_finer_level(self):
        """C asks for another class, and D for no class: it pools with its like only."""
        assert told(self.ROAD, pools_of(self.ROAD, level=Level.CLASS)) == [
            ("16.24", "a b", 2, 6.0, "a"),
        ]

    def test_more_members_wanted(self):
        assert [pool.members for pool in pools_of(self.ROAD, members=3)] == [3]
        assert pools_of(self.ROAD, members=4) == []

    def test_the_diameter_is_inclusive(self):
        assert [pool.diameter for pool in pools_of(self.ROAD, kilometres=10)] == [10_000, 5_000]
        assert [pool.diameter for pool in pools_of(self.ROAD, kilometres=9.999)] == [4_000, 5_000]

    def test_no_chain(self):
        """Companies every 5 km over 100 km: single linkage would make one pool of 100 km."""
        string = on_a_road(*((f"n{n:02d}", 5 * n, "17.2", n) for n in range(21)))
        pools = pools_of(string)
        assert max(pool.diameter for pool in pools) <= 20_000
        assert sum(len(pool.needs) for pool in pools) == 21

    def test_an_establishment_counts_once(self):
        needs = on_a_road(("a", 0, "16.24", 1), ("b", 1, "16.29", 1), ("c", 2, "16.24", 2))
        assert told(needs, pools_of(needs)) == [("16.2", "a b c", 2, 2.0, "b")]
        assert pools_of(needs, members=3) == []

    def test_needs_of_nobody_known_count_one_by_one(self):
        needs = on_a_road(("a", 0, "16.2", UNKNOWN_OWNER), ("b", 0, "16.2", UNKNOWN_OWNER))
        assert [pool.members for pool in pools_of(needs)] == [2]

    def test_products_do_not_mix(self):
        needs = on_a_road(("a", 0, "16.2", 1), ("b", 0, "17.2", 2), ("c", 0, "N1103", 3))
        assert pools_of(needs) == []

    def test_no_distance_at_all(self):
        """Only those of one place."""
        needs = on_a_road(("a", 0, "16.2", 1), ("b", 0, "16.2", 2), ("c", 0.001, "16.2", 3))
        assert told(needs, pools_of(needs, kilometres=0)) == [("16.2", "a b", 2, 0.0, "a")]

    def test_no_limit(self):
        assert [pool.members for pool in pools_of(self.ROAD, kilometres=math.inf)] == [5]


class TestOwnReach:
    def test_who_would_not_go_that_far_stays_out(self):
        """C is 10 km from A and would go 5 km: with B at 4 km it pools, with A not."""
        rows = [
            ("a", 0, 0, "16.2", 1, None),
            ("b", 6, 0, "16.2", 2, None),
            ("c", 10, 0, "16.2", 3, 5),
        ]
        assert told(flows(rows), pools_of(flows(rows))) == [("16.2", "b c", 2, 4.0, "b")]
        rows[2] = ("c", 10, 0, "16.2", 3, 10)
        assert [pool.members for pool in pools_of(flows(rows))] == [3]

    def test_neighbours_of_one_place_are_always_in_reach(self):
        rows = [("a", 0, 0, "16.2", 1, 0), ("b", 0, 0, "16.2", 2, None)]
        assert [pool.members for pool in pools_of(flows(rows))] == [2]


ROWS = st.lists(
    st.tuples(
        st.integers(0, 40),
        st.integers(0, 40),
        st.sampled_from(CODES),
        st.integers(-1, 8),
        st.sampled_from([None, None, None, 0, 3, 12]),
    ),
    min_size=1,
    max_size=25,
).map(lambda rows: [(f"n{number:02d}", *row) for number, row in enumerate(rows)])


def check(needs, pools, limit, tolerance=1e-6):
    """Every two needs of a pool are near enough, and nobody is in two pools."""
    seen = [position for pool in pools for position in pool.needs.tolist()]
    assert len(seen) == len(set(seen))
    for pool in pools:
        furthest = 0.0
        for one, other in combinations(pool.needs.tolist(), 2):
            distance = math.dist(needs.points[one], needs.points[other])
            furthest = max(furthest, distance)
            reach = min(needs.reach[one], needs.reach[other])
            assert distance <= min(limit, reach) + tolerance
        assert pool.diameter == pytest.approx(furthest, abs=tolerance)
        assert pool.centre in pool.needs


@given(ROWS, st.sampled_from([0.0, 5.0, 12.0, 30.0]), st.sampled_from([*list(Level), None]))
def test_any_pools(rows, kilometres, level):
    needs = flows(rows)
    pools = pools_of(needs, kilometres, 1, level)
    check(needs, pools, kilometres * 1000)
    # With pools of one allowed, every need is somewhere.
    assert sum(len(pool.needs) for pool in pools) == len(needs)
    for pool in pools:
        depth = len(pool.code.lineage)
        for position in pool.needs:
            assert needs.codes[needs.code[position]].lineage[:depth] == pool.code.lineage
        owners = [int(needs.owner[n]) for n in pool.needs]
        known = {owner for owner in owners if owner != UNKNOWN_OWNER}
        assert pool.members == len(known) + owners.count(UNKNOWN_OWNER)


@given(ROWS, st.sampled_from([0.0, 5.0, 12.0, 30.0]))
def test_complete_linkage_leaves_no_two_pools_that_fit_in_one(rows, kilometres):
    """What the choice of the method promises: nothing more could be put together."""
    needs = flows([(*row[:5], None) for row in rows])
    pools = pools_of(needs, kilometres, 1)
    for one, other in combinations(pools, 2):
        if one.code == other.code:
            both = np.concatenate((one.needs, other.needs))
            spread = max(
                math.dist(needs.points[a], needs.points[b]) for a, b in combinations(both, 2)
            )
            assert spread > kilometres * 1000


@given(ROWS, st.sampled_from([5.0, 12.0, 30.0]), st.randoms())
def test_the_order_of_the_rows_changes_nothing(rows, kilometres, dice):
    before = told(flows(rows), pools_of(flows(rows), kilometres, 1))
    shuffled = list(rows)
    dice.shuffle(shuffled)
    needs = flows(shuffled)
    after = told(needs, pools_of(needs, kilometres, 1))
    # Records of one place may stand for each other as the centre, the rest is the same.
    assert [row[:4] for row in after] == [row[:4] for row in before]
    assert [row[4] for row in after] == [row[4] for row in before]


@given(ROWS, st.sampled_from([5.0, 12.0, 30.0]))
@settings(max_examples=60)
def test_large_islands_keep_the_bounds(rows, kilometres):
    """The same with an island held large from four places on: grains and halves are at work."""
    needs = flows(rows)
    kept, pooling._MOST = pooling._MOST, 4
    try:
        pools = pools_of(needs, kilometres, 1)
    finally:
        pooling._MOST = kept
    check(needs, pools, kilometres * 1000)
    assert sum(len(pool.needs) for pool in pools) == len(needs)


def test_neighbours_of_one_grain_that_would_not_go_to_each_other(monkeypatch):
    """Five places 100 m apart, in one cell of a sixteenth of 20 km: 50 m is no way to the next."""
    monkeypatch.setattr(pooling, "_MOST", 4)
    rows = [(f"n{n}", 0.1 * n, 0, "16.2", n, 0.05) for n in range(5)]
    # somebody far away, so that 20 km is not more than there is
    rows.append(("far", 100, 0, "16.2", 9, None))
    assert pools_of(flows(rows)) == []


def test_a_large_town_keeps_large_pools():
    """6 000 places within one diameter of 20 km: grains cost the edges of the pool, not the pool.

    All lie in a disc of 9 km; cut to parts of 2 000 places without grains there would be four.
    """
    dice = np.random.default_rng(5)
    angle, radius = dice.uniform(0, 2 * math.pi, 6000), 9 * np.sqrt(dice.uniform(0, 1, 6000))
    rows = [
        (f"n{n:05d}", r * math.cos(a), r * math.sin(a), "16.2", n, None)
        for n, (a, r) in enumerate(zip(angle, radius))
    ]
    needs = flows(rows)
    pools = pools_of(needs)
    assert len(pools) == 1
    assert pools[0].members == 6000
    assert pools[0].diameter <= 18_000


def test_a_region_of_one_product():
    """20 000 needs of one product over 100 km: the bounds hold at scale, in any order."""
    dice = np.random.default_rng(7)
    count = 20_000
    needs = Flows(
        ids=np.arange(count),
        points=dice.uniform(0, 100_000, (count, 2)),
        code=np.zeros(count, dtype=np.int64),
        codes=(parse_code("16.2"),),
        owner=np.arange(count),
        reach=np.where(dice.random(count) < 0.1, 4000.0, np.inf),
    )
    pools = pools_of(needs)
    assert max(pool.diameter for pool in pools) <= 20_000
    assert len({n for pool in pools for n in pool.needs.tolist()}) == sum(
        len(pool.needs) for pool in pools
    )
    shuffle = dice.permutation(count)
    again = pools_of(needs.subset(shuffle))
    assert [pool.diameter for pool in again] == [pool.diameter for pool in pools]
    assert [shuffle[pool.needs].tolist() for pool in again] == [
        pool.needs.tolist() for pool in pools
    ]
    # Nobody who would go 4 km only is in a pool that asks more.
    for pool in pools:
        if (needs.reach[pool.needs] == 4000).any():
            short = needs.points[pool.needs[needs.reach[pool.needs] == 4000]]
            for place in short:
                away = np.linalg.norm(needs.points[pool.needs] - place, axis=1).max()
                assert away <= 4000 + 1e-6


def test_on_the_ellipsoid():
    """Montauban, Caussade (21 741 m by GeographicLib), Moissac (23 718 m): 22 km keeps the first.

    And across the antimeridian, 21 320 m.
    """
    places = [(1.3550, 44.0175), (1.5394, 44.1611), (1.0850, 44.1050), (179.9, -16.8)]
    places.append((-179.9, -16.8))
    needs = replace(
        on_a_road(*((f"n{n}", 0, "16.2", n) for n in range(5))),
        points=geocentric(np.array(places)),
    )
    pools = pools_of(needs, kilometres=22, metric=Ellipsoidal())
    assert [pool.diameter for pool in pools] == pytest.approx([21_320, 21_741], abs=50)
    assert pools_of(needs, kilometres=21, metric=Ellipsoidal()) == []
    assert len(pools_of(needs, kilometres=30_000, metric=Ellipsoidal())) == 1


def test_no_need_at_all():
    assert pools_of(flows([])) == []


@pytest.mark.parametrize(("kilometres", "members"), [(-1.0, 2), (math.nan, 2), (20.0, 0)])
def test_arguments_out_of_bounds(kilometres, members):
    with pytest.raises(ValueError):
        pools_of(TestByHand.ROAD, kilometres, members)


class Impatient:
    """Cancels when asked for the n-th time."""

    def __init__(self, patience: int) -> None:
        self.patience = patience
        self.told: list[float] = []

    def progress(self, fraction: float) -> None:
        self.told.append(fraction)

    def cancelled(self) -> bool:
        self.patience -= 1
        return self.patience < 0


def test_cancel_and_progress():
    with pytest.raises(Cancelled):
        pools_of(TestByHand.ROAD, feedback=Impatient(1))
    watch = Impatient(10**6)
    dice = random.Random(3)
    needs = flows(
        [
            (f"n{n}", dice.uniform(0, 300), dice.uniform(0, 300), dice.choice(CODES), n, None)
            for n in range(400)
        ]
    )
    pools_of(needs, feedback=watch)
    assert watch.told == sorted(watch.told)
    assert watch.told[-1] == 1.0
