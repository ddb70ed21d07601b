"""What holds for every backend of the visual stages, on ordinary and on awkward pictures."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import cv2
import numpy as np
import pytest

from clipsight.perception.frames import Pixels, Sample
from clipsight.perception.keyframes import KeyframePicker, KeyframeStage
from clipsight.perception.picture import PictureMeter, PictureStage
from clipsight.perception.shots import ShotDetector, ShotStage
from clipsight.testing.clips import Backdrop
from clipsight.testing.frames import ArrayFrame
from clipsight.timeline import ZERO, Instant, Span

STEP_US = 40_000


def noise(width: int, height: int, number: int) -> Pixels:
    return np.random.default_rng(number).integers(0, 256, (height, width, 3)).astype(np.uint8)


def scenes() -> list[Pixels]:
    views = [Backdrop(seed, (216, 384)) for seed in (1, 2, 3)]
    return [np.ascontiguousarray(views[number // 20].picture(number / 25, (108, 192))) for number in range(60)]


CLIPS: dict[str, Callable[[], list[Pixels]]] = {
    "scenes": scenes,
    "one picture": lambda: scenes()[:1],
    "black": lambda: [np.zeros((160, 90, 3), np.uint8)] * 40,
    "one pixel": lambda: [np.full((1, 1, 3), number, np.uint8) for number in range(30)],
    "a line": lambda: [noise(900, 1, number) for number in range(20)],
    "noise": lambda: [noise(64, 48, number) for number in range(40)],
    "flicker": lambda: [np.full((90, 160, 3), 255 * (number % 2), np.uint8) for number in range(60)],
    "sizes": lambda: [noise(20 + 7 * (number % 5), 30 + 11 * (number % 3), number) for number in range(40)],
}


@pytest.fixture(scope="module", params=CLIPS)
def clip(request: pytest.FixtureRequest) -> list[Sample]:
    pictures = CLIPS[request.param]()
    return [Sample(ArrayFrame(number, Instant(number * STEP_US), one)) for number, one in enumerate(pictures)]


@pytest.mark.parametrize("make", [ShotDetector])
def test_shots_tile_the_clip(make: Callable[[], ShotStage], clip: list[Sample]) -> None:
    stage = make()
    for sample in clip:
        stage.see(sample)
    end = Instant(len(clip) * STEP_US)
    shots = stage.finish(end)
    assert shots[0].span.start == ZERO
    assert shots[-1].span.end == end
    assert all(first.span.end == second.span.start for first, second in pairwise(shots))
    assert [shot.transition == "start" for shot in shots] == [True] + [False] * (len(shots) - 1)
    for shot in shots:
        assert 0 <= shot.confidence <= 1
        assert (shot.transition_us > 0) == (shot.transition in {"dissolve", "fade"})


@pytest.mark.parametrize("make", [KeyframePicker])
def test_keyframes_obey_their_rules(make: Callable[[], KeyframeStage], clip: list[Sample]) -> None:
    stage = make()
    for sample in clip:
        stage.see(sample)
    end = Instant(len(clip) * STEP_US)
    keyframes = stage.finish([Span(ZERO, end)], [Span(Instant(end.us // 2), end)])
    assert 1 <= len(keyframes) <= 40
    assert all(second.time.us - first.time.us >= 1_000_000 for first, second in pairwise(keyframes))
    moments = {sample.time for sample in clip}
    for keyframe in keyframes:
        assert keyframe.time in moments
        assert keyframe.sharpness >= 0
        picture = cv2.imdecode(np.frombuffer(keyframe.jpeg, np.uint8), cv2.IMREAD_COLOR)
        assert picture is not None
        assert picture.shape == (keyframe.height, keyframe.width, 3)


@pytest.mark.parametrize("make", [PictureMeter])
def test_measures_stay_in_their_ranges(make: Callable[[], PictureStage], clip: list[Sample]) -> None:
    stage = make()
    for sample in clip:
        stage.see(sample)
    found = stage.finish()
    assert found is not None
    for value in (found.brightness, found.contrast, found.motion, found.blur):
        assert 0 <= value <= 1
    assert found.colourfulness >= 0
    assert 1 <= len(found.dominant_colours) <= 5
    assert all(len(colour) == 7 and int(colour[1:], 16) >= 0 for colour in found.dominant_colours)
    if found.letterbox is not None:
        box = found.letterbox
        assert box.top + box.bottom + box.left + box.right > 0
        assert box.top + box.bottom < 1
        assert box.left + box.right < 1
