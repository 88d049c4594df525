"""Our templates in QGIS's layout manager: see `scenarios/layout_templates.py`."""

from __future__ import annotations

import pytest

from tests.gui.harness import CHECKOUT, HERE, Report, run_scenario

ENTRIES = [
    "Copy the layout templates to my profile",
    "Copier les modèles de mise en page dans mon profil",
]


@pytest.fixture(scope="module")
def report() -> Report:
    return run_scenario(HERE / "scenarios/layout_templates.py", parameters={"entries": ENTRIES})


def test_the_layout_manager_offers_every_template(report: Report) -> None:
    ours = sorted(path.name for path in (CHECKOUT / "actif_plugin/resources/layouts").glob("*.qpt"))
    assert report.notes["files"] == [f"actif-{name}" for name in ours]
    offered = report.notes["offered"]
    for name in report.notes["files"]:
        assert name[: -len(".qpt")] in offered


def test_the_second_time_says_that_nothing_was_changed(report: Report) -> None:
    first, second = report.notes["told"]
    count = len(report.notes["files"])
    assert str(count) in first and "0" in first
    assert str(count) in second and "0" in second
    assert first != second
