"""Making words and lengths fit what is drawn."""

from __future__ import annotations

import math

from qgis.PyQt.QtCore import QRectF, QSizeF, Qt
from qgis.PyQt.QtGui import QFont, QFontMetricsF

# Letters are measured so many dots high, for small ones are rounded to whole dots.
_MEASURED = 100
_ENDLESS = 1e6
_MM_A_POINT = 25.4 / 72
# Programs and papers differ by a hair in the width of letters.
_SPARE = 0.97
_SMALLEST = 0.5
_STEP = 0.95


def fitted(text: str, letters: QFont, room: QSizeF) -> tuple[str, QFont]:
    """Return a text and letters that fit a box, in lines broken between words.

    Letters go down to half their size; then words are left out at the end.

    Args:
        text: what is written.
        letters: as drawn.
        room: of the box, in millimetres.
    """
    font = QFont(letters)
    largest = letters.pointSizeF()
    size = largest
    while size > largest * _SMALLEST:
        if _fits(text, letters, size, room):
            font.setPointSizeF(size)
            return text, font
        size *= _STEP
    size = largest * _SMALLEST
    font.setPointSizeF(size)
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        if _fits(_cut(text, middle), letters, size, room):
            low = middle
        else:
            high = middle - 1
    return text if low == len(text) else _cut(text, low), font


def taken_by(text: str, letters: QFont, size: float, width: float) -> QSizeF:
    """Return the room that a text takes in lines of a width, in millimetres; *size* in points."""
    font = QFont(letters)
    font.setPixelSize(_MEASURED)
    dots = _MEASURED / (size * _MM_A_POINT)
    box = QFontMetricsF(font).boundingRect(
        QRectF(0, 0, width * dots, _ENDLESS), int(Qt.TextFlag.TextWordWrap), text
    )
    return QSizeF(box.width() / dots, box.height() / dots)


def round_length(length: float) -> float:
    """Return the largest of 1, 2, 5 times a power of ten not over *length*."""
    if not length > 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(length))
    return max(factor * power for factor in (1, 2, 5) if factor * power <= length * (1 + 1e-9))


def _cut(text: str, length: int) -> str:
    return text if length >= len(text) else text[:length].rstrip() + "…"


def _fits(text: str, letters: QFont, size: float, room: QSizeF) -> bool:
    taken = taken_by(text, letters, size, room.width() * _SPARE)
    return bool(taken.width() <= room.width() * _SPARE and taken.height() <= room.height())
