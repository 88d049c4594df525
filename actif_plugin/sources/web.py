"""Asking web services through QGIS: its proxy, its certificates, its authentication.

A question comes back with its answer whole, or fails with one sentence for the user. It may be
asked from any thread, gives up at once when cancelled, and spares the service: no more questions a
second than it takes, and longer and longer pauses when it is overloaded.
"""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime

from qgis.core import QgsApplication, QgsFeedback, QgsNetworkAccessManager
from qgis.PyQt import sip
from qgis.PyQt.QtCore import QByteArray, QEventLoop, QTimer, QUrl, QUrlQuery
from qgis.PyQt.QtNetwork import QNetworkReply, QNetworkRequest

from ..compat import enum_value
from ..domain.feedback import Cancelled
from ..settings import ServiceSettings, timeout_s
from ..translation import tr
from .throttle import throttle

# How often a wait looks whether the user cancelled, well within a fifth of a second.
_LOOK_EVERY_S = 0.05
_ATTEMPTS = 4
# Doubled at each new attempt, unless the service says how long to wait.
_FIRST_PAUSE_S = 0.5
# A service that asks for more is not waited for: the user is told, and decides.
_LONGEST_PAUSE_S = 60.0
_MOST_REDIRECTIONS = 3
_LARGEST_ANSWER = 64 << 20

_OVERLOADED = 429
_MOVED_SAME_METHOD = (307, 308)
_MOVED = (301, 302, 303, *_MOVED_SAME_METHOD)
_Error = QNetworkReply.NetworkError
_CUT = {
    _Error.RemoteHostClosedError,
    _Error.TemporaryNetworkFailureError,
    _Error.ProxyConnectionClosedError,
    _Error.UnknownNetworkError,
    _Error.ProtocolFailure,
}
_SLOW = {_Error.TimeoutError, _Error.ProxyTimeoutError, _Error.OperationCanceledError}
_PROXY_AUTHENTICATION = 407
_UNAUTHORISED = (401, 403)


class WebError(Exception):
    """A service gave nothing that can be used; the message is a sentence for the user."""


@dataclass(frozen=True)
class _Answer:
    """What came back from one exchange, good or bad."""

    status: int
    error: QNetworkReply.NetworkError
    body: bytes
    content_type: str
    retry_after: str
    location: QUrl
    late: bool
    oversized: bool


class WebService:
    """A service as one piece of work asks it.

    Args:
        settings: where it is and what it takes.
        feedback: of the work; None where nobody can cancel.
        url: where it answers, where the work says it instead of the settings.

    Raises:
        WebError: the address is not one of the web.
    """

    def __init__(
        self, settings: ServiceSettings, feedback: QgsFeedback | None = None, url: str = ""
    ) -> None:
        self.url = (url.strip() or settings.url).rstrip("/")
        address = QUrl(self.url, QUrl.ParsingMode.StrictMode)
        self.host = address.host()
        if address.scheme() not in ("http", "https") or not self.host:
            raise WebError(
                tr("{url} is not the address of a web service: correct it in the options.").format(
                    url=self.url
                )
            )
        # What opens a service of one's own is not shown to another that a piece of work names.
        self._authcfg = settings.authcfg if self.url == settings.url else ""
        self._timeout_s = timeout_s()
        self._feedback = feedback
        self._throttle = throttle(f"{self.host}:{address.port()}", settings.per_second)

    def get_json(self, path: str, parameters: Mapping[str, str]) -> object:
        """Return the JSON that the service answers at *path*.

        Raises:
            WebError: it could not be had.
            Cancelled: the user asked to stop.
        """
        query = QUrlQuery()
        for name, value in parameters.items():
            # Qt leaves + as it is, which services read as a space.
            query.addQueryItem(name, bytes(QUrl.toPercentEncoding(value)).decode("ascii"))
        url = QUrl(self.url + path)
        url.setQuery(query)
        body = self._ask(url, None, "")
        try:
            return json.loads(body)
        except (UnicodeDecodeError, json.JSONDecodeError):
            raise self.unreadable() from None

    def post_file(self, path: str, fields: Mapping[str, str], name: str, content: bytes) -> str:
        """Return the text that the service answers at *path* to a file sent as by a form.

        Args:
            path: after the address of the service.
            fields: of the form.
            name: the form's name for the file.
            content: of the file, a CSV table in UTF-8.

        Raises:
            WebError: it could not be had.
            Cancelled: the user asked to stop.
        """
        boundary = uuid.uuid4().hex
        lines: list[bytes] = []
        for field, value in fields.items():
            lines += [
                f"--{boundary}".encode(),
                f'Content-Disposition: form-data; name="{field}"'.encode(),
                b"",
                value.encode(),
            ]
        lines += [
            f"--{boundary}".encode(),
            f'Content-Disposition: form-data; name="{name}"; filename="{name}.csv"'.encode(),
            b"Content-Type: text/csv; charset=utf-8",
            b"",
            content,
            f"--{boundary}--".encode(),
            b"",
        ]
        body = b"\r\n".join(lines)
        answer = self._ask(QUrl(self.url + path), body, f"multipart/form-data; boundary={boundary}")
        try:
            return answer.decode("utf-8-sig")
        except UnicodeDecodeError:
            raise self.unreadable() from None

    def unreadable(self) -> WebError:
        """Return the failure of a service whose answer has not the shape that is expected."""
        return WebError(
            tr(
                "{host} sent an answer that cannot be read: check the address of the service in"
                " the options, or try again later."
            ).format(host=self.host)
        )

    def _ask(self, url: QUrl, body: bytes | None, content_type: str) -> bytes:
        pause = _FIRST_PAUSE_S
        for attempt in range(1, _ATTEMPTS + 1):
            self._wait(self._throttle.reserve())
            answer = self._follow(url, body, content_type)
            failure, again = self._judge(answer)
            if failure is None:
                return answer.body
            asked = _seconds(answer.retry_after)
            wait = pause if asked is None else asked
            if not again or attempt == _ATTEMPTS:
                break
            if wait > _LONGEST_PAUSE_S:
                failure = tr(
                    "{host} is overloaded and asks to wait {count} minutes: try again then."
                ).format(host=self.host, count=-int(-wait // 60))
                break
            self._throttle.hold(wait)
            pause *= 2
        raise WebError(failure)

    def _wait(self, seconds: float) -> None:
        end = time.monotonic() + seconds
        while True:
            if self._feedback is not None and self._feedback.isCanceled():
                raise Cancelled
            left = end - time.monotonic()
            if left <= 0:
                return
            time.sleep(min(left, _LOOK_EVERY_S))

    def _follow(self, url: QUrl, body: bytes | None, content_type: str) -> _Answer:
        """Ask at *url*, and where the answer is elsewhere, there.

        By hand, because Qt would turn a form into a plain question, or carry it from a secure
        place to one that is not; and what opens this service is for no other.
        """
        target = url
        for _ in range(_MOST_REDIRECTIONS + 1):
            answer = self._exchange(target, body, content_type, self._authcfg_for(target))
            if answer.status not in _MOVED or answer.location.isEmpty():
                return answer
            following = target.resolved(answer.location)
            safe = following.scheme() == "https" or following.scheme() == target.scheme() == "http"
            if not safe or (body is not None and answer.status not in _MOVED_SAME_METHOD):
                return answer
            target = following
        return answer

    def _authcfg_for(self, url: QUrl) -> str:
        own = QUrl(self.url)
        same = (url.scheme(), url.host(), url.port()) == (own.scheme(), own.host(), own.port())
        return self._authcfg if same else ""

    def _exchange(self, url: QUrl, body: bytes | None, content_type: str, authcfg: str) -> _Answer:
        request = QNetworkRequest(url)
        attribute = QNetworkRequest.Attribute
        by_hand = QNetworkRequest.RedirectPolicy.ManualRedirectPolicy
        request.setAttribute(attribute.RedirectPolicyAttribute, enum_value(by_hand))
        # Addresses and companies are nobody else's business: not into QGIS's cache of pages.
        fresh = QNetworkRequest.CacheLoadControl.AlwaysNetwork
        request.setAttribute(attribute.CacheLoadControlAttribute, enum_value(fresh))
        request.setAttribute(attribute.CacheSaveControlAttribute, False)
        if content_type:
            request.setHeader(QNetworkRequest.KnownHeaders.ContentTypeHeader, content_type)
        if authcfg:
            accepted, request = QgsApplication.authManager().updateNetworkRequest(request, authcfg)
            if not accepted:
                raise WebError(
                    tr(
                        "The authentication chosen for {host} cannot be used: check it in the"
                        " options."
                    ).format(host=self.host)
                )
        manager = QgsNetworkAccessManager.instance()
        reply = manager.get(request) if body is None else manager.post(request, QByteArray(body))
        try:
            late, oversized, cancelled = self._attend(reply)
            if cancelled:
                raise Cancelled
            return _Answer(
                status=int(reply.attribute(attribute.HttpStatusCodeAttribute) or 0),
                error=reply.error(),
                body=bytes(reply.readAll()),
                content_type=str(
                    reply.header(QNetworkRequest.KnownHeaders.ContentTypeHeader) or ""
                ),
                retry_after=bytes(reply.rawHeader(b"Retry-After")).decode("latin-1"),
                location=QUrl(bytes(reply.rawHeader(b"Location")).decode("utf-8", "replace")),
                late=late,
                oversized=oversized,
            )
        finally:
            # PyQt has the main thread told, later, that what lay at this place in memory is gone:
            # by then another thread may have an object of its own there, and would lose it.
            reply.disconnect()
            sip.delete(reply)

    def _attend(self, reply: QNetworkReply) -> tuple[bool, bool, bool]:
        """Wait for the end of *reply*, or end it; tell whether it was late, too big, cancelled."""
        deadline = time.monotonic() + self._timeout_s
        loop = QEventLoop()
        reply.finished.connect(loop.quit)
        # In the main thread too the user may cancel, and no signal would tell while the answer is
        # waited for.
        tick = QTimer()
        tick.timeout.connect(loop.quit)
        tick.start(round(1000 * _LOOK_EVERY_S))
        while not reply.isFinished():
            loop.exec(QEventLoop.ProcessEventsFlag.ExcludeUserInputEvents)
            cancelled = self._feedback is not None and self._feedback.isCanceled()
            oversized = _size(reply) > _LARGEST_ANSWER
            late = time.monotonic() > deadline
            if (cancelled or oversized or late) and not reply.isFinished():
                reply.abort()
                return late, oversized, cancelled
        return False, _size(reply) > _LARGEST_ANSWER, False

    def _judge(self, answer: _Answer) -> tuple[str | None, bool]:
        """Say what is wrong with *answer*, or nothing, and whether to try again."""
        status, host = answer.status, self.host
        if answer.oversized:
            told = tr(
                "{host} sent more than {count} MB: check the address of the service in the options."
            )
            return told.format(host=host, count=_LARGEST_ANSWER >> 20), False
        if answer.late or answer.error in _SLOW:
            told = tr(
                "{host} did not answer within {count} seconds: try again later, or allow more time"
                " in the options."
            )
            return told.format(host=host, count=self._timeout_s), False
        if status == _OVERLOADED:
            return tr("{host} is overloaded: try again later.").format(host=host), True
        if status >= 500:
            told = tr("{host} is out of order (error {status}): try again later.")
            return told.format(host=host, status=status), True
        if status in _UNAUTHORISED or status == _PROXY_AUTHENTICATION:
            told = tr(
                "{host}, or the proxy before it, refused access (error {status}): check the"
                " authentication in the options, and the proxy in QGIS's network options."
            )
            return told.format(host=host, status=status), False
        if status in _MOVED:
            told = tr(
                "{host} sends to {location}, which is not followed: correct the address of the"
                " service in the options, or sign in to the network with a browser."
            )
            return told.format(host=host, location=answer.location.toString()), False
        if status >= 400:
            told = tr("{host} refused the question (error {status}): {reason}")
            return told.format(host=host, status=status, reason=_reason(answer.body)), False
        if answer.error in _CUT:
            return tr("{host} cut the connection: try again later.").format(host=host), True
        if answer.error == _Error.SslHandshakeFailedError:
            told = tr(
                "The security certificate of {host} is not accepted: see QGIS's authentication"
                " options, or ask whoever runs your network."
            )
            return told.format(host=host), False
        if answer.error != _Error.NoError or not status:
            told = tr(
                "{host} cannot be reached: check the Internet connection, and the proxy in QGIS's"
                " network options."
            )
            return told.format(host=host), False
        if _is_page(answer):
            told = tr(
                "A web page came instead of the data of {host}: a proxy or a sign-in page stands"
                " in between. Open {url} in a browser, then try again."
            )
            return told.format(host=host, url=self.url), False
        return None, False


def _size(reply: QNetworkReply) -> int:
    """Return how many bytes *reply* holds, or says that it is going to."""
    told = reply.header(QNetworkRequest.KnownHeaders.ContentLengthHeader)
    return max(int(told or 0), reply.bytesAvailable())


def _is_page(answer: _Answer) -> bool:
    if "html" in answer.content_type.lower():
        return True
    start = answer.body[:200].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return start.startswith((b"<!doctype html", b"<html"))


def _reason(body: bytes) -> str:
    """Return what a service says of a question that it refused, in a few words."""
    try:
        told = json.loads(body)
    except (UnicodeDecodeError, json.JSONDecodeError):
        return tr("it does not say why.")
    named = told if isinstance(told, dict) else {}
    reasons = (named.get(name) for name in ("erreur", "message", "detail", "title"))
    return next((str(reason)[:200] for reason in reasons if reason), tr("it does not say why."))


def _seconds(retry_after: str, now: Callable[[], datetime] | None = None) -> float | None:
    """Return the pause that a ``Retry-After`` asks for, a number of seconds or a date."""
    written = retry_after.strip()
    if written.isascii() and written.isdigit():
        return float(written)
    try:
        moment = parsedate_to_datetime(written)
    except (TypeError, ValueError, IndexError):
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=timezone.utc)
    current = now() if now is not None else datetime.now(timezone.utc)
    return max(0.0, (moment - current).total_seconds())
