"""The territory's database: what is on disk, what it does by itself, what it refuses."""

from __future__ import annotations

import errno
import os
import re
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest
from osgeo import ogr
from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsCoordinateTransformContext,
    QgsFeature,
    QgsGeometry,
    QgsPointXY,
    QgsVectorLayer,
)

from actif_plugin import paths
from actif_plugin.compat import plain
from actif_plugin.store import geopackage
from actif_plugin.store.errors import StoreError
from actif_plugin.store.model import Geometry, OnDelete, Type
from actif_plugin.store.schema import TABLES, VIEWS, links, table
from actif_plugin.store.territory import create_territory, open_territory
from tests.qgis.harness import ROOT, run_program, sql

WGS84 = QgsCoordinateReferenceSystem("EPSG:4326")
LAMBERT_93 = QgsCoordinateReferenceSystem("EPSG:2154")
UUID4 = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
STAMP = re.compile(r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
SPATIAL = [declared for declared in TABLES if declared.geometry is not None]

OGR_GEOMETRY = {
    Geometry.POINT: ogr.wkbPoint,
    Geometry.MULTILINESTRING: ogr.wkbMultiLineString,
    Geometry.MULTIPOLYGON: ogr.wkbMultiPolygon,
}
OGR_TYPES = {
    Type.TEXT: (ogr.OFTString, ogr.OFSTNone),
    Type.INTEGER: (ogr.OFTInteger64, ogr.OFSTNone),
    Type.REAL: (ogr.OFTReal, ogr.OFSTNone),
    Type.BOOLEAN: (ogr.OFTInteger, ogr.OFSTBoolean),
    Type.DATE: (ogr.OFTDate, ogr.OFSTNone),
    Type.DATETIME: (ogr.OFTDateTime, ogr.OFSTNone),
}


def create(path: Path, crs: QgsCoordinateReferenceSystem = LAMBERT_93, **options):
    return create_territory(path, "Essai", crs, paths.reference_database(), **options)


# --- What is on disk, as GDAL and sqlite read it --------------------------------------------------


class TestOnDisk:
    @pytest.mark.parametrize("declared", TABLES, ids=lambda declared: declared.name)
    def test_columns_as_gdal_reads_them(self, built_territory, declared):
        source = ogr.Open(str(built_territory))
        layer = source.GetLayerByName(declared.name)
        definition = layer.GetLayerDefn()
        found = [definition.GetFieldDefn(n) for n in range(definition.GetFieldCount())]
        assert [(f.GetName(), (f.GetType(), f.GetSubType())) for f in found] == [
            (field.name, OGR_TYPES[field.type]) for field in declared.columns()
        ]
        nullable = {f.GetName() for f in found if f.IsNullable()}
        optional = {
            field.name
            for field in declared.columns()
            # The key of an editable table is filled by the database: it may be left out.
            if not field.required or (declared.editable and field.name == declared.key)
        }
        assert nullable == optional
        if declared.geometry is None:
            assert layer.GetGeomType() == ogr.wkbNone
        else:
            assert layer.GetGeomType() == OGR_GEOMETRY[declared.geometry]
            assert layer.GetGeometryColumn() == "geom"
            assert layer.GetSpatialRef().GetAuthorityCode(None) == "2154"
            assert layer.TestCapability(ogr.OLCFastSpatialFilter)

    def test_no_other_table(self, built_territory):
        source = ogr.Open(str(built_territory))
        found = {source.GetLayer(n).GetName() for n in range(source.GetLayerCount())}
        assert found == {declared.name for declared in (*TABLES, *VIEWS)}

    def test_foreign_keys_as_sqlite_reads_them(self, built_territory):
        found = {
            (child, row[3]): (row[2], row[4], row[6])
            for child in (declared.name for declared in TABLES)
            for row in sql(built_territory, f'PRAGMA foreign_key_list("{child}")')
        }
        assert found == {
            (child.name, field.name): (link.table, "id", link.on_delete.value)
            for child, field, link in links()
        }

    def test_unique_columns(self, built_territory):
        for declared in TABLES:
            found = set()
            for row in sql(built_territory, f'PRAGMA index_list("{declared.name}")'):
                if row[2]:
                    columns = sql(built_territory, f'PRAGMA index_info("{row[1]}")')
                    found.add(tuple(column[2] for column in columns))
            assert found == {(declared.key,), *declared.unique}

    def test_links_are_indexed(self, built_territory):
        for child, field, _ in links():
            plan = sql(
                built_territory,
                f'EXPLAIN QUERY PLAN SELECT 1 FROM "{child.name}" WHERE "{field.name}" = ?',
                "x",
            )
            assert "USING" in plan[0][3], (child.name, field.name)

    def test_it_is_a_geopackage_to_the_letter(self, territory):
        """By the checker that comes with GDAL; sqlite gives the columns of views no type."""
        validate = pytest.importorskip("osgeo_utils.samples.validate_gpkg")
        for view in VIEWS:
            sql(territory.path, f"DROP VIEW {view.name}")
            sql(territory.path, "DELETE FROM gpkg_contents WHERE table_name = ?", view.name)
        validate.check(str(territory.path))

    def test_integrity(self, built_territory):
        assert sql(built_territory, "PRAGMA integrity_check") == [("ok",)]
        assert sql(built_territory, "PRAGMA foreign_key_check") == []

    def test_reference_tables_are_whole(self, built_territory):
        """Row by row what the project's own tables hold."""
        compared = 0
        with closing(sqlite3.connect(paths.reference_database())) as reference:
            for name in ("ref_cpf", "ref_rome", "ref_naf", "ref_dechet", "ref_effectif"):
                held = {row[1] for row in reference.execute(f"PRAGMA table_info({name})")}
                columns = ", ".join(f.name for f in table(name).fields if f.name in held)
                query = f"SELECT {columns} FROM {name} ORDER BY {columns}"
                expected = reference.execute(query).fetchall()
                assert sql(built_territory, query) == expected, name
                compared += len(expected)
        assert compared > 10_000
        assert sql(built_territory, "SELECT count(*) FROM ref_cpf") == [(5522,)]
        assert sql(
            built_territory, "SELECT count(*) FROM ref_naf WHERE id <> version || ':' || code"
        ) == [(0,)]

    def test_what_it_says_of_itself(self, built_territory):
        meta = dict(sql(built_territory, "SELECT cle, valeur FROM actif_meta"))
        assert meta["schema_version"] == "1"
        assert meta["nom"] == "Tarn-et-Garonne"
        assert meta["crs"] == "EPSG:2154"
        assert "5522" in meta["ref_cpf"]

    def test_the_perimeters(self, built_territory):
        counts = sql(built_territory, "SELECT type, count(*) FROM perimetre GROUP BY type")
        assert dict(counts)["commune"] == 195
        source = ogr.Open(str(built_territory))
        layer = source.GetLayerByName("perimetre")
        layer.SetAttributeFilter("nom = 'Montauban'")
        montauban = layer.GetNextFeature()
        assert montauban["code"] == "82121"
        assert montauban["parent_code"] == "248200099"
        # 135 km², Lambert 93.
        assert montauban.GetGeometryRef().Area() == pytest.approx(135e6, rel=0.02)

    @pytest.mark.parametrize("authority", ["EPSG:2975", "EPSG:3857", "EPSG:4326", "EPSG:27572"])
    def test_other_systems(self, tmp_path, authority):
        path = tmp_path / "ailleurs.gpkg"
        crs = QgsCoordinateReferenceSystem(authority)
        create(path, crs)
        layer = ogr.Open(str(path))
        for declared in SPATIAL:
            found = layer.GetLayerByName(declared.name).GetSpatialRef()
            assert found.GetAuthorityCode(None) == authority.split(":")[1]
        assert open_territory(path).crs == crs

    def test_a_system_without_number(self, tmp_path):
        """Conic conformal zone 9 moved by a kilometre: nobody registered it."""
        proj = "+proj=lcc +lat_0=44 +lon_0=3 +lat_1=43.2 +lat_2=44.8 +x_0=1701000 +y_0=3200000"
        crs = QgsCoordinateReferenceSystem.fromProj(f"{proj} +ellps=GRS80 +units=m +no_defs")
        assert crs.isValid()
        path = tmp_path / "ici.gpkg"
        create(path, crs)
        opened = open_territory(path)
        for found in (opened.crs, opened.layer("etablissement").crs()):
            there = QgsCoordinateTransform(WGS84, found, QgsCoordinateTransformContext())
            point = there.transform(QgsPointXY(3, 44))
            assert place(point) == (1_701_000, 3_200_000)


# --- Ways of writing ------------------------------------------------------------------------------


def with_provider(layer: QgsVectorLayer, values: dict, point: QgsPointXY | None = None) -> None:
    feature = made(layer, values, point)
    added, _ = layer.dataProvider().addFeatures([feature])
    if not added:
        raise sqlite3.IntegrityError("; ".join(layer.dataProvider().errors()))


def with_editing(layer: QgsVectorLayer, values: dict, point: QgsPointXY | None = None) -> None:
    assert layer.startEditing()
    layer.addFeature(made(layer, values, point))
    if not layer.commitChanges():
        errors = "; ".join(layer.commitErrors())
        layer.rollBack()
        raise sqlite3.IntegrityError(errors)


def with_ogr2ogr(layer: QgsVectorLayer, values: dict, point: QgsPointXY | None = None) -> None:
    """Append a row that comes from a CSV, as a script of the officer's would."""
    path, name = layer.source().split("|layername=")
    folder = Path(path).parent
    # A second column at least: GDAL takes a file of one for no table.
    columns = {"organisme": "CCI", **values}
    if point is not None:
        columns["wkt"] = point.asWkt()
    csv = folder / f"ajout_{name}.csv"
    quoted = ",".join('"' + str(value).replace('"', '""') + '"' for value in columns.values())
    csv.write_text(",".join(columns) + "\n" + quoted + "\n", encoding="utf-8")
    done = run_program(
        "ogr2ogr", "-append", "-f", "GPKG", path, csv, "-nln", name.split("|")[0],
        "-oo", "GEOM_POSSIBLE_NAMES=wkt", "-oo", "EMPTY_STRING_AS_NULL=YES",
        "-oo", "KEEP_GEOM_COLUMNS=NO", "-a_srs", "EPSG:2154",
    )  # fmt: skip
    refuse(done)


def refuse(done: subprocess.CompletedProcess[str]) -> None:
    """Raise what the database told GDAL; any other trouble is the test's own."""
    said = re.search(r"ERROR 1: .*(execute|sqlite3_step)", done.stderr)
    if said and re.search("constraint failed|aucun enregistrement|encore util|rigine", done.stderr):
        raise sqlite3.IntegrityError(done.stderr)
    assert done.returncode == 0 and "ERROR" not in done.stderr, done.stderr


def with_sqlite(layer: QgsVectorLayer, values: dict, point: QgsPointXY | None = None) -> None:
    path, name = layer.source().split("|layername=")
    columns = ", ".join(values)
    marks = ", ".join("?" * len(values))
    sql(Path(path), f"INSERT INTO {name} ({columns}) VALUES ({marks})", *values.values())


def made(layer: QgsVectorLayer, values: dict, point: QgsPointXY | None) -> QgsFeature:
    feature = QgsFeature(layer.fields())
    for name, value in values.items():
        feature[name] = value
    if point is not None:
        feature.setGeometry(QgsGeometry.fromPointXY(point))
    return feature


# Plain sqlite cannot write to a table with a spatial index, here as in any GeoPackage.
SPATIAL_WRITERS = [with_provider, with_editing, with_ogr2ogr]
WRITERS = [*SPATIAL_WRITERS, with_sqlite]

HERE, THERE = QgsPointXY(570_000, 6_325_000), QgsPointXY(571_000, 6_326_000)


@pytest.fixture
def company(territory):
    """An establishment at HERE, called `a`."""
    with_provider(territory.layer("etablissement"), {"id": "a", "raison_sociale": "Scierie"}, HERE)
    return territory


def positions(territory, name: str, key: str = "id") -> dict:
    """Return the rounded point of each record, read with GDAL; None where there is none."""
    source = ogr.Open(str(territory.path))
    found = {}
    for feature in source.GetLayerByName(name):
        shape = feature.GetGeometryRef()
        found[feature[key]] = None if shape is None else (round(shape.GetX()), round(shape.GetY()))
    return found


def place(point: QgsPointXY) -> tuple[int, int]:
    return round(point.x()), round(point.y())


def check_index(territory) -> None:
    """The spatial index holds exactly the boxes of the geometries."""
    for declared in SPATIAL:
        source = ogr.Open(str(territory.path))
        expected = {}
        for feature in source.GetLayerByName(declared.name):
            shape = feature.GetGeometryRef()
            if shape is not None:
                west, east, south, north = shape.GetEnvelope()
                expected[feature.GetFID()] = pytest.approx((west, east, south, north), abs=1)
        indexed = {
            row[0]: row[1:]
            for row in sql(
                territory.path,
                f"SELECT id, minx, maxx, miny, maxy FROM rtree_{declared.name}_geom",
            )
        }
        assert indexed == expected, declared.name


# --- What the database does by itself -------------------------------------------------------------


class TestIdentifiersAndAudit:
    @pytest.mark.parametrize("write", SPATIAL_WRITERS)
    def test_an_establishment_is_numbered_and_stamped(self, territory, write):
        write(territory.layer("etablissement"), {"raison_sociale": "Scierie"}, HERE)
        ((key, created, modified),) = sql(
            territory.path, "SELECT id, cree_le, modifie_le FROM etablissement"
        )
        assert UUID4.fullmatch(key)
        assert STAMP.fullmatch(created)
        assert modified == created

    @pytest.mark.parametrize("write", WRITERS)
    def test_a_visit_is_numbered_and_stamped(self, company, write):
        write(company.layer("visite"), {"etablissement_id": "a", "motif": "Première visite"})
        ((key, created, modified),) = sql(
            company.path, "SELECT id, cree_le, modifie_le FROM visite"
        )
        assert UUID4.fullmatch(key)
        assert STAMP.fullmatch(created)
        assert modified == created

    def test_two_records_never_share_an_identifier(self, company):
        with closing(sqlite3.connect(company.path)) as database, database:
            database.executemany(
                "INSERT INTO visite (etablissement_id) VALUES (?)", [("a",)] * 2000
            )
        ((count, distinct),) = sql(company.path, "SELECT count(*), count(DISTINCT id) FROM visite")
        assert count == distinct == 2000
        assert all(UUID4.fullmatch(key) for (key,) in sql(company.path, "SELECT id FROM visite"))

    @pytest.mark.parametrize("write", WRITERS)
    def test_an_identifier_that_is_given_is_kept(self, company, write):
        write(company.layer("visite"), {"id": "visite-1", "etablissement_id": "a"})
        assert sql(company.path, "SELECT id FROM visite") == [("visite-1",)]

    def test_the_clock_is_universal_and_right(self, company):
        before = time.time()
        with_sqlite(company.layer("visite"), {"etablissement_id": "a"})
        after = time.time()
        ((seconds,),) = sql(
            company.path, "SELECT (julianday(cree_le) - 2440587.5) * 86400 FROM visite"
        )
        assert before - 1 <= seconds <= after + 1

    def test_who_created_is_who_last_changed(self, company):
        with_sqlite(company.layer("visite"), {"etablissement_id": "a", "cree_par": "Awa"})
        assert sql(company.path, "SELECT cree_par, modifie_par FROM visite") == [("Awa", "Awa")]

    @pytest.mark.parametrize("client", ["provider", "editing", "sqlite", "ogr"])
    @pytest.mark.parametrize("name", ["visite", "avis"])
    def test_a_change_is_stamped_and_the_origin_stays(self, company, client, name):
        values = {
            "visite": {"id": "r", "etablissement_id": "a", "cree_par": "Awa"},
            "avis": {
                "id": "r", "besoin_id": "b", "offre_id": "o", "verdict": "ecarte", "cree_par": "Awa"
            },
        }[name]  # fmt: skip
        with_sqlite(company.layer(name), values)
        # Long ago, so that the next stamp differs whatever the clock's grain.
        sql(company.path, f"UPDATE {name} SET modifie_le = '2001-01-01T00:00:00.000Z'")
        ((created,),) = sql(company.path, f"SELECT cree_le FROM {name}")
        change(company, client, name, "r", {"motif": "Autre", "modifie_par": "Claire"})
        ((motive, created_after, by, modified, modified_by),) = sql(
            company.path, f"SELECT motif, cree_le, cree_par, modifie_le, modifie_par FROM {name}"
        )
        assert (motive, by, modified_by) == ("Autre", "Awa", "Claire")
        assert created_after == created
        assert STAMP.fullmatch(modified)
        assert modified >= created

    @pytest.mark.parametrize("client", ["provider", "editing", "ogr"])
    def test_a_move_is_a_change(self, company, client):
        ogr_sql(company, "UPDATE etablissement SET modifie_le = '2001-01-01T00:00:00.000Z'")
        move(company, client, "etablissement", "a", THERE)
        ((modified,),) = sql(company.path, "SELECT modifie_le FROM etablissement")
        assert modified > "2001-01-01T00:00:00.000Z"

    @pytest.mark.parametrize("client", ["provider", "editing", "sqlite", "ogr"])
    @pytest.mark.parametrize(
        ("column", "value"),
        [("cree_par", "B"), ("cree_le", "1999-01-01T00:00:00.000Z"), ("id", "autre")],
    )
    def test_nobody_rewrites_the_origin(self, company, client, column, value):
        with_sqlite(company.layer("visite"), {"id": "r", "etablissement_id": "a", "cree_par": "A"})
        before = sql(company.path, "SELECT id, cree_le, cree_par, motif FROM visite")
        with pytest.raises((sqlite3.IntegrityError, Refused), match="origine d'une fiche"):
            change(company, client, "visite", "r", {column: value, "motif": "Autre"})
        assert sql(company.path, "SELECT id, cree_le, cree_par, motif FROM visite") == before

    @pytest.mark.parametrize("write", WRITERS)
    def test_a_record_brought_from_another_territory_keeps_its_origin(self, company, write):
        origin = {"cree_le": "2024-05-06T07:08:09.123Z", "cree_par": "Awa"}
        write(company.layer("visite"), {"id": "r", "etablissement_id": "a", **origin})
        ((created, by, modified),) = sql(
            company.path, "SELECT cree_le, cree_par, modifie_le FROM visite"
        )
        assert created.startswith("2024-05-06T07:08:09")
        assert by == "Awa"
        assert modified > created

    @pytest.mark.parametrize("client", ["provider", "editing", "ogr"])
    def test_a_record_created_on_the_whole_second_can_be_changed(self, company, client):
        """Programs write a date back without the milliseconds that are zero."""
        with_sqlite(
            company.layer("visite"),
            {"id": "r", "etablissement_id": "a", "cree_le": "2024-05-06T07:08:09.000Z"},
        )
        change(company, client, "visite", "r", {"motif": "Autre"})
        assert sql(company.path, "SELECT motif FROM visite") == [("Autre",)]
        source = ogr.Open(str(company.path), 1)
        layer = source.GetLayerByName("visite")
        feature = layer.GetNextFeature()
        feature["motif"] = "Encore"
        assert layer.SetFeature(feature) == 0
        del source, layer, feature
        assert sql(company.path, "SELECT motif FROM visite") == [("Encore",)]

    def test_an_unsigned_record_can_be_signed_once(self, company):
        with_sqlite(company.layer("visite"), {"id": "r", "etablissement_id": "a"})
        sql(company.path, "UPDATE visite SET cree_par = 'Awa'")
        with pytest.raises(sqlite3.IntegrityError):
            sql(company.path, "UPDATE visite SET cree_par = 'Claire'")
        assert sql(company.path, "SELECT cree_par FROM visite") == [("Awa",)]

    def test_a_company_with_a_history_keeps_its_identifier(self, company):
        with_sqlite(company.layer("visite"), {"etablissement_id": "a"})
        with pytest.raises(sqlite3.IntegrityError):
            ogr_sql(company, "UPDATE etablissement SET id = 'b'")
        assert sql(company.path, "SELECT id FROM etablissement") == [("a",)]


class Refused(Exception):
    """QGIS could not write; what its provider said."""


def change(territory, client: str, name: str, key: str, values: dict) -> None:
    """Change attributes of a record with one of the clients."""
    if client in ("sqlite", "ogr"):
        pairs = ", ".join(f"{column} = '{value}'" for column, value in values.items())
        statement = f"UPDATE {name} SET {pairs} WHERE id = '{key}'"
        sql(territory.path, statement) if client == "sqlite" else ogr_sql(territory, statement)
        return
    layer = territory.layer(name)
    (feature,) = (f for f in layer.getFeatures() if f["id"] == key)
    attributes = {layer.fields().indexOf(column): value for column, value in values.items()}
    if client == "provider":
        if not layer.dataProvider().changeAttributeValues({feature.id(): attributes}):
            raise Refused("; ".join(layer.dataProvider().errors()))
    else:
        assert layer.startEditing()
        for position, value in attributes.items():
            assert layer.changeAttributeValue(feature.id(), position, value)
        if not layer.commitChanges():
            errors = "; ".join(layer.commitErrors())
            layer.rollBack()
            raise Refused(errors)


def move(territory, client: str, name: str, key: str, point: QgsPointXY) -> None:
    """Move a record with one of the clients."""
    if client == "ogr":
        source = ogr.Open(str(territory.path), 1)
        layer = source.GetLayerByName(name)
        (feature,) = (f for f in layer if f["id"] == key)
        feature.SetGeometry(ogr.CreateGeometryFromWkt(point.asWkt()))
        assert layer.SetFeature(feature) == 0
        return
    layer = territory.layer(name)
    (feature,) = (f for f in layer.getFeatures() if f["id"] == key)
    shape = QgsGeometry.fromPointXY(point)
    if client == "provider":
        assert layer.dataProvider().changeGeometryValues({feature.id(): shape})
    else:
        assert layer.startEditing()
        assert layer.changeGeometry(feature.id(), shape)
        assert layer.commitChanges(), layer.commitErrors()


def ogr_sql(territory, statement: str) -> None:
    """Run a statement through GDAL, which knows the functions that spatial indexes call."""
    done = run_program("ogrinfo", territory.path, "-sql", statement)
    refuse(done)


class TestGeometryOfFlows:
    FLOW = {"id": "f", "etablissement_id": "a", "sens": "offre"}

    @pytest.mark.parametrize("write", SPATIAL_WRITERS)
    def test_a_flow_takes_its_companys_place(self, company, write):
        write(company.layer("flux"), self.FLOW)
        assert positions(company, "flux") == {"f": place(HERE)}
        check_index(company)

    @pytest.mark.parametrize("write", SPATIAL_WRITERS)
    def test_a_point_of_its_own_does_not_count_unless_said(self, company, write):
        write(company.layer("flux"), self.FLOW, THERE)
        assert positions(company, "flux") == {"f": place(HERE)}
        check_index(company)

    @pytest.mark.parametrize("write", SPATIAL_WRITERS)
    def test_a_place_of_its_own(self, company, write):
        write(company.layer("flux"), {**self.FLOW, "lieu_propre": 1}, THERE)
        assert positions(company, "flux") == {"f": place(THERE)}
        check_index(company)

    @pytest.mark.parametrize("client", ["provider", "editing", "ogr"])
    def test_flows_follow_a_company_that_moves(self, company, client):
        flows = company.layer("flux")
        with_provider(flows, self.FLOW)
        with_provider(flows, {**self.FLOW, "id": "g", "lieu_propre": True}, HERE)
        with_provider(company.layer("etablissement"), {"id": "z", "raison_sociale": "Voisin"}, HERE)
        with_provider(flows, {**self.FLOW, "id": "h", "etablissement_id": "z"})
        move(company, client, "etablissement", "a", THERE)
        assert positions(company, "flux") == {"f": place(THERE), "g": place(HERE), "h": place(HERE)}
        check_index(company)

    @pytest.mark.parametrize("client", ["provider", "editing", "ogr"])
    def test_a_flow_dragged_away_comes_back(self, company, client):
        with_provider(company.layer("flux"), self.FLOW)
        move(company, client, "flux", "f", THERE)
        assert positions(company, "flux") == {"f": place(HERE)}
        check_index(company)

    @pytest.mark.parametrize("client", ["provider", "editing", "ogr"])
    def test_a_flow_given_a_place_of_its_own_and_back(self, company, client):
        with_provider(company.layer("flux"), self.FLOW)
        change(company, client, "flux", "f", {"lieu_propre": 1})
        move(company, client, "flux", "f", THERE)
        assert positions(company, "flux") == {"f": place(THERE)}
        change(company, client, "flux", "f", {"lieu_propre": 0})
        assert positions(company, "flux") == {"f": place(HERE)}
        check_index(company)

    @pytest.mark.parametrize("client", ["provider", "editing", "ogr"])
    def test_a_flow_given_to_another_company(self, company, client):
        with_provider(
            company.layer("etablissement"), {"id": "z", "raison_sociale": "Voisin"}, THERE
        )
        with_provider(company.layer("flux"), self.FLOW)
        change(company, client, "flux", "f", {"etablissement_id": "z"})
        assert positions(company, "flux") == {"f": place(THERE)}
        check_index(company)

    def test_a_company_without_a_point_then_located(self, territory):
        with_provider(territory.layer("etablissement"), {"id": "a", "raison_sociale": "A"})
        with_provider(territory.layer("flux"), self.FLOW)
        assert positions(territory, "flux") == {"f": None}
        move(territory, "provider", "etablissement", "a", HERE)
        assert positions(territory, "flux") == {"f": place(HERE)}
        check_index(territory)

    def test_deleting_a_flow_empties_the_index(self, company):
        with_provider(company.layer("flux"), self.FLOW)
        layer = company.layer("flux")
        assert layer.dataProvider().deleteFeatures([f.id() for f in layer.getFeatures()])
        check_index(company)

    def test_thousands_of_flows_follow(self, company):
        """One move, one statement: nothing is left behind."""
        layer = company.layer("flux")
        layer.dataProvider().addFeatures(
            [made(layer, {**self.FLOW, "id": f"f{n}"}, None) for n in range(3000)]
        )
        move(company, "provider", "etablissement", "a", THERE)
        assert set(positions(company, "flux").values()) == {place(THERE)}
        check_index(company)


# --- What the database refuses --------------------------------------------------------------------


class TestOrphans:
    @pytest.mark.parametrize("write", WRITERS)
    def test_a_visit_to_nobody(self, company, write):
        with pytest.raises(sqlite3.IntegrityError, match=r"visite\.etablissement_id"):
            write(company.layer("visite"), {"etablissement_id": "nobody"})
        assert sql(company.path, "SELECT count(*) FROM visite") == [(0,)]

    @pytest.mark.parametrize("write", SPATIAL_WRITERS)
    def test_a_flow_of_nobody(self, company, write):
        with pytest.raises(sqlite3.IntegrityError, match=r"flux\.etablissement_id"):
            write(company.layer("flux"), {"etablissement_id": "nobody", "sens": "offre"})
        assert sql(company.path, "SELECT count(*) FROM flux") == [(0,)]

    @pytest.mark.parametrize("client", ["provider", "editing", "sqlite", "ogr"])
    def test_a_visit_given_to_nobody(self, company, client):
        with_sqlite(company.layer("visite"), {"id": "r", "etablissement_id": "a"})
        with pytest.raises((sqlite3.IntegrityError, Refused), match=r"visite\.etablissement_id"):
            change(company, client, "visite", "r", {"etablissement_id": "nobody"})
        assert sql(company.path, "SELECT etablissement_id FROM visite") == [("a",)]

    def test_the_words_are_french_and_name_the_column(self, company):
        with pytest.raises(sqlite3.IntegrityError) as caught:
            with_sqlite(company.layer("visite"), {"etablissement_id": "nobody"})
        assert str(caught.value) == (
            "visite.etablissement_id : aucun enregistrement correspondant dans etablissement"
        )


class TestDeletions:
    """A company at HERE with a contact, a visit, a flow of the visit, a synergy of the flow."""

    @pytest.fixture
    def full(self, company):
        with_sqlite(company.layer("contact"), {"id": "c", "etablissement_id": "a"})
        with_sqlite(company.layer("visite"), {"id": "v", "etablissement_id": "a"})
        with_provider(
            company.layer("flux"),
            {"id": "f", "etablissement_id": "a", "sens": "offre", "visite_id": "v"},
        )
        with_provider(company.layer("synergie"), {"id": "s", "titre": "Essai"})
        with_sqlite(
            company.layer("synergie_membre"),
            {"id": "m", "synergie_id": "s", "etablissement_id": "a", "flux_id": "f"},
        )
        return company

    def delete(self, territory, client: str, name: str, key: str) -> bool:
        if client == "ogr":
            try:
                ogr_sql(territory, f"DELETE FROM {name} WHERE id = '{key}'")
            except sqlite3.IntegrityError:
                return False
            return True
        layer = territory.layer(name)
        (feature,) = (f for f in layer.getFeatures() if f["id"] == key)
        if client == "provider":
            return layer.dataProvider().deleteFeatures([feature.id()])
        layer.startEditing()
        layer.deleteFeature(feature.id())
        done = layer.commitChanges()
        if not done:
            layer.rollBack()
        return done

    def count(self, territory, name: str) -> int:
        return sql(territory.path, f"SELECT count(*) FROM {name}")[0][0]

    @pytest.mark.parametrize("client", ["provider", "editing", "ogr"])
    def test_a_company_with_a_history_stays(self, full, client):
        self.delete(full, client, "etablissement", "a")
        for name in ("etablissement", "contact", "visite", "flux", "synergie_membre"):
            assert self.count(full, name) == 1, name

    @pytest.mark.parametrize("client", ["provider", "editing", "ogr"])
    def test_a_company_leaves_with_its_contacts(self, company, client):
        with_sqlite(company.layer("contact"), {"etablissement_id": "a"})
        assert self.delete(company, client, "etablissement", "a")
        assert self.count(company, "etablissement") == 0
        assert self.count(company, "contact") == 0

    @pytest.mark.parametrize("client", ["provider", "editing", "ogr"])
    def test_a_visit_leaves_its_flows(self, full, client):
        assert self.delete(full, client, "visite", "v")
        assert sql(full.path, "SELECT id, visite_id FROM flux") == [("f", None)]

    @pytest.mark.parametrize("client", ["provider", "editing", "ogr"])
    def test_a_flow_leaves_its_synergies(self, full, client):
        assert self.delete(full, client, "flux", "f")
        assert sql(full.path, "SELECT id, flux_id FROM synergie_membre") == [("m", None)]
        check_index(full)

    @pytest.mark.parametrize("client", ["provider", "editing", "ogr"])
    def test_a_synergy_leaves_with_its_members(self, full, client):
        assert self.delete(full, client, "synergie", "s")
        assert self.count(full, "synergie_membre") == 0

    def test_from_plain_sqlite(self, full):
        sql(full.path, "DELETE FROM synergie_membre")
        sql(full.path, "DELETE FROM contact")
        assert self.count(full, "synergie_membre") == 0

    def test_a_verdict_outlives_its_records(self, full):
        with_sqlite(full.layer("avis"), {"besoin_id": "zz", "offre_id": "f", "verdict": "ecarte"})
        assert self.delete(full, "provider", "flux", "f")
        assert self.count(full, "avis") == 1

    def test_every_rule_of_the_declaration_is_played_above(self):
        rules = {(child.name, field.name): link.on_delete for child, field, link in links()}
        assert rules == {
            ("contact", "etablissement_id"): OnDelete.CASCADE,
            ("visite", "etablissement_id"): OnDelete.RESTRICT,
            ("flux", "etablissement_id"): OnDelete.RESTRICT,
            ("flux", "visite_id"): OnDelete.SET_NULL,
            ("synergie_membre", "synergie_id"): OnDelete.CASCADE,
            ("synergie_membre", "etablissement_id"): OnDelete.RESTRICT,
            ("synergie_membre", "flux_id"): OnDelete.SET_NULL,
        }


class TestChecks:
    @pytest.mark.parametrize("write", [with_provider, with_editing, with_ogr2ogr])
    @pytest.mark.parametrize(
        ("column", "value"),
        [
            ("sens", "don"),
            ("nature", "dechet"),
            ("nomenclature", "NAF"),
            ("statut", "perdu"),
            ("confidentialite", "secret"),
            ("taux_utilisation", 101),
            ("taux_utilisation", -1),
            ("quantite", -5),
            ("rayon_max_km", -0.1),
        ],
    )
    def test_values_of_a_flow(self, company, write, column, value):
        values = {"etablissement_id": "a", "sens": "offre", column: value}
        with pytest.raises(sqlite3.IntegrityError):
            write(company.layer("flux"), values)
        assert sql(company.path, "SELECT count(*) FROM flux") == [(0,)]

    @pytest.mark.parametrize("value", [0, 50.5, 100])
    def test_bounds_are_inclusive(self, company, value):
        with_provider(
            company.layer("flux"),
            {"etablissement_id": "a", "sens": "offre", "taux_utilisation": value},
        )
        assert sql(company.path, "SELECT taux_utilisation FROM flux") == [(value,)]

    @pytest.mark.parametrize("write", WRITERS)
    def test_values_of_a_verdict(self, company, write):
        with pytest.raises(sqlite3.IntegrityError):
            write(company.layer("avis"), {"besoin_id": "b", "offre_id": "o", "verdict": "bof"})

    @pytest.mark.parametrize("write", WRITERS)
    @pytest.mark.parametrize("left_out", ["besoin_id", "offre_id", "verdict"])
    def test_what_a_verdict_needs(self, company, write, left_out):
        values = {"besoin_id": "b", "offre_id": "o", "verdict": "ecarte"}
        del values[left_out]
        with pytest.raises(sqlite3.IntegrityError):
            write(company.layer("avis"), values)

    @pytest.mark.parametrize("write", SPATIAL_WRITERS)
    def test_an_end_before_its_start(self, company, write):
        dates = {"disponible_du": "2026-05-01", "disponible_au": "2026-04-30"}
        with pytest.raises(sqlite3.IntegrityError):
            write(company.layer("flux"), {"etablissement_id": "a", "sens": "offre", **dates})
        dates["disponible_au"] = "2026-05-01"
        write(company.layer("flux"), {"etablissement_id": "a", "sens": "offre", **dates})
        assert sql(company.path, "SELECT disponible_au FROM flux") == [("2026-05-01",)]

    @pytest.mark.parametrize("write", SPATIAL_WRITERS)
    def test_a_siret_is_one_establishments(self, territory, write):
        layer = territory.layer("etablissement")
        write(layer, {"siret": "35600000000048", "raison_sociale": "A"}, HERE)
        with pytest.raises(sqlite3.IntegrityError):
            write(layer, {"siret": "35600000000048", "raison_sociale": "B"}, HERE)
        assert sql(territory.path, "SELECT raison_sociale FROM etablissement") == [("A",)]

    def test_establishments_without_siret_are_many(self, territory):
        layer = territory.layer("etablissement")
        for name in ("A", "B"):
            with_provider(layer, {"raison_sociale": name})
        assert sql(territory.path, "SELECT count(*) FROM etablissement") == [(2,)]

    @pytest.mark.parametrize("write", WRITERS)
    def test_one_verdict_a_pair(self, company, write):
        layer = company.layer("avis")
        values = {"besoin_id": "b", "offre_id": "o", "verdict": "ecarte"}
        write(layer, values)
        with pytest.raises(sqlite3.IntegrityError):
            write(layer, {**values, "verdict": "retenu"})
        write(layer, {**values, "offre_id": "o2"})
        assert sql(company.path, "SELECT verdict FROM avis") == [("ecarte",), ("ecarte",)]

    def test_defaults(self, company):
        with_provider(company.layer("flux"), {"etablissement_id": "a", "sens": "besoin"})
        ((state, secrecy, nomenclature, own),) = sql(
            company.path, "SELECT statut, confidentialite, nomenclature, lieu_propre FROM flux"
        )
        # A record that says nothing is open and stays inside.
        assert (state or "ouvert", secrecy or "interne") == ("ouvert", "interne")
        assert nomenclature in (None, "CPF")
        assert own in (None, 0)

    def test_defaults_of_a_script(self, company):
        sql(company.path, "INSERT INTO avis (besoin_id, offre_id, verdict) VALUES (1, 2, 'retenu')")
        ogr_sql(company, "INSERT INTO flux (etablissement_id, sens) VALUES ('a', 'offre')")
        assert sql(
            company.path, "SELECT statut, confidentialite, nomenclature, lieu_propre FROM flux"
        ) == [("ouvert", "interne", "CPF", 0)]


# --- Creating and opening -------------------------------------------------------------------------


def leftovers(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


class TestCreation:
    def test_an_existing_file_is_not_replaced(self, tmp_path):
        path = tmp_path / "t.gpkg"
        path.write_text("précieux", encoding="utf-8")
        with pytest.raises(StoreError, match="already exists"):
            create(path)
        assert path.read_text(encoding="utf-8") == "précieux"
        assert leftovers(tmp_path) == ["t.gpkg"]

    def test_unless_it_is_asked_for(self, tmp_path):
        path = tmp_path / "t.gpkg"
        create(path)
        sql(path, "INSERT INTO avis (besoin_id, offre_id, verdict) VALUES (1, 2, 'retenu')")
        create(path, overwrite=True)
        assert sql(path, "SELECT count(*) FROM avis") == [(0,)]
        assert leftovers(tmp_path) == ["t.gpkg"]

    def test_the_old_file_stays_when_the_last_step_fails(self, tmp_path):
        path = tmp_path / "t.gpkg"
        create(path)
        before = path.read_bytes()

        def fail(draft):
            assert path.read_bytes() == before
            assert draft.path != path
            assert draft.layer("etablissement").isValid()
            raise RuntimeError("panne")

        with pytest.raises(StoreError, match="panne"):
            create(path, overwrite=True, finish=fail)
        assert path.read_bytes() == before
        assert leftovers(tmp_path) == ["t.gpkg"]

    def test_nothing_is_left_where_there_was_nothing(self, tmp_path):
        def fail(draft):
            raise StoreError("refusé")

        with pytest.raises(StoreError, match="refusé"):
            create(tmp_path / "t.gpkg", finish=fail)
        assert leftovers(tmp_path) == []

    @pytest.mark.parametrize("table_name", ["etablissement", "ref_naf", "actif_meta"])
    def test_the_old_file_stays_when_a_table_fails(self, tmp_path, monkeypatch, table_name):
        path = tmp_path / "t.gpkg"
        create(path)
        before = path.read_bytes()
        build = geopackage._create_table

        def fail(database, declared, srs_id):
            if declared.name == table_name:
                raise sqlite3.OperationalError("panne")
            build(database, declared, srs_id)

        monkeypatch.setattr(geopackage, "_create_table", fail)
        with pytest.raises(StoreError, match="panne"):
            create(path, overwrite=True)
        assert path.read_bytes() == before
        assert leftovers(tmp_path) == ["t.gpkg"]

    @pytest.mark.parametrize("there", [True, False])
    def test_killed_halfway(self, tmp_path, there):
        """A real process, killed while it builds: the good file stays, no half one replaces it."""
        path = tmp_path / "t.gpkg"
        if there:
            create(path)
        before = path.read_bytes() if there else None
        script = (
            "import sys, time\n"
            f"sys.path.insert(0, {str(ROOT)!r})\n"
            "from pathlib import Path\n"
            "from qgis.core import QgsApplication, QgsCoordinateReferenceSystem\n"
            "application = QgsApplication([], False)\n"
            "application.initQgis()\n"
            "from actif_plugin import paths\n"
            "from actif_plugin.store.territory import create_territory\n"
            "def wait(draft):\n"
            "    print('halfway', flush=True)\n"
            "    time.sleep(600)\n"
            "crs = QgsCoordinateReferenceSystem('EPSG:2154')\n"
            f"create_territory(Path({str(path)!r}), 'Neuf', crs, paths.reference_database(),"
            " overwrite=True, finish=wait)\n"
        )
        child = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True)
        with child:
            assert child.stdout.readline() == "halfway\n"
            child.kill()
        assert (path.read_bytes() if path.exists() else None) == before
        # And what it left does not stand in the way of the next one.
        create(path, overwrite=True)
        assert open_territory(path).name == "Essai"

    def test_an_older_file_that_is_being_written_elsewhere(self, tmp_path):
        """What another program wrote aside for the old file must not land in the new one."""
        path = tmp_path / "t.gpkg"
        create(path)
        with closing(sqlite3.connect(path)) as other:
            other.execute("PRAGMA journal_mode = WAL")
            other.execute("INSERT INTO avis (besoin_id, offre_id, verdict) VALUES (1, 2, 'retenu')")
            other.commit()
            assert Path(f"{path}-wal").stat().st_size > 0
            create(path, overwrite=True)
            done = run_program("sqlite3", path, "PRAGMA integrity_check; SELECT count(*) FROM avis")
        assert done.stdout.split() == ["ok", "0"]

    def test_what_the_last_step_writes_through_a_layer_kept_open(self, tmp_path):
        """QGIS writes aside the file while a layer is open; all of it must be there at the end."""
        path = tmp_path / "t.gpkg"
        kept = []

        def fill(draft):
            layer = draft.layer("etablissement")
            with_provider(layer, {"raison_sociale": "Scierie"}, HERE)
            kept.extend([layer, layer.getFeatures(), next(layer.getFeatures())])

        create(path, finish=fill)
        done = run_program("sqlite3", path, "SELECT raison_sociale FROM etablissement")
        assert done.stdout == "Scierie\n"
        kept.clear()
        assert sql(path, "PRAGMA integrity_check") == [("ok",)]

    @pytest.mark.parametrize("name", ["nulle part", "full"])
    def test_a_folder_that_does_not_exist(self, tmp_path, name):
        with pytest.raises(StoreError, match="cannot be written"):
            create(tmp_path / name / "t.gpkg")

    def test_a_folder_that_is_a_file(self, tmp_path):
        (tmp_path / "fichier").write_text("")
        with pytest.raises(StoreError, match="cannot be written"):
            create(tmp_path / "fichier" / "t.gpkg")

    def test_a_target_that_is_a_folder(self, tmp_path):
        (tmp_path / "t.gpkg").mkdir()
        with pytest.raises(StoreError, match="cannot be written"):
            create(tmp_path / "t.gpkg", overwrite=True)
        assert leftovers(tmp_path) == ["t.gpkg"]

    def test_a_folder_where_one_may_not_write(self, tmp_path):
        if os.geteuid() == 0:
            folder = tmp_path / "lecture"
            folder.mkdir()
            mount = run_program("mount", "-t", "tmpfs", "-o", "ro,size=1m", "tmpfs", folder)
            if mount.returncode:
                pytest.skip("pas de montage possible ici, et root écrit partout")
            try:
                with pytest.raises(StoreError, match="cannot be written"):
                    create(folder / "t.gpkg")
            finally:
                run_program("umount", "--lazy", folder)
        else:
            tmp_path.chmod(0o500)
            with pytest.raises(StoreError, match="cannot be written"):
                create(tmp_path / "t.gpkg")
            tmp_path.chmod(0o700)

    def test_a_full_disk(self, tmp_path):
        """Disks of every size: either the whole territory, or a sentence and nothing left."""
        folder = tmp_path / "disque"
        folder.mkdir()
        outcomes = set()
        for kilobytes in (64, 128, 256, 512, 1024, 1536, *range(1600, 2600, 50)):
            mount = run_program("mount", "-t", "tmpfs", "-o", f"size={kilobytes}k", "tmpfs", folder)
            if mount.returncode:
                pytest.skip("pas de montage possible ici : le disque plein est simulé plus bas")
            try:
                path = folder / "t.gpkg"
                try:
                    create(path)
                except StoreError as error:
                    assert "disk is full" in str(error), (kilobytes, str(error))
                    assert leftovers(folder) == []
                    outcomes.add("full")
                    continue
                source = ogr.Open(str(path))
                assert all(
                    source.GetLayerByName(declared.name).TestCapability(ogr.OLCFastSpatialFilter)
                    for declared in SPATIAL
                ), kilobytes
                assert sql(path, "SELECT count(*) FROM ref_cpf") == [(5522,)]
                del source
                outcomes.add("whole")
            finally:
                run_program("umount", "--lazy", folder)
        assert outcomes == {"full", "whole"}

    def test_a_full_disk_at_the_last_moment(self, tmp_path, monkeypatch):
        def full(*_):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

        monkeypatch.setattr(os, "replace", full)
        with pytest.raises(StoreError, match="disk is full"):
            create(tmp_path / "t.gpkg")
        assert leftovers(tmp_path) == []

    def test_a_system_that_is_not_valid(self, tmp_path):
        with pytest.raises(StoreError, match="coordinate system"):
            create(tmp_path / "t.gpkg", QgsCoordinateReferenceSystem())
        assert leftovers(tmp_path) == []

    def test_nomenclatures_that_are_missing(self, tmp_path):
        with pytest.raises(StoreError, match="nomenclatures are missing"):
            create_territory(tmp_path / "t.gpkg", "x", LAMBERT_93, tmp_path / "absent.sqlite")
        assert leftovers(tmp_path) == []

    @pytest.mark.parametrize("name", ["a'b", 'a"b', "a;b", "été 2026", "a#b", "a?b", "100%"])
    def test_names_of_every_kind(self, tmp_path, name):
        folder = tmp_path / name
        folder.mkdir()
        path = folder / f"{name}.gpkg"
        create(path)
        opened = open_territory(path)
        with_provider(opened.layer("etablissement"), {"raison_sociale": name}, HERE)
        (company,) = opened.layer("etablissement").getFeatures()
        assert plain(company["raison_sociale"]) == name


class TestOpening:
    def test_what_was_created(self, built_territory):
        opened = open_territory(built_territory)
        assert opened.name == "Tarn-et-Garonne"
        assert opened.crs.authid() == "EPSG:2154"
        assert opened.layer("etablissement").isValid()

    def test_a_file_that_is_not_there(self, tmp_path):
        with pytest.raises(StoreError, match="no file"):
            open_territory(tmp_path / "absent.gpkg")

    @pytest.mark.parametrize("content", [b"", b"nom,siret\n", b"SQLite format 3\0" + b"\0" * 200])
    def test_a_file_of_another_kind(self, tmp_path, content):
        path = tmp_path / "t.gpkg"
        path.write_bytes(content)
        with pytest.raises(StoreError, match="not an Act'IF territory"):
            open_territory(path)
        assert path.read_bytes() == content

    def test_a_geopackage_of_somebody_elses(self, tmp_path):
        path = tmp_path / "t.gpkg"
        source = ogr.GetDriverByName("GPKG").CreateDataSource(str(path))
        source.CreateLayer("routes")
        del source
        with pytest.raises(StoreError, match="not an Act'IF territory"):
            open_territory(path)

    @pytest.mark.parametrize("version", ["2", "99"])
    def test_a_territory_of_a_newer_plugin(self, territory, version):
        sql(
            territory.path, "UPDATE actif_meta SET valeur = ? WHERE cle = 'schema_version'", version
        )
        with pytest.raises(StoreError, match="newer Act'IF"):
            open_territory(territory.path)

    @pytest.mark.parametrize("version", ["", "deux", None])
    def test_a_version_that_is_no_number(self, territory, version):
        sql(
            territory.path, "UPDATE actif_meta SET valeur = ? WHERE cle = 'schema_version'", version
        )
        with pytest.raises(StoreError):
            open_territory(territory.path)

    def test_a_table_that_was_dropped(self, territory):
        sql(territory.path, "DROP TABLE contact")
        with pytest.raises(StoreError, match="contact"):
            open_territory(territory.path).layer("contact")
