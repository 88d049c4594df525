#!/usr/bin/env python3
"""Download the tables that the sector leaks ask for: Eurostat's input-output table and its jobs.

INSEE's symmetric table (A38) has an address of its own for each edition: `--insee URL` fetches it.
Nothing here is shipped: the user gives these files to the algorithm `actif:sectorleak`.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from builder import manifest as manifests
from builder.fetch import OfficialSite, UnavailableError
from builder.manifest import OfficialFile

HERE = Path(__file__).resolve().parent
DEFAULT_OUTPUT = HERE.parent / "build" / "input-output"
EUROSTAT = "https://ec.europa.eu/eurostat/api/dissemination/sdmx/3.0/data/dataflow/ESTAT"
# Data set, name of the file, values kept of its dimensions.
TABLES = (
    ("naio_10_cp1700", "entrees_sorties.csv", {"unit": "MIO_EUR", "stk_flow": "TOTAL"}),
    ("nama_10_a64_e", "emplois.csv", {"unit": "THS_PER", "na_item": "EMP_DC"}),
)


def address(service: str, dataset: str, country: str, kept: dict[str, str]) -> str:
    """Address of a data set as SDMX-CSV, cut down to one country."""
    filters = "&".join(f"c%5B{name}%5D={value}" for name, value in {"geo": country, **kept}.items())
    return f"{service}/{dataset}/1.0?{filters}&format=csvdata&compress=false"


def main(arguments: list[str] | None = None) -> int:
    """Command line: `fetch_input_output.py [--country FR] [--output FOLDER] [--insee URL]`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--country", default="FR")
    parser.add_argument("--output", type=Path, default=DEFAULT_OUTPUT)
    parser.add_argument("--eurostat", default=EUROSTAT, help="address of the service")
    parser.add_argument("--insee", default="", help="address of INSEE's workbook (A38)")
    parser.add_argument("--refresh", action="store_true", help="download again what is there")
    options = parser.parse_args(arguments)
    settings = manifests.load(HERE / "manifest.toml").fetch
    site = OfficialSite(options.output, settings, options.refresh)
    wanted = [
        OfficialFile(name, address(options.eurostat, dataset, options.country, kept))
        for dataset, name, kept in TABLES
    ]
    if options.insee:
        suffix = Path(options.insee).suffix or ".xlsx"
        wanted.append(OfficialFile(f"insee_a38{suffix}", options.insee))
    failed = 0
    for file in wanted:
        try:
            print(f"{options.output / file.name} : {len(site.get(file))} octets")
        except UnavailableError as error:
            failed += 1
            print(f"{error}. Adresse : {file.url}", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
