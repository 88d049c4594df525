"""A territory as the CNIG standard "Sites économiques" writes it.

What a record came with is given back as it was; what an adviser or a later import changed since
says what the territory says. What nobody knows is said to be unknown where the standard has a word
for it, and is missing otherwise: nothing is made up to pass a check.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsCoordinateTransformContext,
    QgsCsException,
    QgsDistanceArea,
    QgsFeature,
    QgsFeatureRequest,
    QgsGeometry,
    QgsRectangle,
    QgsSpatialIndex,
)

from ..compat import plain
from ..sources.cnig import ORIGINAL, is_land, official_values, still_said
from ..sources.cnig_tables import (
    ESTABLISHMENT,
    OTHER,
    SEPARATOR,
    SITE,
    TERRAIN,
    UNKNOWN,
    Column,
    Kind,
    StandardTable,
)
from ..sources.dates import iso_date
from ..sources.shapes import LAMBERT_93, WGS84, crs_of, read_shape
from .perimeters import original_of
from .schema import ETABLISSEMENT
from .territory import Territory

# Legal projections overseas; a territory in one of them stays in it.
_OVERSEAS = ("EPSG:5490", "EPSG:2972", "EPSG:2975", "EPSG:4471", "EPSG:4467")
_ELLIPSOID = "EPSG:7019"
_SQUARE_METRES_A_HECTARE = 10_000
_UNCONFIRMED = "non_confirme"
# Two texts of one position differ by less, metres.
_SAME_PLACE_M = 0.5
_INTERNAL = "interne"
# What the house says of a company in words of its own.
_OWN_WORDS = ("etab_description", "etab_source_info")
# Who is meant: said to be unknown, they would say nothing at all.
_WHO = {"SIRET", "SIREN", "site_id", "site_nom", "etab_raison_sociale", "etab_nom"}


@dataclass(frozen=True)
class Row:
    """A row of a table of the standard.

    Attributes:
        values: official name → text or number, the filled ones.
        shape: in the CRS of the export, or None.
        missing: official names of what the standard asks and nobody knows.
    """

    values: Mapping[str, object]
    shape: QgsGeometry | None
    missing: tuple[str, ...]


@dataclass
class Standard:
    """The rows of the standard that a territory holds.

    Attributes:
        territory: what is written.
        transforms: of the project.
        crs: of the shapes: Lambert-93, or the legal system of an overseas territory.
        replaced: (column, value) outside the official lists, written as "autre" or left out.
        kept_back: establishments left out because they may not be shown.
        unconfirmed: those left out because nobody confirmed that they exist.
    """

    territory: Territory
    transforms: QgsCoordinateTransformContext
    replaced: Counter[tuple[str, str]] = field(default_factory=Counter)
    kept_back: int = 0
    unconfirmed: int = 0

    def __post_init__(self) -> None:
        own = self.territory.crs.authid()
        self.crs = QgsCoordinateReferenceSystem(own if own in _OVERSEAS else LAMBERT_93)
        degrees = QgsCoordinateReferenceSystem(WGS84)
        self._to_crs = QgsCoordinateTransform(self.territory.crs, self.crs, self.transforms)
        self._to_degrees = QgsCoordinateTransform(self.crs, degrees, self.transforms)
        self._measure = QgsDistanceArea()
        self._measure.setSourceCrs(self.crs, self.transforms)
        self._measure.setEllipsoid(_ELLIPSOID)
        self._names = self._perimeter_names()
        zones, others = self._polygons("zae"), self._polygons("autre")
        codes = {plain(zone["code"]) for zone in zones}
        self._zones = zones
        self._lands = [
            land
            for land in others
            if is_land(original_of(land)) or plain(land["parent_code"]) in codes
        ]
        self._land_index = QgsSpatialIndex()
        for number, land in enumerate(self._lands):
            self._land_index.addFeature(number, land.geometry().boundingBox())

    def sites(self) -> Iterator[Row]:
        """Yield the rows of ``site_eco``: the activity zones."""
        useful: Counter[str] = Counter()
        for land in self.lands():
            if land.values.get("terr_utile") == "oui" and "terr_surf_brute" in land.values:
                useful[str(land.values.get("site_id"))] += float(
                    str(land.values["terr_surf_brute"])
                )
        for zone in self._zones:
            shape = self._moved(zone.geometry())
            values = {
                **original_of(zone),
                "site_id": _text(zone, "code"),
                "site_nom": _text(zone, "nom"),
            }
            parent = _text(zone, "parent_code")
            if parent and parent != values.get("site_epci_siren"):
                values.update(site_epci_siren=parent, site_epci_nom=self._name("epci", parent))
            _fill(values, "site_epci_nom", self._name("epci", values.get("site_epci_siren", "")))
            if not values.get("site_comm_insee"):
                values.update(self._commune_at(zone.geometry()))
            _fill(values, "site_surf_brute", self._hectares(shape))
            if useful[values["site_id"]]:
                _fill(values, "site_surf_utile", f"{useful[values['site_id']]:.4f}")
            _fill(values, "site_geompoint", self._lonlat(shape))
            _date_of(values, zone, "site_identif_date", "site_actu_date")
            yield self._row(SITE, values, shape)

    def lands(self) -> Iterator[Row]:
        """Yield the rows of ``terrain_eco``: the pieces of land under an activity zone."""
        for land in self._lands:
            shape = self._moved(land.geometry())
            values = {
                **original_of(land),
                "terr_id": _text(land, "code"),
                "site_id": _text(land, "parent_code"),
            }
            _fill(values, "terr_surf_brute", self._hectares(shape))
            _date_of(values, land, "terr_identif_date", "terr_actu_date")
            yield self._row(TERRAIN, values, shape)

    def establishments(self, levels: Collection[str]) -> Iterator[Row]:
        """Yield the rows of ``etablissement``, whose confidentiality is one of *levels*.

        Mail and telephone stay empty: contacts do not leave the house. So do the house's own words
        on a company and on where they come from, unless it is for the house.
        """
        activities = self._labels("ref_naf", "id")
        brackets = self._labels("ref_effectif", "code")
        for company in self.territory.layer("etablissement").getFeatures():
            if (plain(company["confidentialite"]) or _INTERNAL) not in levels:
                self.kept_back += 1
                continue
            if plain(company["etat"]) == _UNCONFIRMED:
                self.unconfirmed += 1
                continue
            ours = {one.name: _text(company, one.name) for one in ETABLISSEMENT.fields}
            cells = json.loads(json.loads(ours["source_valeurs"] or "{}").get(ORIGINAL, "{}"))
            kept = still_said(cells, ours) if cells else {}
            own = {} if _INTERNAL in levels else dict.fromkeys(_OWN_WORDS, "")
            values = {**official_values(ours), **own, **kept}
            code = f"{ours['naf_version']}:{ours['naf_code']}"
            _fill(values, "etab_activite_libelle", activities.get(code, ""))
            _fill(values, "etab_effectif_libelle", brackets.get(ours["effectif_code"], ""))
            day = ours["source_date"] or _day(company, "cree_le")
            _fill(values, "etab_effectif_annee", day[:4])
            _fill(values, "comm_nom", self._name("commune", values["comm_insee"]))
            _, parent = self._names.get(("commune", values["comm_insee"]), ("", ""))
            _fill(values, "epci_siren", parent)
            _fill(values, "epci_nom", self._name("epci", values["epci_siren"]))
            _date_of(values, company, "etab_identif_date", "etab_actu_date", ours["source_date"])
            shape = self._moved(company.geometry())
            lands = kept.get("terr_id", "")
            if not lands or ours["site_id"] not in self._answers(lands):
                values["terr_id"] = self._lands_at(company.geometry())
            yield self._row(ESTABLISHMENT, values, self._places(shape, cells))

    def _row(
        self, table: StandardTable, values: Mapping[str, str], shape: QgsGeometry | None
    ) -> Row:
        written: dict[str, object] = {}
        missing = []
        for column in table.columns:
            if column.kind is Kind.GEOMETRY:
                if shape is None:
                    missing.append(column.name)
                continue
            value = self._said(column, values.get(column.name, "").strip())
            if value is None and column.required:
                if column.kind is Kind.TEXT and not self._tells_who(table, column):
                    value = UNKNOWN
                else:
                    missing.append(column.name)
            if value is not None:
                written[column.name] = value
        return Row(written, shape, tuple(missing))

    def _tells_who(self, table: StandardTable, column: Column) -> bool:
        return column.name in _WHO or column.name == table.key

    def _said(self, column: Column, text: str) -> object:
        """Return what a cell says in the form the standard asks, or None."""
        if not text:
            return None
        if column.values:
            known = column.official(text)
            if known is None:
                self.replaced[column.name, text] += 1
                known = OTHER if OTHER in column.values else None
            return known
        if column.kind is Kind.NUMBER:
            try:
                return float(text.replace(",", "."))
            except ValueError:
                return self._unfit(column, text)
        if column.kind is Kind.DATE:
            return iso_date(text) or self._unfit(column, text)
        if column.kind is Kind.YEAR and not column.fits(text):
            text = iso_date(text)[:4] or text
        return text if column.fits(text) else self._unfit(column, text)

    def _unfit(self, column: Column, text: str) -> None:
        self.replaced[column.name, text] += 1

    def _polygons(self, kind: str) -> list[QgsFeature]:
        subset = {"zae": "\"type\" = 'zae'", "autre": "\"type\" = 'autre'"}[kind]
        layer = self.territory.layer("perimetre", subset=subset)
        return sorted(layer.getFeatures(), key=lambda one: _text(one, "code"))

    def _perimeter_names(self) -> dict[tuple[str, str], tuple[str, str]]:
        """Return name and parent of the communes and EPCI, by type and code."""
        subset = "\"type\" IN ('commune', 'epci')"
        request = QgsFeatureRequest().setFlags(QgsFeatureRequest.Flag.NoGeometry)
        return {
            (_text(one, "type"), _text(one, "code")): (_text(one, "nom"), _text(one, "parent_code"))
            for one in self.territory.layer("perimetre", subset=subset).getFeatures(request)
        }

    def _name(self, kind: str, code: str) -> str:
        return self._names.get((kind, code), ("", ""))[0]

    def _labels(self, table: str, key: str) -> dict[str, str]:
        rows = self.territory.layer(table).getFeatures()
        return {_text(row, key): _text(row, "libelle_fr") for row in rows}

    def _commune_at(self, shape: QgsGeometry) -> dict[str, str]:
        """Return the commune that the middle of a zone is in, among those of the territory."""
        if shape.isNull():
            return {}
        middle = shape.pointOnSurface()
        layer = self.territory.layer("perimetre", subset="\"type\" = 'commune'")
        request = QgsFeatureRequest().setFilterRect(middle.boundingBox().buffered(1e-6))
        for commune in layer.getFeatures(request):
            if commune.geometry().intersects(middle):
                code, name = _text(commune, "code"), _text(commune, "nom")
                return {"site_comm_insee": code, "site_comm_nom": name}
        return {}

    def _lands_at(self, point: QgsGeometry) -> str:
        if point.isNull():
            return ""
        near = self._land_index.intersects(QgsRectangle(point.boundingBox()))
        found = (self._lands[number] for number in sorted(near))
        return SEPARATOR.join(
            _text(one, "code") for one in found if one.geometry().intersects(point)
        )

    def _answers(self, lands: str) -> set[str]:
        """Return what ``site_id`` can be for the establishment of these pieces of land."""
        first = lands.split(SEPARATOR)[0].strip()
        sites = {_text(one, "code"): _text(one, "parent_code") for one in self._lands}
        return {first, sites.get(first, first)}

    def _moved(self, shape: QgsGeometry) -> QgsGeometry | None:
        if shape.isNull():
            return None
        moved = QgsGeometry(shape)
        try:
            moved.transform(self._to_crs)
        except QgsCsException:
            return None
        return moved

    def _places(self, shape: QgsGeometry | None, cells: Mapping[str, str]) -> QgsGeometry | None:
        """Return where a company is: all the places it came with, while the first is still its."""
        if shape is None:
            return None
        whole = QgsGeometry(shape)
        whole.convertToMultiType()
        written = read_shape(cells.get(ESTABLISHMENT.geometry(), ""))
        if written is None:
            return whole
        system = QgsCoordinateReferenceSystem(crs_of(written) or self.crs.authid())
        try:
            written.transform(QgsCoordinateTransform(system, self.crs, self.transforms))
        except QgsCsException:
            return whole
        first = QgsGeometry(next(written.vertices()).clone())
        written.convertToMultiType()
        return written if first.distance(shape) < _SAME_PLACE_M else whole

    def _hectares(self, shape: QgsGeometry | None) -> str:
        if shape is None:
            return ""
        return f"{self._measure.measureArea(shape) / _SQUARE_METRES_A_HECTARE:.4f}"

    def _lonlat(self, shape: QgsGeometry | None) -> str:
        if shape is None:
            return ""
        middle = QgsGeometry(shape.pointOnSurface())
        middle.transform(self._to_degrees)
        point = middle.asPoint()
        return f"{point.x():.6f}, {point.y():.6f}"


def _fill(values: dict[str, str], name: str, text: str) -> None:
    if text and not values.get(name):
        values[name] = text


def _date_of(
    values: dict[str, str], record: QgsFeature, first: str, last: str, source: str = ""
) -> None:
    """Date a row: it was identified when it came in, and is as fresh as its last change."""
    _fill(values, first, _day(record, "cree_le"))
    if plain(record["modifie_le"]) != plain(record["cree_le"]):
        values[last] = _day(record, "modifie_le")
    _fill(values, last, source or _day(record, "cree_le"))


def _text(record: QgsFeature, name: str) -> str:
    value = plain(record[name])
    if value is None:
        return ""
    return value.toString("yyyy-MM-dd") if hasattr(value, "toString") else str(value).strip()


def _day(record: QgsFeature, name: str) -> str:
    return _text(record, name)[:10]
