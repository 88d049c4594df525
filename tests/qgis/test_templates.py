"""The layouts of the package, and those that an officer makes of them."""

from __future__ import annotations

import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from qgis.core import (
    QgsCategorizedSymbolRenderer,
    QgsLayoutFrame,
    QgsLayoutItemLabel,
    QgsLayoutItemMap,
    QgsLayoutSize,
    QgsPrintLayout,
    QgsProject,
    QgsReadWriteContext,
    QgsRectangle,
    QgsVectorLayer,
)
from qgis.PyQt import sip
from qgis.PyQt.QtCore import QRectF, QSizeF
from qgis.PyQt.QtGui import QFont, QFontMetricsF
from qgis.PyQt.QtXml import QDomDocument

from actif_plugin import settings
from actif_plugin.printing import templates
from actif_plugin.printing.drawing import contrast
from actif_plugin.printing.fitting import fitted, round_length, taken_by
from actif_plugin.printing.furniture import Furniture, fill_furniture
from actif_plugin.printing.page_layers import page_mark
from actif_plugin.printing.synergy_map import LAYOUT
from actif_plugin.printing.template_legend import headed_last
from actif_plugin.printing.templates import PAPERS, load, set_table, set_text, template_path
from actif_plugin.store.errors import StoreError
from tests.qgis.harness import ROOT, run_program
from tests.qgis.test_synergy_map import text_of

LONG = "Établissements " + "Rivière-Montauban et Fils " * 4 + "associés"
FILES = sorted((ROOT / "actif_plugin/resources/layouts").glob("*.qpt"))


@pytest.fixture
def layout(qgis_app):
    project = QgsProject()
    made = load(project, template_path(LAYOUT, "A3"), "Essai")
    yield made
    del made
    sip.delete(project)


@pytest.mark.parametrize("name", list(PAPERS))
def test_the_page_is_the_paper(name, qgis_app):
    project = QgsProject()
    made = load(project, template_path(LAYOUT, name), "Essai")
    assert templates.page_size(made) == QSizeF(PAPERS[name].width, PAPERS[name].height)
    del made
    sip.delete(project)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_qgis_opens_it_and_nothing_sticks_out(path, qgis_app):
    """As the layout manager does: from the file, without a line of ours."""
    project = QgsProject()
    made = QgsPrintLayout(project)
    document = QDomDocument()
    assert document.setContent(path.read_text(encoding="utf-8"))[0]
    assert made.loadFromTemplate(document, QgsReadWriteContext(), True)[1]
    page = templates.page_size(made)
    for item in made.items():
        if hasattr(item, "id") and item.id():
            left, top, width, height = templates.box_of(item)
            assert left >= 0 and top >= 0, item.id()
            assert left + width <= page.width() + 0.1, item.id()
            assert top + height <= page.height() * made.pageCollection().pageCount() + 0.1, (
                item.id()
            )
    del made
    sip.delete(project)


def tables_of(layout: QgsPrintLayout) -> list[QgsLayoutFrame]:
    return [item for item in layout.items() if isinstance(item, QgsLayoutFrame)]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_no_table_is_wider_than_its_column(path, qgis_app):
    """QGIS widens their frames until they reach into what is beside them."""
    project = QgsProject()
    made = load(project, path, "Essai", needs_map=False)
    page = templates.page_size(made).width() - templates.box_of(made.itemById("titre"))[0]
    for frame in tables_of(made):
        heading = made.itemById(f"{frame.id()}_titre")
        column = page if heading is None else QRectF(*templates.box_of(heading)).right()
        assert QRectF(*templates.box_of(frame)).right() <= column + 0.1, frame.id()
    del made
    sip.delete(project)


def test_no_letter_is_cut_by_the_rule_under_its_row(qgis_app):
    """Rows of QGIS end at the line of letters; what hangs below is cut there."""
    project = QgsProject()
    path = next(one for one in FILES if one.stem == "companysheet-a4-portrait")
    made = load(project, path, "Essai", needs_map=False)
    for frame in tables_of(made):
        table = frame.multiFrame()
        for cell in table.tableContents()[0]:
            letters = cell.textFormat().font()
            letters.setPixelSize(1000)
            below = QFontMetricsF(letters).tightBoundingRect("gjpqy").bottom() / 1000
            hanging = below * cell.textFormat().size() * 25.4 / 72
            assert hanging <= table.cellMargin() + 0.02, frame.id()
    del made
    sip.delete(project)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_no_letters_are_too_small_to_be_read(path, qgis_app):
    project = QgsProject()
    made = load(project, path, "Essai", needs_map=False)
    labels = [item for item in made.items() if isinstance(item, QgsLayoutItemLabel)]
    sizes = {item.id(): item.font().pointSizeF() for item in labels}
    for frame in tables_of(made):
        cells = frame.multiFrame().tableContents()[0]
        sizes[frame.id()] = min(cell.textFormat().size() for cell in cells)
    assert sizes
    assert {name: size for name, size in sizes.items() if size < 6 - 1e-6} == {}
    del made
    sip.delete(project)


@pytest.mark.parametrize(
    "name", [*(f"synergymap-{paper.lower()}" for paper in PAPERS), "synergyatlas-a4"]
)
def test_the_longest_figure_takes_one_line(name, qgis_app):
    """In French, the longer of the two languages; and a count of five digits."""
    project = QgsProject()
    made = load(project, next(one for one in FILES if one.stem == name), "Essai")
    longest = ["12\u202f345", "", "établissements dans une synergie en projet"]
    short = ["1", "", "synergie"]
    _, told, plain = templates.row_heights(made, "potentiel", [short, longest, short])
    assert told == pytest.approx(plain)
    del made
    sip.delete(project)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_it_says_nothing_of_where_it_was_made(path):
    text = path.read_text(encoding="utf-8")
    assert str(ROOT) not in text
    assert "/home/" not in text and "/root/" not in text


def test_they_are_what_the_drawing_gives(tmp_path):
    """One source: the drawing. Identifiers, places and words are compared, not the QGIS version."""
    code = (
        "import sys; sys.path[:0] = [r'{docs}', r'{root}']\n"
        "from pathlib import Path\n"
        "import build_layouts as b\n"
        "def at(layout, paper):\n"
        "    return Path(r'{out}') / f'{{layout}}-{{paper.lower()}}.qpt'\n"
        "b.template_path = at\n"
        "b.CHECKOUT = Path(r'{out}')\n"
        "b.main()\n"
    ).format(docs=ROOT / "docs", root=ROOT, out=tmp_path)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    made = sorted(tmp_path.glob("*.qpt"))
    assert [path.name for path in made] == [path.name for path in FILES]
    for mine, kept in zip(made, FILES):
        assert items_of(mine) == items_of(kept), mine.name


def items_of(path):
    """Identifiers, places, sizes and words of the items; the rest changes with the QGIS version."""
    facts = ("id", "positionOnPage", "size", "labelText")
    items = ET.parse(path).getroot().iter("LayoutItem")
    return sorted(tuple(item.get(name) or "" for name in facts) for item in items)


# --- Filling --------------------------------------------------------------------------------------


def label(layout, item_id: str) -> QgsLayoutItemLabel:
    found = layout.itemById(item_id)
    assert isinstance(found, QgsLayoutItemLabel)
    return found


@pytest.mark.parametrize(
    "words", ["[% 1 + 1 %]", "<b>gras</b>", "[%@project_title%] & « Cie »", "A[%%]B"]
)
def test_words_stay_words(layout, words):
    set_text(layout, "titre", words)
    assert label(layout, "titre").currentText().replace("\u200b", "") == words


def test_a_long_text_is_made_smaller_then_cut(layout):
    before = label(layout, "titre").font().pointSizeF()
    set_text(layout, "titre", LONG)
    small = label(layout, "titre").font().pointSizeF()
    assert before * 0.49 < small < before
    set_text(layout, "titre", LONG * 5)
    assert label(layout, "titre").text().endswith("…")
    # A page that is filled again starts from the letters as drawn.
    set_text(layout, "titre", "Court")
    assert label(layout, "titre").font().pointSizeF() == before


def test_a_heading_is_as_large_as_the_others(layout):
    """A shorter one stands in for one that would be made smaller."""
    narrow = load(layout.project(), template_path(LAYOUT, "A4-portrait"), "Étroit")
    headings = ("Ce qui manque le plus (besoins sans réponse)", "Besoins sans réponse")
    for plate, said in ((layout, headings[0]), (narrow, headings[1])):
        drawn = label(plate, "manques_titre").font().pointSizeF()
        templates.set_heading(plate, "manques_titre", headings)
        assert label(plate, "manques_titre").text() == said
        assert label(plate, "manques_titre").font().pointSizeF() == drawn
    templates.set_heading(layout, "manques_titre", [])
    assert not label(layout, "manques_titre").isVisible()


def test_nothing_to_say_shows_nothing(layout):
    set_text(layout, "avis", "")
    assert not label(layout, "avis").isVisible()
    set_text(layout, "avis", "Attention")
    assert label(layout, "avis").isVisible()


def test_rows_that_do_not_fit_are_left_out(layout):
    rows = [[str(n), "", f"Produit numéro {n}"] for n in range(200)]
    written = set_table(layout, "manques", rows)
    assert 5 < written < 30
    frame = layout.itemById("manques")
    assert isinstance(frame, QgsLayoutFrame)
    assert len(frame.multiFrame().tableContents()) == written
    assert set_table(layout, "manques", rows[:3]) == 3
    assert set_table(layout, "manques", []) == 0
    assert not frame.isVisible()


def test_holes_are_closed_upwards_only(layout):
    ids = ["avis", "observe_titre", "observe", "potentiel_titre", "potentiel"]
    tops = {one: layout.itemById(one).pagePos().y() for one in ids}
    set_text(layout, "avis", "")
    set_table(layout, "observe", [["1", "", "ressource"]])
    templates.stack(layout, ids)
    after = {one: layout.itemById(one).pagePos().y() for one in ids}
    assert after["observe_titre"] < tops["observe_titre"]
    assert after["potentiel_titre"] < tops["potentiel_titre"] - 15
    assert all(after[one] <= tops[one] for one in ids)
    assert after["observe"] > after["observe_titre"]


def test_what_stands_for_something_hidden_keeps_its_distance(layout):
    """A sentence or the figures: the heading of these is as far below the notice as drawn."""
    plate = load(layout.project(), template_path("synergyatlas-dense", "A4"), "Page")
    ids = ["avis", "vide", "observe_titre", "observe"]

    def between() -> float:
        notice, heading = (templates.box_of(plate.itemById(one)) for one in (ids[0], ids[2]))
        return heading[1] - notice[1] - notice[3]

    drawn = between()
    assert drawn > 2
    set_text(plate, "avis", "Attention")
    set_text(plate, "vide", "")
    set_table(plate, "observe", [["1", "", "ressource"]])
    templates.stack(plate, ids)
    assert between() == pytest.approx(drawn, abs=0.05)


def test_what_has_a_heading_comes_last_in_a_legend(qgis_app):
    """A layer listed after classes would be read as one of them."""
    plain, sorted_out = (QgsVectorLayer("Polygon", name, "memory") for name in ("plain", "classes"))
    sorted_out.setRenderer(QgsCategorizedSymbolRenderer("statut", []))
    assert headed_last([sorted_out, plain]) == [plain, sorted_out]


def test_the_organisation_signs(layout, tmp_path):
    logo = tmp_path / "logo.svg"
    logo.write_text('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"/>', encoding="utf-8")
    before = settings.print_settings()
    settings.set_print_settings(
        settings.PrintSettings("CCI du Tarn", str(logo), "#123456", "Sans valeur contractuelle.")
    )
    try:
        crs = layout.project().crs()
        fill_furniture(layout, Furniture("Titre", "Sous-titre", "Édition", crs))
        assert "CCI du Tarn" in label(layout, "mentions").text()
        assert label(layout, "avertissement").text() == "Sans valeur contractuelle."
        assert layout.itemById("logo").picturePath() == str(logo)
        assert label(layout, "titre").fontColor().name() == "#123456"
        assert layout.itemById("bandeau").symbol().color().name() == "#123456"
        # The perimeter of a page of the atlas too, on its map and on the inset.
        mark = page_mark(crs)
        assert mark.renderer().symbol().color().name() == "#123456"
        plate = load(layout.project(), template_path("synergyatlas", "A4"), "Page")
        fill_furniture(plate, Furniture("Titre", "Sous-titre", "Édition", crs))
        frame = plate.itemById("situation").overview().frameSymbol().symbolLayer(0)
        assert frame.strokeColor().name() == "#123456"
    finally:
        settings.set_print_settings(before)


def signed(organisation: settings.PrintSettings, plate: QgsPrintLayout, sources: str = "") -> None:
    """Fill the furniture of a layout as an organisation has it printed."""
    before = settings.print_settings()
    settings.set_print_settings(organisation)
    try:
        crs = plate.project().crs()
        fill_furniture(plate, Furniture("Titre", "Sous-titre", "Édition", crs, [sources]))
    finally:
        settings.set_print_settings(before)


@pytest.mark.parametrize("colour", ["#f7e463", "#ffffff", "#808080", "#0b1026", "#8a1538"])
def test_any_colour_of_an_organisation_can_be_read(layout, colour):
    """4.5 to 1 is what WCAG asks for. Bands have the colour as it is."""
    signed(settings.PrintSettings(colour=colour), layout)
    assert contrast(label(layout, "titre").fontColor().name(), "#ffffff") >= 4.5
    assert contrast(label(layout, "edition").fontColor().name(), colour) >= 4.5
    assert layout.itemById("bandeau").symbol().color().name() == colour
    if contrast(colour, "#ffffff") >= 4.5:
        assert label(layout, "titre").fontColor().name() == colour


def test_contrasts_are_those_of_wcag():
    """Worked out by hand from its definition."""
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#ffffff", "#777777") == pytest.approx(4.48, abs=0.005)
    assert contrast("#ff0000", "#ffffff") == pytest.approx(1.05 / (0.2126 + 0.05))


@pytest.mark.parametrize("name", ["synergymap-a4", "synergyatlas-a4", "companysheet-a4-portrait"])
def test_a_long_disclaimer_has_the_room_that_others_leave(layout, name):
    """Six hundred letters, whole, in letters that can be read, and off the number of the page."""
    path = next(one for one in FILES if one.stem == name)
    plate = load(layout.project(), path, "Page", needs_map=False)
    words = "Document de travail, sans valeur contractuelle. " * 13
    drawn = label(plate, "avertissement").font().pointSizeF()
    signed(settings.PrintSettings("CCI du Tarn", disclaimer=words.strip()), plate, "IGN, Insee.")
    told = [label(plate, one) for one in ("sources", "mentions", "avertissement")]
    assert told[2].text() == words.strip()
    assert told[2].font().pointSizeF() >= 0.8 * drawn
    boxes = [QRectF(*templates.box_of(one)) for one in told]
    assert all(low.top() >= high.bottom() - 0.01 for high, low in zip(boxes, boxes[1:]))
    assert boxes[2].bottom() <= templates.page_size(plate).height() - 3.5
    number = plate.itemById("page")
    others = [] if number is None else [QRectF(*templates.box_of(number))]
    assert not any(one.intersects(other) for one in boxes for other in others)


def test_a_short_foot_is_where_it_was_drawn(layout):
    """The sources keep their last line; what is said next follows at once, page after page."""
    drawn = templates.box_of(label(layout, "sources"))
    for disclaimer in ("Sans valeur contractuelle. " * 20, "Sans valeur contractuelle."):
        signed(settings.PrintSettings(disclaimer=disclaimer.strip()), layout, "IGN.")
    told = [label(layout, one) for one in ("sources", "mentions", "avertissement")]
    boxes = [QRectF(*templates.box_of(one)) for one in told]
    assert boxes[0].bottom() == pytest.approx(drawn[1] + drawn[3], abs=0.05)
    for high, low in zip(boxes, boxes[1:]):
        assert low.top() == pytest.approx(high.bottom(), abs=0.05)
    assert len({one.font().pointSizeF() for one in told}) == 1


def test_letters_take_the_room_that_is_told(qgis_app):
    """One line of 10 pt takes about 10 pt of height; twice the letters, twice the room."""
    small, large = (taken_by("Montauban", QFont("Open Sans"), size, 500) for size in (10, 20))
    assert 10 * 25.4 / 72 < small.height() < 16 * 25.4 / 72
    assert large.width() == pytest.approx(2 * small.width(), rel=0.01)
    words, letters = fitted("Montauban", QFont("Open Sans", 10), QSizeF(500, 50))
    assert (words, letters.pointSizeF()) == ("Montauban", 10)


@pytest.mark.parametrize(
    ("length", "round_one"), [(0.7, 0.5), (1, 1), (4.9, 2), (12, 10), (99, 50), (0.03, 0.02)]
)
def test_scale_bars_have_round_lengths(length, round_one):
    assert round_length(length) == pytest.approx(round_one)


# --- An officer's own -----------------------------------------------------------------------------


def test_a_template_of_ones_own(run, demo, tmp_path):
    """The map moved, the legend gone: what is left is filled, and the page is the template's."""
    project = QgsProject()
    made = load(project, template_path(LAYOUT, "A4"), "Essai")
    made.removeLayoutItem(made.itemById("legende"))
    made.itemById("titre").attemptSetSceneRect(made.itemById("titre").sceneBoundingRect())
    own = tmp_path / "le mien.qpt"
    assert made.saveAsTemplate(str(own), QgsReadWriteContext())
    del made
    sip.delete(project)
    path = tmp_path / "carte.pdf"
    run("synergymap", PROJECT=str(demo.project), TEMPLATE=str(own), DPI=72, OUTPUT=str(path))
    text = text_of(path)
    assert "Legend" not in text
    assert "62 of 170 establishments visited" in text
    told = re.search(r"Page size:\s+([\d.]+) x ([\d.]+)", run_program("pdfinfo", path).stdout)
    assert float(told[1]) == pytest.approx(297 / 25.4 * 72, abs=1)


@pytest.mark.parametrize("content", ["", "rien", "<Layout/>", "<qgis/>"])
def test_what_is_no_template(content, tmp_path, qgis_app):
    path = tmp_path / "x.qpt"
    path.write_text(content, encoding="utf-8")
    project = QgsProject()
    with pytest.raises(StoreError) as caught:
        load(project, path, "Essai")
    assert "x.qpt" in str(caught.value)
    with pytest.raises(StoreError):
        load(project, Path(tmp_path / "absent.qpt"), "Essai")
    del caught
    sip.delete(project)


@pytest.mark.parametrize("fault", ["two maps", "no size", "no page"])
def test_a_template_that_qgis_would_not_survive(fault, tmp_path, qgis_app):
    project = QgsProject()
    made = load(project, template_path(LAYOUT, "A4"), "Essai")
    if fault == "two maps":
        other = QgsLayoutItemMap(made)
        other.setId(templates.MAP)
        made.addLayoutItem(other)
    elif fault == "no size":
        made.itemById(templates.MAP).setMinimumSize(QgsLayoutSize(0, 0))
        made.itemById(templates.MAP).attemptResize(QgsLayoutSize(0, 0))
    else:
        made.pageCollection().deletePage(0)
    own = tmp_path / "le mien.qpt"
    assert made.saveAsTemplate(str(own), QgsReadWriteContext())
    del made
    with pytest.raises(StoreError) as caught:
        load(project, own, "Essai")
    assert "le mien.qpt" in str(caught.value)
    del caught
    sip.delete(project)


def test_a_single_place_can_be_framed(layout):
    """A perimeter of one point still gives a map."""
    crs = layout.project().crs().fromEpsgId(2154)
    item = templates.set_map(layout, templates.MAP, [], QgsRectangle(5e5, 6e6, 5e5, 6e6), crs)
    assert 1000 < item.extent().width() < 10_000


def test_names_keep_off_what_is_drawn_over_the_map(layout):
    crs = layout.project().crs().fromEpsgId(2154)
    item = templates.set_map(layout, templates.MAP, [], QgsRectangle(5e5, 6e6, 6e5, 6.1e6), crs)
    for one in (templates.SCALE_BAR, templates.NORTH):
        assert item.isLabelBlockingItem(layout.itemById(one)), one
    assert item.labelMargin().length() >= 1


def test_items_filled_again_say_what_is_new(layout):
    """As each page of an atlas does, with the items looked up once."""
    items = templates.Items(layout)
    rows = [["1", "", "Bois brut"], ["2", "", "Verre"]]
    for text, table in (("Un", rows), ("Un", []), ("", rows[:1]), ("Deux", rows)):
        set_text(items, "avis", text)
        assert set_table(items, "manques", table) == len(table)
        assert label(layout, "avis").isVisible() == bool(text)
        assert label(layout, "avis").text() == text
        frame = layout.itemById("manques")
        assert frame.isVisible() == bool(table)
        if table:
            printed = [
                [cell.content() for cell in row] for row in frame.multiFrame().tableContents()
            ]
            assert printed == table
