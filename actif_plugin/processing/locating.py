"""Where establishments are: coordinates into the territory, communes for those without any."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Sequence

import numpy as np
from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsCoordinateTransformContext,
    QgsCsException,
    QgsFeatureRequest,
    QgsGeometry,
    QgsLineString,
    QgsPoint,
    QgsPointXY,
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingFeatureSource,
)

from ..compat import plain
from ..sources.establishments import Candidate, Fault, Reject
from ..sources.fields import bare
from ..store.establishments import Incoming
from ..store.territory import Territory
from ..translation import tr

_WGS84 = "EPSG:4326"
# Projected systems recognised by the box that metropolitan France fills in them.
_FRENCH_BOXES = (
    ("EPSG:2154", (0, 1_300_000), (6_000_000, 7_200_000)),
    ("EPSG:27572", (0, 1_200_000), (1_600_000, 2_700_000)),
)

# Outlines of two sources never agree to the metre.
_COVERED_BUT = 0.02
# Municipal arrondissements: SIRENE writes their codes, maps often know the whole commune only.
_ARRONDISSEMENTS = (
    (75101, 75120, "75056"),
    (69381, 69389, "69123"),
    (13201, 13216, "13055"),
)


class Locator:
    """Brings coordinates into the territory, and finds a place for those who have none.

    A record without coordinates is put inside its commune where the territory knows the commune,
    and says so: a map with its companies at the commune is worth more than one without them.

    Args:
        territory: where the points go.
        crs: of the coordinates that are neither longitude and latitude nor say their own system;
            None where there are none.
        transforms: of the project.
    """

    def __init__(
        self,
        territory: Territory,
        crs: QgsCoordinateReferenceSystem | None,
        transforms: QgsCoordinateTransformContext,
    ) -> None:
        self._territory = territory.crs
        self._transforms = transforms
        self._known = {_WGS84: QgsCoordinateReferenceSystem(_WGS84)}
        if crs is not None:
            self._known[""] = crs
        self._to_degrees = QgsCoordinateTransform(territory.crs, self._known[_WGS84], transforms)
        self._area = territory.crs.bounds()
        self._communes = _communes(territory)
        self._departments = {department_of(code.upper()) for code in self._communes}

    def locate(self, candidates: Sequence[Candidate]) -> list[Incoming | Reject]:
        """Return each candidate with its point, or why it has none."""
        found: list[Incoming | Reject | None] = [None] * len(candidates)
        systems: dict[str, list[int]] = {}
        for number, candidate in enumerate(candidates):
            if candidate.position is None:
                found[number] = self._at_commune(candidate)
            else:
                system = _WGS84 if candidate.geographic else candidate.crs
                systems.setdefault(system, []).append(number)
        for system, numbers in systems.items():
            positions = [candidates[number].position for number in numbers]
            for number, point in zip(numbers, self._points(system, np.array(positions))):
                candidate = candidates[number]
                if point is None:
                    detail = "{} ; {}".format(*(candidate.position or ()))
                    found[number] = Reject(
                        candidate.line, Fault.COORDINATES_OUTSIDE, detail, candidate.content
                    )
                else:
                    found[number] = Incoming(candidate.line, candidate.values, point)
        return [one for one in found if one is not None]

    def _points(self, system: str, xy: np.ndarray) -> list[tuple[float, float] | None]:
        """Return positions in the territory's CRS, None for those outside of its area."""
        if system not in self._known:
            self._known[system] = QgsCoordinateReferenceSystem(system)
        crs = self._known[system]
        if not crs.isValid():
            return [None] * len(xy)
        if system == _WGS84:
            xy = np.where(np.abs(xy) <= (180, 90), xy, np.nan)
        points = _transformed(QgsCoordinateTransform(crs, self._territory, self._transforms), xy)
        degrees = _transformed(self._to_degrees, points)
        good = np.isfinite(points).all(axis=1) & np.isfinite(degrees).all(axis=1)
        area = self._area
        if not area.isEmpty():
            west, south = area.xMinimum(), area.yMinimum()
            east, north = area.xMaximum(), area.yMaximum()
            good &= ((degrees >= (west, south)) & (degrees <= (east, north))).all(axis=1)
        return [(x, y) if fine else None for (x, y), fine in zip(points.tolist(), good.tolist())]

    def _at_commune(self, candidate: Candidate) -> Incoming:
        values = candidate.values
        code = values.get("commune_insee", "")
        keys = [code, whole_commune(code)]
        if not code or department_of(code) in self._departments:
            # Elsewhere, a commune of the same name is another one.
            keys.append(values.get("commune_nom", ""))
        points = (self._communes.get(bare(key)) for key in keys if key)
        found = next((point for point in points if point is not None), None)
        if found is None:
            return Incoming(candidate.line, values, None)
        placed = {**values, "geocodage_qualite": "commune"}
        return Incoming(candidate.line, placed, found, approximate=True)


def whole_commune(code: str) -> str:
    """Return the commune of a municipal arrondissement of Paris, Lyon or Marseille, else *code*."""
    if len(code) == 5 and code.isdecimal():
        for first, last, commune in _ARRONDISSEMENTS:
            if first <= int(code) <= last:
                return commune
    return code


def _transformed(transform: QgsCoordinateTransform, xy: np.ndarray) -> np.ndarray:
    """Return coordinates through *transform*, NaN for those that it cannot take."""
    if transform.isShortCircuited():
        return xy
    result = np.full(xy.shape, np.nan)
    rows = np.flatnonzero(np.isfinite(xy).all(axis=1))
    if not len(rows):
        return result
    # A line is the shape that QGIS transforms at once.
    line = QgsLineString(xy[rows, 0].tolist(), xy[rows, 1].tolist())
    try:
        line.transform(transform)
        result[rows] = np.frombuffer(bytes(line.asWkb()), dtype="<f8", offset=9).reshape(-1, 2)
    except QgsCsException:
        # One that fails takes the others with it: they go one by one.
        for row in rows.tolist():
            with contextlib.suppress(QgsCsException):
                point = transform.transform(QgsPointXY(*xy[row].tolist()))
                result[row] = point.x(), point.y()
    return result


def guess_crs(candidates: Sequence[Candidate]) -> QgsCoordinateReferenceSystem | None:
    """Recognise the system of x and y columns by where most of their values fall.

    Raises:
        QgsProcessingException: there are such columns and their values fall nowhere known.
    """
    pairs = [one.position for one in candidates if one.position and not (one.geographic or one.crs)]
    if not pairs:
        return None
    xy = np.asarray(pairs)
    boxes = ((_WGS84, (-180, 180), (-90, 90)), *_FRENCH_BOXES)
    for authority, (west, east), (south, north) in boxes:
        inside = (west <= xy[:, 0]) & (xy[:, 0] <= east) & (south <= xy[:, 1]) & (xy[:, 1] <= north)
        if 2 * inside.sum() > len(xy):
            return QgsCoordinateReferenceSystem(authority)
    raise QgsProcessingException(
        tr("The coordinate system of the coordinate columns is not recognised: give it.")
    )


def _communes(territory: Territory) -> dict[str, tuple[float, float]]:
    """Return a point inside each commune, by code and by name, both bare."""
    points = {}
    for commune in territory.layer("perimetre", subset="\"type\" = 'commune'").getFeatures():
        point = commune.geometry().pointOnSurface().asPoint()
        for key in (plain(commune["code"]), plain(commune["nom"])):
            if key:
                points[bare(str(key))] = (point.x(), point.y())
    return points


class Surroundings:
    """What the perimeters of a territory cover together, to tell how many companies are elsewhere.

    Args:
        territory: the territory.

    Attributes:
        strangers: how many of those counted are outside; 0 where there is no perimeter.
    """

    def __init__(self, territory: Territory) -> None:
        shapes = [one.geometry() for one in territory.layer("perimetre").getFeatures()]
        self._union = QgsGeometry.unaryUnion(shapes)
        self._engine = None
        self.strangers = 0
        if not self._union.isEmpty():
            self._engine = QgsGeometry.createGeometryEngine(self._union.constGet())
            self._engine.prepareGeometry()

    def count(self, candidates: Iterable[tuple[Candidate, Incoming]]) -> None:
        """Add those that are outside of every perimeter, the closed ones left aside."""
        if self._engine is not None:
            self.strangers += sum(
                place.point is not None
                and candidate.values.get("etat") != "ferme"
                and not self._engine.intersects(QgsPoint(*place.point))
                for candidate, place in candidates
            )


class Perimeter:
    """The polygons inside which establishments are wanted; without any, everywhere.

    Args:
        source: the polygons, or None.
        territory: in whose CRS points are asked about.
        context: of the run.
    """

    def __init__(
        self,
        source: QgsProcessingFeatureSource | None,
        territory: Territory,
        context: QgsProcessingContext,
    ) -> None:
        self._territory = territory
        self._engine = None
        if source is not None:
            request = QgsFeatureRequest()
            request.setDestinationCrs(territory.crs, context.transformContext())
            self._union = QgsGeometry.unaryUnion(
                [feature.geometry() for feature in source.getFeatures(request)]
            )
            self._engine = QgsGeometry.createGeometryEngine(self._union.constGet())
            self._engine.prepareGeometry()

    def accepts(self, point: tuple[float, float] | None) -> bool:
        """Tell whether a point of the territory's CRS is inside."""
        if self._engine is None:
            return True
        return point is not None and self._engine.intersects(QgsPoint(*point))

    def communes(self) -> Callable[[str], bool] | None:
        """Return what tells, from its code alone, that a commune is surely outside.

        A code that the territory does not know may be inside where it is of the same département
        as a commune that is, for communes merge; and where the polygons go beyond the communes of
        the territory. None where every commune may be.
        """
        if self._engine is None:
            return None
        known: set[str] = set()
        inside: set[str] = set()
        left = self._union
        for commune in self._territory.layer(
            "perimetre", subset="\"type\" = 'commune'"
        ).getFeatures():
            code = str(plain(commune["code"]) or "")
            shape = commune.geometry()
            known.add(code)
            if self._engine.intersects(shape.constGet()):
                left = left.difference(shape)
                if not self._engine.touches(shape.constGet()):
                    inside.add(code)
        if left.area() > _COVERED_BUT * self._union.area():
            return None
        departments = {department_of(code) for code in inside}

        def may_hold(code: str) -> bool:
            for one in (code, whole_commune(code)):
                if one in known:
                    return one in inside
            return not code or department_of(code) in departments

        return may_hold


def department_of(code: str) -> str:
    """Return the département of the code of a commune."""
    return code[:3] if code.startswith("97") else code[:2]
