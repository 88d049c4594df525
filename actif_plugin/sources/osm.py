"""Companies of OpenStreetMap: shops, offices, crafts and works, from a file or a layer.

What volunteers drew is a lead, not a fact: the establishments are handed over as unconfirmed, with
no activity code, for no tag says which one INSEE gave.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from osgeo import gdal, ogr

from ..domain.feedback import Cancelled
from ..domain.identifiers import compact, siret_valid
from ..domain.words import folded

UNCONFIRMED = "non_confirme"
# What makes an object a company, the most telling first.
_TRADES = ("shop", "office", "craft", "industrial")
_WORKS = ("man_made", "works")
_INDUSTRIAL_AREA = ("landuse", "industrial")
# The trade is over, or the premises wait for one.
_NONE_THERE = ("no", "vacant", "disused", "abandoned", "closed")
_NAMES = ("name", "name:fr", "brand", "operator")
_PREFIXES = ("addr:", "contact:")
_ADDRESS = ("housenumber", "street", "place", "postcode", "city")
_SIRET, _SIREN = "ref:FR:SIRET", "ref:FR:SIREN"
_TAGS = (
    *_NAMES,
    *_TRADES,
    _WORKS[0],
    _INDUSTRIAL_AREA[0],
    _SIRET,
    _SIREN,
    *(prefix + part for prefix in _PREFIXES for part in _ADDRESS),
)
# A table with these beside a trade comes from OpenStreetMap and nowhere else.
_SIGNS = ("osm_id", "osm_way_id", "@id", "full_id", "other_tags", "opening_hours", "brand")
_OTHER_TAGS = "other_tags"
_HSTORE = re.compile(r'"((?:[^"\\]|\\.)*)"=>"((?:[^"\\]|\\.)*)"')
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_FULL_ID = re.compile(r"(node|way|relation|[nwr])/?(\d+)", re.ASCII)
_KINDS = {"n": "node", "w": "way", "r": "relation"}
_AREA_NAME = re.compile(r"(zone|zi|za|zac|zae|zip|parc d|technopole|espace d|pole d)\b")

# Fields of the rows handed over, named as ours are.
HEADER = (
    "raison_sociale",
    "enseigne",
    "siret",
    "siren",
    "adresse",
    "code_postal",
    "commune_nom",
    "description",
    "longitude",
    "latitude",
)

_SUFFIXES = (".osm.pbf", ".pbf", ".osm")
_LAYERS = ("points", "lines", "multilinestrings", "multipolygons", "other_relations")
_READ = ("points", "multipolygons")
_FILTER = (
    "shop IS NOT NULL OR office IS NOT NULL OR craft IS NOT NULL OR industrial IS NOT NULL"
    " OR man_made = 'works' OR (landuse = 'industrial' AND name IS NOT NULL)"
)
_NOTHING = "0 = 1"
# Closed ways with these keys are areas. The longest comes last: some GDAL forget longer ones.
_AREAS = (
    "aeroway,amenity,boundary,building,craft,historic,landuse,leisure,man_made,natural,office,"
    "place,shop,tourism,industrial"
)


class OsmError(Exception):
    """The file cannot be read; the text says why, in GDAL's words."""


class OsmObject(NamedTuple):
    """An object of OpenStreetMap that is, or holds, a company.

    Attributes:
        identifier: ``node/123``, ``way/…`` or ``relation/…``; empty where a layer lost it.
        tags: those that are of use here.
        position: longitude and latitude, or None.
    """

    identifier: str
    tags: Mapping[str, str]
    position: tuple[float, float] | None


def is_osm_file(path: Path) -> bool:
    """Tell whether the name of *path* is that of an OpenStreetMap file."""
    return path.name.lower().endswith(_SUFFIXES)


def is_osm_header(header: Sequence[str]) -> bool:
    """Tell whether a table with these columns comes from OpenStreetMap."""
    names = set(header)
    if _OTHER_TAGS in names and ("osm_id" in names or "osm_way_id" in names):
        return True
    traded = names & {*_TRADES, _WORKS[0]}
    signed = names.intersection(_SIGNS) or any(name.startswith("addr:") for name in names)
    return bool("name" in names and traded and signed)


def read_file(path: Path, proceed: Callable[[], bool]) -> Iterator[OsmObject]:
    """Yield the companies of an OpenStreetMap file, areas by a point inside them.

    Args:
        path: ``.osm.pbf`` or ``.osm``.
        proceed: asked often, between objects too; false stops the reading.

    Raises:
        OsmError: the file is not one, or breaks off.
        Cancelled: *proceed* said no.
    """
    settings = f"/vsimem/{uuid.uuid4().hex}.ini"
    gdal.FileFromMemBuffer(settings, _settings().encode())
    try:
        yield from _read(path, settings, proceed)
    finally:
        gdal.Unlink(settings)


def read_row(header: Sequence[str], row: Sequence[object]) -> OsmObject:
    """Return the object of a row of a layer that has tags as columns, without its position."""
    cells = {
        name: str(cell).strip()
        for name, cell in zip(header, row)
        if cell is not None and str(cell).strip()
    }
    others = _HSTORE.findall(cells.get(_OTHER_TAGS, ""))
    tags = {_ESCAPED.sub(r"\1", key): _ESCAPED.sub(r"\1", value) for key, value in others}
    return OsmObject(_identifier(cells), {**tags, **cells}, None)


def trade_of(tags: Mapping[str, str]) -> str:
    """Return the tag that makes a company of an object (``shop=bakery``); empty for none."""
    for key in _TRADES:
        if tags.get(key, "no") not in _NONE_THERE:
            return f"{key}={tags[key]}"
    key, value = _WORKS
    if tags.get(key) == value:
        return f"{key}={value}"
    key, value = _INDUSTRIAL_AREA
    return f"{key}={value}" if tags.get(key) == value and tags.get("name") else ""


def is_area(tags: Mapping[str, str]) -> bool:
    """Tell whether an object is an activity area, which holds companies and is none."""
    trade = trade_of(tags)
    only_land = trade.startswith((_INDUSTRIAL_AREA[0], "industrial="))
    return only_land and _AREA_NAME.match(folded(tags.get("name", ""))) is not None


def establishment_values(found: OsmObject) -> dict[str, str]:
    """Return our fields for an object, under the names of :data:`HEADER`."""
    tags = found.tags
    name = next((tags[key] for key in _NAMES if tags.get(key)), "")
    brand = tags.get("brand", "")
    written = (compact(part) for part in tags.get(_SIRET, "").split(";"))
    values = {
        "raison_sociale": name,
        "enseigne": brand if folded(brand) != folded(name) else "",
        "siret": next(filter(siret_valid, written), ""),
        "siren": tags.get(_SIREN, ""),
        "adresse": " ".join(part for part in (_part(tags, "housenumber"), _street(tags)) if part),
        "code_postal": _part(tags, "postcode"),
        "commune_nom": _part(tags, "city"),
        "description": trade_of(tags),
    }
    if found.position is not None:
        values["longitude"], values["latitude"] = map(repr, found.position)
    return values


def source_key(found: OsmObject) -> str:
    """Return what tells an object from another: its identifier, else where it is.

    Two shops of one brand share a name, and few have an address.
    """
    if found.identifier or found.position is None:
        return found.identifier
    return "{:.5f} {:.5f}".format(*found.position)


def _part(tags: Mapping[str, str], part: str) -> str:
    return next((tags[prefix + part] for prefix in _PREFIXES if tags.get(prefix + part)), "")


def _street(tags: Mapping[str, str]) -> str:
    return _part(tags, "street") or _part(tags, "place")


def _identifier(cells: Mapping[str, str]) -> str:
    """Return ``node/123`` for the identifiers that GDAL, Overpass and QuickOSM write."""
    for name in ("@id", "full_id", "id"):
        found = _FULL_ID.fullmatch(cells.get(name, ""))
        if found:
            return f"{_KINDS[found.group(1)[0]]}/{found.group(2)}"
    if cells.get("osm_way_id"):
        return f"way/{cells['osm_way_id']}"
    if cells.get("osm_id"):
        kind = cells.get("osm_type") or ("relation" if "osm_way_id" in cells else "node")
        return f"{kind}/{cells['osm_id']}"
    return ""


def _read(path: Path, settings: str, proceed: Callable[[], bool]) -> Iterator[OsmObject]:
    said: list[str] = []

    def note(kind: int, _number: int, message: str) -> None:
        if kind >= gdal.CE_Failure:
            said.append(message)

    def heeding(call: Callable[[], object]) -> object:
        # For one call at a time: what runs between two objects has its own errors.
        gdal.PushErrorHandler(note)
        try:
            return call()
        except RuntimeError as error:
            said.append(str(error))
        finally:
            gdal.PopErrorHandler()
        return None

    dataset = heeding(
        lambda: gdal.OpenEx(
            str(path),
            gdal.OF_VECTOR | gdal.OF_READONLY,
            allowed_drivers=["OSM"],
            open_options=[f"CONFIG_FILE={settings}"],
        )
    )
    if dataset is None:
        raise OsmError(said[0] if said else path.name)
    for number in range(dataset.GetLayerCount()):
        layer = dataset.GetLayer(number)
        wanted = _FILTER if layer.GetName() in _READ else _NOTHING
        layer.SetAttributeFilter(wanted)
    stopped = False

    def ask(_share: float, _message: str, _data: object) -> int:
        nonlocal stopped
        stopped = stopped or not proceed()
        return 0 if stopped else 1

    while True:
        feature, layer = heeding(lambda: dataset.GetNextFeature(callback=ask)) or (None, None)
        if stopped:
            raise Cancelled
        if said:
            raise OsmError(said[0])
        if feature is None:
            return
        yield _object(feature, layer.GetName())


def _object(feature: ogr.Feature, layer: str) -> OsmObject:
    tags = {name: text for name in _TAGS if (text := _cell(feature, name))}
    kind = "node" if layer == "points" else "relation"
    number = _cell(feature, "osm_id")
    if not number:
        kind, number = "way", _cell(feature, "osm_way_id")
    shape = feature.GetGeometryRef()
    point = None
    if shape is not None and not shape.IsEmpty():
        point = shape if layer == "points" else shape.PointOnSurface() or shape.Centroid()
    position = (point.GetX(), point.GetY()) if point is not None else None
    return OsmObject(f"{kind}/{number}" if number else "", tags, position)


def _cell(feature: ogr.Feature, name: str) -> str:
    place = feature.GetFieldIndex(name)
    return (feature.GetFieldAsString(place) or "").strip() if place >= 0 else ""


def _settings() -> str:
    """Return the settings of GDAL's reader: a column for each tag of use, and no other."""
    sections = "\n".join(
        f"[{layer}]\nosm_id=yes\nother_tags=no\nattributes={','.join(_TAGS)}" for layer in _LAYERS
    )
    return f"attribute_name_laundering=no\nclosed_ways_are_polygons={_AREAS}\n{sections}\n"
