"""Inputs as rows: a text table of any shape, an answer of the SIRENE API, or a layer."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsFeature,
    QgsFeatureSink,
    QgsFeatureSource,
    QgsGeometry,
    QgsPointXY,
    QgsProcessingAlgorithm,
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingFeatureSource,
    QgsProcessingParameterFeatureSource,
    QgsVectorLayer,
    QgsWkbTypes,
)

from ..compat import Kind, make_fields, plain
from ..sources.delimited import TableError, TextFile, open_text, text_file
from ..sources.osm import is_osm_file
from ..sources.sirene_json import read_answer
from ..translation import tr
from .base import require_source

# Cells that a layer's geometry becomes; no table has columns of these names.
GEOMETRY_X = "@x"
GEOMETRY_Y = "@y"
_JSON = ".json"
_TOLD = 500

Row = tuple[int, Sequence[object]]
Advance = Callable[[float], None]


def _quiet(fraction: float) -> None:
    """Take the share read, and keep it."""


@dataclass(frozen=True)
class Table:
    """An input reduced to rows.

    Attributes:
        name: what the records will say they come from.
        header: column names.
        crs: of the geometry columns that a layer adds to its cells, or None.
    """

    name: str
    header: Sequence[str]
    crs: QgsCoordinateReferenceSystem | None
    read: Callable[[Advance], Iterator[Row]]

    def rows(self, advance: Advance = _quiet) -> Iterator[Row]:
        """Yield line and cells; *advance* is told the share read, and may raise to stop.

        Raises:
            QgsProcessingException: the table breaks off.
        """
        try:
            yield from self.read(advance)
        except TableError as error:
            told = _broken(error)
        except OSError as error:
            told = _unreadable(self.name, error)
        else:
            return
        raise told


class TableParameter(QgsProcessingParameterFeatureSource):
    """A layer, an OpenStreetMap file, or a text table of any shape.

    QGIS knows no table of a single column, nor in UTF-16, nor a map in a broken file.
    """

    def checkValueIsAcceptable(
        self, value: object, context: QgsProcessingContext | None = None
    ) -> bool:
        return _is_file_of_ours(value) or super().checkValueIsAcceptable(value, context)


def _is_file_of_ours(value: object) -> bool:
    if not isinstance(value, str) or not value:
        return False
    path = Path(value)
    if path.is_file() and (is_osm_file(path) or path.suffix.lower() == _JSON):
        return True
    return text_file(path) is not None


def table_of(
    algorithm: QgsProcessingAlgorithm, parameters: dict, name: str, context: QgsProcessingContext
) -> Table:
    """Return the table that a parameter names.

    Raises:
        QgsProcessingException: it cannot be read.
    """
    # A text file is read as it is: through a layer it would lose its encoding and its lines.
    path = Path(algorithm.parameterAsString(parameters, name, context))
    text = text_file(path)
    if text is not None:
        return _text_table(text)
    try:
        answer = read_answer(path)
    except OSError as error:
        told = _unreadable(str(path), error)
    else:
        if answer is not None:
            return Table(path.name, answer.header, None, lambda advance: answer.rows())
        source = algorithm.parameterAsSource(parameters, name, context)
        require_source(source, name)
        return _layer_table(source)
    raise told


def source_of(
    algorithm: QgsProcessingAlgorithm, parameters: dict, name: str, context: QgsProcessingContext
) -> QgsFeatureSource:
    """Return the rows of the layer or text table that a parameter names, as QGIS reads them.

    Raises:
        QgsProcessingException: it cannot be read.
    """
    text = text_file(Path(algorithm.parameterAsString(parameters, name, context)))
    if text is None:
        source = algorithm.parameterAsSource(parameters, name, context)
        require_source(source, name)
        return source
    table = _text_table(text)
    names: dict[str, int] = {}
    for number, given in enumerate(table.header):
        # Columns without a name of their own keep their cells.
        title = given if given and given not in names else f"{given or 'colonne'}_{number + 1}"
        names[title] = number
    layer = QgsVectorLayer("NoGeometry", table.name, "memory")
    layer.dataProvider().addAttributes(make_fields(*((title, Kind.TEXT) for title in names)))
    layer.updateFields()
    features = []
    for _line, cells in table.rows():
        feature = QgsFeature(layer.fields())
        feature.setAttributes([*cells[: len(names)], *[None] * (len(names) - len(cells))])
        features.append(feature)
    layer.dataProvider().addFeatures(features, QgsFeatureSink.Flag.FastInsert)
    return layer


def _text_table(file: TextFile) -> Table:
    try:
        table = open_text(file)
    except TableError as error:
        told = (
            _broken(error)
            if error.line
            else QgsProcessingException(
                tr("{path} is empty: choose another file.").format(path=file.name)
            )
        )
    except OSError as error:
        told = _unreadable(file.name, error)
    else:
        return Table(file.name, table.header, None, table.rows)
    raise told


def _layer_table(source: QgsProcessingFeatureSource) -> Table:
    header = [*source.fields().names(), GEOMETRY_X, GEOMETRY_Y]
    total = max(1, source.featureCount())

    def read(advance: Advance) -> Iterator[Row]:
        for number, feature in enumerate(source.getFeatures(), start=1):
            if number % _TOLD == 0:
                advance(min(1.0, number / total))
            cells = [_text(value) for value in feature.attributes()]
            at = _position(feature.geometry())
            yield number, [*cells, *((None, None) if at is None else (repr(at.x()), repr(at.y())))]

    return Table(source.sourceName(), header, source.sourceCrs(), read)


def _position(shape: QgsGeometry) -> QgsPointXY | None:
    """Return where a company is: its point, the first of several, the middle of its premises."""
    if shape.isNull() or shape.isEmpty():
        return None
    if shape.type() == QgsWkbTypes.GeometryType.PointGeometry:
        return QgsPointXY(next(shape.vertices()))
    return shape.centroid().asPoint()


def _text(value: object) -> str | None:
    value = plain(value)
    if value is None:
        return None
    if hasattr(value, "toString"):
        return value.toString("yyyy-MM-dd")
    if isinstance(value, float) and value.is_integer():
        # A spreadsheet hands a SIRET or a postcode over as a number.
        return str(int(value))
    return str(value)


def _unreadable(name: str, error: OSError) -> QgsProcessingException:
    return QgsProcessingException(
        tr("{path} cannot be read: {reason}").format(path=name, reason=error.strerror or error)
    )


def _broken(error: TableError) -> QgsProcessingException:
    return QgsProcessingException(
        tr(
            "The table breaks off at line {line}: a quote opens a cell there and never closes."
        ).format(line=error.line)
    )
