"""Sentences that state something which can be looked up, and how much they ask for it.

Check-worthiness follows the features that the ClaimBuster line of work (Hassan et al., 2017) found telling: numbers,
comparisons, causes and events make a sentence worth checking; opinions, wishes, questions, instructions and calls to action
do not.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from clipsight.analysis.local.call_to_action import is_call
from clipsight.analysis.local.material import Material
from clipsight.analysis.local.steps import instruction
from clipsight.grounding.numbers import numbers
from clipsight.grounding.passages import Sentence
from clipsight.grounding.tokens import normalised, tokens

Kind = Literal["statistic", "event", "quote", "causal", "other"]

SHORTEST, LONGEST = 4, 40  # words
LEAST = 0.35  # worth checking from here

_STATISTIC = re.compile(
    r"%|\bper ?cent\b|\b(?:percent|average|majority|half of|a third of|a quarter of|one in \w+|times (?:more|less|as)|"
    r"million|billion|thousands?|twice|double[sd]?|tripled?|rate|ratio|studies|study|survey|data|statistics?)\b",
    re.I,
)
_CAUSE = re.compile(
    r"\b(?:causes?|caused|leads? to|led to|because of|due to|results? in|resulted in|prevents?|reduces?|"
    r"increases?|improves?|boosts?|lowers?|cures?|heals?|kills?|destroys?|triggers?|makes? you|"
    r"helps? (?:you|your|with|to))\b",
    re.I,
)
_EVENT = re.compile(
    r"\b(?:announced?|launched|passed|banned|died|won|lost|elected|arrested|signed|founded|invented|discovered|released|"
    r"opened|closed|happened|was born|were killed|broke|sold for|acquired)\b|\b(?:in|since|on) (?:1[5-9]|20)\d\d\b",
    re.I,
)
_REPORTED = re.compile(
    r"\b(?:said|says|told|according to|claims?|claimed|stated|reported|tweeted|quoted|experts?|scientists?|doctors?|"
    r"researchers?)\b",
    re.I,
)
_SUPERLATIVE = re.compile(
    r"\b(?:the (?:most|least|best|worst|first|only|largest|biggest|smallest|oldest|fastest|richest|\w+est)|never|"
    r"always|every|no one|nobody|everyone|all)\b",
    re.I,
)
_OPINION = re.compile(
    r"\b(?:i (?:think|feel|believe|love|like|hate|hope|wish|want|guess|prefer)|in my opinion|honestly|personally|"
    r"maybe|probably|might|beautiful|amazing|delicious|favou?rite|obsessed|so good)\b",
    re.I,
)
_ABOUT_ME = re.compile(r"^\W*(?:i|i['’]m|i['’]ve|my|we|we['’]re|our|let['’]s|hey|hi|hello|welcome)\b", re.I)
_STATES = re.compile(r"\b(?:is|are|was|were|has|have|had|can|will|does|did|contains?|\w{3,}s|\w{3,}ed)\b", re.I)


@dataclass(frozen=True, slots=True)
class Statement:
    """A sentence, what kind of claim it makes, and how much it asks to be checked, 0..1."""

    sentence: Sentence
    kind: Kind
    worth: float


def statements(material: Material) -> list[Statement]:
    """What is stated in English, in order of time: said, else written; a sentence that is both comes once."""
    found: list[Statement] = []
    seen: set[str] = set()
    for sentence in (*material.spoken, *material.written, *material.posted):
        plain = normalised(sentence.text)
        statement = _statement(sentence)
        if statement is not None and plain not in seen:
            seen.add(plain)
            found.append(statement)
    return sorted(found, key=lambda item: (item.sentence.span, item.sentence.text))


def _statement(sentence: Sentence) -> Statement | None:
    text = sentence.text
    count = len(tokens(text))
    if not SHORTEST <= count <= LONGEST or text.rstrip().endswith("?") or is_call(text) or instruction(sentence):
        return None
    if not _STATES.search(text):
        return None
    figures = any(not number.spelt or number.value > 2 for number in numbers(text))
    statistic, cause = bool(_STATISTIC.search(text)), bool(_CAUSE.search(text))
    event, reported = bool(_EVENT.search(text)), bool(_REPORTED.search(text))
    worth = 0.1 + 0.25 * figures + 0.25 * statistic + 0.25 * cause + 0.25 * event + 0.25 * reported
    worth += 0.15 * bool(_SUPERLATIVE.search(text))
    worth -= 0.3 * bool(_OPINION.search(text)) + 0.25 * bool(_ABOUT_ME.search(text))
    if worth < LEAST:
        return None
    kind: Kind = "other"
    for name, holds in (
        ("quote", reported and not statistic),
        ("statistic", statistic or (figures and not event)),
        ("causal", cause),
        ("event", event),
    ):
        if holds:
            kind = name  # pyright: ignore[reportAssignmentType] - one of the names above
            break
    return Statement(sentence, kind, round(min(1.0, worth), 2))
