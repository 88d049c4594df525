"""How pools and joint offers look: discs that grow with their members, and their members."""

from __future__ import annotations

from qgis.core import (
    QgsMarkerSymbol,
    QgsProperty,
    QgsSingleSymbolRenderer,
    QgsSymbolLayer,
    QgsVectorLayer,
)

from .styles import label

_POOL, _JOINT = "#5b3a8e", "#0072b2"
# Labels of what a question asked for: few, and wanted at any scale of work.
_LABELS_FROM_SCALE = 1_000_000


def style_pools(layer: QgsVectorLayer) -> None:
    """Draw a pool as a disc as large as its number of members, labelled with its product."""
    symbol = _disc(_POOL, 4.0, "120")
    size = '4 + 1.5 * sqrt("members")'
    symbol.symbolLayer(0).setDataDefinedProperty(
        QgsSymbolLayer.Property.PropertySize, QgsProperty.fromExpression(size)
    )
    layer.setRenderer(QgsSingleSymbolRenderer(symbol))
    text = "\"libelle\" || ' (' || \"members\" || ')'"
    label(layer, text, 8, colour=_POOL, wrap=True, maximum_scale=_LABELS_FROM_SCALE)


def style_pool_members(layer: QgsVectorLayer) -> None:
    """Draw the members of pools as small discs, labelled with the company's words."""
    layer.setRenderer(QgsSingleSymbolRenderer(_disc(_POOL, 2.2, "255")))
    label(layer, '"mots"', 7, maximum_scale=40_000)


def style_joint_offers(layer: QgsVectorLayer) -> None:
    """Draw the members of a joint offer as rings, labelled with the rank of the offer."""
    layer.setRenderer(QgsSingleSymbolRenderer(_disc(_JOINT, 5.0, "70")))
    label(layer, '"rang"', 9, colour=_JOINT, bold=True, maximum_scale=_LABELS_FROM_SCALE)


def style_joint_members(layer: QgsVectorLayer) -> None:
    """Draw what each member brings, labelled with the products."""
    layer.setRenderer(QgsSingleSymbolRenderer(_disc(_JOINT, 2.2, "255")))
    label(layer, '"codes"', 7, maximum_scale=200_000)


def _disc(colour: str, size: float, opacity: str) -> QgsMarkerSymbol:
    red, green, blue = (int(colour[n : n + 2], 16) for n in (1, 3, 5))
    return QgsMarkerSymbol.createSimple(
        {
            "name": "circle",
            "size": str(size),
            "color": f"{red},{green},{blue},{opacity}",
            "outline_color": "#ffffff",
            "outline_width": "0.25",
        }
    )
