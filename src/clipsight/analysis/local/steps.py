"""Instructions: sentences that tell the viewer what to do, by their first verb or by an ordinal in front."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, replace
from itertools import pairwise

from clipsight.analysis.local.call_to_action import is_call
from clipsight.analysis.local.domains import COOKING_VERBS, GENERAL_VERBS
from clipsight.analysis.local.material import Material
from clipsight.analysis.local.stopwords import STOPWORDS
from clipsight.analysis.local.wordlist import words
from clipsight.grounding.passages import Sentence
from clipsight.grounding.quotes import Quotable
from clipsight.grounding.tokens import tokens
from clipsight.timeline import MICROSECONDS

SAME_STEP_US = 3 * MICROSECONDS  # a step is written on the screen about when it is said
SAME_STEP_SHARE = 0.6  # of the shorter one's telling words
FEWEST_WORDS = 2
NEAR_BEFORE = 60  # characters; enough to see two words in front

_NUMBERED = re.compile(
    r"^\s*(?:step\s+(?:\d+|one|two|three|four|five|six|seven|eight|nine|ten)|\d{1,2}\s*[.)](?!\d))\s*[:.)–-]?\s*", re.I
)
_ORDINAL = re.compile(
    r"^\s*(?:first(?:ly)?|second(?:ly)?|third(?:ly)?|next(?: up)?|then|after that|afterwards|now|finally|lastly|and|so|"
    r"meanwhile|once (?:it|that|they)['’]?s? [^,]{1,40})\b\s*,?\s*(?:of all,?\s*)?",
    re.I,
)
_FRAME = re.compile(
    r"^\s*(?:(?:you(?:['’]ll| will| can| should| just)?|we(?:['’]re| are|['’]ll)?|(?P<i>i(?:['’]m| am|['’]ll)?))\s+"
    r"(?:(?:just|then|also)\s+)?(?:(?:want|need|have|going|are going|like)\s+to\s+|gonna\s+)?|let['’]?s\s+|go ahead and\s+|"
    r"make sure (?:you|to)\s+|(?:just|simply|please|gently|carefully|slowly|quickly|finely|start by)\s+)",
    re.I,
)
_JOINT = re.compile(r"\s*[,;]\s*(?:(?:and|then|and then)\s+)?|\s+(?:and then|and|then)\s+", re.I)
_TWO_WORDS = re.compile(r"(\w+)\W{1,3}(\w+)")
_LOOSE_END = re.compile(r"[\s,;]+(?:(?:and|then|and then)\s*)?$", re.I)
_OBJECT = words(
    """
the a an in it into with for until till to on at over your all some them this that each everything onto up down off
out about together well from through both half another any more lightly gently
"""
)
_ALSO_NOUNS = words(
    """
roast fry cream toast mash grill bread steam crumble wrap dust score top tip juice dice spread layer dip heat stuff
shake chill rest cut season brew zest char cover press stir-fry cube cook place mark print post record paint nail
plant line light type start hammer tape order file drill load drop stand mix glaze stock roll scramble warm cool dry
poach run store use
"""
)  # words that as often name a thing; they need an object before they count as a verb


@dataclass(frozen=True, slots=True)
class Instruction:
    """``sentence`` as it stands in the evidence; ``verb`` its first verb; ``marked`` when a number or ordinal leads it in.

    ``also`` are other places where the same step is said or written.
    """

    sentence: Sentence
    verb: str | None
    marked: bool
    also: tuple[Sentence, ...] = ()

    @property
    def ids(self) -> list[str]:
        """All evidence of the step, without repeats."""
        return list(dict.fromkeys(i for place in (self.sentence, *self.also) for i in place.ids))

    @property
    def cooking(self) -> bool:
        return self.verb in COOKING_VERBS or self.verb == "let"


@dataclass(frozen=True, slots=True)
class _Stripped:
    """``marked``: a number or ordinal led in; ``narrated``: the speaker tells of doing it ("I add")."""

    text: str
    marked: bool
    narrated: bool


def _stripped(text: str) -> _Stripped:
    rest = _NUMBERED.sub("", text, count=1)
    marked, narrated = rest != text, False
    for _ in range(3):
        shorter = _ORDINAL.sub("", rest, count=1)
        marked = marked or shorter != rest
        frame = _FRAME.match(shorter)
        if frame:
            narrated = narrated or bool(frame.group("i"))
            shorter = shorter[frame.end() :]
        if shorter == rest:
            break
        rest = shorter
    return _Stripped(rest.strip(), marked, narrated)


def bare(text: str) -> str:
    """``text`` without numbering, ordinals and phrases such as "you want to" in front."""
    return _stripped(text).text


def instruction(sentence: Sentence) -> Instruction | None:
    """The instruction that a sentence gives, or None. What the speaker tells of doing counts in the kitchen only."""
    if sentence.text.rstrip().endswith("?") or is_call(sentence.text):
        return None
    numbered = bool(_NUMBERED.match(sentence.text))
    stripped = _stripped(sentence.text)
    said = [token.text for token in tokens(stripped.text)]
    if not said:
        return None
    verb, long_enough = said[0], len(said) >= FEWEST_WORDS
    told_to_do = not stripped.narrated or verb in COOKING_VERBS
    if long_enough and told_to_do and _is_verb(verb, said[1], marked=stripped.marked and len(said) > FEWEST_WORDS):
        return Instruction(sentence, verb, stripped.marked)
    return Instruction(sentence, None, marked=True) if numbered else None


def _is_verb(word: str, after: str, *, marked: bool) -> bool:
    if word == "let":
        return after not in ("me", "us")
    if word not in COOKING_VERBS and word not in GENERAL_VERBS:
        return False
    return marked or word not in _ALSO_NOUNS or after in _OBJECT or after.isdigit()


def clauses(sentence: Sentence, quotable: Quotable) -> list[Sentence]:
    """A spoken sentence cut where a new instruction begins ("melt the butter", "add the garlic"); else the sentence."""
    text = sentence.text
    edges = [0]
    for joint in _JOINT.finditer(text):
        following = _TWO_WORDS.match(text, joint.end())
        if following is None or not _is_verb(following[1].casefold(), following[2].casefold(), marked=False):
            continue
        if len(text[max(edges[-1], joint.start() - NEAR_BEFORE) : joint.start()].split()) >= FEWEST_WORDS:
            edges.append(joint.end())
    if len(edges) == 1 or sentence.source != "speech":
        return [sentence]
    parts: list[Sentence] = []
    for first, last in pairwise([*edges, len(text)]):
        part = _LOOSE_END.sub("", text[first:last])
        place = quotable.find(part, sentence.ids)
        if place is None or instruction(replace(sentence, text=part)) is None:
            return [sentence]
        parts.append(replace(sentence, text=part, span=place.span, ids=place.ids))
    return parts


def telling(text: str) -> set[str]:
    """The words that make one step different from another, plural s removed."""
    return {
        token.text.removesuffix("s") for token in tokens(text) if token.text not in STOPWORDS["en"] and len(token.text) > 1
    }


def _same(one: Sentence, other: Sentence) -> bool:
    left, right = telling(one.text), telling(other.text)
    shorter = min(len(left), len(right))
    if not shorter or one.source == other.source or one.span.gap_us(other.span) > SAME_STEP_US:
        return False
    return len(left & right) >= SAME_STEP_SHARE * shorter


def _fullness(step: Instruction) -> tuple[int, int]:
    return len(telling(step.sentence.text)), len(step.sentence.text)


def merged(found: Collection[Instruction]) -> list[Instruction]:
    """Steps in order of time; what is both said and written is one step, in its fuller wording."""
    result: list[Instruction] = []
    for step in sorted(found, key=lambda s: (s.sentence.span, s.sentence.ids)):
        twin = next((i for i, known in enumerate(result) if _same(known.sentence, step.sentence)), None)
        if twin is None:
            result.append(step)
            continue
        known = result[twin]
        fuller, other = (step, known) if _fullness(step) > _fullness(known) else (known, step)
        also = (other.sentence, *known.also, *step.also)
        result[twin] = Instruction(fuller.sentence, fuller.verb or other.verb, known.marked or step.marked, also)
    return result


def instructions(material: Material) -> list[Instruction]:
    """All instructions of an English clip that are said or written, in order of time."""
    if not material.english:
        return []
    quotable = Quotable(material.passages)
    spoken = [clause for sentence in material.spoken for clause in clauses(sentence, quotable)]
    return merged([step for place in (*spoken, *material.written) if (step := instruction(place)) is not None])
