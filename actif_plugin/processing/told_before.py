"""What the prints of a territory tell of a layer's records, so that an export tells no more."""

from __future__ import annotations

from pathlib import Path

from qgis.core import (
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProject,
    QgsProviderRegistry,
    QgsVectorLayer,
)

from ..printing.perimeter_figures import Published, published_companies, published_flows
from ..store.project import layers_by_role, territory_layers, unfiltered
from .answers import known_codes
from .base import Watch
from .joined_flows import PrintedFlows, together
from .joined_tables import ToldBefore
from .masked_records import Records
from .public_edition import ends_of, printed_flows, printed_perimeters
from .survey import located_with_the_whole, read_survey, turns_of
from .synergy_ends import with_companies

_FLOWS = ("offre", "besoin")
_COMPANIES = "etablissement"
_SYNERGIES = "synergie"
# What tells a table of a file, or of a database.
_WHERE = ("layerName", "service", "host", "port", "dbname", "schema", "table")


def told_before(
    project: QgsProject | None,
    layer: QgsVectorLayer | None,
    context: QgsProcessingContext,
    watch: Watch,
) -> ToldBefore | None:
    """Return what prints tell of a layer's records; None where it is not of a project's territory.

    Args:
        project: the open one.
        layer: of records.
        context, watch: of the run.

    Raises:
        Cancelled: the user asked to stop.
    """
    layers = layers_by_role(project) if project is not None else {}
    if layer is None or _COMPANIES not in layers:
        return None
    of_companies = _same_table(layer, layers[_COMPANIES])
    of_flows = any(_same_table(layer, layers[role]) for role in _FLOWS if role in layers)
    if not of_companies and not of_flows:
        return None
    layers = unfiltered(territory_layers(project))
    every, crs = printed_perimeters(layers, project.crs(), context)
    survey = read_survey(layers, crs, known_codes(context), context, watch.part(0, 0.2))
    inside, points = located_with_the_whole(survey, every, watch.part(0.2, 0.4))
    publish = published_companies if of_companies else published_flows
    done: Published = publish(survey, inside, points, turns_of(every), watch.part(0.4, 1))
    companies, records = survey.companies, survey.records
    names = [*companies.ids, ""]
    owners = [names[owner] for owner in done.owner.tolist()]
    ids, xy = records.ids, records.xy
    if of_companies:
        # What is told of an establishment besides itself is no record that could be exported.
        further = owners[len(companies) :]
        ids = [*companies.ids, *(f"{name} +" for name in further)]
        xy = companies.xy[done.owner]
    return ToldBefore(
        crs,
        [one.zone for one in every],
        ids,
        owners,
        done.known,
        xy,
        done.category,
        done.groups,
        done.told,
    )


def flows_before(
    project: QgsProject | None,
    layer: QgsVectorLayer | None,
    records: Records,
    context: QgsProcessingContext,
    feedback: QgsProcessingFeedback,
) -> tuple[Records, PrintedFlows] | None:
    """Return synergies as those of their companies, and what prints tell of all synergies.

    Args:
        project: the open one.
        layer: of synergies.
        records: read from it.
        context, feedback: of the run.

    Returns:
        None where the layer is not of a project's territory.

    Raises:
        Cancelled: the user asked to stop.
    """
    layers = layers_by_role(project) if project is not None else {}
    if layer is None or _COMPANIES not in layers or _SYNERGIES not in layers:
        return None
    if not _same_table(layer, layers[_SYNERGIES]):
        return None
    layers = unfiltered(territory_layers(project))
    every, crs = printed_perimeters(layers, project.crs(), context)
    survey = read_survey(layers, crs, known_codes(context), context, Watch(feedback, 0, 0.1))
    tables = printed_flows(layers, survey, every, crs, context, feedback)
    ends = ends_of(records, layer.crs(), crs, context)
    return (
        with_companies(records, ends, layers, survey),
        together([table.printed() for table in tables]),
    )


def _same_table(one: QgsVectorLayer, other: QgsVectorLayer) -> bool:
    """Tell whether two layers show the same table of the same store, filtered or not."""

    def table(layer: QgsVectorLayer) -> list[object]:
        parts = QgsProviderRegistry.instance().decodeUri(layer.providerType(), layer.source())
        path = parts.get("path")
        # One file has several addresses.
        file = str(Path(path).resolve()) if path else None
        return [file, *(parts.get(name) for name in _WHERE)]

    if one.id() == other.id():
        return True
    where = table(one)
    # A layer in memory is in no store.
    told = any(part is not None for part in where)
    return told and one.providerType() == other.providerType() and where == table(other)
