"""Finding companies and their records in a territory by a few typed words."""

from __future__ import annotations

import contextlib
import enum
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ..domain.identifiers import compact
from ..domain.words import folded

_COMPANY = """
SELECT e.fid, coalesce(e.raison_sociale, e.enseigne, e.siret), e.commune_nom, r.minx, r.miny
FROM etablissement AS e LEFT JOIN rtree_etablissement_geom AS r ON r.id = e.fid
WHERE matches(coalesce(e.raison_sociale, '') || ' ' || coalesce(e.enseigne, ''), ?1)
   OR (?2 <> '' AND e.siret LIKE ?2 || '%')
ORDER BY 2 LIMIT ?3
"""
_FLOW = """
SELECT f.fid, f.libelle, f.sens, coalesce(e.raison_sociale, e.enseigne, e.siret), r.minx, r.miny
FROM flux AS f
JOIN etablissement AS e ON e.id = f.etablissement_id
LEFT JOIN rtree_flux_geom AS r ON r.id = f.fid
WHERE matches(coalesce(f.libelle, ''), ?1) OR under(f.code, ?2)
ORDER BY matches(coalesce(f.libelle, ''), ?1) DESC, f.libelle LIMIT ?3
"""
# Shorter digits are a postcode or a street number, not the start of a SIRET.
_SIRET_START = 6


class Kind(enum.Enum):
    """What was found."""

    COMPANY = "etablissement"
    OFFER = "offre"
    NEED = "besoin"


@dataclass(frozen=True)
class Hit:
    """A record found.

    Attributes:
        kind: company, offer or need.
        feature: its feature id in its table.
        title: its name or words.
        detail: its commune, or the company it belongs to.
        position: map coordinates in the territory's CRS, or None.
    """

    kind: Kind
    feature: int
    title: str
    detail: str
    position: tuple[float, float] | None


def find(path: Path, text: str, codes: Sequence[str] = (), limit: int = 10) -> list[Hit]:
    """Find the companies, offers and needs that *text* names.

    Args:
        path: the territory's GeoPackage.
        text: words in any order, without regard to case or accents, or the start of a SIRET.
        codes: products that the text means; offers and needs under them are found too.
        limit: at most so many companies, and so many offers and needs.

    Raises:
        sqlite3.Error: the file is not a territory.
    """
    words = folded(text).split()
    if not words:
        return []
    digits = compact(text)
    siret = digits if digits.isdigit() and len(digits) >= _SIRET_START else ""
    uri = f"{path.as_uri()}?mode=ro"
    with contextlib.closing(sqlite3.connect(uri, uri=True)) as database:
        database.create_function("matches", 2, _matches)
        database.create_function("under", 2, _under)
        companies = database.execute(_COMPANY, (" ".join(words), siret, limit)).fetchall()
        flows = database.execute(_FLOW, (" ".join(words), " ".join(codes), limit)).fetchall()
    return [
        Hit(Kind.COMPANY, fid, name or "", commune or "", _position(x, y))
        for fid, name, commune, x, y in companies
    ] + [
        Hit(Kind(sense), fid, label or "", owner or "", _position(x, y))
        for fid, label, sense, owner, x, y in flows
    ]


def _matches(text: str, words: str) -> bool:
    """Tell whether each of *words* starts a word of *text*."""
    starts = " " + folded(text)
    return all(f" {word}" in starts for word in words.split())


def _under(code: str | None, ancestors: str) -> bool:
    """Tell whether *code* is one of *ancestors* or lies under one."""
    if not code:
        return False
    return code.startswith(tuple(ancestors.split())) if ancestors else False


def _position(x: float | None, y: float | None) -> tuple[float, float] | None:
    return None if x is None or y is None else (x, y)
