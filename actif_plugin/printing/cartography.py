"""How the territory's layers look on paper, where that is not how they look on the screen.

Where things pile up: a few synergies are bent, and where they are many they run as bundles, as
answers always do; records at one place become one symbol with their number. Resources stand to the
left of their place and needs to its right, so that neither hides the other. The layers themselves
stay as they are: styles are given to the map item.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from qgis.core import (
    QgsCategorizedSymbolRenderer,
    QgsFeatureRenderer,
    QgsFontMarkerSymbolLayer,
    QgsGeometryGeneratorSymbolLayer,
    QgsGraduatedSymbolRenderer,
    QgsMapLayer,
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

from ..translation import tr
from .curves import BENT, bundled
from .drawing import FONT
from .lettering import KEPT_CLEAR, METRES_A_DEGREE, letter

# Of the net that lines of which there are many are drawn to.
_MESH_MM = 9.0
_ANSWERS = "reponses"
# Each of many: where they run together they darken, the less of each the more there are.
_ANSWER_GREY, _ANSWER_OPACITIES, _USUAL_ANSWERS = 90, (70, 105), 250
_SYNERGIES = "synergie"
# More lines than these are too many to spread; the more there are, the finer each is.
_MANY, _WIDEST_OF_MANY_MM, _USUAL_LINES = 25, 0.5, 100
_ESTABLISHMENTS, _USUAL_DOTS = "etablissement", 500
# Of its size, what each of a great many keeps.
_LEAST_OF_MANY = 0.5
_ORPHANS = {"besoins_orphelins": 1, "ressources_orphelines": -1}
# Layers whose records become one symbol where they are close.
CLUSTERED = tuple(_ORPHANS)
# Symbols nearer than this, in millimetres of A3, become one.
_CLUSTER_MM = 4.6
_CLUSTER_SIZE_MM = 4.6
_OPAQUE = 255
_EDGE_ON_GROUND = "#8f8a7c"
# A symbol that stands for n records has an area in proportion, as far as it stays a symbol.
_GROWTH = "{size} * min(1.5, max(1, 0.62 * sqrt(@cluster_size)))"


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
        dress(copy, role, scale)
        styles[layer.id()] = _style_of(copy)
    return styles


def dress(layer: QgsVectorLayer, role: str, scale: float) -> None:
    """Make a layer look as on a page.

    Args:
        layer: as the territory has it.
        role: its part in the territory.
        scale: how much larger than on A3 symbols and letters are.
    """
    renderer = layer.renderer().clone()
    if role == _ANSWERS:
        pale = _answer_colour(layer.featureCount())
        _each_symbol(renderer, lambda symbol: symbol.setColor(pale))
    if role == _ANSWERS or (role == _SYNERGIES and layer.featureCount() > _MANY):
        _each_symbol(renderer, lambda symbol: _bundle(symbol, layer, scale))
    elif role == _SYNERGIES:
        _each_symbol(renderer, bend)
    own = scale
    if role == _ESTABLISHMENTS:
        own *= _share_of_many(layer.featureCount(), _USUAL_DOTS)
    _each_symbol(renderer, lambda symbol: enlarge(symbol, own))
    if role in _ORPHANS:
        _each_symbol(renderer, lambda symbol: _put_beside(symbol, _ORPHANS[role]))
        renderer = _clustered(renderer, _ORPHANS[role], scale)
    layer.setRenderer(renderer)
    letter(layer, role, scale)
    if role in _ORPHANS:
        keep_labels_off(layer)


def with_number(layer: QgsVectorLayer) -> str:
    """Return what a legend calls a layer whose records become one symbol where they are close."""
    return layer.name() + "|" + tr("(with a number: so many around there)")


def numbered_names(layers: Iterable[QgsMapLayer]) -> dict[str, str]:
    """Return what legends call those layers that are dressed to show numbers, by identifier."""
    return {
        layer.id(): with_number(layer)
        for layer in layers
        if isinstance(layer, QgsVectorLayer)
        and isinstance(layer.renderer(), QgsPointClusterRenderer)
    }


def is_ground(layer: QgsVectorLayer) -> bool:
    """Tell whether a layer is of areas that fill the map."""
    return layer.geometryType() == QgsWkbTypes.GeometryType.PolygonGeometry


def on_ground(layer: QgsVectorLayer, style: str | None) -> str | None:
    """Return a style of areas that lets a background through, or None where theirs does.

    Args:
        layer: of areas.
        style: theirs; None for that of the layer.
    """
    copy = layer.clone()
    if style:
        QgsMapLayerStyle(style).writeToLayer(copy)
    renderer = copy.renderer().clone()
    if not _is_solid(renderer):
        return None
    _each_symbol(renderer, _empty)
    copy.setRenderer(renderer)
    # Backgrounds have the names of the ground that they show.
    copy.setLabelsEnabled(False)
    return _style_of(copy)


def _is_solid(renderer: QgsFeatureRenderer) -> bool:
    found: list[bool] = []
    _each_symbol(renderer.clone(), lambda symbol: found.extend(map(_hides, symbol.symbolLayers())))
    return any(found)


def _empty(symbol: QgsSymbol) -> None:
    for layer in symbol.symbolLayers():
        if _hides(layer):
            layer.setBrushStyle(Qt.BrushStyle.NoBrush)
            if layer.strokeStyle() != Qt.PenStyle.NoPen:
                layer.setStrokeColor(QColor(_EDGE_ON_GROUND))


def _hides(layer: QgsSymbolLayer) -> bool:
    """Tell whether a fill lets nothing of a background through."""
    return (
        isinstance(layer, QgsSimpleFillSymbolLayer)
        and layer.brushStyle() == Qt.BrushStyle.SolidPattern
        and layer.fillColor().alpha() == _OPAQUE
    )


def keep_labels_off(layer: QgsVectorLayer) -> None:
    """Make the labels of other layers keep off the symbols of one that has none."""
    settings = QgsPalLayerSettings()
    settings.drawLabels = False
    around = settings.obstacleSettings()
    around.setIsObstacle(True)
    around.setFactor(KEPT_CLEAR)
    settings.setObstacleSettings(around)
    layer.setLabeling(QgsVectorLayerSimpleLabeling(settings))
    layer.setLabelsEnabled(True)


def _style_of(layer: QgsVectorLayer) -> str:
    style = QgsMapLayerStyle()
    style.readFromLayer(layer)
    return str(style.xmlData())


def bend(symbol: QgsSymbol) -> None:
    """Make a line symbol draw its lines bent."""
    _draw_as(symbol, BENT)


def _answer_colour(count: int) -> QColor:
    least, most = _ANSWER_OPACITIES
    opacity = round(most * (_USUAL_ANSWERS / max(count, _USUAL_ANSWERS)) ** 0.5)
    return QColor(_ANSWER_GREY, _ANSWER_GREY, _ANSWER_GREY, max(least, opacity))


def _bundle(symbol: QgsSymbol, layer: QgsVectorLayer, scale: float) -> None:
    """Make a line symbol draw its lines in bundles, and no wider than one of many may be."""
    widest = _WIDEST_OF_MANY_MM * _share_of_many(layer.featureCount(), _USUAL_LINES)
    symbol.setWidth(min(symbol.width(), widest))
    metres = METRES_A_DEGREE if layer.crs().isGeographic() else 1
    _draw_as(symbol, bundled(_MESH_MM * scale / 1000 / metres))


def _share_of_many(count: int, usual: int) -> float:
    """Return how large symbols are drawn where there are more of them than usual."""
    return max(_LEAST_OF_MANY, (usual / max(count, usual)) ** 0.5)


def _draw_as(symbol: QgsSymbol, expression: str) -> None:
    """Make a line symbol draw the lines that an expression makes of each geometry."""
    straight = symbol.clone()
    layer = QgsGeometryGeneratorSymbolLayer.create({"geometryModifier": expression})
    layer.setSymbolType(QgsSymbol.SymbolType.Line)
    layer.setSubSymbol(straight)
    symbol.changeSymbolLayer(0, layer)
    for at in range(symbol.symbolLayerCount() - 1, 0, -1):
        symbol.deleteSymbolLayer(at)


def _put_beside(symbol: QgsSymbol, side: int) -> None:
    """Put a marker beside its place: *side* is -1 for the left, 1 for the right."""
    _offset(symbol, f"if($id IS NULL, 0, {side * symbol.size() / 2})")


def _offset(symbol: QgsSymbol, across: str) -> None:
    """Move a marker by what an expression tells, in millimetres; it tells nothing in a legend."""
    away = QgsProperty.fromExpression(f"to_string({across}) || ',0'")
    for layer in symbol.symbolLayers():
        layer.setDataDefinedProperty(QgsSymbolLayer.Property.PropertyOffset, away)


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


def _each_symbol(renderer: QgsFeatureRenderer, change: Callable[[QgsSymbol], None]) -> None:
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


def _changed(symbol: QgsSymbol, change: Callable[[QgsSymbol], None]) -> QgsSymbol:
    copy = symbol.clone()
    change(copy)
    return copy


def _clustered(renderer: QgsFeatureRenderer, side: int, scale: float) -> QgsFeatureRenderer:
    """Draw records at one place as one larger symbol with their number."""
    if not isinstance(renderer, QgsSingleSymbolRenderer):
        return renderer
    many = renderer.symbol().clone()
    many.setSize(_CLUSTER_SIZE_MM * scale)
    number = QgsFontMarkerSymbolLayer(FONT, "0", 2.7 * scale, QColor("#ffffff"))
    number.setDataDefinedProperty(
        QgsSymbolLayer.Property.PropertyCharacter, QgsProperty.fromExpression("@cluster_size")
    )
    many.appendSymbolLayer(number)
    grown = _GROWTH.format(size=_CLUSTER_SIZE_MM * scale)
    many.setDataDefinedSize(QgsProperty.fromExpression(grown))
    _offset(many, f"{side} * 0.5 * {grown}")
    cluster = QgsPointClusterRenderer()
    cluster.setEmbeddedRenderer(renderer)
    cluster.setTolerance(_CLUSTER_MM * scale)
    cluster.setToleranceUnit(QgsUnitTypes.RenderUnit.RenderMillimeters)
    cluster.setClusterSymbol(many)
    return cluster
