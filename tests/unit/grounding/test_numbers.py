from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clipsight.grounding.numbers import numbers


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("1,500 people and 2.5 kg", ["1500", "5/2"]),
        ("½ cup, 1 ½ cups, 1/2 tsp", ["1/2", "3/2", "1/2"]),
        ("two hundred and fifty grams of a dozen eggs", ["250", "12"]),
        ("10k views, 2M likes", ["10000", "2000000"]),
        ("twenty-five minutes", ["25"]),
        ("one hundred thousand", ["100000"]),
        ("$4.99 or 4,99", ["499/100", "499/100"]),
        ("no number at all, and a pinch of salt", []),
        ("v2.0 x86", []),
        ("one and a half cups", ["3/2"]),
    ],
)
def test_values(text: str, values: list[str]) -> None:
    assert [str(number.value) for number in numbers(text)] == values


@given(st.integers(0, 999_999))
def test_digits_with_and_without_separators_are_the_same(value: int) -> None:
    assert [n.value for n in numbers(f"about {value:,} times")] == [Fraction(value)]
    assert [n.value for n in numbers(f"about {value} times")] == [Fraction(value)]


@given(st.text(max_size=60))
def test_any_text_is_taken_and_places_are_inside_it(text: str) -> None:
    for number in numbers(text):
        assert 0 <= number.first < number.last <= len(text)
