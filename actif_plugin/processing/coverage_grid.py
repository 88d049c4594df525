"""Needs gathered by hexagon: where they pile up unanswered."""

from __future__ import annotations

import numpy as np
from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsFeature,
    QgsGeometry,
    QgsPointXY,
    QgsProcessingContext,
)

from ..compat import Kind, make_fields
from ..domain.coverage import Gaps, establishments
from ..domain.feedback import checkpoint
from ..domain.hexagons import cells_of, corners_of
from ..domain.metric import Floats
from .answers import Question
from .base import Watch
from .coverage_tables import records
from .places import moved

HEXAGON_FIELDS = (
    ("besoins", Kind.INTEGER),
    ("besoins_sans_reponse", Kind.INTEGER),
    ("entreprises", Kind.INTEGER),
    ("besoin_ids", Kind.TEXT),
)
_AT_ONCE = 1000
# Degrees are no lengths: cells are then made on this plane, around the middle of the needs.
_PLANE = "+proj=laea +lat_0={lat} +lon_0={lon} +datum=WGS84 +units=m +no_defs"


def hexagon_rows(
    question: Question,
    gaps: Gaps,
    width: float,
    context: QgsProcessingContext,
    watch: Watch,
) -> list[QgsFeature]:
    """Return a row a hexagon with needs in it, in the CRS of the ground.

    Args:
        question, gaps: what was asked, and found.
        width: of a hexagon, from side to side, in metres.
        context, watch: of the run.

    Raises:
        Cancelled: the user asked to stop.
    """
    ground = question.ground
    needs = question.needs
    if ground.to_metres:
        plane, xy = ground.crs, needs.xy
        width = width / ground.to_metres
    else:
        plane = _plane_around(needs.xy)
        xy = moved(needs.xy, ground.crs, plane, context)
    cells, cell = np.unique(cells_of(xy, width), axis=0, return_inverse=True)
    cell = cell.reshape(-1)
    corners = corners_of(cells, width)
    if plane != ground.crs:
        corners = moved(corners.reshape(-1, 2), plane, ground.crs, context).reshape(-1, 6, 2)
    uncovered = np.bincount(cell[~gaps.need_covered], minlength=len(cells))
    order = np.argsort(2 * cell + gaps.need_covered, kind="stable")
    members = np.split(order, np.cumsum(np.bincount(cell, minlength=len(cells)))[:-1])
    fields = make_fields(*HEXAGON_FIELDS)
    features = []
    for number, rows in enumerate(members):
        if number % _AT_ONCE == 0:
            checkpoint(watch, number / len(members))
        feature = QgsFeature(fields)
        feature.setGeometry(_polygon(corners[number]))
        feature.setAttributes(
            [
                len(rows),
                int(uncovered[number]),
                establishments(needs.flows.owner[rows]),
                records(needs.flows, rows),
            ]
        )
        features.append(feature)
    return features


def _plane_around(lonlat: Floats) -> QgsCoordinateReferenceSystem:
    lon, lat = ((lonlat.min(axis=0) + lonlat.max(axis=0)) / 2).round(3).tolist()
    return QgsCoordinateReferenceSystem.fromProj(_PLANE.format(lat=lat, lon=lon))


def _polygon(corners: Floats) -> QgsGeometry:
    return QgsGeometry.fromMultiPolygonXY([[[QgsPointXY(x, y) for x, y in corners.tolist()]]])
