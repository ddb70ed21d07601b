"""Shots of clips whose borders are known by construction. The pictures are not encoded, which keeps this fast."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from fractions import Fraction
from functools import cache

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clipsight.perception.frames import Pixels, Sample
from clipsight.perception.shots import ShotDetector, ShotFinding, steady_spans
from clipsight.perception.shots.cuts import cut_confidence
from clipsight.testing.clips import Backdrop, Camera, ClipRecipe, Overlay, Shot, Style
from clipsight.testing.frames import ArrayFrame
from clipsight.timeline import Instant, Span

SIZE = (108, 192)
PAINTING = (216, 384)  # small, because painting is what these tests spend their time on
Change = Callable[[Iterable[Pixels]], Iterator[Pixels]]


def found(recipe: ClipRecipe, change: Change | None = None) -> list[ShotFinding]:
    detector = ShotDetector()
    pictures = recipe.pictures() if change is None else change(recipe.pictures())
    for number, (picture, moment) in enumerate(zip(pictures, recipe.clock.moments, strict=False)):
        detector.see(Sample(ArrayFrame(number, moment, np.ascontiguousarray(picture[:, :, ::-1]))))
    return detector.finish(recipe.duration)


def borders(shots: list[ShotFinding]) -> list[Instant]:
    return [shot.span.start for shot in shots[1:]]


@cache
def backdrop(seed: int, camera: Camera | None = None) -> Backdrop:
    return Backdrop(seed, PAINTING, camera or Camera(zoom=(1.0, 0.012), speed=(3, 2), shake=0.6))


def clip(*seeds: int, seconds: float = 1.0, transition: str = "cut", length: float = 0.5, **more: object) -> ClipRecipe:
    shots = tuple(
        Shot(backdrop(seed), seconds, transition if number else "cut", length)  # type: ignore[arg-type]
        for number, seed in enumerate(seeds)
    )
    return ClipRecipe(shots, size=SIZE, **more)  # type: ignore[arg-type]


def camera(seed: int, seconds: float = 2, **movement: object) -> ClipRecipe:
    return ClipRecipe((Shot(backdrop(seed, Camera(**movement)), seconds),), size=SIZE)  # type: ignore[arg-type]


def flash(at: int, count: int, level: int) -> Change:
    def change(pictures: Iterable[Pixels]) -> Iterator[Pixels]:
        for number, picture in enumerate(pictures):
            yield np.full_like(picture, level) if at <= number < at + count else picture

    return change


def brightness(of: Callable[[int], float]) -> Change:
    def change(pictures: Iterable[Pixels]) -> Iterator[Pixels]:
        for number, picture in enumerate(pictures):
            yield np.clip(picture * of(number), 0, 255).astype(np.uint8)

    return change


def insert(at: int, count: int, seed: int) -> Change:
    """Another scene for a moment, as a glitch or a hidden picture is."""

    def change(pictures: Iterable[Pixels]) -> Iterator[Pixels]:
        for number, picture in enumerate(pictures):
            yield backdrop(seed).picture(0, SIZE) if at <= number < at + count else picture

    return change


def jerk(at: int, pixels: int) -> Change:
    """The camera is pushed aside from one picture to the next."""

    def change(pictures: Iterable[Pixels]) -> Iterator[Pixels]:
        for number, picture in enumerate(pictures):
            matrix = np.array([[1, 0, pixels if number >= at else 0], [0, 1, 0]], np.float32)
            yield np.asarray(cv2.warpAffine(picture, matrix, SIZE, borderMode=cv2.BORDER_REFLECT), np.uint8)

    return change


def plate(at: int, share: float) -> Change:
    """Lay a picture over the scene from picture ``at`` on; it covers this share of the height and nearly all the width."""

    def change(pictures: Iterable[Pixels]) -> Iterator[Pixels]:
        for number, picture in enumerate(pictures):
            if number >= at:
                top = round(SIZE[1] * (1 - share) / 2)
                picture[top:-top, 5:-5] = (250, 220, 30)
                cv2.putText(picture, "WOW", (12, SIZE[1] // 2), cv2.FONT_HERSHEY_SIMPLEX, 1.2, (0, 0, 0), 3)
            yield picture

    return change


@pytest.mark.parametrize("fps", [Fraction(12), Fraction(30), Fraction(60)])
def test_cuts_are_exact_to_the_picture(fps: Fraction) -> None:
    recipe = clip(10, 11, 12, 13, seconds=0.7, fps=fps)
    shots = found(recipe)
    assert borders(shots) == list(recipe.truth().cuts)
    assert [shot.transition for shot in shots] == ["start", "cut", "cut", "cut"]
    assert all(shot.transition_us == 0 and shot.confidence >= 0.6 for shot in shots)


def test_cuts_of_irregular_times_are_exact_too() -> None:
    steps = np.random.default_rng(3).choice([1 / 60, 1 / 30, 1 / 20, 1 / 8], 90)
    times = tuple(round(float(time), 4) for time in np.cumsum(steps) - steps[0])
    recipe = clip(20, 21, 22, seconds=1.4, times=times)
    assert borders(found(recipe)) == list(recipe.truth().cuts)


def test_quick_montage() -> None:
    recipe = clip(*range(30, 38), seconds=0.25)
    assert borders(found(recipe)) == list(recipe.truth().cuts)


@pytest.mark.parametrize("length", [0.2, 0.5, 1.0])
def test_dissolves(length: float) -> None:
    recipe = clip(40, 41, 42, seconds=1.5, transition="dissolve", length=length)
    shots = found(recipe)
    assert [shot.transition for shot in shots] == ["start", "dissolve", "dissolve"]
    for shot, truth in zip(shots[1:], recipe.truth().dissolves, strict=True):
        assert shot.span.start.seconds == pytest.approx(truth.middle.seconds, abs=0.06)
        assert shot.transition_us / 1e6 == pytest.approx(length, abs=0.1)
        assert 0.4 <= shot.confidence <= 0.85


@pytest.mark.parametrize("length", [0.4, 1.0])
def test_fades_through_black(length: float) -> None:
    recipe = clip(50, 51, seconds=1.5, transition="fade", length=length)
    shots = found(recipe)
    assert [shot.transition for shot in shots] == ["start", "fade"]
    assert shots[1].span.start.seconds == pytest.approx(1.5, abs=0.07)
    assert shots[1].transition_us / 1e6 == pytest.approx(length, abs=0.1)


@pytest.mark.parametrize("length", [0.6, 1.2])
def test_a_fade_under_words_that_stay_is_one_fade(length: float) -> None:
    words = Overlay("STAYS\nHERE", 0, 9, style=Style(size=0.07, plate=(255, 220, 0)), fade_in=0, fade_out=0)
    recipe = clip(54, 55, seconds=1.5, transition="fade", length=length, texts=(words,))
    shots = found(recipe)
    assert [shot.transition for shot in shots] == ["start", "fade"]
    assert shots[1].span.start.seconds == pytest.approx(1.5, abs=0.1)
    assert shots[1].transition_us / 1e6 == pytest.approx(length, abs=0.15)


@pytest.mark.parametrize("length", [0.25, 0.8])
def test_a_dissolve_under_words_that_stay(length: float) -> None:
    words = Overlay("STAYS\nHERE", 0, 9, style=Style(size=0.07, plate=(255, 220, 0)), fade_in=0, fade_out=0)
    recipe = clip(40, 41, seconds=1.5, transition="dissolve", length=length, texts=(words,))
    shots = found(recipe)
    assert [shot.transition for shot in shots] == ["start", "dissolve"]
    assert shots[1].span.start.seconds == pytest.approx(1.5, abs=0.06)


def test_a_thing_that_passes_close_by_is_no_dissolve() -> None:
    def passing(pictures: Iterable[Pixels]) -> Iterator[Pixels]:
        for number, picture in enumerate(pictures):
            left = -140 + 7 * number
            cv2.ellipse(picture, (left + 60, 110), (60, 90), 0, 0, 360, (30, 60, 160), -1)
            yield picture

    assert len(found(camera(73, 1.8, shake=0.8), passing)) == 1


@pytest.mark.parametrize("zoom", [1.25, 1.6])
def test_a_closer_view_of_the_same_scene_is_a_cut(zoom: float) -> None:
    near = [backdrop(310, Camera(zoom=(scale, 0.01), shake=0.6)) for scale in (1.0, zoom)]
    recipe = ClipRecipe(tuple(Shot(view, 1) for view in near), size=SIZE)
    assert borders(found(recipe)) == list(recipe.truth().cuts)


@pytest.mark.parametrize(
    "recipe",
    [
        camera(60, speed=(75, 0)),
        camera(61, speed=(200, 50)),
        camera(62, zoom=(1, 0.5)),
        camera(63, turn=(0, 60)),
        camera(64, shake=7),
    ],
    ids=["pan", "fast pan", "zoom", "turn", "shake"],
)
def test_a_moving_camera_makes_no_shot(recipe: ClipRecipe) -> None:
    assert len(found(recipe)) == 1


@pytest.mark.parametrize(
    "change",
    [
        flash(20, 1, 255),
        flash(20, 3, 255),
        flash(20, 2, 0),
        brightness(lambda number: 0.6 if number >= 20 else 1),
        brightness(lambda number: 1 - 0.5 * min(1, max(0, (number - 10) / 25))),
        brightness(lambda number: 1.7 if (number // 2) % 3 == 0 else 1),
        insert(20, 2, 72),
        jerk(20, 16),
        plate(20, 0.3),
        plate(20, 0.5),
    ],
    ids=["flash", "long flash", "black flash", "lamp", "dusk", "strobe", "insert", "jerk", "plate", "large plate"],
)
@pytest.mark.parametrize("movement", [{"shake": 0.8}, {"speed": (30, 10)}], ids=["held", "walking"])
def test_what_happens_to_one_shot_makes_no_second_one(change: Change, movement: dict[str, object]) -> None:
    assert len(found(camera(70, 1.6, **movement), change)) == 1


def test_captions_that_pop_up_make_no_shot() -> None:
    style = Style(size=0.07, plate=(255, 220, 0))
    texts = tuple(
        Overlay(f"CAPTION\nNUMBER\nTHE {name}", 0.3 * place, 0.3 * place + 0.3, style=style)
        for place, name in enumerate("ABCDE")
    )
    assert len(found(ClipRecipe((Shot(backdrop(71), 1.6),), texts=texts, size=SIZE))) == 1


def test_a_cut_between_black_bars_is_found() -> None:
    def bars(pictures: Iterable[Pixels]) -> Iterator[Pixels]:
        for picture in pictures:
            picture[:66] = picture[-66:] = 0
            yield picture

    recipe = clip(80, 81, seconds=1)
    assert borders(found(recipe, bars)) == list(recipe.truth().cuts)


def test_black_before_and_after_belongs_to_the_shot_beside_it() -> None:
    recipe = clip(90, 91, seconds=1)
    assert len(found(recipe, flash(0, 6, 0))) == 2
    assert len(found(recipe, flash(52, 8, 0))) == 2


def test_long_black_is_a_shot() -> None:
    assert len(found(clip(90, 91, 92, seconds=1), flash(30, 30, 0))) == 3


def test_a_fade_in_after_a_cut_to_black_begins_where_the_black_begins() -> None:
    def out_and_in(pictures: Iterable[Pixels]) -> Iterator[Pixels]:
        for number, picture in enumerate(pictures):
            dim = 0 if 30 <= number < 40 else min(1, (number - 40) / 20) if number >= 40 else 1
            yield (picture * dim).astype(np.uint8)

    shots = found(clip(93, 94, seconds=1.0, transition="cut"), out_and_in)
    assert [shot.transition for shot in shots] == ["start", "fade"]
    assert shots[1].span.start == Instant(1_000_000)


@pytest.mark.parametrize("count", [0, 1, 2, 3])
def test_hardly_any_pictures(count: int) -> None:
    detector = ShotDetector()
    for number in range(count):
        detector.see(Sample(ArrayFrame(number, Instant(number * 33_333), np.full((16, 9, 3), 40 * number, np.uint8))))
    shots = detector.finish(Instant(200_000))
    assert shots[0].span.start == Instant(0)
    assert shots[-1].span.end == Instant(200_000)


def test_a_size_that_changes_on_the_way() -> None:
    detector = ShotDetector()
    scene = backdrop(95)
    for number in range(30):
        size = SIZE if number < 15 else SIZE[::-1]
        picture = np.ascontiguousarray(scene.picture(number / 30, size)[:, :, ::-1])
        detector.see(Sample(ArrayFrame(number, Instant(number * 33_333), picture)))
    assert 1 <= len(detector.finish(Instant(1_000_000))) <= 2


def test_spans_cover_the_clip_without_gap() -> None:
    shots = found(clip(96, 97, 98, seconds=0.8, transition="dissolve", length=0.3))
    assert [first.span.end for first in shots[:-1]] == [second.span.start for second in shots[1:]]
    assert shots[0].span.joined(shots[-1].span) == Span(Instant(0), Instant(2_400_000))


def test_the_steady_part_of_a_shot_has_no_transition_in_it() -> None:
    def shot(start: float, end: float, us: int) -> ShotFinding:
        return ShotFinding(Span.from_seconds(start, end), "dissolve" if us else "cut", us, 0.8)

    found = [shot(0, 2, 0), shot(2, 4, 600_000), shot(4, 4.5, 800_000), shot(4.5, 6, 0)]
    assert steady_spans(found) == [
        Span.from_seconds(0, 1.7),
        Span.from_seconds(2.3, 3.6),
        Span.from_seconds(4, 4.5),  # nothing would be left of it
        Span.from_seconds(4.5, 6),
    ]


@given(st.floats(0, 1), st.floats(0, 1), st.floats(-1, 1), st.floats(-1, 1))
def test_the_confidence_of_a_cut_is_monotone_and_bounded(share: float, other: float, like: float, unlike: float) -> None:
    low, high = sorted((share, other))
    unlike, like = sorted((like, unlike))
    assert 0.5 <= cut_confidence(low, like) <= cut_confidence(high, unlike) <= 1
