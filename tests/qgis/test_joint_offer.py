"""`actif:jointoffer`: small sets of nearby establishments that together cover products."""

from __future__ import annotations

import math

import pytest

from tests.qgis.harness import Recorder, points, rows_of, sql

OFFER = (
    "id:string,code:string,etablissement_id:string,libelle:string,rayon_max_km:double,"
    "statut:string,date_confirmation:string"
)


def offer(kilometre, name, code, company, reach=None, state=None, confirmed=None):
    """Return an offer on a road that runs east from (560 000, 6 325 000)."""
    words = f"mots de {name}"
    place = (560_000 + 1000 * kilometre, 6_325_000)
    return (*place, name, code, company, words, reach, state, confirmed)


# Kilometres along one road, 20 km asked. Crates (16.24), boxes (17.21), turning (25.62):
#   A crates at 0; B boxes and turning at 4; C turning at 6; D crates and boxes at 15;
#   E turning at 5, over; F glass (23.1) at 100
OFFERS = [
    offer(0, "a", "16.24.13", "A"),
    offer(4, "b1", "17.21", "B", confirmed="2001-01-01"),
    offer(4, "b2", "25.62", "B"),
    offer(6, "c", "25.62.1", "C"),
    offer(15, "d1", "16.24", "D"),
    offer(15, "d2", "17.2", "D"),
    offer(5, "e", "25.62", "E", state="caduc"),
    offer(100, "f", "23.1", "F"),
]


def join(run, codes, offers=None, log=None, **parameters):
    return run(
        "jointoffer",
        log,
        **{
            "OFFERS": points(OFFERS if offers is None else offers, OFFER),
            "CODES": codes,
            "MAX_DISTANCE": 20_000,
            "OUTPUT": "TEMPORARY_OUTPUT",
            "MEMBERS": "TEMPORARY_OUTPUT",
            **parameters,
        },
    )


def told(done):
    return [
        (row["rang"], row["etablissements"], row["diameter_m"], row["codes_manquants"])
        for row in done.rows("OUTPUT")
    ]


def test_by_hand(run):
    """A and B 4 km, C and D 9 km, B and D 11 km. A, B and C: one of them would be superfluous."""
    done = join(run, "16.24;17.21;25.62")
    assert told(done) == [
        (1, "A ; B", 4_000.0, ""),
        (2, "C ; D", 9_000.0, ""),
        (3, "B ; D", 11_000.0, ""),
    ]
    rows = done.rows("OUTPUT")
    assert [row["members"] for row in rows] == [2, 2, 2]
    assert all(row["complet"] for row in rows)
    assert [row["a_confirmer"] for row in rows] == [1, 0, 1]
    (first, *_) = done["OUTPUT"].getFeatures()
    assert [p.x() for p in first.geometry().asMultiPoint()] == [560_000, 564_000]


def test_members(run):
    done = join(run, "16.24;17.21;25.62", MAX_ANSWERS=1)
    assert done.rows("MEMBERS") == [
        {
            "rang": 1,
            "etablissement_id": "A",
            "entreprise": None,
            "codes": "16.24",
            "offres": "a",
            "mots": "mots de a",
            "a_confirmer": False,
        },
        {
            "rang": 1,
            "etablissement_id": "B",
            "entreprise": None,
            "codes": "17.21;25.62",
            "offres": "b1 ; b2",
            "mots": "mots de b1 ; mots de b2",
            "a_confirmer": True,
        },
    ]


def test_products_are_those_that_were_written(run):
    """25.61 is another class than 25.62; the group asked for takes both."""
    assert told(join(run, "25.61;17.21", MAX_ANSWERS=1))[0][3] == "25.61"
    assert told(join(run, "25.6;17.21", MAX_ANSWERS=1)) == [(1, "B", 0.0, "")]
    assert told(join(run, "25.61;17.21", LEVEL="group", MAX_ANSWERS=1)) == [(1, "B", 0.0, "")]


def test_what_is_missing_is_told(run):
    done = join(run, "16.24;17.21;23.1;30.11", MAX_ANSWERS=2)
    warned = "\n".join(done.log.warnings)
    assert "Nobody offers: 30.11 " in warned
    assert "No set covers all products" in warned
    # 23.1 is offered 85 km away: told as missing from these sets, not as absent
    assert told(done) == [(1, "D", 0.0, "23.1;30.11"), (2, "A ; B", 4_000.0, "23.1;30.11")]
    assert [row["complet"] for row in done.rows("OUTPUT")] == [False, False]
    assert [row["codes"] for row in done.rows("OUTPUT")] == ["16.24;17.21"] * 2


def test_nobody_offers_anything_of_it(run):
    done = join(run, "30.11")
    assert done.rows("OUTPUT") == []
    assert done.rows("MEMBERS") == []
    assert any("Nobody offers: 30.11" in told for told in done.log.warnings)


@pytest.mark.parametrize(
    "codes",
    ["16.24;17.21;25.62", "16,24 ; 17,21 ; 25,62", "1624 1721|2562;", "16.24;17.21;25.62;16.24"],
)
def test_ways_to_write_the_list(run, codes):
    assert told(join(run, codes, MAX_ANSWERS=1)) == [(1, "A ; B", 4_000.0, "")]


class TestBadInput:
    def test_unknown_products_are_told_and_the_rest_runs(self, run):
        done = join(run, "16.24;zz;17.21;99.99")
        assert "Unknown products, left out: zz, 99.99" in done.log.warnings
        assert told(done)[0] == (1, "D", 0.0, "")

    @pytest.mark.parametrize("codes", ["", " ; ", "zz", "99.99"])
    def test_no_product(self, run, codes):
        sentence = run.fails(
            "jointoffer", OFFERS=points(OFFERS, OFFER), CODES=codes, OUTPUT="TEMPORARY_OUTPUT"
        )
        assert "product" in sentence.lower() or "CODES" in sentence

    def test_too_many_products(self, run):
        codes = ";".join(f"{n}" for n in range(10, 24))
        sentence = run.fails(
            "jointoffer", OFFERS=points(OFFERS, OFFER), CODES=codes, OUTPUT="TEMPORARY_OUTPUT"
        )
        assert "14 products are too many" in sentence
        assert "12" in sentence

    def test_needs_in_place_of_resources(self, run):
        needs = points([(0, 0, "n", "16.24", "besoin")], "id:string,code:string,sens:string")
        sentence = run.fails("jointoffer", OFFERS=needs, CODES="16.24", OUTPUT="TEMPORARY_OUTPUT")
        assert "no usable record" in sentence

    def test_null_geometries_and_unknown_codes_are_counted(self, run):
        empty = (None, None, "x", "16.24", "X", "", None, None, None)
        done = join(run, "16.24;17.21", [*OFFERS, empty, offer(1, "y", "99.99", "Y")])
        warned = "\n".join(done.log.warnings)
        assert "1 records left out (without a position)" in warned
        assert "1 records left out (unknown code)" in warned


def test_cancelled_leaves_nothing(run, tmp_path):
    target = tmp_path / "offres.gpkg"
    log = Recorder(cancel_after=2)
    join(run, "16.24;17.21;25.62", log=log, OUTPUT=str(target), MEMBERS=None)
    assert log.isCanceled()
    assert not target.exists()


def test_own_reach(run):
    rows = [offer(0, "a", "16.24", "A", reach=3), offer(4, "b", "17.21", "B")]
    assert told(join(run, "16.24;17.21", rows))[0][3] != ""
    rows[0] = offer(0, "a", "16.24", "A", reach=4)
    assert told(join(run, "16.24;17.21", rows)) == [(1, "A ; B", 4_000.0, "")]


def test_on_the_demonstration(run, demo):
    """Every set is checked again with plain SQL: places, distances, open offers of the products."""
    done = run(
        "jointoffer",
        OFFERS=f"{demo.store}|layername=flux",
        CODES="16.2;25.6;52.1",
        LEVEL="group",
        MAX_DISTANCE=15_000,
        OUTPUT="TEMPORARY_OUTPUT",
        MEMBERS="TEMPORARY_OUTPUT",
    )
    rows = rows_of(done["OUTPUT"])
    assert len(rows) == 5
    known = {
        name: (code, state, x, y)
        for name, code, state, x, y in sql(
            demo.store,
            "SELECT f.id, f.code, f.statut, r.minx, r.miny FROM flux AS f"
            " JOIN rtree_flux_geom AS r ON r.id = f.fid WHERE f.sens = 'offre'",
        )
    }
    for row in rows:
        members = [m for m in rows_of(done["MEMBERS"]) if m["rang"] == row["rang"]]
        assert len({member["etablissement_id"] for member in members}) == row["members"]
        offers = [known[name] for member in members for name in member["offres"].split(" ; ")]
        for product in ("16.2", "25.6", "52.1"):
            assert any(code.startswith(product) for code, *_ in offers)
        assert all(state in (None, "ouvert") for _, state, *_ in offers)
        spread = max(math.dist(one[2:], other[2:]) for one in offers for other in offers)
        assert row["diameter_m"] == pytest.approx(spread, abs=2)
    keys = [(row["members"], row["diameter_m"]) for row in rows]
    assert keys == sorted(keys)
