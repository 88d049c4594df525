"""What the prints of a territory tell of a layer's records, so that an export tells no more."""

from __future__ import annotations

from qgis.core import (
    QgsProcessingContext,
    QgsProject,
    QgsProviderRegistry,
    QgsVectorLayer,
)

from ..printing.perimeter_figures import Published, published_flows, published_visits
from ..store.project import layers_by_role, territory_layers
from .answers import known_codes
from .base import Watch
from .joined_tables import ToldBefore
from .public_edition import printed_perimeters
from .survey import located_with_the_whole, read_survey, turns_of

_FLOWS = ("offre", "besoin")
_COMPANIES = "etablissement"


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
    layers = territory_layers(project)
    every, crs = printed_perimeters(layers, project.crs(), context)
    survey = read_survey(layers, crs, known_codes(context), context, watch.part(0, 0.2))
    inside, points = located_with_the_whole(survey, every, watch.part(0.2, 0.4))
    publish = published_visits if of_companies else published_flows
    done: Published = publish(survey, inside, points, turns_of(every), watch.part(0.4, 1))
    companies, records = survey.companies, survey.records
    if of_companies:
        ids, owners, known = companies.ids, companies.ids, companies.known
    else:
        names = [*companies.ids, ""]
        ids, known = records.ids, records.known
        owners = [names[owner] for owner in records.owner.tolist()]
    return ToldBefore(
        crs,
        [one.zone for one in every],
        ids,
        owners,
        known,
        companies.xy if of_companies else records.xy,
        done.category,
        done.groups,
        done.told,
    )


def _same_table(one: QgsVectorLayer, other: QgsVectorLayer) -> bool:
    """Tell whether two layers show the same table of the same file, filtered or not."""

    def table(layer: QgsVectorLayer) -> tuple[str, str]:
        parts = QgsProviderRegistry.instance().decodeUri(layer.providerType(), layer.source())
        return str(parts.get("path")), str(parts.get("layerName"))

    return one.providerType() == other.providerType() and table(one) == table(other)
