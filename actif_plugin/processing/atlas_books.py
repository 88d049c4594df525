"""What an atlas prints: the edition that names companies, and the one for elected officials."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from qgis.core import (
    QgsPointXY,
    QgsPrintLayout,
    QgsProcessingException,
    QgsProcessingFeatureSource,
    QgsProject,
    QgsRectangle,
    QgsVectorLayer,
)

from ..domain.codes import Level
from ..domain.pooling import pool_needs
from ..printing.atlas import AROUND, Book, Page, PoolLine
from ..printing.cartography import dress
from ..printing.furniture import Furniture
from ..printing.gap_plate import masked_sentence
from ..printing.page_layers import (
    hide_names_beyond,
    named_points,
    outlines,
    page_mark,
    page_outline,
    settled,
    shaded_zones,
    zone_edges,
)
from ..printing.perimeter_figures import (
    Inside,
    Survey,
    internal_figures,
)
from ..printing.templates import PAPERS
from ..store.schema import PERIMETER_TYPES
from ..translation import tr
from .answers import DEFAULT_DISTANCE_M
from .atlas_work import Work
from .base import Watch
from .flows import Owners, ground_of, read_flows
from .gap_plates import internal_plates, public_plates
from .masked_zones import memberships
from .places import moved
from .pool_needs import DEFAULT_MEMBERS
from .survey import (
    Perimeter,
    located,
    public_figures_of,
)

_MOST_NAMES = 18
# What the maps of the internal edition draw, from the top.
_DRAWN = ("besoins_orphelins", "ressources_orphelines", "etablissement", "synergie")
_GROUNDS = ("zae", "epci", "commune")
# A map of a commune or of an activity zone has no room for the name of what it is in.
_EPCI_NAMED_FROM = 120_000
# Without a company on the map there is nothing to be seen in a zone: it is shown where it is.
_AROUND_ZONE = 5.0
_MISSING_DRAWN = ("besoins_orphelins",)


class InternalBook:
    """The edition that names companies, in a project of its own."""

    def __init__(self, work: Work, project: QgsProject) -> None:
        self._work = work
        self.project = project

    def made(
        self, wanted: Sequence[Perimeter], title: str, paper: str
    ) -> tuple[Book, list[QgsPrintLayout]]:
        """Return the atlas and the plates that follow its pages."""
        work = self._work
        watch = Watch(work.feedback, 0.1, 0.2)
        inside = located(work.survey, wanted, watch)
        figures = internal_figures(work.survey, inside)
        pools = _best_pools(work, wanted, Watch(work.feedback, 0.2, 0.3))
        pages = [
            Page(
                one.name,
                work.subtitle(one, told),
                one.shape,
                told,
                lines,
                _names(work.survey, inside, at, public=False),
                "",
            )
            for at, (one, told, lines) in enumerate(zip(wanted, figures, pools))
        ]
        furniture = work.furniture(
            title, work.project.title(), tr("Internal edition: do not distribute")
        )
        dressed = _dressed(work, PAPERS[paper].scale)
        layers = [dressed[role] for role in _DRAWN if role in dressed]
        grounds = [dressed[role] for role in _GROUNDS if role in dressed]
        book = _book(work, wanted, pages, furniture, paper, layers, grounds, public=False)
        if not work.survey.was_run:
            return book, []
        return book, internal_plates(
            work,
            self.project,
            replace(furniture, title=tr("Missing links"), subtitle=title),
            [*(dressed[role] for role in _MISSING_DRAWN), *grounds],
            book.whole,
            paper,
        )


class PublicBook:
    """The edition for elected officials, in a project that holds masked figures alone."""

    def __init__(self, work: Work, project: QgsProject) -> None:
        self._work = work
        self.project = project

    def made(
        self, wanted: Sequence[Perimeter], title: str, paper: str
    ) -> tuple[Book, list[QgsPrintLayout]]:
        """Return the atlas and the plates that follow its pages."""
        work = self._work
        watch = Watch(work.feedback, 0.1, 0.3)
        told, inside = public_figures_of(work.survey, work.known, watch)
        number = {one.key: at for at, one in enumerate(work.known)}
        pages = []
        for one in wanted:
            figures = told.perimeters[number[one.key]]
            names = _names(work.survey, inside, number[one.key], public=True)
            masks = masked_sentence(figures.masked)
            subtitle = work.subtitle(one, figures)
            around = _AROUND_ZONE if one.kind == "zae" else AROUND
            pages.append(Page(one.name, subtitle, one.shape, figures, None, names, masks, around))
        furniture = work.furniture(title, work.project.title(), tr("Edition for elected officials"))
        zones = self._zones()
        kind = dict(PERIMETER_TYPES)[zones[0].kind] if zones else ""
        title_of_zones = tr("Establishments recorded, by {kind}").format(
            kind=kind if kind.isupper() else kind.lower()
        )
        shaded = shaded_zones(
            [
                (one.name, one.shape, told.perimeters[number[one.key]].establishments)
                for one in zones
            ],
            work.crs,
            title_of_zones,
        )
        edges = zone_edges(
            [(one.name, one.shape) for one in work.known if one.kind == "zae"],
            work.crs,
            tr("Activity zones"),
        )
        layers = [self._public_companies(), edges, shaded]
        book = _book(work, wanted, pages, furniture, paper, layers, [], public=True)
        if not work.survey.was_run:
            return book, []
        return book, public_plates(
            work,
            self.project,
            replace(furniture, title=tr("Missing links"), subtitle=title),
            told,
            book.whole,
            paper,
        )

    def _zones(self) -> list[Perimeter]:
        """Return the zones that the maps are shaded by: the smallest that cover the territory."""
        kinds = {one.kind for one in self._work.known}
        kind = next((one for one in ("commune", "epci", "zae", "autre") if one in kinds), None)
        return [one for one in self._work.known if one.kind == kind]

    def _public_companies(self) -> QgsVectorLayer:
        companies = self._work.survey.companies
        rows = np.flatnonzero(companies.known & np.isfinite(companies.xy).all(axis=1)).tolist()
        named = [(companies.names[row], QgsPointXY(*companies.xy[row])) for row in rows]
        return named_points(named, self._work.crs, tr("Companies that agreed to be named"))


def _book(
    work: Work,
    wanted: Sequence[Perimeter],
    pages: Sequence[Page],
    furniture: Furniture,
    paper: str,
    layers: Sequence[QgsVectorLayer],
    grounds: Sequence[QgsVectorLayer],
    *,
    public: bool,
) -> Book:
    around = work.around(wanted)
    whole = QgsRectangle()
    for one in [*around, *wanted]:
        whole.combineExtentWith(one.shape.boundingBox())
    page = page_outline(work.crs)
    inset = outlines([one.shape for one in around], work.crs, tr("Territory"))
    return Book(
        furniture,
        paper,
        pages,
        work.crs,
        page,
        page_mark(work.crs),
        [layers[0], page, *layers[1:], *grounds] if public else [*layers, page, *grounds],
        [inset],
        whole,
        work.survey.was_run,
        public,
    )


def _dressed(work: Work, scale: float) -> dict[str, QgsVectorLayer]:
    """Return copies of the layers that maps draw, as they look on paper.

    A style given to the map item would be read again for each page.
    """
    copies = {}
    for role in (*_DRAWN, *_GROUNDS):
        if role in work.layers:
            styled = work.layers[role].clone()
            dress(styled, role, scale)
            if role == "epci":
                hide_names_beyond(styled, _EPCI_NAMED_FROM / scale)
            copies[role] = settled(styled, work.crs, work.context.transformContext())
    return copies


def _best_pools(work: Work, wanted: Sequence[Perimeter], watch: Watch) -> list[list[PoolLine]]:
    """Return the pools that have a member in each perimeter, the largest first."""
    layer = work.layers.get("besoin")
    empty: list[list[PoolLine]] = [[] for _ in wanted]
    if layer is None:
        return empty
    ground = ground_of(layer.crs())
    try:
        needs = read_flows(
            QgsProcessingFeatureSource(layer, work.context),
            tr("Needs"),
            "code",
            "besoin",
            ground,
            Owners(),
            work.nomenclatures,
            work.context,
            watch.part(0, 0.3),
        )
    except QgsProcessingException:
        # Nothing usable yet: a young territory has pages all the same.
        return empty
    pools = pool_needs(
        needs.flows,
        level=Level.GROUP,
        max_distance=DEFAULT_DISTANCE_M,
        min_members=DEFAULT_MEMBERS,
        metric=ground.metric,
        feedback=watch.part(0.3, 0.8),
    )
    xy = moved(needs.xy, ground.crs, work.crs, work.context)
    inside = memberships(xy, [one.zone for one in wanted], watch.part(0.8, 1)).tocsc()
    for at, lines in enumerate(empty):
        here = set(inside.indices[inside.indptr[at] : inside.indptr[at + 1]].tolist())
        lines += [
            PoolLine(
                pool.members,
                work.nomenclatures.label(pool.code) or pool.code.text,
                pool.diameter,
            )
            for pool in pools
            if not here.isdisjoint(pool.needs.tolist())
        ]
    return empty


def _names(survey: Survey, inside: Inside, at: int, *, public: bool) -> str:
    """Return the names that a page may tell; for those who may know, with most records first."""
    companies = survey.companies
    rows = inside.companies[:, at].nonzero()[0]
    if public:
        rows = rows[companies.known[rows]]
    count = np.zeros(len(companies), dtype=np.int64)
    if not public:
        count = np.bincount(survey.records.owner, minlength=len(companies) + 1)
    order = sorted(rows.tolist(), key=lambda row: (-count[row], companies.names[row]))
    named = " · ".join(companies.names[row] for row in order[:_MOST_NAMES])
    return named + ("…" if len(order) > _MOST_NAMES else "")
