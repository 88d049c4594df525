"""Missing transformers: a resource, a need, and no one near who makes the one of the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.spatial import cKDTree

from .codes import Code
from .feedback import Feedback, Silent, checkpoint
from .matching import Flows, Integers
from .metric import Floats, Metric, Planar
from .value_chains import Link, meets


@dataclass(frozen=True)
class MissingTransformer:
    """A process that no one in reach masters, between resources and needs that are there.

    Attributes:
        link: the process.
        offers: positions of the resources it would take in.
        needs: positions of the needs it would answer.
        distance: metres on the ground between the nearest of these resources and needs.
        able_at: metres on the ground from the nearest of these needs to the nearest establishment
            that masters the process; inf where there is none.
    """

    link: Link
    offers: tuple[int, ...]
    needs: tuple[int, ...]
    distance: float
    able_at: float


def missing_transformers(
    links: Sequence[Link],
    needs: Flows,
    offers: Flows,
    able: Sequence[Floats],
    *,
    max_distance: float,
    metric: Metric | None = None,
    feedback: Feedback | None = None,
) -> list[MissingTransformer]:
    """Find the processes that would join a resource to a need, and that no one in reach does.

    A need counts when a resource that the process takes in lies within *max_distance* of it, and no
    establishment able to do the process does.

    Args:
        links: processes: what they take in, what they make.
        needs: needs that find no answer as they are.
        offers: open resources.
        able: for each link, the coordinates of the establishments that master it, shape (n, 2) or
            (n, 3), in the metric of the search.
        max_distance: metres on the ground, inclusive.
        metric: meaning of the coordinates; a plane in metres by default.
        feedback: progress and cancellation.

    Raises:
        Cancelled: the user asked to stop.
    """
    ground = metric or Planar()
    watch = feedback or Silent()
    found = []
    for number, (link, masters) in enumerate(zip(links, able)):
        checkpoint(watch, number / len(links))
        usable = _rows(offers, link.inputs)
        wanted = _rows(needs, (*link.outputs, *link.byproducts))
        if not (len(usable) and len(wanted)):
            continue
        far = _nearest(needs.points[wanted], masters, ground) > max_distance
        wanted = wanted[far]
        if not len(wanted):
            continue
        gap = _nearest(needs.points[wanted], offers.points[usable], ground)
        joined = gap <= max_distance
        if not joined.any():
            continue
        wanted = wanted[joined]
        near = _nearest(offers.points[usable], needs.points[wanted], ground) <= max_distance
        found.append(
            MissingTransformer(
                link,
                tuple(usable[near].tolist()),
                tuple(wanted.tolist()),
                float(gap[joined].min()),
                float(_nearest(needs.points[wanted], masters, ground).min()),
            )
        )
    return found


def _rows(flows: Flows, products: Sequence[Code]) -> Integers:
    concerned = [any(meets(code, product) for product in products) for code in flows.codes]
    return np.flatnonzero(np.asarray(concerned, dtype=bool)[flows.code])


def _nearest(points: Floats, others: Floats, metric: Metric) -> Floats:
    """Return the metres from each of *points* to the nearest of *others*; inf where none is."""
    if not len(others):
        return np.full(len(points), np.inf)
    chord, _ = cKDTree(others).query(points)
    return metric.ground(np.asarray(chord, dtype=np.float64))
