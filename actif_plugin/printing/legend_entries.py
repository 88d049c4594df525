"""Which entries of a legend its map shows, where QGIS cannot tell.

QGIS drops the legend of sizes in proportion from a legend that it filters by map. A legend with
such sizes is filtered here, once, for what its map shows when it is filled.
"""

from __future__ import annotations

from qgis.core import (
    QgsCategorizedSymbolRenderer,
    QgsCoordinateTransform,
    QgsDataDefinedSizeLegendNode,
    QgsFeatureRequest,
    QgsLayerTreeLayer,
    QgsLayerTreeModelLegendNode,
    QgsLayoutItemLegend,
    QgsLayoutItemMap,
    QgsMapLayer,
    QgsMapLayerLegendUtils,
    QgsMarkerSymbol,
    QgsRenderContext,
    QgsSingleSymbolRenderer,
    QgsSymbol,
    QgsVectorLayer,
)

_KEY = QgsLayerTreeModelLegendNode.LegendNodeRoles.RuleKeyRole


def has_sizes(layer: QgsMapLayer) -> bool:
    """Tell whether a layer has a legend of sizes in proportion."""
    renderer = layer.renderer() if isinstance(layer, QgsVectorLayer) else None
    return isinstance(renderer, (QgsSingleSymbolRenderer, QgsCategorizedSymbolRenderer)) and bool(
        renderer.dataDefinedSizeLegend()
    )


def add_seen(legend: QgsLayoutItemLegend, layer: QgsVectorLayer) -> QgsLayerTreeLayer | None:
    """Add a layer to a legend with the entries that the map shows, the sizes after the others.

    Returns:
        Where it is in the legend; None where the map shows nothing of it.
    """
    seen = _keys_seen(layer, legend.linkedMap())
    if not seen:
        return None
    model = legend.model()
    branch = model.rootGroup().addLayer(layer)
    entries = model.layerOriginalLegendNodes(branch)
    are_sizes = [isinstance(entry, QgsDataDefinedSizeLegendNode) for entry in entries]
    kept = [
        at
        for at, entry in enumerate(entries)
        if are_sizes[at] or len(entries) == 1 or entry.data(_KEY) in seen
    ]
    kept.sort(key=lambda at: are_sizes[at])
    if kept != list(range(len(entries))):
        QgsMapLayerLegendUtils.setLegendNodeOrder(branch, kept)
        model.refreshLayerLegend(branch)
    return branch


def _keys_seen(layer: QgsVectorLayer, drawn: QgsLayoutItemMap) -> set[str]:
    """Return the keys of the entries of a layer that a map shows features of."""
    transform = QgsCoordinateTransform(drawn.crs(), layer.crs(), drawn.layout().project())
    request = QgsFeatureRequest(transform.transformBoundingBox(drawn.extent()))
    request.setFlags(QgsFeatureRequest.Flag.ExactIntersect)
    renderer = layer.renderer().clone()
    context = QgsRenderContext()
    context.expressionContext().appendScope(layer.createExpressionContextScope())
    renderer.startRender(context, layer.fields())
    seen: set[str] = set()
    for feature in layer.getFeatures(request):
        context.expressionContext().setFeature(feature)
        if _is_drawn(renderer.symbolForFeature(feature, context), context):
            seen.update(renderer.legendKeysForFeature(feature, context))
    renderer.stopRender(context)
    return seen


def _is_drawn(symbol: QgsSymbol | None, context: QgsRenderContext) -> bool:
    """Tell whether a symbol leaves anything on the map: its size may be none for a feature."""
    if not isinstance(symbol, QgsMarkerSymbol):
        return symbol is not None
    size = symbol.dataDefinedSize()
    return not size.isActive() or size.valueAsDouble(context.expressionContext(), 1.0)[0] > 0
