"""Pages a minute of the atlas, beside QGIS's own export of the bare maps of the same ground."""

from __future__ import annotations

import time
from pathlib import Path

from qgis.core import (
    QgsLayoutItemMap,
    QgsPrintLayout,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProject,
    QgsVectorLayer,
)

from actif_plugin.printing.atlas import PLATE
from actif_plugin.printing.drawing import place
from actif_plugin.printing.templates import MAP, box_of, load, template_path
from actif_plugin.store.project import layers_by_role

_DPI = 200
_MARGIN = 0.15
_MOST = 2.0


def atlas_beside_bare_maps(folder: Path) -> list[dict]:
    """Return the time of a page of each, in seconds, over the communes of the demonstration."""
    import processing

    made = processing.run("actif:createdemo", {"FOLDER": str(folder / "demo")})
    project = QgsProject.instance()
    project.read(made["PROJECT"])
    layers = layers_by_role(project)
    communes = layers["commune"]
    context = QgsProcessingContext()
    context.setProject(project)
    feedback = QgsProcessingFeedback(False)

    def run(algorithm: str, **parameters: object) -> tuple[dict, float]:
        started = time.perf_counter()
        done = processing.run(algorithm, parameters, context=context, feedback=feedback)
        return done, time.perf_counter() - started

    rows = []
    pages = communes.featureCount()
    _add_bare_atlas(project, communes)
    _, theirs = run(
        "native:atlaslayouttopdf",
        LAYOUT="nu",
        DPI=_DPI,
        DISABLE_TILED=True,
        OUTPUT=str(folder / "nu.pdf"),
    )
    for edition in ("interne", "elus"):
        done, ours = run(
            "actif:synergyatlas",
            PERIMETERS=communes,
            EDITION=edition,
            DPI=_DPI,
            OUTPUT=str(folder / f"{edition}.pdf"),
        )
        ratio = (ours / done["PAGES"]) / (theirs / pages)
        rows.append(
            {
                "name": f"atlas {edition}, {pages} communes, par page / cartes nues",
                "ours": ours / done["PAGES"],
                "peer": theirs / pages,
                "unit": "s",
                "ratio": ratio,
                "target": _MOST,
                "ok": ratio <= _MOST,
            }
        )
        per_minute = f"{60 * done['PAGES'] / ours:.0f} / {60 * pages / theirs:.0f} pages/min"
        print(f"atlas {edition} : {per_minute}")
    project.clear()
    return rows


def _add_bare_atlas(project: QgsProject, communes: QgsVectorLayer) -> None:
    """Add an atlas of nothing but the map of our own page, on the same layers."""
    template = load(project, template_path(PLATE, "A4"), "modèle")
    box = box_of(template.itemById(MAP))
    bare = QgsPrintLayout(project)
    bare.initializeDefaults()
    bare.setName("nu")
    item = QgsLayoutItemMap(bare)
    place(item, box)
    roles = ("besoins_orphelins", "ressources_orphelines", "etablissement", "synergie")
    layers = layers_by_role(project)
    item.setLayers([layers[role] for role in (*roles, "zae", "epci", "commune")])
    item.setKeepLayerSet(True)
    item.setAtlasDriven(True)
    item.setAtlasScalingMode(QgsLayoutItemMap.AtlasScalingMode.Auto)
    item.setAtlasMargin(_MARGIN)
    item.setExtent(communes.extent())
    bare.addLayoutItem(item)
    atlas = bare.atlas()
    atlas.setCoverageLayer(communes)
    atlas.setEnabled(True)
    project.layoutManager().addLayout(bare)
