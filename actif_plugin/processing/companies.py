"""Where the names of the companies of a run are: in the file of its flows, in the territory."""

from __future__ import annotations

import contextlib
from pathlib import Path

from qgis.core import QgsProcessingContext

from ..store.company_names import company_names
from ..store.errors import StoreError
from .base import territory_of
from .flows import FlowLayer


def names_of(context: QgsProcessingContext, *layers: FlowLayer) -> dict[str, str]:
    """Return the names of companies by identifier, empty where nothing tells them.

    Args:
        context: of the run; the territory of its project is looked into last.
        layers: the flows read, whose own files come first.
    """
    if not any("etablissement_id" in layer.words for layer in layers):
        return {}
    paths = [Path(layer.table.path) for layer in layers if layer.table is not None]
    with contextlib.suppress(StoreError):
        paths.append(territory_of("", context.project()).path)
    return company_names(dict.fromkeys(paths))
