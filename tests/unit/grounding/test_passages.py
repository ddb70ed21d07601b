"""Sentences and the times of their words."""

from __future__ import annotations

import pytest

from clipsight.grounding.passages import passages, sentences
from clipsight.testing.written import Clip, Said, Shown, evidence_of, video_of


def told(*said: Said) -> list[str]:
    clip = Clip(said=said)
    return [sentence.text for sentence in sentences(passages(video_of(clip), evidence_of(clip)))]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("One. Two! Three?", ["One.", "Two!", "Three?"]),
        ("Add 2 tbsp. of oil. Stir.", ["Add 2 tbsp. of oil.", "Stir."]),
        ("It costs 4.99 today", ["It costs 4.99 today"]),
        ("Dr. Smith said so. Really.", ["Dr. Smith said so.", "Really."]),
        ("今日は。明日も。", ["今日は。", "明日も。"]),
        ("He said “stop.” Then he left.", ["He said “stop.”", "Then he left."]),
    ],
)
def test_sentences_end_where_a_reader_ends_them(text: str, parts: list[str]) -> None:
    assert told(Said(0, 4, text)) == parts


def test_a_sentence_runs_on_over_a_breath_but_not_over_a_pause() -> None:
    assert told(Said(0, 2, "Melt the butter and"), Said(2.5, 4, "add the garlic.")) == [
        "Melt the butter and add the garlic."
    ]
    assert len(told(Said(0, 2, "Melt the butter and"), Said(6, 8, "add the garlic."))) == 2
    assert len(told(Said(0, 2, "Melt the butter"), Said(2.2, 4, "Add the garlic."))) == 2


def test_a_sentence_has_the_times_of_its_words() -> None:
    clip = Clip(said=(Said(1, 5, "One two. Three four."),))
    first, second = sentences(passages(video_of(clip), evidence_of(clip)))
    assert (first.span.start.seconds, first.span.end.seconds) == (1.0, 3.0)
    assert (second.span.start.seconds, second.span.end.seconds) == (3.0, 5.0)


def test_the_title_of_an_upload_is_a_file_name_and_no_passage() -> None:
    clip = Clip(title="IMG_0001.mp4", platform="file", shown=(Shown(0, 1, "Hello"),))
    assert [passage.kind for passage in passages(video_of(clip), evidence_of(clip))] == ["overlay"]
