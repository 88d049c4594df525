"""Merging establishments that are one: what the kept record becomes, and what it takes along."""

from __future__ import annotations

import contextlib
import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from string import Template

from ..domain.identifiers import compact
from ..domain.words import folded
from ..sources.cnig import ORIGINAL
from ..sources.establishments import SOURCE_KEY, identity, name_identity
from ..translation import tr
from .blobs import blob_point
from .errors import StoreError
from .geopackage import quoted
from .model import GEOMETRY_COLUMN
from .schema import CONFIDENTIALITY, ETABLISSEMENT, links
from .territory import Territory

# Where `source_valeurs` keeps the identities of the records that one absorbed.
ALIAS = "alias"

# Fields that say one thing together: they are filled together, and only from a record that agrees
# with what the kept one already says of it. A street of one town in another would be nowhere.
_TOGETHER = (
    ("siret", "siren"),
    ("naf_code", "naf_version"),
    (
        "adresse",
        "code_postal",
        "commune_insee",
        "commune_nom",
        "epci_siren",
        "site_id",
        "ban_id",
    ),
    ("etat", "date_fermeture"),
    ("raison_sociale",),
    ("enseigne",),
    ("effectif_code",),
    ("date_creation",),
    ("description",),
    ("organisme",),
)
# They describe the point, and go with it.
_OF_THE_POINT = ("geocodage_qualite", "geocodage_score")
# A value that waits for a better one.
_UNCERTAIN = {"etat": "non_confirme"}
_CLOSED = "ferme"
_NUMBERS = ("siret", "siren")
_SIRET, _SIREN = (ETABLISSEMENT.field(name).alias for name in _NUMBERS)
_STRICTEST_FIRST = tuple(value for value, _ in CONFIDENTIALITY)
_DIGITS = 2

_BY_ID = "SELECT * FROM etablissement WHERE id = ?"
_BY_SIRET = """
SELECT id FROM etablissement
WHERE replace(replace(replace(siret, ' ', ''), '.', ''), '-', '') = ?
"""
_COUNT = Template("SELECT count(*) FROM $table WHERE $column = ?")


@dataclass(frozen=True)
class Company:
    """An establishment as it is read before a merge.

    Attributes:
        fid: its row.
        values: its columns but the geometry, as text, the empty ones left out.
        point: its coordinates in the territory's CRS, or None.
        records: how many records of each table hang on it.
    """

    fid: int
    values: Mapping[str, str]
    point: tuple[float, float] | None
    records: Mapping[str, int]

    @property
    def key(self) -> str:
        """Its identifier."""
        return self.values.get("id", "")

    @property
    def label(self) -> str:
        """What people call it."""
        names = (self.values.get(name) for name in ("raison_sociale", "enseigne", "siret", "id"))
        return next((name for name in names if name), "")


@dataclass(frozen=True)
class Difference:
    """What an absorbed record said otherwise than the kept one.

    Attributes:
        field: the field's alias.
        kept: the value that stays.
        left: the value of the absorbed record.
    """

    field: str
    kept: str
    left: str


@dataclass(frozen=True)
class Outcome:
    """What the kept record becomes.

    Attributes:
        company: with its values and its point after the merge.
        filled: aliases of the fields that the others filled.
        differences: what the others said otherwise, record by record.
    """

    company: Company
    filled: tuple[str, ...]
    differences: tuple[Difference, ...]


def find_company(territory: Territory, written: str) -> str:
    """Return the identifier of the establishment whose identifier or SIRET is *written*.

    Raises:
        StoreError: there is none, or several, or the territory cannot be read.
    """
    with reading(territory.path) as database:
        if database.execute(_BY_ID, (written,)).fetchone() is not None:
            return written
        found = database.execute(_BY_SIRET, (compact(written),)).fetchall()
    if not found or not compact(written):
        raise StoreError(
            tr("No establishment has the identifier or the SIRET “{written}”: check it.").format(
                written=written
            )
        )
    if len(found) > 1:
        raise StoreError(
            tr("{count} establishments have the SIRET {siret}: give identifiers instead.").format(
                count=len(found), siret=written
            )
        )
    return str(found[0]["id"])


def read_companies(territory: Territory, keys: Iterable[str]) -> list[Company]:
    """Return establishments by identifier, in order.

    Raises:
        StoreError: one of them is not there, or the territory cannot be read.
    """
    companies = []
    with reading(territory.path) as database:
        for key in keys:
            row = database.execute(_BY_ID, (key,)).fetchone()
            if row is None:
                raise StoreError(tr("There is no establishment {key} any more.").format(key=key))
            companies.append(_company(database, row))
    return companies


def best_kept(companies: Sequence[Company]) -> int:
    """Return the position of the record to propose: open, with the most records, with a SIRET."""

    def worth(number: int) -> tuple[bool, int, bool, int]:
        values = companies[number].values
        return (
            values.get("etat") != _CLOSED,
            sum(companies[number].records.values()),
            "siret" in values,
            len(values),
        )

    return max(range(len(companies)), key=worth)


def foresee(kept: Company, absorbed: Sequence[Company], today: date) -> Outcome:
    """Return what *kept* becomes once it has taken the others in, without writing anything.

    Its values stay. Its empty fields are filled, and what the others say otherwise is written
    down in its description, so that no word is lost. It becomes as confidential as the most
    confidential of them.

    Args:
        kept: the record that stays.
        absorbed: the others, those whose values count most first.
        today: the day written in the description.
    """
    company = kept
    differences: list[Difference] = []
    notes = []
    for other in absorbed:
        values = dict(company.values)
        apart = _fill(values, other.values)
        _keep_order(values, company.values, apart)
        told = _tighten(values, other.values)
        point = company.point
        if point is None and other.point is not None:
            point = other.point
            values.update(_picked(other.values, _OF_THE_POINT))
        elif other.point is not None and _place(point) != _place(other.point):
            told.append(Difference("Position", _place(point), _place(other.point)))
        values.update(_memory(company.values, values, other.values))
        company = replace(company, values=values, point=point)
        if apart:
            notes.append(_note(apart, today))
        differences += [*apart, *told]
    filled = tuple(
        field.alias
        for field in ETABLISSEMENT.fields
        if field.name in company.values and field.name not in kept.values and not field.hidden
    )
    if notes:
        written = [*_picked(company.values, ("description",)).values(), *notes]
        values = {**company.values, "description": "\n\n".join(written)}
        company = replace(company, values=values)
    return Outcome(company, filled, tuple(differences))


@contextlib.contextmanager
def reading(path: Path):  # type: ignore[no-untyped-def]
    """Yield a territory's database, read only, its rows by column name.

    Raises:
        StoreError: it cannot be read.
    """
    try:
        with contextlib.closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as database:
            database.row_factory = sqlite3.Row
            yield database
    except sqlite3.Error as error:
        reason = str(error)
    else:
        return
    raise StoreError(
        tr("The tables of {path} cannot be read: {reason}").format(path=path, reason=reason)
    )


def _company(database: sqlite3.Connection, row: sqlite3.Row) -> Company:
    values = {
        field.name: str(row[field.name])
        for field in ETABLISSEMENT.columns()
        if row[field.name] not in (None, "")
    }
    records = {}
    for child, field, link in links():
        if link.table == ETABLISSEMENT.name:
            query = _COUNT.substitute(table=quoted(child.name), column=quoted(field.name))
            records[child.name] = database.execute(query, (row["id"],)).fetchone()[0]
    return Company(row["fid"], values, blob_point(row[GEOMETRY_COLUMN]), records)


def _fill(values: dict[str, str], theirs: Mapping[str, str]) -> list[Difference]:
    """Fill the empty fields of *values* from *theirs*; return what these say otherwise."""
    apart = []
    for names in _TOGETHER:
        said = {name: value for name, value in _picked(theirs, names).items() if _says(name, value)}
        news = {
            name: value
            for name, value in said.items()
            if not _agree(name, values.get(name, ""), value)
        }
        if any(_says(name, values.get(name, "")) for name in news):
            apart += [_difference(name, values, value) for name, value in news.items()]
        else:
            values.update(news)
    return apart


def _keep_order(values: dict[str, str], before: Mapping[str, str], apart: list[Difference]) -> None:
    """Take back a date that would come before its start: the table refuses such a pair."""
    for pair in ETABLISSEMENT.ordered:
        start, end = (values.get(name, "") for name in pair)
        if start and end and end < start:
            for name in pair:
                if name not in before:
                    apart.append(_difference(name, before, values.pop(name)))


def _tighten(values: dict[str, str], theirs: Mapping[str, str]) -> list[Difference]:
    """Give *values* the stricter confidentiality of the two; return the other."""
    name = "confidentialite"
    levels = {
        level if level in _STRICTEST_FIRST else _STRICTEST_FIRST[0]
        for level in (values.get(name, ""), theirs.get(name, ""))
    }
    values[name], *looser = sorted(levels, key=_STRICTEST_FIRST.index)
    return [_difference(name, values, level) for level in looser]


def _memory(
    before: Mapping[str, str], after: Mapping[str, str], theirs: Mapping[str, str]
) -> dict[str, str]:
    """Return what the kept record remembers of sources, with those it now answers for.

    Where it took its SIRET from the absorbed record, or had no source of its own, it follows the
    source of that record from now on. Any other identity is remembered as an alias, so that the
    next import neither makes the twin again nor gives the kept record the twin's values.
    """
    own, other = (_remembered(values) for values in (before, theirs))
    aliases = {*own.pop(ALIAS, ()), *other.pop(ALIAS, ()), *_identities(theirs, other)}
    same_siret = compact(theirs.get("siret")) in ("", compact(after.get("siret")))
    took_siret = "siret" in theirs and "siret" not in before
    follows = bool(other) and same_siret and (took_siret or not own)
    if follows:
        aliases |= _identities(before, own)
    aliases -= _identities(after, {})
    memory: dict[str, object] = dict(other if follows else own)
    for one in (own, other) if same_siret else ():
        # What a standard says of this very establishment and the table has no field for.
        if ORIGINAL in one:
            memory.setdefault(ORIGINAL, one[ORIGINAL])
    if aliases:
        memory[ALIAS] = sorted(aliases)
    written = {"source_valeurs": json.dumps(memory, sort_keys=True)} if memory else {}
    return {**(_picked(theirs, ("source", "source_date")) if follows else {}), **written}


def _remembered(values: Mapping[str, str]) -> dict:
    return dict(json.loads(values.get("source_valeurs") or "{}"))


def _identities(values: Mapping[str, str], delivered: Mapping[str, str]) -> set[str]:
    """Return what a record answers to: its SIRET, its name and address, and those of its source."""
    found = {compact(values.get("siret")), name_identity(values), delivered.get(SOURCE_KEY, "")}
    if delivered:
        found.add(identity(delivered))
    return {one for one in found if one.strip()}


def _note(apart: Iterable[Difference], today: date) -> str:
    """Return the line of a description that keeps what an absorbed record said."""
    left = {one.field: compact(one.left) for one in apart}
    # A SIREN is the start of its SIRET.
    implied = _SIREN in left and left.get(_SIRET, "").startswith(left[_SIREN])
    told = (one for one in apart if not (implied and one.field == _SIREN))
    said = "\u00a0; ".join(f"{one.field}\u00a0: {one.left}" for one in told)
    return f"Fiche fusionnée avec celle-ci le {today:%d/%m/%Y}. {said}"


def _difference(name: str, values: Mapping[str, str], left: str) -> Difference:
    alias = ETABLISSEMENT.field(name).alias
    return Difference(alias, shown(name, values.get(name, "")), shown(name, left))


def shown(name: str, value: str) -> str:
    """Return a value of an establishment as its form shows it."""
    return dict(ETABLISSEMENT.field(name).values).get(value, value)


def _says(name: str, value: str) -> bool:
    return bool(value) and value != _UNCERTAIN.get(name)


def _agree(name: str, ours: str, theirs: str) -> bool:
    """Tell whether two texts are one, whatever their case, accents and punctuation."""
    if name in _NUMBERS:
        return compact(ours) == compact(theirs)
    return ours == theirs or folded(ours) == folded(theirs) != ""


def _picked(values: Mapping[str, str], names: Iterable[str]) -> dict[str, str]:
    return {name: values[name] for name in names if values.get(name)}


def _place(point: tuple[float, float] | None) -> str:
    return "" if point is None else " ".join(f"{axis:.{_DIGITS}f}" for axis in point)
