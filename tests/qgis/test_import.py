"""`actif:importestablishments`: companies in, from the files that people have."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from osgeo import gdal, ogr, osr
from qgis.core import QgsFeature, QgsGeometry, QgsPointXY, QgsVectorLayer

from actif_plugin.compat import plain
from actif_plugin.store.territory import Territory, open_territory
from tests.qgis.harness import REAL, Recorder, Runner, needs_real, points, sql

COMPANIES_82 = REAL / "demo_82_real_companies/companies_82.csv"
IREP = REAL / "irep_2015_georisques/etablissements.csv"
ISERE = REAL / "sirene_isere_2021/etablissements_personnes_morales.csv"

LA_POSTE, CARRIERES, GRANULATS = "35600000000048", "41107643300027", "56080046800145"


@pytest.fixture
def bring(run: Runner, territory: Territory, tmp_path: Path):
    """Import a text, a file or a layer into the territory."""

    def call(source, encoding="utf-8", log=None, **parameters):
        if isinstance(source, str) and "\n" in source:
            path = tmp_path / "entreprises.csv"
            path.write_bytes(source.encode(encoding))
            source = path
        given = str(source) if isinstance(source, Path) else source
        return run(
            "importestablishments",
            log,
            **{
                "INPUT": given,
                "TARGET": str(territory.path),
                "REJECTS": "TEMPORARY_OUTPUT",
                **parameters,
            },
        )

    return call


def counts(done) -> tuple[int, int, int, int]:
    """Return created, updated, unchanged, rejected."""
    return tuple(done[name] for name in ("CREATED", "UPDATED", "UNCHANGED", "REJECTED"))


def companies(territory: Territory) -> dict[str, dict]:
    """Return the establishments by name, as plain sqlite reads them."""
    names = "raison_sociale siret naf_code commune_nom code_postal adresse effectif_code source"
    rows = sql(territory.path, f"SELECT {', '.join(names.split())} FROM etablissement")
    return {row[0]: dict(zip(names.split(), row)) for row in rows}


def place(territory: Territory, name: str) -> tuple[float, float] | None:
    """Return a company's point in Lambert 93, read with GDAL."""
    source = ogr.Open(str(territory.path))
    layer = source.GetLayerByName("etablissement")
    layer.SetAttributeFilter(f"raison_sociale = '{name}'")
    feature = layer.GetNextFeature()
    shape = feature.GetGeometryRef()
    return None if shape is None else (shape.GetX(), shape.GetY())


def everything(territory: Territory) -> list[tuple]:
    return sql(territory.path, "SELECT * FROM etablissement ORDER BY fid")


def lambert(lon: float, lat: float) -> tuple[float, float]:
    """Return Lambert 93 coordinates, by GDAL."""
    systems = []
    for number in (4326, 2154):
        system = osr.SpatialReference()
        system.ImportFromEPSG(number)
        system.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
        systems.append(system)
    x, y, _ = osr.CoordinateTransformation(*systems).TransformPoint(lon, lat)
    return x, y


# --- The 68 real companies ------------------------------------------------------------------------


def real_companies() -> list[dict]:
    """Read the file on its own: rows with their line, and the first line of the same SIRET."""
    rows, first = [], {}
    with COMPANIES_82.open(encoding="utf-8", newline="") as text:
        reader = csv.reader(text)
        header = next(reader)
        start = reader.line_num + 1
        for cells in reader:
            row = {name: cell.strip() for name, cell in zip(header, cells)}
            same = first.setdefault(row["siret"] or start, start)
            rows.append({**row, "line": start, "first": same})
            start = reader.line_num + 1
    return rows


def lambert_of(row: dict) -> tuple[float, float]:
    return lambert(float(row["lon"]), float(row["lat"]))


@needs_real
class TestRealCompanies:
    def test_twice(self, bring, territory):
        first = bring(COMPANIES_82)
        assert counts(first) == (66, 0, 0, 2)
        before = everything(territory)
        second = bring(COMPANIES_82)
        assert counts(second) == (0, 0, 66, 2)
        assert everything(territory) == before

    def test_rejects_tell_line_and_reason(self, bring):
        rejects = bring(COMPANIES_82).rows("REJECTS")
        repeated = [row for row in real_companies() if row["first"] != row["line"]]
        assert [(reject["ligne"], reject["motif"]) for reject in rejects] == [
            (row["line"], f"Same establishment as line {row['first']}.") for row in repeated
        ]
        assert all(row["nom"] in reject["contenu"] for row, reject in zip(repeated, rejects))

    def test_fields_and_positions(self, bring, territory):
        bring(COMPANIES_82)
        source = ogr.Open(str(territory.path))
        found = {}
        for feature in source.GetLayerByName("etablissement"):
            shape = feature.GetGeometryRef()
            names = "siret raison_sociale adresse commune_nom code_postal commune_insee naf_code"
            values = [feature[name] or "" for name in names.split()]
            found[tuple(values[:4])] = (*values[4:], shape.GetX(), shape.GetY())
        expected = {}
        for row in real_companies():
            if row["first"] == row["line"]:
                naf = row["naf"].replace(".", "")
                key = (row["siret"], row["nom"], row["adresse"], row["commune"])
                expected[key] = (
                    row["code_postal"],
                    row["insee"],
                    f"{naf[:2]}.{naf[2:]}" if naf else "",
                    *(pytest.approx(axis, abs=0.01) for axis in lambert_of(row)),
                )
        assert len(expected) == 66
        assert found == expected

    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
    @pytest.mark.parametrize("delimiter", [",", ";", "\t"])
    def test_written_otherwise(self, bring, territory, tmp_path, encoding, delimiter):
        with COMPANIES_82.open(encoding="utf-8", newline="") as text:
            rows = list(csv.reader(text))
        path = tmp_path / "companies.csv"
        with path.open("w", encoding=encoding, errors="replace", newline="") as text:
            csv.writer(text, delimiter=delimiter).writerows(rows)
        assert counts(bring(path)) == (66, 0, 0, 2)
        assert "Carrières du Sud Ouest - Carrières de LAGUEPIE" in companies(territory)

    def test_as_a_layer_of_any_format(self, bring, territory, tmp_path):
        """The same table as a GeoPackage and as a spreadsheet."""
        for driver, name in (("GPKG", "c.gpkg"), ("ODS", "c.ods")):
            path = tmp_path / name
            done = gdal.VectorTranslate(str(path), str(COMPANIES_82), format=driver)
            assert done is not None
            del done
        assert counts(bring(tmp_path / "c.gpkg")) == (66, 0, 0, 2)
        assert counts(bring(tmp_path / "c.ods")) == (0, 0, 66, 2)

    def test_only_inside_a_perimeter(self, bring, territory):
        grand_montauban = territory.layer("perimetre", subset="\"code\" = '248200099'")
        inside = {
            row["nom"]
            for row in real_companies()
            if row["epci"] == "Communauté d'agglomération Grand Montauban"
            and row["first"] == row["line"]
        }
        done = bring(COMPANIES_82, PERIMETER=grand_montauban)
        assert done["CREATED"] == len(inside)
        assert set(companies(territory)) == inside
        assert f"{66 - len(inside)} outside the perimeter." in done.log.infos


@needs_real
def test_sirene_export_of_isere(bring, territory):
    """765 shops with addresses and no coordinates, far from the territory's communes."""
    done = bring(ISERE)
    assert counts(done) == (765, 0, 0, 0)
    with ISERE.open(encoding="utf-8", newline="") as text:
        rows = {row["siret"]: row for row in csv.DictReader(text)}
    found = {
        siret: (naf, insee, created)
        for siret, naf, insee, created in sql(
            territory.path,
            "SELECT siret, naf_code, commune_insee, date_creation FROM etablissement",
        )
    }
    assert found == {
        siret: (
            row["activitePrincipaleEtablissement"],
            row["codeCommuneEtablissement"],
            row["dateCreationEtablissement"] or None,
        )
        for siret, row in rows.items()
    }
    assert sql(territory.path, "SELECT count(*) FROM etablissement WHERE geom IS NOT NULL") == [
        (0,)
    ]
    assert counts(bring(ISERE)) == (0, 0, 765, 0)


@needs_real
def test_national_register_of_10_167_sites(bring, territory):
    """Cells of several lines, Lambert II, overseas sites, repeated SIRET.

    Expected: the file read with the csv module, its coordinates turned into degrees by GDAL and
    compared with the area of use of Lambert 93 (EPSG: 9.86 W to 10.38 E, 41.15 to 51.56 N).
    """
    lambert_2, degrees = osr.SpatialReference(), osr.SpatialReference()
    lambert_2.ImportFromEPSG(27572)
    degrees.ImportFromEPSG(4326)
    for system in (lambert_2, degrees):
        system.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
    transform = osr.CoordinateTransformation(lambert_2, degrees)
    kept: dict[str, str] = {}
    lines: dict[int, str] = {}
    with IREP.open(encoding="utf-8", newline="") as text:
        reader = csv.reader(text)
        header = next(reader)
        start = reader.line_num + 1
        for cells in reader:
            row = dict(zip(header, cells))
            siret = row["Numero_SIRET"]
            x, y = float(row["Coordonnees_X"]), float(row["Coordonnees_Y"])
            lon, lat, _ = transform.TransformPoint(x, y)
            if not (-9.86 <= lon <= 10.38 and 41.15 <= lat <= 51.56):
                lines[start] = "outside"
            elif siret in kept:
                lines[start] = "duplicate"
            else:
                kept[siret] = row["Nom_Etablissement"].strip()
            start = reader.line_num + 1
    done = bring(IREP)
    assert counts(done) == (len(kept), 0, 0, len(lines))
    assert len(kept) + len(lines) == 10_167
    rejects = {
        row["ligne"]: "duplicate" if "Same establishment" in row["motif"] else "outside"
        for row in done.rows("REJECTS")
    }
    assert rejects == lines
    assert dict(sql(territory.path, "SELECT siret, raison_sociale FROM etablissement")) == kept
    assert counts(bring(IREP)) == (0, 0, len(kept), len(lines))


# --- What people's tables look like ---------------------------------------------------------------


def test_a_handful_of_columns(bring, territory):
    done = bring("nom;ville\nScierie du Lac;Caussade\nMoulin;Septfonds\n")
    assert counts(done) == (2, 0, 0, 0)
    assert set(companies(territory)) == {"Scierie du Lac", "Moulin"}


def test_without_coordinates_the_commune_serves_and_says_so(bring, territory):
    bring("nom;ville\nScierie;caussade\nAilleurs;Grenoble\n")
    source = ogr.Open(str(territory.path))
    communes = source.GetLayerByName("perimetre")
    communes.SetAttributeFilter("nom = 'Caussade'")
    commune = communes.GetNextFeature()
    outline = commune.GetGeometryRef()
    at = ogr.Geometry(ogr.wkbPoint)
    at.AddPoint_2D(*place(territory, "Scierie"))
    assert outline.Contains(at)
    assert place(territory, "Ailleurs") is None
    assert sql(
        territory.path, "SELECT geocodage_qualite FROM etablissement ORDER BY raison_sociale"
    ) == [(None,), ("commune",)]


EPCI = "SELECT raison_sociale, epci_siren FROM etablissement ORDER BY raison_sociale"


def test_the_perimeters_tell_the_epci_that_the_source_leaves_out(bring, territory):
    """Montauban is of Grand Montauban; what the territory found out is not the source's word."""
    table = "nom;insee;epci_siren\nA;82121;\nB;82121;200066884\nC;38185;\n"
    bring(table)
    assert sql(territory.path, EPCI) == [("A", "248200099"), ("B", "200066884"), ("C", None)]
    layer = territory.layer("etablissement", subset='"epci_siren" IS NOT NULL')
    at = layer.fields().indexOf("epci_siren")
    advised = {feature.id(): {at: "248200016"} for feature in layer.getFeatures()}
    assert layer.dataProvider().changeAttributeValues(advised)
    done = bring(table, DIFFERENCES="TEMPORARY_OUTPUT")
    assert [row["nom"] for row in done.rows("DIFFERENCES")] == ["B"]
    assert sql(territory.path, EPCI) == [("A", "248200016"), ("B", "248200016"), ("C", None)]


def test_companies_outside_the_perimeters_are_counted(bring):
    """Montauban, and Grenoble twice, one of which has closed."""
    header = "nom;lon;lat;etat\n"
    done = bring(header + "A;1.3553;44.0176;\nB;5.7245;45.1885;\nC;5.7245;45.1885;F\n")
    told = "1 establishments outside the perimeters of the territory."
    assert done.log.warnings == [told]
    assert bring(header + "A;1.3553;44.0176;\n").log.warnings == []


@pytest.mark.parametrize(
    "written",
    ["Saint-Antonin-Noble-Val", "SAINT ANTONIN NOBLE VAL", "saint antonin-noble-val", "82155"],
)
def test_communes_as_people_write_them(bring, territory, written):
    bring(f"nom;ville;insee\nMoulin;{written};{written if written.isdigit() else ''}\n")
    assert place(territory, "Moulin") is not None


def test_the_insee_code_wins_over_the_name(bring, territory):
    """Two communes of France are called Montauban; 82037 is Caussade."""
    bring("nom;commune;code_insee\nA;Montauban;82037\n")
    bring("nom;commune\nB;Caussade\n")
    assert place(territory, "A") == place(territory, "B")


@pytest.mark.parametrize(
    ("header", "x", "y"),
    [
        ("longitude;latitude", "1,355", "44,0175"),
        ("x;y", "1.355", "44.0175"),
        ("coordonnees_x;coordonnees_y", "568110.86", "6325651.45"),
    ],
)
def test_coordinates_of_several_systems(bring, territory, header, x, y):
    """Montauban's station, in degrees and in Lambert 93."""
    done = bring(f"nom;{header}\nGare;{x};{y}\n")
    assert counts(done) == (1, 0, 0, 0)
    assert place(territory, "Gare") == pytest.approx(lambert(1.355, 44.0175), abs=0.01)


def test_coordinates_of_a_system_that_is_told(bring, territory):
    """UTM 31 N of 1.355 E, 44.0175 N, by GDAL."""
    utm, degrees = osr.SpatialReference(), osr.SpatialReference()
    utm.ImportFromEPSG(32631)
    degrees.ImportFromEPSG(4326)
    degrees.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
    x, y, _ = osr.CoordinateTransformation(degrees, utm).TransformPoint(1.355, 44.0175)
    bring(f"nom;x;y\nGare;{x};{y}\n", COORDINATES_CRS="EPSG:32631")
    assert place(territory, "Gare") == pytest.approx(lambert(1.355, 44.0175), abs=0.05)


def test_coordinates_that_fall_nowhere_known(run, territory, tmp_path):
    path = tmp_path / "e.csv"
    path.write_text("nom;x;y\nA;-5000000;-5000000\n", encoding="utf-8")
    told = run.fails("importestablishments", INPUT=str(path), TARGET=str(territory.path))
    assert "coordinate system of the coordinate columns is not recognised" in told
    assert companies(territory) == {}


def test_bad_rows_go_to_the_rejects_and_the_others_get_in(bring, territory):
    done = bring(
        "siret;nom;lon;lat\n"
        f"{LA_POSTE};La Poste;1,3;44\n"  # 2
        ";;1,3;44\n"  # 3
        "1234;Trop court;1,3;44\n"  # 4
        "35600000000049;Mauvaise clé;1,3;44\n"  # 5
        "\n"
        f"{CARRIERES};Là-bas;181;44\n"  # 7
        ";Dans le golfe de Guinée;0;0\n"  # 8
        ";Illisible;ici;là\n"  # 9
        f"{LA_POSTE};La Poste encore;1,3;44\n"  # 10
        '\n;"Sur deux\nlignes";1,3;44\n'  # 12
        ";Un de trop;1,3;44;x\n"  # 14
    )
    assert counts(done) == (2, 0, 0, 8)
    assert [(row["ligne"], row["motif"]) for row in done.rows("REJECTS")] == [
        (3, "Neither a name nor a SIRET."),
        (4, "SIRET 1234: 14 digits are needed."),
        (5, "SIRET 35600000000049: the check digit is wrong, a digit was mistyped."),
        (7, "Coordinates 181.0 ; 44.0: outside the area of the coordinate system."),
        (8, "Coordinates 0.0 ; 0.0: outside the area of the coordinate system."),
        (9, "Coordinates ici ; là: not two numbers."),
        (10, "Same establishment as line 2."),
        (14, "5 cells, more than there are columns."),
    ]
    assert set(companies(territory)) == {"La Poste", "Sur deux\nlignes"}


def test_a_13_digit_siret_is_told_apart(bring):
    """A spreadsheet dropped the zero of 05650001300023."""
    done = bring("siret;nom\n5650001300023;A\n")
    (reject,) = done.rows("REJECTS")
    assert reject["motif"] == "SIRET 5650001300023: 14 digits are needed."


def test_dates_that_no_calendar_has(bring, territory):
    done = bring(
        "nom;dateCreation;date_fermeture\n"
        "A;2021-02-31;\n"
        "B;2021-03-01;2020-01-01\n"
        "C;2020-02-29;2021-01-01\n"
    )
    assert counts(done) == (3, 0, 0, 0)
    assert sql(
        territory.path,
        "SELECT date_creation, date_fermeture FROM etablissement ORDER BY raison_sociale",
    ) == [(None, None), ("2021-03-01", None), ("2020-02-29", "2021-01-01")]


def test_records_say_where_they_come_from(bring, territory):
    bring("nom\nA\n")
    ((source, day, state, secrecy, created),) = sql(
        territory.path,
        "SELECT source, source_date, etat, confidentialite, cree_le FROM etablissement",
    )
    assert source == "entreprises.csv"
    assert day == created[:10]
    assert (state, secrecy) == ("actif", "interne")


def test_columns_that_the_user_names(bring, territory):
    text = "N° client;appellation;Cité\n4;Scierie;Caussade\n"
    done = bring(text, FIELD_MAP="raison_sociale=appellation; commune_nom=Cité")
    assert counts(done) == (1, 0, 0, 0)
    assert companies(territory)["Scierie"]["commune_nom"] == "Caussade"
    assert "raison_sociale ← appellation" in done.log.infos


@pytest.mark.parametrize(
    ("field_map", "named"),
    [
        ("raison_sociale=Nom", "Nom"),
        ("couleur=nom", "couleur"),
        ("nom", "nom"),
        ('{"siret": ', "siret"),
    ],
)
def test_a_field_map_that_cannot_be_followed(run, territory, tmp_path, field_map, named):
    path = tmp_path / "e.csv"
    path.write_text("nom;x\nA;1\n", encoding="utf-8")
    told = run.fails(
        "importestablishments", INPUT=str(path), TARGET=str(territory.path), FIELD_MAP=field_map
    )
    assert "cannot be followed" in told
    assert named in told


def test_missing_columns_are_named(run, territory, tmp_path):
    path = tmp_path / "e.csv"
    path.write_text("couleur;poids\nvert;1\n", encoding="utf-8")
    told = run.fails("importestablishments", INPUT=str(path), TARGET=str(territory.path))
    assert "No column for a SIRET or a name among: couleur, poids." in told


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "is empty"),
        (b"\n\n", "is empty"),
        (b'nom;ville\nA;X\n"B;Y\nC;Z\n', "breaks off at line 3"),
        (b'nom;"ville\nA;X\n', "breaks off at line 1"),
    ],
)
def test_tables_that_cannot_be_read(run, territory, tmp_path, content, told):
    path = tmp_path / "e.csv"
    path.write_bytes(content)
    assert told in run.fails("importestablishments", INPUT=str(path), TARGET=str(territory.path))
    assert companies(territory) == {}


def test_a_header_without_rows(bring):
    assert counts(bring("siret;nom\n\n")) == (0, 0, 0, 0)


# --- Layers ---------------------------------------------------------------------------------------


def test_a_layer_in_memory(bring, territory):
    layer = points(
        [(1.355, 44.0175, LA_POSTE, "La Poste"), (None, None, None, "Sans point")],
        "siret:string,nom:string",
        "EPSG:4326",
    )
    assert counts(bring(layer)) == (2, 0, 0, 0)
    assert place(territory, "La Poste") == pytest.approx(lambert(1.355, 44.0175), abs=0.01)
    assert place(territory, "Sans point") is None
    assert counts(bring(layer)) == (0, 0, 2, 0)


def test_a_layer_whose_siret_is_a_number(bring, territory):
    """As a spreadsheet hands it over."""
    layer = points(
        [(1.3, 44.0, 35600000000048.0, "La Poste")], "siret:double,nom:string", "EPSG:4326"
    )
    bring(layer)
    assert companies(territory)["La Poste"]["siret"] == LA_POSTE


@pytest.mark.parametrize(
    ("columns", "x", "y", "system"),
    [
        ("x:double,y:double", 368_151.71, 4_875_131.93, "EPSG:32631"),
        ("longitude:double,latitude:double", 1.355, 44.0175, None),
        ("x:string,y:string", "568110,86", "6325651,45", None),
    ],
)
def test_a_table_without_geometry_and_its_coordinate_columns(
    bring, territory, columns, x, y, system
):
    """As a spreadsheet opened in QGIS; UTM 31 N by pyproj."""
    fields = "&".join(f"field={name}" for name in f"nom:string,{columns}".split(","))
    table = QgsVectorLayer(f"NoGeometry?{fields}", "tableur", "memory")
    feature = QgsFeature(table.fields())
    feature.setAttributes(["Gare", x, y])
    table.dataProvider().addFeatures([feature])
    bring(table, COORDINATES_CRS=system)
    assert place(territory, "Gare") == pytest.approx(lambert(1.355, 44.0175), abs=0.01)


def test_polygons_count_by_their_centre(bring, territory):
    layer = QgsVectorLayer("Polygon?crs=EPSG:4326&field=nom:string", "usines", "memory")
    feature = QgsFeature(layer.fields())
    feature.setAttributes(["Usine"])
    feature.setGeometry(
        QgsGeometry.fromWkt("Polygon((1.3 44, 1.4 44, 1.4 44.1, 1.3 44.1, 1.3 44))")
    )
    layer.dataProvider().addFeatures([feature])
    bring(layer)
    assert place(territory, "Usine") == pytest.approx(lambert(1.35, 44.05), abs=20)


# --- Again, a year later --------------------------------------------------------------------------


class TestAgain:
    HEADER = "siret;nom;adresse;code_postal;commune;lon;lat\n"
    ROW = f"{LA_POSTE};La Poste;1 rue Haute;82000;Montauban;1,35;44,01\n"

    def edit(self, territory: Territory, **values) -> None:
        layer = territory.layer("etablissement")
        (feature,) = layer.getFeatures()
        changes = {layer.fields().indexOf(name): value for name, value in values.items()}
        assert layer.dataProvider().changeAttributeValues({feature.id(): changes})

    def only(self, territory: Territory) -> dict:
        (company,) = companies(territory).values()
        return company

    def test_nothing_new(self, bring, territory):
        bring(self.HEADER + self.ROW)
        before = everything(territory)
        assert counts(bring(self.HEADER + self.ROW)) == (0, 0, 1, 0)
        assert everything(territory) == before

    def test_the_source_changed(self, bring, territory):
        bring(self.HEADER + self.ROW)
        done = bring(self.HEADER + self.ROW.replace("1 rue Haute", "2 rue Basse"))
        assert counts(done) == (0, 1, 0, 0)
        assert self.only(territory)["adresse"] == "2 rue Basse"
        assert counts(bring(self.HEADER + self.ROW.replace("1 rue Haute", "2 rue Basse"))) == (
            0,
            0,
            1,
            0,
        )

    def test_a_leading_zero_put_right_at_the_source(self, bring, territory):
        bring(self.HEADER + self.ROW.replace("82000", "1000"))
        done = bring(self.HEADER + self.ROW.replace("82000", "01000"))
        assert counts(done) == (0, 1, 0, 0)
        assert self.only(territory)["code_postal"] == "01000"

    def test_what_an_adviser_wrote_stays(self, bring, territory):
        bring(self.HEADER + self.ROW)
        self.edit(territory, adresse="3 place du Coq")
        done = bring(self.HEADER + self.ROW)
        assert counts(done) == (0, 0, 1, 0)
        assert self.only(territory)["adresse"] == "3 place du Coq"
        assert "La Poste: adresse keeps “3 place du Coq”, the source says “1 rue Haute”." in (
            done.log.infos
        )

    def test_and_the_other_fields_follow_the_source(self, bring, territory):
        bring(self.HEADER + self.ROW)
        self.edit(territory, adresse="3 place du Coq")
        row = self.ROW.replace("1 rue Haute", "2 rue Basse").replace("La Poste", "La Poste SA")
        done = bring(self.HEADER + row)
        assert counts(done) == (0, 1, 0, 0)
        company = self.only(territory)
        assert (company["adresse"], company["raison_sociale"]) == ("3 place du Coq", "La Poste SA")

    def test_what_an_adviser_emptied_is_filled_again(self, bring, territory):
        bring(self.HEADER + self.ROW)
        self.edit(territory, adresse=None)
        bring(self.HEADER + self.ROW)
        assert self.only(territory)["adresse"] == "1 rue Haute"

    def test_a_field_the_source_no_longer_gives_stays(self, bring, territory):
        bring(self.HEADER + self.ROW)
        assert counts(bring(self.HEADER + self.ROW.replace("1 rue Haute", ""))) == (0, 0, 1, 0)
        assert self.only(territory)["adresse"] == "1 rue Haute"

    def test_the_source_moved_the_point(self, bring, territory):
        bring(self.HEADER + self.ROW)
        done = bring(self.HEADER + self.ROW.replace("1,35", "1,36"))
        assert counts(done) == (0, 1, 0, 0)
        assert place(territory, "La Poste") == pytest.approx(lambert(1.36, 44.01), abs=0.02)

    def test_a_point_that_an_adviser_moved_stays(self, bring, territory):
        bring(self.HEADER + self.ROW)
        layer = territory.layer("etablissement")
        (feature,) = layer.getFeatures()
        moved = QgsGeometry.fromPointXY(QgsPointXY(570_000, 6_325_000))
        assert layer.dataProvider().changeGeometryValues({feature.id(): moved})
        del layer
        done = bring(self.HEADER + self.ROW.replace("1,35", "1,36"))
        assert counts(done) == (0, 0, 1, 0)
        assert place(territory, "La Poste") == (570_000, 6_325_000)

    def test_flows_follow_a_company_that_the_source_moved(self, bring, territory):
        bring(self.HEADER + self.ROW)
        ((key,),) = sql(territory.path, "SELECT id FROM etablissement")
        flows = territory.layer("flux")
        feature = QgsFeature(flows.fields())
        feature["etablissement_id"], feature["sens"] = key, "offre"
        assert flows.dataProvider().addFeatures([feature])[0]
        bring(self.HEADER + self.ROW.replace("1,35", "1,36"))
        (flow,) = territory.layer("flux").getFeatures()
        at = flow.geometry().asPoint()
        assert (at.x(), at.y()) == pytest.approx(lambert(1.36, 44.01), abs=0.02)

    def test_a_company_without_siret_is_known_by_name_and_address(self, bring, territory):
        row = self.ROW.replace(LA_POSTE, "")
        bring(self.HEADER + row)
        done = bring(self.HEADER + row.replace("La Poste", "LA POSTE").replace("82000", "82001"))
        assert counts(done) == (0, 1, 0, 0)

    @pytest.mark.parametrize("name", ["adresse", "raison_sociale", "commune"])
    def test_a_company_without_siret_that_an_adviser_corrected(self, bring, territory, name):
        """It is still the one that the file speaks of: no second one appears."""
        row = self.ROW.replace(LA_POSTE, "")
        bring(self.HEADER + row)
        column = {"commune": "commune_nom"}.get(name, name)
        self.edit(territory, **{column: "Corrigé"})
        assert counts(bring(self.HEADER + row)) == (0, 0, 1, 0)
        assert self.only(territory)[column] == "Corrigé"

    def test_a_siret_that_an_adviser_corrected(self, bring, territory):
        bring(self.HEADER + self.ROW)
        self.edit(territory, siret=CARRIERES)
        assert counts(bring(self.HEADER + self.ROW)) == (0, 0, 1, 0)
        assert self.only(territory)["siret"] == CARRIERES

    def test_unless_the_file_holds_both(self, bring, territory):
        bring(self.HEADER + self.ROW)
        self.edit(territory, siret=CARRIERES)
        both = self.HEADER + self.ROW + self.ROW.replace(LA_POSTE, CARRIERES)
        # The corrected one takes the rest of its number, the SIREN, from its own row.
        assert counts(bring(both)) == (1, 1, 0, 0)
        assert sql(territory.path, "SELECT siret FROM etablissement ORDER BY fid") == [
            (CARRIERES,),
            (LA_POSTE,),
        ]

    def test_two_sources_in_turn(self, bring, territory):
        """What one of them does not speak of still follows the other."""
        first = "siret;nom;adresse\n{};La Poste;{}\n"
        second = "siret;nom;code_postal\n{};La Poste;82000\n"
        bring(first.format(LA_POSTE, "1 rue Haute"))
        bring(second.format(LA_POSTE))
        assert counts(bring(first.format(LA_POSTE, "2 rue Basse"))) == (0, 1, 0, 0)
        company = self.only(territory)
        assert (company["adresse"], company["code_postal"]) == ("2 rue Basse", "82000")
        assert counts(bring(second.format(LA_POSTE))) == (0, 0, 1, 0)

    def test_a_company_entered_by_hand_is_completed(self, bring, territory):
        layer = territory.layer("etablissement")
        feature = QgsFeature(layer.fields())
        feature["siret"], feature["raison_sociale"] = LA_POSTE, "Poste de Montauban"
        assert layer.dataProvider().addFeatures([feature])[0]
        del layer
        done = bring(self.HEADER + self.ROW)
        assert counts(done) == (0, 1, 0, 0)
        company = self.only(territory)
        assert company["raison_sociale"] == "Poste de Montauban"
        assert company["adresse"] == "1 rue Haute"
        assert place(territory, "Poste de Montauban") == pytest.approx(
            lambert(1.35, 44.01), abs=0.02
        )

    def test_a_closing_date_before_the_opening_that_an_adviser_wrote(self, bring, territory):
        """One contradictory record does not keep the others out."""
        header = "siret;nom;date_fermeture\n"
        bring(header + f"{LA_POSTE};La Poste;\n")
        self.edit(territory, date_creation="2022-01-01")
        done = bring(header + f"{LA_POSTE};La Poste;2021-06-01\n{CARRIERES};Carrières;\n")
        assert done["CREATED"] == 1
        assert "Carrières" in companies(territory)


# --- The target -----------------------------------------------------------------------------------


@pytest.fixture
def one_row(tmp_path):
    path = tmp_path / "une.csv"
    path.write_text(f"siret;nom\n{GRANULATS};Granulats\n", encoding="utf-8")
    return str(path)


def test_a_target_that_is_not_there(run, one_row, tmp_path):
    told = run.fails("importestablishments", INPUT=one_row, TARGET=str(tmp_path / "absent.gpkg"))
    assert "There is no file" in told


def test_a_target_of_another_kind(run, one_row, tmp_path):
    other = tmp_path / "autre.gpkg"
    source = ogr.GetDriverByName("GPKG").CreateDataSource(str(other))
    source.CreateLayer("routes")
    del source
    told = run.fails("importestablishments", INPUT=one_row, TARGET=str(other))
    assert "is not an Act'IF territory" in told


def test_a_target_of_a_newer_plugin(run, one_row, territory):
    sql(territory.path, "UPDATE actif_meta SET valeur = '99' WHERE cle = 'schema_version'")
    told = run.fails("importestablishments", INPUT=one_row, TARGET=str(territory.path))
    assert "newer Act'IF" in told


def test_no_target_and_no_project(run, one_row):
    told = run.fails("importestablishments", INPUT=one_row)
    assert "No territory" in told


def test_the_projects_own_territory(run, provider, one_row, tmp_path):
    store = tmp_path / "t.gpkg"
    made = run("createterritory", NAME="T", CRS="EPSG:2154", STORE=str(store))
    there = Runner()
    assert there.project.read(made["PROJECT"])
    assert there("importestablishments", INPUT=one_row)["CREATED"] == 1
    assert set(companies(open_territory(store))) == {"Granulats"}


def test_an_input_that_cannot_be_read(run, territory, tmp_path):
    told = run.fails(
        "importestablishments", INPUT=str(tmp_path / "absent.csv"), TARGET=str(territory.path)
    )
    assert "INPUT" in told or "absent.csv" in told


def test_rejects_that_cannot_be_written_stop_everything(run, territory, one_row, tmp_path):
    told = run.fails(
        "importestablishments",
        INPUT=one_row,
        TARGET=str(territory.path),
        REJECTS=str(tmp_path / "absent" / "rejets.csv"),
    )
    assert "rejets.csv" in told
    assert companies(territory) == {}


@needs_real
@pytest.mark.parametrize("after", [0, 1, 30, 50])
def test_cancelling_changes_nothing(bring, territory, after):
    before = everything(territory)
    done = bring(IREP, log=Recorder(cancel_after=after))
    assert done.results.get("CREATED") is None
    assert everything(territory) == before


def test_values_of_the_source_are_kept_apart(bring, territory):
    """For the next import, not for people."""
    bring(TestAgain.HEADER + TestAgain.ROW)
    (company,) = territory.layer("etablissement").getFeatures()
    kept = json.loads(plain(company["source_valeurs"]))
    assert kept["adresse"] == "1 rue Haute"
