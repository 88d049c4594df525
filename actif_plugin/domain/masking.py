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
- **Published records protect nobody.** A reader knows them: they are taken away before the rule is
  applied, and added to the figures that are shown.

Counts of establishments and of records share their masks; a quantity is masked wherever these are,
and where too few establishments tell it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from .contributions import Contributions, Sums, Table, exact_sums, with_parts
from .feedback import Feedback, Silent, checkpoint
from .matching import Booleans, Integers
from .metric import Floats
from .suppression import Equations


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
    published: Booleans | None = None,
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
        published: the figures that are published at all, shape (zones, groups); None for all.
        rule: what may be shown.
        feedback: progress and cancellation.

    Raises:
        Cancelled: the user asked to stop.
    """
    rule = rule or Rule()
    watch = feedback or Silent()
    shape = (zones.shape[0], groups.shape[0])
    shown = np.ones(shape, dtype=bool) if published is None else published
    # What zones leave of each other (a commune without its activity zone) is protected as they are.
    zones, groups = with_parts(zones), with_parts(groups)
    table = Table(contributions, zones, groups)
    unpublished = np.ones((zones.shape[0], groups.shape[0]), dtype=bool)
    unpublished[: shape[0], : shape[1]] = ~shown
    ones = np.ones(len(contributions.owner))
    hidden = unpublished.ravel()
    counts = np.zeros(len(hidden), dtype=bool)
    # Where readers know all the records there is nothing to protect.
    if len(table.secret):
        cost = 1 + np.log2(1 + table.totals(ones))
        counts_of = table.sums(ones, table.secret)
        counts = _primary(counts_of, rule)
        hidden |= counts
        steps = len(contributions.amounts) + 1
        _protect_counts(table, counts_of, counts, hidden, cost, rule, _Part(watch, 0, steps))

    def figure(values: Floats, concealed: Booleans, primary: Booleans) -> Figure:
        part = np.s_[: shape[0], : shape[1]]
        laid = unpublished.shape
        return Figure(
            values.reshape(laid)[part], concealed.reshape(laid)[part], primary.reshape(laid)[part]
        )

    amounts: dict[str, Figure] = {}
    for step, (name, values) in enumerate(sorted(contributions.amounts.items()), start=1):
        told = np.where(values > 0, values, 0.0)
        concealed, primary = hidden.copy(), counts
        if len(table.secret):
            sums = table.sums(told, table.secret)
            mine = _primary(sums, rule)
            concealed |= mine
            primary = mine | counts
            _protect_amounts(table, sums, primary, concealed, cost, rule, _Part(watch, step, steps))
        amounts[name] = figure(table.totals(told), concealed, primary)
    return Masked(
        figure(table.establishments(), hidden, counts),
        figure(table.totals(ones), hidden, counts),
        amounts,
    )


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
    hidden: Booleans,
    cost: Floats,
    rule: Rule,
    watch: Feedback,
) -> None:
    """Hide more cells until neither counts of establishments nor of records give one away."""
    count, records, amounts, place = table.kinds()
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
        np.concatenate([place, table.place]),
        table.around,
        cost,
        hidden,
        whole=True,
    )
    value, most = sums.value, sums.largest
    sensitive = np.flatnonzero(primary & (sums.count > 0))
    ranges = []
    for cell in sensitive.tolist():
        few = sums.count[cell] < rule.establishments
        upper = np.ceil(max(value[cell] * (1 + rule.margin), most[cell] / rule.share))
        lower = 0.0 if few else np.floor(value[cell] * (1 - rule.margin))
        ranges.append((cells + cell, lower, upper))
        if few:
            ranges.append((cell, None, float(rule.establishments)))
    _keep_ranges(equations, ranges, _Part(watch, 0, 2))
    _protect_sums(table, sums, sensitive, hidden, cost, rule, _Part(watch, 1, 2))


def _protect_amounts(
    table: Table,
    sums: Sums,
    primary: Booleans,
    hidden: Booleans,
    cost: Floats,
    rule: Rule,
    watch: Feedback,
) -> None:
    """Hide more cells until the sums of a quantity give none away."""
    sensitive = np.flatnonzero(primary & (sums.count > 0))
    equations = table.equations(exact_sums(sums.atoms), cost, hidden)
    ranges = []
    for cell in sensitive.tolist():
        value = sums.value[cell]
        lower = 0.0 if sums.count[cell] < rule.establishments else value * (1 - rule.margin)
        upper = max(value * (1 + rule.margin), sums.largest[cell] / rule.share)
        ranges.append((cell, lower, upper))
    _keep_ranges(equations, ranges, _Part(watch, 0, 2))
    _protect_sums(table, sums, sensitive, hidden, cost, rule, _Part(watch, 1, 2))


def _keep_ranges(
    equations: Equations, ranges: list[tuple[int, float | None, float]], watch: Feedback
) -> None:
    """Make each sum able to be anything within a range that holds its true value.

    Args:
        equations: the published sums.
        ranges: row, lowest (None for any) and highest value of each.
        watch: progress and cancellation.
    """
    truth = equations.values(equations.amounts)
    asked = []
    for row, lower, upper in ranges:
        asked.append((row, upper - truth[row]))
        if lower is not None and lower < truth[row]:
            asked.append((row, lower - truth[row]))
    # The furthest first: what it hides serves the others.
    asked.sort(key=lambda ask: (-abs(ask[1]), ask[0], ask[1]))
    low, high = truth.copy(), truth.copy()
    for done, (row, change) in enumerate(asked):
        checkpoint(watch, done / len(asked))
        goal = truth[row] + change
        if (change > 0 and high[row] >= goal) or (change < 0 and low[row] <= goal):
            continue
        moves = equations.protect(row, change)
        if moves is not None:
            reached = equations.values(equations.amounts + moves)
            low, high = np.minimum(low, reached), np.maximum(high, reached)


def _protect_sums(
    table: Table,
    sums: Sums,
    sensitive: Integers,
    hidden: Booleans,
    cost: Floats,
    rule: Rule,
    watch: Feedback,
) -> None:
    """Make the rule hold for whatever published sums give by addition and subtraction.

    A sum of atoms that can be had from published figures and that holds a sensitive cell must be
    that of three establishments, none of which makes more than its share. By duality that is so
    where a state of the world exists in which amounts chosen to measure it are non-negative.
    """
    atoms = exact_sums(sums.atoms)
    equations = table.equations(atoms, cost, hidden)
    # An establishment is one at most in any sum: its weight is shared among its atoms.
    present = sums.atoms.astype(bool).astype(np.float64)
    degree = np.maximum(1, np.diff(present.indptr))
    shares = sparse.diags(1 / degree) @ present
    weight = np.asarray(shares.sum(axis=0)).ravel()
    owners = list(_dominant(sums, sensitive, rule))
    few = [cell for cell in sensitive.tolist() if sums.count[cell] < rule.establishments]
    total = max(1, len(owners) + len(few))
    for done, cell in enumerate(few):
        checkpoint(watch, done / total)
        members = sums.members(cell)
        # Those of the cell count in it alone, and whole.
        others = weight - np.asarray(shares[members].sum(axis=0)).ravel()
        wanted = float(rule.establishments - len(members))
        equations.protect(cell, wanted, -np.maximum(0.0, others))
    for done, owner in enumerate(owners, start=len(few)):
        checkpoint(watch, done / total)
        own = np.asarray(sums.atoms[owner].todense()).ravel()
        equations.protect(None, 0.0, own / rule.share - atoms)


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
