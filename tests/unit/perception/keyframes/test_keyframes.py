"""Which pictures are picked, and that they are what they say."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from itertools import pairwise

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clipsight.perception.frames import Pixels, Sample, sharpness
from clipsight.perception.keyframes import KeyframeFinding, KeyframePicker
from clipsight.perception.keyframes.choice import APART_US, MOST, Candidate, choose
from clipsight.perception.keyframes.likeness import difference_hash, nearly_same
from clipsight.testing.clips import Backdrop
from clipsight.testing.frames import ArrayFrame
from clipsight.timeline import Instant, Span

SIZE = (108, 192)
FPS = 12
VIEWS = [np.ascontiguousarray(Backdrop(seed, (216, 384)).picture(0, SIZE)[:, :, ::-1]) for seed in range(8)]


def blurred(picture: Pixels, amount: float) -> Pixels:
    return np.asarray(cv2.GaussianBlur(picture, (0, 0), amount), np.uint8) if amount else picture


def picked(
    picture: Callable[[float], Pixels], seconds: float, shots: Sequence[Span], texts: Sequence[Span] = (), fps: int = FPS
) -> list[KeyframeFinding]:
    picker = KeyframePicker()
    for number in range(round(seconds * fps)):
        moment = Instant.from_pts(number, Fraction(1, fps))
        picker.see(Sample(ArrayFrame(number, moment, picture(number / fps))))
    return picker.finish(shots, texts)


def spans(*edges: float) -> list[Span]:
    return [Span.from_seconds(first, second) for first, second in pairwise(edges)]


def test_every_shot_has_its_sharpest_picture() -> None:
    def picture(now: float) -> Pixels:
        return blurred(VIEWS[int(now // 2)], abs(now % 2 - 1.0) * 3)

    keyframes = picked(picture, 6, spans(0, 2, 4, 6))
    assert [int(keyframe.time.seconds // 2) for keyframe in keyframes] == [0, 1, 2]
    assert all(keyframe.time.seconds % 2 == pytest.approx(1.0, abs=0.26) for keyframe in keyframes)


def test_the_jpeg_is_the_picture_of_its_moment() -> None:
    keyframes = picked(lambda now: VIEWS[int(now // 2)], 4, spans(0, 2, 4))
    for number, keyframe in enumerate(keyframes):
        decoded = cv2.imdecode(np.frombuffer(keyframe.jpeg, np.uint8), cv2.IMREAD_COLOR)
        assert decoded.shape == (keyframe.height, keyframe.width, 3) == (192, 108, 3)
        assert np.abs(decoded.astype(int) - VIEWS[number]).mean() < 4
        assert keyframe.sharpness > 0


def test_large_pictures_are_reduced() -> None:
    large = np.asarray(cv2.resize(VIEWS[0], (1080, 1920)), np.uint8)
    picker = KeyframePicker()
    picker.see(Sample(ArrayFrame(0, Instant(0), large)))
    (keyframe,) = picker.finish(spans(0, 1), [])
    assert (keyframe.width, keyframe.height) == (540, 960)


def test_a_caption_is_seen_although_the_rest_is_sharper() -> None:
    def picture(now: float) -> Pixels:
        if 3 <= now < 4:
            shown = blurred(VIEWS[1], 1.0).copy()
            cv2.putText(shown, "NOW", (5, 100), cv2.FONT_HERSHEY_SIMPLEX, 1.5, (255, 255, 255), 4)
            return shown
        return VIEWS[1]

    text = Span.from_seconds(3, 4)
    assert any(text.contains(keyframe.time) for keyframe in picked(picture, 6, spans(0, 6), [text]))


def test_every_text_of_a_shot_is_seen_somewhere() -> None:
    texts = [Span.from_seconds(start, start + 1) for start in (1, 4, 7)]

    def picture(now: float) -> Pixels:
        shown = VIEWS[3].copy()
        for number, text in enumerate(texts):
            if text.contains(Instant.from_seconds(now)):
                shown[20 + 50 * number : 60 + 50 * number, 10:98] = (30, 30, 250)
                cv2.putText(shown, "AHA", (12, 55 + 50 * number), cv2.FONT_HERSHEY_SIMPLEX, 1.3, (255, 255, 255), 4)
        return shown

    times = [keyframe.time for keyframe in picked(picture, 10, spans(0, 10), texts)]
    assert [any(text.contains(time) for time in times) for text in texts] == [True] * 3


def test_a_still_clip_has_one_picture() -> None:
    assert len(picked(lambda now: VIEWS[2], 15, spans(0, 15))) == 1


def test_a_long_shot_that_changes_has_several() -> None:
    keyframes = picked(lambda now: VIEWS[int(now // 3)], 24, spans(0, 24))
    assert len(keyframes) >= 3
    assert max(np.diff([keyframe.time.seconds for keyframe in keyframes])) < 10


def test_one_picture_is_enough_and_none_gives_none() -> None:
    assert len(picked(lambda now: VIEWS[0], 1 / FPS, spans(0, 1))) == 1
    assert len(picked(lambda now: VIEWS[0], 1 / FPS, [])) == 1
    assert len(picked(lambda now: np.zeros((2, 2, 3), np.uint8), 1, spans(0, 1))) == 1
    assert KeyframePicker().finish(spans(0, 1), []) == []


def test_the_picture_after_a_cut_is_kept_for_a_short_shot() -> None:
    edges = (0, 1.63, 1.85, 4)  # between two of the looks that are due anyway

    def picture(now: float) -> Pixels:
        return VIEWS[4] if now < edges[1] else VIEWS[5] if now < edges[2] else VIEWS[6]

    times = [keyframe.time.seconds for keyframe in picked(picture, 4, spans(*edges), fps=30)]
    assert [sum(start <= time < end for time in times) for start, end in pairwise(edges)] == [1, 1, 1]


def candidate(us: int, detail: float, fingerprint: int) -> Candidate:
    return Candidate(Instant(us), 9, 16, detail, fingerprint, b"")


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.integers(1, 900_000), st.floats(0, 900), st.integers(0, 2**64 - 1)), min_size=1, max_size=90),
    st.lists(st.integers(1, 60_000_000), unique=True, max_size=30),
    st.lists(st.tuples(st.integers(0, 60_000_000), st.integers(1, 3_000_000)), max_size=8),
)
def test_whatever_there_is_the_rules_hold(
    steps: list[tuple[int, float, int]], cuts: list[int], texts: list[tuple[int, int]]
) -> None:
    moments = np.cumsum([step for step, _, _ in steps]).tolist()
    candidates = [candidate(us, detail, mark) for us, (_, detail, mark) in zip(moments, steps, strict=True)]
    edges = [0, *sorted(cuts), 90_000_000]
    shots = [Span(Instant(first), Instant(second)) for first, second in pairwise(edges)]
    chosen = choose(candidates, shots, [Span(Instant(start), Instant(start + length)) for start, length in texts])
    times = [one.time.us for one in chosen]
    assert 1 <= len(chosen) <= MOST
    assert times == sorted(times)
    assert all(later - earlier >= APART_US for earlier, later in pairwise(times))
    for shot in shots:
        lonely = [
            one for one in candidates if shot.contains(one.time) and all(abs(one.time.us - us) >= APART_US for us in times)
        ]
        assert len(chosen) == MOST or not lonely or any(shot.contains(one.time) for one in chosen)


def test_two_shots_mixed_are_not_picked_however_sharp() -> None:
    mixed, clean = candidate(2_000_000, 900, 0), candidate(3_500_000, 100, 255)
    shots = [Span.from_seconds(0, 1.8), Span.from_seconds(2.4, 5)]
    assert choose([mixed, clean], shots, []) == [clean]
    assert choose([mixed], shots, []) == [mixed]


def test_more_shots_than_keyframes() -> None:
    candidates = [candidate(number * 1_000_000 + 500_000, 50, number << 20) for number in range(60)]
    shots = [Span(Instant(number * 1_000_000), Instant((number + 1) * 1_000_000)) for number in range(60)]
    assert len(choose(candidates, shots, [])) == MOST


def test_likeness_sees_scenes_and_not_noise() -> None:
    luma = [np.asarray(cv2.cvtColor(view, cv2.COLOR_BGR2GRAY), np.uint8) for view in VIEWS]
    noise = np.random.default_rng(1).integers(-6, 7, luma[0].shape)
    for number, one in enumerate(luma):
        noisy = np.clip(one + noise, 0, 255).astype(np.uint8)
        assert nearly_same(difference_hash(one), difference_hash(noisy))
        assert not any(nearly_same(difference_hash(one), difference_hash(other)) for other in luma[:number])
    assert sharpness(luma[0]) > sharpness(blurred(luma[0], 1)) > sharpness(np.full((9, 9), 7, np.uint8)) == 0
