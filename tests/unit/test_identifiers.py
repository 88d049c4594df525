"""SIREN and SIRET numbers, as they come in the files that people have."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actif_plugin.domain.identifiers import compact, siren_valid, siret_fault, siret_valid

REAL = Path(__file__).resolve().parents[3] / "shared" / "real"
needs_real = pytest.mark.skipif(not REAL.is_dir(), reason="../shared/real est absent")

# Published numbers. La Poste: its head office has a Luhn key, its offices (Annuaire des
# entreprises, search "la poste") have digits whose sum is a multiple of five instead.
KEYED = ["35600000000048", "41107643300027", "56080046800145", "88326207300017"]
OFFICES = ["35600000024221", "35600000024230", "35600000024249"]


@pytest.mark.parametrize("number", KEYED + OFFICES)
def test_published_siret(number):
    assert siret_valid(number)
    assert siret_fault(number) is None


@pytest.mark.parametrize("number", OFFICES)
def test_the_rule_of_la_poste_is_for_la_poste_alone(number):
    """The same digits in another order have the same sum, without the SIREN of La Poste."""
    other = number[8::-1] + number[9:]
    assert sum(map(int, other)) % 5 == 0
    assert siret_fault(other) == "key"


@pytest.mark.parametrize("number", OFFICES)
def test_a_mistyped_office_of_la_poste(number):
    wrong = number[:-1] + str((int(number[-1]) + 1) % 10)
    assert siret_fault(wrong) == "key"


@pytest.mark.parametrize(
    "written",
    [
        "356 000 000 00048",
        "356000000 00048",
        " 35600000000048 ",
        "356\u00a0000\u00a0000\u00a000048",
        "356\u202f000\u202f000\u202f00048",
        "356\u2009000\u2009000\u200900048",
        "356.000.000.00048",
        "356-000-000-00048",
        "356000000\t00048",
        35600000000048,
    ],
)
def test_the_marks_people_put_between_the_digits(written):
    assert compact(written) == "35600000000048"
    assert siret_valid(written)


@pytest.mark.parametrize(
    ("written", "fault"),
    [
        ("3560000000004", "length"),  # 13 digits: a spreadsheet dropped a leading zero
        ("356000000", "length"),
        ("356000000000480", "length"),
        ("3560000000004X", "digits"),
        ("3,56E+13", "digits"),
        ("٣٥٦٠٠٠٠٠٠٠٠٠٤٨", "digits"),
        ("３５６０００００００００４８", "digits"),
        ("35600000000049", "key"),
        ("41107643300072", "key"),
        ("", "digits"),
        (None, "digits"),
    ],
)
def test_what_is_wrong_with_a_siret(written, fault):
    assert siret_fault(written) == fault
    assert not siret_valid(written)


@pytest.mark.parametrize("number", ["356000000", "356 000 000", "411076433", "560 800 468"])
def test_published_siren(number):
    assert siren_valid(number)


@pytest.mark.parametrize(
    "written", ["356000001", "35600000", "3560000000", "abc", "", None, "٣٥٦٠٠٠٠٠٠"]
)
def test_what_is_not_a_siren(written):
    assert not siren_valid(written)


def luhn_key(start: str) -> str:
    """Return the digit that completes a number, by the textbook's wording.

    From the right, every second digit is doubled, the digits of the products are added, and the
    key brings the sum to a multiple of ten.
    """
    digits = [int(digit) for digit in reversed(start)]
    doubled = [sum(divmod(2 * digit, 10)) for digit in digits[::2]]
    return str(-(sum(doubled) + sum(digits[1::2])) % 10)


outside_la_poste = st.text("0123456789", min_size=13, max_size=13).filter(
    lambda text: not text.startswith("35600000")
)


@given(outside_la_poste)
def test_one_key_in_ten_is_right(start):
    assert [key for key in "0123456789" if siret_valid(start + key)] == [luhn_key(start)]


@given(outside_la_poste, st.integers(0, 13), st.integers(1, 9))
def test_one_wrong_digit_is_seen(start, position, shift):
    number = start + luhn_key(start)
    wrong = str((int(number[position]) + shift) % 10)
    changed = number[:position] + wrong + number[position + 1 :]
    if not changed.startswith("356000000"):
        assert siret_fault(changed) == "key"
    if position < 9 and siren_valid(number[:9]):
        assert not siren_valid(changed[:9])


@given(st.one_of(st.text(), st.none(), st.integers(), st.floats()))
def test_nothing_written_makes_a_check_fail(value):
    assert siret_fault(value) in (None, "length", "digits", "key")
    assert siren_valid(value) in (True, False)


@needs_real
def test_every_siret_of_a_national_register():
    with (REAL / "irep_2015_georisques/etablissements.csv").open(encoding="utf-8") as text:
        numbers = [row["Numero_SIRET"] for row in csv.DictReader(text)]
    assert len(numbers) == 10_167
    assert [number for number in numbers if not siret_valid(number)] == []


@needs_real
def test_every_siret_that_the_search_engine_answers_for_la_poste():
    file = REAL / "api_samples_specs/recherche-entreprises/responses/search-la_poste.json"
    numbers = re.findall(r'"siret": "(\d{14})"', json.dumps(json.loads(file.read_text("utf-8"))))
    assert set(OFFICES) <= set(numbers)
    assert [number for number in numbers if not siret_valid(number)] == []
