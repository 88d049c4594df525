"""Companies that a territory already has, under almost the same name at almost the same place."""

from __future__ import annotations

import itertools
import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsCoordinateTransformContext,
    QgsCsException,
    QgsFeatureRequest,
)

from ..compat import plain
from ..domain.duplicates import SAME_SITE_M, near_equal
from ..domain.metric import geocentric
from ..sources.establishments import SOURCE_KEY, identity
from .territory import Territory

_NAMES = ("raison_sociale", "enseigne")
_READ = ("siret", "source_valeurs", *_NAMES)
_WGS84 = "EPSG:4326"
_AROUND = tuple(itertools.product((-1, 0, 1), repeat=3))

Cell = tuple[int, int, int]


class _Company(NamedTuple):
    names: tuple[str, ...]
    place: np.ndarray
    line: int


class KnownCompanies:
    """The establishments of a territory, found by SIRET or by name within 100 metres.

    A grid of geocentric coordinates, one cell as wide as the reach: a neighbour is in the same cell
    or in one around it, and companies can be added as they come.
    """

    def __init__(self, territory: Territory, transforms: QgsCoordinateTransformContext) -> None:
        self._sirets: set[str] = set()
        self._keys: set[str] = set()
        self._followers: set[str] = set()
        self._cells: defaultdict[Cell, list[_Company]] = defaultdict(list)
        layer = territory.layer("etablissement")
        degrees = QgsCoordinateReferenceSystem(_WGS84)
        to_degrees = QgsCoordinateTransform(territory.crs, degrees, transforms)
        request = QgsFeatureRequest().setSubsetOfAttributes(list(_READ), layer.fields())
        for feature in layer.getFeatures(request):
            remembered = json.loads(plain(feature["source_valeurs"]) or "{}")
            key = remembered.get(SOURCE_KEY, "")
            self._keys.add(key)
            if key == identity(remembered):
                self._followers.add(key)
            self._sirets.add(plain(feature["siret"]) or "")
            if feature.geometry().isNull():
                continue
            try:
                point = to_degrees.transform(feature.geometry().asPoint())
            except QgsCsException:
                continue
            names = [str(plain(feature[name]) or "") for name in _NAMES]
            self.add(names, (point.x(), point.y()))

    def follows(self, key: str) -> bool:
        """Tell whether a record still follows the source that calls it *key*.

        One that a surer source has completed since answers to its SIRET, and no more to its key.
        """
        return bool(key) and key in self._followers

    def twin(
        self, key: str, siret: str, names: Sequence[str], lonlat: tuple[float, float] | None
    ) -> int | None:
        """Find a company that is here: by key, by SIRET, or by its name within 100 metres.

        Args:
            key: what its source calls it, or empty.
            siret: 14 digits, or empty.
            names: those it goes by; empty ones count for nothing.
            lonlat: WGS 84, or None.

        Returns:
            The line that :meth:`add` was given, 0 for a company of the territory, None for none.
        """
        lines = [] if lonlat is None else list(self._near(names, lonlat))
        if any(lines):
            return max(lines)
        known = lines or (key and key in self._keys) or (siret and siret in self._sirets)
        return 0 if known else None

    def add(self, names: Sequence[str], lonlat: tuple[float, float], line: int = 0) -> None:
        """Take in one more company, from a line of the source."""
        place, cell = _located(lonlat)
        self._cells[cell].append(_Company(tuple(name for name in names if name), place, line))

    def _near(self, names: Sequence[str], lonlat: tuple[float, float]) -> Iterator[int]:
        place, cell = _located(lonlat)
        for step in _AROUND:
            around = (cell[0] + step[0], cell[1] + step[1], cell[2] + step[2])
            for company in self._cells.get(around, ()):
                if np.linalg.norm(company.place - place) <= SAME_SITE_M and any(
                    near_equal(mine, theirs) for mine in names for theirs in company.names
                ):
                    yield company.line


def _located(lonlat: tuple[float, float]) -> tuple[np.ndarray, Cell]:
    place = geocentric(np.asarray([lonlat], dtype=float))[0]
    x, y, z = (place // SAME_SITE_M).astype(int).tolist()
    return place, (x, y, z)
