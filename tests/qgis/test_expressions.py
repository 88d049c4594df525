"""The expression functions, as an officer writes them."""

from __future__ import annotations

import pytest
from qgis.core import QgsExpression, QgsExpressionContext

from actif_plugin.compat import plain
from actif_plugin.expressions import Expressions

NAMES = ("cpf_label", "rome_label", "naf_label", "cpf_ancestor", "cpf_matches", "siret_valid")


@pytest.fixture
def functions():
    made = Expressions()
    made.register()
    yield
    made.unregister()


def evaluate(text: str) -> object:
    expression = QgsExpression(text)
    assert not expression.hasParserError(), expression.parserErrorString()
    value = expression.evaluate(QgsExpressionContext())
    assert not expression.hasEvalError(), expression.evalErrorString()
    return plain(value)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("cpf_label('16.24')", "Emballages en bois"),
        ("cpf_label(' 1624 ')", "Emballages en bois"),
        ("cpf_label(16)", "cpf_label('16')"),
        ("cpf_label('A')", "Produits de l'agriculture, de la sylviculture et de la pêche"),
        ("rome_label('n1103')", "Magasinage et préparation de commandes"),
        ("naf_label('1624Z')", "Fabrication d'emballages en bois"),
        ("naf_label('16.24Z')", "Fabrication d'emballages en bois"),
        ("cpf_ancestor('16.24.11', 'groupe')", "16.2"),
        ("cpf_ancestor('162411', 2)", "16"),
        ("cpf_ancestor('16.24.11', 1)", "C"),
        ("cpf_ancestor('16', 'class')", None),
        ("cpf_matches('16.24', '16.2', 'group')", True),
        ("cpf_matches('16.24', '16.25', 4)", False),
        ("cpf_matches('16', '16.25', 4)", True),
        ("cpf_matches('N1103', 'N11', 3)", True),
        ("siret_valid('356 000 000 00048')", True),
        ("siret_valid('35600000000049')", False),
    ],
)
def test_values(functions, text, expected):
    if isinstance(expected, str) and expected.startswith("cpf_label("):
        expected = evaluate(expected)
        assert expected
    assert evaluate(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "cpf_label('rubbish')",
        "cpf_label(NULL)",
        "cpf_label('99.99.99')",
        "rome_label('16.24')",
        "naf_label('16.24.11')",
        "naf_label('')",
        "cpf_ancestor('16.24', 'étage')",
        "cpf_ancestor('16.24', 7)",
        "cpf_ancestor('00.24', 3)",
        "cpf_matches('x', '16', 3)",
        "cpf_matches('16', '16', NULL)",
        "siret_valid(NULL)",
    ],
)
def test_rubbish_gives_null(functions, text):
    assert evaluate(text) is None


def test_both_versions_of_the_naf(functions):
    """Sub-classes of either version are told apart by their last letter."""
    assert evaluate("naf_label('47.91A')").startswith("Vente à distance")
    assert evaluate("naf_label('01.48G')").startswith("Élevage")


def test_each_function_explains_itself(functions):
    for name in NAMES:
        function = QgsExpression.Functions()[QgsExpression.functionIndex(name)]
        assert f"{name}(" in function.helpText()
        assert function.group() == "Act'IF"


def test_unloading_removes_them(functions):
    made = Expressions()
    made.register()
    made.unregister()
    for name in NAMES:
        assert not QgsExpression.isFunctionName(name)
