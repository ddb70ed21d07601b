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
from clipsight.timeline import Instant

SAME = 0.6  # correlation from which it is the same line; other words in the same place stay below 0.5
SURE = 0.8  # correlation from which there is no need to look beside the place
SAME_PART = 0.2  # every part of the line must correlate that much: "going" is not "doing"
PART = 1.5  # width of such a part in heights of the line, about two letters
REACH = 6  # pixels of the small picture that a line may move between two ticks
FAINT = 0.12  # contrast, relative to where it was read, below which a line is gone
MISSES = 2  # ticks in a row without the line that end it; a flash or a damaged picture lasts one
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
        self._luma = np.ascontiguousarray(small[top:bottom, left:right])
        margin = small[max(0, top - 1) : bottom + 1, max(0, left - 1) : right + 1]
        edges = strokes(margin)[top - max(0, top - 1) :, left - max(0, left - 1) :][: bottom - top, : right - left]
        ink = cv2.dilate(edges, np.ones((3, 3), np.uint8)) > 0
        if int(ink.sum()) < FEW_STROKES:
            ink = np.ones(self._luma.shape, bool)
        self._rows, self._columns = np.nonzero(ink)
        order = np.argsort(self._columns, kind="stable")
        self._rows, self._columns = self._rows[order], self._columns[order]
        part = max(8, round(PART * (bottom - top)))
        cuts = np.searchsorted(self._columns, np.arange(part, right - left - part // 2, part))
        self._starts = np.concatenate(([0], cuts)).astype(np.intp)
        self._values = self._luma[self._rows, self._columns].astype(np.float32)

    @property
    def contrast(self) -> float:
        """Spread of the luma around the strokes, 0..127."""
        return float(self._values.std())

    def match(self, small: Pixels, right: int = 0, down: int = 0, reach: int = REACH) -> Match:
        """How the line looks in another picture, near the place to which it had moved.

        Args:
            small: luma of the same shape as where the patch was taken.
            right: where to expect it, in pixels to the right of its first place.
            down: the same, downwards.
            reach: pixels around that place to search when it is not right there.
        """
        here = self._compare(small, right, down)
        if here.likeness >= SURE or reach == 0:
            return here
        beside = self._search(small, right, down, reach)
        if beside is None or beside == (right, down):
            return here
        there = self._compare(small, *beside)
        return there if there.likeness > here.likeness + 0.05 else here

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
        height, width = self._luma.shape
        left, top = self._place[0] + right - reach, self._place[1] + down - reach
        cut_left, cut_top = max(0, left), max(0, top)
        area = small[cut_top : max(0, top + height + 2 * reach), cut_left : max(0, left + width + 2 * reach)]
        if area.shape[0] < height or area.shape[1] < width:
            return None
        scores = cv2.matchTemplate(np.ascontiguousarray(area), self._luma, cv2.TM_CCOEFF_NORMED)
        best = cv2.minMaxLoc(np.nan_to_num(scores))[3]
        return cut_left + best[0] - self._place[0], cut_top + best[1] - self._place[1]


def _correlation(reference: Reals, now: Reals) -> tuple[float, float]:
    """Normalised cross-correlation, and the contrast of ``now`` as a multiple of the reference's."""
    first, second = reference - reference.mean(), now - now.mean()
    product, own, other = float(first @ second), float(first @ first), float(second @ second)
    if own < 1e-3 or other < 1e-3:
        return 0.0, 0.0
    return product / (own * other) ** 0.5, product / own


@dataclass(frozen=True, slots=True)
class Moment:
    """A line at one tick: how visible it is relative to where it was read, and where it was."""

    tick: int
    contrast: float
    right: int
    down: int


@dataclass(frozen=True, slots=True)
class Extent:
    """An uninterrupted appearance of a line, from its first to its last tick.

    Attributes:
        moments: the ticks at which it was there, in order, never empty.
        start: when it is half visible for the first time.
        end: when it stops being half visible; None when it was still there at the last tick.
    """

    moments: tuple[Moment, ...]
    start: Instant
    end: Instant | None

    @property
    def first(self) -> int:
        return self.moments[0].tick

    @property
    def last(self) -> int:
        return self.moments[-1].tick


def follow(patch: Patch, history: History, tick: int) -> Extent:
    """The appearance of a line around a tick at which it is known to be there."""
    here = patch.match(history.picture(tick))
    middle = Moment(tick, here.contrast if here.contrast > FAINT else 1.0, here.right, here.down)
    before = _walk(patch, history, middle, -1)
    after = _walk(patch, history, middle, 1)
    moments = (*reversed(before), middle, *after)
    clear = float(np.percentile([moment.contrast for moment in moments], 75))
    visible = [moment for moment in moments if moment.contrast >= clear / 2]
    first, last = visible[0], visible[-1]
    levels = {moment.tick: moment.contrast for moment in moments}
    start = _half_way(history, first.tick, -1, levels, clear)
    end = _half_way(history, last.tick, 1, levels, clear)
    if first.tick == 0:
        start = history.time(0)
    return Extent(tuple(visible), start if start is not None else history.time(0), end)


def _walk(patch: Patch, history: History, origin: Moment, step: int) -> list[Moment]:
    found: list[Moment] = []
    last, misses, tick = origin, 0, origin.tick + step
    while 0 <= tick < len(history) and misses < MISSES:
        match = patch.match(history.picture(tick), last.right, last.down)
        if match.same and match.contrast >= FAINT:
            last = Moment(tick, match.contrast, match.right, match.down)
            found.append(last)
            misses = 0
        else:
            misses += 1
        tick += step
    return found


def _half_way(history: History, tick: int, step: int, levels: dict[int, float], clear: float) -> Instant | None:
    """When the contrast passes one half between a visible tick and the one beside it; None past the ends."""
    beside = tick + step
    if not 0 <= beside < len(history):
        return None
    level, next_level = levels[tick] / clear, levels.get(beside, 0.0) / clear
    part = 0.5 if beside not in levels else (level - 0.5) / max(1e-6, level - next_level)
    near, far = history.time(tick).us, history.time(beside).us
    return Instant(round(near + min(1.0, max(0.0, part)) * (far - near)))
