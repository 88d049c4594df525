"""Bringing establishments in without spoiling what advisers wrote."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from qgis.core import QgsFeature, QgsGeometry, QgsPointXY, QgsVectorLayer

from ..compat import plain
from ..sources.establishments import identity
from ..translation import tr
from .errors import StoreError
from .model import Type
from .records import new_record, typed
from .schema import ETABLISSEMENT
from .territory import Territory

# Positions are compared to the centimetre: a transformation does not give back every digit.
_POSITION_DIGITS = 2
_POSITION = "position"


@dataclass(frozen=True)
class Incoming:
    """An establishment ready for a territory: our fields, and its point in the territory's CRS."""

    values: Mapping[str, str]
    point: QgsPointXY | None


@dataclass
class Report:
    """What became of the establishments brought in.

    Attributes:
        created, updated, unchanged: counts.
        kept: (establishment, field, value kept, value of the source) where an adviser had written
            something else than the source.
    """

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    kept: list[tuple[str, str, str, str]] = field(default_factory=list)


def bring_in(
    territory: Territory,
    establishments: Sequence[Incoming],
    *,
    source: str,
    source_date: str,
    author: str,
    advance: Callable[[float], None] = lambda fraction: None,
) -> Report:
    """Create and update establishments, all of them or none.

    A record is recognised by its SIRET, else by its name and address, its own or those that the
    source last gave it. The source's last word is remembered field by field: a field that still
    holds it follows the source, one that differs was written by an adviser and stays.

    Args:
        territory: where they go.
        establishments: without duplicates among them.
        source: name of the source, kept with each record.
        source_date: ISO date.
        author: who imports.
        advance: told the share done; may raise to stop before anything is written.

    Raises:
        StoreError: the database refused; nothing was changed.
    """
    layer = territory.layer("etablissement")
    known = _known(layer, {identity(incoming.values) for incoming in establishments})
    report = Report()
    created: list[QgsFeature] = []
    attributes: dict[int, dict[int, object]] = {}
    geometries: dict[int, QgsGeometry] = {}
    for number, incoming in enumerate(establishments):
        if number % 500 == 0:
            advance(number / len(establishments))
        delivered = _delivered(incoming)
        current = known.get(identity(incoming.values))
        if current is None:
            stamped = {"source": source, "source_date": source_date, "cree_par": author}
            created.append(_feature(layer, incoming, delivered, stamped))
            continue
        changes, point = _merge(current, delivered, report)
        if point is not None:
            geometries[current.id()] = QgsGeometry.fromPointXY(point)
        if changes or point is not None:
            changes |= {"source": source, "source_date": source_date, "modifie_par": author}
            report.updated += 1
        else:
            report.unchanged += 1
        remembered = json.dumps({**_remembered(current), **delivered}, sort_keys=True)
        if remembered != plain(current["source_valeurs"]):
            changes["source_valeurs"] = remembered
        if changes:
            fields = layer.fields()
            attributes[current.id()] = {
                fields.indexOf(name): typed(ETABLISSEMENT.field(name), value)
                for name, value in changes.items()
            }
    _write(layer, created, attributes, geometries)
    report.created = len(created)
    return report


def _known(layer: QgsVectorLayer, wanted: set[str]) -> dict[str, QgsFeature]:
    """Return the territory's establishments by identity.

    One whose SIRET, name or address an adviser corrected is known by what the source called it
    too, unless what is brought in holds both: then they are two.
    """
    known: dict[str, QgsFeature] = {}
    renamed: dict[str, QgsFeature] = {}
    for feature in layer.getFeatures():
        names = ("siret", "raison_sociale", "enseigne", "adresse", "commune_insee", "commune_nom")
        own = identity({name: plain(feature[name]) or "" for name in names})
        known.setdefault(own, feature)
        before = _remembered(feature)
        if before and own not in wanted:
            renamed.setdefault(identity(before), feature)
    return {**renamed, **known}


def _remembered(feature: QgsFeature) -> dict[str, str]:
    """Return the last value that a source delivered for each field."""
    return dict(json.loads(plain(feature["source_valeurs"]) or "{}"))


def _delivered(incoming: Incoming) -> dict[str, str]:
    values = dict(incoming.values)
    if incoming.point is not None:
        values[_POSITION] = _position(incoming.point)
    return values


def _position(point: QgsPointXY) -> str:
    return f"{point.x():.{_POSITION_DIGITS}f} {point.y():.{_POSITION_DIGITS}f}"


def _feature(
    layer: QgsVectorLayer,
    incoming: Incoming,
    delivered: Mapping[str, str],
    stamped: Mapping[str, str],
) -> QgsFeature:
    values = {"etat": "actif", "confidentialite": "interne", **incoming.values, **stamped}
    values["source_valeurs"] = json.dumps(delivered, sort_keys=True)
    geometry = QgsGeometry.fromPointXY(incoming.point) if incoming.point is not None else None
    return new_record(layer, ETABLISSEMENT, values, geometry)


def _merge(
    current: QgsFeature, delivered: Mapping[str, str], report: Report
) -> tuple[dict[str, str], QgsPointXY | None]:
    """Return what the source may change in *current*; note what it may not."""
    before = _remembered(current)
    label = str(plain(current["raison_sociale"]) or plain(current["siret"]) or "")
    changes: dict[str, str] = {}
    point = None
    for name, value in delivered.items():
        held = _held(current, name)
        if _same(name, held, value):
            continue
        if held and not _same(name, held, before.get(name, "")):
            report.kept.append((label, name, held, value))
        elif name == _POSITION:
            x, y = value.split()
            point = QgsPointXY(float(x), float(y))
        else:
            changes[name] = value
    for start, end in ETABLISSEMENT.ordered:
        first, second = (changes.get(name) or _held(current, name) for name in (start, end))
        if second and second < first:
            # The table refuses dates in this order, and with them the whole import.
            for name in {start, end} & set(changes):
                report.kept.append((label, name, _held(current, name), changes.pop(name)))
    return changes, point


def _held(current: QgsFeature, name: str) -> str:
    if name == _POSITION:
        if current.geometry().isNull():
            return ""
        return _position(current.geometry().asPoint())
    value = plain(current[name])
    if value is None:
        return ""
    return value.toString("yyyy-MM-dd") if hasattr(value, "toString") else str(value)


def _same(name: str, first: str, second: str) -> bool:
    """Tell whether two texts are one value; 01000 and 1000 are one number, not one postcode."""
    if first == second:
        return True
    if not (first and second):
        return False
    if name == _POSITION or ETABLISSEMENT.field(name).type is Type.REAL:
        return [float(part) for part in first.split()] == [float(part) for part in second.split()]
    return False


def _write(
    layer: QgsVectorLayer,
    created: Sequence[QgsFeature],
    attributes: Mapping[int, Mapping[int, object]],
    geometries: Mapping[int, QgsGeometry],
) -> None:
    # Each call is one transaction of the provider; the second one undoes the first if it fails.
    provider = layer.dataProvider()
    added, features = provider.addFeatures(list(created)) if created else (True, [])
    changed = added and (
        not (attributes or geometries) or provider.changeFeatures(attributes, geometries)
    )
    if changed:
        return
    reason = "; ".join(provider.errors())
    if added and features:
        provider.deleteFeatures([feature.id() for feature in features])
    raise StoreError(
        tr("The territory refused the establishments, nothing was imported: {reason}").format(
            reason=reason
        )
    )
