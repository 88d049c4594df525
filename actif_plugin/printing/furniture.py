"""What every page says of itself: for whom, from whom, of when, from which data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from qgis.core import QgsCoordinateReferenceSystem, QgsVectorLayer
from qgis.PyQt.QtCore import QDate, QDateTime

from .. import settings
from ..compat import plain
from ..translation import tr
from .drawing import written_date
from .foot import fill_foot
from .templates import Filled, recolour, set_picture, set_texts

# The tables whose latest change is the date of the data.
_DATED = ("etablissement", "offre", "besoin", "visite", "synergie")
_CHANGED = "modifie_le"


@dataclass(frozen=True)
class Furniture:
    """What a page says of itself.

    Attributes:
        title, subtitle: its first lines.
        edition: translated name of the edition.
        crs: of its map; not valid where there is none.
        sources: a sentence for each source and background, with its licence.
        notice: what readers must know of the data.
        author: who prints; empty for nobody.
        data_date: of the latest change in the data; None where nothing tells.
    """

    title: str
    subtitle: str
    edition: str
    crs: QgsCoordinateReferenceSystem
    sources: Sequence[str] = ()
    notice: str = ""
    author: str = ""
    data_date: date | None = None


def fill_furniture(filled: Filled, furniture: Furniture) -> None:
    """Write what a page says of itself, with the organisation's name, logo and colour."""
    ours = settings.print_settings()
    set_texts(
        filled,
        {
            "titre": furniture.title,
            "sous_titre": furniture.subtitle,
            "edition": furniture.edition,
            "avis": furniture.notice,
        },
    )
    fill_foot(
        filled,
        {
            "sources": " ".join(part for part in furniture.sources if part),
            "mentions": _mentions(furniture, ours.organisation),
            "avertissement": ours.disclaimer,
        },
    )
    set_picture(filled, "logo", ours.logo)
    recolour(filled, ours.colour)


def latest_change(layers: dict[str, QgsVectorLayer]) -> date | None:
    """Return the day of the latest change in a territory's records."""
    days = []
    for role in _DATED:
        layer = layers.get(role)
        at = -1 if layer is None else layer.fields().lookupField(_CHANGED)
        if at >= 0:
            days.append(_day(plain(layer.maximumValue(at))))
    return max((day for day in days if day is not None), default=None)


def _mentions(furniture: Furniture, organisation: str) -> str:
    parts = [organisation]
    if furniture.author:
        parts.append(tr("Author: {author}.").format(author=furniture.author))
    if furniture.data_date is not None:
        parts.append(tr("Data of {date}.").format(date=written_date(furniture.data_date)))
    parts += [
        tr("Printed on {date} with Act'IF for QGIS.").format(date=written_date(date.today())),
    ]
    if furniture.crs.isValid():
        parts.append(tr("Projection: {crs}.").format(crs=furniture.crs.description()))
    return " ".join(part if part.endswith(".") else f"{part}." for part in parts if part)


def _day(value: object) -> date | None:
    if isinstance(value, QDateTime):
        value = value.date()
    if isinstance(value, QDate):
        return date(value.year(), value.month(), value.day()) if value.isValid() else None
    try:
        return date.fromisoformat(str(value)[:10])
    except ValueError:
        return None
