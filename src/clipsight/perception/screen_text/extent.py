"""When exactly a line came and went: from followed ticks to the moments at which it was half visible."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from clipsight.perception.screen_text.follow import Moment
from clipsight.perception.screen_text.geometry import Box
from clipsight.perception.screen_text.history import History
from clipsight.timeline import Instant

HALF = 0.5  # of the clearest contrast: the moment of a fade that counts as its boundary
CLEAR = 75  # percentile of the contrast that counts as fully visible; the maximum would be a bright background
LIKELY = 0.35  # correlation from which a line that fades is still believed to be there
FADED = 0.9  # of the clearest contrast below which a line is fading; what differs beside a clear one is another line
STEP = 3.0  # luma levels per cell that make a step between two frames certain


@dataclass(frozen=True, slots=True)
class Extent:
    """An appearance with its boundaries.

    Attributes:
        first: the first tick at which the line is at least half visible.
        last: the last one.
        start: when it becomes half visible; the time of the first frame when it is there from the beginning.
        end: when it stops being half visible; None when it is still there at the last tick.
    """

    first: Moment
    last: Moment
    start: Instant
    end: Instant | None


def extent(moments: tuple[Moment, ...], box: Box, history: History) -> Extent:
    """The boundaries of a followed line.

    Args:
        moments: consecutive ticks, as a trail gives them.
        box: place of the line where it was read.
        history: the ticks, and the coarse picture of every frame between them.
    """
    clear = float(np.percentile([moment.contrast for moment in moments if moment.present], CLEAR))
    present = [number for number, moment in enumerate(moments) if moment.present]
    visible = [number for number in present if moments[number].contrast >= HALF * clear] or present
    first = _outermost(moments, visible[0], -1, clear)
    last = _outermost(moments, visible[-1], 1, clear)
    start = _boundary(_Edge(moments, first, -1, clear, box), history)
    end = _boundary(_Edge(moments, last, 1, clear, box), history)
    return Extent(moments[first], moments[last], history.time(0) if start is None else start, end)


def _outermost(moments: tuple[Moment, ...], number: int, step: int, clear: float) -> int:
    """The last moment in a direction at which a line that fades is still half visible."""
    while 0 <= number + step < len(moments):
        beside = moments[number + step]
        fades = HALF * clear <= beside.contrast < moments[number].contrast <= FADED * clear
        if not fades or beside.likeness < LIKELY:
            break
        number += step
    return number


@dataclass(frozen=True, slots=True)
class _Edge:
    moments: tuple[Moment, ...]
    number: int
    step: int
    clear: float
    box: Box

    @property
    def inner(self) -> Moment:
        """The outermost moment that is half visible."""
        return self.moments[self.number]

    @property
    def outer(self) -> Moment | None:
        """The moment beyond, if the line was looked for there."""
        beyond = self.number + self.step
        return self.moments[beyond] if 0 <= beyond < len(self.moments) else None


def _boundary(edge: _Edge, history: History) -> Instant | None:
    inner, outer = edge.inner, edge.outer
    tick = inner.tick + edge.step
    if not 0 <= tick < len(history):
        return None
    near, far = history.time(inner.tick), history.time(tick)
    if outer is None or not outer.present:
        exact = _step_between(edge.box.moved(inner.right, inner.down), near, far, history)
        if exact is not None:
            return exact
    level = inner.contrast / edge.clear
    fades = outer is not None and outer.likeness >= LIKELY and level <= FADED
    beyond = outer.contrast / edge.clear if outer is not None and (fades or outer.present) else 0.0
    part = (level - HALF) / max(1e-6, level - beyond)
    return Instant(near.us + round(min(1.0, max(0.0, part)) * (far.us - near.us)))


def _step_between(box: Box, inner: Instant, outer: Instant, history: History) -> Instant | None:
    """The frame at which the cells under a line change over from one look to the other; None when that is not clear."""
    early, late = min(inner, outer), max(inner, outer)
    times, cells = history.cells(box, early, late)
    if len(times) < 2:
        return None
    change = cells[-1] - cells[0]
    size = float(change @ change)
    if size < STEP * STEP * change.size:
        return None
    progress = (cells - cells[0]) @ change / size
    return times[int(np.argmax(progress >= HALF))]
