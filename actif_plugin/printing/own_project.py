"""A project of the pages' own: what is printed is in it, and it says who prints what.

QGIS takes the names of a PDF's layers, and what a file says of itself, from the project of the
layout. That of the user is not changed for a print.
"""

from __future__ import annotations

from collections.abc import Iterable

from qgis.core import QgsMapLayer, QgsProject


def own_project(like: QgsProject) -> QgsProject:
    """Return an empty project that draws maps as another one does."""
    project = QgsProject(None)
    project.setTransformContext(like.transformContext())
    project.setCrs(like.crs())
    project.setEllipsoid(like.ellipsoid())
    project.setLabelingEngineSettings(like.labelingEngineSettings())
    # QGIS signs a new project with the name of the user.
    describe(project, "", "", "")
    return project


def describe(project: QgsProject, title: str, author: str, subject: str) -> None:
    """Make a project, and what is printed from it, tell these of itself."""
    metadata = project.metadata()
    metadata.setTitle(title)
    metadata.setAuthor(author)
    metadata.setAbstract(subject)
    project.setMetadata(metadata)


def adopt(project: QgsProject, layers: Iterable[QgsMapLayer]) -> None:
    """Put layers into a project, those that are in none."""
    for layer in layers:
        if layer.project() is None:
            project.addMapLayer(layer, False)
