"""The result of the stage: one row per text that a viewer would count."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from clipsight.timeline import Span

Role = Literal["overlay", "caption", "interface", "scene"]


@dataclass(frozen=True, slots=True)
class TextFinding:
    """A text on the screen from the moment it is half visible to the moment it no longer is.

    Attributes:
        text: what is written, lines separated by a line feed, top to bottom; words that replace one another in one place
            are one line, the phrase (:mod:`.phrases`).
        span: when it is at least half as visible as it gets; fades are cut in their middle.
        box: left, top, width and height as fractions of the picture, 0..1, where it was read best.
        role: ``caption`` for speech-like text that is replaced in one place, ``interface`` for names and marks of a
            platform, ``scene`` for text that belongs to the filmed world, ``overlay`` for everything else that was put on.
        confidence: 0..1, grows with the certainty of the characters and with the number of times they were read.
    """

    text: str
    span: Span
    box: tuple[float, float, float, float]
    role: Role
    confidence: float
