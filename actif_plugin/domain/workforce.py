"""Workforce brackets of INSEE: from a head count, a label or a code that lost its zero."""

from __future__ import annotations

import re
from bisect import bisect_right

from .words import folded

# Codes of the brackets of SIRENE ("tranches d'effectifs"), each with its smallest head count.
_BRACKETS = (
    ("00", 0),
    ("01", 1),
    ("02", 3),
    ("03", 6),
    ("11", 10),
    ("12", 20),
    ("21", 50),
    ("22", 100),
    ("31", 200),
    ("32", 250),
    ("41", 500),
    ("42", 1000),
    ("51", 2000),
    ("52", 5000),
    ("53", 10000),
)
NO_EMPLOYEES = "NN"
CODES = (*(code for code, _ in _BRACKETS), NO_EMPLOYEES)
_STARTS = [start for _, start in _BRACKETS]
_GROUPED = re.compile(r"(?<=\d)[\s\u00a0\u202f](?=\d{3}(\D|$))", re.ASCII)
_COUNT = re.compile(r"\d{1,7}", re.ASCII)


def bracket_of(heads: int) -> str:
    """Return the code of the bracket of a head count.

    Raises:
        ValueError: *heads* is negative.
    """
    if heads < 0:
        raise ValueError(heads)
    return _BRACKETS[bisect_right(_STARTS, heads) - 1][0]


def read_bracket(code: str, label: str = "") -> str:
    """Return the code of a bracket however it is written; empty where it says nothing.

    A label ("6 à 9 salariés") is surer than a code: spreadsheets take the zero of "03" away, and
    people write the head count itself where the code should be.

    Args:
        code: a code, with or without its zero, or a head count.
        label: the label beside it, if there is one.
    """
    words = folded(label)
    if "non employeuse" in words:
        return NO_EMPLOYEES
    start = _COUNT.match(_GROUPED.sub("", label.strip()))
    if start is not None:
        return bracket_of(int(start.group()))
    written = code.strip().upper()
    if written in CODES:
        return written
    if not _COUNT.fullmatch(written):
        return ""
    padded = written.zfill(2)
    return padded if padded in CODES else bracket_of(int(written))
