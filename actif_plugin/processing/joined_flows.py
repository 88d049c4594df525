"""An export of synergies laid over the flows that prints tell, to be masked together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from ..domain.contributions import Contributions
from ..domain.feedback import Feedback
from ..domain.masking import NEVER, Masked, mask
from ..domain.matching import Booleans, Integers
from ..domain.metric import Floats
from .joined_tables import with_none

# A line is told by its synergy and its number among the lines of this one.
Key = tuple[str, int]


@dataclass(frozen=True)
class FlowTable:
    """Synergies by pairs of zones.

    Attributes:
        keys: of each line, shape (lines,).
        owners: establishments at the first zone of its pair and at the other, shape (lines, 2).
        known: published by name, shape (lines,).
        pair: number of the pair of zones, shape (lines,).
        category: shape (lines,).
        groups: which categories each group holds, shape (groups, categories).
        amounts: quantities by what they measure, each of shape (lines,).
        turn: when figures are decided, shape (pairs + 1, groups); the whole is the last.
    """

    keys: Sequence[Key]
    owners: Integers
    known: Booleans
    pair: Integers
    category: Integers
    groups: sparse.csr_matrix
    amounts: dict[str, Floats]
    turn: Integers


@dataclass(frozen=True)
class PrintedFlows:
    """Flows that a map draws; pairs of the two states of synergies are pairs of their own.

    Attributes:
        keys, owners, known, pair: as in :class:`FlowTable`.
        told: the pairs that are drawn, shape (pairs,).
    """

    keys: Sequence[Key]
    owners: Integers
    known: Booleans
    pair: Integers
    told: Booleans


def keys_of(ids: Sequence[str]) -> list[Key]:
    """Tell the lines of the same synergy from each other."""
    met: Counter[str] = Counter()
    keys = []
    for name in ids:
        keys.append((name, met[name]))
        met[name] += 1
    return keys


def together(tables: Sequence[PrintedFlows]) -> PrintedFlows:
    """Return flows of several maps that have no line in common as those of one."""
    starts = np.cumsum([0, *(len(table.told) for table in tables)])
    return PrintedFlows(
        [key for table in tables for key in table.keys],
        np.concatenate([table.owners for table in tables] or [np.empty((0, 2), dtype=np.int64)]),
        np.concatenate([table.known for table in tables] or [np.empty(0, dtype=bool)]),
        np.concatenate(
            [table.pair + start for table, start in zip(tables, starts)]
            or [np.empty(0, dtype=np.int64)]
        ),
        np.concatenate([table.told for table in tables] or [np.empty(0, dtype=bool)]),
    )


def masked_flows(table: FlowTable, before: PrintedFlows | None, watch: Feedback) -> list[Masked]:
    """Mask flows by the establishments at either end; what one of the masks hides is to be hidden.

    Args:
        table: to be published.
        before: what prints tell of the same synergies, None for nothing.
        watch: progress and cancellation.

    Raises:
        Cancelled: the user asked to stop.
    """
    before = before or together(())
    number = {key: at for at, key in enumerate(before.keys)}
    match = np.array([number.get(key, -1) for key in table.keys], dtype=np.int64)
    exported = set(table.keys)
    only = [at for at, key in enumerate(before.keys) if key not in exported]
    lines, printed = len(table.keys), match >= 0
    pairs = np.full((lines + len(only), 2), -1, dtype=np.int64)
    pairs[:lines, 0] = table.pair
    pairs[:lines, 1][printed] = before.pair[match[printed]]
    pairs[lines:, 1] = before.pair[only]
    spots, place = np.unique(pairs, axis=0, return_inverse=True)
    width, own = table.turn.shape[0] - 1, table.groups.shape[0]
    held = sparse.csr_matrix(
        np.vstack(
            [
                spots[:, 0] == np.arange(width)[:, np.newaxis],
                spots[:, 0] >= 0,
                spots[:, 1] == np.arange(len(before.told))[:, np.newaxis],
            ]
        ).astype(np.float64)
    )
    groups = with_none(table.groups)
    everything = sparse.csr_matrix(np.ones((1, groups.shape[1])))
    turn = np.full((held.shape[0], own + 1), NEVER)
    turn[: width + 1, :own] = table.turn
    told = np.zeros(turn.shape, dtype=bool)
    told[width + 1 :, own] = before.told
    ends = np.concatenate([table.owners, before.owners[only]])
    # The zones of prints may put the ends of a line the other way round.
    turned = ends.copy()
    turned[:lines][printed] = before.owners[match[printed]]
    sides = {column.tobytes(): column for column in (*ends.T, *turned.T)}
    empty = np.full(len(only), np.nan)
    return [
        mask(
            Contributions(
                owner,
                place.ravel(),
                np.concatenate([table.category, np.full(len(only), table.groups.shape[1])]),
                np.concatenate([table.known, before.known[only]]),
                {name: np.concatenate([one, empty]) for name, one in table.amounts.items()},
            ),
            held,
            sparse.vstack([groups, everything], format="csr"),
            turn=turn,
            told=told,
            feedback=watch,
        )
        for owner in sides.values()
    ]
