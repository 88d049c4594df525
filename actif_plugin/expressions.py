"""Expression functions: labels, ancestors and matches of codes, in filters, labels and forms."""

from __future__ import annotations

import functools
from collections.abc import Sequence

from qgis.core import QgsExpression, QgsExpressionFunction, QgsExpressionNodeFunction

from . import paths
from .compat import plain
from .domain.codes import Level, compatible, parse_code, parse_cpf, parse_rome
from .domain.identifiers import siret_valid
from .domain.nomenclature import Nomenclatures, load_nomenclatures
from .translation import tr

GROUP = "Act'IF"

_LEVELS = {
    "section": Level.SECTION,
    "division": Level.DIVISION,
    "groupe": Level.GROUP,
    "group": Level.GROUP,
    "classe": Level.CLASS,
    "class": Level.CLASS,
    "categorie": Level.CATEGORY,
    "catégorie": Level.CATEGORY,
    "category": Level.CATEGORY,
    "sous-categorie": Level.SUBCATEGORY,
    "sous-catégorie": Level.SUBCATEGORY,
    "subcategory": Level.SUBCATEGORY,
}


@functools.lru_cache(maxsize=1)
def _nomenclatures() -> Nomenclatures:
    # Read when an expression first asks: starting QGIS touches no file.
    return load_nomenclatures(paths.reference_database())


def read_level(value: object) -> Level | None:
    """Read a level given by its number (1 to 6) or its name; None where it is neither."""
    if isinstance(value, str) and value.strip().lower() in _LEVELS:
        return _LEVELS[value.strip().lower()]
    try:
        return Level(int(str(value)))
    except ValueError:
        return None


def _cpf_label(code: object) -> str | None:
    found = parse_cpf(code)
    return (_nomenclatures().label(found) or None) if found else None


def _rome_label(code: object) -> str | None:
    found = parse_rome(code)
    return (_nomenclatures().label(found) or None) if found else None


def _naf_label(code: object) -> str | None:
    return _nomenclatures().naf_label(code) or None


def _cpf_ancestor(code: object, level: object) -> str | None:
    found, wanted = parse_cpf(code), read_level(level)
    if found is None or wanted is None or not _nomenclatures().knows(found):
        return None
    return found.ancestor(wanted)


def _cpf_matches(first: object, second: object, level: object) -> bool | None:
    one, other, wanted = parse_code(first), parse_code(second), read_level(level)
    if one is None or other is None or wanted is None:
        return None
    return compatible(one, other, wanted)


def _siret_valid(siret: object) -> bool | None:
    return None if siret is None else siret_valid(siret)


class CodeFunction(QgsExpressionFunction):
    """An expression function over plain values; NULL in, NULL out."""

    def __init__(self, name: str, parameters: Sequence[str], work, help_text: str) -> None:  # type: ignore[no-untyped-def]
        super().__init__(name, len(parameters), GROUP, help_text)
        self._work = work

    def func(self, values, context, parent, node: QgsExpressionNodeFunction) -> object:  # type: ignore[no-untyped-def]
        arguments = [plain(value) for value in values]
        return None if None in arguments else self._work(*arguments)

    def usesGeometry(self, node: QgsExpressionNodeFunction) -> bool:
        return False

    def referencedColumns(self, node: QgsExpressionNodeFunction) -> set[str]:
        return set()

    def clone(self) -> CodeFunction:
        return type(self)(self.name(), [""] * self.params(), self._work, self.helpText())


def _functions() -> list[CodeFunction]:
    level = tr("level: 1 to 6, or its name (section, division, group, class…)")
    code = tr("code: as people write it (16.24, 1624)")
    described = (
        ("cpf_label", (code,), _cpf_label, tr("French label of a CPF code."), "'1624'"),
        ("rome_label", (code,), _rome_label, tr("French label of a ROME code."), "'N1103'"),
        (
            "naf_label",
            (code,),
            _naf_label,
            tr("French label of a NAF code, rév. 2 or 2025."),
            "'1624Z'",
        ),
        (
            "cpf_ancestor",
            (code, level),
            _cpf_ancestor,
            tr("Ancestor of a CPF code at a level."),
            "'16.24', 'group'",
        ),
        (
            "cpf_matches",
            (code, code, level),
            _cpf_matches,
            tr("Whether two codes speak of the same thing at a level."),
            "'16.24', '16.2', 3",
        ),
        (
            "siret_valid",
            (tr("siret: with or without spaces"),),
            _siret_valid,
            tr("Whether a SIRET has 14 digits and the right check digit."),
            "'356 000 000 00048'",
        ),
    )
    made = []
    for name, parameters, work, summary, example in described:
        items = "".join(f"<li>{parameter}</li>" for parameter in parameters)
        rubbish = tr("NULL for what is not a code.")
        text = f"<p>{summary} {rubbish}</p><ul>{items}</ul><p><code>{name}({example})</code></p>"
        made.append(CodeFunction(name, parameters, work, text))
    return made


class Expressions:
    """The functions, registered and taken back out."""

    def __init__(self) -> None:
        self._functions: list[CodeFunction] = []

    def register(self) -> None:
        """Make the functions known to QGIS."""
        # QGIS does not own what Python made: the functions live as long as this object.
        self._functions = _functions()
        for function in self._functions:
            QgsExpression.registerFunction(function)

    def unregister(self) -> None:
        """Take the functions back out."""
        for function in self._functions:
            QgsExpression.unregisterFunction(function.name())
        self._functions = []
