"""Draws the templates of the package into actif_plugin/resources/layouts.

To be run after a change here or in layout_family.py: .ci/offscreen.sh python3 docs/build_layouts.py
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

# Qt writes attributes in the order of its tables, which it shuffles unless told otherwise.
os.environ["QT_HASH_SEED"] = "0"
CHECKOUT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(CHECKOUT))
sys.path.insert(0, str(CHECKOUT / "docs"))

from layout_family import MARGIN, Column, Sheet  # noqa: E402 - the checkout must be found first
from layouts_atlas import atlas_cover, atlas_plate, chain_plate, dense_plate, gap_plate  # noqa: E402
from layouts_company import company_sheet, opportunity_sheet  # noqa: E402
from qgis.core import QgsApplication, QgsProject  # noqa: E402

from actif_plugin.printing.drawing import ACCENT, SOFT  # noqa: E402
from actif_plugin.printing.templates import PAPERS, Paper, template_path  # noqa: E402

_PANEL = 100.0
_GAP = 8.0
_FIGURES_WIDTH = 90.0
_FEW_GAPS = 34.0
_TOP, _FOOT = 32.0, 23.0
# Figures, a distance, words; the words have what is left of the width.
_FIGURES = (Column(13.5, 12, bold=True, right=True), Column(2.5, 9.5), Column(0, 9.5))
_GAPS = (Column(10, 8.5, bold=True, right=True), Column(2, 8.5), Column(0, 8.5))


def synergy_map(project: QgsProject, paper: Paper) -> Sheet:
    """Draw the synergy map: a panel beside the map, or below it where the page is upright."""
    sheet = Sheet(project, paper)
    upright = paper.height > paper.width
    panel = 115.0 if upright else 0.0
    inner = sheet.width - 2 * MARGIN
    across = inner if upright else inner - _PANEL - _GAP
    box = (MARGIN, _TOP, across, sheet.height - _TOP - _FOOT - panel)
    sheet.head(inner - 46)
    sheet.logo()
    drawn = sheet.map(box)
    sheet.scale_and_north(drawn, box)
    if upright:
        top = box[1] + box[3] + 5
        # The words of the figures are the longest, and are not to be broken.
        width = _FIGURES_WIDTH
        other = (inner - width - 2 * _GAP) / 2
        lefts = [MARGIN, MARGIN + width + _GAP, MARGIN + width + other + 2 * _GAP]
        tops = [top] * 3
    else:
        width = other = _PANEL
        lefts = [MARGIN + across + _GAP] * 3
        tops = [_TOP] * 3
    bottom = sheet.height - _FOOT
    sheet.edition(lefts[0], tops[0], width)
    sheet.notice(lefts[0], tops[0] + 8.5, width)
    y = tops[0] + 19
    _block(
        sheet, "observe", "Observé", ("202", "", "ressources ouvertes"), (lefts[0], y, width, 38)
    )
    y += 49.5
    _block(
        sheet, "potentiel", "Potentiel", ("5", "", "synergies en projet"), (lefts[0], y, width, 14)
    )
    y += 25
    sheet.text("masques", "Chiffres masqués", (lefts[0], y, width, 11), 8, colour=SOFT)
    y = tops[1] if upright else y + 16
    # What is missing leaves room for the legend, where that is below it.
    high = 58 if sheet.height > 280 else _FEW_GAPS
    if upright:
        high = bottom - y - 6.5
    _block(
        sheet,
        "manques",
        "Ce qui manque le plus",
        ("2", "", "Bois brut"),
        (lefts[1], y, other, high),
    )
    y = tops[2] if upright else y + high + 10
    # On A4 the legend of the internal edition has no room in one column.
    columns = 1 if upright or high > _FEW_GAPS else 2
    sheet.legend(drawn, (lefts[2], y, other, bottom - y), columns)
    sheet.foot()
    return sheet


def _block(
    sheet: Sheet, name: str, heading: str, sample: tuple[str, ...], box: tuple[float, ...]
) -> None:
    """Draw a heading and the table under it: figures, and what they count."""
    left, top, width, height = box
    sheet.text(f"{name}_titre", heading, (left, top, width, 6), 11, bold=True, colour=ACCENT)
    columns = _GAPS if name == "manques" else _FIGURES
    wide = (*columns[:-1], Column(width - sum(one.width for one in columns) - 4, columns[-1].size))
    sheet.table(name, wide, sample, (left, top + 6.5, width, height), top=name == "manques")


# Each layout, how it is drawn, and on which papers.
LAYOUTS = {
    "synergymap": (synergy_map, tuple(PAPERS)),
    "synergyatlas": (atlas_plate, ("A4", "A3")),
    "synergyatlas-dense": (dense_plate, ("A4", "A3")),
    "synergyatlas-couverture": (atlas_cover, ("A4", "A3")),
    "synergyatlas-manques": (gap_plate, ("A4", "A3")),
    "synergyatlas-filiere": (chain_plate, ("A4", "A3")),
    "companysheet": (company_sheet, ("A4-portrait",)),
    "companysheet-vierge": (opportunity_sheet, ("A4-portrait",)),
}


def main() -> int:
    """Write every template; return the process's exit code."""
    application = QgsApplication([], False)
    application.initQgis()
    project = QgsProject()
    for name, (draw, papers) in LAYOUTS.items():
        for paper in papers:
            path = template_path(name, paper)
            path.parent.mkdir(parents=True, exist_ok=True)
            draw(project, PAPERS[paper]).write(path)
            print(f"{path.relative_to(CHECKOUT)} : {path.stat().st_size / 1024:.0f} Kio")
    # A project that outlives QGIS crashes recent versions.
    del project
    application.exitQgis()
    return 0


if __name__ == "__main__":
    sys.exit(main())
