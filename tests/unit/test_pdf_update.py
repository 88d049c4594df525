"""What is added behind a PDF: read back with poppler and qpdf, on files written out by hand."""

from __future__ import annotations

import html
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from actif_plugin.printing.pdf_update import (
    About,
    MapOnPage,
    PageNote,
    UnknownPdf,
    add_notes,
    is_whole,
)

ABOUT = About("Atlas", "CCI", "Interne", "Act'IF for QGIS")
poppler = pytest.mark.skipif(shutil.which("pdftohtml") is None, reason="poppler est absent")


def written(path: Path, pages: int, *, information: bool = True) -> Path:
    """Write a file as Qt does: a catalogue, a flat list of pages, one plain table."""
    first = 4
    kids = " ".join(f"{first + n} 0 R" for n in range(pages))
    objects = [
        "<<\n/Title ()\n/Creator ()\n/Producer (Qt \\(5\\))\n/CreationDate (D:20260102030405Z)\n>>",
        "<<\n/Type /Catalog\n/Pages 3 0 R\n>>",
        f"<<\n/Type /Pages\n/Kids \n[\n{kids}\n]\n/Count {pages}\n>>",
        *(
            "<<\n/Type /Page\n/Parent 3 0 R\n/MediaBox [0 0 842.000000 595.000000]\n>>"
            for _ in range(pages)
        ),
    ]
    content = "%PDF-1.4\n"
    offsets = []
    for number, body in enumerate(objects, start=1):
        offsets.append(len(content))
        content += f"{number} 0 obj\n{body}\nendobj\n"
    start = len(content)
    content += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n"
    content += "".join(f"{offset:010d} 00000 n \n" for offset in offsets)
    info = "/Info 1 0 R\n" if information else ""
    content += f"trailer\n<<\n/Size {len(objects) + 1}\n{info}/Root 2 0 R\n>>\n"
    content += f"startxref\n{start}\n%%EOF\n"
    path.write_text(content, encoding="ascii")
    return path


def bookmarks(path: Path) -> list[tuple[int, str]]:
    """Return the bookmarks that poppler finds: page and words."""
    done = subprocess.run(
        ["pdftohtml", "-xml", "-i", "-stdout", str(path)],
        capture_output=True,
        check=True,
    )
    assert not done.stderr, done.stderr
    found = re.findall(rb'<item page="(\d+)">(.*?)</item>', done.stdout, re.DOTALL)
    return [(int(page), html.unescape(words.decode())) for page, words in found]


@poppler
@settings(deadline=None, max_examples=40)
@given(
    st.lists(
        st.text(st.characters(min_codepoint=0x20, exclude_categories=["Cs", "Cc", "Cn"]))
        .map(str.strip)
        .filter(lambda words: "\ufeff" not in words),
        min_size=1,
        max_size=12,
    )
)
def test_bookmarks_of_any_words_lead_to_their_page(tmp_path_factory, titles):
    """Parentheses, backslashes, Arabic or a letter outside the first plane; none for no words."""
    path = written(tmp_path_factory.mktemp("pdf") / "a.pdf", len(titles))
    add_notes(path, [PageNote(title) for title in titles], ABOUT)
    assert bookmarks(path) == [(n, title) for n, title in enumerate(titles, start=1) if title]
    assert is_whole(path)


@poppler
def test_information(tmp_path):
    path = written(tmp_path / "a.pdf", 1)
    add_notes(path, [], About("Œuvre (été) \\", "", "Sujet", "Act'IF"))
    told = subprocess.run(["pdfinfo", str(path)], capture_output=True, text=True, check=True)
    assert not told.stderr
    lines = dict(re.findall(r"(\w+):\s+(.*)", told.stdout))
    assert lines["Title"] == "Œuvre (été) \\"
    assert lines["Subject"] == "Sujet"
    assert lines["Creator"] == "Act'IF"
    # What wrote the file, and when, stays.
    assert lines["Producer"] == "Qt (5)"
    assert "2026" in lines["CreationDate"]
    assert "Author" not in lines


@poppler
def test_a_file_without_information_gets_some(tmp_path):
    path = written(tmp_path / "a.pdf", 1, information=False)
    add_notes(path, [PageNote("Une page")], ABOUT)
    told = subprocess.run(["pdfinfo", str(path)], capture_output=True, text=True, check=True)
    assert re.search(r"Author:\s+CCI\n", told.stdout)
    assert bookmarks(path) == [(1, "Une page")]


def test_what_was_written_stays(tmp_path):
    path = written(tmp_path / "a.pdf", 3)
    before = path.read_bytes()
    add_notes(path, [PageNote("a"), PageNote(""), PageNote("c")], ABOUT)
    assert path.read_bytes().startswith(before)


def test_qpdf_finds_nothing_to_say(tmp_path):
    if shutil.which("qpdf") is None:
        pytest.skip("qpdf est absent")
    path = written(tmp_path / "a.pdf", 40)
    corners = [(44.0, 1.0), (44.0, 2.0), (43.0, 2.0), (43.0, 1.0)]
    drawn = MapOnPage((10, 10, 200, 150), corners, 'GEOGCS["é"]', 0, True)
    add_notes(path, [PageNote(f"Page {n}", drawn if n % 2 else None) for n in range(40)], ABOUT)
    done = subprocess.run(["qpdf", "--check", str(path)], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    "spoil",
    [
        lambda raw: raw[: len(raw) // 2],
        lambda raw: raw.replace(b"/Root 2 0 R", b"/Root 2 0 R /Prev 10"),
        lambda raw: raw.replace(b"xref\n0 ", b"oref\n0 "),
        lambda raw: raw.replace(b"/Root 2 0 R", b"/Root 9 0 R"),
        lambda raw: raw.replace(b"/Type /Catalog", b"/Type /Catalog /Outlines 3 0 R"),
        lambda raw: raw.replace(b"2 0 obj", b"7 0 obj"),
        lambda raw: raw.replace(b"/Kids", b"/Boys"),
        lambda raw: b"",
    ],
)
def test_a_file_of_another_make_is_left_alone(tmp_path, spoil):
    path = written(tmp_path / "a.pdf", 2)
    path.write_bytes(spoil(path.read_bytes()))
    before = path.read_bytes()
    with pytest.raises(UnknownPdf):
        add_notes(path, [PageNote("a"), PageNote("b")], ABOUT)
    assert path.read_bytes() == before


def test_as_many_pages_as_were_printed(tmp_path):
    path = written(tmp_path / "a.pdf", 3)
    with pytest.raises(UnknownPdf):
        add_notes(path, [PageNote("a")], ABOUT)


def test_a_piece_that_is_lacking(tmp_path):
    """A disk that was full for a while: the file ends well, and is not where it says."""
    path = written(tmp_path / "a.pdf", 3)
    assert is_whole(path)
    raw = path.read_bytes()
    path.write_bytes(raw[:100] + raw[150:])
    assert not is_whole(path)
    path.write_bytes(raw[:-20])
    assert not is_whole(path)
    path.write_bytes(b"")
    assert not is_whole(path)
