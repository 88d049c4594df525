"""A keystroke's search beside a plain scan of the same tables."""

from __future__ import annotations

import contextlib
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path

from actif_plugin.domain.search import CodeSearch

# What advisers type, one word or several, right or nearly.
TERMS = (
    "palette",
    "chariot élévateur",
    "cartons",
    "film étirable",
    "big bag",
    "gravats",
    "sciure",
    "copeaux d'aluminium",
    "intérim",
    "nacelle",
    "drêches",
    "déchets électroniques",
    "hébergement web",
    "ramette de papier",
    "groupe électrogène",
    "chaleur fatale",
    "eau de pluie",
    "stockage frigorifique",
    "salle de réunion",
    "transport de palettes",
    "nettoyage des locaux",
    "espaces verts",
    "expert-comptable",
    "formation sécurité",
    "maintenance industrielle",
    "échaffaudage",
    "huile usagée",
    "marc de raisin",
    "vêtements de travail",
    "panneaux solaires",
)
_ROUNDS = 3
_SCAN = (
    "SELECT code, libelle_fr FROM ref_cpf WHERE libelle_fr LIKE ?1"
    " UNION ALL SELECT code, terme FROM ref_synonyme"
    " WHERE nomenclature = 'CPF' AND terme LIKE ?1"
)


def search_beside_scan(database: Path) -> dict:
    """Milliseconds a keystroke, over every prefix of the terms, from a search that starts cold.

    The scan only finds rows: it neither folds accents, nor ranks, nor brings them to the group.
    """
    keystrokes = [term[:length] for term in TERMS for length in range(1, len(term) + 1)]
    ours = min(_of_new_search(database, keystrokes) for _ in range(_ROUNDS))
    with contextlib.closing(sqlite3.connect(f"{database.as_uri()}?mode=ro", uri=True)) as tables:

        def scan(typed: str) -> object:
            return tables.execute(_SCAN, (f"%{typed}%",)).fetchall()

        peer = min(_each(scan, keystrokes) for _ in range(_ROUNDS))
    return {
        "name": f"recherche de code, une frappe ({len(keystrokes)}) / LIKE",
        "ours": ours,
        "peer": peer,
        "unit": "ms",
        "ratio": peer / ours,
        "target": 1,
        "ok": peer / ours >= 1,
    }


def _of_new_search(database: Path, keystrokes: list[str]) -> float:
    """Return the milliseconds a keystroke of a search that has answered nothing yet."""
    search = CodeSearch(database)
    return _each(search.search, keystrokes)


def _each(work: Callable[[str], object], keystrokes: list[str]) -> float:
    started = time.perf_counter()
    for typed in keystrokes:
        work(typed)
    return 1000 * (time.perf_counter() - started) / len(keystrokes)
