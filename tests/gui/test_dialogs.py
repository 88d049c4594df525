"""The dialogs of the algorithms in a real window: see `scenarios/dialogs.py`."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.gui.harness import CHECKOUT, HERE, Report, make_demo, run_scenario

ALGORITHMS = sorted(
    found
    for path in (CHECKOUT / "actif_plugin/processing").glob("*.py")
    for found in re.findall(r'^    ID = "(\w+)"', path.read_text("utf-8"), re.M)
)


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Report:
    project: Path = make_demo(tmp_path_factory.mktemp("demo"))
    return run_scenario(
        HERE / "scenarios/dialogs.py", project=project, parameters={"algorithms": ALGORITHMS}
    )


def test_labels_fit_the_dialog(report: Report) -> None:
    assert {name: texts for name, texts in report.notes["cut"].items() if texts} == {}


def test_labels_are_french(report: Report) -> None:
    labels = [text for texts in report.notes["texts"].values() for text in texts]
    assert any("[optionnel]" in text for text in labels)
    assert not [text for text in labels if "optional" in text]


def test_links_are_chosen_by_name_and_told_by_code(report: Report) -> None:
    assert report.notes["links"] > 200
    assert report.notes["no link yet"] == ""
    assert report.notes["link"] == "bois.scierie"
    assert report.notes["own link"] == "mon.maillon"
    assert report.notes["link from a script"] == "Bois et ameublement : Sciage et rabotage"
    assert report.notes["chains of the territory"].startswith("Maillons")


def test_chains_and_units_are_chosen_by_name_and_told_by_code(report: Report) -> None:
    assert report.notes["chains"] == "metal; bois"
    assert report.notes["chains shown"] == "Acier et travail des métaux ; Bois et ameublement"
    assert report.notes["unit"] == ["t"]
    assert report.notes["unit shown"] == "Tonne (t)"
    assert report.notes["no unit"] == ""


def test_products_are_found_one_after_the_other(report: Report) -> None:
    assert report.notes["while typing"] == "25.61"
    first, second = report.notes["products"].split("; ")
    assert first == "25.61"
    # What the picker finds first; it proposes the level at which products are compared.
    assert second == "16.2"
    assert report.notes["picker emptied"] is None


def test_an_import_proposes_no_layer(report: Report) -> None:
    assert [text.strip() for text in report.notes["import"]] == [""]
    assert report.notes["import accepts"] is False


def test_no_python_error(report: Report) -> None:
    assert report.python_errors == []
