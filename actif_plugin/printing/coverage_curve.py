"""The chart of coverage against distance: at which radius does the territory answer?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from qgis.core import (
    QgsLayout,
    QgsLayoutItemPolyline,
    QgsLayoutSize,
    QgsLineSymbol,
    QgsPrintLayout,
    QgsProject,
)
from qgis.PyQt.QtCore import QPointF
from qgis.PyQt.QtGui import QPolygonF

from ..domain.quantities import french
from ..translation import tr
from .drawing import ACCENT, ALERT, INK, MM, SOFT, add_text
from .export import export_svg

# Millimetres: half an A4 page.
_PAGE = (210.0, 148.0)
_LEFT, _RIGHT, _TOP, _BOTTOM = 24.0, 190.0, 38.0, 122.0
_LINES = 4
_TICKS = 5
_GRID = "#d9d9d9"


@dataclass(frozen=True)
class Curve:
    """How many needs find an answer within each distance.

    Attributes:
        distances: in metres, growing.
        covered: needs whose nearest answer is at most as far, one number a distance.
        needs: all needs, at least 1.
    """

    distances: Sequence[float]
    covered: Sequence[int]
    needs: int


def draw_curve(curve: Curve, path: Path) -> None:
    """Write the chart as SVG.

    Raises:
        StoreError: the file cannot be written.
    """
    # A layout does not keep its project alive.
    project = QgsProject()
    export_svg(build_curve_layout(project, curve), path)


def build_curve_layout(project: QgsProject, curve: Curve) -> QgsPrintLayout:
    """Compose the chart on one small page."""
    layout = QgsPrintLayout(project)
    layout.initializeDefaults()
    layout.pageCollection().page(0).setPageSize(QgsLayoutSize(*_PAGE, MM))
    width = _PAGE[0] - 20
    title = tr("At which radius does the territory answer?")
    add_text(layout, title, (10, 9, width, 9), 15, bold=True, colour=ACCENT)
    subtitle = tr(
        "Share of the {needs} recorded needs that have an answer within a distance, as the crow"
        " flies"
    ).format(needs=french(curve.needs))
    add_text(layout, subtitle, (10, 19, width, 6), 9, colour=SOFT)
    farthest = max(curve.distances[-1], 1.0)
    _draw_axes(layout, farthest)
    points = [
        QPointF(
            _LEFT + (_RIGHT - _LEFT) * distance / farthest,
            _BOTTOM - (_BOTTOM - _TOP) * covered / curve.needs,
        )
        for distance, covered in zip(curve.distances, curve.covered)
    ]
    if len(points) > 1:
        _line(layout, points, ACCENT, 0.8)
    _draw_reading(layout, curve, farthest)
    note = tr("What was not recorded counts neither as a need nor as an answer.")
    add_text(layout, note, (10, 138, width, 5), 7.5, colour=SOFT)
    return layout


def _draw_axes(layout: QgsLayout, farthest: float) -> None:
    for number in range(_LINES + 1):
        y = _BOTTOM - (_BOTTOM - _TOP) * number / _LINES
        _line(layout, [QPointF(_LEFT, y), QPointF(_RIGHT, y)], _GRID if number else INK, 0.2)
        text = f"{round(100 * number / _LINES)} %"
        add_text(layout, text, (_LEFT - 16, y - 2, 14, 5), 8, colour=SOFT, right=True)
    for number in range(_TICKS + 1):
        x = _LEFT + (_RIGHT - _LEFT) * number / _TICKS
        _line(layout, [QPointF(x, _BOTTOM), QPointF(x, _BOTTOM + 1.5)], INK, 0.2)
        text = f"{french(farthest * number / _TICKS / 1000)} km"
        add_text(layout, text, (x - 12, _BOTTOM + 2.5, 16, 5), 8, colour=SOFT, right=True)


def _draw_reading(layout: QgsLayout, curve: Curve, farthest: float) -> None:
    """Mark the first distance within which half of the needs find an answer, and say the last."""
    share = round(100 * curve.covered[-1] / curve.needs)
    reading = tr("{share} % at {distance} km").format(
        share=share, distance=french(curve.distances[-1] / 1000)
    )
    half = next(
        (at for at, covered in enumerate(curve.covered) if 2 * covered >= curve.needs), None
    )
    if half is None:
        reading += " ; " + tr("less than half of the needs at any of these distances")
    else:
        distance = curve.distances[half]
        x = _LEFT + (_RIGHT - _LEFT) * distance / farthest
        _line(layout, [QPointF(x, _BOTTOM), QPointF(x, _TOP)], ALERT, 0.3, dashed=True)
        reading += " ; " + tr("half of the needs within {distance} km").format(
            distance=french(distance / 1000)
        )
    add_text(layout, reading, (10, 26, _PAGE[0] - 20, 6), 10, bold=True, colour=INK)


def _line(
    layout: QgsLayout, points: Sequence[QPointF], colour: str, width: float, dashed: bool = False
) -> None:
    item = QgsLayoutItemPolyline(QPolygonF(points), layout)
    item.setSymbol(
        QgsLineSymbol.createSimple(
            {
                "line_color": colour,
                "line_width": str(width),
                "line_style": "dash" if dashed else "solid",
            }
        )
    )
    layout.addLayoutItem(item)
