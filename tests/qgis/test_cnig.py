"""The CNIG standard, in by `actif:importestablishments` and out by `actif:exportcnig`."""

from __future__ import annotations

import csv
import json
import re
from datetime import date
from pathlib import Path

import pytest
from osgeo import ogr, osr
from qgis.core import QgsCoordinateReferenceSystem, QgsGeometry, QgsPointXY

from actif_plugin import paths
from actif_plugin.store.territory import create_territory
from tests.qgis.harness import REAL, needs_real, sql

CNIG = REAL / "cnig_sites_economiques_v2024-10"
NEIGHBOURS = REAL / "boundaries_82_npm_pypi/communes_82_et_voisins_datafrance.gpkg"
FILES = {"site_eco": "site-eco", "terrain_eco": "terrain-eco", "etablissement": "etablissement"}
SIRET = "34749951900010"
TODAY = date.today().isoformat()


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
def bring(run, empty):
    """Import an example of the standard."""

    def call(name, **parameters):
        kind = "importestablishments" if name == "etablissement" else "importperimeters"
        source = CNIG / f"{FILES[name]}.exemple-valide.csv"
        return run(
            kind,
            **{
                "INPUT": str(source),
                "TARGET": str(empty.path),
                "REJECTS": "TEMPORARY_OUTPUT",
                **parameters,
            },
        )

    return call


@pytest.fixture
def export(run, empty, tmp_path):
    def call(**parameters):
        return run(
            "exportcnig",
            **{
                "TARGET": str(empty.path),
                "OUTPUT": str(tmp_path / "cnig.gpkg"),
                "INCOMPLETE": "TEMPORARY_OUTPUT",
                **parameters,
            },
        )

    return call


@pytest.fixture
def change(empty):
    """Edit the records of a table as a form does."""

    def call(table, **values):
        layer = empty.layer(table)
        numbers = {layer.fields().indexOf(name): value for name, value in values.items()}
        changes = {feature.id(): numbers for feature in layer.getFeatures()}
        assert layer.dataProvider().changeAttributeValues(changes)

    return call


def example(name):
    with (CNIG / f"{FILES[name]}.exemple-valide.csv").open(encoding="utf-8", newline="") as text:
        (row,) = csv.DictReader(text, delimiter=";")
    return {key: cell.strip() for key, cell in row.items()}


def schema_of(name):
    if not CNIG.is_dir():
        pytest.skip("../shared/real est absent")
    return json.loads((CNIG / f"{FILES[name]}.schema.json").read_text(encoding="utf-8"))


def exported(path, name):
    """Return the rows of a layer with its geometry as GeoJSON under its own name, by GDAL."""
    source = ogr.Open(str(path))
    layer = source.GetLayer(name)
    rows = []
    for feature in layer:
        row = {key: value for key, value in feature.items().items() if value is not None}
        shape = feature.GetGeometryRef()
        if shape is not None:
            row[layer.GetGeometryColumn()] = shape.ExportToJson()
        rows.append(row)
    return rows


def columns(path, name):
    source = ogr.Open(str(path))
    layer = source.GetLayer(name)
    definition = layer.GetLayerDefn()
    fields = [definition.GetFieldDefn(n).GetName() for n in range(definition.GetFieldCount())]
    return fields, layer.GetGeometryColumn()


def faults(schema, row):
    """Check a row against a Table Schema; lists count wherever the schema puts them.

    https://specs.frictionlessdata.io/table-schema/: types, formats and constraints.
    """
    for field in schema["fields"]:
        constraints = field.get("constraints", {})
        name, value = field["name"], row.get(field["name"])
        if value is None or value in schema["missingValues"]:
            if constraints.get("required"):
                yield f"{name}: required"
            continue
        listed = field.get("enum") or constraints.get("enum")
        if listed and value not in listed:
            yield f"{name}: {value} is not listed"
        if constraints.get("pattern") and not re.match(f"^{constraints['pattern']}$", value):
            yield f"{name}: {value} does not match"
        kind = field["type"]
        if kind == "number" and not isinstance(value, (int, float)):
            yield f"{name}: {value} is not a number"
        if kind == "date":
            form = {"%Y": r"\d{4}", "%Y-%m-%d": r"\d{4}-\d{2}-\d{2}"}[field["format"]]
            if not re.fullmatch(form, value):
                yield f"{name}: {value} is not a date"
        if kind == "geojson" and "coordinates" not in json.loads(value):
            yield f"{name}: not a shape"
        if kind == "geopoint" and not re.fullmatch(r"-?[\d.]+, -?[\d.]+", value):
            yield f"{name}: {value} is not a point"


def check(path):
    """Check the whole of a file against the published schemas."""
    found = []
    for name in FILES:
        schema = schema_of(name)
        fields, geometry = columns(path, name)
        published = [field["name"] for field in schema["fields"]]
        assert fields == [one for one in published if one != geometry]
        assert geometry in published
        for row in exported(path, name):
            found += faults(schema, row)
        keys = [row[schema["primaryKey"]] for row in exported(path, name)]
        assert len(keys) == len(set(keys))
    return found


@needs_real
def test_the_checker_finds_faults():
    """It would say so if a file were wrong: the official examples themselves are."""
    row = example("site_eco")
    numbers = {"site_surf_brute": 37.2, "site_surf_utile": "beaucoup", "site_nom": ""}
    found = list(faults(schema_of("site_eco"), {**row, **numbers}))
    assert "site_nom: required" in found
    assert "site_surf_utile: beaucoup is not a number" in found
    assert "site_etat: logistique is not listed" in found


@needs_real
class TestImport:
    def test_the_example(self, bring, empty):
        done = bring("etablissement")
        assert (done["CREATED"], done["REJECTED"]) == (1, 0)
        found = sql(
            empty.path,
            "SELECT siret, siren, raison_sociale, enseigne, naf_code, effectif_code, adresse,"
            " code_postal, commune_nom, commune_insee, epci_siren, geocodage_qualite,"
            " date_creation, site_id FROM etablissement",
        )
        assert found == [
            (
                SIRET,
                "347499519",
                "Picardie service véhicules industriels",
                "MAN TRUCK",
                "45.20B",
                "03",
                "Route de Villers-Bocage",
                "80470",
                "Saint-Sauveur",
                "80718",
                "200071223",
                "batiment",
                "2015-06-04",
                "44003_TERRAIN-ECO_ 000131",
            )
        ]

    def test_the_first_of_its_places(self, bring, empty):
        """2.3626 E, 51.0934 N in Lambert 93, by GDAL."""
        bring("etablissement")
        assert place(empty) == pytest.approx(lambert(2.3626, 51.0934), abs=0.01)

    def test_no_way_to_reach_a_person_is_kept(self, bring, empty):
        bring("etablissement")
        row = example("etablissement")
        everything = str(sql(empty.path, "SELECT * FROM etablissement"))
        assert row["etab_contact_mail"] not in everything
        assert row["etab_contact_tel"] not in everything
        assert sql(empty.path, "SELECT count(*) FROM contact") == [(0,)]

    def test_the_site_of_its_land(self, run, bring, empty, tmp_path):
        """The territory knows the land: the establishment is on the site of that land."""
        bring("terrain_eco")
        path = tmp_path / "e.csv"
        land = example("terrain_eco")["terr_id"]
        path.write_text(
            f"SIRET;etab_raison_sociale;terr_id\n{SIRET};Essai;{land}|autre\n", encoding="utf-8"
        )
        run("importestablishments", INPUT=str(path), TARGET=str(empty.path))
        assert sql(empty.path, "SELECT site_id FROM etablissement") == [
            (example("terrain_eco")["site_id"],)
        ]

    def test_values_outside_the_lists_are_told(self, run, empty, tmp_path):
        path = tmp_path / "e.csv"
        path.write_text(
            f"SIRET;etab_raison_sociale;geocodage_qualite\n{SIRET};Essai;au pif\n", encoding="utf-8"
        )
        done = run("importestablishments", INPUT=str(path), TARGET=str(empty.path))
        assert done["CREATED"] == 1
        assert "geocodage_qualite: “au pif” (1)" in done.log.warnings

    def test_twice(self, bring, empty):
        bring("etablissement")
        before = sql(empty.path, "SELECT * FROM etablissement")
        assert bring("etablissement")["UNCHANGED"] == 1
        assert sql(empty.path, "SELECT * FROM etablissement") == before


@needs_real
class TestRoundTrip:
    @pytest.fixture
    def there_and_back(self, bring, change, export):
        for name in FILES:
            bring(name)
        # Whether it may be shown is nobody's to change when it is imported again.
        change("etablissement", confidentialite="public")
        return export()

    def test_it_is_valid(self, there_and_back):
        assert check(there_and_back["OUTPUT"]) == []
        counts = ("SITES", "LANDS", "ESTABLISHMENTS", "LEFT_OUT")
        assert [there_and_back[name] for name in counts] == [1, 1, 1, 0]
        assert there_and_back.rows("INCOMPLETE") == []

    @pytest.mark.parametrize("name", FILES)
    def test_every_cell_comes_back(self, there_and_back, name):
        """But contacts, and the official spelling of what the examples write otherwise."""
        before = example(name)
        (after,) = exported(there_and_back["OUTPUT"], name)
        expected = {
            "site_vocadomi": "autre",
            "site_etat": "autre",
            "site_evol_urba": "autre",
            "site_moa_type": "epci",
            "geocodage_qualite": "localisation au bâtiment",
            "etab_contact_mail": None,
            "etab_contact_tel": None,
            "etab_actu_date": TODAY,
        }
        for field in schema_of(name)["fields"]:
            column, cell = field["name"], before[field["name"]]
            if field["type"] == "geojson":
                same_shape(json.loads(cell), json.loads(after[column]))
            elif column == "site_media" and not re.match(r"https?://[^\s/$.?#]", cell):
                assert column not in after
            elif field["type"] == "number" and cell:
                assert after[column] == pytest.approx(float(cell))
            else:
                assert after.get(column) == expected.get(column, cell or None), column

    def test_the_layers_are_those_of_the_official_geopackage(self, there_and_back):
        official = ogr.Open(str(CNIG / "sites_economiques_empty_qgis.gpkg"))
        ours = ogr.Open(there_and_back["OUTPUT"])
        for name in FILES:
            theirs, layer = official.GetLayer(name), ours.GetLayer(name)
            assert layer.GetGeomType() == theirs.GetGeomType()
            assert layer.GetSpatialRef().GetAuthorityCode(None) == "2154"
            bare = {plain_name(definition(layer, n)) for n in range(_fields(layer))}
            assert {definition(theirs, n) for n in range(_fields(theirs))} <= bare

    def test_and_in_again(self, run, there_and_back, tmp_path):
        """What was exported is recognised and brings the same records."""
        other = create_territory(
            tmp_path / "autre.gpkg",
            "A",
            QgsCoordinateReferenceSystem("EPSG:2154"),
            paths.reference_database(),
        )
        path = there_and_back["OUTPUT"]
        for name in ("site_eco", "terrain_eco"):
            done = run("importperimeters", INPUT=f"{path}|layername={name}", TARGET=str(other.path))
            assert done["CREATED"] == 1
        found = sql(other.path, "SELECT type, code FROM perimetre ORDER BY code")
        assert found == [
            ("zae", "80024_SITE-ECO_00001"),
            ("autre", "80024_TERRAIN-ECO_00131"),
        ]
        source = f"{path}|layername=etablissement"
        done = run("importestablishments", INPUT=source, TARGET=str(other.path))
        assert done["CREATED"] == 1
        assert place(other) == pytest.approx(lambert(2.3626, 51.0934), abs=0.01)

    def test_what_an_adviser_changed_is_what_is_written(self, bring, change, export):
        bring("site_eco")
        bring("etablissement")
        change("perimetre", nom="ZAC renommée")
        change(
            "etablissement",
            confidentialite="public",
            effectif_code="11",
            adresse="2 rue Bleue",
            naf_code="25.62B",
            naf_version="rev2",
        )
        path = export()["OUTPUT"]
        (site,) = exported(path, "site_eco")
        assert (site["site_nom"], site["site_actu_date"]) == ("ZAC renommée", TODAY)
        assert site["desserte_route_nom"] == "D378"
        (company,) = exported(path, "etablissement")
        assert company["etab_effectif_code"] == "11"
        assert company["etab_effectif_libelle"] == "10 à 19 salariés"
        assert company["etab_adresse"] == "2 rue Bleue, 80470 Saint-Sauveur"
        assert company["etab_activite_code"] == "2562B"
        assert company["etab_activite_libelle"] == "Mécanique industrielle"
        assert company["bat-id"] == example("etablissement")["bat-id"]
        assert check(path) == []


def _fields(layer):
    return layer.GetLayerDefn().GetFieldCount()


def definition(layer, number):
    return layer.GetLayerDefn().GetFieldDefn(number).GetName()


def plain_name(name):
    return name.lower().replace("-", "_")


def lambert(lon, lat):
    systems = []
    for number in (4326, 2154):
        system = osr.SpatialReference()
        system.ImportFromEPSG(number)
        system.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
        systems.append(system)
    x, y, _ = osr.CoordinateTransformation(*systems).TransformPoint(lon, lat)
    return x, y


def place(territory):
    source = ogr.Open(str(territory.path))
    feature = source.GetLayer("etablissement").GetNextFeature()
    shape = feature.GetGeometryRef()
    return shape.GetX(), shape.GetY()


def flat(coordinates):
    if coordinates and isinstance(coordinates[0], (int, float)):
        return [tuple(coordinates[:2])]
    return [point for part in coordinates for point in flat(part)]


def same_shape(before, after):
    """Compare the points of two GeoJSON shapes, in metres; the examples do not close rings."""
    points = flat(before["coordinates"])
    if max(abs(axis) for point in points for axis in point) <= 180:
        points = [lambert(*point) for point in points]
    found = flat(after["coordinates"])
    for x, y in points:
        assert min(abs(x - u) + abs(y - v) for u, v in found) < 0.05
    assert after["type"].removeprefix("Multi") == before["type"].removeprefix("Multi")


def add_company(territory, **values):
    """Add an establishment as a form does; position in Lambert 93."""
    from qgis.core import QgsFeature

    layer = territory.layer("etablissement")
    feature = QgsFeature(layer.fields())
    x, y = values.pop("at", (None, None))
    for name, value in values.items():
        feature[name] = value
    if x is not None:
        feature.setGeometry(QgsGeometry.fromPointXY(QgsPointXY(x, y)))
    added, _ = layer.dataProvider().addFeatures([feature])
    assert added


COMPLETE = {
    "siret": SIRET,
    "raison_sociale": "Essai",
    "date_creation": "2015-06-04",
    "naf_code": "25.62B",
    "naf_version": "rev2",
    "effectif_code": "11",
    "commune_insee": "82121",
    "source": "Essai",
    "at": (567_000.0, 6_326_000.0),
}


class TestDiscretion:
    """The export leaves the house."""

    @pytest.mark.parametrize(
        ("sharing", "names"),
        [
            (None, {"Pub"}),
            ("public", {"Pub"}),
            ("partenaires", {"Pub", "Part"}),
            ("interne", {"Pub", "Part", "Int"}),
        ],
    )
    def test_who_goes(self, empty, export, sharing, names):
        numbers = ("35600000000048", "41107643300027", "56080046800145")
        for siret, level in zip(numbers, ("interne", "partenaires", "public")):
            name = {"interne": "Int", "partenaires": "Part", "public": "Pub"}[level]
            record = {**COMPLETE, "siret": siret, "raison_sociale": name}
            add_company(empty, **record, confidentialite=level)
        done = export(**({"SHARING": sharing} if sharing else {}))
        rows = exported(done["OUTPUT"], "etablissement")
        assert {row["etab_raison_sociale"] for row in rows} == names
        stay = 3 - len(names)
        told = f"Establishments not shared this far, which stay here: {stay}."
        assert (told in done.log.infos) == (stay > 0)
        # Not even in the list of what is to be completed.
        assert "Int" not in str(done.rows("INCOMPLETE")) or sharing == "interne"

    def test_an_incomplete_internal_record_is_not_even_listed(self, empty, export):
        add_company(empty, raison_sociale="Secret", confidentialite="interne")
        assert export().rows("INCOMPLETE") == []

    def test_no_contact(self, empty, export):
        add_company(empty, **COMPLETE, confidentialite="public")
        ((key,),) = sql(empty.path, "SELECT id FROM etablissement")
        sql(
            empty.path,
            "INSERT INTO contact (etablissement_id, nom, mail, telephone) VALUES (?, ?, ?, ?)",
            key,
            "Jeanne Roux",
            "jeanne@exemple.fr",
            "0563000000",
        )
        path = export(SHARING="interne")["OUTPUT"]
        assert exported(path, "etablissement")
        content = Path(path).read_bytes()
        for secret in (b"Jeanne", b"jeanne@", b"0563000000"):
            assert secret not in content

    def test_what_nobody_confirmed_stays(self, empty, export):
        add_company(empty, **COMPLETE, confidentialite="public", etat="non_confirme")
        done = export()
        assert done["ESTABLISHMENTS"] == 0
        assert "Establishments not confirmed, which stay here: 1." in done.log.infos


class TestWhatIsKnown:
    def test_names_come_from_the_perimeters(self, run, empty, export, tmp_path):
        """A company of Montauban: its commune and EPCI by name, its activity by label."""
        square = "Polygon ((566000 6325000, 568000 6325000, 568000 6327000, 566000 6325000))"
        path = tmp_path / "p.csv"
        with path.open("w", encoding="utf-8", newline="") as text:
            csv.writer(text, delimiter=";").writerows(
                [
                    ["code", "nom", "parent_code", "geometry"],
                    ["82121", "Montauban", "248200099", square],
                    ["248200099", "Grand Montauban", "", square],
                ]
            )
        run("importperimeters", INPUT=str(path), TARGET=str(empty.path))
        add_company(empty, **COMPLETE, confidentialite="public")
        (row,) = exported(export()["OUTPUT"], "etablissement")
        expected = {
            "comm_nom": "Montauban",
            "epci_siren": "248200099",
            "epci_nom": "Grand Montauban",
            "etab_activite_code": "2562B",
            "etab_activite_libelle": "Mécanique industrielle",
            "etab_effectif_libelle": "10 à 19 salariés",
            "etab_identif_date": TODAY,
            "terr_id": "inconnu",
            "etab_nat_juridique": "inconnu",
            "geocodage_qualite": "inconnu",
        }
        assert {name: row.get(name) for name in expected} == expected

    def test_a_zone_drawn_by_hand(self, run, empty, export, tmp_path):
        """100 hectares in Lambert 93 near Montauban: its scale there is 0.99944 (pyproj)."""
        commune = "Polygon ((550000 6310000, 580000 6310000, 580000 6340000, 550000 6310000))"
        zone = "Polygon ((566000 6322000, 567000 6322000, 567000 6323000, 566000 6323000))"
        land = "Polygon ((566000 6322000, 566500 6322000, 566500 6322500, 566000 6322000))"
        tables = {
            "commune": [["code", "nom", "geometry"], ["82121", "Montauban", commune]],
            "zae": [["code", "nom", "parent_code", "geometry"], ["Z1", "Albasud", "", zone]],
            "autre": [["code", "nom", "parent_code", "geometry"], ["T1", "Lot 1", "Z1", land]],
        }
        for kind, rows in tables.items():
            path = tmp_path / f"{kind}.csv"
            with path.open("w", encoding="utf-8", newline="") as text:
                csv.writer(text, delimiter=";").writerows(rows)
            run("importperimeters", INPUT=str(path), TARGET=str(empty.path), TYPE=kind)
        done = export()
        # Nobody said how much of it can be built on: no figure is made up.
        assert (done["SITES"], done["LANDS"], done["LEFT_OUT"]) == (0, 1, 1)
        assert done.rows("INCOMPLETE") == [
            {
                "classe": "site_eco",
                "identifiant": "Z1",
                "nom": "Albasud",
                "a_completer": "site_surf_utile",
            }
        ]
        assert check(done["OUTPUT"]) == []
        done = export(KEEP_INCOMPLETE=True)
        (site,) = exported(done["OUTPUT"], "site_eco")
        assert site["site_comm_insee"] == "82121"
        assert site["site_comm_nom"] == "Montauban"
        assert site["site_type"] == site["pole_id"] == site["site_epci_nom"] == "inconnu"
        assert site["site_surf_brute"] == pytest.approx(100, rel=0.003)
        lon, lat = map(float, site["site_geompoint"].split(", "))
        assert lambert(lon, lat) == pytest.approx((566_500, 6_322_500), abs=800)
        assert check(done["OUTPUT"]) == ["site_surf_utile: required"]

    def test_the_land_an_establishment_stands_on(self, run, empty, export, tmp_path):
        shape = "Polygon ((566000 6325000, 568000 6325000, 568000 6327000, 566000 6325000))"
        path = tmp_path / "t.csv"
        path.write_text(f"terr_id;site_id;terr_usage;terr_geomsurf\nT9;S9;;{shape}\n", "utf-8")
        run("importperimeters", INPUT=str(path), TARGET=str(empty.path))
        add_company(empty, **{**COMPLETE, "at": (567_500.0, 6_325_100.0)}, confidentialite="public")
        (row,) = exported(export()["OUTPUT"], "etablissement")
        assert row["terr_id"] == "T9"

    @pytest.mark.parametrize(
        ("without", "missing"),
        [
            ("siret", "SIRET, SIREN"),
            ("date_creation", "etab_creation_date"),
            ("at", "etab_geompoint"),
        ],
    )
    def test_what_only_an_adviser_can_complete(self, empty, export, without, missing):
        record = {name: value for name, value in COMPLETE.items() if name != without}
        add_company(empty, **record, confidentialite="public")
        done = export()
        assert (done["ESTABLISHMENTS"], done["LEFT_OUT"]) == (0, 1)
        (gap,) = done.rows("INCOMPLETE")
        assert (gap["nom"], gap["a_completer"]) == ("Essai", missing)
        assert export(KEEP_INCOMPLETE=True)["ESTABLISHMENTS"] == 1


class TestFile:
    def test_an_older_export_is_replaced(self, empty, export):
        add_company(empty, **COMPLETE, confidentialite="public")
        export()
        sql(empty.path, "DELETE FROM etablissement")
        assert exported(export()["OUTPUT"], "etablissement") == []

    def test_never_over_a_territory(self, run, empty):
        before = empty.path.read_bytes()
        told = run.fails("exportcnig", TARGET=str(empty.path), OUTPUT=str(empty.path))
        assert "is an Act'IF territory" in told
        assert empty.path.read_bytes() == before

    @pytest.mark.parametrize("name", ["cnig.shp", "absent/cnig.gpkg"])
    def test_where_it_cannot_be_written(self, run, empty, tmp_path, name):
        told = run.fails("exportcnig", TARGET=str(empty.path), OUTPUT=str(tmp_path / name))
        assert "is not a GeoPackage name" in told or "cannot be written" in told
        assert not list(tmp_path.glob(".actif-*"))

    def test_an_empty_territory(self, export):
        done = export()
        assert check(done["OUTPUT"]) == []
        assert (done["SITES"], done["LANDS"], done["ESTABLISHMENTS"]) == (0, 0, 0)

    @needs_real
    def test_overseas_it_keeps_the_legal_system(self, run, tmp_path):
        territory = create_territory(
            tmp_path / "reunion.gpkg",
            "R",
            QgsCoordinateReferenceSystem("EPSG:2975"),
            paths.reference_database(),
        )
        path = tmp_path / "cnig.gpkg"
        run("exportcnig", TARGET=str(territory.path), OUTPUT=str(path))
        source = ogr.Open(str(path))
        assert source.GetLayer("site_eco").GetSpatialRef().GetAuthorityCode(None) == "2975"
