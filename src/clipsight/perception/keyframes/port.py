"""What every picker of keyframes does; ``tests/conformance/visual`` holds each one to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from clipsight.perception.frames import Sample
from clipsight.timeline import Instant, Span


@dataclass(frozen=True, slots=True)
class KeyframeFinding:
    """One picture that was picked.

    Attributes:
        time: its moment.
        width, height: pixels of the JPEG.
        sharpness: variance of the Laplacian of the luma at 480 pixels on the long side, 0 for a plain picture.
        jpeg: the encoded picture, upright.
    """

    time: Instant
    width: int
    height: int
    sharpness: float
    jpeg: bytes


class KeyframeStage(Protocol):
    """Looks at the pictures of one video once, in time order; one object per video, one thread."""

    def see(self, sample: Sample) -> None:
        """Take in one picture; most are passed over."""
        ...

    def finish(self, shots: Sequence[Span], texts: Sequence[Span]) -> list[KeyframeFinding]:
        """The picked pictures in time order: at least one if there was a picture, at most 40, no two in one second.

        Args:
            shots: the shots in order, without what is mixed at their borders; each gets a picture where possible.
            texts: when words stand on screen; pictures are picked so that as many as possible are seen.
        """
        ...
