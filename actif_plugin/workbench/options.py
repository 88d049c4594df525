"""The page of Act'IF in QGIS's options: where the web services are, and how prints are signed."""

from __future__ import annotations

from qgis.gui import (
    QgsAuthConfigSelect,
    QgsColorButton,
    QgsFileWidget,
    QgsOptionsPageWidget,
    QgsOptionsWidgetFactory,
)
from qgis.PyQt.QtGui import QColor, QIcon
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
        self._print = _PrintBox(self)
        layout.addWidget(self._print)
        layout.addStretch()

    def apply(self) -> None:
        for box in self._services:
            box.apply()
        settings.set_timeout_s(self._timeout.value())
        self._print.apply()


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


class _PrintBox(QGroupBox):
    """How the organisation signs what it prints."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(tr("Printing"), parent)
        kept = settings.print_settings()
        self._organisation = QLineEdit(kept.organisation, self)
        self._organisation.setObjectName("actifOrganisation")
        self._logo = QgsFileWidget(self)
        self._logo.setFilter(tr("Pictures (*.svg *.png *.jpg *.jpeg)"))
        self._logo.setFilePath(kept.logo)
        self._colour = QgsColorButton(self)
        self._colour.setShowNull(True)
        if kept.colour:
            self._colour.setColor(QColor(kept.colour))
        else:
            self._colour.setToNull()
        self._disclaimer = QLineEdit(kept.disclaimer, self)
        layout = QFormLayout(self)
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
