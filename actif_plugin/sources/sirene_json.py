"""Answers of the SIRENE API (V3) as the rows of a table with the columns of the stock."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

_SUFFIX = ".json"
# Longer, it is no answer of a service that gives a thousand establishments at most.
_LONGEST_BYTES = 200_000_000
_ESTABLISHMENTS = ("etablissements", "unitesLegales")
_ESTABLISHMENT = ("etablissement", "uniteLegale")
_NUMBERS = ("siret", "siren")


class SireneAnswer:
    """Establishments that the API answered; line 1 is the first of them.

    Attributes:
        header: columns, named as in the stock.
    """

    def __init__(self, records: Sequence[Mapping[str, Any]]) -> None:
        self._rows = [_flat(record) for record in records]
        self.header: tuple[str, ...] = tuple(
            dict.fromkeys(name for row in self._rows for name in row)
        )

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        """Yield each establishment with its number."""
        for number, row in enumerate(self._rows, start=1):
            yield number, [row.get(name, "") for name in self.header]


def read_answer(path: Path) -> SireneAnswer | None:
    """Return what the API answered in *path*; None where it holds something else.

    Raises:
        OSError: the file cannot be read.
    """
    if path.suffix.lower() != _SUFFIX or not path.is_file():
        return None
    if path.stat().st_size > _LONGEST_BYTES:
        return None
    try:
        records = _records(json.loads(path.read_bytes()))
    except (ValueError, RecursionError):
        return None
    return SireneAnswer(records) if records else None


def _records(answer: object) -> list[Mapping[str, Any]]:
    if isinstance(answer, list):
        return [one for one in answer if _is_record(one)]
    if not isinstance(answer, dict):
        return []
    for name in _ESTABLISHMENTS:
        if isinstance(answer.get(name), list):
            return _records(answer[name])
    if _is_record(answer):
        return [answer]
    return [answer[name] for name in _ESTABLISHMENT if _is_record(answer.get(name))]


def _is_record(one: object) -> bool:
    return isinstance(one, dict) and any(isinstance(one.get(name), str) for name in _NUMBERS)


def _flat(record: Mapping[str, Any]) -> dict[str, str]:
    """Return a record as one level: the period that runs, the address and the legal unit in it."""
    row: dict[str, str] = {}
    for name, value in record.items():
        if isinstance(value, Mapping):
            for inner, text in _flat(value).items():
                row.setdefault(inner, text)
        elif isinstance(value, list):
            row.update(_flat(_running(value)))
        elif value is not None:
            row[name] = str(value).lower() if isinstance(value, bool) else str(value)
    return row


def _running(periods: Sequence[Any]) -> Mapping[str, Any]:
    """Return the period without an end, else the first, which is the last in time."""
    known = [period for period in periods if isinstance(period, Mapping)]
    return next(
        (period for period in known if not period.get("dateFin")), known[0] if known else {}
    )
