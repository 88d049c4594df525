"""How the territory's layers look on paper, where that is not how they look on the screen.

Where things pile up: synergies and answers are bent, each to its right, so that those that share
an end spread like a fan and those of opposite directions part; records at one place become one
symbol with their number. The layers themselves stay as they are: styles are given to the map item.
"""

from __future__ import annotations

from collections.abc import Mapping

from qgis.core import (
    QgsCategorizedSymbolRenderer,
    QgsFeatureRenderer,
    QgsFontMarkerSymbolLayer,
    QgsGeometryGeneratorSymbolLayer,
    QgsGraduatedSymbolRenderer,
    QgsMapLayerStyle,
    QgsMarkerSymbol,
    QgsPalLayerSettings,
    QgsPointClusterRenderer,
    QgsProperty,
    QgsRuleBasedRenderer,
    QgsSimpleFillSymbolLayer,
    QgsSimpleLineSymbolLayer,
    QgsSimpleMarkerSymbolLayer,
    QgsSingleSymbolRenderer,
    QgsSymbol,
    QgsSymbolLayer,
    QgsUnitTypes,
    QgsVectorLayer,
    QgsVectorLayerSimpleLabeling,
    QgsWkbTypes,
)
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtGui import QColor

from .drawing import FONT

# How far a line bends out, as a share of its length.
_BEND = 0.14
# Each part of a line bent, its corners rounded.
BENT = (
    "collect_geometries(array_foreach(generate_series(1, coalesce(num_geometries($geometry), 1)),"
    " with_variable('part', coalesce(geometry_n($geometry, @element), $geometry),"
    " with_variable('a', start_point(@part), with_variable('b', end_point(@part),"
    " smooth(make_line(@a, project(centroid(make_line(@a, @b)),"
    f" {_BEND} * distance(@a, @b), azimuth(@a, @b) + pi() / 2), @b), 4))))))"
)
_BENT_ROLES = ("synergie", "reponses")
_OBSTACLES = ("besoins_orphelins", "ressources_orphelines")
_CLUSTERED_ROLES = ("besoins_orphelins", "ressources_orphelines")
# Symbols nearer than this, in millimetres of A3, become one.
_CLUSTER_MM = 3.2
_CLUSTER_SIZE_MM = 4.6
# A symbol that stands for n records has an area in proportion, as far as it stays a symbol.
_GROWTH = "{size} * min(2.2, max(1, 0.62 * sqrt(@cluster_size)))"


def page_styles(layers: Mapping[str, QgsVectorLayer], scale: float) -> dict[str, str]:
    """Return how layers look on a page, by layer identifier.

    Args:
        layers: by their role in the territory.
        scale: how much larger than on A3 symbols and letters are.
    """
    styles = {}
    for role, layer in layers.items():
        if layer.renderer() is None:
            continue
        copy = layer.clone()
        renderer = copy.renderer().clone()
        if role in _BENT_ROLES:
            _each_symbol(renderer, lambda symbol: bend(symbol))
        _each_symbol(renderer, lambda symbol: enlarge(symbol, scale))
        if role in _CLUSTERED_ROLES:
            renderer = _clustered(renderer, scale)
        copy.setRenderer(renderer)
        _enlarge_labels(copy, scale)
        if role in _OBSTACLES:
            keep_labels_off(copy)
        styles[layer.id()] = _style_of(copy)
    return styles


def is_ground(layer: QgsVectorLayer) -> bool:
    """Tell whether a layer is of areas that fill the map."""
    return layer.geometryType() == QgsWkbTypes.GeometryType.PolygonGeometry


def without_fill(layer: QgsVectorLayer, style: str | None) -> str:
    """Return a style of areas, that of the layer unless told, with edges only."""
    copy = layer.clone()
    if style:
        QgsMapLayerStyle(style).writeToLayer(copy)
    renderer = copy.renderer().clone()
    _each_symbol(renderer, _empty)
    copy.setRenderer(renderer)
    return _style_of(copy)


def _empty(symbol: QgsSymbol) -> None:
    for layer in symbol.symbolLayers():
        if isinstance(layer, QgsSimpleFillSymbolLayer) and (
            layer.brushStyle() == Qt.BrushStyle.SolidPattern
        ):
            layer.setBrushStyle(Qt.BrushStyle.NoBrush)
            if layer.strokeStyle() != Qt.PenStyle.NoPen:
                layer.setStrokeColor(QColor("#57523f"))


def keep_labels_off(layer: QgsVectorLayer) -> None:
    """Make the labels of other layers keep off the symbols of one that has none."""
    settings = QgsPalLayerSettings()
    settings.drawLabels = False
    around = settings.obstacleSettings()
    around.setIsObstacle(True)
    settings.setObstacleSettings(around)
    layer.setLabeling(QgsVectorLayerSimpleLabeling(settings))
    layer.setLabelsEnabled(True)


def _style_of(layer: QgsVectorLayer) -> str:
    style = QgsMapLayerStyle()
    style.readFromLayer(layer)
    return str(style.xmlData())


def bend(symbol: QgsSymbol) -> None:
    """Make a line symbol draw its lines bent."""
    straight = symbol.clone()
    layer = QgsGeometryGeneratorSymbolLayer.create({"geometryModifier": BENT})
    layer.setSymbolType(QgsSymbol.SymbolType.Line)
    layer.setSubSymbol(straight)
    symbol.changeSymbolLayer(0, layer)
    for at in range(symbol.symbolLayerCount() - 1, 0, -1):
        symbol.deleteSymbolLayer(at)


def enlarge(symbol: QgsSymbol, scale: float) -> None:
    """Make a symbol and all that it is made of larger."""
    for layer in symbol.symbolLayers():
        if layer.subSymbol() is not None:
            inner = layer.subSymbol().clone()
            enlarge(inner, scale)
            layer.setSubSymbol(inner)
        if isinstance(layer, QgsSimpleLineSymbolLayer):
            layer.setWidth(layer.width() * scale)
            layer.setCustomDashVector([dash * scale for dash in layer.customDashVector()])
        elif hasattr(layer, "setStrokeWidth"):
            layer.setStrokeWidth(layer.strokeWidth() * scale)
    if isinstance(symbol, QgsMarkerSymbol):
        strokes = [
            (layer, layer.strokeWidth())
            for layer in symbol.symbolLayers()
            if isinstance(layer, QgsSimpleMarkerSymbolLayer)
        ]
        symbol.setSize(symbol.size() * scale)
        # Some versions enlarge strokes along with the marker.
        for layer, width in strokes:
            layer.setStrokeWidth(width)


def _each_symbol(renderer: QgsFeatureRenderer, change) -> None:  # type: ignore[no-untyped-def]
    """Change each symbol of the kinds of renderers that the territory has."""
    if isinstance(renderer, QgsSingleSymbolRenderer):
        renderer.setSymbol(_changed(renderer.symbol(), change))
    elif isinstance(renderer, QgsCategorizedSymbolRenderer):
        for at, category in enumerate(renderer.categories()):
            renderer.updateCategorySymbol(at, _changed(category.symbol(), change))
    elif isinstance(renderer, QgsGraduatedSymbolRenderer):
        for at, one in enumerate(renderer.ranges()):
            renderer.updateRangeSymbol(at, _changed(one.symbol(), change))
    elif isinstance(renderer, QgsRuleBasedRenderer):
        for rule in renderer.rootRule().descendants():
            if rule.symbol() is not None:
                rule.setSymbol(_changed(rule.symbol(), change))


def _changed(symbol: QgsSymbol, change) -> QgsSymbol:  # type: ignore[no-untyped-def]
    copy = symbol.clone()
    change(copy)
    return copy


def _clustered(renderer: QgsFeatureRenderer, scale: float) -> QgsFeatureRenderer:
    """Draw records at one place as one larger symbol with their number."""
    if not isinstance(renderer, QgsSingleSymbolRenderer):
        return renderer
    many = renderer.symbol().clone()
    many.setSize(_CLUSTER_SIZE_MM * scale)
    size = QgsProperty.fromExpression(_GROWTH.format(size=_CLUSTER_SIZE_MM * scale))
    many.setDataDefinedSize(size)
    number = QgsFontMarkerSymbolLayer(FONT, "0", 2.6 * scale, QColor("#ffffff"))
    number.setDataDefinedProperty(
        QgsSymbolLayer.Property.PropertyCharacter, QgsProperty.fromExpression("@cluster_size")
    )
    many.appendSymbolLayer(number)
    cluster = QgsPointClusterRenderer()
    cluster.setEmbeddedRenderer(renderer)
    cluster.setTolerance(_CLUSTER_MM * scale)
    cluster.setToleranceUnit(QgsUnitTypes.RenderUnit.RenderMillimeters)
    cluster.setClusterSymbol(many)
    return cluster


def _enlarge_labels(layer: QgsVectorLayer, scale: float) -> None:
    if not isinstance(layer.labeling(), QgsVectorLayerSimpleLabeling):
        return
    settings = layer.labeling().settings()
    letters = settings.format()
    letters.setSize(letters.size() * scale)
    halo = letters.buffer()
    halo.setSize(halo.size() * scale)
    letters.setBuffer(halo)
    settings.setFormat(letters)
    # Seen as often as on A3: a poster of the same ground has a larger scale and larger letters.
    settings.minimumScale = settings.minimumScale / scale
    layer.setLabeling(QgsVectorLayerSimpleLabeling(settings))
