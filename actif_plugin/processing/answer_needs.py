"""Who near here could answer these needs?"""

from __future__ import annotations

from ..translation import tr
from .match_algorithm import MatchAlgorithm
from .presentation import ORPHAN_NEEDS

UNANSWERED = "UNANSWERED"


class AnswerNeeds(MatchAlgorithm):
    """For each need, the nearest compatible resources of other establishments."""

    ID = "answerneeds"
    LEFT = UNANSWERED
    LEFT_STYLE = ORPHAN_NEEDS

    def title(self) -> str:
        return tr("Answer needs")

    def asked(self) -> str:
        return tr("Answers a need")

    def left(self) -> str:
        return tr("Unanswered needs")

    def needs_ask(self) -> bool:
        return True

    def summary(self, pairs: int, answered: int, seekers: int) -> str:
        return tr("{pairs} answers for {answered} needs out of {needs}.").format(
            pairs=pairs, answered=answered, needs=seekers
        )
