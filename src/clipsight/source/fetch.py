"""Fetch one video: yt-dlp in a child process behind the egress guard, killed with its job."""

from __future__ import annotations

import logging
import os
import signal
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from clipsight.errors import BadUrl, ClipsightError, JobCancelled, PlatformChanged, PrivateVideo, SourceTimeout, Unavailable
from clipsight.schema.video import Video, VideoRef
from clipsight.source import answers
from clipsight.source.confinement import FetchIsolation
from clipsight.source.facts import platform_facts
from clipsight.source.failures import ChildFailure, cut_by_guard, error_for
from clipsight.source.fetch_process import ChildProcess, ChildStopped
from clipsight.source.fetched_file import private_folder, settle
from clipsight.source.guard import Guard, GuardReport, GuardRules
from clipsight.source.links import Link, read_link
from clipsight.source.options import FetchLimits, FetchSettings

__all__ = ["ChildStopped", "FetchLimits", "FetchSettings", "fetch"]

Progress = Callable[[int, int | None], None]

log = logging.getLogger(__name__)

DEFAULT_PATH = "/usr/local/bin:/usr/bin:/bin"


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
        folder = stack.enter_context(private_folder(into))
        rules = GuardRules(
            limits.budget_bytes, limits.deadline_seconds, settings.suffixes, settings.upstream, settings.ca_bundle
        )
        guard = stack.enter_context(Guard(rules, stand_ins=settings.stand_ins, lookup=settings.lookup))
        job = _Job(link, folder, limits, settings)
        child = stack.enter_context(ChildProcess(job.request(guard.proxy_url), job.environment(), folder))
        done = _success(_answer(child, limits, progress, cancel), job, guard.report)
        target = into / f"{link.ref.platform}-{link.ref.video_id}.mp4"
        settle(done.name, job.media, target, limits)
        return Video(given.located, target, platform_facts(link.ref.platform, done.facts))


@dataclass(frozen=True, slots=True)
class _Job:
    """One fetch, as it is told to the child."""

    link: Link
    folder: Path
    limits: FetchLimits
    settings: FetchSettings

    @property
    def media(self) -> Path:
        """Where the child puts what it downloads."""
        return self.folder / "media"

    def request(self, proxy_url: str) -> dict[str, Any]:
        settings, limits = self.settings, self.limits
        self.media.mkdir()
        return {
            "url": self.link.ref.url,
            "platform": self.link.ref.platform,
            "folder": str(self.media),
            "proxy": proxy_url,
            "max_seconds": limits.max_seconds,
            "max_bytes": limits.max_bytes,
            "memory_bytes": limits.memory_bytes,
            "cpu_seconds": limits.processor_seconds,
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


def _checked(given: Link) -> Link:
    """The link with its address read once more: only what the parser itself composes goes to yt-dlp."""
    again = read_link(given.ref.url)
    if not isinstance(again, Link) or again.ref.key != given.ref.key:
        raise BadUrl
    return Link(again.ref, given.slide or again.slide, given.needs_cookies or again.needs_cookies)


def _answer(
    child: ChildProcess, limits: FetchLimits, progress: Progress, cancel: threading.Event
) -> answers.Done | ChildFailure:
    """The child's last message; progress is passed on. The child is stopped when this returns.

    Raises:
        JobCancelled, SourceTimeout, PlatformChanged: it was not waited for, or did not come. A child whose processor time
            is used up has taken too long as well.
    """
    end = time.monotonic() + limits.deadline_seconds

    def check() -> None:
        if cancel.is_set():
            raise JobCancelled
        if time.monotonic() > end:
            raise SourceTimeout

    try:
        for message in child.messages(check):
            answer = answers.read_answer(message)
            if isinstance(answer, answers.Progress):
                progress(answer.done, answer.total)
            elif isinstance(answer, FetchIsolation):
                _note_missing(answer)
            else:
                child.stop()
                return answer
    except ValueError as error:
        raise PlatformChanged from error
    ended = SourceTimeout if child.stop() == -signal.SIGXCPU else PlatformChanged
    raise ended from ChildStopped(child.last_words())


@cache  # once for each kind of system that this process meets, which is one
def _note_missing(isolation: FetchIsolation) -> None:
    if isolation.missing:
        log.warning("fetches run behind the egress guard alone, without: %s", ", ".join(isolation.missing))


def _success(answer: answers.Done | ChildFailure, job: _Job, report: GuardReport) -> answers.Done:
    """The child's success, unless the guard knows better.

    Raises:
        ClipsightError: it is a failure.
    """
    if isinstance(answer, answers.Done):
        cut = cut_by_guard(report, job.limits)
        if cut is not None:
            raise cut
        if answer.video_id != job.link.ref.video_id:
            raise PlatformChanged from ChildStopped("another video came than the one that was asked for")
        return answer
    error: ClipsightError = error_for(answer, job.link.ref.platform, report, job.limits)
    if isinstance(error, Unavailable) and job.link.needs_cookies:
        error = PrivateVideo()  # the link itself says so; without cookies Instagram does not tell private from deleted
    raise error from ChildStopped(f"{answer.text}\n{answer.log}\n{report.refusals}\n{report.unreachable}")
