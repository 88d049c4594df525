"""Confirming that a resource or a need still holds, from wherever one looks at it.

Without the plugin the date is a field like another.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from qgis.core import QgsExpression, QgsFeature, QgsFeatureRequest, QgsMapLayer, QgsVectorLayer
from qgis.gui import QgisInterface, QgsGui, QgsMapLayerAction
from qgis.PyQt.QtCore import QDate, QObject
from qgis.PyQt.QtGui import QIcon
from qgis.PyQt.QtWidgets import QMenu

from .. import paths
from ..compat import plain
from ..store.errors import StoreError
from ..store.project import ROLE
from ..translation import tr

ROLES = ("offre", "besoin")
_FIELD = "date_confirmation"
# Nobody confirms what is over.
_OVER = ("satisfait", "caduc")
_DATE = "dd/MM/yyyy"
# A menu that holds more is read by nobody.
_MOST_ENTRIES = 12
_LONGEST = 60


def confirm(layer: QgsVectorLayer, identifiers: Iterable[int]) -> int:
    """Write today's date on records; save it where no edit session was open before.

    Args:
        layer: the resources or the needs.
        identifiers: of the features.

    Returns:
        how many were confirmed.

    Raises:
        StoreError: the layer cannot be edited, or the database refused; nothing was changed.
    """
    was_editing = layer.isEditable()
    if not was_editing and not layer.startEditing():
        raise StoreError(tr("{layer} cannot be edited.").format(layer=layer.name()))
    position = layer.fields().indexOf(_FIELD)
    today = QDate.currentDate()
    layer.beginEditCommand(tr("Confirm"))
    changed = [layer.changeAttributeValue(each, position, today) for each in identifiers]
    if all(changed):
        layer.endEditCommand()
    else:
        layer.destroyEditCommand()
    saved = all(changed) and (was_editing or layer.commitChanges())
    if not saved:
        reason = "; ".join(layer.commitErrors())
        if not was_editing:
            layer.rollBack()
        raise StoreError(
            tr("{layer} could not be confirmed: {reason}").format(layer=layer.name(), reason=reason)
        )
    layer.triggerRepaint()
    return len(changed)


class ConfirmAction(QgsMapLayerAction):
    """The entry that QGIS shows in forms, tables and identify results of resources and needs."""

    def __init__(self, parent: QObject, iface: QgisInterface) -> None:
        super().__init__(
            tr("Confirm as of today"),
            parent,
            QgsMapLayerAction.Target.AllActions,
            QIcon(str(paths.resource("actif.svg"))),
        )
        self._iface = iface
        self.triggeredForFeature.connect(lambda layer, feature: self.run(layer, [feature]))
        self.triggeredForFeatures.connect(self.run)
        self.triggeredForLayer.connect(self._run_selection)

    def canRunUsingLayer(self, layer: QgsMapLayer, *context: object) -> bool:
        return layer is not None and layer.customProperty(ROLE) in ROLES

    def register(self) -> None:
        """Let QGIS show the entry."""
        QgsGui.mapLayerActionRegistry().addMapLayerAction(self)

    def unregister(self) -> None:
        """Take the entry back."""
        QgsGui.mapLayerActionRegistry().removeMapLayerAction(self)

    def run(self, layer: QgsVectorLayer, features: Sequence[QgsFeature]) -> None:
        """Confirm features, and tell."""
        try:
            count = confirm(layer, [feature.id() for feature in features])
        except StoreError as error:
            self._iface.messageBar().pushWarning("Act'IF", str(error))
            return
        one = tr("1 record confirmed as of today.")
        text = one if count == 1 else tr("{n} records confirmed as of today.").format(n=count)
        self._iface.messageBar().pushSuccess("Act'IF", text)

    def fill(self, menu: QMenu, layers: dict[str, QgsVectorLayer], company: str) -> None:
        """Offer in *menu* to confirm what a company has, the oldest first, one by one or all."""
        found = [
            (layers[role], feature)
            for role in ROLES
            if role in layers
            for feature in _of_company(layers[role], company)
        ]
        if not found:
            return
        found.sort(key=lambda pair: plain(pair[1][_FIELD]) or QDate(1, 1, 1))
        own = menu.addMenu(tr("Confirm as of today"))
        everything = own.addAction(tr("All ({n})").format(n=len(found)))
        everything.triggered.connect(lambda: self._run_all(found))
        own.addSeparator()
        for layer, feature in found[:_MOST_ENTRIES]:
            entry = own.addAction(_title(feature))
            entry.triggered.connect(lambda *_, pair=(layer, feature): self.run(pair[0], [pair[1]]))

    def _run_selection(self, layer: QgsVectorLayer) -> None:
        selected = list(layer.getSelectedFeatures())
        if selected:
            self.run(layer, selected)
        else:
            self._iface.messageBar().pushInfo("Act'IF", tr("Select what is to be confirmed first."))

    def _run_all(self, found: Sequence[tuple[QgsVectorLayer, QgsFeature]]) -> None:
        for layer in dict.fromkeys(layer for layer, _ in found):
            self.run(layer, [feature for owner, feature in found if owner is layer])


def entry_text(words: str) -> str:
    """Return words as an entry of a menu shows them: as they are, in one line that is not long."""
    text = " ".join(words.split())
    if len(text) > _LONGEST:
        text = text[: _LONGEST - 1] + "…"
    # A menu reads & as the mark of a shortcut.
    return text.replace("&", "&&")


def _title(feature: QgsFeature) -> str:
    words = entry_text(str(plain(feature["libelle"]) or plain(feature["code"]) or ""))
    day = plain(feature[_FIELD])
    if day is None:
        return tr("{words} (never confirmed)").format(words=words)
    return tr("{words} (confirmed on {date})").format(words=words, date=day.toString(_DATE))


def _of_company(layer: QgsVectorLayer, company: str) -> list[QgsFeature]:
    over = ", ".join(QgsExpression.quotedValue(state) for state in _OVER)
    wanted = (
        f'"etablissement_id" = {QgsExpression.quotedValue(company)}'
        f" AND coalesce(\"statut\", '') NOT IN ({over})"
    )
    request = QgsFeatureRequest().setFilterExpression(wanted)
    request.setFlags(QgsFeatureRequest.Flag.NoGeometry)
    return list(layer.getFeatures(request))
