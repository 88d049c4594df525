"""What the geocoder answered, kept for a while: a work cut short goes on where it was.

The file holds addresses and places, no company. It belongs to the user's profile and may be
deleted at any time.
"""

from __future__ import annotations

import contextlib
import json
import sqlite3
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

from .addresses import Address
from .geocoding import Place

# Streets are named and numbered every week: an older answer is asked again.
_KEPT_S = 30 * 24 * 3600
_BUSY_S = 5
_CREATE = """CREATE TABLE IF NOT EXISTS reponse (
  service TEXT NOT NULL, adresse TEXT NOT NULL, code_postal TEXT NOT NULL,
  code_commune TEXT NOT NULL, date REAL NOT NULL, lieu TEXT NOT NULL,
  PRIMARY KEY (service, adresse, code_postal, code_commune)
) WITHOUT ROWID"""
_READ = (
    "SELECT lieu FROM reponse"
    " WHERE service = ? AND adresse = ? AND code_postal = ? AND code_commune = ? AND date > ?"
)
_WRITE = "INSERT OR REPLACE INTO reponse VALUES (?, ?, ?, ?, ?, ?)"
_FORGET = "DELETE FROM reponse WHERE date <= ?"


class GeocodingCache:
    """The answers kept in a file; one that cannot be used is as good as none.

    Args:
        path: of the file; its folder is made where needed.
        service: address of the geocoder that answers.
    """

    def __init__(self, path: Path, service: str) -> None:
        self._service = service
        self._database: sqlite3.Connection | None = None
        with contextlib.suppress(OSError, sqlite3.Error):
            path.parent.mkdir(parents=True, exist_ok=True)
            self._database = _opened(path)

    def __enter__(self) -> GeocodingCache:
        return self

    def __exit__(self, *_: object) -> None:
        if self._database is not None:
            self._database.close()
            self._database = None

    def known(self, addresses: Iterable[Address]) -> dict[Address, Place | None]:
        """Return what was answered of *addresses*; those never asked are absent."""
        found: dict[Address, Place | None] = {}
        oldest = time.time() - _KEPT_S
        if self._database is None:
            return found
        with contextlib.suppress(sqlite3.Error, ValueError, TypeError):
            for address in addresses:
                row = self._database.execute(_READ, (*self._key(address), oldest)).fetchone()
                if row is not None:
                    told = json.loads(row[0])
                    found[address] = None if told is None else Place(**told)
        return found

    def keep(self, answers: Mapping[Address, Place | None]) -> None:
        """Write answers down, at once: the next question may never be answered."""
        now = time.time()
        rows: Sequence[tuple] = [
            (*self._key(address), now, json.dumps(None if place is None else asdict(place)))
            for address, place in answers.items()
        ]
        if self._database is not None:
            with contextlib.suppress(sqlite3.Error), self._database:
                self._database.executemany(_WRITE, rows)

    def _key(self, address: Address) -> tuple[str, str, str, str]:
        return self._service, address.text, address.postcode, address.citycode


def _opened(path: Path) -> sqlite3.Connection:
    try:
        return _prepared(path)
    except sqlite3.DatabaseError as error:
        if isinstance(error, sqlite3.OperationalError):
            raise
    # Not a database any more: nothing in it is worth more than starting again.
    path.unlink()
    return _prepared(path)


def _prepared(path: Path) -> sqlite3.Connection:
    database = sqlite3.connect(path, timeout=_BUSY_S)
    try:
        with database:
            database.execute(_CREATE)
            database.execute(_FORGET, (time.time() - _KEPT_S,))
    except sqlite3.Error:
        database.close()
        raise
    return database
