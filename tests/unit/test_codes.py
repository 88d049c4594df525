"""Product, job and activity codes: the shapes people write, and what makes two of them meet."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actif_plugin.domain.codes import (
    Code,
    Level,
    Nomenclature,
    common_level,
    compatible,
    naf_version,
    normalise_naf,
    parse_code,
    parse_cpf,
    parse_rome,
)

REFERENCE = Path(__file__).resolve().parents[2] / "reference"


def table(name: str) -> list[dict[str, str]]:
    """Read one of the project's reference tables."""
    with (REFERENCE / name).open(encoding="utf-8", newline="") as text:
        return list(csv.DictReader(text))


CPF = table("cpf.csv")
ROME = table("rome.csv")
NAF = table("naf.csv")


# --- What people write ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "official"),
    [
        ("16.24", "16.24"),
        ("1624", "16.24"),
        ("16.24.11", "16.24.11"),
        ("162411", "16.24.11"),
        ("16.24.1", "16.24.1"),
        ("16241", "16.24.1"),
        ("16.2", "16.2"),
        ("162", "16.2"),
        ("16", "16"),
        ("01", "01"),
        # the zero that a spreadsheet drops
        ("1.11", "01.11"),
        ("1.1", "01.1"),
        ("1.11.1", "01.11.1"),
        ("1.11.12", "01.11.12"),
        ("1.11.11", "01.11.11"),
        # spaces, of every kind, and case
        (" 16.24 ", "16.24"),
        ("\u00a016.24\u202f", "16.24"),
        ("16. 24", "16.24"),
        ("16 24 11", "16.24.11"),
        ("c", "C"),
        ("C", "C"),
        # numbers as a column of numbers hands them over
        (16.24, "16.24"),
        (1.11, "01.11"),
        (1624, "16.24"),
        (1624.0, "16.24"),
        (16, "16"),
        (16.0, "16"),
        # the same number in a spreadsheet set to French
        ("16,24", "16.24"),
        ("1,11", "01.11"),
    ],
)
def test_cpf_as_people_write_it(written, official):
    code = parse_cpf(written)
    assert code is not None
    assert code.text == official


@pytest.mark.parametrize(
    "written",
    [
        None,
        "",
        "   ",
        "1",  # a section? a division without its zero?
        "04",  # no such division
        "16.",
        ".24",
        "16..24",
        "16.2.4",  # the third part follows a whole class
        "16.241",
        "16.24.111",
        "1624111",
        "W",
        "16.24Z",  # an activity, not a product
        "N1103",
        "abc",
        "-16.24",
        "1e3",
        "١٦.٢٤",  # digits of another script
        "１６.２４",
        float("nan"),
        float("inf"),
        [],
    ],
)
def test_what_is_not_cpf(written):
    assert parse_cpf(written) is None


@pytest.mark.parametrize(
    ("written", "official"),
    [("N1103", "N1103"), ("n1103", "N1103"), (" N 1103 ", "N1103"), ("N11", "N11"), ("N", "N")],
)
def test_rome_as_people_write_it(written, official):
    code = parse_rome(written)
    assert code is not None
    assert code.text == official


@pytest.mark.parametrize("written", [None, "", "N1", "N110", "N11031", "O1103", "16.24", "NN103"])
def test_what_is_not_rome(written):
    assert parse_rome(written) is None


def test_a_lone_letter_is_a_cpf_section_unless_told_otherwise():
    assert parse_code("N").nomenclature is Nomenclature.CPF
    assert parse_code("N", "ROME").nomenclature is Nomenclature.ROME
    assert parse_code("N", "rome").nomenclature is Nomenclature.ROME
    assert parse_code("N", Nomenclature.ROME).nomenclature is Nomenclature.ROME
    assert parse_code("N", "CPF").nomenclature is Nomenclature.CPF


def test_the_shape_tells_the_nomenclature_where_nothing_else_does():
    assert parse_code("16.24").nomenclature is Nomenclature.CPF
    assert parse_code("N1103").nomenclature is Nomenclature.ROME
    assert parse_code("N11", "").nomenclature is Nomenclature.ROME
    assert parse_code("16.24", "anything else").nomenclature is Nomenclature.CPF


def test_a_nomenclature_that_is_told_is_believed():
    assert parse_code("16.24", "ROME") is None
    assert parse_code("N1103", "CPF") is None


@pytest.mark.parametrize(
    ("written", "official"),
    [
        ("16.24Z", "16.24Z"),
        ("1624Z", "16.24Z"),
        ("16.24z", "16.24Z"),
        (" 1051a ", "10.51A"),
        ("47.11 F", "47.11F"),
        ("01.11Y", "01.11Y"),
        ("16.24", None),
        ("1624", None),
        ("16.2Z", None),
        ("Z1624", None),
        ("", None),
        (None, None),
        (1624, None),
    ],
)
def test_naf_as_people_write_it(written, official):
    assert normalise_naf(written) == official


anything = st.one_of(
    st.text(),
    st.text(alphabet="0123456789.,ABNZ \u00a0", max_size=9),
    st.floats(),
    st.integers(-(10**9), 10**9),
    st.none(),
    st.booleans(),
    st.binary(max_size=4),
)


@given(anything, st.one_of(st.none(), st.sampled_from(["CPF", "ROME", "cpf", ""]), st.text()))
def test_nothing_written_makes_parsing_fail(value, nomenclature):
    code = parse_code(value, nomenclature)
    if code is not None:
        # What is understood is written back in the one official way, which means the same.
        assert parse_code(code.text, code.nomenclature) == code
    naf = normalise_naf(value)
    if naf is not None:
        assert normalise_naf(naf) == naf


# --- The whole nomenclatures ----------------------------------------------------------------------


def test_the_reference_holds_the_whole_cpf():
    counts = Counter(int(row["niveau"]) for row in CPF)
    assert counts == {1: 21, 2: 88, 3: 262, 4: 576, 5: 1357, 6: 3218}


def chain(rows: list[dict[str, str]]) -> dict[str, tuple[str, ...]]:
    """Return the lineage that the parent column of a table gives each code."""
    parent = {row["code"]: row["parent"] for row in rows}

    def lineage(code: str) -> tuple[str, ...]:
        return (*lineage(parent[code]), code) if parent[code] else (code,)

    return {code: lineage(code) for code in parent}


def test_lineage_of_every_cpf_code_is_its_chain_of_parents():
    expected = chain(CPF)
    assert {code: parse_cpf(code).lineage for code in expected} == expected
    assert all(parse_cpf(row["code"]).level == int(row["niveau"]) for row in CPF)


def test_lineage_of_every_rome_code_is_its_chain_of_parents():
    expected = chain(ROME)
    assert {code: parse_rome(code).lineage for code in expected} == expected
    assert all(parse_rome(row["code"]).level == int(row["niveau"]) for row in ROME)


def test_every_cpf_code_is_found_without_its_dots():
    for row in CPF:
        assert parse_cpf(row["code"].replace(".", "")).text == row["code"]


def test_every_cpf_code_is_found_without_its_leading_zero():
    shortened = [row["code"] for row in CPF if row["code"][0] == "0" and "." in row["code"]]
    assert shortened
    assert [parse_cpf(code[1:]).text for code in shortened] == shortened


def test_every_naf_sub_class_tells_its_version():
    finest = [row for row in NAF if row["niveau"] == "5"]
    assert Counter(row["version"] for row in finest) == {"rev2": 732, "2025": 747}
    for row in finest:
        assert normalise_naf(row["code"]) == row["code"]
        assert normalise_naf(row["code"].replace(".", "").lower()) == row["code"]
        assert naf_version(row["code"]) == row["version"]


def test_no_coarser_naf_code_passes_for_a_sub_class():
    assert not [row["code"] for row in NAF if row["niveau"] != "5" and normalise_naf(row["code"])]


# --- Meeting --------------------------------------------------------------------------------------


def test_ancestors():
    code = parse_cpf("16.24.11")
    assert code.lineage == ("C", "16", "16.2", "16.24", "16.24.1", "16.24.11")
    assert code.level is Level.SUBCATEGORY
    assert code.at(Level.GROUP) == "16.2"
    assert code.ancestor(Level.GROUP) == "16.2"
    assert code.ancestor(Level.SECTION) == "C"


def test_a_level_finer_than_the_code():
    division = parse_cpf("16")
    assert division.at(Level.GROUP) == "16"
    assert division.ancestor(Level.GROUP) is None
    sheet = parse_rome("N1103")
    assert sheet.at(Level.SUBCATEGORY) == "N1103"
    assert sheet.ancestor(Level.CLASS) is None


@pytest.mark.parametrize(
    ("first", "second", "level", "meet"),
    [
        # same ancestor at the level
        ("16.24", "16.21", "GROUP", True),
        ("16.24.11", "16.23.19", "GROUP", True),
        ("16.24", "16.10", "GROUP", False),
        ("16.24", "16.10", "DIVISION", True),
        ("16.24", "17.21", "SECTION", True),
        ("16.24", "46.73", "SECTION", False),
        # one coarser than the level, and above the other
        ("16", "16.24", "GROUP", True),
        ("C", "16.24.11", "GROUP", True),
        ("16.2", "16.24.11", "SUBCATEGORY", True),
        ("16.2", "16.24", "CLASS", True),
        # one coarser than the level, and not above the other
        ("17", "16.24", "GROUP", False),
        ("16.1", "16.24", "CLASS", False),
        # both coarser
        ("16", "C", "GROUP", True),
        ("16", "17", "GROUP", False),
        # jobs
        ("N1103", "N1105", "DIVISION", True),
        ("N1103", "N1105", "GROUP", False),
        ("N1103", "N1103", "SUBCATEGORY", True),
        ("N11", "N1103", "GROUP", True),
        # the very same code
        ("16.24", "16.24", None, True),
        ("1624", "16.24", None, True),
        ("16.24", "16.24.1", None, False),
        ("16", "16.24", None, False),
    ],
)
def test_compatible(first, second, level, meet):
    asked = None if level is None else Level[level]
    codes = parse_code(first), parse_code(second)
    assert compatible(*codes, asked) is meet
    assert compatible(*reversed(codes), asked) is meet


def test_a_product_never_meets_a_job():
    section, group = parse_code("N", "CPF"), parse_code("N", "ROME")
    for level in (None, *Level):
        assert not compatible(section, group, level)
    assert common_level(section, group) is None


some_code = st.one_of(
    st.sampled_from([parse_cpf(row["code"]) for row in CPF]),
    # neighbours of one branch, which meet more often than codes drawn at random
    st.sampled_from([parse_cpf(row["code"]) for row in CPF if row["code"].startswith("16")]),
    st.sampled_from([parse_rome(row["code"]) for row in ROME]),
)
some_level = st.sampled_from([None, *Level])


@given(some_code, some_level)
def test_a_code_meets_itself(code, level):
    assert compatible(code, code, level)
    assert common_level(code, code) == code.level


@given(some_code, some_code, some_level)
def test_meeting_is_mutual(first, second, level):
    assert compatible(first, second, level) == compatible(second, first, level)
    assert common_level(first, second) == common_level(second, first)


@given(some_code, some_code)
def test_a_finer_level_only_removes(first, second):
    answers = [compatible(first, second, level) for level in (*Level, None)]
    for coarser, finer in zip(answers, answers[1:]):
        assert coarser or not finer


@given(some_code, some_code, st.sampled_from(list(Level)))
def test_compatible_is_the_definition(first, second, level):
    """They share their ancestor at the level, or one is coarser and an ancestor of the other."""

    def above(one: Code, other: Code) -> bool:
        return one.level < level and one.text in other.lineage

    at_level = first.ancestor(level)
    shared = at_level is not None and at_level == second.ancestor(level)
    same_kind = first.nomenclature == second.nomenclature
    same = first == second
    expected = same_kind and (shared or same or above(first, second) or above(second, first))
    assert compatible(first, second, level) == expected


@pytest.mark.parametrize(
    ("first", "second", "level"),
    [
        ("16.24.11", "16.24.12", Level.CATEGORY),
        ("16.24", "16.24.12", Level.CLASS),
        ("16.24", "16.10", Level.DIVISION),
        ("16.24", "17.21", Level.SECTION),
        ("16.24", "46.73", None),
        ("N1103", "N1105", Level.DIVISION),
        ("N1103", "M1805", None),
    ],
)
def test_common_level(first, second, level):
    assert common_level(parse_code(first), parse_code(second)) == level


@given(some_code, some_code)
def test_common_level_is_the_finest_at_which_both_have_one_ancestor(first, second):
    shared = [
        level
        for level in Level
        if first.nomenclature == second.nomenclature
        and first.ancestor(level) is not None
        and first.ancestor(level) == second.ancestor(level)
    ]
    assert common_level(first, second) == (max(shared) if shared else None)
