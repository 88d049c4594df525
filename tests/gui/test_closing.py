"""What was saved outlives QGIS, what was not is asked about: see `scenarios/closing.py`."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.gui.harness import HERE, ScenarioError, make_demo, run_scenario

SCENARIO = HERE / "scenarios/closing.py"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("demo")
    make_demo(path)
    return path


def test_closing_with_edits_under_way_asks(folder: Path) -> None:
    report = run_scenario(
        SCENARIO, project=folder / "tarn-et-garonne.qgz", parameters={"die": False}
    )
    assert any("Besoins" in text for text in report.notes["asked"])
    assert report.notes["still there"] is True
    assert report.python_errors == []


def test_a_crash_after_a_save_loses_nothing_saved(folder: Path) -> None:
    project = folder / "tarn-et-garonne.qgz"
    before = project.read_bytes()
    with pytest.raises(ScenarioError, match="exit code -9"):
        run_scenario(SCENARIO, project=project, parameters={"die": True})
    with closing(sqlite3.connect(folder / "tarn-et-garonne.gpkg")) as base:
        assert base.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        rows = base.execute(
            "SELECT f.libelle, e.raison_sociale, f.geom = e.geom FROM flux f"
            " JOIN etablissement e ON e.id = f.etablissement_id"
            " WHERE f.libelle IN ('Avant la panne', 'Jamais enregistré')"
        ).fetchall()
    assert rows == [("Avant la panne", "Cartonnages Gardelle", 1)]
    assert project.read_bytes() == before
