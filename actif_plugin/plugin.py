"""The wiring between QGIS and Act'IF."""

from __future__ import annotations

from pathlib import Path

from qgis.core import (
    QgsApplication,
    QgsProcessingAlgRunnerTask,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProject,
)
from qgis.gui import QgisInterface
from qgis.PyQt.QtCore import QCoreApplication, QStandardPaths, QTranslator, QUrl
from qgis.PyQt.QtGui import QDesktopServices, QIcon
from qgis.PyQt.QtWidgets import QAction, QFileDialog, QMenu

from . import paths
from .expressions import Expressions
from .forms.session import PickerSession
from .printing.template_copies import copy_templates
from .processing import proposals
from .processing.create_territory import PROJECT
from .processing.provider import ALGORITHMS, ActifProvider
from .processing.visit_sheet import ESTABLISHMENT
from .store.errors import StoreError
from .store.project import SUFFIX
from .translation import tr
from .workbench.company_menu import CompanyMenu
from .workbench.geocoder import AddressGeocoder, AddressLocatorFilter
from .workbench.locator import ActifLocatorFilter
from .workbench.merging import MergeMenu
from .workbench.open_territory import layer_of
from .workbench.options import OptionsFactory
from .workbench.print_dialog import PrintDialog
from .workbench.record_opener import RecordOpener

# The demonstration replaces its own files only: it gets a folder to itself.
_DEMO_FOLDER = "actif-demonstration"
# The menu has entries of its own for these.
_BY_OTHER_ENTRIES = ("createterritory", "createdemo", "mergeestablishments")


class ActifPlugin:
    """What QGIS loads and unloads.

    Args:
        iface: the QGIS window, or None in ``qgis_process``.
    """

    def __init__(self, iface: QgisInterface | None) -> None:
        self._iface = iface
        self._translator: QTranslator | None = None
        self._provider: ActifProvider | None = None
        self._expressions = Expressions()
        self._menu: QMenu | None = None
        self._locator: ActifLocatorFilter | None = None
        self._geocoder: AddressGeocoder | None = None
        self._addresses: AddressLocatorFilter | None = None
        self._options: OptionsFactory | None = None
        self._company_menu: CompanyMenu | None = None
        self._merge_menu: MergeMenu | None = None
        self._records: RecordOpener | None = None
        self._pickers: PickerSession | None = None
        self._demo: DemoTask | None = None

    def initProcessing(self) -> None:
        """Register the algorithms and the expression functions."""
        self._install_translation()
        self._expressions.register()
        self._provider = ActifProvider()
        QgsApplication.processingRegistry().addProvider(self._provider)

    def initGui(self) -> None:
        """Register everything and put the menu into the window."""
        self.initProcessing()
        if self._iface is not None:
            proposals.Window.layer_of = layer_of
            self._merge_menu = MergeMenu(self._iface)
            self._merge_menu.connect()
            self._build_menu()
            self._locator = ActifLocatorFilter(self._iface)
            self._iface.registerLocatorFilter(self._locator)
            # QGIS keeps the filter, and the filter asks the geocoder.
            self._geocoder = AddressGeocoder()
            self._addresses = AddressLocatorFilter(self._geocoder, self._iface.mapCanvas())
            self._iface.registerLocatorFilter(self._addresses)
            self._options = OptionsFactory()
            self._iface.registerOptionsWidgetFactory(self._options)
            self._company_menu = CompanyMenu(self._iface, self._prepare_visit)
            self._company_menu.connect()
            self._records = RecordOpener(self._iface)
            self._records.connect()
            self._pickers = PickerSession(QgsProject.instance())
            self._pickers.start()

    def unload(self) -> None:
        """Take everything back out."""
        proposals.Window.layer_of = None
        if self._demo is not None:
            self._demo.cancel()
            self._demo = None
        if self._pickers is not None:
            self._pickers.stop()
            self._pickers = None
        if self._merge_menu is not None:
            self._merge_menu.disconnect()
            self._merge_menu = None
        if self._records is not None:
            self._records.disconnect()
            self._records = None
        if self._company_menu is not None:
            self._company_menu.disconnect()
            self._company_menu = None
        if self._options is not None:
            self._iface.unregisterOptionsWidgetFactory(self._options)
            self._options = None
        if self._locator is not None:
            # QGIS deletes the filters that it takes back.
            self._iface.deregisterLocatorFilter(self._locator)
            self._iface.deregisterLocatorFilter(self._addresses)
            self._locator = self._addresses = self._geocoder = None
        if self._menu is not None:
            self._menu.menuAction().deleteLater()
            self._menu.deleteLater()
            self._menu = None
        if self._provider is not None:
            QgsApplication.processingRegistry().removeProvider(self._provider)
            self._provider = None
        self._expressions.unregister()
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
        themes: dict[str, QMenu] = {}
        for kind in ALGORITHMS:
            if kind.ID in _BY_OTHER_ENTRIES:
                continue
            algorithm = kind()
            theme, title = algorithm.theme()
            if theme not in themes:
                themes[theme] = self._menu.addMenu(title)
            themes[theme].addAction(algorithm.title() + "…").triggered.connect(
                lambda *_, name=kind.ID: self._open_algorithm(name)
            )
        self._menu.addSeparator()
        self._add(tr("Merge the selected companies…"), self._merge_menu.merge_selected)
        self._add(tr("Print…"), self._print)
        self._add(tr("Copy the layout templates to my profile"), self._copy_templates)
        self._menu.addSeparator()
        self._add(tr("Help"), self._open_help)
        help_menu = self._iface.firstRightStandardMenu()
        self._iface.mainWindow().menuBar().insertMenu(help_menu.menuAction(), self._menu)

    def _add(self, title: str, slot) -> None:  # type: ignore[no-untyped-def]
        action = QAction(QIcon(str(paths.resource("actif.svg"))), title, self._menu)
        action.triggered.connect(slot)
        self._menu.addAction(action)

    def _prepare_visit(self, establishment: str) -> None:
        self._open_algorithm("visitsheet", {ESTABLISHMENT: establishment})

    def _open_algorithm(self, name: str, parameters: dict[str, str] | None = None) -> None:
        # Processing is itself a plugin: it may be absent until a window asks for it.
        from processing import execAlgorithmDialog

        results = execAlgorithmDialog(f"actif:{name}", parameters or {})
        if results.get(PROJECT):
            self._iface.addProject(results[PROJECT])

    def _open_territory(self) -> None:
        path, _ = QFileDialog.getOpenFileName(
            self._iface.mainWindow(), tr("Open a territory"), "", f"QGIS (*{SUFFIX} *.qgs)"
        )
        if path:
            self._iface.addProject(path)

    def _open_demo(self) -> None:
        """Build the demonstration in a folder of the user's choice, then open it."""
        documents = QStandardPaths.writableLocation(
            QStandardPaths.StandardLocation.DocumentsLocation
        )
        parent = QFileDialog.getExistingDirectory(
            self._iface.mainWindow(), tr("Folder for the demonstration"), documents
        )
        if not parent:
            return
        self._demo = DemoTask(self._iface, Path(parent) / _DEMO_FOLDER)
        self._demo.start()

    def _print(self) -> None:
        dialog = PrintDialog(self._iface.messageBar(), self._iface.mainWindow())
        dialog.exec()
        dialog.deleteLater()

    def _copy_templates(self) -> None:
        bar = self._iface.messageBar()
        try:
            copied, kept = copy_templates()
        except StoreError as error:
            bar.pushWarning("Act'IF", str(error))
            return
        told = tr(
            "{copied} templates copied: the layout manager offers them under New from template,"
            " once it is opened again. Already there and left as they are: {kept}."
        )
        bar.pushSuccess("Act'IF", told.format(copied=len(copied), kept=len(kept)))

    def _open_help(self) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(help_page())))


class DemoTask:
    """The making of the demonstration in the background, and its opening."""

    def __init__(self, iface: QgisInterface, folder: Path) -> None:
        self._iface = iface
        self._context = QgsProcessingContext()
        self._context.setProject(QgsProject.instance())
        self._feedback = QgsProcessingFeedback()
        algorithm = QgsApplication.processingRegistry().algorithmById("actif:createdemo")
        self._task = QgsProcessingAlgRunnerTask(
            algorithm, {"FOLDER": str(folder)}, self._context, self._feedback
        )
        self._task.executed.connect(self._finished)

    def start(self) -> None:
        """Hand the work to QGIS's tasks."""
        QgsApplication.taskManager().addTask(self._task)

    def cancel(self) -> None:
        """Stop, and forget the window."""
        self._feedback.cancel()
        self._task = None

    def _finished(self, successful: bool, results: dict) -> None:
        if successful and results.get(PROJECT):
            self._iface.addProject(results[PROJECT])
        elif not self._feedback.isCanceled():
            self._iface.messageBar().pushWarning(
                "Act'IF", tr("The demonstration could not be made: see the log of messages.")
            )


def help_page() -> Path:
    """Return the help's first page in the user's language."""
    wanted = paths.PACKAGE / "help" / QgsApplication.locale()[:2] / "index.html"
    return wanted if wanted.exists() else paths.PACKAGE / "help" / "en" / "index.html"
