"""Our driver for PP-OCR models: a detector by differentiable binarization, a recogniser with greedy decoding.

Sources: Liao et al., "Real-time Scene Text Detection with Differentiable Binarization" (AAAI 2020) for the boxes; Graves
et al., "Connectionist Temporal Classification" (ICML 2006) for the decoding. Constants are those that the models were
published with.
"""

from __future__ import annotations

import math

import cv2
import numpy as np

from clipsight.perception.frames import Pixels
from clipsight.perception.screen_text.models import Tensor, TextModels
from clipsight.perception.screen_text.port import Detection, Quad, Reading
from clipsight.perception.screen_text.subnormals import taken_for_zero

STRIDE = 32  # pixels; the detector halves its input five times
PIXEL_THRESHOLD = 0.3  # probability from which a pixel belongs to a text kernel
BOX_THRESHOLD = 0.5  # mean probability inside a kernel's rectangle
UNCLIP = 1.6  # kernels are shrunken text: grow by area * UNCLIP / perimeter
SMALLEST_KERNEL = 3.0  # pixels; thinner ones are noise
MOST_BOXES = 300  # a picture with more contours than that is texture, and each costs time

LINE_HEIGHT = 48  # pixels; the recogniser's fixed input height
WIDTH_STEP = 32  # pixels; few distinct widths keep the runtime's buffers reusable
LONGEST_LINE = 1920  # pixels at LINE_HEIGHT, about 120 characters; a hostile picture must not ask for more
BARS = frozenset("一-–—_ー")  # what a lone "I" is taken for when it lies on its side
UPRIGHT = 1.5  # height over width from which a crop is a line that runs downwards


class PpOcr:
    """A text reader on two PP-OCR models. Stateless, so threads may share it."""

    def __init__(self, models: TextModels) -> None:
        self._models = models

    def detect(self, picture: Pixels) -> list[Detection]:
        height, width = picture.shape[:2]
        # Padding instead of stretching to the stride: small letters stay as sharp as they are.
        fitted = cv2.copyMakeBorder(picture, 0, -height % STRIDE, 0, -width % STRIDE, cv2.BORDER_REPLICATE)
        with taken_for_zero():  # 0.08 s instead of 0.22 s per picture where subnormal numbers are slow
            probability = self._models.detector.run(None, {"x": _normalised(np.asarray(fitted, np.uint8))})[0][0, 0]
        return [Detection(ordered(quad), score) for quad, score in _rectangles(probability[:height, :width])]

    def recognise(self, line: Pixels) -> Reading:
        if min(line.shape[:2]) < 2:
            return Reading("", ())
        if line.shape[0] < UPRIGHT * line.shape[1]:
            return self._read(line)
        lying = self._read(np.ascontiguousarray(np.rot90(line)))
        if len(lying.text) > 1:
            return lying
        if lying.text and lying.text in BARS:  # a lone "I" is as narrow as a line that runs downwards
            return Reading("I", lying.scores)
        return lying

    def _read(self, line: Pixels) -> Reading:
        height, width = line.shape[:2]
        columns = math.ceil(min(LONGEST_LINE, LINE_HEIGHT * width / height) / WIDTH_STEP) * WIDTH_STEP
        inked = min(columns, max(1, round(LINE_HEIGHT * width / height)))
        fitted = cv2.resize(
            line, (inked, LINE_HEIGHT), interpolation=cv2.INTER_AREA if height > LINE_HEIGHT else cv2.INTER_LINEAR
        )
        tensor = np.zeros((1, 3, LINE_HEIGHT, columns), np.float32)
        tensor[:, :, :, :inked] = _normalised(np.asarray(fitted, np.uint8))
        return decode(self._models.recogniser.run(None, {"x": tensor})[0][0], self._models.characters)


def decode(probabilities: Tensor, characters: tuple[str, ...]) -> Reading:
    """Greedy decoding: the best class per step, repetitions and blanks (class 0) dropped.

    Args:
        probabilities: shape (steps, classes).
        characters: what each class stands for.
    """
    best = probabilities.argmax(axis=1)
    kept = best != 0
    kept[1:] &= best[1:] != best[:-1]
    steps = np.flatnonzero(kept)
    text = "".join(characters[int(best[step])] for step in steps)
    scores = tuple(float(probabilities[step, best[step]]) for step in steps)
    if len(text) != len(scores):  # a class may stand for several code points, such as an emoji with a variation selector
        scores = tuple(score for step, score in zip(steps, scores, strict=True) for _ in characters[int(best[step])])
    return Reading(text, scores)


def ordered(corners: Quad) -> Quad:
    """The corners of a rectangle clockwise from the top left one.

    The two leftmost corners are the left side, which holds for text that is turned by less than 45 degrees.
    """
    by_x = corners[np.argsort(corners[:, 0], kind="stable")]
    left, right = by_x[:2], by_x[2:]
    top_left, bottom_left = left[np.argsort(left[:, 1], kind="stable")]
    top_right, bottom_right = right[np.argsort(right[:, 1], kind="stable")]
    return np.array([top_left, top_right, bottom_right, bottom_left], np.float32)


def _normalised(picture: Pixels) -> Tensor:
    """Values -1..1, shape (1, 3, height, width)."""
    return np.ascontiguousarray((picture.astype(np.float32) * (2 / 255) - 1).transpose(2, 0, 1)[np.newaxis])


def _rectangles(probability: Tensor) -> list[tuple[Quad, float]]:
    mask = (probability > PIXEL_THRESHOLD).astype(np.uint8)
    # Published with the models: the mask grows by one pixel, which joins the kernels of one line.
    mask = cv2.dilate(mask, np.ones((2, 2), np.uint8))
    contours, _ = cv2.findContours(mask, cv2.RETR_LIST, cv2.CHAIN_APPROX_SIMPLE)
    found: list[tuple[Quad, float]] = []
    for contour in contours[:MOST_BOXES]:
        centre, (width, height), angle = cv2.minAreaRect(contour)
        if min(width, height) < SMALLEST_KERNEL:
            continue
        kernel = np.asarray(cv2.boxPoints((centre, (width, height), angle)), np.float32)
        score = _mean_inside(probability, kernel)
        if score < BOX_THRESHOLD:
            continue
        # The round offset of a rectangle has exactly this rectangle around it, so no polygon clipper is needed.
        grow = width * height * UNCLIP / (width + height)
        found.append((np.asarray(cv2.boxPoints((centre, (width + grow, height + grow), angle)), np.float32), score))
    return found


def _mean_inside(probability: Tensor, quad: Quad) -> float:
    height, width = probability.shape
    left, top = np.clip(np.floor(quad.min(axis=0)).astype(int), 0, (width - 1, height - 1))
    right, bottom = np.clip(np.ceil(quad.max(axis=0)).astype(int) + 1, 1, (width, height))
    inside = np.zeros((bottom - top, right - left), np.uint8)
    cv2.fillPoly(inside, [(quad - (left, top)).astype(np.int32)], (1,))
    return float(cv2.mean(np.ascontiguousarray(probability[top:bottom, left:right]), inside)[0])
