"""Reading offers and needs from any point layer into the arrays the domain works on."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np
from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsFeatureRequest,
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingFeatureSource,
    QgsProcessingFeedback,
    QgsUnitTypes,
    QgsWkbTypes,
)

from ..compat import plain
from ..domain.codes import Code, Level, parse_code
from ..domain.feedback import checkpoint
from ..domain.matching import UNKNOWN_OWNER, Flows
from ..domain.metric import Ellipsoidal, Floats, Metric, Planar, geocentric
from ..domain.nomenclature import Nomenclatures
from ..store.schema import OPEN_STATES
from ..translation import tr
from .base import Watch

LEVELS: dict[str, Level | None] = {
    "section": Level.SECTION,
    "division": Level.DIVISION,
    "group": Level.GROUP,
    "class": Level.CLASS,
    "category": Level.CATEGORY,
    "subcategory": Level.SUBCATEGORY,
    "exact": None,
}
# What is told of the records left out names at most this many codes.
_CODES_TOLD = 10
_WEB_MERCATOR = "EPSG:3857"


@dataclass(frozen=True)
class Ground:
    """The plane or ellipsoid on which a run measures.

    Attributes:
        crs: what every input is brought to.
        metric: what the coordinates mean.
        to_metres: factor from map units to metres; 0 asks for geocentric coordinates.
    """

    crs: QgsCoordinateReferenceSystem
    metric: Metric
    to_metres: float

    def points(self, xy: Floats) -> Floats:
        """Return the coordinates of the search for map coordinates, shape (n, 2)."""
        return geocentric(xy) if self.to_metres == 0 else xy * self.to_metres


def ground_of(crs: QgsCoordinateReferenceSystem) -> Ground:
    """Choose how to measure for layers in *crs*.

    Degrees are measured on the ellipsoid. So is Web Mercator, whose metre is 40 % too long at the
    latitude of Montauban.
    """
    if crs.isGeographic() or crs.authid() == _WEB_MERCATOR:
        return Ground(QgsCoordinateReferenceSystem("EPSG:4326"), Ellipsoidal(), 0.0)
    metres = QgsUnitTypes.DistanceUnit.DistanceMeters
    factor = QgsUnitTypes.fromUnitToUnitFactor(crs.mapUnits(), metres)
    return Ground(crs, Planar(), factor)


@dataclass(frozen=True)
class FlowLayer:
    """A layer of offers or needs, read.

    Attributes:
        flows: the usable records.
        features: their feature ids, shape (n,).
        xy: their map coordinates in the CRS of the ground, shape (n, 2).
        left_out: how many records were not usable, a reason.
        unknown: the codes that exist in no nomenclature, counted.
    """

    flows: Flows
    features: np.ndarray[tuple[int], np.dtype[np.int64]]
    xy: Floats
    left_out: Counter[str]
    unknown: Counter[str]

    def tell(self, name: str, feedback: QgsProcessingFeedback) -> None:
        """Say what was read and what was left out."""
        feedback.pushInfo(
            tr("{layer}: {count} records usable.").format(layer=name, count=len(self.flows))
        )
        for reason, count in self.left_out.items():
            feedback.pushWarning(
                tr("{layer}: {count} records left out ({reason}).").format(
                    layer=name, count=count, reason=reason
                )
            )
        if self.unknown:
            codes = ", ".join(code or "''" for code, _ in self.unknown.most_common(_CODES_TOLD))
            more = "…" if len(self.unknown) > _CODES_TOLD else ""
            feedback.pushWarning(
                tr("{layer}: unknown codes: {codes}").format(layer=name, codes=codes + more)
            )


class Owners:
    """Numbers for establishments, shared by the layers of one run."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}

    def number(self, establishment: str | None) -> int:
        """Return the establishment's number, ``UNKNOWN_OWNER`` where there is none."""
        if not establishment:
            return UNKNOWN_OWNER
        return self._numbers.setdefault(establishment, len(self._numbers))


def read_flows(
    source: QgsProcessingFeatureSource,
    name: str,
    code_field: str,
    direction: str,
    ground: Ground,
    owners: Owners,
    nomenclatures: Nomenclatures,
    context: QgsProcessingContext,
    watch: Watch,
) -> FlowLayer:
    """Read the open records of a layer.

    Our own columns are used where the layer has them: ``id``, ``etablissement_id``, ``statut``,
    ``sens``, ``nomenclature``, ``rayon_max_km``. Any other layer does with a point and a code.

    Args:
        source: the layer.
        name: what the user calls it, for messages.
        code_field: the column of CPF or ROME codes.
        direction: ``offre`` or ``besoin``: records of the other direction are left out.
        ground: where distances are measured.
        owners: numbers of establishments.
        nomenclatures: the codes there are.
        context, watch: of the run.

    Raises:
        QgsProcessingException: no such column, or nothing usable in the layer.
        Cancelled: the user asked to stop.
    """
    fields = source.fields()
    if fields.indexOf(code_field) < 0:
        raise QgsProcessingException(
            tr("{layer} has no field {field}: choose the field that holds the codes.").format(
                layer=name, field=code_field or "?"
            )
        )
    wanted = ["id", "etablissement_id", "statut", "sens", "nomenclature", "rayon_max_km"]
    columns = {column: fields.indexOf(column) for column in wanted if fields.indexOf(column) >= 0}
    at_code = fields.indexOf(code_field)
    request = QgsFeatureRequest()
    request.setSubsetOfAttributes([at_code, *columns.values()])
    request.setDestinationCrs(ground.crs, context.transformContext())
    request.setInvalidGeometryCheck(QgsFeatureRequest.InvalidGeometryCheck.GeometryNoCheck)

    ids: list[object] = []
    features: list[int] = []
    points: list[tuple[float, float]] = []
    code: list[int] = []
    owner: list[int] = []
    reach: list[float] = []
    lexicon: dict[Code, int] = {}
    parsed: dict[tuple[object, object], int] = {}
    left_out: Counter[str] = Counter()
    unknown: Counter[str] = Counter()
    elsewhere = 0

    total = max(1, source.featureCount())
    for number, feature in enumerate(source.getFeatures(request)):
        if number % 1000 == 0:
            checkpoint(watch, number / total)
        values = feature.attributes()

        def value(column: str, values: list = values) -> object:
            return plain(values[columns[column]]) if column in columns else None

        state, sense = value("statut"), value("sens")
        if sense is not None and sense != direction:
            elsewhere += 1
            continue
        if state is not None and state not in OPEN_STATES:
            left_out[tr("not open any more")] += 1
            continue
        point = _point(feature)
        if point is None:
            left_out[tr("without a position")] += 1
            continue
        key = (plain(values[at_code]), value("nomenclature"))
        index = parsed.get(key)
        if index is None:
            found = parse_code(*key)
            known = found is not None and nomenclatures.knows(found)
            index = lexicon.setdefault(found, len(lexicon)) if found and known else -1
            parsed[key] = index
        if index < 0:
            text = str(key[0] or "").strip()
            left_out[tr("unknown code") if text else tr("without a code")] += 1
            if text:
                unknown[text] += 1
            continue
        radius = value("rayon_max_km")
        establishment = value("etablissement_id")
        identifier = value("id")
        ids.append(feature.id() if identifier in (None, "") else identifier)
        features.append(feature.id())
        points.append(point)
        code.append(index)
        owner.append(owners.number(None if establishment is None else str(establishment)))
        reach.append(float(radius) * 1000 if isinstance(radius, (int, float)) else np.inf)
    if not ids:
        if elsewhere:
            left_out[tr("of the other direction")] = elsewhere
        reasons = ", ".join(f"{count} {reason}" for reason, count in left_out.items())
        raise QgsProcessingException(
            tr("{layer} has no usable record ({reasons}).").format(
                layer=name, reasons=reasons or tr("it is empty")
            )
        )
    xy = np.asarray(points, dtype=np.float64)
    flows = Flows(
        ids=_sortable(ids),
        points=ground.points(xy),
        code=np.asarray(code, dtype=np.int64),
        codes=tuple(lexicon),
        owner=np.asarray(owner, dtype=np.int64),
        reach=np.asarray(reach, dtype=np.float64),
    )
    return FlowLayer(flows, np.asarray(features, dtype=np.int64), xy, left_out, unknown)


def _point(feature) -> tuple[float, float] | None:  # type: ignore[no-untyped-def]
    """Return a feature's point, the centre of several, or None where there is none."""
    if not feature.hasGeometry():
        return None
    geometry = feature.geometry()
    if QgsWkbTypes.flatType(geometry.wkbType()) != QgsWkbTypes.Type.Point:
        geometry = geometry.centroid()
    if geometry.isEmpty():
        return None
    shape = geometry.constGet()
    x, y = shape.x(), shape.y()
    return (x, y) if np.isfinite(x) and np.isfinite(y) else None


def _sortable(ids: list[object]) -> np.ndarray[tuple[int], np.dtype[np.generic]]:
    if all(isinstance(name, int) for name in ids):
        return np.asarray(ids, dtype=np.int64)
    return np.asarray([str(name) for name in ids], dtype=np.str_)
