"""The spatial index of many new points, packed where it was empty.

An R-tree fed point by point splits its nodes again and again, which takes longer than writing the
records. Points that come sorted by strips and northwards in each fill node after node instead
(sort-tile-recursive packing: Leutenegger, Lopez, Edgington, 1997), as SQLite's R*Tree module reads
them: two bytes of depth, two of cell count, then cells of an identifier and four 32-bit
coordinates, all big-endian. Points are read as they are written: their number weighs four bytes
each in memory.
"""

from __future__ import annotations

import math
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from string import Template

import numpy as np

from .geopackage import quoted

_CELL = np.dtype([("id", ">i8"), ("box", ">f4", (4,))])
_HEADER_BYTES = 4
_ROOT = 1
_NODES_AT_ONCE = 100

_NODE_SIZE = Template("SELECT length(data) FROM $node WHERE nodeno = 1")
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
    size = database.execute(_NODE_SIZE.substitute(names)).fetchone()[0]
    capacity = (size - _HEADER_BYTES) // _CELL.itemsize
    strips = math.ceil(math.sqrt(count / capacity))
    points = database.execute(_BY_STRIPS, (west, (east - west) / strips or 1.0))
    if count <= capacity:
        cells = next(_cells(points, capacity, last))
        _finish(database, names, cells, 0, size)
        database.executemany(
            _HOLDER.substitute(names), ((int(one), _ROOT) for one in sorted(cells["id"]))
        )
        return
    holders = np.zeros(_ranks(database) + 1, dtype=np.int32)
    above = []
    free = _ROOT + 1
    for cells in _cells(points, capacity * _NODES_AT_ONCE, last):
        blobs = _nodes(cells, capacity, size)
        nodes = np.arange(free, free + len(blobs))
        database.executemany(_NODE.substitute(names), zip(nodes.tolist(), blobs))
        holders[cells["id"].astype(np.int64) - last] = np.repeat(nodes, capacity)[: len(cells)]
        above.append(_around(cells, nodes, capacity))
        free += len(blobs)
    database.executemany(
        _HOLDER.substitute(names),
        ((last + rank, int(node)) for rank, node in enumerate(holders) if node),
    )
    # Joined, arrays take the byte order of the machine.
    level, depth = np.concatenate(above).astype(_CELL), 1
    while len(level) > capacity:
        blobs = _nodes(level, capacity, size)
        nodes = np.arange(free, free + len(blobs))
        database.executemany(_NODE.substitute(names), zip(nodes.tolist(), blobs))
        _write_parents(database, names, level, np.repeat(nodes, capacity).tolist())
        level, depth = _around(level, nodes, capacity), depth + 1
        free += len(blobs)
    _finish(database, names, level, depth, size)
    _write_parents(database, names, level, [_ROOT] * len(level))


def _ranks(database: sqlite3.Connection) -> int:
    return int(database.execute("SELECT max(rang) FROM nouveau").fetchone()[0])


def _cells(points: sqlite3.Cursor, at_once: int, last: int) -> Iterator[np.ndarray]:
    """Yield the cells of points, their boxes rounded outwards to 32 bits."""
    while rows := points.fetchmany(at_once):
        table = np.array([tuple(row) for row in rows], dtype=np.float64)
        cells = np.empty(len(table), dtype=_CELL)
        cells["id"] = last + table[:, 0].astype(np.int64)
        for axis in (0, 1):
            exact = table[:, 1 + axis]
            near = exact.astype(np.float32)
            low = np.where(near > exact, np.nextafter(near, np.float32(-np.inf)), near)
            high = np.where(near < exact, np.nextafter(near, np.float32(np.inf)), near)
            cells["box"][:, 2 * axis], cells["box"][:, 2 * axis + 1] = low, high
        yield cells


def _nodes(cells: np.ndarray, capacity: int, size: int) -> list[bytes]:
    """Return the nodes that hold the cells, *capacity* each, the last one with what is left."""
    parts = (cells[start : start + capacity] for start in range(0, len(cells), capacity))
    return [_node(part, 0, size) for part in parts]


def _node(cells: np.ndarray, depth: int, size: int) -> bytes:
    header = depth.to_bytes(2, "big") + len(cells).to_bytes(2, "big")
    return (header + cells.tobytes()).ljust(size, b"\0")


def _around(cells: np.ndarray, nodes: np.ndarray, capacity: int) -> np.ndarray:
    """Return the cells of the nodes, each with the box around its own cells."""
    above = np.empty(len(nodes), dtype=_CELL)
    above["id"] = nodes
    starts = np.arange(0, len(cells), capacity)
    boxes = cells["box"].astype(np.float32)
    for side, widest in enumerate((np.minimum, np.maximum, np.minimum, np.maximum)):
        above["box"][:, side] = widest.reduceat(boxes[:, side], starts)
    return above


def _write_parents(
    database: sqlite3.Connection, names: dict[str, str], held: np.ndarray, nodes: Iterable[int]
) -> None:
    rows: Sequence[tuple[int, int]] = list(zip(held["id"].tolist(), nodes))
    database.executemany(_PARENT.substitute(names), rows)


def _finish(
    database: sqlite3.Connection, names: dict[str, str], cells: np.ndarray, depth: int, size: int
) -> None:
    database.execute(_SET_ROOT.substitute(names), (_node(cells, depth, size),))
