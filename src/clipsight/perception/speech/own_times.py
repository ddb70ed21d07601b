"""Word times that a recogniser gives itself, made fit for use."""

from __future__ import annotations

from collections.abc import Sequence

from clipsight.perception.sound_track import SAMPLE_RATE
from clipsight.perception.speech.port import AlignedWord


def in_order(times: Sequence[tuple[float, float]], length: int) -> list[AlignedWord]:
    """Places inside the chunk, in order, not overlapping, none without length, whatever the recogniser says.

    Args:
        times: start and end of each word, seconds from the start of the chunk; finite.
        length: samples of the chunk, at least one per word.
    """
    places: list[AlignedWord] = []
    reach = 0
    for number, (first, last) in enumerate(times):
        # The words that follow need a sample each.
        room = length - (len(times) - number)
        start = min(max(reach, round(first * SAMPLE_RATE)), room)
        end = min(max(start + 1, round(last * SAMPLE_RATE)), room + 1)
        places.append(AlignedWord(start, end))
        reach = end
    return places
