"""The key figures of perimeters, as the pages of an atlas print them.

In the edition for elected officials the figures of all perimeters are masked together: those of
the pages printed, and those of the other perimeters of the territory, which another atlas, or
another map, may show. What is masked therefore does not depend on the pages that were asked for.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Optional

import numpy as np
from scipy import sparse

from ..domain.contributions import Contributions, places_of
from ..domain.feedback import Feedback, Silent
from ..domain.masking import NEVER, Figure, Masked, mask
from ..domain.matching import Booleans, Integers
from ..domain.metric import Floats
from ..store.schema import NATURES

OFFER, NEED = 0, 1
# The natures, then what tells none.
NATURE_NAMES = (*(label for _, label in NATURES), "Non précisée")
NATURE_CODES = (*(code for code, _ in NATURES), "")
REALISED, AHEAD = 0, 1
# What is told of establishments: that they are there, visited, in synergies of either state.
_THERE, _VISITED, _ENGAGED = 0, 1, (2, 3)
_FLAGS = 4

# Tables masked lately, by what they are made of.
_recent: dict[bytes, Masked] = {}
_MOST_RECENT = 6

# A count, or None where it is masked.
Count = Optional[int]


@dataclass(frozen=True)
class Companies:
    """Establishments; arrays of shape (n,), positions of shape (n, 2), NaN where unknown.

    Attributes:
        ids: their identifiers.
        xy: positions in the system of the perimeters.
        names: how people call them.
        visited: those with one visit at least.
        known: those that agreed to be shown by name.
    """

    ids: Sequence[str]
    xy: Floats
    names: Sequence[str]
    visited: Booleans
    known: Booleans

    def __len__(self) -> int:
        return len(self.names)


@dataclass(frozen=True)
class Records:
    """Open resources and needs; arrays of shape (n,), positions of shape (n, 2).

    Attributes:
        ids: their identifiers.
        xy: positions in the system of the perimeters, NaN where unknown.
        owner: position of the establishment in :class:`Companies`, or one number beyond them for
            all those of unknown establishment.
        direction: ``OFFER`` or ``NEED``.
        nature: position in ``NATURE_CODES``.
        product: number of the product in ``products``, -1 where it is not coded.
        products: what the products are called.
        alone: those that the last run left without an answer nearby.
        known: published by name: the record as well as its establishment.
        last: the latest day on which somebody confirmed each, as an ordinal, 0 where unknown.
        stale: those that nobody confirmed for a year.
    """

    ids: Sequence[str]
    xy: Floats
    owner: Integers
    direction: Integers
    nature: Integers
    product: Integers
    products: Sequence[str]
    alone: Booleans
    known: Booleans
    last: Integers
    stale: Booleans

    def __len__(self) -> int:
        return len(self.owner)


@dataclass(frozen=True)
class Partners:
    """Establishments in synergies that go on: one entry a synergy and establishment.

    Attributes:
        synergy: number of the synergy.
        owner: position of the establishment.
        state: ``REALISED`` or ``AHEAD``.
        known: published by name.
    """

    synergy: Integers
    owner: Integers
    state: Integers
    known: Booleans


@dataclass(frozen=True)
class Survey:
    """What a territory recorded.

    Attributes:
        companies, records, partners: as read.
        was_run: whether the project shows a run of ``missinglinks``, which tells orphans.
    """

    companies: Companies
    records: Records
    partners: Partners
    was_run: bool


@dataclass(frozen=True)
class Ranked:
    """A line of a ranking: a label and a count."""

    label: str
    count: int


@dataclass(frozen=True)
class PerimeterFigures:
    """What a page says of its perimeter; counts are None where they are masked.

    Attributes:
        establishments, visited: companies.
        offers, needs: open records by nature, in the order of ``NATURE_CODES``.
        all_offers, all_needs: open records.
        unanswered, untaken: those that the last run left alone; the élus are not told the latter.
        realised, ahead: synergies with a partner here; for the élus, establishments in one.
        missing: products needed in vain, most first; none for the élus, see ``PublicFigures``.
        last, stale: when a record was last confirmed, and how many should be again; None in the
            edition for the élus, and where there is no record.
        masked: how many counts are masked.
    """

    establishments: Count
    visited: Count
    offers: Sequence[Count]
    needs: Sequence[Count]
    all_offers: Count
    all_needs: Count
    unanswered: Count
    untaken: Count
    realised: Count
    ahead: Count
    missing: Sequence[Ranked]
    last: date | None
    stale: int | None
    masked: int

    @property
    def is_empty(self) -> bool:
        """Whether nothing at all was recorded here, and that may be said."""
        counts = (self.all_offers, self.all_needs, self.realised, self.ahead)
        return self.masked == 0 and not any(counts)


@dataclass(frozen=True)
class Inside:
    """Which perimeters the records are in; sparse matrices of shape (records, perimeters)."""

    companies: sparse.csr_matrix
    records: sparse.csr_matrix


def internal_figures(survey: Survey, inside: Inside) -> list[PerimeterFigures]:
    """Return the figures of each perimeter, by name and to the last record."""
    return [_internal(survey, inside, at) for at in range(inside.companies.shape[1])]


def _internal(survey: Survey, inside: Inside, at: int) -> PerimeterFigures:
    companies = inside.companies[:, at].nonzero()[0]
    rows = inside.records[:, at].nonzero()[0]
    records, partners = survey.records, survey.partners
    offers = rows[records.direction[rows] == OFFER]
    needs = rows[records.direction[rows] == NEED]
    here = np.isin(partners.owner, companies)
    alone = needs[records.alone[needs]]
    coded = alone[records.product[alone] >= 0]
    last = int(records.last[rows].max(initial=0))
    return PerimeterFigures(
        establishments=len(companies),
        visited=int(survey.companies.visited[companies].sum()),
        offers=_tally(records.nature[offers], len(NATURE_CODES)),
        needs=_tally(records.nature[needs], len(NATURE_CODES)),
        all_offers=len(offers),
        all_needs=len(needs),
        unanswered=len(alone),
        untaken=int(records.alone[offers].sum()),
        realised=len(np.unique(partners.synergy[here & (partners.state == REALISED)])),
        ahead=len(np.unique(partners.synergy[here & (partners.state == AHEAD)])),
        missing=ranked(_tally(records.product[coded], len(records.products)), records.products),
        last=date.fromordinal(last) if last else None,
        stale=int(records.stale[rows].sum()) if len(rows) else None,
        masked=0,
    )


def _tally(numbers: Integers, length: int) -> list[int]:
    return np.bincount(numbers, minlength=length).tolist()  # type: ignore[no-any-return]


def ranked(counts: Sequence[Count], labels: Sequence[str]) -> list[Ranked]:
    """Return what is there, most first; what is masked is not."""
    told = [Ranked(label, count) for label, count in zip(labels, counts) if count]
    return sorted(told, key=lambda line: (-line.count, line.label))


# --- The edition for elected officials ------------------------------------------------------------


@dataclass(frozen=True)
class PublicFigures:
    """What may be printed for elected officials.

    Attributes:
        perimeters: the figures of each perimeter.
        missing: in the last one, the whole territory, the natures needed in vain, most first.
    """

    perimeters: list[PerimeterFigures]
    missing: list[Ranked]


@dataclass(frozen=True)
class Published:
    """Counts by perimeter and group, the whole territory last.

    Attributes:
        owner: position of the establishment of each record, shape (records,).
        known: published by name, shape (records,).
        category: of each record, shape (records,).
        groups: which categories each group holds, shape (groups, categories).
        counts: of each perimeter and group.
        told: those that are printed, shape (perimeters, groups).
    """

    owner: Integers
    known: Booleans
    category: Integers
    groups: sparse.csr_matrix
    counts: Figure
    told: Booleans


class _Groups:
    """Groups of the categories of records: direction, nature, and whether left alone."""

    def __init__(self) -> None:
        natures = len(NATURE_CODES)
        self.categories = 2 * natures * 2
        self._lines: list[Booleans] = []
        direction, nature, alone = np.unravel_index(np.arange(self.categories), (2, natures, 2))
        self.direction = [self._add(direction == side) for side in (OFFER, NEED)]
        self.nature = [
            [self._add((direction == side) & (nature == which)) for which in range(natures)]
            for side in (OFFER, NEED)
        ]
        self.alone = self._add((direction == NEED) & (alone == 1))
        self.missing = [
            self._add((direction == NEED) & (nature == which) & (alone == 1))
            for which in range(natures)
        ]
        # Nobody prints it, and who subtracts finds it.
        self.answered = self._add((direction == NEED) & (alone == 0))
        self.matrix = sparse.csr_matrix(np.array(self._lines, dtype=np.float64))

    def turns(self, perimeters: Integers) -> Integers:
        """Return when each figure is decided: of a perimeter the sums, then what they are made of.

        Needs in vain by nature are told of the last one, the whole territory, alone.
        """
        detail = np.ones(len(self._lines), dtype=np.int64)
        detail[[*self.direction, self.alone]] = 0
        turns: Integers = 2 * perimeters[:, np.newaxis] + detail
        turns[:-1, self.missing] = NEVER
        turns[-1] = 0
        turns[:, self.answered] = NEVER
        return turns

    def of(self, records: Records) -> Integers:
        """Return the category of each record."""
        cell = (records.direction * len(NATURE_CODES) + records.nature) * 2
        return cell + records.alone.astype(np.int64)

    def _add(self, line: Booleans) -> int:
        self._lines.append(line)
        return len(self._lines) - 1


def public_figures(
    survey: Survey,
    inside: Inside,
    points: Inside,
    turns: Integers,
    feedback: Feedback | None = None,
) -> PublicFigures:
    """Return the figures of each perimeter that may be printed for elected officials.

    Args:
        survey: what was recorded.
        inside: the perimeters of records and establishments: all those that may ever be printed,
            the last one being the whole territory.
        points: the perimeters of a point of each perimeter, so that each has a place of its own
            whether anything was recorded there or not; the same matrix twice.
        turns: of each perimeter, 0 for the whole and more for those whose figures are the first to
            be hidden, shape (perimeters,).
        feedback: progress and cancellation.

    Raises:
        Cancelled: the user asked to stop.
    """
    watch = feedback or Silent()
    groups = _Groups()
    flows = published_flows(survey, inside, points, turns, _Step(watch, 0)).counts
    companies = published_companies(survey, inside, points, turns, _Step(watch, 1)).counts
    count = inside.companies.shape[1]
    figures = [_public(groups, flows, companies, survey.was_run, at) for at in range(count)]
    needed = [_shown(flows, count - 1, number) for number in groups.missing]
    return PublicFigures(figures, ranked(needed, NATURE_NAMES) if survey.was_run else [])


def published_flows(
    survey: Survey, inside: Inside, points: Inside, turns: Integers, watch: Feedback
) -> Published:
    """Return what is told of open records; the arguments are those of :func:`public_figures`."""
    groups = _Groups()
    records = survey.records
    category = groups.of(records)
    turn = groups.turns(turns)
    counts = _masked(
        inside.records,
        points.records,
        records.owner,
        category,
        records.known,
        groups.matrix,
        turn,
        watch,
    ).records
    told = (turn >= 0) & ~counts.hidden
    return Published(records.owner, records.known, category, groups.matrix, counts, told)


def published_companies(
    survey: Survey, inside: Inside, points: Inside, turns: Integers, watch: Feedback
) -> Published:
    """Return what is told of establishments, those visited and those in synergies.

    They make one table: that those in synergies are no more than there are would otherwise bound
    what either of two tables hides. The first records are the establishments; those of the others
    are in synergies that are not public though they are themselves.
    """
    companies, partners = survey.companies, survey.partners
    count = len(companies)
    engaged = np.zeros((count, 2), dtype=bool)
    engaged[partners.owner, partners.state] = True
    agreed = np.zeros((count, 2), dtype=bool)
    agreed[partners.owner[partners.known], partners.state[partners.known]] = True
    secretly = companies.known[:, np.newaxis] & engaged & ~agreed
    further = np.flatnonzero(secretly.any(axis=1))
    owner = np.concatenate([np.arange(count), further])
    flags = np.zeros((len(owner), _FLAGS), dtype=np.int64)
    flags[:count, _THERE] = 1
    flags[:count, _VISITED] = companies.visited
    flags[:count, _ENGAGED] = engaged & ~secretly
    flags[count:, _ENGAGED] = secretly[further]
    # Besides what is printed, those that are there and not visited, or not in synergies: who
    # subtracts finds them.
    possible = _company_categories(again=len(further) > 0)
    others = possible[_THERE] * (1 - possible[1:])
    groups = sparse.csr_matrix(np.vstack([possible, others]))
    category = np.argmax((flags[:, :, np.newaxis] == possible).all(axis=1), axis=1)
    known = np.concatenate([companies.known, np.zeros(len(further), dtype=bool)])
    turn = np.tile(turns[:, np.newaxis], groups.shape[0])
    turn[:, _FLAGS:] = NEVER
    counts = _masked(
        inside.companies[owner],
        points.companies,
        owner,
        category,
        known,
        groups,
        turn,
        watch,
    ).records
    told = (turn >= 0) & ~counts.hidden
    return Published(owner, known, category, groups, counts, told)


def _company_categories(*, again: bool) -> Floats:
    """Return what establishments can be, one column each, of shape (flags, categories).

    Args:
        again: whether public ones can be met again, for synergies of theirs that are not public.
            Where none is, nothing less than an establishment makes one more in synergies.
    """
    every = (np.arange(1 << _FLAGS)[:, np.newaxis] >> np.arange(_FLAGS) & 1).astype(np.float64).T
    engaged = every[list(_ENGAGED)].any(axis=0)
    there = every[_THERE] == 1
    more = ~there & (every[_VISITED] == 0) & engaged & again
    possible: Floats = every[:, there | more]
    return possible


class _Step:
    """One of the two maskings."""

    def __init__(self, watch: Feedback, number: int) -> None:
        self._watch = watch
        self._number = number

    def progress(self, fraction: float) -> None:
        self._watch.progress((self._number + fraction) / 2)

    def cancelled(self) -> bool:
        return self._watch.cancelled()


def _masked(
    inside: sparse.csr_matrix,
    points: sparse.csr_matrix,
    owner: Integers,
    category: Integers,
    known: Booleans,
    groups: sparse.csr_matrix,
    turn: Integers,
    watch: Feedback,
) -> Masked:
    """Mask the counts of a table; records that are in no perimeter are in none of its figures."""
    rows = np.flatnonzero(np.diff(inside.indptr))
    place, zones = places_of(sparse.vstack([inside, points], format="csr"))
    table = Contributions(owner[rows], place[rows], category[rows], known[rows])
    return _remembered(table, zones, groups, turn, watch)


def _remembered(
    table: Contributions,
    zones: sparse.csr_matrix,
    groups: sparse.csr_matrix,
    turn: Integers,
    watch: Feedback,
) -> Masked:
    """Mask a table, or return what the same one gave a moment ago.

    A map, then an atlas, then a copy: the same records are masked again and again.
    """
    told = hashlib.sha256()
    arrays = [table.owner, table.place, table.category, table.known, turn]
    for matrix in (zones, groups):
        arrays += [matrix.indptr, matrix.indices, matrix.data, np.array(matrix.shape)]
    for array in arrays:
        told.update(str((array.dtype, array.shape)).encode())
        told.update(np.ascontiguousarray(array).tobytes())
    key = told.digest()
    if key not in _recent:
        _recent[key] = mask(table, zones, groups, turn=turn, feedback=watch)
        while len(_recent) > _MOST_RECENT:
            _recent.pop(next(iter(_recent)))
    return _recent[key]


def _public(
    groups: _Groups, flows: Figure, companies: Figure, was_run: bool, at: int
) -> PerimeterFigures:
    def of(numbers: Sequence[int]) -> list[Count]:
        return [_shown(flows, at, number) for number in numbers]

    printed: list[Count] = [
        *(_shown(flows, at, number) for side in groups.nature for number in side),
        *of(groups.direction),
        *(of([groups.alone]) if was_run else []),
        *(_shown(companies, at, number) for number in range(_FLAGS)),
    ]
    return PerimeterFigures(
        establishments=_shown(companies, at, _THERE),
        visited=_shown(companies, at, _VISITED),
        offers=of(groups.nature[OFFER]),
        needs=of(groups.nature[NEED]),
        all_offers=_shown(flows, at, groups.direction[OFFER]),
        all_needs=_shown(flows, at, groups.direction[NEED]),
        unanswered=_shown(flows, at, groups.alone),
        untaken=None,
        realised=_shown(companies, at, _ENGAGED[REALISED]),
        ahead=_shown(companies, at, _ENGAGED[AHEAD]),
        missing=[],
        last=None,
        stale=None,
        masked=sum(count is None for count in printed),
    )


def _shown(figure: Figure, row: int, group: int) -> Count:
    return None if figure.hidden[row, group] else int(figure.values[row, group])
