"""Small pieces of English: counts, lists, lengths, shapes."""

from __future__ import annotations

from collections.abc import Sequence

_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")


SHORTEST = 0.1  # seconds


def number(count: int) -> str:
    """Words up to twelve, digits beyond."""
    return _NUMBERS[count] if 0 <= count < len(_NUMBERS) else str(count)


def counted(count: int, noun: str) -> str:
    """``one shot``, ``three shots``, ``no shots``."""
    return f"{number(count)} {noun}{'' if count == 1 else 's'}"


def listed(parts: Sequence[str]) -> str:
    """``a``, ``a and b``, ``a, b and c``."""
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}" if parts else ""


def seconds(value: float) -> str:
    """``0.8 seconds``, ``1 second``, ``24 seconds``."""
    if value < SHORTEST:
        return "less than a tenth of a second"
    shown = f"{value:.1f}" if value < 1 else f"{value:.0f}"
    return f"{shown} second{'' if shown == '1' else 's'}"


def long(value: float) -> str:
    """``24-second``, ``2-minute``: a length in front of a noun."""
    if value >= 90:
        return f"{value / 60:.0f}-minute"
    if value < SHORTEST:
        return "very short"
    return f"{value:.0f}-second" if value >= 1 else f"{value:.1f}-second"


def an(phrase: str) -> str:
    """The phrase with its article: ``an 8-second clip``, ``a recipe``."""
    first = phrase.split("-", maxsplit=1)[0].split(" ", maxsplit=1)[0].casefold()
    vowel = first[:1] in "aeiou" or first in ("8", "11", "18") or (first.isdigit() and first.startswith("8"))
    return f"{'an' if vowel else 'a'} {phrase}"


def shape(width: int, height: int) -> str:
    """``vertical``, ``horizontal`` or ``square``; within five per cent a picture counts as square."""
    ratio = width / height
    return "square" if 0.95 <= ratio <= 1.05 else "vertical" if ratio < 1 else "horizontal"


def capital(text: str) -> str:
    """The first letter large, the rest as it is."""
    return text[:1].upper() + text[1:]


def calm(text: str) -> str:
    """A text all in capitals brought to sentence case, as it would be said; everything else as it is."""
    return capital(text.lower()) if text.isupper() and sum(char.isalpha() for char in text) > 4 else text
