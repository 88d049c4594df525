"""`actif:searchestablishments`, against the API of companies played on this machine."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Iterator

import pytest
from qgis.core import (
    QgsApplication,
    QgsCoordinateReferenceSystem,
    QgsDistanceArea,
    QgsFeature,
    QgsGeometry,
    QgsPointXY,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProject,
    QgsVectorLayer,
)
from qgis.PyQt import sip

from actif_plugin import paths, settings
from actif_plugin.domain.identifiers import siret_valid
from actif_plugin.sources import company_api, web
from actif_plugin.sources.company_api import CompanyApi, Square, TooMany
from actif_plugin.sources.throttle import Throttle
from actif_plugin.sources.web import WebError, WebService
from actif_plugin.store.territory import Territory, create_territory
from tests.qgis.fake_companies import RECORDED, FakeCompanies, establishment, recorded, unit
from tests.qgis.fake_http import FakeService, Reply, unused_url
from tests.qgis.harness import Recorder, Runner, needs_real, sql

# Inside the commune of Montauban (82121), and inside Lamothe-Capdeville (82090), north of it.
MONTAUBAN = (1.355, 44.017)
LAMOTHE = (1.385, 44.067)


COLUMNS = """
siret siren raison_sociale enseigne naf_code naf_version effectif_code adresse code_postal
commune_insee commune_nom epci_siren etat date_creation source
"""


def siret(number: int) -> str:
    """Return a SIRET with a true key, made of *number*."""
    start = f"{number:09d}0001"
    return next(start + str(key) for key in range(10) if siret_valid(start + str(key)))


def company(number: int, at=MONTAUBAN, *, kind: str = "5710", **told):
    return unit(f"{number:09d}", establishment(siret(number), at, **told), nature_juridique=kind)


@pytest.fixture
def server(qgis_app, monkeypatch) -> Iterator[FakeService]:
    monkeypatch.setattr(web, "_FIRST_PAUSE_S", 0.02)
    with FakeService().running() as running:
        settings.COMPANIES.set_url(running.url)
        yield running
        settings.COMPANIES.set_url("")
    assert getattr(running.answers, "faults", []) == []


@pytest.fixture(autouse=True)
def in_a_hurry(monkeypatch) -> None:
    """The pace of the service is measured by tests of its own."""
    monkeypatch.setattr(Throttle, "reserve", lambda self: 0.0)


@pytest.fixture
def search(run: Runner, territory: Territory, server: FakeService):
    def call(log=None, **parameters):
        given = {"TARGET": str(territory.path), "REJECTS": "TEMPORARY_OUTPUT", **parameters}
        return run("searchestablishments", log, **given)

    return call


def extent(west, south, east, north) -> str:
    return f"{west},{east},{south},{north} [EPSG:4326]"


def around(at, reach=0.2) -> str:
    return extent(at[0] - reach, at[1] - reach, at[0] + reach, at[1] + reach)


def polygons(*shapes: str, crs: str = "EPSG:4326") -> QgsVectorLayer:
    layer = QgsVectorLayer(f"Polygon?crs={crs}", "périmètre", "memory")
    features = []
    for shape in shapes:
        feature = QgsFeature()
        feature.setGeometry(QgsGeometry.fromWkt(shape))
        features.append(feature)
    layer.dataProvider().addFeatures(features)
    return layer


def commune(territory: Territory, code: str) -> QgsVectorLayer:
    return territory.layer("perimetre", subset=f"\"code\" = '{code}'")


def stored(territory: Territory) -> dict[str, dict]:
    columns = COLUMNS.split()
    rows = sql(territory.path, f"SELECT {', '.join(columns)} FROM etablissement")
    return {row[0]: dict(zip(columns, row)) for row in rows}


# --- What comes in --------------------------------------------------------------------------------


def test_a_commune_is_asked_for_by_its_code(search, server, territory):
    server.answers = FakeCompanies(
        [
            company(1),
            company(2, activite_principale="62.01Z"),
            company(3, kind="1000"),
            company(4, LAMOTHE, commune="82090"),
            company(5, None),
        ]
    )
    log = Recorder()
    done = search(log, PERIMETER=commune(territory, "82121"), NAF="C, 46.7")
    assert (done["CREATED"], done["REJECTED"]) == (2, 0)
    assert set(stored(territory)) == {siret(1), siret(5)}
    (question,) = server.questions
    assert question.path == "/search"
    assert question.parameters["code_commune"] == "82121"
    assert question.parameters["est_entrepreneur_individuel"] == "false"
    # The service's own filter would look at the legal unit.
    assert "activite_principale" not in question.parameters
    assert "section_activite_principale" not in question.parameters
    # Nobody's name is asked for.
    assert question.parameters["minimal"] == "true"
    assert question.parameters["include"] == "matching_etablissements"


def test_without_its_coordinates_a_company_is_at_its_commune(search, server, territory):
    server.answers = FakeCompanies([company(5, None)])
    search(PERIMETER=commune(territory, "82121"))
    assert sql(territory.path, "SELECT geocodage_qualite FROM etablissement") == [("commune",)]


def test_an_extent_finds_what_is_inside(search, server, territory):
    """Around a point: the corners of the circle are outside, and a company there is too."""
    inside = (MONTAUBAN[0] + 0.019, MONTAUBAN[1] - 0.019)
    beside = (MONTAUBAN[0] + 0.024, MONTAUBAN[1])
    server.answers = FakeCompanies(
        [company(1, inside), company(2, beside), company(3, kind="1000")]
    )
    log = Recorder()
    done = search(log, EXTENT=around(MONTAUBAN, 0.02))
    assert done["CREATED"] == 1
    assert list(stored(territory)) == [siret(1)]
    assert {question.path for question in server.questions} == {"/near_point"}
    assert any("natural person" in info for info in log.infos)


def test_natural_persons_when_asked_for(search, server, territory):
    server.answers = FakeCompanies([company(3, kind="1000", nom_complet="X")])
    assert search(PERIMETER=commune(territory, "82121"))["CREATED"] == 0
    done = search(PERIMETER=commune(territory, "82121"), INDIVIDUALS=True)
    assert done["CREATED"] == 1
    assert "est_entrepreneur_individuel" not in server.questions[-1].parameters


def test_the_establishment_counts_and_not_the_legal_unit(search, server, territory):
    """A holding (64.20Z) with a sawmill here and an office there."""
    holding = unit(
        "000000007",
        establishment(siret(7), MONTAUBAN, activite_principale="16.10A"),
        establishment(siret(8), MONTAUBAN, activite_principale="70.10Z"),
        activite_principale="64.20Z",
    )
    server.answers = FakeCompanies([holding])
    log = Recorder()
    assert search(log, PERIMETER=commune(territory, "82121"), NAF="16")["CREATED"] == 1
    assert list(stored(territory)) == [siret(7)]
    assert any("other activities" in info for info in log.infos)


def test_closed_establishments_mark_those_known_and_create_none(search, server, territory):
    where = commune(territory, "82121")
    server.answers = FakeCompanies([company(1), company(2, etat_administratif="F")])
    assert search(PERIMETER=where)["CREATED"] == 1
    closed = {"etat_administratif": "F", "date_fermeture": "2026-03-31"}
    server.answers = FakeCompanies([company(1, **closed)])
    search(PERIMETER=where)
    rows = sql(territory.path, "SELECT siret, etat, date_fermeture FROM etablissement")
    assert rows == [(siret(1), "ferme", "2026-03-31")]


def test_twice_changes_nothing(search, server, territory):
    server.answers = FakeCompanies([company(number) for number in range(1, 8)])
    where = commune(territory, "82121")
    assert search(PERIMETER=where)["CREATED"] == 7
    done = search(PERIMETER=where)
    assert (done["CREATED"], done["UPDATED"], done["UNCHANGED"]) == (0, 0, 7)


def test_a_wrong_siret_is_rejected_with_its_reason(search, server, territory):
    server.answers = FakeCompanies(
        [company(1), unit("123456789", establishment("12345678900003", MONTAUBAN))]
    )
    done = search(PERIMETER=commune(territory, "82121"))
    assert (done["CREATED"], done["REJECTED"]) == (1, 1)
    (row,) = done.rows("REJECTS")
    assert "12345678900003" in row["motif"]


# --- The recorded answers -------------------------------------------------------------------------


@needs_real
def test_recorded_establishments(search, server, territory, monkeypatch):
    """La Poste and its namesakes: ten legal units, fourteen establishments, two of them closed."""
    # One circle for all of France, which the service would refuse.
    monkeypatch.setattr("actif_plugin.processing.search_establishments.LARGEST_RADIUS_KM", 5000)
    answer = {**recorded("la_poste"), "total_results": 10}
    server.plays(Reply(answer))
    log = Recorder()
    done = search(log, EXTENT=extent(-5, 41, 10, 51.5))
    assert "SIRENE" in log.warnings[0]
    assert (done["CREATED"], done["REJECTED"]) == (11, 0)
    rows = stored(territory)
    assert rows["35600000024221"] == {
        "siret": "35600000024221",
        "siren": "356000000",
        "raison_sociale": "LA POSTE",
        "enseigne": None,
        "naf_code": "53.10Z",
        "naf_version": "rev2",
        "effectif_code": rows["35600000024221"]["effectif_code"],
        "adresse": "1 AVENUE JOEL LE THEULE",
        "code_postal": "72300",
        "commune_insee": "72264",
        "commune_nom": "SABLE-SUR-SARTHE",
        "epci_siren": rows["35600000024221"]["epci_siren"],
        "etat": "actif",
        "date_creation": rows["35600000024221"]["date_creation"],
        "source": "API Recherche d'entreprises",
    }
    recorded_one = answer["results"][0]["matching_etablissements"][0]
    assert rows["35600000024221"]["effectif_code"] == recorded_one["tranche_effectif_salarie"]
    assert rows["35600000024221"]["epci_siren"] == recorded_one["epci"]
    assert str(rows["35600000024221"]["date_creation"]) == recorded_one["date_creation"]
    # The closed ones, known to nobody here, are not created.
    assert not {"50501701200012", "33840382700011", "33840382700029"} & set(rows)


RECORDED_NAMES = (
    "-label-rge-type-ct",
    "123456789",
    "12345678900003",
    "217500016",
    "487444697",
    "48744469700428",
    "908595879",
    "Ganymede",
    "Kikou",
    "ag-cp_dep-35000-cp_dep_type-cp",
    "aga",
    "ganymede-ca_min-100-res_max-100000",
    "la_poste",
)


@needs_real
@pytest.mark.parametrize("name", RECORDED_NAMES)
def test_every_recorded_answer_is_read(server, name):
    answer = recorded(name)
    server.plays(Reply({**answer, "total_results": min(25, answer["total_results"])}))
    (page,) = list(CompanyApi(WebService(settings.COMPANIES)).in_commune("1", natural_persons=True))
    expected = [
        place["siret"]
        for result in answer["results"]
        for place in result.get("matching_etablissements") or ()
    ]
    assert [found.cell("siret") for found in page.found] == expected
    # The postcode has a column of its own.
    assert not [f for f in page.found if f.cell("code_postal") in f.cell("adresse").split()[1:]]


@needs_real
def test_every_recorded_answer_is_played():
    assert {f"search-{name}.json" for name in RECORDED_NAMES} == {
        path.name for path in RECORDED.iterdir()
    }


# --- Pages, limits, splitting ---------------------------------------------------------------------


def test_pages(search, server, territory):
    server.answers = FakeCompanies([company(number) for number in range(1, 62)])
    assert search(PERIMETER=commune(territory, "82121"))["CREATED"] == 61
    assert [question.parameters["page"] for question in server.questions] == ["1", "2", "3"]
    assert {question.parameters["per_page"] for question in server.questions} == {"25"}


@pytest.fixture
def fifty(monkeypatch):
    """The service counts no further than fifty: the same splitting as at ten thousand."""
    monkeypatch.setattr(company_api, "MOST_RESULTS", 50)
    return 50


def spread(count: int, start: int = 1, side: float = 0.05) -> list[dict]:
    """Return companies spread evenly in a square around Montauban."""
    width = math.ceil(math.sqrt(count))
    return [
        company(
            start + number,
            (
                MONTAUBAN[0] + side * ((number % width + 0.5) / width - 0.5),
                MONTAUBAN[1] + side * ((number // width + 0.5) / width - 0.5),
            ),
        )
        for number in range(count)
    ]


def test_an_area_with_too_many_is_split(search, server, territory, fifty):
    server.answers = FakeCompanies(spread(300), most=fifty)
    done = search(EXTENT=around(MONTAUBAN, 0.025))
    assert done["CREATED"] == 300
    # What the circles share is taken once, and is no reject.
    assert done["REJECTED"] == 0


def test_a_commune_with_too_many_is_split(search, server, territory, fifty):
    server.answers = FakeCompanies(spread(100), most=fifty)
    done = search(PERIMETER=commune(territory, "82121"))
    assert done["CREATED"] == 100
    assert server.questions[0].path == "/search"
    assert {question.path for question in server.questions[1:]} == {"/near_point"}


def test_one_address_with_too_many_is_told(search, server, territory, fifty):
    server.answers = FakeCompanies([company(number) for number in range(1, 100)], most=fifty)
    log = Recorder()
    assert search(log, EXTENT=extent(1.34, 44.0, 1.40, 44.05))["CREATED"] == 50
    (warning,) = log.warnings
    assert "44.017, 1.355" in warning


def test_a_large_area_is_asked_by_circles_of_fifty_km(search, server, territory):
    """Two degrees by two: no circle of 50 km holds it."""
    corners = [(4.05, 45.1), (5.95, 45.1), (4.05, 46.9), (5.95, 46.9), (5, 46)]
    server.answers = FakeCompanies([company(n, at) for n, at in enumerate(corners, start=1)])
    done = search(EXTENT=extent(4, 45, 6, 47))
    assert done["CREATED"] == 5
    assert len(server.questions) == 16


def test_circles_hold_their_squares():
    """Corners included, from the equator to the poles; by the ellipsoid of QGIS."""
    measure = QgsDistanceArea()
    measure.setSourceCrs(QgsCoordinateReferenceSystem("EPSG:4326"), QgsProject().transformContext())
    measure.setEllipsoid("WGS84")
    for square in (
        Square(1, 43.5, 1.5, 44),
        Square(55.2, -21.4, 55.9, -20.8),
        Square(-52, -0.3, -51.5, 0.2),
        Square(-57, 46.7, -56, 47.2),
        Square(10, 79, 11, 79.5),
    ):
        longitude, latitude, radius = square.circle()
        centre = QgsPointXY(longitude, latitude)
        for corner in (
            (square.west, square.south),
            (square.west, square.north),
            (square.east, square.south),
            (square.east, square.north),
        ):
            assert measure.measureLine(centre, QgsPointXY(*corner)) <= 1000 * radius
        quarters = square.quarters()
        assert sum((q.east - q.west) * (q.north - q.south) for q in quarters) == pytest.approx(
            (square.east - square.west) * (square.north - square.south)
        )


def test_only_the_parts_that_hold_something_are_asked(search, server, territory):
    """Two villages eighty kilometres apart in one perimeter: not what lies between."""
    server.answers = FakeCompanies([company(1, (1.0, 43.5)), company(2, (1.0, 44.8))])
    where = polygons(
        "POLYGON((0.99 43.49,1.01 43.49,1.01 43.51,0.99 43.51,0.99 43.49))",
        "POLYGON((0.99 44.79,1.01 44.79,1.01 44.81,0.99 44.81,0.99 44.79))",
    )
    assert search(PERIMETER=where)["CREATED"] == 2
    assert all(abs(float(q.parameters["lat"]) - 44.15) > 0.25 for q in server.questions), [
        q.parameters for q in server.questions
    ]


def test_paris_is_asked_by_arrondissement(server):
    server.answers = FakeCompanies([company(1, commune="75115"), company(2, commune="75056")])
    api = CompanyApi(WebService(settings.COMPANIES))
    (page,) = api.in_commune("75056", natural_persons=False)
    assert [found.cell("commune_insee") for found in page.found] == ["75115"]


def test_an_area_of_another_system(search, server, territory):
    """An extent in Lambert 93, as the map gives it; by gdaltransform of MONTAUBAN."""
    server.answers = FakeCompanies([company(1)])
    done = search(EXTENT="567000,569000,6324500,6326500 [EPSG:2154]")
    assert done["CREATED"] == 1


def test_a_territory_that_knows_no_commune(run, server, tmp_path):
    bare = create_territory(
        tmp_path / "nu.gpkg",
        "Nu",
        QgsCoordinateReferenceSystem("EPSG:2975"),
        paths.reference_database(),
    )
    la_possession = (55.3357, -20.9255)
    server.answers = FakeCompanies([company(1, la_possession, commune="97408")])
    done = run("searchestablishments", TARGET=str(bare.path), EXTENT=around(la_possession, 0.01))
    assert done["CREATED"] == 1
    # By gdaltransform -s_srs EPSG:4326 -t_srs EPSG:2975.
    (point,) = (f.geometry().asPoint() for f in bare.layer("etablissement").getFeatures())
    assert (point.x(), point.y()) == pytest.approx((326927.34, 7685199.50), abs=0.05)


def test_too_many_is_told_before_anything(server, monkeypatch):
    monkeypatch.setattr(company_api, "MOST_RESULTS", 25)
    server.answers = FakeCompanies([company(number) for number in range(1, 30)], most=25)
    pages = CompanyApi(WebService(settings.COMPANIES)).in_commune("82121", natural_persons=True)
    with pytest.raises(TooMany):
        next(pages)


# --- Failures -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("reply", "told"),
    [
        (Reply(status=500), "500"),
        (Reply(status=429), "overloaded"),
        (Reply(status=429, headers={"Retry-After": "7200"}), "120 minutes"),
        (Reply({"results": []}, cut_after=3), "cut"),
        (Reply("<!DOCTYPE html><p>Identifiez-vous</p>", content_type="text/html"), "web page"),
        (Reply(status=302, headers={"Location": "/portail"}), "portail"),
        (Reply("{"), "cannot be read"),
        (Reply({"results": None, "total_results": 1}), "cannot be read"),
        (Reply({"total_results": 1}), "cannot be read"),
        (Reply({"results": [{"matching_etablissements": [3]}], "total_results": 1}), "cannot be"),
        (Reply([]), "cannot be read"),
        (Reply({"erreur": "Veuillez indiquer un rayon."}, 400), "Veuillez indiquer un rayon."),
    ],
)
def test_a_failure_half_way_leaves_the_territory_as_it_was(
    run, search, server, territory, tmp_path, reply, told
):
    """The second page never comes."""
    working = FakeCompanies([company(number) for number in range(1, 40)])
    server.answers = working
    search(PERIMETER=commune(territory, "82090"))
    before = sql(territory.path, "SELECT * FROM etablissement")
    server.answers = lambda question: (
        reply if question.parameters.get("page") != "1" else working(question)
    )
    rejects = tmp_path / "rejets.csv"
    said = run.fails(
        "searchestablishments",
        TARGET=str(territory.path),
        PERIMETER=territory.uri("perimetre", "\"code\" = '82121'"),
        REJECTS=str(rejects),
    )
    assert told in said
    assert sql(territory.path, "SELECT * FROM etablissement") == before
    assert not rejects.exists()


def test_nobody_there(run, server, territory):
    told = run.fails(
        "searchestablishments",
        TARGET=str(territory.path),
        EXTENT=around(MONTAUBAN),
        SERVICE=unused_url(),
    )
    assert "cannot be reached" in told


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({}, "where to look"),
        ({"EXTENT": "1,1,44,44 [EPSG:4326]"}, "where to look"),
        ({"EXTENT": around(MONTAUBAN), "NAF": "16, bois"}, "bois"),
        ({"EXTENT": around(MONTAUBAN), "SERVICE": "entreprises"}, "entreprises is not"),
    ],
)
def test_what_cannot_be_asked(run, server, territory, given, told):
    assert told in run.fails("searchestablishments", TARGET=str(territory.path), **given)
    assert server.questions == []


def test_without_a_territory(run, server):
    assert "territory" in run.fails("searchestablishments", EXTENT=around(MONTAUBAN)).lower()
    assert server.questions == []


def test_cancelling(provider, server, territory):
    """While the second page is waited for: within a fifth of a second, nothing imported."""
    working = FakeCompanies([company(number) for number in range(1, 40)])
    server.answers = lambda question: (
        working(question) if question.parameters["page"] == "1" else Reply(delay_s=30)
    )
    feedback, context = QgsProcessingFeedback(), QgsProcessingContext()
    project = QgsProject()
    context.setProject(project)
    clicked = []

    def click():
        while len(server.questions) < 2:
            time.sleep(0.01)
        time.sleep(0.2)
        clicked.append(time.monotonic())
        feedback.cancel()

    threading.Thread(target=click).start()
    algorithm = QgsApplication.processingRegistry().createAlgorithmById(
        "actif:searchestablishments"
    )
    given = {
        "TARGET": str(territory.path),
        "PERIMETER": territory.uri("perimetre", "\"code\" = '82121'"),
        "REJECTS": "TEMPORARY_OUTPUT",
    }
    results, _ = algorithm.run(given, context, feedback)
    assert time.monotonic() - clicked[0] < 0.2
    assert results == {}
    assert sql(territory.path, "SELECT count(*) FROM etablissement") == [(0,)]
    del context
    sip.delete(project)


def test_json_of_another_shape_is_the_service_s_fault(server):
    server.plays(Reply({"results": "beaucoup", "total_results": "beaucoup"}))
    with pytest.raises(WebError, match="cannot be read"):
        list(CompanyApi(WebService(settings.COMPANIES)).in_commune("1", natural_persons=True))
