"""An origin of our own on loopback: HTTPS for every host of the platforms, with certificates of a throwaway authority."""

from __future__ import annotations

import datetime as dt
import ssl
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from clipsight.source.options import FetchSettings

HOSTS = (
    "www.tiktok.com",
    "vm.tiktok.com",
    "v16-webapp-prime.tiktok.com",
    "www.instagram.com",
    "scontent.cdninstagram.com",
    "www.youtube.com",
    "rr1---sn-fake.googlevideo.com",
)


@dataclass
class Answer:
    """One HTTP answer; ``stream`` writes the body itself after the head."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    stream: Callable[[Callable[[bytes], Any]], None] | None = None


@dataclass
class Seen:
    method: str
    address: str
    headers: Message
    body: bytes


class Origin:
    """``answers`` maps ``host/path`` (without the query) to what is answered; all else is 404."""

    def __init__(self, folder: Path) -> None:
        self.answers: dict[str, Answer] = {}
        self.seen: list[Seen] = []
        self.ended = threading.Event()
        self.ca_bundle = folder / "ca.pem"
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
        self._server.daemon_threads = True
        self._server.origin = self  # type: ignore[attr-defined]
        self._server.socket = _context(folder, self.ca_bundle).wrap_socket(
            self._server.socket, server_side=True, do_handshake_on_connect=False
        )
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)

    def settings(self, **more: Any) -> FetchSettings:
        address = ("127.0.0.1", self._server.server_address[1])
        return FetchSettings(ca_bundle=self.ca_bundle, stand_ins=dict.fromkeys(HOSTS, address), **more)

    def answer(self, address: str, **answer: Any) -> None:
        self.answers[address] = Answer(**answer)

    def redirect(self, address: str, location: str, status: int = 301) -> None:
        self.answers[address] = Answer(status, headers={"Location": location})

    def addresses(self) -> list[str]:
        return [seen.address for seen in self.seen]

    def __enter__(self) -> Origin:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.ended.set()
        self._server.shutdown()
        self._server.server_close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 20

    def handle(self) -> None:
        try:
            super().handle()
        except OSError:
            self.close_connection = True
        finally:
            self.connection.close()

    def do_GET(self) -> None:
        origin: Origin = self.server.origin  # type: ignore[attr-defined]
        length = int(self.headers.get("Content-Length") or 0)
        address = str(self.headers["Host"]) + self.path.partition("?")[0]
        origin.seen.append(Seen(self.command, address, self.headers, self.rfile.read(length)))
        answer = origin.answers.get(address, Answer(404))
        self.send_response(answer.status)
        if answer.stream is None:
            self.send_header("Content-Length", str(len(answer.body)))
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.end_headers()
        if answer.stream is None:
            self.wfile.write(answer.body)
        else:
            answer.stream(self.wfile.write)
            self.close_connection = True

    do_POST = do_GET

    def log_message(self, *_: object) -> None:
        pass


def _context(folder: Path, ca_bundle: Path) -> ssl.SSLContext:
    key, leaf_key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "clipsight tests")])
    authority = _certificate(name, name, key, key.public_key(), x509.BasicConstraints(ca=True, path_length=None))
    names = x509.SubjectAlternativeName([x509.DNSName(host) for host in HOSTS])
    leaf_name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "origin")])
    leaf = _certificate(leaf_name, name, key, leaf_key.public_key(), names)
    ca_bundle.write_bytes(authority.public_bytes(serialization.Encoding.PEM))
    chain = folder / "leaf.pem"
    secret = leaf_key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    chain.write_bytes(leaf.public_bytes(serialization.Encoding.PEM) + secret)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(chain)
    context.set_alpn_protocols(["http/1.1"])  # curl would speak HTTP/2 otherwise
    return context


def _certificate(
    subject: x509.Name,
    issuer: x509.Name,
    signing: ec.EllipticCurvePrivateKey,
    public: ec.EllipticCurvePublicKey,
    extension: x509.ExtensionType,
) -> x509.Certificate:
    now = dt.datetime.now(dt.UTC)
    builder = x509.CertificateBuilder().subject_name(subject).issuer_name(issuer).public_key(public)
    builder = builder.serial_number(x509.random_serial_number())
    builder = builder.not_valid_before(now - dt.timedelta(days=1)).not_valid_after(now + dt.timedelta(days=1))
    builder = builder.add_extension(extension, critical=isinstance(extension, x509.BasicConstraints))
    builder = builder.add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
    builder = builder.add_extension(
        x509.AuthorityKeyIdentifier.from_issuer_public_key(signing.public_key()), critical=False
    )
    return builder.sign(signing, hashes.SHA256())


@pytest.fixture
def origin(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Origin]:
    with Origin(tmp_path_factory.mktemp("origin")) as running:
        yield running
