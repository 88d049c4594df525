"""From a row of any table to an establishment, or to the reason why it is not one."""

from __future__ import annotations

import enum
import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from ..domain.codes import naf_version, normalise_naf
from ..domain.identifiers import compact, siren_valid, siret_fault
from ..domain.words import folded
from ..domain.workforce import bracket_of, read_bracket
from .dates import iso_date
from .fields import FieldMap, bare

# SIRENE hides what people do not want published behind this.
_MASKED = "[ND]"
_OPEN = {"a": "actif", "actif": "actif", "oui": "actif", "f": "ferme", "ferme": "ferme"}
_OPEN["non"] = "ferme"
_CLOSED = "ferme"
_ROUNDED = re.compile(r"\d+(?:[.,]\d+)?e\+?\d+", re.ASCII | re.IGNORECASE)
_DECIMALS = re.compile(r"(\d+)[.,]0+", re.ASCII)
# Shorter, a number is rather a SIREN than a SIRET whose zeros a spreadsheet dropped.
_SIRET_WITHOUT_ZEROS = 12
# Under this name a record carries what its source calls it, where the source has names of its own.
SOURCE_KEY = "cle_source"
_COPIED = (
    "raison_sociale",
    "enseigne",
    "adresse",
    "code_postal",
    "commune_insee",
    "commune_nom",
    "epci_siren",
    "site_id",
    "ban_id",
    "geocodage_qualite",
    "description",
)
_SCREENED = (
    "commune_insee",
    "commune_departement",
    "commune_numero",
    "naf_code",
    "naf_nomenclature",
    "naf_2025",
)
_STREET = ("numero_voie", "indice_voie", "type_voie", "libelle_voie")
_DEGREES, _AXES = ("longitude", "latitude"), ("x", "y")
_DATES = ("date_creation", "date_fermeture")
# Older nomenclatures of activities wrote other things with codes that look the same.
_NAF_VERSIONS = {"": "", "nafrev2": "rev2", "naf2025": "2025", "naf25": "2025"}
_QUALITIES = {
    "11": "adresse",
    "21": "adresse",
    "12": "rue",
    "22": "rue",
    "housenumber": "adresse",
    "street": "rue",
    "locality": "lieu-dit",
    "municipality": "commune",
    "parcel": "parcelle",
    "building": "batiment",
    "numero": "adresse",
    "bati": "batiment",
}
_KNOWN_QUALITIES = {folded(ours): ours for ours in _QUALITIES.values()}
# What people write of a position in their own words, the surest sign first. Geocoding improves a
# position only where it knows that it is the commune's.
_QUALITY_SIGNS = (
    ("commune", "commune"),
    ("mairie", "commune"),
    ("parcel", "parcelle"),
    ("batiment", "batiment"),
    ("plaque adresse", "adresse"),
    ("a la rue", "rue"),
    (folded("lieu-dit"), "lieu-dit"),
    ("centro", "commune"),
)
# The point of such a row was drawn at random in its commune.
_RANDOM_POINT = "33"
_AT_COMMUNE = "commune"
# The projected coordinates of SIRENE are in the official system of each overseas département.
_SIRENE_AXES = "coordonneelambert"
_OVERSEAS = {
    "971": "EPSG:5490",
    "972": "EPSG:5490",
    "973": "EPSG:2972",
    "974": "EPSG:2975",
    "976": "EPSG:4471",
    "977": "EPSG:5490",
    "978": "EPSG:5490",
}
_NATURAL_PERSON = "1"


class Fault(enum.Enum):
    """Why a row is refused."""

    NO_NAME_NO_SIRET = "no_name_no_siret"
    SIRET_LENGTH = "siret_length"
    SIRET_DIGITS = "siret_digits"
    SIRET_KEY = "siret_key"
    SIRET_ROUNDED = "siret_rounded"
    COORDINATES_UNREADABLE = "coordinates_unreadable"
    COORDINATES_OUTSIDE = "coordinates_outside"
    DUPLICATE = "duplicate"
    TOO_MANY_CELLS = "too_many_cells"
    AREA = "area"


_SIRET_FAULTS = {
    "length": Fault.SIRET_LENGTH,
    "digits": Fault.SIRET_DIGITS,
    "key": Fault.SIRET_KEY,
}


class Omission(enum.Enum):
    """Why a row that nothing is wrong with is left out."""

    NATURAL_PERSON = "natural_person"
    ACTIVITY = "activity"
    OUTSIDE = "outside"
    CLOSED = "closed"
    KNOWN = "known"


class Reject(NamedTuple):
    """A row refused.

    Attributes:
        line: where it starts in the file, or its number in a layer.
        fault: why.
        detail: the value at fault, or the line it repeats.
        content: the row, for whoever corrects it.
    """

    line: int
    fault: Fault
    detail: str
    content: str


class Skip(NamedTuple):
    """A row that is right and not wanted.

    Attributes:
        line: where it starts in the file, or its number in a layer.
        omission: why.
    """

    line: int
    omission: Omission


class Candidate(NamedTuple):
    """An establishment read from a row.

    Attributes:
        line: where the row starts.
        values: our fields with their text; those the row leaves empty are absent.
        position: coordinates as written, or None.
        geographic: the coordinates are longitude and latitude, WGS 84.
        crs: authority code of the system of this very row; empty: that of the whole source.
        row: its cells, for the table of rejects.
    """

    line: int
    values: Mapping[str, str]
    position: tuple[float, float] | None = None
    geographic: bool = False
    crs: str = ""
    row: Sequence[object] = ()

    @property
    def content(self) -> str:
        """The row as one text."""
        return content_of(self.row)


@dataclass(frozen=True)
class Wanted:
    """Which establishments of a source are wanted.

    Attributes:
        activities: the starts of NAF codes, without dots; none: every activity.
        natural_persons: those of people in their own name too.
        communes: tells whether the commune of an INSEE code is wanted; None: all are.
    """

    activities: tuple[str, ...] = ()
    natural_persons: bool = False
    communes: Callable[[str], bool] | None = None

    def activity(self, code: str) -> bool:
        """Tell whether a NAF code is of a wanted activity."""
        return not self.activities or code.replace(".", "").startswith(self.activities)


def content_of(row: Iterable[object]) -> str:
    """Return a row as one text, for whoever corrects it."""
    return " | ".join([cell for cell in map(_clean, row) if cell])


def read_rows(
    rows: Iterable[tuple[int, Sequence[object]]],
    header: Sequence[str],
    columns: FieldMap,
    wanted: Wanted | None = None,
) -> Iterator[Candidate | Reject | Skip]:
    """Turn rows into establishments, one result a row, in order.

    Args:
        rows: line and cells.
        header: column names, in the order of the cells.
        columns: the columns that feed each field.
        wanted: which ones; all but natural persons by default.
    """
    reader = RowReader(header, columns, wanted or Wanted())
    for line, row in rows:
        yield reader.read(line, row)


def identity(values: Mapping[str, str]) -> str:
    """Return what makes two records the same establishment.

    SIRET, else what the source calls it, else name and address.
    """
    return values.get("siret") or values.get(SOURCE_KEY) or name_identity(values)


def name_identity(values: Mapping[str, str]) -> str:
    """Return name and address as one text for the ways people write them."""
    name = values.get("raison_sociale") or values.get("enseigne") or ""
    place = (values.get("adresse"), values.get("commune_insee") or values.get("commune_nom"))
    return "\n".join(folded(part or "") for part in (name, *place))


class RowReader:
    """Reads the rows of one table: what can be known from its header is known once.

    Args:
        header: column names, in the order of the cells.
        columns: the columns that feed each field.
        wanted: which establishments.
    """

    def __init__(self, header: Sequence[str], columns: FieldMap, wanted: Wanted) -> None:
        index = {name: position for position, name in reversed(list(enumerate(header)))}
        places = {
            target: [index[name] for name in names if name in index]
            for target, names in columns.items()
        }
        self._first = {target: found[0] for target, found in places.items() if found}
        self._next = [(target, found[1:]) for target, found in places.items() if len(found) > 1]
        self._columns = list(self._first.values())
        self._width = len(header)
        self._wanted = wanted
        self._copied = [target for target in _COPIED if target in self._first]
        self._street = [target for target in _STREET if target in self._first]
        self._dates = [target for target in _DATES if target in self._first]
        self._screened = [
            (target, self._first[target]) for target in _SCREENED if target in self._first
        ]
        self._sirene_axes = any(bare(x).startswith(_SIRENE_AXES) for x in columns.get("x", ()))

    def screen(self, line: int, row: Sequence[object]) -> Reject | Skip | None:
        """Return why a row is not wanted as far as its commune and activity tell, else None."""
        width = self._width
        if len(row) > width and any(map(_clean, row[width:])):
            return Reject(line, Fault.TOO_MANY_CELLS, str(len(row)), content_of(row))
        wanted = self._wanted
        if wanted.communes is not None or wanted.activities:
            texts = {
                target: _clean(row[place]) if place < len(row) else ""
                for target, place in self._screened
            }
            if wanted.communes is not None and not wanted.communes(_commune(texts)):
                return Skip(line, Omission.OUTSIDE)
            if not wanted.activity(_activity(texts)[0]):
                return Skip(line, Omission.ACTIVITY)
        return None

    def read(self, line: int, row: Sequence[object]) -> Candidate | Reject | Skip:
        """Return the establishment of a row, or why there is none."""
        refused = self.screen(line, row)
        if refused is not None:
            return refused
        width = self._width
        if len(row) != width:
            row = [*row[:width], *[""] * (width - len(row))]
        texts = self._texts(row)
        naf, version = _activity(texts)
        if not self._wanted.natural_persons and self._natural_person(row, texts):
            return Skip(line, Omission.NATURAL_PERSON)

        values = {target: texts[target] for target in self._copied if texts[target]}
        fault = _identify(texts, values)
        if fault is not None:
            return Reject(line, fault[0], fault[1], content_of(row))
        if naf:
            values["naf_code"], values["naf_version"] = naf, version
        self._describe(texts, values)
        position, geographic, crs = None, False, ""
        quality = texts.get("qualite_xy", "")
        axes = _DEGREES if texts.get("longitude") or texts.get("latitude") else _AXES
        written = [texts.get(axis, "") for axis in axes]
        if any(written) and quality != _RANDOM_POINT:
            x, y = map(_number, written)
            if x is None or y is None:
                detail = " ; ".join(written)
                return Reject(line, Fault.COORDINATES_UNREADABLE, detail, content_of(row))
            if quality in _QUALITIES:
                values["geocodage_qualite"] = _QUALITIES[quality]
            position, geographic = (x, y), axes is _DEGREES
            crs = "" if geographic else self._system(texts, values)
        return Candidate(line, values, position, geographic, crs, row)

    def _texts(self, row: Sequence[object]) -> dict[str, str]:
        """Return the text of each field that the table has, empty where the row has none."""
        cells = [row[place] for place in self._columns]
        try:
            found = [cell.strip() if cell else "" for cell in cells]  # type: ignore[attr-defined]
        except AttributeError:
            found = [_clean(cell) for cell in cells]
        texts = dict(zip(self._first, found))
        if _MASKED in found:
            texts.update((target, "") for target, text in texts.items() if text == _MASKED)
        for target, places in self._next:
            if not texts[target]:
                texts[target] = next((text for place in places if (text := _clean(row[place]))), "")
        return texts

    def _natural_person(self, row: Sequence[object], texts: Mapping[str, str]) -> bool:
        category = texts.get("categorie_juridique")
        if category:
            return category.startswith(_NATURAL_PERSON)
        # A masked name is the name of somebody all the same.
        person, legal = self._first.get("personne_nom"), self._first.get("denomination")
        return bool(person is not None and row[person] and (legal is None or not row[legal]))

    def _describe(self, texts: Mapping[str, str], values: dict[str, str]) -> None:
        """Complete *values* with the address, the workforce, the state and the dates."""
        if "commune_insee" not in values:
            commune = _commune(texts)
            if commune:
                values["commune_insee"] = commune
        if self._street and "adresse" not in values:
            address = " ".join([texts[target] for target in self._street if texts[target]])
            if address:
                values["adresse"] = address
        bracket = texts.get("effectif_code", "")
        workforce = _bracket(bracket) if bracket else _bracket_of_heads(texts.get("effectif", ""))
        if workforce:
            values["effectif_code"] = workforce
        state = _state(texts.get("etat", ""))
        if state:
            values["etat"] = state
        for target in self._dates:
            day = iso_date(texts[target])
            if day:
                values[target] = day
        if state == _CLOSED and "date_fermeture" not in values:
            # SIRENE says since when an establishment is what it is.
            since = iso_date(texts.get("date_etat", ""))
            if since:
                values["date_fermeture"] = since
        if values.get("date_fermeture", "9") < values.get("date_creation", ""):
            # Closed before it opened: the territory refuses such a pair, and the company matters.
            del values["date_fermeture"]
        quality = _quality(values.pop("geocodage_qualite", ""))
        if quality:
            values["geocodage_qualite"] = quality
        score = _number(texts.get("geocodage_score", ""))
        if score is not None and 0 <= score <= 1:
            values["geocodage_score"] = repr(score)

    def _system(self, texts: Mapping[str, str], values: Mapping[str, str]) -> str:
        """Return the system that this very row says its coordinates are in, if it says one."""
        number = texts.get("epsg", "")
        if number.isdecimal():
            return f"EPSG:{number}"
        department = values.get("commune_insee", "")[:3]
        return _OVERSEAS.get(department, "") if self._sirene_axes else ""


def _identify(texts: Mapping[str, str], values: dict[str, str]) -> tuple[Fault, str] | None:
    """Complete *values* with the numbers and the name; return what is wrong with them."""
    written, siren = texts.get("siret", ""), texts.get("siren", "")
    siret = _whole_siret(written) or _joined_siret(siren, texts.get("nic", ""))
    if siret:
        fault = siret_fault(siret)
        if fault is not None:
            if _ROUNDED.fullmatch(written):
                return Fault.SIRET_ROUNDED, written
            return _SIRET_FAULTS[fault], siret
        values["siret"], values["siren"] = siret, siret[:9]
    elif siren and siren_valid(siren):
        values["siren"] = compact(siren)
    name = values.get("raison_sociale", "")
    if not name:
        name = " ".join(filter(None, (texts.get("personne_prenom"), texts.get("personne_nom"))))
        if name:
            values["raison_sociale"] = name
    if name and values.get("enseigne") == name:
        del values["enseigne"]
    if not (siret or name or "enseigne" in values):
        return Fault.NO_NAME_NO_SIRET, ""
    legal = texts.get("denomination")
    if legal and legal not in (name, values.get("enseigne")):
        values.setdefault("description", f"Raison sociale : {legal}")
    return None


def _activity(texts: Mapping[str, str]) -> tuple[str, str]:
    """Return the NAF code and its version, both empty where there is none."""
    return _activity_of(
        texts.get("naf_code", ""), texts.get("naf_nomenclature", ""), texts.get("naf_2025", "")
    )


@lru_cache(maxsize=4096)
def _activity_of(code: str, nomenclature: str, new: str) -> tuple[str, str]:
    version = _NAF_VERSIONS.get(nomenclature.casefold())
    found = normalise_naf(code) if version is not None else None
    if found:
        return found, version or naf_version(found)
    found = normalise_naf(new)
    return (found, "2025") if found else ("", "")


def _commune(texts: Mapping[str, str]) -> str:
    code = texts.get("commune_insee", "")
    number = "" if code else texts.get("commune_numero", "")
    return f"{texts.get('commune_departement', '')}{number.zfill(3)}" if number else code


def _clean(cell: object) -> str:
    text = "" if cell is None else str(cell).strip()
    return "" if text == _MASKED else text


def _whole_siret(text: str) -> str:
    """Return a SIRET without what people and spreadsheets put into it or took away."""
    if len(text) == 14 and text.isdigit():
        return text
    decimals = _DECIMALS.fullmatch(text)
    digits = compact(decimals[1] if decimals else text)
    if _SIRET_WITHOUT_ZEROS <= len(digits) < 14:
        padded = digits.zfill(14)
        if siret_fault(padded) is None:
            return padded
    return digits


def _joined_siret(siren: str, nic: str) -> str:
    if not (siren and nic):
        return ""
    return compact(siren).zfill(9) + compact(nic).zfill(5)


@lru_cache(maxsize=256)
def _quality(text: str) -> str:
    """Return our word for how precise a position is, empty where the text tells nothing of it."""
    written = folded(text)
    known = _QUALITIES.get(written) or _KNOWN_QUALITIES.get(written)
    return known or next((ours for sign, ours in _QUALITY_SIGNS if sign in written), "")


@lru_cache(maxsize=256)
def _state(text: str) -> str:
    return _OPEN.get(folded(text), "")


@lru_cache(maxsize=1024)
def _bracket(text: str) -> str:
    return read_bracket(text, "" if text.isalnum() else text)


@lru_cache(maxsize=1024)
def _bracket_of_heads(text: str) -> str:
    heads = _number(text)
    if heads is None or heads < 0:
        return _bracket(text) if text else ""
    # A count has no zero before it; a code of SIRENE put where the count should be has.
    return _bracket(text) if text.startswith("0") and len(text) == 2 else bracket_of(int(heads))


def _number(text: str) -> float | None:
    if not text:
        return None
    try:
        number = float(text)
    except ValueError:
        compacted = re.sub(r"[\s\u00a0\u202f]", "", text).replace(",", ".")
        try:
            number = float(compacted)
        except ValueError:
            return None
    return number if math.isfinite(number) else None
