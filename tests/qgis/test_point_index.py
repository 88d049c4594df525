"""The index of new points: SQLite's own check finds it whole, and it finds what is there."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from actif_plugin.store.point_index import index_points


@pytest.fixture
def database() -> Iterator[sqlite3.Connection]:
    """An empty index, and the tables that new records wait in."""
    with closing(made()) as found:
        yield found


def made() -> sqlite3.Connection:
    database = sqlite3.connect(":memory:")
    database.execute("CREATE VIRTUAL TABLE r USING rtree(id, minx, maxx, miny, maxy)")
    database.execute("CREATE TEMP TABLE nouveau (rang INTEGER PRIMARY KEY, n INTEGER)")
    database.execute("CREATE TEMP TABLE arrivee (n INTEGER PRIMARY KEY, x REAL, y REAL)")
    return database


def fill(database: sqlite3.Connection, points: list, last: int) -> None:
    database.execute("DELETE FROM nouveau")
    database.execute("DELETE FROM arrivee")
    database.executemany(
        "INSERT INTO nouveau VALUES (?, ?)", ((n + 1, n) for n in range(len(points)))
    )
    database.executemany(
        "INSERT INTO arrivee VALUES (?, ?, ?)", ((n, *point) for n, point in enumerate(points))
    )
    index_points(database, "r", last)


def found(database: sqlite3.Connection, box: tuple[float, float, float, float]) -> set[int]:
    rows = database.execute(
        "SELECT id FROM r WHERE maxx >= ? AND minx <= ? AND maxy >= ? AND miny <= ?", box
    )
    return {one for (one,) in rows}


def whole(database: sqlite3.Connection) -> bool:
    return database.execute("SELECT rtreecheck('r')").fetchone() == ("ok",)


# 51 cells fill a node: each side of one level, of two, and three levels.
@pytest.mark.parametrize("count", [0, 1, 50, 51, 52, 5_100, 5_101, 51 * 51, 51 * 51 + 1, 140_000])
@pytest.mark.parametrize("last", [0, 7])
def test_points_are_where_they_are(database, count, last):
    random = np.random.default_rng(count)
    points = random.uniform((400_000, 6_200_000), (1_000_000, 6_900_000), (count, 2)).tolist()
    fill(database, points, last)
    assert whole(database)
    assert database.execute("SELECT count(*) FROM r").fetchone() == (count,)
    box = (500_000, 600_000, 6_300_000, 6_500_000)
    inside = {
        last + 1 + number
        for number, (x, y) in enumerate(points)
        if box[0] <= x <= box[1] and box[2] <= y <= box[3]
    }
    assert found(database, box) == inside


def test_an_index_that_holds_points_already(database):
    fill(database, [(1.0, 1.0)] * 3, 0)
    fill(database, [(2.0, 2.0)] * 200, 3)
    assert whole(database)
    assert found(database, (0, 1.5, 0, 1.5)) == {1, 2, 3}
    assert len(found(database, (1.5, 3, 1.5, 3))) == 200


def test_a_packed_index_takes_more_and_gives_up_some(database):
    fill(database, [(float(n), float(n % 7)) for n in range(3_000)], 0)
    database.execute("DELETE FROM r WHERE id % 3 = 0")
    database.executemany(
        "INSERT INTO r VALUES (?, ?, ?, ?, ?)", ((10_000 + n, n, n, 1, 1) for n in range(500))
    )
    assert whole(database)
    assert found(database, (10, 10, 0, 9)) == {11, 10_010}


coordinate = st.floats(-1e7, 1e7, allow_nan=False)
point = st.one_of(st.tuples(coordinate, coordinate), st.just((None, None)), st.just((0.1, 0.1)))


@settings(max_examples=60, deadline=None)
@given(points=st.lists(point, max_size=200))
def test_any_points_and_those_without(points):
    with closing(made()) as database:
        fill(database, points, 0)
        assert whole(database)
        for number, (x, y) in enumerate(points, start=1):
            if x is not None:
                assert number in found(database, (x, x, y, y))
        placed = sum(x is not None for x, _ in points)
        assert database.execute("SELECT count(*) FROM r").fetchone() == (placed,)
