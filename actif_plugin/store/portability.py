"""What keeps a project from opening in QField, or in a QGIS without the plugin.

The file is read as it was saved, without opening the project: paths are seen as they are written,
and a layer that is far away or broken delays nothing.
"""

from __future__ import annotations

import re
import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from qgis.core import QgsExpression, QgsProviderRegistry, QgsVectorLayer
from qgis.PyQt.QtXml import QDomDocument, QDomElement

from ..domain.feedback import Feedback, checkpoint
from ..translation import tr
from .errors import StoreError
from .findings import Finding, Severity

PROJECT_TABLE = "projet"
# Under the names that projects write; an empty one leaves the choice to QGIS.
QFIELD_WIDGETS = frozenset(
    {
        "",
        "CheckBox",
        "DateTime",
        "ExternalResource",
        "Hidden",
        "Range",
        "RelationReference",
        "TextEdit",
        "UuidGenerator",
        "ValueMap",
        "ValueRelation",
    }
)
QFIELD_RELATION_WIDGETS = frozenset({"", "relation_editor", "ordered_relation_editor"})
# Files that travel with a project; anything else needs a network.
_FILE_PROVIDERS = ("ogr", "gdal", "delimitedtext", "spatialite", "gpx")
_ABSOLUTE = re.compile(r"^([A-Za-z]:[\\/]|[\\/]|file:)")
_REMOTE = re.compile(r"^(https?:|/vsi)")
# What at least one system refuses in the name of a file; QField exports layers under their names.
_ODD = re.compile(r'[\\/:*?"<>|\x00-\x1f]')
_PROJECT_SUFFIX = ".qgs"


@dataclass(frozen=True)
class _Layer:
    """A layer as the project wrote it.

    Attributes:
        element: its whole description.
        identifier, name, provider, source: what it says of itself.
        opened: the layer, or None where it is not a table in a file, or not valid.
    """

    element: QDomElement
    identifier: str
    name: str
    provider: str
    source: str
    opened: QgsVectorLayer | None

    @property
    def vector(self) -> bool:
        return self.element.attribute("type") == "vector"


def check_project(path: Path, feedback: Feedback) -> list[Finding]:
    """Return what keeps the project at *path* from opening in QField.

    Args:
        path: a ``.qgz`` or a ``.qgs``; it is read, never written.
        feedback: told how far it is.

    Raises:
        Cancelled: the user asked to stop.
    """
    try:
        document = _document(path)
    except StoreError as error:
        return [_finding(Severity.ERROR, None, str(error), tr("Open the territory again."))]
    # Kept to the end: elements do not keep their document alive.
    root = document.documentElement()
    layers: dict[str, _Layer] = {}
    elements = _children(_child(root, "projectlayers"), "maplayer")
    for number, element in enumerate(elements):
        checkpoint(feedback, number / len(elements))
        layer = _read_layer(element, path.parent)
        layers[layer.identifier] = layer
    found = list(_paths(root, layers))
    found += _names(layers)
    relations = _children(_child(root, "relations"), "relation")
    known = {relation.attribute("id") for relation in relations}
    for layer in layers.values():
        checkpoint(feedback, 1)
        found += _validity(layer, path.parent)
        if layer.vector:
            found += _widgets(layer, layers, known)
            found += _expressions(layer)
    for relation in relations:
        found += _relation(relation, layers)
    return found


def _document(path: Path) -> QDomDocument:
    """Return what a project holds.

    Raises:
        StoreError: it cannot be read.
    """
    unreadable = tr("The project {path} cannot be opened: {reason}")
    try:
        text = _contents(path)
    except (OSError, zipfile.BadZipFile) as error:
        raise StoreError(unreadable.format(path=path, reason=error)) from error
    document = QDomDocument()
    document.setContent(text)
    if document.documentElement().tagName() != "qgis":
        reason = tr("it is not a QGIS project")
        raise StoreError(unreadable.format(path=path, reason=reason))
    return document


def _contents(path: Path) -> bytes:
    if not zipfile.is_zipfile(path):
        return path.read_bytes()
    with zipfile.ZipFile(path) as archive:
        names = [name for name in archive.namelist() if name.endswith(_PROJECT_SUFFIX)]
        return archive.read(names[0]) if names else b""


def _read_layer(element: QDomElement, folder: Path) -> _Layer:
    source = _text(element, "datasource")
    provider = _text(element, "provider")
    opened = None
    if element.attribute("type") == "vector" and provider in _FILE_PROVIDERS:
        options = QgsVectorLayer.LayerOptions()
        # Neither the styles nor the forms that a database may hold matter here.
        options.loadDefaultStyle = False
        layer = QgsVectorLayer(_resolved(provider, source, folder), "", provider, options)
        opened = layer if layer.isValid() else None
    return _Layer(
        element, _text(element, "id"), _text(element, "layername"), provider, source, opened
    )


def _file_of(provider: str, source: str) -> str:
    """Return the file of a data source, as written."""
    if provider not in _FILE_PROVIDERS:
        return ""
    return str(QgsProviderRegistry.instance().decodeUri(provider, source).get("path") or "")


def _resolved(provider: str, source: str, folder: Path) -> str:
    """Return the data source with its file seen from the folder of the project."""
    file = _file_of(provider, source)
    if not file or _ABSOLUTE.match(file) or _REMOTE.match(file):
        return source
    return source.replace(file, (folder / file).as_posix(), 1)


def _paths(root: QDomElement, layers: dict[str, _Layer]) -> Iterator[Finding]:
    remedy = tr("In the properties of the project, save paths as relative, then save it.")
    if _saves_absolute_paths(root):
        yield _finding(
            Severity.ERROR, None, tr("The project saves absolute paths to its layers."), remedy
        )
        return
    for layer in layers.values():
        file = _file_of(layer.provider, layer.source)
        if _ABSOLUTE.match(file):
            yield _finding(
                Severity.ERROR,
                layer,
                tr("The path of this layer is absolute: {path}.").format(path=file),
                tr("Put its file beside the project, or under it."),
            )


def _saves_absolute_paths(root: QDomElement) -> bool:
    properties = _child(root, "properties")
    # Written as the name of an element until QGIS 3.24, as an attribute since.
    plain = _child(_child(properties, "Paths"), "Absolute")
    named = [
        leaf
        for group in _children(properties, "properties")
        if group.attribute("name") == "Paths"
        for leaf in _children(group, "properties")
        if leaf.attribute("name") == "Absolute"
    ]
    return any(leaf.text() == "true" for leaf in (plain, *named))


def _names(layers: dict[str, _Layer]) -> Iterator[Finding]:
    count = Counter(layer.name for layer in layers.values())
    for layer in layers.values():
        if _ODD.search(layer.name) or not layer.name.strip():
            yield _finding(
                Severity.WARNING,
                layer,
                tr("The name of this layer holds signs that files cannot have."),
                tr("Rename it without any of: {signs}").format(signs='\\ / : * ? " < > |'),
            )
        elif count[layer.name] > 1:
            yield _finding(
                Severity.WARNING,
                layer,
                tr("Several layers have this name."),
                tr("Rename one: QField may take one for the other."),
            )


def _validity(layer: _Layer, folder: Path) -> Iterator[Finding]:
    if layer.provider not in _FILE_PROVIDERS or _REMOTE.match(
        _file_of(layer.provider, layer.source)
    ):
        yield _finding(
            Severity.ADVICE,
            layer,
            tr("This layer is not a file: without a network, QField shows nothing of it."),
            tr("Replace it by a copy in a GeoPackage where there is no network."),
        )
        return
    if not layer.vector:
        file = _file_of(layer.provider, layer.source)
        valid = bool(file) and (folder / file).exists()
    else:
        valid = layer.opened is not None
    if not valid:
        yield _finding(
            Severity.ERROR,
            layer,
            tr("This layer cannot be read: {source}").format(source=layer.source),
            tr("Put its file back, or remove the layer from the project."),
        )
    elif layer.opened is not None and len(layer.opened.primaryKeyAttributes()) > 1:
        yield _finding(
            Severity.ERROR,
            layer,
            tr("The key of this layer is made of several columns: QField refuses it."),
            tr("Give it a key of one column."),
        )


def _widgets(layer: _Layer, layers: dict[str, _Layer], relations: set[str]) -> Iterator[Finding]:
    for field in _children(_child(layer.element, "fieldConfiguration"), "field"):
        widget = _child(field, "editWidget")
        kind = widget.attribute("type")
        name = field.attribute("name")
        if kind not in QFIELD_WIDGETS:
            yield _finding(
                Severity.ERROR,
                layer,
                tr("QField does not know the widget of the field {field}: {widget}.").format(
                    field=name, widget=kind
                ),
                tr("Choose a widget of QGIS for this field: {widgets}.").format(
                    widgets=", ".join(sorted(QFIELD_WIDGETS - {""}))
                ),
            )
        options = {
            option.attribute("name"): option.attribute("value")
            for option in _descendants(widget, "Option")
        }
        lost = (kind == "ValueRelation" and options.get("Layer") not in layers) or (
            kind == "RelationReference" and options.get("Relation", "") not in {"", *relations}
        )
        if lost:
            yield _finding(
                Severity.ERROR,
                layer,
                tr("The field {field} takes its values from a layer that is not there.").format(
                    field=name
                ),
                tr("Put the layer back, or choose another widget for the field."),
            )
    for relation in _descendants(
        _child(layer.element, "attributeEditorForm"), "attributeEditorRelation"
    ):
        kind = relation.attribute("relationWidgetTypeId")
        if kind not in QFIELD_RELATION_WIDGETS:
            yield _finding(
                Severity.ERROR,
                layer,
                tr("QField does not know the widget of the relation {relation}: {widget}.").format(
                    relation=relation.attribute("relation"), widget=kind
                ),
                tr("Choose the relation editor of QGIS for it."),
            )
        elif relation.attribute("relation") not in relations:
            yield _finding(
                Severity.ERROR,
                layer,
                tr("The form shows a relation that is not there: {relation}.").format(
                    relation=relation.attribute("relation")
                ),
                tr("Remove it from the form, or make the relation again."),
            )
    if _text(layer.element, "editforminitcodesource") not in ("", "0"):
        yield _finding(
            Severity.WARNING,
            layer,
            tr("The form runs Python code, which QField ignores."),
            tr("Say it in constraints and default values instead."),
        )


def _expressions(layer: _Layer) -> Iterator[Finding]:
    native = set(QgsExpression.BuiltinFunctions())
    for where, text in _all_expressions(layer.element):
        expression = QgsExpression(text)
        if expression.hasParserError():
            yield _finding(
                Severity.ERROR,
                layer,
                tr("An expression of {where} cannot be read: {reason}").format(
                    where=where, reason=expression.parserErrorString().strip()
                ),
                tr("Correct it: QField knows none of the functions that plugins bring."),
            )
            continue
        foreign = sorted(expression.referencedFunctions() - native)
        if foreign:
            yield _finding(
                Severity.ERROR,
                layer,
                tr("An expression of {where} calls what only a plugin brings: {names}.").format(
                    where=where, names=", ".join(foreign)
                ),
                tr("Write it with the functions of QGIS: QField has no others."),
            )


def _all_expressions(element: QDomElement) -> Iterator[tuple[str, str]]:
    """Yield the expressions that a form evaluates, each with the place it is at."""
    for group, leaf, attribute in (
        ("constraintExpressions", "constraint", "exp"),
        ("defaults", "default", "expression"),
    ):
        for item in _children(_child(element, group), leaf):
            if item.attribute(attribute):
                yield item.attribute("field"), item.attribute(attribute)
    for box in _descendants(_child(element, "attributeEditorForm"), "attributeEditorContainer"):
        text = box.attribute("visibilityExpression")
        if text and box.attribute("visibilityExpressionEnabled") != "0":
            yield box.attribute("name"), text
    for field in _children(_child(element, "fieldConfiguration"), "field"):
        for option in _descendants(field, "Option"):
            if option.attribute("name") == "FilterExpression" and option.attribute("value"):
                yield field.attribute("name"), option.attribute("value")
    display = _text(element, "previewExpression")
    if display:
        yield tr("the name of records"), display


def _relation(relation: QDomElement, layers: dict[str, _Layer]) -> Iterator[Finding]:
    name = relation.attribute("name") or relation.attribute("id")
    pairs = _children(relation, "fieldRef")
    child = layers.get(relation.attribute("referencingLayer"))
    parent = layers.get(relation.attribute("referencedLayer"))
    ends = ((child, "referencingField"), (parent, "referencedField"))
    missing = not pairs or any(
        layer is None
        or (
            layer.opened is not None
            and layer.opened.fields().indexOf(pair.attribute(attribute)) < 0
        )
        for pair in pairs
        for layer, attribute in ends
    )
    if missing:
        yield _finding(
            Severity.ERROR,
            child,
            tr("The relation {name} leads to a layer or a field that is not there.").format(
                name=name
            ),
            tr("Correct or delete it in the properties of the project."),
        )
    elif len(pairs) > 1:
        yield _finding(
            Severity.ERROR,
            child,
            tr("The relation {name} joins several columns: QField refuses it.").format(name=name),
            tr("Join the layers by a key of one column."),
        )
    elif parent is not None and parent.opened is not None:
        fields = parent.opened.fields()
        key = fields.at(fields.indexOf(pairs[0].attribute("referencedField")))
        if key.isNumeric():
            yield _finding(
                Severity.WARNING,
                child,
                tr("The relation {name} joins by a number, {field}.").format(
                    name=name, field=key.name()
                ),
                tr("Join by a text key: two devices in the field may give the same number."),
            )


def _finding(severity: Severity, layer: _Layer | None, statement: str, remedy: str) -> Finding:
    return Finding(
        severity,
        PROJECT_TABLE,
        layer.identifier if layer else "",
        layer.name if layer else "",
        statement,
        remedy,
    )


def _child(element: QDomElement, name: str) -> QDomElement:
    return element.firstChildElement(name)


def _text(element: QDomElement, name: str) -> str:
    return str(_child(element, name).text())


def _children(element: QDomElement, name: str) -> list[QDomElement]:
    found = []
    child = element.firstChildElement(name)
    while not child.isNull():
        found.append(child)
        child = child.nextSiblingElement(name)
    return found


def _descendants(element: QDomElement, name: str) -> list[QDomElement]:
    nodes = element.elementsByTagName(name)
    return [nodes.at(number).toElement() for number in range(nodes.count())]
