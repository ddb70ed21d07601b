from __future__ import annotations

import asyncio
from collections.abc import Callable
from email.utils import formatdate
from time import time

import pytest

from clipsight.webhooks.sending import Answer, Sender
from clipsight.webhooks.target import read_target

HEADERS = {"webhook-id": "msg_1"}


class Receiver:
    """Answers every request with the same bytes, and remembers what it got."""

    def __init__(self, answer: bytes, *, silent: bool = False) -> None:
        self._answer = answer
        self._silent = silent
        self.got = b""
        self.connections = 0
        self.tasks = []

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self.tasks.append(asyncio.current_task())
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            self.got = head + await reader.read(2)
            writer.write(self._answer)
            await writer.drain()
            if self._silent:
                await reader.read()
        finally:
            writer.transport.abort()

    async def end(self) -> None:
        """Wait for the end of all connections, so that the loop is left empty."""
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)
        await asyncio.sleep(0)


def post(receiver: Receiver, *, make: Callable[..., Sender] = Sender, host: str = "127.0.0.1", **options) -> Answer:
    async def scene() -> Answer:
        server = await asyncio.start_server(receiver.serve, "127.0.0.1", 0)
        async with server:
            port = server.sockets[0].getsockname()[1]
            target = read_target(f"http://{host}:{port}/hook?a=b", allow_private=True)
            found = await make(options.pop("timeout", 10), **options).post(target, HEADERS, b"{}")
            await receiver.end()
            return found

    return asyncio.run(scene())


def answer(head: str) -> bytes:
    return (head + "\r\n\r\n").encode()


def test_the_request_is_whole():
    receiver = Receiver(answer("HTTP/1.1 204 No Content"))
    assert post(receiver, allow_private=True) == Answer(204)
    head, _, body = receiver.got.partition(b"\r\n\r\n")
    lines = head.decode().split("\r\n")
    assert lines[0] == "POST /hook?a=b HTTP/1.1"
    assert {"Connection: close", "Content-Length: 2", "webhook-id: msg_1"} <= set(lines)
    assert body == b"{}"


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        ("HTTP/1.1 200 OK\r\nContent-Length: 99999", Answer(200)),
        ("HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1/", Answer(302)),
        ("HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 200 OK", Answer(200)),
        ("HTTP/1.1 503 Busy\r\nRetry-After: 120", Answer(503, retry_after=120)),
        ("HTTP/1.1 429 Slow\r\nRetry-After: yesterday", Answer(429)),
        ("HTTP/1.1 OK", Answer(trouble="not_http")),
        ("SSH-2.0-OpenSSH", Answer(trouble="not_http")),
        ("HTTP/1.1 200 OK\r\nX: " + "a" * 20_000, Answer(trouble="not_http")),
        ("HTTP/1.1 100 Continue\r\n\r\n" * 9 + "HTTP/1.1 200 OK", Answer(trouble="not_http")),
    ],
)
def test_what_is_made_of_an_answer(head, expected):
    assert post(Receiver(answer(head)), allow_private=True) == expected


def test_a_date_in_retry_after():
    found = post(
        Receiver(answer(f"HTTP/1.1 503 Busy\r\nRetry-After: {formatdate(time() + 600, usegmt=True)}")), allow_private=True
    )
    assert found.status == 503
    assert 500 < found.retry_after <= 600


def test_a_redirect_is_not_followed():
    receiver = Receiver(answer("HTTP/1.1 307 Temporary Redirect\r\nLocation: /elsewhere"))
    assert post(receiver, allow_private=True).status == 307
    assert receiver.connections == 1


def test_nobody_answers():
    assert post(Receiver(b"")) == Answer(trouble="private_address")
    assert post(Receiver(b""), allow_private=True) == Answer(trouble="connection")
    assert post(Receiver(b"HTTP/1.1 2", silent=True), allow_private=True, timeout=0.2) == Answer(trouble="timeout")


@pytest.mark.parametrize(
    "addresses", [["127.0.0.1"], ["93.184.216.34", "10.0.0.1"], ["::ffff:127.0.0.1"], ["169.254.169.254"]]
)
def test_a_name_that_leads_inside_is_not_connected_to(addresses):
    receiver = Receiver(answer("HTTP/1.1 200 OK"))
    found = post(receiver, host="hooks.example.com", lookup=lambda _: addresses)
    assert found == Answer(trouble="private_address")
    assert receiver.connections == 0


def test_a_name_is_looked_up_once_and_its_address_connected_to():
    """Otherwise a name could be public when it is checked and private when it is connected to."""
    asked = []

    def lookup(host: str) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"]

    receiver = Receiver(answer("HTTP/1.1 200 OK"))
    assert post(receiver, host="hooks.example.com", lookup=lookup, allow_private=True) == Answer(200)
    assert asked == ["hooks.example.com"]
    assert b"Host: hooks.example.com:" in receiver.got


def test_a_name_without_address():
    def lookup(_: str) -> list[str]:
        raise OSError

    assert post(Receiver(b""), host="hooks.example.com", lookup=lookup) == Answer(trouble="lookup")


def test_a_receiver_without_tls_is_told_as_such():
    async def scene() -> Answer:
        receiver = Receiver(b"hello, this is not TLS\r\n\r\n")
        server = await asyncio.start_server(receiver.serve, "127.0.0.1", 0)
        async with server:
            port = server.sockets[0].getsockname()[1]
            target = read_target(f"https://127.0.0.1:{port}/", allow_private=True)
            sender = Sender(2, allow_private=True)
            found = await sender.post(target, HEADERS, b"{}")
            await receiver.end()
            return found

    assert asyncio.run(scene()).trouble in {"tls", "timeout"}
