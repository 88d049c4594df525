"""The menu of the map, whatever a company is called."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from qgis.core import QgsGeometry, QgsPointXY, QgsProject, QgsRectangle
from qgis.gui import QgsMapCanvas, QgsMapMouseEvent
from qgis.PyQt.QtCore import QEvent, QPoint, Qt
from qgis.PyQt.QtWidgets import QMainWindow, QMenu

from actif_plugin.forms.layout import dress_forms
from actif_plugin.store.project import write_project
from actif_plugin.store.records import add_records, new_record
from actif_plugin.store.schema import table
from actif_plugin.workbench.company_menu import CompanyMenu


@pytest.fixture
def opened(territory, qgis_app):
    """A map on the territory, and its menu; returns the titles at its centre for a name."""
    project = QgsProject.instance()
    window = QMainWindow()
    canvas = QgsMapCanvas(window)
    canvas.resize(400, 300)
    window_of = SimpleNamespace(mapCanvas=lambda: canvas, mainWindow=lambda: window)
    menu = CompanyMenu(window_of, lambda establishment: None)

    def titles(name):
        values = {"id": "e1", "raison_sociale": name}
        place = QgsGeometry.fromPointXY(QgsPointXY(567_000, 6_325_000))
        layer = territory.layer("etablissement")
        add_records(layer, [new_record(layer, table("etablissement"), values, place)])
        assert project.read(str(write_project(territory, dress_forms)))
        canvas.setDestinationCrs(project.crs())
        canvas.setExtent(QgsRectangle(566_800, 6_324_850, 567_200, 6_325_150))
        pixel = canvas.getCoordinateTransform().transform(place.asPoint())
        where = QPoint(round(pixel.x()), round(pixel.y()))
        right, none = Qt.MouseButton.RightButton, Qt.KeyboardModifier.NoModifier
        press = QEvent.Type.MouseButtonPress
        event = QgsMapMouseEvent(canvas, press, where, right, right, none)
        shown = QMenu(window)
        canvas.contextMenuAboutToShow.emit(shown, event)
        return [entry.text() for entry in shown.actions() if entry.menu()]

    menu.connect()
    yield titles
    menu.disconnect()
    project.clear()


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Bois & <b>Fils</b>", "Bois && <b>Fils</b>"),
        ("[% 1+1 %] <script>", "[% 1+1 %] <script>"),
        ("Œuf 🏭 Ÿ", "Œuf 🏭 Ÿ"),
        ("ligne\nautre", "ligne autre"),
        ("é" * 10_000, "é" * 59 + "…"),
    ],
    ids=["markup", "template", "emoji", "lines", "long"],
)
def test_a_companys_name_is_shown_as_it_is_in_one_line(opened, name, expected):
    assert opened(name) == [expected]
