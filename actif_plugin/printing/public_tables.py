"""The tables of the public copy of a territory, made of what elected officials may see.

They are layers in memory that look as the map for elected officials; no layer of the territory is
opened here.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsEditorWidgetSetup,
    QgsGeometry,
    QgsProject,
    QgsRectangle,
    QgsVectorLayer,
    QgsWkbTypes,
)

from ..compat import Kind
from ..store import styles
from ..store.publishing import ABOUT
from ..store.schema import NATURES
from .memory_layers import memory_layer
from .perimeter_figures import NATURE_CODES, NATURE_NAMES, Count, PerimeterFigures, Ranked
from .public_layers import (
    Flow,
    PublicLayers,
    ZoneFigures,
    add_public_layers,
    style_named,
)

_SCALE = 1.0
_MASKED, _SHOWN = "oui", "non"
_NO_NATURE = "non_precisee"
GROUND_GROUP = "Territoire"
NAMED_GROUP = "Ce qui est public"
SYNERGY_GROUP = "Synergies"
_TABLE_GROUP = "Tableaux"
# From the top; the layer of each kind of perimeter, and its figures as "Chiffres par …".
KINDS = {
    "zae": ("Zones d'activités", "zone d'activités"),
    "autre": ("Autres périmètres", "autre périmètre"),
    "epci": ("EPCI", "EPCI"),
    "commune": ("Communes", "commune"),
    "hexagone": ("Hexagones", "hexagone"),
}
# Those shown first are those that protect best.
_FIRST_SHOWN = ("epci", "commune", "zae", "autre", "hexagone")

Columns = Sequence[tuple[str, Kind]]


@dataclass(frozen=True)
class PublicZone:
    """A perimeter with its figures; counts are None where they are masked."""

    kind: str
    code: str
    name: str
    shape: QgsGeometry
    figures: PerimeterFigures


@dataclass(frozen=True)
class PublicCompany:
    """An establishment that agreed to be named; without a shape where nobody knows where it is."""

    name: str
    siret: str
    commune: str
    naf: str
    activity: str
    shape: QgsGeometry


@dataclass(frozen=True)
class PublicRecord:
    """An open resource or need that is public, and so is its establishment.

    Attributes:
        direction, nature: codes of the schema.
        code, product: of the nomenclature, and its label.
        label, description: the company's own words.
        quantity, unit, frequency: how much, NULL where untold, and how often.
        company, siret: whose it is.
        shape: where it is.
    """

    direction: str
    nature: str
    code: str
    product: str
    label: str
    description: str
    quantity: float | None
    unit: str
    frequency: str
    company: str
    siret: str
    shape: QgsGeometry


@dataclass(frozen=True)
class PublicTerritory:
    """What a public copy holds.

    Attributes:
        name: of the territory.
        crs: of all shapes.
        extent: that the map opens on.
        zones: all perimeters, or hexagons.
        whole: the figures of the territory.
        missing: natures needed in vain in the whole territory, most first.
        was_run: whether it is known which needs are without an answer.
        realised, ahead: synergies from zone to zone.
        companies, records: by name.
        about: headings and texts on the copy itself, sources and licences included.
        credits: the sources, for each layer.
    """

    name: str
    crs: QgsCoordinateReferenceSystem
    extent: QgsRectangle
    zones: Sequence[PublicZone]
    whole: PerimeterFigures
    missing: Sequence[Ranked]
    was_run: bool
    realised: Sequence[Flow]
    ahead: Sequence[Flow]
    companies: Sequence[PublicCompany]
    records: Sequence[PublicRecord]
    about: Sequence[tuple[str, str]]
    credits: str


@dataclass(frozen=True)
class Sheet:
    """A layer of the copy: its group, its table, how it looks, whether the map opens with it."""

    group: str
    table: str
    layer: QgsVectorLayer
    shown: bool
    aliases: Mapping[str, str]


def sheets(territory: PublicTerritory, workshop: QgsProject) -> Iterator[Sheet]:
    """Yield the layers, from the top."""
    crs = territory.crs
    kinds = {zone.kind for zone in territory.zones}
    flows = PublicLayers(territory.realised, territory.ahead, [], [], [])
    names = {"zone_nom": "De", "vers_nom": "Vers", "synergies": "Synergies"}
    for layer in add_public_layers(workshop, crs, flows, _SCALE)[0]:
        yield Sheet(SYNERGY_GROUP, _table_name(layer.name()), layer, True, names)
    yield from _named(territory)
    first = next(kind for kind in _FIRST_SHOWN if kind in kinds)
    for kind in _FIRST_SHOWN:
        if kind not in kinds:
            continue
        zones = [
            ZoneFigures(zone.name, zone.shape, zone.figures.all_offers, zone.figures.all_needs)
            for zone in territory.zones
            if zone.kind == kind
        ]
        drawn = add_public_layers(workshop, crs, PublicLayers([], [], [], zones, []), _SCALE)[0]
        for layer in drawn:
            table = _table_name(f"{kind} {layer.name()}")
            # Some programs take layers of one name for the same one.
            layer.setName(f"{layer.name()} ({KINDS[kind][1]})")
            names = {"zone_nom": "Zone", "sens": "Sens", "nombre": "Nombre"}
            yield Sheet(_figures_group(kind), table, layer, kind == first, names)
    for kind in KINDS:
        if kind in kinds:
            yield _perimeters(territory, kind)
    yield from _tables(territory)


def _named(territory: PublicTerritory) -> Iterator[Sheet]:
    """Yield who and what is public."""
    if territory.companies:
        columns = [(name, Kind.TEXT) for name in _COMPANY_NAMES]
        rows = [
            (one.shape, _known(one.name, one.siret, one.commune, one.naf, one.activity))
            for one in territory.companies
        ]
        title = "Établissements qui ont accepté d'être nommés"
        layer = memory_layer("Point", territory.crs, title, columns, rows)
        style_named(layer, _SCALE)
        yield Sheet(NAMED_GROUP, "etablissements_publics", layer, True, _COMPANY_NAMES)
    titles = {"besoin": "Besoins publics", "offre": "Ressources publiques"}
    for direction, title in titles.items():
        rows = [
            (
                one.shape,
                _known(
                    one.label,
                    one.nature,
                    one.code,
                    one.product,
                    one.description,
                    one.quantity,
                    one.unit,
                    one.frequency,
                    one.company,
                    one.siret,
                ),
            )
            for one in territory.records
            if one.direction == direction
        ]
        if not rows:
            continue
        columns = [(name, Kind.REAL if name == "quantite" else Kind.TEXT) for name in _RECORD_NAMES]
        layer = memory_layer("Point", territory.crs, title, columns, rows)
        styles.style_flows(layer, direction, fading=False)
        choices = {"map": [{label: code} for code, label in NATURES]}
        layer.setEditorWidgetSetup(
            layer.fields().indexOf("nature"), QgsEditorWidgetSetup("ValueMap", choices)
        )
        yield Sheet(NAMED_GROUP, _table_name(title), layer, False, _RECORD_NAMES)


_COMPANY_NAMES = {
    "nom": "Nom",
    "siret": "SIRET",
    "commune": "Commune",
    "naf_code": "Code NAF",
    "activite": "Activité",
}
_RECORD_NAMES = {
    "libelle": "Libellé",
    "nature": "Nature",
    "code": "Code",
    "produit": "Produit ou métier",
    "description": "Description",
    "quantite": "Quantité",
    "unite": "Unité",
    "periodicite": "Périodicité",
    "etablissement": "Établissement",
    "siret": "SIRET",
}


def _perimeters(territory: PublicTerritory, kind: str) -> Sheet:
    """Return all perimeters of a kind, with all their figures."""
    title = KINDS[kind][0]
    zones = [zone for zone in territory.zones if zone.kind == kind]
    names = {"code": "Code", "nom": "Nom", **_figure_names(territory.was_run)}
    rows = [
        (_polygons(zone.shape), [zone.code, zone.name, *_row(zone.figures, territory.was_run)])
        for zone in zones
    ]
    layer = memory_layer("MultiPolygon", territory.crs, title, _columns(names), rows)
    styles.style_perimeters(layer, kind if kind in ("zae", "epci", "commune") else "autre")
    return Sheet(GROUND_GROUP, _table_name(title), layer, True, names)


def _tables(territory: PublicTerritory) -> Iterator[Sheet]:
    """Yield what has no place on the map."""
    nowhere = QgsCoordinateReferenceSystem()
    names = {"nom": "Territoire", **_figure_names(territory.was_run)}
    values = [territory.name, *_row(territory.whole, territory.was_run)]
    layer = memory_layer(
        "NoGeometry", nowhere, "Chiffres du territoire", _columns(names), [(QgsGeometry(), values)]
    )
    yield Sheet(_TABLE_GROUP, "territoire", layer, False, names)
    if territory.missing:
        names = {"nature": "Nature", "besoins_sans_reponse": "Besoins sans réponse"}
        rows = [(QgsGeometry(), [line.label, line.count]) for line in territory.missing]
        layer = memory_layer("NoGeometry", nowhere, "Ce qui manque", _columns(names), rows)
        yield Sheet(_TABLE_GROUP, "ce_qui_manque", layer, False, names)
    names = {"rubrique": "Rubrique", "texte": "Texte"}
    rows = [(QgsGeometry(), [heading, text]) for heading, text in territory.about]
    layer = memory_layer("NoGeometry", nowhere, "À propos de cette copie", _columns(names), rows)
    yield Sheet(_TABLE_GROUP, ABOUT, layer, False, names)


def _figure_names(was_run: bool) -> dict[str, str]:
    """Return the columns of figures, and what people read over them."""
    natures = list(zip((code or _NO_NATURE for code in NATURE_CODES), NATURE_NAMES))
    return {
        "etablissements": "Établissements",
        "etablissements_visites": "Établissements visités",
        "ressources": "Ressources ouvertes",
        "besoins": "Besoins ouverts",
        **({"besoins_sans_reponse": "Besoins sans réponse"} if was_run else {}),
        "engages_realisees": "Établissements dans une synergie réalisée",
        "engages_en_projet": "Établissements dans une synergie en projet",
        **{f"ressources_{code}": f"Ressources\u00a0: {label}" for code, label in natures},
        **{f"besoins_{code}": f"Besoins\u00a0: {label}" for code, label in natures},
        "masque": "Masqué",
        "chiffres_masques": "Chiffres masqués (vides)",
    }


def _row(figures: PerimeterFigures, was_run: bool) -> list[Count | str]:
    """Return the figures in the order of :func:`_figure_names`; None where masked."""
    counts = [
        figures.establishments,
        figures.visited,
        figures.all_offers,
        figures.all_needs,
        *([figures.unanswered] if was_run else []),
        figures.realised,
        figures.ahead,
        *figures.offers,
        *figures.needs,
    ]
    masked = sum(count is None for count in counts)
    return [*counts, _MASKED if masked else _SHOWN, masked]


def _known(*values: str | float | None) -> list[str | float | None]:
    """Return values, with nothing for an empty text."""
    return [None if value == "" else value for value in values]


_TEXTS = {"code", "nom", "masque", "nature", "rubrique", "texte"}


def _columns(names: Mapping[str, str]) -> Columns:
    return [(name, Kind.TEXT if name in _TEXTS else Kind.INTEGER) for name in names]


def _polygons(shape: QgsGeometry) -> QgsGeometry:
    """Return the areas of a shape that repairs may have left with lines or points."""
    if QgsWkbTypes.flatType(shape.wkbType()) == QgsWkbTypes.Type.MultiPolygon:
        return shape
    area = QgsWkbTypes.GeometryType.PolygonGeometry
    parts = [part for part in shape.asGeometryCollection() if part.type() == area]
    return QgsGeometry.collectGeometry(parts)


def _table_name(title: str) -> str:
    """Return a title as the name of a table: ``zones_d_activites``."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    return "_".join("".join(sign if sign.isalnum() else " " for sign in plain).split())


def _figures_group(kind: str) -> str:
    return f"Chiffres par {KINDS[kind][1]}"
