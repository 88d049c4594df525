"""Who shares a need and could buy or train together?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

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

from .. import paths
from ..compat import Kind, make_fields
from ..domain.feedback import checkpoint
from ..domain.pooling import Pool, pool_needs
from ..domain.quantities import Total, Unit, Units, load_units, missing_mass, told
from ..translation import tr
from .answers import level_name
from .base import Watch
from .one_side import OneSideAlgorithm, Side, feature_of
from .pool_presentation import MEMBERS_SHOWN, POOLS_SHOWN, presented
from .proposals import chosen_by_name
from .results import Result, kept_or_discarded

NEEDS = "NEEDS"
NEED_CODE = "NEED_CODE"
MIN_MEMBERS = "MIN_MEMBERS"
CRITICAL_MASS = "CRITICAL_MASS"
CRITICAL_UNIT = "CRITICAL_UNIT"
OUTPUT = "OUTPUT"
MEMBERS = "MEMBERS"

DEFAULT_MEMBERS = 3
POOL_FIELDS = (
    ("pool_id", Kind.INTEGER),
    ("code", Kind.TEXT),
    ("libelle", Kind.TEXT),
    ("niveau", Kind.TEXT),
    ("members", Kind.INTEGER),
    ("besoins", Kind.INTEGER),
    ("diameter_m", Kind.REAL),
    ("quantites", Kind.TEXT),
    ("quantite", Kind.REAL),
    ("unite", Kind.TEXT),
    ("sans_quantite", Kind.INTEGER),
    ("masse_critique", Kind.REAL),
    ("manque", Kind.REAL),
    ("a_confirmer", Kind.INTEGER),
)
_MEMBER_FIELDS = (
    ("pool_id", Kind.INTEGER),
    ("code", Kind.TEXT),
    ("libelle", Kind.TEXT),
    ("etablissement_id", Kind.TEXT),
    ("entreprise", Kind.TEXT),
    ("besoins", Kind.TEXT),
    ("mots", Kind.TEXT),
    ("quantites", Kind.TEXT),
    ("distance_m", Kind.REAL),
    ("a_confirmer", Kind.BOOLEAN),
)


@dataclass(frozen=True)
class CriticalMass:
    """What a pool must come to in one year to be worth it."""

    amount: float
    unit: Unit


class PoolNeeds(OneSideAlgorithm):
    """Pools of establishments that share a need, none wider than asked."""

    ID = "poolneeds"

    def title(self) -> str:
        return tr("Pool needs")

    def initAlgorithm(self, configuration: dict | None = None) -> None:
        self.add_side_parameters(NEEDS, tr("Needs"), NEED_CODE, tr("Code field of the needs"))
        self.addParameter(
            QgsProcessingParameterNumber(
                MIN_MEMBERS,
                tr("Fewest establishments in a pool"),
                QgsProcessingParameterNumber.Type.Integer,
                DEFAULT_MEMBERS,
                minValue=2,
            )
        )
        self.addParameter(
            QgsProcessingParameterNumber(
                CRITICAL_MASS,
                tr("Critical mass, a year"),
                QgsProcessingParameterNumber.Type.Double,
                optional=True,
                minValue=0,
            )
        )
        unit = QgsProcessingParameterString(
            CRITICAL_UNIT, tr("Unit of the critical mass"), optional=True
        )
        self.addParameter(chosen_by_name(unit, "units"))
        points = QgsProcessing.SourceType.TypeVectorPoint
        self.addParameter(QgsProcessingParameterFeatureSink(OUTPUT, tr("Pools"), points))
        self.addParameter(
            QgsProcessingParameterFeatureSink(
                MEMBERS, tr("Members of the pools"), points, optional=True, createByDefault=True
            )
        )

    def compute(
        self, parameters: dict, context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> dict:
        mass = self._critical_mass(parameters, context)
        side = self.side(parameters, (NEEDS, NEED_CODE), "besoin", tr("Needs"), context, feedback)
        results = {
            name: Result.opened(
                self,
                parameters,
                name,
                context,
                make_fields(*columns),
                QgsWkbTypes.Type.Point,
                side.ground.crs,
            )
            for name, columns in ((OUTPUT, POOL_FIELDS), (MEMBERS, _MEMBER_FIELDS))
        }
        with kept_or_discarded(*results.values()):
            pools = pool_needs(
                side.layer.flows,
                level=side.level,
                max_distance=side.max_distance,
                min_members=self.parameterAsInt(parameters, MIN_MEMBERS, context),
                metric=side.ground.metric,
                feedback=Watch(feedback, 0.3, 0.7),
            )
            watch = Watch(feedback, 0.7, 1)
            for number, pool in enumerate(pools, start=1):
                checkpoint(watch, number / len(pools))
                results[OUTPUT].add([_pool_feature(number, pool, side, mass)])
                if results[MEMBERS] is not None:
                    results[MEMBERS].add(_member_features(number, pool, side))
        feedback.pushInfo(
            tr("{pools} pools, {members} memberships.").format(
                pools=len(pools), members=sum(pool.members for pool in pools)
            )
        )
        return presented(context, results, {OUTPUT: POOLS_SHOWN, MEMBERS: MEMBERS_SHOWN})

    def _critical_mass(
        self, parameters: dict, context: QgsProcessingContext
    ) -> CriticalMass | None:
        written = self.parameterAsString(parameters, CRITICAL_UNIT, context).strip()
        if parameters.get(CRITICAL_MASS) in (None, ""):
            return None
        units = load_units(paths.reference_database())
        unit = units.find(written)
        if unit is None:
            raise QgsProcessingException(
                tr("The critical mass needs a unit, one of: {units}.").format(
                    units=", ".join(units.codes())
                )
            )
        return CriticalMass(self.parameterAsDouble(parameters, CRITICAL_MASS, context), unit)


def pool_values(number: int, pool: Pool, side: Side, mass: CriticalMass | None) -> list[object]:
    """Return the attributes of a pool."""
    sums = side.quantities(pool.needs)
    amount, unit = _main(sums, mass, side.units)
    return [
        number,
        pool.code.text,
        side.nomenclatures.label(pool.code),
        level_name(pool.code.nomenclature, pool.code.level),
        pool.members,
        len(pool.needs),
        pool.diameter,
        told(sums),
        amount,
        unit,
        side.without_quantity(pool.needs),
        mass.amount if mass else None,
        missing_mass(sums, mass.amount, mass.unit, side.units) if mass else None,
        side.stale(pool.needs),
    ]


def _main(
    sums: Sequence[Total], mass: CriticalMass | None, units: Units
) -> tuple[float | None, str | None]:
    """Return the total to show: in the unit of the critical mass, else that most needs tell."""
    for total in sums:
        if mass is None:
            return total.amount, total.unit
        if total.dimension == mass.unit.dimension:
            return total.amount * units.of(total.unit).factor / mass.unit.factor, mass.unit.code
    return None, mass.unit.code if mass else None


def _pool_feature(number: int, pool: Pool, side: Side, mass: CriticalMass | None) -> QgsFeature:
    place = QgsGeometry.fromPointXY(side.point(pool.centre))
    return feature_of(make_fields(*POOL_FIELDS), pool_values(number, pool, side, mass), place)


def _member_features(number: int, pool: Pool, side: Side) -> list[QgsFeature]:
    """Return the members of a pool, each at the place of its first need."""
    fields = make_fields(*_MEMBER_FIELDS)
    features = []
    for rows in side.owners(pool.needs):
        first = int(rows[0])
        values = [
            number,
            pool.code.text,
            side.nomenclatures.label(pool.code),
            side.word("etablissement_id", first) or None,
            side.company(first) or None,
            side.names(rows),
            side.words("libelle", rows),
            told(side.quantities(rows)),
            side.distance(first, pool.centre),
            side.stale(rows) > 0,
        ]
        features.append(feature_of(fields, values, QgsGeometry.fromPointXY(side.point(first))))
    return features
