"""The 500 rows of both pages: what the caller reads when the server itself fails, and what it does not read."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from clipsight.access.caller import Limits
from clipsight.edges.rest.app import create_app
from clipsight.edges.rest.face import Face, OpenGate
from clipsight.testing.store import fresh_services

REEL = "https://www.instagram.com/reel/Chunk8-jurw/"
SECRET = "a secret word"
EXAMPLES = Path(__file__).parent / "examples"
LIMITS = {"reels": Limits(90, 1_000_000), "jobs": Limits(180, 1_000_000)}


class BrokenQueue:
    def __init__(self, error: Exception) -> None:
        self._error = error

    def enqueue(self, *_args: object) -> None:
        raise self._error


class BrokenDatabase:
    def reading(self):
        raise RuntimeError(SECRET)


@pytest.fixture
def face(tmp_path) -> Iterator[Face]:
    with fresh_services(tmp_path) as services:
        yield Face(services, OpenGate(LIMITS), None, 180, 90)


def ask(face: Face, method: str, path: str, **request) -> httpx.Response:
    async def once() -> httpx.Response:
        transport = httpx.ASGITransport(create_app(face), raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
            return await client.request(method, path, **request)

    return asyncio.run(once())


@pytest.mark.row("jobs post 500")
@pytest.mark.parametrize("error", [OSError(SECRET), RuntimeError(SECRET)])
def test_500_post_v1_jobs(face, error):
    broken = replace(face, services=replace(face.services, queue=BrokenQueue(error)))
    answer = ask(broken, "POST", "/v1/jobs", json={"url": REEL})
    assert answer.status_code == 500
    assert answer.json()["error"] == "failed to enqueue job"
    assert SECRET not in answer.text


@pytest.mark.row("jobs get 500")
def test_500_get_v1_jobs(face):
    broken = replace(face, services=replace(face.services, database=BrokenDatabase()))
    answer = ask(broken, "GET", "/v1/jobs/1")
    assert answer.status_code == 500
    assert answer.json() == {"error": "failed to get job", "code": "internal"}


@pytest.mark.row("errors 500", "get 500", "errors shapes")
def test_500_reels(face):
    broken = replace(face, services=replace(face.services, database=BrokenDatabase()))
    answer = ask(broken, "GET", "/api/v1/reels/1")
    assert answer.status_code == 500
    assert set(answer.json()) == {"message", "status", "code"}
    assert SECRET not in answer.text


@pytest.mark.parametrize(("path", "key"), [("/v1/jobs", "error"), ("/api/v1/reels/analyze", "message")])
def test_503_when_a_short_link_cannot_be_asked_now(face, path, key):
    link = "https://www.instagram.com/share/reel/BARSSL4rTu"
    answer = ask(face, "POST", path, json={"url": link})
    assert (answer.status_code, answer.json()["code"]) == (503, "network")
    assert int(answer.headers["retry-after"]) > 0
    assert answer.json()[key]


def test_health_says_when_the_database_does_not_answer(face):
    assert ask(face, "GET", "/healthz").status_code == 200
    face.services.database.close()
    Path(face.services.database.writer.url.database).unlink()
    broken = ask(face, "GET", "/healthz")
    assert (broken.status_code, broken.json()["status"]) == (503, "unhealthy")


@pytest.mark.parametrize("path", ["/", "/v1", "/v1/nothing", "/api/v1"])
def test_an_unknown_path_is_a_404_in_json(face, path):
    answer = ask(face, "GET", path)
    assert answer.status_code in {404, 405}
    assert answer.headers["content-type"] == "application/json"


@pytest.mark.row("errors retry")
def test_the_retry_example_gets_through_a_passing_failure(face):
    """The example of the page as it stands there."""
    namespace: dict = {}
    exec((EXAMPLES / "with_retry.py.txt").read_text(), namespace)
    broken = replace(face, services=replace(face.services, queue=BrokenQueue(OSError(SECRET))))
    tries = []

    def submit() -> httpx.Response:
        tries.append(broken if not tries else face)
        return ask(tries[-1], "POST", "/api/v1/reels/analyze", json={"url": REEL}).raise_for_status()

    answer = namespace["with_retry"](submit, base_delay=0.01)
    assert (answer.status_code, len(tries)) == (202, 2)

    def submit_nothing() -> httpx.Response:
        tries.append(face)
        return ask(face, "POST", "/api/v1/reels/analyze", json={}).raise_for_status()

    with pytest.raises(httpx.HTTPStatusError, match="400"):
        namespace["with_retry"](submit_nothing, base_delay=0.01)
    assert len(tries) == 3  # the request is at fault: asking again would not help
