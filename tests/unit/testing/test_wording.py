from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clipsight.testing.wording import aligned, edit_distance, shown_line, spoken_words

words = st.lists(st.sampled_from("abc"), max_size=8)


@pytest.mark.parametrize(
    ("expected", "found", "edits"),
    [("", "", 0), ("kitten", "sitting", 3), ("flaw", "lawn", 2), ("", "abc", 3), ("abc", "", 3), ("same", "same", 0)],
)
def test_edit_distance_of_known_pairs(expected: str, found: str, edits: int) -> None:
    assert edit_distance(expected, found) == edits


@given(words, words)
def test_an_alignment_has_as_many_errors_as_the_distance(expected: list[str], found: list[str]) -> None:
    steps = aligned(expected, found)

    assert sum(step.operation != "same" for step in steps) == edit_distance(expected, found)
    assert [step.expected for step in steps if step.expected is not None] == list(range(len(expected)))
    assert [step.found for step in steps if step.found is not None] == list(range(len(found)))
    assert all((expected[s.expected] == found[s.found]) for s in steps if s.operation == "same")


@given(words, words, words)
def test_the_distance_is_a_metric(one: list[str], two: list[str], three: list[str]) -> None:
    assert edit_distance(one, two) == edit_distance(two, one)
    assert edit_distance(one, three) <= edit_distance(one, two) + edit_distance(two, three)
    assert (edit_distance(one, two) == 0) == (one == two)


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("Two hundred grams of noodles,", "200 grams of noodles"),
        ("200 grams, of noodles", "200 grams of noodles"),
        ("less than $5.", "less than 5 dollars"),
        ("less than five dollars", "less than 5 dollars"),
        ("It's twenty-five percent!", "it's 25 percent"),
        ("25% it’s", "25 percent it's"),
        ("five six", "5 6"),
        ("nineteen eighty four", "19 84"),
        ("one thousand two hundred and ten", "1200 and 10"),
        ("twelve thousand", "12000"),
        ("1,200 dollars", "1200 dollars"),
        ("twenty twenty", "20 20"),
        ("ready in ten minutes", "ready in 10 minutes"),
        ("", ""),
    ],
)
def test_words_are_compared_without_case_punctuation_and_spelling_of_numbers(text: str, normal: str) -> None:
    assert spoken_words(text) == normal.split()


def test_shown_lines_keep_capitals_and_punctuation_but_not_emoji() -> None:
    assert shown_line("  Only  $4.99 \U0001f525! ") == "Only $4.99 !"
    assert shown_line("❤️ Ｆull") == "Full"
