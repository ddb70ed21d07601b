"""The proxy itself: one thread with an event loop, one instance per fetch."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import hmac
import secrets
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, Self

from clipsight.source.guard.addresses import is_public, look_up
from clipsight.source.guard.hosts import HTTPS_PORT, PLATFORM_SUFFIXES, is_allowed
from clipsight.source.guard.upstream import Upstream

StandIns = Mapping[str, tuple[str, int]]
"""Host name to loopback address and port: the simulated platforms of the tests. Never read from a setting or a request."""

Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]

RefusalKind = Literal["method", "host", "port", "address", "busy"]

CHUNK = 65_536  # bytes moved at once
MAX_HEAD = 16_384  # bytes of a request head
HEAD_SECONDS = 5.0  # for a request head to arrive; clients on this machine send it at once
CONNECT_SECONDS = 10.0  # for a lookup to answer, and then for one of the addresses
MAX_ADDRESSES = 4  # of a name that are tried
MAX_TUNNELS = 32  # at once; yt-dlp needs three
MAX_WAITING = 32  # connections that have not shown the token yet
MAX_LOOKUPS = 8  # threads that wait for a resolver
KEPT_REFUSALS = 50  # enough for a log, bounded against a loop


@dataclass(frozen=True, slots=True)
class GuardRules:
    """What one fetch may do.

    Attributes:
        budget_bytes: bytes in both directions together, TLS included.
        deadline_seconds: from the start of the guard; then every connection is cut.
        suffixes: hosts that may be reached, themselves and everything below them.
        upstream: the operator's proxy, or None for direct connections.
        ca_bundle: what to trust when that proxy speaks TLS, or None for the usual certificates.
    """

    budget_bytes: int
    deadline_seconds: float
    suffixes: frozenset[str] = PLATFORM_SUFFIXES
    upstream: Upstream | None = None
    ca_bundle: Path | None = None


@dataclass(frozen=True, slots=True)
class Refusal:
    """A connection that was not made. ``target`` is foreign text, for the log only."""

    kind: RefusalKind
    target: str


@dataclass(slots=True)
class GuardReport:
    """What happened so far. Written by the guard's thread, safe to read from others."""

    bytes_moved: int = 0
    tunnels: int = 0
    budget_spent: bool = False
    deadline_passed: bool = False
    unreachable: list[str] = field(default_factory=list[str])
    refusals: list[Refusal] = field(default_factory=list[Refusal])

    def refused(self, kind: RefusalKind, target: str) -> None:
        if len(self.refusals) < KEPT_REFUSALS:
            self.refusals.append(Refusal(kind, target[:200]))

    def could_not_reach(self, host: str) -> None:
        if len(self.unreachable) < KEPT_REFUSALS:
            self.unreachable.append(host)


class _Denied(Exception):
    """The request gets this status line and no tunnel."""

    def __init__(self, status: str) -> None:
        super().__init__(status)
        self.status = status


class Guard:
    """A loopback proxy for one fetch: ``with Guard(rules) as guard: ... guard.proxy_url``.

    Only ``CONNECT`` with the token of this fetch, only to allowed hosts on port 443, only to public addresses; the
    connection goes to the very address that was checked, so a name that changes its mind in between changes nothing.

    Args:
        rules: what may be done.
        stand_ins: for tests alone; these hosts are taken to the given loopback addresses without a lookup.
        lookup: addresses of a name; blocking, called on a thread of its own.
    """

    def __init__(
        self,
        rules: GuardRules,
        *,
        stand_ins: StandIns | None = None,
        lookup: Callable[[str], list[str]] = look_up,
    ) -> None:
        self.report = GuardReport()
        self._rules = rules
        self._stand_ins = dict(stand_ins or {})
        self._lookup = lookup
        self._token = secrets.token_urlsafe(24)
        self._expected = b"Basic " + base64.b64encode(f"job:{self._token}".encode())
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name="egress-guard", daemon=True)
        self._listening = threading.Event()
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._waiting: dict[asyncio.Task[None], None] = {}  # in order of arrival
        self._lookups = 0
        self._stopped = asyncio.Event()
        self._cut_off = False
        self._started = 0.0
        self.port = 0

    def __enter__(self) -> Self:
        self._started = time.monotonic()
        self._thread.start()
        self._listening.wait()
        if not self.port:
            raise OSError("the egress guard could not listen on loopback")
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._stopped.set)
        self._thread.join()

    @property
    def proxy_url(self) -> str:
        return f"http://job:{self._token}@127.0.0.1:{self.port}"

    @property
    def proxy_authorization(self) -> str:
        """Value of the ``Proxy-Authorization`` header for clients that set it themselves."""
        return self._expected.decode()

    def _run(self) -> None:
        try:
            self._loop.run_until_complete(self._serve())
            self._loop.run_until_complete(asyncio.sleep(0))  # transports close one round later
        finally:
            self._listening.set()
            self._loop.close()

    async def _serve(self) -> None:
        self._server = await asyncio.start_server(self._accepted, "127.0.0.1", 0, limit=CHUNK)
        self.port = int(self._server.sockets[0].getsockname()[1])
        left = self._rules.deadline_seconds - (time.monotonic() - self._started)
        alarm = self._loop.call_later(max(0.0, left), self._deadline)
        self._listening.set()
        await self._stopped.wait()
        alarm.cancel()
        self._cut()
        if self._tasks:
            await asyncio.wait(self._tasks)

    def _deadline(self) -> None:
        self.report.deadline_passed = True
        self._cut()

    def _cut(self) -> None:
        """End every connection at once and take no new ones."""
        self._cut_off = True
        if self._server is not None:
            self._server.close()
        for task in self._tasks:
            task.cancel()

    async def _accepted(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        self._waiting[task] = None
        if len(self._waiting) > MAX_WAITING:
            # Other programs on this machine cannot keep the fetch out by holding connections open without a word.
            next(iter(self._waiting)).cancel()
        try:
            if not self._cut_off:
                await self._tunnel(reader, writer)
        except (OSError, asyncio.CancelledError):
            pass  # the other side is gone, or the guard has cut; the report says which
        finally:
            self._tasks.discard(task)
            self._waiting.pop(task, None)
            writer.transport.abort() if self._cut_off else writer.close()

    async def _tunnel(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            host = await self._asked_for(reader)
            far_reader, far_writer = await self._connect(host)
        except _Denied as denied:
            writer.write(f"HTTP/1.1 {denied.status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".encode())
            await writer.drain()
            return
        self.report.tunnels += 1
        try:
            writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
            await self._join((reader, writer), (far_reader, far_writer))
        finally:
            far_writer.transport.abort()

    async def _asked_for(self, reader: asyncio.StreamReader) -> str:
        try:
            head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), HEAD_SECONDS)
        except (asyncio.IncompleteReadError, asyncio.LimitOverrunError, TimeoutError) as error:
            raise _Denied("400 Bad Request") from error
        if len(head) > MAX_HEAD:
            raise _Denied("431 Request Header Fields Too Large")
        request, *headers = head.decode("latin-1").split("\r\n")
        given = next((line for line in headers if line.lower().startswith("proxy-authorization:")), "")
        if not hmac.compare_digest(given.partition(":")[2].strip().encode("latin-1"), self._expected):
            raise _Denied("407 Proxy Authentication Required")  # another program on this machine: not this fetch's doing
        task = asyncio.current_task()
        assert task is not None
        self._waiting.pop(task, None)
        method, _, rest = request.partition(" ")
        return self._allowed(method, rest.partition(" ")[0])

    def _allowed(self, method: str, target: str) -> str:
        host, _, port = target.rpartition(":")
        host = host.lower()
        kind: RefusalKind | None = None
        if method != "CONNECT":
            kind = "method"
        elif port != str(HTTPS_PORT):
            kind = "port"
        elif not is_allowed(host, self._rules.suffixes):
            kind = "host"
        elif len(self._tasks) - len(self._waiting) > MAX_TUNNELS:
            kind = "busy"
        if kind is not None:
            self.report.refused(kind, target)
            raise _Denied("403 Forbidden")
        return host

    async def _connect(self, host: str) -> Streams:
        if host in self._stand_ins:
            return await asyncio.open_connection(*self._stand_ins[host], limit=CHUNK)
        try:
            async with asyncio.timeout(CONNECT_SECONDS):
                if self._rules.upstream is not None:
                    return await self._rules.upstream.connect(host, HTTPS_PORT, self._rules.ca_bundle)
                addresses = await self._looked_up(host)
        except OSError as error:  # TimeoutError and TLS failures are of that kind
            self.report.could_not_reach(host)
            raise _Denied("502 Bad Gateway") from error
        if not all(map(is_public, addresses)):
            self.report.refused("address", host)
            raise _Denied("403 Forbidden")
        tried = addresses[:MAX_ADDRESSES]
        for address in tried:
            with contextlib.suppress(OSError):
                async with asyncio.timeout(CONNECT_SECONDS / len(tried)):
                    return await asyncio.open_connection(address, HTTPS_PORT, limit=CHUNK)
        self.report.could_not_reach(host)
        raise _Denied("502 Bad Gateway")

    async def _looked_up(self, host: str) -> list[str]:
        """As ``lookup``, on a daemon thread: a resolver that hangs must not hold up the end of the fetch."""
        if self._lookups >= MAX_LOOKUPS:  # threads cannot be stopped, so those that hang must not pile up
            self.report.refused("busy", host)
            raise _Denied("403 Forbidden")
        answer: asyncio.Future[list[str]] = self._loop.create_future()

        def settle(found: list[str] | OSError) -> None:
            self._lookups -= 1
            if not answer.done():
                answer.set_exception(found) if isinstance(found, OSError) else answer.set_result(found)

        def look() -> None:
            try:
                found: list[str] | OSError = self._lookup(host)
            except OSError as error:
                found = error
            except UnicodeError:  # Python's own codec for names, when a label does not fit it
                found = OSError("no such name")
            with contextlib.suppress(RuntimeError):  # the guard has ended meanwhile
                self._loop.call_soon_threadsafe(settle, found)

        self._lookups += 1
        threading.Thread(target=look, name="egress-lookup", daemon=True).start()
        return await answer

    async def _join(self, near: Streams, far: Streams) -> None:
        """Move bytes both ways until one side ends or the guard cuts."""
        pumps = [
            asyncio.ensure_future(self._pump(near[0], far[1])),
            asyncio.ensure_future(self._pump(far[0], near[1])),
        ]
        try:
            await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for pump in pumps:
                pump.cancel()
            await asyncio.gather(*pumps, return_exceptions=True)

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(CHUNK):
            self.report.bytes_moved += len(data)
            if self.report.bytes_moved > self._rules.budget_bytes:
                self.report.budget_spent = True
                self._cut()
                return
            writer.write(data)
            await writer.drain()
