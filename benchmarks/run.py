"""Measure and report: a table on the screen, a list in ``build/bench.json``."""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(CHECKOUT))

from qgis.core import QgsApplication  # noqa: E402 - the checkout comes first
from qgis.gui import QgsGui  # noqa: E402

from benchmarks.atlas import atlas_beside_bare_maps  # noqa: E402
from benchmarks.forms import forms_beside_automatic  # noqa: E402
from benchmarks.imports import import_beside_copy  # noqa: E402
from benchmarks.proximity import proximity_beside_others  # noqa: E402
from benchmarks.roads import roads_beside_qgis  # noqa: E402
from benchmarks.search import search_beside_scan  # noqa: E402

REPORT = CHECKOUT / "build/bench.json"


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
            *proximity_beside_others(Path(folder)),
            search_beside_scan(paths.reference_database()),
            *forms_beside_automatic(Path(folder)),
            *import_beside_copy(Path(folder)),
            *roads_beside_qgis(),
            *atlas_beside_bare_maps(Path(folder)),
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


if __name__ == "__main__":
    sys.exit(main())
