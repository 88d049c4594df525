"""Filling an empty spatial index of a GeoPackage table at once.

An R-tree fed row by row is split and rebalanced again and again: most of the time of a large
result. Here boxes are sorted into tiles and packed into full nodes (sort-tile-recursive packing:
Leutenegger, Lopez, Edgington, 1997), written as SQLite's R*Tree module reads them: a node is two
bytes of depth, two of cell count, then cells of an identifier and four 32-bit coordinates, all
big-endian.
"""

from __future__ import annotations

import math
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from string import Template

import numpy as np
from numpy.typing import NDArray

from ..domain.feedback import Feedback, checkpoint
from .geopackage import quoted
from .rows import insert_rows

CELL = np.dtype([("id", ">i8"), ("box", ">f4", (4,))])
HEADER_BYTES = 4
ROOT = 1
_BATCH = 50_000
_NODE_SIZE = Template("SELECT length(data) FROM $node WHERE nodeno = 1")
_ROOT_NODE = Template("UPDATE $node SET data = ? WHERE nodeno = 1")


@dataclass(frozen=True)
class PackedTree:
    """The nodes of an R-tree.

    Attributes:
        root: the node 1.
        nodes: the blobs of the nodes 2, 3, 4…
        rows: identifiers of the rows, in ascending order.
        row_holder: the leaf that holds each of them.
        node_holder: the node above each of the nodes 2, 3, 4…
    """

    root: bytes
    nodes: list[bytes]
    rows: NDArray[np.int64]
    row_holder: NDArray[np.int64]
    node_holder: NDArray[np.int64]


def at_depth(root: bytes, depth: int) -> bytes:
    """Return the root of a tree with that many levels below it; all other nodes say nothing."""
    return depth.to_bytes(2, "big") + root[2:]


def node_size(base: sqlite3.Connection, index: str) -> int:
    """Return the bytes of a node of an R-tree."""
    query = _NODE_SIZE.substitute(node=quoted(f"{index}_node"))
    (size,) = base.execute(query).fetchone()
    return int(size)


def packed(
    rows: NDArray[np.int64], boxes: NDArray[np.float64], size: int, feedback: Feedback
) -> PackedTree:
    """Pack the boxes of rows into nodes.

    Args:
        rows: identifiers, in ascending order, shape (n,).
        boxes: least x, greatest x, least y, greatest y of each, shape (n, 4).
        size: of a node, in bytes.
        feedback: cancellation; the progress is the caller's.

    Raises:
        Cancelled: the user asked to stop.
    """
    capacity = (size - HEADER_BYTES) // CELL.itemsize
    cells = outward_cells(rows, boxes)
    nodes: list[bytes] = []
    holders: list[NDArray[np.int64]] = []
    depth = 0
    while len(cells) > capacity:
        order = _tiles(cells["box"].astype(np.float32), capacity, feedback)
        cells = cells[order]
        starts = np.arange(0, len(cells), capacity)
        numbers = np.arange(len(starts)) + ROOT + 1 + len(nodes)
        holder = np.empty(len(cells), dtype=np.int64)
        holder[order] = np.repeat(numbers, capacity)[: len(cells)]
        holders.append(holder)
        nodes += node_blobs(cells, capacity, size)
        cells, depth = around(cells, starts, numbers), depth + 1
    holders.append(np.full(len(cells), ROOT))
    root = node_blobs(cells, len(cells), size)[0] if len(cells) else bytes(size)
    return PackedTree(
        at_depth(root, depth),
        nodes,
        rows,
        holders[0],
        np.concatenate([np.empty(0, dtype=np.int64), *holders[1:]]),
    )


def write_tree(base: sqlite3.Connection, index: str, tree: PackedTree, feedback: Feedback) -> None:
    """Write packed nodes into an empty R-tree.

    Raises:
        sqlite3.Error: the index cannot be written.
        Cancelled: the user asked to stop.
    """
    node = f"{index}_node"
    base.execute(_ROOT_NODE.substitute(node=quoted(node)), (tree.root,))
    numbers = range(ROOT + 1, ROOT + 1 + len(tree.nodes))
    insert_rows(base, node, ("nodeno", "data"), [(numbers, tree.nodes)])
    insert_rows(
        base,
        f"{index}_parent",
        ("nodeno", "parentnode"),
        [(numbers, tree.node_holder.tolist())],
    )
    insert_rows(base, f"{index}_rowid", ("rowid", "nodeno"), _row_holders(tree, feedback))


def _row_holders(tree: PackedTree, feedback: Feedback) -> Iterator[tuple[list[int], list[int]]]:
    count = len(tree.row_holder)
    for start in range(0, count, _BATCH):
        checkpoint(feedback, start / count)
        part = slice(start, start + _BATCH)
        yield tree.rows[part].tolist(), tree.row_holder[part].tolist()
    checkpoint(feedback, 1.0)


def outward_cells(rows: NDArray[np.int64], boxes: NDArray[np.float64]) -> np.ndarray:
    """Return the cells of rows, their boxes rounded outwards to 32 bits."""
    cells = np.empty(len(boxes), dtype=CELL)
    cells["id"] = rows
    for side, (inside, towards) in enumerate(
        ((np.greater, -np.inf), (np.less, np.inf), (np.greater, -np.inf), (np.less, np.inf))
    ):
        rounded = boxes[:, side].astype(np.float32)
        further = np.nextafter(rounded, np.float32(towards))
        cells["box"][:, side] = np.where(inside(rounded, boxes[:, side]), further, rounded)
    return cells


def _tiles(boxes: NDArray[np.float32], capacity: int, feedback: Feedback) -> NDArray[np.int64]:
    """Return the order that fills node after node: columns from west to east, each northwards."""
    nodes = math.ceil(len(boxes) / capacity)
    column = math.ceil(math.sqrt(nodes)) * capacity
    checkpoint(feedback, 0.0)
    northing = boxes[:, 2] + boxes[:, 3]
    order = np.argsort(boxes[:, 0] + boxes[:, 1], kind="stable")
    parts = []
    for start in range(0, len(order), column):
        checkpoint(feedback, 0.0)
        part = order[start : start + column]
        parts.append(part[np.argsort(northing[part], kind="stable")])
    return np.concatenate(parts)


def node_blobs(cells: np.ndarray, capacity: int, size: int) -> list[bytes]:
    """Return the nodes that hold the cells, *capacity* each, the last one with what is left."""
    count = math.ceil(len(cells) / capacity)
    room = np.zeros(count * capacity, dtype=CELL)
    room[: len(cells)] = cells
    raw = np.zeros((count, size), dtype=np.uint8)
    end = HEADER_BYTES + capacity * CELL.itemsize
    raw[:, HEADER_BYTES:end] = room.view(np.uint8).reshape(count, -1)
    filled = np.full(count, capacity, dtype=">u2")
    filled[-1] = len(cells) - (count - 1) * capacity
    raw[:, 2:4] = filled.view(np.uint8).reshape(count, 2)
    return list(raw.view(f"V{size}").ravel().tolist())


def around(cells: np.ndarray, starts: np.ndarray, nodes: np.ndarray) -> np.ndarray:
    """Return the cells of the nodes, each with the box around its own cells."""
    above = np.empty(len(nodes), dtype=CELL)
    above["id"] = nodes
    for side, widest in enumerate((np.minimum, np.maximum, np.minimum, np.maximum)):
        bounds = cells["box"][:, side].astype(np.float32)
        above["box"][:, side] = widest.reduceat(bounds, starts)
    return above
