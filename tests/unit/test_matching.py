"""The matching engine against brute force, on random and on degenerate sets."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from actif_plugin.domain.availability import (
    ALL_MONTHS,
    ALWAYS_SINCE,
    ALWAYS_UNTIL,
    Availability,
)
from actif_plugin.domain.codes import Level, compatible, parse_code
from actif_plugin.domain.feedback import Cancelled
from actif_plugin.domain.matching import UNKNOWN_OWNER, Flows, Index, Pairs, match, ranked

CODES = ["C", "16", "16.1", "16.2", "16.24", "16.24.1", "17.2", "N", "N11", "N1103", "N1105"]


def flows(rows: list[tuple[str, float, float, str, int, float]]) -> Flows:
    """Build a table from rows (id, x, y, code, owner, reach)."""
    lexicon = {text: parse_code(text) for text in CODES}
    texts = list(lexicon)
    return Flows(
        ids=np.array([row[0] for row in rows], dtype="U12"),
        points=np.array([row[1:3] for row in rows], dtype=float).reshape(len(rows), 2),
        code=np.array([texts.index(row[3]) for row in rows], dtype=np.int64),
        codes=tuple(lexicon.values()),
        owner=np.array([row[4] for row in rows], dtype=np.int64),
        reach=np.array([row[5] for row in rows], dtype=float),
    )


def brute_force(needs, offers, level, neighbors, max_distance, rejected=()):
    """The definition, pair by pair."""
    answers = []
    for need in needs:
        near = []
        for offer in offers:
            distance = math.hypot(need[1] - offer[1], need[2] - offer[2])
            if (
                compatible(parse_code(need[3]), parse_code(offer[3]), level)
                and (need[4] == UNKNOWN_OWNER or need[4] != offer[4])
                and distance <= min(max_distance, need[5], offer[5])
                and (need[0], offer[0]) not in rejected
            ):
                near.append((distance, offer[0]))
        near.sort()
        answers += [
            (need[0], offer, rank, round(distance, 6))
            for rank, (distance, offer) in enumerate(near[:neighbors], start=1)
        ]
    return sorted(answers, key=lambda answer: (answer[0], answer[2]))


def as_rows(pairs: Pairs, needs: Flows, offers: Flows):
    return [
        (str(needs.ids[n]), str(offers.ids[o]), int(r), round(float(d), 6))
        for n, o, r, d in zip(pairs.seeker, pairs.candidate, pairs.rank, pairs.distance)
    ]


# A coarse grid makes identical points and equal distances frequent.
coordinate = st.integers(0, 6).map(float)
reach = st.sampled_from([math.inf, math.inf, 3.0])


def table(prefix: str):
    row = st.tuples(
        coordinate, coordinate, st.sampled_from(CODES), st.integers(UNKNOWN_OWNER, 3), reach
    )
    return st.lists(row, max_size=30).map(
        lambda rows: [(f"{prefix}{n:02d}", *row) for n, row in enumerate(rows)]
    )


@settings(max_examples=300, deadline=None)
@given(
    needs=table("n"),
    offers=table("o"),
    level=st.sampled_from([None, *Level]),
    neighbors=st.integers(1, 6),
    max_distance=st.sampled_from([0.0, 1.0, 2.0, 5.0, math.inf]),
    data=st.data(),
)
def test_same_answers_as_brute_force(needs, offers, level, neighbors, max_distance, data):
    pairs = [(need[0], offer[0]) for need in needs for offer in offers]
    rejected = set(data.draw(st.lists(st.sampled_from(pairs), max_size=5))) if pairs else set()
    expected = brute_force(needs, offers, level, neighbors, max_distance, rejected)
    for shuffled in (needs, data.draw(st.permutations(needs))):
        left, right = flows(shuffled), flows(data.draw(st.permutations(offers)))
        found = match(
            left,
            right,
            level=level,
            neighbors=neighbors,
            max_distance=max_distance,
            rejected=rejected,
        )
        assert as_rows(found, left, right) == expected


def test_a_pile_of_companies_at_the_town_hall():
    """Hundreds of offers on one point: the answer is the first by identifier, quickly."""
    needs = flows([(f"n{n:04d}", 0.0, 0.0, "16.2", 5000 + n, math.inf) for n in range(2000)])
    offers = flows([(f"o{n:04d}", 0.0, 0.0, "16.2", n, math.inf) for n in range(5000)])
    found = match(needs, offers, level=Level.GROUP, neighbors=3, max_distance=0.0)
    assert len(found) == 6000
    assert as_rows(found, needs, offers)[:3] == [
        ("n0000", "o0000", 1, 0.0),
        ("n0000", "o0001", 2, 0.0),
        ("n0000", "o0002", 3, 0.0),
    ]


def test_own_establishment_fills_the_nearest_places():
    """Forty of one's own offers nearby do not hide the neighbour's behind them."""
    own = [(f"a{n:02d}", 0.0, n / 100, "16.2", 1, math.inf) for n in range(40)]
    offers = flows([*own, ("z", 9.0, 0.0, "16.2", 2, math.inf)])
    needs = flows([("n", 0.0, 0.0, "16.2", 1, math.inf)])
    found = match(needs, offers, level=Level.GROUP, neighbors=2, max_distance=10.0)
    assert as_rows(found, needs, offers) == [("n", "z", 1, 9.0)]


@pytest.mark.parametrize(
    ("neighbors", "max_distance"), [(0, 10.0), (-1, 10.0), (1, -5.0), (1, math.nan)]
)
def test_absurd_bounds_are_refused(neighbors, max_distance):
    one = flows([("n", 0.0, 0.0, "16.2", 1, math.inf)])
    with pytest.raises(ValueError, match="must"):
        match(one, one, level=Level.GROUP, neighbors=neighbors, max_distance=max_distance)


def test_cancel_leaves_at_once():
    class Stop:
        def progress(self, fraction: float) -> None:
            raise AssertionError("no progress after a cancellation")

        def cancelled(self) -> bool:
            return True

    one = flows([("n", 0.0, 0.0, "16.2", 1, math.inf)])
    with pytest.raises(Cancelled):
        match(one, one, level=Level.GROUP, neighbors=1, max_distance=1.0, feedback=Stop())


questions = {
    "needs": table("n"),
    "offers": table("o"),
    "level": st.sampled_from([None, *Level]),
    "neighbors": st.integers(1, 6),
    "max_distance": st.sampled_from([0.0, 1.0, 2.0, 5.0, math.inf]),
}


def answers(needs, offers, level, neighbors, max_distance, rejected=()):
    left, right = flows(needs), flows(offers)
    return as_rows(
        match(
            left,
            right,
            level=level,
            neighbors=neighbors,
            max_distance=max_distance,
            rejected=rejected,
        ),
        left,
        right,
    )


def pairs_of(found) -> set[tuple[str, str]]:
    return {answer[:2] for answer in found}


@settings(max_examples=100, deadline=None)
@given(**questions)
def test_asking_for_more_only_adds(needs, offers, level, neighbors, max_distance):
    found = set(answers(needs, offers, level, neighbors, max_distance))
    assert found <= set(answers(needs, offers, level, neighbors + 1, max_distance))
    further = pairs_of(answers(needs, offers, level, 1000, max_distance + 1))
    assert pairs_of(found) <= further


@settings(max_examples=100, deadline=None)
@given(**questions)
def test_a_finer_level_only_removes(needs, offers, level, neighbors, max_distance):
    """Among all answers; with a limit, what leaves gives its place to the next."""
    levels = [*Level, None]
    coarse, fine = sorted((levels.index(level), levels.index(level) // 2))
    found = pairs_of(answers(needs, offers, levels[fine], 1000, max_distance))
    assert found <= pairs_of(answers(needs, offers, levels[coarse], 1000, max_distance))


@settings(max_examples=100, deadline=None)
@given(**questions, data=st.data())
def test_a_rejection_removes_exactly_its_pair(needs, offers, level, neighbors, max_distance, data):
    everything = pairs_of(answers(needs, offers, level, 1000, max_distance))
    if not everything:
        return
    pair = data.draw(st.sampled_from(sorted(everything)))
    left = pairs_of(answers(needs, offers, level, 1000, max_distance, [pair]))
    assert left == everything - {pair}


@settings(max_examples=100, deadline=None)
@given(**questions)
def test_an_index_asked_again_answers_as_asked_once(needs, offers, level, neighbors, max_distance):
    """One company after the other, as the adviser asks, is the whole run in pieces."""
    whole = answers(needs, offers, level, neighbors, max_distance)
    right = flows(offers)
    index = Index(right, level)
    index.prepare()
    pieces = []
    for owner in sorted({need[4] for need in needs}):
        left = flows([need for need in needs if need[4] == owner])
        found = index.ask(left, neighbors=neighbors, max_distance=max_distance)
        pieces += as_rows(found, left, right)
    assert sorted(pieces) == sorted(whole)


def when(*records: tuple[int, int, int]) -> Availability:
    since, until, months = (np.array(column, dtype=np.int64) for column in zip(*records))
    return Availability(since, until, months)


def test_dates_and_months_leave_their_place_to_the_next():
    always = (ALWAYS_SINCE, ALWAYS_UNTIL, ALL_MONTHS)
    needs = flows([("n", 0.0, 0.0, "16.2", 1, math.inf), ("m", 0.0, 0.0, "16.2", 2, math.inf)])
    offers = flows([(name, x, 0.0, "16.2", 9, math.inf) for x, name in enumerate("abc")])
    needs = replace(needs, when=when((100, 200, ALL_MONTHS), always))
    offers = replace(offers, when=when((0, 99, ALL_MONTHS), (150, 300, 0b1), always))
    found = match(needs, offers, level=Level.GROUP, neighbors=1, max_distance=9.0)
    assert as_rows(found, needs, offers) == [("m", "a", 1, 0.0), ("n", "b", 1, 1.0)]


def test_pairs_measured_elsewhere_are_ranked():
    needs = flows([(f"n{n}", 0.0, 0.0, "16.2", n, math.inf) for n in (2, 1)])
    offers = flows([(f"o{n}", 0.0, 0.0, "16.2", n, math.inf) for n in (3, 2, 1)])
    seeker, candidate = np.array([0, 0, 0, 1]), np.array([0, 1, 2, 0])
    found = ranked(needs, offers, seeker, candidate, np.array([5.0, 7.0, 5.0, 1.0]), 2)
    assert as_rows(found, needs, offers) == [
        ("n1", "o3", 1, 1.0),
        ("n2", "o1", 1, 5.0),
        ("n2", "o3", 2, 5.0),
    ]


def test_identifiers_that_are_numbers_are_rejected_by_their_text():
    one = replace(flows([("1", 0.0, 0.0, "16.2", 1, math.inf)]), ids=np.array([1]))
    two = replace(
        flows([("7", 0.0, 0.0, "16.2", 2, math.inf), ("12", 1.0, 0.0, "16.2", 3, math.inf)]),
        ids=np.array([7, 12]),
    )
    for rejected, left in (([("1", "7")], [12]), ([(1, 12)], [7]), ([("1", "x"), ("", "7")], None)):
        found = match(one, two, level=Level.GROUP, neighbors=5, max_distance=9.0, rejected=rejected)
        assert two.ids[found.candidate].tolist() == (left or [7, 12])
