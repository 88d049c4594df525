"""The plates of missing links: read back from the PDF, and looked at as they are composed."""

from __future__ import annotations

import re
import shutil
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable
from itertools import combinations
from pathlib import Path

import pytest
from osgeo import gdal
from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsGeometry,
    QgsLayoutItemLabel,
    QgsLayoutItemPolyline,
    QgsPointXY,
    QgsPrintLayout,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProject,
    QgsRectangle,
    QgsVectorLayer,
)

from actif_plugin.compat import plain
from actif_plugin.domain.public_chains import shown_links
from actif_plugin.domain.value_chains import Company, Flow, assess
from actif_plugin.printing.chain_diagram import (
    build_chain_layout,
    draw_chain,
    public_links,
    told_links,
)
from actif_plugin.printing.export import export
from actif_plugin.printing.furniture import Furniture
from actif_plugin.printing.gap_plate import ChainPlate, Gap, GapPlate, build_gap_plates
from actif_plugin.printing.own_project import own_project
from actif_plugin.printing.page_layers import shaded_zones
from actif_plugin.printing.perimeter_figures import (
    NATURE_NAMES,
    PerimeterFigures,
    PublicFigures,
    Ranked,
)
from actif_plugin.printing.templates import PAPERS, box_of
from actif_plugin.processing.atlas_work import Work
from actif_plugin.processing.gap_plates import public_plates
from actif_plugin.processing.survey import Perimeter
from actif_plugin.store.project import territory_layers
from actif_plugin.store.value_chains import library
from tests.qgis.harness import Runner, run_program, sql
from tests.qgis.pdfs import pages_of, streams_of

LAMBERT = QgsCoordinateReferenceSystem("EPSG:2154")
SQUARE = "MULTIPOLYGON(((0 0, 9000 0, 9000 7000, 0 7000, 0 0)))"
HIDDEN_FROM_MAPS = "type <> 'epci'"


def copied(demo, folder: Path) -> tuple[Path, Path]:
    """Return the store and the project of a copy of the demonstration with its EPCI alone."""
    shutil.copytree(demo.folder, folder)
    store = folder / demo.store.name
    execute(store, f"DELETE FROM perimetre WHERE {HIDDEN_FROM_MAPS}")
    return store, folder / demo.project.name


def execute(store: Path, statement: str) -> None:
    """Run a statement; the database's triggers want a program that knows geometries."""
    base = gdal.OpenEx(str(store), gdal.OF_VECTOR | gdal.OF_UPDATE)
    base.ExecuteSQL(statement)
    del base


def plates(project: Path, path: Path, **parameters) -> list[str]:
    """Return the words of the plates that follow the pages of an atlas."""
    Runner()("synergyatlas", PROJECT=str(project), DPI=72, OUTPUT=str(path), **parameters)
    pages = pages_of(path)
    (first,) = [at for at, page in enumerate(pages) if page.startswith("Missing links")]
    return pages[first:]


@pytest.fixture(scope="module")
def atlas(demo, tmp_path_factory) -> Path:
    """The atlas of the demonstration, for the advisers."""
    folder = tmp_path_factory.mktemp("interne")
    plates(copied(demo, folder / "demo")[1], folder / "a.pdf")
    return folder / "a.pdf"


@pytest.fixture(scope="module")
def internal(atlas) -> list[str]:
    """The words of its plates."""
    return pages_of(atlas)[-3:]


@pytest.fixture(scope="module")
def in_order(atlas) -> list[str]:
    """The same words without spaces, in the order in which they were drawn: no label is cut."""
    text = run_program("pdftotext", "-raw", atlas, "-").stdout
    return [bare(unicodedata.normalize("NFKC", page)) for page in text.split("\f")[-4:-1]]


@pytest.fixture(scope="module")
def chains(demo) -> dict[str, list[dict]]:
    """What `valuechains` says of the demonstration, by chain."""
    flows = f"{demo.store}|layername=flux"
    done = Runner()(
        "valuechains",
        ESTABLISHMENTS=f"{demo.store}|layername=etablissement",
        NEEDS=flows,
        OFFERS=flows,
        VERDICTS=f"{demo.store}|layername=avis",
        OUTPUT="memory:",
    )
    found = defaultdict(list)
    for row in done.rows("OUTPUT"):
        found[row["filiere"]].append(row)
    return found


def bare(text: str) -> str:
    return re.sub(r"\s", "", text)


# --- The edition that names companies -------------------------------------------------------------


def test_the_chains_are_those_that_lack_most(internal, in_order, chains):
    """The first three as `valuechains` tells them, most missing first, then most orphan flows."""

    def rank(name):
        missing = [row for row in chains[name] if row["etat"] == "manquant"]
        orphans = sum(r["besoins_sans_reponse"] + r["offres_sans_preneur"] for r in missing)
        return -len(missing), -orphans, chains[name][0]["filiere_code"]

    first, *others = sorted(chains, key=rank)[:3]
    missing = -rank(first)[0]
    assert f"missing links: {first}, {missing} of {len(chains[first])} missing" in internal[0]
    assert len(internal) == 3
    for page, name in zip(internal[1:], others):
        assert page.startswith(f"Value chain: {name}")
        assert f"{name}: {-rank(name)[0]} of {len(chains[name])} links are missing" in page
    for page, name in zip(in_order, (first, *others)):
        marks = Counter(page)
        for row in chains[name]:
            assert bare(row["maillon"]) in page, row["maillon"]
        for state, mark in (("present", "●"), ("fragile", "◐"), ("absent", "○"), ("manquant", "▲")):
            drawn = sum(row["etat"] == state for row in chains[name])
            # One more in the legend.
            assert marks[mark] == drawn + 1, (name, state)


def test_what_each_missing_link_would_change_is_said(in_order, chains):
    for page in in_order:
        (name,) = [name for name in chains if is_of(page, name)]
        missing = [row for row in chains[name] if row["etat"] == "manquant"]
        assert len(missing) > 3
        for row in missing:
            told = row["phrase"].split("Avec lui, ")[1].rstrip(".")
            assert bare(told) in page, told


def is_of(page: str, chain: str) -> bool:
    headings = (f"missing links: {chain}, ", f"Value chain: {chain}Tarn")
    return any(bare(heading) in page for heading in headings)


def test_the_ranking_counts_needs_and_companies(internal, in_order, demo):
    """Counted again from the orphans of the run, by group of the nomenclature."""
    labels = dict(sql(demo.store, "SELECT code, libelle_fr FROM ref_cpf WHERE niveau = 3"))
    layer = QgsVectorLayer(
        f"{demo.folder / 'resultats.gpkg'}|layername=besoins_orphelins", "o", "ogr"
    )
    owners = dict(sql(demo.store, "SELECT id, etablissement_id FROM flux"))
    needs = defaultdict(list)
    for feature in layer.getFeatures():
        code = str(plain(feature["code"]))
        if code[:4] in labels:
            needs[labels[code[:4]]].append(owners[feature["id"]])
    assert len(needs) > 10
    printed = {label: ids for label, ids in needs.items() if label in internal[0]}
    assert len(printed) >= 8
    for label, ids in printed.items():
        assert re.search(rf"\b{len(ids)} {len(set(ids))} {re.escape(label)}", internal[0]), label
    assert bare(f"without an answer nearby: {layer.featureCount()} of ") in in_order[0]


def test_a_territory_without_chains(demo, tmp_path):
    store, project = copied(demo, tmp_path / "demo")
    execute(store, "DELETE FROM ref_maillon")
    (page,) = plates(project, tmp_path / "a.pdf")
    assert "What is missing most" in page
    assert "chain" not in page


def test_a_territory_where_nothing_is_missing(demo, tmp_path):
    store, project = copied(demo, tmp_path / "demo")
    execute(store, "DELETE FROM ref_maillon")
    for table in ("besoins_orphelins", "ressources_orphelines"):
        execute(store.parent / "resultats.gpkg", f'DELETE FROM "{table}"')
    (page,) = plates(project, tmp_path / "a.pdf")
    assert "Every open need has an answer nearby." in page
    assert "What is missing most" not in page


# --- For elected officials ------------------------------------------------------------------------


def masked(unanswered: int | None) -> PerimeterFigures:
    """Return the figures of a perimeter of which this alone may be told."""
    nobody = [None] * len(NATURE_NAMES)
    return PerimeterFigures(
        establishments=None,
        visited=None,
        offers=nobody,
        needs=nobody,
        all_offers=None,
        all_needs=None,
        unanswered=unanswered,
        untaken=None,
        realised=None,
        ahead=None,
        missing=[],
        last=None,
        stale=None,
        masked=1,
    )


class Elected:
    """The plates for elected officials of a territory whose figures were masked before."""

    def __init__(self, path: Path, told: Callable[[Perimeter], int | None], missing=()) -> None:
        project = QgsProject(None)
        assert project.read(str(path))
        context = QgsProcessingContext()
        work = Work(project, territory_layers(project), context, QgsProcessingFeedback())
        whole = QgsRectangle()
        for one in work.known:
            whole.combineExtentWith(one.shape.boundingBox())
        figures = [*(masked(told(one)) for one in work.known), masked(None)]
        self.own = own_project(project)
        self.layouts = public_plates(
            work,
            self.own,
            Furniture("Missing links", "Atlas", "Elus", work.crs),
            PublicFigures(figures, list(missing)),
            whole,
            "A4",
        )

    def printed(self, folder: Path) -> list[Path]:
        """Return a PDF of each page."""
        folder.mkdir()
        paths = [folder / f"{number}.pdf" for number in range(len(self.layouts))]
        for layout, path in zip(self.layouts, paths):
            export(layout, path, 72)
        return paths


@pytest.fixture(scope="module")
def two_worlds(demo, tmp_path_factory) -> list[list[Path]]:
    """Two territories that differ in what one or two establishments do, each with its plates."""
    made = []
    for rare_there in (True, False):
        folder = tmp_path_factory.mktemp("elus")
        store, project = copied(demo, folder / "demo")
        if not rare_there:
            rows = sql(store, "SELECT id, naf_code FROM etablissement")
            links = library()
            shown = shown_links(links, [Company(*row) for row in rows], ())
            rare = [link for link in links if link.code not in shown]
            gone = [who for who, naf in rows if any(link.done_by(naf or "") for link in rare)]
            assert 20 < len(gone) < len(rows) - 20
            listed = ", ".join(f"'{who}'" for who in gone)
            # Of no chain; they stay where they are, so that no figure of the map changes.
            execute(store, f"UPDATE etablissement SET naf_code = '99.00Z' WHERE id IN ({listed})")
        made.append(Elected(project, lambda one: 7).printed(folder / "pages"))
    return made


def test_what_one_or_two_do_changes_nothing(two_worlds):
    for one, other in zip(*two_worlds):
        drawn = [
            [stream for stream in streams_of(path)[:-1] if b"xmpmeta" not in stream]
            for path in (one, other)
        ]
        assert len(drawn[0]) == len(drawn[1]) > 2
        assert [n for n, (a, b) in enumerate(zip(*drawn)) if a != b] == []


def test_no_figure_and_no_flow_is_told_of_a_link(two_worlds, internal):
    assert len(two_worlds[0]) == 3
    for (page,) in map(pages_of, two_worlds[0]):
        for absent in ("Establishments:", "Needs:", "Resources:", "▲", "◐"):
            assert absent not in page
        assert "three establishments or more" in page
        assert "no establishment, or too few to be shown" in page
        shown, links = re.search(r"(\d+) of (\d+) links are done here", page).groups()
        assert page.count("●") == int(shown) + 1
        assert page.count("○") == int(links) - int(shown) + 1
    # The same words would be found in the other edition.
    assert all("Establishments:" in page and "▲" in page for page in internal)


@pytest.mark.parametrize(
    ("kinds", "drawn", "listed"),
    [(("commune", "epci"), 195, True), (("epci",), 10, True), ((), 10, False)],
)
def test_the_map_is_of_the_smallest_zones_that_may_be_told(demo, kinds, drawn, listed):
    made = Elected(demo.project, lambda one: 7 if one.kind in kinds else None)
    layout = made.layouts[0]
    (layer,) = layout.itemById("carte").layers()
    assert layer.featureCount() == drawn
    assert layout.itemById("legende").isVisible() == listed
    told = layout.itemById("bilan").currentText()
    assert ("cannot be told" in told) == (not listed)
    assert ("figures masked" in layout.itemById("masques").currentText()) == (not listed)


def test_natures_are_ranked_without_companies(demo):
    made = Elected(demo.project, lambda one: None, [Ranked("Matière", 12), Ranked("Eau", 4)])
    layout = made.layouts[0]
    rows = layout.itemById("rang").multiFrame().tableContents()
    assert [[str(cell.content()) for cell in row] for row in rows] == [
        ["12", "", "", "Matière"],
        ["4", "", "", "Eau"],
    ]
    assert layout.itemById("rang_produit").currentText() == "Nature"
    assert not layout.itemById("rang_entreprises").isVisible()


# --- As composed ----------------------------------------------------------------------------------


def standings():
    """Where the links stand in a territory that has something to say of each."""
    links = library()
    needs = [
        Flow(f"b{n}", code, n % 2 == 0) for n, link in enumerate(links) for code in link.outputs
    ]
    offers = [
        Flow(f"o{n}", code, n % 3 == 0) for n, link in enumerate(links) for code in link.inputs
    ]
    return assess(links, [Company("e1", "16.24Z"), Company("e2", "22.22Z")], needs, offers)


def by_chain(told):
    found = defaultdict(list)
    for standing in told:
        found[standing.link.chain].append(standing)
    return found


@pytest.fixture
def page():
    project = QgsProject()
    layout = QgsPrintLayout(project)
    layout.initializeDefaults()
    yield layout
    del layout


@pytest.mark.parametrize(("paper", "height"), [("A4", 56.0), ("A3", 70.0)])
def test_the_words_of_all_chains_fit_their_boxes(page, paper, height):
    scale = PAPERS[paper].scale
    for own in by_chain(standings()).values():
        draw_chain(page, told_links(own), (10, 100, PAPERS[paper].width - 20, height), scale)
    words = [item for item in page.items() if isinstance(item, QgsLayoutItemLabel)]
    assert len(words) == 3 * 245
    cut = [item.text() for item in words if "…" in item.text()]
    assert cut == []
    small = [item.text() for item in words if item.font().pointSizeF() < 3.4]
    assert small == []


@pytest.mark.parametrize("chain", ["aeronautique", "bois", "cereales", "plastique", "metal"])
def test_arrows_as_drawn_can_be_told_apart(chain):
    """Those of two links never run along one line, on the page as in the plan."""
    project = QgsProject()
    own = by_chain(standings())[chain]
    layout = build_chain_layout(project, chain, "", told_links(own))
    arrows = [item for item in layout.items() if isinstance(item, QgsLayoutItemPolyline)]
    codes = {standing.link.code for standing in own}
    assert len(arrows) == sum(end in codes for s in own for end in s.link.following) > 9
    lines = []
    for arrow in arrows:
        points = [arrow.mapToScene(node) for node in arrow.nodes()]
        start = (round(points[0].x(), 3), round(points[0].y(), 3))
        lines += [
            (start, QgsGeometry.fromPolylineXY([QgsPointXY(a), QgsPointXY(b)]))
            for a, b in zip(points, points[1:])
        ]
    for (start, one), (other_start, other) in combinations(lines, 2):
        if start != other_start:
            # Where they cross they share a point and no length.
            assert one.buffer(0.01, 2).intersection(other).length() < 0.1


def plate(**changed) -> GapPlate:
    zones = [("Ici", QgsGeometry.fromWkt(SQUARE), 4)]
    shaded = shaded_zones(zones, LAMBERT, "Besoins")
    furniture = Furniture("Missing links", "Atlas", "Internal", LAMBERT, ["IGN"])
    links = [link for link in library() if link.chain == "bois"]
    chain = ChainPlate("Bois", "Filière bois", "Phrase", public_links(links, {"bois.foret"}))
    given = {
        "furniture": furniture,
        "layers": [shaded],
        "listed": [shaded],
        "extent": QgsRectangle(0, 0, 9000, 7000),
        "crs": LAMBERT,
        "kinds": "Produit",
        "gaps": [Gap("Bois brut", 12, 7), Gap("Eau", 2, 2)],
        "summary": "Bilan",
        "masks": "",
        "chains": [chain, chain, chain],
    }
    return GapPlate(**{**given, **changed})


@pytest.mark.parametrize("paper", ["A4", "A3"])
def test_a_page_leaves_no_hole_where_it_has_nothing_to_show(paper):
    project = QgsProject()
    whole = build_gap_plates(project, plate(), paper)
    assert [layout.name() for layout in whole] == [
        "Missing links",
        "Value chain: Bois",
        "Value chain: Bois",
    ]
    usual, frame, table = (box_of(whole[0].itemById(name)) for name in ("carte", "filiere", "rang"))
    assert whole[0].itemById("legende").isVisible()
    (alone,) = build_gap_plates(project, plate(chains=[], gaps=[], listed=[]), paper)
    left, top, width, height = box_of(alone.itemById("carte"))
    assert (left, top) == pytest.approx(usual[:2])
    assert top + height == pytest.approx(frame[1] + frame[3])
    assert left + width > table[0] + 50
    for name in ("legende", "filiere", "filiere_titre", "rang", "rang_titre", "rang_produit"):
        assert not alone.itemById(name).isVisible(), name
    # The scale and the north stay in the corners of the map.
    scale, north = (box_of(alone.itemById(name)) for name in ("echelle", "nord"))
    assert top + height - 20 < scale[1] < top + height
    assert left + width - 20 < north[0] < left + width


def test_a_ranking_longer_than_the_page_says_the_most_and_stays_in_it():
    project = QgsProject()
    gaps = [Gap(f"Produit {n} " + "très long " * 12, 99 - n, 3) for n in range(90)]
    (layout, *_) = build_gap_plates(project, plate(gaps=gaps), "A4")
    table, frame = (box_of(layout.itemById(name)) for name in ("rang", "filiere"))
    assert table[1] + table[3] < frame[1]
    rows = layout.itemById("rang").multiFrame().tableContents()
    assert 5 <= len(rows) < 30
    assert [str(row[0].content()) for row in rows[:2]] == ["99", "98"]
    assert str(rows[0][3].content()).endswith("…")
