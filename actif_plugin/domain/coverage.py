"""What is missing: needs that nobody near answers, resources that nobody near wants."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from .codes import Code, Level
from .feedback import Feedback, Silent
from .matching import UNKNOWN_OWNER, Booleans, Flows, Integers, match
from .metric import Metric


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
    """The coverage of one code: at the level asked for, or a coarser one that records carry."""

    code: Code
    coverage: Coverage


@dataclass(frozen=True)
class Gaps:
    """Which needs are covered and which offers have a taker, one flag a record."""

    need_covered: Booleans
    offer_taken: Booleans


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
    need_covered = np.zeros(len(needs), dtype=bool)
    need_covered[answered.seeker] = True
    offer_taken = np.zeros(len(offers), dtype=bool)
    offer_taken[taken.seeker] = True
    return Gaps(need_covered, offer_taken)


def count(
    needs: Flows, offers: Flows, gaps: Gaps, need_rows: Booleans, offer_rows: Booleans
) -> Coverage:
    """Count the needs and offers that the masks select; flags are those of the whole."""
    owners = needs.owner[need_rows]
    known = owners[owners != UNKNOWN_OWNER]
    return Coverage(
        needs=int(need_rows.sum()),
        covered=int((gaps.need_covered & need_rows).sum()),
        companies=len(np.unique(known)) + len(owners) - len(known),
        offers=int(offer_rows.sum()),
        untaken=int((~gaps.offer_taken & offer_rows).sum()),
    )


def coverage_by_code(
    needs: Flows, offers: Flows, gaps: Gaps, level: Level | None
) -> list[CodeCoverage]:
    """Count needs, offers and gaps a code, the highest score first."""
    need_keys = [_key(code, level) for code in needs.codes]
    offer_keys = [_key(code, level) for code in offers.codes]
    numbers = {key: number for number, key in enumerate(dict.fromkeys(need_keys + offer_keys))}
    need_number = np.asarray([numbers[key] for key in need_keys], dtype=np.int64)[needs.code]
    offer_number = np.asarray([numbers[key] for key in offer_keys], dtype=np.int64)[offers.code]
    # Counted for all codes at once: a pass a code would read a large territory 262 times.
    tally = _Tally(len(numbers))
    columns = (
        tally.of(need_number),
        tally.of(need_number[gaps.need_covered]),
        tally.companies(need_number, needs.owner),
        tally.of(offer_number),
        tally.of(offer_number[~gaps.offer_taken]),
    )
    rows = [
        CodeCoverage(key, Coverage(*counts))
        for key, counts in zip(numbers, zip(*(column.tolist() for column in columns)))
    ]
    rows = [row for row in rows if row.coverage.needs or row.coverage.offers]
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
