"""Coverage in quantity: five companies on paper, an independent solver, and what always holds."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import linprog

from actif_plugin.domain import allocation
from actif_plugin.domain.allocation import Amounts, quantity_coverage
from actif_plugin.domain.codes import Level, common_level, parse_code
from actif_plugin.domain.coverage import CodeGroups
from actif_plugin.domain.feedback import Cancelled
from actif_plugin.domain.matching import Flows
from actif_plugin.domain.quantities import Total, Unit

TONNE, KILO, CUBIC = Unit("t", "masse", 1000.0), Unit("kg", "masse", 1.0), Unit("m3", "volume", 1.0)
UNITS = {"t": TONNE, "kg": KILO, "m3": CUBIC}
CODES = ["16", "16.2", "16.24", "17.2", "20.1"]

# Rows: identifier, kilometre on one road, code, company, amount a year (None: not told), unit.
Row = tuple


def flows(rows: list[Row]) -> Flows:
    return Flows(
        ids=np.array([row[0] for row in rows], dtype="U8"),
        points=np.array([(row[1] * 1000, 0) for row in rows], dtype=float).reshape(len(rows), 2),
        code=np.array([CODES.index(row[2]) for row in rows], dtype=np.int64),
        codes=tuple(parse_code(code) for code in CODES),
        owner=np.array([row[3] for row in rows], dtype=np.int64),
        reach=np.full(len(rows), math.inf),
    )


def amounts(rows: list[Row]) -> Amounts:
    names = list(UNITS)
    return Amounts(
        np.array(
            [np.nan if row[4] is None else row[4] * UNITS[row[5]].factor for row in rows],
            dtype=float,
        ),
        np.array([names.index(row[5]) for row in rows], dtype=np.int64),
        tuple(UNITS.values()),
    )


def coverage(needs, offers, level=Level.GROUP, kilometres=20.0, rejected=(), feedback=None):
    """Return, by code, what :func:`quantity_coverage` says."""
    left, right = flows(needs), flows(offers)
    groups = CodeGroups(left, right, level)
    found = quantity_coverage(
        left,
        right,
        groups,
        amounts(needs),
        amounts(offers),
        level=level,
        max_distance=kilometres * 1000,
        rejected=rejected,
        feedback=feedback,
    )
    return {groups.codes[at].text: told for at, told in found.items()}


class TestByHand:
    """Five companies on one road, at 0, 10, 20, 30 and 60 km; 20 km asked; groups compared.

        company 1 at  0 needs 10 t of 16.24        offers nothing
        company 2 at 10 needs  6 t of 16.2         offers  4 t of 16.2
        company 3 at 20                            offers  8 t of 16.24
        company 4 at 30 needs 500 kg of 16.2       offers  5 m3 of 16.2
        company 5 at 60 needs  3 t of 17.2         offers  9 t of 16.2

    In reach, of another company: company 1 reaches the 4 t (10 km) and the 8 t (20 km); company 2
    the 8 t only, its own 4 t not counting; company 4 the 4 t (20 km) and the 8 t (10 km). Company
    5 is too far from all, and nobody offers 17.2.
    16.2 is asked for in tonnes twice, in kilograms once: 10 + 6 + 0.5 = 16.5 t. Offered in reach:
    4 + 8 = 12 t, and all of it can go: company 1 takes the 4 t, company 2 takes 6 of the 8 t, and
    the 2 t left go to companies 1 and 4. Covered 12 t of 16.5 t. The cubic metres cover nothing.
    17.2: 0 of 3 t.
    """

    NEEDS = (
        ("n1", 0, "16.24", 1, 10, "t"),
        ("n2", 10, "16.2", 2, 6, "t"),
        ("n4", 30, "16.2", 4, 500, "kg"),
        ("n5", 60, "17.2", 5, 3, "t"),
    )
    OFFERS = (
        ("o2", 10, "16.2", 2, 4, "t"),
        ("o3", 20, "16.24", 3, 8, "t"),
        ("o4", 30, "16.2", 4, 5, "m3"),
        ("o5", 60, "16.2", 5, 9, "t"),
    )

    def test_the_table(self):
        found = coverage(self.NEEDS, self.OFFERS)
        assert sorted(found) == ["16.2", "17.2"]
        wood = found["16.2"]
        assert wood.wanted == [Total(16.5, "t", "masse", 3)]
        assert wood.covered == 12.0
        assert wood.ratio == pytest.approx(12 / 16.5)
        # o2, o3 and o5 are told in tonnes, within reach or not.
        assert wood.offers == 3
        paper = found["17.2"]
        assert (paper.wanted, paper.covered, paper.ratio, paper.offers) == (
            [Total(3.0, "t", "masse", 1)],
            0.0,
            0.0,
            0,
        )

    def test_each_offer_is_spent_once(self):
        """Two needs of 10 t around one offer of 12 t: 12 of 20, not 20."""
        needs = [("a", 0, "16.2", 1, 10, "t"), ("b", 2, "16.2", 2, 10, "t")]
        found = coverage(needs, [("o", 1, "16.2", 3, 12, "t")])["16.2"]
        assert (found.wanted[0].amount, found.covered) == (20.0, 12.0)

    def test_the_nearest_first_would_say_less(self):
        """o is nearer to a, which p can serve too; b has o alone. All is covered: a by p, b by o.

        To serve the nearest first would give o to a and nothing to b.
        """
        needs = [("a", 0, "16.2", 1, 5, "t"), ("b", 22, "16.2", 2, 5, "t")]
        offers = [("o", 8, "16.2", 3, 5, "t"), ("p", -10, "16.2", 4, 5, "t")]
        assert coverage(needs, offers)["16.2"].covered == 10.0

    def test_a_pair_rejected(self):
        """Without n2 and o3: n2 has nothing, and the 12 t go to companies 1 and 4, 10.5 t."""
        found = coverage(self.NEEDS, self.OFFERS, rejected=[("n2", "o3")])
        assert found["16.2"].covered == 10.5

    def test_a_coarse_offer_is_spent_once_for_all_codes(self):
        """12 t of division 16: the most precise code is served first, then what is left."""
        needs = [("a", 0, "16.2", 1, 8, "t"), ("b", 0, "16", 2, 8, "t")]
        found = coverage(needs, [("o", 1, "16", 3, 12, "t")])
        assert (found["16.2"].covered, found["16"].covered) == (8.0, 4.0)

    def test_units_of_several_kinds(self):
        """The unit that most needs tell is covered; the others are told beside."""
        needs = [
            ("a", 0, "16.2", 1, 5, "m3"),
            ("b", 0, "16.2", 2, 2, "t"),
            ("c", 0, "16.2", 3, 1, "t"),
        ]
        found = coverage(needs, [("o", 1, "16.2", 9, 4, "m3"), ("p", 1, "16.2", 9, 1, "t")])
        assert found["16.2"].wanted == [Total(3.0, "t", "masse", 2), Total(5.0, "m3", "volume", 1)]
        assert found["16.2"].covered == 1.0

    def test_what_is_not_told_covers_nothing(self):
        needs = [("a", 0, "16.2", 1, 5, "t"), ("b", 0, "16.2", 2, None, "t")]
        found = coverage(needs, [("o", 1, "16.2", 3, None, "t")])["16.2"]
        assert (found.wanted[0].records, found.covered, found.offers) == (1, 0.0, 0)

    def test_no_quantity_at_all(self):
        assert coverage([("a", 0, "16.2", 1, None, "t")], [("o", 1, "16.2", 3, 4, "t")]) == {}
        assert coverage([], []) == {}

    def test_nothing_is_wanted(self):
        found = coverage([("a", 0, "16.2", 1, 0, "t")], [("o", 1, "16.2", 3, 4, "t")])["16.2"]
        assert (found.covered, found.ratio) == (0.0, None)


def test_too_many_pairs_are_not_computed_and_the_rest_is(monkeypatch):
    """Thirty needs that reach thirty offers, 900 pairs, where 500 are too many."""
    monkeypatch.setattr(allocation, "MOST_PAIRS", 500)
    needs = [(f"n{number}", 0, "16.2", number, 1, "t") for number in range(30)]
    offers = [(f"o{number}", 1, "16.2", 100 + number, 1, "t") for number in range(30)]
    needs.append(("other", 0, "20.1", 1, 7, "t"))
    offers.append(("other", 1, "20.1", 2, 3, "t"))
    found = coverage(needs, offers)
    assert (found["16.2"].wanted[0].amount, found["16.2"].covered, found["16.2"].ratio) == (
        30.0,
        None,
        None,
    )
    assert found["20.1"].covered == 3.0
    monkeypatch.setattr(allocation, "MOST_PAIRS", 5000)
    assert coverage(needs, offers)["16.2"].covered == 30.0


def test_cancelling():
    class Stop:
        def progress(self, fraction):
            pass

        def cancelled(self):
            return True

    with pytest.raises(Cancelled):
        coverage(list(TestByHand.NEEDS), list(TestByHand.OFFERS), feedback=Stop())


# --- On any territory -----------------------------------------------------------------------------


def table(prefix: str, **size: int):
    row = st.tuples(
        st.integers(0, 60).map(float),
        st.sampled_from(CODES),
        st.integers(0, 4),
        st.none() | st.decimals(0, 500, places=1).map(float),
        st.sampled_from(["t", "t", "kg", "m3"]),
    )
    return st.lists(row, max_size=10, **size).map(
        lambda rows: [(f"{prefix}{number:02d}", *row) for number, row in enumerate(rows)]
    )


some_level = st.sampled_from([None, *Level])


def covered(needs, offers, **options) -> dict[str, float]:
    return {code: told.covered for code, told in coverage(needs, offers, **options).items()}


def in_base(found) -> float:
    return sum(told.covered * UNITS[told.wanted[0].unit].factor for told in found.values())


def by_linear_programming(needs, offers, level, kilometres=20.0) -> float:
    """Return the greatest quantity served, in base units, found by another method (HiGHS)."""
    mains = {
        code: told.wanted[0].dimension for code, told in coverage(needs, offers, level).items()
    }

    def key(code):
        told = parse_code(code)
        depth = len(told.lineage) if level is None else min(level, len(told.lineage))
        return told.lineage[depth - 1]

    def compatible(need, offer):
        if level is None:
            return need == offer
        shared = common_level(parse_code(need), parse_code(offer))
        lengths = [len(parse_code(code).lineage) for code in (need, offer)]
        return shared is not None and shared >= min(level, *lengths)

    used_needs = [
        row for row in needs if row[4] and UNITS[row[5]].dimension == mains.get(key(row[2]))
    ]
    pairs = [
        (a, b)
        for a, need in enumerate(used_needs)
        for b, offer in enumerate(offers)
        if offer[4]
        and UNITS[need[5]].dimension == UNITS[offer[5]].dimension
        and need[3] != offer[3]
        and abs(need[1] - offer[1]) <= kilometres
        and compatible(need[2], offer[2])
    ]
    if not pairs:
        return 0.0
    limits = np.zeros((len(used_needs) + len(offers), len(pairs)))
    for number, (a, b) in enumerate(pairs):
        limits[a, number] = limits[len(used_needs) + b, number] = 1
    most = [row[4] * UNITS[row[5]].factor for row in used_needs]
    most += [(row[4] or 0) * UNITS[row[5]].factor for row in offers]
    return -linprog(-np.ones(len(pairs)), A_ub=limits, b_ub=most, method="highs").fun


@given(table("n"), table("o"), some_level)
def test_as_much_as_linear_programming_finds(needs, offers, level):
    found = in_base(coverage(needs, offers, level))
    assert found == pytest.approx(by_linear_programming(needs, offers, level), rel=1e-6, abs=1e-3)


@given(table("n"), table("o", min_size=1), some_level)
def test_one_more_offer_never_lowers_the_coverage_of_any_code(needs, offers, level):
    before = covered(needs, offers[:-1], level=level)
    after = covered(needs, offers, level=level)
    assert all(after[code] >= amount for code, amount in before.items())


@given(table("n"), table("o", min_size=1), some_level, st.integers(1, 40))
def test_an_offer_that_moves_away_never_raises_coverage(needs, offers, level, kilometres):
    """Away from all needs: they lie at 0 km or beyond, and the offer goes back from them."""
    name, _, *rest = offers[-1]
    near, far = ([*offers[:-1], (name, -at, *rest)] for at in (0, kilometres))
    assert in_base(coverage(needs, far, level)) <= in_base(coverage(needs, near, level))


@given(table("n", min_size=1), table("o", min_size=1), some_level, st.data())
def test_a_rejected_pair_counts_as_no_offer(needs, offers, level, data):
    """An offer rejected for every need is as one that is not there."""
    offer = data.draw(st.sampled_from(offers))
    rejected = [(need[0], offer[0]) for need in needs]
    without = [row for row in offers if row is not offer]
    assert covered(needs, offers, level=level, rejected=rejected) == covered(
        needs, without, level=level
    )


@given(table("n"), table("o"), some_level, st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(needs, offers, level, dice):
    expected = coverage(needs, offers, level)
    dice.shuffle(needs)
    dice.shuffle(offers)
    found = coverage(needs, offers, level)
    assert found == expected


@given(table("n"), table("o"), some_level)
def test_never_more_than_is_wanted_nor_than_is_offered(needs, offers, level):
    found = coverage(needs, offers, level)
    assert all(0 <= told.covered <= told.wanted[0].amount for told in found.values())
    offered = sum((row[4] or 0) * UNITS[row[5]].factor for row in offers)
    assert in_base(found) <= offered * (1 + 1e-9)
