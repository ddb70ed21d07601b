"""429 in both dialects, what is left in the headers, and requests that must not be carried out twice."""

from __future__ import annotations

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from clipsight.testing.server import TestServer
from clipsight.testing.tokens import Governor, bearer

CODES = [f"Dk{number:08d}" for number in range(100)]
REELS, JOBS = "/api/v1/reels/analyze", "/v1/jobs"
BOTH = pytest.mark.parametrize("path", [REELS, JOBS])


@pytest.fixture(scope="module")
def server(tmp_path_factory) -> Iterator[TestServer]:
    with TestServer(tmp_path_factory.mktemp("limits"), {"CLIPSIGHT_ACCESS": "token"}) as running:
        running.hold("fetch")  # nothing ends by itself
        yield running
        running.release("fetch")


@pytest.fixture(scope="module")
def governor(server) -> Governor:
    return Governor(server)


def submit(server: TestServer, path: str, token: str, number: int = 0, **headers: str) -> httpx.Response:
    body = {"url": f"https://www.instagram.com/reel/{CODES[number]}/"}
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return server.client.post(path, json=body, headers={**bearer(token), **named})


def refused(answer: httpx.Response, path: str, code: str) -> dict:
    assert answer.status_code == 429
    assert answer.headers["content-type"] == "application/json"
    body = answer.json()
    assert body["code"] == code
    assert set(body) == ({"message", "status", "code"} if path == REELS else {"error", "code"})
    assert body.get("status", "error") == "error"
    assert int(answer.headers["retry-after"]) >= 1
    return body


@pytest.mark.row("errors 429")
def test_the_eleventh_reel_in_a_minute(server, governor):
    token = governor.token(unfinished=1000)
    answers = [submit(server, REELS, token, number) for number in range(11)]
    assert [answer.status_code for answer in answers] == [202] * 10 + [429]
    body = refused(answers[-1], REELS, "too_many_requests")
    wait = int(answers[-1].headers["retry-after"])
    assert body["message"] == "Rate limit exceeded"
    assert wait <= 60
    assert answers[0].headers["ratelimit-policy"] == '"submits";q=10;w=60'
    lefts = [re.fullmatch(r'"submits";r=(\d+);t=(\d+)', answer.headers["ratelimit"]) for answer in answers]
    assert [int(left[1]) for left in lefts if left] == [*range(9, -1, -1), 0]
    assert int(lefts[-1][2]) == wait
    polled = server.client.get(f"/api/v1/reels/{answers[0].json()['id']}", headers=bearer(token))
    assert polled.status_code == 200, "polling is not counted"
    assert "ratelimit" not in polled.headers
    assert submit(server, JOBS, token).status_code == 202, "the other dialect counts for itself"


def test_a_reel_while_three_jobs_are_unfinished(server, governor):
    token = governor.token()
    reels = [submit(server, REELS, token, number) for number in range(2)]
    assert submit(server, JOBS, token, 2).status_code == 202
    answer = submit(server, REELS, token, 3)
    body = refused(answer, REELS, "too_many_unfinished")
    assert body["message"] == "Rate limit exceeded"
    assert submit(server, JOBS, token, 4).status_code == 202, "more jobs queue"
    for id_ in [reel.json()["id"] for reel in reels]:
        assert server.client.delete(f"/api/v1/reels/{id_}", headers=bearer(token)).status_code == 204
    assert submit(server, REELS, token, 3).status_code == 202


def test_the_jobs_dialect_over_its_limits(server, governor):
    often = governor.token(perMinute=1)
    assert submit(server, JOBS, often).headers["ratelimit"].startswith('"submits";r=0;')
    body = refused(submit(server, JOBS, often, 1), JOBS, "too_many_requests")
    assert re.fullmatch(r"More than 1 submits in a minute; try again in \d+ seconds", body["error"])
    full = governor.token(unfinished=1)
    assert submit(server, JOBS, full).status_code == 202
    refused(submit(server, JOBS, full, 1), JOBS, "too_many_unfinished")


def test_a_batch_is_one_submit_of_many_jobs(server, governor):
    token = governor.token(perMinute=2, unfinished=4)
    links = [f"https://www.instagram.com/reel/{code}/" for code in CODES[:4]]

    def batch(count: int, **headers: str) -> httpx.Response:
        return server.client.post("/v1/batches", json={"urls": links[:count]}, headers={**bearer(token), **headers})

    taken = batch(3, **{"Idempotency-Key": "k"})
    assert (taken.status_code, taken.headers["ratelimit"][:15]) == (202, '"submits";r=1;t')
    refused(batch(2), JOBS, "too_many_unfinished")
    assert batch(3, **{"Idempotency-Key": "k"}).json()["batchId"] == taken.json()["batchId"]
    assert submit(server, JOBS, token, 5).status_code == 202
    refused(batch(1), JOBS, "too_many_requests")


@BOTH
def test_seconds_of_video(server, governor, path):
    token = governor.token(secondsPerDay=100, maxSeconds=60)
    taken = submit(server, path, token)
    assert taken.headers["ratelimit-policy"].endswith('"seconds";q=100;w=86400')
    assert '"seconds";r=40;' in taken.headers["ratelimit"]
    refused(submit(server, path, token, 1), path, "seconds_used_up")


@BOTH
def test_a_file_over_the_limit_of_the_token(server, governor, path):
    token = governor.token(maxBytes=1000)
    answer = server.client.post(path, files={"file": ("a.mp4", b"x" * 1001)}, headers=bearer(token))
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
    assert server.client.post(path, files={"file": b"x" * 1000}, headers=bearer(token)).status_code == 202


@BOTH
def test_as_many_as_are_allowed_get_through_whatever_comes_at_once(server, governor, path):
    token = governor.token(perMinute=5, unfinished=1000)
    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda number: submit(server, path, token, number), range(16)))
    assert sorted(answer.status_code for answer in answers) == [202] * 5 + [429] * 11


# ── Idempotency-Key ──


def same(first: httpx.Response, second: httpx.Response) -> None:
    assert (first.status_code, first.content) == (second.status_code, second.content)
    assert first.headers.get("location") == second.headers.get("location")
    assert first.headers.get("retry-after") == second.headers.get("retry-after")
    assert "idempotency-replayed" not in first.headers
    assert second.headers["idempotency-replayed"] == "true"


@BOTH
def test_the_same_key_and_body_give_the_same_answer(server, governor, path):
    token = governor.token(perMinute=1)
    first = submit(server, path, token, 7, Idempotency_Key="8e03978e-40d5-43dd-bc93-6894a57f9324")
    assert first.status_code == 202
    again = submit(server, path, token, 7, Idempotency_Key='"8e03978e-40d5-43dd-bc93-6894a57f9324"')
    same(first, again)
    spelled = b'{ "url" : "https:\\/\\/www.instagram.com/reel/' + CODES[7].encode() + b'/", "unknown": 1}'
    headers = {**bearer(token), "Idempotency-Key": "8e03978e-40d5-43dd-bc93-6894a57f9324"}
    same(first, server.client.post(path, content=spelled, headers={**headers, "Content-Type": "application/json"}))
    refused(submit(server, path, token, 7), path, "too_many_requests")


@BOTH
def test_the_same_key_and_file_give_the_same_answer(server, governor, path):
    token = governor.token()
    headers = {**bearer(token), "Idempotency-Key": "an upload"}
    answers = [server.client.post(path, files={"file": ("a.mp4", b"film")}, headers=headers) for _ in range(2)]
    same(*answers)
    other = server.client.post(path, files={"file": ("a.mp4", b"another film")}, headers=headers)
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")


@BOTH
def test_422_for_another_body(server, governor, path):
    token = governor.token()
    submit(server, path, token, 0, Idempotency_Key="k")
    answer = submit(server, path, token, 1, Idempotency_Key="k")
    assert (answer.status_code, answer.json()["code"]) == (422, "idempotency_key_reused")
    elsewhere = submit(server, JOBS if path == REELS else REELS, token, 0, Idempotency_Key="k")
    assert elsewhere.status_code == 422
    assert submit(server, path, governor.token(), 1, Idempotency_Key="k").status_code == 202, "keys are the owner's"


@BOTH
@pytest.mark.parametrize("key", ["", '""', "a" * 256, "ä", 'a"b', "a\\b", '"a'])
def test_400_for_what_is_no_key(server, governor, token, path, key):
    headers = {**bearer(token), "Idempotency-Key": key.encode()}
    body = {"url": f"https://www.instagram.com/reel/{CODES[0]}/"}
    answer = server.client.post(path, json=body, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_idempotency_key")


@pytest.fixture(scope="module")
def token(governor) -> str:
    return governor.token()


@BOTH
def test_400_for_several_keys(server, token, path):
    headers = [*bearer(token).items(), ("Idempotency-Key", "a"), ("Idempotency-Key", "b")]
    body = {"url": f"https://www.instagram.com/reel/{CODES[0]}/"}
    answer = server.client.post(path, json=body, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_idempotency_key")


@BOTH
def test_a_refusal_is_not_kept(server, governor, path):
    token = governor.token(perMinute=1)
    first = submit(server, path, token, 0)
    assert first.status_code == 202
    refused(submit(server, path, token, 1, Idempotency_Key="again"), path, "too_many_requests")
    bad = server.client.post(path, json={"url": "https://example.com"}, headers={**bearer(token), "Idempotency-Key": "b"})
    assert bad.status_code == 400
    refused(submit(server, path, token, 2, Idempotency_Key="b"), path, "too_many_requests")


@BOTH
def test_many_at_once_with_one_key_are_one_job(server, governor, path):
    token = governor.token(unfinished=1000)
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: submit(server, path, token, 9, Idempotency_Key="one"), range(8)))
    assert {answer.status_code for answer in answers} <= {202, 409}
    taken = {answer.content for answer in answers if answer.status_code == 202}
    assert len(taken) == 1
    for answer in answers:
        if answer.status_code == 409:
            assert answer.json()["code"] == "idempotency_still_running"
            assert answer.headers["retry-after"] == "1"
    left = submit(server, path, token, 10).headers["ratelimit"]
    quota = 10 if path == REELS else 60
    assert left.startswith(f'"submits";r={quota - 2};')
