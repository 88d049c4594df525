"""Draws the plates of the atlas: a perimeter, the cover with its index, what is missing."""

from __future__ import annotations

from layout_family import MARGIN, Column, Sheet
from qgis.core import QgsFillSymbol, QgsProject
from qgis.PyQt.QtGui import QColor

from actif_plugin.printing.atlas import INDEX_COLUMNS, NATURES_SHOWN
from actif_plugin.printing.drawing import ACCENT, ALERT, INK, SOFT
from actif_plugin.printing.gap_plate import GAPS_SHOWN
from actif_plugin.printing.templates import Paper

_COLUMN, _GAP = 72.0, 6.0
_TOP, _FOOT = 32.0, 23.0
_FIGURES = (Column(14, 11, bold=True, right=True), Column(2, 9), Column(55, 9))
_RANKING = (Column(9, 9, bold=True, right=True), Column(2, 8), Column(60, 8))
_NEED_COLOUR = "#c9a227"
_ROW = 5.6


def atlas_plate(project: QgsProject, paper: Paper) -> Sheet:
    """Draw the page of a perimeter: its map, and two columns of figures."""
    sheet = Sheet(project, paper)
    panel = sheet.width - MARGIN - 2 * _COLUMN - _GAP
    box = (MARGIN, _TOP, panel - 8 - MARGIN, sheet.height - _TOP - _FOOT)
    sheet.head(sheet.width - 2 * MARGIN - 46)
    sheet.picture("logo", (sheet.width - MARGIN - 40, 7, 40, 18))
    drawn = sheet.map(box)
    sheet.scale_and_north(drawn, box)
    nothing = (box[0] + 6, box[1] + 5, box[2] - 30, 12)
    sheet.text("vide", "Rien de relevé ici", nothing, 20, bold=True, colour=ALERT)
    _first_column(sheet, panel)
    _second_column(sheet, drawn, panel + _COLUMN + _GAP)
    _foot_with_page(sheet)
    return sheet


def _first_column(sheet: Sheet, left: float) -> None:
    sheet.edition(left, _TOP, _COLUMN)
    sheet.notice(left, _TOP + 8.5, _COLUMN)
    y = _TOP + 18
    _table(sheet, "observe", "Observé", _FIGURES, ("202", "", "ressources"), (left, y, _COLUMN, 40))
    y += 48
    _table(
        sheet, "potentiel", "Potentiel", _FIGURES, ("5", "", "synergies"), (left, y, _COLUMN, 11)
    )
    y += 19
    sheet.text("natures_titre", "Par nature", (left, y, _COLUMN, 6), 11, bold=True, colour=ACCENT)
    side = (_COLUMN - 24) / 2
    sheet.text("natures_offres", "Ressources", (left, y + 6.5, side, 4), 8, right=True)
    sheet.text("natures_besoins", "Besoins", (left + side + 24, y + 6.5, side, 4), 8)
    y += 11.5
    for row in range(NATURES_SHOWN):
        top = y + row * _ROW
        # Resources grow to the left and needs to the right: sides tell what grey tones may not.
        sheet.band(f"barre_offre_{row}", (left + 8, top, side - 8, 4))
        sheet.text(f"offre_{row}", "12", (left, top, 7, 4.4), 8, bold=True, right=True)
        sheet.text(f"nature_{row}", "Équipement", (left + side + 1.5, top, 21.5, 4.4), 8)
        sheet.band(f"barre_besoin_{row}", (left + side + 24, top, side - 8, 4), _NEED_COLOUR)
        sheet.text(f"besoin_{row}", "12", (left + _COLUMN - 7, top, 7, 4.4), 8, bold=True)
    y += NATURES_SHOWN * _ROW + 3
    sheet.text("fraicheur", "Fraîcheur", (left, y, _COLUMN, 8), 8, colour=SOFT)
    sheet.text("masques", "Chiffres masqués", (left, y + 9, _COLUMN, 12), 8, colour=SOFT)


def _second_column(sheet: Sheet, drawn: object, left: float) -> None:
    locator = sheet.map((left, _TOP, _COLUMN, 44), "situation")
    locator.setBackgroundColor(QColor("#ffffff"))
    overview = locator.overview()
    overview.setLinkedMap(drawn)
    frame = {"style": "no", "outline_color": ACCENT, "outline_width": "0.4"}
    overview.setFrameSymbol(QgsFillSymbol.createSimple(frame))
    y = _TOP + 48
    pools = (Column(9, 9, bold=True, right=True), Column(2, 8), Column(46, 8), Column(14, 7.5))
    box = (left, y, _COLUMN, 22)
    _table(sheet, "groupements", "Groupements", pools, ("5", "", "Palettes", "8 km"), box)
    y += 31
    box = (left, y, _COLUMN, 26)
    _table(sheet, "manques", "Maillons manquants", _RANKING, ("2", "", "Bois brut"), box)
    y += 35
    sheet.text("noms_titre", "Entreprises", (left, y, _COLUMN, 6), 11, bold=True, colour=ACCENT)
    sheet.text("noms", "Noms", (left, y + 6.5, _COLUMN, 13), 8)
    y += 22
    sheet.legend(drawn, (left, y, _COLUMN, sheet.height - _FOOT - 3 - y))


def atlas_cover(project: QgsProject, paper: Paper) -> Sheet:
    """Draw the cover: the territory, and on which page each perimeter is."""
    sheet = Sheet(project, paper)
    sheet.head(sheet.width - 2 * MARGIN - 46)
    sheet.picture("logo", (sheet.width - MARGIN - 40, 7, 40, 18))
    height = sheet.height - _TOP - _FOOT
    width = (sheet.width - 2 * MARGIN) * 0.42
    box = (MARGIN, _TOP, width, height)
    drawn = sheet.map(box)
    sheet.scale_and_north(drawn, box)
    left = MARGIN + width + 8
    room = sheet.width - MARGIN - left
    sheet.edition(left, _TOP, room)
    sheet.notice(left, _TOP + 8.5, room)
    sheet.text("index_titre", "Index", (left, _TOP + 18, room, 6), 11, bold=True, colour=ACCENT)
    _index(sheet, (left, _TOP + 25, room, height - 25))
    _foot_with_page(sheet)
    return sheet


def _index(sheet: Sheet, box: tuple[float, float, float, float]) -> None:
    left, top, room, height = box
    each = (room - (INDEX_COLUMNS - 1) * 3) / INDEX_COLUMNS
    columns = (Column(8, 7.5, bold=True, right=True), Column(1.5, 7.5), Column(each - 10.5, 7.5))
    for number in range(INDEX_COLUMNS):
        at = left + number * (each + 3)
        sheet.table(f"index_{number}", columns, ("12", "", "Commune"), (at, top, each, height))


def gap_plate(project: QgsProject, paper: Paper) -> Sheet:
    """Draw what is missing: a map and a ranking with bars."""
    sheet = Sheet(project, paper)
    sheet.head(sheet.width - 2 * MARGIN - 46)
    sheet.picture("logo", (sheet.width - MARGIN - 40, 7, 40, 18))
    width = (sheet.width - 2 * MARGIN - 8) / 2
    height = sheet.height - _TOP - _FOOT
    box = (MARGIN, _TOP, width, height - 44)
    drawn = sheet.map(box)
    sheet.scale_and_north(drawn, box)
    sheet.legend(drawn, (MARGIN, _TOP + height - 41, width, 41), columns=2)
    left = MARGIN + width + 8
    sheet.edition(left, _TOP, width)
    sheet.notice(left, _TOP + 8.5, width)
    y = _TOP + 18
    sheet.text("rang_titre", "Ce qui manque", (left, y, width, 6), 11, bold=True, colour=ACCENT)
    y += 8
    for row in range(GAPS_SHOWN):
        top = y + row * 6.2
        sheet.text(f"rang_{row}", "12", (left, top, 9, 4.6), 9, bold=True, right=True)
        sheet.band(f"barre_{row}", (left + 11, top, 40, 4), ALERT)
        words = (left + 53, top, width - 53, 4.6)
        sheet.text(f"produit_{row}", "Bois brut", words, 8.5, colour=INK)
    y += GAPS_SHOWN * 6.2 + 2
    sheet.text("masques", "Chiffres masqués", (left, y, width, 9), 8, colour=SOFT)
    _foot_with_page(sheet)
    return sheet


def _table(  # type: ignore[no-untyped-def]
    sheet: Sheet, name: str, heading: str, columns, sample, box
) -> None:
    """Draw a heading, and the table under it, as high as *box* says."""
    left, top, width, height = box
    sheet.text(f"{name}_titre", heading, (left, top, width, 6), 11, bold=True, colour=ACCENT)
    sheet.table(name, columns, sample, (left, top + 6.5, width, height))


def _foot_with_page(sheet: Sheet) -> None:
    sheet.foot()
    box = (sheet.width - MARGIN - 30, sheet.height - 9.6, 30, 4)
    sheet.text("page", "1 / 12", box, 8, bold=True, right=True)
