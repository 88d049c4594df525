"""Layouts made from templates: a ``.qpt`` is loaded, and its items are filled by their ids.

A template says where things are and what they look like; the code says what they say. The package
has one family of templates (``resources/layouts``, drawn by ``docs/build_layouts.py``); an officer
who wants another look opens one in QGIS's layout manager, moves things about, saves it, and gives
that file instead. An item that such a file leaves out is not printed, the map excepted.

Whatever companies wrote stays words: a label evaluates ``[% … %]`` even in plain mode, and would
read HTML in the other.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Union

import numpy as np
from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsDistanceArea,
    QgsLayout,
    QgsLayoutFrame,
    QgsLayoutItem,
    QgsLayoutItemLabel,
    QgsLayoutItemManualTable,
    QgsLayoutItemMap,
    QgsLayoutItemPage,
    QgsLayoutItemPicture,
    QgsLayoutItemScaleBar,
    QgsLayoutItemShape,
    QgsLayoutMeasurement,
    QgsMapLayer,
    QgsPointXY,
    QgsPrintLayout,
    QgsProject,
    QgsReadWriteContext,
    QgsRectangle,
    QgsSimpleFillSymbolLayer,
    QgsTableCell,
)
from qgis.PyQt.QtCore import QRectF, QSizeF
from qgis.PyQt.QtGui import QColor, QFont
from qgis.PyQt.QtXml import QDomDocument

from .. import paths
from ..store.errors import StoreError
from ..translation import tr
from .drawing import ACCENT, MM, Box, ink_on, legible, move, resize
from .fitting import below_baseline, fits, fitted, round_length, taken_by

FOLDER = "layouts"
SUFFIX = ".qpt"
MAP = "carte"
LEGEND = "legende"
SCALE_BAR = "echelle"
NORTH = "nord"
# What is noted of items as drawn.
_LETTERS, _HEIGHT, _TOP = "actif/letters", "actif/height", "actif/top"
_HAIR, _HAIR_ROOM = 0.01, 1.0
# How much ground is left around what a map must show.
_AROUND = 1.04
# A scale bar of two segments takes about a sixth of its map.
_BAR_SEGMENTS_ACROSS = 12
# No name of a map comes nearer to its edge, in millimetres.
_LABEL_MARGIN = 1.0


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
    return paths.resource(FOLDER) / f"{layout}-{paper.lower()}{SUFFIX}"


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
    # Whatever Python lets go of first, in an error too: a layout goes before its project.
    layout.kept = project
    read = bool(text) and bool(document.setContent(text)[0])
    if read:
        read = bool(layout.loadFromTemplate(document, QgsReadWriteContext(), True)[1])
    if not read or not _is_usable(layout, needs_map=needs_map):
        raise StoreError(
            tr(
                "{path} is not a template for this: it needs a map whose item ID is"
                " “{item}”. Start from a template of Act'IF."
            ).format(path=template, item=MAP)
        )
    layout.setName(name)
    if isinstance(layout.itemById(MAP), QgsLayoutItemMap):
        # Else it is looked for among all items, once for each that is painted.
        layout.setReferenceMap(layout.itemById(MAP))
    return layout


def _is_usable(layout: QgsPrintLayout, *, needs_map: bool) -> bool:
    """Tell whether a layout has a page, and one map of a size: QGIS crashes on others."""
    maps = Items(layout).of(MAP, QgsLayoutItemMap)
    sound = not needs_map or (len(maps) == 1 and not maps[0].rect().isEmpty())
    return sound and layout.pageCollection().pageCount() > 0


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


class Items:
    """The items of a layout by their ids, looked up once for a layout that is filled many times.

    What was written last is remembered: filling again costs what changed. Items that come later,
    or that others write into, are not known.
    """

    def __init__(self, layout: QgsLayout) -> None:
        self.layout = layout
        self._by_id: dict[str, list[QgsLayoutItem]] = {}
        self._written: dict[tuple[str, type], object] = {}
        for item in layout.items():
            if isinstance(item, QgsLayoutItem) and not isinstance(item, QgsLayoutItemPage):
                self._by_id.setdefault(item.id(), []).append(item)

    def of(self, item_id: str, kind: type) -> list:
        """Return the items of an id, those of a kind: a page may show the same words twice."""
        return [item for item in self._by_id.get(item_id, ()) if isinstance(item, kind)]

    def is_news(self, item_id: str, kind: type, content: object) -> bool:
        """Tell whether items are to be written again, and remember what they say."""
        written = self._written.get((item_id, kind), _NEVER)
        self._written[item_id, kind] = content
        return written != content


# What is filled: a layout, or its items looked up before.
Filled = Union[QgsLayout, Items]
# What goes up in a column: an item, or several together; by their ids.
Block = Union[str, Sequence[str]]
_NEVER = object()


def set_text(filled: Filled, item_id: str, text: str) -> None:
    """Write a text into the labels of an id, in smaller letters where it does not fit.

    Where there is nothing to write the label is hidden.
    """
    if isinstance(filled, Items) and not filled.is_news(item_id, QgsLayoutItemLabel, text):
        return
    for item in items_of(filled, item_id, QgsLayoutItemLabel):
        write(item, text)


def write(item: QgsLayoutItemLabel, text: str) -> None:
    """Write a text into a label, as :func:`set_text`, in the room that the label has now."""
    item.setVisibility(bool(text))
    if not text:
        item.setText("")
        return
    item.setMode(QgsLayoutItemLabel.Mode.ModeFont)
    words, letters = fitted(text, drawn_letters(item), item.rect().size())
    item.setFont(letters)
    item.setText(words.replace("[%", "[\u200b%"))


def drawn_letters(item: QgsLayoutItemLabel) -> QFont:
    """Return the letters of a label as its template has them.

    A page of an atlas is filled again and again, each time from the letters as drawn.
    """
    drawn = item.font()
    drawn.setPointSizeF(as_drawn(item, _LETTERS, drawn.pointSizeF()))
    return drawn


def drawn_box(item: QgsLayoutItem) -> Box:
    """Return where the template has an item that was moved up or down, or made shorter."""
    left, top, width, height = box_of(item)
    return left, as_drawn(item, _TOP, top), width, as_drawn(item, _HEIGHT, height)


def set_heading(filled: Filled, item_id: str, headings: Sequence[str]) -> None:
    """Write the first of several headings that has room in letters as drawn, else the last one.

    Headings of a page are of one size; where there are none the label is hidden.
    """
    for item in items_of(filled, item_id, QgsLayoutItemLabel):
        letters, room = drawn_letters(item), item.rect().size()
        size = letters.pointSizeF()
        fitting = [one for one in headings if fits(one, letters, size, room)]
        write(item, next(iter([*fitting, *headings[-1:]]), ""))


def set_texts(filled: Filled, texts: Mapping[str, str]) -> None:
    """Write several texts, by id."""
    for item_id, text in texts.items():
        set_text(filled, item_id, text)


def set_picture(filled: Filled, item_id: str, path: str) -> None:
    """Show a picture, or hide its item where there is none."""
    for item in items_of(filled, item_id, QgsLayoutItemPicture):
        item.setVisibility(bool(path) and Path(path).is_file())
        item.setPicturePath(path)


def row_heights(layout: QgsLayout, item_id: str, rows: Sequence[Sequence[str]]) -> list[float]:
    """Return the height that each row would take in a table, in millimetres, within a hair."""
    for frame in items_of(layout, item_id, QgsLayoutFrame):
        table = frame.multiFrame()
        if isinstance(table, QgsLayoutItemManualTable):
            return _heights(table, table.tableContents()[0], rows, math.inf)
    return []


def set_table(
    filled: Filled, item_id: str, rows: Sequence[Sequence[str]], room: float | None = None
) -> int:
    """Write rows into a table, as many as its frame holds; hide it where there are none.

    The cells of the template's first row give the columns their look, and its columns their width.

    Args:
        filled: the layout.
        item_id: of the table.
        rows: its cells.
        room: the height that it may take, in millimetres; None for that of the template.

    Returns:
        How many rows were written.
    """
    written = 0
    for frame in items_of(filled, item_id, QgsLayoutFrame):
        frame.setVisibility(bool(rows))
        table = frame.multiFrame()
        if not rows or not isinstance(table, QgsLayoutItemManualTable):
            continue
        shown = table.tableContents()
        if isinstance(filled, Items) and not filled.is_news(item_id, QgsLayoutFrame, list(rows)):
            written = len(shown)
            continue
        models = shown[0]
        if room is None:
            room = as_drawn(frame, _HEIGHT, frame.rect().height())
        heights = np.cumsum(_heights(table, models, rows, room))
        # The first row is written whatever its height.
        fitting = max(1, int(np.searchsorted(heights, room + _HAIR, side="right")))
        cells = [[_cell(text, model) for text, model in zip(row, models)] for row in rows[:fitting]]
        while True:
            height = min(room, float(heights[len(cells) - 1]))
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
    filled: Filled,
    item_id: str,
    layers: Sequence[QgsMapLayer],
    extent: QgsRectangle,
    crs: QgsCoordinateReferenceSystem,
    styles: Mapping[str, str] | None = None,
) -> QgsLayoutItemMap | None:
    """Make a map show layers, with all of an extent and a little ground around it.

    Args:
        filled: the layout.
        item_id: of the map.
        layers: from the top.
        extent: in *crs*.
        crs: of the map.
        styles: how layers look on this page where it is not as in the project, by layer id.

    Returns:
        The map, or None where the template has none of this id.
    """
    item = next(iter(items_of(filled, item_id, QgsLayoutItemMap)), None)
    if item is None:
        return None
    item.setFollowVisibilityPreset(False)
    item.setLayers(list(layers))
    item.setKeepLayerSet(True)
    if styles is not None:
        item.setLayerStyleOverrides(dict(styles))
        item.setKeepLayerStyles(True)
    item.setCrs(crs)
    _keep_labels_clear(filled, item)
    frame_map(filled, item, extent)
    return item


def frame_map(filled: Filled, item: QgsLayoutItemMap, extent: QgsRectangle) -> None:
    """Make a map show all of an extent and a little ground around it, and measure its scale bar.

    Args:
        filled: the layout.
        item: the map, whose system is set.
        extent: in the map's system.
    """
    wanted = QgsRectangle(extent)
    if wanted.width() == 0 and wanted.height() == 0:
        # A single place: something around it must be seen.
        wanted.grow(0.01 if item.crs().isGeographic() else 1000)
    wanted.scale(_AROUND)
    if item.extent().isEmpty():
        # Without a first extent there is no ratio to frame by; setting it changes the item's size.
        _, _, width, height = box_of(item)
        item.setExtent(wanted)
        resize(item, width, height)
    item.zoomToExtent(wanted)
    for bar in items_of(filled, SCALE_BAR, QgsLayoutItemScaleBar):
        if bar.linkedMap() is item:
            across = item.extent().width() * _metres_a_unit(item)
            length = round_length(across / 1000 / _BAR_SEGMENTS_ACROSS)
            # The bar itself follows its map.
            if length != bar.unitsPerSegment():
                bar.setUnitsPerSegment(length)


def _keep_labels_clear(filled: Filled, item: QgsLayoutItemMap) -> None:
    """Keep the labels of a map off what is drawn over it, and whole at its edges."""
    over = [
        *items_of(filled, SCALE_BAR, QgsLayoutItemScaleBar),
        *items_of(filled, NORTH, QgsLayoutItemPicture),
    ]
    for other in over:
        if other.linkedMap() is item and not item.isLabelBlockingItem(other):
            item.addLabelBlockingItem(other)
    item.setLabelMargin(QgsLayoutMeasurement(_LABEL_MARGIN, MM))


def stack(filled: Filled, blocks: Sequence[Block]) -> list[QRectF]:
    """Close the holes that hidden or short items leave in their column.

    Items of one column (the same left edge) keep their order and the distances that the template
    has between them, and only ever go up.

    Args:
        filled: the layout.
        blocks: ids of items, or of several that go up together.

    Returns:
        The room that each column takes, in millimetres.
    """
    columns: dict[int, list[list[QgsLayoutItem]]] = {}
    for block in blocks:
        if isinstance(block, str):
            together = [[item] for item in items_of(filled, block, QgsLayoutItem)]
        else:
            together = [[item for one in block for item in items_of(filled, one, QgsLayoutItem)]]
        for items in together:
            if items:
                columns.setdefault(round(items[0].pagePos().x()), []).append(items)
    return [_stack(blocks_of_one) for blocks_of_one in columns.values()]


def _stack(blocks: Sequence[list[QgsLayoutItem]]) -> QRectF:
    bottom: float | None = None
    # Where the item before ends in the template, and the last one that is shown.
    drawn = last = 0.0
    taken = QRectF()
    tops = [min(_top_as_drawn(item) for item in items) for items in blocks]
    for top, items in sorted(zip(tops, blocks), key=lambda pair: pair[0]):
        height = max(
            _top_as_drawn(item) + as_drawn(item, _HEIGHT, item.rect().height()) for item in items
        )
        # What stands where another one is hidden keeps that one's distance.
        gap = top - drawn if top >= drawn else max(0.0, top - last)
        start = top if bottom is None else bottom + gap
        shown = [item for item in items if item.isVisible()]
        # What is hidden takes its own room away, and leaves one distance between its neighbours.
        if not shown:
            drawn, bottom = height, start - gap if bottom else top
            continue
        up = top - min(start, top)
        for item in shown:
            place = item.pagePos()
            if abs(place.y() - (_top_as_drawn(item) - up)) > _HAIR:
                move(item, place.x(), _top_as_drawn(item) - up)
            box = box_of(item)
            taken |= QRectF(*box)
        drawn = last = height
        bottom = max(_top_as_drawn(item) - up + item.rect().height() for item in shown)
    return taken


def _top_as_drawn(item: QgsLayoutItem) -> float:
    return as_drawn(item, _TOP, item.pagePos().y())


def recolour(filled: Filled, accent: str) -> None:
    """Put an organisation's own colour wherever the template has that of the family.

    Bands have it as it is; words and edges have it as dark as they need to be read, and words on
    bands are light or dark.
    """
    old, new = QColor(ACCENT), QColor(accent)
    if not new.isValid() or new == old:
        return
    dark = QColor(legible(accent))
    layout = filled.layout if isinstance(filled, Items) else filled
    bands = []
    for item in layout.items():
        if isinstance(item, QgsLayoutItemLabel) and item.fontColor() == old:
            item.setFontColor(dark)
        elif isinstance(item, QgsLayoutItemShape) and item.symbol().color() == old:
            symbol = item.symbol().clone()
            symbol.setColor(new)
            item.setSymbol(symbol)
            bands.append(QRectF(*box_of(item)))
        elif isinstance(item, QgsLayoutItemMap):
            _recolour_frame(item, old, dark)
    for item in layout.items():
        if isinstance(item, QgsLayoutItemLabel):
            box = QRectF(*box_of(item))
            if any(band.contains(box) for band in bands):
                item.setFontColor(QColor(ink_on(accent)))


def _recolour_frame(item: QgsLayoutItemMap, old: QColor, new: QColor) -> None:
    """Recolour the frame that tells on an inset what the map beside it shows."""
    frame = item.overview().frameSymbol()
    edge = None if frame is None else frame.symbolLayer(0)
    if isinstance(edge, QgsSimpleFillSymbolLayer) and edge.strokeColor() == old:
        frame = frame.clone()
        frame.symbolLayer(0).setStrokeColor(new)
        item.overview().setFrameSymbol(frame)


def items_of(filled: Filled, item_id: str, kind: type) -> list:
    """Return the items of an id and a kind."""
    return (filled if isinstance(filled, Items) else Items(filled)).of(item_id, kind)


def as_drawn(item: QgsLayoutItem, name: str, now: float) -> float:
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


def _heights(
    table: QgsLayoutItemManualTable,
    models: Sequence[QgsTableCell],
    rows: Sequence[Sequence[str]],
    room: float,
) -> list[float]:
    """Return the heights of rows in millimetres, within a hair, until they are more than a room."""
    margin = table.cellMargin()
    widths = table.columnWidths()
    letters = [(model.textFormat().font(), model.textFormat().size()) for model in models]
    belows = [below_baseline(font, size) for font, size in letters]
    heights: list[float] = []
    total = 0.0
    for row in rows:
        # Rows leave no room for what goes below their last line. The first one is given it, for a
        # table none of whose rows is drawn does not tell that it lacks room.
        taken = (
            taken_by(text, font, size, width).height() - (below if heights else 0)
            for text, (font, size), below, width in zip(row, letters, belows, widths)
        )
        heights.append(max(taken, default=0.0) + 2 * margin)
        total += heights[-1]
        if total > room + _HAIR:
            break
    return heights


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
