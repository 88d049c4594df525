"""Where a missing link could settle: candidate sites by how near they lie to what it would join."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.spatial import cKDTree

from .feedback import Feedback, Silent, checkpoint
from .matching import Integers
from .metric import Floats, Metric, Planar

# Candidates looked at between two looks at the cancel button.
_BATCH = 512


@dataclass(frozen=True)
class Sites:
    """What each candidate site would join, one entry a candidate.

    Attributes:
        offers: resources within reach that the link would take in, shape (n,).
        needs: needs within reach that it would answer, shape (n,).
        score: sum of their nearness, shape (n,).
        nearest: metres on the ground to the nearest of them, inf where there is none, shape (n,).
    """

    offers: Integers
    needs: Integers
    score: Floats
    nearest: Floats

    def ranking(self) -> Integers:
        """Return the positions of the candidates, the best first; equals in their own order."""
        order: Integers = np.lexsort((self.nearest, -self.score))
        return order


def score_sites(
    candidates: Floats,
    offers: Floats,
    needs: Floats,
    *,
    max_distance: float,
    metric: Metric | None = None,
    feedback: Feedback | None = None,
) -> Sites:
    """Score candidate sites.

    The nearness of a flow falls in a straight line from 1 on the spot to 0 at *max_distance*: no
    published law of distance exists for such flows, and this one can be explained in a meeting.

    Args:
        candidates, offers, needs: coordinates, shape (n, 2) or (n, 3), in the metric of the search.
        max_distance: metres on the ground, inclusive, above 0.
        metric: meaning of the coordinates; a plane in metres by default.
        feedback: progress and cancellation.

    Raises:
        ValueError: *max_distance* is not above 0, or not finite.
        Cancelled: the user asked to stop.
    """
    if not 0 < max_distance < np.inf:
        raise ValueError("max_distance must be above 0")
    ground = metric or Planar()
    watch = feedback or Silent()
    count = len(candidates)
    score, nearest = np.zeros(count), np.full(count, np.inf)
    counts = {}
    for side, (name, flows) in enumerate((("offers", offers), ("needs", needs))):
        found = np.zeros(count, dtype=np.int64)
        tree = cKDTree(flows) if len(flows) else None
        for start in range(0, count if tree is not None else 0, _BATCH):
            checkpoint(watch, (side + start / count) / 2)
            rows = np.arange(start, min(start + _BATCH, count))
            metres = _within(candidates[rows], tree, max_distance, ground)
            for row, near in zip(rows, metres):
                found[row] = len(near)
                score[row] += (1 - near / max_distance).sum()
                nearest[row] = min(nearest[row], near.min(initial=np.inf))
        counts[name] = found
    checkpoint(watch, 1.0)
    return Sites(counts["offers"], counts["needs"], score, nearest)


def _within(points: Floats, tree: cKDTree, reach: float, metric: Metric) -> list[Floats]:
    """Return the metres from each point to the flows within *reach*."""
    # A hair further, so that what lies exactly at the limit is not lost to rounding.
    chord = float(metric.chord(np.array([reach]))[0]) * (1 + 1e-12) + 1e-9
    result = []
    for point, found in zip(points, tree.query_ball_point(points, chord)):
        gaps = np.linalg.norm(tree.data[found] - point, axis=1)
        metres = metric.ground(gaps)
        result.append(np.minimum(metres, reach))
    return result
