"""Which layers the dialogs of algorithms show at first."""

from __future__ import annotations

from collections.abc import Callable

from qgis.core import QgsProcessingParameterDefinition

# Parameters that mean the same in every algorithm, and the layers of a territory they stand for.
ROLES = {
    "NEEDS": "besoin",
    "OFFERS": "offre",
    "VERDICTS": "avis",
    "ESTABLISHMENTS": "etablissement",
}


class Window:
    """What the window tells the parameters; algorithms themselves never look at it.

    Attributes:
        layer_of: gives the identifier of the open territory's layer of a role, if there is one;
            None where there is no window.
    """

    layer_of: Callable[[str], str | None] | None = None


def propose(parameter: QgsProcessingParameterDefinition, role: str) -> None:
    """Have dialogs show the open territory's layer of that role at first.

    Scripts, models and ``qgis_process`` see no default: they say which layer they want.
    """
    layer = Window.layer_of(role) if Window.layer_of is not None else None
    if layer is not None:
        parameter.setGuiDefaultValueOverride(layer)
