"""The process that runs yt-dlp for one fetch: ``python -m clipsight.source.fetch_child``.

One JSON request arrives on stdin; JSON lines go out on what was stdout: ``{"locks": …}`` with what holds around this
process, any number of ``{"progress": [done, total]}``, then one ``{"done": …}`` or ``{"failure": …}``. Nothing is trusted
on the way back. The parent has emptied the environment, opened the guard and will kill the whole process group when its
patience ends.
"""

from __future__ import annotations

import errno
import io
import json
import os
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, TextIO
from urllib.parse import urlsplit

import yt_dlp
from yt_dlp.cookies import CookieLoadError
from yt_dlp.networking.exceptions import HTTPError
from yt_dlp.networking.impersonate import ImpersonateTarget
from yt_dlp.utils import DownloadCancelled, GeoRestrictedError

from clipsight.source.confinement import FetchBounds, FetchIsolation, die_with, limit, lock
from clipsight.source.cookie_lines import domain_of, is_comment

PROGRESS_STEP = 0.1  # seconds between two reports
MAX_TEXT = 20_000  # characters of one field that is handed over
MAX_LOG_LINES = 100
SIGN_IN_PATHS = frozenset({"/login", "/accounts/login"})
FILE_SLACK = 1 << 20  # bytes
CODES_BY_SYSTEM = {errno.ENOSPC: "disk_full", errno.EDQUOT: "disk_full", errno.EFBIG: "too_large"}

# What is handed over of all that yt-dlp knows.
KEYS = (
    "title",
    "description",
    "uploader",
    "uploader_id",
    "channel",
    "timestamp",
    "duration",
    "track",
    "view_count",
    "like_count",
    "comment_count",
    "repost_count",
    "save_count",
)

SINGLE_FILE = "b[protocol=https][ext=mp4][vcodec!=?none]"
# YouTube keeps its better qualities as two files. The comma makes yt-dlp leave them apart, so that it needs no ffmpeg.
TWO_FILES = "(bv[protocol=https][ext=mp4],ba[protocol=https][ext=m4a])/b[protocol=https][ext=mp4]"


@dataclass(frozen=True, slots=True)
class Request:
    """What the parent asks for. ``url`` is composed by clipsight, ``folder`` is empty and belongs to this fetch."""

    url: str
    platform: str
    folder: str
    proxy: str
    max_seconds: float
    max_bytes: int
    memory_bytes: int
    cpu_seconds: int
    parent: int
    cookies: str | None = None
    impersonate: str | None = None
    player_clients: list[str] = field(default_factory=list[str])
    own_certificates: bool = False
    slide: int | None = None


class Channel:
    """The way back to the parent, out of reach of libraries that print."""

    def __init__(self) -> None:
        self._out: TextIO = os.fdopen(os.dup(1), "w", encoding="utf-8")
        os.dup2(2, 1)

    def send(self, message: Mapping[str, Any]) -> None:
        self._out.write(json.dumps(message) + "\n")
        self._out.flush()


class Log:
    """Collects what yt-dlp forgets when it tries the next thing.

    Warnings, the last HTTP error, what the disk said, and redirects to a sign-in page: some reasons stand nowhere else.
    """

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.last_status: int | None = None
        self.sign_in = False
        self.by_system: str | None = None

    def debug(self, message: str) -> None:
        pass

    def info(self, message: str) -> None:
        pass

    def warning(self, message: str) -> None:
        if len(self.lines) < MAX_LOG_LINES:
            self.lines.append(message[:500])

    def error(self, message: str) -> None:
        """When yt-dlp tries a format, what the disk says comes here alone: it goes on as if there were no such format."""
        self.by_system = self.by_system or _by_system(sys.exc_info()[1])
        self.warning(message)


class Refused(DownloadCancelled):
    """We do not want this video. Takes no argument, because yt-dlp makes a new one of the same class."""


class Watch:
    """Refuses a video as soon as its description or its bytes exceed the limits.

    The exception on its way through yt-dlp loses its message, so the reason is kept here.
    """

    def __init__(self, request: Request, channel: Channel) -> None:
        self.code: str | None = None
        self._request = request
        self._channel = channel
        self._finished: dict[str, int] = {}
        self._reported = 0.0

    def filter(self, info: Mapping[str, Any], *, incomplete: object = False) -> None:
        """Called by yt-dlp with what it knows, before it chooses a format."""
        if info.get("live_status") in ("is_live", "is_upcoming", "post_live") or info.get("is_live"):
            self._refuse("live")
        duration = info.get("duration")
        if isinstance(duration, int | float) and duration > self._request.max_seconds:
            self._refuse("too_long")
        formats: list[dict[str, Any]] = info.get("formats") or []
        if formats and all(entry.get("vcodec") == "none" for entry in formats):
            # A slideshow has nothing but its music. yt-dlp would be content with that.
            self._refuse("slideshow" if self._request.platform == "tiktok" else "no_video")

    def progress(self, event: Mapping[str, Any]) -> None:
        """Called by yt-dlp after every block of the media."""
        name = str(event.get("filename"))
        self._finished[name] = int(event.get("downloaded_bytes") or 0)
        done = sum(self._finished.values())
        if done > self._request.max_bytes:
            self._refuse("too_large")
        now = time.monotonic()
        if now - self._reported >= PROGRESS_STEP or event.get("status") == "finished":
            self._reported = now
            total = event.get("total_bytes") or event.get("total_bytes_estimate")
            before = done - self._finished[name]
            self._channel.send({"progress": [done, before + int(total) if total else None]})

    def _refuse(self, code: str) -> None:
        self.code = code
        raise Refused


class Engine(yt_dlp.YoutubeDL):
    """yt-dlp, remembering HTTP errors and where redirects led, which it forgets when it tries the next thing."""

    def __init__(self, parameters: Any, log: Log) -> None:
        self._log = log
        super().__init__(parameters)

    def urlopen(self, req: Any) -> Any:
        try:
            answer: Any = super().urlopen(req)
        except HTTPError as error:
            self._log.last_status = error.status
            raise
        if urlsplit(str(answer.url)).path.rstrip("/") in SIGN_IN_PATHS:
            self._log.sign_in = True
        return answer


def options(request: Request, watch: Watch, log: Log) -> dict[str, Any]:
    """The options of yt-dlp, each for a reason that its neighbours in the documentation explain."""
    chosen: dict[str, Any] = {
        "allowed_extractors": [r"^tiktok$", r"^instagram$", r"^youtube$"],
        "proxy": request.proxy,
        "format": TWO_FILES if request.platform == "youtube" else SINGLE_FILE,
        "format_sort": ["res:1080", "vcodec:h264", "acodec:aac"],
        "check_formats": "selected",
        "match_filter": watch.filter,
        "progress_hooks": [watch.progress],
        "max_filesize": request.max_bytes,
        "socket_timeout": 15,
        "retries": 1,
        "extractor_retries": 1,
        "fragment_retries": 0,
        "file_access_retries": 0,
        "noplaylist": True,
        "playlist_items": "1",
        "paths": {"home": request.folder},
        "outtmpl": {"default": "media.%(format_id)s.%(ext)s"},
        "overwrites": True,
        "cachedir": False,
        "continuedl": False,
        "fixup": "never",
        "ffmpeg_location": os.path.join(request.folder, "no-ffmpeg"),
        "external_downloader": {"default": "native"},
        "js_runtimes": {"deno": {}},
        "remote_components": [],
        "extractor_args": {
            "youtube": {"skip": ["hls", "dash", "translated_subs"], "player_client": request.player_clients or ["default"]},
            "youtube-ejs": {"jitless": ["true"]},
        },
        "logger": log,
        "quiet": True,
        "noprogress": True,
        "color": "never",
    }
    if request.cookies:
        chosen["cookiefile"] = cookie_file(request.cookies)
    if request.impersonate:
        chosen["impersonate"] = ImpersonateTarget.from_str(request.impersonate)
    if request.own_certificates:
        chosen["compat_opts"] = {"no-certifi"}
    return chosen


def cookie_file(text: str) -> io.StringIO:
    """The operator's cookies as yt-dlp wants them. Not as a path, because that file would be written back to.

    Lines that it would refuse are left out here, since it would print them, secrets included.

    Raises:
        CookieLoadError: there is no cookie in the text.
    """
    lines = [line for line in text.splitlines() if not is_comment(line) and domain_of(line) is not None]
    if not lines:
        raise CookieLoadError("no cookie")
    return io.StringIO("\n".join(("# Netscape HTTP Cookie File", *lines, "")))


def download(request: Request, watch: Watch, log: Log) -> dict[str, Any]:
    """Run yt-dlp. Returns the fields of :data:`KEYS`, the post's id and the name of the one file.

    Raises:
        Exception: whatever yt-dlp raises.
    """
    parameters: Any = options(request, watch, log)
    with Engine(parameters, log) as engine:
        found: Any = engine.extract_info(request.url, download=False, process=False)
        post_id = found.get("id")
        if found.get("_type") == "playlist":
            found = _chosen_slide(found, request, watch)
        info: Any = engine.process_ie_result(found, download=True)
    downloads: list[dict[str, Any]] = info.get("requested_downloads") or []
    files = [Path(entry["filepath"]) for entry in downloads if entry.get("filepath")]
    files = [path for path in files if path.is_file()]
    if not files:
        # Without a word: this is how yt-dlp ends when the announced size exceeds max_filesize.
        watch.code = watch.code or ("too_large" if downloads else "platform_changed")
        raise Refused
    kept = {key: _plain(info.get(key)) for key in KEYS}
    return {**kept, "id": _plain(post_id), "file": _one_file(files, request).name}


def _chosen_slide(post: Mapping[str, Any], request: Request, watch: Watch) -> dict[str, Any]:
    """The slide that the link names, or the first one with a video: yt-dlp would give up on a photo in front."""
    entries: list[dict[str, Any]] = list(post.get("entries") or [])
    inherited = {key: post[key] for key in ("extractor", "extractor_key", "webpage_url", "original_url") if key in post}
    named = entries[request.slide - 1 : request.slide] if request.slide else []
    for entry in [*named, *([] if named else entries)]:
        if entry.get("formats"):
            return {**inherited, **entry, "_type": "video"}
    watch.code = "no_video"
    raise Refused


def _one_file(files: list[Path], request: Request) -> Path:
    if len(files) == 1:
        return files[0]
    from clipsight.source.remux import join_streams  # noqa: PLC0415 # only YouTube pays for loading PyAV

    picture, sound = sorted(files[:2], key=lambda path: path.suffix == ".m4a")
    joined = Path(request.folder) / "joined.mp4"
    join_streams(picture, sound, joined)
    for path in files:
        path.unlink()
    return joined


def _plain(value: Any) -> Any:
    if isinstance(value, str):
        return value[:MAX_TEXT]
    return value if isinstance(value, int | float | bool) else None


def failure(error: BaseException, watch: Watch, log: Log) -> dict[str, Any]:
    """What the parent needs to name the reason: yt-dlp keeps it in several places."""
    chain = list(_chain(error))
    return {
        "code": watch.code or log.by_system or next(filter(None, map(_by_system, chain)), None),
        "text": "\n".join(str(link) for link in chain)[:MAX_TEXT],
        "log": "\n".join(log.lines)[:MAX_TEXT],
        "status": next((link.status for link in chain if isinstance(link, HTTPError)), None),
        "last_status": log.last_status,
        "sign_in": log.sign_in,
        "geo": any(isinstance(link, GeoRestrictedError) for link in chain),
        "memory": any(isinstance(link, MemoryError) for link in chain),
        "bad_cookies": any(isinstance(link, CookieLoadError) for link in chain),
    }


def _by_system(error: BaseException | None) -> str | None:
    """The code for what the disk or the limit on files said; None when it was not them."""
    return CODES_BY_SYSTEM.get(error.errno or 0) if isinstance(error, OSError) else None


def _chain(error: BaseException) -> Iterator[BaseException]:
    """An exception and all that lie behind it: as context, as cause, and in yt-dlp's own attributes."""
    seen: set[int] = set()
    waiting: list[object] = [error]
    while waiting:
        link = waiting.pop(0)
        if not isinstance(link, BaseException) or id(link) in seen:
            continue
        seen.add(id(link))
        yield link
        inner: tuple[object, ...] = getattr(link, "exc_info", None) or ()
        waiting += [*inner[1:2], getattr(link, "cause", None), link.__cause__, link.__context__]


def confine(request: Request) -> FetchIsolation:
    """Give up what a fetch does not need, before the first byte from outside."""
    die_with(request.parent)
    # The two streams of a video are together within the limit; the test download and the joined file come on top.
    limit(FetchBounds(request.memory_bytes, 2 * request.max_bytes + FILE_SLACK, request.cpu_seconds))
    certificates = [Path(os.environ["SSL_CERT_FILE"])] if request.own_certificates else []
    return lock(urlsplit(request.proxy).port or 0, Path(request.folder).parent, certificates)


def main() -> None:
    channel = Channel()
    request = Request(**json.loads(sys.stdin.readline()))
    channel.send({"locks": asdict(confine(request))})
    log = Log()
    watch = Watch(request, channel)
    try:
        channel.send({"done": download(request, watch, log)})
    except Exception as error:  # the top of this process: whatever it is, the parent names it
        channel.send({"failure": failure(error, watch, log)})


if __name__ == "__main__":
    main()
