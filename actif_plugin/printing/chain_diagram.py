"""The diagram of a value chain: its links in order, what is there, what lacks, what flows between.

The state of a link is told three times, by a mark, by the fill and by the line of its box, so that
it still reads on a black-and-white copy.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Union

from qgis.core import (
    QgsFillSymbol,
    QgsLayout,
    QgsLayoutItemPolyline,
    QgsLayoutItemShape,
    QgsLayoutMeasurement,
    QgsLayoutSize,
    QgsLineSymbol,
    QgsPrintLayout,
    QgsProject,
)
from qgis.PyQt.QtCore import QPointF
from qgis.PyQt.QtGui import QColor, QPolygonF

from ..domain.value_chains import Standing, State
from ..translation import tr
from .drawing import ACCENT, ALERT, INK, MM, SOFT, Box, add_text, place

# Millimetres on A4 landscape.
_PAGE = (297.0, 210.0)
_MARGIN = 10.0
_TOP, _BOTTOM = 34.0, 178.0
_GAP_SHARE = 0.30
_TALLEST, _WIDEST = 24.0, 44.0
_WIDE = 30.0
_FIGURE = 2.7
# Height of the passage of an arrow, beside that of a link.
_PASSAGE = 0.3
_ARROW = "#7d8a85"


# Codes of the links at both ends of an arrow.
_Way = tuple[str, str]


@dataclass(frozen=True)
class _Look:
    mark: str
    fill: str
    line: str
    style: str
    width: float
    ink: str


_LOOKS = {
    State.PRESENT: _Look("●", "#cfe3d8", ACCENT, "solid", 0.5, INK),
    State.FRAGILE: _Look("◐", "#fbe8c5", "#8a5a00", "dash", 0.5, INK),
    State.ABSENT: _Look("○", "#ffffff", "#9a9a9a", "dot", 0.3, SOFT),
    State.MISSING: _Look("▲", "#ffffff", ALERT, "solid", 0.9, ALERT),
}


def state_names() -> dict[State, str]:
    """Return the translated name of each state."""
    return {
        State.PRESENT: tr("present"),
        State.FRAGILE: tr("fragile: one establishment"),
        State.ABSENT: tr("absent"),
        State.MISSING: tr("missing"),
    }


def build_chain_layout(
    project: QgsProject,
    title: str,
    subtitle: str,
    standings: Sequence[Standing],
    credits: str = "",
) -> QgsPrintLayout:
    """Compose the diagram of one chain on A4 landscape.

    Args:
        project: what the layout belongs to.
        title, subtitle: of the page.
        standings: links of the chain.
        credits: last line of the page.
    """
    layout = QgsPrintLayout(project)
    layout.initializeDefaults()
    layout.setName(title)
    layout.pageCollection().page(0).setPageSize(QgsLayoutSize(*_PAGE, MM))
    width = _PAGE[0] - 2 * _MARGIN
    add_text(layout, title, (_MARGIN, 9, width, 11), 20, bold=True, colour=ACCENT)
    add_text(layout, subtitle, (_MARGIN, 20, width, 10), 9.5, colour=SOFT)
    ranks = sorted({standing.link.rank for standing in standings})
    columns = {standing.link.code: ranks.index(standing.link.rank) for standing in standings}
    ways = _ways(standings, columns)
    slots = _arranged(standings, columns, ways)
    lane = _BOTTOM
    for (start, end), way in ways.items():
        if columns[start] < columns[end]:
            _arrow(layout, _forward_line([slots[key] for key in way]), "solid")
        else:
            _arrow(layout, _return_line(slots[start], slots[end], lane), "dash")
            lane += 1.6
    for standing in standings:
        _draw_link(layout, standing, slots[standing.link.code].box)
    for standing in standings:
        _draw_flows(layout, standing, slots[standing.link.code].box)
    _draw_legend(layout)
    add_text(layout, credits, (_MARGIN, 199, width, 6), 7, colour=SOFT)
    return layout


@dataclass(frozen=True)
class _Slot:
    """A place in a column: a link, or the passage of an arrow that goes further."""

    box: Box

    @property
    def middle(self) -> float:
        return self.box[1] + self.box[3] / 2


# A link by its code, a passage by the ends of its arrow and its column.
_Key = Union[str, tuple[str, str, int]]


def _ways(standings: Sequence[Standing], columns: Mapping[str, int]) -> dict[_Way, list[_Key]]:
    """Return what each arrow passes through, from one link to the other, a column at a time."""
    ways: dict[_Way, list[_Key]] = {}
    for standing in standings:
        start = standing.link.code
        for end in standing.link.following:
            if end in columns:
                between = range(columns[start] + 1, columns[end])
                ways[start, end] = [start, *((start, end, column) for column in between), end]
    return ways


def _arranged(
    standings: Sequence[Standing], columns: Mapping[str, int], ways: Mapping[_Way, list[_Key]]
) -> dict[_Key, _Slot]:
    """Place links and passages: a column a rank; in a column, near what comes before."""
    members: defaultdict[int, list[_Key]] = defaultdict(list)
    for standing in standings:
        members[columns[standing.link.code]].append(standing.link.code)
    before: defaultdict[_Key, list[_Key]] = defaultdict(list)
    for way in ways.values():
        if columns[str(way[0])] < columns[str(way[-1])]:
            for passage in way[1:-1]:
                members[passage[2]].append(passage)  # type: ignore[misc]
            for first, second in zip(way, way[1:]):
                before[second].append(first)
    count = max(members, default=0) + 1
    pitch = (_PAGE[0] - 2 * _MARGIN) / count
    width = min(_WIDEST, pitch * (1 - _GAP_SHARE))
    weights = {column: sum(_weight(key) for key in keys) for column, keys in members.items()}
    height = min(_TALLEST, 0.72 * (_BOTTOM - _TOP) / max(weights.values(), default=1.0))
    slots: dict[_Key, _Slot] = {}
    for column in sorted(members):
        keys = sorted(members[column], key=lambda key: _barycentre(before[key], slots))
        left = _MARGIN + column * pitch + (pitch - width) / 2
        step = (_BOTTOM - _TOP) / weights[column]
        top = _TOP
        for key in keys:
            room = step * _weight(key)
            tall = height if isinstance(key, str) else 0.0
            slots[key] = _Slot((left, top + (room - tall) / 2, width, tall))
            top += room
    return slots


def _weight(key: _Key) -> float:
    return 1.0 if isinstance(key, str) else _PASSAGE


def _barycentre(keys: Sequence[_Key], slots: Mapping[_Key, _Slot]) -> float:
    return sum(slots[key].middle for key in keys) / len(keys) if keys else math.inf


def _draw_link(layout: QgsLayout, standing: Standing, box: Box) -> None:
    look = _LOOKS[standing.state]
    shape = QgsLayoutItemShape(layout)
    shape.setShapeType(QgsLayoutItemShape.Shape.Rectangle)
    if standing.state is State.FRAGILE:
        shape.setCornerRadius(QgsLayoutMeasurement(3, MM))
    shape.setSymbol(
        QgsFillSymbol.createSimple(
            {
                "color": look.fill,
                "outline_color": look.line,
                "outline_style": look.style,
                "outline_width": str(look.width),
            }
        )
    )
    place(shape, box)
    layout.addLayoutItem(shape)
    left, top, width, height = box
    add_text(
        layout,
        look.mark,
        (left + 1, top + 0.8, 5, 5),
        9,
        bold=True,
        colour=look.line,
    )
    # In a narrow box the words start under the mark, where they have the whole width.
    wide = width > _WIDE
    add_text(
        layout,
        standing.link.label,
        (left + 5.5, top + 1.2, width - 6.5, height - 1.2)
        if wide
        else (left + 1.4, top + 4.6, width - 2, height - 4.6),
        7.5 if wide else 6.5,
        bold=standing.state is not State.ABSENT,
        colour=look.ink,
    )
    lines = _evidence(standing)
    for number, line in enumerate(lines):
        y = top + height - 0.8 - _FIGURE * (len(lines) - number)
        add_text(
            layout, line, (left + 1.5, y, width - 3, _FIGURE), 5.8, colour=look.ink, right=True
        )


def _evidence(standing: Standing) -> list[str]:
    lines = []
    if standing.companies:
        lines.append(tr("Establishments: {count}").format(count=len(standing.companies)))
    if standing.orphan_needs:
        lines.append(tr("Unanswered needs: {count}").format(count=len(standing.orphan_needs)))
    if standing.orphan_offers:
        lines.append(tr("Untaken resources: {count}").format(count=len(standing.orphan_offers)))
    return lines


def _forward_line(slots: Sequence[_Slot]) -> list[QPointF]:
    """Cross the columns from gap to gap, at the height that each passage was given."""
    points = []
    for first, second in zip(slots, slots[1:]):
        right, left = first.box[0] + first.box[2], second.box[0]
        bend = (right + left) / 2
        points += [
            QPointF(right, first.middle),
            QPointF(bend, first.middle),
            QPointF(bend, second.middle),
            QPointF(left, second.middle),
        ]
    return points


def _return_line(start: _Slot, end: _Slot, lane: float) -> list[QPointF]:
    """Go back upstream below all the boxes."""
    right, left = start.box[0] + start.box[2], end.box[0]
    return [
        QPointF(right, start.middle + 3),
        QPointF(right + 2.2, start.middle + 3),
        QPointF(right + 2.2, lane),
        QPointF(left - 2.8, lane),
        QPointF(left - 2.8, end.middle + 3),
        QPointF(left, end.middle + 3),
    ]


def _arrow(layout: QgsLayout, points: Sequence[QPointF], style: str) -> None:
    line = QgsLayoutItemPolyline(QPolygonF(points), layout)
    line.setSymbol(
        QgsLineSymbol.createSimple(
            {"line_color": _ARROW, "line_width": "0.35", "line_style": style}
        )
    )
    line.setEndMarker(QgsLayoutItemPolyline.MarkerMode.ArrowHead)
    line.setArrowHeadWidth(1.8)
    line.setArrowHeadFillColor(QColor(_ARROW))
    line.setArrowHeadStrokeColor(QColor(_ARROW))
    line.setArrowHeadStrokeWidth(0.1)
    layout.addLayoutItem(line)


def _draw_flows(layout: QgsLayout, standing: Standing, box: Box) -> None:
    """Write what waits to come in before a box, and what is asked of it after."""
    left, top, width, height = box
    middle = top + height / 2
    # One above the line and one below: between two boxes there is room for one word.
    for count, text, x, y, right in (
        (len(standing.offers), tr("{count} res."), left - 13.0, middle - 2.8, True),
        (len(standing.needs), tr("{count} need."), left + width + 1.0, middle + 0.4, False),
    ):
        if count:
            line = (x, y, 12.0, 3.0)
            add_text(layout, text.format(count=count), line, 5.5, colour=SOFT, right=right)


def _draw_legend(layout: QgsLayout) -> None:
    left = _MARGIN
    for state, name in state_names().items():
        look = _LOOKS[state]
        add_text(layout, look.mark, (left, 189, 5, 5), 9, bold=True, colour=look.line)
        add_text(layout, name, (left + 5.5, 189.4, 56, 5), 8, colour=look.ink)
        left += 30 if state is not State.FRAGILE else 60
    note = tr("On the arrows: open resources that could come in, open needs for what goes out.")
    add_text(layout, note, (left + 4, 188, _PAGE[0] - _MARGIN - left - 4, 9), 7.5, colour=SOFT)
