"""`actif:missinglinks`: what nobody near answers, what nobody near takes."""

from __future__ import annotations

import random

import pytest
from qgis.core import QgsFeature, QgsGeometry, QgsVectorLayer

from tests.qgis.harness import Recorder, points

FLOW = "id:string,code:string,etablissement_id:string,rayon_max_km:double,statut:string"


def flow(kilometre, name, code, company, reach=None, state=None):
    """Return a flow on a road that runs east from (560 000, 6 325 000)."""
    return (560_000 + 1000 * kilometre, 6_325_000, name, code, company, reach, state)


# One road, kilometres along it, 20 km asked, groups compared:
#   n1 (16.24) at 0 of A, n2 (16.24) at 40 of B, n3 (17.2) at 50 of C, n4 (20.1) at 50 of C,
#   n5 (20.1) at 51 of D; a need that is over, of Z
#   o1 (16.29) at 15 of G, o2 (16.2) at 0 of A, o3 (17.2) at 90 of H, o4 (20.1) at 50 of C
# n1 has o1 at 15 km (o2 is its own company's); n2 is 25 km from o1; n3 is 40 km from o3;
# n4's only offer is its own company's; n5 has o4 at 1 km.
NEEDS = [
    flow(0, "n1", "16.24", "A"),
    flow(40, "n2", "16.24", "B"),
    flow(50, "n3", "17.2", "C"),
    flow(50, "n4", "20.1", "C"),
    flow(51, "n5", "20.1", "D"),
    flow(51, "n6", "20.1", "Z", state="satisfait"),
]
OFFERS = [
    flow(15, "o1", "16.29", "G"),
    flow(0, "o2", "16.2", "A"),
    flow(90, "o3", "17.2", "H"),
    flow(50, "o4", "20.1", "C"),
]


def squares(rows, crs="EPSG:2154", fields="code:string,nom:string") -> QgsVectorLayer:
    """Return perimeters: rows (from kilometre, to kilometre, attribute…); None: no geometry."""
    columns = "&".join(f"field={name}" for name in fields.split(",") if name)
    layer = QgsVectorLayer(f"Polygon?crs={crs}&{columns}", "perimetres", "memory")
    features = []
    for start, end, *attributes in rows:
        feature = QgsFeature(layer.fields())
        feature.setAttributes(attributes)
        if start is not None:
            west, east = 560_000 + 1000 * start, 560_000 + 1000 * end
            corners = f"{west} 6324000, {east} 6324000, {east} 6326000, {west} 6326000"
            feature.setGeometry(QgsGeometry.fromWkt(f"Polygon (({corners}, {west} 6324000))"))
        features.append(feature)
    layer.dataProvider().addFeatures(features)
    layer.updateExtents()
    return layer


def diagnose(run, needs=None, offers=None, log=None, **parameters):
    return run(
        "missinglinks",
        log,
        **{
            "NEEDS": points(NEEDS if needs is None else needs, FLOW),
            "OFFERS": points(OFFERS if offers is None else offers, FLOW),
            "MAX_DISTANCE": 20_000,
            "OUTPUT": "TEMPORARY_OUTPUT",
            "ORPHAN_NEEDS": "TEMPORARY_OUTPUT",
            "ORPHAN_RESOURCES": "TEMPORARY_OUTPUT",
            "BY_PERIMETER": "TEMPORARY_OUTPUT",
            **parameters,
        },
    )


def figures(row) -> tuple:
    names = "besoins besoins_couverts couverture entreprises score offres offres_sans_preneur"
    return tuple(row[name] for name in names.split())


def test_by_hand(run):
    done = diagnose(run)
    rows = done.rows("OUTPUT")
    # Highest score first, then most resources without a taker, then the code.
    assert [(row["code"], row["niveau"], *figures(row)) for row in rows] == [
        ("16.2", "groupe", 2, 1, 0.5, 2, 1.0, 2, 1),
        ("17.2", "groupe", 1, 0, 0.0, 1, 1.0, 1, 1),
        ("20.1", "groupe", 2, 1, 0.5, 2, 1.0, 1, 0),
    ]
    assert all(row["libelle"] for row in rows)
    assert {row["id"] for row in done.rows("ORPHAN_NEEDS")} == {"n2", "n3", "n4"}
    # o2's only neighbour in need is its own company.
    assert {row["id"] for row in done.rows("ORPHAN_RESOURCES")} == {"o2", "o3"}


def test_the_columns_are_a_contract(run):
    done = diagnose(run)
    assert " ".join(done["OUTPUT"].fields().names()) == (
        "code libelle niveau besoins besoins_couverts couverture entreprises score offres"
        " offres_sans_preneur quantite_besoin quantite_couverte couverture_quantite unite"
        " besoins_chiffres offres_chiffrees autres_quantites peu_releve barre besoin_ids offre_ids"
    )
    assert not done["OUTPUT"].isSpatial()
    counts = "besoins besoins_couverts couverture entreprises score offres offres_sans_preneur"
    whole = diagnose(
        run,
        PERIMETERS=squares([(0, 20, "1", "Ouest")]),
        HEXAGONS="TEMPORARY_OUTPUT",
        CURVE="TEMPORARY_OUTPUT",
    )
    assert " ".join(whole["BY_PERIMETER"].fields().names()) == (
        f"perimetre_code perimetre_nom {counts} etablissements visites part_visitee"
        " besoin_ids offre_ids"
    )
    assert " ".join(whole["HEXAGONS"].fields().names()) == (
        "besoins besoins_sans_reponse entreprises besoin_ids"
    )
    assert " ".join(whole["CURVE"].fields().names()) == "distance_m besoins_couverts couverture"
    for name in ("ORPHAN_NEEDS", "ORPHAN_RESOURCES"):
        assert done[name].fields().names() == [c.split(":")[0] for c in FLOW.split(",")]
        assert done[name].crs().authid() == "EPSG:2154"


def test_a_code_that_is_offered_and_not_wanted(run):
    """It has a row: no coverage, no score, and a resource to place."""
    done = diagnose(run, offers=[*OFFERS, flow(0, "o5", "96.01", "K")])
    (row,) = (row for row in done.rows("OUTPUT") if row["code"] == "96.0")
    assert figures(row) == (0, 0, None, 0, 0.0, 1, 1)


def test_records_coarser_than_the_level_have_a_row_of_their_own(run):
    done = diagnose(run, needs=[*NEEDS, flow(15, "n7", "16", "E")])
    rows = {row["code"]: row for row in done.rows("OUTPUT")}
    assert figures(rows["16"]) == (1, 1, 1.0, 1, 0.0, 0, 0)
    assert rows["16"]["niveau"] == "division"
    assert figures(rows["16.2"])[0] == 2


def test_rejected_answers_do_not_cover(run):
    avis = QgsVectorLayer(
        "NoGeometry?field=besoin_id:string&field=offre_id:string&field=verdict:string",
        "a",
        "memory",
    )
    feature = QgsFeature(avis.fields())
    feature.setAttributes(["n5", "o4", "ecarte"])
    avis.dataProvider().addFeatures([feature])
    done = diagnose(run, VERDICTS=avis)
    assert {row["id"] for row in done.rows("ORPHAN_NEEDS")} == {"n2", "n3", "n4", "n5"}
    assert {row["id"] for row in done.rows("ORPHAN_RESOURCES")} == {"o2", "o3", "o4"}


def test_the_same_orphans_as_unanswered_needs(run):
    """Two algorithms, one definition, on flows thrown at random."""
    dice = random.Random(1)

    def scatter(prefix):
        return [
            flow(
                dice.uniform(0, 60),
                f"{prefix}{number}",
                dice.choice(["16", "16.2", "16.24", "17.2", "20.1", "N", "46.73"]),
                f"e{dice.randrange(40)}",
                dice.choice([None, None, 3.0]),
                dice.choice([None, "ouvert", "caduc"]),
            )
            for number in range(150)
        ]

    needs, offers = scatter("n"), scatter("o")
    for level in ("division", "group", "exact"):
        shared = {"LEVEL": level, "MAX_DISTANCE": 5_000}
        done = diagnose(run, needs, offers, **shared)
        for side, seekers, candidates in (
            ("ORPHAN_NEEDS", needs, offers),
            ("ORPHAN_RESOURCES", offers, needs),
        ):
            asked = run(
                "answerneeds",
                NEEDS=points(seekers, FLOW),
                OFFERS=points(candidates, FLOW),
                OUTPUT="TEMPORARY_OUTPUT",
                UNANSWERED="TEMPORARY_OUTPUT",
                **shared,
            )
            orphans = [row["id"] for row in done.rows(side)]
            assert orphans
            assert orphans == [row["id"] for row in asked.rows("UNANSWERED")]


class TestByPerimeter:
    def test_by_hand(self, run):
        """West: n1, o1, o2. East: n2 to n5, o4. North: nothing. The edge at 50 counts for both."""
        perimeters = squares(
            [(-1, 20, "1", "Ouest"), (30, 60, "2", "Est"), (200, 201, "3", "Loin")]
        )
        done = diagnose(run, PERIMETERS=perimeters)
        assert {(row["perimetre_code"], *figures(row)) for row in done.rows("BY_PERIMETER")} == {
            ("1", 1, 1, 1.0, 1, 0.0, 2, 1),
            ("2", 4, 1, 0.25, 3, 2.25, 1, 0),
            ("3", 0, 0, None, 0, 0.0, 0, 0),
        }
        assert {row["perimetre_nom"] for row in done.rows("BY_PERIMETER")} == {
            "Ouest",
            "Est",
            "Loin",
        }

    def test_an_answer_across_a_border_counts(self, run):
        """n1 lies in the west and its only answer, o1, in the middle: covered all the same."""
        perimeters = squares([(-1, 10, "1", "Ouest"), (10, 20, "2", "Milieu")])
        rows = {
            r["perimetre_code"]: r
            for r in diagnose(run, PERIMETERS=perimeters).rows("BY_PERIMETER")
        }
        assert figures(rows["1"])[:2] == (1, 1)
        assert figures(rows["2"])[:2] == (0, 0)

    def test_an_edge_counts_on_both_sides(self, run):
        perimeters = squares([(-1, 15, "1", "Ouest"), (15, 20, "2", "Est")])
        rows = {
            r["perimetre_code"]: r
            for r in diagnose(run, PERIMETERS=perimeters).rows("BY_PERIMETER")
        }
        assert rows["1"]["offres"] == 2
        assert rows["2"]["offres"] == 1

    def test_shapes_come_with_the_figures(self, run):
        done = diagnose(run, PERIMETERS=squares([(0, 20, "1", "Ouest")]))
        (feature,) = done["BY_PERIMETER"].getFeatures()
        assert feature.geometry().area() == pytest.approx(20_000 * 2_000)
        assert done["BY_PERIMETER"].crs().authid() == "EPSG:2154"

    def test_perimeters_in_another_system(self, run):
        degrees = QgsVectorLayer("Polygon?crs=EPSG:4326&field=code:string", "p", "memory")
        feature = QgsFeature(degrees.fields())
        feature.setAttributes(["82"])
        # Tarn-et-Garonne at large: the whole road but its far end.
        feature.setGeometry(
            QgsGeometry.fromWkt("Polygon ((0.7 43.5, 2 43.5, 2 44.5, 0.7 44.5, 0.7 43.5))")
        )
        degrees.dataProvider().addFeatures([feature])
        (row,) = diagnose(run, PERIMETERS=degrees).rows("BY_PERIMETER")
        assert figures(row)[0] == 5
        assert row["perimetre_nom"] == ""

    def test_perimeters_without_our_columns_or_without_a_shape(self, run):
        perimeters = squares([(0, 20, 7), (None, None, 8)], fields="numero:integer")
        (row,) = diagnose(run, PERIMETERS=perimeters).rows("BY_PERIMETER")
        assert row["perimetre_code"] == "1"
        assert figures(row)[0] == 1

    def test_flows_in_degrees(self, run):
        """The run measures on the ellipsoid; the perimeters still find their points."""
        needs = points([(1.35, 44.015, "n", "16.2", "A", None, None)], FLOW, "EPSG:4326")
        offers = points([(1.36, 44.015, "o", "16.2", "B", None, None)], FLOW, "EPSG:4326")
        done = diagnose(
            run,
            NEEDS=needs,
            OFFERS=offers,
            PERIMETERS=squares([(0, 20, "1", "Ici")]),
        )
        (row,) = done.rows("BY_PERIMETER")
        assert figures(row) == (1, 1, 1.0, 1, 0.0, 1, 0)

    def test_none_asked(self, run):
        done = diagnose(run, BY_PERIMETER=None, PERIMETERS=squares([(0, 20, "1", "Ouest")]))
        assert "BY_PERIMETER" not in done.results
        assert "BY_PERIMETER" not in diagnose(run).results


@pytest.mark.parametrize("after", [0, 1, 3, 6])
def test_cancelling(run, after):
    log = Recorder(cancel_after=after)
    done = diagnose(run, log=log, PERIMETERS=squares([(0, 20, "1", "Ouest")]))
    assert done.results.get("OUTPUT") is None
    assert log.errors == []


def test_nothing_to_confront(run):
    told = run.fails(
        "missinglinks",
        NEEDS=points([], FLOW),
        OFFERS=points(OFFERS, FLOW),
        OUTPUT="TEMPORARY_OUTPUT",
    )
    assert "Needs has no usable record (it is empty)" in told


def test_progress_only_grows(run):
    done = diagnose(run, PERIMETERS=squares([(0, 20, "1", "Ouest")]))
    assert done.log.progress == sorted(done.log.progress)
    assert done.log.progress[-1] <= 100
