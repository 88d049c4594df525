"""`actif:answerneeds` and `actif:placeresources` with roads: costs, ranks, what the log says."""

from __future__ import annotations

import random
import time

import pytest
from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsFeatureRequest,
    QgsProcessingException,
    QgsProject,
    QgsVectorLayer,
)

from actif_plugin.domain.feedback import Cancelled
from tests.qgis.harness import Recorder, needs_real, points
from tests.qgis.test_roads import COMPANIES, LAMBERT, MONACO, lines

FLOW = "id:string,code:string,etablissement_id:string,rayon_max_km:double"
# A river along y = 50 with one bridge at x = 1 000; the quay of the north runs westward only.
RIVER = [
    ("LineString(0 0, 1000 0)", "residential", "no"),
    ("LineString(1000 100, 0 100)", "residential", "yes"),
    ("LineString(1000 0, 1000 100)", "residential", "no"),
    ("LineString(5000 0, 5100 0)", "residential", "no"),
]
ROAD = "highway:string,oneway:string"


def flow(x, y, name, code="16.2", company="", reach=None):
    return (x, y, name, code, company or f"e-{name}", reach)


def ask(run, needs, offers, roads=None, algorithm="answerneeds", log=None, **parameters):
    left = "UNANSWERED" if algorithm == "answerneeds" else "UNPLACED"
    layers = [
        rows if isinstance(rows, (QgsVectorLayer, str)) else points(rows, FLOW)
        for rows in (needs, offers)
    ]
    return run(
        algorithm,
        log,
        **{
            "NEEDS": layers[0],
            "OFFERS": layers[1],
            "ROADS": lines(RIVER, ROAD) if roads is None else roads,
            "OUTPUT": "memory:",
            left: "memory:",
            **parameters,
        },
    )


def told(done) -> list[tuple]:
    return [
        (row["besoin_id"], row["offre_id"], row["rang"], row["cout"], round(row["distance_m"], 3))
        for row in done.rows("OUTPUT")
    ]


def test_answers_are_ranked_by_road(run):
    """From "across", 100 m away, one drives 1 000 + 100 + 1 000 m; from "along", 600 m."""
    offers = [flow(1000, 100, "bridge"), flow(600, 0, "along"), flow(0, 0, "next", reach=0.05)]
    done = ask(run, [flow(0, 0, "n")], offers)
    assert told(done) == [
        ("n", "next", 1, 0, 0),
        ("n", "along", 2, 600, 600),
        ("n", "bridge", 3, 1100, 1004.988),
    ]
    names = done["OUTPUT"].fields().names()
    assert names[:8] == [
        "besoin_id", "offre_id", "code_besoin", "code_offre", "niveau_commun", "rang",
        "distance_m", "cout",
    ]  # fmt: skip
    assert "3 answers for 1 needs out of 1." in done.log.infos


def test_without_roads_there_is_no_cost(run):
    done = run(
        "answerneeds",
        NEEDS=points([flow(0, 0, "n")], FLOW),
        OFFERS=points([flow(0, 0, "o")], FLOW),
        OUTPUT="memory:",
    )
    assert "cout" not in done["OUTPUT"].fields().names()


def test_the_way_runs_from_the_resource_to_the_need(run):
    """Westward on the quay 900 m; eastward nobody may, and round there is no way."""
    west, east = [flow(50, 100, "w")], [flow(950, 100, "e")]
    assert told(ask(run, west, east)) == [("w", "e", 1, 900, 900)]
    done = ask(run, east, west)
    assert told(done) == []
    assert [row["id"] for row in done.rows("UNANSWERED")] == ["e"]


def test_both_directions_of_the_question_agree(run):
    needs = [flow(100 * number, 100 * (number % 2), f"n{number}") for number in range(10)]
    offers = [flow(80 * number, 100 * (number % 3 == 0), f"o{number}") for number in range(12)]
    asked, placed = (
        ask(run, needs, offers, algorithm=name, NEIGHBORS=50)
        for name in ("answerneeds", "placeresources")
    )
    pairs = [{row[:2] + row[3:] for row in told(done)} for done in (asked, placed)]
    assert pairs[0] == pairs[1]
    assert len(pairs[0]) > 50
    ranks = [row[2:4] for row in told(placed) if row[1] == "o5"]
    assert ranks == [
        (place + 1, cost) for place, (_, cost) in enumerate(sorted(ranks, key=lambda r: r[1]))
    ]


def test_minutes(run):
    """Residential streets at 25 km/h: 600 m are 1.44 min, 1 100 m are 2.64 min."""
    offers = [flow(1000, 100, "bridge"), flow(600, 0, "along")]
    done = ask(run, [flow(0, 0, "n")], offers, COST="time", MAX_DURATION=3, MAX_DISTANCE=1)
    assert [(row[1], row[3]) for row in told(done)] == [
        ("along", pytest.approx(1.44)),
        ("bridge", pytest.approx(2.64)),
    ]
    done = ask(run, [flow(0, 0, "n")], offers, COST="time", MAX_DURATION=2)
    assert [row[1] for row in told(done)] == ["along"]


def test_the_distance_is_by_road(run):
    """Beyond 1 km by road, although the crow flies 100 m."""
    needs, offers = [flow(0, 0, "n")], [flow(1000, 100, "o")]
    assert len(told(ask(run, needs, offers, MAX_DISTANCE=1100))) == 1
    done = ask(run, needs, offers, MAX_DISTANCE=1099)
    assert told(done) == []


def test_what_became_of_all_is_told(run):
    needs = [
        flow(0, 0, "answered"),
        flow(950, 60, "far"),
        flow(5050, 0, "island"),
        flow(500, -900, "off"),
        flow(0, 0, "alone", "20.1"),
    ]
    offers = [flow(100, 0, "o"), flow(5000, 950, "off")]
    done = ask(run, needs, offers, MAX_DISTANCE=900, SNAP_TOLERANCE=100)
    assert [row[:2] for row in told(done)] == [("answered", "o")]
    assert (
        "By road: 1 answered, 1 too far, 0 unreachable, 1 further than 100 m from any road,"
        " 2 without anything compatible near enough as the crow flies."
    ) in done.log.infos
    done = ask(run, needs, offers, MAX_DISTANCE=6000, SNAP_TOLERANCE=100)
    assert (
        "By road: 2 answered, 0 too far, 1 unreachable, 1 further than 100 m from any road,"
        " 1 without anything compatible near enough as the crow flies."
    ) in done.log.infos
    assert {row["id"] for row in done.rows("UNANSWERED")} == {"island", "off", "alone"}


def test_roads_that_cannot_be_used_are_refused(run):
    needs = points([flow(0, 0, "n")], FLOW)
    given = {"NEEDS": needs, "OFFERS": needs, "OUTPUT": "memory:"}
    told_of = run.fails("answerneeds", ROADS=lines([(None, "x", "y")], ROAD), **given)
    assert "no line that cars use" in told_of
    far = lines([("LineString(900000 0, 900100 0)", "primary", "no")], ROAD)
    assert "there is none at all" in run.fails("answerneeds", ROADS=far, **given)
    assert "no field nope" in run.fails(
        "answerneeds", ROADS=lines(RIVER, ROAD), ROAD_SPEED="nope", **given
    )
    run.fails("answerneeds", ROADS="/nowhere/roads.gpkg", **given)


# --- Real roads -----------------------------------------------------------------------------------


@pytest.fixture
def companies(qgis_app) -> list[tuple[float, float]]:
    layer = QgsVectorLayer(str(COMPANIES), "companies", "ogr")
    request = QgsFeatureRequest()
    request.setDestinationCrs(LAMBERT, QgsProject.instance().transformContext())
    places = [f.geometry().centroid().asPoint() for f in layer.getFeatures(request)]
    return [(place.x(), place.y()) for place in places]


def split(places) -> tuple[list[tuple], list[tuple]]:
    dice = random.Random(3)
    codes = ("16.2", "16.24", "38.1", "N1103")
    rows = [flow(x, y, f"{number:03}", dice.choice(codes)) for number, (x, y) in enumerate(places)]
    return rows[::2], rows[1::2]


@needs_real
def test_real_companies_in_degrees_and_in_metres(run, companies):
    """The same answers in Lambert-93 and in degrees, whatever the CRS of the roads."""
    needs, offers = split(companies)
    roads = f"{MONACO}|layername=roads"
    plane = ask(run, needs, offers, roads, NEIGHBORS=3)
    assert len(told(plane)) > 60
    degrees = ask(
        run, *(_in_degrees(points(rows, FLOW)) for rows in (needs, offers)), roads, NEIGHBORS=3
    )
    mine = {row[:2]: row[3:] for row in told(plane)}
    theirs = {row[:2]: row[3:] for row in told(degrees)}
    assert len(mine.keys() ^ theirs.keys()) <= 0.02 * len(mine)
    for pair in mine.keys() & theirs.keys():
        # Lambert-93 is 0.02 % off there.
        assert theirs[pair][0] == pytest.approx(mine[pair][0], rel=2e-3, abs=1)
    # No road is shorter than the crow's way.
    assert all(cost >= distance - 1e-3 for cost, distance in mine.values())


def _in_degrees(layer: QgsVectorLayer) -> QgsVectorLayer:
    import processing

    done = processing.run(
        "native:reprojectlayer",
        {
            "INPUT": layer,
            "TARGET_CRS": QgsCoordinateReferenceSystem("EPSG:4326"),
            "OUTPUT": "memory:",
        },
    )
    return done["OUTPUT"]


@needs_real
def test_more_distance_only_adds(run, companies):
    needs, offers = split(companies)
    roads = f"{MONACO}|layername=roads"
    found = [
        {row[:2] for row in told(ask(run, needs, offers, roads, NEIGHBORS=99, MAX_DISTANCE=reach))}
        for reach in (500, 2000, 5000)
    ]
    assert found[0] < found[1] < found[2]


@needs_real
def test_cancelled_at_any_moment_within_a_fifth_of_a_second(run, companies):
    needs, offers = split(companies)
    needs, offers = points(needs * 20, FLOW), points(offers * 20, FLOW)

    class Clock(Recorder):
        """Remembers the longest time between two checks."""

        last = 0.0
        longest = 0.0

        def isCanceled(self) -> bool:
            now = time.monotonic()
            if self.last:
                self.longest = max(self.longest, now - self.last)
            self.last = now
            return super().isCanceled()

    clock = Clock()
    ask(run, needs, offers, f"{MONACO}|layername=roads", log=clock)
    assert clock.longest < 0.2
    assert clock.progress == sorted(clock.progress)
    for patience in (5, 20, clock.asked - 5):
        log = Recorder(cancel_after=patience)
        try:
            done = ask(run, needs, offers, f"{MONACO}|layername=roads", log=log)
        except (Cancelled, QgsProcessingException):
            continue
        assert done.results == {} or "OUTPUT" not in done.results
