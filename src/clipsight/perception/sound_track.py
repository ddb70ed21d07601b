"""The sound of a video as the listening stages see it: decoded once, one channel, one rate.

``media`` decodes and satisfies :class:`SoundTrack`; nothing here knows how.
"""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from clipsight.timeline import MICROSECONDS, Instant, Span

SAMPLE_RATE = 16_000  # samples per second; what the recogniser, the voice detector and the aligner were trained on

Samples = NDArray[np.float32]


class SoundTrack(Protocol):
    """Sound on the video's clock. Immutable; safe to read from several threads."""

    @property
    def samples(self) -> Samples:
        """Shape (n,), -1..1, :data:`SAMPLE_RATE` per second, all channels mixed into one. May be empty."""
        ...

    @property
    def start(self) -> Instant:
        """Moment of the first sample, never negative; the first picture of the video is at zero."""
        ...

    @property
    def loudness_lufs(self) -> float | None:
        """Integrated loudness of all channels at their own rate, EBU R128; None when there is nothing above -70 LUFS."""
        ...


def moment_at(track: SoundTrack, sample: int) -> Instant:
    """The moment at which a sample of the track begins; ``sample`` may be one past the last."""
    return track.start.shifted(round(sample * MICROSECONDS / SAMPLE_RATE))


def span_of(track: SoundTrack, first: int, end: int) -> Span:
    """The stretch of the samples ``first`` to ``end`` (exclusive, at least one more than ``first``)."""
    return Span(moment_at(track, first), moment_at(track, end))


def sample_at(track: SoundTrack, moment: Instant) -> int:
    """The number of the sample that sounds at a moment, limited to 0..n."""
    number = round((moment.us - track.start.us) * SAMPLE_RATE / MICROSECONDS)
    return max(0, min(number, len(track.samples)))
