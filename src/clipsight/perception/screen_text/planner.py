"""Decides which pictures the reader looks at, and which rows of them, within a fixed budget per second of video."""

from __future__ import annotations

from dataclasses import dataclass

from clipsight.perception.frames import Pixels
from clipsight.perception.screen_text.signal import ChangeSignal, Rows
from clipsight.timeline import Instant

GAP_US = 200_000  # at least between two looks: a word that is replaced after 0.36 s is still met
WHOLE_EVERY_US = 2_000_000  # everything is looked at this often, for text that came too softly for the signal
AGAIN_US = 300_000  # after which what surely is new is looked at once more: the detector may have seen half a line
PERHAPS_EVERY_US = 1_000_000  # so often strokes are looked at that may as well be moving footage
RESERVE = 1.5  # whole pictures of the budget that are kept for what is surely new
MOST_ROWS = 0.7  # part of the picture from which bands are not worth it and the whole is looked at
AREA_PER_SECOND = 1.3  # whole pictures of detector area that one second of video may cost on average
FAST_AREA_PER_SECOND = 0.8  # the same for those who rather wait less
AREA_AT_ONCE = 4.0  # whole pictures that may be saved up for a busy second


@dataclass(frozen=True, slots=True)
class Look:
    """Row bands of one picture that are to be read."""

    bands: tuple[Rows, ...]


class Planner:
    """Takes ticks in time order. Bands that the budget or the gap forbids now are looked at later, not dropped."""

    def __init__(self, area_per_second: float = AREA_PER_SECOND) -> None:
        """Prepare for a video; ``area_per_second``: whole pictures that a second may cost on average."""
        self._area_per_second = area_per_second
        self._signal = ChangeSignal()
        self._waiting: list[Rows] = []
        self._perhaps: list[Rows] = []
        self._again: list[tuple[int, Rows]] = []
        self._last_us: int | None = None
        self._counted_us = 0
        self._last_whole_us = 0
        self._last_perhaps_us = 0
        self._credit = AREA_AT_ONCE

    def plan(self, time: Instant, small: Pixels) -> Look | None:
        """The look to take at this tick, if any."""
        height = small.shape[0]
        bands = self._signal.bands(small)
        self._waiting = _joined([*self._waiting, *bands.sure])
        self._perhaps = _joined([*self._perhaps, *bands.perhaps])
        if self._last_us is None:
            return self._take(time, [(0, height)], height)
        if time.us - self._last_us < GAP_US:
            return None
        self._credit = min(AREA_AT_ONCE, self._credit + (time.us - self._counted_us) / 1e6 * self._area_per_second)
        self._counted_us = time.us
        wanted = self._wanted(time, height)
        if not wanted or _area(wanted, height) > self._credit:
            return None
        return self._take(time, wanted, height)

    def _wanted(self, time: Instant, height: int) -> list[Rows]:
        """What to look at now: what is surely new, and from time to time also what may be, or everything."""
        if time.us - self._last_whole_us >= WHOLE_EVERY_US:
            return [(0, height)]
        wanted = self._with_reserve(self._waiting, [band for due, band in self._again if due <= time.us], height)
        if self._perhaps and time.us - self._last_perhaps_us >= PERHAPS_EVERY_US:
            wanted = self._with_reserve(wanted, self._perhaps, height)
        return [(0, height)] if _area(wanted, height) > MOST_ROWS else wanted

    def _with_reserve(self, wanted: list[Rows], more: list[Rows], height: int) -> list[Rows]:
        both = _joined([*wanted, *more])
        return both if _area(both, height) + RESERVE <= self._credit else wanted

    def last(self, height: int) -> Look | None:
        """What was still waiting when the video ended."""
        waiting = _joined([*self._waiting, *self._perhaps])
        self._waiting, self._perhaps = [], []
        return Look(tuple(waiting)) if waiting and height else None

    def _take(self, time: Instant, bands: list[Rows], height: int) -> Look:
        if self._last_us is None or _without(self._waiting, bands) != self._waiting:
            self._last_us = time.us  # looks that only make sure do not keep what is new waiting
        self._again = [(due, band) for due, band in self._again if _without([band], bands)]
        self._again += [(time.us + AGAIN_US, band) for band in self._waiting if not _without([band], bands)]
        self._waiting = _without(self._waiting, bands)
        if self._perhaps and not _without(self._perhaps, bands):
            self._perhaps, self._last_perhaps_us = [], time.us
        area = _area(bands, height)
        self._credit -= area
        if area >= 1:
            self._last_whole_us = time.us
        return Look(tuple(bands))


def _without(bands: list[Rows], seen: list[Rows]) -> list[Rows]:
    """Bands that were not seen whole."""
    return [band for band in bands if not any(top <= band[0] and band[1] <= bottom for top, bottom in seen)]


def _area(bands: list[Rows], height: int) -> float:
    return sum(bottom - top for top, bottom in bands) / height


def _joined(bands: list[Rows]) -> list[Rows]:
    result: list[Rows] = []
    for top, bottom in sorted(bands):
        if result and top <= result[-1][1]:
            result[-1] = (result[-1][0], max(result[-1][1], bottom))
        else:
            result.append((top, bottom))
    return result
