from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from clipsight.testing.scoring import Row, expected_against_found, table
from clipsight.testing.truth import Truth

Document = dict[str, Any]
Make = Callable[[Truth], Document]


def _verdicts(document: Document, truth: Truth) -> dict[str, bool]:
    result: dict[str, bool] = {}
    for row in expected_against_found(document, truth):
        result[row.what] = result.get(row.what, True) and row.passed
    return result


def test_what_is_true_passes_everywhere(truth: Truth, flawless: Make) -> None:
    rows = expected_against_found(flawless(truth), truth)
    assert all(row.passed for row in rows)
    assert [row.what for row in rows] == [
        "video",
        "cuts",
        "gradual",
        "text",
        "text",
        "text",
        "other text",
        "words",
        "word starts",
        "music alone",
        "kinds of sound",
        "tempo",
    ]


def _shift(document: Document, part: str, seconds: float) -> None:
    document["evidence"][part][0]["start"] += seconds


SPOILERS: dict[str, Callable[[Document], object]] = {
    "video": lambda document: document["video"].update(width=640),
    "cuts": lambda document: document["evidence"]["shots"].pop(1),
    "gradual": lambda document: document["evidence"]["shots"][-1].update(start=9.0),
    "text": lambda document: _shift(document, "screen_text", 0.3),
    "other text": lambda document: document["evidence"]["screen_text"].append({"text": "no", "start": 4.0, "end": 4.5}),
    "words": lambda document: document["evidence"]["speech"]["segments"][0]["words"].pop(),
    "word starts": lambda document: [
        word.update(start=word["start"] + 0.2) for word in document["evidence"]["speech"]["segments"][0]["words"]
    ],
    "music alone": lambda document: document["evidence"]["sound"]["regions"][1].update(start=4.7),
    "kinds of sound": lambda document: document["evidence"]["sound"]["regions"][0].update(kind="other"),
    "tempo": lambda document: document["evidence"]["sound"].update(tempo_bpm=131),
}


@pytest.mark.parametrize("what", SPOILERS)
def test_each_row_notices_its_own_fault(what: str, truth: Truth, flawless: Make) -> None:
    document = flawless(truth)
    SPOILERS[what](document)
    verdicts = _verdicts(document, truth)
    assert not verdicts.pop(what)
    assert all(verdicts.values())


def test_a_lost_space_is_close_and_another_word_is_not(truth: Truth, flawless: Make) -> None:
    document = flawless(truth)
    document["evidence"]["screen_text"][0]["text"] = "Helloworld"
    row = next(row for row in expected_against_found(document, truth) if row.what == "text")
    assert (row.passed, row.verdict) == (True, "close")

    document["evidence"]["screen_text"][0]["text"] = "Hello words"
    row = next(row for row in expected_against_found(document, truth) if row.what == "text")
    assert (row.passed, row.verdict) == (False, "DIFFERS")


@pytest.mark.parametrize("tempo", [60, 118, 240])
def test_half_and_double_tempo_are_the_same_beat(tempo: float, truth: Truth, flawless: Make) -> None:
    document = flawless(truth)
    document["evidence"]["sound"]["tempo_bpm"] = tempo
    assert _verdicts(document, truth)["tempo"]


def test_a_clip_without_sound_asks_for_none(truth: Truth, flawless: Make) -> None:
    mute = replace(truth, sentences=(), sounds=(), tempo_bpm=None, has_audio=False, dissolves=())
    document = flawless(mute)
    document["evidence"]["sound"] = None
    assert _verdicts(document, mute) == {"video": True, "cuts": True, "text": True, "other text": True, "words": True}


def test_invented_words_are_shown(truth: Truth, flawless: Make) -> None:
    row = next(row for row in expected_against_found(flawless(truth), replace(truth, sentences=())) if row.what == "words")
    assert (row.found, row.passed) == ("4 words", False)


def test_the_table_fits_and_counts() -> None:
    rows = [Row("text", "a" * 90, "b" * 90, True), Row("cuts", "1.00", "nothing", False)]
    lines = table(rows, 80).splitlines()
    assert max(len(line) for line in lines) <= 80
    assert lines[2].endswith("…  ok")
    assert lines[3].endswith("DIFFERS")
    assert lines[-1] == "1 of 2 as expected"


def test_a_short_column_leaves_its_room_to_the_other() -> None:
    line = table([Row("text", "short", "b" * 50, True)], 80).splitlines()[2]
    assert "b" * 50 in line
