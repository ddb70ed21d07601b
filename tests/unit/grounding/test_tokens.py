"""Words as quotes are compared by."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clipsight.grounding.tokens import near, normalised, tokens


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("Don't  STOP, now!", "dont stop now"),
        ("don’t stop now", "dont stop now"),
        ("Only $4.99", "only $ 4.99"),
        ("1,500 steps", "1500 steps"),
        ("2,5 kg", "2.5 kg"),
        ("50% off", "50 % off"),
        ("5g of salt", "5 g of salt"),
        ("ice-cream", "ice cream"),
        ("今日は", "今 日 は"),
        ("Straße", "strasse"),
        ("🍜 —", ""),
    ],
)
def test_two_spellings_of_the_same_words_are_equal(text: str, plain: str) -> None:
    assert normalised(text) == plain


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("butter", "buttr", True),
        ("delicious", "delicous", True),
        ("never", "ever", False),
        ("not", "now", False),
        ("healthy", "unhealthy", False),
        ("20", "30", False),
        ("model30", "model20", False),
        ("butter", "garlic", False),
    ],
)
def test_only_a_slip_in_a_long_word_is_near(one: str, other: str, same: bool) -> None:
    assert near(one, other) is same
    assert near(other, one) is same


@given(st.text(max_size=60))
def test_tokens_keep_their_places(text: str) -> None:
    reach = 0
    for token in tokens(text):
        assert reach <= token.first < token.last <= len(text)
        reach = token.last
        assert token.text
