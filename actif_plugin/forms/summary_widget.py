"""The line on top of a company's sheet: what is known of it, without opening the other tabs.

It stands in the place of a hidden column, whose value it leaves alone.
"""

from __future__ import annotations

from qgis.core import QgsFeature, QgsFieldFormatter, QgsProject, QgsVectorLayer
from qgis.gui import QgsEditorWidgetWrapper
from qgis.PyQt import sip
from qgis.PyQt.QtCore import QDate, Qt, QTimer
from qgis.PyQt.QtWidgets import QLabel, QSizePolicy, QWidget

from ..compat import plain
from ..store.project import layers_by_role
from ..translation import tr
from .registration import register_widget
from .summary import SOURCES, summary_line, summary_of

SUMMARY_WIDGET = "ActifResume"


class ActifSummaryWrapper(QgsEditorWidgetWrapper):
    """The line in a form; it is never the value of its column."""

    def __init__(
        self, layer: QgsVectorLayer, field: int, editor: QWidget | None, parent: QWidget | None
    ) -> None:
        super().__init__(layer, field, editor, parent)
        self._label: QLabel | None = None
        self._company: str | None = None
        # A saved sub-form tells of each of its records: once is enough.
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(0)
        self._pause.timeout.connect(self._show)

    def createWidget(self, parent: QWidget) -> QWidget:
        return QLabel(parent)

    def initWidget(self, editor: QWidget) -> None:
        if not isinstance(editor, QLabel):
            return
        self._label = editor
        # A company's words are not markup.
        editor.setTextFormat(Qt.TextFormat.PlainText)
        editor.setWordWrap(True)
        editor.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        editor.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        layers = layers_by_role(self._project())
        for role in SOURCES:
            if role in layers:
                for told in ("layerModified", "afterCommitChanges", "afterRollBack"):
                    getattr(layers[role], told).connect(self._pause.start)

    def valid(self) -> bool:
        return self._label is not None

    def value(self) -> object:
        # Nothing, as opposed to NULL: QGIS leaves the column as it is.
        return None

    def setValue(self, value: object) -> None:
        """Ignore the value of the column."""

    def updateValues(self, value: object, additional: object = None) -> None:
        """Ignore the value of the column."""

    def setEnabled(self, enabled: bool) -> None:
        """Stay legible where the form is not being edited."""

    def setFeature(self, feature: QgsFeature) -> None:
        super().setFeature(feature)
        position = self.layer().fields().indexOf("id")
        attributes = feature.attributes()
        known = plain(attributes[position]) if 0 <= position < len(attributes) else None
        self._company = None if known is None else str(known)
        self._show()

    def _show(self) -> None:
        if self._label is None or sip.isdeleted(self._label):
            return
        if self._company is None:
            self._label.clear()
            return
        found = summary_of(self._project(), self._company)
        self._label.setText(summary_line(found, QDate.currentDate()))

    def _project(self) -> QgsProject:
        return self.layer().project() or QgsProject.instance()


class SummaryFormatter(QgsFieldFormatter):
    """Keeps the column that the line stands for as hidden in tables as it is natively."""

    def id(self) -> str:
        return SUMMARY_WIDGET

    def representValue(
        self,
        layer: QgsVectorLayer,
        field: int,
        config: dict[str, object],
        cache: object,
        value: object,
    ) -> str:
        return ""


def register_summary_widget() -> None:
    """Make the line known to QGIS; a second time, only renew it."""
    register_widget(
        SUMMARY_WIDGET,
        tr("Act'IF summary of a company"),
        ActifSummaryWrapper,
        tr("One line on top of the sheet. In the saved project: a hidden field."),
        SummaryFormatter,
    )
