"""Writing layouts to files, whole or not at all."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from osgeo import gdal
from qgis.core import (
    Qgis,
    QgsAbstractLayoutIterator,
    QgsLayoutExporter,
    QgsLayoutItemMap,
    QgsPrintLayout,
)

from ..store.errors import StoreError
from ..translation import tr
from .pdf_update import About, PageNote, UnknownPdf, add_notes, is_whole

# What a file may be, as dialogs list them.
FILE_KINDS = "PDF (*.pdf);;PNG (*.png);;SVG (*.svg)"
_CREATOR = "Act'IF for QGIS"
_RESULT = QgsLayoutExporter.ExportResult
_PDF, _PNG, _SVG = ".pdf", ".png", ".svg"
_ENDS = {_PNG: b"IEND\xaeB`\x82", _SVG: b"</svg>"}
_TAIL = 64
# Of a name, in that of the folder of drafts: some systems refuse longer ones.
_LONGEST_PREFIX = 20


def destination(path: Path) -> Path:
    """Return where a file that is asked for as *path* goes, once it is known to be writable.

    A name that ends as nothing that can be written gets the ending of a PDF.

    Raises:
        StoreError: it cannot be written, which is told before hours of drawing.
    """
    try:
        if path.suffix.lower() not in (_PDF, _PNG, _SVG) and not path.is_dir():
            path = path.with_name(path.name + _PDF)
        fault = _fault_of(path)
    except OSError as error:
        # A name that is too long.
        raise StoreError(_refusal(path)) from error
    if fault:
        raise StoreError(fault)
    return path


def export(
    layout: QgsPrintLayout,
    path: Path,
    dpi: float,
    checkpoint: Callable[[], None] | None = None,
) -> None:
    """Write a layout as what its name ends with: PNG, SVG, anything else a PDF.

    A PDF has layers and is georeferenced; of a PNG or SVG there is the first page.

    Args:
        layout, path, dpi: what is written, where, and how finely.
        checkpoint: called when the page is drawn; raises where the user cancelled meanwhile, and
            then nothing is written.

    Raises:
        StoreError: the file cannot be written.
        Exception: that of *checkpoint*.
    """
    _export(layout, path, dpi, _kind(path), checkpoint)


def export_svg(layout: QgsPrintLayout, path: Path) -> None:
    """Write the first page of a layout as SVG with its text as text, whatever its name ends with.

    Raises:
        StoreError: the file cannot be written.
    """
    _export(layout, path, 0, _SVG)


def export_pages(
    pages: QgsAbstractLayoutIterator, path: Path, dpi: float, *, one_a_page: bool = False
) -> list[Path]:
    """Write layouts one after the other, whole or not at all.

    As one PDF it has bookmarks and georeferenced pages, but no layers. PNG and SVG are one a page.

    Args:
        pages: as QGIS asks for them; its ``failure`` is what stopped it before the end, its
            ``notes`` are what a PDF is to know of its pages.
        path, dpi: of the file.
        one_a_page: write a file a page, named by *pages* after *path*.

    Returns:
        The files, in the order of their pages.

    Raises:
        StoreError: a file cannot be written; there are none, and those of before are as they were.
        Exception: the failure of *pages*.
    """
    kind = _kind(path)
    with _Drafts(path) as drafts:
        if one_a_page or kind != _PDF:
            pages.beginRender()
            while pages.next():
                file = Path(pages.filePath(str(path), path.suffix.lstrip(".") or _PDF[1:]))
                _draw(pages.layout(), drafts.draft(file), dpi, file, kind)
            pages.endRender()
        else:
            draft = drafts.draft(path)
            done, _ = QgsLayoutExporter.exportToPdf(pages, str(draft), _pdf_settings(dpi))
            if pages.failure is None:
                _check(done, draft, path, _PDF)
                _add_what_is_missing(draft, pages.notes, pages.layout(), path)
        if pages.failure is not None:
            raise pages.failure
        return drafts.publish()


def _kind(path: Path) -> str:
    """Return what a file is to be, by its name."""
    kind = path.suffix.lower()
    return kind if kind in (_PNG, _SVG) else _PDF


def _export(
    layout: QgsPrintLayout,
    path: Path,
    dpi: float,
    kind: str,
    checkpoint: Callable[[], None] | None = None,
) -> None:
    with _Drafts(path) as drafts:
        _draw(layout, drafts.draft(path), dpi, path, kind)
        if checkpoint is not None:
            checkpoint()
        drafts.publish()


def _draw(layout: QgsPrintLayout, draft: Path, dpi: float, path: Path, kind: str) -> None:
    """Draw a layout into a draft of a file."""
    exporter = QgsLayoutExporter(layout)
    if kind == _PNG:
        picture = QgsLayoutExporter.ImageExportSettings()
        picture.dpi = dpi
        picture.pages = [0]
        picture.generateWorldFile = False
        done = exporter.exportToImage(str(draft), picture)
    elif kind == _SVG:
        drawing = QgsLayoutExporter.SvgExportSettings()
        drawing.textRenderFormat = Qgis.TextRenderFormat.AlwaysText
        done = exporter.exportToSvg(str(draft), drawing)
    else:
        settings = _pdf_settings(dpi)
        settings.appendGeoreference = True
        settings.exportMetadata = True
        # Layers to switch on and off, without the attributes that QGIS would put into them.
        settings.includeGeoPdfFeatures = False
        # QGIS has no name for a layer from elsewhere; GDAL would write a broken reference to it.
        settings.writeGeoPdf = _is_at_home(layout)
        with _unheard_gdal():
            done = exporter.exportToPdf(str(draft), settings)
            if done not in (_RESULT.Success, _RESULT.MemoryError):
                # Some builds of GDAL cannot make PDF of several layers.
                settings.writeGeoPdf = False
                done = exporter.exportToPdf(str(draft), settings)
    _check(done, draft, path, kind)


@contextmanager
def _unheard_gdal() -> Iterator[None]:
    """Keep GDAL from printing a warning a layer about a hair's breadth of the page.

    What fails is told by the exporter, and seen in the file.
    """
    gdal.PushErrorHandler("CPLQuietErrorHandler")
    try:
        yield
    finally:
        gdal.PopErrorHandler()


def _is_at_home(layout: QgsPrintLayout) -> bool:
    """Tell whether the layout's project has all that its maps show."""
    known = layout.project().mapLayers()
    maps = [item for item in layout.items() if isinstance(item, QgsLayoutItemMap)]
    return all(layer.id() in known for item in maps for layer in item.layers())


def _pdf_settings(dpi: float) -> QgsLayoutExporter.PdfExportSettings:
    settings = QgsLayoutExporter.PdfExportSettings()
    settings.dpi = dpi
    settings.textRenderFormat = Qgis.TextRenderFormat.AlwaysText
    return settings


def _add_what_is_missing(
    draft: Path, notes: Sequence[PageNote], layout: QgsPrintLayout, path: Path
) -> None:
    """Put bookmarks, georeferencing and what the project says of itself into a PDF."""
    told = layout.project().metadata()
    about = About(told.title(), told.author(), told.abstract(), _CREATOR)
    try:
        # A PDF of another make is whole without them.
        with suppress(UnknownPdf):
            add_notes(draft, notes, about)
    except OSError as error:
        raise StoreError(_refusal(path)) from error
    _check(_RESULT.Success, draft, path, _PDF)


def _check(done: QgsLayoutExporter.ExportResult, draft: Path, path: Path, kind: str) -> None:
    """Refuse a file that is not whole: Qt is silent about a disk that fills up.

    Raises:
        StoreError: it is not; it could not be drawn.
    """
    if done == _RESULT.MemoryError:
        raise StoreError(
            tr("{path} is too large for the memory of this machine: lower the resolution.").format(
                path=path
            )
        )
    try:
        whole = is_whole(draft) if kind == _PDF else _ends_with(draft, _ENDS[kind])
    except OSError as error:
        raise StoreError(_refusal(path)) from error
    if done != _RESULT.Success or not whole:
        raise StoreError(_refusal(path))


def _ends_with(path: Path, ending: bytes) -> bool:
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - _TAIL))
        return file.read().rstrip().endswith(ending)


def _fault_of(path: Path) -> str:
    """Say why a file cannot be written, nothing where it can."""
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


def _refusal(path: Path) -> str:
    return tr(
        "{path} cannot be written: close it if it is open elsewhere, make room on the disk, or"
        " choose another name."
    ).format(path=path)


class _Drafts:
    """Files written in a folder beside their place, and moved there once all of them are whole.

    Args:
        path: the file asked for; the others are beside it.

    Raises:
        StoreError: nothing can be written there.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._files: list[tuple[Path, Path]] = []

    def __enter__(self) -> _Drafts:
        name = f".{self._path.stem[:_LONGEST_PREFIX]}-"
        try:
            self._folder = Path(tempfile.mkdtemp(prefix=name, dir=self._path.parent))
        except OSError as error:
            raise StoreError(_refusal(self._path)) from error
        return self

    def __exit__(self, *_: object) -> None:
        shutil.rmtree(self._folder, ignore_errors=True)

    def draft(self, final: Path) -> Path:
        """Return where a file is to be written first."""
        draft = self._folder / f"{len(self._files)}{final.suffix}"
        self._files.append((draft, final))
        return draft

    def publish(self) -> list[Path]:
        """Put all files into their place, or none, and return them.

        Raises:
            StoreError: one of them cannot be replaced; those of before are there again.
        """
        undo: list[tuple[Path | None, Path]] = []
        for at, (draft, final) in enumerate(self._files):
            aside = None
            try:
                # Nothing can fail after the last one: it is replaced without a moment of absence.
                if at + 1 < len(self._files) and final.is_file():
                    aside = draft.with_suffix(".before")
                    os.replace(final, aside)
                    undo.append((aside, final))
                os.replace(draft, final)
            except OSError as error:
                _put_back(undo)
                raise StoreError(_refusal(final)) from error
            if aside is None:
                undo.append((None, final))
        return [final for _, final in self._files]


def _put_back(undo: Sequence[tuple[Path | None, Path]]) -> None:
    for aside, final in reversed(undo):
        with suppress(OSError):
            if aside is None:
                final.unlink()
            else:
                os.replace(aside, final)
