"""Masked figures as rows: of areas, or of flows from area to area."""

from __future__ import annotations

import functools
from collections.abc import Sequence

import numpy as np
from qgis.core import QgsFeature, QgsFields, QgsGeometry, QgsProcessingFeedback
from scipy import sparse

from ..domain.contributions import Contributions, places_of
from ..domain.masking import Figure, Masked, mask
from ..translation import tr
from .base import Watch
from .joined_flows import FlowTable, PrintedFlows, keys_of, masked_flows
from .joined_tables import Joined, ToldBefore
from .masked_records import Records, categories_of
from .masked_zones import Zone, inner_points, memberships

_MASKED, _SHOWN = "oui", "non"


class Areas:
    """Figures of areas, masked together with those of the other zones that are published.

    Args:
        records: what is counted.
        xy: where, in the system of the zones.
        fields: what figures are told by.
        drawn: areas of the rows as they are drawn.
        zones: the same, as they are counted in.
        also: other areas that are published from the same records.
        before: what prints of the same records tell, in the system of the zones; None for nothing.
        feedback: of the run.
    """

    def __init__(
        self,
        records: Records,
        xy: np.ndarray,
        fields: Sequence[str],
        drawn: list[Zone],
        zones: list[Zone],
        also: list[Zone],
        before: ToldBefore | None,
        feedback: QgsProcessingFeedback,
    ) -> None:
        # In one order whichever of them is the output: two runs then mask alike.
        every = sorted(
            dict.fromkeys([*map(_key, zones), *map(_key, also)]),
        )
        number = {key: at for at, key in enumerate(every)}
        shapes = {_key(zone): zone for zone in [*also, *zones]}
        ordered = [shapes[key] for key in every]
        points = np.concatenate([xy, inner_points(ordered)])
        inside = memberships(points, ordered, Watch(feedback, 0.4, 0.5))
        rows = np.flatnonzero(np.diff(inside.indptr)[: len(xy)])
        _tell_outside(len(xy) - len(rows), feedback)
        self.categories = categories_of(records, fields, rows)
        watch = Watch(feedback, 0.5, 0.9)
        if before is None:
            self._masked = self._alone(records, rows, inside, watch)
        else:
            laid = Joined(records, rows, xy, ordered, self.categories, before)
            self._masked = laid.masked(watch)
        self.zones = drawn
        self._rows = [number[_key(zone)] for zone in zones]
        _tell(self._masked, self._rows, len(self.categories.labels), feedback)

    def _alone(
        self, records: Records, rows: np.ndarray, inside: sparse.csr_matrix, watch: Watch
    ) -> Masked:
        place, held = places_of(inside)
        known = records.known[rows]
        # Whether readers know the public ones or not, hiding more never gives anything away.
        supposed = [known] if records.certain or not known.any() else [known, np.zeros_like(known)]
        masks = [
            mask(
                Contributions(
                    records.owners[rows],
                    place[rows],
                    self.categories.category,
                    one,
                    {unit: values[rows] for unit, values in records.amounts.items()},
                ),
                held,
                self.categories.groups,
                turn=np.tile(self.categories.depth, (held.shape[0], 1)),
                feedback=watch.part(at / len(supposed), (at + 1) / len(supposed)),
            )
            for at, one in enumerate(supposed)
        ]
        return functools.reduce(_all_of, masks)

    def __len__(self) -> int:
        return len(self.zones)

    def features(self, at: int, fields: QgsFields) -> list[QgsFeature]:
        """Return the rows of a zone, one a category."""
        zone, row = self.zones[at], self._rows[at]
        counts = (self._masked.establishments, self._masked.records)
        masks = int(self._masked.records.hidden[row, : len(self.categories.labels)].sum())
        return [
            _feature(
                fields,
                zone.shape,
                [zone.code, zone.name, label],
                [_shown(figure, row, group, int) for figure in counts],
                [_shown(f, row, group, float) for f in self._masked.amounts.values()],
                bool(self._masked.records.hidden[row, group]),
                masks,
            )
            for group, label in enumerate(self.categories.labels)
        ]


class Flows:
    """Synergies as flows from zone to zone: three establishments at each end.

    A pair of zones whose figures are all masked is not there at all, like one without a synergy:
    a line drawn would say that there is one.

    Args:
        records: synergies.
        ends: where each starts, and where it ends, in the system of the zones.
        fields: what figures are told by.
        zones: a synergy is between the first ones that hold its ends.
        feedback: of the run.
        before: what prints of the same synergies tell; None for nothing.
    """

    def __init__(
        self,
        records: Records,
        ends: list[np.ndarray],
        fields: Sequence[str],
        zones: list[Zone],
        feedback: QgsProcessingFeedback,
        before: PrintedFlows | None = None,
    ) -> None:
        watch = Watch(feedback, 0.1, 0.2)
        start, end = (
            _first(memberships(xy, zones, watch.part(half / 2, half / 2 + 0.5)))
            for half, xy in enumerate(ends)
        )
        rows = np.flatnonzero((start >= 0) & (end >= 0))
        _tell_outside(len(start) - len(rows), feedback)
        self.categories = categories_of(records, fields, rows)
        low, high = np.minimum(start, end)[rows], np.maximum(start, end)[rows]
        turned = (start > end)[rows]
        pairs, place = np.unique(low * len(zones) + high, return_inverse=True)
        self._pairs = [divmod(int(pair), len(zones)) for pair in pairs]
        owners = np.where(
            turned[:, np.newaxis], records.owners[rows][:, ::-1], records.owners[rows]
        )
        keys = keys_of(records.ids)
        depth = self.categories.depth
        self._table = FlowTable(
            [keys[row] for row in rows.tolist()],
            owners,
            records.known[rows],
            place.ravel(),
            self.categories.category,
            self.categories.groups,
            {unit: values[rows] for unit, values in records.amounts.items()},
            # The whole too is published: its pairs are masked against it.
            np.repeat([1, 0], [max(1, len(pairs)), 1])[:, np.newaxis] + depth,
        )
        sides = masked_flows(self._table, before, Watch(feedback, 0.2, 0.9))
        # What either end hides is hidden; hiding more never gives anything away.
        self._masked = functools.reduce(_all_of, sides)
        self._zones = zones
        _tell(self._masked, list(range(len(self._pairs))), len(self.categories.labels), feedback)

    def __len__(self) -> int:
        return len(self._pairs)

    def printed(self) -> PrintedFlows:
        """Return what a print of the totals tells."""
        table, drawn = self._table, ~self._masked.records.hidden[: len(self), 0]
        return PrintedFlows(table.keys, table.owners, table.known, table.pair, drawn)

    def features(self, at: int, fields: QgsFields) -> list[QgsFeature]:
        """Return the rows of a pair of zones, those of its categories that are shown."""
        start, end = (self._zones[number] for number in self._pairs[at])
        first, last = (zone.shape.pointOnSurface().asPoint() for zone in (start, end))
        line = QgsGeometry.fromPolylineXY([first, last])
        return [
            _feature(
                fields,
                line,
                [start.code, start.name, end.code, end.name, label],
                [_shown(self._masked.records, at, group, int)],
                [_shown(figure, at, group, float) for figure in self._masked.amounts.values()],
                False,
                0,
            )
            for group, label in enumerate(self.categories.labels)
            if not self._masked.records.hidden[at, group]
        ]


def _feature(
    fields: QgsFields,
    shape: QgsGeometry,
    names: list[str],
    counts: list[object],
    amounts: list[object],
    masked: bool,
    masks: int,
) -> QgsFeature:
    feature = QgsFeature(fields)
    feature.setGeometry(shape)
    hidden = sum(amount is None for amount in amounts)
    feature.setAttributes([*names, *counts, *amounts, _MASKED if masked else _SHOWN, hidden, masks])
    return feature


def _shown(figure: Figure, row: int, group: int, kind: type) -> object:
    return None if figure.hidden[row, group] else kind(figure.values[row, group])


def _all_of(one: Masked, other: Masked) -> Masked:
    """Return figures that are hidden where either hides them."""
    return Masked(
        _both(one.establishments, other.establishments),
        _both(one.records, other.records),
        {unit: _both(figure, other.amounts[unit]) for unit, figure in one.amounts.items()},
    )


def _both(one: Figure, other: Figure) -> Figure:
    return Figure(one.values, one.hidden | other.hidden, one.primary | other.primary)


def _first(inside: sparse.csr_matrix) -> np.ndarray:
    """Return the first zone of each point, -1 where there is none."""
    inside.sort_indices()
    first = np.full(inside.shape[0], -1, dtype=np.int64)
    some = np.flatnonzero(np.diff(inside.indptr))
    first[some] = inside.indices[inside.indptr[some]]
    return first


def _key(zone: Zone) -> tuple[str, str, bytes]:
    return zone.code, zone.name, bytes(zone.shape.asWkb())


def _tell_outside(count: int, feedback: QgsProcessingFeedback) -> None:
    if count:
        feedback.pushWarning(tr("{count} records left out (in no zone).").format(count=count))


def _tell(masked: Masked, rows: list[int], groups: int, feedback: QgsProcessingFeedback) -> None:
    """Say how much is masked; the log is for who runs the export, not for who reads it."""
    figures = [(tr("counts"), masked.records)]
    figures += [(f"quantite_{unit}", figure) for unit, figure in masked.amounts.items()]
    for name, figure in figures:
        hidden, primary = figure.hidden[rows, :groups], figure.primary[rows, :groups]
        feedback.pushInfo(
            tr(
                "{name}: {masked} figures masked of {total}: {primary} by the rule itself,"
                " {secondary} so that these cannot be found by subtraction."
            ).format(
                name=name,
                masked=int(hidden.sum()),
                total=hidden.size,
                primary=int((hidden & primary).sum()),
                secondary=int((hidden & ~primary).sum()),
            )
        )
