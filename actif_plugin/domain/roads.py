"""Roads as straight pieces joined into a network, and the places put on them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from .feedback import Feedback, Silent, checkpoint
from .metric import Floats, Metric, Planar

Integers = NDArray[np.int64]
Booleans = NDArray[np.bool_]

NOWHERE = -1
# Pieces are cut to at most this many metres in the index: the shorter, the fewer to compare.
_STRIDE_M = 50.0
_SNAP_BATCH = 4096


@dataclass(frozen=True)
class Roads:
    """A road network: straight pieces between distinct vertices, each pair of vertices once.

    Attributes:
        points: the vertices' coordinates in the metric of the search, shape (v, 2) or (v, 3).
        first, last: the two vertices of each piece, shape (p,).
        length: metres on the ground, shape (p,).
        forward, backward: cost of a metre from ``first`` to ``last`` and back, shape (p,); inf
            where the way is closed.
        stop: whether a company can stand beside the piece, shape (p,).
        metric: meaning of the coordinates.
    """

    points: Floats
    first: Integers
    last: Integers
    length: Floats
    forward: Floats
    backward: Floats
    stop: Booleans
    metric: Metric

    def __len__(self) -> int:
        return len(self.first)


def roads_of(
    starts: Floats,
    ends: Floats,
    forward: Floats,
    backward: Floats,
    stop: Booleans,
    metric: Metric | None = None,
    feedback: Feedback | None = None,
) -> Roads:
    """Join straight pieces into a network: equal coordinates are one vertex.

    Vertices are numbered by their coordinates, so the order of the pieces changes nothing. Pieces
    without length and those closed both ways are dropped; of two pieces between the same vertices
    the cheaper counts, in each direction.

    Args:
        starts, ends: coordinates of the pieces in the metric of the search, shape (n, 2) or (n, 3).
        forward, backward: cost of a metre in each direction, shape (n,); inf where it is closed.
        stop: whether a company can stand beside the piece, shape (n,).
        metric: meaning of the coordinates; a plane in metres by default.
        feedback: progress and cancellation.

    Raises:
        Cancelled: the user asked to stop.
    """
    watch = feedback or Silent()
    checkpoint(watch, 0.0)
    used = (starts != ends).any(axis=1) & (np.isfinite(forward) | np.isfinite(backward))
    starts, ends, forward, backward, stop = (
        column[used] for column in (starts, ends, forward, backward, stop)
    )
    points, number = distinct(np.concatenate((starts, ends)))
    checkpoint(watch, 0.6)
    tail, head = number[: len(starts)], number[len(starts) :]
    turned = tail > head
    tail, head = np.where(turned, head, tail), np.where(turned, tail, head)
    forward, backward = np.where(turned, backward, forward), np.where(turned, forward, backward)
    key = tail * len(points) + head
    order = np.argsort(key, kind="stable")
    checkpoint(watch, 0.9)
    if len(order):
        begin = np.flatnonzero(np.append(True, np.diff(key[order]) > 0))
        forward = np.minimum.reduceat(forward[order], begin)
        backward = np.minimum.reduceat(backward[order], begin)
        stop = np.logical_or.reduceat(stop[order], begin)
        tail, head = tail[order[begin]], head[order[begin]]
    metric = metric or Planar()
    length = metric.ground(norm(points[head] - points[tail]))
    return Roads(points, tail, head, length, forward, backward, stop, metric)


@dataclass(frozen=True)
class Snapped:
    """Where points meet the roads; all arrays have shape (n,).

    Attributes:
        piece: the nearest piece, ``NOWHERE`` for a point beyond the tolerance.
        fraction: position on the piece, 0 at its first vertex and 1 at its last.
        offset: metres from the point to the road.
    """

    piece: Integers
    fraction: Floats
    offset: Floats


def snap(
    roads: Roads, points: Floats, tolerance: float, feedback: Feedback | None = None
) -> Snapped:
    """Put each point on the nearest piece a company can stand beside.

    Args:
        points: coordinates in the metric of the roads, shape (n, 2) or (n, 3).
        tolerance: metres, inclusive.
        feedback: progress and cancellation.

    Raises:
        Cancelled: the user asked to stop.
    """
    watch = feedback or Silent()
    piece = np.full(len(points), NOWHERE, dtype=np.int64)
    fraction = np.zeros(len(points))
    offset = np.full(len(points), np.inf)
    usable = np.flatnonzero(roads.stop)
    if not len(usable):
        return Snapped(piece, fraction, offset)
    # Short stretches stand for the pieces: the nearest piece has a stretch whose middle lies no
    # further than the nearest middle of all plus half a stretch.
    start = roads.points[roads.first[usable]]
    way = roads.points[roads.last[usable]] - start
    span = norm(way)
    count = np.maximum(1, np.ceil(span / _STRIDE_M)).astype(np.int64)
    owner, place = runs(count)
    middle = start[owner] + way[owner] * ((place + 0.5) / count[owner])[:, None]
    half = float((span / count).max()) / 2
    checkpoint(watch, 0.0)
    tree = cKDTree(middle, balanced_tree=False, compact_nodes=False)
    bound = float(roads.metric.chord(np.array([tolerance]))[0])
    for begin in range(0, len(points), _SNAP_BATCH):
        checkpoint(watch, begin / len(points))
        batch = points[begin : begin + _SNAP_BATCH]
        nearest, _ = tree.query(batch)
        radius = (np.minimum(nearest, bound) + half) * (1 + 1e-9)
        found = tree.query_ball_point(batch, radius)
        row, _ = runs(np.fromiter(map(len, found), dtype=np.int64, count=len(batch)))
        if not len(row):
            continue
        candidate = owner[np.concatenate(found).astype(np.int64)]
        share = ((batch[row] - start[candidate]) * way[candidate]).sum(axis=1)
        share = np.clip(share / span[candidate] ** 2, 0.0, 1.0)
        gap = norm(batch[row] - start[candidate] - share[:, None] * way[candidate])
        order = np.lexsort((candidate, gap, row))
        best = order[np.append(True, np.diff(row[order]) > 0)]
        best = best[gap[best] <= bound * (1 + 1e-12)]
        at = begin + row[best]
        piece[at] = usable[candidate[best]]
        fraction[at] = share[best]
        offset[at] = roads.metric.ground(gap[best])
    return Snapped(piece, fraction, offset)


def distinct(rows: Floats) -> tuple[Floats, Integers]:
    """Return the distinct rows, sorted, and for each row its position among them."""
    order = np.lexsort(rows.T[::-1])
    ordered = rows[order]
    new = np.ones(len(rows), dtype=bool)
    new[1:] = (ordered[1:] != ordered[:-1]).any(axis=1)
    position = np.empty(len(rows), dtype=np.int64)
    position[order] = np.cumsum(new) - 1
    return ordered[new], position


def runs(sizes: Integers) -> tuple[Integers, Integers]:
    """Number the members of runs: the run each belongs to, and its place in the run."""
    run = np.repeat(np.arange(len(sizes)), sizes)
    return run, np.arange(len(run)) - np.repeat(np.cumsum(sizes) - sizes, sizes)


def norm(vectors: Floats) -> Floats:
    return np.asarray(np.sqrt((vectors**2).sum(axis=1)))
