"""The lines that are known so far: which detections show one of them again, and what was read."""

from __future__ import annotations

from dataclasses import dataclass, field
from threading import Event

from clipsight.perception.screen_text.drift import follows_picture
from clipsight.perception.screen_text.follow import Match, Moment, Patch, Trail
from clipsight.perception.screen_text.geometry import Box
from clipsight.perception.screen_text.history import History
from clipsight.perception.screen_text.port import Reading
from clipsight.perception.screen_text.wording import SPACE_DOUBT, lost_space

SAME_PLACE = 0.5  # overlap of two boxes of one line; the detector's edges are not steady
SAME_EDGE = 0.35  # heights by which the left or right edge may wander; more is a letter that was typed
BACK_AGAIN = 0.9  # likeness from which a line that was gone is taken for the same again; words that rhyme stay below
BACK_PART = 0.7  # the same for the part that fits least
GOOD_READING = 0.93  # mean certainty from which a line is not read again
CLEARER = 1.5  # contrast, relative to the last reading, that is worth another one (a fade)
MOST_READINGS = 3
KEPT = 300  # ticks (30 s) before the present look whose pictures are kept, to follow back what is read only now
FORGET_EVERY = 50  # ticks that are forgotten together


@dataclass(eq=False)
class Line:
    """One line of text in one place.

    Attributes:
        tick: where it was read first; the patch was taken there.
        box: its place there.
        tilt: degrees by which it is turned, clockwise, -45..45.
        trails: its appearances, in order.
        sightings: how often the detector met it, per trail.
        readings: what was read, with the contrast of the line at that time.
        place: the lowest box that was met, moved back to the first tick: in a narrow band the detector takes in more.
    """

    tick: int
    box: Box
    tilt: float
    patch: Patch
    trails: list[Trail] = field(default_factory=list[Trail])
    sightings: list[int] = field(default_factory=list[int])
    readings: list[Reading] = field(default_factory=list[Reading])
    asked: int = 1
    contrast: float = 1.0
    read: Event = field(default_factory=Event)
    place: Box = field(kw_only=True)

    @property
    def aspect(self) -> float:
        """Long side of its box over the short one, at least 1."""
        low, high = sorted((self.box.width, self.box.height))
        return high / max(1.0, low)

    @property
    def best(self) -> Reading | None:
        """The surest reading, with the spaces that another one may have seen; None before the first."""
        best = max(self.readings, key=lambda reading: reading.score, default=None)
        for reading in self.readings:
            if best and lost_space(best.text, reading.text) and reading.score >= best.score - SPACE_DOUBT:
                best = reading
        return best


class LineBook:
    """All lines of a video. Used by one look at a time, in their order, so that results do not depend on timing."""

    def __init__(self, history: History) -> None:
        self._history = history
        self.lines: list[Line] = []

    def meet(self, tick: int, box: Box, tilt: float) -> Line | None:
        """Take note of a detected box.

        Returns:
            The line when it is worth reading now, None when it is known well enough.
        """
        known = self._known(tick, box)
        if known is None:
            patch = Patch(self._history.picture(tick), box)
            trail = Trail(patch, tick, patch.match(self._history.picture(tick)))
            line = Line(tick, box, tilt, patch, [trail], [1], place=box)
            self.lines.append(line)
            return line
        line, there = known
        contrast = there.contrast
        line.sightings[-1] += 1
        if box.height < line.place.height:
            line.place = box.moved(-there.right, -there.down)
        line.read.wait()  # an earlier look reads it right now; that never waits for this one
        best = line.best
        better = contrast >= CLEARER * line.contrast or (best is not None and best.score < GOOD_READING)
        if not better or line.asked >= MOST_READINGS:
            return None
        line.asked += 1
        line.contrast = max(line.contrast, contrast)
        line.read.clear()
        return line

    def let_go(self, tick: int) -> None:
        """Forget the pictures long before a look, after every line was followed through them.

        Called with the looks in their order, so what is forgotten does not depend on timing.
        """
        until = tick - KEPT
        if until - self._history.first < FORGET_EVERY:
            return
        for line in self.lines:
            for trail in line.trails:
                if trail.drift is None:
                    moments = trail.closed(self._history, until)
                    if trail.lost:
                        trail.drift = follows_picture(moments, line.box, self._history)
        self._history.forget(until)

    def _known(self, tick: int, box: Box) -> tuple[Line, Moment | Match] | None:
        for line in reversed(self.lines):
            moment = line.trails[-1].until(self._history, tick)
            if moment is not None and _same_place(line.box.moved(moment.right, moment.down), box):
                return line, moment
        for line in reversed(self.lines):
            if not _same_place(line.box, box) or line.trails[-1].until(self._history, tick) is not None:
                continue
            match = line.patch.match(self._history.picture(tick))
            if match.likeness >= BACK_AGAIN and match.worst >= BACK_PART:
                line.trails.append(Trail(line.patch, tick, match))
                line.sightings.append(0)
                return line, match
        return None


def _same_place(one: Box, other: Box) -> bool:
    slack = SAME_EDGE * max(one.height, other.height)
    edges = abs(one.left - other.left) <= slack and abs(one.right - other.right) <= slack
    return edges and one.overlap(other) >= SAME_PLACE
