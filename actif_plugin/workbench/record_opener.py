"""From a row of a result to the records behind it: « Montrer les fiches »."""

from __future__ import annotations

from collections.abc import Iterable

from qgis.core import QgsExpression, QgsFeature, QgsFeatureRequest, QgsProject, QgsVectorLayer
from qgis.gui import QgisInterface, QgsGui, QgsMapLayerAction
from qgis.PyQt.QtGui import QIcon

from .. import paths
from ..compat import plain
from ..store.project import layers_by_role
from ..translation import tr

# Columns that hold identifiers of records, with the layer of the territory that has them.
_RECORDS = (
    ("besoin_ids", "besoin"),
    ("offre_ids", "offre"),
    ("etablissement_ids", "etablissement"),
)
_SEPARATOR = "|"


class RecordsAction(QgsMapLayerAction):
    """An action on the rows of any layer that names the records behind them.

    QGIS offers it in tables, forms and identify results. It belongs to the plugin and not to the
    layer: no code is written into projects, and what companies wrote is never interpreted.
    """

    def __init__(self, iface: QgisInterface) -> None:
        super().__init__(tr("Show the records"), iface.mainWindow())
        self.setIcon(QIcon(str(paths.resource("actif.svg"))))

    def canRunUsingLayer(self, layer: object, *_: object) -> bool:
        return isinstance(layer, QgsVectorLayer) and any(
            layer.fields().indexOf(column) >= 0 for column, _ in _RECORDS
        )


class RecordOpener:
    """Offers the action as long as the plugin is loaded.

    Args:
        iface: the QGIS window.
    """

    def __init__(self, iface: QgisInterface) -> None:
        self._iface = iface
        self._action: RecordsAction | None = None

    def connect(self) -> None:
        """Offer the action."""
        self._action = RecordsAction(self._iface)
        self._action.triggeredForFeature.connect(lambda _, feature: self.open([feature]))
        self._action.triggeredForFeatures.connect(lambda _, features: self.open(features))
        QgsGui.mapLayerActionRegistry().addMapLayerAction(self._action)

    def disconnect(self) -> None:
        """Take it back."""
        QgsGui.mapLayerActionRegistry().removeMapLayerAction(self._action)
        self._action.deleteLater()
        self._action = None

    def open(self, rows: Iterable[QgsFeature]) -> None:
        """Select the records that rows name, in the layers of the territory, and show them."""
        layers = layers_by_role(QgsProject.instance())
        rows = list(rows)
        found = 0
        for column, role in _RECORDS:
            names = _names(rows, column)
            layer = layers.get(role)
            if layer is None or not names:
                continue
            expression = in_list("id", names)
            request = QgsFeatureRequest(QgsExpression(expression))
            request.setFlags(QgsFeatureRequest.Flag.NoGeometry)
            request.setNoAttributes()
            identifiers = [feature.id() for feature in layer.getFeatures(request)]
            layer.selectByIds(identifiers)
            if identifiers:
                self._iface.showAttributeTable(layer, expression)
            found += len(identifiers)
        if not found:
            self._iface.messageBar().pushInfo(
                "Act'IF",
                tr("The records of this row are not here: open the project of their territory."),
            )


def in_list(column: str, names: Iterable[str]) -> str:
    """Return the expression that keeps the records so named; whatever the names, only text."""
    values = ", ".join(QgsExpression.quotedString(name) for name in names)
    return f"{QgsExpression.quotedColumnRef(column)} IN ({values})"


def _names(rows: Iterable[QgsFeature], column: str) -> list[str]:
    """Return the identifiers that rows tell in a column, each once, in their order."""
    told = [str(plain(row[column]) or "") for row in rows if row.fields().indexOf(column) >= 0]
    names = (name for text in told for name in text.split(_SEPARATOR))
    return list(dict.fromkeys(filter(None, names)))
