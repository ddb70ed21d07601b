"""Words of a text with their places, in a form in which two spellings of the same words are equal."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import lru_cache

SYMBOLS = frozenset("$€£¥₹%°")  # they change what a number means, so they count as words
APOSTROPHES = frozenset("'’ʼ")
NEAR_SHORTEST = 5  # letters; shorter words differ by one letter too often ("not", "now") to be called the same
NEAR_TWO_EDITS = 9  # letters; from here two slips of a recogniser still leave the word clear


@dataclass(frozen=True, slots=True)
class Token:
    """``text`` is case-folded without apostrophes; ``first`` and ``last`` are offsets into the source, half-open."""

    text: str
    first: int
    last: int


def _kind(char: str) -> str:
    """One letter per class: d digit, w part of a word, c a word of its own, s symbol, space for the rest."""
    if char in SYMBOLS:
        return "s"
    category = unicodedata.category(char)
    if category == "Nd":
        return "d"
    if category[0] not in "LMN":
        return " "
    return "c" if _unspaced(char) else "w"


def _unspaced(char: str) -> bool:
    """Scripts that put no spaces between words: each character counts as a word."""
    point = ord(char)
    return 0x0E00 <= point <= 0x0EFF or 0x3040 <= point <= 0x30FF or 0x3400 <= point <= 0x9FFF or point >= 0x20000


def _continues(text: str, at: int, kind: str) -> bool:
    """Whether the character at ``at`` joins its two neighbours: an apostrophe in a word, a separator in a number."""
    if at + 1 >= len(text):
        return False
    char, after = text[at], _kind(text[at + 1])
    if kind == "w":
        return char in APOSTROPHES and after == "w"
    return kind == "d" and char in ".," and after == "d"


def _plain(raw: str, kind: str) -> str:
    folded = unicodedata.normalize("NFKC", raw).casefold()
    if kind == "w":
        return "".join(char for char in folded if char not in APOSTROPHES)
    if kind == "d":
        head, comma, tail = folded.rpartition(",")
        thousands = comma and len(tail.split(".")[0]) == 3
        return head.replace(",", "") + tail if thousands else folded.replace(",", ".")
    return folded


@lru_cache(maxsize=4096)
def tokens(text: str) -> tuple[Token, ...]:
    """The words of ``text`` in order. Numbers, currency signs, per cent and degree signs are words of their own."""
    found: list[Token] = []
    at, size = 0, len(text)
    while at < size:
        kind = _kind(text[at])
        if kind == " ":
            at += 1
            continue
        end = at + 1
        if kind in "wd":
            while end < size and (_kind(text[end]) == kind or _continues(text, end, kind)):
                end += 1
        found.append(Token(_plain(text[at:end], kind), at, end))
        at = end
    return tuple(found)


def normalised(text: str) -> str:
    """The words of ``text`` with single spaces: equal for two spellings of the same words."""
    return " ".join(token.text for token in tokens(text))


def near(one: str, other: str) -> bool:
    """Whether two words are the same but for a slip: no digits, long enough, one edit (two for long words)."""
    if one == other:
        return True
    longest, shortest = max(len(one), len(other)), min(len(one), len(other))
    if shortest < NEAR_SHORTEST or any(char.isdigit() for char in one + other):
        return False
    allowed = 2 if shortest >= NEAR_TWO_EDITS else 1
    return longest - shortest <= allowed and _edits(one, other) <= allowed


def _edits(one: str, other: str) -> int:
    """Levenshtein distance (1965) by rows."""
    row = list(range(len(other) + 1))
    for i, left in enumerate(one, 1):
        before, row[0] = row[0], i
        for j, right in enumerate(other, 1):
            before, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, before + (left != right))
    return row[-1]
