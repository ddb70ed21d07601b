"""The mood of the words, by a small open list; negation turns a word round.

The list is ours and English. Too few words, or another language: no claim.
"""

from __future__ import annotations

from collections.abc import Sequence

from clipsight.analysis.local.material import Material
from clipsight.analysis.local.wordlist import words
from clipsight.grounding.passages import Sentence
from clipsight.grounding.tokens import tokens
from clipsight.schema.analysis import Claim

FEWEST_WORDS = 15  # below this a single word would decide
FEWEST_HITS = 2
MIXED = 0.35  # share of the weaker side from which the mood is mixed
NEGATION_REACH = 3  # words
MOST_CITED = 6

POSITIVE = words(
    """
amazing awesome beautiful best better brilliant calm charming comfortable cosy cozy creamy crispy cute delicious
delight easy effortless enjoy enjoyed excellent excited exciting fabulous fantastic favorite favourite fresh friendly
fun gorgeous grateful great happy healthy helpful incredible inspired inspiring juicy lovely love loved loves lucky
magical perfect perfectly pleasant proud quick refreshing relax relaxing safe simple smooth soft stunning success
successful superb tasty thrilled wonderful worth wow yummy obsessed win winning smile glowing flawless
"""
)
NEGATIVE = words(
    """
afraid angry annoying anxious awful bad boring broken burnt cry crying danger dangerous dead death depressed difficult
dirty disappointed disappointing disaster disgusting expensive fail failed failure fake fear frustrated frustrating
gross hard hate hated horrible hurt hurts lonely lost messy mistake mistakes nasty overpriced overrated pain painful
poor problem problems regret ruin ruined sad scam scared scary sick soggy stress stressed stressful struggle stupid
suffer terrible tired toxic ugly unfair unhappy unhealthy upset useless waste wasted weak worried worse worst wrong
"""
)
_NEGATIONS = words(
    """
not no never dont doesnt didnt isnt wasnt arent without cant wont hardly neither nor
"""
)


def _hits(said: Sequence[str]) -> tuple[int, int]:
    """Positive and negative words, each turned round by a negation shortly before it."""
    counts = [0, 0]
    for i, word in enumerate(said):
        if word not in POSITIVE and word not in NEGATIVE:
            continue
        negated = any(before in _NEGATIONS for before in said[max(0, i - NEGATION_REACH) : i])
        counts[(word in NEGATIVE) != negated] += 1
    return counts[0], counts[1]


def strength(said: Sequence[str]) -> int:
    """How many words carry feeling, of either kind."""
    return sum(_hits(said))


def sentiment(material: Material) -> Claim | None:
    """``positive``, ``negative``, ``mixed`` or ``neutral``, resting on the sentences with such words; else None."""
    if not material.english:
        return None
    places: list[Sentence] = [*material.spoken, *material.written, *material.posted]
    total = 0
    up = down = 0
    ids: list[str] = []
    for place in places:
        said = [token.text for token in tokens(place.text)]
        total += len(said)
        good, bad = _hits(said)
        up, down = up + good, down + bad
        ids += place.ids if good or bad else ()
    if total < FEWEST_WORDS:
        return None
    if up + down == 0:
        return Claim(text="neutral", evidence=list(dict.fromkeys(i for place in places for i in place.ids))[:MOST_CITED])
    if up + down < FEWEST_HITS:
        return None
    mixed = min(up, down) / (up + down) >= MIXED
    text = "mixed" if mixed else "positive" if up > down else "negative"
    return Claim(text=text, evidence=list(dict.fromkeys(ids))[:MOST_CITED])
