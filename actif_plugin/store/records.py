"""Making records of a territory from text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from qgis.core import QgsFeature, QgsGeometry, QgsVectorLayer
from qgis.PyQt.QtCore import QDate, Qt

from ..translation import tr
from .errors import StoreError
from .model import Field, Table, Type

_TRUE = ("1", "oui", "true", "vrai")


def new_record(
    layer: QgsVectorLayer,
    declared: Table,
    values: Mapping[str, str],
    geometry: QgsGeometry | None = None,
) -> QgsFeature:
    """Return a feature of *layer* with the texts of *values* in the types of their columns.

    Columns of the table that *values* leaves out or empty stay NULL.
    """
    feature = QgsFeature(layer.fields())
    for field in declared.columns():
        text = values.get(field.name)
        if text not in (None, ""):
            feature[field.name] = typed(field, str(text))
    if geometry is not None:
        feature.setGeometry(geometry)
    return feature


def typed(field: Field, text: str) -> object:
    """Return *text* in the type of *field*; dates are ISO.

    Raises:
        ValueError: *text* is not of that type.
    """
    if field.type is Type.REAL:
        return float(text)
    if field.type is Type.INTEGER:
        return int(text)
    if field.type is Type.BOOLEAN:
        return text.lower() in _TRUE
    if field.type is Type.DATE:
        day = QDate.fromString(text, Qt.DateFormat.ISODate)
        if not day.isValid():
            raise ValueError(text)
        return day
    return text


def add_records(layer: QgsVectorLayer, features: Sequence[QgsFeature]) -> None:
    """Write new records, all of them or none.

    Raises:
        StoreError: the database refused one.
    """
    provider = layer.dataProvider()
    added, _ = provider.addFeatures(list(features))
    if not added:
        raise StoreError(
            tr("The territory refused records of {layer}: {reason}").format(
                layer=layer.name(), reason="; ".join(provider.errors())
            )
        )
