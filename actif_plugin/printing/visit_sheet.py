"""The sheet that an adviser takes along to a company: a few A4 pages of text and tables.

Text flows from page to page, which Qt's rich text does and layouts do not: the pages are made with
``QTextDocument``. Every text is put in through a cursor, as characters: what a company wrote is
never read as HTML nor as an expression. The sheet is in French, as the data it shows.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from qgis.PyQt.QtCore import QBuffer, QIODevice, QMarginsF, QRectF, QSizeF, Qt
from qgis.PyQt.QtGui import (
    QBrush,
    QColor,
    QFont,
    QFontMetricsF,
    QPageLayout,
    QPageSize,
    QPainter,
    QPdfWriter,
    QTextBlock,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextFormat,
    QTextLength,
    QTextOption,
    QTextTable,
    QTextTableFormat,
)

from ..store.errors import StoreError
from ..translation import tr

INTERNAL = "Document interne"

_FONT = "Open Sans"
_INK, _ACCENT, _SOFT, _LINE, _PALE = "#2b2b2b", "#1b5e4a", "#6b6b6b", "#c9c5b8", "#eef2f0"
_DPI = 300
_MM = _DPI / 25.4
# Rich text counts margins and padding in its own dots, which it brings to those of the page.
_TEXT_MM = 96 / 25.4
_MARGIN_MM = 14.0
_FOOTER_MM = 7.0
_BODY_PT, _SMALL_PT = 8.5, 7.5


@dataclass(frozen=True)
class Column:
    """A column of a table: its title and its share of the width, in percent."""

    title: str
    share: float


@dataclass(frozen=True)
class Section:
    """A heading with a table, or a sentence where there is nothing to list.

    Attributes:
        title: the heading.
        hint: a line under it, empty for none.
        columns, rows: the table.
        nothing: what is said instead of an empty table.
    """

    title: str
    hint: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[str]]
    nothing: str


@dataclass(frozen=True)
class Sheet:
    """What is printed.

    Attributes:
        name: of the company.
        facts: lines under the name.
        sections: in their order.
        footer: at the bottom of every page, before the page number.
    """

    name: str
    facts: Sequence[str]
    sections: Sequence[Section]
    footer: str


def write_sheet(sheet: Sheet, path: Path) -> int:
    """Write the sheet as a PDF, whole or not at all, and return its number of pages.

    Raises:
        StoreError: the file cannot be written.
    """
    pdf, pages = _rendered(sheet)
    failed = tr(
        "{path} cannot be written: close it if it is open elsewhere, or choose another name."
    ).format(path=path)
    draft: Path | None = None
    try:
        handle, name = tempfile.mkstemp(suffix=".pdf", prefix=f".{path.stem}-", dir=path.parent)
        draft = Path(name)
        with os.fdopen(handle, "wb") as file:
            file.write(pdf)
        # mkstemp keeps the file to its owner; a PDF is there to be handed on.
        draft.chmod(0o644)
        os.replace(draft, path)
    except OSError as error:
        raise StoreError(failed) from error
    finally:
        if draft is not None:
            draft.unlink(missing_ok=True)
    return pages


def _rendered(sheet: Sheet) -> tuple[bytes, int]:
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setTitle(f"Fiche de visite – {sheet.name}")
    writer.setCreator("Act'IF for QGIS")
    writer.setResolution(_DPI)
    writer.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
    margins = QMarginsF(_MARGIN_MM, _MARGIN_MM, _MARGIN_MM, _MARGIN_MM)
    writer.setPageMargins(margins, QPageLayout.Unit.Millimeter)
    width = float(writer.width())
    height = writer.height() - _FOOTER_MM * _MM
    document = _laid_out(sheet, writer, QSizeF(width, height))
    pages = document.pageCount()
    painter = QPainter(writer)
    for page in range(pages):
        if page:
            writer.newPage()
        painter.save()
        painter.translate(0, -page * height)
        document.drawContents(painter, QRectF(0, page * height, width, height))
        painter.restore()
        _paint_footer(painter, sheet.footer, page + 1, pages, QSizeF(width, writer.height()))
    painter.end()
    return bytes(buffer.data()), pages


def _paint_footer(painter: QPainter, text: str, page: int, pages: int, size: QSizeF) -> None:
    painter.setFont(_font(_SMALL_PT))
    painter.setPen(QColor(_SOFT))
    top = size.height() - 4.5 * _MM
    box = QRectF(0, top, size.width(), 4.5 * _MM)
    number = f"{page} / {pages}"
    metrics = QFontMetricsF(painter.font(), painter.device())
    room = size.width() - metrics.horizontalAdvance(number) - 4 * _MM
    text = metrics.elidedText(f"{INTERNAL} – {text}", Qt.TextElideMode.ElideRight, room)
    for words, side in (
        (text, Qt.AlignmentFlag.AlignLeft),
        (number, Qt.AlignmentFlag.AlignRight),
    ):
        placed = QTextOption(side)
        placed.setWrapMode(QTextOption.WrapMode.NoWrap)
        painter.drawText(box, words, placed)


def _laid_out(sheet: Sheet, writer: QPdfWriter, size: QSizeF) -> QTextDocument:
    """Return the document in pages of *size*, no row cut by the foot of a page.

    Rich text cuts rows and leaves headings alone: where it does, the table is made again with a
    new page before that row.
    """
    breaks: set[tuple[int, int]] = set()
    while True:
        document = QTextDocument()
        document.documentLayout().setPaintDevice(writer)
        document.setDocumentMargin(0)
        document.setDefaultFont(_font(_BODY_PT))
        document.setPageSize(size)
        cursor = QTextCursor(document)
        # Laid out once, not after each cell.
        cursor.beginEditBlock()
        rows = _compose(cursor, sheet, breaks)
        cursor.endEditBlock()
        cut = next((row.key for row in rows if row.key not in breaks and row.is_cut(size)), None)
        if cut is None:
            return document
        breaks.add(cut)


@dataclass(frozen=True)
class _Row:
    """A row of a table as laid out.

    Attributes:
        key: number of its section and of the row in it.
        first: where what must stand on its page begins: the row, or the heading above the first.
        table, line: where it is.
    """

    key: tuple[int, int]
    first: QTextBlock
    table: QTextTable
    line: int

    def is_cut(self, size: QSizeF) -> bool:
        """Tell whether the row starts on one page and ends on another."""
        layout = self.first.document().documentLayout()
        cells = [self.table.cellAt(self.line, n) for n in range(self.table.columns())]
        bottom = max(
            layout.blockBoundingRect(cell.lastCursorPosition().block()).bottom() for cell in cells
        )
        top = layout.blockBoundingRect(self.first).top()
        return int((top + 1) / size.height()) != int((bottom - 1) / size.height())


def _compose(cursor: QTextCursor, sheet: Sheet, breaks: set[tuple[int, int]]) -> list[_Row]:
    """Write the sheet, with a new page before the rows of *breaks*; return its rows."""
    _paragraph(cursor, f"{INTERNAL} – ne pas diffuser", 9, bold=True, colour="#b2182b", first=True)
    _paragraph(cursor, sheet.name, 18, bold=True, colour=_ACCENT)
    for fact in sheet.facts:
        _paragraph(cursor, fact, 9, above=0.4)
    rows = []
    for number, section in enumerate(sheet.sections):
        _paragraph(
            cursor,
            section.title,
            11.5,
            bold=True,
            colour=_ACCENT,
            above=3.5,
            new_page=(number, 0) in breaks,
        )
        heading = cursor.block()
        if not section.rows:
            _paragraph(cursor, section.nothing, _BODY_PT, colour=_SOFT, above=0.5)
            continue
        if section.hint:
            _paragraph(cursor, section.hint, _SMALL_PT, colour=_SOFT, above=0.3)
        starts = [n for n in range(len(section.rows)) if n == 0 or (number, n) in breaks]
        for start, end in zip(starts, [*starts[1:], len(section.rows)]):
            table = _table(cursor, section.columns, section.rows[start:end], new_page=start > 0)
            for line in range(start, end):
                place = table.cellAt(line - start + 1, 0).firstCursorPosition().block()
                first = heading if line == 0 else place
                rows.append(_Row((number, line), first, table, line - start + 1))
    return rows


def _paragraph(
    cursor: QTextCursor,
    text: str,
    size: float,
    *,
    bold: bool = False,
    colour: str = _INK,
    above: float = 0,
    new_page: bool = False,
    first: bool = False,
) -> None:
    """Add a paragraph, *above* millimetres under the one before."""
    block = QTextBlockFormat()
    block.setTopMargin(above * _TEXT_MM)
    if new_page:
        block.setPageBreakPolicy(QTextFormat.PageBreakFlag.PageBreak_AlwaysBefore)
    letters = _letters(size, bold, colour)
    if first:
        cursor.setBlockFormat(block)
        cursor.setBlockCharFormat(letters)
    else:
        cursor.insertBlock(block, letters)
    cursor.insertText(text, letters)


def _table(
    cursor: QTextCursor,
    columns: Sequence[Column],
    rows: Sequence[Sequence[str]],
    *,
    new_page: bool,
) -> QTextTable:
    form = QTextTableFormat()
    form.setHeaderRowCount(1)
    form.setWidth(QTextLength(QTextLength.Type.PercentageLength, 100))
    form.setColumnWidthConstraints(
        [QTextLength(QTextLength.Type.PercentageLength, column.share) for column in columns]
    )
    form.setBorder(1)
    form.setBorderBrush(QBrush(QColor(_LINE)))
    form.setBorderCollapse(True)
    form.setCellSpacing(0)
    form.setCellPadding(0.7 * _TEXT_MM)
    form.setTopMargin(1.0 * _TEXT_MM)
    if new_page:
        form.setPageBreakPolicy(QTextFormat.PageBreakFlag.PageBreak_AlwaysBefore)
    table = cursor.insertTable(len(rows) + 1, len(columns), form)
    for number, column in enumerate(columns):
        cell = table.cellAt(0, number)
        shade = cell.format()
        shade.setBackground(QBrush(QColor(_PALE)))
        cell.setFormat(shade)
        cell.firstCursorPosition().insertText(column.title, _letters(_SMALL_PT, True, _INK))
    for line, row in enumerate(rows, start=1):
        for number, text in enumerate(row):
            place = table.cellAt(line, number).firstCursorPosition()
            place.insertText(text, _letters(_BODY_PT, False, _INK))
    cursor.movePosition(QTextCursor.MoveOperation.End)
    return table


def _letters(size: float, bold: bool, colour: str) -> QTextCharFormat:
    letters = QTextCharFormat()
    letters.setFont(_font(size, bold))
    letters.setForeground(QBrush(QColor(colour)))
    return letters


def _font(size: float, bold: bool = False) -> QFont:
    font = QFont(_FONT)
    font.setPointSizeF(size)
    font.setBold(bold)
    return font
