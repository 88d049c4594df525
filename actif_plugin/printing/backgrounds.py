"""Backgrounds from the web under a printed map, with what their licences ask to be said."""

from __future__ import annotations

from dataclasses import dataclass

from qgis.core import (
    QgsBilinearRasterResampler,
    QgsBlockingNetworkRequest,
    QgsFeedback,
    QgsRasterLayer,
)
from qgis.PyQt.QtCore import QUrl
from qgis.PyQt.QtNetwork import QNetworkRequest

from ..settings import OSM_TILES, PLAN_IGN, ServiceSettings
from ..translation import tr

NONE = "aucun"
_LARGEST_ZOOM = 19
# Tiles are drawn for screens. Left to themselves at 300 dpi they are a third of their size, with
# names that nobody can read, and the service is asked for ten times as many.
_AS_ON_SCREEN = "tilePixelRatio=1"
# What is printed on it comes first.
_OPACITY = 0.7


@dataclass(frozen=True)
class Background:
    """Tiles of the web: where they are, and the credit that their licence asks for."""

    tiles: ServiceSettings
    credit: str


BACKGROUNDS = {
    "plan_ign": Background(PLAN_IGN, "Fond\u00a0: Plan IGN © IGN (Licence Ouverte 2.0)."),
    "osm": Background(OSM_TILES, "Fond\u00a0: © les contributeurs d'OpenStreetMap (ODbL)."),
}


def background_layer(name: str, feedback: QgsFeedback | None = None) -> QgsRasterLayer | None:
    """Return the layer of a background, or None where it cannot be reached.

    Args:
        name: one of ``BACKGROUNDS``.
        feedback: stops the waiting.
    """
    address = BACKGROUNDS[name].tiles.url
    request = QgsBlockingNetworkRequest()
    first = address.replace("{z}", "0").replace("{x}", "0").replace("{y}", "0")
    answer = request.get(QNetworkRequest(QUrl(first)), False, feedback)
    if answer != QgsBlockingNetworkRequest.ErrorCode.NoError:
        return None
    encoded = bytes(QUrl.toPercentEncoding(address, b"{}:/")).decode("ascii")
    uri = f"type=xyz&url={encoded}&zmin=0&zmax={_LARGEST_ZOOM}&{_AS_ON_SCREEN}"
    layer = QgsRasterLayer(uri, tr("Background"), "wms")
    if not layer.isValid():
        return None
    layer.setOpacity(_OPACITY)
    layer.resampleFilter().setZoomedInResampler(QgsBilinearRasterResampler())
    return layer
