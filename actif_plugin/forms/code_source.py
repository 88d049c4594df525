"""The codes that forms know: the reference nomenclatures, then the open territory's own."""

from __future__ import annotations

import functools
import sqlite3
import threading
from collections.abc import Mapping
from pathlib import Path

from qgis.core import Qgis, QgsFeatureRequest, QgsMessageLog, QgsProject

from .. import paths
from ..compat import plain
from ..domain.code_tree import CodeTree, Node, load_trees, load_usual_products
from ..domain.search import CodeSearch
from ..store import vocabulary
from ..store.project import SCOPE, STORE_KEY, layers_by_role
from ..translation import tr

_ROLES = {"CPF": "ref_cpf", "ROME": "ref_rome", "NAF": "ref_naf", "DECHET": "ref_dechet"}
_COLUMNS = ("code", "niveau", "parent", "libelle_fr")
# The fields that hold a code of one nomenclature only.
NOMENCLATURE_OF_FIELD = {"naf_code": "NAF", "code_dechet": "DECHET"}
# The nomenclatures of a flow, in the order in which a code without further word is looked up.
FLOW_NOMENCLATURES = ("CPF", "ROME")

_building = threading.Lock()
_territory: dict[str, CodeTree] = {}
# The open territory's file, whose own words are searched too.
_store: list[Path] = []


def trees() -> Mapping[str, CodeTree]:
    """Return the nomenclatures by name."""
    return _territory or _reference_trees(paths.reference_database())


def code_search() -> CodeSearch | None:
    """Return the search, with the territory's own words, or None where it cannot be had.

    It is built once for the same words; the picker and its warming up may ask at once.
    """
    with _building:
        for store in (*_store, None):
            try:
                return vocabulary.code_search(paths.reference_database(), store)
            except sqlite3.Error as error:
                # A territory that cannot be read still leaves the reference.
                _complain(error)
        return None


def warm_up() -> None:
    """Build the search in the background, so that the first keystroke does not wait for it."""
    threading.Thread(target=code_search, name="actif-codes", daemon=True).start()


def usual_products(naf: str | None) -> tuple[str, ...]:
    """Return the CPF classes that companies of a NAF sub-class usually make."""
    return _usual(paths.reference_database()).get(naf or "", ())


def shown(code: str, label: str | None) -> str:
    """Return how a code is written everywhere: ``16.24 – Emballages en bois``."""
    return f"{code} – {label}" if label else code


def label_of(field: str, code: str) -> str | None:
    """Return the label of a code in a field of that name, or None where it does not exist.

    A flow's code may be of either nomenclature: a section's letter, which is in both, is the CPF's.
    """
    own = NOMENCLATURE_OF_FIELD.get(field)
    known = trees()
    for name in (own,) if own else FLOW_NOMENCLATURES:
        label = known[name].label(code) if name in known else None
        if label:
            return label
    return None


def use_territory(project: QgsProject) -> None:
    """Let the codes and labels of a territory's own tables prevail.

    To be called from the main thread: layers belong to it.
    """
    layers = layers_by_role(project)
    base = _reference_trees(paths.reference_database())
    found = {}
    for name, tree in base.items():
        layer = layers.get(_ROLES[name])
        nodes: list[Node] = []
        if layer is not None and set(_COLUMNS) <= set(layer.fields().names()):
            request = QgsFeatureRequest()
            request.setSubsetOfAttributes(_COLUMNS, layer.fields())
            positions = [layer.fields().indexOf(column) for column in _COLUMNS]
            for feature in layer.getFeatures(request):
                attributes = feature.attributes()
                code, level, parent, label = (plain(attributes[n]) for n in positions)
                if code and label and tree.label(code) != label:
                    nodes.append(Node(code, int(level or 0), parent, label))
        found[name] = tree.merged(nodes) if nodes else tree
    forget_territory()
    _territory.update(found)
    store = Path(project.readPath(project.readEntry(SCOPE, STORE_KEY)[0]))
    if store.is_file():
        _store.append(store)


def forget_territory() -> None:
    """Know the reference nomenclatures only."""
    _territory.clear()
    _store.clear()


@functools.lru_cache(maxsize=2)
def _reference_trees(database: Path) -> Mapping[str, CodeTree]:
    try:
        return load_trees(database)
    except sqlite3.Error as error:
        _complain(error)
        return {name: CodeTree(name, ()) for name in _ROLES}


@functools.lru_cache(maxsize=2)
def _usual(database: Path) -> Mapping[str, tuple[str, ...]]:
    try:
        return load_usual_products(database)
    except sqlite3.Error as error:
        _complain(error)
        return {}


def _complain(error: sqlite3.Error) -> None:
    text = tr("The nomenclatures cannot be read: {error}").format(error=error)
    QgsMessageLog.logMessage(text, "Act'IF", Qgis.MessageLevel.Warning)
