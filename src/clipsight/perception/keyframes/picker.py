"""Keeps the sharpest pictures while the video runs, and picks among them at the end.

Candidates are looked at four times a second and right after each sudden change. The best one of a slot is kept as a JPEG; a
slot lasts a second, less when the picture changes. Picking knows the shots and the texts, which are found meanwhile.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from clipsight.perception.frames import Frame, Pixels, Sample, sharpness, shrunk_bgr
from clipsight.perception.keyframes.choice import Candidate, choose
from clipsight.perception.keyframes.likeness import difference_hash
from clipsight.perception.keyframes.port import KeyframeFinding
from clipsight.timeline import Span

BACKEND = "clipsight keyframes 1"

LOOK_US = 250_000
SLOT_US = 1_000_000
SHORT_SLOT_US = 500_000  # for a slot in which something, for example a caption, changed
SETTLE_US = 60_000  # the first pictures after a cut are encoded worst
JPEG_LONG_SIDE = 960
JPEG_QUALITY = 85
THUMB_STEP = 16  # pixels of the small picture per pixel of the one that sudden changes are seen on
SUDDEN = 20.0  # mean change in levels between neighbouring pictures
CHANGED_PIXEL = 40  # levels
CHANGED_SHARE = 0.04  # of the thumbnail; a line of text covers more


@dataclass(frozen=True, slots=True)
class _Open:
    """The best picture of the slot that is still open; it holds on to the decoder's buffer."""

    frame: Frame
    sharpness: float
    fingerprint: int


class KeyframePicker:
    """Satisfies :class:`clipsight.perception.keyframes.port.KeyframeStage`.

    Memory: one picture in full, and one JPEG of at most 960 pixels per second, two where the picture changes.
    """

    def __init__(self) -> None:
        self._kept: list[Candidate] = []
        self._best: _Open | None = None
        self._slot_us = 0
        self._slot_thumb: NDArray[np.int16] | None = None
        self._thumb: NDArray[np.int16] | None = None
        self._due_us = 0

    def see(self, sample: Sample) -> None:
        """Take in one picture; most cost a glance at a thumbnail."""
        thumb = sample.small[::THUMB_STEP, ::THUMB_STEP].astype(np.int16)
        now = sample.time.us
        if self._is_sudden(thumb):
            self._close()
            self._due_us = now + SETTLE_US
        self._thumb = thumb
        if now < self._due_us:
            return
        self._due_us = now + LOOK_US
        if self._best is not None and now - self._slot_us >= self._slot_length(thumb):
            self._close()
        if self._best is None:
            self._slot_us, self._slot_thumb = now, thumb
        found = sharpness(sample.small)
        if self._best is None or found > self._best.sharpness:
            self._best = _Open(sample.frame, found, difference_hash(sample.small))

    def finish(self, shots: Sequence[Span], texts: Sequence[Span]) -> list[KeyframeFinding]:
        """The picked pictures in time order."""
        self._close()
        return [
            KeyframeFinding(
                candidate.time, candidate.width, candidate.height, round(candidate.sharpness, 2), candidate.jpeg
            )
            for candidate in choose(self._kept, shots, texts)
        ]

    def _is_sudden(self, thumb: NDArray[np.int16]) -> bool:
        last = self._thumb
        return last is not None and (last.shape != thumb.shape or float(np.abs(thumb - last).mean()) > SUDDEN)

    def _slot_length(self, thumb: NDArray[np.int16]) -> int:
        start = self._slot_thumb
        if start is None or start.shape != thumb.shape:
            return SHORT_SLOT_US
        changed = float((np.abs(thumb - start) > CHANGED_PIXEL).mean())
        return SHORT_SLOT_US if changed > CHANGED_SHARE else SLOT_US

    def _close(self) -> None:
        best, self._best = self._best, None
        if best is None:
            return
        picture = shrunk_bgr(best.frame.bgr(), JPEG_LONG_SIDE)
        self._kept.append(
            Candidate(
                time=best.frame.time,
                width=picture.shape[1],
                height=picture.shape[0],
                sharpness=best.sharpness,
                fingerprint=best.fingerprint,
                jpeg=_jpeg(picture),
            )
        )


def _jpeg(picture: Pixels) -> bytes:
    _, data = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY])
    return data.tobytes()
