"""The help of each algorithm, in both languages, against the algorithm itself."""

from __future__ import annotations

import html
import re
import shlex
import xml.etree.ElementTree as ET

import pytest

from actif_plugin import paths
from actif_plugin.processing.provider import ALGORITHMS

LANGUAGES = ("en", "fr")
COMMAND = re.compile(r"<p><code>(qgis_process .*?)</code></p>")


def page(language: str, name: str) -> str:
    return (paths.PACKAGE / "help" / language / f"{name}.html").read_text(encoding="utf-8")


@pytest.fixture(params=ALGORITHMS, ids=lambda kind: kind.ID)
def algorithm(request, qgis_app):
    made = request.param()
    made.initAlgorithm()
    return made


@pytest.mark.parametrize("language", LANGUAGES)
def test_help_names_every_parameter_and_output(algorithm, language):
    text = page(language, algorithm.ID)
    names = {parameter.name() for parameter in algorithm.parameterDefinitions()}
    names |= {output.name() for output in algorithm.outputDefinitions()}
    assert not {name for name in names if f"<code>{name}</code>" not in text}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_quoted_command_gives_parameters_that_exist(algorithm, language):
    (command,) = COMMAND.findall(page(language, algorithm.ID))
    start, arguments = html.unescape(command).split(" -- ")
    start, _, project = start.partition(" --project_path=")
    assert start == f"qgis_process run actif:{algorithm.ID}"
    assert project in ("", "territoire.qgz")
    known = {parameter.name() for parameter in algorithm.parameterDefinitions()}
    assert {argument.partition("=")[0] for argument in shlex.split(arguments)} <= known


@pytest.mark.parametrize("language", LANGUAGES)
def test_help_is_well_formed(algorithm, language):
    ET.fromstring(f"<help>{page(language, algorithm.ID)}</help>")
    assert len(algorithm.shortHelpString()) > 300


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_first_page_leads_to_every_help(language):
    text = page(language, "index")
    ET.fromstring(text.partition("\n")[2])
    for kind in ALGORITHMS:
        assert f'href="{kind.ID}.html"' in text
        assert f"actif:{kind.ID}" in text
