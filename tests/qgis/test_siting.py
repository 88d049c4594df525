"""Candidate sites ranked by what a missing link would join."""

from __future__ import annotations

import pytest

from tests.qgis.harness import points

FLOW = "id:string,etablissement_id:string,code:string"


@pytest.fixture
def given():
    return {
        "CANDIDATES": points(
            [
                (0, 0, "près", 7),
                (30_000, 0, "loin", 8),
                (5_000, 0, "entre", 9),
                (None, None, "?", 0),
            ],
            "nom:string,rang:integer",
        ),
        "LINK": "bois.scierie",
        "NEEDS": points([(10_000, 0, "b1", "e1", "16.10"), (0, 0, "b2", "e1", "49.4")], FLOW),
        "OFFERS": points([(0, 0, "o1", "e2", "02.20"), (0, 100, "o2", "e2", "10.5")], FLOW),
        "MAX_DISTANCE": 20_000,
        "OUTPUT": "memory:",
    }


def test_by_hand(run, given):
    done = run("siting", **given)
    rows = done.rows("OUTPUT")
    # 1 + 0.5 on the spot; 0.75 + 0.75 halfway; the far one has the need alone, at its limit.
    assert [(r["nom"], r["ressources"], r["besoins"]) for r in rows] == [
        ("près", 1, 1),
        ("entre", 1, 1),
        ("loin", 0, 1),
    ]
    assert [r["score"] for r in rows] == pytest.approx([1.5, 1.5, 0.0])
    # The candidates' own column is kept.
    assert [r["rang"] for r in rows] == [7, 9, 8]
    assert [r["rang_actif"] for r in rows] == [1, 2, 3]
    assert any(text.startswith("1 ") for text in done.log.warnings)


@pytest.mark.parametrize(
    ("change", "told"),
    [({"LINK": "scie"}, "bois.scierie"), ({"MAX_DISTANCE": 0}, "0")],
)
def test_what_means_nothing_is_said(run, given, change, told):
    assert told in run.fails("siting", **{**given, **change})
