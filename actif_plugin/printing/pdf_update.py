"""What QGIS leaves out of a PDF of several pages: bookmarks, where its maps are, who made it.

Added behind what was written, as an incremental update (ISO 32000-1, 7.5.6): nothing that QGIS
wrote is changed, and a reader sees the newer catalogue, pages and information. A viewport with a
geographic measure georeferences a page (ISO 32000-2, 12.10), as GDAL writes and reads it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

POINTS_A_MM = 72 / 25.4
_TAIL = 1024
_START = re.compile(rb"startxref\s+(\d+)\s+%%EOF\s*\Z")
_TABLE = re.compile(rb"\s*xref\s+0 (\d+)\s*\n(.*?)trailer\s*<<(.*)>>\s*startxref", re.DOTALL)
_ENTRY = re.compile(rb"(\d{10}) (\d{5}) ([nf])")
_KIDS = re.compile(rb"/Kids\s*\[([^\]]*)\]")
_REFERENCE = re.compile(rb"(\d+) 0 R")
_MEDIA_BOX = re.compile(rb"/MediaBox\s*\[\s*\S+\s+\S+\s+\S+\s+([\d.]+)\s*\]")
_KEPT = re.compile(rb"/(?:Producer|CreationDate)\s*\((?:\\.|[^\\)])*\)", re.DOTALL)
_OBJECT = re.compile(rb"\s*(\d+) 0 obj\s*<<(.*)>>\s*endobj", re.DOTALL)
_PIECE = 4096
# The corners of a map in shares of its box, whose origin is at the bottom left.
_CORNERS = "0 1 1 1 1 0 0 0"


class UnknownPdf(Exception):
    """The file is not built as Qt and GDAL build theirs: it is left as it is."""


@dataclass(frozen=True)
class MapOnPage:
    """Where a map is on its page, and where it is on the Earth.

    Attributes:
        box: left, top, width and height, in millimetres from the top left of the page.
        corners: latitude and longitude of its corners, in degrees of the geographic system under
            its own; from the top left, clockwise.
        wkt: its own system, as ESRI writes it.
        epsg: the number of that system; 0 where it has none.
        geographic: whether that system is in degrees.
    """

    box: tuple[float, float, float, float]
    corners: Sequence[tuple[float, float]]
    wkt: str
    epsg: int
    geographic: bool


@dataclass(frozen=True)
class PageNote:
    """What is added to a page.

    Attributes:
        title: of its bookmark; empty for none.
        map: its map; None where it has none.
    """

    title: str = ""
    map: MapOnPage | None = None


@dataclass(frozen=True)
class About:
    """What a file says of itself: title, author and subject; nothing is written of an empty one."""

    title: str
    author: str
    subject: str
    creator: str


def is_whole(path: Path) -> bool:
    """Tell whether a PDF ends as it must, with a table of objects where it says that it is.

    A disk that was full for a while leaves a file that ends well and lacks a piece.
    """
    with path.open("rb") as file:
        start = _start_of_table(file)
        if start is None:
            return False
        file.seek(start)
        return file.read(_PIECE).lstrip()[:4] == b"xref"


def add_notes(path: Path, notes: Sequence[PageNote], about: About) -> None:
    """Add bookmarks, georeferencing and information to a PDF.

    Args:
        path: a file that Qt or GDAL just wrote.
        notes: one a page; empty to leave pages alone.
        about: the file.

    Raises:
        UnknownPdf: it is not built as expected; nothing was added.
        OSError: it cannot be read or written; it may end with a piece of what was added.
    """
    with path.open("r+b") as file:
        update = _Update(file)
        if notes:
            _note_pages(update, notes)
        update.tell(about)
        update.append()


class _Update:
    """New and changed objects of a file, until they are appended."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        start = _start_of_table(file)
        if start is None:
            raise UnknownPdf("no table of objects")
        self._start = start
        file.seek(start)
        table = _TABLE.match(file.read())
        if table is None or b"/Prev" in table[3]:
            raise UnknownPdf("not one plain table of objects")
        entries = _ENTRY.findall(table[2])
        self._size = int(table[1])
        if len(entries) != self._size:
            raise UnknownPdf("a table shorter than it says")
        self._offsets = [int(offset) if used == b"n" else 0 for offset, _, used in entries]
        self._root = _reference(table[3], b"Root")
        self._info = _reference(table[3], b"Info") if b"/Info" in table[3] else self.reserve()
        self._changed: dict[int, bytes] = {}

    def reserve(self) -> int:
        """Return the number of an object to come."""
        number = self._size
        self._size += 1
        return number

    def write(self, number: int, content: str | bytes) -> None:
        """Give a content to a new object, or another one to an object of the file."""
        written = content.encode("ascii") if isinstance(content, str) else content
        self._changed[number] = b"<<" + written + b">>"

    def read(self, number: int) -> bytes:
        """Return what stands between the outer brackets of a dictionary of the file."""
        if not 0 < number < len(self._offsets) or not self._offsets[number]:
            raise UnknownPdf("an object that is nowhere")
        self._file.seek(self._offsets[number])
        content = b""
        while b"endobj" not in content:
            piece = self._file.read(_PIECE)
            if not piece:
                raise UnknownPdf("an object without an end")
            content += piece
        content = content[: content.index(b"endobj") + len(b"endobj")]
        found = _OBJECT.fullmatch(content)
        if found is None or int(found[1]) != number:
            raise UnknownPdf("an object that is no dictionary")
        return found[2]

    def catalogue(self) -> tuple[int, bytes]:
        """Return the number and the content of the catalogue."""
        content = self.read(self._root)
        if b"/Outlines" in content:
            raise UnknownPdf("bookmarks of its own")
        return self._root, content

    def tell(self, about: About) -> None:
        """Write the information on the file; what made it and when stays."""
        old = self.read(self._info) if self._info < len(self._offsets) else b""
        parts = [
            f"/{key} {_text(value)}".encode("ascii")
            for key, value in (
                ("Title", about.title),
                ("Author", about.author),
                ("Subject", about.subject),
                ("Creator", about.creator),
            )
            if value
        ]
        self.write(self._info, b"\n".join([*parts, *_KEPT.findall(old)]))

    def append(self) -> None:
        """Write all of it behind the file."""
        at = self._file.seek(0, 2)
        pieces = [b"\n"]
        at += 1
        offsets = {}
        for number in sorted(self._changed):
            offsets[number] = at
            pieces.append(b"%d 0 obj\n%b\nendobj\n" % (number, self._changed[number]))
            at += len(pieces[-1])
        pieces.append(b"xref\n")
        for first, length in _runs(sorted(offsets)):
            pieces.append(b"%d %d\n" % (first, length))
            pieces += [b"%010d 00000 n \n" % offsets[first + n] for n in range(length)]
        pieces.append(
            b"trailer\n<</Size %d /Root %d 0 R /Info %d 0 R /Prev %d>>\nstartxref\n%d\n%%%%EOF\n"
            % (self._size, self._root, self._info, self._start, at)
        )
        self._file.write(b"".join(pieces))
        self._file.flush()


def _note_pages(update: _Update, notes: Sequence[PageNote]) -> None:
    root, catalogue = update.catalogue()
    kids = _KIDS.search(update.read(_reference(catalogue, b"Pages")))
    pages = [int(number) for number in _REFERENCE.findall(kids[1])] if kids else []
    if len(pages) != len(notes):
        raise UnknownPdf("not as many pages as were printed")
    # The name of a later version than the header's; viewports are younger than Qt's PDF 1.4.
    entries = " /Version /1.7"
    marked = [(page, note.title) for page, note in zip(pages, notes) if note.title]
    if marked:
        entries += f" /Outlines {_bookmarks(update, marked)} 0 R /PageMode /UseOutlines"
    update.write(root, catalogue + entries.encode("ascii"))
    systems: dict[str, int] = {}
    for page, note in zip(pages, notes):
        if note.map is not None:
            content = update.read(page)
            height = _MEDIA_BOX.search(content)
            if height is None or b"/VP" in content:
                raise UnknownPdf("a page without a size")
            update.write(page, content + _viewport(update, note.map, float(height[1]), systems))


def _bookmarks(update: _Update, marked: Sequence[tuple[int, str]]) -> int:
    """Write an entry a page; return the number of their root."""
    root = update.reserve()
    items = [update.reserve() for _ in marked]
    for at, (page, title) in enumerate(marked):
        near = f" /Prev {items[at - 1]} 0 R" if at else ""
        near += f" /Next {items[at + 1]} 0 R" if at + 1 < len(items) else ""
        update.write(
            items[at], f"/Title {_text(title)} /Parent {root} 0 R /Dest [{page} 0 R /Fit]{near}"
        )
    update.write(
        root, f"/Type /Outlines /First {items[0]} 0 R /Last {items[-1]} 0 R /Count {len(items)}"
    )
    return root


def _viewport(
    update: _Update, drawn: MapOnPage, page_height: float, systems: dict[str, int]
) -> bytes:
    """Write the measure of a map; return what its page says of it."""
    system = systems.get(drawn.wkt)
    if system is None:
        system = systems[drawn.wkt] = update.reserve()
        kind = "GEOGCS" if drawn.geographic else "PROJCS"
        epsg = f" /EPSG {drawn.epsg}" if drawn.epsg else ""
        wkt = drawn.wkt.encode("ascii", "replace").hex()
        update.write(system, f"/Type /{kind}{epsg} /WKT <{wkt}>")
    measure = update.reserve()
    corners = " ".join(f"{lat:.9f} {lon:.9f}" for lat, lon in drawn.corners)
    update.write(
        measure,
        f"/Type /Measure /Subtype /GEO /Bounds [{_CORNERS}] /LPTS [{_CORNERS}]"
        f" /GPTS [{corners}] /GCS {system} 0 R",
    )
    left, top, width, height = (length * POINTS_A_MM for length in drawn.box)
    box = (left, page_height - top - height, left + width, page_height - top)
    written = " ".join(f"{side:.3f}" for side in box)
    return f" /VP [<</Type /Viewport /BBox [{written}] /Measure {measure} 0 R>>]".encode("ascii")


def _start_of_table(file: BinaryIO) -> int | None:
    size = file.seek(0, 2)
    file.seek(max(0, size - _TAIL))
    found = _START.search(file.read())
    return int(found[1]) if found and int(found[1]) < size else None


def _reference(content: bytes, key: bytes) -> int:
    found = re.search(rb"/" + key + rb"\s+(\d+) 0 R", content)
    if found is None:
        raise UnknownPdf("a dictionary that lacks something")
    return int(found[1])


def _runs(numbers: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Yield the first and the length of each run of numbers that follow each other."""
    start = 0
    for at in range(1, len(numbers) + 1):
        if at == len(numbers) or numbers[at] != numbers[at - 1] + 1:
            yield numbers[start], at - start
            start = at


def _text(words: str) -> str:
    """Return words as a PDF writes them: any letter, nothing to escape."""
    return "<" + (b"\xfe\xff" + words.encode("utf-16-be", "replace")).hex() + ">"
