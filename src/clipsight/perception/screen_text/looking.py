"""Carries out looks: detects lines in row bands, meets the known ones again, reads the others."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np

from clipsight.perception.frames import Frame, PixelBox, Pixels, half_bgr
from clipsight.perception.screen_text.geometry import Box, straightened, tilt
from clipsight.perception.screen_text.history import History
from clipsight.perception.screen_text.lines import Line, LineBook
from clipsight.perception.screen_text.planner import Look
from clipsight.perception.screen_text.port import Detection, Quad, TextReader
from clipsight.perception.screen_text.signal import BLOCK, MARGIN

LONG_SIDE = 640  # pixels at which lines are looked for: 150 of 153 lines of a 1080x1920 clip, at a tenth of the full cost
HALF = 0.5  # scale up to which half the picture is converted; four times as fast as all of it
ALIGN = 32  # pixels; a short side that is a multiple of the detector's stride wastes no area on padding
ENLARGE = 2.0  # tiny pictures are not blown up more than that
BAND_EDGE = 4  # pixels of the small picture; a line that comes so close to the edge of its band is cut by it
READ_MARGIN = 0.04  # of a line's height around the detected quad, so that no accent is cut off
MOST_READS_PER_SECOND = 30  # lines; what a second of video may cost the recogniser on average
READS_AT_ONCE = 60  # lines; a whole page may appear at once
SMALLEST = 5.0  # pixels of the full picture; lower lines are unreadable


@dataclass(frozen=True, slots=True)
class Order:
    """A look together with its picture."""

    look: Look
    tick: int
    frame: Frame


@dataclass(frozen=True, slots=True)
class _Work:
    line: Line
    crop: Pixels


class Looker:
    """The two halves of a look, as :class:`~.pool.OrderedPool` wants them. Everything that decides is in the second one."""

    def __init__(self, engine: TextReader, history: History) -> None:
        self._engine, self._history = engine, history
        self.book = LineBook(history)
        self._reads = 0
        self.skipped = 0

    def find(self, order: Order) -> list[Detection]:
        """Detected lines, quads in pixels of the full picture."""
        full_height, full_width = order.frame.luma.shape
        small_height = self._history.shape[0]
        scale = detection_scale(full_width, full_height)
        found: list[Detection] = []
        for top, bottom in order.look.bands:
            box = PixelBox(0, top * full_height // small_height, full_width, -(-bottom * full_height // small_height))
            fitted = _fitted(order.frame, box, scale)
            rows, columns = fitted.shape[:2]
            stretch = np.array([full_width / columns, (box.bottom - box.top) / rows], np.float32)
            shift = np.array([0, box.top], np.float32)
            for detection in self._engine.detect(fitted):
                quad = detection.quad * stretch + shift
                if not _is_cut(quad, box, order.frame, full_height / small_height):
                    found.append(Detection(quad, detection.score))
        return found

    def settle(self, order: Order, found: list[Detection]) -> Callable[[], None]:
        """Sort the detections into known and new lines; the answer reads the new ones."""
        self.book.let_go(order.tick)
        small = self._history.picture(order.tick)
        full_height, full_width = order.frame.luma.shape
        ratio = np.array([small.shape[1] / full_width, small.shape[0] / full_height], np.float32)
        allowed = READS_AT_ONCE + self._history.time(order.tick).us / 1e6 * MOST_READS_PER_SECOND
        work: list[_Work] = []
        for detection in sorted(found, key=lambda d: (-d.score, float(d.quad[0, 1]), float(d.quad[0, 0]))):
            if min(np.ptp(detection.quad, axis=0)) < SMALLEST:
                continue
            if self._reads >= allowed:
                self.skipped += 1
                continue
            line = self.book.meet(order.tick, Box.around(detection.quad * ratio), tilt(detection.quad))
            if line is not None:
                self._reads += 1
                work.append(_Work(line, _cut(order.frame, detection.quad)))
        return lambda: self._read(work)

    def _read(self, work: list[_Work]) -> None:
        try:
            for item in work:
                item.line.readings.append(self._engine.recognise(item.crop))
                item.line.read.set()
        finally:
            for item in work:
                item.line.read.set()


def detection_scale(width: int, height: int) -> float:
    """Factor from the full picture to the one in which lines are looked for."""
    short, long = min(width, height), max(width, height)
    aligned = max(ALIGN, round(short * LONG_SIDE / long / ALIGN) * ALIGN)
    return min(ENLARGE, aligned / short, 1.25 * LONG_SIDE / long)


def _fitted(frame: Frame, box: PixelBox, scale: float) -> Pixels:
    """Whole rows of a picture at the size at which lines are looked for."""
    size = (max(1, round((box.right - box.left) * scale)), max(1, round((box.bottom - box.top) * scale)))
    if scale <= HALF:
        # From the half on, bilinear weights lose next to nothing, and exact halves are cheap.
        picture, how = half_bgr(frame, box.top, box.bottom), cv2.INTER_LINEAR
    else:
        picture, how = frame.bgr(box), cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(picture, size, interpolation=how), np.uint8)


def _is_cut(quad: Quad, band: PixelBox, frame: Frame, unit: float) -> bool:
    """Whether this is the rest of a line that the edge of the band cuts: it would read as something else, and is known.

    Args:
        quad: corners in pixels of the full picture.
        band: the rows that were looked at.
        frame: the picture.
        unit: pixels of the full picture per pixel of the small one.
    """
    top, bottom = float(quad[:, 1].min()), float(quad[:, 1].max())
    if bottom - top > MARGIN * BLOCK * unit:
        return False  # what is new has a margin around it, so only its box, not its letters, can reach the edge
    above = band.top > 0 and top <= band.top + BAND_EDGE * unit
    return above or (band.bottom < frame.luma.shape[0] and bottom >= band.bottom - BAND_EDGE * unit)


def _cut(frame: Frame, quad: Quad) -> Pixels:
    height, width = frame.luma.shape
    centre = quad.mean(axis=0)
    sides = np.linalg.norm(quad - np.roll(quad, -1, axis=0), axis=1)
    grown = quad + np.sign(quad - centre) * (READ_MARGIN * float(min(sides)))
    left, top = np.clip(np.floor(grown.min(axis=0)).astype(int), 0, (width - 1, height - 1))
    right, bottom = np.clip(np.ceil(grown.max(axis=0)).astype(int), (left + 1, top + 1), (width, height))
    picture = frame.bgr(PixelBox(int(left), int(top), int(right), int(bottom)))
    return straightened(picture, (grown - np.array([left, top])).astype(np.float32))
