"""The sheet of a company, all that is known of it on one page, and the blank one to fill by hand.

Both are in French, as the data: they are written on and read at a company's.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from qgis.core import QgsLayout, QgsPrintLayout, QgsProject

from .furniture import Furniture, fill_furniture
from .pages import Pages
from .templates import load, set_table, set_text, template_path

FILLED, BLANK = "companysheet", "companysheet-vierge"
PAPER = "A4-portrait"


@dataclass(frozen=True)
class TableOnSheet:
    """A table of the sheet.

    Attributes:
        title: its heading.
        columns: their titles.
        shares: of the width of the page, one a column, 1 in all.
        height: on A3, in millimetres.
        nothing: what is printed where there is no line.
    """

    title: str
    columns: Sequence[str]
    shares: Sequence[float]
    height: float
    nothing: str


TABLES: dict[str, TableOnSheet] = {
    "contacts": TableOnSheet(
        "Contacts qui ont donné leur accord",
        ("Nom", "Fonction", "Téléphone", "Courriel"),
        (0.25, 0.25, 0.2, 0.3),
        16,
        "Aucun contact avec son accord.",
    ),
    "offres": TableOnSheet(
        "Ressources",
        ("Nature", "Ce qu'elle en dit", "Quantité", "Code", "État"),
        (0.13, 0.42, 0.2, 0.1, 0.15),
        46,
        "Aucune ressource relevée.",
    ),
    "besoins": TableOnSheet(
        "Besoins",
        ("Nature", "Ce qu'elle en dit", "Quantité", "Code", "État"),
        (0.13, 0.42, 0.2, 0.1, 0.15),
        46,
        "Aucun besoin relevé.",
    ),
    "visites": TableOnSheet(
        "Visites",
        ("Date", "Conseiller", "Compte rendu", "Suite à donner"),
        (0.1, 0.15, 0.48, 0.27),
        38,
        "Jamais visitée, d'après la base.",
    ),
    "synergies": TableOnSheet(
        "Synergies",
        ("Titre", "Statut", "Avec", "Suite à donner"),
        (0.36, 0.13, 0.26, 0.25),
        30,
        "Aucune synergie.",
    ),
}


@dataclass(frozen=True)
class Company:
    """What a sheet says.

    Attributes:
        name: first line.
        known: second line: how else it is called, its SIRET.
        facts: what it is: a word and what is known of it.
        tables: lines of each of ``TABLES``.
    """

    name: str
    known: str
    facts: Sequence[tuple[str, str]]
    tables: Mapping[str, Sequence[Sequence[str]]]


def company_pages(
    project: QgsProject,
    companies: Sequence[Company],
    furniture: Callable[[str, str], Furniture],
    checkpoint: Callable[[float], None],
) -> Pages:
    """Return a page for each company.

    Args:
        project: what the layout belongs to.
        companies: one at least.
        furniture: returns what a page says of itself, for its title and subtitle.
        checkpoint: told the share of the pages that is done; raises where the user cancelled.

    Raises:
        StoreError: the template cannot be used.
    """
    layout = load(project, template_path(FILLED, PAPER), FILLED, needs_map=False)

    def turn(number: int) -> QgsPrintLayout:
        company = companies[number]
        fill_furniture(layout, furniture(company.name, company.known))
        _fill(layout, company)
        return layout

    return Pages(len(companies), turn, checkpoint)


def blank_sheet(project: QgsProject, furniture: Furniture) -> QgsPrintLayout:
    """Return the sheet to fill by hand.

    Raises:
        StoreError: the template cannot be used.
    """
    layout = load(project, template_path(BLANK, PAPER), BLANK, needs_map=False)
    fill_furniture(layout, furniture)
    return layout


def _fill(layout: QgsLayout, company: Company) -> None:
    set_table(layout, "identite", [list(fact) for fact in company.facts if fact[1]])
    left = 0
    for name, table in TABLES.items():
        rows = company.tables.get(name, ())
        set_text(layout, f"{name}_titre", table.title)
        set_table(layout, f"{name}_entetes", [table.columns] if rows else [])
        if rows:
            left += len(rows) - set_table(layout, name, rows)
        else:
            # In the widest column, so that the sentence holds on one line.
            widest = max(range(len(table.shares)), key=lambda at: table.shares[at])
            line = [""] * len(table.columns)
            line[widest] = table.nothing
            set_table(layout, name, [line])
    rest = f"{left} lignes ne tiennent pas sur cette page\u00a0: elles sont dans la base."
    set_text(layout, "reste", rest if left else "")
