"""A record that nobody confirmed for a year."""

from __future__ import annotations

from datetime import date

import pytest

from actif_plugin.domain.freshness import is_stale

TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("confirmed", "created", "stale"),
    [
        (date(2025, 11, 21), None, True),
        (date(2025, 11, 22), None, False),
        (None, date(2025, 11, 21), True),
        (None, date(2025, 11, 22), False),
        # a confirmation renews an old record, and an old one is not renewed by the creation
        (date(2026, 1, 1), date(2019, 1, 1), False),
        (date(2024, 1, 1), date(2026, 1, 1), True),
        (None, None, False),
    ],
)
def test_a_year_to_the_day(confirmed, created, stale):
    assert is_stale(confirmed, created, TODAY) is stale


def test_on_a_leap_day():
    """A year before 29 February 2024 is 28 February 2023, as in QGIS."""
    assert is_stale(date(2023, 2, 27), None, date(2024, 2, 29))
    assert not is_stale(date(2023, 2, 28), None, date(2024, 2, 29))
