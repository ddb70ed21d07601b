"""Which readings are text at all, and what of them is kept."""

from __future__ import annotations

import unicodedata
from difflib import SequenceMatcher

from clipsight.perception.screen_text.port import Reading

SURE_CHARACTER = 0.9  # certainty from which a character of another script than its line is believed
SURE_SIGN = 0.93  # certainty from which a lone sign at the end of a line is believed
SURE_LETTER = 0.8  # the same for a lone letter or digit
LONE_BESIDE = 2  # characters that must be there beside it
FAIR_LINE = 0.6  # mean certainty below which a line is noise; scripts the model does not know end there
SHORT = 3  # letters and digits up to which a line must be read with more certainty
FAIR_SHORT = 0.8  # mean certainty for such a line
ALONE = 0.9  # mean certainty for a single letter or digit, which must also be met twice
SURE_ROUND = 0.97  # mean certainty from which rings and bubbles that look like 0, 6 or C are believed when met once
SPACE_DOUBT = 0.1  # certainty that a reading with more spaces may lack
LETTERS_PER_WORD = 2.5  # fewer on average, and the letters of one word stand apart
SMALL_SHARE = 0.35  # of the letters; a script below it is an outlier in its line

ROUND = frozenset("068oOcCQDe")  # what rings, bubbles and wheels are taken for
LATIN, WIDE, SYMBOL, NEUTRAL = "latin", "wide", "symbol", "neutral"


def script(character: str) -> str:
    """``latin`` for alphabets, ``wide`` for East Asian, ``symbol`` for pictures and enclosed signs, else ``neutral``."""
    if character.isspace() or character.isdecimal():
        return NEUTRAL
    category = unicodedata.category(character)
    if category[0] == "L":
        return WIDE if unicodedata.east_asian_width(character) in "WF" or category == "Lo" else LATIN
    if category in ("So", "No", "Sk", "Lm", "Co", "Cn", "Cs"):
        return SYMBOL
    if category[0] == "P" and unicodedata.east_asian_width(character) in "WF":
        return WIDE
    return NEUTRAL


def cleaned(reading: Reading) -> Reading:
    """The reading without outliers of script, doubled or outer spaces.

    An unreadable picture in the text (an emoji that the model does not know) comes back as some rare sign; it goes, the
    words stay. Emoji and signs that were read with certainty stay.
    """
    letters = [script(c) for c in reading.text]
    counted = {name: letters.count(name) for name in (LATIN, WIDE)}
    main = LATIN if counted[LATIN] >= counted[WIDE] else WIDE
    known = sum(counted.values())
    kept: list[tuple[str, float]] = []
    for character, name, score in zip(reading.text, letters, reading.scores, strict=True):
        outlier = name in (LATIN, WIDE) and name != main and counted[name] <= SMALL_SHARE * known
        odd = name == SYMBOL and unicodedata.category(character) != "So"
        if (outlier or odd or name == SYMBOL) and score < SURE_CHARACTER:
            continue
        if odd and not _is_common_sign(character):
            continue
        if name == SYMBOL and unicodedata.decomposition(character).startswith("<circle>"):
            continue
        if character.isspace() and (not kept or kept[-1][0].isspace()):
            continue
        kept.append((" " if character.isspace() else character, score))
    kept = _without_ends(kept)
    return Reading("".join(c for c, _ in kept), tuple(s for _, s in kept))


def _without_ends(kept: list[tuple[str, float]]) -> list[tuple[str, float]]:
    """Without spaces at the ends, and without a lone doubtful sign there: what an emoji beside the words was taken for."""
    while kept and kept[-1][0].isspace():
        kept = kept[:-1]
    while kept and kept[0][0].isspace():
        kept = kept[1:]
    if len(kept) >= LONE_BESIDE + 2 and kept[-2][0].isspace() and _is_doubtful(kept[-1]):
        return _without_ends(kept[:-1])
    if len(kept) >= LONE_BESIDE + 2 and kept[1][0].isspace() and _is_doubtful(kept[0]):
        return _without_ends(kept[1:])
    return kept


def _is_doubtful(sign: tuple[str, float]) -> bool:
    character, score = sign
    return score < (SURE_LETTER if character.isalnum() else SURE_SIGN)


def _is_common_sign(character: str) -> bool:
    return character in "½¼¾²³¹™°´^`ªº"


def is_text(reading: Reading, sightings: int) -> bool:
    """Whether a cleaned reading is text rather than texture that looks like it."""
    signs = [c for c in reading.text if c.isalnum()]
    if not signs:
        return False
    if 1 < len(signs) <= SHORT and ROUND.issuperset(signs):
        return reading.score >= (ALONE if sightings >= 2 else SURE_ROUND)
    if len(signs) == 1:
        return reading.score >= ALONE and sightings >= 2
    return reading.score >= (FAIR_SHORT if len(signs) <= SHORT else FAIR_LINE)


def is_lone_letter(reading: Reading) -> bool:
    """Whether a cleaned reading is one letter of an alphabet, which is a word in some languages and more often texture."""
    signs = [c for c in reading.text if c.isalnum()]
    return len(signs) == 1 and script(signs[0]) == LATIN and reading.score >= FAIR_LINE


def lost_space(text: str, other: str) -> bool:
    """Whether ``text`` has the same letters as ``other`` and lacks a space that stands there.

    Over a moving background spaces get lost, and hardly ever invented; letters that stand apart for effect are no words.
    """
    words = other.split()
    same = len(words) > len(text.split()) and key(text) == key(other)
    return same and len(key(other)) >= LETTERS_PER_WORD * len(words)


def key(text: str) -> str:
    """What of a text counts when two are compared: letters and digits, without case."""
    return "".join(c for c in unicodedata.normalize("NFKC", text).casefold() if c.isalnum())


def likeness(one: str, other: str) -> float:
    """Common part of two keys, 0..1; 1 when they are equal."""
    if one == other:
        return 1.0
    if not one or not other:
        return 0.0
    return SequenceMatcher(None, one, other, autojunk=False).ratio()
