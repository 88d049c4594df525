"""New establishments into a territory all at once, what its triggers do included.

One by one, the triggers of a record cost more than the record. Those of an insertion are taken
away within the transaction, their work is done for all the records together, and they are put
back; whoever opens the file sees either nothing or everything.
"""

from __future__ import annotations

import sqlite3
import struct
from collections.abc import Mapping
from string import Template

from .blobs import blob_point
from .delivery import FIELDS
from .geopackage import NEW_KEY, NOW, quoted
from .model import GEOMETRY_COLUMN
from .point_index import index_points
from .schema import ETABLISSEMENT

_TABLE = ETABLISSEMENT.name
_RTREE = f"rtree_{_TABLE}_{GEOMETRY_COLUMN}"
# The stamp of the schema, the spatial index and the count that GDAL keeps.
_INSERT_TRIGGERS = (
    f"{_TABLE}_cree",
    f"{_RTREE}_insert",
    f"trigger_insert_feature_count_{_TABLE}",
)
_POINT = struct.Struct("<2sBBiBIdd")
_LITTLE_ENDIAN = 1
_WKB_POINT = 1
_NOWHERE = (None, None)

_TRIGGERS = (
    "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND name IN (?, ?, ?)"
    " ORDER BY rowid"
)
_DROP = Template("DROP TRIGGER $name")
_SRS = "SELECT srs_id FROM gpkg_geometry_columns WHERE table_name = ?"
# Numbers once given are not given again.
_LAST = (
    "SELECT max(coalesce((SELECT max(fid) FROM etablissement), 0),"
    " coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'etablissement'), 0))"
)
_INSERT = Template(
    """INSERT INTO etablissement (fid, geom, id, $fields, source_valeurs, confidentialite,
  source, source_date, cree_par, modifie_par, cree_le, modifie_le)
SELECT :last + o.rang, a.geom, $key, $arrived, a.memoire, 'interne',
  :source, :source_date, :cree_par, :cree_par, $now, $now
FROM nouveau AS o JOIN arrivee AS a ON a.n = o.n ORDER BY o.rang"""
)
# The schema lets a commune's parent be anything; a SIREN is nine digits.
_DISTRICTS = (
    "CREATE TEMP TABLE intercommunalite (commune TEXT PRIMARY KEY, siren TEXT)",
    """INSERT OR IGNORE INTO intercommunalite
SELECT code, parent_code FROM perimetre
WHERE type = 'commune' AND code IS NOT NULL AND length(parent_code) = 9
  AND parent_code NOT GLOB '*[^0-9]*'""",
)
_DISTRICT = "(SELECT i.siren FROM intercommunalite AS i WHERE i.commune = a.commune_insee)"
_BOX = """SELECT min(a.x), min(a.y), max(a.x), max(a.y)
FROM nouveau AS o JOIN arrivee AS a ON a.n = o.n"""
_WIDEN = Template(
    """UPDATE gpkg_contents SET last_change = $now,
  min_x = min(coalesce(min_x, ?1), ?1), min_y = min(coalesce(min_y, ?2), ?2),
  max_x = max(coalesce(max_x, ?3), ?3), max_y = max(coalesce(max_y, ?4), ?4)
WHERE table_name = 'etablissement'"""
).substitute(now=NOW)
# The index is written in order: what the cache would hold serves to sort the points.
_SMALL_CACHE = "PRAGMA cache_size = -6144"
_HAS_COUNT = "SELECT 1 FROM sqlite_master WHERE name = 'gpkg_ogr_contents'"
_COUNT = """UPDATE gpkg_ogr_contents SET feature_count = feature_count + ?
WHERE table_name = 'etablissement'"""


def understand_points(database: sqlite3.Connection) -> None:
    """Give a connection the functions that the triggers of spatial indexes call, for points."""

    def axis_of(axis: int):  # type: ignore[no-untyped-def]
        return lambda blob: (blob_point(blob) or _NOWHERE)[axis]

    database.create_function("ST_IsEmpty", 1, lambda blob: blob_point(blob) is None)
    for name, axis in (("ST_MinX", 0), ("ST_MaxX", 0), ("ST_MinY", 1), ("ST_MaxY", 1)):
        database.create_function(name, 1, axis_of(axis))


def srs_of(database: sqlite3.Connection) -> int:
    """Return the number of the table's CRS in the file."""
    return int(database.execute(_SRS, (_TABLE,)).fetchone()[0])


def point_blob(srs: int, x: float, y: float) -> bytes:
    """Return a point as a GeoPackage keeps it."""
    return _POINT.pack(b"GP", 0, _LITTLE_ENDIAN, srs, _LITTLE_ENDIAN, _WKB_POINT, x, y)


def insert_new(database: sqlite3.Connection, stamp: Mapping[str, str]) -> int:
    """Create a record for each row of ``nouveau``, from ``arrivee``; return how many.

    Args:
        database: in a transaction, with these temporary tables.
        stamp: ``source``, ``source_date`` and ``cree_par`` of every record.
    """
    triggers = database.execute(_TRIGGERS, _INSERT_TRIGGERS).fetchall()
    for name, _ in triggers:
        database.execute(_DROP.substitute(name=quoted(name)))
    last = database.execute(_LAST).fetchone()[0]
    arrived = {name: f"a.{quoted(name)}" for name in FIELDS}
    arrived["etat"] = "coalesce(a.etat, 'actif')"
    # What the source leaves out the perimeters know; it is not remembered as the source's word.
    for statement in _DISTRICTS:
        database.execute(statement)
    arrived["epci_siren"] = f"coalesce(a.epci_siren, {_DISTRICT})"
    insert = _INSERT.substitute(
        fields=", ".join(map(quoted, arrived)),
        arrived=", ".join(arrived.values()),
        key=NEW_KEY,
        now=NOW,
    )
    created = database.execute(insert, {**stamp, "last": last}).rowcount
    database.execute(_SMALL_CACHE)
    index_points(database, _RTREE, last)
    for _, statement in triggers:
        database.execute(statement)
    if database.execute(_HAS_COUNT).fetchone() is not None:
        database.execute(_COUNT, (created,))
    box = database.execute(_BOX).fetchone()
    if box[0] is not None:
        widen_extent(database, *box)
    return created


def widen_extent(
    database: sqlite3.Connection, west: float, south: float, east: float, north: float
) -> None:
    """Make the extent that the file declares for the table hold a box."""
    database.execute(_WIDEN, (west, south, east, north))
