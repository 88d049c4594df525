"""Which codes could these words mean?"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from pathlib import Path

from qgis.core import (
    QgsFeature,
    QgsFeatureSink,
    QgsFeatureSource,
    QgsField,
    QgsFields,
    QgsProcessing,
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingFeedback,
    QgsProcessingParameterEnum,
    QgsProcessingParameterFeatureSink,
    QgsProcessingParameterField,
    QgsProcessingParameterNumber,
)

from .. import paths
from ..compat import Kind, make_fields, plain
from ..domain.codes import Level
from ..domain.feedback import checkpoint
from ..domain.search import NOMENCLATURES, CodeSearch, Reason, Suggestion
from ..store.errors import StoreError
from ..store.vocabulary import code_search
from ..translation import tr
from . import loaded
from .answers import level_choices
from .base import ActifAlgorithm, Choice, Watch, add_feature, territory_of
from .flows import LEVELS
from .inputs import TableParameter, source_of
from .presentation import present

INPUT = "INPUT"
TEXT_FIELD = "TEXT_FIELD"
NOMENCLATURE = "NOMENCLATURE"
LEVEL = "LEVEL"
SUGGESTIONS = "SUGGESTIONS"
NAF_FIELD = "NAF_FIELD"
OUTPUT = "OUTPUT"

DEFAULT_SUGGESTIONS = 5

_SUGGESTED = {
    "rang": Kind.INTEGER,
    "code": Kind.TEXT,
    "libelle": Kind.TEXT,
    "motif": Kind.TEXT,
    "score": Kind.REAL,
}


class SuggestCodes(ActifAlgorithm):
    """For each text of a column, the codes that it may mean, the likeliest first."""

    ID = "suggestcodes"

    def title(self) -> str:
        return tr("Suggest codes")

    def theme(self) -> tuple[str, str]:
        return "nomenclatures", tr("Nomenclatures")

    def initAlgorithm(self, configuration: dict | None = None) -> None:
        self.addParameter(TableParameter(INPUT, tr("Table"), [QgsProcessing.SourceType.TypeVector]))
        self.addParameter(
            QgsProcessingParameterField(
                TEXT_FIELD,
                tr("Field with the company's words"),
                parentLayerParameterName=INPUT,
                # The dialog shows no field of a plain list: QGIS knows no such table.
                optional=True,
            )
        )
        self.addParameter(
            QgsProcessingParameterEnum(
                NOMENCLATURE,
                tr("Nomenclature"),
                options=list(NOMENCLATURES),
                defaultValue="CPF",
                usesStaticStrings=True,
            )
        )
        levels = {**level_choices(), "exact": tr("as deep as what was found")}
        self.addParameter(Choice(LEVEL, tr("Level of the suggested codes"), levels, "group"))
        self.addParameter(
            QgsProcessingParameterNumber(
                SUGGESTIONS,
                tr("Suggestions a text"),
                QgsProcessingParameterNumber.Type.Integer,
                DEFAULT_SUGGESTIONS,
                minValue=1,
            )
        )
        self.addParameter(
            QgsProcessingParameterField(
                NAF_FIELD,
                tr("Field with the company's NAF code"),
                parentLayerParameterName=INPUT,
                optional=True,
            )
        )
        self.addParameter(
            QgsProcessingParameterFeatureSink(
                OUTPUT, tr("Suggestions"), QgsProcessing.SourceType.TypeVector
            )
        )

    def compute(
        self, parameters: dict, context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> dict:
        source = source_of(self, parameters, INPUT, context)
        question = _Question(
            self._text_field(parameters, source, context),
            self._field(parameters, NAF_FIELD, source, context),
            self.parameterAsEnumString(parameters, NOMENCLATURE, context),
            LEVELS[self.chosen(parameters, LEVEL, context)],
            self.parameterAsInt(parameters, SUGGESTIONS, context),
        )
        try:
            search = code_search(paths.reference_database(), _open_store(context))
        except sqlite3.Error as error:
            raise QgsProcessingException(
                tr("The nomenclatures cannot be read: {error}").format(error=error)
            ) from error
        fields = _fields(source.fields())
        sink, output = self.parameterAsSink(
            parameters,
            OUTPUT,
            context,
            fields,
            source.wkbType(),
            source.sourceCrs(),
            # Several rows come of one: its key cannot be theirs.
            QgsFeatureSink.SinkFlag.RegeneratePrimaryKey,
        )
        if sink is None:
            raise QgsProcessingException(self.invalidSinkError(parameters, OUTPUT))
        count = _write(source, question, search, fields, sink, Watch(feedback))
        count.tell(feedback)
        present(context, output, loaded.SUGGESTIONS)
        return {OUTPUT: output}

    def _text_field(
        self, parameters: dict, source: QgsFeatureSource, context: QgsProcessingContext
    ) -> int:
        """Return the position of the field of the words: the only one where none is named."""
        position = self._field(parameters, TEXT_FIELD, source, context)
        if position < 0 and len(source.fields()) != 1:
            raise QgsProcessingException(
                tr("The table has several fields: choose the one with the company's words.")
            )
        return max(position, 0)

    def _field(
        self,
        parameters: dict,
        name: str,
        source: QgsFeatureSource,
        context: QgsProcessingContext,
    ) -> int:
        """Return the position of a field, -1 where none is asked for."""
        field = self.parameterAsString(parameters, name, context)
        if not field:
            return -1
        position = source.fields().lookupField(field)
        if position < 0:
            raise QgsProcessingException(
                tr("The table has no field {field}: choose another.").format(field=field)
            )
        return position


@dataclass(frozen=True)
class _Question:
    text: int
    naf: int
    nomenclature: str
    level: Level | None
    limit: int


@dataclass
class _Count:
    rows: int = 0
    blank: int = 0
    unanswered: int = 0

    def tell(self, feedback: QgsProcessingFeedback) -> None:
        feedback.pushInfo(
            tr("{rows} rows read: {answered} with suggestions, {unanswered} without.").format(
                rows=self.rows,
                answered=self.rows - self.blank - self.unanswered,
                unanswered=self.unanswered,
            )
        )
        if self.blank:
            feedback.pushWarning(
                tr("{blank} rows without text were left out.").format(blank=self.blank)
            )


def _open_store(context: QgsProcessingContext) -> Path | None:
    """Return the open territory, whose words count; None where none is open."""
    try:
        return territory_of("", context.project()).path
    except StoreError:
        return None


def _fields(of_input: QgsFields) -> QgsFields:
    """Return the input's fields and the suggestion's.

    The suggestion's names are what models rely on: an input field of such a name steps aside.
    """
    taken = {field.name().lower() for field in of_input} | set(_SUGGESTED)
    fields = QgsFields()
    for field in of_input:
        copy = QgsField(field)
        if field.name().lower() in _SUGGESTED:
            name = f"entree_{field.name()}"
            while name.lower() in taken:
                name = f"entree_{name}"
            taken.add(name.lower())
            copy.setName(name)
        fields.append(copy)
    for field in make_fields(*_SUGGESTED.items()):
        fields.append(field)
    return fields


def _write(
    source: QgsFeatureSource,
    question: _Question,
    search: CodeSearch,
    fields: QgsFields,
    sink: QgsFeatureSink,
    watch: Watch,
) -> _Count:
    count = _Count()
    total = max(1, source.featureCount())
    told: dict[tuple[str, str], list[Suggestion]] = {}
    for feature in source.getFeatures():
        checkpoint(watch, count.rows / total)
        count.rows += 1
        attributes = feature.attributes()
        text = _text(attributes, question.text)
        if not text:
            count.blank += 1
            continue
        # An old list says the same thing many times.
        asked = (text, _text(attributes, question.naf))
        if asked not in told:
            told[asked] = search.search(
                text, question.nomenclature, question.level, question.limit, asked[1] or None
            )
        if not told[asked]:
            count.unanswered += 1
        for rank, suggestion in enumerate(told[asked], start=1):
            row = QgsFeature(fields)
            row.setGeometry(feature.geometry())
            row.setAttributes(
                [
                    *attributes,
                    rank,
                    suggestion.code,
                    suggestion.label,
                    reason(suggestion),
                    suggestion.score,
                ]
            )
            add_feature(sink, row)
    return count


def _text(attributes: list, position: int) -> str:
    value = plain(attributes[position]) if position >= 0 else None
    return "" if value is None else str(value).strip()


def reason(suggestion: Suggestion) -> str:
    """Return in one sentence why a code is suggested."""
    if suggestion.reason is Reason.CODE:
        sentence = tr("the code {code} was written")
    elif suggestion.reason is Reason.LABEL:
        sentence = tr("matches “{label}” ({code})")
    elif suggestion.reason is Reason.SYNONYM:
        sentence = tr("everyday term “{label}” ({code})")
    else:
        sentence = tr("the territory's own term “{label}” ({code})")
    return sentence.format(label=suggestion.matched_label, code=suggestion.matched_code)
