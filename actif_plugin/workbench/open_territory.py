"""The layers of the territory that is open, for the dialogs of algorithms to propose."""

from __future__ import annotations

from qgis.core import QgsProject
from qgis.PyQt.QtCore import QCoreApplication, QThread

from ..store.project import layers_by_role


def layer_of(role: str) -> str | None:
    """Return the identifier of the open territory's layer of that role, None without one."""
    # A model makes its algorithms anew in a thread that must not look at the project.
    if QThread.currentThread() is not QCoreApplication.instance().thread():
        return None
    layer = layers_by_role(QgsProject.instance()).get(role)
    return None if layer is None else layer.id()
