"""The whole story of one video: obtain it, look at it, conclude what it means.

The three steps are what the job engine makes durable; :func:`analyze` is the same without a server.
"""

from __future__ import annotations

import tempfile
import threading
import time
from dataclasses import replace
from pathlib import Path

from clipsight.analysis.local import LocalAnalyst
from clipsight.analysis.model import Model
from clipsight.analysis.port import Analyst
from clipsight.errors import AnalysisError
from clipsight.formats.registry import get_format
from clipsight.pipeline.meaning import Meaning
from clipsight.pipeline.options import Options
from clipsight.pipeline.outcome import StageRun
from clipsight.pipeline.perceiver import Perceiver, PerceptionLimits, Progress
from clipsight.pipeline.sight import Sight, in_order
from clipsight.schema.result import SCHEMA, Document, Usage
from clipsight.schema.video import Video, VideoRef
from clipsight.source.fetch import fetch
from clipsight.source.links import ShortLink, read_link
from clipsight.source.pasted import link_or_file
from clipsight.source.resolve import resolve_link
from clipsight.source.upload import open_file

FETCH_SHARE, LOOK_SHARE = 0.2, 0.78  # of the whole, for links; a file starts where fetching ends


def identify(source: str, options: Options) -> VideoRef:
    """The identity behind a link, short links resolved; a slide that was named is in its address.

    Raises:
        SourceError: not a link to a video, or a short link that could not be resolved.
    """
    link = read_link(source)
    return (resolve_link(link, settings=options.fetch) if isinstance(link, ShortLink) else link).located


def obtain(ref: VideoRef, into: Path, options: Options, progress: Progress, cancel: threading.Event) -> Video:
    """Fetch the video behind a reference into a folder.

    Raises:
        SourceError: with the code that says why it could not be had.
    """

    def received(done: int, total: int | None) -> None:
        options.arrived(done, total)
        progress("fetch", FETCH_SHARE * min(1.0, done / total) if total else 0.0)

    return fetch(ref, into, options.fetch_limits, options.fetch, received, cancel)


def look(video: Video, perceiver: Perceiver, options: Options, progress: Progress, cancel: threading.Event) -> Sight:
    """See and hear a video file.

    Raises:
        MediaError: the file cannot be used.
        PerceptionError, JobCancelled: the perception process was stopped.
    """
    started = time.monotonic()

    def seen(stage: str, fraction: float) -> None:
        progress(stage, FETCH_SHARE + LOOK_SHARE * fraction)

    limits = PerceptionLimits(
        max_seconds=options.max_seconds, fast=options.profile == "fast", contact_sheet=options.contact_sheet
    )
    perceived = perceiver.perceive(video.path, limits, seen, cancel)
    return Sight.of(video, perceived, time.monotonic() - started)


def conclude(sight: Sight, analyst: Analyst, format_slug: str | None = None, model: Model | None = None) -> Document:
    """What the evidence means, and the format that was asked for. Looks at nothing again.

    A ``model`` is asked first; where it fails, ``analyst`` answers, and the stages say so.

    Raises:
        UnknownFormat: there is no such format.
        AnalysisError: the analyst failed.
    """
    started = time.monotonic()
    wanted = get_format(format_slug) if format_slug is not None else None
    meaning = Meaning(analyst, model)
    analysing, formatting = StageRun("analysis", meaning.analyst), StageRun("format", format_slug)
    analysis = analysing.attempt(lambda: meaning.analyse(sight, analysing), None)
    if analysis is None:
        raise AnalysisError
    result = None
    if wanted is not None:
        result = formatting.attempt(lambda: meaning.extract(wanted, sight, analysis, formatting), None)
        if result is None:
            raise AnalysisError
    else:
        formatting.skip("no format was asked for")
    stages = in_order([*sight.stages, analysing.done(), formatting.done()])
    return Document(
        schema=SCHEMA,
        video=sight.video,
        stages=stages,
        evidence=sight.evidence,
        analysis=analysis,
        format=format_slug,
        result=result.model_dump(mode="json", by_alias=True) if result is not None else None,
        usage=Usage(
            seconds={stage.name: stage.seconds for stage in stages if stage.status != "skipped"},
            total_seconds=sight.seconds + time.monotonic() - started,
            model=meaning.usage(),
        ),
    )


def see(source: str | Path, perceiver: Perceiver, options: Options, progress: Progress, cancel: threading.Event) -> Sight:
    """Obtain and look: a link or the path of a file in, evidence out.

    Raises:
        ClipsightError: of the source, the media or the perception kind.
    """
    perceiver.begin()
    fetching = StageRun("fetch")
    if isinstance(source, Path):
        fetching.skip("a file was given")
        video = open_file(source, options.fetch_limits)
        return look(video, perceiver, options, progress, cancel).with_stage(fetching.done())
    with tempfile.TemporaryDirectory(prefix="clipsight-") as folder:
        with fetching.busy():
            video = obtain(identify(source, options), Path(folder), options, progress, cancel)
        sight = look(video, perceiver, options, progress, cancel).with_stage(fetching.done())
        return replace(sight, seconds=sight.seconds + fetching.seconds)


def analyze(source: str | Path, *, format: str | None = None, options: Options | None = None) -> Document:
    """The account of one video, without a server: a link, or the path of a file.

    Raises:
        ClipsightError: with a stable ``code`` and a ``public_message``.
    """
    if format is not None:
        get_format(format)  # a wrong slug must not cost a look at the video
    with Perceiver() as perceiver:
        sight = see(
            link_or_file(str(source)), perceiver, options or Options(), lambda _stage, _fraction: None, threading.Event()
        )
    return conclude(sight, LocalAnalyst(), format)
