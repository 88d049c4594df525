"""The diagram of a value chain: its links in order, what is there, what lacks, what leads where.

What is said of a link is told three times, by a mark, by the fill and by the line of its box, so
that it still reads on a black-and-white copy.

In the edition for elected officials (:func:`public_links`) a box has one of two looks and no
figure. What may be shown is decided in ``domain/public_chains.py``; nothing else comes this far.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

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
from qgis.PyQt.QtCore import QPointF, QSizeF
from qgis.PyQt.QtGui import QColor, QPolygonF

from ..domain.value_chains import Link, Standing, State
from ..translation import tr
from .chain_routes import Arrow, plan_chain
from .drawing import ACCENT, ALERT, INK, MM, SOFT, Box, add_text, font, place
from .fitting import fitted, taken_by

# Millimetres on A4 landscape.
_PAGE = (297.0, 210.0)
_MARGIN = 10.0
_TOP, _BOTTOM = 34.0, 186.0
# Letters in points, lengths in millimetres; all are enlarged on larger papers.
_MARK, _LABEL, _FIGURE, _LEGEND = 9.0, 7.5, 6.0, 7.5
_FIGURE_LINE = 2.9
_FIGURES_AT_MOST = 0.55
# In a narrower box the words start under the mark, where they have the whole width.
_WIDE = 30.0
_LEGEND_SYMBOL, _LEGEND_SPACE = 5.5, 5.0
# How high the legend is.
LEGEND_HEIGHT = 5.0
_ARROW, _HEAD = "#5f6d68", 1.8


@dataclass(frozen=True)
class _Look:
    mark: str
    fill: str
    line: str
    style: str
    width: float
    ink: str
    rounded: bool = False


_LOOKS = {
    State.PRESENT: _Look("●", "#cfe3d8", ACCENT, "solid", 0.5, INK),
    State.FRAGILE: _Look("◐", "#fbe8c5", "#8a5a00", "dash", 0.5, INK, rounded=True),
    State.ABSENT: _Look("○", "#ffffff", "#9a9a9a", "dot", 0.3, SOFT),
    State.MISSING: _Look("▲", "#ffffff", ALERT, "solid", 0.9, ALERT),
}
_NOT_SHOWN = _LOOKS[State.ABSENT]


@dataclass(frozen=True)
class DrawnLink:
    """A box of the diagram.

    Attributes:
        link: what it stands for.
        look: how it is drawn.
        figures: what is written at its foot.
    """

    link: Link
    look: _Look
    figures: tuple[str, ...] = ()


@dataclass(frozen=True)
class Chain:
    """A chain as it is drawn: its boxes, and what their looks mean."""

    links: Sequence[DrawnLink]
    looks: Sequence[tuple[_Look, str]]


def told_links(standings: Sequence[Standing]) -> Chain:
    """Return a chain with the state of each link and the records that tell it."""
    names = {
        State.PRESENT: tr("present"),
        State.FRAGILE: tr("fragile: one establishment"),
        State.ABSENT: tr("absent"),
        State.MISSING: tr("missing"),
    }
    return Chain(
        [DrawnLink(one.link, _LOOKS[one.state], tuple(_figures(one))) for one in standings],
        [(_LOOKS[state], name) for state, name in names.items()],
    )


def public_links(links: Sequence[Link], shown: Collection[str]) -> Chain:
    """Return a chain for elected officials: those of its links that may be shown, and the others.

    Args:
        links: of the chain.
        shown: codes of those that may be shown as present.
    """
    present = _LOOKS[State.PRESENT]
    return Chain(
        [DrawnLink(one, present if one.code in shown else _NOT_SHOWN) for one in links],
        [
            (present, tr("three establishments or more")),
            (_NOT_SHOWN, tr("no establishment, or too few to be shown")),
        ],
    )


def build_chain_layout(
    project: QgsProject, title: str, subtitle: str, chain: Chain, credits: str = ""
) -> QgsPrintLayout:
    """Compose the diagram of one chain on A4 landscape.

    Args:
        project: what the layout belongs to.
        title, subtitle: of the page.
        chain: what is drawn.
        credits: last line of the page.
    """
    layout = QgsPrintLayout(project)
    layout.initializeDefaults()
    layout.setName(title)
    layout.pageCollection().page(0).setPageSize(QgsLayoutSize(*_PAGE, MM))
    width = _PAGE[0] - 2 * _MARGIN
    add_text(layout, title, (_MARGIN, 9, width, 11), 20, bold=True, colour=ACCENT)
    add_text(layout, subtitle, (_MARGIN, 20, width, 10), 9.5, colour=SOFT)
    draw_chain(layout, chain, (_MARGIN, _TOP, width, _BOTTOM - _TOP))
    draw_legend(layout, chain, (_MARGIN, _BOTTOM + 3, width, LEGEND_HEIGHT))
    add_text(layout, credits, (_MARGIN, 199, width, 6), 7, colour=SOFT)
    return layout


def draw_chain(layout: QgsLayout, chain: Chain, room: Box, scale: float = 1.0) -> None:
    """Draw the boxes of a chain and the arrows between them.

    Args:
        layout: what it is drawn on.
        chain: what is drawn.
        room: what the diagram may take.
        scale: by how much letters and lines are larger than on A4.
    """
    ranks = sorted({drawn.link.rank for drawn in chain.links})
    plan = plan_chain(
        {drawn.link.code: ranks.index(drawn.link.rank) for drawn in chain.links},
        [(drawn.link.code, end) for drawn in chain.links for end in drawn.link.following],
        room,
        scale,
    )
    for arrow in plan.arrows:
        _draw_arrow(layout, arrow, scale)
    for drawn in chain.links:
        _draw_link(layout, drawn, plan.boxes[drawn.link.code], scale)


def draw_legend(layout: QgsLayout, chain: Chain, room: Box, scale: float = 1.0) -> None:
    """Write on one line what the looks of the boxes and the arrows mean."""
    left, top, width, height = room
    entries = [(look.mark, look.line, look.ink, name) for look, name in chain.looks]
    entries.append(("→", _ARROW, INK, tr("leads to")))
    # A reader learns what a dashed arrow is where there is one.
    if any(_goes_back(one, chain) for one in chain.links):
        entries.append(("⇠", _ARROW, INK, tr("goes back upstream")))
    taken = [taken_by(name, font(_LEGEND), _LEGEND, 1e4).width() for *_, name in entries]
    fixed = _LEGEND_SYMBOL + _LEGEND_SPACE
    share = min(1.0, (width / scale - fixed * len(entries)) / max(sum(taken), 1e-9))
    x = left
    for (mark, line, ink, name), words in zip(entries, taken):
        symbol = _LEGEND_SYMBOL * scale
        add_text(layout, mark, (x, top, symbol, height), _MARK * scale, bold=True, colour=line)
        words *= 1.02 * scale
        _add_fitted(
            layout,
            name,
            (x + symbol, top + 0.4 * scale, words * share + 0.5 * scale, height),
            _LEGEND * scale,
            ink,
        )
        x += symbol + words * share + _LEGEND_SPACE * scale


def _goes_back(drawn: DrawnLink, chain: Chain) -> bool:
    ranks = {one.link.code: one.link.rank for one in chain.links}
    return any(
        ranks.get(end, drawn.link.rank + 1) <= drawn.link.rank for end in drawn.link.following
    )


def _draw_link(layout: QgsLayout, drawn: DrawnLink, box: Box, scale: float) -> None:
    look = drawn.look
    shape = QgsLayoutItemShape(layout)
    shape.setShapeType(QgsLayoutItemShape.Shape.Rectangle)
    if look.rounded:
        shape.setCornerRadius(QgsLayoutMeasurement(3 * scale, MM))
    shape.setSymbol(
        QgsFillSymbol.createSimple(
            {
                "color": look.fill,
                "outline_color": look.line,
                "outline_style": look.style,
                "outline_width": str(look.width * scale),
            }
        )
    )
    place(shape, box)
    layout.addLayoutItem(shape)
    left, top, width, height = box
    edge = 1.0 * scale
    add_text(
        layout,
        look.mark,
        (left + edge, top + 0.6 * scale, 5 * scale, 5 * scale),
        _MARK * scale,
        bold=True,
        colour=look.line,
    )
    foot = min(_FIGURE_LINE * scale * len(drawn.figures), _FIGURES_AT_MOST * height)
    wide = width > _WIDE * scale or height < 4 * _FIGURE_LINE * scale
    start, down = (5.5 * scale, edge) if wide else (1.4 * scale, 4.4 * scale)
    words = (left + start, top + down, width - start - edge, height - down - foot - 0.8 * scale)
    _add_fitted(
        layout, drawn.link.label, words, _LABEL * scale, look.ink, bold=look is not _NOT_SHOWN
    )
    if drawn.figures:
        figures = (left + edge, top + height - foot - 0.7 * scale, width - 2.8 * edge, foot)
        _add_fitted(
            layout, "\n".join(drawn.figures), figures, _FIGURE * scale, look.ink, right=True
        )


def _add_fitted(
    layout: QgsLayout,
    text: str,
    box: Box,
    size: float,
    colour: str,
    *,
    bold: bool = False,
    right: bool = False,
) -> None:
    words, letters = fitted(text, font(size, bold), QSizeF(box[2], box[3]))
    add_text(layout, words, box, letters.pointSizeF(), bold=bold, colour=colour, right=right)


def _figures(standing: Standing) -> list[str]:
    lines = []
    if standing.companies:
        lines.append(tr("Establishments: {count}").format(count=len(standing.companies)))
    for flows, orphans, plain, alone in (
        (
            standing.offers,
            standing.orphan_offers,
            tr("Resources: {count}"),
            tr("Resources: {count}, {alone} untaken"),
        ),
        (
            standing.needs,
            standing.orphan_needs,
            tr("Needs: {count}"),
            tr("Needs: {count}, {alone} unanswered"),
        ),
    ):
        if flows:
            told = alone if orphans else plain
            lines.append(told.format(count=len(flows), alone=len(orphans)))
    return lines


def _draw_arrow(layout: QgsLayout, arrow: Arrow, scale: float) -> None:
    # The head is drawn around the last point.
    *way, (x, y) = arrow.points
    points = [*way, (x - _HEAD / 2 * scale, y)]
    line = QgsLayoutItemPolyline(QPolygonF([QPointF(*point) for point in points]), layout)
    line.setSymbol(
        QgsLineSymbol.createSimple(
            {
                "line_color": _ARROW,
                "line_width": str(0.35 * scale),
                "line_style": "dash" if arrow.back else "solid",
            }
        )
    )
    line.setEndMarker(QgsLayoutItemPolyline.MarkerMode.ArrowHead)
    line.setArrowHeadWidth(_HEAD * scale)
    line.setArrowHeadFillColor(QColor(_ARROW))
    line.setArrowHeadStrokeColor(QColor(_ARROW))
    line.setArrowHeadStrokeWidth(0.1 * scale)
    layout.addLayoutItem(line)
