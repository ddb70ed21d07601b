"""The lines that are known so far: which detections show one of them again, and what was read."""

from __future__ import annotations

from dataclasses import dataclass, field
from threading import Event

from clipsight.perception.frames import Pixels
from clipsight.perception.screen_text.follow import Patch
from clipsight.perception.screen_text.geometry import Box
from clipsight.perception.screen_text.port import Reading

SAME_PLACE = 0.5  # overlap of two boxes of one line; the detector's edges are not steady
SAME_EDGE = 0.7  # heights by which the left or right edge may wander; more is a letter that was typed
GOOD_READING = 0.93  # mean certainty from which a line is not read again
CLEARER = 1.5  # contrast, relative to the last reading, that is worth another one (a fade)
MOST_READINGS = 3


@dataclass(eq=False)
class Line:
    """One line of text in one place.

    Attributes:
        tick: where it was read first; the patch was taken there.
        box: its place there.
        score: certainty of the detector, 0..1.
        sightings: ticks at which the detector met it, in order of the looks.
        readings: what was read, with the contrast of the line at that time.
    """

    tick: int
    box: Box
    patch: Patch
    score: float
    sightings: list[int] = field(default_factory=list[int])
    readings: list[tuple[Reading, float]] = field(default_factory=list[tuple[Reading, float]])
    asked: int = 0
    contrast: float = 1.0
    read: Event = field(default_factory=Event)

    @property
    def best(self) -> Reading | None:
        """The surest reading, None before the first."""
        return max((reading for reading, _ in self.readings), key=lambda reading: reading.score, default=None)


class LineBook:
    """All lines of a video. Used by one look at a time, in their order, so that results do not depend on timing."""

    def __init__(self) -> None:
        self.lines: list[Line] = []

    def meet(self, tick: int, small: Pixels, box: Box, score: float) -> Line | None:
        """Take note of a detected box.

        Returns:
            The line when it is worth reading now, None when it is known well enough.
        """
        known = self._known(small, box)
        if known is None:
            line = Line(tick, box, Patch(small, box), score, [tick], asked=1)
            self.lines.append(line)
            return line
        line, contrast = known
        line.sightings.append(tick)
        line.read.wait()  # an earlier look reads it right now; that never waits for this one
        best = line.best
        better = contrast >= CLEARER * line.contrast or (best is not None and best.score < GOOD_READING)
        if not better or line.asked >= MOST_READINGS:
            return None
        line.asked += 1
        line.contrast = max(line.contrast, contrast)
        line.read.clear()
        return line

    def _known(self, small: Pixels, box: Box) -> tuple[Line, float] | None:
        best: tuple[Line, float] | None = None
        likeness = 0.0
        for line in reversed(self.lines):
            if not _same_place(line.box, box):
                continue
            match = line.patch.match(small)
            if match.same and match.likeness > likeness:
                best, likeness = (line, match.contrast), match.likeness
        return best


def _same_place(one: Box, other: Box) -> bool:
    slack = SAME_EDGE * max(one.height, other.height)
    edges = abs(one.left - other.left) <= slack and abs(one.right - other.right) <= slack
    return edges and one.overlap(other) >= SAME_PLACE
