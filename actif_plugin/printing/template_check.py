"""What a template of the user may work out on a page that is published."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from qgis.core import QgsExpression
from qgis.PyQt.QtXml import QDomDocument, QDomElement

from ..store.errors import StoreError
from ..translation import tr

# Functions that work on what they are given. Others read layers, features, files or settings,
# whatever the page shows: QGIS looks for layers in the open project.
_HARMLESS = {
    "Arrays",
    "Color",
    "Conditionals",
    "Conversions",
    "Date and Time",
    "Fuzzy Matching",
    "General",
    "Layout",
    "Maps",
    "Math",
    "Operators",
    "String",
}
_HARMFUL = {"env", "eval", "eval_template", "is_layer_visible"}
_INSERTED = re.compile(r"\[%(.*?)%\]", re.DOTALL)


def refuse_reading(template: Path) -> None:
    """Refuse a template that could print what the masks hide.

    Raises:
        StoreError: an expression of it reads layers.
    """
    document = QDomDocument()
    try:
        written = document.setContent(template.read_bytes())[0]
    except OSError:
        written = False
    # A file that is no template is refused where it is loaded.
    if not written:
        return
    harmless = {
        function.name()
        for function in QgsExpression.Functions()
        if set(function.groups()) <= _HARMLESS and function.name() not in _HARMFUL
    }
    for value in _values(document.documentElement()):
        for text in (value, *_INSERTED.findall(value)):
            expression = QgsExpression(text)
            reading = set(expression.referencedFunctions()) - harmless
            if reading and not expression.hasParserError():
                raise StoreError(
                    tr(
                        "The template {path} uses “{function}”, which could print what this"
                        " edition hides: take it out, or print the internal edition."
                    ).format(path=template, function=min(reading))
                )


def _values(element: QDomElement) -> Iterator[str]:
    """Yield all that is written in an element."""
    attributes = element.attributes()
    for at in range(attributes.count()):
        yield attributes.item(at).nodeValue()
    child = element.firstChild()
    while not child.isNull():
        if child.isElement():
            yield from _values(child.toElement())
        elif child.isText() or child.isCDATASection():
            yield child.nodeValue()
        child = child.nextSibling()
