"""What listening found, before it takes the shape of the wire."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from clipsight.timeline import Span

Verdict = Literal["speech", "none", "unknown"]
Reason = Literal[
    "no audio",
    "sound not readable",
    "silence",
    "music",
    "no speech",
    "probably not English",
    "not intelligible",
]
WordTimes = Literal["aligned", "approximate"]
SegmentKind = Literal["speech", "lyrics"]


@dataclass(frozen=True, slots=True)
class WordFinding:
    """A word as written, with its punctuation. ``confidence`` is 0..1."""

    span: Span
    text: str
    confidence: float


@dataclass(frozen=True, slots=True)
class SegmentFinding:
    """About a sentence. The words in order make up the text; their spans lie inside the segment's and do not overlap."""

    span: Span
    text: str
    kind: SegmentKind
    confidence: float
    words: tuple[WordFinding, ...]


@dataclass(frozen=True, slots=True)
class SpeechFinding:
    """All that was heard.

    Attributes:
        verdict: ``speech`` when there are spoken words; ``none`` when nobody speaks, though there may be lyrics;
            ``unknown`` when somebody may speak, but not in a way that could be written down.
        reason: why there are no spoken words; None with them.
        language: ISO 639-1, only when known.
        word_times: how the times of the words were found; None without words.
        segments: in order of their start, not overlapping.
        speech_regions: where a voice was detected, also where no words could be written down; sorted, disjoint.
        backend: the models that were used, with versions.
    """

    verdict: Verdict
    reason: Reason | None
    language: str | None
    word_times: WordTimes | None
    segments: list[SegmentFinding]
    speech_regions: list[Span]
    backend: str


def no_audio(backend: str) -> SpeechFinding:
    """The finding for a video without a sound stream."""
    return SpeechFinding("none", "no audio", None, None, [], [], backend)
