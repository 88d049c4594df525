"""What key figures count, in the number that agrees with them: the same words on all pages."""

from __future__ import annotations

from ..translation import tr
from .drawing import agreed


def establishments(count: int | None) -> str:
    return agreed(count, tr("establishment"), tr("establishments"))


def open_resources(count: int | None) -> str:
    return agreed(count, tr("open resource"), tr("open resources"))


def open_needs(count: int | None) -> str:
    return agreed(count, tr("open need"), tr("open needs"))


def unanswered(count: int | None) -> str:
    return agreed(count, tr("need without an answer nearby"), tr("needs without an answer nearby"))


def untaken(count: int | None) -> str:
    return agreed(
        count, tr("resource without a taker nearby"), tr("resources without a taker nearby")
    )


def realised(count: int | None) -> str:
    return agreed(count, tr("synergy realised"), tr("synergies realised"))


def ahead(count: int | None) -> str:
    return agreed(count, tr("synergy on the way"), tr("synergies on the way"))


def in_realised(count: int | None) -> str:
    """Of establishments, which elected officials are told of instead of synergies."""
    return agreed(
        count,
        tr("establishment in a synergy realised"),
        tr("establishments in a synergy realised"),
    )


def in_ahead(count: int | None) -> str:
    """Of establishments, as :func:`in_realised`."""
    return agreed(
        count,
        tr("establishment in a synergy on the way"),
        tr("establishments in a synergy on the way"),
    )


def missing_most() -> tuple[str, str]:
    """The heading of what is needed in vain, and a shorter one for narrow columns."""
    return tr("What is missing most (unanswered needs)"), tr("Unanswered needs")
