"""Everything that was said or written, as passages that know their id and the times of their words."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from clipsight.schema.evidence import Evidence, ScreenText, SpeechSegment
from clipsight.schema.video import VideoPart
from clipsight.timeline import Instant, Span

Source = Literal["speech", "screen", "caption"]
Kind = Literal["speech", "lyrics", "overlay", "caption", "interface", "scene", "title", "post"]

SHORTEST = Instant(1_000)  # a still picture has no duration; the wire's smallest step stands in
JOIN_GAP_US = 600_000  # a breath: a sentence may run on over a pause this long
LONGEST_JOIN = 25  # words; a recogniser without punctuation must not turn a whole clip into one sentence

_END = re.compile(r"""(?<=[.!?…])["”’')\]]*\s+|(?<=[。！？])|\n{2,}""")
_ABBREVIATION = re.compile(
    r"(?:\b(?:approx|tbsps?|tsps?|oz|lbs?|min|mins|hrs?|sec|no|vs|mr|mrs|ms|dr|st|e\.g|i\.e|a\.m|p\.m|etc)|(?:^|\s)[A-Z])\.$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Mark:
    """The characters ``[first, last)`` were heard during ``span``."""

    first: int
    last: int
    span: Span


@dataclass(frozen=True, slots=True)
class Passage:
    """One text of the evidence. ``id`` is the evidence id; platform text has the id ``video`` and the span of the clip."""

    id: str
    source: Source
    kind: Kind
    text: str
    span: Span
    marks: tuple[Mark, ...] = ()

    def span_of(self, first: int, last: int) -> Span:
        """When the characters ``[first, last)`` are heard; for written text, when the whole text is visible."""
        touched = [mark.span for mark in self.marks if mark.first < last and first < mark.last]
        if touched:
            return Span(min(span.start for span in touched), max(span.end for span in touched))
        return self.span


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence as it stands in the evidence. ``ids`` are the passages that it runs through."""

    text: str
    span: Span
    ids: tuple[str, ...]
    source: Source
    kind: Kind

    @property
    def words(self) -> list[str]:
        return self.text.split()


def whole(video: VideoPart) -> Span:
    """From the start to the end of the clip."""
    return Span(Instant(0), max(SHORTEST, Instant.from_seconds(video.duration)))


def passages(video: VideoPart, evidence: Evidence) -> list[Passage]:
    """Speech, then screen text, then title and caption of the platform; each group in order of time."""
    found = [_spoken(segment) for segment in evidence.speech.segments]
    found += [_written(text) for text in evidence.screen_text]
    if video.title and video.platform != "file":
        found.append(Passage(video.id, "caption", "title", video.title, whole(video)))
    if video.caption and video.caption != video.title:
        found.append(Passage(video.id, "caption", "post", video.caption, whole(video)))
    return found


def _written(text: ScreenText) -> Passage:
    return Passage(text.id, "screen", text.role, text.text, Span.from_seconds(text.start, text.end))


def _spoken(segment: SpeechSegment) -> Passage:
    marks: list[Mark] = []
    at = 0
    folded = segment.text.casefold()
    same_length = len(folded) == len(segment.text)
    for word in segment.words:
        wanted = word.text.strip()
        place = segment.text.find(wanted, at)
        if place < 0 and same_length:
            place = folded.find(wanted.casefold(), at)
        if place < 0:
            continue
        at = place + len(wanted)
        marks.append(Mark(place, at, Span.from_seconds(word.start, word.end)))
    return Passage(
        segment.id, "speech", segment.kind, segment.text, Span.from_seconds(segment.start, segment.end), tuple(marks)
    )


def sentences(found: list[Passage]) -> list[Sentence]:
    """The passages cut into sentences; spoken sentences run on over short pauses. Order as in ``found``."""
    result: list[Sentence] = []
    for passage in found:
        for first, last in _cuts(passage.text):
            text = " ".join(passage.text[first:last].split()).rstrip(",;:")
            if text:
                result.append(Sentence(text, passage.span_of(first, last), (passage.id,), passage.source, passage.kind))
    return _joined(result)


def _cuts(text: str) -> list[tuple[int, int]]:
    cuts: list[tuple[int, int]] = []
    first = 0
    for match in _END.finditer(text):
        head = text[first : match.start()].rstrip()
        if _ABBREVIATION.search(head):
            continue
        cuts.append((first, match.end()))
        first = match.end()
    cuts.append((first, len(text)))
    return cuts


def _joined(found: list[Sentence]) -> list[Sentence]:
    result: list[Sentence] = []
    for sentence in found:
        last = result[-1] if result else None
        if last and _runs_on(last, sentence):
            ids = (*last.ids, *(i for i in sentence.ids if i not in last.ids))
            span = last.span.joined(sentence.span)
            result[-1] = Sentence(f"{last.text} {sentence.text}", span, ids, last.source, last.kind)
        else:
            result.append(sentence)
    return result


def _runs_on(last: Sentence, after: Sentence) -> bool:
    """A spoken sentence without an end, followed soon by one that does not begin like a new one."""
    if last.source != "speech" or after.source != "speech" or last.kind != after.kind or last.ids[-1] == after.ids[0]:
        return False
    if last.text[-1] in ".!?…。！？" or after.text[0].isupper():
        return False
    return last.span.gap_us(after.span) <= JOIN_GAP_US and len(last.words) + len(after.words) <= LONGEST_JOIN
