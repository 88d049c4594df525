"""The GeoPackage dialect of the schema: tables, constraints, triggers, whole and at once."""

from __future__ import annotations

import contextlib
import errno
import os
import sqlite3
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from string import Template

from osgeo import gdal, osr
from qgis.core import QgsCoordinateReferenceSystem

from ..translation import tr
from .errors import StoreError
from .model import GEOMETRY_COLUMN, Field, OnDelete, Table, Type, View
from .schema import TABLES, VIEWS

_SQL_TYPES = {
    Type.TEXT: "TEXT",
    Type.INTEGER: "INTEGER",
    Type.REAL: "REAL",
    Type.BOOLEAN: "BOOLEAN",
    Type.DATE: "DATE",
    Type.DATETIME: "DATETIME",
}
# A version 4 UUID. GeoPackage wants an integer primary key of its own, so ours is a unique column;
# a trigger fills it, because some programs write an explicit NULL where they have no value.
NEW_KEY = (
    "lower(hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' || substr(hex(randomblob(2)), 2)"
    " || '-' || substr('89ab', 1 + (abs(random()) % 4), 1) || substr(hex(randomblob(2)), 2)"
    " || '-' || hex(randomblob(6)))"
)
NOW = "strftime('%Y-%m-%dT%H:%M:%fZ', 'now')"

_STAMP_INSERT = Template(
    """CREATE TRIGGER $name AFTER INSERT ON $table
BEGIN
  UPDATE $table SET $key = coalesce(NEW.$key, $uuid), cree_le = coalesce(NEW.cree_le, $now),
    modifie_le = $now, modifie_par = coalesce(NEW.modifie_par, NEW.cree_par)
  WHERE rowid = NEW.rowid;
END"""
)
# The list of columns leaves the audit ones out, so that the trigger does not answer itself.
_STAMP_UPDATE = Template(
    """CREATE TRIGGER $name AFTER UPDATE OF $columns ON $table
BEGIN
  UPDATE $table SET modifie_le = $now WHERE rowid = NEW.rowid;
END"""
)
# Refused rather than put back: putting back answers itself without end in the programs that let
# triggers recurse, QGIS and GDAL among them. Dates are compared as moments: these programs write
# every column of a record anew, and drop the milliseconds that are zero.
_KEEP_ORIGIN = Template(
    """CREATE TRIGGER $name BEFORE UPDATE OF $key, cree_le, cree_par ON $table
WHEN (OLD.$key IS NOT NULL AND NEW.$key IS NOT OLD.$key)
  OR (OLD.cree_le IS NOT NULL
    AND coalesce(abs(julianday(NEW.cree_le) - julianday(OLD.cree_le)), 1) > 0.00002)
  OR (OLD.cree_par IS NOT NULL AND NEW.cree_par IS NOT OLD.cree_par)
BEGIN
  SELECT RAISE(ABORT, $message);
END"""
)
_FOLLOW_CHILD = Template(
    """CREATE TRIGGER $name AFTER $event ON $child
WHEN NOT coalesce(NEW.$unless, 0)
  AND NEW.$geometry IS NOT (SELECT $geometry FROM $parent WHERE $key = NEW.$link)
BEGIN
  UPDATE $child SET $geometry = (SELECT $geometry FROM $parent WHERE $key = NEW.$link)
  WHERE rowid = NEW.rowid;
END"""
)
_FOLLOW_PARENT = Template(
    """CREATE TRIGGER $name AFTER UPDATE OF $geometry ON $parent
WHEN NEW.$geometry IS NOT OLD.$geometry
BEGIN
  UPDATE $child SET $geometry = NEW.$geometry
  WHERE $link = NEW.$key AND NOT coalesce($unless, 0);
END"""
)
# Many programs write to a GeoPackage without switching foreign keys on; these triggers refuse an
# orphan from any of them, in the same words.
_REQUIRE_PARENT = Template(
    """CREATE TRIGGER $name BEFORE $event ON $child
WHEN NEW.$link IS NOT NULL AND NOT EXISTS (SELECT 1 FROM $parent WHERE $key = NEW.$link)
BEGIN
  SELECT RAISE(ABORT, $message);
END"""
)
# What the foreign key asks of a deletion, for the same programs.
_LEAVE_PARENT = Template(
    """CREATE TRIGGER $name BEFORE DELETE ON $parent
WHEN EXISTS (SELECT 1 FROM $child WHERE $link = OLD.$key)
BEGIN
  $action;
END"""
)
_ON_DELETE = {
    OnDelete.RESTRICT: Template("SELECT RAISE(ABORT, $message)"),
    OnDelete.CASCADE: Template("DELETE FROM $child WHERE $link = OLD.$key"),
    OnDelete.SET_NULL: Template("UPDATE $child SET $link = NULL WHERE $link = OLD.$key"),
}
_REGISTER = (
    "INSERT INTO gpkg_contents (table_name, data_type, identifier, srs_id) VALUES (?, ?, ?, ?)"
)
_REGISTER_GEOMETRY = (
    "INSERT INTO gpkg_geometry_columns (table_name, column_name, geometry_type_name, srs_id, z, m)"
    " VALUES (?, ?, ?, ?, 0, 0)"
)
_FILL = Template("INSERT INTO $table ($columns) VALUES ($marks)")

# What sqlite says, through GDAL too, where there is no room left.
_FULL = "database or disk is full"

Rows = Iterable[Sequence[object]]
Contents = Callable[[Table], tuple[Sequence[str], Rows]]


def create(
    path: Path,
    crs: QgsCoordinateReferenceSystem,
    contents: Contents,
    *,
    overwrite: bool = False,
    before_publishing: Callable[[Path], None] | None = None,
) -> None:
    """Write an empty territory at *path*, whole or not at all.

    The file is built beside its place under another name and moved there once complete, so that
    neither an error nor a kill leaves half a territory, and an older one stays until then.

    Args:
        path: the GeoPackage to make.
        crs: of every geometry column.
        contents: for a table, the columns and rows that it starts with.
        overwrite: replace an existing file.
        before_publishing: last work on the complete file under its temporary name.

    Raises:
        StoreError: the target exists, or cannot be written.
    """
    if path.exists() and not overwrite:
        raise StoreError(
            tr("{path} already exists: choose another name, or ask for it to be replaced.").format(
                path=path
            )
        )
    with writing(path), _draft(path) as draft:
        srs_id = _create_empty(draft, crs)
        with contextlib.closing(sqlite3.connect(draft)) as database:
            with database:
                for table in TABLES:
                    _create_table(database, table, srs_id)
                    _fill(database, table, *contents(table))
                for view in VIEWS:
                    _create_view(database, view)
            # Triggers before the spatial indexes, whose own triggers then run first: one that ran
            # after a geometry was copied would index the geometry from before.
            with database:
                for statement in _triggers():
                    database.execute(statement)
            _index_geometries(draft)
        if before_publishing is not None:
            before_publishing(draft)
        _fold(draft)
        fold_for_good(path)
        os.replace(draft, path)


def fold_for_good(path: Path) -> None:
    """Leave nothing beside a database that is about to be replaced, or moved."""
    with contextlib.suppress(sqlite3.Error):
        _fold(path)
    for leftover in _side_files(path):
        leftover.unlink(missing_ok=True)


def _fold(path: Path) -> None:
    """Bring into a database what sqlite keeps in files beside it.

    Moved without them it would lose its last records; put in the place of another, it would be
    given the other's.
    """
    if path.is_file():
        with contextlib.closing(sqlite3.connect(path)) as database:
            database.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _side_files(path: Path) -> list[Path]:
    return [Path(f"{path}-{end}") for end in ("journal", "wal", "shm")]


@contextlib.contextmanager
def writing(path: Path) -> Iterator[None]:
    """Turn what the system says about *path* into sentences."""
    try:
        yield
    except (OSError, sqlite3.Error, RuntimeError) as error:
        if getattr(error, "errno", None) == errno.ENOSPC or _FULL in str(error):
            raise StoreError(
                tr("The disk is full: free some space, then create {path} again.").format(path=path)
            ) from error
        raise StoreError(
            tr(
                "{path} cannot be written ({reason}): check the folder and your rights on it."
            ).format(path=path, reason=getattr(error, "strerror", None) or error)
        ) from error


@contextlib.contextmanager
def _draft(path: Path) -> Iterator[Path]:
    """Yield the temporary name under which *path* is built; it is gone at the end."""
    if not path.parent.is_dir():
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(path.parent))
    handle, name = tempfile.mkstemp(prefix=f".{path.stem}-", suffix=".gpkg", dir=path.parent)
    os.close(handle)
    draft = Path(name)
    # GDAL wants to make the file itself.
    draft.unlink()
    try:
        yield draft
    finally:
        for leftover in (draft, *_side_files(draft)):
            leftover.unlink(missing_ok=True)


def _create_empty(draft: Path, crs: QgsCoordinateReferenceSystem) -> int:
    """Create the file with its system tables; return the number of *crs* in it."""
    srs = osr.SpatialReference()
    srs.ImportFromWkt(crs.toWkt())
    if crs.authid().startswith("EPSG:"):
        srs.ImportFromEPSG(int(crs.authid().split(":")[1]))
    with heeding_gdal():
        dataset = gdal.GetDriverByName("GPKG").Create(str(draft), 0, 0, 0, gdal.GDT_Unknown)
        # GDAL registers a CRS when a layer asks for it; the layer itself is not wanted.
        dataset.CreateLayer("crs", srs, options=["SPATIAL_INDEX=NO"])
        dataset.DeleteLayer(0)
        # Closing is what writes; GDAL's Python objects close when released.
        del dataset
    with contextlib.closing(sqlite3.connect(draft)) as database:
        query = "SELECT max(srs_id) FROM gpkg_spatial_ref_sys WHERE organization_coordsys_id = ?"
        number = int(crs.authid().split(":")[1]) if crs.authid().startswith("EPSG:") else None
        if number is not None:
            found = database.execute(query, (number,)).fetchone()[0]
        else:
            found = database.execute("SELECT max(srs_id) FROM gpkg_spatial_ref_sys").fetchone()[0]
    return int(found)


@contextlib.contextmanager
def heeding_gdal() -> Iterator[None]:
    """Raise the failures that GDAL would only print.

    Raises:
        OSError: with the first of them, from which the others follow.
    """
    said: list[str] = []

    def note(kind: int, _number: int, message: str) -> None:
        if kind >= gdal.CE_Failure:
            said.append(message)

    gdal.PushErrorHandler(note)
    try:
        yield
    finally:
        gdal.PopErrorHandler()
    if said:
        raise OSError(said[0])


def _create_table(database: sqlite3.Connection, table: Table, srs_id: int) -> None:
    lines = ["fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL"]
    if table.geometry is not None:
        lines.append(f"{quoted(GEOMETRY_COLUMN)} {table.geometry.value.upper()}")
    lines += [_column(table, field) for field in table.columns()]
    lines += [f"UNIQUE ({_names(columns)})" for columns in table.unique]
    lines += [
        # NULL on either side makes the comparison NULL, which a CHECK accepts.
        f"CHECK ({quoted(end)} >= {quoted(start)})"
        for start, end in table.ordered
    ]
    lines += [
        f"FOREIGN KEY ({quoted(field.name)}) REFERENCES {quoted(field.link.table)} (id)"
        f" ON DELETE {field.link.on_delete.value}"
        for field in table.columns()
        if field.link is not None
    ]
    database.execute(f"CREATE TABLE {quoted(table.name)} (\n  " + ",\n  ".join(lines) + "\n)")
    for field in table.columns():
        if field.link is not None:
            index = quoted(f"{table.name}_{field.name}_idx")
            database.execute(f"CREATE INDEX {index} ON {quoted(table.name)} ({quoted(field.name)})")
    spatial = table.geometry is not None
    kind = "features" if spatial else "attributes"
    database.execute(_REGISTER, (table.name, kind, table.name, srs_id if spatial else None))
    if table.geometry is not None:
        row = (table.name, GEOMETRY_COLUMN, table.geometry.value.upper(), srs_id)
        database.execute(_REGISTER_GEOMETRY, row)


def _create_view(database: sqlite3.Connection, view: View) -> None:
    database.execute(f"CREATE VIEW {quoted(view.name)} AS {view.query}")
    database.execute(_REGISTER, (view.name, "attributes", view.name, None))


def _column(table: Table, field: Field) -> str:
    name = quoted(field.name)
    parts = [name, _SQL_TYPES[field.type]]
    if field.name == table.key:
        parts.append("UNIQUE")
    if field.required and not (table.editable and field.name == table.key):
        parts.append("NOT NULL")
    if field.default is not None:
        parts.append(f"DEFAULT {_literal(field.default)}")
    if field.values:
        accepted = ", ".join(_literal(value) for value, _ in field.values)
        parts.append(f"CHECK ({name} IN ({accepted}))")
    bounds = [
        f"{name} {sign} {bound:g}"
        for sign, bound in ((">=", field.minimum), ("<=", field.maximum))
        if bound is not None
    ]
    if bounds:
        parts.append(f"CHECK ({' AND '.join(bounds)})")
    return " ".join(parts)


def _fill(database: sqlite3.Connection, table: Table, columns: Sequence[str], rows: Rows) -> None:
    if columns:
        statement = _FILL.substitute(
            table=quoted(table.name), columns=_names(columns), marks=", ".join("?" * len(columns))
        )
        database.executemany(statement, rows)


def _index_geometries(draft: Path) -> None:
    """Give every geometry column its R-tree, with the triggers that keep it."""
    call = Template("SELECT CreateSpatialIndex($table, $geometry)")
    statements = [
        call.substitute(table=_literal(table.name), geometry=_literal(GEOMETRY_COLUMN))
        for table in TABLES
        if table.geometry is not None
    ]
    with heeding_gdal():
        dataset = gdal.OpenEx(str(draft), gdal.OF_VECTOR | gdal.OF_UPDATE)
        for statement in statements:
            dataset.ReleaseResultSet(dataset.ExecuteSQL(statement))
        del dataset


def _triggers() -> Iterator[str]:
    for table in TABLES:
        if table.editable:
            yield from _audit_triggers(table)
        if table.follow is not None:
            yield from _follow_triggers(table)
        for field in table.columns():
            if field.link is not None:
                yield from _parent_triggers(table, field)


def _audit_triggers(table: Table) -> Iterator[str]:
    columns = [field.name for field in table.fields] + ["organisme"]
    if table.geometry is not None and table.follow is None:
        columns.append(GEOMETRY_COLUMN)
    for event, template in (
        ("cree", _STAMP_INSERT),
        ("modifie", _STAMP_UPDATE),
        ("origine", _KEEP_ORIGIN),
    ):
        yield template.substitute(
            name=quoted(f"{table.name}_{event}"),
            table=quoted(table.name),
            columns=_names(columns),
            key=quoted(table.key),
            uuid=NEW_KEY,
            now=NOW,
            message=_literal(f"{table.name} : l'identifiant et l'origine d'une fiche restent"),
        )


def _follow_triggers(table: Table) -> Iterator[str]:
    follow = table.follow
    if follow is None:
        return
    link = table.field(follow.link).link
    if link is None:
        raise ValueError(f"{table.name}.{follow.link} is not a link")
    names = {
        "child": quoted(table.name),
        "parent": quoted(link.table),
        "key": quoted("id"),
        "link": quoted(follow.link),
        "unless": quoted(follow.unless),
        "geometry": quoted(GEOMETRY_COLUMN),
    }
    columns = _names((follow.link, follow.unless, GEOMETRY_COLUMN))
    yield _FOLLOW_CHILD.substitute(names, name=quoted(f"{table.name}_pose"), event="INSERT")
    yield _FOLLOW_CHILD.substitute(
        names, name=quoted(f"{table.name}_rejoint"), event=f"UPDATE OF {columns}"
    )
    yield _FOLLOW_PARENT.substitute(names, name=quoted(f"{table.name}_suit"))


def _parent_triggers(table: Table, field: Field) -> Iterator[str]:
    if field.link is None:
        return
    names = {
        "child": quoted(table.name),
        "link": quoted(field.name),
        "parent": quoted(field.link.table),
        "key": quoted("id"),
    }
    missing = _literal(
        f"{table.name}.{field.name} : aucun enregistrement correspondant dans {field.link.table}"
    )
    for event, suffix in (("INSERT", "ajout"), (f"UPDATE OF {quoted(field.name)}", "modif")):
        yield _REQUIRE_PARENT.substitute(
            names,
            name=quoted(f"{table.name}_{field.name}_{suffix}"),
            event=event,
            message=missing,
        )
    used = _literal(f"{field.link.table} : encore utilisé dans {table.name}.{field.name}")
    yield _LEAVE_PARENT.substitute(
        names,
        name=quoted(f"{table.name}_{field.name}_depart"),
        action=_ON_DELETE[field.link.on_delete].substitute(names, message=used),
    )


def quoted(name: str) -> str:
    """Return *name* as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def _names(columns: Iterable[str]) -> str:
    return ", ".join(quoted(column) for column in columns)


def _literal(value: str | bool) -> str:
    if isinstance(value, bool):
        # A keyword, not 0 or 1: copied to PostgreSQL by ogr2ogr, the default must be a boolean.
        return str(value).upper()
    return "'" + value.replace("'", "''") + "'"
