#!/usr/bin/env python3
"""Turn the CSV files of `reference/` into one SQLite file that the plugin reads."""

from __future__ import annotations

import argparse
import os
import sqlite3
import sys
from pathlib import Path

from builder.tables import TABLES, Row, Table, read_rows

HERE = Path(__file__).resolve().parent
DEFAULT_OUTPUT = HERE.parent / "build" / "reference.sqlite"


def column_type(table: Table, column: str) -> str:
    """SQL type of a column."""
    if column in table.integers:
        return "INTEGER"
    return "REAL" if column in table.reals else "TEXT"


def create_statement(table: Table) -> str:
    """SQL that creates the table."""
    columns = [f"{column} {column_type(table, column)}" for column in table.columns]
    columns.append(f"PRIMARY KEY ({', '.join(table.key)})")
    return f"CREATE TABLE {table.database_name} ({', '.join(columns)}) WITHOUT ROWID"


def value(table: Table, column: str, row: Row) -> str | int | float | None:
    """Value of a cell in the type of its column; an empty number is NULL."""
    text = row[column]
    if column in table.integers:
        return int(text) if text else None
    if column in table.reals:
        return float(text) if text else None
    return text or None


def fill(connection: sqlite3.Connection, table: Table, rows: list[Row]) -> None:
    """Create a table and insert its rows."""
    connection.execute(create_statement(table))
    marks = ", ".join("?" for _ in table.columns)
    connection.executemany(
        f"INSERT INTO {table.database_name} VALUES ({marks})",
        ([value(table, column, row) for column in table.columns] for row in rows),
    )
    if table.has_parent:
        connection.execute(
            f"CREATE INDEX {table.database_name}_parent ON {table.database_name} (parent)"
        )


def build(folder: Path, output: Path) -> dict[str, int]:
    """Write the database beside its final place, then swap it in; return the rows by table."""
    output.parent.mkdir(parents=True, exist_ok=True)
    temporary = output.with_name(f".{output.name}.tmp")
    temporary.unlink(missing_ok=True)
    counts = {}
    connection = sqlite3.connect(temporary)
    try:
        with connection:
            for table in TABLES:
                rows = read_rows(folder / table.file_name)
                fill(connection, table, rows)
                counts[table.database_name] = len(rows)
        # Same rows, same bytes: the file can be compared from one build to the next.
        connection.execute("VACUUM")
    finally:
        connection.close()
    os.replace(temporary, output)
    return counts


def main(arguments: list[str] | None = None) -> int:
    """Command line: `build_database.py [--tables FOLDER] [--output FILE]`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tables", type=Path, default=HERE, help="folder of the CSV files")
    parser.add_argument("--output", type=Path, default=DEFAULT_OUTPUT)
    options = parser.parse_args(arguments)
    for name, count in build(options.tables, options.output).items():
        print(f"{name}: {count}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
