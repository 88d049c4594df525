"""The file that the dialog Print writes: its name and its kind."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from pathlib import Path

from ..domain.words import folded

_SUFFIX = re.compile(r"\*(\.\w+)")
# Longer, some systems refuse the whole path.
_LONGEST_NAME = 120


def suffixes(file_filter: str) -> list[str]:
    """Return the endings of file names that a filter like ``PDF (*.pdf);;PNG (*.png)`` takes."""
    return _SUFFIX.findall(file_filter)


def proposed_name(parts: Sequence[str], suffix: str) -> str:
    """Return the name of a file that tells what is in it, safe on every system."""
    words = "-".join(folded(part).replace(" ", "-") for part in parts if part)
    return words[:_LONGEST_NAME].strip("-") + suffix


def completed(written: str, folder: Path, known: Sequence[str]) -> Path:
    """Return the path that a user meant.

    Args:
        written: a path, or a name alone.
        folder: where a name alone goes.
        known: endings of names that can be written; a name without one gets the first.
    """
    path = folder / Path(written.strip()).expanduser()
    # Unlike that of Path it bears names that no disk takes.
    if path.suffix.lower() in known or os.path.isdir(path):
        return path
    return path.with_name(path.name + known[0])
