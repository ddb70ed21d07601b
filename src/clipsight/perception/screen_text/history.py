"""What the picture looked like before: the small luma ten times per second, so that lines can be followed both ways."""

from __future__ import annotations

from clipsight.perception.frames import Pixels
from clipsight.timeline import Instant

TICK_US = 100_000  # ten looks per second: a boundary between two of them is at most 0.05 s off
EARLY_US = 8_000  # a frame this much before its tick counts as on it: time stamps are rounded, and 30 fps misses 0.1 s


class History:
    """Ticks in time order. One thread appends; any thread may read what is already there."""

    def __init__(self) -> None:
        self._times: list[Instant] = []
        self._pictures: list[Pixels] = []
        self._next_us = 0

    def __len__(self) -> int:
        return len(self._times)

    def is_due(self, time: Instant) -> bool:
        """Whether a picture at this time is the next tick."""
        return not self._times or time.us >= self._next_us - EARLY_US

    def append(self, time: Instant, small: Pixels) -> int:
        """Keep a picture; the number of its tick."""
        # Pictures before the times: a reader that sees the tick finds its picture.
        self._pictures.append(small)
        self._times.append(time)
        self._next_us = time.us - time.us % TICK_US + TICK_US
        if self._next_us - time.us < TICK_US // 2:
            self._next_us += TICK_US
        return len(self._times) - 1

    def picture(self, tick: int) -> Pixels:
        """Luma of a tick, at most :data:`clipsight.perception.frames.SMALL_LONG_SIDE` pixels long."""
        return self._pictures[tick]

    def time(self, tick: int) -> Instant:
        return self._times[tick]
