"""What a right click on the map offers: the sheet of a company, a new resource, need or visit."""

from __future__ import annotations

from collections.abc import Callable

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsCsException,
    QgsFeature,
    QgsFeatureRequest,
    QgsGeometry,
    QgsPointXY,
    QgsProject,
    QgsRectangle,
    QgsVectorLayer,
    QgsVectorLayerUtils,
)
from qgis.gui import (
    QgisInterface,
    QgsAttributeDialog,
    QgsAttributeEditorContext,
    QgsMapMouseEvent,
)
from qgis.PyQt.QtCore import QSize
from qgis.PyQt.QtGui import QIcon
from qgis.PyQt.QtWidgets import QLineEdit, QMenu

from .. import paths
from ..compat import plain
from ..store.project import ROLE, layers_by_role
from ..translation import tr
from .address_finder import AddressFinder
from .confirm import ConfirmAction, entry_text

_TOLERANCE_PX = 12
# Wide enough for a sub-form beside its list, low enough for a laptop of 768 lines.
_FORM_SIZE = QSize(940, 660)
# Where the keyboard goes when the form of a new record opens: what the menu told is filled in.
_FIRST_FIELD = {
    "offre": "libelle",
    "besoin": "libelle",
    "visite": "motif",
    "etablissement": "raison_sociale",
}


class CompanyMenu:
    """The entries that Act'IF adds to the menu of the map.

    Args:
        iface: the window.
        prepare_visit: opens the visit sheet of a company, told by its SIRET or its identifier.
    """

    def __init__(self, iface: QgisInterface, prepare_visit: Callable[[str], None]) -> None:
        self._iface = iface
        self._prepare_visit = prepare_visit
        self._confirm: ConfirmAction | None = None

    def connect(self) -> None:
        """Follow the right clicks on the map."""
        self._iface.mapCanvas().contextMenuAboutToShow.connect(self._fill)
        self._confirm = ConfirmAction(self._iface.mainWindow(), self._iface)
        self._confirm.register()

    def disconnect(self) -> None:
        """Leave the map alone."""
        self._iface.mapCanvas().contextMenuAboutToShow.disconnect(self._fill)
        self._confirm.unregister()
        self._confirm.deleteLater()
        self._confirm = None

    def _fill(self, menu: QMenu, event: QgsMapMouseEvent) -> None:
        layers = layers_by_role(QgsProject.instance())
        if "etablissement" not in layers:
            return
        companies = layers["etablissement"]
        canvas = self._iface.mapCanvas()
        try:
            point = self._to_layer(companies).transform(event.mapPoint())
            reach = _TOLERANCE_PX * canvas.mapUnitsPerPixel()
            edge = self._to_layer(companies).transform(
                QgsPointXY(event.mapPoint().x() + reach, event.mapPoint().y())
            )
        except QgsCsException:
            return
        found = nearest(companies, point, point.distance(edge))
        icon = QIcon(str(paths.resource("actif.svg")))
        menu.addSeparator()
        if found is None:
            action = menu.addAction(icon, tr("New company here…"))
            action.triggered.connect(lambda: self._add(companies, point, {}))
            return
        own = menu.addMenu(icon, entry_text(name_of(found)))
        own.addAction(tr("Open the sheet")).triggered.connect(
            lambda: self._iface.openFeatureForm(companies, found)
        )
        place = found.geometry().asPoint()
        for role, text in (
            ("offre", tr("Add a resource…")),
            ("besoin", tr("Add a need…")),
            ("visite", tr("Note a visit…")),
        ):
            if role in layers:
                own.addAction(text).triggered.connect(
                    lambda *_, layer=layers[role]: self._add(
                        layer, place, {"etablissement_id": found["id"]}
                    )
                )
        own.addAction(tr("Prepare a visit…")).triggered.connect(
            lambda: self._prepare_visit(plain(found["siret"]) or found["id"])
        )
        self._confirm.fill(own, layers, found["id"])

    def _to_layer(self, layer: QgsVectorLayer) -> QgsCoordinateTransform:
        settings = self._iface.mapCanvas().mapSettings()
        return QgsCoordinateTransform(
            settings.destinationCrs(), layer.crs(), settings.transformContext()
        )

    def _add(self, layer: QgsVectorLayer, point: QgsPointXY, values: dict[str, object]) -> None:
        """Show the form of a new record; save it where no edit session was open before."""
        was_editing = layer.isEditable()
        if not was_editing and not layer.startEditing():
            self._warn(tr("{layer} cannot be edited.").format(layer=layer.name()))
            return
        geometry = QgsGeometry.fromPointXY(point) if layer.isSpatial() else QgsGeometry()
        attributes = {layer.fields().indexOf(name): value for name, value in values.items()}
        context = layer.createExpressionContext()
        feature = QgsVectorLayerUtils.createFeature(layer, geometry, attributes, context)
        form = self._iface.getFeatureForm(layer, feature)
        form.setMode(QgsAttributeEditorContext.Mode.AddFeatureMode)
        form.resize(form.size().expandedTo(_FORM_SIZE))
        self._focus(form, layer)
        finder = self._look_up_address(form, layer, point)
        accepted = form.exec()
        if finder is not None:
            finder.cancel()
        if was_editing:
            return
        if not accepted:
            layer.rollBack()
        elif not layer.commitChanges():
            self._warn("; ".join(layer.commitErrors()))
        layer.triggerRepaint()

    def _focus(self, form: QgsAttributeDialog, layer: QgsVectorLayer) -> None:
        name = _FIRST_FIELD.get(layer.customProperty(ROLE), "")
        # QGIS names the widget of a field after it.
        for line in form.findChildren(QLineEdit, name):
            line.setFocus()

    def _look_up_address(
        self, form: QgsAttributeDialog, layer: QgsVectorLayer, point: QgsPointXY
    ) -> AddressFinder | None:
        """Let the address of a new company fill itself in while the adviser types."""
        if layer.customProperty(ROLE) != "etablissement":
            return None
        transform = QgsCoordinateTransform(
            layer.crs(), QgsCoordinateReferenceSystem("EPSG:4326"), QgsProject.instance()
        )
        try:
            place = transform.transform(point)
        except QgsCsException:
            return None
        finder = AddressFinder(form.attributeForm(), place.x(), place.y(), self._warn)
        finder.start()
        return finder

    def _warn(self, text: str) -> None:
        self._iface.messageBar().pushWarning("Act'IF", text)


def nearest(layer: QgsVectorLayer, point: QgsPointXY, reach: float) -> QgsFeature | None:
    """Return the point feature nearest to *point* within *reach*, in the layer's units."""
    box = QgsRectangle(point.x() - reach, point.y() - reach, point.x() + reach, point.y() + reach)
    best = None
    for feature in layer.getFeatures(QgsFeatureRequest(box)):
        distance = feature.geometry().asPoint().distance(point)
        if distance <= reach and (best is None or distance < best[0]):
            best = (distance, feature)
    return None if best is None else best[1]


def name_of(company: QgsFeature) -> str:
    """Return how people call a company: its sign, else its name, else its SIRET."""
    names = (plain(company[field]) for field in ("enseigne", "raison_sociale", "siret"))
    return next((str(name) for name in names if name), tr("unnamed"))
