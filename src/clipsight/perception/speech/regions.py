"""From voice probabilities to stretches of speech, and from those to chunks for the recogniser. All in samples."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from clipsight.perception.sound_track import SAMPLE_RATE, Samples
from clipsight.perception.speech.port import VOICE_STEP

VOICE_BEGINS = 0.5  # probability; the value Silero recommends
VOICE_ENDS = 0.35  # lower than the beginning, so that a weak syllable does not end the stretch
SHORTEST_SPEECH = SAMPLE_RATE // 4  # "No." takes about 0.3 s; shorter bursts are clicks and breaths
SHORTEST_PAUSE = SAMPLE_RATE // 10  # stops inside words are silent for less
EDGE = SAMPLE_RATE * 3 // 100  # added on both sides, because consonants at the edges have low probabilities

JOINED_GAP = 2 * SAMPLE_RATE  # the recogniser needs context: joining only below 0.5 s doubles its errors
LONGEST_CHUNK = 15 * SAMPLE_RATE  # more costs time and gains nothing
CHUNK_EDGE = SAMPLE_RATE * 3 // 10  # the recogniser loses words that begin at the very edge


@dataclass(frozen=True, order=True, slots=True)
class Stretch:
    """Samples ``first`` to ``end``, the latter not included; never empty."""

    first: int
    end: int

    @property
    def length(self) -> int:
        return self.end - self.first


@dataclass(frozen=True, slots=True)
class Chunk:
    """What the recogniser gets at once.

    Attributes:
        whole: the samples to look at, with an edge of what is around.
        voiced: the stretches of speech inside, in order.
    """

    whole: Stretch
    voiced: tuple[Stretch, ...]

    @property
    def voiced_share(self) -> float:
        """How much of it is voice, 0..1."""
        return sum(stretch.length for stretch in self.voiced) / self.whole.length


def voiced_stretches(probabilities: Samples, length: int) -> list[Stretch]:
    """Where somebody speaks: sorted, disjoint, inside the track.

    Args:
        probabilities: one per :data:`~.port.VOICE_STEP` samples.
        length: samples of the track.
    """
    found: list[Stretch] = []
    begin: int | None = None
    last_voice = 0
    for step, probability in enumerate(probabilities):
        place = step * VOICE_STEP
        if probability >= (VOICE_ENDS if begin is not None else VOICE_BEGINS):
            begin = place if begin is None else begin
            last_voice = place + VOICE_STEP
        elif begin is not None and place + VOICE_STEP - last_voice >= SHORTEST_PAUSE:
            found.append(Stretch(begin, last_voice))
            begin = None
    if begin is not None:
        found.append(Stretch(begin, last_voice))
    long_enough = [stretch for stretch in found if stretch.length >= SHORTEST_SPEECH]
    return _widened(long_enough, EDGE, length)


def chunked(voiced: Sequence[Stretch], probabilities: Samples, length: int) -> list[Chunk]:
    """Stretches joined to chunks of at most 15 seconds and their edges; longer stretches are cut where voice is weakest."""
    groups: list[list[Stretch]] = []
    for whole in voiced:
        for stretch in _cut(whole, probabilities):
            group = groups[-1] if groups else None
            if group and stretch.first - group[-1].end < JOINED_GAP and stretch.end - group[0].first <= LONGEST_CHUNK:
                group.append(stretch)
            else:
                groups.append([stretch])
    wholes = _widened([Stretch(group[0].first, group[-1].end) for group in groups], CHUNK_EDGE, length)
    return [Chunk(whole, tuple(group)) for whole, group in zip(wholes, groups, strict=True)]


def _cut(stretch: Stretch, probabilities: Samples) -> list[Stretch]:
    pieces: list[Stretch] = []
    while stretch.length > LONGEST_CHUNK:
        # Not in the first half, so that the pieces keep enough context.
        low = (stretch.first + LONGEST_CHUNK // 2) // VOICE_STEP
        high = (stretch.first + LONGEST_CHUNK) // VOICE_STEP
        place = (low + int(np.argmin(probabilities[low:high]))) * VOICE_STEP
        pieces.append(Stretch(stretch.first, place))
        stretch = Stretch(place, stretch.end)
    return [*pieces, stretch]


def _widened(stretches: Sequence[Stretch], edge: int, length: int) -> list[Stretch]:
    """Both ends moved outwards, at most to the middle of the gap to the neighbour and to the ends of the track."""
    widened: list[Stretch] = []
    for number, stretch in enumerate(stretches):
        low = (stretches[number - 1].end + stretch.first) // 2 if number else 0
        high = (stretch.end + stretches[number + 1].first) // 2 if number + 1 < len(stretches) else length
        first, end = max(low, stretch.first - edge), min(high, stretch.end + edge, length)
        if end > first:
            widened.append(Stretch(first, end))
    return widened
