"""Where the boxes of a chain stand and which way its arrows go; plain geometry, in millimetres.

Links stand in columns, a rank each. Arrows run in the gaps between columns, at right angles. All
those of one source leave together and fork; those of two sources never run along the same line:
in a gap each source has an upright of its own, and no two have a height in common. An arrow that
skips a column goes through it where a passage was kept free, one that goes back upstream runs
below all boxes on a line of its source's own.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from .chain_order import Ends, Slot, is_back, ordered, weight_of

# Left, top, width and height.
Box = tuple[float, float, float, float]
# x and y, downwards.
Point = tuple[float, float]

_TALLEST, _WIDEST = 24.0, 46.0
# Of the height that a link has in its column, how much is its box.
_BOX_SHARE = 0.8
_TRACK, _HEAD, _LANE = 1.7, 2.6, 1.7
_APART = 2.2
# Gaps never take more of the width than this.
_GAPS_AT_MOST = 0.5
_NO_ROOM = 1e-9
# Where arrows back upstream touch boxes, as a share of the height.
_BACK_OUT, _BACK_IN = 0.84, 0.84


@dataclass(frozen=True)
class Arrow:
    """An arrow between two links.

    Attributes:
        start, end: codes of the links.
        points: where it goes, from the right side of one box to the left side of the other.
        back: whether it goes back upstream.
    """

    start: str
    end: str
    points: tuple[Point, ...]
    back: bool


@dataclass(frozen=True)
class Plan:
    """The boxes by the code of their link, and the arrows between them."""

    boxes: dict[str, Box]
    arrows: list[Arrow]


class _Net(NamedTuple):
    """The arrows of one source that go forward, or those that go back."""

    source: str
    back: bool


@dataclass
class _Gap:
    """What runs in the gap before a column.

    Attributes:
        enters: the height at which each net comes in on the left, or its line below the boxes.
        leaves: the heights at which it goes out on the right, or down to its line.
        tracks: the nets that need an upright, from the left.
    """

    enters: dict[_Net, float] = field(default_factory=dict)
    leaves: defaultdict[_Net, list[float]] = field(default_factory=lambda: defaultdict(list))
    tracks: list[_Net] = field(default_factory=list)

    def others(self, net: _Net) -> list[float]:
        """Return the heights at which other nets run."""
        taken = [y for other, y in self.enters.items() if other != net]
        return taken + [y for other, ys in self.leaves.items() if other != net for y in ys]

    def span(self, net: _Net) -> tuple[float, float]:
        ys = [self.enters[net], *self.leaves[net]]
        return min(ys), max(ys)


def plan_chain(
    columns: Mapping[str, int], following: Iterable[Ends], room: Box, scale: float = 1.0
) -> Plan:
    """Return where the boxes of a chain stand and which way its arrows go.

    Args:
        columns: the column of each link, from 0.
        following: which links lead to which; those of other chains are left out.
        room: what the diagram may take.
        scale: by how much boxes and distances are larger than on A4.
    """
    ends = [pair for pair in dict.fromkeys(following) if set(pair) <= set(columns)]
    return _Planner(columns, [e for e in ends if e[0] != e[1]], room, scale).plan()


class _Planner:
    def __init__(
        self, columns: Mapping[str, int], ends: Sequence[Ends], room: Box, scale: float
    ) -> None:
        self._columns = columns
        self._ends = ends
        self._room = room
        self._scale = scale
        self._count = max(columns.values(), default=-1) + 1
        self._gaps = [_Gap() for _ in range(self._count + 1)]
        self._lanes: dict[_Net, float] = {}
        # Ends of an arrow: the height at which it comes in.
        self._ports: dict[Ends, float] = {}
        self._tops: dict[str, float] = {}
        self._passages: dict[tuple[str, int], float] = {}
        # Between which heights each passage is.
        self._free: dict[tuple[str, int], tuple[float, float]] = {}
        self._tall = 0.0

    def plan(self) -> Plan:
        self._stack(ordered(self._columns, self._ends))
        self._place_ports()
        for gap in self._gaps:
            gap.tracks = _uncrossed(gap)
        lefts, width = self._lefts()
        boxes = {
            code: (lefts[column], self._tops[code], width, self._tall)
            for code, column in self._columns.items()
        }
        uprights = [
            _uprights(gap, *self._sides(number, lefts, width), self._scale)
            for number, gap in enumerate(self._gaps)
        ]
        arrows = [
            Arrow(
                *ends,
                _straightened(self._way(ends, boxes, uprights)),
                self._net(ends).back,
            )
            for ends in self._ends
        ]
        return Plan(boxes, arrows)

    def _net(self, ends: Ends) -> _Net:
        return _Net(ends[0], is_back(ends, self._columns))

    # --- Heights ----------------------------------------------------------------------------------

    def _stack(self, members: Sequence[Sequence[Slot]]) -> None:
        """Give each slot its height."""
        _, top, _, height = self._room
        backward = dict.fromkeys(net for net in map(self._net, self._ends) if net.back)
        lane = min(_LANE * self._scale, 0.3 * height / max(1, len(backward)))
        height -= lane * len(backward)
        for number, net in enumerate(backward):
            self._lanes[net] = top + height + lane * (number + 0.5)
        weights = [sum(weight_of(slot) for slot in slots) for slots in members]
        share = _BOX_SHARE * height / max(weights, default=1.0)
        self._tall = min(_TALLEST * self._scale, share)
        for slots, weight in zip(members, weights):
            y = top
            for slot in slots:
                room = height / weight * weight_of(slot)
                if slot.passage:
                    self._free[slot.code, slot.column] = (y, y + room)
                else:
                    self._tops[slot.code] = y + (room - self._tall) / 2
                y += room

    def _place_ports(self) -> None:
        """Give each end of an arrow its height, a gap after the other."""
        forward: defaultdict[_Net, list[str]] = defaultdict(list)
        backward: defaultdict[_Net, list[str]] = defaultdict(list)
        for ends in self._ends:
            net = self._net(ends)
            (backward if net.back else forward)[net].append(ends[1])
        for number, gap in enumerate(self._gaps):
            for net, targets in (*forward.items(), *backward.items()):
                column = self._columns[net.source]
                if column == number - 1:
                    share = _BACK_OUT if net.back else 0.5
                    gap.enters[net] = self._tops[net.source] + share * self._tall
                    if net.back:
                        gap.leaves[net].append(self._lanes[net])
                elif net.back and any(self._columns[end] == number for end in targets):
                    gap.enters[net] = self._lanes[net]
                elif not net.back and column < number <= self._last(targets):
                    gap.enters[net] = self._passages[net.source, number - 1]
            for net, targets in forward.items():
                if self._columns[net.source] < number < self._last(targets):
                    self._go_through(gap, net, number)
            self._come_in(gap, number, {**forward, **backward})

    def _last(self, targets: Sequence[str]) -> int:
        return max(self._columns[end] for end in targets)

    def _go_through(self, gap: _Gap, net: _Net, column: int) -> None:
        low, high = self._free[net.source, column]
        level = min(max(gap.enters[net], low), high)
        y = _free(level, low, high, gap.others(net), self._scale * _APART)
        self._passages[net.source, column] = y
        gap.leaves[net].append(y)

    def _come_in(self, gap: _Gap, column: int, targets: Mapping[_Net, Sequence[str]]) -> None:
        """Choose where arrows come into the boxes of a column: level with where they come from."""
        for code, top in sorted(self._tops.items(), key=lambda item: item[1]):
            if self._columns[code] != column:
                continue
            nets = [net for net in gap.enters if code in targets[net]]
            nets.sort(key=lambda net: (net.back, gap.enters[net]))
            for number, net in enumerate(nets):
                wanted = top + self._tall * (number + 1) / (len(nets) + 1)
                low, high = top + 0.1 * self._tall, top + 0.9 * self._tall
                if net.back:
                    wanted = top + _BACK_IN * self._tall
                elif low <= gap.enters[net] <= high:
                    wanted = gap.enters[net]
                y = _free(wanted, low, high, gap.others(net), self._scale * _APART)
                self._ports[net.source, code] = y
                gap.leaves[net].append(y)

    # --- Across -----------------------------------------------------------------------------------

    def _lefts(self) -> tuple[list[float], float]:
        """Return the left of each column, and the width of boxes: gaps as wide as they need."""
        left, _, across, _ = self._room
        needs = [
            (len(gap.tracks) + 1) * _TRACK * self._scale
            + (_HEAD * self._scale if gap.leaves and 0 < number < self._count else 0.0)
            if gap.tracks or 0 < number < self._count
            else 0.0
            for number, gap in enumerate(self._gaps)
        ]
        shrink = min(1.0, _GAPS_AT_MOST * across / max(sum(needs), 1e-9))
        needs = [need * shrink for need in needs]
        width = min(_WIDEST * self._scale, (across - sum(needs)) / max(1, self._count))
        spare = across - sum(needs) - width * self._count
        between = max(1, self._count - 1)
        lefts = []
        x = left + (spare / 2 if self._count == 1 else 0.0)
        for number in range(self._count):
            x += needs[number] + (spare / between if number and self._count > 1 else 0.0)
            lefts.append(x)
            x += width
        return lefts, width

    def _sides(self, number: int, lefts: Sequence[float], width: float) -> tuple[float, float]:
        """Return the left and right side of a gap."""
        left, _, across, _ = self._room
        return (
            lefts[number - 1] + width if number else left,
            lefts[number] if number < self._count else left + across,
        )

    def _way(
        self, ends: Ends, boxes: Mapping[str, Box], uprights: Sequence[Mapping[_Net, float]]
    ) -> list[Point]:
        start, end = ends
        net = self._net(ends)
        left, _, width, _ = boxes[start]
        y = self._gaps[self._columns[start] + 1].enters[net]
        points = [(left + width, y)]
        if net.back:
            bends = [
                (self._columns[start] + 1, self._lanes[net]),
                (self._columns[end], self._ports[ends]),
            ]
        else:
            bends = [
                (column, self._passages[start, column])
                for column in range(self._columns[start] + 1, self._columns[end])
            ]
            bends.append((self._columns[end], self._ports[ends]))
        for column, after in bends:
            if after != y:
                x = uprights[column][net]
                points += [(x, y), (x, after)]
            y = after
        points.append((boxes[end][0], y))
        return points


def _free(wanted: float, low: float, high: float, taken: Sequence[float], apart: float) -> float:
    """Return the height nearest to *wanted* that keeps away from those taken, less if it must."""
    while True:
        near = [wanted, low, high, *(y + side for y in taken for side in (-apart, apart))]
        free = [
            y
            for y in near
            if low <= y <= high and all(abs(y - other) >= apart * 0.999 for other in taken)
        ]
        if free or apart < _NO_ROOM:
            return min(free or [wanted], key=lambda y: (abs(y - wanted), y))
        apart /= 2


def _uncrossed(gap: _Gap) -> list[_Net]:
    """Return the nets that need an upright, in an order in which few lines cross."""
    spans = {net: gap.span(net) for net in gap.enters}
    tracks = [net for net, (top, bottom) in spans.items() if bottom > top]
    tracks.sort(key=lambda net: (gap.enters[net], net))

    def crossed(first: _Net, second: _Net) -> int:
        """Return how many lines cross where *first* has its upright on the left."""
        tops, bottoms = zip(spans[first], spans[second])
        out = sum(tops[1] < y < bottoms[1] for y in gap.leaves[first])
        return out + (tops[0] < gap.enters[second] < bottoms[0])

    swapped = True
    while swapped:
        swapped = False
        for at in range(len(tracks) - 1):
            first, second = tracks[at : at + 2]
            if crossed(second, first) < crossed(first, second):
                tracks[at : at + 2] = [second, first]
                swapped = True
    return tracks


def _uprights(gap: _Gap, left: float, right: float, scale: float) -> dict[_Net, float]:
    """Return where the uprights of a gap stand, leaving room for the heads of arrows."""
    head = min(_HEAD * scale, 0.35 * (right - left))
    step = (right - head - left) / (len(gap.tracks) + 1)
    return {net: left + step * (at + 1) for at, net in enumerate(gap.tracks)}


def _straightened(points: Sequence[Point]) -> tuple[Point, ...]:
    """Leave out the points in the middle of straight lines."""
    kept: list[Point] = []
    for point in points:
        if len(kept) > 1 and (
            kept[-2][0] == kept[-1][0] == point[0] or kept[-2][1] == kept[-1][1] == point[1]
        ):
            kept[-1] = point
        elif not kept or kept[-1] != point:
            kept.append(point)
    return tuple(kept)
