"""Branches of the national accounts: which divisions of the NAF each one gathers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from .codes import divisions_of_section

# INSEE's level A38: branch, first and last division (the same in NAF rév. 2 and in NAF 2025).
_A38 = {
    "AZ": (1, 3),
    "BZ": (5, 9),
    "CA": (10, 12),
    "CB": (13, 15),
    "CC": (16, 18),
    "CD": (19, 19),
    "CE": (20, 20),
    "CF": (21, 21),
    "CG": (22, 23),
    "CH": (24, 25),
    "CI": (26, 26),
    "CJ": (27, 27),
    "CK": (28, 28),
    "CL": (29, 30),
    "CM": (31, 33),
    "DZ": (35, 35),
    "EZ": (36, 39),
    "FZ": (41, 43),
    "GZ": (45, 47),
    "HZ": (49, 53),
    "IZ": (55, 56),
    "JA": (58, 60),
    "JB": (61, 61),
    "JC": (62, 63),
    "KZ": (64, 66),
    "LZ": (68, 68),
    "MA": (69, 71),
    "MB": (72, 72),
    "MC": (73, 75),
    "NZ": (77, 82),
    "OZ": (84, 84),
    "PZ": (85, 85),
    "QA": (86, 86),
    "QB": (87, 88),
    "RZ": (90, 93),
    "SZ": (94, 96),
    "TZ": (97, 98),
    "UZ": (99, 99),
}
# Their names, short enough for the column of a table.
_LABELS = {
    "AZ": "Agriculture, sylviculture et pêche",
    "BZ": "Industries extractives",
    "CA": "Denrées alimentaires, boissons et tabac",
    "CB": "Textile, habillement, cuir et chaussure",
    "CC": "Bois, papier et imprimerie",
    "CD": "Cokéfaction et raffinage",
    "CE": "Industrie chimique",
    "CF": "Industrie pharmaceutique",
    "CG": "Caoutchouc, plastique et minéraux non métalliques",
    "CH": "Métallurgie et produits métalliques",
    "CI": "Produits informatiques, électroniques et optiques",
    "CJ": "Équipements électriques",
    "CK": "Machines et équipements",
    "CL": "Matériels de transport",
    "CM": "Autres industries, réparation et installation de machines",
    "DZ": "Électricité, gaz, vapeur et air conditionné",
    "EZ": "Eau, assainissement, déchets et dépollution",
    "FZ": "Construction",
    "GZ": "Commerce et réparation d'automobiles",
    "HZ": "Transports et entreposage",
    "IZ": "Hébergement et restauration",
    "JA": "Édition, audiovisuel et diffusion",
    "JB": "Télécommunications",
    "JC": "Informatique et services d'information",
    "KZ": "Finance et assurance",
    "LZ": "Activités immobilières",
    "MA": "Droit, comptabilité, gestion, architecture, ingénierie et contrôle",
    "MB": "Recherche et développement",
    "MC": "Publicité, études de marché, autres services spécialisés",
    "NZ": "Services administratifs et de soutien",
    "OZ": "Administration publique et défense",
    "PZ": "Enseignement",
    "QA": "Santé humaine",
    "QB": "Hébergement médico-social et action sociale",
    "RZ": "Arts, spectacles et loisirs",
    "SZ": "Autres services",
    "TZ": "Ménages employeurs",
    "UZ": "Organisations extraterritoriales",
}
# Sections that A38 cuts up.
_SECTIONS = {
    "C": "Industrie manufacturière",
    "J": "Information et communication",
    "M": "Activités spécialisées, scientifiques et techniques",
    "Q": "Santé humaine et action sociale",
}
# Eurostat's products (CPA_C10-12, CPA_J59_60, CPA_L68B) and industries (C10-C12, J59_J60, F).
_EUROSTAT = re.compile(
    r"(?:CPA_)?(?P<section>[A-U])"
    r"(?:(?P<first>\d{2})(?:[-_](?P=section)?(?P<last>\d{2}))?(?P<letter>[A-Z])?)?",
    re.ASCII,
)
# Rents that owners would pay themselves: a branch of the accounts in which nobody works.
_IMPUTED_RENTS = "68A"


def divisions_of(branch: str) -> frozenset[str] | None:
    """Return the divisions of the NAF that *branch* gathers; None where it is not a branch.

    INSEE's A38 and Eurostat's products (``CPA_C10-12``) are known, with or without their prefix.
    """
    code = branch.strip().upper()
    if code in _A38:
        first, last = _A38[code]
        return _range(first, last)
    found = _EUROSTAT.fullmatch(code)
    if found is None:
        return None
    section = divisions_of_section(found["section"])
    if found["first"] is None:
        return section
    divisions = _range(int(found["first"]), int(found["last"] or found["first"]))
    if not divisions <= section:
        return None
    return frozenset() if f"{found['first']}{found['letter']}" == _IMPUTED_RENTS else divisions


def branch_label(branch: str) -> str:
    """Return what a branch is called in French, empty where the code is no branch.

    Eurostat's have the name of the branch of A38 of the same extent, else of their section.
    """
    code = branch.strip().upper()
    if code in _LABELS:
        return _LABELS[code]
    divisions = divisions_of(code)
    if divisions is None:
        return ""
    same = (label for name, label in _LABELS.items() if divisions_of(name) == divisions)
    section = code[len("CPA_") :][:1] if code.startswith("CPA_") else code[:1]
    return next(same, None) or _SECTIONS.get(section) or _LABELS[f"{section}Z"]


def branch_by_division(branches: Iterable[str]) -> dict[str, str]:
    """Return the branch of each division; the first one where several claim it."""
    found: dict[str, str] = {}
    for branch in branches:
        for division in divisions_of(branch) or ():
            found.setdefault(division, branch)
    return found


def share_out(values: Mapping[str, float], branches: Sequence[str]) -> list[float | None]:
    """Bring figures of one set of branches to another that is as coarse or coarser.

    Returns:
        For each of *branches*, the figure of the same branch, else the sum of those that make it up
        exactly, the coarsest first; None where they do not.
    """
    known = [(divisions, values[code]) for code in values if (divisions := divisions_of(code))]
    known.sort(key=lambda pair: (-len(pair[0]), sorted(pair[0])))
    result: list[float | None] = []
    for branch in branches:
        wanted = set(divisions_of(branch) or ())
        total, filled = 0.0, branch in values
        if filled:
            total = values[branch]
        else:
            for divisions, value in known:
                if divisions <= wanted:
                    wanted -= divisions
                    total += value
            # Nobody works in a branch without divisions.
            filled = not wanted
        result.append(total if filled else None)
    return result


def _range(first: int, last: int) -> frozenset[str]:
    return frozenset(f"{number:02d}" for number in range(first, last + 1))
