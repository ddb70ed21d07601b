"""What every shot detector does; ``tests/conformance/visual`` holds each one to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

from clipsight.perception.frames import Sample
from clipsight.timeline import Instant, Span

Transition = Literal["start", "cut", "dissolve", "fade"]


@dataclass(frozen=True, slots=True)
class ShotFinding:
    """One shot.

    Attributes:
        span: from its first picture to the first picture of the next shot; the middle of a gradual transition counts as
            the border.
        transition: how it begins; ``start`` for the first shot of the video.
        transition_us: length of the transition that leads in, 0 for ``start`` and ``cut``.
        confidence: 0..1, how sure it is that a shot begins here; 1 for ``start``.
    """

    span: Span
    transition: Transition
    transition_us: int
    confidence: float


class ShotStage(Protocol):
    """Looks at the pictures of one video once, in time order; one object per video, one thread."""

    def see(self, sample: Sample) -> None:
        """Take in one picture. Times must grow."""
        ...

    def finish(self, end: Instant) -> list[ShotFinding]:
        """The shots in order. They cover the video from zero to ``end`` without gap or overlap.

        Args:
            end: the moment after the last picture, after zero.
        """
        ...
