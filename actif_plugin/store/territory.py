"""A territory: where its tables are and what it says of itself."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from string import Template

from qgis.core import QgsCoordinateReferenceSystem, QgsProviderRegistry, QgsVectorLayer

from ..translation import tr
from . import geopackage
from .errors import StoreError
from .model import Table
from .schema import MONTHS, NAF_VERSIONS, SCHEMA_VERSION

_GEOPACKAGE_PROVIDER = "ogr"
_COUNT_ROWS = Template("SELECT count(*) FROM $table")
_ALL_ROWS = Template("SELECT * FROM $table")

# The editions of the nomenclatures that the reference database holds.
_EDITIONS = {
    "ref_cpf": "CPF rév. 2.1",
    "ref_rome": "ROME",
    "ref_naf": "NAF rév. 2 et NAF 2025",
    "ref_dechet": "Décision 2014/955/UE",
}
_NAF_EDITIONS = dict(NAF_VERSIONS)


@dataclass(frozen=True)
class Territory:
    """An open territory.

    Attributes:
        path: the GeoPackage.
        name: what its owners call it.
        crs: of all its geometries.
    """

    path: Path
    name: str
    crs: QgsCoordinateReferenceSystem

    def uri(self, name: str, subset: str = "") -> str:
        """Return the address of the table called *name*, restricted to *subset* if given."""
        parts = {"path": str(self.path), "layerName": name}
        if subset:
            parts["subset"] = subset
        return QgsProviderRegistry.instance().encodeUri(_GEOPACKAGE_PROVIDER, parts)

    def layer(self, name: str, title: str = "", subset: str = "") -> QgsVectorLayer:
        """Return a new layer on the table called *name*.

        Raises:
            StoreError: the table cannot be read.
        """
        uri = self.uri(name, subset)
        layer = QgsVectorLayer(uri, title or name, _GEOPACKAGE_PROVIDER)
        if not layer.isValid():
            raise StoreError(
                tr("Table {table} of {path} cannot be read.").format(table=name, path=self.path)
            )
        return layer


def create_territory(
    path: Path,
    name: str,
    crs: QgsCoordinateReferenceSystem,
    reference: Path,
    *,
    overwrite: bool = False,
    finish: Callable[[Territory], None] | None = None,
) -> Territory:
    """Create a territory with the reference tables in it.

    Args:
        path: the GeoPackage to make.
        name: what its owners call it.
        crs: of all its geometries.
        reference: the database of nomenclatures.
        overwrite: replace an existing file.
        finish: fills the territory before it takes its place.

    Raises:
        StoreError: *crs* is not valid, *reference* is missing, or the file cannot be written.
    """
    if not crs.isValid():
        raise StoreError(tr("The coordinate system of the territory is not valid: choose another."))
    if not reference.is_file():
        raise StoreError(
            tr("The nomenclatures are missing ({path}): install the plugin again.").format(
                path=reference
            )
        )
    with contextlib.closing(sqlite3.connect(reference)) as nomenclatures:
        meta = {
            "schema_version": str(SCHEMA_VERSION),
            "nom": name,
            "crs": crs.authid() or crs.toWkt(),
            "cree_le": date.today().isoformat(),
            **_reference_versions(nomenclatures),
        }

        def contents(wanted: Table) -> tuple[Sequence[str], Iterable[Sequence[object]]]:
            if wanted.name == "actif_meta":
                return ("cle", "valeur"), meta.items()
            if wanted.name == "ref_mois":
                return ("numero", "libelle_fr"), enumerate(MONTHS, start=1)
            return _reference_rows(nomenclatures, wanted)

        geopackage.create(
            path,
            crs,
            contents,
            overwrite=overwrite,
            before_publishing=lambda draft: finish(Territory(draft, name, crs)) if finish else None,
        )
    return Territory(path, name, crs)


def open_territory(path: Path) -> Territory:
    """Open an existing territory.

    Raises:
        StoreError: there is no such file, it is not a territory, or a newer Act'IF made it.
    """
    if not path.is_file():
        raise StoreError(tr("There is no file {path}: check its name.").format(path=path))
    meta = _meta(path)
    if int(meta["schema_version"]) > SCHEMA_VERSION:
        raise StoreError(
            tr("{path} was made by a newer Act'IF: update the plugin to open it.").format(path=path)
        )
    crs = QgsCoordinateReferenceSystem(meta.get("crs", ""))
    return Territory(path, meta.get("nom", path.stem), crs)


def note(path: Path, key: str, value: str) -> None:
    """Write down something a territory says of itself."""
    with contextlib.closing(sqlite3.connect(path)) as database, database:
        database.execute("INSERT INTO actif_meta (cle, valeur) VALUES (?, ?)", (key, value))


def says(path: Path, key: str) -> bool:
    """Tell whether the file at *path* is a territory that says something under *key*."""
    try:
        return key in _meta(path)
    except StoreError:
        return False


def _meta(path: Path) -> dict[str, str]:
    meta = {}
    with (
        contextlib.suppress(sqlite3.Error),
        contextlib.closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as database,
    ):
        meta = dict(database.execute("SELECT cle, valeur FROM actif_meta"))
    if not str(meta.get("schema_version")).isdecimal():
        raise StoreError(
            tr("{path} is not an Act'IF territory: choose a GeoPackage made by Act'IF.").format(
                path=path
            )
        )
    return meta


def _reference_versions(nomenclatures: sqlite3.Connection) -> dict[str, str]:
    """Name the editions the territory starts with, with their size."""
    versions = {}
    for name, edition in _EDITIONS.items():
        query = _COUNT_ROWS.substitute(table=geopackage.quoted(name))
        count = nomenclatures.execute(query).fetchone()[0]
        versions[name] = f"{edition} ({count} codes)"
    return versions


def _reference_rows(
    nomenclatures: sqlite3.Connection, wanted: Table
) -> tuple[Sequence[str], Iterable[Sequence[object]]]:
    """Return the columns and rows that the reference database has for *wanted*."""
    nomenclatures.row_factory = sqlite3.Row
    known = {row["name"] for row in nomenclatures.execute("SELECT name FROM sqlite_master")}
    if wanted.editable or wanted.name not in known:
        return (), ()
    query = _ALL_ROWS.substitute(table=geopackage.quoted(wanted.name))
    rows = [dict(row) for row in nomenclatures.execute(query)]
    columns = [field.name for field in wanted.fields]
    for row in rows:
        # Two versions of the NAF share codes: the territory keys them together.
        row.setdefault("id", f"{row.get('version')}:{row.get('code')}")
        row.setdefault("edition", _NAF_EDITIONS.get(row.get("version"), _EDITIONS.get(wanted.name)))
    return columns, [[row[column] for column in columns] for row in rows]
