"""The spatial index of many new points, packed where it was empty.

Points are read from the database by strips and northwards in each, the order in which
:mod:`.packed_rtree` packs boxes: their number weighs four bytes each in memory, for the boxes of a
whole import would not fit beside it.
"""

from __future__ import annotations

import math
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from string import Template

import numpy as np

from .geopackage import quoted
from .packed_rtree import (
    CELL,
    HEADER_BYTES,
    ROOT,
    around,
    at_depth,
    node_blobs,
    node_size,
    outward_cells,
)

_NODES_AT_ONCE = 100

_EMPTY = Template("SELECT NOT EXISTS (SELECT 1 FROM $rowid)")
_NODE = Template("INSERT INTO $node VALUES (?, ?)")
_SET_ROOT = Template("UPDATE $node SET data = ? WHERE nodeno = 1")
_HOLDER = Template("INSERT INTO $rowid VALUES (?, ?)")
_PARENT = Template("INSERT INTO $parent VALUES (?, ?)")
_BOX = """SELECT count(*), min(a.x), max(a.x)
FROM nouveau AS o JOIN arrivee AS a ON a.n = o.n WHERE a.x IS NOT NULL"""
_BY_STRIPS = """SELECT o.rang, a.x, a.y FROM nouveau AS o JOIN arrivee AS a ON a.n = o.n
WHERE a.x IS NOT NULL ORDER BY CAST((a.x - ?) / ? AS INTEGER), a.y"""
_ONE_BY_ONE = Template(
    """INSERT INTO $index
SELECT ? + o.rang, a.x, a.x, a.y, a.y FROM nouveau AS o JOIN arrivee AS a ON a.n = o.n
WHERE a.x IS NOT NULL ORDER BY o.rang"""
)


def index_points(database: sqlite3.Connection, index: str, last: int) -> None:
    """Put the points of ``nouveau`` and ``arrivee`` into an R-tree.

    Args:
        database: in a transaction, with these temporary tables.
        index: name of the R-tree.
        last: identifier before that of the first new record.

    Raises:
        sqlite3.Error: the index cannot be written.
    """
    names = {part: quoted(f"{index}_{part}") for part in ("node", "rowid", "parent")}
    count, west, east = database.execute(_BOX).fetchone()
    if not count:
        return
    if not database.execute(_EMPTY.substitute(names)).fetchone()[0]:
        database.execute(_ONE_BY_ONE.substitute(index=quoted(index)), (last,))
        return
    size = node_size(database, index)
    capacity = (size - HEADER_BYTES) // CELL.itemsize
    strips = math.ceil(math.sqrt(count / capacity))
    points = database.execute(_BY_STRIPS, (west, (east - west) / strips or 1.0))
    if count <= capacity:
        cells = next(_cells(points, capacity, last))
        _finish(database, names, cells, 0, size)
        database.executemany(
            _HOLDER.substitute(names), ((int(one), ROOT) for one in sorted(cells["id"]))
        )
        return
    holders = np.zeros(_ranks(database) + 1, dtype=np.int32)
    above = []
    free = ROOT + 1
    for cells in _cells(points, capacity * _NODES_AT_ONCE, last):
        blobs = node_blobs(cells, capacity, size)
        nodes = np.arange(free, free + len(blobs))
        database.executemany(_NODE.substitute(names), zip(nodes.tolist(), blobs))
        holders[cells["id"].astype(np.int64) - last] = np.repeat(nodes, capacity)[: len(cells)]
        above.append(around(cells, np.arange(0, len(cells), capacity), nodes))
        free += len(blobs)
    database.executemany(
        _HOLDER.substitute(names),
        ((last + rank, int(node)) for rank, node in enumerate(holders) if node),
    )
    # Joined, arrays take the byte order of the machine.
    level, depth = np.concatenate(above).astype(CELL), 1
    while len(level) > capacity:
        blobs = node_blobs(level, capacity, size)
        nodes = np.arange(free, free + len(blobs))
        database.executemany(_NODE.substitute(names), zip(nodes.tolist(), blobs))
        _write_parents(database, names, level, np.repeat(nodes, capacity).tolist())
        level, depth = around(level, np.arange(0, len(level), capacity), nodes), depth + 1
        free += len(blobs)
    _finish(database, names, level, depth, size)
    _write_parents(database, names, level, [ROOT] * len(level))


def _ranks(database: sqlite3.Connection) -> int:
    return int(database.execute("SELECT max(rang) FROM nouveau").fetchone()[0])


def _cells(points: sqlite3.Cursor, at_once: int, last: int) -> Iterator[np.ndarray]:
    while rows := points.fetchmany(at_once):
        table = np.array([tuple(row) for row in rows], dtype=np.float64)
        numbers = last + table[:, 0].astype(np.int64)
        yield outward_cells(numbers, table[:, [1, 1, 2, 2]])


def _write_parents(
    database: sqlite3.Connection, names: dict[str, str], held: np.ndarray, nodes: Iterable[int]
) -> None:
    rows: Sequence[tuple[int, int]] = list(zip(held["id"].tolist(), nodes))
    database.executemany(_PARENT.substitute(names), rows)


def _finish(
    database: sqlite3.Connection, names: dict[str, str], cells: np.ndarray, depth: int, size: int
) -> None:
    root = node_blobs(cells, len(cells), size)[0]
    database.execute(_SET_ROOT.substitute(names), (at_depth(root, depth),))
