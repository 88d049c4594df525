"""`actif:isochrones`, against services on this machine that answer as the real ones."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator

import pytest
from qgis.core import (
    QgsGeometry,
    QgsPointXY,
    QgsProcessingOutputLayerDefinition,
    QgsProject,
    QgsWkbTypes,
)
from qgis.PyQt import sip

from actif_plugin import settings
from actif_plugin.sources import web
from tests.qgis.fake_http import FakeService, Question, Reply, unused_url
from tests.qgis.harness import REAL, Recorder, needs_real, points, rows_of

MONTAUBAN = (1.3553, 44.0176)
HALF_DEGREE = 0.05


def square(longitude: float, latitude: float) -> list[list[list[float]]]:
    """Return the rings of a square around a point."""
    corners = ((-1, -1), (1, -1), (1, 1), (-1, 1), (-1, -1))
    return [[[longitude + HALF_DEGREE * x, latitude + HALF_DEGREE * y] for x, y in corners]]


def geoplateforme(question: Question) -> Reply:
    """Answer as Road2 does: a geometry among what was asked; north of 45° there is no road."""
    asked = question.parameters
    longitude, latitude = map(float, asked["point"].split(","))
    if latitude > 45:
        return Reply({"error": {"message": "No edge near"}, "message": "No edge near"}, 404)
    return Reply(
        {
            "point": asked["point"],
            "resource": asked["resource"],
            "costType": asked["costType"],
            "costValue": float(asked["costValue"]),
            "crs": "EPSG:4326",
            "geometry": {"type": "Polygon", "coordinates": square(longitude, latitude)},
            "alerts": [],
        }
    )


def valhalla(question: Question) -> Reply:
    where = json.loads(question.parameters["json"])["locations"][0]
    rings = square(where["lon"], where["lat"])
    return Reply(
        {
            "type": "FeatureCollection",
            "features": [
                {
                    "type": "Feature",
                    "properties": {"contour": 10, "metric": "time"},
                    "geometry": {"type": "Polygon", "coordinates": rings},
                }
            ],
        }
    )


@pytest.fixture
def server(qgis_app, monkeypatch) -> Iterator[FakeService]:
    monkeypatch.setattr(web, "_FIRST_PAUSE_S", 0.02)
    with FakeService().running() as running:
        running.answers = geoplateforme
        settings.NAVIGATION.set_url(running.url)
        settings.VALHALLA.set_url(running.url)
        yield running
        settings.NAVIGATION.set_url("")
        settings.VALHALLA.set_url("")


@pytest.fixture
def draw(run, server):
    def call(layer, log=None, **parameters):
        given = {"INPUT": layer, "OUTPUT": "memory:", "REJECTS": "memory:", **parameters}
        return run("isochrones", log, **given)

    return call


def test_each_point_gets_its_area(draw, server):
    """The service is asked in degrees, with its units; attributes come along."""
    done = draw(points([(568_000, 6_325_000, "a", "16.2")]), RANGE=20)
    (question,) = server.questions
    longitude, latitude = map(float, question.parameters.pop("point").split(","))
    assert (longitude, latitude) == (pytest.approx(1.355, abs=0.01), pytest.approx(44.01, abs=0.01))
    assert question.parameters == {
        "resource": "bdtopo-valhalla",
        "profile": "car",
        "direction": "departure",
        "costType": "time",
        "costValue": "20",
        "timeUnit": "minute",
        "distanceUnit": "meter",
        "geometryFormat": "geojson",
        "crs": "EPSG:4326",
    }
    layer = done["OUTPUT"]
    assert layer.crs().authid() == "EPSG:4326"
    assert layer.wkbType() == QgsWkbTypes.MultiPolygon
    assert rows_of(layer) == [
        {"id": "a", "code": "16.2", "cout": 20, "unite": "minute", "sens": "depart"}
    ]
    (area,) = layer.getFeatures()
    assert area.geometry().contains(QgsPointXY(longitude, latitude))
    assert area.geometry().area() == pytest.approx(4 * HALF_DEGREE**2)
    assert rows_of(done["REJECTS"]) == []


def test_the_layers_are_named_for_people(draw, server):
    project = QgsProject()
    to_project = {
        name: QgsProcessingOutputLayerDefinition("memory:", project)
        for name in ("OUTPUT", "REJECTS")
    }
    done = draw(points([(568_000, 6_325_000, "a", ""), (None, None, "b", "")]), **to_project)
    loaded = done.context.layersToLoadOnCompletion().values()
    assert {one.name for one in loaded} == {"Isochrones", "Points sans isochrone"}
    for one in loaded:
        layer = done["REJECTS"] if "sans" in one.name else done["OUTPUT"]
        one.postProcessor().postProcessLayer(layer, done.context, done.log)
    assert done["REJECTS"].attributeAlias(done["REJECTS"].fields().indexOf("motif")) == "Motif"
    # The map is seen through.
    assert done["OUTPUT"].renderer().symbol().color().alpha() < 128
    sip.delete(project)


def test_over_a_distance_to_the_point(draw, server):
    done = draw(
        points([(*MONTAUBAN, "a", "")], crs="EPSG:4326"),
        COST="distance",
        RANGE=2500,
        DIRECTION="arrival",
    )
    asked = server.questions[0].parameters
    assert (asked["costType"], asked["costValue"], asked["direction"]) == (
        "distance", "2500", "arrival",
    )  # fmt: skip
    assert [(row["cout"], row["unite"], row["sens"]) for row in done.rows("OUTPUT")] == [
        (2500, "m", "arrivee")
    ]


def test_a_valhalla_server(draw, server):
    server.answers = valhalla
    done = draw(
        points([(*MONTAUBAN, "a", "")], crs="EPSG:4326"),
        SERVICE="valhalla",
        COST="distance",
        RANGE=2500,
        DIRECTION="arrival",
    )
    assert json.loads(server.questions[0].parameters["json"]) == {
        "locations": [{"lon": 1.3553, "lat": 44.0176}],
        "costing": "auto",
        "contours": [{"distance": 2.5}],
        "polygons": True,
        "reverse": True,
    }
    assert len(done.rows("OUTPUT")) == 1


@needs_real
def test_an_answer_in_lines_is_not_taken_for_an_area(run, server):
    """The recorded example of Valhalla, which was not asked for polygons."""
    recorded = (REAL / "api_samples_specs/valhalla/isochrone_example.json").read_text("utf-8")
    server.plays(Reply(recorded))
    told = run.fails(
        "isochrones",
        INPUT=points([(*MONTAUBAN, "a", "")], crs="EPSG:4326"),
        SERVICE="valhalla",
        OUTPUT="memory:",
    )
    assert "cannot be read" in told


def test_without_a_server_of_ones_own(run, server):
    settings.VALHALLA.set_url("")
    told = run.fails(
        "isochrones", INPUT=points([(0, 0, "a", "")]), SERVICE="valhalla", OUTPUT="memory:"
    )
    assert "address of a Valhalla server" in told


def test_points_without_an_area_are_told(draw, server):
    """No position, no road near; the same place twice is asked once."""
    rows = [
        (1.0, 44.0, "a", ""),
        (1.0, 48.0, "north", ""),
        (None, None, "nowhere", ""),
        (1.0, 44.0, "same", ""),
    ]
    done = draw(points(rows, crs="EPSG:4326"))
    assert [row["id"] for row in done.rows("OUTPUT")] == ["a", "same"]
    reasons = {row["id"]: row["motif"] for row in done.rows("REJECTS")}
    assert "No edge near" in reasons["north"]
    assert reasons["nowhere"] == "without a position"
    assert len(server.questions) == 2
    assert "2 isochrones, 2 points without one." in done.log.infos


def test_a_service_that_gives_nothing_ends_the_run(run, server):
    layer = points(
        [(1.0, 44.0 + number / 10, str(number), "") for number in range(30)], crs="EPSG:4326"
    )
    told = run.fails("isochrones", INPUT=layer, URL=unused_url(), OUTPUT="memory:")
    assert "cannot be reached" in told
    server.plays(Reply(status=404))
    run.fails("isochrones", INPUT=layer, OUTPUT="memory:")
    assert len(server.questions) == 5


def test_points_inside_an_area_are_chosen(draw):
    choose = points(
        [
            (1.04, 44.04, "in", ""),
            (1.06, 44.0, "out", ""),
            (3.0, 44.0, "other", ""),
            (None, 0, "no", ""),
        ],
        crs="EPSG:4326",
    )
    layer = points([(1.0, 44.0, "a", ""), (3.0, 44.0, "b", "")], crs="EPSG:4326")
    done = draw(layer, FILTER=choose, INSIDE="memory:")
    assert [row["id"] for row in done.rows("INSIDE")] == ["in", "other"]
    assert "2 points inside." in done.log.infos
    assert "INSIDE" not in draw(layer, FILTER=choose).results


def test_columns_of_the_same_name_stay(draw):
    layer = points([(1.0, 44.0, "a", 7.0)], "id:string,cout:double", "EPSG:4326")
    assert draw(layer, RANGE=5).rows("OUTPUT") == [
        {"id": "a", "cout": 7, "cout_2": 5, "unite": "minute", "sens": "depart"}
    ]


def test_cancelled_while_the_service_thinks(draw, server):
    server.answers = lambda question: Reply({}, delay_s=20)
    log = Recorder()
    moment: list[float] = []

    def cancel() -> None:
        moment.append(time.monotonic())
        log.cancel()

    threading.Timer(0.3, cancel).start()
    draw(points([(1.0, 44.0, "a", "")], crs="EPSG:4326"), log)
    assert time.monotonic() - moment[0] < 0.5


def test_an_area_that_is_not_valid_is_repaired(draw, server):
    bow = [[[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]]]
    server.answers = lambda question: Reply({"geometry": {"type": "Polygon", "coordinates": bow}})
    (area,) = draw(points([(0.2, 0.5, "a", "")], crs="EPSG:4326"))["OUTPUT"].getFeatures()
    assert area.geometry().isGeosValid()
    assert area.geometry().area() == pytest.approx(0.5)
    assert QgsGeometry(area.geometry()).constGet().numGeometries() == 2


def test_a_failure_leaves_no_empty_file(run, server, tmp_path):
    layer = points([(*MONTAUBAN, "a", "")], crs="EPSG:4326")
    given = {
        "INPUT": layer,
        "FILTER": layer,
        **{name: str(tmp_path / f"{name}.gpkg") for name in ("OUTPUT", "INSIDE", "REJECTS")},
    }
    run.fails("isochrones", URL=unused_url(), **given)
    assert list(tmp_path.iterdir()) == []
    run("isochrones", **given)
    assert len(list(tmp_path.glob("*.gpkg"))) == 3
