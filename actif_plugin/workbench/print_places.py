"""Of where, or of which companies, something can be printed: what the dialog offers to choose."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from qgis.core import (
    QgsExpression,
    QgsFeatureRequest,
    QgsProcessingAlgorithm,
    QgsProcessingFeatureSourceDefinition,
    QgsProject,
    QgsVectorLayer,
)

from ..compat import plain
from ..store.project import layers_by_role
from ..translation import tr

PERIMETERS, COMPANIES = "PERIMETERS", "ESTABLISHMENTS"
# What an algorithm that prints a page each counts.
_PAGES = "PAGES"
_KINDS = ("epci", "commune", "zae", "autre")
_OF_PARENT = "parent_code"

Values = dict[str, object]


@dataclass(frozen=True)
class Place:
    """One thing that can be chosen.

    Attributes:
        key: by which it is found again another day, in another territory too.
        label: what the user reads.
        name: of it, for the name of the file; empty for the whole territory.
        values: makes the parameters of the algorithm.
        blank: nothing of a territory is printed.
    """

    key: str
    label: str
    name: str
    values: Callable[[], Values]
    blank: bool = False


@dataclass(frozen=True)
class _Perimeter:
    """A perimeter as its layer tells it."""

    layer: QgsVectorLayer
    kind: str
    identifier: int
    code: str
    name: str
    parent: str


def places_of(algorithm: QgsProcessingAlgorithm, project: QgsProject) -> list[Place]:
    """Return what an algorithm can print of the territory that a project shows, the first first."""
    if algorithm.parameterDefinition(COMPANIES) is not None:
        return list(_companies(project))
    framed = algorithm.parameterDefinition(PERIMETERS) is not None
    known = list(_perimeters(project)) if framed else []
    if framed and algorithm.outputDefinition(_PAGES) is not None:
        return [*_a_page_each(known, project.title()), *map(_one, known)]
    return [Place("", tr("The whole territory"), "", dict), *map(_framed, known)]


def _companies(project: QgsProject) -> Iterator[Place]:
    layer = layers_by_role(project).get("etablissement")
    if layer is not None and layer.selectedFeatureCount():
        yield Place(
            "selection",
            tr("The companies selected: {count}").format(count=layer.selectedFeatureCount()),
            tr("selection"),
            lambda: {COMPANIES: QgsProcessingFeatureSourceDefinition(layer.id(), True)},
        )
    yield Place(
        "blank",
        tr("A blank sheet, to fill by hand"),
        tr("blank"),
        lambda: {"CONTENT": "vierge"},
        blank=True,
    )
    if layer is not None:
        yield Place(
            "all",
            tr("All the companies: {count} pages").format(count=layer.featureCount()),
            "",
            lambda: {COMPANIES: layer.id()},
        )


def _perimeters(project: QgsProject) -> Iterator[_Perimeter]:
    layers = layers_by_role(project)
    for kind in _KINDS:
        layer = layers.get(kind)
        if layer is None or not layer.isValid() or "nom" not in layer.fields().names():
            continue
        wanted = ("code", "nom", _OF_PARENT)
        request = QgsFeatureRequest().setFlags(QgsFeatureRequest.Flag.NoGeometry)
        request.setSubsetOfAttributes(wanted, layer.fields())
        found = [
            _Perimeter(
                layer, kind, feature.id(), *(str(plain(feature[name]) or "") for name in wanted)
            )
            for feature in layer.getFeatures(request)
        ]
        yield from sorted(found, key=lambda one: one.name)


def _framed(perimeter: _Perimeter) -> Place:
    """Return one perimeter as what a map shows, and is called by."""
    return _one(
        perimeter, TITLE=tr("{name}: synergies of the territory").format(name=perimeter.name)
    )


def _one(perimeter: _Perimeter, **titled: str) -> Place:
    """Return one perimeter as a place."""
    return Place(
        f"{perimeter.kind}/{perimeter.code}",
        f"{perimeter.layer.name()} : {perimeter.name}",
        perimeter.name,
        lambda: {
            PERIMETERS: perimeter.layer.materialize(QgsFeatureRequest(perimeter.identifier)),
            **titled,
        },
    )


def _a_page_each(known: list[_Perimeter], territory: str) -> Iterator[Place]:
    """Yield all the perimeters of a kind, then the communes of each EPCI."""
    titles = {
        "epci": tr("A page for each EPCI ({count} pages)"),
        "commune": tr("A page for each commune ({count} pages)"),
        "zae": tr("A page for each activity zone ({count} pages)"),
        "autre": tr("A page for each other perimeter ({count} pages)"),
    }
    for kind, title in titles.items():
        of_kind = [one for one in known if one.kind == kind]
        if of_kind:
            layer, label = of_kind[0].layer, title.format(count=len(of_kind))
            yield _layer(layer, kind, label, f"{territory} {layer.name()}")
    for whole in known:
        inside = [one for one in known if one.kind == "commune" and one.parent == whole.code]
        if whole.kind == "epci" and inside:
            title = tr("Communes of {name} ({count} pages)")
            yield _members(inside[0].layer, whole, title.format(name=whole.name, count=len(inside)))


def _layer(layer: QgsVectorLayer, kind: str, label: str, name: str) -> Place:
    return Place(f"all/{kind}", label, name, lambda: {PERIMETERS: layer.id()})


def _members(layer: QgsVectorLayer, whole: _Perimeter, label: str) -> Place:
    request = QgsFeatureRequest()
    request.setFilterExpression(QgsExpression.createFieldEqualityExpression(_OF_PARENT, whole.code))
    return Place(
        f"communes/{whole.code}",
        label,
        f"communes {whole.name}",
        lambda: {PERIMETERS: layer.materialize(request)},
    )
