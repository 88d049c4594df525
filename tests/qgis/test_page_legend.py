"""The legend of a page lists what its map shows, and the copies of layers that maps are made of."""

from __future__ import annotations

import pytest
from qgis.core import (
    QgsCategorizedSymbolRenderer,
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransformContext,
    QgsFeature,
    QgsFillSymbol,
    QgsGeometry,
    QgsGeometryGeneratorSymbolLayer,
    QgsLayoutItemLegend,
    QgsLineSymbol,
    QgsPointXY,
    QgsProject,
    QgsRectangle,
    QgsRendererCategory,
    QgsSingleSymbolRenderer,
    QgsVectorLayer,
)
from qgis.PyQt import sip
from qgis.PyQt.QtCore import QRectF

from actif_plugin.printing.cartography import bend
from actif_plugin.printing.page_layers import settled
from actif_plugin.printing.page_legend import Classes, PageLegend
from actif_plugin.printing.synergy_map import LAYOUT
from actif_plugin.printing.templates import LEGEND, MAP, Items, box_of, frame_map, load, set_map
from actif_plugin.printing.templates import template_path as path_of

CRS = QgsCoordinateReferenceSystem("EPSG:2154")
CLASSES = ("forêt", "pré", "vigne")


def areas(shapes: list[tuple[str, str]]) -> QgsVectorLayer:
    """Return a layer of areas, each of a class and with a colour of its own."""
    layer = QgsVectorLayer("Polygon?crs=EPSG:2154&field=sorte:string", "Sols", "memory")
    for kind, box in shapes:
        feature = QgsFeature(layer.fields())
        feature["sorte"] = kind
        feature.setGeometry(QgsGeometry.fromRect(QgsRectangle(*map(float, box.split()))))
        layer.dataProvider().addFeature(feature)
    layer.updateExtents()
    layer.setRenderer(
        QgsCategorizedSymbolRenderer(
            "sorte", [QgsRendererCategory(kind, QgsFillSymbol(), kind) for kind in CLASSES]
        )
    )
    return layer


@pytest.fixture
def page(qgis_app):
    project = QgsProject()
    layout = load(project, path_of(LAYOUT, "A3"), "Essai")
    yield layout
    del layout
    sip.delete(project)


def listed(item: QgsLayoutItemLegend) -> list[str]:
    model = item.model()
    return [
        node.data(0)
        for layer in model.rootGroup().findLayers()
        for node in model.layerLegendNodes(layer)
    ]


def test_classes_come_and_go_with_the_map(page):
    """Three fields in a row, ten kilometres each; the map goes from one to the next."""
    soils = areas([(kind, f"{at}0000 0 {at}9000 9000") for at, kind in enumerate(CLASSES)])
    items = Items(page)
    drawn = set_map(items, MAP, [soils], QgsRectangle(0, 0, 29000, 9000), CRS)
    (item,) = items.of(LEGEND, QgsLayoutItemLegend)
    legend = PageLegend(item, [Classes(soils)], "Legend")
    seen = []
    for left, right in ((0, 29000), (4000, 5000), (12000, 13000), (8000, 11000)):
        frame_map(items, drawn, QgsRectangle(left, 4000, right, 5000))
        assert legend.show(drawn, [])
        seen.append(listed(item))
    assert seen == [["forêt", "pré", "vigne"], ["forêt"], ["pré"], ["forêt", "pré"]]
    frame_map(items, drawn, QgsRectangle(60000, 0, 61000, 1000))
    assert legend.show(drawn, [])
    assert not item.isVisible()


def test_one_column_where_it_fits_and_several_where_it_does_not(page):
    """Eight fields below one another: they have the page, then a strip of it."""
    kinds = [f"culture {number}" for number in range(8)]
    soils = areas([(kind, f"{at}0000 0 {at}9000 9000") for at, kind in enumerate(kinds)])
    soils.setRenderer(
        QgsCategorizedSymbolRenderer(
            "sorte", [QgsRendererCategory(kind, QgsFillSymbol(), kind) for kind in kinds]
        )
    )
    items = Items(page)
    drawn = set_map(items, MAP, [soils], QgsRectangle(0, 0, 79000, 9000), CRS)
    (item,) = items.of(LEGEND, QgsLayoutItemLegend)
    item.setColumnCount(2)
    item.setSplitLayer(True)
    left, top, width, height = box_of(item)
    legend = PageLegend(item, [Classes(soils)], "Legend")
    assert legend.show(drawn, [QRectF(left, 0, width, 40)])
    assert item.columnCount() == 1
    high = box_of(item)[3]
    assert legend.show(drawn, [QRectF(left, 0, width, top + height - 0.7 * high - 3)])
    assert item.columnCount() == 2


def test_a_layer_is_called_as_the_page_asks(page):
    woods = QgsVectorLayer("Point?crs=EPSG:2154", "Bois", "memory")
    feature = QgsFeature(woods.fields())
    feature.setGeometry(QgsGeometry.fromPointXY(QgsPointXY(500, 500)))
    woods.dataProvider().addFeature(feature)
    items = Items(page)
    drawn = set_map(items, MAP, [woods], QgsRectangle(0, 0, 1000, 1000), CRS)
    (item,) = items.of(LEGEND, QgsLayoutItemLegend)
    legend = PageLegend(item, [Classes(woods, "Bois|(un chiffre : leur nombre)")], "Legend")
    assert legend.show(drawn, [])
    assert listed(item) == ["Bois|(un chiffre : leur nombre)"]


def test_a_shape_whose_box_alone_is_on_the_map(page):
    """A line that turns around the map is not on it, though its box is."""
    layer = QgsVectorLayer("LineString?crs=EPSG:2154", "Détour", "memory")
    feature = QgsFeature()
    feature.setGeometry(QgsGeometry.fromWkt("LINESTRING(0 0, 50000 0, 50000 50000)"))
    layer.dataProvider().addFeature(feature)
    items = Items(page)
    drawn = set_map(items, MAP, [layer], QgsRectangle(10000, 30000, 12000, 31000), CRS)
    (item,) = items.of(LEGEND, QgsLayoutItemLegend)
    legend = PageLegend(item, [Classes(layer)], "Legend")
    legend.show(drawn, [])
    assert not item.isVisible()
    frame_map(items, drawn, QgsRectangle(40000, -1000, 42000, 1000))
    legend.show(drawn, [])
    assert item.isVisible()


def test_a_legend_without_room_is_made_smaller_and_said_to_be(page):
    soils = areas([(kind, f"{at}0000 0 {at}9000 9000") for at, kind in enumerate(CLASSES)])
    items = Items(page)
    drawn = set_map(items, MAP, [soils], QgsRectangle(0, 0, 29000, 9000), CRS)
    (item,) = items.of(LEGEND, QgsLayoutItemLegend)
    left, top, width, height = box_of(item)
    legend = PageLegend(item, [Classes(soils)], "Legend")
    symbols = item.symbolHeight()
    assert not legend.show(drawn, [QRectF(left, top, width, height - 18)])
    assert item.symbolHeight() < symbols
    assert box_of(item)[1] + box_of(item)[3] <= top + height + 0.1
    assert legend.show(drawn, [])
    assert item.symbolHeight() == pytest.approx(symbols)


def test_generated_shapes_are_made_once(qgis_app):
    """A synergy bent by its symbol becomes a bent line with the symbol that was inside."""
    layer = QgsVectorLayer("LineString?crs=EPSG:4326&field=nom:string", "Synergies", "memory")
    feature = QgsFeature(layer.fields())
    feature["nom"] = "une"
    feature.setGeometry(QgsGeometry.fromWkt("LINESTRING(1.30 44.00, 1.40 44.00)"))
    layer.dataProvider().addFeature(feature)
    symbol = QgsLineSymbol.createSimple({"line_color": "#112233"})
    bend(symbol)
    layer.setRenderer(QgsSingleSymbolRenderer(symbol))
    copy = settled(layer, CRS, QgsCoordinateTransformContext())
    drawn = copy.renderer().symbol()
    assert not isinstance(drawn.symbolLayer(0), QgsGeometryGeneratorSymbolLayer)
    assert drawn.color().name() == "#112233"
    (bent,) = copy.getFeatures()
    assert copy.crs() == CRS and bent["nom"] == "une"
    straight = 8030
    assert straight * 1.02 < bent.geometry().length() < straight * 1.2
    assert len(list(bent.geometry().vertices())) > 10
    # The layer of the territory is as it was.
    (before,) = layer.getFeatures()
    assert len(list(before.geometry().vertices())) == 2
