"""Which layers the dialogs of algorithms show at first."""

from __future__ import annotations

from collections.abc import Callable

from qgis.core import QgsProcessingParameterDefinition

from .. import paths

# Parameters that mean the same in every algorithm, and the layers of a territory they stand for.
ROLES = {
    "NEEDS": "besoin",
    "OFFERS": "offre",
    "VERDICTS": "avis",
    "ESTABLISHMENTS": "etablissement",
    "CHAINS": "ref_maillon",
}


# By name: they want a window, which a run in the background or on a server has not.
_WIDGETS = f"{paths.PACKAGE.name}.forms.choice_widget"


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


def chosen_by_name(
    parameter: QgsProcessingParameterDefinition, choices: str, *, several: bool = False
) -> QgsProcessingParameterDefinition:
    """Return a text parameter that dialogs show as a list of names; scripts write codes.

    Args:
        parameter: the text.
        choices: the list, one of those of ``forms.choice_widget``.
        several: more than one can be chosen.
    """
    kind = "ChoicesWrapper" if several else "ChoiceWrapper"
    parameter.setMetadata({"widget_wrapper": {"class": f"{_WIDGETS}.{kind}", "choices": choices}})
    return parameter


def chosen_products(
    parameter: QgsProcessingParameterDefinition,
) -> QgsProcessingParameterDefinition:
    """Return a text parameter that dialogs show with the product picker."""
    parameter.setMetadata({"widget_wrapper": {"class": f"{_WIDGETS}.ProductsWrapper"}})
    return parameter


def nothing_proposed(parameter: QgsProcessingParameterDefinition) -> None:
    """Have dialogs show an empty box, where QGIS would take the first layer that it finds."""
    # Not an empty text, which QGIS takes for no default at all.
    parameter.setGuiDefaultValueOverride(" ")
