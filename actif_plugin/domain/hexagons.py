"""A grid of hexagons over a plane, of which only the cells with something in them are made.

Axial coordinates and rounding after Redblob Games, "Hexagonal Grids" (2013): the pointed side up,
a cell at the origin of the plane, so that two runs on one system have the same grid.
"""

from __future__ import annotations

import numpy as np

from .matching import Integers
from .metric import Floats

_CORNERS = np.radians(np.arange(-30, 330, 60))


def cells_of(xy: Floats, width: float) -> Integers:
    """Return the cell of each point, shape (n, 2): axial column and row.

    Args:
        xy: shape (n, 2), in the unit of *width*.
        width: of a cell, from one side to the opposite one; more than 0.
    """
    row = xy[:, 1] / (width * np.sqrt(3) / 2)
    column = xy[:, 0] / width - row / 2
    cube = np.column_stack((column, row, -column - row))
    cell = np.rint(cube)
    error = np.abs(cell - cube)
    # The coordinate that was rounded most follows from the two others.
    worst = error.argmax(axis=1)
    lines = np.arange(len(cell))
    cell[lines, worst] -= cell.sum(axis=1)
    cells: Integers = cell[:, :2].astype(np.int64)
    return cells


def corners_of(cells: Integers, width: float) -> Floats:
    """Return the corners of cells, shape (n, 6, 2), counter-clockwise."""
    centre = np.column_stack(
        ((cells[:, 0] + cells[:, 1] / 2) * width, cells[:, 1] * width * np.sqrt(3) / 2)
    )
    reach = width / np.sqrt(3)
    around = reach * np.column_stack((np.cos(_CORNERS), np.sin(_CORNERS)))
    corners: Floats = centre[:, None, :] + around[None, :, :]
    return corners
