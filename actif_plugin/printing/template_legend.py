"""The legend of a map: what it lists, and how it is made to fit the box of its template."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from qgis.core import (
    QgsCategorizedSymbolRenderer,
    QgsGraduatedSymbolRenderer,
    QgsLayerTreeLayer,
    QgsLayout,
    QgsLayoutItemLegend,
    QgsLayoutUtils,
    QgsLegendRenderer,
    QgsLegendStyle,
    QgsMapLayer,
    QgsRuleBasedRenderer,
    QgsVectorLayer,
)
from qgis.PyQt.QtCore import QSizeF

from .legend_entries import add_seen, has_sizes
from .templates import as_drawn, drawn_box, items_of

# What is noted of a legend as drawn.
_WIDTH, _SHRUNK, _COLUMNS = "actif/width", "actif/shrunk", "actif/columns"
# Where QGIS keeps the name of a layer in a legend.
_LEGEND_NAME = "legend/title-label"
# What has classes, which a legend lists under the name of the layer.
_HEADED = (QgsCategorizedSymbolRenderer, QgsGraduatedSymbolRenderer, QgsRuleBasedRenderer)
# A legend is made smaller until it fits, not smaller than this share of what was drawn.
_SMALLEST = 0.7
_STEP = 0.96


def set_legend(
    layout: QgsLayout,
    item_id: str,
    layers: Iterable[QgsMapLayer],
    title: str = "",
    names: Mapping[str, str] | None = None,
) -> None:
    """List what the linked map shows of some layers, made smaller until it fits its box.

    Args:
        layout: the layout.
        item_id: of the legend.
        layers: from the top.
        title: of the legend.
        names: how layers are called where that is not their name, by layer id.
    """
    layers = list(layers)
    for legend in items_of(layout, item_id, QgsLayoutItemLegend):
        _, top, width, height = drawn_box(legend)
        # What was above may have left room.
        up = top - legend.pagePos().y()
        room = QSizeF(as_drawn(legend, _WIDTH, width), height + up)
        restore_legend(legend)
        legend.setAutoUpdateModel(False)
        tree = legend.model().rootGroup()
        tree.clear()
        sized = any(map(has_sizes, layers))
        for layer in layers if sized else headed_last(layers):
            branch = add_seen(legend, layer) if sized else tree.addLayer(layer)
            if branch is not None and names and layer.id() in names:
                call_in_legend(legend, branch, names[layer.id()])
        legend.setTitle(title)
        legend.setLegendFilterByMapEnabled(not sized)
        legend.setResizeToContents(True)
        _fit_legend(legend, room)


def _fit_legend(legend: QgsLayoutItemLegend, room: QSizeF) -> None:
    """Make a legend fit, in one column or in those of its template: what leaves larger letters.

    What fits below one another is read best so.
    """
    drawn = int(as_drawn(legend, _COLUMNS, legend.columnCount()))
    legend.setColumnCount(1)
    legend.updateFilterByMap(False)
    shrink_legend(legend, room)
    share = float(legend.customProperty(_SHRUNK))
    if share == 1 or drawn == 1:
        return
    for columns in (drawn, 1):
        restore_legend(legend)
        legend.setColumnCount(columns)
        shrink_legend(legend, room)
        if float(legend.customProperty(_SHRUNK)) > share:
            return


def headed_last(layers: Iterable[QgsMapLayer]) -> list[QgsMapLayer]:
    """Return layers as a legend lists them: those whose classes stand under a heading come last.

    What came after them would be read as one of their classes.
    """
    return sorted(layers, key=_has_heading)


def call_in_legend(legend: QgsLayoutItemLegend, branch: QgsLayerTreeLayer, name: str) -> None:
    """Name a layer in a legend otherwise than in its project."""
    branch.setCustomProperty(_LEGEND_NAME, name)
    # Else the legend is measured with the name that it had.
    legend.model().refreshLayerLegend(branch)


def restore_legend(legend: QgsLayoutItemLegend) -> None:
    """Make a legend that was made smaller as large as drawn."""
    _enlarge(legend, 1 / as_drawn(legend, _SHRUNK, 1.0))
    legend.setCustomProperty(_SHRUNK, 1.0)


def shrink_legend(legend: QgsLayoutItemLegend, room: QSizeF) -> None:
    """Make a legend smaller until it fits a room in millimetres, within bounds."""
    scale = 1.0
    while scale > _SMALLEST:
        taken = size_of_legend(legend)
        if taken.height() <= room.height() and taken.width() <= room.width():
            break
        scale *= _STEP
        _enlarge(legend, _STEP)
    legend.setCustomProperty(_SHRUNK, scale)


def size_of_legend(legend: QgsLayoutItemLegend) -> QSizeF:
    """Return what a legend takes, in millimetres: the item itself knows once it was painted."""
    context = QgsLayoutUtils.createRenderContextForLayout(legend.layout(), None)
    return QgsLegendRenderer(legend.model(), legend.legendSettings()).minimumSize(context)


def _enlarge(legend: QgsLayoutItemLegend, by: float) -> None:
    kinds, sides = QgsLegendStyle.Style, QgsLegendStyle.Side
    for kind in (kinds.Title, kinds.Group, kinds.Subgroup, kinds.SymbolLabel):
        letters = legend.styleFont(kind)
        letters.setPointSizeF(letters.pointSizeF() * by)
        legend.setStyleFont(kind, letters)
    for kind in (kinds.Subgroup, kinds.Symbol, kinds.SymbolLabel):
        for side in (sides.Top, sides.Bottom, sides.Left, sides.Right):
            legend.rstyle(kind).setMargin(side, legend.style(kind).margin(side) * by)
    legend.setSymbolHeight(legend.symbolHeight() * by)
    legend.setSymbolWidth(legend.symbolWidth() * by)


def _has_heading(layer: QgsMapLayer) -> bool:
    return isinstance(layer, QgsVectorLayer) and isinstance(layer.renderer(), _HEADED)
