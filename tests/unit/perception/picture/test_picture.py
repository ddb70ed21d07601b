"""The look of pictures whose look is known."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

import cv2
import numpy as np
import pytest

from clipsight.perception.frames import Pixels, Sample
from clipsight.perception.picture import PictureFinding, PictureMeter
from clipsight.testing.clips import Backdrop
from clipsight.testing.frames import ArrayFrame
from clipsight.timeline import Instant

SIZE = (108, 192)
VIEW = np.ascontiguousarray(Backdrop(2, (216, 384)).picture(0, SIZE)[:, :, ::-1])


class StudioFrame(ArrayFrame):
    """As video is stored: luma from 16 to 235."""

    @property
    def luma(self) -> Pixels:  # type: ignore[override]
        grey = cv2.cvtColor(self.bgr(), cv2.COLOR_BGR2GRAY)
        return np.asarray(np.rint(16 + grey * (219 / 255)), np.uint8)

    @property
    def chroma(self) -> tuple[Pixels, Pixels]:  # type: ignore[override]
        red, blue = (cv2.cvtColor(self.bgr(), cv2.COLOR_BGR2YCrCb)[::2, ::2, place].astype(float) for place in (1, 2))
        u, v = (np.asarray(np.rint(128 + (plane - 128) * (224 / 255)), np.uint8) for plane in (blue, red))
        return u, v


def measured(picture: Callable[[float], Pixels], seconds: float = 2, fps: int = 12) -> PictureFinding:
    meter = PictureMeter()
    for number in range(round(seconds * fps)):
        meter.see(Sample(StudioFrame(number, Instant.from_pts(number, Fraction(1, fps)), picture(number / fps))))
    found = meter.finish()
    assert found is not None
    return found


def plain(*bgr: int) -> Pixels:
    return np.full((SIZE[1], SIZE[0], 3), bgr, np.uint8)


@pytest.mark.parametrize(("level", "brightness"), [(0, 0.0), (128, 0.502), (255, 1.0)])
def test_plain_grey(level: int, brightness: float) -> None:
    found = measured(lambda now: plain(level, level, level))
    assert found.brightness == pytest.approx(brightness, abs=0.006)
    assert found.contrast == pytest.approx(0, abs=0.001)
    assert found.colourfulness == pytest.approx(0, abs=1)
    assert found.motion == 0
    assert found.blur == 1
    assert found.letterbox is None


def test_half_black_half_white_is_all_the_contrast_there_is() -> None:
    picture = plain(0, 0, 0)
    picture[: SIZE[1] // 2] = 255
    assert measured(lambda now: picture).contrast == pytest.approx(1, abs=0.02)


def test_colours_are_named_by_their_share() -> None:
    picture = plain(20, 20, 210)
    picture[: SIZE[1] // 3] = (210, 40, 20)
    picture[:2] = (20, 200, 20)
    found = measured(lambda now: picture)
    assert len(found.dominant_colours) == 2
    for name, colour in zip(found.dominant_colours, ((210, 20, 20), (20, 40, 210)), strict=True):
        assert np.abs(np.array(list(bytes.fromhex(name[1:]))) - colour).max() < 12
    assert found.colourfulness > 80


def test_colourfulness_grows_with_saturation() -> None:
    grey = np.repeat(cv2.cvtColor(VIEW, cv2.COLOR_BGR2GRAY)[:, :, None], 3, axis=2)
    values = [
        measured(lambda now, share=share: np.asarray(VIEW * share + grey * (1 - share), np.uint8)).colourfulness
        for share in (0.0, 0.5, 1.0)
    ]
    assert values[0] < 3 < values[1] < values[2]


def test_motion_counts_within_shots_only() -> None:
    def sliding(now: float) -> Pixels:
        return np.roll(VIEW, round(now * 40), axis=1)

    still = measured(lambda now: VIEW).motion
    assert still == 0
    assert measured(sliding).motion > 0.02
    assert measured(lambda now: plain(0, 0, 0) if now < 1 else plain(250, 250, 250)).motion == 0


def test_blur_is_a_share_of_the_pictures() -> None:
    rough = np.random.default_rng(1).integers(0, 255, (SIZE[1], SIZE[0], 3)).astype(np.uint8)
    soft = np.asarray(cv2.GaussianBlur(rough, (0, 0), 6), np.uint8)
    assert measured(lambda now: rough).blur == 0
    assert measured(lambda now: soft).blur == 1
    assert measured(lambda now: rough if now < 1 else soft).blur == pytest.approx(0.5, abs=0.15)


def test_letterbox() -> None:
    def boxed(now: float) -> Pixels:
        picture = np.roll(VIEW, round(now * 30), axis=1).copy()
        picture[:48] = picture[-24:] = 0
        return picture

    box = measured(boxed).letterbox
    assert box is not None
    assert (box.top, box.bottom) == (pytest.approx(0.25, abs=0.02), pytest.approx(0.125, abs=0.02))
    assert box.left == box.right == 0


def test_no_border_where_the_picture_has_one_only_at_times() -> None:
    def fading(now: float) -> Pixels:
        picture = VIEW.copy()
        if now < 1:
            picture[:40] = 0
        return picture

    assert measured(fading).letterbox is None


def test_no_picture_no_measures() -> None:
    assert PictureMeter().finish() is None
