"""The file that the dialog Print writes: its name, its kind, and whether it can be written."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Sequence
from pathlib import Path

from ..domain.words import folded
from ..translation import tr

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
    if path.suffix.lower() in known or path.is_dir():
        return path
    return path.with_name(path.name + known[0])


def fault_of(path: Path) -> str:
    """Say why a file cannot be written, nothing where it can: hours of drawing come after."""
    folder = path.parent
    if not folder.is_dir():
        return tr("There is no folder {folder}: choose another.").format(folder=folder)
    if path.is_dir():
        return tr("{path} is a folder: give the file another name.").format(path=path)
    try:
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError:
        return tr("Nothing can be written in the folder {folder}: choose another.").format(
            folder=folder
        )
    try:
        if path.exists():
            # Some systems keep a file that another program shows.
            path.open("r+b").close()
    except OSError:
        return tr(
            "{path} cannot be written: close it if it is open elsewhere, or choose another name."
        ).format(path=path)
    return ""
