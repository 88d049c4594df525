"""Where a missing link could settle: candidate sites ranked by the flows they would join."""

from __future__ import annotations

import math

import numpy as np
from qgis.core import (
    QgsFeature,
    QgsFeatureRequest,
    QgsField,
    QgsFields,
    QgsProcessing,
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingFeatureSource,
    QgsProcessingFeedback,
    QgsProcessingParameterFeatureSink,
    QgsProcessingParameterFeatureSource,
    QgsProcessingParameterString,
)

from ..compat import Kind, make_fields
from ..domain.feedback import checkpoint
from ..domain.matching import Flows
from ..domain.metric import Floats
from ..domain.siting import Sites, score_sites
from ..domain.value_chains import Link, meets
from ..store.value_chains import library
from ..translation import tr
from . import loaded
from .answers import MAX_DISTANCE, FlowAlgorithm, Question
from .base import Watch, require_source
from .chain_records import read_links
from .places import centre_of
from .presentation import present
from .proposals import chosen_by_name, propose
from .results import Result, kept_or_discarded
from .value_chains import CHAINS

CANDIDATES = "CANDIDATES"
LINK = "LINK"
OUTPUT = "OUTPUT"

_FIELDS = (
    ("rang", Kind.INTEGER),
    ("score", Kind.REAL),
    ("ressources", Kind.INTEGER),
    ("besoins", Kind.INTEGER),
    ("plus_proche_m", Kind.REAL),
    ("maillon", Kind.TEXT),
)
_TOLD = 15


class Siting(FlowAlgorithm):
    """Candidate sites for a link of a value chain."""

    ID = "siting"

    def title(self) -> str:
        return tr("Site a missing link")

    def theme(self) -> tuple[str, str]:
        return "diagnosis", tr("Diagnosis")

    def initAlgorithm(self, configuration: dict | None = None) -> None:
        candidates = QgsProcessingParameterFeatureSource(
            CANDIDATES,
            tr("Candidate sites: free land, empty premises"),
            [QgsProcessing.SourceType.TypeVectorAnyGeometry],
        )
        propose(candidates, "zae")
        self.addParameter(candidates)
        link = QgsProcessingParameterString(LINK, tr("Link to site, or its code (bois.scierie)"))
        self.addParameter(chosen_by_name(link, "links"))
        self.add_question_parameters()
        # Sites are scored by how near they lie: here no distance goes by nature.
        self.parameterDefinition(MAX_DISTANCE).setDescription(tr("Maximum distance (metres)"))
        self.addParameter(
            QgsProcessingParameterFeatureSource(
                CHAINS,
                tr("Links of the chains (empty: those of Act'IF)"),
                [QgsProcessing.SourceType.TypeVector],
                optional=True,
            )
        )
        self.addParameter(QgsProcessingParameterFeatureSink(OUTPUT, tr("Ranked sites")))

    def compute(
        self, parameters: dict, context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> dict:
        candidates = self.parameterAsSource(parameters, CANDIDATES, context)
        require_source(candidates, CANDIDATES)
        link = self._link(parameters, context, feedback)
        question = self.question(parameters, context, feedback, Watch(feedback, 0, 0.5))
        if not 0 < question.max_distance < math.inf:
            raise QgsProcessingException(
                tr("Give a maximum distance above 0: sites are scored by how near they lie.")
            )
        fields = QgsFields(candidates.fields())
        for field in make_fields(*_FIELDS):
            # A candidate layer may have columns of these names: ours are then told apart.
            name = field.name()
            if fields.indexOf(name) >= 0:
                field = QgsField(field)
                field.setName(f"{name}_actif")
            fields.append(field)
        output = Result.opened(
            self,
            parameters,
            OUTPUT,
            context,
            fields,
            candidates.wkbType(),
            candidates.sourceCrs(),
        )
        with kept_or_discarded(output):
            features, xy, nowhere = _places(candidates, question, context)
            if nowhere:
                feedback.pushWarning(
                    tr("{count} candidates left out (no geometry).").format(count=nowhere)
                )
            sites = score_sites(
                question.ground.points(xy),
                _joined(question.offers.flows, link.inputs),
                _joined(question.needs.flows, (*link.outputs, *link.byproducts)),
                max_distance=question.max_distance,
                metric=question.ground.metric,
                feedback=Watch(feedback, 0.5, 0.9),
            )
            _write(output, candidates, features, sites, link, fields, Watch(feedback, 0.9, 1))
        present(context, output.destination, loaded.SITES)
        return {OUTPUT: output.destination}

    def _link(
        self, parameters: dict, context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> Link:
        source = self.parameterAsSource(parameters, CHAINS, context)
        links = library() if source is None else read_links(source, feedback)
        wanted = self.parameterAsString(parameters, LINK, context).strip()
        for link in links:
            if link.code == wanted:
                return link
        like = [
            link.code for link in links if wanted.lower() in f"{link.code} {link.label}".lower()
        ]
        raise QgsProcessingException(
            tr("There is no link {code}. Did you mean: {codes}?").format(
                code=wanted, codes=", ".join((like or [link.code for link in links])[:_TOLD])
            )
        )


def _places(
    source: QgsProcessingFeatureSource, question: Question, context: QgsProcessingContext
) -> tuple[list[int], Floats, int]:
    """Return the candidates with a place, their coordinates, and how many have none."""
    request = QgsFeatureRequest()
    request.setNoAttributes()
    request.setDestinationCrs(question.ground.crs, context.transformContext())
    features, places, nowhere = [], [], 0
    for feature in source.getFeatures(request):
        place = centre_of(feature.geometry())
        if np.isfinite(place).all():
            features.append(feature.id())
            places.append(place)
        else:
            nowhere += 1
    return features, np.array(places, dtype=np.float64).reshape(-1, 2), nowhere


def _joined(flows: Flows, products: tuple) -> Floats:
    concerned = [any(meets(code, product) for product in products) for code in flows.codes]
    return flows.points[np.array(concerned, dtype=bool)[flows.code]]


def _write(
    output: Result,
    source: QgsProcessingFeatureSource,
    features: list[int],
    sites: Sites,
    link: Link,
    fields: QgsFields,
    watch: Watch,
) -> None:
    by_id = {feature.id(): feature for feature in source.getFeatures()}
    rows = []
    for rank, number in enumerate(sites.ranking().tolist(), start=1):
        if rank % 1000 == 0:
            checkpoint(watch, rank / len(features))
        original = by_id[features[number]]
        nearest = float(sites.nearest[number])
        feature = QgsFeature(fields)
        feature.setGeometry(original.geometry())
        feature.setAttributes(
            [
                *original.attributes(),
                rank,
                float(sites.score[number]),
                int(sites.offers[number]),
                int(sites.needs[number]),
                nearest if math.isfinite(nearest) else None,
                link.label,
            ]
        )
        rows.append(feature)
    output.add(rows)
