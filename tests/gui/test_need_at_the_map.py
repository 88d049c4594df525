"""A need noted from the map: see `scenarios/need_at_the_map.py`."""

import sqlite3
from pathlib import Path

import pytest

from tests.gui.harness import HERE, Report, make_demo, run_scenario

WORDS = "palettes en bois"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("demo")
    make_demo(path)
    return path


@pytest.fixture(scope="module")
def report(folder: Path) -> Report:
    return run_scenario(
        HERE / "scenarios/need_at_the_map.py",
        project=folder / "tarn-et-garonne.qgz",
        parameters={"entry": "besoin"},
    )


def test_the_need_is_in_the_database(report: Report, folder: Path) -> None:
    with sqlite3.connect(folder / "tarn-et-garonne.gpkg") as base:
        rows = base.execute(
            "SELECT f.sens, f.nature, f.nomenclature, f.code, e.raison_sociale, f.geom = e.geom"
            " FROM flux f JOIN etablissement e ON e.id = f.etablissement_id"
            " WHERE f.libelle = ?",
            (WORDS,),
        ).fetchall()
    assert rows == [("besoin", "matiere", "CPF", "16.2", "Cartonnages Gardelle", 1)]
    assert report.notes["editing"] is False


def test_it_is_on_the_map(report: Report) -> None:
    assert report.notes["on the map"] == 1
    assert report.notes["redrawn"] is True


def test_the_three_needed_fields_are_in_sight_at_1366_by_768(report: Report) -> None:
    assert report.notes["visible"] == {"etablissement_id": True, "libelle": True, "code": True}


def test_from_the_map_to_the_saved_need_no_more_than_this(report: Report) -> None:
    """Three clicks, the words themselves and the letter of the nature, and five other keys."""
    clicks, letters, keys = report.notes["count"]
    assert clicks <= 3
    assert letters <= len(WORDS) + 1
    assert keys <= 5


def test_the_keyboard_is_ready_for_the_words(report: Report) -> None:
    assert report.notes["focus"] == "libelle"
    assert report.notes["after words"] == "nature"


def test_no_python_error(report: Report) -> None:
    assert report.python_errors == []
