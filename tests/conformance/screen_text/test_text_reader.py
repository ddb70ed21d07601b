"""Every text reader engine must pass this. Add an engine to ``ENGINES``."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import cv2
import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from clipsight.perception.frames import Pixels
from clipsight.perception.screen_text.geometry import straightened
from clipsight.perception.screen_text.models import TextModels
from clipsight.perception.screen_text.port import TextReader
from clipsight.perception.screen_text.ppocr import PpOcr

ENGINES: dict[str, Callable[[], TextReader]] = {"ppocr": lambda: PpOcr(TextModels.load())}


@pytest.fixture(scope="module", params=sorted(ENGINES))
def engine(request: pytest.FixtureRequest) -> TextReader:
    return ENGINES[request.param]()


def page(lines: dict[tuple[int, int], str], size: tuple[int, int] = (360, 640), height: int = 30) -> Pixels:
    """A dark picture (width, height) with white lines at the places given."""
    image = Image.new("RGB", size, (40, 60, 50))
    draw = ImageDraw.Draw(image)
    for place, text in lines.items():
        draw.text(place, text, fill="white", font=ImageFont.load_default(height))
    return np.array(image)[:, :, ::-1].copy()


def line(text: str, height: int = 40) -> Pixels:
    return page({(12, 8): text}, (int(len(text) * height * 0.62) + 30, int(height * 1.5)), height)


@pytest.mark.parametrize(
    "text",
    [
        "Add two cups of flour",
        "$4.99",
        "$12,50 - 20% = $10",
        "50% off today!",
        "@chef_anna #pasta",
        "a b c one two three",
        "Size: 42 cm (L/XL)",
        "www.example.com/a-b",
    ],
)
def test_lines_are_read_with_their_spaces_and_signs(engine: TextReader, text: str) -> None:
    reading = engine.recognise(line(text))
    assert reading.text.strip() == text
    assert len(reading.scores) == len(reading.text)
    assert all(0 <= score <= 1 for score in reading.scores)
    assert reading.score > 0.85


def test_a_line_is_found_where_it_is(engine: TextReader) -> None:
    places = {(40, 100): "first line", (120, 400): "second"}
    found = sorted(engine.detect(page(places)), key=lambda detection: detection.quad[0, 1])
    assert len(found) == 2
    for detection, (left, top) in zip(found, places, strict=True):
        assert abs(float(detection.quad[0, 0]) - left) < 12
        assert abs(float(detection.quad[0, 1]) - top) < 12
        assert 0.5 <= detection.score <= 1
        top_left, top_right, bottom_right, bottom_left = detection.quad
        assert top_left[0] < top_right[0]
        assert bottom_left[0] < bottom_right[0]
        assert top_left[1] < bottom_left[1]


@pytest.mark.parametrize("size", [(33, 17), (640, 360), (101, 240), (8, 8), (1, 1)])
def test_any_size_is_taken_and_nothing_is_found_in_nothing(engine: TextReader, size: tuple[int, int]) -> None:
    assert engine.detect(page({}, size)) == []


@pytest.mark.parametrize("size", [(1, 1), (2, 2), (400, 3), (3, 400), (6000, 20)])
def test_crops_of_any_shape_are_taken(engine: TextReader, size: tuple[int, int]) -> None:
    reading = engine.recognise(page({}, size))
    assert len(reading.scores) == len(reading.text)


def test_noise_and_flat_pictures_read_as_nothing_certain(engine: TextReader) -> None:
    noise = np.random.default_rng(1).integers(0, 255, (48, 320, 3), np.uint8)
    assert engine.recognise(noise).score < 0.9


def test_a_turned_line_is_read_after_straightening(engine: TextReader) -> None:
    picture = page({(60, 300): "turned words"}, height=34)
    turn = cv2.getRotationMatrix2D((180, 320), 12, 1.0)
    turned = np.asarray(cv2.warpAffine(picture, turn, (360, 640), borderMode=cv2.BORDER_REPLICATE), np.uint8)
    found = engine.detect(turned)
    assert [engine.recognise(straightened(turned, d.quad)).text.strip() for d in found] == ["turned words"]


def test_threads_may_share_an_engine(engine: TextReader) -> None:
    texts = [f"line number {n}" for n in range(8)]
    with ThreadPoolExecutor(4) as threads:
        readings = list(threads.map(engine.recognise, [line(text) for text in texts]))
    assert [reading.text.strip() for reading in readings] == texts
