"""What the peers print, brought into the shape that the scorers read."""

from __future__ import annotations

from pathlib import Path

import pytest

from clipsight.testing.scores import score_shots, score_texts, score_words
from clipsight.testing.truth import SentenceTruth, TextTruth, Truth, WordTruth
from clipsight.timeline import Instant, Span
from peer_tools import tesseract_lines
from peers import PER_SECOND, as_document, missing, rows, run_peer


def test_a_line_in_successive_pictures_is_one_row_with_its_best_reading() -> None:
    readings = [(0.0, [("hello worlb", 0.6)]), (0.5, [("hello world", 0.9), ("new", 0.8)]), (1.0, [("new", 0.7)])]
    assert rows(readings, 0.5, 10) == [
        {"text": "hello world", "start": 0.0, "end": 1.0, "confidence": 0.9},
        {"text": "new", "start": 0.5, "end": 1.5, "confidence": 0.8},
    ]


def test_a_line_that_comes_back_is_another_row_and_none_outlasts_the_clip() -> None:
    found = rows([(0.0, [("a b", 1.0)]), (1.0, []), (2.0, [("a b", 1.0)])], 1.0, 2.4)
    assert [(row["start"], row["end"]) for row in found] == [(0.0, 1.0), (2.0, 2.4)]


def test_two_equal_lines_in_one_picture_stay_two() -> None:
    assert len(rows([(0.0, [("go", 1.0), ("go", 1.0)]), (1.0, [("go", 1.0), ("go", 1.0)])], 1.0, 5)) == 2


def test_one_scorer_reads_them_all() -> None:
    truth = Truth(
        width=360,
        height=640,
        duration=Instant.from_seconds(4),
        fps=30,
        texts=(TextTruth("hello", Span.from_seconds(0, 2), (0, 0, 1, 1)),),
        sentences=(SentenceTruth("hi", Span.from_seconds(0, 1), (WordTruth("hi", None),)),),
        cuts=(Instant.from_seconds(2),),
    )
    document = as_document({"readings": [(0.0, [("hello", 0.9)])], "cuts": [2.0], "words": ["Hi."]}, 0.5, 4)
    assert score_texts(document, truth).lines.recall == 1
    assert score_shots(document, truth).cuts.f1 == 1
    assert score_words(document, truth).word_error_rate == 0


def test_words_of_tesseract_become_lines() -> None:
    head = "level\tpage_num\tblock_num\tpar_num\tline_num\tword_num\tleft\ttop\twidth\theight\tconf\ttext"
    body = [
        "4\t1\t1\t1\t1\t0\t0\t0\t9\t9\t-1\t",
        "5\t1\t1\t1\t1\t1\t0\t0\t9\t9\t90\thello",
        "5\t1\t1\t1\t1\t2\t0\t0\t9\t9\t70\tworld",
        "5\t1\t1\t1\t2\t1\t0\t0\t9\t9\t50\tagain",
        "5\t1\t2\t1\t1\t1\t0\t0\t9\t9\t95\t ",
    ]
    assert tesseract_lines("\n".join([head, *body])) == [("hello world", pytest.approx(0.8)), ("again", 0.5)]


def test_a_missing_peer_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("peers.PYTHON", tmp_path / "none")
    for tool in PER_SECOND:
        assert "bench/peers.sh" in missing(tool)
        assert run_peer(tool, tmp_path / "x.mp4", 1.0).document is None
