"""The demonstration, made and opened from the menu: see `scenarios/demonstration.py`."""

from pathlib import Path

import pytest

from tests.gui.harness import HERE, Report, run_scenario


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Report:
    folder = tmp_path_factory.mktemp("documents")
    parameters = {"folder": str(folder), "entry": "la démonstration"}
    return run_scenario(
        HERE / "scenarios" / "demonstration.py", parameters=parameters, size=(1600, 900)
    )


def test_the_demonstration_opens(report: Report) -> None:
    assert report.notes["title"] == "Tarn-et-Garonne"
    assert report.notes["invalid"] == []
    assert report.notes["groups"][0] == "Résultats"


def test_the_window_shows_it(report: Report) -> None:
    for name in ("demonstration", "montauban", "table"):
        assert Path(report.screenshots[name]).stat().st_size > 20_000
    assert report.notes["table"]


def test_no_python_error(report: Report) -> None:
    assert report.python_errors == []
