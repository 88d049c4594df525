"""The files that printing leaves: bookmarks, georeferencing, names, and nothing half done."""

from __future__ import annotations

import html
import os
import re
import resource
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from osgeo import gdal
from qgis.core import (
    QgsApplication,
    QgsFeature,
    QgsGeometry,
    QgsLayoutItemLabel,
    QgsLayoutItemMap,
    QgsLayoutItemPage,
    QgsPrintLayout,
    QgsProject,
    QgsReadWriteContext,
    QgsVectorLayer,
)
from qgis.PyQt import sip
from qgis.PyQt.QtGui import QColor, QFont, QImage
from qgis.PyQt.QtXml import QDomDocument

from actif_plugin import settings
from actif_plugin.printing import export as exporting
from actif_plugin.printing.drawing import add_text
from actif_plugin.printing.fitting import rows_that_fit
from actif_plugin.printing.pages import file_words
from actif_plugin.printing.template_copies import copy_templates, templates_folder
from actif_plugin.printing.templates import load, template_path
from actif_plugin.processing import company_sheet, synergy_atlas
from tests.qgis.harness import Recorder, Runner, run_program, small_disk, sql
from tests.qgis.pdfs import count_pages, pages_of

EPCI = "type = 'epci'"
TWO = "type = 'epci' AND nom LIKE '%Confluences%' OR nom = 'Montauban'"
MM_A_INCH = 25.4


def perimeters(store: Path, subset: str) -> QgsVectorLayer:
    layer = QgsVectorLayer(f"{store}|layername=perimetre|subset={subset}", "p", "ogr")
    assert layer.featureCount()
    return layer


def companies(store: Path, subset: str = "") -> QgsVectorLayer:
    layer = QgsVectorLayer(f"{store}|layername=etablissement|subset={subset}", "e", "ogr")
    assert layer.featureCount()
    return layer


def save(layout: QgsPrintLayout, template: Path) -> None:
    """Save a layout as a template, and be rid of it before its project goes."""
    assert layout.saveAsTemplate(str(template), QgsReadWriteContext())
    sip.delete(layout)


def bookmarks(path: Path) -> list[tuple[int, str]]:
    """Return the bookmarks of a PDF that poppler finds: page and words."""
    done = run_program("pdftohtml", "-xml", "-i", "-stdout", path)
    assert done.returncode == 0 and not done.stderr, done.stderr
    found = re.findall(r'<item page="(\d+)">(.*?)</item>', done.stdout, re.DOTALL)
    return [(int(page), html.unescape(words)) for page, words in found]


def information(path: Path) -> dict[str, str]:
    """Return what a PDF says of itself."""
    told = run_program("pdfinfo", path)
    assert not told.stderr
    return dict(re.findall(r"^(\w+):[ \t]+(.*)$", told.stdout, re.MULTILINE))


def is_sound(path: Path) -> bool:
    """Tell whether two programs have nothing to say against a PDF."""
    checked = run_program("qpdf", "--check", path)
    read = run_program("pdftotext", path, "-")
    return (
        checked.returncode == 0 and "WARNING" not in checked.stdout + checked.stderr + read.stderr
    )


@pytest.fixture(scope="module")
def atlas(demo, provider, tmp_path_factory) -> Path:
    """The internal atlas of the EPCI, as one file."""
    path = tmp_path_factory.mktemp("livre") / "atlas.pdf"
    Runner()("synergyatlas", PROJECT=str(demo.project), DPI=72, OUTPUT=str(path))
    return path


@pytest.fixture(scope="module")
def leaves(demo, provider, tmp_path_factory) -> list[Path]:
    """The same, a file a page."""
    folder = tmp_path_factory.mktemp("feuilles")
    Runner()(
        "synergyatlas",
        PROJECT=str(demo.project),
        DPI=72,
        ONE_A_PAGE=True,
        OUTPUT=str(folder / "a.pdf"),
    )
    return sorted(folder.iterdir())


# --- Bookmarks, georeferencing, layers ------------------------------------------------------------


def test_a_bookmark_a_perimeter_leads_to_its_page(atlas, demo):
    pages = pages_of(atlas)
    found = bookmarks(atlas)
    assert [page for page, _ in found] == list(range(1, len(pages) + 1))
    names = {name for (name,) in sql(demo.store, f"SELECT nom FROM perimetre WHERE {EPCI}")}
    assert names < {words for _, words in found}
    for page, words in found:
        if words in names:
            assert pages[page - 1].startswith(words)
    assert is_sound(atlas)


def test_a_bookmark_a_company(run, demo, tmp_path):
    """The names that companies chose, with their accents, quotes and ampersands."""
    store = tmp_path / "t.gpkg"
    shutil.copyfile(demo.store, store)
    layer = companies(store, "siret = '00001012400014'")
    at = layer.fields().indexOf("enseigne")
    odd = "L'Œuvre (bois) & fils \\ <Ω> 𝒳"
    assert layer.dataProvider().changeAttributeValues({next(layer.getFeatures()).id(): {at: odd}})
    path = tmp_path / "f.pdf"
    run("companysheet", TARGET=str(store), ESTABLISHMENTS=companies(store), OUTPUT=str(path))
    pages = pages_of(path)
    found = bookmarks(path)
    assert [page for page, _ in found] == list(range(1, len(pages) + 1))
    (marked,) = [page for page, words in found if words == odd]
    assert "SIRET 00001012400014" in pages[marked - 1]
    assert information(path)["Title"] == "Fiches d'entreprise"
    assert is_sound(path)


def ground_at(name: str, across_mm: float, down_mm: float) -> tuple[float, float]:
    """Return what GDAL finds at a place of a page, in millimetres from its top left."""
    page = gdal.OpenEx(name, gdal.OF_RASTER, open_options=["DPI=72"])
    west, width, skew, north, turn, height = page.GetGeoTransform()
    assert skew == pytest.approx(0, abs=1e-3) and turn == pytest.approx(0, abs=1e-3)
    column, row = across_mm / MM_A_INCH * 72, down_mm / MM_A_INCH * 72
    return west + width * column, north + height * row


def test_each_page_is_where_qgis_itself_puts_it(atlas, leaves):
    """The same places on the ground as in the single pages, which QGIS georeferences with GDAL."""
    pages = count_pages(atlas)
    assert pages == len(leaves)
    compared = 0
    for number, leaf in enumerate(leaves, start=1):
        alone = gdal.Open(str(leaf))
        if not alone.GetProjection():
            continue
        name = f"PDF:{number}:{atlas}"
        together = gdal.Open(name)
        assert together.GetSpatialRef().IsSame(alone.GetSpatialRef())
        metres_a_mm = together.GetGeoTransform()[1] / MM_A_INCH * 150
        for place in ((30, 60), (150, 120)):
            ours, theirs = ground_at(name, *place), ground_at(str(leaf), *place)
            # Pages are whole points wide, rounded either way: half a millimetre at most.
            assert ours == pytest.approx(theirs, abs=0.5 * abs(metres_a_mm)), (number, place)
        compared += 1
    # The cover, the perimeters, and the map of what is missing.
    assert compared >= 12


def test_leaves_have_layers_to_switch_off(leaves):
    leaf = next(path for path in leaves if "Confluences" in path.name)
    layers = gdal.Open(str(leaf)).GetMetadata("LAYERS").values()
    for name in ("Synergies", "Communes", "Perimeter_of_the_page"):
        assert name in layers
    assert all(is_sound(path) for path in leaves)


def test_a_geographic_system(run, tmp_path):
    """A territory in degrees: a page is at its longitude and latitude."""
    store = tmp_path / "t.gpkg"
    made = run("createterritory", NAME="T", CRS="EPSG:4326", STORE=str(store))
    square = QgsVectorLayer("Polygon?crs=EPSG:4326&field=nom:string", "p", "memory")
    feature = QgsFeature(square.fields())
    feature["nom"] = "Carré"
    feature.setGeometry(QgsGeometry.fromWkt("POLYGON((1 44, 1.2 44, 1.2 44.1, 1 44.1, 1 44))"))
    square.dataProvider().addFeatures([feature])
    path = tmp_path / "a.pdf"
    run("synergyatlas", PROJECT=made["PROJECT"], PERIMETERS=square, DPI=72, OUTPUT=str(path))
    page = gdal.Open(f"PDF:2:{path}")
    assert page.GetSpatialRef().IsGeographic()
    west, width, _, north, _, height = page.GetGeoTransform()
    assert west < 1 and west + width * page.RasterXSize > 1.2
    assert north > 44.1 and north + height * page.RasterYSize < 44
    assert north - 44.1 < 0.2 and 1 - west < 0.2
    assert is_sound(path)


def test_a_template_of_two_pages(run, demo, tmp_path):
    """Bookmarks and maps stay on their pages where a page of the atlas takes two."""
    template = tmp_path / "deux.qpt"
    project = QgsProject()
    layout = load(project, template_path("synergyatlas", "A4"), "Deux")
    second = QgsLayoutItemPage(layout)
    second.setPageSize("A4", QgsLayoutItemPage.Orientation.Landscape)
    layout.pageCollection().addPage(second)
    label = add_text(layout, "Notes de terrain", (20, 20, 100, 10), 12)
    label.attemptMove(label.positionWithUnits(), page=1)
    save(layout, template)
    path = tmp_path / "a.pdf"
    run(
        "synergyatlas",
        PROJECT=str(demo.project),
        PERIMETERS=perimeters(demo.store, TWO),
        TEMPLATE=str(template),
        DPI=72,
        OUTPUT=str(path),
    )
    pages = pages_of(path)
    assert "Notes de terrain" in pages[2] and "Notes de terrain" in pages[4]
    found = dict(bookmarks(path))
    assert pages[1].startswith(found[2]) and pages[3].startswith(found[4])
    assert 3 not in found and 5 not in found
    located = [bool(gdal.Open(f"PDF:{n}:{path}").GetProjection()) for n in (2, 3, 4, 5)]
    assert located == [True, False, True, False]
    assert is_sound(path)


def test_a_pdf_of_another_make_is_whole_without_bookmarks(run, demo, tmp_path, monkeypatch):
    def unknown(*_):
        raise exporting.UnknownPdf("essai")

    monkeypatch.setattr(exporting, "add_notes", unknown)
    path = tmp_path / "a.pdf"
    run("synergyatlas", PROJECT=str(demo.project), DPI=72, OUTPUT=str(path))
    assert count_pages(path) > 10
    assert bookmarks(path) == []


# --- What files say of themselves -----------------------------------------------------------------


def test_what_the_atlas_says_of_itself(atlas):
    told = information(atlas)
    assert told["Title"] == "Tarn-et-Garonne: atlas of synergies"
    assert told["Subject"] == "Internal edition: do not distribute"
    assert told["Author"] == QgsApplication.userFullName()
    assert told["Creator"] == "Act'IF for QGIS"


@pytest.fixture
def signed() -> Iterator[str]:
    """The name of an organisation, in the settings."""
    before = settings.print_settings()
    settings.set_print_settings(settings.PrintSettings(organisation="CCI d'Essai"))
    yield "CCI d'Essai"
    settings.set_print_settings(before)


@pytest.mark.parametrize("one_a_page", [False, True])
def test_elected_officials_learn_of_the_organisation_only(run, demo, tmp_path, signed, one_a_page):
    """No person, no folder of the machine."""
    run(
        "synergyatlas",
        PROJECT=str(demo.project),
        PERIMETERS=perimeters(demo.store, EPCI),
        EDITION="elus",
        ONE_A_PAGE=one_a_page,
        DPI=72,
        OUTPUT=str(tmp_path / "a.pdf"),
    )
    for path in tmp_path.iterdir():
        told = information(path)
        assert told["Author"] == signed
        assert told["Subject"] == "Edition for elected officials"
        raw = path.read_bytes()
        for folder in (str(tmp_path), str(demo.folder)):
            for form in (folder.encode(), folder.encode("utf-16-be")):
                assert form not in raw and form.hex().encode() not in raw


def test_pictures_for_elected_officials_name_nobody(run, demo, tmp_path):
    for kind in ("png", "svg"):
        run(
            "synergyatlas",
            PROJECT=str(demo.project),
            PERIMETERS=perimeters(demo.store, TWO),
            EDITION="elus",
            DPI=72,
            OUTPUT=str(tmp_path / f"a.{kind}"),
        )
    pictures = sorted(tmp_path.glob("*.png"))
    assert len(pictures) > 2
    for path in pictures:
        assert not gdal.Open(str(path)).GetMetadata().get("Author")
    for path in tmp_path.glob("*.svg"):
        creator = re.search(r"<dc:creator>.*?</dc:creator>", path.read_text("utf-8"), re.DOTALL)
        assert creator is None or QgsApplication.userFullName() not in creator[0]


# --- A file a page --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("CC des Coteaux d'Œdipe & Cie", "CC-des-Coteaux-d-OEdipe-Cie"),
        ("Saint-Étienne-de-Tulmont", "Saint-Etienne-de-Tulmont"),
        ('../a:b*c?"<>|\\', "a-b-c"),
        ("CON.", "CON"),
        ("日本", ""),
        ("a" * 200, "a" * 60),
    ],
)
def test_names_for_any_disk(name, safe):
    assert file_words(name) == safe


def test_a_file_a_page_with_its_name(leaves, demo):
    names = [path.name for path in leaves]
    assert "a-002-Communaute-d-agglomeration-Grand-Montauban.pdf" in names
    assert [int(name.split("-")[1]) for name in names] == list(range(1, len(names) + 1))
    assert all(name.isascii() for name in names)
    (page,) = pages_of(leaves[1])
    assert page.startswith("Communauté d'agglomération Grand Montauban")


@pytest.mark.parametrize("kind", ["png", "svg"])
def test_pictures_of_an_atlas(run, demo, tmp_path, kind):
    """One a page without asking; the number of pages is that of the files."""
    done = run(
        "synergyatlas",
        PROJECT=str(demo.project),
        PERIMETERS=perimeters(demo.store, TWO),
        DPI=96,
        OUTPUT=str(tmp_path / f"a.{kind}"),
    )
    files = sorted(tmp_path.iterdir())
    assert len(files) == done["PAGES"]
    assert done["OUTPUT"] == str(files[0])
    assert {path.suffix for path in files} == {f".{kind}"}
    if kind == "png":
        for path in files:
            assert gdal.Open(str(path)).RasterXSize == pytest.approx(297 / 25.4 * 96, abs=2)
    else:
        assert "Montauban" in files[2].read_text("utf-8") + files[1].read_text("utf-8")


def test_a_file_a_company_and_a_picture_of_one(run, demo, tmp_path):
    some = "siret IN ('00001012400014', '00001030600017')"
    chosen = {"TARGET": str(demo.store), "ESTABLISHMENTS": companies(demo.store, some)}
    run("companysheet", ONE_A_PAGE=True, OUTPUT=str(tmp_path / "f.pdf"), **chosen)
    files = sorted(path.name for path in tmp_path.iterdir())
    assert [name[:6] for name in files] == ["f-001-", "f-002-"]
    assert "f-001-Palettes-Vertignac.pdf" in files or "f-002-Palettes-Vertignac.pdf" in files
    # A single page keeps the name that was asked for.
    alone = companies(demo.store, "siret = '00001012400014'")
    path = tmp_path / "une.svg"
    done = run("companysheet", TARGET=str(demo.store), ESTABLISHMENTS=alone, OUTPUT=str(path))
    assert done["OUTPUT"] == str(path)
    assert "Palettes Vertignac" in path.read_text("utf-8")
    path = tmp_path / "vierge.png"
    run("companysheet", CONTENT="vierge", OUTPUT=str(path))
    assert gdal.Open(str(path)).RasterYSize == pytest.approx(297 / 25.4 * 200, abs=2)


# --- Nothing half done ----------------------------------------------------------------------------


def set_of(folder: Path) -> dict[str, bytes]:
    """Return the files of a folder, hidden ones included, folders as nothing."""
    return {p.name: p.read_bytes() if p.is_file() else b"" for p in sorted(folder.iterdir())}


def print_leaves(run: Runner, demo, folder: Path, log: Recorder | None = None):
    return run(
        "synergyatlas",
        log,
        PROJECT=str(demo.project),
        PERIMETERS=perimeters(demo.store, TWO),
        DPI=72,
        ONE_A_PAGE=True,
        OUTPUT=str(folder / "a.pdf"),
    )


@pytest.fixture
def old_set(run, demo, tmp_path) -> dict[str, bytes]:
    """A set of files of before, each with some words of its own."""
    print_leaves(run, demo, tmp_path)
    for path in tmp_path.iterdir():
        path.write_text(f"ancienne {path.name}", encoding="utf-8")
    # One was thrown away since.
    sorted(tmp_path.iterdir())[0].unlink()
    return set_of(tmp_path)


def refused(run: Runner, demo, folder: Path, algorithm: str = "synergyatlas", **more) -> str:
    return run.fails(
        algorithm,
        PROJECT=str(demo.project),
        # By its name: PyQGIS keeps what a failed run was given, and a file must not outlive QGIS.
        PERIMETERS=perimeters(demo.store, TWO).source(),
        DPI=72,
        **{"ONE_A_PAGE": True, "OUTPUT": str(folder / "a.pdf"), **more},
    )


def test_a_set_replaces_the_one_before(run, demo, tmp_path, old_set):
    print_leaves(run, demo, tmp_path)
    now = set_of(tmp_path)
    assert set(old_set) < set(now)
    assert all(content.startswith(b"%PDF") for content in now.values())


@pytest.mark.parametrize("at", [1, 2, 3, 5])
def test_a_file_open_elsewhere(run, demo, tmp_path, old_set, monkeypatch, at):
    """Windows refuses to replace it: the set of before is there again, whole."""
    really, calls = os.replace, []

    def locked(source, target):
        calls.append(target)
        if len(calls) == at:
            raise PermissionError(13, "Permission denied")
        really(source, target)

    monkeypatch.setattr(exporting.os, "replace", locked)
    told = refused(run, demo, tmp_path)
    assert "cannot be written: close it if it is open elsewhere" in told
    assert set_of(tmp_path) == old_set


def test_a_folder_with_the_name_of_a_file(run, demo, tmp_path, old_set):
    last = sorted(old_set)[-1]
    (tmp_path / last).unlink()
    (tmp_path / last).mkdir()
    before = set_of(tmp_path)
    assert "cannot be written" in refused(run, demo, tmp_path)
    assert set_of(tmp_path) == before
    (tmp_path / "b.pdf").mkdir()
    told = refused(run, demo, tmp_path, ONE_A_PAGE=False, OUTPUT=str(tmp_path / "b.pdf"))
    assert "is a folder" in told
    assert set_of(tmp_path) == {**before, "b.pdf": b""}


def test_cancelling_a_set(run, demo, tmp_path, old_set, monkeypatch):
    """Cancelled between two pages."""
    pages = []
    really = exporting._draw

    def counted(*arguments):
        pages.append(1)
        if len(pages) == 2:
            log.cancel()
        return really(*arguments)

    monkeypatch.setattr(exporting, "_draw", counted)
    log = Recorder()
    done = print_leaves(run, demo, tmp_path, log)
    assert done.results.get("OUTPUT") is None
    assert len(pages) == 2
    assert set_of(tmp_path) == old_set


@contextmanager
def files_no_larger_than(size: int) -> Iterator[None]:
    """Make the machine refuse to write larger files, as a full disk does."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def only_while_exporting(monkeypatch, algorithm, size: int) -> None:
    really = algorithm.export_pages

    def limited(*arguments, **more):
        with files_no_larger_than(size):
            return really(*arguments, **more)

    monkeypatch.setattr(algorithm, "export_pages", limited)


@pytest.mark.parametrize(
    ("kind", "size"),
    [("pdf", 0), ("pdf", 30_000), ("pdf", 300_000), ("png", 20_000), ("svg", 100_000)],
)
def test_no_room_for_the_file(run, demo, tmp_path, monkeypatch, kind, size):
    """The atlas, its pictures and its drawings: nothing truncated, nothing left beside."""
    path = tmp_path / f"a.{kind}"
    path.write_text("ancien", encoding="utf-8")
    before = set_of(tmp_path)
    only_while_exporting(monkeypatch, synergy_atlas, size)
    told = refused(run, demo, tmp_path, ONE_A_PAGE=False, OUTPUT=str(path))
    assert "make room on the disk" in told
    assert set_of(tmp_path) == before


def test_no_room_for_the_bookmarks(run, demo, tmp_path, monkeypatch):
    """The disk is full when QGIS has written all of its own."""
    path = tmp_path / "f.pdf"
    run(
        "companysheet",
        TARGET=str(demo.store),
        ESTABLISHMENTS=companies(demo.store),
        OUTPUT=str(path),
    )
    size = path.read_bytes().index(b"%%EOF") + 40
    path.write_text("anciennes", encoding="utf-8")
    only_while_exporting(monkeypatch, company_sheet, size)
    told = run.fails(
        "companysheet",
        TARGET=str(demo.store),
        ESTABLISHMENTS=companies(demo.store).source(),
        OUTPUT=str(path),
    )
    assert "make room on the disk" in told
    assert set_of(tmp_path) == {"f.pdf": b"anciennes"}


@pytest.mark.parametrize("kilobytes", [100, 700])
def test_a_disk_that_fills_up(run, demo, tmp_path, kilobytes):
    """In the middle of a set: the files of before are as they were."""
    folder = tmp_path / "disque"
    with small_disk(folder, f"size={kilobytes}k"):
        old = folder / "a-002-Montauban.pdf"
        old.write_text("ancienne", encoding="utf-8")
        assert "make room on the disk" in refused(run, demo, folder)
        assert set_of(folder) == {old.name: b"ancienne"}


def test_more_than_the_memory_holds(run, demo, tmp_path, monkeypatch):
    """A poster of 1 200 dots an inch."""
    monkeypatch.setattr(
        exporting.QgsLayoutExporter,
        "exportToImage",
        lambda *_: exporting.QgsLayoutExporter.ExportResult.MemoryError,
    )
    told = run.fails(
        "synergymap", PROJECT=str(demo.project), PAPER="A0", OUTPUT=str(tmp_path / "a.png")
    )
    assert "lower the resolution" in told
    assert list(tmp_path.iterdir()) == []


def test_no_printer_is_needed(run, demo, tmp_path, monkeypatch):
    """Nor is one looked for: with a print server that does not answer, all is as without."""
    monkeypatch.setenv("CUPS_SERVER", "127.0.0.1:1")
    monkeypatch.setenv("PRINTER", "absente")
    path = tmp_path / "vierge.pdf"
    run("companysheet", CONTENT="vierge", OUTPUT=str(path))
    assert "Opportunité 1" in pages_of(path)[0]


# --- Templates ------------------------------------------------------------------------------------


def changed(template: Path, name: str, target: Path, letters: str = "") -> Path:
    """Save a template of the package with one more label, in other letters if told."""
    project = QgsProject()
    layout = load(project, template, name, needs_map=False)
    add_text(layout, "Le modèle de la maison", (60, 1, 100, 6), 9)
    for item in layout.items():
        if letters and isinstance(item, QgsLayoutItemLabel):
            item.setFont(QFont(letters, 9))
    save(layout, target)
    return target


def test_templates_of_ones_own(run, demo, tmp_path):
    mine = changed(template_path("companysheet", "A4-portrait"), "x", tmp_path / "fiche.qpt")
    path = tmp_path / "f.pdf"
    run(
        "companysheet",
        TARGET=str(demo.store),
        ESTABLISHMENTS=companies(demo.store, "siret = '00001012400014'"),
        TEMPLATE=str(mine),
        OUTPUT=str(path),
    )
    (page,) = pages_of(path)
    assert "Le modèle de la maison" in page and "Odile Vertignac" in page
    mine = changed(template_path("companysheet-vierge", "A4-portrait"), "x", tmp_path / "v.qpt")
    run("companysheet", CONTENT="vierge", TEMPLATE=str(mine), OUTPUT=str(path))
    (page,) = pages_of(path)
    assert "Le modèle de la maison" in page and "Opportunité 3" in page
    mine = changed(template_path("synergyatlas", "A3"), "x", tmp_path / "atlas.qpt")
    run(
        "synergyatlas",
        PROJECT=str(demo.project),
        PERIMETERS=perimeters(demo.store, TWO),
        TEMPLATE=str(mine),
        DPI=72,
        OUTPUT=str(path),
    )
    pages = pages_of(path)
    assert ["Le modèle de la maison" in page for page in pages[:3]] == [False, True, True]


def test_a_template_of_something_else(run, demo, tmp_path):
    other = tmp_path / "autre.qpt"
    project = QgsProject()
    layout = QgsPrintLayout(project)
    layout.initializeDefaults()
    save(layout, other)
    path = tmp_path / "f.pdf"
    told = run.fails("companysheet", CONTENT="vierge", TEMPLATE=str(other), OUTPUT=str(path))
    assert "autre.qpt is not a template for this: it needs a label" in told and "titre" in told
    told = refused(run, demo, tmp_path, TEMPLATE=str(other))
    assert "it needs a map whose item ID is" in told
    told = refused(run, demo, tmp_path, TEMPLATE=str(tmp_path / "absent.qpt"))
    assert "cannot be read" in told
    assert [p.name for p in tmp_path.iterdir()] == ["autre.qpt"]


def test_letters_that_the_machine_does_not_have(run, demo, tmp_path):
    """Other letters take their place, in the file as well."""
    absent = "Caractères Introuvables"
    mine = changed(
        template_path("companysheet", "A4-portrait"), "x", tmp_path / "m.qpt", letters=absent
    )
    path = tmp_path / "f.pdf"
    run(
        "companysheet",
        TARGET=str(demo.store),
        ESTABLISHMENTS=companies(demo.store, "siret = '00001012400014'"),
        TEMPLATE=str(mine),
        OUTPUT=str(path),
    )
    assert "Palettes Vertignac" in pages_of(path)[0]
    fonts = run_program("pdffonts", path).stdout.splitlines()[2:]
    assert fonts
    for line in fonts:
        assert "Introuvables" not in line
        assert re.search(r"\byes\b", line), line


def test_templates_in_the_profile(provider):
    """Where the layout manager looks; what the user changed there is left alone."""
    folder = templates_folder()
    assert folder == Path(QgsApplication.qgisSettingsDirPath()) / "composer_templates"
    shutil.rmtree(folder, ignore_errors=True)
    try:
        copied, kept = copy_templates()
        assert not kept
        assert {path.name for path in copied} >= {
            "actif-synergymap-a3.qpt",
            "actif-synergyatlas-a4.qpt",
            "actif-companysheet-a4-portrait.qpt",
        }
        # As the layout manager does.
        for path in copied:
            document = QDomDocument()
            assert document.setContent(path.read_text(encoding="utf-8"))[0]
            project = QgsProject()
            layout = QgsPrintLayout(project)
            assert layout.loadFromTemplate(document, QgsReadWriteContext())[1]
            assert layout.items()
            sip.delete(layout)
        copied[0].write_text("le mien", encoding="utf-8")
        copied[1].unlink()
        again, kept = copy_templates()
        assert again == [copied[1]]
        assert copied[0] in kept
        assert copied[0].read_text(encoding="utf-8") == "le mien"
    finally:
        shutil.rmtree(folder, ignore_errors=True)


# --- A layout kept in the project -----------------------------------------------------------------


@pytest.fixture
def open_demo(demo, tmp_path) -> Iterator[QgsProject]:
    """The demonstration, as a project that the user has open."""
    shutil.copytree(demo.folder, tmp_path / "demo")
    project = QgsProject()
    assert project.read(str(tmp_path / "demo" / demo.project.name))
    yield project
    sip.delete(project)


def test_a_layout_kept_to_be_edited(provider, open_demo, tmp_path):
    before = len(open_demo.mapLayers())
    for _ in range(2):
        Runner(open_demo)(
            "synergymap", DPI=72, TITLE="Carte", KEEP_LAYOUT=True, OUTPUT=str(tmp_path / "c.pdf")
        )
    manager = open_demo.layoutManager()
    assert {layout.name() for layout in manager.layouts()} >= {"Carte", "Carte 2"}
    assert open_demo.isDirty()
    assert len(open_demo.mapLayers()) == before
    # Saved and opened again, it prints the same words and layers.
    assert open_demo.write()
    again = QgsProject()
    assert again.read(open_demo.fileName())
    layout = again.layoutManager().layoutByName("Carte")
    drawn = layout.itemById("carte")
    assert isinstance(drawn, QgsLayoutItemMap)
    assert {layer.name() for layer in drawn.layers()} >= {"Communes", "Synergies"}
    path = tmp_path / "encore.pdf"
    exporting.export(layout, path, 72)
    words = [set(pages_of(one)[0].split()) for one in (path, tmp_path / "c.pdf")]
    assert len(words[0] & words[1]) > 0.9 * len(words[1])
    sip.delete(again)


def test_no_layout_is_kept_unless_asked(provider, open_demo, tmp_path):
    Runner(open_demo)("synergymap", DPI=72, OUTPUT=str(tmp_path / "c.pdf"))
    assert not open_demo.layoutManager().layouts()


def test_only_the_internal_layout_of_the_open_project_is_kept(provider, open_demo, demo, tmp_path):
    path = tmp_path / "c.pdf"
    for more in ({"EDITION": "elus"}, {"PROJECT": str(demo.project)}):
        told = Runner(open_demo).fails("synergymap", KEEP_LAYOUT=True, OUTPUT=str(path), **more)
        assert "Only the layout of the internal edition" in told
    assert not path.exists()
    assert not open_demo.layoutManager().layouts()


@pytest.fixture
def tiles(tmp_path, monkeypatch) -> None:
    """A background of one colour, from a folder instead of the web."""
    tile = tmp_path / "tile.png"
    colour = QImage(256, 256, QImage.Format.Format_RGB32)
    colour.fill(QColor("#ff00ff"))
    assert colour.save(str(tile))
    monkeypatch.setattr(type(settings.OSM_TILES), "url", tile.as_uri())


def test_a_background_is_kept_with_its_layout(provider, open_demo, tiles, tmp_path):
    """In the project, under all else, and not drawn on the screen."""
    path = tmp_path / "c.pdf"
    Runner(open_demo)("synergymap", DPI=72, BASEMAP="osm", KEEP_LAYOUT=True, OUTPUT=str(path))
    lowest = open_demo.layerTreeRoot().children()[-1]
    assert lowest.layer().providerType() == "wms"
    assert not lowest.itemVisibilityChecked()
    (layout,) = open_demo.layoutManager().layouts()
    assert lowest.layer() in layout.itemById("carte").layers()


@pytest.mark.parametrize("edition", ["interne", "elus"])
def test_a_background_leaves_a_sound_file(run, demo, tiles, tmp_path, edition):
    """A layer that the project does not have: GDAL must not be asked to name it."""
    path = tmp_path / "c.pdf"
    run(
        "synergymap",
        PROJECT=str(demo.project),
        EDITION=edition,
        BASEMAP="osm",
        DPI=72,
        OUTPUT=str(path),
    )
    assert is_sound(path)
    assert gdal.Open(str(path)).GetSpatialRef().IsProjected()


# --- Sheets ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("heights", "room", "fitting"),
    [
        ([[10, 10], [10, 10, 10, 10], [30]], 75, [2, 2, 1]),
        ([[5], [5]], 100, [1, 1]),
        ([[50], [5, 5]], 20, [0, 2]),
        ([[], [1]], 0, [0, 0]),
        ([], 10, []),
    ],
)
def test_tables_share_a_page(heights, room, fitting):
    assert rows_that_fit(heights, room) == fitting
