"""Pages of one file, filled one after the other as QGIS's exporter asks for them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from pathlib import Path

from qgis.core import QgsAbstractLayoutIterator, QgsPrintLayout

from .map_on_page import Notes
from .pdf_update import PageNote

_LONGEST = 60
_NOT_SAFE = re.compile(r"[^0-9A-Za-z]+")
_LIGATURES = str.maketrans({"œ": "oe", "Œ": "OE", "æ": "ae", "Æ": "AE", "ß": "ss"})


class Pages(QgsAbstractLayoutIterator):
    """Layouts, each filled when its turn comes.

    Args:
        count: how many there are, one at least.
        turn: returns the layout of a page, by its number from 0.
        checkpoint: told the share of the pages that is done; raises where the user cancelled.
        titles: what each is about, for bookmarks and the names of files; empty for nothing.

    Attributes:
        failure: what stopped it before the end; None where nothing did.
        notes: what a PDF is to know of the pages that were filled, one a sheet of paper.
    """

    def __init__(
        self,
        count: int,
        turn: Callable[[int], QgsPrintLayout],
        checkpoint: Callable[[float], None],
        titles: Sequence[str] = (),
    ) -> None:
        super().__init__()
        self._count = count
        self._turn = turn
        self._checkpoint = checkpoint
        self._titles = titles
        self._at = -1
        self._layout: QgsPrintLayout | None = None
        self.failure: Exception | None = None
        self.notes: list[PageNote] = []
        self._notes = Notes()

    def layout(self) -> QgsPrintLayout:
        if self._layout is None:
            self._layout = self._turn(0)
        return self._layout

    def beginRender(self) -> bool:
        self._at = -1
        self.notes = []
        return True

    def endRender(self) -> bool:
        return True

    def count(self) -> int:
        return self._count

    def filePath(self, base: str, extension: str) -> str:
        """Return the file of the page: its number, and what it is about in letters for any disk."""
        path = Path(base)
        if self._count == 1:
            return str(path.with_suffix(f".{extension}"))
        about = file_words(self._title())
        name = "-".join(part for part in (path.stem, f"{self._at + 1:03d}", about) if part)
        return str(path.with_name(f"{name}.{extension}"))

    def next(self) -> bool:
        self._at += 1
        if self._at >= self._count:
            return False
        # Called from QGIS, which no exception may cross.
        try:
            self._checkpoint(self._at / self._count)
            self._layout = self._turn(self._at)
            self.notes += self._notes.of(self._layout, self._title())
        except Exception as error:
            self.failure = error
            return False
        return True

    def _title(self) -> str:
        return self._titles[self._at] if self._at < len(self._titles) else ""


def file_words(text: str) -> str:
    """Return a text as a part of a file's name: letters and digits of ASCII, dashes between words.

    >>> file_words("CC des Coteaux d'Œdipe & Cie")
    'CC-des-Coteaux-d-OEdipe-Cie'
    """
    plain = unicodedata.normalize("NFKD", text.translate(_LIGATURES))
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return _NOT_SAFE.sub("-", plain)[:_LONGEST].strip("-")
