"""The rows that tell what is covered: a code, a distance; and what all such rows share."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from qgis.core import QgsFeature

from ..compat import Kind, make_fields
from ..domain.allocation import QuantityCoverage
from ..domain.codes import Code
from ..domain.coverage import CodeCoverage, Coverage, Gaps, covered_within
from ..domain.matching import Flows, Integers
from ..domain.quantities import told
from ..printing.coverage_curve import Curve
from .answers import Question, level_name

COUNTS = (
    ("besoins", Kind.INTEGER),
    ("besoins_couverts", Kind.INTEGER),
    ("couverture", Kind.REAL),
    ("entreprises", Kind.INTEGER),
    ("score", Kind.REAL),
    ("offres", Kind.INTEGER),
    ("offres_sans_preneur", Kind.INTEGER),
)
RECORDS = (("besoin_ids", Kind.TEXT), ("offre_ids", Kind.TEXT))
CODE_FIELDS = (
    ("code", Kind.TEXT),
    ("libelle", Kind.TEXT),
    ("niveau", Kind.TEXT),
    *COUNTS,
    ("quantite_besoin", Kind.REAL),
    ("quantite_couverte", Kind.REAL),
    ("couverture_quantite", Kind.REAL),
    ("unite", Kind.TEXT),
    ("besoins_chiffres", Kind.INTEGER),
    ("offres_chiffrees", Kind.INTEGER),
    ("autres_quantites", Kind.TEXT),
    ("peu_releve", Kind.TEXT),
    ("barre", Kind.TEXT),
    *RECORDS,
)
CURVE_FIELDS = (
    ("distance_m", Kind.REAL),
    ("besoins_couverts", Kind.INTEGER),
    ("couverture", Kind.REAL),
)
# A cell tells so many records at most, those that find nobody first; the counts tell how many
# there are. More would make of a table of results a copy of the database.
MOST_RECORDS = 500
SEPARATOR = "|"

_STEPS = 20
_BAR = 20
_COVERED, _UNCOVERED = "█", "░"
_KILOMETRE = 1000


def code_rows(
    question: Question,
    rows: Sequence[CodeCoverage],
    quantities: Mapping[Code, QuantityCoverage],
    fewest: int,
) -> list[QgsFeature]:
    """Return a row a code.

    Args:
        question: what was asked.
        rows: the coverage of each code.
        quantities: the coverage in quantity of the codes that have one.
        fewest: the number of records of a code from which its silence means something.
    """
    fields = make_fields(*CODE_FIELDS)
    most = max((row.coverage.needs for row in rows), default=0)
    features = []
    for row in rows:
        code, coverage = row.code, row.coverage
        feature = QgsFeature(fields)
        feature.setAttributes(
            [
                code.text,
                question.nomenclatures.label(code),
                level_name(code.nomenclature, code.level),
                *figures(coverage),
                *_quantity(quantities.get(code)),
                "oui" if coverage.needs + coverage.offers < fewest else "non",
                bar(coverage.covered, coverage.needs, most),
                records(question.needs.flows, row.needs),
                records(question.offers.flows, row.offers),
            ]
        )
        features.append(feature)
    return features


def figures(coverage: Coverage) -> list:
    """Return the values of the columns of ``COUNTS``."""
    return [
        coverage.needs,
        coverage.covered,
        coverage.ratio,
        coverage.companies,
        coverage.score,
        coverage.offers,
        coverage.untaken,
    ]


def records(flows: Flows, rows: Integers) -> str | None:
    """Return the identifiers of records, the first of them where they are too many."""
    names: Iterable[str] = map(str, flows.ids[rows[:MOST_RECORDS]].tolist())
    return SEPARATOR.join(names) or None


def bar(covered: int, needs: int, most: int) -> str | None:
    """Draw a row's needs as blocks: full ones for those covered, light ones for the others.

    A block is a need where no row has more than ``_BAR`` of them, a share of the longest row
    otherwise; what there is of either kind shows by one block at least.
    """
    share = min(1.0, _BAR / most) if most else 0.0
    full, light = (
        max(1, round(share * count)) if count else 0 for count in (covered, needs - covered)
    )
    return _COVERED * full + _UNCOVERED * light or None


def _quantity(coverage: QuantityCoverage | None) -> list:
    if coverage is None:
        return [None, None, None, None, 0, None, None]
    main, *others = coverage.wanted
    return [
        main.amount,
        coverage.covered,
        coverage.ratio,
        main.unit,
        main.records,
        coverage.offers,
        told(others) or None,
    ]


def curve_of(question: Question, gaps: Gaps) -> Curve:
    """Return how many needs are covered at no distance, and within each of ``_STEPS`` ones.

    These go up to the distance asked for; where each nature has its own, up to the farthest of the
    nearest answers, rounded up to a kilometre.
    """
    farthest = question.max_distance
    if not math.isfinite(farthest):
        found = gaps.need_distance[gaps.need_covered]
        farthest = _KILOMETRE * math.ceil(found.max(initial=0.0) / _KILOMETRE)
    distances = farthest * np.arange(_STEPS + 1) / _STEPS if farthest else np.zeros(1)
    covered = covered_within(gaps, distances)
    return Curve(distances.tolist(), covered.tolist(), len(question.needs.flows))


def curve_rows(curve: Curve) -> list[QgsFeature]:
    """Return a row a distance."""
    fields = make_fields(*CURVE_FIELDS)
    features = []
    for distance, covered in zip(curve.distances, curve.covered):
        feature = QgsFeature(fields)
        feature.setAttributes([distance, covered, covered / curve.needs])
        features.append(feature)
    return features
