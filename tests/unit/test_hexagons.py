"""Hexagons: each point in the cell whose centre is nearest, cells that touch and never overlap."""

from __future__ import annotations

import math

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from actif_plugin.domain.hexagons import cells_of, corners_of

coordinate = st.floats(-1e6, 1e6)


def test_by_hand():
    """Cells 2 wide: centres at 0, 2 and 4 on the first row, at 1 and √3 on the next one."""
    points = np.array([(0.0, 0.0), (0.99, 0.0), (1.01, 0.0), (1.0, math.sqrt(3)), (4.0, 0.1)])
    assert cells_of(points, 2.0).tolist() == [[0, 0], [0, 0], [1, 0], [0, 1], [2, 0]]


def test_corners():
    """The cell at the origin, 2 wide: 2/√3 from centre to corner, the pointed side up."""
    (corners,) = corners_of(np.array([[0, 0]]), 2.0)
    assert np.allclose(np.hypot(*corners.T), 2 / math.sqrt(3))
    assert np.isclose(corners[:, 0].max(), 1.0)
    assert np.isclose(corners[:, 1].max(), 2 / math.sqrt(3))
    x, y = corners.T
    area = 0.5 * np.sum(x * np.roll(y, -1) - y * np.roll(x, -1))
    # Counter-clockwise, and the area of a hexagon: √3/2 times its width squared.
    assert np.isclose(area, math.sqrt(3) / 2 * 4)


@given(coordinate, coordinate, st.floats(0.5, 50_000))
def test_a_point_lies_in_its_cell(x, y, width):
    """No farther from the centre than half the width, along each of the three axes."""
    cell = cells_of(np.array([(x, y)]), width)
    centre = corners_of(cell, width)[0].mean(axis=0)
    offset = np.array([x, y]) - centre
    axes = np.array([(1, 0), (0.5, math.sqrt(3) / 2), (-0.5, math.sqrt(3) / 2)])
    assert (np.abs(axes @ offset) <= width / 2 * (1 + 1e-9) + 1e-6).all()
