"""The progress of work that has to be done in the window's own thread."""

from __future__ import annotations

from qgis.core import QgsProcessingFeedback
from qgis.PyQt.QtCore import QCoreApplication, Qt
from qgis.PyQt.QtWidgets import QProgressDialog, QWidget

from ..translation import tr


class ShownFeedback(QgsProcessingFeedback):
    """A feedback with a window of its own, and its button to cancel.

    Attributes:
        warnings: what the user was warned of.
    """

    def __init__(self, parent: QWidget) -> None:
        super().__init__(False)
        self.warnings: list[str] = []
        self._window = QProgressDialog(tr("Printing…"), tr("Cancel"), 0, 100, parent)
        self._window.setWindowTitle(tr("Print"))
        self._window.setWindowModality(Qt.WindowModality.WindowModal)
        # At once: until then a second click on the button would print again.
        self._window.setMinimumDuration(0)
        self._window.setAutoReset(False)
        self._window.setAutoClose(False)
        self._window.setValue(0)
        self._window.canceled.connect(self.cancel)
        self.progressChanged.connect(self._show)

    def pushWarning(self, warning: str) -> None:
        super().pushWarning(warning)
        self.warnings.append(warning)

    def close(self) -> None:
        """Take the window away."""
        self._window.canceled.disconnect(self.cancel)
        self._window.close()
        self._window.deleteLater()

    def _show(self, percent: float) -> None:
        if not self.isCanceled():
            self._window.setValue(min(99, int(percent)))
        QCoreApplication.processEvents()
