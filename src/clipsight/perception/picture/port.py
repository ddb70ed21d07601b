"""What is measured about the picture as a whole; ``tests/conformance/visual`` holds a meter to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from clipsight.perception.frames import Sample


@dataclass(frozen=True, slots=True)
class LetterboxFinding:
    """Shares of the picture, 0..1, that are a plain border, per side."""

    top: float
    bottom: float
    left: float
    right: float


@dataclass(frozen=True, slots=True)
class PictureFinding:
    """The look of a whole video.

    Attributes:
        brightness: mean luma, 0 black to 1 white.
        contrast: standard deviation of luma over the greatest possible one, 0..1.
        colourfulness: Hasler and Süsstrunk 2003, 0 for grey, about 110 for extreme.
        motion: mean absolute change of luma (0..1) per second between pictures of one shot, capped at 1.
        dominant_colours: ``#rrggbb``, most frequent first, at most five.
        blur: share of the pictures looked at that have no fine detail, 0..1.
        letterbox: plain borders that last the whole video, None without any.
    """

    brightness: float
    contrast: float
    colourfulness: float
    motion: float
    dominant_colours: tuple[str, ...]
    blur: float
    letterbox: LetterboxFinding | None


class PictureStage(Protocol):
    """Looks at the pictures of one video once, in time order; one object per video, one thread."""

    def see(self, sample: Sample) -> None:
        """Take in one picture; most are passed over."""
        ...

    def finish(self) -> PictureFinding | None:
        """The measures; None when there was no picture."""
        ...
