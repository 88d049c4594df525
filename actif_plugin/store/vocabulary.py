"""The search of codes with a territory's own words in it."""

from __future__ import annotations

import contextlib
import functools
import sqlite3
from pathlib import Path

from ..domain.search import CodeSearch

Word = tuple[str, str, str]


def words_of(store: Path) -> tuple[Word, ...]:
    """Return a territory's own words: term, nomenclature, code.

    Raises:
        sqlite3.Error: the file is not a territory.
    """
    with contextlib.closing(sqlite3.connect(f"{store.as_uri()}?mode=ro", uri=True)) as base:
        return tuple(base.execute("SELECT terme, nomenclature, code FROM synonyme ORDER BY fid"))


def code_search(database: Path, store: Path | None = None) -> CodeSearch:
    """Return the search over the nomenclatures of *database*, made once for the same words.

    Args:
        database: the reference database.
        store: a territory whose words come first; None for none.

    Raises:
        sqlite3.Error: *database* is not the reference database, or *store* no territory.
    """
    return _built(database, words_of(store) if store is not None else ())


@functools.lru_cache(maxsize=2)
def _built(database: Path, words: tuple[Word, ...]) -> CodeSearch:
    return CodeSearch(database, words)
