"""Choosing establishments by what they do: codes of the NAF, of any depth."""

from __future__ import annotations

import re
from dataclasses import dataclass

from .codes import normalise_naf, parse_cpf

_BETWEEN = re.compile(r"[\s,;]+")


class UnknownActivity(ValueError):
    """Codes that are not of the NAF; ``args`` holds them."""


@dataclass(frozen=True)
class Activities:
    """A choice of activities; an empty one takes them all.

    Attributes:
        subclasses: codes with their last letter, ``16.24Z``.
        branches: sections, divisions, groups and classes: ``C``, ``16``, ``16.2``, ``16.24``.
    """

    subclasses: frozenset[str] = frozenset()
    branches: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.subclasses or self.branches)

    def include(self, naf: str) -> bool:
        """Tell whether an establishment that does *naf* (``16.24Z``) is chosen."""
        if not self:
            return True
        code = normalise_naf(naf)
        if code is None:
            return False
        # Down to the class, the two NAF and the CPF are one tree, sections included.
        branch = parse_cpf(code[:-1])
        lineage = branch.lineage if branch is not None else ()
        return code in self.subclasses or not self.branches.isdisjoint(lineage)


def read_activities(text: str) -> Activities:
    """Read codes of the NAF of any depth, between commas, semicolons or spaces.

    Raises:
        UnknownActivity: some are none.
    """
    subclasses, branches, unknown = set(), set(), []
    for written in filter(None, _BETWEEN.split(text)):
        subclass = normalise_naf(written)
        branch = parse_cpf(written)
        if subclass is not None:
            subclasses.add(subclass)
        elif branch is not None:
            branches.add(branch.lineage[-1])
        else:
            unknown.append(written)
    if unknown:
        raise UnknownActivity(*unknown)
    return Activities(frozenset(subclasses), frozenset(branches))
