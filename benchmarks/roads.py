"""Costs by road between 300 needs and 300 offers, beside QGIS's own network analysis."""

from __future__ import annotations

import math
import random
import re
import time
from pathlib import Path

import numpy as np
from qgis.analysis import (
    QgsGraphAnalyzer,
    QgsGraphBuilder,
    QgsNetworkDistanceStrategy,
    QgsVectorLayerDirector,
)
from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransformContext,
    QgsFeature,
    QgsFeatureRequest,
    QgsGeometry,
    QgsPointXY,
    QgsProcessingContext,
    QgsProcessingFeatureSource,
    QgsProcessingFeedback,
    QgsRectangle,
    QgsVectorLayer,
)

from actif_plugin.domain.road_costs import Network, network_of
from actif_plugin.domain.roads import Roads, snap
from actif_plugin.domain.traffic import CLASSES
from actif_plugin.processing.base import Watch
from actif_plugin.processing.flows import ground_of
from actif_plugin.processing.road_network import RoadColumns, read_roads

ROADS = (
    Path(__file__).resolve().parents[2]
    / "shared/real/osm_monaco_menton_2016/monaco_menton_2016.roads.gpkg"
)
_LAMBERT = QgsCoordinateReferenceSystem("EPSG:2154")
_SIDE = 300
_TOLERANCE_M = 500.0
_ROUNDS = 3
_TARGET = 20
# Ours to hold: reading takes its share, on both sides.
_WHOLE_TARGET = 10


def roads_beside_qgis() -> list[dict]:
    """Seconds for all pairs: the searches alone, then all from the layer to the costs.

    Without the road data of the tests, nothing.
    """
    if not ROADS.exists():
        return []
    layer = QgsVectorLayer(f"{ROADS}|layername=roads", "roads", "ogr")
    wanted = _qgis_layer(layer)
    roads = _read(layer)
    points = _points(roads, wanted)
    needs, offers = points[:_SIDE], points[_SIDE:]
    searches = whole = math.inf
    for _ in range(_ROUNDS):
        started = time.perf_counter()
        network = network_of(_read(layer), needs, offers, _TOLERANCE_M)
        ready = time.perf_counter()
        ours = _costs(network)
        ended = time.perf_counter()
        searches, whole = min(searches, ended - ready), min(whole, ended - started)

    started = time.perf_counter()
    graph, tied = _qgis_graph(_qgis_layer(layer), points)
    names = [graph.findVertex(tie) for tie in tied]
    ready = time.perf_counter()
    theirs = []
    for name in names[:_SIDE]:
        _, cost = QgsGraphAnalyzer.dijkstra(graph, name, 0)
        theirs.append([cost[other] for other in names[_SIDE:]])
    ended = time.perf_counter()
    legs = np.hypot(*(points - np.array([(tie.x(), tie.y()) for tie in tied])).T)
    _check(ours - legs[:_SIDE, None] - legs[None, _SIDE:], np.array(theirs))
    return [
        _row("recherches", searches, ended - ready, _TARGET),
        _row("de la couche aux coûts", whole, ended - started, _WHOLE_TARGET),
    ]


def _row(what: str, ours: float, peer: float, target: int) -> dict:
    return {
        "name": f"par la route, {_SIDE} × {_SIDE}, {what} / QgsGraphAnalyzer",
        "ours": ours,
        "peer": peer,
        "unit": "s",
        "ratio": peer / ours,
        "target": target,
        "ok": peer / ours >= target,
    }


def _check(ours: np.ndarray, theirs: np.ndarray) -> None:
    linked = theirs < 1e300
    if (np.isfinite(ours) != linked).any():
        raise SystemExit("by road: not the same pairs are linked")
    gap = np.abs(ours[linked] - theirs[linked]) / np.maximum(theirs[linked], 1)
    if gap.max() > 1e-6:
        raise SystemExit(f"by road: costs differ by {gap.max():.1e}")


def _read(layer: QgsVectorLayer) -> Roads:
    context = QgsProcessingContext()
    source = QgsProcessingFeatureSource(layer, context)
    ground, everywhere = ground_of(_LAMBERT), QgsRectangle()
    feedback = QgsProcessingFeedback(False)
    return read_roads(
        source, RoadColumns(), ground, everywhere, False, context, Watch(feedback)
    ).roads


def _costs(network: Network) -> np.ndarray:
    pairs = np.meshgrid(np.arange(_SIDE), np.arange(_SIDE), indexing="ij")
    return network.costs(*(side.ravel() for side in pairs)).reshape(_SIDE, _SIDE)


def _points(roads: Roads, layer: QgsVectorLayer) -> np.ndarray:
    """Throw points beside the roads, where QGIS ties them as we do: it also stops on motorways."""
    dice = random.Random(1)
    spots = roads.points[[dice.randrange(len(roads.points)) for _ in range(3 * _SIDE)]]
    spots = spots + [[dice.gauss(0, 15), dice.gauss(0, 15)] for _ in spots]
    _, tied = _qgis_graph(layer, spots)
    legs = np.hypot(*(spots - np.array([(tie.x(), tie.y()) for tie in tied])).T)
    same = np.abs(legs - snap(roads, spots, _TOLERANCE_M).offset) < 1e-6
    return spots[same][: 2 * _SIDE]


def _qgis_layer(source: QgsVectorLayer) -> QgsVectorLayer:
    """Return the roads that cars use with what QGIS's director wants, one text a direction."""
    layer = QgsVectorLayer("LineString?crs=EPSG:2154&field=way:string", "roads", "memory")
    request = QgsFeatureRequest()
    request.setDestinationCrs(_LAMBERT, QgsCoordinateTransformContext())
    rows = []
    for feature in source.getFeatures(request):
        tags = dict(re.findall(r'"([^"]+)"=>"([^"]*)"', str(feature["other_tags"] or "")))
        known = str(feature["highway"]).replace("_", " ") in CLASSES
        if not known or "no" in (tags.get("access"), tags.get("motor_vehicle")):
            continue
        oneway = feature["highway"] == "motorway" or "junction" in tags
        row = QgsFeature(layer.fields())
        row.setAttributes([tags.get("oneway", "yes" if oneway else "no")])
        row.setGeometry(QgsGeometry(feature.geometry()))
        rows.append(row)
    layer.dataProvider().addFeatures(rows)
    return layer


def _qgis_graph(layer: QgsVectorLayer, points: np.ndarray) -> tuple:
    both = QgsVectorLayerDirector.Direction.DirectionBoth
    director = QgsVectorLayerDirector(layer, 0, "yes", "-1", "no", both)
    director.addStrategy(QgsNetworkDistanceStrategy())
    builder = QgsGraphBuilder(_LAMBERT, True, 0.0, "NONE")
    tied = director.makeGraph(builder, [QgsPointXY(*point) for point in points])
    taken = builder.takeGraph() if hasattr(builder, "takeGraph") else builder.graph()
    return taken, tied
