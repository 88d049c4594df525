"""The locator bar finds companies, SIRETs and products of the open territory."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from qgis.core import (
    QgsCoordinateTransform,
    QgsFeedback,
    QgsGeometry,
    QgsLocatorContext,
    QgsLocatorFilter,
    QgsLocatorResult,
    QgsPointXY,
    QgsProject,
)
from qgis.gui import QgisInterface
from qgis.PyQt.QtGui import QIcon

from .. import paths
from ..compat import set_user_data, user_data
from ..domain.codes import Level
from ..store.lookup import Kind, find
from ..store.project import SCOPE, STORE_KEY, layers_by_role
from ..store.vocabulary import code_search
from ..translation import tr

_SHORTEST = 3
_CODES_SEARCHED = 1
# Under this score the search guesses at a misspelling: a company's name is no misspelt product.
_SURE = 0.7
_SCALE = 10_000


class ActifLocatorFilter(QgsLocatorFilter):
    """Type a name, a SIRET or a product; pick; the map goes there."""

    def __init__(self, iface: QgisInterface) -> None:
        super().__init__()
        self._iface = iface
        self._store: Path | None = None
        # Made here, in the main thread: icons may not be made in the one that fetches.
        self._icon = QIcon(str(paths.resource("actif.svg")))

    def name(self) -> str:
        return "actif"

    def displayName(self) -> str:
        return tr("Act'IF: companies, resources and needs")

    def prefix(self) -> str:
        return "act"

    def clone(self) -> ActifLocatorFilter:
        return ActifLocatorFilter(self._iface)

    def prepare(self, text: str, context: QgsLocatorContext) -> list[str]:
        # The project belongs to the main thread; fetchResults runs in another.
        project = QgsProject.instance()
        entry = project.readEntry(SCOPE, STORE_KEY)[0]
        self._store = Path(project.readPath(entry)) if entry else None
        return []

    def fetchResults(self, text: str, context: QgsLocatorContext, feedback: QgsFeedback) -> None:
        if self._store is None or len(text.strip()) < _SHORTEST:
            return
        try:
            search = code_search(paths.reference_database(), self._store)
            products = search.search(text, level=Level.GROUP, limit=_CODES_SEARCHED)
            if feedback.isCanceled():
                return
            codes = [product.code for product in products if product.score >= _SURE]
            hits = find(self._store, text, codes)
        except sqlite3.Error:
            # A project may outlive its GeoPackage: then there is nothing to find.
            return
        names = {
            Kind.COMPANY: tr("Company"),
            Kind.OFFER: tr("Resource"),
            Kind.NEED: tr("Need"),
        }
        for rank, hit in enumerate(hits):
            if feedback.isCanceled():
                return
            result = QgsLocatorResult()
            result.displayString = hit.title
            # Not groups: QGIS would sort them by name, and put needs before companies.
            result.description = " · ".join(filter(None, (names[hit.kind], hit.detail)))
            result.icon = self._icon
            result.score = 1 - rank / (len(hits) + 1)
            # Plain values: QGIS copies them in threads of its own.
            set_user_data(result, [hit.title, *(hit.position or ())])
            self.resultFetched.emit(result)

    def triggerResult(self, result: QgsLocatorResult) -> None:
        title, *position = user_data(result)
        if not position:
            self._iface.messageBar().pushInfo(
                "Act'IF", tr("{name} has no position on the map yet.").format(name=title)
            )
            return
        canvas = self._iface.mapCanvas()
        territory = layers_by_role(QgsProject.instance())["etablissement"].crs()
        settings = canvas.mapSettings()
        transform = QgsCoordinateTransform(
            territory, settings.destinationCrs(), settings.transformContext()
        )
        canvas.setCenter(transform.transform(QgsPointXY(*position)))
        canvas.zoomScale(_SCALE)
        canvas.flashGeometries([QgsGeometry.fromPointXY(QgsPointXY(*position))], territory)
