"""Algorithms that look at needs alone, or at resources alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from qgis.core import (
    QgsFeature,
    QgsFields,
    QgsGeometry,
    QgsPointXY,
    QgsProcessing,
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingFeedback,
    QgsProcessingParameterFeatureSource,
    QgsProcessingParameterField,
    QgsProcessingParameterNumber,
)

from .. import paths
from ..domain.availability import ALL_MONTHS, season_months
from ..domain.codes import Code, Level
from ..domain.matching import Integers
from ..domain.nomenclature import Nomenclatures
from ..domain.quantities import Quantity, Total, Units, as_told, load_units, totals
from ..translation import tr
from .answers import DEFAULT_DISTANCE_M, known_codes, level_choices
from .base import ActifAlgorithm, Choice, Watch, require_source, with_decimals
from .columns import ogr_table
from .companies import names_of
from .flows import LEVELS, FlowLayer, Ground, Owners, ground_of, read_flows

LEVEL = "LEVEL"
MAX_DISTANCE = "MAX_DISTANCE"

WORDS = ("etablissement_id", "libelle", "nature", "unite", "periodicite", "saison")
NUMBERS = ("quantite",)


@dataclass(frozen=True)
class Side:
    """The needs, or the resources, of a run.

    Attributes:
        layer: the records.
        ground: where distances are measured.
        level, max_distance: as asked.
        nomenclatures: the codes there are.
        units: the units there are.
        companies: names of companies, by identifier.
    """

    layer: FlowLayer
    ground: Ground
    level: Level | None
    max_distance: float
    nomenclatures: Nomenclatures
    units: Units
    companies: Mapping[str, str] = field(default_factory=dict)

    def word(self, name: str, row: int) -> str:
        """Return a record's value of a column of words, empty where it tells none."""
        column = self.layer.words.get(name)
        value = None if column is None else column.values[column.index[row]]
        return "" if value is None else " ".join(str(value).split())

    def words(self, name: str, rows: Integers) -> str:
        """Return what several records tell in a column, each once, in their order."""
        told = (self.word(name, row) for row in rows.tolist())
        return " ; ".join(dict.fromkeys(text for text in told if text))

    def company(self, row: int) -> str:
        """Return the name of a record's company, empty where nothing tells it."""
        return self.companies.get(self.word("etablissement_id", row), "")

    def company_names(self, rows: Integers) -> str:
        """Return the companies of records, each once: by name, else by identifier."""
        told = (self.company(row) or self.word("etablissement_id", row) for row in rows.tolist())
        return " ; ".join(dict.fromkeys(text for text in told if text))

    def code(self, row: int) -> Code:
        """Return the code of a record."""
        return self.layer.flows.codes[self.layer.flows.code[row]]

    def quantity(self, row: int) -> str:
        """Return the quantity as the record tells it, with its period; empty without a number."""
        quantity = self._quantity(row)
        if quantity is None:
            return ""
        return as_told(quantity.amount, quantity.unit, quantity.period)

    def names(self, rows: Integers) -> str:
        """Return the identifiers of records."""
        return " ; ".join(str(name) for name in self.layer.flows.ids[rows].tolist())

    def owners(self, rows: Integers) -> list[Integers]:
        """Split records by establishment; one that tells none stands alone."""
        groups: dict[object, list[int]] = {}
        for row in rows.tolist():
            groups.setdefault(self.word("etablissement_id", row) or (row,), []).append(row)
        return [np.asarray(group, dtype=np.int64) for group in groups.values()]

    def quantities(self, rows: Integers) -> list[Total]:
        """Return what the records that tell a quantity and its unit come to in one year."""
        return totals(filter(None, (self._quantity(row) for row in rows.tolist())), self.units)

    def without_quantity(self, rows: Integers) -> int:
        """Count the records of which no quantity can be added."""
        return sum(self._quantity(row) is None for row in rows.tolist())

    def stale(self, rows: Integers) -> int:
        """Count the records that nobody confirmed for a year."""
        return int(self.layer.stale[rows].sum())

    def point(self, row: int) -> QgsPointXY:
        """Return where a record is, in the CRS of the ground."""
        return QgsPointXY(*self.layer.xy[row])

    def distance(self, row: int, other: int) -> float:
        """Return the distance of two records in metres on the ground."""
        points = self.layer.flows.points
        chord = np.linalg.norm(points[row] - points[other], keepdims=True)
        return float(self.ground.metric.ground(chord.reshape(1))[0])

    def _quantity(self, row: int) -> Quantity | None:
        amounts = self.layer.numbers.get("quantite")
        amount = np.nan if amounts is None else float(amounts[row])
        unit = self.word("unite", row)
        if not unit or not np.isfinite(amount) or amount < 0:
            return None
        season = season_months(self.word("saison", row))
        months = None if season == ALL_MONTHS else bin(season).count("1")
        period, nature = self.word("periodicite", row), self.word("nature", row)
        return Quantity(amount, unit, period or None, months, nature or None)


class OneSideAlgorithm(ActifAlgorithm):
    """Base of the algorithms that read one layer of flows."""

    def theme(self) -> tuple[str, str]:
        return "proximity", tr("Proximity")

    def add_side_parameters(
        self, layer: str, title: str, code: str, code_title: str, default_level: str = "group"
    ) -> None:
        """Declare the layer, its code field, the level and the distance."""
        self.addParameter(
            QgsProcessingParameterFeatureSource(
                layer, title, [QgsProcessing.SourceType.TypeVectorPoint]
            )
        )
        self.addParameter(
            # Optional for QGIS, which otherwise ignores the default when none is given.
            QgsProcessingParameterField(
                code, code_title, defaultValue="code", parentLayerParameterName=layer, optional=True
            )
        )
        title = tr("Level at which codes are compared")
        self.addParameter(Choice(LEVEL, title, level_choices(), default_level))
        self.addParameter(
            with_decimals(
                QgsProcessingParameterNumber(
                    MAX_DISTANCE,
                    tr("Greatest distance between two members (metres)"),
                    QgsProcessingParameterNumber.Type.Double,
                    DEFAULT_DISTANCE_M,
                    minValue=0,
                )
            )
        )

    def side(
        self,
        parameters: dict,
        names: tuple[str, str],
        direction: str,
        title: str,
        context: QgsProcessingContext,
        feedback: QgsProcessingFeedback,
    ) -> Side:
        """Read the parameters and the layer of :meth:`add_side_parameters`.

        Args:
            parameters, context, feedback: of the run.
            names: of the parameters of the layer and of its code field.
            direction: ``offre`` or ``besoin``.
            title: what the user calls the layer, for messages.

        Raises:
            QgsProcessingException: nothing usable in the layer.
            Cancelled: the user asked to stop.
        """
        source = self.parameterAsSource(parameters, names[0], context)
        require_source(source, names[0])
        distance = self.parameterAsDouble(parameters, MAX_DISTANCE, context)
        if not distance >= 0:
            raise QgsProcessingException(
                tr("The maximum distance is a number of metres, 0 or more.")
            )
        ground = ground_of(source.sourceCrs())
        nomenclatures = known_codes(context)
        layer = read_flows(
            source,
            title,
            self.parameterAsString(parameters, names[1], context),
            direction,
            ground,
            Owners(),
            nomenclatures,
            context,
            Watch(feedback, 0, 0.3),
            table=ogr_table(self, parameters, names[0], context),
            words=WORDS,
            numbers=NUMBERS,
        )
        layer.tell(title, feedback)
        return Side(
            layer,
            ground,
            LEVELS[self.chosen(parameters, LEVEL, context)],
            distance,
            nomenclatures,
            load_units(paths.reference_database()),
            names_of(context, layer),
        )


def feature_of(fields: QgsFields, values: Sequence[object], geometry: QgsGeometry) -> QgsFeature:
    """Return a feature of a result."""
    feature = QgsFeature(fields)
    feature.setAttributes(list(values))
    feature.setGeometry(geometry)
    return feature
