"""Speech to text in many languages with Whisper (Radford et al. 2022, "Robust Speech Recognition via Large-Scale Weak
Supervision"), run by faster-whisper on CTranslate2. The model is not bundled: whoever runs clipsight brings it.
"""

from __future__ import annotations

import math
import os
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any, cast

import numpy as np

from clipsight.errors import BackendDamaged, BackendMissing
from clipsight.perception.sound_track import SAMPLE_RATE, Samples
from clipsight.perception.speech.model_file import installed_version
from clipsight.perception.speech.own_times import in_order
from clipsight.perception.speech.port import LONGEST_SECONDS, SHORTEST_SECONDS, Recognition, Scale, Token

# Whisper's own bound for a failed text is -1.0; the other two keep the distances that were measured for Moonshine.
SCALE = Scale(likely=-1.0, certain=-0.4, spoken=-0.7)
KNOWN_LANGUAGE = 0.5  # probability; below it another language is as likely
REPEATS = 2.4  # times that zlib makes the text shorter; Whisper's own sign of a loop
LEAST_PROBABILITY = 1e-6  # logarithms need more than zero
MOST_THREADS = 4  # more gain little, and the picture wants its share
OPTIONS: dict[str, Any] = {
    "temperature": 0.0,  # the same sound gives the same text
    "condition_on_previous_text": False,  # one invented line would otherwise breed the next
    "word_timestamps": True,
}


class Whisper:
    """The recogniser. See :class:`~.port.Recogniser` for its use."""

    scale = SCALE

    def __init__(self, folder: Path) -> None:
        """Load and warm a model; afterwards no file is opened.

        Args:
            folder: with ``model.bin``, ``config.json`` and ``tokenizer.json``.

        Raises:
            BackendMissing: faster-whisper is not installed.
            BackendDamaged: the files are not those of a Whisper model.
        """
        if find_spec("faster_whisper") is None:
            raise BackendMissing
        library: Any = import_module("faster_whisper")
        threads = min(MOST_THREADS, os.cpu_count() or 1)
        try:
            # Eight-bit weights: half the time and memory of what CPUs would otherwise use, with next to the same words.
            self._model = library.WhisperModel(str(folder), device="cpu", compute_type="int8", cpu_threads=threads)
        except (RuntimeError, ValueError, OSError) as error:
            raise BackendDamaged from error
        self.name = f"whisper {folder.name} (faster-whisper {installed_version('faster-whisper')})"
        self.language = None if self._model.model.is_multilingual else "en"
        self._warm()

    def transcribe(self, samples: Samples) -> Recognition:
        """See :meth:`~.port.Recogniser.transcribe`."""
        if len(samples) > LONGEST_SECONDS * SAMPLE_RATE:
            raise ValueError("a chunk has at most 30 seconds")
        if len(samples) < SHORTEST_SECONDS * SAMPLE_RATE:
            return Recognition("", (), 0.0, complete=True, language=self.language)
        found, about = self._model.transcribe(samples, **OPTIONS)
        segments = list(found)
        tokens = _tokens(segments, len(samples))
        return Recognition(
            text="".join(token.text for token in tokens).strip(),
            tokens=tokens,
            log_probability=_mean_log_probability(segments),
            complete=all(segment.compression_ratio <= REPEATS for segment in segments),
            language=str(about.language) if about.language_probability >= KNOWN_LANGUAGE else None,
        )

    def _warm(self) -> None:
        """One call that passes through all of it: noise, and none of the checks, so that there are words to be timed."""
        noise = 0.1 * np.random.default_rng(1).standard_normal(SAMPLE_RATE).astype(np.float32)
        found, _ = self._model.transcribe(
            noise, **OPTIONS, no_speech_threshold=None, log_prob_threshold=None, max_new_tokens=8
        )
        list(found)


def _tokens(segments: list[Any], length: int) -> tuple[Token, ...]:
    """One token per word."""
    words = [word for segment in segments for word in cast("list[Any]", segment.words or [])]
    places = in_order([(word.start, word.end) for word in words], length)
    return tuple(
        Token(str(word.word), math.log(min(1.0, max(LEAST_PROBABILITY, word.probability))), place)
        for word, place in zip(words, places, strict=True)
    )


def _mean_log_probability(segments: list[Any]) -> float:
    """Of all tokens; 0 when there are none."""
    steps = sum(len(segment.tokens) for segment in segments)
    total = sum(segment.avg_logprob * len(segment.tokens) for segment in segments)
    return min(0.0, total / steps) if steps else 0.0
