from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clipsight.testing.scores import (
    percentile,
    score_captions,
    score_shots,
    score_sounds,
    score_texts,
    score_words,
)
from clipsight.testing.truth import SentenceTruth, Truth, WordTruth
from clipsight.timeline import Instant, Span

Document = dict[str, Any]
Make = Callable[[Truth], Document]


def test_what_is_exactly_true_has_a_full_score(truth: Truth, flawless: Make) -> None:
    document = flawless(truth)
    shots, texts, words = score_shots(document, truth), score_texts(document, truth), score_words(document, truth)
    sounds = score_sounds(document, truth)

    assert (shots.cuts.f1, shots.gradual.f1, shots.all.f1, shots.cut_errors) == (1, 1, 1, (0, 0))
    assert (texts.lines.recall, texts.lines.precision, texts.duplicates, texts.character_error_rate) == (1, 1, 0, 0)
    assert (texts.start_error(), texts.end_error()) == (0, 0)
    assert (words.word_error_rate, words.median_start_error) == (0, 0)
    assert (sounds.same, sounds.speech, sounds.music) == (1, 1, 1)


def test_nothing_found_scores_nothing(truth: Truth, flawless: Make) -> None:
    document = flawless(replace(truth, cuts=(), dissolves=(), texts=(), sentences=(), sounds=()))
    document["evidence"]["sound"] = None

    assert score_shots(document, truth).all.recall == 0
    texts = score_texts(document, truth)
    assert (texts.lines.recall, len(texts.missed), texts.start_error()) == (0, 3, None)
    words = score_words(document, truth)
    assert (words.word_error_rate, words.missing, words.median_start_error) == (1, 4, None)
    assert score_sounds(document, truth).same == 0


def test_words_where_none_were_said_are_infinitely_wrong(truth: Truth, flawless: Make) -> None:
    document = flawless(truth)
    score = score_words(document, replace(truth, sentences=()))
    assert score.word_error_rate == float("inf")
    assert score.extra == 4


# ── shots ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_cut_matches_within_the_tolerance_only(truth: Truth, flawless: Make) -> None:
    document = flawless(truth)
    document["evidence"]["shots"][1]["start"] += 0.04
    assert score_shots(document, truth).cuts.f1 == 1
    assert score_shots(document, truth).cut_errors == pytest.approx((0.04, 0))

    document["evidence"]["shots"][1]["start"] += 0.02
    assert score_shots(document, truth).cuts.matched == 1


def test_one_found_cut_stands_for_one_expected_cut(truth: Truth, flawless: Make) -> None:
    near = replace(truth, cuts=(Instant.from_seconds(2), Instant.from_seconds(2.04)), dissolves=())
    document = flawless(near)
    del document["evidence"]["shots"][1]
    score = score_shots(document, near).cuts
    assert (score.matched, score.recall, score.precision) == (1, 0.5, 1)


def test_matching_finds_the_most_pairs(truth: Truth, flawless: Make) -> None:
    """The nearest partner of the first cut must be given up for the second one."""
    wanted = replace(truth, cuts=(Instant.from_seconds(2), Instant.from_seconds(2.06)), dissolves=())
    document = flawless(replace(wanted, cuts=(Instant.from_seconds(1.96), Instant.from_seconds(2.025))))
    assert score_shots(document, wanted).cuts.matched == 2


@pytest.mark.parametrize(("start", "length", "matched"), [(7.0, 0.6, 1), (6.5, 0.6, 1), (7.5, 0.3, 0), (6.0, 0.5, 0)])
def test_a_dissolve_matches_when_the_two_share_time(
    truth: Truth, flawless: Make, start: float, length: float, matched: int
) -> None:
    document = flawless(truth)
    document["evidence"]["shots"][-1] |= {"start": start, "transition_seconds": length}
    assert score_shots(document, truth).gradual.matched == matched


def test_a_dissolve_that_is_called_a_cut_counts_only_in_the_sum(truth: Truth, flawless: Make) -> None:
    document = flawless(truth)
    document["evidence"]["shots"][-1] |= {"transition": "cut", "transition_seconds": 0}
    score = score_shots(document, truth)
    assert (score.cuts.precision, score.gradual.recall, score.all.f1) == (pytest.approx(2 / 3), 0, 1)


# ── text ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_lines_may_be_grouped_otherwise(truth: Truth, flawless: Make) -> None:
    document = flawless(truth)
    found = document["evidence"]["screen_text"]
    both = found.pop()
    found += [{**both, "text": "Today"}, {**both, "text": "Only $4.99"}]
    assert score_texts(document, truth).lines.f1 == 1


def test_a_second_reading_is_a_duplicate_and_a_foreign_one_an_invention(truth: Truth, flawless: Make) -> None:
    document = flawless(truth)
    document["evidence"]["screen_text"] += [
        {"text": "hello worid", "start": 3.0, "end": 3.4},
        {"text": "LOGO", "start": 3.0, "end": 3.4},
        {"text": "Hello world", "start": 9.0, "end": 9.5},
    ]
    score = score_texts(document, truth)
    assert score.duplicates == 1
    assert [line.text for line in score.invented] == ["LOGO", "Hello world"]
    assert (score.lines.recall, score.lines.precision) == (1, 0.5)
    assert score.character_error_rate == 0


def test_a_line_may_differ_by_a_fifth_and_its_edits_count(truth: Truth, flawless: Make) -> None:
    document = flawless(truth)
    document["evidence"]["screen_text"][0]["text"] = "Hella  WorId"
    score = score_texts(document, truth)
    assert score.lines.recall == 1
    assert score.character_error_rate == pytest.approx(3 / len("Hello worldOnly $4.99Today"))

    document["evidence"]["screen_text"][0]["text"] = "Hxxxx world"
    assert [line.text for line in score_texts(document, truth).missed] == ["Hello world"]


def test_times_of_lines_are_compared_with_their_sign(truth: Truth, flawless: Make) -> None:
    document = flawless(truth)
    document["evidence"]["screen_text"][0] |= {"start": 1.25, "end": 2.5}
    score = score_texts(document, truth)
    assert (score.matches[0].start_error, score.matches[0].end_error) == (0.25, -0.5)
    assert (score.start_error(0.9), score.end_error(0.9), score.start_error(0.5)) == (0.25, 0.5, 0)


def test_text_at_another_time_is_not_the_expected_one(truth: Truth, flawless: Make) -> None:
    document = flawless(truth)
    document["evidence"]["screen_text"][0] |= {"start": 3.2, "end": 4.0}
    score = score_texts(document, truth)
    assert [line.text for line in score.missed] == ["Hello world"]
    assert len(score.invented) == 1


def test_a_caption_counts_as_a_row_whatever_its_lines(truth: Truth, flawless: Make) -> None:
    phrase = replace(truth.texts[0], text="nobody told us\nabout the mice")
    document = flawless(replace(truth, texts=(replace(phrase, text="nobody told\nus about the mice"),)))
    score = score_captions(document, replace(truth, texts=(phrase,)))
    assert (score.lines.matched, score.lines.found, score.character_error_rate) == (1, 1, 0)

    words = tuple(replace(phrase, text=word) for word in phrase.text.split())
    apart = score_captions(flawless(replace(truth, texts=words)), replace(truth, texts=(phrase,)))
    assert (apart.lines.matched, apart.lines.found, len(apart.missed)) == (0, 6, 1)


# ── words ────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("found", "errors"),
    [
        ("two hundred grams of noodles", (0, 0, 0)),
        ("200 gram of noodles", (1, 0, 0)),
        ("200 grams noodles", (0, 1, 0)),
        ("200 grams of the noodles", (0, 0, 1)),
        ("200 of noodle soup", (1, 1, 1)),
        ("", (0, 4, 0)),
    ],
)
def test_word_errors_are_counted_by_kind(found: str, errors: tuple[int, int, int], truth: Truth, flawless: Make) -> None:
    document = flawless(truth)
    document["evidence"]["speech"]["segments"][0]["words"] = [
        {"text": word, "start": float(number), "end": number + 0.5} for number, word in enumerate(found.split())
    ]
    score = score_words(document, truth)
    assert score.expected == 4
    assert sum(errors) == score.replaced + score.missing + score.extra
    assert score.word_error_rate == sum(errors) / 4
    if sum(errors) < 3:
        assert (score.replaced, score.missing, score.extra) == errors


def test_a_number_may_be_spelled_either_way_and_begins_with_its_first_word(truth: Truth, flawless: Make) -> None:
    document = flawless(truth)
    words = document["evidence"]["speech"]["segments"][0]["words"]
    words[0:2] = [{"text": "200", "start": 1.1, "end": 1.9}]
    score = score_words(document, truth)
    assert score.word_error_rate == 0
    assert score.start_errors == pytest.approx((0.1, 0, 0, 0))


@pytest.mark.parametrize("price", [["$5."], ["$", "5."], ["five", "dollars"]])
def test_a_price_becomes_words(price: list[str], truth: Truth, flawless: Make) -> None:
    said = replace(
        truth,
        sentences=(
            SentenceTruth(
                "only five dollars", Span.from_seconds(0, 2), (_at("only", 0.5), _at("five", 1), _at("dollars", 1.5))
            ),
        ),
    )
    document = flawless(said)
    document["evidence"]["speech"]["segments"][0]["words"] = [
        {"text": word, "start": 0.5 + number / 2, "end": 1.0 + number / 2} for number, word in enumerate(["only", *price])
    ]
    score = score_words(document, said)
    assert score.word_error_rate == 0
    assert score.start_errors[:2] == (0, 0)


def test_lyrics_are_not_speech(truth: Truth, flawless: Make) -> None:
    document = flawless(truth)
    document["evidence"]["speech"]["segments"][0]["kind"] = "lyrics"
    assert score_words(document, truth).missing == 4


def test_words_without_known_times_have_no_start_error(truth: Truth, flawless: Make) -> None:
    document = flawless(truth)
    sentence = truth.sentences[0]
    untimed = replace(sentence, words=tuple(WordTruth(word.text, None) for word in sentence.words))
    score = score_words(document, replace(truth, sentences=(untimed,)))
    assert (score.word_error_rate, score.median_start_error) == (0, None)


# ── sound ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_shares_of_time(truth: Truth, flawless: Make) -> None:
    document = flawless(truth)
    document["evidence"]["sound"]["regions"] = [
        {"kind": "speech", "start": 0.0, "end": 5.0},
        {"kind": "music", "start": 5.0, "end": 10.0},
    ]
    score = score_sounds(document, truth)
    assert score.same == pytest.approx(0.7)  # speech 0 to 4, music 5 to 8
    assert score.speech == pytest.approx(2 * 4 / (6 + 5))
    assert score.music == pytest.approx(2 * 5 / (6 + 5))


@given(st.lists(st.floats(0, 100), min_size=1), st.floats(0.01, 1))
def test_a_percentile_is_one_of_the_values_and_enough_of_them_do_not_exceed_it(values: list[float], share: float) -> None:
    value = percentile(values, share)
    assert value in values
    assert sum(other <= value for other in values) >= share * len(values) - 1e-9


def test_shuffled_parts_change_nothing(truth: Truth, flawless: Make) -> None:
    document = flawless(truth)
    mixed = copy.deepcopy(document)
    for part in ("shots", "screen_text"):
        mixed["evidence"][part].reverse()
    assert score_texts(mixed, truth) == score_texts(document, truth)
    assert score_shots(mixed, truth).all == score_shots(document, truth).all


def _at(word: str, start: float) -> WordTruth:
    return WordTruth(word, Span.from_seconds(start, start + 0.4))
