"""Scores of many clips put together: counts are added up and divided once, so that long clips weigh more."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Any

from clipsight.testing.scores import (
    Detection,
    Wire,
    fraction,
    percentile,
    right_by_kind,
    score_captions,
    score_shots,
    score_sounds,
    score_texts,
    score_words,
)
from clipsight.testing.truth import SoundKind, Truth
from clipsight.testing.wording import aligned, spoken_words

FRAME_ROOM = 1.5  # pictures; how far a cut may be off and still count


@dataclass(slots=True)
class ShotPool:
    """Transitions of all clips. Cut errors in pictures of their clip, without sign."""

    cuts: Detection = field(default_factory=Detection)
    gradual: Detection = field(default_factory=Detection)
    both: Detection = field(default_factory=Detection)
    cut_errors: list[float] = field(default_factory=list[float])
    clips: int = 0

    def add(self, document: Wire, truth: Truth) -> None:
        fps = truth.fps or 30
        score = score_shots(document, truth, FRAME_ROOM / fps)
        self.cuts += score.cuts
        self.gradual += score.gradual
        self.both += score.all
        self.cut_errors.extend(abs(error) * fps for error in score.cut_errors)
        self.clips += 1

    @property
    def worst_cut(self) -> float | None:
        return max(self.cut_errors, default=None)


@dataclass(slots=True)
class TextPool:
    """Lines of text of all clips."""

    lines: Detection = field(default_factory=Detection)
    duplicates: int = 0
    edits: int = 0
    characters: int = 0
    starts: list[float] = field(default_factory=list[float])
    ends: list[float] = field(default_factory=list[float])
    clips: int = 0

    def add(self, document: Wire, truth: Truth) -> None:
        score = score_texts(document, truth)
        self.lines += score.lines
        self.duplicates += score.duplicates
        self.edits += sum(match.edits for match in score.matches)
        self.characters += sum(len(match.expected.text) for match in score.matches)
        self.starts.extend(abs(match.start_error) for match in score.matches)
        self.ends.extend(abs(match.end_error) for match in score.matches)
        self.clips += 1

    @property
    def per_text(self) -> float:
        """Rows for one expected line: 1 without duplicates."""
        return fraction(self.lines.matched + self.duplicates, self.lines.matched)

    @property
    def character_error_rate(self) -> float:
        return self.edits / self.characters if self.characters else 0.0

    @property
    def start_error(self) -> float | None:
        """Seconds that nine of ten matched lines do not exceed."""
        return percentile(self.starts, 0.9)

    @property
    def end_error(self) -> float | None:
        return percentile(self.ends, 0.9)


@dataclass(slots=True)
class WordPool:
    """Words of all clips; start errors in seconds, without sign."""

    expected: int = 0
    wrong: int = 0
    starts: list[float] = field(default_factory=list[float])
    clips: int = 0

    def add(self, document: Wire, truth: Truth) -> None:
        score = score_words(document, truth)
        self.expected += score.expected
        self.wrong += score.replaced + score.missing + score.extra
        self.starts.extend(abs(error) for error in score.start_errors)
        self.clips += 1

    @property
    def error_rate(self) -> float:
        return fraction(self.wrong, self.expected) if self.expected else 0.0

    @property
    def start_error(self) -> float | None:
        """Median in seconds."""
        return median(self.starts) if self.starts else None


@dataclass(slots=True)
class CaptionPool:
    """Captions that follow the voice word by word: were all words read, and is each phrase one row with its times?"""

    expected: int = 0
    wrong: int = 0
    phrases: Detection = field(default_factory=Detection)
    starts: list[float] = field(default_factory=list[float])
    ends: list[float] = field(default_factory=list[float])
    clips: int = 0

    def add(self, document: Wire, truth: Truth) -> None:
        texts = sorted(document["evidence"]["screen_text"], key=lambda row: row["start"])
        shown = spoken_words(" ".join(text.text for text in truth.texts))
        read = spoken_words(" ".join(row["text"] for row in texts))
        self.expected += len(shown)
        self.wrong += sum(step.operation != "same" for step in aligned(shown, read))
        score = score_captions(document, truth)
        self.phrases += score.lines
        self.starts.extend(abs(match.start_error) for match in score.matches)
        self.ends.extend(abs(match.end_error) for match in score.matches)
        self.clips += 1

    @property
    def error_rate(self) -> float:
        return fraction(self.wrong, self.expected) if self.expected else 0.0

    @property
    def per_phrase(self) -> float:
        """Rows for one expected phrase: 1 when a viewer would count the same."""
        return fraction(self.phrases.found, self.phrases.expected)

    @property
    def start_error(self) -> float | None:
        """Seconds that nine of ten matched phrases do not exceed."""
        return percentile(self.starts, 0.9)

    @property
    def end_error(self) -> float | None:
        return percentile(self.ends, 0.9)


@dataclass(slots=True)
class FalsePool:
    """Things reported where there are none, per minute."""

    found: int = 0
    seconds: float = 0.0
    clips: int = 0
    unknown: int = 0  # clips whose speech verdict is ``unknown``

    def add(self, found: int, document: Wire, truth: Truth) -> None:
        self.found += found
        self.seconds += truth.duration.seconds
        self.clips += 1
        self.unknown += document["evidence"]["speech"]["verdict"] == "unknown"

    @property
    def per_minute(self) -> float:
        return self.found / self.seconds * 60 if self.seconds else 0.0


@dataclass(slots=True)
class SoundPool:
    """Share of time whose kind of sound was named exactly, every second weighing the same."""

    right: float = 0.0
    seconds: float = 0.0
    kinds: dict[SoundKind, tuple[int, int]] = field(default_factory=dict["SoundKind", tuple[int, int]])
    clips: int = 0

    def add(self, document: Wire, truth: Truth) -> None:
        for kind, (right, whole) in right_by_kind(document, truth).items():
            before = self.kinds.get(kind, (0, 0))
            self.kinds[kind] = before[0] + right, before[1] + whole
        self.right += score_sounds(document, truth).same * truth.duration.seconds
        self.seconds += truth.duration.seconds
        self.clips += 1

    @property
    def share(self) -> float:
        return fraction(self.right, self.seconds)

    def share_of(self, kind: SoundKind) -> float | None:
        """Share of the time of one kind that was named exactly; None when there was none of it."""
        right, whole = self.kinds.get(kind, (0, 0))
        return right / whole if whole else None


def false_rows(document: Wire) -> int:
    """Rows of text, on a clip where nothing is written."""
    return len(document["evidence"]["screen_text"])


def false_words(document: Wire) -> int:
    """Words reported as speech, on a clip where nobody speaks English; lyrics are not counted as speech."""
    segments: Sequence[dict[str, Any]] = document["evidence"]["speech"]["segments"]
    return sum(len(segment["words"]) for segment in segments if segment["kind"] == "speech")
