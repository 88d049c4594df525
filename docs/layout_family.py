"""What all layouts are drawn with: one set of letters, colours and furniture.

Lengths are those of A3; a paper's own scale makes letters larger on a poster and smaller on A4.
The words are samples, for who opens a template in QGIS: printing replaces them.
"""

from __future__ import annotations

import base64
import re
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsLayoutFrame,
    QgsLayoutItem,
    QgsLayoutItemLegend,
    QgsLayoutItemManualTable,
    QgsLayoutItemMap,
    QgsLayoutItemPicture,
    QgsLayoutItemScaleBar,
    QgsLayoutItemShape,
    QgsLayoutMeasurement,
    QgsLayoutSize,
    QgsLayoutTable,
    QgsLegendStyle,
    QgsPrintLayout,
    QgsProject,
    QgsReadWriteContext,
    QgsRectangle,
    QgsScaleBarSettings,
    QgsTableCell,
    QgsTextFormat,
    QgsUnitTypes,
)
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtGui import QColor
from qgis.PyQt.QtXml import QDomDocument

from actif_plugin import paths
from actif_plugin.printing.drawing import (
    ACCENT,
    ALERT,
    INK,
    MM,
    SOFT,
    Box,
    add_text,
    font,
    place,
)
from actif_plugin.printing.templates import LEGEND, MAP, NORTH, SCALE_BAR, Paper

GROUND = "#eef2f2"
EDGE = "#b9b9b9"
MARGIN = 10.0
_SAMPLE_SCALE = 500_000
_SAMPLE_EXTENT = QgsRectangle(5e5, 6.3e6, 6e5, 6.4e6)
# What is drawn over a map is not mixed up with what is below.
_GROUND_OF_SIGNS = QColor("#ffffff")
_IDENTIFIERS = re.compile(r"\{[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\}")


@dataclass(frozen=True)
class Column:
    """A column of a table: its width, and how its words are written."""

    width: float
    size: float
    bold: bool = False
    right: bool = False
    colour: str = INK


class Sheet:
    """A page being drawn; all lengths in millimetres of A3.

    Args:
        project: an empty one.
        paper: what it is printed on.
        pages: how many of it.
    """

    def __init__(self, project: QgsProject, paper: Paper) -> None:
        self.paper = paper
        self.layout = QgsPrintLayout(project)
        self.layout.initializeDefaults()
        self.layout.pageCollection().page(0).setPageSize(
            QgsLayoutSize(paper.width, paper.height, MM)
        )

    @property
    def width(self) -> float:
        """Of the page."""
        return self.paper.width / self.paper.scale

    @property
    def height(self) -> float:
        """Of the page."""
        return self.paper.height / self.paper.scale

    def text(
        self,
        item_id: str,
        sample: str,
        box: Box,
        size: float,
        *,
        bold: bool = False,
        colour: str = INK,
        right: bool = False,
        bottom: bool = False,
    ) -> None:
        """Draw a label."""
        item = add_text(
            self.layout,
            sample,
            self._box(box),
            size * self.paper.scale,
            bold=bold,
            colour=colour,
            right=right,
        )
        item.setId(item_id)
        if bottom:
            item.setVAlign(Qt.AlignmentFlag.AlignBottom)

    def map(self, box: Box, item_id: str = MAP) -> QgsLayoutItemMap:
        """Draw the frame of a map."""
        item = QgsLayoutItemMap(self.layout)
        item.setBackgroundColor(QColor(GROUND))
        item.setFrameEnabled(True)
        item.setFrameStrokeColor(QColor(EDGE))
        item.setFrameStrokeWidth(QgsLayoutMeasurement(0.2 * self.paper.scale, MM))
        self.add(item, item_id, box)
        # Some ground, without which the scale bar has no length.
        item.setCrs(QgsCoordinateReferenceSystem("EPSG:2154"))
        item.setExtent(_SAMPLE_EXTENT)
        place(item, self._box(box))
        item.setScale(_SAMPLE_SCALE)
        return item

    def legend(self, linked: QgsLayoutItemMap, box: Box, columns: int = 1) -> None:
        """Draw the legend of a map; the box is how large it may get."""
        item = QgsLayoutItemLegend(self.layout)
        item.setTitle("Légende")
        item.setLinkedMap(linked)
        item.setAutoUpdateModel(False)
        item.model().rootGroup().clear()
        scale = self.paper.scale
        styles, sides = QgsLegendStyle.Style, QgsLegendStyle.Side
        for style, size, bold in (
            (styles.Title, 11, True),
            (styles.Group, 9, True),
            (styles.Subgroup, 9, True),
            (styles.SymbolLabel, 8.5, False),
        ):
            item.setStyleFont(style, font(size * scale, bold))
        item.setFontColor(QColor(INK))
        item.setSymbolHeight(4 * scale)
        item.setSymbolWidth(7 * scale)
        for style in (styles.Subgroup, styles.Symbol, styles.SymbolLabel):
            for side in (sides.Top, sides.Bottom, sides.Left, sides.Right):
                kept = item.style(style).margin(side)
                item.rstyle(style).setMargin(side, kept * scale)
        item.setBoxSpace(0)
        item.setColumnCount(columns)
        item.setSplitLayer(columns > 1)
        item.setColumnSpace(4 * scale)
        item.setWrapString("|")
        item.setResizeToContents(False)
        self.add(item, LEGEND, box)

    def table(
        self,
        item_id: str,
        columns: Sequence[Column],
        sample: Sequence[str],
        box: Box,
        *,
        top: bool = False,
        margin: float = 0.5,
    ) -> None:
        """Draw a table without a head; the box is how large it may get.

        Where words may take several lines, *top* puts what goes with them beside the first one.
        Cells have a margin on all sides.
        """
        table = QgsLayoutItemManualTable.create(self.layout)
        self.layout.addMultiFrame(table)
        table.setIncludeTableHeader(False)
        table.setShowGrid(False)
        table.setBackgroundColor(QColor(255, 255, 255, 0))
        table.setCellMargin(margin * self.paper.scale)
        table.setWrapBehavior(QgsLayoutTable.WrapBehavior.WrapText)
        cells = []
        for column, words in zip(columns, sample):
            cell = QgsTableCell(words)
            cell.setTextFormat(self._letters(column))
            side = Qt.AlignmentFlag.AlignRight if column.right else Qt.AlignmentFlag.AlignLeft
            cell.setHorizontalAlignment(side)
            middle, first = Qt.AlignmentFlag.AlignVCenter, Qt.AlignmentFlag.AlignTop
            cell.setVerticalAlignment(first if top else middle)
            cells.append(cell)
        table.setTableContents([cells])
        table.setColumnWidths([column.width * self.paper.scale for column in columns])
        frame = QgsLayoutFrame(self.layout, table)
        place(frame, self._box(box))
        frame.setId(item_id)
        table.addFrame(frame)

    def band(self, item_id: str, box: Box, colour: str = ACCENT) -> None:
        """Draw a filled rectangle."""
        item = QgsLayoutItemShape(self.layout)
        item.setShapeType(QgsLayoutItemShape.Shape.Rectangle)
        symbol = item.symbol().clone()
        symbol.setColor(QColor(colour))
        symbol.symbolLayer(0).setStrokeStyle(Qt.PenStyle.NoPen)
        item.setSymbol(symbol)
        self.add(item, item_id, box)

    def picture(
        self,
        item_id: str,
        box: Box,
        anchor: QgsLayoutItem.ReferencePoint = QgsLayoutItem.ReferencePoint.Middle,
    ) -> QgsLayoutItemPicture:
        """Draw the place of a picture, which keeps to its middle, or to the *anchor*."""
        item = QgsLayoutItemPicture(self.layout)
        item.setResizeMode(QgsLayoutItemPicture.ResizeMode.Zoom)
        item.setPictureAnchor(anchor)
        self.add(item, item_id, box)
        return item

    def scale_and_north(self, linked: QgsLayoutItemMap, box: Box) -> None:
        """Draw the scale bar and the arrow into the corners of a map."""
        scale = self.paper.scale
        bar = QgsLayoutItemScaleBar(self.layout)
        bar.setStyle("Single Box")
        bar.setLinkedMap(linked)
        bar.setUnits(QgsUnitTypes.DistanceUnit.DistanceKilometers)
        bar.setUnitLabel("km")
        bar.setMapUnitsPerScaleBarUnit(1)
        bar.setNumberOfSegmentsLeft(0)
        bar.setNumberOfSegments(2)
        bar.setUnitsPerSegment(10)
        bar.setSegmentSizeMode(QgsScaleBarSettings.SegmentSizeMode.SegmentSizeFixed)
        bar.setHeight(3 * scale)
        bar.setLabelBarSpace(2 * scale)
        bar.setBoxContentSpace(1 * scale)
        letters = bar.textFormat()
        letters.setFont(font(8))
        letters.setSize(8 * scale)
        bar.setTextFormat(letters)
        bar.setBackgroundColor(_GROUND_OF_SIGNS)
        bar.setBackgroundEnabled(True)
        bar.update()
        self.add(bar, SCALE_BAR, (box[0] + 4, box[1] + box[3] - 15, 60, 12))
        north = self.picture(NORTH, (box[0] + box[2] - 18, box[1] + 4, 14, 14))
        # Inside the template, which goes where it likes.
        drawing = base64.b64encode(paths.resource("north.svg").read_bytes()).decode()
        north.setPicturePath(f"base64:{drawing}")
        north.setLinkedMap(linked)
        north.setBackgroundColor(_GROUND_OF_SIGNS)
        north.setBackgroundEnabled(True)

    def logo(self) -> None:
        """Draw the place of the logo, which keeps to the right edge of the page."""
        box = (self.width - MARGIN - 40, 7, 40, 18)
        self.picture("logo", box, QgsLayoutItem.ReferencePoint.MiddleRight)

    def head(self, width: float) -> None:
        """Draw the title and what is under it."""
        box = (MARGIN, 7.5, width, 13)
        # A long title has smaller letters, and stays near what is under it.
        self.text("titre", "Titre de la carte", box, 26, bold=True, colour=ACCENT, bottom=True)
        self.text("sous_titre", "Territoire", (MARGIN, 21, width, 7), 12, colour=SOFT)

    def edition(self, left: float, top: float, width: float) -> None:
        """Draw the band that says for whom the page is, 7 mm high."""
        self.band("bandeau", (left, top, width, 7))
        box = (left + 2, top + 0.9, width - 4, 5.4)
        self.text("edition", "Édition", box, 10, bold=True, colour="#ffffff")

    def notice(self, left: float, top: float, width: float) -> None:
        """Draw what readers must know of the data, 8 mm high."""
        self.text("avis", "Avis", (left, top, width, 8), 9, bold=True, colour=ALERT)

    def foot(self, beside: float = 0.0) -> None:
        """Draw the sources, the mentions and the disclaimer at the bottom of the page.

        What stands *beside* them takes so much of their width.
        """
        width, top = self.width - 2 * MARGIN - beside, self.height - 22.2
        box = (MARGIN, top, width, 6.8)
        self.text("sources", "Sources et licences", box, 7.5, colour=SOFT, bottom=True)
        line = "Organisme, auteur, dates, projection"
        self.text("mentions", line, (MARGIN, top + 6.9, width, 6.8), 7.5, colour=SOFT)
        box = (MARGIN, top + 13.7, width, 3.6)
        self.text("avertissement", "Avertissement", box, 7.5, colour=SOFT)

    def add(self, item: QgsLayoutItem, item_id: str, box: Box) -> None:
        """Put any item on the page."""
        item.setId(item_id)
        place(item, self._box(box))
        self.layout.addLayoutItem(item)

    def write(self, path: Path) -> None:
        """Write the template; the same drawing gives the same file."""
        document = QDomDocument()
        document.appendChild(self.layout.writeXml(document, QgsReadWriteContext()))
        found: dict[str, str] = {}

        def stable(match: re.Match[str]) -> str:
            name = f"{path.name}-{len(found)}"
            return found.setdefault(match[0], f"{{{uuid.uuid5(uuid.NAMESPACE_OID, name)}}}")

        path.write_text(_IDENTIFIERS.sub(stable, document.toString(1)), encoding="utf-8")

    def _letters(self, column: Column) -> QgsTextFormat:
        letters = QgsTextFormat()
        letters.setFont(font(column.size, column.bold))
        letters.setNamedStyle("Bold" if column.bold else "Regular")
        letters.setSize(column.size * self.paper.scale)
        letters.setSizeUnit(QgsUnitTypes.RenderUnit.RenderPoints)
        letters.setColor(QColor(column.colour))
        return letters

    def _box(self, box: Box) -> Box:
        left, top, width, height = (length * self.paper.scale for length in box)
        return left, top, width, height
