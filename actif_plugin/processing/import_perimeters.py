"""Perimeters in: communes, EPCI, activity zones and pieces of land, from any layer or table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from qgis.core import (
    QgsFeature,
    QgsFeatureSink,
    QgsProcessing,
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingFeatureSource,
    QgsProcessingFeedback,
    QgsProcessingOutputNumber,
    QgsProcessingParameterFeatureSink,
    QgsProcessingParameterString,
    QgsVectorLayer,
)

from ..compat import Kind, make_fields
from ..domain.feedback import checkpoint
from ..sources.delimited import TableError, is_delimited, open_delimited
from ..sources.fields import FieldMapError, parse_map
from ..sources.perimeters import TYPES, AreaReader, Fault
from ..store.perimeters import AreaReport, IncomingArea, bring_in_areas
from ..store.territory import Territory
from ..translation import tr
from . import loaded
from .areas import AreaRow, AreaTable, Reject, Shaper, layer_areas, text_areas
from .base import (
    ActifAlgorithm,
    Choice,
    Watch,
    require_source,
    territory_of,
    territory_parameter,
)
from .import_establishments import TableParameter
from .presentation import present
from .readers import tell_unofficial

INPUT = "INPUT"
TARGET = "TARGET"
TYPE = "TYPE"
FIELD_MAP = "FIELD_MAP"
REJECTS = "REJECTS"
CREATED = "CREATED"
UPDATED = "UPDATED"
UNCHANGED = "UNCHANGED"
REJECTED = "REJECTED"

_GUESS = "guess"
_REJECT_FIELDS = (("ligne", Kind.INTEGER), ("motif", Kind.TEXT), ("contenu", Kind.TEXT))


class ImportPerimeters(ActifAlgorithm):
    """Create and update perimeters from polygons."""

    ID = "importperimeters"

    def title(self) -> str:
        return tr("Import perimeters")

    def theme(self) -> tuple[str, str]:
        return "territory", tr("Territory")

    def initAlgorithm(self, configuration: dict | None = None) -> None:
        self.addParameter(
            TableParameter(
                INPUT,
                tr("Polygons: communes, EPCI, activity zones, pieces of land"),
                [QgsProcessing.SourceType.TypeVector],
            )
        )
        self.addParameter(territory_parameter(TARGET))
        types = {
            _GUESS: tr("As the table tells"),
            "commune": tr("Communes"),
            "epci": tr("EPCI"),
            "zae": tr("Activity zones"),
            "autre": tr("Other"),
        }
        self.addParameter(Choice(TYPE, tr("Type of the perimeters"), types, _GUESS))
        self.addParameter(
            QgsProcessingParameterString(
                FIELD_MAP,
                tr("Columns guessed wrong (field=column; …)"),
                optional=True,
                multiLine=True,
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
        chosen = self.chosen(parameters, TYPE, context)
        written = self.parameterAsString(parameters, FIELD_MAP, context)
        reader = _reader(table, chosen if chosen in TYPES else "", written)
        # Before anything is imported: a table of rejects that cannot be written stops everything.
        sink, identifier = self.parameterAsSink(
            parameters, REJECTS, context, make_fields(*_REJECT_FIELDS)
        )
        report, rejects = _bring(territory, table, reader, context, feedback, Watch(feedback))
        feedback.pushInfo(
            tr(
                "Perimeters: {created} created, {updated} updated, {unchanged} unchanged,"
                " {rejected} rejected."
            ).format(
                created=report.created,
                updated=report.updated,
                unchanged=report.unchanged,
                rejected=len(rejects),
            )
        )
        results = {
            CREATED: report.created,
            UPDATED: report.updated,
            UNCHANGED: report.unchanged,
            REJECTED: len(rejects),
        }
        if sink is not None:
            _write_rejects(sink, rejects)
            results[REJECTS] = identifier
            present(context, identifier, loaded.REJECTS)
        return results

    def _table(self, parameters: dict, context: QgsProcessingContext) -> AreaTable:
        written = self.parameterAsString(parameters, INPUT, context)
        if is_delimited(Path(written)) and Path(written).is_file():
            return _text_table(Path(written))
        source = self.parameterAsSource(parameters, INPUT, context)
        require_source(source, INPUT)
        return layer_areas(source)


def add_perimeters(
    territory: Territory,
    source: QgsProcessingFeatureSource | QgsVectorLayer,
    context: QgsProcessingContext,
    feedback: QgsProcessingFeedback,
    watch: Watch,
) -> None:
    """Bring polygons into the table ``perimetre``; those left out are told in the log.

    Raises:
        QgsProcessingException: there is no column for a code or a name.
        StoreError: the database refused them.
        Cancelled: the user asked to stop.
    """
    table = layer_areas(source)
    _, rejects = _bring(territory, table, _reader(table, "", ""), context, feedback, watch)
    sentences = _sentences()
    for fault, count in Counter(reject.fault for reject in rejects).items():
        reason = sentences[fault].format(detail="…")
        feedback.pushWarning(
            tr("Perimeters left out: {count}. {reason}").format(count=count, reason=reason)
        )


def _bring(
    territory: Territory,
    table: AreaTable,
    reader: AreaReader,
    context: QgsProcessingContext,
    feedback: QgsProcessingFeedback,
    watch: Watch,
) -> tuple[AreaReport, list[Reject]]:
    for target, column in reader.columns.items():
        feedback.pushInfo(f"{target} ← {column}")
    shaper = Shaper(territory.crs, context.transformContext())
    areas: list[IncomingArea] = []
    rejects: list[Reject] = []
    lines: dict[tuple[str, str], int] = {}
    for number, row in enumerate(_rows(table)):
        checkpoint(watch, 0.6 * number / max(1, table.count or number + 1000))
        read = reader.read(row.cells)
        if isinstance(read, Fault):
            rejects.append(Reject(row.line, read, "", row.cells))
            continue
        shape = shaper.shape(row.shape, reader.shape_text(row.cells), table.crs)
        if isinstance(shape, Fault):
            rejects.append(Reject(row.line, shape, "", row.cells))
        elif lines.setdefault(read.key(), row.line) != row.line:
            first = str(lines[read.key()])
            rejects.append(Reject(row.line, Fault.DUPLICATE, first, row.cells))
        else:
            areas.append(IncomingArea(read, shape))
    if shaper.repaired:
        feedback.pushInfo(tr("Invalid shapes repaired: {count}.").format(count=shaper.repaired))
    if reader.standard is not None:
        tell_unofficial(reader.standard.unofficial, feedback)
    report = bring_in_areas(
        territory, areas, advance=lambda share: checkpoint(watch, 0.6 + 0.4 * share)
    )
    return report, rejects


def _text_table(path: Path) -> AreaTable:
    reason = ""
    try:
        return text_areas(open_delimited(path))
    except TableError as error:
        reason = _broken(error.line) if error.line else ""
        reason = reason or tr("{path} is empty: choose another file.").format(path=path)
    except OSError as error:
        reason = tr("{path} cannot be read: {reason}").format(path=path, reason=error.strerror)
    raise QgsProcessingException(reason)


def _reader(table: AreaTable, kind: str, written: str) -> AreaReader:
    """Return the reader of a table.

    Raises:
        QgsProcessingException: a column does not exist, or none holds a code or a name.
    """
    names = ""
    try:
        reader = AreaReader(table.header, kind, parse_map(written))
    except FieldMapError as error:
        names = ", ".join(map(str, error.args))
    if names:
        raise QgsProcessingException(
            tr("The columns given cannot be followed, check: {names}").format(names=names)
        )
    if not {"code", "nom"} & set(reader.columns):
        raise QgsProcessingException(
            tr(
                "No column for a code or a name among: {columns}. Say which one holds it in the"
                " columns parameter."
            ).format(columns=", ".join(table.header))
        )
    return reader


def _rows(table: AreaTable) -> Iterator[AreaRow]:
    line = 0
    try:
        yield from table.rows()
    except TableError as error:
        line = error.line
    if line:
        raise QgsProcessingException(_broken(line))


def _broken(line: int) -> str:
    return tr(
        "The table breaks off at line {line}: a quote opens a cell there and never closes."
    ).format(line=line)


def _write_rejects(sink: QgsFeatureSink, rejects: Iterable[Reject]) -> None:
    sentences = _sentences()
    for reject in rejects:
        feature = QgsFeature(make_fields(*_REJECT_FIELDS))
        reason = sentences[reject.fault].format(detail=reject.detail)
        content = " | ".join(str(cell) for cell in reject.cells if cell not in (None, ""))
        feature.setAttributes([reject.line, reason, content])
        sink.addFeature(feature, QgsFeatureSink.Flag.FastInsert)


def _sentences() -> dict[Fault, str]:
    return {
        Fault.NAMELESS: tr("Neither a code nor a name."),
        Fault.NO_SHAPE: tr("No shape."),
        Fault.UNREADABLE_SHAPE: tr("The shape cannot be read: GeoJSON or WKT is needed."),
        Fault.NOT_AN_AREA: tr("The shape is not an area."),
        Fault.OUTSIDE: tr("The shape is outside the area of the coordinate system."),
        Fault.DUPLICATE: tr("Same perimeter as line {detail}."),
    }
