"""Curves drawn by expressions: what they do to lines, evaluated by QGIS."""

from __future__ import annotations

from math import hypot

import pytest
from qgis.core import (
    QgsExpression,
    QgsExpressionContext,
    QgsExpressionContextScope,
    QgsFeature,
    QgsGeometry,
)

from actif_plugin.printing.curves import BENT, bundled


def drawn(expression: str, wkt: str, scale: float = 400_000) -> QgsGeometry:
    context = QgsExpressionContext()
    scope = QgsExpressionContextScope()
    scope.setVariable("map_scale", scale)
    context.appendScope(scope)
    feature = QgsFeature()
    feature.setGeometry(QgsGeometry.fromWkt(wkt))
    context.setFeature(feature)
    parsed = QgsExpression(expression)
    found = parsed.evaluate(context)
    assert not parsed.hasEvalError(), parsed.evalErrorString()
    return found


def ends_of(line: QgsGeometry) -> list[tuple[float, float]]:
    points = [(point.x(), point.y()) for point in line.vertices()]
    return [points[0], points[-1]]


def test_lines_side_by_side_run_together():
    """Two lines 30 km long, 1 km apart: one in the middle, apart at their ends."""
    mesh = 0.009
    one = drawn(bundled(mesh), "LINESTRING(500000 6300000, 530000 6300000)")
    other = drawn(bundled(mesh), "LINESTRING(500000 6301000, 530000 6301000)")
    assert ends_of(one) == [(500000, 6300000), (530000, 6300000)]
    assert ends_of(other) == [(500000, 6301000), (530000, 6301000)]
    middles = [line.interpolate(line.length() / 2).asPoint() for line in (one, other)]
    assert middles[0].distance(middles[1]) < 250


def test_a_short_line_is_bent_whatever_is_beside_it():
    wkt = "LINESTRING(500000 6300000, 502000 6300000)"
    assert drawn(bundled(0.009), wkt).asWkt() == drawn(BENT, wkt).asWkt()


@pytest.mark.parametrize("expression", [BENT, bundled(0.009)])
def test_each_part_of_a_line_is_drawn_from_its_start_to_its_end(expression):
    wkt = "MULTILINESTRING((0 700, 30000 0),(50000 0, 80000 20000))"
    parts = drawn(expression, wkt).asGeometryCollection()
    assert [ends_of(part) for part in parts] == [
        [(0, 700), (30000, 0)],
        [(50000, 0), (80000, 20000)],
    ]
    for part in parts:
        (x0, y0), (x1, y1) = ends_of(part)
        assert hypot(x1 - x0, y1 - y0) < part.length() < 1.2 * hypot(x1 - x0, y1 - y0)


def test_a_legend_draws_lines_without_a_scale():
    expression = QgsExpression(bundled(0.009))
    context = QgsExpressionContext()
    feature = QgsFeature()
    feature.setGeometry(QgsGeometry.fromWkt("LINESTRING(0 0, 7 0)"))
    context.setFeature(feature)
    assert not expression.evaluate(context).isEmpty()
