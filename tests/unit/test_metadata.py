"""What QGIS and its plugin repository read of the plugin before loading it."""

from __future__ import annotations

import configparser
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "actif_plugin"


@pytest.fixture(scope="module")
def metadata():
    parser = configparser.ConfigParser(interpolation=None)
    parser.optionxform = str
    parser.read_string((ROOT / "metadata.txt").read_text(encoding="utf-8"))
    return parser["general"]


def test_what_the_repository_requires(metadata):
    required = "name description about version qgisMinimumVersion author email repository tracker"
    assert [key for key in required.split() if not metadata.get(key, "").strip()] == []
    assert metadata["name"] == "Act'IF"
    assert metadata["license"] == "GPL-2.0-or-later"


def test_versions_of_qgis(metadata):
    assert metadata["qgisMinimumVersion"] == "3.22"
    assert metadata["qgisMaximumVersion"] == "4.99"


def test_the_toolbox_finds_the_provider(metadata):
    assert metadata.getboolean("hasProcessingProvider") is True


def test_flags(metadata):
    assert metadata.getboolean("deprecated") is False
    assert metadata.getboolean("server") is False
    assert metadata.getboolean("experimental") in (True, False)


def test_the_icon_exists_inside_the_package(metadata):
    icon = PACKAGE / metadata["icon"]
    assert icon.is_file()
    assert "<svg" in icon.read_text(encoding="utf-8")


def test_the_version_is_in_the_changelog(metadata):
    version = metadata["version"]
    assert re.fullmatch(r"\d+\.\d+\.\d+", version)
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert re.search(rf"^## .*\b{re.escape(version)}\b", changelog, re.M)
    assert metadata["changelog"].strip().startswith(version)


def test_the_description_is_translated(metadata):
    assert metadata["description[fr]"]
    assert len(metadata["description"].splitlines()) == 1


def test_the_licence_is_shipped():
    licence = (ROOT / "LICENSE").read_text(encoding="utf-8")
    assert "GNU GENERAL PUBLIC LICENSE" in licence
    assert "Version 2" in licence
