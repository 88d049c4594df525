"""The Géoplateforme geocoder as `fake_http` plays it: the shapes recorded in ../shared/real."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.qgis.fake_http import Question, Reply

# In the order of the recorded answer; the input's own columns come before.
_NAMES = """
longitude latitude result_score result_score_next result_label result_type result_id result_banId
result_housenumber result_name result_street result_postcode result_city result_context
result_citycode result_oldcitycode result_oldcity result_district result_status
"""
COLUMNS = _NAMES.split()

# The recorded answer of /search to "8 boulevard du port".
CERGY = {
    "label": "8 Boulevard du Port 95000 Cergy",
    "score": 0.9708954545454545,
    "housenumber": "8",
    "id": "95127_1448_00008",
    "banId": "8e6b04d7-f6fd-48a1-80be-4ec984a286e8",
    "name": "8 Boulevard du Port",
    "postcode": "95000",
    "citycode": "95127",
    "x": 631468.28,
    "y": 6881710.34,
    "city": "Cergy",
    "context": "95, Val-d'Oise, Île-de-France",
    "type": "housenumber",
    "importance": 0.67985,
    "depcode": "95",
    "street": "Boulevard du Port",
    "_type": "address",
}
# Where its x and y are, worked out with gdaltransform -s_srs EPSG:2154 -t_srs EPSG:4326.
CERGY_AT = (2.062821, 49.031624)


def known(at: tuple[float, float], **told: Any) -> dict[str, Any]:
    """Return a place that the geocoder knows, with the fields that a test cares about."""
    return {"longitude": at[0], "latitude": at[1], "type": "housenumber", "score": 0.9, **told}


@dataclass
class FakeGeocoder:
    """Answers `/search`, `/reverse` and `/search/csv`.

    Attributes:
        places: what it knows, by the text of the address in small letters.
        asked: every row it was asked in tables, in order.
    """

    places: Mapping[str, dict[str, Any]]
    asked: list[dict[str, str]] = field(default_factory=list)

    def __call__(self, question: Question) -> Reply:
        if question.path.rstrip("/").endswith("/search/csv"):
            return self.table(question)
        if question.path.endswith("/reverse"):
            return collection(self.places.values())
        text = question.parameters["q"].lower()
        return collection(place for name, place in self.places.items() if name.startswith(text))

    def table(self, question: Question) -> Reply:
        """Answer a table as the service does: the rows as they came, and the columns above."""
        form = question.form()
        assert form["columns"] == ["adresse"]
        rows = list(csv.DictReader(io.StringIO(form["data"][0], newline="")))
        self.asked += rows
        output = io.StringIO()
        writer = csv.writer(output)
        writer.writerow([*rows[0], *COLUMNS])
        for row in rows:
            place = self.places.get(row["adresse"].lower())
            filters = (("code_postal", "postcode"), ("code_commune", "citycode"))
            if place and any(
                row[form[name][0]] and place.get(name, row[column]) != row[column]
                for column, name in filters
            ):
                place = None
            told = {} if place is None else place
            # As seen of the service: "ok" even where it found nothing.
            cells = [
                "ok" if name == "result_status" else told.get(name.replace("result_", "", 1), "")
                for name in COLUMNS
            ]
            writer.writerow([*row.values(), *cells])
        return Reply("\ufeff" + output.getvalue(), content_type="text/csv; charset=utf-8")


def collection(places: Iterable[Mapping[str, Any]]) -> Reply:
    """Return the answer of `/search` and `/reverse`."""
    features = []
    for place in places:
        told = {name: value for name, value in place.items() if name not in POSITION}
        at = [place["longitude"], place["latitude"]]
        features.append(
            {
                "type": "Feature",
                "geometry": {"type": "Point", "coordinates": at},
                "properties": told,
            }
        )
    return Reply({"type": "FeatureCollection", "features": features, "query": "…"})


POSITION = ("longitude", "latitude")
