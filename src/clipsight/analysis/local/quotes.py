"""Sentences worth quoting: complete, of a good length, with something to say."""

from __future__ import annotations

import re
from dataclasses import dataclass

from clipsight.analysis.local.call_to_action import is_call
from clipsight.analysis.local.material import Material
from clipsight.analysis.local.sentiment import strength
from clipsight.analysis.local.steps import instruction
from clipsight.analysis.local.stopwords import STOPWORDS
from clipsight.grounding.passages import Sentence
from clipsight.grounding.tokens import normalised, tokens
from clipsight.schema.analysis import Quote
from clipsight.timeline import wire_span

MOST = 5
SHORTEST, LONGEST = 4, 35  # words
LEAST = 2.2  # score of a sentence that is worth quoting

_GREETING = re.compile(r"^\W*(?:hi|hey|hello|welcome|what['’]s up|good morning|thanks? (?:you )?for watching)\b", re.I)
_CONTRAST = re.compile(
    r"\b(?:but|instead|not just|rather than|no one|nobody|never|always|only|stop|unless|even if)\b", re.I
)
_INSIGHT = re.compile(
    r"\b(?:the (?:secret|truth|key|trick|reason|problem|point|best|worst|biggest|one thing)|most people|mistake|remember|"
    r"i wish i|if you|because|changed my|learn(?:ed|t)|turns out|that['’]s why|means?)\b",
    re.I,
)
_PRICE = re.compile(r"[$€£¥₹]\s?\d|\b(?:dollars?|euros?|cents|bucks)\b", re.I)
_LIST = re.compile(r"^\W*(?:you(?:['’]ll| will)? need|ingredients?|here['’]s what)\b", re.I)
_DANGLING = re.compile(r"^\W*(?:and|so|or|it|this|that|they|he|she|which)\b", re.I)


@dataclass(frozen=True, slots=True)
class Scored:
    """A sentence, its score, and what the score rests on, as words for a person."""

    sentence: Sentence
    score: float
    why: tuple[str, ...]


def scored(sentence: Sentence, *, english: bool) -> Scored:
    """How quotable a sentence is: telling words, completeness, contrasts, lessons, numbers and feeling raise the score.

    The rules for words hold for English; in other languages only length and form count.
    """
    words = [token.text for token in tokens(sentence.text)]
    why: list[str] = []
    if not SHORTEST <= len(words) <= LONGEST or _GREETING.match(sentence.text) or is_call(sentence.text):
        return Scored(sentence, 0.0, ())
    score = 1.0
    if sentence.text[-1] in ".!…。！":
        score += 0.5
        why.append("a complete sentence")
    if 6 <= len(words) <= 22:
        score += 0.5
        why.append("short enough to share")
    if english:
        score += sum(word not in STOPWORDS["en"] for word in words) / len(words)
        for pattern, points, reason in ((_INSIGHT, 1.0, "states a lesson"), (_CONTRAST, 0.7, "makes a contrast")):
            if pattern.search(sentence.text):
                score += points
                why.append(reason)
        if strength(words) >= 1:
            score += 0.5
            why.append("carries feeling")
        if _DANGLING.match(sentence.text):
            score -= 0.7
        if instruction(sentence) or _LIST.match(sentence.text):
            score -= 1.0
    if _PRICE.search(sentence.text):
        score += 0.5
        why.append("names a price")
    elif any(char.isdigit() for char in sentence.text):
        score += 0.4
        why.append("gives a number")
    if sentence.text.endswith("?"):
        score -= 0.3
    return Scored(sentence, score, tuple(why))


def quotable(material: Material) -> list[Scored]:
    """Sentences worth quoting, best first: what is said; only when nobody speaks, what is written."""
    source = material.spoken or material.written
    rated = [scored(sentence, english=material.english) for sentence in source]
    seen: set[str] = set()
    kept: list[Scored] = []
    for item in sorted(rated, key=lambda item: (-item.score, item.sentence.span)):
        plain = normalised(item.sentence.text)
        if item.score >= LEAST and plain not in seen:
            seen.add(plain)
            kept.append(item)
    return kept


def quotes(material: Material) -> list[Quote]:
    """At most five, verbatim, in order of time."""
    best = sorted((item.sentence for item in quotable(material)[:MOST]), key=lambda s: s.span)
    found: list[Quote] = []
    for sentence in best:
        start, end = wire_span(sentence.span, material.whole.end)
        found.append(Quote(text=sentence.text, evidence=list(sentence.ids), start=start, end=end))
    return found
