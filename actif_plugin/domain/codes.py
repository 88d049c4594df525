"""Product codes (CPF rév. 2.1), job codes (ROME) and activity codes (NAF).

A code is understood in the shapes people write it (``16.24``, ``1624``, ``1.11``) and always
written back in the official one. Parsing never raises: what is not a code is ``None``.
"""

from __future__ import annotations

import enum
import re
from dataclasses import dataclass


class Nomenclature(str, enum.Enum):
    """The two nomenclatures in which an offer or a need is coded."""

    CPF = "CPF"
    ROME = "ROME"


class Level(enum.IntEnum):
    """The six levels of the CPF, from the coarsest.

    ROME has three levels only: domain group, domain, job sheet. They take the first three values;
    a finer level asked of a ROME code means its finest.
    """

    SECTION = 1
    DIVISION = 2
    GROUP = 3
    CLASS = 4
    CATEGORY = 5
    SUBCATEGORY = 6


DEFAULT_LEVEL = Level.GROUP

# CPF rév. 2.1 and NAF rév. 2 share their sections; a section letter is not a prefix of its
# divisions, so the link has to be told.
_SECTION_RANGES = {
    "A": (1, 3),
    "B": (5, 9),
    "C": (10, 33),
    "D": (35, 35),
    "E": (36, 39),
    "F": (41, 43),
    "G": (45, 47),
    "H": (49, 53),
    "I": (55, 56),
    "J": (58, 63),
    "K": (64, 66),
    "L": (68, 68),
    "M": (69, 75),
    "N": (77, 82),
    "O": (84, 84),
    "P": (85, 85),
    "Q": (86, 88),
    "R": (90, 93),
    "S": (94, 96),
    "T": (97, 98),
    "U": (99, 99),
}
_SECTION_OF_DIVISION = {
    f"{division:02d}": letter
    for letter, (first, last) in _SECTION_RANGES.items()
    for division in range(first, last + 1)
}

# A spreadsheet set to French writes the number 16.24 with a comma.
_CPF_DOTTED = re.compile(r"(\d{1,2})(?:[.,](\d{1,2})(?:[.,](\d{1,2}))?)?", re.ASCII)
_CPF_DIGITS = re.compile(r"\d{2,6}", re.ASCII)
_ROME = re.compile(r"[A-N](?:\d{2}(?:\d{2})?)?", re.ASCII)
_NAF = re.compile(r"(\d{2})\.?(\d{2})([A-Z])", re.ASCII)


@dataclass(frozen=True)
class Code:
    """A code that is well formed, with its ancestors.

    ``lineage`` runs from the coarsest ancestor to the code itself, one entry a level, so its
    length is the code's own level.
    """

    nomenclature: Nomenclature
    lineage: tuple[str, ...]

    @property
    def text(self) -> str:
        """The code as officially written."""
        return self.lineage[-1]

    @property
    def level(self) -> Level:
        """The code's own level."""
        return Level(len(self.lineage))

    def at(self, level: Level) -> str:
        """Return the ancestor at *level*, or the code itself where it is coarser."""
        return self.lineage[min(level, len(self.lineage)) - 1]

    def ancestor(self, level: Level) -> str | None:
        """Return the ancestor at exactly *level*, or None where the code is coarser."""
        return self.lineage[level - 1] if level <= len(self.lineage) else None


def parse_cpf(value: object) -> Code | None:
    """Read a CPF code of any level; None where *value* is not one.

    A section is its letter. A leading zero lost by a spreadsheet (``1.11``) is put back where the
    dot tells that it is missing. Spaces are ignored, and a comma is a dot.
    """
    text = _tidy(value)
    if len(text) == 1 and text in _SECTION_RANGES:
        return Code(Nomenclature.CPF, (text,))
    digits = _cpf_digits(text)
    if digits is None or digits[:2] not in _SECTION_OF_DIVISION:
        return None
    lineage = [_SECTION_OF_DIVISION[digits[:2]]]
    lineage += [_dotted(digits[:length]) for length in range(2, len(digits) + 1)]
    return Code(Nomenclature.CPF, tuple(lineage))


def parse_rome(value: object) -> Code | None:
    """Read a ROME code: ``N``, ``N11`` or ``N1103``; None where *value* is not one."""
    text = _tidy(value)
    if not _ROME.fullmatch(text):
        return None
    return Code(
        Nomenclature.ROME, tuple(text[:length] for length in (1, 3, 5) if length <= len(text))
    )


def parse_code(value: object, nomenclature: object = None) -> Code | None:
    """Read a CPF or ROME code.

    Args:
        value: the code as written.
        nomenclature: ``CPF`` or ``ROME`` where it is known. A single letter is otherwise taken for
            a CPF section; every longer code tells its nomenclature by its shape.
    """
    wanted = _tidy(nomenclature)
    if wanted == Nomenclature.ROME.value:
        return parse_rome(value)
    if wanted == Nomenclature.CPF.value:
        return parse_cpf(value)
    return parse_cpf(value) or parse_rome(value)


def divisions_of_section(section: str) -> frozenset[str]:
    """Return the divisions of a section, the same in the CPF and the NAF; none if unknown."""
    return frozenset(
        division for division, letter in _SECTION_OF_DIVISION.items() if letter == section
    )


def normalise_naf(value: object) -> str | None:
    """Write a NAF sub-class (rév. 2 or 2025) as ``16.24Z``; None where *value* is not one."""
    found = _NAF.fullmatch(_tidy(value))
    if found is None:
        return None
    return f"{found[1]}.{found[2]}{found[3]}"


def naf_version(code: str) -> str:
    """Tell which version wrote a NAF sub-class: ``2025`` or ``rev2``.

    The last letters are disjoint: A to F and Z in rév. 2; G, H, J, K, L and Y in NAF 2025.
    """
    return "2025" if code[-1] in "GHJKLY" else "rev2"


def compatible(first: Code, second: Code, level: Level | None) -> bool:
    """Tell whether a need and an offer so coded speak of the same thing at *level*.

    They do when they share their ancestor at that level, or when one is coarser than the level
    and is an ancestor of the other. ``None`` asks for the very same code.
    """
    if first.nomenclature != second.nomenclature:
        return False
    if level is None:
        return first.lineage == second.lineage
    depth = min(level, len(first.lineage), len(second.lineage))
    return first.lineage[depth - 1] == second.lineage[depth - 1]


def common_level(first: Code, second: Code) -> Level | None:
    """Return the finest level at which two codes are one, or None where they share nothing."""
    if first.nomenclature != second.nomenclature:
        return None
    shared = 0
    for mine, theirs in zip(first.lineage, second.lineage):
        if mine != theirs:
            break
        shared += 1
    return Level(shared) if shared else None


def _tidy(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, enum.Enum):
        value = value.value
    if isinstance(value, float) and value.is_integer():
        # A column of numbers has no division 16, only 16.0.
        value = int(value)
    return "".join(str(value).split()).upper()


def _cpf_digits(text: str) -> str | None:
    """Return the two to six digits of a division or finer code, or None."""
    if _CPF_DIGITS.fullmatch(text):
        return text
    found = _CPF_DOTTED.fullmatch(text)
    if found is None or (found[2] is None and len(found[1]) == 1):
        return None
    division, middle, end = found[1].zfill(2), found[2] or "", found[3] or ""
    if end and len(middle) != 2:
        return None
    return division + middle + end


def _dotted(digits: str) -> str:
    parts = (digits[:2], digits[2:4], digits[4:6])
    return ".".join(part for part in parts if part)
