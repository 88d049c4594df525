"""The atlas: a page a perimeter, behind a cover that tells which page is where.

One template is loaded once, and filled again for each page while the PDF is being written.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsGeometry,
    QgsLayout,
    QgsLayoutItem,
    QgsLayoutItemLegend,
    QgsMapLayer,
    QgsPrintLayout,
    QgsProject,
    QgsRectangle,
    QgsVectorLayer,
)

from ..translation import tr
from .drawing import move, resize, written_date, written_number
from .furniture import Furniture, fill_furniture
from .page_layers import show_page
from .pages import Pages
from .perimeter_figures import NATURE_NAMES, Count, PerimeterFigures
from .templates import (
    LEGEND,
    MAP,
    box_of,
    load,
    set_legend,
    set_map,
    set_table,
    set_text,
    set_texts,
    stack,
    template_path,
)

PLATE, COVER = "synergyatlas", "synergyatlas-couverture"
LOCATOR = "situation"
NATURES_SHOWN = len(NATURE_NAMES)
INDEX_COLUMNS = 3
# How the statistical institute writes a figure that is not shown.
MASKED = "s"
# A perimeter fills its map less than wholly, so that its neighbours are seen.
_AROUND = 1.15
_FIRST_COLUMN = (
    "bandeau",
    "edition",
    "avis",
    "observe_titre",
    "observe",
    "potentiel_titre",
    "potentiel",
)
_SECOND_COLUMN = (
    "groupements_titre",
    "groupements",
    "manques_titre",
    "manques",
    "noms_titre",
    "noms",
    LEGEND,
)
_BARS = ("barre_offre", "barre_besoin")
_WIDTH, _LEFT = "actif/largeur", "actif/gauche"


@dataclass(frozen=True)
class PoolLine:
    """A pool with members on the page: establishments, what they need, how wide it is."""

    members: int
    label: str
    diameter: float


@dataclass(frozen=True)
class Page:
    """What a page says.

    Attributes:
        title, subtitle: its first lines.
        shape: the perimeter, in the system of the atlas.
        figures: its key figures.
        pools: the best ones; None where the edition shows none.
        names: establishments that may be named here, as a sentence; empty for none.
        masks: what is said of masked figures; empty where nothing is masked.
    """

    title: str
    subtitle: str
    shape: QgsGeometry
    figures: PerimeterFigures
    pools: Sequence[PoolLine] | None
    names: str
    masks: str


@dataclass(frozen=True)
class Book:
    """An atlas to be printed.

    Attributes:
        furniture: what the cover says of itself; the pages take all but their titles from it.
        paper: of all pages.
        pages: in their order.
        crs: of the maps.
        page_layer, mark: the layers that show the perimeter of the page, on the map and the inset.
        layers: of the maps, from the top.
        around: the layers of the inset that tells where the page is.
        whole: what the inset and the cover show, in *crs*.
        was_run: whether orphans are known.
        public: whether the page is for elected officials.
    """

    furniture: Furniture
    paper: str
    pages: Sequence[Page]
    crs: QgsCoordinateReferenceSystem
    page_layer: QgsVectorLayer
    mark: QgsVectorLayer
    layers: Sequence[QgsMapLayer]
    around: Sequence[QgsMapLayer]
    whole: QgsRectangle
    was_run: bool
    public: bool


def book_pages(
    project: QgsProject,
    book: Book,
    checkpoint: Callable[[float], None],
    more: Sequence[QgsPrintLayout] = (),
) -> Pages:
    """Return the pages of an atlas: cover and index, a page a perimeter, and what follows.

    Args:
        project: whose layers are printed.
        book: the atlas.
        checkpoint: told the share of the pages that is done; raises where the user cancelled.
        more: layouts after the last perimeter.

    Raises:
        StoreError: a template cannot be used.
    """
    plate = load(project, template_path(PLATE, book.paper), book.furniture.title)
    _prepare(plate, book)
    covers = _covers(project, book)
    others = [*covers, *more]
    total = len(others) + len(book.pages)

    def turn(number: int) -> QgsPrintLayout:
        at = number - len(covers)
        if 0 <= at < len(book.pages):
            fill_page(plate, book, at)
            layout = plate
        else:
            layout = others[number if at < 0 else number - len(book.pages)]
        set_text(layout, "page", f"{number + 1} / {total}")
        return layout

    return Pages(total, turn, checkpoint)


def _prepare(layout: QgsLayout, book: Book) -> None:
    """List once, where all of it is shown, what the legends of the pages choose from."""
    set_map(layout, MAP, book.layers, book.whole, book.crs)
    # The outline of the page needs no explanation.
    listed = [layer for layer in book.layers if layer is not book.page_layer]
    set_legend(layout, LEGEND, listed, tr("Legend"))


def _legends(layout: QgsLayout) -> list[QgsLayoutItemLegend]:
    return [item for item in layout.items() if isinstance(item, QgsLayoutItemLegend)]


def fill_page(layout: QgsLayout, book: Book, at: int) -> None:
    """Write a page of an atlas into its template.

    Args:
        layout: made from the template, its legend listed.
        book: the atlas.
        at: which of its pages.
    """
    page = book.pages[at]
    figures = page.figures
    fill_furniture(layout, _furniture(book, page.title, page.subtitle))
    for layer in (book.page_layer, book.mark):
        show_page(layer, page.shape)
    _maps(layout, book, page)
    for item_id, heading, rows in (
        ("observe", tr("Observed"), _observed(figures, book)),
        ("potentiel", tr("Potential"), _potential(figures, book)),
        ("groupements", tr("Best pools: who shares a need"), _pools(page.pools or ())),
        (
            "manques",
            tr("What is missing most (unanswered needs)"),
            [[_told(m.count), "", m.label] for m in figures.missing],
        ),
    ):
        set_text(layout, f"{item_id}_titre", heading if rows else "")
        set_table(layout, item_id, rows)
    _fill_natures(layout, figures)
    set_texts(
        layout,
        {
            "vide": tr("Nothing recorded here") if figures.is_empty else "",
            "noms_titre": (tr("Public by name") if book.public else tr("Companies"))
            if page.names
            else "",
            "noms": page.names,
            "fraicheur": _freshness(figures),
            "masques": page.masks,
        },
    )
    stack(layout, _FIRST_COLUMN)
    stack(layout, _SECOND_COLUMN)
    for legend in _legends(layout):
        legend.updateFilterByMap(False)
        legend.adjustBoxSize()


def _furniture(book: Book, title: str, subtitle: str) -> Furniture:
    told = book.furniture
    return Furniture(
        title,
        subtitle,
        told.edition,
        told.crs,
        told.sources,
        told.notice,
        told.author,
        told.data_date,
    )


def _maps(layout: QgsLayout, book: Book, page: Page) -> None:
    extent = page.shape.boundingBox()
    extent.scale(_AROUND)
    drawn = set_map(layout, MAP, book.layers, extent, book.crs)
    locator = set_map(layout, LOCATOR, [book.mark, *book.around], book.whole, book.crs)
    if locator is not None and drawn is not None:
        locator.overview().setLinkedMap(drawn)


def _observed(figures: PerimeterFigures, book: Book) -> list[list[str]]:
    if book.public:
        realised = tr("establishments in a synergy realised")
    else:
        realised = tr("synergies realised")
    rows = [
        (figures.establishments, tr("establishments")),
        (figures.all_offers, tr("open resources")),
        (figures.all_needs, tr("open needs")),
        (figures.realised, realised),
    ]
    if book.was_run:
        rows.insert(3, (figures.unanswered, tr("needs without an answer nearby")))
        if not book.public:
            rows.insert(4, (figures.untaken, tr("resources without a taker nearby")))
    return [[_told(value), "", words] for value, words in rows]


def _potential(figures: PerimeterFigures, book: Book) -> list[list[str]]:
    if book.public:
        words = tr("establishments in a synergy on the way")
    else:
        words = tr("synergies on the way")
    return [[_told(figures.ahead), "", words]]


def _pools(pools: Sequence[PoolLine]) -> list[list[str]]:
    return [
        [_told(pool.members), "", pool.label, f"{pool.diameter / 1000:.0f} km"] for pool in pools
    ]


def _told(count: Count) -> str:
    return MASKED if count is None else written_number(count)


def _freshness(figures: PerimeterFigures) -> str:
    if figures.last is None:
        return ""
    told = tr("Last confirmed on {date}.").format(date=written_date(figures.last))
    if figures.stale:
        told += " " + tr("Not confirmed for a year: {count}.").format(
            count=written_number(figures.stale)
        )
    return told


def _fill_natures(layout: QgsLayout, figures: PerimeterFigures) -> None:
    """Draw resources and needs by nature, as bars on one scale."""
    for item_id, heading in (
        ("natures_titre", tr("By nature")),
        ("natures_offres", tr("Resources")),
        ("natures_besoins", tr("Needs")),
    ):
        set_text(layout, item_id, heading)
    longest = max((n for n in (*figures.offers, *figures.needs) if n), default=1)
    # What tells no nature has a line only where there is some.
    last = NATURES_SHOWN - 1
    bare = not figures.offers[last] and not figures.needs[last]
    for row, name in enumerate(NATURE_NAMES):
        hidden = bare and row == last
        sides = (figures.offers[row], figures.needs[row])
        set_text(layout, f"nature_{row}", "" if hidden else name)
        for item_id, count in zip((f"offre_{row}", f"besoin_{row}"), sides):
            set_text(layout, item_id, "" if hidden else _told(count))
        for bar, count in zip(_BARS, sides):
            item = layout.itemById(f"{bar}_{row}")
            if item is not None:
                draw_bar(item, (count or 0) / longest, to_the_left=bar == _BARS[0])


def draw_bar(item: QgsLayoutItem, share: float, *, to_the_left: bool = False) -> None:
    """Make a bar as long as a share of what the template drew; hide it where there is none."""
    left, top, width, height = box_of(item)
    for name, now in ((_WIDTH, width), (_LEFT, left)):
        if item.customProperty(name) is None:
            item.setCustomProperty(name, now)
    full, start = (float(item.customProperty(name)) for name in (_WIDTH, _LEFT))
    item.setVisibility(share > 0)
    resize(item, max(0.3, full * share), height)
    if to_the_left:
        move(item, start + full * (1 - share), top)


# --- The cover ------------------------------------------------------------------------------------


def _covers(project: QgsProject, book: Book) -> list[QgsPrintLayout]:
    """Return the cover, and as many pages after it as its index takes."""
    covers: list[QgsPrintLayout] = []
    listed = 0
    # The number of covers shifts the pages that their own index tells: counted first, told then.
    rooms: list[int] = []
    while listed < len(book.pages) or not covers:
        cover = _cover(project, book)
        room = _list(cover, [["9999", "", page.title] for page in book.pages[listed:]])
        covers.append(cover)
        rooms.append(room)
        if not room:
            break
        listed += room
    start = 0
    for cover, room in zip(covers, rooms):
        lines = [
            [str(len(covers) + at + 1), "", book.pages[at].title]
            for at in range(start, min(start + room, len(book.pages)))
        ]
        _list(cover, lines)
        start += room
    return covers


def _cover(project: QgsProject, book: Book) -> QgsPrintLayout:
    cover = load(project, template_path(COVER, book.paper), book.furniture.title)
    fill_furniture(cover, book.furniture)
    set_map(cover, MAP, book.around, book.whole, book.crs)
    set_text(cover, "index_titre", tr("Index"))
    return cover


def _list(cover: QgsPrintLayout, rows: Sequence[Sequence[str]]) -> int:
    """Write rows into the columns of an index; return how many of them are printed."""
    printed = 0
    for column in range(INDEX_COLUMNS):
        printed += set_table(cover, f"index_{column}", rows[printed:])
    return printed
