"""The page of Act'IF in the options of QGIS, in a real window: see `scenarios/options.py`."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.gui.harness import CHECKOUT, HERE, Report, run_scenario

ENGLISH = re.compile(r"\b(the|of|to|for|with|address|wait|answer|greatest|colour)\b", re.I)


@pytest.fixture(scope="module")
def logo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("logo") / "logo.svg"
    path.write_text('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"/>', "utf-8")
    return path


@pytest.fixture(scope="module")
def report(logo: Path) -> Report:
    return run_scenario(HERE / "scenarios/options.py", parameters={"logo": str(logo)})


def test_every_text_is_french_and_whole(report: Report) -> None:
    messages = ElementTree.parse(CHECKOUT / "actif_plugin/i18n/actif_fr.ts").iter("message")
    pairs = {one.findtext("source"): one.findtext("translation") for one in messages}
    english = {source for source, french in pairs.items() if source and source != french}
    texts = report.notes["texts"]
    assert not set(texts) & english
    assert not [text for text in texts if ENGLISH.search(text)]
    assert report.notes["cut"] == []


def test_the_page_fits_a_small_screen(report: Report) -> None:
    assert report.notes["too wide"] == 0
    assert report.notes["height"] <= 768


def test_what_is_written_is_kept(report: Report, logo: Path) -> None:
    kept = report.notes["kept"]
    expected = {
        "print/organisation": "CCI d'essai",
        "print/logo": str(logo),
        "print/colour": "#123456",
        "print/disclaimer": "Sans valeur contractuelle.",
        "reach_m/energie": "3500.0",
        "network/timeout": "45",
        "valhalla/url": "http://localhost:8002",
    }
    # What nobody changed is not written down: an update may still change it.
    assert kept == expected


def test_it_is_shown_again_and_cancel_forgets(report: Report) -> None:
    assert report.notes["organisation"] == "CCI d'essai"
    assert report.notes["colour"] == "#123456"
    assert report.notes["reach"] == 3.5
    assert report.notes["after cancel"] == "CCI d'essai"


def test_no_python_error(report: Report) -> None:
    assert report.python_errors == []
