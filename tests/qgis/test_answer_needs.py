"""`actif:answerneeds`: who near here could answer, checked by other means than ours."""

from __future__ import annotations

import csv
import math
import random

import pytest
from qgis.core import (
    QgsApplication,
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsCoordinateTransformContext,
    QgsDistanceArea,
    QgsExpression,
    QgsExpressionContext,
    QgsExpressionContextUtils,
    QgsFeature,
    QgsGeometry,
    QgsPointXY,
    QgsProcessingContext,
    QgsProcessingFeatureSourceDefinition,
    QgsProcessingOutputLayerDefinition,
    QgsVectorLayer,
    QgsWkbTypes,
)
from qgis.PyQt.QtCore import QDate

from actif_plugin.compat import plain
from tests.qgis.harness import ROOT, Recorder, points, rows_of

FLOW = (
    "id:string,code:string,etablissement_id:string,rayon_max_km:double,statut:string,sens:string"
    ",nomenclature:string"
)
LEVELS = ("section", "division", "group", "class", "category", "subcategory")


def flow(x, y, name, code, company="", reach=None, state=None, sense=None, nomenclature=None):
    """Return a row of the columns FLOW."""
    return (x, y, name, code, company or f"e-{name}", reach, state, sense, nomenclature)


def ask(run, needs, offers, log=None, **parameters):
    """Run with in-memory outputs; rows are tables, or layers already."""
    layers = [
        rows if isinstance(rows, (QgsVectorLayer, QgsProcessingFeatureSourceDefinition, str))
        else points(rows, FLOW)
        for rows in (needs, offers)
    ]  # fmt: skip
    return run(
        "answerneeds",
        log,
        **{
            "NEEDS": layers[0],
            "OFFERS": layers[1],
            "OUTPUT": "TEMPORARY_OUTPUT",
            "UNANSWERED": "TEMPORARY_OUTPUT",
            **parameters,
        },
    )


def answers(done) -> list[tuple]:
    """Return (need, offer, rank, distance to the millimetre)."""
    return [
        (row["besoin_id"], row["offre_id"], row["rang"], round(row["distance_m"], 3))
        for row in done.rows("OUTPUT")
    ]


def pairs(done) -> set[tuple]:
    return {(need, offer) for need, offer, _, _ in answers(done)}


# --- What comes out -------------------------------------------------------------------------------


def test_by_hand(run):
    """Three needs on a road, kilometres along it from Montauban's station.

    n1 (16.24, pallets) at 0: a at 3 km (16.24.11), b at 5 km (16.29); c is at 30 km.
    n2 (16, anything of wood) at 40: c at 10 km (16.10), b at 35 km is too far.
    n3 (20.1) at 0: nobody.
    """
    x, y = 568_000.0, 6_325_000.0
    needs = [
        flow(x, y, "n1", "16.24"),
        flow(x + 40_000, y, "n2", "16"),
        flow(x, y, "n3", "20.1"),
    ]
    offers = [
        flow(x + 5_000, y, "b", "16.29"),
        flow(x, y + 3_000, "a", "162411"),
        flow(x + 30_000, y, "c", "16.10"),
    ]
    done = ask(run, needs, offers, MAX_DISTANCE=20_000)
    rows = done.rows("OUTPUT")
    assert [tuple(row.values())[:7] for row in rows] == [
        ("n1", "a", "16.24", "16.24.11", "classe", 1, 3_000.0),
        ("n1", "b", "16.24", "16.29", "groupe", 2, 5_000.0),
        ("n2", "c", "16", "16.10", "division", 1, 10_000.0),
    ]
    assert [row["motif"] for row in rows] == [
        "classe 16.24 Emballages en bois",
        rows[1]["motif"],
        rows[2]["motif"],
    ]
    assert rows[1]["motif"].startswith("groupe 16.2 ")
    assert [row["id"] for row in done.rows("UNANSWERED")] == ["n3"]
    assert "3 answers for 2 needs out of 3." in done.log.infos


def test_the_columns_are_a_contract(run):
    done = ask(run, [flow(0, 0, "n", "16.2")], [flow(1, 0, "o", "16.2")])
    layer = done["OUTPUT"]
    assert [(field.name(), field.typeName()) for field in layer.fields()][:7] == [
        ("besoin_id", "string"),
        ("offre_id", "string"),
        ("code_besoin", "string"),
        ("code_offre", "string"),
        ("niveau_commun", "string"),
        ("rang", "integer"),
        ("distance_m", "double"),
    ]
    assert layer.wkbType() == QgsWkbTypes.LineString
    assert layer.crs().authid() == "EPSG:2154"


def test_lines_run_from_the_need_to_the_offer(run):
    done = ask(run, [flow(10, 20, "n", "16.2")], [flow(40, 60, "o", "16.2")])
    (answer,) = done["OUTPUT"].getFeatures()
    assert [(p.x(), p.y()) for p in answer.geometry().asPolyline()] == [(10, 20), (40, 60)]
    assert answer["distance_m"] == 50


def test_unanswered_needs_keep_all_their_attributes(run):
    needs = points([(0, 0, "n", "16.2", 7)], "id:string,code:string,tonnes:double", "EPSG:27572")
    done = ask(run, needs, [flow(0, 0, "o", "20.1")])
    layer = done["UNANSWERED"]
    assert layer.fields().names() == ["id", "code", "tonnes"]
    assert layer.crs().authid() == "EPSG:27572"
    assert rows_of(layer) == [{"id": "n", "code": "16.2", "tonnes": 7}]
    (feature,) = layer.getFeatures()
    assert feature.geometry().asPoint() == QgsPointXY(0, 0)


def test_unanswered_can_be_left_out(run):
    done = ask(run, [flow(0, 0, "n", "16.2")], [flow(0, 0, "o", "20.1")], UNANSWERED=None)
    assert "UNANSWERED" not in done.results
    assert answers(done) == []


def test_into_a_geopackage(run, tmp_path):
    path = tmp_path / "r.gpkg"
    ask(run, [flow(0, 0, "n", "16.2")], [flow(3, 4, "o", "16.2")], OUTPUT=str(path))
    layer = QgsVectorLayer(str(path), "r", "ogr")
    assert [row["distance_m"] for row in rows_of(layer)] == [5]


# --- The same answers by other means --------------------------------------------------------------

CODES = (
    "C",
    "16",
    "16.2",
    "16.24",
    "16.24.1",
    "16.24.11",
    "16.29",
    "16.1",
    "17.2",
    "17.21",
    "20.1",
)


def lineages() -> dict[str, list[str]]:
    """Return each code's chain of parents, coarsest first, as the reference table has it."""
    with (ROOT / "reference/cpf.csv").open(encoding="utf-8", newline="") as text:
        parents = {row["code"]: row["parent"] for row in csv.DictReader(text)}
    chains = {}
    for code in CODES:
        chain = [code]
        while parents[chain[0]]:
            chain.insert(0, parents[chain[0]])
        chains[code] = chain
    return chains


def scatter(
    prefix: str, count: int, size: float, seed: int, codes=CODES, origin=(560_000, 6_300_000)
):
    """Return flows thrown at random over a square, some with their own reach."""
    dice = random.Random(seed)
    return [
        flow(
            origin[0] + dice.uniform(0, size),
            origin[1] + dice.uniform(0, size),
            f"{prefix}{number:04d}",
            dice.choice(codes),
            f"e{dice.randrange(count)}",
            dice.choice([None, None, None, 2.0, 8.0]),
        )
        for number in range(count)
    ]


def brute_force(needs, offers, level, neighbors, max_distance, distance, rejected=()):
    """The definition, pair by pair: (need, offer, rank, distance)."""
    chains = lineages()
    depth = None if level == "exact" else LEVELS.index(level) + 1
    found = []
    for need in needs:
        near = []
        for offer in offers:
            mine, theirs = chains[need[3]], chains[offer[3]]
            if depth is None:
                meet = mine == theirs
            else:
                shared = min(depth, len(mine), len(theirs))
                meet = mine[shared - 1] == theirs[shared - 1]
            if not meet or need[4] == offer[4] or (need[2], offer[2]) in rejected:
                continue
            metres = distance(need, offer)
            reaches = [reach * 1000 for reach in (need[5], offer[5]) if reach is not None]
            if metres <= min([max_distance, *reaches]):
                near.append((metres, offer[2]))
        near.sort()
        found += [
            (need[2], name, rank, metres)
            for rank, (metres, name) in enumerate(near[:neighbors], start=1)
        ]
    return found


def planar(first, second) -> float:
    return math.hypot(first[0] - second[0], first[1] - second[1])


def same(found, expected, **tolerance):
    assert [row[:3] for row in found] == [row[:3] for row in expected]
    assert [row[3] for row in found] == pytest.approx([row[3] for row in expected], **tolerance)


@pytest.mark.parametrize("level", [*LEVELS, "exact"])
@pytest.mark.parametrize(("neighbors", "max_distance"), [(1, 20_000), (5, 6_000), (300, 50_000)])
def test_as_brute_force_does(run, level, neighbors, max_distance):
    needs, offers = scatter("n", 120, 40_000, 1), scatter("o", 150, 40_000, 2)
    done = ask(run, needs, offers, LEVEL=level, NEIGHBORS=neighbors, MAX_DISTANCE=max_distance)
    expected = brute_force(needs, offers, level, neighbors, max_distance, planar)
    assert expected
    same(answers(done), expected, abs=0.001)


@pytest.mark.parametrize("level", ["division", "group", "class"])
def test_as_postgis_does(run, postgis, level):
    """2 000 needs and 2 000 offers, answered by a LATERAL join over the chains of parents."""
    needs, offers = scatter("n", 2000, 100_000, 3), scatter("o", 2000, 100_000, 4)
    dice = random.Random(5)
    verdicts = {(dice.choice(needs)[2], dice.choice(offers)[2]) for _ in range(3000)}

    def values(rows) -> str:
        return ", ".join(
            f"('{name}', '{code}', '{company}', {'NULL' if reach is None else reach * 1000},"
            f" ST_SetSRID(ST_MakePoint({x!r}, {y!r}), 2154))"
            for x, y, name, code, company, reach, *_ in rows
        )

    with (ROOT / "reference/cpf.csv").open(encoding="utf-8", newline="") as text:
        codes = ", ".join(
            f"('{row['code']}', nullif('{row['parent']}', ''))" for row in csv.DictReader(text)
        )
    depth = LEVELS.index(level) + 1
    columns = "(id text, code text, company text, reach float8, geom geometry(Point, 2154))"
    statements = [
        "DROP TABLE IF EXISTS needs, offers, verdicts, codes, chains",
        f"CREATE TABLE needs {columns}",
        f"CREATE TABLE offers {columns}",
        "CREATE TABLE verdicts (need text, offer text, PRIMARY KEY (need, offer))",
        "CREATE TABLE codes (code text PRIMARY KEY, parent text)",
        f"INSERT INTO codes VALUES {codes}",
        "CREATE TABLE chains AS WITH RECURSIVE up AS ("
        " SELECT code, ARRAY[code] AS chain FROM codes WHERE parent IS NULL"
        " UNION ALL SELECT codes.code, up.chain || codes.code FROM codes"
        " JOIN up ON codes.parent = up.code) SELECT * FROM up",
        "CREATE INDEX ON chains (code)",
        f"INSERT INTO needs VALUES {values(needs)}",
        f"INSERT INTO offers VALUES {values(offers)}",
        "INSERT INTO verdicts VALUES " + ", ".join(str(pair) for pair in sorted(verdicts)),
        "CREATE INDEX ON offers USING gist (geom)",
        "ANALYZE",
    ]
    for statement in statements:
        postgis.sql(statement)
    answered = postgis.sql(
        "SELECT n.id, a.id, a.rank, a.distance FROM needs n JOIN chains nc USING (code)"
        " CROSS JOIN LATERAL ("
        "  SELECT o.id, ST_Distance(n.geom, o.geom) AS distance,"
        '   row_number() OVER (ORDER BY ST_Distance(n.geom, o.geom), o.id COLLATE "C") AS rank'
        "  FROM offers o JOIN chains oc USING (code)"
        "  WHERE ST_DWithin(n.geom, o.geom, 20000) AND o.company <> n.company"
        "   AND ST_Distance(n.geom, o.geom) <= least(20000, n.reach, o.reach)"
        f"  AND nc.chain[least({depth}, cardinality(nc.chain), cardinality(oc.chain))]"
        f"    = oc.chain[least({depth}, cardinality(nc.chain), cardinality(oc.chain))]"
        "   AND NOT EXISTS (SELECT 1 FROM verdicts v WHERE v.need = n.id AND v.offer = o.id)"
        " ) a WHERE a.rank <= 5"
        ' ORDER BY n.id COLLATE "C", a.rank'
    )
    expected = [
        (need, offer, int(rank), float(distance))
        for need, offer, rank, distance in (row.split("|") for row in answered.splitlines())
    ]
    assert len(expected) > 3000
    avis = table_of([(need, offer, "ecarte") for need, offer in sorted(verdicts)])
    done = ask(run, needs, offers, LEVEL=level, MAX_DISTANCE=20_000, VERDICTS=avis)
    same(answers(done), expected, abs=0.001)


def table_of(rows, fields="besoin_id:string,offre_id:string,verdict:string") -> QgsVectorLayer:
    """Return a table of verdicts."""
    columns = "&".join(f"field={name}" for name in fields.split(","))
    layer = QgsVectorLayer(f"NoGeometry?{columns}", "avis", "memory")
    features = []
    for row in rows:
        feature = QgsFeature(layer.fields())
        feature.setAttributes(list(row))
        features.append(feature)
    layer.dataProvider().addFeatures(features)
    return layer


def geodesic():
    """Return the distance of QGIS on WGS 84, between rows in degrees."""
    ruler = QgsDistanceArea()
    ruler.setSourceCrs(QgsCoordinateReferenceSystem("EPSG:4326"), QgsCoordinateTransformContext())
    ruler.setEllipsoid("EPSG:7030")

    def distance(first, second) -> float:
        return ruler.measureLine(QgsPointXY(*first[:2]), QgsPointXY(*second[:2]))

    return distance


@pytest.mark.parametrize(
    "origin", [(1.0, 43.8), (55.2, -21.4), (-61.2, 14.4), (-1.0, 0.0), (10.0, 70.0)]
)
def test_degrees_are_measured_on_the_ellipsoid(run, origin):
    """Montauban, La Réunion, Martinique, the equator, the far north: as QGIS measures."""
    codes = ("16.2", "17.2")
    needs = scatter("n", 60, 0.6, 6, codes, origin)
    offers = scatter("o", 60, 0.6, 7, codes, origin)
    layers = [points(rows, FLOW, "EPSG:4326") for rows in (needs, offers)]
    done = ask(run, *layers, MAX_DISTANCE=30_000, NEIGHBORS=60)
    expected = brute_force(needs, offers, "group", 60, 30_000, geodesic())
    assert expected
    same(answers(done), expected, rel=1e-3)
    assert done["OUTPUT"].crs().authid() == "EPSG:4326"


def test_across_the_antimeridian(run):
    """Two shores of Taveuni, Fiji, that the 180th meridian crosses."""
    needs = points([flow(179.95, -16.8, "n", "16.2")], FLOW, "EPSG:4326")
    offers = points([flow(-179.95, -16.8, "o", "16.2")], FLOW, "EPSG:4326")
    ((_, _, _, metres),) = answers(ask(run, needs, offers))
    # GeographicLib, WGS 84: 0.1 degree of longitude at 16.8 S.
    assert metres == pytest.approx(10_659.814, rel=1e-3)


def brought(rows, source: str, target: str):
    """Return rows with their coordinates in another system."""
    transform = QgsCoordinateTransform(
        QgsCoordinateReferenceSystem(source),
        QgsCoordinateReferenceSystem(target),
        QgsCoordinateTransformContext(),
    )
    moved = []
    for x, y, *others in rows:
        point = transform.transform(QgsPointXY(x, y))
        moved.append((point.x(), point.y(), *others))
    return moved


@pytest.mark.parametrize("other", ["EPSG:4326", "EPSG:32631", "EPSG:3857", "EPSG:3035"])
def test_layers_in_two_systems(run, other):
    """Offers in another system give the answers they give in the needs' own."""
    needs, offers = scatter("n", 80, 40_000, 8), scatter("o", 80, 40_000, 9)
    expected = brute_force(needs, offers, "group", 5, 20_000, planar)
    elsewhere = points(brought(offers, "EPSG:2154", other), FLOW, other)
    done = ask(run, points(needs, FLOW), elsewhere, MAX_DISTANCE=20_000)
    same(answers(done), expected, abs=0.01)
    assert done["OUTPUT"].crs().authid() == "EPSG:2154"


def test_web_mercator_metres_are_not_believed(run):
    """At 44 N they are 40 % too long: two points 5 km apart are 7 km apart on that map."""
    needs, offers = [flow(1.35, 44.0, "n", "16.2")], [flow(1.35, 44.045, "o", "16.2")]
    on_the_ground = geodesic()(needs[0], offers[0])
    layers = [
        points(brought(rows, "EPSG:4326", "EPSG:3857"), FLOW, "EPSG:3857")
        for rows in (needs, offers)
    ]
    ((_, _, _, metres),) = answers(ask(run, *layers, MAX_DISTANCE=5_100))
    assert metres == pytest.approx(on_the_ground, rel=1e-3)


def test_a_map_in_feet(run):
    """EPSG:2225 counts in US survey feet: 5 280 of them are 1 609.347 m.

    Older QGIS takes them for feet of 0.3048 m, two millionths shorter.
    """
    needs = points([flow(6_000_000, 2_000_000, "n", "16.2")], FLOW, "EPSG:2225")
    offers = points([flow(6_000_000, 2_005_280, "o", "16.2")], FLOW, "EPSG:2225")
    assert answers(ask(run, needs, offers, MAX_DISTANCE=1_610))[0][3] == pytest.approx(
        1609.347, rel=3e-6
    )
    assert answers(ask(run, needs, offers, MAX_DISTANCE=1_609)) == []


# --- Who counts and who does not ------------------------------------------------------------------


def test_the_distance_is_inclusive(run):
    needs, offers = [flow(0, 0, "n", "16.2")], [flow(3000, 4000, "o", "16.2")]
    assert pairs(ask(run, needs, offers, MAX_DISTANCE=5000)) == {("n", "o")}
    assert pairs(ask(run, needs, offers, MAX_DISTANCE=4999.9)) == set()


def test_ones_own_resource_is_no_answer(run):
    needs = [flow(0, 0, "n", "16.2", "usine"), flow(0, 0, "m", "16.2", "atelier")]
    offers = [flow(1, 0, "o", "16.2", "usine")]
    assert pairs(ask(run, needs, offers)) == {("m", "o")}


def test_companies_that_will_not_go_so_far(run):
    needs = [flow(0, 0, "n", "16.2", reach=1.0), flow(0, 0, "m", "16.2")]
    offers = [flow(2000, 0, "o", "16.2"), flow(3000, 0, "p", "16.2", reach=2.5)]
    assert pairs(ask(run, needs, offers)) == {("m", "o")}


@pytest.mark.parametrize(
    ("state", "counts"),
    [(None, True), ("ouvert", True), ("en_cours", False), ("satisfait", False), ("caduc", False)],
)
def test_closed_flows_are_left_out(run, state, counts):
    open_need, open_offer = flow(0, 0, "n", "16.2"), flow(0, 0, "o", "16.2")
    need, offer = flow(0, 0, "m", "16.2", state=state), flow(0, 0, "p", "16.2", state=state)
    expected = {("n", "o")}
    if counts:
        expected |= {("n", "p"), ("m", "o"), ("m", "p")}
    done = ask(run, [open_need, need], [open_offer, offer])
    assert pairs(done) == expected
    closed = [text for text in done.log.warnings if "not open any more" in text]
    assert len(closed) == (0 if counts else 2)


def test_the_same_table_for_both(run):
    """Unfiltered, the table of flows serves both parameters: the direction tells them apart."""
    flows = points(
        [flow(0, 0, "n", "16.2", sense="besoin"), flow(1, 0, "o", "16.2", sense="offre")], FLOW
    )
    assert pairs(ask(run, flows, flows)) == {("n", "o")}


def test_verdicts(run):
    needs, offers = (
        [flow(0, 0, "n", "16.2"), flow(0, 0, "m", "16.2")],
        [flow(1, 0, "o", "16.2"), flow(2, 0, "p", "16.2")],
    )
    avis = table_of([("n", "o", "ecarte"), ("m", "p", "retenu"), ("absent", "o", "ecarte")])
    done = ask(run, needs, offers, VERDICTS=avis)
    assert [row[:3] for row in answers(done)] == [
        ("m", "o", 1),
        ("m", "p", 2),
        ("n", "p", 1),
    ]


def test_a_rejected_answer_leaves_its_place_to_the_next(run):
    offers = [flow(x, 0, f"o{x}", "16.2") for x in range(1, 9)]
    avis = table_of([("n", f"o{x}", "ecarte") for x in range(1, 6)])
    done = ask(run, [flow(0, 0, "n", "16.2")], offers, NEIGHBORS=2, VERDICTS=avis)
    assert [row[1:3] for row in answers(done)] == [("o6", 1), ("o7", 2)]


def test_a_pair_that_was_kept_is_marked(run):
    needs = [flow(0, 0, "n", "16.2"), flow(0, 0, "m", "16.2")]
    offers = [flow(1, 0, "o", "16.2"), flow(2, 0, "p", "16.2")]
    avis = table_of(
        [("n", "o", "retenu", "déjà vus"), ("m", "p", "retenu", None)],
        "besoin_id:string,offre_id:string,verdict:string,motif:string",
    )
    done = ask(run, needs, offers, VERDICTS=avis)
    assert {(row["besoin_id"], row["offre_id"]): row["avis"] for row in done.rows("OUTPUT")} == {
        ("n", "o"): "retenu : déjà vus",
        ("n", "p"): None,
        ("m", "o"): None,
        ("m", "p"): "retenu",
    }


def test_a_table_without_verdicts_is_told(run):
    other = points([flow(0, 0, "n", "16.2")], FLOW)
    told = run.fails(
        "answerneeds",
        NEEDS=other,
        OFFERS=other,
        VERDICTS=other,
        OUTPUT="TEMPORARY_OUTPUT",
    )
    assert "The verdicts have no field besoin_id, offre_id, verdict" in told


def test_equal_distances_are_ranked_by_identifier(run):
    offers = [flow(0, 5, "b", "16.2"), flow(5, 0, "a", "16.2"), flow(-5, 0, "c", "16.2")]
    for order in (offers, offers[::-1]):
        done = ask(run, [flow(0, 0, "n", "16.2")], order, NEIGHBORS=2)
        assert [row[1:3] for row in answers(done)] == [("a", 1), ("b", 2)]


def test_products_and_jobs(run):
    """N is a section of the CPF and a group of the ROME."""
    needs = [
        flow(0, 0, "cpf", "N", nomenclature="CPF"),
        flow(0, 0, "rome", "N", nomenclature="ROME"),
        flow(0, 0, "sheet", "n1103", nomenclature="ROME"),
    ]
    offers = [
        flow(1, 0, "rental", "77.32", nomenclature="CPF"),
        flow(1, 0, "storekeeper", "N1103", nomenclature="ROME"),
    ]
    assert pairs(ask(run, needs, offers)) == {
        ("cpf", "rental"),
        ("rome", "storekeeper"),
        ("sheet", "storekeeper"),
    }


@pytest.mark.parametrize(
    ("level", "expected"),
    [("section", {"a", "b", "c"}), (0, {"a", "b", "c"}), ("group", {"a"}), ("exact", set())],
)
def test_levels_by_name_and_by_number(run, level, expected):
    offers = [flow(0, 0, "a", "16.29"), flow(0, 0, "b", "16.1"), flow(0, 0, "c", "17.2")]
    done = ask(run, [flow(0, 0, "n", "16.24")], offers, LEVEL=level)
    assert {offer for _, offer in pairs(done)} == expected


# --- When, how much, how sure ---------------------------------------------------------------------

DETAILED = (
    "id:string,code:string,quantite:double,unite:string,periodicite:string,qualite:string"
    ",saison:string,disponible_du:date,disponible_au:date,date_confirmation:date,libelle:string"
    ",nature:string"
)


def detailed(x, name, **told):
    """Return a row of the columns DETAILED, pallets on one road."""
    names = [column.split(":")[0] for column in DETAILED.split(",")]
    row = dict.fromkeys(names, None) | {"id": name, "code": "16.24"} | told
    return (x, 0, *row.values())


def ask_detailed(run, needs, offers, **parameters):
    return ask(run, points(needs, DETAILED), points(offers, DETAILED), **parameters)


def days(count: int) -> QDate:
    return QDate.currentDate().addDays(count)


def test_dates_and_seasons(run):
    """An offer outside the dates or the months of the need is no answer; nothing told is."""
    needs = [
        detailed(0, "any"),
        detailed(0, "soon", disponible_du=days(10), disponible_au=days(40)),
        detailed(0, "summer", saison="{6,7,8}"),
    ]
    offers = [
        detailed(1, "a", disponible_au=days(5)),
        detailed(2, "b", disponible_du=days(41)),
        detailed(3, "c", saison="{12,1,2}"),
        detailed(4, "d"),
        detailed(5, "e", disponible_du=days(40), disponible_au=days(400)),
    ]
    found = pairs(ask_detailed(run, needs, offers))
    assert {offer for need, offer in found if need == "any"} == set("abcde")
    assert {offer for need, offer in found if need == "soon"} - {"c"} == set("de")
    summer = {offer for need, offer in found if need == "summer"}
    assert "c" not in summer
    assert {"d", "e"} <= summer


def test_what_is_over_is_left_out(run):
    offers = [
        detailed(1, "over", disponible_au=days(-1)),
        detailed(2, "today", disponible_au=days(0)),
    ]
    done = ask_detailed(run, [detailed(0, "n")], offers)
    assert pairs(done) == {("n", "today")}
    assert "Resources: 1 records left out (no longer available)." in done.log.warnings


def test_stale_records_are_marked_or_left_out(run):
    old, fresh = days(-400), days(-300)
    needs = [detailed(0, "n", date_confirmation=old), detailed(0, "m", date_confirmation=fresh)]
    offers = [detailed(1, "o", date_confirmation=old), detailed(2, "p")]
    done = ask_detailed(run, needs, offers)
    assert {
        (row["besoin_id"], row["offre_id"]): row["fraicheur"] for row in done.rows("OUTPUT")
    } == {
        ("n", "o"): "besoin et ressource non confirmés depuis un an",
        ("n", "p"): "besoin non confirmé depuis un an",
        ("m", "o"): "ressource non confirmée depuis un an",
        ("m", "p"): None,
    }
    done = ask_detailed(run, needs, offers, FRESH_ONLY=True)
    assert pairs(done) == {("m", "p")}
    assert "Needs: 1 records left out (not confirmed for a year)." in done.log.warnings


@pytest.mark.parametrize(
    ("need", "offer", "told"),
    [
        ((10, "t", "mensuel"), (6, "t", "mensuel"),
         "besoin : 10 t par mois ; ressource : 6 t (60 % du besoin)"),
        # The offer comes in the unit of the need: 2 500 kg are 2.5 t.
        ((10, "t", None), (2500, "kg", None), "besoin : 10 t ; ressource : 2,5 t (25 % du besoin)"),
        # 2 t a week are 104 t a year.
        ((208, "t", "annuel"), (2, "t", "hebdomadaire"),
         "besoin : 208 t par an ; ressource : 104 t (50 % du besoin)"),
        ((10, "t", "annuel"), (30, "t", "annuel"),
         "besoin : 10 t par an ; ressource : 30 t (tout le besoin)"),
        ((1200, "palette", None), (15000, "Palette", None),
         "besoin : 1 200 palettes ; ressource : 15 000 palettes (tout le besoin)"),
        # Nearly all is not all.
        ((1000, "t", None), (999, "t", None),
         "besoin : 1 000 t ; ressource : 999 t (99 % du besoin)"),
        # Once is not every month, tonnes are not pallets, and nobody compares with nothing.
        ((10, "t", "ponctuel"), (6, "t", "mensuel"), None),
        ((10, "t", None), (6, "palette", None), None),
        ((10, "t", None), (None, None, None), None),
        ((10, None, None), (6, None, None), None),
        ((0, "t", None), (6, "t", None), None),
    ],
)  # fmt: skip
def test_quantity_against_quantity(run, need, offer, told):
    rows = [
        detailed(x, name, quantite=amount, unite=unit, periodicite=period)
        for x, (name, (amount, unit, period)) in enumerate({"n": need, "o": offer}.items())
    ]
    (answer,) = ask_detailed(run, rows[:1], rows[1:]).rows("OUTPUT")
    assert answer["quantites"] == told


def test_labels_and_notes_of_quality(run):
    needs = [detailed(0, "n", libelle="Palettes", qualite="80 × 120")]
    offers = [detailed(1, "o", libelle="Lot d'août", qualite="traitées"), detailed(2, "p")]
    first, second = ask_detailed(run, needs, offers).rows("OUTPUT")
    assert first["besoin_libelle"] == "Palettes"
    assert first["offre_libelle"] == "Lot d'août"
    assert first["qualite"] == "demandé : 80 × 120 ; offert : traitées"
    assert second["offre_libelle"] is None
    assert second["qualite"] == "demandé : 80 × 120"


def test_each_nature_has_its_distance(run):
    """Without a distance: heat goes two kilometres, matter fifty, as long as nobody set another."""
    needs = [detailed(0, "heat", nature="energie"), detailed(0, "matter", nature="matiere")]
    offers = [
        detailed(x, f"{nature}{x}", nature=nature)
        for nature in ("energie", "matiere")
        for x in (1_500, 2_500, 49_000, 51_000)
    ]
    done = ask_detailed(run, needs, offers, MAX_DISTANCE=None, NEIGHBORS=50)
    assert {pair for pair in pairs(done) if pair[1].startswith(pair[0][0].replace("h", "e"))} == {
        ("heat", "energie1500"),
        ("matter", "matiere1500"),
        ("matter", "matiere2500"),
        ("matter", "matiere49000"),
    }
    assert any("a hypothesis of the settings" in text for text in done.log.infos)


# --- Layers that are not ours, and bad ones -------------------------------------------------------


def test_a_point_and_a_code_are_enough(run):
    """Nothing but a code under another name: records are told by their number in the layer."""
    needs = points([(0, 0, "1624"), (100, 0, "20,1")], "produit:string", "EPSG:2154")
    offers = points([(3, 4, "16.24.11"), (3, 4, "20.13")], "cpf:string", "EPSG:2154")
    done = ask(run, needs, offers, NEED_CODE="produit", OFFER_CODE="cpf")
    assert answers(done) == [("1", "1", 1, 5.0), ("2", "2", 1, round(math.hypot(97, 4), 3))]


def test_codes_in_a_column_of_numbers(run):
    needs = points([(0, 0, 16.24), (0, 0, 1.11)], "code:double")
    offers = points([(1, 0, 1624), (2, 0, 16)], "code:integer")
    done = ask(run, needs, offers)
    assert pairs(done) == {("1", "1"), ("1", "2")}


def test_identifiers_of_zero(run):
    """A column id that counts from nought."""
    needs = points([(0, 0, 0, "16.2"), (0, 0, 1, "16.2")], "id:integer,code:string")
    offers = points([(1, 0, 0, "16.2")], "id:integer,code:string")
    assert pairs(ask(run, needs, offers)) == {("0", "0"), ("1", "0")}


def test_unknown_codes_are_counted_listed_and_left_out(run):
    needs = [
        flow(0, 0, "n1", "16.2"),
        flow(0, 0, "n2", "16.99"),
        flow(0, 0, "n3", "bois"),
        flow(0, 0, "n4", "bois"),
        flow(0, 0, "n5", ""),
        flow(0, 0, "n6", None),
    ]
    done = ask(run, needs, [flow(1, 0, "o", "16.2")])
    assert pairs(done) == {("n1", "o")}
    assert done.rows("UNANSWERED") == []
    assert "Needs: 1 records usable." in done.log.infos
    assert set(done.log.warnings) == {
        "Needs: 3 records left out (unknown code).",
        "Needs: 2 records left out (without a code).",
        "Needs: unknown codes: bois, 16.99",
    }


def test_many_unknown_codes_are_not_all_told(run):
    needs = [flow(0, 0, "n", "16.2"), *(flow(0, 0, f"n{i}", f"x{i}") for i in range(30))]
    done = ask(run, needs, [flow(1, 0, "o", "16.2")])
    (told,) = (text for text in done.log.warnings if "unknown codes" in text)
    assert told.count("x") == 10
    assert told.endswith("…")


def test_records_without_a_position(run):
    needs = points([flow(0, 0, "n", "16.2"), flow(None, None, "m", "16.2")], FLOW)
    empty = QgsFeature(needs.fields())
    empty.setAttributes(["k", "16.2", "e-k", None, None, None, None])
    empty.setGeometry(QgsGeometry.fromWkt("Point EMPTY"))
    needs.dataProvider().addFeatures([empty])
    done = ask(run, needs, [flow(1, 0, "o", "16.2")])
    assert pairs(done) == {("n", "o")}
    assert "Needs: 2 records left out (without a position)." in done.log.warnings


def test_several_points_count_by_their_centre(run):
    layer = QgsVectorLayer(
        "MultiPoint?crs=EPSG:2154&field=id:string&field=code:string", "m", "memory"
    )
    feature = QgsFeature(layer.fields())
    feature.setAttributes(["n", "16.2"])
    feature.setGeometry(QgsGeometry.fromWkt("MultiPoint ((0 0), (10 0))"))
    layer.dataProvider().addFeatures([feature])
    assert answers(ask(run, layer, [flow(5, 7, "o", "16.2")])) == [("n", "o", 1, 7.0)]


@pytest.mark.parametrize("side", ["NEEDS", "OFFERS"])
@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ([], "it is empty"),
        ([flow(0, 0, "n", "bois")], "1 unknown code"),
        ([flow(None, None, "n", "16.2")], "1 without a position"),
        ([flow(0, 0, "n", "16.2", state="caduc")], "1 not open any more"),
    ],
)
def test_nothing_usable(run, side, rows, told):
    good = [flow(0, 0, "x", "16.2")]
    layers = {name: points(rows if name == side else good, FLOW) for name in ("NEEDS", "OFFERS")}
    message = run.fails("answerneeds", **layers, OUTPUT="TEMPORARY_OUTPUT")
    assert "has no usable record" in message
    assert told in message
    assert ("Needs" if side == "NEEDS" else "Resources") in message


@pytest.mark.parametrize(
    ("parameter", "told"),
    [
        ({"NEIGHBORS": 0}, "The number of answers is at least 1."),
        ({"MAX_DISTANCE": -5}, "The maximum distance is a number of metres, 0 or more."),
        ({"MAX_DISTANCE": math.nan}, "The maximum distance is a number of metres, 0 or more."),
    ],
)
def test_absurd_numbers(run, parameter, told):
    layer = points([flow(0, 0, "n", "16.2")], FLOW)
    message = run.fails(
        "answerneeds", NEEDS=layer, OFFERS=layer, OUTPUT="TEMPORARY_OUTPUT", **parameter
    )
    assert told in message


@pytest.mark.parametrize(
    ("distance", "told"),
    [(20, "were kilometres meant"), (1e9, "half way round the Earth"), (20_000, None), (0, None)],
)
def test_strange_distances_are_told(run, distance, told):
    """They are asked for all the same."""
    needs, offers = [flow(0, 0, "n", "16.2")], [flow(0, 0, "o", "16.2")]
    done = ask(run, needs, offers, MAX_DISTANCE=distance)
    assert pairs(done) == {("n", "o")}
    assert [told in text for text in done.log.warnings] == ([True] if told else [])


def test_needs_and_resources_exchanged(run):
    needs = points([flow(0, 0, "n", "16.2", sense="besoin")], FLOW)
    offers = points([flow(0, 0, "o", "16.2", sense="offre")], FLOW)
    told = run.fails("answerneeds", NEEDS=offers, OFFERS=needs, OUTPUT="TEMPORARY_OUTPUT")
    assert "Needs has no usable record (1 of the other direction)" in told
    assert "Were needs and resources exchanged?" in told


def test_one_layer_that_does_not_tell_needs_from_resources(run):
    """Its records answer each other, and none answers itself."""
    layer = points([(0, 0, "16.2"), (5, 0, "16.2")], "code:string")
    done = ask(run, layer, layer)
    assert answers(done) == [("1", "2", 1, 5.0), ("2", "1", 1, 5.0)]
    assert any("one layer without a field sens" in text for text in done.log.warnings)


def test_one_layer_of_which_some_are_selected(run):
    """It is one layer still: none answers itself."""
    layer = points([(0, 0, "16.2"), (5, 0, "16.2"), (1, 0, "16.2")], "code:string")
    run.project.addMapLayer(layer)
    layer.selectByIds([1, 2])
    selected = QgsProcessingFeatureSourceDefinition(layer.id(), True)
    done = ask(run, selected, selected)
    assert answers(done) == [("1", "2", 1, 5.0), ("2", "1", 1, 5.0)]
    assert any("one layer without a field sens" in text for text in done.log.warnings)


def test_products_and_jobs_in_one_column(run):
    """Their shape tells them apart; a letter alone is a section of products."""
    needs = [flow(0, 0, "a", "16.2"), flow(0, 0, "b", "N1103"), flow(0, 0, "c", "N")]
    offers = [flow(1, 0, "o", "16.24"), flow(1, 0, "p", "N1105"), flow(1, 0, "q", "77.3")]
    done = ask(run, needs, offers, LEVEL="division")
    assert pairs(done) == {("a", "o"), ("b", "p"), ("c", "q")}


def test_results_come_dressed(run, monkeypatch):
    """Named in French, styled, with their reasons under the pointer, and together."""
    needs = points([flow(0, 0, "n", "16.2"), flow(0, 0, "m", "20.1")], FLOW)
    offers = points([flow(1, 0, "o", "16.2")], FLOW)
    context = QgsProcessingContext()
    project = run.project
    context.setProject(project)
    algorithm = QgsApplication.processingRegistry().createAlgorithmById("actif:answerneeds")
    outputs = {
        name: QgsProcessingOutputLayerDefinition("TEMPORARY_OUTPUT", project)
        for name in ("OUTPUT", "UNANSWERED")
    }
    log = Recorder()
    _, done = algorithm.run({"NEEDS": needs, "OFFERS": offers, **outputs}, context, log)
    assert done
    from processing.gui import Postprocessing

    if hasattr(Postprocessing, "QgsProcessingGuiUtils"):
        # Recent versions put results beside the layer chosen in the window; there is none here.
        monkeypatch.setattr(Postprocessing, "iface", None)
    assert Postprocessing.handleAlgorithmResults(algorithm, context, log, parameters=outputs)
    layers = {layer.name(): layer for layer in project.mapLayers().values()}
    assert set(layers) == {"Réponses", "Besoins sans réponse"}
    lines = layers["Réponses"]
    assert [rule.label() for rule in lines.renderer().rootRule().children()] == [
        "Réponse la plus proche",
        "Autres réponses",
    ]
    assert lines.attributeAlias(lines.fields().indexOf("niveau_commun")) == "Niveau commun"
    expressions = QgsExpressionContext()
    expressions.appendScopes(QgsExpressionContextUtils.globalProjectLayerScopes(lines))
    (feature,) = lines.getFeatures()
    expressions.setFeature(feature)
    tip = QgsExpression.replaceExpressionText(lines.mapTipTemplate(), expressions)
    assert tip.startswith("1. 16.2 → 16.2<br>groupe 16.2 ")
    assert "NULL" not in tip
    # A company's words stay words.
    feature["offre_libelle"] = "<script>[% 1+1 %]&"
    expressions.setFeature(feature)
    tip = QgsExpression.replaceExpressionText(lines.mapTipTemplate(), expressions)
    assert "&lt;script&gt;[% 1+1 %]&amp;" in tip
    group = project.layerTreeRoot().findGroup("Act'IF : proximité")
    assert [node.name() for node in group.children()] == ["Besoins sans réponse", "Réponses"]


@pytest.mark.parametrize(
    "parameters", [{"NEED_CODE": "cpf"}, {"OFFER_CODE": "cpf"}, {"NEED_CODE": ""}]
)
def test_no_code_field(run, parameters):
    layer = points([(0, 0, "n")], "id:string")
    coded = points([flow(0, 0, "o", "16.2")], FLOW)
    layers = {"NEEDS": coded, "OFFERS": coded}
    layers["NEEDS" if "NEED_CODE" in parameters else "OFFERS"] = layer
    told = run.fails("answerneeds", **layers, **parameters, OUTPUT="TEMPORARY_OUTPUT")
    assert "choose the field that holds the codes" in told


def test_a_layer_that_cannot_be_read(run, tmp_path):
    told = run.fails(
        "answerneeds",
        NEEDS=str(tmp_path / "absent.gpkg"),
        OFFERS=points([flow(0, 0, "o", "16.2")], FLOW),
        OUTPUT="TEMPORARY_OUTPUT",
    )
    assert "NEEDS" in told


# --- In the toolbox -------------------------------------------------------------------------------


def test_selected_features_only(run):
    needs = points([flow(0, 0, "n", "16.2"), flow(0, 0, "m", "16.2")], FLOW)
    offers = points([flow(1, 0, "o", "16.2"), flow(2, 0, "p", "16.2")], FLOW)
    run.project.addMapLayers([needs, offers])
    needs.selectByExpression("id = 'm'")
    offers.selectByExpression("id = 'p'")
    chosen = [QgsProcessingFeatureSourceDefinition(layer.id(), True) for layer in (needs, offers)]
    assert pairs(ask(run, *chosen)) == {("m", "p")}
    needs.selectByExpression("id = 'n'")
    offers.removeSelection()
    told = run.fails("answerneeds", NEEDS=chosen[0], OFFERS=chosen[1], OUTPUT="TEMPORARY_OUTPUT")
    assert "Resources has no usable record (it is empty)" in told


def test_the_territorys_own_tables(run, territory):
    companies = territory.layer("etablissement")
    for name, x in (("a", 570_000), ("b", 573_000)):
        feature = QgsFeature(companies.fields())
        feature["id"] = name
        feature.setGeometry(QgsGeometry.fromPointXY(QgsPointXY(x, 6_325_000)))
        assert companies.dataProvider().addFeatures([feature])[0]
    flows = territory.layer("flux")
    for name, company, sense in (("n", "a", "besoin"), ("own", "a", "offre"), ("o", "b", "offre")):
        feature = QgsFeature(flows.fields())
        for column, value in (
            ("id", name), ("etablissement_id", company), ("sens", sense), ("code", "16.24"),
        ):  # fmt: skip
            feature[column] = value
        assert flows.dataProvider().addFeatures([feature])[0]
    done = ask(
        run,
        territory.uri("flux", "\"sens\" = 'besoin'"),
        territory.uri("flux", "\"sens\" = 'offre'"),
        VERDICTS=territory.uri("avis"),
    )
    assert answers(done) == [("n", "o", 1, 3000.0)]


@pytest.mark.parametrize("after", [0, 1, 2, 5])
def test_cancelling(run, after):
    needs, offers = scatter("n", 3000, 40_000, 10), scatter("o", 3000, 40_000, 11)
    log = Recorder(cancel_after=after)
    done = ask(run, needs, offers, log)
    assert done.results.get("OUTPUT") is None
    # Asked once more at most after the cancellation, it stopped.
    assert log.asked <= after + 3
    assert log.errors == []


def test_progress_only_grows(run):
    needs, offers = scatter("n", 3000, 40_000, 10), scatter("o", 3000, 40_000, 11)
    done = ask(run, needs, offers)
    assert done.log.progress == sorted(done.log.progress)
    assert len(done.log.progress) > 5


def test_records_are_not_changed(run):
    needs = points([flow(0, 0, "n", "16.2")], FLOW)
    before = [(f.id(), [plain(v) for v in f.attributes()]) for f in needs.getFeatures()]
    ask(run, needs, [flow(1, 0, "o", "16.2")])
    assert [(f.id(), [plain(v) for v in f.attributes()]) for f in needs.getFeatures()] == before
