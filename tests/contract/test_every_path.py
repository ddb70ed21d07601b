"""What holds for every path: HEAD, OPTIONS, slashes at the end, unknown paths, problem documents."""

from __future__ import annotations

import pytest

READABLE = ["/openapi.json", "/docs/api", "/docs/errors", "/llms.txt", "/healthz"]
UNKNOWN = ["/", "/v1", "/v1/nothing", "/api/v1/nothing", "/v1/jobs/a/b/c", "/docs/formats/haiku.json", "/v1/jobs/%ff%00"]


@pytest.mark.parametrize("path", [*READABLE, "/v1/jobs/1", "/api/v1/reels/0", "/nothing"])
def test_head_is_get_without_a_body(server, path):
    got, head = server.client.get(path), server.client.head(path)
    assert head.content == b""
    assert head.status_code == got.status_code
    assert head.headers["content-type"] == got.headers["content-type"]
    assert head.headers["content-length"] == got.headers["content-length"]


@pytest.mark.parametrize("path", ["/v1/jobs", "/api/v1/reels/analyze", "/api/v1/reels/1", "/v1/jobs/x", "/healthz"])
def test_options_tells_the_methods(server, path):
    answer = server.client.options(path)
    assert (answer.status_code, answer.content) == (204, b"")
    allow = answer.headers["allow"].split(", ")
    assert "OPTIONS" in allow
    refused = server.client.request("PATCH", path)
    assert (refused.status_code, refused.headers["allow"]) == (405, answer.headers["allow"])


@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_the_address_of_the_submit_is_no_id(server, method):
    answer = server.client.request(method, "/api/v1/reels/analyze")
    assert (answer.status_code, answer.headers["allow"]) == (405, "POST, OPTIONS")


@pytest.mark.parametrize("path", ["/healthz/", "/openapi.json/", "/docs/api/"])
def test_a_slash_at_the_end_changes_nothing(server, path):
    assert server.client.get(path).content == server.client.get(path[:-1]).content


def test_a_slash_at_the_end_of_a_submit_loses_no_body(server):
    answer = server.client.post("/v1/jobs/", json={"url": "https://www.tiktok.com/foryou"})
    assert (answer.status_code, answer.json()["error"]) == (400, "Error getting video ID")
    answer = server.client.post("/api/v1/reels/analyze/", json={"url": "https://www.instagram.com/natgeo/"})
    assert answer.json()["code"] == "not_a_video"


@pytest.mark.parametrize("path", UNKNOWN)
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_an_unknown_path_is_refused_in_our_words(server, method, path):
    answer = server.client.request(method, path)
    assert answer.status_code in ({404} if method == "GET" else {404, 405})
    assert answer.headers["content-type"] == "application/json"
    assert set(answer.json()) <= {"error", "code", "message", "status"}


@pytest.mark.parametrize("method", ["PROPFIND", "TRACE", "CONNECTX", "PATCH"])
def test_a_strange_method_is_refused_in_our_words(server, method):
    answer = server.client.request(method, "/v1/jobs")
    assert (answer.status_code, set(answer.json())) == (405, {"error", "code"})


@pytest.mark.parametrize("path", UNKNOWN[:5])
def test_the_methods_of_an_unknown_path_are_unknown(server, path):
    assert server.client.options(path).status_code == 404


PROBLEM = {"Accept": "application/problem+json"}


def test_a_problem_document_beside_the_words_of_the_jobs_dialect(server):
    path = "/v1/jobs/<b>'none"
    answer = server.client.get(path, headers=PROBLEM)
    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")
    assert answer.json() == {
        "type": "/docs/errors#job_not_found",
        "title": "Job not found",
        "status": 404,
        "detail": "Job not found",
        "instance": "/v1/jobs/%3Cb%3E%27none",
        "error": "Job not found",
    }
    assert 'id="job_not_found"' in server.client.get("/docs/errors").text


def test_a_problem_document_beside_the_words_of_the_reels_dialect(server):
    answer = server.client.post("/api/v1/reels/analyze", json={}, headers=PROBLEM)
    assert answer.json() == {
        "type": "/docs/errors#url_required",
        "title": "Url required",
        "status": "error",  # the dialect's own word stays; readers of problem documents pass over it
        "detail": "url is required",
        "instance": "/api/v1/reels/analyze",
        "message": "url is required",
        "code": "url_required",
    }


@pytest.mark.parametrize(
    ("accept", "problem"),
    [
        ("application/problem+json;q=0", False),
        ("application/json, application/problem+json;q=0.5", False),
        ("application/json;q=0.5, Application/Problem+JSON", True),
        ("application/json, application/problem+json", True),
        ("application/problem+json;q=nonsense", False),
        ("*/*", False),
        ("text/html", False),
        (",;,;=,q=1", False),
        ("", False),
    ],
)
def test_only_who_asks_for_a_problem_document_gets_one(server, accept, problem):
    answer = server.client.get("/v1/jobs/none", headers={"Accept": accept})
    assert answer.status_code == 404
    assert (answer.headers["content-type"] == "application/problem+json") is problem
