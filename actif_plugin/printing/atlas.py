"""The atlas: a page a perimeter, behind a cover that tells which page is where.

Templates are loaded once, and filled again for each page while the PDF is being written.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsGeometry,
    QgsLayoutItemLabel,
    QgsLayoutItemLegend,
    QgsLayoutItemMap,
    QgsMapLayer,
    QgsPrintLayout,
    QgsProject,
    QgsRectangle,
    QgsVectorLayer,
)
from qgis.PyQt.QtCore import QRectF

from ..translation import tr
from . import figure_words as words
from .atlas_cover import covers_of
from .bars import NATURE_ROWS, fill_natures
from .cartography import numbered_names
from .drawing import resize, written_count, written_date, written_number
from .fitting import stacked
from .furniture import Furniture, fill_furniture
from .lettering import MANY_PLACES, offer_places
from .page_layers import show_page
from .page_legend import Classes, PageLegend
from .pages import Pages
from .perimeter_figures import PerimeterFigures
from .template_legend import headed_last
from .templates import (
    LEGEND,
    MAP,
    Block,
    Items,
    box_of,
    drawn_box,
    drawn_letters,
    frame_map,
    load,
    set_heading,
    set_map,
    set_table,
    set_text,
    set_texts,
    stack,
    template_path,
    write,
)

# A page with little to say has one column and a larger map; one with more has two columns.
PLATE, FULL_PLATE = "synergyatlas", "synergyatlas-dense"
LOCATOR = "situation"
_AROUND_WHOLE = 1.08
# In how many places a cm² names of areas may stand on a page.
_FEW_PLACES = 0.25
_COLUMNS: Sequence[Block] = (
    "bandeau",
    "edition",
    "avis",
    "vide",
    "observe_titre",
    "observe",
    "potentiel_titre",
    "potentiel",
    "natures_titre",
    NATURE_ROWS,
    "natures_masquees",
    "fraicheur",
    "masques",
    "groupements_titre",
    "groupements",
    "manques_titre",
    "manques",
    "noms_titre",
    "noms",
)


# The share of its letters as drawn that a list of names keeps on a page that is not too full.
_READ_EASILY = 0.85
# A perimeter fills its map less than wholly, so that its neighbours are seen.
AROUND = 1.15


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
        around: how many times the perimeter's own extent its map shows.
    """

    title: str
    subtitle: str
    shape: QgsGeometry
    figures: PerimeterFigures
    pools: Sequence[PoolLine] | None
    names: str
    masks: str
    around: float = AROUND


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
    layers: Sequence[QgsVectorLayer]
    around: Sequence[QgsMapLayer]
    whole: QgsRectangle
    was_run: bool
    public: bool


def book_pages(
    project: QgsProject,
    book: Book,
    checkpoint: Callable[[float], None],
    more: Sequence[QgsPrintLayout] = (),
    template: Path | None = None,
) -> Pages:
    """Return the pages of an atlas: cover and index, a page a perimeter, and what follows.

    Args:
        project: whose layers are printed.
        book: the atlas.
        checkpoint: told the share of the pages that is done; raises where the user cancelled.
        more: layouts after the last perimeter.
        template: of the page of a perimeter, instead of those of the package.

    Raises:
        StoreError: a template cannot be used.
    """
    files = [template] if template else [template_path(n, book.paper) for n in (PLATE, FULL_PLATE)]
    # The outline of the page needs no explanation.
    shown = [layer for layer in book.layers if layer is not book.page_layer]
    names = numbered_names(shown)
    listed = [Classes(layer, names.get(layer.id(), "")) for layer in headed_last(shown)]
    plates = [_Plate(project, book, file, listed) for file in files]
    titles = [page.title for page in book.pages]
    covers = covers_of(
        project, book.furniture, book.paper, titles, book.around, book.whole, book.crs
    )
    others = [*covers, *more]
    total = len(others) + len(book.pages)

    def turn(number: int) -> QgsPrintLayout:
        told = f"{number + 1} / {total}"
        at = number - len(covers)
        offer_places(project, MANY_PLACES)
        if not 0 <= at < len(book.pages):
            layout = others[number if at < 0 else number - len(book.pages)]
            set_text(layout, "page", told)
            return layout
        # Else they take by far most of the time of a page's map.
        offer_places(project, _FEW_PLACES)
        for layer in (book.page_layer, book.mark):
            show_page(layer, book.pages[at].shape)
        # The last one takes what is too much for those before.
        plate = next((one for one in plates[:-1] if one.fill(book.pages[at], whole=True)), None)
        if plate is None:
            plate = plates[-1]
            plate.fill(book.pages[at], whole=False)
        set_text(plate.items, "page", told)
        return plate.layout

    # The cover and what follows are called as their layouts are; one bookmark leads to all covers.
    marks = [covers[0].name(), *("" for _ in covers[1:]), *titles]
    return Pages(total, turn, checkpoint, [*marks, *(layout.name() for layout in more)])


class _Plate:
    """A template, filled again for each of the pages that it takes.

    What all pages have in common is written once.
    """

    def __init__(
        self, project: QgsProject, book: Book, template: Path, listed: Sequence[Classes]
    ) -> None:
        self._book = book
        self.layout = load(project, template, book.furniture.title)
        # Else each change of each page is kept as something to be undone.
        self.layout.undoStack().blockCommands(True)
        self.items = items = Items(self.layout)
        fill_furniture(items, book.furniture)
        self._map = set_map(items, MAP, book.layers, book.whole, book.crs)
        whole = QgsRectangle(book.whole)
        whole.scale(_AROUND_WHOLE)
        locator = set_map(items, LOCATOR, [book.mark, *book.around], whole, book.crs)
        if locator is not None:
            locator.overview().setLinkedMap(self._map)
        self._legends = [
            PageLegend(item, listed, tr("Legend")) for item in items.of(LEGEND, QgsLayoutItemLegend)
        ]

    def fill(self, page: Page, *, whole: bool) -> bool:
        """Write a page; tell whether all of it has room.

        Args:
            page: what it says.
            whole: stop where something has no room.
        """
        book, items = self._book, self.items
        figures = page.figures
        empty = figures.is_empty
        room = True
        # Lines of nothing but dashes are one sentence.
        silent = empty or _is_masked(figures)
        for item_id, headings, rows in (
            ("observe", [tr("Observed")], [] if silent else _observed(figures, book)),
            ("potentiel", [tr("Potential")], [] if silent else _potential(figures, book)),
            ("groupements", [tr("Best pools: who shares a need")], _pools(page.pools or ())),
            (
                "manques",
                words.missing_most(),
                [[written_count(m.count), "", m.label] for m in figures.missing],
            ),
        ):
            set_heading(items, f"{item_id}_titre", headings if rows else [])
            room &= set_table(items, item_id, rows) == len(rows)
        room &= fill_natures(items, figures, hidden=_is_masked(figures))
        if whole and not room:
            return False
        extent = page.shape.boundingBox()
        extent.scale(page.around)
        frame_map(items, self._map, self._beside_inset(extent))
        set_texts(
            items,
            {
                "titre": page.title,
                "sous_titre": page.subtitle,
                "vide": _instead_of_figures(figures),
                "noms_titre": (tr("Public by name") if book.public else tr("Companies"))
                if page.names
                else "",
                "fraicheur": _freshness(figures),
                "masques": page.masks,
            },
        )
        names = items.of("noms", QgsLayoutItemLabel)
        for label in names:
            drawn_box(label)
            resize(label, label.rect().width(), 0)
            label.setVisibility(bool(page.names))
        columns = [*stack(items, _COLUMNS), *self._insets()]
        for label in names:
            room &= _write_names(label, page.names)
        columns += [QRectF(*box_of(label)) for label in names if page.names]
        legends = [legend.show(self._map, columns) for legend in self._legends]
        return room and all(legends)

    def _insets(self) -> list[QRectF]:
        return [QRectF(*box_of(item)) for item in self.items.of(LOCATOR, QgsLayoutItemMap)]

    def _beside_inset(self, extent: QgsRectangle) -> QgsRectangle:
        """Return what the map must show for an inset in its lower right corner to hide nothing.

        Args:
            extent: the ground of the page, in the system of the map.
        """
        left, top, width, height = box_of(self._map)
        inset = self.items.of(LOCATOR, QgsLayoutItemMap)
        across, high = box_of(inset[0])[2:] if inset else (0.0, 0.0)
        over = inset and QRectF(left, top, width, height).contains(QRectF(*box_of(inset[0])))
        if not over or extent.isEmpty():
            return extent
        # Ground a millimetre, beside the inset and above it.
        beside = max(extent.width() / (width - across), extent.height() / height)
        above = max(extent.width() / width, extent.height() / (height - high))
        if beside <= above:
            return QgsRectangle(
                extent.xMinimum(),
                extent.yMinimum(),
                extent.xMaximum() + across * beside,
                extent.yMaximum(),
            )
        return QgsRectangle(
            extent.xMinimum(),
            extent.yMinimum() - high * above,
            extent.xMaximum(),
            extent.yMaximum(),
        )


def _write_names(label: QgsLayoutItemLabel, names: str) -> bool:
    """Write the names of companies as far down as the template lets them go.

    Returns:
        Whether they are read as easily as the template has it, or nearly.
    """
    _, drawn_top, width, height = drawn_box(label)
    _, top, _, _ = box_of(label)
    resize(label, width, drawn_top + height - top)
    write(label, names)
    if not names:
        return True
    letters = label.font()
    resize(label, width, stacked([(label.text(), letters)], width, label.rect().height())[0])
    return bool(letters.pointSizeF() >= _READ_EASILY * drawn_letters(label).pointSizeF())


def _observed(figures: PerimeterFigures, book: Book) -> list[list[str]]:
    realised = words.in_realised if book.public else words.realised
    rows = [
        (figures.establishments, words.establishments),
        (figures.all_offers, words.open_resources),
        (figures.all_needs, words.open_needs),
        (figures.realised, realised),
    ]
    if book.was_run:
        rows.insert(3, (figures.unanswered, words.unanswered))
        if not book.public:
            rows.insert(4, (figures.untaken, words.untaken))
    return [[written_count(value), "", counted(value)] for value, counted in rows]


def _potential(figures: PerimeterFigures, book: Book) -> list[list[str]]:
    counted = words.in_ahead if book.public else words.ahead
    return [[written_count(figures.ahead), "", counted(figures.ahead)]]


def _pools(pools: Sequence[PoolLine]) -> list[list[str]]:
    return [
        [written_count(pool.members), "", pool.label, f"{pool.diameter / 1000:.0f} km"]
        for pool in pools
    ]


def _is_masked(figures: PerimeterFigures) -> bool:
    """Tell whether there is not one figure to be shown."""
    shown = (
        figures.establishments,
        figures.all_offers,
        figures.all_needs,
        figures.unanswered,
        figures.realised,
        figures.ahead,
        *figures.offers,
        *figures.needs,
    )
    return figures.masked > 0 and not any(shown)


def _instead_of_figures(figures: PerimeterFigures) -> str:
    if figures.is_empty:
        return tr("Nothing recorded here")
    return tr("No figure can be shown here") if _is_masked(figures) else ""


def _freshness(figures: PerimeterFigures) -> str:
    if figures.is_empty:
        return tr("No resource, need or synergy was recorded here so far.")
    if _is_masked(figures):
        return tr("Too few establishments were recorded here for any figure to be shown.")
    if figures.last is None:
        return ""
    told = tr("Last confirmed on {date}.").format(date=written_date(figures.last))
    if figures.stale:
        told += " " + tr("Not confirmed for a year: {count}.").format(
            count=written_number(figures.stale)
        )
    return told
