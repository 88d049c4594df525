"""The cover of an atlas: the territory, and on which page each perimeter is."""

from __future__ import annotations

from collections.abc import Sequence

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsLayoutFrame,
    QgsLayoutItemManualTable,
    QgsMapLayer,
    QgsPrintLayout,
    QgsProject,
    QgsRectangle,
)

from ..translation import tr
from .drawing import resize
from .furniture import Furniture, fill_furniture
from .templates import MAP, Items, box_of, load, set_map, set_table, set_text, template_path

LAYOUT = "synergyatlas-couverture"
INDEX_COLUMNS = 3
# As few titles as these have the width of all columns, and larger letters.
_FEW, _LARGER = 20, 1.5


def covers_of(
    project: QgsProject,
    furniture: Furniture,
    paper: str,
    titles: Sequence[str],
    around: Sequence[QgsMapLayer],
    whole: QgsRectangle,
    crs: QgsCoordinateReferenceSystem,
) -> list[QgsPrintLayout]:
    """Return the cover, and as many pages after it as its index takes.

    Args:
        project: whose layers are printed.
        furniture: what the cover says of itself.
        paper: of the pages.
        titles: of the pages that follow, in their order.
        around, whole, crs: the layers, the extent and the system of the map.

    Raises:
        StoreError: the template cannot be used.
    """

    def cover() -> QgsPrintLayout:
        layout = load(project, template_path(LAYOUT, paper), furniture.title)
        fill_furniture(layout, furniture)
        set_map(layout, MAP, around, whole, crs)
        set_text(layout, "index_titre", tr("Index"))
        if len(titles) <= _FEW:
            _widen(layout)
        return layout

    # How many covers there are shifts the pages that their own index tells: one is tried, with
    # numbers as wide as any.
    covers = [cover()]
    starts = [0]
    while True:
        room = _list(covers[-1], [["9999", "", title] for title in titles[starts[-1] :]])
        starts.append(starts[-1] + room)
        if starts[-1] >= len(titles) or not room:
            break
        covers.append(cover())
    for layout, start, end in zip(covers, starts, starts[1:]):
        _list(
            layout,
            [[str(len(covers) + at + 1), "", titles[at]] for at in range(start, end)],
        )
    return covers


def _widen(cover: QgsPrintLayout) -> None:
    """Give the first column of the index the room of all, and larger letters."""
    items = Items(cover)
    frames = [
        frame
        for column in range(INDEX_COLUMNS)
        for frame in items.of(f"index_{column}", QgsLayoutFrame)
    ]
    table = frames[0].multiFrame() if len(frames) == INDEX_COLUMNS else None
    if not isinstance(table, QgsLayoutItemManualTable):
        # An officer's template is as the officer drew it.
        return
    left, _, width, height = box_of(frames[0])
    *_, (last_left, _, last_width, _) = map(box_of, frames)
    room = last_left + last_width - left
    *narrow, words = table.columnWidths()
    table.setColumnWidths(
        [*(_LARGER * one for one in narrow), words + room - width - (_LARGER - 1) * sum(narrow)]
    )
    cells = table.tableContents()
    for cell in cells[0]:
        letters = cell.textFormat()
        letters.setSize(_LARGER * letters.size())
        cell.setTextFormat(letters)
    table.setTableContents(cells)
    resize(frames[0], room, height)


def _list(cover: QgsPrintLayout, rows: Sequence[Sequence[str]]) -> int:
    """Write rows into the columns of an index; return how many of them are printed."""
    items = Items(cover)
    printed = 0
    for column in range(INDEX_COLUMNS):
        printed += set_table(items, f"index_{column}", rows[printed:])
    return printed
