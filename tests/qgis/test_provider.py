"""The toolbox: names that scripts rely on, words that people read, models."""

from __future__ import annotations

import re

import pytest
from qgis.core import (
    QgsApplication,
    QgsProcessingContext,
    QgsProcessingModelAlgorithm,
    QgsProcessingModelChildAlgorithm,
    QgsProcessingModelChildParameterSource,
    QgsProcessingModelOutput,
    QgsProcessingModelParameter,
    QgsProcessingParameterFeatureSource,
    QgsProject,
)
from qgis.PyQt import sip
from qgis.PyQt.QtCore import QCoreApplication, QPointF, QTranslator

from actif_plugin import paths
from actif_plugin.processing import base
from actif_plugin.processing.provider import ALGORITHMS
from tests.qgis.harness import Recorder, points, rows_of

# Models, scripts and `qgis_process` are written on these.
QUESTION = "NEEDS NEED_CODE OFFERS OFFER_CODE LEVEL MAX_DISTANCE VERDICTS"
CONTRACT = {
    "createterritory": ("NAME CRS STORE PERIMETERS", "STORE PROJECT"),
    "importestablishments": (
        "INPUT TARGET FIELD_MAP PERIMETER REJECTS",
        "CREATED UPDATED UNCHANGED REJECTED REJECTS",
    ),
    "searchestablishments": (
        "EXTENT PERIMETER NAF INDIVIDUALS TARGET SERVICE REJECTS",
        "CREATED UPDATED UNCHANGED REJECTED REJECTS",
    ),
    "geocode": (
        "INPUT ADDRESS POSTCODE CITY CITYCODE MIN_SCORE UPDATE TARGET SERVICE OUTPUT REJECTS",
        "OUTPUT REJECTS GEOCODED REJECTED PLACED",
    ),
    "answerneeds": (f"{QUESTION} NEIGHBORS ROADS COST OUTPUT UNANSWERED", "OUTPUT UNANSWERED"),
    "poolneeds": (
        "NEEDS NEED_CODE LEVEL MAX_DISTANCE MIN_MEMBERS CRITICAL_MASS CRITICAL_UNIT OUTPUT MEMBERS",
        "OUTPUT MEMBERS",
    ),
    "jointoffer": (
        "OFFERS OFFER_CODE CODES LEVEL MAX_DISTANCE MAX_ANSWERS OUTPUT MEMBERS",
        "OUTPUT MEMBERS",
    ),
    "visitsheet": (
        "ESTABLISHMENT TARGET LEVEL MAX_DISTANCE MAX_LINES OUTPUT",
        "OUTPUT NEEDS_NEARBY RESOURCES_NEARBY POOLS HISTORY",
    ),
    "placeresources": (f"{QUESTION} NEIGHBORS ROADS COST OUTPUT UNPLACED", "OUTPUT UNPLACED"),
    "isochrones": (
        "INPUT COST RANGE DIRECTION SERVICE URL FILTER OUTPUT INSIDE REJECTS",
        "OUTPUT INSIDE REJECTS",
    ),
    "missinglinks": (
        f"{QUESTION} PERIMETERS ESTABLISHMENTS VISITS MIN_RECORDS HEXAGON_KM OUTPUT ORPHAN_NEEDS"
        " ORPHAN_RESOURCES BY_PERIMETER HEXAGONS CURVE CHART",
        "OUTPUT ORPHAN_NEEDS ORPHAN_RESOURCES BY_PERIMETER HEXAGONS CURVE CHART",
    ),
    "valuechains": (
        f"ESTABLISHMENTS {QUESTION} CHAINS CHAIN PERIMETERS OUTPUT TRANSFORMERS DIAGRAM",
        "OUTPUT TRANSFORMERS DIAGRAM",
    ),
    "siting": (f"CANDIDATES LINK {QUESTION} CHAINS OUTPUT", "OUTPUT"),
    "sectorleak": (
        "ESTABLISHMENTS COEFFICIENTS NATIONAL_JOBS PRODUCTION LOCAL_JOBS DELTA YEAR SOURCE OUTPUT",
        "OUTPUT",
    ),
    "importperimeters": (
        "INPUT TARGET TYPE FIELD_MAP REJECTS",
        "CREATED UPDATED UNCHANGED REJECTED REJECTS",
    ),
    "exportcnig": (
        "TARGET SHARING KEEP_INCOMPLETE OUTPUT INCOMPLETE",
        "OUTPUT INCOMPLETE SITES LANDS ESTABLISHMENTS LEFT_OUT",
    ),
    "maskedexport": ("INPUT BY HEXAGON_KM CATEGORY OWNER ALSO OUTPUT", "OUTPUT"),
    "synergyatlas": ("PROJECT PERIMETERS EDITION PAPER DPI ONE_A_PAGE OUTPUT", "OUTPUT PAGES"),
    "companysheet": ("ESTABLISHMENTS TARGET CONTENT OUTPUT", "OUTPUT PAGES"),
    "synergymap": ("PROJECT PERIMETERS EDITION PAPER DPI OUTPUT", "OUTPUT"),
    "publiccopy": ("PROJECT OUTPUT", "OUTPUT STORE"),
    "suggestcodes": ("INPUT TEXT_FIELD NOMENCLATURE LEVEL SUGGESTIONS OUTPUT", "OUTPUT"),
    "updatenomenclature": ("TARGET FILE", ""),
    "checkquality": ("TARGET OUTPUT", "OUTPUT"),
    "mergeestablishments": (
        "TARGET KEEP ABSORB",
        "KEPT FLOWS VISITS CONTACTS MEMBERSHIPS VERDICTS",
    ),
    "createdemo": ("FOLDER COMPANIES", "STORE PROJECT ESTABLISHMENTS REJECTED"),
}
NAMES = [algorithm.ID for algorithm in ALGORITHMS]


def found(name: str):
    algorithm = QgsApplication.processingRegistry().createAlgorithmById(f"actif:{name}")
    assert algorithm is not None, name
    return algorithm


def test_the_provider(provider):
    assert provider.id() == "actif"
    assert provider.name() == "Act'IF"
    assert not provider.icon().isNull()
    assert sorted(algorithm.name() for algorithm in provider.algorithms()) == sorted(NAMES)


def test_every_algorithm_has_a_contract():
    assert set(NAMES) == set(CONTRACT)


@pytest.mark.parametrize("name", CONTRACT)
def test_names_of_parameters_and_outputs(provider, name):
    algorithm = found(name)
    parameters, outputs = (names.split() for names in CONTRACT[name])
    declared = [definition.name() for definition in algorithm.parameterDefinitions()]
    assert set(parameters) <= set(declared)
    assert set(outputs) <= {output.name() for output in algorithm.outputDefinitions()}
    assert all(re.fullmatch(r"[A-Z][A-Z_]*", parameter) for parameter in declared)


@pytest.mark.parametrize("name", NAMES)
def test_every_algorithm_reads_well(provider, name):
    algorithm = found(name)
    assert re.fullmatch(r"[a-z]+", algorithm.name())
    assert re.fullmatch(r"[a-z]+", algorithm.groupId())
    assert algorithm.group()
    assert algorithm.displayName() != algorithm.name()
    assert not algorithm.icon().isNull()
    for definition in algorithm.parameterDefinitions():
        assert definition.description()
        assert definition.description() != definition.name()


@pytest.mark.parametrize("name", NAMES)
def test_an_algorithm_made_again_is_another_one_and_the_same(provider, name):
    first, second = found(name), found(name).create()
    assert first is not second
    assert [p.name() for p in first.parameterDefinitions()] == [
        p.name() for p in second.parameterDefinitions()
    ]


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("name", NAMES)
def test_help_is_written_in_its_language(name, language):
    text = (paths.PACKAGE / "help" / language / f"{name}.html").read_text(encoding="utf-8")
    words = re.sub(r"<[^>]+>", " ", text).lower().split()
    assert len(words) > 100
    french = {"le", "les", "des", "une", "dans"}
    assert (len(french & set(words)) >= 4) == (language == "fr")


@pytest.mark.parametrize("name", NAMES)
def test_help_shows_in_the_dialog(provider, name):
    assert len(found(name).shortHelpString()) > 300


def test_help_in_a_language_that_we_do_not_speak(monkeypatch):
    """English, not nothing."""
    monkeypatch.setattr(QgsApplication, "locale", staticmethod(lambda: "pt_BR"))
    assert base.help_file("answerneeds").parent.name == "en"
    monkeypatch.setattr(QgsApplication, "locale", staticmethod(lambda: "fr_CH"))
    assert base.help_file("answerneeds").parent.name == "fr"


@pytest.fixture
def french():
    """The interface in French."""
    file = paths.translation("fr_FR")
    assert file.is_file(), "compile the translations: make test does"
    translator = QTranslator()
    assert translator.load(str(file))
    QCoreApplication.installTranslator(translator)
    yield
    QCoreApplication.removeTranslator(translator)


def test_french_titles(provider, french):
    titles = {name: found(name).displayName() for name in NAMES}
    assert titles["answerneeds"] == "Répondre aux besoins"
    english = re.compile(r"\b(the|needs|links|new|territory|import|establishments|map)\b", re.I)
    assert [title for title in titles.values() if english.search(title)] == []
    groups = {found(name).group() for name in NAMES}
    assert [group for group in groups if english.search(group)] == []


def test_every_parameter_reads_french(provider, french):
    algorithms = [found(name) for name in NAMES]
    told = [
        (algorithm.name(), definition.name(), definition.description())
        for algorithm in algorithms
        for definition in algorithm.parameterDefinitions()
    ]
    english = re.compile(
        r"\b(the|of|needs|field|output|empty|only|inside|maximum distance|columns|rows)\b", re.I
    )
    assert [row for row in told if english.search(row[2])] == []


# --- In a model -----------------------------------------------------------------------------------


def test_in_a_model(provider, tmp_path):
    """A model of two inputs around `answerneeds`, saved, read back and run."""
    model = QgsProcessingModelAlgorithm("Mes réponses", "essais")
    for name in ("besoins", "ressources"):
        parameter = QgsProcessingModelParameter(name)
        parameter.setPosition(QPointF(0, 0))
        model.addModelParameter(QgsProcessingParameterFeatureSource(name, name), parameter)
    child = QgsProcessingModelChildAlgorithm("actif:answerneeds")
    child.setChildId("reponses")
    source = QgsProcessingModelChildParameterSource
    child.addParameterSources("NEEDS", [source.fromModelParameter("besoins")])
    child.addParameterSources("OFFERS", [source.fromModelParameter("ressources")])
    child.addParameterSources("MAX_DISTANCE", [source.fromExpression("2 * 500")])
    child.addParameterSources("LEVEL", [source.fromStaticValue("group")])
    child.addParameterSources("NEIGHBORS", [source.fromStaticValue(5)])
    output = QgsProcessingModelOutput("pistes")
    output.setChildId("reponses")
    output.setChildOutputName("OUTPUT")
    child.setModelOutputs({"pistes": output})
    model.addChildAlgorithm(child)
    valid, problems = model.validate()
    assert valid, problems
    file = tmp_path / "mes-reponses.model3"
    assert model.toFile(str(file))

    again = QgsProcessingModelAlgorithm()
    assert again.fromFile(str(file))
    again.initAlgorithm()
    fields = "id:string,code:string"
    project = QgsProject()
    context = QgsProcessingContext()
    context.setProject(project)
    log = Recorder()
    results, done = again.run(
        {
            "besoins": points([(0, 0, "n", "16.24")], fields),
            "ressources": points([(0, 900, "o", "16.2"), (0, 1100, "p", "16.2")], fields),
            "reponses:pistes": "memory:",
            "pistes": "memory:",
        },
        context,
        log,
    )
    assert done, log.errors
    (identifier,) = (value for name, value in results.items() if name.endswith("pistes") and value)
    layer = context.takeResultLayer(str(identifier))
    assert [(row["besoin_id"], row["offre_id"]) for row in rows_of(layer)] == [("n", "o")]
    del layer, context
    sip.delete(project)


def test_outputs_can_be_chained(provider):
    """What a model offers to the next step: layers and numbers, of the right kind."""
    # Definitions die with their algorithm.
    algorithms = [found(name) for name in NAMES]
    kinds = {
        (algorithm.name(), output.name()): output.type()
        for algorithm in algorithms
        for output in algorithm.outputDefinitions()
    }
    assert kinds["answerneeds", "OUTPUT"] == "outputVector"
    assert kinds["importestablishments", "CREATED"] == "outputNumber"
    assert kinds["createterritory", "PROJECT"] == "outputFile"
    assert kinds["synergymap", "OUTPUT"] == "outputFile"
