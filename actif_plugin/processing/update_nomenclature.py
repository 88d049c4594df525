"""A new edition of a nomenclature, from the official file that a user downloaded."""

from __future__ import annotations

from pathlib import Path

from qgis.core import (
    QgsFeature,
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
from ..sources.nomenclatures import Recognised, recognise
from ..store.nomenclatures import known_codes, update_nomenclature
from ..translation import tr
from .base import ActifAlgorithm, Watch, add_feature, territory_of, territory_parameter
from .sheets import read_sheets

TARGET = "TARGET"
FILE = "FILE"
EDITION = "EDITION"
VANISHED = "VANISHED"
ADDED = "ADDED"
RELABELLED = "RELABELLED"


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
        for rows in read_sheets(path):
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
                add_feature(sink, feature)
            results[VANISHED] = identifier
        return results
