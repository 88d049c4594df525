"""The counts that `SOURCES.md` shows, written from the tables so that they stay true."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from builder.tables import SOURCES, TABLES, read_rows

BEGIN = "<!-- comptes : écrit par build_tables.py -->"
END = "<!-- fin des comptes -->"


def summary(folder: Path) -> str:
    """Markdown table: rows by level and share of each source, table by table."""
    lines = [
        "| table | lignes | par niveau | insee | registre | projet |",
        "|---|---:|---|---:|---:|---:|",
    ]
    for table in TABLES:
        path = folder / table.file_name
        if not path.is_file():
            continue
        rows = read_rows(path)
        for version in sorted({row.get("version", "") for row in rows}, reverse=True):
            part = [row for row in rows if row.get("version", "") == version]
            levels = Counter(row.get("niveau", "") for row in part)
            by_level = " / ".join(str(levels[level]) for level in sorted(levels) if level)
            cells = [f"`{table.name}` {version}".strip(), str(len(part)), by_level or "–"]
            sources = Counter(row["source"] for row in part) if table.tells_source else Counter()
            for source in SOURCES:
                number = sources[source]
                cells.append(
                    f"{number} ({100 * number / len(part):.1f} %)".replace(".", ",")
                    if number
                    else "–"
                )
            lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def update_summary(folder: Path) -> None:
    """Refresh the counts of the folder's `SOURCES.md`, where it has a place for them."""
    path = folder / "SOURCES.md"
    if not path.is_file():
        return
    text = path.read_text(encoding="utf-8")
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if begin and end:
        fresh = f"{before}{begin}\n{summary(folder)}\n{end}{after}"
        path.write_text(fresh, encoding="utf-8")
