"""From a recipe to a file: shots, transitions, texts and sounds put together, and what is true of the result."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from clipsight.testing.encode import Clock, Encoding, write_clip
from clipsight.testing.karaoke import DrawnKaraoke, Karaoke
from clipsight.testing.overlays import DrawnText, Overlay
from clipsight.testing.painting import Picture
from clipsight.testing.scenes import Scene
from clipsight.testing.sounds import Kind, Music, Noise, SoundPart, Spoken, mixed
from clipsight.testing.truth import SentenceTruth, SoundKind, SoundTruth, TextTruth, Truth, WordTruth
from clipsight.timeline import MICROSECONDS, Instant, Span

PAUSE = 0.5  # seconds; shorter gaps between spoken parts still count as speech
FAINT = 0.01  # noise below this gain (-40 dB) counts as silence


@dataclass(frozen=True, slots=True)
class Shot:
    """A stretch of one scene.

    Attributes:
        scene: what is seen.
        seconds: until the middle of the next transition.
        transition: how the shot begins; a fade goes through black. The first shot may begin with a fade.
        transition_seconds: length of a dissolve or fade, centred on the border between the shots; ignored for cuts.
    """

    scene: Scene
    seconds: float
    transition: Literal["cut", "dissolve", "fade"] = "cut"
    transition_seconds: float = 0.5


@dataclass(frozen=True)
class ClipRecipe:
    """Everything that is in a clip.

    Attributes:
        shots: in order.
        texts: drawn over the pictures, later ones on top.
        sounds: mixed together; None makes a file without a sound track, an empty tuple a silent one.
        size: width and height in pixels.
        fps: pictures per second.
        times: explicit moments of all pictures in seconds, the first 0, instead of a steady rate.
        grain: standard deviation of the sensor noise, 0..255.
        encoding: how it is stored.
    """

    shots: tuple[Shot, ...]
    texts: tuple[Overlay | Karaoke, ...] = ()
    sounds: tuple[SoundPart, ...] | None = None
    size: tuple[int, int] = (360, 640)
    fps: Fraction = Fraction(30)
    times: tuple[float, ...] | None = None
    grain: float = 2.0
    encoding: Encoding = field(default_factory=Encoding)

    @cached_property
    def clock(self) -> Clock:
        """When the pictures stand."""
        if self.times is not None:
            return Clock(tuple(Instant.from_seconds(time) for time in self.times), self.fps, regular=False)
        count = max(1, round(sum(shot.seconds for shot in self.shots) * self.fps))
        moments = tuple(Instant.from_pts(number, 1 / self.fps) for number in range(count))
        return Clock(moments, self.fps, regular=True)

    @cached_property
    def duration(self) -> Instant:
        """Until the end of the last picture, which lasts as long as the one before it."""
        step = round(MICROSECONDS / self.fps)
        if self.times is not None and len(self.times) > 1:
            step = round((self.times[-1] - self.times[-2]) * MICROSECONDS)
        return max(self.clock.moments).shifted(step)

    @cached_property
    def _starts(self) -> tuple[float, ...]:
        """Seconds at which the shots begin, and the end of the last one."""
        return tuple(accumulate((shot.seconds for shot in self.shots), initial=0.0))

    def pictures(self) -> Iterator[Picture]:
        """All pictures in order, shape (height, width, 3), RGB."""
        drawn = [_drawn(text, self.size) for text in self.texts]
        grain = _Grain(self.size, self.grain)
        for number, moment in enumerate(self.clock.moments):
            picture = self._scene_at(moment.seconds)
            grain.lay_over(picture, number)
            for text in drawn:
                text.lay_over(picture, moment.seconds)
            yield picture

    def truth(self) -> Truth:
        """What is true of the clip, without rendering it."""
        whole = Span(Instant(0), self.duration)
        texts = (_drawn(text, self.size).truth() for text in self.texts)
        seen = [(text, text.span.clamped(whole)) for text in texts]
        sounds = self.sounds or ()
        mean_rate = float(len(self.clock.moments) * MICROSECONDS / self.duration.us)
        return Truth(
            width=self.size[0],
            height=self.size[1],
            duration=self.duration,
            fps=round(mean_rate, 3) if len(self.clock.moments) > 1 else None,
            texts=tuple(TextTruth(text.text, span, text.box) for text, span in seen if span is not None),
            sentences=tuple(_sentence(part) for part in sounds if isinstance(part, Spoken)),
            cuts=tuple(self._first_picture(start) for start in self._borders("cut")),
            dissolves=self._gradual("dissolve"),
            fades=self._gradual("fade"),
            sounds=_sound_truth(sounds, self.duration) if self.sounds is not None else (),
            tempo_bpm=next((part.bpm for part in sounds if isinstance(part, Music)), None),
            has_audio=self.sounds is not None,
        )

    def _borders(self, transition: str) -> list[float]:
        return [
            start
            for number, (shot, start) in enumerate(zip(self.shots, self._starts, strict=False))
            if shot.transition == transition and (number > 0 or transition == "fade")
        ]

    def _gradual(self, transition: str) -> tuple[Span, ...]:
        spans: list[Span] = []
        for shot, start in zip(self.shots, self._starts, strict=False):
            if shot.transition == transition and start in self._borders(transition):
                half = shot.transition_seconds / 2
                first = self._first_picture(start - half + 1e-6)
                spans.append(Span(first, self._first_picture(start + half)))
        return tuple(spans)

    def _first_picture(self, seconds: float) -> Instant:
        """The first picture at or after a moment."""
        moment = Instant(math.floor(seconds * MICROSECONDS))
        return next((time for time in self.clock.moments if time >= moment), self.duration)

    def _scene_at(self, seconds: float) -> Picture:
        """The shot of that moment, mixed with its neighbour where a transition is under way."""
        starts, last = self._starts, len(self.shots) - 1
        here = max(number for number in range(last + 1) if starts[number] <= seconds + 1e-6)
        picture = self.shots[here].scene.picture(seconds - starts[here], self.size)
        for into in (here, here + 1):
            if into > last or self.shots[into].transition == "cut":
                continue
            share = 0.5 + (seconds - starts[into]) / self.shots[into].transition_seconds
            if not 0 < share < 1:
                continue
            if self.shots[into].transition == "fade":
                return np.asarray(picture * abs(2 * share - 1), np.uint8)
            if into > 0:
                other = self.shots[into - 1 if into == here else into]
                other_start = starts[into - 1 if into == here else into]
                mixed_in = other.scene.picture(seconds - other_start, self.size)
                weight = share if into == here else 1 - share
                return np.asarray(cv2.addWeighted(picture, weight, mixed_in, 1 - weight, 0), np.uint8)
        return np.array(picture)


def render(recipe: ClipRecipe, path: Path) -> Truth:
    """Render the clip to ``path``; the container follows from its suffix. Returns its truth.

    Raises:
        ValueError: a text does not fit, or an emoji is asked for without its font.
    """
    sound = None if recipe.sounds is None else mixed(recipe.sounds, recipe.duration.seconds)
    write_clip(path, recipe.pictures(), recipe.clock, sound, recipe.encoding)
    return recipe.truth()


def _drawn(text: Overlay | Karaoke, size: tuple[int, int]) -> DrawnText | DrawnKaraoke:
    return DrawnKaraoke(text, size) if isinstance(text, Karaoke) else DrawnText(text, size)


class _Grain:
    """Sensor noise: one tile of normal values, laid at another place for each picture."""

    SPARE = 96  # pixels by which the tile is larger, so that places do not repeat soon

    def __init__(self, size: tuple[int, int], deviation: float) -> None:
        self.size, self.deviation = size, deviation
        self.places = np.random.default_rng(12)
        values = np.random.default_rng(11).normal(0, deviation, (size[1] + self.SPARE, size[0] + self.SPARE))
        tile = cv2.GaussianBlur(values, (0, 0), 0.7) * 1.8  # real grain is a little larger than one pixel
        self.tile: NDArray[np.int16] = np.repeat(tile.round().astype(np.int16)[..., None], 3, axis=2)

    def lay_over(self, picture: Picture, number: int) -> None:
        del number
        if not self.deviation:
            return
        left, top = (int(value) for value in self.places.integers(0, self.SPARE, 2))
        part = self.tile[top : top + self.size[1], left : left + self.size[0]]
        cv2.add(picture, part, picture, dtype=cv2.CV_8U)


def _sentence(part: Spoken) -> SentenceTruth:
    words = tuple(
        WordTruth(word, Span.from_seconds(part.start + start, part.start + end)) for word, start, end in part.words
    )
    plain = words or tuple(WordTruth(word.strip(".,!?;:"), None) for word in part.text.split())
    return SentenceTruth(part.text, _heard(part), plain)


def _heard(part: SoundPart) -> Span:
    """From the first to the last sound: words when their times are known, the whole recording otherwise."""
    if isinstance(part, Spoken) and part.words:
        return Span.from_seconds(part.start + part.words[0][1], part.start + part.words[-1][2])
    return Span.from_seconds(part.start, part.start + len(part.wave()) / 48_000)


def _sound_truth(parts: tuple[SoundPart, ...], duration: Instant) -> tuple[SoundTruth, ...]:
    """Regions in order, without gaps, each as long as its kind lasts."""
    heard: dict[Kind, list[Span]] = {"speech": [], "music": [], "other": []}
    for part in sorted(parts, key=lambda part: part.start):
        if isinstance(part, Noise) and part.gain < FAINT:
            continue
        spans, span = heard[part.kind], _heard(part)
        if part.kind == "speech" and spans and spans[-1].gap_us(span) < PAUSE * MICROSECONDS:
            spans[-1] = spans[-1].joined(span)
        else:
            spans.append(span)
    edges = {0, duration.us}
    edges.update(edge.us for spans in heard.values() for span in spans for edge in (span.start, span.end))
    regions: list[SoundTruth] = []
    for start, end in pairwise(sorted(edge for edge in edges if 0 <= edge <= duration.us)):
        span = Span(Instant(start), Instant(end))
        kind = _kind({name for name, spans in heard.items() if any(span.overlaps(other) for other in spans)})
        if regions and regions[-1].kind == kind:
            regions[-1] = SoundTruth(kind, regions[-1].span.joined(span))
        else:
            regions.append(SoundTruth(kind, span))
    return tuple(regions)


def _kind(heard: set[Kind]) -> SoundKind:
    if "speech" in heard:
        return "speech_over_music" if "music" in heard else "speech"
    if "music" in heard:
        return "music"
    return "other" if heard else "silence"
