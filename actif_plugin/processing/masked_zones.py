"""Zones that figures are told by: the areas of a layer, or hexagons; and the points in them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsFeatureRequest,
    QgsFeatureSource,
    QgsGeometry,
    QgsPoint,
    QgsPointXY,
    QgsProcessingContext,
    QgsProcessingException,
    QgsRectangle,
    QgsSpatialIndex,
    QgsUnitTypes,
)
from scipy import sparse

from ..compat import plain
from ..domain.feedback import checkpoint
from ..domain.metric import Floats
from ..translation import tr
from .base import Watch
from .places import moved

# The grid ends at a multiple of so many hexagons, and of so many metres at least, so that it does
# not say where the last record is.
_HEXAGONS_TOGETHER = 4
_METRES_TOGETHER = 20_000
_MOST_HEXAGONS = 20_000
_POINTS_AT_ONCE = 512
_METRES_A_KM = 1000


@dataclass(frozen=True)
class Zone:
    """An area, its code and its name."""

    code: str
    name: str
    shape: QgsGeometry


def zones_of(
    source: QgsFeatureSource,
    crs: QgsCoordinateReferenceSystem,
    context: QgsProcessingContext,
) -> list[Zone]:
    """Return the areas of a layer, brought to *crs*, in an order that the layer's has no part in.

    Their ``code`` and ``nom`` are taken where the layer has them, their number otherwise.
    """
    request = QgsFeatureRequest()
    request.setDestinationCrs(crs, context.transformContext())
    request.setInvalidGeometryCheck(QgsFeatureRequest.InvalidGeometryCheck.GeometryNoCheck)
    names = source.fields().names()
    zones = []
    for feature in source.getFeatures(request):
        if not feature.hasGeometry():
            continue
        shape = QgsGeometry(feature.geometry())
        if not shape.isGeosValid():
            shape = shape.makeValid()
        shape.convertToMultiType()
        code = _text(feature["code"]) if "code" in names else ""
        name = _text(feature["nom"]) if "nom" in names else ""
        zones.append(Zone(code or str(feature.id()), name, shape))
    return sorted(zones, key=lambda zone: (zone.code, zone.name, bytes(zone.shape.asWkb())))


def in_system(
    zones: Sequence[Zone],
    source: QgsCoordinateReferenceSystem,
    target: QgsCoordinateReferenceSystem,
    context: QgsProcessingContext,
) -> list[Zone]:
    """Return zones in another system."""
    transform = QgsCoordinateTransform(source, target, context.transformContext())
    there = []
    for zone in zones:
        shape = QgsGeometry(zone.shape)
        if source != target:
            shape.transform(transform)
        there.append(Zone(zone.code, zone.name, shape))
    return there


def hexagons(extent: QgsRectangle, width: float) -> list[Zone]:
    """Return hexagons that cover an extent, on a grid that does not depend on it.

    Args:
        extent: in metres.
        width: from one side to the opposite one, in metres.

    Raises:
        QgsProcessingException: there would be too many.
    """
    side = width / math.sqrt(3)
    together = max(_HEXAGONS_TOGETHER, math.ceil(_METRES_TOGETHER / width))
    across, down = width * together, 1.5 * side * together
    west = math.floor(extent.xMinimum() / across) * together - 1
    east = math.ceil(extent.xMaximum() / across) * together + 1
    south = math.floor(extent.yMinimum() / down) * together - 1
    north = math.ceil(extent.yMaximum() / down) * together + 1
    if (east - west) * (north - south) > _MOST_HEXAGONS:
        raise QgsProcessingException(
            tr("These hexagons would be too many: choose a larger size, or a layer of zones.")
        )
    zones = []
    for row in range(south, north + 1):
        for column in range(west, east + 1):
            x, y = (column + (row % 2) / 2) * width, row * 1.5 * side
            corners = [
                QgsPointXY(x + side * math.sin(turn), y + side * math.cos(turn))
                for turn in (math.pi / 3 * corner for corner in range(6))
            ]
            shape = QgsGeometry.fromMultiPolygonXY([[[*corners, corners[0]]]])
            zones.append(Zone(f"H{column}_{row}", "", shape))
    return zones


def ground_for_hexagons(
    crs: QgsCoordinateReferenceSystem, extent: QgsRectangle
) -> QgsCoordinateReferenceSystem:
    """Return a system in metres: *crs* itself, or equal-area around the data."""
    metres = QgsUnitTypes.DistanceUnit.DistanceMeters
    if not crs.isGeographic() and crs.mapUnits() == metres:
        return crs
    # Whole degrees: the middle of the data says nothing of any record.
    middle = extent.center() if crs.isGeographic() else QgsPointXY(0, 0)
    definition = "+proj=laea +lat_0={} +lon_0={} +ellps=GRS80 +units=m +no_defs"
    return QgsCoordinateReferenceSystem.fromProj(
        definition.format(round(middle.y()), round(middle.x()))
    )


def memberships(xy: Floats, zones: Sequence[Zone], watch: Watch) -> sparse.csr_matrix:
    """Return which zones each point is in, edges included, shape (points, zones).

    Raises:
        Cancelled: the user asked to stop.
    """
    index = QgsSpatialIndex()
    engines = []
    for number, zone in enumerate(zones):
        index.addFeature(number, zone.shape.boundingBox())
        engine = QgsGeometry.createGeometryEngine(zone.shape.constGet())
        engine.prepareGeometry()
        engines.append(engine)
    rows, columns = [], []
    for row, (x, y) in enumerate(xy.tolist()):
        if row % _POINTS_AT_ONCE == 0:
            checkpoint(watch, row / len(xy))
        if not (math.isfinite(x) and math.isfinite(y)):
            continue
        point = QgsPoint(x, y)
        for number in index.intersects(QgsRectangle(x, y, x, y)):
            if engines[number].intersects(point):
                rows.append(row)
                columns.append(number)
    ones = np.ones(len(rows), dtype=bool)
    return sparse.csr_matrix((ones, (rows, columns)), shape=(len(xy), len(zones)), dtype=bool)


def inner_points(zones: Sequence[Zone]) -> Floats:
    """Return a point of each zone, shape (zones, 2): a place there is, with or without records."""
    points = [zone.shape.pointOnSurface().asPoint() for zone in zones]
    return np.array([(point.x(), point.y()) for point in points]).reshape(-1, 2)


def extent_of(
    xy: Floats,
    source: QgsCoordinateReferenceSystem,
    target: QgsCoordinateReferenceSystem,
    context: QgsProcessingContext,
) -> QgsRectangle:
    """Return what points span in another system.

    Raises:
        QgsProcessingException: none of them has a place in it.
    """
    there = moved(xy, source, target, context)
    there = there[np.isfinite(there).all(axis=1)]
    if not len(there):
        raise QgsProcessingException(tr("The layer has no record with a position."))
    return QgsRectangle(*there.min(axis=0).tolist(), *there.max(axis=0).tolist())


def _text(value: object) -> str:
    value = plain(value)
    return "" if value is None else str(value).strip()
