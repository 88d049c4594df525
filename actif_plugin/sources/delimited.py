"""Text tables as people send them: any separator, any usual encoding, cells of several lines."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

# The Excel of French administrations writes Windows-1252; it can read any byte, so it comes last.
_FALLBACK_ENCODING = "cp1252"
_DELIMITERS = (";", ",", "\t", "|")
_CHUNK_BYTES = 1 << 20
# A cell longer than this is an unclosed quote, not a text.
_LONGEST_CELL = 1_000_000


class TableError(Exception):
    """The file is not a table that can be read."""


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
            reader = _reader(text, self.delimiter)
            seen_header = False
            start = 1
            try:
                for row in reader:
                    if any(cell.strip() for cell in row):
                        if seen_header:
                            yield start, row
                        elif not _is_excel_hint(row, self.delimiter):
                            seen_header = True
                    start = reader.line_num + 1
            except csv.Error as error:
                raise TableError(f"{start}: {error}") from error


def open_delimited(path: Path) -> DelimitedTable:
    """Find out the encoding, the separator and the header of a text table.

    Raises:
        TableError: the file is empty.
        OSError: the file cannot be read.
    """
    encoding = _encoding(path)
    with _opened(path, encoding) as text:
        for line in text:
            if line.strip() and not line.lower().startswith("sep="):
                break
        else:
            raise TableError("empty")
    delimiter = max(_DELIMITERS, key=lambda mark: len(next(_reader(io.StringIO(line), mark))))
    header = next(_reader(io.StringIO(line), delimiter))
    return DelimitedTable(path, encoding, delimiter, tuple(cell.strip() for cell in header))


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


def _reader(text: io.TextIOBase, delimiter: str):  # type: ignore[no-untyped-def]
    csv.field_size_limit(_LONGEST_CELL)
    # Older readers stop at a NUL; it means nothing in a text.
    return csv.reader((line.replace("\0", "") for line in text), delimiter=delimiter)


def _is_excel_hint(row: list[str], delimiter: str) -> bool:
    """Tell whether *row* is the ``sep=;`` line that Excel writes and hides."""
    return delimiter.join(row).lower().startswith("sep=")
