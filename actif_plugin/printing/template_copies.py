"""Our templates among those that QGIS's layout manager offers: in the user's profile."""

from __future__ import annotations

import shutil
from pathlib import Path

from qgis.core import QgsApplication

from .. import paths
from ..store.errors import StoreError
from ..translation import tr
from .templates import FOLDER, SUFFIX

# The layout manager lists what it finds there, by the names of the files.
_OF_THE_PROFILE = "composer_templates"
_PREFIX = "actif-"


def templates_folder() -> Path:
    """Return where QGIS looks for the user's own templates; it may not exist."""
    return Path(QgsApplication.qgisSettingsDirPath()) / _OF_THE_PROFILE


def copy_templates() -> tuple[list[Path], list[Path]]:
    """Copy the templates of the package into the user's profile.

    Returns:
        The files that were copied, and those that were already there and are left as they are:
        the user may have changed them.

    Raises:
        StoreError: the profile cannot be written.
    """
    folder = templates_folder()
    copied, kept = [], []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for template in sorted(paths.resource(FOLDER).glob(f"*{SUFFIX}")):
            copy = folder / f"{_PREFIX}{template.name}"
            if copy.exists():
                kept.append(copy)
            else:
                _copy(template, copy)
                copied.append(copy)
    except OSError as error:
        raise StoreError(
            tr("The templates cannot be copied into {folder}: {reason}.").format(
                folder=folder, reason=error.strerror
            )
        ) from error
    return copied, kept


def _copy(template: Path, copy: Path) -> None:
    """Copy a file, whole or not at all."""
    draft = copy.with_suffix(".part")
    try:
        shutil.copyfile(template, draft)
        draft.replace(copy)
    finally:
        draft.unlink(missing_ok=True)
