"""The product picker: search as you type, then finer or coarser, with the keyboard only if wanted.

``Down`` opens the list, ``Enter`` takes the row (the first where none is chosen), ``Alt+Up`` goes
one level up, ``Alt+Down`` shows the levels around the code.
"""

from __future__ import annotations

import html
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from qgis.core import QgsApplication
from qgis.PyQt.QtCore import QModelIndex, QRect, Qt, QTimer, pyqtSignal
from qgis.PyQt.QtGui import QFocusEvent, QKeyEvent
from qgis.PyQt.QtWidgets import (
    QAction,
    QCompleter,
    QHBoxLayout,
    QLineEdit,
    QListView,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from ..domain.code_tree import CodeTree, Node
from ..translation import tr
from .code_source import code_search, shown, trees, warm_up
from .picker_keep import KeepBox
from .picker_list import Row, RowDelegate, RowModel, found_rows, level_rows, said_rows, top_rows

# Long enough to type on, short enough not to be noticed.
_PAUSE_MS = 150
_LIST_WIDTH = 560
_ROWS_SHOWN = 9
# Activities are noted at the finest level only.
_FINEST_ONLY = ("NAF",)


@dataclass(frozen=True)
class Context:
    """What the record says around the code.

    Attributes:
        nomenclature: ``CPF``, ``ROME``, ``NAF`` or ``DECHET``: where to search.
        naf: the activity of the company, or None.
        words: the company's own words for it, or None.
    """

    nomenclature: str = "CPF"
    naf: str | None = None
    words: str | None = None


class ProductPicker(QWidget):
    """A field for a code.

    A text that is no code stays as it was typed, is the value, and is flagged: whoever typed it
    sees it again.

    Args:
        parent: the widget it lies in.
        context: asked at each search, since other fields of the form change; None: products.
    """

    changed = pyqtSignal()

    def __init__(
        self, parent: QWidget | None = None, context: Callable[[], Context] | None = None
    ) -> None:
        super().__init__(parent)
        self.context = context or Context
        self._value: str | None = None
        self._nomenclature = "CPF"
        # The line holds words that were not taken yet.
        self._typing = False
        self._build()
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_PAUSE_MS)
        self._pause.timeout.connect(self._search)
        self._show()
        warm_up()

    # -- the value -------------------------------------------------------------------------------

    def value(self) -> str | None:
        """Return the code, else the text that is none, else None."""
        return self._value

    def nomenclature(self) -> str:
        """Return the nomenclature of the value."""
        return self._nomenclature

    def set_value(self, value: object, nomenclature: str) -> None:
        """Show a value without a word about it."""
        text = None if value is None else str(value)
        if self._typing and text == self._value:
            # The form hands back what is being typed.
            return
        self._pause.stop()
        if text != self._value:
            self.keep.searched("")
        self._value, self._nomenclature, self._typing = text, nomenclature, False
        self._show()

    def is_known(self) -> bool:
        """Tell whether the value is a code of its nomenclature."""
        return self._tree().node(self._value) is not None

    def is_typing(self) -> bool:
        """Tell whether the line holds words that were not taken yet."""
        return self._typing

    def choose(self, code: str | None) -> None:
        """Take a code, or none."""
        self._pause.stop()
        self._hide_list()
        self._value, self._typing = code, False
        self._show()
        if self._line.hasFocus():
            self._line.select_from_end()
        self.keep.offer(self._nomenclature, code if self.is_known() else None)
        self.changed.emit()

    # -- levels ----------------------------------------------------------------------------------

    def coarser(self) -> Node | None:
        """Return the level above the code, where it may be taken."""
        if self._value is None or self._nomenclature in _FINEST_ONLY:
            return None
        return self._tree().parent(self._value)

    def go_coarser(self) -> None:
        """Take the level above."""
        above = self.coarser()
        if above is not None:
            self.choose(above.code)

    def show_levels(self) -> None:
        """List what lies above, beside and below the code; without a code, the whole."""
        if self._value is None or not self.is_known():
            self._open(0)
            return
        rows = level_rows(self._tree(), self._value)
        current = next((n for n, row in enumerate(rows) if row.current), -1)
        below = bool(self._tree().children(self._value))
        # The next finer code is what is looked for most.
        self._show_list(self._allowed(rows), current + 1 if below else current)

    # -- the list --------------------------------------------------------------------------------

    def rows(self) -> list[Row]:
        """Return the rows of the list that is open, or none."""
        return list(self._model.rows) if self._list.isVisible() else []

    def _open(self, current: int = -1) -> None:
        """List what the text may mean; without one, the record's words and the usual products."""
        self._pause.stop()
        context = self._ask()
        tree = trees()[context.nomenclature]
        text = self._line.text().strip()
        if self._typing and text:
            finest = context.nomenclature in _FINEST_ONLY
            rows = found_rows(code_search(), tree, text, context.naf, finest)
        else:
            text = context.words or ""
            rows = said_rows(code_search(), tree, text, context.naf) or top_rows(tree)
        rows = self._allowed(rows)
        self._show_list(rows, current)
        # A code typed as such is no word to remember.
        words = text if self._tree().read(text) is None else ""
        self.keep.searched(words, rows[0].code if rows else None)

    def _search(self) -> None:
        # A form that saves now must know of the text.
        self.changed.emit()
        if self._typing and self._value and self._line.hasFocus():
            self._open()

    def _ask(self) -> Context:
        """Return the context, and search in its nomenclature from now on."""
        context = self.context()
        if self._typing or self._value is None:
            self._nomenclature = context.nomenclature
        return context

    def _allowed(self, rows: Sequence[Row]) -> list[Row]:
        if self._nomenclature not in _FINEST_ONLY:
            return list(rows)
        return [row for row in rows if not self._tree().children(row.code)]

    def _show_list(self, rows: Sequence[Row], current: int = -1) -> None:
        self._model.show_rows(rows)
        if not rows:
            self._hide_list()
            return
        width = max(self._line.width(), min(_LIST_WIDTH, self.window().width() - 40))
        self._opening = True
        self._completer.complete(QRect(0, 0, width, self._line.height()))
        self._opening = False
        index = self._model.index(current, 0) if current >= 0 else QModelIndex()
        self._list.setCurrentIndex(index)
        if index.isValid():
            self._list.scrollTo(index, QListView.ScrollHint.PositionAtCenter)

    def _hide_list(self) -> None:
        if self._list.isVisible():
            self._list.hide()

    def _picked(self, index: QModelIndex) -> None:
        row = index.data(Qt.ItemDataRole.UserRole)
        if row is not None:
            self.choose(row.code)

    # -- the line --------------------------------------------------------------------------------

    def take(self) -> bool:
        """Take the row chosen in the list, else the first for what was typed.

        Returns:
            whether there was one.
        """
        if self._pause.isActive():
            self._open()
        rows = self.rows()
        chosen = self._list.currentIndex().row()
        if not rows or (chosen < 0 and not self._typing):
            return False
        self.choose(rows[max(chosen, 0)].code)
        return True

    def open_list(self) -> None:
        """Open the list where it is not, on its first row."""
        if not self._list.isVisible():
            self._open(0)

    def _edited(self, text: str) -> None:
        self._typing = True
        self._ask()
        self._value = self._tree().read(text) or text.strip() or None
        if self._value is None:
            self.choose(None)
        else:
            self._flag(False)
            self.keep.hide()
            self._pause.start()

    def _left(self) -> None:
        """The line was left: what was typed counts, as a code where it is one."""
        if self._opening or self._list.isVisible() or not self._typing:
            return
        self._pause.stop()
        self._typing = False
        self._show()
        self.changed.emit()

    def _show(self) -> None:
        label = self._tree().label(self._value) if self._value else None
        text = shown(self._value, label) if self._value else ""
        self._line.setText(text)
        self._line.setCursorPosition(0)
        self._flag(bool(self._value) and label is None)
        above = self.coarser()
        self._up.setEnabled(above is not None)
        tip = tr("Coarser: {code} (Alt+Up)") if above else tr("Coarser (Alt+Up)")
        name = shown(above.code, above.label) if above else ""
        self._up.setToolTip(html.escape(tip.format(code=name)))

    def _flag(self, unknown: bool) -> None:
        """Show that the text is no code, or that it is."""
        self._warning.setVisible(unknown)
        told = tr("No code is written so: choose one in the list (Down).") if unknown else ""
        self._warning.setToolTip(told)
        self._line.setAccessibleDescription(told)
        text = told or self._line.text()
        self._line.setToolTip(f"<p>{html.escape(text)}</p>" if text else "")

    def _tree(self) -> CodeTree:
        return trees()[self._nomenclature]

    def _build(self) -> None:
        self._opening = False
        self._line = _Line(self)
        self._line.setPlaceholderText(tr("Words of the company, or a code"))
        self._line.setClearButtonEnabled(True)
        self._line.textEdited.connect(self._edited)
        self._line.textChanged.connect(self._cleared)
        self._line.editingFinished.connect(self._left)
        icon = QgsApplication.getThemeIcon("/mIconWarning.svg")
        self._warning = QAction(icon, "", self)
        self._line.addAction(self._warning, QLineEdit.ActionPosition.LeadingPosition)
        self._up = self._button(Qt.ArrowType.UpArrow, tr("Coarser (Alt+Up)"), self.go_coarser)
        self._down = self._button(
            Qt.ArrowType.DownArrow, tr("Finer, and all the levels (Alt+Down)"), self.show_levels
        )
        line = QHBoxLayout()
        line.setSpacing(2)
        for widget in (self._line, self._up, self._down):
            line.addWidget(widget)
        self.keep = KeepBox(self, warm_up)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        layout.addLayout(line)
        layout.addWidget(self.keep)
        self._model = RowModel(self)
        self._completer = QCompleter(self._model, self)
        self._completer.setCompletionMode(QCompleter.CompletionMode.UnfilteredPopupCompletion)
        self._completer.setMaxVisibleItems(_ROWS_SHOWN)
        self._list = _List()
        self._completer.setPopup(self._list)
        # QCompleter gives the list a delegate of its own: ours comes after.
        self._delegate = RowDelegate(self._list)
        self._list.setItemDelegate(self._delegate)
        # Not `QLineEdit.setCompleter`, which would write each row passed over into the line.
        self._completer.setWidget(self._line)
        self._completer.activated[QModelIndex].connect(self._picked)
        self.setFocusProxy(self._line)

    def _cleared(self, text: str) -> None:
        # The clear button does not count as typing.
        if not text and self._value is not None:
            self.choose(None)

    def _button(self, arrow: Qt.ArrowType, text: str, slot: Callable[[], None]) -> QToolButton:
        button = QToolButton(self)
        button.setArrowType(arrow)
        button.setAutoRaise(True)
        button.setToolTip(text)
        button.setAccessibleName(text)
        # From the line, the keys do the same: tabbing goes to the next field.
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        button.clicked.connect(lambda: (self._line.setFocus(), slot()))
        return button


class _Line(QLineEdit):
    """The line of a picker, with its keys."""

    def __init__(self, picker: ProductPicker) -> None:
        super().__init__(picker)
        self._picker = picker

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if event.reason() != Qt.FocusReason.PopupFocusReason:
            # Typing replaces the code; after the click, which would set the cursor.
            QTimer.singleShot(0, self._select)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        alt = bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)
        if alt and key == Qt.Key.Key_Up:
            self._picker.go_coarser()
        elif alt and key == Qt.Key.Key_Down:
            self._picker.show_levels()
        elif key == Qt.Key.Key_Down:
            self._picker.open_list()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._picker.take():
            # Not for the dialog, which would close on it.
            pass
        else:
            super().keyPressEvent(event)
            return
        event.accept()

    def select_from_end(self) -> None:
        """Select all with the cursor at the start: the code stays in sight, typing replaces it."""
        self.setSelection(len(self.text()), -len(self.text()))

    def _select(self) -> None:
        if self.hasFocus() and not self._picker.rows():
            self.select_from_end()


class _List(QListView):
    """The list under the line, as high as its rows."""

    def __init__(self) -> None:
        super().__init__()
        self.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSelectionBehavior(QListView.SelectionBehavior.SelectRows)

    def sizeHintForRow(self, row: int) -> int:
        # QCompleter multiplies the height of the first row: rows may be of one line or two.
        highest = 0
        for other in range(self.model().rowCount()):
            highest = max(highest, super().sizeHintForRow(other))
        return highest
