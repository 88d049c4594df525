"""Under the product picker: remember words for a code that the search did not put first."""

from __future__ import annotations

from collections.abc import Callable

from qgis.PyQt.QtWidgets import QCheckBox, QSizePolicy, QWidget

from ..translation import tr

# Words, nomenclature, code, and whether to remember them or to forget them: answers with what went
# wrong, or None.
Remember = Callable[[str, str, str, bool], "str | None"]
# Longer words are a sentence, which nobody will type again.
_LONGEST = 60


class KeepBox(QCheckBox):
    """A box that shows only where the adviser knew better than the search, and is never ticked
    by itself.

    Args:
        parent: the picker.
        done: called once words were remembered or forgotten.
    """

    def __init__(self, parent: QWidget, done: Callable[[], None]) -> None:
        super().__init__(parent)
        # None: words are not remembered here.
        self.remember: Remember | None = None
        self._done = done
        self._words = ""
        self._first: str | None = None
        self._meant = ("", "")
        tip = tr("For everybody in this territory: searched again, these words find it first.")
        self.setToolTip(tip)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.clicked.connect(self._clicked)
        self.hide()

    def searched(self, words: str, first: str | None = None) -> None:
        """Keep in mind the words that were searched, and the code that the search put first."""
        self._words = " ".join(words.split())
        self._first = first
        self.hide()

    def offer(self, nomenclature: str, code: str | None) -> None:
        """Offer to remember the words for the code that was chosen, None where it is no code."""
        self.setChecked(False)
        better = code is not None and code != self._first
        self.setVisible(self.remember is not None and better and 0 < len(self._words) <= _LONGEST)
        self._meant = (nomenclature, code or "")
        self._say(tr("Remember “{words}” for this code").format(words=self._words))

    def _clicked(self, wanted: bool) -> None:
        failure = self.remember(self._words, *self._meant, wanted)
        if failure is None:
            self._done()
        else:
            self.setChecked(not wanted)
            self._say(failure)

    def _say(self, text: str) -> None:
        # A box reads & as the mark of a shortcut.
        self.setText(text.replace("&", "&&"))
