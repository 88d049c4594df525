"""Typing an address in the locator bar goes there."""

from __future__ import annotations

import math
import re

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsCsException,
    QgsFeedback,
    QgsGeocoderContext,
    QgsGeocoderInterface,
    QgsGeocoderResult,
    QgsGeometry,
    QgsLocatorContext,
    QgsLocatorResult,
    QgsPointXY,
    QgsRectangle,
    QgsWkbTypes,
)
from qgis.gui import QgsGeocoderLocatorFilter, QgsMapCanvas
from qgis.PyQt.QtGui import QIcon

from .. import paths, settings
from ..domain.feedback import Cancelled
from ..domain.words import folded
from ..sources.geocoding import Geocoder, Place
from ..sources.web import WebError, WebService
from ..translation import tr

_WGS84 = "EPSG:4326"
# Between two keys; the service would answer each letter.
_DELAY_MS = 400
_SHORTEST = 5
_METRES_A_DEGREE = 111_320
# What to show around a place, in metres to each side.
_VIEW_M = {"adresse": 250, "rue": 500, "lieu-dit": 1000, "commune": 4000}
_STREET_WORDS = """
allee allees av ave avenue bd bld boulevard ch chemin cours esplanade faubourg hameau imp impasse
lieu lotissement montee parc passage pl place promenade quai residence rocade rond route rte rue
ruelle sentier square traverse villa voie za zac zi zone
"""
_STREETS = frozenset(_STREET_WORDS.split())


class AddressGeocoder(QgsGeocoderInterface):
    """The Géoplateforme as QGIS knows geocoders."""

    def flags(self) -> QgsGeocoderInterface.Flags:
        return QgsGeocoderInterface.Flags(QgsGeocoderInterface.Flag.GeocodesStrings)

    def wkbType(self) -> QgsWkbTypes.Type:
        return QgsWkbTypes.Type.Point

    def geocodeString(
        self, string: str, context: QgsGeocoderContext, feedback: QgsFeedback | None = None
    ) -> list[QgsGeocoderResult]:
        try:
            service = WebService(settings.GEOCODER, feedback)
            places = Geocoder(service).search(string, near=_centre(context))
        except WebError as error:
            return [QgsGeocoderResult.errorResult(str(error))]
        except Cancelled:
            return []
        return [_result(place) for place in places]


class AddressLocatorFilter(QgsGeocoderLocatorFilter):
    """Type an address, alone or after ``adr``; pick; the map goes there.

    Without the prefix only what reads as an address is asked: the names typed to find a company
    of the territory do not leave.

    Args:
        geocoder: has to live as long as the filter.
        canvas: the map that goes there.
    """

    def __init__(self, geocoder: AddressGeocoder, canvas: QgsMapCanvas) -> None:
        super().__init__("actifaddress", tr("Act'IF: addresses"), "adr", geocoder, canvas)
        self._geocoder = geocoder
        self._canvas = canvas
        self.setFetchResultsDelay(_DELAY_MS)
        # Made here, in the main thread: icons may not be made in the one that fetches.
        self._icon = QIcon(str(paths.resource("actif.svg")))

    def clone(self) -> AddressLocatorFilter:
        return AddressLocatorFilter(self._geocoder, self._canvas)

    def fetchResults(self, text: str, context: QgsLocatorContext, feedback: QgsFeedback) -> None:
        wanted = text.strip()
        if len(wanted) < _SHORTEST or not (context.usingPrefix or reads_as_address(wanted)):
            return
        where = QgsGeocoderContext(context.transformContext)
        where.setAreaOfInterest(QgsGeometry.fromRect(context.targetExtent))
        where.setAreaOfInterestCrs(context.targetExtentCrs)
        found = self._geocoder.geocodeString(wanted, where, feedback)
        for rank, place in enumerate(found):
            if feedback.isCanceled():
                return
            if place.isValid():
                result = self.geocoderResultToLocatorResult(place)
            else:
                # QGIS leaves failures out; here the user would wait for an answer in vain.
                result = QgsLocatorResult()
                result.displayString = place.error()
                result.description = _failed()
            result.icon = self._icon
            result.score = 1 - rank / (len(found) + 1)
            self.resultFetched.emit(result)

    def triggerResult(self, result: QgsLocatorResult) -> None:
        # Told by its words: Python cannot read what QGIS attaches to its own results.
        if result.description != _failed():
            super().triggerResult(result)


def _failed() -> str:
    return tr("Address not looked up")


def reads_as_address(text: str) -> bool:
    """Tell whether *text* has a word for a street and either a number or the street's name."""
    words = folded(text).split()
    return len(words) > 1 and bool(
        _STREETS.intersection(words) and (re.search(r"\d", text) or words[0] in _STREETS)
    )


def _centre(context: QgsGeocoderContext) -> tuple[float, float] | None:
    """Return longitude and latitude of the middle of what the user looks at."""
    area = context.areaOfInterest()
    if area.isEmpty() or not context.areaOfInterestCrs().isValid():
        return None
    transform = QgsCoordinateTransform(
        context.areaOfInterestCrs(),
        QgsCoordinateReferenceSystem(_WGS84),
        context.transformContext(),
    )
    try:
        point = transform.transform(area.boundingBox().center())
    except QgsCsException:
        return None
    return (point.x(), point.y()) if abs(point.x()) <= 180 and abs(point.y()) <= 90 else None


def _result(place: Place) -> QgsGeocoderResult:
    result = QgsGeocoderResult(
        place.label,
        QgsGeometry.fromPointXY(QgsPointXY(place.longitude, place.latitude)),
        QgsCoordinateReferenceSystem(_WGS84),
    )
    result.setDescription(place.quality)
    height = _VIEW_M.get(place.quality, _VIEW_M["rue"]) / _METRES_A_DEGREE
    width = height / max(0.01, math.cos(math.radians(place.latitude)))
    result.setViewport(
        QgsRectangle(
            place.longitude - width,
            place.latitude - height,
            place.longitude + width,
            place.latitude + height,
        )
    )
    result.setAdditionalAttributes(
        {
            "geocodage_qualite": place.quality,
            "geocodage_score": place.score,
            "commune_insee": place.citycode,
            "ban_id": place.identifier,
        }
    )
    return result
