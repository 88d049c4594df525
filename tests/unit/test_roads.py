"""Shortest ways by road, on small networks worked out by hand and against plain searches."""

from __future__ import annotations

import heapq
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from actif_plugin.domain import road_costs
from actif_plugin.domain.feedback import Cancelled
from actif_plugin.domain.metric import Ellipsoidal, geocentric
from actif_plugin.domain.road_costs import network_of
from actif_plugin.domain.roads import NOWHERE, Roads, roads_of, snap

TWO_WAY, ALONG, AGAINST = "two-way", "along", "against"


def streets(*pieces: tuple, stop: bool = True) -> Roads:
    """Join pieces (start, end, direction or two-way, cost of a metre or 1)."""
    rows = [(*piece, *(TWO_WAY, 1.0)[len(piece) - 2 :]) for piece in pieces]
    return roads_of(
        np.array([row[0] for row in rows], dtype=float).reshape(-1, 2),
        np.array([row[1] for row in rows], dtype=float).reshape(-1, 2),
        np.array([math.inf if row[2] == AGAINST else row[3] for row in rows]),
        np.array([math.inf if row[2] == ALONG else row[3] for row in rows]),
        np.full(len(rows), stop),
    )


def way(roads: Roads, start, end, tolerance=50.0, limit=math.inf) -> float:
    """Return the cost from one point to another."""
    network = network_of(roads, np.array([start], float), np.array([end], float), tolerance)
    return float(network.costs(np.array([0]), np.array([0]), limit)[0])


def connected(roads: Roads, start, end, tolerance=50.0) -> bool:
    network = network_of(roads, np.array([start], float), np.array([end], float), tolerance)
    return bool(network.connected(np.array([0]), np.array([0]))[0])


# --- By hand --------------------------------------------------------------------------------------

SQUARE = (((0, 0), (100, 0)), ((100, 0), (100, 100)), ((100, 100), (0, 100)), ((0, 100), (0, 0)))


def test_corner_to_corner():
    assert way(streets(*SQUARE), (0, 0), (100, 100)) == 200


def test_a_place_in_the_middle_of_an_edge():
    """From (30, 0) to (100, 60): 70 m east, then 60 m north."""
    assert way(streets(*SQUARE), (30, 0), (100, 60)) == pytest.approx(130)


def test_two_places_on_one_edge():
    assert way(streets(*SQUARE), (30, 0), (80, 0)) == pytest.approx(50)
    assert way(streets(*SQUARE), (80, 0), (30, 0)) == pytest.approx(50)


def test_two_places_on_one_edge_that_is_one_way():
    """Along: 50 m. Against it, all round the block: 400 - 50 m."""
    block = streets((*SQUARE[0], ALONG), *SQUARE[1:])
    assert way(block, (30, 0), (80, 0)) == pytest.approx(50)
    assert way(block, (80, 0), (30, 0)) == pytest.approx(350)


def test_a_one_way_street_costs_the_detour():
    """(0, 0) to (100, 0) runs along the street; back goes round the three other sides."""
    for first, direction in ((SQUARE[0], ALONG), (SQUARE[0][::-1], AGAINST)):
        block = streets((*first, direction), *SQUARE[1:])
        assert way(block, (0, 0), (100, 0)) == 100
        assert way(block, (100, 0), (0, 0)) == 300


def test_a_dead_end_that_is_one_way_lets_nobody_back():
    trap = streets(((0, 0), (100, 0)), ((100, 0), (200, 0), ALONG))
    assert way(trap, (0, 0), (150, 0)) == pytest.approx(150)
    assert way(trap, (150, 0), (0, 0)) == math.inf
    assert connected(trap, (0, 0), (150, 0))
    assert not connected(trap, (150, 0), (0, 0))


def test_an_island_is_unreachable_and_not_too_far():
    roads = streets(*SQUARE, ((5000, 0), (5100, 0)))
    assert way(roads, (0, 0), (5000, 0)) == math.inf
    assert not connected(roads, (0, 0), (5000, 0))
    assert way(roads, (0, 0), (100, 100), limit=199) == math.inf
    assert connected(roads, (0, 0), (100, 100))


def test_the_limit_is_inclusive():
    assert way(streets(*SQUARE), (0, 0), (100, 100), limit=200) == 200


def test_each_pair_may_have_its_own_limit():
    """200 m from one corner to the opposite, 100 m to the next."""
    corners = np.array([[0.0, 0.0], [100.0, 0.0], [100.0, 100.0]])
    network = network_of(streets(*SQUARE), corners, corners, 50)
    origin, destination = np.array([0, 0, 0, 2]), np.array([2, 2, 1, 0])
    limits = np.array([199.0, 200.0, 100.0, 500.0])
    assert network.costs(origin, destination, limits).tolist() == [math.inf, 200, 100, 200]


def test_of_two_equal_paths_the_cost_is_that_of_either():
    assert way(streets(*SQUARE), (50, 0), (50, 100)) == pytest.approx(200)


def test_the_way_to_the_road_counts_at_the_cost_of_the_road():
    """20 m to the street, 70 m along it and 10 m off it; at half the cost a metre, half of it."""
    assert way(streets(SQUARE[0]), (10, 20), (80, -10)) == pytest.approx(100)
    assert way(streets((*SQUARE[0], TWO_WAY, 0.5)), (10, 20), (80, -10)) == pytest.approx(50)


def test_beyond_the_tolerance_a_point_is_off_the_roads():
    roads = streets(SQUARE[0])
    points = np.array([[50, 49.9], [50, 50], [50, 50.1], [100, 0], [130, 40], [131, 40]], float)
    assert (snap(roads, points, 50).piece == NOWHERE).tolist() == [
        False, False, True, False, False, True,
    ]  # fmt: skip
    assert way(roads, (50, 50.1), (0, 0)) == math.inf
    assert not connected(roads, (50, 50.1), (0, 0))
    assert way(roads, (0, 0), (50, 50.1)) == math.inf


def test_nobody_stops_on_a_motorway_but_all_may_drive_on_it():
    """The company stands 5 m from the motorway and 30 m from its street."""
    motorway = streets(((0, 0), (1000, 0)), stop=False)
    roads = roads_of(
        np.array([[0, 0], [0, -30], [1000, 0]], float),
        np.array([[1000, 0], [0, 0], [1000, -30]], float),
        np.ones(3),
        np.ones(3),
        np.array([False, True, True]),
    )
    assert snap(motorway, np.array([[500.0, 5.0]]), 50).piece.tolist() == [NOWHERE]
    assert snap(roads, np.array([[20.0, -5.0]]), 50).offset.tolist() == [20]
    assert way(roads, (0, -30), (1000, -30)) == 1060


def test_time_takes_the_quicker_road_and_distance_the_shorter():
    """100 m at 60 min/km, or 300 m round at 10 min/km."""
    by_time = streets((*SQUARE[0], TWO_WAY, 0.06), *((*side, TWO_WAY, 0.01) for side in SQUARE[1:]))
    assert way(by_time, (0, 0), (100, 0)) == pytest.approx(3)
    assert way(streets(*SQUARE), (0, 0), (100, 0)) == 100


def test_loops_and_points_without_length_do_no_harm():
    roads = streets(
        ((0, 0), (0, 0)),
        *SQUARE,
        ((100, 100), (200, 100)), ((200, 100), (200, 200)), ((200, 200), (100, 100)),
        ((100, 100), (100, 100)),
    )  # fmt: skip
    assert len(roads) == 7
    assert way(roads, (0, 0), (200, 100)) == 300
    # Both on the loop, which only hangs on by one crossing.
    assert way(roads, (150, 100), (200, 150)) == pytest.approx(100)


def test_of_parallel_pieces_each_direction_takes_the_cheaper():
    roads = streets(((0, 0), (100, 0), ALONG, 0.5), ((100, 0), (0, 0), TWO_WAY, 2.0))
    assert len(roads) == 1
    assert way(roads, (0, 0), (100, 0)) == 50
    assert way(roads, (100, 0), (0, 0)) == 200


def test_roads_that_cross_without_a_vertex_do_not_meet():
    assert way(streets(((0, 0), (100, 0)), ((50, -50), (50, 50))), (0, 0), (50, 50), 10) == math.inf


def test_no_road_at_all():
    empty = streets()
    assert len(empty) == 0
    assert way(empty, (0, 0), (1, 1)) == math.inf
    closed = roads_of(np.zeros((1, 2)), np.ones((1, 2)), *np.full((2, 1), np.inf), np.array([True]))
    assert len(closed) == 0


def test_no_place_at_all():
    network = network_of(streets(*SQUARE), np.empty((0, 2)), np.empty((0, 2)), 50)
    nothing = np.empty(0, dtype=np.int64)
    assert network.costs(nothing, nothing).tolist() == []
    assert network.connected(nothing, nothing).tolist() == []


def test_degrees_are_measured_on_the_ground():
    """A tenth of a degree of longitude at 44° N: N cos(lat) is 4 595.5 km, an arc 8 020.6 m."""
    ends = geocentric(np.array([[1.0, 44.0], [1.1, 44.0]]))
    road = roads_of(ends[:1], ends[1:], *np.ones((2, 1)), np.array([True]), Ellipsoidal())
    assert road.length[0] == pytest.approx(8_020.6, abs=0.1)
    network = network_of(road, ends[:1], ends[1:], 50)
    assert network.costs(np.array([0]), np.array([0]))[0] == pytest.approx(road.length[0])


# --- Against a plain search -----------------------------------------------------------------------


def plain_costs(roads: Roads, start: int) -> list[float]:
    """Dijkstra as in the books, from one vertex of *roads*."""
    exits: dict[int, list[tuple[int, float]]] = {}
    for a, b, metres, along, back in zip(
        roads.first.tolist(), roads.last.tolist(), roads.length, roads.forward, roads.backward
    ):
        exits.setdefault(a, []).append((b, metres * along))
        exits.setdefault(b, []).append((a, metres * back))
    cost = [math.inf] * len(roads.points)
    queue = [(0.0, start)]
    while queue:
        so_far, vertex = heapq.heappop(queue)
        if so_far >= cost[vertex]:
            continue
        cost[vertex] = so_far
        for other, more in exits.get(vertex, ()):
            if so_far + more < cost[other]:
                heapq.heappush(queue, (so_far + more, other))
    return cost


def uneven(corner: tuple[int, int]) -> tuple[float, float]:
    """Move the corner of a grid a little, so that no road passes over the end of another."""
    column, row = corner
    return (
        column + 0.1 * math.sin(13 * column + 7 * row),
        row + 0.1 * math.cos(5 * column + 11 * row),
    )


corners = st.tuples(st.integers(0, 6), st.integers(0, 6)).map(uneven)
networks = st.lists(
    st.tuples(
        corners,
        corners,
        st.sampled_from([TWO_WAY, TWO_WAY, ALONG, AGAINST]),
        st.sampled_from([0.25, 1.0, 3.0]),
    ),
    min_size=1,
    max_size=60,
)


@settings(max_examples=150, deadline=None)
@given(networks)
def test_the_same_costs_as_a_plain_search(pieces):
    roads = streets(*pieces)
    if not len(roads):
        return
    places = roads.points
    network = network_of(roads, places, places, 0.5)
    every = np.arange(len(places))
    origin, destination = (side.ravel() for side in np.meshgrid(every, every, indexing="ij"))
    found = network.costs(origin, destination).reshape(len(places), -1)
    expected = np.array([plain_costs(roads, vertex) for vertex in every])
    assert np.allclose(found, expected, rtol=1e-12)
    # All to one is searched from that one, and one source at a time finds the same.
    first = np.zeros_like(every)
    assert np.allclose(network.costs(every, first), expected[:, 0], rtol=1e-12)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(road_costs, "_SEARCH_BATCH", 1)
        assert np.allclose(network.costs(origin, destination), found.ravel(), rtol=1e-12)
    ways = network.connected(origin, destination).reshape(len(places), -1)
    assert (ways == np.isfinite(expected)).all()


@settings(max_examples=100, deadline=None)
@given(networks, st.lists(st.tuples(st.floats(0, 6), st.floats(0, 6)), min_size=3, max_size=12))
def test_properties_of_costs(pieces, points):
    roads = streets(*pieces)
    places = np.array(points)
    every = np.arange(len(places))
    origin, destination = (side.ravel() for side in np.meshgrid(every, every, indexing="ij"))
    network = network_of(roads, places, places, 2.0)
    cost = network.costs(origin, destination)
    matrix = cost.reshape(len(places), -1)
    # A detour by a third place is never cheaper.
    for middle in every:
        through = matrix[:, middle, None] + matrix[None, middle, :]
        assert (matrix <= through * (1 + 1e-9) + 1e-9).all()
    # A limit only removes.
    limit = float(np.median(cost[np.isfinite(cost)])) if np.isfinite(cost).any() else 1.0
    bounded = network.costs(origin, destination, limit)
    assert (bounded[cost <= limit * (1 - 1e-9)] < np.inf).all()
    assert (bounded[cost > limit * (1 + 1e-9)] == np.inf).all()
    kept = np.isfinite(bounded)
    assert np.allclose(bounded[kept], cost[kept], rtol=1e-12)
    # Pairs asked one by one, from whichever side, cost the same.
    for pair in range(0, len(cost), 7):
        alone = network.costs(origin[pair : pair + 1], destination[pair : pair + 1])
        assert np.allclose(alone, cost[pair], rtol=1e-9)


@settings(max_examples=60, deadline=None)
@given(networks, st.randoms(use_true_random=False))
def test_the_order_of_the_lines_changes_nothing(pieces, dice):
    shuffled = list(pieces)
    dice.shuffle(shuffled)
    places = np.array([[1.3, 1.1], [4.2, 4.4], [2.5, 5.1]])
    origin, destination = np.array([0, 1, 2, 0]), np.array([1, 2, 0, 2])
    first, second = (
        network_of(streets(*rows), places, places, 3.0).costs(origin, destination)
        for rows in (pieces, shuffled)
    )
    assert first.tolist() == second.tolist()


@settings(max_examples=100, deadline=None)
@given(networks, st.lists(st.tuples(st.floats(-1, 7), st.floats(-1, 7)), min_size=1, max_size=10))
def test_snapping_finds_the_nearest_piece(pieces, points):
    roads = streets(*pieces)
    if not len(roads):
        return
    start, end = roads.points[roads.first], roads.points[roads.last]
    found = snap(roads, np.array(points), 1.5)
    for point, piece, offset in zip(np.array(points), found.piece, found.offset):
        share = (((point - start) * (end - start)).sum(1) / roads.length**2).clip(0, 1)
        gaps = np.hypot(*(point - start - share[:, None] * (end - start)).T)
        if piece == NOWHERE:
            assert gaps.min() > 1.5 * (1 - 1e-9)
        else:
            assert offset == pytest.approx(gaps.min(), abs=1e-9)
            assert gaps[piece] == pytest.approx(gaps.min(), abs=1e-9)


def test_long_pieces_among_short_ones_are_found():
    """The nearest stretch of a 20 km road is far from both its ends."""
    roads = streets(((0, 0), (20_000, 0)), ((9_000, 130), (9_001, 130)), ((0, 0), (0, 1)))
    found = snap(roads, np.array([[9_000.5, 60.0], [9_000.5, 70.0]]), 100)
    assert found.offset.tolist() == [60, 60]


# --- Cancelling -----------------------------------------------------------------------------------


class Impatient:
    """A user who cancels after some checks."""

    def __init__(self, patience: int) -> None:
        self.patience = patience

    def progress(self, fraction: float) -> None:
        assert 0 <= fraction <= 1

    def cancelled(self) -> bool:
        self.patience -= 1
        return self.patience < 0


def test_cancelling_stops_between_batches(monkeypatch):
    monkeypatch.setattr(road_costs, "_SEARCH_BATCH", 1)
    roads = streets(*SQUARE)
    places = np.array([[10.0 * step, 0.0] for step in range(10)])
    with pytest.raises(Cancelled):
        network_of(roads, places, places, 50, Impatient(1))
    network = network_of(roads, places, places, 50)
    every = np.arange(10)
    with pytest.raises(Cancelled):
        network.costs(every, every[::-1], feedback=Impatient(4))
    assert np.isfinite(network.costs(every, every[::-1], feedback=Impatient(100))).all()
