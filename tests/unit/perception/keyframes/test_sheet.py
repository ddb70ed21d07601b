"""The contact sheet."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from clipsight.perception.frames import Pixels
from clipsight.perception.keyframes import KeyframeFinding, contact_sheet
from clipsight.perception.keyframes.sheet import GAP, LABEL, WIDTH, clock
from clipsight.timeline import Instant


def keyframe(second: float, level: int, width: int = 540, height: int = 960) -> KeyframeFinding:
    picture = np.full((height, width, 3), level, np.uint8)
    jpeg = cv2.imencode(".jpg", picture)[1].tobytes()
    return KeyframeFinding(Instant.from_seconds(second), width, height, 0.0, jpeg)


def opened(sheet: bytes) -> Pixels:
    return np.asarray(cv2.imdecode(np.frombuffer(sheet, np.uint8), cv2.IMREAD_GRAYSCALE), np.uint8)


def test_pictures_stand_in_rows_in_their_order() -> None:
    levels = [20 * number for number in range(1, 10)]
    sheet = opened(contact_sheet([keyframe(number, level) for number, level in enumerate(levels)]))
    columns = (WIDTH - GAP) // (180 + GAP)
    assert sheet.shape == (2 * (320 + LABEL + GAP) + GAP, columns * (180 + GAP) + GAP)
    for number, level in enumerate(levels):
        row, column = divmod(number, columns)
        middle = sheet[GAP + row * (320 + LABEL + GAP) + 160, GAP + column * (180 + GAP) + 90]
        assert int(middle) == pytest.approx(level, abs=3)


@pytest.mark.parametrize("size", [(960, 540), (540, 960), (64, 64), (30, 20)])
def test_every_shape_fits(size: tuple[int, int]) -> None:
    sheet = opened(contact_sheet([keyframe(number, 90, *size) for number in range(40)]))
    assert sheet.shape[1] <= WIDTH


def test_there_must_be_a_picture() -> None:
    with pytest.raises(ValueError, match="no keyframes"):
        contact_sheet([])


@pytest.mark.parametrize(("us", "text"), [(0, "0:00.00"), (62_509_999, "1:02.50"), (600_000_000, "10:00.00")])
def test_the_time_under_a_picture(us: int, text: str) -> None:
    assert clock(Instant(us)) == text
