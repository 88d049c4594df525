"""Which more figures to hide so that the hidden ones cannot be found by subtraction.

A reader of published sums knows linear equations on non-negative unknowns. A hidden value is safe
from him as long as another state of the world, far enough from the true one, gives the same
published sums. Each protection is therefore proved by such a state, checked by arithmetic; where
none exists, the linear programme that looks for one says which published sums stand in the way at
the least cost, and these are hidden too (the relaxation of Kelly, Golden and Assad, "Cell
suppression: disclosure protection for sensitive tabular data", Networks 22, 1992; see chapter 4 of
Hundepool et al., "Statistical Disclosure Control", Wiley, 2012). Hiding more only widens what is
possible, so what was proved stays so and the work ends.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.optimize import linprog

from .matching import Booleans, Integers
from .metric import Floats

# A sum that moves by less than this share of the largest amount has not moved.
_STILL = 1e-9
# Among equal costs the first cell goes first, whatever the version of the solver.
_FIRST = 1e-4


@dataclass(frozen=True)
class Asked:
    """Things that sums are to be able to do; one thing may take several of them.

    A thing is done where each of its sums moves to its goal at least; one that is not done moves
    back no further than it can.

    Attributes:
        rows: coefficients of each sum on each unknown, shape (n, unknowns).
        goal: how far upwards each is to move, shape (n,).
        back: how far downwards each may move where the thing is not done, shape (n,).
        thing: number of the thing that each belongs to, shape (n,).
    """

    rows: sparse.csr_matrix
    goal: Floats
    back: Floats
    thing: Integers

    def done(self, moves: Floats) -> Booleans:
        """Tell which things changes of the unknowns do, shape (things,)."""
        short = np.asarray(self.rows @ moves) < self.goal - _STILL * np.maximum(1.0, abs(self.goal))
        done: Booleans = np.bincount(self.thing, short) == 0
        return done

    def only(self, things: Booleans) -> Asked:
        """Return some of the things."""
        rows = np.flatnonzero(things[self.thing])
        number = np.cumsum(things) - 1
        return Asked(self.rows[rows], self.goal[rows], self.back[rows], number[self.thing[rows]])


@dataclass(frozen=True)
class _Parts:
    """Unknowns put together.

    Attributes:
        part: the part of each unknown, shape (unknowns,).
        order: the unknowns by part.
        lead: an unknown of each part, shape (parts,).
        lowest: how far each part may move downwards, as a change.
        shown: the published sums that they are in.
        matrix: coefficients of these on the parts.
    """

    part: Integers
    order: Integers
    lead: Integers
    lowest: Floats
    shown: Integers
    matrix: sparse.csr_matrix

    def spread(self, moves: Floats, floor: Floats) -> Floats:
        """Give each unknown its share of the change of its part, none below its floor."""
        base = np.maximum(floor, 0.0)
        rest = moves - np.bincount(self.part, base, len(moves))
        room = (base - floor)[self.order]
        parts = self.part[self.order]
        before = np.cumsum(room) - room
        starts = np.searchsorted(parts, np.arange(len(moves)))
        before = before - before[starts][parts]
        taken = np.clip(np.maximum(-rest, 0.0)[parts] - before, 0.0, room)
        result = base.copy()
        result[self.order] -= taken
        result[self.order[starts]] += np.maximum(rest, 0.0)
        return result


class Equations:
    """Published sums of unknown amounts, and what a reader can make of them.

    Args:
        rows: coefficients of each sum on each unknown, shape (rows, unknowns).
        cell: which cell each sum belongs to, shape (rows,).
        amounts: the true value of each unknown, none negative, shape (unknowns,).
        cost: what hiding each cell costs, shape (cells,).
        hidden: the cells that are not published, shape (cells,); shared, and added to.
        kept: the cells that are not to be hidden, shape (cells,).
    """

    def __init__(
        self,
        rows: sparse.spmatrix,
        cell: Integers,
        amounts: Floats,
        cost: Floats,
        hidden: Booleans,
        kept: Booleans,
    ) -> None:
        self.rows = sparse.csr_matrix(rows, dtype=np.float64)
        self.columns = self.rows.tocsc()
        self.amounts = amounts
        self._cell = cell
        self._cost = cost * (1 + _FIRST * np.arange(len(cost)) / max(1, len(cost)))
        self._hidden = hidden
        self._kept = kept
        self._seen = -1
        self._alike: Integers = np.empty(0, dtype=np.int64)
        self._signature: Integers = np.empty(0, dtype=np.int64)
        self._marks = _marks(len(cell))
        self._whole_columns = self.columns.T.astype(np.int64)

    def values(self, amounts: Floats) -> Floats:
        """Return the sums that a state of the world gives, shape (rows,)."""
        return np.asarray(self.rows @ amounts)

    def protect(
        self,
        row: int | None,
        change: float,
        least: Floats | None = None,
    ) -> Floats | None:
        """Hide what must be for one sum to be able to move by *change*.

        Where the sums that are kept do not let it go so far, it is made to go as far as they do.

        Args:
            row: the sum; None where *least* alone is asked.
            change: how far, upwards or downwards.
            least: how far each unknown may move downwards, as a change; down to 0 by default. A
                positive one forces it upwards.

        Returns:
            The changes of the unknowns that prove it, or None where none were needed or found.
        """
        floor = -self.amounts if least is None else least
        moving = self._moving(row)
        if self._swaps(moving, change, floor):
            return None
        moves = self._solve(moving, row, change, floor)
        if moves is None and row is not None and self._kept.any():
            change = self._as_far_as_kept(moving, row, change, floor)
            if change == 0:
                return None
            moves = self._solve(moving, row, change, floor)
        if moves is not None:
            return moves
        for rows in (self._in_the_way(row, change, floor), np.arange(len(self._cell))):
            self._hide(rows[~self._kept[self._cell[rows]]])
            moves = self._solve(moving, row, change, floor)
            if moves is not None or row is None:
                return moves
        return None

    def _as_far_as_kept(self, moving: Floats, row: int, change: float, floor: Floats) -> float:
        """Return how much of a change is possible where all is hidden but what is kept."""
        sign = 1.0 if change > 0 else -1.0
        hidden = ~self._kept
        _, alike = np.unique(self._signatures(hidden), return_inverse=True)
        parts = self._parts(moving.astype(np.int64), floor, alike.ravel(), hidden)
        scale = max(1.0, float(np.abs(parts.lowest).max(initial=0.0)), abs(change))
        asked = -sign * moving[parts.lead]
        found = linprog(
            asked,
            A_ub=-asked[np.newaxis],
            b_ub=np.array([abs(change) / scale]),
            A_eq=parts.matrix,
            b_eq=np.zeros(len(parts.shown)),
            bounds=np.column_stack([parts.lowest / scale, np.full(len(parts.lead), np.inf)]),
            method="highs",
        )
        if found.status != 0:
            return 0.0
        reached = -found.fun * scale
        return change if reached > abs(change) * (1 - _STILL) else sign * max(0.0, reached)

    def swaps(self, row: int, change: float) -> bool:
        """Tell whether a sum may move so far by what nothing published tells apart."""
        return self._swaps(self._moving(row), change, -self.amounts)

    def together(self, asked: Asked, floor: Floats) -> Floats:
        """Return changes of the unknowns that do as many things as one state of the world can.

        They hide nothing.

        Args:
            asked: what is looked for.
            floor: how far each unknown may move downwards, as a change, shape (unknowns,).
        """
        sums = np.asarray(abs(asked.rows).T.astype(np.int64) @ _marks(len(asked.goal)))
        _, marks = np.unique(sums, return_inverse=True)
        parts = self._parts(marks.ravel(), floor, self._classes(), self._hidden)
        scale = max(1.0, float(np.abs(asked.goal).max()))
        things = int(asked.thing.max()) + 1
        size = len(asked.goal)
        which = sparse.csr_matrix(
            ((asked.goal + asked.back) / scale, (np.arange(size), asked.thing)),
            shape=(size, things),
        )
        count = len(parts.lead)
        found = linprog(
            np.concatenate([np.zeros(count), -np.ones(things)]),
            A_ub=sparse.hstack([-asked.rows[:, parts.lead], which], format="csr"),
            b_ub=asked.back / scale,
            A_eq=_widened(parts.matrix, things),
            b_eq=np.zeros(parts.matrix.shape[0]),
            bounds=np.column_stack(
                [
                    np.concatenate([parts.lowest / scale, np.zeros(things)]),
                    np.concatenate([np.full(count, np.inf), np.ones(things)]),
                ]
            ),
            method="highs",
        )
        nothing = np.zeros(len(floor))
        if found.status != 0:
            return nothing
        moves = parts.spread(found.x[:count] * scale, floor)
        return moves if self._accept(moves, None, 0.0, floor, scale, True) else nothing

    def _parts(self, marks: Integers, floor: Floats, alike: Integers, hidden: Booleans) -> _Parts:
        """Put together the unknowns that neither published sums nor marks tell apart."""
        _, part = np.unique(alike * (int(marks.max(initial=0)) + 1) + marks, return_inverse=True)
        part = part.ravel()
        count = int(part.max()) + 1
        order = np.argsort(part, kind="stable")
        lead = order[np.searchsorted(part[order], np.arange(count))]
        matrix = self.columns[:, lead].tocsr()
        shown = np.flatnonzero((np.diff(matrix.indptr) > 0) & ~hidden[self._cell])
        lowest: Floats = np.bincount(part, floor, count).astype(np.float64)
        return _Parts(part, order, lead, lowest, shown, matrix[shown])

    def _moving(self, row: int | None) -> Floats:
        """Return the coefficient of each unknown in a sum, zeros for no sum."""
        moving = np.zeros(self.rows.shape[1])
        if row is not None:
            start, end = self.rows.indptr[row], self.rows.indptr[row + 1]
            moving[self.rows.indices[start:end]] = self.rows.data[start:end]
        return moving

    def _classes(self) -> Integers:
        """Return the class of each unknown, shape (unknowns,).

        Unknowns of one class are in the same published sums: nothing tells them apart.
        """
        count = int(self._hidden.sum())
        if count != self._seen:
            self._signature = self._signatures(self._hidden)
            _, alike = np.unique(self._signature, return_inverse=True)
            self._seen, self._alike = count, alike.ravel()
        return self._alike

    def _signatures(self, hidden: Booleans) -> Integers:
        """Return numbers that tell in which published sums each unknown is."""
        return np.asarray(self._whole_columns @ np.where(hidden[self._cell], 0, self._marks))

    def _swaps(self, moving: Floats, change: float, floor: Floats) -> bool:
        """Tell whether exchanges between unknowns that nothing published tells apart suffice.

        They move nothing that is published, and whole numbers by whole numbers.
        """
        alike = self._classes()
        count = int(alike.max()) + 1
        inside = moving > 0
        low_in = np.bincount(alike[inside], floor[inside], count)
        low_out = np.bincount(alike[~inside], floor[~inside], count)
        if not inside.any():
            return bool((low_in + low_out <= 0).all())
        if (floor > 0).any() or (moving[inside] != 1).any():
            return False
        ours = np.bincount(alike[inside], minlength=count) > 0
        if change > 0:
            # An unknown that is in no published sum rises as it likes.
            free = (self._signature == 0)[inside].any()
            return bool(free) or float(-low_out[ours].sum()) >= change - _STILL * change
        theirs = np.bincount(alike[~inside], minlength=count) > 0
        theirs |= np.bincount(alike, self._signature == 0, count) > 0
        return float(-low_in[theirs].sum()) >= -change + _STILL * change

    def _solve(
        self, moving: Floats, row: int | None, change: float, floor: Floats
    ) -> Floats | None:
        """Look for the changes that cost least, hide what they move, and return them.

        Args:
            moving: the coefficients of the sum.
            row, change, floor: as for :meth:`protect`.
        """
        parts = self._parts(moving.astype(np.int64), floor, self._classes(), self._hidden)
        count = len(parts.lead)
        size = len(parts.shown)
        scale = max(1.0, float(np.abs(parts.lowest).max(initial=0.0)), abs(change))
        # Only what may be hidden may move.
        loose = np.flatnonzero(~self._kept[self._cell[parts.shown]])
        slack = 2 * len(loose)
        unit = sparse.identity(size, format="csc")[:, loose]
        cost = self._cost[self._cell[parts.shown[loose]]]
        asked = None
        limit = None
        if row is not None:
            sign = 1.0 if change > 0 else -1.0
            asked = sparse.csr_matrix(
                np.concatenate([-sign * moving[parts.lead], np.zeros(slack)])[np.newaxis]
            )
            limit = np.array([-abs(change) / scale])
        found = linprog(
            np.concatenate([np.zeros(count), cost, cost]),
            A_ub=asked,
            b_ub=limit,
            A_eq=sparse.hstack([parts.matrix, -unit, unit], format="csr"),
            b_eq=np.zeros(size),
            bounds=np.column_stack(
                [
                    np.concatenate([parts.lowest / scale, np.zeros(slack)]),
                    np.full(count + slack, np.inf),
                ]
            ),
            method="highs",
        )
        if found.status != 0:
            return None
        moves = parts.spread(found.x[:count] * scale, floor)
        return moves if self._accept(moves, row, change, floor, scale, free=False) else None

    def _accept(
        self,
        moves: Floats,
        row: int | None,
        change: float,
        floor: Floats,
        scale: float,
        free: bool,
    ) -> bool:
        """Check a solution by arithmetic, and hide what it moves, if it may hide."""
        still = _STILL * scale
        if (moves < floor - still).any():
            return False
        moved = self.values(moves)
        if row is not None and moved[row] * np.sign(change) < abs(change) - still:
            return False
        away = np.flatnonzero(np.abs(moved) > still)
        shown = ~self._hidden[self._cell[away]]
        if shown.any() and (free or self._kept[self._cell[away[shown]]].any()):
            return False
        self._hide(away)
        return True

    def _in_the_way(self, row: int | None, change: float, floor: Floats) -> Integers:
        """Return all sums that contain what must move: without them it moves by itself."""
        moving = self._moving(row) > 0
        if change > 0:
            # One of the unknowns free to rise is enough.
            moving = np.arange(len(moving)) == int(np.flatnonzero(moving)[0])
        moving = moving & (self.amounts > 0) if change < 0 else moving
        moving |= floor > 0
        touched = np.asarray(self.rows @ moving.astype(np.float64))
        return np.flatnonzero(touched > 0)

    def _hide(self, rows: Iterable[int]) -> None:
        self._hidden[self._cell[np.asarray(list(rows), dtype=np.int64)]] = True


def _widened(matrix: sparse.csr_matrix, more: int) -> sparse.csr_matrix:
    """Return a matrix with so many empty columns more."""
    shape = (matrix.shape[0], matrix.shape[1] + more)
    return sparse.csr_matrix((matrix.data, matrix.indices, matrix.indptr), shape=shape)


def _marks(count: int) -> Integers:
    """Return numbers whose sums tell which were added (splitmix64), shape (count,)."""
    state = np.arange(1, count + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    state = (state ^ (state >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    state = (state ^ (state >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return (state ^ (state >> np.uint64(31))).view(np.int64)
