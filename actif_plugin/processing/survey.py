"""What the open project's territory recorded, read for the pages of an atlas."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsFeature,
    QgsFeatureRequest,
    QgsGeometry,
    QgsProcessingContext,
    QgsProcessingFeatureSource,
    QgsVectorLayer,
)
from scipy import sparse

from ..compat import plain
from ..domain.codes import Code, Level, parse_code
from ..domain.feedback import checkpoint
from ..domain.freshness import is_stale
from ..domain.matching import Integers
from ..domain.nomenclature import Nomenclatures
from ..printing.perimeter_figures import (
    AHEAD,
    NATURE_CODES,
    NEED,
    OFFER,
    REALISED,
    Companies,
    Inside,
    Partners,
    PublicFigures,
    Records,
    Survey,
    public_figures,
)
from ..store.dossier import day_of
from ..store.schema import OPEN_STATES, PERIMETER_TYPES
from ..translation import tr
from .base import Watch
from .masked_zones import Zone, inner_points, memberships
from .places import centre_of

_AT_ONCE = 512
_PUBLIC = "public"
# The perimeters whose figures are hidden last.
_FIRST_KIND = "epci"
_DIRECTIONS = {"offre": OFFER, "besoin": NEED}
_ORPHANS = ("besoins_orphelins", "ressources_orphelines")
_REALISED_STATES = ("realisee", "perenne")
_ENDED_STATES = ("abandonnee", "arretee")
_NO_NATURE = len(NATURE_CODES) - 1
_PRODUCTS_AT = Level.GROUP


@dataclass(frozen=True)
class Perimeter:
    """A perimeter: its type, code and name, the code of the one it is part of, and its shape."""

    kind: str
    code: str
    name: str
    parent: str
    shape: QgsGeometry

    @property
    def zone(self) -> Zone:
        """The perimeter as an area to count in."""
        return Zone(self.code, self.name, self.shape)

    @property
    def key(self) -> tuple[str, str, bytes]:
        """What makes two perimeters the same one."""
        return self.code, self.name, bytes(self.shape.asWkb())


def perimeters_of(
    source: QgsProcessingFeatureSource | QgsVectorLayer,
    crs: QgsCoordinateReferenceSystem,
    context: QgsProcessingContext,
) -> list[Perimeter]:
    """Return the areas of a layer, brought to *crs*, in the order of their types and names."""
    request = QgsFeatureRequest()
    request.setDestinationCrs(crs, context.transformContext())
    request.setInvalidGeometryCheck(QgsFeatureRequest.InvalidGeometryCheck.GeometryNoCheck)
    names = source.fields().names()

    def text(feature: QgsFeature, field: str) -> str:
        value = plain(feature[field]) if field in names else None
        return "" if value is None else " ".join(str(value).split())

    found = []
    for feature in source.getFeatures(request):
        if not feature.hasGeometry():
            continue
        shape = QgsGeometry(feature.geometry())
        if not shape.isGeosValid():
            shape = shape.makeValid()
        shape.convertToMultiType()
        code = text(feature, "code") or str(feature.id())
        found.append(
            Perimeter(
                text(feature, "type"),
                code,
                text(feature, "nom") or code,
                text(feature, "parent_code"),
                shape,
            )
        )
    order = {kind: number for number, kind in enumerate(("epci", "commune", "zae", "autre"))}
    return sorted(found, key=lambda p: (order.get(p.kind, 9), p.name.casefold(), p.key))


def known_perimeters(
    layers: dict[str, QgsVectorLayer],
    crs: QgsCoordinateReferenceSystem,
    context: QgsProcessingContext,
) -> list[Perimeter]:
    """Return all perimeters of a territory."""
    return [
        perimeter
        for kind, _ in PERIMETER_TYPES
        if kind in layers
        for perimeter in perimeters_of(layers[kind], crs, context)
    ]


def read_survey(
    layers: dict[str, QgsVectorLayer],
    crs: QgsCoordinateReferenceSystem,
    nomenclatures: Nomenclatures,
    context: QgsProcessingContext,
    watch: Watch,
) -> Survey:
    """Read establishments, open records and synergies.

    Args:
        layers: of the territory, by role.
        crs: of the positions.
        nomenclatures: the codes there are.
        context, watch: of the run.

    Returns:
        What was recorded.

    Raises:
        Cancelled: the user asked to stop.
    """
    reader = _Reader(crs, context)
    companies = _companies(layers, reader, watch.part(0, 0.4))
    number = {name: at for at, name in enumerate(companies.ids)}
    was_run = _ORPHANS[0] in layers
    records = _records(layers, reader, number, companies, nomenclatures, watch.part(0.4, 0.9))
    partners = _partners(layers, number, companies)
    return Survey(companies, records, partners, was_run)


class _Reader:
    """Reads layers in one system."""

    def __init__(self, crs: QgsCoordinateReferenceSystem, context: QgsProcessingContext) -> None:
        self._crs = crs
        self._context = context

    def rows(
        self, layer: QgsVectorLayer, columns: Sequence[str], watch: Watch
    ) -> tuple[list[dict[str, object]], np.ndarray]:
        """Return the values of some columns and the positions of all rows, in identifier order."""
        names = layer.fields().names()
        has = [name for name in columns if name in names]
        request = QgsFeatureRequest()
        request.setSubsetOfAttributes(has, layer.fields())
        request.setDestinationCrs(self._crs, self._context.transformContext())
        rows: list[tuple[dict[str, object], tuple[float, float]]] = []
        total = max(1, layer.featureCount())
        for at, feature in enumerate(layer.getFeatures(request)):
            if at % _AT_ONCE == 0:
                checkpoint(watch, at / total)
            values = dict.fromkeys(columns) | {name: plain(feature[name]) for name in has}
            rows.append((values, centre_of(feature.geometry())))
        rows.sort(key=lambda row: str(row[0].get("id")))
        xy = np.array([row[1] for row in rows], dtype=np.float64).reshape(-1, 2)
        return [row[0] for row in rows], xy


def _companies(layers: dict[str, QgsVectorLayer], reader: _Reader, watch: Watch) -> Companies:
    columns = ("id", "enseigne", "raison_sociale", "siret", "confidentialite")
    rows, xy = reader.rows(layers["etablissement"], columns, watch)
    visited = set()
    if "visite" in layers:
        visited = {str(plain(row["etablissement_id"])) for row in layers["visite"].getFeatures()}
    identifiers = [str(row["id"]) for row in rows]
    names = [
        next(
            (
                " ".join(str(row[field]).split())
                for field in ("enseigne", "raison_sociale", "siret")
                if row[field]
            ),
            tr("unnamed"),
        )
        for row in rows
    ]
    return Companies(
        identifiers,
        xy,
        names,
        np.array([name in visited for name in identifiers], dtype=bool),
        np.array([row["confidentialite"] == _PUBLIC for row in rows], dtype=bool),
    )


def _records(
    layers: dict[str, QgsVectorLayer],
    reader: _Reader,
    number: dict[str, int],
    companies: Companies,
    nomenclatures: Nomenclatures,
    watch: Watch,
) -> Records:
    columns = (
        "id",
        "etablissement_id",
        "sens",
        "nature",
        "nomenclature",
        "code",
        "statut",
        "date_confirmation",
        "cree_le",
        "confidentialite",
    )
    rows: list[dict[str, object]] = []
    places = []
    for half, role in enumerate(("offre", "besoin")):
        if role not in layers:
            continue
        found, xy = reader.rows(layers[role], columns, watch.part(half / 2, half / 2 + 0.5))
        keep = [at for at, row in enumerate(found) if row["statut"] in (None, *OPEN_STATES)]
        rows += [found[at] for at in keep]
        places.append(xy[keep])
    alone = {
        str(plain(row["id"]))
        for role in _ORPHANS
        if role in layers
        for row in layers[role].getFeatures()
    }
    today = date.today()
    products: dict[str, int] = {}
    product, last, stale = [], [], []
    for row in rows:
        name = _product(row, nomenclatures)
        product.append(products.setdefault(name, len(products)) if name else -1)
        confirmed, created = day_of(row["date_confirmation"]), day_of(row["cree_le"])
        day = confirmed or created
        last.append(day.toordinal() if day else 0)
        stale.append(is_stale(confirmed, created, today))
    owner = [number.get(str(row["etablissement_id"]), len(number)) for row in rows]
    natures = {code: at for at, code in enumerate(NATURE_CODES)}
    return Records(
        [str(row["id"]) for row in rows],
        np.concatenate(places) if places else np.empty((0, 2)),
        np.array(owner, dtype=np.int64),
        np.array([_DIRECTIONS.get(str(row["sens"]), NEED) for row in rows], dtype=np.int64),
        np.array([natures.get(str(row["nature"]), _NO_NATURE) for row in rows], dtype=np.int64),
        np.array(product, dtype=np.int64),
        list(products),
        np.array([str(row["id"]) in alone for row in rows], dtype=bool),
        # A record by name names its establishment: both must agree.
        np.array(
            [
                row["confidentialite"] == _PUBLIC and who < len(number) and companies.known[who]
                for row, who in zip(rows, owner)
            ],
            dtype=bool,
        ),
        np.array(last, dtype=np.int64),
        np.array(stale, dtype=bool),
    )


def _product(row: dict[str, object], nomenclatures: Nomenclatures) -> str:
    """Return what the product of a record is called at the usual level, empty where unknown."""
    system = row["nomenclature"]
    code = parse_code(row["code"], None if system is None else str(system))
    if code is None or not nomenclatures.knows(code):
        return ""
    return nomenclatures.label(Code(code.nomenclature, code.lineage[:_PRODUCTS_AT])) or code.text


def _partners(
    layers: dict[str, QgsVectorLayer], number: dict[str, int], companies: Companies
) -> Partners:
    states: dict[str, tuple[int, int, bool]] = {}
    if "synergie" in layers:
        rows = sorted(layers["synergie"].getFeatures(), key=lambda row: str(plain(row["id"])))
        for row in rows:
            state = plain(row["statut"])
            if state not in _ENDED_STATES:
                states[str(plain(row["id"]))] = (
                    len(states),
                    REALISED if state in _REALISED_STATES else AHEAD,
                    plain(row["confidentialite"]) == _PUBLIC,
                )
    found = set()
    if "synergie_membre" in layers:
        for row in layers["synergie_membre"].getFeatures():
            state = states.get(str(plain(row["synergie_id"])))
            who = number.get(str(plain(row["etablissement_id"])))
            if state is not None and who is not None:
                found.add((state[0], who, state[1], state[2] and bool(companies.known[who])))
    table = np.array(sorted(found), dtype=np.int64).reshape(-1, 4)
    return Partners(table[:, 0], table[:, 1], table[:, 2], table[:, 3].astype(bool))


def located(survey: Survey, perimeters: Sequence[Perimeter], watch: Watch) -> Inside:
    """Return which perimeters establishments and records are in, edges included."""
    zones = [perimeter.zone for perimeter in perimeters]
    return Inside(
        memberships(survey.companies.xy, zones, watch.part(0, 0.5)),
        memberships(survey.records.xy, zones, watch.part(0.5, 1)),
    )


def _own_points(perimeters: Sequence[Perimeter], watch: Watch) -> Inside:
    """Return which perimeters a point of each is in: places there are, whatever was recorded."""
    zones = [perimeter.zone for perimeter in perimeters]
    inside = memberships(inner_points(zones), zones, watch)
    return Inside(inside, inside)


def public_figures_of(
    survey: Survey, perimeters: Sequence[Perimeter], watch: Watch
) -> tuple[PublicFigures, Inside]:
    """Return what may be printed for elected officials, of each perimeter and then of the whole.

    Args:
        survey: what was recorded.
        perimeters: all those of the territory: maps, atlases and copies tell the same figures only
            because they all mask all of them.
        watch: of the run.

    Returns:
        The figures, and which perimeters establishments and records are in.

    Raises:
        Cancelled: the user asked to stop.
    """
    inside, points = located_with_the_whole(survey, perimeters, watch.part(0, 0.2))
    turns = turns_of(perimeters)
    return public_figures(survey, inside, points, turns, watch.part(0.2, 1)), inside


def located_with_the_whole(
    survey: Survey, perimeters: Sequence[Perimeter], watch: Watch
) -> tuple[Inside, Inside]:
    """Return which perimeters records are in, and points of each perimeter; the whole is the last.

    Raises:
        Cancelled: the user asked to stop.
    """
    inside = _with_the_whole(located(survey, perimeters, watch.part(0, 0.5)))
    return inside, _with_the_whole(_own_points(perimeters, watch.part(0.5, 1)))


def turns_of(perimeters: Sequence[Perimeter]) -> Integers:
    """Return when the figures of perimeters, and then of the whole, are decided when masked."""
    return np.array([*(1 + (one.kind != _FIRST_KIND) for one in perimeters), 0])


def _with_the_whole(inside: Inside) -> Inside:
    """Add one more perimeter, the last: what is in any of them."""

    def added(matrix: sparse.csr_matrix) -> sparse.csr_matrix:
        some = sparse.csr_matrix((np.diff(matrix.indptr) > 0)[:, np.newaxis])
        return sparse.hstack([matrix, some], format="csr")

    return Inside(added(inside.companies), added(inside.records))
