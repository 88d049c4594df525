"""The two directions of one question: who can answer a need, who can use a resource."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from qgis.core import (
    QgsFeatureRequest,
    QgsProcessing,
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingFeatureSource,
    QgsProcessingFeedback,
    QgsProcessingParameterBoolean,
    QgsProcessingParameterDefinition,
    QgsProcessingParameterFeatureSource,
    QgsProcessingParameterField,
    QgsProcessingParameterNumber,
    QgsVectorLayer,
)

from .. import paths, settings
from ..compat import plain
from ..domain.codes import Code, Level, Nomenclature, common_level
from ..domain.feedback import checkpoint
from ..domain.nomenclature import Nomenclatures, load_nomenclatures
from ..store.errors import StoreError
from ..store.nomenclatures import labels_of
from ..translation import tr
from .base import (
    ActifAlgorithm,
    Choice,
    Watch,
    layer_behind,
    require_source,
    territory_of,
    with_decimals,
)
from .columns import ogr_table
from .flows import LEVELS, FlowLayer, Ground, Owners, ground_of, read_flows

NEEDS = "NEEDS"
NEED_CODE = "NEED_CODE"
OFFERS = "OFFERS"
OFFER_CODE = "OFFER_CODE"
LEVEL = "LEVEL"
MAX_DISTANCE = "MAX_DISTANCE"
VERDICTS = "VERDICTS"
FRESH_ONLY = "FRESH_ONLY"

DEFAULT_DISTANCE_M = 20_000.0
REJECTED = "ecarte"
KEPT = "retenu"

_POINTS = [QgsProcessing.SourceType.TypeVectorPoint]
_TABLES = [QgsProcessing.SourceType.TypeVector]
# From here on every place on Earth is near enough.
_HALF_WAY_ROUND_M = 20_037_508.0
# So few metres were probably meant as kilometres.
_FEW_METRES = 200
_VERDICT_COLUMNS = ("besoin_id", "offre_id", "verdict")


@dataclass(frozen=True)
class Verdicts:
    """What advisers decided, told as (need id, offer id).

    Attributes:
        rejected: pairs that must not come back.
        kept: pairs to follow, each with the adviser's reason, empty where there is none.
    """

    rejected: list[tuple[str, str]]
    kept: dict[tuple[str, str], str]


@dataclass(frozen=True)
class Question:
    """The needs, offers and verdicts of a run, read."""

    needs: FlowLayer
    offers: FlowLayer
    need_source: QgsProcessingFeatureSource
    offer_source: QgsProcessingFeatureSource
    ground: Ground
    level: Level | None
    max_distance: float
    verdicts: Verdicts
    nomenclatures: Nomenclatures


class FlowAlgorithm(ActifAlgorithm):
    """Base of the algorithms that confront needs with offers."""

    def theme(self) -> tuple[str, str]:
        return "proximity", tr("Proximity")

    def add_question_parameters(self) -> None:
        """Declare the layers, their code fields, the level, the distance and the verdicts."""
        for layer, code, title, code_title in (
            (NEEDS, NEED_CODE, tr("Needs"), tr("Code field of the needs")),
            (OFFERS, OFFER_CODE, tr("Resources"), tr("Code field of the resources")),
        ):
            self.addParameter(QgsProcessingParameterFeatureSource(layer, title, _POINTS))
            self.addParameter(
                # Optional for QGIS, which otherwise ignores the default when none is given.
                QgsProcessingParameterField(
                    code,
                    code_title,
                    defaultValue="code",
                    parentLayerParameterName=layer,
                    optional=True,
                )
            )
        title = tr("Level at which codes are compared")
        self.addParameter(Choice(LEVEL, title, level_choices(), "group"))
        distance = QgsProcessingParameterNumber(
            MAX_DISTANCE,
            tr("Maximum distance (metres; empty: by nature)"),
            QgsProcessingParameterNumber.Type.Double,
            DEFAULT_DISTANCE_M,
            optional=True,
            minValue=0,
        )
        self.addParameter(with_decimals(distance))
        verdicts = QgsProcessingParameterFeatureSource(
            VERDICTS, tr("Verdicts of the advisers"), _TABLES, optional=True
        )
        self.addParameter(verdicts)
        # Optional, so that models made before it stay valid.
        fresh = QgsProcessingParameterBoolean(
            FRESH_ONLY, tr("Leave out what is not confirmed for a year"), False, True
        )
        fresh.setFlags(fresh.flags() | QgsProcessingParameterDefinition.Flag.FlagAdvanced)
        self.addParameter(fresh)

    def checkParameterValues(
        self, parameters: dict, context: QgsProcessingContext
    ) -> tuple[bool, str]:
        given = parameters.get(MAX_DISTANCE)
        if isinstance(given, (int, float)) and not given >= 0:
            return False, tr("The maximum distance is a number of metres, 0 or more.")
        return super().checkParameterValues(parameters, context)

    def question(
        self,
        parameters: dict,
        context: QgsProcessingContext,
        feedback: QgsProcessingFeedback,
        watch: Watch,
        words: Sequence[str] = (),
        numbers: Sequence[str] = (),
    ) -> Question:
        """Read the parameters and layers of :meth:`add_question_parameters`.

        Args:
            parameters, context, feedback: of the run.
            watch: of this stage.
            words, numbers: more columns to bring along from both layers.
        """
        sources = {
            name: self.parameterAsSource(parameters, name, context) for name in (NEEDS, OFFERS)
        }
        for name, source in sources.items():
            require_source(source, name)
        max_distance = self._max_distance(parameters, context, feedback)
        nomenclatures = known_codes(context)
        ground = ground_of(sources[NEEDS].sourceCrs())
        owners = Owners(anonymous=self._one_table(parameters, context, sources, feedback))
        layers = {}
        for name, code, direction, title, start in (
            (NEEDS, NEED_CODE, "besoin", tr("Needs"), 0.0),
            (OFFERS, OFFER_CODE, "offre", tr("Resources"), 0.5),
        ):
            layers[name] = read_flows(
                sources[name],
                title,
                self.parameterAsString(parameters, code, context),
                direction,
                ground,
                owners,
                nomenclatures,
                context,
                watch.part(start, start + 0.5),
                table=ogr_table(self, parameters, name, context),
                words=words,
                numbers=numbers,
                reaches=settings.reach_m if max_distance is None else None,
                fresh_only=self.parameterAsBool(parameters, FRESH_ONLY, context),
            )
            layers[name].tell(title, feedback)
        return Question(
            layers[NEEDS],
            layers[OFFERS],
            sources[NEEDS],
            sources[OFFERS],
            ground,
            LEVELS[self.chosen(parameters, LEVEL, context)],
            math.inf if max_distance is None else max_distance,
            self._verdicts(parameters, context, watch),
            nomenclatures,
        )

    def _max_distance(
        self, parameters: dict, context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> float | None:
        """Return the distance in metres, None where each nature has its own."""
        if MAX_DISTANCE in parameters and plain(parameters[MAX_DISTANCE]) in (None, ""):
            feedback.pushInfo(
                tr("No maximum distance: each nature has its own, a hypothesis of the settings.")
            )
            return None
        distance = self.parameterAsDouble(parameters, MAX_DISTANCE, context)
        if distance >= _HALF_WAY_ROUND_M:
            feedback.pushWarning(
                tr("The maximum distance goes half way round the Earth: it leaves nothing out.")
            )
        elif 0 < distance < _FEW_METRES:
            feedback.pushWarning(
                tr("The maximum distance is {distance} metres: were kilometres meant?").format(
                    distance=f"{distance:g}"
                )
            )
        return float(distance)

    def _one_table(
        self,
        parameters: dict,
        context: QgsProcessingContext,
        sources: dict[str, QgsProcessingFeatureSource],
        feedback: QgsProcessingFeedback,
    ) -> bool:
        """Tell whether needs and offers are one table."""
        needs, offers = (layer_behind(self, parameters, name, context) for name in (NEEDS, OFFERS))
        if needs is None or offers is None or _table_of(needs) != _table_of(offers):
            return False
        if needs.subsetString() == offers.subsetString() and (
            sources[NEEDS].fields().indexOf("sens") < 0
        ):
            feedback.pushWarning(
                tr(
                    "Needs and resources are one layer without a field sens: each record counts as"
                    " both, and does not answer itself."
                )
            )
        return True

    def _verdicts(self, parameters: dict, context: QgsProcessingContext, watch: Watch) -> Verdicts:
        source = self.parameterAsSource(parameters, VERDICTS, context)
        verdicts = Verdicts([], {})
        if source is None:
            return verdicts
        fields = source.fields()
        missing = [name for name in _VERDICT_COLUMNS if fields.indexOf(name) < 0]
        if missing:
            raise QgsProcessingException(
                tr("The verdicts have no field {fields}: choose the table avis.").format(
                    fields=", ".join(missing)
                )
            )
        at = [fields.indexOf(name) for name in (*_VERDICT_COLUMNS, "motif")]
        request = QgsFeatureRequest()
        request.setFlags(QgsFeatureRequest.Flag.NoGeometry)
        request.setSubsetOfAttributes([position for position in at if position >= 0])
        for number, row in enumerate(source.getFeatures(request)):
            if number % 1000 == 0:
                checkpoint(watch, 1.0)
            need, offer, verdict, reason = (
                plain(row.attribute(position)) if position >= 0 else None for position in at
            )
            pair = (str(need), str(offer))
            if verdict == REJECTED:
                verdicts.rejected.append(pair)
            elif verdict == KEPT:
                verdicts.kept[pair] = str(reason or "")
        return verdicts


def _table_of(layer: QgsVectorLayer) -> str:
    """Return what two layers on one table have in common: their source without its filter."""
    if layer.providerType() == "ogr":
        return layer.source().split("|subset=")[0]
    return layer.id() if layer.providerType() == "memory" else layer.source()


def known_codes(context: QgsProcessingContext) -> Nomenclatures:
    """Return the codes there are: the plugin's, and those of the open territory's editions."""
    nomenclatures = load_nomenclatures(paths.reference_database())
    try:
        territory = territory_of("", context.project())
    except StoreError:
        return nomenclatures
    return nomenclatures.extended(labels_of(territory))


def level_choices() -> dict[str, str]:
    """Return the levels that scripts write, with their translated labels."""
    return {
        "section": tr("section (C)"),
        "division": tr("division (16)"),
        "group": tr("group (16.2)"),
        "class": tr("class (16.24)"),
        "category": tr("category (16.24.1)"),
        "subcategory": tr("sub-category (16.24.11)"),
        "exact": tr("exactly the same code"),
    }


# How results name the levels, in French as all the data.
_LEVEL_NAMES = {
    Nomenclature.CPF: (
        "section",
        "division",
        "groupe",
        "classe",
        "catégorie",
        "sous-catégorie",
    ),
    Nomenclature.ROME: ("grand domaine", "domaine", "métier"),
}


def level_name(nomenclature: Nomenclature, level: Level) -> str:
    """Return the name of a level, as results write it."""
    return _LEVEL_NAMES[nomenclature][level - 1]


def reasons(need: Code, offer: Code, nomenclatures: Nomenclatures) -> tuple[str, str]:
    """Return the name of the level two compatible codes share, and why they meet (French)."""
    level = common_level(need, offer)
    if level is None:
        return "", ""
    shared = need.lineage[level - 1]
    name = level_name(need.nomenclature, level)
    label = nomenclatures.label(Code(need.nomenclature, need.lineage[:level]))
    return name, f"{name} {shared} {label}".strip()
