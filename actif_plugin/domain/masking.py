"""Figures by zone and category from which no company can be recognised.

The rule is that of the French statistical institute for businesses (Insee, « Guide du secret
statistique »): a figure is published only if it is that of three establishments at least, none of
which makes more than 85 % of it. Around it:

- **What is hidden cannot be subtracted.** The rule holds for each figure and for whatever adding
  and subtracting published figures gives: totals, nested or overlapping zones, several tables over
  the same records. All that is published together is therefore masked together.
- **Protection ranges.** Hidden for want of establishments, a figure could be nothing as well as
  that of three; hidden because one establishment makes it, it could be 15 % more or less. These
  are the protection levels that the rule itself implies: somebody who makes more than 85 % of a
  sum is known to within 15/85 = 17.6 % (Hundepool et al., "Statistical Disclosure Control", Wiley,
  2012, chapter 4).
- **Nothing reads like one.** A figure of nobody is hidden as one of one or two: a zero printed
  beside a mask would say that behind the mask there is somebody.
- **One establishment counts once** in what can be inferred, however many of its records lie in
  several cells, and whoever it is that subtracts: with three establishments in all that can be
  inferred, none of them finds another by taking its own figures away.
- **Real numbers.** What a hidden figure could be is looked for in real numbers, as statistical
  institutes do: a reader who knows that counts are whole may know a little more.
- **The whole first.** What is told of the whole territory is decided before what is told of its
  parts, and is not given up for them.
- **Published records protect nobody.** A reader knows them: they are taken away before the rule is
  applied, and added to the figures that are shown.

Counts of establishments and of records share their masks; a quantity is masked wherever these are,
and where too few establishments tell it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Optional

import numpy as np
from scipy import sparse

from .contributions import Contributions, Sums, Table, exact_sums, with_parts
from .feedback import Feedback, Silent, checkpoint
from .matching import Booleans, Integers
from .metric import Floats
from .suppression import Asked, Equations

# The turn of what is not published.
NEVER = -1
# Things are done together as long as so many of them are done at once, as a share: first all of
# them, then so many at a time; fewer than a few are done one by one.
_WORTH = 0.3
_SOME = 24
_FEW = 3
# A row of equations, and the lowest and the highest value that it must be able to have.
_Range = tuple[int, Optional[float], Optional[float]]


@dataclass(frozen=True)
class Rule:
    """What may be shown.

    Attributes:
        establishments: how many there must be at least.
        share: how much of a figure one of them may make at most, 0 to 1.
        margin: to within which share of its value a hidden figure must not be found.
    """

    establishments: int = 3
    share: float = 0.85
    margin: float = 0.15


@dataclass(frozen=True)
class Figure:
    """A figure of each zone and group, shape (zones, groups).

    Attributes:
        values: as they are; for the eyes of those who may know.
        hidden: not to be shown.
        primary: hidden by the rule itself; the others are hidden to protect these.
    """

    values: Floats
    hidden: Booleans
    primary: Booleans


@dataclass(frozen=True)
class Masked:
    """What may be published.

    Attributes:
        establishments, records: counts, of the same masks.
        amounts: quantities, by what they measure.
    """

    establishments: Figure
    records: Figure
    amounts: dict[str, Figure]


def mask(
    contributions: Contributions,
    zones: sparse.spmatrix,
    groups: sparse.spmatrix,
    *,
    turn: Integers | None = None,
    told: Booleans | None = None,
    rule: Rule | None = None,
    feedback: Feedback | None = None,
) -> Masked:
    """Decide what of a set of tables may be shown.

    The same records give the same masks, in whatever order they come.

    Args:
        contributions: the records.
        zones: which places each zone holds, shape (zones, places). Zones may nest and overlap; all
            those of one publication belong here.
        groups: which categories each group holds, shape (groups, categories); a total is a group.
        turn: when each figure is decided, shape (zones, groups): those of 0 first, and what was
            shown then is never hidden for one of 1 or more. ``NEVER`` for what is not published.
            None decides all at once.
        told: the counts that readers have from an earlier publication of the same records, shape
            (zones, groups): they are shown again, and the others are hidden so that both together
            tell no more than they did. None where there was none.
        rule: what may be shown.
        feedback: progress and cancellation.

    Raises:
        Cancelled: the user asked to stop.
    """
    rule = rule or Rule()
    watch = feedback or Silent()
    shape = (zones.shape[0], groups.shape[0])
    # What zones leave of each other (a commune without its activity zone) is protected as they are.
    zones, groups = with_parts(zones), with_parts(groups)
    table = Table.of(contributions, zones, groups)
    laid = (zones.shape[0], groups.shape[0])
    part = np.s_[: shape[0], : shape[1]]
    when = np.full(laid, NEVER)
    when[part] = 0 if turn is None else turn
    known = np.zeros(laid, dtype=bool)
    known[part] = False if told is None else told
    when[known] = np.minimum(when[known], 0)
    ones = np.ones(len(contributions.owner))
    turns = _Turns(when.ravel(), 1 + table.totals(ones))
    counts = np.zeros(known.size, dtype=bool)
    nothing = counts.copy()
    hidden = when.ravel() < 0
    # Where readers know all the records there is nothing to protect.
    protected = len(table.secret) > 0
    steps = len(contributions.amounts) + 1
    if protected:
        counts_of = table.sums(ones, table.secret)
        counts = _primary(counts_of, rule)
        hidden |= counts
        hidden[known.ravel()] = False
        # What can never be shown, and is nobody's, tells nothing apart.
        small = table.merged(~hidden | (counts & (counts_of.count > 0)))
        counts_of = small.sums(ones, table.secret)
        for now in turns.taken(hidden, known.ravel(), _Part(watch, 0, steps)):
            _protect_counts(small, counts_of, counts, now, rule)

    def figure(values: Floats, concealed: Booleans, primary: Booleans) -> Figure:
        return Figure(
            values.reshape(laid)[part], concealed.reshape(laid)[part], primary.reshape(laid)[part]
        )

    amounts: dict[str, Figure] = {}
    for step, (name, values) in enumerate(sorted(contributions.amounts.items()), start=1):
        quantities = np.where(values > 0, values, 0.0)
        concealed, primary = hidden.copy(), counts
        if protected:
            sums = table.sums(quantities, table.secret)
            mine = _primary(sums, rule)
            concealed |= mine
            primary = mine | counts
            small = table.merged(~concealed | (primary & (sums.count > 0)))
            sums = small.sums(quantities, table.secret)
            for now in turns.taken(concealed, nothing, _Part(watch, step, steps)):
                _protect_amounts(small, sums, primary, now, rule)
        amounts[name] = figure(table.totals(quantities), concealed, primary)
    return Masked(
        figure(table.establishments(), hidden, counts),
        figure(table.totals(ones), hidden, counts),
        amounts,
    )


@dataclass(frozen=True)
class _Turn:
    """A state of the work.

    Attributes:
        hidden: the figures that are not shown, or not yet; added to.
        kept: the figures that are shown whatever comes.
        cost: what hiding each costs.
        watch: progress and cancellation.
    """

    hidden: Booleans
    kept: Booleans
    cost: Floats
    watch: Feedback

    def part(self, step: int, steps: int) -> Feedback:
        """Return the watch of a step of several."""
        return _Part(self.watch, step, steps)


class _Turns:
    """The order in which figures are decided; arrays of shape (cells,)."""

    def __init__(self, when: Integers, cost: Floats) -> None:
        self._when = when
        self._cost = cost

    def taken(self, hidden: Booleans, told: Booleans, watch: Feedback) -> Iterator[_Turn]:
        """Yield one turn after the other; what each of them hides is hidden."""
        numbers = np.unique(self._when[self._when >= 0]).tolist()
        decided = told
        for step, number in enumerate(numbers):
            now = hidden | (self._when > number)
            yield _Turn(now, decided & ~now, self._cost, _Part(watch, step, len(numbers)))
            hidden |= now & (self._when <= number)
            decided = decided | (self._when <= number)


class _Part:
    """The share of the progress that a step takes."""

    def __init__(self, watch: Feedback, step: int, steps: int) -> None:
        self._watch = watch
        self._step = step
        self._steps = steps

    def progress(self, fraction: float) -> None:
        self._watch.progress((self._step + fraction) / self._steps)

    def cancelled(self) -> bool:
        return self._watch.cancelled()


def _primary(sums: Sums, rule: Rule) -> Booleans:
    """Flag the cells that the rule itself hides, those of nobody with them."""
    few = sums.count < rule.establishments
    return few | (sums.largest > rule.share * sums.value)


def _protect_counts(
    table: Table,
    sums: Sums,
    primary: Booleans,
    now: _Turn,
    rule: Rule,
) -> None:
    """Hide more cells until neither counts of establishments nor of records give one away."""
    count, records, amounts = table.kinds()
    further = table.further()
    cells = table.cells.shape[0]
    rows = sparse.vstack(
        [
            sparse.hstack([count, sparse.csr_matrix((cells, len(further)))]),
            sparse.hstack([records, table.cells]),
        ]
    )
    equations = Equations(
        rows,
        np.tile(np.arange(cells), 2),
        np.concatenate([amounts, further]),
        now.cost,
        now.hidden,
        now.kept,
    )
    value, most = sums.value, sums.largest
    sensitive = np.flatnonzero(primary & (sums.count > 0))
    ranges: list[_Range] = []
    for cell, raised, lowered in _telling(sensitive, table, sums):
        few = sums.count[cell] < rule.establishments
        upper = np.ceil(max(value[cell] * (1 + rule.margin), most[cell] / rule.share))
        lower = 0.0 if few else np.floor(value[cell] * (1 - rule.margin))
        ranges.append((cells + cell, lower if lowered else None, upper if raised else None))
        if few and raised:
            ranges.append((cell, None, float(rule.establishments)))
    _keep_ranges(equations, ranges, now.part(0, 2))
    _protect_sums(table, sums, sensitive, now, rule, now.part(1, 2))


def _protect_amounts(
    table: Table,
    sums: Sums,
    primary: Booleans,
    now: _Turn,
    rule: Rule,
) -> None:
    """Hide more cells until the sums of a quantity give none away."""
    sensitive = np.flatnonzero(primary & (sums.count > 0))
    equations = table.equations(exact_sums(sums.atoms), now.cost, now.hidden, now.kept)
    ranges: list[_Range] = []
    for cell, raised, lowered in _telling(sensitive, table, sums):
        value = sums.value[cell]
        lower = 0.0 if sums.count[cell] < rule.establishments else value * (1 - rule.margin)
        upper = max(value * (1 + rule.margin), sums.largest[cell] / rule.share)
        ranges.append((cell, lower if lowered else None, upper if raised else None))
    _keep_ranges(equations, ranges, now.part(0, 2))
    _protect_sums(table, sums, sensitive, now, rule, now.part(1, 2))


def _telling(sensitive: Integers, table: Table, sums: Sums) -> Iterator[tuple[int, bool, bool]]:
    """Yield cells, and whether each must be able to be more, and less.

    Of cells that hold each other and the same records, what makes the smallest more makes the
    others more, and what makes the largest less makes the others less.
    """
    keys = [(sums.members(cell).tobytes(), sums.value[cell]) for cell in sensitive.tolist()]
    cells = sensitive.tolist()
    raised = set(_of_alike(cells, table, keys))
    lowered = set(_of_alike(cells, table, keys, largest=True))
    for cell in sorted(raised | lowered):
        yield cell, cell in raised, cell in lowered


def _keep_ranges(equations: Equations, ranges: list[_Range], watch: Feedback) -> None:
    """Make each sum able to be anything within a range that holds its true value.

    Args:
        equations: the published sums.
        ranges: row, lowest and highest value of each, None for any.
        watch: progress and cancellation.
    """
    truth = equations.values(equations.amounts)
    asked = []
    for row, lower, upper in ranges:
        if upper is not None:
            asked.append((row, upper - truth[row]))
        if lower is not None and lower < truth[row]:
            asked.append((row, lower - truth[row]))
    # The furthest first: what it hides serves the others.
    asked.sort(key=lambda ask: (-abs(ask[1]), ask[0], ask[1]))
    asked = [ask for ask in asked if not equations.swaps(*ask)]
    if not asked:
        return
    rows = np.array([row for row, _ in asked])
    changes = np.array([change for _, change in asked])
    signs = sparse.diags(np.sign(changes))
    goal = np.abs(changes)
    back = np.where(changes > 0, truth[rows], truth[rows] + goal)
    things = Asked(
        sparse.csr_matrix(signs @ equations.rows[rows]), goal, back, np.arange(len(rows))
    )

    def alone(thing: int) -> Floats | None:
        return equations.protect(*asked[thing])

    _do_all(equations, things, -equations.amounts, alone, watch)


def _do_all(
    equations: Equations,
    asked: Asked,
    floor: Floats,
    alone: Callable[[int], Floats | None],
    watch: Feedback,
) -> None:
    """Have everything done: as much as possible together and for nothing, then one by one.

    Args:
        equations: the published sums.
        asked: the things.
        floor: how far each unknown may move downwards in what is done together.
        alone: does one thing, hiding what must be, and returns the changes that prove it.
        watch: progress and cancellation.
    """
    total = int(asked.thing.max()) + 1
    left = np.ones(total, dtype=bool)
    for at_once in (total, _SOME):
        # The same ones looked at again would give nothing more.
        worth = at_once == total or left.sum() > at_once
        while worth and left.sum() >= _FEW:
            before = left.sum()
            remaining = np.flatnonzero(left)
            # Neighbours stand in each other's way: those of a lot are far apart.
            lots = -(-len(remaining) // at_once)
            for lot in range(lots):
                checkpoint(watch, 1 - left.sum() / total)
                some = np.zeros(total, dtype=bool)
                some[remaining[lot::lots]] = True
                some &= left
                if some.any():
                    left &= ~asked.done(equations.together(asked.only(some), floor))
            worth = before - left.sum() > _WORTH * before
    for thing in range(total):
        if left[thing]:
            checkpoint(watch, 1 - left.sum() / total)
            moves = alone(thing)
            if moves is not None:
                left &= ~asked.done(moves)
            left[thing] = False


def _innermost(cells: Sequence[int], table: Table, sums: Sums) -> list[int]:
    """Leave out the cells that hold another one of the same establishments.

    A sum that holds the larger holds the smaller: what is so for all sums of the smaller is so for
    those of the larger.
    """
    return _of_alike(cells, table, [sums.members(cell).tobytes() for cell in cells])


def _of_alike(
    cells: Sequence[int], table: Table, keys: Sequence[object], largest: bool = False
) -> list[int]:
    """Keep of the cells of one key those that hold no other one, or that no other one holds."""
    alike: dict[object, list[set[int]]] = {}
    left = []
    sign = -1 if largest else 1
    sized = [(sign * len(table.atoms_of(cell)), cell, key) for cell, key in zip(cells, keys)]
    for _, cell, key in sorted(sized, key=lambda one: one[:2]):
        held = set(table.atoms_of(cell).tolist())
        kept = alike.setdefault(key, [])
        if not any(held <= other if largest else other <= held for other in kept):
            kept.append(held)
            left.append(cell)
    return sorted(left)


def _protect_sums(
    table: Table,
    sums: Sums,
    sensitive: Integers,
    now: _Turn,
    rule: Rule,
    watch: Feedback,
) -> None:
    """Make the rule hold for whatever published sums give by addition and subtraction.

    A sum of atoms that can be had from published figures and that holds a sensitive cell must be
    that of three establishments, none of which makes more than its share. By duality that is so
    where a state of the world exists in which amounts chosen to measure it are non-negative.
    """
    atoms = exact_sums(sums.atoms)
    equations = table.equations(atoms, now.cost, now.hidden, now.kept)
    # An establishment is one at most in any sum: its weight is shared among its atoms.
    present = sums.atoms.astype(bool).astype(np.float64)
    degree = np.maximum(1, np.diff(present.indptr))
    shares = sparse.csr_matrix(sparse.diags(1 / degree) @ present)
    weight = np.asarray(shares.sum(axis=0)).ravel()

    def without(members: Integers) -> Floats:
        rest: Floats = np.maximum(0.0, weight - np.asarray(shares[members].sum(axis=0)).ravel())
        return rest

    few = [cell for cell in sensitive.tolist() if sums.count[cell] < rule.establishments]
    few = _innermost(few, table, sums)
    lots = -(-len(few) // _SOME)
    for lot in range(lots):
        some = few[lot::lots]
        wanted = np.array([rule.establishments - len(sums.members(cell)) for cell in some], float)
        # Those of a cell count in it alone, and whole.
        others = without(np.unique(np.concatenate([sums.members(cell) for cell in some])))
        rows = equations.rows[some]
        things = Asked(rows, wanted, np.asarray(rows @ others), np.arange(len(some)))

        def make_three(
            thing: int, some: list[int] = some, wanted: Floats = wanted
        ) -> Floats | None:
            return equations.protect(
                some[thing], wanted[thing], -without(sums.members(some[thing]))
            )

        part = _Part(watch, lot, 2 * lots)
        _do_all(equations, things, -others, make_three, part)
    owners = list(_dominant(sums, sensitive, rule))
    if owners:
        brought = sparse.csr_matrix(sums.atoms[owners]) / rule.share
        thing = np.repeat(np.arange(len(owners)), np.diff(brought.indptr))
        where = brought.indices
        rows = sparse.identity(len(atoms), format="csr")[where]
        things = Asked(rows, brought.data - atoms[where], atoms[where], thing)

        def make_room(thing: int) -> Floats | None:
            own = np.asarray(brought[thing].todense()).ravel()
            return equations.protect(None, 0.0, own - atoms)

        _do_all(equations, things, -atoms, make_room, _Part(watch, 1, 2))


def _dominant(sums: Sums, sensitive: Integers, rule: Rule) -> Iterator[int]:
    """Yield once each establishment that could make more than its share of some sum."""
    seen: set[int] = set()
    for cell in sensitive.tolist():
        for owner in sums.members(cell).tolist():
            brought = sums.owners[cell, owner]
            large = brought > rule.share * sums.value[cell]
            if owner not in seen and (large or sums.count[cell] < rule.establishments):
                seen.add(owner)
                yield owner
