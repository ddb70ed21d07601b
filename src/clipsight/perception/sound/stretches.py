"""A track cut where speech or silence begins or ends, and those stretches cut into short cells. All in samples."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal

import numpy as np

from clipsight.perception.sound_track import SAMPLE_RATE, Samples, SoundTrack, sample_at
from clipsight.timeline import Span

LEVEL_STEP = SAMPLE_RATE // 20  # 50 ms, over which loudness is taken
SILENT_LEVEL = -55.0  # dBFS; quiet rooms are above in most recordings
SILENT_BELOW_LOUD = 45.0  # decibels below the loud parts nobody notices a sound, as long as it is no louder than:
LOUDEST_SILENCE = -45.0  # dBFS
LOUD_SHARE = 0.95  # the quantile that counts as the loud parts
FAINTEST = 1e-6  # amplitude, -120 dBFS

SHORTEST_SILENCE = SAMPLE_RATE * 2 // 5  # next to speech and at the ends; shorter ones belong to what is around them
SHORTEST_INNER_SILENCE = SAMPLE_RATE  # between sounds: slow beats and steps are a second apart
SHORTEST_SOUND = SAMPLE_RATE * 3 // 10  # the same for clicks in silence and between words
SPEECH_GAP = SAMPLE_RATE  # breathing and thinking; a longer pause in speech is a stretch of its own
CELL = SAMPLE_RATE // 2

Sound = Literal["speech", "silence", "sound"]


@dataclass(frozen=True, slots=True)
class Stretch:
    """Samples ``first`` to ``end`` (exclusive) of one sort; never empty."""

    first: int
    end: int
    sound: Sound

    @property
    def length(self) -> int:
        return self.end - self.first


@dataclass(frozen=True, slots=True)
class Cell:
    """A piece of at most half a second, and the stretch it is part of."""

    first: int
    end: int
    stretch: Stretch


def stretches_of(track: SoundTrack, speech: Sequence[Span]) -> list[Stretch]:
    """The track from first to last sample; neighbours differ in their sort.

    Args:
        track: at least one sample.
        speech: where somebody speaks, sorted.
    """
    length = len(track.samples)
    voiced = _bridged([(sample_at(track, span.start), sample_at(track, span.end)) for span in speech])
    found: list[Stretch] = []
    reach = 0
    for first, end in voiced:
        found += _without_voice(track.samples, reach, first)
        found.append(Stretch(first, end, "speech"))
        reach = end
    found += _without_voice(track.samples, reach, length)
    return _merged(found)


def cells_of(stretches: Sequence[Stretch]) -> list[Cell]:
    """Cells of nearly equal length that fill each stretch exactly."""
    cells: list[Cell] = []
    for stretch in stretches:
        count = max(1, round(stretch.length / CELL))
        edges = [stretch.first + stretch.length * number // count for number in range(count + 1)]
        cells += [Cell(first, end, stretch) for first, end in pairwise(edges) if end > first]
    return cells


def _bridged(voiced: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    joined: list[tuple[int, int]] = []
    for first, end in voiced:
        if joined and first - joined[-1][1] < SPEECH_GAP:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        elif end > first:
            joined.append((first, end))
    return joined


def _without_voice(samples: Samples, first: int, end: int) -> list[Stretch]:
    """Silence and sound in a part of the track in which nobody speaks."""
    if end <= first:
        return []
    threshold = _silent_amplitude(samples)
    levels = _levels(samples[first:end])
    found: list[Stretch] = []
    for number, level in enumerate(levels):
        sound: Sound = "silence" if level < threshold else "sound"
        place = first + number * LEVEL_STEP
        found.append(Stretch(place, min(end, place + LEVEL_STEP), sound))
    return _smoothed(_merged(found))


def _silent_amplitude(samples: Samples) -> float:
    levels = np.sort(_levels(samples))
    loud = 20 * np.log10(max(FAINTEST, float(levels[int(LOUD_SHARE * (len(levels) - 1))])))
    return float(10 ** (min(LOUDEST_SILENCE, max(SILENT_LEVEL, loud - SILENT_BELOW_LOUD)) / 20))


def _levels(samples: Samples) -> Samples:
    """Root mean square of each 50 ms; the last may be shorter."""
    edges = np.arange(0, len(samples), LEVEL_STEP)
    sums = np.add.reduceat(np.square(samples, dtype=np.float64), edges)
    counts = np.diff(np.append(edges, len(samples)))
    return np.sqrt(sums / counts).astype(np.float32)


def _smoothed(parts: list[Stretch]) -> list[Stretch]:
    """Short silences become sound first, then short sounds silence: a slow beat is not torn apart by its rests."""
    if len(parts) == 1:
        return parts
    last = len(parts) - 1
    merged = _merged(
        [
            replace(part, sound="sound")
            if part.length < (SHORTEST_INNER_SILENCE if 0 < number < last else SHORTEST_SILENCE)
            else part
            for number, part in enumerate(parts)
        ]
    )
    if len(merged) == 1:
        return merged
    return _merged([replace(part, sound="silence") if part.length < SHORTEST_SOUND else part for part in merged])


def _merged(parts: Sequence[Stretch]) -> list[Stretch]:
    merged: list[Stretch] = []
    for part in parts:
        if merged and merged[-1].sound == part.sound:
            merged[-1] = Stretch(merged[-1].first, part.end, part.sound)
        else:
            merged.append(part)
    return merged
