"""Words with times put together to lines that read like sentences."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from clipsight.perception.sound_track import SAMPLE_RATE
from clipsight.perception.speech.port import AlignedWord, Token

PAUSE = SAMPLE_RATE * 7 // 10  # a silence inside a sentence that ends the line all the same
LONGEST = 12 * SAMPLE_RATE  # of one line
_ENDS = (".", "?", "!", "…")
_CLOSING = "\"'”’)]"
_NOT_AN_END = frozenset({"mr.", "mrs.", "ms.", "dr.", "st.", "vs.", "e.g.", "i.e.", "a.m.", "p.m.", "no."})


@dataclass(frozen=True, slots=True)
class HeardWord:
    """A written word, its confidence, 0..1, and where the recogniser itself heard it, when it says so."""

    text: str
    confidence: float
    place: AlignedWord | None = None


@dataclass(frozen=True, slots=True)
class TimedWord:
    """A heard word and its place: samples from the start of the track, ``first < end``."""

    word: HeardWord
    first: int
    end: int


def heard_words(tokens: Iterable[Token]) -> list[HeardWord]:
    """Tokens joined to words at spaces. A word's confidence is the geometric mean of its tokens' probabilities."""
    words: list[tuple[str, list[Token]]] = []
    is_open = False
    for token in tokens:
        for number, piece in enumerate(token.text.split(" ")):
            is_open = is_open and number == 0
            if not piece:
                continue
            text, seen = words.pop() if is_open else ("", [])
            words.append((text + piece, [*seen, token]))
            is_open = True
    return [_heard(text, seen) for text, seen in _with_signs(words)]


def _heard(text: str, tokens: list[Token]) -> HeardWord:
    confidence = math.exp(sum(token.log_probability for token in tokens) / len(tokens))
    places = [token.place for token in tokens if token.place is not None]
    if len(places) < len(tokens):
        return HeardWord(text, confidence)
    return HeardWord(text, confidence, AlignedWord(places[0].start, places[-1].end))


def _with_signs(words: list[tuple[str, list[Token]]]) -> list[tuple[str, list[Token]]]:
    """A sign that stands alone, as a dash does, has no sound of its own and stays with the word before it."""
    joined: list[tuple[str, list[Token]]] = []
    for text, seen in words:
        if joined and not any(map(str.isalnum, text)):
            before, seen_before = joined.pop()
            joined.append((f"{before} {text}", seen_before + seen))
        else:
            joined.append((text, seen))
    return joined


def sentences(words: Sequence[TimedWord]) -> list[list[TimedWord]]:
    """Lines of words: ended by punctuation, by a pause, or by length."""
    lines: list[list[TimedWord]] = []
    for word in words:
        line = lines[-1] if lines else None
        if line is None or _ends_sentence(line[-1].word.text) or word.first - line[-1].end >= PAUSE:
            lines.append([word])
        else:
            line.append(word)
    return [part for line in lines for part in _short_enough(line)]


def _ends_sentence(text: str) -> bool:
    bare = text.rstrip(_CLOSING)
    return bare.endswith(_ENDS) and bare.lower() not in _NOT_AN_END


def _short_enough(line: list[TimedWord]) -> list[list[TimedWord]]:
    """The line, halved until no part is too long: after a comma where there is one, else at the longest pause."""
    if line[-1].end - line[0].first <= LONGEST or len(line) == 1:
        return [line]

    def quality(place: int) -> tuple[bool, int, int]:
        before, after = line[place - 1], line[place]
        from_middle = abs(2 * place - len(line))
        return before.word.text.endswith((",", ";", ":")), after.first - before.end, -from_middle

    quarter = max(1, len(line) // 4)
    place = max(range(quarter, len(line) - quarter + 1), key=quality)
    return _short_enough(line[:place]) + _short_enough(line[place:])
