"""Addresses as tables write them, and what a geocoder is asked of them."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actif_plugin.sources.addresses import Address, read_address

REAL = Path(__file__).resolve().parents[3] / "shared" / "real"
needs_real = pytest.mark.skipif(not REAL.is_dir(), reason="../shared/real est absent")


@pytest.mark.parametrize(
    ("written", "asked"),
    [
        # The code of the commune filters, then the postcode.
        (
            ("12 RUE DE L'ÉGLISE", "82000", "MONTAUBAN", "82121"),
            Address("12 RUE DE L'ÉGLISE MONTAUBAN", citycode="82121"),
        ),
        (
            ("12 RUE DE L'ÉGLISE", "82000", "MONTAUBAN", ""),
            Address("12 RUE DE L'ÉGLISE MONTAUBAN", postcode="82000"),
        ),
        # A CEDEX is no place: its postcode would find nothing.
        (
            ("22 ALL DE L'EMPEREUR BP 779", "82013", "MONTAUBAN CEDEX", ""),
            Address("22 ALL DE L'EMPEREUR 82013 MONTAUBAN"),
        ),
        (
            ("ZI NORD CS 90 012", "97419", "LA POSSESSION CEDEX 2", "97408"),
            Address("ZI NORD 97419 LA POSSESSION", citycode="97408"),
        ),
        # Overseas: the codes of communes have five digits too, those of Corsica a letter.
        (
            ("14 chemin Père-Lafosse", "97419", "La Possession", "97408"),
            Address("14 chemin Père-Lafosse La Possession", citycode="97408"),
        ),
        (("U Paisolu", "20137", "", "2a247"), Address("U Paisolu", citycode="2A247")),
        # A spreadsheet took the zeros.
        (
            ("5 RUE X", "1000", "BOURG-EN-BRESSE", "1053"),
            Address("5 RUE X BOURG-EN-BRESSE", "", "01053"),
        ),
        # The addresses of Paris carry the code of an arrondissement.
        (
            ("9 RUE PIERRE AVIA", "75015", "PARIS", "75056"),
            Address("9 RUE PIERRE AVIA PARIS", "75015"),
        ),
        (
            ("9 RUE PIERRE AVIA", "75015", "PARIS", "75115"),
            Address("9 RUE PIERRE AVIA PARIS", "", "75115"),
        ),
        # All in one cell, as the company API writes it.
        (
            ("1 AVENUE JOEL LE THEULE 72300 SABLE-SUR-SARTHE", "", "", ""),
            Address("1 AVENUE JOEL LE THEULE 72300 SABLE-SUR-SARTHE"),
        ),
        # A street that bears the name of a commune is not in it; one cell may say all of it.
        (("3 RUE D'ALBI", "", "ALBI", ""), Address("3 RUE D'ALBI ALBI")),
        (("3 RUE X 81000 ALBI", "", "Albi", ""), Address("3 RUE X 81000 ALBI")),
        (("3 RUE D'ALBI LE HAUT", "", "ALBI", ""), Address("3 RUE D'ALBI LE HAUT ALBI")),
        # Several lines, commas, a box in the middle; a number beside a box stays.
        (
            ("Bât. A,\n ZA du Lac; BP 12\n4 rue X", "82000", "", ""),
            Address("Bât. A ZA du Lac 4 rue X", "82000"),
        ),
        # Less is still something.
        (("", "", "Lauzerte", ""), Address("Lauzerte")),
        (("", "82110", "Lauzerte", ""), Address("Lauzerte", "82110")),
        (("- « 3 rue X »", "", "", ""), Address("3 rue X »")),
    ],
)
def test_what_is_asked(written, asked):
    assert read_address(*written) == asked


@pytest.mark.parametrize("written", [("",), ("  ",), ("BP 12",), ("-,;",), ("", "", " CEDEX 9")])
def test_nothing_to_look_for(written):
    assert read_address(*written) is None


def test_words_that_only_look_like_boxes():
    for street in ("12 RUE DU CSIR", "4 ALLÉE BPIFRANCE", "3 QUAI DES TSAR"):
        assert read_address(street).text == street


@given(st.text(max_size=300), st.text(max_size=8), st.text(max_size=40), st.text(max_size=8))
def test_whatever_is_written(street, postcode, city, citycode):
    asked = read_address(street, postcode, city, citycode)
    if asked is not None:
        assert asked.text[0].isalnum()
        assert len(asked.text) <= 200
        assert re.fullmatch(r"(\d{5})?", asked.postcode)
        assert re.fullmatch(r"((\d\d|2[AB])\d{3})?", asked.citycode)
        assert not (asked.postcode and asked.citycode)
        assert "\n" not in asked.text


@needs_real
def test_real_companies():
    """Each of the 68 companies of Tarn-et-Garonne has an address to look for in its commune."""
    with (REAL / "demo_82_real_companies/companies_82.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    asked = [
        read_address(row["adresse"], row["code_postal"], row["commune"], row["insee"])
        for row in rows
    ]
    assert len(asked) == 68
    assert all(address is not None and address.citycode.startswith("82") for address in asked)
    assert not [a.text for a in asked if re.search(r"\b(CEDEX|BP \d|CS \d)", a.text, re.I)]
