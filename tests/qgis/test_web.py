"""Asking web services: what comes back, what is told when nothing does, how soon it stops."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from email.utils import format_datetime

import pytest
from qgis.core import QgsApplication, QgsAuthMethodConfig, QgsFeedback, QgsTask
from qgis.PyQt.QtCore import QCoreApplication, QEvent, QObject, QSettings

from actif_plugin import settings
from actif_plugin.domain.feedback import Cancelled
from actif_plugin.settings import ServiceSettings
from actif_plugin.sources import web
from actif_plugin.sources.throttle import Throttle
from actif_plugin.sources.web import WebError, WebService
from tests.qgis.fake_http import FakeService, Reply, unused_url

PAGE = "<!DOCTYPE html><html><body>Portail captif : identifiez-vous</body></html>"


@pytest.fixture
def server(qgis_app) -> Iterator[FakeService]:
    with FakeService().running() as running:
        yield running


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same pauses as for the user, ten times shorter."""
    monkeypatch.setattr(web, "_FIRST_PAUSE_S", 0.05)


def service(server: FakeService, feedback: QgsFeedback | None = None, **changed) -> WebService:
    declared = {"key": "essai", "default_url": server.url, "per_second": 1000, **changed}
    return WebService(ServiceSettings(**declared), feedback)


def told(server: FakeService, **changed) -> str:
    """Ask, and return the sentence of the failure."""
    with pytest.raises(WebError) as caught:
        service(server, **changed).get_json("/search", {"q": "x"})
    sentence = str(caught.value)
    assert "127.0.0.1" in sentence
    assert "Traceback" not in sentence
    assert "\n" not in sentence
    return sentence


# --- What goes and what comes ---------------------------------------------------------------------


def test_a_question_and_its_answer(server):
    server.plays(Reply({"réponse": "été"}))
    asked = {"q": "8 bd d'Arc & Cie + 50 % / Île=Ré #2", "postcode": "", "vide": " "}
    assert service(server).get_json("/search", asked) == {"réponse": "été"}
    (question,) = server.questions
    assert (question.method, question.path) == ("GET", "/search")
    assert question.parameters == asked
    assert "QGIS" in question.headers["user-agent"]


def test_a_file_sent_as_a_form(server):
    server.plays(Reply("\ufeffligne,score\r\n1,0.5\r\n", content_type="text/csv"))
    content = 'ligne,adresse\r\n1,"12, rue de l\'Œuvre ; bât. ""A"""\r\n'
    text = service(server).post_file("/csv", {"columns": "adresse"}, "data", content.encode())
    assert text == "ligne,score\r\n1,0.5\r\n"
    (question,) = server.questions
    assert question.method == "POST"
    assert question.form() == {"columns": ["adresse"], "data": [content]}


def test_an_answer_is_never_kept_by_qgis(server):
    """What is asked says which companies somebody works on."""
    server.plays(Reply({}, headers={"Cache-Control": "max-age=3600"}))
    asking = service(server)
    asking.get_json("/search", {"q": "x"})
    asking.get_json("/search", {"q": "x"})
    assert len(server.questions) == 2


def test_in_a_background_thread(server):
    server.plays(Reply([1, 2], delay_s=0.1))
    found = []
    task = QgsTask.fromFunction(
        "essai", lambda _: found.append(service(server).get_json("/search", {}))
    )
    QgsApplication.taskManager().addTask(task)
    end = time.monotonic() + 10
    while not found and time.monotonic() < end:
        QCoreApplication.processEvents()
    assert found == [[1, 2]]


class _Heard(QObject):
    """Hears what other threads have told the objects of this one."""

    def __init__(self) -> None:
        super().__init__()
        self.by: list[str] = []

    def eventFilter(self, receiver: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.MetaCall:
            self.by.append(receiver.metaObject().className())
        return False


def test_nobody_learns_late_that_an_answer_is_gone(server):
    """PyQt would tell the main thread, which takes whatever came to lie there for what is gone."""
    server.plays(Reply({"ok": 1}))
    answered, over = threading.Event(), threading.Event()

    def work() -> None:
        service(server).get_json("/search", {})
        answered.set()
        over.wait()

    QCoreApplication.processEvents()
    heard = _Heard()
    QCoreApplication.instance().installEventFilter(heard)
    thread = threading.Thread(target=work)
    thread.start()
    assert answered.wait(10)
    QCoreApplication.processEvents()
    QCoreApplication.instance().removeEventFilter(heard)
    over.set()
    thread.join()
    assert "PyQtMonitor" not in heard.by


# --- Failures -------------------------------------------------------------------------------------


def test_an_overloaded_service_is_asked_again_later_and_later(server):
    server.plays(Reply(status=429), Reply(status=429), Reply(status=429), Reply({"ok": 1}))
    assert service(server).get_json("/search", {}) == {"ok": 1}
    moments = [question.moment for question in server.questions]
    pauses = [after - before for before, after in zip(moments, moments[1:])]
    assert len(pauses) == 3
    for pause, asked in zip(pauses, (0.05, 0.1, 0.2)):
        assert asked <= pause < asked + 0.15


def test_it_is_not_asked_for_ever(server):
    server.plays(Reply(status=429))
    assert "overloaded" in told(server)
    assert len(server.questions) == 4


def test_retry_after_in_seconds_is_obeyed(server):
    server.plays(Reply(status=429, headers={"Retry-After": "1"}), Reply({}))
    start = time.monotonic()
    service(server).get_json("/search", {})
    assert 1 <= time.monotonic() - start < 1.5


def test_retry_after_as_a_date_is_obeyed(server):
    # Dates have no fraction of a second: two seconds ahead are one to two from now.
    later = format_datetime(datetime.now(timezone.utc) + timedelta(seconds=2), usegmt=True)
    server.plays(Reply(status=503, headers={"Retry-After": later}), Reply({}))
    start = time.monotonic()
    service(server).get_json("/search", {})
    assert 0.9 <= time.monotonic() - start < 2.6


@pytest.mark.parametrize("written", ["soon", "-3", "", "1.5"])
def test_retry_after_that_says_nothing(server, written):
    server.plays(Reply(status=429, headers={"Retry-After": written}), Reply({"ok": 1}))
    assert service(server).get_json("/search", {}) == {"ok": 1}


def test_a_service_that_asks_for_an_hour_is_not_waited_for(server):
    server.plays(Reply(status=429, headers={"Retry-After": "3540"}))
    start = time.monotonic()
    assert "59" in told(server)
    assert time.monotonic() - start < 1
    assert len(server.questions) == 1


def test_others_wait_too_when_the_service_asks_for_a_pause(server):
    """Two pieces of work that ask one service share its patience."""
    server.plays(Reply(status=429, headers={"Retry-After": "1"}), Reply({}))
    first = threading.Thread(target=lambda: service(server).get_json("/search", {}))
    first.start()
    while not server.questions:
        time.sleep(0.01)
    time.sleep(0.2)
    service(server).get_json("/search", {})
    first.join()
    assert all(q.moment - server.questions[0].moment > 0.95 for q in server.questions[1:])


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_a_service_out_of_order(server, status):
    server.plays(Reply("<html>panne</html>", status, content_type="text/html"))
    assert str(status) in told(server)
    assert len(server.questions) == 4


def test_out_of_order_for_a_moment(server):
    server.plays(Reply(status=500), Reply({"ok": 1}))
    assert service(server).get_json("/search", {}) == {"ok": 1}


@pytest.mark.parametrize("cut_after", [0, 5])
def test_a_cut_connection(server, cut_after):
    server.plays(Reply({"beaucoup": "de texte"}, cut_after=cut_after))
    assert "cut" in told(server)
    assert len(server.questions) >= 4


def test_cut_once(server):
    server.plays(Reply({"beaucoup": "de texte"}, cut_after=5), Reply({"ok": 1}))
    assert service(server).get_json("/search", {}) == {"ok": 1}


def test_nobody_there(server):
    elsewhere = unused_url()
    start = time.monotonic()
    assert "reached" in told(server, default_url=elsewhere)
    assert time.monotonic() - start < 1


def test_an_unknown_name(qgis_app):
    asking = WebService(ServiceSettings("essai", "http://nulle-part.invalid", 1000))
    with pytest.raises(WebError, match=r"nulle-part\.invalid cannot be reached"):
        asking.get_json("/search", {})


@pytest.mark.parametrize(
    "reply",
    [
        Reply(PAGE, content_type="text/html; charset=utf-8"),
        Reply(PAGE, content_type=""),
        Reply("\ufeff\r\n <HTML><head></head></HTML>", content_type="application/json"),
    ],
)
def test_a_page_instead_of_data(server, reply):
    server.plays(reply)
    assert "web page" in told(server)
    assert len(server.questions) == 1


@pytest.mark.parametrize("body", [b"{", b"", b"\xff\xfe\x00", b"[1, 2", b"pas du JSON"])
def test_invalid_json(server, body):
    server.plays(Reply(body))
    assert "cannot be read" in told(server)


def test_text_that_is_no_text(server):
    server.plays(Reply(b"\xff\xfe\xfa", content_type="text/csv"))
    with pytest.raises(WebError, match="cannot be read"):
        service(server).post_file("/csv", {}, "data", b"")


def test_a_refused_question_says_why(server):
    server.plays(Reply({"erreur": "Veuillez indiquer une longitude."}, 400))
    assert "Veuillez indiquer une longitude." in told(server)
    server.plays(Reply("rien", 404))
    assert "404" in told(server)


@pytest.mark.parametrize("status", [401, 403, 407])
def test_a_refused_access(server, status):
    server.plays(Reply(PAGE, status, content_type="text/html"))
    sentence = told(server)
    assert str(status) in sentence
    assert "authentication" in sentence


def test_an_answer_without_end(server, monkeypatch):
    monkeypatch.setattr(web, "_LARGEST_ANSWER", 1 << 20)
    server.plays(Reply(b"[" + b"1," * (4 << 20)))
    assert "more than 1 MB" in told(server)


def test_what_is_no_address(qgis_app):
    for url in ("ftp://exemple.fr", "exemple.fr", "file:///etc/passwd", "http://", "https:///x"):
        with pytest.raises(WebError, match="address"):
            WebService(ServiceSettings("essai", url, 1))


# --- Redirections ---------------------------------------------------------------------------------


def test_a_redirection_is_followed(server):
    server.plays(
        Reply(status=301, headers={"Location": "/ici?q=8%20bd"}),
        Reply(status=307, headers={"Location": f"{server.url}/la"}),
        Reply({"ok": 1}),
    )
    assert service(server).get_json("/search", {"q": "x"}) == {"ok": 1}
    assert [question.path for question in server.questions] == ["/search", "/ici", "/la"]
    assert server.questions[1].parameters == {"q": "8 bd"}


def test_a_form_follows_only_where_it_stays_a_form(server):
    server.plays(Reply(status=308, headers={"Location": "/csv"}), Reply("ligne\n"))
    service(server).post_file("/csv/", {"a": "b"}, "data", b"1")
    assert [(q.method, q.form()["a"]) for q in server.questions] == [("POST", ["b"])] * 2
    server.plays(Reply(status=302, headers={"Location": "/csv"}))
    with pytest.raises(WebError, match="not followed"):
        service(server).post_file("/csv/", {}, "data", b"1")


def test_a_redirection_in_circles(server):
    server.plays(Reply(status=302, headers={"Location": "/search"}))
    assert "not followed" in told(server)
    assert len(server.questions) == 4


@pytest.mark.parametrize("location", ["file:///etc/passwd", "ftp://127.0.0.1/x", ""])
def test_a_redirection_that_leads_away_from_the_web(server, location):
    server.plays(Reply(status=302, headers={"Location": location}))
    assert "not followed" in told(server)


def test_a_redirection_to_a_sign_in_page(server):
    server.plays(
        Reply(status=302, headers={"Location": "/portail"}), Reply(PAGE, content_type="text/html")
    )
    assert "web page" in told(server)


# --- Authentication -------------------------------------------------------------------------------


@pytest.fixture
def authcfg(qgis_app) -> str:
    manager = QgsApplication.authManager()
    assert manager.setMasterPassword("essai", True)
    config = QgsAuthMethodConfig("Basic")
    config.setName("essai")
    config.setConfig("username", "conseiller")
    config.setConfig("password", "essai")
    done = manager.storeAuthenticationConfig(config)
    assert done if isinstance(done, bool) else done[0]
    return config.id()


@pytest.fixture
def declared(server, qgis_app) -> Iterator[ServiceSettings]:
    """The settings of a service, taken back after the test."""
    made = ServiceSettings("essai", server.url, 1000)
    yield made
    made.set_authcfg("")
    made.set_url("")


def test_authentication_is_shown_to_its_own_service_only(server, authcfg, declared):
    declared.set_authcfg(authcfg)
    with FakeService().running() as other:
        other.plays(Reply({}))
        server.plays(Reply(status=307, headers={"Location": f"{other.url}/x"}))
        WebService(declared).get_json("/search", {})
        WebService(declared, url=other.url).get_json("/search", {})
    assert server.questions[0].headers["authorization"].startswith("Basic ")
    assert ["authorization" in question.headers for question in other.questions] == [False, False]


def test_an_authentication_that_is_gone(server, declared):
    declared.set_authcfg("absent7")
    with pytest.raises(WebError, match="authentication"):
        WebService(declared).get_json("/search", {})
    assert server.questions == []


def test_the_proxy_of_qgis_is_used(server, qgis_app):
    """A name that only the proxy can resolve."""
    from qgis.core import QgsNetworkAccessManager
    from qgis.PyQt.QtNetwork import QNetworkProxy

    manager = QgsNetworkAccessManager.instance()
    port = int(server.url.rsplit(":", 1)[1])
    http = QNetworkProxy.ProxyType.HttpProxy
    manager.setFallbackProxyAndExcludes(QNetworkProxy(http, "127.0.0.1", port), [], [])
    try:
        server.plays(Reply({"par": "le mandataire"}))
        asking = WebService(ServiceSettings("essai", "http://service.invalid", 1000))
        assert asking.get_json("/search", {}) == {"par": "le mandataire"}
    finally:
        manager.setFallbackProxyAndExcludes(QNetworkProxy(QNetworkProxy.ProxyType.NoProxy), [], [])


# --- Time -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("reply", [Reply({"a": 1}, delay_s=30), Reply("x" * 900, drip_s=0.05)])
def test_a_slow_answer_is_not_waited_for_beyond_the_time_allowed(server, reply, monkeypatch):
    monkeypatch.setattr(web, "timeout_s", lambda: 0.5)
    server.plays(reply)
    start = time.monotonic()
    assert "did not answer" in told(server)
    assert 0.5 <= time.monotonic() - start < 0.8


@pytest.mark.parametrize(
    "reply",
    [
        Reply({"a": 1}, delay_s=30),
        Reply("x" * 900, drip_s=0.05),
        Reply(status=429, headers={"Retry-After": "30"}),
    ],
    ids=["silence", "goutte à goutte", "pause demandée"],
)
@pytest.mark.parametrize("background", [False, True])
def test_cancelling(server, reply, background):
    """From the moment of the click to the end of the question, in both kinds of thread."""
    server.plays(reply)
    feedback = QgsFeedback()
    clicked, stopped, raised = [], [], []

    def click() -> None:
        clicked.append(time.monotonic())
        feedback.cancel()

    def ask() -> None:
        try:
            service(server, feedback).get_json("/search", {})
        except Cancelled as error:
            raised.append(error)
        stopped.append(time.monotonic())

    threading.Timer(0.4, click).start()
    if background:
        thread = threading.Thread(target=ask)
        thread.start()
        thread.join()
    else:
        ask()
    assert len(raised) == 1
    assert stopped[0] - clicked[0] < 0.2


def test_cancelled_before_it_starts(server):
    feedback = QgsFeedback()
    feedback.cancel()
    with pytest.raises(Cancelled):
        service(server, feedback).get_json("/search", {})
    assert server.questions == []


def test_no_more_questions_a_second_than_the_service_takes(server):
    """Three threads at once, ten questions a second in all."""
    server.plays(Reply({}))
    threads = [
        threading.Thread(
            target=lambda: [service(server, per_second=10).get_json("/", {}) for _ in range(4)]
        )
        for _ in range(3)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    moments = sorted(question.moment for question in server.questions)
    assert len(moments) == 12
    # In any second, ten; the eleventh comes after it, give or take the time of a request.
    assert all(later - first > 0.95 for first, later in zip(moments, moments[10:]))
    assert moments[-1] - moments[0] < 1.6


def test_a_turn_is_given_once():
    throttle = Throttle(10)
    turns = [throttle.reserve() for _ in range(4)]
    assert turns == pytest.approx([0, 0.1, 0.2, 0.3], abs=0.02)
    throttle.hold(2)
    assert throttle.reserve() == pytest.approx(2, abs=0.02)


# --- Settings -------------------------------------------------------------------------------------


def test_addresses_are_settings(declared):
    declared.set_url(" https://exemple.fr/geocodage/ ")
    assert declared.url == "https://exemple.fr/geocodage"
    declared.set_url("")
    assert declared.url == declared.default_url
    assert not QSettings().contains("actif/essai/url")


def test_the_public_addresses():
    assert settings.GEOCODER.url == "https://data.geopf.fr/geocodage"
    assert settings.COMPANIES.url == "https://recherche-entreprises.api.gouv.fr"
    assert settings.COMPANIES.per_second < 7


def test_the_time_allowed_stays_within_reason(qgis_app):
    for written, allowed in ((30, 30), (1, 5), (10_000, 600)):
        settings.set_timeout_s(written)
        assert settings.timeout_s() == allowed
    settings.set_timeout_s(60)
    assert settings.timeout_s() == 60
