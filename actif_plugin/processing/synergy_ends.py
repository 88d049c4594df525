"""Which establishments the synergies of a territory go from and to.

Lines are drawn by hand: two that end a few metres apart may end at one company, which must not
count as two.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from qgis.core import QgsVectorLayer
from scipy.spatial import cKDTree

from ..compat import plain
from ..domain.matching import Integers
from ..domain.metric import Floats
from ..printing.perimeter_figures import Survey
from .masked_records import Records


def with_companies(
    records: Records,
    ends: Sequence[Floats],
    layers: dict[str, QgsVectorLayer],
    survey: Survey,
) -> Records:
    """Return synergies as those of establishments, instead of those of the points of their ends.

    An end is that of the nearest member of the synergy, of the nearest establishment where it has
    none. Who is at both ends must be public for a public synergy to be known to readers.

    Args:
        records: synergies, a row a line.
        ends: where each starts, and where it ends, in the system of the survey.
        layers: of the territory, by role.
        survey: what was recorded; owners are positions in its establishments.
    """
    companies = survey.companies
    located = np.isfinite(companies.xy).all(axis=1)
    if not located.any():
        return records
    number = {name: at for at, name in enumerate(companies.ids) if located[at]}
    members: defaultdict[str, set[int]] = defaultdict(set)
    if "synergie_membre" in layers:
        for row in layers["synergie_membre"].getFeatures():
            at = number.get(str(plain(row["etablissement_id"])))
            if at is not None:
                members[str(plain(row["synergie_id"]))].add(at)
    every = np.flatnonzero(located)
    trees = {name: _tree(companies.xy, sorted(own)) for name, own in members.items()}
    anybody = _tree(companies.xy, every.tolist())
    owners = np.zeros((len(records.ids), 2), dtype=np.int64)
    for row, name in enumerate(records.ids):
        tree, own = trees.get(name, anybody)
        for side, xy in enumerate(ends):
            place = xy[row]
            owners[row, side] = own[tree.query(place)[1]] if np.isfinite(place).all() else own[0]
    known = records.known & companies.known[owners].all(axis=1)
    return replace(records, owners=owners, names=list(companies.ids), known=known)


def _tree(xy: Floats, own: list[int]) -> tuple[cKDTree, Integers]:
    return cKDTree(xy[own]), np.asarray(own, dtype=np.int64)
