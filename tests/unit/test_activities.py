"""Choosing establishments by their NAF code."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actif_plugin.domain.activities import Activities, UnknownActivity, read_activities


@pytest.mark.parametrize(
    ("chosen", "naf", "included"),
    [
        # A sawmill is 16.10A: section C, division 16, group 16.1.
        ("16.10A", "16.10A", True),
        ("16.10a", "1610A", True),
        ("16.10B", "16.10A", False),
        ("16.10", "16.10A", True),
        ("16.1", "16.10A", True),
        ("16.2", "16.10A", False),
        ("16", "16.10A", True),
        ("C", "16.10A", True),
        ("A", "16.10A", False),
        ("01", "01.11Z", True),
        ("A, 16.1;68.20B", "16.10A", True),
        # NAF 2025 has its own last letters, and the same tree above.
        ("16.1", "16.10Y", True),
        ("", "16.10A", True),
        ("", "", True),
        # A code of the NAF of before 2008, or none, is of no activity chosen now.
        ("51", "51.4A", False),
        ("C", "", False),
    ],
)
def test_what_is_chosen(chosen, naf, included):
    assert read_activities(chosen).include(naf) is included


def test_what_is_no_code():
    with pytest.raises(UnknownActivity) as caught:
        read_activities("16.1, bois ; 99.99.99.9 C 1")
    assert caught.value.args == ("bois", "99.99.99.9", "1")


def test_nothing_chosen():
    assert not read_activities(" ,; ")
    assert read_activities("C")


@given(st.text())
def test_whatever_is_written(text):
    try:
        chosen = read_activities(text)
    except UnknownActivity as error:
        assert all(part in text for part in error.args)
    else:
        assert isinstance(chosen, Activities)
