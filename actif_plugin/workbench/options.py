"""The page of Act'IF in QGIS's options: where the web services are."""

from __future__ import annotations

from qgis.gui import QgsAuthConfigSelect, QgsOptionsPageWidget, QgsOptionsWidgetFactory
from qgis.PyQt.QtGui import QIcon
from qgis.PyQt.QtWidgets import QFormLayout, QGroupBox, QLineEdit, QSpinBox, QVBoxLayout, QWidget

from .. import paths, settings
from ..settings import ServiceSettings
from ..translation import tr


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
    """Addresses, authentication and patience."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        self._services = [
            _ServiceBox(tr("Geocoding of addresses"), settings.GEOCODER, self),
            _ServiceBox(tr("Online search of establishments"), settings.COMPANIES, self),
            _ServiceBox(tr("Isochrones of the Géoplateforme"), settings.NAVIGATION, self),
            _ServiceBox(tr("Isochrones of a Valhalla server"), settings.VALHALLA, self),
        ]
        for box in self._services:
            layout.addWidget(box)
        patience = QFormLayout()
        self._timeout = QSpinBox(self)
        self._timeout.setObjectName("actifTimeout")
        self._timeout.setRange(*settings.TIMEOUT_BOUNDS_S)
        self._timeout.setSuffix(" s")
        self._timeout.setValue(settings.timeout_s())
        patience.addRow(tr("Longest wait for an answer"), self._timeout)
        layout.addLayout(patience)
        layout.addStretch()

    def apply(self) -> None:
        for box in self._services:
            box.apply()
        settings.set_timeout_s(self._timeout.value())


class _ServiceBox(QGroupBox):
    """Where one service is, and how to be let in."""

    def __init__(self, title: str, service: ServiceSettings, parent: QWidget) -> None:
        super().__init__(title, parent)
        self._service = service
        layout = QFormLayout(self)
        self._url = QLineEdit("" if service.url == service.default_url else service.url, self)
        self._url.setObjectName(f"actifUrl_{service.key}")
        # Empty, the public service: what it says in grey.
        self._url.setPlaceholderText(service.default_url)
        self._authentication = QgsAuthConfigSelect(self)
        self._authentication.setConfigId(service.authcfg)
        layout.addRow(tr("Address"), self._url)
        layout.addRow(tr("Authentication"), self._authentication)

    def apply(self) -> None:
        """Write down what the user changed."""
        self._service.set_url(self._url.text())
        self._service.set_authcfg(self._authentication.configId())
