"""The codes there are, with their labels."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from .codes import Code, Nomenclature


@dataclass(frozen=True)
class Nomenclatures:
    """Labels of the two nomenclatures by which flows are coded, a code."""

    labels: Mapping[Nomenclature, Mapping[str, str]]

    def knows(self, code: Code) -> bool:
        """Tell whether the code exists."""
        return code.text in self.labels[code.nomenclature]

    def label(self, code: Code) -> str:
        """Return the French label, empty where the code does not exist."""
        return self.labels[code.nomenclature].get(code.text, "")


def load_nomenclatures(database: Path) -> Nomenclatures:
    """Read the labels from the reference database.

    Raises:
        sqlite3.Error: the file is missing or is not that database.
    """
    with contextlib.closing(sqlite3.connect(f"{database.as_uri()}?mode=ro", uri=True)) as tables:
        return Nomenclatures(
            {
                Nomenclature.CPF: dict(tables.execute("SELECT code, libelle_fr FROM ref_cpf")),
                Nomenclature.ROME: dict(tables.execute("SELECT code, libelle_fr FROM ref_rome")),
            }
        )
