"""What a track sounds like: speech, music, both, silence or something else, and when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from clipsight.perception.sound_track import SoundTrack, span_of
from clipsight.timeline import Span

SoundKind = Literal["speech", "music", "speech_over_music", "silence", "other"]


@dataclass(frozen=True, slots=True)
class RegionFinding:
    """A stretch of one kind. ``confidence`` is 0..1."""

    span: Span
    kind: SoundKind
    confidence: float


@dataclass(frozen=True, slots=True)
class SoundFinding:
    """The sound of a whole track.

    Attributes:
        regions: cover the track from its first to its last sample, in order, without gaps or overlaps.
        has_music: some stretch is music, with or without speech over it.
        tempo_bpm: beats per minute of the music, None without music or without a clear beat.
    """

    regions: list[RegionFinding]
    has_music: bool
    tempo_bpm: float | None


def measure_sound(track: SoundTrack, speech: Sequence[Span]) -> SoundFinding:
    """Tell speech, music, silence and the rest apart.

    Args:
        track: the sound.
        speech: where somebody speaks, as the listening stage found it.
    """
    if len(track.samples) == 0:
        return SoundFinding([], has_music=False, tempo_bpm=None)
    return SoundFinding(
        [RegionFinding(span_of(track, 0, len(track.samples)), "other", 0.5)], has_music=False, tempo_bpm=None
    )
