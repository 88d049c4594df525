"""The plugin in a real QGIS window: see `scenarios/smoke.py` for what is played."""

import pytest

from tests.gui.harness import HERE, Report, run_scenario


@pytest.fixture(scope="module")
def report() -> Report:
    """One start of QGIS for all the tests of this file."""
    return run_scenario(HERE / "scenarios" / "smoke.py")


def test_plugin_is_loaded(report: Report) -> None:
    assert report.notes["loaded"]
    assert report.notes["active"]


def test_menu_opens(report: Report) -> None:
    assert report.notes["entries"]
    assert report.screenshots["menu"].stat().st_size > 10_000


def test_provider_is_registered(report: Report) -> None:
    assert "actif:createterritory" in report.notes["algorithms"]
    assert report.notes["icon"]


def test_unloading_leaves_no_trace(report: Report) -> None:
    loaded, unloaded, reloaded, unloaded_again, reloaded_again = report.notes["traces"]
    assert report.notes["unloaded"]
    assert report.notes["reloaded"]
    assert unloaded == unloaded_again
    assert loaded == reloaded == reloaded_again
    ours = [text for texts in unloaded.values() for text in texts if "act'if" in text.lower()]
    assert not ours
    assert "actif" not in unloaded["providers"]


def test_start_is_silent(report: Report) -> None:
    assert report.notes["touched"] == []


def test_no_python_error(report: Report) -> None:
    assert report.python_errors == []
    ours = [m["text"] for m in report.messages if "actif_plugin" in m["text"] and m["level"] > 0]
    assert ours == []
