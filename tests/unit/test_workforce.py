"""Workforce brackets: the codes of INSEE from what people write."""

from __future__ import annotations

import contextlib
import sqlite3
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actif_plugin import paths
from actif_plugin.domain.workforce import CODES, bracket_of, read_bracket


def reference() -> list[tuple[str, str, int, int]]:
    database = Path(paths.reference_database())
    if not database.is_file():
        pytest.skip("la base des nomenclatures n'est pas construite")
    with contextlib.closing(sqlite3.connect(database)) as base:
        return base.execute("SELECT code, libelle_fr, mini, maxi FROM ref_effectif").fetchall()


def test_the_brackets_are_those_of_the_reference_table():
    rows = reference()
    assert {code for code, *_ in rows} == set(CODES)
    for code, label, least, most in rows:
        assert read_bracket("", label) == code
        assert read_bracket(code) == code
        if least is not None:
            assert bracket_of(least) == code
            assert bracket_of(most if most is not None else 1_000_000) == code


@pytest.mark.parametrize(
    ("code", "label", "expected"),
    [
        ("3", "6 à 9 salariés", "03"),
        ("3", "", "03"),
        ("0", "", "00"),
        ("4", "", "02"),
        ("15", "", "11"),
        ("12", "", "12"),
        ("12", "10 à 19 salariés", "11"),
        ("nn", "", "NN"),
        ("", "Unité non employeuse", "NN"),
        ("", "1 000 à 1 999 salariés", "42"),
        ("", "1\u202f000 à 1\u202f999 salariés", "42"),
        ("", "1 ou 2 salariés", "01"),
        ("99999", "", "53"),
        ("", "", ""),
        ("inconnu", "inconnu", ""),
        ("-3", "", ""),
        ("٣", "", ""),
    ],
)
def test_however_it_is_written(code, label, expected):
    assert read_bracket(code, label) == expected


def test_nobody_employs_less_than_nobody():
    with pytest.raises(ValueError, match="-1"):
        bracket_of(-1)


@given(st.integers(0, 10**6), st.integers(0, 10**6))
def test_more_people_never_make_a_smaller_bracket(one, other):
    least, most = sorted((one, other))
    assert CODES.index(bracket_of(least)) <= CODES.index(bracket_of(most))


@given(st.text(), st.text())
def test_any_text_is_a_code_or_nothing(code, label):
    assert read_bracket(code, label) in ("", *CODES)
