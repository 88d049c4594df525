"""What is missing: needs that nobody near answers, resources that nobody near wants."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from .codes import Code, Level
from .feedback import Feedback, Silent
from .matching import UNKNOWN_OWNER, Booleans, Flows, Integers, match
from .metric import Floats, Metric


@dataclass(frozen=True)
class Coverage:
    """How well a set of needs is answered.

    Attributes:
        needs: open needs.
        covered: those with an answer in reach.
        companies: distinct establishments in need; a need of unknown owner counts as its own.
        offers: open offers.
        untaken: offers without a need in reach.
    """

    needs: int
    covered: int
    companies: int
    offers: int
    untaken: int

    @property
    def ratio(self) -> float | None:
        """Covered needs over all needs; None where nobody needs it."""
        return self.covered / self.needs if self.needs else None

    @property
    def score(self) -> float:
        """(1 - coverage) x distinct establishments in need."""
        return 0.0 if self.ratio is None else (1 - self.ratio) * self.companies


@dataclass(frozen=True)
class CodeCoverage:
    """The coverage of one code: at the level asked for, or a coarser one that records carry.

    Attributes:
        code: the code.
        coverage: its figures.
        needs, offers: positions of its records, those that find nobody first.
    """

    code: Code
    coverage: Coverage
    needs: Integers
    offers: Integers


@dataclass(frozen=True)
class Gaps:
    """Which needs are covered and which offers have a taker, one entry a record.

    Attributes:
        need_covered, offer_taken: flags.
        need_distance: metres on the ground to the nearest answer, inf where there is none.
    """

    need_covered: Booleans
    offer_taken: Booleans
    need_distance: Floats


def find_gaps(
    needs: Flows,
    offers: Flows,
    *,
    level: Level | None,
    max_distance: float,
    metric: Metric | None = None,
    rejected: Iterable[tuple[object, object]] = (),
    feedback: Feedback | None = None,
) -> Gaps:
    """Flag the covered needs and the taken offers.

    Args:
        needs, offers: open records only.
        level, max_distance, metric: as for :func:`match`.
        rejected: pairs (need id, offer id) an adviser ruled out.
        feedback: progress and cancellation.

    Raises:
        ValueError, Cancelled: as :func:`match`.
    """
    watch = feedback or Silent()
    refused = list(rejected)
    answered = match(
        needs,
        offers,
        level=level,
        neighbors=1,
        max_distance=max_distance,
        metric=metric,
        rejected=refused,
        feedback=_Half(watch, 0.0),
    )
    taken = match(
        offers,
        needs,
        level=level,
        neighbors=1,
        max_distance=max_distance,
        metric=metric,
        rejected=[(offer, need) for need, offer in refused],
        feedback=_Half(watch, 0.5),
    )
    need_distance = np.full(len(needs), np.inf)
    need_distance[answered.seeker] = answered.distance
    offer_taken = np.zeros(len(offers), dtype=bool)
    offer_taken[taken.seeker] = True
    return Gaps(np.isfinite(need_distance), offer_taken, need_distance)


def covered_within(gaps: Gaps, distances: Floats) -> Integers:
    """Count the needs whose nearest answer lies within each distance, in metres and inclusive."""
    nearest = np.sort(gaps.need_distance[gaps.need_covered])
    return np.searchsorted(nearest, distances, side="right")


def count(
    needs: Flows, offers: Flows, gaps: Gaps, need_rows: Booleans, offer_rows: Booleans
) -> Coverage:
    """Count the needs and offers that the masks select; flags are those of the whole."""
    return Coverage(
        needs=int(need_rows.sum()),
        covered=int((gaps.need_covered & need_rows).sum()),
        companies=establishments(needs.owner[need_rows]),
        offers=int(offer_rows.sum()),
        untaken=int((~gaps.offer_taken & offer_rows).sum()),
    )


def establishments(owner: Integers) -> int:
    """Count distinct establishments; an unknown one counts as its own."""
    known = owner[owner != UNKNOWN_OWNER]
    return len(np.unique(known)) + len(owner) - len(known)


class CodeGroups:
    """Needs and offers by the code that rows are told for.

    Args:
        needs, offers: the two sides.
        level: at which codes are compared; a coarser record has the code it tells.

    Attributes:
        codes: the distinct codes, each that of a need or an offer.
        need, offer: position of each record's code in ``codes``.
    """

    def __init__(self, needs: Flows, offers: Flows, level: Level | None) -> None:
        told = [[_key(code, level) for code in flows.codes] for flows in (needs, offers)]
        numbers = {code: number for number, code in enumerate(dict.fromkeys(told[0] + told[1]))}
        self.codes = tuple(numbers)
        self.need, self.offer = (
            np.asarray([numbers[code] for code in codes], dtype=np.int64)[flows.code]
            for codes, flows in zip(told, (needs, offers))
        )


def coverage_by_code(
    needs: Flows, offers: Flows, gaps: Gaps, groups: CodeGroups
) -> list[CodeCoverage]:
    """Count needs, offers and gaps a code, the highest score first."""
    # Counted for all codes at once: a pass a code would read a large territory 262 times.
    tally = _Tally(len(groups.codes))
    columns = (
        tally.of(groups.need),
        tally.of(groups.need[gaps.need_covered]),
        tally.companies(groups.need, needs.owner),
        tally.of(groups.offer),
        tally.of(groups.offer[~gaps.offer_taken]),
    )
    counts = zip(*(column.tolist() for column in columns))
    need_rows = tally.rows(groups.need, gaps.need_covered)
    offer_rows = tally.rows(groups.offer, gaps.offer_taken)
    rows = [
        CodeCoverage(code, Coverage(*figures), *records)
        for code, figures, *records in zip(groups.codes, counts, need_rows, offer_rows)
        if len(records[0]) or len(records[1])
    ]
    return sorted(rows, key=lambda row: (-row.coverage.score, -row.coverage.untaken, row.code.text))


def _key(code: Code, level: Level | None) -> Code:
    return code if level is None else Code(code.nomenclature, code.lineage[:level])


class _Tally:
    """Counts a code.

    Args:
        codes: how many there are.
    """

    def __init__(self, codes: int) -> None:
        self._codes = codes

    def of(self, number: Integers) -> Integers:
        """Count the records of each code."""
        return np.bincount(number, minlength=self._codes)

    def rows(self, number: Integers, settled: Booleans) -> list[Integers]:
        """Return the positions of the records of each code, the settled ones last."""
        order = np.argsort(2 * number + settled, kind="stable")
        return np.split(order, np.cumsum(self.of(number))[:-1])

    def companies(self, number: Integers, owner: Integers) -> Integers:
        """Count the distinct establishments of each code; an unknown one counts as its own."""
        known = owner != UNKNOWN_OWNER
        _, owners = np.unique(owner[known], return_inverse=True)
        pairs = np.unique(number[known] * (owners.max(initial=0) + 1) + owners)
        return self.of(number[~known]) + self.of(pairs // (owners.max(initial=0) + 1))


class _Half:
    """The feedback of one of two equal stages."""

    def __init__(self, whole: Feedback, offset: float) -> None:
        self._whole = whole
        self._offset = offset

    def progress(self, fraction: float) -> None:
        self._whole.progress(self._offset + fraction / 2)

    def cancelled(self) -> bool:
        return self._whole.cancelled()
