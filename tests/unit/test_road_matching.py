"""Who can answer by road, against the costs of all pairs."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from actif_plugin.domain import road_matching
from actif_plugin.domain.codes import Level, parse_code
from actif_plugin.domain.feedback import Cancelled
from actif_plugin.domain.matching import UNKNOWN_OWNER, Flows
from actif_plugin.domain.road_costs import network_of
from actif_plugin.domain.road_matching import Outcome, RoadAnswers, match_by_road
from actif_plugin.domain.roads import Roads, roads_of


def flows(*rows: tuple) -> Flows:
    """Build a table from rows (id, x, y, code or 16.2, owner, reach)."""
    full = [(*row, *("16.2", UNKNOWN_OWNER, math.inf)[len(row) - 3 :]) for row in rows]
    texts = sorted({row[3] for row in full})
    return Flows(
        ids=np.array([row[0] for row in full], dtype="U8"),
        points=np.array([row[1:3] for row in full], dtype=float).reshape(-1, 2),
        code=np.array([texts.index(row[3]) for row in full], dtype=np.int64),
        codes=tuple(parse_code(text) for text in texts),
        owner=np.array([row[4] for row in full], dtype=np.int64),
        reach=np.array([row[5] for row in full], dtype=float),
    )


def streets(*pieces: tuple, pace: float = 1.0) -> Roads:
    ends = np.array(pieces, dtype=float).reshape(-1, 2, 2)
    both = np.full(len(ends), pace)
    return roads_of(ends[:, 0], ends[:, 1], both, both, np.ones(len(ends), dtype=bool))


def answer(roads, needs, offers, *, neighbors=5, max_cost=math.inf, tolerance=100.0, **options):
    """Let needs look for offers; the way goes from the offer to the need."""
    network = network_of(roads, offers.points, needs.points, tolerance)
    return match_by_road(
        needs,
        offers,
        network,
        seekers_leave=False,
        level=Level.GROUP,
        neighbors=neighbors,
        max_cost=max_cost,
        **options,
    )


def told(found: RoadAnswers, needs: Flows, offers: Flows) -> list[tuple]:
    return [
        (str(needs.ids[need]), str(offers.ids[offer]), rank, cost, distance)
        for need, offer, rank, cost, distance in zip(
            found.pairs.seeker.tolist(),
            found.pairs.candidate.tolist(),
            found.pairs.rank.tolist(),
            found.cost.tolist(),
            np.round(found.pairs.distance, 3).tolist(),
        )
    ]


# A river along y = 50 with one bridge at x = 1000.
RIVER = (
    ((0, 0), (1000, 0)),
    ((0, 100), (1000, 100)),
    ((1000, 0), (1000, 100)),
)


def test_the_nearest_by_road_is_not_the_nearest():
    """ "Across" is 100 m away over the river, and 2.1 km by the bridge; "along" is at 600 m."""
    needs = flows(("n", 0, 0))
    offers = flows(("across", 0, 100), ("along", 600, 0))
    found = answer(streets(*RIVER), needs, offers)
    assert told(found, needs, offers) == [
        ("n", "along", 1, 600, 600),
        ("n", "across", 2, 2100, 100),
    ]
    assert found.outcome.tolist() == [Outcome.ANSWERED]


def test_the_way_goes_from_the_offer_to_the_need():
    one_way = roads_of(
        np.array([[0.0, 0.0]]),
        np.array([[100.0, 0.0]]),
        np.ones(1),
        np.full(1, np.inf),
        np.array([True]),
    )
    at_start, at_end = flows(("s", 0, 0)), flows(("e", 100, 0))
    assert len(answer(one_way, at_end, at_start).pairs) == 1
    assert answer(one_way, at_start, at_end).outcome.tolist() == [Outcome.UNREACHABLE]
    # Asked from the offer's side, the way still runs from offer to need.
    for offer, need, count in ((at_start, at_end, 1), (at_end, at_start, 0)):
        network = network_of(one_way, offer.points, need.points, 50)
        found = match_by_road(
            offer, need, network,
            seekers_leave=True, level=None, neighbors=1, max_cost=math.inf,
        )  # fmt: skip
        assert len(found.pairs) == count


def test_what_became_of_each_need():
    """Answered; too far (2.1 km); on an island; off the roads; nobody has its code."""
    roads = streets(*RIVER, ((5000, 0), (5100, 0)))
    needs = flows(
        ("ok", 500, 0),
        ("far", 0, 100),
        ("island", 5050, 0),
        ("off", 500, -500),
        ("alone", 500, 0, "20.1"),
    )
    offers = flows(("o", 400, 0), ("off", 300, 900))
    found = answer(roads, needs, offers, max_cost=1000)
    assert [(needs.ids[row], Outcome(value).name) for row, value in enumerate(found.outcome)] == [
        ("ok", "ANSWERED"),
        ("far", "TOO_FAR"),
        ("island", "ALONE"),
        ("off", "OFF_ROADS"),
        ("alone", "ALONE"),
    ]
    # The island is 4.6 km away: beyond 1 km, nothing is compatible as the crow flies already.
    found = answer(roads, needs, offers, max_cost=6000)
    assert [Outcome(value).name for value in found.outcome] == [
        "ANSWERED", "ANSWERED", "UNREACHABLE", "OFF_ROADS", "ALONE",
    ]  # fmt: skip
    assert [found.count(outcome) for outcome in Outcome] == [2, 0, 1, 1, 1]


def test_offers_off_the_roads_answer_nobody():
    found = answer(streets(*RIVER), flows(("n", 0, 0)), flows(("o", 0, -200)))
    assert found.outcome.tolist() == [Outcome.OFF_ROADS]


def test_records_at_one_point_cost_nothing():
    """A flat and its neighbour, 40 m from the street: nobody goes to the street and back."""
    needs, offers = flows(("n", 500, -40)), flows(("o", 500, -40), ("p", 510, -40))
    found = answer(streets(*RIVER), needs, offers)
    assert told(found, needs, offers) == [("n", "o", 1, 0, 0), ("n", "p", 2, 90, 10)]


def test_equal_costs_are_ranked_by_identifier():
    """Both 300 m away, one each side; the order of the rows changes nothing."""
    needs = flows(("n", 500, 0))
    for rows in ((("b", 200, 0), ("a", 800, 0)), (("a", 800, 0), ("b", 200, 0))):
        offers = flows(*rows)
        found = told(answer(streets(*RIVER), needs, offers), needs, offers)
        assert [row[1:3] for row in found] == [("a", 1), ("b", 2)]


def test_owners_reach_and_rejections_hold():
    """The reach of a company is as the crow flies: 100 m over the river, 2.1 km by road."""
    roads = streets(*RIVER)
    needs = flows(("n", 0, 0, "16.2", 7, 150.0))
    offers = flows(("own", 10, 0, "16.2", 7), ("no", 20, 0), ("far", 200, 0), ("across", 0, 100))
    found = answer(roads, needs, offers, rejected=[("n", "no")])
    assert told(found, needs, offers) == [("n", "across", 1, 2100, 100)]


def test_minutes_bound_what_is_looked_at():
    """At 0.001 min a metre (60 km/h), 600 m are 0.6 min and 2.1 km are 2.1 min."""
    roads = streets(*RIVER, pace=0.001)
    needs, offers = flows(("n", 0, 0)), flows(("across", 0, 100), ("along", 600, 0))
    assert [row[1:4] for row in told(answer(roads, needs, offers, max_cost=2), needs, offers)] == [
        ("along", 1, 0.6)
    ]


def test_bad_questions_are_refused():
    needs = flows(("n", 0, 0))
    for bad in ({"max_cost": -1.0}, {"max_cost": math.nan}, {"neighbors": 0}):
        with pytest.raises(ValueError):
            answer(streets(*RIVER), needs, needs, **bad)


def test_cancelling_leaves():
    class Leaving:
        def progress(self, fraction: float) -> None:
            """Nothing."""

        def cancelled(self) -> bool:
            return True

    with pytest.raises(Cancelled):
        answer(streets(*RIVER), flows(("n", 0, 0)), flows(("o", 1, 0)), feedback=Leaving())


places = st.tuples(st.integers(0, 12), st.integers(0, 12))
codes = st.sampled_from(["16.2", "16.24", "16", "20.1"])


@settings(max_examples=80, deadline=None)
@given(
    st.lists(st.tuples(places, places), min_size=1, max_size=40),
    st.lists(st.tuples(places, codes), min_size=1, max_size=12),
    st.lists(st.tuples(places, codes), min_size=1, max_size=25),
    st.integers(1, 4),
    st.sampled_from([5.0, 12.0, math.inf]),
)
def test_looking_a_little_at_a_time_finds_the_same(pieces, wants, gives, neighbors, max_cost):
    """Few candidates at first and few seekers at once, beside all at once and all pairs."""
    needs, offers = (
        flows(*((f"{number:02}", *place, code) for number, (place, code) in enumerate(rows)))
        for rows in (wants, gives)
    )
    roads = streets(*pieces)
    ask = {"neighbors": neighbors, "max_cost": max_cost, "tolerance": 2.0}
    whole = answer(roads, needs, offers, **ask)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(road_matching, "_PAIRS", 3)
        patch.setattr(road_matching, "_FIRST_LOOK", 1)
        little = answer(roads, needs, offers, **ask)
    assert told(little, needs, offers) == told(whole, needs, offers)
    assert little.outcome.tolist() == whole.outcome.tolist()

    network = network_of(roads, offers.points, needs.points, 2.0)
    expected = []
    for row in range(len(needs)):
        rivals = [
            other for other in range(len(offers)) if answer_codes(wants[row][1], gives[other][1])
        ]
        cost = network.costs(np.array(rivals, int), np.full(len(rivals), row), max_cost)
        on = (network.origin[rivals] >= 0) & (network.destination[row] >= 0)
        same = (offers.points[rivals] == needs.points[row]).all(axis=1)
        cost[on & same] = 0
        order = sorted(
            (round(value, 6), f"{other:02}")
            for value, other in zip(cost, rivals)
            if value < math.inf
        )
        expected += [
            (f"{row:02}", name, rank + 1) for rank, (_, name) in enumerate(order[:neighbors])
        ]
    assert [row[:3] for row in told(whole, needs, offers)] == expected


def answer_codes(first: str, second: str) -> bool:
    """Tell whether two of the four codes meet at the group: all of 16 do, and 20.1 with itself."""
    return first.startswith("16") == second.startswith("16")
