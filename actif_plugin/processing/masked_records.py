"""Records of any layer, as what they bring to masked figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from qgis.core import (
    QgsFeature,
    QgsFeatureRequest,
    QgsProcessingException,
    QgsProcessingFeatureSource,
    QgsWkbTypes,
)
from scipy import sparse

from .. import paths
from ..compat import plain
from ..domain.availability import ALL_MONTHS, season_months
from ..domain.feedback import checkpoint
from ..domain.masking import Rule
from ..domain.quantities import Quantity, Unit, Units, load_units, over_a_year
from ..store.schema import TABLES
from ..translation import tr
from .base import Watch
from .places import centre_of

_AT_ONCE = 512
_PUBLIC = "public"
# Who a record is of, the first that the layer has.
_OWNER_FIELDS = ("etablissement_id", "siret")
_SHEET_ID = "id"
# What the table of establishments has, and copies of it: each row is one, with a SIRET or without.
_SHEET_FIELDS = {_SHEET_ID, "siret", "raison_sociale", "naf_code", "confidentialite"}
_TONNAGE = "tonnage_an"
_QUANTITY = ("quantite", "unite", "periodicite", "saison", "nature")
# The unit that each dimension is told in, where it is not its base.
_TOLD_IN = {"masse": "t", "energie": "MWh", "transport": "tkm"}
UNTOLD = "non renseigné"
OTHERS = "autres"
EVERYTHING = "ensemble"


@dataclass(frozen=True)
class Records:
    """Records read.

    Attributes:
        ids: identifiers, empty where the layer has none.
        ends: where each is, shape (n, 2), or for lines where each starts and ends, shape (n, 4).
        owners: numbers of establishments, shape (n,), or of both ends, shape (n, 2); what is not
            known is one number for all.
        names: what the layer calls the establishments, by their numbers.
        known: published by name, shape (n,).
        certain: whether it is told: a record is only known where its establishment is, and its own
            table does not say.
        values: the category of each, one column a field.
        amounts: quantities a year by unit, NaN where untold, each of shape (n,).
    """

    ids: list[str]
    ends: np.ndarray
    owners: np.ndarray
    names: list[str]
    known: np.ndarray
    certain: bool
    values: list[list[str]]
    amounts: dict[str, np.ndarray]

    @property
    def are_lines(self) -> bool:
        """Whether records go from a place to another."""
        return self.ends.shape[1] > 2


@dataclass(frozen=True)
class Categories:
    """Categories made safe to name.

    Attributes:
        category: finest category of each record, shape (n,).
        labels: the groups: everything, then each value of the first field, and so on.
        groups: which categories each group holds, shape (groups, categories).
        depth: how many fields each group is told by, shape (groups,).
    """

    category: np.ndarray
    labels: list[str]
    groups: sparse.csr_matrix
    depth: np.ndarray


def are_establishments(source: QgsProcessingFeatureSource) -> bool:
    """Tell whether a layer is the table of establishments, or made of it."""
    names = set(source.fields().names())
    return names >= _SHEET_FIELDS and _OWNER_FIELDS[0] not in names


def owner_field(source: QgsProcessingFeatureSource, chosen: str) -> str:
    """Return the field that tells establishments apart.

    Raises:
        QgsProcessingException: nothing in the layer does, or another than the chosen one.
    """
    names = source.fields().names()
    found = next((name for name in _OWNER_FIELDS if name in names), "")
    if are_establishments(source):
        found = _SHEET_ID
    if chosen == _SHEET_ID and found not in ("", _SHEET_ID):
        raise QgsProcessingException(
            tr(
                "{chosen} tells records apart, not establishments: choose {field}, or leave this"
                " field empty."
            ).format(chosen=chosen, field=found)
        )
    if not chosen and not found:
        raise QgsProcessingException(
            tr("Choose the field that names the establishment: three are needed to show a figure.")
        )
    return chosen or found


def read_records(
    source: QgsProcessingFeatureSource, owner: str, categories: Sequence[str], watch: Watch
) -> Records:
    """Read a layer of establishments, of flows, or of synergies (lines).

    Args:
        source: the layer.
        owner: the field of establishments; not used for lines, whose ends are establishments.
        categories: fields to tell figures by.
        watch: of the run.

    Raises:
        Cancelled: the user asked to stop.
    """
    units = load_units(paths.reference_database())
    names = source.fields().names()
    lines = QgsWkbTypes.geometryType(source.wkbType()) == QgsWkbTypes.GeometryType.LineGeometry
    wanted = {
        _SHEET_ID,
        "confidentialite",
        _TONNAGE,
        *_QUANTITY,
        *categories,
        *(() if lines else (owner,)),
    }
    has = [name for name in names if name in wanted]
    request = QgsFeatureRequest()
    request.setSubsetOfAttributes(has, source.fields())
    request.setInvalidGeometryCheck(QgsFeatureRequest.InvalidGeometryCheck.GeometryNoCheck)
    total = max(1, source.featureCount())
    ids: list[str] = []
    ends: list[tuple[float, ...]] = []
    owners: list[tuple[object, ...]] = []
    known: list[bool] = []
    values: list[list[str]] = []
    told: list[dict[str, float]] = []
    for number, feature in enumerate(source.getFeatures(request)):
        if number % _AT_ONCE == 0:
            checkpoint(watch, number / total)
        row = {name: plain(feature[name]) for name in has}
        parts = _ends(feature) if lines else [centre_of(feature.geometry())]
        amounts = _amounts(row, units, len(parts))
        for part in parts:
            ids.append(str(row.get(_SHEET_ID) or ""))
            ends.append(part)
            owners.append((part[:2], part[2:]) if lines else (row.get(owner),))
            known.append(row.get("confidentialite") == _PUBLIC)
            values.append([_label(row.get(name)) for name in categories])
            told.append(amounts)
    shape = (len(ends), 4 if lines else 2)
    rule = Rule()
    numbers: dict[object, int] = {}
    # Nothing says that records of unknown owner are of several.
    owner_numbers = np.array(
        [[numbers.setdefault(one or None, len(numbers)) for one in ones] for ones in owners],
        dtype=np.int64,
    ).reshape(len(ends), 2 if lines else 1)
    public = np.array(known, dtype=bool)
    columns: dict[str, np.ndarray] = {}
    for unit in sorted({unit for amounts in told for unit in amounts}):
        column = np.array([amounts.get(unit, np.nan) for amounts in told])
        # A unit that hardly anybody uses would say that somebody does.
        if len(np.unique(owner_numbers[(column > 0) & ~public])) >= rule.establishments:
            columns[unit] = column
    return Records(
        ids,
        np.array(ends, dtype=np.float64).reshape(shape),
        owner_numbers if lines else owner_numbers[:, 0],
        ["" if name is None else str(name) for name in numbers],
        public,
        are_establishments(source),
        values,
        columns,
    )


def categories_of(records: Records, fields: Sequence[str], rows: np.ndarray) -> Categories:
    """Return the categories of some records, none of which tells of fewer than three companies.

    The values of a closed list are all there, whether met or not. Of others, those of fewer than
    three establishments are put together.
    """
    columns = [
        _safe(field, [records.values[row][at] for row in rows], records, rows)
        for at, field in enumerate(fields)
    ]
    met = list(zip(*(column for column, _ in columns))) if columns else [()] * len(rows)
    tree: list[tuple[str, ...]] = [()]
    for _, choices in columns:
        tree = [(*start, choice) for start in tree for choice in choices]
    at = {leaf: number for number, leaf in enumerate(tree)}
    starts = [leaf[:depth] for depth in range(len(fields) + 1) for leaf in tree]
    groups = list(dict.fromkeys(starts))
    lines = [[float(leaf[: len(group)] == group) for leaf in tree] for group in groups]
    labels = [" / ".join(group) or EVERYTHING for group in groups]
    category = np.array([at[tuple(leaf)] for leaf in met], dtype=np.int64)
    depth = np.array([len(group) for group in groups])
    return Categories(category, labels, sparse.csr_matrix(np.array(lines)), depth)


def refuse_identifying(fields: Sequence[str]) -> None:
    """Refuse categories that are somebody's: names, identifiers, own words.

    Raises:
        QgsProcessingException: a field of the territory that is not a list of choices.
    """
    for name in fields:
        ours = [field for table in TABLES for field in table.fields if field.name == name]
        if name == _SHEET_ID or (
            ours and not any(field.values or field.reference for field in ours)
        ):
            raise QgsProcessingException(
                tr("{field} can tell a company: choose a field of categories.").format(field=name)
            )


def _safe(
    field: str, values: Sequence[str], records: Records, rows: np.ndarray
) -> tuple[list[str], list[str]]:
    """Return the value of each record as it may be named, and the values there are."""
    names = {
        value: label
        for table in TABLES
        for column in table.fields
        if column.name == field
        for value, label in column.values
    }
    if names:
        common = set(names)
        listed = list(dict.fromkeys(names.values()))
    else:
        owners: dict[str, set[int]] = {}
        for value, row in zip(values, rows.tolist()):
            if not records.known[row]:
                owners.setdefault(value, set()).update(np.atleast_1d(records.owners[row]).tolist())
        least = Rule().establishments
        common = {value for value, ones in owners.items() if len(ones) >= least}
        common -= {UNTOLD, OTHERS}
        listed = sorted(common)
    safe = [
        names.get(value, value) if value in common or value == UNTOLD else OTHERS
        for value in values
    ]
    # A list of choices with nothing chosen, or with what it does not hold, tells of who typed. That
    # there is a rare value at all tells of who has it: it has its row, whether there is one or not.
    further = [one for one in (UNTOLD, OTHERS) if one in safe] if names else [UNTOLD, OTHERS]
    return safe, [*listed, *further]


def _ends(feature: QgsFeature) -> list[tuple[float, ...]]:
    """Return x and y of the first point and of the last of each part of a line."""
    parts = []
    for part in feature.geometry().constParts() if feature.hasGeometry() else ():
        first, last = part.startPoint(), part.endPoint()
        parts.append((first.x(), first.y(), last.x(), last.y()))
    return parts


def _amounts(row: dict, units: Units, parts: int) -> dict[str, float]:
    """Return what a record comes to in one year, by unit; words that are no unit are left out."""
    if isinstance(row.get(_TONNAGE), (int, float)):
        return {"t": row[_TONNAGE] / max(1, parts)}
    amount = row.get("quantite")
    unit = units.find(_label(row.get("unite")))
    if not isinstance(amount, (int, float)) or unit is None:
        return {}
    season = season_months(row.get("saison"))
    months = None if season == ALL_MONTHS else bin(season).count("1")
    quantity = Quantity(amount, unit.code, row.get("periodicite"), months, row.get("nature"))
    told = _told_in(unit, units)
    return {told.code: over_a_year(quantity, unit) * unit.factor / told.factor}


def _told_in(unit: Unit, units: Units) -> Unit:
    """Return the unit that the quantities of a dimension are told in."""
    named = units.find(_TOLD_IN.get(unit.dimension, ""))
    if named is not None:
        return named
    same = (units.of(code) for code in units.codes())
    return min(
        (one for one in same if one.dimension == unit.dimension),
        key=lambda one: (abs(one.factor - 1), one.code),
    )


def _label(value: object) -> str:
    return UNTOLD if value is None or value == "" else str(value).strip()
