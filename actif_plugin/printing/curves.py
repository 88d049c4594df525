"""Expressions that draw straight lines as curves, where many of them pile up on a map."""

from __future__ import annotations

from string import Template

# How far a line bends out, as a share of its length.
_BEND = 0.14
# Lines run through the knots of a net: each is drawn to the knots that are nearest to two points of
# it, and those that run side by side come to share them. Short ones are bent instead.
_KNOTS = (0.35, 0.65)
_PULL = 0.9
_SHORT_MESHES = 2
# What a scale is taken to be where none is known, as in a legend.
_SOME_SCALE = 400_000

# Each part of a geometry from its first vertex, a, to its last, b.
_EACH_PART = Template(
    "collect_geometries(array_foreach(generate_series(1, coalesce(num_geometries($$geometry), 1)),"
    " with_variable('part', coalesce(geometry_n($$geometry, @element), $$geometry),"
    " with_variable('a', start_point(@part), with_variable('b', end_point(@part), $drawn)))))"
)
_BENT_PART = (
    f"smooth(make_line(@a, project(centroid(make_line(@a, @b)), {_BEND} * distance(@a, @b),"
    " azimuth(@a, @b) + pi() / 2), @b), 4)"
)
_KNOT = Template(
    "with_variable('t', make_point(x(@a) + $at * (x(@b) - x(@a)), y(@a) + $at * (y(@b) - y(@a))),"
    " make_point(x(@t) + $pull * (round(x(@t) / @mesh) * @mesh - x(@t)),"
    " y(@t) + $pull * (round(y(@t) / @mesh) * @mesh - y(@t))))"
)
_BUNDLED_PART = Template(
    "with_variable('mesh', $mesh * coalesce(@map_scale, $scale),"
    " if(distance(@a, @b) < $short * @mesh, $bent,"
    " smooth(make_line(@a, $first, $last, @b), 5)))"
)

# Bent to the right of their direction: those that share an end spread like a fan, and those of
# opposite directions part.
BENT = _EACH_PART.substitute(drawn=_BENT_PART)


def bundled(mesh: float) -> str:
    """Return the expression that makes lines run together.

    Args:
        mesh: of the net that they are drawn to, on the page, in units of the layer for a map of
            scale 1.
    """
    first, last = (_KNOT.substitute(at=at, pull=_PULL) for at in _KNOTS)
    drawn = _BUNDLED_PART.substitute(
        mesh=f"{mesh:.12f}",
        scale=_SOME_SCALE,
        short=_SHORT_MESHES,
        bent=_BENT_PART,
        first=first,
        last=last,
    )
    return _EACH_PART.substitute(drawn=drawn)
