"""The demonstration: what was planted in its data is found, and nothing else is."""

from __future__ import annotations

import csv
import re
import shutil
import sqlite3
from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from osgeo import ogr, osr
from qgis.core import QgsProject
from qgis.PyQt import sip

from actif_plugin.store.project import layers_by_role
from tests.qgis.harness import ROOT, Recorder, needs_real, sql
from tests.qgis.test_import import COMPANIES_82

DATA = ROOT / "demo" / "data"
TOLD = (DATA / "LISEZMOI.md").read_text(encoding="utf-8")
DISTANCE = 20_000.0


def rows(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as text:
        return list(csv.DictReader(text))


def table_under(title: str) -> list[dict[str, str]]:
    """Return the table that follows a heading of the data's own notice."""
    _, found, section = TOLD.partition(title)
    assert found, title
    lines = section.split("\n\n")
    lines = next(part for part in lines if part.startswith("| ")).splitlines()
    header = [cell.strip() for cell in lines[0].strip("|").split("|")]
    return [
        dict(zip(header, (cell.strip().strip("`") for cell in line.strip("|").split("|"))))
        for line in lines[2:]
    ]


@pytest.fixture(scope="module")
def result(demo):
    """The layers of results, as lists of rows, read with GDAL."""
    source = ogr.Open(str(demo.folder / "resultats.gpkg"))
    return {
        source.GetLayer(number).GetName(): [feature.items() for feature in source.GetLayer(number)]
        for number in range(source.GetLayerCount())
    }


@pytest.fixture(scope="module")
def names(demo) -> dict[str, tuple[str, str]]:
    """Return, by identifier of a flow, its company's SIRET and its words."""
    return {
        key: (siret, label)
        for key, siret, label in sql(
            demo.store,
            "SELECT f.id, e.siret, f.libelle FROM flux f"
            " JOIN etablissement e ON e.id = f.etablissement_id",
        )
    }


# --- What was loaded ------------------------------------------------------------------------------


def test_everything_got_in(demo):
    assert demo.results["ESTABLISHMENTS"] == 170
    assert demo.results["REJECTED"] == 0
    counts = {
        name: sql(demo.store, f"SELECT count(*) FROM {name}")[0][0]
        for name in ("etablissement", "flux", "visite", "contact", "avis", "synergie")
    }
    assert counts == {
        "etablissement": 170,
        "flux": len(rows("flux.csv")),
        "visite": len(rows("visites.csv")),
        "contact": len(rows("contacts.csv")),
        "avis": len(rows("avis.csv")),
        "synergie": len(rows("synergies.csv")),
    }
    directions = dict(sql(demo.store, "SELECT sens, count(*) FROM flux GROUP BY sens"))
    assert directions == {"offre": 208, "besoin": 241}


def test_perimeters(demo):
    counts = dict(sql(demo.store, "SELECT type, count(*) FROM perimetre GROUP BY type"))
    assert counts["commune"] == 195
    assert counts["epci"] >= 9
    assert counts["zae"] == 10


def test_all_eight_natures_are_there(demo):
    assert len(sql(demo.store, "SELECT DISTINCT nature FROM flux")) == 8


def test_every_company_lies_in_its_commune(demo):
    """By the contours, with GDAL."""
    source = ogr.Open(str(demo.store))
    outlines = {}
    perimeters = source.GetLayerByName("perimetre")
    perimeters.SetAttributeFilter("type = 'commune'")
    for commune in perimeters:
        outlines[commune["code"]] = commune.GetGeometryRef().Clone()
    astray = []
    for company in source.GetLayerByName("etablissement"):
        outline = outlines[company["commune_insee"]]
        # The contours are simplified: a company at the edge may lie a little outside.
        if outline.Distance(company.GetGeometryRef()) > 300:
            astray.append(company["raison_sociale"])
    assert astray == []


def test_every_flow_lies_at_its_company(demo):
    source = ogr.Open(str(demo.store))
    places = {
        company["id"]: company.GetGeometryRef().ExportToWkt()
        for company in source.GetLayerByName("etablissement")
    }
    for flow in source.GetLayerByName("flux"):
        assert flow.GetGeometryRef().ExportToWkt() == places[flow["etablissement_id"]]


def test_fiction_says_so(demo):
    """On each company, on the project, and with identifiers that nobody has."""
    told = sql(
        demo.store,
        "SELECT count(*) FROM etablissement WHERE description NOT LIKE 'Entreprise fictive.%'"
        " OR siret NOT LIKE '0000%'",
    )
    assert told == [(0,)]
    project = QgsProject()
    assert project.read(str(demo.project))
    assert "fictives" in project.metadata().abstract()
    sip.delete(project)


def test_integrity(demo):
    assert sql(demo.store, "PRAGMA integrity_check") == [("ok",)]
    assert sql(demo.store, "PRAGMA foreign_key_check") == []


# --- What is found --------------------------------------------------------------------------------


def lineage() -> dict[tuple[str, str], list[str]]:
    """Return the chain of parents of every code, as the reference tables have it."""
    found = {}
    for name in ("CPF", "ROME"):
        with (ROOT / f"reference/{name.lower()}.csv").open(encoding="utf-8") as text:
            parents = {row["code"]: row["parent"] for row in csv.DictReader(text)}
        for code in parents:
            chain = [code]
            while parents[chain[0]]:
                chain.insert(0, parents[chain[0]])
            found[name, code] = chain
    return found


@pytest.fixture(scope="module")
def brute_force() -> dict[str, list[tuple]]:
    """Confront every need with every offer, from the CSV files alone.

    Points go from degrees to Lambert 93 with GDAL; SIRET and words name a flow. Gives, for each
    open need, its answers within 20 km at the level of the group: (distance, offer), nearest first.
    """
    degrees, lambert = osr.SpatialReference(), osr.SpatialReference()
    degrees.ImportFromEPSG(4326)
    lambert.ImportFromEPSG(2154)
    for system in (degrees, lambert):
        system.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
    transform = osr.CoordinateTransformation(degrees, lambert)
    places = {
        row["siret"]: ogr.CreateGeometryFromWkt(
            "POINT ({:f} {:f})".format(
                *transform.TransformPoint(float(row["lon"]), float(row["lat"]))[:2]
            )
        )
        for row in rows("etablissements.csv")
    }
    chains = lineage()
    rejected = {
        ((row["siret_besoin"], row["libelle_besoin"]), (row["siret_offre"], row["libelle_offre"]))
        for row in rows("avis.csv")
        if row["verdict"] == "ecarte"
    }
    today = date.today().isoformat()
    flows = [
        row
        for row in rows("flux.csv")
        if row["statut"] in ("", "ouvert") and (row["disponible_au"] or today) >= today
    ]
    found: dict[tuple[str, str], list[tuple]] = {}
    for need in flows:
        if need["sens"] != "besoin":
            continue
        near = []
        for offer in flows:
            if offer["sens"] != "offre" or offer["siret"] == need["siret"]:
                continue
            if offer["nomenclature"] != need["nomenclature"]:
                continue
            mine, theirs = (chains[row["nomenclature"], row["code"]] for row in (need, offer))
            depth = min(3, len(mine), len(theirs))
            metres = places[need["siret"]].Distance(places[offer["siret"]])
            reach = [float(r["rayon_max_km"]) * 1000 for r in (need, offer) if r["rayon_max_km"]]
            pair = ((need["siret"], need["libelle"]), (offer["siret"], offer["libelle"]))
            if (
                mine[depth - 1] == theirs[depth - 1]
                and metres <= min([DISTANCE, *reach])
                and pair not in rejected
                and months_of(need) & months_of(offer)
            ):
                near.append((metres, pair[1]))
        found[need["siret"], need["libelle"]] = sorted(near)
    return found


def months_of(row: dict[str, str]) -> set[int]:
    """Return the months that a record concerns: its season, or those of its dates."""
    told = {int(month) for month in row["saison"].split(",") if month}
    if row["disponible_du"] and row["disponible_au"]:
        first, last = (
            12 * int(row[name][:4]) + int(row[name][5:7]) - 1
            for name in ("disponible_du", "disponible_au")
        )
        told = told or {month % 12 + 1 for month in range(first, last + 1)}
    return told or set(range(1, 13))


def test_answers_are_those_of_brute_force(result, names, brute_force):
    """The same pairs, and the same distances to the centimetre; five at most a need."""
    found: dict[tuple[str, str], list[tuple]] = {}
    for answer in result["reponses"]:
        found.setdefault(names[answer["besoin_id"]], []).append(
            (answer["rang"], answer["distance_m"], names[answer["offre_id"]])
        )
    compared = 0
    for need, expected in brute_force.items():
        answers = sorted(found.pop(need, []))
        assert [rank for rank, _, _ in answers] == list(range(1, len(answers) + 1))
        assert [metres for _, metres, _ in answers] == pytest.approx(
            [metres for metres, _ in expected[:5]], abs=0.01
        )
        # Records of one company lie on one point: which comes first is told by their identifiers.
        farthest = answers[-1][1] if answers else 0
        certain = {offer for metres, offer in expected if metres < farthest - 0.01}
        possible = {offer for metres, offer in expected if metres <= farthest + 0.01}
        offers = {offer for _, _, offer in answers}
        assert certain <= offers <= possible
        compared += len(answers)
    assert found == {}
    assert compared > 300


def test_orphan_needs_are_those_of_brute_force(result, names, brute_force):
    expected = {need for need, near in brute_force.items() if not near}
    assert {names[row["id"]] for row in result["besoins_orphelins"]} == expected


def test_orphan_resources_are_those_of_brute_force(result, names, brute_force):
    taken = {offer for near in brute_force.values() for _, offer in near}
    offered = {
        (row["siret"], row["libelle"])
        for row in rows("flux.csv")
        if row["sens"] == "offre" and row["statut"] in ("", "ouvert")
    }
    found = {names[row["id"]] for row in result["ressources_orphelines"]}
    assert found == offered - taken


@pytest.mark.parametrize(
    ("title", "count"),
    [
        ("### Douze besoins auxquels personne ne répond", 12),
        ("### Une compétence que personne ne partage", 4),
        ("### Onze besoins dont toutes les réponses sont à plus de 30 km", 11),
    ],
)
def test_the_needs_planted_are_found(result, names, title, count):
    planted = {(row["SIRET"], row["besoin"]) for row in table_under(title)}
    assert len(planted) == count
    assert planted <= {names[row["id"]] for row in result["besoins_orphelins"]}


def test_the_resources_planted_are_found(result, names):
    planted = {
        (row["SIRET"], row["ressource"])
        for row in table_under("### Seize ressources que personne ne demande")
    }
    assert len(planted) == 16
    assert planted <= {names[row["id"]] for row in result["ressources_orphelines"]}


def test_lost_heat_finds_its_neighbour(result, names):
    """The three pairs of the notice, a few hundred metres apart."""
    siret = re.compile(r"\d{14}")
    answers = {
        (names[row["besoin_id"]][0], names[row["offre_id"]][0]): row["distance_m"]
        for row in result["reponses"]
        if row["code_besoin"].startswith("35.3")
    }
    for row in table_under("Chaleur perdue à côté d'un besoin de chaleur"):
        pair = (siret.search(row["besoin"])[0], siret.search(row["ressource"])[0])
        assert answers[pair] == pytest.approx(float(row["distance"].split()[0]), abs=15)


def test_codes_without_any_offer_come_out_of_the_coverage(result):
    """Groups that the notice says nobody answers, in the whole département."""
    coverage = {row["code"]: row for row in result["couverture"]}
    groups = Counter(
        ".".join([row["code"][:2], row["code"][3:4]])
        for row in table_under("### Douze besoins auxquels personne ne répond")
    )
    for group, needs in groups.items():
        row = coverage[group]
        assert row["besoins"] == needs
        assert row["besoins_couverts"] == 0
        assert row["offres"] == 0
        assert row["score"] == row["entreprises"]


def test_figures_add_up(result, demo):
    needs = sum(row["besoins"] for row in result["couverture"])
    covered = sum(row["besoins_couverts"] for row in result["couverture"])
    assert needs - covered == len(result["besoins_orphelins"])
    ((opened,),) = sql(
        demo.store,
        "SELECT count(*) FROM flux WHERE sens = 'besoin' AND coalesce(statut, 'ouvert') = 'ouvert'",
    )
    assert needs == opened
    by_epci = result["couverture_perimetre"]
    assert sum(row["besoins"] for row in by_epci) == needs


def test_nobody_rejected_comes_back(result, demo):
    answers = {(row["besoin_id"], row["offre_id"]) for row in result["reponses"]}
    rejected = set(sql(demo.store, "SELECT besoin_id, offre_id FROM avis WHERE verdict = 'ecarte'"))
    assert len(rejected) == 3
    assert not answers & rejected


# --- What is handed over --------------------------------------------------------------------------


def test_the_project_opens(demo):
    project = QgsProject()
    assert project.read(demo.results["PROJECT"])
    layers = layers_by_role(project)
    assert all(layer.isValid() for layer in project.mapLayers().values())
    assert layers["etablissement"].featureCount() == 170
    assert {"reponses", "besoins_orphelins", "ressources_orphelines", "couverture"} <= set(layers)
    group = project.layerTreeRoot().findGroup("Résultats")
    assert len(group.findLayers()) == 6
    sip.delete(project)


def test_nothing_else_is_left_in_the_folder(demo):
    assert sorted(path.name for path in demo.folder.iterdir()) == [
        "rejets.csv",
        "resultats.gpkg",
        "tarn-et-garonne.gpkg",
        "tarn-et-garonne.qgz",
    ]


def test_progress_only_grows(demo):
    assert demo.log.progress[-1] >= 60
    assert demo.log.errors == []


def test_again_in_the_same_folder(run, tmp_path):
    """Other identifiers, the same territory."""
    for _ in range(2):
        done = run("createdemo", FOLDER=str(tmp_path))
        assert done["ESTABLISHMENTS"] == 170
    with sqlite3.connect(tmp_path / "resultats.gpkg") as database:
        assert database.execute("SELECT count(*) FROM reponses").fetchone()[0] > 300


@needs_real
def test_real_companies_instead(run, tmp_path):
    done = run("createdemo", FOLDER=str(tmp_path), COMPANIES=str(COMPANIES_82))
    assert (done["ESTABLISHMENTS"], done["REJECTED"]) == (66, 2)
    assert not (tmp_path / "resultats.gpkg").exists()
    rejects = (tmp_path / "rejets.csv").read_text(encoding="utf-8")
    assert rejects.count("Same establishment") == 2
    project = QgsProject()
    assert project.read(done["PROJECT"])
    assert "fictives" not in project.metadata().abstract()
    assert all(layer.isValid() for layer in project.mapLayers().values())
    sip.delete(project)


def test_a_list_of_siret_and_nothing_else(run, tmp_path):
    source = tmp_path / "liste.csv"
    source.write_text("siret\n35600000000048\n41107643300027\n", encoding="utf-8")
    done = run("createdemo", FOLDER=str(tmp_path / "demo"), COMPANIES=str(source))
    assert (done["ESTABLISHMENTS"], done["REJECTED"]) == (2, 0)


@pytest.mark.parametrize("after", [0, 5, 60])
def test_cancelling(run, tmp_path, after):
    done = run("createdemo", Recorder(cancel_after=after), FOLDER=str(tmp_path))
    assert done.results.get("PROJECT") is None
    assert not (tmp_path / "tarn-et-garonne.qgz").exists()


def test_the_folder_can_be_one_that_does_not_exist_yet(run, tmp_path):
    folder = Path(tmp_path) / "a" / "b"
    run("createdemo", FOLDER=str(folder))
    assert (folder / "tarn-et-garonne.gpkg").is_file()


def test_a_real_territory_of_that_name_stays(run, built_territory, tmp_path):
    """Only an older demonstration is replaced."""
    store = tmp_path / "tarn-et-garonne.gpkg"
    shutil.copyfile(built_territory, store)
    before = store.read_bytes()
    told = run.fails("createdemo", FOLDER=str(tmp_path))
    assert "not a demonstration" in told
    assert store.read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == [store.name]
