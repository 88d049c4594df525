"""Guards the way the house is laid out, by reading the imports of every shipped file."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[2] / "actif_plugin"
FILES = sorted(PACKAGE.rglob("*.py"))

# Modules at the top of the package that any part may use: they know nothing of the others.
COMMON = {"compat", "paths", "settings", "translation"}
# What each part may import besides itself and the standard library. Data runs from sources into
# the store, so the store knows what sources hand over, and never the reverse.
ALLOWED = {
    "domain": set(),
    "sources": {"domain"} | COMMON,
    "store": {"domain", "sources"} | COMMON,
    "printing": {"domain", "sources", "store"} | COMMON,
    "forms": {"domain", "sources", "store"} | COMMON,
    "workbench": {"domain", "sources", "store", "forms"} | COMMON,
    "processing": {"domain", "sources", "store", "forms", "printing"} | COMMON,
    "compat": set(),
    "paths": set(),
    "settings": set(),
    "translation": set(),
    "expressions": {"domain"} | COMMON,
    "plugin": {"processing", "store", "forms", "workbench", "printing", "expressions"} | COMMON,
    "__init__": {"plugin"},
}
# The domain does with these and the standard library.
ALLOWED_IN_DOMAIN = {"numpy", "scipy"}
THIRD_PARTY = {"qgis", "numpy", "scipy", "osgeo", "processing"}


def part_of(path: Path) -> str:
    """Return the part of the house that a file belongs to: its folder, or its own name."""
    relative = path.relative_to(PACKAGE)
    return relative.parts[0] if len(relative.parts) > 1 else relative.stem


def imports(path: Path) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield ("ours", part…) or ("other", module…) for each import, wherever it stands."""
    inside = path.relative_to(PACKAGE).with_suffix("").parts
    package = inside[:-1]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            modules = [(0, alias.name) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            modules = [(node.level, node.module or "")]
            if not node.module:
                modules = [(node.level, alias.name) for alias in node.names]
            elif node.level:
                # `from ..store import geopackage` names a part, `from .. import paths` a module.
                modules = [(node.level, node.module)]
        else:
            continue
        for level, module in modules:
            parts = tuple(module.split("."))
            if level:
                base = package[: len(package) - level + 1]
                yield "ours", (*base, *parts)
            elif parts[0] == PACKAGE.name:
                yield "ours", parts[1:]
            else:
                yield "other", parts


def test_the_guard_sees_imports():
    """The reader of imports itself, on a file that has all the forms."""
    found = set(imports(PACKAGE / "processing/match_algorithm.py"))
    assert ("ours", ("domain", "matching")) in found
    assert ("ours", ("processing", "base")) in found
    assert ("other", ("qgis", "core")) in found
    assert ("ours", ("paths",)) in set(imports(PACKAGE / "processing/base.py"))
    assert len(FILES) > 20


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_run_one_way(path):
    part = part_of(path)
    assert part in ALLOWED, f"a new part of the house: say in ALLOWED what {part} may import"
    used = {names[0] for kind, names in imports(path) if kind == "ours" and names[0]}
    assert used - ALLOWED[part] - {part} == set()


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_the_domain_is_pure(path):
    if part_of(path) != "domain":
        return
    others = {names[0] for kind, names in imports(path) if kind == "other"}
    assert others & THIRD_PARTY <= ALLOWED_IN_DOMAIN


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_outside_modules(path):
    others = {names for kind, names in imports(path) if kind == "other"}
    roots = {names[0] for names in others}
    # Qt through qgis.PyQt only: the same code runs on Qt 5 and Qt 6.
    assert not [root for root in roots if root.startswith(("PyQt", "PySide", "sip"))]
    # What the plugin repository refuses, and what a proxy or a bare QGIS would break.
    assert roots & {"random", "pickle", "requests", "urllib3", "pandas", "geopandas"} == set()
    assert not [names for names in others if names[:2] in (("xml", "etree"), ("xml", "dom"))]


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_what_is_never_shipped(path):
    found = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Assert):
            found.append(f"{node.lineno}: assert")
        elif isinstance(node, ast.ExceptHandler) and all(
            isinstance(statement, ast.Pass) for statement in node.body
        ):
            found.append(f"{node.lineno}: an error passed over in silence")
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            if node.func.id in ("eval", "exec", "print"):
                found.append(f"{node.lineno}: {node.func.id}")
            # A translation is looked up by its text: one made at run time is never found.
            if node.func.id == "tr" and not (
                len(node.args) == 1
                and isinstance(node.args[0], ast.Constant)
                and isinstance(node.args[0].value, str)
            ):
                found.append(f"{node.lineno}: tr() of something else than a text")
    assert found == []


def test_algorithms_keep_off_the_project_that_is_open():
    """They run in the background, in models and without a window: the context has the project."""
    for path in FILES:
        if part_of(path) not in ("processing", "domain", "sources", "store"):
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Attribute) and node.attr == "instance":
                owner = ast.unparse(node.value)
                assert owner != "QgsProject", f"{path.name}:{node.lineno}"
            assert not (isinstance(node, ast.Name) and node.id == "iface"), path.name
