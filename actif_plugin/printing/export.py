"""Writing a layout to a file, whole or not at all."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from pathlib import Path

from qgis.core import Qgis, QgsAbstractLayoutIterator, QgsLayoutExporter, QgsPrintLayout

from ..store.errors import StoreError
from ..translation import tr

_EXPORTED = QgsLayoutExporter.ExportResult.Success
_PNG_END = b"IEND\xaeB`\x82"
_TAIL = 64


def export(layout: QgsPrintLayout, path: Path, dpi: float) -> None:
    """Write a layout as what its name ends with: PNG, SVG, anything else a PDF.

    Raises:
        StoreError: the file cannot be written.
    """
    suffix = path.suffix.lower()
    if suffix == ".png":
        export_png(layout, path, dpi)
    elif suffix == ".svg":
        export_svg(layout, path)
    else:
        export_pdf(layout, path, dpi)


def export_pdf(layout: QgsPrintLayout, path: Path, dpi: float) -> None:
    """Write a layout as a georeferenced PDF with layers, whole or not at all.

    Raises:
        StoreError: the file cannot be written.
    """
    settings = QgsLayoutExporter.PdfExportSettings()
    settings.dpi = dpi
    settings.appendGeoreference = True
    settings.exportMetadata = True
    settings.textRenderFormat = Qgis.TextRenderFormat.AlwaysText
    # Layers to switch on and off, without the attributes that QGIS would put into them.
    settings.includeGeoPdfFeatures = False
    exporter = QgsLayoutExporter(layout)

    def draw(draft: str) -> QgsLayoutExporter.ExportResult:
        settings.writeGeoPdf = True
        done = exporter.exportToPdf(draft, settings)
        if done != _EXPORTED:
            # Some builds of GDAL cannot make PDF of several layers.
            settings.writeGeoPdf = False
            done = exporter.exportToPdf(draft, settings)
        return done

    _write(path, b"%%EOF", draw)


def export_pages(pages: QgsAbstractLayoutIterator, path: Path, dpi: float) -> None:
    """Write layouts one after the other as one PDF, whole or not at all.

    Args:
        pages: as QGIS asks for them; its ``failure`` is what stopped it before the end.
        path, dpi: of the file.

    Raises:
        StoreError: the file cannot be written.
        Exception: the failure of *pages*.
    """
    settings = QgsLayoutExporter.PdfExportSettings()
    settings.dpi = dpi
    settings.textRenderFormat = Qgis.TextRenderFormat.AlwaysText

    def draw(draft: str) -> QgsLayoutExporter.ExportResult:
        done, _ = QgsLayoutExporter.exportToPdf(pages, draft, settings)
        if pages.failure is not None:
            raise pages.failure
        return done

    _write(path, b"%%EOF", draw)


def export_png(layout: QgsPrintLayout, path: Path, dpi: float) -> None:
    """Write the first page of a layout as a picture, whole or not at all.

    Raises:
        StoreError: the file cannot be written.
    """
    settings = QgsLayoutExporter.ImageExportSettings()
    settings.dpi = dpi
    settings.pages = [0]
    settings.generateWorldFile = False
    exporter = QgsLayoutExporter(layout)
    _write(path, _PNG_END, lambda draft: exporter.exportToImage(draft, settings))


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
        if export(str(draft)) != _EXPORTED or not _ends_with(draft, ending):
            raise StoreError(failed)
        # mkstemp keeps the file to its owner; a print is there to be handed round.
        draft.chmod(0o644)
        os.replace(draft, path)
    except OSError as error:
        raise StoreError(failed) from error
    finally:
        draft.unlink(missing_ok=True)


def _ends_with(path: Path, ending: bytes) -> bool:
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - _TAIL))
        return file.read().rstrip().endswith(ending)
