"""Putting the tables together: which codes exist, and which wording each of them gets."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from builder import readers
from builder.tables import BY_NAME, Row, count_faults, read_rows

Labels = Mapping[str, str]

_FLOW = "classifications/data/flow"
_CPA_TREE = f"{_FLOW}/flowobject/tree_cpa_2_1.csv"
_NACE_TREE = f"{_FLOW}/activitytype/tree_nace_rev2.csv"
_NACE_2_1 = "naceconverter/nacecodes.csv"
_NAF_ARCHIVE = "pynsee/metadata/data/naf.zip"
_SERIES = "pynsee/macrodata/data/idbank_list_internal.zip"
_CROPS = "package/data/cpf.json"

_NAF_LEVEL = {1: 1, 2: 2, 4: 3, 5: 4, 6: 5}
_ROME_LEVEL = {1: 1, 3: 2, 5: 3}
_WASTE_LEVEL = {2: 1, 5: 2, 8: 3}

# Letter of a NAF 2025 sub-class that is alone in its class.
_UNDIVIDED = "Y"


@dataclass(frozen=True)
class Wording:
    """A French label and where it comes from."""

    text: str
    source: str


@dataclass
class Nomenclature:
    """Codes with their parents and English labels, as a package gives them."""

    parents: dict[str, str]
    english: dict[str, str] = field(default_factory=dict)

    def in_order(self) -> list[str]:
        """Codes from the top, each followed by its descendants; the orphans come last."""
        children: dict[str, list[str]] = defaultdict(list)
        for code, parent in self.parents.items():
            children[parent].append(code)
        ordered: list[str] = []
        pending = sorted(children[""], reverse=True)
        while pending:
            code = pending.pop()
            ordered.append(code)
            pending += sorted(children[code], reverse=True)
        return ordered + sorted(self.parents.keys() - set(ordered))


@dataclass
class Layers:
    """French labels by source. The order of the fields is the order of precedence.

    `last_resort` holds labels of a registry that is not in the wording of the nomenclature: a
    label inherited from the parent is better.
    """

    insee: Labels = field(default_factory=dict)
    projet: Labels = field(default_factory=dict)
    registre: Labels = field(default_factory=dict)
    last_resort: Labels = field(default_factory=dict)

    def find(self, code: str) -> Wording | None:
        """The label that a source gives to the code itself."""
        named = (("insee", self.insee), ("projet", self.projet), ("registre", self.registre))
        for source, labels in named:
            if labels.get(code):
                return Wording(labels[code], source)
        return None


def folded(text: str) -> str:
    """Text reduced to what two English labels must share to mean the same thing."""
    return re.sub(r"\W+", "", text.lower())


def sentence_case(text: str) -> str:
    """A label in capitals (sections are published so) in the case of all others."""
    return text.capitalize() if text.isupper() else text


def wordings(nomenclature: Nomenclature, layers: Layers) -> dict[str, Wording]:
    """French wording of each code; a code that has none is left out.

    A code whose English label is its parent's has the parent's French label too, and its source.
    """
    found: dict[str, Wording] = {}
    english = nomenclature.english
    for code in nomenclature.in_order():
        wording = layers.find(code)
        parent = nomenclature.parents[code]
        same = english.get(code) and folded(english[code]) == folded(english.get(parent, ""))
        if wording is None and same:
            wording = found.get(parent)
        if wording is None and layers.last_resort.get(code):
            wording = Wording(layers.last_resort[code], "registre")
        if wording is not None:
            found[code] = wording
    return found


# --- What the sources say -----------------------------------------------------------------------


@dataclass
class Packages:
    """Data files read from the registry packages."""

    cpf: Nomenclature
    cpf_labels: dict[str, str]
    crop_labels: dict[str, str]
    naf: Nomenclature
    naf_labels: dict[str, str]
    naf_english: dict[str, str]
    nace_2_1: readers.Nace


def read_packages(files: Mapping[str, Path]) -> Packages:
    """Read the packages; the crops may be missing, they are a last resort."""
    tree = readers.read_member(files["bonsai"], _CPA_TREE)
    cpf_english = {readers.dotted(code): label for code, label in readers.tree(tree).items()}
    sections = readers.parents(tree)
    naf_labels, naf_sections = readers.naf_of_pynsee(
        readers.read_member(files["pynsee"], _NAF_ARCHIVE)
    )
    crops = files.get("crops")
    return Packages(
        cpf=Nomenclature(
            {code: parent_of(code, sections) for code in cpf_english},
            {code: sentence_case(label) for code, label in cpf_english.items()},
        ),
        cpf_labels=readers.series_labels(readers.read_member(files["pynsee"], _SERIES)),
        crop_labels=readers.crops(readers.read_member(crops, _CROPS)) if crops else {},
        naf=Nomenclature({code: parent_of(code, naf_sections) for code in naf_labels}),
        naf_labels={code: sentence_case(label) for code, label in naf_labels.items()},
        naf_english=readers.tree(readers.read_member(files["bonsai"], _NACE_TREE)),
        nace_2_1=readers.nace_2_1(readers.read_member(files["nace"], _NACE_2_1)),
    )


def parent_of(code: str, sections: Mapping[str, str]) -> str:
    """Parent of a CPF or NAF code; the section of a division has to be told."""
    if code.isalpha():
        return ""
    if len(code) == 2:
        return sections.get(code, "")
    return code[:-1].rstrip(".")


def rome_parent(code: str) -> str:
    """Parent of a ROME code: `N1103` → `N11` → `N`."""
    return code[:3] if len(code) == 5 else code[0] if len(code) == 3 else ""


@dataclass
class ProjectLabels:
    """What the project writes itself, in `labels/`."""

    folder: Path

    def rows(self, name: str) -> list[Row]:
        """Rows of one of the files; none where it is missing."""
        path = self.folder / f"{name}.csv"
        return read_rows(path) if path.is_file() else []

    def labels(self, *names: str) -> dict[str, str]:
        """Labels by code of one or several files."""
        return {
            row["code"].strip(): readers.clean(row["libelle_fr"])
            for name in names
            for row in self.rows(name)
        }

    def cpf(self) -> dict[str, str]:
        """Labels of the CPF, written in several files."""
        return self.labels(*(path.stem for path in sorted(self.folder.glob("cpf_fr_*.csv"))))

    def faults(self) -> list[str]:
        """Codes written more than once, or with an empty label."""
        found = []
        for pattern in ("cpf_fr_*.csv", "rome.csv", "dechets.csv", "naf_2025.csv"):
            group = sorted(self.folder.glob(pattern))
            rows = [(path.name, row) for path in group for row in read_rows(path)]
            counts = Counter(row["code"].strip() for _, row in rows)
            found += [f"labels : {code} est écrit {n} fois." for code, n in counts.items() if n > 1]
            found += [
                f"labels/{name} : {row['code']} n'a pas de libellé français."
                for name, row in rows
                if not row["libelle_fr"].strip()
            ]
        return found


Official = Mapping[tuple[str, str], Labels]


def official_faults(table: str, version: str, pairs: readers.Pairs, levels: list[int]) -> list[str]:
    """What is wrong with an official list, judged before it is used."""
    name = f"publication officielle {table} {version}".strip()
    seen: dict[str, str] = {}
    found = []
    for code, label in pairs:
        # The same line may stand in several sheets of a workbook.
        if seen.setdefault(code, label) != label:
            found.append(f"{name} : {code} porte deux libellés différents.")
    return found + count_faults(name, Counter(level_of(table, code) for code in seen), levels)


def level_of(table: str, code: str) -> int:
    """Level of a code in its nomenclature; 0 when its length is that of no level."""
    if table == "cpf":
        return 1 if code.isalpha() else len(code.replace(".", ""))
    levels = {"naf": _NAF_LEVEL, "rome": _ROME_LEVEL, "dechets": _WASTE_LEVEL}[table]
    return levels.get(len(code), 0)


# --- The tables ---------------------------------------------------------------------------------


class Assembler:
    """Makes the tables from the packages, the project's labels and the official publications."""

    def __init__(
        self,
        packages: Packages,
        labels: ProjectLabels,
        official: Official,
        english_fallback: bool = False,
    ) -> None:
        self.packages = packages
        self.labels = labels
        self.official = official
        self.english_fallback = english_fallback
        self.faults: list[str] = []
        # Codes without a French label, by table.
        self.untranslated: dict[str, list[str]] = defaultdict(list)
        self.naf_2025 = naf_2025_codes(
            packages.nace_2_1, labels.labels("naf_2025"), official.get(("naf", "2025"), {})
        )

    def tables(self) -> dict[str, list[Row]]:
        """All the tables that are built; `faults` then says what is wrong with their sources."""
        self.faults = self.labels.faults()
        return {
            "cpf": self._only("cpf", self._cpf()),
            "naf": self._only("naf", [*self._naf_rev2(), *self._naf_2025()]),
            "naf_cpf": [*self._links_rev2(), *self._links_2025()],
            "rome": self._only("rome", self._rome()),
            "dechets": self._waste(),
            **{name: self._as_written(name) for name in ("effectifs", "unites", "facteurs")},
        }

    def _rows(
        self, table: str, version: str, nomenclature: Nomenclature, layers: Layers
    ) -> Iterator[Row]:
        self.faults += _unknown(f"{table} {version}".strip(), nomenclature, layers)
        found = wordings(nomenclature, layers)
        for code in nomenclature.in_order():
            english = nomenclature.english.get(code, "")
            wording = found.get(code)
            if wording is None:
                self.untranslated[table].append(code)
                wording = Wording(english if self.english_fallback else "", "projet")
            yield {
                "version": version,
                "code": code,
                "niveau": str(level_of(table, code)),
                "parent": nomenclature.parents[code],
                "libelle_fr": sentence_case(wording.text) if code.isalpha() else wording.text,
                "libelle_en": english,
                "source": wording.source,
            }

    @staticmethod
    def _only(table: str, rows: Iterable[Row]) -> list[Row]:
        columns = BY_NAME[table].columns
        return [{column: row[column] for column in columns} for row in rows]

    def _cpf(self) -> Iterator[Row]:
        nomenclature = self.packages.cpf
        series = self.packages.cpf_labels
        layers = Layers(
            insee=self.official.get(("cpf", ""), {}),
            projet=self.labels.cpf(),
            # The series also know aggregates and products that the nomenclature has dropped.
            registre={code: text for code, text in series.items() if code in nomenclature.parents},
            last_resort=self.packages.crop_labels,
        )
        return self._rows("cpf", "", nomenclature, layers)

    def _naf_rev2(self) -> Iterator[Row]:
        layers = Layers(
            insee=self.official.get(("naf", "rev2"), {}), registre=self.packages.naf_labels
        )
        return self._rows("naf", "rev2", self.packages.naf, layers)

    def _naf_2025(self) -> Iterator[Row]:
        layers = Layers(
            insee=self.official.get(("naf", "2025"), {}),
            projet=self.labels.labels("naf_2025"),
            registre=same_in_english(self.naf_2025, self.packages),
        )
        return self._rows("naf", "2025", self.naf_2025, layers)

    def _rome(self) -> Iterator[Row]:
        written = self.labels.labels("rome")
        official = self.official.get(("rome", ""), {})
        parents = {code: rome_parent(code) for code in written or official}
        return self._rows("rome", "", Nomenclature(parents), Layers(insee=official, projet=written))

    def _waste(self) -> list[Row]:
        rows = sorted(self.labels.rows("dechets"), key=lambda row: row["code"])
        # The entries that the official list marks with an asterisk.
        hazardous = {row["code"] for row in self.labels.rows("dechets_dangereux")}
        self.faults += [
            f"labels : {code}, dangereux, n'est pas une rubrique de la liste des déchets."
            for code in sorted(hazardous - {row["code"] for row in rows})
        ]
        return [
            {
                "code": row["code"],
                "niveau": str(level_of("dechets", row["code"])),
                "parent": row["code"][:-3],
                "libelle_fr": readers.clean(row["libelle_fr"]),
                "dangereux": "1" if row["code"] in hazardous else "0",
                "source": "projet",
            }
            for row in rows
        ]

    def _as_written(self, name: str) -> list[Row]:
        rows = self.labels.rows(name)
        if BY_NAME[name].tells_source:
            return [row | {"source": "projet"} for row in rows]
        return rows

    def _links_rev2(self) -> Iterator[Row]:
        codes = self.packages.naf.parents
        classes = {code: [code] for code in codes if level_of("naf", code) == 4}
        return self._links("rev2", codes, classes)

    def _links_2025(self) -> Iterator[Row]:
        """By way of NAF rév. 2: the class with the same English label, or what is written."""
        rev2 = {code for code in self.packages.naf.parents if level_of("naf", code) == 4}
        same = {
            folded(label): code for code, label in self.packages.naf_english.items() if code in rev2
        }
        written: dict[str, list[str]] = defaultdict(list)
        for row in self.labels.rows("naf_2025_vers_rev2"):
            written[row["naf_2025"]].append(row["naf_rev2"])
            if row["naf_rev2"] not in rev2:
                self.faults.append(f"labels : la NAF rév. 2 n'a pas de classe {row['naf_rev2']}.")
        classes: dict[str, list[str]] = {}
        for code, label in self.packages.nace_2_1.labels.items():
            if level_of("naf", code) == 4:
                twin = same.get(folded(label))
                classes[code] = [twin] if twin else written[code]
                if not classes[code]:
                    self.faults.append(
                        f"labels : la classe {code} de la NAF 2025 n'a pas d'équivalent en rév. 2."
                    )
        return self._links("2025", self.naf_2025.parents, classes)

    def _links(
        self, version: str, codes: Iterable[str], classes: Mapping[str, list[str]]
    ) -> Iterator[Row]:
        """Links of the classes and sub-classes of a version, whose classes of rév. 2 are told."""
        for code in sorted(codes):
            earlier = classes.get(code[:5], []) if level_of("naf", code) >= 4 else []
            products = {product for one in earlier for product in self._products(one)}
            for product in sorted(products):
                yield {"naf_version": version, "naf_code": code, "cpf_code": product}

    def _products(self, naf_class: str) -> list[str]:
        """CPF class of the same digits; failing that the group, or all those of the division."""
        known = self.packages.cpf.parents
        for code in (naf_class, naf_class[:4]):
            if code in known:
                return [code]
        return [code for code, parent in known.items() if parent == naf_class[:2]]


def _unknown(name: str, nomenclature: Nomenclature, layers: Layers) -> list[str]:
    origins = (("publication officielle", layers.insee), ("labels", layers.projet))
    return [
        f"{name} : {code} figure dans « {origin} » mais pas dans la nomenclature."
        for origin, labels in origins
        for code in labels
        if code not in nomenclature.parents
    ]


def naf_2025_codes(nace: readers.Nace, written: Iterable[str], official: Labels) -> Nomenclature:
    """Codes of NAF 2025: NACE 2.1 down to the classes, then the French sub-classes.

    The sub-classes of a class that is divided are those that have a label of their own; a class
    that is not divided has one sub-class, whose letter is Y.
    """
    parents = {code: parent_of(code, nace.sections) for code in nace.labels}
    english = dict(nace.labels)
    told = {code for code in (*written, *official) if level_of("naf", code) == 5}
    divided = {code[:-1] for code in told}
    classes = {code for code in nace.labels if level_of("naf", code) == 4}
    for code in told | {code + _UNDIVIDED for code in classes - divided}:
        parents[code] = code[:-1]
        # The English of the class tells nothing of one of its parts.
        english[code] = english.get(code[:-1], "") if code.endswith(_UNDIVIDED) else ""
    return Nomenclature(parents, english)


def same_in_english(naf_2025: Nomenclature, packages: Packages) -> dict[str, str]:
    """French label of the NAF rév. 2 code of the same level that has the same English label."""
    by_english: dict[tuple[int, str], str] = {}
    for code, label in packages.naf_english.items():
        if code in packages.naf_labels:
            key = level_of("naf", code), folded(label)
            by_english.setdefault(key, packages.naf_labels[code])
    keys = {
        code: (level_of("naf", code), folded(label))
        for code, label in naf_2025.english.items()
        if level_of("naf", code) < 5
    }
    return {code: by_english[key] for code, key in keys.items() if key in by_english}
