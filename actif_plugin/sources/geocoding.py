"""The geocoder of the Géoplateforme: where an address is, and the address of a place."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from .addresses import Address
from .web import WebService

# The service gives up on what takes it more than half a minute; so many addresses are far from it.
BATCH_SIZE = 200
# What the service calls a place, and what we write of it in `geocodage_qualite`.
QUALITIES = {
    "housenumber": "adresse",
    "street": "rue",
    "locality": "lieu-dit",
    "municipality": "commune",
}
_SHORTEST = 3
_ROW = "ligne"
_FAILED = "error"
_DELIMITERS = ",;"


@dataclass(frozen=True)
class Place:
    """A place that the geocoder knows.

    Attributes:
        longitude, latitude: in degrees, WGS 84.
        score: how sure the geocoder is, 0 to 1.
        quality: how precise the point is, one of ``QUALITIES``, or what the service says.
        label: the address in one line.
        street: its part before the postcode.
        postcode, citycode, city: of the commune.
        identifier: key in the national address base (``clé d'interopérabilité``).
    """

    longitude: float
    latitude: float
    score: float
    quality: str
    label: str
    street: str
    postcode: str
    citycode: str
    city: str
    identifier: str


class Geocoder:
    """Asks the geocoder.

    Args:
        service: the geocoder's.
    """

    def __init__(self, service: WebService) -> None:
        self._service = service

    def search(
        self, text: str, *, limit: int = 5, near: tuple[float, float] | None = None
    ) -> list[Place]:
        """Return the places that *text* may mean, the best first.

        Args:
            text: an address, perhaps unfinished.
            limit: how many at most.
            near: longitude and latitude around which places come first.

        Raises:
            WebError, Cancelled: as asking a service does.
        """
        if len(text.strip()) < _SHORTEST:
            return []
        asked = {"q": text.strip(), "limit": str(limit), "autocomplete": "1"}
        if near is not None:
            asked |= {"lon": f"{near[0]:.4f}", "lat": f"{near[1]:.4f}"}
        return self._places("/search", asked)

    def reverse(self, longitude: float, latitude: float) -> Place | None:
        """Return the address nearest to a point, or None where there is none around.

        Raises:
            WebError, Cancelled: as asking a service does.
        """
        asked = {"lon": f"{longitude:.6f}", "lat": f"{latitude:.6f}", "limit": "1"}
        return next(iter(self._places("/reverse", asked)), None)

    def batch(self, addresses: Sequence[Address]) -> dict[int, Place | None]:
        """Return the best place of each address by its position in *addresses*.

        None says that the geocoder knows no such place; an address that it failed on is absent.

        Args:
            addresses: ``BATCH_SIZE`` of them at most.

        Raises:
            WebError, Cancelled: as asking a service does.
        """
        table = io.StringIO()
        # Nothing of a company leaves but its address.
        writer = csv.writer(table, quoting=csv.QUOTE_ALL)
        writer.writerow((_ROW, "adresse", "code_postal", "code_commune"))
        for number, address in enumerate(addresses):
            writer.writerow((number, address.text, address.postcode, address.citycode))
        form = {"columns": "adresse", "postcode": "code_postal", "citycode": "code_commune"}
        answer = self._service.post_file(
            "/search/csv", form, "data", table.getvalue().encode("utf-8")
        )
        return self._read_table(answer, len(addresses))

    def _read_table(self, answer: str, expected: int) -> dict[int, Place | None]:
        first = answer.split("\n", 1)[0]
        delimiter = max(_DELIMITERS, key=first.count)
        # Cells beyond the header go under a name of their own, not under None.
        rows = csv.DictReader(io.StringIO(answer, newline=""), delimiter=delimiter, restkey="@")
        if not {_ROW, "longitude", "latitude", "result_score"} <= set(rows.fieldnames or ()):
            raise self._service.unreadable()
        found: dict[int, Place | None] = {}
        try:
            for row in rows:
                number = int(row[_ROW])
                if not 0 <= number < expected:
                    raise self._service.unreadable()
                if row.get("result_status") != _FAILED:
                    found[number] = _place_of_row(row)
        except (TypeError, ValueError, csv.Error):
            raise self._service.unreadable() from None
        return found

    def _places(self, path: str, asked: Mapping[str, str]) -> list[Place]:
        answer = self._service.get_json(path, asked)
        try:
            return [_place_of_feature(feature) for feature in answer["features"]]
        except (KeyError, TypeError, ValueError, IndexError):
            raise self._service.unreadable() from None


def _place_of_feature(feature: Mapping) -> Place:
    longitude, latitude = feature["geometry"]["coordinates"][:2]
    told = feature["properties"]
    return _place(longitude, latitude, told["score"], told)


def _place_of_row(row: Mapping[str, str]) -> Place | None:
    written = (row["longitude"], row["latitude"], row["result_score"])
    if None in written:
        raise ValueError(row)
    # result_status says "ok" even of what was not found.
    if not all(part.strip() for part in written):
        return None
    prefix = "result_"
    told = {name[len(prefix) :]: text for name, text in row.items() if name.startswith(prefix)}
    return _place(*written, told)


def _place(longitude: object, latitude: object, score: object, told: Mapping) -> Place:
    x, y, sure = float(longitude), float(latitude), float(score)
    if not (math.isfinite(sure) and -180 <= x <= 180 and -90 <= y <= 90):
        raise ValueError(longitude, latitude, score)
    kind = str(told.get("type") or "")
    return Place(
        longitude=x,
        latitude=y,
        # The services of other countries and of tests have been seen a hair above 1.
        score=min(1.0, max(0.0, sure)),
        quality=QUALITIES.get(kind, kind),
        label=str(told.get("label") or ""),
        street=str(told.get("name") or "") if kind != "municipality" else "",
        postcode=str(told.get("postcode") or ""),
        citycode=str(told.get("citycode") or ""),
        city=str(told.get("city") or ""),
        identifier=str(told.get("id") or ""),
    )
