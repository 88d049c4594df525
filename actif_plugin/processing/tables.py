"""Tables without geometry that algorithms hand out beside their result."""

from __future__ import annotations

from pathlib import Path

from qgis.core import (
    QgsFeature,
    QgsFeatureSink,
    QgsProcessingAlgorithm,
    QgsProcessingContext,
)

from ..compat import Kind, make_fields
from .base import add_feature

# What a spreadsheet takes for a formula at the start of a cell, and the files that it opens.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
_SPREADSHEET_SUFFIXES = {".csv", ".tsv", ".txt", ".ods", ".xlsx", ".xls"}

Columns = tuple[tuple[str, Kind], ...]


class Table:
    """A table being written; one that the user does not want swallows its rows.

    Args:
        sink: where the rows go, or None.
        destination: layer or file, for the algorithm's results.
        columns: names and types.
    """

    def __init__(self, sink: QgsFeatureSink | None, destination: str, columns: Columns) -> None:
        self.destination = destination
        self._sink = sink
        self._fields = make_fields(*columns)
        self._harmless = Path(destination or "").suffix.lower() in _SPREADSHEET_SUFFIXES

    @classmethod
    def opened(
        cls,
        algorithm: QgsProcessingAlgorithm,
        parameters: dict,
        name: str,
        context: QgsProcessingContext,
        columns: Columns,
    ) -> Table:
        """Open the table that a parameter names.

        Raises:
            QgsProcessingException: it cannot be written.
        """
        fields = make_fields(*columns)
        sink, destination = algorithm.parameterAsSink(parameters, name, context, fields)
        return cls(sink, destination, columns)

    @property
    def wanted(self) -> bool:
        """Whether somebody asked for the table."""
        return self._sink is not None

    def write(self, *values: object) -> None:
        """Write a row.

        Raises:
            QgsProcessingException: it cannot be written.
        """
        if self._sink is None:
            return
        feature = QgsFeature(self._fields)
        feature.setAttributes([harmless(value) if self._harmless else value for value in values])
        add_feature(self._sink, feature)


def harmless(value: object) -> object:
    """Return a cell that no spreadsheet runs as a formula."""
    if isinstance(value, str) and value.startswith(_FORMULA_STARTS):
        return f"'{value}"
    return value
