"""The page «Error Codes» of the reels dialect, row by row."""

from __future__ import annotations

import sqlite3

import pytest

from clipsight.errors import (
    AnalysisError,
    ClipsightError,
    PerceptionError,
    RateLimited,
    UnsupportedCodec,
    UnsupportedFile,
)
from clipsight.testing.server import wait_for

ANALYZE = "/api/v1/reels/analyze"
REEL = "https://www.instagram.com/reel/Chunk8-jurw/"


@pytest.mark.row("errors 200")
def test_200_request_succeeded(server):
    number = server.client.post(ANALYZE, json={"url": REEL}).json()["id"]
    assert server.client.get(f"/api/v1/reels/{number}").status_code == 200


@pytest.mark.row("errors 202")
def test_202_job_created(server):
    answer = server.client.post(ANALYZE, json={"url": REEL})
    assert answer.status_code == 202
    assert answer.json() == {"id": answer.json()["id"], "status": "pending"}
    assert isinstance(answer.json()["id"], int)


@pytest.mark.row("errors 204")
def test_204_no_body(server):
    number = server.client.post(ANALYZE, json={"url": REEL}).json()["id"]
    answer = server.client.delete(f"/api/v1/reels/{number}")
    assert (answer.status_code, answer.content) == (204, b"")


@pytest.mark.row("errors invalid url", "errors 400")
@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://www.tiktok.com/@scout2015/video/7301234567890123456", "tiktok.com"),
        ("https://vm.tiktok.com/ZMRJq1M2c/", "vm.tiktok.com"),
        ("tiktok.com/foryou", "tiktok.com"),
        ("https://youtu.be/dQw4w9WgXcQ", "youtu.be"),
        ("https://example.com/instagram.com/reel/Chunk8-jurw/", "example.com"),
    ],
)
def test_400_invalid_url(server, url, host):
    answer = server.client.post(ANALYZE, json={"url": url})
    assert answer.status_code == 400
    assert answer.json()["message"] == f'URL must be an instagram.com link, got "{host}"'
    assert answer.json()["status"] == "error"
    assert answer.json()["code"]


@pytest.mark.row("errors missing url", "errors shapes")
@pytest.mark.parametrize("body", [b"", b"{}", b'{"url":""}', b'{"url":null}', b'{"url":"  "}'])
def test_400_missing_url(server, body):
    answer = server.client.post(ANALYZE, content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == 400
    assert answer.json() == {"message": "url is required", "status": "error", "code": "url_required"}


@pytest.mark.row("errors job not found", "errors 404")
@pytest.mark.parametrize("number", ["999999", "0", "-1", "abc", "1.5", "9" * 30, "٤٢", "1e3", "%00"])
@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_404_job_not_found(server, number, method):
    answer = server.client.request(method, f"/api/v1/reels/{number}")
    assert answer.status_code == 404
    assert answer.json() == {"message": "not found", "status": "error"}


CAUSES = {
    "unavailable": "Video is not available",
    "private": "Video is not available",
    "geo_blocked": "Video is not available",
    "rate_limited": RateLimited.message,
    "analysis": AnalysisError.message,
    "perception": PerceptionError.message,
    "unsupported_file": UnsupportedFile.message,
    "unsupported_codec": UnsupportedCodec.message,
    "internal": ClipsightError.message,
}


@pytest.mark.row(
    "errors job error",
    "errors cause private",
    "errors cause limited",
    "errors cause analysis",
    "errors cause format",
    "errors cause storage",
)
@pytest.mark.parametrize("code", CAUSES)
def test_job_status_error(server, code):
    server.fail("fetch", code)
    try:
        link = f"https://www.instagram.com/p/Cause-{list(CAUSES).index(code):05d}/"
        number = server.client.post(ANALYZE, json={"url": link}).json()["id"]
        body = ended(server, number)
    finally:
        server.heal("fetch")
    assert {key: body[key] for key in ("id", "status", "error")} == {
        "id": number,
        "status": "error",
        "error": CAUSES[code],
    }
    assert (body["error_code"], body["result"]) == (code, None)


def ended(server, number: int) -> dict:
    def over() -> dict | None:
        body = server.client.get(f"/api/v1/reels/{number}").json()
        return body if body["status"] in {"done", "error"} else None

    return wait_for(over, f"the end of reel {number}")


def test_a_post_link_is_accepted_with_and_without_www_and_tracking(server):
    for link in ("instagram.com/p/Chunk8-jurw/", "https://instagram.com/reel/Chunk8-jurw/?utm_source=ig_web_copy_link"):
        assert server.client.post(ANALYZE, json={"url": link}).status_code == 202


def test_a_disallowed_method_answers_in_the_dialect(server):
    answer = server.client.put(ANALYZE, json={})
    assert answer.status_code == 405
    assert answer.json()["status"] == "error"


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("PUT", "/api/v1/reels/1", "GET, HEAD, DELETE, OPTIONS"),
        ("PUT", "/v1/jobs/abc", "GET, HEAD, DELETE, OPTIONS"),
        ("POST", "/v1/jobs/abc/evidence", "GET, HEAD, OPTIONS"),
        ("PATCH", "/v1/jobs/", "GET, HEAD, POST, OPTIONS"),
        ("DELETE", "/healthz", "GET, HEAD, OPTIONS"),
    ],
)
def test_a_disallowed_method_is_told_all_that_are_allowed(server, method, path, allowed):
    answer = server.client.request(method, path)
    assert (answer.status_code, answer.headers["allow"]) == (405, allowed)


def test_a_job_of_the_other_dialect_is_not_a_reel(server):
    submitted = server.submit("https://www.tiktok.com/@scout2015/video/7301234567890777777").json()
    database = sqlite3.connect(server.folder / "data" / "clipsight.db", timeout=30)
    [[number]] = database.execute("SELECT number FROM jobs WHERE id = ?", (submitted["jobId"],))
    database.close()
    for method in ("GET", "DELETE"):
        answer = server.client.request(method, f"/api/v1/reels/{number}")
        assert (answer.status_code, answer.json()) == (404, {"message": "not found", "status": "error"})
    assert server.client.get(submitted["pollUrl"]).status_code == 200
