"""Results of algorithms: in bulk into a new GeoPackage, through QGIS anywhere else."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsFeature,
    QgsFeatureRequest,
    QgsFeatureSink,
    QgsFields,
    QgsGeometry,
    QgsLineString,
    QgsProcessingAlgorithm,
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingFeatureSource,
    QgsProcessingOutputLayerDefinition,
    QgsWkbTypes,
)

from ..domain.feedback import checkpoint
from ..store.bulk import can_copy_points, copy_points, fill_lines
from ..translation import tr
from .base import Watch
from .columns import OgrTable

# Rows a batch: a cancellation waits for one of them at most.
_LINES_AT_ONCE = 20_000
_FEATURES_AT_ONCE = 2_000
# The share of the progress bar that the spatial index takes.
_INDEX_SHARE = 0.15


class LineTable(Protocol):
    """Straight lines with their columns, made part by part."""

    def __len__(self) -> int:
        """Return the number of lines."""

    def ends(self, part: slice) -> np.ndarray:
        """Return x and y of the first point, then of the last, shape (n, 4)."""

    @property
    def told(self) -> Sequence[int]:
        """The columns that some line fills, told by their position in the fields."""

    def columns(self, part: slice, wanted: Iterable[int]) -> list[Sequence[object]]:
        """Return the values of the wanted columns."""


class Result:
    """A result being written.

    Opened before the long work, so that a place that cannot be written is told at once; thrown
    away where the work does not end well.
    """

    def __init__(self, sink: QgsFeatureSink, destination: str, new_file: Path | None) -> None:
        self.destination = destination
        self._sink: QgsFeatureSink | None = sink
        self._new_file = new_file

    @classmethod
    def opened(
        cls,
        algorithm: QgsProcessingAlgorithm,
        parameters: dict,
        name: str,
        context: QgsProcessingContext,
        fields: QgsFields,
        kind: QgsWkbTypes.Type,
        crs: QgsCoordinateReferenceSystem,
        *flags: QgsFeatureSink.SinkFlag,
    ) -> Result | None:
        """Open the result that a parameter names, None where the user wants none."""
        sink, destination = algorithm.parameterAsSink(
            parameters, name, context, fields, kind, crs, *flags
        )
        if sink is None:
            return None
        given = parameters.get(name)
        adding = isinstance(given, QgsProcessingOutputLayerDefinition) and given.useRemapping()
        # A layer added to a file names it otherwise: `file.gpkg|layername=…`.
        path = Path(destination)
        return cls(sink, destination, path if path.is_file() and not adding else None)

    def add(self, features: list[QgsFeature]) -> None:
        """Write features.

        Raises:
            QgsProcessingException: they cannot be written.
        """
        self._check(self._sink.addFeatures(features, QgsFeatureSink.Flag.FastInsert))

    def add_lines(self, fields: QgsFields, lines: LineTable, watch: Watch) -> None:
        """Write straight lines.

        Raises:
            StoreError, QgsProcessingException: they cannot be written.
            Cancelled: the user asked to stop.
        """
        if self._bulk:
            # Closes the file, which is then ours.
            self._sink = None
            told = lines.told
            ends = lines.ends(slice(None))
            checkpoint(watch, 0.0)
            fill_lines(
                self._new_file,
                [fields.at(column).name() for column in told],
                ends,
                (
                    lines.columns(part, told)
                    for part in _parts(len(lines), _LINES_AT_ONCE, watch.part(0, 1 - _INDEX_SHARE))
                ),
                watch.part(1 - _INDEX_SHARE, 1),
            )
            return
        everything = range(len(fields))
        for part in _parts(len(lines), _FEATURES_AT_ONCE, watch):
            features = []
            rows = zip(*lines.columns(part, everything))
            for (x, y, x2, y2), values in zip(lines.ends(part).tolist(), rows):
                feature = QgsFeature(fields)
                feature.setGeometry(QgsGeometry(QgsLineString([x, x2], [y, y2])))
                feature.setAttributes(list(values))
                features.append(feature)
            self.add(features)

    def copy(
        self,
        source: QgsProcessingFeatureSource,
        table: OgrTable | None,
        features: np.ndarray,
        watch: Watch,
    ) -> None:
        """Write features of *source*, told by their ids, whole.

        Args:
            source: the layer.
            table: the file behind it, where it can be read in bulk.
            features: the ids.
            watch: of this stage.

        Raises:
            StoreError, QgsProcessingException: they cannot be written.
            Cancelled: the user asked to stop.
        """
        if (
            self._bulk
            and table is not None
            and can_copy_points(
                Path(table.path), table.layer, source.fields().names(), _epsg(source)
            )
        ):
            self._sink = None
            copy_points(self._new_file, Path(table.path), table.layer, features, watch)
            return
        for part in _parts(len(features), _FEATURES_AT_ONCE, watch):
            request = QgsFeatureRequest()
            request.setFilterFids(features[part].tolist())
            request.setInvalidGeometryCheck(QgsFeatureRequest.InvalidGeometryCheck.GeometryNoCheck)
            self.add(sorted(source.getFeatures(request), key=QgsFeature.id))

    @property
    def _bulk(self) -> bool:
        return self._new_file is not None and self._new_file.suffix.lower() == ".gpkg"

    def close(self) -> None:
        """Let go of the file, so that it can be read or deleted."""
        self._sink = None

    def discard(self) -> None:
        """Take away what was written."""
        self.close()
        if self._new_file is not None:
            for end in ("", "-journal", "-wal", "-shm"):
                Path(f"{self._new_file}{end}").unlink(missing_ok=True)

    def _check(self, written: bool) -> None:
        if not written:
            raise QgsProcessingException(
                tr("{path} cannot be written, check the disk: {reason}").format(
                    path=self.destination, reason=self._sink.lastError()
                )
            )


@contextlib.contextmanager
def kept_or_discarded(*results: Result | None) -> Iterator[None]:
    """Close results at the end, and take them away where the work does not end well."""
    opened = [result for result in results if result is not None]
    done = False
    try:
        yield
        done = True
    finally:
        for result in opened:
            if done:
                result.close()
            else:
                result.discard()


def _parts(count: int, at_once: int, watch: Watch) -> Iterator[slice]:
    """Yield slices of at most *at_once* rows, asking before each whether to go on."""
    for start in range(0, count, at_once):
        checkpoint(watch, start / count)
        yield slice(start, min(count, start + at_once))
    checkpoint(watch, 1.0)


def _epsg(source: QgsProcessingFeatureSource) -> int:
    """Return the EPSG code of a layer's system, 0 where it has none."""
    authority, _, code = source.sourceCrs().authid().partition(":")
    return int(code) if authority == "EPSG" and code.isdigit() else 0
