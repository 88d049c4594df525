"""The plate of what is missing: where, and of what."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsMapLayer,
    QgsPrintLayout,
    QgsProject,
    QgsRectangle,
)

from ..translation import tr
from .atlas import MASKED, draw_bar
from .drawing import written_number
from .furniture import Furniture, fill_furniture
from .perimeter_figures import Ranked
from .templates import (
    LEGEND,
    MAP,
    load,
    set_legend,
    set_map,
    set_text,
    template_path,
)

LAYOUT = "synergyatlas-manques"
GAPS_SHOWN = 24
_LABEL = 90


@dataclass(frozen=True)
class GapPlate:
    """What the plate says.

    Attributes:
        furniture: what the page says of itself.
        layers: of the map, from the top; orphan needs, or zones shaded by them.
        extent, crs: of the map.
        gaps: what is needed in vain, most first.
        masks: what is said of masked figures; empty where nothing is masked.
    """

    furniture: Furniture
    layers: Sequence[QgsMapLayer]
    extent: QgsRectangle
    crs: QgsCoordinateReferenceSystem
    gaps: Sequence[Ranked]
    masks: str


def build_gap_plate(project: QgsProject, plate: GapPlate, paper: str) -> QgsPrintLayout:
    """Compose the plate; the caller exports it or adds it to the project.

    Raises:
        StoreError: the template cannot be used.
    """
    layout = load(project, template_path(LAYOUT, paper), plate.furniture.title)
    fill_furniture(layout, plate.furniture)
    set_map(layout, MAP, plate.layers, plate.extent, plate.crs)
    set_legend(layout, LEGEND, plate.layers, tr("Legend"))
    heading = tr("What is missing most (unanswered needs)")
    nothing = tr("Nothing to show: no unanswered need, or too few establishments to show them.")
    set_text(layout, "rang_titre", heading if plate.gaps else nothing)
    most = max((gap.count for gap in plate.gaps), default=1)
    for row in range(GAPS_SHOWN):
        gap = plate.gaps[row] if row < len(plate.gaps) else None
        set_text(layout, f"rang_{row}", written_number(gap.count) if gap else "")
        set_text(
            layout,
            f"produit_{row}",
            textwrap.shorten(gap.label, _LABEL, placeholder="…") if gap else "",
        )
        bar = layout.itemById(f"barre_{row}")
        if bar is not None:
            draw_bar(bar, gap.count / most if gap else 0)
    set_text(layout, "masques", plate.masks)
    return layout


def masked_sentence(count: int) -> str:
    """Return what a page says of its masked figures, empty where there is none."""
    if not count:
        return ""
    return tr(
        "{count} figures masked ({sign}): fewer than three establishments, one that makes over"
        " 85 %, or what would let these be found."
    ).format(count=written_number(count), sign=MASKED)
