"""Who near here could use these resources?"""

from __future__ import annotations

from ..translation import tr
from .match_algorithm import MatchAlgorithm
from .presentation import ORPHAN_RESOURCES

UNPLACED = "UNPLACED"


class PlaceResources(MatchAlgorithm):
    """For each resource, the nearest compatible needs of other establishments."""

    ID = "placeresources"
    LEFT = UNPLACED
    LEFT_STYLE = ORPHAN_RESOURCES

    def title(self) -> str:
        return tr("Place resources")

    def asked(self) -> str:
        return tr("Needs a resource")

    def left(self) -> str:
        return tr("Unplaced resources")

    def needs_ask(self) -> bool:
        return False

    def summary(self, pairs: int, answered: int, seekers: int) -> str:
        return tr("{pairs} outlets for {placed} resources out of {resources}.").format(
            pairs=pairs, placed=answered, resources=seekers
        )
