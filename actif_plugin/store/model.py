"""What a schema is made of: tables, columns, links, and the forms that show them.

Nothing here belongs to one database or to one form builder.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass


class Type(enum.Enum):
    """The column types that every supported database has."""

    TEXT = "text"
    INTEGER = "integer"
    REAL = "real"
    BOOLEAN = "boolean"
    DATE = "date"
    DATETIME = "datetime"


class Geometry(enum.Enum):
    """Geometry types, under their OGC names."""

    POINT = "Point"
    MULTILINESTRING = "MultiLineString"
    MULTIPOLYGON = "MultiPolygon"


class OnDelete(enum.Enum):
    """What becomes of a record whose parent is deleted."""

    RESTRICT = "RESTRICT"
    CASCADE = "CASCADE"
    SET_NULL = "SET NULL"


@dataclass(frozen=True)
class Link:
    """A foreign key to another table's ``id``."""

    table: str
    on_delete: OnDelete = OnDelete.RESTRICT
    name: str = ""


@dataclass(frozen=True)
class Field:
    """A column.

    Attributes:
        name: column name.
        type: column type.
        alias: what the user reads (French).
        help: one sentence more (French); empty where the alias says it all.
        required: refuses NULL.
        values: the only values accepted, each with its label; empty for no list.
        default: the value a new record gets from the database.
        minimum, maximum: bounds, inclusive.
        link: the table this column points to, enforced by the database.
        reference: the reference table that gives labels; advice, not enforced, so that a record
            survives a code that a later edition of the nomenclature dropped.
        hidden: kept out of the tables and forms.
    """

    name: str
    type: Type
    alias: str
    help: str = ""
    required: bool = False
    values: tuple[tuple[str, str], ...] = ()
    default: str | bool | None = None
    minimum: float | None = None
    maximum: float | None = None
    link: Link | None = None
    reference: str | None = None
    hidden: bool = False


@dataclass(frozen=True)
class View:
    """A reading of several tables as one, in SQL that every supported database understands.

    Attributes:
        name: view name.
        title: layer name (French).
        query: its definition.
        display: column that names a row.
    """

    name: str
    title: str
    query: str
    display: str


@dataclass(frozen=True)
class Group:
    """A box of a form.

    Attributes:
        title: its title (French), empty for none.
        fields: columns, in order.
        natures: natures of flow for which the box shows; empty for all.
        directions: directions of flow for which it shows; empty for both.
    """

    title: str
    fields: tuple[str, ...]
    natures: tuple[str, ...] = ()
    directions: tuple[str, ...] = ()


@dataclass(frozen=True)
class Tab:
    """A tab of a form: boxes of fields, then tables of linked records.

    Attributes:
        title: its title (French).
        groups: boxes, in order.
        children: roles of the layers whose records are listed under them.
    """

    title: str
    groups: tuple[Group, ...] = ()
    children: tuple[str, ...] = ()


@dataclass(frozen=True)
class Follow:
    """A geometry copied from the record that a link points to.

    Attributes:
        link: the linking column.
        unless: the boolean column that, when true, frees the geometry.
    """

    link: str
    unless: str


@dataclass(frozen=True)
class Table:
    """A table.

    Attributes:
        name: table name.
        title: layer name (French).
        fields: columns other than the key, the geometry and the audit columns.
        geometry: geometry type, or None.
        key: name of the primary key column.
        editable: users write in it: it has a UUID key and the audit columns.
        unique: sets of columns that no two records share.
        ordered: pairs of columns, the second never before the first.
        display: column that names a record.
        follow: whose geometry the table's own copies, or None.
        form: tabs of its form; empty for one plain list.
        users_edit: a reference table that users complete.
    """

    name: str
    title: str
    fields: tuple[Field, ...]
    geometry: Geometry | None = None
    key: str = "id"
    editable: bool = True
    unique: tuple[tuple[str, ...], ...] = ()
    ordered: tuple[tuple[str, str], ...] = ()
    display: str = "id"
    follow: Follow | None = None
    form: tuple[Tab, ...] = ()
    users_edit: bool = False

    def columns(self) -> tuple[Field, ...]:
        """Return every column but the geometry: key, own fields, audit columns."""
        if not self.editable:
            return self.fields
        return (
            Field(self.key, Type.TEXT, KEY_ALIAS, required=True, hidden=True),
            *self.fields,
            *AUDIT,
        )

    def field(self, name: str) -> Field:
        """Return the column called *name*.

        Raises:
            KeyError: there is none.
        """
        for field in self.columns():
            if field.name == name:
                return field
        raise KeyError(f"{self.name}.{name}")


KEY_ALIAS = "Identifiant"
GEOMETRY_COLUMN = "geom"

AUDIT = (
    Field(
        "organisme",
        Type.TEXT,
        "Organisme",
        "Organisme propriétaire de la fiche : c'est lui qui décide de son partage.",
    ),
    Field("cree_le", Type.DATETIME, "Créé le"),
    Field("cree_par", Type.TEXT, "Créé par"),
    Field("modifie_le", Type.DATETIME, "Modifié le"),
    Field("modifie_par", Type.TEXT, "Modifié par"),
)
