"""Who near each other could together offer a list of products?"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
from qgis.core import (
    QgsFeature,
    QgsGeometry,
    QgsProcessing,
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingFeedback,
    QgsProcessingParameterFeatureSink,
    QgsProcessingParameterNumber,
    QgsProcessingParameterString,
    QgsWkbTypes,
)

from ..compat import Kind, make_fields
from ..domain.codes import Code, compatible, parse_code
from ..domain.joint import MOST_CODES, Joint, Joints, join_offers
from ..domain.nomenclature import Nomenclatures
from ..translation import tr
from .base import Watch
from .one_side import OneSideAlgorithm, Side, feature_of
from .pool_presentation import JOINT_MEMBERS_SHOWN, JOINTS_SHOWN, presented
from .proposals import chosen_products
from .results import Result, kept_or_discarded

OFFERS = "OFFERS"
OFFER_CODE = "OFFER_CODE"
CODES = "CODES"
MAX_ANSWERS = "MAX_ANSWERS"
OUTPUT = "OUTPUT"
MEMBERS = "MEMBERS"

DEFAULT_ANSWERS = 5
_MOST_ANSWERS = 100
# No comma: in French it is a decimal point.
_SEPARATORS = re.compile(r"[;|\s]+")
_SET_FIELDS = (
    ("rang", Kind.INTEGER),
    ("members", Kind.INTEGER),
    ("diameter_m", Kind.REAL),
    ("complet", Kind.BOOLEAN),
    ("codes", Kind.TEXT),
    ("codes_manquants", Kind.TEXT),
    ("etablissements", Kind.TEXT),
    ("a_confirmer", Kind.INTEGER),
)
_MEMBER_FIELDS = (
    ("rang", Kind.INTEGER),
    ("etablissement_id", Kind.TEXT),
    ("entreprise", Kind.TEXT),
    ("codes", Kind.TEXT),
    ("offres", Kind.TEXT),
    ("mots", Kind.TEXT),
    ("a_confirmer", Kind.BOOLEAN),
)


class JointOffer(OneSideAlgorithm):
    """Small sets of nearby establishments that together cover a list of products."""

    ID = "jointoffer"

    def title(self) -> str:
        return tr("Joint offer")

    def initAlgorithm(self, configuration: dict | None = None) -> None:
        title = tr("Code field of the resources")
        # Products are wanted as they are written: 25.6 asks for a group, 25.61 for a class of it.
        self.add_side_parameters(OFFERS, tr("Resources"), OFFER_CODE, title, "subcategory")
        products = QgsProcessingParameterString(CODES, tr("Products wanted"))
        self.addParameter(chosen_products(products))
        self.addParameter(
            QgsProcessingParameterNumber(
                MAX_ANSWERS,
                tr("Answers at most"),
                QgsProcessingParameterNumber.Type.Integer,
                DEFAULT_ANSWERS,
                minValue=1,
                maxValue=_MOST_ANSWERS,
            )
        )
        points = QgsProcessing.SourceType.TypeVectorPoint
        self.addParameter(QgsProcessingParameterFeatureSink(OUTPUT, tr("Joint offers"), points))
        self.addParameter(
            QgsProcessingParameterFeatureSink(
                MEMBERS,
                tr("Members of the joint offers"),
                points,
                optional=True,
                createByDefault=True,
            )
        )

    def compute(
        self, parameters: dict, context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> dict:
        side = self.side(
            parameters, (OFFERS, OFFER_CODE), "offre", tr("Resources"), context, feedback
        )
        written = self.parameterAsString(parameters, CODES, context)
        wanted = wanted_codes(written, side.nomenclatures, feedback)
        kinds = QgsWkbTypes.Type
        results = {
            name: Result.opened(
                self, parameters, name, context, make_fields(*columns), kind, side.ground.crs
            )
            for name, columns, kind in (
                (OUTPUT, _SET_FIELDS, kinds.MultiPoint),
                (MEMBERS, _MEMBER_FIELDS, kinds.Point),
            )
        }
        with kept_or_discarded(*results.values()):
            found = join_offers(
                side.layer.flows,
                wanted,
                level=side.level,
                max_distance=side.max_distance,
                answers=self.parameterAsInt(parameters, MAX_ANSWERS, context),
                metric=side.ground.metric,
                feedback=Watch(feedback, 0.3, 0.95),
            )
            for rank, joint in enumerate(found.answers, start=1):
                results[OUTPUT].add([_set_feature(rank, joint, side)])
                if results[MEMBERS] is not None:
                    results[MEMBERS].add(_member_features(rank, joint, side))
        _tell(found, side.nomenclatures, feedback)
        return presented(context, results, {OUTPUT: JOINTS_SHOWN, MEMBERS: JOINT_MEMBERS_SHOWN})


def wanted_codes(
    written: str, nomenclatures: Nomenclatures, feedback: QgsProcessingFeedback
) -> list[Code]:
    """Read the list of products; what is not a code is told and left out.

    Raises:
        QgsProcessingException: no code in it, or too many.
    """
    codes: dict[Code, None] = {}
    unknown = []
    for text in filter(None, _SEPARATORS.split(written)):
        code = parse_code(text)
        if code is None or not nomenclatures.knows(code):
            unknown.append(text)
        else:
            codes[code] = None
    if unknown:
        feedback.pushWarning(
            tr("Unknown products, left out: {codes}").format(codes=", ".join(unknown))
        )
    if not codes:
        raise QgsProcessingException(
            tr("No known product in the list: write CPF or ROME codes, for example 16.24, 25.1")
        )
    if len(codes) > MOST_CODES:
        raise QgsProcessingException(
            tr("{count} products are too many to combine: give {most} at most.").format(
                count=len(codes), most=MOST_CODES
            )
        )
    return list(codes)


def _tell(found: Joints, nomenclatures: Nomenclatures, feedback: QgsProcessingFeedback) -> None:
    """Say what is missing, and whether the search went to its end."""
    if found.absent:
        feedback.pushWarning(
            tr("Nobody offers: {codes}. A missing link of the territory.").format(
                codes=", ".join(f"{code.text} {nomenclatures.label(code)}" for code in found.absent)
            )
        )
    if found.answers and found.answers[0].missing:
        feedback.pushWarning(
            tr("No set covers all products within this distance: these leave out the fewest.")
        )
    if not found.finished:
        feedback.pushWarning(
            tr(
                "The search was stopped after its limit of steps: better sets may exist. Ask for"
                " fewer products or a shorter distance."
            )
        )
    feedback.pushInfo(tr("{count} joint offers.").format(count=len(found.answers)))


def _set_feature(rank: int, joint: Joint, side: Side) -> QgsFeature:
    rows = np.concatenate(joint.members)
    values = [
        rank,
        len(joint.members),
        joint.diameter,
        not joint.missing,
        _written(joint.covered),
        _written(joint.missing),
        side.company_names(rows),
        side.stale(rows),
    ]
    places = [side.point(int(own[0])) for own in joint.members]
    return feature_of(make_fields(*_SET_FIELDS), values, QgsGeometry.fromMultiPointXY(places))


def _member_features(rank: int, joint: Joint, side: Side) -> list[QgsFeature]:
    fields = make_fields(*_MEMBER_FIELDS)
    features = []
    for rows in joint.members:
        own = [side.code(row) for row in rows.tolist()]
        brought = [
            code
            for code in joint.covered
            if any(compatible(code, other, side.level) for other in own)
        ]
        first = int(rows[0])
        values = [
            rank,
            side.word("etablissement_id", first) or None,
            side.company(first) or None,
            _written(brought),
            side.names(rows),
            side.words("libelle", rows),
            side.stale(rows) > 0,
        ]
        features.append(feature_of(fields, values, QgsGeometry.fromPointXY(side.point(first))))
    return features


def _written(codes: Sequence[Code]) -> str:
    return ";".join(code.text for code in codes)
