from __future__ import annotations

import numpy as np
import pytest

from clipsight.perception.frames import Pixels
from clipsight.perception.screen_text.planner import (
    AREA_AT_ONCE,
    AREA_PER_SECOND,
    FAST_AREA_PER_SECOND,
    GAP_US,
    RESERVE,
    Planner,
)
from clipsight.timeline import Instant


def stripes(seed: int) -> Pixels:
    """A picture whose strokes are everywhere and others for every seed."""
    bars = np.random.default_rng(seed).integers(0, 2, (48, 27), np.uint8) * 200
    return np.ascontiguousarray(bars.repeat(10, axis=0).repeat(10, axis=1))


def looks(pictures: list[Pixels], per_second: float = AREA_PER_SECOND) -> tuple[list[int], float]:
    """Times of the looks in microseconds, and their area in whole pictures."""
    planner, area = Planner(per_second), 0.0
    times: list[int] = []
    for tick, picture in enumerate(pictures):
        look = planner.plan(Instant(tick * 100_000), picture)
        if look is not None:
            times.append(tick * 100_000)
            area += sum(bottom - top for top, bottom in look.bands) / picture.shape[0]
    return times, area


@pytest.mark.parametrize("per_second", [AREA_PER_SECOND, FAST_AREA_PER_SECOND])
def test_a_hostile_video_stays_within_the_budget(per_second: float) -> None:
    pictures = [stripes(tick // 2) for tick in range(300)]
    times, area = looks(pictures, per_second)
    assert area <= AREA_AT_ONCE + 30 * per_second
    assert area >= 0.8 * 30 * per_second
    assert min(np.diff(times)) >= GAP_US


def test_a_still_picture_costs_a_look_every_two_seconds() -> None:
    times, area = looks([stripes(1)] * 101)
    assert times[0] == 0
    assert area <= 7


def test_the_first_picture_is_looked_at_whole() -> None:
    look = Planner().plan(Instant(0), stripes(1))
    assert look is not None
    assert look.bands == ((0, 480),)


def test_a_change_in_one_place_costs_only_its_rows() -> None:
    planner, before = Planner(), np.full((480, 270), 60, np.uint8)
    after = before.copy()
    after[200:220, 60:200:4] = 240
    found = [planner.plan(Instant(tick * 100_000), before if tick < 5 else after) for tick in range(12)]
    bands = [look.bands for look in found[1:] if look is not None]
    assert len(bands) == 2  # and once more, in case the detector saw half a line
    assert bands[0] == bands[1]
    ((top, bottom),) = bands[0]
    assert 150 <= top <= 200
    assert 220 <= bottom <= 270


def test_what_surely_is_new_goes_before_what_may_be_footage() -> None:
    """Faint spots that come and go everywhere leave the budget to letters."""
    rng, planner = np.random.default_rng(5), Planner()
    looks_from_50: list[int] = []
    area, places = 0.0, rng.integers(0, 8, 32)
    for tick in range(60):
        places = rng.integers(0, 8, 32) if tick % 2 == 0 else places
        picture = np.full((480, 270), 60, np.uint8)
        for row, place in enumerate(places):
            picture[15 * row + 7, 30 * place + 7 : 30 * place + 30 : 15] = 140
        if tick >= 50:
            picture[200:220, 60:200:4] = 240
        look = planner.plan(Instant(tick * 100_000), picture)
        if look is not None:
            area += sum(bottom - top for top, bottom in look.bands) / 480
            if tick > 50 and any(top <= 200 and bottom >= 220 for top, bottom in look.bands):
                looks_from_50.append(tick)
    assert looks_from_50[0] in (51, 52, 53)
    assert 3 <= area <= AREA_AT_ONCE + 6 * AREA_PER_SECOND - RESERVE
