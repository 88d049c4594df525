"""`actif:placeresources`: the question of `answerneeds` from the other side."""

from __future__ import annotations

import pytest

from tests.qgis.harness import points
from tests.qgis.test_answer_needs import (
    FLOW,
    ask,
    brute_force,
    flow,
    planar,
    same,
    scatter,
    table_of,
)


def place(run, needs, offers, **parameters):
    return run(
        "placeresources",
        NEEDS=points(needs, FLOW),
        OFFERS=points(offers, FLOW),
        **{"OUTPUT": "TEMPORARY_OUTPUT", "UNPLACED": "TEMPORARY_OUTPUT", **parameters},
    )


def outlets(done) -> list[tuple]:
    """Return (offer, need, rank, distance)."""
    return [
        (row["offre_id"], row["besoin_id"], row["rang"], row["distance_m"])
        for row in done.rows("OUTPUT")
    ]


def test_by_hand(run):
    """One resource, three takers of whom two are near; a second that nobody wants."""
    needs = [
        flow(3_000, 0, "a", "16.24"),
        flow(1_000, 0, "b", "16.2"),
        flow(90_000, 0, "c", "16.2"),
    ]
    offers = [flow(0, 0, "o", "16.24.11"), flow(0, 0, "p", "20.1")]
    done = place(run, needs, offers)
    assert [tuple(row.values())[:7] for row in done.rows("OUTPUT")] == [
        ("b", "o", "16.2", "16.24.11", "groupe", 1, 1_000.0),
        ("a", "o", "16.24", "16.24.11", "classe", 2, 3_000.0),
    ]
    assert [row["id"] for row in done.rows("UNPLACED")] == ["p"]
    assert "2 outlets for 1 resources out of 2." in done.log.infos
    # Lines run from the need to the resource, whoever asks.
    line = next(done["OUTPUT"].getFeatures()).geometry().asPolyline()
    assert [(point.x(), point.y()) for point in line] == [(1_000, 0), (0, 0)]


@pytest.mark.parametrize("level", ["division", "group", "exact"])
def test_as_brute_force_does(run, level):
    needs, offers = scatter("n", 150, 40_000, 21), scatter("o", 120, 40_000, 22)
    verdicts = [(need[2], offer[2]) for need, offer in zip(needs, offers)]
    avis = table_of([(*pair, "ecarte") for pair in verdicts])
    done = place(run, needs, offers, LEVEL=level, NEIGHBORS=4, VERDICTS=avis)
    rejected = {(offer, need) for need, offer in verdicts}
    expected = brute_force(offers, needs, level, 4, 20_000, planar, rejected)
    assert expected
    same(outlets(done), expected, abs=0.001)


def test_both_sides_make_the_same_pairs(run):
    """Without a limit on their number, who asks changes nothing but the ranks."""
    needs, offers = scatter("n", 80, 30_000, 23), scatter("o", 80, 30_000, 24)
    mine = {row[:2] for row in outlets(place(run, needs, offers, NEIGHBORS=1000))}
    theirs = {
        (row["offre_id"], row["besoin_id"])
        for row in ask(run, needs, offers, NEIGHBORS=1000).rows("OUTPUT")
    }
    assert mine == theirs
