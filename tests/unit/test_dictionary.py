"""The data dictionary against the schema it is written from."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from actif_plugin.store.schema import TABLES

ROOT = Path(__file__).resolve().parents[2]


def test_the_committed_dictionary_is_up_to_date():
    command = [sys.executable, "docs/build_dictionary.py", "--check"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_table_and_column_is_described():
    text = (ROOT / "docs/donnees.md").read_text(encoding="utf-8")
    for table in TABLES:
        section = text.split(f"\n### {table.name}\n")[1].split("\n#")[0]
        for field in table.fields:
            assert f"| `{field.name}` | {field.alias} |" in section, (table.name, field.name)
