"""`actif:importperimeters`: communes, EPCI, activity zones and land, each once."""

from __future__ import annotations

import csv
import json
import shutil

import pytest
from osgeo import ogr
from qgis.core import QgsCoordinateReferenceSystem

from actif_plugin import paths
from actif_plugin.store.territory import create_territory
from tests.qgis.harness import REAL, Recorder, needs_real, sql

CONTOURS = REAL / "boundaries_82_npm_pypi/communes-82_france-geojson2018.geojson"
NEIGHBOURS = REAL / "boundaries_82_npm_pypi/communes_82_et_voisins_datafrance.gpkg"
DEPARTEMENT = REAL / "boundaries_82_npm_pypi/departement-82_france-geojson2018.geojson"
CNIG = REAL / "cnig_sites_economiques_v2024-10"

SQUARE = (
    "Polygon ((560000 6320000, 561000 6320000, 561000 6321000, 560000 6321000, 560000 6320000))"
)


@pytest.fixture
def empty(tmp_path):
    """A territory without perimeters."""
    return create_territory(
        tmp_path / "t.gpkg",
        "T",
        QgsCoordinateReferenceSystem("EPSG:2154"),
        paths.reference_database(),
    )


@pytest.fixture
def bring(run, empty, tmp_path):
    """Import a file, or the rows of a text table, into the territory."""

    def call(source, log=None, **parameters):
        if isinstance(source, list):
            path = tmp_path / "zones.csv"
            with path.open("w", encoding="utf-8", newline="") as text:
                csv.writer(text, delimiter=";").writerows(source)
            source = path
        return run(
            "importperimeters",
            log,
            **{
                "INPUT": str(source),
                "TARGET": str(empty.path),
                "REJECTS": "TEMPORARY_OUTPUT",
                **parameters,
            },
        )

    return call


def counts(done):
    """Return created, updated, unchanged, rejected."""
    return tuple(done[name] for name in ("CREATED", "UPDATED", "UNCHANGED", "REJECTED"))


def everything(territory):
    return sql(territory.path, "SELECT * FROM perimetre ORDER BY fid")


def reasons(done):
    return [(row["ligne"], row["motif"]) for row in done.rows("REJECTS")]


def areas(territory):
    """Return the area of each perimeter by code, in square metres, by GDAL."""
    source = ogr.Open(str(territory.path))
    return {row["code"]: row.GetGeometryRef().GetArea() for row in source.GetLayer("perimetre")}


@needs_real
class TestRealContours:
    def test_twice(self, bring, empty):
        assert counts(bring(CONTOURS)) == (195, 0, 0, 0)
        before = everything(empty)
        assert counts(bring(CONTOURS)) == (0, 0, 195, 0)
        assert everything(empty) == before

    def test_another_make_takes_the_place_of_the_first(self, bring, empty):
        """2 468 communes of which 195 are there; the file's own figures, by plain sqlite."""
        bring(CONTOURS)
        ours = dict(sql(empty.path, "SELECT code, id FROM perimetre"))
        assert counts(bring(NEIGHBOURS)) == (2468 - 195, 195, 0, 0)
        theirs = sql(NEIGHBOURS, "SELECT code, nom, epci_siren FROM communes")
        found = sql(empty.path, "SELECT type, code, nom, parent_code FROM perimetre")
        assert {row[0] for row in found} == {"commune"}
        assert {row[1:] for row in found} == {(*row[:2], row[2] or None) for row in theirs}
        assert len(found) == 2468
        # A perimeter keeps its identifier from one edition of its contours to the next.
        assert ours.items() <= dict(sql(empty.path, "SELECT code, id FROM perimetre")).items()

    def test_areas_are_those_of_the_file(self, bring, empty):
        """Square metres in Lambert 93, transformed by GDAL."""
        bring(CONTOURS)
        source, territory = ogr.Open(str(CONTOURS)), ogr.Open(str(empty.path))
        lambert = territory.GetLayer("perimetre").GetSpatialRef()
        expected = {}
        for feature in source.GetLayer(0):
            shape = feature.GetGeometryRef().Clone()
            shape.TransformTo(lambert)
            expected[feature["code"]] = pytest.approx(shape.GetArea(), rel=1e-6)
        assert areas(empty) == expected

    def test_a_departement_is_another_perimeter(self, bring, empty):
        bring(DEPARTEMENT)
        assert sql(empty.path, "SELECT type, code, nom FROM perimetre") == [
            ("autre", "82", "Tarn-et-Garonne")
        ]


def cnig_file(name):
    return CNIG / f"{name}.exemple-valide.csv"


def outside_the_lists(name):
    """Return the cells of an example that its own schema's lists lack, read on their own."""
    schema = json.loads((CNIG / f"{name}.schema.json").read_text(encoding="utf-8"))
    with cnig_file(name).open(encoding="utf-8", newline="") as text:
        (row,) = csv.DictReader(text, delimiter=";")
    found = set()
    for field in schema["fields"]:
        known = field.get("enum") or field["constraints"].get("enum") or []
        value = row[field["name"]]
        if known and value and value.casefold() not in [word.casefold() for word in known]:
            found.add((field["name"], value))
    return found


@needs_real
class TestCnig:
    def test_a_site_is_an_activity_zone(self, bring, empty):
        done = bring(cnig_file("site-eco"))
        assert counts(done) == (1, 0, 0, 0)
        ((kind, code, name, parent, kept),) = sql(
            empty.path, "SELECT type, code, nom, parent_code, source_valeurs FROM perimetre"
        )
        assert (kind, code, parent) == ("zae", "80024_SITE-ECO_00001", "200071223")
        assert name == "ZAC Les Bornes du Temps"
        assert json.loads(kept)["desserte_route_nom"] == "D378"
        assert "site_geomsurf" not in json.loads(kept)

    def test_its_shape_is_in_lambert_93(self, bring, empty):
        """The example's triangle: half the cross product of its sides, 1 cm from closed."""
        bring(cnig_file("site-eco"))
        ring = [(656589.70, 6425785.32), (656655.02, 6425866.31), (656663.55, 6425874.43)]
        (ax, ay), (bx, by), (cx, cy) = ring
        area = abs((bx - ax) * (cy - ay) - (cx - ax) * (by - ay)) / 2
        assert areas(empty) == {"80024_SITE-ECO_00001": pytest.approx(area, abs=0.5)}
        box = sql(empty.path, "SELECT minx, maxy FROM rtree_perimetre_geom")
        assert box[0] == pytest.approx((656589.70, 6425874.43), abs=0.2)

    def test_land_lies_under_its_site(self, bring, empty):
        assert counts(bring(cnig_file("terrain-eco"))) == (1, 0, 0, 0)
        assert sql(empty.path, "SELECT type, code, parent_code FROM perimetre") == [
            ("autre", "80024_TERRAIN-ECO_00131", "80024_SITE-ECO_00001")
        ]

    @pytest.mark.parametrize("name", ["site-eco", "terrain-eco"])
    def test_values_outside_the_lists_are_told_and_kept(self, bring, name):
        expected = outside_the_lists(name)
        warnings = bring(cnig_file(name)).log.warnings
        assert len(warnings) == (1 + len(expected) if expected else 0)
        for column, value in expected:
            assert f"{column}: “{value}” (1)" in warnings

    @pytest.mark.parametrize("name", ["site-eco", "terrain-eco"])
    def test_twice(self, bring, empty, name):
        bring(cnig_file(name))
        before = everything(empty)
        assert counts(bring(cnig_file(name))) == (0, 0, 1, 0)
        assert everything(empty) == before

    def test_from_the_geopackage(self, bring, empty, tmp_path):
        path = tmp_path / "cnig.gpkg"
        shutil.copyfile(CNIG / "sites_economiques_empty_qgis.gpkg", path)
        source = ogr.Open(str(path), update=1)
        for name, values in (
            ("site_eco", {"site_id": "S1", "site_nom": "Albasud", "site_epci_siren": "248200099"}),
            ("terrain_eco", {"terr_id": "T1", "site_id": "S1", "terr_usage": "espace vert"}),
        ):
            layer = source.GetLayer(name)
            feature = ogr.Feature(layer.GetLayerDefn())
            for field, value in values.items():
                feature[field] = value
            shape = ogr.CreateGeometryFromWkt(SQUARE)
            feature.SetGeometry(
                ogr.ForceToMultiPolygon(shape)
                if layer.GetGeomType() == ogr.wkbMultiPolygon
                else shape
            )
            assert layer.CreateFeature(feature) == 0
        del feature, layer, source
        for name in ("site_eco", "terrain_eco"):
            assert counts(bring(f"{path}|layername={name}")) == (1, 0, 0, 0)
        found = sql(empty.path, "SELECT type, code, nom, parent_code FROM perimetre ORDER BY code")
        assert found == [
            ("zae", "S1", "Albasud", "248200099"),
            ("autre", "T1", "Terrain T1", "S1"),
        ]
        assert areas(empty) == {"S1": pytest.approx(1e6), "T1": pytest.approx(1e6)}


def test_shapes_that_cannot_be_used(bring, empty):
    """One good row among bad ones; the bow tie is two triangles of a quarter of the square."""
    bow_tie = "Polygon ((0 6320000, 1000 6321000, 1000 6320000, 0 6321000, 0 6320000))"
    done = bring(
        [
            ["code", "nom", "geometry"],
            ["A", "bonne", SQUARE],
            ["B", "nœud", bow_tie],
            ["C", "ligne", "LineString (0 0, 1 1)"],
            ["D", "vide", "Polygon empty"],
            ["E", "rien", ""],
            ["F", "illisible", "carré de 1 km"],
            ["G", "illisible", '{"type": "Polygon"}'],
            ["", "", SQUARE],
            ["A", "encore", SQUARE],
            ["H", "nulle part", "Polygon ((1e300 0, 1e300 1e300, 0 1e300, 1e300 0))"],
            ["I", "aplatie", "Polygon ((0 6320000, 1000 6320000, 0 6320000))"],
            ["J", "mêlée", f"GeometryCollection ({SQUARE}, Point (0 0))"],
        ]
    )
    assert counts(done) == (3, 0, 0, 9)
    assert reasons(done) == [
        (4, "The shape is not an area."),
        (5, "No shape."),
        (6, "No shape."),
        (7, "The shape cannot be read: GeoJSON or WKT is needed."),
        (8, "The shape cannot be read: GeoJSON or WKT is needed."),
        (9, "Neither a code nor a name."),
        (10, "Same perimeter as line 2."),
        (11, "The shape is outside the area of the coordinate system."),
        (12, "The shape is not an area."),
    ]
    km2 = pytest.approx(1e6)
    assert areas(empty) == {"A": km2, "B": pytest.approx(0.5e6), "J": km2}
    assert "Invalid shapes repaired: 1." in done.log.infos


def test_degrees_and_metres_in_one_table(bring, empty):
    degrees = '{"type": "Polygon", "coordinates": [[[1.3,44],[1.4,44],[1.4,44.1],[1.3,44]]]}'
    bring([["code", "geojson"], ["A", degrees], ["B", SQUARE]])
    boxes = sql(
        empty.path,
        "SELECT code, minx, maxx FROM perimetre JOIN rtree_perimetre_geom AS r ON r.id = fid",
    )
    found = {code: (west, east) for code, west, east in boxes}
    # pyproj, EPSG:4326 to EPSG:2154: the corners (1.3, 44) and (1.4, 44.1).
    assert found["A"] == pytest.approx((563_660.6, 571_882.8), abs=60)
    assert found["B"] == (560000, 561000)


def test_the_type_chosen_wins(bring, empty):
    rows = [["code", "nom", "geometry"], ["82121", "Zone du Centre", SQUARE]]
    bring(rows, TYPE="zae")
    bring(rows, TYPE="guess")
    assert sql(empty.path, "SELECT type, code FROM perimetre ORDER BY type") == [
        ("commune", "82121"),
        ("zae", "82121"),
    ]


def test_columns_given(bring, empty):
    rows = [["ref", "zone", "geometry"], ["ZA1", "Albasud", SQUARE]]
    bring(rows, TYPE="zae", FIELD_MAP="code=ref; nom=zone")
    assert sql(empty.path, "SELECT type, code, nom FROM perimetre") == [("zae", "ZA1", "Albasud")]


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ("code=absent", "absent"),
        ("siret=ref", "siret"),
        ("", "No column for a code or a name among: ref, zone, geometry"),
    ],
)
def test_columns_that_cannot_be_followed(run, empty, tmp_path, given, told):
    path = tmp_path / "z.csv"
    path.write_text(f"ref;zone;geometry\nZA1;Albasud;{SQUARE}\n", encoding="utf-8")
    parameters = {"INPUT": str(path), "TARGET": str(empty.path), "FIELD_MAP": given}
    assert told in run.fails("importperimeters", **parameters)
    assert everything(empty) == []


def test_what_the_source_does_not_say_stays(bring, empty):
    bring([["code", "nom", "parent_code", "geometry"], ["82121", "Montauban", "248200099", SQUARE]])
    done = bring([["code", "nom", "geometry"], ["82121", "Montauban (82)", SQUARE]])
    assert counts(done) == (0, 1, 0, 0)
    found = sql(empty.path, "SELECT code, nom, parent_code FROM perimetre")
    assert found == [("82121", "Montauban (82)", "248200099")]


def test_zones_without_a_code_come_once(bring, empty):
    rows = [["nom", "geometry"], ["Zone Nord", SQUARE], ["Zone Sud", SQUARE]]
    assert counts(bring(rows)) == (2, 0, 0, 0)
    assert counts(bring(rows)) == (0, 0, 2, 0)


def test_a_table_without_shapes(bring):
    done = bring([["code", "nom"], ["82121", "Montauban"]])
    assert reasons(done) == [(2, "No shape.")]


@needs_real
@pytest.mark.parametrize("before_the_end", [3000, 2000, 14, 3, 1])
def test_cancelled_it_changes_nothing(bring, empty, before_the_end):
    """While reading, comparing or writing: near the end, most communes are already written."""
    whole = Recorder()
    bring(NEIGHBOURS, whole)
    sql(empty.path, "DELETE FROM perimetre")
    bring(NEIGHBOURS, Recorder(cancel_after=max(1, whole.asked - before_the_end)))
    assert everything(empty) == []


@needs_real
def test_refused_it_changes_nothing(run, empty):
    """The last commune is refused by the database, after the others were taken."""
    sql(
        empty.path,
        "CREATE TRIGGER refus BEFORE INSERT ON perimetre WHEN NEW.code = '82195'"
        " BEGIN SELECT RAISE(ABORT, 'refus'); END",
    )
    parameters = {"INPUT": str(CONTOURS), "TARGET": str(empty.path)}
    assert "nothing was imported" in run.fails("importperimeters", **parameters)
    assert everything(empty) == []
