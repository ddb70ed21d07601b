"""The contact sheet: all keyframes small, side by side, with their times."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from clipsight.perception.frames import Pixels, shrunk_bgr
from clipsight.perception.keyframes.port import KeyframeFinding
from clipsight.timeline import MICROSECONDS, Instant

LONG_SIDE = 320  # pixels of one picture
WIDTH = 1280  # pixels that a full row takes at most
GAP = 8  # pixels around each picture
LABEL = 24  # pixels for the line under each picture
PAPER, INK = 255, 32  # levels
JPEG_QUALITY = 85


def contact_sheet(keyframes: Sequence[KeyframeFinding]) -> bytes:
    """One JPEG with every keyframe in time order, row by row, each with its moment under it (minutes:seconds).

    Raises:
        ValueError: there is no keyframe.
    """
    if not keyframes:
        raise ValueError("no keyframes")
    pictures = [_small(keyframe.jpeg) for keyframe in keyframes]
    height = max(picture.shape[0] for picture in pictures) + LABEL + GAP
    width = max(picture.shape[1] for picture in pictures) + GAP
    columns = min(len(pictures), max(1, (WIDTH - GAP) // width))
    rows = -(-len(pictures) // columns)
    sheet = np.full((rows * height + GAP, columns * width + GAP, 3), PAPER, np.uint8)
    for number, (keyframe, picture) in enumerate(zip(keyframes, pictures, strict=True)):
        top, left = GAP + number // columns * height, GAP + number % columns * width
        sheet[top : top + picture.shape[0], left : left + picture.shape[1]] = picture
        place = (left, top + height - GAP - LABEL // 3)
        cv2.putText(sheet, clock(keyframe.time), place, cv2.FONT_HERSHEY_SIMPLEX, 0.5, (INK, INK, INK), 1, cv2.LINE_AA)
    return cv2.imencode(".jpg", sheet, [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY])[1].tobytes()


def clock(moment: Instant) -> str:
    """Minutes, seconds and hundredths, as in ``1:02.50``."""
    hundredths = moment.us * 100 // MICROSECONDS
    return f"{hundredths // 6000}:{hundredths // 100 % 60:02d}.{hundredths % 100:02d}"


def _small(jpeg: bytes) -> Pixels:
    # Half the size is more than enough, and decodes in a third of the time.
    picture = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_REDUCED_COLOR_2)
    return shrunk_bgr(np.asarray(picture, np.uint8), LONG_SIDE)
