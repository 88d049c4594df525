"""Draws the plates of the atlas: a perimeter, the cover and its index, what is missing, a chain."""

from __future__ import annotations

from collections.abc import Sequence

from layout_family import EDGE, MARGIN, Column, Sheet
from qgis.core import QgsFillSymbol, QgsLayoutItemMap, QgsLayoutItemShape, QgsProject
from qgis.PyQt.QtGui import QColor

from actif_plugin.printing.atlas_cover import INDEX_COLUMNS
from actif_plugin.printing.bars import NATURES_SHOWN
from actif_plugin.printing.drawing import ACCENT, SOFT
from actif_plugin.printing.gap_plate import CHAIN
from actif_plugin.printing.templates import Paper

_COLUMN, _WIDE_COLUMN, _GAP = 72.0, 92.0, 6.0
_INSET = (48.0, 40.0)
_FEW_NATURES = 5
# Millimetres of line for a point of letters, with what tables leave around them.
_LINE = 0.5
_TOP, _FOOT = 32.0, 23.0
# The margins of cells come on top.
_FIGURES = (Column(12, 11, bold=True, right=True), Column(2, 9), Column(55, 9))
_LARGE = (Column(15.5, 14, bold=True, right=True), Column(2.5, 9.5), Column(71, 9.5))
_RANKING = (Column(8, 8, bold=True, right=True), Column(2, 8), Column(59, 8))
# Needs, companies, a distance, the product.
_GAPS = (
    Column(13, 8.5, bold=True, right=True),
    Column(19, 8.5, right=True),
    Column(3, 8.5),
    Column(0, 8.5),
)
# Of the plate of what is missing: how much the map and the ranking take, and its third column.
_UPPER_SHARE, _MAP_SHARE, _SIDE = 0.47, 0.55, 66.0
# Those of the map for elected officials, on which they mean the same.
_OFFER_COLOUR, _NEED_COLOUR = "#0072b2", "#e69f00"
_ROW = 5.6
_HEADING = {"bold": True, "colour": ACCENT}


def atlas_plate(project: QgsProject, paper: Paper) -> Sheet:
    """Draw the page of a perimeter with little to say: a wide map, and one column of figures."""
    sheet = Sheet(project, paper)
    panel = sheet.width - MARGIN - _WIDE_COLUMN
    box = (MARGIN, _TOP, panel - _GAP - MARGIN, sheet.height - _TOP - _FOOT)
    drawn = _map_of_page(sheet, box)
    inset = (box[0] + box[2] - _INSET[0], box[1] + box[3] - _INSET[1], *_INSET)
    drawn.addLabelBlockingItem(_locator(sheet, drawn, inset))
    y = _figures(sheet, panel, _WIDE_COLUMN, _LARGE, _FEW_NATURES)
    _names(sheet, (panel, y, _WIDE_COLUMN, 18.5))
    y += 20
    sheet.legend(drawn, (panel, y, _WIDE_COLUMN, sheet.height - _FOOT - y), columns=2)
    _foot_with_page(sheet)
    return sheet


def dense_plate(project: QgsProject, paper: Paper) -> Sheet:
    """Draw the page of a perimeter with much to say: its map, and two columns of figures."""
    sheet = Sheet(project, paper)
    panel = sheet.width - MARGIN - 2 * _COLUMN - _GAP
    box = (MARGIN, _TOP, panel - _GAP - MARGIN, sheet.height - _TOP - _FOOT)
    drawn = _map_of_page(sheet, box)
    y = _figures(sheet, panel, _COLUMN, _FIGURES, NATURES_SHOWN)
    _names(sheet, (panel, y, _COLUMN, sheet.height - _FOOT - y))
    left = panel + _COLUMN + _GAP
    _locator(sheet, drawn, (left, _TOP, _COLUMN, 44))
    y = _TOP + 48
    pools = (*_RANKING[:-1], Column(46, 8), Column(12, 8, right=True))
    box = (left, y, _COLUMN, 26)
    _table(sheet, "groupements", "Groupements", pools, ("5", "", "Palettes", "8 km"), box)
    y += 36
    box = (left, y, _COLUMN, 30)
    _table(sheet, "manques", "Maillons manquants", _RANKING, ("2", "", "Bois brut"), box)
    y += 40
    sheet.legend(drawn, (left, y, _COLUMN, sheet.height - _FOOT - y))
    _foot_with_page(sheet)
    return sheet


def _map_of_page(sheet: Sheet, box: tuple[float, float, float, float]) -> QgsLayoutItemMap:
    sheet.head(sheet.width - 2 * MARGIN - 46)
    sheet.logo()
    drawn = sheet.map(box)
    sheet.scale_and_north(drawn, box)
    return drawn


def _figures(
    sheet: Sheet, left: float, width: float, columns: Sequence[Column], natures: int
) -> float:
    """Draw the key figures from the top of a column; return where they end."""
    sheet.edition(left, _TOP, width)
    sheet.notice(left, _TOP + 8.5, width)
    # A notice may take two lines.
    y = _TOP + 21
    # Instead of figures.
    sheet.text("vide", "", (left, y, width, 7), 13, bold=True)
    each = 1.0 + columns[0].size * _LINE
    rows = ("202", "", "ressources")
    _table(sheet, "observe", "Observé", columns, rows, (left, y, width, 6 * each))
    y += 6 * each + 9
    rows = ("5", "", "synergies")
    _table(sheet, "potentiel", "Potentiel", columns, rows, (left, y, width, 1.5 * each))
    y += 1.5 * each + 9
    sheet.text("natures_titre", "Par nature", (left, y, width, 6), 11, **_HEADING)
    side = (width - 24) / 2
    sheet.text("natures_offres", "Ressources", (left, y + 6.5, side, 4), 8, right=True)
    sheet.text("natures_besoins", "Besoins", (left + side + 24, y + 6.5, side, 4), 8)
    y += 11.5
    for row in range(natures):
        top = y + row * _ROW
        # Resources grow to the left and needs to the right: sides tell what grey tones may not.
        sheet.band(f"barre_offre_{row}", (left + 8, top, side - 8, 4), _OFFER_COLOUR)
        sheet.text(f"offre_{row}", "12", (left, top, 7, 4.4), 8, bold=True, right=True)
        sheet.text(f"nature_{row}", "Équipement", (left + side + 1.5, top, 21.5, 4.4), 8)
        sheet.band(f"barre_besoin_{row}", (left + side + 24, top, side - 8, 4), _NEED_COLOUR)
        sheet.text(f"besoin_{row}", "12", (left + width - 7, top, 7, 4.4), 8, bold=True)
    y += natures * _ROW + 1
    sheet.text("natures_masquees", "Natures masquées", (left, y, width, 8), 8, colour=SOFT)
    # One of the editions has the first, the other one the second.
    sheet.text("fraicheur", "Fraîcheur", (left, y + 9, width, 12), 8, colour=SOFT)
    sheet.text("masques", "", (left, y + 9, width, 12), 8, colour=SOFT)
    return y + 22


def _names(sheet: Sheet, box: tuple[float, float, float, float]) -> None:
    left, top, width, height = box
    sheet.text("noms_titre", "Entreprises", (left, top, width, 6), 11, **_HEADING)
    sheet.text("noms", "Noms", (left, top + 6.5, width, height - 6.5), 8.5)


def _locator(
    sheet: Sheet, drawn: QgsLayoutItemMap, box: tuple[float, float, float, float]
) -> QgsLayoutItemMap:
    locator = sheet.map(box, "situation")
    locator.setBackgroundColor(QColor("#ffffff"))
    overview = locator.overview()
    overview.setLinkedMap(drawn)
    frame = {"style": "no", "outline_color": ACCENT, "outline_width": "0.4"}
    overview.setFrameSymbol(QgsFillSymbol.createSimple(frame))
    return locator


def atlas_cover(project: QgsProject, paper: Paper) -> Sheet:
    """Draw the cover: the territory, and on which page each perimeter is."""
    sheet = Sheet(project, paper)
    sheet.head(sheet.width - 2 * MARGIN - 46)
    sheet.logo()
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
    columns = (Column(8, 7.5, bold=True, right=True), Column(1.5, 7.5), Column(each - 12.5, 7.5))
    for number in range(INDEX_COLUMNS):
        at = left + number * (each + 3)
        sheet.table(f"index_{number}", columns, ("12", "", "Commune"), (at, top, each, height))


def gap_plate(project: QgsProject, paper: Paper) -> Sheet:
    """Draw what is missing: a map, a ranking, and the diagram of a chain below both."""
    sheet = Sheet(project, paper)
    sheet.head(sheet.width - 2 * MARGIN - 46)
    sheet.logo()
    bottom = sheet.height - _FOOT
    high = (bottom - _TOP) * _UPPER_SHARE
    side = sheet.width - MARGIN - _SIDE
    across = side - 2 * _GAP - MARGIN
    box = (MARGIN, _TOP, across * _MAP_SHARE, high)
    drawn = sheet.map(box)
    sheet.scale_and_north(drawn, box)
    left = MARGIN + box[2] + _GAP
    width = across - box[2]
    sheet.text("rang_titre", "Ce qui manque", (left, _TOP, width, 6), 11, bold=True, colour=ACCENT)
    words = sum(column.width for column in _GAPS[:-1]) + 4
    for item_id, sample, start, room, right in (
        ("rang_besoins", "Besoins", 0.0, _GAPS[0].width + 1, True),
        ("rang_entreprises", "Entreprises", _GAPS[0].width, _GAPS[1].width + 2, True),
        ("rang_produit", "Produit", words, width - words, False),
    ):
        head = (left + start, _TOP + 7.5, room, 4.5)
        sheet.text(item_id, sample, head, 8, colour=SOFT, right=right)
    columns = (*_GAPS[:-1], Column(width - words - 4, _GAPS[-1].size))
    table = (left, _TOP + 12.5, width, high - 12.5)
    sheet.table("rang", columns, ("12", "7", "", "Bois brut"), table, top=True)
    sheet.edition(side, _TOP, _SIDE)
    sheet.notice(side, _TOP + 8.5, _SIDE)
    sheet.text("bilan", "Bilan", (side, _TOP + 18, _SIDE, 17), 9)
    sheet.text("masques", "Chiffres masqués", (side, _TOP + 37, _SIDE, 13), 8, colour=SOFT)
    sheet.legend(drawn, (side, _TOP + 52, _SIDE, high - 52))
    top = _TOP + high + _GAP
    width = sheet.width - 2 * MARGIN
    _chain(sheet, (MARGIN, top, width, bottom - top), 13)
    _foot_with_page(sheet)
    return sheet


def chain_plate(project: QgsProject, paper: Paper) -> Sheet:
    """Draw a chain: its diagram, and what each of its missing links would change."""
    sheet = Sheet(project, paper)
    sheet.head(sheet.width - 2 * MARGIN - 46)
    sheet.logo()
    bottom = sheet.height - _FOOT
    side = sheet.width - MARGIN - _SIDE
    sheet.edition(side, _TOP, _SIDE)
    sheet.notice(MARGIN, _TOP, side - _GAP - MARGIN)
    width = sheet.width - 2 * MARGIN
    high = (bottom - _TOP) * 0.62
    _chain(sheet, (MARGIN, _TOP + 10, width, high), 8)
    top = _TOP + 10 + high + _GAP
    columns = (Column(72, 9, bold=True), Column(width - 76, 9))
    box = (MARGIN, top, width, bottom - top - 6.5)
    _table(sheet, "gains", "Ce que changeraient les maillons", columns, ("Sciage", "Lien"), box)
    _foot_with_page(sheet)
    return sheet


def _chain(sheet: Sheet, box: tuple[float, float, float, float], words: float) -> None:
    """Draw what is said of a chain, *words* high, and the frame of its diagram."""
    left, top, width, height = box
    sheet.text("filiere_titre", "Filière", (left, top, width, 6), 11, bold=True, colour=ACCENT)
    sheet.text("filiere_phrase", "Maillons manquants", (left, top + 7, width, words), 8.5)
    frame = QgsLayoutItemShape(sheet.layout)
    frame.setShapeType(QgsLayoutItemShape.Shape.Rectangle)
    look = {"color": "#ffffff", "outline_color": EDGE, "outline_width": str(0.2)}
    frame.setSymbol(QgsFillSymbol.createSimple(look))
    sheet.add(frame, CHAIN, (left, top + 8 + words, width, height - 8 - words))


def _table(  # type: ignore[no-untyped-def]
    sheet: Sheet, name: str, heading: str, columns, sample, box
) -> None:
    """Draw a heading, and the table under it, as high as *box* says."""
    left, top, width, height = box
    sheet.text(f"{name}_titre", heading, (left, top, width, 6), 11, bold=True, colour=ACCENT)
    several = name not in ("observe", "potentiel")
    sheet.table(name, columns, sample, (left, top + 6.5, width, height), top=several)


def _foot_with_page(sheet: Sheet) -> None:
    sheet.foot(beside=32)
    box = (sheet.width - MARGIN - 30, sheet.height - 9.6, 30, 4)
    sheet.text("page", "1 / 12", box, 8, bold=True, right=True)
