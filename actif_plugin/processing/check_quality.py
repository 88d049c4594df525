"""What to correct in a territory, and what keeps its project from opening in the field."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date
from pathlib import Path

from qgis.core import (
    QgsFeature,
    QgsFeatureSink,
    QgsFields,
    QgsGeometry,
    QgsPointXY,
    QgsProcessing,
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingFeedback,
    QgsProcessingOutputNumber,
    QgsProcessingParameterFeatureSink,
    QgsProcessingParameterFile,
    QgsWkbTypes,
)

from ..compat import Kind, make_fields
from ..store.findings import Finding, Severity
from ..store.portability import PROJECT_TABLE, check_project
from ..store.project import project_path
from ..store.quality import check_territory
from ..store.territory import Territory
from ..translation import tr
from . import loaded
from .base import ActifAlgorithm, Watch, add_feature, territory_of, territory_parameter
from .presentation import present

TARGET = "TARGET"
PROJECT = "PROJECT"
OUTPUT = "OUTPUT"
ERRORS = "ERRORS"
WARNINGS = "WARNINGS"

_FIELDS = ("niveau", "table", "enregistrement", "libelle", "constat", "que_faire", "autre")
_GRAVEST_FIRST = {severity: rank for rank, severity in enumerate(Severity)}
# The tables take the most part of the time.
_TABLES_SHARE = 0.8


class CheckQuality(ActifAlgorithm):
    """List the faults of a territory's records and of its project."""

    ID = "checkquality"

    def title(self) -> str:
        return tr("Check the quality of a territory")

    def theme(self) -> tuple[str, str]:
        return "territory", tr("Territory")

    def initAlgorithm(self, configuration: dict | None = None) -> None:
        self.addParameter(territory_parameter(TARGET))
        self.addParameter(
            QgsProcessingParameterFile(
                PROJECT,
                tr("Project for QField (empty: beside the territory)"),
                fileFilter="QGIS (*.qgz *.qgs)",
                optional=True,
            )
        )
        self.addParameter(
            QgsProcessingParameterFeatureSink(
                OUTPUT, tr("Findings"), QgsProcessing.SourceType.TypeVectorPoint
            )
        )
        self.addOutput(QgsProcessingOutputNumber(ERRORS, tr("Errors")))
        self.addOutput(QgsProcessingOutputNumber(WARNINGS, tr("Warnings")))

    def compute(
        self, parameters: dict, context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> dict:
        territory = territory_of(
            self.parameterAsFile(parameters, TARGET, context), context.project()
        )
        found = check_territory(territory, date.today(), Watch(feedback, 0, _TABLES_SHARE))
        chosen = self.parameterAsFile(parameters, PROJECT, context)
        watch = Watch(feedback, _TABLES_SHARE, 1)
        found += _check_project(territory, Path(chosen).absolute() if chosen else None, watch)
        found.sort(key=lambda finding: _GRAVEST_FIRST[finding.severity])
        fields = make_fields(*((name, Kind.TEXT) for name in _FIELDS))
        sink, identifier = self.parameterAsSink(
            parameters, OUTPUT, context, fields, QgsWkbTypes.Type.Point, territory.crs
        )
        if sink is None:
            raise QgsProcessingException(self.invalidSinkError(parameters, OUTPUT))
        _write(sink, fields, found)
        present(context, identifier, loaded.FINDINGS)
        count = Counter(finding.severity for finding in found)
        feedback.pushInfo(
            tr("{errors} errors, {warnings} warnings, {advice} pieces of advice.").format(
                errors=count[Severity.ERROR],
                warnings=count[Severity.WARNING],
                advice=count[Severity.ADVICE],
            )
        )
        return {
            OUTPUT: identifier,
            ERRORS: count[Severity.ERROR],
            WARNINGS: count[Severity.WARNING],
        }


def _check_project(territory: Territory, chosen: Path | None, watch: Watch) -> list[Finding]:
    path = chosen or project_path(territory.path)
    if chosen is None and not path.exists():
        return [
            Finding(
                Severity.ADVICE,
                PROJECT_TABLE,
                "",
                path.name,
                tr("There is no project beside the territory: nothing was checked for QField."),
                tr("Choose the project of the territory, or save it beside the GeoPackage."),
            )
        ]
    return check_project(path, watch)


def _write(sink: QgsFeatureSink, fields: QgsFields, found: Iterable[Finding]) -> None:
    for finding in found:
        feature = QgsFeature(fields)
        feature.setAttributes(
            [
                finding.severity.value,
                finding.table,
                finding.record,
                finding.label,
                finding.statement,
                finding.remedy,
                finding.other,
            ]
        )
        if finding.point is not None:
            feature.setGeometry(QgsGeometry.fromPointXY(QgsPointXY(*finding.point)))
        add_feature(sink, feature)
