"""Which record of the territory each arrival is, and which ones it only resembles."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator
from typing import NamedTuple

from ..domain.duplicates import near_equal, same_address_key
from ..sources.establishments import identity, name_identity
from .merging import ALIAS

_NAMES = ("raison_sociale", "enseigne")
_TOWN = ("code_postal", "commune_insee", "commune_nom")
_IDENTIFYING = ("siret", *_NAMES, "adresse", "commune_insee", "commune_nom")
_PAGE = 1000

_TABLES = (
    # What each record answers to: its own identity, that of its source, those it absorbed.
    "CREATE TEMP TABLE connu (cle TEXT, fid INTEGER, rang INTEGER, propre TEXT)",
    "CREATE TEMP TABLE voisin (cle TEXT, n INTEGER)",
)
_BY_SIRET = """INSERT OR IGNORE INTO appariement
SELECT a.n, e.fid FROM arrivee AS a JOIN etablissement AS e ON e.siret = a.siret"""
# Those whose SIRET says it all are left to the database.
_OTHERWISE_KNOWN = """SELECT * FROM etablissement
WHERE coalesce(siret, '') = ''
  OR (source_valeurs IS NOT NULL AND instr(source_valeurs, '"siret": "' || siret || '"') = 0)
  OR instr(coalesce(source_valeurs, ''), '"alias"') > 0"""
_REMEMBER = "INSERT INTO connu VALUES (?, ?, ?, ?)"
_OWN, _OF_SOURCE, _ABSORBED = range(3)
# One that an adviser renamed is known by what the source called it too, unless what is brought in
# holds both: then they are two.
_BY_IDENTITY = """INSERT OR IGNORE INTO appariement
SELECT a.n, k.fid FROM connu AS k JOIN arrivee AS a ON a.cle = k.cle
WHERE k.rang = 0
  OR (k.rang = 1 AND NOT EXISTS (SELECT 1 FROM arrivee AS o WHERE o.cle = k.propre))
ORDER BY k.rang, a.n"""
_BY_ALIAS = """INSERT OR IGNORE INTO absorbe
SELECT a.n FROM connu AS k JOIN arrivee AS a ON a.cle = k.cle
WHERE k.rang = 2 AND NOT EXISTS (SELECT 1 FROM appariement AS m WHERE m.n = a.n)"""
_UNKNOWN = """SELECT a.* FROM arrivee AS a
WHERE a.etat IS NOT 'ferme' AND (? OR a.siret IS NULL)
  AND NOT EXISTS (SELECT 1 FROM appariement AS m WHERE m.n = a.n)
  AND NOT EXISTS (SELECT 1 FROM absorbe AS b WHERE b.n = a.n)"""
_WITHOUT_SIRET = "SELECT EXISTS (SELECT 1 FROM etablissement WHERE coalesce(siret, '') = '')"
_COMPLETES = """INSERT OR IGNORE INTO appariement
SELECT ?1, k.fid FROM connu AS k JOIN etablissement AS e ON e.fid = k.fid
WHERE k.cle = ?2 AND k.rang = 0 AND coalesce(e.siret, '') = ''"""
_ADDRESSED = """SELECT * FROM etablissement
WHERE adresse IS NOT NULL AND (? OR coalesce(siret, '') = '')"""
_NEIGHBOURS = """SELECT a.* FROM voisin AS v JOIN arrivee AS a ON a.n = v.n
WHERE v.cle IN (?, ?, ?) AND (a.siret IS NULL OR ?)"""


class Twin(NamedTuple):
    """An arrival that resembles a record: same address, nearly the same name.

    Attributes:
        line: where the arrival comes from.
        name, siret, address, town: of the arrival.
        key, known_name, known_siret, known_address: of the record.
    """

    line: int
    name: str
    siret: str
    address: str
    town: str
    key: str
    known_name: str
    known_siret: str
    known_address: str


TWINS = """SELECT a.ligne, coalesce(a.raison_sociale, a.enseigne), a.siret, a.adresse,
  coalesce(a.commune_nom, a.commune_insee, a.code_postal), e.id,
  coalesce(e.raison_sociale, e.enseigne), e.siret, e.adresse
FROM jumeau AS j JOIN arrivee AS a ON a.n = j.n JOIN etablissement AS e ON e.fid = j.fid
ORDER BY a.n, e.fid"""


def recognise(
    database: sqlite3.Connection, advance: Callable[[float], None], *, twins: bool
) -> None:
    """Fill ``appariement``, ``absorbe`` and ``jumeau`` from ``arrivee``.

    Args:
        database: with these temporary tables.
        advance: told the share done; may raise to stop.
        twins: look for resemblances too.
    """
    if database.execute("SELECT 1 FROM etablissement LIMIT 1").fetchone() is None:
        return
    for statement in _TABLES:
        database.execute(statement)
    database.execute(_BY_SIRET)
    for number, row in enumerate(database.execute(_OTHERWISE_KNOWN)):
        if number % _PAGE == 0:
            advance(0.0)
        database.executemany(_REMEMBER, _answers_to(row))
    database.execute("CREATE INDEX connu_cle ON connu (cle)")
    database.execute(_BY_IDENTITY)
    database.execute(_BY_ALIAS)
    incomplete = bool(database.execute(_WITHOUT_SIRET).fetchone()[0])
    if incomplete:
        _complete_by_name(database, advance)
    if twins:
        _find_twins(database, advance, incomplete)


def _answers_to(row: sqlite3.Row) -> Iterator[tuple[str, int, int, str]]:
    own = identity({name: row[name] or "" for name in _IDENTIFYING})
    memory = json.loads(row["source_valeurs"] or "{}")
    yield own, row["fid"], _OWN, own
    aliases = memory.pop(ALIAS, ())
    if memory:
        yield identity(memory), row["fid"], _OF_SOURCE, own
    for alias in aliases:
        yield alias, row["fid"], _ABSORBED, own


def _complete_by_name(database: sqlite3.Connection, advance: Callable[[float], None]) -> None:
    """Recognise the SIRET that arrives for a record that had none, by its name and address."""
    for number, row in enumerate(database.execute(_UNKNOWN, (True,)).fetchall()):
        if number % _PAGE == 0:
            advance(0.05)
        if row["siret"] and row["adresse"]:
            values = {name: row[name] for name in _IDENTIFYING if row[name]}
            database.execute(_COMPLETES, (row["n"], name_identity(values)))


def _find_twins(
    database: sqlite3.Connection, advance: Callable[[float], None], incomplete: bool
) -> None:
    """Look for arrivals that resemble a record, where one of the two has no SIRET."""
    nameless = False
    for number, row in enumerate(database.execute(_UNKNOWN, (incomplete,))):
        if number % _PAGE == 0:
            advance(0.1)
        nameless = nameless or not row["siret"]
        keys = [(key, row["n"]) for key in _addresses(row)]
        database.executemany("INSERT INTO voisin VALUES (?, ?)", keys)
    database.execute("CREATE INDEX voisin_cle ON voisin (cle)")
    for number, row in enumerate(database.execute(_ADDRESSED, (nameless,))):
        if number % _PAGE == 0:
            advance(0.15)
        keys = _addresses(row)
        if not keys:
            continue
        keys += [""] * (len(_TOWN) - len(keys))
        for arrival in database.execute(_NEIGHBOURS, (*keys, not row["siret"])).fetchall():
            if any(near_equal(mine, theirs) for mine in _names(arrival) for theirs in _names(row)):
                pair = (arrival["n"], row["fid"])
                database.execute("INSERT OR IGNORE INTO jumeau VALUES (?, ?)", pair)


def _addresses(row: sqlite3.Row) -> list[str]:
    """Return the address under each way of saying the town."""
    if not row["adresse"]:
        return []
    towns = {row[name] for name in _TOWN if row[name]}
    return [key for town in sorted(towns) if (key := same_address_key(row["adresse"], town))]


def _names(row: sqlite3.Row) -> list[str]:
    return [row[name] for name in _NAMES if row[name]]
