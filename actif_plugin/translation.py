"""Translation of the interface: English in the code, French on the screen."""

from qgis.PyQt.QtCore import QCoreApplication

# The context that pylupdate gives to calls of a bare function.
_CONTEXT = "@default"


def tr(text: str) -> str:
    """Return *text* in the user's language."""
    return QCoreApplication.translate(_CONTEXT, text)
