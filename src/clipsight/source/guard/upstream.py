"""The operator's own proxy, to which the guard may be chained."""

from __future__ import annotations

import asyncio
import base64
import ipaddress
import re
import ssl
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote, urlsplit

import certifi

from clipsight.errors import BadSetting

MAX_HEAD = 16_384  # bytes of a proxy's answer
DEFAULT_PORTS = {"http": 80, "https": 443}
STATUS = re.compile(rb"HTTP/1\.[01] 2[0-9]{2}(?: [^\r\n]*)?\r\n")  # any 2xx opens the tunnel: RFC 9110, section 9.3.6
HOST = re.compile(rb"[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*\.?")
EXPECTED = "the address of an HTTP proxy, such as http://user:password@proxy.example:8080"


@dataclass(frozen=True, slots=True)
class Upstream:
    """A proxy that speaks ``CONNECT``. It resolves names itself, so the guard checks hosts but cannot check addresses."""

    host: str
    port: int
    secure: bool = False
    credentials: str | None = field(default=None, repr=False)

    @classmethod
    def parse(cls, url: str) -> Upstream:
        """From ``http[s]://[user:password@]host[:port]``.

        Raises:
            BadSetting: it is something else.
        """
        try:
            parts = urlsplit(url.strip())
            port = parts.port
        except ValueError as error:
            raise BadSetting(name="CLIPSIGHT_PROXY", expected=EXPECTED) from error
        more = parts.path.removeprefix("/") or parts.query or parts.fragment or port == 0
        host = parts.hostname or ""
        if parts.scheme not in DEFAULT_PORTS or more or not _is_host(host):
            raise BadSetting(name="CLIPSIGHT_PROXY", expected=EXPECTED)
        credentials = None
        if parts.username is not None:
            credentials = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
        return cls(host, port or DEFAULT_PORTS[parts.scheme], parts.scheme == "https", credentials)

    async def connect(
        self, host: str, port: int, ca_bundle: Path | None = None
    ) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """A tunnel to ``host:port`` through the proxy.

        Args:
            host: name that the proxy resolves.
            port: port there.
            ca_bundle: what to trust when the proxy itself speaks TLS; None for the system's and the shipped certificates.

        Raises:
            OSError: the proxy cannot be reached, is not who it should be, or does not open the tunnel.
        """
        context = _trusting(ca_bundle) if self.secure else None
        try:
            reader, writer = await asyncio.open_connection(self.host, self.port, ssl=context, limit=MAX_HEAD)
        except UnicodeError as error:  # Python's own codec for names, when a label does not fit it
            raise ConnectionError("the proxy has no such name") from error
        try:
            await self._ask(reader, writer, f"{host}:{port}")
        except BaseException:
            writer.transport.abort()
            raise
        return reader, writer

    async def _ask(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, target: str) -> None:
        lines = [f"CONNECT {target} HTTP/1.1", f"Host: {target}"]
        if self.credentials is not None:
            lines.append("Proxy-Authorization: Basic " + base64.b64encode(self.credentials.encode()).decode())
        writer.write(("\r\n".join(lines) + "\r\n\r\n").encode())
        await writer.drain()
        try:
            head = await reader.readuntil(b"\r\n\r\n")
        except (asyncio.IncompleteReadError, asyncio.LimitOverrunError) as error:
            raise ConnectionError("the proxy gave no answer") from error
        if not STATUS.match(head):
            raise ConnectionRefusedError("the proxy refused the tunnel")


def _is_host(host: str) -> bool:
    """A name that can be looked up, or an address; names in other alphabets are read as their ASCII form."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        pass
    else:
        return True
    try:
        return HOST.fullmatch(host.encode("idna")) is not None
    except UnicodeError:
        return False


def _trusting(ca_bundle: Path | None) -> ssl.SSLContext:
    if ca_bundle is not None:
        return ssl.create_default_context(cafile=str(ca_bundle))
    context = ssl.create_default_context()
    context.load_verify_locations(certifi.where())  # a small system may have no certificates of its own
    return context
