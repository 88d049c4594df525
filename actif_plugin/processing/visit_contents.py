"""What is worth knowing of a company's neighbourhood before a visit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from string import Template

import numpy as np
from qgis.core import QgsProcessingContext, QgsProcessingException, QgsProcessingFeatureSource

from .. import paths
from ..domain.codes import Code, Level, parse_code
from ..domain.matching import Flows, Integers, Pairs, match
from ..domain.pooling import Pool, pool_needs
from ..domain.quantities import load_units
from ..forms.code_source import usual_products
from ..store.dossier import Company, Verdict, inputs_of, names_of
from ..store.territory import Territory
from ..translation import tr
from .answers import KEPT, REJECTED, known_codes, reasons
from .base import Watch
from .columns import OgrTable
from .flows import Owners, ground_of, read_flows
from .one_side import NUMBERS, WORDS, Side
from .places import moved

# What of the company a neighbour's record meets, as results name it.
RESOURCE, ACTIVITY, NEED, CHAIN = "ressource", "activité", "besoin", "filière"

# Usual products are classes of the CPF, as the activity is one of the NAF.
_USUAL_LEVEL = Level.CLASS
_SUBSET = Template("\"sens\" = '$direction'")


@dataclass(frozen=True)
class Line:
    """A neighbour's record that concerns the company.

    Attributes:
        record: its position in its side.
        distance: metres on the ground.
        origin: ``RESOURCE``, ``ACTIVITY``, ``NEED`` or ``CHAIN``.
        reason: in a few words, in French.
        kept: whether an adviser retained the pair.
    """

    record: int
    distance: float
    origin: str
    reason: str
    kept: bool


class Neighbourhood:
    """The open needs and offers of a territory, seen from one company.

    Pairs that an adviser ruled out are never shown.

    Args:
        territory, company: whose neighbourhood.
        verdicts: those on the company's own records.
        level, max_distance: how codes are compared, and how far, in metres.
        lines: records of each list at most.
        context, watch: of the run.

    Attributes:
        needs, offers: the records; None where there is none.
        crs: of their positions.
        max_distance: as asked, in metres.

    Raises:
        Cancelled: the user asked to stop.
    """

    def __init__(
        self,
        territory: Territory,
        company: Company,
        verdicts: Sequence[Verdict],
        level: Level | None,
        max_distance: float,
        lines: int,
        context: QgsProcessingContext,
        watch: Watch,
    ) -> None:
        self._territory = territory
        self._company = company
        self._verdicts = verdicts
        self._level = level
        self.max_distance = max_distance
        self._lines = lines
        self._context = context
        self._watch = watch
        self._ground = ground_of(territory.crs)
        self.crs = self._ground.crs
        self._owners = Owners()
        self._number = self._owners.number(company.id)
        self._nomenclatures = known_codes(context)
        self.needs = self._side("besoin", tr("Needs"))
        self.offers = self._side("offre", tr("Resources"))

    def needs_nearby(self) -> list[Line]:
        """Return the neighbours' needs that its resources, or its activity, could answer.

        A need that was ruled out for one of its resources is not shown for its activity either.
        """
        if self.needs is None:
            return []
        refused = [v.need for v in self._verdicts if v.verdict == REJECTED]
        usual = dict.fromkeys(usual_products(self._company.naf), f"activité {self._company.naf}")
        return self._nearest(
            self.needs,
            [
                *self._by_records(
                    self.offers,
                    self.needs,
                    RESOURCE,
                    {(verdict.offer, verdict.need): verdict.verdict for verdict in self._verdicts},
                ),
                *self._by_products(usual, self.needs, ACTIVITY, refused),
            ],
        )

    def offers_nearby(self) -> list[Line]:
        """Return the neighbours' offers that meet its needs, or that its activity takes in."""
        if self.offers is None:
            return []
        refused = [v.offer for v in self._verdicts if v.verdict == REJECTED]
        taken_in = {
            each.code: f"filière\u00a0: {each.link} ({each.source})"
            for each in inputs_of(self._territory, self._company.naf)
        }
        return self._nearest(
            self.offers,
            [
                *self._by_records(
                    self.needs,
                    self.offers,
                    NEED,
                    {(verdict.need, verdict.offer): verdict.verdict for verdict in self._verdicts},
                ),
                *self._by_products(taken_in, self.offers, CHAIN, refused),
            ],
        )

    def pools(self) -> list[Pool]:
        """Return the pools that the company's needs are in, as ``poolneeds`` makes them."""
        own = self.own(self.needs)
        if self.needs is None or not len(own):
            return []
        flows = self.needs.layer.flows
        keys = {flows.codes[code].lineage[: self._level] for code in flows.code[own]}
        wanted = np.asarray([code.lineage[: self._level] in keys for code in flows.codes])
        rows = np.flatnonzero(wanted[flows.code])
        pools = pool_needs(
            flows.subset(rows),
            level=self._level,
            max_distance=self.max_distance,
            min_members=2,
            metric=self._ground.metric,
            feedback=self._watch,
        )
        return [
            Pool(pool.code, rows[pool.needs], pool.members, pool.diameter, int(rows[pool.centre]))
            for pool in pools
            if np.isin(rows[pool.needs], own).any()
        ]

    def naf_label(self, naf: str) -> str:
        """Return the label of an activity, empty where it does not exist."""
        return self._nomenclatures.naf_label(naf)

    def label(self, code: Code) -> str:
        """Return the label of a code, empty where it does not exist."""
        return self._nomenclatures.label(code)

    def own(self, side: Side | None) -> Integers:
        """Return the positions of the company's own open records."""
        if side is None:
            return np.empty(0, dtype=np.int64)
        return np.flatnonzero(side.layer.flows.owner == self._number)

    def names(self, side: Side | None, rows: Iterable[int]) -> dict[str, tuple[str, str]]:
        """Return the name and the commune of the companies of some records, by identifier."""
        if side is None:
            return {}
        owners = {side.word("etablissement_id", row) for row in rows}
        return names_of(self._territory, owners - {""})

    def _side(self, direction: str, title: str) -> Side | None:
        subset = _SUBSET.substitute(direction=direction)
        # The source does not keep its layer alive.
        table = self._territory.layer("flux", title, subset)
        try:
            layer = read_flows(
                QgsProcessingFeatureSource(table, self._context),
                title,
                "code",
                direction,
                self._ground,
                self._owners,
                self._nomenclatures,
                self._context,
                self._watch,
                table=OgrTable(str(self._territory.path), "flux", subset),
                words=WORDS,
                numbers=NUMBERS,
            )
        except QgsProcessingException:
            # Nothing usable yet: a young territory has visits all the same.
            return None
        units = load_units(paths.reference_database())
        return Side(layer, self._ground, self._level, self.max_distance, self._nomenclatures, units)

    def _by_records(
        self, own: Side | None, others: Side, origin: str, verdicts: Mapping[tuple[str, str], str]
    ) -> list[Line]:
        """Meet the company's own records, whose pairs with others' have *verdicts*."""
        rows = self.own(own)
        if own is None or not len(rows):
            return []
        refused = [pair for pair, verdict in verdicts.items() if verdict == REJECTED]
        pairs = self._match(own.layer.flows.subset(rows), others, self._level, refused)
        lines = []
        for seeker, record, distance in _triples(pairs):
            mine = own.layer.flows.codes[own.layer.flows.code[rows[seeker]]]
            theirs = others.layer.flows.codes[others.layer.flows.code[record]]
            names = (str(own.layer.flows.ids[rows[seeker]]), str(others.layer.flows.ids[record]))
            words = own.word("libelle", int(rows[seeker]))
            shared = reasons(mine, theirs, self._nomenclatures)[1]
            lines.append(
                Line(
                    record,
                    distance,
                    origin,
                    f"«\u00a0{words}\u00a0»\u00a0: {shared}" if words else shared,
                    verdicts.get(names) == KEPT,
                )
            )
        return lines

    def _by_products(
        self, products: Mapping[str, str], others: Side, origin: str, refused: Sequence[str]
    ) -> list[Line]:
        """Meet products, each with the reason why, at the company's place."""
        known = [code for code in map(parse_code, products) if code is not None]
        if not known or self._company.point is None:
            return []
        place = np.array([[self._company.point.x(), self._company.point.y()]])
        place = moved(place, self._territory.crs, self._ground.crs, self._context)
        seekers = Flows(
            ids=np.asarray([code.text for code in known]),
            points=np.repeat(self._ground.points(place), len(known), axis=0),
            code=np.arange(len(known)),
            codes=tuple(known),
            owner=np.full(len(known), self._number),
            reach=np.full(len(known), np.inf),
        )
        out = [(code.text, record) for code in known for record in refused]
        return [
            Line(
                record,
                distance,
                origin,
                f"{products[known[seeker].text]}\u00a0: {known[seeker].text}"
                f" {self._nomenclatures.label(known[seeker])}",
                False,
            )
            for seeker, record, distance in _triples(
                self._match(seekers, others, _USUAL_LEVEL, out)
            )
        ]

    def _match(
        self, seekers: Flows, others: Side, level: Level | None, refused: Sequence[tuple[str, str]]
    ) -> Pairs:
        return match(
            seekers,
            others.layer.flows,
            level=level,
            neighbors=self._lines,
            max_distance=self.max_distance,
            metric=self._ground.metric,
            rejected=refused,
            feedback=self._watch,
        )

    def _nearest(self, side: Side, lines: Sequence[Line]) -> list[Line]:
        """Keep each record once, for its first reason, and the nearest records."""
        first: dict[int, Line] = {}
        for line in lines:
            first.setdefault(line.record, line)
        ids = side.layer.flows.ids
        ordered = sorted(first.values(), key=lambda line: (line.distance, str(ids[line.record])))
        return ordered[: self._lines]


def _triples(pairs: Pairs) -> Iterable[tuple[int, int, float]]:
    return zip(pairs.seeker.tolist(), pairs.candidate.tolist(), pairs.distance.tolist())
