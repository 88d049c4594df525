"""`actif:synergymap`: the sheet that is printed, read back with other programs."""

from __future__ import annotations

import datetime
import gc
import re
import unicodedata
from collections import Counter
from pathlib import Path

import pytest
from osgeo import gdal, ogr, osr
from qgis.core import (
    QgsApplication,
    QgsFeature,
    QgsGeometry,
    QgsPrintLayout,
    QgsProcessingFeatureSourceDefinition,
    QgsProject,
    QgsRectangle,
    QgsVectorLayer,
)
from qgis.PyQt import sip
from qgis.PyQt.QtCore import QLocale
from qgis.PyQt.QtGui import QColor, QImage

from actif_plugin import settings
from actif_plugin.printing import export
from actif_plugin.printing.drawing import agreed, written_date, written_number
from actif_plugin.printing.synergy_map import LAYOUT, build_layout, internal_sheet
from actif_plugin.printing.templates import PAPERS, template_path
from tests.qgis.harness import Recorder, Runner, run_program, small_disk, sql

TITLE = "Tarn-et-Garonne : les synergies"
MILLIMETRES = 25.4 / 72


@pytest.fixture(scope="module")
def sheet(demo, provider, tmp_path_factory) -> Path:
    """The demonstration's map."""
    path = tmp_path_factory.mktemp("carte") / "carte.pdf"
    done = Runner()("synergymap", PROJECT=str(demo.project), TITLE=TITLE, DPI=96, OUTPUT=str(path))
    assert done["OUTPUT"] == str(path)
    return path


def text_of(path: Path) -> str:
    """Return the words of a PDF, one space between them, ligatures taken apart."""
    text = run_program("pdftotext", "-layout", path, "-").stdout
    return " ".join(unicodedata.normalize("NFKC", text).split())


def printed(path: Path, wording: str) -> int:
    """Return the figure printed before some words."""
    number = re.search(rf"(\d+) {re.escape(wording)}", text_of(path))
    assert number, wording
    return int(number[1])


@pytest.fixture(scope="module")
def counted(demo) -> dict[str, int]:
    """The figures of the sheet, counted with plain SQL in the databases."""

    def count(query: str) -> int:
        return sql(demo.store, query)[0][0]

    source = ogr.Open(str(demo.folder / "resultats.gpkg"))
    is_open = "SELECT count(*) FROM flux WHERE coalesce(statut, 'ouvert') = 'ouvert'"
    return {
        "open resources": count(f"{is_open} AND sens = 'offre'"),
        "open needs": count(f"{is_open} AND sens = 'besoin'"),
        "needs without an answer nearby": source.GetLayerByName(
            "besoins_orphelins"
        ).GetFeatureCount(),
        "resources without a taker nearby": source.GetLayerByName(
            "ressources_orphelines"
        ).GetFeatureCount(),
        "synergies realised": count(
            "SELECT count(*) FROM synergie WHERE statut IN ('realisee', 'perenne')"
        ),
        "synergies on the way": count(
            "SELECT count(*) FROM synergie WHERE statut NOT IN"
            " ('realisee', 'perenne', 'abandonnee', 'arretee')"
        ),
    }


def test_title_and_visits(sheet, demo):
    text = text_of(sheet)
    assert TITLE in text
    ((visited,),) = sql(demo.store, "SELECT count(DISTINCT etablissement_id) FROM visite")
    assert visited == 62
    assert "62 of 170 establishments visited" in text


def test_key_figures_are_those_of_the_data(sheet, counted):
    assert {wording: printed(sheet, wording) for wording in counted} == counted
    assert min(counted.values()) > 0


def test_what_is_missing_most(sheet, demo):
    """The products with the highest scores, with as many unanswered needs as there are."""
    source = ogr.Open(str(demo.folder / "resultats.gpkg"))
    rows = [row.items() for row in source.GetLayerByName("couverture")]
    rows = [row for row in rows if row["besoins"] > row["besoins_couverts"]]
    rows.sort(key=lambda row: (-row["score"], row["code"]))
    text = text_of(sheet)
    _, _, after = text.partition("What is missing most")
    assert after
    first = rows[0]
    assert f"{first['besoins'] - first['besoins_couverts']} {first['libelle'][:20]}" in after


def test_what_a_reader_must_know(sheet):
    text = text_of(sheet)
    assert "Internal edition: do not distribute" in text
    assert "Entreprises fictives" in text
    assert "Legend" in text
    assert "IGN" in text
    assert "Lambert-93" in text
    today = datetime.date.today()
    assert str(today.year) in text or today.strftime("%y") in text
    # the scale bar
    assert re.search(r"\b\d+ km\b", text)


def test_the_legend_names_what_is_drawn(sheet):
    text = text_of(sheet)
    for layer in ("Établissements", "Synergies", "Communes", "EPCI", "Besoins sans réponse"):
        assert layer in text


def test_communes_are_named_for_context(sheet):
    text = text_of(sheet)
    assert "Montauban" in text


def test_one_page_of_a3_landscape(sheet):
    told = dict(
        line.split(":", 1)
        for line in run_program("pdfinfo", sheet).stdout.splitlines()
        if ":" in line
    )
    assert int(told["Pages"]) == 1
    width, height = (float(n) for n in re.findall(r"[\d.]+", told["Page size"])[:2])
    assert (width * MILLIMETRES, height * MILLIMETRES) == pytest.approx((420, 297), abs=0.5)


def test_letters_are_letters(sheet):
    """Fonts are embedded; a PDF of outlines could not be searched."""
    told = run_program("pdffonts", sheet).stdout.splitlines()[2:]
    assert told
    assert all(re.search(r"\byes\b", line) for line in told)


def test_it_is_georeferenced(sheet, demo):
    """GDAL finds the projection, and the commune of Montauban where it is printed."""
    info = gdal.Info(str(sheet), format="json")
    assert info is not None
    wkt = info["coordinateSystem"]["wkt"]
    system = osr.SpatialReference(wkt)
    assert system.IsProjected()
    assert "Lambert" in wkt and "93" in wkt
    west, _, _, north, _, _ = info["geoTransform"]
    corners = info["cornerCoordinates"]
    source = ogr.Open(str(demo.store))
    communes = source.GetLayerByName("perimetre")
    communes.SetAttributeFilter("type = 'commune'")
    left, right, bottom, top = communes.GetExtent()
    assert west < left < right < corners["lowerRight"][0]
    assert corners["lowerRight"][1] < bottom < top < north


def test_something_is_drawn(sheet, tmp_path):
    """Colours of the ground, of orphan needs and of synergies all over the sheet."""
    run_program("pdftoppm", "-r", "60", "-png", "-singlefile", sheet, tmp_path / "carte")
    picture = gdal.Open(str(tmp_path / "carte.png"))
    red, green, blue = (picture.GetRasterBand(band).ReadAsArray().ravel() for band in (1, 2, 3))
    colours = Counter(zip(red.tolist(), green.tolist(), blue.tolist()))
    assert len(colours) > 200

    def near(wanted: tuple[int, int, int]) -> int:
        return sum(
            count
            for colour, count in colours.items()
            if max(abs(a - b) for a, b in zip(colour, wanted)) < 12
        )

    assert near((0xFB, 0xFA, 0xF5)) > 20_000  # communes
    assert near((0xB2, 0x18, 0x2B)) > 50  # needs without an answer
    assert near((0x1B, 0x78, 0x37)) > 10  # synergies


# --- Papers, formats, backgrounds -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("paper", "width", "height"),
    [
        ("A4", 297, 210),
        ("A4-portrait", 210, 297),
        ("A3-portrait", 297, 420),
        ("A0", 1189, 841),
    ],
)
def test_each_paper_says_the_same(run, demo, tmp_path, counted, paper, width, height):
    path = tmp_path / "carte.pdf"
    run("synergymap", PROJECT=str(demo.project), PAPER=paper, DPI=96, OUTPUT=str(path))
    told = re.search(r"Page size:\s+([\d.]+) x ([\d.]+)", run_program("pdfinfo", path).stdout)
    size = (float(told[1]) * MILLIMETRES, float(told[2]) * MILLIMETRES)
    assert size == pytest.approx((width, height), abs=0.8)
    assert {wording: printed(path, wording) for wording in counted} == counted
    text = text_of(path)
    for word in ("Internal edition", "Legend", "Communes", "Lambert-93", "IGN"):
        assert word in text


@pytest.mark.parametrize("paper", list(PAPERS))
def test_all_words_are_within_the_margins(run, demo, tmp_path, paper):
    """The legend too, whose entries are told what numbers on symbols mean; where it is full."""
    path = tmp_path / "carte.pdf"
    run("synergymap", PROJECT=str(demo.project), PAPER=paper, DPI=96, OUTPUT=str(path))
    boxes = run_program("pdftotext", "-bbox", path, "-").stdout
    found = re.findall(r'<word xMin="([\d.]+)" yMin="[\d.]+" xMax="([\d.]+)"', boxes)
    assert len(found) > 100
    # As all layouts of the family have it, for A3.
    margin = 10 * PAPERS[paper].scale - 1
    assert min(float(left) for left, _ in found) * MILLIMETRES >= margin
    right = PAPERS[paper].width - margin
    assert max(float(right) for _, right in found) * MILLIMETRES <= right


def test_layers_can_be_switched_off(sheet):
    """Layers of the map, and none of their attributes."""
    layers = gdal.Info(str(sheet), format="json", extraMDDomains=["LAYERS"])["metadata"]["LAYERS"]
    names = " ".join(layers.values())
    for name in ("Communes", "Synergies", "Besoins"):
        assert name in names
    assert b"/StructTreeRoot" not in sheet.read_bytes()


def test_a_picture_and_a_drawing(run, demo, tmp_path):
    png, svg = tmp_path / "carte.png", tmp_path / "carte.svg"
    for path in (png, svg):
        run("synergymap", PROJECT=str(demo.project), PAPER="A4", DPI=100, OUTPUT=str(path))
    picture = gdal.Open(str(png))
    assert picture.RasterXSize == pytest.approx(297 / 25.4 * 100, abs=2)
    drawing = svg.read_text(encoding="utf-8")
    assert "Observed" in drawing and "Montauban" in drawing
    assert sorted(file.name for file in tmp_path.iterdir()) == ["carte.png", "carte.svg"]


def test_a_background_that_cannot_be_reached(run, demo, tmp_path, monkeypatch):
    """The map is there on its perimeters, and the user is told."""
    monkeypatch.setattr(type(settings.PLAN_IGN), "url", "http://127.0.0.1:9/{z}/{x}/{y}.png")
    path = tmp_path / "carte.pdf"
    done = run(
        "synergymap", PROJECT=str(demo.project), BASEMAP="plan_ign", DPI=72, OUTPUT=str(path)
    )
    assert any("cannot be reached" in warning for warning in done.log.warnings)
    assert "Plan IGN" not in text_of(path)
    assert "Montauban" in text_of(path)


def test_a_background_is_drawn_and_credited(run, demo, tmp_path, monkeypatch):
    """Tiles of one colour from a folder: the ground takes it, and the licence is said."""
    tile = tmp_path / "tile.png"
    colour = QImage(256, 256, QImage.Format.Format_RGB32)
    colour.fill(QColor("#ff00ff"))
    assert colour.save(str(tile))
    monkeypatch.setattr(type(settings.OSM_TILES), "url", tile.as_uri())
    path = tmp_path / "carte.pdf"
    run("synergymap", PROJECT=str(demo.project), BASEMAP="osm", DPI=72, OUTPUT=str(path))
    assert "OpenStreetMap (ODbL)" in text_of(path)
    run_program("pdftoppm", "-r", "40", "-png", "-singlefile", path, tmp_path / "vue")
    picture = gdal.Open(str(tmp_path / "vue.png")).ReadAsArray()
    # Faded, for what is printed on it to come first.
    red, green, blue = (band.astype(int) for band in picture[:3])
    share = ((red - green > 100) & (blue - green > 100)).mean()
    assert share > 0.3


# --- Framing --------------------------------------------------------------------------------------


def extent_of(path: Path) -> tuple[float, float, float, float]:
    corners = gdal.Info(str(path), format="json")["cornerCoordinates"]
    return (*corners["lowerLeft"], *corners["upperRight"])


def test_framing_a_perimeter(run, demo, tmp_path):
    """The CA Grand Montauban: the sheet's ground is far smaller and holds it whole."""
    epci = QgsVectorLayer(f"{demo.store}|layername=perimetre|subset=code='248200099'", "e", "ogr")
    assert epci.featureCount() == 1
    path = tmp_path / "carte.pdf"
    run("synergymap", PROJECT=str(demo.project), PERIMETERS=epci, DPI=72, OUTPUT=str(path))
    west, south, east, north = extent_of(path)
    wanted = epci.extent()
    assert QgsRectangle(west, south, east, north).contains(wanted)
    # The map is 292 mm of a sheet of 420.
    assert east - west < 2.6 * wanted.width()
    # Its figures are of the territory, and its map is not.
    framed = "62 of 170 establishments visited · Framed: Communauté d'agglomération Grand Montauban"
    assert framed in text_of(path)


def test_what_is_framed_is_named_if_the_territory_has_it(run, demo, tmp_path):
    """The name of any other polygon might be a company's."""
    plot = QgsVectorLayer("Polygon?crs=EPSG:2154&field=nom:string", "p", "memory")
    feature = QgsFeature(plot.fields())
    feature["nom"] = "Terrain de la Société secrète"
    feature.setGeometry(QgsGeometry.fromRect(QgsRectangle(560000, 6320000, 580000, 6330000)))
    plot.dataProvider().addFeature(feature)
    path = tmp_path / "carte.pdf"
    run("synergymap", PROJECT=str(demo.project), PERIMETERS=plot, DPI=72, OUTPUT=str(path))
    assert "Framed" not in text_of(path)
    assert "secrète" not in text_of(path)


def test_framing_what_is_selected(run, demo, tmp_path):
    communes = QgsVectorLayer(f"{demo.store}|layername=perimetre|subset=type='commune'", "c", "ogr")
    run.project.addMapLayer(communes)
    communes.selectByExpression("code = '82121'")
    path = tmp_path / "carte.pdf"
    run(
        "synergymap",
        PROJECT=str(demo.project),
        PERIMETERS=QgsProcessingFeatureSourceDefinition(communes.id(), True),
        DPI=72,
        OUTPUT=str(path),
    )
    west, south, east, north = extent_of(path)
    box = communes.boundingBoxOfSelected()
    assert QgsRectangle(west, south, east, north).contains(box)
    assert east - west < 3.5 * box.width()


def test_the_territory_is_named_under_a_title_that_does_not(run, demo, tmp_path):
    path = tmp_path / "carte.pdf"
    run("synergymap", PROJECT=str(demo.project), TITLE="Bilan 2026", DPI=72, OUTPUT=str(path))
    assert "Tarn-et-Garonne · 62 of 170 establishments visited" in text_of(path)


def test_figures_are_said_to_be_of_the_whole_territory(sheet):
    """The map may be framed on a part of it."""
    text = text_of(sheet)
    assert "Observed on the whole territory" in text
    assert "Potential of the whole territory" in text


def test_the_open_project_is_the_default(demo, provider, tmp_path):
    runner = Runner()
    assert runner.project.read(str(demo.project))
    path = tmp_path / "carte.pdf"
    runner("synergymap", DPI=72, OUTPUT=str(path))
    assert "Tarn-et-Garonne: synergies of the territory" in text_of(path)
    # Printing adds nothing to what the officer will save.
    assert runner.project.layoutManager().layouts() == []
    sip.delete(runner.project)


@pytest.mark.parametrize("title", ["L'été [% 1 + 1 %] <b>gras</b>", "A & B « C »"])
def test_a_title_is_printed_as_it_is_written(run, demo, tmp_path, title):
    path = tmp_path / "carte.pdf"
    run("synergymap", PROJECT=str(demo.project), TITLE=title, DPI=72, OUTPUT=str(path))
    # Programs disagree on the spaces of large letters.
    assert bare(title) in bare(text_of(path))


def bare(text: str) -> str:
    return "".join(text.replace("\u200b", "").split())


def test_figures_of_a_territory_without_results(run, tmp_path):
    """A new territory: nothing has been asked yet, so nothing is said of answers."""
    made = run("createterritory", NAME="Neuf", CRS="EPSG:2154", STORE=str(tmp_path / "n.gpkg"))
    path = tmp_path / "carte.pdf"
    run("synergymap", PROJECT=made["PROJECT"], DPI=72, OUTPUT=str(path))
    text = text_of(path)
    assert "0 of 0 establishments visited" in text
    assert "without an answer nearby" not in text
    assert "fictives" not in text


def test_large_figures_are_grouped(demo):
    """12 345 companies are easier to read than 12345, in the reader's own way."""
    before = QLocale()
    try:
        QLocale.setDefault(QLocale(QLocale.Language.French))
        assert re.fullmatch(r"12\s345", written_number(12_345))
    finally:
        QLocale.setDefault(before)


@pytest.mark.parametrize(
    ("language", "singular", "plural"),
    [(QLocale.Language.French, (0, 1), (2, None)), (QLocale.Language.English, (1,), (0, 2, None))],
)
def test_words_agree_with_their_figure(qgis_app, monkeypatch, language, singular, plural):
    """French has its plural from two on, English for none too; what is masked may be many."""
    monkeypatch.setattr(QgsApplication, "locale", lambda: QLocale(language).name())
    assert {agreed(count, "synergie", "synergies") for count in singular} == {"synergie"}
    assert {agreed(count, "synergie", "synergies") for count in plural} == {"synergies"}


def test_dates_are_written_in_the_language_of_the_words(qgis_app, monkeypatch):
    """QGIS in French on a machine that writes as in C."""
    before = QLocale()
    monkeypatch.setattr(QgsApplication, "locale", lambda: "fr")
    try:
        QLocale.setDefault(QLocale.c())
        assert written_date(datetime.date(2026, 3, 9)) == "09/03/2026"
        assert re.fullmatch(r"12\s345", written_number(12_345))
    finally:
        QLocale.setDefault(before)


def test_the_layout_can_be_edited(demo):
    """Map, legend, scale bar and arrow are items that an officer can move."""
    project = QgsProject()
    assert project.read(str(demo.project))
    extent = QgsRectangle(project.viewSettings().defaultViewExtent())
    sheet = internal_sheet(project, "T", extent, 1)
    layout = build_layout(project, sheet, template_path(LAYOUT, "A3"), "Carte")
    kinds = {type(item).__name__ for item in layout.items()}
    assert {
        "QgsLayoutItemMap",
        "QgsLayoutItemLegend",
        "QgsLayoutItemScaleBar",
        "QgsLayoutItemPicture",
        "QgsLayoutItemLabel",
    } <= kinds
    page = layout.pageCollection().page(0).pageSize()
    for item in layout.items():
        if type(item).__name__.startswith("QgsLayoutItem") and "Page" not in type(item).__name__:
            box = item.sceneBoundingRect()
            assert box.left() >= -0.5 and box.top() >= -0.5, type(item).__name__
            assert box.right() <= page.width() + 0.5, (type(item).__name__, item.displayName())
            assert box.bottom() <= page.height() + 0.5, (type(item).__name__, item.displayName())
    del layout
    sip.delete(project)


# --- Refusals -------------------------------------------------------------------------------------


def test_a_folder_that_does_not_exist(run, demo, tmp_path):
    told = run.fails(
        "synergymap", PROJECT=str(demo.project), OUTPUT=str(tmp_path / "nulle part/carte.pdf")
    )
    assert "cannot be written" in told or "nulle part" in told
    assert list(tmp_path.iterdir()) == []


def test_the_old_map_stays_when_the_new_one_fails(run, demo, tmp_path, monkeypatch):
    path = tmp_path / "carte.pdf"
    path.write_text("ancienne", encoding="utf-8")

    def fail(*_):
        raise OSError("panne")

    monkeypatch.setattr(export.os, "replace", fail)
    told = run.fails("synergymap", PROJECT=str(demo.project), DPI=72, OUTPUT=str(path))
    assert "cannot be written" in told
    assert path.read_text(encoding="utf-8") == "ancienne"
    assert [file.name for file in tmp_path.iterdir()] == ["carte.pdf"]


def test_a_failure_lets_go_of_everything(run, demo, tmp_path):
    """What a failed run kept would block the territory's files, and crash QGIS as it quits."""
    before = layouts()
    run.fails("synergymap", PROJECT=str(demo.project), OUTPUT=str(tmp_path / "absent/carte.pdf"))
    assert layouts() <= before


def layouts() -> set[int]:
    gc.collect()
    return {id(thing) for thing in gc.get_objects() if isinstance(thing, QgsPrintLayout)}


@pytest.mark.parametrize("kilobytes", [4, 16, 64, 150])
def test_a_full_disk(run, demo, tmp_path, kilobytes):
    """No truncated map under the final name; the old one stays."""
    folder = tmp_path / "disque"
    with small_disk(folder, f"size={kilobytes}k"):
        path = folder / "carte.pdf"
        path.write_text("ancienne", encoding="utf-8")
        told = run.fails("synergymap", PROJECT=str(demo.project), DPI=96, OUTPUT=str(path))
        assert "cannot be written" in told
        assert path.read_text(encoding="utf-8") == "ancienne"
        assert [file.name for file in folder.iterdir()] == ["carte.pdf"]


def test_no_project(run, tmp_path):
    told = run.fails("synergymap", OUTPUT=str(tmp_path / "carte.pdf"))
    assert "no territory" in told
    assert list(tmp_path.iterdir()) == []


def test_a_project_that_cannot_be_opened(run, tmp_path):
    broken = tmp_path / "p.qgz"
    broken.write_text("rien", encoding="utf-8")
    told = run.fails("synergymap", PROJECT=str(broken), OUTPUT=str(tmp_path / "carte.pdf"))
    assert "cannot be opened" in told


def test_a_project_whose_database_is_gone(run, tmp_path):
    made = run("createterritory", NAME="T", CRS="EPSG:2154", STORE=str(tmp_path / "t.gpkg"))
    (tmp_path / "t.gpkg").unlink()
    told = run.fails("synergymap", PROJECT=made["PROJECT"], OUTPUT=str(tmp_path / "carte.pdf"))
    assert "was moved or deleted" in told
    assert not (tmp_path / "carte.pdf").exists()


def test_cancelling(run, demo, tmp_path):
    path = tmp_path / "carte.pdf"
    done = run("synergymap", Recorder(cancel_after=0), PROJECT=str(demo.project), OUTPUT=str(path))
    assert done.results.get("OUTPUT") is None
    assert not path.exists()


def test_it_can_be_handed_round(sheet):
    assert oct(sheet.stat().st_mode & 0o777) == "0o644"
