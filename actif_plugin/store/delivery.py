"""What a source delivers beside what a record holds: which of the two is right, field by field."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from qgis.core import QgsFeature

from ..compat import plain
from .blobs import blob_point
from .model import GEOMETRY_COLUMN, Type
from .schema import ETABLISSEMENT

# Under this name the memory of a record keeps where its source put it.
POSITION = "position"
# Positions are compared to the centimetre: a transformation does not give back every digit.
_POSITION_DIGITS = 2
# What a source cannot deliver: where it comes from, and who may read it.
_OURS = ("source", "source_date", "source_valeurs", "confidentialite")
FIELDS = tuple(one.name for one in ETABLISSEMENT.fields if one.name not in _OURS)
_REALS = {one.name for one in ETABLISSEMENT.fields if one.type is Type.REAL}
# Describe the point, and stay with it.
_OF_THE_POINT = ("geocodage_qualite", "geocodage_score", "ban_id")
# The database's own word where nobody said anything.
_UNSAID = {one.name: str(one.default) for one in ETABLISSEMENT.fields if one.default is not None}
_ENCODE = json.JSONEncoder(sort_keys=True).encode


class Kept(NamedTuple):
    """A field where an adviser wrote something else than the source.

    Attributes:
        key, name: of the establishment.
        field: name of the field, or ``position``.
        kept, delivered: what stays, and what the source says.
    """

    key: str
    name: str
    field: str
    kept: str
    delivered: str


@dataclass(frozen=True)
class Current:
    """A record as it is.

    Attributes:
        key, name: its identifier, and what people call it.
        values: its fields, the filled ones, as text.
        position: its point as text, empty where it has none.
        memory: what sources last delivered.
    """

    key: str
    name: str
    values: Mapping[str, str]
    position: str
    memory: Mapping[str, object]

    @classmethod
    def of(cls, row: sqlite3.Row) -> Current:
        """Return the record of a row of the table."""
        values = {name: str(row[name]) for name in FIELDS if row[name] not in (None, "")}
        return cls(
            row["id"] or "",
            values.get("raison_sociale") or values.get("siret") or values.get("enseigne", ""),
            values,
            position_text(blob_point(row[GEOMETRY_COLUMN])),
            json.loads(row["source_valeurs"] or "{}"),
        )

    def held(self, name: str) -> str:
        """Return what a field holds, as text."""
        return self.position if name == POSITION else self.values.get(name, "")

    def corrected(self, name: str) -> bool:
        """Tell whether a field holds the word of an adviser, and not its source's."""
        held, before = self.held(name), self.memory.get(name)
        if not before and held == _UNSAID.get(name):
            return False
        return _corrected(name, held, before)


@dataclass
class Merged:
    """What becomes of a record.

    Attributes:
        changes: fields that follow the source.
        point: where it goes, or None where it stays.
        kept: fields that do not follow.
        memory: what sources have delivered by now, as it is stored.
    """

    changes: dict[str, str] = field(default_factory=dict)
    point: tuple[float, float] | None = None
    kept: list[Kept] = field(default_factory=list)
    memory: str = ""


def delivery_of(values: Mapping[str, str], point: tuple[float, float] | None) -> str:
    """Return what a source delivers, as a record remembers it."""
    if point is not None:
        values = {**values, POSITION: position_text(point)}
    return _ENCODE(values)


def merge(current: Current, delivered: Mapping[str, str], approximate: bool) -> Merged:
    """Tell what the source may change in a record, and what it may not.

    Args:
        current: the record.
        delivered: what the source says.
        approximate: the position delivered is only that of the commune.
    """
    merged = Merged(memory=_ENCODE({**current.memory, **delivered}))
    placed = POSITION in delivered and bool(current.position)
    stays = placed and current.corrected(POSITION)
    for name, value in delivered.items():
        if name != POSITION and name not in FIELDS:
            continue
        held = current.held(name)
        if same(name, held, value):
            continue
        if stays and (name in _OF_THE_POINT or (approximate and name == POSITION)):
            # Said of another point than the one that stays.
            continue
        if current.corrected(name):
            merged.kept.append(Kept(current.key, current.name, name, held, value))
        elif name == POSITION:
            x, y = value.split()
            merged.point = float(x), float(y)
        else:
            merged.changes[name] = value
    for start, end in ETABLISSEMENT.ordered:
        first, second = (merged.changes.get(name) or current.held(name) for name in (start, end))
        if second and second < first:
            # The table refuses dates in this order, and with them the whole import.
            for name in {start, end} & set(merged.changes):
                value = merged.changes.pop(name)
                merged.kept.append(Kept(current.key, current.name, name, current.held(name), value))
    return merged


def position_corrected(feature: QgsFeature) -> bool:
    """Tell whether the point of an establishment is an adviser's, and not its source's."""
    geometry = feature.geometry()
    at = None if geometry.isNull() else geometry.asPoint()
    held = position_text(None if at is None else (at.x(), at.y()))
    memory = json.loads(plain(feature["source_valeurs"]) or "{}")
    return _corrected(POSITION, held, memory.get(POSITION))


def position_text(point: tuple[float, float] | None) -> str:
    """Return a point as it is remembered."""
    if point is None:
        return ""
    return f"{point[0]:.{_POSITION_DIGITS}f} {point[1]:.{_POSITION_DIGITS}f}"


def same(name: str, first: str, second: str) -> bool:
    """Tell whether two texts are one value; 01000 and 1000 are one number, not one postcode."""
    if first == second:
        return True
    if not (first and second):
        return False
    if name == POSITION or name in _REALS:
        return [float(part) for part in first.split()] == [float(part) for part in second.split()]
    return False


def _corrected(name: str, held: str, before: object) -> bool:
    return bool(held) and not same(name, held, str(before or ""))
