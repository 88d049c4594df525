"""What geocoding gives: a layer of points, and one of addresses to correct."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from contextlib import AbstractContextManager

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsFeature,
    QgsFeatureSink,
    QgsFields,
    QgsGeometry,
    QgsPointXY,
    QgsProcessingAlgorithm,
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingFeedback,
    QgsWkbTypes,
)

from ..compat import Kind, make_fields
from ..sources.geocoding import Place
from ..translation import tr
from .results import Result, kept_or_discarded

OUTPUT = "OUTPUT"
REJECTS = "REJECTS"
GEOCODED = "GEOCODED"
REJECTED = "REJECTED"

_WGS84 = "EPSG:4326"
_ADDED = (
    ("geocodage_qualite", Kind.TEXT),
    ("geocodage_score", Kind.REAL),
    ("geocodage_adresse", Kind.TEXT),
    ("ban_id", Kind.TEXT),
)
_REASON = ("motif", Kind.TEXT)


class GeocodedLayers:
    """The layers of ``geocode``: points, and addresses to correct.

    Args:
        algorithm: with the parameters ``OUTPUT`` and ``REJECTS``.
        parameters, context: of its run.
        given: fields of the input.

    Raises:
        QgsProcessingException: the points cannot be written.
    """

    def __init__(
        self,
        algorithm: QgsProcessingAlgorithm,
        parameters: dict,
        context: QgsProcessingContext,
        given: QgsFields,
    ) -> None:
        ours = {name for name, _ in (*_ADDED, _REASON)}
        # A layer geocoded before has these fields already: they are replaced, not doubled.
        self._kept = [index for index in range(given.count()) if given.at(index).name() not in ours]
        self._fields = _chosen(given, self._kept, make_fields(*_ADDED))
        self._reject_fields = _chosen(given, self._kept, make_fields(_REASON, *_ADDED))
        self._count: Counter[str] = Counter()
        self._rejected = 0
        wgs84 = QgsCoordinateReferenceSystem(_WGS84)
        made: dict[str, Result | None] = {}
        for name, fields in ((OUTPUT, self._fields), (REJECTS, self._reject_fields)):
            made[name] = Result.opened(
                algorithm,
                parameters,
                name,
                context,
                fields,
                QgsWkbTypes.Type.Point,
                wgs84,
                QgsFeatureSink.SinkFlag.RegeneratePrimaryKey,
            )
        if made[OUTPUT] is None:
            raise QgsProcessingException(algorithm.invalidSinkError(parameters, OUTPUT))
        self._made = made

    def whole(self) -> AbstractContextManager[None]:
        """Keep the layers where the work ends well, take them away where it does not."""
        return kept_or_discarded(*self._made.values())

    def accept(self, feature: QgsFeature, place: Place) -> None:
        """Write the point of a row."""
        self._count[place.quality] += 1
        self._add(OUTPUT, self._fields, feature, _told(place), place)

    def reject(self, feature: QgsFeature, place: Place | None, reason: str) -> None:
        """Write a row to correct, with the best guess where there is one."""
        self._rejected += 1
        if self._made[REJECTS] is not None:
            told = [reason, *(_told(place) if place is not None else [None] * len(_ADDED))]
            self._add(REJECTS, self._reject_fields, feature, told, place)

    def _add(
        self,
        name: str,
        fields: QgsFields,
        feature: QgsFeature,
        told: Sequence[object],
        place: Place | None,
    ) -> None:
        made = QgsFeature(fields)
        values = feature.attributes()
        made.setAttributes([*(values[index] for index in self._kept), *told])
        if place is not None:
            point = QgsPointXY(place.longitude, place.latitude)
            made.setGeometry(QgsGeometry.fromPointXY(point))
        self._made[name].add([made])

    def tell(self, feedback: QgsProcessingFeedback) -> None:
        """Say how many there are, by quality."""
        feedback.pushInfo(
            tr("{geocoded} geocoded, {rejected} to correct.").format(
                geocoded=sum(self._count.values()), rejected=self._rejected
            )
        )
        for quality, count in self._count.most_common():
            feedback.pushInfo(f"{quality} : {count}")

    def outputs(self) -> dict:
        """Return what the algorithm returns of them."""
        identifiers = {
            name: made.destination for name, made in self._made.items() if made is not None
        }
        return {**identifiers, GEOCODED: sum(self._count.values()), REJECTED: self._rejected}


def _chosen(given: QgsFields, kept: Sequence[int], added: QgsFields) -> QgsFields:
    fields = QgsFields()
    for index in kept:
        fields.append(given.at(index))
    for field in added:
        fields.append(field)
    return fields


def _told(place: Place) -> list[object]:
    return [place.quality, place.score, place.label, place.identifier]
