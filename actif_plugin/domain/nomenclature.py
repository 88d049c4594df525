"""The codes there are, with their labels."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from .codes import Code, Level, Nomenclature, naf_version, normalise_naf, parse_cpf


@dataclass(frozen=True)
class Nomenclatures:
    """Labels of the nomenclatures.

    Attributes:
        labels: a nomenclature of flows, French label a code.
        naf: a version of the NAF (``rev2``, ``2025``), French label a code.
    """

    labels: Mapping[Nomenclature, Mapping[str, str]]
    naf: Mapping[str, Mapping[str, str]]

    def knows(self, code: Code) -> bool:
        """Tell whether the code exists."""
        return code.text in self.labels[code.nomenclature]

    def label(self, code: Code) -> str:
        """Return the French label, empty where the code does not exist."""
        return self.labels[code.nomenclature].get(code.text, "")

    def extended(self, more: Mapping[Nomenclature, Mapping[str, str]]) -> Nomenclatures:
        """Return these nomenclatures with further codes, whose labels prevail."""
        labels = {name: {**known, **more.get(name, {})} for name, known in self.labels.items()}
        return Nomenclatures(labels, self.naf)

    def naf_label(self, value: object) -> str:
        """Return the French label of a NAF code of any level, empty where there is none.

        A sub-class tells its version by its last letter. The levels above are written alike in
        both versions: NAF rév. 2 answers first, as long as it is the official one.
        """
        subclass = normalise_naf(value)
        if subclass is not None:
            return self.naf[naf_version(subclass)].get(subclass, "")
        # Above the sub-class, the NAF writes its codes as the CPF does.
        found = parse_cpf(value)
        if found is None or found.level > Level.CLASS:
            return ""
        return self.naf["rev2"].get(found.text) or self.naf["2025"].get(found.text, "")


def load_nomenclatures(database: Path) -> Nomenclatures:
    """Read the labels from the reference database.

    Raises:
        sqlite3.Error: the file is missing or is not that database.
    """
    with contextlib.closing(sqlite3.connect(f"{database.as_uri()}?mode=ro", uri=True)) as tables:
        naf: dict[str, dict[str, str]] = {"rev2": {}, "2025": {}}
        for version, code, label in tables.execute("SELECT version, code, libelle_fr FROM ref_naf"):
            naf[version][code] = label
        return Nomenclatures(
            {
                Nomenclature.CPF: dict(tables.execute("SELECT code, libelle_fr FROM ref_cpf")),
                Nomenclature.ROME: dict(tables.execute("SELECT code, libelle_fr FROM ref_rome")),
            },
            naf,
        )
