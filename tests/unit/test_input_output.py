"""Input-output tables in the shapes that INSEE and Eurostat publish."""

from __future__ import annotations

import csv
import math
from pathlib import Path

import numpy as np
import pytest

from actif_plugin.domain.branches import branch_by_division, branch_label, divisions_of, share_out
from actif_plugin.sources.input_output import (
    InputOutputError,
    read_branch_values,
    read_input_output,
)

SHARED = Path(__file__).resolve().parents[3] / "shared/reference"
TABLES = SHARED / "entrees_sorties"
AGGREGATES = SHARED / "naf/naf_rev2_agregats.csv"
needs_tables = pytest.mark.skipif(not TABLES.is_dir(), reason="INSEE's tables are not here")


def rows(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


@pytest.mark.skipif(not AGGREGATES.is_file(), reason="INSEE's aggregates are not here")
def test_a38_is_that_of_insee():
    header, *lines = rows(AGGREGATES)
    division, a38 = header.index("division"), header.index("a38")
    official = {line[division]: line[a38] for line in lines}
    assert branch_by_division(dict.fromkeys(official.values())) == official


@pytest.mark.parametrize(
    ("branch", "divisions"),
    [
        ("CPA_C10-12", {"10", "11", "12"}),
        ("CPA_J59_60", {"59", "60"}),
        ("CPA_A01", {"01"}),
        ("C31_32", {"31", "32"}),
        ("C10-C12", {"10", "11", "12"}),
        ("J59_J60", {"59", "60"}),
        ("C10-D12", None),
        ("CPA_F", {"41", "42", "43"}),
        ("CPA_L68B", {"68"}),
        ("CPA_L68A", set()),
        ("cc", {"16", "17", "18"}),
        ("TOTAL", None),
        ("CPA_TOTAL", None),
        ("CPA_C45", None),
        ("D21X31", None),
        ("", None),
    ],
)
def test_branches(branch, divisions):
    assert divisions_of(branch) == divisions


@needs_tables
def test_the_list_of_insee():
    table = read_input_output(rows(TABLES / "tes_insee_a38_ci_domestique_2019.csv"))
    told = read_branch_values(rows(TABLES / "tes_insee_a38_production_2019.csv"))
    table = table.with_production(told)
    assert len(table.branches) == 37
    # The control figure published beside the table: all domestic purchases of 2019.
    assert table.purchases.sum() == pytest.approx(1_613_520, abs=1)
    assert table.production[table.branches.index("CA")] == 164_359
    # AZ buys of itself.
    assert table.purchases[0, 0] == 13_155


EUROSTAT = [
    ["freq,prd_use,prd_ava,stk_flow,unit,geo\\TIME_PERIOD", "2019 ", "2020 "],
    ["A,CPA_A01,CPA_A01,TOTAL,MIO_EUR,FR", "10.5 p", "20"],
    ["A,CPA_F,CPA_A01,TOTAL,MIO_EUR,FR", "1", "2"],
    ["A,CPA_A01,CPA_F,TOTAL,MIO_EUR,FR", "3", ": "],
    ["A,CPA_F,CPA_F,TOTAL,MIO_EUR,FR", "4", "5 e"],
    ["A,CPA_F,CPA_F,DOM,MIO_EUR,FR", "999", "999"],
    ["A,CPA_F,CPA_F,TOTAL,MIO_EUR,DE", "999", "999"],
    ["A,CPA_F,CPA_F,TOTAL,MIO_NAC,FR", "999", "999"],
    ["A,CPA_A01,P1,TOTAL,MIO_EUR,FR", "100", "110"],
    ["A,CPA_F,P1,TOTAL,MIO_EUR,FR", "200", "210"],
    ["A,TU,CPA_F,TOTAL,MIO_EUR,FR", "999", "999"],
    ["A,CPA_A01,CPA_TOTAL,TOTAL,MIO_EUR,FR", "999", "999"],
]


@pytest.mark.parametrize(
    ("year", "purchases", "production"),
    [
        ("", [[20, 2], [0, 5]], [110, 210]),
        ("2019", [[10.5, 1], [3, 4]], [100, 200]),
    ],
)
def test_eurostat_in_its_own_shape(year, purchases, production):
    table = read_input_output(EUROSTAT, year)
    assert table.branches == ("CPA_A01", "CPA_F")
    assert table.purchases.tolist() == purchases
    assert table.production.tolist() == production
    assert table.year == (year or "2020")


def test_eurostat_as_a_list():
    head = [
        "DATAFLOW",
        "freq",
        "prd_use",
        "prd_ava",
        "stk_flow",
        "unit",
        "geo",
        "TIME_PERIOD",
        "OBS_VALUE",
        "OBS_FLAG",
    ]
    body = []
    for line in EUROSTAT[1:]:
        for when, value in zip(("2019", "2020"), line[1:]):
            figure, _, flag = value.strip().partition(" ")
            body.append(["x", *line[0].split(","), when, figure.replace(":", ""), flag])
    as_list, own = read_input_output([head, *body]), read_input_output(EUROSTAT)
    assert as_list.branches == own.branches
    assert np.array_equal(as_list.purchases, own.purchases)
    assert np.array_equal(as_list.production, own.production)


def test_a_square_with_titles_and_notes():
    table = read_input_output(
        [
            ["Tableau des entrées intermédiaires", "", "", ""],
            ["", "", "AZ", "FZ"],
            ["AZ", "Agriculture", "1 234,5", "2"],
            ["FZ", "Construction", "-", "4"],
            ["Production", "Production au prix de base", "5000", "6000"],
            ["Source : Insee", "", "", ""],
        ]
    )
    assert table.purchases.tolist() == [[1234.5, 2], [0, 4]]
    assert table.production.tolist() == [5000, 6000]
    assert table.year == ""


def test_outputs_from_beside():
    table = read_input_output(
        [
            ["produit", "branche", "valeur"],
            ["AZ", "AZ", "1"],
            ["FZ", "FZ", "1"],
            ["AZ", "FZ", "1"],
            ["FZ", "AZ", "1"],
        ]
    )
    assert all(math.isnan(value) for value in table.production)
    told = table.with_production({"AZ": 7.0})
    assert told.production[0] == 7
    assert math.isnan(told.production[1])


@pytest.mark.parametrize(
    "table",
    [
        [],
        [["", ""]],
        [["nom", "adresse"], ["Scierie", "3 rue du Bois"]],
        [["produit", "branche", "valeur"], ["AZ", "AZ", "x"]],
        [["freq,geo\\TIME_PERIOD", "2019"], ["A,FR", "1"]],
    ],
)
def test_what_is_no_such_table_is_refused(table):
    with pytest.raises(InputOutputError):
        read_input_output(table)


def test_a_year_that_is_not_there_is_refused():
    with pytest.raises(InputOutputError):
        read_input_output(EUROSTAT, "1999")


def test_figures_of_finer_branches_add_up():
    jobs = {"C10-C12": 5.0, "C13-C15": 3.0, "C": 50.0, "F": 7.0, "A01": 1.0}
    assert share_out(jobs, ["CA", "FZ", "AZ", "CPA_L68A", "CPA_F", "CPA_C10-12"]) == [
        5,
        7,
        # Forestry and fishing are not told: a part would pass for the whole.
        None,
        0,
        7,
        5,
    ]
    # The whole section is not counted besides its parts.
    assert share_out({**jobs, "B": 2.0}, ["C"]) == [50]


def test_jobs_as_eurostat_lists_them():
    table = [
        ["freq,unit,nace_r2,na_item,geo\\TIME_PERIOD", "2019", "2020"],
        ["A,THS_PER,A01,EMP_DC,FR", "600.5", "590"],
        ["A,THS_PER,C10-C12,EMP_DC,FR", "640 p", "630"],
    ]
    assert read_branch_values(table) == {"A01": 600.5, "C10-C12": 640.0}


@pytest.mark.parametrize(
    ("branch", "label"),
    [
        ("GZ", "Commerce et réparation d'automobiles"),
        ("CPA_C10-12", "Denrées alimentaires, boissons et tabac"),
        ("C16", "Industrie manufacturière"),
        ("CPA_M", "Activités spécialisées, scientifiques et techniques"),
        ("CPA_F", "Construction"),
        ("CPA_L68A", "Activités immobilières"),
        ("TOTAL", ""),
    ],
)
def test_names_of_branches(branch, label):
    assert branch_label(branch) == label
