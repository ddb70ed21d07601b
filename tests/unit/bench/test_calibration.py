"""Confidence against correctness."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from calibration import Band, bands, judged_shots, judged_texts, judged_words, monotone
from clipsight.testing.truth import SentenceTruth, TextTruth, Truth, WordTruth
from clipsight.timeline import Instant, Span

Wire = Callable[..., dict[str, Any]]


@pytest.fixture
def truth() -> Truth:
    return Truth(
        width=360,
        height=640,
        duration=Instant.from_seconds(10),
        fps=30,
        texts=(TextTruth("hello world", Span.from_seconds(1, 3), (0, 0, 1, 1)),),
        sentences=(SentenceTruth("", Span.from_seconds(0, 9), (WordTruth("garlic", None), WordTruth("noodles", None))),),
        cuts=(Instant.from_seconds(2),),
        dissolves=(Span.from_seconds(5, 6),),
    )


def test_bands_hold_their_lower_edge_and_the_last_holds_one() -> None:
    found = bands([(0.5, 1), (0.69, 0), (0.7, 1), (1.0, 1), (0.0, 0)])
    assert [(band.low, band.count, band.right) for band in found] == [(0.0, 1, 0), (0.5, 2, 0.5), (0.7, 1, 1), (0.95, 1, 1)]


def test_more_confidence_must_not_mean_less_right() -> None:
    assert monotone([Band(0, 0.5, 20, 0.3), Band(0.5, 0.7, 20, 0.8)]) is True
    assert monotone([Band(0, 0.5, 400, 0.9), Band(0.5, 0.7, 400, 0.8)]) is False
    assert monotone([Band(0, 0.5, 17, 1.0), Band(0.5, 0.7, 24, 0.96)]) is True  # chance
    assert monotone([Band(0, 0.5, 3, 0.9), Band(0.5, 0.7, 20, 0.8)]) is None


def test_texts_by_their_characters(wire: Wire, truth: Truth) -> None:
    document = wire(texts=[("hello worlb", 1, 3, 0.9), ("hello world", 3.1, 3.3, 0.8), ("zzz", 8, 9, 0.2)])
    assert dict(judged_texts(document, truth)) == {0.8: 1.0, 0.9: pytest.approx(10 / 11), 0.2: 0.0}


def test_words_as_a_whole(wire: Wire, truth: Truth) -> None:
    document = wire(words=[("Garlic", 1, 0.9), ("poodles", 2, 0.4), ("um", 3, 0.1)])
    assert sorted(judged_words(document, truth)) == [(0.1, 0.0), (0.4, 0.0), (0.9, 1.0)]


def test_lyrics_are_not_judged(wire: Wire, truth: Truth) -> None:
    assert judged_words(wire(words=[("garlic", 1, 0.9)], kind="lyrics"), truth) == []


def test_transitions_of_any_kind_are_right_where_one_is(wire: Wire, truth: Truth) -> None:
    assert judged_shots(wire(cuts=[(2.03, 0.9), (5.5, 0.6), (8, 0.3)]), truth) == [(0.9, 1.0), (0.6, 1.0), (0.3, 0.0)]
