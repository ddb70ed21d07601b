"""Stretches with faces, on a detector that sees white squares: exact, so that only the stage is tried here."""

from __future__ import annotations

from itertools import pairwise

import cv2
import numpy as np
import pytest

from clipsight.perception.faces import FaceBox, FaceFinding, FaceStage
from clipsight.perception.frames import Pixels, Sample
from clipsight.testing.frames import ArrayFrame
from clipsight.timeline import Instant, Span

SIZE = (90, 160)
FPS = 30


class SquareFinder:
    """A face is a white square. Counts how often it is asked."""

    def __init__(self) -> None:
        self.looks = 0

    def find(self, bgr: Pixels) -> list[FaceBox]:
        self.looks += 1
        luma = bgr if bgr.ndim == 2 else bgr[:, :, 0]
        height, width = luma.shape
        _, _, boxes, _ = cv2.connectedComponentsWithStats((luma > 240).astype(np.uint8))
        return [FaceBox(x / width, y / height, w / width, h / height, 0.8) for x, y, w, h, _ in boxes[1:].tolist()]


def seen(faces: list[tuple[float, float, int]], shots: list[float], seconds: float) -> tuple[list[FaceFinding], int]:
    """Run the stage; ``faces`` are start, end and left edge of squares of 20 pixels, ``shots`` the starts of the shots."""
    finder = SquareFinder()
    stage = FaceStage(finder)
    for number in range(round(seconds * FPS)):
        now = number / FPS
        shot = sum(start <= now for start in shots)
        picture = np.full((SIZE[1], SIZE[0], 3), 40 + 60 * (shot % 2), np.uint8)
        for start, end, left in faces:
            if start <= now < end:
                picture[30:50, left : left + 20] = 255
        stage.see(Sample(ArrayFrame(number, Instant.from_seconds(now), picture)))
    end = Instant.from_seconds(seconds)
    marks = [Instant.from_seconds(start) for start in shots] + [end]
    spans = [Span(first, second) for first, second in pairwise(marks)]
    return stage.finish(spans, end), finder.looks


def test_a_face_throughout_is_one_stretch() -> None:
    (finding,), looks = seen([(0, 9, 10)], [0], 6)
    assert finding.span == Span.from_seconds(0, 6)
    assert finding.count == 1
    assert (finding.left, finding.top) == (pytest.approx(10 / 90), pytest.approx(30 / 160))
    assert (finding.width, finding.height) == (pytest.approx(20 / 90), pytest.approx(20 / 160))
    assert 0.5 < finding.confidence <= 0.8
    assert looks <= 4


def test_no_face_no_stretch() -> None:
    assert seen([], [0, 2], 4)[0] == []


def test_a_stretch_never_crosses_a_cut() -> None:
    findings, _ = seen([(0, 9, 10)], [0, 2.5, 4], 6)
    assert [finding.span for finding in findings] == [
        Span.from_seconds(0, 2.5),
        Span.from_seconds(2.5, 4),
        Span.from_seconds(4, 6),
    ]


def test_a_short_shot_with_a_face_is_not_missed() -> None:
    findings, _ = seen([(2, 2.4, 10)], [0, 2, 2.4], 5)
    assert [finding.span for finding in findings] == [Span.from_seconds(2, 2.4)]


def test_a_face_that_comes_within_a_shot_begins_there() -> None:
    (finding,), looks = seen([(5, 20, 10)], [0], 12)
    assert finding.span.start.seconds == pytest.approx(5, abs=0.3)
    assert finding.span.end.seconds == pytest.approx(12)
    assert looks <= 8


def test_several_faces_are_counted_and_framed_together() -> None:
    (finding,), _ = seen([(0, 9, 5), (0, 9, 60)], [0], 3)
    assert finding.count == 2
    assert finding.left == pytest.approx(5 / 90)
    assert finding.left + finding.width == pytest.approx(80 / 90)


def test_the_number_of_looks_is_bounded() -> None:
    shots = [number * 0.5 for number in range(40)]
    _, looks = seen([(number, number + 0.3, 10) for number in range(20)], shots, 20)
    assert looks <= 10


def test_nothing_seen_nothing_found() -> None:
    assert FaceStage(SquareFinder()).finish([Span.from_seconds(0, 1)], Instant(1_000_000)) == []
