"""An export laid over the tables that prints of the same records tell, to be masked together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from qgis.core import QgsCoordinateReferenceSystem
from scipy import sparse

from ..domain.contributions import Contributions, places_of
from ..domain.masking import NEVER, Masked, mask
from ..domain.matching import Booleans, Integers
from ..domain.metric import Floats
from .base import Watch
from .masked_records import Categories, Records
from .masked_zones import Zone, inner_points, memberships


@dataclass(frozen=True)
class ToldBefore:
    """Counts by perimeter and group that a map or an atlas prints, the whole territory last.

    Attributes:
        crs: of the perimeters.
        perimeters: those of the territory.
        ids: identifiers of the records counted, shape (records,).
        owners: identifiers of their establishments.
        known: published by name, shape (records,).
        xy: where each is, shape (records, 2).
        category: of each record, shape (records,).
        groups: which categories each group holds, shape (groups, categories).
        told: the counts that are printed, shape (perimeters + 1, groups).
    """

    crs: QgsCoordinateReferenceSystem
    perimeters: Sequence[Zone]
    ids: Sequence[str]
    owners: Sequence[str]
    known: Booleans
    xy: Floats
    category: Integers
    groups: sparse.csr_matrix
    told: Booleans


class Joined:
    """Records of both, by the zones and groups of both.

    The zones of the export come first, then the perimeters of the prints and their whole; so do its
    groups.

    Args:
        records, rows: what is exported.
        xy: where all records of the export are, in the system of the perimeters.
        zones: areas of the export, in that system.
        categories: of the rows.
        before: what prints tell.
    """

    def __init__(
        self,
        records: Records,
        rows: np.ndarray,
        xy: Floats,
        zones: Sequence[Zone],
        categories: Categories,
        before: ToldBefore,
    ) -> None:
        self._records = records
        self._rows = rows
        self._xy = xy
        self._zones = zones
        self._categories = categories
        self._before = before
        exported = {records.ids[row] for row in rows.tolist()}
        only = [at for at, name in enumerate(before.ids) if name not in exported]
        # What is printed and not exported, and for each row of the export which record it is.
        self._only_printed = np.array(only, dtype=np.int64)
        number = {name: at for at, name in enumerate(before.ids)}
        match = [number.get(records.ids[row], len(number)) for row in rows.tolist()]
        self._match = np.array(match, dtype=np.int64)

    def masked(self, watch: Watch) -> Masked:
        """Return the masks of the export, then those of the prints.

        Raises:
            Cancelled: the user asked to stop.
        """
        before, rows = self._before, self._rows
        place, held = self._places(watch.part(0, 0.2))
        category, groups = self._groups()
        zones = len(self._zones)
        own = self._categories.groups.shape[0]
        turn = np.full((held.shape[0], groups.shape[0]), NEVER)
        turn[:zones, :own] = self._categories.depth
        told = np.zeros(turn.shape, dtype=bool)
        told[zones:, own:] = before.told
        # Who is not named in print is not known.
        known = np.append(before.known, False)
        more = len(self._only_printed)
        return mask(
            Contributions(
                self._owners(),
                place,
                category,
                np.concatenate([known[self._match], before.known[self._only_printed]]),
                {
                    unit: np.concatenate([values[rows], np.full(more, np.nan)])
                    for unit, values in self._records.amounts.items()
                },
            ),
            held,
            groups,
            turn=turn,
            told=told,
            feedback=watch.part(0.2, 1),
        )

    def _places(self, watch: Watch) -> tuple[np.ndarray, sparse.csr_matrix]:
        """Return the finest place of each record, and the places of each zone."""
        every = [*self._zones, *self._before.perimeters]
        printed = self._before.xy[self._only_printed]
        points = np.concatenate([self._xy[self._rows], printed, inner_points(every)])
        inside = memberships(points, every, watch)
        whole = np.diff(inside[:, len(self._zones) :].indptr) > 0
        place, held = places_of(
            sparse.hstack([inside, sparse.csr_matrix(whole[:, np.newaxis])], format="csr")
        )
        return place[: len(self._rows) + len(printed)], held

    def _groups(self) -> tuple[np.ndarray, sparse.csr_matrix]:
        """Return the category of each record in both, and the groups of both."""
        before, mine = self._before, self._categories
        # One more for what is not in one of them.
        own, others = mine.groups.shape[1], before.groups.shape[1]
        printed = np.append(before.category, others)
        both = np.column_stack(
            [
                np.concatenate([mine.category, np.full(len(self._only_printed), own)]),
                np.concatenate([printed[self._match], before.category[self._only_printed]]),
            ]
        )
        met, category = np.unique(both, axis=0, return_inverse=True)
        groups = [
            with_none(mine.groups)[:, met[:, 0]],
            with_none(before.groups)[:, met[:, 1]],
        ]
        return category.ravel(), sparse.vstack(groups, format="csr")

    def _owners(self) -> np.ndarray:
        """Return one number for each establishment of both."""
        names = [self._records.names[one] for one in self._records.owners[self._rows].tolist()]
        names += [self._before.owners[at] for at in self._only_printed.tolist()]
        number: dict[str, int] = {}
        return np.array([number.setdefault(name, len(number)) for name in names], dtype=np.int64)


def with_none(groups: sparse.csr_matrix) -> sparse.csr_matrix:
    """Add a category that is in no group."""
    none = sparse.csr_matrix((groups.shape[0], 1))
    return sparse.hstack([groups, none], format="csr")
