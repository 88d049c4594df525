"""The synergy map for elected officials: masked figures by zone, flows between zones, and who
agreed to be named.

The figures are those of the atlas: all perimeters of the territory are masked together whatever
the map shows, so that two prints laid side by side tell no more than one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsFeatureRequest,
    QgsFields,
    QgsGeometry,
    QgsPointXY,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProject,
    QgsRectangle,
    QgsVectorLayer,
)

from .. import paths
from ..domain.metric import Floats
from ..domain.nomenclature import load_nomenclatures
from ..printing.perimeter_figures import (
    PerimeterFigures,
    PublicFigures,
    Survey,
)
from ..printing.public_layers import Flow, Named, PublicLayers, ZoneFigures
from ..store.errors import StoreError
from ..store.project import territory_layers, unfiltered
from ..translation import tr
from .base import Watch
from .masked_records import Records, read_records
from .masked_tables import Flows
from .masked_zones import ground_for_hexagons, hexagons
from .places import moved
from .survey import (
    Perimeter,
    known_perimeters,
    public_figures_of,
    read_survey,
)
from .synergy_ends import with_companies

HEXAGON = "hexagone"
# From the zones that protect best to those that tell most.
ZONES = ("epci", "commune", "zae", "autre")
_HEXAGON_M = 5000.0
_REALISED = "\"statut\" IN ('realisee', 'perenne')"
_AHEAD = "\"statut\" IS NULL OR \"statut\" NOT IN ('realisee', 'perenne', 'abandonnee', 'arretee')"
_START_AT, _END_AT, _COUNT_AT = 1, 3, 5


@dataclass(frozen=True)
class PublicEdition:
    """What may be printed of a territory.

    Attributes:
        crs: of the shapes.
        extent: of the zones; it depends on no record.
        whole: the figures of the whole territory.
        content: what the map shows.
        was_run: whether the project shows a run that tells which needs found no answer.
        masked, total: how many of the counts of the map's zones are masked, and how many there are.
        perimeters: all those of the territory, or the hexagons, that figures are masked for.
        figures: theirs, in the same order, then those of the whole.
    """

    crs: QgsCoordinateReferenceSystem
    extent: QgsRectangle
    whole: PerimeterFigures
    content: PublicLayers
    was_run: bool
    masked: int
    total: int
    perimeters: Sequence[Perimeter]
    figures: PublicFigures


def public_edition(
    project: QgsProject,
    kind: str,
    context: QgsProcessingContext,
    feedback: QgsProcessingFeedback,
) -> PublicEdition:
    """Return what may be printed of a project's territory.

    Args:
        project: the territory's.
        kind: the perimeters that figures are shown by, one of ``ZONES``; where the territory has
            none of them, the first kind that it has, else hexagons.
        context, feedback: of the run.

    Raises:
        StoreError: the project shows no territory, or one that is empty.
        Cancelled: the user asked to stop.
    """
    layers = unfiltered(territory_layers(project))
    watch = Watch(feedback, 0, 0.9)
    every, crs = printed_perimeters(layers, project.crs(), context)
    nomenclatures = load_nomenclatures(paths.reference_database())
    survey = read_survey(layers, crs, nomenclatures, context, watch.part(0, 0.3))
    figures, _ = public_figures_of(survey, every, watch.part(0.3, 0.9))
    kinds = {perimeter.kind for perimeter in every}
    shown = next((one for one in (kind, *ZONES, HEXAGON) if one in kinds), every[0].kind)
    zones = [
        ZoneFigures(perimeter.name, perimeter.shape, told.all_offers, told.all_needs)
        for perimeter, told in zip(every, figures.perimeters)
        if perimeter.kind == shown
    ]
    realised, ahead = (
        _drawn(table) for table in printed_flows(layers, survey, every, crs, context, feedback)
    )
    counts = [count for zone in zones for count in (zone.offers, zone.needs)]
    extent = QgsRectangle()
    for perimeter in every:
        extent.combineExtentWith(perimeter.shape.boundingBox())
    content = PublicLayers(realised, ahead, _named(survey), zones, _grounds(every))
    return PublicEdition(
        crs,
        extent,
        figures.perimeters[-1],
        content,
        survey.was_run,
        sum(count is None for count in counts),
        len(counts),
        every,
        figures,
    )


def printed_perimeters(
    layers: dict[str, QgsVectorLayer],
    crs: QgsCoordinateReferenceSystem,
    context: QgsProcessingContext,
) -> tuple[list[Perimeter], QgsCoordinateReferenceSystem]:
    """Return what figures are printed by: all perimeters of a territory, or hexagons.

    Raises:
        StoreError: it has neither perimeters nor establishments.
    """
    every = known_perimeters(layers, crs, context)
    return (every, crs) if every else _hexagons(layers["etablissement"], context)


def _hexagons(
    companies: QgsVectorLayer, context: QgsProcessingContext
) -> tuple[list[Perimeter], QgsCoordinateReferenceSystem]:
    """Return hexagons where there are companies, for a territory without perimeters."""
    crs = ground_for_hexagons(companies.crs(), companies.extent())
    corners = companies.extent()
    ends = np.array(
        [
            (corners.xMinimum(), corners.yMinimum()),
            (corners.xMaximum(), corners.yMaximum()),
        ]
    )
    there = moved(ends, companies.crs(), crs, context)
    if corners.isNull() or not np.isfinite(there).all():
        raise StoreError(
            tr("The territory has neither perimeters nor establishments: import some first.")
        )
    zones = hexagons(QgsRectangle(*there.min(axis=0), *there.max(axis=0)), _HEXAGON_M)
    return [Perimeter(HEXAGON, zone.code, zone.code, "", zone.shape) for zone in zones], crs


def printed_flows(
    layers: dict[str, QgsVectorLayer],
    survey: Survey,
    every: Sequence[Perimeter],
    crs: QgsCoordinateReferenceSystem,
    context: QgsProcessingContext,
    feedback: QgsProcessingFeedback,
) -> list[Flows]:
    """Return the synergies between zones that prints draw: those realised, then those ahead.

    Args:
        layers: of the territory, by role.
        survey: what was recorded.
        every: the perimeters of prints.
        crs: theirs.
        context, feedback: of the run.

    Raises:
        Cancelled: the user asked to stop.
    """
    # Flows of several kinds of zones would be told from each other: there is one kind, always.
    kinds = {perimeter.kind for perimeter in every}
    joined = next((one for one in (*ZONES, HEXAGON) if one in kinds), every[0].kind)
    between = [perimeter.zone for perimeter in every if perimeter.kind == joined]
    quiet = QgsProcessingFeedback(False)
    feedback.canceled.connect(quiet.cancel)
    tables = []
    for states in (_REALISED, _AHEAD):
        if "synergie" not in layers:
            source = QgsVectorLayer("MultiLineString", "", "memory")
        else:
            source = layers["synergie"].materialize(QgsFeatureRequest().setFilterExpression(states))
        records = replace(read_records(source, "", (), Watch(quiet)), amounts={})
        ends = ends_of(records, source.crs(), crs, context)
        records = with_companies(records, ends, layers, survey)
        tables.append(Flows(records, ends, (), between, quiet))
    return tables


def ends_of(
    records: Records,
    source: QgsCoordinateReferenceSystem,
    target: QgsCoordinateReferenceSystem,
    context: QgsProcessingContext,
) -> list[Floats]:
    """Return where synergies start, and where they end, in another system."""
    return [moved(records.ends[:, at : at + 2], source, target, context) for at in (0, 2)]


def _drawn(table: Flows) -> list[Flow]:
    """Return the flows of a table as a map draws them; those inside a zone have no line."""
    flows = []
    for at in range(len(table)):
        for feature in table.features(at, QgsFields()):
            if feature.geometry().length() > 0:
                told = feature.attributes()
                ends = told[_START_AT], told[_END_AT]
                flows.append(Flow(feature.geometry(), int(told[_COUNT_AT]), ends))
    return flows


def _named(survey: Survey) -> list[Named]:
    companies = survey.companies
    rows = np.flatnonzero(companies.known & np.isfinite(companies.xy).all(axis=1))
    return [
        Named(companies.names[row], QgsPointXY(*companies.xy[row].tolist()))
        for row in rows.tolist()
    ]


def _grounds(every: Sequence[Perimeter]) -> list[tuple[str, list[tuple[str, str, QgsGeometry]]]]:
    kinds = ("zae", "autre", "epci", "commune", HEXAGON)
    return [
        (kind, [(one.code, one.name, one.shape) for one in every if one.kind == kind])
        for kind in kinds
    ]
