"""The QGIS project of a territory: layers, groups, aliases, value lists, relations, map themes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from qgis.core import (
    QgsCoordinateTransform,
    QgsLayerTreeGroup,
    QgsMapLayer,
    QgsMapThemeCollection,
    QgsProject,
    QgsProviderRegistry,
    QgsRectangle,
    QgsReferencedRectangle,
    QgsRelation,
    QgsRelationContext,
    QgsVectorLayer,
)

from ..translation import tr
from . import coverage_styles, styles
from .errors import StoreError
from .model import View
from .result_columns import name_columns
from .schema import PERIMETER_TYPES, TABLES, VIEWS, links, table
from .territory import Territory

SUFFIX = ".qgz"
# Where a project remembers its territory.
SCOPE = "actif"
STORE_KEY = "store"
NOTICE_KEY = "notice"
CREDITS_KEY = "credits"
# The custom property by which a layer tells its part in the territory.
ROLE = "actif/role"

# Tables of a file of results, with the layer names that users see.
RESULTS = (
    ("reponses", "Réponses aux besoins"),
    ("besoins_orphelins", "Besoins sans réponse"),
    ("ressources_orphelines", "Ressources sans preneur"),
    ("hexagones", "Besoins par hexagone"),
    ("couverture_perimetre", "Couverture par périmètre"),
    ("couverture", "Couverture par produit"),
)
_RESULTS_GROUP = "Résultats"
_THEMES = {
    "Ressources et besoins": ("offre", "besoin", "etablissement"),
    "Réponses": ("reponses", "besoins_orphelins", "etablissement"),
    "Maillons manquants": ("besoins_orphelins", "ressources_orphelines"),
    "Synergies": ("synergie", "etablissement"),
    "Territoire": ("etablissement",),
}
_BACKGROUND = ("zae", "epci", "commune")
_PERIMETER_ROLES = {kind for kind, _ in PERIMETER_TYPES}
_MARGIN = 1.05
# Setting a filter, QGIS may leave the connection that layers share without its file. What this
# option says goes without saying, but who says it shares with nobody.
_CONNECTION_OF_ITS_OWN = ["LIST_ALL_TABLES=AUTO"]


@dataclass(frozen=True)
class Entry:
    """A layer of the project: its role in themes, group, table, subset and title."""

    role: str
    group: str
    table: str
    title: str
    subset: str = ""
    shown: bool = True


def _entries() -> Iterable[Entry]:
    flows = "Ressources et besoins"
    yield Entry("besoin", flows, "flux", "Besoins", "\"sens\" = 'besoin'")
    yield Entry("offre", flows, "flux", "Ressources (offres)", "\"sens\" = 'offre'")
    yield Entry("synergie", "Synergies", "synergie", "Synergies")
    yield Entry("etablissement", "Entreprises", "etablissement", "Établissements")
    for name in ("visite", "contact", "synergie_membre", "avis"):
        yield Entry(name, "Suivi", name, table(name).title)
    titles = {
        "zae": "Zones d'activités",
        "autre": "Autres périmètres",
        "epci": "EPCI",
        "commune": "Communes",
    }
    for kind, title in titles.items():
        subset = f"\"type\" = '{kind}'"
        yield Entry(kind, "Territoire", "perimetre", title, subset)
    yield Entry("synonyme", "Nomenclatures", "synonyme", table("synonyme").title)
    for reference in (*TABLES, *VIEWS):
        if isinstance(reference, View) or not reference.editable:
            yield Entry(reference.name, "Nomenclatures", reference.name, reference.title)


def project_path(territory_path: Path) -> Path:
    """Return where the project of a territory is written: beside it."""
    return territory_path.with_suffix(SUFFIX)


def write_project(
    territory: Territory,
    dress: Callable[[QgsProject], None],
    results: Path | None = None,
    notice: str = "",
    credits: str = "",
) -> Path:
    """Write the project of a territory beside it.

    Args:
        territory: whose project it is.
        dress: gives the layers their forms.
        results: a GeoPackage of results to show on top.
        notice: what readers must know of the data; kept in the project and printed on maps.
        credits: the sources of the perimeters, as their licences ask; likewise.

    Raises:
        StoreError: a layer cannot be read or the project cannot be written.
    """
    path = project_path(territory.path)
    project = QgsProject()
    project.setFileName(str(path))
    fill_project(project, territory, results, notice, credits)
    dress(project)
    if not project.write():
        raise StoreError(
            tr("The project {path} cannot be written: {reason}").format(
                path=path, reason=project.error()
            )
        )
    project.clear()
    return path


def fill_project(
    project: QgsProject,
    territory: Territory,
    results: Path | None = None,
    notice: str = "",
    credits: str = "",
) -> None:
    """Put a territory, and results if any, into an empty project."""
    project.setTitle(territory.name)
    project.setCrs(territory.crs)
    project.setEllipsoid("EPSG:7030")
    project.writeEntry(SCOPE, STORE_KEY, project.writePath(str(territory.path)))
    project.writeEntry(SCOPE, NOTICE_KEY, notice)
    project.writeEntry(SCOPE, CREDITS_KEY, credits)
    metadata = project.metadata()
    metadata.setTitle(territory.name)
    metadata.setAbstract(notice)
    project.setMetadata(metadata)
    layers: dict[str, QgsVectorLayer] = {}
    root = project.layerTreeRoot()
    if results is not None:
        layers |= _add_results(project, root.addGroup(_RESULTS_GROUP), results)
    for entry in _entries():
        group = root.findGroup(entry.group) or root.addGroup(entry.group)
        layer = territory.layer(entry.table, entry.title, entry.subset)
        layers[entry.role] = layer
        layer.setCustomProperty(ROLE, entry.role)
        _style(layer, entry.role)
        project.addMapLayer(layer, addToLegend=False)
        group.addLayer(layer)
    for name in ("Suivi", "Nomenclatures"):
        root.findGroup(name).setExpanded(False)
    _add_relations(project, layers)
    _add_themes(project, layers)
    _set_view(project, territory, layers)


def layers_by_role(project: QgsProject) -> dict[str, QgsVectorLayer]:
    """Return the territory's layers and results that a project shows, by role.

    Of a layer and its duplicates, the one that shows all that the role tells.
    """
    found: dict[str, QgsVectorLayer] = {}
    for layer in sorted(project.mapLayers().values(), key=QgsMapLayer.id):
        role = layer.customProperty(ROLE)
        if role and (role not in found or is_filtered(role, found[role])):
            found[role] = layer
    return found


def is_filtered(role: str, layer: QgsVectorLayer) -> bool:
    """Tell whether a layer shows another part of its table than the one that its role tells."""
    return "".join(layer.subsetString().split()) != "".join(_own_subset(role).split())


def unfiltered(layers: Mapping[str, QgsVectorLayer]) -> dict[str, QgsVectorLayer]:
    """Return layers by role, with another in the place of each that is filtered.

    A reader who lays two prints side by side must not find what a filter left out of one.

    Raises:
        StoreError: one of them cannot be read.
    """
    return {
        role: _whole(role, layer) if is_filtered(role, layer) else layer
        for role, layer in layers.items()
    }


def _whole(role: str, layer: QgsVectorLayer) -> QgsVectorLayer:
    registry, provider = QgsProviderRegistry.instance(), layer.providerType()
    parts = registry.decodeUri(provider, layer.source())
    parts |= {"subset": _own_subset(role), "openOptions": _CONNECTION_OF_ITS_OWN}
    whole = QgsVectorLayer(registry.encodeUri(provider, parts), layer.name(), provider)
    if not whole.isValid() or whole.fields().names() != layer.fields().names():
        raise StoreError(
            tr("“{layer}” cannot be read without its filter: take the filter away.").format(
                layer=layer.name()
            )
        )
    return whole


def _own_subset(role: str) -> str:
    return next((entry.subset for entry in _entries() if entry.role == role), "")


def territory_layers(project: QgsProject) -> dict[str, QgsVectorLayer]:
    """Return the layers of a project's territory, by role.

    Raises:
        StoreError: it shows none, or they cannot be read.
    """
    layers = layers_by_role(project)
    if "etablissement" not in layers:
        raise StoreError(tr("This project shows no territory: open the project that Act'IF made."))
    lost = [layer.name() for layer in layers.values() if not layer.isValid()]
    if lost:
        raise StoreError(
            tr("These layers cannot be read, the GeoPackage was moved or deleted: {names}").format(
                names=", ".join(lost)
            )
        )
    return layers


def edited_layers(project: QgsProject | None, territory: Territory) -> list[str]:
    """Return the names of a project's layers of *territory* whose edits are not saved."""
    layers = layers_by_role(project).values() if project is not None else ()
    return [
        layer.name() for layer in layers if layer.isModified() and _shows(layer, territory.path)
    ]


def _shows(layer: QgsVectorLayer, path: Path) -> bool:
    source = QgsProviderRegistry.instance().decodeUri(layer.providerType(), layer.source())
    return bool(source.get("path")) and Path(source["path"]).resolve() == path.resolve()


def _add_results(
    project: QgsProject, group: QgsLayerTreeGroup, results: Path
) -> dict[str, QgsVectorLayer]:
    layers = {}
    for name, title in RESULTS:
        uri = QgsProviderRegistry.instance().encodeUri(
            "ogr", {"path": str(results), "layerName": name}
        )
        layer = QgsVectorLayer(uri, title, "ogr")
        # A run without answers, or without perimeters, leaves some of them out.
        if not layer.isValid():
            continue
        _style_result(layer, name)
        layer.setCustomProperty(ROLE, name)
        project.addMapLayer(layer, addToLegend=False)
        node = group.addLayer(layer)
        node.setItemVisibilityChecked(name in ("reponses", "besoins_orphelins"))
        layers[name] = layer
    return layers


def _style_result(layer: QgsVectorLayer, name: str) -> None:
    if name == "reponses":
        styles.style_answers(layer)
    elif name == "besoins_orphelins":
        styles.style_orphans(layer, "besoin")
    elif name == "ressources_orphelines":
        styles.style_orphans(layer, "offre")
    elif name == "couverture_perimetre":
        coverage_styles.dress_perimeters(layer)
    elif name == "hexagones":
        coverage_styles.dress_hexagons(layer)
    elif name == "couverture":
        coverage_styles.dress_codes(layer)
    name_columns(layer)


def _style(layer: QgsVectorLayer, role: str) -> None:
    if role in ("offre", "besoin"):
        styles.style_flows(layer, role)
    elif role == "etablissement":
        styles.style_establishments(layer)
    elif role == "synergie":
        styles.style_synergies(layer)
    elif role in _PERIMETER_ROLES:
        styles.style_perimeters(layer, role)


def relation_id(child: str, column: str, parent: str) -> str:
    """Return the identifier of the relation between two layers, given by their roles."""
    return f"{child}_{column}_{parent}"


def _add_relations(project: QgsProject, layers: dict[str, QgsVectorLayer]) -> None:
    # The table of flows is two layers: a link to or from it is one relation for each.
    roles = {name: [name] for name in layers}
    roles["flux"] = ["offre", "besoin"]
    relations = []
    for child, field, link in links():
        for child_role in roles[child.name]:
            for parent_role in roles[link.table]:
                relation = QgsRelation(QgsRelationContext(project))
                relation.setId(relation_id(child_role, field.name, parent_role))
                name = layers[child_role].name() if child.name == "flux" else link.name
                relation.setName(name)
                relation.setReferencingLayer(layers[child_role].id())
                relation.setReferencedLayer(layers[parent_role].id())
                relation.addFieldPair(field.name, "id")
                relations.append(relation)
    project.relationManager().setRelations(relations)


def _add_themes(project: QgsProject, layers: dict[str, QgsVectorLayer]) -> None:
    root = project.layerTreeRoot()
    for name, roles in _THEMES.items():
        present = [layers[role] for role in roles if role in layers]
        if not present:
            continue
        shown = {layer.id() for layer in present}
        shown |= {layers[role].id() for role in _BACKGROUND}
        records = []
        # In the order of the tree, so that the theme draws as the map does.
        for layer in root.layerOrder():
            if layer.id() in shown:
                record = QgsMapThemeCollection.MapThemeLayerRecord(layer)
                record.isVisible = True
                records.append(record)
        theme = QgsMapThemeCollection.MapThemeRecord()
        theme.setLayerRecords(records)
        project.mapThemeCollection().insert(name, theme)


def _set_view(project: QgsProject, territory: Territory, layers: dict[str, QgsVectorLayer]) -> None:
    """Open the map on the perimeters, else on the companies, else on the CRS's own area."""
    for role in (*(kind for kind, _ in PERIMETER_TYPES), "etablissement"):
        extent = layers[role].extent()
        if layers[role].featureCount() > 0 and not extent.isEmpty():
            break
    else:
        wgs84 = territory.crs.fromEpsgId(4326)
        transform = QgsCoordinateTransform(wgs84, territory.crs, project.transformContext())
        extent = transform.transformBoundingBox(territory.crs.bounds())
    view = QgsRectangle(extent)
    view.scale(_MARGIN)
    project.viewSettings().setDefaultViewExtent(QgsReferencedRectangle(view, territory.crs))
    project.viewSettings().setPresetFullExtent(QgsReferencedRectangle(view, territory.crs))
