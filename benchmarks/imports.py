"""A SIRENE stock into a territory, beside ``ogr2ogr`` copying the same columns as they are."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from benchmarks.sirene import IMPORTED, X, Y, write_stock

CHECKOUT = Path(__file__).resolve().parents[1]
_BUILD = CHECKOUT / "build"
_FEW, _MANY = 100_000, 1_000_000
_CRS = "EPSG:2154"
_TARGET_RATIO = 2
_TARGET_MIB = 300
# Prints the seconds and the peak of a child of its own: neither process weighs on the other.
_MEASURE = """
import json, resource, subprocess, sys, time
started = time.perf_counter()
subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
used = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
print(json.dumps([time.perf_counter() - started, used]))
"""


def import_beside_copy(folder: Path) -> list[dict]:
    """Seconds and peak memory of both, each a process of its own, QGIS and its start included."""
    stocks = {rows: _stock(rows) for rows in (_FEW, _MANY)}
    peaks = {_FEW: _import(stocks[_FEW], folder, _FEW)[1]}
    ours, peaks[_MANY] = _import(stocks[_MANY], folder, _MANY)
    peer, peer_peak = _copy(stocks[_MANY], folder)
    growth = peaks[_MANY] / peaks[_FEW]
    return [
        {
            "name": f"import SIRENE, {_MANY} lignes / ogr2ogr",
            "ours": ours,
            "peer": peer,
            "unit": "s",
            "ratio": ours / peer,
            "target": _TARGET_RATIO,
            "ok": ours / peer <= _TARGET_RATIO,
        },
        {
            "name": f"import SIRENE, mémoire, {_MANY} lignes / ogr2ogr",
            "ours": peaks[_MANY],
            "peer": peer_peak,
            "unit": "Mio",
            "ratio": peaks[_MANY] / peer_peak,
            "target": _TARGET_MIB,
            "ok": peaks[_MANY] <= _TARGET_MIB,
        },
        {
            "name": f"import SIRENE, mémoire, {_MANY} lignes / {_FEW} lignes",
            "ours": peaks[_MANY],
            "peer": peaks[_FEW],
            "unit": "Mio",
            "ratio": growth,
            "target": 1,
            "ok": growth < 1.05,
        },
    ]


def _stock(rows: int) -> Path:
    path = _BUILD / f"stock-{rows}.csv"
    if not path.is_file():
        _BUILD.mkdir(parents=True, exist_ok=True)
        draft = path.with_suffix(".part")
        write_stock(draft, rows)
        draft.replace(path)
    return path


def _import(stock: Path, folder: Path, rows: int) -> tuple[float, float]:
    store = folder / f"territoire-{rows}.gpkg"
    _empty_territory(store)
    code = "import sys; from benchmarks.imports import run_import; run_import(*sys.argv[1:])"
    return _measured(sys.executable, "-c", code, str(stock), str(store), str(rows))


def _copy(stock: Path, folder: Path) -> tuple[float, float]:
    program = shutil.which("ogr2ogr")
    if program is None:
        raise SystemExit("ogr2ogr is not installed")
    return _measured(
        program,
        *("-f", "GPKG", str(folder / "copie.gpkg"), str(stock)),
        *("-oo", f"X_POSSIBLE_NAMES={X}", "-oo", f"Y_POSSIBLE_NAMES={Y}"),
        *("-oo", "KEEP_GEOM_COLUMNS=NO", "-a_srs", _CRS, "-select", ",".join(IMPORTED)),
    )


def _measured(*command: str) -> tuple[float, float]:
    done = subprocess.run(
        [sys.executable, "-c", _MEASURE, *command],
        check=True,
        capture_output=True,
        text=True,
        cwd=CHECKOUT,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
    )
    seconds, peak = json.loads(done.stdout)
    return seconds, peak


def _empty_territory(path: Path) -> None:
    from qgis.core import QgsCoordinateReferenceSystem

    from actif_plugin import paths
    from actif_plugin.store.territory import create_territory

    crs = QgsCoordinateReferenceSystem(_CRS)
    create_territory(path, "Mesure", crs, paths.reference_database())


def run_import(stock: str, store: str, rows: str) -> None:
    """Import *stock* into the territory *store* in a QGIS of its own; check the count."""
    from qgis.core import QgsApplication, QgsProcessingContext, QgsProcessingFeedback, QgsProject

    application = QgsApplication([], False)
    application.initQgis()
    from actif_plugin.processing.import_establishments import ImportEstablishments

    context = QgsProcessingContext()
    project = QgsProject()
    context.setProject(project)
    algorithm = ImportEstablishments().create()
    found, done = algorithm.run({"INPUT": stock, "TARGET": store}, context, QgsProcessingFeedback())
    if not done or found["CREATED"] != int(rows):
        raise SystemExit(f"the import went wrong: {found}")
