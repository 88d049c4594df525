"""The rows of a result: who could answer whom, and why."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property

import numpy as np

from ..compat import Kind
from ..domain.feedback import Feedback, checkpoint
from ..domain.matching import Integers, Pairs
from ..domain.metric import Floats
from ..domain.quantities import Units
from .answers import KEPT, Question, reasons
from .columns import Words
from .comparison import compared

# The contract comes first; what follows says why, where the layers tell enough.
FIELDS = (
    ("besoin_id", Kind.TEXT),
    ("offre_id", Kind.TEXT),
    ("code_besoin", Kind.TEXT),
    ("code_offre", Kind.TEXT),
    ("niveau_commun", Kind.TEXT),
    ("rang", Kind.INTEGER),
    ("distance_m", Kind.REAL),
    ("motif", Kind.TEXT),
    ("besoin_libelle", Kind.TEXT),
    ("offre_libelle", Kind.TEXT),
    ("besoin_entreprise", Kind.TEXT),
    ("offre_entreprise", Kind.TEXT),
    ("quantites", Kind.TEXT),
    ("fraicheur", Kind.TEXT),
    ("qualite", Kind.TEXT),
    ("avis", Kind.TEXT),
)
# Written where roads were asked for: metres, or minutes.
_COST = ("cout", Kind.REAL)
# Columns that say why, read from both layers where they have them.
WORDS = ("etablissement_id", "libelle", "unite", "periodicite", "qualite", "nature", "saison")
NUMBERS = ("quantite",)

_FRESHNESS = np.array(
    [
        None,
        "besoin non confirmé depuis un an",
        "ressource non confirmée depuis un an",
        "besoin et ressource non confirmés depuis un an",
    ],
    dtype=object,
)


def fields_of(by_road: bool) -> tuple[tuple[str, Kind], ...]:
    """Return the names and types of the columns of answers."""
    after = 1 + [name for name, _ in FIELDS].index("distance_m")
    return (*FIELDS[:after], _COST, *FIELDS[after:]) if by_road else FIELDS


class AnswerTable:
    """Answers as rows of :func:`fields_of`, made as they are written.

    Args:
        question: what was asked.
        pairs: the answers.
        need, offer: positions of the two sides of each answer, shape (m,).
        units: the units there are.
        cost: of each answer by road, shape (m,); None where roads were not asked for.
        companies: names of companies, by identifier.
    """

    def __init__(
        self,
        question: Question,
        pairs: Pairs,
        need: Integers,
        offer: Integers,
        units: Units,
        cost: Floats | None = None,
        companies: Mapping[str, str] | None = None,
    ) -> None:
        self.fields = fields_of(cost is not None)
        self._question = question
        self._pairs = pairs
        self._need = need
        self._offer = offer
        self._units = units
        self._cost = cost
        self._companies = companies or {}

    def prepare(self, feedback: Feedback) -> None:
        """Make ready what all rows share, a step at a time.

        Raises:
            Cancelled: the user asked to stop.
        """
        for name in ("_need_names", "_offer_names", "_need_owners", "_offer_owners", "_shared"):
            checkpoint(feedback, 0.0)
            getattr(self, name)
        checkpoint(feedback, 1.0)

    def __len__(self) -> int:
        return len(self._need)

    def ends(self, part: slice) -> np.ndarray:
        """Return x and y of the need, then of the offer, shape (n, 4)."""
        return np.hstack(
            (
                self._question.needs.xy[self._need[part]],
                self._question.offers.xy[self._offer[part]],
            )
        )

    @cached_property
    def told(self) -> list[int]:
        """The columns that some answer fills, told by their position in ``fields``."""
        needs, offers = self._question.needs, self._question.offers
        fills = {
            "besoin_libelle": "libelle" in needs.words,
            "offre_libelle": "libelle" in offers.words,
            "besoin_entreprise": self._need_owners is not None,
            "offre_entreprise": self._offer_owners is not None,
            "quantites": "quantite" in needs.numbers and "quantite" in offers.numbers,
            "fraicheur": bool(needs.stale.any() or offers.stale.any()),
            "qualite": "qualite" in needs.words or "qualite" in offers.words,
            "avis": bool(self._question.verdicts.kept),
        }
        return [at for at, (name, _) in enumerate(self.fields) if fills.get(name, True)]

    def columns(self, part: slice, wanted: Iterable[int]) -> list[Sequence[object]]:
        """Return the values of the wanted columns."""
        return [getattr(self, f"_{self.fields[at][0]}")(part) for at in wanted]

    def _besoin_id(self, part: slice) -> list:
        return self._need_names[self._need[part]].tolist()

    def _offre_id(self, part: slice) -> list:
        return self._offer_names[self._offer[part]].tolist()

    def _code_besoin(self, part: slice) -> list:
        return _texts(self._question.needs.flows.codes)[self._need_code(part)].tolist()

    def _code_offre(self, part: slice) -> list:
        return _texts(self._question.offers.flows.codes)[self._offer_code(part)].tolist()

    def _niveau_commun(self, part: slice) -> list:
        return self._shared[0][self._code_pair(part)].tolist()

    def _rang(self, part: slice) -> list:
        return self._pairs.rank[part].tolist()

    def _distance_m(self, part: slice) -> list:
        return self._pairs.distance[part].tolist()

    def _cout(self, part: slice) -> list:
        return [] if self._cost is None else self._cost[part].tolist()

    def _motif(self, part: slice) -> list:
        return self._shared[1][self._code_pair(part)].tolist()

    def _besoin_libelle(self, part: slice) -> list:
        return _told_at(self._question.needs.words.get("libelle"), self._need[part])

    def _offre_libelle(self, part: slice) -> list:
        return _told_at(self._question.offers.words.get("libelle"), self._offer[part])

    def _besoin_entreprise(self, part: slice) -> list:
        return _owner_at(self._need_owners, self._need[part])

    def _offre_entreprise(self, part: slice) -> list:
        return _owner_at(self._offer_owners, self._offer[part])

    def _quantites(self, part: slice) -> list:
        return compared(
            self._question.needs,
            self._need[part],
            self._question.offers,
            self._offer[part],
            self._units,
        )

    def _fraicheur(self, part: slice) -> list:
        stale_need = self._question.needs.stale[self._need[part]]
        stale_offer = self._question.offers.stale[self._offer[part]]
        return _FRESHNESS[stale_need + 2 * stale_offer].tolist()

    def _qualite(self, part: slice) -> list:
        wanted = _told_at(self._question.needs.words.get("qualite"), self._need[part])
        offered = _told_at(self._question.offers.words.get("qualite"), self._offer[part])
        return [
            " ; ".join(
                f"{what} : {note}"
                for what, note in (("demandé", need), ("offert", offer))
                if note not in (None, "")
            )
            or None
            for need, offer in zip(wanted, offered)
        ]

    def _avis(self, part: slice) -> list:
        kept = self._question.verdicts.kept
        if not kept:
            return [None] * len(self._need[part])
        reasons_told = (kept.get(pair) for pair in zip(self._besoin_id(part), self._offre_id(part)))
        return [
            None if reason is None else f"{KEPT} : {reason}" if reason else KEPT
            for reason in reasons_told
        ]

    @cached_property
    def _need_names(self) -> np.ndarray:
        return self._question.needs.flows.ids.astype(np.str_).astype(object)

    @cached_property
    def _offer_names(self) -> np.ndarray:
        return self._question.offers.flows.ids.astype(np.str_).astype(object)

    @cached_property
    def _need_owners(self) -> np.ndarray | None:
        return self._owners(self._question.needs.words.get("etablissement_id"))

    @cached_property
    def _offer_owners(self) -> np.ndarray | None:
        return self._owners(self._question.offers.words.get("etablissement_id"))

    def _owners(self, column: Words | None) -> np.ndarray | None:
        """Return the company's name of each record; None where none of them is known."""
        if column is None or not self._companies:
            return None
        named = column.mapped(lambda value: self._companies.get(str(value)), object)
        return named if any(name is not None for name in named) else None

    def _need_code(self, part: slice) -> Integers:
        return self._question.needs.flows.code[self._need[part]]

    def _offer_code(self, part: slice) -> Integers:
        return self._question.offers.flows.code[self._offer[part]]

    def _code_pair(self, part: slice) -> Integers:
        """Number the two codes of each answer."""
        return self._need_code(part) * len(self._question.offers.flows.codes) + self._offer_code(
            part
        )

    @cached_property
    def _shared(self) -> tuple[np.ndarray, np.ndarray]:
        """The level that two codes share and why they meet, by the number of their pair."""
        needs, offers = self._question.needs.flows.codes, self._question.offers.flows.codes
        levels = np.empty(len(needs) * len(offers), dtype=object)
        motives = np.empty(len(needs) * len(offers), dtype=object)
        met = np.zeros(len(levels), dtype=bool)
        met[self._code_pair(slice(None))] = True
        for number in np.flatnonzero(met).tolist():
            need, offer = divmod(number, len(offers))
            levels[number], motives[number] = reasons(
                needs[need], offers[offer], self._question.nomenclatures
            )
        return levels, motives


def _texts(codes: Iterable) -> np.ndarray:
    return np.asarray([code.text for code in codes], dtype=object)


def _owner_at(owners: np.ndarray | None, rows: Integers) -> list:
    return [None] * len(rows) if owners is None else owners[rows].tolist()


def _told_at(column: Words | None, rows: Integers) -> list:
    """Return a column's values as texts."""
    if column is None:
        return [None] * len(rows)
    values = [None if value is None else str(value) for value in column.values]
    return np.asarray([*values, None], dtype=object)[column.index[rows]].tolist()
