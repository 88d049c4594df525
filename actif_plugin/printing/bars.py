"""Bars as long as figures, and the figures by nature that are drawn with them."""

from __future__ import annotations

from collections.abc import Sequence

from qgis.core import QgsLayoutItem, QgsLayoutItemShape

from ..translation import tr
from .drawing import move, resize, written_count
from .perimeter_figures import NATURE_NAMES, Count, PerimeterFigures
from .templates import Items, box_of, set_text

NATURES_SHOWN = len(NATURE_NAMES)
# All that is drawn by nature: it goes up together.
NATURE_ROWS = (
    "natures_offres",
    "natures_besoins",
    *(
        f"{part}_{row}"
        for row in range(NATURES_SHOWN)
        for part in ("nature", "offre", "besoin", "barre_offre", "barre_besoin")
    ),
)
_SIDES = ("barre_offre", "barre_besoin")
_WIDTH, _LEFT = "actif/largeur", "actif/gauche"
_SHORTEST = 0.3


def draw_bar(item: QgsLayoutItem, share: float, *, to_the_left: bool = False) -> None:
    """Make a bar as long as a share of what the template drew; hide it where there is none."""
    item.setVisibility(share > 0)
    if not share > 0:
        return
    left, top, width, height = box_of(item)
    for name, now in ((_WIDTH, width), (_LEFT, left)):
        if item.customProperty(name) is None:
            item.setCustomProperty(name, now)
    full, start = (float(item.customProperty(name)) for name in (_WIDTH, _LEFT))
    resize(item, max(_SHORTEST, full * share), height)
    if to_the_left:
        move(item, start + full * (1 - share), top)


def fill_natures(items: Items, figures: PerimeterFigures, *, hidden: bool = False) -> bool:
    """Draw resources and needs by nature as bars on one scale, the natures that have a figure.

    What may be told of no side, and is not nothing on both, is named in a sentence instead.

    Args:
        items: of the layout.
        figures: what is drawn.
        hidden: nothing is drawn, nor said.

    Returns:
        Whether the template has a row for each.
    """
    rows = [] if hidden else list(zip(NATURE_NAMES, figures.offers, figures.needs))
    drawn = [row for row in rows if any(row[1:])]
    masked = [name for name, *sides in rows if None in sides and not any(sides)]
    heading = tr("By nature") if drawn or masked else ""
    set_text(items, "natures_titre", heading)
    for item_id, words in (("natures_offres", tr("Resources")), ("natures_besoins", tr("Needs"))):
        set_text(items, item_id, words if drawn else "")
    longest = max((n for _, *sides in drawn for n in sides if n), default=1)
    for at in range(NATURES_SHOWN):
        name, *sides = drawn[at] if at < len(drawn) else ("", 0, 0)
        _fill_row(items, at, name, sides, longest)
    set_text(items, "natures_masquees", _masked_natures(masked, bool(drawn)))
    return not drawn or bool(items.of(f"nature_{len(drawn) - 1}", QgsLayoutItem))


def _fill_row(items: Items, at: int, name: str, sides: Sequence[Count], longest: int) -> None:
    set_text(items, f"nature_{at}", name)
    for item_id, bar_id, count in zip(("offre", "besoin"), _SIDES, sides):
        set_text(items, f"{item_id}_{at}", written_count(count) if name else "")
        share = (count or 0) / longest
        if items.is_news(f"{bar_id}_{at}", QgsLayoutItemShape, share):
            for bar in items.of(f"{bar_id}_{at}", QgsLayoutItemShape):
                draw_bar(bar, share, to_the_left=bar_id == _SIDES[0])


def _masked_natures(names: Sequence[str], others: bool) -> str:
    if not names:
        return ""
    if not others:
        return tr("No nature has enough establishments for its figures to be shown.")
    return tr("Masked: {natures}.").format(natures=", ".join(name.lower() for name in names))
