"""Scores of many clips put together: counts are added up and divided once, so that long clips weigh more."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Any

from clipsight.testing.scores import (
    Wire,
    fraction,
    percentile,
    score_captions,
    score_shots,
    score_sounds,
    score_texts,
    score_words,
)
from clipsight.testing.truth import Truth
from clipsight.testing.wording import aligned, spoken_words

FRAME_ROOM = 1.5  # pictures; how far a cut may be off and still count


@dataclass(slots=True)
class Counts:
    """Things expected, found, and found where expected."""

    matched: int = 0
    expected: int = 0
    found: int = 0

    def add(self, matched: int, expected: int, found: int) -> None:
        self.matched += matched
        self.expected += expected
        self.found += found

    @property
    def recall(self) -> float:
        return fraction(self.matched, self.expected)

    @property
    def precision(self) -> float:
        return fraction(self.matched, self.found)

    @property
    def f1(self) -> float:
        return fraction(2 * self.matched, self.expected + self.found)


@dataclass(slots=True)
class ShotPool:
    """Transitions of all clips. Cut errors in pictures of their clip, without sign."""

    cuts: Counts = field(default_factory=Counts)
    gradual: Counts = field(default_factory=Counts)
    both: Counts = field(default_factory=Counts)
    cut_errors: list[float] = field(default_factory=list[float])
    clips: int = 0

    def add(self, document: Wire, truth: Truth) -> None:
        fps = truth.fps or 30
        score = score_shots(document, truth, FRAME_ROOM / fps)
        for counts, seen in ((self.cuts, score.cuts), (self.gradual, score.gradual), (self.both, score.all)):
            counts.add(seen.matched, seen.expected, seen.found)
        self.cut_errors.extend(abs(error) * fps for error in score.cut_errors)
        self.clips += 1

    @property
    def worst_cut(self) -> float | None:
        return max(self.cut_errors, default=None)


@dataclass(slots=True)
class TextPool:
    """Lines of text of all clips."""

    lines: Counts = field(default_factory=Counts)
    duplicates: int = 0
    edits: int = 0
    characters: int = 0
    starts: list[float] = field(default_factory=list[float])
    ends: list[float] = field(default_factory=list[float])
    clips: int = 0

    def add(self, document: Wire, truth: Truth) -> None:
        score = score_texts(document, truth)
        self.lines.add(score.lines.matched, score.lines.expected, score.lines.found)
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
    phrases: Counts = field(default_factory=Counts)
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
        self.phrases.add(score.lines.matched, score.lines.expected, score.lines.found)
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
    clips: int = 0

    def add(self, document: Wire, truth: Truth) -> None:
        self.right += score_sounds(document, truth).same * truth.duration.seconds
        self.seconds += truth.duration.seconds
        self.clips += 1

    @property
    def share(self) -> float:
        return fraction(self.right, self.seconds)


def false_rows(document: Wire) -> int:
    """Rows of text, on a clip where nothing is written."""
    return len(document["evidence"]["screen_text"])


def false_words(document: Wire) -> int:
    """Words reported as speech, on a clip where nobody speaks English; lyrics are not counted as speech."""
    segments: Sequence[dict[str, Any]] = document["evidence"]["speech"]["segments"]
    return sum(len(segment["words"]) for segment in segments if segment["kind"] == "speech")
