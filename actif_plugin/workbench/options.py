"""The page of Act'IF in QGIS's options: how prints are signed, distances, web services."""

from __future__ import annotations

from qgis.gui import (
    QgsAuthConfigSelect,
    QgsColorButton,
    QgsFileWidget,
    QgsOptionsPageWidget,
    QgsOptionsWidgetFactory,
    QgsScrollArea,
)
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtGui import QColor, QIcon
from qgis.PyQt.QtWidgets import (
    QDoubleSpinBox,
    QFormLayout,
    QFrame,
    QGridLayout,
    QGroupBox,
    QLabel,
    QLineEdit,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from .. import paths, settings
from ..settings import ServiceSettings
from ..store.schema import NATURES
from ..translation import tr

_LONGEST_REACH_KM = 1000.0
# Side by side: the page is wide and the list of natures is long.
_REACH_COLUMNS = 2


class OptionsFactory(QgsOptionsWidgetFactory):
    """Makes the page each time the options are opened."""

    def __init__(self) -> None:
        super().__init__()
        self.setTitle("Act'IF")

    def icon(self) -> QIcon:
        return QIcon(str(paths.resource("actif.svg")))

    def createWidget(self, parent: QWidget | None = None) -> QgsOptionsPageWidget:
        return OptionsPage(parent)


class OptionsPage(QgsOptionsPageWidget):
    """Prints, distances by nature, addresses, authentication and patience."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        inside = QWidget(self)
        layout = QVBoxLayout(inside)
        self._parts = [
            _PrintBox(inside),
            _ReachBox(inside),
            _ServiceBox(tr("Geocoding of addresses"), settings.GEOCODER, inside),
            _ServiceBox(tr("Online search of establishments"), settings.COMPANIES, inside),
            _ServiceBox(tr("Isochrones of the Géoplateforme"), settings.NAVIGATION, inside),
            _ServiceBox(tr("Isochrones of a Valhalla server"), settings.VALHALLA, inside),
            _TilesBox(inside),
            _PatienceBox(inside),
        ]
        for part in self._parts:
            layout.addWidget(part)
        layout.addStretch()
        # The options of QGIS do not scroll the pages of plugins.
        scroll = QgsScrollArea(self)
        scroll.setObjectName("actifOptions")
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(inside)
        outside = QVBoxLayout(self)
        outside.setContentsMargins(0, 0, 0, 0)
        outside.addWidget(scroll)

    def apply(self) -> None:
        for part in self._parts:
            part.apply()


class _PrintBox(QGroupBox):
    """How the organisation signs what it prints."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(tr("Printing"), parent)
        kept = settings.print_settings()
        self._organisation = QLineEdit(kept.organisation, self)
        self._organisation.setObjectName("actifOrganisation")
        self._organisation.setPlaceholderText(tr("Written at the foot of every page"))
        self._logo = QgsFileWidget(self)
        self._logo.setObjectName("actifLogo")
        self._logo.setFilter(tr("Pictures (*.svg *.png *.jpg *.jpeg)"))
        self._logo.setFilePath(kept.logo)
        self._colour = QgsColorButton(self)
        self._colour.setObjectName("actifColour")
        self._colour.setShowNull(True, tr("Colour of Act'IF"))
        if kept.colour:
            self._colour.setColor(QColor(kept.colour))
        else:
            self._colour.setToNull()
        self._disclaimer = QLineEdit(kept.disclaimer, self)
        self._disclaimer.setObjectName("actifDisclaimer")
        self._disclaimer.setPlaceholderText(tr("A sentence at the foot of every page"))
        layout = _form(self)
        layout.addRow(tr("Organisation"), self._organisation)
        layout.addRow(tr("Logo"), self._logo)
        layout.addRow(tr("Colour of titles"), self._colour)
        layout.addRow(tr("Disclaimer"), self._disclaimer)

    def apply(self) -> None:
        """Write down what the user changed."""
        settings.set_print_settings(
            settings.PrintSettings(
                self._organisation.text(),
                self._logo.filePath(),
                "" if self._colour.isNull() else self._colour.color().name(),
                self._disclaimer.text(),
            )
        )


class _ReachBox(QGroupBox):
    """How far a need or a resource is looked for, by its nature."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(tr("Greatest distance by nature, where a run gives none"), parent)
        self._reaches: dict[str, QDoubleSpinBox] = {}
        layout = QGridLayout(self)
        for number, (nature, label) in enumerate(NATURES):
            reach = QDoubleSpinBox(self)
            reach.setObjectName(f"actifReach_{nature}")
            reach.setRange(0, _LONGEST_REACH_KM)
            reach.setDecimals(1)
            reach.setSuffix(" km")
            reach.setValue(settings.reach_m(nature) / 1000)
            self._reaches[nature] = reach
            row, column = divmod(number, _REACH_COLUMNS)
            layout.addWidget(QLabel(label, self), row, 2 * column)
            layout.addWidget(reach, row, 2 * column + 1)

    def apply(self) -> None:
        """Write down what the user changed."""
        for nature, reach in self._reaches.items():
            settings.set_reach_m(nature, round(1000 * reach.value()))


class _ServiceBox(QGroupBox):
    """Where one service is, and how to be let in."""

    def __init__(self, title: str, service: ServiceSettings, parent: QWidget) -> None:
        super().__init__(title, parent)
        self._service = service
        layout = _form(self)
        self._url = _address_line(service, self)
        self._authentication = QgsAuthConfigSelect(self)
        self._authentication.setConfigId(service.authcfg)
        layout.addRow(tr("Address"), self._url)
        layout.addRow(tr("Authentication"), self._authentication)

    def apply(self) -> None:
        """Write down what the user changed."""
        self._service.set_url(self._url.text())
        self._service.set_authcfg(self._authentication.configId())


class _TilesBox(QGroupBox):
    """Where the tiles under printed maps are."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(tr("Backgrounds of printed maps"), parent)
        self._lines = {
            service: _address_line(service, self)
            for service in (settings.PLAN_IGN, settings.OSM_TILES)
        }
        layout = _form(self)
        for name, line in zip(("Plan IGN", "OpenStreetMap"), self._lines.values()):
            layout.addRow(name, line)

    def apply(self) -> None:
        """Write down what the user changed."""
        for service, line in self._lines.items():
            service.set_url(line.text())


class _PatienceBox(QGroupBox):
    """How long a service may take."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(tr("All the services"), parent)
        self._timeout = QSpinBox(self)
        self._timeout.setObjectName("actifTimeout")
        self._timeout.setRange(*settings.TIMEOUT_BOUNDS_S)
        self._timeout.setSuffix(" s")
        self._timeout.setValue(settings.timeout_s())
        _form(self).addRow(tr("Longest wait for an answer"), self._timeout)

    def apply(self) -> None:
        """Write down what the user changed."""
        settings.set_timeout_s(self._timeout.value())


def _address_line(service: ServiceSettings, parent: QWidget) -> QLineEdit:
    line = QLineEdit("" if service.url == service.default_url else service.url, parent)
    line.setObjectName(f"actifUrl_{service.key}")
    # Empty, the public service: what it says in grey.
    line.setPlaceholderText(service.default_url or tr("Of a server of your own"))
    return line


def _form(box: QGroupBox) -> QFormLayout:
    layout = QFormLayout(box)
    layout.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
    return layout
