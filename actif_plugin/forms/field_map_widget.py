"""The columns of an import in a dialog: guessed, shown with a sample, corrected and remembered.

In models, batches and scripts the parameter stays a text, ``field=column; …``: the names of classes
here are given to Processing as a text, so that nothing of this is loaded without a window.
"""

from __future__ import annotations

import contextlib
import hashlib
import itertools
import json
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from processing.gui.wrappers import WidgetWrapper
from qgis.core import (
    QgsFeatureRequest,
    QgsProcessingContext,
    QgsProcessingFeatureSourceDefinition,
    QgsProcessingUtils,
    QgsProject,
    QgsSettings,
    QgsVectorLayer,
)
from qgis.gui import QgsAbstractProcessingParameterWidgetWrapper
from qgis.PyQt.QtCore import Qt, pyqtSignal
from qgis.PyQt.QtGui import QWheelEvent
from qgis.PyQt.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QHeaderView,
    QLabel,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from ..compat import plain
from ..sources.delimited import TableError, is_delimited, open_delimited
from ..sources.fields import FieldMapError, guess, parse_map
from ..sources.osm import is_osm_file
from ..store.schema import ETABLISSEMENT
from ..translation import tr
from .choice_widget import plain_widget

INPUT = "INPUT"
# Among so many rows one usually has the cell filled.
_SAMPLED_ROWS = 20
# A stock of the whole country is gigabytes, and the window waits.
_HEAD_BYTES = 1 << 20
_HEIGHT = 260
_REMEMBERED = "actif/field_maps"
# What a table may hold that our table of establishments keeps under another form.
_PARTS = {
    "nic": "NIC",
    "naf_2025": "Code NAF 2025",
    "effectif": "Effectif (nombre de salariés)",
    "numero_voie": "Numéro de voie",
    "indice_voie": "Indice de répétition",
    "type_voie": "Type de voie",
    "libelle_voie": "Libellé de voie",
    "longitude": "Longitude",
    "latitude": "Latitude",
    "x": "X",
    "y": "Y",
}
# What registers alone hold: shown where it is found.
_SELDOM = {
    "denomination": "Dénomination de l'unité légale",
    "personne_nom": "Nom de la personne physique",
    "personne_prenom": "Prénom de la personne physique",
    "categorie_juridique": "Catégorie juridique",
    "naf_nomenclature": "Nomenclature de l'activité",
    "commune_departement": "Département de la commune",
    "commune_numero": "Numéro de la commune",
    "date_etat": "Date de l'état",
    "qualite_xy": "Qualité des coordonnées",
    "epsg": "Système de coordonnées (EPSG)",
}
_AXES = ("longitude", "latitude", "x", "y")
# Ours, not the source's to give.
_OWN = ("naf_version", "source", "source_date", "source_valeurs", "confidentialite")


@dataclass(frozen=True)
class Head:
    """The start of a table.

    Attributes:
        header: column names.
        rows: first rows, as text.
        spatial: its rows have geometries, which tell where they are.
    """

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    spatial: bool = False

    def sample(self, columns: Sequence[str]) -> str:
        """Return the first value found in *columns*, the best first, row by row."""
        places = [self.header.index(column) for column in columns if column in self.header]
        cells = (row[place] for row in self.rows for place in places if place < len(row))
        return next((cell for cell in cells if cell.strip()), "")


class FieldMapWrapper:
    """What Processing asks for: the table of columns, or the plain text where that serves best."""

    def __new__(  # type: ignore[no-untyped-def, misc]
        cls, parameter, dialog=None, row: int = 0, col: int = 0
    ):
        return plain_widget(parameter, dialog) or _Wrapper(parameter, dialog, row, col)


class _Wrapper(WidgetWrapper):
    """The parameter in the dialog of the algorithm."""

    def createWidget(self) -> QWidget:
        self._input: QgsAbstractProcessingParameterWidgetWrapper | None = None
        widget = FieldMapWidget()
        widget.changed.connect(lambda: self.widgetValueHasChanged.emit(self))
        return widget

    def createLabel(self) -> QLabel:
        label = QLabel(tr("Columns of the table for each field"))
        label.setToolTip(self.parameterDefinition().name())
        return label

    def setValue(self, value: object) -> None:
        self.widget.set_text(str(plain(value) or ""))

    def value(self) -> str:
        return self.widget.text()

    def postInitialize(self, wrappers: list[QgsAbstractProcessingParameterWidgetWrapper]) -> None:
        for wrapper in wrappers:
            if wrapper.parameterDefinition().name() == INPUT:
                self._input = wrapper
                wrapper.widgetValueHasChanged.connect(self._look)
                self._look()

    def _look(self, *_: object) -> None:
        self.widget.set_head(read_head(self._input.parameterValue()))


class FieldMapWidget(QWidget):
    """A row for each of our fields: the column that feeds it, and a value of it."""

    changed = pyqtSignal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._head: Head | None = None
        self._choices: dict[str, str] = {}
        self._notice = QLabel()
        self._notice.setWordWrap(True)
        self._table = QTableWidget(0, 3)
        self._table.setHorizontalHeaderLabels([tr("Field"), tr("Column"), tr("For example")])
        self._table.verticalHeader().hide()
        self._table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self._table.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self._table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self._table.setMinimumHeight(_HEIGHT)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._notice)
        layout.addWidget(self._table)
        self._show()

    def text(self) -> str:
        """Return what differs from the guess, as the parameter writes it."""
        return written(self._choices)

    def set_text(self, text: str) -> None:
        """Show the choices of *text*; those that cannot be followed are for the run to refuse."""
        self._choices = _read(text)
        self._show()

    def set_head(self, head: Head | None) -> None:
        """Show the columns of another table, as they were chosen for it last time."""
        if head == self._head:
            return
        self._head = head
        self._choices = recall(head.header) if head is not None else {}
        self._show()
        self.changed.emit()

    def _show(self) -> None:
        self._notice.setText(self._status())
        self._table.setVisible(self._head is not None)
        self._table.setRowCount(0)
        if self._head is None:
            return
        guessed = guess(self._head.header)
        hidden = _AXES if self._head.spatial else ()
        shown = (pair for pair in fields_shown(guessed) if pair[0] not in hidden)
        for row, (target, label) in enumerate(shown):
            self._table.insertRow(row)
            self._table.setItem(row, 0, QTableWidgetItem(label))
            combo = _Columns(guessed.get(target, ()), self._head.header)
            combo.choose(self._choices.get(target))
            combo.activated.connect(lambda _, row=row, target=target: self._corrected(row, target))
            self._table.setCellWidget(row, 1, combo)
            self._table.setItem(row, 2, QTableWidgetItem())
            self._illustrate(row)
        self._table.resizeRowsToContents()

    def _status(self) -> str:
        if self._head is None:
            return tr("The columns show here once a table that can be read is chosen.")
        if self._choices:
            return tr("As you chose them last time for a table with these columns.")
        return tr("Recognised by their names: check them, and correct where needed.")

    def _corrected(self, row: int, target: str) -> None:
        choice = self._table.cellWidget(row, 1).choice()
        if choice is None:
            self._choices.pop(target, None)
        else:
            self._choices[target] = choice
        remember(self._head.header, self._choices)
        self._illustrate(row)
        self.changed.emit()

    def _illustrate(self, row: int) -> None:
        value = self._head.sample(self._table.cellWidget(row, 1).columns())
        item = self._table.item(row, 2)
        item.setText(value)
        item.setToolTip(value)


class _Columns(QComboBox):
    """The columns that may feed a field: the guess first."""

    def __init__(self, guessed: Sequence[str], header: Sequence[str]) -> None:
        super().__init__()
        self._guessed = tuple(guessed)
        # The table scrolls under the wheel; a field changes only where it was clicked.
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.addItem(", ".join(guessed), None)
        if guessed:
            self.addItem(tr("(leave out)"), "")
        for column in header:
            self.addItem(column, column)

    def choice(self) -> str | None:
        """Return the column chosen, nothing for none, None for the guess."""
        return self.currentData()

    def choose(self, choice: str | None) -> None:
        """Show a choice; one that the table does not have shows as the guess."""
        found = self.findData(choice) if choice is not None else 0
        self.setCurrentIndex(max(found, 0))

    def columns(self) -> tuple[str, ...]:
        """Return the columns that feed the field now."""
        choice = self.choice()
        if choice is None:
            return self._guessed
        return (choice,) if choice else ()

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()


def fields_shown(guessed: Mapping[str, Sequence[str]]) -> Iterator[tuple[str, str]]:
    """Yield the fields that a table may feed, with what people call them (French, as aliases)."""
    for field in ETABLISSEMENT.fields:
        if field.name not in _OWN:
            yield field.name, field.alias
    yield from _PARTS.items()
    known = {field.name for field in ETABLISSEMENT.fields} | set(_PARTS)
    for target in guessed:
        if target not in known:
            yield target, _SELDOM.get(target, target)


def written(choices: Mapping[str, str]) -> str:
    """Return choices as the parameter writes them."""
    text = "; ".join(f"{target}={column}" for target, column in choices.items())
    return text if _read(text) == dict(choices) else json.dumps(choices, ensure_ascii=False)


def remember(header: Sequence[str], choices: Mapping[str, str]) -> None:
    """Keep the choices of this user for tables with these columns."""
    if choices:
        QgsSettings().setValue(_key(header), written(choices))
    else:
        QgsSettings().remove(_key(header))


def recall(header: Sequence[str]) -> dict[str, str]:
    """Return the choices that were kept for tables with these columns."""
    return _read(str(QgsSettings().value(_key(header), "") or ""))


def read_head(value: object) -> Head | None:
    """Return the start of the table that an input names, or None where it cannot be read."""
    if isinstance(value, QgsProcessingFeatureSourceDefinition):
        value = value.source.staticValue()
    text = str(plain(value) or "")
    if not text:
        return None
    if is_osm_file(Path(text)):
        return None
    if is_delimited(Path(text)):
        with contextlib.suppress(TableError, OSError):
            return _read_text(Path(text))
        return None
    context = QgsProcessingContext()
    context.setProject(QgsProject.instance())
    layer = QgsProcessingUtils.mapLayerFromString(text, context)
    if not isinstance(layer, QgsVectorLayer) or not layer.isValid():
        return None
    features = layer.getFeatures(QgsFeatureRequest().setLimit(_SAMPLED_ROWS))
    rows = tuple(tuple(map(_cell, feature.attributes())) for feature in features)
    return Head(tuple(layer.fields().names()), rows, layer.isSpatial())


def _read_text(path: Path) -> Head:
    """Return the start of a text table, however long it is.

    Raises:
        TableError, OSError: it cannot be read.
    """
    with tempfile.TemporaryDirectory() as folder:
        if path.stat().st_size > _HEAD_BYTES:
            with path.open("rb") as whole:
                start = whole.read(_HEAD_BYTES)
            path = Path(folder) / path.name
            # A letter cut in two would pass for another encoding.
            path.write_bytes(start[: start.rfind(b"\n") + 1] or start)
        table = open_delimited(path)
        rows = itertools.islice(table.rows(), _SAMPLED_ROWS)
        return Head(table.header, tuple(tuple(cells) for _, cells in rows))


def _read(text: str) -> dict[str, str]:
    try:
        return parse_map(text)
    except FieldMapError:
        return {}


def _key(header: Sequence[str]) -> str:
    """Return where the choices for a table with these columns are kept, whatever their order."""
    names = "\n".join(sorted(set(header)))
    return f"{_REMEMBERED}/{hashlib.sha256(names.encode()).hexdigest()[:16]}"


def _cell(value: object) -> str:
    value = plain(value)
    if value is None:
        return ""
    return value.toString("yyyy-MM-dd") if hasattr(value, "toString") else str(value)
