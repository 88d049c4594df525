"""Economic sites as the CNIG standard writes them, read into our fields.

Each row keeps the cells that our tables have no column for, so that it can be written back as it
came. Mail and telephone are left behind: personal data does not travel with a company.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence

from ..domain.words import folded
from ..domain.workforce import read_bracket
from .cnig_tables import (
    ESTABLISHMENT,
    MISSING,
    OTHER,
    SEPARATOR,
    SITE,
    TERRAIN,
    UNKNOWN,
    Kind,
    StandardTable,
    recognise,
)
from .establishments import Candidate, Wanted, read_rows

# Under this name an establishment carries the cells that it came with.
ORIGINAL = "cnig"
_PERSONAL = ("etab_contact_mail", "etab_contact_tel")
_SAYS_NOTHING = {folded(word) for word in (UNKNOWN, OTHER, "sans objet")}
# Postcode and town end the address in one cell; ours are apart.
_ADDRESS = re.compile(r"(.*[^\s,;])[\s,;]+(\d{5})\s+(\D.*)", re.ASCII | re.DOTALL)
_POSITIONS = {
    "localisation à la commune": "commune",
    "localisation au lieu-dit": "lieu-dit",
    "localisation à la rue (sans numéro)": "rue",
    "localisation à la plaque adresse": "adresse",
    "localisation à la parcelle": "parcelle",
    "localisation au bâtiment": "batiment",
}
# What geocoders and earlier imports call the same.
_OTHER_POSITIONS = {
    "municipality": "commune",
    "locality": "lieu-dit",
    "street": "rue",
    "housenumber": "adresse",
    "numero": "adresse",
    "parcel": "parcelle",
    "building": "batiment",
    "bati": "batiment",
}
_COPIED = {
    "siret": "SIRET",
    "siren": "SIREN",
    "ban_id": "ban-id",
    "raison_sociale": "etab_raison_sociale",
    "enseigne": "etab_nom",
    "epci_siren": "epci_siren",
    "commune_nom": "comm_nom",
    "commune_insee": "comm_insee",
    "date_creation": "etab_creation_date",
    "date_fermeture": "etab_fermeture_date",
    "etat": "etab_actif",
    "description": "etab_description",
    "naf_code": "etab_activite_code",
    "categorie_juridique": "etab_nat_juridique",
}
# Columns of the rows handed over, named as our fields are.
HEADER = (
    *_COPIED,
    "adresse",
    "code_postal",
    "effectif_code",
    "geocodage_qualite",
    "site_id",
    "longitude",
    "latitude",
    "x",
    "y",
    ORIGINAL,
)
_FEEDS: dict[str, tuple[str, ...]] = {
    **{theirs: (ours,) for ours, theirs in _COPIED.items() if ours != "categorie_juridique"},
    "etab_adresse": ("adresse", "code_postal"),
    "epci_nom": ("epci_siren",),
    "etab_activite_libelle": ("naf_code",),
    "etab_effectif_code": ("effectif_code",),
    "etab_effectif_libelle": ("effectif_code",),
    "etab_effectif_annee": ("effectif_code",),
    "geocodage_qualite": ("geocodage_qualite",),
}
_ACTIVE = {"actif": "oui", "ferme": "non"}
_NUMBER = r"[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?"
_PAIR = re.compile(rf"({_NUMBER})[\s,]+({_NUMBER})", re.ASCII)


class CnigRows:
    """Rows of one table of the standard.

    Attributes:
        table: which one.
        unofficial: (column, value) that the official lists lack, each with its number of rows.
    """

    def __init__(self, table: StandardTable, places: Mapping[str, int]) -> None:
        self.table = table
        self.unofficial: Counter[tuple[str, str]] = Counter()
        self._places = places

    def cells(self, row: Sequence[object]) -> dict[str, str]:
        """Return the filled cells of *row* under their official names."""
        found = {}
        for column in self.table.columns:
            place = self._places.get(column.name)
            if place is None or place >= len(row):
                continue
            written = row[place]
            text = "" if written is None else str(written).strip()
            if text in MISSING:
                continue
            if column.values and column.official(text) is None:
                self.unofficial[column.name, text] += 1
            found[column.name] = text
        return found

    def values(self, row: Sequence[object]) -> dict[str, str]:
        """Return our fields for a row of the table ``etablissement``, under :data:`HEADER`."""
        return establishment_values(self.cells(row))


def cnig_rows(header: Sequence[str]) -> CnigRows | None:
    """Return what reads the rows under *header*, or None where it is not of the standard."""
    found = recognise(header)
    return CnigRows(*found) if found is not None else None


def establishment_values(cells: Mapping[str, str]) -> dict[str, str]:
    """Return our fields for a row of the table ``etablissement``.

    The first of several positions is the establishment's; the first of several pieces of land says
    on which site it is.
    """
    values = {ours: _said(cells.get(theirs, "")) for ours, theirs in _COPIED.items()}
    values["adresse"], values["code_postal"] = split_address(cells.get("etab_adresse", ""))
    values["effectif_code"] = read_bracket(
        _said(cells.get("etab_effectif_code", "")), _said(cells.get("etab_effectif_libelle", ""))
    )
    values["geocodage_qualite"] = position_quality(cells.get("geocodage_qualite", ""))
    lands = [land.strip() for land in _said(cells.get("terr_id", "")).split(SEPARATOR)]
    values["site_id"] = lands[0]
    place = cells.get(ESTABLISHMENT.geometry(), "")
    if place:
        position = first_position(place)
        if position is None:
            # Neither is a number: the row is refused with what it says.
            values["x"] = place
        else:
            axes = ("longitude", "latitude") if _degrees(*position) else ("x", "y")
            values.update(zip(axes, map(repr, position)))
    kept = {name: text for name, text in cells.items() if name not in _PERSONAL}
    values[ORIGINAL] = json.dumps(kept, sort_keys=True, ensure_ascii=False)
    return values


def perimeter_values(table: StandardTable, cells: Mapping[str, str]) -> dict[str, str]:
    """Return the fields of a perimeter for a row of ``site_eco`` or ``terrain_eco``.

    A site is an activity zone and its parent is its EPCI. A piece of land is a perimeter of type
    ``autre`` whose parent is its site: it is neither a commune nor an EPCI, and were it a zone too,
    every count by zone would take its companies twice. Parent and type together tell it from the
    other perimeters of that type.
    """
    if table is SITE:
        return {
            "type": "zae",
            "code": cells.get("site_id", ""),
            "nom": cells.get("site_nom", ""),
            "parent_code": _said(cells.get("site_epci_siren", "")),
        }
    code = cells.get("terr_id", "")
    return {
        "type": "autre",
        "code": code,
        "nom": f"Terrain {code}" if code else "",
        "parent_code": _said(cells.get("site_id", "")),
    }


def kept_cells(table: StandardTable, cells: Mapping[str, str]) -> dict[str, str]:
    """Return the cells that a perimeter keeps: all but its shape, which it has."""
    shapes = {column.name for column in table.columns if column.kind is Kind.GEOMETRY}
    return {name: text for name, text in cells.items() if name not in shapes}


def is_land(cells: Mapping[str, str]) -> bool:
    """Tell whether kept cells are those of a piece of land."""
    return TERRAIN.key in cells


def delivered_values(cells: Mapping[str, str]) -> dict[str, str]:
    """Return what an import of these cells delivers, once checked as any other row."""
    values = establishment_values(cells)
    row = [values.get(name, "") for name in HEADER]
    columns = {name: (name,) for name in HEADER}
    for result in read_rows([(1, row)], HEADER, columns, Wanted(natural_persons=True)):
        if isinstance(result, Candidate):
            return dict(result.values)
    return {}


def official_values(ours: Mapping[str, str]) -> dict[str, str]:
    """Return the cells of the table ``etablissement`` that our fields say; the rest is unknown."""
    name, sign = ours.get("raison_sociale", ""), ours.get("enseigne", "")
    town = " ".join(ours[key] for key in ("code_postal", "commune_nom") if ours.get(key))
    address = ", ".join(part for part in (ours.get("adresse", ""), town) if part)
    return {
        "SIRET": ours.get("siret", ""),
        "SIREN": ours.get("siren", "") or ours.get("siret", "")[:9],
        "ban-id": ours.get("ban_id", ""),
        "etab_adresse": address if ours.get("adresse") else "",
        "etab_raison_sociale": name or sign,
        "etab_nom": sign or name,
        "epci_siren": ours.get("epci_siren", ""),
        "comm_nom": ours.get("commune_nom", ""),
        "comm_insee": ours.get("commune_insee", ""),
        "etab_creation_date": ours.get("date_creation", ""),
        "etab_fermeture_date": ours.get("date_fermeture", ""),
        "etab_actif": _ACTIVE.get(ours.get("etat", ""), ""),
        "etab_description": ours.get("description", ""),
        "etab_activite_code": ours.get("naf_code", "").replace(".", ""),
        "etab_effectif_code": ours.get("effectif_code", ""),
        "etab_source_info": ours.get("source", ""),
        "geocodage_qualite": official_quality(ours.get("geocodage_qualite", "")),
    }


def still_said(cells: Mapping[str, str], ours: Mapping[str, str]) -> dict[str, str]:
    """Return the cells of a row that are still true of the establishment imported from it.

    A cell that feeds some of our fields holds as long as they do; the others hold for good.
    """
    before = delivered_values(cells)
    return {
        name: text
        for name, text in cells.items()
        if all(ours.get(field, "") == before.get(field, "") for field in _FEEDS.get(name, ()))
    }


def split_address(text: str) -> tuple[str, str]:
    """Return street and postcode of an address that ends with its postcode and town."""
    found = _ADDRESS.fullmatch(text)
    return (found.group(1).strip(), found.group(2)) if found else (text, "")


def position_quality(text: str) -> str:
    """Return our word for an official quality of position; any other text as it is."""
    wanted = folded(text)
    if wanted in _SAYS_NOTHING:
        return ""
    known = (ours for official, ours in _POSITIONS.items() if folded(official) == wanted)
    return next(known, text)


def official_quality(text: str) -> str:
    """Return the official quality of position for our word, or for that of a geocoder."""
    wanted = folded(text)
    ours = next((word for name, word in _OTHER_POSITIONS.items() if folded(name) == wanted), wanted)
    known = (name for name, word in _POSITIONS.items() if folded(ours) in (folded(word), name))
    return next(known, UNKNOWN)


def first_position(text: str) -> tuple[float, float] | None:
    """Return the first position of a GeoJSON or WKT text, or of two numbers; None where none."""
    try:
        written = json.loads(text)
    except ValueError:
        found = _PAIR.search(text)
        return (float(found.group(1)), float(found.group(2))) if found else None
    if isinstance(written, dict):
        written = written.get("geometry", written)
    if isinstance(written, dict):
        written = written.get("coordinates")
    while isinstance(written, list) and written and isinstance(written[0], list):
        written = written[0]
    if not isinstance(written, list) or len(written) < 2:
        return None
    x, y = written[:2]
    if isinstance(x, (int, float)) and isinstance(y, (int, float)):
        return float(x), float(y)
    return None


def _said(text: str) -> str:
    """Return *text*, or nothing where it is one of the standard's ways to say nothing."""
    return "" if folded(text) in _SAYS_NOTHING else text


def _degrees(x: float, y: float) -> bool:
    return -180 <= x <= 180 and -90 <= y <= 90
