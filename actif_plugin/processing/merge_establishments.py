"""Establishments that are one become one record, with all that hangs on them."""

from __future__ import annotations

import re
from datetime import date

from qgis.core import (
    QgsApplication,
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingFeedback,
    QgsProcessingOutputNumber,
    QgsProcessingOutputString,
    QgsProcessingParameterString,
)

from ..store.carrying import merge
from ..store.merging import find_company
from ..store.project import edited_layers
from ..translation import tr
from .base import ActifAlgorithm, territory_of, territory_parameter

TARGET = "TARGET"
KEEP = "KEEP"
ABSORB = "ABSORB"
KEPT = "KEPT"
# The count of each table of records.
_COUNTS = {
    "flux": "FLOWS",
    "visite": "VISITS",
    "contact": "CONTACTS",
    "synergie_membre": "MEMBERSHIPS",
    "avis": "VERDICTS",
}


class MergeEstablishments(ActifAlgorithm):
    """Merge establishments into one."""

    ID = "mergeestablishments"

    def title(self) -> str:
        return tr("Merge establishments")

    def theme(self) -> tuple[str, str]:
        return "territory", tr("Territory")

    def initAlgorithm(self, configuration: dict | None = None) -> None:
        self.addParameter(territory_parameter(TARGET))
        self.addParameter(
            QgsProcessingParameterString(KEEP, tr("Establishment to keep (identifier or SIRET)"))
        )
        self.addParameter(
            QgsProcessingParameterString(
                ABSORB,
                tr("Establishments to merge into it (separated by ;)"),
            )
        )
        self.addOutput(QgsProcessingOutputString(KEPT, tr("Establishment kept")))
        for name, title in (
            ("FLOWS", tr("Resources and needs carried along")),
            ("VISITS", tr("Visits carried along")),
            ("CONTACTS", tr("Contacts carried along")),
            ("MEMBERSHIPS", tr("Memberships of synergies carried along")),
            ("VERDICTS", tr("Verdicts carried along")),
        ):
            self.addOutput(QgsProcessingOutputNumber(name, title))

    def compute(
        self, parameters: dict, context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> dict:
        territory = territory_of(
            self.parameterAsFile(parameters, TARGET, context), context.project()
        )
        edited = edited_layers(context.project(), territory)
        if edited:
            raise QgsProcessingException(
                tr("Save or cancel the edits of {layers} first: a merge writes there.").format(
                    layers=", ".join(edited)
                )
            )
        keep = find_company(territory, self.parameterAsString(parameters, KEEP, context).strip())
        written = re.split(r"[;,\n]", self.parameterAsString(parameters, ABSORB, context))
        absorb = [find_company(territory, one.strip()) for one in written if one.strip()]
        author = QgsApplication.userFullName() or QgsApplication.userLoginName()
        done = merge(territory, keep, absorb, author=author, today=date.today())
        if done.filled:
            feedback.pushInfo(
                tr("{name} took from the others: {fields}.").format(
                    name=done.label, fields=", ".join(done.filled)
                )
            )
        for difference in done.differences:
            feedback.pushInfo(
                tr("{name}: {field} keeps “{kept}”, the other said “{left}”.").format(
                    name=done.label,
                    field=difference.field,
                    kept=difference.kept,
                    left=difference.left,
                )
            )
        folded = sum(done.folded.values())
        if folded:
            feedback.pushInfo(
                tr("{count} records said the same as another and became one with it.").format(
                    count=folded
                )
            )
        counts = {output: done.carried[name] for name, output in _COUNTS.items()}
        return {KEPT: done.kept, **counts}
