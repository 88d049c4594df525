"""Draws the sheet of a company, and the blank sheet of an opportunity, on A4 upright."""

from __future__ import annotations

from layout_family import MARGIN, Column, Sheet
from qgis.core import QgsLayoutItemShape, QgsProject
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtGui import QColor

from actif_plugin.printing.company_sheet import TABLES
from actif_plugin.printing.drawing import ACCENT, INK, SOFT
from actif_plugin.printing.templates import Paper
from actif_plugin.store.schema import FREQUENCIES, NATURES

_TOP = 42.0
# Rows are as high as their letters are above their line; what is below it goes into the margin.
_CELL_MARGIN = 0.8
_LINE = "#9a9a9a"
_RULE = "#d5d5d5"


def company_sheet(project: QgsProject, paper: Paper) -> Sheet:
    """Draw the sheet of a company: who it is, then what is recorded of it."""
    sheet = Sheet(project, paper)
    width = sheet.width - 2 * MARGIN
    _head(sheet, width)
    who = (Column(36, 9.5, colour=SOFT), Column(width - 36 - 4 * _CELL_MARGIN, 9.5))
    y = _TOP
    box = (MARGIN, y, width, 50)
    sheet.table("identite", who, ("Adresse", "14 rue de Séville"), box, margin=_CELL_MARGIN)
    y += 54
    for name, table in TABLES.items():
        # Each column has a margin at both of its sides.
        inside = width - 2 * _CELL_MARGIN * len(table.shares)
        columns = [Column(share * inside, 9) for share in table.shares]
        sheet.text(
            f"{name}_titre", table.title, (MARGIN, y, width, 6), 11, bold=True, colour=ACCENT
        )
        titles = [Column(share * inside, 8, colour=SOFT) for share in table.shares]
        box = (MARGIN, y + 6, width, 5)
        sheet.table(f"{name}_entetes", titles, table.columns, box, margin=_CELL_MARGIN)
        box = (MARGIN, y + 10.5, width, table.height)
        sheet.table(name, columns, table.columns, box, margin=_CELL_MARGIN)
        y += 10.5 + table.height + 3
    for name in ("identite", *TABLES):
        _rule(sheet, name)
    sheet.text("reste", "Lignes non imprimées", (MARGIN, y, width, 5), 8, colour=SOFT)
    sheet.foot()
    return sheet


def _rule(sheet: Sheet, name: str) -> None:
    """Put a thin line under each row of a table, whose words start at the top of their cell."""
    table = sheet.layout.itemById(name).multiFrame()
    table.setShowGrid(True)
    table.setVerticalGrid(False)
    table.setGridStrokeWidth(0.1)
    table.setGridColor(QColor(_RULE))
    rows = table.tableContents()
    for cell in rows[0]:
        cell.setVerticalAlignment(Qt.AlignmentFlag.AlignTop)
    table.setTableContents(rows)


def opportunity_sheet(project: QgsProject, paper: Paper) -> Sheet:
    """Draw a sheet to be filled by hand: two flows, the contact and its agreement."""
    sheet = Sheet(project, paper)
    width = sheet.width - 2 * MARGIN
    _head(sheet, width)
    y = _TOP
    for label, share in (("Entreprise", 1.0), ("Adresse, commune", 1.0)):
        _to_write(sheet, label, (MARGIN, y, width * share, 9))
        y += 11
    for at, label in enumerate(("SIRET", "Date de la visite", "Conseiller")):
        _to_write(sheet, label, (MARGIN + at * width / 3, y, width / 3 - 3, 9))
    y += 15
    for number in (1, 2, 3):
        y = _flow(sheet, number, y, width)
    _contact(sheet, y, width)
    sheet.foot()
    return sheet


def _flow(sheet: Sheet, number: int, top: float, width: float) -> float:
    """Draw the lines of a resource or a need; return where they end."""
    sheet.band("", (MARGIN, top, width, 6.5), "#e6efeb")
    heading = (MARGIN + 2, top + 0.8, 40, 5)
    sheet.text("", f"Opportunité {number}", heading, 10, bold=True, colour=ACCENT)
    for at, label in enumerate(("Ressource (de trop)", "Besoin (manque)")):
        _tick(sheet, label, MARGIN + 70 + at * 60, top + 1.4)
    y = top + 9
    step = width / 4
    for at, (_, label) in enumerate(NATURES):
        _tick(sheet, label, MARGIN + (at % 4) * step, y + (at // 4) * 6.5)
    y += 14
    _to_write(
        sheet,
        "Produit, machine, local, métier… dans les mots de l'entreprise",
        (MARGIN, y, width, 9),
    )
    y += 11
    _to_write(sheet, "", (MARGIN, y, width, 6))
    y += 8
    third = width / 3
    for at, label in enumerate(("Quantité", "Unité (t, m³, kWh, h, m²…)", "Disponible du / au")):
        _to_write(sheet, label, (MARGIN + at * third, y, third - 3, 9))
    y += 11.5
    step = width / len(FREQUENCIES)
    for at, (_, label) in enumerate(FREQUENCIES):
        _tick(sheet, label, MARGIN + at * step, y)
    y += 6.5
    _to_write(
        sheet, "Qualité, contraintes, ce qui est fait aujourd'hui, coût", (MARGIN, y, width, 9)
    )
    return y + 14


def _contact(sheet: Sheet, top: float, width: float) -> None:
    sheet.band("", (MARGIN, top, width, 6.5), "#e6efeb")
    sheet.text("", "Contact", (MARGIN + 2, top + 0.8, 60, 5), 10, bold=True, colour=ACCENT)
    y = top + 8.5
    half = width / 2
    for at, label in enumerate(("Nom et fonction", "Téléphone, courriel")):
        _to_write(sheet, label, (MARGIN + at * half, y, half - 3, 9))
    y += 12
    agreed = "J'accepte que mes coordonnées soient gardées pour cette démarche."
    _tick(sheet, agreed, MARGIN, y)
    y += 6
    public = "J'accepte que l'entreprise soit nommée dans les documents publics."
    _tick(sheet, public, MARGIN, y)
    _to_write(sheet, "Date et signature", (MARGIN + width - 75, y - 6, 75, 12))


def _head(sheet: Sheet, width: float) -> None:
    sheet.head(width - 46)
    sheet.logo()
    sheet.edition(MARGIN, 30, width)
    sheet.notice(MARGIN + width / 2, 30.8, width / 2 - 2)


def _to_write(sheet: Sheet, label: str, box: tuple[float, float, float, float]) -> None:
    """Draw a line to write on, with what it is for in small letters above."""
    left, top, width, height = box
    if label:
        sheet.text("", label, (left, top, width, 4), 8.5, colour=SOFT)
    sheet.band("", (left, top + height, width, 0.25), _LINE)


def _tick(sheet: Sheet, label: str, left: float, top: float) -> None:
    """Draw a box to tick, and its words."""
    box = QgsLayoutItemShape(sheet.layout)
    box.setShapeType(QgsLayoutItemShape.Shape.Rectangle)
    symbol = box.symbol().clone()
    symbol.setColor(QColor("#ffffff"))
    symbol.symbolLayer(0).setStrokeColor(QColor(INK))
    symbol.symbolLayer(0).setStrokeStyle(Qt.PenStyle.SolidLine)
    symbol.symbolLayer(0).setStrokeWidth(0.25)
    box.setSymbol(symbol)
    sheet.add(box, "", (left, top, 3.6, 3.6))
    sheet.text("", label, (left + 5, top - 0.3, 120, 5), 9)
