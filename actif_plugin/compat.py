"""The few places where supported versions of QGIS and Qt differ."""

from __future__ import annotations

import enum
from typing import Any

from qgis.core import (
    NULL,
    Qgis,
    QgsAttributeEditorContainer,
    QgsField,
    QgsFields,
    QgsLocatorResult,
)

_QMETATYPE_FROM = 33800

if Qgis.QGIS_VERSION_INT >= _QMETATYPE_FROM:
    from qgis.PyQt.QtCore import QMetaType

    _TYPES = {
        "text": QMetaType.Type.QString,
        "integer": QMetaType.Type.Int,
        "real": QMetaType.Type.Double,
        "boolean": QMetaType.Type.Bool,
    }
else:
    from qgis.PyQt.QtCore import QVariant

    _TYPES = {
        "text": QVariant.Type.String,
        "integer": QVariant.Type.Int,
        "real": QVariant.Type.Double,
        "boolean": QVariant.Type.Bool,
    }


class Kind(enum.Enum):
    """Types of the fields that algorithms write."""

    TEXT = "text"
    INTEGER = "integer"
    REAL = "real"
    BOOLEAN = "boolean"


def make_fields(*columns: tuple[str, Kind]) -> QgsFields:
    """Return the fields of a result, given their names and types."""
    fields = QgsFields()
    for name, kind in columns:
        fields.append(QgsField(name, _TYPES[kind.value]))
    return fields


def plain(value: Any) -> Any:
    """Return an attribute with NULL, in any of its guises, as None."""
    if value is None or value == NULL:
        return None
    return None if hasattr(value, "isNull") and value.isNull() else value


def enum_value(member: Any) -> Any:
    """Return the number behind a member of a Qt enumeration, as Qt's variants want it."""
    return getattr(member, "value", member)


def set_group_box(container: QgsAttributeEditorContainer, boxed: bool) -> None:
    """Make a container of a form a box, or else a tab."""
    if hasattr(container, "setType"):
        kinds = Qgis.AttributeEditorContainerType
        container.setType(kinds.GroupBox if boxed else kinds.Tab)
    else:
        container.setIsGroupBox(boxed)


def set_user_data(result: QgsLocatorResult, data: Any) -> None:
    """Attach *data* to a locator result."""
    if hasattr(result, "setUserData"):
        result.setUserData(data)
    else:
        result.userData = data


def user_data(result: QgsLocatorResult) -> Any:
    """Return what :func:`set_user_data` attached."""
    return result.userData() if callable(result.userData) else result.userData
