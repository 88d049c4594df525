"""A new edition of a nomenclature, from the official file that a user downloaded."""

from __future__ import annotations

from pathlib import Path

from osgeo import gdal
from qgis.core import (
    QgsFeature,
    QgsFeatureSink,
    QgsProcessing,
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingFeedback,
    QgsProcessingOutputNumber,
    QgsProcessingParameterFeatureSink,
    QgsProcessingParameterFile,
    QgsProcessingParameterString,
)

from ..compat import Kind, make_fields
from ..domain.feedback import checkpoint
from ..sources.delimited import TableError, is_delimited, open_delimited
from ..sources.nomenclatures import Recognised, recognise
from ..store.nomenclatures import known_codes, update_nomenclature
from ..translation import tr
from .base import ActifAlgorithm, Watch, territory_of, territory_parameter

TARGET = "TARGET"
FILE = "FILE"
EDITION = "EDITION"
VANISHED = "VANISHED"
ADDED = "ADDED"
RELABELLED = "RELABELLED"

# Sheets start with titles: GDAL must neither take them for headers nor turn codes into numbers.
_SHEET_OPTIONS = {
    "OGR_XLS_HEADERS": "DISABLE",
    "OGR_XLSX_HEADERS": "DISABLE",
    "OGR_ODS_HEADERS": "DISABLE",
    "OGR_XLS_FIELD_TYPES": "STRING",
    "OGR_XLSX_FIELD_TYPES": "STRING",
    "OGR_ODS_FIELD_TYPES": "STRING",
}


class UpdateNomenclature(ActifAlgorithm):
    """Update the labels and codes of a territory's nomenclature."""

    ID = "updatenomenclature"

    def title(self) -> str:
        return tr("Update a nomenclature")

    def theme(self) -> tuple[str, str]:
        return "nomenclatures", tr("Nomenclatures")

    def initAlgorithm(self, configuration: dict | None = None) -> None:
        self.addParameter(territory_parameter(TARGET))
        self.addParameter(
            QgsProcessingParameterFile(
                FILE,
                tr("Official file"),
                fileFilter=tr("Tables") + " (*.xls *.xlsx *.ods *.csv *.txt)",
            )
        )
        self.addParameter(
            QgsProcessingParameterString(
                EDITION, tr("Name of the edition (empty: name of the file)"), optional=True
            )
        )
        self.addParameter(
            QgsProcessingParameterFeatureSink(
                VANISHED,
                tr("Vanished codes"),
                QgsProcessing.SourceType.TypeVector,
                optional=True,
                createByDefault=True,
            )
        )
        self.addOutput(QgsProcessingOutputNumber(ADDED, tr("Codes added")))
        self.addOutput(QgsProcessingOutputNumber(RELABELLED, tr("Labels changed")))

    def compute(
        self, parameters: dict, context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> dict:
        territory = territory_of(
            self.parameterAsFile(parameters, TARGET, context), context.project()
        )
        path = Path(self.parameterAsFile(parameters, FILE, context))
        known = known_codes(territory)
        candidates = []
        for rows in _sheets(path):
            checkpoint(Watch(feedback), 0.3)
            found = recognise(rows, known)
            if found is not None:
                candidates.append(found)
        if not candidates:
            raise QgsProcessingException(
                tr("{path} holds no nomenclature that Act'IF knows: CPF, NAF, ROME, waste.").format(
                    path=path
                )
            )
        best: Recognised = max(candidates, key=lambda found: len(found.entries))
        edition = self.parameterAsString(parameters, EDITION, context).strip() or path.stem
        checkpoint(Watch(feedback), 0.7)
        update = update_nomenclature(territory, edition, best)
        feedback.pushInfo(
            tr(
                "{table}: {read} codes read, {added} added, {relabelled} relabelled,"
                " {vanished} vanished."
            ).format(
                table=best.table,
                read=len(best.entries),
                added=update.added,
                relabelled=update.relabelled,
                vanished=len(update.vanished),
            )
        )
        results = {ADDED: update.added, RELABELLED: update.relabelled}
        fields = make_fields(
            ("code", Kind.TEXT), ("libelle", Kind.TEXT), ("utilisations", Kind.INTEGER)
        )
        sink, identifier = self.parameterAsSink(parameters, VANISHED, context, fields)
        if sink is not None:
            for gone in update.vanished:
                feature = QgsFeature(fields)
                feature.setAttributes([gone.code, gone.label, gone.uses])
                sink.addFeature(feature, QgsFeatureSink.Flag.FastInsert)
            results[VANISHED] = identifier
        return results


def _sheets(path: Path) -> list[list[list[str]]]:
    """Return the rows of each sheet of *path*, as texts.

    Raises:
        QgsProcessingException: the file cannot be read.
    """
    unreadable = tr("{path} cannot be read as a table: choose an XLS, XLSX, ODS or CSV file.")
    if is_delimited(path):
        try:
            table = open_delimited(path)
            return [[list(table.header), *(row for _, row in table.rows())]]
        except (TableError, OSError) as error:
            raise QgsProcessingException(unreadable.format(path=path)) from error
    for name, value in _SHEET_OPTIONS.items():
        gdal.SetThreadLocalConfigOption(name, value)
    try:
        dataset = gdal.OpenEx(str(path), gdal.OF_VECTOR)
        if dataset is None:
            raise QgsProcessingException(unreadable.format(path=path))
        sheets = []
        for number in range(dataset.GetLayerCount()):
            layer = dataset.GetLayer(number)
            columns = range(layer.GetLayerDefn().GetFieldCount())
            sheets.append(
                [[feature.GetFieldAsString(column) for column in columns] for feature in layer]
            )
        return sheets
    except RuntimeError as error:
        raise QgsProcessingException(unreadable.format(path=path)) from error
    finally:
        for name in _SHEET_OPTIONS:
            gdal.SetThreadLocalConfigOption(name, None)
