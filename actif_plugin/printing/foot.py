"""The foot of a page: sources, mentions and disclaimer share its room, in letters of one size.

Most pages say little there; a long disclaimer has what the others leave.
"""

from __future__ import annotations

from collections.abc import Mapping

from qgis.core import QgsLayoutItemLabel

from .drawing import Box, move, resize
from .fitting import stacked
from .templates import Filled, drawn_box, drawn_letters, items_of, set_texts, write

# From the top.
_IDS = ("sources", "mentions", "avertissement")
_HAIR = 0.1


def fill_foot(filled: Filled, texts: Mapping[str, str]) -> None:
    """Write what stands at the foot of a page.

    Args:
        filled: the layout.
        texts: of the labels ``sources``, ``mentions`` and ``avertissement``.
    """
    labels = [label for one in _IDS for label in items_of(filled, one, QgsLayoutItemLabel)]
    boxes = [drawn_box(label) for label in labels]
    if not _is_block(boxes):
        # An officer's template is as the officer drew it.
        set_texts(filled, texts)
        return
    left, top, width, height = boxes[0]
    bottom = boxes[-1][1] + boxes[-1][3]
    told = [label for label in labels if texts[label.id()]]
    heights = stacked([(texts[one.id()], drawn_letters(one)) for one in told], width, bottom - top)
    # The first one keeps its last line where it was drawn, if the others have room below it.
    first = heights[0] if told and told[0] is labels[0] else 0.0
    y = max(top, min(top + height - first, bottom - sum(heights)))
    for label in labels:
        if label in told:
            high = heights[told.index(label)]
            move(label, left, y)
            resize(label, width, high)
            y += high
        write(label, texts[label.id()])


def _is_block(boxes: list[Box]) -> bool:
    """Tell whether there is a box for each text, below one another and equally wide."""
    if len(boxes) != len(_IDS):
        return False
    left, _, width, _ = boxes[0]
    ends = [top + height for _, top, _, height in boxes]
    one_below_another = all(end <= box[1] + _HAIR for end, box in zip(ends, boxes[1:]))
    return one_below_another and all(
        abs(box[0] - left) < _HAIR and abs(box[2] - width) < _HAIR for box in boxes
    )
