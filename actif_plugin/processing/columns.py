"""Columns of a layer as arrays: in bulk where the source allows, feature by feature otherwise.

Both ways give the same arrays. In bulk means OGR's Arrow interface (GDAL 3.6 and later), on the
formats that are quick at it, such as the GeoPackage; what only QGIS knows of a layer (selections,
pending edits, joined or computed fields) is read through QGIS.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from osgeo import gdal, ogr
from qgis.core import (
    QgsFeatureRequest,
    QgsFields,
    QgsProcessingAlgorithm,
    QgsProcessingContext,
    QgsProcessingFeatureSource,
    QgsProcessingFeatureSourceDefinition,
    QgsProviderRegistry,
    QgsVectorLayer,
)

from ..compat import plain
from ..domain.feedback import checkpoint
from ..domain.metric import Floats
from .base import Watch
from .places import centre_of, points_of

# Rows at once. A text column takes the width of its longest value, times this.
_BATCH = 16384
# How many threads GDAL reads a GeoPackage in.
_THREADS = "OGR_GPKG_NUM_THREADS"
_UNLIMITED = -1
# Of a record that tells no day; the lowest number there is, as numpy's NaT.
NO_DAY = np.iinfo(np.int64).min
_EPOCH = date(1970, 1, 1)
_DAY_LENGTH = len("2026-01-31")


@dataclass(frozen=True)
class OgrTable:
    """A whole layer of a file that OGR reads in bulk.

    Attributes:
        path: of the file.
        layer: name of the layer; empty for the only one.
        subset: the filter that QGIS has on it, in SQL; empty for none.
    """

    path: str
    layer: str
    subset: str


@dataclass
class Words:
    """A column of values that repeat: the distinct ones, and which of them each row has.

    Attributes:
        values: the distinct values, NULL as None.
        index: position in ``values``, shape (n,).
    """

    values: list[Any] = field(default_factory=list)
    index: np.ndarray = field(default_factory=lambda: np.empty(0, dtype=np.int64))

    def mapped(self, function: Any, dtype: Any) -> np.ndarray:
        """Return *function* of each row's value, shape (n,)."""
        return np.asarray([function(value) for value in self.values], dtype=dtype)[self.index]

    def at(self, rows: np.ndarray) -> Words:
        """Return the rows that a mask or positions select."""
        return Words(self.values, self.index[rows])


@dataclass(frozen=True)
class Columns:
    """A layer read.

    Attributes:
        features: feature ids, shape (n,).
        xy: the points, the centre of other shapes; NaN where there is none, shape (n, 2).
        ids: of the records, the feature id where they tell none; integers where all are, texts
            otherwise, shape (n,).
        words: the columns asked for, by name; only those the layer has.
        numbers: the columns of numbers asked for, NaN where there is none, each of shape (n,).
        days: the columns of dates asked for, in days since 1970-01-01, ``NO_DAY`` where there is
            none, each of shape (n,).
    """

    features: np.ndarray
    xy: Floats
    ids: np.ndarray
    words: dict[str, Words]
    numbers: dict[str, Floats]
    days: dict[str, np.ndarray]

    def __len__(self) -> int:
        return len(self.features)


def ogr_table(
    algorithm: QgsProcessingAlgorithm, parameters: dict, name: str, context: QgsProcessingContext
) -> OgrTable | None:
    """Return the file behind a parameter, or None where QGIS must read it."""
    given = parameters.get(name)
    if isinstance(given, QgsProcessingFeatureSourceDefinition) and (
        given.selectedFeaturesOnly
        or getattr(given, "featureLimit", _UNLIMITED) != _UNLIMITED
        or getattr(given, "filterExpression", "")
    ):
        return None
    layer = algorithm.parameterAsVectorLayer(parameters, name, context)
    if not isinstance(layer, QgsVectorLayer) or layer.providerType() != "ogr":
        return None
    if layer.isEditable() or not hasattr(ogr.Layer, "GetArrowStreamAsNumPy"):
        return None
    parts = QgsProviderRegistry.instance().decodeUri("ogr", layer.source())
    known = {"path", "layerName", "layerId", "subset", "vsiPrefix", "vsiSuffix"}
    if set(parts) - known or parts.get("vsiPrefix") or parts.get("layerId") is not None:
        return None
    if not Path(parts["path"]).is_file() or "geometrytype=" in layer.source().lower():
        return None
    # More than a condition: a whole query, whose feature ids are its own.
    subset = layer.subsetString().strip()
    if subset.lower().startswith("select"):
        return None
    return OgrTable(parts["path"], parts.get("layerName") or "", subset)


def read_columns(
    source: QgsProcessingFeatureSource,
    table: OgrTable | None,
    words: Iterable[str],
    numbers: Iterable[str],
    days: Iterable[str],
    identifier: str,
    watch: Watch,
) -> Columns:
    """Read columns of a layer, in its own CRS.

    Args:
        source: the layer.
        table: the same, from :func:`ogr_table`.
        words, numbers, days: names of the columns, whether the layer has them or not.
        identifier: name of the column that identifies records, if the layer has it.
        watch: of the run.

    Raises:
        Cancelled: the user asked to stop.
    """
    fields = source.fields()
    has = {name for name in (*words, *numbers, *days, identifier) if fields.indexOf(name) >= 0}
    reader = _Reader(
        [name for name in words if name in has],
        [name for name in numbers if name in has],
        [name for name in days if name in has],
        identifier if identifier in has else None,
    )
    if table is None or not _in_bulk(reader, table, has, fields, source.featureCount(), watch):
        _by_feature(reader, source, watch)
    return reader.columns()


class _Reader:
    """Gathers batches of rows."""

    def __init__(
        self, words: list[str], numbers: list[str], days: list[str], identifier: str | None
    ) -> None:
        self.words = words
        self.numbers = numbers
        self.days = days
        self.identifier = identifier
        self._features: list[np.ndarray] = []
        self._xy: list[np.ndarray] = []
        self._ids: list[np.ndarray] = []
        self._numbers: dict[str, list[np.ndarray]] = {name: [] for name in numbers}
        self._days: dict[str, list[np.ndarray]] = {name: [] for name in days}
        self._index: dict[str, list[np.ndarray]] = {name: [] for name in words}
        self._known: dict[str, dict[Any, int]] = {name: {} for name in words}

    def add(self, features: np.ndarray, xy: Floats, ids: np.ndarray | None) -> None:
        """Take the identity and place of a batch."""
        self._features.append(features)
        self._xy.append(xy)
        self._ids.append(features if ids is None else ids)

    def add_words(self, name: str, values: Sequence[Any]) -> None:
        """Take a batch of a column of words; a number and the text that spells it differ."""
        known = self._known[name]
        try:
            index = [known.setdefault(value, len(known)) for value in values]
        except TypeError:
            # Some databases have columns of lists.
            index = [known.setdefault(str(value), len(known)) for value in values]
        self._index[name].append(np.asarray(index, dtype=np.int64))

    def add_numbers(self, name: str, values: Floats) -> None:
        """Take a batch of a column of numbers."""
        self._numbers[name].append(values)

    def add_days(self, name: str, values: np.ndarray) -> None:
        """Take a batch of a column of dates."""
        self._days[name].append(values)

    def columns(self) -> Columns:
        """Return what was gathered."""
        ids = _joined(self._ids, np.int64)
        return Columns(
            _joined(self._features, np.int64),
            np.concatenate([np.empty((0, 2)), *self._xy]),
            ids,
            {
                name: Words([_text(v) for v in self._known[name]], _joined(index, np.int64))
                for name, index in self._index.items()
            },
            {name: _joined(parts, np.float64) for name, parts in self._numbers.items()},
            {name: _joined(parts, np.int64) for name, parts in self._days.items()},
        )


def _joined(parts: list[np.ndarray], dtype: Any) -> np.ndarray:
    kinds = {part.dtype.kind for part in parts}
    if len(kinds) > 1:
        parts = [part.astype(np.str_) for part in parts]
    return np.concatenate(parts) if parts else np.empty(0, dtype=dtype)


def _text(value: Any) -> Any:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else value


# --- Through OGR ----------------------------------------------------------------------------------


def _in_bulk(
    reader: _Reader, table: OgrTable, has: set[str], fields: QgsFields, total: int, watch: Watch
) -> bool:
    """Read the table, or return False, nothing read, where it is not quick at it."""
    provided = QgsFields.FieldOrigin.OriginProvider
    if any(fields.fieldOrigin(fields.indexOf(name)) != provided for name in has):
        return False
    try:
        from osgeo import gdal_array  # noqa: F401 - what the interface stands on
    except ImportError:
        return False
    dataset = ogr.Open(table.path)
    if dataset is None:
        return False
    layer = dataset.GetLayerByName(table.layer) if table.layer else dataset.GetLayer(0)
    if layer is None or not layer.TestCapability(ogr.OLCFastGetArrowStream):
        return False
    definition = layer.GetLayerDefn()
    names = [definition.GetFieldDefn(n).GetName() for n in range(definition.GetFieldCount())]
    if has - set(names) or layer.GetFIDColumn() in ("", *names):
        return False
    layer.SetIgnoredFields([name for name in names if name not in has])
    if table.subset and layer.SetAttributeFilter(table.subset) != ogr.OGRERR_NONE:
        return False
    done = 0
    for batch in _batches(layer):
        checkpoint(watch, done / max(1, total))
        features = np.array(batch[layer.GetFIDColumn()], dtype=np.int64)
        done += len(features)
        ids = None
        if reader.identifier:
            ids = _identifiers(batch[reader.identifier], features)
        reader.add(features, points_of(batch[layer.GetGeometryColumn() or "wkb_geometry"]), ids)
        for name in reader.words:
            reader.add_words(name, batch[name].tolist())
        for name in reader.numbers:
            reader.add_numbers(name, _numbers(batch[name]))
        for name in reader.days:
            reader.add_days(name, _days(batch[name]))
    return True


def _batches(layer: ogr.Layer) -> Iterator[dict[str, np.ndarray]]:
    before = gdal.GetThreadLocalConfigOption(_THREADS)
    # Several threads crash GDAL 3.10 now and then.
    gdal.SetThreadLocalConfigOption(_THREADS, "1")
    try:
        yield from layer.GetArrowStreamAsNumPy([f"MAX_FEATURES_IN_BATCH={_BATCH}"])
    finally:
        gdal.SetThreadLocalConfigOption(_THREADS, before)


def _numbers(values: np.ndarray) -> Floats:
    if values.dtype.kind not in "iufb":
        return np.full(len(values), np.nan)
    if np.ma.isMaskedArray(values):
        return values.astype(np.float64).filled(np.nan)
    return np.array(values, dtype=np.float64)


def _days(values: np.ndarray) -> np.ndarray:
    if values.dtype.kind != "M":
        return _days_told([_text(value) for value in values.tolist()])
    days = np.ma.getdata(values).astype("datetime64[D]").astype(np.int64)
    return np.where(np.ma.getmaskarray(values), NO_DAY, days)


def _identifiers(values: np.ndarray, features: np.ndarray) -> np.ndarray:
    """Return the identifiers of a batch: integers where all are, texts otherwise."""
    absent = np.ma.getmaskarray(values)
    plain_values = np.ma.getdata(values)
    if plain_values.dtype.kind in "iu":
        return np.where(absent, features, plain_values).astype(np.int64)
    if plain_values.dtype.kind != "S":
        return _named(values.tolist(), features)
    if plain_values.dtype.itemsize and (plain_values.view(np.uint8) > 127).any():
        return _named([_text(value) for value in values.tolist()], features)
    texts = plain_values.astype(np.str_)
    absent = absent | (texts == "")
    return np.where(absent, features.astype(np.str_), texts) if absent.any() else texts


def _named(values: Sequence[Any], features: np.ndarray) -> np.ndarray:
    names = [
        feature if name is None or name == "" else name
        for name, feature in zip(values, features.tolist())
    ]
    if all(isinstance(name, int) for name in names):
        return np.asarray(names, dtype=np.int64)
    return np.asarray([str(name) for name in names], dtype=np.str_)


# --- Through QGIS ---------------------------------------------------------------------------------


def _by_feature(reader: _Reader, source: QgsProcessingFeatureSource, watch: Watch) -> None:
    fields = source.fields()
    wanted = [*reader.words, *reader.numbers, *reader.days]
    wanted += [reader.identifier] if reader.identifier else []
    at = {name: fields.indexOf(name) for name in wanted}
    request = QgsFeatureRequest()
    request.setSubsetOfAttributes(list(at.values()))
    request.setInvalidGeometryCheck(QgsFeatureRequest.InvalidGeometryCheck.GeometryNoCheck)
    total = max(1, source.featureCount())
    features: list[int] = []
    points: list[tuple[float, float]] = []
    columns: dict[str, list[Any]] = {name: [] for name in wanted}
    for number, feature in enumerate(source.getFeatures(request)):
        if number % 1000 == 0:
            checkpoint(watch, number / total)
        values = feature.attributes()
        features.append(feature.id())
        points.append(centre_of(feature.geometry()))
        for name, position in at.items():
            columns[name].append(plain(values[position]))
    rows = np.asarray(features, dtype=np.int64)
    identifiers = _named(columns[reader.identifier], rows) if reader.identifier else None
    reader.add(rows, np.asarray(points, dtype=np.float64).reshape(-1, 2), identifiers)
    for name in reader.words:
        reader.add_words(name, columns[name])
    for name in reader.numbers:
        numbers = [v if isinstance(v, (int, float)) else np.nan for v in columns[name]]
        reader.add_numbers(name, np.asarray(numbers, dtype=np.float64))
    for name in reader.days:
        reader.add_days(name, _days_told(columns[name]))


def _days_told(values: Iterable[Any]) -> np.ndarray:
    days = (day_of(value) for value in values)
    return np.asarray([NO_DAY if day is None else (day - _EPOCH).days for day in days], np.int64)


def day_of(value: Any) -> date | None:
    """Read a date as layers give it: a date, a moment, or their text; None for anything else."""
    if hasattr(value, "toPyDate"):
        return value.toPyDate() if value.isValid() else None
    if hasattr(value, "toPyDateTime"):
        return value.toPyDateTime().date() if value.isValid() else None
    try:
        return date.fromisoformat(str(value)[:_DAY_LENGTH].replace("/", "-"))
    except ValueError:
        return None
