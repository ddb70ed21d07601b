"""What tells a dissolve from a camera that moves, a thing that passes or light that changes: a few measures, weighed.

The weights are those of a logistic regression on about 3,000 stretches of tuning clips (rendered footage, photographs
under a moving camera, morphing clouds; whips, flashes, passing things, exposure and focus that change), half of them
dissolves. They are few and plain on purpose; the held-out clips of the benchmark had no part in them.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from clipsight.perception.shots.grids import Floats, Grids
from clipsight.timeline import MICROSECONDS

BIAS = 2.303
STANDS_OUT = 0.859  # per factor of e by which the change inside exceeds the usual one
ALIKE, ALIKE_SHIFTED = 3.341, -2.923  # ends that grow alike when one is shifted are those of a camera that moves
CONTRAST = -5.65
LENGTH = -1.083  # per factor of e; most long changes are none of the editor's
CHANGE = 0.0525  # per level of luma between the ends

AROUND = 2  # half lengths before and after, over which the usual change is taken
SHORT_US = 60_000  # less of a neighbourhood says nothing


@dataclass(frozen=True, slots=True)
class Stretch:
    """Pictures ``first`` to ``last`` between which one shot may turn into the next; both lie within ``low`` to ``high``."""

    first: int
    last: int
    low: int
    high: int
    middle_us: int
    length_us: int

    @classmethod
    def around(cls, grids: Grids, middle_us: int, length_us: int, part: tuple[int, int]) -> Stretch:
        """The stretch with a picture more on both sides, inside the first and last picture of its ``part``."""
        half = length_us // 2
        first = max(part[0], grids.place_at(middle_us - half) - 1)
        last = min(part[1], grids.place_at(middle_us + half) + 1)
        return cls(first, last, part[0], part[1], middle_us, length_us)


def likelihood(grids: Grids, stretch: Stretch) -> float:
    """How likely the stretch is a dissolve, 0..1."""
    first, last = stretch.first, stretch.last
    ends = np.array([first], np.intp), np.array([last], np.intp)
    inside = _apart(grids, first, last)
    score = BIAS
    score += STANDS_OUT * math.log((inside + 1) / (_outside(grids, stretch) + 1))
    score += ALIKE * float(grids.likeness(*ends)[0]) + ALIKE_SHIFTED * grids.shifted_likeness(first, last)
    score += CONTRAST * _contrast(grids, stretch)
    score += LENGTH * math.log(stretch.length_us / MICROSECONDS)
    score += CHANGE * inside
    return 1 / (1 + math.exp(-score))


def _outside(grids: Grids, stretch: Stretch) -> float:
    """How much the picture changes before or after, in as much time as the stretch takes; the larger of both."""
    half = stretch.length_us // 2
    before = max(stretch.low, grids.place_at(stretch.middle_us - (1 + AROUND) * half))
    after = min(stretch.high, grids.place_at(stretch.middle_us + (1 + AROUND) * half))
    return max(_pace(grids, before, stretch.first, stretch.length_us), _pace(grids, stretch.last, after, stretch.length_us))


def _pace(grids: Grids, first: int, last: int, us: int) -> float:
    took = int(grids.us[last] - grids.us[first])
    return _apart(grids, first, last) * min(2.0, us / took) if took >= SHORT_US else 0.0


def _apart(grids: Grids, first: int, last: int) -> float:
    return float(np.abs(grids.luma[first].astype(np.int16) - grids.luma[last]).mean())


def _contrast(grids: Grids, stretch: Stretch) -> float:
    """Contrast in the middle over that of the ends: two pictures mixed have less than either (Truong et al. 2000)."""
    middle, first, last = (
        float(_alive(grids, place).std()) for place in (grids.place_at(stretch.middle_us), stretch.first, stretch.last)
    )
    return middle / max(1e-3, math.sqrt((first * first + last * last) / 2))


def _alive(grids: Grids, place: int) -> Floats:
    return grids.luma[place][grids.alive].astype(np.float32)
