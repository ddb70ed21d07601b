"""Which recogniser writes down what is said."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Self

BUNDLED = "moonshine"
WHISPER = "whisper"
SERVICE = "openai"

Kind = Literal["moonshine", "whisper", "openai"]


@dataclass(frozen=True, slots=True)
class SpeechChoice:
    """One recogniser.

    Attributes:
        kind: ``moonshine``, the bundled one; ``whisper``, run here; ``openai``, a service that speaks that protocol.
        model: for ``whisper`` a folder or the name of a model, for ``openai`` the model's name there.
    """

    kind: Kind = BUNDLED
    model: str = ""

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """The choice behind ``moonshine``, ``whisper:MODEL`` or ``openai:MODEL``; None for anything else."""
        kind, colon, model = text.partition(":")
        if kind == BUNDLED and not colon:
            return cls()
        if kind in (WHISPER, SERVICE) and model.strip() and model.isprintable():
            return cls(kind, model.strip())
        return None

    def __str__(self) -> str:
        """The inverse of :meth:`parse`."""
        return f"{self.kind}:{self.model}" if self.model else self.kind

    @property
    def compiles(self) -> bool:
        """Whether the recogniser writes machine code while it runs, which a sandbox must then allow."""
        return self.kind == WHISPER

    @property
    def folder(self) -> Path:
        """Where the model lies; only for a Whisper that was found."""
        return Path(self.model)


BUNDLED_CHOICE = SpeechChoice()
