"""What a territory recorded of its value chains: their links, who does them, what flows."""

from __future__ import annotations

import numpy as np
from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsFeatureRequest,
    QgsFeatureSource,
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingFeedback,
)

from ..compat import plain
from ..domain.feedback import checkpoint
from ..domain.matching import Booleans
from ..domain.metric import Floats
from ..domain.value_chains import Company, Flow, Link
from ..store.value_chains import CHAIN_FIELDS, link_of
from ..translation import tr
from .base import Watch
from .flows import FlowLayer
from .places import centre_of

_CLOSED = "ferme"
_TOLD = 10
_AT_ONCE = 1000


def read_links(source: QgsFeatureSource, feedback: QgsProcessingFeedback) -> list[Link]:
    """Return the links of a table like ``ref_maillon``; what is no product is told and left out."""
    fields = source.fields()
    missing = [name for name in CHAIN_FIELDS if fields.indexOf(name) < 0]
    if missing:
        raise QgsProcessingException(
            tr("The links have no field {fields}: choose the table ref_maillon.").format(
                fields=", ".join(missing)
            )
        )
    links, wrong = [], []
    for feature in source.getFeatures():
        row = {name: str(plain(feature[name]) or "") for name in CHAIN_FIELDS}
        link, unknown = link_of(row)
        wrong += [f"{link.code}: {code}" for code in unknown]
        if link.code:
            links.append(link)
    if wrong:
        feedback.pushWarning(
            tr("Codes that are no products, left out: {codes}").format(
                codes=", ".join(wrong[:_TOLD])
            )
        )
    return links


def read_companies(
    establishments: QgsFeatureSource,
    crs: QgsCoordinateReferenceSystem,
    context: QgsProcessingContext,
    watch: Watch,
) -> tuple[list[Company], Floats]:
    """Return the establishments that are not closed and their places, shape (n, 2), NaN for none.

    Raises:
        QgsProcessingException: nothing says what they do.
        Cancelled: the user asked to stop.
    """
    fields = establishments.fields()
    if fields.indexOf("naf_code") < 0:
        raise QgsProcessingException(
            tr("The establishments have no field naf_code: choose the table etablissement.")
        )
    has = {name: fields.indexOf(name) >= 0 for name in ("id", "etat", "naf_code")}
    request = QgsFeatureRequest()
    request.setSubsetOfAttributes([name for name, there in has.items() if there], fields)
    request.setDestinationCrs(crs, context.transformContext())
    companies, places = [], []
    total = max(1, establishments.featureCount())
    for number, feature in enumerate(establishments.getFeatures(request)):
        if number % _AT_ONCE == 0:
            checkpoint(watch, min(1.0, number / total))
        if has["etat"] and plain(feature["etat"]) == _CLOSED:
            continue
        identifier = plain(feature["id"]) if has["id"] else feature.id()
        companies.append(Company(str(identifier), str(plain(feature["naf_code"]) or "")))
        # A company without a place is in no perimeter.
        places.append(centre_of(feature.geometry()))
    return companies, np.array(places, dtype=np.float64).reshape(-1, 2)


def told_flows(layer: FlowLayer, orphan: Booleans) -> list[Flow]:
    """Return the records of a layer as value chains see them; *orphan* is of shape (n,)."""
    flows = layer.flows
    return [
        Flow(str(identifier), flows.codes[code], alone)
        for identifier, code, alone in zip(flows.ids.tolist(), flows.code.tolist(), orphan.tolist())
    ]
