"""Joint offers: a road worked by hand, and every set counted by brute force."""

from __future__ import annotations

import math
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from actif_plugin.domain import joint
from actif_plugin.domain.codes import Level, compatible, parse_code
from actif_plugin.domain.feedback import Cancelled
from actif_plugin.domain.joint import MOST_CODES, join_offers
from actif_plugin.domain.matching import UNKNOWN_OWNER, Flows
from actif_plugin.domain.metric import Ellipsoidal, geocentric

CODES = ["16", "16.24", "17.2", "20.1", "25.1", "N1103"]


def flows(rows) -> Flows:
    """Build offers from rows (id, x km, y km, code, establishment, reach km or None)."""
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
    """Return offers (id, km, code, establishment) on one road."""
    return flows([(name, km, 0, code, owner, None) for name, km, code, owner in rows])


def joints_of(offers, wanted, kilometres=20.0, answers=5, level=Level.GROUP, **more):
    return join_offers(
        offers,
        [parse_code(code) for code in wanted.split()],
        level=level,
        max_distance=kilometres * 1000,
        answers=answers,
        **more,
    )


def told(offers, found):
    """Return (ids of each member's offers, diameter in km, codes missing) an answer."""
    return [
        (
            " + ".join(" ".join(offers.ids[rows]) for rows in one.members),
            one.diameter / 1000,
            " ".join(code.text for code in one.missing),
        )
        for one in found.answers
    ]


class TestByHand:
    """Kilometres along one road. A offers 16.24 at 0, B 17.2 at 4 and 20.1 at the same place,

    C 20.1 at 6, D 16.24 and 17.2 at 15, E 25.1 at 100.
    """

    ROAD = on_a_road(
        ("a", 0, "16.24", 1),
        ("b1", 4, "17.2", 2),
        ("b2", 4, "20.1", 2),
        ("c", 6, "20.1", 3),
        ("d1", 15, "16.24", 4),
        ("d2", 15, "17.2", 4),
        ("e", 100, "25.1", 5),
    )

    def test_two_products(self):
        """D does it alone; A and B next (4 km). D with anybody would make the other useless."""
        assert told(self.ROAD, joints_of(self.ROAD, "16.24 17.2")) == [
            ("d1 d2", 0.0, ""),
            ("a + b1", 4.0, ""),
        ]

    def test_three_products(self):
        """A + B 4 km, C + D 9 km, B + D 11 km. A + B + C is not minimal: C is superfluous."""
        assert told(self.ROAD, joints_of(self.ROAD, "16.24 17.2 20.1")) == [
            ("a + b1 b2", 4.0, ""),
            ("c + d1 d2", 9.0, ""),
            ("b1 b2 + d1 d2", 11.0, ""),
        ]

    def test_the_diameter_is_inclusive(self):
        assert len(joints_of(self.ROAD, "16.24 17.2 20.1", kilometres=9).answers) == 2
        assert len(joints_of(self.ROAD, "16.24 17.2 20.1", kilometres=8.999).answers) == 1

    def test_few_answers(self):
        assert told(self.ROAD, joints_of(self.ROAD, "16.24 17.2 20.1", answers=1)) == [
            ("a + b1 b2", 4.0, "")
        ]

    def test_too_far_leaves_the_fewest_products_out(self):
        """25.1 exists, 85 km away: the rest is covered without it, and that is told."""
        found = joints_of(self.ROAD, "16.24 17.2 25.1", answers=2)
        assert told(self.ROAD, found) == [("d1 d2", 0.0, "25.1"), ("a + b1", 4.0, "25.1")]
        assert found.absent == ()

    def test_what_nobody_offers_is_told(self):
        found = joints_of(self.ROAD, "16.24 N1103 17.2", answers=1)
        assert told(self.ROAD, found) == [("d1 d2", 0.0, "N1103")]
        assert [code.text for code in found.absent] == ["N1103"]
        found = joints_of(self.ROAD, "N1103")
        assert found.answers == ()
        assert found.finished

    def test_coarser_offers_count(self):
        """An offer of division 16 answers 16.24, as everywhere."""
        offers = on_a_road(("a", 0, "16", 1), ("b", 1, "17.2", 2))
        assert told(offers, joints_of(offers, "16.24 17.2")) == [("a + b", 1.0, "")]
        assert joints_of(offers, "16.24 17.2", level=None).absent == (parse_code("16.24"),)

    def test_no_set_comes_twice(self):
        """U and V both offer 17.2, and each what the other has not: one set, whoever is first."""
        offers = on_a_road(
            ("r", 0, "16.24", 1),
            ("u1", 1, "17.2", 2),
            ("u2", 1, "20.1", 2),
            ("v1", 3, "17.2", 3),
            ("v2", 3, "25.1", 3),
            ("w", 6, "20.1", 4),
            ("z", 10, "25.1", 5),
        )
        assert told(offers, joints_of(offers, WANTED, answers=9))[:3] == [
            ("r + u1 u2 + v1 v2", 3.0, ""),
            ("r + v1 v2 + w", 6.0, ""),
            ("r + u1 u2 + z", 10.0, ""),
        ]

    def test_distinct_establishments(self):
        """Two places of one company are not two companies: C completes it instead."""
        offers = on_a_road(("a", 0, "16.24", 1), ("b", 1, "17.2", 1), ("c", 9, "17.2", 2))
        assert told(offers, joints_of(offers, "16.24 17.2")) == [("a + c", 9.0, "")]

    def test_offers_of_nobody_known_stand_alone(self):
        rows = [("a", 0, "16.24", UNKNOWN_OWNER), ("b", 0, "17.2", UNKNOWN_OWNER)]
        offers = on_a_road(*rows)
        assert told(offers, joints_of(offers, "16.24 17.2")) == [("a + b", 0.0, "")]

    def test_own_reach(self):
        """A would not go further than 3 km, and B stands 4 km away."""
        rows = [("a", 0, 0, "16.24", 1, 3), ("b", 4, 0, "17.2", 2, None)]
        assert told(flows(rows), joints_of(flows(rows), "16.24 17.2")) == [
            ("a", 0.0, "17.2"),
            ("b", 0.0, "16.24"),
        ]
        rows[0] = ("a", 0, 0, "16.24", 1, 4)
        assert len(joints_of(flows(rows), "16.24 17.2").answers[0].members) == 2


WANTED = "16.24 17.2 20.1 25.1"
# Companies that offer one to three products at one place, to the metre, some on one point.
COMPANY = st.tuples(
    st.integers(0, 30_000).map(lambda metres: metres / 1000) | st.sampled_from([0.0, 5.0]),
    st.integers(0, 30_000).map(lambda metres: metres / 1000) | st.just(0.0),
    st.sets(st.sampled_from(CODES), min_size=1, max_size=3).map(sorted),
    st.integers(-1, 9),
    st.sampled_from([None, None, None, 2, 9]),
)


def offers_of(companies):
    """Return the rows of companies (x, y, codes, establishment, reach)."""
    rows = [(x, y, code, owner, reach) for x, y, codes, owner, reach in companies for code in codes]
    return [(f"n{number:02d}", *row) for number, row in enumerate(rows)]


ROWS = st.lists(COMPANY, min_size=1, max_size=9).map(offers_of)


def by_brute_force(rows, wanted, limit):
    """Return (fewest products missing, sorted [(members, diameter)]) of all minimal sets."""
    codes = [parse_code(code) for code in wanted.split()]
    teams: dict[object, list] = {}
    for name, x, y, code, owner, reach in rows:
        key = (name if owner == UNKNOWN_OWNER else owner, x, y)
        products = {c for c in codes if compatible(c, parse_code(code), Level.GROUP)}
        if products:
            team = teams.setdefault(key, [set(), 0.0, (1000 * x, 1000 * y)])
            team[0] |= products
            team[1] = max(team[1], math.inf if reach is None else 1000 * reach)
    best: dict[int, list] = {}
    for size in range(1, len(codes) + 1):
        for keys in combinations(teams, size):
            if len({key[0] for key in keys}) < size:
                continue
            chosen = [teams[key] for key in keys]
            spread = 0.0
            for one, other in combinations(chosen, 2):
                distance = math.dist(one[2], other[2])
                spread = max(spread, distance)
                if distance > min(limit, one[1], other[1]):
                    break
            else:
                covered = set().union(*(team[0] for team in chosen))
                if all(
                    set().union(*(o[0] for o in chosen if o is not team)) != covered
                    for team in chosen
                ):
                    best.setdefault(len(codes) - len(covered), []).append((size, spread))
    return (min(best), sorted(best[min(best)])) if best else (len(codes), [])


@given(ROWS, st.sampled_from([0.0, 4.0, 12.0, 50.0]), st.sampled_from([1, 3, 1000]))
@settings(max_examples=300)
def test_against_every_set(rows, kilometres, answers):
    """Same sizes and diameters, nothing forgotten, nothing twice, each minimal and covering."""
    offers = flows(rows)
    found = joints_of(offers, WANTED, kilometres, answers)
    assert found.finished
    missing, expected = by_brute_force(rows, WANTED, kilometres * 1000)
    assert [(len(one.members), one.diameter) for one in found.answers] == [
        (size, pytest.approx(spread, abs=1e-6)) for size, spread in expected[:answers]
    ]
    codes = [parse_code(code) for code in WANTED.split()]
    sets = []
    for one in found.answers:
        assert len(one.missing) == missing
        assert [*one.covered, *one.missing] == sorted(
            codes, key=lambda code: (code in one.missing, codes.index(code))
        )
        products = [
            {
                c
                for c in one.covered
                for row in team
                if compatible(c, offers.codes[offers.code[row]], Level.GROUP)
            }
            for team in one.members
        ]
        assert set().union(*products) == set(one.covered)
        for number in range(len(products)):
            others = products[:number] + products[number + 1 :]
            assert set().union(*others) != set(one.covered)
        sets.append(tuple(tuple(team.tolist()) for team in one.members))
    assert len(set(sets)) == len(sets)


@given(ROWS, st.sampled_from([4.0, 12.0, 50.0]), st.randoms())
def test_the_order_of_the_rows_changes_nothing(rows, kilometres, dice):
    before = told(flows(rows), joints_of(flows(rows), WANTED, kilometres, 4))
    shuffled = list(rows)
    dice.shuffle(shuffled)
    assert told(flows(shuffled), joints_of(flows(shuffled), WANTED, kilometres, 4)) == before


def test_a_pile_of_like_companies():
    """A thousand companies on one point, geocoded to their commune: answers at once, all tight."""
    offers = on_a_road(
        *((f"n{n:04d}", 0, CODES[1 + n % 4], n) for n in range(1000)),
    )
    found = joints_of(offers, WANTED, answers=3)
    assert found.finished
    assert [(len(one.members), one.diameter) for one in found.answers] == [(4, 0.0)] * 3
    assert told(offers, found)[0][0] == "n0000 + n0001 + n0002 + n0003"


def test_a_region():
    """50 000 offers over 200 km, four products wanted within 20 km: as a few lines of scipy say."""
    dice = np.random.default_rng(11)
    count = 50_000
    offers = Flows(
        ids=np.arange(count),
        points=dice.uniform(0, 200_000, (count, 2)),
        code=dice.choice(len(CODES), count, p=[0, 0.001, 0.199, 0.3, 0.3, 0.2]),
        codes=tuple(parse_code(code) for code in CODES),
        owner=np.arange(count),
        reach=np.full(count, np.inf),
    )
    found = joints_of(offers, WANTED, answers=2)
    assert found.finished
    assert [len(one.members) for one in found.answers] == [4, 4]
    tightest = math.inf
    for root in np.flatnonzero(offers.code == 1):
        away = np.linalg.norm(offers.points - offers.points[root], axis=1)
        near = [
            np.flatnonzero((offers.code == n) & (away <= found.answers[0].diameter + 1e-6))
            for n in (2, 3, 4)
        ]
        for trio in ((a, b, c) for a in near[0] for b in near[1] for c in near[2]):
            four = offers.points[[root, *trio]]
            tightest = min(
                tightest, max(math.dist(p, q) for p, q in combinations(four.tolist(), 2))
            )
    assert found.answers[0].diameter == pytest.approx(tightest)


def test_a_search_without_end_is_stopped_and_said(monkeypatch):
    monkeypatch.setattr(joint, "_MOST_STEPS", 3)
    found = joints_of(TestByHand.ROAD, "16.24 17.2 20.1")
    assert not found.finished
    assert len(found.answers) < 3


def test_on_the_ellipsoid():
    """Montauban and Caussade, 21 741 m by GeographicLib."""
    offers = on_a_road(("a", 0, "16.24", 1), ("b", 0, "17.2", 2))
    places = geocentric(np.array([(1.3550, 44.0175), (1.5394, 44.1611)]))
    offers = Flows(offers.ids, places, offers.code, offers.codes, offers.owner, offers.reach)
    near = joints_of(offers, "16.24 17.2", 22, metric=Ellipsoidal())
    assert [one.diameter for one in near.answers] == [pytest.approx(21_741, abs=2)]
    assert len(joints_of(offers, "16.24 17.2", 21, metric=Ellipsoidal()).answers[0].members) == 1
    assert len(joints_of(offers, "16.24 17.2", 1e6, metric=Ellipsoidal()).answers) == 1


def test_no_offer_at_all():
    found = joints_of(flows([]), "16.24 17.2")
    assert (found.answers, found.finished) == ((), True)
    assert [code.text for code in found.absent] == ["16.24", "17.2"]


@pytest.mark.parametrize(
    ("wanted", "kilometres", "answers"),
    [("16.24", -1.0, 1), ("16.24", math.nan, 1), ("16.24", 1.0, 0), ("", 1.0, 1)],
)
def test_arguments_out_of_bounds(wanted, kilometres, answers):
    with pytest.raises(ValueError):
        joints_of(TestByHand.ROAD, wanted, kilometres, answers)


def test_too_many_products():
    with pytest.raises(ValueError):
        joints_of(TestByHand.ROAD, " ".join(["16.24"] * (MOST_CODES + 1)))


def test_cancel():
    class Impatient:
        def progress(self, fraction: float) -> None:
            assert 0 <= fraction <= 1

        def cancelled(self) -> bool:
            return True

    with pytest.raises(Cancelled):
        joints_of(TestByHand.ROAD, "16.24 17.2", feedback=Impatient())
