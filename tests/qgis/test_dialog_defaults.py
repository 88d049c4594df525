"""What a dialog shows at first: the layers of the open territory, and numbers people can read."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from qgis.core import QgsApplication, QgsProject

from actif_plugin.processing import proposals
from actif_plugin.store.project import layers_by_role
from actif_plugin.workbench.open_territory import layer_of
from tests.qgis.conftest import Demo

ROLES = {
    ("answerneeds", "NEEDS"): "besoin",
    ("answerneeds", "OFFERS"): "offre",
    ("answerneeds", "VERDICTS"): "avis",
    ("poolneeds", "NEEDS"): "besoin",
    ("jointoffer", "OFFERS"): "offre",
    ("missinglinks", "OFFERS"): "offre",
    ("valuechains", "ESTABLISHMENTS"): "etablissement",
    ("sectorleak", "ESTABLISHMENTS"): "etablissement",
    ("geocode", "INPUT"): "etablissement",
    ("isochrones", "INPUT"): "etablissement",
    ("maskedexport", "INPUT"): "etablissement",
    ("siting", "CANDIDATES"): "zae",
    ("siting", "CHAINS"): "ref_maillon",
    ("valuechains", "CHAINS"): "ref_maillon",
}


def definition(algorithm: str, parameter: str):
    registry = QgsApplication.processingRegistry()
    # Kept: the definition belongs to it.
    made = registry.createAlgorithmById(f"actif:{algorithm}")
    return made, made.parameterDefinition(parameter)


@pytest.fixture
def window(provider, monkeypatch):
    """As in the window of QGIS, with no project open."""
    monkeypatch.setattr(proposals.Window, "layer_of", layer_of)
    QgsProject.instance().clear()
    yield
    QgsProject.instance().clear()


@pytest.mark.parametrize(("algorithm", "parameter"), ROLES)
def test_layers_of_the_open_territory_come_first(
    demo: Demo, window: None, algorithm: str, parameter: str
) -> None:
    assert QgsProject.instance().read(str(demo.project))
    layer = layers_by_role(QgsProject.instance())[ROLES[algorithm, parameter]]
    _, shown = definition(algorithm, parameter)
    assert shown.defaultValueForGui() == layer.id()
    # A script says what it wants.
    assert shown.defaultValue() is None


def test_without_a_territory_nothing_is_proposed(window: None) -> None:
    _, shown = definition("answerneeds", "NEEDS")
    assert shown.defaultValueForGui() is None


def test_without_a_window_nothing_is_proposed(demo: Demo, window: None, monkeypatch) -> None:
    monkeypatch.setattr(proposals.Window, "layer_of", None)
    assert QgsProject.instance().read(str(demo.project))
    _, shown = definition("answerneeds", "NEEDS")
    assert shown.defaultValueForGui() is None


def test_another_thread_looks_at_no_project(demo: Demo, window: None) -> None:
    assert QgsProject.instance().read(str(demo.project))
    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(layer_of, "besoin").result() is None
    assert layer_of("besoin") is not None


@pytest.mark.parametrize(
    ("algorithm", "parameter", "decimals"),
    [
        ("answerneeds", "MAX_DISTANCE", 0),
        ("poolneeds", "MAX_DISTANCE", 0),
        ("geocode", "MIN_SCORE", 2),
    ],
)
def test_numbers_show_the_decimals_they_need(
    provider, algorithm: str, parameter: str, decimals: int
) -> None:
    _, shown = definition(algorithm, parameter)
    assert shown.metadata()["widget_wrapper"]["decimals"] == decimals
