"""Merging the companies that are selected, once the adviser has compared them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from qgis.core import QgsApplication, QgsProject
from qgis.gui import QgisInterface, QgsMapMouseEvent
from qgis.PyQt.QtGui import QIcon
from qgis.PyQt.QtWidgets import QDialog, QMenu

from .. import paths
from ..store.carrying import Report, merge
from ..store.errors import StoreError
from ..store.merging import read_companies
from ..store.project import SCOPE, STORE_KEY, edited_layers, layers_by_role
from ..store.schema import table
from ..store.territory import Territory, open_territory
from ..translation import tr
from .merge_dialog import MergeDialog

_ROLE = "etablissement"


class MergeMenu:
    """The merge of companies, in Act'IF's menu and in that of the map."""

    def __init__(self, iface: QgisInterface) -> None:
        self._iface = iface

    def connect(self) -> None:
        """Follow the right clicks on the map."""
        self._iface.mapCanvas().contextMenuAboutToShow.connect(self._fill)

    def disconnect(self) -> None:
        """Leave the map alone."""
        self._iface.mapCanvas().contextMenuAboutToShow.disconnect(self._fill)

    def merge_selected(self) -> None:
        """Compare the selected companies, ask, and merge them."""
        companies = layers_by_role(QgsProject.instance()).get(_ROLE)
        if companies is None:
            self._warn(tr("No territory is open: open its project first."))
            return
        chosen = [feature["id"] for feature in companies.selectedFeatures()]
        if len(chosen) < 2:
            self._warn(
                tr("Select two or more companies in the layer “{layer}” first.").format(
                    layer=companies.name()
                )
            )
            return
        try:
            report = self._merge(chosen)
        except StoreError as error:
            self._warn(str(error))
            return
        if report is not None:
            self._refresh(report.kept)
            self._iface.messageBar().pushSuccess("Act'IF", _told(report))

    def _merge(self, chosen: Sequence[str]) -> Report | None:
        """Return what was done, or None where the adviser thought better of it.

        Raises:
            StoreError: it cannot be done; nothing was changed.
        """
        territory = _territory()
        self._refuse_unsaved(territory)
        dialog = MergeDialog(read_companies(territory, chosen), self._iface.mainWindow())
        accepted = dialog.exec() == QDialog.DialogCode.Accepted
        kept, absorbed = dialog.choice()
        dialog.deleteLater()
        if not accepted:
            return None
        return merge(
            territory,
            kept,
            absorbed,
            author=QgsApplication.userFullName() or QgsApplication.userLoginName(),
            today=date.today(),
        )

    def _refuse_unsaved(self, territory: Territory) -> None:
        edited = edited_layers(QgsProject.instance(), territory)
        if edited:
            raise StoreError(
                tr("Save or cancel the edits of {layers} first: a merge writes there.").format(
                    layers=", ".join(edited)
                )
            )

    def _fill(self, menu: QMenu, event: QgsMapMouseEvent) -> None:
        companies = layers_by_role(QgsProject.instance()).get(_ROLE)
        if companies is not None and companies.selectedFeatureCount() > 1:
            title = tr("Merge the {count} selected companies…").format(
                count=companies.selectedFeatureCount()
            )
            action = menu.addAction(QIcon(str(paths.resource("actif.svg"))), title)
            action.triggered.connect(self.merge_selected)

    def _refresh(self, kept: str) -> None:
        """Show what is in the database now."""
        layers = layers_by_role(QgsProject.instance())
        for layer in layers.values():
            layer.reload()
            layer.triggerRepaint()
        layers[_ROLE].selectByIds(
            [feature.id() for feature in layers[_ROLE].getFeatures() if feature["id"] == kept]
        )

    def _warn(self, text: str) -> None:
        self._iface.messageBar().pushWarning("Act'IF", text)


def _territory() -> Territory:
    project = QgsProject.instance()
    return open_territory(Path(project.readPath(project.readEntry(SCOPE, STORE_KEY)[0])))


def _told(report: Report) -> str:
    counts = ", ".join(
        f"{table(name).title} : {count}" for name, count in report.carried.items() if count
    )
    return tr("{name}: merged. {counts}").format(name=report.label, counts=counts).strip()
