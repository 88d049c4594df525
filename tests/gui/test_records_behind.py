"""From the ranked table to the records, in a real window: see `scenarios/records_behind.py`."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.gui.harness import HERE, Report, make_demo, run_scenario

TITLES = ["Show the records", "Montrer les fiches"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo")
    make_demo(folder)
    return folder


@pytest.fixture(scope="module")
def report(folder: Path) -> Report:
    return run_scenario(
        HERE / "scenarios" / "records_behind.py",
        project=folder / "tarn-et-garonne.qgz",
        parameters={"titles": TITLES},
        size=(1600, 900),
    )


def test_the_first_row_opens_its_records(report: Report, folder: Path) -> None:
    """Those that the result names for the code with the highest score, and no other."""
    with closing(sqlite3.connect(folder / "resultats.gpkg")) as base:
        needs, offers = base.execute(
            "SELECT besoin_ids, offre_ids FROM couverture ORDER BY score DESC, fid LIMIT 1"
        ).fetchone()
    with closing(sqlite3.connect(folder / "tarn-et-garonne.gpkg")) as base:
        for names, layer in ((needs, "Besoins"), (offers, "Ressources (offres)")):
            codes = [
                base.execute("SELECT code FROM flux WHERE id = ?", (name,)).fetchone()[0]
                for name in (names or "").split("|")
                if name
            ]
            assert report.notes[layer] == sorted(codes)
    assert report.notes["Besoins"]
    assert any("Besoins" in title for title in report.notes["tables"])


def test_the_window_shows_it(report: Report) -> None:
    assert report.notes["title"] in TITLES
    for name in ("couverture", "fiches"):
        assert Path(report.screenshots[name]).stat().st_size > 20_000


def test_no_python_error(report: Report) -> None:
    assert report.python_errors == []
