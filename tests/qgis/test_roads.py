"""Road layers read, and ways on real roads beside those of QGIS's own graph."""

from __future__ import annotations

import math
import random
import re

import numpy as np
import pytest
from qgis.analysis import (
    QgsGraphAnalyzer,
    QgsGraphBuilder,
    QgsNetworkDistanceStrategy,
    QgsNetworkSpeedStrategy,
    QgsVectorLayerDirector,
)
from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsFeature,
    QgsFeatureRequest,
    QgsGeometry,
    QgsPointXY,
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingFeatureSource,
    QgsProject,
    QgsRectangle,
    QgsVectorLayer,
)

from actif_plugin.compat import plain
from actif_plugin.domain.feedback import Cancelled
from actif_plugin.domain.road_costs import network_of
from actif_plugin.domain.traffic import CLASSES
from actif_plugin.processing.base import Watch
from actif_plugin.processing.flows import ground_of
from actif_plugin.processing.road_network import RoadColumns, RoadLayer, area_of, read_roads
from tests.qgis.harness import REAL, Recorder, needs_real

MONACO = REAL / "osm_monaco_menton_2016" / "monaco_menton_2016.roads.gpkg"
COMPANIES = REAL / "osm_monaco_menton_2016" / "monaco_menton_2016.companies.geojson"
LAMBERT = QgsCoordinateReferenceSystem("EPSG:2154")


def lines(rows, fields="", crs="EPSG:2154", kind="LineString") -> QgsVectorLayer:
    """Return a layer in memory of rows (WKT or None, attribute…)."""
    columns = "".join(f"&field={name}" for name in fields.split(",") if name)
    layer = QgsVectorLayer(f"{kind}?crs={crs}{columns}", "roads", "memory")
    features = []
    for wkt, *attributes in rows:
        feature = QgsFeature(layer.fields())
        if wkt is not None:
            feature.setGeometry(QgsGeometry.fromWkt(wkt))
        feature.setAttributes(attributes)
        features.append(feature)
    added, _ = layer.dataProvider().addFeatures(features)
    assert added
    return layer


def read(layer, columns=None, crs=LAMBERT, area=None, by_time=False, log=None) -> RoadLayer:
    context = QgsProcessingContext()
    return read_roads(
        QgsProcessingFeatureSource(layer, context),
        columns or RoadColumns(),
        ground_of(crs),
        area or QgsRectangle(),
        by_time,
        context,
        Watch(log or Recorder()),
    )


def costs(found: RoadLayer, origins, destinations, tolerance=500.0) -> np.ndarray:
    """Return the costs between two sets of points, shape (origins, destinations)."""
    origins, destinations = np.asarray(origins, float), np.asarray(destinations, float)
    network = network_of(found.roads, origins, destinations, tolerance)
    pairs = np.meshgrid(np.arange(len(origins)), np.arange(len(destinations)), indexing="ij")
    return network.costs(*(side.ravel() for side in pairs)).reshape(len(origins), -1)


def pace(found: RoadLayer) -> list[tuple[float, float]]:
    """Return km/h along and against each piece, in the order of their first points."""
    roads = found.roads
    order = np.lexsort((roads.points[roads.first][:, 1], roads.points[roads.first][:, 0]))
    return [
        (round(0.06 / roads.forward[row], 6), round(0.06 / roads.backward[row], 6)) for row in order
    ]


# --- What a layer says ----------------------------------------------------------------------------


def steps(*rows) -> list[tuple]:
    """Return lines of 100 m one after the other eastward, with their attributes."""
    return [
        (f"LineString({100 * number} 0, {100 * number + 100} 0)", *attributes)
        for number, attributes in enumerate(rows)
    ]


def test_openstreetmap_columns():
    """Averages by class, 80 % of limits; motorways and circles are one-way by themselves."""
    found = read(
        lines(
            steps(
                ("primary", None, None, None),
                ("residential", "yes", "50", None),
                ("residential", "-1", "FR:urban", None),
                ("secondary", "no", "50 mph", None),
                ("motorway", None, "none", None),
                ("tertiary", None, None, "roundabout"),
                ("footway", None, None, None),
                (None, None, None, None),
            ),
            "highway:string,oneway:string,maxspeed:string,junction:string",
        ),
        by_time=True,
    )
    assert pace(found) == [(65, 65), (40, 0), (0, 40), (64.37376, 64.37376), (90, 0), (40, 0)]
    assert found.left_out == {"not for cars": 2}
    assert found.roads.stop.tolist() == [True, True, True, True, False, True]


def test_tags_inside_other_tags():
    found = read(
        lines(
            steps(
                ("primary", '"oneway"=>"-1","maxspeed"=>"50"'),
                ("primary", '"access"=>"no"'),
                ("primary", None),
            ),
            "highway:string,other_tags:string",
        ),
        by_time=True,
    )
    assert pace(found) == [(0, 40), (65, 65)]
    assert found.left_out == {"closed to cars": 1}


def test_bd_topo_columns():
    """The average is taken as it is, and 0 is closed; in a Shapefile names are short."""
    rows = steps(
        ("Route à 1 chaussée", "Double sens", 45),
        ("Route à 1 chaussée", "Sens inverse", 30),
        ("Rond-point", "Sens direct", 25),
        ("Route à 2 chaussées", "Sens direct", None),
        ("Chemin", "Sans objet", 1),
        ("Route à 1 chaussée", "Double sens", 0),
    )
    for fields in (
        "nature:string,sens_de_circulation:string,vitesse_moyenne_vl:integer",
        "NATURE:string,SENS:string,VIT_MOY_VL:integer",
    ):
        found = read(lines(rows, fields), by_time=True)
        assert pace(found) == [(45, 45), (0, 30), (25, 0), (67, 0)]
        assert found.left_out == {"not for cars": 2}


def test_columns_that_the_user_names():
    rows = steps(("primary", "Sens inverse", "90"), ("primary", None, "45"))
    layer = lines(rows, "category:string,way:string,kmh:string")
    found = read(layer, RoadColumns("way", "kmh", "category"), by_time=True)
    assert pace(found) == [(0, 90), (45, 45)]
    with pytest.raises(QgsProcessingException, match="no field nope"):
        read(layer, RoadColumns(speed="nope"))


def test_lines_without_known_classes_are_all_used():
    layer = lines(steps(("voie communale",), (None,)), "nature:string")
    found = read(layer, by_time=True)
    assert pace(found) == [(35, 35), (35, 35)]
    assert "no known class in the field nature" in found.notes[0]
    assert pace(read(lines(steps((), ())), by_time=True)) == [(35, 35), (35, 35)]


def test_shapes_of_all_kinds():
    """Several parts, heights, arcs; loops, points without length, nothing at all."""
    found = read(
        lines(
            [
                ("MultiLineString((0 0, 100 0), (200 0, 300 0))",),
                ("MultiLineStringZ((0 0 5, 0 100 7))",),
                ("MultiLineStringZM((0 100 5 1, 0 200 7 2))",),
                ("MultiCurve((300 0, 400 0), CircularString(400 0, 450 50, 500 0))",),
                ("MultiLineString((0 0, 0 0))",),
                ("MultiLineString((0 200, 10 200, 10 210, 0 200))",),
                ("MultiLineString EMPTY",),
                (None,),
            ],
            kind="MultiCurveZM",
        )
    )
    assert found.lines == 6
    assert found.left_out == {"without a usable geometry": 2}
    half_circle = costs(found, [(300, 0)], [(500, 0)])[0, 0]
    assert half_circle == pytest.approx(100 + 50 * math.pi, rel=1e-3)
    assert costs(found, [(0, 0)], [(10, 200)])[0, 0] == pytest.approx(210)


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        ([], "there is none at all"),
        ([(None, "primary"), ("LineString EMPTY", "primary")], "2 without a usable geometry"),
        ([*steps(("footway",)), (None, "primary")], "1 not for cars"),
    ],
)
def test_a_layer_without_a_usable_line(rows, reason):
    with pytest.raises(QgsProcessingException, match=reason):
        read(lines(rows, "highway:string"))


def test_only_what_is_near_is_read():
    layer = lines(steps((), (), (), (), (), ()))
    ground = ground_of(LAMBERT)
    here, there = np.array([[50.0, 0.0]]), np.array([[250.0, 0.0]])
    # The ways of 210 m from 50 end at 260; between both, they run from -55 to 355.
    area = area_of(here, there, 210, ground)
    assert (area.xMinimum(), area.xMaximum()) == (-55, 260)
    assert read(layer, area=area).lines == 3
    assert area_of(here, there, math.inf, ground).isNull()
    degrees = area_of(
        np.array([[1.0, 44.0]]),
        np.array([[1.0, 44.0]]),
        1000,
        ground_of(QgsCoordinateReferenceSystem("EPSG:4326")),
    )
    for corner in (QgsPointXY(degrees.xMinimum(), 44), QgsPointXY(1, degrees.yMinimum())):
        to_lambert = QgsCoordinateTransform(
            QgsCoordinateReferenceSystem("EPSG:4326"), LAMBERT, QgsProject.instance()
        )
        first, second = (to_lambert.transform(point) for point in (corner, QgsPointXY(1, 44)))
        assert 500 <= first.distance(second) < 520


def test_cancelled_while_reading():
    with pytest.raises(Cancelled):
        read(lines(steps((), ())), log=Recorder(cancel_after=0))


# --- Beside QGIS's own graph, on real roads -------------------------------------------------------


def qgis_roads() -> QgsVectorLayer:
    """Return the real roads with what QGIS's director wants: one text a direction, a number."""
    source = QgsVectorLayer(f"{MONACO}|layername=roads", "roads", "ogr")
    assert source.isValid()
    rows = []
    request = QgsFeatureRequest()
    request.setDestinationCrs(LAMBERT, QgsProject.instance().transformContext())
    for feature in source.getFeatures(request):
        kind = CLASSES.get(str(plain(feature["highway"])).replace("_", " "))
        tags = dict(re.findall(r'"([^"]+)"=>"([^"]*)"', str(plain(feature["other_tags"]))))
        if kind is None or "no" in (tags.get("access"), tags.get("motor_vehicle")):
            continue
        way = tags.get("oneway")
        if way is None and (feature["highway"] == "motorway" or "junction" in tags):
            way = "yes"
        limit = tags.get("maxspeed")
        speed = 0.8 * float(limit) if limit else kind.speed
        rows.append((feature.geometry().asWkt(17), way or "no", speed))
    return lines(rows, "way:string,kmh:double")


def qgis_graph(layer, points=(), by_time=False):
    """Return QGIS's graph, and the points where it tied *points* to it."""
    director = QgsVectorLayerDirector(
        layer, 0, "yes", "-1", "no", QgsVectorLayerDirector.DirectionBoth
    )
    director.addStrategy(
        QgsNetworkSpeedStrategy(1, 0, 1000 / 60) if by_time else QgsNetworkDistanceStrategy()
    )
    builder = QgsGraphBuilder(LAMBERT, True, 0.0, "NONE")
    tied = director.makeGraph(builder, [QgsPointXY(*point) for point in points])
    graph = builder.takeGraph() if hasattr(builder, "takeGraph") else builder.graph()
    return graph, tied


@pytest.fixture
def real_layer(qgis_app):
    return QgsVectorLayer(f"{MONACO}|layername=roads", "roads", "ogr")


@needs_real
def test_the_same_vertices_as_qgis(real_layer):
    graph, _ = qgis_graph(qgis_roads())
    found = read(real_layer)
    assert len(found.roads.points) == graph.vertexCount()
    assert (found.lines, len(found.roads)) == (1744, 16571)


@needs_real
@pytest.mark.parametrize("by_time", [False, True])
def test_the_same_costs_as_qgis_between_crossings(real_layer, by_time):
    graph, _ = qgis_graph(qgis_roads(), by_time=by_time)
    found = read(real_layer, by_time=by_time)
    roads = found.roads
    by_car = np.unique(np.concatenate((roads.first[roads.stop], roads.last[roads.stop])))
    dice = random.Random(1)
    places = roads.points[[by_car[dice.randrange(len(by_car))] for _ in range(60)]]
    names = [graph.findVertex(QgsPointXY(*place)) for place in places]
    assert min(names) >= 0
    ours = costs(found, places, places)
    _compare(graph, names, names, ours)


@needs_real
@pytest.mark.parametrize("by_time", [False, True])
def test_the_same_costs_as_qgis_between_real_companies(real_layer, by_time):
    """QGIS ties a point to the nearest line; the way from the point to there is ours to add."""
    companies = QgsVectorLayer(str(COMPANIES), "companies", "ogr")
    request = QgsFeatureRequest()
    request.setDestinationCrs(LAMBERT, QgsProject.instance().transformContext())
    places = [
        (place.x(), place.y())
        for place in (
            feature.geometry().centroid().asPoint() for feature in companies.getFeatures(request)
        )
    ]
    layer = qgis_roads()
    graph, tied = qgis_graph(layer, places, by_time)
    found = read(real_layer, by_time=by_time)
    legs = [math.dist(place, (tie.x(), tie.y())) for place, tie in zip(places, tied)]
    near = [row for row, leg in enumerate(legs) if leg <= 500]
    assert len(near) > 80
    places = [places[row] for row in near]
    names = [graph.findVertex(tied[row]) for row in near]
    ours = costs(found, places, places)
    access = np.array([legs[row] for row in near])
    if by_time:
        access = access * np.array([_minutes_a_metre(layer, tied[row]) for row in near])
    ours -= access[:, None] + access[None, :]
    np.fill_diagonal(ours, 0)
    _compare(graph, names, names, ours)


def _minutes_a_metre(layer: QgsVectorLayer, point: QgsPointXY) -> float:
    """Return the least that a metre costs on the lines nearest to a point."""
    spot = QgsGeometry.fromPointXY(point)
    gaps = [(f.geometry().distance(spot), 0.06 / f["kmh"]) for f in layer.getFeatures()]
    nearest = min(gap for gap, _ in gaps)
    return min(cost for gap, cost in gaps if gap <= nearest + 1e-6)


def _compare(graph, names: list[int], others: list[int], ours: np.ndarray) -> None:
    reached = 0
    for row, name in enumerate(names):
        _, cost = QgsGraphAnalyzer.dijkstra(graph, name, 0)
        for column, other in enumerate(others):
            expected = cost[other]
            if math.isinf(expected) or expected > 1e300:
                assert math.isinf(ours[row, column])
            else:
                reached += 1
                assert ours[row, column] == pytest.approx(expected, rel=1e-6, abs=1e-6)
    assert reached > len(names) * len(others) / 2
