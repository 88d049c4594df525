"""Widgets that Act'IF gives to QGIS's forms: their types, registered for the life of QGIS.

QGIS takes no widget type back, and an open table keeps the formatter it began with: both are
registered once, and a plugin loaded again hands them its newer classes.
"""

from __future__ import annotations

from qgis.core import QgsApplication, QgsFieldFormatter, QgsVectorLayer
from qgis.gui import (
    QgsEditorConfigWidget,
    QgsEditorWidgetFactory,
    QgsEditorWidgetWrapper,
    QgsGui,
)
from qgis.PyQt import sip
from qgis.PyQt.QtWidgets import QLabel, QVBoxLayout, QWidget


class KeptConfig(QgsEditorConfigWidget):
    """Nothing to set: the configuration is that of the native widget, kept as it is."""

    def __init__(self, layer: QgsVectorLayer, field: int, parent: QWidget | None, text: str):
        super().__init__(layer, field, parent)
        self._config: dict[str, object] = {}
        label = QLabel(text)
        label.setWordWrap(True)
        layout = QVBoxLayout(self)
        layout.addWidget(label)

    def config(self) -> dict[str, object]:
        return self._config

    def setConfig(self, config: dict[str, object]) -> None:
        self._config = dict(config)


class ActifFactory(QgsEditorWidgetFactory):
    """Makes one type of widget for QGIS's forms.

    Args:
        title: its name in the properties of a layer.
        wrapper: the class of its wrappers.
        note: what is said where QGIS lets one set a widget.
    """

    def __init__(self, title: str, wrapper: type[QgsEditorWidgetWrapper], note: str) -> None:
        super().__init__(title)
        self.wrapper = wrapper
        self.config_widget = KeptConfig
        self.note = note
        # PyQt forgets what nobody refers to, though QGIS still uses it.
        self._kept: list[object] = []

    def create(
        self, layer: QgsVectorLayer, field: int, editor: QWidget | None, parent: QWidget | None
    ) -> QgsEditorWidgetWrapper:
        return self._keep(self.wrapper(layer, field, editor, parent))

    def configWidget(
        self, layer: QgsVectorLayer, field: int, parent: QWidget | None
    ) -> QgsEditorConfigWidget:
        return self._keep(self.config_widget(layer, field, parent, self.note))

    def _keep(self, made):  # type: ignore[no-untyped-def]
        self._kept = [other for other in self._kept if not sip.isdeleted(other)]
        self._kept.append(made)
        return made


def register_widget(
    name: str,
    title: str,
    wrapper: type[QgsEditorWidgetWrapper],
    note: str,
    formatter: type[QgsFieldFormatter],
) -> QgsFieldFormatter:
    """Make a type of widget known to QGIS; a second time, only renew it.

    Args:
        name: of the type.
        title, wrapper, note: see :class:`ActifFactory`.
        formatter: shows the values of its fields in tables.

    Returns:
        the formatter at work, which may be an earlier one.
    """
    widgets = QgsGui.editorWidgetRegistry()
    known = widgets.factories().get(name)
    if known is None:
        widgets.registerWidget(name, ActifFactory(title, wrapper, note))
    else:
        known.wrapper = wrapper
        known.config_widget = KeptConfig
    formatters = QgsApplication.fieldFormatterRegistry()
    # For an unknown type the registry answers with its own fallback.
    if formatters.fieldFormatter(name).id() != name:
        formatters.addFieldFormatter(formatter())
    return formatters.fieldFormatter(name)
