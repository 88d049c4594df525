"""Companies in: from any table or layer to the territory."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
from qgis.core import (
    QgsApplication,
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsCoordinateTransformContext,
    QgsCsException,
    QgsFeature,
    QgsFeatureRequest,
    QgsFeatureSink,
    QgsGeometry,
    QgsPoint,
    QgsPointXY,
    QgsProcessing,
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingFeatureSource,
    QgsProcessingFeedback,
    QgsProcessingOutputNumber,
    QgsProcessingParameterCrs,
    QgsProcessingParameterFeatureSink,
    QgsProcessingParameterFeatureSource,
    QgsProcessingParameterString,
)

from ..compat import Kind, make_fields, plain
from ..domain.feedback import checkpoint
from ..sources.delimited import TableError, is_delimited, open_delimited
from ..sources.establishments import Candidate, Fault, Reject, read_rows
from ..sources.fields import IDENTIFYING, FieldMap, FieldMapError, bare, complete, parse_map
from ..store.establishments import Incoming, bring_in
from ..store.territory import Territory
from ..translation import tr
from .base import ActifAlgorithm, Watch, require_source, territory_of, territory_parameter

INPUT = "INPUT"
TARGET = "TARGET"
FIELD_MAP = "FIELD_MAP"
COORDINATES_CRS = "COORDINATES_CRS"
PERIMETER = "PERIMETER"
REJECTS = "REJECTS"
CREATED = "CREATED"
UPDATED = "UPDATED"
UNCHANGED = "UNCHANGED"
REJECTED = "REJECTED"

_WGS84 = "EPSG:4326"
# Projected systems recognised by the box that metropolitan France fills in them.
_FRENCH_BOXES = (
    ("EPSG:2154", (0, 1_300_000), (6_000_000, 7_200_000)),
    ("EPSG:27572", (0, 1_200_000), (1_600_000, 2_700_000)),
)
_KEPT_TOLD = 20
_REJECT_FIELDS = (("ligne", Kind.INTEGER), ("motif", Kind.TEXT), ("contenu", Kind.TEXT))


@dataclass(frozen=True)
class Table:
    """An input reduced to rows.

    Attributes:
        name: what the records will say they come from.
        header: column names.
        rows: line and cells.
        crs: of the geometry columns that a layer adds to its cells, or None.
    """

    name: str
    header: Sequence[str]
    rows: Callable[[], Iterator[tuple[int, Sequence[object]]]]
    crs: QgsCoordinateReferenceSystem | None


# Cells that a layer's geometry becomes; no table has columns of these names.
_GEOMETRY_X = "@x"
_GEOMETRY_Y = "@y"


class TableParameter(QgsProcessingParameterFeatureSource):
    """A layer, or a text table of any shape: QGIS knows none of a single column, nor in UTF-16."""

    def checkValueIsAcceptable(
        self, value: object, context: QgsProcessingContext | None = None
    ) -> bool:
        return _is_text_table(value) or super().checkValueIsAcceptable(value, context)


def _is_text_table(value: object) -> bool:
    return isinstance(value, str) and is_delimited(Path(value)) and Path(value).is_file()


class ImportEstablishments(ActifAlgorithm):
    """Create and update establishments from a table or a layer."""

    ID = "importestablishments"

    def title(self) -> str:
        return tr("Import establishments")

    def theme(self) -> tuple[str, str]:
        return "territory", tr("Territory")

    def initAlgorithm(self, configuration: dict | None = None) -> None:
        self.addParameter(
            TableParameter(
                INPUT,
                tr("Table or layer of establishments"),
                [QgsProcessing.SourceType.TypeVector],
            )
        )
        self.addParameter(territory_parameter(TARGET))
        self.addParameter(
            QgsProcessingParameterString(
                FIELD_MAP,
                tr("Columns (field=column; …), where the guess is wrong"),
                optional=True,
                multiLine=True,
            )
        )
        self.addParameter(
            QgsProcessingParameterCrs(
                COORDINATES_CRS,
                tr("Coordinate system of the coordinate columns (empty: guessed)"),
                optional=True,
            )
        )
        self.addParameter(
            QgsProcessingParameterFeatureSource(
                PERIMETER,
                tr("Only inside these polygons"),
                [QgsProcessing.SourceType.TypeVectorPolygon],
                optional=True,
            )
        )
        self.addParameter(
            QgsProcessingParameterFeatureSink(
                REJECTS,
                tr("Rejected rows"),
                QgsProcessing.SourceType.TypeVector,
                optional=True,
                createByDefault=True,
            )
        )
        for name, title in (
            (CREATED, tr("Created")),
            (UPDATED, tr("Updated")),
            (UNCHANGED, tr("Unchanged")),
            (REJECTED, tr("Rejected")),
        ):
            self.addOutput(QgsProcessingOutputNumber(name, title))

    def compute(
        self, parameters: dict, context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> dict:
        territory = territory_of(
            self.parameterAsFile(parameters, TARGET, context), context.project()
        )
        table = self._table(parameters, context)
        columns = _columns(table, self.parameterAsString(parameters, FIELD_MAP, context))
        for target, names in columns.items():
            feedback.pushInfo(f"{target} ← {', '.join(names)}")
        watch = Watch(feedback, 0.0, 0.4)
        candidates, rejects = _read(table, columns, watch)
        crs = self.parameterAsCrs(parameters, COORDINATES_CRS, context)
        if table.crs is not None and table.crs.isValid():
            crs = table.crs
        locator = Locator(territory, candidates, crs, context.transformContext())
        keep = _Perimeter(
            self.parameterAsSource(parameters, PERIMETER, context), territory, context
        )
        incoming = []
        outside = 0
        for number, candidate in enumerate(candidates):
            if number % 500 == 0:
                checkpoint(Watch(feedback, 0.4, 0.7), number / len(candidates))
            located = locator.locate(candidate)
            if isinstance(located, Reject):
                rejects.append(located)
            elif keep.accepts(located.point):
                incoming.append(located)
            else:
                outside += 1
        # Before anything is imported: a table of rejects that cannot be written stops everything.
        sink, identifier = self.parameterAsSink(
            parameters, REJECTS, context, make_fields(*_REJECT_FIELDS)
        )
        if sink is not None:
            _write_rejects(sink, rejects)
        writing = Watch(feedback, 0.7, 1.0)
        report = bring_in(
            territory,
            incoming,
            source=table.name,
            source_date=date.today().isoformat(),
            author=QgsApplication.userFullName() or QgsApplication.userLoginName(),
            advance=lambda fraction: checkpoint(writing, fraction),
        )
        feedback.pushInfo(
            tr(
                "{created} created, {updated} updated, {unchanged} unchanged, {rejected} rejected."
            ).format(
                created=report.created,
                updated=report.updated,
                unchanged=report.unchanged,
                rejected=len(rejects),
            )
        )
        if outside:
            feedback.pushInfo(tr("{count} outside the perimeter.").format(count=outside))
        for name, field, kept, delivered in report.kept[:_KEPT_TOLD]:
            feedback.pushInfo(
                tr("{name}: {field} keeps “{kept}”, the source says “{delivered}”.").format(
                    name=name, field=field, kept=kept, delivered=delivered
                )
            )
        results = {
            CREATED: report.created,
            UPDATED: report.updated,
            UNCHANGED: report.unchanged,
            REJECTED: len(rejects),
        }
        if sink is not None:
            results[REJECTS] = identifier
        return results

    def _table(self, parameters: dict, context: QgsProcessingContext) -> Table:
        # A text file is read as it is: through a layer it would lose its encoding and its lines.
        written = self.parameterAsString(parameters, INPUT, context)
        if _is_text_table(written):
            return _text_table(Path(written))
        source = self.parameterAsSource(parameters, INPUT, context)
        require_source(source, INPUT)
        return _layer_table(source)


def _text_table(path: Path) -> Table:
    try:
        table = open_delimited(path)
    except TableError as error:
        if error.line:
            raise _broken(error) from error
        raise QgsProcessingException(
            tr("{path} is empty: choose another file.").format(path=path)
        ) from error
    except OSError as error:
        raise QgsProcessingException(
            tr("{path} cannot be read: {reason}").format(path=path, reason=error.strerror)
        ) from error
    return Table(path.name, table.header, table.rows, None)


def _layer_table(source: QgsProcessingFeatureSource) -> Table:
    header = [*source.fields().names(), _GEOMETRY_X, _GEOMETRY_Y]

    def rows() -> Iterator[tuple[int, Sequence[object]]]:
        for number, feature in enumerate(source.getFeatures(), start=1):
            cells = [_text(value) for value in feature.attributes()]
            point = feature.geometry().centroid() if feature.hasGeometry() else None
            if point is None or point.isNull():
                yield number, [*cells, None, None]
            else:
                at = point.asPoint()
                yield number, [*cells, repr(at.x()), repr(at.y())]

    return Table(source.sourceName(), header, rows, source.sourceCrs())


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


def _columns(table: Table, given: str) -> FieldMap:
    try:
        columns = complete(table.header, parse_map(given))
    except FieldMapError as error:
        raise QgsProcessingException(
            tr("The columns given cannot be followed, check: {names}").format(
                names=", ".join(map(str, error.args))
            )
        ) from error
    if table.crs is not None and table.crs.isValid():
        columns.pop("longitude", None)
        columns.pop("latitude", None)
        columns["x"], columns["y"] = (_GEOMETRY_X,), (_GEOMETRY_Y,)
    if not any(target in columns for target in IDENTIFYING):
        raise QgsProcessingException(
            tr(
                "No column for a SIRET or a name among: {columns}. Say which one holds it in the"
                " columns parameter."
            ).format(columns=", ".join(n for n in table.header if not n.startswith("@")))
        )
    return columns


def _read(table: Table, columns: FieldMap, watch: Watch) -> tuple[list[Candidate], list[Reject]]:
    candidates, rejects = [], []
    try:
        for number, result in enumerate(read_rows(table.rows(), table.header, columns)):
            if number % 500 == 0:
                # The number of rows is not known beforehand: progress nears its end, never there.
                checkpoint(watch, number / (number + 20_000))
            (rejects if isinstance(result, Reject) else candidates).append(result)
    except TableError as error:
        raise _broken(error) from error
    return candidates, rejects


def _broken(error: TableError) -> QgsProcessingException:
    return QgsProcessingException(
        tr(
            "The table breaks off at line {line}: a quote opens a cell there and never closes."
        ).format(line=error.line)
    )


class Locator:
    """Brings coordinates into the territory, and finds a place for those who have none.

    A record without coordinates is put inside its commune where the territory knows the commune,
    and says so: a map with its companies at the commune is worth more than one without them.
    """

    def __init__(
        self,
        territory: Territory,
        candidates: Sequence[Candidate],
        crs: QgsCoordinateReferenceSystem,
        transforms: QgsCoordinateTransformContext,
    ) -> None:
        self._wgs84 = QgsCoordinateReferenceSystem(_WGS84)
        self._written = crs if crs.isValid() else _guess_crs(candidates)
        self._to_territory = {
            geographic: QgsCoordinateTransform(source, territory.crs, transforms)
            for geographic, source in ((True, self._wgs84), (False, self._written))
            if source is not None
        }
        self._to_degrees = QgsCoordinateTransform(territory.crs, self._wgs84, transforms)
        self._area = territory.crs.bounds()
        self._communes = _communes(territory)

    def locate(self, candidate: Candidate) -> Incoming | Reject:
        if candidate.position is None:
            return self._at_commune(candidate)
        point = self._point(candidate.position, candidate.geographic)
        if point is None:
            detail = "{} ; {}".format(*candidate.position)
            return Reject(candidate.line, Fault.COORDINATES_OUTSIDE, detail, candidate.content)
        return Incoming(candidate.values, point)

    def _point(self, position: tuple[float, float], geographic: bool) -> QgsPointXY | None:
        x, y = position
        if geographic and not (-180 <= x <= 180 and -90 <= y <= 90):
            return None
        try:
            point = self._to_territory[geographic].transform(QgsPointXY(x, y))
            degrees = self._to_degrees.transform(point)
        except QgsCsException:
            return None
        if not np.isfinite([point.x(), point.y(), degrees.x(), degrees.y()]).all():
            return None
        if not self._area.isEmpty() and not self._area.contains(degrees):
            return None
        return point

    def _at_commune(self, candidate: Candidate) -> Incoming:
        written = (candidate.values.get(name, "") for name in ("commune_insee", "commune_nom"))
        points = (self._communes.get(bare(name)) for name in written)
        found = next((point for point in points if point is not None), None)
        if found is None:
            return Incoming(candidate.values, None)
        return Incoming({**candidate.values, "geocodage_qualite": "commune"}, found)


def _guess_crs(candidates: Sequence[Candidate]) -> QgsCoordinateReferenceSystem | None:
    """Recognise the system of x and y columns by where most of their values fall.

    Raises:
        QgsProcessingException: there are such columns and their values fall nowhere known.
    """
    pairs = [c.position for c in candidates if c.position is not None and not c.geographic]
    if not pairs:
        return None
    xy = np.asarray(pairs)
    boxes = ((_WGS84, (-180, 180), (-90, 90)), *_FRENCH_BOXES)
    for authority, (west, east), (south, north) in boxes:
        inside = (west <= xy[:, 0]) & (xy[:, 0] <= east) & (south <= xy[:, 1]) & (xy[:, 1] <= north)
        if 2 * inside.sum() > len(xy):
            return QgsCoordinateReferenceSystem(authority)
    raise QgsProcessingException(
        tr("The coordinate system of the coordinate columns is not recognised: give it.")
    )


def _communes(territory: Territory) -> dict[str, QgsPointXY]:
    """Return a point inside each commune, by code and by name, both bare."""
    points = {}
    for commune in territory.layer("perimetre", subset="\"type\" = 'commune'").getFeatures():
        point = commune.geometry().pointOnSurface().asPoint()
        for key in (plain(commune["code"]), plain(commune["nom"])):
            if key:
                points[bare(str(key))] = point
    return points


class _Perimeter:
    """The polygons inside which establishments are wanted; without any, everywhere."""

    def __init__(
        self,
        source: QgsProcessingFeatureSource | None,
        territory: Territory,
        context: QgsProcessingContext,
    ) -> None:
        self._engine = None
        if source is not None:
            request = QgsFeatureRequest()
            request.setDestinationCrs(territory.crs, context.transformContext())
            self._union = QgsGeometry.unaryUnion(
                [feature.geometry() for feature in source.getFeatures(request)]
            )
            self._engine = QgsGeometry.createGeometryEngine(self._union.constGet())
            self._engine.prepareGeometry()

    def accepts(self, point: QgsPointXY | None) -> bool:
        if self._engine is None:
            return True
        return point is not None and self._engine.intersects(QgsPoint(point))


def _write_rejects(sink: QgsFeatureSink, rejects: Iterable[Reject]) -> None:
    sentences = _sentences()
    for reject in sorted(rejects, key=lambda reject: reject.line):
        feature = QgsFeature(make_fields(*_REJECT_FIELDS))
        reason = sentences[reject.fault].format(detail=reject.detail)
        feature.setAttributes([reject.line, reason, reject.content])
        sink.addFeature(feature, QgsFeatureSink.Flag.FastInsert)


def _sentences() -> dict[Fault, str]:
    return {
        Fault.NO_NAME_NO_SIRET: tr("Neither a name nor a SIRET."),
        Fault.SIRET_LENGTH: tr("SIRET {detail}: 14 digits are needed."),
        Fault.SIRET_DIGITS: tr("SIRET {detail}: digits only."),
        Fault.SIRET_KEY: tr("SIRET {detail}: the check digit is wrong, a digit was mistyped."),
        Fault.COORDINATES_UNREADABLE: tr("Coordinates {detail}: not two numbers."),
        Fault.COORDINATES_OUTSIDE: tr(
            "Coordinates {detail}: outside the area of the coordinate system."
        ),
        Fault.DUPLICATE: tr("Same establishment as line {detail}."),
        Fault.TOO_MANY_CELLS: tr("{detail} cells, more than there are columns."),
    }
