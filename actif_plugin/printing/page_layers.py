"""Layers made for pages: the outline of a perimeter, zones shaded by counts, companies by name."""

from __future__ import annotations

from collections.abc import Sequence

from qgis.core import (
    QgsCategorizedSymbolRenderer,
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransformContext,
    QgsExpression,
    QgsExpressionContext,
    QgsExpressionContextUtils,
    QgsFeatureRenderer,
    QgsFeatureRequest,
    QgsFillSymbol,
    QgsGeometry,
    QgsGeometryGeneratorSymbolLayer,
    QgsInvertedPolygonRenderer,
    QgsLabelObstacleSettings,
    QgsMapLayerStyle,
    QgsMarkerSymbol,
    QgsPalLayerSettings,
    QgsPointXY,
    QgsRenderContext,
    QgsRendererCategory,
    QgsSimpleFillSymbolLayer,
    QgsSingleSymbolRenderer,
    QgsSymbol,
    QgsTextBufferSettings,
    QgsTextFormat,
    QgsVectorLayer,
    QgsVectorLayerSimpleLabeling,
)
from qgis.PyQt.QtGui import QColor

from ..compat import Kind
from ..settings import print_settings
from ..store.styles import SHORT_EPCI_NAME
from ..translation import tr
from .cartography import keep_labels_off
from .drawing import ACCENT, INK, font, legible, written_number
from .lettering import OFF_A_DOT_MM
from .memory_layers import add_rows, memory_layer
from .perimeter_figures import Count

# The lightest first: the order of greys is that of the counts.
_CLASSES = ((3, 9, "#d9ead3"), (10, 29, "#93c9a1"), (30, 99, "#4a9c79"), (100, None, "#1b5e4a"))
_NONE = "masque"
# On the map of a whole territory only what has a figure is named.
_ZONE_COLOUR = "#3b2a57"
_FIRST, _KEPT_CLEAR = 9, 2.0
_ZONE_LABEL = """if(@map_scale < 150000, "nom", '')"""
_LABEL = """if("classe" <> 'masque' or @map_scale < 400000, "nombre", '')"""
_EPCI_LABEL = f"""wordwrap({SHORT_EPCI_NAME}, 18) || substr("nombre", length("nom") + 1)"""


def page_outline(crs: QgsCoordinateReferenceSystem) -> QgsVectorLayer:
    """Return the layer that outlines the perimeter of a page and pales what is around it."""
    layer = memory_layer("MultiPolygon", crs, tr("Perimeter of the page"))
    outline = QgsFillSymbol.createSimple(
        {
            "color": "255,255,255,120",
            "outline_color": _accent(),
            "outline_width": "0.7",
        }
    )
    layer.setRenderer(QgsInvertedPolygonRenderer(QgsSingleSymbolRenderer(outline)))
    # Names that the outline would cross go elsewhere where they can.
    keep_labels_off(layer)
    return layer


def page_mark(crs: QgsCoordinateReferenceSystem) -> QgsVectorLayer:
    """Return the layer that fills the perimeter of a page on the inset."""
    layer = memory_layer("MultiPolygon", crs, tr("Perimeter of the page"))
    fill = {"color": _accent(), "outline_color": _accent(), "outline_width": "0.3"}
    layer.setRenderer(QgsSingleSymbolRenderer(QgsFillSymbol.createSimple(fill)))
    return layer


def show_page(layer: QgsVectorLayer, shape: QgsGeometry) -> None:
    """Make a layer hold one perimeter, that of the page."""
    provider = layer.dataProvider()
    provider.truncate()
    add_rows(layer, [(shape, [])])


def settled(
    layer: QgsVectorLayer,
    crs: QgsCoordinateReferenceSystem,
    context: QgsCoordinateTransformContext,
) -> QgsVectorLayer:
    """Return a copy of a layer in memory, in the system of its map, to be drawn on many pages.

    What each page would read, reproject and compute again is done once: the shapes that symbols
    generate become those of the copy.
    """
    request = QgsFeatureRequest()
    request.setDestinationCrs(crs, context)
    request.setInvalidGeometryCheck(QgsFeatureRequest.InvalidGeometryCheck.GeometryNoCheck)
    copy = layer.materialize(request)
    style = QgsMapLayerStyle()
    style.readFromLayer(layer)
    style.writeToLayer(copy)
    generator = _generator(copy.renderer())
    if generator:
        _generate(copy, QgsExpression(generator))
    copy.dataProvider().createSpatialIndex()
    return copy


def hide_names_beyond(layer: QgsVectorLayer, scale: float) -> None:
    """Write the names of a layer on maps of a scale (its denominator) and smaller ones only."""
    if not isinstance(layer.labeling(), QgsVectorLayerSimpleLabeling):
        return
    settings = layer.labeling().settings()
    settings.scaleVisibility = True
    settings.maximumScale = scale
    layer.setLabeling(QgsVectorLayerSimpleLabeling(settings))


def _generator(renderer: QgsFeatureRenderer) -> str:
    """Return the expression that makes the shapes of all symbols, empty where there is not one."""
    if not isinstance(renderer, (QgsSingleSymbolRenderer, QgsCategorizedSymbolRenderer)):
        return ""
    found = set()
    for symbol in renderer.symbols(QgsRenderContext()):
        first = symbol.symbolLayer(0)
        alone = symbol.symbolLayerCount() == 1
        generated = alone and isinstance(first, QgsGeometryGeneratorSymbolLayer)
        found.add(first.geometryExpression() if generated else "")
    expression = found.pop() if len(found) == 1 else ""
    # What depends on the page cannot be made before.
    if any(name.startswith("map_") for name in QgsExpression(expression).referencedVariables()):
        return ""
    return expression


def _generate(layer: QgsVectorLayer, expression: QgsExpression) -> None:
    """Make the generated shapes of a layer its own, and its symbols draw them as they are."""
    scopes = QgsExpressionContextUtils.globalProjectLayerScopes(layer)
    context = QgsExpressionContext(scopes)
    expression.prepare(context)
    shapes = {}
    for feature in layer.getFeatures():
        context.setFeature(feature)
        shape = expression.evaluate(context)
        if isinstance(shape, QgsGeometry):
            shape.convertToMultiType()
            shapes[feature.id()] = shape
    layer.dataProvider().changeGeometryValues(shapes)
    renderer = layer.renderer().clone()
    if isinstance(renderer, QgsSingleSymbolRenderer):
        renderer.setSymbol(_bare(renderer.symbol()))
    else:
        for at, category in enumerate(renderer.categories()):
            renderer.updateCategorySymbol(at, _bare(category.symbol()))
    layer.setRenderer(renderer)


def _bare(symbol: QgsSymbol) -> QgsSymbol:
    return symbol.symbolLayer(0).subSymbol().clone()


def outlines(
    shapes: Sequence[QgsGeometry], crs: QgsCoordinateReferenceSystem, title: str
) -> QgsVectorLayer:
    """Return perimeters as bare outlines."""
    layer = memory_layer("MultiPolygon", crs, title, (), [(shape, []) for shape in shapes])
    fill = {"color": "#f4f2ea", "outline_color": "#a8a496", "outline_width": "0.15"}
    layer.setRenderer(QgsSingleSymbolRenderer(QgsFillSymbol.createSimple(fill)))
    return layer


def zone_edges(
    zones: Sequence[tuple[str, QgsGeometry]], crs: QgsCoordinateReferenceSystem, title: str
) -> QgsVectorLayer:
    """Return activity zones by their edges, each with its name."""
    rows = [(shape, [name]) for name, shape in zones]
    layer = memory_layer("MultiPolygon", crs, title, (("nom", Kind.TEXT),), rows)
    edge = QgsFillSymbol.createSimple(
        {"style": "no", "outline_color": "#ffffff", "outline_width": "0.9"}
    )
    # On any shade, and on a copy in greys.
    inner = {"style": "no", "outline_color": _ZONE_COLOUR, "outline_width": "0.4"}
    edge.appendSymbolLayer(QgsSimpleFillSymbolLayer.create(inner))
    layer.setRenderer(QgsSingleSymbolRenderer(edge))
    _label(layer, _ZONE_LABEL, _ZONE_COLOUR, 7)
    settings = layer.labeling().settings()
    settings.priority = _FIRST
    around = settings.obstacleSettings()
    # The name of a commune in it would be read as its own.
    around.setType(QgsLabelObstacleSettings.ObstacleType.PolygonInterior)
    around.setFactor(_KEPT_CLEAR)
    settings.setObstacleSettings(around)
    layer.setLabeling(QgsVectorLayerSimpleLabeling(settings))
    return layer


def shaded_zones(
    zones: Sequence[tuple[str, QgsGeometry, Count]],
    crs: QgsCoordinateReferenceSystem,
    title: str,
    *,
    few: bool = False,
) -> QgsVectorLayer:
    """Return zones shaded by a count, left white where it is masked; each with its name.

    Args:
        zones: name, shape and count of each.
        crs: of the shapes.
        title: of the layer.
        few: so few that all of them can be named, at any scale; with the names of EPCI cut short.
    """
    columns = (("nom", Kind.TEXT), ("classe", Kind.TEXT), ("nombre", Kind.TEXT))
    rows = []
    for name, shape, count in zones:
        told = "" if count is None else written_number(count)
        rows.append((shape, [name, _class_of(count), f"{name}\n{told}".strip()]))
    layer = memory_layer("MultiPolygon", crs, title, columns, rows)
    categories = [
        QgsRendererCategory(_key(low), _fill(colour), _range(low, high))
        for low, high, colour in _CLASSES
    ]
    blank = QgsFillSymbol.createSimple(
        {"color": "#ffffff", "outline_color": "#b9b5a8", "outline_width": "0.2"}
    )
    label = tr("none, or masked")
    categories.append(QgsRendererCategory(_NONE, blank, label))
    layer.setRenderer(QgsCategorizedSymbolRenderer("classe", categories))
    _label(layer, _EPCI_LABEL if few else _LABEL, INK, 7)
    if few:
        _name_all(layer)
    return layer


def _name_all(layer: QgsVectorLayer) -> None:
    """Let the names of areas stand anywhere in their area, so that each of a few is named."""
    settings = layer.labeling().settings()
    settings.placement = QgsPalLayerSettings.Placement.Horizontal
    settings.priority = _FIRST
    around = settings.obstacleSettings()
    around.setIsObstacle(False)
    settings.setObstacleSettings(around)
    layer.setLabeling(QgsVectorLayerSimpleLabeling(settings))


def named_points(
    companies: Sequence[tuple[str, QgsPointXY]], crs: QgsCoordinateReferenceSystem, title: str
) -> QgsVectorLayer:
    """Return companies that agreed to be shown, by name."""
    rows = [(QgsGeometry.fromPointXY(point), [name]) for name, point in companies]
    layer = memory_layer("Point", crs, title, (("nom", Kind.TEXT),), rows)
    mark = {"name": "square", "color": ACCENT, "outline_color": "#ffffff", "size": "2.4"}
    layer.setRenderer(QgsSingleSymbolRenderer(QgsMarkerSymbol.createSimple(mark)))
    _label(layer, '"nom"', ACCENT, 7)
    settings = layer.labeling().settings()
    settings.dist = OFF_A_DOT_MM
    layer.setLabeling(QgsVectorLayerSimpleLabeling(settings))
    return layer


def _accent() -> str:
    """Return the colour of what a page is about: the organisation's own, as that of its titles."""
    own = print_settings().colour
    return legible(own) if QColor(own).isValid() else ACCENT


def _class_of(count: Count) -> str:
    lows = [low for low, _, _ in _CLASSES if count is not None and count >= low]
    return _key(lows[-1]) if lows else _NONE


def _key(low: int) -> str:
    return f"de {low}"


def _range(low: int, high: int | None) -> str:
    if high is None:
        return tr("{low} and more").format(low=low)
    return tr("{low} to {high}").format(low=low, high=high)


def _fill(colour: str) -> QgsFillSymbol:
    return QgsFillSymbol.createSimple(
        {"color": colour, "outline_color": "#ffffff", "outline_width": "0.25"}
    )


def _label(layer: QgsVectorLayer, expression: str, colour: str, size: float) -> None:
    letters = QgsTextFormat()
    letters.setFont(font(size))
    letters.setSize(size)
    letters.setColor(QColor(colour))
    halo = QgsTextBufferSettings()
    halo.setEnabled(True)
    halo.setSize(0.6)
    halo.setColor(QColor("#ffffff"))
    letters.setBuffer(halo)
    settings = QgsPalLayerSettings()
    settings.fieldName = expression
    settings.isExpression = True
    settings.setFormat(letters)
    layer.setLabeling(QgsVectorLayerSimpleLabeling(settings))
    layer.setLabelsEnabled(True)
