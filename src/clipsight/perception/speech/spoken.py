"""How written words are pronounced, as words: ``"4%"`` is ``four percent``. Only for finding them in the sound; English."""

from __future__ import annotations

import re
import unicodedata

_ONES = [
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
]  # fmt: skip
_TENS = ["zero", "ten", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_SCALES = ((10**9, "billion"), (10**6, "million"), (1000, "thousand"), (100, "hundred"))
_MOST_DIGITS = 12  # longer numbers are read digit by digit
_ORDINALS = {
    "one": "first", "two": "second", "three": "third", "five": "fifth", "eight": "eighth", "nine": "ninth",
    "twelve": "twelfth",
}  # fmt: skip
_SIGNS = {"%": "percent", "&": "and", "+": "plus", "=": "equals", "@": "at", "°": "degrees", "#": "number", "½": "half"}
_MONEY = {"$": ("dollar", "cent"), "€": ("euro", "cent"), "£": ("pound", "pence")}
_CLOCK = re.compile(r"(\d{1,2}):(\d\d)(?!\d)")
_AMOUNT = re.compile(r"([$€£])(\d[\d,]*)(?:\.(\d\d))?(?!\d)")
_PIECE = re.compile(r"(\d[\d,]*)(?:\.(\d+))?(st|nd|rd|th|s)?|([a-z]+(?:'[a-z]+)*)|([%&+=@°#½])")


def spoken_words(written: str) -> list[str]:
    """Lower-case words of letters and apostrophes as one would say them; empty when there is nothing to say.

    Args:
        written: one word with its case, punctuation and digits.
    """
    plain = unicodedata.normalize("NFKD", written.replace("½", " half ").replace("\u2019", "'")).lower()
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    plain = _CLOCK.sub(_clock, plain)
    plain = _AMOUNT.sub(_amount, plain)
    words: list[str] = []
    for whole, fraction, ending, letters, sign in _PIECE.findall(plain):
        if letters:
            words.append(letters)
        elif sign:
            words.append(_SIGNS[sign])
        else:
            words += _number(whole.replace(",", ""), fraction, ending)
    return words


def _clock(match: re.Match[str]) -> str:
    hour, minute = match.groups()
    if minute == "00":
        return f" {hour} "
    return f" {hour} o {minute[1]} " if minute[0] == "0" else f" {hour} {minute} "


def _amount(match: re.Match[str]) -> str:
    sign, whole, cents = match.groups()
    unit, part = _MONEY[sign]
    said = f" {whole} {unit}" + ("" if whole == "1" else "s")
    if cents and int(cents):
        said += f" and {int(cents)} {part}" + ("s" if part == "cent" and int(cents) != 1 else "")
    return f"{said} "


def _number(whole: str, fraction: str, ending: str) -> list[str]:
    if len(whole) > _MOST_DIGITS or (len(whole) > 1 and whole[0] == "0"):
        said = [_ONES[int(digit)] for digit in whole]
    elif not fraction and len(whole) == 4 and (1100 <= int(whole) < 2000 or 2010 <= int(whole) < 2100):
        said = _year(int(whole))
    else:
        said = _cardinal(int(whole))
    if fraction:
        said += ["point", *(_ONES[int(digit)] for digit in fraction)]
    if ending == "s":
        said[-1] = said[-1][:-1] + "ies" if said[-1].endswith("y") else said[-1] + "s"
    elif ending:
        said[-1] = _ordinal(said[-1])
    return said


def _year(number: int) -> list[str]:
    """1984 is nineteen eighty four; most four-digit numbers of that size in speech are years."""
    century, rest = divmod(number, 100)
    if rest == 0:
        return [*_cardinal(century), "hundred"]
    return [*_cardinal(century), *(["o"] if rest < 10 else []), *_cardinal(rest)]


def _cardinal(number: int) -> list[str]:
    for size, name in _SCALES:
        if number >= size:
            many, rest = divmod(number, size)
            return [*_cardinal(many), name, *(_cardinal(rest) if rest else [])]
    if number < 20:
        return [_ONES[number]]
    tens, ones = divmod(number, 10)
    return [_TENS[tens], *([_ONES[ones]] if ones else [])]


def _ordinal(cardinal: str) -> str:
    if cardinal in _ORDINALS:
        return _ORDINALS[cardinal]
    return cardinal[:-1] + "ieth" if cardinal.endswith("y") else cardinal + "th"
