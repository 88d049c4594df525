"""Results name companies, where the territory or the file of the flows tells their names."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest
from qgis.core import QgsVectorFileWriter, QgsVectorLayer

from actif_plugin.store.project import SCOPE, STORE_KEY
from tests.qgis.harness import points

FLOW = "id:string,code:string,etablissement_id:string"
NEEDS = [(0, 0, "n", "16.24", "e1"), (5, 0, "m", "16.24", "e4")]
OFFERS = [
    (1_000, 0, "o", "16.24", "e2"),
    (2_000, 0, "p", "16.24", "e3"),
    (3_000, 0, "q", "16.24", None),
]
# A sign goes before a name; one company tells neither.
COMPANIES = [
    ("e1", "Menuiserie Roux SARL", "Chez Roux"),
    ("e2", "Scierie Témoin", " "),
    ("e3", None, None),
    ("e4", "É & <b>Fils</b>", None),
]
# (need, offer): the names of the two companies.
NAMED = {
    ("n", "o"): ("Chez Roux", "Scierie Témoin"),
    ("n", "p"): ("Chez Roux", None),
    ("n", "q"): ("Chez Roux", None),
    ("m", "o"): ("É & <b>Fils</b>", "Scierie Témoin"),
    ("m", "p"): ("É & <b>Fils</b>", None),
    ("m", "q"): ("É & <b>Fils</b>", None),
}


def file_of(path, rows, with_companies: bool) -> QgsVectorLayer:
    """Write flows as a GeoPackage, beside a table of companies or alone."""
    options = QgsVectorFileWriter.SaveVectorOptions()
    options.driverName = "GPKG"
    layer = points(rows, FLOW)
    QgsVectorFileWriter.writeAsVectorFormatV3(layer, str(path), layer.transformContext(), options)
    if with_companies:
        with closing(sqlite3.connect(path)) as base, base:
            base.execute("CREATE TABLE etablissement (id TEXT, raison_sociale TEXT, enseigne TEXT)")
            base.executemany("INSERT INTO etablissement VALUES (?, ?, ?)", COMPANIES)
    return QgsVectorLayer(str(path) + "|layername=" + path.stem, path.stem, "ogr")


@pytest.mark.parametrize("output", ["TEMPORARY_OUTPUT", "answers.gpkg"])
@pytest.mark.parametrize("with_companies", [True, False])
def test_answers_name_both_companies(run, tmp_path, with_companies, output):
    needs = file_of(tmp_path / "needs.gpkg", NEEDS, with_companies)
    offers = file_of(tmp_path / "offers.gpkg", OFFERS, False)
    if output.endswith(".gpkg"):
        output = str(tmp_path / output)
    done = run("answerneeds", NEEDS=needs, OFFERS=offers, OUTPUT=output)
    layer = done["OUTPUT"]
    layer = layer if isinstance(layer, QgsVectorLayer) else QgsVectorLayer(layer, "answers", "ogr")
    found = {
        (row["besoin_id"], row["offre_id"]): (
            row["besoin_entreprise"] or None,
            row["offre_entreprise"] or None,
        )
        for row in layer.getFeatures()
    }
    assert found == (NAMED if with_companies else dict.fromkeys(NAMED, (None, None)))


def test_the_projects_territory_tells_them_too(run, territory):
    with closing(sqlite3.connect(territory.path)) as base, base:
        # Triggers of the table call functions that only QGIS has.
        for (name,) in base.execute(
            "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'etablissement'"
        ).fetchall():
            base.execute(f"DROP TRIGGER {name}")
        base.executemany(
            "INSERT INTO etablissement (id, raison_sociale, enseigne) VALUES (?, ?, ?)", COMPANIES
        )
    run.project.writeEntry(SCOPE, STORE_KEY, str(territory.path))
    done = run(
        "jointoffer",
        OFFERS=points(OFFERS, FLOW),
        CODES="16.24",
        OUTPUT="TEMPORARY_OUTPUT",
        MEMBERS="TEMPORARY_OUTPUT",
    )
    assert {row["etablissements"] for row in done.rows("OUTPUT")} == {"Scierie Témoin", "e3", ""}
    assert {(row["etablissement_id"], row["entreprise"]) for row in done.rows("MEMBERS")} == {
        ("e2", "Scierie Témoin"),
        ("e3", None),
        (None, None),
    }
    needs = [(0, 0, f"n{n}", "16.24", f"e{n}") for n in (1, 2, 3)]
    done = run(
        "poolneeds",
        NEEDS=points(needs, FLOW),
        OUTPUT="TEMPORARY_OUTPUT",
        MEMBERS="TEMPORARY_OUTPUT",
    )
    assert [row["entreprise"] for row in done.rows("MEMBERS")] == [
        "Chez Roux",
        "Scierie Témoin",
        None,
    ]
