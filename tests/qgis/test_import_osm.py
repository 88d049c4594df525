"""Companies of OpenStreetMap, from a file or a layer, as unconfirmed establishments."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest
from osgeo import ogr, osr
from qgis.core import QgsCoordinateReferenceSystem, QgsVectorLayer

from actif_plugin import paths
from actif_plugin.store.territory import create_territory
from tests.qgis.harness import REAL, Recorder, needs_real, sql

OSM = REAL / "osm_monaco_menton_2016"
PBF = OSM / "monaco_menton_2016.osm.pbf"
COMPANIES = OSM / "monaco_menton_2016.companies.geojson"

NODE = '<node id="{id}" visible="true" version="1" lat="{lat}" lon="{lon}">{tags}</node>'
TAG = '<tag k="{}" v="{}"/>'


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
    def call(source, log=None, **parameters):
        return run(
            "importestablishments",
            log,
            **{
                "INPUT": str(source) if isinstance(source, Path) else source,
                "TARGET": str(empty.path),
                "REJECTS": "TEMPORARY_OUTPUT",
                **parameters,
            },
        )

    return call


@pytest.fixture
def drawn(tmp_path):
    """Write an OpenStreetMap file: nodes (lon, lat, tags), areas (corners, tags)."""

    def call(*objects):
        lines, last = [], 1000
        for number, (where, tags) in enumerate(objects, start=1):
            written = "".join(TAG.format(key, value) for key, value in tags.items())
            if isinstance(where, tuple):
                lines.append(NODE.format(id=number, lat=where[1], lon=where[0], tags=written))
                continue
            corners = []
            for lon, lat in where:
                last += 1
                corners.append(f'<nd ref="{last}"/>')
                lines.append(NODE.format(id=last, lat=lat, lon=lon, tags=""))
            refs = "".join([*corners, corners[0]])
            lines.append(f'<way id="{number}" visible="true" version="1">{refs}{written}</way>')
        # A file has its nodes first, then its ways.
        lines.sort(key=lambda line: line.startswith("<way"))
        path = tmp_path / "carte.osm"
        body = "\n".join(lines)
        path.write_text(f'<?xml version="1.0"?><osm version="0.6">{body}</osm>', encoding="utf-8")
        return path

    return call


def square(lon, lat, side=0.001):
    return [(lon, lat), (lon + side, lat), (lon + side, lat + side), (lon, lat + side)]


def counts(done):
    return tuple(done[name] for name in ("CREATED", "UPDATED", "UNCHANGED", "REJECTED"))


def found(territory, *columns):
    names = columns or ("raison_sociale",)
    return sql(territory.path, f"SELECT {', '.join(names)} FROM etablissement ORDER BY fid")


def everything(territory):
    return sql(territory.path, "SELECT * FROM etablissement ORDER BY fid")


def place(territory, name):
    """Return a company's longitude and latitude, by GDAL."""
    degrees = osr.SpatialReference()
    degrees.ImportFromEPSG(4326)
    degrees.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
    source = ogr.Open(str(territory.path))
    layer = source.GetLayer("etablissement")
    layer.SetAttributeFilter(f"raison_sociale = '{name}'")
    feature = layer.GetNextFeature()
    shape = feature.GetGeometryRef()
    shape.TransformTo(degrees)
    return shape.GetX(), shape.GetY()


@needs_real
class TestMonaco:
    """Counts from the companies that osmium took out of the same file, read with json."""

    def companies(self):
        features = json.loads(COMPANIES.read_text(encoding="utf-8"))["features"]
        return [feature["properties"] for feature in features]

    def names(self):
        keys = ("name", "brand", "operator")
        return [next((one[k] for k in keys if one.get(k)), None) for one in self.companies()]

    def test_the_file(self, bring, empty):
        done = bring(PBF)
        unnamed = self.names().count(None)
        assert len(self.names()) == 90
        rejects = Counter(row["motif"][:23] for row in done.rows("REJECTS"))
        # Two shops of one perfumer stand 36 m apart: one drawn twice, so it counts once.
        assert rejects == {"Neither a name nor a SI": unnamed, "Same establishment as l": 1}
        assert counts(done) == (90 - unnamed - 1, 0, 0, unnamed + 1)
        expected = Counter(name for name in self.names() if name)
        expected["Parfumerie Galimard"] -= 1
        assert Counter(name for (name,) in found(empty)) == expected

    def test_they_are_unconfirmed_and_nothing_is_made_up(self, bring, empty):
        bring(PBF)
        assert set(found(empty, "etat", "naf_code", "siret", "effectif_code", "source")) == {
            ("non_confirme", None, None, None, PBF.name)
        }

    def test_an_address(self, bring, empty):
        bring(PBF)
        ((address, postcode, town, trade),) = sql(
            empty.path,
            "SELECT adresse, code_postal, commune_nom, description FROM etablissement"
            " WHERE raison_sociale = 'Floriane Maels Galerie'",
        )
        assert (address, postcode, town) == ("30 Rue Principale", "06360", "Èze")
        assert trade == "shop=art"

    def test_twice(self, bring, empty):
        bring(PBF)
        before = everything(empty)
        done = bring(PBF)
        assert counts(done) == (0, 0, len(before), 90 - len(before))
        assert everything(empty) == before

    def test_the_layer_gives_the_same_companies(self, bring, empty):
        """A layer without identifiers: shops of one name are told apart by where they are."""
        bring(str(COMPANIES))
        layer = Counter(name for (name,) in found(empty))
        sql(empty.path, "DELETE FROM etablissement")
        bring(PBF)
        assert Counter(name for (name,) in found(empty)) == layer

    def test_the_layer_after_the_file_brings_no_twin(self, bring, empty):
        bring(PBF)
        before = everything(empty)
        assert bring(str(COMPANIES))["CREATED"] == 0
        assert everything(empty) == before

    def test_positions(self, bring, empty):
        """Where the companies that osmium took out are, back in degrees by GDAL."""
        bring(PBF)
        assert place(empty, "Fnac") == pytest.approx((7.4282243, 43.7412436), abs=1e-6)

    def test_only_a_layer_of_the_file(self, bring, empty):
        """What QGIS shows of the file: its own columns, the other tags in one."""
        uri = f"{PBF}|layername=points"
        assert QgsVectorLayer(uri, "points", "ogr").isValid()
        bring(uri)
        names = Counter(name for (name,) in found(empty))
        assert names["Fnac"] == 1
        assert sum(names.values()) == 90 - self.names().count(None) - 1

    def test_cancelled_it_changes_nothing(self, bring, empty):
        for asked in (1, 2, 3):
            bring(PBF, Recorder(cancel_after=asked))
            assert everything(empty) == []


def test_what_is_a_company(bring, empty, drawn):
    done = bring(
        drawn(
            ((1.30, 44.0), {"name": "Boulangerie", "shop": "bakery"}),
            ((1.31, 44.0), {"brand": "Renault", "shop": "car", "operator": "Garage Sud"}),
            ((1.32, 44.0), {"name": "Local vide", "shop": "vacant"}),
            ((1.33, 44.0), {"name": "Place du Marché", "place": "square"}),
            ((1.34, 44.0), {"craft": "carpenter"}),
            (square(1.35, 44.0), {"name": "Fonderie", "man_made": "works"}),
            (square(1.36, 44.0), {"name": "Usine Nord", "landuse": "industrial"}),
            (square(1.37, 44.0), {"landuse": "industrial"}),
            (square(1.38, 44.0), {"name": "ZI Albasud", "landuse": "industrial"}),
            (square(1.39, 44.0), {"name": "Scierie", "industrial": "sawmill"}),
        )
    )
    assert set(found(empty, "raison_sociale", "description")) == {
        ("Boulangerie", "shop=bakery"),
        ("Renault", "shop=car"),
        ("Fonderie", "man_made=works"),
        ("Usine Nord", "landuse=industrial"),
        ("Scierie", "industrial=sawmill"),
    }
    assert sorted(row["motif"] for row in done.rows("REJECTS")) == [
        "Neither a name nor a SIRET.",
        "ZI Albasud: an activity area, not a company; import it among the perimeters.",
    ]


def test_an_area_is_a_point_inside_it(bring, empty, drawn):
    bring(drawn((square(1.35, 44.0), {"name": "Fonderie", "man_made": "works"})))
    lon, lat = place(empty, "Fonderie")
    assert 1.35 < lon < 1.351
    assert 44.0 < lat < 44.001


class TestKnownCompanies:
    """41107643300027 is CARRIERES's SIRET, right by its key."""

    SIRET = "41107643300027"

    def known(self, bring, tmp_path, row):
        path = tmp_path / "connus.csv"
        header = "siret;raison_sociale;enseigne;longitude;latitude"
        path.write_text(f"{header}\n{row}\n", encoding="utf-8")
        assert bring(path)["CREATED"] == 1

    @pytest.mark.parametrize(
        ("tags", "where"),
        [
            # The same SIRET, under another name, kilometres away.
            ({"name": "Autre", "ref:FR:SIRET": SIRET}, (1.5, 44.5)),
            ({"name": "Autre", "ref:FR:SIRET": "411 076 433 00027"}, (1.5, 44.5)),
            # The name, but for its legal form and an accent, across the street.
            ({"name": "Scierie Lafarge"}, (1.3005, 44.0)),
            # The name on the sign.
            ({"name": "Le Bois d'Oc"}, (1.3, 44.0)),
            ({"name": "Bureau", "brand": "Le Bois d’Oc"}, (1.3, 44.0)),
        ],
    )
    def test_no_twin(self, bring, empty, drawn, tmp_path, tags, where):
        row = f"{self.SIRET};SARL Scierie Lafargé;Le Bois d'Oc;1.3;44.0"
        self.known(bring, tmp_path, row)
        before = everything(empty)
        done = bring(drawn((where, {"shop": "trade", **tags})))
        assert counts(done) == (0, 0, 0, 0)
        assert everything(empty) == before

    @pytest.mark.parametrize(
        ("name", "where"),
        [
            ("Scierie Lafarge", (1.302, 44.0)),  # 160 m away
            ("Scierie Dupont", (1.3, 44.0)),
        ],
    )
    def test_another_company(self, bring, empty, drawn, tmp_path, name, where):
        self.known(bring, tmp_path, f"{self.SIRET};SARL Scierie Lafarge;;1.3;44.0")
        assert bring(drawn((where, {"shop": "trade", "name": name})))["CREATED"] == 1
        assert len(found(empty)) == 2

    def test_a_node_in_its_building(self, bring, empty, drawn):
        bakery = {"shop": "bakery", "name": "Au bon pain"}
        path = drawn(((1.3005, 44.0005), bakery), (square(1.3, 44.0), bakery))
        assert counts(bring(path)) == (1, 0, 0, 1)
        assert counts(bring(path)) == (0, 0, 1, 1)

    def test_what_an_adviser_confirmed_stays(self, bring, empty, drawn):
        path = drawn(((1.3, 44.0), {"shop": "bakery", "name": "Au bon pain"}))
        bring(path)
        layer = empty.layer("etablissement")
        (one,) = layer.getFeatures()
        changes = {"etat": "actif", "enseigne": "Maison Roux"}
        numbers = {layer.fields().indexOf(name): value for name, value in changes.items()}
        assert layer.dataProvider().changeAttributeValues({one.id(): numbers})
        drawn(((1.3, 44.0), {"shop": "bakery", "name": "Au bon pain", "brand": "Banette"}))
        done = bring(path)
        assert done["CREATED"] == 0
        assert found(empty, "etat", "enseigne") == [("actif", "Maison Roux")]

    def test_an_object_that_changed_its_name_is_the_same(self, bring, empty, drawn):
        bring(drawn(((1.3, 44.0), {"shop": "bakery", "name": "Au bon pain"})))
        done = bring(drawn(((1.3, 44.0), {"shop": "bakery", "name": "Boulangerie Roux"})))
        assert counts(done) == (0, 1, 0, 0)
        assert found(empty) == [("Boulangerie Roux",)]


@pytest.mark.parametrize("content", [b"", b"pas une carte", b"<osm><node id='1'"])
def test_a_file_that_is_not_a_map(run, empty, tmp_path, content):
    path = tmp_path / "carte.osm.pbf"
    path.write_bytes(content)
    told = run.fails("importestablishments", INPUT=str(path), TARGET=str(empty.path))
    assert "cannot be read as OpenStreetMap data" in told
    assert everything(empty) == []


@needs_real
def test_a_file_cut_short(run, empty, tmp_path):
    path = tmp_path / "coupe.osm.pbf"
    path.write_bytes(PBF.read_bytes()[:900_000])
    told = run.fails("importestablishments", INPUT=str(path), TARGET=str(empty.path))
    assert "cannot be read as OpenStreetMap data" in told
    assert everything(empty) == []


def test_one_that_a_surer_source_completed_is_left_to_it(bring, empty, drawn, tmp_path):
    """SIRENE gave the shop its SIRET since: the map has nothing more to say of it."""
    siret = TestKnownCompanies.SIRET
    path = drawn(((1.3, 44.0), {"shop": "bakery", "name": "Au bon pain", "addr:street": "Rue A"}))
    bring(path)
    table = tmp_path / "sirene.csv"
    header = "siret;raison_sociale;adresse;etat;longitude;latitude"
    table.write_text(f"{header}\n{siret};Au bon pain;Rue A;A;1.3;44\n", encoding="utf-8")
    bring(table)
    assert found(empty, "siret", "etat") == [(siret, "actif")]
    before = everything(empty)
    assert bring(path)["CREATED"] == 0
    assert everything(empty) == before
