"""Numbers and names inside a claim, held against what was said, written and posted.

A model may put things into its own words; it may not bring numbers, prices or names along that nobody said or wrote.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from clipsight.grounding.numbers import Number, numbers
from clipsight.grounding.passages import Passage
from clipsight.grounding.tokens import near, tokens

SMALL = 10  # up to here a spelt number may count what is seen, as in "two people"

_CAPITAL = re.compile(r"[^\W\d_][\w’'&.-]*\w|[A-Z]")
_START = re.compile(r"(?:^|[.!?:;…“\"(]\s*|\n)$")
_LINKS = frozenset(("of", "and", "or", "to", "a", "the", "in", "for", "per", "x", "%", "$", "€", "£"))
_COMMON_WORDS = """
i i'm i'll i've i'd ok tv dj diy asmr usa us uk eu monday tuesday wednesday thursday friday saturday sunday january
february march april may june july august september october november december english german french spanish italian
portuguese dutch chinese japanese korean arabic hindi turkish polish russian tiktok instagram youtube reels shorts a the
"""
_COMMON = frozenset(token.text for token in tokens(_COMMON_WORDS))


@dataclass(frozen=True, slots=True)
class Unborne:
    """A part of a claim that nothing bears. ``kind`` is ``number`` or ``name``."""

    kind: str
    text: str


class Facts:
    """The numbers and names of one document.

    Args:
        found: everything that was said, written and posted.
        measured: further numbers that clipsight itself measured, such as the duration.
        known_names: further names, such as the author's.
    """

    def __init__(self, found: Iterable[Passage], measured: Iterable[float] = (), known_names: Iterable[str] = ()) -> None:
        self._passages = list(found)
        self._numbers = {passage.id: {n.value for n in numbers(passage.text)} for passage in self._passages}
        self._measured = {Fraction(str(value)) for value in measured}
        self._everything = frozenset(t.text for p in self._passages for t in tokens(p.text))
        self._names = self._everything | {t.text for name in known_names for t in tokens(name)}
        self._counted = _counted(self._passages)
        self._stems = frozenset(_stem(word) for word in self._everything if len(word) > 2)

    def unborne(self, claim: str, cited: Sequence[str] | None = None) -> list[Unborne]:
        """What the claim says beyond its evidence.

        Args:
            claim: free text.
            cited: ids of the passages it rests on; numbers must stand there. None: anywhere in the document.
        """
        return [*self._strange_numbers(claim, cited), *self._strange_names(claim)]

    def _strange_numbers(self, claim: str, cited: Sequence[str] | None) -> list[Unborne]:
        ids = [ref for ref in cited if ref in self._numbers] if cited is not None else []
        # A claim about pictures alone cites no words; its numbers may still repeat what is said elsewhere.
        allowed: set[Fraction] = set(self._measured)
        for ref in ids or self._numbers:
            allowed |= self._numbers.get(ref, set())
        strange: list[Unborne] = []
        for number in numbers(claim):
            if number.value in allowed:
                if self._fits(claim, number):
                    continue
            elif number.spelt and self._counts_what_is_seen(claim, number.value, number.last):
                continue
            strange.append(Unborne("number", claim[number.first : number.last]))
        return strange

    def _fits(self, claim: str, number: Number) -> bool:
        """Not four cloves where three are said: a thing that is counted has one of the counts that are given for it."""
        for word in _things(claim, number):
            if word in self._counted:
                return number.value in self._counted[word]
        return True

    def _counts_what_is_seen(self, claim: str, value: Fraction, last: int) -> bool:
        """ "Two people": a small number of something that nobody talks about."""
        after = [token.text for token in tokens(claim[last:])[:2]]
        return value <= SMALL and not any(_stem(word) in self._stems for word in after)

    def _strange_names(self, claim: str) -> list[Unborne]:
        strange: list[Unborne] = []
        for match in _CAPITAL.finditer(claim):
            word = match[0]
            if not word[0].isupper() or (_START.search(claim[: match.start()]) and not word[1:].isupper()):
                continue
            parts = [token.text for token in tokens(word.removesuffix("'s").removesuffix("’s"))]
            if all(part in _COMMON or self._known(part) for part in parts):
                continue
            strange.append(Unborne("name", word))
        return strange

    def _known(self, word: str) -> bool:
        """Spelt as somewhere in the document, or nearly so, or a part of a handle or hashtag."""
        if word in self._names or any(near(word, name) for name in self._names):
            return True
        return len(word) >= 4 and any(word in name for name in self._names if len(name) > len(word))


def _counted(found: Iterable[Passage]) -> dict[str, set[Fraction]]:
    """What is counted, with every count that is given for it."""
    counts: dict[str, set[Fraction]] = {}
    for passage in found:
        for number in numbers(passage.text):
            for word in _things(passage.text, number):
                counts.setdefault(word, set()).add(number.value)
    return counts


def _things(text: str, number: Number) -> list[str]:
    """The two words after a number, as far as they may be what it counts."""
    after = [token.text for token in tokens(text[number.last :])[:3]]
    return [_stem(word) for word in after if word not in _LINKS and not word.isdigit()][:2]


def _stem(word: str) -> str:
    return word[:-1] if len(word) > 3 and word.endswith("s") else word
