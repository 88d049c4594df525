"""How a territory looks: colours by nature, shapes by direction.

The eight hues are those of Okabe and Ito, told apart by colour-blind readers; shapes and fills
carry the direction, so that a black-and-white print still tells an offer from a need.
"""

from __future__ import annotations

from qgis.core import (
    QgsCategorizedSymbolRenderer,
    QgsFillSymbol,
    QgsLineSymbol,
    QgsMarkerSymbol,
    QgsPalLayerSettings,
    QgsPointDisplacementRenderer,
    QgsProperty,
    QgsRendererCategory,
    QgsRuleBasedRenderer,
    QgsSingleSymbolRenderer,
    QgsSymbol,
    QgsTextBufferSettings,
    QgsTextFormat,
    QgsUnitTypes,
    QgsVectorLayer,
    QgsVectorLayerSimpleLabeling,
)
from qgis.PyQt.QtGui import QColor, QFont

from .schema import NATURES

NATURE_COLOURS = {
    "matiere": "#7a4b2a",
    "energie": "#d55e00",
    "eau": "#56b4e9",
    "equipement": "#0072b2",
    "espace": "#009e73",
    "logistique": "#e69f00",
    "service": "#cc79a7",
    "competence": "#5b3a8e",
}
UNKNOWN_COLOUR = "#777777"
ORPHAN_NEED_COLOUR = "#b2182b"
ORPHAN_RESOURCE_COLOUR = "#2166ac"
# A record that nobody confirmed for a year may not hold any more: it pales on the map.
STALE = (
    'coalesce("date_confirmation", to_date("cree_le"))'
    " < to_date(now()) - to_interval('12 months')"
)
_STALE_OPACITY = 45
# Labels of records appear when a map shows a few communes, not a département.
_LABELS_FROM_SCALE = 40_000
_EPCI_LABELS_FROM_SCALE = 1_000_000
_COMMUNE_LABELS_FROM_SCALE = 400_000
_WRAP_AT = 18
_ZONE_LABELS_FROM_SCALE = 100_000
# "Communauté de communes du Quercy Caussadais" is read as "Quercy Caussadais" on a map of EPCI.
SHORT_EPCI_NAME = (
    "regexp_replace(\"nom\", '^(Communauté (de communes|d''agglomération|urbaine)|Métropole) ?"
    "(du |des |de la |de |d'')?', '')"
)


def style_flows(layer: QgsVectorLayer, direction: str, *, fading: bool = True) -> None:
    """Draw offers as filled discs, needs as hollow diamonds, in the colour of their nature.

    Args:
        layer: of flows.
        direction: ``offre`` or ``besoin``.
        fading: what nobody confirmed for a year pales; the layer has the dates that it takes.
    """
    categories = [
        QgsRendererCategory(nature, _flow_symbol(direction, NATURE_COLOURS[nature], fading), label)
        for nature, label in NATURES
    ]
    other = _flow_symbol(direction, UNKNOWN_COLOUR, fading)
    categories.append(QgsRendererCategory(None, other, "Nature non précisée"))
    renderer = QgsPointDisplacementRenderer()
    renderer.setEmbeddedRenderer(QgsCategorizedSymbolRenderer("nature", categories))
    # Records of one company share its point: they open in a ring around it.
    renderer.setTolerance(0.3)
    renderer.setToleranceUnit(QgsUnitTypes.RenderUnit.RenderMillimeters)
    renderer.setPlacement(QgsPointDisplacementRenderer.Placement.Ring)
    renderer.setCircleWidth(0.15)
    renderer.setCircleColor(QColor("#bbbbbb"))
    renderer.setCenterSymbol(
        QgsMarkerSymbol.createSimple({"name": "circle", "size": "0.8", "color": "#555555"})
    )
    layer.setRenderer(renderer)
    label(layer, '"libelle"', 7, maximum_scale=_LABELS_FROM_SCALE)


def style_establishments(layer: QgsVectorLayer) -> None:
    """Draw establishments as small dark dots under their offers and needs."""
    symbol = QgsMarkerSymbol.createSimple(
        {
            "name": "circle",
            "size": "1.9",
            "color": "#3d3d3d",
            "outline_color": "#ffffff",
            "outline_width": "0.25",
        }
    )
    layer.setRenderer(QgsSingleSymbolRenderer(symbol))
    label(layer, 'coalesce("enseigne", "raison_sociale")', 7, maximum_scale=_LABELS_FROM_SCALE)


def style_synergies(layer: QgsVectorLayer) -> None:
    """Draw synergies as wide green lines, dashed until they are realised."""
    done = _line("#1b7837", 1.0)
    ahead = _line("#1b7837", 0.8, dashed=True)
    ended = _line("#999999", 0.6, dashed=True)
    categories = [
        QgsRendererCategory("realisee", done, "Réalisée ou pérenne"),
        QgsRendererCategory("piste", ahead, "En projet"),
        QgsRendererCategory("arretee", ended, "Arrêtée"),
    ]
    state = (
        "CASE WHEN \"statut\" IN ('realisee', 'perenne') THEN 'realisee'"
        " WHEN \"statut\" IN ('abandonnee', 'arretee') THEN 'arretee' ELSE 'piste' END"
    )
    layer.setRenderer(QgsCategorizedSymbolRenderer(state, categories))


def style_perimeters(layer: QgsVectorLayer, kind: str) -> None:
    """Draw communes as a pale ground, EPCI by their edge, activity zones as tinted surfaces."""
    properties = {
        "commune": {"color": "#fbfaf5", "outline_color": "#d3cfc2", "outline_width": "0.15"},
        "epci": {"style": "no", "outline_color": "#6f6a5c", "outline_width": "0.45"},
        "zae": {
            "color": "221,208,232,150",
            "outline_color": "#8c6bb1",
            "outline_width": "0.3",
        },
        "autre": {"style": "no", "outline_color": "#6f6a5c", "outline_width": "0.3"},
    }[kind]
    layer.setRenderer(QgsSingleSymbolRenderer(QgsFillSymbol.createSimple(properties)))
    if kind == "commune":
        label(
            layer,
            '"nom"',
            6.5,
            colour="#8a8577",
            inside=True,
            maximum_scale=_COMMUNE_LABELS_FROM_SCALE,
        )
    elif kind == "epci":
        label(
            layer,
            SHORT_EPCI_NAME,
            8,
            colour="#57523f",
            bold=True,
            wrap=True,
            maximum_scale=_EPCI_LABELS_FROM_SCALE,
        )
    else:
        label(layer, '"nom"', 7, colour="#6a51a3", maximum_scale=_ZONE_LABELS_FROM_SCALE)


def style_answers(layer: QgsVectorLayer) -> None:
    """Draw answers from need to offer: the nearest; the others once they are ticked.

    All of them at once would cover the map.
    """
    root = QgsRuleBasedRenderer.Rule(None)
    for expression, text, width, ticked in (
        ('"rang" = 1', "Réponse la plus proche", 0.3, True),
        ('"rang" > 1', "Autres réponses", 0.15, False),
    ):
        rule = QgsRuleBasedRenderer.Rule(_line("110,110,110,170", width), 0, 0, expression, text)
        rule.setActive(ticked)
        root.appendChild(rule)
    layer.setRenderer(QgsRuleBasedRenderer(root))


def style_orphans(layer: QgsVectorLayer, direction: str) -> None:
    """Make what nobody answers, or nobody takes, stand out."""
    need = direction == "besoin"
    symbol = QgsMarkerSymbol.createSimple(
        {
            "name": "diamond" if need else "square",
            "size": "3.4" if need else "2.8",
            "color": ORPHAN_NEED_COLOUR if need else ORPHAN_RESOURCE_COLOUR,
            "outline_color": "#ffffff",
            "outline_width": "0.35",
        }
    )
    layer.setRenderer(QgsSingleSymbolRenderer(symbol))
    label(layer, '"libelle"', 7, maximum_scale=_LABELS_FROM_SCALE)


def label(
    layer: QgsVectorLayer,
    expression: str,
    size: float,
    *,
    colour: str = "#222222",
    bold: bool = False,
    wrap: bool = False,
    inside: bool = False,
    maximum_scale: float,
) -> None:
    """Label a layer.

    Args:
        layer: the layer.
        expression: what is written.
        size: in points.
        colour, bold: of the letters.
        wrap: break long names over several lines.
        inside: only where the name fits into its polygon.
        maximum_scale: denominator of the scale from which labels show, inwards.
    """
    text = QgsTextFormat()
    font = QFont("Open Sans")
    font.setBold(bold)
    text.setFont(font)
    text.setSize(size)
    text.setColor(QColor(colour))
    halo = QgsTextBufferSettings()
    halo.setEnabled(True)
    halo.setSize(0.7)
    halo.setColor(QColor("#ffffff"))
    text.setBuffer(halo)
    settings = QgsPalLayerSettings()
    settings.fieldName = expression
    settings.isExpression = True
    settings.setFormat(text)
    if wrap:
        settings.autoWrapLength = _WRAP_AT
    settings.fitInPolygonOnly = inside
    settings.scaleVisibility = True
    settings.minimumScale = maximum_scale
    layer.setLabeling(QgsVectorLayerSimpleLabeling(settings))
    layer.setLabelsEnabled(True)


def _flow_symbol(direction: str, colour: str, fading: bool) -> QgsMarkerSymbol:
    if direction == "offre":
        properties = {
            "name": "circle",
            "size": "2.6",
            "color": colour,
            "outline_color": "#ffffff",
            "outline_width": "0.25",
        }
    else:
        properties = {
            "name": "diamond",
            "size": "3",
            "color": "#ffffff",
            "outline_color": colour,
            "outline_width": "0.7",
        }
    symbol = QgsMarkerSymbol.createSimple(properties)
    if not fading:
        return symbol
    opacity = f"CASE WHEN {STALE} THEN {_STALE_OPACITY} ELSE 100 END"
    symbol.setDataDefinedProperty(
        QgsSymbol.Property.PropertyOpacity, QgsProperty.fromExpression(opacity)
    )
    return symbol


def _line(colour: str, width: float, dashed: bool = False) -> QgsLineSymbol:
    properties = {"line_color": colour, "line_width": str(width), "line_width_unit": "MM"}
    if dashed:
        properties |= {"use_custom_dash": "1", "customdash": "3;2", "customdash_unit": "MM"}
    return QgsLineSymbol.createSimple(properties)
