"""`actif:maskedexport`: figures that give no company away, and files that hold nothing else."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from qgis.core import (
    QgsFeature,
    QgsGeometry,
    QgsPointXY,
    QgsProcessingFeatureSourceDefinition,
    QgsVectorLayer,
)

from actif_plugin.store.schema import TABLES
from tests.qgis.harness import Recorder, points

FLOW = (
    "id:string,etablissement_id:string,sens:string,nature:string,quantite:double,unite:string,"
    "confidentialite:string,libelle:string"
)


def squares(*rows, crs="EPSG:2154") -> QgsVectorLayer:
    """Return zones, rows (code, from kilometre, to kilometre), 2 km high."""
    layer = QgsVectorLayer(
        f"Polygon?crs={crs}&field=code:string&field=nom:string&field=note:string", "z", "memory"
    )
    features = []
    for code, start, end in rows:
        west, east = 560_000 + 1000 * start, 560_000 + 1000 * end
        corners = f"{west} 6324000, {east} 6324000, {east} 6326000, {west} 6326000"
        feature = QgsFeature(layer.fields())
        feature.setAttributes([code, f"Zone {code}", "ne pas reprendre"])
        feature.setGeometry(QgsGeometry.fromWkt(f"Polygon (({corners}, {west} 6324000))"))
        features.append(feature)
    layer.dataProvider().addFeatures(features)
    return layer


def flow(kilometre, number, company, sense="offre", nature="matiere", amount=None, public=None):
    return (
        560_000 + 1000 * kilometre + number,
        6_325_000,
        f"f{number}",
        company,
        sense,
        nature,
        amount,
        "t" if amount else None,
        public,
        "",
    )


def companies(kilometre, prefix, count, **more):
    return [flow(kilometre, n, f"{prefix}{n}", **more) for n in range(count)]


def export(run, rows, zones, log=None, **parameters):
    layer = points(rows, FLOW) if isinstance(rows, list) else rows
    given = {"INPUT": layer, "OUTPUT": "TEMPORARY_OUTPUT", **parameters}
    if zones is not None:
        given["BY"] = zones
    return run("maskedexport", log, **given)


def figures(done, category="ensemble"):
    return {
        row["zone_code"]: (row["etablissements"], row["releves"], row["masque"])
        for row in done.rows("OUTPUT")
        if row["categorie"] == category
    }


def test_by_hand(run):
    """Four companies in the west, two in the middle, none in the east; no total to subtract."""
    rows = [*companies(0.5, "a", 4), flow(0.5, 9, "a0"), *companies(1.5, "b", 2)]
    done = export(run, rows, squares(("O", 0, 1), ("M", 1, 2), ("E", 2, 3)))
    assert figures(done) == {
        "O": (4, 5, "non"),
        "M": (None, None, "oui"),
        "E": (None, None, "oui"),
    }
    # Every zone has every category, whether somebody is in it or not.
    names = {row["categorie"] for row in done.rows("OUTPUT")}
    assert {"ensemble", "Ressource (offre)", "Ressource (offre) / Matière", "Besoin / Eau"} < names
    assert len(done.rows("OUTPUT")) == 3 * len(names)
    assert any("figures masked of" in told for told in done.log.infos)


def test_the_columns_are_a_contract(run):
    done = export(run, companies(0.5, "a", 4, amount=5.0), squares(("O", 0, 1)))
    assert " ".join(done["OUTPUT"].fields().names()) == (
        "zone_code zone_nom categorie etablissements releves quantite_t masque quantites_masquees"
        " masques_zone"
    )
    assert done["OUTPUT"].crs().authid() == "EPSG:2154"


def test_quantities_are_those_of_one_year_and_hidden_when_one_company_makes_them(run):
    rows = [
        *companies(0.5, "a", 4, amount=5.0),
        *companies(1.5, "b", 3, amount=1.0),
        flow(1.5, 8, "big", amount=97.0),
    ]
    done = export(run, rows, squares(("O", 0, 1), ("M", 1, 2)))
    rows = {r["zone_code"]: r for r in done.rows("OUTPUT") if r["categorie"] == "ensemble"}
    assert rows["O"]["quantite_t"] == 20
    assert rows["M"]["quantite_t"] is None
    assert rows["M"]["releves"] == 4
    assert rows["M"]["masque"] == "non"
    assert rows["M"]["quantites_masquees"] == 1


def test_a_zone_in_another_does_not_give_the_rest_away(run):
    """Seven in the commune, six of them in its activity zone, both published."""
    rows = [*companies(0.2, "a", 6), *companies(0.8, "b", 1)]
    done = export(run, rows, squares(("commune", 0, 1), ("zae", 0, 0.5)))
    assert (None, None, "oui") in figures(done).values()


def test_zones_of_another_file_are_reckoned_with_and_masks_agree(run):
    """Two runs, each the other's `ALSO`: laid side by side they give nothing more."""
    rows = [*companies(0.2, "a", 6), *companies(0.8, "b", 1), *companies(3, "c", 4)]
    commune, zone = squares(("commune", 0, 1), ("loin", 2, 4)), squares(("zae", 0, 0.5))
    alone = figures(export(run, rows, commune)) | figures(export(run, rows, zone))
    # Apart, the difference is one company.
    assert alone["commune"][0] == 7
    assert alone["zae"][0] == 6
    one = figures(export(run, rows, commune, ALSO=[zone]))
    other = figures(export(run, rows, zone, ALSO=[commune]))
    both = figures(export(run, rows, squares(("commune", 0, 1), ("loin", 2, 4), ("zae", 0, 0.5))))
    assert one | other == both
    assert None in (both["commune"][0], both["zae"][0])
    assert both["loin"][0] == 4


def test_public_records_do_not_count_for_the_rule(run):
    rows = [*companies(0.5, "a", 2), *companies(0.5, "p", 5, public="public")]
    zones = squares(("O", 0, 1))
    assert figures(export(run, rows, zones))["O"] == (None, None, "oui")
    rows += companies(0.5, "c", 1)
    assert figures(export(run, rows, zones))["O"] == (8, 8, "non")


def test_records_of_unknown_company_are_of_one(run):
    rows = [flow(0.5, n, None) for n in range(9)]
    assert figures(export(run, rows, squares(("O", 0, 1))))["O"] == (None, None, "oui")


def test_hexagons_on_a_grid_that_does_not_follow_the_data(run):
    rows = companies(0.5, "a", 5)
    done = export(run, rows, None, HEXAGON_KM=2)
    shown = [row for row in done.rows("OUTPUT") if row["etablissements"] == 5]
    assert shown
    moved = [(x + 300, y, *more) for x, y, *more in rows]
    again = export(run, moved, None, HEXAGON_KM=2)
    corners = [
        {f.geometry().asWkt(0) for f in layer["OUTPUT"].getFeatures()} for layer in (done, again)
    ]
    assert corners[0] & corners[1]
    area = next(done["OUTPUT"].getFeatures()).geometry().area()
    # 2 km from side to side: √3/2 × 4 km².
    assert area == pytest.approx(3.4641e6, rel=1e-3)


def test_hexagons_of_a_layer_in_degrees(run):
    rows = [(1.35 + n / 1e5, 44.0, *flow(0, n, f"a{n}")[2:]) for n in range(4)]
    done = export(run, points(rows, FLOW, "EPSG:4326"), None)
    assert [row for row in done.rows("OUTPUT") if row["etablissements"] == 4]
    assert not done["OUTPUT"].crs().isGeographic()


@pytest.mark.parametrize("rare", [["MARQUE-UNIQUE"], ["cuir", "cuir", None], []])
def test_rare_values_of_an_open_field_are_put_together(run, rare):
    """In a row that is there whether anybody has one or not: it would say that somebody has."""
    layer = points(
        [
            (560_500, 6_325_000, f"e{n}", activity)
            for n, activity in enumerate([*["bois"] * 3, *rare])
        ],
        "etablissement_id:string,activite:string",
    )
    done = export(run, layer, squares(("O", 0, 1)), CATEGORY=["activite"])
    assert [row["categorie"] for row in done.rows("OUTPUT")] == [
        "ensemble",
        "bois",
        "non renseigné",
        "autres",
    ]
    assert [row["masque"] for row in done.rows("OUTPUT")][2:] == ["oui", "oui"]


@pytest.mark.parametrize("field", ["libelle", "id"])
def test_a_field_of_names_is_no_category(run, field):
    told = run.fails(
        "maskedexport",
        INPUT=points(companies(0.5, "a", 3), FLOW),
        BY=squares(("O", 0, 1)),
        CATEGORY=[field],
        OUTPUT="TEMPORARY_OUTPUT",
    )
    assert f"{field} can tell a company" in told


def test_a_layer_that_names_no_establishment(run):
    layer = points([(560_500, 6_325_000, "x")], "nature:string")
    told = run.fails(
        "maskedexport", INPUT=layer, BY=squares(("O", 0, 1)), OUTPUT="TEMPORARY_OUTPUT"
    )
    assert "Choose the field that names the establishment" in told


def test_records_outside_are_counted(run):
    log = Recorder()
    rows = [*companies(0.5, "a", 3), flow(50, 1, "z"), (None, None, *flow(0, 2, "n")[2:])]
    done = export(run, rows, squares(("O", 0, 1)), log)
    assert figures(done)["O"][0] == 3
    assert "2 records left out (in no zone)." in log.warnings


def test_an_empty_layer(run):
    done = export(run, [], squares(("O", 0, 1)))
    # There is nobody to protect.
    assert figures(done) == {"O": (0, 0, "non")}


@pytest.mark.parametrize("after", [0, 2, 6])
def test_cancelling_leaves_no_file(run, tmp_path, after):
    target = tmp_path / "export.gpkg"
    rows = [*companies(0.2, "a", 6), *companies(0.8, "b", 1), *companies(1.5, "c", 4)]
    zones = squares(("c", 0, 1), ("z", 0, 0.5), ("d", 1, 2), ("t", 0, 2))
    log = Recorder(cancel_after=after)
    export(run, rows, zones, log, OUTPUT=str(target))
    assert not target.exists()
    assert log.errors == []


# --- Synergies ------------------------------------------------------------------------------------


def synergies(rows) -> QgsVectorLayer:
    """Return synergies: from kilometre, number, to kilometre, number, tonnes."""
    layer = QgsVectorLayer(
        "MultiLineString?crs=EPSG:2154&field=titre:string&field=nature:string"
        "&field=tonnage_an:double",
        "s",
        "memory",
    )
    features = []
    for start, first, end, last, tonnes in rows:
        ends = [
            QgsPointXY(560_000 + 1000 * at + number, 6_325_000)
            for at, number in ((start, first), (end, last))
        ]
        feature = QgsFeature(layer.fields())
        feature.setAttributes(["MARQUE-TITRE", "matiere", tonnes])
        feature.setGeometry(QgsGeometry.fromMultiPolylineXY([ends]))
        features.append(feature)
    layer.dataProvider().addFeatures(features)
    return layer


def test_synergies_from_zone_to_zone(run):
    """Three from O to E, either way round; three from O to one company of M: not shown."""
    rows = [(0.5, n, 2.5, n, 10) for n in (1, 2)] + [(2.5, 3, 0.5, 3, 10)]
    rows += [(0.5, n, 1.5, 7, 10) for n in (4, 5, 6)]
    done = export(run, synergies(rows), squares(("O", 0, 1), ("M", 1, 2), ("E", 2, 3)))
    shown = [row for row in done.rows("OUTPUT") if row["categorie"] == "ensemble"]
    assert [(r["zone_code"], r["vers_code"]) for r in shown] in ([("E", "O")], [])
    alone = export(run, synergies(rows[:3]), squares(("O", 0, 1), ("E", 2, 3)))
    (row,) = (row for row in alone.rows("OUTPUT") if row["categorie"] == "ensemble")
    assert (row["zone_code"], row["vers_code"], row["synergies"]) == ("E", "O", 3)
    assert row["quantite_t"] == 30
    (feature, *_) = alone["OUTPUT"].getFeatures()
    assert feature.geometry().length() == pytest.approx(2000)


# --- Nothing else leaves --------------------------------------------------------------------------


def marked(store: Path) -> list[str]:
    """Turn all that tells somebody in a territory into markers, and return them."""
    marks: list[str] = []
    with closing(sqlite3.connect(store)) as base:
        base.execute("PRAGMA foreign_keys = OFF")
        for (trigger,) in base.execute(
            "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        ).fetchall():
            base.execute(f'DROP TRIGGER "{trigger}"')
        # Choices and codes are nobody's; all other texts are somebody's words, names or numbers.
        kept = {"id", "nomenclature", "saison"} | {
            column.name
            for declared in TABLES
            for column in declared.fields
            if column.values or column.reference or column.link
        }
        for table in ("etablissement", "contact", "flux", "visite", "synergie"):
            columns = base.execute(f'PRAGMA table_info("{table}")').fetchall()
            for _, name, kind, *_ in columns:
                if not kind.upper().startswith("TEXT") or name in kept:
                    continue
                for (key,) in base.execute(f'SELECT fid FROM "{table}"').fetchall():
                    mark = f"ZQX{len(marks):06d}"
                    marks.append(mark)
                    base.execute(f'UPDATE "{table}" SET "{name}" = ? WHERE fid = ?', (mark, key))
            marks += [one for (one,) in base.execute(f'SELECT id FROM "{table}"')]
        base.commit()
    return marks


def coordinates(store: Path) -> list[bytes]:
    """Return the exact coordinates of the records as they are written in a geometry."""
    layer = QgsVectorLayer(f"{store}|layername=etablissement", "e", "ogr")
    found = []
    for feature in layer.getFeatures():
        if feature.hasGeometry():
            wkb = bytes(feature.geometry().asWkb())
            found += [wkb[5:13], wkb[13:21]]
            point = feature.geometry().asPoint()
            found += [f"{point.x():.2f}".encode(), f"{point.y():.2f}".encode()]
    return found


@pytest.mark.parametrize("suffix", ["gpkg", "csv"])
@pytest.mark.parametrize("table", ["etablissement", "flux", "synergie"])
def test_nothing_of_a_record_is_in_the_file(run, demo, tmp_path, table, suffix):
    store = shutil.copytree(demo.folder, tmp_path / "territoire") / demo.store.name
    marks = marked(store)
    if table == "synergie":
        assert run.project.read(str(store.with_suffix(".qgz")))
    assert len(marks) > 500
    folder = tmp_path / "export"
    folder.mkdir()
    done = run(
        "maskedexport",
        INPUT=f"{store}|layername={table}",
        BY=f"{store}|layername=perimetre|subset=\"type\" = 'epci'",
        OUTPUT=str(folder / f"export.{suffix}"),
    )
    files = [path for path in folder.iterdir() if path.is_file()]
    assert files
    assert done["OUTPUT"]
    content = b"".join(path.read_bytes() for path in files)
    assert b"ensemble" in content or table == "synergie"
    assert [mark for mark in marks if mark.encode() in content] == []
    assert b"ZQX" not in content
    assert [place for place in coordinates(store) if place in content] == []
    # The source's name and folder are nobody's business either.
    assert demo.store.name.encode() not in content


def test_the_leak_test_can_fail(run, demo, tmp_path):
    """The same search on a plain copy of the layer finds the marks."""
    store = tmp_path / "source.gpkg"
    shutil.copyfile(demo.store, store)
    marks = marked(store)
    content = store.read_bytes()
    assert sum(mark.encode() in content for mark in marks) > 500
    assert sum(place in content for place in coordinates(store)) > 50


def test_a_formula_in_the_name_of_a_zone_is_harmless_in_a_spreadsheet(run, tmp_path):
    target = tmp_path / "export.csv"
    export(run, companies(0.5, "a", 3), squares(("=1+1", 0, 1)), OUTPUT=str(target))
    assert "'=1+1" in target.read_text(encoding="utf-8")


def test_selected_features_only(run):
    layer = points([*companies(0.5, "a", 3), *companies(0.5, "b", 2)], FLOW)
    layer.selectByExpression("\"etablissement_id\" like 'a%'")
    run.project.addMapLayer(layer, False)
    done = export(run, QgsProcessingFeatureSourceDefinition(layer.id(), True), squares(("O", 0, 1)))
    assert figures(done)["O"][0] == 3


def test_the_demonstration_says_something(run, demo):
    done = run(
        "maskedexport",
        INPUT=f"{demo.store}|layername=flux",
        BY=f"{demo.store}|layername=perimetre|subset=\"type\" = 'epci'",
        OUTPUT="TEMPORARY_OUTPUT",
    )
    assert [row for row in done.rows("OUTPUT") if row["masque"] == "non"]
    for row in done.rows("OUTPUT"):
        assert (row["releves"] is None) == (row["masque"] == "oui")
        assert row["etablissements"] is None or row["etablissements"] >= 3
