"""Making words and lengths fit what is drawn."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from qgis.PyQt.QtCore import QRectF, QSizeF, Qt
from qgis.PyQt.QtGui import QFont, QFontMetricsF

# Letters are measured so many dots high, for small ones are rounded to whole dots.
_MEASURED = 100
_ENDLESS = 1e6
_MM_A_POINT = 25.4 / 72
# Programs and papers differ by a hair in the width of letters.
_SPARE = 0.97
_HAIR = 0.01
_SMALLEST = 0.5
# After these an address may go to the next line.
_SIGNS = "@.-_/"
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
        if fits(text, letters, size, room):
            font.setPointSizeF(size)
            return text, font
        size *= _STEP
    size = largest * _SMALLEST
    font.setPointSizeF(size)
    return _cut(text, _longest(text, lambda part: fits(part, letters, size, room))), font


def fits(text: str, letters: QFont, size: float, room: QSizeF) -> bool:
    """Tell whether a text fits a box in millimetres in letters of a size in points."""
    taken = taken_by(text, letters, size, room.width() * _SPARE)
    return bool(taken.width() <= room.width() * _SPARE and taken.height() <= room.height())


def stacked(texts: Sequence[tuple[str, QFont]], width: float, room: float) -> list[float]:
    """Return the heights of texts below one another that share a room, in millimetres.

    All their letters go down by the same share, to half their size; then the last text has what
    the others leave.

    Args:
        texts: what is written, and in which letters.
        width: of the lines, in millimetres.
        room: the height of all.
    """
    share = 1.0
    while True:
        heights = [
            taken_by(text, letters, letters.pointSizeF() * share, width * _SPARE).height() + _HAIR
            for text, letters in texts
        ]
        if sum(heights) <= room:
            return heights
        if share * _STEP <= _SMALLEST:
            return [*heights[:-1], max(0.0, room - sum(heights[:-1]))]
        share *= _STEP


def taken_by(text: str, letters: QFont, size: float, width: float) -> QSizeF:
    """Return the room that a text takes in lines of a width, in millimetres; *size* in points."""
    font = QFont(letters)
    font.setPixelSize(_MEASURED)
    dots = _MEASURED / (size * _MM_A_POINT)
    box = QFontMetricsF(font).boundingRect(
        QRectF(0, 0, width * dots, _ENDLESS), int(Qt.TextFlag.TextWordWrap), text
    )
    return QSizeF(box.width() / dots, box.height() / dots)


def below_baseline(letters: QFont, size: float) -> float:
    """Return how far letters of a size in points go below their line, in millimetres."""
    font = QFont(letters)
    font.setPixelSize(_MEASURED)
    return float(QFontMetricsF(font).descent() / _MEASURED * size * _MM_A_POINT)


def wrapped(text: str, letters: QFont, size: float, width: float, height: float) -> str:
    """Return a text whose lines fit a box: words too long are broken, and the end is left out.

    Args:
        text: what is written.
        letters: their font; *size* in points.
        width, height: of the box, in millimetres.
    """
    widest = size * _MM_A_POINT
    text = " ".join(
        # Most words are too short to be measured.
        word if len(word) * widest <= width else _broken(word, letters, size, width * _SPARE)
        for word in text.split(" ")
    )
    if taken_by(text, letters, size, width).height() <= height:
        return text
    return _cut(
        text,
        _longest(text, lambda part: taken_by(part, letters, size, width).height() <= height),
    )


def rows_that_fit(heights: Sequence[Sequence[float]], room: float) -> list[int]:
    """Return how many rows of each table fit a room together, none of them favoured.

    >>> rows_that_fit([[10, 10], [10, 10, 10, 10], [30]], 75)
    [2, 2, 1]
    """
    fitting = [0] * len(heights)
    taken = [0.0] * len(heights)
    while True:
        free = room - sum(taken)
        nexts = [
            (taken[at], at)
            for at, rows in enumerate(heights)
            if fitting[at] < len(rows) and rows[fitting[at]] <= free
        ]
        if not nexts:
            return fitting
        at = min(nexts)[1]
        taken[at] += heights[at][fitting[at]]
        fitting[at] += 1


def round_length(length: float) -> float:
    """Return the largest of 1, 2, 5 times a power of ten not over *length*."""
    if not length > 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(length))
    return max(factor * power for factor in (1, 2, 5) if factor * power <= length * (1 + 1e-9))


def _longest(text: str, fits: Callable[[str], bool]) -> int:
    """Return how many letters of a text can be kept at most."""
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        if fits(_cut(text, middle)):
            low = middle
        else:
            high = middle - 1
    return low


def _broken(word: str, letters: QFont, size: float, width: float) -> str:
    """Return a word in lines no wider than *width*, broken after a sign where there is one."""
    lines = []
    while word and taken_by(word, letters, size, _ENDLESS).width() > width:
        most = len(word)
        while most > 1 and taken_by(word[:most], letters, size, _ENDLESS).width() > width:
            most -= 1
        sign = max(word.rfind(one, 0, most) for one in _SIGNS) + 1
        lines.append(word[: sign or most])
        word = word[sign or most :]
    return "\n".join([*lines, word] if word else lines)


def _cut(text: str, length: int) -> str:
    return text if length >= len(text) else text[:length].rstrip() + "…"
