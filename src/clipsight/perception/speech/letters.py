"""Pronunciation of words that no dictionary has, letter by letter: rough, but near enough to find a word in the sound.

The rules are a short selection of those that English spelling follows most of the time; phones are the 39 of ARPABET as the
CMU dictionary uses them.
"""

from __future__ import annotations

# Longest match first; the first letters of a word are tried at every place.
_RULES: dict[str, str] = {
    "tion": "SH AH N", "sion": "ZH AH N", "ight": "AY T", "ough": "AO", "augh": "AO", "eigh": "EY", "tch": "CH",
    "dge": "JH", "sch": "S K", "igh": "AY", "eau": "OW", "ooh": "UW", "air": "EH R", "ear": "IH R", "eer": "IH R",
    "our": "AW R", "ire": "AY R", "ure": "Y UH R", "qu": "K W", "ch": "CH", "sh": "SH", "th": "TH", "ph": "F", "wh": "W",
    "ck": "K", "ng": "NG", "kn": "N", "wr": "R", "gn": "N", "ai": "EY", "ay": "EY", "au": "AO", "aw": "AO", "ee": "IY",
    "ea": "IY", "ei": "IY", "ey": "IY", "eu": "Y UW", "ew": "Y UW", "ie": "IY", "oa": "OW", "oi": "OY", "oy": "OY",
    "oo": "UW", "ou": "AW", "ow": "OW", "ue": "UW", "ui": "UW", "ar": "AA R", "er": "ER", "ir": "ER", "or": "AO R",
    "ur": "ER", "ce": "S EH", "ci": "S IH", "cy": "S IY", "ge": "JH EH", "gi": "JH IH",
    "a": "AE", "b": "B", "c": "K", "d": "D", "e": "EH", "f": "F", "g": "G", "h": "HH", "i": "IH", "j": "JH", "k": "K",
    "l": "L", "m": "M", "n": "N", "o": "AA", "p": "P", "q": "K", "r": "R", "s": "S", "t": "T", "u": "AH", "v": "V",
    "w": "W", "x": "K S", "y": "IY", "z": "Z",
}  # fmt: skip
_LONG = {"a": "EY", "e": "IY", "i": "AY", "o": "OW", "u": "UW"}  # before one consonant and a silent e
_LONGEST = max(map(len, _RULES))
_VOWELS = frozenset("aeiouy")


def phones_of(word: str) -> list[str]:
    """ARPABET phones of a lower-case word; other characters than a to z are left out, so the list may be empty."""
    letters = "".join(letter for letter in word if "a" <= letter <= "z")
    phones: list[str] = []
    place = 0
    while place < len(letters):
        rest = letters[place:]
        if rest == "e" and phones:
            break
        if len(rest) == 3 and rest[0] in _LONG and rest[1] not in _VOWELS and rest[2] == "e":
            phones.append(_LONG[rest[0]])
            place += 1
            continue
        spelling = next(rest[:size] for size in range(_LONGEST, 0, -1) if rest[:size] in _RULES)
        found = _RULES[spelling].split()
        is_doubled = len(spelling) == 1 and place > 0 and letters[place - 1] == spelling
        if not (is_doubled and phones and found == phones[-1:]):
            phones += found
        place += len(spelling)
    if letters.endswith("e") and len(letters) > 2 and phones and letters[-2:] in {"ce", "ge"} and phones[-1] == "EH":
        phones.pop()
    return phones
