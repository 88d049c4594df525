"""What lies above, beside and below a code."""

from __future__ import annotations

import sqlite3

import pytest

from actif_plugin import paths
from actif_plugin.domain.code_tree import CodeTree, Node, load_trees, load_usual_products


@pytest.fixture(scope="module")
def trees():
    return load_trees(paths.reference_database())


def codes(nodes):
    return [node.code for node in nodes]


def test_from_section_to_subcategory(trees):
    tree = trees["CPF"]
    assert codes(tree.ancestors("16.24.11")) == ["C", "16", "16.2", "16.24", "16.24.1"]
    assert codes(tree.children("16")) == ["16.1", "16.2"]
    assert codes(tree.siblings("16.1")) == ["16.1", "16.2"]
    assert tree.children("16.24.11") == []
    assert tree.parent("C") is None
    assert len(tree.children(None)) == 21


@pytest.mark.parametrize(
    ("name", "text", "code"),
    [
        ("CPF", "1624", "16.24"),
        ("CPF", " 16,24 ", "16.24"),
        ("CPF", "C", "C"),
        ("CPF", "c", None),
        ("CPF", "99.99", None),
        ("CPF", "palette", None),
        ("ROME", "h2913", "H2913"),
        ("ROME", "16.24", None),
        ("NAF", "1624z", "16.24Z"),
        ("DECHET", "150103", "15 01 03"),
        ("DECHET", "15 01 03*", "15 01 03"),
    ],
)
def test_codes_as_people_write_them(trees, name, text, code):
    assert trees[name].read(text) == code


def test_leaves(trees):
    assert all(len(code) == 6 for code in codes(trees["NAF"].leaves("16.2")))
    assert codes(trees["NAF"].leaves("16.24Z")) == ["16.24Z"]
    assert trees["NAF"].leaves("nothing") == []


def test_further_codes_prevail(trees):
    tree = trees["CPF"].merged(
        [Node("16.24", 4, "16.2", "Renommé"), Node("16.9", 3, "16", "Nouveau")]
    )
    assert tree.label("16.24") == "Renommé"
    assert "16.9" in codes(tree.children("16"))
    assert trees["CPF"].label("16.24") == "Emballages en bois"
    assert codes(tree.children("16.2")).count("16.24") == 1


def test_a_ring_of_parents_ends():
    tree = CodeTree("CPF", [Node("a", 1, "b", "A"), Node("b", 1, "a", "B")])
    assert codes(tree.ancestors("a")) == ["a", "b"]


def test_usual_products():
    products = load_usual_products(paths.reference_database())
    assert "16.24" in products["16.24Z"]


def test_a_file_that_is_not_the_reference(tmp_path):
    with pytest.raises(sqlite3.Error):
        load_trees(tmp_path / "absent.sqlite")
