"""Numbers in running text, in digits or in English words, as values that can be compared."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction

_BELOW_TWENTY = """
zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen
nineteen
"""
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
ONES: dict[str, int] = {word: value for value, word in enumerate(_BELOW_TWENTY.split())}
TENS: dict[str, int] = {word: 10 * value for value, word in enumerate(_TENS.split(), 2)}
SIGNS: dict[str, str] = {"½": "1/2", "¼": "1/4", "¾": "3/4", "⅓": "1/3", "⅔": "2/3", "⅛": "1/8"}
_SCALES = {"hundred": 100, "thousand": 1_000, "million": 1_000_000, "billion": 1_000_000_000}
_LETTERED = {"k": 1_000, "m": 1_000_000}
_SHARES = {"half": Fraction(1, 2), "quarter": Fraction(1, 4), "third": Fraction(1, 3)}
_DOZEN = 12

_DIGITS = re.compile(
    r"(?<![\w.])(?P<whole>\d{1,3}(?:,\d{3})+|\d+)(?:(?P<point>[.,]\d+)|\s?/\s?(?P<under>[1-9]\d*))?"
    r"\s?(?P<sign>[½¼¾⅓⅔⅛])?(?P<scale>[kKmM](?![\w]))?"
)
_LONE_SIGN = re.compile("[½¼¾⅓⅔⅛]")
_WORD = re.compile(r"[a-z]+", re.I)
_LINK = re.compile(r"^[\s-]*(?:and\s+)?(?:a\s+|an\s+)?$", re.I)


@dataclass(frozen=True, slots=True)
class Number:
    """``value`` of the characters ``[first, last)``; ``spelt`` when it stands in words."""

    value: Fraction
    first: int
    last: int
    spelt: bool


def numbers(text: str) -> list[Number]:
    """Every number of ``text`` in order: ``1,500``, ``2.5``, ``1/2``, ``1 ½``, ``10k``, ``two hundred and fifty``, …"""
    found = [*_in_digits(text), *_in_words(text)]
    return sorted(found, key=lambda number: number.first)


def _in_digits(text: str) -> list[Number]:
    found: list[Number] = []
    covered = -1
    for match in _DIGITS.finditer(text):
        value = Fraction(int(match["whole"].replace(",", "")))
        if match["point"]:
            value += Fraction(f"0.{match['point'][1:]}")
        if match["under"]:
            value /= int(match["under"])
        if match["sign"]:
            value += Fraction(SIGNS[match["sign"]])
        value *= _LETTERED.get((match["scale"] or "").lower(), 1)
        found.append(Number(value, match.start(), match.end(), spelt=False))
        covered = match.end()
    taken = {at for number in found for at in range(number.first, number.last)} if covered >= 0 else set[int]()
    found += [
        Number(Fraction(SIGNS[match[0]]), match.start(), match.end(), spelt=False)
        for match in _LONE_SIGN.finditer(text)
        if match.start() not in taken
    ]
    return found


def _in_words(text: str) -> list[Number]:
    found: list[Number] = []
    run: list[re.Match[str]] = []
    for match in _WORD.finditer(text):
        word = match[0].casefold()
        joins = not run or _LINK.match(text[run[-1].end() : match.start()])
        if _counts(word) and joins:
            run.append(match)
            continue
        if word in ("and", "a", "an") and run:
            continue
        found += _value(run)
        run = [match] if _counts(word) else []
    return found + _value(run)


def _counts(word: str) -> bool:
    return word in ONES or word in TENS or word in _SCALES or word in _SHARES or word == "dozen"


def _value(run: list[re.Match[str]]) -> list[Number]:
    """The value of number words that follow each other; shares alone ("half") count as well."""
    if not run:
        return []
    total, group = Fraction(0), Fraction(0)
    for match in run:
        word = match[0].casefold()
        if word in _SCALES:
            group = max(group, Fraction(1)) * _SCALES[word]
            if _SCALES[word] > 100:
                total, group = total + group, Fraction(0)
        elif word == "dozen":
            group = max(group, Fraction(1)) * _DOZEN
        elif word in _SHARES:
            group += _SHARES[word]
        else:
            group += ONES.get(word, 0) or TENS.get(word, 0)
    return [Number(total + group, run[0].start(), run[-1].end(), spelt=True)]
