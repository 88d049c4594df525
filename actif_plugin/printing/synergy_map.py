"""The synergy map: one A3 sheet that says what was found on a territory."""

from __future__ import annotations

import math
import textwrap
from dataclasses import dataclass
from datetime import date

from qgis.core import (
    QgsLayoutItemLegend,
    QgsLayoutItemMap,
    QgsLayoutItemPicture,
    QgsLayoutItemScaleBar,
    QgsLayoutItemShape,
    QgsLayoutPoint,
    QgsLayoutSize,
    QgsLegendStyle,
    QgsPrintLayout,
    QgsProject,
    QgsRectangle,
    QgsScaleBarSettings,
    QgsUnitTypes,
    QgsVectorLayer,
)
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtGui import QColor

from .. import paths
from ..store.errors import StoreError
from ..store.project import CREDITS_KEY, NOTICE_KEY, SCOPE, layers_by_role
from ..translation import tr
from .drawing import (
    ACCENT,
    ALERT,
    INK,
    MM,
    SOFT,
    add_text,
    font,
    place,
    written_date,
    written_number,
)
from .figures import Gap, KeyFigures, count_figures, worst_gaps

# Millimetres on A3 landscape.
_PAGE = (420.0, 297.0)
_MARGIN = 10.0
_MAP = (_MARGIN, 32.0, 292.0, 243.0)
_PANEL_X = 310.0
_PANEL_WIDTH = 100.0
_GAPS_SHOWN = 8
_GAP_LABEL = 62
_MARGIN_AROUND = 1.04

# What the map draws, from the top.
_DRAWN = (
    "besoins_orphelins",
    "ressources_orphelines",
    "etablissement",
    "synergie",
    "reponses",
    "zae",
    "epci",
    "commune",
)


@dataclass(frozen=True)
class Sheet:
    """What is to be printed.

    Attributes:
        title: first line of the sheet.
        extent: what the map must show, in the project's CRS.
        edition: translated name of the edition.
        author: who prints; empty for nobody.
    """

    title: str
    extent: QgsRectangle
    edition: str
    author: str = ""


def build_layout(project: QgsProject, sheet: Sheet, name: str) -> QgsPrintLayout:
    """Compose the sheet; the caller adds it to the project or exports it.

    Raises:
        StoreError: the project shows no territory.
    """
    layers = layers_by_role(project)
    if "etablissement" not in layers:
        raise StoreError(tr("This project shows no territory: open the project that Act'IF made."))
    lost = [layer.name() for layer in layers.values() if not layer.isValid()]
    if lost:
        raise StoreError(
            tr("These layers cannot be read, the GeoPackage was moved or deleted: {names}").format(
                names=", ".join(lost)
            )
        )
    figures = count_figures(layers)
    layout = QgsPrintLayout(project)
    layout.initializeDefaults()
    layout.setName(name)
    layout.pageCollection().page(0).setPageSize(QgsLayoutSize(*_PAGE, MM))
    drawn = [layers[role] for role in _DRAWN if role in layers]
    notice = project.readEntry(SCOPE, NOTICE_KEY)[0]

    add_text(layout, sheet.title, (_MARGIN, 8, 292, 12), 26, bold=True, colour=ACCENT)
    add_text(layout, _subtitle(figures), (_MARGIN, 20.5, 292, 8), 12, colour=SOFT)
    map_item = _add_map(layout, project, drawn, sheet.extent)
    _add_edition(layout, sheet.edition, notice)
    bottom = _add_figures(layout, figures, 43.0 if not notice else 53.0)
    bottom = _add_gaps(layout, worst_gaps(layers, _GAPS_SHOWN), bottom)
    _add_legend(layout, map_item, drawn, bottom + 3)
    _add_scale_and_north(layout, map_item)
    credits = _credits(project, sheet)
    add_text(layout, credits, (_MARGIN, 278, 400, 12), 7.5, colour=SOFT)
    return layout


def _subtitle(figures: KeyFigures) -> str:
    return tr("{visited} of {total} establishments visited").format(
        visited=written_number(figures.visited), total=written_number(figures.establishments)
    )


def _add_map(
    layout: QgsPrintLayout,
    project: QgsProject,
    layers: list[QgsVectorLayer],
    extent: QgsRectangle,
) -> QgsLayoutItemMap:
    item = QgsLayoutItemMap(layout)
    item.setId("carte")
    item.setLayers(layers)
    item.setKeepLayerSet(True)
    item.setCrs(project.crs())
    item.setBackgroundColor(QColor("#eef2f2"))
    wanted = QgsRectangle(extent)
    wanted.scale(_MARGIN_AROUND)
    # Without a first extent there is no ratio to frame by; setting it changes the item's size.
    place(item, _MAP)
    item.setExtent(wanted)
    place(item, _MAP)
    item.zoomToExtent(wanted)
    item.setFrameEnabled(True)
    item.setFrameStrokeColor(QColor("#b9b9b9"))
    layout.addLayoutItem(item)
    return item


def _add_edition(layout: QgsPrintLayout, edition: str, notice: str) -> None:
    box = QgsLayoutItemShape(layout)
    box.setShapeType(QgsLayoutItemShape.Shape.Rectangle)
    symbol = box.symbol().clone()
    symbol.setColor(QColor(ACCENT))
    symbol.symbolLayer(0).setStrokeStyle(Qt.PenStyle.NoPen)
    box.setSymbol(symbol)
    place(box, (_PANEL_X, 32, _PANEL_WIDTH, 7))
    layout.addLayoutItem(box)
    add_text(
        layout, edition, (_PANEL_X + 2, 32.6, _PANEL_WIDTH - 4, 6), 10, bold=True, colour="#ffffff"
    )
    if notice:
        add_text(layout, notice, (_PANEL_X, 40.5, _PANEL_WIDTH, 12), 9, bold=True, colour=ALERT)


def _add_figures(layout: QgsPrintLayout, figures: KeyFigures, top: float) -> float:
    """Print the key figures, observed apart from potential; return where they end."""
    observed = [
        (figures.offers, tr("open resources")),
        (figures.needs, tr("open needs")),
        (figures.uncovered, tr("needs without an answer nearby")),
        (figures.untaken, tr("resources without a taker nearby")),
        (figures.realised, tr("synergies realised")),
    ]
    potential = [(figures.ahead, tr("synergies on the way"))]
    y = top
    for heading, rows in ((tr("Observed"), observed), (tr("Potential"), potential)):
        add_text(layout, heading, (_PANEL_X, y, _PANEL_WIDTH, 6), 11, bold=True, colour=ACCENT)
        y += 6.5
        for value, wording in rows:
            if value is None:
                continue
            add_text(layout, written_number(value), (_PANEL_X, y, 17, 7), 14, bold=True, right=True)
            add_text(layout, wording, (_PANEL_X + 19, y + 1.3, _PANEL_WIDTH - 19, 6), 9.5)
            y += 7.2
        y += 2
    return y


def _add_gaps(layout: QgsPrintLayout, gaps: list[Gap], top: float) -> float:
    """List the products most asked for in vain; return where the list ends."""
    if not gaps:
        return top
    heading = tr("What is missing most (unanswered needs)")
    add_text(layout, heading, (_PANEL_X, top, _PANEL_WIDTH, 6), 11, bold=True, colour=ACCENT)
    y = top + 6.5
    for gap in gaps:
        add_text(
            layout, written_number(gap.needs), (_PANEL_X, y, 10, 5), 9.5, bold=True, right=True
        )
        label = textwrap.shorten(gap.label, _GAP_LABEL, placeholder="…")
        add_text(layout, label, (_PANEL_X + 12, y, _PANEL_WIDTH - 12, 5), 8.5)
        y += 5.2
    return y + 2


def _add_legend(
    layout: QgsPrintLayout, map_item: QgsLayoutItemMap, layers: list[QgsVectorLayer], top: float
) -> None:
    legend = QgsLayoutItemLegend(layout)
    legend.setId("legende")
    legend.setLinkedMap(map_item)
    legend.setAutoUpdateModel(False)
    tree = legend.model().rootGroup()
    tree.clear()
    for layer in layers:
        tree.addLayer(layer)
    legend.setTitle(tr("Legend"))
    legend.setLegendFilterByMapEnabled(True)
    styles = QgsLegendStyle.Style
    for style, size, bold in (
        (styles.Title, 11, True),
        (styles.Subgroup, 9, True),
        (styles.SymbolLabel, 8.5, False),
    ):
        legend.setStyleFont(style, font(size, bold))
    legend.setFontColor(QColor(INK))
    legend.setSymbolHeight(4)
    legend.setSymbolWidth(7)
    legend.setBoxSpace(0)
    legend.setWrapString("|")
    legend.setResizeToContents(True)
    legend.attemptMove(QgsLayoutPoint(_PANEL_X, top, MM))
    layout.addLayoutItem(legend)
    legend.adjustBoxSize()


def _add_scale_and_north(layout: QgsPrintLayout, map_item: QgsLayoutItemMap) -> None:
    bar = QgsLayoutItemScaleBar(layout)
    bar.setStyle("Single Box")
    bar.setLinkedMap(map_item)
    bar.setUnits(QgsUnitTypes.DistanceUnit.DistanceKilometers)
    bar.setUnitLabel("km")
    bar.setMapUnitsPerScaleBarUnit(1)
    bar.setNumberOfSegmentsLeft(0)
    bar.setNumberOfSegments(2)
    bar.setSegmentSizeMode(QgsScaleBarSettings.SegmentSizeMode.SegmentSizeFixed)
    bar.setUnitsPerSegment(_round_length(map_item.extent().width() / 1000 / 12))
    text = bar.textFormat()
    text.setFont(font(8))
    text.setSize(8)
    bar.setTextFormat(text)
    bar.setBackgroundEnabled(False)
    bar.update()
    bar.attemptMove(QgsLayoutPoint(_MAP[0] + 4, _MAP[1] + _MAP[3] - 15, MM))
    layout.addLayoutItem(bar)
    north = QgsLayoutItemPicture(layout)
    north.setPicturePath(str(paths.resource("north.svg")))
    north.setLinkedMap(map_item)
    place(north, (_MAP[0] + _MAP[2] - 18, _MAP[1] + 4, 14, 14))
    layout.addLayoutItem(north)


def _round_length(kilometres: float) -> float:
    """Return the largest of 1, 2, 5 times a power of ten not over *kilometres*."""
    power = 10.0 ** math.floor(math.log10(kilometres))
    return max(factor * power for factor in (1, 2, 5) if factor * power <= kilometres)


def _credits(project: QgsProject, sheet: Sheet) -> str:
    parts = [
        project.readEntry(SCOPE, CREDITS_KEY)[0],
        tr("Data: {territory}, {date}.").format(
            territory=project.title(), date=written_date(date.today())
        ),
        tr("Projection: {crs}.").format(crs=project.crs().description()),
        tr("Printed with Act'IF for QGIS."),
    ]
    if sheet.author:
        parts.insert(2, tr("Author: {author}.").format(author=sheet.author))
    return " ".join(part for part in parts if part)
