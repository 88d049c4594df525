"""Quantities over one year, and their totals."""

from __future__ import annotations

import sqlite3

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actif_plugin.domain.quantities import (
    TIMES_A_YEAR,
    Quantity,
    Unit,
    Units,
    load_units,
    missing_mass,
    over_a_year,
    totals,
)
from actif_plugin.paths import reference_database
from actif_plugin.store.schema import FREQUENCIES

TONNE, KILO = Unit("t", "masse", 1000.0), Unit("kg", "masse", 1.0)
HOUR, DAY = Unit("h", "duree", 1.0), Unit("jour", "duree", 7.0)
ETP = Unit("ETP", "duree", 1607.0)
SQUARE = Unit("m2", "surface", 1.0)
UNITS = Units(
    [
        (TONNE, "Tonne"),
        (KILO, "Kilogramme"),
        (HOUR, "Heure"),
        (DAY, "Jour (7 heures)"),
        (ETP, "Équivalent temps plein"),
        (SQUARE, "Mètre carré"),
    ]
)


def sums(*quantities: Quantity) -> list[tuple[float, str, int]]:
    return [(total.amount, total.unit, total.records) for total in totals(quantities, UNITS)]


def test_every_period_of_the_forms_is_known():
    assert set(TIMES_A_YEAR) == {name for name, _ in FREQUENCIES}


@pytest.mark.parametrize(
    ("quantity", "unit", "amount"),
    [
        (Quantity(3, "t", "mensuel"), TONNE, 36),
        (Quantity(3, "t", "hebdomadaire"), TONNE, 156),
        (Quantity(3, "t", "quotidien"), TONNE, 780),
        (Quantity(3, "t", "trimestriel"), TONNE, 12),
        (Quantity(3, "t", "annuel"), TONNE, 3),
        (Quantity(3, "t", "ponctuel"), TONNE, 3),
        (Quantity(3, "t", "continu"), TONNE, 3),
        (Quantity(3, "t"), TONNE, 3),
        # every week of three months: thirteen times
        (Quantity(2, "t", "hebdomadaire", months=3), TONNE, 26),
        # a season does not divide what is told a year
        (Quantity(2, "t", "annuel", months=3), TONNE, 2),
        # parking for fifty, every day, is parking for fifty
        (Quantity(50, "unite", "quotidien", nature="espace"), Unit("unite", "nombre", 1), 50),
        (Quantity(50, "unite", "quotidien"), Unit("unite", "nombre", 1), 13_000),
        # a hall two days a month is twenty-four days
        (Quantity(2, "jour", "mensuel", nature="espace"), DAY, 24),
        (Quantity(0.5, "ETP", "mensuel", nature="competence"), ETP, 0.5),
        (Quantity(4, "jour", "mensuel", nature="competence"), DAY, 48),
        (Quantity(3, "t", "de temps en temps"), TONNE, 3),
    ],
)
def test_over_a_year(quantity, unit, amount):
    assert over_a_year(quantity, unit) == pytest.approx(amount)


def test_kilograms_and_tonnes_add_up_in_the_unit_most_told():
    assert sums(Quantity(2, "t"), Quantity(500, "kg"), Quantity(1, "t", "mensuel")) == [
        (14.5, "t", 3)
    ]
    assert sums(Quantity(500, "kg"), Quantity(500, "kg"), Quantity(1, "t")) == [(2000, "kg", 3)]
    # as many of each: the first in alphabetical order
    assert sums(Quantity(2, "t"), Quantity(500, "kg")) == [(2500, "kg", 2)]


def test_what_does_not_add_up_stays_apart():
    assert sums(Quantity(2, "t"), Quantity(30, "m2"), Quantity(1, "t")) == [
        (3, "t", 2),
        (30, "m2", 1),
    ]


def test_units_that_nobody_knows_measure_themselves():
    assert sums(Quantity(3, "camions"), Quantity(2, "Camions "), Quantity(1, "bottes")) == [
        (5, "Camions", 2),
        (1, "bottes", 1),
    ]


def test_units_by_their_name():
    assert UNITS.of("TONNE") == UNITS.of(" t ") == TONNE
    assert UNITS.find("tonneau") is None
    assert sums(Quantity(3, "Tonne"), Quantity(1, "T")) == [(4, "t", 2)]


@given(
    st.lists(
        st.tuples(st.floats(0, 1e6), st.sampled_from(["t", "kg", "h", "jour", "m2", "?"])),
        max_size=8,
    ),
    st.randoms(),
)
def test_the_order_changes_nothing(told, dice):
    quantities = [Quantity(amount, unit, "mensuel") for amount, unit in told]
    before = totals(quantities, UNITS)
    dice.shuffle(quantities)
    assert totals(quantities, UNITS) == before


class TestCriticalMass:
    def test_by_hand(self):
        """14.5 t held: 5.5 t short of 20, nothing short of 10, 5 500 kg short of 20 000."""
        held = totals([Quantity(2, "t"), Quantity(500, "kg"), Quantity(1, "t", "mensuel")], UNITS)
        assert missing_mass(held, 20, TONNE, UNITS) == pytest.approx(5.5)
        assert missing_mass(held, 10, TONNE, UNITS) == 0
        assert missing_mass(held, 20_000, KILO, UNITS) == pytest.approx(5500)

    def test_unknown_is_not_zero(self):
        held = totals([Quantity(2, "t")], UNITS)
        assert missing_mass(held, 10, SQUARE, UNITS) is None
        assert missing_mass([], 10, TONNE, UNITS) is None


def test_the_units_of_the_reference():
    if not reference_database().exists():
        pytest.skip("la base des nomenclatures n'est pas construite")
    units = load_units(reference_database())
    assert units.of("MWh") == Unit("MWh", "energie", 1000.0)
    assert units.of("mégawattheure") == units.of("MWh")
    assert "kg" in units.codes()
    told = totals([Quantity(2, "MWh"), Quantity(500, "kWh"), Quantity(1, "MWh")], units)
    assert [(total.amount, total.unit) for total in told] == [(3.5, "MWh")]


def test_without_the_reference(tmp_path):
    with pytest.raises(sqlite3.Error):
        load_units(tmp_path / "absente.sqlite")
