"""Text tables as people send them: any separator, any usual encoding, cells of several lines."""

from __future__ import annotations

import codecs
import csv
import io
import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

# The Excel of French administrations writes Windows-1252; it can read any byte, so it comes last.
_FALLBACK_ENCODING = "cp1252"
_SUFFIXES = {".csv", ".txt", ".tsv"}
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
class DelimitedTable:
    """A text table whose shape is known.

    Attributes:
        path: the file.
        encoding: as Python names it.
        delimiter: what separates the cells.
        header: column names, trimmed.
    """

    path: Path
    encoding: str
    delimiter: str
    header: tuple[str, ...]

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        """Yield each row after the header with the line of the file where it starts.

        Blank lines are passed over.

        Raises:
            TableError: a quote opens a cell and never closes it.
        """
        with _opened(self.path, self.encoding) as text:
            yield from itertools.islice(_rows(text, self.delimiter), 1, None)


def is_delimited(path: Path) -> bool:
    """Tell whether the name of *path* is that of a text table."""
    return path.suffix.lower() in _SUFFIXES


def open_delimited(path: Path) -> DelimitedTable:
    """Find out the encoding, the separator and the header of a text table.

    Raises:
        TableError: the file is empty, or a quote of its header never closes.
        OSError: the file cannot be read.
    """
    encoding = _encoding(path)
    with _opened(path, encoding) as text:
        delimiter = _delimiter(text)
    with _opened(path, encoding) as text:
        for _, header in _rows(text, delimiter):
            return DelimitedTable(path, encoding, delimiter, tuple(cell.strip() for cell in header))
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


def _encoding(path: Path) -> str:
    with path.open("rb") as raw:
        start = raw.read(4)
        if start.startswith(codecs.BOM_UTF8):
            return "utf-8-sig"
        if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return "utf-16"
        raw.seek(0)
        decoder = codecs.getincrementaldecoder("utf-8")()
        try:
            while chunk := raw.read(_CHUNK_BYTES):
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return _FALLBACK_ENCODING
    return "utf-8"


def _opened(path: Path, encoding: str) -> io.TextIOWrapper:
    # A stray byte spoils its own cell, not the file.
    return path.open(encoding=encoding, errors="replace", newline="")


def _without_nul(text: Iterable[str]) -> Iterator[str]:
    # Older readers stop at a NUL; it means nothing in a text.
    return (line.replace("\0", "") for line in text)


def _reader(lines: Iterable[str], delimiter: str):  # type: ignore[no-untyped-def]
    csv.field_size_limit(_LONGEST_CELL)
    return csv.reader(lines, delimiter=delimiter)


def _is_excel_hint(start: str) -> bool:
    """Tell whether a line starts as the ``sep=;`` that Excel writes and hides."""
    return start.lstrip('"').lower().startswith("sep=")
