"""Coverage of needs: a territory worked by hand, and what must hold on any territory."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from actif_plugin.domain.codes import Level, parse_code
from actif_plugin.domain.coverage import (
    CodeGroups,
    Coverage,
    count,
    coverage_by_code,
    covered_within,
    find_gaps,
)
from actif_plugin.domain.feedback import Cancelled
from actif_plugin.domain.matching import UNKNOWN_OWNER, Flows

CODES = ["16", "16.2", "16.24", "16.29", "17.2", "20.1", "N1103"]


def flows(rows: list[tuple[str, float, str, int]], reach: float = math.inf) -> Flows:
    """Build a table from rows (id, kilometre on one road, code, establishment)."""
    return Flows(
        ids=np.array([row[0] for row in rows], dtype="U8"),
        points=np.array([(row[1] * 1000, 0) for row in rows], dtype=float).reshape(len(rows), 2),
        code=np.array([CODES.index(row[2]) for row in rows], dtype=np.int64),
        codes=tuple(parse_code(code) for code in CODES),
        owner=np.array([row[3] for row in rows], dtype=np.int64),
        reach=np.full(len(rows), reach),
    )


def gaps_of(needs, offers, rejected=(), level=Level.GROUP, kilometres=20.0):
    found = find_gaps(
        flows(needs),
        flows(offers),
        level=level,
        max_distance=kilometres * 1000,
        rejected=rejected,
    )
    return found.need_covered.tolist(), found.offer_taken.tolist()


class TestByHand:
    """One road, kilometres along it; 20 km asked, at the level of the group.

        need  km  code   company        offer  km  code   company
        n1     0  16.24  1              o1     15  16.29  7
        n2    40  16.24  2              o2      0  16.2   1
        n3     0  16     3              o3     90  17.2   8
        n4    50  17.2   4              o4     50  20.1   4
        n5    50  20.1   4
        n6    51  20.1   5

    n1: o1 at 15 km, group 16.2 shared; o2 is its own company's.        covered by o1
    n2: o1 at 25 km and o2 at 40 km are too far.                         orphan
    n3: division 16 is coarser than the group and above o1 and o2.       covered
    n4: o3 at 40 km.                                                     orphan
    n5: o4 is its own company's.                                         orphan
    n6: o4 at 1 km.                                                      covered
    o1 taken by n1 (and n3), o2 by n3, o4 by n6; o3 by nobody.

    A code: 16.2 has n1 and n2, one of two covered, companies 1 and 2: score 0,5 x 2 = 1; offers
    o1 and o2, both taken. 16 has n3, covered: score 0. 17.2 has n4, not covered: score 1 x 1;
    offer o3, not taken. 20.1 has n5 and n6, one of two covered, companies 4 and 5: score 1;
    offer o4, taken.
    """

    NEEDS = (
        ("n1", 0.0, "16.24", 1),
        ("n2", 40.0, "16.24", 2),
        ("n3", 0.0, "16", 3),
        ("n4", 50.0, "17.2", 4),
        ("n5", 50.0, "20.1", 4),
        ("n6", 51.0, "20.1", 5),
    )
    OFFERS = (
        ("o1", 15.0, "16.29", 7),
        ("o2", 0.0, "16.2", 1),
        ("o3", 90.0, "17.2", 8),
        ("o4", 50.0, "20.1", 4),
    )

    def test_gaps(self):
        covered, taken = gaps_of(self.NEEDS, self.OFFERS)
        assert covered == [True, False, True, False, False, True]
        assert taken == [True, True, False, True]

    def test_a_rejected_answer_is_no_answer(self):
        covered, taken = gaps_of(self.NEEDS, self.OFFERS, rejected=[("n6", "o4"), ("n1", "o1")])
        assert covered == [False, False, True, False, False, False]
        # o1 still has n3; o4 has nobody left.
        assert taken == [True, True, False, False]

    def test_at_the_level_of_the_class(self):
        """16.24 and 16.29 part; o2, coarser than the class, is above n1 and n2 but too far or own.

        n3, a division, still meets both.
        """
        covered, taken = gaps_of(self.NEEDS, self.OFFERS, level=Level.CLASS)
        assert covered == [False, False, True, False, False, True]
        assert taken == [True, True, False, True]

    def test_by_code(self):
        needs, offers = flows(self.NEEDS), flows(self.OFFERS)
        gaps = find_gaps(needs, offers, level=Level.GROUP, max_distance=20_000.0)
        rows = coverage_by_code(needs, offers, gaps, CodeGroups(needs, offers, Level.GROUP))
        assert {row.code.text: row.coverage for row in rows} == {
            "16.2": Coverage(needs=2, covered=1, companies=2, offers=2, untaken=0),
            "16": Coverage(needs=1, covered=1, companies=1, offers=0, untaken=0),
            "17.2": Coverage(needs=1, covered=0, companies=1, offers=1, untaken=1),
            "20.1": Coverage(needs=2, covered=1, companies=2, offers=1, untaken=0),
        }
        assert {row.code.text: row.coverage.score for row in rows} == {
            "16.2": 1.0,
            "16": 0.0,
            "17.2": 1.0,
            "20.1": 1.0,
        }
        # Highest score first; among equals, the most resources without a taker, then the code.
        assert [row.code.text for row in rows] == ["17.2", "16.2", "20.1", "16"]

    def test_records_behind_a_code(self):
        """Those that find nobody first."""
        needs, offers = flows(self.NEEDS), flows(self.OFFERS)
        gaps = find_gaps(needs, offers, level=Level.GROUP, max_distance=20_000.0)
        rows = coverage_by_code(needs, offers, gaps, CodeGroups(needs, offers, Level.GROUP))
        assert {
            row.code.text: (needs.ids[row.needs].tolist(), offers.ids[row.offers].tolist())
            for row in rows
        } == {
            "16.2": (["n2", "n1"], ["o1", "o2"]),
            "16": (["n3"], []),
            "17.2": (["n4"], ["o3"]),
            "20.1": (["n5", "n6"], ["o4"]),
        }

    def test_coverage_against_distance(self):
        """n3 has o2 on its point, n6 has o4 at 1 km, n1 has o1 at 15 km; bounds inclusive."""
        needs, offers = flows(self.NEEDS), flows(self.OFFERS)
        gaps = find_gaps(needs, offers, level=Level.GROUP, max_distance=20_000.0)
        distances = np.array([0.0, 999.0, 1000.0, 14_999.0, 15_000.0, 20_000.0])
        assert covered_within(gaps, distances).tolist() == [1, 1, 2, 2, 3, 3]

    def test_the_whole(self):
        needs, offers = flows(self.NEEDS), flows(self.OFFERS)
        gaps = find_gaps(needs, offers, level=Level.GROUP, max_distance=20_000.0)
        everything = count(
            needs, offers, gaps, np.ones(len(needs), bool), np.ones(len(offers), bool)
        )
        # n4 and n5 are one company's.
        assert everything == Coverage(needs=6, covered=3, companies=5, offers=4, untaken=1)
        assert everything.ratio == 0.5
        assert everything.score == 2.5

    def test_a_part(self):
        """The western half of the road, up to 40 km: n1, n2, n3, o1, o2."""
        needs, offers = flows(self.NEEDS), flows(self.OFFERS)
        gaps = find_gaps(needs, offers, level=Level.GROUP, max_distance=20_000.0)
        west = count(needs, offers, gaps, needs.points[:, 0] <= 40e3, offers.points[:, 0] <= 40e3)
        assert west == Coverage(needs=3, covered=2, companies=3, offers=2, untaken=0)


def test_nobody_needs_it():
    offers_only = Coverage(needs=0, covered=0, companies=0, offers=3, untaken=3)
    assert offers_only.ratio is None
    assert offers_only.score == 0


def test_needs_of_unknown_owner_count_one_by_one():
    needs = flows([("n1", 0, "16.2", UNKNOWN_OWNER), ("n2", 0, "16.2", UNKNOWN_OWNER)])
    offers = flows([("o1", 0, "17.2", 1)])
    gaps = find_gaps(needs, offers, level=Level.GROUP, max_distance=1.0)
    counted = count(needs, offers, gaps, np.array([True, True]), np.array([True]))
    assert counted.companies == 2
    assert counted.score == 2


def test_a_company_that_will_not_go_so_far():
    """The offer is 10 km away; its company goes 5 km at most."""
    needs = flows([("n1", 0, "16.2", 1)])
    offers = flows([("o1", 10, "16.2", 2)])
    for theirs, covered in ((math.inf, True), (10_000.0, True), (5_000.0, False)):
        gaps = find_gaps(
            needs,
            replace(offers, reach=np.array([theirs])),
            level=Level.GROUP,
            max_distance=20_000.0,
        )
        assert gaps.need_covered.tolist() == [covered]
        assert gaps.offer_taken.tolist() == [covered]


@pytest.mark.parametrize(
    ("needs", "offers"), [([], []), ([("n", 0, "16", 1)], []), ([], [("o", 0, "16", 1)])]
)
def test_empty_tables(needs, offers):
    covered, taken = gaps_of(needs, offers)
    assert covered == [False] * len(needs)
    assert taken == [False] * len(offers)


def test_progress_runs_once_from_nothing_to_all():
    class Recorder:
        def __init__(self):
            self.seen = []

        def progress(self, fraction):
            self.seen.append(fraction)

        def cancelled(self):
            return False

    watch = Recorder()
    find_gaps(
        flows(list(TestByHand.NEEDS)),
        flows(list(TestByHand.OFFERS)),
        level=Level.GROUP,
        max_distance=20_000.0,
        feedback=watch,
    )
    assert watch.seen == sorted(watch.seen)
    assert watch.seen[0] == 0
    assert watch.seen[-1] == 1


def test_cancel_in_the_second_half():
    class StopHalfway:
        share = 0.0

        def progress(self, fraction):
            self.share = fraction

        def cancelled(self):
            return self.share >= 0.5

    with pytest.raises(Cancelled):
        find_gaps(
            flows(list(TestByHand.NEEDS)),
            flows(list(TestByHand.OFFERS)),
            level=Level.GROUP,
            max_distance=20_000.0,
            feedback=StopHalfway(),
        )


# --- On any territory -----------------------------------------------------------------------------


def table(prefix: str, **size: int):
    row = st.tuples(
        st.integers(0, 60).map(float), st.sampled_from(CODES), st.integers(UNKNOWN_OWNER, 4)
    )
    return st.lists(row, max_size=12, **size).map(
        lambda rows: [(f"{prefix}{number:02d}", *row) for number, row in enumerate(rows)]
    )


some_level = st.sampled_from([None, *Level])


@given(table("n"), table("o"), some_level, st.integers(0, 40))
def test_the_curve_is_the_coverage_at_each_distance(needs, offers, level, kilometres):
    """One run with the nearest answer says what a run at each distance would."""
    gaps = find_gaps(flows(needs), flows(offers), level=level, max_distance=40_000.0)
    (covered,) = covered_within(gaps, np.array([1000.0 * kilometres]))
    assert covered == number_covered(needs, offers, level=level, kilometres=kilometres)


@given(table("n"), table("o", min_size=1), some_level, st.integers(1, 40))
def test_an_offer_that_moves_away_a_little_never_raises_coverage(needs, offers, level, kilometres):
    """Needs lie at 0 km or beyond, and the offer goes back from them."""
    name, _, code, owner = offers[-1]
    near, far = ([*offers[:-1], (name, float(-at), code, owner)] for at in (0, kilometres))
    assert number_covered(needs, far, level=level) <= number_covered(needs, near, level=level)


@given(table("n"), table("o"), some_level, st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(needs, offers, level, dice):
    def told(needs, offers):
        left, right = flows(needs), flows(offers)
        gaps = find_gaps(left, right, level=level, max_distance=20_000.0)
        rows = coverage_by_code(left, right, gaps, CodeGroups(left, right, level))
        return [(row.code.text, row.coverage) for row in rows]

    expected = told(needs, offers)
    dice.shuffle(needs)
    dice.shuffle(offers)
    assert told(needs, offers) == expected


def number_covered(needs, offers, **options):
    return sum(gaps_of(needs, offers, **options)[0])


@given(table("n"), table("o", min_size=1), some_level)
def test_one_more_offer_never_lowers_coverage(needs, offers, level):
    before = number_covered(needs, offers[:-1], level=level)
    assert number_covered(needs, offers, level=level) >= before


@given(table("n"), table("o", min_size=1), some_level)
def test_an_offer_moved_far_away_never_raises_coverage(needs, offers, level):
    identifier, _, code, owner = offers[-1]
    moved = [*offers[:-1], (identifier, 10_000.0, code, owner)]
    before = number_covered(needs, offers, level=level)
    assert number_covered(needs, moved, level=level) <= before


@given(table("n", min_size=1), table("o", min_size=1), some_level, st.data())
def test_a_pair_rejected_counts_as_no_offer(needs, offers, level, data):
    """A need whose every offer is rejected is as one that had none, for it alone."""
    need = data.draw(st.sampled_from(needs))
    rejected = [(need[0], offer[0]) for offer in offers]
    covered, _ = gaps_of(needs, offers, rejected=rejected, level=level)
    expected, _ = gaps_of(needs, offers, level=level)
    expected[needs.index(need)] = False
    assert covered == expected


@given(table("n"), table("o"), some_level)
def test_a_wider_circle_never_lowers_coverage(needs, offers, level):
    near = gaps_of(needs, offers, level=level, kilometres=5)[0]
    far = gaps_of(needs, offers, level=level, kilometres=30)[0]
    assert all(further or not nearer for nearer, further in zip(near, far))


@given(table("n"), table("o"), some_level)
def test_a_need_is_covered_when_and_only_when_some_offer_is_taken_for_it(needs, offers, level):
    """Both flags come from the same pairs: nothing covered means nothing taken, and conversely."""
    covered, taken = gaps_of(needs, offers, level=level)
    assert any(covered) == any(taken)
    for position, need in enumerate(needs):
        assert covered[position] == any(gaps_of([need], offers, level=level)[1])


@given(table("n"), table("o"), some_level)
def test_codes_share_out_all_records(needs, offers, level):
    left, right = flows(needs), flows(offers)
    gaps = find_gaps(left, right, level=level, max_distance=20_000.0)
    rows = [
        row.coverage for row in coverage_by_code(left, right, gaps, CodeGroups(left, right, level))
    ]
    assert sum(row.needs for row in rows) == len(needs)
    assert sum(row.offers for row in rows) == len(offers)
    assert sum(row.covered for row in rows) == int(gaps.need_covered.sum())
    assert sum(row.untaken for row in rows) == int((~gaps.offer_taken).sum())
    assert all(row.companies <= row.needs for row in rows)
