"""Shapes written as text in a cell: GeoJSON or WKT."""

from __future__ import annotations

from osgeo import gdal, ogr
from qgis.core import QgsGeometry, QgsRectangle

WGS84 = "EPSG:4326"
LAMBERT_93 = "EPSG:2154"
# Where metropolitan France is in Lambert-93, metres.
_LAMBERT_BOX = QgsRectangle(0, 6_000_000, 1_300_000, 7_200_000)
_DEGREES_BOX = QgsRectangle(-180, -90, 180, 90)


def read_shape(text: str) -> QgsGeometry | None:
    """Return the shape that a text describes; None where it describes none."""
    if not text.lstrip().startswith("{"):
        shape = QgsGeometry.fromWkt(text)
        return None if shape.isNull() else shape
    # GDAL says on the console what it does not like.
    gdal.PushErrorHandler("CPLQuietErrorHandler")
    try:
        read = ogr.CreateGeometryFromJson(text)
    except RuntimeError:
        read = None
    finally:
        gdal.PopErrorHandler()
    if read is None:
        return None
    # The standard's own example does not end where it starts.
    read.CloseRings()
    shape = QgsGeometry()
    shape.fromWkb(bytes(read.ExportToWkb()))
    return None if shape.isNull() else shape


def crs_of(shape: QgsGeometry) -> str:
    """Return the authority code of the system a shape is in, told by where it lies.

    Degrees and Lambert-93 cannot be taken for each other; empty: another system.
    """
    box = shape.boundingBox()
    if _DEGREES_BOX.contains(box):
        return WGS84
    return LAMBERT_93 if _LAMBERT_BOX.contains(box) else ""
