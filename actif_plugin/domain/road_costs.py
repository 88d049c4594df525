"""Costs of the shortest ways by road, between many places at once.

What lies between the places is first reduced to what a shortest way can use; scipy searches the
rest, never further than asked.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import (
    breadth_first_order,
    connected_components,
    dijkstra,
    maximum_bipartite_matching,
)

from .feedback import Feedback, Silent, checkpoint
from .metric import Floats
from .road_reduction import Arcs, reduced
from .roads import NOWHERE, Booleans, Integers, Roads, distinct, snap

# Nearer than this to the end of a piece, a place is the end.
_CLOSE_M = 1e-6
# Crossings searched at once: a cancellation waits for one such batch at most.
_SEARCH_BATCH = 200_000


@dataclass(frozen=True)
class Network:
    """What the shortest ways from some places to others can use.

    The crossings that matter have numbers from 0 to v - 1. Origins and destinations are no
    crossings: nobody drives through them.

    Attributes:
        origin: the place of each origin, shape (n,); ``NOWHERE`` for one off the roads.
        destination: the place of each destination, likewise, shape (m,).
        out: costs from the places of origin to crossings, shape (o, v).
        into: costs from crossings to the places of destination, transposed, shape (d, v).
        direct: costs from the former to the latter without any crossing, shape (o, d).
        arcs: costs between crossings, shape (v, v).
        cheapest: the least that a metre costs on any road.
    """

    origin: Integers
    destination: Integers
    out: csr_matrix
    into: csr_matrix
    direct: csr_matrix
    arcs: csr_matrix
    cheapest: float

    def costs(
        self,
        origins: Integers,
        destinations: Integers,
        limit: float | Floats = np.inf,
        feedback: Feedback | None = None,
    ) -> Floats:
        """Return the cost of the cheapest way of each pair.

        Args:
            origins, destinations: positions, both of shape (k,).
            limit: cost beyond which no way is looked for, inclusive; one for all, or of shape (k,).
            feedback: progress and cancellation.

        Returns:
            Shape (k,); inf where there is no way within *limit*.

        Raises:
            Cancelled: the user asked to stop.
        """
        watch = feedback or Silent()
        source, target = self.origin[origins], self.destination[destinations]
        result = np.full(len(source), np.inf)
        asked = np.flatnonzero((source != NOWHERE) & (target != NOWHERE))
        source, target = source[asked], target[asked]
        limits = np.broadcast_to(np.asarray(limit, dtype=np.float64), result.shape)[asked]
        cost = _lookup(self.direct, source, target)
        leaving = _fewest_searches(source, target)
        for chosen, arcs, out, into, start, end in (
            (leaving, self.arcs, self.out, self.into, source, target),
            (~leaving, self.arcs.T.tocsr(), self.into, self.out, target, source),
        ):
            pairs = np.flatnonzero(chosen)
            found = _search(arcs, out, into, start[pairs], end[pairs], limits[pairs], watch)
            cost[pairs] = np.minimum(cost[pairs], found)
        result[asked] = np.where(cost <= limits, cost, np.inf)
        return result

    def connected(
        self, origins: Integers, destinations: Integers, feedback: Feedback | None = None
    ) -> Booleans:
        """Tell for which pairs there is a way at all, however long; shape (k,).

        Raises:
            Cancelled: the user asked to stop.
        """
        # Crossings that lead to each other are one: a search of what is left is soon done.
        count, label = connected_components(self.arcs, directed=True, connection="strong")

        def grouped(links: csr_matrix, both: bool) -> csr_matrix:
            links = links.tocoo()
            row = label[links.row] if both else links.row
            column = label[links.col]
            apart = row != column if both else np.ones(len(row), dtype=bool)
            shape = (count if both else links.shape[0], count)
            ones = np.ones(np.count_nonzero(apart))
            return csr_matrix((ones, (row[apart], column[apart])), shape=shape)

        simple = replace(
            self,
            out=grouped(self.out, False),
            into=grouped(self.into, False),
            arcs=grouped(self.arcs, True),
        )
        return np.isfinite(simple.costs(origins, destinations, feedback=feedback))


def network_of(
    roads: Roads,
    origins: Floats,
    destinations: Floats,
    tolerance: float,
    feedback: Feedback | None = None,
) -> Network:
    """Connect places to the roads and keep what the ways between them can use.

    The straight line between a place and its road costs what the same metres of that road cost.

    Args:
        roads: the road network.
        origins, destinations: coordinates in its metric, shape (n, 2) or (n, 3).
        tolerance: metres from a place to the road, inclusive.
        feedback: progress and cancellation.

    Raises:
        Cancelled: the user asked to stop.
    """
    watch = feedback or Silent()
    places, place = distinct(np.concatenate((origins, destinations)))
    snapped = snap(roads, places, tolerance, watch)
    on = np.flatnonzero(snapped.piece != NOWHERE)
    piece = snapped.piece[on]
    length = roads.length[piece]
    along = snapped.fraction[on] * length
    first, last = along <= _CLOSE_M, length - along <= _CLOSE_M
    between = np.flatnonzero(~first & ~last)
    cuts, cut = distinct(np.column_stack((piece[between], along[between])))
    vertex = np.where(first, roads.first[piece], roads.last[piece])
    vertex[between] = len(roads.points) + cut
    access = snapped.offset[on] * np.minimum(roads.forward, roads.backward)[piece]

    # Places are vertices of their own, after all crossings: the origins, then the destinations.
    number = np.full(len(places), NOWHERE, dtype=np.int64)
    number[on] = np.arange(len(on))
    leaving, origin = _distinct_numbers(number[place[: len(origins)]])
    arriving, destination = _distinct_numbers(number[place[len(origins) :]])
    crossings = len(roads.points) + len(cuts)
    vertices = crossings + len(leaving) + len(arriving)
    tail, head, piece, length = _split(roads, cuts[:, 0].astype(np.int64), cuts[:, 1])
    along, against = roads.forward[piece] * length, roads.backward[piece] * length
    arcs = Arcs(
        np.concatenate((tail, head, crossings + np.arange(len(leaving)), vertex[arriving])),
        np.concatenate(
            (head, tail, vertex[leaving], vertices - len(arriving) + np.arange(len(arriving)))
        ),
        np.concatenate((along, against, access[leaving], access[arriving])),
        vertices,
    )
    arcs = reduced(arcs.open(), crossings, watch)
    cheapest = float(np.minimum(roads.forward, roads.backward).min()) if len(roads) else 1.0
    return _network(arcs, len(leaving), len(arriving), origin, destination, cheapest)


def _network(
    arcs: Arcs,
    leaving: int,
    arriving: int,
    origin: Integers,
    destination: Integers,
    cheapest: float,
) -> Network:
    """Sort arcs by what they join: the last vertices are the origins, then the destinations."""
    arrival = arcs.vertices - arriving
    crossings = arrival - leaving
    leaves, arrives = arcs.tail >= crossings, arcs.head >= arrival

    def matrix(chosen: Booleans, row: Integers, column: Integers, *shape: int) -> csr_matrix:
        positions = (row[chosen], column[chosen])
        return csr_matrix((arcs.cost[chosen], positions), shape=shape)

    return Network(
        origin,
        destination,
        matrix(leaves & ~arrives, arcs.tail - crossings, arcs.head, leaving, crossings),
        matrix(arrives & ~leaves, arcs.head - arrival, arcs.tail, arriving, crossings),
        matrix(leaves & arrives, arcs.tail - crossings, arcs.head - arrival, leaving, arriving),
        matrix(~leaves & ~arrives, arcs.tail, arcs.head, crossings, crossings),
        cheapest,
    )


def _fewest_searches(source: Integers, target: Integers) -> Booleans:
    """Tell which pairs to search from their source, the others from their target.

    One search serves all pairs of a place. The fewest places that have a hand in every pair are
    found as König's theorem does it: from a largest set of pairs that share no place.

    Returns:
        Shape (k,).
    """
    if not len(source):
        return np.zeros(0, dtype=bool)
    sources, row = _distinct_numbers(source)
    targets, column = _distinct_numbers(target)
    shape = (len(sources), len(targets))
    pairs = csr_matrix((np.ones(len(source), dtype=np.int8), (row, column)), shape=shape)
    partner = maximum_bipartite_matching(pairs, perm_type="column").astype(np.int64)
    # Walk from the sources without a partner to targets, and from these to their partners.
    matched = np.flatnonzero(partner != NOWHERE)
    alone = np.flatnonzero(partner == NOWHERE)
    count = len(sources) + len(targets)
    tail = np.concatenate((row, len(sources) + partner[matched], np.full(len(alone), count)))
    head = np.concatenate((len(sources) + column, matched, alone))
    steps = csr_matrix((np.ones(len(tail)), (tail, head)), shape=(count + 1, count + 1))
    reached = np.zeros(count + 1, dtype=bool)
    reached[breadth_first_order(steps, count, return_predecessors=False)] = True
    return np.asarray(~reached[row])


def _search(
    arcs: csr_matrix,
    out: csr_matrix,
    into: csr_matrix,
    source: Integers,
    target: Integers,
    limit: Floats,
    watch: Feedback,
) -> Floats:
    """Return the cost of each pair of places over the crossings."""
    cost = np.full(len(source), np.inf)
    if not len(source):
        return cost
    count = arcs.shape[0]
    starts, row = _distinct_numbers(source)
    by_source = np.argsort(row, kind="stable")
    sizes = np.bincount(row)
    furthest = np.maximum.reduceat(limit[by_source], np.cumsum(sizes) - sizes)
    # Sources that go as far are searched together, the nearest first.
    turn = np.argsort(furthest, kind="stable")
    position = np.empty(len(starts), dtype=np.int64)
    position[turn] = np.arange(len(starts))
    order = np.argsort(position[row], kind="stable")
    target, row = target[order], position[row[order]]
    begin = np.append(0, np.cumsum(sizes[turn]))
    step = max(1, _SEARCH_BATCH // max(1, count))
    found = []
    for at in range(0, len(starts), step):
        checkpoint(watch, at / len(starts))
        batch = out[starts[turn[at : at + step]]]
        size = batch.shape[0]
        graph = csr_matrix(
            (
                np.concatenate((arcs.data, batch.data)),
                np.concatenate((arcs.indices, batch.indices)),
                np.concatenate((arcs.indptr, arcs.indptr[-1] + batch.indptr[1:])),
            ),
            shape=(count + size, count + size),
        )
        reached = dijkstra(
            graph,
            indices=count + np.arange(size),
            limit=furthest[turn[at + size - 1]],
        )
        pairs = slice(begin[at], begin[at + size])
        found.append(_arrivals(reached, row[pairs] - at, into, target[pairs]))
    cost[order] = np.concatenate(found)
    return cost


def _arrivals(reached: Floats, row: Integers, into: csr_matrix, target: Integers) -> Floats:
    """Go from the crossings that searches reached to the place of each pair."""
    first = into.indptr[target]
    links = into.indptr[target + 1] - first
    cost = np.full(len(target), np.inf)
    for turn in range(int(links.max(initial=0))):
        pair = np.flatnonzero(links > turn)
        link = first[pair] + turn
        cost[pair] = np.minimum(
            cost[pair], reached[row[pair], into.indices[link]] + into.data[link]
        )
    return cost


def _lookup(matrix: csr_matrix, row: Integers, column: Integers) -> Floats:
    """Return the values a sparse matrix holds at some positions, inf where it holds none."""
    entries = matrix.tocoo()
    key = entries.row.astype(np.int64) * matrix.shape[1] + entries.col
    order = np.argsort(key)
    wanted = row * matrix.shape[1] + column
    if not len(key):
        return np.full(len(wanted), np.inf)
    place = np.searchsorted(key[order], wanted).clip(max=len(key) - 1)
    return np.where(key[order][place] == wanted, entries.data[order][place], np.inf)


def _split(
    roads: Roads, piece: Integers, along: Floats
) -> tuple[Integers, Integers, Integers, Floats]:
    """Cut pieces at new vertices, given in the order of pieces and of metres along them.

    Returns:
        Of each part: first and last vertex, the piece it comes from, metres.
    """
    own = np.arange(len(roads))
    vertex = len(roads.points) + np.arange(len(piece))
    # One boundary list: each piece's own first vertex and its cuts; each part ends at the next.
    part_piece = np.concatenate((own, piece))
    part_start = np.concatenate((np.zeros(len(roads)), along))
    part_tail = np.concatenate((roads.first, vertex))
    order = np.lexsort((part_start, part_piece))
    part_piece, part_start, part_tail = part_piece[order], part_start[order], part_tail[order]
    final = np.append(np.diff(part_piece) > 0, True)[: len(order)]
    part_head = np.where(final, roads.last[part_piece], np.roll(part_tail, -1))
    stop = np.where(final, roads.length[part_piece], np.roll(part_start, -1))
    return part_tail, part_head, part_piece, stop - part_start


def _distinct_numbers(numbers: Integers) -> tuple[Integers, Integers]:
    """Return the numbers there are but ``NOWHERE``, and the position of each among them."""
    there = np.zeros(numbers.max(initial=NOWHERE) + 2, dtype=bool)
    there[numbers] = True
    # Negative, NOWHERE counts from the end.
    there[NOWHERE] = False
    position = np.cumsum(there) - 1
    position[NOWHERE] = NOWHERE
    return np.flatnonzero(there), position[numbers]
