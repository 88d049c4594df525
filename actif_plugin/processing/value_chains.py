"""Which links of the value chains a territory has, and which one is missing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsFeature,
    QgsFeatureRequest,
    QgsProcessing,
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingFeatureSource,
    QgsProcessingFeedback,
    QgsProcessingParameterFeatureSink,
    QgsProcessingParameterFeatureSource,
    QgsProcessingParameterFileDestination,
    QgsProcessingParameterString,
    QgsProject,
    QgsWkbTypes,
)

from ..compat import Kind, make_fields, plain
from ..domain.coverage import Gaps, find_gaps
from ..domain.feedback import checkpoint
from ..domain.metric import Floats
from ..domain.transformers import MissingTransformer, missing_transformers
from ..domain.value_chains import (
    Company,
    Flow,
    Link,
    Standing,
    assess,
    chains_by_missing,
    faults,
)
from ..printing.chain_diagram import build_chain_layout, told_links
from ..printing.export import export
from ..store.errors import StoreError
from ..store.value_chains import chain_names, library
from ..translation import tr
from . import loaded
from .answers import FlowAlgorithm, Question
from .base import Watch, require_source
from .chain_records import read_companies, read_links, told_flows
from .chain_words import counted, counted_states, joined, sentence
from .places import inside
from .presentation import present
from .proposals import chosen_by_name
from .results import Result, kept_or_discarded

ESTABLISHMENTS = "ESTABLISHMENTS"
CHAINS = "CHAINS"
CHAIN = "CHAIN"
PERIMETERS = "PERIMETERS"
OUTPUT = "OUTPUT"
TRANSFORMERS = "TRANSFORMERS"
DIAGRAM = "DIAGRAM"

_FIELDS = (
    ("perimetre_code", Kind.TEXT),
    ("perimetre_nom", Kind.TEXT),
    ("filiere_code", Kind.TEXT),
    ("filiere", Kind.TEXT),
    ("maillon_code", Kind.TEXT),
    ("rang", Kind.INTEGER),
    ("maillon", Kind.TEXT),
    ("etat", Kind.TEXT),
    ("phrase", Kind.TEXT),
    ("etablissements", Kind.INTEGER),
    ("besoins", Kind.INTEGER),
    ("besoins_sans_reponse", Kind.INTEGER),
    ("offres", Kind.INTEGER),
    ("offres_sans_preneur", Kind.INTEGER),
    ("amont", Kind.TEXT),
    ("aval", Kind.TEXT),
    ("etablissement_ids", Kind.TEXT),
    ("besoin_ids", Kind.TEXT),
    ("offre_ids", Kind.TEXT),
    ("source", Kind.TEXT),
)
_TRANSFORMER_FIELDS = (
    ("maillon_code", Kind.TEXT),
    ("maillon", Kind.TEXT),
    ("phrase", Kind.TEXT),
    ("offres", Kind.INTEGER),
    ("besoins", Kind.INTEGER),
    ("distance_m", Kind.REAL),
    ("savoir_faire_m", Kind.REAL),
    ("offre_ids", Kind.TEXT),
    ("besoin_ids", Kind.TEXT),
)
_PRINT_DPI = 300
_TOLD = 10


@dataclass(frozen=True)
class _Recorded:
    """Companies and flows with their places, in the CRS of the run."""

    companies: list[Company]
    company_xy: Floats
    needs: list[Flow]
    need_xy: Floats
    offers: list[Flow]
    offer_xy: Floats


@dataclass(frozen=True)
class _Drawing:
    """What is to be drawn, and where."""

    standings: Sequence[Standing]
    names: dict[str, str]
    path: Path


class ValueChains(FlowAlgorithm):
    """Links of the value chains: present, fragile, absent, missing."""

    ID = "valuechains"

    def __init__(self) -> None:
        super().__init__()
        self._results: dict = {}
        self._drawing: _Drawing | None = None

    def title(self) -> str:
        return tr("Value chains")

    def theme(self) -> tuple[str, str]:
        return "diagnosis", tr("Diagnosis")

    def initAlgorithm(self, configuration: dict | None = None) -> None:
        self.addParameter(
            QgsProcessingParameterFeatureSource(
                ESTABLISHMENTS,
                tr("Establishments"),
                [QgsProcessing.SourceType.TypeVector],
            )
        )
        self.add_question_parameters()
        self.addParameter(
            QgsProcessingParameterFeatureSource(
                CHAINS,
                tr("Links of the chains (empty: those of Act'IF)"),
                [QgsProcessing.SourceType.TypeVector],
                optional=True,
            )
        )
        chains = QgsProcessingParameterString(
            CHAIN, tr("Chains to look at (empty: all)"), optional=True
        )
        self.addParameter(chosen_by_name(chains, "chains", several=True))
        self.addParameter(
            QgsProcessingParameterFeatureSource(
                PERIMETERS,
                tr("Perimeters to look at one by one (empty: the whole)"),
                [QgsProcessing.SourceType.TypeVectorPolygon],
                optional=True,
            )
        )
        self.addParameter(
            QgsProcessingParameterFeatureSink(
                OUTPUT, tr("Links of the chains"), QgsProcessing.SourceType.TypeVector
            )
        )
        self.addParameter(
            QgsProcessingParameterFeatureSink(
                TRANSFORMERS,
                tr("Missing transformers"),
                QgsProcessing.SourceType.TypeVector,
                optional=True,
                createByDefault=False,
            )
        )
        self.addParameter(
            QgsProcessingParameterFileDestination(
                DIAGRAM,
                tr("Diagram of a chain"),
                "SVG (*.svg);;PDF (*.pdf)",
                optional=True,
                createByDefault=False,
            )
        )

    def compute(
        self, parameters: dict, context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> dict:
        links = self._links(parameters, context, feedback)
        establishments = self.parameterAsSource(parameters, ESTABLISHMENTS, context)
        require_source(establishments, ESTABLISHMENTS)
        question = self.question(parameters, context, feedback, Watch(feedback, 0, 0.3))
        output, transformers = (
            Result.opened(
                self,
                parameters,
                name,
                context,
                make_fields(*fields),
                QgsWkbTypes.Type.NoGeometry,
                QgsCoordinateReferenceSystem(),
            )
            for name, fields in ((OUTPUT, _FIELDS), (TRANSFORMERS, _TRANSFORMER_FIELDS))
        )
        with kept_or_discarded(output, transformers):
            gaps = find_gaps(
                question.needs.flows,
                question.offers.flows,
                level=question.level,
                max_distance=question.max_distance,
                metric=question.ground.metric,
                rejected=question.verdicts.rejected,
                feedback=Watch(feedback, 0.3, 0.6),
            )
            recorded = _recorded(establishments, question, gaps, context, Watch(feedback, 0.6, 0.7))
            names = chain_names(context.project())
            whole = assess(links, recorded.companies, recorded.needs, recorded.offers)
            perimeters = self.parameterAsSource(parameters, PERIMETERS, context)
            if perimeters is None:
                output.add(_rows("", "", whole, names))
            else:
                for code, name, part in _by_perimeter(
                    perimeters, recorded, question, context, Watch(feedback, 0.7, 0.95)
                ):
                    found = assess(links, part.companies, part.needs, part.offers)
                    output.add(_rows(code, name, found, names))
            self._results = {OUTPUT: output.destination}
            present(context, output.destination, loaded.LINKS)
            if transformers is not None:
                watch = Watch(feedback, 0.95, 1.0)
                transformers.add(_transformers(links, question, gaps, recorded, watch))
                self._results[TRANSFORMERS] = transformers.destination
                present(context, transformers.destination, loaded.TRANSFORMERS)
        feedback.pushInfo(counted_states(whole))
        path = self.parameterAsFileOutput(parameters, DIAGRAM, context)
        if path:
            self._drawing = _Drawing(whole, names, Path(path).absolute())
        return self._results

    def postProcessAlgorithm(
        self, context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> dict:
        # A layout belongs to the main thread, where this runs and the computing does not.
        if self._drawing is None:
            return {}
        failure = ""
        try:
            _draw(self._drawing, feedback)
        except StoreError as error:
            failure = str(error)
        if failure:
            # Out of the handler: QGIS never lets go of this error, nor of what is chained to it.
            raise QgsProcessingException(failure)
        return {**self._results, DIAGRAM: str(self._drawing.path)}

    def _links(
        self, parameters: dict, context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> list[Link]:
        source = self.parameterAsSource(parameters, CHAINS, context)
        links = library() if source is None else read_links(source, feedback)
        wanted = set(
            filter(None, re.split(r"[\s,;|]+", self.parameterAsString(parameters, CHAIN, context)))
        )
        unknown = wanted - {link.chain for link in links}
        if unknown:
            raise QgsProcessingException(
                tr("There is no chain {codes}: the chains are {known}.").format(
                    codes=", ".join(sorted(unknown)),
                    known=", ".join(dict.fromkeys(link.chain for link in links)),
                )
            )
        lost = faults(links)
        if lost:
            feedback.pushWarning(
                tr("These links lead to links that do not exist: {pairs}.").format(
                    pairs=", ".join(f"{link} → {code}" for link, code in lost[:_TOLD])
                )
            )
        if not links:
            raise QgsProcessingException(
                tr("The table of links is empty: leave it out to use the chains of Act'IF.")
            )
        chosen = [link for link in links if not wanted or link.chain in wanted]
        return sorted(chosen, key=lambda link: (link.chain, link.rank, link.code))


def _recorded(
    establishments: QgsProcessingFeatureSource,
    question: Question,
    gaps: Gaps,
    context: QgsProcessingContext,
    watch: Watch,
) -> _Recorded:
    companies, places = read_companies(establishments, question.ground.crs, context, watch)
    return _Recorded(
        companies,
        places,
        told_flows(question.needs, ~gaps.need_covered),
        question.needs.xy,
        told_flows(question.offers, ~gaps.offer_taken),
        question.offers.xy,
    )


def _by_perimeter(
    source: QgsProcessingFeatureSource,
    recorded: _Recorded,
    question: Question,
    context: QgsProcessingContext,
    watch: Watch,
) -> Iterable[tuple[str, str, _Recorded]]:
    request = QgsFeatureRequest()
    request.setDestinationCrs(question.ground.crs, context.transformContext())
    fields = source.fields()
    total = max(1, source.featureCount())

    def text(feature: QgsFeature, name: str, otherwise: str) -> str:
        value = plain(feature[name]) if fields.indexOf(name) >= 0 else None
        return otherwise if value is None else str(value)

    for number, feature in enumerate(source.getFeatures(request)):
        checkpoint(watch, min(1.0, number / total))
        shape = feature.geometry()
        if shape.isNull():
            continue

        def within(records: Sequence, xy: Floats, shape=shape) -> list:  # type: ignore[no-untyped-def]
            return [records[row] for row in np.flatnonzero(inside(shape, xy))]

        yield (
            text(feature, "code", str(feature.id())),
            text(feature, "nom", ""),
            _Recorded(
                within(recorded.companies, recorded.company_xy),
                recorded.company_xy,
                within(recorded.needs, recorded.need_xy),
                recorded.need_xy,
                within(recorded.offers, recorded.offer_xy),
                recorded.offer_xy,
            ),
        )


def _rows(
    code: str, name: str, standings: Sequence[Standing], names: dict[str, str]
) -> list[QgsFeature]:
    fields = make_fields(*_FIELDS)
    labels = {standing.link.code: standing.link.label for standing in standings}
    rows = []
    for standing in standings:
        link = standing.link
        feature = QgsFeature(fields)
        feature.setAttributes(
            [
                code or None,
                name or None,
                link.chain,
                names.get(link.chain, link.chain),
                link.code,
                link.rank,
                link.label,
                standing.state.value,
                sentence(standing, labels),
                len(standing.companies),
                len(standing.needs),
                len(standing.orphan_needs),
                len(standing.offers),
                len(standing.orphan_offers),
                joined(labels.get(other, other) for other in standing.before),
                joined(labels.get(other, other) for other in standing.after),
                "|".join(standing.companies),
                "|".join(standing.needs),
                "|".join(standing.offers),
                link.source,
            ]
        )
        rows.append(feature)
    return rows


def _transformers(
    links: Sequence[Link], question: Question, gaps: Gaps, recorded: _Recorded, watch: Watch
) -> list[QgsFeature]:
    placed = np.isfinite(recorded.company_xy).all(axis=1)
    points = question.ground.points(recorded.company_xy)
    # Many companies share few activities.
    activities, activity = np.unique(
        np.array([company.naf for company in recorded.companies], dtype=str), return_inverse=True
    )
    able = []
    for link in links:
        masters = np.array([link.done_by(naf) for naf in activities.tolist()], dtype=bool)
        able.append(points[placed & masters[activity]])
    needs = question.needs.flows.subset(~gaps.need_covered)
    offers = question.offers.flows
    fields = make_fields(*_TRANSFORMER_FIELDS)
    rows = []
    for found in missing_transformers(
        links,
        needs,
        offers,
        able,
        max_distance=question.max_distance,
        metric=question.ground.metric,
        feedback=watch,
    ):
        offer_ids = [str(offers.ids[row]) for row in found.offers]
        need_ids = [str(needs.ids[row]) for row in found.needs]
        known = np.isfinite(found.able_at)
        feature = QgsFeature(fields)
        feature.setAttributes(
            [
                found.link.code,
                found.link.label,
                _joining(found, len(offer_ids), len(need_ids)),
                len(offer_ids),
                len(need_ids),
                found.distance,
                found.able_at if known else None,
                "|".join(offer_ids),
                "|".join(need_ids),
            ]
        )
        rows.append(feature)
    return rows


def _joining(found: MissingTransformer, offers: int, needs: int) -> str:
    """Say in French what a missing transformer would join."""
    if np.isfinite(found.able_at):
        where = f"le premier qui sait faire est à {found.able_at / 1000:.0f} km"
    else:
        where = "personne de connu ne sait faire"
    return (
        f"{counted(offers, 'ressource', 'ressources')} et"
        f" {counted(needs, 'besoin sans réponse', 'besoins sans réponse')} se rejoindraient par ce"
        f" procédé ; {where}."
    )


def _draw(drawing: _Drawing, feedback: QgsProcessingFeedback) -> None:
    """Draw the chain with the most missing links."""
    chains = chains_by_missing(drawing.standings)
    chain = chains[0]
    name = drawing.names.get(chain, chain)
    if len(chains) > 1:
        feedback.pushInfo(
            tr("Diagram of the chain with the most missing links: {chain}.").format(chain=name)
        )
    own = [standing for standing in drawing.standings if standing.link.chain == chain]
    # A layout does not keep its project alive.
    project = QgsProject()
    layout = build_chain_layout(
        project,
        name,
        tr("What the territory has of this value chain, as recorded"),
        told_links(own),
        tr("Chains: {source}. Printed with Act'IF for QGIS.").format(
            source=", ".join(dict.fromkeys(standing.link.source for standing in own))
        ),
    )
    export(layout, drawing.path, _PRINT_DPI)
