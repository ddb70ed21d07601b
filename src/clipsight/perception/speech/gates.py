"""Whether a recognised text was really said. A recogniser always writes something, also for music, noise and silence."""

from __future__ import annotations

from collections import Counter
from typing import Literal

from clipsight.perception.speech.port import Recognition
from clipsight.perception.speech.spoken import spoken_words

Doubt = Literal["invented", "unlikely", "repeated", "music"]

# Mean natural log probability of a token. Good English, accents and telephone sound included, is above -0.4; French, German
# and Russian are at -0.8 to -1.3, noise and tones at -0.6 to -1.7.
LIKELY = -0.6
CERTAIN = -0.25  # what a text that models are known to invent needs
VOICED_SHARE = 0.35  # and that much of its chunk must be voice
REPEATED_SHARE = 0.5  # of the word groups; refrains and loops are above it, ordinary speech is below 0.2
SPOKEN = -0.4  # speech stays above with music of half its loudness; sung words are at -0.36 to -0.62
REFRAIN_SHARE = 0.2  # repeated word groups that speech rarely has
GROUP = 3  # words in a group
FEW_GROUPS = 5  # below it one natural repetition ("no, no, no, no") would already be half

_NOTES = frozenset("♪♫♩♬")
# What speech models learned from subtitles to write when nobody speaks.
_INVENTIONS = frozenset({
    "", "you", "thank you", "thank you for watching", "thanks for watching", "thank you very much", "bye", "bye bye", "mm",
    "hmm", "uh", "oh", "yeah", "so", "i am", "i'm", "the", "one", "two", "okay", "please subscribe", "thank you so much",
    "i'm sorry", "subtitles by the amara org community", "all right",
})  # fmt: skip


def doubt(recognition: Recognition, voiced_share: float) -> Doubt | None:
    """Why a text should not be believed, or None when it should.

    Args:
        recognition: the text of a chunk.
        voiced_share: how much of the chunk is voice, 0..1.
    """
    if any(note in recognition.text for note in _NOTES):
        return "music"
    words = spoken_words(recognition.text)
    if " ".join(words) in _INVENTIONS and (recognition.log_probability < CERTAIN or voiced_share < VOICED_SHARE):
        return "invented"
    if not words or recognition.log_probability < LIKELY:
        return "unlikely"
    if not recognition.complete or repeated_share(words) > REPEATED_SHARE:
        return "repeated"
    return None


def sounds_sung(recognition: Recognition) -> bool:
    """Whether a believed text that was heard over music is rather sung than spoken."""
    return recognition.log_probability < SPOKEN or repeated_share(spoken_words(recognition.text)) > REFRAIN_SHARE


def repeated_share(words: list[str]) -> float:
    """Share of the groups of three words that occurred before, 0..1."""
    groups = [tuple(words[first : first + GROUP]) for first in range(len(words) - GROUP + 1)]
    if len(groups) < FEW_GROUPS:
        return 0.0
    return sum(count - 1 for count in Counter(groups).values()) / len(groups)
