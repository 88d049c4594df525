"""The manifest: publications, packages and counts, as typed objects."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import tomllib

from builder.tables import Expected


@dataclass(frozen=True)
class OfficialFile:
    """One file of an official publication, under the name that it has in the cache."""

    name: str
    url: str


@dataclass(frozen=True)
class Publication:
    """The official source of the French wording of one version of one nomenclature."""

    table: str
    version: str
    title: str
    publisher: str
    page: str
    reader: str
    files: tuple[OfficialFile, ...]


@dataclass(frozen=True)
class Package:
    """A pinned package of a registry, of which only a data file is read."""

    registry: str
    name: str
    version: str
    file: str


@dataclass(frozen=True)
class FetchSettings:
    """How patient the downloads are."""

    timeout_seconds: float = 30
    attempts: int = 3
    pause_seconds: float = 1.0
    max_age_days: float = 30


@dataclass(frozen=True)
class Manifest:
    """All that `manifest.toml` says."""

    fetch: FetchSettings
    expected: dict[str, Expected]
    publications: tuple[Publication, ...]
    packages: dict[str, Package]


def load(path: Path) -> Manifest:
    """Read the manifest."""
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    return Manifest(
        fetch=FetchSettings(**data.get("fetch", {})),
        expected={table: Expected(**counts) for table, counts in data["expected"].items()},
        publications=tuple(
            Publication(**(entry | {"files": tuple(OfficialFile(**f) for f in entry["files"])}))
            for entry in data.get("publication", [])
        ),
        packages={key: Package(**entry) for key, entry in data["package"].items()},
    )
