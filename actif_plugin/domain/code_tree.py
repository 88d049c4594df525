"""The nomenclatures as trees: what lies above, beside and below a code."""

from __future__ import annotations

import contextlib
import re
import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from .codes import normalise_naf, parse_code, parse_cpf

# Rév. 2 first: it is the official NAF, and the levels above the sub-class are written alike.
_QUERIES = {
    "CPF": "SELECT code, niveau, parent, libelle_fr FROM ref_cpf ORDER BY code",
    "ROME": "SELECT code, niveau, parent, libelle_fr FROM ref_rome ORDER BY code",
    "NAF": "SELECT code, niveau, parent, libelle_fr FROM ref_naf ORDER BY version DESC, code",
    "DECHET": "SELECT code, niveau, parent, libelle_fr FROM ref_dechet ORDER BY code",
}
_WASTE = re.compile(r"(\d{2})(\d{2})?(\d{2})?\*?", re.ASCII)


@dataclass(frozen=True)
class Node:
    """A code with its place in its tree; *parent* is None at the top."""

    code: str
    level: int
    parent: str | None
    label: str


class CodeTree:
    """The codes of one nomenclature.

    Args:
        name: ``CPF``, ``ROME``, ``NAF`` or ``DECHET``.
        nodes: its codes; the first of two alike is kept.
    """

    def __init__(self, name: str, nodes: Iterable[Node]) -> None:
        self.name = name
        self._nodes: dict[str, Node] = {}
        self._children: dict[str | None, list[Node]] = {}
        for node in nodes:
            if node.code not in self._nodes:
                self._nodes[node.code] = node
                self._children.setdefault(node.parent, []).append(node)

    def node(self, code: str | None) -> Node | None:
        """Return a code as officially written, or None where it does not exist."""
        return self._nodes.get(code) if code else None

    def label(self, code: str) -> str | None:
        """Return the label of a code as officially written, or None where it does not exist."""
        node = self._nodes.get(code)
        return node.label if node else None

    def read(self, text: str) -> str | None:
        """Return the code that people wrote, or None where no code is written so."""
        text = text.strip()
        if text in self._nodes:
            return text
        # A lone small letter is the start of a word, not a section.
        if len(text) < 2:
            return None
        found = self._written(text)
        return found if found in self._nodes else None

    def parent(self, code: str) -> Node | None:
        """Return the code just above."""
        node = self._nodes.get(code)
        return self._nodes.get(node.parent) if node and node.parent else None

    def ancestors(self, code: str) -> list[Node]:
        """Return the codes above, the coarsest first."""
        found: list[Node] = []
        above = self.parent(code)
        while above is not None and above not in found:
            found.insert(0, above)
            above = self.parent(above.code)
        return found

    def children(self, code: str | None) -> list[Node]:
        """Return the codes just below, or those at the top for None."""
        return list(self._children.get(code, ()))

    def siblings(self, code: str) -> list[Node]:
        """Return the codes below the same one, this one included."""
        node = self._nodes.get(code)
        return self.children(node.parent) if node else []

    def leaves(self, code: str) -> list[Node]:
        """Return the finest codes below, or the code itself where it is one of them."""
        below = self._children.get(code)
        if not below:
            node = self._nodes.get(code)
            return [node] if node else []
        return [leaf for child in below for leaf in self.leaves(child.code)]

    def merged(self, nodes: Iterable[Node]) -> CodeTree:
        """Return this tree with further codes, which prevail."""
        return CodeTree(self.name, [*nodes, *self._nodes.values()])

    def _written(self, text: str) -> str | None:
        if self.name == "NAF":
            subclass = normalise_naf(text)
            above = parse_cpf(text)
            return subclass or (above.text if above else None)
        if self.name == "DECHET":
            found = _WASTE.fullmatch("".join(text.split()))
            return " ".join(part for part in found.groups() if part) if found else None
        code = parse_code(text, self.name)
        return code.text if code else None


def load_trees(database: Path) -> dict[str, CodeTree]:
    """Read the nomenclatures of the reference database, by name.

    Raises:
        sqlite3.Error: the file is missing or is not that database.
    """
    with contextlib.closing(sqlite3.connect(f"{database.as_uri()}?mode=ro", uri=True)) as base:
        return {
            name: CodeTree(name, [Node(*row) for row in base.execute(query)])
            for name, query in _QUERIES.items()
        }


def load_usual_products(database: Path) -> Mapping[str, tuple[str, ...]]:
    """Read the CPF classes that each NAF sub-class, of either version, usually makes.

    Raises:
        sqlite3.Error: the file is missing or is not that database.
    """
    products: dict[str, list[str]] = {}
    with contextlib.closing(sqlite3.connect(f"{database.as_uri()}?mode=ro", uri=True)) as base:
        for naf, code in base.execute("SELECT naf_code, cpf_code FROM ref_naf_cpf ORDER BY 2"):
            # The letters of the two versions differ: a sub-class tells its own.
            products.setdefault(naf, []).append(code)
    return {naf: tuple(codes) for naf, codes in products.items()}
