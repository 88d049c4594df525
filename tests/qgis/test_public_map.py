"""The synergy map for elected officials: what of the territory can be found in what is printed.

In a copy of the demonstration every name, number, address, contact and free text of the records
that are not public is turned into a marker of its own. The prints are then read with other
programs, down to the bytes of their streams.
"""

from __future__ import annotations

import re
import shutil
import zlib
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from osgeo import gdal, ogr
from qgis.core import (
    QgsGeometry,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProject,
    QgsVectorLayer,
)
from qgis.PyQt import sip
from scipy.spatial import cKDTree

from actif_plugin.printing.drawing import written_date
from actif_plugin.printing.export import export
from actif_plugin.printing.synergy_map import LAYOUT, build_layout
from actif_plugin.printing.templates import PAPERS, template_path
from actif_plugin.processing.public_edition import public_edition
from actif_plugin.processing.synergy_map import public_sheet
from tests.qgis.harness import Runner, run_program, sql
from tests.qgis.test_synergy_map import text_of

MARK = "ZQSECRET"
OPEN_NAME = "Scierie Témoin"
SECRET_COLUMNS = {
    "etablissement": (
        "siret siren raison_sociale enseigne adresse code_postal site_id ban_id description source"
    ),
    "contact": "nom fonction mail telephone",
    "flux": "libelle description qualite",
    "visite": "conseiller motif compte_rendu prochaine_action",
    "synergie": "titre motif_fin responsable prochaine_action description",
    "avis": "motif auteur",
    "besoins_orphelins": "libelle description qualite",
    "ressources_orphelines": "libelle description qualite",
    "reponses": "motif besoin_libelle offre_libelle quantites",
}
# Who made a record cannot be changed.
COMMON = "organisme modifie_par"
# A symbol is drawn around a point: its middle is where the point is, to the precision of the page.
AS_SMALL_AS_A_SYMBOL_PT = 12
AT_THE_PLACE_PT = 0.5
BY_CHANCE = 1
NOT_BESIDE_M = 250
DPI = 300
NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:e-?\d+)?")


@pytest.fixture(scope="module")
def secret(demo, tmp_path_factory) -> Path:
    """The demonstration's folder, all that is not public marked, one company public."""
    folder = tmp_path_factory.mktemp("secret")
    for file in demo.folder.iterdir():
        if file.suffix in (".gpkg", ".qgz"):
            shutil.copy(file, folder)
    for name in ("tarn-et-garonne.gpkg", "resultats.gpkg"):
        base = ogr.Open(str(folder / name), update=1)
        for table, columns in SECRET_COLUMNS.items():
            layer = base.GetLayerByName(table)
            known = [field.name for field in layer.schema] if layer else []
            for column in (*columns.split(), *COMMON.split()):
                if column in known:
                    marker = f"'{MARK}' || upper(substr('{table}', 1, 3)) || '{column}' || fid"
                    base.ExecuteSQL(f'UPDATE "{table}" SET "{column}" = {marker}')
        if name == "tarn-et-garonne.gpkg":
            base.ExecuteSQL(
                "UPDATE etablissement SET confidentialite = 'public',"
                f" enseigne = '{OPEN_NAME}' WHERE fid = 7"
            )
        base = None
    return folder


@pytest.fixture(scope="module")
def prints(secret, provider) -> dict[str, Path]:
    """The map of each paper and format, the figures masked once, and the internal one."""
    project = QgsProject()
    assert project.read(str(secret / "tarn-et-garonne.qgz"))
    edition = public_edition(project, "epci", QgsProcessingContext(), QgsProcessingFeedback())
    made = {}
    for name, suffix, paper in (
        *((paper, "pdf", paper) for paper in PAPERS),
        ("svg", "svg", "A4"),
        ("png", "png", "A4"),
    ):
        public = QgsProject()
        scale = PAPERS[paper].scale
        sheet = public_sheet(project, public, edition, "", edition.extent, scale)
        layout = build_layout(public, sheet, template_path(LAYOUT, paper), name)
        made[name] = secret / f"{name}.{suffix}"
        export(layout, made[name], DPI)
        del sheet, layout
        sip.delete(public)
    sip.delete(project)
    runner = Runner()
    made["interne"] = secret / "interne.pdf"
    runner(
        "synergymap",
        PROJECT=str(secret / "tarn-et-garonne.qgz"),
        PAPER="A4",
        DPI=DPI,
        OUTPUT=str(made["interne"]),
    )
    sip.delete(runner.project)
    return made


def everything_in(path: Path) -> bytes:
    """Return a file's bytes, and those of its streams uncompressed."""
    raw = path.read_bytes()
    parts = [raw]
    for found in re.finditer(rb"stream\r?\n", raw):
        try:
            parts.append(zlib.decompressobj().decompress(raw[found.end() :]))
        except zlib.error:
            continue
    return b"\n".join(parts)


def holds(path: Path, word: str) -> bool:
    """Tell whether a word is anywhere in a file, in the ways that PDF, SVG and PNG write words."""
    content = everything_in(path)
    if any(word.encode(code) in content for code in ("utf-8", "utf-16-be", "utf-16-le", "latin-1")):
        return True
    if word.encode().hex().encode() in content.lower():
        return True
    if path.suffix != ".pdf":
        return False
    said = run_program("pdftotext", path, "-").stdout + run_program("pdfinfo", path).stdout
    said += run_program("pdfinfo", "-meta", path).stdout
    return word in said or word in text_of(path)


def test_the_markers_are_found_where_they_are(prints):
    """Without this, the next test could not fail."""
    project = prints["interne"].parent / "tarn-et-garonne.gpkg"
    assert MARK in str(sql(project, "SELECT raison_sociale FROM etablissement LIMIT 1"))
    assert holds(prints["A3"], OPEN_NAME)
    assert holds(prints["svg"], OPEN_NAME)


@pytest.mark.parametrize("name", [*PAPERS, "svg", "png"])
def test_no_word_of_a_record_is_printed(prints, name):
    assert not holds(prints[name], MARK)


@pytest.mark.parametrize("name", list(PAPERS))
def test_nothing_is_attached(prints, name):
    content = everything_in(prints[name])
    for kind in (b"/EmbeddedFile", b"/Filespec", b"/StructTreeRoot", b"/JavaScript"):
        assert kind not in content
    assert "Author" not in run_program("pdfinfo", prints[name]).stdout


def symbols_of(path: Path, scale: float) -> tuple[np.ndarray, float]:
    """Return the middles of what is drawn no larger than a symbol, and the length of a point.

    Both on the ground, (n, 2) and metres: another program flattens the page to paths, and GDAL
    tells where the page is.
    """
    flat = run_program("pdftocairo", "-svg", path, "-").stdout
    width = float(re.search(r'viewBox="0 0 ([\d.]+)', flat)[1])
    middles = []
    for tag in re.findall(r"<path[^>]*>", flat):
        numbers = np.array([float(n) for n in NUMBER.findall(re.search(r' d="([^"]*)"', tag)[1])])
        if not len(numbers) or len(numbers) % 2:
            continue
        xy = numbers.reshape(-1, 2)
        matrix = re.search(r'transform="matrix\(([^)]*)\)"', tag)
        if matrix:
            turn = np.array([float(n) for n in NUMBER.findall(matrix[1])])
            xy = xy @ turn[:4].reshape(2, 2) + turn[4:]
        if np.ptp(xy, axis=0).max() < AS_SMALL_AS_A_SYMBOL_PT * scale:
            middles.append((xy.min(axis=0) + xy.max(axis=0)) / 2)
    page = gdal.Open(str(path))
    west, dx, _, north, _, dy = page.GetGeoTransform()
    dots = np.array(middles) * page.RasterXSize / width
    return dots * (dx, dy) + (west, north), dx * page.RasterXSize / width


def companies(folder: Path, which: str) -> np.ndarray:
    """Return the positions of some companies, (n, 2)."""
    source = ogr.Open(str(folder / "tarn-et-garonne.gpkg"))
    layer = source.GetLayerByName("etablissement")
    layer.SetAttributeFilter(which)
    places = [(row.GetGeometryRef().GetX(), row.GetGeometryRef().GetY()) for row in layer]
    return np.array(places)


def apart(folder: Path, places: np.ndarray) -> np.ndarray:
    """Return the places that are not also the middle of something that may be drawn.

    An activity zone is drawn no larger than a symbol, and a company may stand in its middle, or
    beside one that is public.
    """
    source = ogr.Open(str(folder / "tarn-et-garonne.gpkg"))
    zones = source.GetLayerByName("perimetre")
    zones.SetAttributeFilter("type = 'zae'")
    boxes = np.array([row.GetGeometryRef().GetEnvelope() for row in zones]).reshape(-1, 2, 2)
    drawn = [*boxes.mean(axis=2), *companies(folder, "confidentialite = 'public'")]
    away, _ = cKDTree(np.array(drawn)).query(places)
    return places[away > NOT_BESIDE_M]


def marked(path: Path, places: np.ndarray, scale: float = 1) -> int:
    """Return at how many of some places a symbol is drawn."""
    symbols, point = symbols_of(path, scale)
    away, _ = cKDTree(symbols).query(places)
    return int((away < AT_THE_PLACE_PT * point).sum())


def test_no_symbol_stands_on_a_company(prints, secret):
    hidden = companies(secret, "confidentialite IS NULL OR confidentialite <> 'public'")
    assert len(hidden) == 169
    seen = apart(secret, hidden)
    assert len(seen) > 130
    # Proof that they would be seen: the internal edition has them all, and the public one is there.
    assert marked(prints["interne"], hidden, PAPERS["A4"].scale) >= 168
    named = companies(secret, "confidentialite = 'public'")
    for name, paper in PAPERS.items():
        assert marked(prints[name], named, paper.scale) == 1, name
        # The turn of a border may stand somewhere by chance.
        assert marked(prints[name], seen, paper.scale) <= BY_CHANCE, name


@pytest.mark.parametrize("kind", ["epci", "commune", "zae"])
def test_shapes_are_those_of_zones(secret, kind, provider):
    """No vertex of what is drawn is the position of a company: perimeters apart, all are inside."""
    project = QgsProject()
    assert project.read(str(secret / "tarn-et-garonne.qgz"))
    edition = public_edition(project, kind, QgsProcessingContext(), QgsProcessingFeedback())
    shapes = [flow.line for flow in (*edition.content.realised, *edition.content.ahead)]
    shapes += [zone.shape.pointOnSurface() for zone in edition.content.zones]
    vertices = {(point.x(), point.y()) for shape in shapes for point in shape.vertices()}
    hidden = companies(secret, "confidentialite <> 'public'")
    away, _ = cKDTree(hidden).query(np.array(sorted(vertices)))
    assert away.min() > 0.01
    assert [one.name for one in edition.content.named] == [OPEN_NAME]
    del edition
    sip.delete(project)


def test_the_frame_depends_on_no_record(secret, provider, tmp_path):
    """With the companies at the edges moved to the middle the map shows the same ground."""
    folder = tmp_path / "t"
    shutil.copytree(secret, folder)
    project = QgsProject()
    assert project.read(str(folder / "tarn-et-garonne.qgz"))
    layer = QgsVectorLayer(f"{folder / 'tarn-et-garonne.gpkg'}|layername=etablissement", "e", "ogr")
    before = public_edition(project, "epci", QgsProcessingContext(), QgsProcessingFeedback()).extent
    box = layer.extent()
    by_x = sorted(layer.getFeatures(), key=lambda f: f.geometry().asPoint().x())
    edge = [by_x[0].id(), by_x[-1].id()]
    middle = QgsGeometry.fromPointXY(box.center())
    assert layer.dataProvider().changeGeometryValues(dict.fromkeys(edge, middle))
    again = QgsProject()
    assert again.read(str(folder / "tarn-et-garonne.qgz"))
    after = public_edition(again, "epci", QgsProcessingContext(), QgsProcessingFeedback()).extent
    assert before == after
    for one in (project, again):
        sip.delete(one)


# --- What it says ---------------------------------------------------------------------------------


def test_masked_figures_are_said(prints):
    text = text_of(prints["A3"])
    found = re.search(r"(\d+) of (\d+) figures of the zones are masked", text)
    assert found
    assert 0 < int(found[1]) < int(found[2])
    assert "Edition for elected officials" in text
    assert "Internal edition" not in text


@pytest.mark.parametrize("name", list(PAPERS))
def test_dates_visits_and_projection_are_said(prints, secret, name):
    """Of the territory as a whole, which say nothing of one company."""
    text = text_of(prints[name])
    ((latest,),) = sql(secret / "tarn-et-garonne.gpkg", "SELECT max(modifie_le) FROM flux")
    day = written_date(date.fromisoformat(str(latest)[:10]))
    assert f"Data of {day}." in text
    assert f"Printed on {written_date(date.today())}" in text
    assert re.search(r"(–|\d+) of (–|170) establishments visited", text)
    assert "Lambert-93" in text
    assert "IGN" in text


def test_what_is_never_told_is_not_said_to_be_masked(prints):
    """Resources without a taker are no figure of this edition."""
    text = text_of(prints["A3"])
    assert "needs without an answer nearby" in text
    assert "without a taker" not in text


def test_figures_are_those_of_the_data(prints, secret, provider):
    """What is shown is true: each figure of a zone that is printed, counted in plain SQL."""
    project = QgsProject()
    assert project.read(str(secret / "tarn-et-garonne.qgz"))
    edition = public_edition(project, "epci", QgsProcessingContext(), QgsProcessingFeedback())
    text = text_of(prints["A3"]).split()
    base = ogr.Open(str(secret / "tarn-et-garonne.gpkg"))
    flows = base.GetLayerByName("flux")
    shown = 0
    for zone in edition.content.zones:
        for direction, figure in (("offre", zone.offers), ("besoin", zone.needs)):
            if figure is None:
                continue
            flows.SetAttributeFilter(f"sens = '{direction}' AND coalesce(statut,'ouvert')='ouvert'")
            area = ogr.CreateGeometryFromWkt(zone.shape.asWkt())
            flows.SetSpatialFilter(area)
            assert sum(area.Intersects(row.GetGeometryRef()) for row in flows) == figure
            assert str(figure) in text
            shown += 1
    assert shown > 5
    del edition
    sip.delete(project)


def test_all_prints_hide_the_same(secret, provider):
    """By commune or by EPCI, the figures of the territory are the same, masked alike."""
    project = QgsProject()
    assert project.read(str(secret / "tarn-et-garonne.qgz"))
    one, other = (
        public_edition(project, kind, QgsProcessingContext(), QgsProcessingFeedback())
        for kind in ("epci", "commune")
    )
    assert one.whole == other.whole
    assert [f.line.asWkt() for f in one.content.ahead] == [
        f.line.asWkt() for f in other.content.ahead
    ]
    sip.delete(project)


def test_a_territory_without_perimeters_is_shown_by_hexagons(secret, provider, tmp_path):
    folder = tmp_path / "t"
    shutil.copytree(secret, folder)
    layer = QgsVectorLayer(f"{folder / 'tarn-et-garonne.gpkg'}|layername=perimetre", "p", "ogr")
    assert layer.dataProvider().deleteFeatures([f.id() for f in layer.getFeatures()])
    path = tmp_path / "carte.pdf"
    runner = Runner()
    project = str(folder / "tarn-et-garonne.qgz")
    runner("synergymap", PROJECT=project, EDITION="elus", PAPER="A4", DPI=72, OUTPUT=str(path))
    sip.delete(runner.project)
    assert "figures of the zones are masked" in text_of(path)
    assert not holds(path, MARK)
    hidden = companies(folder, "confidentialite <> 'public'")
    assert marked(path, hidden, PAPERS["A4"].scale) <= BY_CHANCE
