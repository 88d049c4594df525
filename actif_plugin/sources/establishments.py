"""From a row of any table to an establishment, or to the reason why it is not one."""

from __future__ import annotations

import enum
import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from ..domain.codes import naf_version, normalise_naf
from ..domain.identifiers import compact, siren_valid, siret_fault
from ..domain.words import folded
from .fields import FieldMap

# SIRENE hides what natural persons do not want published behind this.
_MASKED = "[ND]"
_OPEN = {"a": "actif", "actif": "actif", "oui": "actif", "f": "ferme", "ferme": "ferme"}
_OPEN["non"] = "ferme"
_DATE = re.compile(r"(\d{4})-?(\d{2})-?(\d{2})")
_FRENCH_DATE = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")
_COPIED = (
    "raison_sociale",
    "enseigne",
    "effectif_code",
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


class Fault(enum.Enum):
    """Why a row is refused."""

    NO_NAME_NO_SIRET = "no_name_no_siret"
    SIRET_LENGTH = "siret_length"
    SIRET_DIGITS = "siret_digits"
    SIRET_KEY = "siret_key"
    COORDINATES_UNREADABLE = "coordinates_unreadable"
    COORDINATES_OUTSIDE = "coordinates_outside"
    DUPLICATE = "duplicate"
    TOO_MANY_CELLS = "too_many_cells"


_SIRET_FAULTS = {
    "length": Fault.SIRET_LENGTH,
    "digits": Fault.SIRET_DIGITS,
    "key": Fault.SIRET_KEY,
}


@dataclass(frozen=True)
class Reject:
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


@dataclass(frozen=True)
class Candidate:
    """An establishment read from a row.

    Attributes:
        line: where the row starts.
        values: our fields with their text; those the row leaves empty are absent.
        position: coordinates as written, or None.
        geographic: the coordinates come from longitude and latitude columns.
        content: the row, for the table of rejects.
    """

    line: int
    values: Mapping[str, str]
    position: tuple[float, float] | None
    geographic: bool
    content: str


def read_rows(
    rows: Iterable[tuple[int, Sequence[object]]], header: Sequence[str], columns: FieldMap
) -> Iterator[Candidate | Reject]:
    """Turn rows into establishments, one result a row, in order.

    Args:
        rows: line and cells.
        header: column names, in the order of the cells.
        columns: the columns that feed each field.
    """
    index = {name: position for position, name in reversed(list(enumerate(header)))}
    places = {
        target: [index[name] for name in names if name in index]
        for target, names in columns.items()
    }
    seen: dict[str, int] = {}
    for line, row in rows:
        cells = [_clean(cell) for cell in row]
        content = " | ".join(cell for cell in cells if cell)
        result = _read(line, cells, len(header), places, content)
        if isinstance(result, Candidate):
            key = identity(result.values)
            first = seen.setdefault(key, line)
            if first != line:
                result = Reject(line, Fault.DUPLICATE, str(first), content)
        yield result


def identity(values: Mapping[str, str]) -> str:
    """Return what makes two records the same establishment: SIRET, else name and address."""
    if values.get("siret"):
        return values["siret"]
    name = values.get("raison_sociale") or values.get("enseigne") or ""
    place = (values.get("adresse"), values.get("commune_insee") or values.get("commune_nom"))
    return "\n".join(folded(part or "") for part in (name, *place))


def _read(
    line: int,
    cells: Sequence[str],
    width: int,
    places: Mapping[str, Sequence[int]],
    content: str,
) -> Candidate | Reject:
    if any(cells[width:]):
        return Reject(line, Fault.TOO_MANY_CELLS, str(len(cells)), content)

    def value(target: str) -> str:
        found = (cells[place] for place in places.get(target, ()) if place < len(cells))
        return next((cell for cell in found if cell), "")

    values = {target: value(target) for target in _COPIED}
    siret = compact(value("siret")) or _joined_siret(value("siren"), value("nic"))
    if siret:
        fault = siret_fault(siret)
        if fault is not None:
            return Reject(line, _SIRET_FAULTS[fault], siret, content)
        values["siret"], values["siren"] = siret, siret[:9]
    elif siren_valid(value("siren")):
        values["siren"] = compact(value("siren"))
    if not (siret or values["raison_sociale"] or values["enseigne"]):
        return Reject(line, Fault.NO_NAME_NO_SIRET, "", content)

    if values["enseigne"] == values["raison_sociale"]:
        values["enseigne"] = ""
    values["adresse"] = values["adresse"] or _address(value)
    naf = normalise_naf(value("naf_code"))
    if naf is not None:
        values["naf_code"] = naf
        values["naf_version"] = naf_version(naf)
    values["etat"] = _OPEN.get(folded(value("etat")), "")
    for target in ("date_creation", "date_fermeture"):
        values[target] = _date(value(target))
    if values["date_fermeture"] < values["date_creation"]:
        # Closed before it opened: the territory refuses such a pair, and the company matters more.
        values["date_fermeture"] = ""
    score = _number(value("geocodage_score"))
    if score is not None and 0 <= score <= 1:
        values["geocodage_score"] = repr(score)

    geographic = bool(value("longitude") or value("latitude"))
    pair = ("longitude", "latitude") if geographic else ("x", "y")
    written = [value(axis) for axis in pair]
    position = None
    if any(written):
        numbers = [_number(text) for text in written]
        if numbers[0] is None or numbers[1] is None:
            detail = " ; ".join(written)
            return Reject(line, Fault.COORDINATES_UNREADABLE, detail, content)
        position = (numbers[0], numbers[1])
    filled = {target: text for target, text in values.items() if text}
    return Candidate(line, filled, position, geographic, content)


def _clean(cell: object) -> str:
    text = "" if cell is None else str(cell).strip()
    return "" if text == _MASKED else text


def _joined_siret(siren: str, nic: str) -> str:
    if not (siren and nic):
        return ""
    return compact(siren).zfill(9) + compact(nic).zfill(5)


def _address(value: Callable[[str], str]) -> str:
    parts = (
        value(target) for target in ("numero_voie", "indice_voie", "type_voie", "libelle_voie")
    )
    return " ".join(part for part in parts if part)


def _date(text: str) -> str:
    """Return *text* as an ISO date, or nothing where it is not one."""
    iso, french = _DATE.match(text), _FRENCH_DATE.fullmatch(text)
    if iso:
        year, month, day = iso.groups()
    elif french:
        day, month, year = french.groups()
    else:
        return ""
    try:
        return date(int(year), int(month), int(day)).isoformat()
    except ValueError:
        return ""


def _number(text: str) -> float | None:
    compacted = re.sub(r"[\s\u00a0\u202f]", "", text).replace(",", ".")
    try:
        number = float(compacted)
    except ValueError:
        return None
    return number if math.isfinite(number) else None
