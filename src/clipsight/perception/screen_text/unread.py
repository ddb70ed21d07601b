"""Text that was seen and could not be read: the detector knows strokes of every script, the reader knows some scripts.

Such lines are no rows, because what the reader makes of them is rubbish; but they are counted, so that an empty list does
not pass for an empty screen.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from clipsight.perception.screen_text.lines import Line
from clipsight.perception.screen_text.port import Reading
from clipsight.perception.screen_text.wording import cleaned, is_text

LONG = 2.5  # heights; shorter boxes are as often texture as words
OFTEN = 2  # times met, of lines that are not texture
SPARSE = 0.4  # characters per height of a box; letters stand three times as close, and letters set apart for effect twice
SAME_PLACE = 0.5  # overlap of two lines that are one, met twice


@dataclass(frozen=True, slots=True)
class Unread:
    """What is missing among the rows.

    Attributes:
        lines: places with text that could not be read.
        first: tick at which the first of them was met; None without any.
        left_out: detected lines that were not read, because the video shows more than may be read per second.
    """

    lines: int = 0
    first: int | None = None
    left_out: int = 0


def is_sparse(reading: Reading, aspect: float) -> bool:
    """Whether a reading is too short for its box, as the few letters are that a foreign script happens to resemble.

    Args:
        reading: as it was read.
        aspect: long side over short side of the box.
    """
    return sum(not c.isspace() for c in reading.text) < SPARSE * aspect


def unread(lines: Sequence[Line], left_out: int) -> Unread:
    """What could not be read of the lines of a video, by when they were met first."""
    places: list[Line] = []
    for line in sorted(lines, key=lambda line: line.tick):
        best, sightings = line.best, sum(line.sightings)
        if best is None or sightings < OFTEN or line.aspect < LONG:
            continue
        if is_text(cleaned(best), sightings) and not is_sparse(best, line.aspect):
            continue
        if not any(line.box.overlap(other.box) >= SAME_PLACE for other in places):
            places.append(line)
    return Unread(len(places), places[0].tick if places else None, left_out)
