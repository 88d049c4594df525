"""Writing a layout to a file, whole or not at all."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from pathlib import Path

from qgis.core import Qgis, QgsLayoutExporter, QgsPrintLayout

from ..store.errors import StoreError
from ..translation import tr

_EXPORTED = QgsLayoutExporter.ExportResult.Success


def export_pdf(layout: QgsPrintLayout, path: Path, dpi: float) -> None:
    """Write a layout as a georeferenced PDF, whole or not at all.

    Raises:
        StoreError: the file cannot be written.
    """
    settings = QgsLayoutExporter.PdfExportSettings()
    settings.dpi = dpi
    settings.appendGeoreference = True
    settings.exportMetadata = True
    settings.textRenderFormat = Qgis.TextRenderFormat.AlwaysText
    exporter = QgsLayoutExporter(layout)
    _write(path, b"%%EOF", lambda draft: exporter.exportToPdf(draft, settings))


def export_svg(layout: QgsPrintLayout, path: Path) -> None:
    """Write the first page of a layout as SVG with its text as text, whole or not at all.

    Raises:
        StoreError: the file cannot be written.
    """
    settings = QgsLayoutExporter.SvgExportSettings()
    settings.textRenderFormat = Qgis.TextRenderFormat.AlwaysText
    exporter = QgsLayoutExporter(layout)
    _write(path, b"</svg>", lambda draft: exporter.exportToSvg(draft, settings))


def _write(
    path: Path, ending: bytes, export: Callable[[str], QgsLayoutExporter.ExportResult]
) -> None:
    """Export beside the final place, and put the file there once it is seen to be whole.

    Qt is silent about a disk that fills up: only the end of the file tells.
    """
    failed = tr(
        "{path} cannot be written: close it if it is open elsewhere, or choose another name."
    ).format(path=path)
    try:
        handle, name = tempfile.mkstemp(
            suffix=path.suffix, prefix=f".{path.stem}-", dir=path.parent
        )
    except OSError as error:
        raise StoreError(failed) from error
    os.close(handle)
    draft = Path(name)
    try:
        if export(str(draft)) != _EXPORTED or not draft.read_bytes().rstrip().endswith(ending):
            raise StoreError(failed)
        # mkstemp keeps the file to its owner; a print is there to be handed round.
        draft.chmod(0o644)
        os.replace(draft, path)
    except OSError as error:
        raise StoreError(failed) from error
    finally:
        draft.unlink(missing_ok=True)
