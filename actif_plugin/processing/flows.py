"""Offers and needs of any point layer, as the arrays the domain works on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingFeatureSource,
    QgsProcessingFeedback,
    QgsUnitTypes,
)

from ..domain.availability import (
    ALL_MONTHS,
    ALWAYS_SINCE,
    ALWAYS_UNTIL,
    Availability,
    availability,
    season_months,
)
from ..domain.codes import Code, Level, parse_code
from ..domain.freshness import stale_before
from ..domain.matching import UNKNOWN_OWNER, Booleans, Flows, Integers
from ..domain.metric import Ellipsoidal, Floats, Metric, Planar, geocentric
from ..domain.nomenclature import Nomenclatures
from ..store.schema import OPEN_STATES
from ..translation import tr
from .base import Watch
from .columns import NO_DAY, Columns, OgrTable, Words, read_columns
from .places import moved

LEVELS: dict[str, Level | None] = {
    "section": Level.SECTION,
    "division": Level.DIVISION,
    "group": Level.GROUP,
    "class": Level.CLASS,
    "category": Level.CATEGORY,
    "subcategory": Level.SUBCATEGORY,
    "exact": None,
}
# What is told of the records left out names at most this many codes.
_CODES_TOLD = 10
_WEB_MERCATOR = "EPSG:3857"
_EPOCH = date(1970, 1, 1)
_WORDS = ("etablissement_id", "statut", "sens", "nomenclature", "saison")
_NUMBERS = ("rayon_max_km",)
_DAYS = ("disponible_du", "disponible_au", "date_confirmation", "cree_le")
_UNKNOWN, _UNTOLD = -1, -2


@dataclass(frozen=True)
class Ground:
    """The plane or ellipsoid on which a run measures.

    Attributes:
        crs: what every input is brought to.
        metric: what the coordinates mean.
        to_metres: factor from map units to metres; 0 asks for geocentric coordinates.
    """

    crs: QgsCoordinateReferenceSystem
    metric: Metric
    to_metres: float

    def points(self, xy: Floats) -> Floats:
        """Return the coordinates of the search for map coordinates, shape (n, 2)."""
        return geocentric(xy) if self.to_metres == 0 else xy * self.to_metres


def ground_of(crs: QgsCoordinateReferenceSystem) -> Ground:
    """Choose how to measure for layers in *crs*.

    Degrees are measured on the ellipsoid. So is Web Mercator, whose metre is 40 % too long at the
    latitude of Montauban.
    """
    if crs.isGeographic() or crs.authid() == _WEB_MERCATOR:
        return Ground(QgsCoordinateReferenceSystem("EPSG:4326"), Ellipsoidal(), 0.0)
    metres = QgsUnitTypes.DistanceUnit.DistanceMeters
    factor = QgsUnitTypes.fromUnitToUnitFactor(crs.mapUnits(), metres)
    return Ground(crs, Planar(), factor)


@dataclass(frozen=True)
class FlowLayer:
    """A layer of offers or needs, read.

    Attributes:
        flows: the usable records.
        features: their feature ids, shape (n,).
        xy: their map coordinates in the CRS of the ground, shape (n, 2).
        left_out: how many records were not usable, a reason.
        unknown: the codes that exist in no nomenclature, counted.
        stale: those that nobody confirmed for a year, one flag a record.
        words, numbers: other columns asked for, by name, where the layer has them.
        table: the file behind the layer, where it was read in bulk.
    """

    flows: Flows
    features: Integers
    xy: Floats
    left_out: Counter[str]
    unknown: Counter[str]
    stale: Booleans
    words: dict[str, Words]
    numbers: dict[str, Floats]
    table: OgrTable | None = None

    def tell(self, name: str, feedback: QgsProcessingFeedback) -> None:
        """Say what was read and what was left out."""
        feedback.pushInfo(
            tr("{layer}: {count} records usable.").format(layer=name, count=len(self.flows))
        )
        for reason, count in self.left_out.items():
            feedback.pushWarning(
                tr("{layer}: {count} records left out ({reason}).").format(
                    layer=name, count=count, reason=reason
                )
            )
        if self.unknown:
            codes = ", ".join(code or "''" for code, _ in self.unknown.most_common(_CODES_TOLD))
            more = "…" if len(self.unknown) > _CODES_TOLD else ""
            feedback.pushWarning(
                tr("{layer}: unknown codes: {codes}").format(layer=name, codes=codes + more)
            )


class Owners:
    """Numbers for establishments, shared by the layers of one run.

    Args:
        anonymous: a record whose establishment is not known counts as an establishment of its own,
            known by its feature id: two layers that are one table then never pair a record with
            itself.
    """

    def __init__(self, anonymous: bool = False) -> None:
        self._numbers: dict[str, int] = {}
        self._anonymous = anonymous

    def number(self, establishment: str | None) -> int:
        """Return the establishment's number, ``UNKNOWN_OWNER`` where there is none."""
        if not establishment:
            return UNKNOWN_OWNER
        return self._numbers.setdefault(establishment, len(self._numbers))

    def numbers(self, establishments: Words | None, features: Integers) -> Integers:
        """Return the number of each record's establishment, shape (n,)."""
        if establishments is None:
            owner = np.full(len(features), UNKNOWN_OWNER, dtype=np.int64)
        else:
            owner = establishments.mapped(
                lambda value: self.number(None if value is None else str(value)), np.int64
            )
        # Below all other numbers, and never two alike.
        return np.where(owner == UNKNOWN_OWNER, -2 - features, owner) if self._anonymous else owner


def read_flows(
    source: QgsProcessingFeatureSource,
    name: str,
    code_field: str,
    direction: str,
    ground: Ground,
    owners: Owners,
    nomenclatures: Nomenclatures,
    context: QgsProcessingContext,
    watch: Watch,
    *,
    table: OgrTable | None = None,
    words: Sequence[str] = (),
    numbers: Sequence[str] = (),
    reaches: Callable[[str | None], float] | None = None,
    fresh_only: bool = False,
) -> FlowLayer:
    """Read the open records of a layer.

    Our own columns are used where the layer has them: ``id``, ``etablissement_id``, ``statut``,
    ``sens``, ``nomenclature``, ``rayon_max_km``, ``saison``, ``disponible_du``, ``disponible_au``,
    ``date_confirmation``, ``cree_le``. Any other layer does with a point and a code.

    Args:
        source: the layer.
        name: what the user calls it, for messages.
        code_field: the column of CPF or ROME codes.
        direction: ``offre`` or ``besoin``: records of the other direction are left out.
        ground: where distances are measured.
        owners: numbers of establishments.
        nomenclatures: the codes there are.
        context, watch: of the run.
        table: the file behind the layer, where it is to be read in bulk.
        words, numbers: more columns to bring along, of any values and of numbers.
        reaches: how far a flow of a nature goes, in metres; None for no limit.
        fresh_only: leave out what nobody confirmed for a year.

    Raises:
        QgsProcessingException: no such column, or nothing usable in the layer.
        Cancelled: the user asked to stop.
    """
    if source.fields().indexOf(code_field) < 0:
        raise QgsProcessingException(
            tr("{layer} has no field {field}: choose the field that holds the codes.").format(
                layer=name, field=code_field or "?"
            )
        )
    more = ["nature"] if reaches else []
    columns = read_columns(
        source,
        table,
        dict.fromkeys([code_field, *_WORDS, *words, *more]),
        dict.fromkeys([*_NUMBERS, *numbers]),
        _DAYS,
        "id",
        watch,
    )
    xy = moved(columns.xy, source.sourceCrs(), ground.crs, context)
    stale = _stale(columns)
    code, codes, told = _codes(columns, code_field, nomenclatures)

    elsewhere = ~_where(columns, "sens", lambda sense: sense in (None, direction))
    keep = ~elsewhere
    left_out: Counter[str] = Counter()
    for reason, mask in (
        (tr("not open any more"), ~_where(columns, "statut", _is_open)),
        (tr("no longer available"), _is_past(columns)),
        (tr("not confirmed for a year"), stale if fresh_only else np.zeros_like(stale)),
        (tr("without a position"), ~np.isfinite(xy).all(axis=1)),
        (tr("unknown code"), code == _UNKNOWN),
        (tr("without a code"), code == _UNTOLD),
    ):
        out = keep & mask
        if out.any():
            left_out[reason] = int(out.sum())
        if reason == tr("unknown code"):
            unknown = _counted(told, out)
        keep = keep & ~mask
    if not keep.any():
        raise QgsProcessingException(_nothing(name, left_out, int(elsewhere.sum())))
    rows = np.flatnonzero(keep)
    reach = _reach(columns, reaches)
    when = _availability(columns)
    flows = Flows(
        ids=columns.ids[rows],
        points=ground.points(xy[rows]),
        code=code[rows],
        codes=codes,
        owner=owners.numbers(columns.words.get("etablissement_id"), columns.features)[rows],
        reach=reach[rows],
        when=None if when is None else when.subset(rows),
    )
    return FlowLayer(
        flows,
        columns.features[rows],
        xy[rows],
        left_out,
        unknown,
        stale[rows],
        {column: columns.words[column].at(rows) for column in words if column in columns.words},
        {column: columns.numbers[column][rows] for column in numbers if column in columns.numbers},
        table,
    )


def _codes(
    columns: Columns, code_field: str, nomenclatures: Nomenclatures
) -> tuple[Integers, tuple[Code, ...], Words]:
    """Return each record's code among the distinct ones, those, and what the records told."""
    told = columns.words[code_field]
    nomenclature = _words(columns, "nomenclature")
    # A code is read once for each way it is written, whatever the number of records.
    combined = told.index * len(nomenclature.values) + nomenclature.index
    distinct, position = np.unique(combined, return_inverse=True)
    lexicon: dict[Code, int] = {}
    numbers = np.empty(len(distinct), dtype=np.int64)
    for row, number in enumerate(distinct.tolist()):
        text, system = divmod(number, len(nomenclature.values))
        value = told.values[text]
        found = parse_code(value, nomenclature.values[system])
        if found is not None and nomenclatures.knows(found):
            numbers[row] = lexicon.setdefault(found, len(lexicon))
        else:
            numbers[row] = _UNKNOWN if str(value or "").strip() else _UNTOLD
    return numbers[position], tuple(lexicon), told


def _counted(told: Words, rows: Booleans) -> Counter[str]:
    """Count what the rows told, in the order in which they told it first."""
    index, first, count = np.unique(told.index[rows], return_index=True, return_counts=True)
    return Counter(
        {str(told.values[index[at]]).strip(): int(count[at]) for at in np.argsort(first)}
    )


def _where(columns: Columns, name: str, wanted: Callable[[object], bool]) -> Booleans:
    """Flag the records whose value is wanted: all where there is no such column."""
    return _words(columns, name).mapped(wanted, bool)


def _words(columns: Columns, name: str) -> Words:
    """Return a column, one that tells nothing where there is none."""
    untold = Words([None], np.zeros(len(columns), dtype=np.int64))
    return columns.words.get(name, untold)


def _days(columns: Columns, name: str) -> Integers:
    untold = np.full(len(columns), NO_DAY, dtype=np.int64)
    return columns.days.get(name, untold)


def _is_open(state: object) -> bool:
    return state is None or state in OPEN_STATES


def _is_past(columns: Columns) -> Booleans:
    until = _days(columns, "disponible_au")
    return (until != NO_DAY) & (until < (date.today() - _EPOCH).days)


def _stale(columns: Columns) -> Booleans:
    """Flag the records that nobody confirmed for a year; writing one down confirms it."""
    last = _days(columns, "date_confirmation")
    last = np.where(last == NO_DAY, _days(columns, "cree_le"), last)
    return (last != NO_DAY) & (last < (stale_before(date.today()) - _EPOCH).days)


def _availability(columns: Columns) -> Availability | None:
    """Return dates and months, None where no record tells any."""
    since, until = _days(columns, "disponible_du"), _days(columns, "disponible_au")
    season = _words(columns, "saison").mapped(season_months, np.int64)
    if (since == NO_DAY).all() and (until == NO_DAY).all() and (season == ALL_MONTHS).all():
        return None
    return availability(
        np.where(since == NO_DAY, ALWAYS_SINCE, since),
        np.where(until == NO_DAY, ALWAYS_UNTIL, until),
        season,
    )


def _reach(columns: Columns, reaches: Callable[[str | None], float] | None) -> Floats:
    """Return how far each record goes, in metres: what it says, and what its nature allows."""
    said = columns.numbers.get("rayon_max_km", np.full(len(columns), np.nan))
    # Neither nothing nor a negative radius tells anything.
    reach: Floats = np.where(said >= 0, said * 1000, np.inf)
    if reaches is None:
        return reach
    return np.minimum(reach, _words(columns, "nature").mapped(reaches, np.float64))


def _nothing(name: str, left_out: Counter[str], elsewhere: int) -> str:
    """Return what to say of a layer that has no usable record."""
    reasons = [f"{count} {reason}" for reason, count in left_out.items()]
    if elsewhere:
        reasons.append("{} {}".format(elsewhere, tr("of the other direction")))
    told = tr("{layer} has no usable record ({reasons}).").format(
        layer=name, reasons=", ".join(reasons) or tr("it is empty")
    )
    if elsewhere and not left_out:
        told += " " + tr("Were needs and resources exchanged?")
    return told
