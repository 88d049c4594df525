"""How maps look on paper: what QGIS places, draws and lists, measured on the layouts."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence

import pytest
from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsFeature,
    QgsGeometry,
    QgsGraduatedSymbolRenderer,
    QgsLabelPosition,
    QgsMapLayer,
    QgsMapLayerStyle,
    QgsMapRendererSequentialJob,
    QgsMapSettings,
    QgsPointXY,
    QgsPrintLayout,
    QgsProject,
    QgsRectangle,
    QgsVectorLayer,
)
from qgis.PyQt import sip
from qgis.PyQt.QtCore import QSize, QSizeF

from actif_plugin import settings
from actif_plugin.printing.backgrounds import background_layer
from actif_plugin.printing.cartography import dress
from actif_plugin.printing.drawing import written_number
from actif_plugin.printing.export import export
from actif_plugin.printing.furniture import Furniture
from actif_plugin.printing.page_layers import shaded_zones
from actif_plugin.printing.public_layers import (
    Flow,
    Named,
    PublicLayers,
    ZoneFigures,
    add_public_layers,
)
from actif_plugin.printing.synergy_map import (
    LAYOUT,
    Sheet,
    build_layout,
    internal_sheet,
    on_background,
    visited,
)
from actif_plugin.printing.templates import LEGEND, MAP, PAPERS, template_path
from actif_plugin.store.styles import style_establishments, style_synergies
from tests.qgis.fake_http import FakeService, Reply
from tests.qgis.harness import run_program

DPI = 96
MM_AN_INCH = 25.4
# What is left between blocks of the panel, in millimetres of A3, and what letters may overhang.
LARGEST_HOLE_MM, HAIR_MM = 9.0, 0.3
ONE_PIXEL = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x02\x00\x00\x00"
    b"\x90wS\xde\x00\x00\x00\x0cIDATx\x9cc\xf8\xcf\xc0\x00\x00\x03\x01\x01\x00\xc9\xfe\x92\xef"
    b"\x00\x00\x00\x00IEND\xaeB`\x82"
)


def labels_on(layout: QgsPrintLayout) -> list[QgsLabelPosition]:
    """Return the labels that QGIS writes on the map of a layout."""
    item = layout.itemById(MAP)
    dots = DPI / MM_AN_INCH
    size = QSizeF(item.rect().width() * dots, item.rect().height() * dots)
    job = QgsMapRendererSequentialJob(item.mapSettings(item.extent(), size, DPI, True))
    job.start()
    job.waitForFinished()
    found = job.takeLabelingResults().allLabels()
    return [label for label in found if not label.isUnplaced]


def shape_of(label: QgsLabelPosition) -> QgsGeometry:
    return QgsGeometry.fromPolygonXY([[QgsPointXY(corner) for corner in label.cornerPoints]])


def overlapping(labels: Sequence[QgsLabelPosition]) -> list[tuple[str, str]]:
    """Return the texts of the labels that lie on each other by more than a hair."""
    shapes = [shape_of(label) for label in labels]
    return [
        (labels[a].labelText, labels[b].labelText)
        for a, b in itertools.combinations(range(len(labels)), 2)
        if shapes[a].intersection(shapes[b]).area() > 0.02 * shapes[a].area()
    ]


def entries_of(layout: QgsPrintLayout) -> list[str]:
    """Return the words of a legend, headings and entries, from the top."""
    model = layout.itemById(LEGEND).model()
    found = []
    for branch in model.rootGroup().findLayers():
        nodes = model.layerLegendNodes(branch)
        if len(nodes) != 1 or not nodes[0].isEmbeddedInParent():
            found.append(model.data(model.node2index(branch), 0))
            found += [node.data(0) or "" for node in nodes if not node.isEmbeddedInParent()]
        else:
            found.append(model.data(model.node2index(branch), 0))
    return found


# --- The edition for elected officials ------------------------------------------------------------

COUNTS = [(74, 65), (30, 48), (19, 25), (16, 10), (18, None), (30, None), (None, 4)]


@pytest.fixture(scope="module")
def zones(demo) -> list[ZoneFigures]:
    """The EPCI of the demonstration, with figures of ours: the last three have none to show."""
    layer = QgsVectorLayer(f"{demo.store}|layername=perimetre|subset=type='epci'", "e", "ogr")
    rows = sorted(layer.getFeatures(), key=lambda row: -row.geometry().area())
    counts = [*COUNTS, *[(None, None)] * (len(rows) - len(COUNTS))]
    return [
        ZoneFigures(row["nom"], QgsGeometry(row.geometry()), *count)
        for row, count in zip(rows, counts)
    ]


@pytest.fixture(scope="module")
def communes(demo) -> list[tuple[str, str, QgsGeometry]]:
    layer = QgsVectorLayer(f"{demo.store}|layername=perimetre|subset=type='commune'", "c", "ogr")
    return [(row["code"], row["nom"], QgsGeometry(row.geometry())) for row in layer.getFeatures()]


def flow(start: ZoneFigures, end: ZoneFigures, count: int) -> Flow:
    ends = [zone.shape.pointOnSurface().asPoint() for zone in (start, end)]
    return Flow(QgsGeometry.fromPolylineXY(ends), count, (start.name, end.name))


@pytest.fixture
def printed(zones, communes) -> Iterator:
    """Compose the sheet of some content: `printed(paper, extent, realised=…)`."""
    projects = []

    def compose(paper: str = "A3", extent: QgsRectangle | None = None, **content) -> QgsPrintLayout:
        project = QgsProject()
        projects.append(project)
        crs = QgsVectorLayer("Point?crs=EPSG:2154", "x", "memory").crs()
        grounds = [
            ("epci", [(str(at), zone.name, zone.shape) for at, zone in enumerate(zones)]),
            ("commune", communes),
        ]
        parts = {"realised": [], "ahead": [], "named": [], "zones": zones, "grounds": grounds}
        scale = PAPERS[paper].scale
        layers, _ = add_public_layers(project, crs, PublicLayers(**{**parts, **content}), scale)
        whole = QgsRectangle()
        for zone in zones:
            whole.combineExtentWith(zone.shape.boundingBox())
        furniture = Furniture("T", "s", "e", crs)
        sheet = Sheet(furniture, extent or whole, [(1, "un")], [(1, "deux")], layers)
        return build_layout(project, sheet, template_path(LAYOUT, paper), "T")

    yield compose
    for project in projects:
        sip.delete(project)


@pytest.mark.parametrize("paper", ["A4", "A3-portrait", "A0"])
def test_no_name_lies_on_a_figure_or_a_symbol(printed, zones, paper):
    layout = printed(paper)
    labels = labels_on(layout)
    assert overlapping(labels) == []
    names = [label for label in labels if label.labelText.strip("\u00a0–0123456789")]
    assert len(names) >= len(zones)
    item = layout.itemById(MAP)
    ground_a_mm = item.extent().width() / item.rect().width()
    largest = 15.0 * PAPERS[paper].scale * ground_a_mm
    for zone in zones:
        radius = largest / 2 * (max(zone.offers or 0, zone.needs or 0) / 74) ** 0.5
        disc = zone.shape.pointOnSurface().buffer(radius, 24)
        for label in names:
            # A hair of a halo may touch.
            assert shape_of(label).intersection(disc).area() < 0.05 * shape_of(label).area(), (
                label.labelText
            )


def test_each_figure_is_written_and_what_is_masked_is_a_dash(printed):
    written = [label.labelText.strip("\u00a0") for label in labels_on(printed())]
    for offers, needs in COUNTS:
        for count in (offers, needs):
            assert ("–" if count is None else str(count)) in written
    # Beside a figure only: where both are masked the hatch says so.
    assert written.count("–") == sum(None in counts for counts in COUNTS)


def test_the_legend_of_sizes_is_of_round_numbers(printed, zones):
    layout = printed()
    entries = entries_of(layout)
    assert entries[0] == "Nombre par zone"
    assert {"Ressources ouvertes", "Besoins ouverts", "Au moins un chiffre masqué"} <= set(entries)
    (layer,) = (one for one in layout.itemById(MAP).layers() if one.name() == "Nombre par zone")
    classes = layer.renderer().dataDefinedSizeLegend().classes()
    assert [one.label for one in classes] == ["50", "10", "2"]
    # Areas in proportion: 50 of 74, whose disc is 15 mm wide.
    assert classes[0].size == pytest.approx(15 * (50 / 74) ** 0.5)
    assert classes[0].size ** 2 / classes[1].size ** 2 == pytest.approx(5)


def test_symbols_get_smaller_where_zones_are_many(printed, communes):
    many = [ZoneFigures(name, shape, 5, 5) for _, name, shape in communes]
    layout = printed(zones=many)
    (layer,) = (one for one in layout.itemById(MAP).layers() if one.name() == "Nombre par zone")
    assert layer.renderer().dataDefinedSizeLegend().classes()[0].size < 6


def test_the_legend_lists_only_what_the_frame_shows(printed, zones, communes):
    """The last zone has no figure: framed on a commune in its middle, nothing else is listed."""
    last = zones[-1]
    middle = last.shape.poleOfInaccessibility(100)[0]
    inside = QgsRectangle(middle.boundingBox())
    inside.grow(500)
    entries = entries_of(printed(extent=inside, realised=[flow(zones[0], zones[1], 6)]))
    assert entries == ["Au moins un chiffre masqué", "EPCI", "Communes"]
    alone = next(zone for zone in zones if zone.needs is None and zone.offers)
    place = QgsRectangle(alone.shape.pointOnSurface().boundingBox())
    place.grow(500)
    entries = entries_of(printed(extent=place))
    assert entries[:2] == ["Nombre par zone", "Ressources ouvertes"]
    assert "Besoins ouverts" not in entries


def test_nothing_masked_nothing_hatched(printed, zones):
    shown = [ZoneFigures(zone.name, zone.shape, 3, 4) for zone in zones]
    assert "Au moins un chiffre masqué" not in entries_of(printed(zones=shown))


def test_flows_are_as_wide_as_they_count(printed, zones):
    realised = [flow(zones[0], zones[1], 24), flow(zones[0], zones[2], 6)]
    ahead = [flow(zones[1], zones[3], 12), flow(zones[2], zones[4], 4)]
    layout = printed(realised=realised, ahead=ahead)
    widths = {}
    for layer in layout.itemById(MAP).layers():
        if isinstance(layer.renderer(), QgsGraduatedSymbolRenderer):
            for one in layer.renderer().ranges():
                line = one.symbol().symbolLayer(0).subSymbol()
                widths[layer.name(), one.label()] = line.width()
    # Both against the largest of all, 3 mm; the thinnest can still be seen.
    assert widths == {
        ("Synergies réalisées", "24"): pytest.approx(3.0),
        ("Synergies réalisées", "6"): pytest.approx(0.75),
        ("Synergies en projet", "12"): pytest.approx(1.5),
        ("Synergies en projet", "4"): pytest.approx(0.7),
    }
    entries = entries_of(layout)
    at = entries.index("Synergies réalisées")
    assert entries[at : at + 3] == ["Synergies réalisées", "24", "6"]
    written = [label for label in labels_on(layout) if "Synergies" in label_layer(layout, label)]
    assert sorted(label.labelText for label in written) == ["12", "24", "4", "6"]


def label_layer(layout: QgsPrintLayout, label: QgsLabelPosition) -> str:
    return layout.project().mapLayer(label.layerID).name()


def test_a_column_without_gaps_is_the_legend_s(printed):
    """On an upright page nothing is left empty between the figures and the legend."""
    layout = printed("A4-portrait")
    legend, heading = layout.itemById(LEGEND), layout.itemById("manques_titre")
    assert not heading.isVisible()
    assert legend.pagePos().x() == pytest.approx(heading.pagePos().x())
    assert legend.rect().width() > 2 * heading.rect().width()


def test_a_name_is_cut_and_nothing_of_it_is_evaluated(printed, zones):
    text = "[% 1 + 1 %] <b>Société</b> " + "de valorisation des bois " * 4
    place = zones[-1].shape.poleOfInaccessibility(100)[0].asPoint()
    layout = printed(named=[Named(text, place)])
    (label,) = (one for one in labels_on(layout) if "Société" in one.labelText)
    words = label.labelText.replace("\n", " ")
    assert words.startswith("[% 1 + 1 %] <b>Société</b>")
    assert words.endswith("…")
    assert len(words) <= 60


# --- The internal edition -------------------------------------------------------------------------


@pytest.fixture
def territory_project(demo) -> Iterator[QgsProject]:
    project = QgsProject()
    assert project.read(str(demo.project))
    yield project
    sip.delete(project)


def internal(project: QgsProject, paper: str, extent: QgsRectangle | None = None) -> Sheet:
    whole = QgsRectangle(project.viewSettings().defaultViewExtent())
    return internal_sheet(project, "T", extent or whole, PAPERS[paper].scale)


@pytest.mark.parametrize("paper", list(PAPERS))
def test_names_of_the_internal_map_lie_apart_and_each_epci_has_its_own(territory_project, paper):
    sheet = internal(territory_project, paper)
    layout = build_layout(territory_project, sheet, template_path(LAYOUT, paper), "T")
    labels = labels_on(layout)
    assert overlapping(labels) == []
    names = [one for one in labels if label_layer(layout, one) == "EPCI"]
    assert len(names) == 10
    del layout


def test_labels_keep_off_what_is_drawn_over_the_map(territory_project):
    """On Grand Montauban, whose neighbours have their names in the corners."""
    layer = next(one for one in territory_project.mapLayers().values() if one.name() == "EPCI")
    layer.selectByExpression("\"code\" = '248200099'")
    sheet = internal(territory_project, "A3", layer.boundingBoxOfSelected())
    layout = build_layout(territory_project, sheet, template_path(LAYOUT, "A3"), "T")
    item = layout.itemById(MAP)
    ground = item.extent().width() / item.rect().width()
    left, top = item.extent().xMinimum(), item.extent().yMaximum()
    labels = labels_on(layout)
    assert len(labels) > 20
    for name in ("echelle", "nord"):
        box = layout.itemById(name).sceneBoundingRect().translated(-item.scenePos())
        over = QgsRectangle(
            left + box.left() * ground,
            top - box.bottom() * ground,
            left + box.right() * ground,
            top - box.top() * ground,
        )
        for label in labels:
            assert not shape_of(label).intersects(over), label.labelText
    del layout


def test_a_background_keeps_names_and_tints_of_what_is_on_it(territory_project):
    sheet = internal(territory_project, "A3")
    ground = on_background(sheet, QgsVectorLayer("Point", "fond", "memory"), "Fond : essai.")
    layers = {layer.name(): layer for layer in sheet.layers}
    for name, fills, labelled in (("Communes", False, False), ("EPCI", False, True)):
        copy = dressed(layers[name], ground.styles)
        fill = copy.renderer().symbol().symbolLayer(0)
        assert (fill.brushStyle() != 0) is fills, name
        assert copy.labelsEnabled() is labelled, name
    tinted = dressed(layers["Zones d'activités"], ground.styles)
    assert tinted.renderer().symbol().symbolLayer(0).brushStyle() != 0


def dressed(layer: QgsMapLayer, styles) -> QgsVectorLayer:
    copy = layer.clone()
    QgsMapLayerStyle(styles[layer.id()]).writeToLayer(copy)
    return copy


@pytest.mark.parametrize("paper", ["A4", "A3", "A0"])
def test_the_panel_has_no_holes(territory_project, tmp_path, paper):
    """Read back from the PDF: words of the panel follow each other down the page."""
    sheet = internal(territory_project, paper)
    layout = build_layout(territory_project, sheet, template_path(LAYOUT, paper), "T")
    right_of_map = layout.itemById(MAP).sceneBoundingRect().right()
    path = tmp_path / "carte.pdf"
    export(layout, path, 72)
    del layout
    told = run_program("pdftotext", "-bbox", path, "-").stdout
    lines = []
    for box in re.findall(r'xMin="(.*?)" yMin="(.*?)" xMax="(.*?)" yMax="(.*?)">', told):
        left, top, _, bottom = (float(length) * MM_AN_INCH / 72 for length in box)
        if left > right_of_map and top > 30 * PAPERS[paper].scale:
            lines.append((top, bottom))
    lines.sort()
    holes = []
    reached = lines[0][1]
    for top, bottom in lines[1:]:
        holes.append(top - reached)
        reached = max(reached, bottom)
    assert len(lines) > 50
    assert max(holes) < LARGEST_HOLE_MM * PAPERS[paper].scale


@pytest.mark.parametrize("paper", list(PAPERS))
def test_blocks_of_the_panel_are_apart_and_on_the_page(territory_project, paper):
    sheet = internal(territory_project, paper)
    layout = build_layout(territory_project, sheet, template_path(LAYOUT, paper), "T")
    blocks = ("observe_titre", "observe", "potentiel_titre", "potentiel", "manques", LEGEND)
    boxes = {name: layout.itemById(name).sceneBoundingRect() for name in blocks}
    assert all(layout.itemById(name).isVisible() for name in blocks)
    for one, other in itertools.combinations(blocks, 2):
        shared = boxes[one].intersected(boxes[other])
        assert min(shared.width(), shared.height()) < HAIR_MM * PAPERS[paper].scale, (one, other)
    # The one row of what may come is there, whole.
    assert boxes["potentiel"].height() >= 5 * PAPERS[paper].scale
    assert boxes[LEGEND].bottom() <= layout.itemById("sources").sceneBoundingRect().top()
    del layout


# --- Backgrounds and words ------------------------------------------------------------------------


def test_a_fine_print_asks_for_no_more_tiles(provider, monkeypatch):
    """Names on tiles stay readable, and the service is not asked for ten times as many."""
    service = FakeService()
    service.plays(Reply(ONE_PIXEL, content_type="image/png"))
    with service.running():
        asked = {}
        for dpi in (96, 300):
            # Addresses apart, for QGIS keeps what it was given.
            address = f"{service.url}/{dpi}/{{z}}/{{x}}/{{y}}.png"
            monkeypatch.setattr(type(settings.OSM_TILES), "url", address)
            layer = background_layer("osm")
            service.questions.clear()
            render = QgsMapSettings()
            render.setLayers([layer])
            render.setDestinationCrs(layer.crs())
            render.setExtent(QgsRectangle(100_000, 5_450_000, 200_000, 5_550_000))
            side = round(250 / MM_AN_INCH * dpi)
            render.setOutputSize(QSize(side, side))
            render.setOutputDpi(dpi)
            job = QgsMapRendererSequentialJob(render)
            job.start()
            job.waitForFinished()
            asked[dpi] = len(service.questions)
    assert asked[96] > 4
    assert asked[300] == asked[96]


@pytest.mark.parametrize(
    ("count", "total", "told"),
    [
        (62, 170, "62 of 170 establishments visited"),
        (None, 170, "– of 170 establishments visited"),
        (None, None, "Establishments known and visited: masked"),
    ],
)
def test_what_is_told_of_visits(count, total, told):
    assert visited(count, total) == told


def test_names_on_a_small_paper_can_still_be_read(territory_project):
    """Those of communes are drawn in 6.5 points on A3, which would be 5.2 on A4."""
    for paper, least in (("A4", 6), ("A3", 6.5), ("A0", 16)):
        sheet = internal(territory_project, paper)
        communes = next(one for one in sheet.layers if one.name() == "Communes")
        copy = dressed(communes, sheet.styles)
        size = copy.labeling().settings().format().size()
        assert least <= size <= least + 1


def crowd(count: int, wkt: str) -> QgsVectorLayer:
    """Return so many features at one place."""
    kind = wkt.split("(")[0]
    layer = QgsVectorLayer(f"{kind}?crs=EPSG:2154&field=statut:string", "Foule", "memory")
    feature = QgsFeature(layer.fields())
    feature.setGeometry(QgsGeometry.fromWkt(wkt))
    layer.dataProvider().addFeatures([feature] * count)
    return layer


@pytest.mark.parametrize(
    ("count", "share"), [(0, 1), (170, 1), (500, 1), (1000, 0.71), (9000, 0.5)]
)
def test_dots_are_smaller_where_companies_are_many(qgis_app, count, share):
    """Two thousand in one commune would be one black stain."""
    layer = crowd(count, "Point(5 5)")
    style_establishments(layer)
    drawn = layer.renderer().symbol().size()
    dress(layer, "etablissement", 0.8)
    assert layer.renderer().symbol().size() == pytest.approx(0.8 * share * drawn, rel=0.01)


@pytest.mark.parametrize(("count", "width"), [(60, 0.5), (400, 0.25), (5000, 0.25)])
def test_lines_are_finer_where_synergies_are_many(qgis_app, count, width):
    layer = crowd(count, "LineString(5 5, 9 9)")
    style_synergies(layer)
    dress(layer, "synergie", 1)
    category = layer.renderer().categories()[0]
    bundle = category.symbol().symbolLayer(0)
    assert bundle.subSymbol().width() == pytest.approx(width)


def test_counts_on_a_map_are_written_as_those_beside_it(qgis_app):
    square = QgsGeometry.fromRect(QgsRectangle(0, 0, 9, 9))
    crs = QgsCoordinateReferenceSystem("EPSG:2154")
    layer = shaded_zones([("Montauban", square, 2040), ("Goas", square, None)], crs, "Zones")
    told = {feature["nom"]: feature["nombre"] for feature in layer.getFeatures()}
    assert told == {"Montauban": f"Montauban\n{written_number(2040)}", "Goas": "Goas"}
    assert "2040" not in written_number(2040)
