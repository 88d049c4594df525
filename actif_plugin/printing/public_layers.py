"""Layers of the edition for elected officials: masked figures, in memory, and nothing else.

They stand in a project of their own, from which no record can be reached: what is printed or
exported from it holds what these layers hold.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsDataDefinedSizeLegend,
    QgsFeature,
    QgsFillSymbol,
    QgsGeometry,
    QgsLineSymbol,
    QgsMarkerSymbol,
    QgsPalLayerSettings,
    QgsPointXY,
    QgsProject,
    QgsProperty,
    QgsSingleSymbolRenderer,
    QgsSymbolLayer,
    QgsUnitTypes,
    QgsVectorLayer,
    QgsVectorLayerSimpleLabeling,
)

from ..compat import Kind, make_fields
from ..store import styles
from .cartography import bend

# Blue and orange of Okabe and Ito; on a copy in greys, the sides of the half discs tell them apart.
_OFFER_COLOUR, _NEED_COLOUR = "#0072b2", "#e69f00"
_EDGE = "#2b2b2b"
_LARGEST_MM, _SMALLEST_MM = 15.0, 2.2
_WIDEST_MM, _NARROWEST_MM = 3.0, 0.7
_HALF_DISC = {"name": "semi_circle", "outline_color": "#ffffff", "outline_width": "0.2"}
# A half disc points up; these turn it to the left and to the right.
_LEFT, _RIGHT = "270", "90"
_OFFERS, _NEEDS = "ressources", "besoins"
_ZONE_FIELDS = (("zone_nom", Kind.TEXT), (_OFFERS, Kind.INTEGER), (_NEEDS, Kind.INTEGER))
# Of labels: figures are placed before names, which keep off them.
_LONG, _WRAP_AT = 60, 24
_FIRST, _KEEP_OFF = 10, 1.0
_LABELS_FROM_SCALE = 3_000_000


@dataclass(frozen=True)
class ZoneFigures:
    """A zone as it may be printed; counts are None where they are masked."""

    name: str
    shape: QgsGeometry
    offers: int | None
    needs: int | None


@dataclass(frozen=True)
class Named:
    """An establishment that agreed to be named."""

    name: str
    place: QgsPointXY


@dataclass(frozen=True)
class Flow:
    """Synergies between two zones: a line from one to the other, and how many."""

    line: QgsGeometry
    count: int


@dataclass(frozen=True)
class PublicLayers:
    """The layers, by what they show, and the figures that they were given."""

    realised: Sequence[Flow]
    ahead: Sequence[Flow]
    named: Sequence[Named]
    zones: Sequence[ZoneFigures]
    grounds: Sequence[tuple[str, Sequence[tuple[str, str, QgsGeometry]]]]


def add_public_layers(
    project: QgsProject, crs: QgsCoordinateReferenceSystem, content: PublicLayers, scale: float
) -> tuple[list[QgsVectorLayer], list[QgsVectorLayer]]:
    """Put the layers into a project.

    Args:
        project: an empty one.
        crs: of the shapes.
        content: what they show.
        scale: how much larger than on A3 symbols and letters are.

    Returns:
        All of them from the top, and those of the grounds, which come last.
    """
    figures = [
        *(_flows(crs, "Synergies réalisées", content.realised, scale, dashed=False)),
        *(_flows(crs, "Synergies en projet", content.ahead, scale, dashed=True)),
        *_named(crs, content.named, scale),
        *_halves(crs, content.zones, scale),
        *_masked(crs, content.zones, scale),
    ]
    grounds = [_ground(crs, kind, shapes, scale) for kind, shapes in content.grounds if shapes]
    layers = [*figures, *grounds]
    for layer in layers:
        project.addMapLayer(layer)
    return layers, grounds


def _halves(
    crs: QgsCoordinateReferenceSystem, zones: Sequence[ZoneFigures], scale: float
) -> Iterable[QgsVectorLayer]:
    """Return half discs of areas in proportion: resources to the left, needs to the right."""
    most = max((count or 0 for zone in zones for count in (zone.offers, zone.needs)), default=0)
    if not most:
        return
    for field, title, colour, turn in (
        (_OFFERS, "Ressources ouvertes", _OFFER_COLOUR, _LEFT),
        (_NEEDS, "Besoins ouverts", _NEED_COLOUR, _RIGHT),
    ):
        rows = []
        for zone in zones:
            count = zone.offers if field == _OFFERS else zone.needs
            if count:
                place = zone.shape.pointOnSurface()
                rows.append((place, [zone.name, zone.offers, zone.needs]))
        if not rows:
            continue
        layer = _layer("Point", crs, title, _ZONE_FIELDS, rows)
        symbol = QgsMarkerSymbol.createSimple({**_HALF_DISC, "color": colour, "angle": turn})
        size = _size(field, most, scale)
        symbol.setDataDefinedSize(QgsProperty.fromExpression(size))
        renderer = QgsSingleSymbolRenderer(symbol)
        renderer.setDataDefinedSizeLegend(_sizes(symbol, most, scale))
        layer.setRenderer(renderer)
        _number(layer, field, size, -1 if turn == _LEFT else 1, scale)
        yield layer


def _size(field: str, most: int, scale: float) -> str:
    """Return the expression of the diameter of half discs, in millimetres."""
    least = _SMALLEST_MM / _LARGEST_MM
    return f'{_LARGEST_MM * scale} * max(sqrt("{field}" / {most}.0), {least:.3f})'


def _number(layer: QgsVectorLayer, field: str, size: str, side: int, scale: float) -> None:
    """Write the figure of a half disc beside it: *side* is -1 for the left, 1 for the right."""
    styles.label(layer, f'"{field}"', 7.5 * scale, bold=True, maximum_scale=_LABELS_FROM_SCALE)
    settings = layer.labeling().settings()
    settings.placement = QgsPalLayerSettings.Placement.OverPoint
    quadrants = QgsPalLayerSettings.QuadrantPosition
    settings.quadOffset = quadrants.QuadrantLeft if side < 0 else quadrants.QuadrantRight
    settings.offsetUnits = QgsUnitTypes.RenderUnit.RenderMillimeters
    settings.priority = _FIRST
    around = settings.obstacleSettings()
    around.setFactor(_KEEP_OFF)
    settings.setObstacleSettings(around)
    away = f"to_string({side} * (0.5 * {size} + {0.6 * scale})) || ',0'"
    settings.dataDefinedProperties().setProperty(
        QgsPalLayerSettings.Property.OffsetXY, QgsProperty.fromExpression(away)
    )
    layer.setLabeling(QgsVectorLayerSimpleLabeling(settings))


def _sizes(symbol: QgsMarkerSymbol, most: int, scale: float) -> QgsDataDefinedSizeLegend:
    """Return a legend of two sizes: the largest there is and a quarter of it."""
    legend = QgsDataDefinedSizeLegend()
    legend.setLegendType(QgsDataDefinedSizeLegend.LegendType.LegendSeparated)
    plain = symbol.clone()
    plain.setDataDefinedSize(QgsProperty())
    legend.setSymbol(plain)
    classes = []
    for count in sorted({most, max(1, most // 4)}, reverse=True):
        size = max((count / most) ** 0.5 * _LARGEST_MM, _SMALLEST_MM) * scale
        classes.append(QgsDataDefinedSizeLegend.SizeClass(size, str(count)))
    legend.setClasses(classes)
    legend.setTitle("Nombre par zone")
    return legend


def _masked(
    crs: QgsCoordinateReferenceSystem, zones: Sequence[ZoneFigures], scale: float
) -> Iterable[QgsVectorLayer]:
    rows = [
        (zone.shape, [zone.name]) for zone in zones if zone.offers is None or zone.needs is None
    ]
    if not rows:
        return
    layer = _layer("MultiPolygon", crs, "Chiffres masqués", (("zone_nom", Kind.TEXT),), rows)
    symbol = QgsFillSymbol.createSimple(
        {
            "style": "b_diagonal",
            "color": "#b3ada0",
            "outline_style": "no",
        }
    )
    layer.setRenderer(QgsSingleSymbolRenderer(symbol))
    yield layer


def _flows(
    crs: QgsCoordinateReferenceSystem,
    title: str,
    flows: Sequence[Flow],
    scale: float,
    *,
    dashed: bool,
) -> Iterable[QgsVectorLayer]:
    if not flows:
        return
    rows = [(flow.line, [flow.count]) for flow in flows]
    layer = _layer("LineString", crs, title, (("synergies", Kind.INTEGER),), rows)
    most = max(flow.count for flow in flows)
    properties = {"line_color": "#1b7837", "line_width": str(_NARROWEST_MM * scale)}
    if dashed:
        properties |= {"use_custom_dash": "1", "customdash": f"{3 * scale};{2 * scale}"}
    symbol = QgsLineSymbol.createSimple(properties)
    width = f'{scale} * max({_NARROWEST_MM}, {_WIDEST_MM} * "synergies" / {most}.0)'
    symbol.symbolLayer(0).setDataDefinedProperty(
        QgsSymbolLayer.Property.PropertyStrokeWidth, QgsProperty.fromExpression(width)
    )
    bend(symbol)
    layer.setRenderer(QgsSingleSymbolRenderer(symbol))
    styles.label(layer, '"synergies"', 7 * scale, bold=True, maximum_scale=_LABELS_FROM_SCALE)
    yield layer


def _named(
    crs: QgsCoordinateReferenceSystem, named: Sequence[Named], scale: float
) -> Iterable[QgsVectorLayer]:
    if not named:
        return
    rows = [(QgsGeometry.fromPointXY(one.place), [one.name]) for one in named]
    title = "Établissements qui ont accepté d'être nommés"
    layer = _layer("Point", crs, title, (("nom", Kind.TEXT),), rows)
    symbol = QgsMarkerSymbol.createSimple(
        {
            "name": "triangle",
            "size": str(2.4 * scale),
            "color": _EDGE,
            "outline_color": "#ffffff",
            "outline_width": str(0.25 * scale),
        }
    )
    layer.setRenderer(QgsSingleSymbolRenderer(symbol))
    short = f'if(length("nom") > {_LONG}, left("nom", {_LONG} - 1) || \'…\', "nom")'
    styles.label(layer, short, 6.5 * scale, maximum_scale=_LABELS_FROM_SCALE)
    settings = layer.labeling().settings()
    settings.autoWrapLength = _WRAP_AT
    layer.setLabeling(QgsVectorLayerSimpleLabeling(settings))
    yield layer


def _ground(
    crs: QgsCoordinateReferenceSystem,
    kind: str,
    shapes: Sequence[tuple[str, str, QgsGeometry]],
    scale: float,
) -> QgsVectorLayer:
    titles = {"zae": "Zones d'activités", "epci": "EPCI", "commune": "Communes"}
    fields = (("code", Kind.TEXT), ("nom", Kind.TEXT))
    rows = [(shape, [code, name]) for code, name, shape in shapes]
    layer = _layer("MultiPolygon", crs, titles.get(kind, "Périmètres"), fields, rows)
    styles.style_perimeters(layer, kind if kind in titles else "autre")
    return layer


def _layer(
    geometry: str,
    crs: QgsCoordinateReferenceSystem,
    title: str,
    fields: Sequence[tuple[str, Kind]],
    rows: Iterable[tuple[QgsGeometry, Sequence[object]]],
) -> QgsVectorLayer:
    layer = QgsVectorLayer(geometry, title, "memory")
    layer.setCrs(crs)
    layer.dataProvider().addAttributes(list(make_fields(*fields)))
    layer.updateFields()
    features = []
    for shape, values in rows:
        feature = QgsFeature(layer.fields())
        feature.setGeometry(shape)
        feature.setAttributes(list(values))
        features.append(feature)
    layer.dataProvider().addFeatures(features)
    layer.updateExtents()
    return layer
