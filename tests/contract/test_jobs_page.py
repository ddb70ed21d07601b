"""The page «Error responses» of the jobs dialect, row by row."""

from __future__ import annotations

import sqlite3

import pytest

from clipsight.formats.registry import all_formats, json_schema
from clipsight.testing.server import wait_for

LINK = "https://www.tiktok.com/@scout2015/video/7301234567890123456"
DAY = 24 * 3600 * 1000


@pytest.mark.row("jobs no url")
@pytest.mark.parametrize("body", [b"", b"{}", b'{"url": ""}', b'{"format": "recipe"}', b"  \n"])
def test_400_empty_body_or_missing_url(server, body):
    answer = server.client.post("/v1/jobs", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == 400
    assert answer.json() == {"error": "No url provided", "code": "url_required"}


@pytest.mark.row("jobs slideshow")
def test_400_slideshow(server):
    answer = server.submit("https://www.tiktok.com/@scout2015/photo/7301234567890123456")
    assert answer.status_code == 400
    assert answer.json() == {"error": "TikTok slideshow conversion is not supported", "code": "slideshow"}


@pytest.mark.row("jobs unresolved")
@pytest.mark.parametrize("url", ["https://www.facebook.com/reel/123456789012345", "not a link", "https://vimeo.com/1"])
def test_400_unsupported_platform(server, url):
    answer = server.submit(url)
    assert answer.status_code == 400
    text = "Error resolving url: currently we only support tiktok, instagram and youtube shorts urls"
    assert answer.json()["error"] == text


@pytest.mark.row("jobs no video id")
@pytest.mark.parametrize("url", ["https://www.tiktok.com/foryou", "https://www.instagram.com/natgeo/"])
def test_400_no_video_id(server, url):
    answer = server.submit(url)
    assert answer.status_code == 400
    assert answer.json() == {"error": "Error getting video ID", "code": "not_a_video"}


@pytest.mark.row("jobs invalid format", "jobs formats page")
def test_400_invalid_format_names_a_page_that_lists_them_all(server):
    answer = server.submit(LINK, format="haiku")
    page = f"{server.url}/docs/api#workflow-formats"
    assert answer.status_code == 400
    assert answer.json() == {
        "error": f'invalid format: must be one of the workflow formats listed at {page}, got "haiku"',
        "code": "unknown_format",
    }
    listed = server.client.get(page)
    assert listed.status_code == 200
    assert 'id="workflow-formats"' in listed.text
    for known in all_formats():
        assert f"<code>{known.slug}</code>" in listed.text
        assert f"`{known.slug}`" in server.client.get("/llms.txt").text
        schema = server.client.get(f"/docs/formats/{known.slug}.json")
        assert schema.json() == json_schema(known.slug)


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("<script>alert('x')&</script>", r'"\u003cscript\u003ealert(\u0027x\u0027)\u0026\u003c/script\u003e"'),
        ("x" * 500, '"' + "x" * 64 + '..."'),
        ('a"b\\', r'"a\"b\\"'),
        ("a\u202eb", r'"a\u202eb"'),
        ("a\nb\x7f`", r'"a\nb\u007f\u0060"'),
        ("рецепт", r'"\u0440\u0435\u0446\u0435\u043f\u0442"'),
    ],
)
def test_an_invalid_format_is_echoed_so_that_it_can_do_no_harm(server, value, shown):
    answer = server.submit(LINK, format=value)
    assert answer.status_code == 400
    assert answer.json()["error"].endswith(f"#workflow-formats, got {shown}")


UNKNOWN = "5f0c9a54-7a1e-4b7e-9d57-0d6f1f1b6a11"  # fixed: runners on several cores must collect the same tests


@pytest.mark.row("jobs 404")
@pytest.mark.parametrize("name", [UNKNOWN, "nonsense", "0", "99999999", "9" * 40, f"{{{UNKNOWN}}}"])
@pytest.mark.parametrize("rest", ["", "/evidence", "/keyframes/k1"])
def test_404_unknown_job(server, name, rest):
    answer = server.client.get(f"/v1/jobs/{name}{rest}")
    assert answer.status_code == 404
    assert answer.json() == {"error": "Job not found"}


@pytest.mark.row("jobs 410")
def test_410_after_24_hours_and_404_a_day_later(server):
    submitted = server.submit("https://www.tiktok.com/@scout2015/video/7301234567890999999")
    server.outcome(submitted)
    url = submitted.json()["pollUrl"]
    _move_back(server, submitted.json()["jobId"], DAY)
    answer = server.client.get(url)
    assert (answer.status_code, answer.json()) == (410, {"error": "Job expired"})
    assert server.client.get(f"{url}/evidence").status_code == 200  # it lives as long as the evidence
    _move_back(server, submitted.json()["jobId"], DAY)
    answer = server.client.get(url)
    assert (answer.status_code, answer.json()) == (404, {"error": "Job not found"})


@pytest.mark.row("jobs failed")
def test_200_failed_says_why(server):
    server.fail("fetch", "timeout")
    try:
        submitted = server.submit("https://www.tiktok.com/@scout2015/video/7301234567890888888")
        body = server.outcome(submitted)
    finally:
        server.heal("fetch")
    assert body == {
        "jobId": submitted.json()["jobId"],
        "videoId": "7301234567890888888",
        "status": "failed",
        "error": "video download timed out",
        "error_code": "timeout",
    }


@pytest.mark.row("jobs retry after")
def test_retry_after_while_pending_or_processing(server):
    server.hold("fetch")
    server.hold("look")
    try:
        submitted = server.submit("https://www.tiktok.com/@scout2015/video/7301234567890666666", format="recipe")
        assert (submitted.status_code, submitted.headers["retry-after"]) == (202, "5")
        assert submitted.json()["format"] == "recipe"
        seen = {submitted.json()["status"]}

        def processing() -> bool:
            answer = server.client.get(submitted.json()["pollUrl"])
            assert (answer.status_code, answer.headers["retry-after"]) == (200, "5")
            seen.add(answer.json()["status"])
            assert answer.json()["format"] == "recipe"
            return answer.json()["status"] == "processing"

        wait_for(processing, "processing")
        assert seen == {"pending", "processing"}
    finally:
        server.release("fetch")
        server.release("look")
    server.outcome(submitted)
    assert "retry-after" not in server.client.get(submitted.json()["pollUrl"]).headers


def test_an_integer_id_of_the_owner_resolves_too(server):
    reel = server.client.post("/api/v1/reels/analyze", json={"url": "https://www.instagram.com/reel/Chunk8-dddd/"}).json()
    answer = server.client.get(f"/v1/jobs/{reel['id']}")
    assert answer.status_code == 200
    assert answer.json()["videoId"] == "Chunk8-dddd"


def _move_back(server, job_id: str, milliseconds: int) -> None:
    with sqlite3.connect(server.folder / "data" / "clipsight.db", timeout=30) as database:
        database.execute("UPDATE jobs SET expires_at = expires_at - ? WHERE id = ?", (milliseconds, job_id))
    database.close()
