from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clipsight.perception.screen_text.port import Reading
from clipsight.perception.screen_text.wording import cleaned, is_text, key, likeness, lost_space


def reading(text: str, score: float = 0.98, **doubtful: float) -> Reading:
    """A reading in which the characters named have their own certainty."""
    return Reading(text, tuple(doubtful.get(character, score) for character in text))


@pytest.mark.parametrize(
    "text", ["$4.99", "€12,50", "50%", "Add 2 cups", "@chef_anna", "#pasta", "Größe", "¿Qué?", "C++", "½ cup", "20°"]
)
def test_what_was_read_with_certainty_stays(text: str) -> None:
    assert cleaned(reading(text)).text == text


@pytest.mark.parametrize(
    ("raw", "kept"),
    [
        (Reading("Yum ⑧", (0.99, 0.99, 0.99, 0.9, 0.4)), "Yum"),
        (Reading("Yum ⑧", (0.99, 0.99, 0.99, 0.9, 0.99)), "Yum"),
        (Reading("Yum 福", (0.99, 0.99, 0.99, 0.9, 0.5)), "Yum"),
        (Reading("Sparkle +", (*(0.99,) * 7, 0.91, 0.88)), "Sparkle"),
        (Reading("Q Love it", (0.5, 0.9, *(0.99,) * 7)), "Love it"),
        (Reading("Yum 😋", (0.99, 0.99, 0.99, 0.9, 0.99)), "Yum 😋"),
        (Reading("  two  spaces ", (0.99,) * 14), "two spaces"),
    ],
)
def test_what_an_emoji_was_taken_for_goes(raw: Reading, kept: str) -> None:
    assert cleaned(raw).text == kept


@pytest.mark.parametrize(
    ("text", "score", "sightings", "expected"),
    [
        ("Hello", 0.95, 1, True),
        ("Hello", 0.5, 5, False),
        ("ok", 0.85, 1, True),
        ("ok", 0.7, 3, False),
        ("7", 0.95, 2, True),
        ("7", 0.95, 1, False),
        ("I", 0.85, 4, False),
        ("...", 0.99, 9, False),
        ("", 0.0, 9, False),
    ],
)
def test_texture_is_not_text(text: str, score: float, sightings: int, expected: bool) -> None:
    assert is_text(reading(text, score), sightings) is expected


@given(st.text(max_size=30), st.floats(0, 1))
def test_cleaning_only_takes_away(text: str, score: float) -> None:
    result = cleaned(reading(text, score))
    assert len(result.text) == len(result.scores)
    assert result.text == result.text.strip()
    rest = iter(" " if character.isspace() else character for character in text)
    assert all(character in rest for character in result.text)


@given(st.text(max_size=20), st.text(max_size=20))
def test_likeness_is_a_share(one: str, other: str) -> None:
    assert 0 <= likeness(key(one), key(other)) <= 1
    assert likeness(key(one), key(one)) == 1


@pytest.mark.parametrize(
    ("text", "other", "expected"),
    [
        ("Sizzle for1 minute", "Sizzle for 1 minute", True),
        ("Sizzle for 1 minute", "Sizzle for1 minute", False),
        ("Sizzle for1 minute", "Sizzle far 1 minute", False),
        ("PARIS", "P A R I S", False),
        ("same words", "same words", False),
    ],
)
def test_spaces_that_were_lost_are_known(text: str, other: str, expected: bool) -> None:
    assert lost_space(text, other) is expected


@pytest.mark.parametrize(
    ("text", "score", "sightings", "expected"),
    [("60", 0.93, 1, False), ("60", 0.93, 2, True), ("00", 0.98, 1, True), ("OK", 0.93, 1, True), ("15", 0.93, 1, True)],
)
def test_rings_and_bubbles_need_more_evidence(text: str, score: float, sightings: int, expected: bool) -> None:
    assert is_text(reading(text, score), sightings) is expected
