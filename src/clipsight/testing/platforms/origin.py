"""The server behind all simulated hosts: TLS on loopback, one answer per request, all of it written down."""

from __future__ import annotations

import re
import socket
import ssl
import threading
from collections.abc import Callable
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, cast
from urllib.parse import parse_qsl, urlsplit

from clipsight.testing.platforms.certificates import ThrowawayAuthority
from clipsight.testing.platforms.traffic import Delivery, Reply, Request

Respond = Callable[[Request], Reply]

IDLE_SECONDS = 20.0  # for a client that keeps its connection open and says nothing
DRIP_SECONDS = 0.3
DRIP_BYTES = 64
BLOCK = 65_536
HUGE = 10**10
_RANGE = re.compile(r"bytes=(\d+)-(\d*)")


class Origin(ThreadingHTTPServer):
    """Serves ``hosts`` with certificates of ``authority``; other names are refused in the handshake."""

    daemon_threads = False  # so that closing waits for them
    request_queue_size = 64

    def __init__(self, authority: ThrowawayAuthority, hosts: frozenset[str], respond: Respond) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.respond = respond
        self.requests: list[Request] = []
        self.stopped = threading.Event()
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()
        self._context = authority.context("unnamed.invalid")

        def choose(connection: ssl.SSLSocket, name: str | None, _: ssl.SSLContext) -> int | None:
            if name not in hosts:
                return ssl.ALERT_DESCRIPTION_UNRECOGNIZED_NAME
            connection.context = authority.context(name)
            return None

        self._context.sni_callback = cast(Any, choose)

    def finish_request(self, request: Any, client_address: Any) -> None:
        """One connection, on its own thread."""
        request.settimeout(IDLE_SECONDS)
        with suppress(OSError), self._context.wrap_socket(request, server_side=True) as connection:
            with self._lock:
                self._open.add(connection)
            try:
                self.RequestHandlerClass(connection, client_address, self)
            finally:
                with self._lock:
                    self._open.discard(connection)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Clients that leave in the middle are part of the play; everything else must be seen."""
        raise  # noqa: PLE0704 # called while the exception is handled

    def stop(self) -> None:
        """Ends every answer that is still under way and waits for the threads."""
        self.stopped.set()
        self.shutdown()
        with self._lock:
            for connection in self._open:
                with suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)
        self.server_close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: Any) -> None:  # the name is the library's
        pass

    def do_GET(self) -> None:
        self._answer()

    def do_HEAD(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        self._answer()

    @property
    def _origin(self) -> Origin:
        return cast(Origin, self.server)

    def _answer(self) -> None:
        url = urlsplit(self.path)
        request = Request(
            method=self.command,
            host=self.headers.get("Host", "").partition(":")[0].lower(),
            path=url.path,
            query=dict(parse_qsl(url.query)),
            headers={name.lower(): value for name, value in self.headers.items()},
            body=self.rfile.read(int(self.headers.get("Content-Length") or 0)),
        )
        self._origin.requests.append(request)
        self._send(self._origin.respond(request))

    def _send(self, reply: Reply) -> None:
        asked = _RANGE.match(self.headers.get("Range", "")) if reply.status == 200 and reply.body else None
        start, end = 0, len(reply.body)
        if asked:
            start, end = int(asked[1]), min(int(asked[2] or end) + 1, end)
        body = reply.body[start:end]
        self.send_response(206 if asked else reply.status)
        self.send_header("Content-Type", reply.content_type)
        for name, value in reply.headers:
            self.send_header(name, value)
        if asked:
            self.send_header("Content-Range", f"bytes {start}-{end - 1}/{len(reply.body)}")
        if reply.delivery is Delivery.ENDLESS:
            self.send_header("Connection", "close")
        else:
            self.send_header("Content-Length", str(HUGE if reply.delivery is Delivery.HUGE else len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self._deliver(body, reply.delivery)

    def _deliver(self, body: bytes, delivery: Delivery) -> None:
        stopped = self._origin.stopped
        self.close_connection = delivery is not Delivery.WHOLE
        match delivery:
            case Delivery.WHOLE | Delivery.HUGE:
                self.wfile.write(body)
            case Delivery.TRUNCATED:
                self.wfile.write(body[: len(body) // 2])
            case Delivery.STALL:
                self.wfile.write(body[:1000])
                self._wait_for_the_client_to_leave()
            case Delivery.DRIP:
                for at in range(0, len(body), DRIP_BYTES):
                    self.wfile.write(body[at : at + DRIP_BYTES])
                    if stopped.wait(DRIP_SECONDS):
                        break
            case Delivery.ENDLESS:
                while not stopped.is_set():
                    self.wfile.write(bytes(BLOCK))

    def _wait_for_the_client_to_leave(self) -> None:
        with suppress(OSError):
            self.connection.recv(1)
