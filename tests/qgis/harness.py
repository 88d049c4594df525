"""What the tests in QGIS share: a feedback that remembers, layers made of rows, runs."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from qgis.core import (
    QgsFeature,
    QgsGeometry,
    QgsPointXY,
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingFeedback,
    QgsProject,
    QgsVectorLayer,
)

from actif_plugin.compat import plain

ROOT = Path(__file__).resolve().parents[2]
REAL = ROOT.parent / "shared" / "real"
needs_real = pytest.mark.skipif(not REAL.is_dir(), reason="../shared/real est absent")


class Recorder(QgsProcessingFeedback):
    """A feedback that remembers what it was told.

    Args:
        cancel_after: the user cancels when asked this many times whether to go on; None: never.
    """

    def __init__(self, cancel_after: int | None = None) -> None:
        super().__init__(False)
        self.infos: list[str] = []
        self.warnings: list[str] = []
        self.errors: list[str] = []
        self.progress: list[float] = []
        self.asked = 0
        self._cancel_after = cancel_after
        self.progressChanged.connect(self.progress.append)

    def pushInfo(self, info: str) -> None:
        self.infos.append(info)

    def pushWarning(self, warning: str) -> None:
        self.warnings.append(warning)

    def reportError(self, error: str, fatalError: bool = False) -> None:
        self.errors.append(error)

    def isCanceled(self) -> bool:
        self.asked += 1
        if self._cancel_after is not None and self.asked > self._cancel_after:
            self.cancel()
        return super().isCanceled()


@dataclass
class Run:
    """A run of an algorithm.

    Attributes:
        results: what the algorithm returned, layers for in-memory outputs.
        log: what it said.
        context: keeps what it opened.
    """

    results: dict[str, Any]
    log: Recorder
    context: QgsProcessingContext

    def __getitem__(self, name: str) -> Any:
        return self.results[name]

    def rows(self, name: str) -> list[dict[str, Any]]:
        """Return the attributes of an output's features."""
        return rows_of(self.results[name])


@dataclass
class Runner:
    """Runs our algorithms as a model or `qgis_process` does, in a project of their own."""

    project: QgsProject = field(default_factory=QgsProject)

    def __call__(self, algorithm: str, log: Recorder | None = None, **parameters: Any) -> Run:
        import processing

        feedback = log or Recorder()
        context = QgsProcessingContext()
        context.setProject(self.project)
        context.setFeedback(feedback)
        found = processing.run(f"actif:{algorithm}", parameters, context=context, feedback=feedback)
        return Run(found, feedback, context)

    def fails(self, algorithm: str, **parameters: Any) -> str:
        """Run an algorithm that must refuse, and return what it told the user."""
        log = Recorder()
        with pytest.raises(QgsProcessingException) as caught:
            self(algorithm, log, **parameters)
        told = "\n".join([*log.errors, str(caught.value)])
        assert "Traceback" not in told, told
        return told


def rows_of(layer: QgsVectorLayer) -> list[dict[str, Any]]:
    """Return the attributes of a layer's features, NULL as None."""
    names = layer.fields().names()
    return [
        {name: plain(value) for name, value in zip(names, feature.attributes())}
        for feature in layer.getFeatures()
    ]


def points(
    rows: Iterable[Sequence[Any]],
    fields: str = "id:string,code:string",
    crs: str = "EPSG:2154",
) -> QgsVectorLayer:
    """Return a layer in memory of rows (x, y, attribute…); x None for a null geometry."""
    columns = "&".join(f"field={name}" for name in fields.split(","))
    layer = QgsVectorLayer(f"Point?crs={crs}&{columns}", "points", "memory")
    features = []
    for x, y, *attributes in rows:
        feature = QgsFeature(layer.fields())
        if x is not None:
            feature.setGeometry(QgsGeometry.fromPointXY(QgsPointXY(x, y)))
        feature.setAttributes(attributes)
        features.append(feature)
    added, _ = layer.dataProvider().addFeatures(features)
    assert added
    layer.updateExtents()
    return layer


def sql(path: Path, statement: str, *values: Any) -> list[tuple[Any, ...]]:
    """Run a statement on a GeoPackage with plain sqlite, as a script would, and commit."""
    with closing(sqlite3.connect(path)) as database, database:
        return database.execute(statement, values).fetchall()


def need(program: str) -> str:
    """Return the path of a program; without it the test is skipped, but fails in CI."""
    found = shutil.which(program)
    if found is None:
        absent = f"{program} n'est pas installé"
        pytest.fail(absent) if os.environ.get("CI") == "true" else pytest.skip(absent)
    return str(found)


def run_program(*command: str | Path) -> subprocess.CompletedProcess[str]:
    """Run a program to its end, whatever its exit code."""
    return subprocess.run(
        [need(str(command[0])), *map(str, command[1:])],
        capture_output=True,
        text=True,
        check=False,
    )


@contextmanager
def small_disk(folder: Path, options: str) -> Iterator[Path]:
    """Make a folder a disk of its own, of options such as ``size=64k``; skip where one may not."""
    folder.mkdir(exist_ok=True)
    if run_program("mount", "-t", "tmpfs", "-o", options, "tmpfs", folder).returncode:
        pytest.skip("pas de montage possible ici")
    try:
        yield folder
    finally:
        run_program("umount", "--lazy", folder)
