"""How results look when QGIS loads them: named, styled, and together in a group."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from qgis.core import (
    QgsMapLayer,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingLayerPostProcessorInterface,
    QgsProject,
    QgsVectorLayer,
    QgsWkbTypes,
)
from qgis.PyQt import sip

from ..forms.cards import shown
from ..store import styles
from ..store.result_columns import name_columns

# Layers are named in French, as those of a territory.
GROUP = "Act'IF : proximité"
DIAGNOSIS = "Act'IF : diagnostic"
TERRITORY = "Act'IF : territoire"
CODES = "Act'IF : nomenclatures"
PUBLICATION = "Act'IF : diffusion"
# What the pointer reads on a line: why it is there.
_WHY = "".join(
    (
        shown('"rang" || \'. \' || coalesce("offre_libelle", "code_offre")'),
        shown('"offre_entreprise"', " (", ")"),
        shown('coalesce("besoin_libelle", "code_besoin")', before=" → "),
        shown('"besoin_entreprise"', " (", ")"),
        shown('"motif" || \', à \' || format_number("distance_m" / 1000, 1)', "<br>", " km"),
        *(shown(f'"{name}"', "<br>") for name in ("quantites", "qualite", "fraicheur", "avis")),
    )
)


@dataclass(frozen=True)
class Presentation:
    """What is done to a result when it is loaded.

    Attributes:
        name: of the layer.
        dress: gives the layer its style.
        group: of the project's layers, where it goes.
    """

    name: str
    dress: Callable[[QgsVectorLayer], None]
    group: str = GROUP


class Dresser(QgsProcessingLayerPostProcessorInterface):
    """Dresses one result of one run: QGIS deletes it with the context of the run."""

    def __init__(self, presentation: Presentation) -> None:
        super().__init__()
        self._dress = presentation.dress
        self._group = presentation.group

    def postProcessLayer(
        self, layer: QgsMapLayer, context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> None:
        if not isinstance(layer, QgsVectorLayer):
            return
        self._dress(layer)
        name_columns(layer)
        layer.triggerRepaint()
        project = layer.project() or context.project()
        if project is not None:
            _gather(layer, project, self._group)


# QGIS holds no reference to the Python side of these: without one here, nothing would be dressed.
_alive: list[Dresser] = []


def present(context: QgsProcessingContext, destination: str, presentation: Presentation) -> None:
    """Have a result dressed when QGIS loads it, if it is to be loaded."""
    if not context.willLoadLayerOnCompletion(destination):
        return
    details = context.layerToLoadOnCompletionDetails(destination)
    details.name = presentation.name
    dresser = Dresser(presentation)
    _alive[:] = [*(one for one in _alive if not sip.isdeleted(one)), dresser]
    details.setPostProcessor(dresser)


def _gather(layer: QgsMapLayer, project: QgsProject, name: str) -> None:
    """Move a layer into one of our groups, above what was there."""
    root = project.layerTreeRoot()
    node = root.findLayer(layer.id())
    if node is None or node.parent().name() == name:
        return
    group = root.findGroup(name) or root.insertGroup(0, name)
    points = layer.geometryType() == QgsWkbTypes.GeometryType.PointGeometry
    group.insertChildNode(0 if points else -1, node.clone())
    node.parent().removeChildNode(node)


def _dress_answers(layer: QgsVectorLayer) -> None:
    styles.style_answers(layer)
    layer.setMapTipTemplate(_WHY)


ANSWERS = Presentation("Réponses", _dress_answers)
ORPHAN_NEEDS = Presentation(
    "Besoins sans réponse", lambda layer: styles.style_orphans(layer, "besoin")
)
ORPHAN_RESOURCES = Presentation(
    "Ressources sans preneur", lambda layer: styles.style_orphans(layer, "offre")
)
