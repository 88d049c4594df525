"""Establishments that are likely the same one, written twice."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import combinations

import numpy as np
from scipy.spatial import cKDTree

from .feedback import Feedback, Silent, checkpoint
from .metric import Floats, Metric, Planar
from .words import folded

SAME_SITE_M = 100.0
# Below this share of common letters, two names at one address are two neighbours.
_NEAR = 0.85
# What a register adds to a name and people leave out.
_LEGAL_FORMS = frozenset(
    (
        "sarl",
        "sa",
        "sas",
        "sasu",
        "eurl",
        "sci",
        "snc",
        "scop",
        "scic",
        "scea",
        "gaec",
        "earl",
        "ei",
        "eirl",
        "gie",
        "ets",
        "etablissements",
        "etablissement",
        "societe",
        "ste",
        "entreprise",
        "cie",
        "compagnie",
        "groupe",
    )
)
_STREET_WORDS = {
    "r": "rue",
    "av": "avenue",
    "ave": "avenue",
    "bd": "boulevard",
    "bld": "boulevard",
    "blvd": "boulevard",
    "rte": "route",
    "ch": "chemin",
    "chem": "chemin",
    "che": "chemin",
    "pl": "place",
    "imp": "impasse",
    "all": "allee",
    "fg": "faubourg",
    "fbg": "faubourg",
    "qu": "quai",
    "st": "saint",
    "ste": "sainte",
    "dr": "docteur",
    "gal": "general",
    "zi": "zone industrielle",
    "za": "zone artisanale",
    "zac": "zone d amenagement concerte",
}


@dataclass(frozen=True)
class Company:
    """What tells an establishment from another.

    Attributes:
        names: name and sign, those there are.
        siren: nine digits, or empty.
        address: number and street, or empty.
        town: postcode, commune code or name, whichever is known.
    """

    names: tuple[str, ...]
    siren: str
    address: str
    town: str


@dataclass(frozen=True)
class Pair:
    """Two establishments that are likely one: their positions in the list, and why.

    Attributes:
        first, second: positions, the first before the second.
        same_siren: they share their SIREN within 100 metres; else their name and address.
    """

    first: int
    second: int
    same_siren: bool


def likely_duplicates(
    companies: Sequence[Company],
    points: Floats,
    metric: Metric | None = None,
    feedback: Feedback | None = None,
) -> list[Pair]:
    """Find the pairs of establishments that are likely one.

    Args:
        companies: the establishments.
        points: their coordinates, one row each, NaN where there is none.
        metric: what the coordinates mean; metres on a plane by default.
        feedback: told how far it is.

    Raises:
        Cancelled: the user asked to stop.
    """
    watch = feedback or Silent()
    found = dict.fromkeys(
        _neighbours_of_one_siren(companies, points, metric or Planar(), watch), True
    )
    for pair in _near_names_at_one_address(companies, watch):
        found.setdefault(pair, False)
    return [Pair(first, second, found[first, second]) for first, second in sorted(found)]


def near_equal(first: str, second: str) -> bool:
    """Tell whether two names are one but for legal form, case, accents or a slip of the finger."""
    return _near_bare(_bare_name(first), _bare_name(second))


def _near_bare(one: str, other: str) -> bool:
    if not one or not other:
        return False
    if one == other or one.replace(" ", "") == other.replace(" ", ""):
        return True
    # Hall 1 and hall 2 differ by one sign too.
    if _numbers(one) != _numbers(other):
        return False
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    return (
        matcher.real_quick_ratio() >= _NEAR
        and matcher.quick_ratio() >= _NEAR
        and matcher.ratio() >= _NEAR
    )


def same_address_key(address: str, town: str) -> str:
    """Return one text for the ways people write an address; empty where it says too little."""
    street = " ".join(_STREET_WORDS.get(word, word) for word in folded(address).split())
    return f"{street}|{folded(town)}" if street else ""


def _neighbours_of_one_siren(
    companies: Sequence[Company], points: Floats, metric: Metric, watch: Feedback
) -> Iterator[tuple[int, int]]:
    placed = np.isfinite(points).all(axis=1) if len(points) else np.zeros(0, dtype=bool)
    by_siren = _grouped(
        (company.siren, number)
        for number, company in enumerate(companies)
        if company.siren and placed[number]
    )
    reach = float(metric.chord(np.array([SAME_SITE_M]))[0])
    for done, numbers in enumerate(by_siren):
        if done % 200 == 0:
            checkpoint(watch, 0.5 * done / len(by_siren))
        tree = cKDTree(points[numbers])
        for first, second in sorted(tree.query_pairs(reach)):
            yield numbers[first], numbers[second]


def _near_names_at_one_address(
    companies: Sequence[Company], watch: Feedback
) -> Iterator[tuple[int, int]]:
    by_address = _grouped(
        (same_address_key(company.address, company.town), number)
        for number, company in enumerate(companies)
    )
    compared = 0
    for done, numbers in enumerate(by_address):
        bare = {
            number: [_bare_name(name) for name in companies[number].names] for number in numbers
        }
        for first, second in combinations(numbers, 2):
            # A business centre holds hundreds of companies at one address.
            if compared % 1000 == 0:
                checkpoint(watch, 0.5 + 0.5 * done / len(by_address))
            compared += 1
            if any(_near_bare(mine, theirs) for mine in bare[first] for theirs in bare[second]):
                yield first, second


def _grouped(keyed: Iterable[tuple[str, int]]) -> list[list[int]]:
    """Return the numbers that share a key, where there are several."""
    groups: defaultdict[str, list[int]] = defaultdict(list)
    for key, number in keyed:
        if key:
            groups[key].append(number)
    return [numbers for numbers in groups.values() if len(numbers) > 1]


def _bare_name(name: str) -> str:
    words = folded(name).split()
    return " ".join([word for word in words if word not in _LEGAL_FORMS] or words)


def _numbers(name: str) -> list[str]:
    return [word for word in name.split() if any(sign.isdigit() for sign in word)]
