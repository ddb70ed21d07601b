"""Written words, spoken words, tokens and sentences."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clipsight.perception.sound_track import SAMPLE_RATE
from clipsight.perception.speech.letters import phones_of
from clipsight.perception.speech.port import Token
from clipsight.perception.speech.sentences import LONGEST, HeardWord, TimedWord, heard_words, sentences
from clipsight.perception.speech.spoken import spoken_words


@pytest.mark.parametrize(
    ("written", "spoken"),
    [
        ("Most", "most"),
        ("it’s", "it's"),
        ("4%", "four percent"),
        ("$3.50", "three dollars and fifty cents"),
        ("$1", "one dollar"),
        ("£12", "twelve pounds"),
        ("10:30", "ten thirty"),
        ("7:05", "seven o five"),
        ("1,000,000", "one million"),
        ("215", "two hundred fifteen"),
        ("21st", "twenty first"),
        ("50th", "fiftieth"),
        ("1990s", "nineteen nineties"),
        ("2024", "twenty twenty four"),
        ("2003", "two thousand three"),
        ("3.14", "three point one four"),
        ("007", "zero zero seven"),
        ("R&B", "r and b"),
        ("crème", "creme"),
        ("—", ""),
        ("1234567890123", "one two three four five six seven eight nine zero one two three"),
    ],
)
def test_how_written_words_are_said(written: str, spoken: str):
    assert " ".join(spoken_words(written)) == spoken


@given(st.text(max_size=30))
def test_anything_can_be_said(text: str):
    assert all(word and set(word) <= set("abcdefghijklmnopqrstuvwxyz'") for word in spoken_words(text))


@given(st.text(max_size=20))
def test_anything_has_phones_of_the_dictionary(text: str):
    assert all(phone.isupper() and 1 <= len(phone) <= 2 for phone in phones_of(text))


@pytest.mark.parametrize(("word", "phones"), [("cake", "K EY K"), ("bell", "B EH L"), ("spice", "S P AY S"), ("", "")])
def test_phones(word: str, phones: str):
    assert " ".join(phones_of(word)) == phones


def test_tokens_become_words():
    tokens = [Token(" Gar", -0.2), Token("lic", -0.4), Token(",", 0.0), Token(" –", -0.1), Token(" now", -0.5)]
    words = heard_words(tokens)
    assert [word.text for word in words] == ["Garlic, –", "now"]
    assert words[0].confidence == pytest.approx(math.exp(-0.7 / 4))
    assert words[1].confidence == pytest.approx(math.exp(-0.5))


def test_a_price_in_two_tokens_is_one_word():
    assert [word.text for word in heard_words([Token(" than", 0.0), Token(" $", 0.0), Token("5", 0.0)])] == ["than", "$5"]


def line(text: str, seconds_each: float = 0.3, gaps: dict[int, float] | None = None) -> list[TimedWord]:
    words: list[TimedWord] = []
    place = 0.0
    for number, word in enumerate(text.split()):
        place += (gaps or {}).get(number, 0.0)
        begin, end = round(place * SAMPLE_RATE), round((place + seconds_each) * SAMPLE_RATE)
        words.append(TimedWord(HeardWord(word, 1.0), begin, end))
        place += seconds_each
    return words


def texts(lines: list[list[TimedWord]]) -> list[str]:
    return [" ".join(part.word.text for part in words) for words in lines]


def test_sentences_end_at_their_signs():
    found = texts(sentences(line('He said "stop." Then Dr. Low left! Why? It costs 3.50 dollars.')))
    assert found == ['He said "stop."', "Then Dr. Low left!", "Why?", "It costs 3.50 dollars."]


def test_sentences_end_at_pauses():
    assert texts(sentences(line("one two three", gaps={2: 0.8}))) == ["one two", "three"]
    assert texts(sentences(line("one two three", gaps={2: 0.5}))) == ["one two three"]


def test_long_sentences_are_cut_after_a_comma():
    words = [f"w{number}" for number in range(50)]
    words[20] += ","
    found = sentences(line(" ".join(words)))
    assert texts(found)[0].endswith("w20,")


@given(st.lists(st.tuples(st.integers(1, 40_000), st.integers(0, 30_000), st.sampled_from(["a", "b.", "c,"])), max_size=60))
def test_sentences_keep_every_word_in_order(parts: list[tuple[int, int, str]]):
    words: list[TimedWord] = []
    place = 0
    for length, gap, text in parts:
        words.append(TimedWord(HeardWord(text, 1.0), place + gap, place + gap + length))
        place = words[-1].end
    lines = sentences(words)
    assert [word for part in lines for word in part] == words
    assert all(part and (len(part) == 1 or part[-1].end - part[0].first <= LONGEST) for part in lines)
