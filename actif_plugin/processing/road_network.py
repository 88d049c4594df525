"""Reading a layer of lines into a road network: directions, speeds and classes of its columns.

QGIS's graph builder is not used. Its director knows one text a direction and numbers for speeds,
where OpenStreetMap writes yes, 1 or -1, "50 mph" or nothing, often inside ``other_tags``; it reads
whole layers only, and took six times as long for the same graph (``tests/qgis/test_roads.py`` holds
ours to its).
"""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass

import numpy as np
from qgis.core import (
    QgsFeatureRequest,
    QgsGeometry,
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingFeatureSource,
    QgsProcessingFeedback,
    QgsRectangle,
    QgsWkbTypes,
)

from ..compat import plain
from ..domain.feedback import checkpoint
from ..domain.metric import Floats
from ..domain.roads import Roads, roads_of
from ..domain.traffic import (
    CLOSED,
    FASTEST_KMH,
    ROUNDABOUT,
    SHUTTING,
    UNKNOWN_SPEED_KMH,
    RoadClass,
    Traffic,
    road_class,
    shut,
    tags_of,
    traffic,
)
from ..translation import tr
from .base import Watch
from .flows import Ground

# OpenStreetMap, its extracts, BD TOPO in GeoPackage and in Shapefile.
_ONEWAY = ("oneway", "sens_de_circulation", "sens")
_SPEED = ("maxspeed", "vitesse_moyenne_vl", "vit_moy_vl")
_CLASS = ("highway", "fclass", "nature")
_TAGS = "other_tags"
_METRES_A_DEGREE = 110_574.0


@dataclass(frozen=True)
class RoadColumns:
    """The columns of a road layer; an empty name asks to find it by its usual ones."""

    oneway: str = ""
    speed: str = ""
    kind: str = ""


@dataclass(frozen=True)
class RoadLayer:
    """A road layer, read.

    Attributes:
        roads: the network; a metre costs a metre, or minutes.
        lines: how many lines are in it.
        left_out: how many are not, a reason.
        notes: what else the user should know, as sentences.
    """

    roads: Roads
    lines: int
    left_out: Counter[str]
    notes: list[str]

    def tell(self, feedback: QgsProcessingFeedback) -> None:
        """Say what was read and what was left out."""
        feedback.pushInfo(
            tr("Roads: {lines} lines, {pieces} straight pieces.").format(
                lines=self.lines, pieces=len(self.roads)
            )
        )
        for reason, count in self.left_out.items():
            feedback.pushInfo(
                tr("Roads: {count} lines left out ({reason}).").format(count=count, reason=reason)
            )
        for note in self.notes:
            feedback.pushWarning(note)


def area_of(seekers: Floats, candidates: Floats, reach_m: float, ground: Ground) -> QgsRectangle:
    """Return where the roads between two sets of points can run.

    Nobody who goes from one point to another over *reach_m* metres is ever further than that from
    the first, nor further than half of it from both.

    Args:
        seekers, candidates: map coordinates in the CRS of the ground, shape (n, 2).
        reach_m: metres by road; inf for no limit.

    Returns:
        A rectangle in the CRS of the ground, null for everywhere.
    """
    if not math.isfinite(reach_m):
        return QgsRectangle()
    around = _grown(seekers, reach_m, ground)
    between = _grown(np.concatenate((seekers, candidates)), reach_m / 2, ground)
    if ground.to_metres == 0 and max(-around.xMinimum(), around.xMaximum()) > 180:
        return QgsRectangle()
    return around.intersect(between)


def _grown(xy: Floats, metres: float, ground: Ground) -> QgsRectangle:
    west, south = xy.min(axis=0)
    east, north = xy.max(axis=0)
    if ground.to_metres:
        across = up = metres / ground.to_metres
    else:
        up = metres / _METRES_A_DEGREE
        latitude = min(89.0, max(abs(south), abs(north)) + up)
        across = up / math.cos(math.radians(latitude))
    return QgsRectangle(west - across, south - up, east + across, north + up)


def metres_within(minutes: float) -> float:
    """Return how far a car may get in a time, at most."""
    return minutes * FASTEST_KMH * 1000 / 60


def read_roads(
    source: QgsProcessingFeatureSource,
    columns: RoadColumns,
    ground: Ground,
    area: QgsRectangle,
    by_time: bool,
    context: QgsProcessingContext,
    watch: Watch,
) -> RoadLayer:
    """Read the roads that cars use.

    Args:
        source: lines in any CRS; they meet where they share a vertex.
        columns: what says directions, speeds and classes.
        ground: where distances are measured.
        area: what to read, in its CRS; null for all.
        by_time: a metre costs minutes, not a metre.
        context, watch: of the run.

    Raises:
        QgsProcessingException: the layer has no line that cars use there, or not a column asked.
        Cancelled: the user asked to stop.
    """
    reading, joining = watch.part(0, 0.8), watch.part(0.8, 1)
    rules = _Rules(source, columns)
    request = QgsFeatureRequest()
    request.setSubsetOfAttributes(rules.attributes)
    request.setDestinationCrs(ground.crs, context.transformContext())
    request.setInvalidGeometryCheck(QgsFeatureRequest.InvalidGeometryCheck.GeometryNoCheck)
    if not area.isNull():
        request.setFilterRect(area)
    parts: list[Floats] = []
    used: list[Traffic] = []
    left_out: Counter[str] = Counter()
    lines = 0
    total = max(1, source.featureCount())
    for number, feature in enumerate(source.getFeatures(request)):
        if number % 500 == 0:
            checkpoint(reading, number / total)
        way, reason = rules.judge(feature.attributes())
        shapes = _lines(feature.geometry()) if way is not None else []
        if way is None or not shapes:
            left_out[reason or tr("without a usable geometry")] += 1
            continue
        lines += 1
        parts += shapes
        used += [way] * len(shapes)
    if not parts:
        reasons = ", ".join(f"{count} {reason}" for reason, count in left_out.items())
        raise QgsProcessingException(
            tr(
                "The road layer has no line that cars use near the points ({reasons}): choose"
                " another."
            ).format(reasons=reasons or tr("there is none at all"))
        )
    sizes = np.array([len(part) for part in parts])
    vertices = ground.points(np.concatenate(parts))
    inner = np.ones(len(vertices) - 1, dtype=bool)
    inner[np.cumsum(sizes)[:-1] - 1] = False
    line = np.repeat(np.arange(len(parts)), sizes)[:-1][inner]
    roads = roads_of(
        vertices[:-1][inner],
        vertices[1:][inner],
        _pace(np.array([way.along for way in used]), by_time)[line],
        _pace(np.array([way.against for way in used]), by_time)[line],
        np.array([way.stop for way in used])[line],
        ground.metric,
        joining,
    )
    return RoadLayer(roads, lines, left_out, rules.notes)


def _lines(geometry: QgsGeometry) -> list[Floats]:
    """Return the vertices of each line of a geometry, arcs as short chords."""
    if geometry.isEmpty() or geometry.type() != QgsWkbTypes.GeometryType.LineGeometry:
        return []
    if geometry.constGet().hasCurvedSegments():
        geometry = QgsGeometry(geometry.constGet().segmentize())
    geometry.get().dropZValue()
    geometry.get().dropMValue()
    geometry.convertToMultiType()
    # Well-known binary: byte order, type, number of lines; of each: byte order, type, number of
    # vertices, vertices.
    binary = bytes(geometry.asWkb())
    lines = []
    position = 9
    while position < len(binary):
        count = int.from_bytes(binary[position + 5 : position + 9], "little")
        xy = np.frombuffer(binary, "<f8", 2 * count, position + 9).reshape(-1, 2)
        if count > 1 and np.isfinite(xy).all():
            lines.append(xy)
        position += 9 + 16 * count
    return lines


def _pace(kmh: Floats, by_time: bool) -> Floats:
    """Return what a metre costs: a metre, or minutes."""
    closed = kmh <= 0
    cost = 0.06 / np.where(closed, 1, kmh) if by_time else np.ones(len(kmh))
    return np.where(closed, np.inf, cost)


class _Rules:
    """Judges lines by their attributes; equal attributes are judged once."""

    def __init__(self, source: QgsProcessingFeatureSource, columns: RoadColumns) -> None:
        fields = source.fields()
        named = {field.name().lower(): index for index, field in enumerate(fields)}
        self._tags = named.get(_TAGS)
        self.notes: list[str] = []

        def find(asked: str, usual: tuple[str, ...]) -> tuple[str, int | None]:
            if asked:
                if fields.indexOf(asked) < 0:
                    raise QgsProcessingException(
                        tr("The road layer has no field {field}: choose another.").format(
                            field=asked
                        )
                    )
                return asked.lower(), fields.indexOf(asked)
            found = next((name for name in usual if name in named), usual[0])
            return found, named.get(found)

        self._oneway = find(columns.oneway, _ONEWAY)
        self._speed = find(columns.speed, _SPEED)
        self._kind = find(columns.kind, _CLASS)
        self._others = [(name, named.get(name)) for name in (*SHUTTING, ROUNDABOUT)]
        self._sorted = self._has_classes(source)
        self.attributes = sorted(
            {
                index
                for _, index in (self._oneway, self._speed, self._kind, *self._others)
                if index is not None
            }
            | ({self._tags} if self._tags is not None else set())
        )
        # A column called maxspeed tells the limit, vitesse_moyenne_vl the average.
        self._is_limit = "max" in self._speed[0]
        self._judged: dict[tuple[object, ...], tuple[Traffic | None, str]] = {}

    def _has_classes(self, source: QgsProcessingFeatureSource) -> bool:
        """Tell whether the column of classes holds any that is known."""
        name, index = self._kind
        if index is None:
            return self._tags is not None
        if any(road_class(plain(value)) for value in source.uniqueValues(index)):
            return True
        self.notes.append(
            tr(
                "Roads: no known class in the field {field}, all lines are used, at {speed} km/h"
                " where no speed is given."
            ).format(field=name, speed=int(UNKNOWN_SPEED_KMH))
        )
        return False

    def judge(self, values: list) -> tuple[Traffic | None, str]:
        """Return how cars use a line, or why they do not."""
        key = tuple(plain(values[index]) for index in self.attributes)
        if key not in self._judged:
            self._judged[key] = self._of(values)
        return self._judged[key]

    def _of(self, values: list) -> tuple[Traffic | None, str]:
        tags = tags_of(plain(values[self._tags])) if self._tags is not None else {}

        def value(name: str, index: int | None) -> object:
            return tags.get(name) if index is None else plain(values[index])

        named = {name: value(name, index) for name, index in self._others}
        kind = RoadClass(UNKNOWN_SPEED_KMH)
        if self._sorted:
            kind = road_class(value(*self._kind)) or CLOSED
        way = traffic(
            kind,
            value(*self._oneway),
            value(*self._speed),
            is_limit=self._is_limit,
            roundabout=named[ROUNDABOUT] in ("roundabout", "circular"),
        )
        if not (way.along or way.against):
            return None, tr("not for cars")
        if shut({name: told for name, told in named.items() if told is not None}):
            return None, tr("closed to cars")
        return way, ""
