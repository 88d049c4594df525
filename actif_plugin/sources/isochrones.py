"""What can be reached from a point in a time or over a distance, as a web service knows it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Protocol

from qgis.core import QgsGeometry, QgsWkbTypes

from .shapes import read_shape
from .web import WebService


@dataclass(frozen=True)
class Reach:
    """How far to go.

    Attributes:
        by_time: minutes count, not metres.
        amount: minutes or metres.
        arrival: the point is where one arrives, not where one leaves.
    """

    by_time: bool
    amount: float
    arrival: bool


class Isochrones(Protocol):
    """A service that draws isochrones."""

    def area(self, longitude: float, latitude: float, reach: Reach) -> QgsGeometry:
        """Return the polygons, in degrees, that a car can reach.

        Raises:
            WebError: the service did not answer as expected, or knows no road there.
            Cancelled: the user asked to stop.
        """


class Geoplateforme:
    """The public service of IGN, on the roads of BD TOPO.

    Args:
        service: where it is.
    """

    def __init__(self, service: WebService) -> None:
        self._service = service

    def area(self, longitude: float, latitude: float, reach: Reach) -> QgsGeometry:
        answer = self._service.get_json(
            "/isochrone",
            {
                "resource": "bdtopo-valhalla",
                "profile": "car",
                "point": f"{longitude:.7f},{latitude:.7f}",
                "direction": "arrival" if reach.arrival else "departure",
                "costType": "time" if reach.by_time else "distance",
                "costValue": f"{reach.amount:.12g}",
                # Always said: a number without its unit is the service's to interpret.
                "timeUnit": "minute",
                "distanceUnit": "meter",
                "geometryFormat": "geojson",
                "crs": "EPSG:4326",
            },
        )
        shape = answer.get("geometry") if isinstance(answer, dict) else None
        return _polygons([shape], self._service)


class Valhalla:
    """A server of Valhalla, on the roads it was given.

    Args:
        service: where it is.
    """

    def __init__(self, service: WebService) -> None:
        self._service = service

    def area(self, longitude: float, latitude: float, reach: Reach) -> QgsGeometry:
        contour = {"time": reach.amount} if reach.by_time else {"distance": reach.amount / 1000}
        question = {
            "locations": [{"lon": round(longitude, 7), "lat": round(latitude, 7)}],
            "costing": "auto",
            "contours": [contour],
            "polygons": True,
            "reverse": reach.arrival,
        }
        answer = self._service.get_json("/isochrone", {"json": json.dumps(question)})
        features = answer.get("features") if isinstance(answer, dict) else None
        shapes = [
            feature.get("geometry") if isinstance(feature, dict) else None
            for feature in (features if isinstance(features, list) else [])
        ]
        return _polygons(shapes, self._service)


def _polygons(shapes: list[object], service: WebService) -> QgsGeometry:
    """Return GeoJSON polygons as one valid multipolygon."""
    read = [read_shape(json.dumps(shape)) for shape in shapes if isinstance(shape, dict)]
    areas = [
        shape.makeValid()
        for shape in read
        if shape is not None and shape.type() == QgsWkbTypes.GeometryType.PolygonGeometry
    ]
    union = QgsGeometry.unaryUnion(areas) if areas else QgsGeometry()
    if union.isEmpty() or union.type() != QgsWkbTypes.GeometryType.PolygonGeometry:
        raise service.unreadable()
    union.convertToMultiType()
    return union
