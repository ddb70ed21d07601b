"""What the listening stage asks of its models. Every backend passes ``tests/conformance/recogniser``.

Samples are float32, shape (n,), -1..1, 16,000 per second, one channel. Times inside a chunk are counted in samples from its
start, because that is what models see; only :mod:`clipsight.perception.speech.listen` puts them on the video's clock.

Threads: a recogniser may be shared between threads. An aligner keeps state during a call and serves one thread at a time.
No call opens a file: all that is needed was read when the backend was loaded.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from clipsight.perception.sound_track import Samples


@dataclass(frozen=True, slots=True)
class AlignedWord:
    """Where a word is: samples from the start of the chunk, ``start < end``."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Token:
    """One step of the recogniser.

    Attributes:
        text: the piece of text; a piece that begins a word starts with a space. A character that needs several tokens is
            in the last of them, the others are empty.
        log_probability: natural logarithm, at most 0.
        place: where the recogniser itself heard the piece, inside the chunk and in order; None when it does not say.
    """

    text: str
    log_probability: float
    place: AlignedWord | None = None


@dataclass(frozen=True, slots=True)
class Recognition:
    """What a chunk says.

    Attributes:
        text: cased and punctuated, without spaces at either end; empty when nothing was heard.
        tokens: the pieces that make up the text, in order.
        log_probability: mean over all steps, the end of the text included; at most 0. What is good depends on the
            recogniser, see :class:`Scale`. None when the recogniser does not say.
        complete: False when the text was cut because it grew longer than anybody speaks, a sign of invention.
        language: ISO 639-1 code of what was heard, None when not known.
    """

    text: str
    tokens: tuple[Token, ...]
    log_probability: float | None
    complete: bool
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Scale:
    """What the mean log probabilities of a recogniser mean; each at most 0.

    Attributes:
        likely: a text below was not said.
        certain: what a text needs to be believed that recognisers are known to invent.
        spoken: words over music that are below are sung.
    """

    likely: float
    certain: float
    spoken: float


class Recogniser(Protocol):
    """Speech to text for one chunk."""

    @property
    def name(self) -> str:
        """Backend and version, as the result names it."""
        ...

    @property
    def language(self) -> str | None:
        """ISO 639-1 code of the one language it writes; None when it writes several."""
        ...

    @property
    def scale(self) -> Scale:
        """How to judge its log probabilities."""
        ...

    def transcribe(self, samples: Samples) -> Recognition:
        """The text of a chunk of at most 30 seconds. Too short a chunk (below 0.1 s) has no text.

        Raises:
            ValueError: the chunk is longer than 30 seconds.
            PerceptionError: a service that does the work elsewhere did not.
        """
        ...


class Aligner(Protocol):
    """Finds where known words are spoken."""

    @property
    def name(self) -> str:
        """Backend and version, as the result names it."""
        ...

    def align(self, samples: Samples, words: Sequence[str]) -> list[AlignedWord] | None:
        """One place per word, in order and not overlapping, or None when the words cannot be found in the sound.

        Args:
            samples: a chunk of at most 30 seconds.
            words: as written: with case, punctuation and digits.
        """
        ...


class VoiceDetector(Protocol):
    """Tells where somebody speaks."""

    @property
    def name(self) -> str:
        """Backend and version, as the result names it."""
        ...

    def probabilities(self, samples: Samples) -> Samples:
        """Probability of a voice for each :data:`VOICE_STEP` samples; the last step may be shorter. Any length."""
        ...


LONGEST_SECONDS = 30  # of a chunk; what both Moonshine and Whisper were trained on
SHORTEST_SECONDS = 0.1  # below it there is no word, and the models' first layers lack samples
VOICE_STEP = 512  # samples; the step of the silero model, 32 ms
