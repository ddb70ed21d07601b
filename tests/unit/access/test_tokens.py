from __future__ import annotations

import re
import string

import pytest

from clipsight.access.tokens import PATTERN, SHOWN, TokenKey, is_well_formed, new_token

LETTERS = string.digits + string.ascii_letters


def test_a_token_has_the_form_that_is_promised():
    tokens = {new_token() for _ in range(200)}
    assert len(tokens) == 200
    for token in tokens:
        assert token.startswith("ist_")
        assert is_well_formed(token)
        assert re.findall(PATTERN, f"key = '{token}';") == [token]


def test_what_stays_unknown_after_a_list_was_seen_has_160_bits():
    from math import log2

    unknown = len(new_token()) - SHOWN - 6  # the checksum tells nothing new
    assert unknown * log2(len(LETTERS)) >= 160


def test_every_typing_mistake_of_one_letter_or_two_neighbours_is_noticed():
    token = new_token()
    for place in range(4, len(token)):
        for letter in LETTERS:
            changed = token[:place] + letter + token[place + 1 :]
            assert is_well_formed(changed) == (changed == token)
    for place in range(4, len(token) - 1):
        swapped = token[:place] + token[place + 1] + token[place] + token[place + 2 :]
        assert is_well_formed(swapped) == (swapped == token)


@pytest.mark.parametrize("text", ["", "ist_", "ist_" + "a" * 46, "x" * 50, "ist_" + "é" * 46, "ist_" + "a" * 10_000, "\0"])
def test_what_is_no_token(text):
    assert not is_well_formed(text)


def test_what_is_kept_depends_on_the_key():
    token = new_token()
    one, other = TokenKey(b"1" * 32), TokenKey(b"2" * 32)
    assert one.digest(token) == one.digest(token)
    assert one.digest(token) != other.digest(token)
    assert token not in one.digest(token)
    assert one.name != other.name
    assert "1" * 8 not in repr(one)
