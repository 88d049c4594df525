"""Distances on the ellipsoid, against geodesics that others computed.

The expected lengths come from GeographicLib (PROJ's `geod`, ellipsoid WGS 84) through pyproj:
`Geod(ellps="WGS84").inv(lon1, lat1, lon2, lat2)[2]`.
"""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from actif_plugin.domain.metric import Ellipsoidal, Planar, geocentric

MONTAUBAN = (1.3550, 44.0175)
PARIS = (2.3522, 48.8566)
SAINT_DENIS = (55.4504, -20.8789)

GEODESICS = [
    pytest.param(MONTAUBAN, (1.3560, 44.0175), 80.183, id="two streets of Montauban"),
    pytest.param(MONTAUBAN, (1.5394, 44.1611), 21_741.227, id="Montauban-Caussade"),
    pytest.param(MONTAUBAN, (1.0850, 44.1050), 23_717.673, id="Montauban-Moissac"),
    pytest.param(MONTAUBAN, PARIS, 543_331.245, id="Montauban-Paris"),
    pytest.param(PARIS, (8.7369, 41.9192), 918_200.866, id="Paris-Ajaccio"),
    pytest.param(SAINT_DENIS, (55.4781, -21.3393), 51_055.949, id="across La Réunion"),
    pytest.param(SAINT_DENIS, (45.2278, -12.7806), 1_409_804.498, id="La Réunion-Mayotte"),
    pytest.param((179.9, -16.8), (-179.9, -16.8), 21_319.625, id="across the antimeridian"),
    pytest.param((0, 0), (1, 0), 111_319.491, id="a degree of the equator"),
    pytest.param((0, 89), (180, 89), 223_387.730, id="across the pole"),
    pytest.param((-56.1773, 46.7811), MONTAUBAN, 4_413_326.443, id="Saint-Pierre-Montauban"),
    pytest.param(MONTAUBAN, SAINT_DENIS, 9_052_232.217, id="Montauban-La Réunion"),
]


def chord(first, second):
    ends = geocentric(np.array([first, second], dtype=float))
    return float(np.linalg.norm(ends[1] - ends[0]))


@pytest.mark.parametrize(("first", "second", "metres"), GEODESICS)
def test_ground_distance_is_the_geodesic(first, second, metres):
    ground = Ellipsoidal().ground(np.array([chord(first, second)]))[0]
    assert ground == pytest.approx(metres, rel=1e-3)


def test_a_metre_at_most_over_a_region():
    """The error that the documentation admits: under two metres at 500 km."""
    near = [values.values for values in GEODESICS if values.values[2] < 550_000]
    assert len(near) == 8
    for first, second, metres in near:
        ground = Ellipsoidal().ground(np.array([chord(first, second)]))[0]
        assert ground == pytest.approx(metres, abs=2)


def test_geocentric_coordinates_of_known_points():
    """On the equator and at the pole: the semi-axes of WGS 84, 6378137 and 6356752.3142 m."""
    points = geocentric(np.array([[0, 0], [90, 0], [0, 90], [180, 0]], dtype=float))
    expected = [
        [6378137, 0, 0],
        [0, 6378137, 0],
        [0, 0, 6356752.3142],
        [-6378137, 0, 0],
    ]
    assert points == pytest.approx(np.array(expected), abs=1e-3)


def test_longitude_180_and_minus_180_are_one_place():
    assert chord((180, -16.8), (-180, -16.8)) == pytest.approx(0, abs=1e-6)


@given(st.floats(0, 15_000_000, allow_subnormal=False))
def test_chord_and_ground_undo_each_other(metres):
    metric = Ellipsoidal()
    there = metric.chord(np.array([metres]))
    assert there[0] <= metres * (1 + 1e-12) + 1e-300  # the straight line is the shorter way
    assert metric.ground(there)[0] == pytest.approx(metres, rel=1e-9, abs=1e-6)


def test_no_limit_stays_no_limit():
    metric = Ellipsoidal()
    assert metric.chord(np.array([math.inf]))[0] == math.inf
    # Further than the antipodes: the whole Earth is in reach.
    assert metric.chord(np.array([25_000_000.0]))[0] == math.inf
    assert Planar().chord(np.array([math.inf]))[0] == math.inf


@given(st.lists(st.floats(0, 1e7), max_size=5))
def test_a_plane_measures_as_it_is(metres):
    lengths = np.array(metres, dtype=float)
    assert Planar().chord(lengths).tolist() == metres
    assert Planar().ground(lengths).tolist() == metres
