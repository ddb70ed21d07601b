"""What is true of a clip by construction: the yardstick that every figure about accuracy is held against.

A truth is written beside its clip as JSON, times in seconds with three decimals as in the document. The moments mean:

* **text**: from the moment when a fade-in has reached half of its opacity to the moment when the fade-out is down to half,
  one entry per overlay, its lines separated by ``\\n``. The box is the ink of the letters, without the plate behind them.
  A phrase whose words appear or light up one after the other is one entry, from its first word to the end of its last.
* **cut**: time of the first picture of the new shot. **dissolve**: from the first to the last picture that mixes both
  shots. **fade**: the stretch in which the picture goes to or comes from one colour.
* **word**: as the synthetic voice timed it, or unknown.
* **sound**: by what was mixed, not by how it sounds.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, cast

from clipsight.timeline import Instant, Span, wire_seconds

SoundKind = Literal["speech", "music", "speech_over_music", "silence", "other"]
Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class TextTruth:
    """One overlay. ``box`` is ``(x, y, width, height)`` as fractions of the picture, origin top left."""

    text: str
    span: Span
    box: Box


@dataclass(frozen=True, slots=True)
class WordTruth:
    """A spoken word as it is spelled in the script, without punctuation; ``span`` is None when its time is not known."""

    text: str
    span: Span | None


@dataclass(frozen=True, slots=True)
class SentenceTruth:
    """One spoken part. ``span`` covers the recording, pauses at its ends included."""

    text: str
    span: Span
    words: tuple[WordTruth, ...] = ()


@dataclass(frozen=True, slots=True)
class SoundTruth:
    kind: SoundKind
    span: Span


@dataclass(frozen=True, slots=True)
class Truth:
    """All that is known of a clip. ``tempo_bpm`` is None when there is no music."""

    width: int
    height: int
    duration: Instant
    fps: float | None
    texts: tuple[TextTruth, ...] = ()
    sentences: tuple[SentenceTruth, ...] = ()
    cuts: tuple[Instant, ...] = ()
    dissolves: tuple[Span, ...] = ()
    fades: tuple[Span, ...] = ()
    sounds: tuple[SoundTruth, ...] = ()
    tempo_bpm: float | None = None
    has_audio: bool = True
    notes: tuple[str, ...] = field(default=())

    @property
    def words(self) -> tuple[WordTruth, ...]:
        return tuple(word for sentence in self.sentences for word in sentence.words)

    def to_dict(self) -> dict[str, Any]:
        """The JSON form, key by key as :meth:`from_dict` reads it."""
        return {
            "schema": "clipsight-truth/1",
            "width": self.width,
            "height": self.height,
            "duration": wire_seconds(self.duration),
            "fps": self.fps,
            "has_audio": self.has_audio,
            "texts": [{"text": text.text, **_times(text.span), "box": list(text.box)} for text in self.texts],
            "sentences": [
                {
                    "text": sentence.text,
                    **_times(sentence.span),
                    "words": [{"text": word.text, **_times(word.span)} for word in sentence.words],
                }
                for sentence in self.sentences
            ],
            "cuts": [wire_seconds(cut) for cut in self.cuts],
            "dissolves": [_times(span) for span in self.dissolves],
            "fades": [_times(span) for span in self.fades],
            "sounds": [{"kind": sound.kind, **_times(sound.span)} for sound in self.sounds],
            "tempo_bpm": self.tempo_bpm,
            "notes": list(self.notes),
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Truth:
        return cls(
            width=data["width"],
            height=data["height"],
            duration=Instant.from_seconds(data["duration"]),
            fps=data["fps"],
            texts=tuple(TextTruth(text["text"], _span(text), _box(text["box"])) for text in data["texts"]),
            sentences=tuple(_sentence(sentence) for sentence in data["sentences"]),
            cuts=tuple(Instant.from_seconds(cut) for cut in data["cuts"]),
            dissolves=tuple(_span(item) for item in data["dissolves"]),
            fades=tuple(_span(item) for item in data["fades"]),
            sounds=tuple(SoundTruth(sound["kind"], _span(sound)) for sound in data["sounds"]),
            tempo_bpm=data["tempo_bpm"],
            has_audio=data["has_audio"],
            notes=tuple(data["notes"]),
        )

    def save(self, path: Path) -> None:
        path.write_text(json.dumps(self.to_dict(), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")

    @classmethod
    def load(cls, path: Path) -> Truth:
        return cls.from_dict(json.loads(path.read_text(encoding="utf-8")))


def _times(span: Span | None) -> dict[str, float | None]:
    if span is None:
        return {"start": None, "end": None}
    return {"start": wire_seconds(span.start), "end": wire_seconds(span.end)}


def _span(data: Mapping[str, Any]) -> Span:
    return Span.from_seconds(data["start"], data["end"])


def _box(values: Sequence[float]) -> Box:
    return cast("Box", tuple(values))


def _sentence(data: Mapping[str, Any]) -> SentenceTruth:
    words = tuple(WordTruth(word["text"], None if word["start"] is None else _span(word)) for word in data["words"])
    return SentenceTruth(data["text"], _span(data), words)
