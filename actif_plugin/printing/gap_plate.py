"""The plates of what is missing: where, of what, and in which value chains."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass, replace

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsLayout,
    QgsLayoutItemLegend,
    QgsMapLayer,
    QgsPrintLayout,
    QgsProject,
    QgsRectangle,
)

from ..translation import tr
from . import figure_words as words
from .cartography import numbered_names
from .chain_diagram import LEGEND_HEIGHT, Chain, draw_chain, draw_legend
from .drawing import MASKED, Box, move, place, resize, written_number
from .furniture import Furniture, fill_furniture
from .template_legend import set_legend
from .templates import (
    LEGEND,
    MAP,
    NORTH,
    PAPERS,
    SCALE_BAR,
    box_of,
    load,
    set_map,
    set_table,
    set_text,
    set_texts,
    stack,
    template_path,
)

PLATE, CHAIN_PLATE = "synergyatlas-manques", "synergyatlas-filiere"
# The frame of a diagram.
CHAIN = "filiere"
_RANKING, _HEADS = "rang", ("rang_titre", "rang_besoins", "rang_entreprises", "rang_produit")
_GAINS = "gains"
_SIDE_COLUMN = ("avis", "bilan", "masques", LEGEND)
_LABEL = 90
# Between the frame of a diagram and what is in it, in millimetres on A3.
_PADDING = 3.0


@dataclass(frozen=True)
class Gap:
    """A line of the ranking: what is needed in vain, and by how many establishments.

    Attributes:
        label: the product, or the nature.
        needs: how many nobody answers.
        companies: how many establishments have them; None where that is not told.
    """

    label: str
    needs: int
    companies: int | None = None


@dataclass(frozen=True)
class ChainPlate:
    """What is said of a chain.

    Attributes:
        name: of the chain.
        heading, sentence: above its diagram.
        chain: its diagram.
        gains: (missing link, what it would change); none for elected officials.
    """

    name: str
    heading: str
    sentence: str
    chain: Chain
    gains: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True)
class GapPlate:
    """What the plate says.

    Attributes:
        furniture: what the page says of itself.
        layers: of the map, from the top; orphan needs, or zones shaded by them.
        listed: those of them that the legend tells of.
        extent, crs: of the map.
        kinds: what the ranking counts: products, or natures.
        gaps: what is needed in vain, most first.
        summary: a sentence on the whole territory.
        masks: what is said of masked figures; empty where nothing is masked.
        chains: the first is on the plate, the others have pages of their own.
    """

    furniture: Furniture
    layers: Sequence[QgsMapLayer]
    listed: Sequence[QgsMapLayer]
    extent: QgsRectangle
    crs: QgsCoordinateReferenceSystem
    kinds: str
    gaps: Sequence[Gap]
    summary: str
    masks: str
    chains: Sequence[ChainPlate]


def build_gap_plates(project: QgsProject, plate: GapPlate, paper: str) -> list[QgsPrintLayout]:
    """Compose the plate, and a page for each further chain.

    Raises:
        StoreError: a template cannot be used.
    """
    layouts = [_build_plate(project, plate, paper)]
    for chain in plate.chains[1:]:
        title = tr("Value chain: {name}").format(name=chain.name)
        furniture = replace(plate.furniture, title=title)
        layouts.append(_build_chain_plate(project, chain, furniture, paper))
    return layouts


def _build_plate(project: QgsProject, plate: GapPlate, paper: str) -> QgsPrintLayout:
    layout = load(project, template_path(PLATE, paper), plate.furniture.title)
    fill_furniture(layout, plate.furniture)
    chain = plate.chains[0] if plate.chains else None
    _make_room(layout, ranking=bool(plate.gaps), chain=chain is not None)
    set_map(layout, MAP, plate.layers, plate.extent, plate.crs)
    _rank(layout, plate)
    set_texts(layout, {"bilan": plate.summary, "masques": plate.masks})
    _list(layout, plate.listed)
    stack(layout, _SIDE_COLUMN)
    _fill_chain(layout, chain, PAPERS[paper].scale)
    return layout


def _build_chain_plate(
    project: QgsProject, plate: ChainPlate, furniture: Furniture, paper: str
) -> QgsPrintLayout:
    layout = load(project, template_path(CHAIN_PLATE, paper), furniture.title, needs_map=False)
    fill_furniture(layout, furniture)
    table = layout.itemById(_GAINS)
    frame = layout.itemById(CHAIN)
    if frame is not None and table is not None and not plate.gains:
        _, top, width, _ = box_of(frame)
        resize(frame, width, _bottom(box_of(table)) - top)
    heading = tr("What each missing link would change")
    set_text(layout, f"{_GAINS}_titre", heading if plate.gains else "")
    set_table(layout, _GAINS, plate.gains)
    _fill_chain(layout, plate, PAPERS[paper].scale)
    return layout


def masked_sentence(count: int) -> str:
    """Return what a page says of its masked figures, empty where there is none."""
    if not count:
        return ""
    return tr(
        "{count} figures masked ({sign}): fewer than three establishments, one that makes over"
        " 85 %, or what would let these be found."
    ).format(count=written_number(count), sign=MASKED)


def _make_room(layout: QgsLayout, *, ranking: bool, chain: bool) -> None:
    """Give the map and the ranking the room of what the page does not have."""
    items = {item_id: layout.itemById(item_id) for item_id in (MAP, _RANKING, CHAIN)}
    if None in items.values():
        # An officer's template is as the officer drew it.
        return
    boxes = {item_id: box_of(item) for item_id, item in items.items()}
    left, top, width, height = boxes[MAP]
    right, bottom = left + width, top + height
    if not ranking:
        right = boxes[_RANKING][0] + boxes[_RANKING][2]
    if not chain:
        bottom = _bottom(boxes[CHAIN])
        beside = boxes[_RANKING]
        place(items[_RANKING], (*beside[:3], bottom - beside[1]))
    place(items[MAP], (left, top, right - left, bottom - top))
    for item_id, across, down in (
        (SCALE_BAR, 0.0, bottom - top - height),
        (NORTH, right - left - width, 0.0),
    ):
        item = layout.itemById(item_id)
        if item is not None:
            at = box_of(item)
            move(item, at[0] + across, at[1] + down)


def _rank(layout: QgsLayout, plate: GapPlate) -> None:
    told = any(gap.companies is not None for gap in plate.gaps)
    heads = (
        words.missing_most()[0],
        tr("Needs"),
        tr("Companies") if told else "",
        plate.kinds,
    )
    for item_id, heading in zip(_HEADS, heads):
        set_text(layout, item_id, heading if plate.gaps else "")
    rows = [
        [
            written_number(gap.needs),
            "" if gap.companies is None else written_number(gap.companies),
            "",
            textwrap.shorten(gap.label, _LABEL, placeholder="…"),
        ]
        for gap in plate.gaps
    ]
    set_table(layout, _RANKING, rows)


def _list(layout: QgsLayout, layers: Sequence[QgsMapLayer]) -> None:
    """List layers in the legend; there is none where there is nothing to explain."""
    set_legend(layout, LEGEND, layers, tr("Legend"), numbered_names(layers))
    for item in layout.items():
        if isinstance(item, QgsLayoutItemLegend):
            item.setVisibility(bool(layers))


def _fill_chain(layout: QgsLayout, plate: ChainPlate | None, scale: float) -> None:
    """Say what there is to say of a chain, and draw it into its frame."""
    set_texts(
        layout,
        {
            "filiere_titre": plate.heading if plate else "",
            "filiere_phrase": plate.sentence if plate else "",
        },
    )
    frame = layout.itemById(CHAIN)
    if frame is None:
        return
    frame.setVisibility(plate is not None)
    if plate is None:
        return
    left, top, width, height = box_of(frame)
    edge = _PADDING * scale
    room: Box = (left + edge, top + edge, width - 2 * edge, height - 2 * edge)
    # Diagrams are drawn in lengths of A4, pages in those of A3.
    scale /= PAPERS["A4"].scale
    legend = LEGEND_HEIGHT * scale
    draw_chain(layout, plate.chain, (*room[:3], room[3] - legend - edge), scale)
    draw_legend(layout, plate.chain, (room[0], room[1] + room[3] - legend, room[2], legend), scale)


def _bottom(box: Box) -> float:
    return box[1] + box[3]
