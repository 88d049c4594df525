"""Aggregate a layer by zone and category so that no figure can be traced to a company."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsFeature,
    QgsFields,
    QgsProcessing,
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingFeatureSource,
    QgsProcessingFeedback,
    QgsProcessingParameterFeatureSink,
    QgsProcessingParameterFeatureSource,
    QgsProcessingParameterField,
    QgsProcessingParameterMultipleLayers,
    QgsProcessingParameterNumber,
    QgsWkbTypes,
)

from ..compat import Kind, make_fields
from ..domain.feedback import checkpoint
from ..translation import tr
from . import loaded
from .base import ActifAlgorithm, Watch, layer_behind, require_source
from .masked_records import (
    Records,
    owner_field,
    read_records,
    refuse_identifying,
)
from .masked_tables import Areas, Flows
from .masked_zones import (
    Zone,
    extent_of,
    ground_for_hexagons,
    hexagons,
    in_system,
    zones_of,
)
from .places import moved
from .presentation import present
from .proposals import propose
from .public_edition import ends_of
from .results import Result, kept_or_discarded
from .tables import harmless
from .told_before import flows_before, told_before

INPUT = "INPUT"
BY = "BY"
HEXAGON_KM = "HEXAGON_KM"
CATEGORY = "CATEGORY"
OWNER = "OWNER"
ALSO = "ALSO"
OUTPUT = "OUTPUT"

# A column that the layers of a territory have, and copies of them.
_OURS = "confidentialite"
_DEFAULT_HEXAGON_KM = 5
_DEFAULT_CATEGORIES = ("sens", "nature")
_ZONE = (("zone_code", Kind.TEXT), ("zone_nom", Kind.TEXT))
_OTHER_ZONE = (("vers_code", Kind.TEXT), ("vers_nom", Kind.TEXT))
_COUNTS = (("etablissements", Kind.INTEGER), ("releves", Kind.INTEGER))
_FLOWS = (("synergies", Kind.INTEGER),)
_MASKS = (
    ("masque", Kind.TEXT),
    ("quantites_masquees", Kind.INTEGER),
    ("masques_zone", Kind.INTEGER),
)
_ROWS_AT_ONCE = 500


class MaskedExport(ActifAlgorithm):
    """Counts and quantities by zone and category, under the rule of three and of 85 %."""

    ID = "maskedexport"

    def title(self) -> str:
        return tr("Masked export")

    def theme(self) -> tuple[str, str]:
        return "territory", tr("Territory")

    def initAlgorithm(self, configuration: dict | None = None) -> None:
        records = QgsProcessingParameterFeatureSource(
            INPUT,
            tr("Establishments, resources and needs, or synergies"),
            [QgsProcessing.SourceType.TypeVectorAnyGeometry],
        )
        propose(records, "etablissement")
        self.addParameter(records)
        polygons = [QgsProcessing.SourceType.TypeVectorPolygon]
        self.addParameter(
            QgsProcessingParameterFeatureSource(
                BY, tr("Zones (empty: hexagons)"), polygons, optional=True
            )
        )
        self.addParameter(
            QgsProcessingParameterNumber(
                HEXAGON_KM,
                tr("Width of the hexagons (km)"),
                QgsProcessingParameterNumber.Type.Double,
                _DEFAULT_HEXAGON_KM,
                minValue=0.1,
            )
        )
        self.addParameter(
            QgsProcessingParameterField(
                CATEGORY,
                tr("Categories (empty: direction and nature)"),
                parentLayerParameterName=INPUT,
                allowMultiple=True,
                optional=True,
            )
        )
        self.addParameter(
            QgsProcessingParameterField(
                OWNER,
                tr("Field of the establishment (empty: that of Act'IF)"),
                parentLayerParameterName=INPUT,
                optional=True,
            )
        )
        self.addParameter(
            QgsProcessingParameterMultipleLayers(
                ALSO,
                tr("Other zones published from the same records"),
                QgsProcessing.SourceType.TypeVectorPolygon,
                optional=True,
            )
        )
        self.addParameter(
            QgsProcessingParameterFeatureSink(
                OUTPUT, tr("Masked figures"), QgsProcessing.SourceType.TypeVectorAnyGeometry
            )
        )

    def compute(
        self, parameters: dict, context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> dict:
        source = self.parameterAsSource(parameters, INPUT, context)
        require_source(source, INPUT)
        fields = self.parameterAsFields(parameters, CATEGORY, context) or [
            name for name in _DEFAULT_CATEGORIES if name in source.fields().names()
        ]
        refuse_identifying(fields)
        lines = QgsWkbTypes.geometryType(source.wkbType()) == QgsWkbTypes.GeometryType.LineGeometry
        owner = self.parameterAsString(parameters, OWNER, context)
        owner = "" if lines else owner_field(source, owner)
        records = read_records(source, owner, fields, Watch(feedback, 0, 0.1))
        zones, crs = self._zones(parameters, context, source, records)
        columns = (
            *_ZONE,
            *(_OTHER_ZONE if lines else ()),
            ("categorie", Kind.TEXT),
            *(_FLOWS if lines else _COUNTS),
            *((f"quantite_{unit}", Kind.REAL) for unit in records.amounts),
            *_MASKS,
        )
        result = Result.opened(
            self,
            parameters,
            OUTPUT,
            context,
            make_fields(*columns),
            QgsWkbTypes.Type.LineString if lines else QgsWkbTypes.Type.MultiPolygon,
            crs,
        )
        if result is None:
            return {}
        with kept_or_discarded(result):
            if lines:
                table = self._flows(
                    parameters, context, source, records, fields, zones, crs, feedback
                )
            else:
                table = self._areas(
                    parameters, context, source, records, fields, zones, crs, feedback
                )
            _write(result, make_fields(*columns), table, Watch(feedback, 0.9, 1))
        present(context, result.destination, loaded.MASKED)
        return {OUTPUT: result.destination}

    def _zones(
        self,
        parameters: dict,
        context: QgsProcessingContext,
        source: object,
        records: Records,
    ) -> tuple[list[Zone], QgsCoordinateReferenceSystem]:
        """Return the zones of the run and the system of the output."""
        by = self.parameterAsSource(parameters, BY, context)
        if by is not None:
            zones = zones_of(by, by.sourceCrs(), context)
            if not zones:
                raise QgsProcessingException(
                    tr("The layer of zones has no polygon: choose another.")
                )
            return zones, by.sourceCrs()
        points = records.ends.reshape(-1, 2)
        own = source.sourceCrs()
        crs = ground_for_hexagons(own, extent_of(points, own, own, context))
        width = self.parameterAsDouble(parameters, HEXAGON_KM, context) * 1000
        return hexagons(extent_of(points, own, crs, context), width), crs

    def _flows(
        self,
        parameters: dict,
        context: QgsProcessingContext,
        source: QgsProcessingFeatureSource,
        records: Records,
        fields: Sequence[str],
        zones: list[Zone],
        crs: QgsCoordinateReferenceSystem,
        feedback: QgsProcessingFeedback,
    ) -> Flows:
        """Return figures of synergies, laid over those that prints of a territory draw."""
        layer = layer_behind(self, parameters, INPUT, context)
        before = flows_before(context.project(), layer, records, context, feedback)
        if before is not None:
            records, printed = before
        elif _OURS in source.fields().names():
            raise QgsProcessingException(
                tr(
                    "Which companies are in a synergy is told by their territory alone: open its"
                    " project, and choose its layer of synergies."
                )
            )
        ends = ends_of(records, source.sourceCrs(), crs, context)
        return Flows(records, ends, fields, zones, feedback, None if before is None else printed)

    def _areas(
        self,
        parameters: dict,
        context: QgsProcessingContext,
        source: QgsProcessingFeatureSource,
        records: Records,
        fields: Sequence[str],
        zones: list[Zone],
        crs: QgsCoordinateReferenceSystem,
        feedback: QgsProcessingFeedback,
    ) -> Areas:
        """Return figures that tell nothing more than they do, laid over the prints of a territory.

        What is counted by another establishment than the territory's cannot be laid over them.
        """
        before = None
        if not self.parameterAsString(parameters, OWNER, context):
            layer = layer_behind(self, parameters, INPUT, context)
            watch = Watch(feedback, 0.1, 0.4)
            before = told_before(context.project(), layer, context, watch)
        if before is None and _OURS in source.fields().names():
            _warn_alone(feedback)
        counted = before.crs if before is not None else crs
        return Areas(
            records,
            moved(records.ends, source.sourceCrs(), counted, context),
            fields,
            zones,
            in_system(zones, crs, counted, context),
            self._also(parameters, context, counted),
            before,
            feedback,
        )

    def _also(
        self, parameters: dict, context: QgsProcessingContext, crs: QgsCoordinateReferenceSystem
    ) -> list[Zone]:
        layers = self.parameterAsLayerList(parameters, ALSO, context) or []
        return [zone for layer in layers for zone in zones_of(layer, crs, context)]


def _warn_alone(feedback: QgsProcessingFeedback) -> None:
    feedback.pushWarning(
        tr(
            "These figures are masked by themselves. Do not publish them with a map, an"
            " atlas or a copy of the territory: run this from its open project, on its own"
            " layers, without a field of the establishment."
        )
    )


def _write(result: Result, fields: QgsFields, table: Areas | Flows, watch: Watch) -> None:
    harmful = Path(result.destination).suffix.lower() != ".gpkg"
    batch: list[QgsFeature] = []
    for at in range(len(table)):
        checkpoint(watch, at / len(table))
        for feature in table.features(at, fields):
            if harmful:
                feature.setAttributes([harmless(value) for value in feature.attributes()])
            batch.append(feature)
        if len(batch) >= _ROWS_AT_ONCE:
            result.add(batch)
            batch = []
    result.add(batch)
