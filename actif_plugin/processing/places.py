"""Where records are: points out of geometries, in bulk, and from one system to another."""

from __future__ import annotations

import numpy as np
from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsCsException,
    QgsGeometry,
    QgsLineString,
    QgsPoint,
    QgsProcessingContext,
    QgsWkbTypes,
)

from ..domain.matching import Booleans
from ..domain.metric import Floats

# Where the coordinates of a lone point start in its WKB, by the length of the whole: a point, and
# a collection of one point.
_POINT_SIZE, _POINT_AT = 21, 5
_MULTIPOINT_SIZE, _MULTIPOINT_AT = 30, 14
_POINT_HEADER = np.frombuffer(b"\x01\x01\x00\x00\x00", dtype=np.uint8)
_MULTIPOINT_HEADER = np.frombuffer(
    b"\x01\x04\x00\x00\x00\x01\x00\x00\x00\x01\x01\x00\x00\x00", dtype=np.uint8
)
# Points brought to another system at once; where one of them cannot be, they go one by one.
_MOVED_AT_ONCE = 4096


def points_of(values: np.ndarray) -> Floats:
    """Return the points of geometries in WKB, NaN where there is none, shape (n, 2)."""
    xy = np.full((len(values), 2), np.nan)
    absent = np.ma.getmaskarray(values)
    shapes = np.ma.getdata(values)
    if shapes.dtype.kind == "V":
        raw = np.ascontiguousarray(shapes).view(np.uint8).reshape(len(shapes), -1)
        sized = {raw.shape[1]: (np.arange(len(raw)), raw)}
    else:
        lengths = np.asarray([len(shape or b"") for shape in shapes.tolist()], dtype=np.int64)
        sized = {}
        for length in (_POINT_SIZE, _MULTIPOINT_SIZE):
            rows = np.flatnonzero((lengths == length) & ~absent)
            joined = b"".join(shapes[rows].tolist())
            sized[length] = (rows, np.frombuffer(joined, dtype=np.uint8).reshape(len(rows), length))
    done = absent.copy()
    for length, start, header in (
        (_POINT_SIZE, _POINT_AT, _POINT_HEADER),
        (_MULTIPOINT_SIZE, _MULTIPOINT_AT, _MULTIPOINT_HEADER),
    ):
        if length not in sized:
            continue
        rows, raw = sized[length]
        usual = (raw[:, :start] == header).all(axis=1)
        coordinates = np.ascontiguousarray(raw[usual, start : start + 16]).view("<f8")
        xy[rows[usual]] = coordinates.reshape(-1, 2)
        done[rows[usual]] = True
    for row in np.flatnonzero(~done):
        geometry = QgsGeometry()
        geometry.fromWkb(bytes(shapes[row]))
        xy[row] = centre_of(geometry)
    xy[absent] = np.nan
    return xy


def centre_of(geometry: QgsGeometry) -> tuple[float, float]:
    """Return a point's coordinates, the centre of other shapes; NaN where there is none."""
    if geometry.isNull():
        return np.nan, np.nan
    if QgsWkbTypes.flatType(geometry.wkbType()) != QgsWkbTypes.Type.Point:
        geometry = geometry.centroid()
    if geometry.isEmpty():
        return np.nan, np.nan
    shape = geometry.constGet()
    return shape.x(), shape.y()


def moved(
    xy: Floats,
    source: QgsCoordinateReferenceSystem,
    target: QgsCoordinateReferenceSystem,
    context: QgsProcessingContext,
) -> Floats:
    """Bring points to another system, shape (n, 2); what cannot be brought becomes NaN."""
    if source == target or not len(xy):
        return xy
    transform = QgsCoordinateTransform(source, target, context.transformContext())
    parts = [
        _moved(xy[start : start + _MOVED_AT_ONCE], transform)
        for start in range(0, len(xy), _MOVED_AT_ONCE)
    ]
    return np.concatenate(parts)


def _moved(xy: Floats, transform: QgsCoordinateTransform) -> Floats:
    result = np.full(xy.shape, np.nan)
    rows = np.flatnonzero(np.isfinite(xy).all(axis=1))
    if not len(rows):
        return result
    line = QgsLineString(xy[rows, 0].tolist(), xy[rows, 1].tolist())
    try:
        line.transform(transform)
    except QgsCsException:
        if len(xy) == 1:
            return result
        return np.concatenate([_moved(point[np.newaxis], transform) for point in xy])
    wkb = bytes(line.asWkb())
    result[rows] = np.frombuffer(wkb, dtype="<f8", offset=9).reshape(-1, 2)
    result[~np.isfinite(result).all(axis=1)] = np.nan
    return result


def inside(shape: QgsGeometry, xy: Floats) -> Booleans:
    """Flag the points that lie in *shape*, edges included; same CRS, shape (n, 2) to (n,)."""
    box = shape.boundingBox()
    flags: Booleans = (
        (xy[:, 0] >= box.xMinimum())
        & (xy[:, 0] <= box.xMaximum())
        & (xy[:, 1] >= box.yMinimum())
        & (xy[:, 1] <= box.yMaximum())
    )
    engine = QgsGeometry.createGeometryEngine(shape.constGet())
    engine.prepareGeometry()
    for row in np.flatnonzero(flags):
        flags[row] = engine.intersects(QgsPoint(*xy[row]))
    return flags
