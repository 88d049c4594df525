"""A layout that was printed, left in the project for a finishing touch."""

from __future__ import annotations

from collections.abc import Iterable

from qgis.core import QgsMapLayer, QgsPrintLayout, QgsProject

_FIRST_COPY = 2


def keep(
    project: QgsProject, layout: QgsPrintLayout, backgrounds: Iterable[QgsMapLayer] = ()
) -> str:
    """Put a layout into its project, where the layout manager lists it.

    Args:
        project: that of the layout, open.
        layout: made for *project*, which owns it from now on.
        backgrounds: layers that it shows and that may be new to the project; they are put below
            the others and not drawn on the screen.

    Returns:
        The name of the layout: its own, with a number where another has it already.
    """
    for layer in backgrounds:
        if layer.project() is None:
            project.addMapLayer(layer, False)
            project.layerTreeRoot().addLayer(layer).setItemVisibilityChecked(False)
    manager = project.layoutManager()
    name, number = layout.name(), _FIRST_COPY
    while manager.layoutByName(layout.name()) is not None:
        layout.setName(f"{name} {number}")
        number += 1
    # From now on the project keeps the layout.
    layout.kept = None
    manager.addLayout(layout)
    project.setDirty(True)
    return str(layout.name())
