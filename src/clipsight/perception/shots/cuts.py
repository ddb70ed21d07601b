"""Hard cuts: most of the picture changes from one picture to the next, more than around it, and it stays changed."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from clipsight.perception.shots.grids import Border, Floats, Grids

CHANGED_SHARE = 0.45  # of the blocks; a caption that pops up covers less
STANDS_OUT = 2.5  # times the change between the neighbouring pictures; a pan changes as much before and after
ALIKE = 0.9  # correlation from which two pictures show the same thing, whatever the light
FLASH_US = 150_000  # a change that is undone within this time was a flash
NEIGHBOURHOOD_US = 300_000
NEIGHBOURS_AT_LEAST = 4


def find_cuts(grids: Grids) -> list[Border]:
    """Borders at the first picture of each new shot."""
    count = len(grids)
    if count < 2:
        return []
    before = np.arange(count - 1, dtype=np.intp)
    means, shares = grids.changes(before, before + 1)
    likeness = grids.likeness(before, before + 1)
    usual = _usual(grids, means)
    jump = (shares > CHANGED_SHARE) & (means >= STANDS_OUT * usual) & (likeness < ALIKE)
    places = np.flatnonzero(jump)
    return [
        Border(int(grids.us[place + 1]), "cut", 0, _confidence(shares[place], likeness[place]))
        for place in places
        if _stays(grids, int(place), float(means[place]))
    ]


def _usual(grids: Grids, means: Floats) -> Floats:
    """What the neighbouring changes amount to: the upper quartile, because every second picture may be a repeat."""
    result = np.zeros_like(means)
    for place in range(len(means)):
        near = np.flatnonzero(np.abs(grids.us[1:] - grids.us[place + 1]) <= NEIGHBOURHOOD_US)
        low = max(0, min(int(near[0]), place - NEIGHBOURS_AT_LEAST))
        high = min(len(means), max(int(near[-1]), place + NEIGHBOURS_AT_LEAST) + 1)
        others = np.delete(means[low:high], place - low)
        result[place] = np.quantile(others, 0.75) if len(others) else 0
    return result


def _stays(grids: Grids, place: int, change: float) -> bool:
    """Whether no picture shortly after looks like the one before, nor the other way round."""
    last, first = place, place + 1
    after = np.flatnonzero((grids.us > grids.us[first]) & (grids.us <= grids.us[first] + FLASH_US))
    earlier = np.flatnonzero((grids.us < grids.us[last]) & (grids.us >= grids.us[last] - FLASH_US))
    return not (_returns(grids, last, after, change) or _returns(grids, first, earlier, change))


def _returns(grids: Grids, place: int, others: NDArray[np.intp], change: float) -> bool:
    if len(others) == 0:
        return False
    same = np.full(len(others), place, np.intp)
    means, _ = grids.changes(same, others)
    return bool(np.any((means < change / 2) & (grids.likeness(same, others) > ALIKE)))


def _confidence(share: float, likeness: float) -> float:
    """Grows from one half with the share of changed blocks and with how unlike the two pictures are."""
    return round(
        float(min(1.0, 0.5 + 0.25 * (share - CHANGED_SHARE) / (1 - CHANGED_SHARE) + 0.25 * (1 - max(0.0, likeness)))), 3
    )
