"""The dialog Print in a real window: see `scenarios/printing.py`."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.gui.harness import (
    CHECKOUT,
    HERE,
    SCREENSHOTS,
    Report,
    make_demo,
    need,
    run_scenario,
)

ENTRIES = ["Print…", "Imprimer…"]
EPCI = "EPCI : Communauté de communes du Quercy Caussadais"
# Far enough for pages to be drawn.
CANCEL_AT = 45
COMPANIES = ["Brasserie de l'Écluse-Basse", "Vergers Associés de Barrès", "Usinage Roquelor"]
ENGLISH = re.compile(r"\b(the|of|to|for|none|where|what|each|with|blank|map|sheet|file)\b", re.I)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("impressions")


@pytest.fixture(scope="module")
def report(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Report:
    project = make_demo(tmp_path_factory.mktemp("demo"))
    parameters = {
        "folder": str(folder),
        "entries": ENTRIES,
        "project": str(project),
        "cancel_at": CANCEL_AT,
        "companies": COMPANIES,
    }
    done = run_scenario(HERE / "scenarios/printing.py", parameters=parameters)
    # For the pictures of the documentation.
    for path in folder.glob("*.pdf"):
        shutil.copyfile(path, SCREENSHOTS / path.name)
    return done


def english() -> set[str]:
    """Return the sources of the translation that French says otherwise."""
    messages = ElementTree.parse(CHECKOUT / "actif_plugin/i18n/actif_fr.ts").iter("message")
    pairs = {one.findtext("source"): one.findtext("translation") for one in messages}
    return {source for source, french in pairs.items() if source and source != french}


def text_of(path: Path) -> str:
    done = subprocess.run(
        [need("pdftotext"), "-layout", str(path), "-"], capture_output=True, text=True, check=True
    )
    return done.stdout


def test_without_a_territory_one_sentence(report: Report) -> None:
    sentence, enabled = report.notes["without a territory"]
    assert "territoire" in sentence
    assert not enabled


def test_every_text_is_french_and_whole(report: Report) -> None:
    assert set(report.notes["looked"]) >= {"synergymap", "synergyatlas", "companysheet"}
    for name, looked in report.notes["looked"].items():
        assert not looked["cut"], name
        assert not set(looked["texts"]) & english(), name
        assert not [text for text in looked["texts"] if ENGLISH.search(text)], name
    assert report.notes["size"][0] <= 800
    assert report.notes["size"][1] <= 600


def test_what_cannot_be_chosen_is_greyed(report: Report) -> None:
    enabled = {
        name: {box for box, (_, can) in looked["state"].items() if can}
        for name, looked in report.notes["looked"].items()
    }
    assert enabled["synergymap"] == {"What", "Edition", "Where", "Paper", "Basemap"}
    assert {"What", "Edition", "Where", "Paper"} <= enabled["synergyatlas"]
    assert enabled["companysheet"] == {"What", "Where"}


def test_the_company_sheet_is_of_the_selection(report: Report) -> None:
    shown = report.notes["looked"]["companysheet"]["state"]
    assert shown["Where"][0].endswith(": 3")
    assert "Interne" in shown["Edition"][0]


def test_the_name_of_the_file_tells_what_is_in_it(report: Report) -> None:
    assert report.notes["found"] == EPCI
    assert Path(report.notes["proposed"]).name == (
        "carte-des-synergies-communaute-de-communes-du-quercy-caussadais-elus.pdf"
    )
    assert "distribué" in report.notes["told of elus"]


def test_a_place_that_cannot_be_written_is_told_in_one_sentence(report: Report) -> None:
    for name, (sentence, stays) in report.notes["refused"].items():
        assert stays, name
        assert sentence.endswith("."), name
        assert len(sentence) < 200, name
        assert "dossier" in sentence, name


def test_the_map_is_there_and_the_bar_leads_to_it(report: Report, folder: Path) -> None:
    path = folder / "carte.pdf"
    assert path.as_uri() in report.notes["bar"]
    assert report.notes["opened"] == [str(path)]
    text = text_of(path)
    assert "Interne" not in text
    assert "élus" in text


def test_choices_and_folder_are_remembered(report: Report, folder: Path) -> None:
    shown = {name: text for name, (text, _) in report.notes["remembered"].items()}
    assert shown["What"].startswith("Carte")
    assert "lus" in shown["Edition"]
    assert shown["Where"] == EPCI
    assert "A4" in shown["Paper"]
    assert Path(report.notes["folder"]).parent == folder


def test_a_file_is_not_replaced_unasked(report: Report) -> None:
    assert "carte.pdf" in report.notes["asked"]
    assert report.notes["kept"]


def test_a_long_print_is_cancelled_without_a_trace(report: Report, folder: Path) -> None:
    assert report.notes["cancelled"]
    assert report.notes["left"] == ["carte.pdf"]
    assert report.notes["stopped after"] < 5, report.notes["stopped after"]


def test_printing_goes_on_after_a_cancel(report: Report, folder: Path) -> None:
    assert text_of(folder / "fiches.pdf").count("\f") == 3
    assert "fiches.pdf" in report.notes["bar in the end"]
    assert "Grand Montauban" in text_of(folder / "atlas.pdf")
    assert "distribuer" in report.notes["told of interne"]
    assert report.notes["opened in the end"] == [
        str(folder / "carte.pdf"),
        str(folder / "atlas.pdf"),
    ]


def test_no_python_error(report: Report) -> None:
    assert report.python_errors == []
