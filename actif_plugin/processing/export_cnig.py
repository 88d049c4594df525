"""Economic sites out: a GeoPackage of the CNIG standard from a territory."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from qgis.core import (
    QgsFeature,
    QgsGeometry,
    QgsProcessing,
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingFeedback,
    QgsProcessingOutputNumber,
    QgsProcessingParameterBoolean,
    QgsProcessingParameterFeatureSink,
    QgsProcessingParameterFileDestination,
    QgsVectorFileWriter,
    QgsWkbTypes,
)

from ..compat import Kind, make_fields
from ..domain.feedback import checkpoint
from ..sources.cnig_tables import ESTABLISHMENT, SITE, TERRAIN, StandardTable
from ..sources.cnig_tables import Kind as Official
from ..store.cnig import Row, Standard
from ..store.territory import says
from ..translation import tr
from .base import ActifAlgorithm, Choice, Watch, add_feature, territory_of, territory_parameter

TARGET = "TARGET"
SHARING = "SHARING"
KEEP_INCOMPLETE = "KEEP_INCOMPLETE"
OUTPUT = "OUTPUT"
INCOMPLETE = "INCOMPLETE"
SITES = "SITES"
LANDS = "LANDS"
ESTABLISHMENTS = "ESTABLISHMENTS"
LEFT_OUT = "LEFT_OUT"

_SUFFIX = ".gpkg"
# Each level with those that are freer still.
_LEVELS = {
    "public": ("public",),
    "partenaires": ("public", "partenaires"),
    "interne": ("public", "partenaires", "interne"),
}
_REPLACED_TOLD = 20
_INCOMPLETE_FIELDS = (
    ("classe", Kind.TEXT),
    ("identifiant", Kind.TEXT),
    ("nom", Kind.TEXT),
    ("a_completer", Kind.TEXT),
)
_NAMES = {SITE.name: "site_nom", TERRAIN.name: "terr_id", ESTABLISHMENT.name: "etab_nom"}
_MULTI_POINT = QgsWkbTypes.Type.MultiPoint
_POLYGON = QgsWkbTypes.Type.Polygon
_MULTI_POLYGON = QgsWkbTypes.Type.MultiPolygon


class ExportCnig(ActifAlgorithm):
    """Write the sites, the pieces of land and the establishments of a territory.

    Only public establishments go by default: such a file is made to be handed on, and a list
    shared with named partners is not shared with whoever reads it after them.
    """

    ID = "exportcnig"

    def title(self) -> str:
        return tr("Export to the CNIG standard")

    def theme(self) -> tuple[str, str]:
        return "territory", tr("Territory")

    def initAlgorithm(self, configuration: dict | None = None) -> None:
        self.addParameter(territory_parameter(TARGET))
        sharing = {
            "public": tr("Public ones only"),
            "partenaires": tr("Public ones, and those shared with partners"),
            "interne": tr("All, internal ones too"),
        }
        self.addParameter(Choice(SHARING, tr("Establishments to export"), sharing, "public"))
        self.addParameter(
            QgsProcessingParameterBoolean(
                KEEP_INCOMPLETE,
                tr("Export incomplete records too"),
                defaultValue=False,
            )
        )
        self.addParameter(
            QgsProcessingParameterFileDestination(
                OUTPUT, tr("GeoPackage to write"), "GeoPackage (*.gpkg)"
            )
        )
        self.addParameter(
            QgsProcessingParameterFeatureSink(
                INCOMPLETE,
                tr("To be completed"),
                QgsProcessing.SourceType.TypeVector,
                optional=True,
                createByDefault=True,
            )
        )
        for name, title in (
            (SITES, tr("Sites")),
            (LANDS, tr("Pieces of land")),
            (ESTABLISHMENTS, tr("Establishments")),
            (LEFT_OUT, tr("Left out")),
        ):
            self.addOutput(QgsProcessingOutputNumber(name, title))

    def compute(
        self, parameters: dict, context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> dict:
        territory = territory_of(
            self.parameterAsFile(parameters, TARGET, context), context.project()
        )
        path = Path(self.parameterAsFileOutput(parameters, OUTPUT, context)).absolute()
        _accept(path)
        levels = _LEVELS[self.chosen(parameters, SHARING, context)]
        keep = self.parameterAsBool(parameters, KEEP_INCOMPLETE, context)
        sink, identifier = self.parameterAsSink(
            parameters, INCOMPLETE, context, make_fields(*_INCOMPLETE_FIELDS)
        )
        standard = Standard(territory, context.transformContext())
        lands = list(standard.lands())
        whole = all(land.shape is None or _parts(land.shape) == 1 for land in lands)
        total = territory.layer("etablissement").featureCount()
        written: dict[str, int] = {}
        left_out = 0
        companies = _watched(standard.establishments(levels), total, feedback)
        with _draft(path) as draft:
            for table, shapes, rows in (
                (SITE, _MULTI_POLYGON, standard.sites()),
                (TERRAIN, _POLYGON if whole else _MULTI_POLYGON, lands),
                (ESTABLISHMENT, _MULTI_POINT, companies),
            ):
                kept = []
                for row in rows:
                    if row.missing and sink is not None:
                        add_feature(sink, _gap(table, row))
                    if row.missing and not keep:
                        left_out += 1
                    else:
                        kept.append(row)
                _write(draft, table, shapes, kept, standard, context)
                written[table.name] = len(kept)
        _tell(standard, written, left_out, feedback)
        results = {
            OUTPUT: str(path),
            SITES: written[SITE.name],
            LANDS: written[TERRAIN.name],
            ESTABLISHMENTS: written[ESTABLISHMENT.name],
            LEFT_OUT: left_out,
        }
        if sink is not None:
            results[INCOMPLETE] = identifier
        return results


def _accept(path: Path) -> None:
    """Refuse what the export must not be written to.

    Raises:
        QgsProcessingException: it is no GeoPackage, or a territory.
    """
    if path.suffix.lower() != _SUFFIX:
        raise QgsProcessingException(
            tr("{path} is not a GeoPackage name: it must end with .gpkg.").format(path=path)
        )
    if path.exists() and says(path, "schema_version"):
        raise QgsProcessingException(
            tr("{path} is an Act'IF territory: export to another file.").format(path=path)
        )


@contextlib.contextmanager
def _draft(path: Path) -> Iterator[Path]:
    """Yield the temporary name under which the file is built; it takes its place once whole."""
    reason = ""
    try:
        with tempfile.TemporaryDirectory(prefix=".actif-", dir=path.parent) as folder:
            draft = Path(folder) / path.name
            yield draft
            os.replace(draft, path)
    except OSError as error:
        reason = error.strerror or str(error)
    if reason:
        raise QgsProcessingException(
            tr(
                "{path} cannot be written ({reason}): check the folder and your rights on it."
            ).format(path=path, reason=reason)
        )


def _write(
    draft: Path,
    table: StandardTable,
    shapes: QgsWkbTypes.Type,
    rows: Iterable[Row],
    standard: Standard,
    context: QgsProcessingContext,
) -> None:
    """Write a table of the standard into the file.

    Raises:
        QgsProcessingException: it cannot be written.
    """
    kinds = QgsVectorFileWriter.ActionOnExistingFile
    options = QgsVectorFileWriter.SaveVectorOptions()
    options.driverName = "GPKG"
    options.layerName = table.name
    options.layerOptions = [f"GEOMETRY_NAME={table.geometry()}"]
    options.actionOnExistingFile = (
        kinds.CreateOrOverwriteLayer if draft.exists() else kinds.CreateOrOverwriteFile
    )
    # It closes, and so writes the last records, when this function lets go of it.
    writer = QgsVectorFileWriter.create(
        str(draft),
        make_fields(*_columns(table)),
        shapes,
        standard.crs,
        context.transformContext(),
        options,
    )
    if writer.hasError() != QgsVectorFileWriter.WriterError.NoError:
        raise QgsProcessingException(
            tr("A result cannot be written, check the disk and the file chosen: {reason}").format(
                reason=writer.errorMessage()
            )
        )
    for row in rows:
        add_feature(writer, _feature(table, row, shapes))


def _columns(table: StandardTable) -> list[tuple[str, Kind]]:
    return [
        (column.name, Kind.REAL if column.kind is Official.NUMBER else Kind.TEXT)
        for column in table.columns
        if column.kind is not Official.GEOMETRY
    ]


def _feature(table: StandardTable, row: Row, shapes: QgsWkbTypes.Type) -> QgsFeature:
    columns = _columns(table)
    feature = QgsFeature(make_fields(*columns))
    feature.setAttributes([row.values.get(name) for name, _ in columns])
    if row.shape is not None:
        shape = QgsGeometry(row.shape)
        if QgsWkbTypes.isSingleType(shapes):
            shape.convertToSingleType()
        feature.setGeometry(shape)
    return feature


def _gap(table: StandardTable, row: Row) -> QgsFeature:
    feature = QgsFeature(make_fields(*_INCOMPLETE_FIELDS))
    key, name = (str(row.values.get(one, "")) for one in (table.key, _NAMES[table.name]))
    feature.setAttributes([table.name, key, name, ", ".join(row.missing)])
    return feature


def _parts(shape: QgsGeometry) -> int:
    return shape.constGet().numGeometries()


def _watched(rows: Iterable[Row], total: int, feedback: QgsProcessingFeedback) -> Iterator[Row]:
    watch = Watch(feedback)
    for number, row in enumerate(rows):
        checkpoint(watch, number / max(1, total))
        yield row


def _tell(
    standard: Standard, written: dict[str, int], left_out: int, feedback: QgsProcessingFeedback
) -> None:
    feedback.pushInfo(
        tr(
            "Written: sites {sites}, pieces of land {lands}, establishments {establishments}."
        ).format(
            sites=written[SITE.name],
            lands=written[TERRAIN.name],
            establishments=written[ESTABLISHMENT.name],
        )
    )
    if left_out:
        feedback.pushWarning(
            tr("Left out, for they lack what the standard asks: {count}.").format(count=left_out)
        )
    if standard.kept_back:
        feedback.pushInfo(
            tr("Establishments not shared this far, which stay here: {count}.").format(
                count=standard.kept_back
            )
        )
    if standard.unconfirmed:
        feedback.pushInfo(
            tr("Establishments not confirmed, which stay here: {count}.").format(
                count=standard.unconfirmed
            )
        )
    for (column, value), count in standard.replaced.most_common(_REPLACED_TOLD):
        feedback.pushWarning(
            tr(
                "{column}: “{value}” ({count}) is not what the standard accepts; it becomes “autre”"
                " where it can, or stays empty."
            ).format(column=column, value=value, count=count)
        )
