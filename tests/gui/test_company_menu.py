"""The menu of the map in a real window: see `scenarios/company_menu.py`."""

import sqlite3
from pathlib import Path

import pytest

from tests.gui.harness import HERE, Report, make_demo, run_scenario

NATURES = [
    "matiere",
    "energie",
    "eau",
    "equipement",
    "espace",
    "logistique",
    "service",
    "competence",
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("demo")
    make_demo(path)
    return path


@pytest.fixture(scope="module")
def report(folder: Path) -> Report:
    return run_scenario(
        HERE / "scenarios/company_menu.py",
        project=folder / "tarn-et-garonne.qgz",
        parameters={"natures": NATURES},
    )


def test_a_need_of_each_nature_is_saved_under_its_company(report: Report, folder: Path) -> None:
    assert report.notes["added"] == 8
    assert report.notes["editing"] is False
    with sqlite3.connect(folder / "tarn-et-garonne.gpkg") as base:
        rows = base.execute(
            "SELECT f.nature, f.sens, f.nomenclature, f.code, f.statut, e.raison_sociale,"
            " f.geom = e.geom, f.cree_le IS NOT NULL, f.date_confirmation = date('now')"
            " FROM flux f JOIN etablissement e ON e.id = f.etablissement_id"
            " WHERE f.libelle LIKE 'Essai %' ORDER BY f.fid"
        ).fetchall()
    assert [row[0] for row in rows] == NATURES
    for nature, *rest in rows:
        code = ("ROME", "N1103") if nature == "competence" else ("CPF", "16.2")
        assert rest == ["besoin", *code, "ouvert", "Cartonnages Gardelle", 1, 1, 1]


def test_the_menu_speaks_of_the_company_or_of_a_new_one(report: Report) -> None:
    assert len(report.notes["entries"]) == 6
    assert len(report.notes["elsewhere"]) == 1


def test_no_python_error(report: Report) -> None:
    assert report.python_errors == []
