"""The card that shows under the pointer: native expressions, company text shown as it is."""

from __future__ import annotations

from qgis.core import QgsVectorLayer

from ..store.styles import STALE
from .texts import joined

_FRAME = '<div style="font-family: sans-serif; max-width: 22em;">{content}</div>'
_SMALL = '<span style="color: #555;">{content}</span>'


def set_card(layer: QgsVectorLayer, role: str) -> None:
    """Give a layer its map tip, where it has one."""
    lines = _LINES.get(role)
    if lines is not None:
        layer.setMapTipTemplate(_FRAME.format(content="<br>".join(lines)))


def shown(expression: str, before: str = "", after: str = "") -> str:
    """Return the template of a value, empty where the value is; its markup is made harmless."""
    value = f"to_string({expression})"
    for sign, entity in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;")):
        value = f"replace({value}, '{sign}', '{entity}')"
    return f"[% coalesce('{before}' || {value} || '{after}', '') %]"


def _company(expression: str) -> str:
    return f"coalesce({expression}, 'sans nom')"


def _flow_lines(direction: str) -> tuple[str, ...]:
    quantity = (
        "to_string(\"quantite\") || coalesce(' ' || represent_value(\"unite\"), '')"
        " || coalesce(', ' || lower(represent_value(\"periodicite\")), '')"
    )
    confirmed = f"CASE WHEN {STALE} THEN 'À confirmer : plus de 12 mois sans nouvelles' END"
    return (
        f"<b>{direction} : " + shown('"libelle"') + "</b>",
        shown('represent_value("code")'),
        shown(quantity),
        _SMALL.format(content=shown('represent_value("etablissement_id")')),
        _SMALL.format(content=shown(confirmed)),
    )


_LINES: dict[str, tuple[str, ...]] = {
    "etablissement": (
        "<b>" + shown(_company('coalesce("enseigne", "raison_sociale")')) + "</b>",
        shown('represent_value("naf_code")'),
        shown(joined(", ", '"adresse"', '"commune_nom"')),
        _SMALL.format(content=shown('represent_value("effectif_code")')),
    ),
    "offre": _flow_lines("Ressource"),
    "besoin": _flow_lines("Besoin"),
}
