"""Coverage a perimeter, and where advisers have been."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from qgis.core import (
    QgsFeature,
    QgsFeatureRequest,
    QgsGeometry,
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingFeatureSource,
    QgsProcessingFeedback,
)

from ..compat import Kind, make_fields, plain
from ..domain.coverage import Gaps, count
from ..domain.feedback import checkpoint
from ..domain.matching import Booleans, Integers
from ..domain.metric import Floats
from ..translation import tr
from .answers import Question
from .base import Watch
from .columns import read_columns
from .coverage_tables import COUNTS, RECORDS, figures, records
from .places import inside, moved

PERIMETER_FIELDS = (
    ("perimetre_code", Kind.TEXT),
    ("perimetre_nom", Kind.TEXT),
    *COUNTS,
    ("etablissements", Kind.INTEGER),
    ("visites", Kind.INTEGER),
    ("part_visitee", Kind.REAL),
    *RECORDS,
)
_COMPANY = "etablissement_id"
_CLOSED = "ferme"


@dataclass(frozen=True)
class Visited:
    """The establishments there are, and how often advisers went.

    Attributes:
        xy: map coordinates in the CRS of the ground, shape (n, 2).
        visits: number of visits of each, shape (n,); None where visits were not given.
    """

    xy: Floats
    visits: Integers | None

    def figures(self, rows: Booleans) -> list:
        """Return establishments, visits, and the share visited, of those that a mask selects."""
        establishments = int(rows.sum())
        if self.visits is None:
            return [establishments, None, None]
        visits = self.visits[rows]
        share = float((visits > 0).mean()) if establishments else None
        return [establishments, int(visits.sum()), share]


def visited_of(
    establishments: QgsProcessingFeatureSource,
    visits: QgsProcessingFeatureSource | None,
    question: Question,
    context: QgsProcessingContext,
    watch: Watch,
) -> Visited:
    """Read the establishments that are not closed, and their visits.

    Raises:
        QgsProcessingException: the visits do not tell their establishment.
        Cancelled: the user asked to stop.
    """
    columns = read_columns(establishments, None, ["etat"], [], [], "id", watch)
    xy = moved(columns.xy, establishments.sourceCrs(), question.ground.crs, context)
    here = np.isfinite(xy).all(axis=1)
    if "etat" in columns.words:
        here &= columns.words["etat"].mapped(lambda state: state != _CLOSED, bool)
    if visits is None:
        return Visited(xy[here], None)
    at = visits.fields().indexOf(_COMPANY)
    if at < 0:
        raise QgsProcessingException(
            tr("The visits have no field {field}: choose the table visite.").format(field=_COMPANY)
        )
    request = QgsFeatureRequest()
    request.setFlags(QgsFeatureRequest.Flag.NoGeometry)
    request.setSubsetOfAttributes([at])
    times: dict[str, int] = {}
    for number, visit in enumerate(visits.getFeatures(request)):
        if number % 1000 == 0:
            checkpoint(watch, 1.0)
        name = str(plain(visit.attribute(at)))
        times[name] = times.get(name, 0) + 1
    names = map(str, columns.ids[here].tolist())
    return Visited(xy[here], np.asarray([times.get(name, 0) for name in names], dtype=np.int64))


def perimeter_rows(
    source: QgsProcessingFeatureSource,
    question: Question,
    gaps: Gaps,
    visited: Visited | None,
    context: QgsProcessingContext,
    feedback: QgsProcessingFeedback,
    watch: Watch,
) -> Iterator[QgsFeature]:
    """Yield a row a perimeter that has a shape, in the CRS of the ground.

    Raises:
        Cancelled: the user asked to stop.
    """
    fields = make_fields(*PERIMETER_FIELDS)
    request = QgsFeatureRequest()
    request.setDestinationCrs(question.ground.crs, context.transformContext())
    total = max(1, source.featureCount())
    nowhere = 0
    for number, perimeter in enumerate(source.getFeatures(request)):
        checkpoint(watch, min(1.0, number / total))
        if not perimeter.hasGeometry():
            nowhere += 1
            continue
        shape = QgsGeometry(perimeter.geometry())
        needs = inside(shape, question.needs.xy)
        offers = inside(shape, question.offers.xy)
        coverage = count(question.needs.flows, question.offers.flows, gaps, needs, offers)
        feature = QgsFeature(fields)
        feature.setAttributes(
            [
                _named(perimeter, "code", str(perimeter.id())),
                _named(perimeter, "nom", ""),
                *figures(coverage),
                *([None] * 3 if visited is None else visited.figures(inside(shape, visited.xy))),
                records(question.needs.flows, _settled_last(needs, gaps.need_covered)),
                records(question.offers.flows, _settled_last(offers, gaps.offer_taken)),
            ]
        )
        shape.convertToMultiType()
        feature.setGeometry(shape)
        yield feature
    if nowhere:
        feedback.pushWarning(tr("{count} perimeters left out (no geometry).").format(count=nowhere))


def _settled_last(rows: Booleans, settled: Booleans) -> Integers:
    return np.concatenate((np.flatnonzero(rows & ~settled), np.flatnonzero(rows & settled)))


def _named(feature: QgsFeature, field: str, otherwise: str) -> str:
    if feature.fields().indexOf(field) < 0:
        return otherwise
    value = plain(feature[field])
    return otherwise if value is None else str(value)
