"""A road network without what no way between its places can use."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .feedback import Feedback, checkpoint
from .metric import Floats
from .roads import Booleans, Integers, runs

# More would leave fewer crossings and more arcs: beyond eight the search gains little.
_MAX_NEIGHBORS = 8
# Reducing stops where a round takes away no more than this share of the crossings.
_WORTHWHILE = 0.01


@dataclass(frozen=True)
class Arcs:
    """One-way arcs between numbered vertices.

    Attributes:
        tail, head: where each leaves and arrives, shape (m,).
        cost: of each, shape (m,).
        vertices: how many there are.
    """

    tail: Integers
    head: Integers
    cost: Floats
    vertices: int

    def open(self) -> Arcs:
        """Drop the arcs that are closed."""
        way = np.isfinite(self.cost)
        return Arcs(self.tail[way], self.head[way], self.cost[way], self.vertices)

    def cheapest(self) -> Arcs:
        """Keep one arc a pair of vertices."""
        key = self.tail * self.vertices + self.head
        order = np.argsort(key, kind="stable")
        if not len(order):
            return self
        begin = np.flatnonzero(np.append(True, np.diff(key[order]) > 0))
        cost = np.minimum.reduceat(self.cost[order], begin)
        chosen = order[begin]
        return Arcs(self.tail[chosen], self.head[chosen], cost, self.vertices)


def reduced(arcs: Arcs, crossings: int, watch: Feedback) -> Arcs:
    """Take crossings away and join their neighbours directly.

    A crossing with few neighbours can go when each way through it becomes an arc of its own: the
    costs between the other vertices stay what they were. This ends dead ends, straightens the
    bends of roads, and leaves a small share of the crossings. They go in rounds, no two
    neighbours in the same. Vertices from *crossings* on are places and stay.
    """
    arcs = arcs.cheapest()
    while True:
        checkpoint(watch, 1.0)
        count = arcs.vertices
        low, high = np.minimum(arcs.tail, arcs.head), np.maximum(arcs.tail, arcs.head)
        link = np.unique(low * count + high)
        checkpoint(watch, 1.0)
        low, high = link // count, link % count
        degree = np.bincount(low, minlength=count) + np.bincount(high, minlength=count)
        going = degree <= _MAX_NEIGHBORS
        going[crossings:] = False
        # A crossing waits for a neighbour whose turn, by any fixed shuffle, is before its own.
        turn = np.arange(count, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
        rivals = going[low] & going[high]
        low, high = low[rivals], high[rivals]
        going[np.where(turn[low] < turn[high], high, low)] = False
        if np.count_nonzero(going) <= _WORTHWHILE * crossings:
            return arcs
        checkpoint(watch, 1.0)
        renumber = np.cumsum(~going) - 1
        arcs = _without(arcs, going, renumber)
        crossings -= np.count_nonzero(going)


def _without(arcs: Arcs, going: Booleans, renumber: Integers) -> Arcs:
    """Replace the ways through vertices, no two of them neighbours, by arcs."""
    enters, leaves = going[arcs.head], going[arcs.tail]
    into, out = np.flatnonzero(enters), np.flatnonzero(leaves)
    out = out[np.argsort(arcs.tail[out], kind="stable")]
    start = np.searchsorted(arcs.tail[out], arcs.head[into])
    size = np.searchsorted(arcs.tail[out], arcs.head[into], side="right") - start
    way, place = runs(size)
    before, after = into[way], out[start[way] + place]
    round_trip = arcs.tail[before] == arcs.head[after]
    before, after = before[~round_trip], after[~round_trip]
    stays = ~enters & ~leaves
    tail = np.concatenate((arcs.tail[stays], arcs.tail[before]))
    head = np.concatenate((arcs.head[stays], arcs.head[after]))
    cost = np.concatenate((arcs.cost[stays], arcs.cost[before] + arcs.cost[after]))
    return Arcs(renumber[tail], renumber[head], cost, int(renumber[-1]) + 1).cheapest()
