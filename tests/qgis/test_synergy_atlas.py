"""`actif:synergyatlas`: the atlas as it is printed, read back with other programs."""

from __future__ import annotations

import re
import shutil
import unicodedata
from pathlib import Path

import pytest
from osgeo import gdal
from qgis.core import QgsFeature, QgsGeometry, QgsPointXY, QgsVectorLayer

from actif_plugin.compat import plain
from actif_plugin.printing.perimeter_figures import NATURE_NAMES
from tests.qgis.harness import Recorder, Runner, run_program, sql
from tests.qgis.pdfs import count_pages, pages_of, streams_of


def perimeters(store: Path, subset: str) -> QgsVectorLayer:
    layer = QgsVectorLayer(f"{store}|layername=perimetre|subset={subset}", "p", "ogr")
    assert layer.featureCount()
    return layer


@pytest.fixture(scope="module")
def atlas(demo, tmp_path_factory) -> Path:
    """The internal atlas of the EPCI of the demonstration."""
    path = tmp_path_factory.mktemp("atlas") / "atlas.pdf"
    done = Runner()("synergyatlas", PROJECT=str(demo.project), DPI=72, OUTPUT=str(path))
    assert done["OUTPUT"] == str(path)
    assert done["PAGES"] == count_pages(path)
    return path


@pytest.fixture(scope="module")
def public_atlas(demo, tmp_path_factory) -> Path:
    """The atlas of the EPCI for elected officials."""
    path = tmp_path_factory.mktemp("elus") / "atlas.pdf"
    Runner()("synergyatlas", PROJECT=str(demo.project), EDITION="elus", DPI=72, OUTPUT=str(path))
    return path


def copied(demo, folder: Path) -> tuple[Path, Path]:
    """Return the store and the project of a copy of the demonstration, to be changed."""
    shutil.copytree(demo.folder, folder, dirs_exist_ok=True)
    return folder / demo.store.name, folder / demo.project.name


def change(store: Path, table: str, column: str, value: str, where: str) -> None:
    """Change a column; the database's triggers want a program that knows geometries."""
    base = gdal.OpenEx(str(store), gdal.OF_VECTOR | gdal.OF_UPDATE)
    base.ExecuteSQL(f'UPDATE "{table}" SET "{column}" = {value} WHERE {where}')
    message = gdal.GetLastErrorMsg()
    del base
    assert sql(store, f'SELECT count(*) FROM "{table}" WHERE {where} AND "{column}" = {value}') != [
        (0,)
    ], message


def inside(store: Path, perimeter: str) -> tuple[QgsGeometry, list[str]]:
    """Return a perimeter and the identifiers of the establishments in it, found by GEOS."""
    quoted = perimeter.replace("'", "''")
    (shape,) = [f.geometry() for f in perimeters(store, f"nom='{quoted}'").getFeatures()]
    companies = QgsVectorLayer(f"{store}|layername=etablissement", "e", "ogr")
    return shape, [str(f["id"]) for f in companies.getFeatures() if shape.intersects(f.geometry())]


def test_a_page_for_each_perimeter(atlas, demo):
    names = [name for (name,) in sql(demo.store, "SELECT nom FROM perimetre WHERE type = 'epci'")]
    pages = pages_of(atlas)
    # cover, pages, missing links with a chain, two more chains
    assert len(pages) == 1 + len(names) + 3
    for name in names:
        (number,) = [n for n, text in enumerate(pages[1:-3], start=2) if text.startswith(name)]
        assert f" {number} {name}" in pages[0], name
    assert pages[-3].startswith("Missing links")


def test_figures_printed_are_those_of_the_data(atlas, demo):
    """Grand Montauban, counted again with GEOS and SQL."""
    name = "Communauté d'agglomération Grand Montauban"
    shape, companies = inside(demo.store, name)
    (page,) = [text for text in pages_of(atlas) if text.startswith(name)]
    flows = [
        feature
        for feature in QgsVectorLayer(f"{demo.store}|layername=flux", "f", "ogr").getFeatures()
        if shape.intersects(feature.geometry()) and plain(feature["statut"]) in (None, "ouvert")
    ]
    visits = {company for (company,) in sql(demo.store, "SELECT etablissement_id FROM visite")}
    visited = len(visits & set(companies))
    assert f"{visited} of {len(companies)} establishments visited" in page
    offers = [flow for flow in flows if flow["sens"] == "offre"]
    needs = [flow for flow in flows if flow["sens"] == "besoin"]
    assert len(offers) > 50 < len(needs)
    assert f"{len(offers)} open resources" in page
    assert f"{len(needs)} open needs" in page
    for code, label in (("matiere", "Matière"), ("service", "Service"), ("eau", "Eau")):
        sides = [sum(f["nature"] == code for f in side) for side in (offers, needs)]
        assert f"{sides[0]} {label} {sides[1]}" in page
    members = {
        synergy
        for synergy, company in sql(
            demo.store,
            "SELECT synergie_id, etablissement_id FROM synergie_membre JOIN synergie s ON s.id ="
            " synergie_id WHERE statut IN ('realisee', 'perenne')",
        )
        if company in companies
    }
    realised = "synergy realised" if len(members) == 1 else "synergies realised"
    assert f"{len(members)} {realised}" in page
    assert re.search(r"\b\d+ synergies on the way", page)
    orphans = QgsVectorLayer(
        f"{demo.folder / 'resultats.gpkg'}|layername=besoins_orphelins", "o", "ogr"
    )
    alone = sum(shape.intersects(feature.geometry()) for feature in orphans.getFeatures())
    assert f"{alone} needs without an answer nearby" in page


def test_names_of_companies_can_be_read(atlas, demo):
    """Eighteen names: they go down the page instead of being made small."""
    number = next(
        at for at, page in enumerate(pages_of(atlas), 1) if "Quercy Caussadais EPCI" in page
    )
    page = str(number)
    boxes = run_program("pdftotext", "-f", page, "-l", page, "-bbox", atlas, "-").stdout
    heights = {
        word: float(low) - float(high)
        for high, low, word in re.findall(
            r'yMin="([\d.]+)" xMax="[\d.]+" yMax="([\d.]+)">([^<]+)<', boxes
        )
    }
    # Of the notice of freshness, in 8 points of A3.
    assert heights["Chapellerie"] >= 0.95 * heights["Last"]


def test_what_a_reader_must_know(atlas):
    page = pages_of(atlas)[1]
    for wording in (
        "Internal edition: do not distribute",
        "Entreprises fictives",
        "IGN",
        "Lambert-93",
        "Observed",
        "Potential",
        "Legend",
        "(with a number: so many around there)",
        "Best pools",
        "Last confirmed on",
        "2 / 14",
    ):
        assert wording in page, wording
    assert re.search(r"\b\d+ km\b", page)


def test_a_perimeter_with_nothing_in_it(run, demo, tmp_path):
    path = tmp_path / "a.pdf"
    nowhere = perimeters(demo.store, "nom='Albefeuille-Lagarde'")
    run("synergyatlas", PROJECT=str(demo.project), PERIMETERS=nowhere, DPI=72, OUTPUT=str(path))
    page = pages_of(path)[1]
    assert "Nothing recorded here" in page
    assert "establishments visited" not in page
    for absent in ("Best pools", "Observed", "By nature", "Companies"):
        assert absent not in page


def test_little_to_say_leaves_more_room_to_the_map(run, demo, tmp_path):
    """A page has one column where its figures fit there, and two where they do not."""
    path = tmp_path / "a.pdf"
    two = perimeters(demo.store, "nom in ('Albefeuille-Lagarde', 'Montauban')")
    run("synergyatlas", PROJECT=str(demo.project), PERIMETERS=two, DPI=72, OUTPUT=str(path))
    lefts = []
    for number in ("2", "3"):
        page = run_program("pdftotext", "-f", number, "-l", number, "-bbox", path, "-").stdout
        lefts.append(float(re.search(r'xMin="([\d.]+)"[^>]*>Internal<', page)[1]))
    small, large = lefts
    assert small > large + 100
    # Nothing is left out where there is much: three tables, eight natures and the names.
    for wording in ("Best pools", "Unanswered needs", "Companies", "Compétence", "Legend"):
        assert wording in pages_of(path)[2]


def test_one_file_a_page(run, demo, tmp_path):
    epci = perimeters(demo.store, "type='epci'")
    done = run(
        "synergyatlas",
        PROJECT=str(demo.project),
        PERIMETERS=epci,
        ONE_A_PAGE=True,
        DPI=72,
        OUTPUT=str(tmp_path / "a.pdf"),
    )
    files = sorted(tmp_path.glob("*.pdf"))
    assert len(files) == done["PAGES"] == epci.featureCount() + 4
    assert done["OUTPUT"] == str(files[0])
    assert {count_pages(file) for file in files} == {1}


def test_names_stay_words_and_long_ones_fit(run, demo, tmp_path):
    """A name of 120 characters, HTML and an expression: printed, cut or small, never read."""
    store, project = copied(demo, tmp_path / "demo")
    _, companies = inside(store, "Montauban")
    long = ("Société coopérative agricole et industrielle de transformation " * 3)[:120]
    for company, name in zip(companies, (long, "<b>Gras</b> & fils", "[% 40 + 2 %]")):
        change(store, "etablissement", "enseigne", f"'{name}'", f"id = '{company}'")
        # Those with most records come first.
        layer = QgsVectorLayer(f"{store}|layername=flux", "f", "ogr")
        flows = []
        for number in range(60):
            flow = QgsFeature(layer.fields())
            values = (f"{company}-{number}", company, "offre", "x")
            for column, value in zip(("id", "etablissement_id", "sens", "libelle"), values):
                flow[column] = value
            flows.append(flow)
        assert layer.dataProvider().addFeatures(flows)[0]
    path = tmp_path / "a.pdf"
    montauban = perimeters(store, "nom='Montauban'")
    run("synergyatlas", PROJECT=str(project), PERIMETERS=montauban, DPI=72, OUTPUT=str(path))
    # Without -layout, which reads on into the next column.
    page = run_program("pdftotext", "-f", "2", "-l", "2", path, "-").stdout
    bare = re.sub(r"\s|\u200b", "", unicodedata.normalize("NFKC", page))
    assert "<b>Gras</b>&fils" in bare
    assert "[%40+2%]" in bare
    assert re.sub(r"\s", "", long) in bare


def test_two_thousand_companies_in_a_commune(run, demo, tmp_path):
    store, project = copied(demo, tmp_path / "demo")
    shape, before = inside(store, "Montauban")
    layer = QgsVectorLayer(f"{store}|layername=etablissement", "e", "ogr")
    centre = shape.pointOnSurface().asPoint()
    features = []
    for number in range(2000):
        feature = QgsFeature(layer.fields())
        feature["id"] = f"beaucoup-{number}"
        feature["raison_sociale"] = f"Entreprise {number}"
        x, y = centre.x() + number % 50, centre.y() + number // 50
        feature.setGeometry(QgsGeometry.fromPointXY(QgsPointXY(x, y)))
        features.append(feature)
    assert layer.dataProvider().addFeatures(features)[0]
    path = tmp_path / "a.pdf"
    montauban = perimeters(store, "nom='Montauban'")
    run("synergyatlas", PROJECT=str(project), PERIMETERS=montauban, DPI=72, OUTPUT=str(path))
    assert f"of {len(before) + 2000} establishments visited" in pages_of(path)[1]


def test_a_territory_of_reunion(run, tmp_path):
    """Another system, a territory without any run, and a square for a commune."""
    store = tmp_path / "r.gpkg"
    made = run("createterritory", NAME="Réunion", CRS="EPSG:2975", STORE=str(store))
    square = QgsVectorLayer("Polygon?crs=EPSG:2975&field=nom:string", "p", "memory")
    feature = QgsFeature(square.fields())
    feature["nom"] = "Saint-Pierre"
    box = (
        "POLYGON((338000 7635000, 348000 7635000, 348000 7645000, 338000 7645000, 338000 7635000))"
    )
    feature.setGeometry(QgsGeometry.fromWkt(box))
    square.dataProvider().addFeatures([feature])
    path = tmp_path / "a.pdf"
    run("synergyatlas", PROJECT=made["PROJECT"], PERIMETERS=square, DPI=72, OUTPUT=str(path))
    pages = pages_of(path)
    # No run: nothing is said of answers, and there is no plate of missing links.
    assert len(pages) == 2
    assert pages[1].startswith("Saint-Pierre")
    assert "UTM" in pages[1]
    assert "without an answer" not in pages[1]
    assert "Nothing recorded here" in pages[1]


# --- For elected officials ------------------------------------------------------------------------


def test_the_public_edition_says_what_is_masked(public_atlas):
    page = pages_of(public_atlas)[1]
    assert "Edition for elected officials" in page
    assert re.search(r"\d+ figures masked \(–\)", page)
    for absent in ("Best pools", "Last confirmed", "Companies"):
        assert absent not in page


def test_no_small_count_is_printed(public_atlas):
    """Whatever number stands before a count of establishments or records, it is three or more."""
    for page in pages_of(public_atlas)[1:-1]:
        for wording in ("establishments", "open resources", "open needs", "needs without"):
            for number in re.findall(rf"\b(\d+) {wording}", page):
                assert int(number) >= 3, (wording, page)
        natures = "|".join(NATURE_NAMES)
        for sides in re.findall(rf"(\d+|–) (?:{natures}) (\d+|–)", page):
            assert all(side == "–" or int(side) >= 3 for side in sides)


def test_what_is_all_masked_is_one_sentence(run, demo, tmp_path):
    """A commune of one company: no column of dashes, and no figure."""
    path = tmp_path / "a.pdf"
    lone = perimeters(demo.store, "nom='Laguépie'")
    assert len(inside(demo.store, "Laguépie")[1]) in (1, 2)
    run(
        "synergyatlas",
        PROJECT=str(demo.project),
        PERIMETERS=lone,
        EDITION="elus",
        DPI=72,
        OUTPUT=str(path),
    )
    page = pages_of(path)[1]
    assert "Too few establishments were recorded here" in page
    assert re.search(r"\d+ figures masked \(–\)", page)
    assert page.count("–") == 1
    for absent in ("Observed", "Potential", "By nature", "open needs", *NATURE_NAMES):
        assert absent not in page, absent


def marked(store: Path, mark: str, shift: int) -> list[str]:
    """Turn everything that tells a company that is not public into marks, and nudge all places.

    Returns:
        What must not be found.
    """
    private = "confidentialite IS NOT 'public'"
    for table, columns, where in (
        (
            "etablissement",
            "raison_sociale enseigne adresse description source ban_id site_id code_postal",
            private,
        ),
        ("flux", "libelle description qualite", private),
        ("synergie", "titre description responsable prochaine_action motif_fin", private),
        ("contact", "nom fonction mail telephone", "1 = 1"),
        ("visite", "conseiller motif compte_rendu prochaine_action", "1 = 1"),
        ("avis", "motif auteur", "1 = 1"),
    ):
        for column in columns.split():
            change(store, table, column, f"'{mark}{column}' || fid", where)
    change(store, "etablissement", "siret", f"printf('%014d', {shift}000000 + fid)", private)
    layer = QgsVectorLayer(f"{store}|layername=etablissement", "e", "ogr")
    moved = {}
    for feature in layer.getFeatures():
        if feature["confidentialite"] != "public":
            shape = feature.geometry()
            shape.translate(shift / 1e6, shift / 1e6)
            moved[feature.id()] = shape
    assert layer.dataProvider().changeGeometryValues(moved)
    return [mark, f"000{shift}000"]


@pytest.fixture(scope="module")
def two_worlds(demo, tmp_path_factory) -> list[tuple[Path, list[str]]]:
    """Two territories that differ in all that must not be told, each with its public atlas."""
    made = []
    for mark, shift in (("Qzxkwvjq", 11_000), ("Jkwqzvxk", 27_000)):
        folder = tmp_path_factory.mktemp(mark)
        store, project = copied(demo, folder / "demo")
        rows = sql(store, "SELECT id FROM etablissement ORDER BY siret LIMIT 3")
        for (company,) in rows:
            change(store, "etablissement", "confidentialite", "'public'", f"id = '{company}'")
        told = marked(store, mark, shift)
        path = folder / "elus.pdf"
        communes = perimeters(store, "type='epci' OR nom='Montauban'")
        Runner()(
            "synergyatlas",
            PROJECT=str(project),
            PERIMETERS=communes,
            EDITION="elus",
            DPI=72,
            OUTPUT=str(path),
        )
        made.append((path, told))
    return made


def test_nothing_of_a_company_that_is_not_public_is_found(two_worlds):
    for path, told in two_worlds:
        text = "".join(pages_of(path))
        for mark in told:
            assert mark not in text
            for form in (mark.encode(), mark.encode("utf-16-be"), mark.encode("utf-16-le")):
                assert not any(form in stream for stream in streams_of(path))


def test_the_marks_would_be_found(run, demo, tmp_path):
    """The same search finds them in the internal edition: it can fail."""
    store, project = copied(demo, tmp_path / "demo")
    mark, _ = marked(store, "Qzxkwvjq", 11_000)
    path = tmp_path / "a.pdf"
    montauban = perimeters(store, "nom='Montauban'")
    run("synergyatlas", PROJECT=str(project), PERIMETERS=montauban, DPI=72, OUTPUT=str(path))
    assert mark in "".join(pages_of(path))


def test_public_companies_are_named(two_worlds, demo):
    path, _ = two_worlds[0]
    rows = sql(
        demo.store,
        "SELECT coalesce(enseigne, raison_sociale) FROM etablissement ORDER BY siret LIMIT 3",
    )
    text = " ".join(pages_of(path))
    assert "Public by name" in text
    for (name,) in rows:
        assert name in text


def test_the_public_atlas_depends_on_nothing_else(two_worlds):
    """Other names, other texts, other places in the same zones: the same drawing to the byte."""
    (one, _), (other, _) = two_worlds
    # The metadata tell when a file was made, and which one it is.
    drawn = [
        [stream for stream in streams_of(path)[:-1] if b"xmpmeta" not in stream]
        for path in (one, other)
    ]
    assert len(drawn[0]) == len(drawn[1]) > 20
    different = [n for n, (a, b) in enumerate(zip(*drawn)) if a != b]
    assert not different


def test_a_strange_perimeter_is_refused_to_the_public_edition(run, demo, tmp_path):
    square = QgsVectorLayer("Polygon?crs=EPSG:2154&field=nom:string", "p", "memory")
    feature = QgsFeature(square.fields())
    feature["nom"] = "Un îlot"
    box = "POLYGON((570000 6325000, 571000 6325000, 571000 6326000, 570000 6325000))"
    feature.setGeometry(QgsGeometry.fromWkt(box))
    square.dataProvider().addFeatures([feature])
    told = run.fails(
        "synergyatlas",
        PROJECT=str(demo.project),
        PERIMETERS=square,
        EDITION="elus",
        OUTPUT=str(tmp_path / "a.pdf"),
    )
    assert "import these first: Un îlot" in told
    assert list(tmp_path.iterdir()) == []


# --- Refusals -------------------------------------------------------------------------------------


def test_cancelling(run, demo, tmp_path):
    done = run(
        "synergyatlas",
        Recorder(cancel_after=12),
        PROJECT=str(demo.project),
        DPI=72,
        OUTPUT=str(tmp_path / "a.pdf"),
    )
    assert done.results.get("OUTPUT") is None
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_does_not_exist(run, demo, tmp_path):
    told = run.fails("synergyatlas", PROJECT=str(demo.project), OUTPUT=str(tmp_path / "non/a.pdf"))
    assert "cannot be written" in told or "non" in told
    assert list(tmp_path.iterdir()) == []


def test_no_territory(run, tmp_path):
    assert "no territory" in run.fails("synergyatlas", OUTPUT=str(tmp_path / "a.pdf"))


def test_perimeters_without_a_polygon(run, demo, tmp_path):
    empty = QgsVectorLayer("Polygon?crs=EPSG:2154", "p", "memory")
    told = run.fails(
        "synergyatlas",
        PROJECT=str(demo.project),
        PERIMETERS=empty,
        OUTPUT=str(tmp_path / "a.pdf"),
    )
    assert "no polygon" in told
