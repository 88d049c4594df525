"""Layouts made from templates: a ``.qpt`` is loaded, and its items are filled by their ids.

A template says where things are and what they look like; the code says what they say. The package
has one family of templates (``resources/layouts``, drawn by ``docs/build_layouts.py``); an officer
who wants another look opens one in QGIS's layout manager, moves things about, saves it, and gives
that file instead. An item that such a file leaves out is not printed, the map excepted.

Whatever companies wrote stays words: a label evaluates ``[% … %]`` even in plain mode, and would
read HTML in the other.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsDistanceArea,
    QgsFeatureRequest,
    QgsLayout,
    QgsLayoutFrame,
    QgsLayoutItem,
    QgsLayoutItemLabel,
    QgsLayoutItemLegend,
    QgsLayoutItemManualTable,
    QgsLayoutItemMap,
    QgsLayoutItemPage,
    QgsLayoutItemPicture,
    QgsLayoutItemScaleBar,
    QgsLayoutItemShape,
    QgsLayoutUtils,
    QgsLegendRenderer,
    QgsLegendStyle,
    QgsMapLayer,
    QgsPointXY,
    QgsPrintLayout,
    QgsProject,
    QgsReadWriteContext,
    QgsRectangle,
    QgsSingleSymbolRenderer,
    QgsTableCell,
    QgsVectorLayer,
)
from qgis.PyQt.QtCore import QSizeF
from qgis.PyQt.QtGui import QColor
from qgis.PyQt.QtXml import QDomDocument

from .. import paths
from ..store.errors import StoreError
from ..translation import tr
from .drawing import ACCENT, MM, Box, move, resize
from .fitting import fitted, round_length, taken_by

_FOLDER = "layouts"
_SUFFIX = ".qpt"
MAP = "carte"
LEGEND = "legende"
SCALE_BAR = "echelle"
NORTH = "nord"
# What is noted of items as drawn.
_LETTERS, _WIDTH, _HEIGHT, _TOP = "actif/letters", "actif/width", "actif/height", "actif/top"
_SHRUNK = "actif/shrunk"
_HAIR, _HAIR_ROOM = 0.01, 1.0
# How much ground is left around what a map must show.
_AROUND = 1.04
# A legend is made smaller until it fits, not smaller than this share of what was drawn.
_SMALLEST = 0.7
_STEP = 0.92
# A scale bar of two segments takes about a sixth of its map.
_BAR_SEGMENTS_ACROSS = 12


@dataclass(frozen=True)
class Paper:
    """A sheet of paper, in millimetres.

    Attributes:
        name: as scripts and file names write it.
        width, height: of the page.
        scale: how much larger than on A3 letters and symbols are: a poster is read from afar.
    """

    name: str
    width: float
    height: float
    scale: float


PAPERS = {
    paper.name: paper
    for paper in (
        Paper("A4", 297, 210, 0.8),
        Paper("A4-portrait", 210, 297, 0.8),
        Paper("A3", 420, 297, 1.0),
        Paper("A3-portrait", 297, 420, 1.0),
        Paper("A0", 1189, 841, 2.6),
    )
}


def template_path(layout: str, paper: str) -> Path:
    """Return the template of the package for a layout (``synergymap``) and a paper (``A3``)."""
    return paths.resource(_FOLDER) / f"{layout}-{paper.lower()}{_SUFFIX}"


def load(
    project: QgsProject, template: Path, name: str, *, needs_map: bool = True
) -> QgsPrintLayout:
    """Return a new layout made from a template; the caller exports it or adds it to the project.

    Args:
        project: whose layers it will show.
        template: a file of the package (:func:`template_path`) or of the user.
        name: of the layout.
        needs_map: refuse a template without a map called ``carte``.

    Raises:
        StoreError: the file is no template of this kind.
    """
    document = QDomDocument()
    try:
        text = template.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise StoreError(
            tr("The template {path} cannot be read: choose another.").format(path=template)
        ) from error
    layout = QgsPrintLayout(project)
    read = bool(text) and bool(document.setContent(text)[0])
    if read:
        read = bool(layout.loadFromTemplate(document, QgsReadWriteContext(), True)[1])
    if not read or (needs_map and not isinstance(layout.itemById(MAP), QgsLayoutItemMap)):
        raise StoreError(
            tr(
                "{path} is not a template for this: it needs a map whose item ID is"
                " “{item}”. Start from a template of Act'IF."
            ).format(path=template, item=MAP)
        )
    layout.setName(name)
    return layout


def page_size(layout: QgsLayout) -> QSizeF:
    """Return the size of the first page, in millimetres."""
    size = layout.pageCollection().page(0).sizeWithUnits()
    size = layout.renderContext().measurementConverter().convert(size, MM)
    return QSizeF(size.width(), size.height())


def box_of(item: QgsLayoutItem) -> Box:
    """Return where an item is on its page: left, top, width and height in millimetres."""
    place, size = item.pagePos(), item.rect()
    return place.x(), place.y(), size.width(), size.height()


# --- Filling --------------------------------------------------------------------------------------


def set_text(layout: QgsLayout, item_id: str, text: str) -> None:
    """Write a text into the labels of an id, in smaller letters where it does not fit.

    Where there is nothing to write the label is hidden.
    """
    for item in _items(layout, item_id, QgsLayoutItemLabel):
        item.setVisibility(bool(text))
        item.setMode(QgsLayoutItemLabel.Mode.ModeFont)
        # A page of an atlas is filled again and again, each time from the letters as drawn.
        drawn = item.font()
        drawn.setPointSizeF(_as_drawn(item, _LETTERS, drawn.pointSizeF()))
        words, letters = fitted(text, drawn, item.rect().size())
        item.setFont(letters)
        item.setText(words.replace("[%", "[\u200b%"))


def set_texts(layout: QgsLayout, texts: Mapping[str, str]) -> None:
    """Write several texts, by id."""
    for item_id, text in texts.items():
        set_text(layout, item_id, text)


def set_picture(layout: QgsLayout, item_id: str, path: str) -> None:
    """Show a picture, or hide its item where there is none."""
    for item in _items(layout, item_id, QgsLayoutItemPicture):
        item.setVisibility(bool(path) and Path(path).is_file())
        item.setPicturePath(path)


def set_table(layout: QgsLayout, item_id: str, rows: Sequence[Sequence[str]]) -> int:
    """Write rows into a table, as many as its frame holds; hide it where there are none.

    The cells of the template's first row give the columns their look, and its columns their width.

    Returns:
        How many rows were written.
    """
    written = 0
    for frame in _items(layout, item_id, QgsLayoutFrame):
        frame.setVisibility(bool(rows))
        table = frame.multiFrame()
        if not rows or not isinstance(table, QgsLayoutItemManualTable):
            continue
        models = table.tableContents()[0]
        cells = [[_cell(text, model) for text, model in zip(row, models)] for row in rows]
        room = _as_drawn(frame, _HEIGHT, frame.rect().height())
        while cells:
            height = min(room, _height(table, cells))
            table.setTableContents(cells)
            resize(frame, frame.rect().width(), height)
            # The table tells a larger size than its frame's where rows are left over.
            while table.totalSize().height() > height + _HAIR and height < room:
                height = min(room, height + _HAIR_ROOM)
                resize(frame, frame.rect().width(), height)
            if table.totalSize().height() <= height + _HAIR or len(cells) == 1:
                break
            cells = cells[:-1]
        written = len(cells)
    return written


def set_map(
    layout: QgsLayout,
    item_id: str,
    layers: Sequence[QgsMapLayer],
    extent: QgsRectangle,
    crs: QgsCoordinateReferenceSystem,
    styles: Mapping[str, str] | None = None,
) -> QgsLayoutItemMap | None:
    """Make a map show layers, with all of an extent and a little ground around it.

    Args:
        layout: the layout.
        item_id: of the map.
        layers: from the top.
        extent: in *crs*.
        crs: of the map.
        styles: how layers look on this page where it is not as in the project, by layer id.

    Returns:
        The map, or None where the template has none of this id.
    """
    item = next(iter(_items(layout, item_id, QgsLayoutItemMap)), None)
    if item is None:
        return None
    box = box_of(item)
    item.setFollowVisibilityPreset(False)
    item.setLayers(list(layers))
    item.setKeepLayerSet(True)
    if styles is not None:
        item.setLayerStyleOverrides(dict(styles))
        item.setKeepLayerStyles(True)
    item.setCrs(crs)
    wanted = QgsRectangle(extent)
    if wanted.width() == 0 and wanted.height() == 0:
        # A single place: something around it must be seen.
        wanted.grow(0.01 if crs.isGeographic() else 1000)
    wanted.scale(_AROUND)
    # Without a first extent there is no ratio to frame by; setting it changes the item's size.
    item.setExtent(wanted)
    resize(item, box[2], box[3])
    item.zoomToExtent(wanted)
    for bar in _items(layout, SCALE_BAR, QgsLayoutItemScaleBar):
        if bar.linkedMap() is item:
            across = item.extent().width() * _metres_a_unit(item)
            bar.setUnitsPerSegment(round_length(across / 1000 / _BAR_SEGMENTS_ACROSS))
            bar.update()
    return item


def set_legend(
    layout: QgsLayout, item_id: str, layers: Iterable[QgsMapLayer], title: str = ""
) -> None:
    """List what the linked map shows of some layers, made smaller until it fits its box.

    The legend of sizes in proportion is lost by QGIS where it filters by map: a layer that has one
    is listed whole, if the map shows anything of it.
    """
    layers = list(layers)
    for legend in _items(layout, item_id, QgsLayoutItemLegend):
        # What was above may have left room.
        up = _as_drawn(legend, _TOP, legend.pagePos().y()) - legend.pagePos().y()
        room = QSizeF(
            _as_drawn(legend, _WIDTH, legend.rect().width()),
            _as_drawn(legend, _HEIGHT, legend.rect().height()) + up,
        )
        _enlarge(legend, 1 / _as_drawn(legend, _SHRUNK, 1.0))
        legend.setAutoUpdateModel(False)
        tree = legend.model().rootGroup()
        tree.clear()
        sized = any(_has_sizes(layer) for layer in layers)
        for layer in layers:
            if not sized or _is_seen(layer, legend.linkedMap()):
                tree.addLayer(layer)
        legend.setTitle(title)
        legend.setLegendFilterByMapEnabled(not sized)
        legend.setResizeToContents(True)
        legend.updateFilterByMap(False)
        scale = 1.0
        context = QgsLayoutUtils.createRenderContextForLayout(layout, None)
        while scale > _SMALLEST:
            # The item tells its own size only once it was painted.
            taken = QgsLegendRenderer(legend.model(), legend.legendSettings()).minimumSize(context)
            if taken.height() <= room.height() and taken.width() <= room.width():
                break
            scale *= _STEP
            _enlarge(legend, _STEP)
        legend.setCustomProperty(_SHRUNK, scale)


def stack(layout: QgsLayout, item_ids: Sequence[str]) -> None:
    """Close the holes that hidden or short items leave in their column.

    Items of one column (the same left edge) keep their order and the distances that the template
    has between them, and only ever go up.
    """
    columns: dict[int, list[QgsLayoutItem]] = {}
    for item_id in item_ids:
        for item in _items(layout, item_id, QgsLayoutItem):
            columns.setdefault(round(item.pagePos().x()), []).append(item)
    for items in columns.values():
        bottom: float | None = None
        drawn = 0.0
        for item in sorted(items, key=lambda item: _as_drawn(item, _TOP, item.pagePos().y())):
            left, _, _, height = box_of(item)
            top = _as_drawn(item, _TOP, item.pagePos().y())
            height = _as_drawn(item, _HEIGHT, height)
            start = top if bottom is None else bottom + max(0.0, top - drawn)
            # A hidden item takes its own room away, and leaves one distance between its neighbours.
            if not item.isVisible():
                drawn, bottom = top + height, start - max(0.0, top - drawn) if bottom else top
                continue
            move(item, left, min(start, top))
            drawn = top + height
            bottom = min(start, top) + item.rect().height()


def recolour(layout: QgsLayout, accent: str) -> None:
    """Put an organisation's own colour wherever the template has that of the family."""
    old, new = QColor(ACCENT), QColor(accent)
    if not new.isValid() or new == old:
        return
    for item in layout.items():
        if isinstance(item, QgsLayoutItemLabel) and item.fontColor() == old:
            item.setFontColor(new)
        elif isinstance(item, QgsLayoutItemShape) and item.symbol().color() == old:
            symbol = item.symbol().clone()
            symbol.setColor(new)
            item.setSymbol(symbol)


def _items(layout: QgsLayout, item_id: str, kind: type) -> list:
    """Return the items of an id, those of a kind: a page may show the same words twice."""
    return [
        item
        for item in layout.items()
        if isinstance(item, kind) and not isinstance(item, QgsLayoutItemPage)
        if item.id() == item_id
    ]


def _has_sizes(layer: QgsMapLayer) -> bool:
    renderer = layer.renderer() if isinstance(layer, QgsVectorLayer) else None
    return isinstance(renderer, QgsSingleSymbolRenderer) and bool(renderer.dataDefinedSizeLegend())


def _is_seen(layer: QgsMapLayer, drawn: QgsLayoutItemMap) -> bool:
    """Tell whether a map shows anything of a layer."""
    transform = QgsCoordinateTransform(drawn.crs(), layer.crs(), drawn.layout().project())
    request = QgsFeatureRequest(transform.transformBoundingBox(drawn.extent()))
    request.setFlags(QgsFeatureRequest.Flag.ExactIntersect).setLimit(1)
    return any(True for _ in layer.getFeatures(request))


def _as_drawn(item: QgsLayoutItem, name: str, now: float) -> float:
    """Return a measure of an item as its template has it, noted the first time."""
    noted = item.customProperty(name)
    if noted is None:
        item.setCustomProperty(name, now)
        return now
    return float(noted)


def _cell(text: str, model: QgsTableCell) -> QgsTableCell:
    cell = QgsTableCell(text)
    cell.setTextFormat(model.textFormat())
    cell.setHorizontalAlignment(model.horizontalAlignment())
    cell.setVerticalAlignment(model.verticalAlignment())
    return cell


def _height(table: QgsLayoutItemManualTable, rows: Sequence[Sequence[QgsTableCell]]) -> float:
    """Return the height of rows in millimetres, within a hair."""
    margin = table.cellMargin()
    widths = table.columnWidths()
    height = 0.0
    for row in rows:
        tallest = 0.0
        for cell, width in zip(row, widths):
            letters = cell.textFormat()
            text = str(cell.content())
            taken = taken_by(text, letters.font(), letters.size(), width)
            tallest = max(tallest, taken.height())
        height += tallest + 2 * margin
    return height


def _enlarge(legend: QgsLayoutItemLegend, by: float) -> None:
    kinds = QgsLegendStyle.Style
    for kind in (kinds.Title, kinds.Group, kinds.Subgroup, kinds.SymbolLabel):
        letters = legend.styleFont(kind)
        letters.setPointSizeF(letters.pointSizeF() * by)
        legend.setStyleFont(kind, letters)
    legend.setSymbolHeight(legend.symbolHeight() * by)
    legend.setSymbolWidth(legend.symbolWidth() * by)


def _metres_a_unit(item: QgsLayoutItemMap) -> float:
    """Return the length of a unit of a map, across its middle."""
    extent = item.extent()
    if extent.width() <= 0:
        return 1.0
    measure = QgsDistanceArea()
    measure.setSourceCrs(item.crs(), item.layout().project().transformContext())
    measure.setEllipsoid(item.crs().ellipsoidAcronym() or "EPSG:7030")
    middle = extent.center().y()
    ends = [QgsPointXY(x, middle) for x in (extent.xMinimum(), extent.xMaximum())]
    return float(measure.measureLine(*ends)) / extent.width()
