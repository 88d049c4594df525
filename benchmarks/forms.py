"""Opening a sheet in a large territory, beside the form that QGIS makes by itself."""

from __future__ import annotations

import functools
import statistics
import time
from pathlib import Path

import numpy as np
from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsEditFormConfig,
    QgsFeature,
    QgsGeometry,
    QgsPointXY,
    QgsProject,
    QgsVectorLayer,
    QgsVectorLayerTools,
)
from qgis.gui import QgsAttributeEditorContext, QgsAttributeForm, QgsMapCanvas

from actif_plugin import paths
from actif_plugin.forms.layout import dress_forms
from actif_plugin.forms.session import PickerSession
from actif_plugin.store.project import layers_by_role, write_project
from actif_plugin.store.territory import create_territory

_ESTABLISHMENTS = 20_000
_FLOWS = 50_000
_REPEATS = 7
# At most so many times as long.
_MOST = 1.5


def forms_beside_automatic(folder: Path) -> list[dict]:
    """Return the time to open the sheets of a company and of a need, in seconds."""
    project = QgsProject.instance()
    project.read(str(_large_territory(folder)))
    layers = layers_by_role(project)
    rows = []
    for role, title in (("etablissement", "fiche établissement"), ("besoin", "fiche besoin")):
        layer = layers[role]
        # As in a window: with the plugin's widgets.
        session = PickerSession(project)
        session.start()
        ours = _opening(layer)
        session.stop()
        # Two readings of "the form that QGIS makes by itself": with the lists and links of the
        # layer, or on the bare table, where codes are typed and nothing is linked.
        bare = QgsVectorLayer(layer.source(), "table nue", layer.providerType())
        project.addMapLayer(bare, False)
        config = layer.editFormConfig()
        config.setLayout(QgsEditFormConfig.EditorLayout.GeneratedLayout)
        layer.setEditFormConfig(config)
        for peer_title, peer in (("formulaire automatique", layer), ("table nue", bare)):
            theirs = _opening(peer)
            rows.append(
                {
                    "name": f"{title}, {_ESTABLISHMENTS} établissements / {peer_title}",
                    "ours": ours,
                    "peer": theirs,
                    "unit": "s",
                    "ratio": ours / theirs,
                    "target": _MOST,
                    "ok": ours / theirs <= _MOST,
                }
            )
    project.clear()
    return rows


def _opening(layer: QgsVectorLayer) -> float:
    """Return the median time to build the form of a record and show it filled."""
    feature = next(layer.getFeatures())
    times = []
    for _ in range(_REPEATS):
        started = time.perf_counter()
        form = QgsAttributeForm(layer, feature, _context())
        form.show()
        times.append(time.perf_counter() - started)
        form.close()
        form.deleteLater()
    return statistics.median(times)


class _Tools(QgsVectorLayerTools):
    """Tools that edit nothing: opening a form only asks that there are some."""

    def addFeature(self, *_: object) -> bool:
        return False

    def startEditing(self, *_: object) -> bool:
        return False

    def stopEditing(self, *_: object) -> bool:
        return False

    def saveEdits(self, *_: object) -> bool:
        return False

    def copyMoveFeatures(self, *_: object) -> bool:
        return False


@functools.lru_cache(maxsize=1)
def _window() -> tuple[QgsMapCanvas, QgsVectorLayerTools]:
    return QgsMapCanvas(), _Tools()


def _context() -> QgsAttributeEditorContext:
    """Return what a form asks of its window: a map and the tools that edit layers."""
    canvas, tools = _window()
    context = QgsAttributeEditorContext()
    context.setMapCanvas(canvas)
    context.setVectorLayerTools(tools)
    return context


def _large_territory(folder: Path) -> Path:
    crs = QgsCoordinateReferenceSystem("EPSG:2154")
    territory = create_territory(folder / "grand.gpkg", "Grand", crs, paths.reference_database())
    random = np.random.default_rng(82)
    layer = territory.layer("etablissement")
    companies = []
    for number, (x, y) in enumerate(random.uniform(0, 50_000, (_ESTABLISHMENTS, 2)).tolist()):
        feature = QgsFeature(layer.fields())
        feature["id"] = f"e{number}"
        feature["raison_sociale"] = f"Entreprise {number}"
        feature["naf_code"] = "16.24Z"
        feature.setGeometry(QgsGeometry.fromPointXY(QgsPointXY(550_000 + x, 6_300_000 + y)))
        companies.append(feature)
    layer.dataProvider().addFeatures(companies)
    layer = territory.layer("flux")
    flows = []
    for number, owner in enumerate(random.integers(0, _ESTABLISHMENTS, _FLOWS).tolist()):
        feature = QgsFeature(layer.fields())
        feature["etablissement_id"] = f"e{owner}"
        feature["sens"] = "offre" if number % 2 else "besoin"
        feature["nature"] = "matiere"
        feature["code"] = "16.2"
        feature["libelle"] = f"Relevé {number}"
        flows.append(feature)
    layer.dataProvider().addFeatures(flows)
    return write_project(territory, dress_forms)
