"""The locator bar in a real window: see `scenarios/locator.py`."""

from pathlib import Path

import pytest

from tests.gui.harness import HERE, Report, make_demo, run_scenario


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Report:
    project = make_demo(tmp_path_factory.mktemp("demo"))
    return run_scenario(HERE / "scenarios/locator.py", project=project)


def test_a_company_by_name_and_by_siret(report: Report) -> None:
    for typed in ("gardelle", "00001019900016"):
        assert any("Cartonnages Gardelle" in row for row in report.notes[f"results {typed}"])


def test_a_product(report: Report) -> None:
    rows = report.notes["results palette"]
    assert any("palette" in row.lower() for row in rows)
    assert Path(report.screenshots["localisateur"]).stat().st_size > 20_000


def test_picking_goes_there(report: Report) -> None:
    assert report.notes["centre"] == pytest.approx(report.notes["company"], abs=5)
    assert report.notes["scale"] == pytest.approx(10_000, rel=0.01)


def test_no_python_error(report: Report) -> None:
    assert report.python_errors == []
