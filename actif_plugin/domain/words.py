"""Comparing words as people type them: without case, accents, ligatures or punctuation."""

from __future__ import annotations

import re
import unicodedata

_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "ß": "ss"})
_BREAKS = re.compile(r"[\W_]+")


def folded(text: str) -> str:
    """Return the words of *text* in plain lower case, one space between them."""
    spread = unicodedata.normalize("NFKD", text.casefold().translate(_LIGATURES))
    bare = "".join(c for c in spread if not unicodedata.combining(c))
    return _BREAKS.sub(" ", bare).strip()
