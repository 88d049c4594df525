"""How much of the quantities needed the quantities offered could cover, each offer spent once.

The figure is the greatest quantity that the offers within reach can serve, a maximum flow from
needs to offers (Ford and Fulkerson, 1956). To serve the nearest first would say less than the
territory can do, and would lie about gaps: an offer that moves away can raise it, by leaving what
it served to a neighbour that served nobody. The greatest quantity depends only on who reaches whom,
so that one more offer never lowers it and a farther one never raises it.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_matrix, csr_matrix
from scipy.sparse.csgraph import connected_components, maximum_flow

from .codes import Level
from .coverage import CodeGroups
from .feedback import Feedback, Silent, checkpoint
from .matching import Flows, Index, Integers
from .metric import Floats, Metric
from .quantities import Total, Unit

# Pairs of a need and an offer looked at: beyond, memory and the wait would not be bounded.
MOST_PAIRS = 2_000_000
_FIRST_LOOK = 16
_AT_ONCE = 10_000
_LOOK_FURTHER = 4
# The solver counts in 32-bit integers, of which its own sums take some.
_LARGEST = 2**30


@dataclass(frozen=True)
class Amounts:
    """What records need or offer over one year.

    Attributes:
        value: in base units of the dimension, NaN where the record tells none, shape (n,).
        unit: position in ``units`` of the unit each record tells, shape (n,).
        units: the distinct units.
    """

    value: Floats
    unit: Integers
    units: tuple[Unit, ...]


@dataclass(frozen=True)
class QuantityCoverage:
    """How much of what a code's needs want could be covered.

    Attributes:
        wanted: what its needs come to over one year, one total a dimension; the first, which most
            needs tell, is the one that is covered.
        covered: of the first total, in its unit; None where it was too much to compute.
        offers: offers of the code told in that dimension.
    """

    wanted: list[Total]
    covered: float | None
    offers: int

    @property
    def ratio(self) -> float | None:
        """Covered over wanted; None where nothing is wanted or nothing was computed."""
        wanted = self.wanted[0].amount
        return None if self.covered is None or not wanted else self.covered / wanted


def quantity_coverage(
    needs: Flows,
    offers: Flows,
    groups: CodeGroups,
    wanted: Amounts,
    offered: Amounts,
    *,
    level: Level | None,
    max_distance: float,
    metric: Metric | None = None,
    rejected: Iterable[tuple[object, object]] = (),
    feedback: Feedback | None = None,
) -> dict[int, QuantityCoverage]:
    """Return the coverage in quantity of each code some of whose needs tell a quantity.

    An offer that serves several codes, as a coarse one does, is spent once for all of them; the
    more precise codes are served first, then in alphabetical order. What a record does not tell
    covers nothing: the result is the least that is sure, not an estimate.

    Args:
        needs, offers, level, max_distance, metric, rejected: as for :func:`find_gaps`.
        groups: their codes.
        wanted, offered: their quantities.
        feedback: progress and cancellation.

    Returns:
        By position of the code in ``groups.codes``.

    Raises:
        Cancelled: the user asked to stop.
    """
    watch = feedback or Silent()
    dimensions = {unit.dimension for unit in (*wanted.units, *offered.units)}
    names = {name: number for number, name in enumerate(sorted(dimensions))}
    need_dimension, offer_dimension = (
        np.asarray([names[unit.dimension] for unit in side.units], dtype=np.int64)[side.unit]
        for side in (wanted, offered)
    )
    sums = _totals(groups.need, wanted, need_dimension, watch)
    main = np.full(len(groups.codes), -1, dtype=np.int64)
    main[list(sums)] = [names[totals[0].dimension] for totals in sums.values()]

    counted = (wanted.value > 0) & (need_dimension == main[groups.need])
    need_rows, offer_rows = np.flatnonzero(counted), np.flatnonzero(offered.value > 0)
    ranks = _ranks(groups)
    pairs = _in_reach(
        needs.subset(need_rows),
        Index(offers.subset(offer_rows), level, metric),
        len(offer_rows),
        groups.need[need_rows],
        max_distance,
        rejected,
        watch,
    )
    need, offer = need_rows[pairs.need], offer_rows[pairs.offer]
    same = need_dimension[need] == offer_dimension[offer]
    code_of_rank = np.argsort(ranks)
    covered: dict[int, list[float]] = {code: [] for code in sums}
    for at, part in _served(
        need[same],
        offer[same],
        wanted.value,
        offered.value,
        ranks[groups.need],
        need_dimension,
        watch,
    ):
        covered[int(code_of_rank[at])].append(part)
    told = Counter(
        groups.offer[(offered.value >= 0) & (offer_dimension == main[groups.offer])].tolist()
    )
    result = {}
    for code, totals in sums.items():
        factor = next(unit.factor for unit in wanted.units if unit.code == totals[0].unit)
        served = min(math.fsum(covered[code]) / factor, totals[0].amount)
        amount = None if code in pairs.given_up else served
        result[code] = QuantityCoverage(totals, amount, told[code])
    return result


def _totals(
    number: Integers, amounts: Amounts, dimension: Integers, watch: Feedback
) -> dict[int, list[Total]]:
    """Add up over each code, as :func:`quantities.totals` does for one list of quantities."""
    rows = np.flatnonzero(amounts.value >= 0)
    values: dict[tuple[int, int], list[float]] = {}
    units: dict[tuple[int, int], Counter[int]] = {}
    for done, row in enumerate(rows.tolist()):
        if done % _AT_ONCE == 0:
            checkpoint(watch, 0.0)
        key = int(number[row]), int(dimension[row])
        values.setdefault(key, []).append(float(amounts.value[row]))
        units.setdefault(key, Counter())[int(amounts.unit[row])] += 1
    result: dict[int, list[Total]] = {}
    for key, told in values.items():
        most = min(units[key].items(), key=lambda item: (-item[1], amounts.units[item[0]].code))
        unit = amounts.units[most[0]]
        total = Total(math.fsum(told) / unit.factor, unit.code, unit.dimension, len(told))
        result.setdefault(key[0], []).append(total)
    for totals in result.values():
        totals.sort(key=lambda total: (-total.records, total.dimension))
    return result


def _ranks(groups: CodeGroups) -> Integers:
    """Return the place of each code among those to be served: the most precise first."""
    codes = groups.codes
    order = sorted(range(len(codes)), key=lambda at: (-codes[at].level, codes[at].text, at))
    rank = np.empty(len(codes), dtype=np.int64)
    rank[order] = np.arange(len(codes))
    return rank


@dataclass(frozen=True)
class _Pairs:
    """Who reaches whom, and the codes whose pairs are too many to look at."""

    need: Integers
    offer: Integers
    given_up: set[int]


def _in_reach(
    needs: Flows,
    offers: Index,
    count: int,
    code: Integers,
    max_distance: float,
    rejected: Iterable[tuple[object, object]],
    watch: Feedback,
) -> _Pairs:
    """Return all pairs, asking further for the needs that had all the answers they asked for."""
    refused = list(rejected)
    rows, looked = np.arange(len(needs)), _FIRST_LOOK
    none = np.empty(0, dtype=np.int64)
    found: list[tuple[Integers, Integers]] = [(none, none)]
    total = 0
    given_up: set[int] = set()
    while len(rows) and count:
        checkpoint(watch, 0.0)
        pairs = offers.ask(
            needs.subset(rows),
            neighbors=min(looked, count),
            max_distance=max_distance,
            rejected=refused,
            feedback=_Asking(watch),
        )
        full = np.bincount(pairs.seeker, minlength=len(rows)) == looked
        settled = ~full[pairs.seeker]
        found.append((rows[pairs.seeker[settled]], pairs.candidate[settled]))
        total += int(settled.sum())
        rows, looked = rows[full], looked * _LOOK_FURTHER
        while len(rows) and total + len(rows) * looked > MOST_PAIRS:
            heaviest = int(np.bincount(code[rows]).argmax())
            given_up.add(heaviest)
            rows = rows[code[rows] != heaviest]
    need, offer = (np.concatenate([part[at] for part in found]) for at in (0, 1))
    kept = ~np.isin(code[need], list(given_up))
    return _Pairs(need[kept], offer[kept], given_up)


class _Asking:
    """Passes a cancellation on; how often one has to ask is not known beforehand."""

    def __init__(self, whole: Feedback) -> None:
        self._whole = whole

    def progress(self, fraction: float) -> None:
        pass

    def cancelled(self) -> bool:
        return self._whole.cancelled()


def _served(
    need: Integers,
    offer: Integers,
    want: Floats,
    have: Floats,
    rank: Integers,
    dimension: Integers,
    watch: Feedback,
) -> Iterator[tuple[int, float]]:
    """Yield (rank of a code, what of it is served), a connected set of records after another."""
    if not len(need):
        return
    needs, need = np.unique(need, return_inverse=True)
    offers, offer = np.unique(offer, return_inverse=True)
    size = len(needs) + len(offers)
    links = coo_matrix((np.ones(len(need)), (need, offer + len(needs))), shape=(size, size))
    _, part = connected_components(links, directed=False)
    scales = _scales(want[needs], dimension[needs])
    order = np.argsort(part[need], kind="stable")
    bounds = np.flatnonzero(np.diff(part[need][order])) + 1
    for pairs in np.split(order, bounds):
        checkpoint(watch, pairs[0] / len(order))
        own_needs, near = np.unique(need[pairs], return_inverse=True)
        own_offers, far = np.unique(offer[pairs], return_inverse=True)
        scale = scales[int(dimension[needs[own_needs[0]]])]
        wanted = np.rint(want[needs[own_needs]] * scale)
        # No offer serves more than all that is wanted: the integers stay small.
        held = np.rint(np.minimum(have[offers[own_offers]], want[needs[own_needs]].sum()) * scale)
        own_rank = rank[needs[own_needs]]
        before = 0
        # Adding a code at a time says what is left for it once those before it are served.
        for code in np.unique(own_rank).tolist():
            so_far = _flow(np.where(own_rank <= code, wanted, 0), held, near, far)
            yield code, (so_far - before) / scale
            before = so_far


def _scales(want: Floats, dimension: Integers) -> dict[int, float]:
    """Return, for each dimension, the power of ten that makes integers of its quantities.

    It depends on the needs alone: an offer more must not change how needs are rounded.
    """
    scales = {}
    for number in np.unique(dimension).tolist():
        total = float(want[dimension == number].sum())
        scales[number] = 10.0 ** math.floor(math.log10(_LARGEST / total))
    return scales


def _flow(want: Floats, have: Floats, need: Integers, offer: Integers) -> int:
    """Return the greatest flow from needs to offers along the pairs, all in whole numbers."""
    if len(want) == 1 or len(have) == 1:
        return int(min(want.sum(), have.sum()))
    source = len(want) + len(have)
    offer = offer + len(want)
    starts = np.concatenate([np.full(len(want), source), need, np.arange(len(want), source)])
    ends = np.concatenate([np.arange(len(want)), offer, np.full(len(have), source + 1)])
    least = np.minimum(want[need], have[offer - len(want)])
    capacity = np.concatenate([want, least, have]).astype(np.int32)
    graph = csr_matrix((capacity, (starts, ends)), shape=(source + 2, source + 2))
    return int(maximum_flow(graph, source, source + 1).flow_value)
