"""The product picker in a real window: see `scenarios/picker.py`."""

import sqlite3
import zipfile
from pathlib import Path

import pytest

from tests.gui.harness import HERE, Report, make_demo, run_scenario


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("demo")
    make_demo(path)
    return path


@pytest.fixture(scope="module")
def report(folder: Path) -> Report:
    return run_scenario(HERE / "scenarios/picker.py", project=folder / "tarn-et-garonne.qgz")


def test_three_words_and_the_keyboard(report: Report) -> None:
    first = report.notes["rows"][0]
    assert report.notes["open after Enter"] is True
    assert report.notes["chosen"] == first[0]
    assert report.notes["text"] == f"{first[0]} – {first[1]}"
    assert Path(report.screenshots["picker"]).stat().st_size > 20_000


def test_usual_products_of_the_company_first(report: Report) -> None:
    assert report.notes["usual"][:2] == ["16.2", "16.24"]


def test_finer_then_coarser(report: Report) -> None:
    chosen, finer = report.notes["chosen"], report.notes["finer"]
    assert finer.startswith(chosen) and len(finer) > len(chosen)
    assert report.notes["coarser"] == chosen


def test_words_that_mean_nothing_are_not_lost(report: Report) -> None:
    assert report.notes["unknown"] == ["zzqq", "zzqq"]


def test_words_are_remembered_only_where_asked(report: Report, folder: Path) -> None:
    visible, checked, text = report.notes["offered"]
    assert (visible, checked) == (True, False)
    assert "palettes bois usagées" in text
    assert report.notes["offered for the first"] is False
    with sqlite3.connect(folder / "tarn-et-garonne.gpkg") as base:
        words = base.execute("SELECT terme FROM synonyme").fetchall()
    assert ("palettes bois usagées",) not in words


def test_the_need_is_in_the_database(report: Report, folder: Path) -> None:
    assert report.notes["committed"] is True, report.notes["errors"]
    with sqlite3.connect(folder / "tarn-et-garonne.gpkg") as base:
        rows = base.execute(
            "SELECT f.code, f.nomenclature, f.sens, e.raison_sociale FROM flux f"
            " JOIN etablissement e ON e.id = f.etablissement_id"
            " WHERE f.libelle = 'Essai au clavier'"
        ).fetchall()
    assert rows == [(report.notes["chosen"], "CPF", "besoin", report.notes["company"])]


def test_the_project_stays_native_on_disk(report: Report, folder: Path) -> None:
    assert (report.notes["type"], report.notes["type after"]) == ("ActifCode", "ActifCode")
    assert report.notes["written"] is True
    with zipfile.ZipFile(folder / "tarn-et-garonne.qgz") as archive:
        name = next(name for name in archive.namelist() if name.endswith(".qgs"))
        text = archive.read(name).decode()
    assert "ActifCode" not in text
    assert 'type="ValueRelation"' in text


def test_no_python_error(report: Report) -> None:
    assert report.python_errors == []
