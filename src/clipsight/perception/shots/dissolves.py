"""Dissolves: for a while every picture is a mixture of the picture before and the picture after."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from clipsight.perception.shots.cuts import ALIKE, CHANGED_SHARE
from clipsight.perception.shots.grids import Border, Grids, Places
from clipsight.perception.shots.signs import Stretch, likelihood
from clipsight.timeline import MICROSECONDS

STEP_US = 66_000  # pictures are compared fifteen times a second; a dissolve lasts several times as long
HALF_LENGTHS = (2, 3, 4, 6, 8, 11)  # steps from the middle to either end that are tried
UNLIKE_MIDDLE = 0.38  # of the distance between the ends; a cut is one half off, motion more
MARGIN_STEPS = 2  # by which the stretch is widened before its ends are measured
HIGH, LOW = 0.85, 0.15  # shares of the first shot between which the mixing is measured
LEAST_US = 120_000  # a shorter one is a cut that the encoder smeared
UNEXPLAINED = 0.5  # of the distance between the ends; what moves meanwhile in both shots
BENT = 0.2  # how far the shares may stray from a straight line
LENGTH_STEPS = 3  # per doubling; candidates nearer to each other than that, and than a step in time, are one
LIKELY = 0.5  # chance below which a candidate is dropped
SURE = 0.85  # greatest confidence: slow changes of light and large things that pass look alike


def find_dissolves(grids: Grids, cuts: Sequence[Border]) -> list[Border]:
    """Borders in the middle of each dissolve. None reaches across one of the ``cuts``."""
    thin = _thinned(grids)
    part = np.searchsorted(np.asarray([cut.us for cut in cuts], np.int64), grids.us, side="right")
    found: dict[tuple[int, int], tuple[float, Stretch]] = {}
    for half in HALF_LENGTHS:
        if len(thin) <= 2 * half:
            break
        before, middle, after = thin[: -2 * half], thin[half:-half], thin[2 * half :]
        for place, strength in _candidates(grids, before, middle, after, part).items():
            number = int(part[thin[place]])
            low, high = max(0, place - MARGIN_STEPS), min(len(thin) - 1, place + 2 * half + MARGIN_STEPS)
            mixing = _measured(grids, (int(thin[low]), int(thin[high])), number, part)
            if mixing is None:
                continue
            same = mixing[0] // STEP_US, round(LENGTH_STEPS * math.log2(mixing[1]))
            if same not in found or strength > found[same][0]:
                ends = int(np.searchsorted(part, number)), int(np.searchsorted(part, number, side="right")) - 1
                found[same] = strength, Stretch.around(grids, *mixing, ends)
    return _strongest([(strength, likelihood(grids, stretch), stretch) for strength, stretch in found.values()])


def _thinned(grids: Grids) -> Places:
    """Places of pictures that are at least a step apart."""
    steps = (grids.us - grids.us[0]) // STEP_US
    return np.flatnonzero(np.diff(steps, prepend=-1) > 0)


def _candidates(grids: Grids, before: Places, middle: Places, after: Places, part: Places) -> dict[int, float]:
    """Places in ``before`` from which the picture turns into that of ``after`` through their mean, and how strongly."""
    near = np.flatnonzero((part[before] == part[after]) & (grids.us[after] - grids.us[before] < 4 * MICROSECONDS))
    off = grids.mixture(middle[near], before[near], after[near])
    near, off = near[off < UNLIKE_MIDDLE], off[off < UNLIKE_MIDDLE]
    apart, share = grids.changes(before[near], after[near])
    unlike = (share > CHANGED_SHARE) & (grids.likeness(before[near], after[near]) < ALIKE)
    return {int(near[place]): float(apart[place] * (1 - off[place])) for place in np.flatnonzero(unlike)}


def _measured(grids: Grids, ends: tuple[int, int], number: int, part: Places) -> tuple[int, int] | None:
    """Middle and length in microseconds of the mixing between two pictures; None when it is not a steady mixing."""
    places = np.arange(ends[0], ends[1] + 1, dtype=np.intp)
    places = places[part[places] == number]
    share, rest = grids.shares_of(places, int(places[0]), int(places[-1]))
    first = int(np.flatnonzero(share >= HIGH)[-1])
    last = int(np.flatnonzero(share <= LOW)[0])
    if last - first < 3:
        return None
    times = grids.us[places[first : last + 1]].astype(np.float64)
    mixing = share[first : last + 1].astype(np.float64)
    slope, level = _line(times - times[0], mixing)
    if slope >= 0 or float(np.abs(level + slope * (times - times[0]) - mixing).max()) > BENT:
        return None
    if float(rest[first : last + 1].mean()) > UNEXPLAINED:
        return None
    length = -1 / slope
    middle = float(times[0]) + (0.5 - level) / slope
    return (round(middle), round(length)) if length >= LEAST_US else None


def _line(x: NDArray[np.float64], y: NDArray[np.float64]) -> tuple[float, float]:
    """Slope and level at zero of the straight line nearest to the points (least squares)."""
    centred = x - x.mean()
    slope = float(centred @ (y - y.mean())) / (float(centred @ centred) or 1.0)
    return slope, float(y.mean()) - slope * float(x.mean())


def _strongest(found: Sequence[tuple[float, float, Stretch]]) -> list[Border]:
    """The strongest of the likely ones that overlap in time; ``found`` holds strengths and chances."""
    kept: list[Border] = []
    for _, chance, stretch in sorted(found, key=lambda item: -item[0] * item[1]):
        length = stretch.length_us
        apart = all(abs(stretch.middle_us - other.us) >= (length + other.transition_us) // 2 for other in kept)
        if chance >= LIKELY and apart:
            kept.append(Border(stretch.middle_us, "dissolve", length, round(SURE * chance, 3)))
    return sorted(kept, key=lambda border: border.us)
