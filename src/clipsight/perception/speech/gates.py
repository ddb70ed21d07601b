"""Whether a recognised text was really said. A recogniser always writes something, also for music, noise and silence."""

from __future__ import annotations

from collections import Counter
from typing import Literal

from clipsight.perception.speech.port import Recognition, Scale
from clipsight.perception.speech.spoken import spoken_words

Doubt = Literal["invented", "unlikely", "repeated", "music"]

VOICED_SHARE = 0.35  # of its chunk that must be voice before a text is believed that models are known to invent
CLEARLY_VOICED = 0.85  # somebody who talks over loud music is found nearly all the time, somebody who sings hardly ever
REPEATED_SHARE = 0.5  # of the word groups; refrains and loops are above it, ordinary speech is below 0.2
REFRAIN_SHARE = 0.2  # repeated word groups that speech rarely has
GROUP = 3  # words in a group
FEW_GROUPS = 5  # below it one natural repetition ("no, no, no, no") would already be half

_NOTES = frozenset("♪♫♩♬")
# What speech models learned from subtitles to write when nobody speaks.
_INVENTIONS = frozenset({
    "you", "thank you", "thank you for watching", "thanks for watching", "thank you very much", "bye", "bye bye", "mm",
    "hmm", "uh", "oh", "yeah", "so", "i am", "i'm", "the", "one", "two", "okay", "please subscribe", "thank you so much",
    "i'm sorry", "subtitles by the amara org community", "all right",
})  # fmt: skip


def doubt(recognition: Recognition, voiced_share: float, scale: Scale) -> Doubt | None:
    """Why a text should not be believed, or None when it should.

    Args:
        recognition: the text of a chunk.
        voiced_share: how much of the chunk is voice, 0..1.
        scale: of the recogniser.
    """
    if any(note in recognition.text for note in _NOTES):
        return "music"
    is_empty = not any(map(str.isalnum, recognition.text))
    is_known = is_empty or " ".join(spoken_words(recognition.text)) in _INVENTIONS
    if is_known and (_below(recognition, scale.certain) or voiced_share < VOICED_SHARE):
        return "invented"
    if is_empty or _below(recognition, scale.likely):
        return "unlikely"
    if not recognition.complete or repeated_share(_words(recognition)) > REPEATED_SHARE:
        return "repeated"
    return None


def sounds_sung(recognition: Recognition, voiced_share: float, scale: Scale) -> bool:
    """Whether a believed text that was heard over music is rather sung than spoken.

    Args:
        recognition: the text of a chunk.
        voiced_share: how much of the chunk is voice, 0..1.
        scale: of the recogniser.
    """
    is_hard_to_read = _below(recognition, scale.spoken) and voiced_share < CLEARLY_VOICED
    return is_hard_to_read or repeated_share(_words(recognition)) > REFRAIN_SHARE


def _words(recognition: Recognition) -> list[str]:
    """To compare with each other; other scripts than Latin as they are written."""
    return spoken_words(recognition.text) or recognition.text.lower().split()


def _below(recognition: Recognition, bound: float) -> bool:
    """False for a recogniser that does not say how sure it is: then the other signs decide."""
    return recognition.log_probability is not None and recognition.log_probability < bound


def repeated_share(words: list[str]) -> float:
    """Share of the groups of three words that occurred before, 0..1."""
    groups = [tuple(words[first : first + GROUP]) for first in range(len(words) - GROUP + 1)]
    if len(groups) < FEW_GROUPS:
        return 0.0
    return sum(count - 1 for count in Counter(groups).values()) / len(groups)
