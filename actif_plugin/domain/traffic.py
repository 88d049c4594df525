"""What road data say of a road: which way cars may go, how fast, and what kind of road it is.

Written for OpenStreetMap, its extracts and IGN's BD TOPO, whose words cannot be confused.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass

from .words import folded

KMH_A_MILE_AN_HOUR = 1.609344
# Cars run at this share of the limit on average: OSRM's car profile.
SHARE_OF_LIMIT = 0.8
# Where neither class nor speed is known: BD TOPO's average on a minor road (one carriageway,
# importance 5) out of town.
UNKNOWN_SPEED_KMH = 35.0
# The highest French limit: no average is above.
FASTEST_KMH = 130.0
# Beyond, a number is a mistake and not a speed.
_BELIEVABLE_KMH = 200.0


@dataclass(frozen=True)
class RoadClass:
    """A kind of road.

    Attributes:
        speed: average of cars, km/h; 0 where they do not go.
        stop: whether companies give onto it.
        oneway: whether it is one-way where the data do not say.
    """

    speed: float
    stop: bool = True
    oneway: bool = False


# OpenStreetMap's `highway`: averages of OSRM's car profile; what it does not drive on is closed.
_OSM = {
    "motorway": RoadClass(90, stop=False, oneway=True),
    "motorway_link": RoadClass(45, stop=False),
    "trunk": RoadClass(85),
    "trunk_link": RoadClass(40),
    "primary": RoadClass(65),
    "primary_link": RoadClass(30),
    "secondary": RoadClass(55),
    "secondary_link": RoadClass(25),
    "tertiary": RoadClass(40),
    "tertiary_link": RoadClass(20),
    "unclassified": RoadClass(25),
    "residential": RoadClass(25),
    "living_street": RoadClass(10),
    "service": RoadClass(15),
}
# BD TOPO's `nature`: the averages that its content description (version 3.0, attribute
# `vitesse_moyenne_vl`) gives out of town at importance 4, those of each nature where it has one.
_BD_TOPO = {
    "type autoroutier": RoadClass(90, stop=False),
    "bretelle": RoadClass(45, stop=False),
    "route a 2 chaussees": RoadClass(67),
    "route a 1 chaussee": RoadClass(58),
    "rond point": RoadClass(25),
    "route empierree": RoadClass(10),
    "bac ou liaison maritime": RoadClass(5, stop=False),
    "chemin": RoadClass(0),
    "sentier": RoadClass(0),
    "escalier": RoadClass(0),
    "piste cyclable": RoadClass(0),
}
CLASSES = {folded(name): kind for name, kind in {**_OSM, **_BD_TOPO}.items()}
CLOSED = RoadClass(0)

# French limits that OpenStreetMap writes by name (Code de la route, R413-2, R413-3, R110-2).
_NAMED_LIMITS = {
    "fr:urban": 50.0,
    "fr:rural": 80.0,
    "fr:trunk": 110.0,
    "fr:motorway": 130.0,
    "fr:zone30": 30.0,
    "fr:living_street": 20.0,
}
# Geofabrik's extracts write F, T and B; others FT and TF: along and against the line.
_ALONG = {"yes", "true", "1", "f", "ft", "direct", "sens direct", "oneway"}
_AGAINST = {"-1", "reverse", "t", "tf", "inverse", "sens inverse"}
_BOTH = {"no", "false", "0", "b", "double", "double sens", "sans objet", "reversible"}
_BOTH |= {"alternating"}

# Where cars are kept out, whatever the class.
_SHUT = {
    "access": {"no"},
    "vehicle": {"no"},
    "motor_vehicle": {"no"},
    "motorcar": {"no"},
    "acces_vehicule_leger": {"physiquement impossible"},
    "acces_vl": {"physiquement impossible"},
    "etat_de_l_objet": {"en projet", "en construction"},
    "etat": {"en projet", "en construction"},
}
SHUTTING = tuple(_SHUT)
ROUNDABOUT = "junction"

_SPEED = re.compile(r"(\d+(?:[.,]\d+)?)\s*(mph|km/?h|kmh|kph)?", re.IGNORECASE)
_TAG = re.compile(r'"((?:[^"\\]|\\.)*)"\s*=>\s*"((?:[^"\\]|\\.)*)"')


def directions(value: object) -> tuple[bool, bool] | None:
    """Return whether cars go along and against the line; None where *value* does not tell."""
    if isinstance(value, bool):
        return (True, not value)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    written = str(value).strip() if value is not None else ""
    word = written if written == "-1" else folded(written)
    if word in _ALONG:
        return (True, False)
    if word in _AGAINST:
        return (False, True)
    return (True, True) if word in _BOTH else None


def speed_kmh(value: object) -> float | None:
    """Return a speed as data write it, in km/h; the lowest of several; None where it is unknown.

    "none", "signals", "variable" and the like are unknown: the class of the road tells then.
    """
    if value is None or isinstance(value, bool):
        return None
    if isinstance(value, (int, float)):
        speeds = [float(value)]
    else:
        speeds = [speed for part in str(value).split(";") for speed in _speeds(part.strip())]
    speeds = [speed for speed in speeds if math.isfinite(speed) and 0 <= speed <= _BELIEVABLE_KMH]
    return min(speeds, default=None)


def _speeds(text: str) -> list[float]:
    named = _NAMED_LIMITS.get(text.lower())
    if named is not None:
        return [named]
    found = _SPEED.fullmatch(text)
    if found is None:
        return []
    number = float(found[1].replace(",", "."))
    return [number * (KMH_A_MILE_AN_HOUR if (found[2] or "").lower() == "mph" else 1)]


def road_class(value: object) -> RoadClass | None:
    """Return the class a text names, None where it is none of those known."""
    return CLASSES.get(folded(str(value))) if value is not None else None


def shut(tags: Mapping[str, object]) -> bool:
    """Tell whether one of the columns ``SHUTTING`` keeps cars out."""
    return any(folded(str(tags[name])) in _SHUT[name] for name in tags if name in _SHUT)


def tags_of(text: object) -> dict[str, str]:
    """Read the column ``other_tags`` that GDAL makes of OpenStreetMap data, hstore or JSON."""
    written = str(text or "").strip()
    if written.startswith("{"):
        try:
            found = json.loads(written)
        except json.JSONDecodeError:
            return {}
        return {str(key): str(value) for key, value in found.items()}
    return {_plain(key): _plain(value) for key, value in _TAG.findall(written)}


def _plain(quoted: str) -> str:
    return re.sub(r"\\(.)", r"\1", quoted)


@dataclass(frozen=True)
class Traffic:
    """How cars use a road.

    Attributes:
        along, against: km/h in the direction of the line and back; 0 where it is closed.
        stop: whether companies give onto the road.
    """

    along: float
    against: float
    stop: bool


def traffic(
    kind: RoadClass,
    oneway: object = None,
    speed: object = None,
    *,
    is_limit: bool = True,
    roundabout: bool = False,
) -> Traffic:
    """Put together what is known of a road.

    Args:
        kind: its class.
        oneway: direction as the data write it.
        speed: as the data write it; unknown, that of the class.
        is_limit: *speed* is the limit, of which cars run ``SHARE_OF_LIMIT``, and 0 is unknown;
            else it is their average, and 0 says that cars do not go there.
        roundabout: it is one-way unless the data say otherwise.
    """
    known = speed_kmh(speed)
    average = kind.speed
    if known is not None and kind.speed > 0 and not (is_limit and known == 0):
        average = min(FASTEST_KMH, known * (SHARE_OF_LIMIT if is_limit else 1))
    told = directions(oneway)
    if told is None:
        told = (True, not (roundabout or kind.oneway))
    return Traffic(average * told[0], average * told[1], kind.stop)
