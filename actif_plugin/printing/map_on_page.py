"""Where the map of a layout is on its page and on the Earth."""

from __future__ import annotations

from dataclasses import dataclass

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsCsException,
    QgsLayout,
    QgsLayoutItemMap,
    QgsPointXY,
)

from .drawing import MM
from .pdf_update import MapOnPage, PageNote

_WGS84 = "EPSG:4326"


@dataclass(frozen=True)
class _Ground:
    """The system of a map, as a PDF tells it."""

    crs: QgsCoordinateReferenceSystem
    to_degrees: QgsCoordinateTransform
    wkt: str
    epsg: int


class Notes:
    """What a PDF is to know of its pages; the system that they share is worked out once."""

    def __init__(self) -> None:
        self._ground: _Ground | None = None

    def of(self, layout: QgsLayout, title: str) -> list[PageNote]:
        """Return what is to be known of each page of a layout.

        Args:
            layout: filled.
            title: of the bookmark that leads to its first page; empty for none.
        """
        pages = layout.pageCollection()
        item = layout.referenceMap()
        notes: list[PageNote] = []
        for number in range(pages.pageCount()):
            if pages.shouldExportPage(number):
                here = item is not None and item.page() == number
                place = self._placed(layout, item) if here else None
                notes.append(PageNote("" if notes else title, place))
        return notes

    def _placed(self, layout: QgsLayout, item: QgsLayoutItemMap) -> MapOnPage | None:
        crs = item.crs()
        if item.itemRotation() or not crs.isValid():
            return None
        ground = self._ground
        if ground is None or ground.crs != crs:
            ground = self._ground = _ground(crs, layout)
        corners = []
        for corner in item.visibleExtentPolygon()[:4]:
            try:
                place = ground.to_degrees.transform(QgsPointXY(corner))
            except QgsCsException:
                return None
            corners.append((place.y(), place.x()))
        place, size = item.pagePos(), item.rect()
        left, top, width, height = (
            layout.convertFromLayoutUnits(length, MM).length()
            for length in (place.x(), place.y(), size.width(), size.height())
        )
        return MapOnPage(
            (left, top, width, height), corners, ground.wkt, ground.epsg, crs.isGeographic()
        )


def _ground(crs: QgsCoordinateReferenceSystem, layout: QgsLayout) -> _Ground:
    below = QgsCoordinateReferenceSystem(crs.geographicCrsAuthId() or _WGS84)
    name, _, code = crs.authid().partition(":")
    return _Ground(
        crs,
        QgsCoordinateTransform(crs, below, layout.project().transformContext()),
        crs.toWkt(QgsCoordinateReferenceSystem.WktVariant.WKT1_ESRI),
        int(code) if name == "EPSG" and code.isdigit() else 0,
    )
