"""Links from end to end: a server with real processes, the unpatched yt-dlp, real perception, simulated platforms."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import httpx
import pytest

from clipsight.edges.rest.jobs.models import Job
from clipsight.edges.rest.reels.models import Reel
from clipsight.testing.clips import ClipRecipe, Noise, Plain, Shot, render
from clipsight.testing.platforms import SimulatedPlatforms
from clipsight.testing.platforms.post import CLEAN_CAPTION, COUNTS, DISPLAY_NAME, HANDLE, TITLE
from clipsight.testing.server import SIMULATED_PLATFORMS, TestServer, wait_for
from clipsight.testing.stand_ins import write_stand_ins

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("links")]

CLIP = ClipRecipe(
    shots=(Shot(Plain((96, 110, 120)), 1), Shot(Plain((200, 60, 40)), 1)),
    sounds=(Noise(0, 2),),
    size=(144, 256),
    fps=Fraction(15),
)
FETCH_SECONDS = 3.0  # the media of the test never arrive


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SimulatedPlatforms]:
    clip = tmp_path_factory.mktemp("clip") / "clip.mp4"
    render(CLIP, clip)
    with SimulatedPlatforms(clip) as started:
        yield started


def started(world: SimulatedPlatforms, folder: Path, **settings: str) -> TestServer:
    write_stand_ins(world, folder)
    return TestServer(folder, {"CLIPSIGHT_CA_BUNDLE": str(world.ca_bundle), **settings}, command=SIMULATED_PLATFORMS)


@pytest.fixture(scope="module")
def server(world: SimulatedPlatforms, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestServer]:
    with started(world, tmp_path_factory.mktemp("server")) as running:
        yield running


def analyze_reel(server: TestServer, link: str) -> httpx.Response:
    return server.client.post("/api/v1/reels/analyze", json={"url": link})


def reel(server: TestServer, link: str) -> dict[str, Any]:
    """The last answer to polling in the reels dialect."""
    number = analyze_reel(server, link).raise_for_status().json()["id"]

    def over() -> dict[str, Any] | None:
        body: dict[str, Any] = server.client.get(f"/api/v1/reels/{number}").raise_for_status().json()
        return body if body["status"] in {"done", "error"} else None

    return wait_for(over, f"the end of reel {number}\n{server.log()}")


# ── one job for each platform ──

CANONICAL = {
    "tiktok-ok": "https://www.tiktok.com/@simulated.user/video/{id}",
    "tiktok-short-vm": "https://www.tiktok.com/@_/video/{id}",
    "instagram-ok": "https://www.instagram.com/reel/{id}/",
    "instagram-share-link": "https://www.instagram.com/reel/{id}/",
    "youtube-ok": "https://www.youtube.com/shorts/{id}",
    "youtube-split-only": "https://www.youtube.com/shorts/{id}",
}


@pytest.mark.parametrize("name", CANONICAL)
def test_the_jobs_dialect_tells_what_the_platform_says(server: TestServer, world: SimulatedPlatforms, name: str) -> None:
    scenario = world.scenario(name)
    submitted = server.submit(scenario.link)
    assert submitted.status_code == 202, submitted.text
    assert submitted.json()["videoId"] == scenario.video_id
    body = server.outcome(submitted)
    Job.model_validate(body)
    assert body["status"] == "success", body
    result = body["result"]
    assert body["videoId"] == scenario.video_id
    assert result["platform"] == scenario.platform
    assert result["url"] == CANONICAL[name].format(id=scenario.video_id)
    assert (result["author"], result["authorHandle"]) == (DISPLAY_NAME, f"@{HANDLE}")
    assert result.get("title") == (TITLE if scenario.platform == "youtube" else None)

    known = server.submit(scenario.link)  # once more: from the cache
    assert (known.status_code, known.json()["result"]["url"]) == (200, result["url"])


@pytest.mark.parametrize("name", ["instagram-post-link", "instagram-share-reel-link"])
def test_the_reels_dialect_tells_what_the_platform_says(server: TestServer, world: SimulatedPlatforms, name: str) -> None:
    scenario = world.scenario(name)
    body = reel(server, scenario.link)
    Reel.model_validate(body)
    assert (body["status"], body["url"]) == ("done", scenario.link)
    meta = body["result"]["platform_meta"]
    assert (meta["like_count"], meta["view_count"], meta["comment_count"]) == (COUNTS.likes, COUNTS.views, COUNTS.comments)
    assert (meta["author"], meta["author_handle"], meta["caption"]) == (DISPLAY_NAME, HANDLE, CLEAN_CAPTION)
    assert meta["duration"] == pytest.approx(2.0, abs=0.1)
    assert meta["title"] is None, "Instagram has none, so none is made up"


@pytest.mark.parametrize(
    ("name", "host"),
    [("tiktok-ok", "tiktok.com"), ("youtube-short-link", "youtu.be"), ("tiktok-short-vm", "vm.tiktok.com")],
)
def test_the_reels_dialect_takes_instagram_alone(
    server: TestServer, world: SimulatedPlatforms, name: str, host: str
) -> None:
    answer = analyze_reel(server, world.scenario(name).link)
    assert answer.status_code == 400
    assert answer.json()["message"] == f'URL must be an instagram.com link, got "{host}"'


def test_two_slides_of_a_post_are_two_videos(server: TestServer, world: SimulatedPlatforms) -> None:
    scenario = world.scenario("instagram-carousel-second")
    second = server.outcome(server.submit(scenario.link))
    assert second["result"]["url"] == f"https://www.instagram.com/reel/{scenario.video_id}/?img_index=2"
    first = server.submit(f"https://www.instagram.com/p/{scenario.video_id}/?img_index=1")
    assert first.status_code == 202, "not the account of the other slide"
    assert server.outcome(first)["status"] == "success"
    again = server.submit(scenario.link)
    assert (again.status_code, again.json()["result"]) == (200, second["result"])
    media = [request for request in world.requests if f"/media/instagram/{scenario.video_id}" in request.path]
    asked = {request.query["slide"] for request in media}
    assert asked == {"1", "2"}


# ── what cannot be had ──


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("tiktok-private", "private"),
        ("tiktok-ip-blocked", "geo_blocked"),
        ("tiktok-slideshow", "slideshow"),
        ("tiktok-too-long", "too_long"),
        ("instagram-login", "login_required"),
        ("instagram-image", "no_video"),
        ("youtube-members", "members_only"),
        ("youtube-age", "age_restricted"),
        ("youtube-live", "live"),
    ],
)
def test_a_failed_job_names_its_reason(server: TestServer, world: SimulatedPlatforms, name: str, code: str) -> None:
    body = server.outcome(server.submit(world.scenario(name).link))
    Job.model_validate(body)
    assert (body["status"], body["error_code"]) == ("failed", code)
    assert len(body["error"]) > 20
    assert "result" not in body


@pytest.mark.parametrize(
    ("name", "code"),
    [("instagram-private-link", "private"), ("instagram-deleted", "unavailable"), ("instagram-geo", "geo_blocked")],
)
def test_the_reels_dialect_says_that_it_is_not_available(
    server: TestServer, world: SimulatedPlatforms, name: str, code: str
) -> None:
    body = reel(server, world.scenario(name).link)
    Reel.model_validate(body)
    assert (body["status"], body["error"], body["error_code"]) == ("error", "Video is not available", code)
    assert body["result"] is None


def test_a_download_that_takes_too_long(world: SimulatedPlatforms, tmp_path: Path) -> None:
    scenario = world.scenario("tiktok-media-stall")
    with started(world, tmp_path, CLIPSIGHT_FETCH_TIMEOUT=str(FETCH_SECONDS)) as server:
        body = server.outcome(server.submit(scenario.link))
    assert (body["error"], body["error_code"]) == ("video download timed out", "timeout")


# ── short links, while they are submitted ──


@pytest.mark.parametrize(
    ("name", "status", "text", "code"),
    [
        ("tiktok-short-photo", 400, "TikTok slideshow conversion is not supported", "slideshow"),
        ("tiktok-short-profile", 400, "Error getting video ID", "not_a_video"),
        ("tiktok-short-foreign", 400, "Error getting video ID", "not_a_video"),
        ("tiktok-short-loopback", 400, "Error getting video ID", "not_a_video"),
        ("tiktok-short-503", 503, None, "network"),
        ("tiktok-short-429", 503, None, "rate_limited"),
    ],
)
def test_short_links_are_resolved_while_they_are_submitted(
    server: TestServer, world: SimulatedPlatforms, name: str, status: int, text: str | None, code: str
) -> None:
    answer = server.submit(world.scenario(name).link)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert text is None or answer.json()["error"] == text
    assert ("Retry-After" in answer.headers) == (status == 503)
    assert answer.elapsed.total_seconds() < 9, "at most five seconds, and what a busy machine needs beside them"


# ── the operator's cookies ──


def test_an_account_opens_what_is_hidden_and_keeps_it_for_the_owner(world: SimulatedPlatforms, tmp_path: Path) -> None:
    scenario = world.scenario("instagram-cookies")
    cookies = tmp_path / "cookies.txt"
    cookies.write_text(scenario.cookies or "")
    with started(world, tmp_path / "server", CLIPSIGHT_COOKIES_INSTAGRAM=str(cookies)) as server:
        assert reel(server, scenario.link)["status"] == "done"
        assert cookies.read_text() == scenario.cookies, "the file of the operator is not written to"
