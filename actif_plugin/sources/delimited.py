"""Text tables as people send them: any separator, any usual encoding, cells of several lines."""

from __future__ import annotations

import codecs
import contextlib
import csv
import io
import itertools
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import BinaryIO

# The Excel of French administrations writes Windows-1252; it can read any byte, so it comes last.
_FALLBACK_ENCODING = "cp1252"
_SUFFIXES = {".csv", ".txt", ".tsv"}
_ARCHIVE_SUFFIX = ".zip"
# Among the tables of an archive, the one that is meant where none is named.
_MEANT = "etablissement"
# Windows-1252 never looks like UTF-8 for so long.
_SURE_CHARACTERS = 500
_ROWS_TOLD = 1_000
_DELIMITERS = (";", ",", "\t", "|")
_CHUNK_BYTES = 1 << 20
# A cell longer than this is an unclosed quote, not a text.
_LONGEST_CELL = 1_000_000
# A header whose names run over more lines than this has an unclosed quote.
_HEADER_LINES = 100
# Put after the last line (private characters): a quote still open would swallow it.
_END = "\ue000actif\ue000"


class TableError(Exception):
    """The file is not a table that can be read.

    Attributes:
        line: where the row at fault starts; 0 where the file holds no row at all.
    """

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(reason)
        self.line = line


@dataclass(frozen=True)
class TextFile:
    """A text table as bytes, alone or in an archive.

    Attributes:
        path: the file, or the archive.
        member: its name in the archive; empty where it is alone.
    """

    path: Path
    member: str = ""

    @property
    def name(self) -> str:
        """What people call it."""
        return PurePosixPath(self.member).name if self.member else self.path.name

    @contextlib.contextmanager
    def bytes(self) -> Iterator[BinaryIO]:
        """Yield its bytes.

        Raises:
            OSError: it cannot be read.
        """
        if not self.member:
            with self.path.open("rb") as raw:
                yield raw
            return
        try:
            with zipfile.ZipFile(self.path) as archive, archive.open(self.member) as packed:
                yield packed  # type: ignore[misc]
        except (
            zipfile.BadZipFile,
            zlib.error,
            NotImplementedError,
            RuntimeError,
            EOFError,
        ) as error:
            raise OSError(0, str(error)) from error

    def size(self) -> int:
        """Return the number of its bytes, unpacked."""
        if not self.member:
            return self.path.stat().st_size
        with zipfile.ZipFile(self.path) as archive:
            return archive.getinfo(self.member).file_size


@dataclass(frozen=True)
class DelimitedTable:
    """A text table whose shape is known.

    Attributes:
        file: where it is.
        encoding: as Python names it.
        delimiter: what separates the cells.
        header: column names, trimmed.
    """

    file: TextFile
    encoding: str
    delimiter: str
    header: tuple[str, ...]

    def rows(
        self, advance: Callable[[float], None] = lambda fraction: None
    ) -> Iterator[tuple[int, list[str]]]:
        """Yield each row after the header with the line of the file where it starts.

        Blank lines are passed over.

        Args:
            advance: told the share of the file read, from time to time.

        Raises:
            TableError: a quote opens a cell and never closes it.
            OSError: the file cannot be read.
        """
        size = max(1, self.file.size())
        with self.file.bytes() as raw, _decoded(raw, self.encoding) as text:
            rows = itertools.islice(_rows(text, self.delimiter), 1, None)
            for number, row in enumerate(rows):
                if number % _ROWS_TOLD == 0:
                    advance(raw.tell() / size)
                yield row


def is_delimited(path: Path) -> bool:
    """Tell whether the name of *path* is that of a text table."""
    return path.suffix.lower() in _SUFFIXES


def text_file(path: Path) -> TextFile | None:
    """Return the text table at *path*: a file, an archive of one, or ``archive.zip/table.csv``.

    None where there is none, or where an archive holds several and none of them alone is of
    establishments.
    """
    if path.is_file():
        if is_delimited(path):
            return TextFile(path)
        members = _members(path)
        meant = [name for name in members if _MEANT in name.lower()]
        for names in (members, meant):
            if len(names) == 1:
                return TextFile(path, names[0])
        return None
    for archive in path.parents:
        member = path.relative_to(archive).as_posix()
        if archive.is_file() and member in _members(archive):
            return TextFile(archive, member)
    return None


def _members(path: Path) -> list[str]:
    """Return the text tables in an archive."""
    if path.suffix.lower() != _ARCHIVE_SUFFIX:
        return []
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
    except (OSError, zipfile.BadZipFile):
        return []
    # What a Mac adds beside each file is no table.
    return [n for n in names if is_delimited(Path(n)) and not n.startswith("__MACOSX/")]


def open_delimited(path: Path) -> DelimitedTable:
    """Find out the encoding, the separator and the header of a text table.

    Raises:
        TableError: the file is empty, or a quote of its header never closes.
        OSError: the file cannot be read.
    """
    return open_text(text_file(path) or TextFile(path))


def open_text(file: TextFile) -> DelimitedTable:
    """Do the same for a table that is found already."""
    with file.bytes() as raw:
        encoding = _encoding(raw)
    with file.bytes() as raw, _decoded(raw, encoding) as text:
        delimiter = _delimiter(text)
    with file.bytes() as raw, _decoded(raw, encoding) as text:
        for _, header in _rows(text, delimiter):
            return DelimitedTable(file, encoding, delimiter, tuple(cell.strip() for cell in header))
    raise TableError(0, "empty")


def _delimiter(text: Iterable[str]) -> str:
    """Return what splits the first row that is not blank into the most cells."""
    lines = itertools.dropwhile(
        lambda line: not line.strip() or _is_excel_hint(line), _without_nul(text)
    )
    start = list(itertools.islice(lines, _HEADER_LINES))
    try:
        return max(_DELIMITERS, key=lambda mark: len(next(_reader(start, mark), ())))
    except csv.Error as error:
        raise TableError(1, str(error)) from error


def _rows(text: Iterable[str], delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Yield each row that is not blank with its first line, the header among them."""
    reader = _reader(itertools.chain(_without_nul(text), (_END,)), delimiter)
    start = 1
    begun = False
    try:
        for row in reader:
            if row and row[-1].endswith(_END):
                if reader.line_num > start:
                    raise TableError(start, "a quote is never closed")
                return
            if any(cell.strip() for cell in row) and (begun or not _is_excel_hint(row[0])):
                begun = True
                yield start, row
            start = reader.line_num + 1
    except csv.Error as error:
        raise TableError(start, str(error)) from error


def _encoding(raw: BinaryIO) -> str:
    chunk = raw.read(_CHUNK_BYTES)
    if chunk.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    if chunk.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    decoder = codecs.getincrementaldecoder("utf-8")()
    seen = 0
    try:
        while chunk:
            text = decoder.decode(chunk)
            seen += len(text) - len(text.encode("ascii", "ignore"))
            if seen > _SURE_CHARACTERS:
                # A file of gigabytes is not read twice; a stray byte spoils its own cell.
                return "utf-8"
            chunk = raw.read(_CHUNK_BYTES)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return _FALLBACK_ENCODING
    return "utf-8"


def _decoded(raw: BinaryIO, encoding: str) -> io.TextIOWrapper:
    # A stray byte spoils its own cell, not the file.
    return io.TextIOWrapper(raw, encoding=encoding, errors="replace", newline="")


def _without_nul(text: Iterable[str]) -> Iterator[str]:
    # Older readers stop at a NUL; it means nothing in a text.
    return (line.replace("\0", "") for line in text)


def _reader(lines: Iterable[str], delimiter: str):  # type: ignore[no-untyped-def]
    csv.field_size_limit(_LONGEST_CELL)
    return csv.reader(lines, delimiter=delimiter)


def _is_excel_hint(start: str) -> bool:
    """Tell whether a line starts as the ``sep=;`` that Excel writes and hides."""
    return start.lstrip('"').lower().startswith("sep=")
