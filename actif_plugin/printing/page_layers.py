"""Layers made for pages: the outline of a perimeter, zones shaded by counts, companies by name."""

from __future__ import annotations

from collections.abc import Sequence

from qgis.core import (
    QgsCategorizedSymbolRenderer,
    QgsCoordinateReferenceSystem,
    QgsFeature,
    QgsFillSymbol,
    QgsGeometry,
    QgsInvertedPolygonRenderer,
    QgsMarkerSymbol,
    QgsPalLayerSettings,
    QgsPointXY,
    QgsRendererCategory,
    QgsSingleSymbolRenderer,
    QgsTextBufferSettings,
    QgsTextFormat,
    QgsVectorLayer,
    QgsVectorLayerSimpleLabeling,
)
from qgis.PyQt.QtGui import QColor

from ..compat import Kind, make_fields
from ..translation import tr
from .drawing import ACCENT, INK, font
from .perimeter_figures import Count

# The lightest first: the order of greys is that of the counts.
_CLASSES = ((3, 9, "#d9ead3"), (10, 29, "#93c9a1"), (30, 99, "#4a9c79"), (100, None, "#1b5e4a"))
_NONE = "masque"
# On the map of a whole territory only what has a figure is named.
_LABEL = """if("classe" <> 'masque' or @map_scale < 400000, "nombre", '')"""


def page_outline(crs: QgsCoordinateReferenceSystem) -> QgsVectorLayer:
    """Return the layer that outlines the perimeter of a page and pales what is around it."""
    layer = _layer("MultiPolygon", crs, tr("Perimeter of the page"), ())
    outline = QgsFillSymbol.createSimple(
        {
            "color": "255,255,255,120",
            "outline_color": ACCENT,
            "outline_width": "0.7",
        }
    )
    layer.setRenderer(QgsInvertedPolygonRenderer(QgsSingleSymbolRenderer(outline)))
    return layer


def page_mark(crs: QgsCoordinateReferenceSystem) -> QgsVectorLayer:
    """Return the layer that fills the perimeter of a page on the inset."""
    layer = _layer("MultiPolygon", crs, tr("Perimeter of the page"), ())
    fill = {"color": ACCENT, "outline_color": ACCENT, "outline_width": "0.3"}
    layer.setRenderer(QgsSingleSymbolRenderer(QgsFillSymbol.createSimple(fill)))
    return layer


def show_page(layer: QgsVectorLayer, shape: QgsGeometry) -> None:
    """Make a layer hold one perimeter, that of the page."""
    provider = layer.dataProvider()
    provider.truncate()
    _add(layer, [(shape, [])])


def outlines(
    shapes: Sequence[QgsGeometry], crs: QgsCoordinateReferenceSystem, title: str
) -> QgsVectorLayer:
    """Return perimeters as bare outlines."""
    layer = _layer("MultiPolygon", crs, title, ())
    fill = {"color": "#f4f2ea", "outline_color": "#a8a496", "outline_width": "0.15"}
    layer.setRenderer(QgsSingleSymbolRenderer(QgsFillSymbol.createSimple(fill)))
    _add(layer, [(shape, []) for shape in shapes])
    return layer


def shaded_zones(
    zones: Sequence[tuple[str, QgsGeometry, Count]], crs: QgsCoordinateReferenceSystem, title: str
) -> QgsVectorLayer:
    """Return zones shaded by a count, left white where it is masked; each with its name.

    Args:
        zones: name, shape and count of each.
        crs: of the shapes.
        title: of the layer.
    """
    columns = (("nom", Kind.TEXT), ("classe", Kind.TEXT), ("nombre", Kind.TEXT))
    layer = _layer("MultiPolygon", crs, title, columns)
    rows = []
    for name, shape, count in zones:
        told = "" if count is None else str(count)
        rows.append((shape, [name, _class_of(count), f"{name}\n{told}".strip()]))
    _add(layer, rows)
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
    _label(layer, _LABEL, INK, 7)
    return layer


def named_points(
    companies: Sequence[tuple[str, QgsPointXY]], crs: QgsCoordinateReferenceSystem, title: str
) -> QgsVectorLayer:
    """Return companies that agreed to be shown, by name."""
    layer = _layer("Point", crs, title, (("nom", Kind.TEXT),))
    _add(layer, [(QgsGeometry.fromPointXY(point), [name]) for name, point in companies])
    mark = {"name": "square", "color": ACCENT, "outline_color": "#ffffff", "size": "2.4"}
    layer.setRenderer(QgsSingleSymbolRenderer(QgsMarkerSymbol.createSimple(mark)))
    _label(layer, '"nom"', ACCENT, 7)
    return layer


def _layer(
    kind: str,
    crs: QgsCoordinateReferenceSystem,
    title: str,
    columns: Sequence[tuple[str, Kind]],
) -> QgsVectorLayer:
    layer = QgsVectorLayer(kind, title, "memory")
    layer.setCrs(crs)
    layer.dataProvider().addAttributes(list(make_fields(*columns)))
    layer.updateFields()
    return layer


def _add(layer: QgsVectorLayer, rows: Sequence[tuple[QgsGeometry, Sequence[object]]]) -> None:
    features = []
    for shape, values in rows:
        feature = QgsFeature(layer.fields())
        feature.setGeometry(shape)
        feature.setAttributes(list(values))
        features.append(feature)
    layer.dataProvider().addFeatures(features)
    layer.updateExtents()


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
