"""In which order the links of a chain stand in their columns; plain counting."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

# Codes of the links at both ends of an arrow.
Ends = tuple[str, str]

# Height of a passage, beside that of a link.
_PASSAGE = 0.3
_SWEEPS = 6


class Slot(NamedTuple):
    """A place in a column: that of a link, or the passage of the arrows of *code* through it."""

    code: str
    column: int
    passage: bool


def is_back(ends: Ends, columns: Mapping[str, int]) -> bool:
    """Tell whether an arrow goes back upstream, or stays in its column."""
    start, end = ends
    return columns[start] >= columns[end]


def ordered(columns: Mapping[str, int], ends: Iterable[Ends]) -> list[list[Slot]]:
    """Return what stands in each column, from the top, so that few arrows cross.

    Args:
        columns: the column of each link, from 0.
        ends: links that lead to others, none of them to itself.
    """
    members: list[list[Slot]] = [[] for _ in range(max(columns.values(), default=-1) + 1)]
    for code, column in columns.items():
        members[column].append(Slot(code, column, False))
    steps: dict[tuple[Slot, Slot], None] = {}
    for start, end in ends:
        if is_back((start, end), columns):
            continue
        first = Slot(start, columns[start], False)
        for column in range(columns[start] + 1, columns[end]):
            second = Slot(start, column, True)
            if second not in members[column]:
                members[column].append(second)
            steps[first, second] = None
            first = second
        steps[first, Slot(end, columns[end], False)] = None
    best = members
    fewest = _crossings(members, steps)
    for sweep in range(_SWEEPS):
        members = _swept(members, steps, forward=sweep % 2 == 0)
        crossings = _crossings(members, steps)
        if crossings < fewest:
            best, fewest = members, crossings
    return best


def weight_of(slot: Slot) -> float:
    """Return how much of the height of its column a slot takes, beside a link."""
    return _PASSAGE if slot.passage else 1.0


def _heights(members: Sequence[Sequence[Slot]]) -> dict[Slot, float]:
    """Return how far down each slot is, 0 to 1."""
    found = {}
    for slots in members:
        total = sum(weight_of(slot) for slot in slots)
        y = 0.0
        for slot in slots:
            found[slot] = (y + weight_of(slot) / 2) / total
            y += weight_of(slot)
    return found


def _swept(
    members: Sequence[list[Slot]], steps: Iterable[tuple[Slot, Slot]], *, forward: bool
) -> list[list[Slot]]:
    """Bring each slot near what it is joined to in the column before, or after."""
    joined: defaultdict[Slot, list[Slot]] = defaultdict(list)
    for first, second in steps:
        if forward:
            joined[second].append(first)
        else:
            joined[first].append(second)
    made = [list(slots) for slots in members]
    for column in range(len(made)) if forward else reversed(range(len(made))):
        heights = _heights(made)
        middles = {
            slot: sum(heights[other] for other in joined[slot]) / len(joined[slot])
            if joined[slot]
            else heights[slot]
            for slot in made[column]
        }
        made[column].sort(key=middles.__getitem__)
    return made


def _crossings(members: Sequence[Sequence[Slot]], steps: Iterable[tuple[Slot, Slot]]) -> int:
    place = {slot: at for slots in members for at, slot in enumerate(slots)}
    by_column: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)
    for first, second in steps:
        by_column[first.column].append((place[first], place[second]))
    return sum(
        (a - c) * (b - d) < 0
        for pairs in by_column.values()
        for number, (a, b) in enumerate(pairs)
        for c, d in pairs[:number]
    )
