"""Fixtures of the tests in QGIS: real GeoPackages, the provider, PostGIS."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from qgis.core import (
    QgsApplication,
    QgsCoordinateReferenceSystem,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsVectorLayer,
)
from qgis.PyQt import sip

from actif_plugin import paths
from actif_plugin.processing.base import Watch
from actif_plugin.processing.import_perimeters import add_perimeters
from actif_plugin.processing.provider import ActifProvider
from actif_plugin.store.territory import Territory, create_territory, open_territory
from tests.qgis.harness import ROOT, Recorder, Runner
from tests.qgis.postgres import postgis

__all__ = ["postgis"]

CONTOURS = ROOT / "reference" / "contours"


@pytest.fixture(scope="session")
def provider(qgis_processing: None) -> Iterator[ActifProvider]:
    """The provider, registered once."""
    made = ActifProvider()
    assert QgsApplication.processingRegistry().addProvider(made)
    yield made
    QgsApplication.processingRegistry().removeProvider(made)


@pytest.fixture
def run(provider: ActifProvider) -> Iterator[Runner]:
    """Runs algorithms: `run("answerneeds", NEEDS=…)`."""
    runner = Runner()
    yield runner
    # Left to Python, the last one would go after QGIS itself, and crash.
    sip.delete(runner.project)


@pytest.fixture(scope="session")
def built_territory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A territory of Tarn-et-Garonne with its communes and EPCI; tests do not write in it."""
    path = tmp_path_factory.mktemp("territory") / "tarn-et-garonne.gpkg"
    context, feedback = QgsProcessingContext(), QgsProcessingFeedback()

    def fill(draft: Territory) -> None:
        for name in ("communes_82.geojson", "epci_82.geojson"):
            layer = QgsVectorLayer(str(CONTOURS / name), name, "ogr")
            assert layer.isValid()
            add_perimeters(draft, layer, context, feedback, Watch(feedback))

    create_territory(
        path,
        "Tarn-et-Garonne",
        QgsCoordinateReferenceSystem("EPSG:2154"),
        paths.reference_database(),
        finish=fill,
    )
    return path


@pytest.fixture
def territory(built_territory: Path, tmp_path: Path) -> Territory:
    """A fresh territory with communes and EPCI, and nothing else."""
    path = tmp_path / built_territory.name
    shutil.copyfile(built_territory, path)
    return open_territory(path)


@dataclass(frozen=True)
class Demo:
    """The demonstration, built once: its folder and what the algorithm said."""

    folder: Path
    results: dict[str, Any]
    log: Recorder

    @property
    def store(self) -> Path:
        """The GeoPackage of the territory."""
        return self.folder / "tarn-et-garonne.gpkg"

    @property
    def project(self) -> Path:
        """The project beside it."""
        return self.folder / "tarn-et-garonne.qgz"


@pytest.fixture(scope="session")
def demo(provider: ActifProvider, tmp_path_factory: pytest.TempPathFactory) -> Demo:
    """The demonstration territory; not to be written."""
    folder = tmp_path_factory.mktemp("demo")
    done = Runner()("createdemo", FOLDER=str(folder))
    return Demo(folder, done.results, done.log)
