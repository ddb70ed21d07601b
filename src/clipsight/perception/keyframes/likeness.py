"""Whether two pictures are nearly the same."""

from __future__ import annotations

import cv2
import numpy as np

from clipsight.perception.frames import Pixels

HASH_SIDE = 8  # 8 by 8 comparisons make 64 bits
NEAR = 5  # bits of 64 that may differ between pictures that look the same


def difference_hash(small: Pixels) -> int:
    """64 bits that say where the picture grows brighter to the right; small changes flip few of them.

    The idea of the difference hash as published by Krawetz in 2013.
    """
    grid = cv2.resize(small, (HASH_SIDE + 1, HASH_SIDE), interpolation=cv2.INTER_AREA).astype(np.int16)
    return int.from_bytes(np.packbits(grid[:, 1:] > grid[:, :-1]).tobytes(), "big")


def nearly_same(first: int, second: int) -> bool:
    """Whether two difference hashes belong to pictures that look the same."""
    return (first ^ second).bit_count() <= NEAR
