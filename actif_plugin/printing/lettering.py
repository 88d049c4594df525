"""How names are written on maps on paper: where, how large, and what they keep off.

QGIS leaves a label out where it finds no place for it. On paper nobody can zoom in: the names that
matter most come first, names of areas look for a place anywhere in their area, and none may stand
on a symbol.
"""

from __future__ import annotations

from dataclasses import dataclass
from string import Template

from qgis.core import (
    QgsPalLayerSettings,
    QgsProject,
    QgsVectorLayer,
    QgsVectorLayerSimpleLabeling,
    QgsWkbTypes,
)
from qgis.PyQt.QtGui import QColor

# How much symbols keep names off, of two: a name whose priority is a smaller share of ten goes
# elsewhere or is left out; others go elsewhere where they can.
KEPT_CLEAR = 1.7
# Priorities, of ten: figures cannot be spared, and hardly the names that a map is read by.
FIGURES, NEEDED = 10, 9
_OTHERS = 4
# What areas offer a cm² on maps full of symbols, for their names to keep off these.
MANY_PLACES = 12.0
METRES_A_DEGREE = 111_320
# From the middle of a dot to its name, whose halo would cover it.
OFF_A_DOT_MM = 1.8
_LONG, _WRAP_AT = 60, 24
# Smaller letters are read by few.
_LEAST_PT = 6.0
_PLACEMENT = QgsPalLayerSettings.Placement


# Names that are written whatever their length keep so far from the edge of their area.
_INSIDE_MM = 5.0
_INSIDE = Template(
    "with_variable('inner', buffer($$geometry, -$away * @map_scale),"
    " if(coalesce(area(@inner), 0) > 0, @inner, $$geometry))"
)


@dataclass(frozen=True)
class _Names:
    """How the names of a layer are written: their priority, and their colour if not the layer's."""

    priority: int
    colour: str = ""


_NAMES = {
    "epci": _Names(NEEDED, "#45412f"),
    # Pale ink is lost on most printers.
    "commune": _Names(3, "#6b6657"),
    "zae": _Names(5),
    "autre": _Names(5),
}


def offer_places(project: QgsProject, places: float) -> None:
    """Make areas offer so many places a cm² for their names, on all maps of a project of ours."""
    engine = project.labelingEngineSettings()
    engine.setMaximumPolygonCandidatesPerCmSquared(places)
    project.setLabelingEngineSettings(engine)


def letter(layer: QgsVectorLayer, role: str, scale: float) -> None:
    """Write the names of a layer as on paper.

    Args:
        layer: with labels of one kind; another is left as it is.
        role: its part in the territory.
        scale: how much larger than on A3 letters are.
    """
    if not isinstance(layer.labeling(), QgsVectorLayerSimpleLabeling):
        return
    names = _NAMES.get(role, _Names(_OTHERS))
    settings = layer.labeling().settings()
    letters = settings.format()
    letters.setSize(max(letters.size() * scale, _LEAST_PT))
    if names.colour:
        letters.setColor(QColor(names.colour))
    halo = letters.buffer()
    halo.setSize(halo.size() * scale)
    letters.setBuffer(halo)
    settings.setFormat(letters)
    settings.priority = names.priority
    # Seen as often as on A3: a poster of the same ground has a larger scale and larger letters.
    settings.minimumScale = settings.minimumScale / scale
    if layer.geometryType() == QgsWkbTypes.GeometryType.PolygonGeometry:
        settings.placement = _PLACEMENT.Horizontal
        # An area is where names are to stand, its own and those of the areas in it.
        around = settings.obstacleSettings()
        around.setIsObstacle(False)
        settings.setObstacleSettings(around)
        if not settings.fitInPolygonOnly:
            _keep_inside(settings, scale, METRES_A_DEGREE if layer.crs().isGeographic() else 1)
    elif layer.geometryType() == QgsWkbTypes.GeometryType.PointGeometry:
        settings.dist = OFF_A_DOT_MM * scale
        shorten(settings)
    layer.setLabeling(QgsVectorLayerSimpleLabeling(settings))


def _keep_inside(settings: QgsPalLayerSettings, scale: float, metres: float) -> None:
    away = _INSIDE_MM * scale / 1000 / metres
    settings.geometryGenerator = _INSIDE.substitute(away=f"{away:.9f}")
    settings.geometryGeneratorType = QgsWkbTypes.GeometryType.PolygonGeometry
    settings.geometryGeneratorEnabled = True


def shorten(settings: QgsPalLayerSettings) -> None:
    """Break long names over lines, and cut those that are longer still."""
    name = settings.fieldName if settings.isExpression else f'"{settings.fieldName}"'
    settings.fieldName = (
        f"with_variable('name', to_string({name}),"
        f" if(length(@name) > {_LONG}, left(@name, {_LONG} - 1) || '…', @name))"
    )
    settings.isExpression = True
    settings.autoWrapLength = _WRAP_AT
