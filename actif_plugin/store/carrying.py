"""Merging establishments in the database: what hangs on them goes to the kept one."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from string import Template

from osgeo import gdal, ogr

from ..domain.words import folded
from ..translation import tr
from .errors import StoreError
from .geopackage import heeding_gdal, quoted
from .merging import Company, Difference, foresee, read_companies, reading
from .model import AUDIT, GEOMETRY_COLUMN
from .schema import AVIS, ETABLISSEMENT, links, table
from .territory import Territory

# What makes two records of one company perhaps one: these words are the same, some of them
# written. They are one if nothing else contradicts it. Visits are history: none is dropped.
_ALIKE = {
    "contact": ("nom",),
    "flux": ("sens", "libelle", "code"),
    "synergie_membre": ("synergie_id",),
}
# Of two of these dates the later one says more.
_LATEST = ("date_accord", "date_confirmation")
# Flows first: memberships and verdicts speak of them.
_ORDER = ("flux", "visite", "contact", "synergie_membre")
_VERDICT_ENDS = ("besoin_id", "offre_id")
# Who gave a verdict, and when, does not make it another verdict.
_VERDICT_SAYS = ("verdict", "motif")
# Who owns a record counts; when it was written does not.
_TRACES = tuple(column.name for column in AUDIT if column.name != "organisme")
_BY_COLUMN = Template("SELECT * FROM $table WHERE $column = ? ORDER BY fid")

Row = dict


@dataclass(frozen=True)
class Report:
    """What a merge did.

    Attributes:
        kept: identifier of the kept record.
        label: its name.
        carried: how many records of each table went to it, verdicts on its flows among them.
        folded: how many records of each table said the same as one that it had, and became one.
        filled: aliases of its fields that the others filled.
        differences: what the others said otherwise.
    """

    kept: str
    label: str
    carried: Mapping[str, int]
    folded: Mapping[str, int]
    filled: Sequence[str]
    differences: Sequence[Difference]


@dataclass
class _Work:
    """The rows that a merge touches, and what becomes of them.

    Attributes:
        rows: by table, then by row number.
        changes: new values, by table and row number.
        gone: row numbers to delete, by table.
        folded: how many records were one with another, by table.
    """

    rows: dict[str, dict[int, Row]]
    changes: dict[tuple[str, int], dict[str, object]] = field(default_factory=dict)
    gone: dict[str, list[int]] = field(default_factory=dict)
    folded: Counter[str] = field(default_factory=Counter)

    def change(self, name: str, fid: int, values: Mapping[str, object]) -> None:
        if values:
            self.rows[name][fid].update(values)
            self.changes.setdefault((name, fid), {}).update(values)

    def drop(self, name: str, fid: int) -> None:
        del self.rows[name][fid]
        self.changes.pop((name, fid), None)
        self.gone.setdefault(name, []).append(fid)


def merge(
    territory: Territory, keep: str, absorb: Sequence[str], *, author: str, today: date
) -> Report:
    """Merge establishments into one, wholly or not at all.

    Resources, needs, visits, contacts and memberships of synergies go to the kept record, and the
    verdicts on its flows with them; the others are deleted. See :func:`.merging.foresee` for what
    the kept record becomes.

    Args:
        territory: written.
        keep: identifier of the record that stays.
        absorb: identifiers of the others.
        author: who merges.
        today: the day written in the description.

    Raises:
        StoreError: a record is not there, it is merged with itself, or the database refused;
            nothing was changed.
    """
    others = list(dict.fromkeys(absorb))
    if not others or keep in others:
        raise StoreError(
            tr("An establishment is merged with others than itself: choose two records.")
        )
    kept, *absorbed = read_companies(territory, [keep, *others])
    outcome = foresee(kept, absorbed, today)
    with reading(territory.path) as database:
        work = _Work(_touched(database, [keep, *others]))
    carried = _carry(work, keep, others)
    try:
        _write(territory, work, author, kept, outcome.company, absorbed)
    except (OSError, RuntimeError) as error:
        reason = str(error)
    else:
        return Report(
            keep,
            outcome.company.label,
            carried,
            work.folded,
            outcome.filled,
            outcome.differences,
        )
    raise StoreError(
        tr("The territory refused the merge, nothing was changed: {reason}").format(reason=reason)
    )


def _touched(database: sqlite3.Connection, keys: Sequence[str]) -> dict[str, dict[int, Row]]:
    """Return what hangs on establishments, with what speaks of their flows."""
    rows: dict[str, dict[int, Row]] = {name: {} for name in (*_children(), AVIS.name)}

    def take(name: str, column: str, value: str) -> None:
        query = _BY_COLUMN.substitute(table=quoted(name), column=quoted(column))
        for row in database.execute(query, (value,)):
            rows[name].setdefault(row["fid"], dict(row))

    for name, column in _children().items():
        for key in keys:
            take(name, column, key)
    for flow in [row["id"] for row in rows["flux"].values()]:
        for child, linking, link in links():
            if link.table == "flux":
                take(child.name, linking.name, flow)
        for end in _VERDICT_ENDS:
            take(AVIS.name, end, flow)
    return rows


def _children() -> dict[str, str]:
    """Return the tables that hang on establishments, each with its linking column, in order."""
    found = {
        child.name: linking.name
        for child, linking, link in links()
        if link.table == ETABLISSEMENT.name
    }
    first = {name: found.pop(name) for name in _ORDER}
    return {**first, **found}


def _carry(work: _Work, keep: str, others: Sequence[str]) -> dict[str, int]:
    """Give the kept record what hangs on the others; return how many records of each table."""
    carried: Counter[str] = Counter()
    moved = {row["id"] for row in work.rows["flux"].values() if row["etablissement_id"] in others}
    for verdict in work.rows[AVIS.name].values():
        carried[AVIS.name] += any(verdict[end] in moved for end in _VERDICT_ENDS)
    for name, column in _children().items():
        rows = work.rows[name]
        own = [fid for fid, row in rows.items() if row[column] == keep]
        for fid in [fid for other in others for fid, row in rows.items() if row[column] == other]:
            carried[name] += 1
            twin = next((one for one in own if _are_one(work, name, one, fid)), None)
            if twin is None:
                work.change(name, fid, {column: keep})
                own.append(fid)
            else:
                _fold(work, name, twin, fid)
    return carried


def _are_one(work: _Work, name: str, first: int, second: int) -> bool:
    """Tell whether two records of the kept company say the same, as far as they say anything."""
    one, other = work.rows[name][first], work.rows[name][second]
    alike = _ALIKE.get(name, ())
    if not any(_words(one[column]) for column in alike):
        return False
    if any(_words(one[column]) != _words(other[column]) for column in alike):
        return False
    columns = [
        declared.name
        for declared in table(name).columns()
        if not (declared.link is not None and declared.link.table == ETABLISSEMENT.name)
        and declared.name not in (*alike, *_LATEST, table(name).key, *_TRACES)
    ]
    if one.get("lieu_propre") or other.get("lieu_propre"):
        columns.append(GEOMETRY_COLUMN)
    if any(_contradict(one[column], other[column]) for column in columns):
        return False
    return all(
        not _contradict(verdict[column], met[column])
        for verdict, met in _meeting(work, name, one, other)
        for column in _VERDICT_SAYS
    )


def _fold(work: _Work, name: str, kept: int, fid: int) -> None:
    """Make one record of two that say the same."""
    one, other = work.rows[name][kept], work.rows[name][fid]
    meeting = [(met["fid"], verdict) for verdict, met in _meeting(work, name, one, other)]
    for met, verdict in meeting:
        work.change(AVIS.name, met, _news(AVIS.name, work.rows[AVIS.name][met], verdict))
        work.drop(AVIS.name, verdict["fid"])
        work.folded[AVIS.name] += 1
    for child, column in _pointing_at(name):
        for number, row in work.rows[child].items():
            if row[column] == other["id"]:
                work.change(child, number, {column: one["id"]})
    work.change(name, kept, _news(name, one, other))
    work.drop(name, fid)
    work.folded[name] += 1


def _pointing_at(name: str) -> Iterator[tuple[str, str]]:
    """Yield the columns that name a record of a table, links or not."""
    for child, linking, link in links():
        if link.table == name:
            yield child.name, linking.name
    if name == "flux":
        yield from ((AVIS.name, end) for end in _VERDICT_ENDS)


def _meeting(work: _Work, name: str, one: Row, other: Row) -> list[tuple[Row, Row]]:
    """Return the verdicts on the flow *other* whose pair *one* has a verdict on too, and that."""
    if name != "flux":
        return []
    by_pair = {
        tuple(row[end] for end in _VERDICT_ENDS): row for row in work.rows[AVIS.name].values()
    }
    found = []
    for pair, verdict in by_pair.items():
        met = by_pair.get(tuple(one["id"] if end == other["id"] else end for end in pair))
        if met is not None and met is not verdict:
            found.append((verdict, met))
    return found


def _news(name: str, one: Row, other: Row) -> dict[str, object]:
    """Return what *other* says that *one* leaves empty, and its dates where they are later."""
    news = {}
    for declared in table(name).fields:
        ours, theirs = one[declared.name], other[declared.name]
        later = declared.name in _LATEST and str(theirs or "") > str(ours or "")
        if (_empty(ours) and not _empty(theirs)) or later:
            news[declared.name] = theirs
    return news


def _contradict(ours: object, theirs: object) -> bool:
    return not _empty(ours) and not _empty(theirs) and ours != theirs


def _empty(value: object) -> bool:
    return value is None or value == ""


def _words(value: object) -> str:
    return folded(str(value or ""))


def _write(
    territory: Territory,
    work: _Work,
    author: str,
    before: Company,
    after: Company,
    absorbed: Sequence[Company],
) -> None:
    """Write a merge in one transaction.

    Raises:
        OSError, RuntimeError: the database refused; it is as it was.
    """
    with heeding_gdal():
        dataset = gdal.OpenEx(str(territory.path), gdal.OF_VECTOR | gdal.OF_UPDATE)
        dataset.StartTransaction()
    try:
        with heeding_gdal():
            # Verdicts first: two of one pair are never there together.
            _delete(dataset, AVIS.name, work.gone.pop(AVIS.name, ()))
            for (name, fid), values in work.changes.items():
                _change(dataset, name, fid, _signed(values, author))
            for name, fids in work.gone.items():
                _delete(dataset, name, fids)
            # Before the kept one takes their SIRET.
            _delete(dataset, ETABLISSEMENT.name, [company.fid for company in absorbed])
            values = {
                name: value
                for name, value in after.values.items()
                if value != before.values.get(name)
            }
            point = after.point if before.point is None else None
            _change(dataset, ETABLISSEMENT.name, before.fid, _signed(values, author), point)
        with heeding_gdal():
            dataset.CommitTransaction()
    except (OSError, RuntimeError):
        dataset.RollbackTransaction()
        raise


def _signed(values: Mapping[str, object], author: str) -> dict[str, object]:
    return {**values, "modifie_par": author} if author else dict(values)


def _change(
    dataset: gdal.Dataset,
    name: str,
    fid: int,
    values: Mapping[str, object],
    point: tuple[float, float] | None = None,
) -> None:
    layer = dataset.GetLayerByName(name)
    feature = layer.GetFeature(fid)
    if feature is None:
        raise OSError(tr("a record was deleted meanwhile"))
    for column, value in values.items():
        feature.SetField(column, value)
    if point is not None:
        shape = ogr.Geometry(ogr.wkbPoint)
        shape.AddPoint_2D(*point)
        feature.SetGeometry(shape)
    layer.SetFeature(feature)


def _delete(dataset: gdal.Dataset, name: str, fids: Sequence[int]) -> None:
    layer = dataset.GetLayerByName(name)
    for fid in fids:
        layer.DeleteFeature(fid)
