"""The records of a company side by side, the one that stays, and what it becomes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from qgis.PyQt.QtCore import QSize, Qt
from qgis.PyQt.QtGui import QColor
from qgis.PyQt.QtWidgets import (
    QAbstractItemView,
    QButtonGroup,
    QDialog,
    QDialogButtonBox,
    QHeaderView,
    QLabel,
    QRadioButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from ..store.merging import Company, best_kept, foresee, shown
from ..store.schema import ETABLISSEMENT, table
from ..translation import tr

# Wide enough for three columns, low enough for a laptop of 768 lines.
_SIZE = QSize(980, 640)
_TAKEN, _LEFT = QColor("#d9ead3"), QColor("#fce5cd")
_UNSHOWN = ("source", "source_date", "geocodage_score")
_LONG = "description"


class MergeDialog(QDialog):
    """Asks which record stays.

    Args:
        companies: two or more records.
        parent: window it belongs to.
    """

    def __init__(self, companies: Sequence[Company], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._companies = list(companies)
        shown_fields = [
            field
            for field in ETABLISSEMENT.fields
            if not field.hidden
            and field.name not in _UNSHOWN
            and any(field.name in company.values for company in companies)
        ]
        # The description grows with the merge: last, it pushes nothing out of sight.
        self._fields = sorted(shown_fields, key=lambda field: field.name == _LONG)
        self._records = list(companies[0].records)
        self.setWindowTitle(tr("Merge companies"))
        self.setSizeGripEnabled(True)
        self.resize(_SIZE)
        self._kept = QButtonGroup(self)
        self._table = self._make_table()
        layout = QVBoxLayout(self)
        for text in (
            tr(
                "Choose the record that stays. Its values stay, and the others fill what it leaves"
                " empty (in green). What they say otherwise (in orange) is written down in its"
                " description. Their resources, needs, visits, contacts, synergies and verdicts"
                " go with it, then they are deleted."
            ),
            "<b>"
            + tr("This cannot be undone, not even by QGIS: copy the territory first if in doubt.")
            + "</b>",
        ):
            label = QLabel(text)
            label.setWordWrap(True)
            layout.addWidget(label)
        layout.insertWidget(1, self._table, 1)
        layout.addWidget(self._make_buttons())
        self._kept.button(best_kept(self._companies)).setChecked(True)
        self._foresee()
        self._kept.buttonToggled.connect(self._foresee)

    def choice(self) -> tuple[str, list[str]]:
        """Return the identifiers of the record that stays and of the others."""
        kept, others = self._parted()
        return kept.key, [company.key for company in others]

    def _parted(self) -> tuple[Company, list[Company]]:
        others = list(self._companies)
        kept = others.pop(self._kept.checkedId())
        return kept, others

    def _make_table(self) -> QTableWidget:
        rows = 1 + len(self._records) + len(self._fields)
        grid = QTableWidget(rows, len(self._companies) + 1)
        grid.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        grid.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        grid.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        grid.setHorizontalHeaderLabels(
            [*(company.label for company in self._companies), tr("After the merge")]
        )
        titles = [tr("Record kept"), *(table(name).title for name in self._records)]
        grid.setVerticalHeaderLabels([*titles, *(field.alias for field in self._fields)])
        for column in range(len(self._companies)):
            button = QRadioButton(tr("Keep this record"))
            self._kept.addButton(button, column)
            grid.setCellWidget(0, column, button)
        grid.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        grid.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        return grid

    def _foresee(self, *_: object) -> None:
        """Show the records, and what the chosen one becomes."""
        kept, others = self._parted()
        today = date.today()
        became = foresee(kept, others, today).company
        totals = {name: sum(one.records[name] for one in self._companies) for name in self._records}
        self._show(len(self._companies), replace(became, records=totals), kept.values, _TAKEN)
        for column, company in enumerate(self._companies):
            apart = foresee(kept, [company], today).differences if company is not kept else ()
            lost = {(difference.field, difference.left) for difference in apart}
            said = {
                field.name: value
                for field in self._fields
                for value in (company.values.get(field.name, ""),)
                if (field.alias, shown(field.name, value)) not in lost
            }
            self._show(column, company, said, _LEFT)

    def _show(
        self, column: int, company: Company, unmarked: Mapping[str, str], mark: QColor
    ) -> None:
        """Write a column; values other than those of *unmarked* stand out."""
        for row, count in enumerate(company.records.values(), start=1):
            self._table.setItem(row, column, QTableWidgetItem(str(count)))
        for row, field in enumerate(self._fields, start=1 + len(self._records)):
            value = company.values.get(field.name, "")
            item = QTableWidgetItem(shown(field.name, value))
            item.setTextAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
            if value != unmarked.get(field.name, ""):
                item.setBackground(mark)
                item.setForeground(Qt.GlobalColor.black)
            self._table.setItem(row, column, item)

    def _make_buttons(self) -> QDialogButtonBox:
        roles = QDialogButtonBox.StandardButton
        box = QDialogButtonBox(roles.Ok | roles.Cancel)
        box.button(roles.Ok).setText(tr("Merge"))
        # Return is pressed by habit.
        box.button(roles.Ok).setAutoDefault(False)
        box.button(roles.Cancel).setDefault(True)
        box.accepted.connect(self.accept)
        box.rejected.connect(self.reject)
        return box
