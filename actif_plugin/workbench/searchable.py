"""Lists too long to be read, where part of a name is typed."""

from __future__ import annotations

from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtWidgets import QComboBox, QCompleter


def searchable(box: QComboBox) -> None:
    """Let part of an entry be typed: the first that holds it is chosen."""
    box.setEditable(True)
    box.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
    completer = QCompleter(box.model(), box)
    completer.setFilterMode(Qt.MatchFlag.MatchContains)
    completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
    box.setCompleter(completer)

    def settle() -> None:
        # What is read must be what is printed.
        typed = box.lineEdit().text().strip()
        flags = (Qt.MatchFlag.MatchFixedString, Qt.MatchFlag.MatchContains)
        found = [at for at in (box.findText(typed, flag) for flag in flags) if at >= 0]
        if typed and found:
            box.setCurrentIndex(found[0])
        box.setEditText(box.itemText(box.currentIndex()))

    box.lineEdit().editingFinished.connect(settle)
