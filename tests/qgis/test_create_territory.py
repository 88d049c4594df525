"""`actif:createterritory`: a database and a ready project, from any polygons."""

from __future__ import annotations

import json

import pytest
from qgis.core import QgsGeometry, QgsProject

from tests.qgis.conftest import CONTOURS
from tests.qgis.harness import REAL, Recorder, needs_real, rows_of, sql


def polygons(path, rows, crs=""):
    """Write a GeoJSON of squares: rows (properties, x, y of the south-western corner)."""

    def square(x, y):
        return [[[x, y], [x + 0.1, y], [x + 0.1, y + 0.1], [x, y + 0.1], [x, y]]]

    features = [
        {
            "type": "Feature",
            "properties": properties,
            "geometry": None if x is None else {"type": "Polygon", "coordinates": square(x, y)},
        }
        for properties, x, y in rows
    ]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), "utf-8")
    return str(path)


def test_a_territory_and_its_project(run, tmp_path):
    store = tmp_path / "mon territoire.gpkg"
    done = run("createterritory", NAME="Pays de l'Essai", CRS="EPSG:2154", STORE=str(store))
    assert done["STORE"] == str(store)
    assert store.is_file()
    project = QgsProject()
    assert project.read(done["PROJECT"])
    assert project.title() == "Pays de l'Essai"
    assert project.crs().authid() == "EPSG:2154"
    assert dict(sql(store, "SELECT cle, valeur FROM actif_meta"))["nom"] == "Pays de l'Essai"
    assert sql(store, "SELECT count(*) FROM perimetre") == [(0,)]


def test_perimeters_of_the_projects_own_contours(run, tmp_path):
    store = tmp_path / "t.gpkg"
    run(
        "createterritory",
        NAME="T",
        CRS="EPSG:2154",
        STORE=str(store),
        PERIMETERS=str(CONTOURS / "communes_82.geojson"),
    )
    counts = sql(store, "SELECT type, count(*), count(DISTINCT code) FROM perimetre GROUP BY type")
    assert counts == [("commune", 195, 195)]
    assert sql(store, "SELECT count(*) FROM perimetre WHERE geom IS NULL") == [(0,)]


@needs_real
@pytest.mark.parametrize(
    ("file", "kind", "count"),
    [
        (
            "boundaries_82_npm_pypi/communes-82_france-geojson2018.geojson",
            "commune",
            195,
        ),
        ("boundaries_82_npm_pypi/communes_82_et_voisins_datafrance.gpkg", "commune", 2468),
    ],
)
def test_contours_of_other_makes(run, tmp_path, file, kind, count):
    store = tmp_path / "t.gpkg"
    run("createterritory", NAME="T", CRS="EPSG:2154", STORE=str(store), PERIMETERS=str(REAL / file))
    assert sql(store, "SELECT type, count(*) FROM perimetre GROUP BY type") == [(kind, count)]
    ((name,),) = sql(store, "SELECT nom FROM perimetre WHERE code = '82121'")
    assert name == "Montauban"


def test_what_the_codes_tell(run, tmp_path):
    source = polygons(
        tmp_path / "p.geojson",
        [
            ({"code": "82121", "nom": "Montauban"}, 1.3, 44.0),
            ({"code": "248200099", "nom": "Grand Montauban"}, 1.3, 44.0),
            ({"code": "ZA1", "nom": "Albasud", "type": "zae"}, 1.3, 44.0),
            ({"code": "", "nom": "Ailleurs"}, 1.4, 44.0),
            ({"code": "", "nom": "Nulle part"}, 1.5, 44.0),
            ({"code": "82121", "nom": "Montauban (double)"}, 1.6, 44.0),
            ({"code": "82033", "nom": "Sans contour"}, None, None),
        ],
    )
    store = tmp_path / "t.gpkg"
    done = run("createterritory", NAME="T", CRS="EPSG:2154", STORE=str(store), PERIMETERS=source)
    assert set(sql(store, "SELECT nom, type FROM perimetre")) == {
        ("Montauban", "commune"),
        ("Grand Montauban", "epci"),
        ("Albasud", "zae"),
        ("Ailleurs", "autre"),
        ("Nulle part", "autre"),
    }
    assert done.log.warnings == [
        "Perimeters left out: 1. Same perimeter as line ….",
        "Perimeters left out: 1. No shape.",
    ]


def test_perimeters_come_in_the_territorys_system(run, tmp_path):
    """A tenth of a degree square at 1.3 E, 44 N: its box in UTM 31 N, by pyproj."""
    source = polygons(tmp_path / "p.geojson", [({"code": "82121", "nom": "M"}, 1.3, 44.0)])
    store = tmp_path / "t.gpkg"
    done = run("createterritory", NAME="T", CRS="EPSG:32631", STORE=str(store), PERIMETERS=source)
    project = QgsProject()
    project.read(done["PROJECT"])
    (communes,) = project.mapLayersByName("Communes")
    assert communes.crs().authid() == "EPSG:32631"
    box = next(communes.getFeatures()).geometry().boundingBox()
    assert (box.xMinimum(), box.yMinimum()) == pytest.approx((363_703.281, 4_873_117.220), abs=0.01)


def test_multipolygons_stay_whole(run, tmp_path):
    """Two islands of one commune."""
    shape = QgsGeometry.fromWkt(
        "MultiPolygon (((1 44, 1.1 44, 1.1 44.1, 1 44)), ((1.5 44, 1.6 44, 1.6 44.1, 1.5 44)))"
    )
    feature = {
        "type": "Feature",
        "properties": {"code": "82121", "nom": "Archipel"},
        "geometry": json.loads(shape.asJson()),
    }
    source = tmp_path / "p.geojson"
    source.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}), "utf-8")
    done = run(
        "createterritory",
        NAME="T",
        CRS="EPSG:2154",
        STORE=str(tmp_path / "t.gpkg"),
        PERIMETERS=str(source),
    )
    project = QgsProject()
    project.read(done["PROJECT"])
    (communes,) = project.mapLayersByName("Communes")
    (archipelago,) = communes.getFeatures()
    assert archipelago.geometry().constGet().numGeometries() == 2
    assert rows_of(communes)[0]["nom"] == "Archipel"


@pytest.mark.parametrize(
    ("parameters", "told"),
    [
        ({"NAME": "  "}, "needs a name"),
        ({"STORE": "t.sqlite"}, "must end with .gpkg"),
        ({"STORE": "absent/t.gpkg"}, "cannot be written"),
    ],
)
def test_refusals(run, tmp_path, parameters, told):
    given = {"NAME": "T", "CRS": "EPSG:2154", "STORE": "t.gpkg", **parameters}
    given["STORE"] = str(tmp_path / given["STORE"])
    assert told in run.fails("createterritory", **given)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["t.gpkg", "t.qgz"])
def test_an_existing_file_is_refused_and_kept(run, tmp_path, name):
    """The database, and the project that lies beside it too."""
    (tmp_path / name).write_text("précieux", encoding="utf-8")
    store = str(tmp_path / "t.gpkg")
    told = run.fails("createterritory", NAME="T", CRS="EPSG:2154", STORE=store)
    assert "already exists" in told
    assert name in told
    assert (tmp_path / name).read_text(encoding="utf-8") == "précieux"
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_replacing_on_demand(run, tmp_path):
    store = str(tmp_path / "t.gpkg")
    run("createterritory", NAME="Ancien", CRS="EPSG:2154", STORE=store)
    run("createterritory", NAME="Neuf", CRS="EPSG:2154", STORE=store, OVERWRITE=True)
    assert dict(sql(tmp_path / "t.gpkg", "SELECT cle, valeur FROM actif_meta"))["nom"] == "Neuf"


def test_cancelling_keeps_the_old_territory(run, tmp_path):
    store = tmp_path / "t.gpkg"
    run("createterritory", NAME="Ancien", CRS="EPSG:2154", STORE=str(store))
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    done = run(
        "createterritory",
        Recorder(cancel_after=20),
        NAME="Neuf",
        CRS="EPSG:2154",
        STORE=str(store),
        PERIMETERS=str(CONTOURS / "communes_82.geojson"),
        OVERWRITE=True,
    )
    assert done.results.get("STORE") is None
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_progress_only_grows(run, tmp_path):
    done = run(
        "createterritory",
        NAME="T",
        CRS="EPSG:2154",
        STORE=str(tmp_path / "t.gpkg"),
        PERIMETERS=str(CONTOURS / "communes_82.geojson"),
    )
    assert done.log.progress == sorted(done.log.progress)
    assert done.log.progress[-1] >= 80
