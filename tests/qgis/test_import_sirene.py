"""SIRENE into a territory: the stock with its companions, updates, closings, what is to check."""

from __future__ import annotations

import csv
import zipfile
from contextlib import closing
from pathlib import Path

import pytest
from osgeo import gdal, ogr
from qgis.core import QgsFeature, QgsGeometry, QgsPointXY, QgsVectorLayer

from actif_plugin.store.territory import Territory
from tests.qgis.harness import REAL, Recorder, needs_real, sql

SAMPLES = REAL / "sirene_format_samples"
LA_POSTE, CARRIERES, GRANULATS = "35600000000048", "41107643300027", "56080046800145"
CAUSSADE, MONTAUBAN, SEPTFONDS = "82037", "82121", "82179"
STOCK = (
    "siren,nic,siret,numeroVoieEtablissement,typeVoieEtablissement,libelleVoieEtablissement,"
    "codePostalEtablissement,libelleCommuneEtablissement,codeCommuneEtablissement,dateDebut,"
    "etatAdministratifEtablissement,enseigne1Etablissement,denominationUsuelleEtablissement,"
    "activitePrincipaleEtablissement,nomenclatureActivitePrincipaleEtablissement"
)


def row(siret: str, commune: str = CAUSSADE, state: str = "A", **values: str) -> dict[str, str]:
    """A row of the stock."""
    return {
        "siren": siret[:9],
        "nic": siret[9:],
        "siret": siret,
        "numeroVoieEtablissement": "1",
        "typeVoieEtablissement": "RUE",
        "libelleVoieEtablissement": "HAUTE",
        "codePostalEtablissement": "82300",
        "libelleCommuneEtablissement": "CAUSSADE",
        "codeCommuneEtablissement": commune,
        "dateDebut": "2020-05-04",
        "etatAdministratifEtablissement": state,
        "activitePrincipaleEtablissement": "16.24Z",
        "nomenclatureActivitePrincipaleEtablissement": "NAFRev2",
        **values,
    }


@pytest.fixture
def stock(tmp_path):
    """Write rows as a stock, zipped or not."""

    def write(*rows: dict[str, str], zipped: bool = False) -> Path:
        path = tmp_path / "StockEtablissement_utf8.csv"
        with path.open("w", encoding="utf-8", newline="") as text:
            writer = csv.DictWriter(text, STOCK.split(","), extrasaction="raise")
            writer.writeheader()
            writer.writerows(rows)
        if not zipped:
            return path
        archive = tmp_path / "StockEtablissement_utf8.zip"
        with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as packed:
            packed.write(path, path.name)
        return archive

    return write


@pytest.fixture
def table(tmp_path):
    """Write a text table."""

    def write(name: str, content: str) -> Path:
        path = tmp_path / name
        path.write_text(content, encoding="utf-8")
        return path

    return write


@pytest.fixture
def bring(run, territory):
    """Import into the territory."""

    def call(source: Path | QgsVectorLayer, log: Recorder | None = None, **parameters):
        given = {name: str(v) if isinstance(v, Path) else v for name, v in parameters.items()}
        return run(
            "importestablishments",
            log,
            **{
                "INPUT": str(source) if isinstance(source, Path) else source,
                "TARGET": str(territory.path),
                "REJECTS": "TEMPORARY_OUTPUT",
                "CANDIDATES": "TEMPORARY_OUTPUT",
                "DIFFERENCES": "TEMPORARY_OUTPUT",
                **given,
            },
        )

    return call


def counts(done) -> tuple[int, ...]:
    """Return created, updated, unchanged, closed, rejected, to check."""
    names = ("CREATED", "UPDATED", "UNCHANGED", "CLOSED", "REJECTED", "TO_CHECK")
    return tuple(done[name] for name in names)


def known(territory: Territory, columns: str = "siret") -> list[tuple]:
    return sql(territory.path, f"SELECT {columns} FROM etablissement ORDER BY siret")


def place(territory: Territory, siret: str) -> tuple[float, float] | None:
    source = ogr.Open(str(territory.path))
    layer = source.GetLayerByName("etablissement")
    layer.SetAttributeFilter(f"siret = '{siret}'")
    feature = layer.GetNextFeature()
    shape = feature.GetGeometryRef()
    return None if shape is None else (shape.GetX(), shape.GetY())


def commune(territory: Territory, code: str) -> QgsVectorLayer:
    return territory.layer("perimetre", subset=f"\"type\" = 'commune' AND \"code\" = '{code}'")


def flow(territory: Territory, siret: str, words: str, state: str = "ouvert") -> None:
    ((key,),) = sql(territory.path, "SELECT id FROM etablissement WHERE siret = ?", siret)
    layer = territory.layer("flux")
    feature = QgsFeature(layer.fields())
    for name, value in (
        ("etablissement_id", key),
        ("sens", "offre"),
        ("libelle", words),
        ("statut", state),
    ):
        feature[name] = value
    assert layer.dataProvider().addFeatures([feature])[0]


# --- The stock and its companions -----------------------------------------------------------------


@pytest.mark.parametrize("zipped", [False, True])
def test_a_stock_alone(bring, stock, territory, zipped):
    done = bring(stock(row(LA_POSTE), row(CARRIERES, MONTAUBAN), zipped=zipped))
    assert counts(done) == (2, 0, 0, 0, 0, 0)
    columns = "siret, siren, adresse, naf_code, naf_version, etat, geocodage_qualite, source"
    assert known(territory, columns)[0] == (
        LA_POSTE,
        "356000000",
        "1 RUE HAUTE",
        "16.24Z",
        "rev2",
        "actif",
        "commune",
        "StockEtablissement_utf8.csv",
    )


def test_points_and_names_from_the_companions(bring, stock, table, territory):
    """The point of the first is that of the file, that of the second was drawn at random."""
    geolocation = table(
        "geo.csv",
        "siret;x;y;qualite_xy;epsg;plg_code_commune;y_latitude;x_longitude\n"
        f"{CARRIERES};571000;6330000;33;2154;{CAUSSADE};44.06;1.39\n"
        f"{LA_POSTE};568110.86;6325651.45;11;2154;{MONTAUBAN};44.0175;1.355\n",
    )
    units = table(
        "unites.csv",
        "siren,denominationUniteLegale,categorieJuridiqueUniteLegale,nomUniteLegale\n"
        "356000000,LA POSTE,5510,\n411076433,CARRIERES DU SUD OUEST,5710,\n"
        "560800468,,1000,DURAND\n",
    )
    files = stock(row(LA_POSTE, MONTAUBAN), row(CARRIERES), row(GRANULATS), zipped=True)
    done = bring(files, GEOLOCATION=geolocation, LEGAL_UNITS=units)
    assert counts(done) == (2, 0, 0, 0, 0, 0)
    assert any(line.startswith("1 natural persons left out") for line in done.log.infos)
    assert known(territory, "siret, raison_sociale, geocodage_qualite") == [
        (LA_POSTE, "LA POSTE", "adresse"),
        (CARRIERES, "CARRIERES DU SUD OUEST", "commune"),
    ]
    assert place(territory, LA_POSTE) == pytest.approx((568_110.86, 6_325_651.45), abs=3)
    assert place(territory, CARRIERES) != pytest.approx((571_000, 6_330_000), abs=1)
    again = bring(files, GEOLOCATION=geolocation, LEGAL_UNITS=units, NATURAL_PERSONS=True)
    assert counts(again) == (1, 0, 2, 0, 0, 0)


def test_a_companion_of_another_kind(run, stock, table, territory):
    told = run.fails(
        "importestablishments",
        INPUT=str(stock(row(LA_POSTE))),
        TARGET=str(territory.path),
        GEOLOCATION=str(table("geo.csv", "x;y\n1;2\n")),
    )
    assert "A column siret is missing" in told
    assert known(territory) == []


def test_positions_of_an_overseas_territory(run, tmp_path, stock, table):
    """La Réunion in its own system, as the file of positions writes it (UTM 40 S)."""
    store = tmp_path / "reunion.gpkg"
    run("createterritory", NAME="La Réunion", CRS="EPSG:2975", STORE=str(store))
    geolocation = table(
        "geo.csv", f"siret;x;y;qualite_xy;epsg\n{LA_POSTE};338000.5;7690000.25;11;2975\n"
    )
    done = run(
        "importestablishments",
        INPUT=str(stock(row(LA_POSTE, "97411"))),
        TARGET=str(store),
        GEOLOCATION=str(geolocation),
    )
    assert done["CREATED"] == 1
    source = ogr.Open(str(store))
    layer = source.GetLayerByName("etablissement")
    feature = layer.GetNextFeature()
    shape = feature.GetGeometryRef()
    assert (shape.GetX(), shape.GetY()) == (338_000.5, 7_690_000.25)


def test_an_overseas_point_is_out_of_a_territory_of_the_mainland(bring, stock, table, territory):
    geolocation = table(
        "geo.csv", f"siret;x;y;qualite_xy;epsg\n{LA_POSTE};338000.5;7690000.25;11;2975\n"
    )
    done = bring(stock(row(LA_POSTE, "97411")), GEOLOCATION=geolocation)
    assert counts(done) == (0, 0, 0, 0, 1, 0)
    assert "outside the area" in done.rows("REJECTS")[0]["motif"]


def test_only_the_communes_of_a_perimeter(bring, stock, territory):
    """The stock has no coordinates: its commune codes decide, before a row is even read."""
    bad = "35600000000049"
    rows = [row(LA_POSTE), row(CARRIERES, "75056"), row(GRANULATS, MONTAUBAN), row(bad, "13055")]
    done = bring(stock(*rows), PERIMETER=commune(territory, CAUSSADE))
    assert counts(done) == (1, 0, 0, 0, 0, 0)
    assert known(territory) == [(LA_POSTE,)]
    assert "3 outside the perimeter." in done.log.infos


def test_a_commune_that_the_territory_does_not_know_may_be_inside(bring, table, territory):
    """Communes merge: the code is new, the point is in Caussade."""
    text = (
        "siret;codeCommuneEtablissement;longitude;latitude\n"
        f"{LA_POSTE};82999;1.5375;44.1606\n{CARRIERES};82999;1.355;44.0175\n"
    )
    done = bring(table("t.csv", text), PERIMETER=commune(territory, CAUSSADE))
    assert counts(done) == (1, 0, 0, 0, 0, 0)
    assert known(territory) == [(LA_POSTE,)]


@pytest.mark.parametrize(
    ("naf", "kept"),
    [("16", {LA_POSTE}), ("1624Z, 25", {LA_POSTE, GRANULATS}), ("47 ; 10.7", {CARRIERES})],
)
def test_only_some_activities(bring, stock, territory, naf, kept):
    rows = (
        row(siret, activitePrincipaleEtablissement=code)
        for siret, code in ((LA_POSTE, "16.24Z"), (CARRIERES, "47.11F"), (GRANULATS, "25.11Z"))
    )
    done = bring(stock(*rows), NAF=naf)
    assert {siret for (siret,) in known(territory)} == kept
    assert f"{3 - len(kept)} of other activities left out." in done.log.infos


@pytest.mark.parametrize("naf", ["C", "1", "bois", "16.24ZZ"])
def test_what_starts_no_activity(run, stock, territory, naf):
    told = run.fails(
        "importestablishments",
        INPUT=str(stock(row(LA_POSTE))),
        TARGET=str(territory.path),
        NAF=naf,
    )
    assert naf.upper().replace(".", "") in told


@needs_real
@pytest.mark.parametrize(
    ("file", "created"),
    [
        ("sirene_format_samples/StockEtablissement_2019_1row.csv", 3),
        ("sirene_format_samples/StockUniteLegale_2019.csv", 3),
        ("sirene_format_samples/geo-sirene_L2_2018.csv", 4),
        ("sirene_format_samples/insee_api_v3_2019_etablissement.json", 1),
        ("sirene_format_samples/insee_api_v3_2019_siret_multi.json", 20),
        ("sirene_format_samples/insee_api_v3_2019_unite_legale.json", 1),
        ("sirene_isere_2021/etablissements_personnes_morales.csv", 765),
        ("demo_82_real_companies/companies_82.csv", 66),
        ("irep_2015_georisques/irep_82_wgs84.geojson", 30),
        ("cnig_sites_economiques_v2024-10/etablissement.exemple-valide.csv", 1),
        ("osm_monaco_menton_2016/monaco_menton_2016.companies.geojson", None),
    ],
)
def test_every_published_file(bring, territory, file, created):
    """Each of them, twice: the second time changes nothing."""
    choices = {"CREATE_CLOSED": True, "NATURAL_PERSONS": True}
    done = bring(REAL / file, **choices)
    if created is not None:
        assert done["CREATED"] == created
    assert done["CREATED"] > 0
    before = sql(territory.path, "SELECT * FROM etablissement ORDER BY fid")
    again = bring(REAL / file, **choices)
    assert (again["CREATED"], again["UPDATED"]) == (0, 0)
    assert sql(territory.path, "SELECT * FROM etablissement ORDER BY fid") == before


# --- A year later ---------------------------------------------------------------------------------


class TestClosings:
    def test_closed_ones_are_not_created_unless_asked_for(self, bring, stock, territory):
        source = stock(row(LA_POSTE, state="F"), row(CARRIERES))
        done = bring(source)
        assert counts(done) == (1, 0, 0, 0, 0, 0)
        assert "1 closed and unknown to the territory, left out." in done.log.infos
        assert counts(bring(source, CREATE_CLOSED=True)) == (1, 0, 1, 0, 0, 0)
        assert known(territory, "siret, etat, date_fermeture") == [
            (LA_POSTE, "ferme", "2020-05-04"),
            (CARRIERES, "actif", None),
        ]

    def test_a_closing_is_marked_and_its_open_flows_told(self, bring, stock, territory):
        bring(stock(row(LA_POSTE, denominationUsuelleEtablissement="Scierie"), row(CARRIERES)))
        flow(territory, LA_POSTE, "Sciure")
        flow(territory, LA_POSTE, "Palettes", "satisfait")
        done = bring(stock(row(LA_POSTE, state="F", denominationUsuelleEtablissement="Scierie")))
        assert counts(done) == (0, 1, 0, 1, 0, 0)
        assert known(territory, "siret, etat, date_fermeture")[0] == (
            LA_POSTE,
            "ferme",
            "2020-05-04",
        )
        told = f"Closed: Scierie {LA_POSTE}. Its open flows, to review: Sciure."
        assert told in done.log.infos
        assert sql(territory.path, "SELECT count(*) FROM flux") == [(2,)]
        again = bring(stock(row(LA_POSTE, state="F", denominationUsuelleEtablissement="Scierie")))
        assert counts(again) == (0, 0, 1, 0, 0, 0)

    def test_one_that_a_table_without_states_brought(self, bring, stock, table, territory):
        """Nobody said that it is open: the source may say that it is closed."""
        bring(table("t.csv", f"siret;nom\n{LA_POSTE};Scierie\n"))
        assert counts(bring(stock(row(LA_POSTE, state="F"))))[3] == 1

    def test_one_that_an_adviser_says_is_closed_stays_so(self, bring, stock, territory):
        bring(stock(row(LA_POSTE)))
        layer = territory.layer("etablissement")
        (feature,) = layer.getFeatures()
        at = layer.fields().indexOf("etat")
        assert layer.dataProvider().changeAttributeValues({feature.id(): {at: "ferme"}})
        done = bring(stock(row(LA_POSTE)))
        assert counts(done) == (0, 0, 1, 0, 0, 0)
        assert known(territory, "etat") == [("ferme",)]
        (difference,) = done.rows("DIFFERENCES")
        assert (difference["champ"], difference["valeur_gardee"], difference["valeur_source"]) == (
            "etat",
            "ferme",
            "actif",
        )
        assert difference["etablissement_id"] == feature["id"]

    def test_a_move_is_told(self, bring, stock, territory):
        """Two SIRET of one SIREN: the first closes when the second opens."""
        first, second = "41107643300027", "41107643300035"
        bring(stock(row(first, denominationUsuelleEtablissement="Carrières")))
        flow(territory, first, "Sable")
        done = bring(
            stock(
                row(first, state="F", denominationUsuelleEtablissement="Carrières"),
                row(second, MONTAUBAN, libelleVoieEtablissement="BASSE"),
            )
        )
        assert counts(done) == (1, 1, 0, 1, 0, 0)
        told = (
            f"Probable move: Carrières closed {first} and opened {second} at 1 RUE BASSE CAUSSADE."
        )
        assert told in done.log.infos
        # Its history stays where it was.
        assert sql(
            territory.path,
            "SELECT e.siret FROM flux AS f JOIN etablissement AS e ON e.id = f.etablissement_id",
        ) == [(first,)]


class TestToCheck:
    HEADER = "siret;nom;adresse;code_postal;commune\n"

    def test_one_without_siret_that_resembles(self, bring, table, territory):
        bring(
            table("a.csv", self.HEADER + f"{LA_POSTE};Scierie Dupont;1 rue Haute;82300;Caussade\n")
        )
        twins = table(
            "b.csv",
            self.HEADER
            + ";SARL Scierie Dupond;1 r. Haute;82300;Caussade\n"
            + ";Boulangerie;1 rue Haute;82300;Caussade\n",
        )
        done = bring(twins)
        assert counts(done) == (1, 0, 0, 0, 0, 1)
        ((key,),) = sql(territory.path, "SELECT id FROM etablissement WHERE siret = ?", LA_POSTE)
        assert done.rows("CANDIDATES") == [
            {
                "ligne": 2,
                "nom": "SARL Scierie Dupond",
                "siret": "",
                "adresse": "1 r. Haute",
                "commune": "Caussade",
                "etablissement_id": key,
                "existant_nom": "Scierie Dupont",
                "existant_siret": LA_POSTE,
                "existant_adresse": "1 rue Haute",
            }
        ]
        assert counts(bring(twins)) == (0, 0, 1, 0, 0, 1)
        assert counts(bring(twins, CREATE_TWINS=True)) == (1, 0, 1, 0, 0, 0)

    def test_one_whose_siret_arrives(self, bring, table, stock, territory):
        """Typed by an adviser without its number, under the very same name and address."""
        bring(table("a.csv", self.HEADER + ";Scierie;1 rue Haute;82300;Caussade\n"))
        done = bring(
            table("b.csv", self.HEADER + f"{LA_POSTE};SCIERIE;1 RUE HAUTE;82300;CAUSSADE\n")
        )
        assert done["CREATED"] == 0
        assert known(territory) == [(LA_POSTE,)]

    def test_one_with_a_siret_that_resembles_one_without(self, bring, table, territory):
        bring(table("a.csv", self.HEADER + ";Scierie Dupont;1 rue Haute;82300;Caussade\n"))
        done = bring(
            table("b.csv", self.HEADER + f"{LA_POSTE};Scierie Dupond;1 rue Haute;82300;Caussade\n")
        )
        assert counts(done) == (0, 0, 0, 0, 0, 1)

    def test_two_sirets_are_two(self, bring, table, territory):
        bring(table("a.csv", self.HEADER + f"{LA_POSTE};Scierie;1 rue Haute;82300;Caussade\n"))
        done = bring(
            table("b.csv", self.HEADER + f"{CARRIERES};Scierie;1 rue Haute;82300;Caussade\n")
        )
        assert counts(done) == (1, 0, 0, 0, 0, 0)


def test_a_point_found_since_is_not_a_difference(bring, stock, territory):
    """The stock knows the commune only; the point that the address gave is better, and stays."""
    bring(stock(row(LA_POSTE)))
    layer = territory.layer("etablissement")
    (feature,) = layer.getFeatures()
    there = QgsGeometry.fromPointXY(QgsPointXY(583_000, 6_341_000))
    at = layer.fields().indexOf("geocodage_qualite")
    assert layer.dataProvider().changeFeatures(
        {feature.id(): {at: "adresse"}}, {feature.id(): there}
    )
    done = bring(stock(row(LA_POSTE)))
    assert counts(done) == (0, 0, 1, 0, 0, 0)
    assert done.rows("DIFFERENCES") == []
    assert place(territory, LA_POSTE) == (583_000, 6_341_000)


def test_a_commune_of_the_same_name_elsewhere(bring, table, territory):
    """Montauban-de-Bretagne was once plain Montauban; its code says that it is not this one."""
    text = f"siret;insee;commune\n{LA_POSTE};35184;Montauban\n{CARRIERES};82999;Montauban\n"
    bring(table("t.csv", text))
    assert place(territory, LA_POSTE) is None
    assert place(territory, CARRIERES) is not None


# --- The file that is left ------------------------------------------------------------------------


def test_new_records_are_whole(bring, stock, territory):
    """Key, dates, spatial index, extent: as if each had been inserted with all its triggers."""
    names = "rtree_etablissement_geom_insert", "etablissement_cree"
    before = sql(territory.path, "SELECT type, name, sql FROM sqlite_master ORDER BY type, name")
    bring(stock(row(LA_POSTE), row(CARRIERES, MONTAUBAN), row(GRANULATS, "75056")))
    after = sql(territory.path, "SELECT type, name, sql FROM sqlite_master ORDER BY type, name")
    assert [one for one in after if one[1] in names] == [one for one in before if one[1] in names]
    assert {one[1] for one in before} <= {one[1] for one in after}
    whole = known(territory, "id, cree_le, modifie_le, confidentialite, etat")
    assert len({key for key, *_ in whole}) == 3
    assert all(len(key) == 36 and key[14] == "4" for key, *_ in whole)
    assert all(created == changed and created for _, created, changed, *_ in whole)
    assert {tuple(rest) for *_, a, b in whole for rest in [(a, b)]} == {("interne", "actif")}
    source = ogr.Open(str(territory.path))
    layer = source.GetLayerByName("etablissement")
    assert layer.GetFeatureCount() == 3
    x, y = place(territory, LA_POSTE)
    layer.SetSpatialFilterRect(x - 1, y - 1, x + 1, y + 1)
    assert [feature["siret"] for feature in layer] == [LA_POSTE]
    west, east, south, north = source.GetLayerByName("etablissement").GetExtent()
    for siret in (LA_POSTE, CARRIERES):
        x, y = place(territory, siret)
        assert west - 0.01 <= x <= east + 0.01
        assert south - 0.01 <= y <= north + 0.01
    assert sql(territory.path, "PRAGMA integrity_check") == [("ok",)]


def test_a_record_added_afterwards_by_gdal(bring, stock, territory):
    """The triggers put back do their work."""
    bring(stock(row(LA_POSTE)))
    source = gdal.OpenEx(str(territory.path), gdal.OF_VECTOR | gdal.OF_UPDATE)
    layer = source.GetLayerByName("etablissement")
    feature = ogr.Feature(layer.GetLayerDefn())
    feature["siret"] = CARRIERES
    point = ogr.Geometry(ogr.wkbPoint)
    point.AddPoint_2D(570_000, 6_330_000)
    feature.SetGeometry(point)
    layer.CreateFeature(feature)
    del feature, layer, source
    assert [bool(key) for (key,) in known(territory, "id")] == [True, True]
    assert sql(territory.path, "SELECT count(*) FROM rtree_etablissement_geom") == [(2,)]


def test_an_identifier_once_given_is_not_given_again(bring, stock, territory):
    bring(stock(row(LA_POSTE), row(CARRIERES)))
    sql(territory.path, "DELETE FROM etablissement WHERE 0")
    layer = territory.layer("etablissement")
    last = max(feature.id() for feature in layer.getFeatures())
    assert layer.dataProvider().deleteFeatures([last])
    del layer
    bring(stock(row(GRANULATS)))
    assert last + 1 in [fid for (fid,) in known(territory, "fid")]


def test_a_territory_that_another_program_is_writing(run, stock, territory):
    """Told, after a wait, and nothing is half-written."""
    import sqlite3

    with closing(sqlite3.connect(territory.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        told = run.fails(
            "importestablishments", INPUT=str(stock(row(LA_POSTE))), TARGET=str(territory.path)
        )
        other.execute("ROLLBACK")
    assert "locked" in told
    assert known(territory) == []


@pytest.mark.parametrize("suffix", ["csv", "xlsx", "gpkg"])
def test_formulas_are_harmless_in_what_spreadsheets_open(run, table, territory, tmp_path, suffix):
    """Rejected rows quote the input; a spreadsheet must not run it."""
    source = table("t.csv", 'nom;lon;lat\n"=HYPERLINK(""http://x"")";a;b\n@SUM(A1);a;b\n-A;a;b\n')
    rejects = tmp_path / f"rejets.{suffix}"
    run(
        "importestablishments",
        INPUT=str(source),
        TARGET=str(territory.path),
        REJECTS=str(rejects),
    )
    layer = QgsVectorLayer(str(rejects), "r", "ogr")
    found = [feature["contenu"] for feature in layer.getFeatures()]
    mark = "" if suffix == "gpkg" else "'"
    assert found == [
        f'{mark}=HYPERLINK("http://x") | a | b',
        f"{mark}@SUM(A1) | a | b",
        f"{mark}-A | a | b",
    ]


def test_a_parquet_stock(bring, territory, stock, tmp_path):
    if gdal.GetDriverByName("Parquet") is None:
        pytest.skip("GDAL ne lit pas le Parquet ici")
    path = tmp_path / "stock.parquet"
    assert gdal.VectorTranslate(str(path), str(stock(row(LA_POSTE))), format="Parquet")
    assert counts(bring(path))[0] == 1
