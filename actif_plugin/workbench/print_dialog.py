"""What to print, for whom, of where, on what: a few choices, and the algorithms do the rest.

The choices are those of the algorithms themselves: an algorithm that prints and is added to the
provider is offered here.
"""

from __future__ import annotations

import html
import os
import re
from pathlib import Path

from qgis.core import (
    Qgis,
    QgsApplication,
    QgsProcessingAlgorithm,
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingParameterFileDestination,
    QgsProject,
    QgsSettings,
)
from qgis.gui import QgsFileWidget, QgsMessageBar
from qgis.PyQt.QtCore import QStandardPaths, QUrl
from qgis.PyQt.QtGui import QDesktopServices
from qgis.PyQt.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLabel,
    QMessageBox,
    QVBoxLayout,
    QWidget,
)

from ..store.errors import StoreError
from ..store.project import territory_layers
from ..translation import tr
from .print_file import completed, proposed_name, suffixes
from .print_places import COMPANIES, Place, places_of
from .searchable import searchable
from .shown_feedback import ShownFeedback

_PROVIDER = "actif"
_GROUP = "printing"
_OUTPUT = "OUTPUT"
_PRINTED = ".pdf"
# The choices of the dialog, by the parameter that takes them.
_CHOICES = ("EDITION", "PAPER", "BASEMAP")
_EDITION = "EDITION"
_INTERNAL = "interne"
_FIRST = "actif:synergymap"
_WIDTH = 780
_REMEMBERED = "actif/print_dialog/"
# What the title of an algorithm says of its file, which the dialog asks for itself.
_KIND_OF_FILE = re.compile(r"\s*\(PDF\)$")
_WARNS = "color: #a4262c"


class PrintDialog(QDialog):
    """Asks what to print, and prints it.

    Args:
        bar: where it says that it is done; None where there is no window.
        parent: window it belongs to.
    """

    def __init__(self, bar: QgsMessageBar | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bar = bar
        self._project = QgsProject.instance()
        self._lack = _lack_of_territory(self._project)
        self._algorithms = _printing_algorithms()
        # The file name that was proposed: one that the user changed stays.
        self._proposed = ""
        # What was chosen where there was a choice, for when there is one again.
        self._chosen: dict[str, str] = {}
        self._chosen_places: dict[bool, str] = {}
        self._of_companies = False
        self._build()
        self._restore()
        # What is offered is gone with it.
        self._project.cleared.connect(self.reject)

    def parameters(self) -> dict[str, object]:
        """Return what the algorithm is given."""
        algorithm = self._algorithm()
        place = self._where.currentData()
        values: dict[str, object] = {} if place is None else place.values()
        for name, box in self._boxes.items():
            if box.isEnabled():
                values[name] = box.currentData()
        values[_OUTPUT] = str(self._path())
        return {
            name: value
            for name, value in values.items()
            if algorithm.parameterDefinition(name) is not None
        }

    # -- the window ------------------------------------------------------------------------------

    def _build(self) -> None:
        self.setWindowTitle(tr("Print"))
        self.setObjectName("actifPrint")
        self.setMinimumWidth(_WIDTH)
        self._what = self._box("actifPrintWhat")
        for algorithm in self._algorithms:
            self._what.addItem(_KIND_OF_FILE.sub("", algorithm.displayName()), algorithm.id())
        self._where = self._box("actifPrintWhere")
        searchable(self._where)
        self._of_where = QLabel(self)
        self._boxes = {name: self._box(f"actifPrint{name.title()}") for name in _CHOICES}
        self._edition = self._text("actifPrintEditionTold")
        self._file = QgsFileWidget(self)
        self._file.setStorageMode(QgsFileWidget.StorageMode.SaveFile)
        # Asked once, when it is printed.
        self._file.setConfirmOverwrite(False)
        self._file.setObjectName("actifPrintFile")
        self._open = QCheckBox(tr("Open after printing"), self)
        self._open.setObjectName("actifPrintOpen")
        self._said = self._text("actifPrintSaid")
        self._said.setStyleSheet(_WARNS)
        form = QFormLayout()
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.addRow(tr("What"), self._what)
        form.addRow(tr("For whom"), self._boxes[_EDITION])
        form.addRow("", self._edition)
        form.addRow(self._of_where, self._where)
        self._of_where.setBuddy(self._where)
        form.addRow(tr("Paper"), self._boxes["PAPER"])
        form.addRow(tr("Background"), self._boxes["BASEMAP"])
        form.addRow(tr("File"), self._file)
        form.addRow("", self._open)
        roles = QDialogButtonBox.StandardButton
        buttons = QDialogButtonBox(roles.Ok | roles.Cancel, self)
        self._print = buttons.button(roles.Ok)
        self._print.setText(tr("Print"))
        buttons.accepted.connect(self._run)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.addLayout(form)
        layout.addWidget(self._said)
        layout.addStretch()
        layout.addWidget(buttons)
        self.setTabOrder(self._boxes[_EDITION], self._where)
        self.setTabOrder(self._where, self._boxes["PAPER"])
        self._what.currentIndexChanged.connect(self._follow_what)
        self._where.currentIndexChanged.connect(self._follow)
        self._boxes[_EDITION].currentIndexChanged.connect(self._follow)
        self._file.fileChanged.connect(self._allow)

    def _box(self, name: str) -> QComboBox:
        box = QComboBox(self)
        box.setObjectName(name)
        box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        return box

    def _text(self, name: str) -> QLabel:
        label = QLabel(self)
        label.setObjectName(name)
        label.setWordWrap(True)
        return label

    def _algorithm(self) -> QgsProcessingAlgorithm:
        return self._algorithms[self._what.currentIndex()]

    def _follow_what(self, *_: object) -> None:
        """Offer what the algorithm takes; what it does not take is greyed, with what it does."""
        algorithm = self._algorithm()
        # What is true of the algorithms that leave no choice.
        otherwise = {
            _EDITION: tr("Internal: names, do not distribute"),
            "PAPER": tr("A4 portrait"),
            "BASEMAP": tr("None"),
        }
        for name, box in self._boxes.items():
            definition = algorithm.parameterDefinition(name)
            if box.isEnabled():
                self._chosen[name] = box.currentText()
            box.blockSignals(True)
            box.clear()
            box.setEnabled(definition is not None)
            options = [otherwise[name]] if definition is None else definition.options()
            for number, label in enumerate(options):
                box.addItem(label, number)
            at = box.findText(self._chosen.get(name, ""))
            default = 0 if definition is None else int(definition.defaultValue())
            box.setCurrentIndex(at if at >= 0 else default)
            box.blockSignals(False)
        self._fill_places(algorithm)
        self._file.setFilter(algorithm.parameterDefinition(_OUTPUT).fileFilter())
        self._follow()

    def _fill_places(self, algorithm: QgsProcessingAlgorithm) -> None:
        companies = algorithm.parameterDefinition(COMPANIES) is not None
        before = self._where.currentData()
        if before is not None:
            self._chosen_places[self._of_companies] = before.key
        self._of_companies = companies
        self._where.blockSignals(True)
        self._where.clear()
        for place in places_of(algorithm, self._project):
            self._where.addItem(place.label, place)
        self._choose_place(self._chosen_places.get(companies, ""))
        self._where.blockSignals(False)
        self._where.setEnabled(self._where.count() > 0)
        self._of_where.setText(tr("Companies") if companies else tr("Where"))

    def _choose_place(self, key: str) -> None:
        for at in range(self._where.count()):
            if self._where.itemData(at).key == key:
                self._where.setCurrentIndex(at)

    def _follow(self, *_: object) -> None:
        """Tell who may read it, and propose the name of the file."""
        place, algorithm = self._where.currentData(), self._algorithm()
        blank = place is not None and place.blank
        internal = not blank and _name_of(algorithm, self._boxes[_EDITION]) in ("", _INTERNAL)
        if blank:
            told = tr("Nothing of the territory is on it.")
        elif internal:
            told = tr("For the team only: companies are named. Never hand it out.")
        else:
            told = tr("It can be handed out: what would give a company away is masked.")
        self._edition.setText(told)
        self._edition.setStyleSheet(_WARNS if internal else "")
        self._propose(place)
        self._allow()

    def _propose(self, place: Place | None) -> None:
        path = self._path()
        if self._file.filePath().strip() and path.name != self._proposed:
            return
        known = self._suffixes()
        suffix = path.suffix if path.suffix in known else known[0]
        blank = place is not None and place.blank
        name = place.name if place is not None and place.name else self._project.title()
        edition = self._boxes[_EDITION]
        told = _name_of(self._algorithm(), edition) if edition.isEnabled() else ""
        parts = (self._what.currentText(), name, "" if blank else told)
        self._proposed = proposed_name(parts, suffix)
        self._file.setFilePath(str(self._folder() / self._proposed))

    def _allow(self, *_: object) -> None:
        """Let print what can be printed, and tell what is in the way."""
        place = self._where.currentData() if self._algorithms else None
        lack = "" if place is not None and place.blank else self._lack
        if not lack and self._algorithms and place is None:
            lack = tr("The territory has no perimeter: import some first.")
        self._said.setText(lack)
        self._print.setEnabled(
            bool(self._algorithms) and not lack and bool(self._file.filePath().strip())
        )

    # -- the file --------------------------------------------------------------------------------

    def _suffixes(self) -> list[str]:
        return suffixes(self._algorithm().parameterDefinition(_OUTPUT).fileFilter())

    def _path(self) -> Path:
        return completed(self._file.filePath(), self._folder(), self._suffixes())

    def _folder(self) -> Path:
        """Return the folder used last, else that of the documents."""
        last = str(QgsSettings().value(_REMEMBERED + "folder", "") or "")
        if last and Path(last).is_dir():
            return Path(last)
        place = QStandardPaths.StandardLocation.DocumentsLocation
        return Path(QStandardPaths.writableLocation(place))

    def _may_replace(self, path: Path) -> bool:
        # Unlike that of Path it bears names that no disk takes.
        if not os.path.isfile(path):
            return True
        buttons = QMessageBox.StandardButton
        asked = tr("{file} exists already. Replace it?").format(file=path.name)
        return (
            QMessageBox.question(self, tr("Print"), asked, buttons.Yes | buttons.No, buttons.Yes)
            == buttons.Yes
        )

    # -- what was chosen last --------------------------------------------------------------------

    def _restore(self) -> None:
        """Show what was chosen last."""
        if not self._algorithms:
            self._allow()
            return
        remembered = QgsSettings()
        at = self._what.findData(remembered.value(_REMEMBERED + "what", _FIRST))
        self._what.setCurrentIndex(max(0, at))
        self._follow_what()
        for name, box in self._boxes.items():
            chosen = str(remembered.value(_REMEMBERED + name, ""))
            definition = self._algorithm().parameterDefinition(name)
            if definition is not None and chosen in definition.choices:
                box.setCurrentIndex(definition.choices.index(chosen))
        self._choose_place(str(remembered.value(_REMEMBERED + "where", "")))
        self._open.setChecked(remembered.value(_REMEMBERED + "open", True, bool))
        self._follow()

    def _remember(self, path: Path) -> None:
        kept = {
            "what": self._algorithm().id(),
            "where": self._where.currentData().key,
            "open": self._open.isChecked(),
            "folder": str(path.parent),
        }
        for name, box in self._boxes.items():
            if box.isEnabled():
                kept[name] = _name_of(self._algorithm(), box, name)
        for name, value in kept.items():
            QgsSettings().setValue(_REMEMBERED + name, value)

    # -- the printing ----------------------------------------------------------------------------

    def _run(self) -> None:
        # Processing is itself a plugin: it may be absent until a window asks for it.
        import processing

        path = self._path()
        self._file.setFilePath(str(path))
        self._said.clear()
        if not self._may_replace(path):
            return
        self._remember(path)
        feedback = ShownFeedback(self)
        context = QgsProcessingContext()
        context.setProject(self._project)
        try:
            results = processing.run(
                self._algorithm().id(), self.parameters(), context=context, feedback=feedback
            )
        except QgsProcessingException as error:
            self._said.setText(str(error))
            return
        finally:
            feedback.close()
        if not results.get(_OUTPUT):
            self._said.setText(tr("Cancelled: no file was written."))
            return
        self.accept()
        self._tell(Path(results[_OUTPUT]), feedback.warnings)

    def _tell(self, path: Path, warnings: list[str]) -> None:
        if self._bar is not None:
            link = f'<a href="{html.escape(path.as_uri())}">{html.escape(path.name)}</a>'
            said = " ".join([tr("Printed: {file}").format(file=link), *map(html.escape, warnings)])
            levels = Qgis.MessageLevel
            # It stays: whoever looks away while a long atlas is printed finds the link.
            self._bar.pushMessage("Act'IF", said, levels.Warning if warnings else levels.Success, 0)
        if self._open.isChecked():
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))


def _lack_of_territory(project: QgsProject) -> str:
    """Say what keeps a project's territory from being printed, nothing where nothing does."""
    try:
        territory_layers(project)
    except StoreError as error:
        return str(error)
    return ""


def _name_of(algorithm: QgsProcessingAlgorithm, box: QComboBox, parameter: str = _EDITION) -> str:
    """Return the name that scripts write for what a box shows, empty where there is no choice."""
    definition = algorithm.parameterDefinition(parameter)
    return "" if definition is None else str(definition.choices[box.currentData()])


def _printing_algorithms() -> list[QgsProcessingAlgorithm]:
    """Return the algorithms that print a file out of the project."""
    provider = QgsApplication.processingRegistry().providerById(_PROVIDER)
    found = provider.algorithms() if provider is not None else []
    return sorted(
        (algorithm for algorithm in found if algorithm.groupId() == _GROUP and _prints(algorithm)),
        key=lambda algorithm: algorithm.displayName(),
    )


def _prints(algorithm: QgsProcessingAlgorithm) -> bool:
    """Tell whether an algorithm writes a file to print, rather than a project or a folder."""
    output = algorithm.parameterDefinition(_OUTPUT)
    return isinstance(output, QgsProcessingParameterFileDestination) and _PRINTED in suffixes(
        output.fileFilter()
    )
