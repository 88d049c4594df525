"""Leaks by branch: from files and establishments to a table that says it is a hypothesis."""

from __future__ import annotations

import math

import pytest

from actif_plugin.domain.branches import divisions_of
from tests.qgis.harness import ROOT, points

TABLES = ROOT.parent / "shared/reference/entrees_sorties"
needs_tables = pytest.mark.skipif(not TABLES.is_dir(), reason="INSEE's tables are not here")


@pytest.fixture
def files(tmp_path):
    """Two branches whose figures can be followed by hand."""
    texts = {
        "tes.csv": "produit;branche;valeur\nCC;CC;100\nCC;FZ;400\nFZ;CC;300\nFZ;FZ;0\n",
        "production.csv": "branche;production\nCC;1000\nFZ;2000\n",
        "emplois.csv": "branche;emplois\nCC;100\nFZ;200\n",
        "ici.csv": "branche;emplois\nCC;20\nFZ;10\n",
    }
    for name, text in texts.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return {name.split(".")[0]: str(tmp_path / name) for name in texts}


@pytest.fixture
def establishments():
    """Two of wood, a mason, one closed, two that tell too little."""
    return points(
        [
            (0, 0, "a", "16.10A", "11", "actif"),
            (0, 0, "b", "16.24Z", "01", None),
            (0, 0, "c", "43.99C", "02", "actif"),
            (0, 0, "d", "16.10A", "53", "ferme"),
            (0, 0, "e", None, "11", "actif"),
            (0, 0, "f", "16.10A", None, "actif"),
        ],
        "id:string,naf_code:string,effectif_code:string,etat:string",
    )


def leak(run, files, establishments, **parameters):
    return run(
        "sectorleak",
        ESTABLISHMENTS=establishments,
        COEFFICIENTS=files["tes"],
        PRODUCTION=files["production"],
        NATIONAL_JOBS=files["emplois"],
        OUTPUT="memory:",
        **parameters,
    )


def test_by_hand(run, files, establishments):
    done = leak(run, files, establishments, LOCAL_JOBS=files["ici"], DELTA=0, YEAR="2019")
    rows = {row["branche"]: row for row in done.rows("OUTPUT")}
    # LQ 2 and 0.5; outputs here 200 and 100; a = 0.1, 0.2, 0.3, 0.
    assert rows["CC"]["quotient"] == pytest.approx(2)
    assert rows["CC"]["libelle"] == "Bois, papier et imprimerie"
    assert rows["FZ"]["quotient"] == pytest.approx(0.5)
    assert rows["CC"]["achats"] == pytest.approx(0.1 * 200 + 0.2 * 100)
    assert rows["CC"]["fuite"] == pytest.approx(0)
    assert rows["FZ"]["fuite"] == pytest.approx(0.3 * 200 * 0.75)
    assert rows["FZ"]["part_locale"] == pytest.approx(0.25)
    assert [row["branche"] for row in done.rows("OUTPUT")] == ["FZ", "CC"]
    for row in rows.values():
        assert (row["mention"], row["source"], row["annee"]) == (
            "hypothèse statistique",
            "tes.csv",
            "2019",
        )


def test_jobs_from_the_workforce_of_the_establishments(run, files, establishments):
    done = leak(run, files, establishments)
    jobs = {row["branche"]: row["emplois"] for row in done.rows("OUTPUT")}
    # Brackets 10 to 19, 1 to 2 and 3 to 5. The closed one is left out.
    assert jobs == {"CC": 14.5 + 1.5, "FZ": 4}
    assert any(text.startswith("2 ") for text in done.log.warnings)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"PRODUCTION": None}, "CC, FZ"),
        ({"NATIONAL_JOBS": "ici", "LOCAL_JOBS": "emplois"}, "nation"),
        ({"COEFFICIENTS": "emplois"}, "emplois.csv"),
    ],
)
def test_what_does_not_fit_is_said(run, files, establishments, change, told):
    given = {
        "ESTABLISHMENTS": establishments,
        "COEFFICIENTS": files["tes"],
        "PRODUCTION": files["production"],
        "NATIONAL_JOBS": files["emplois"],
        "OUTPUT": "memory:",
    }
    given.update({name: files.get(value, value) for name, value in change.items()})
    assert told in run.fails("sectorleak", **given)


@needs_tables
def test_the_real_table_of_insee(run, establishments, tmp_path):
    """A territory that is a hundredth of the nation in every branch buys all of them alike."""
    branches = [
        line.split(",")[0]
        for line in (TABLES / "tes_insee_a38_production_2019.csv")
        .read_text(encoding="utf-8")
        .splitlines()
        if divisions_of(line.split(",")[0])
    ]
    for name, factor in (("pays.csv", 100), ("ici.csv", 1)):
        lines = [f"{branch};{(number + 1) * factor}" for number, branch in enumerate(branches)]
        (tmp_path / name).write_text("branche;emplois\n" + "\n".join(lines), encoding="utf-8")
    done = run(
        "sectorleak",
        ESTABLISHMENTS=establishments,
        COEFFICIENTS=str(TABLES / "tes_insee_a38_ci_domestique_2019.csv"),
        PRODUCTION=str(TABLES / "tes_insee_a38_production_2019.csv"),
        NATIONAL_JOBS=str(tmp_path / "pays.csv"),
        LOCAL_JOBS=str(tmp_path / "ici.csv"),
        DELTA=0.3,
        OUTPUT="memory:",
    )
    rows = done.rows("OUTPUT")
    assert len(rows) == 37
    share = math.log2(1.01) ** 0.3
    assert all(row["quotient"] == pytest.approx(1) for row in rows)
    assert all(row["part_locale"] == pytest.approx(share) for row in rows if row["achats"])
    # A hundredth of the 1 613 520 million bought in the nation.
    assert sum(row["achats"] for row in rows) == pytest.approx(16_135.2, rel=1e-6)
