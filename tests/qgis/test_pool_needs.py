"""`actif:poolneeds`: who shares a need and is near enough to buy or train together."""

from __future__ import annotations

import math
import random
from collections import Counter
from itertools import combinations

import pytest
from qgis.core import QgsVectorLayer

from tests.qgis.harness import Recorder, points, sql

NEED = (
    "id:string,code:string,etablissement_id:string,libelle:string,quantite:double,unite:string,"
    "periodicite:string,nature:string,rayon_max_km:double,statut:string,date_confirmation:string"
)
OLD = "2001-01-01"


def need(
    kilometre,
    name,
    code,
    company,
    quantity=None,
    unit=None,
    period=None,
    nature=None,
    reach=None,
    state=None,
    confirmed=None,
):
    """Return a need on a road that runs east from (560 000, 6 325 000)."""
    words = f"mots de {name}"
    place = (560_000 + 1000 * kilometre, 6_325_000)
    told = (quantity, unit, period, nature, reach, state, confirmed)
    return (*place, name, code, company, words, *told)


# Kilometres along one road, 20 km asked, groups compared, three members at least:
#   16.2: A at 0 (10 t a month), B at 6 (500 kg), B again at 7 (no quantity), C at 10 (30 m3),
#         D at 35: a pool of A, B and C, 10 km wide; D alone
#   85.5: E and F at 50, G at 51 for whom it is over: two members are not enough
NEEDS = [
    need(0, "a", "16.24", "A", 10, "t", "mensuel"),
    need(6, "b1", "16.24", "B", 500, "kg"),
    need(7, "b2", "16.29", "B", confirmed=OLD),
    need(10, "c", "16.2", "C", 30, "m3", "annuel"),
    need(35, "d", "16.2", "D", 90, "t"),
    need(50, "e", "85.51", "E"),
    need(50, "f", "85.59", "F"),
    need(51, "g", "85.59", "G", state="satisfait"),
]


def pool(run, needs=None, log=None, **parameters):
    layer = needs if isinstance(needs, QgsVectorLayer) else points(needs or NEEDS, NEED)
    return run(
        "poolneeds",
        log,
        **{
            "NEEDS": layer,
            "MAX_DISTANCE": 20_000,
            "MIN_MEMBERS": 3,
            "OUTPUT": "TEMPORARY_OUTPUT",
            "MEMBERS": "TEMPORARY_OUTPUT",
            **parameters,
        },
    )


def test_by_hand(run):
    done = pool(run)
    (row,) = done.rows("OUTPUT")
    assert row.pop("libelle")
    # 10 t twelve times a year and half a tonne; 30 m3; one need tells no quantity.
    assert row == {
        "pool_id": 1,
        "code": "16.2",
        "niveau": "groupe",
        "members": 3,
        "besoins": 4,
        "diameter_m": 10_000.0,
        "quantites": "120\u202f500 kg ; 30 m³",
        "quantite": 120_500.0,
        "unite": "kg",
        "sans_quantite": 1,
        "masse_critique": None,
        "manque": None,
        "a_confirmer": 1,
    }
    (feature,) = done["OUTPUT"].getFeatures()
    # B's first need, at 6, is 6 km from A; no other place has its furthest fellow nearer.
    assert feature.geometry().asPoint().x() == 566_000
    assert any("1 records left out (not open any more)" in told for told in done.log.warnings)


def test_members(run):
    done = pool(run)
    rows = done.rows("MEMBERS")
    assert [(row["etablissement_id"], row["besoins"], row["distance_m"]) for row in rows] == [
        ("A", "a", 6_000.0),
        ("B", "b1 ; b2", 0.0),
        ("C", "c", 4_000.0),
    ]
    assert rows[1]["mots"] == "mots de b1 ; mots de b2"
    assert [row["quantites"] for row in rows] == ["120 t", "500 kg", "30 m³"]
    assert [row["a_confirmer"] for row in rows] == [False, True, False]
    assert {(row["pool_id"], row["code"]) for row in rows} == {(1, "16.2")}
    places = [feature.geometry().asPoint().x() for feature in done["MEMBERS"].getFeatures()]
    assert places == [560_000, 566_000, 570_000]
    assert done["MEMBERS"].crs().authid() == "EPSG:2154"


@pytest.mark.parametrize(
    ("mass", "unit", "expected"),
    [
        (200, "t", (120.5, "t", 79.5)),
        (100, "t", (120.5, "t", 0.0)),
        (150_000, "Kilogramme", (120_500.0, "kg", 29_500.0)),
        (40, "m3", (30.0, "m3", 10.0)),
        # nobody told hours: unknown is not zero
        (10, "h", (None, "h", None)),
    ],
)
def test_critical_mass(run, mass, unit, expected):
    (row,) = pool(run, CRITICAL_MASS=mass, CRITICAL_UNIT=unit).rows("OUTPUT")
    assert row["masse_critique"] == mass
    found = (row["quantite"], row["unite"], row["manque"])
    assert found == tuple(value and pytest.approx(value) for value in expected)


@pytest.mark.parametrize("unit", ["", "tonneaux"])
def test_a_critical_mass_without_a_unit(run, unit):
    told = run.fails(
        "poolneeds",
        NEEDS=points(NEEDS, NEED),
        CRITICAL_MASS=5,
        CRITICAL_UNIT=unit,
        OUTPUT="TEMPORARY_OUTPUT",
    )
    assert "needs a unit" in told
    assert "MWh" in told


def test_two_members_are_enough_where_asked(run):
    done = pool(run, MIN_MEMBERS=2)
    assert [(row["code"], row["members"]) for row in done.rows("OUTPUT")] == [
        ("16.2", 3),
        ("85.5", 2),
    ]
    assert [row["pool_id"] for row in done.rows("MEMBERS")] == [1, 1, 1, 2, 2]


def test_levels(run):
    done = pool(run, MIN_MEMBERS=2, LEVEL="class")
    assert [(row["code"], row["members"]) for row in done.rows("OUTPUT")] == [
        ("16.24", 2),
        # C and D, 25 km apart, carry the group: too far for each other
    ]
    assert pool(run, MIN_MEMBERS=2, LEVEL="exact", MAX_DISTANCE=30_000).rows("OUTPUT")[1][
        "code"
    ] == ("16.2")


def test_own_reach(run):
    rows = [*NEEDS[:3], need(10, "c", "16.2", "C", reach=5)]
    assert pool(run, rows).rows("OUTPUT") == []
    rows[3] = need(10, "c", "16.2", "C", reach=10)
    assert len(pool(run, rows).rows("OUTPUT")) == 1


def test_needs_without_establishment_count_one_by_one(run):
    rows = [need(n, f"n{n}", "16.2", None) for n in range(3)]
    done = pool(run, rows)
    assert [row["members"] for row in done.rows("OUTPUT")] == [3]
    assert [row["etablissement_id"] for row in done.rows("MEMBERS")] == [None] * 3


def test_any_layer_with_points_and_codes(run):
    """No column of ours; degrees, measured on the ellipsoid: 0.01 degree of longitude, 801.8 m."""
    layer = points(
        [(1.35, 44.0175, "x", "16.24"), (1.36, 44.0175, "y", "16.2"), (1.37, 44.0175, "z", "16.2")],
        "nom:string,produit:string",
        "EPSG:4326",
    )
    done = pool(run, layer, NEED_CODE="produit")
    (row,) = done.rows("OUTPUT")
    assert row["diameter_m"] == pytest.approx(2 * 801.83, abs=1)
    assert (row["quantites"], row["quantite"], row["sans_quantite"]) == ("", None, 3)
    assert done["OUTPUT"].crs().authid() == "EPSG:4326"
    assert pool(run, layer, NEED_CODE="produit", MAX_DISTANCE=1_000).rows("OUTPUT") == []


def test_the_order_of_the_rows_changes_nothing(run):
    dice = random.Random(4)
    rows = [
        need(
            dice.uniform(0, 60),
            f"n{number:03d}",
            dice.choice(["16.24", "16.2", "17.2", "N1103"]),
            f"e{dice.randrange(60)}",
            dice.choice([None, 3.3, 0.1]),
            dice.choice(["t", "kg", None]),
            dice.choice(["mensuel", None]),
        )
        for number in range(120)
    ]
    before = pool(run, rows)
    dice.shuffle(rows)
    after = pool(run, rows)
    assert len(before.rows("OUTPUT")) > 5
    for name in ("OUTPUT", "MEMBERS"):
        assert after.rows(name) == before.rows(name)


class TestBadInput:
    def test_told_and_left_out(self, run):
        rows = [
            *NEEDS,
            (None, None, "h", "16.2", "H", "", None, None, None, None, None, None, None),
            need(1, "i", "99.99", "I"),
            need(1, "j", None, "J"),
        ]
        done = pool(run, rows)
        assert [row["members"] for row in done.rows("OUTPUT")] == [3]
        told = "\n".join(done.log.warnings)
        assert "1 records left out (without a position)" in told
        assert "1 records left out (unknown code)" in told
        assert "1 records left out (without a code)" in told
        assert "99.99" in told

    def test_quantities_that_are_none(self, run):
        """A negative number, a number without a unit: not added, and counted as not told."""
        rows = [
            need(0, "a", "16.2", "A", -5, "t"),
            need(1, "b", "16.2", "B", 5, None),
            need(2, "c", "16.2", "C", 5, "camions"),
        ]
        (row,) = pool(run, rows).rows("OUTPUT")
        assert (row["quantites"], row["sans_quantite"]) == ("5 camions", 2)

    @pytest.mark.parametrize(
        ("parameters", "told"),
        [
            ({"NEED_CODE": "absent"}, "no field absent"),
            ({"MAX_DISTANCE": -1}, "MAX_DISTANCE"),
            ({"MIN_MEMBERS": 0}, "MIN_MEMBERS"),
        ],
    )
    def test_parameters(self, run, parameters, told):
        needs = points(NEEDS, NEED)
        sentence = run.fails("poolneeds", NEEDS=needs, OUTPUT="TEMPORARY_OUTPUT", **parameters)
        assert told.lower() in sentence.lower()

    def test_no_need_at_all(self, run):
        told = run.fails("poolneeds", NEEDS=points([], NEED), OUTPUT="TEMPORARY_OUTPUT")
        assert "empty" in told


def test_cancelled_leaves_nothing(run, tmp_path):
    dice = random.Random(8)
    rows = [
        need(dice.uniform(0, 300), f"n{n}", dice.choice(["16.2", "17.2"]), f"e{n}")
        for n in range(400)
    ]
    target = tmp_path / "groupements.gpkg"
    log = Recorder(cancel_after=6)
    pool(run, rows, log, OUTPUT=str(target), MEMBERS=None)
    assert log.isCanceled()
    assert not target.exists()


def test_progress(run):
    log = Recorder()
    pool(run, log=log)
    assert log.progress == sorted(log.progress)


@pytest.fixture(scope="module")
def of_demo(demo, provider):
    """Pools of two or more within 15 km, on the demonstration."""
    from tests.qgis.harness import Runner

    done = Runner()(
        "poolneeds",
        NEEDS=f"{demo.store}|layername=flux",
        MAX_DISTANCE=15_000,
        MIN_MEMBERS=2,
        OUTPUT="TEMPORARY_OUTPUT",
        MEMBERS="TEMPORARY_OUTPUT",
    )
    # Layers that outlived the tests would outlive QGIS.
    return {name: done.rows(name) for name in ("OUTPUT", "MEMBERS")}


def test_on_the_demonstration(of_demo, demo):
    """Counted again with plain SQL: places, members, group of the code, and nobody twice."""
    rows = sql(
        demo.store,
        "SELECT f.id, f.etablissement_id, f.code, f.nomenclature, f.statut, r.minx, r.miny"
        " FROM flux AS f JOIN rtree_flux_geom AS r ON r.id = f.fid WHERE f.sens = 'besoin'",
    )
    known = {row[0]: row for row in rows}
    members = of_demo["MEMBERS"]
    needs: dict[int, list[str]] = {}
    for row in members:
        needs.setdefault(row["pool_id"], []).extend(row["besoins"].split(" ; "))
    pools = of_demo["OUTPUT"]
    assert len(pools) > 20
    everybody = [name for names in needs.values() for name in names]
    assert max(Counter(everybody).values()) == 1
    for row in pools:
        own = [known[name] for name in needs[row["pool_id"]]]
        assert row["members"] == len({need[1] for need in own}) >= 2
        assert row["besoins"] == len(own)
        assert all(need[2].startswith(row["code"]) for need in own)
        assert all(need[4] in (None, "ouvert") for need in own)
        spread = max(math.dist(a[5:], b[5:]) for a, b in combinations(own, 2))
        # the index keeps its boxes in single precision
        assert row["diameter_m"] == pytest.approx(spread, abs=2)
        assert row["diameter_m"] <= 15_000


def test_quantities_of_the_demonstration(of_demo, demo):
    """Yearly needs of electricity, in MWh all of them: the total is a plain sum."""
    names = [
        name
        for row in of_demo["MEMBERS"]
        if row["code"] == "35.1"
        for name in row["besoins"].split(" ; ")
    ]
    marks = ", ".join("?" * len(names))
    ((total, units, periods),) = sql(
        demo.store,
        "SELECT sum(quantite), group_concat(DISTINCT unite), group_concat(DISTINCT periodicite)"
        f" FROM flux WHERE id IN ({marks})",
        *names,
    )
    assert (units, periods) == ("MWh", "annuel")
    found = [row for row in of_demo["OUTPUT"] if row["code"] == "35.1"]
    assert sum(row["quantite"] for row in found) == pytest.approx(total)
    assert {row["unite"] for row in found} == {"MWh"}
