"""Codes that the dialogs of algorithms offer by their names: links, chains, units."""

from __future__ import annotations

import contextlib
import sqlite3

from qgis.core import QgsProject

from .. import paths
from ..compat import plain
from ..store.project import layers_by_role
from ..store.schema import REF_MAILLON
from ..store.value_chains import chain_names, library

Choices = list[tuple[str, str]]

_UNITS = "SELECT code, libelle_fr FROM ref_unite ORDER BY libelle_fr"


def links() -> Choices:
    """Return the links of the open territory's chains, else of the plugin's, by chain."""
    names = chain_names(QgsProject.instance())
    found = [
        (names.get(chain, chain), rank, code, label) for code, chain, rank, label in _known_links()
    ]
    return [(code, f"{chain} : {label}") for chain, _, code, label in sorted(found)]


def chains() -> Choices:
    """Return the chains that have links, by name."""
    names = chain_names(QgsProject.instance())
    used = {chain for _, chain, _, _ in _known_links()}
    return sorted(((code, names.get(code, code)) for code in used), key=lambda one: one[1])


def units() -> Choices:
    """Return the units of measure, by name."""
    with contextlib.closing(sqlite3.connect(paths.reference_database())) as database:
        return [(code, f"{label} ({code})") for code, label in database.execute(_UNITS)]


def _known_links() -> list[tuple[str, str, int, str]]:
    """Return the code, the chain, the rank and the label of each link."""
    layer = layers_by_role(QgsProject.instance()).get(REF_MAILLON.name)
    if layer is None or not layer.isValid():
        return [(link.code, link.chain, link.rank, link.label) for link in library()]
    rows = []
    for feature in layer.getFeatures():
        code, chain, rank, label = (
            plain(feature[name]) for name in ("code", "filiere_code", "rang", "libelle_fr")
        )
        if code:
            rows.append((str(code), str(chain or ""), int(rank or 0), str(label or code)))
    return rows
