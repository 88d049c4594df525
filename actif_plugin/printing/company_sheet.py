"""The sheet of a company, all that is known of it on one page, and the blank one to fill by hand.

Both are in French, as the data: they are written on and read at a company's.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from qgis.core import QgsLayout, QgsPrintLayout, QgsProject

from ..store.errors import StoreError
from ..translation import tr
from .furniture import Furniture, fill_furniture
from .pages import Pages
from .sheet_columns import SheetColumns
from .templates import load, set_table, set_text, template_path

FILLED, BLANK = "companysheet", "companysheet-vierge"
PAPER = "A4-portrait"
_TITLE, _IDENTITY = "titre", "identite"


@dataclass(frozen=True)
class TableOnSheet:
    """A table of the sheet.

    Attributes:
        title: its heading.
        columns: their titles.
        shares: of the width of the page, one a column, 1 in all.
        height: on A3, in millimetres.
        nothing: its heading where there is no line.
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
        "Aucun contact qui ait donné son accord",
    ),
    "offres": TableOnSheet(
        "Ressources",
        ("Nature", "Ce qu'elle en dit", "Quantité", "Code", "État"),
        (0.13, 0.42, 0.2, 0.1, 0.15),
        46,
        "Aucune ressource relevée",
    ),
    "besoins": TableOnSheet(
        "Besoins",
        ("Nature", "Ce qu'elle en dit", "Quantité", "Code", "État"),
        (0.13, 0.42, 0.2, 0.1, 0.15),
        46,
        "Aucun besoin relevé",
    ),
    "visites": TableOnSheet(
        "Visites",
        ("Date", "Conseiller", "Compte rendu", "Suite à donner"),
        (0.1, 0.15, 0.48, 0.27),
        38,
        "Jamais visitée, d'après la base",
    ),
    "synergies": TableOnSheet(
        "Synergies",
        ("Titre", "Statut", "Avec", "Suite à donner"),
        (0.36, 0.13, 0.26, 0.25),
        30,
        "Aucune synergie",
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
    template: Path | None = None,
) -> Pages:
    """Return a page for each company.

    Args:
        project: what the layout belongs to.
        companies: one at least.
        furniture: returns what a page says of itself, for its title and subtitle.
        checkpoint: told the share of the pages that is done; raises where the user cancelled.
        template: of the page, instead of that of the package.

    Raises:
        StoreError: the template cannot be used.
    """
    layout = _load(project, FILLED, template)
    columns = SheetColumns(layout, (_IDENTITY, *TABLES), whole=(_IDENTITY,))

    def turn(number: int) -> QgsPrintLayout:
        company = companies[number]
        fill_furniture(layout, furniture(company.name, company.known))
        _fill(layout, columns, company)
        return layout

    return Pages(len(companies), turn, checkpoint, [company.name for company in companies])


def blank_sheet(
    project: QgsProject, furniture: Furniture, template: Path | None = None
) -> QgsPrintLayout:
    """Return the sheet to fill by hand, from a template of the user if there is one.

    Raises:
        StoreError: the template cannot be used.
    """
    layout = _load(project, BLANK, template)
    fill_furniture(layout, furniture)
    return layout


def _load(project: QgsProject, name: str, own: Path | None) -> QgsPrintLayout:
    layout = load(project, own or template_path(name, PAPER), name, needs_map=False)
    if layout.itemById(_TITLE) is None:
        raise StoreError(
            tr(
                "{path} is not a template for this: it needs a label whose item ID is “{item}”."
                " Start from a template of Act'IF."
            ).format(path=own, item=_TITLE)
        )
    return layout


def _fill(layout: QgsLayout, columns: SheetColumns, company: Company) -> None:
    tables: dict[str, Sequence[Sequence[str]]] = {
        _IDENTITY: [list(fact) for fact in company.facts if fact[1]]
    }
    for name, table in TABLES.items():
        rows = company.tables.get(name, ())
        set_text(layout, f"{name}_titre", table.title if rows else table.nothing)
        set_table(layout, f"{name}_entetes", [table.columns] if rows else [])
        tables[name] = rows
    left = columns.fill(tables)
    rest = f"{left} lignes ne tiennent pas sur cette page\u00a0: elles sont dans la base."
    set_text(layout, "reste", rest if left else "")
