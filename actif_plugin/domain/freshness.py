"""Whether a record still holds: what nobody confirmed for a year may not."""

from __future__ import annotations

from datetime import date

STALE_AFTER_YEARS = 1


def is_stale(confirmed: date | None, created: date | None, today: date) -> bool:
    """Tell whether a record should be confirmed before anybody relies on it.

    Args:
        confirmed: when somebody last said that it holds; None where nobody did.
        created: when it was written down, which counts as a first confirmation.
        today: the day of the question.

    A record without any date is not stale: nothing tells that it is old.
    """
    last = confirmed or created
    if last is None:
        return False
    return last < stale_before(today)


def stale_before(today: date) -> date:
    """Return the day before which a confirmation is too old on the day of the question."""
    # The 29th of February has no anniversary: SQL and QGIS take the last day of the month.
    day = min(today.day, 28) if today.month == 2 else today.day
    return date(today.year - STALE_AFTER_YEARS, today.month, day)
