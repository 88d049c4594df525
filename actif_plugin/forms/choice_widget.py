"""Parameters that are codes to scripts, chosen by their names in the dialogs of algorithms.

In models and batches the parameter stays a text: the names of classes here are given to Processing
as a text, so that nothing of this is loaded without a window.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from processing.gui.wrappers import WidgetWrapper
from qgis.core import QgsProcessingParameterDefinition
from qgis.gui import (
    QgsAbstractProcessingParameterWidgetWrapper,
    QgsCheckableComboBox,
    QgsGui,
    QgsProcessingGui,
)
from qgis.PyQt.QtCore import Qt, QTimer, pyqtSignal
from qgis.PyQt.QtWidgets import QComboBox, QCompleter, QLabel, QLineEdit, QVBoxLayout, QWidget

from ..compat import plain
from ..translation import tr
from .choice_lists import Choices, chains, links, units
from .code_source import label_of, shown
from .picker import ProductPicker

_LISTS: Mapping[str, Callable[[], Choices]] = {"links": links, "chains": chains, "units": units}
_SEPARATORS = re.compile(r"[\s,;|]+")
_BETWEEN = "; "
# Any field of a product will do to look its label up.
_FIELD = "code"


def plain_widget(
    parameter: QgsProcessingParameterDefinition, dialog: object
) -> QgsAbstractProcessingParameterWidgetWrapper | None:
    """Return the plain text of QGIS where it serves best, in models and batches; else None."""
    registry = QgsGui.processingGuiRegistry()
    kind = type(dialog).__name__
    if kind == "ModelerParametersDialog":
        return registry.createModelerParameterWidget(
            dialog.model, dialog.childId, parameter, dialog.context
        )
    if kind == "BatchAlgorithmDialog":
        wrapper = registry.createParameterWidgetWrapper(
            parameter, QgsProcessingGui.WidgetType.Batch
        )
        wrapper.setDialog(dialog)
        return wrapper
    return None


class ChoiceWrapper:
    """What Processing asks for, for one code of a list; another one may be typed."""

    def __new__(  # type: ignore[no-untyped-def, misc]
        cls, parameter, dialog=None, row: int = 0, col: int = 0, choices: str = ""
    ):
        return plain_widget(parameter, dialog) or _Choice(
            parameter, dialog, row, col, choices=choices
        )


class ChoicesWrapper:
    """What Processing asks for, for any number of codes of a list."""

    def __new__(  # type: ignore[no-untyped-def, misc]
        cls, parameter, dialog=None, row: int = 0, col: int = 0, choices: str = ""
    ):
        return plain_widget(parameter, dialog) or _Choices(
            parameter, dialog, row, col, choices=choices
        )


class ProductsWrapper:
    """What Processing asks for, for a list of products."""

    def __new__(  # type: ignore[no-untyped-def, misc]
        cls, parameter, dialog=None, row: int = 0, col: int = 0
    ):
        return plain_widget(parameter, dialog) or _Products(parameter, dialog, row, col)


class _Named(WidgetWrapper):
    """A parameter with the label that QGIS itself would give it: Processing's is not translated."""

    def createLabel(self) -> QLabel:
        kind = QgsProcessingGui.WidgetType.Standard
        registry = QgsGui.processingGuiRegistry()
        plain_one = registry.createParameterWidgetWrapper(self.parameterDefinition(), kind)
        return plain_one.createWrappedLabel()


class _Choice(_Named):
    def createWidget(self, choices: str) -> QWidget:
        box = QComboBox()
        box.setEditable(True)
        box.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        for code, label in _LISTS[choices]():
            box.addItem(label, code)
        completer = QCompleter(box.model(), box)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        box.setCompleter(completer)
        box.setCurrentIndex(-1)
        box.lineEdit().setPlaceholderText(tr("Words of its name"))
        box.currentTextChanged.connect(lambda *_: self.widgetValueHasChanged.emit(self))
        return box

    def setValue(self, value: object) -> None:
        code = str(plain(value) or "")
        at = self.widget.findData(code)
        self.widget.setCurrentIndex(at)
        if at < 0:
            self.widget.setEditText(code)

    def value(self) -> str:
        text = self.widget.currentText().strip()
        at = self.widget.findText(text, Qt.MatchFlag.MatchFixedString) if text else -1
        return text if at < 0 else str(self.widget.itemData(at))


class _Choices(_Named):
    def createWidget(self, choices: str) -> QWidget:
        box = QgsCheckableComboBox()
        box.setSeparator(" ; ")
        box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        for code, label in _LISTS[choices]():
            box.addItemWithCheckState(label, Qt.CheckState.Unchecked, code)
        box.setDefaultText(tr("All"))
        box.checkedItemsChanged.connect(lambda *_: self.widgetValueHasChanged.emit(self))
        return box

    def setValue(self, value: object) -> None:
        wanted = set(filter(None, _SEPARATORS.split(str(plain(value) or ""))))
        for at in range(self.widget.count()):
            known = self.widget.itemData(at) in wanted
            state = Qt.CheckState.Checked if known else Qt.CheckState.Unchecked
            self.widget.setItemCheckState(at, state)

    def value(self) -> str:
        return _BETWEEN.join(str(code) for code in self.widget.checkedItemsData())


class _Products(_Named):
    def createWidget(self) -> QWidget:
        widget = ProductsWidget()
        widget.changed.connect(lambda: self.widgetValueHasChanged.emit(self))
        return widget

    def setValue(self, value: object) -> None:
        self.widget.set_text(str(plain(value) or ""))

    def value(self) -> str:
        return self.widget.text()


class ProductsWidget(QWidget):
    """Codes of products, found by words one after the other, or typed."""

    changed = pyqtSignal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._picker = ProductPicker(self)
        self._picker.changed.connect(self._picked)
        self._line = QLineEdit(self)
        self._line.setPlaceholderText(tr("Codes chosen: 16.24; 25.1"))
        self._line.textChanged.connect(self._tell)
        self._told = QLabel(self)
        self._told.setWordWrap(True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        for part in (self._picker, self._line, self._told):
            layout.addWidget(part)
        self._told.hide()

    def text(self) -> str:
        """Return the codes, as a script writes them."""
        return self._line.text().strip()

    def set_text(self, text: str) -> None:
        """Show codes."""
        self._line.setText(text)

    def add(self, code: str) -> None:
        """Add a code, once."""
        codes = [one for one in _SEPARATORS.split(self.text()) if one]
        if code not in codes:
            self._line.setText(_BETWEEN.join([*codes, code]))

    def _picked(self) -> None:
        code = self._picker.value()
        if code is None or self._picker.is_typing() or not self._picker.is_known():
            return
        self.add(code)
        # The picker is still telling of its choice.
        QTimer.singleShot(0, lambda: self._picker.choose(None))

    def _tell(self) -> None:
        codes = [one for one in _SEPARATORS.split(self.text()) if one]
        self._told.setText("\n".join(shown(code, label_of(_FIELD, code)) for code in codes))
        self._told.setVisible(bool(codes))
        self.changed.emit()
