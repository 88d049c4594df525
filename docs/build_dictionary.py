#!/usr/bin/env python3
"""Write the data dictionary, docs/donnees.md, from the schema that territories are made from.

Without an option it writes the file; with ``--check`` it fails where the file is not up to date.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[1]
TARGET = CHECKOUT / "docs/donnees.md"
sys.path.insert(0, str(CHECKOUT))

from actif_plugin.store.model import (  # noqa: E402 - the checkout must be found first
    AUDIT,
    GEOMETRY_COLUMN,
    KEY_ALIAS,
    Field,
    OnDelete,
    Table,
    Type,
)
from actif_plugin.store.schema import SCHEMA_VERSION, TABLES, links  # noqa: E402

_TYPES = {
    Type.TEXT: "texte",
    Type.INTEGER: "entier",
    Type.REAL: "décimal",
    Type.BOOLEAN: "booléen",
    Type.DATE: "date",
    Type.DATETIME: "date et heure",
}
_ON_DELETE = {
    OnDelete.RESTRICT: "suppression refusée",
    OnDelete.CASCADE: "supprimé avec elle",
    OnDelete.SET_NULL: "le lien est vidé",
}
_INTRODUCTION = f"""\
# Dictionnaire des données

<!-- Écrit par docs/build_dictionary.py d'après actif_plugin/store/schema.py : ne pas modifier. -->

Version {SCHEMA_VERSION} du schéma. Les noms sont ceux des tables et des colonnes : expressions
QGIS, requêtes SQL et modèles s'écrivent avec eux. Les codes des listes sont ceux qu'il faut
écrire ; le libellé est ce que QGIS affiche.

Une fiche partielle est une bonne fiche : seules les colonnes marquées « oui » sont obligatoires.
"""
_COMMON = f"""\
## Colonnes communes aux tables modifiables

La base donne l'identifiant et les deux dates (en temps universel), quel que soit le programme qui
écrit. Ces colonnes ne sont pas répétées plus bas.

{{table}}

Dans un GeoPackage, chaque table a de plus une clé entière `fid`, propre au fichier : c'est `id` qui
relie les fiches. La géométrie est dans la colonne `{GEOMETRY_COLUMN}`, dans le système de
coordonnées du territoire.
"""
_HEADINGS = ("colonne", "alias", "type", "obligatoire", "valeurs et renvois", "remarque")


def dictionary() -> str:
    """Return the whole dictionary in Markdown."""
    key = Field("id", Type.TEXT, KEY_ALIAS, "UUID, donné par la base s'il manque.", required=True)
    parts = [_INTRODUCTION, "\n".join(_contents())]
    parts.append(_COMMON.format(table=_fields((key, *AUDIT))))
    parts.append("## Tables modifiables")
    parts += [_section(table) for table in TABLES if table.editable]
    parts.append("## Tables de référence, en lecture seule")
    parts += [_section(table) for table in TABLES if not table.editable]
    parts.append("## Relations\n\n" + _relations())
    return "\n\n".join(part.strip() for part in parts) + "\n"


def _contents() -> Iterator[str]:
    yield "| table | couche | géométrie |"
    yield "|---|---|---|"
    for table in TABLES:
        geometry = table.geometry.value if table.geometry else "–"
        yield f"| [`{table.name}`](#{table.name}) | {table.title} | {geometry} |"


def _section(table: Table) -> str:
    lines = [f"### {table.name}", "", f"Couche « {table.title} »."]
    if table.geometry is not None:
        lines[-1] += f" Géométrie : {table.geometry.value}."
    if not table.editable:
        lines[-1] += f" Clé : `{table.key}`."
    lines += [
        f"Deux fiches ne peuvent pas avoir {'le même' if len(columns) == 1 else 'les mêmes'}"
        f" {_names(columns)}."
        for columns in table.unique
    ]
    lines += [f"`{end}` ne précède pas `{start}`." for start, end in table.ordered]
    if table.follow is not None:
        lines.append(
            f"Le point est celui de la fiche désignée par `{table.follow.link}` et se déplace avec"
            f" elle, sauf si `{table.follow.unless}` est coché."
        )
    return "\n".join(lines) + "\n\n" + _fields(table.fields)


def _fields(fields: tuple[Field, ...]) -> str:
    rows = [
        (
            f"`{field.name}`",
            field.alias,
            _TYPES[field.type],
            "oui" if field.required else "",
            " ; ".join(_constraints(field)),
            field.help + (" Masqué dans les formulaires." if _told_hidden(field) else ""),
        )
        for field in fields
    ]
    # A table where a column would stay empty does without it.
    used = [place for place in range(len(_HEADINGS)) if any(row[place] for row in rows)]
    return _markdown(
        tuple(_HEADINGS[place] for place in used),
        [tuple(row[place] for place in used) for row in rows],
    )


def _told_hidden(field: Field) -> bool:
    return field.hidden and field.name != "id"


def _constraints(field: Field) -> Iterator[str]:
    if field.values:
        yield ", ".join(f"`{value}` {label}" for value, label in field.values)
    if field.minimum is not None and field.maximum is not None:
        yield f"de {field.minimum:g} à {field.maximum:g}"
    elif field.minimum is not None:
        yield f"{field.minimum:g} au moins"
    elif field.maximum is not None:
        yield f"{field.maximum:g} au plus"
    if field.link is not None:
        yield f"fiche de [`{field.link.table}`](#{field.link.table})"
    if field.reference is not None:
        yield f"libellés dans [`{field.reference}`](#{field.reference})"
    if field.default is not None:
        yield f"par défaut {_default(field.default)}"


def _default(value: str | bool) -> str:
    if isinstance(value, bool):
        return "coché" if value else "non coché"
    return f"`{value}`"


def _relations() -> str:
    rows = [
        (
            f"`{child.name}.{field.name}`",
            f"[`{link.table}`](#{link.table})",
            link.name,
            _ON_DELETE[link.on_delete],
        )
        for child, field, link in links()
    ]
    headings = ("colonne", "vers", "relation", "si la fiche désignée est supprimée")
    return _markdown(headings, rows)


def _markdown(headings: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    lines = [headings, ("---",) * len(headings), *rows]
    # A bar inside a cell would end it.
    escaped = ([cell.replace("|", "\\|") for cell in line] for line in lines)
    return "\n".join("| " + " | ".join(cells) + " |" for cells in escaped)


def _names(columns: tuple[str, ...]) -> str:
    return " et ".join(f"`{column}`" for column in columns)


def main() -> int:
    """Command line; returns the exit code."""
    if sys.argv[1:] not in ([], ["--check"]):
        print(__doc__, file=sys.stderr)
        return 2
    text = dictionary()
    if sys.argv[1:]:
        if not TARGET.is_file() or TARGET.read_text(encoding="utf-8") != text:
            print(f"{TARGET.name} n'est plus à jour : python3 docs/build_dictionary.py")
            return 1
        return 0
    TARGET.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
