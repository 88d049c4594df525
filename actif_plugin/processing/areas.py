"""Areas of a layer or of a text table, made into valid multipolygons of a territory."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsCoordinateTransformContext,
    QgsCsException,
    QgsFeatureRequest,
    QgsGeometry,
    QgsProcessingFeatureSource,
    QgsVectorLayer,
    QgsWkbTypes,
)

from ..compat import plain
from ..sources.delimited import DelimitedTable
from ..sources.perimeters import Fault
from ..sources.shapes import WGS84, crs_of, read_shape

# Of a shape: points 0, lines 1.
_AREA = 2


class AreaRow(NamedTuple):
    """A row: where it is in its table, its cells, and the shape that a layer gives it."""

    line: int
    cells: Sequence[object]
    shape: QgsGeometry | None


class Reject(NamedTuple):
    """A row refused: where, why, the value at fault, its cells."""

    line: int
    fault: Fault
    detail: str
    cells: Sequence[object]


@dataclass(frozen=True)
class AreaTable:
    """Areas to read.

    Attributes:
        header: column names.
        rows: the rows, read once.
        count: how many there are; 0 where that is not known.
        crs: of the shapes; None where they are texts that tell it by their coordinates.
    """

    header: Sequence[str]
    rows: Callable[[], Iterator[AreaRow]]
    count: int
    crs: QgsCoordinateReferenceSystem | None


def layer_areas(source: QgsProcessingFeatureSource | QgsVectorLayer) -> AreaTable:
    """Return the areas of a layer; invalid ones too, for they are repaired later."""

    def rows() -> Iterator[AreaRow]:
        if isinstance(source, QgsProcessingFeatureSource):
            flag = QgsProcessingFeatureSource.Flag.FlagSkipGeometryValidityChecks
            features = source.getFeatures(QgsFeatureRequest(), flag)
        else:
            features = source.getFeatures()
        for number, feature in enumerate(features, start=1):
            shape = feature.geometry() if feature.hasGeometry() else None
            yield AreaRow(number, [_text(value) for value in feature.attributes()], shape)

    crs = source.sourceCrs()
    return AreaTable(source.fields().names(), rows, max(0, source.featureCount()), crs)


def text_areas(table: DelimitedTable) -> AreaTable:
    """Return the areas of a text table, whose shapes are GeoJSON or WKT in a cell."""

    def rows() -> Iterator[AreaRow]:
        for line, cells in table.rows():
            yield AreaRow(line, cells, None)

    return AreaTable(table.header, rows, 0, None)


class Shaper:
    """Makes the shapes of a table into valid multipolygons of one CRS.

    Attributes:
        repaired: how many were not valid and were repaired.
    """

    def __init__(
        self, crs: QgsCoordinateReferenceSystem, transforms: QgsCoordinateTransformContext
    ) -> None:
        self.repaired = 0
        self._crs = crs
        self._transforms = transforms
        self._known: dict[str, QgsCoordinateTransform] = {}
        degrees = QgsCoordinateReferenceSystem(WGS84)
        self._to_degrees = QgsCoordinateTransform(crs, degrees, transforms)
        self._area = crs.bounds()

    def shape(
        self, written: QgsGeometry | None, text: str, crs: QgsCoordinateReferenceSystem | None
    ) -> QgsGeometry | Fault:
        """Return a shape in the CRS of the territory, or why there is none.

        Args:
            written: the shape of a layer's row, or None.
            text: else its text, GeoJSON or WKT.
            crs: of the shape; None: degrees, Lambert-93 or the territory's own system, as the
                coordinates tell. A standard file is in the legal system of its place.
        """
        if written is None or written.isNull():
            if not text:
                return Fault.NO_SHAPE
            written = read_shape(text)
            if written is None:
                return Fault.UNREADABLE_SHAPE
        if written.isEmpty():
            return Fault.NO_SHAPE
        if written.constGet().dimension() != _AREA:
            return Fault.NOT_AN_AREA
        shape = QgsGeometry(written)
        if QgsWkbTypes.flatType(shape.wkbType()) == QgsWkbTypes.Type.GeometryCollection:
            shape = _areas_of(shape)
        # Curves and heights have no place in the territory's table.
        shape = next(iter(shape.coerceToType(QgsWkbTypes.Type.MultiPolygon)), QgsGeometry())
        system = crs if crs is not None and crs.isValid() else self._guessed(shape)
        try:
            shape.transform(self._transform(system))
            middle = self._to_degrees.transform(shape.boundingBox().center())
        except QgsCsException:
            return Fault.OUTSIDE
        if not (math.isfinite(middle.x()) and math.isfinite(middle.y())):
            return Fault.OUTSIDE
        if not self._area.isEmpty() and not self._area.contains(middle):
            return Fault.OUTSIDE
        return shape if shape.isGeosValid() else self._repair(shape)

    def _guessed(self, shape: QgsGeometry) -> QgsCoordinateReferenceSystem:
        known = crs_of(shape)
        return QgsCoordinateReferenceSystem(known) if known else self._crs

    def _transform(self, crs: QgsCoordinateReferenceSystem) -> QgsCoordinateTransform:
        key = crs.authid() or crs.toWkt()
        if key not in self._known:
            self._known[key] = QgsCoordinateTransform(crs, self._crs, self._transforms)
        return self._known[key]

    def _repair(self, shape: QgsGeometry) -> QgsGeometry | Fault:
        # What a repair leaves besides areas (a spike made a line) is dropped.
        repaired = _areas_of(shape.makeValid())
        if repaired.isNull():
            return Fault.NOT_AN_AREA
        self.repaired += 1
        return repaired


def _areas_of(shape: QgsGeometry) -> QgsGeometry:
    """Return the areas among the parts of a shape as one; null where there is none."""
    parts = shape.asGeometryCollection()
    areas = [part for part in parts if part.constGet().dimension() == _AREA and part.area() > 0]
    whole = QgsGeometry.collectGeometry(areas)
    if areas:
        whole.convertToMultiType()
    return whole


def _text(value: object) -> str:
    value = plain(value)
    if value is None:
        return ""
    if hasattr(value, "toString"):
        return value.toString("yyyy-MM-dd")
    if isinstance(value, float) and value.is_integer():
        # A spreadsheet hands a code over as a number.
        return str(int(value))
    return str(value).strip()
