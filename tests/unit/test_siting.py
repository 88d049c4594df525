"""Sites scored by how near they lie to flows, worked out on a line and beside loops."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from actif_plugin.domain.siting import score_sites


def line(*abscissas):
    return np.array([[float(x), 0.0] for x in abscissas]).reshape(-1, 2)


def test_on_a_line():
    sites = score_sites(
        line(0, 5_000, 40_000), line(0, 10_000), line(2_000, 20_000), max_distance=10_000
    )
    assert sites.offers.tolist() == [2, 2, 0]
    assert sites.needs.tolist() == [1, 1, 0]
    # On the spot 1, at the limit 0, at 2 km 0.8; then two halves and 0.7.
    assert sites.score == pytest.approx([1 + 0 + 0.8, 0.5 + 0.5 + 0.7, 0])
    assert sites.nearest == pytest.approx([0, 3_000, np.inf])
    assert sites.ranking().tolist() == [0, 1, 2]


def test_nothing_to_join():
    sites = score_sites(line(0, 1), line(), line(), max_distance=10)
    assert sites.score.tolist() == [0, 0]
    assert sites.ranking().tolist() == [0, 1]


@pytest.mark.parametrize("distance", [0, -1, np.inf, np.nan])
def test_a_distance_that_means_nothing_is_refused(distance):
    with pytest.raises(ValueError, match="max_distance"):
        score_sites(line(0), line(1), line(2), max_distance=distance)


places = st.integers(1, 9).flatmap(
    lambda count: arrays(np.float64, (count, 2), elements=st.integers(-20, 20).map(float))
)


@given(places, places, places, st.integers(1, 30))
def test_beside_plain_loops(candidates, offers, needs, reach):
    sites = score_sites(candidates, offers, needs, max_distance=float(reach))
    for row, (x, y) in enumerate(candidates):
        gaps = [np.hypot(x - a, y - b) for a, b in (*offers, *needs)]
        near = [gap for gap in gaps if gap <= reach]
        assert sites.offers[row] + sites.needs[row] == len(near)
        assert sites.score[row] == pytest.approx(sum(1 - gap / reach for gap in near))


@given(places, places, places)
def test_one_flow_more_never_lowers_a_score(candidates, offers, needs):
    before = score_sites(candidates, offers, needs, max_distance=15.0).score
    more = np.vstack([offers, candidates[:1]])
    assert (score_sites(candidates, more, needs, max_distance=15.0).score >= before - 1e-12).all()
