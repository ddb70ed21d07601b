"""Links from end to end: a server with real processes, the unpatched yt-dlp, real perception, simulated platforms."""

from __future__ import annotations

import struct
import subprocess
import sys
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import httpx
import pytest

from clipsight.edges.rest.jobs.models import Job
from clipsight.edges.rest.reels.models import Reel
from clipsight.testing.clips import ClipRecipe, Encoding, Noise, Plain, Shot, render
from clipsight.testing.platforms import SimulatedPlatforms
from clipsight.testing.platforms.post import CLEAN_CAPTION, COUNTS, DISPLAY_NAME, HANDLE, TITLE
from clipsight.testing.server import SIMULATED_PLATFORMS, TestServer, wait_for
from clipsight.testing.stand_ins import write_stand_ins
from clipsight.testing.wrong_inputs import wrong_inputs

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


# ── hostile files take the same path from the sandbox on ──


def vast_picture(path: Path) -> None:
    """A few kilobytes that unfold to a picture larger than 4K."""
    with av.open(str(path), "w") as container:
        stream: Any = container.add_stream("libx264", rate=1, options={"preset": "ultrafast"})
        stream.width, stream.height, stream.pix_fmt = 4800, 2400, "yuv420p"
        container.mux(stream.encode(av.VideoFrame(4800, 2400, "yuv420p")))
        container.mux(stream.encode(None))


def changing_resolution(path: Path) -> None:
    with av.open(str(path), "w", format="webm") as container:
        out: Any = container.add_stream("libvpx-vp9", rate=25)
        out.width, out.height, out.pix_fmt = 96, 160, "yuv420p"
        for base, width, height in ((0, 96, 160), (5, 160, 96)):
            encoder: Any = av.CodecContext.create("libvpx-vp9", "w")
            encoder.width, encoder.height, encoder.pix_fmt = width, height, "yuv420p"
            encoder.time_base, encoder.options = Fraction(1, 25), {"deadline": "realtime", "cpu-used": "8"}
            for number in range(6):
                frame = av.VideoFrame(width, height, "yuv420p") if number < 5 else None
                if frame is not None:
                    frame.pts = base + number
                for packet in encoder.encode(frame):
                    packet.stream, packet.time_base = out, Fraction(1, 25)
                    container.mux(packet)


def lying_header(path: Path) -> None:
    """Declares a tenth of a second and holds 200 seconds."""
    times = tuple(float(second) for second in range(200))
    long = ClipRecipe((Shot(Plain(), 200),), size=(32, 48), times=times, fps=Fraction(1), encoding=Encoding("libvpx-vp9"))
    render(long, path.with_suffix(".webm"))
    content = bytearray(path.with_suffix(".webm").read_bytes())
    duration = content.index(b"\x44\x89\x88") + 3  # EBML element Duration, eight bytes, in milliseconds
    content[duration : duration + 8] = struct.pack(">d", 100.0)
    path.write_bytes(bytes(content))


@pytest.fixture(scope="module")
def zoo(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("zoo")
    found = wrong_inputs(folder)
    for write in (vast_picture, changing_resolution, lying_header):
        found[write.__name__] = folder / f"{write.__name__}.mp4"
        write(found[write.__name__])
    return found


def test_hostile_uploads_end_with_a_code_and_the_worker_goes_on(server: TestServer, zoo: dict[str, Path]) -> None:
    expected = {
        "vast_picture": "picture_too_large",
        "too_long": "too_long",
        "lying_header": "too_long",
        "index_only": "damaged_file",
        "garbage": "damaged_file",
        "playlist": "unsupported_file",
        "picture_file": "unsupported_file",
        "text_file": "unsupported_file",
        "sound_only": "no_picture",
        "truncated": "success",
        "changing_resolution": "success",
    }
    workers = [pid for pid in Path("/proc").glob("[0-9]*") if _is_worker(pid, server)]
    submitted = {name: server.upload(zoo[name].read_bytes()) for name in expected}
    found = {}
    for name, answer in submitted.items():
        body = server.outcome(answer)
        Job.model_validate(body)
        found[name] = body.get("error_code", body["status"])
    assert found == expected
    assert workers
    assert workers == [pid for pid in Path("/proc").glob("[0-9]*") if _is_worker(pid, server)], "no worker was replaced"
    job = submitted["truncated"].json()["jobId"]
    stages = server.client.get(f"/v1/jobs/{job}/evidence").json()["stages"]
    assert next(stage["code"] for stage in stages if stage["name"] == "decode") == "truncated"


def _is_worker(process: Path, server: TestServer) -> bool:
    try:
        command = (process / "cmdline").read_bytes().split(b"\0")
    except OSError:
        return False
    return b"worker" in command and bytes(server.folder) in command


# ── a system that offers no isolation ──

# Refuses what a sandbox is made of to this process and its children, as some container runtimes do, and goes on.
NO_SANDBOX = """
import ctypes, os, struct, sys
seccomp, unshare, prctl = {"x86_64": (317, 272, 157), "aarch64": (277, 97, 167)}[os.uname().machine]
steps = [
    (0x20, 0, 0, 0),         # load the number of the call
    (0x15, 5, 0, seccomp),   # each equal: to the refusal
    (0x15, 4, 0, unshare),
    (0x15, 0, 2, prctl),     # other calls are allowed
    (0x20, 0, 0, 16),        # the first argument of prctl
    (0x15, 1, 0, 22),        # PR_SET_SECCOMP
    (0x06, 0, 0, 0x7FFF0000),
    (0x06, 0, 0, 0x00050001),
]
code = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *step) for step in steps))
program = ctypes.create_string_buffer(struct.pack("HxxxxxxQ", len(steps), ctypes.addressof(code)))
libc = ctypes.CDLL(None, use_errno=True)
assert libc.prctl(38, 1, 0, 0, 0) == 0
assert libc.prctl(22, 2, ctypes.byref(program), 0, 0) == 0
assert libc.unshare(0) == -1
os.execv(sys.executable, [sys.executable, "-m", "clipsight", *sys.argv[1:]])
"""


@pytest.mark.parametrize(("setting", "works"), [(None, False), ("true", False), ("false", True)])
def test_without_isolation_files_are_refused_unless_the_operator_says_otherwise(
    setting: str | None, works: bool, world: SimulatedPlatforms, tmp_path: Path
) -> None:
    clip = tmp_path / "clip.mp4"
    clip.write_bytes(world.media.files["whole.mp4"])
    environment = {"PATH": "/usr/bin:/bin", "HOME": str(tmp_path), "CLIPSIGHT_DATA_DIR": str(tmp_path / "data")}
    if setting is not None:
        environment["CLIPSIGHT_REQUIRE_ISOLATION"] = setting
    done = subprocess.run(
        [sys.executable, "-c", NO_SANDBOX, "analyze", str(clip)],
        capture_output=True,
        text=True,
        check=False,
        env=environment,
        timeout=240,
    )
    assert done.returncode == (0 if works else 1), done.stderr
    assert ("[no_isolation]" in done.stderr) is not works
    assert bool(done.stdout) is works


def test_a_link_inside_a_pasted_text_is_found_on_the_command_line(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "clipsight", "analyze", "look: https://www.tiktok.com/@a/photo/7106594312292453675 (wow)"],
        capture_output=True,
        text=True,
        check=False,
        env={"PATH": "/usr/bin:/bin", "HOME": str(tmp_path), "CLIPSIGHT_DATA_DIR": str(tmp_path / "data")},
        timeout=240,
    )
    assert done.returncode == 1
    assert "[slideshow]" in done.stderr, "the link was read, and no file of that name was looked for"
