"""While a territory is open in a window its forms have the plugin's widgets; on disk, native ones.

The configuration of a widget is that of the native one it stands for, so that going back only
renames the type: nothing has to be remembered, and copies of a layer go back as well.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from qgis.core import QgsEditorWidgetSetup, QgsMapLayerStyle, QgsProject, QgsVectorLayer
from qgis.PyQt.QtCore import QTimer
from qgis.PyQt.QtXml import QDomDocument

from ..store.project import SCOPE, STORE_KEY, layers_by_role
from .code_source import forget_territory, use_territory
from .code_widget import CODE_WIDGET, register_code_widget
from .summary_widget import SUMMARY_WIDGET, register_summary_widget
from .widgets import SUMMARY_COLUMNS

NATIVE_WIDGET = "ValueRelation"
# The native widget that each of ours stands for.
_NATIVE = {CODE_WIDGET: NATIVE_WIDGET, SUMMARY_WIDGET: "Hidden"}
# The fields that get a widget of ours, by role.
_FIELDS = {
    CODE_WIDGET: {
        "offre": ("code", "code_dechet"),
        "besoin": ("code", "code_dechet"),
        "etablissement": ("naf_code",),
    },
    SUMMARY_WIDGET: {role: (name,) for role, name in SUMMARY_COLUMNS.items()},
}
# How a style writes the type of a field's widget.
_IN_STYLE = '<editWidget type="{}"'


class PickerSession:
    """The pickers, and the other widgets of the plugin, in the project that is open.

    Args:
        project: the window's project.
    """

    def __init__(self, project: QgsProject) -> None:
        self._project = project
        self._writing = False
        # A write that fails may not tell: the pickers come back in any case.
        self._after = QTimer()
        self._after.setSingleShot(True)
        self._after.timeout.connect(self._written)

    def start(self) -> None:
        """Register the widgets, and follow the project from now on."""
        register_code_widget()
        register_summary_widget()
        self._project.readProject.connect(self._read)
        self._project.writeProject.connect(self._about_to_write)
        self._project.projectSaved.connect(self._written)
        self._project.cleared.connect(forget_territory)
        self.refresh()

    def stop(self) -> None:
        """Leave the project as it is on disk."""
        self._after.stop()
        self._project.readProject.disconnect(self._read)
        self._project.writeProject.disconnect(self._about_to_write)
        self._project.projectSaved.disconnect(self._written)
        self._project.cleared.disconnect(forget_territory)
        self._go_native()

    def refresh(self) -> None:
        """Give the open territory its pickers, after its forms were set anew for instance."""
        if not self._project.readEntry(SCOPE, STORE_KEY)[0]:
            return
        use_territory(self._project)
        self._use_pickers()

    def _read(self, document: QDomDocument) -> None:
        self.refresh()

    def _about_to_write(self, document: QDomDocument) -> None:
        self._writing = True
        self._go_native()
        self._after.start(0)

    def _written(self) -> None:
        self._after.stop()
        if self._writing:
            self._writing = False
            self._use_pickers()

    def _use_pickers(self) -> None:
        layers = layers_by_role(self._project)
        for ours, fields in _FIELDS.items():
            for role, names in fields.items():
                for name in names if role in layers else ():
                    _switch(layers[role], name, _NATIVE[ours], ours)

    def _go_native(self) -> None:
        for layer in self._project.mapLayers().values():
            if isinstance(layer, QgsVectorLayer):
                for name in layer.fields().names():
                    for ours, native in _NATIVE.items():
                        _switch(layer, name, ours, native)
                _clean_styles(layer)


def _switch(layer: QgsVectorLayer, name: str, before: str, after: str) -> None:
    """Change the type of a field's widget where it is *before*, whatever the user set."""
    position = layer.fields().indexOf(name)
    if position < 0:
        return
    setup = layer.editorWidgetSetup(position)
    if setup.type() == before:
        with _unheard(layer):
            layer.setEditorWidgetSetup(position, QgsEditorWidgetSetup(after, setup.config()))


def _clean_styles(layer: QgsVectorLayer) -> None:
    """Make the layer's other styles native: QGIS keeps them as they were when they were left."""
    manager = layer.styleManager()
    current = manager.currentStyle()
    for name in manager.styles():
        if name == current:
            continue
        text = cleaned = manager.style(name).xmlData()
        for ours, native in _NATIVE.items():
            cleaned = cleaned.replace(_IN_STYLE.format(ours), _IN_STYLE.format(native))
        if cleaned != text:
            manager.removeStyle(name)
            manager.addStyle(name, QgsMapLayerStyle(cleaned))


@contextmanager
def _unheard(layer: QgsVectorLayer) -> Iterator[None]:
    """Keep a layer silent: an open form would be built anew, and lose what was typed in it."""
    before = layer.blockSignals(True)
    try:
        yield
    finally:
        layer.blockSignals(before)
