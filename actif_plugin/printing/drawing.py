"""Drawing on a layout: text, boxes, numbers and dates, in one style for all that is printed."""

from __future__ import annotations

from datetime import date

from qgis.core import (
    QgsApplication,
    QgsLayout,
    QgsLayoutItem,
    QgsLayoutItemLabel,
    QgsLayoutPoint,
    QgsLayoutSize,
    QgsUnitTypes,
)
from qgis.PyQt.QtCore import QDate, QLocale, Qt
from qgis.PyQt.QtGui import QColor, QFont

FONT = "Open Sans"
MM = QgsUnitTypes.LayoutUnit.LayoutMillimeters
INK = "#2b2b2b"
ACCENT = "#1b5e4a"
SOFT = "#6b6b6b"
ALERT = "#b2182b"
_PAPER, _BLACK = "#ffffff", "#000000"
# The least contrast of words with what is behind them (WCAG 2, criterion 1.4.3).
_LEGIBLE = 4.5
# What stands for a figure that must not be told.
MASKED = "–"

# Left, top, width and height in millimetres.
Box = tuple[float, float, float, float]


def written_date(day: date) -> str:
    return _locale().toString(QDate(day.year, day.month, day.day), QLocale.FormatType.ShortFormat)


def written_number(value: int) -> str:
    return _locale().toString(value)


def agreed(count: int | None, one: str, many: str) -> str:
    """Return the words that agree with a figure: French has its plural from two on."""
    if count is None:
        return many
    is_french = _locale().language() == QLocale.Language.French
    return one if count == 1 or (is_french and count == 0) else many


def _locale() -> QLocale:
    """Return how dates and numbers are written: in the language of the words around them.

    QGIS may speak one language and write numbers in the way of another, or of none.
    """
    own, spoken = QLocale(), QLocale(QgsApplication.locale())
    return own if own.language() == spoken.language() else spoken


def written_count(count: int | None) -> str:
    return MASKED if count is None else written_number(count)


def legible(colour: str) -> str:
    """Return a colour, made darker until words in it can be read on white paper."""
    found = QColor(colour)
    while contrast(found.name(), _PAPER) < _LEGIBLE:
        # The hue stays that of the organisation.
        hue, saturation, lightness, _ = found.getHslF()
        found = QColor.fromHslF(hue, saturation, lightness * 0.95)
    return found.name()


def ink_on(colour: str) -> str:
    """Return which of white and black is read better on a colour."""
    return max((_PAPER, _BLACK), key=lambda ink: contrast(ink, colour))


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours, from 1 to 21, as WCAG 2 defines it."""
    low, high = sorted((_luminance(QColor(one)), _luminance(QColor(other))))
    return (high + 0.05) / (low + 0.05)


def _luminance(colour: QColor) -> float:
    parts = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in (colour.redF(), colour.greenF(), colour.blueF())
    ]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def add_text(
    layout: QgsLayout,
    text: str,
    box: Box,
    size: float,
    *,
    bold: bool = False,
    colour: str = INK,
    right: bool = False,
) -> QgsLayoutItemLabel:
    item = QgsLayoutItemLabel(layout)
    # Label items evaluate [% … %] even in plain mode: a company's words must stay words.
    item.setText(text.replace("[%", "[\u200b%"))
    item.setFont(font(size, bold))
    item.setFontColor(QColor(colour))
    item.setMarginX(0)
    item.setMarginY(0)
    item.setHAlign(Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft)
    place(item, box)
    layout.addLayoutItem(item)
    return item


def place(item: QgsLayoutItem, box: Box) -> None:
    move(item, box[0], box[1])
    resize(item, box[2], box[3])


def move(item: QgsLayoutItem, left: float, top: float) -> None:
    """Move the reference corner of an item, in millimetres of its page."""
    item.attemptMove(QgsLayoutPoint(left, top, MM))


def resize(item: QgsLayoutItem, width: float, height: float) -> None:
    item.attemptResize(QgsLayoutSize(width, height, MM))


def font(size: float, bold: bool = False) -> QFont:
    font = QFont(FONT)
    font.setPointSizeF(size)
    font.setBold(bold)
    return font
