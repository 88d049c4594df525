"""The territory's own words, as the adviser adds them while noting a resource or a need."""

from __future__ import annotations

from qgis.core import (
    QgsExpression,
    QgsFeatureRequest,
    QgsGeometry,
    QgsProject,
    QgsVectorLayer,
    QgsVectorLayerUtils,
)

from ..store.errors import StoreError
from ..store.project import layers_by_role
from ..store.records import add_records
from ..translation import tr

_ROLE = "synonyme"


def remember(project: QgsProject, words: str, nomenclature: str, code: str) -> None:
    """Let a search of these words find this code first, from now on.

    Raises:
        StoreError: the territory has no such table, or refuses the words.
    """
    layer = _layer(project)
    if _found(layer, words, nomenclature, code):
        return
    fields = layer.fields()
    values = {"terme": words, "nomenclature": nomenclature, "code": code}
    record = QgsVectorLayerUtils.createFeature(
        layer,
        QgsGeometry(),
        {fields.indexOf(name): value for name, value in values.items()},
        layer.createExpressionContext(),
    )
    # Past the edits of the layer: the search reads what is saved.
    add_records(layer, [record])


def forget(project: QgsProject, words: str, nomenclature: str, code: str) -> None:
    """Take back what :func:`remember` added.

    Raises:
        StoreError: the territory has no such table, or refuses.
    """
    layer = _layer(project)
    found = _found(layer, words, nomenclature, code)
    if found and not layer.dataProvider().deleteFeatures(found):
        raise StoreError(
            tr("The territory refused records of {layer}: {reason}").format(
                layer=layer.name(), reason="; ".join(layer.dataProvider().errors())
            )
        )


def _layer(project: QgsProject) -> QgsVectorLayer:
    layer = layers_by_role(project).get(_ROLE)
    if layer is None:
        raise StoreError(
            tr("The project has no layer for the territory's own words: open the territory again.")
        )
    return layer


def _found(layer: QgsVectorLayer, words: str, nomenclature: str, code: str) -> list[int]:
    values = {"terme": words, "nomenclature": nomenclature, "code": code}
    wanted = " AND ".join(
        QgsExpression.createFieldEqualityExpression(name, value) for name, value in values.items()
    )
    request = QgsFeatureRequest().setFilterExpression(wanted).setNoAttributes()
    return [feature.id() for feature in layer.dataProvider().getFeatures(request)]
