"""Small clips painted in memory, and one engine for all tests that read for real."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import cv2
import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from clipsight.perception.frames import Pixels, Sample
from clipsight.perception.screen_text.findings import TextFinding
from clipsight.perception.screen_text.models import TextModels
from clipsight.perception.screen_text.ppocr import PpOcr
from clipsight.perception.screen_text.stage import ScreenTextStage
from clipsight.testing.frames import ArrayFrame
from clipsight.timeline import Instant


@dataclass(frozen=True)
class Words:
    """A text in a clip: place in pixels, times in seconds, linear fades, movement in pixels per second."""

    text: str
    start: float
    end: float
    place: tuple[int, int]
    size: int = 36
    fade: float = 0.0
    speed: tuple[int, int] = (0, 0)
    colour: tuple[int, int, int] = (255, 255, 255)

    def seen(self, time: float) -> float:
        if not self.start <= time < self.end:
            return 0.0
        return min(1.0, (time - self.start) / self.fade, (self.end - time) / self.fade) if self.fade else 1.0

    def paint(self, picture: Pixels, time: float) -> Pixels:
        seen = self.seen(time)
        if not seen:
            return picture
        image = Image.fromarray(picture)
        x, y = (at + round(pace * (time - self.start)) for at, pace in zip(self.place, self.speed, strict=True))
        font = ImageFont.load_default(self.size)
        ImageDraw.Draw(image).multiline_text((x, y), self.text, self.colour, font, stroke_width=2, stroke_fill=(0, 0, 0))
        return np.asarray(cv2.addWeighted(np.array(image), seen, picture, 1 - seen, 0), np.uint8)


def texture(seed: int, width: int, height: int) -> Pixels:
    """Soft random patches, shape (height, width, 3)."""
    patches = np.random.default_rng(seed).integers(40, 170, (height // 40 + 2, width // 40 + 2, 3), np.uint8)
    return np.asarray(cv2.resize(patches, (width, height), interpolation=cv2.INTER_CUBIC), np.uint8)


@dataclass(frozen=True)
class Clip:
    """Words on a background that changes at the cuts and may drift."""

    words: tuple[Words, ...]
    seconds: float
    size: tuple[int, int] = (360, 640)
    rate: int = 20
    cuts: tuple[float, ...] = ()
    pan: int = 0
    seed: int = 1

    def frames(self) -> Iterator[ArrayFrame]:
        width, height = self.size
        room = int(abs(self.pan) * self.seconds) + 1
        scenes = [texture(self.seed + n, width + room, height) for n in range(len(self.cuts) + 1)]
        for number in range(max(1, round(self.seconds * self.rate))):
            time = number / self.rate
            left = int(self.pan * time)
            picture = scenes[sum(time >= cut for cut in self.cuts)][:, left : left + width].copy()
            for words in self.words:
                picture = words.paint(picture, time)
            yield ArrayFrame(number, Instant.from_seconds(time), picture)


@pytest.fixture(scope="session")
def engine() -> PpOcr:
    return PpOcr(TextModels.load())


@pytest.fixture(scope="session")
def watch(engine: PpOcr) -> Callable[[Clip], list[TextFinding]]:
    """Runs the whole stage over a clip."""

    def run(clip: Clip) -> list[TextFinding]:
        stage = ScreenTextStage(engine)
        for frame in clip.frames():
            stage.see(Sample(frame))
        return stage.finish(Instant.from_seconds(clip.seconds), [Instant.from_seconds(cut) for cut in clip.cuts])

    return run


@pytest.fixture(scope="session")
def make_clip() -> type[Clip]:
    return Clip


@pytest.fixture(scope="session")
def make_words() -> type[Words]:
    return Words
