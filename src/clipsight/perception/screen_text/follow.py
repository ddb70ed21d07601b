"""Follows one line of text through time by how its strokes look, without reading it again.

Strokes are compared with normalised cross-correlation, which does not mind fades or brightness, and only at and around the
strokes themselves, which does not mind what moves behind them. Contrast relative to the clearest moment tells how visible
the line is.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from clipsight.perception.frames import Pixels
from clipsight.perception.screen_text.geometry import Box
from clipsight.perception.screen_text.history import History
from clipsight.perception.screen_text.signal import strokes

SAME = 0.6  # correlation from which it is the same line; other words in the same place stay below 0.5
SURE = 0.8  # correlation from which there is no need to look beside the place
SAME_PART = 0.15  # every part of the line must correlate that much: "going" is not "doing"
PART = 1.25  # width of such a part in heights of the line's box, about two letters
BETTER = 0.05  # by which another place must fit better; a tie means that it has not moved
NUDGE = 2  # pixels around the place that are searched first: most that moves, moves slowly
PROBE = 96  # pixels; the middle of a long line is enough to find it, and costs a third
REACH = 6  # pixels of the small picture that a line may move between two ticks
FAINT = 0.12  # contrast, relative to where it was read, below which a line is gone
MISSES = 3  # ticks in a row without the line that end it; something that passes in front of it lasts one or two
RESUMED = 0.65  # correlation from which a line goes on after such a gap; by chance another word may reach SAME
FEW_STROKES = 16  # pixels; with fewer strokes the whole box is compared

Reals = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Match:
    """How a line looks in one picture.

    Attributes:
        likeness: correlation of the strokes, -1..1.
        worst: correlation of the part that fits least, -1..1.
        contrast: contrast relative to the picture where the line was read.
        right, down: how far the line has moved, in pixels of the small picture.
    """

    likeness: float
    worst: float
    contrast: float
    right: int
    down: int

    @property
    def same(self) -> bool:
        return self.likeness >= SAME and self.worst >= SAME_PART


class Patch:
    """The strokes of a line in the picture where it was read."""

    def __init__(self, small: Pixels, box: Box) -> None:
        left, top, right, bottom = box.pixels(small)
        self._place = (left, top)
        self._probe_left = max(0, (right - left - PROBE) // 2)
        self._probe = np.ascontiguousarray(
            small[top:bottom, left + self._probe_left : min(right, left + self._probe_left + PROBE)]
        )
        margin = small[max(0, top - 1) : bottom + 1, max(0, left - 1) : right + 1]
        edges = strokes(margin)[top - max(0, top - 1) :, left - max(0, left - 1) :][: bottom - top, : right - left]
        ink = cv2.dilate(edges, np.ones((3, 3), np.uint8)) > 0
        if int(ink.sum()) < FEW_STROKES:
            ink = np.ones((bottom - top, right - left), bool)
        self._rows, self._columns = np.nonzero(ink)
        order = np.argsort(self._columns, kind="stable")
        self._rows, self._columns = self._rows[order], self._columns[order]
        part = max(8, round(PART * (bottom - top)))
        cuts = np.searchsorted(self._columns, np.arange(part, right - left - part // 2, part))
        self._starts = np.concatenate(([0], cuts)).astype(np.intp)
        self._values = small[self._rows + top, self._columns + left].astype(np.float32)

    @property
    def contrast(self) -> float:
        """Spread of the luma around the strokes, 0..127."""
        return float(self._values.std())

    def match(self, small: Pixels, right: int = 0, down: int = 0) -> Match:
        """How the line looks in another picture, near the place to which it had moved.

        Args:
            small: luma of the same shape as where the patch was taken.
            right: where to expect it, in pixels to the right of its first place.
            down: the same, downwards.
        """
        best = self._compare(small, right, down)
        for reach, enough in ((NUDGE, SURE), (REACH, SAME)):
            if best.likeness >= enough:
                break
            beside = self._search(small, right, down, reach)
            if beside is not None and beside != (best.right, best.down):
                there = self._compare(small, *beside)
                best = there if there.likeness > best.likeness + BETTER else best
        return best

    def _compare(self, small: Pixels, right: int, down: int) -> Match:
        rows, columns = self._rows + self._place[1] + down, self._columns + self._place[0] + right
        inside = (rows >= 0) & (rows < small.shape[0]) & (columns >= 0) & (columns < small.shape[1])
        if not inside.all():
            return Match(0.0, 0.0, 0.0, right, down)
        now = small[rows, columns].astype(np.float32)
        likeness, contrast = _correlation(self._values, now)
        return Match(likeness, self._worst(now), contrast, right, down)

    def _worst(self, now: Reals) -> float:
        parts: list[float] = []
        for start, end in zip(self._starts, (*self._starts[1:], len(now)), strict=True):
            if end - start >= FEW_STROKES:
                parts.append(_correlation(self._values[start:end], now[start:end])[0])
        return min(parts, default=1.0)

    def _search(self, small: Pixels, right: int, down: int, reach: int) -> tuple[int, int] | None:
        height, width = self._probe.shape
        left, top = self._place[0] + self._probe_left + right, self._place[1] + down
        cut_left, cut_top = max(0, left - reach), max(0, top - reach)
        area = small[cut_top : max(0, top + height + reach), cut_left : max(0, left + width + reach)]
        if area.shape[0] < height or area.shape[1] < width:
            return None
        scores = cv2.matchTemplate(np.ascontiguousarray(area), self._probe, cv2.TM_CCOEFF_NORMED)
        best = cv2.minMaxLoc(np.nan_to_num(scores))[3]
        return right + cut_left + best[0] - left, down + cut_top + best[1] - top


def _correlation(reference: Reals, now: Reals) -> tuple[float, float]:
    """Normalised cross-correlation, and the contrast of ``now`` as a multiple of the reference's."""
    first, second = reference - reference.mean(), now - now.mean()
    product, own, other = float(first @ second), float(first @ first), float(second @ second)
    if own < 1e-3 or other < 1e-3:
        return 0.0, 0.0
    return product / (own * other) ** 0.5, product / own


@dataclass(frozen=True, slots=True)
class Moment:
    """A line at one tick.

    Attributes:
        tick: number in the history.
        present: whether it was recognised as the same line.
        contrast: how visible it was, relative to where it was read; at least 0.
        likeness: correlation with where it was read.
        right: how far it has moved from there, in pixels of the small picture.
        down: the same, downwards.
    """

    tick: int
    present: bool
    contrast: float
    likeness: float
    right: int
    down: int


class Trail:
    """One uninterrupted appearance of a line, followed from a tick at which it is known to be there.

    Forwards it grows as far as it is asked to, so that a look can be compared with the lines that are still there;
    backwards it is followed at the end.
    """

    def __init__(self, patch: Patch, tick: int, match: Match) -> None:
        origin = Moment(tick, True, max(FAINT, match.contrast), match.likeness, match.right, match.down)
        self._patch = patch
        self._after = [origin]
        self._before = [origin]
        self.drift: float | None = None

    @property
    def origin(self) -> int:
        """The tick at which the line is known to be there."""
        return self._before[0].tick

    def until(self, history: History, tick: int) -> Moment | None:
        """Follow forwards up to a tick; the line there, None when it was lost before or is not there."""
        last = self._walk(self._after, history, 1, tick + 1)
        return last if last.tick == tick and last.present else None

    def closed(self, history: History, stop: int | None = None) -> tuple[Moment, ...]:
        """Everything that was followed, both ways, in order; absent moments beside the ends tell how it went away.

        Args:
            history: the ticks. Those that are forgotten were followed before, or are not reached.
            stop: tick at which to stop going forwards; the end of the history when not given.
        """
        self._walk(self._after, history, 1, len(history) if stop is None else stop)
        self._walk(self._before, history, -1, history.first - 1)
        return (*reversed(self._before[1:]), *self._after)

    @property
    def lost(self) -> bool:
        """Whether the line went away, as far as it was followed forwards."""
        last = next(moment for moment in reversed(self._after) if moment.present)
        return self._after[-1].tick - last.tick >= MISSES

    def _walk(self, moments: list[Moment], history: History, step: int, stop: int) -> Moment:
        last = next(moment for moment in reversed(moments) if moment.present)
        tick = moments[-1].tick + step
        while tick != stop and (tick - last.tick) * step <= MISSES and (tick - stop) * step < 0:
            match = self._patch.match(history.picture(tick), last.right, last.down)
            present = match.same and match.contrast >= FAINT
            if (tick - last.tick) * step > 1:
                present = present and match.likeness >= RESUMED
            moments.append(Moment(tick, present, max(0.0, match.contrast), match.likeness, match.right, match.down))
            if present:
                last = moments[-1]
            tick += step
        return moments[-1]
