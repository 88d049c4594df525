"""Bringing a new edition of a nomenclature into a territory."""

from __future__ import annotations

import contextlib
import sqlite3
from dataclasses import dataclass
from string import Template

from ..domain.codes import Nomenclature
from ..sources.nomenclatures import Recognised
from ..translation import tr
from .errors import StoreError
from .geopackage import quoted
from .territory import Territory

SOURCE = "insee"
_KNOWN = Template("SELECT code, niveau, libelle_fr FROM $table WHERE ?1 = '' OR $version = ?1")
_UPDATE = Template(
    "UPDATE $table SET libelle_fr = ?1, edition = ?2, source = ?3"
    " WHERE code = ?4 AND (?5 = '' OR $version = ?5)"
)
_INSERT = Template(
    "INSERT INTO $table (code, niveau, parent, libelle_fr, source, edition)"
    " VALUES (?, ?, ?, ?, ?, ?)"
)
_INSERT_NAF = (
    "INSERT INTO ref_naf (id, version, code, niveau, parent, libelle_fr, source, edition)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
)
_USES = {
    "ref_cpf": "SELECT code, count(*) FROM flux WHERE nomenclature = 'CPF' GROUP BY code",
    "ref_rome": "SELECT code, count(*) FROM flux WHERE nomenclature = 'ROME' GROUP BY code",
    "ref_naf": "SELECT naf_code, count(*) FROM etablissement GROUP BY naf_code",
    "ref_dechet": "SELECT code_dechet, count(*) FROM flux GROUP BY code_dechet",
}


@dataclass(frozen=True)
class Vanished:
    """A code that the new edition dropped: its last label, and how many records carry it."""

    code: str
    label: str
    uses: int


@dataclass(frozen=True)
class Update:
    """What a new edition changed."""

    added: int
    relabelled: int
    vanished: tuple[Vanished, ...]


def labels_of(territory: Territory) -> dict[Nomenclature, dict[str, str]]:
    """Return the territory's own labels of the codes of flows, a nomenclature."""
    uri = f"{territory.path.as_uri()}?mode=ro"
    with contextlib.closing(sqlite3.connect(uri, uri=True)) as base:
        return {
            Nomenclature.CPF: dict(base.execute("SELECT code, libelle_fr FROM ref_cpf")),
            Nomenclature.ROME: dict(base.execute("SELECT code, libelle_fr FROM ref_rome")),
        }


def known_codes(territory: Territory) -> dict[str, set[str]]:
    """Return the codes of each nomenclature of the territory, a table."""
    with contextlib.closing(
        sqlite3.connect(f"{territory.path.as_uri()}?mode=ro", uri=True)
    ) as base:
        select = Template("SELECT code FROM $table")
        return {
            table: {row[0] for row in base.execute(select.substitute(table=quoted(table)))}
            for table in _USES
        }


def update_nomenclature(territory: Territory, edition: str, found: Recognised) -> Update:
    """Give a territory the labels and codes of a new edition, all of them or none.

    Codes the edition dropped stay, with the edition that knew them last, so that no record loses
    its label. Only the levels that the edition brings are compared.

    Raises:
        StoreError: the territory cannot be written.
    """
    names = {"table": quoted(found.table), "version": "version" if found.version else "''"}
    try:
        with contextlib.closing(sqlite3.connect(territory.path)) as base, base:
            query = _KNOWN.substitute(names)
            known = {
                code: (level, label) for code, level, label in base.execute(query, (found.version,))
            }
            brought = {entry.code: entry for entry in found.entries}
            kept = [entry for entry in found.entries if entry.code in known]
            new = [entry for entry in found.entries if entry.code not in known]
            base.executemany(
                _UPDATE.substitute(names),
                [(e.label, edition, SOURCE, e.code, found.version) for e in kept],
            )
            rows = [(e.code, e.level, e.parent, e.label, SOURCE, edition) for e in new]
            if found.version:
                base.executemany(
                    _INSERT_NAF,
                    [(f"{found.version}:{row[0]}", found.version, *row) for row in rows],
                )
            else:
                base.executemany(_INSERT.substitute(names), rows)
            uses = dict(base.execute(_USES[found.table]))
    except sqlite3.Error as error:
        raise StoreError(
            tr("The nomenclature was not updated, {path} cannot be written: {reason}").format(
                path=territory.path, reason=error
            )
        ) from error
    levels = {entry.level for entry in found.entries}
    vanished = tuple(
        Vanished(code, label, uses.get(code, 0))
        for code, (level, label) in sorted(known.items())
        if level in levels and code not in brought
    )
    relabelled = sum(known[entry.code][1] != entry.label for entry in kept)
    return Update(len(new), relabelled, vanished)
