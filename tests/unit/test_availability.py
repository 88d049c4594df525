"""Dates and months: what excludes two records, and what does not."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from actif_plugin.domain.availability import (
    ALL_MONTHS,
    ALWAYS_SINCE,
    ALWAYS_UNTIL,
    Availability,
    availability,
    season_months,
)


def day(text: str | None, otherwise: int) -> int:
    return otherwise if text is None else (date.fromisoformat(text) - date(1970, 1, 1)).days


def one(since: str | None, until: str | None, season: str | None) -> Availability:
    return availability(
        np.array([day(since, ALWAYS_SINCE)]),
        np.array([day(until, ALWAYS_UNTIL)]),
        np.array([season_months(season)]),
    )


def test_months_as_forms_keep_them():
    assert season_months("{1,12}") == 0b1000_0000_0001
    assert season_months("6, 7, 8") == 0b1110_0000
    for untold in (None, "", "{}", "été", "{13}", "{0}"):
        assert season_months(untold) == ALL_MONTHS


@pytest.mark.parametrize(
    ("need", "offer", "meet"),
    [
        ((None, None, None), (None, None, None), True),
        ((None, None, "{6,7,8}"), (None, None, None), True),
        ((None, None, "{6,7,8}"), (None, None, "{8,9}"), True),
        ((None, None, "{6,7,8}"), (None, None, "{12,1,2}"), False),
        (("2027-03-01", "2027-05-31", None), ("2027-05-31", None, None), True),
        (("2027-03-01", "2027-05-31", None), ("2027-06-01", None, None), False),
        (("2027-03-01", None, None), (None, "2027-02-28", None), False),
        # Dates of a few months are a season: an offer of last winter's months is no answer in July.
        (("2027-06-15", "2027-08-15", None), (None, None, "{12,1,2}"), False),
        (("2027-06-15", "2027-08-15", None), (None, None, "{8}"), True),
        (("2026-11-20", "2027-01-10", None), (None, None, "{12}"), True),
        (("2026-11-20", "2027-01-10", None), (None, None, "{2,10}"), False),
        # A year or more has all its months.
        (("2026-11-20", "2027-11-20", None), (None, None, "{4}"), True),
        # A season outside its own dates was written by mistake: the dates alone count.
        (("2027-06-01", "2027-06-30", "{1}"), (None, None, "{6}"), True),
        # Dates the wrong way round, which forms refuse, exclude nothing.
        (("2027-06-30", "2027-06-01", None), (None, None, None), True),
    ],
)
def test_who_meets_whom(need, offer, meet):
    rows = np.array([0])
    assert one(*need).meets(rows, one(*offer), rows).tolist() == [meet]
    assert one(*offer).meets(rows, one(*need), rows).tolist() == [meet]
