"""Bringing perimeters in: each one once, whatever the number of imports."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from qgis.core import QgsFeature, QgsFeatureRequest, QgsGeometry, QgsVectorLayer

from ..compat import plain
from ..sources.cnig import is_land
from ..sources.perimeters import Area, key_of
from ..translation import tr
from .errors import StoreError
from .records import new_record, typed
from .schema import PERIMETRE
from .territory import Territory

# Perimeters read or written at once: few enough to stop soon, enough to go fast.
_BATCH = 200


@dataclass(frozen=True)
class IncomingArea:
    """A perimeter ready for a territory: a valid multipolygon in the territory's CRS."""

    area: Area
    shape: QgsGeometry


@dataclass
class AreaReport:
    """What became of the perimeters brought in."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0


def bring_in_areas(
    territory: Territory,
    areas: Sequence[IncomingArea],
    *,
    advance: Callable[[float], None] = lambda fraction: None,
) -> AreaReport:
    """Create and update perimeters, all of them or none.

    A perimeter is recognised by its type and code, else by its type and name. The source has the
    last word on what it says; a name or a parent that it leaves empty stays.

    Args:
        territory: where they go.
        areas: without two of one key among them.
        advance: told the share done; may raise to stop, and nothing is changed then.

    Raises:
        StoreError: the database refused; nothing was changed.
    """
    layer = territory.layer("perimetre")
    known = _known(layer)
    report = AreaReport()
    created: list[QgsFeature] = []
    attributes: dict[int, dict[int, object]] = {}
    geometries: dict[int, QgsGeometry] = {}
    for start in range(0, len(areas), _BATCH):
        advance(0.5 * start / len(areas))
        batch = areas[start : start + _BATCH]
        numbers = [known[area.area.key()] for area in batch if area.area.key() in known]
        request = QgsFeatureRequest().setFilterFids(numbers)
        held = {feature.id(): feature for feature in layer.getFeatures(request)} if numbers else {}
        for incoming in batch:
            current = held.get(known.get(incoming.area.key(), -1))
            values = _values(incoming.area)
            if current is None:
                created.append(new_record(layer, PERIMETRE, values, incoming.shape))
                continue
            changes = {
                layer.fields().indexOf(name): typed(PERIMETRE.field(name), text)
                for name, text in values.items()
                if text and text != plain(current[name])
            }
            moved = current.geometry().asWkb() != incoming.shape.asWkb()
            if changes:
                attributes[current.id()] = changes
            if moved:
                geometries[current.id()] = incoming.shape
            if changes or moved:
                report.updated += 1
            else:
                report.unchanged += 1
    _write(layer, created, attributes, geometries, advance)
    report.created = len(created)
    return report


def original_of(feature: QgsFeature) -> dict[str, str]:
    """Return the cells that a perimeter keeps of the CNIG table it came from."""
    return dict(json.loads(plain(feature["source_valeurs"]) or "{}"))


def sites_of_lands(territory: Territory) -> dict[str, str]:
    """Return the site of each piece of land that the territory knows, by their codes."""
    layer = territory.layer("perimetre", subset="\"type\" = 'autre'")
    request = QgsFeatureRequest().setFlags(QgsFeatureRequest.Flag.NoGeometry)
    return {
        str(plain(land["code"])): str(plain(land["parent_code"]))
        for land in layer.getFeatures(request)
        if plain(land["parent_code"]) and is_land(original_of(land))
    }


def _values(area: Area) -> Mapping[str, str]:
    kept = json.dumps(area.original, sort_keys=True, ensure_ascii=False) if area.original else ""
    return {
        "type": area.type,
        "code": area.code,
        "nom": area.nom,
        "parent_code": area.parent_code,
        "source_valeurs": kept,
    }


def _known(layer: QgsVectorLayer) -> dict[tuple[str, str], int]:
    """Return the feature ids of the territory's perimeters by what makes them the same one."""
    request = QgsFeatureRequest().setFlags(QgsFeatureRequest.Flag.NoGeometry)
    request.setSubsetOfAttributes(["type", "code", "nom"], layer.fields())
    known: dict[tuple[str, str], int] = {}
    for feature in layer.getFeatures(request):
        kind, code, name = (str(plain(feature[n]) or "") for n in ("type", "code", "nom"))
        known.setdefault(key_of(kind, code, name), feature.id())
    return known


def _write(
    layer: QgsVectorLayer,
    created: Sequence[QgsFeature],
    attributes: Mapping[int, Mapping[int, object]],
    geometries: Mapping[int, QgsGeometry],
    advance: Callable[[float], None],
) -> None:
    """Write new perimeters in batches, then the changes at once.

    Each call is a transaction of the provider: what the earlier ones added is taken away where a
    later one fails, or where *advance* stops.
    """
    provider = layer.dataProvider()
    added: list[int] = []
    done = False
    try:
        for start in range(0, len(created), _BATCH):
            advance(0.5 + 0.5 * start / len(created))
            taken, features = provider.addFeatures(list(created[start : start + _BATCH]))
            if not taken:
                break
            added += [feature.id() for feature in features]
        else:
            done = not (attributes or geometries) or provider.changeFeatures(attributes, geometries)
        reason = "; ".join(provider.errors())
    finally:
        if not done and added:
            provider.deleteFeatures(added)
    if not done:
        raise StoreError(
            tr("The territory refused the perimeters, nothing was imported: {reason}").format(
                reason=reason
            )
        )
