"""Measures the look of a video on a few pictures per second."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from clipsight.perception.frames import Pixels, Sample, sharpness
from clipsight.perception.picture.letterbox import Borders
from clipsight.perception.picture.port import PictureFinding
from clipsight.timeline import MICROSECONDS

BACKEND = "clipsight picture 1"

STEP_US = 250_000  # four pictures per second
COLOUR_EVERY = 2  # of those; colours change more slowly than motion
HALF_RANGE = 127.5  # greatest possible standard deviation of luma
BLURRED_BELOW = 60.0  # variance of the Laplacian at 480 pixels on the long side
CUT_ABOVE = 0.18  # mean change of luma (0..1) between two pictures from which they are taken for different shots
BINS = 4  # levels per colour channel when counting colours
COLOURS = 5
RARE = 0.03  # share of the pixels below which a colour is not dominant


class PictureMeter:
    """Collects sums; satisfies :class:`clipsight.perception.picture.port.PictureStage`. Memory does not grow."""

    def __init__(self) -> None:
        self._due_us = 0
        self._seen = 0
        self._blurred = 0
        self._level = 0.0
        self._spread = 0.0
        self._previous: tuple[int, Pixels] | None = None
        self._motion = 0.0
        self._moved_us = 0
        self._colours = 0
        self._colourfulness = 0.0
        self._counts: NDArray[np.float64] = np.zeros(BINS**3)
        self._sums: NDArray[np.float64] = np.zeros((BINS**3, 3))
        self._borders = Borders()

    def see(self, sample: Sample) -> None:
        """Take in one picture; all but four per second are passed over."""
        if sample.time.us < self._due_us:
            return
        self._due_us = sample.time.us + STEP_US
        small = sample.small
        self._detail(small)
        self._move(sample.time.us, small)
        if self._seen % COLOUR_EVERY == 0:
            self._colour(sample.small_bgr[::2, ::2])
        self._borders.see(small)
        self._seen += 1

    def finish(self) -> PictureFinding | None:
        """The measures; None when there was no picture."""
        if self._seen == 0:
            return None
        seconds = self._moved_us / MICROSECONDS
        return PictureFinding(
            brightness=_fraction(self._level / self._colours / 255),
            contrast=_fraction(self._spread / self._colours / HALF_RANGE),
            colourfulness=round(self._colourfulness / self._colours, 2),
            motion=_fraction(self._motion / seconds if seconds else 0.0),
            dominant_colours=self._dominant(),
            blur=_fraction(self._blurred / self._seen),
            letterbox=self._borders.finish(),
        )

    def _detail(self, small: Pixels) -> None:
        self._blurred += sharpness(small) < BLURRED_BELOW

    def _move(self, us: int, small: Pixels) -> None:
        if self._previous is not None and self._previous[1].shape == small.shape:
            change = float(cv2.norm(small, self._previous[1], cv2.NORM_L1)) / small.size / 255
            if change < CUT_ABOVE:
                self._motion += change
                self._moved_us += us - self._previous[0]
        self._previous = us, small

    def _colour(self, bgr: Pixels) -> None:
        blue, green, red = (bgr[:, :, place].astype(np.float32) for place in range(3))
        grey = 0.299 * red + 0.587 * green + 0.114 * blue
        self._level += float(grey.mean())
        self._spread += float(grey.std())
        # Hasler and Süsstrunk, "Measuring colourfulness in natural images", 2003, the formula of section 6.
        across, along = red - green, 0.5 * (red + green) - blue
        spread, offset = np.hypot(across.std(), along.std()), np.hypot(across.mean(), along.mean())
        self._colourfulness += float(spread + 0.3 * offset)
        self._colours += 1
        few = bgr[::2, ::2].reshape(-1, 3)
        places = (few // (256 // BINS)).astype(np.intp) @ np.array([1, BINS, BINS * BINS])
        self._counts += np.bincount(places, minlength=BINS**3)
        for channel in range(3):
            self._sums[:, channel] += np.bincount(places, weights=few[:, channel], minlength=BINS**3)

    def _dominant(self) -> tuple[str, ...]:
        order = np.argsort(-self._counts)[:COLOURS]
        enough = min(RARE * self._counts.sum(), self._counts[order[0]])
        common = [place for place in order if self._counts[place] >= enough]
        means = [self._sums[place] / self._counts[place] for place in common]
        return tuple("#{:02x}{:02x}{:02x}".format(*(round(level) for level in mean[::-1])) for mean in means)


def _fraction(value: float) -> float:
    return round(float(min(1.0, max(0.0, value))), 4)
