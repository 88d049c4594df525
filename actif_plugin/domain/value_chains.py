"""Value chains: which links of a chain a territory has, and which one is missing.

A chain is a graph of links. Each link says what it takes in, what it makes, which activities do it
and which links come after it. Companies tell which links are there; what advisers recorded tells
where an absent one is felt.
"""

from __future__ import annotations

import enum
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from .codes import Code, naf_version

NAF_REV2 = "rev2"
NAF_2025 = "2025"


class State(str, enum.Enum):
    """What a territory has of a link, under the words that results carry (French)."""

    PRESENT = "present"
    FRAGILE = "fragile"
    ABSENT = "absent"
    MISSING = "manquant"


@dataclass(frozen=True)
class Link:
    """A link of a value chain.

    Attributes:
        code: names the link in its chain and in those that lead to it.
        chain: code of its chain.
        rank: place in the chain, from upstream to downstream.
        label: what it is called (French).
        inputs: products it takes in.
        outputs: products it is there to make.
        byproducts: products it leaves besides.
        following: codes of the links that take its products, of this chain or of another.
        activities: NAF codes that do it, at any level, by version of the NAF.
        source: where this reading of the chain comes from.
    """

    code: str
    chain: str
    rank: int
    label: str
    inputs: tuple[Code, ...] = ()
    outputs: tuple[Code, ...] = ()
    byproducts: tuple[Code, ...] = ()
    following: tuple[str, ...] = ()
    activities: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    source: str = ""

    def done_by(self, naf: str) -> bool:
        """Tell whether a company of activity *naf* (a sub-class, ``16.24Z``) does this link."""
        bare = _bare(naf)
        return any(bare.startswith(_bare(code)) for code in self.activities.get(_version(naf), ()))


@dataclass(frozen=True)
class Company:
    """An establishment: its identifier and its NAF sub-class (empty where it is not known)."""

    id: str
    naf: str


@dataclass(frozen=True)
class Flow:
    """An open need or resource.

    Attributes:
        id: identifier of the record.
        code: its product.
        orphan: a need that no one in reach answers, a resource that no one in reach takes.
    """

    id: str
    code: Code
    orphan: bool


@dataclass(frozen=True)
class Standing:
    """Where a link stands in a territory, with what says so.

    Attributes:
        link: the link.
        state: present (two establishments or more), fragile (one), absent, or missing.
        companies: establishments that do it.
        needs: open needs for what it makes.
        offers: open resources it could take in.
        orphan_needs, orphan_offers: those of them that find no one.
        before, after: nearest links upstream and downstream that are there.
    """

    link: Link
    state: State
    companies: tuple[str, ...]
    needs: tuple[str, ...]
    offers: tuple[str, ...]
    orphan_needs: tuple[str, ...]
    orphan_offers: tuple[str, ...]
    before: tuple[str, ...]
    after: tuple[str, ...]


def assess(
    links: Sequence[Link],
    companies: Iterable[Company],
    needs: Iterable[Flow],
    offers: Iterable[Flow],
) -> list[Standing]:
    """Tell where each link stands, in the order of *links*.

    An absent link is *missing* when links that are there surround it, upstream and downstream
    (through other absent links where several in a row lack), or when a flow recorded by an adviser
    waits for it: an orphan resource that it would take in, an orphan need for what it makes. What
    goes back upstream in a chain, sorted or made good again, surrounds nothing.
    """
    done_by = _companies_by_link(links, companies)
    wanted, given = _Recorded(needs), _Recorded(offers)
    present = {link.code for link in links if done_by[link.code]}
    before, after = _neighbours(links)
    standings = []
    for link in links:
        answering = wanted.touching((*link.outputs, *link.byproducts))
        usable = given.touching(link.inputs)
        orphan_needs = tuple(flow.id for flow in answering if flow.orphan)
        orphan_offers = tuple(flow.id for flow in usable if flow.orphan)
        upstream = _nearest_present(link.code, before, present)
        downstream = _nearest_present(link.code, after, present)
        doing = done_by[link.code]
        if len(doing) > 1:
            state = State.PRESENT
        elif doing:
            state = State.FRAGILE
        elif (upstream and downstream) or orphan_needs or orphan_offers:
            state = State.MISSING
        else:
            state = State.ABSENT
        standings.append(
            Standing(
                link,
                state,
                tuple(doing),
                tuple(flow.id for flow in answering),
                tuple(flow.id for flow in usable),
                orphan_needs,
                orphan_offers,
                upstream,
                downstream,
            )
        )
    return standings


def chains_by_missing(standings: Iterable[Standing]) -> list[str]:
    """Return the codes of the chains, those with the most missing links first.

    Of equals, first the one with the most orphan flows behind its missing links, then the first in
    the order of codes: the order of *standings* changes nothing.
    """
    missing: defaultdict[str, int] = defaultdict(int)
    evidence: defaultdict[str, int] = defaultdict(int)
    for standing in standings:
        lacks = standing.state is State.MISSING
        missing[standing.link.chain] += lacks
        if lacks:
            orphans = len(standing.orphan_needs) + len(standing.orphan_offers)
            evidence[standing.link.chain] += orphans
    return sorted(missing, key=lambda chain: (-missing[chain], -evidence[chain], chain))


def meets(flow: Code, product: Code) -> bool:
    """Tell whether a recorded code speaks of a link's product.

    It does at the level of the coarser of the two: a chain that says ``16.1`` means all that is
    below, and a record that says ``16`` may mean it.
    """
    if flow.nomenclature != product.nomenclature:
        return False
    depth = min(len(flow.lineage), len(product.lineage))
    return flow.lineage[depth - 1] == product.lineage[depth - 1]


def faults(links: Sequence[Link]) -> list[tuple[str, str]]:
    """Return (code of a link, code of a following link that does not exist)."""
    known = {link.code for link in links}
    return [(link.code, code) for link in links for code in link.following if code not in known]


def _companies_by_link(links: Sequence[Link], companies: Iterable[Company]) -> dict[str, list[str]]:
    by_activity: defaultdict[str, list[str]] = defaultdict(list)
    for company in companies:
        if company.naf:
            by_activity[company.naf].append(company.id)
    return {
        link.code: sorted(
            identifier
            for naf, identifiers in by_activity.items()
            if link.done_by(naf)
            for identifier in identifiers
        )
        for link in links
    }


class _Recorded:
    """Flows by their code: a territory has many flows and few codes."""

    def __init__(self, flows: Iterable[Flow]) -> None:
        self._by_code: defaultdict[Code, list[tuple[int, Flow]]] = defaultdict(list)
        for number, flow in enumerate(flows):
            self._by_code[flow.code].append((number, flow))

    def touching(self, products: Sequence[Code]) -> list[Flow]:
        """Return the flows of these products, in the order they were given."""
        found = [
            numbered
            for code, flows in self._by_code.items()
            if any(meets(code, product) for product in products)
            for numbered in flows
        ]
        return [flow for _, flow in sorted(found, key=lambda numbered: numbered[0])]


def _neighbours(
    links: Sequence[Link],
) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    known = {link.code: link for link in links}
    before: dict[str, list[str]] = {code: [] for code in known}
    after: dict[str, list[str]] = {code: [] for code in known}
    for link in links:
        for code in link.following:
            if code in known and _downstream(link, known[code]):
                after[link.code].append(code)
                before[code].append(link.code)
    return before, after


def _downstream(link: Link, other: Link) -> bool:
    return link.chain != other.chain or link.rank < other.rank


def _nearest_present(
    start: str, neighbours: Mapping[str, Sequence[str]], present: set[str]
) -> tuple[str, ...]:
    """Return the first links that are there on each way from *start*; users may draw circles."""
    seen, found, waiting = {start}, [], list(neighbours[start])
    while waiting:
        code = waiting.pop(0)
        if code in seen:
            continue
        seen.add(code)
        if code in present:
            found.append(code)
        else:
            waiting.extend(neighbours[code])
    return tuple(found)


def _bare(naf: str) -> str:
    return naf.replace(".", "").strip().upper()


def _version(naf: str) -> str:
    return naf_version(naf.strip().upper())
