"""Plays scenarios through the real parser, resolver, guard, child and yt-dlp, and says what came out."""

from __future__ import annotations

import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av

from clipsight.errors import ClipsightError
from clipsight.schema.video import PlatformFacts
from clipsight.source.fetch import fetch
from clipsight.source.links import ShortLink, read_link
from clipsight.source.resolve import resolve_link
from clipsight.testing.clips import ClipRecipe, Noise, Plain, Shot
from clipsight.testing.platforms.scenarios import SUCCESS, Scenario
from clipsight.testing.platforms.world import SimulatedPlatforms

AT_ONCE = 2  # fetches; each is idle for two thirds of its second
CLIP = ClipRecipe(
    shots=(Shot(Plain((96, 110, 120)), 1), Shot(Plain((200, 60, 40)), 1)),
    sounds=(Noise(0, 2),),
    size=(144, 256),
    fps=Fraction(15),
)  # 2 s with picture and sound: what all simulated posts show


@dataclass(frozen=True, slots=True)
class Played:
    """What a scenario came to.

    Attributes:
        code: of the error, or :data:`SUCCESS`.
        message: what a person reads; empty for a success.
        seconds: from the pasted link to the end.
        size: bytes of the file that was kept.
        reason: the private cause of a failure.
        facts: what the platform said about the video.
        streams: kinds of the streams in the file, sorted.
        length: seconds of the video.
    """

    code: str
    message: str = ""
    seconds: float = 0.0
    size: int = 0
    reason: str = ""
    facts: PlatformFacts | None = None
    streams: tuple[str, ...] = ()
    length: float = 0.0


def play(scenario: Scenario, world: SimulatedPlatforms) -> Played:
    """One scenario from its link to its end.

    Raises:
        AssertionError: something besides the video was left behind.
    """
    settings = world.settings(scenario)
    begun = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        try:
            link = read_link(scenario.link)
            if isinstance(link, ShortLink):
                link = resolve_link(link, scenario.limits.deadline_seconds, settings)
            video = fetch(link, Path(folder), scenario.limits, settings, lambda _done, _total: None, threading.Event())
        except ClipsightError as error:
            assert not any(Path(folder).iterdir()), "a failure leaves nothing behind"
            seconds = time.monotonic() - begun
            return Played(error.code, error.public_message, seconds, reason=str(error.__cause__))
        seconds = time.monotonic() - begun
        assert list(Path(folder).iterdir()) == [video.path], "nothing else is left behind"
        with av.open(str(video.path)) as container:
            streams = tuple(sorted(stream.type for stream in container.streams))
            length = (container.duration or 0) / 1_000_000
        size = video.path.stat().st_size
        return Played(SUCCESS, "", seconds, size, facts=video.facts, streams=streams, length=length)


def play_all(
    scenarios: Iterable[Scenario], world: SimulatedPlatforms, told: Callable[[Scenario, Played], None]
) -> Mapping[str, Played]:
    """Several scenarios, :data:`AT_ONCE` at a time; ``told`` hears of each in order."""
    chosen = list(scenarios)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        waiting: list[Future[Played]] = [pool.submit(play, scenario, world) for scenario in chosen]
        played: dict[str, Played] = {}
        for scenario, future in zip(chosen, waiting, strict=True):
            played[scenario.name] = future.result()
            told(scenario, played[scenario.name])
    return played
