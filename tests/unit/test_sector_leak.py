"""Location quotients, local shares and leaks, by hand and beside loops on real tables."""

from __future__ import annotations

import csv
import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from actif_plugin.domain.sector_leak import sector_leaks

TABLES = Path(__file__).resolve().parents[3] / "shared/reference/entrees_sorties"


def test_two_branches_by_hand():
    """A tenth of all jobs, the first branch twice too strong, the second half as strong."""
    # Territory 20 + 10 jobs of 100 + 200: LQ = (2/3)/(1/3) = 2 and (1/3)/(2/3) = 0.5.
    result = sector_leaks(
        coefficients=np.array([[0.1, 0.2], [0.3, 0.0]]),
        production=np.array([1000.0, 2000.0]),
        local_jobs=np.array([20.0, 10.0]),
        national_jobs=np.array([100.0, 200.0]),
        delta=0.0,
    )
    assert result.quotient == pytest.approx([2.0, 0.5])
    # delta 0 leaves the bare ratios: 2, 4, 0.25 and 0.5, capped at 1.
    assert result.share == pytest.approx(np.array([[1.0, 1.0], [0.25, 0.5]]))
    # Outputs here: 1000 x 20 % = 200, 2000 x 5 % = 100.
    assert result.purchases == pytest.approx([0.1 * 200 + 0.2 * 100, 0.3 * 200])
    assert result.leak == pytest.approx([0.0, 0.3 * 200 * 0.75])


def test_delta_weighs_the_size_of_the_territory():
    result = sector_leaks(
        np.array([[0.5]]), np.array([100.0]), np.array([1.0]), np.array([4.0]), delta=0.5
    )
    expected = math.sqrt(math.log2(1.25))
    assert result.share[0, 0] == pytest.approx(expected)
    assert result.leak[0] == pytest.approx(0.5 * 25 * (1 - expected))


jobs = st.lists(st.floats(1, 1e5), min_size=2, max_size=8)


@given(jobs, st.floats(0, 1))
def test_a_territory_that_is_the_nation_leaks_nothing(national, delta):
    count = len(national)
    result = sector_leaks(
        np.full((count, count), 0.1),
        np.linspace(1, 5, count),
        np.array(national),
        np.array(national),
        delta,
    )
    assert result.leak == pytest.approx(np.zeros(count), abs=1e-12)


@given(jobs, st.floats(0.01, 0.99), st.floats(0, 1))
def test_what_a_missing_branch_sells_leaks_whole(national, part, delta):
    local = np.array(national) * part
    local[0] = 0
    count = len(national)
    result = sector_leaks(
        np.full((count, count), 0.1), np.ones(count), local, np.array(national), delta
    )
    assert result.leak[0] == pytest.approx(result.purchases[0])
    assert result.leak[0] > 0


def test_a_branch_without_jobs_in_the_nation_is_not_computed():
    result = sector_leaks(
        np.array([[0.1, 0.2], [0.3, 0.1]]),
        np.array([10.0, 10.0]),
        np.array([1.0, 0.0]),
        np.array([10.0, 0.0]),
    )
    assert np.isnan(result.quotient[1])
    assert np.isnan(result.leak[1])
    assert np.isfinite(result.leak[0])


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"local_jobs": np.array([0.0, 0.0])}, "no job"),
        ({"local_jobs": np.array([11.0, 1.0])}, "more jobs"),
        ({"local_jobs": np.array([-1.0, 1.0])}, "negative"),
        ({"local_jobs": np.array([np.nan, 1.0])}, "finite"),
        ({"production": np.array([1.0])}, "shapes"),
        ({"delta": 1.5}, "delta"),
    ],
)
def test_what_cannot_be_computed_is_refused(change, reason):
    given_ = {
        "coefficients": np.full((2, 2), 0.1),
        "production": np.array([1.0, 1.0]),
        "local_jobs": np.array([1.0, 1.0]),
        "national_jobs": np.array([10.0, 10.0]),
        "delta": 0.3,
    }
    with pytest.raises(ValueError, match=reason):
        sector_leaks(**{**given_, **change})


@pytest.mark.skipif(not TABLES.is_dir(), reason="the input-output table of INSEE is not here")
def test_the_real_table_beside_plain_loops():
    """The symmetric table of 2019 (A38), jobs drawn once: the published formula, cell by cell."""
    with (TABLES / "tes_insee_a38_production_2019.csv").open(encoding="utf-8") as file:
        output = {
            row["branche_a38"]: float(row["production_prix_base_meur"])
            for row in csv.DictReader(file)
        }
    with (TABLES / "tes_insee_a38_ci_domestique_2019.csv").open(encoding="utf-8") as file:
        bought = {
            (row["produit_a38"], row["branche_a38"]): float(row["ci_domestique_meur"])
            for row in csv.DictReader(file)
        }
    branches = [name for name in output if output[name] > 0 and (name, name) in bought]
    assert len(branches) >= 36
    a = np.array([[bought[i, j] / output[j] for j in branches] for i in branches])
    x = np.array([output[name] for name in branches])
    draw = np.random.default_rng(82)
    national = draw.integers(10_000, 900_000, len(branches)).astype(float)
    local = np.floor(national * draw.uniform(0, 0.05, len(branches)))
    local[[3, 7]] = 0
    result = sector_leaks(a, x, local, national, 0.25)

    weight = math.log2(1 + local.sum() / national.sum()) ** 0.25
    for i in range(len(branches)):
        mine = (local[i] / local.sum()) / (national[i] / national.sum())
        leak = 0.0
        for j in range(len(branches)):
            theirs = (local[j] / local.sum()) / (national[j] / national.sum())
            ratio = mine if i == j else (mine / theirs if theirs else 0)
            leak += a[i, j] * x[j] * local[j] / national[j] * (1 - min(1, ratio * weight))
        assert result.quotient[i] == pytest.approx(mine)
        assert result.leak[i] == pytest.approx(leak, rel=1e-9)
