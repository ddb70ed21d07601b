"""A recogniser that works elsewhere: this process has no network, so it asks whoever started it.

What comes back was said by a foreign service and has been checked for its shape only, by the side that asked for it.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from clipsight.perception.sound_track import SAMPLE_RATE, Samples
from clipsight.perception.speech.own_times import in_order
from clipsight.perception.speech.port import LONGEST_SECONDS, SHORTEST_SECONDS, Recognition, Scale, Token

SCALE = Scale(likely=-1.0, certain=-0.4, spoken=-0.7)  # most services run Whisper, and its log probabilities are its own
UNSTATED = 0.5  # confidence of words whose service does not say how sure it is


@dataclass(frozen=True, slots=True)
class Transcript:
    """The answer of a service about one chunk.

    Attributes:
        text: what was said.
        language: ISO 639-1, None when the service does not say.
        log_probability: mean over the tokens, at most 0; None when the service does not say.
        times: start and end of each word in seconds from the start of the chunk; empty when the service does not say.
    """

    text: str
    language: str | None
    log_probability: float | None
    times: tuple[tuple[float, float], ...]


Ask = Callable[[Samples], Transcript]
"""Sends a chunk and waits for the answer. Raises PerceptionError when there is none."""


class Elsewhere:
    """The recogniser. See :class:`~.port.Recogniser` for its use."""

    scale = SCALE
    language: str | None = None

    def __init__(self, model: str, ask: Ask) -> None:
        self.name = f"openai:{model}"
        self._ask = ask

    def transcribe(self, samples: Samples) -> Recognition:
        """See :meth:`~.port.Recogniser.transcribe`."""
        if len(samples) > LONGEST_SECONDS * SAMPLE_RATE:
            raise ValueError("a chunk has at most 30 seconds")
        if len(samples) < SHORTEST_SECONDS * SAMPLE_RATE:
            return Recognition("", (), 0.0, complete=True)
        transcript = self._ask(samples)
        words = transcript.text.split()
        log_probability = transcript.log_probability
        certainty = math.log(UNSTATED) if log_probability is None else log_probability
        # A service times its words without punctuation; when it counts other words than stand in the text, no one knows
        # which time belongs to which.
        places = in_order(transcript.times, len(samples)) if len(transcript.times) == len(words) else [None] * len(words)
        tokens = tuple(Token(f" {word}", certainty, place) for word, place in zip(words, places, strict=True))
        return Recognition(" ".join(words), tokens, log_probability, complete=True, language=transcript.language)
