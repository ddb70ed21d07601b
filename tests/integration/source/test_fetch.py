"""A whole fetch: the real child, the real yt-dlp, the guard, and an origin on loopback that misbehaves."""

from __future__ import annotations

import gzip
import json
import shlex
import socket
import stat
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Self

import pytest

from clipsight.errors import BadSetting, BadUrl, ClipsightError, JobCancelled, SourceTimeout
from clipsight.pipeline.run import FETCH_SHARE, Options, obtain
from clipsight.schema.video import Video, VideoRef
from clipsight.source import fetch as fetching
from clipsight.source import fetch_process
from clipsight.source.confinement import FIRST_ABI_WITH_NETWORK, landlock_version
from clipsight.source.fetch import ChildStopped, FetchLimits, FetchSettings, fetch
from clipsight.source.guard import Guard
from clipsight.source.links import Link, parse_link

# A file that a broken fetch would move away or read: this one, so that a failing test costs the machine nothing.
OUTSIDE = Path(__file__).resolve()
ID = "7301234567890123456"
PAGE = f"www.tiktok.com/@fake.user/video/{ID}"
MEDIA = "v16-webapp-prime.tiktok.com/m/clip.mp4"
REF = VideoRef("tiktok", ID, f"https://{PAGE}")
CONTENT = bytes(range(256)) * 200
LIMITS = FetchLimits(deadline_seconds=30, max_bytes=1_000_000)

Put = Callable[..., None]


@pytest.fixture
def tiktok(origin: Any) -> Any:
    """The origin with one TikTok video that can be fetched."""
    origin.answer(PAGE, body=tiktok_page())
    origin.answer(MEDIA, body=CONTENT, headers={"Content-Type": "video/mp4"})
    return origin


def tiktok_page(**changes: Any) -> bytes:
    media = f"https://{MEDIA}"
    address = {"UrlList": [media], "UrlKey": "v0_h264_540p_400000", "Width": 288, "Height": 512}
    item = {
        "id": ID,
        "desc": "A fake clip #test",
        "createTime": "1760000000",
        "author": {"id": "68", "uniqueId": "fake.user", "nickname": "Fake User", "secUid": "MS4w"},
        "stats": {"playCount": 1234, "diggCount": 56},
        "music": {"title": "original sound", "authorName": "Fake User", "playUrl": f"https://{MEDIA}", "duration": 2},
        "video": {"id": ID, "duration": 2, "playAddr": media, "bitrateInfo": [{"Bitrate": 400000, "PlayAddr": address}]},
        **changes,
    }
    scope = {"__DEFAULT_SCOPE__": {"webapp.video-detail": {"statusCode": 0, "itemInfo": {"itemStruct": item}}}}
    return f'<script id="__UNIVERSAL_DATA_FOR_REHYDRATION__" type="application/json">{json.dumps(scope)}</script>'.encode()


def get(
    into: Path,
    settings: FetchSettings,
    ref: VideoRef | Link = REF,
    limits: FetchLimits = LIMITS,
    progress: Callable[[int, int | None], None] = lambda _done, _whole: None,
    cancel: threading.Event | None = None,
) -> Video:
    return fetch(ref, into, limits, settings, progress, cancel or threading.Event())


def code(into: Path, settings: FetchSettings, ref: VideoRef | Link = REF, limits: FetchLimits = LIMITS) -> str:
    """The code of the failure, after a look whether anything was left behind."""
    with pytest.raises(ClipsightError) as caught:
        get(into, settings, ref, limits)
    assert list(into.iterdir()) == []
    return caught.value.code


def test_a_video_its_facts_and_its_progress(tiktok: Any, tmp_path: Path) -> None:
    heard: list[tuple[int, int | None]] = []
    video = get(tmp_path, tiktok.settings(), progress=lambda done, whole: heard.append((done, whole)))
    assert (video.ref, video.path) == (REF, tmp_path / f"tiktok-{ID}.mp4")
    assert video.path.read_bytes() == CONTENT
    assert (video.facts.author, video.facts.counts.views) == ("Fake User", 1234)
    assert heard[-1] == (len(CONTENT), len(CONTENT))
    assert set(tiktok.addresses()) == {PAGE, MEDIA}
    assert list(tmp_path.iterdir()) == [video.path]


def test_the_pipeline_hands_on_bytes_and_shares(tiktok: Any, tmp_path: Path) -> None:
    arrived: list[tuple[int, int | None]] = []
    shares: list[tuple[str, float]] = []
    options = Options(fetch=tiktok.settings(), arrived=lambda done, whole: arrived.append((done, whole)))
    obtain(REF, tmp_path, options, lambda stage, share: shares.append((stage, share)), threading.Event())
    assert arrived[-1] == (len(CONTENT), len(CONTENT))
    assert shares[-1] == ("fetch", FETCH_SHARE)
    assert len(arrived) == len(shares)


@pytest.fixture
def canary() -> Iterator[tuple[int, list[str]]]:
    """A service on this machine that nobody may reach: its port, and who came nevertheless."""
    visitors: list[str] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]

        def accept() -> None:
            while True:
                try:
                    peer, address = listener.accept()
                except OSError:
                    return
                visitors.append(str(address))
                peer.close()

        thread = threading.Thread(target=accept, daemon=True)
        thread.start()
        yield port, visitors
        listener.shutdown(socket.SHUT_RDWR)
    thread.join(5)


@pytest.mark.parametrize(
    "target",
    [
        "http://127.0.0.1:{canary}/",
        "https://127.0.0.1:{canary}/",
        "http://169.254.169.254/latest/meta-data/",
        "https://169.254.169.254/latest/meta-data/",
        "https://[::1]/",
        "https://evil.example/clip.mp4",
        "https://tiktok.com.evil.example/clip.mp4",
        "https://www.tiktok.com@10.0.0.1/clip.mp4",
        "https://www.tiktok.com:8443/clip.mp4",
        "http://www.tiktok.com/clip.mp4",
        "file:///etc/passwd",
        "ftp://127.0.0.1:{canary}/x",
        "gopher://127.0.0.1:{canary}/x",
        "data:video/mp4;base64,AAAA",
    ],
)
def test_no_redirect_of_the_media_leads_anywhere_else(
    tiktok: Any, canary: tuple[int, list[str]], target: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.setenv(name, "127.0.0.1,169.254.169.254,*")
    port, visitors = canary
    tiktok.redirect(MEDIA, target.format(canary=port), 302)
    assert code(tmp_path, tiktok.settings()) == "platform_changed"
    assert visitors == []
    assert set(tiktok.addresses()) == {PAGE, MEDIA}


def test_a_page_that_redirects_inside_leads_nowhere(
    origin: Any, canary: tuple[int, list[str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The page is fetched with curl, which reads NO_PROXY even when a proxy is given; the media is not."""
    monkeypatch.setenv("NO_PROXY", "*")
    port, visitors = canary
    origin.redirect(PAGE, f"http://127.0.0.1:{port}/", 302)
    assert code(tmp_path, origin.settings()) in ("platform_changed", "network")
    assert visitors == []


def test_the_second_lock_holds_when_the_proxy_is_ignored(
    origin: Any, canary: tuple[int, list[str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With NO_PROXY in the child itself, curl follows the redirect without the guard; the kernel stops it."""
    if landlock_version() < FIRST_ABI_WITH_NETWORK:
        pytest.skip("this kernel has no Landlock for the network")
    honest = fetching._Job.environment
    monkeypatch.setattr(fetching._Job, "environment", lambda job: {**honest(job), "NO_PROXY": "127.0.0.1"})
    port, visitors = canary
    origin.redirect(PAGE, f"http://127.0.0.1:{port}/", 302)
    assert code(tmp_path, origin.settings()) in ("platform_changed", "network")
    assert origin.addresses() == [PAGE]
    assert visitors == []


def test_variables_of_the_operator_do_not_reach_the_child(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    names = ("NO_PROXY", "HTTPS_PROXY", "all_proxy", "CLIPSIGHT_MODEL", "PYTHONPATH", "LD_PRELOAD", "SSLKEYLOGFILE")
    for name in names:
        monkeypatch.setenv(name, "x")
    listing = tmp_path / "listing"
    stand_in(tmp_path, monkeypatch, f"env > {listing}")
    assert code_of_stand_in(tmp_path) == "platform_changed"
    assert {line.partition("=")[0] for line in listing.read_text().splitlines()} <= {
        *("PATH", "HOME", "TMPDIR", "DENO_DIR", "LANG", "YTDLP_NO_PLUGINS"),
        *("PWD", "SHLVL", "_"),  # the shell's own
    }


@pytest.mark.parametrize(
    ("says", "expected"),
    [
        ("exit 3", "platform_changed"),
        ("echo garbage", "platform_changed"),
        ("echo '[]'", "platform_changed"),
        ("""echo '{"done": 1}'""", "platform_changed"),
        ("""echo '{"progress": ["x", null]}'""", "platform_changed"),
        (f"""echo '{{"done": {{"id": "{ID}", "file": "{OUTSIDE}"}}}}'""", "platform_changed"),
        (f"""echo '{{"done": {{"id": "{ID}"}}}}'""", "platform_changed"),
        (
            f"""ln -s {OUTSIDE} $HOME/media/x; echo '{{"done": {{"id": "{ID}", "file": "x"}}}}'""",
            "platform_changed",
        ),
        (f"""touch $HOME/media/x; echo '{{"done": {{"id": "{ID}", "file": "x"}}}}'""", "empty_file"),
        (
            f"""truncate -s 2000000 $HOME/media/x; echo '{{"done": {{"id": "{ID}", "file": "x"}}}}'""",
            "too_large",
        ),
        (
            """echo x > $HOME/media/x; echo '{"done": {"id": "7301234567890123457", "file": "x"}}'""",
            "platform_changed",
        ),
        ("""echo '{"failure": {"text": "Private video", "status": "x"}}'""", "platform_changed"),
        ("cat /dev/zero", "platform_changed"),
        ("sleep 60", "timeout"),
    ],
)
def test_nothing_that_the_child_says_is_believed(
    says: str, expected: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stand_in(tmp_path, monkeypatch, says)
    assert code_of_stand_in(tmp_path, seconds=1 if expected == "timeout" else 20) == expected


def stand_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, says: str) -> None:
    """A shell script in the place of the child."""
    script = tmp_path / "child"
    script.write_text(f"#!/bin/sh\n{says}\n")
    script.chmod(script.stat().st_mode | stat.S_IXUSR)
    (tmp_path / "into").mkdir()
    monkeypatch.setattr(sys, "executable", str(script))


def code_of_stand_in(tmp_path: Path, seconds: float = 20) -> str:
    return code(tmp_path / "into", FetchSettings(), limits=FetchLimits(deadline_seconds=seconds, max_bytes=1_000_000))


def test_a_success_after_the_guard_has_cut_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When its connection ends, yt-dlp takes what it has for the whole."""

    class SpentGuard(Guard):
        def __enter__(self) -> Self:
            self.report.budget_spent = True
            return super().__enter__()

    says = f"""echo x > $HOME/media/x; echo '{{"done": {{"id": "{ID}", "file": "x"}}}}'"""
    stand_in(tmp_path, monkeypatch, says)
    assert get(tmp_path / "into", FetchSettings()).path.read_bytes() == b"x\n"
    (tmp_path / "into" / f"tiktok-{ID}.mp4").unlink()
    monkeypatch.setattr(fetching, "Guard", SpentGuard)
    assert code_of_stand_in(tmp_path) == "too_large"


def test_the_last_words_of_a_child_are_kept_for_the_log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stand_in(tmp_path, monkeypatch, "echo 'Traceback: something' >&2; exec 1>&-; sleep 0; exit 3")
    with pytest.raises(ClipsightError) as caught:
        get(tmp_path / "into", FetchSettings())
    assert isinstance(caught.value.__cause__, ChildStopped)
    assert "something" in str(caught.value.__cause__)


def real_child(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, before: str) -> None:
    """The child itself, after a line of Python."""
    code = f"from clipsight.source import fetch_child; {before}; fetch_child.main()"
    stand_in(tmp_path, monkeypatch, shlex.join(("exec", sys.executable, "-I", "-c", code)))


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        ('import yt_dlp; full = open("/dev/full", "wb", 0)', "disk_full"),
        ("import tempfile, yt_dlp; full = tempfile.TemporaryFile(); full.seek(1 << 40)", "too_large"),
    ],
)
def test_what_the_disk_says_is_not_taken_for_the_platform(
    tiktok: Any, before: str, expected: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    patched = "yt_dlp.downloader.http.HttpFD.sanitize_open = lambda self, name, mode: (full, name)"
    real_child(tmp_path, monkeypatch, f"{before}; {patched}")
    assert code(tmp_path / "into", tiktok.settings()) == expected


def test_a_child_that_computes_too_long_has_taken_too_long(
    origin: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real_child(tmp_path, monkeypatch, "fetch_child.download = lambda *_: sum(iter(int, 1))")
    limits = FetchLimits(deadline_seconds=60, max_bytes=1_000_000, cpu_seconds=2)
    with pytest.raises(SourceTimeout) as caught:
        get(tmp_path / "into", origin.settings(), limits=limits)
    assert isinstance(caught.value.__cause__, ChildStopped), "it was the processor time and not the deadline"


def test_a_slideshow_is_not_taken_for_its_music(origin: Any, tmp_path: Path) -> None:
    origin.answer(PAGE, body=tiktok_page(video={"id": ID, "duration": 0, "playAddr": "", "bitrateInfo": []}))
    assert code(tmp_path, origin.settings()) == "slideshow"
    assert origin.addresses() == [PAGE]


def test_a_video_that_is_too_long_is_not_downloaded(tiktok: Any, tmp_path: Path) -> None:
    assert code(tmp_path, tiktok.settings(), limits=FetchLimits(max_seconds=1)) == "too_long"
    assert tiktok.addresses() == [PAGE]


def test_an_announced_size_beyond_the_limit(tiktok: Any, tmp_path: Path) -> None:
    assert code(tmp_path, tiktok.settings(), limits=FetchLimits(max_bytes=len(CONTENT) - 1)) == "too_large"


def test_a_body_without_an_end(tiktok: Any, tmp_path: Path) -> None:
    def endless(write: Callable[[bytes], Any]) -> None:
        while not tiktok.ended.is_set():
            write(b"\0" * 65536)

    tiktok.answer(MEDIA, stream=endless)
    assert code(tmp_path, tiktok.settings()) == "too_large"


def drip(origin: Any) -> Callable[[Callable[[bytes], Any]], None]:
    def write_slowly(write: Callable[[bytes], Any]) -> None:
        write(b"\0" * 65536)
        while not origin.ended.wait(0.05):
            write(b"\0" * 64)

    return write_slowly


def test_the_deadline_holds_for_media_that_drip(tiktok: Any, tmp_path: Path) -> None:
    tiktok.answer(MEDIA, stream=drip(tiktok))
    begin = time.monotonic()
    assert code(tmp_path, tiktok.settings(), limits=FetchLimits(deadline_seconds=3)) == "timeout"
    assert time.monotonic() - begin < 8  # a server that drips would go on for hours


def test_cancelling_kills_the_child(tiktok: Any, tmp_path: Path) -> None:
    tiktok.answer(MEDIA, stream=drip(tiktok))
    cancel = threading.Event()
    cancelled_at: list[float] = []

    def first_bytes(_done: int, _whole: int | None) -> None:
        cancelled_at.append(time.monotonic())
        cancel.set()

    with pytest.raises(JobCancelled):
        get(tmp_path, tiktok.settings(), progress=first_bytes, cancel=cancel)
    assert time.monotonic() - cancelled_at[0] < 5
    assert list(tmp_path.iterdir()) == []


def test_a_page_that_inflates_without_measure(origin: Any, tmp_path: Path) -> None:
    bomb = gzip.compress(b" " * 300_000_000, compresslevel=1)
    origin.answer(PAGE, body=bomb, headers={"Content-Encoding": "gzip", "Content-Type": "text/html"})
    assert code(tmp_path, origin.settings(), limits=FetchLimits(memory_bytes=220 << 20)) == "platform_changed"


def test_cookies_go_to_their_platform_only(tiktok: Any, tmp_path: Path) -> None:
    cookies = {
        platform: f"a line of another shape\n.{platform}.com\tTRUE\t/\tTRUE\t0\tsession\t{platform}-secret\n"
        for platform in ("tiktok", "instagram")
    }
    get(tmp_path, tiktok.settings(cookies=cookies))
    sent = " ".join(str(seen.headers["Cookie"]) for seen in tiktok.seen)
    assert "tiktok-secret" in sent
    assert "instagram-secret" not in sent


def test_cookies_that_cannot_be_read_name_their_setting(tiktok: Any, tmp_path: Path) -> None:
    with pytest.raises(BadSetting, match="CLIPSIGHT_COOKIES_TIKTOK"):
        get(tmp_path, tiktok.settings(cookies={"tiktok": '{"json": "cookies"}'}))


@pytest.mark.parametrize(
    "ref",
    [
        VideoRef("tiktok", ID, "https://evil.example/"),
        VideoRef("tiktok", ID, "https://vm.tiktok.com/ZMRJq1M2c/"),
        VideoRef("youtube", ID, f"https://{PAGE}"),
        VideoRef("tiktok", "7301234567890123457", f"https://{PAGE}"),
        VideoRef("file", "sha256:00", "upload:clip.mp4"),
    ],
)
def test_only_a_reference_that_fits_its_address_is_fetched(
    ref: VideoRef, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetch_process.subprocess, "Popen", lambda *_, **__: pytest.fail("started a child"))
    with pytest.raises(ClipsightError):
        get(tmp_path, FetchSettings(), ref)


def test_a_name_that_does_not_exist_is_the_networks_fault(tmp_path: Path) -> None:
    settings = FetchSettings(proxy="http://127.0.0.1:1")
    assert code(tmp_path, settings) == "network"


def instagram(origin: Any, shortcode: str, slides: list[str | None]) -> None:
    """A carousel; each slide is a photo (None) or the name of a video."""

    def slide(number: int, name: str | None) -> dict[str, Any]:
        video = (
            {}
            if name is None
            else {"video_versions": [{"id": "1", "url": f"https://scontent.cdninstagram.com/{name}.mp4"}]}
        )
        return {"pk": str(1000 + number), "video_duration": 2.0, **video}

    post = {"pk": "2913440072144448240", "user": {"pk": "9", "username": "fake.user"}, "caption": {"text": "A post"}}
    media = {**post, "carousel_media": [slide(number, name) for number, name in enumerate(slides)]}
    answer = {"data": {"xig_polaris_media": {"if_not_gated_logged_out": media}}}
    origin.answer("www.instagram.com/", body=b'<script type="application/json" id="__eqmc">{"l":"x"}</script>')
    origin.answer(
        "www.instagram.com/api/v1/web/get_ruling_for_content/",
        body=b'{"status": "ok"}',
        headers={"Set-Cookie": "csrftoken=x; Path=/; Secure"},
    )
    origin.answer("www.instagram.com/api/graphql", body=json.dumps(answer).encode())
    for name in filter(None, slides):
        origin.answer(f"scontent.cdninstagram.com/{name}.mp4", body=name.encode())


@pytest.mark.parametrize(("slide", "content"), [(None, b"second"), (3, b"third"), (1, None), (9, b"second")])
def test_a_carousel_gives_its_first_video_or_the_named_slide(
    origin: Any, slide: int | None, content: bytes | None, tmp_path: Path
) -> None:
    instagram(origin, "Chunk8-jurw", [None, "second", "third"])
    ref = parse_link("https://www.instagram.com/p/Chunk8-jurw/")
    assert isinstance(ref, VideoRef)
    link = Link(ref, slide=slide)
    for given in (link, link.located):  # the slide survives in the address of a reference
        if content is None:
            assert code(tmp_path, origin.settings(), given) == "no_video"
            continue
        video = get(tmp_path, origin.settings(), given)
        assert (video.ref, video.path.read_bytes()) == (link.located, content)
        assert video.facts.caption == "A post"


def test_a_link_from_a_private_account_says_so(origin: Any, tmp_path: Path) -> None:
    origin.answer("www.instagram.com/p/Chunk8-jurw/", body=b"<html></html>")
    origin.answer("www.instagram.com/reel/Chunk8-jurw", body=b"<html></html>")
    instagram(origin, "Chunk8-jurw", [])
    origin.answer("www.instagram.com/api/graphql", body=b'{"data": {"xig_polaris_media": null}}')
    ref = VideoRef("instagram", "Chunk8-jurw", "https://www.instagram.com/reel/Chunk8-jurw/")
    assert code(tmp_path, origin.settings(), Link(ref)) == "unavailable"
    assert code(tmp_path, origin.settings(), Link(ref, needs_cookies=True)) == "private"


def test_bad_references_are_bad_links(tmp_path: Path) -> None:
    with pytest.raises(BadUrl):
        get(tmp_path, FetchSettings(), VideoRef("tiktok", "1", f"https://{PAGE}"))
