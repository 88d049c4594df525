"""The merge of two companies in a real window: see `scenarios/merging.py`."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.gui.harness import HERE, Report, make_demo, run_scenario

NAME = "Cartonnages Gardelle"
TITLES = ["Merge the selected companies…", "Fusionner les entreprises sélectionnées…"]
FLOWS = "SELECT count(*) FROM flux WHERE etablissement_id = ?"


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo")
    make_demo(folder)
    return folder / "tarn-et-garonne.gpkg"


def query(store: Path, statement: str, *values: str) -> list[tuple]:
    with closing(sqlite3.connect(store)) as base:
        return base.execute(statement, values).fetchall()


@pytest.fixture(scope="module")
def pair(store: Path) -> dict[str, int]:
    """The company and one that has fewer flows, each with how many it has."""
    [(first,)] = query(store, "SELECT id FROM etablissement WHERE raison_sociale = ?", NAME)
    count = query(store, FLOWS, first)[0][0]
    [(second, other)] = query(
        store,
        "SELECT etablissement_id, count(*) FROM flux WHERE etablissement_id <> ?"
        " GROUP BY etablissement_id HAVING count(*) BETWEEN 1 AND ? LIMIT 1",
        first,
        str(count),
    )
    return {first: count, second: other}


@pytest.fixture(scope="module")
def report(store: Path, pair: dict[str, int]) -> Report:
    return run_scenario(
        HERE / "scenarios/merging.py",
        project=store.with_suffix(".qgz"),
        parameters={"ids": list(pair), "titles": TITLES},
    )


def test_it_is_offered_where_it_makes_sense(report: Report) -> None:
    def offered(texts: list[str]) -> list[str]:
        return [text for text in texts if "Merge" in text or "Fusionner" in text]

    assert offered(report.notes["map menu without a selection"]) == []
    [entry] = offered(report.notes["map menu"])
    assert "2" in entry


def test_what_stands_in_the_way_is_told(report: Report) -> None:
    assert "Établissements" in report.notes["nothing selected"]
    assert "Établissements" in report.notes["unsaved"]


def test_both_records_and_the_outcome_are_shown(report: Report) -> None:
    first, second = report.notes["first"], report.notes["second"]
    result, other = report.notes["result"], report.notes["other result"]
    flows = "Ressources et besoins"
    assert int(result[flows]) == int(first[flows]) + int(second[flows]) == int(other[flows])
    names = {first["Raison sociale"], second["Raison sociale"]}
    assert result["Raison sociale"] != other["Raison sociale"]
    assert {result["Raison sociale"], other["Raison sociale"]} == names
    lost = first if result["Raison sociale"] == second["Raison sociale"] else second
    assert lost["Raison sociale"] in result["Description"]
    assert sum(report.notes["proposed"]) == 1
    assert any("<b>" in text for text in report.notes["texts"])
    assert report.notes["size"][0] <= 1366
    assert report.notes["size"][1] <= 700


def test_cancelling_changes_nothing(report: Report) -> None:
    assert report.notes["after cancel"] == report.notes["before"]


def test_the_merge_is_done_and_seen(report: Report, store: Path, pair: dict[str, int]) -> None:
    assert report.notes["after"] == report.notes["before"] - 1
    [kept] = report.notes["selected"]
    assert report.notes["editing"] is True
    assert query(store, FLOWS, kept)[0][0] == sum(pair.values())
    [gone] = set(pair) - {kept}
    assert query(store, "SELECT * FROM etablissement WHERE id = ?", gone) == []
    assert str(pair[gone]) in report.notes["merged"]


def test_no_python_error(report: Report) -> None:
    assert report.python_errors == []
