"""Where the plugin's own files are, in an installed package as in a checkout."""

from __future__ import annotations

from pathlib import Path

PACKAGE = Path(__file__).resolve().parent
_CHECKOUT = PACKAGE.parent


def reference_database() -> Path:
    """Return the file that holds the nomenclatures.

    A package carries it; a checkout builds it.
    """
    return _first(PACKAGE / "resources" / "reference.sqlite", _CHECKOUT / "build/reference.sqlite")


def metadata() -> Path:
    """Return ``metadata.txt``."""
    return _first(PACKAGE / "metadata.txt", _CHECKOUT / "metadata.txt")


def demo_file(name: str) -> Path:
    """Return a file of the demonstration's data: companies, flows, contours."""
    packaged = PACKAGE / "resources/demo" / name
    built = _first(_CHECKOUT / "demo/data" / name, _CHECKOUT / "reference/contours" / name)
    return _first(packaged, built)


def resource(name: str) -> Path:
    """Return a file of ``resources``."""
    return PACKAGE / "resources" / name


def translation(locale: str) -> Path:
    """Return the compiled translation for *locale* (``fr``, ``fr_CH``…); it may not exist."""
    return PACKAGE / "i18n" / f"actif_{locale[:2]}.qm"


def _first(packaged: Path, built: Path) -> Path:
    return packaged if packaged.exists() else built
