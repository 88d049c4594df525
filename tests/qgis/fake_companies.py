"""The API "Recherche d'entreprises" as `fake_http` plays it, on companies of a test or recorded."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass, field
from typing import Any

from tests.qgis.fake_http import Question, Reply
from tests.qgis.harness import REAL

RECORDED = REAL / "api_samples_specs/recherche-entreprises/responses"
MOST_RESULTS = 10_000


def recorded(name: str) -> dict[str, Any]:
    """Return a recorded answer."""
    return json.loads((RECORDED / f"search-{name}.json").read_text(encoding="utf-8"))


def unit(siren: str, *establishments: dict[str, Any], **told: Any) -> dict[str, Any]:
    """Return a legal unit as the service writes it, with what a test cares about."""
    return {
        "siren": siren,
        "nom_complet": f"SOCIETE {siren}",
        "nom_raison_sociale": f"SOCIETE {siren}",
        "nature_juridique": "5710",
        "etat_administratif": "A",
        "matching_etablissements": list(establishments),
        **told,
    }


def establishment(siret: str, at: tuple[float, float] | None, **told: Any) -> dict[str, Any]:
    """Return an establishment as the service writes it; *at* is longitude and latitude."""
    x, y = at if at is not None else (None, None)
    return {
        "siret": siret,
        "activite_principale": "16.10A",
        "etat_administratif": "A",
        "adresse": "3 RUE DU LAC 82000 MONTAUBAN",
        "code_postal": "82000",
        "commune": "82121",
        "libelle_commune": "MONTAUBAN",
        "longitude": None if x is None else str(x),
        "latitude": None if y is None else str(y),
        **told,
    }


@dataclass
class FakeCompanies:
    """Answers `/search` by commune and `/near_point`, by pages, ten thousand at most.

    Attributes:
        units: what it knows.
        most: after so many the service counts no further.
        fault: what it finds wrong with what it was asked.
    """

    units: list[dict[str, Any]]
    most: int = MOST_RESULTS
    faults: list[str] = field(default_factory=list)

    def __call__(self, question: Question) -> Reply:
        asked = question.parameters
        if asked.get("per_page") not in {str(count) for count in range(1, 26)}:
            self.faults.append(f"per_page {asked.get('per_page')}")
        if not 1 <= int(asked["limite_matching_etablissements"]) <= 100:
            self.faults.append("limite_matching_etablissements")
        if int(asked["page"]) * int(asked["per_page"]) > self.most:
            self.faults.append(f"page {asked['page']}")
        if question.path == "/near_point":
            if float(asked["radius"]) > 50:
                self.faults.append(f"radius {asked['radius']}")
            found = self._where(lambda place: _distance_km(place, asked) <= float(asked["radius"]))
        else:
            codes = asked["code_commune"].split(",")
            found = self._where(lambda place: place["commune"] in codes)
            if asked.get("est_entrepreneur_individuel") == "false":
                found = [unit for unit in found if unit["nature_juridique"] != "1000"]
        if self.faults:
            return Reply({"erreur": self.faults[-1]}, 400)
        size, number = int(asked["per_page"]), int(asked["page"])
        total = min(len(found), self.most)
        return Reply(
            {
                "results": found[(number - 1) * size : number * size],
                "total_results": total,
                "page": number,
                "per_page": size,
                "total_pages": math.ceil(total / size),
            }
        )

    def _where(self, wanted) -> list[dict[str, Any]]:
        found = []
        for unit in self.units:
            places = [place for place in unit["matching_etablissements"] if wanted(place)]
            if places:
                found.append({**unit, "matching_etablissements": places})
        return found


def _distance_km(place: dict[str, Any], asked: dict[str, str]) -> float:
    """Return the distance on a sphere, by the haversine."""
    if place["latitude"] is None:
        return math.inf
    lat, lon = math.radians(float(place["latitude"])), math.radians(float(place["longitude"]))
    lat2, lon2 = math.radians(float(asked["lat"])), math.radians(float(asked["long"]))
    half = math.sin((lat2 - lat) / 2) ** 2
    half += math.cos(lat) * math.cos(lat2) * math.sin((lon2 - lon) / 2) ** 2
    return 2 * 6371 * math.asin(math.sqrt(half))
