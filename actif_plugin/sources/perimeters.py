"""From a row of any table of areas to a perimeter, or to the reason why it is not one."""

from __future__ import annotations

import enum
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ..domain.words import folded
from .cnig import CnigRows, cnig_rows, kept_cells, perimeter_values
from .cnig_tables import ESTABLISHMENT
from .fields import FieldMapError, bare, recognise_columns

TYPES = ("commune", "epci", "zae", "autre")
# The columns of each field, the best first, as Admin Express (old and new), INSEE, the CNIG
# standard and contour files call them.
_KNOWN: dict[str, tuple[str, ...]] = {
    "type": ("type",),
    "code": (
        "code",
        "inseecom",
        "codeinsee",
        "insee",
        "codgeo",
        "codecommune",
        "codesiren",
        "sirenepci",
        "siren",
        "siteid",
        "idzae",
        "codezae",
    ),
    "nom": (
        "nom",
        "nomcom",
        "nomcommune",
        "nomofficiel",
        "libelle",
        "libgeo",
        "name",
        "sitenom",
        "nomepci",
        "nomzae",
    ),
    "parent_code": (
        "parentcode",
        "epcisiren",
        "sirenepci",
        "codessirendesepci",
        "codeepci",
        "epci",
    ),
}
# Where a table without geometry writes its shapes, as GeoJSON or WKT.
_SHAPES = ("geometry", "geometrie", "geom", "thegeom", "geojson", "geoshape", "wkt", "wktgeom")
_COMMUNE_CODE = re.compile(r"(\d{2}|2[AB])\d{3}", re.ASCII)
_SIREN = re.compile(r"\d{9}", re.ASCII)
_SEVERAL = re.compile(r"[/|,; ]+")
# What Admin Express writes for a commune without EPCI.
_NONE = ("NR", "NC", "ZZZZZZZZZ")


class Fault(enum.Enum):
    """Why a row is refused."""

    NAMELESS = "nameless"
    NO_SHAPE = "no_shape"
    UNREADABLE_SHAPE = "unreadable_shape"
    NOT_AN_AREA = "not_an_area"
    OUTSIDE = "outside"
    DUPLICATE = "duplicate"


@dataclass(frozen=True)
class Area:
    """A perimeter read from a row, without its shape.

    Attributes:
        type: commune, epci, zae or autre.
        code, nom, parent_code: what the row says; empty for nothing.
        original: cells of the CNIG standard that perimeters have no column for.
    """

    type: str
    code: str
    nom: str
    parent_code: str
    original: Mapping[str, str] = field(default_factory=dict)

    def key(self) -> tuple[str, str]:
        """Return what makes two perimeters the same one: type and code, else type and name."""
        return key_of(self.type, self.code, self.nom)


def key_of(kind: str, code: str, name: str) -> tuple[str, str]:
    """Return what makes two perimeters the same one; a name is no code, whatever it looks like."""
    return (kind, code) if code else (kind, f"\n{folded(name)}")


class AreaReader:
    """Reads the rows of one table.

    Args:
        header: column names.
        kind: the type of all rows; empty: told by the column ``type``, else by the code.
        given: column for each field that the user chose; an empty one leaves the field out.

    Attributes:
        columns: the column that feeds each field.
        shape: the column that holds the shapes as text; empty for none.
        standard: reader of the CNIG table that this is; None for any other table.

    Raises:
        FieldMapError: a field or a column that does not exist.
    """

    def __init__(
        self, header: Sequence[str], kind: str = "", given: Mapping[str, str] | None = None
    ) -> None:
        given = given or {}
        unknown = [name for name in given if name not in _KNOWN]
        missing = [column for column in given.values() if column and column not in header]
        if unknown or missing:
            raise FieldMapError(*unknown, *missing)
        self._kind = kind
        self._places = {name: n for n, name in reversed(list(enumerate(header)))}
        self.standard: CnigRows | None = None
        found = cnig_rows(header) if not given else None
        if found is not None and found.table is not ESTABLISHMENT:
            self.standard = found
        self.columns = {**guess(header), **given}
        self.columns = {name: column for name, column in self.columns.items() if column}
        if self.standard is not None:
            self.columns = _standard_columns(self.standard, header)
        shapes = [self.standard.table.geometry()] if self.standard is not None else []
        named = recognise_columns(header, {"shape": (*(bare(s) for s in shapes), *_SHAPES)})
        self.shape = named.get("shape", ("",))[0]

    def read(self, row: Sequence[object]) -> Area | Fault:
        """Return the perimeter of a row, or why it is none."""
        if self.standard is not None:
            cells = self.standard.cells(row)
            values = perimeter_values(self.standard.table, cells)
            area = Area(
                self._kind or values["type"],
                values["code"],
                values["nom"],
                values["parent_code"],
                kept_cells(self.standard.table, cells),
            )
        else:
            values = {name: self._cell(row, column) for name, column in self.columns.items()}
            code = values.get("code", "")
            kind = self._kind or type_of(values.get("type", ""), code)
            if kind == "commune" and code.isdigit():
                # A spreadsheet took the zero of the first départements away.
                code = code.zfill(5)
            parent = _SEVERAL.split(values.get("parent_code", ""))[0]
            area = Area(
                kind,
                code,
                values.get("nom", ""),
                parent if parent not in _NONE and parent != code else "",
            )
        return area if area.code or area.nom else Fault.NAMELESS

    def shape_text(self, row: Sequence[object]) -> str:
        """Return the text of a row's shape; empty where the table has none."""
        return self._cell(row, self.shape) if self.shape else ""

    def _cell(self, row: Sequence[object], column: str) -> str:
        place = self._places[column]
        cell = row[place] if place < len(row) else None
        return "" if cell is None else str(cell).strip()


def guess(header: Sequence[str]) -> dict[str, str]:
    """Return the column of each field of a perimeter that *header* seems to hold."""
    found = recognise_columns(header, _KNOWN)
    guessed = {name: columns[0] for name, columns in found.items()}
    if guessed.get("parent_code") == guessed.get("code"):
        # A layer of EPCI: the only code there is its own.
        guessed.pop("parent_code", None)
    return guessed


def type_of(written: str, code: str) -> str:
    """Return the type of a perimeter: the one written, else what its code tells.

    An INSEE code of five signs is a commune's, nine digits are the SIREN of an EPCI.
    """
    if written in TYPES:
        return written
    if _COMMUNE_CODE.fullmatch(code):
        return "commune"
    return "epci" if _SIREN.fullmatch(code) else "autre"


def _standard_columns(rows: CnigRows, header: Sequence[str]) -> dict[str, str]:
    """Return the columns of *header* that feed the fields of a perimeter, to be shown."""
    marks = {column.name: column.name for column in rows.table.columns}
    by_name = {bare(name): name for name in header}
    values = perimeter_values(rows.table, marks)
    return {
        field: by_name[bare(column)] for field, column in values.items() if bare(column) in by_name
    }
