"""The API "Recherche d'entreprises": the companies of a commune, or around a point.

It answers legal units, 25 a page, each with those of its establishments that lie where they were
looked for. Its filter on activity looks at the legal unit and not at the establishment, so that it
would lose the sawmill of a holding: here activities are told apart afterwards.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .addresses import ARRONDISSEMENTS
from .web import WebService

_PAGE_SIZE = 25
# The service counts no further, and gives no more.
MOST_RESULTS = 10_000
_MOST_ESTABLISHMENTS = 100
LARGEST_RADIUS_KM = 50.0
# The longest degree of latitude, at the poles: a radius worked out with it is never too short.
_KM_A_DEGREE = 111.7
# The legal category of people who trade under their own name.
_NATURAL_PERSON = "1000"
_MASKED = ("[ND]", "[NON-DIFFUSIBLE]")
# Columns of ours that an establishment of the service fills.
HEADER = (
    "siret",
    "raison_sociale",
    "enseigne",
    "naf_code",
    "effectif_code",
    "adresse",
    "code_postal",
    "commune_insee",
    "commune_nom",
    "epci_siren",
    "etat",
    "date_creation",
    "date_fermeture",
    "longitude",
    "latitude",
)


class TooMany(Exception):
    """There are more companies there than the service gives."""


@dataclass(frozen=True)
class Square:
    """A part of the world, in degrees, WGS 84."""

    west: float
    south: float
    east: float
    north: float

    def circle(self) -> tuple[float, float, float]:
        """Return longitude, latitude and radius in km of a circle around the square."""
        nearest_equator = min(abs(self.south), abs(self.north))
        if self.south < 0 < self.north:
            nearest_equator = 0.0
        height = (self.north - self.south) * _KM_A_DEGREE
        width = (self.east - self.west) * _KM_A_DEGREE * math.cos(math.radians(nearest_equator))
        centre = ((self.west + self.east) / 2, (self.south + self.north) / 2)
        return (*centre, math.hypot(width, height) / 2)

    def quarters(self) -> tuple[Square, Square, Square, Square]:
        """Return the four squares that make this one."""
        x, y = (self.west + self.east) / 2, (self.south + self.north) / 2
        return (
            Square(self.west, self.south, x, y),
            Square(x, self.south, self.east, y),
            Square(self.west, y, x, self.north),
            Square(x, y, self.east, self.north),
        )


@dataclass(frozen=True)
class Found:
    """An establishment that the service found.

    Attributes:
        cells: in the order of ``HEADER``.
        natural_person: it belongs to somebody who trades under their own name.
    """

    cells: tuple[str, ...]
    natural_person: bool

    def cell(self, name: str) -> str:
        """Return the cell of a column of ``HEADER``."""
        return self.cells[HEADER.index(name)]

    @property
    def position(self) -> tuple[float, float] | None:
        """Longitude and latitude, or None where the service knows none."""
        try:
            x, y = float(self.cell("longitude")), float(self.cell("latitude"))
        except ValueError:
            return None
        return (x, y) if math.isfinite(x) and math.isfinite(y) else None


@dataclass(frozen=True)
class Page:
    """A page of answers.

    Attributes:
        number: from 1.
        pages: how many there are.
        found: establishments.
        cut: there are more than the service gives.
    """

    number: int
    pages: int
    found: Sequence[Found]
    cut: bool


class CompanyApi:
    """Asks for companies.

    Args:
        service: the API's.
    """

    def __init__(self, service: WebService) -> None:
        self._service = service

    def in_commune(self, code: str, *, natural_persons: bool) -> Iterator[Page]:
        """Yield the companies of the commune of that INSEE code.

        Raises:
            TooMany: before anything is yielded.
            WebError, Cancelled: as asking a service does.
        """
        asked = {"code_commune": ",".join(ARRONDISSEMENTS.get(code, (code,)))}
        if not natural_persons:
            asked["est_entrepreneur_individuel"] = "false"
        return self._pages("/search", asked, whole=True)

    def around(self, square: Square, *, whole: bool = True) -> Iterator[Page]:
        """Yield the companies in and around a square.

        Args:
            square: its circle is ``LARGEST_RADIUS_KM`` at most.
            whole: rather nothing than a part of them.

        Raises:
            TooMany: before anything is yielded.
            WebError, Cancelled: as asking a service does.
        """
        longitude, latitude, radius = square.circle()
        asked = {"lat": f"{latitude:.6f}", "long": f"{longitude:.6f}"}
        # Rounded up to the metre.
        asked["radius"] = f"{math.ceil(1000 * radius) / 1000:.3f}"
        return self._pages("/near_point", asked, whole=whole)

    def _pages(self, path: str, asked: Mapping[str, str], *, whole: bool) -> Iterator[Page]:
        number = pages = 1
        while number <= pages:
            answer = self._service.get_json(
                path,
                {
                    **asked,
                    "page": str(number),
                    "per_page": str(_PAGE_SIZE),
                    "limite_matching_etablissements": str(_MOST_ESTABLISHMENTS),
                    # Not the people who run the companies, which are nothing to us.
                    "minimal": "true",
                    "include": "matching_etablissements",
                },
            )
            total, found = self._read(answer)
            if whole and total >= MOST_RESULTS:
                raise TooMany
            pages = math.ceil(min(total, MOST_RESULTS) / _PAGE_SIZE)
            yield Page(number, pages, found, total >= MOST_RESULTS)
            number += 1

    def _read(self, answer: Any) -> tuple[int, list[Found]]:
        try:
            found = [
                _found(unit, establishment)
                for unit in answer["results"]
                for establishment in unit.get("matching_etablissements") or ()
            ]
            return int(answer["total_results"]), found
        except (AttributeError, KeyError, TypeError, ValueError):
            raise self._service.unreadable() from None


def _found(unit: Mapping[str, Any], establishment: Mapping[str, Any]) -> Found:
    def text(value: object) -> str:
        return "" if value is None or value in _MASKED else str(value)

    signs = establishment.get("liste_enseignes") or [establishment.get("nom_commercial")]
    postcode = text(establishment.get("code_postal"))
    told = {
        "raison_sociale": text(unit.get("nom_raison_sociale")) or text(unit.get("nom_complet")),
        "enseigne": text(signs[0]),
        "naf_code": text(establishment.get("activite_principale")),
        "effectif_code": text(establishment.get("tranche_effectif_salarie")),
        "adresse": _street(text(establishment.get("adresse")), postcode),
        "code_postal": postcode,
        "commune_insee": text(establishment.get("commune")),
        "commune_nom": text(establishment.get("libelle_commune")),
        "epci_siren": text(establishment.get("epci")),
        "etat": text(establishment.get("etat_administratif")),
    }
    cells = [told.get(name, text(establishment.get(name))) for name in HEADER]
    return Found(tuple(cells), text(unit.get("nature_juridique")) == _NATURAL_PERSON)


def _street(address: str, postcode: str) -> str:
    """Return an address without its postcode and commune, which stand in fields of their own."""
    if not postcode:
        return address
    street, separator, _ = f" {address}".rpartition(f" {postcode} ")
    return street.strip() if separator else address
