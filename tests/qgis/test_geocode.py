"""`actif:geocode`: addresses to points, against a geocoder on this machine."""

from __future__ import annotations

import csv
import io
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from qgis.core import (
    QgsApplication,
    QgsGeometry,
    QgsPointXY,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputLayerDefinition,
    QgsProject,
    QgsVectorLayer,
)
from qgis.PyQt import sip

from actif_plugin import settings
from actif_plugin.sources import geocoding, web
from actif_plugin.sources.addresses import Address
from actif_plugin.sources.geocoding import Geocoder, Place
from actif_plugin.sources.geocoding_cache import GeocodingCache
from actif_plugin.sources.web import WebError, WebService
from actif_plugin.store.records import add_records, new_record
from actif_plugin.store.schema import FLUX
from actif_plugin.store.territory import Territory
from tests.qgis.fake_geocoder import CERGY, CERGY_AT, COLUMNS, FakeGeocoder, collection, known
from tests.qgis.fake_http import FakeService, Reply, unused_url
from tests.qgis.harness import REAL, Recorder, Runner, needs_real, points, rows_of, sql

SHAPES = REAL / "api_samples_specs/ban/geocodage_shapes_seen_in_sources.md"
FIELDS = "nom:string,adresse:string,code_postal:string,commune:string,insee:string"
LA_POSSESSION = (55.3357, -20.9255)
PLACES = {
    "12 rue de l'église montauban": known(
        (1.3553, 44.0167),
        score=0.93,
        id="82121_0890_00012",
        label="12 Rue de l'Église 82000 Montauban",
        citycode="82121",
        postcode="82000",
    ),
    "zone nord montauban": known((1.36, 44.03), type="street", score=0.71, citycode="82121"),
    "garbage montauban": known(
        (1.3553, 44.0176), type="municipality", score=0.31, label="Montauban", citycode="82121"
    ),
    "14 chemin père-lafosse la possession": known(
        LA_POSSESSION, score=0.95, citycode="97408", postcode="97419"
    ),
}
ROWS = [
    (0, 0, "Alpha", "12 rue de l'Église", "82000", "Montauban", "82121"),
    (0, 0, "Bêta", "Zone Nord", "82000", "Montauban", "82121"),
    (0, 0, "Gamma", "Garbage", "82000", "Montauban", "82121"),
    (0, 0, "Delta", "99 rue Nulle Part", "82000", "Montauban", "82121"),
    (0, 0, "Epsilon", "14 chemin Père-Lafosse", "97419", "La Possession", "97408"),
    (None, None, "Zêta", "", "", "", ""),
]


@pytest.fixture
def server(qgis_app, tmp_path, monkeypatch) -> Iterator[FakeService]:
    """A geocoder on this machine; what it answers is kept in a folder of the test."""
    monkeypatch.setattr(settings, "profile_folder", lambda: tmp_path / "profile")
    monkeypatch.setattr(web, "_FIRST_PAUSE_S", 0.02)
    with FakeService().running() as running:
        running.answers = FakeGeocoder(PLACES)
        settings.GEOCODER.set_url(running.url)
        yield running
        settings.GEOCODER.set_url("")


@pytest.fixture
def geocode(run: Runner, server: FakeService):
    def call(layer, log=None, **parameters):
        given = {"INPUT": layer, "OUTPUT": "memory:", "REJECTS": "memory:", **parameters}
        return run("geocode", log, **given)

    return call


def by_name(done, name: str) -> dict[str, dict]:
    return {row["nom"]: row for row in done.rows(name)}


def asked(server: FakeService) -> list[str]:
    return [row["adresse"] for row in server.answers.asked]


# --- Points, quality, rejects ---------------------------------------------------------------------


def test_each_address_gets_its_point_or_a_reason(geocode, server):
    done = geocode(points(ROWS, FIELDS))
    found, rejected = by_name(done, "OUTPUT"), by_name(done, "REJECTS")
    assert {
        name: (row["geocodage_qualite"], row["geocodage_score"]) for name, row in found.items()
    } == {"Alpha": ("adresse", 0.93), "Bêta": ("rue", 0.71), "Epsilon": ("adresse", 0.95)}
    assert found["Alpha"]["geocodage_adresse"] == "12 Rue de l'Église 82000 Montauban"
    assert found["Alpha"]["ban_id"] == "82121_0890_00012"
    assert found["Alpha"]["code_postal"] == "82000"
    assert set(rejected) == {"Gamma", "Delta", "Zêta"}
    # The best guess goes along with its score, and its place.
    assert (rejected["Gamma"]["geocodage_score"], rejected["Gamma"]["geocodage_qualite"]) == (
        0.31,
        "commune",
    )
    assert "0.5" in rejected["Gamma"]["motif"]
    # result_status read "ok" for this one too.
    assert rejected["Delta"]["geocodage_score"] is None
    assert len({row["motif"] for row in rejected.values()}) == 3
    assert (done["GEOCODED"], done["REJECTED"]) == (3, 3)


def test_the_layers_are_named_for_people(geocode):
    project = QgsProject()
    to_project = {
        name: QgsProcessingOutputLayerDefinition("memory:", project)
        for name in ("OUTPUT", "REJECTS")
    }
    done = geocode(points(ROWS, FIELDS), **to_project)
    loaded = done.context.layersToLoadOnCompletion().values()
    assert {one.name for one in loaded} == {"Adresses géocodées", "Adresses à corriger"}
    for one in loaded:
        layer = done["REJECTS"] if "corriger" in one.name else done["OUTPUT"]
        one.postProcessor().postProcessLayer(layer, done.context, done.log)
    names = done["REJECTS"].fields().names()
    told = {name: done["REJECTS"].attributeAlias(at) for at, name in enumerate(names)}
    assert told["motif"] == "Motif"
    assert told["geocodage_adresse"] == "Adresse proposée"
    # As in the forms of the territory.
    assert told["code_postal"] == "Code postal"
    columns = [column.name for column in done["REJECTS"].attributeTableConfig().columns()]
    assert columns[0] == "motif"
    assert set(names) <= set(columns)
    sip.delete(project)


def test_the_points_are_where_the_service_says(geocode):
    """Longitude first, overseas as elsewhere."""
    done = geocode(points(ROWS, FIELDS))
    layer = done["OUTPUT"]
    assert layer.crs().authid() == "EPSG:4326"
    at = {
        feature["nom"]: (feature.geometry().asPoint().x(), feature.geometry().asPoint().y())
        for feature in layer.getFeatures()
    }
    assert at["Alpha"] == pytest.approx((1.3553, 44.0167))
    assert at["Epsilon"] == pytest.approx(LA_POSSESSION)
    empty = [f["nom"] for f in done["REJECTS"].getFeatures() if f.geometry().isNull()]
    assert sorted(empty) == ["Delta", "Zêta"]


def test_the_score_decides_and_the_user_decides_on_the_score(geocode):
    assert geocode(points(ROWS, FIELDS), MIN_SCORE=0.3)["GEOCODED"] == 4
    assert geocode(points(ROWS, FIELDS), MIN_SCORE=0.94)["GEOCODED"] == 1


def test_only_addresses_leave(geocode, server):
    """No name of a company, and no more columns than those of an address."""
    geocode(points(ROWS, FIELDS))
    sent = b"".join(question.body for question in server.questions).decode()
    assert "12 rue de l'Église" in sent
    assert not [row for row in ROWS if row[2] in sent]
    assert set(server.answers.asked[0]) == {"ligne", "adresse", "code_postal", "code_commune"}
    assert len(server.answers.asked) == 5


def test_an_address_is_asked_once(geocode, server):
    done = geocode(points([ROWS[0]] * 7, FIELDS))
    assert done["GEOCODED"] == 7
    assert len(server.answers.asked) == 1


def test_columns_guessed_from_their_parts(geocode, server):
    fields = "numeroVoieEtablissement:string,typeVoieEtablissement:string,"
    fields += "libelleVoieEtablissement:string,codePostalEtablissement:string,"
    fields += "libelleCommuneEtablissement:string,nom:string"
    row = (0, 0, "12", "RUE", "DE L'ÉGLISE", "82000", "MONTAUBAN", "Alpha")
    done = geocode(points([row], fields))
    assert done["GEOCODED"] == 1
    assert server.answers.asked[0]["code_postal"] == "82000"


def test_columns_chosen(geocode, server):
    fields = "nom:string,ou:string,adresse:string,cp:integer"
    layer = points([(0, 0, "Alpha", "12 rue de l'Église Montauban", "ailleurs", 82000)], fields)
    assert geocode(layer, ADDRESS="ou")["GEOCODED"] == 1
    assert server.answers.asked == [
        {
            "ligne": "0",
            "adresse": "12 rue de l'Église Montauban",
            "code_postal": "82000",
            "code_commune": "",
        }
    ]


def test_columns_that_are_not_there(geocode, run, server):
    layer = points([(0, 0, "Alpha", 3)], "nom:string,taille:integer")
    told = run.fails("geocode", INPUT=layer, OUTPUT="memory:")
    assert "nom, taille" in told
    told = run.fails("geocode", INPUT=layer, ADDRESS="absent", OUTPUT="memory:")
    assert "absent" in told
    assert server.questions == []


def test_a_layer_geocoded_before_keeps_one_of_each_field(geocode):
    once = geocode(points(ROWS, FIELDS))["OUTPUT"]
    twice = geocode(once)["OUTPUT"]
    assert twice.fields().names() == once.fields().names()
    assert [f.attributes() for f in twice.getFeatures()] == [
        f.attributes() for f in once.getFeatures()
    ]


def test_an_empty_table(geocode, server):
    done = geocode(points([], FIELDS))
    assert (done["GEOCODED"], done["REJECTED"]) == (0, 0)
    assert server.questions == []


def test_a_csv_on_disk_to_a_geopackage(run, server, tmp_path):
    """As `qgis_process` does: paths in, paths out; a spreadsheet's CSV, addresses with commas."""
    table = tmp_path / "liste.csv"
    table.write_text(
        'nom,adresse,code_postal,commune\nAlpha,"12 rue de l\'Église",82000,Montauban\n',
        encoding="utf-8",
    )
    output, rejects = tmp_path / "points.gpkg", tmp_path / "rejets.csv"
    run("geocode", INPUT=str(table), OUTPUT=str(output), REJECTS=str(rejects))
    layer = QgsVectorLayer(str(output), "points", "ogr")
    (row,) = rows_of(layer)
    assert row["geocodage_score"] == 0.93
    assert row["geocodage_qualite"] == "adresse"


@needs_real
def test_the_recorded_columns_are_those_played():
    text = SHAPES.read_text(encoding="utf-8")
    assert ",".join(COLUMNS) in text.replace("\n", "")
    assert f'"label":"{CERGY["label"]}","score":{CERGY["score"]}' in text


# --- What the service answers ---------------------------------------------------------------------


def geocoder(server: FakeService) -> Geocoder:
    return Geocoder(WebService(settings.GEOCODER))


def test_the_recorded_answer(server):
    server.answers = FakeGeocoder(
        {"8 boulevard du port": {"longitude": CERGY_AT[0], "latitude": CERGY_AT[1], **CERGY}}
    )
    (place,) = geocoder(server).search("8 Boulevard du Port")
    assert place == Place(
        *CERGY_AT,
        CERGY["score"],
        "adresse",
        "8 Boulevard du Port 95000 Cergy",
        "8 Boulevard du Port",
        "95000",
        "95127",
        "Cergy",
        "95127_1448_00008",
    )
    assert geocoder(server).reverse(*CERGY_AT) == place
    assert [q.path for q in server.questions] == ["/search", "/reverse"]
    assert server.questions[1].parameters["lon"] == "2.062821"


def test_a_root_with_other_keys(server):
    """Compatible servers add some, or leave some out."""
    reply = collection([{**known((1, 44)), "label": "X"}])
    server.plays(Reply({**reply.body, "attribution": "BAN", "licence": "x", "version": "draft"}))
    assert geocoder(server).search("abc")[0].label == "X"
    server.plays(Reply({"features": reply.body["features"]}))
    assert geocoder(server).search("abc")[0].label == "X"
    server.plays(Reply({"features": []}))
    assert geocoder(server).reverse(0, 0) is None


def test_too_short_to_be_asked(server):
    assert geocoder(server).search(" ab ") == []
    assert server.questions == []


@pytest.mark.parametrize(
    "body",
    [
        [],
        {},
        {"features": None},
        {"features": [{}]},
        {"features": [{"geometry": {"coordinates": []}, "properties": {"score": 1}}]},
        {"features": [{"geometry": {"coordinates": [1, 2]}, "properties": {}}]},
        {"features": [{"geometry": {"coordinates": [1, 200]}, "properties": {"score": 1}}]},
        {"features": [{"geometry": {"coordinates": ["a", 2]}, "properties": {"score": 1}}]},
        "texte",
        None,
        12,
    ],
)
def test_json_of_another_shape(server, body):
    server.plays(Reply(body if body is not None else "null"))
    with pytest.raises(WebError, match="cannot be read"):
        geocoder(server).search("abc")


@pytest.mark.parametrize(
    "table",
    [
        "",
        "rien",
        "ligne;adresse\n0;x\n",
        "ligne,longitude,latitude,result_score\nzéro,1,2,0.5\n",
        "ligne,longitude,latitude,result_score\n7,1,2,0.5\n",
        "ligne,longitude,latitude,result_score\n0,1,2,beaucoup\n",
        "ligne,longitude,latitude,result_score\n0,1,2,nan\n",
        "ligne,longitude,latitude,result_score\n0,100,200,0.5\n",
        "ligne,longitude,latitude,result_score\n0\n",
    ],
)
def test_a_table_of_another_shape(geocode, server, run, table):
    server.plays(Reply(table, content_type="text/csv"))
    told = run.fails("geocode", INPUT=points(ROWS[:1], FIELDS), OUTPUT="memory:")
    assert "cannot be read" in told


def test_a_table_with_semicolons_and_cells_too_many(server):
    server.plays(
        Reply(
            "ligne;longitude;latitude;result_score\n0;1;2;0.5;x;y\n1;;;\n", content_type="text/csv"
        )
    )
    found = geocoder(server).batch([Address("a"), Address("b")])
    assert (found[0].longitude, found[0].score, found[1]) == (1, 0.5, None)


def test_a_row_that_the_service_failed_on_is_asked_again(geocode, server):
    whole = server.answers

    def failing(question):
        reply = whole(question)
        return Reply(reply.body.replace(",ok", ",error", 1), content_type="text/csv")

    server.answers = failing
    done = geocode(points(ROWS[:2], FIELDS))
    assert [row["nom"] for row in done.rows("REJECTS")] == ["Alpha"]
    server.answers = whole
    assert geocode(points(ROWS[:2], FIELDS))["GEOCODED"] == 2
    assert asked(server)[2:] == ["12 rue de l'Église Montauban"]


# --- Failures, cancelling, going on ---------------------------------------------------------------

FAILURES = {
    "panne": Reply(status=500),
    "surcharge": Reply(status=429),
    "coupure": Reply("ligne,longitude,latitude,result_score\n0,1,2,0.5\n", cut_after=45),
    "page": Reply("<!DOCTYPE html><p>Identifiez-vous</p>", content_type="text/html"),
    "redirection": Reply(status=302, headers={"Location": "/portail"}),
    "forme": Reply("{}"),
}


@pytest.fixture
def small_batches(monkeypatch):
    monkeypatch.setattr("actif_plugin.processing.geocode.BATCH_SIZE", 2)


def after(count: int, working, reply: Reply):
    """Answer so many tables, then fail."""
    left = [count]

    def answer(question):
        left[0] -= 1
        return working(question) if left[0] >= 0 else reply

    return answer


@pytest.mark.parametrize("failure", FAILURES)
def test_a_failure_half_way_leaves_nothing_and_the_next_run_goes_on(
    geocode, server, run, small_batches, failure, tmp_path
):
    working = server.answers
    server.answers = after(1, working, FAILURES[failure])
    output = tmp_path / "points.gpkg"
    told = run.fails("geocode", INPUT=points(ROWS, FIELDS), OUTPUT=str(output))
    assert "127.0.0.1" in told
    assert "2 addresses were answered before" in told
    assert not output.exists()
    first = len(working.asked)
    assert first == 2
    server.answers = working
    log = Recorder()
    assert geocode(points(ROWS, FIELDS), log)["GEOCODED"] == 3
    assert asked(server)[2:] == [
        "Garbage Montauban",
        "99 rue Nulle Part Montauban",
        "14 chemin Père-Lafosse La Possession",
    ]
    assert any(info.startswith("2 addresses were answered") for info in log.infos)


def test_nobody_there(run, server):
    told = run.fails("geocode", INPUT=points(ROWS, FIELDS), OUTPUT="memory:", SERVICE=unused_url())
    assert "cannot be reached" in told


def test_an_address_that_is_none(run, server):
    told = run.fails("geocode", INPUT=points(ROWS, FIELDS), OUTPUT="memory:", SERVICE="geopf.fr")
    assert "geopf.fr is not the address" in told


def test_cancelling_while_the_service_thinks(provider, server, small_batches):
    """Within a fifth of a second, and what was answered is kept."""
    working = server.answers
    server.answers = after(1, working, Reply(delay_s=30))
    feedback, context = QgsProcessingFeedback(), QgsProcessingContext()
    clicked = []

    def click():
        while len(server.questions) < 2:
            time.sleep(0.01)
        time.sleep(0.3)
        clicked.append(time.monotonic())
        feedback.cancel()

    threading.Thread(target=click).start()
    algorithm = QgsApplication.processingRegistry().createAlgorithmById("actif:geocode")
    given = {"INPUT": points(ROWS, FIELDS), "OUTPUT": "memory:", "REJECTS": "memory:"}
    results, _ = algorithm.run(given, context, feedback)
    assert time.monotonic() - clicked[0] < 0.2
    assert results == {}
    server.answers = working
    algorithm.run(given, QgsProcessingContext(), QgsProcessingFeedback())
    assert len(asked(server)) == 2 + 3


def test_two_services_do_not_share_their_answers(geocode, server):
    geocode(points(ROWS[:1], FIELDS))
    with FakeService().running() as other:
        other.answers = FakeGeocoder({})
        done = geocode(points(ROWS[:1], FIELDS), SERVICE=other.url)
    assert done["GEOCODED"] == 0


# --- What is kept ---------------------------------------------------------------------------------

PLACE = Place(1.5, 44.0, 0.9, "adresse", "1 Rue X", "1 Rue X", "82000", "82121", "Montauban", "k")


def test_answers_are_kept_as_they_were(tmp_path):
    path = tmp_path / "profile" / "a.sqlite"
    first, second, third = Address("un", "82000"), Address("un"), Address("deux", "", "82121")
    with GeocodingCache(path, "https://a") as cache:
        cache.keep({first: PLACE, third: None})
    with GeocodingCache(path, "https://a") as cache:
        assert cache.known([first, second, third]) == {first: PLACE, third: None}
    with GeocodingCache(path, "https://b") as cache:
        assert cache.known([first]) == {}


def test_old_answers_are_forgotten(tmp_path, monkeypatch):
    address, path = Address("un"), tmp_path / "a.sqlite"
    with GeocodingCache(path, "s") as cache:
        cache.keep({address: PLACE})
    later = time.time() + 31 * 24 * 3600
    monkeypatch.setattr("actif_plugin.sources.geocoding_cache.time.time", lambda: later)
    with GeocodingCache(path, "s") as cache:
        assert cache.known([address]) == {}
    assert sql(path, "SELECT count(*) FROM reponse") == [(0,)]


def test_a_cache_that_is_spoilt_or_cannot_be(tmp_path):
    """The work goes on without it."""
    spoilt = tmp_path / "a.sqlite"
    spoilt.write_bytes(b"n'importe quoi" * 300)
    with GeocodingCache(spoilt, "s") as cache:
        cache.keep({Address("un"): PLACE})
        assert cache.known([Address("un")]) == {Address("un"): PLACE}
    (tmp_path / "file").write_text("")
    with GeocodingCache(tmp_path / "file" / "b.sqlite", "s") as cache:
        cache.keep({Address("un"): PLACE})
        assert cache.known([Address("un")]) == {}


# --- Into the territory ---------------------------------------------------------------------------

# In Lambert 93, by gdaltransform -s_srs EPSG:4326 -t_srs EPSG:2154, of 1.3553 44.0167.
ALPHA_L93 = (568133.06, 6325562.08)


@pytest.fixture
def placed(run, server, territory: Territory):
    """Import companies whose source knows the commune only, then geocode the layer."""
    source = io.StringIO()
    writer = csv.writer(source)
    writer.writerow(("nom", "adresse", "code_postal", "commune", "insee"))
    for row in ROWS[:3]:
        writer.writerow(row[2:])

    def bring(path: Path) -> None:
        path.write_text(source.getvalue(), encoding="utf-8")
        run("importestablishments", INPUT=str(path), TARGET=str(territory.path))

    def geocode(**parameters):
        layer = territory.layer("etablissement")
        given = {"INPUT": layer, "TARGET": str(territory.path), "UPDATE": True}
        return run("geocode", **{**given, "OUTPUT": "memory:", "REJECTS": "memory:", **parameters})

    return bring, geocode


def position(territory: Territory, name: str, table: str = "etablissement"):
    column = "libelle" if table == "flux" else "raison_sociale"
    layer = territory.layer(table, subset=f"{column} = '{name}'")
    (feature,) = layer.getFeatures()
    point = feature.geometry().asPoint()
    return point.x(), point.y()


def quality(territory: Territory) -> dict[str, str]:
    return dict(sql(territory.path, "SELECT raison_sociale, geocodage_qualite FROM etablissement"))


def test_points_go_into_the_territory(placed, territory, tmp_path):
    bring, geocode = placed
    bring(tmp_path / "liste.csv")
    assert set(quality(territory).values()) == {"commune"}
    (company,) = sql(territory.path, "SELECT id FROM etablissement WHERE raison_sociale = 'Alpha'")
    add_flow(territory, company[0])
    done = geocode()
    assert (done["PLACED"], done["GEOCODED"], done["REJECTED"]) == (2, 2, 1)
    assert quality(territory) == {"Alpha": "adresse", "Bêta": "rue", "Gamma": "commune"}
    assert position(territory, "Alpha") == pytest.approx(ALPHA_L93, abs=0.5)
    # What it offers follows.
    assert position(territory, "Palettes", "flux") == position(territory, "Alpha")
    assert sql(
        territory.path,
        "SELECT geocodage_score, ban_id FROM etablissement WHERE raison_sociale = 'Alpha'",
    ) == [(0.93, "82121_0890_00012")]


def add_flow(territory: Territory, company: str) -> None:
    layer = territory.layer("flux")
    values = {"etablissement_id": company, "sens": "offre", "libelle": "Palettes"}
    add_records(layer, [new_record(layer, FLUX, values)])


def test_what_an_adviser_moved_stays(placed, territory, tmp_path):
    bring, geocode = placed
    bring(tmp_path / "liste.csv")
    layer = territory.layer("etablissement")
    (alpha,) = layer.getFeatures("\"raison_sociale\" = 'Alpha'")
    moved = QgsGeometry.fromPointXY(QgsPointXY(570_000, 6_325_000))
    assert layer.dataProvider().changeGeometryValues({alpha.id(): moved})
    assert geocode()["PLACED"] == 1
    assert position(territory, "Alpha") == (570_000, 6_325_000)
    assert quality(territory)["Alpha"] == "commune"


def test_what_is_placed_is_not_placed_again_nor_taken_back_by_an_import(
    placed, territory, tmp_path
):
    bring, geocode = placed
    bring(tmp_path / "liste.csv")
    geocode()
    at = position(territory, "Alpha")
    assert geocode()["PLACED"] == 0
    bring(tmp_path / "liste.csv")
    assert position(territory, "Alpha") == at
    assert quality(territory)["Alpha"] == "adresse"


def test_without_being_asked_the_territory_stays(placed, territory, tmp_path):
    bring, geocode = placed
    bring(tmp_path / "liste.csv")
    before = sql(territory.path, "SELECT * FROM etablissement")
    done = geocode(UPDATE=False)
    assert done["GEOCODED"] == 2
    assert "PLACED" not in done.results
    assert sql(territory.path, "SELECT * FROM etablissement") == before


def test_a_failure_leaves_the_territory_as_it_was(
    placed, territory, tmp_path, server, run, small_batches
):
    bring, _ = placed
    bring(tmp_path / "liste.csv")
    before = sql(territory.path, "SELECT * FROM etablissement")
    server.answers = after(1, server.answers, Reply(status=500))
    run.fails(
        "geocode",
        INPUT=territory.uri("etablissement"),
        TARGET=str(territory.path),
        UPDATE=True,
        OUTPUT="memory:",
    )
    assert sql(territory.path, "SELECT * FROM etablissement") == before


def test_rows_that_are_no_establishment(run, server, territory):
    told = run.fails(
        "geocode",
        INPUT=points(ROWS, FIELDS),
        TARGET=str(territory.path),
        UPDATE=True,
        OUTPUT="memory:",
    )
    assert "SIRET" in told
    assert server.questions == []


def test_batches_are_within_what_the_service_takes():
    assert geocoding.BATCH_SIZE <= 1000


def test_a_failure_leaves_no_empty_file(run, server, tmp_path):
    outputs = {"OUTPUT": tmp_path / "points.gpkg", "REJECTS": tmp_path / "refus.gpkg"}
    server.answers = Reply(status=500)
    given = {name: str(path) for name, path in outputs.items()}
    run.fails("geocode", INPUT=points(ROWS, FIELDS), **given)
    assert list(tmp_path.glob("*.gpkg*")) == []
    server.answers = FakeGeocoder(PLACES)
    run("geocode", INPUT=points(ROWS, FIELDS), **given)
    assert all(path.is_file() for path in outputs.values())
