"""Filling an empty GeoPackage table that QGIS just made, in one transaction.

QGIS makes the file, so that its metadata are as any result's; the rows then go in without it. The
triggers that keep counts and the spatial index row by row are put aside meanwhile, and what they
keep is written once at the end.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from string import Template

import numpy as np
from numpy.typing import NDArray

from ..domain.feedback import Feedback, Silent, checkpoint
from ..translation import tr
from .errors import StoreError
from .geopackage import quoted
from .packed_rtree import node_size, packed, write_tree
from .rows import insert_rows

# Magic, version 0, no envelope, little-endian; the number of the reference system follows.
_BLOB_START = b"GP\x00\x01"
_LINE_START = b"\x01\x02\x00\x00\x00\x02\x00\x00\x00"
_TABLE = "SELECT table_name, column_name, srs_id FROM gpkg_geometry_columns"
_TRIGGERS = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = ?"
_INDEX = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?"
_EXTENT = (
    "UPDATE gpkg_contents SET min_x = ?, max_x = ?, min_y = ?, max_y = ?,"
    " last_change = strftime('%Y-%m-%dT%H:%M:%fZ', 'now') WHERE table_name = ?"
)
_COUNT = "UPDATE gpkg_ogr_contents SET feature_count = ? WHERE table_name = ?"
_GEOMETRY = "SELECT column_name, srs_id FROM gpkg_geometry_columns WHERE table_name = ?"
_COLUMNS = "SELECT * FROM pragma_table_info(?)"
_ODD = Template("SELECT 1 FROM $table WHERE length($geometry) <> ? LIMIT 1")
_COPY = Template(
    "INSERT INTO main.$table ($columns) SELECT $columns FROM source.$layer WHERE $key IN ($keys)"
    " ORDER BY $key"
)
_SHAPES = Template("SELECT $geometry FROM main.$table WHERE $key BETWEEN ? AND ? ORDER BY $key")
# A header without envelope and a point.
_POINT_BYTES = 29
# No more than every build of SQLite takes in one statement.
_COPIED_AT_ONCE = 900
_ROWS = Template("SELECT 1 FROM $table LIMIT 1")
_DROP = Template("DROP TRIGGER $name")


def fill_lines(
    path: Path,
    names: Sequence[str],
    ends: NDArray[np.float64],
    batches: Iterable[Sequence[Sequence[object]]],
    feedback: Feedback | None = None,
) -> None:
    """Write straight lines into the only table of a GeoPackage, all of them or none.

    Args:
        path: the file, whose only table is empty.
        names: columns that the rows fill; the others stay NULL.
        ends: x and y of the first point of each line, then of its last, shape (n, 4).
        batches: the values of these columns, column by column, some rows after the others.
        feedback: progress and cancellation of what comes after the rows; the caller watches over
            *batches*.

    Raises:
        StoreError: the file is not such a GeoPackage, or it cannot be written.
        Cancelled: the user asked to stop.
    """
    watch = feedback or Silent()
    with _opened(path) as base, _rows_apart(base) as (table, geometry, system):
        boxes = _boxes(ends)
        with _packing(base, f"rtree_{table}_{geometry}", boxes, watch) as write_index:
            insert_rows(base, table, (geometry, *names), _rows(ends, batches, system))
            _write_totals(base, table, boxes)
            write_index()


def can_copy_points(source: Path, layer: str, names: Sequence[str], system: int) -> bool:
    """Tell whether :func:`copy_points` knows a layer: plain points, columns and system as told.

    Args:
        source: a GeoPackage.
        layer: name of its layer.
        names: columns that the copy has, the geometry left out.
        system: EPSG code of its reference system.
    """
    try:
        uri = f"{source.absolute().as_uri()}?mode=ro"
        with contextlib.closing(sqlite3.connect(uri, uri=True)) as base:
            found = base.execute(_GEOMETRY, (layer,)).fetchone()
            if found is None or found[1] != system:
                return False
            columns = [row[1] for row in base.execute(_COLUMNS, (layer,)) if row[1] != found[0]]
            odd = _ODD.substitute(table=quoted(layer), geometry=quoted(found[0]))
            return columns == list(names) and base.execute(odd, (_POINT_BYTES,)).fetchone() is None
    except sqlite3.Error:
        return False


def copy_points(
    path: Path, source: Path, layer: str, features: NDArray[np.int64], feedback: Feedback
) -> None:
    """Copy rows of a layer into the only table of a GeoPackage, all of them or none.

    Args:
        path: the file, whose only table is empty and has the columns of the layer.
        source, layer: where the rows are, as :func:`can_copy_points` accepts them.
        features: primary keys of the rows.
        feedback: progress and cancellation.

    Raises:
        StoreError: a file cannot be read or written.
        Cancelled: the user asked to stop.
    """
    rows = np.sort(features)
    with _opened(path) as base:
        base.execute("ATTACH ? AS source", (f"{source.absolute().as_uri()}?mode=ro",))
        with _rows_apart(base) as (table, geometry, _):
            told = base.execute(_COLUMNS, (table,)).fetchall()
            names = {
                "table": quoted(table),
                "layer": quoted(layer),
                "columns": ", ".join(quoted(row[1]) for row in told),
                "geometry": quoted(geometry),
                "key": quoted(next(row[1] for row in told if row[5])),
            }
            xy = [np.empty((0, 2))]
            for start in range(0, len(rows), _COPIED_AT_ONCE):
                checkpoint(feedback, 0.6 * start / len(rows))
                part = rows[start : start + _COPIED_AT_ONCE].tolist()
                keys = ", ".join("?" * len(part))
                base.execute(_COPY.substitute(names, keys=keys), part)
                shapes = base.execute(_SHAPES.substitute(names), (part[0], part[-1]))
                xy.append(_points(b"".join(row[0] for row in shapes)))
            boxes = np.concatenate(xy)[:, [0, 0, 1, 1]]
            _write_totals(base, table, boxes)
            index = f"rtree_{table}_{geometry}"
            if base.execute(_INDEX, (f"{index}_node",)).fetchone():
                tree = packed(rows, boxes, node_size(base, index), _Stop(feedback))
                write_tree(base, index, tree, _Share(feedback, 0.6, 1.0))


def _points(blobs: bytes) -> NDArray[np.float64]:
    raw = np.frombuffer(blobs, dtype=np.uint8).reshape(-1, _POINT_BYTES)
    # The ninth byte tells how the numbers are written.
    big = raw[:, 8] == 0
    xy = np.ascontiguousarray(raw[:, 13:]).view("<f8")
    xy[big] = xy[big].byteswap()
    return xy


@contextlib.contextmanager
def _opened(path: Path) -> Iterator[sqlite3.Connection]:
    """Open a file to write in it; what fails is told in one sentence."""
    try:
        uri = path.absolute().as_uri()
        with contextlib.closing(sqlite3.connect(uri, isolation_level=None, uri=True)) as base:
            # The result can be computed again: what a power cut would lose is not worth waiting.
            base.execute("PRAGMA synchronous = OFF")
            yield base
    except sqlite3.Error as error:
        reason = str(error)
    else:
        return
    raise StoreError(
        tr("{path} cannot be written, check the disk: {reason}").format(path=path, reason=reason)
    )


@contextlib.contextmanager
def _rows_apart(base: sqlite3.Connection) -> Iterator[tuple[str, str, int]]:
    """Begin, put triggers aside; yield the table, its geometry and its system; commit if well."""
    base.execute("BEGIN IMMEDIATE")
    try:
        tables = base.execute(_TABLE).fetchall()
        if len(tables) != 1 or _has_rows(base, tables[0][0]):
            raise sqlite3.DatabaseError(tr("it is not a new table"))
        triggers = base.execute(_TRIGGERS, (tables[0][0],)).fetchall()
        for name, _ in triggers:
            base.execute(_DROP.substitute(name=quoted(name)))
        yield tables[0]
        for _, statement in triggers:
            base.execute(statement)
        base.execute("COMMIT")
    finally:
        if base.in_transaction:
            base.execute("ROLLBACK")


def _has_rows(base: sqlite3.Connection, table: str) -> bool:
    return base.execute(_ROWS.substitute(table=quoted(table))).fetchone() is not None


def _rows(
    ends: NDArray[np.float64], batches: Iterable[Sequence[Sequence[object]]], system: int
) -> Iterator[list[Sequence[object]]]:
    """Yield the columns to insert, geometry first."""
    start = _BLOB_START + int(system).to_bytes(4, "little", signed=True) + _LINE_START
    shape = np.dtype([("start", f"V{len(start)}"), ("ends", "<f8", (4,))])
    done = 0
    for columns in batches:
        blobs = np.empty(len(columns[0]), dtype=shape)
        blobs["start"] = np.void(start)
        blobs["ends"] = ends[done : done + len(blobs)]
        done += len(blobs)
        yield [blobs.view(f"V{shape.itemsize}").tolist(), *columns]


def _boxes(ends: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return least x, greatest x, least y, greatest y of each line."""
    boxes = np.empty_like(ends)
    for side, smallest_or_greatest in enumerate((np.minimum, np.maximum, np.minimum, np.maximum)):
        axis = side // 2
        boxes[:, side] = smallest_or_greatest(ends[:, axis], ends[:, axis + 2])
    return boxes


@contextlib.contextmanager
def _packing(
    base: sqlite3.Connection, index: str, boxes: NDArray[np.float64], feedback: Feedback
) -> Iterator[Callable[[], None]]:
    """Pack the spatial index beside the writing of rows; yield what writes it, if there is one."""
    if not base.execute(_INDEX, (f"{index}_node",)).fetchone():
        yield lambda: None
        return
    # One thread writes rows, most of the time inside SQLite, and the other sorts, inside numpy.
    worker = ThreadPoolExecutor(1)
    stop = _Stop(feedback)
    tree = worker.submit(packed, np.arange(1, len(boxes) + 1), boxes, node_size(base, index), stop)
    try:
        yield lambda: write_tree(base, index, tree.result(), feedback)
    finally:
        stop.now = True
        worker.shutdown(wait=False)


class _Share:
    """The feedback of a part of the work."""

    def __init__(self, whole: Feedback, start: float, end: float) -> None:
        self._whole = whole
        self._start = start
        self._length = end - start

    def progress(self, fraction: float) -> None:
        """Tell the share of the whole."""
        self._whole.progress(self._start + fraction * self._length)

    def cancelled(self) -> bool:
        """Tell whether the whole should stop."""
        return self._whole.cancelled()


class _Stop:
    """The feedback of work whose progress somebody else tells."""

    def __init__(self, feedback: Feedback) -> None:
        self.now = False
        self._feedback = feedback

    def progress(self, fraction: float) -> None:
        """Leave the progress to the rows."""

    def cancelled(self) -> bool:
        """Tell whether nobody waits for the work any more."""
        return self.now or self._feedback.cancelled()


def _write_totals(base: sqlite3.Connection, table: str, boxes: NDArray[np.float64]) -> None:
    """Write the extent and the count, which triggers would have kept."""
    if len(boxes):
        west, south = boxes[:, 0].min(), boxes[:, 2].min()
        east, north = boxes[:, 1].max(), boxes[:, 3].max()
        base.execute(_EXTENT, (float(west), float(east), float(south), float(north), table))
    base.execute(_COUNT, (len(boxes), table))
