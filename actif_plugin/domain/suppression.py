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

import inspect
from collections.abc import Callable, Iterable

import numpy as np
from scipy import sparse
from scipy.optimize import linprog

from .matching import Booleans, Integers
from .metric import Floats

# A sum that moves by less than this share of the largest amount has not moved.
_STILL = 1e-9
_WHOLE = 1e-6
# From scipy 1.9 on. Before, fractions are rounded, and what that moves is hidden too.
_SOLVES_WHOLE = "integrality" in inspect.signature(linprog).parameters
# Places to look in: to look further finds little more, and takes long.
_REACHES = (6, 14)
# A solution in whole numbers may cost this share more than the best one.
_NEAR_ENOUGH = 0.1
# Among equal costs the first cell goes first, whatever the version of the solver.
_FIRST = 1e-4


class Equations:
    """Published sums of unknown amounts, and what a reader can make of them.

    Args:
        rows: coefficients of each sum on each unknown, shape (rows, unknowns).
        cell: which cell each sum belongs to, shape (rows,).
        amounts: the true value of each unknown, none negative, shape (unknowns,).
        place: where each unknown lies, shape (unknowns,); -1 for several places.
        around: gives the places, so many at least, to look in for what may move with others.
        cost: what hiding each cell costs, shape (cells,).
        hidden: the cells that are not published, shape (cells,); shared, and added to.
        whole: the unknowns are whole numbers.
    """

    def __init__(
        self,
        rows: sparse.spmatrix,
        cell: Integers,
        amounts: Floats,
        place: Integers,
        around: Callable[[Integers, int], Booleans],
        cost: Floats,
        hidden: Booleans,
        whole: bool = False,
    ) -> None:
        self.rows = sparse.csr_matrix(rows, dtype=np.float64)
        self.columns = self.rows.tocsc()
        self.amounts = amounts
        self._cell = cell
        self._place = place
        self._around = around
        self._cost = cost * (1 + _FIRST * np.arange(len(cost)) / max(1, len(cost)))
        self._hidden = hidden
        self._whole = whole
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

        Args:
            row: the sum; None where *least* alone is asked.
            change: how far, upwards or downwards.
            least: how far each unknown may move downwards, as a change; down to 0 by default. A
                positive one forces it upwards.

        Returns:
            The changes of the unknowns that prove it, or None where hiding everything in the way
            was simpler than finding them.
        """
        floor = -self.amounts if least is None else least
        moving = self._moving(row)
        if self._swaps(moving, change, floor):
            return None
        # First nearby, where nothing more is to be hidden; then further, where it costs least.
        for reach in _REACHES:
            near = self._near(moving, floor, reach)
            for whole in (False, True) if self._whole and _SOLVES_WHOLE else (False,):
                moves = self._solve(near, moving, row, change, floor, reach < _REACHES[-1], whole)
                if moves is not None:
                    return moves
        self._hide_in_the_way(row, change, floor)
        return None

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
            shown = ~self._hidden[self._cell]
            marks = np.where(shown, self._marks, 0)
            self._signature = np.asarray(self._whole_columns @ marks)
            _, alike = np.unique(self._signature, return_inverse=True)
            self._seen, self._alike = count, alike.ravel()
        return self._alike

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
        self,
        near: Integers,
        moving: Floats,
        row: int | None,
        change: float,
        floor: Floats,
        free: bool,
        whole: bool,
    ) -> Floats | None:
        """Look for the changes that cost least, hide what they move, and return them.

        Args:
            near: the unknowns that may change.
            moving: the coefficients of the sum.
            row, change, floor: as for :meth:`protect`.
            free: only changes that hide nothing.
            whole: by whole numbers.
        """
        # What moves the sum differently is told apart.
        most = int(moving.max()) + 1
        kind = self._classes()[near] * most + moving[near].astype(np.int64)
        _, part = np.unique(kind, return_inverse=True)
        part = part.ravel()
        count = int(part.max()) + 1
        order = np.argsort(part, kind="stable")
        lead = near[order[np.searchsorted(part[order], np.arange(count))]]
        lowest = np.bincount(part, floor[near], count)
        matrix = self.columns[:, lead].tocsr()
        shown = np.flatnonzero((np.diff(matrix.indptr) > 0) & ~self._hidden[self._cell])
        matrix = matrix[shown]
        size = len(shown)
        # Whole numbers stay what they are.
        largest = max(1.0, float(np.abs(lowest).max(initial=0.0)), abs(change))
        scale = 1.0 if self._whole else largest
        slack = 0 if free else 2 * size
        unit = sparse.identity(size, format="csr")
        cost = self._cost[self._cell[shown]]
        asked = None
        limit = None
        if row is not None:
            sign = 1.0 if change > 0 else -1.0
            asked = sparse.csr_matrix(
                np.concatenate([-sign * moving[lead], np.zeros(slack)])[np.newaxis]
            )
            limit = np.array([-abs(change) / scale])
        more = {"integrality": np.repeat([1, 0], [count, slack])} if whole else {}
        found = linprog(
            np.concatenate([np.zeros(count), cost, cost])[: count + slack],
            A_ub=asked,
            b_ub=limit,
            A_eq=matrix if free else sparse.hstack([matrix, -unit, unit], format="csr"),
            b_eq=np.zeros(size),
            bounds=np.column_stack(
                [
                    np.concatenate([lowest / scale, np.zeros(slack)]),
                    np.full(count + slack, np.inf),
                ]
            ),
            method="highs",
            options={"mip_rel_gap": _NEAR_ENOUGH} if whole else None,
            **more,
        )
        if found.status != 0:
            return None
        totals = found.x[:count] * scale
        if self._whole:
            rounded = np.round(totals)
            if not whole and _SOLVES_WHOLE and np.abs(rounded - totals).max() > _WHOLE:
                return None
            totals = rounded
        moves = np.zeros(len(moving))
        moves[near] = _spread(totals, part, order, count, floor[near])
        return moves if self._accept(moves, row, change, floor, scale, free) else None

    def _near(self, moving: Floats, floor: Floats, reach: int) -> Integers:
        """Return the unknowns to look among, those of so many places at least."""
        inside = (moving > 0) | (floor > 0)
        places = self._place[inside]
        around = self._around(np.unique(places[places >= 0]), reach)
        return np.flatnonzero(inside | ((self._place >= 0) & around[self._place]))

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
        still = 0.5 if self._whole else _STILL * scale
        if (moves < floor - still).any():
            return False
        moved = self.values(moves)
        if row is not None and moved[row] * np.sign(change) < abs(change) - still:
            return False
        away = np.flatnonzero(np.abs(moved) > still)
        if free and not self._hidden[self._cell[away]].all():
            return False
        self._hide(away)
        return True

    def _hide_in_the_way(self, row: int | None, change: float, floor: Floats) -> None:
        """Hide all that contains what must move: the change is then possible by itself."""
        moving = self._moving(row) > 0
        if change > 0:
            # One of the unknowns free to rise is enough.
            moving = np.arange(len(moving)) == int(np.flatnonzero(moving)[0])
        moving = moving & (self.amounts > 0) if change < 0 else moving
        moving |= floor > 0
        touched = np.asarray(self.rows @ moving.astype(np.float64))
        self._hide(np.flatnonzero(touched > 0))

    def _hide(self, rows: Iterable[int]) -> None:
        self._hidden[self._cell[np.asarray(list(rows), dtype=np.int64)]] = True


def _marks(count: int) -> Integers:
    """Return numbers whose sums tell which were added (splitmix64), shape (count,)."""
    state = np.arange(1, count + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    state = (state ^ (state >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    state = (state ^ (state >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return (state ^ (state >> np.uint64(31))).view(np.int64)


def _spread(moves: Floats, place: Integers, order: Integers, count: int, floor: Floats) -> Floats:
    """Give each unknown its part of the change of its class, none below its floor."""
    base = np.maximum(floor, 0.0)
    rest = moves - np.bincount(place, base, count)
    room = (base - floor)[order]
    classes = place[order]
    before = np.cumsum(room) - room
    starts = np.searchsorted(classes, np.arange(count))
    before = before - before[starts][classes]
    taken = np.clip(np.maximum(-rest, 0.0)[classes] - before, 0.0, room)
    result = base.copy()
    result[order] -= taken
    result[order[starts]] += np.maximum(rest, 0.0)
    return result
