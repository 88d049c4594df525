"""Where the arrows of a chain run: no two sources on one line, none through a box."""

from __future__ import annotations

import csv
from collections import defaultdict
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from actif_plugin.printing.chain_routes import plan_chain

LINKS = Path(__file__).resolve().parents[2] / "reference" / "maillons.csv"
ROOM = (10.0, 34.0, 277.0, 140.0)
STRIP = (13.0, 120.0, 275.0, 58.0)
CLOSE = 1e-6


def library() -> dict[str, tuple[dict[str, int], list[tuple[str, str]]]]:
    """Return the columns and the arrows of each chain that comes with the plugin."""
    chains = defaultdict(list)
    with LINKS.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            chains[row["filiere_code"]].append(row)
    made = {}
    for chain, rows in chains.items():
        ranks = sorted({int(row["rang"]) for row in rows})
        columns = {row["code"]: ranks.index(int(row["rang"])) for row in rows}
        arrows = [(row["code"], end) for row in rows for end in row["aval"].split("|") if end]
        made[chain] = (columns, arrows)
    return made


LIBRARY = library()


def segments(arrow):
    return list(zip(arrow.points, arrow.points[1:]))


def shared(one, other):
    """Return the length of line that two segments at right angles to the page share."""
    for along, across in ((0, 1), (1, 0)):
        flat = [abs(first[across] - second[across]) < CLOSE for first, second in (one, other)]
        if all(flat) and abs(one[0][across] - other[0][across]) < CLOSE:
            (a, b), (c, d) = (sorted(point[along] for point in line) for line in (one, other))
            return max(0.0, min(b, d) - max(a, c))
    return 0.0


def check(columns, ends, room):
    plan = plan_chain(columns, ends, room)
    assert set(plan.boxes) == set(columns)
    left, top, width, height = room
    for x, y, across, down in plan.boxes.values():
        assert left - CLOSE <= x and x + across <= left + width + CLOSE
        assert top - CLOSE <= y and y + down <= top + height + CLOSE
        assert across > 0 < down
    for (a, b, c, d), (e, f, g, h) in combinations(plan.boxes.values(), 2):
        assert a + c <= e or e + g <= a or b + d <= f or f + h <= b
    drawn = {(arrow.start, arrow.end) for arrow in plan.arrows}
    assert drawn == {(a, b) for a, b in ends if a != b and b in columns}
    for arrow in plan.arrows:
        check_arrow(arrow, plan.boxes, columns, room)
    for one, other in combinations(plan.arrows, 2):
        if one.start != other.start:
            for first in segments(one):
                for second in segments(other):
                    assert shared(first, second) < CLOSE, (one, other)


def check_arrow(arrow, boxes, columns, room):
    (x, y), (end_x, end_y) = arrow.points[0], arrow.points[-1]
    start, end = boxes[arrow.start], boxes[arrow.end]
    assert x == pytest.approx(start[0] + start[2])
    assert start[1] < y < start[1] + start[3]
    assert end_x == pytest.approx(end[0])
    assert end[1] < end_y < end[1] + end[3]
    assert arrow.back == (columns[arrow.end] <= columns[arrow.start])
    for a, b in segments(arrow):
        assert a[0] == b[0] or a[1] == b[1]
        for px, py in (a, b):
            assert room[0] - CLOSE <= px <= room[0] + room[2] + CLOSE
            assert room[1] - CLOSE <= py <= room[1] + room[3] + CLOSE
        (lo_x, hi_x), (lo_y, hi_y) = (sorted((a[k], b[k])) for k in (0, 1))
        for left, top, width, height in boxes.values():
            inside = hi_x > left + CLOSE and lo_x < left + width - CLOSE
            inside = inside and hi_y > top + CLOSE and lo_y < top + height - CLOSE
            assert not inside, arrow


@pytest.mark.parametrize("chain", sorted(LIBRARY))
@pytest.mark.parametrize("room", [ROOM, STRIP])
def test_the_chains_of_the_plugin(chain, room):
    check(*LIBRARY[chain], room)


@st.composite
def graphs(draw):
    count = draw(st.integers(1, 9))
    names = [f"m{number}" for number in range(count)]
    ranks = [draw(st.integers(0, 4)) for _ in names]
    order = sorted(set(ranks))
    columns = {name: order.index(rank) for name, rank in zip(names, ranks)}
    # Users write what they like: circles, a link that leads to itself, one of another chain.
    pairs = [(a, b) for a in names for b in [*names, "ailleurs"]]
    return columns, draw(st.lists(st.sampled_from(pairs), max_size=22, unique=True))


@given(graphs())
@settings(deadline=None, max_examples=300)
def test_whatever_users_draw(graph):
    check(*graph, ROOM)


def test_arrows_of_one_source_leave_together():
    columns = {"scierie": 0, "palettes": 1, "meubles": 1, "plaquettes": 2}
    ends = [("scierie", end) for end in ("palettes", "meubles", "plaquettes")]
    starts = {arrow.points[0] for arrow in plan_chain(columns, ends, ROOM).arrows}
    assert len(starts) == 1


def test_the_same_chain_is_drawn_the_same_way():
    columns, ends = LIBRARY["plastique"]
    assert plan_chain(columns, ends, ROOM) == plan_chain(columns, [*ends, *ends], ROOM)


def test_crossings_are_avoided():
    """Two pairs given the wrong way round: each source stands before what it leads to."""
    columns = {"a": 0, "b": 0, "d": 1, "c": 1}
    plan = plan_chain(columns, [("a", "c"), ("b", "d")], ROOM)
    order = plan.boxes["a"][1] < plan.boxes["b"][1]
    assert order == (plan.boxes["c"][1] < plan.boxes["d"][1])
    assert all(len(arrow.points) == 2 for arrow in plan.arrows)
