"""Lines followed by the look of their strokes, and the moments at which they come and go."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from clipsight.perception.frames import Pixels
from clipsight.perception.screen_text.extent import Extent, extent
from clipsight.perception.screen_text.follow import Patch, Trail
from clipsight.perception.screen_text.geometry import Box
from clipsight.perception.screen_text.history import TICK_US, History
from clipsight.perception.screen_text.lines import FORGET_EVERY, KEPT, LineBook
from clipsight.timeline import Instant

BOX = Box(58, 96, 180, 130)


def small(text: str, at: tuple[int, int] = (60, 100), grey: int = 250, ground: int = 60) -> Pixels:
    image = Image.new("L", (270, 480), ground)
    ImageDraw.Draw(image).text(at, text, grey, ImageFont.load_default(24))
    return np.array(image)


def history_of(picture: Callable[[float], Pixels], seconds: float, rate: int) -> History:
    history = History()
    for number in range(round(seconds * rate)):
        history.note(Instant.from_seconds(number / rate), picture(number / rate))
    return history


def followed(history: History, tick: int) -> Extent:
    patch = Patch(history.picture(tick), BOX)
    trail = Trail(patch, tick, patch.match(history.picture(tick)))
    return extent(trail.closed(history), BOX, history)


def test_a_line_is_known_again_when_faded_moved_or_on_another_ground() -> None:
    patch = Patch(small("some words"), BOX)
    for other in (
        small("some words"),
        small("some words", grey=120),
        small("some words", at=(64, 97)),
        small("some words", ground=20),
    ):
        assert patch.match(other).same
    moved = patch.match(small("some words", at=(64, 97)))
    assert (moved.right, moved.down) == (4, -3)
    assert patch.match(small("some words", grey=155)).contrast == pytest.approx(0.5, abs=0.05)


@pytest.mark.parametrize("other", ["", "other text", "same wards", "wordy some", "some"])
def test_other_words_are_not_the_same_line(other: str) -> None:
    assert not Patch(small("some words"), BOX).match(small(other)).same


@pytest.mark.parametrize("rate", [12, 24, 30, 60])
@pytest.mark.parametrize(("start", "end"), [(0.73, 1.61), (0.5, 1.9), (0.31, 0.87)])
def test_a_hard_change_is_found_to_the_frame(rate: int, start: float, end: float) -> None:
    history = history_of(lambda t: small("some words" if start <= t < end else ""), 2.4, rate)
    middle = next(n for n in range(len(history)) if history.time(n).seconds >= (start + end) / 2)
    found = followed(history, middle)
    assert found.end is not None
    assert 0 <= found.start.seconds - start < 1 / rate + 1e-6
    assert 0 <= found.end.seconds - end < 1 / rate + 1e-6


def test_a_fade_is_cut_in_its_middle() -> None:
    def picture(time: float) -> Pixels:
        return small("some words", grey=60 + round(190 * min(1.0, max(0.0, min(time - 0.5, 2.5 - time) / 0.8))))

    found = followed(history_of(picture, 3, 30), 15)
    assert found.end is not None
    assert found.start.seconds == pytest.approx(0.9, abs=0.05)
    assert found.end.seconds == pytest.approx(2.1, abs=0.05)


def test_what_passes_in_front_does_not_end_a_line() -> None:
    def picture(time: float) -> Pixels:
        return np.full((480, 270), 255, np.uint8) if 0.95 < time < 1.15 else small("some words")

    found = followed(history_of(picture, 2, 20), 3)
    assert found.start == Instant(0)
    assert found.end is None


def test_ticks_are_ten_per_second_at_any_rate() -> None:
    for rate in (10, 24, 25, 29.97, 30, 59.94, 120, 240):
        history = History()
        ticks = [history.note(Instant.from_seconds(n / rate), small("")) for n in range(int(2 * rate))]
        assert sum(tick is not None for tick in ticks) in (20, 21), rate
        gaps = np.diff([history.time(n).us for n in range(len(history))])
        assert gaps.max() <= 1.5 * TICK_US


def test_pictures_are_kept_for_a_while_and_their_times_for_good() -> None:
    history = History()
    for number in range(400):
        history.note(Instant(number * TICK_US), np.zeros((16, 16), np.uint8))
    book = LineBook(history)
    book.let_go(KEPT + FORGET_EVERY - 1)
    assert history.first == 0
    book.let_go(KEPT + FORGET_EVERY)
    assert history.first == FORGET_EVERY
    with pytest.raises(KeyError):
        history.picture(FORGET_EVERY - 1)
    assert history.picture(FORGET_EVERY).shape == history.shape == (16, 16)
    assert history.time(0) == Instant(0)
    assert len(history) == 400
