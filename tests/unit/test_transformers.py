"""A resource, a need, and no one who makes the one of the other: distances on paper."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from actif_plugin.domain.codes import parse_cpf
from actif_plugin.domain.matching import UNKNOWN_OWNER, Flows
from actif_plugin.domain.transformers import missing_transformers
from actif_plugin.domain.value_chains import Link


def flows(*records):
    """Records (code, x, y) as the arrays of the search."""
    texts = list(dict.fromkeys(code for code, _, _ in records))
    return Flows(
        ids=np.array([f"r{number}" for number in range(len(records))]),
        points=np.array([[x, y] for _, x, y in records], dtype=float).reshape(-1, 2),
        code=np.array([texts.index(code) for code, _, _ in records], dtype=np.int64),
        codes=tuple(parse_cpf(text) for text in texts),
        owner=np.full(len(records), UNKNOWN_OWNER),
        reach=np.full(len(records), np.inf),
    )


# Grain to flour.
MILL = Link("moulin", "ble", 2, "Moulin", (parse_cpf("01.11"),), (parse_cpf("10.61"),))
NOBODY = np.empty((0, 2))


def search(needs, offers, masters=NOBODY, max_distance=10_000.0):
    return missing_transformers([MILL], needs, offers, [masters], max_distance=max_distance)


def test_grain_here_flour_wanted_there_and_no_mill():
    offers = flows(("01.11.1", 0, 0), ("01.11", 0, 9_000), ("25.1", 0, 0), ("01.1", 0, 50_000))
    needs = flows(("10.6", 3_000, 4_000), ("10.61.2", 0, 90_000), ("10.7", 0, 0))
    (found,) = search(needs, offers)
    assert found.link is MILL
    # The second need lies 40 km from any grain, the last is not flour.
    assert (found.offers, found.needs) == ((0, 1), (0,))
    assert found.distance == pytest.approx(5_000)
    assert found.able_at == np.inf


def test_a_mill_in_reach_is_no_gap_and_a_far_one_is_told():
    offers, needs = flows(("01.11", 0, 0)), flows(("10.61", 0, 1_000))
    assert search(needs, offers, np.array([[0.0, 11_000.0]])) == []
    (found,) = search(needs, offers, np.array([[0.0, 11_001.0]]))
    assert found.able_at == pytest.approx(10_001)


def test_nothing_to_join_is_no_gap():
    assert search(flows(("10.61", 0, 0)), flows(("25.1", 0, 0))) == []
    assert search(flows(("10.7", 0, 0)), flows(("01.11", 0, 0))) == []
    assert search(flows(("10.61", 0, 0)), flows(("01.11", 0, 10_001))) == []


places = st.lists(st.tuples(st.integers(-30, 30), st.integers(-30, 30)), min_size=1, max_size=12)


@given(places, places, places)
def test_against_every_pair(grain, flour, mills):
    """Brute force on kilometre grids."""
    reach = 10
    far = [n for n in flour if min(np.hypot(n[0] - m[0], n[1] - m[1]) for m in mills) > reach]
    joined = {(o, n) for o in grain for n in far if np.hypot(o[0] - n[0], o[1] - n[1]) <= reach}
    found = missing_transformers(
        [MILL],
        flows(*(("10.61", *place) for place in flour)),
        flows(*(("01.11", *place) for place in grain)),
        [np.array(mills, dtype=float)],
        max_distance=reach,
    )
    if not joined:
        assert found == []
        return
    (one,) = found
    assert {flour[row] for row in one.needs} == {n for _, n in joined}
    assert {grain[row] for row in one.offers} == {o for o, _ in joined}
