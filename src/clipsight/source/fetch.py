"""Fetch one video: yt-dlp in a child process behind the egress guard, killed with its job."""

from __future__ import annotations

import json
import os
import selectors
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Self, cast

from clipsight.errors import (
    BadUrl,
    ClipsightError,
    EmptyFile,
    JobCancelled,
    PlatformChanged,
    PrivateVideo,
    SourceTimeout,
    TooLarge,
    Unavailable,
)
from clipsight.schema.video import Video, VideoRef
from clipsight.source.facts import platform_facts
from clipsight.source.failures import UNAVAILABLE_CODES, ChildFailure, cut_by_guard, error_for
from clipsight.source.guard import Guard, GuardReport, GuardRules
from clipsight.source.links import Link, read_link
from clipsight.source.options import FetchLimits, FetchSettings

__all__ = ["UNAVAILABLE_CODES", "FetchLimits", "FetchSettings", "fetch"]

Progress = Callable[[int, int | None], None]

LOOK_SECONDS = 0.1  # how often a fetch looks whether it was cancelled
MAX_LINE = 1 << 20  # bytes of one message of the child
STDERR_KEPT = 2_000  # bytes of the child's last words, for the log
DEFAULT_PATH = "/usr/local/bin:/usr/bin:/bin"


class ChildStopped(Exception):
    """The private cause when the child ended without an answer: its exit code and its last words."""


def fetch(  # noqa: PLR0917 # six things that every caller has to say
    ref: VideoRef | Link,
    into: Path,
    limits: FetchLimits,
    settings: FetchSettings,
    progress: Progress,
    cancel: threading.Event,
) -> Video:
    """Download a video of a platform. Blocks; call it on a thread of its own.

    Args:
        ref: what :func:`~clipsight.source.links.parse_link` or ``resolve`` gave. The slide of a carousel comes with a
            :class:`Link`, or in the address of a reference that is :attr:`Link.located`.
        into: existing folder; the file gets a name of its own in it.
        limits: the most that the fetch may take.
        settings: the operator's choices.
        progress: called on this thread with the bytes of media so far and the whole, None when unknown.
        cancel: when set, the child is killed within a tenth of a second.

    Returns:
        The video, its file in ``into``, and what the platform says about it.

    Raises:
        SourceError: the video could not be had, coded.
        JobCancelled: ``cancel`` was set.
        BadSetting: the operator's cookies cannot be read.
    """
    given = ref if isinstance(ref, Link) else Link(ref)
    link = _checked(given)
    with ExitStack() as stack:
        folder = Path(
            stack.enter_context(tempfile.TemporaryDirectory(prefix=".fetch-", dir=into, ignore_cleanup_errors=True))
        )
        rules = GuardRules(limits.budget_bytes, limits.deadline_seconds, settings.suffixes, settings.upstream)
        guard = stack.enter_context(Guard(rules, stand_ins=settings.stand_ins))
        job = _Job(link, folder, limits, settings)
        child = stack.enter_context(_Child(job.request(guard.proxy_url), job.environment(), folder / "stderr"))
        answer = _answer(child, limits, progress, cancel)
        info = _success(answer, job, guard.report, child)
        path = _settled(Path(str(info.get("path"))), folder, into, link.ref, limits)
        return Video(given.located, path, platform_facts(link.ref.platform, info))


@dataclass(frozen=True, slots=True)
class _Job:
    """One fetch, as it is told to the child."""

    link: Link
    folder: Path
    limits: FetchLimits
    settings: FetchSettings

    def request(self, proxy_url: str) -> dict[str, Any]:
        settings, limits = self.settings, self.limits
        work = self.folder / "media"
        work.mkdir()
        return {
            "url": self.link.ref.url,
            "platform": self.link.ref.platform,
            "folder": str(work),
            "proxy": proxy_url,
            "max_seconds": limits.max_seconds,
            "max_bytes": limits.max_bytes,
            "memory_bytes": limits.memory_bytes,
            "parent": os.getpid(),
            "cookies": settings.cookies.get(self.link.ref.platform),
            "impersonate": settings.impersonate,
            "player_clients": list(settings.player_clients),
            "own_certificates": settings.ca_bundle is not None,
            "slide": self.link.slide,
        }

    def environment(self) -> dict[str, str]:
        """All that the child's libraries may read. An inherited ``NO_PROXY`` would open a way around the guard."""
        home = str(self.folder)
        environment = {
            "PATH": os.environ.get("PATH", DEFAULT_PATH),  # where a JavaScript runtime may be
            "HOME": home,
            "TMPDIR": home,
            "DENO_DIR": f"{home}/deno",
            "LANG": "C.UTF-8",
            "YTDLP_NO_PLUGINS": "1",
        }
        if self.settings.ca_bundle is not None:
            certificates = str(self.settings.ca_bundle.resolve())
            environment |= {"SSL_CERT_FILE": certificates, "CURL_CA_BUNDLE": certificates}
        return environment


class _Child:
    """The process, in a group of its own, with a reader for its messages."""

    def __init__(self, request: Mapping[str, Any], environment: Mapping[str, str], stderr: Path) -> None:
        self._request = json.dumps(request) + "\n"
        self._environment = dict(environment)
        self._stderr_path = stderr
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        with self._stderr_path.open("wb") as stderr:
            self._process = subprocess.Popen(  # our own module, no shell
                [sys.executable, "-I", "-m", "clipsight.source.fetch_child"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=stderr,
                env=self._environment,
                cwd=self._stderr_path.parent,
                start_new_session=True,
            )
        stdin = self._pipe(self._process.stdin)
        with suppress(BrokenPipeError):  # it is gone already; reading its answer will show that
            stdin.write(self._request.encode())
            stdin.close()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop()
        assert self._process is not None
        self._pipe(self._process.stdout).close()
        with suppress(BrokenPipeError):
            self._pipe(self._process.stdin).close()

    def _stop(self) -> int:
        """Kill the child and its own children, such as a JavaScript runtime. Returns the exit code."""
        assert self._process is not None
        if self._process.returncode is None:  # not reaped yet, so the number of the group still belongs to it
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
        return self._process.wait()

    def messages(self) -> Iterator[Mapping[str, Any] | None]:
        """The child's messages as they come; None about every :data:`LOOK_SECONDS` without one; ends with the child.

        Raises:
            ValueError: what it sends is not what it should send.
        """
        assert self._process is not None
        out = self._pipe(self._process.stdout)
        pending = b""
        with selectors.DefaultSelector() as selector:
            selector.register(out, selectors.EVENT_READ)
            while True:
                if not selector.select(LOOK_SECONDS):
                    yield None
                    continue
                block = os.read(out.fileno(), 65_536)
                if not block:
                    return
                *lines, pending = (pending + block).split(b"\n")
                if len(pending) > MAX_LINE:
                    raise ValueError("the message is too long")
                for line in lines:
                    yield _message(line)

    def last_words(self) -> str:
        code = self._stop()
        said = self._stderr_path.read_bytes()[-STDERR_KEPT:].decode(errors="replace")
        return f"exit code {code}: {said}"

    @staticmethod
    def _pipe(stream: IO[bytes] | None) -> IO[bytes]:
        assert stream is not None
        return stream


def _checked(given: Link) -> Link:
    """The link with its address read once more: only what the parser itself composes goes to yt-dlp."""
    again = read_link(given.ref.url)
    if not isinstance(again, Link) or again.ref.key != given.ref.key:
        raise BadUrl
    return Link(again.ref, given.slide or again.slide, given.needs_cookies or again.needs_cookies)


def _answer(child: _Child, limits: FetchLimits, progress: Progress, cancel: threading.Event) -> Mapping[str, Any]:
    """The child's last message; progress is passed on.

    Raises:
        JobCancelled, SourceTimeout, PlatformChanged: it was not waited for, or did not come.
    """
    end = time.monotonic() + limits.deadline_seconds
    try:
        for message in child.messages():
            if cancel.is_set():
                raise JobCancelled
            if time.monotonic() > end:
                raise SourceTimeout
            if message is None:
                continue
            if "progress" in message:
                _pass_on(message["progress"], progress)
            else:
                return message
    except ValueError as error:
        raise PlatformChanged from error
    raise PlatformChanged from ChildStopped(child.last_words())


def _message(line: bytes) -> Mapping[str, Any]:
    message: Any = json.loads(line)
    if not isinstance(message, dict) or not all(isinstance(message.get(key, {}), dict) for key in ("done", "failure")):
        raise ValueError("the message has another shape")
    return cast(dict[str, Any], message)


def _pass_on(amounts: Any, progress: Progress) -> None:
    done, total = amounts
    if not isinstance(done, int) or not (total is None or isinstance(total, int)):
        raise ValueError("progress is not in bytes")
    progress(done, total)


def _success(answer: Mapping[str, Any], job: _Job, report: GuardReport, child: _Child) -> Mapping[str, Any]:
    """The child's success, unless the guard knows better.

    Raises:
        ClipsightError: it is a failure.
    """
    info: dict[str, Any] | None = answer.get("done")
    if info is not None:
        cut = cut_by_guard(report, job.limits)
        if cut is not None:
            raise cut
        if info.get("id") != job.link.ref.video_id:
            raise PlatformChanged from ChildStopped("another video came than the one that was asked for")
        return info
    failure = ChildFailure.from_message(answer.get("failure") or {})
    error: ClipsightError = error_for(failure, job.link.ref.platform, report, job.limits)
    if isinstance(error, Unavailable) and job.link.needs_cookies:
        error = PrivateVideo()  # the link itself says so; without cookies Instagram does not tell private from deleted
    raise error from ChildStopped(f"{failure.text}\n{failure.log}\n{report.refusals}\n{report.unreachable}")


def _settled(path: Path, folder: Path, into: Path, ref: VideoRef, limits: FetchLimits) -> Path:
    """Move the file to its place, after a look at what the child calls a file.

    Raises:
        PlatformChanged, EmptyFile, TooLarge: it is not a file that can be kept.
    """
    try:
        facts = path.lstat()
    except OSError as error:
        raise PlatformChanged from error
    if not stat.S_ISREG(facts.st_mode) or path.parent.resolve() != (folder / "media").resolve():
        raise PlatformChanged from ChildStopped("the file is not in the folder of the fetch")
    if facts.st_size == 0:
        raise EmptyFile
    if facts.st_size > limits.max_bytes:
        raise TooLarge(limit_bytes=limits.max_bytes)
    target = into / f"{ref.platform}-{ref.video_id}.mp4"
    shutil.move(path, target)
    return target
