"""The French of the interface: complete, and faithful in what programs and readers rely on."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "actif_plugin"
SOURCE = PACKAGE / "i18n/actif_fr.ts"
# The context that pylupdate gives to calls of a bare function, and translation.py asks for.
CONTEXT = "@default"
ENDINGS = (".", ":", ";", "?", "!", "…")


def calls() -> dict[ast.Call, str]:
    """Return every call of ``tr`` in the package, with its place."""
    return {
        node: f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in sorted(PACKAGE.rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "tr"
    }


def literal(call: ast.Call) -> str | None:
    """Return the text of a call, or None where it is not written out."""
    plain = len(call.args) == 1 and not call.keywords and isinstance(call.args[0], ast.Constant)
    return call.args[0].value if plain else None


CALLS = calls()
TEXTS = {literal(call): place for call, place in CALLS.items() if literal(call) is not None}
MESSAGES = list(ET.parse(SOURCE).iter("message"))
FRENCH = {message.findtext("source"): message.findtext("translation") for message in MESSAGES}


def ending(text: str) -> str:
    return next((mark for mark in ENDINGS if text.endswith(mark)), "")


def test_every_call_is_given_one_literal():
    assert not [place for call, place in CALLS.items() if literal(call) is None]


def test_every_text_of_the_code_is_translated():
    assert not {text: place for text, place in TEXTS.items() if not FRENCH.get(text)}


def test_nothing_is_translated_that_the_code_no_longer_says():
    assert set(FRENCH) <= set(TEXTS)


def test_every_message_is_finished():
    kinds = {message.find("translation").get("type") for message in MESSAGES}
    assert kinds == {None}


def test_there_is_one_context_and_no_text_twice():
    assert [name.text for name in ET.parse(SOURCE).iter("name")] == [CONTEXT]
    assert len(FRENCH) == len(MESSAGES)


@pytest.mark.parametrize("text", FRENCH)
def test_placeholders_are_kept(text):
    def placeholders(words):
        return sorted(re.findall(r"\{[^}]*\}", words))

    assert placeholders(FRENCH[text]) == placeholders(text)


@pytest.mark.parametrize("text", FRENCH)
def test_a_sentence_ends_as_the_english_one(text):
    assert ending(FRENCH[text]) == ending(text)


@pytest.mark.parametrize("text", FRENCH)
def test_french_typography(text):
    french = FRENCH[text]
    assert not re.search(r"(?<![\u00a0\u202f])[:;?!»]", french), "espace insécable manquante"
    assert not re.search(r"«(?![\u00a0\u202f])", french), "espace insécable manquante"
    assert not re.search(r"[“”\"]", french), "guillemets français attendus"
    assert french == french.strip()
    assert "  " not in french


@pytest.mark.skipif(not shutil.which("pylupdate5"), reason="pyqt5-dev-tools absent")
def test_the_update_script_finds_nothing_to_add(tmp_path):
    copy = tmp_path / "copy.ts"
    shutil.copy(SOURCE, copy)
    script = ROOT / ".ci/update-translations.sh"
    subprocess.run([script, copy], cwd=ROOT, capture_output=True, check=True)
    updated = {message.findtext("source") for message in ET.parse(copy).iter("message")}
    assert updated == set(TEXTS)
