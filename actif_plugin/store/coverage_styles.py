"""How coverage looks: symbols as large as the needs left unanswered, hexagons, a ranked table.

Colours go from pale to dark in one hue, which colour-blind readers and black-and-white prints keep;
figures are written on the symbols, and a hatch marks where nobody has been.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from qgis.core import (
    QgsAttributeTableConfig,
    QgsCentroidFillSymbolLayer,
    QgsConditionalStyle,
    QgsFillSymbol,
    QgsLinePatternFillSymbolLayer,
    QgsLineSymbol,
    QgsMarkerSymbol,
    QgsPalLayerSettings,
    QgsProperty,
    QgsRuleBasedRenderer,
    QgsSymbolLayer,
    QgsVectorLayer,
    QgsVectorLayerSimpleLabeling,
)
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtGui import QColor

from .styles import ORPHAN_NEED_COLOUR, label

_ORPHANS = '("besoins" - "besoins_couverts")'
_GROUND, _EDGE = "#f7f5ee", "#b9b3a3"
# The area of a symbol is proportional to its needs: a diameter of 3 mm for one need.
_ONE_NEED_MM, _LARGEST_MM = 3.0, 26.0
_REDS = ("#fff3e6", "#fdd0a2", "#fd8d3c", "#d94801", "#7f2704")
_BLUES = ("#f1eef6", "#bdc9e1", "#74a9cf", "#0570b0")
_LABELS_FROM_SCALE = 1_500_000
_HEXAGON_LABELS_FROM_SCALE = 600_000
# Columns that the table keeps for the action on a row, and the number of GeoPackage.
_UNSEEN = ("besoin_ids", "offre_ids", "fid")
# Pixels of the columns that need more, or less, than QGIS gives them.
_WIDTHS = {"libelle": 320, "barre": 230, "code": 70, "niveau": 80, "score": 60, "peu_releve": 85}
_TOGETHER = {"code": 1, "libelle": 2, "barre": 3, "peu_releve": 4}

Rule = tuple[str, str, QgsFillSymbol]


def dress_perimeters(layer: QgsVectorLayer) -> None:
    """Give coverage by perimeter its three styles, that of the unanswered needs being shown."""
    styles: tuple[tuple[str, Callable[[QgsVectorLayer], None]], ...] = (
        ("Part des besoins couverts", _shade_coverage),
        ("Où personne n'est passé", _shade_visits),
        ("Besoins sans réponse", _draw_symbols),
    )
    manager = layer.styleManager()
    before = manager.currentStyle()
    for name, dress in styles:
        manager.addStyleFromLayer(name)
        manager.setCurrentStyle(name)
        dress(layer)
    if before not in dict(styles):
        manager.removeStyle(before)


def dress_hexagons(layer: QgsVectorLayer) -> None:
    """Shade hexagons by the number of needs that find no answer in them."""
    counts = '"besoins_sans_reponse"'
    _rules(
        layer,
        [
            (f"{counts} = 0", "tous les besoins ont une réponse", _area(_GROUND, 120, _EDGE)),
            (f"{counts} = 1", "1 besoin sans réponse", _area(_REDS[1], 205)),
            (f"{counts} >= 2 AND {counts} <= 3", "2 à 3", _area(_REDS[2], 205)),
            (f"{counts} >= 4 AND {counts} <= 7", "4 à 7", _area(_REDS[3], 205)),
            (f"{counts} >= 8", "8 et plus", _area(_REDS[4], 205)),
        ],
    )
    text = f"if({counts} > 0, {counts}, '')"
    label(layer, text, 8, bold=True, maximum_scale=_HEXAGON_LABELS_FROM_SCALE)
    _label_inside(layer)


def dress_codes(layer: QgsVectorLayer) -> None:
    """Rank the table, pale what few records tell, and give each row its action."""
    config = layer.attributeTableConfig()
    config.update(layer.fields())
    columns = config.columns()
    for column in columns:
        column.hidden = column.name in _UNSEEN
        column.width = _WIDTHS.get(column.name, -1)
        if column.type == QgsAttributeTableConfig.Type.Action:
            column.hidden = False
    # The bar stands beside the words that it is about.
    columns.sort(key=lambda column: _place(column))
    config.setColumns(columns)
    config.setSortExpression('"score"')
    config.setSortOrder(Qt.SortOrder.DescendingOrder)
    config.setActionWidgetStyle(QgsAttributeTableConfig.ActionWidgetStyle.ButtonList)
    layer.setAttributeTableConfig(config)
    unsure = QgsConditionalStyle("\"peu_releve\" = 'oui'")
    unsure.setName("Peu relevé : le silence peut vouloir dire « pas demandé »")
    unsure.setTextColor(QColor("#767676"))
    layer.conditionalStyles().setRowStyles([unsure])


def _place(column: QgsAttributeTableConfig.ColumnConfig) -> int:
    """Return the rank of a column: the action, what is read together, the others as they come."""
    if column.type == QgsAttributeTableConfig.Type.Action:
        return 0
    return _TOGETHER.get(column.name, len(_TOGETHER) + 1)


def _draw_symbols(layer: QgsVectorLayer) -> None:
    rules: list[Rule] = [("TRUE", "Périmètre", _area(_GROUND, edge=_EDGE))]
    rules.append(('"part_visitee" = 0', "Personne n'y est passé", _hatch()))
    # One line for all sizes: a legend would crop discs of their true size. The figure on each
    # says what its area means.
    text = "Besoins sans réponse (nombre, et surface du disque)"
    rules.append((f"{_ORPHANS} > 0", text, _disc()))
    _rules(layer, rules)
    # Symbols over all grounds: a neighbour drawn later would cut them.
    layer.renderer().setUsingSymbolLevels(True)
    text = f"if({_ORPHANS} > 0, {_ORPHANS}, '')"
    label(layer, text, 8, colour="#ffffff", bold=True, maximum_scale=_LABELS_FROM_SCALE)
    _label_inside(layer, halo=ORPHAN_NEED_COLOUR)


def _shade_coverage(layer: QgsVectorLayer) -> None:
    share = '"couverture"'
    _rules(
        layer,
        [
            (f"{share} IS NULL", "aucun besoin relevé", _area("#eeeeee", edge=_EDGE)),
            (f"{share} < 0.25", "moins de 25 % des besoins couverts", _area(_REDS[4])),
            (f"{share} >= 0.25 AND {share} < 0.5", "de 25 à 50 %", _area(_REDS[3])),
            (f"{share} >= 0.5 AND {share} < 0.75", "de 50 à 75 %", _area(_REDS[2])),
            (f"{share} >= 0.75", "75 % et plus", _area(_REDS[1])),
            ('"part_visitee" = 0', "Personne n'y est passé", _hatch()),
        ],
    )
    text = f"if({share} IS NULL, '', format_number(100 * {share}, 0) || ' %')"
    label(layer, text, 8, maximum_scale=_LABELS_FROM_SCALE)
    _label_inside(layer)


def _shade_visits(layer: QgsVectorLayer) -> None:
    share = '"part_visitee"'
    _rules(
        layer,
        [
            (
                f"{share} IS NULL",
                "aucun établissement, ou visites non fournies",
                _area("#eeeeee", edge=_EDGE),
            ),
            (f"{share} = 0", "Personne n'y est passé", _hatch(_area(_BLUES[0], edge=_EDGE))),
            (
                f"{share} > 0 AND {share} < 0.25",
                "moins de 25 % des établissements visités",
                _area(_BLUES[1]),
            ),
            (f"{share} >= 0.25 AND {share} < 0.5", "de 25 à 50 %", _area(_BLUES[2])),
            (f"{share} >= 0.5", "50 % et plus", _area(_BLUES[3])),
        ],
    )
    text = (
        f"if({share} IS NULL, '', coalesce(\"visites\", 0) || if(\"visites\" > 1, ' visites',"
        " ' visite') || '\n' || \"etablissements\" || ' étab.')"
    )
    label(layer, text, 8, maximum_scale=_LABELS_FROM_SCALE)
    _label_inside(layer)


def _rules(layer: QgsVectorLayer, rules: Iterable[Rule]) -> None:
    root = QgsRuleBasedRenderer.Rule(None)
    for condition, text, symbol in rules:
        root.appendChild(QgsRuleBasedRenderer.Rule(symbol, 0, 0, condition, text))
    layer.setRenderer(QgsRuleBasedRenderer(root))


def _label_inside(layer: QgsVectorLayer, halo: str = "#ffffff") -> None:
    settings = QgsPalLayerSettings(layer.labeling().settings())
    text = settings.format()
    buffer = text.buffer()
    buffer.setColor(QColor(halo))
    text.setBuffer(buffer)
    settings.setFormat(text)
    settings.placement = QgsPalLayerSettings.Placement.OverPoint
    settings.centroidInside = True
    settings.centroidWhole = True
    layer.setLabeling(QgsVectorLayerSimpleLabeling(settings))


def _area(colour: str, opacity: int = 255, edge: str = "#ffffff") -> QgsFillSymbol:
    fill = QColor(colour)
    return QgsFillSymbol.createSimple(
        {
            "color": f"{fill.red()},{fill.green()},{fill.blue()},{opacity}",
            "outline_color": edge,
            "outline_width": "0.25",
        }
    )


def _hatch(ground: QgsFillSymbol | None = None) -> QgsFillSymbol:
    """Return a hatch, alone or over a ground."""
    pattern = QgsLinePatternFillSymbolLayer()
    pattern.setLineAngle(45)
    pattern.setDistance(2.2)
    pattern.setSubSymbol(
        QgsLineSymbol.createSimple({"line_color": "#7a7a7a", "line_width": "0.25"})
    )
    if ground is not None:
        ground.appendSymbolLayer(pattern)
        return ground
    symbol = QgsFillSymbol()
    symbol.changeSymbolLayer(0, pattern)
    return symbol


def _disc() -> QgsFillSymbol:
    """Return a disc at the centre of a perimeter, as large as its needs left unanswered."""
    red = QColor(ORPHAN_NEED_COLOUR)
    disc = QgsMarkerSymbol.createSimple(
        {
            "name": "circle",
            "color": f"{red.red()},{red.green()},{red.blue()},190",
            "outline_color": "#ffffff",
            "outline_width": "0.3",
            "size": str(_ONE_NEED_MM),
        }
    )
    disc.symbolLayer(0).setDataDefinedProperty(
        QgsSymbolLayer.Property.PropertySize,
        QgsProperty.fromExpression(f"min({_LARGEST_MM}, {_ONE_NEED_MM} * sqrt{_ORPHANS})"),
    )
    centre = QgsCentroidFillSymbolLayer()
    centre.setPointOnSurface(True)
    centre.setSubSymbol(disc)
    centre.setRenderingPass(1)
    symbol = QgsFillSymbol()
    symbol.changeSymbolLayer(0, centre)
    return symbol
