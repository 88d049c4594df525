"""Value chains as they are kept: in the reference database, and in a territory that edits them."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Mapping

from qgis.core import QgsProject

from .. import paths
from ..compat import plain
from ..domain.codes import Code, parse_code
from ..domain.value_chains import NAF_2025, NAF_REV2, Link
from .project import layers_by_role
from .schema import REF_FILIERE, REF_MAILLON

CHAIN_FIELDS = tuple(field.name for field in REF_MAILLON.columns())
_LINKS = "SELECT * FROM ref_maillon"
_CHAINS = "SELECT code, libelle_fr FROM ref_filiere"


def library() -> list[Link]:
    """Return the links of the chains that come with the plugin."""
    with contextlib.closing(sqlite3.connect(paths.reference_database())) as database:
        database.row_factory = sqlite3.Row
        rows = [
            {name: str(row[name] or "") for name in CHAIN_FIELDS}
            for row in database.execute(_LINKS)
        ]
    return [link_of(row)[0] for row in rows]


def chain_names(project: QgsProject | None) -> dict[str, str]:
    """Return the label of each chain: those of the open territory over those of the plugin."""
    with contextlib.closing(sqlite3.connect(paths.reference_database())) as database:
        names = dict(database.execute(_CHAINS))
    layer = layers_by_role(project).get(REF_FILIERE.name) if project is not None else None
    if layer is not None:
        for feature in layer.getFeatures():
            names[str(plain(feature["code"]))] = str(plain(feature["libelle_fr"]) or "")
    return names


def link_of(row: Mapping[str, str]) -> tuple[Link, list[str]]:
    """Return the link that a row of ``ref_maillon`` describes, and what in it is no product."""
    unknown: list[str] = []

    def products(column: str) -> tuple[Code, ...]:
        found = []
        for text in _listed(row[column]):
            code = parse_code(text)
            if code is None:
                unknown.append(text)
            else:
                found.append(code)
        return tuple(found)

    rank = row["rang"].strip()
    link = Link(
        code=row["code"].strip(),
        chain=row["filiere_code"].strip(),
        rank=int(float(rank)) if rank.replace(".", "", 1).isdecimal() else 0,
        label=row["libelle_fr"].strip() or row["code"].strip(),
        inputs=products("entrees"),
        outputs=products("sorties"),
        byproducts=products("coproduits"),
        following=_listed(row["aval"]),
        activities={
            NAF_REV2: _listed(row["naf_codes"]),
            NAF_2025: _listed(row["naf_2025"]),
        },
        source=row["source"].strip(),
    )
    return link, unknown


def _listed(cell: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in cell.split("|") if part.strip())
