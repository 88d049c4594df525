"""Addresses in a real window: see `scenarios/addresses.py`."""

import sqlite3
from pathlib import Path

import pytest

from tests.gui.harness import HERE, Report, make_demo, run_scenario
from tests.qgis.fake_geocoder import FakeGeocoder, known
from tests.qgis.fake_http import FakeService, unused_url

MONTAUBAN = (1.3553, 44.0167)
PLACE = known(
    MONTAUBAN,
    label="12 Rue de l'Église 82000 Montauban",
    name="12 Rue de l'Église",
    postcode="82000",
    citycode="82121",
    city="Montauban",
    id="82121_0890_00012",
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("demo")
    make_demo(path)
    return path


@pytest.fixture(scope="module")
def asked() -> list[str]:
    return []


@pytest.fixture(scope="module")
def report(folder: Path, asked: list[str]) -> Report:
    with FakeService().running() as server:
        server.answers = FakeGeocoder({"12 rue de l'église montauban": PLACE})
        done = run_scenario(
            HERE / "scenarios/addresses.py",
            project=folder / "tarn-et-garonne.qgz",
            parameters={"url": server.url, "nobody": unused_url()},
        )
        asked += [question.parameters.get("q", "") for question in server.questions]
        return done


def test_an_address_is_found_with_and_without_the_prefix(report: Report) -> None:
    assert any("12 Rue de l'Église" in text for text in report.notes["results address"])
    assert Path(report.screenshots["localisateur-adresse"]).stat().st_size > 20_000


def test_names_of_companies_do_not_leave(report: Report, asked: list[str]) -> None:
    assert any("Gardelle" in text for text in report.notes["results name"])
    assert not [text for text in asked if "gardelle" in text.lower()]
    assert any(asked)


def test_picking_goes_there(report: Report) -> None:
    # In Lambert 93, by gdaltransform -s_srs EPSG:4326 -t_srs EPSG:2154.
    assert report.notes["centre"] == pytest.approx([568133, 6325562], abs=5)
    assert 1_000 < report.notes["scale"] < 8_000


def test_a_service_that_does_not_answer_is_told(report: Report) -> None:
    assert any("127.0.0.1" in text for text in report.notes["results offline"])
    assert "127.0.0.1" in report.notes["told"]


def test_a_new_company_gets_its_address(report: Report, folder: Path) -> None:
    filled = ["12 Rue de l'Église", "82000", "82121", "Montauban"]
    assert report.notes["filled"] == filled
    with sqlite3.connect(folder / "tarn-et-garonne.gpkg") as base:
        rows = base.execute(
            "SELECT adresse, code_postal, commune_insee, commune_nom FROM etablissement"
            " WHERE raison_sociale = 'Essai d''adresse'"
        ).fetchall()
    assert rows == [tuple(filled)]


def test_the_options_page(report: Report) -> None:
    assert report.notes["grey"] == "https://data.geopf.fr/geocodage"
    assert report.notes["written"].startswith("http://127.0.0.1")
    assert not report.notes["written"].endswith("/")


def test_no_python_error(report: Report) -> None:
    assert report.python_errors == []
