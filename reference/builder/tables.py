"""The reference tables: columns, order, how they are written and what makes one wrong."""

from __future__ import annotations

import csv
import os
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

Row = dict[str, str]

# insee: the official publication (France Travail for the ROME); registre: a registry package;
# projet: written for this project.
SOURCES = ("insee", "registre", "projet")


@dataclass(frozen=True)
class Table:
    """One CSV of `reference/`, and the table of the reference database made from it."""

    name: str
    database_name: str
    columns: tuple[str, ...]
    key: tuple[str, ...]
    integers: tuple[str, ...] = ()
    reals: tuple[str, ...] = ()
    has_parent: bool = False
    label: str = "libelle_fr"
    tells_source: bool = True
    by_hand: bool = False

    @property
    def file_name(self) -> str:
        """Name of the CSV file."""
        return f"{self.name}.csv"


TABLES: tuple[Table, ...] = (
    Table(
        "cpf",
        "ref_cpf",
        ("code", "niveau", "parent", "libelle_fr", "libelle_en", "source"),
        key=("code",),
        integers=("niveau",),
        has_parent=True,
    ),
    Table(
        "naf",
        "ref_naf",
        ("version", "code", "niveau", "parent", "libelle_fr", "source"),
        key=("version", "code"),
        integers=("niveau",),
        has_parent=True,
    ),
    Table(
        "naf_cpf",
        "ref_naf_cpf",
        ("naf_version", "naf_code", "cpf_code"),
        key=("naf_version", "naf_code", "cpf_code"),
        label="",
        tells_source=False,
    ),
    Table(
        "rome",
        "ref_rome",
        ("code", "niveau", "parent", "libelle_fr", "source"),
        key=("code",),
        integers=("niveau",),
        has_parent=True,
    ),
    Table(
        "dechets",
        "ref_dechet",
        ("code", "niveau", "parent", "libelle_fr", "dangereux", "source"),
        key=("code",),
        integers=("niveau", "dangereux"),
        has_parent=True,
    ),
    Table(
        "effectifs",
        "ref_effectif",
        ("code", "libelle_fr", "mini", "maxi", "source"),
        key=("code",),
        integers=("mini", "maxi"),
    ),
    Table(
        "unites",
        "ref_unite",
        ("code", "libelle_fr", "dimension", "facteur", "unite_base", "natures", "source"),
        key=("code",),
        reals=("facteur",),
    ),
    Table(
        "facteurs",
        "ref_facteur",
        ("code", "libelle_fr", "valeur", "unite", "source", "annee"),
        key=("code",),
        integers=("annee",),
        reals=("valeur",),
        tells_source=False,  # its `source` is the text that gives the factor
    ),
    Table(
        "synonymes",
        "ref_synonyme",
        ("terme", "nomenclature", "code"),
        key=("terme", "nomenclature", "code"),
        label="",
        tells_source=False,
        by_hand=True,
    ),
    Table(
        "filieres",
        "ref_filiere",
        ("code", "libelle_fr", "description", "source"),
        key=("code",),
        tells_source=False,  # its `source` is the publication, or "lecture propre au projet"
        by_hand=True,
    ),
    Table(
        "maillons",
        "ref_maillon",
        (
            "code",
            "filiere_code",
            "rang",
            "libelle_fr",
            "entrees",
            "sorties",
            "coproduits",
            "aval",
            "naf_codes",
            "naf_2025",
            "source",
        ),
        key=("code",),
        integers=("rang",),
        tells_source=False,
        by_hand=True,
    ),
)

BY_NAME = {table.name: table for table in TABLES}


@dataclass
class Expected:
    """Counts that a table must reach: rows for each level, by version where there are several."""

    levels: dict[str, list[int]] = field(default_factory=dict)
    rows: int | None = None
    hazardous: int | None = None


def read_rows(path: Path) -> list[Row]:
    """Read a UTF-8 CSV with a header row."""
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def write_tables(folder: Path, tables: Mapping[str, list[Row]]) -> None:
    """Write the tables so that a reader sees each old file or the whole new one, never a half.

    All are written beside their final place before the first one is swapped in: a full disk
    leaves the old set untouched.
    """
    staged: list[tuple[Path, Path]] = []
    try:
        for name, rows in tables.items():
            final = folder / BY_NAME[name].file_name
            temporary = final.with_name(f".{final.name}.tmp")
            staged.append((temporary, final))
            _write(temporary, BY_NAME[name].columns, rows)
        for temporary, final in staged:
            os.replace(temporary, final)
    finally:
        for temporary, _ in staged:
            temporary.unlink(missing_ok=True)


def _write(path: Path, columns: Iterable[str], rows: Iterable[Row]) -> None:
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(columns), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def faults(table: Table, rows: list[Row], expected: Expected | None = None) -> list[str]:
    """Sentences that say what is wrong with the rows of a table; none when it may be used."""
    found = [*_duplicates(table, rows), *_empty_labels(table, rows)]
    if table.has_parent:
        found += _orphans(table, rows)
    if table.tells_source:
        found += _unknown_sources(table, rows)
    if expected is not None:
        found += _wrong_counts(table, rows, expected)
    return found


def link_faults(tables: Mapping[str, list[Row]]) -> list[str]:
    """Sentences about the codes that one table takes from another, which lacks them."""
    cpf = {row["code"] for row in tables["cpf"]}
    rome = {row["code"] for row in tables["rome"]}
    naf = {(row["version"], row["code"]) for row in tables["naf"]}
    found = []
    for row in tables["naf_cpf"]:
        if (row["naf_version"], row["naf_code"]) not in naf:
            found.append(
                f"naf_cpf : la NAF {row['naf_version']} n'a pas de code {row['naf_code']}."
            )
        if row["cpf_code"] not in cpf:
            found.append(f"naf_cpf : la CPF n'a pas de code {row['cpf_code']}.")
    known = {"CPF": cpf, "ROME": rome}
    for row in tables.get("synonymes", []):
        if row["code"] not in known.get(row["nomenclature"], ()):
            code = f"{row['nomenclature']} {row['code']}"
            found.append(f"synonymes : « {row['terme']} » mène à {code}, inconnu.")
    return [*found, *_chain_faults(tables, cpf, naf)]


def _chain_faults(
    tables: Mapping[str, list[Row]], cpf: set[str], naf: set[tuple[str, str]]
) -> list[str]:
    chains = {row["code"] for row in tables.get("filieres", [])}
    links = tables.get("maillons", [])
    codes = {row["code"] for row in links}
    found = []
    for row in links:
        wrong = [] if row["filiere_code"] in chains else [f"filière {row['filiere_code']}"]
        for column in ("entrees", "sorties", "coproduits"):
            wrong += [f"CPF {code}" for code in listed(row[column]) if code not in cpf]
        wrong += [f"maillon {code}" for code in listed(row["aval"]) if code not in codes]
        for column, version in (("naf_codes", "rev2"), ("naf_2025", "2025")):
            wrong += [
                f"NAF {version} {code}"
                for code in listed(row[column])
                if (version, code) not in naf
            ]
        found += [f"maillons : {row['code']} cite {what}, inconnu." for what in wrong]
    return found


def listed(cell: str) -> list[str]:
    """Values of a cell that holds several, separated by ``|``."""
    return [part.strip() for part in cell.split("|") if part.strip()]


def _identity(table: Table, row: Row) -> str:
    return " ".join(row[column] for column in table.key)


def _duplicates(table: Table, rows: list[Row]) -> list[str]:
    counts = Counter(_identity(table, row) for row in rows)
    return [f"{table.name} : {key} figure {n} fois." for key, n in counts.items() if n > 1]


def _empty_labels(table: Table, rows: list[Row]) -> list[str]:
    if not table.label:
        return []
    return [
        f"{table.name} : {_identity(table, row)} n'a pas de libellé français."
        for row in rows
        if not row[table.label].strip()
    ]


def _unknown_sources(table: Table, rows: list[Row]) -> list[str]:
    return [
        f"{table.name} : {_identity(table, row)} a une source inconnue, « {row['source']} »."
        for row in rows
        if row["source"] not in SOURCES
    ]


def _orphans(table: Table, rows: list[Row]) -> list[str]:
    known = {(row.get("version", ""), row["code"]) for row in rows}
    return [
        f"{table.name} : {_identity(table, row)} a pour parent « {row['parent']} », inconnu."
        for row in rows
        if (int(row["niveau"]) > 1 or row["parent"])
        and (row.get("version", ""), row["parent"]) not in known
    ]


def _wrong_counts(table: Table, rows: list[Row], expected: Expected) -> list[str]:
    found = []
    for version, wanted in expected.levels.items():
        counts = Counter(
            int(row["niveau"]) for row in rows if not version or row.get("version") == version
        )
        found += count_faults(f"{table.name} {version}".strip(), counts, wanted)
    if expected.rows is not None and len(rows) != expected.rows:
        found.append(f"{table.name} : {len(rows)} lignes, {expected.rows} attendues.")
    if expected.hazardous is not None:
        hazardous = sum(row["dangereux"] == "1" for row in rows if row["niveau"] == "3")
        if hazardous != expected.hazardous:
            found.append(
                f"{table.name} : {hazardous} rubriques dangereuses, {expected.hazardous} attendues."
            )
    return found


def count_faults(name: str, counts: Mapping[int, int], wanted: list[int]) -> list[str]:
    """Sentences about the levels that do not have the number of codes expected."""
    return [
        f"{name} : {counts.get(level, 0)} codes au niveau {level}, {number} attendus."
        for level, number in enumerate(wanted, start=1)
        if counts.get(level, 0) != number
    ]
