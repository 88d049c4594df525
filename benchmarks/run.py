"""Measure and report: a table on the screen, a list in ``build/bench.json``."""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(CHECKOUT))

from qgis.core import QgsApplication, QgsVectorLayer  # noqa: E402 - the checkout comes first
from qgis.gui import QgsGui  # noqa: E402

from benchmarks.forms import forms_beside_automatic  # noqa: E402
from benchmarks.search import search_beside_scan  # noqa: E402
from benchmarks.territories import write_flows  # noqa: E402

REPORT = CHECKOUT / "build/bench.json"
_FLOWS = 100_000
_NEIGHBORS = 5
_MAX_DISTANCE_M = 20_000


def main() -> int:
    """Run every measure; return the process's exit code."""
    application = QgsApplication([], True)
    application.initQgis()
    QgsGui.editorWidgetRegistry().initEditors()
    sys.path.append(str(Path(QgsApplication.pkgDataPath()) / "python/plugins"))
    from processing.core.Processing import Processing

    from actif_plugin import paths
    from actif_plugin.processing.provider import ActifProvider

    Processing.initialize()
    provider = ActifProvider()
    QgsApplication.processingRegistry().addProvider(provider)
    with tempfile.TemporaryDirectory() as folder:
        rows = [
            answers_beside_native(Path(folder)),
            search_beside_scan(paths.reference_database()),
            *forms_beside_automatic(Path(folder)),
        ]
    REPORT.parent.mkdir(parents=True, exist_ok=True)
    REPORT.write_text(json.dumps(rows, indent=2, ensure_ascii=False), encoding="utf-8")
    print(f"{'mesure':<58}{'Act’IF':>10}{'autre':>10}{'rapport':>10}{'cible':>8}")
    for row in rows:
        print(
            f"{row['name']:<58}{row['ours']:>8.2f} {row['unit']}{row['peer']:>8.2f} {row['unit']}"
            f"{row['ratio']:>9.1f}x{row['target']:>7}x  {'atteinte' if row['ok'] else 'manquée'}"
        )
    return 0


def answers_beside_native(folder: Path) -> dict:
    """Five nearest within 20 km: ``answerneeds`` beside ``native:joinbynearest`` run per code."""
    import processing

    source = folder / "flux.gpkg"
    write_flows(source, _FLOWS)
    needs, offers = (f"{source}|layername={name}" for name in ("besoins", "offres"))
    ours_path = folder / "reponses.gpkg"
    question = {
        "NEEDS": needs,
        "OFFERS": offers,
        "NEIGHBORS": _NEIGHBORS,
        "MAX_DISTANCE": _MAX_DISTANCE_M,
        "OUTPUT": str(ours_path),
        "UNANSWERED": None,
    }
    ours = _timed(lambda: processing.run("actif:answerneeds", question))
    found = {
        (feature["besoin_id"], feature["offre_id"], round(feature["distance_m"], 3))
        for feature in QgsVectorLayer(str(ours_path)).getFeatures()
    }
    parts: list[Path] = []

    def native() -> None:
        need_layer, offer_layer = QgsVectorLayer(needs), QgsVectorLayer(offers)
        for code in sorted(need_layer.uniqueValues(need_layer.fields().indexOf("code"))):
            for layer in (need_layer, offer_layer):
                layer.setSubsetString(f"\"code\" = '{code}'")
            parts.append(folder / f"{code}.gpkg")
            processing.run(
                "native:joinbynearest",
                {
                    "INPUT": need_layer,
                    "INPUT_2": offer_layer,
                    "PREFIX": "o_",
                    "DISCARD_NONMATCHING": True,
                    "NEIGHBORS": _NEIGHBORS,
                    "MAX_DISTANCE": _MAX_DISTANCE_M,
                    "OUTPUT": str(parts[-1]),
                },
            )

    peer = _timed(native)
    expected = {
        (feature["id"], feature["o_id"], round(feature["distance"], 3))
        for part in parts
        for feature in QgsVectorLayer(str(part)).getFeatures()
    }
    if found != expected:
        raise SystemExit(f"answers differ: {len(found - expected)} and {len(expected - found)}")
    return {
        "name": f"answerneeds, {_FLOWS} flux / native:joinbynearest par code",
        "ours": ours,
        "peer": peer,
        "unit": "s",
        "ratio": peer / ours,
        "target": 15,
        "ok": peer / ours >= 15,
    }


def _timed(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


if __name__ == "__main__":
    sys.exit(main())
