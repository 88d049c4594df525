"""What tests read in PDF files with other programs."""

from __future__ import annotations

import re
import unicodedata
import zlib
from pathlib import Path

from tests.qgis.harness import run_program


def pages_of(path: Path) -> list[str]:
    """Return the words of each page, one space between them, ligatures taken apart."""
    text = run_program("pdftotext", "-layout", path, "-").stdout
    return [
        " ".join(unicodedata.normalize("NFKC", page).replace("\u200b", "").split())
        for page in text.split("\f")[:-1]
    ]


def count_pages(path: Path) -> int:
    """Return the number of pages."""
    found = re.search(r"^Pages:\s+(\d+)", run_program("pdfinfo", path).stdout, re.MULTILINE)
    assert found
    return int(found[1])


def streams_of(path: Path) -> list[bytes]:
    """Return all that a PDF holds: its streams out of their compression, then the file as it is."""
    raw = path.read_bytes()
    found = []
    end = 0
    for match in re.finditer(rb"stream\r?\n", raw):
        if match.start() < end or raw[match.start() - 3 : match.start()] == b"end":
            continue
        end = raw.find(b"endstream", match.end())
        content = raw[match.end() : end]
        try:
            found.append(zlib.decompressobj().decompress(content))
        except zlib.error:
            found.append(content)
    return [*found, raw]
