"""What the companies of a territory are called, by the identifier that their records carry."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterable
from pathlib import Path

# A shop is known by its sign, a company without one by its name.
_NAMES = """
SELECT id, coalesce(nullif(trim(enseigne), ''), nullif(trim(raison_sociale), ''))
FROM etablissement WHERE coalesce(enseigne, raison_sociale, '') <> ''
"""


def company_names(paths: Iterable[Path]) -> dict[str, str]:
    """Return the names of the establishments that GeoPackages hold, by identifier.

    Args:
        paths: the files to look into, the surest first; a file without a table of establishments
            tells none.
    """
    names: dict[str, str] = {}
    for path in paths:
        # Any file can stand behind a layer: what is no territory simply tells no name.
        with (
            contextlib.suppress(sqlite3.Error),
            contextlib.closing(
                sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)
            ) as base,
        ):
            for identifier, name in base.execute(_NAMES):
                if name:
                    names.setdefault(str(identifier), name)
    return names
