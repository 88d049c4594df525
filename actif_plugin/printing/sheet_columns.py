"""Tables of a sheet that share the room of their column, instead of a fixed one each.

A template says where tables are and how far the last one may reach. What one does not need goes to
those below and above it, so that little is left out of a sheet that has much to say.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from qgis.core import QgsLayout, QgsLayoutFrame, QgsLayoutItem, QgsLayoutItemManualTable

from .drawing import move
from .fitting import rows_that_fit, wrapped
from .templates import box_of, row_heights, set_table

# What is above a table and goes with it: its title, and those of its columns.
HEADS = ("{name}_titre", "{name}_entetes")
# Tables tell their height within a hair.
_SPARE_MM = 1.5


@dataclass(frozen=True)
class _Block:
    """A table and its heads, as drawn: where the first of them and the table start and end."""

    name: str
    frame: QgsLayoutFrame
    heads: Sequence[tuple[QgsLayoutItem, float]]
    top: float
    table_top: float
    bottom: float


class SheetColumns:
    """The tables of a layout, in the columns that they were drawn in.

    Args:
        layout: as its template has it.
        names: of its tables; those that the template leaves out are not printed.
        whole: the names of those that are printed whole, if there is any room for that.
    """

    def __init__(
        self, layout: QgsLayout, names: Sequence[str], whole: Collection[str] = ()
    ) -> None:
        self._layout = layout
        self._whole = whole
        self._columns: dict[int, list[_Block]] = {}
        for name in names:
            frame = layout.itemById(name)
            if isinstance(frame, QgsLayoutFrame):
                left, top, _, height = box_of(frame)
                found = [layout.itemById(head.format(name=name)) for head in HEADS]
                heads = [(item, box_of(item)[1]) for item in found if item is not None]
                first = min([top, *(at for _, at in heads)])
                block = _Block(name, frame, heads, first, top, top + height)
                self._columns.setdefault(round(left), []).append(block)
        for blocks in self._columns.values():
            blocks.sort(key=lambda block: block.top)

    def fill(self, tables: Mapping[str, Sequence[Sequence[str]]]) -> int:
        """Write rows into the tables; return how many rows had no room."""
        return sum(self._fill_column(blocks, tables) for blocks in self._columns.values())

    def _fill_column(
        self, blocks: Sequence[_Block], tables: Mapping[str, Sequence[Sequence[str]]]
    ) -> int:
        gaps = [after.top - before.bottom for before, after in zip(blocks, blocks[1:])]
        heads = sum(self._above(block, len(tables.get(block.name, ()))) for block in blocks)
        free = blocks[-1].bottom - blocks[0].top - heads - sum(gaps) - _SPARE_MM
        rows = [
            self._wrapped(block, tables.get(block.name, ()), free / len(blocks)) for block in blocks
        ]
        heights = [
            row_heights(self._layout, block.name, lines) for block, lines in zip(blocks, rows)
        ]
        together = [
            [sum(ones)] if block.name in self._whole else ones
            for block, ones in zip(blocks, heights)
        ]
        fitting = [
            len(lines) if count and block.name in self._whole else count
            for block, lines, count in zip(blocks, rows, rows_that_fit(together, free))
        ]
        y = blocks[0].top
        printed = 0
        for at, (block, count) in enumerate(zip(blocks, fitting)):
            for item, top in block.heads:
                move(item, box_of(item)[0], y + top - block.top)
            y += self._above(block, count)
            move(block.frame, box_of(block.frame)[0], y)
            room = sum(heights[at][:count]) + _SPARE_MM
            printed += set_table(self._layout, block.name, rows[at][:count], room)
            y += block.frame.rect().height() if count else 0.0
            y += gaps[at] if at < len(gaps) else 0.0
        return sum(map(len, rows)) - printed

    @staticmethod
    def _above(block: _Block, rows: int) -> float:
        """Return the room of what is above a table: its title alone where the table is empty."""
        if rows or not block.heads:
            return block.table_top - block.top
        return box_of(block.heads[0][0])[3]

    def _wrapped(
        self, block: _Block, rows: Sequence[Sequence[str]], height: float
    ) -> list[list[str]]:
        """Return rows none of which is higher than *height*."""
        table = block.frame.multiFrame()
        if not isinstance(table, QgsLayoutItemManualTable):
            return []
        room = height - 2 * table.cellMargin()
        letters = [model.textFormat() for model in table.tableContents()[0]]
        return [
            [
                wrapped(text, style.font(), style.size(), width, room)
                for text, style, width in zip(row, letters, table.columnWidths())
            ]
            for row in rows
        ]
