"""The wiring between QGIS and Act'IF."""

from __future__ import annotations

from pathlib import Path

from qgis.core import QgsApplication
from qgis.gui import QgisInterface
from qgis.PyQt.QtCore import QCoreApplication, QTranslator, QUrl
from qgis.PyQt.QtGui import QDesktopServices, QIcon
from qgis.PyQt.QtWidgets import QAction, QFileDialog, QMenu

from . import paths
from .processing.provider import ALGORITHMS, ActifProvider
from .store.project import SUFFIX
from .translation import tr


class ActifPlugin:
    """What QGIS loads and unloads.

    Args:
        iface: the QGIS window, or None in ``qgis_process``.
    """

    def __init__(self, iface: QgisInterface | None) -> None:
        self._iface = iface
        self._translator: QTranslator | None = None
        self._provider: ActifProvider | None = None
        self._menu: QMenu | None = None

    def initProcessing(self) -> None:
        """Register the algorithms."""
        self._install_translation()
        self._provider = ActifProvider()
        QgsApplication.processingRegistry().addProvider(self._provider)

    def initGui(self) -> None:
        """Register the algorithms and put the menu into the window."""
        self.initProcessing()
        if self._iface is not None:
            self._build_menu()

    def unload(self) -> None:
        """Take everything back out."""
        if self._menu is not None:
            self._menu.menuAction().deleteLater()
            self._menu.deleteLater()
            self._menu = None
        if self._provider is not None:
            QgsApplication.processingRegistry().removeProvider(self._provider)
            self._provider = None
        if self._translator is not None:
            QCoreApplication.removeTranslator(self._translator)
            self._translator = None

    def _install_translation(self) -> None:
        translator = QTranslator()
        if translator.load(str(paths.translation(QgsApplication.locale()))):
            QCoreApplication.installTranslator(translator)
            self._translator = translator

    def _build_menu(self) -> None:
        window = self._iface.mainWindow()
        self._menu = QMenu("Act'IF", window)
        self._menu.setObjectName("actifMenu")
        self._add(tr("New territory…"), lambda: self._open_algorithm("createterritory"))
        self._add(tr("Open a territory…"), self._open_territory)
        self._add(tr("Open the demonstration"), self._open_demo)
        self._menu.addSeparator()
        for algorithm in ALGORITHMS:
            if algorithm.ID != "createterritory":
                title = algorithm().title() + "…"
                self._add(title, lambda *_, name=algorithm.ID: self._open_algorithm(name))
        self._menu.addSeparator()
        self._add(tr("Help"), self._open_help)
        help_menu = self._iface.firstRightStandardMenu()
        self._iface.mainWindow().menuBar().insertMenu(help_menu.menuAction(), self._menu)

    def _add(self, title: str, slot) -> None:  # type: ignore[no-untyped-def]
        action = QAction(QIcon(str(paths.resource("actif.svg"))), title, self._menu)
        action.triggered.connect(slot)
        self._menu.addAction(action)

    def _open_algorithm(self, name: str) -> None:
        # Processing is itself a plugin: it may be absent until a window asks for it.
        from processing import execAlgorithmDialog

        execAlgorithmDialog(f"actif:{name}", {})

    def _open_territory(self) -> None:
        path, _ = QFileDialog.getOpenFileName(
            self._iface.mainWindow(), tr("Open a territory"), "", f"QGIS (*{SUFFIX} *.qgs)"
        )
        if path:
            self._iface.addProject(path)

    def _open_demo(self) -> None:
        project = paths.demo_project()
        if project.exists():
            self._iface.addProject(str(project))
        else:
            self._iface.messageBar().pushInfo(
                "Act'IF",
                tr("There is no demonstration yet: run “make demo” in the source folder first."),
            )

    def _open_help(self) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(help_page())))


def help_page() -> Path:
    """Return the help's first page in the user's language."""
    wanted = paths.PACKAGE / "help" / QgsApplication.locale()[:2] / "index.html"
    return wanted if wanted.exists() else paths.PACKAGE / "help" / "en" / "index.html"
