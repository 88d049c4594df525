"""Results written in bulk: a GeoPackage as any other, whole or not at all."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from osgeo import gdal, ogr, osr
from qgis.core import QgsFeatureRequest, QgsRectangle, QgsVectorLayer

from actif_plugin.domain.feedback import Cancelled, Silent
from actif_plugin.processing import results
from actif_plugin.store import bulk
from actif_plugin.store.packed_rtree import node_size, packed, write_tree
from tests.qgis.harness import Recorder, points, rows_of, run_program
from tests.qgis.test_answer_needs import FLOW, ask, scatter


@pytest.fixture
def layers():
    return [points(scatter(name, 400, 30_000, seed), FLOW) for seed, name in enumerate("no")]


def test_the_same_rows_in_memory_and_in_a_file(run, layers, tmp_path):
    path = tmp_path / "r.gpkg"
    in_memory = ask(run, *layers)
    ask(run, *layers, OUTPUT=str(path))
    layer = QgsVectorLayer(str(path), "r", "ogr")
    assert layer.crs().authid() == "EPSG:2154"
    written = rows_of(layer)
    assert [row.pop("fid") for row in written] == list(range(1, len(written) + 1))
    assert written == in_memory.rows("OUTPUT")
    assert len(written) > 500
    lines = [feature.geometry().asWkt(3) for feature in layer.getFeatures()]
    assert lines == [f.geometry().asWkt(3) for f in in_memory["OUTPUT"].getFeatures()]
    # What the map asks for first: where the layer is, how much it holds, what is in a window.
    everything = in_memory["OUTPUT"].extent()
    assert layer.extent().toString(3) == everything.toString(3)
    assert layer.featureCount() == len(written)
    window = QgsRectangle.fromCenterAndSize(everything.center(), 4_000, 4_000)
    request = QgsFeatureRequest().setFilterRect(window)
    request.setFlags(QgsFeatureRequest.Flag.ExactIntersect)
    expected = {f.id() for f in in_memory["OUTPUT"].getFeatures(request)}
    assert {f.id() for f in layer.getFeatures(request)} == expected
    assert expected


def test_the_file_is_sound_and_goes_on_living(run, layers, tmp_path):
    path = tmp_path / "r.gpkg"
    ask(run, *layers, OUTPUT=str(path))
    with closing(sqlite3.connect(path)) as base:
        assert base.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert base.execute("SELECT rtreecheck('rtree_r_geom')").fetchone() == ("ok",)
        count = base.execute("SELECT count(*) FROM r").fetchone()[0]
        assert base.execute("SELECT feature_count FROM gpkg_ogr_contents").fetchone() == (count,)
        triggers = {
            row[0] for row in base.execute("SELECT name FROM sqlite_master WHERE type='trigger'")
        }
    assert {"rtree_r_geom_insert", "trigger_insert_feature_count_r"} <= triggers
    # GDAL adds a row to it and finds the row again, by the index too.
    dataset = ogr.Open(str(path), 1)
    table = dataset.GetLayer(0)
    feature = ogr.Feature(table.GetLayerDefn())
    feature.SetGeometry(ogr.CreateGeometryFromWkt("LINESTRING (1 1, 2 2)"))
    assert table.CreateFeature(feature) == 0
    table.SetSpatialFilterRect(0, 0, 3, 3)
    assert table.GetFeatureCount() == 1
    table.SetSpatialFilter(None)
    assert table.GetFeatureCount() == count + 1


def test_no_answer_leaves_an_empty_layer(run, tmp_path):
    path = tmp_path / "r.gpkg"
    needs = points([(0, 0, "n", "16.2")])
    ask(run, needs, points([(0, 0, "o", "20.1")]), OUTPUT=str(path))
    layer = QgsVectorLayer(str(path), "r", "ogr")
    assert layer.isValid()
    assert layer.featureCount() == 0


@pytest.mark.parametrize("count", [0, 1, 51, 52, 2_700, 140_000])
def test_packed_trees_find_what_a_scan_finds(tmp_path, count):
    """Of one node, of two, of two levels, of three levels and more."""
    dice = np.random.default_rng(count)
    corner = dice.uniform(0, 100_000, (count, 2))
    size = dice.uniform(0, 3_000, (count, 2))
    boxes = np.column_stack(
        (corner[:, 0], corner[:, 0] + size[:, 0], corner[:, 1], corner[:, 1] + size[:, 1])
    )
    rows = 3 * np.arange(count) + 1
    with closing(sqlite3.connect(tmp_path / "t.db")) as base:
        base.execute("CREATE VIRTUAL TABLE t USING rtree(id, minx, maxx, miny, maxy)")
        write_tree(base, "t", packed(rows, boxes, node_size(base, "t"), Silent()), Silent())
        assert base.execute("SELECT rtreecheck('t')").fetchone() == ("ok",)
        assert base.execute("SELECT count(*) FROM t").fetchone() == (count,)
        west, east, south, north = 20_000.5, 31_000.25, 40_000.125, 52_000.0
        found = base.execute(
            "SELECT id FROM t WHERE maxx >= ? AND minx <= ? AND maxy >= ? AND miny <= ?",
            (west, east, south, north),
        )
        inside = (
            (boxes[:, 1] >= west)
            & (boxes[:, 0] <= east)
            & (boxes[:, 3] >= south)
            & (boxes[:, 2] <= north)
        )
        # 32-bit boxes are a little wider than the true ones, never narrower.
        missing = set(rows[inside].tolist()) - {row[0] for row in found}
        assert missing == set()


def test_a_tree_that_nobody_waits_for_stops():
    class Stop(Silent):
        def cancelled(self) -> bool:
            return True

    with pytest.raises(Cancelled):
        packed(np.arange(10_000), np.zeros((10_000, 4)), 1228, Stop())


@pytest.mark.parametrize("after", [0, 1, 3, 5, 8, 12])
def test_cancelling_leaves_nothing_behind(run, layers, tmp_path, after):
    paths = [tmp_path / "r.gpkg", tmp_path / "u.gpkg"]
    log = Recorder(cancel_after=after)
    done = ask(run, *layers, log, OUTPUT=str(paths[0]), UNANSWERED=str(paths[1]))
    assert done.results == {}
    assert list(tmp_path.iterdir()) == []
    assert log.errors == []


def test_a_full_disk(run, layers, tmp_path):
    """Whatever the room left, one sentence and no file, or the whole result."""
    mounted = tmp_path / "petit"
    mounted.mkdir()
    size = 900
    mount = run_program("mount", "-t", "tmpfs", "-o", f"size={size}k", "tmpfs", mounted)
    if mount.returncode:
        pytest.skip("only root makes a small disk")
    try:
        ballast = mounted / "plein"
        outcomes = set()
        for room in (60, 120, 180, 260, 800):
            ballast.write_bytes(bytes((size - room) * 1024))
            path = mounted / "r.gpkg"
            parameters = {"NEEDS": layers[0], "OFFERS": layers[1], "OUTPUT": str(path)}
            try:
                run("answerneeds", **parameters, UNANSWERED="TEMPORARY_OUTPUT")
            except Exception as error:
                outcomes.add("refused")
                assert "Traceback" not in str(error), str(error)
                # Before the algorithm has the file in hand, QGIS tells the failure itself.
                if "check the disk" in str(error):
                    outcomes.add("told")
                    assert not path.exists()
            else:
                outcomes.add("whole")
                layer = QgsVectorLayer(str(path), "r", "ogr")
                assert layer.featureCount() > 500
                del layer
            path.unlink(missing_ok=True)
            ballast.unlink()
        assert outcomes == {"refused", "told", "whole"}
    finally:
        run_program("umount", "-l", mounted)


def test_a_table_that_is_not_new_is_refused(run, layers, tmp_path):
    path = tmp_path / "r.gpkg"
    ask(run, *layers, OUTPUT=str(path))
    before = path.read_bytes()
    with pytest.raises(bulk.StoreError, match="not a new table"):
        bulk.fill_lines(path, ["besoin_id"], np.zeros((1, 4)), [[["x"]]])
    assert path.read_bytes() == before


@pytest.fixture
def source(tmp_path):
    """Needs and offers of which many find nobody, in a GeoPackage with columns of all types."""
    path = tmp_path / "source" / "flux.gpkg"
    path.parent.mkdir()
    dataset = gdal.GetDriverByName("GPKG").Create(str(path), 0, 0, 0, gdal.GDT_Unknown)
    system = osr.SpatialReference()
    system.ImportFromEPSG(2154)
    for seed, name in enumerate(("besoins", "offres")):
        table = dataset.CreateLayer(name, system, ogr.wkbPoint)
        table.CreateField(ogr.FieldDefn("id", ogr.OFTString))
        table.CreateField(ogr.FieldDefn("code", ogr.OFTString))
        table.CreateField(ogr.FieldDefn("quantite", ogr.OFTReal))
        table.CreateField(ogr.FieldDefn("date_confirmation", ogr.OFTDate))
        for number, (x, y, *_) in enumerate(scatter(name[0], 3000, 300_000, seed)):
            feature = ogr.Feature(table.GetLayerDefn())
            feature["id"] = f"{name[0]}{number}"
            feature["code"] = "16.2" if number % 3 else "20.1" if seed else "17.1"
            if number % 2:
                feature["quantite"] = number / 7
                feature["date_confirmation"] = "2020/02/29"
            point = ogr.Geometry(ogr.wkbPoint)
            point.AddPoint_2D(x, y)
            feature.SetGeometry(point)
            table.CreateFeature(feature)
    del table, dataset
    return [f"{path}|layername={name}" for name in ("besoins", "offres")]


def test_whole_records_are_copied(run, source, tmp_path, monkeypatch):
    """Between GeoPackages without QGIS: what QGIS would have copied, and as sound a file."""
    path = tmp_path / "u.gpkg"
    calls = []
    monkeypatch.setattr(
        results, "copy_points", lambda *given: calls.append(given) or bulk.copy_points(*given)
    )
    done = ask(run, *source, MAX_DISTANCE=5_000, UNANSWERED=str(path))
    assert len(calls) == 1
    assert done.log.progress == sorted(done.log.progress)
    expected = ask(run, *source, MAX_DISTANCE=5_000)["UNANSWERED"]
    copied = QgsVectorLayer(str(path), "u", "ogr")
    assert copied.featureCount() == expected.featureCount() > 1000
    assert rows_of(copied) == rows_of(expected)
    assert [f.geometry().asWkb() for f in copied.getFeatures()] == [
        f.geometry().asWkb() for f in expected.getFeatures()
    ]
    assert copied.extent().toString(3) == expected.extent().toString(3)
    with closing(sqlite3.connect(path)) as base:
        assert base.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert base.execute("SELECT rtreecheck('rtree_u_geom')").fetchone() == ("ok",)
        (count,) = base.execute("SELECT count(*) FROM rtree_u_geom").fetchone()
        assert count == expected.featureCount()


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE gpkg_geometry_columns SET srs_id = 4326",
        "UPDATE besoins SET geom = geom || x'00' WHERE fid = 7",
    ],
)
def test_what_is_not_plain_goes_through_qgis(source, change):
    path = Path(source[0].split("|")[0])
    names = ["fid", "id", "code", "quantite", "date_confirmation"]
    assert bulk.can_copy_points(path, "besoins", names, 2154)
    assert not bulk.can_copy_points(path, "besoins", names[:-1], 2154)
    assert not bulk.can_copy_points(path, "absent", names, 2154)
    assert not bulk.can_copy_points(path.parent, "besoins", names, 2154)
    with closing(sqlite3.connect(path)) as base, base:
        # The triggers of the spatial index ask for functions that only GDAL has.
        for (name,) in base.execute(
            "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'besoins'"
        ).fetchall():
            base.execute(f'DROP TRIGGER "{name}"')
        base.execute(change)
    assert not bulk.can_copy_points(path, "besoins", names, 2154)
