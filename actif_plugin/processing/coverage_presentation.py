"""How what is missing looks when QGIS loads it."""

from __future__ import annotations

from qgis.core import QgsVectorLayer

from ..store import coverage_styles
from .presentation import Presentation


def _plain(layer: QgsVectorLayer) -> None:
    """Leave a table as it is: the names of its columns are enough."""


BY_CODE = Presentation("Couverture par produit", coverage_styles.dress_codes)
BY_PERIMETER = Presentation("Couverture par périmètre", coverage_styles.dress_perimeters)
HEXAGONS = Presentation("Besoins par hexagone", coverage_styles.dress_hexagons)
CURVE = Presentation("Couverture selon la distance", _plain)
