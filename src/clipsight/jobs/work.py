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


class Work(Protocol):
    """All calls block and raise errors of the tree: :class:`~clipsight.errors.JobCancelled` once ``cancel`` is set."""

    def start(self) -> None:
        """Load what takes long, before the first video arrives."""
        ...

    def close(self) -> None: ...

    def fetch(self, ref: VideoRef, into: Path, progress: Progress, cancel: threading.Event, *, spent: float = 0.0) -> Video:
        """Obtain the video behind a reference; its file lies in the folder.

        ``spent`` are the seconds that earlier tries took of the time that fetching one video may take.
        """
        ...

    def look(self, video: Video, fetch_seconds: float | None, progress: Progress, cancel: threading.Event) -> Seen:
        """See and hear it. ``fetch_seconds`` is what obtaining took, None for an upload."""
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

    def fetch(self, ref: VideoRef, into: Path, progress: Progress, cancel: threading.Event, *, spent: float = 0.0) -> Video:
        left = self._options.fetch_seconds - spent
        if left <= 0:
            raise SourceTimeout
        return obtain(ref, into, replace(self._options, fetch_seconds=left), progress, cancel)

    def look(self, video: Video, fetch_seconds: float | None, progress: Progress, cancel: threading.Event) -> Seen:
        sight = look(video, self._perceiver, self._options, progress, cancel)
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

    def conclude(self, seen: Seen, format_slug: str | None) -> Document:
        return conclude(Sight.from_json(seen.sight, seen.keyframes), self._analyst, format_slug, self._model)
