"""Layers in memory, made of rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from qgis.core import QgsCoordinateReferenceSystem, QgsFeature, QgsGeometry, QgsVectorLayer

from ..compat import Kind, make_fields

# A shape and the values of the fields.
Row = tuple[QgsGeometry, Sequence[object]]


def memory_layer(
    geometry: str,
    crs: QgsCoordinateReferenceSystem,
    title: str,
    fields: Sequence[tuple[str, Kind]] = (),
    rows: Iterable[Row] = (),
) -> QgsVectorLayer:
    """Return rows as a layer in memory; *geometry* is a type of QGIS, or ``NoGeometry``."""
    layer = QgsVectorLayer(geometry, title, "memory")
    layer.setCrs(crs)
    layer.dataProvider().addAttributes(list(make_fields(*fields)))
    layer.updateFields()
    add_rows(layer, rows)
    return layer


def add_rows(layer: QgsVectorLayer, rows: Iterable[Row]) -> None:
    """Add rows to a layer in memory."""
    features = []
    for shape, values in rows:
        feature = QgsFeature(layer.fields())
        feature.setGeometry(shape)
        feature.setAttributes(list(values))
        features.append(feature)
    layer.dataProvider().addFeatures(features)
    layer.updateExtents()
