"""The two directions of one question: who can answer a need, who can use a resource."""

from __future__ import annotations

from dataclasses import dataclass

from qgis.core import (
    QgsFeatureSink,
    QgsProcessing,
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingFeatureSource,
    QgsProcessingFeedback,
    QgsProcessingParameterFeatureSource,
    QgsProcessingParameterField,
    QgsProcessingParameterNumber,
)

from .. import paths
from ..compat import plain
from ..domain.codes import Code, Level, Nomenclature, common_level
from ..domain.nomenclature import Nomenclatures, load_nomenclatures
from ..store.errors import StoreError
from ..store.nomenclatures import labels_of
from ..translation import tr
from .base import ActifAlgorithm, Choice, Watch, require_source, territory_of
from .flows import LEVELS, FlowLayer, Ground, Owners, ground_of, read_flows

NEEDS = "NEEDS"
NEED_CODE = "NEED_CODE"
OFFERS = "OFFERS"
OFFER_CODE = "OFFER_CODE"
LEVEL = "LEVEL"
MAX_DISTANCE = "MAX_DISTANCE"
VERDICTS = "VERDICTS"

DEFAULT_DISTANCE_M = 20_000.0
REJECTED = "ecarte"

_POINTS = [QgsProcessing.SourceType.TypeVectorPoint]
_TABLES = [QgsProcessing.SourceType.TypeVector]


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
    rejected: list[tuple[str, str]]
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
            tr("Maximum distance (metres)"),
            QgsProcessingParameterNumber.Type.Double,
            DEFAULT_DISTANCE_M,
            minValue=0,
        )
        self.addParameter(distance)
        verdicts = QgsProcessingParameterFeatureSource(
            VERDICTS, tr("Verdicts of the advisers"), _TABLES, optional=True
        )
        self.addParameter(verdicts)

    def question(
        self, parameters: dict, context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> Question:
        """Read the parameters and layers of :meth:`add_question_parameters`."""
        sources = {
            name: self.parameterAsSource(parameters, name, context) for name in (NEEDS, OFFERS)
        }
        for name, source in sources.items():
            require_source(source, name)
        nomenclatures = _nomenclatures(context)
        ground = ground_of(sources[NEEDS].sourceCrs())
        owners = Owners()
        layers = {}
        for name, code, direction, title, start in (
            (NEEDS, NEED_CODE, "besoin", tr("Needs"), 0.0),
            (OFFERS, OFFER_CODE, "offre", tr("Resources"), 0.15),
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
                Watch(feedback, start, start + 0.15),
            )
            layers[name].tell(title, feedback)
        return Question(
            layers[NEEDS],
            layers[OFFERS],
            sources[NEEDS],
            sources[OFFERS],
            ground,
            LEVELS[self.chosen(parameters, LEVEL, context)],
            self.parameterAsDouble(parameters, MAX_DISTANCE, context),
            self._rejected(parameters, context),
            nomenclatures,
        )

    def _rejected(self, parameters: dict, context: QgsProcessingContext) -> list[tuple[str, str]]:
        source = self.parameterAsSource(parameters, VERDICTS, context)
        if source is None:
            return []
        fields = source.fields()
        missing = [n for n in ("besoin_id", "offre_id", "verdict") if fields.indexOf(n) < 0]
        if missing:
            raise QgsProcessingException(
                tr("The verdicts have no field {fields}: choose the table avis.").format(
                    fields=", ".join(missing)
                )
            )
        return [
            (str(plain(row["besoin_id"])), str(plain(row["offre_id"])))
            for row in source.getFeatures()
            if plain(row["verdict"]) == REJECTED
        ]


def _nomenclatures(context: QgsProcessingContext) -> Nomenclatures:
    """Return the codes there are: the plugin's, and those of the open territory's editions."""
    nomenclatures = load_nomenclatures(paths.reference_database())
    try:
        territory = territory_of("", context.project())
    except StoreError:
        return nomenclatures
    return nomenclatures.extended(labels_of(territory))


def copy_features(
    source: QgsProcessingFeatureSource, features: set[int], sink: QgsFeatureSink
) -> None:
    """Write *features* of *source* to *sink*, whose fields and CRS are the source's."""
    for feature in source.getFeatures():
        if feature.id() in features:
            sink.addFeature(feature, QgsFeatureSink.Flag.FastInsert)


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
