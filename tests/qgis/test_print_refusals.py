"""What keeps a print from being made, or from being whole: told early, and in a sentence."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsFeature,
    QgsGeometry,
    QgsProject,
    QgsVectorLayer,
)
from qgis.PyQt.QtCore import QBuffer, QByteArray, QIODevice, QTimer
from qgis.PyQt.QtGui import QColor, QImage

from actif_plugin import settings
from actif_plugin.printing import export as exporting
from actif_plugin.printing.figures import count_figures
from actif_plugin.processing import synergy_atlas
from actif_plugin.store.project import layers_by_role
from tests.qgis.fake_http import FakeService, Question, Reply
from tests.qgis.harness import Recorder, Runner
from tests.qgis.pdfs import pages_of
from tests.qgis.test_print_files import perimeters, set_of

SQUARE = "POLYGON((560000 6320000, 580000 6320000, 580000 6340000, 560000 6340000, 560000 6320000))"
ONE = "nom = 'Montauban'"


@pytest.fixture
def open_demo(demo, tmp_path) -> Iterator[QgsProject]:
    """The demonstration, copied for layers to be edited and filtered, and opened."""
    folder = shutil.copytree(demo.folder, tmp_path / "territoire")
    project = QgsProject()
    assert project.read(str(folder / demo.project.name))
    yield project
    project.clear()


def printed(project: QgsProject, algorithm: str, path: Path, **more) -> list[str]:
    """Print a project that is open, and return what was warned of."""
    log = Recorder()
    Runner(project)(algorithm, log, DPI=72, OUTPUT=str(path), **more)
    return log.warnings


# --- The file -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("algorithm", "given"),
    [
        ("synergymap", {"PAPER": "A4"}),
        ("synergyatlas", {}),
        ("companysheet", {"CONTENT": "vierge"}),
    ],
)
def test_what_cannot_be_written_is_told_before_anything_is_drawn(
    run, demo, tmp_path, monkeypatch, algorithm, given
):
    """Each cause has its own sentence, which comes before the territory is read."""
    if algorithm != "companysheet":
        given = {**given, "PROJECT": str(demo.project)}

    def never(*_, **__):
        raise AssertionError("le territoire est lu")

    monkeypatch.setattr(synergy_atlas, "Work", never)
    (tmp_path / "dossier.pdf").mkdir()
    before = set_of(tmp_path)
    for output, said in (
        (
            tmp_path / "absent" / "a.pdf",
            f"There is no folder {tmp_path / 'absent'}: choose another.",
        ),
        (tmp_path / "dossier.pdf", "is a folder: give the file another name."),
        # Where not even the administrator writes.
        (Path("/proc/a.pdf"), "Nothing can be written in the folder /proc: choose another."),
        (tmp_path / ("x" * 300 + ".pdf"), "choose another name."),
    ):
        told = run.fails(algorithm, OUTPUT=str(output), **given)
        assert said in told, (output, told)
    assert set_of(tmp_path) == before


def test_a_copy_under_a_name_that_is_too_long(run, demo, tmp_path):
    output = str(tmp_path / ("x" * 300 + ".qgz"))
    told = run.fails("publiccopy", PROJECT=str(demo.project), OUTPUT=output)
    assert "cannot be written" in told
    assert list(tmp_path.iterdir()) == []


def test_sheets_of_what_is_no_company(run, demo, tmp_path):
    """Perimeters have identifiers too: there would be a page of nothing for each."""
    told = run.fails(
        "companysheet",
        TARGET=str(demo.store),
        ESTABLISHMENTS=f"{demo.store}|layername=perimetre",
        OUTPUT=str(tmp_path / "fiches.pdf"),
    )
    assert "no establishments" in told
    assert list(tmp_path.iterdir()) == []


def test_a_file_is_what_its_name_says(run, tmp_path):
    """A PDF under the name of a photograph could not be opened."""
    done = run("companysheet", CONTENT="vierge", OUTPUT=str(tmp_path / "fiche.jpg"))
    assert Path(done["OUTPUT"]) == tmp_path / "fiche.jpg.pdf"
    assert [path.name for path in tmp_path.iterdir()] == ["fiche.jpg.pdf"]
    for name in ("fiche.PDF", "fiche.png", "x" * 250 + ".pdf"):
        done = run("companysheet", CONTENT="vierge", OUTPUT=str(tmp_path / name))
        assert Path(done["OUTPUT"]).name == name


def test_gdal_keeps_its_remarks_to_itself(run, demo, tmp_path, capfd):
    run(
        "synergymap",
        PROJECT=str(demo.project),
        PAPER="A4",
        DPI=72,
        OUTPUT=str(tmp_path / "carte.pdf"),
    )
    assert "inserted PDF page" not in capfd.readouterr().err


def test_cancelling_while_the_page_is_drawn(run, demo, tmp_path, monkeypatch):
    """QGIS cannot stop drawing: what it drew is thrown away."""
    path = tmp_path / "carte.pdf"
    path.write_text("ancienne", encoding="utf-8")
    really, log = exporting._draw, Recorder()

    def drawn(*arguments):
        really(*arguments)
        log.cancel()

    monkeypatch.setattr(exporting, "_draw", drawn)
    done = run("synergymap", log, PROJECT=str(demo.project), PAPER="A4", DPI=72, OUTPUT=str(path))
    assert done.results.get("OUTPUT") is None
    assert set_of(tmp_path) == {"carte.pdf": b"ancienne"}


# --- What is printed of the project ---------------------------------------------------------------


@pytest.mark.parametrize("edition", ["interne", "elus"])
def test_layers_that_are_filtered_are_named(open_demo, demo, tmp_path, edition):
    path = tmp_path / "a.pdf"
    given = {"PERIMETERS": perimeters(demo.store, ONE), "EDITION": edition}
    assert printed(open_demo, "synergyatlas", path, **given) == []
    wells = "\"sens\" = 'besoin' AND \"nature\" = 'eau'"
    assert layers_by_role(open_demo)["besoin"].setSubsetString(wells)
    for algorithm in ("synergyatlas", "synergymap"):
        (told,) = printed(open_demo, algorithm, path, **given)
        assert "Besoins" in told and "Ressources" not in told
        assert ("give a company away" in told) == (edition == "elus")


def test_visits_to_companies_that_are_filtered_out_are_not_counted(open_demo, tmp_path):
    companies = layers_by_role(open_demo)["etablissement"]
    visited = {row["etablissement_id"] for row in layers_by_role(open_demo)["visite"].getFeatures()}
    assert companies.setSubsetString("\"naf_code\" LIKE '25%'")
    left = {row["id"] for row in companies.getFeatures()}
    assert 0 < len(visited & left) < len(visited)
    figures = count_figures(layers_by_role(open_demo))
    assert (figures.visited, figures.establishments) == (len(visited & left), len(left))


def test_edits_that_are_not_saved_are_told(open_demo, demo, tmp_path):
    needs = layers_by_role(open_demo)["besoin"]
    assert needs.startEditing()
    path = tmp_path / "a.pdf"
    given = {"PERIMETERS": perimeters(demo.store, ONE)}
    assert printed(open_demo, "synergyatlas", path, **given) == []
    assert needs.deleteFeature(next(needs.getFeatures()).id())
    (told,) = printed(open_demo, "synergyatlas", path, **given)
    assert "Edits are not saved" in told and "Besoins" in told
    (told,) = printed(open_demo, "publiccopy", tmp_path / "copie.qgz")
    assert "Edits are not saved" in told
    assert needs.rollBack()


# --- Perimeters -----------------------------------------------------------------------------------


def test_lines_are_no_perimeters(run, demo, tmp_path):
    line = layer_of("LineString", ["LINESTRING(560000 6320000, 580000 6340000)"])
    told = run.fails(
        "synergyatlas",
        PROJECT=str(demo.project),
        PERIMETERS=line,
        OUTPUT=str(tmp_path / "a.pdf"),
    )
    assert "has no polygon" in told
    assert list(tmp_path.iterdir()) == []


def test_perimeters_without_a_shape_are_counted(run, demo, tmp_path):
    """A page for the one that has a shape, and a word on the others."""
    flat = "POLYGON((560000 6320000, 580000 6320000, 560000 6320000))"
    layer = layer_of("Polygon", [None, "POLYGON EMPTY", flat, SQUARE])
    path = tmp_path / "a.pdf"
    done = run(
        "synergyatlas", PROJECT=str(demo.project), PERIMETERS=layer, DPI=72, OUTPUT=str(path)
    )
    assert [w for w in done.log.warnings if "usable polygon" in w and ": 3." in w]
    assert [page for page in pages_of(path) if page.startswith("N° 3")]
    assert not [page for page in pages_of(path) if page.startswith("N° 0")]


def test_perimeters_of_an_unknown_system(run, demo, tmp_path):
    layer = layer_of("Polygon", [SQUARE])
    layer.setCrs(QgsCoordinateReferenceSystem())
    path = tmp_path / "a.pdf"
    done = run(
        "synergyatlas", PROJECT=str(demo.project), PERIMETERS=layer, DPI=72, OUTPUT=str(path)
    )
    assert [warning for warning in done.log.warnings if "no coordinate system" in warning]


def layer_of(kind: str, shapes: list[str | None]) -> QgsVectorLayer:
    layer = QgsVectorLayer(f"{kind}?crs=EPSG:2154&field=nom:string", "p", "memory")
    for number, shape in enumerate(shapes):
        feature = QgsFeature(layer.fields())
        feature["nom"] = f"N° {number}"
        if shape is not None:
            feature.setGeometry(QgsGeometry.fromWkt(shape))
        assert layer.dataProvider().addFeature(feature)
    return layer


# --- The logo -------------------------------------------------------------------------------------


@pytest.fixture
def signed() -> Iterator[None]:
    """Settings of the organisation, put back as they were."""
    before = settings.print_settings()
    yield
    settings.set_print_settings(before)


def test_a_logo_that_cannot_be_read_is_told(run, tmp_path, signed):
    picture = tmp_path / "logo.png"
    assert square_of("red").save(str(picture))
    (tmp_path / "coupe.png").write_bytes(picture.read_bytes()[:60])
    (tmp_path / "faux.svg").write_text("<svg><rect", encoding="utf-8")
    (tmp_path / "bon.svg").write_text(
        '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9"/>'
        "</svg>",
        encoding="utf-8",
    )
    for name, sound in (
        ("logo.png", True),
        ("bon.svg", True),
        ("coupe.png", False),
        ("faux.svg", False),
        ("absent.png", False),
    ):
        settings.set_print_settings(replace(settings.PrintSettings(), logo=str(tmp_path / name)))
        path = tmp_path / "fiche.pdf"
        done = run("companysheet", CONTENT="vierge", OUTPUT=str(path))
        assert [name in warning for warning in done.log.warnings] == ([] if sound else [True])
        assert path.stat().st_size > 10_000


# --- The background -------------------------------------------------------------------------------


def square_of(colour: str) -> QImage:
    picture = QImage(256, 256, QImage.Format.Format_RGB32)
    picture.fill(QColor(colour))
    return picture


@pytest.fixture
def tiles(monkeypatch) -> Iterator[FakeService]:
    """A service of tiles, where OpenStreetMap is looked for."""
    service = FakeService()
    with service.running():
        # QGIS keeps tiles by their address: each test has its own.
        address = f"{service.url}/{time.monotonic_ns()}/{{z}}/{{x}}/{{y}}.png"
        monkeypatch.setattr(type(settings.OSM_TILES), "url", address)
        yield service


@pytest.fixture(scope="module")
def tile() -> Reply:
    content = QByteArray()
    buffer = QBuffer(content)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    assert square_of("#ff00ff").save(buffer, "PNG")
    return Reply(bytes(content), content_type="image/png")


def is_first(question: Question) -> bool:
    """Tell whether it is the tile of the whole world, by which the service is tried."""
    return question.path.endswith("/0/0/0.png")


@pytest.mark.parametrize(
    "others",
    [
        Reply("<html>Authentification du proxy</html>", content_type="text/html"),
        Reply("Trop de demandes", status=429),
        Reply(b"\x89PNG rien de bon", content_type="image/png"),
    ],
    ids=["portal", "quota", "garbage"],
)
def test_a_background_that_sends_nothing_of_use(run, demo, tmp_path, tiles, tile, others):
    """The service answers, and no tile comes: as without one, and the perimeters are coloured."""
    tiles.answers = lambda question: tile if is_first(question) else others
    path, without = tmp_path / "carte.pdf", tmp_path / "sans.pdf"
    given = {"PROJECT": str(demo.project), "PAPER": "A4", "DPI": 72}
    done = run("synergymap", BASEMAP="osm", OUTPUT=str(path), **given)
    assert [warning for warning in done.log.warnings if "cannot be reached" in warning]
    run("synergymap", OUTPUT=str(without), **given)
    assert pages_of(path) == pages_of(without)


def test_a_background_with_holes_is_told(run, demo, tmp_path, tiles, tile):
    tiles.answers = lambda question: (
        tile
        if is_first(question) or int(question.path.split("/")[-2]) % 2
        else Reply(status=500, content_type="")
    )
    path = tmp_path / "carte.pdf"
    given = {"PROJECT": str(demo.project), "PAPER": "A4", "DPI": 72}
    done = run("synergymap", BASEMAP="osm", OUTPUT=str(path), **given)
    (told,) = done.log.warnings
    assert "A part of the background did not come" in told
    assert "OpenStreetMap" in pages_of(path)[0]


def test_a_whole_background_is_asked_for_once(run, demo, tmp_path, tiles, tile):
    tiles.answers = lambda _: tile
    done = run(
        "synergymap",
        PROJECT=str(demo.project),
        PAPER="A4",
        DPI=150,
        BASEMAP="osm",
        OUTPUT=str(tmp_path / "carte.pdf"),
    )
    assert done.log.warnings == []
    paths = [question.path for question in tiles.questions]
    assert len(paths) > 5
    assert len(paths) == len(set(paths))


def test_cancelling_while_tiles_are_awaited(run, demo, tmp_path, tiles, tile):
    """The window lives on, its button is heard, and nothing is written."""
    tiles.answers = lambda question: tile if is_first(question) else replace(tile, delay_s=60)
    log = Recorder()
    cancelled: list[float] = []

    def cancel() -> None:
        if len(tiles.questions) < 2:
            QTimer.singleShot(50, cancel)
            return
        cancelled.append(time.monotonic())
        log.cancel()

    QTimer.singleShot(50, cancel)
    done = run(
        "synergymap",
        log,
        PROJECT=str(demo.project),
        PAPER="A4",
        DPI=72,
        BASEMAP="osm",
        OUTPUT=str(tmp_path / "carte.pdf"),
    )
    assert time.monotonic() - cancelled[0] < 2
    assert done.results.get("OUTPUT") is None
    assert list(tmp_path.iterdir()) == []
