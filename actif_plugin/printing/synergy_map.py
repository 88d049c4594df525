"""The synergy map: one sheet that says what was found on a territory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Optional

from qgis.core import (
    QgsLayoutItemLegend,
    QgsMapLayer,
    QgsPrintLayout,
    QgsProject,
    QgsRectangle,
    QgsVectorLayer,
)

from ..store.project import CREDITS_KEY, NOTICE_KEY, SCOPE, territory_layers
from ..translation import tr
from . import figure_words as words
from .cartography import CLUSTERED, is_ground, on_ground, page_styles, with_number
from .drawing import move, resize, written_count, written_number
from .figures import Gap, KeyFigures, count_figures, worst_gaps
from .furniture import Furniture, fill_furniture, latest_change
from .template_legend import set_legend
from .templates import (
    LEGEND,
    MAP,
    load,
    set_heading,
    set_map,
    set_table,
    set_text,
    stack,
)

LAYOUT = "synergymap"
_GAPS_SHOWN = 8
# What the map of those who may know everything draws, from the top.
_DRAWN = (
    "besoins_orphelins",
    "ressources_orphelines",
    "etablissement",
    "synergie",
    "reponses",
    "zae",
    "autre",
    "epci",
    "commune",
)
_PANEL = (
    "bandeau",
    "edition",
    "avis",
    "observe_titre",
    "observe",
    "potentiel_titre",
    "potentiel",
    "masques",
    "manques_titre",
    "manques",
    LEGEND,
)


# A figure and its words.
Told = tuple[Optional[int], str]


@dataclass(frozen=True)
class Sheet:
    """What is to be printed.

    Attributes:
        furniture: what the page says of itself.
        extent: what the map must show, in the furniture's CRS.
        observed, potential: figures and their words; None for one that is masked.
        layers: of the map, from the top.
        styles: how layers look where it is not as in the project, by identifier.
        names: how the legend calls layers where that is not their name, by identifier.
        backgrounds: layers under the others, which the legend leaves out.
        gaps: what is missing most.
        masks: what is said of masked figures; empty where nothing is masked.
    """

    furniture: Furniture
    extent: QgsRectangle
    observed: Sequence[Told]
    potential: Sequence[Told]
    layers: Sequence[QgsMapLayer]
    styles: Mapping[str, str] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)
    backgrounds: Sequence[QgsMapLayer] = ()
    gaps: Sequence[Gap] = ()
    masks: str = ""


def internal_sheet(
    project: QgsProject, title: str, extent: QgsRectangle, scale: float, author: str = ""
) -> Sheet:
    """Return the sheet of those who may know everything.

    Args:
        project: of the territory.
        title: first line; empty for the territory's name.
        extent: what the map must show, in the project's CRS.
        scale: how much larger than on A3 symbols and letters are.
        author: who prints; empty for nobody.

    Raises:
        StoreError: the project shows no territory.
    """
    layers = territory_layers(project)
    figures = count_figures(layers)
    observed, potential = told(figures)
    drawn = {role: layers[role] for role in _DRAWN if role in layers}
    return Sheet(
        Furniture(
            title or default_title(project),
            subtitle(project, title, visited(figures.visited, figures.establishments)),
            tr("Internal edition: do not distribute"),
            project.crs(),
            [project.readEntry(SCOPE, CREDITS_KEY)[0]],
            project.readEntry(SCOPE, NOTICE_KEY)[0],
            author,
            latest_change(layers),
        ),
        extent,
        observed,
        potential,
        list(drawn.values()),
        page_styles(drawn, scale),
        {drawn[role].id(): with_number(drawn[role]) for role in CLUSTERED if role in drawn},
        gaps=worst_gaps(layers, _GAPS_SHOWN),
    )


def on_background(sheet: Sheet, layer: QgsMapLayer, credit: str) -> Sheet:
    """Return the sheet drawn on a background: perimeters keep their edges and lose their colour."""
    styles = dict(sheet.styles)
    for ground in sheet.layers:
        if isinstance(ground, QgsVectorLayer) and is_ground(ground):
            edges = on_ground(ground, styles.get(ground.id()))
            if edges is not None:
                styles[ground.id()] = edges
    furniture = replace(sheet.furniture, sources=[*sheet.furniture.sources, credit])
    return replace(sheet, styles=styles, backgrounds=[layer], furniture=furniture)


def default_title(project: QgsProject) -> str:
    """Return the title of a map that was given none."""
    return tr("{name}: synergies of the territory").format(name=project.title())


def subtitle(project: QgsProject, title: str, visits: str) -> str:
    """Return what stands under the title: the territory, if the title leaves it out, and visits."""
    name = project.title()
    return visits if not title or name in title else " · ".join(filter(None, (name, visits)))


def build_layout(project: QgsProject, sheet: Sheet, template: Path, name: str) -> QgsPrintLayout:
    """Compose the sheet; the caller adds it to the project or exports it.

    Raises:
        StoreError: the template cannot be used.
    """
    layout = load(project, template, name)
    fill_furniture(layout, sheet.furniture)
    drawn = [*sheet.layers, *sheet.backgrounds]
    set_map(layout, MAP, drawn, sheet.extent, sheet.furniture.crs, sheet.styles)
    for item_id, headings, rows in (
        ("observe", [tr("Observed on the whole territory")], _rows(sheet.observed)),
        ("potentiel", [tr("Potential of the whole territory")], _rows(sheet.potential)),
        ("manques", words.missing_most(), _gaps(sheet.gaps)),
    ):
        set_heading(layout, f"{item_id}_titre", headings if rows else [])
        set_table(layout, item_id, rows)
    set_text(layout, "masques", sheet.masks)
    if not sheet.gaps:
        _take_column(layout, LEGEND, "manques")
    stack(layout, _PANEL)
    set_legend(layout, LEGEND, sheet.layers, tr("Legend"), sheet.names)
    return layout


def visited(count: int | None, total: int | None) -> str:
    """Return how far the territory is known; figures that are masked are told to be."""
    if total is None:
        return tr("Establishments known and visited: masked")
    return tr("{visited} of {total} establishments visited").format(
        visited=written_count(count), total=written_count(total)
    )


def told(figures: KeyFigures) -> tuple[list[Told], list[Told]]:
    """Return what was observed, and apart from it what may come; what no run told is left out."""
    observed = [
        (figures.offers, words.open_resources(figures.offers)),
        (figures.needs, words.open_needs(figures.needs)),
        (figures.uncovered, words.unanswered(figures.uncovered)),
        (figures.untaken, words.untaken(figures.untaken)),
        (figures.realised, words.realised(figures.realised)),
    ]
    potential = [(figures.ahead, words.ahead(figures.ahead))]
    return [one for one in observed if one[0] is not None], potential


def _rows(figures: Sequence[Told]) -> list[list[str]]:
    return [[written_count(value), "", counted] for value, counted in figures]


def _gaps(gaps: Sequence[Gap]) -> list[list[str]]:
    return [[written_number(gap.needs), "", gap.label] for gap in gaps]


def _take_column(layout: QgsPrintLayout, item_id: str, empty_id: str) -> None:
    """Spread a legend over the column that a table leaves empty to its left, where it does."""
    legend, heading = layout.itemById(item_id), layout.itemById(f"{empty_id}_titre")
    if not isinstance(legend, QgsLayoutItemLegend) or heading is None:
        return
    start, place = heading.pagePos(), legend.pagePos()
    if round(start.y()) != round(place.y()) or start.x() >= place.x():
        return
    resize(legend, legend.rect().width() + place.x() - start.x(), legend.rect().height())
    move(legend, start.x(), place.y())
    legend.setColumnCount(2)
