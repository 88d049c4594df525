"""The pictures of the documentation: none is missing."""

import re
import sys
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(CHECKOUT / "docs"))

from build_images import IMAGES, PAGES, PICTURES  # noqa: E402 - beside the documentation

sys.path.remove(str(CHECKOUT / "docs"))

_PNG = b"\x89PNG\r\n\x1a\n"


def test_every_form_and_page_has_its_picture() -> None:
    for name in (*PICTURES, *PAGES):
        assert (IMAGES / f"{name}.png").read_bytes().startswith(_PNG), name


def test_the_pictures_that_the_first_page_shows_exist() -> None:
    shown = re.findall(r"\(docs/images/([^)]+)\)", (CHECKOUT / "README.md").read_text("utf-8"))
    assert shown
    for name in shown:
        assert (IMAGES / name).is_file(), name
