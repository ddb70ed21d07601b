"""Hard cuts: most of the picture changes from one picture to the next, more than around it, and it stays changed."""

from __future__ import annotations

import numpy as np

from clipsight.perception.shots.grids import Border, Floats, Grids, Places

CHANGED_SHARE = 0.45  # of the blocks; a caption that pops up covers less
STANDS_OUT = 2.5  # times the change between the neighbouring pictures; a pan changes as much before and after
ALIKE = 0.9  # correlation from which two pictures show the same thing, whatever the light
TOUCHED = 0.7  # of the cells; a large picture laid over the scene leaves more of them alone
# A closer view of the same scene (a punch-in) changes each block little, but all of them at once and out of nothing:
FAINT_STANDS_OUT = 6.0
FAINT_TOUCHED = 0.85
FAINT_ALIKE = 0.75
FAINT_LEAST = 6.0  # levels
FLASH_ALIKE = 0.8  # lower than ALIKE, because the camera moves on during the flash
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
    likeness = np.ones(count - 1, np.float32)
    changed = np.flatnonzero((shares > CHANGED_SHARE) | (means > FAINT_LEAST))
    likeness[changed] = grids.likeness(changed, changed + 1)
    return [
        Border(int(grids.us[place + 1]), "cut", 0, cut_confidence(float(shares[place]), float(likeness[place])))
        for place in np.flatnonzero(likeness < ALIKE)
        if _is_cut(grids, int(place), means, float(shares[place]), float(likeness[place]))
    ]


def _is_cut(grids: Grids, place: int, means: Floats, share: float, likeness: float) -> bool:
    change, usual = float(means[place]), _usual(grids, means, place)
    if change < STANDS_OUT * usual:
        return False
    touched = grids.touched(place, place + 1, 2 * usual)
    if share <= CHANGED_SHARE or touched < TOUCHED:
        faint = change >= max(FAINT_LEAST, FAINT_STANDS_OUT * usual) and touched >= FAINT_TOUCHED
        if not faint or likeness >= FAINT_ALIKE:
            return False
    return grids.shifted_likeness(place, place + 1) < ALIKE and _stays(grids, place, change)


def _usual(grids: Grids, means: Floats, place: int) -> float:
    """What the neighbouring changes amount to: the upper quartile, because every second picture may be a repeat."""
    times, here = grids.us[1:], int(grids.us[place + 1])
    low = min(int(np.searchsorted(times, here - NEIGHBOURHOOD_US)), place - NEIGHBOURS_AT_LEAST)
    high = max(int(np.searchsorted(times, here + NEIGHBOURHOOD_US + 1)), place + NEIGHBOURS_AT_LEAST + 1)
    others = np.concatenate([means[max(0, low) : place], means[place + 1 : high]])
    return float(np.quantile(others, 0.75)) if len(others) else 0.0


def _stays(grids: Grids, place: int, change: float) -> bool:
    """Whether no picture shortly after looks like the one before, nor the other way round."""
    last, first = place, place + 1
    after = np.flatnonzero((grids.us > grids.us[first]) & (grids.us <= grids.us[first] + FLASH_US))
    earlier = np.flatnonzero((grids.us < grids.us[last]) & (grids.us >= grids.us[last] - FLASH_US))
    return not (_returns(grids, last, after, change) or _returns(grids, first, earlier, change))


def _returns(grids: Grids, place: int, others: Places, change: float) -> bool:
    means, _ = grids.changes(np.full(len(others), place, np.intp), others)
    return any(grids.best_likeness(place, int(other)) > FLASH_ALIKE for other in others[means < change / 2])


def cut_confidence(share: float, likeness: float) -> float:
    """0.5..1; grows with the share of changed blocks (0..1) and falls with the correlation of the two pictures (-1..1)."""
    changed = (share - CHANGED_SHARE) / (1 - CHANGED_SHARE)
    return round(min(1.0, 0.5 + 0.25 * max(0.0, changed) + 0.25 * (1 - max(0.0, likeness))), 3)
