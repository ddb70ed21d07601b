"""Plain stretches: fades through one colour, flashes, and black pictures between or around shots."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from clipsight.perception.shots.cuts import FLASH_ALIKE
from clipsight.perception.shots.grids import Border, Floats, Grids

PLAIN = 3.0  # standard deviation of luma in levels
PLAIN_SHARE = 0.12  # of that of the pictures around; a fade need not hit its plain picture exactly
AROUND_US = 1_600_000  # how far away those pictures may be
RAMP_US = 1_500_000  # longest fade to or from one colour
SUDDEN_SHARE = 0.5  # of the full standard deviation in the picture next to the plain ones: no fade, a cut
FULL_SHARE = 0.95  # of it, from which a fade is over
LEAST_RAMP_US = 100_000
BLINK_US = 500_000  # a plain stretch inside one shot, or one that is not worth a shot of its own
SURE = 0.9
# Words that stand through a fade keep its middle from being plain. It is then found as two dissolves, to and from it:
BETWEEN_US = 500_000  # between the two
BOTH_US = 2_200_000  # from the beginning of the first to the end of the second
GROUND = 2.5  # levels that the ground under the words may stray
GROUND_SHARE = 0.12  # of how far it strays in the shots


@dataclass(frozen=True, slots=True)
class _Plain:
    """A plain stretch: its first and last picture, and the nearest pictures before and after that are not faded."""

    first: int
    last: int
    before: int
    after: int


def settle_plain(grids: Grids, borders: Sequence[Border]) -> list[Border]:
    """The borders with those at plain stretches replaced by what the stretch means."""
    kept = list(borders)
    for plain in _plain_stretches(grids):
        low, high = int(grids.us[plain.before]), int(grids.us[plain.after])
        inside = [border for border in kept if low < border.us <= high]
        sure = max((border.confidence for border in inside), default=0.0)
        kept = [border for border in kept if border not in inside] + _meaning(grids, plain, sure)
    return sorted(kept, key=lambda border: border.us)


def joined_fades(grids: Grids, dissolves: Sequence[Border]) -> list[Border]:
    """The dissolves, in time order, with each pair that leads to one colour and away from it as one fade."""
    joined: list[Border] = []
    for border in dissolves:
        fade = _through_ground(grids, joined[-1], border) if joined else None
        if fade is not None:
            joined[-1] = fade
        else:
            joined.append(border)
    return joined


def _through_ground(grids: Grids, first: Border, second: Border) -> Border | None:
    if first.transition != "dissolve":
        return None
    start, out = first.us - first.transition_us // 2, first.us + first.transition_us // 2
    back, end = second.us - second.transition_us // 2, second.us + second.transition_us // 2
    if back - out > BETWEEN_US or end - start > BOTH_US:
        return None
    low, high = (grids.place_at(moment) for moment in (min(out, back), max(out, back)))
    lowest = min(grids.ground(place) for place in range(max(0, low - 1), min(len(grids), high + 2)))
    beside = min(grids.ground(grids.place_at(moment)) for moment in (start, end))
    if lowest >= max(GROUND, GROUND_SHARE * beside):
        return None
    return Border((start + end) // 2, "fade", end - start, max(first.confidence, second.confidence))


def _meaning(grids: Grids, plain: _Plain, sure: float) -> list[Border]:
    """Borders of a plain stretch.

    What is faded belongs to the shot that is seen through it. A plain stretch between two fades is halved; one that
    begins or ends suddenly goes to the shot on the other side, unless it is long and sudden on both sides.

    ``sure`` is the confidence of the surest border that was seen at the stretch, 0 without any. Where the picture turns
    plain suddenly, one must have been: words that come and go on a dark ground make it nearly plain, too.
    """
    us, last = grids.us, len(grids) - 1
    out_us, in_us = int(us[plain.first] - us[plain.before]), int(us[plain.after] - us[plain.last])
    fades_out, fades_in = out_us >= LEAST_RAMP_US, in_us >= LEAST_RAMP_US
    starts, ends = int(us[plain.first]), int(us[min(plain.last + 1, last)])
    whole_us = int(us[plain.after] - us[plain.before])
    is_long = ends - starts >= BLINK_US
    if plain.first == 0 or plain.last == last:
        sudden = not (fades_in if plain.first == 0 else fades_out)
        return [Border(ends if plain.first == 0 else starts, "cut", 0, sure)] if sudden and is_long and sure else []
    if whole_us < BLINK_US and grids.best_likeness(plain.before, plain.after) > FLASH_ALIKE:
        return []
    if fades_in or fades_out:
        middle = (starts + ends) // 2 if fades_in and fades_out else starts if fades_in else ends
        return [Border(middle, "fade", whole_us, SURE)]
    return [Border(moment, "cut", 0, sure) for moment in ((starts, ends) if is_long else (ends,))] if sure else []


def _plain_stretches(grids: Grids) -> list[_Plain]:
    spread, us = grids.spread, grids.us
    around = np.array([_around(spread, us, place) for place in range(len(us))], np.float32)
    plain = spread < np.maximum(PLAIN, PLAIN_SHARE * around)
    edges = np.flatnonzero(np.diff(plain.astype(np.int8), prepend=0, append=0))
    return [
        _Plain(int(first), int(stop) - 1, _full(grids, int(first), -1), _full(grids, int(stop) - 1, 1))
        for first, stop in zip(edges[::2], edges[1::2], strict=True)
    ]


def _around(spread: Floats, us: NDArray[np.int64], place: int) -> float:
    here = int(us[place])
    low, high = (int(np.searchsorted(us, here + away)) for away in (-AROUND_US, AROUND_US + 1))
    return min(float(spread[low : place + 1].max()), float(spread[place:high].max()))


def _full(grids: Grids, edge: int, step: int) -> int:
    """The first picture beyond the edge of a plain stretch that no fade has touched."""
    spread, us = grids.spread, grids.us
    near = edge + step
    if not 0 <= near < len(us):
        return edge
    beyond = np.arange(near, -1 if step < 0 else len(us), step)
    beyond = beyond[np.abs(us[beyond] - us[edge]) <= RAMP_US]
    most = float(spread[beyond].max()) if len(beyond) else 0.0
    if len(beyond) == 0 or spread[near] >= SUDDEN_SHARE * most:
        return near
    full = int(np.flatnonzero(spread[beyond] >= FULL_SHARE * most)[0])
    # All of a fade shows the same scene, only darker; anything else that grows richer in contrast is not one.
    return int(beyond[full]) if grids.best_likeness(int(beyond[full // 2]), int(beyond[full])) > FLASH_ALIKE else near
