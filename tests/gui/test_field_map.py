"""The columns of an import in a real dialog: see `scenarios/field_map.py`."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.gui.harness import HERE, Report, make_demo, run_scenario

TITLES = ["Import establishments…", "Importer des établissements…"]
LIST = "SIRET;Nom d'ici;Ville;Effectif\n;Forge Martin;Montauban;11\n;Atelier Nord;Caussade;02\n"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo")
    make_demo(folder)
    (folder / "liste.csv").write_text(LIST, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def report(folder: Path) -> Report:
    return run_scenario(
        HERE / "scenarios/field_map.py",
        project=folder / "tarn-et-garonne.qgz",
        parameters={"titles": TITLES, "list": str(folder / "liste.csv")},
    )


def test_the_guess_is_shown_with_samples(report: Report) -> None:
    guess = report.notes["guess"]
    assert guess["Commune"] == ["Ville", "Montauban"]
    assert guess["Effectif (nombre de salariés)"] == ["Effectif", "11"]
    assert guess["Raison sociale"] == ["", ""]
    assert report.notes["sideways"] == 0
    assert report.notes["size"][1] <= 768


def test_the_correction_is_followed(report: Report, folder: Path) -> None:
    assert report.notes["corrected"]["Raison sociale"] == ["Nom d'ici", "Forge Martin"]
    assert report.notes["created"] == 2
    with closing(sqlite3.connect(folder / "tarn-et-garonne.gpkg")) as base:
        found = base.execute(
            "SELECT raison_sociale FROM etablissement WHERE source = 'liste.csv' ORDER BY 1"
        ).fetchall()
    assert found == [("Atelier Nord",), ("Forge Martin",)]


def test_the_correction_is_remembered(report: Report) -> None:
    assert report.notes["remembered"] == report.notes["corrected"]
    assert report.notes["second notice"] != report.notes["notice"]


def test_no_python_error(report: Report) -> None:
    assert report.python_errors == []
