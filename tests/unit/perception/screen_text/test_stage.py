"""The whole stage on painted clips with known truth."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import cv2
import numpy as np
import pytest
from PIL import ImageFont

from clipsight.perception.frames import Pixels, Sample
from clipsight.perception.screen_text import lines, looking
from clipsight.perception.screen_text.findings import TextFinding
from clipsight.perception.screen_text.port import Detection, Reading
from clipsight.perception.screen_text.stage import ScreenTextStage
from clipsight.testing.frames import ArrayFrame
from clipsight.timeline import Instant

Watch = Callable[[Any], list[TextFinding]]
TOLERANCE = 0.1  # seconds


def times(finding: TextFinding) -> tuple[float, float]:
    return finding.span.start.seconds, finding.span.end.seconds


def test_a_text_is_one_row_with_its_times_and_place(watch: Watch, make_clip: Any, make_words: Any) -> None:
    found = watch(make_clip((make_words("Add the flour", 0.8, 2.6, (60, 200)),), 3.2))
    assert [finding.text for finding in found] == ["Add the flour"]
    assert times(found[0]) == pytest.approx((0.8, 2.6), abs=0.051)
    left, top, width, height = found[0].box
    assert (left, top) == pytest.approx((60 / 360, 205 / 640), abs=0.03)
    assert 0.4 < width < 0.75
    assert 0.03 < height < 0.1
    assert found[0].role == "overlay"
    assert found[0].confidence > 0.6


def test_a_text_that_is_there_all_the_time_has_the_span_of_the_clip(watch: Watch, make_clip: Any, make_words: Any) -> None:
    found = watch(make_clip((make_words("Always here", 0, 9, (60, 300)),), 4.5, cuts=(1.2, 2.9)))
    assert [(finding.text, *times(finding)) for finding in found] == [("Always here", 0.0, 4.5)]


def test_a_fade_counts_from_its_middle(watch: Watch, make_clip: Any, make_words: Any) -> None:
    found = watch(make_clip((make_words("Fading words", 0.5, 3.1, (50, 320), fade=0.6),), 3.6))
    assert [finding.text for finding in found] == ["Fading words"]
    assert times(found[0]) == pytest.approx((0.8, 2.8), abs=TOLERANCE)


def test_lines_of_one_block_are_one_row_and_other_texts_are_not(watch: Watch, make_clip: Any, make_words: Any) -> None:
    words = (
        make_words("first line\nsecond line", 0.4, 2.4, (40, 120), 34),
        make_words("far away", 0.4, 2.4, (40, 480), 34),
        make_words("later", 1.3, 2.4, (200, 400), 34),
    )
    found = watch(make_clip(words, 2.8))
    assert [finding.text for finding in found] == ["first line\nsecond line", "far away", "later"]


def test_words_that_replace_one_another_are_one_phrase(watch: Watch, make_clip: Any, make_words: Any) -> None:
    said = ["WAIT", "UNTIL", "YOU", "SEE", "THIS", "TRICK"]
    words = tuple(make_words(word, 0.5 + 0.4 * n, 0.5 + 0.4 * (n + 1), (120, 400), 48) for n, word in enumerate(said))
    found = watch(make_clip(words, 3.4, pan=30))
    assert [(finding.text, finding.role) for finding in found] == [("WAIT UNTIL YOU SEE THIS TRICK", "caption")]
    assert times(found[0]) == pytest.approx((0.5, 2.9), abs=TOLERANCE)


def test_a_word_that_lights_up_does_not_make_another_row(watch: Watch, make_clip: Any, make_words: Any) -> None:
    size, left, said = 40, 30.0, ["the", "bread", "first"]
    words: list[Any] = []
    for n, word in enumerate(said):
        for lit in range(3):
            colour = (255, 60, 60) if lit == n else (255, 255, 255)
            words.append(make_words(word, 0.5 + 0.4 * lit, 0.9 + 0.4 * lit, (round(left), 400), size, colour=colour))
        left += ImageFont.load_default(size).getlength(word + " ")
    found = watch(make_clip(tuple(words), 2.2))
    assert [finding.text for finding in found] == ["the bread first"]
    assert times(found[0]) == pytest.approx((0.5, 1.7), abs=TOLERANCE)


def test_short_texts_are_found_over_restless_footage(engine: Any, make_words: Any) -> None:
    """Blades of grass that bend touch every row of the picture; the letters are what stands still."""
    shown = [
        make_words(word, 0.6 + n, 1.0 + n, (70, 120 + 90 * n), 44)
        for n, word in enumerate(("pickles", "butter", "Cheddar"))
    ]
    grass = np.random.default_rng(3).integers(0, 255, (640, 12), np.uint8).repeat(40, axis=1)
    rows, columns = np.indices((640, 360), np.float32)
    stage = ScreenTextStage(engine)
    for number in range(80):
        time = number / 20
        bent = np.asarray(columns * 1.3 + 20 * np.sin(rows / 30 + 5 * time) + 25, np.float32)
        grey = cv2.remap(grass, bent, rows, cv2.INTER_LINEAR)
        picture = np.repeat(np.asarray(grey, np.uint8)[..., None] // 2 + 30, 3, axis=2)
        for words in shown:
            picture = words.paint(picture, time)
        stage.see(Sample(ArrayFrame(number, Instant.from_seconds(time), picture)))
    assert [finding.text for finding in stage.finish(Instant.from_seconds(4))] == ["pickles", "butter", "Cheddar"]


def test_typing_is_one_row_with_the_whole_text(watch: Watch, make_clip: Any, make_words: Any) -> None:
    steps = ["we", "we are", "we are going", "we are going home"]
    words = tuple(make_words(text, 0.5 + 0.4 * n, 0.9 + 0.4 * n + (n == 3), (30, 300), 32) for n, text in enumerate(steps))
    found = watch(make_clip(words, 3.5))
    assert [finding.text for finding in found] == ["we are going home"]
    assert times(found[0]) == pytest.approx((0.5, 3.1), abs=TOLERANCE)


def test_moving_text_stays_one_row(watch: Watch, make_clip: Any, make_words: Any) -> None:
    found = watch(make_clip((make_words("moving along", 0.5, 3.0, (20, 200), speed=(40, 20)),), 3.4))
    assert [finding.text for finding in found] == ["moving along"]
    assert times(found[0]) == pytest.approx((0.5, 3.0), abs=TOLERANCE)
    assert found[0].role == "overlay"


def test_a_sign_that_moves_with_the_picture_belongs_to_the_scene(watch: Watch, make_clip: Any, make_words: Any) -> None:
    found = watch(make_clip((make_words("BAKERY", 0, 3, (200, 200), speed=(-50, 0)),), 3.0, pan=50))
    assert [(finding.text, finding.role) for finding in found] == [("BAKERY", "scene")]


def test_a_handle_at_the_margin_is_interface(watch: Watch, make_clip: Any, make_words: Any) -> None:
    found = watch(make_clip((make_words("@chef.anna", 0, 4, (14, 600), 20),), 3.0, cuts=(1.4,)))
    assert [(finding.text, finding.role) for finding in found] == [("@chef.anna", "interface")]


@pytest.mark.parametrize("text", ["$4.99", "50% off", "2 for $10"])
def test_prices_survive(watch: Watch, make_clip: Any, make_words: Any, text: str) -> None:
    assert [finding.text for finding in watch(make_clip((make_words(text, 0, 1, (80, 300), 44),), 0.6))] == [text]


@pytest.mark.parametrize(("size", "rate"), [((640, 360), 30), ((426, 240), 24), ((240, 426), 120), ((1280, 720), 10)])
def test_any_size_and_rate_is_read(watch: Watch, make_clip: Any, make_words: Any, size: tuple[int, int], rate: int) -> None:
    words = make_words("Hello there", 0.3, 1.2, (30, size[1] // 3), max(22, size[1] // 14))
    found = watch(make_clip((words,), 1.5, size=size, rate=rate))
    assert [finding.text for finding in found] == ["Hello there"]
    assert times(found[0]) == pytest.approx((0.3, 1.2), abs=TOLERANCE)


@pytest.mark.parametrize("frames", [1, 2, 3])
def test_the_shortest_clips_are_read(watch: Watch, make_clip: Any, make_words: Any, frames: int) -> None:
    found = watch(make_clip((make_words("One picture", 0, 1, (60, 300)),), frames / 30, rate=30))
    assert [finding.text for finding in found] == ["One picture"]
    assert times(found[0]) == pytest.approx((0, frames / 30), abs=1e-6)


def test_a_text_of_the_last_moment_is_still_read(watch: Watch, make_clip: Any, make_words: Any) -> None:
    found = watch(make_clip((make_words("The end", 1.8, 2.1, (90, 300), 48),), 2.1))
    assert [finding.text for finding in found] == ["The end"]


def test_no_picture_and_no_text_give_nothing(watch: Watch, make_clip: Any, engine: Any) -> None:
    assert ScreenTextStage(engine).finish(Instant(0)) == []
    assert watch(make_clip((), 2.0, pan=60, cuts=(0.9,))) == []


def test_results_do_not_depend_on_timing(engine: Any, make_clip: Any, make_words: Any) -> None:
    words = tuple(make_words(f"text {n}", 0.3 * n, 0.3 * n + 0.9, (40, 60 + 60 * (n % 8))) for n in range(8))
    results: list[list[TextFinding]] = []
    for workers in (1, 2, 4):
        stage = ScreenTextStage(engine, workers)
        for frame in make_clip(words, 3.5, cuts=(1.7,)).frames():
            stage.see(Sample(frame))
        results.append(stage.finish(Instant.from_seconds(3.5)))
    assert results[0] == results[1] == results[2]
    assert len(results[0]) == 8


class Foreign:
    """An engine that finds a line and does not know its script."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading

    def detect(self, picture: Pixels) -> list[Detection]:
        height, width = picture.shape[:2]
        if height < 100:  # a band of it
            return []
        left, top, right, bottom = 0.1 * width, 0.5 * height, 0.9 * width, 0.56 * height
        return [Detection(np.array([[left, top], [right, top], [right, bottom], [left, bottom]], np.float32), 0.9)]

    def recognise(self, line: Pixels) -> Reading:
        return self._reading


@pytest.mark.parametrize(("text", "score"), [("  ", 0.97), ("α ι", 0.95), ("H步3TATN", 0.39), ("", 0.0)])
def test_text_in_an_unknown_script_is_no_row_and_is_told(make_clip: Any, make_words: Any, text: str, score: float) -> None:
    stage = ScreenTextStage(Foreign(Reading(text, (score,) * len(text))))
    assert stage.missing() is None
    for frame in make_clip((make_words("imagine Cyrillic", 0, 5, (30, 320)),), 4.5).frames():
        stage.see(Sample(frame))
    assert stage.finish(Instant(4_500_000)) == []
    told = stage.missing()
    assert told is not None
    assert told.startswith("Text was seen in 1 place(s), the first at 0.0 s, that could not be read")


def test_what_is_read_leaves_nothing_to_tell(engine: Any, make_clip: Any, make_words: Any) -> None:
    stage = ScreenTextStage(engine)
    for frame in make_clip((make_words("H E L L O", 0, 3, (60, 200)),), 2.5, pan=20).frames():
        stage.see(Sample(frame))
    assert len(stage.finish(Instant(2_500_000))) == 1
    assert stage.missing() is None


def test_lines_beyond_the_budget_are_told(make_clip: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(looking, "READS_AT_ONCE", 0)
    monkeypatch.setattr(looking, "MOST_READS_PER_SECOND", 0)
    stage = ScreenTextStage(Foreign(Reading("whole line of text", (0.9,) * 18)))
    for frame in make_clip((), 0.5).frames():
        stage.see(Sample(frame))
    assert stage.finish(Instant(500_000)) == []
    assert "1 detected line(s) were left unread" in str(stage.missing())


class Broken:
    """An engine that fails when it reads."""

    def detect(self, picture: Pixels) -> list[Detection]:
        corners = np.array([[10, 10], [90, 10], [90, 30], [10, 30]], np.float32)
        return [Detection(corners, 0.9)]

    def recognise(self, line: Pixels) -> Reading:
        raise RuntimeError("no reading today")


def own_threads() -> list[str]:
    return [thread.name for thread in threading.enumerate() if thread.name.startswith("screen-text")]


def test_a_failing_engine_is_reported_at_the_end_and_no_thread_stays() -> None:
    stage = ScreenTextStage(Broken())
    for number in range(60):
        stage.see(Sample(ArrayFrame(number, Instant(number * 100_000), np.full((120, 200, 3), number, np.uint8))))
    with pytest.raises(RuntimeError, match="no reading today"):
        stage.finish(Instant(6_000_000))
    assert own_threads() == []


def test_abort_ends_the_threads(engine: Any, make_clip: Any, make_words: Any) -> None:
    stage = ScreenTextStage(engine)
    for frame in make_clip((make_words("Never told", 0, 2, (60, 200)),), 1.0).frames():
        stage.see(Sample(frame))
    stage.abort()
    assert own_threads() == []


def test_forgetting_old_pictures_changes_nothing(
    watch: Watch, make_clip: Any, make_words: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    clip = make_clip(
        (
            make_words("stays for long", 0.3, 7.0, (40, 120)),
            make_words("moves along", 0.5, 3.0, (20, 400), speed=(40, 0)),
            make_words("comes late", 4.2, 6.4, (60, 500)),
        ),
        7.4,
    )
    whole = watch(clip)
    monkeypatch.setattr(lines, "KEPT", 20)
    monkeypatch.setattr(lines, "FORGET_EVERY", 5)
    assert watch(clip) == whole
    assert len(whole) == 3
