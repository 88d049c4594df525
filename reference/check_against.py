#!/usr/bin/env python3
"""Compare the tables of `reference/` with an independent copy of the official nomenclatures.

The copy serves to verify and is never a source: the report says how many codes and wordings
agree, and `--differences` gives the codes to look at again, not the wording that they should have.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from builder.tables import BY_NAME, Row, read_rows

HERE = Path(__file__).resolve().parent

# Share of identical wordings that the upper levels of the CPF must reach.
WANTED_SHARE = 0.98
WANTED_LEVELS = ("cpf 1", "cpf 2", "cpf 3", "cpf 4")


def folded(text: str) -> str:
    """Wording without case, punctuation or spaces; accents stay, œ reads oe."""
    return re.sub(r"[\W_]+", "", text.lower().replace("œ", "oe"))


@dataclass
class Side:
    """What one side says of a code: the place it has, and the wordings that count as right."""

    place: tuple[str, ...]
    labels: tuple[str, ...]


@dataclass(frozen=True)
class Comparison:
    """A nomenclature, or one level of it, on both sides."""

    name: str
    ours: Mapping[str, Side]
    theirs: Mapping[str, Side]

    def different_codes(self) -> list[str]:
        """Codes that one side lacks or that do not stand in the same place."""
        every = self.ours.keys() | self.theirs.keys()
        missing = {code for code in every if code not in self.ours or code not in self.theirs}
        moved = {
            code for code in every - missing if self.ours[code].place != self.theirs[code].place
        }
        return sorted(missing | moved)

    def different_labels(self) -> list[str]:
        """Codes whose wording is none of those of the other side."""
        shared = self.ours.keys() & self.theirs.keys()
        return sorted(code for code in shared if not self._agree(code))

    def _agree(self, code: str) -> bool:
        accepted = {folded(label) for label in self.theirs[code].labels}
        return any(folded(label) in accepted for label in self.ours[code].labels)

    @property
    def label_share(self) -> float:
        """Share of identical wordings among the codes of the other side."""
        if not self.theirs:
            return 0.0
        right = len(self.ours.keys() & self.theirs.keys()) - len(self.different_labels())
        return right / len(self.theirs)


def by_level(name: str, ours: dict[str, Row], theirs: dict[str, Row]) -> list[Comparison]:
    """A comparison for each level of a nomenclature whose sides have the same columns."""

    def side(rows: dict[str, Row], level: str) -> dict[str, Side]:
        return {
            code: Side((row["parent"], row.get("dangereux") or "0"), (row["libelle_fr"],))
            for code, row in rows.items()
            if row["niveau"] == level
        }

    levels = sorted({row["niveau"] for row in (*ours.values(), *theirs.values())})
    return [
        Comparison(f"{name} {level}", side(ours, level), side(theirs, level)) for level in levels
    ]


def rows_by_code(rows: list[Row]) -> dict[str, Row]:
    """Rows of a table whose codes are unique."""
    return {row["code"]: row for row in rows}


class Folders:
    """Our tables and the folder to check against."""

    def __init__(self, tables: Path, other: Path) -> None:
        self.tables = tables
        self.other = other

    def ours(self, name: str, version: str = "") -> dict[str, Row]:
        """Rows of one of our tables."""
        rows = read_rows(self.tables / BY_NAME[name].file_name)
        return rows_by_code([row for row in rows if row.get("version", "") == version])

    def theirs(self, name: str) -> dict[str, Row]:
        """Rows of one of the other folder's tables."""
        return rows_by_code(read_rows(self.other / name))

    def cpf(self) -> list[Comparison]:
        """Every level of the CPF."""
        return by_level("cpf", self.ours("cpf"), self.theirs("cpf/cpf_rev21.csv"))

    def naf_rev2(self) -> list[Comparison]:
        """Every level of NAF rév. 2."""
        return by_level("naf_rev2", self.ours("naf", "rev2"), self.theirs("naf/naf_rev2.csv"))

    def naf_2025(self) -> list[Comparison]:
        """Sub-classes of NAF 2025, and the places of their ancestors."""
        ours = self.ours("naf", "2025")
        theirs = self.theirs("naf/naf_2025_sous_classes.csv")

        def ancestors(code: str) -> tuple[str, ...]:
            found = [ours[code]["parent"]]
            while len(found) < 3 and found[-1] in ours:
                found.append(ours[found[-1]]["parent"])
            return tuple(found)

        return [
            Comparison(
                "naf_2025 5",
                {
                    code: Side(ancestors(code), (row["libelle_fr"],))
                    for code, row in ours.items()
                    if row["niveau"] == "5"
                },
                {
                    code: Side(
                        (row["classe"], row["groupe"], row["division"]), (row["libelle_fr"],)
                    )
                    for code, row in theirs.items()
                },
            )
        ]

    def rome(self) -> list[Comparison]:
        """ROME: the sheets and their domains, in the wording of either of the two versions."""
        ours = self.ours("rome")
        sheets = read_rows(self.other / "rome/rome4_v460_fiches.csv")
        earlier = {
            row["code_rome"]: row["libelle"]
            for row in read_rows(self.other / "rome/rome3_v347_fiches.csv")
        }
        theirs: dict[str, dict[str, Side]] = {"1": {}, "2": {}, "3": {}}
        for row in sheets:
            code = row["code_rome_parent"]
            domain, section = code[:3], code[:1]
            labels = theirs["3"].setdefault(code, Side((domain,), (earlier.get(code, ""),)))
            if row["code_rome"] == code:
                labels.labels += (row["libelle"],)
                # The domain of a sheet that has moved since is no longer that of its code.
                theirs["2"][domain] = Side((section,), (row["libelle_domaine_pro"],))
                theirs["1"][section] = Side(("",), (row["libelle_grand_domaine"],))
        return [
            Comparison(
                f"rome {level}",
                {
                    code: Side((row["parent"],), (row["libelle_fr"],))
                    for code, row in ours.items()
                    if row["niveau"] == level
                },
                sides,
            )
            for level, sides in theirs.items()
        ]

    def waste(self) -> list[Comparison]:
        """Every level of the waste list, the hazardous flag being part of the place."""
        theirs = self.theirs("dechets/liste_europeenne_dechets_fr.csv")
        return by_level("dechets", self.ours("dechets"), theirs)

    def workforce(self) -> list[Comparison]:
        """Workforce brackets, their bounds being their place."""
        ours, theirs = self.ours("effectifs"), self.theirs("sirene/tranches_effectif.csv")
        return [
            Comparison(
                "effectifs",
                {c: Side((r["mini"], r["maxi"]), (r["libelle_fr"],)) for c, r in ours.items()},
                {c: Side((r["min"], r["max"]), (r["libelle"],)) for c, r in theirs.items()},
            )
        ]


def comparisons(tables: Path, other: Path) -> list[Comparison]:
    """All the comparisons, level by level."""
    folders = Folders(tables, other)
    parts: list[Callable[[], list[Comparison]]] = [
        folders.cpf,
        folders.naf_rev2,
        folders.naf_2025,
        folders.rome,
        folders.waste,
        folders.workforce,
    ]
    return [comparison for part in parts for comparison in part()]


def shortfalls(found: list[Comparison]) -> list[str]:
    """Sentences about what stays under the thresholds."""
    sentences = [
        f"{one.name} : {len(codes)} codes absents, en trop ou mal placés."
        for one in found
        if (codes := one.different_codes())
    ]
    sentences += [
        f"{one.name} : {100 * one.label_share:.1f} % de libellés identiques, "
        f"{100 * WANTED_SHARE:.0f} % demandés."
        for one in found
        if one.name in WANTED_LEVELS and one.label_share < WANTED_SHARE
    ]
    return sentences


def main(arguments: list[str] | None = None) -> int:
    """Command line; 0 when the thresholds are met."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="independent copy of the nomenclatures")
    parser.add_argument("--tables", type=Path, default=HERE, help="folder of our tables")
    parser.add_argument("--differences", metavar="LEVEL", help="a level of the report, or cpf…")
    options = parser.parse_args(arguments)
    found = comparisons(options.tables, options.folder)
    if options.differences:
        for one in found:
            if one.name.startswith(options.differences):
                print(*one.different_codes(), *one.different_labels(), sep="\n")
        return 0
    print(f"{'niveau':12} {'codes':>6} {'écarts':>7} {'libellés identiques':>20}")
    for one in found:
        share = f"{100 * one.label_share:.1f} %"
        print(f"{one.name:12} {len(one.theirs):6} {len(one.different_codes()):7} {share:>20}")
    missed = shortfalls(found)
    for sentence in missed:
        print(sentence)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
