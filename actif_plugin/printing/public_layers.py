"""Layers of the edition for elected officials: masked figures, in memory, and nothing else.

They stand in a project of their own, from which no record can be reached: what is printed or
exported from it holds what these layers hold.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from qgis.core import (
    QgsCategorizedSymbolRenderer,
    QgsCoordinateReferenceSystem,
    QgsDataDefinedSizeLegend,
    QgsFillSymbol,
    QgsGeometry,
    QgsGraduatedSymbolRenderer,
    QgsLinePatternFillSymbolLayer,
    QgsLineSymbol,
    QgsMarkerSymbol,
    QgsPalLayerSettings,
    QgsPointXY,
    QgsProject,
    QgsProperty,
    QgsRendererCategory,
    QgsRendererRange,
    QgsSingleSymbolRenderer,
    QgsUnitTypes,
    QgsVectorLayer,
    QgsVectorLayerSimpleLabeling,
    QgsWkbTypes,
)
from qgis.PyQt.QtGui import QColor

from ..compat import Kind
from ..store import styles
from ..translation import tr
from .cartography import bend, dress
from .curves import BENT
from .drawing import MASKED, SOFT, font, written_number
from .fitting import round_length
from .lettering import FIGURES, KEPT_CLEAR, NEEDED, shorten
from .memory_layers import memory_layer

# Blue and orange of Okabe and Ito; on a copy in greys, the sides of the half discs tell them apart.
_OFFER_COLOUR, _NEED_COLOUR = "#0072b2", "#e69f00"
_EDGE = "#2b2b2b"
_LARGEST_MM, _SMALLEST_MM = 15.0, 2.2
# As many zones as symbols of the full size leave room for.
_FEW = 24
_IN_LEGEND_MM = 5.0
_WIDEST_MM, _NARROWEST_MM = 3.0, 0.7
# Numbers of synergies after which lines are wider.
_FLOW_STEPS = (5, 10, 20, 50, 100)
_FLOW_COLOUR, _FLOW_INK, _FLOW_HALO_MM = "#1b7837", "#0b4a1e", 1.1
_HALF_DISC = {"name": "semi_circle", "outline_color": "#ffffff", "outline_width": "0.2"}
# A half disc points up; these turn it to the left and to the right.
_LEFT, _RIGHT = "270", "90"
_OFFERS, _NEEDS = "ressources", "besoins"
_SIDES = (
    (_OFFERS, "Ressources ouvertes", _OFFER_COLOUR, _LEFT),
    (_NEEDS, "Besoins ouverts", _NEED_COLOUR, _RIGHT),
)
_ZONE_FIELDS = (("zone_nom", Kind.TEXT), ("sens", Kind.TEXT), ("nombre", Kind.INTEGER))
_HATCH_MM, _HATCH_WIDTH_MM, _HATCH_COLOUR = 2.0, 0.16, "#aaa393"
_FLOW_FIELDS = (("synergies", Kind.INTEGER), ("zone_nom", Kind.TEXT), ("vers_nom", Kind.TEXT))
# How many sizes a legend shows, each of so many times less than the one before.
_SIZES_SHOWN, _SMALLER = 3, 4
_GROUNDS = {
    "zae": "Zones d'activités",
    "autre": "Autres périmètres",
    "epci": "EPCI",
    "commune": "Communes",
}
_MESH = "Maille"
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
    """Synergies between two zones: a line from one to the other, how many, and their names."""

    line: QgsGeometry
    count: int
    ends: tuple[str, str] = ("", "")


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
    most = max((flow.count for flow in (*content.realised, *content.ahead)), default=0)
    figures = [
        *_named(crs, content.named, scale),
        *_halves(crs, content.zones, scale),
        *_flows(crs, "Synergies réalisées", content.realised, most, scale, dashed=False),
        *_flows(crs, "Synergies en projet", content.ahead, most, scale, dashed=True),
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
    rows = []
    for zone in zones:
        counts = {_OFFERS: zone.offers, _NEEDS: zone.needs}
        # Beside a figure that is shown, the other is told too, be it masked or none.
        if any(counts.values()):
            place = zone.shape.pointOnSurface()
            rows += [(place, [zone.name, side, count]) for side, count in counts.items()]
    layer = memory_layer("Point", crs, "Nombre par zone", _ZONE_FIELDS, rows)
    largest = _LARGEST_MM * min(1.0, (_FEW / (len(rows) / 2)) ** 0.5) * scale
    size = QgsProperty.fromExpression(_size(most, largest))
    seen = {side for _, (_, side, count) in rows if count}
    categories = []
    for side, title, colour, turn in _SIDES:
        if side in seen:
            symbol = QgsMarkerSymbol.createSimple({**_HALF_DISC, "color": colour, "angle": turn})
            # In the legend.
            symbol.setSize(_IN_LEGEND_MM * scale)
            symbol.setDataDefinedSize(size)
            categories.append(QgsRendererCategory(side, symbol, title))
    renderer = QgsCategorizedSymbolRenderer("sens", categories)
    disc = QgsMarkerSymbol.createSimple(
        {
            "name": "circle",
            "color": "#f4f2ea",
            "outline_color": SOFT,
            "outline_width": str(0.2 * scale),
        }
    )
    disc.setDataDefinedSize(size)
    renderer.setSourceSymbol(disc)
    renderer.setDataDefinedSizeLegend(_sizes(disc, most, largest, scale))
    layer.setRenderer(renderer)
    _write_figures(layer, most, largest, scale)
    yield layer


def _size(most: int, largest: float) -> str:
    """Return the expression of the diameter of half discs, in millimetres as the largest is."""
    least = _SMALLEST_MM / _LARGEST_MM
    return (
        f'if(coalesce("nombre", 0) = 0, 0, {largest} * max(sqrt("nombre" / {most}.0), {least:.3f}))'
    )


def _write_figures(layer: QgsVectorLayer, most: int, largest: float, scale: float) -> None:
    """Write the figure of each half disc beside it, and a dash for one that is masked."""
    # With room on both sides, which other labels keep off too.
    written = f"'\u00a0' || coalesce(to_string(\"nombre\"), '{MASKED}') || '\u00a0'"
    styles.label(layer, written, 7.5 * scale, bold=True, maximum_scale=_LABELS_FROM_SCALE)
    settings = layer.labeling().settings()
    settings.placement = QgsPalLayerSettings.Placement.OverPoint
    settings.offsetUnits = QgsUnitTypes.RenderUnit.RenderMillimeters
    settings.priority = FIGURES
    _keep_clear(settings)
    is_left = f"\"sens\" = '{_OFFERS}'"
    quadrants = QgsPalLayerSettings.QuadrantPosition
    left, right = int(quadrants.QuadrantLeft), int(quadrants.QuadrantRight)
    away = f"0.5 * {_size(most, largest)}"
    told = settings.dataDefinedProperties()
    for which, expression in (
        (QgsPalLayerSettings.Property.OffsetQuad, f"if({is_left}, {left}, {right})"),
        (
            QgsPalLayerSettings.Property.OffsetXY,
            f"to_string(if({is_left}, -1, 1) * ({away})) || ',0'",
        ),
    ):
        told.setProperty(which, QgsProperty.fromExpression(expression))
    settings.setDataDefinedProperties(told)
    layer.setLabeling(QgsVectorLayerSimpleLabeling(settings))


def _keep_clear(settings: QgsPalLayerSettings) -> None:
    """Keep the names of other layers off the symbols of this one."""
    around = settings.obstacleSettings()
    around.setFactor(KEPT_CLEAR)
    settings.setObstacleSettings(around)


def _sizes(
    symbol: QgsMarkerSymbol, most: int, largest: float, scale: float
) -> QgsDataDefinedSizeLegend:
    """Return a legend of sizes of round numbers, the largest not over the largest there is."""
    legend = QgsDataDefinedSizeLegend()
    legend.setLegendType(QgsDataDefinedSizeLegend.LegendType.LegendCollapsed)
    plain = symbol.clone()
    plain.setDataDefinedSize(QgsProperty())
    legend.setSymbol(plain)
    legend.setFont(font(8.5 * scale))
    counts = [round_length(most)]
    while len(counts) < _SIZES_SHOWN and counts[-1] >= _SMALLER:
        counts.append(round_length(counts[-1] / _SMALLER))
    classes = []
    for count in counts:
        size = largest * max((count / most) ** 0.5, _SMALLEST_MM / _LARGEST_MM)
        classes.append(QgsDataDefinedSizeLegend.SizeClass(size, written_number(int(count))))
    legend.setClasses(classes)
    return legend


def _masked(
    crs: QgsCoordinateReferenceSystem, zones: Sequence[ZoneFigures], scale: float
) -> Iterable[QgsVectorLayer]:
    rows = [
        (zone.shape, [zone.name]) for zone in zones if zone.offers is None or zone.needs is None
    ]
    if not rows:
        return
    layer = memory_layer(
        "MultiPolygon", crs, "Au moins un chiffre masqué", (("zone_nom", Kind.TEXT),), rows
    )
    # Drawn line by line: the hatches of Qt are as fine as dots, and lost on a poster.
    hatch = QgsLinePatternFillSymbolLayer()
    hatch.setLineAngle(45)
    hatch.setDistance(_HATCH_MM * scale)
    stroke = {"line_color": _HATCH_COLOUR, "line_width": str(_HATCH_WIDTH_MM * scale)}
    hatch.setSubSymbol(QgsLineSymbol.createSimple(stroke))
    symbol = QgsFillSymbol()
    symbol.changeSymbolLayer(0, hatch)
    layer.setRenderer(QgsSingleSymbolRenderer(symbol))
    yield layer


def _flows(
    crs: QgsCoordinateReferenceSystem,
    title: str,
    flows: Sequence[Flow],
    most: int,
    scale: float,
    *,
    dashed: bool,
) -> Iterable[QgsVectorLayer]:
    """Return lines from zone to zone, of widths in proportion to the largest count of *most*."""
    if not flows:
        return
    rows = [(flow.line, [flow.count, *flow.ends]) for flow in flows]
    layer = memory_layer("LineString", crs, title, _FLOW_FIELDS, rows)
    ranges = []
    for low, high in _classes({flow.count for flow in flows}):
        width = max(_NARROWEST_MM, _WIDEST_MM * high / most) * scale
        properties = {
            "line_color": _FLOW_COLOUR,
            "line_width": str(width),
            "capstyle": "flat",
            "joinstyle": "round",
        }
        if dashed:
            properties |= {"use_custom_dash": "1", "customdash": f"{3 * width};{1.5 * width}"}
        symbol = QgsLineSymbol.createSimple(properties)
        bend(symbol)
        told = tr("{low} to {high}").format(low=low, high=high) if low < high else str(low)
        ranges.append(QgsRendererRange(low - 0.5, high + 0.5, symbol, told))
    layer.setRenderer(QgsGraduatedSymbolRenderer("synergies", ranges))
    styles.label(layer, '"synergies"', 8 * scale, bold=True, maximum_scale=_LABELS_FROM_SCALE)
    settings = layer.labeling().settings()
    settings.placement = QgsPalLayerSettings.Placement.Horizontal
    settings.priority = FIGURES
    letters = settings.format()
    letters.setColor(QColor(_FLOW_INK))
    halo = letters.buffer()
    halo.setSize(_FLOW_HALO_MM * scale)
    letters.setBuffer(halo)
    settings.setFormat(letters)
    settings.geometryGenerator = BENT
    settings.geometryGeneratorType = QgsWkbTypes.GeometryType.LineGeometry
    settings.geometryGeneratorEnabled = True
    layer.setLabeling(QgsVectorLayerSimpleLabeling(settings))
    yield layer


def _classes(counts: Collection[int]) -> list[tuple[int, int]]:
    """Return the least and the largest of the counts drawn by lines of one width, widest first."""
    classes = []
    for after, end in zip((0, *_FLOW_STEPS), (*_FLOW_STEPS, max(counts))):
        inside = [count for count in counts if after < count <= end]
        if inside:
            classes.append((min(inside), max(inside)))
    return classes[::-1]


def _named(
    crs: QgsCoordinateReferenceSystem, named: Sequence[Named], scale: float
) -> Iterable[QgsVectorLayer]:
    if not named:
        return
    rows = [(QgsGeometry.fromPointXY(one.place), [one.name]) for one in named]
    title = "Établissements qui ont accepté d'être nommés"
    layer = memory_layer("Point", crs, title, (("nom", Kind.TEXT),), rows)
    style_named(layer, scale)
    yield layer


def style_named(layer: QgsVectorLayer, scale: float) -> None:
    """Draw establishments that agreed to be named, by the name in their field ``nom``."""
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
    styles.label(layer, '"nom"', 6.5 * scale, maximum_scale=_LABELS_FROM_SCALE)
    settings = layer.labeling().settings()
    settings.priority = NEEDED
    shorten(settings)
    layer.setLabeling(QgsVectorLayerSimpleLabeling(settings))


def _ground(
    crs: QgsCoordinateReferenceSystem,
    kind: str,
    shapes: Sequence[tuple[str, str, QgsGeometry]],
    scale: float,
) -> QgsVectorLayer:
    fields = (("code", Kind.TEXT), ("nom", Kind.TEXT))
    rows = [(shape, [code, name]) for code, name, shape in shapes]
    layer = memory_layer("MultiPolygon", crs, _GROUNDS.get(kind, _MESH), fields, rows)
    styles.style_perimeters(layer, kind if kind in _GROUNDS else "commune")
    dress(layer, kind, scale)
    # Cells of a mesh have numbers, not names.
    layer.setLabelsEnabled(kind in _GROUNDS)
    return layer
