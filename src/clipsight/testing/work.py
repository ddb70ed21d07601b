"""A stand-in for the pipeline, so that tests of the server need no perception and decide when a step ends.

What it is told and what it did lie in a folder, because it runs in worker processes: every call adds a line to ``calls``;
a file ``hold-<call>`` keeps a call waiting until it is removed; a file ``fail-<call>`` holds the code of the error that
is raised, ``die-<call>`` how often the process kills itself in that call, and ``long-<call>`` the seconds of video that the
call finds.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import threading
from pathlib import Path

from clipsight.errors import JobCancelled, TooLong, by_code
from clipsight.jobs.work import Given, Progress, Seen, Wanted
from clipsight.schema.result import Document
from clipsight.schema.video import Counts, PlatformFacts, Video, VideoRef
from clipsight.testing.example import example_document

WAIT_STEP = 0.01  # seconds between looks at a file that holds a call
KEYFRAME = b"\xff\xd8\xff\xd9 not much of a picture"


class FakeWork:
    """:class:`clipsight.jobs.work.Work` under the command of files."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def start(self) -> None:
        self._note("start")

    def close(self) -> None:
        self._note("close")

    def fetch(self, wanted: Wanted, into: Path, progress: Progress, cancel: threading.Event) -> Video:
        ref = wanted.ref
        self._call("fetch", ref, cancel, progress)
        self._check_length("fetch", wanted.max_seconds)
        progress("fetch", 0.1)
        path = into / "video.mp4"
        path.write_bytes(f"the content of {ref.key}".encode())
        facts = PlatformFacts(title="A title", author="Jane", author_handle="jane", counts=Counts(likes=3))
        return Video(ref, path, facts)

    def look(self, given: Given, progress: Progress, cancel: threading.Event) -> Seen:
        video = given.video
        assert video.path.read_bytes()
        progress("decode", 0.3)
        self._call("look", video.ref, cancel, progress)
        self._check_length("look", given.max_seconds)
        progress("speech", 0.9)
        known = {"platform": video.ref.platform, "video_id": video.ref.video_id, "url": video.ref.url}
        return Seen(json.dumps({**known, "title": video.facts.title}), {"k1": KEYFRAME + video.ref.key.encode()})

    def conclude(self, seen: Seen, format_slug: str | None) -> Document:
        known = json.loads(seen.sight)
        ref = VideoRef(known["platform"], known["video_id"], known["url"])
        self._call("conclude", ref, threading.Event())
        assert seen.keyframes["k1"].startswith(KEYFRAME)
        return example_document(ref, format_slug=format_slug, title=known["title"])

    def _call(self, name: str, ref: VideoRef, cancel: threading.Event, progress: Progress | None = None) -> None:
        self._note(f"{name} {ref.key}")
        with contextlib.suppress(FileNotFoundError):
            deaths = self._folder / f"die-{name}"
            left, _, victim = deaths.read_text().partition(" ")
            if int(left) > 0 and victim in ("", ref.key):
                deaths.write_text(f"{int(left) - 1} {victim}")
                os.kill(os.getpid(), signal.SIGKILL)
        while (self._folder / f"hold-{name}").exists():
            if progress is not None:
                progress("decode", 0.3)
            if cancel.wait(WAIT_STEP):
                self._note(f"cancelled {name} {ref.key}")
                raise JobCancelled
        with contextlib.suppress(FileNotFoundError):
            raise by_code()[(self._folder / f"fail-{name}").read_text()]

    def _check_length(self, name: str, max_seconds: int) -> None:
        with contextlib.suppress(FileNotFoundError):
            if int((self._folder / f"long-{name}").read_text()) > max_seconds:
                raise TooLong(limit_seconds=max_seconds)

    def _note(self, line: str) -> None:
        with (self._folder / "calls").open("a") as calls:  # one short write: lines of several processes do not mix
            calls.write(f"{line} by {os.getpid()}\n")
