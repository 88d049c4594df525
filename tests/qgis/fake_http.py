"""A web service on this machine that plays what it is told, and remembers what it was asked."""

from __future__ import annotations

import email.parser
import email.policy
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit


@dataclass(frozen=True)
class Question:
    """A request as the server saw it."""

    method: str
    path: str
    parameters: dict[str, str]
    headers: dict[str, str]
    body: bytes
    moment: float

    def form(self) -> dict[str, list[str]]:
        """Return the fields of a form sent in several parts, files among them, as text."""
        head = f"Content-Type: {self.headers['content-type']}\r\n\r\n".encode()
        message = email.parser.BytesParser(policy=email.policy.HTTP).parsebytes(head + self.body)
        found: dict[str, list[str]] = {}
        for part in message.iter_parts():
            name = part.get_param("name", header="content-disposition")
            # Not get_content(): it would turn the file's line ends into others.
            found.setdefault(str(name), []).append(part.get_payload(decode=True).decode())
        return found


@dataclass(frozen=True)
class Reply:
    """What the server answers.

    Attributes:
        body: bytes, text, or something to write as JSON.
        status: of HTTP.
        content_type: empty: none is given.
        headers: others.
        cut_after: close the connection after so many bytes of the body.
        drip_s: seconds between one byte of the body and the next.
        delay_s: seconds before anything is answered.
    """

    body: Any = b""
    status: int = 200
    content_type: str = "application/json"
    headers: dict[str, str] = field(default_factory=dict)
    cut_after: int | None = None
    drip_s: float = 0
    delay_s: float = 0

    def content(self) -> bytes:
        """Return the body as bytes."""
        if isinstance(self.body, bytes):
            return self.body
        text = self.body if isinstance(self.body, str) else json.dumps(self.body)
        return text.encode()


Answerer = Callable[[Question], Reply]


class FakeService:
    """The server: `service.answers` decides, `service.questions` remembers."""

    def __init__(self) -> None:
        self.questions: list[Question] = []
        self.answers: Answerer = lambda question: Reply(status=404)
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        self.closing = threading.Event()

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self._server.server_port}"

    def plays(self, *replies: Reply) -> None:
        """Answer with these one after the other, then with the last for ever."""
        left = list(replies)

        def answer(_question: Question) -> Reply:
            return left.pop(0) if len(left) > 1 else left[0]

        self.answers = answer

    @contextmanager
    def running(self) -> Iterator[FakeService]:
        """Serve until the end of the block."""
        thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        try:
            yield self
        finally:
            self.closing.set()
            self._server.shutdown()
            self._server.server_close()
            thread.join()


def unused_url() -> str:
    """Return the address of a place of this machine where nobody answers."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{probe.getsockname()[1]}"


def _handler(service: FakeService) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_: object) -> None:
            """Say nothing."""

        def do_GET(self) -> None:
            self._serve()

        def do_POST(self) -> None:
            self._serve()

        def _serve(self) -> None:
            parts = urlsplit(self.path)
            question = Question(
                self.command,
                parts.path,
                dict(parse_qsl(parts.query, keep_blank_values=True)),
                {name.lower(): value for name, value in self.headers.items()},
                self.rfile.read(int(self.headers.get("Content-Length") or 0)),
                time.monotonic(),
            )
            service.questions.append(question)
            reply = service.answers(question)
            if service.closing.wait(reply.delay_s):
                return
            try:
                self._send(reply)
            except OSError:
                # The client went away: that is what some tests are about.
                self.close_connection = True

        def _send(self, reply: Reply) -> None:
            content = reply.content()
            self.send_response(reply.status)
            self.send_header("Content-Length", str(len(content)))
            if reply.content_type:
                self.send_header("Content-Type", reply.content_type)
            for name, value in reply.headers.items():
                self.send_header(name, value)
            self.end_headers()
            if reply.cut_after is not None:
                self.wfile.write(content[: reply.cut_after])
                self.wfile.flush()
                self.close_connection = True
                self.connection.shutdown(socket.SHUT_RDWR)
            elif reply.drip_s:
                for byte in content:
                    self.wfile.write(bytes([byte]))
                    self.wfile.flush()
                    if service.closing.wait(reply.drip_s):
                        return
            else:
                self.wfile.write(content)

    return Handler
