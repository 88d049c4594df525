"""Establishments that are likely one: which pairs are told, and which are not."""

from __future__ import annotations

import time

import numpy as np
import pytest

from actif_plugin.domain.duplicates import (
    Company,
    Pair,
    likely_duplicates,
    near_equal,
    same_address_key,
)
from actif_plugin.domain.feedback import Cancelled, Silent
from actif_plugin.domain.metric import Ellipsoidal, geocentric

NOWHERE = (np.nan, np.nan)


def company(name="", siren="", address="", town=""):
    return Company((name,) if name else (), siren, address, town)


def pairs(*rows, metric=None, convert=lambda xy: xy):
    companies = [one for one, _ in rows]
    points = convert(np.array([point for _, point in rows], dtype=np.float64).reshape(-1, 2))
    return likely_duplicates(companies, points, metric)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Scierie Dupont", "SARL SCIERIE DUPONT"),
        ("Scierie Dupont", "scierie dupond"),
        ("Ets. Œuvrard & Fils", "Oeuvrard et fils"),
        ("Mécano Plus", "MECANOPLUS"),
        ("SA", "S.A."),
        ("Société", "societe"),
    ],
)
def test_one_name_in_two_hands(first, second):
    assert near_equal(first, second)
    assert near_equal(second, first)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Scierie Dupont", "Menuiserie Dupont"),
        ("Halle 1", "Halle 2"),
        ("Dupont", "Durand"),
        ("", "Dupont"),
        ("", ""),
        ("!!!", "???"),
    ],
)
def test_two_names(first, second):
    assert not near_equal(first, second)


def test_one_address_in_two_hands():
    assert same_address_key("3 av. de la Gare", "82000") == same_address_key(
        "3, Avenue de la gare", "82000"
    )
    assert same_address_key("3 rue St-Jean", "82000") == same_address_key(
        "3 Rue Saint Jean", "82 000".replace(" ", "")
    )
    assert same_address_key("3 rue Basse", "82000") != same_address_key("3 rue Basse", "31000")
    assert same_address_key("  ", "82000") == ""


def test_one_siren_under_a_hundred_metres():
    a, b = company("A", siren="552100554"), company("B", siren="552100554")
    assert pairs((a, (0, 0)), (b, (99.9, 0))) == [Pair(0, 1, True)]
    assert pairs((a, (0, 0)), (b, (100.1, 0))) == []
    assert pairs((a, (0, 0)), (b, NOWHERE)) == []
    assert pairs((a, (0, 0)), (company("B", siren="732829320"), (0, 0))) == []
    assert pairs((company("A"), (0, 0)), (company("B"), (0, 0))) == []


def test_metres_on_the_ellipsoid():
    """Half a thousandth of a degree of latitude is 55.6 m, two thousandths are 222 m."""
    a, b = company("A", siren="552100554"), company("B", siren="552100554")
    ground = {"metric": Ellipsoidal(), "convert": geocentric}
    assert pairs((a, (1.3, 44.0)), (b, (1.3, 44.0005)), **ground) == [Pair(0, 1, True)]
    assert pairs((a, (1.3, 44.0)), (b, (1.3, 44.002)), **ground) == []


def test_near_names_at_one_address_without_a_position():
    a = company("Scierie Dupont", address="3 rue Basse", town="82000")
    b = company("SCIERIE DUPOND", address="3, r. basse", town="82000")
    c = company("Boulangerie Martin", address="3 rue Basse", town="82000")
    assert pairs((a, NOWHERE), (c, NOWHERE), (b, NOWHERE)) == [Pair(0, 2, False)]


def test_a_sign_counts_as_a_name():
    a = Company(("Dupont SAS", "La Bonne Scie"), "", "3 rue Basse", "82000")
    b = company("La bonne scie", address="3 rue Basse", town="82000")
    assert pairs((a, NOWHERE), (b, NOWHERE)) == [Pair(0, 1, False)]


def test_a_pair_is_told_once_and_by_its_better_reason():
    a = company("Scierie Dupont", "552100554", "3 rue Basse", "82000")
    assert pairs((a, (0, 0)), (a, (1, 0)), (a, (2, 0))) == [
        Pair(0, 1, True),
        Pair(0, 2, True),
        Pair(1, 2, True),
    ]


def test_nobody():
    assert pairs() == []


def test_cancelled_in_a_business_centre():
    """Six hundred companies at one address: nearly two hundred thousand comparisons."""

    class Impatient(Silent):
        asked = 0

        def cancelled(self):
            Impatient.asked += 1
            return Impatient.asked > 3

    crowd = [company(f"Cabinet {chr(97 + n % 26) * 9} {n}", "", "1 rue A", "1") for n in range(600)]
    points = np.full((600, 2), np.nan)
    started = time.monotonic()
    with pytest.raises(Cancelled):
        likely_duplicates(crowd, points, feedback=Impatient())
    assert time.monotonic() - started < 1
