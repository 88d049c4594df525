"""Putting geocoded points on establishments that have none, or only their commune's."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from qgis.core import QgsFeature, QgsGeometry, QgsPointXY, QgsVectorLayer

from ..compat import plain
from ..translation import tr
from .errors import StoreError
from .establishments import position_corrected
from .records import typed
from .schema import ETABLISSEMENT
from .territory import Territory

AT_COMMUNE = "commune"


@dataclass(frozen=True)
class Placement:
    """Where the geocoder puts an establishment.

    Attributes:
        point: in the territory's CRS.
        quality: for ``geocodage_qualite``.
        score: 0 to 1.
        ban_id: key of the address, or nothing.
    """

    point: QgsPointXY
    quality: str
    score: float
    ban_id: str


@dataclass
class PlacingReport:
    """What became of the placements.

    Attributes:
        placed: establishments that got their point.
        kept: those whose point an adviser put, or is as good already.
        unknown: keys of no establishment.
    """

    placed: int = 0
    kept: int = 0
    unknown: list[str] = field(default_factory=list)


def place_establishments(
    territory: Territory,
    placements: Mapping[str, Placement],
    author: str,
    advance: Callable[[float], None] = lambda fraction: None,
) -> PlacingReport:
    """Give their points to establishments without one, or placed at their commune only.

    The point that an adviser put stays. Flows follow their establishment, in the database.

    Args:
        territory: of the establishments.
        placements: by ``id`` of the establishment, or by its SIRET.
        author: who places.
        advance: told the share done; may raise to stop before anything is written.

    Raises:
        StoreError: the database refused; nothing was changed.
    """
    layer = territory.layer("etablissement")
    report = PlacingReport()
    attributes: dict[int, dict[int, object]] = {}
    geometries: dict[int, QgsGeometry] = {}
    seen = set()
    total = max(1, layer.featureCount())
    for number, establishment in enumerate(layer.getFeatures()):
        if number % 500 == 0:
            advance(min(1.0, number / total))
        keys = {plain(establishment["id"]), plain(establishment["siret"])} & set(placements)
        if not keys:
            continue
        seen |= keys
        placement = placements[keys.pop()]
        if not _wanting(establishment, placement):
            report.kept += 1
            continue
        report.placed += 1
        geometries[establishment.id()] = QgsGeometry.fromPointXY(placement.point)
        attributes[establishment.id()] = _values(layer, placement, author)
    report.unknown = sorted(set(placements) - seen)
    if geometries and not layer.dataProvider().changeFeatures(attributes, geometries):
        raise StoreError(
            tr("The territory refused the points, nothing was changed: {reason}").format(
                reason="; ".join(layer.dataProvider().errors())
            )
        )
    return report


def _wanting(establishment: QgsFeature, placement: Placement) -> bool:
    if establishment.geometry().isNull():
        return True
    at_commune = plain(establishment["geocodage_qualite"]) == AT_COMMUNE
    better = placement.quality != AT_COMMUNE
    return at_commune and better and not position_corrected(establishment)


def _values(layer: QgsVectorLayer, placement: Placement, author: str) -> dict[int, object]:
    values = {
        "geocodage_qualite": placement.quality,
        "geocodage_score": repr(placement.score),
        "ban_id": placement.ban_id,
        "modifie_par": author,
    }
    return {
        layer.fields().indexOf(name): typed(ETABLISSEMENT.field(name), text)
        for name, text in values.items()
        if text
    }
