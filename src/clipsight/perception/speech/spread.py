"""Word times without an aligner: the words are spread over the stretches of speech by their length.

Off by 0.1 to 0.5 s for half of the words, so the result calls them approximate.
"""

from __future__ import annotations

from collections.abc import Sequence

from clipsight.perception.speech.port import AlignedWord
from clipsight.perception.speech.regions import Stretch
from clipsight.perception.speech.spoken import spoken_words

WORD_COST = 2  # letters' worth of time that every word takes beside its letters


def spread(words: Sequence[str], voiced: Sequence[Stretch]) -> list[AlignedWord]:
    """One place per word, in order, not overlapping, in the samples that ``voiced`` counts in.

    Args:
        words: as written.
        voiced: stretches of speech, in order, at least one.
    """
    costs = [WORD_COST + sum(map(len, spoken_words(word))) for word in words]
    total = sum(stretch.length for stretch in voiced)
    places: list[AlignedWord] = []
    done, reach = 0, voiced[0].first
    for cost in costs:
        first = max(reach, _place(done * total // sum(costs), voiced))
        done += cost
        # The end of a word belongs to the stretch in which it was spoken, not to the start of the next one.
        end = max(first + 1, _place(done * total // sum(costs) - 1, voiced) + 1)
        places.append(AlignedWord(first, end))
        reach = end
    return places


def _place(spoken: int, voiced: Sequence[Stretch]) -> int:
    """The sample at which ``spoken`` samples of speech have passed."""
    for stretch in voiced:
        if spoken < stretch.length:
            return stretch.first + spoken
        spoken -= stretch.length
    return voiced[-1].end - 1
