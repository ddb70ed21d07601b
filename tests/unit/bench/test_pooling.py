"""Counts of several clips are added before they are divided."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from clipsight.testing.scores import Detection
from clipsight.testing.truth import SentenceTruth, SoundTruth, TextTruth, Truth, WordTruth
from clipsight.timeline import Instant, Span
from pooling import CaptionPool, FalsePool, ShotPool, SoundPool, TextPool, WordPool, false_rows, false_words

Wire = Callable[..., dict[str, Any]]
WHOLE = (0.0, 0.0, 1.0, 1.0)


def truth(**facts: Any) -> Truth:
    return Truth(width=360, height=640, duration=Instant.from_seconds(10), fps=25, **facts)


def texts(*shown: tuple[str, float, float]) -> Truth:
    return truth(texts=tuple(TextTruth(text, Span.from_seconds(start, end), WHOLE) for text, start, end in shown))


def said(*words: tuple[str, float]) -> Truth:
    known = tuple(WordTruth(word, Span.from_seconds(start, start + 0.2)) for word, start in words)
    return truth(sentences=(SentenceTruth("", Span.from_seconds(0, 9), known),))


def test_counts_divide_once() -> None:
    counts = Detection(1, 1, 1) + Detection(1, 3, 4)
    assert (counts.recall, counts.precision) == (0.5, 0.4)
    assert counts.f1 == pytest.approx(4 / 9)
    assert Detection().f1 == 1


def test_cut_errors_are_pictures_of_their_clip(wire: Wire) -> None:
    pool = ShotPool()
    pool.add(wire(cuts=[(2.04, 1), (7, 1)]), truth(cuts=(Instant.from_seconds(2), Instant.from_seconds(5))))
    assert (pool.cuts.matched, pool.cuts.expected, pool.cuts.found) == (1, 2, 2)
    assert pool.worst_cut == pytest.approx(1)


def test_a_cut_two_pictures_off_does_not_count(wire: Wire) -> None:
    pool = ShotPool()
    pool.add(wire(cuts=[(2.08, 1)]), truth(cuts=(Instant.from_seconds(2),)))
    assert pool.both.f1 == 0
    assert pool.worst_cut is None


def test_lines_duplicates_edits_and_ends(wire: Wire) -> None:
    pool = TextPool()
    pool.add(
        wire(texts=[("hello worlb", 1, 3.2, 0.9), ("hello world", 3.3, 3.5, 0.9), ("zzz", 8, 9, 0.2)]),
        texts(("hello world", 1, 3), ("missed", 5, 6)),
    )
    pool.add(wire(texts=[("again", 2.1, 4, 0.9)]), texts(("again", 2, 4)))
    assert (pool.lines.matched, pool.lines.expected, pool.lines.found) == (2, 3, 4)
    assert pool.per_text == 1.5
    assert pool.character_error_rate == pytest.approx(1 / 16)
    assert pool.start_error == pytest.approx(0.1)
    assert pool.end_error == pytest.approx(0.2)
    assert TextPool().start_error is None


def test_words_of_all_clips(wire: Wire) -> None:
    pool = WordPool()
    pool.add(wire(words=[("one", 1.02, 1), ("fish", 2, 1)]), said(("one", 1.0), ("dish", 2.0)))
    pool.add(wire(words=[]), said(("lost", 1.0), ("words", 2.0)))
    assert pool.error_rate == 0.75
    assert pool.start_error == pytest.approx(0.02)


def test_captions_are_judged_by_words_in_order_and_by_phrases(wire: Wire) -> None:
    pool = CaptionPool()
    shown = texts(("nobody\ntold us", 1, 2))
    pool.add(wire(texts=[("us", 1.6, 2, 1), ("nobody", 1, 1.6, 1)]), shown)
    assert (pool.expected, pool.wrong, pool.phrases.matched, pool.per_phrase) == (3, 1, 0, 2)
    assert pool.start_error is None
    pool.add(wire(texts=[("Nobody told us", 1.1, 2, 1)]), shown)
    assert pool.error_rate == pytest.approx(1 / 6)
    assert (pool.phrases.recall, pool.per_phrase) == (0.5, 1.5)
    assert (pool.start_error, pool.end_error) == (pytest.approx(0.1), 0)


def test_false_things_per_minute(wire: Wire) -> None:
    pool = FalsePool()
    document = wire(words=[("You", 1, 0.4), ("Mm", 2, 0.3)], verdict="unknown")
    pool.add(false_words(document), document, truth())
    pool.add(0, wire(verdict="none"), truth())
    assert pool.per_minute == 6
    assert (pool.unknown, pool.clips) == (1, 2)


def test_lyrics_are_no_false_words_and_rows_count(wire: Wire) -> None:
    assert false_words(wire(words=[("la", 1, 0.4)], kind="lyrics")) == 0
    assert false_rows(wire(texts=[("x", 1, 2, 0.4)])) == 1


def test_sound_weighs_by_length(wire: Wire) -> None:
    pool = SoundPool()
    pool.add(wire(), truth(sounds=(SoundTruth("music", Span.from_seconds(0, 10)),)))
    right = wire()
    right["evidence"]["sound"]["regions"] = [{"kind": "music", "start": 0, "end": 10}]
    pool.add(right, truth(sounds=(SoundTruth("music", Span.from_seconds(0, 10)),)))
    assert pool.share == pytest.approx(0.5)
