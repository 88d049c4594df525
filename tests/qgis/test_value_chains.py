"""Value chains over a territory: a small one worked out on paper, and the demonstration."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import pytest
from qgis.core import QgsFeature, QgsGeometry, QgsVectorLayer

from tests.qgis.harness import Recorder, points, run_program

COLUMN_NAMES = (
    "code filiere_code rang libelle_fr entrees sorties coproduits aval naf_codes naf_2025 source"
)
COLUMNS = COLUMN_NAMES.split()


def table(rows):
    """Links written as users write them."""
    layer = QgsVectorLayer(
        "None?" + "&".join(f"field={name}:string" for name in COLUMNS), "maillons", "memory"
    )
    for row in rows:
        feature = QgsFeature(layer.fields())
        feature.setAttributes([row.get(name) for name in COLUMNS])
        layer.dataProvider().addFeature(feature)
    return layer


def link(code, rang, entrees="", sorties="", aval="", naf="", **more):
    row = {"code": code, "filiere_code": "bois", "rang": rang, "libelle_fr": code.title()}
    row |= {"entrees": entrees, "sorties": sorties, "aval": aval, "naf_codes": naf, "source": "ici"}
    return {**row, **more}


CHAIN = [
    link("foret", "1", "", "02.2", "scierie", "02.20"),
    link("scierie", "2", "02.2", "16.1", "palettes|meubles", "16.10"),
    link("palettes", "3", "16.1", "16.24", "", "16.24"),
    link("meubles", "3", "16.1", "31.0", "", "31.01|31.02|31.09"),
    link("tanneur", "3", "10.1", "15.1", "", "15.11", filiere_code="cuir"),
]


@pytest.fixture
def companies():
    return points(
        [
            (0, 0, "e1", "02.20Z", "actif"),
            (100, 0, "e2", "16.24Z", None),
            (200, 0, "e3", "16.24Z", "actif"),
            (300, 0, "e4", "16.10A", "ferme"),
            (50_000, 0, "e5", "31.09B", "actif"),
        ],
        "id:string,naf_code:string,etat:string",
    )


FLOW = "id:string,etablissement_id:string,code:string"


def chains(run, companies, needs=(), offers=(), **parameters):
    given = {
        "ESTABLISHMENTS": companies,
        "NEEDS": points([(0, 0, "b0", "e1", "49.4"), *needs], FLOW),
        "OFFERS": points([(0, 0, "o0", "e2", "49.4"), *offers], FLOW),
        "CHAINS": table(CHAIN),
        "OUTPUT": "memory:",
    }
    return run("valuechains", **{**given, **parameters})


def test_a_territory_on_paper(run, companies):
    done = chains(run, companies)
    rows = {row["maillon_code"]: row for row in done.rows("OUTPUT")}
    assert {code: row["etat"] for code, row in rows.items()} == {
        "foret": "fragile",
        "scierie": "manquant",
        "palettes": "present",
        "meubles": "fragile",
        "tanneur": "absent",
    }
    sawmill = rows["scierie"]
    assert (sawmill["amont"], sawmill["aval"]) == ("Foret", "Palettes, Meubles")
    assert "« Foret » et « Palettes, Meubles » seraient reliés" in sawmill["phrase"]
    assert rows["palettes"]["etablissement_ids"] == "e2|e3"
    assert rows["foret"]["phrase"].startswith("Un seul établissement")


def test_flows_that_find_no_one_are_the_evidence(run, companies):
    done = chains(
        run,
        companies,
        needs=[(0, 0, "b1", "e1", "15.11"), (0, 0, "b2", "e1", "31.0")],
        offers=[(0, 0, "o1", "e3", "31.00.1"), (0, 0, "o2", "e2", "02.20")],
    )
    rows = {row["maillon_code"]: row for row in done.rows("OUTPUT")}
    assert rows["tanneur"]["etat"] == "manquant"
    assert rows["tanneur"]["besoin_ids"] == "b1"
    assert rows["tanneur"]["phrase"].endswith("1 besoin sans réponse trouverait un fournisseur.")
    assert rows["scierie"]["offres_sans_preneur"] == 1
    # The need for furniture has its answer.
    assert (rows["meubles"]["besoins"], rows["meubles"]["besoins_sans_reponse"]) == (1, 0)


def test_each_perimeter_has_its_own_reading(run, companies):
    areas = QgsVectorLayer(
        "Polygon?crs=EPSG:2154&field=code:string&field=nom:string", "p", "memory"
    )
    for code, left in (("W", -1), ("E", 49_000)):
        feature = QgsFeature(areas.fields())
        feature.setAttributes([code, code])
        wkt = f"POLYGON(({left} -1,{left} 1,{left + 2000} 1,{left + 2000} -1,{left} -1))"
        feature.setGeometry(QgsGeometry.fromWkt(wkt))
        areas.dataProvider().addFeature(feature)
    done = chains(run, companies, PERIMETERS=areas, CHAIN="bois")
    found = {(r["perimetre_code"], r["maillon_code"]): r["etat"] for r in done.rows("OUTPUT")}
    assert len(found) == 8
    assert found["W", "meubles"] == "absent"
    assert found["E", "meubles"] == "fragile"
    assert found["E", "scierie"] == "absent"


def test_what_users_write_wrong_is_told_and_the_rest_works(run, companies):
    wrong = [link("foret", "x", "rien", "02.2", "nulle-part", "02.20"), *CHAIN[1:]]
    done = chains(run, companies, CHAINS=table(wrong))
    assert len(done.rows("OUTPUT")) == 5
    told = "\n".join(done.log.warnings)
    assert "nulle-part" in told
    assert "rien" in told


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"CHAIN": "fromage"}, "fromage"),
        ({"CHAINS": points([], "id:string")}, "filiere_code"),
        ({"ESTABLISHMENTS": points([(0, 0, "a")], "id:string")}, "naf_code"),
    ],
)
def test_what_cannot_be_read_is_said(run, companies, change, told):
    given = {
        "ESTABLISHMENTS": companies,
        "NEEDS": points([(0, 0, "b0", "e1", "49.4")], FLOW),
        "OFFERS": points([(0, 0, "o0", "e2", "49.4")], FLOW),
        "CHAINS": table(CHAIN),
        "OUTPUT": "memory:",
    }
    assert told in run.fails("valuechains", **{**given, **change})


def test_the_diagram_shows_each_link_and_no_company_word_is_run(run, companies, tmp_path):
    path = tmp_path / "bois.svg"
    trap = [
        link("piege", "1", "", "02.2", "scierie", "02.20", libelle_fr="[% 1+1 %] <b>&"),
        *CHAIN[1:],
    ]
    chains(run, companies, CHAINS=table(trap), CHAIN="bois", DIAGRAM=str(path))
    words = " ".join(text.strip() for text in ET.parse(path).getroot().itertext())
    assert "1+1" in words
    for label in ("Scierie", "Palettes", "Meubles", "▲"):
        assert label in words


def test_the_diagram_is_printed_too(run, companies, tmp_path):
    path = tmp_path / "bois.pdf"
    chains(run, companies, CHAIN="bois", DIAGRAM=str(path))
    text = run_program("pdftotext", path, "-").stdout
    assert "Scierie" in text
    assert "Palettes" in text


def test_a_missing_transformer_joins_what_is_near(run, companies):
    """Logs here, sawn wood wanted 8 km away, and the sawmill is closed."""
    done = chains(
        run,
        companies,
        needs=[(8_000, 0, "b1", "e3", "16.10"), (60_000, 0, "b2", "e3", "16.10")],
        offers=[(0, 0, "o1", "e1", "02.20")],
        MAX_DISTANCE=20_000,
        TRANSFORMERS="memory:",
    )
    (row,) = done.rows("TRANSFORMERS")
    assert (row["maillon_code"], row["offre_ids"], row["besoin_ids"]) == ("scierie", "o1", "b1")
    assert row["distance_m"] == pytest.approx(8_000)
    assert row["savoir_faire_m"] is None
    assert "personne de connu" in row["phrase"]


def test_the_demonstration_has_its_planted_gaps(run, demo):
    store = demo.store
    flows = f"{store}|layername=flux"
    done = run(
        "valuechains",
        Recorder(),
        ESTABLISHMENTS=f"{store}|layername=etablissement",
        NEEDS=flows,
        OFFERS=flows,
        VERDICTS=f"{store}|layername=avis",
        OUTPUT="memory:",
    )
    rows = {row["maillon_code"]: row for row in done.rows("OUTPUT")}
    # Nobody makes industrial gases, cleans the ground, runs a freight train; two asked for each.
    assert rows["chimie.gaz"]["etat"] == "manquant"
    assert rows["chimie.gaz"]["besoins_sans_reponse"] == 2
    assert rows["logistique.fer"]["etat"] == "manquant"
    # Fleece that nobody spins.
    assert rows["textile.filature"]["etat"] == "manquant"
