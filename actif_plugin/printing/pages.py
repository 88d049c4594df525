"""Pages of one file, filled one after the other as QGIS's exporter asks for them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from qgis.core import QgsAbstractLayoutIterator, QgsPrintLayout


class Pages(QgsAbstractLayoutIterator):
    """Layouts, each filled when its turn comes.

    Args:
        count: how many there are, one at least.
        turn: returns the layout of a page, by its number from 0.
        checkpoint: told the share of the pages that is done; raises where the user cancelled.

    Attributes:
        failure: what stopped it before the end; None where nothing did.
    """

    def __init__(
        self,
        count: int,
        turn: Callable[[int], QgsPrintLayout],
        checkpoint: Callable[[float], None],
    ) -> None:
        super().__init__()
        self._count = count
        self._turn = turn
        self._checkpoint = checkpoint
        self._at = -1
        self._layout: QgsPrintLayout | None = None
        self.failure: Exception | None = None

    def layout(self) -> QgsPrintLayout:
        if self._layout is None:
            self._layout = self._turn(0)
        return self._layout

    def beginRender(self) -> bool:
        self._at = -1
        return True

    def endRender(self) -> bool:
        return True

    def count(self) -> int:
        return self._count

    def filePath(self, base: str, extension: str) -> str:
        path = Path(base)
        return str(path.with_name(f"{path.stem}-{self._at + 1:03d}.{extension}"))

    def next(self) -> bool:
        self._at += 1
        if self._at >= self._count:
            return False
        # Called from QGIS, which no exception may cross.
        try:
            self._checkpoint(self._at / self._count)
            self._layout = self._turn(self._at)
        except Exception as error:
            self.failure = error
            return False
        return True
