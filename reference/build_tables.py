#!/usr/bin/env python3
"""Build the CSV files of `reference/` from the sources that `manifest.toml` names.

The official publication comes first, then the labels that the project writes itself (`labels/`),
then the registry packages. Nothing is replaced unless all the tables are right.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

from builder import manifest as manifests
from builder.assemble import Assembler, Labels, ProjectLabels, official_faults, read_packages
from builder.fetch import OfficialSite, UnavailableError, package_file
from builder.readers import OFFICIAL_READERS, Pairs
from builder.summary import update_summary
from builder.tables import BY_NAME, TABLES, Row, faults, link_faults, read_rows, write_tables

HERE = Path(__file__).resolve().parent
DEFAULT_CACHE = HERE.parent / "build" / "cache"

# Packages without which the tables would still be complete.
OPTIONAL_PACKAGES = frozenset({"crops"})


class Builder:
    """One run of the build: gathers, checks, writes; what it has to say goes to standard output."""

    def __init__(self, options: argparse.Namespace) -> None:
        self.options = options
        self.manifest = manifests.load(options.manifest)
        self.faults: list[str] = []

    def run(self) -> int:
        """Exit code of the build."""
        official = {} if self.options.offline else self._official()
        try:
            packages = read_packages(self._package_files())
        except UnavailableError as error:
            self.faults.append(f"Paquet : {error}.")
            return self._refuse()
        assembler = Assembler(
            packages, ProjectLabels(self.options.labels), official, self.options.english_fallback
        )
        tables = assembler.tables()
        self.faults += assembler.faults
        self._check(tables)
        if self.faults:
            return self._refuse()
        for name, codes in assembler.untranslated.items():
            print(f"{name} : {len(codes)} codes gardent leur libellé anglais, faute de français.")
        write_tables(self.options.tables, tables)
        self._report(tables)
        return 0

    def _official(self) -> dict[tuple[str, str], Labels]:
        """French labels of the publications that can be had; their faults are kept."""
        site = OfficialSite(
            self.options.cache / "official", self.manifest.fetch, self.options.refresh
        )
        found: dict[tuple[str, str], Labels] = {}
        for publication in self.manifest.publications:
            pairs: Pairs = []
            try:
                for file in publication.files:
                    data = site.get(file)
                    pairs += _read(publication.reader, file.name, data)
            except UnavailableError as error:
                print(
                    f"{publication.title} ({publication.publisher}) : publication officielle "
                    f"laissée de côté ({error}) ; les paquets et les libellés du projet suffisent."
                )
                continue
            levels = self.manifest.expected[publication.table].levels[publication.version]
            self.faults += official_faults(publication.table, publication.version, pairs, levels)
            found[publication.table, publication.version] = dict(pairs)
        return found

    def _package_files(self) -> dict[str, Path]:
        files = {}
        for key, package in self.manifest.packages.items():
            try:
                files[key] = package_file(package, self.options.cache / "packages")
            except UnavailableError as error:
                if key not in OPTIONAL_PACKAGES:
                    raise
                print(f"Paquet laissé de côté : {error}.")
        return files

    def _check(self, tables: Mapping[str, list[Row]]) -> None:
        checked = dict(tables)
        for table in TABLES:
            path = self.options.tables / table.file_name
            if table.by_hand and path.is_file():
                checked[table.name] = read_rows(path)
        for name, rows in checked.items():
            self.faults += faults(BY_NAME[name], rows, self.manifest.expected.get(name))
        self.faults += link_faults(checked)

    def _refuse(self) -> int:
        for fault in self.faults:
            print(fault, file=sys.stderr)
        print(
            f"{len(self.faults)} défaut(s) : les tables précédentes restent en place.",
            file=sys.stderr,
        )
        if any("officielle" in fault for fault in self.faults):
            print("Avec --offline, elles se font sans la publication officielle.", file=sys.stderr)
        return 1

    def _report(self, tables: Mapping[str, list[Row]]) -> None:
        for name, rows in tables.items():
            line = f"{name} : {len(rows)} lignes"
            if BY_NAME[name].tells_source:
                shares = Counter(row["source"] for row in rows)
                line += " (" + ", ".join(f"{key} {n}" for key, n in sorted(shares.items())) + ")"
            print(line)
        update_summary(self.options.tables)


def _read(reader: str, name: str, data: bytes) -> Pairs:
    """Pairs of an official file; whatever a reader stumbles on makes the file unavailable."""
    try:
        return OFFICIAL_READERS[reader](name, data)
    except ImportError as error:
        raise UnavailableError(f"{name} : il manque le paquet Python {error.name}") from error
    except Exception as error:
        raise UnavailableError(f"{name} : illisible ({type(error).__name__})") from error


def main(arguments: list[str] | None = None) -> int:
    """Command line; 0 when the tables are up to date, 1 when they were left as they were."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--offline", action="store_true", help="skip the official publications")
    parser.add_argument("--refresh", action="store_true", help="ask again for the official files")
    parser.add_argument("--tables", type=Path, default=HERE, help="folder of the CSV files")
    parser.add_argument("--labels", type=Path, default=HERE / "labels")
    parser.add_argument("--manifest", type=Path, default=HERE / "manifest.toml")
    parser.add_argument("--cache", type=Path, default=DEFAULT_CACHE)
    parser.add_argument(
        "--english-fallback",
        action="store_true",
        help="let a code that has no French label keep its English one (never for a release)",
    )
    return Builder(parser.parse_args(arguments)).run()


if __name__ == "__main__":
    sys.exit(main())
