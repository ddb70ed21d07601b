"""Comparing wording: how many edits lie between what was expected and what was found."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

NUMBERS = {
    "zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
    "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16,
    "seventeen": 17, "eighteen": 18, "nineteen": 19, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50,
    "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90,
}  # fmt: skip
SCALES = {"hundred": 100, "thousand": 1000}

UNREADABLE = {"So", "Sk", "Cs", "Co", "Cn", "Cf", "Mn"}  # Unicode categories: emoji and the marks that modify them
SPOKEN_WORD = re.compile(r"[^\W_]+(?:['’.][^\W_]+)*")

Operation = Literal["same", "replaced", "missing", "extra"]


@dataclass(frozen=True, slots=True)
class Aligned:
    """One step of an alignment: places in the expected and in the found sequence, None where there is no partner."""

    operation: Operation
    expected: int | None
    found: int | None


def shown_line(text: str) -> str:
    """A line of on-screen text as it is compared: compatibility forms unified, emoji left out, white space collapsed.

    Capitals and punctuation count. No recogniser of letters reads emoji, so they are not asked for.
    """
    unified = unicodedata.normalize("NFKC", text)
    readable = "".join(letter for letter in unified if unicodedata.category(letter) not in UNREADABLE)
    return " ".join(readable.split())


def spoken_words(text: str) -> list[str]:
    """Words as word error rates compare them: lower case, no punctuation, numbers in digits.

    A recogniser may write "200 grams" or "two hundred grams", "$5" or "five dollars"; none of these is an error of hearing.
    """
    plain = re.sub(r"\$\s?(\d+(?:\.\d+)?)", r"\1 dollars", text.replace("%", " percent "))
    plain = re.sub(r"(?<=\d),(?=\d{3})", "", plain.replace("-", " "))
    words = [word.replace("’", "'") for word in SPOKEN_WORD.findall(plain.lower())]
    return _with_digits(words)


def _with_digits(words: Sequence[str]) -> list[str]:
    """Spelled numbers below a million become digits; "two hundred" is 200, "five six" stays two numbers."""
    result: list[str] = []
    total, part, open_number = 0, 0, False

    def close() -> None:
        nonlocal total, part, open_number
        if open_number:
            result.append(str(total + part))
        total, part, open_number = 0, 0, False

    for word in words:
        if word in NUMBERS:
            value = NUMBERS[word]
            fits = part % 100 == 0 or (part % 10 == 0 and part % 100 >= 20 and value < 10)
            if open_number and not (fits and value):
                close()
            part, open_number = part + value, True
        elif word in SCALES and open_number:
            if word == "hundred":
                part *= 100
            else:
                total, part = total + part * 1000, 0
        else:
            close()
            result.append(word)
    close()
    return result


def edit_distance(expected: Sequence[object], found: Sequence[object]) -> int:
    """Fewest insertions, deletions and replacements that turn one into the other (Levenshtein 1966)."""
    row = list(range(len(found) + 1))
    for i, wanted in enumerate(expected, 1):
        diagonal, row[0] = row[0], i
        for j, got in enumerate(found, 1):
            diagonal, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, diagonal + (wanted != got))
    return row[-1]


def aligned(expected: Sequence[str], found: Sequence[str]) -> list[Aligned]:
    """One of the alignments with the fewest edits, in order; replacements are preferred to a pair of the other two."""
    table = [list(range(len(found) + 1))]
    for i, wanted in enumerate(expected, 1):
        row, above = [i], table[-1]
        for j, got in enumerate(found, 1):
            row.append(min(above[j] + 1, row[j - 1] + 1, above[j - 1] + (wanted != got)))
        table.append(row)
    steps: list[Aligned] = []
    i, j = len(expected), len(found)
    while i or j:
        same = bool(i and j) and expected[i - 1] == found[j - 1]
        if i and j and table[i][j] == table[i - 1][j - 1] + (not same):
            i, j = i - 1, j - 1
            steps.append(Aligned("same" if same else "replaced", i, j))
        elif i and table[i][j] == table[i - 1][j] + 1:
            i -= 1
            steps.append(Aligned("missing", i, None))
        else:
            j -= 1
            steps.append(Aligned("extra", None, j))
    return steps[::-1]
