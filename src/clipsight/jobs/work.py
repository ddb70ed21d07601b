"""What a worker can do with a video: the pipeline as the jobs need it, behind a small port."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from clipsight.analysis.local import LocalAnalyst
from clipsight.analysis.model import Model
from clipsight.errors import SourceTimeout
from clipsight.pipeline.perceiver import Perceiver, PerceiverSettings
from clipsight.pipeline.run import Options, conclude, look, obtain
from clipsight.pipeline.sight import Sight
from clipsight.schema.result import Document, Stage
from clipsight.schema.video import Video, VideoRef

Progress = Callable[[str, float], None]
"""Called from any thread with the stage at work and the share (0..1) of the whole that is done."""


@dataclass(frozen=True, slots=True)
class Seen:
    """Evidence about one video as JSON, and its keyframes as JPEG by their id."""

    sight: str
    keyframes: Mapping[str, bytes]


@dataclass(frozen=True, slots=True)
class Given:
    """What is to be looked at.

    Attributes:
        max_seconds: the longest that anybody who waits for it takes.
        fetch_seconds: what obtaining took, None for an upload.
    """

    video: Video
    max_seconds: int
    fetch_seconds: float | None


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be fetched.

    Attributes:
        ref: the video.
        max_seconds: the longest that anybody who waits for it takes.
        signed_in: the operator's cookies may be sent, because what comes is kept for one owner alone.
        spent: seconds that earlier tries took of the time that fetching one video may take.
    """

    ref: VideoRef
    max_seconds: int
    signed_in: bool
    spent: float = 0.0


class Work(Protocol):
    """All calls block and raise errors of the tree: :class:`~clipsight.errors.JobCancelled` once ``cancel`` is set."""

    def start(self) -> None:
        """Load what takes long, before the first video arrives."""
        ...

    def close(self) -> None: ...

    def fetch(self, wanted: Wanted, into: Path, progress: Progress, cancel: threading.Event) -> Video:
        """Obtain the video; its file lies in the folder."""
        ...

    def look(self, given: Given, progress: Progress, cancel: threading.Event) -> Seen:
        """See and hear it."""
        ...

    def conclude(self, seen: Seen, format_slug: str | None) -> Document:
        """Say what it means, in the format that was asked for."""
        ...


class PipelineWork:
    """The real thing: one warm perception process, the local analyst, and a language model where one is set."""

    def __init__(self, options: Options, perceiver: PerceiverSettings, model: Model | None = None) -> None:
        self._options = options
        self._perceiver = Perceiver(perceiver)
        self._analyst = LocalAnalyst()
        self._model = model

    def start(self) -> None:
        self._perceiver.start()

    def close(self) -> None:
        self._perceiver.close()

    def fetch(self, wanted: Wanted, into: Path, progress: Progress, cancel: threading.Event) -> Video:
        left = self._options.fetch_seconds - wanted.spent
        if left <= 0:
            raise SourceTimeout
        options = replace(self._within(wanted.max_seconds), fetch_seconds=left)
        if not wanted.signed_in:
            options = replace(options, fetch=replace(options.fetch, cookies={}))
        return obtain(wanted.ref, into, options, progress, cancel)

    def look(self, given: Given, progress: Progress, cancel: threading.Event) -> Seen:
        fetch_seconds = given.fetch_seconds
        sight = look(given.video, self._perceiver, self._within(given.max_seconds), progress, cancel)
        fetched = Stage(
            name="fetch",
            status="ok" if fetch_seconds is not None else "skipped",
            reason=None if fetch_seconds is not None else "a file was uploaded",
            code=None,
            seconds=fetch_seconds or 0.0,
            backend=None,
        )
        sight = replace(sight.with_stage(fetched), seconds=sight.seconds + (fetch_seconds or 0.0))
        return Seen(sight.to_json(), sight.keyframes)

    def _within(self, max_seconds: int) -> Options:
        return replace(self._options, max_seconds=min(max_seconds, self._options.max_seconds))

    def conclude(self, seen: Seen, format_slug: str | None) -> Document:
        return conclude(Sight.from_json(seen.sight, seen.keyframes), self._analyst, format_slug, self._model)
