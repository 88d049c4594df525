"""The sheet of each kind of record in a real window: see `scenarios/forms.py`."""

from pathlib import Path

import pytest

from tests.gui.harness import HERE, Report, make_demo, run_scenario

ROLES = [
    "etablissement",
    "besoin",
    "offre",
    "visite",
    "contact",
    "synergie",
    "synergie_membre",
    "avis",
    "commune",
    "synonyme",
    "ref_facteur",
    "ref_filiere",
    "ref_maillon",
]


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Report:
    project = make_demo(tmp_path_factory.mktemp("demo"))
    return run_scenario(HERE / "scenarios/forms.py", project=project)


@pytest.mark.parametrize("role", ROLES)
def test_the_sheet_opens(report: Report, role: str) -> None:
    assert Path(report.screenshots[f"fiche-{role}"]).stat().st_size > 10_000


@pytest.mark.parametrize("role", ROLES)
def test_nothing_is_cut_and_nothing_scrolls_sideways(report: Report, role: str) -> None:
    pages = {
        name: seen for name, seen in report.notes["pages"].items() if name.split("/")[0] == role
    }
    assert pages
    assert {name: seen for name, seen in pages.items() if seen != [0, []]} == {}


def test_no_python_error(report: Report) -> None:
    assert report.python_errors == []
