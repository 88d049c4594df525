#!/usr/bin/python3
"""Builds the plugin's zip: the same tree gives the same bytes."""

import sys
import zipfile
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[1]
PACKAGE = CHECKOUT / "actif_plugin"
LEFT_OUT = {".pyc", ".ts"}
DEMO_DATA = {".csv", ".geojson"}


def members() -> "dict[str, Path]":
    """Map each name inside the package to the file it comes from."""
    found = {
        "metadata.txt": CHECKOUT / "metadata.txt",
        "LICENSE": CHECKOUT / "LICENSE",
        "resources/reference.sqlite": CHECKOUT / "build" / "reference.sqlite",
    }
    # The demonstration is made where the user is: its data travel with the plugin.
    for folder in ("demo/data", "reference/contours"):
        for path in (CHECKOUT / folder).iterdir():
            if path.suffix in DEMO_DATA:
                found[f"resources/demo/{path.name}"] = path
    for path in PACKAGE.rglob("*"):
        name = path.relative_to(PACKAGE)
        hidden = any(part.startswith(".") for part in name.parts)
        if path.is_file() and path.suffix not in LEFT_OUT and not hidden:
            found[name.as_posix()] = path
    return found


def build(target: Path) -> None:
    """Write the zip with fixed dates, order and rights."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(target, "w") as archive:
        for name, path in sorted(members().items()):
            entry = zipfile.ZipInfo(f"{PACKAGE.name}/{name}", date_time=(1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o100644 << 16
            archive.writestr(entry, path.read_bytes(), compresslevel=9)


def main() -> int:
    """Command line: package.py TARGET."""
    target = Path(sys.argv[1])
    build(target)
    print(f"{target} : {target.stat().st_size / 1024:.0f} Kio, {len(members())} fichiers")
    return 0


if __name__ == "__main__":
    sys.exit(main())
