"""The models of the listening stage, loaded once for the life of a process."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from clipsight.errors import BackendMissing
from clipsight.perception.sound_track import SAMPLE_RATE
from clipsight.perception.speech.choice import BUNDLED_CHOICE, SERVICE, WHISPER, SpeechChoice
from clipsight.perception.speech.elsewhere import Ask, Elsewhere
from clipsight.perception.speech.moonshine import Moonshine
from clipsight.perception.speech.port import Aligner, Recogniser, VoiceDetector
from clipsight.perception.speech.silero import Silero
from clipsight.perception.speech.sphinx_aligner import SphinxAligner
from clipsight.perception.speech.whisper import Whisper

WARMING_SECONDS = 1  # of silence; the first call of a model allocates and packs its weights


@dataclass(frozen=True, slots=True)
class SpeechModels:
    """What listening needs.

    Attributes:
        voice: where somebody speaks.
        recogniser: what is said.
        aligner: when each word is said; None where its package has no wheel, then times are spread and marked so.
    """

    voice: VoiceDetector
    recogniser: Recogniser
    aligner: Aligner | None

    @classmethod
    def load(cls, choice: SpeechChoice = BUNDLED_CHOICE, ask: Ask | None = None) -> SpeechModels:
        """Read and warm all models; no file is opened afterwards.

        Args:
            choice: the recogniser; a Whisper by its folder.
            ask: how a recogniser that works elsewhere is reached; only for ``openai``.

        Raises:
            BackendMissing: a wheel that carries a model is not installed.
            BackendDamaged: a model file is not the one that is known.
        """
        voice, recogniser = Silero(), _recogniser(choice, ask)
        aligner = SphinxAligner.load()
        silence = np.zeros(WARMING_SECONDS * SAMPLE_RATE, np.float32)
        voice.probabilities(silence)
        if choice.kind != SERVICE:
            recogniser.transcribe(silence)
        if aligner is not None:
            aligner.align(silence, ["Silence."])
        return cls(voice, recogniser, aligner)

    @property
    def backend(self) -> str:
        """The models with their versions, for the result."""
        names = [self.recogniser.name, self.voice.name]
        return " + ".join([*names, self.aligner.name] if self.aligner else names)


def _recogniser(choice: SpeechChoice, ask: Ask | None) -> Recogniser:
    if choice.kind == WHISPER:
        return Whisper(choice.folder)
    if choice.kind == SERVICE:
        if ask is None:
            raise BackendMissing
        return Elsewhere(choice.model, ask)
    return Moonshine()
