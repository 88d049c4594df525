"""What the plates of missing links say, in both editions."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from qgis.core import (
    QgsFeatureRequest,
    QgsPrintLayout,
    QgsProcessingException,
    QgsProcessingFeatureSource,
    QgsProject,
    QgsRectangle,
    QgsVectorLayer,
)

from ..compat import plain
from ..domain.public_chains import chains_by_shown, shown_links
from ..domain.value_chains import Flow, Link, Standing, State, assess, chains_by_missing
from ..printing.chain_diagram import public_links, told_links
from ..printing.drawing import written_number
from ..printing.furniture import Furniture
from ..printing.gap_plate import ChainPlate, Gap, GapPlate, build_gap_plates, masked_sentence
from ..printing.own_project import adopt
from ..printing.page_layers import shaded_zones
from ..printing.perimeter_figures import NEED, PublicFigures, Survey
from ..store.schema import REF_MAILLON
from ..store.value_chains import chain_names, library
from ..translation import tr
from .atlas_work import Work
from .base import Watch
from .chain_records import read_companies, read_links, told_flows
from .chain_words import counted_states, gains, unbroken
from .flows import Owners, ground_of, read_flows
from .survey import Perimeter

# One on the plate, the others on pages of their own: more would be read by nobody.
_MOST_CHAINS = 3
# The zones of the public map, the smallest first.
_ZONES = ("commune", "epci", "zae", "autre")
# Where nothing may be told, the territory is shown by these.
_OUTLINES = ("epci", "commune", "zae", "autre")
# Of the atlas, before its pages are written.
_DONE = 0.3
_FLOWS = (("besoin", "besoins_orphelins"), ("offre", "ressources_orphelines"))


def internal_plates(
    work: Work,
    project: QgsProject,
    furniture: Furniture,
    layers: Sequence[QgsVectorLayer],
    extent: QgsRectangle,
    paper: str,
) -> list[QgsPrintLayout]:
    """Return the plate of what is missing, and pages for further chains.

    States and evidence are those of ``valuechains``; the flows that find no one are those of the
    run of ``missinglinks`` that the project shows, as on the map beside.
    """
    standings = _standings(work)
    found = [one for one in standings if one.state is State.MISSING]
    lacking = {one.link.chain for one in found}
    chosen = [code for code in chains_by_missing(standings) if code in lacking]
    plate = GapPlate(
        furniture,
        layers,
        layers,
        extent,
        work.crs,
        tr("Product"),
        _ranking(work.survey),
        _internal_summary(work.survey, len(chosen)),
        "",
        _internal_chains(work, standings, chosen[:_MOST_CHAINS]),
    )
    return build_gap_plates(project, plate, paper)


def public_plates(
    work: Work,
    project: QgsProject,
    furniture: Furniture,
    told: PublicFigures,
    extent: QgsRectangle,
    paper: str,
) -> list[QgsPrintLayout]:
    """Return the plate for elected officials, and pages for further chains.

    What is drawn of chains is chosen by ``domain/public_chains.py``; the map and the ranking show
    figures masked before.
    """
    zones, counts = _told_zones(work, told)
    shaded = shaded_zones(
        [(zone.name, zone.shape, count) for zone, count in zip(zones, counts)],
        work.crs,
        tr("Needs without an answer nearby"),
        few=not zones or zones[0].kind != "commune",
    )
    # A map does not keep its layers alive.
    adopt(project, [shaded])
    nothing = all(count is None for count in counts)
    plate = GapPlate(
        furniture,
        [shaded],
        [] if nothing else [shaded],
        extent,
        work.crs,
        tr("Nature"),
        [Gap(line.label, line.count) for line in told.missing],
        _public_summary(told, nothing=nothing),
        masked_sentence(sum(count is None for count in counts)),
        _public_chains(work),
    )
    return build_gap_plates(project, plate, paper)


# --- The edition that names companies -------------------------------------------------------------


def _ranking(survey: Survey) -> list[Gap]:
    """Return the products needed in vain: by most needs, then most establishments."""
    records = survey.records
    rows = np.flatnonzero((records.direction == NEED) & records.alone & (records.product >= 0))
    needs = np.bincount(records.product[rows], minlength=len(records.products))
    pairs = np.unique(np.stack([records.product[rows], records.owner[rows]]), axis=1)
    companies = np.bincount(pairs[0], minlength=len(records.products))
    found = [
        Gap(label, need, company)
        for label, need, company in zip(records.products, needs.tolist(), companies.tolist())
        if need
    ]
    return sorted(found, key=lambda gap: (-gap.needs, -(gap.companies or 0), gap.label))


def _internal_summary(survey: Survey, chains: int) -> str:
    needs = survey.records.direction == NEED
    alone = int((needs & survey.records.alone).sum())
    if alone:
        told = tr("Open needs without an answer nearby: {alone} of {total}.").format(
            alone=written_number(alone), total=written_number(int(needs.sum()))
        )
    else:
        told = tr("Every open need has an answer nearby.")
    if chains > 1:
        told += " " + tr(
            "{count} value chains have missing links; those with the most are drawn."
        ).format(count=written_number(chains))
    return told


def _standings(work: Work) -> list[Standing]:
    """Return where each link of the territory's chains stands."""
    links = _links(work)
    if not links:
        return []
    companies, _ = read_companies(
        work.layers["etablissement"], work.crs, work.context, _watch(work)
    )
    needs, offers = (_flows(work, role, orphans) for role, orphans in _FLOWS)
    return assess(links, companies, needs, offers)


def _links(work: Work) -> list[Link]:
    """Return the links that the territory has; none in a store that is too old to have them."""
    layer = work.layers.get(REF_MAILLON.name)
    try:
        links = library() if layer is None else read_links(layer, work.feedback)
    except QgsProcessingException:
        return []
    return sorted(links, key=lambda link: (link.chain, link.rank, link.code))


def _watch(work: Work) -> Watch:
    """Return what lets the user cancel; this is too short to have a share of the progress."""
    return Watch(work.feedback, _DONE, _DONE)


def _flows(work: Work, role: str, orphans: str) -> list[Flow]:
    layer = work.layers.get(role)
    if layer is None:
        return []
    try:
        read = read_flows(
            QgsProcessingFeatureSource(layer, work.context),
            layer.name(),
            "code",
            role,
            ground_of(layer.crs()),
            Owners(),
            work.nomenclatures,
            work.context,
            _watch(work),
        )
    except QgsProcessingException:
        # Nothing usable yet.
        return []
    found = work.layers.get(orphans)
    rows = () if found is None else found.getFeatures()
    alone = {str(plain(row["id"])) for row in rows}
    orphan = np.array([str(identifier) in alone for identifier in read.flows.ids], dtype=bool)
    return told_flows(read, orphan)


def _internal_chains(
    work: Work, standings: Sequence[Standing], chosen: Sequence[str]
) -> list[ChainPlate]:
    names = chain_names(work.project)
    labels = {one.link.code: one.link.label for one in standings}
    plates = []
    for number, code in enumerate(chosen):
        name = names.get(code, code)
        own = [one for one in standings if one.link.chain == code]
        told = [
            (unbroken(one.link.label), unbroken(gains(one, labels)))
            for one in own
            if one.state is State.MISSING
        ]
        heading = tr("{name}: {missing} of {links} links are missing")
        sentence = counted_states(own)
        if not number:
            heading = tr(
                "Value chain with the most missing links: {name}, {missing} of {links} missing"
            )
            # The plate has no room for a table.
            sentence = " • ".join(f"{label}\u00a0: {change}" for label, change in told)
        heading = heading.format(name=name, missing=len(told), links=len(own))
        plates.append(ChainPlate(name, heading, sentence, told_links(own), told))
    return plates


# --- For elected officials ------------------------------------------------------------------------


def _told_zones(work: Work, told: PublicFigures) -> tuple[list[Perimeter], list[int | None]]:
    """Return the smallest zones of which some may be told, and what is told of each."""
    by_kind: dict[str, list[tuple[Perimeter, int | None]]] = {}
    for perimeter, figures in zip(work.known, told.perimeters):
        by_kind.setdefault(perimeter.kind, []).append((perimeter, figures.unanswered))
    telling = [
        kind for kind in _ZONES if any(count is not None for _, count in by_kind.get(kind, ()))
    ]
    kinds = telling or [kind for kind in _OUTLINES if kind in by_kind]
    shown = by_kind[kinds[0]] if kinds else []
    return [zone for zone, _ in shown], [count for _, count in shown]


def _public_summary(told: PublicFigures, *, nothing: bool) -> str:
    count = told.perimeters[-1].unanswered
    if count is not None:
        return tr("Open needs without an answer nearby: {count}.").format(
            count=written_number(count)
        )
    if nothing and not told.missing:
        return tr("What is missing here cannot be told: there is nothing, or too few have it.")
    return ""


def _public_chains(work: Work) -> list[ChainPlate]:
    links = _links(work)
    if not links:
        return []
    layer = work.layers["etablissement"]
    companies, _ = read_companies(layer, work.crs, work.context, _watch(work))
    request = QgsFeatureRequest().setFilterExpression("\"confidentialite\" = 'public'")
    request.setFlags(QgsFeatureRequest.Flag.NoGeometry)
    published = {str(plain(row["id"])) for row in layer.getFeatures(request)}
    shown = shown_links(links, companies, published)
    names = chain_names(work.project)
    plates = []
    for code in chains_by_shown(links, shown)[:_MOST_CHAINS]:
        own = [link for link in links if link.chain == code]
        name = names.get(code, code)
        heading = tr(
            "{name}: {shown} of {links} links are done here by three establishments or more"
        ).format(name=name, shown=sum(link.code in shown for link in own), links=len(own))
        sentence = tr("Of the others nothing is told: nobody does them, or too few to be shown.")
        plates.append(ChainPlate(name, heading, sentence, public_links(own, shown)))
    return plates
