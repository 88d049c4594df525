"""Dates as people and programs write them."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from functools import lru_cache

from ..domain.words import folded

_MONTHS = [
    "janvier",
    "fevrier",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "aout",
    "septembre",
    "octobre",
    "novembre",
    "decembre",
]
_TIME = r"(?:[T ].*)?"
_ISO = re.compile(rf"(\d{{4}})([-/.]?)(\d{{2}})\2(\d{{2}}){_TIME}", re.ASCII)
_FRENCH = re.compile(rf"(\d{{1,2}})([-/.])(\d{{1,2}})\2(\d{{4}}|\d{{2}}){_TIME}", re.ASCII)
_WORDS = re.compile(r"(\d{1,2})(?:er)? ([a-z]+) (\d{4})", re.ASCII)
# Spreadsheets count days from here; these numbers run from 1927 to 2064.
_SERIAL = re.compile(r"([1-5]\d{4})(?:[.,]\d*)?", re.ASCII)
_SERIAL_ORIGIN = date(1899, 12, 30)


@lru_cache(maxsize=4096)
def iso_date(text: str) -> str:
    """Return *text* as an ISO date, or nothing where it is not one.

    Years of two digits are of the last hundred years.
    """
    return next((found for read in _READERS if (found := read(text))), "")


def _iso(text: str) -> str:
    found = _ISO.fullmatch(text)
    return _date(found[1], found[3], found[4]) if found else ""


def _french(text: str) -> str:
    found = _FRENCH.fullmatch(text)
    if not found:
        return ""
    year = int(found[4])
    if len(found[4]) == 2:
        this_year = date.today().year
        year += this_year - this_year % 100
        year -= 100 if year > this_year else 0
    return _date(year, found[3], found[1])


def _in_words(text: str) -> str:
    found = _WORDS.fullmatch(folded(text))
    if not found or found[2] not in _MONTHS:
        return ""
    return _date(found[3], _MONTHS.index(found[2]) + 1, found[1])


def _serial(text: str) -> str:
    found = _SERIAL.fullmatch(text)
    return (_SERIAL_ORIGIN + timedelta(days=int(found[1]))).isoformat() if found else ""


def _date(year: str | int, month: str | int, day: str | int) -> str:
    try:
        return date(int(year), int(month), int(day)).isoformat()
    except ValueError:
        return ""


_READERS: tuple[Callable[[str], str], ...] = (_iso, _french, _in_words, _serial)
