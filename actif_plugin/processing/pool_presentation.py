"""How pools, joint offers and what surrounds a visit look when QGIS loads them."""

from __future__ import annotations

from collections.abc import Mapping

from qgis.core import QgsProcessingContext

from ..store import pool_styles
from .presentation import Presentation, present
from .results import Result

POOLS_SHOWN = Presentation("Groupements", pool_styles.style_pools)
MEMBERS_SHOWN = Presentation("Membres des groupements", pool_styles.style_pool_members)
JOINTS_SHOWN = Presentation("Offres communes", pool_styles.style_joint_offers)
JOINT_MEMBERS_SHOWN = Presentation("Membres des offres communes", pool_styles.style_joint_members)


def presented(
    context: QgsProcessingContext,
    results: Mapping[str, Result | None],
    shown: Mapping[str, Presentation],
) -> dict[str, str]:
    """Return what an algorithm returns of its results, which QGIS will dress as *shown*."""
    for name, result in results.items():
        if result is not None and name in shown:
            present(context, result.destination, shown[name])
    return {name: result.destination for name, result in results.items() if result is not None}
