"""`actif:mergeestablishments`: two records of one company become one, and nothing is lost."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from qgis.core import (
    QgsFeature,
    QgsFeatureSink,
    QgsGeometry,
    QgsPointXY,
    QgsProcessingException,
    QgsVectorLayer,
)

from actif_plugin.domain.words import folded
from actif_plugin.processing.base import add_feature
from actif_plugin.store.carrying import merge
from actif_plugin.store.errors import StoreError
from actif_plugin.store.merging import Company, best_kept, foresee, read_companies
from actif_plugin.store.project import fill_project
from actif_plugin.store.records import add_records, new_record
from actif_plugin.store.schema import TABLES, table
from actif_plugin.store.territory import Territory
from tests.qgis.harness import ROOT, Runner, need, run_program, sql

OLD, NEW = "55210055400013", "55210055400021"
HERE, NEXT_DOOR, ELSEWHERE = (567_000.0, 6_325_000.0), (567_040.0, 6_325_000.0), (5e5, 6.3e6)
TODAY = date(2025, 11, 22)


def add(territory: Territory, name: str, *rows: dict) -> None:
    layer = territory.layer(name)
    features = []
    for row in rows:
        point = row.pop("point", None)
        shape = QgsGeometry.fromPointXY(QgsPointXY(*point)) if point else None
        features.append(new_record(layer, table(name), row, shape))
    add_records(layer, features)


def everything(territory: Territory) -> dict[str, list[tuple]]:
    names = [declared.name for declared in TABLES if declared.editable]
    return {name: sql(territory.path, f"SELECT * FROM {name} ORDER BY fid") for name in names}


def one(territory: Territory, name: str, key: str, *columns: str) -> tuple:
    """Return some columns of a record."""
    [row] = sql(territory.path, f"SELECT {', '.join(columns)} FROM {name} WHERE id = ?", key)
    return row


def owners(territory: Territory, name: str) -> dict[str, str]:
    return dict(sql(territory.path, f"SELECT id, etablissement_id FROM {name}"))


@pytest.fixture
def scene(territory: Territory) -> Territory:
    """A company twice: an adviser's record of the new site, and the register's of the old one."""
    add(
        territory,
        "etablissement",
        {
            "id": "new",
            "raison_sociale": "Scierie Dupont",
            "siret": NEW,
            "siren": NEW[:9],
            "adresse": "3 rue Basse",
            "code_postal": "82000",
            "etat": "actif",
            "confidentialite": "public",
            "description": "Reçus le lundi.",
            "cree_par": "Anne",
            "point": HERE,
        },
        {
            "id": "old",
            "raison_sociale": "SARL DUPONT ET FILS",
            "enseigne": "Bois du Quercy",
            "siret": OLD,
            "siren": OLD[:9],
            "naf_code": "16.10A",
            "naf_version": "rev2",
            "effectif_code": "11",
            "adresse": "7 chemin Vieux",
            "code_postal": "82300",
            "commune_nom": "Caussade",
            "etat": "ferme",
            "date_fermeture": "2024-12-31",
            "confidentialite": "interne",
            "source": "SIRENE",
            "source_valeurs": json.dumps({"siret": OLD, "raison_sociale": "SARL DUPONT ET FILS"}),
            "cree_par": "Import",
            "point": NEXT_DOOR,
        },
        {"id": "third", "raison_sociale": "Menuiserie Tiers", "point": ELSEWHERE},
    )
    add(territory, "visite", {"id": "v", "etablissement_id": "old", "date": "2024-03-01"})
    flow = {"etablissement_id": "old", "nomenclature": "CPF", "code": "16.10"}
    add(
        territory,
        "flux",
        {**flow, "id": "sciure", "sens": "offre", "libelle": "Sciure", "visite_id": "v"},
        {
            **flow,
            "id": "hangar",
            "sens": "offre",
            "libelle": "Hangar",
            "lieu_propre": "1",
            "point": ELSEWHERE,
        },
        {**flow, "id": "palettes", "sens": "besoin", "libelle": "Palettes"},
        {**flow, "id": "autre", "etablissement_id": "third", "sens": "besoin"},
    )
    add(territory, "synergie", {"id": "s", "titre": "Sciure en litière"})
    add(
        territory,
        "synergie_membre",
        {
            "id": "m",
            "synergie_id": "s",
            "etablissement_id": "old",
            "flux_id": "sciure",
            "role": "fournisseur",
        },
        {"id": "t", "synergie_id": "s", "etablissement_id": "third", "role": "preneur"},
    )
    add(
        territory,
        "contact",
        {"id": "c", "etablissement_id": "old", "nom": "M. Dupont", "telephone": "0563000000"},
    )
    add(
        territory,
        "avis",
        {"id": "a", "besoin_id": "autre", "offre_id": "sciure", "verdict": "ecarte"},
    )
    return territory


def test_all_that_hangs_on_the_old_record_goes_along(run: Runner, scene: Territory) -> None:
    done = run("mergeestablishments", TARGET=str(scene.path), KEEP=NEW, ABSORB=OLD)
    assert done["KEPT"] == "new"
    counts = ("FLOWS", "VISITS", "CONTACTS", "MEMBERSHIPS", "VERDICTS")
    assert [done[name] for name in counts] == [3, 1, 1, 1, 1]
    assert sql(scene.path, "SELECT id FROM etablissement ORDER BY id") == [("new",), ("third",)]
    for name, keys in {
        "flux": {"sciure", "hangar", "palettes"},
        "visite": {"v"},
        "contact": {"c"},
        "synergie_membre": {"m"},
    }.items():
        assert {key for key, owner in owners(scene, name).items() if owner == "new"} == keys
    assert one(scene, "flux", "sciure", "visite_id") == ("v",)
    assert one(scene, "synergie_membre", "m", "flux_id", "role") == ("sciure", "fournisseur")
    assert one(scene, "avis", "a", "besoin_id", "offre_id", "verdict") == (
        "autre",
        "sciure",
        "ecarte",
    )
    assert sql(scene.path, "PRAGMA foreign_key_check") == []


def test_points_follow_unless_they_have_their_own_place(run: Runner, scene: Territory) -> None:
    run("mergeestablishments", TARGET=str(scene.path), KEEP="new", ABSORB="old")
    found = QgsVectorLayer(f"{scene.path}|layername=flux", "flux", "ogr")
    places = {f["id"]: f.geometry().asPoint() for f in found.getFeatures()}
    assert places["sciure"] == places["palettes"] == QgsPointXY(*HERE)
    assert places["hangar"] == QgsPointXY(*ELSEWHERE)
    # The index that the map draws by moved too.
    index = "SELECT f.id FROM flux f JOIN rtree_flux_geom r ON r.id = f.fid WHERE r.minx < ?1 + 1"
    here = sql(scene.path, f"{index} AND r.minx > ?1 - 1", HERE[0])
    assert {key for (key,) in here} == {"sciure", "palettes"}


def test_the_kept_record_wins_and_no_word_is_lost(run: Runner, scene: Territory) -> None:
    before = one(scene, "etablissement", "new", "cree_le", "cree_par")
    done = run("mergeestablishments", TARGET=str(scene.path), KEEP="new", ABSORB="old")
    columns = "siret raison_sociale enseigne naf_code naf_version effectif_code adresse code_postal"
    assert one(scene, "etablissement", "new", *columns.split()) == (
        NEW,
        "Scierie Dupont",
        "Bois du Quercy",
        "16.10A",
        "rev2",
        "11",
        "3 rue Basse",
        "82000",
    )
    # The town is that of the old address, the closing date that of the old state.
    assert one(scene, "etablissement", "new", "commune_nom", "etat", "date_fermeture") == (
        None,
        "actif",
        None,
    )
    # The old record was not to be shown: neither is what came of it.
    assert one(scene, "etablissement", "new", "confidentialite") == ("interne",)
    [note] = one(scene, "etablissement", "new", "description")
    assert note.startswith("Reçus le lundi.\n\nFiche fusionnée avec celle-ci le ")
    for lost in (
        f"SIRET\u00a0: {OLD}",
        "Raison sociale\u00a0: SARL DUPONT ET FILS",
        "Adresse\u00a0: 7 chemin Vieux",
        "Code postal\u00a0: 82300",
        "Commune\u00a0: Caussade",
        "État\u00a0: Fermé",
        "Date de fermeture\u00a0: 2024-12-31",
    ):
        assert lost in note
        field, value = lost.split("\u00a0: ")
        assert any(field in info and value in info for info in done.log.infos)
    # It is the record that it was, changed now.
    assert one(scene, "etablissement", "new", "cree_le", "cree_par") == before


def test_an_empty_record_takes_all_and_its_place(run: Runner, scene: Territory) -> None:
    add(scene, "etablissement", {"id": "bare", "raison_sociale": "Scierie Dupont et Fils"})
    add(scene, "flux", {"id": "mien", "etablissement_id": "bare", "sens": "besoin"})
    run("mergeestablishments", TARGET=str(scene.path), KEEP="bare", ABSORB=OLD)
    assert one(scene, "etablissement", "bare", "siret", "adresse", "commune_nom", "source") == (
        OLD,
        "7 chemin Vieux",
        "Caussade",
        "SIRENE",
    )
    flows = QgsVectorLayer(f"{scene.path}|layername=flux", "flux", "ogr")
    places = {f["id"]: f.geometry().asPoint() for f in flows.getFeatures()}
    assert places["mien"] == places["sciure"] == QgsPointXY(*NEXT_DOOR)


def test_three_at_once(run: Runner, scene: Territory) -> None:
    add(scene, "etablissement", {"id": "bare", "raison_sociale": "Dupont"})
    add(scene, "visite", {"id": "w", "etablissement_id": "bare"})
    done = run("mergeestablishments", TARGET=str(scene.path), KEEP="new", ABSORB=f"bare; {OLD}")
    assert done["VISITS"] == 2
    assert set(owners(scene, "visite").values()) == {"new"}


# --- Records that say the same --------------------------------------------------------------------


def test_the_same_said_twice_is_one_record(scene: Territory) -> None:
    add(
        scene,
        "contact",
        {"id": "c2", "etablissement_id": "new", "nom": "m. DUPONT", "mail": "d@exemple.fr"},
        {"id": "c3", "etablissement_id": "new", "nom": "Mme Durand"},
    )
    flow = {"etablissement_id": "new", "nomenclature": "CPF", "code": "16.10"}
    add(
        scene,
        "flux",
        {**flow, "id": "sciure2", "sens": "offre", "libelle": "sciure", "quantite": "12"},
        # The same words with another quantity: two records, the adviser decides.
        {**flow, "id": "palettes2", "sens": "besoin", "libelle": "Palettes", "quantite": "3"},
    )
    layer = scene.layer("flux")
    fid = next(f.id() for f in layer.getFeatures() if f["id"] == "palettes")
    layer.dataProvider().changeAttributeValues({fid: {layer.fields().indexOf("quantite"): 5.0}})
    add(
        scene,
        "synergie_membre",
        {"id": "m2", "synergie_id": "s", "etablissement_id": "new"},
    )
    add(
        scene,
        "avis",
        {
            "id": "a2",
            "besoin_id": "autre",
            "offre_id": "sciure2",
            "verdict": "ecarte",
            "motif": "Trop loin",
        },
        {"id": "a3", "besoin_id": "ailleurs", "offre_id": "sciure", "verdict": "retenu"},
    )
    report = merge(scene, "new", ["old"], author="Anne", today=TODAY)
    assert dict(report.folded) == {"flux": 1, "contact": 1, "synergie_membre": 1, "avis": 1}
    assert set(owners(scene, "contact")) == {"c2", "c3"}
    assert one(scene, "contact", "c2", "nom", "telephone", "mail") == (
        "m. DUPONT",
        "0563000000",
        "d@exemple.fr",
    )
    assert set(owners(scene, "flux")) == {"sciure2", "hangar", "palettes", "palettes2", "autre"}
    assert one(scene, "flux", "sciure2", "quantite", "visite_id", "etablissement_id") == (
        12,
        "v",
        "new",
    )
    assert set(owners(scene, "synergie_membre")) == {"m2", "t"}
    assert one(scene, "synergie_membre", "m2", "flux_id", "role") == ("sciure2", "fournisseur")
    verdicts = sql(
        scene.path, "SELECT id, besoin_id, offre_id, verdict, motif FROM avis ORDER BY 1"
    )
    assert verdicts == [
        ("a2", "autre", "sciure2", "ecarte", "Trop loin"),
        ("a3", "ailleurs", "sciure2", "retenu", None),
    ]


def test_opposite_verdicts_keep_two_flows_apart(scene: Territory) -> None:
    add(
        scene,
        "flux",
        {
            "id": "sciure2",
            "etablissement_id": "new",
            "nomenclature": "CPF",
            "code": "16.10",
            "sens": "offre",
            "libelle": "Sciure",
        },
    )
    verdict = {"id": "a2", "besoin_id": "autre", "offre_id": "sciure2", "verdict": "retenu"}
    add(scene, "avis", verdict)
    report = merge(scene, "new", ["old"], author="Anne", today=TODAY)
    assert not report.folded
    assert {"sciure", "sciure2"} <= set(owners(scene, "flux"))
    assert sql(scene.path, "SELECT id, verdict FROM avis ORDER BY 1") == [
        ("a", "ecarte"),
        ("a2", "retenu"),
    ]


# --- What is refused ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("keep", "absorb", "told"),
    [
        ("new", "new", "others than itself"),
        ("new", NEW, "others than itself"),
        ("new", "  ;", "others than itself"),
        ("new", "nobody", "“nobody”"),
        ("12345678901234", "old", "“12345678901234”"),
    ],
)
def test_refused(run: Runner, scene: Territory, keep: str, absorb: str, told: str) -> None:
    before = everything(scene)
    said = run.fails("mergeestablishments", TARGET=str(scene.path), KEEP=keep, ABSORB=absorb)
    assert told in said
    assert everything(scene) == before


@pytest.mark.parametrize("name", ["flux", "avis", "etablissement", "contact", "synergie_membre"])
def test_a_refusal_half_way_leaves_everything(scene: Territory, name: str) -> None:
    """Whichever table refuses, and however late."""
    event = "DELETE ON etablissement" if name == "etablissement" else f"UPDATE ON {name}"
    if name == "avis":
        event = "DELETE ON avis"
        flow = {"nomenclature": "CPF", "code": "16.10", "sens": "offre", "libelle": "Sciure"}
        add(scene, "flux", {**flow, "id": "sciure2", "etablissement_id": "new"})
        add(
            scene,
            "avis",
            {"id": "a2", "besoin_id": "autre", "offre_id": "sciure2", "verdict": "ecarte"},
        )
    refusal = "BEGIN SELECT RAISE(ABORT, 'refus d''essai'); END"
    sql(scene.path, f"CREATE TRIGGER refus BEFORE {event} {refusal}")
    before = everything(scene)
    with pytest.raises(StoreError, match="refus d'essai"):
        merge(scene, "new", ["old"], author="Anne", today=TODAY)
    assert everything(scene) == before


def test_unsaved_edits_come_first(run: Runner, scene: Territory) -> None:
    fill_project(run.project, scene)
    [companies] = run.project.mapLayersByName("Établissements")
    assert companies.startEditing()
    feature = next(companies.getFeatures())
    companies.changeAttributeValue(feature.id(), companies.fields().indexOf("enseigne"), "X")
    told = run.fails("mergeestablishments", KEEP="new", ABSORB="old")
    assert "Établissements" in told
    assert one(scene, "etablissement", "old", "siret") == (OLD,)
    companies.rollBack()
    # A session without a change is no obstacle.
    assert companies.startEditing()
    run("mergeestablishments", KEEP="new", ABSORB="old")
    companies.rollBack()
    assert sql(scene.path, "SELECT count(*) FROM etablissement WHERE id = 'old'") == [(0,)]


# --- Next imports ---------------------------------------------------------------------------------

HEADER = "siret,raison_sociale,adresse,code_postal,commune_nom,etat,effectif_code\n"
# What the register said before the move, and what it says since.
OPEN = (
    HEADER
    + f"{OLD},SARL DUPONT ET FILS,7 chemin Vieux,82300,Caussade,A,11\n"
    + f"{NEW},SARL DUPONT ET FILS,3 rue Basse,82000,Montauban,A,11\n"
)
REGISTER = OPEN.replace("Caussade,A", "Caussade,F")
NAMELESS = HEADER + ",Scierie Dupont & fils,3 rue Basse,82000,Montauban,,\n"


def bring(run: Runner, territory: Territory, tmp_path: Path, text: str) -> list[int]:
    path = tmp_path / "liste.csv"
    path.write_text(text, encoding="utf-8")
    done = run("importestablishments", INPUT=str(path), TARGET=str(territory.path))
    return [done[name] for name in ("CREATED", "UPDATED", "UNCHANGED")]


def sirets(territory: Territory) -> list[tuple]:
    return sql(territory.path, "SELECT siret, etat FROM etablissement ORDER BY siret")


def key_of(territory: Territory, siret: str) -> str:
    return sql(territory.path, "SELECT id FROM etablissement WHERE siret = ?", siret)[0][0]


def test_a_moved_company_stays_one(run, territory, tmp_path) -> None:
    assert bring(run, territory, tmp_path, OPEN) == [2, 0, 0]
    run("mergeestablishments", TARGET=str(territory.path), KEEP=NEW, ABSORB=OLD)
    before = everything(territory)
    assert bring(run, territory, tmp_path, REGISTER) == [0, 0, 2]
    assert sirets(territory) == [(NEW, "actif")]
    # The closed one alone changes nothing either.
    alone = "\n".join(REGISTER.splitlines()[:2]) + "\n"
    assert bring(run, territory, tmp_path, alone) == [0, 0, 1]
    assert everything(territory) == before
    # What the register says anew of the new one still comes in.
    news = REGISTER.replace("Montauban,A,11", "Montauban,A,12")
    assert bring(run, territory, tmp_path, news) == [0, 1, 1]
    assert sql(territory.path, "SELECT siret, effectif_code FROM etablissement") == [(NEW, "12")]


def test_an_adviser_s_record_takes_the_siret_and_follows_the_register(
    run, territory, tmp_path
) -> None:
    add(territory, "etablissement", {"id": "mine", "raison_sociale": "La Scierie", "point": HERE})
    # In no commune that the territory knows, so that the row has no position of its own.
    one_row = HEADER + REGISTER.splitlines()[2].replace("Montauban", "Nulleville") + "\n"
    assert bring(run, territory, tmp_path, one_row) == [1, 0, 0]
    run("mergeestablishments", TARGET=str(territory.path), KEEP="mine", ABSORB=NEW)
    assert bring(run, territory, tmp_path, one_row) == [0, 0, 1]
    news = one_row.replace("A,11", "A,21").replace("SARL DUPONT ET FILS", "DUPONT SAS")
    assert bring(run, territory, tmp_path, news) == [0, 1, 0]
    # The number of employees was the register's; the name is the adviser's.
    columns = "siret, raison_sociale, effectif_code"
    assert sql(territory.path, f"SELECT {columns} FROM etablissement") == [
        (NEW, "La Scierie", "21")
    ]


def test_a_list_without_sirets_does_not_bring_the_twin_back(run, territory, tmp_path) -> None:
    register = HEADER + REGISTER.splitlines()[2] + "\n"
    bring(run, territory, tmp_path, register)
    assert bring(run, territory, tmp_path, NAMELESS) == [1, 0, 0]
    [(twin,)] = sql(territory.path, "SELECT id FROM etablissement WHERE siret IS NULL")
    run("mergeestablishments", TARGET=str(territory.path), KEEP=NEW, ABSORB=twin)
    assert bring(run, territory, tmp_path, NAMELESS) == [0, 0, 1]
    assert bring(run, territory, tmp_path, register) == [0, 0, 1]
    assert sirets(territory) == [(NEW, "actif")]


def test_aliases_are_handed_on(run, territory, tmp_path) -> None:
    """A merged into B, then B into C: a row of A still makes no twin."""
    bring(run, territory, tmp_path, OPEN)
    add(territory, "etablissement", {"id": "c", "raison_sociale": "Groupe Dupont", "siret": "x"})
    merge(territory, key_of(territory, NEW), [key_of(territory, OLD)], author="", today=TODAY)
    merge(territory, "c", [key_of(territory, NEW)], author="", today=TODAY)
    assert bring(run, territory, tmp_path, REGISTER) == [0, 0, 2]
    assert sirets(territory) == [("x", "actif")]


def test_what_a_standard_said_goes_along_with_its_own_establishment(territory) -> None:
    cells = json.dumps({"etab_surface": "1200"})
    memory = json.dumps({"siret": OLD, "cnig": cells, "cle_source": "osm/1"})
    add(
        territory,
        "etablissement",
        {"id": "same", "raison_sociale": "A"},
        {"id": "other", "raison_sociale": "B", "siret": NEW},
        {"id": "told", "raison_sociale": "C", "siret": OLD, "source_valeurs": memory},
    )
    same, other, told = read_companies(territory, ["same", "other", "told"])
    kept = json.loads(foresee(same, [told], TODAY).company.values["source_valeurs"])
    assert kept["cnig"] == cells
    # Another SIRET is another place: what was said of the one does not hold for the other.
    kept = json.loads(foresee(other, [told], TODAY).company.values["source_valeurs"])
    assert "cnig" not in kept
    assert {OLD, "osm/1"} <= set(kept["alias"])


# --- Before the merge -----------------------------------------------------------------------------


def test_the_open_record_with_the_most_records_is_proposed(scene: Territory) -> None:
    new, old, third = read_companies(scene, ["new", "old", "third"])
    assert best_kept([old, new]) == 1
    assert best_kept([new, third]) == 1
    assert best_kept([third, new]) == 0
    assert old.records == {"flux": 3, "visite": 1, "contact": 1, "synergie_membre": 1}


_WORDS = st.sampled_from(["", "Dupont", "DUPONT", "Forge", "82000", "3 rue Basse"])
_VALUES = {
    "siret": st.sampled_from(["", OLD, NEW, "552 100 554 00013"]),
    "siren": st.sampled_from(["", OLD[:9], "380129866"]),
    "etat": st.sampled_from(["", "actif", "ferme", "non_confirme"]),
    "date_creation": st.sampled_from(["", "2001-01-01", "2020-01-01"]),
    "date_fermeture": st.sampled_from(["", "2010-01-01", "2024-01-01"]),
    "confidentialite": st.sampled_from(["", "interne", "partenaires", "public"]),
    **dict.fromkeys(
        [
            "raison_sociale",
            "enseigne",
            "adresse",
            "code_postal",
            "commune_nom",
            "description",
            "naf_code",
            "naf_version",
            "organisme",
            "effectif_code",
        ],
        _WORDS,
    ),
}


@st.composite
def records(draw: st.DrawFn) -> Company:
    values = {name: value for name in _VALUES if (value := draw(_VALUES[name]))}
    if values.get("date_fermeture", "9") < values.get("date_creation", "0"):
        del values["date_fermeture"]
    point = draw(st.sampled_from([None, HERE, NEXT_DOOR]))
    return Company(1, {"id": draw(st.uuids()).hex, **values}, point, {})


@given(records(), st.lists(records(), min_size=1, max_size=3))
def test_whatever_they_say_the_kept_one_stays_and_nothing_is_lost(
    kept: Company, others: list[Company]
) -> None:
    became = foresee(kept, others, TODAY).company
    text = folded(became.values.get("description", "") + " " + " ".join(became.values.values()))
    for name, value in kept.values.items():
        if name == "description":
            assert became.values[name].startswith(value)
        elif name != "confidentialite" and value != "non_confirme":
            assert became.values[name] == value
    for other in others:
        for name, value in other.values.items():
            if name == "siren" and other.values.get("siret", "").startswith(value):
                continue
            if name not in ("id", "confidentialite") and value != "non_confirme":
                label = dict(table("etablissement").field(name).values).get(value, value)
                bare = text.replace(" ", "") if name in ("siret", "siren") else text
                wanted = folded(value), folded(label), folded(value).replace(" ", "")
                assert any(one in bare for one in wanted), (name, value)
    levels = [one.values.get("confidentialite", "interne") for one in (kept, *others)]
    strictness = ["interne", "partenaires", "public"]
    assert became.values["confidentialite"] == min(levels, key=strictness.index)
    dates = [became.values.get(name) for name in ("date_creation", "date_fermeture")]
    assert None in dates or dates[0] <= dates[1]
    assert became.point == next((one.point for one in (kept, *others) if one.point), None)


def test_a_file_that_is_being_written_is_told(scene: Territory) -> None:
    before = everything(scene)
    with closing(sqlite3.connect(scene.path)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreError, match="locked"):
            merge(scene, "new", ["old"], author="Anne", today=TODAY)
    assert everything(scene) == before


def test_looking_writes_nothing(scene: Territory) -> None:
    before = everything(scene)
    new, old = read_companies(scene, ["new", "old"])
    outcome = foresee(new, [old], TODAY)
    assert "Enseigne" in outcome.filled
    assert ("SIRET", NEW, OLD) in [(d.field, d.kept, d.left) for d in outcome.differences]
    assert everything(scene) == before


def test_checkquality_names_the_two(run: Runner, territory: Territory) -> None:
    same = {"raison_sociale": "Scierie Dupont", "adresse": "3 rue Basse", "code_postal": "82000"}
    add(territory, "etablissement", {"id": "p", **same}, {"id": "q", **same})
    rows = run("checkquality", TARGET=str(territory.path), OUTPUT="TEMPORARY_OUTPUT").rows("OUTPUT")
    [found] = [row for row in rows if row["autre"]]
    assert {found["enregistrement"], found["autre"]} == {"p", "q"}
    assert "Merge" in found["que_faire"]
    run("mergeestablishments", TARGET=str(territory.path), KEEP=found["autre"], ABSORB="q")
    rows = run("checkquality", TARGET=str(territory.path), OUTPUT="TEMPORARY_OUTPUT").rows("OUTPUT")
    assert not [row for row in rows if row["autre"]]


def test_from_the_command_line(scene: Territory, tmp_path: Path) -> None:
    """The real program, without a window: both algorithms with a part in the window run in it."""
    # Debian 12's qgis_process passes itself an option that it refuses; the program behind works.
    program = shutil.which("qgis_process.bin") or need("qgis_process")
    home = tmp_path / "home"
    run_program("python3", ROOT / ".ci/link_plugin.py", home)
    environment = {
        **os.environ,
        "HOME": str(home),
        "QGIS_CUSTOM_CONFIG_PATH": str(home),
        "QT_QPA_PLATFORM": "offscreen",
    }

    def call(*arguments: str) -> str:
        done = subprocess.run(
            [program, *arguments], capture_output=True, text=True, env=environment, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    listed = call("list")
    assert "actif:mergeestablishments" in listed
    assert "actif:importestablishments" in listed
    target = f"TARGET={scene.path}"
    call("run", "actif:mergeestablishments", "--", target, f"KEEP={NEW}", f"ABSORB={OLD}")
    assert sql(scene.path, "SELECT count(*) FROM etablissement WHERE id = 'old'") == [(0,)]
    table = tmp_path / "liste.csv"
    table.write_text("SIRET;Nom d'ici\n;Forge Martin\n", encoding="utf-8")
    columns = "FIELD_MAP=raison_sociale=Nom d'ici"
    call("run", "actif:importestablishments", "--", f"INPUT={table}", target, columns)
    names = "SELECT raison_sociale FROM etablissement WHERE raison_sociale LIKE 'Forge%'"
    assert sql(scene.path, names) == [("Forge Martin",)]


# --- Results that cannot be written ---------------------------------------------------------------


class FullDisk(QgsFeatureSink):
    def addFeature(self, feature, flags=None):
        return False

    def lastError(self):
        return "No space left on device"


def test_a_result_with_a_hole_is_an_error() -> None:
    with pytest.raises(QgsProcessingException, match="No space left on device"):
        add_feature(FullDisk(), QgsFeature())
