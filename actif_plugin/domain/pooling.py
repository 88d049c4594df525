"""Who shares a need and is near enough to buy, store or train together.

The needs of one product are cut into pools by complete-linkage clustering
(``scipy.cluster.hierarchy``), the tree being cut at the diameter asked for. Why this one:

- in complete linkage the height of a cluster is the distance of its two furthest members, so that
  cutting at the diameter *is* the rule "any two members at most that far from each other";
- single linkage and DBSCAN chain: a string of companies each near the next makes one pool as long
  as the string. k-means wants the number of pools, and bounds nothing;
- discs of half the diameter around chosen companies keep the bound too, but cut in two a pool that
  has nobody in its middle.

A company that said how far it would go (``rayon_max_km``) is held to it: a pair beyond the reach
of either counts as too far, exactly as for an answer to a need, so that nobody finds itself in a
pool that it already said it would not drive to.

Complete linkage wants the distances of all pairs. It therefore runs on distinct places and on
islands: places that no chain of steps of one diameter links to the rest. An island of more places
than memory bears is first reduced to grains, the places of one small cell told as one with the
cell's size, and cut along the middle where even the grains are too many. Both keep the bound, since
a pool within a part is a pool; what they cost is the finest choice of its edges.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree
from scipy.spatial.distance import cdist, pdist

from .codes import Code, Level
from .feedback import Feedback, Silent, checkpoint
from .matching import UNKNOWN_OWNER, Flows, Integers
from .metric import Floats, Metric, Planar

# Places clustered at once: 2 million distances, 50 MB and a thirtieth of a second.
_MOST = 2000
# Grains are cells of a sixteenth of the diameter: some 200 of them fill a pool.
_GRAINS_ACROSS = 16
# Rows of distances held at once when a pool is measured.
_ROWS = 512


@dataclass(frozen=True)
class Pool:
    """Establishments that share a need.

    Attributes:
        code: what they need, at the level asked for, or the coarser code that their records carry.
        needs: positions of the needs, in identifier order.
        members: distinct establishments; a need of unknown owner counts as its own.
        diameter: distance of the two needs furthest apart, in metres on the ground.
        centre: position of a need at the most central place, the one whose furthest fellow is
            nearest.
    """

    code: Code
    needs: Integers
    members: int
    diameter: float
    centre: int


def pool_needs(
    needs: Flows,
    *,
    level: Level | None,
    max_distance: float,
    min_members: int,
    metric: Metric | None = None,
    feedback: Feedback | None = None,
) -> list[Pool]:
    """Cut needs into pools in which any two are at most *max_distance* apart.

    Every need is in one pool at most. Codes are grouped by their ancestor at *level* (``None``:
    the very same code); records that carry a coarser code pool among themselves, since being
    compatible with two groups does not make these groups one purchase. The order of the rows
    changes nothing.

    Args:
        needs: open needs only.
        level: level at which codes are compared.
        max_distance: diameter of a pool, metres on the ground, inclusive.
        min_members: establishments that make a pool, at least 1.
        metric: meaning of the coordinates; a plane in metres by default.
        feedback: progress and cancellation.

    Returns:
        The pools with most members first, then the tightest.

    Raises:
        ValueError: *min_members* under 1, or *max_distance* negative or not a number.
        Cancelled: the user asked to stop.
    """
    if min_members < 1:
        raise ValueError("min_members must be at least 1")
    if not max_distance >= 0:
        raise ValueError("max_distance must not be negative")
    measure, watch = metric or Planar(), feedback or Silent()
    order = np.argsort(needs.ids, kind="stable")
    limit = float(measure.chord(np.array([max_distance]))[0])
    # A limit beyond everything is brought to what is there, so that "too far" stays a number.
    everything = float(np.linalg.norm(np.ptp(needs.points, axis=0))) if len(needs) else 0.0
    limit = min(limit, 2 * everything)
    reach = np.fmin(np.fmax(measure.chord(needs.reach), 0.0), limit)

    pools: list[Pool] = []
    done = 0
    for code, rows in _by_code(needs, order, level):
        checkpoint(watch, done / len(needs))
        stage = _Stage(watch, done / len(needs))
        labels = _cut(needs.points[rows], reach[rows], limit, stage)
        for together in _groups(labels):
            members = _count(needs.owner[rows[together]])
            if members >= min_members:
                pools.append(_measured(code, rows[together], members, needs, measure, stage))
        done += len(rows)
    checkpoint(watch, 1.0)
    first = np.empty(len(needs), dtype=np.int64)
    first[order] = np.arange(len(needs))
    return sorted(
        pools,
        key=lambda pool: (-pool.members, pool.diameter, pool.code.text, first[pool.needs[0]]),
    )


class _Stage:
    """Asks whether to go on within a step that is too short for a progress of its own."""

    def __init__(self, watch: Feedback, fraction: float) -> None:
        self._watch = watch
        self._fraction = fraction

    def check(self) -> None:
        checkpoint(self._watch, self._fraction)


def _by_code(needs: Flows, order: Integers, level: Level | None) -> Iterator[tuple[Code, Integers]]:
    """Yield each code with the positions of its needs, in the order of *order*."""
    keys: dict[Code, int] = {}
    number = np.asarray(
        [keys.setdefault(_key(code, level), len(keys)) for code in needs.codes], dtype=np.int64
    )
    of_row = number[needs.code[order]] if len(order) else order
    names = list(keys)
    for together in _groups(of_row):
        yield names[of_row[together[0]]], order[together]


def _key(code: Code, level: Level | None) -> Code:
    return code if level is None else Code(code.nomenclature, code.lineage[:level])


def _groups(labels: Integers) -> list[Integers]:
    """Return the positions of each label, in their order."""
    order = np.argsort(labels, kind="stable")
    bounds = np.flatnonzero(np.diff(labels[order])) + 1
    return np.split(order, bounds) if len(labels) else []


def _count(owners: Integers) -> int:
    known = owners[owners != UNKNOWN_OWNER]
    return len(np.unique(known)) + len(owners) - len(known)


def _cut(points: Floats, reach: Floats, limit: float, stage: _Stage) -> Integers:
    """Label points so that those of one label are at most *limit* apart, and within reach."""
    # Sorted by their coordinates, places come in one order whatever that of the rows.
    places, place_of = np.unique(np.column_stack((points, reach)), axis=0, return_inverse=True)
    labels = np.empty(len(places), dtype=np.int64)
    used = 0
    for island in _islands(places[:, :-1], limit):
        for part, own in _parts(places[island], limit, stage):
            labels[island[part]] = own + used
            used += int(own.max()) + 1
    result: Integers = labels[place_of.reshape(-1)]
    return result


def _islands(places: Floats, limit: float) -> list[Integers]:
    """Split places into sets further than *limit* from each other.

    Places of neighbouring cells of one diameter go together: that needs no list of all near
    pairs, which in a town is nearly all pairs.
    """
    width = 1.001 * max(limit, 0.001)
    cells, cell_of = np.unique(np.floor(places / width), axis=0, return_inverse=True)
    near = cKDTree(cells).query_pairs(1.5, p=np.inf, output_type="ndarray")
    links = coo_matrix((np.ones(len(near)), near.T), shape=(len(cells), len(cells)))
    _, island_of_cell = connected_components(links, directed=False)
    return _groups(island_of_cell[cell_of.reshape(-1)])


def _parts(places: Floats, limit: float, stage: _Stage) -> Iterator[tuple[Integers, Integers]]:
    """Cluster an island: yield positions in *places* with labels from 0."""
    stage.check()
    if len(places) <= _MOST:
        none = np.zeros(len(places))
        yield np.arange(len(places)), _linked(places[:, :-1], none, places[:, -1], limit)
        return
    order, start = _grains(places, limit)
    count = np.diff(np.append(start, len(order)))
    points = places[order, :-1]
    corners = (np.minimum.reduceat(points, start) + np.maximum.reduceat(points, start)) / 2
    away = np.linalg.norm(points - np.repeat(corners, count, axis=0), axis=1)
    size = np.maximum.reduceat(away, start)
    reach = places[order[start], -1]
    for half in _halves(corners):
        stage.check()
        labels = _linked(corners[half], size[half], reach[half], limit)
        # The places of the grains of this half, grain after grain.
        inside = np.arange(count[half].sum()) - np.repeat(
            np.cumsum(count[half]) - count[half] - start[half], count[half]
        )
        yield order[inside], np.repeat(labels, count[half])


def _grains(places: Floats, limit: float) -> tuple[Integers, Integers]:
    """Gather the places of one small cell whose companies would go equally far.

    Returns:
        The positions grain after grain, and where each grain starts among them.
    """
    width = limit / _GRAINS_ACROSS
    own_reach = places[:, -1]
    # Who would not even cross the cell stays a grain of its own.
    short = own_reach < width * np.sqrt(places.shape[1] - 1)
    alone = np.where(short, np.arange(1, len(places) + 1), 0)
    cells = np.column_stack((np.floor(places[:, :-1] / width), own_reach, alone))
    order = np.lexsort(cells.T)
    changes = (np.diff(cells[order], axis=0) != 0).any(axis=1)
    return order, np.concatenate(([0], np.flatnonzero(changes) + 1))


def _halves(points: Floats) -> Iterator[Integers]:
    """Cut points in two across their longest side until every part is small enough."""
    waiting = [np.arange(len(points))]
    while waiting:
        part = waiting.pop()
        if len(part) <= _MOST:
            yield part
            continue
        here = points[part]
        longest = int(np.argmax(np.ptp(here, axis=0)))
        order = part[np.lexsort((*here.T, here[:, longest]))]
        waiting += [order[: len(order) // 2], order[len(order) // 2 :]]


def _linked(points: Floats, size: Floats, reach: Floats, limit: float) -> Integers:
    """Cluster points, or grains of radius *size*, by complete linkage cut at *limit*."""
    if len(points) == 1:
        return np.zeros(1, dtype=np.int64)
    first, second = np.triu_indices(len(points), 1)
    # The furthest that two members of two grains can be.
    distance = pdist(points) + size[first] + size[second]
    distance[distance > np.minimum(reach[first], reach[second])] = 2 * limit + 1
    labels: Integers = fcluster(linkage(distance, "complete"), limit, "distance").astype(np.int64)
    return labels - 1


def _measured(
    code: Code, rows: Integers, members: int, needs: Flows, metric: Metric, stage: _Stage
) -> Pool:
    """Return the pool of some needs, with its diameter and its centre."""
    places, first = np.unique(needs.points[rows], axis=0, return_index=True)
    furthest = np.empty(len(places))
    for start in range(0, len(places), _ROWS):
        stage.check()
        furthest[start : start + _ROWS] = cdist(places[start : start + _ROWS], places).max(axis=1)
    centre = int(rows[first[np.argmin(furthest)]])
    diameter = float(metric.ground(furthest.max(keepdims=True))[0])
    return Pool(code, rows, members, diameter, centre)
