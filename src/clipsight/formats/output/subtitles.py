"""SubRip and WebVTT (https://www.w3.org/TR/webvtt1/) of what is said and sung.

At most two lines of 42 characters, at most seven seconds, as broadcasters' guides have it; cues break at sentences and
pauses, on the times of the words. Lyrics stand between notes.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable
from dataclasses import dataclass

from clipsight.formats.output.lines import one_line
from clipsight.grounding.passages import Passage, passages, whole
from clipsight.schema.result import Document
from clipsight.timeline import MICROSECONDS, Instant, Span

LINE = 42  # characters
LINES = 2
LONGEST_US = 7 * MICROSECONDS
PAUSE_US = 1 * MICROSECONDS  # a silence that ends a cue
SHORTEST_US = 1 * MICROSECONDS  # a cue is shown this long where the next one leaves room
SENTENCE_FILL = 20  # characters; shorter sentences share a cue with the next
NOTE = "♪"

_ARROW = re.compile(r"-{2,}>")
_TAG = re.compile(r"<(?=[/a-zA-Z])")
_OVERRIDE = re.compile(r"\{(?=\\)")


@dataclass(frozen=True, slots=True)
class Cue:
    """Text of one or two lines, shown during ``span``."""

    span: Span
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Piece:
    text: str
    span: Span


def to_srt(document: Document) -> str:
    """SubRip; the empty string when nobody speaks or sings."""
    blocks = [
        f"{number}\n{_moment(cue.span.start, ',')} --> {_moment(cue.span.end, ',')}\n{_body(cue, _srt_text)}\n"
        for number, cue in enumerate(cues(document), 1)
    ]
    return "\n".join(blocks)


def to_vtt(document: Document) -> str:
    """WebVTT; only the header when nobody speaks or sings."""
    blocks = [
        f"{_moment(cue.span.start, '.')} --> {_moment(cue.span.end, '.')}\n{_body(cue, _vtt_text)}\n"
        for cue in cues(document)
    ]
    return "\n".join(["WEBVTT\n", *blocks])


def to_transcript(document: Document) -> str:
    """What is said and sung, a line for each passage and no times; lyrics stand between notes. Empty when nobody speaks."""
    spoken = [passage for passage in passages(document.video, document.evidence) if passage.source == "speech"]
    texts = ((one_line(passage.text), passage.kind) for passage in spoken)
    return "".join(f"{NOTE} {text} {NOTE}\n" if kind == "lyrics" else f"{text}\n" for text, kind in texts if text)


def _body(cue: Cue, safe: Callable[[str], str]) -> str:
    return "\n".join(safe(line) for line in cue.lines)


def _srt_text(line: str) -> str:
    """SubRip has no escapes: what players would read as markup or as a time line is replaced by a look-alike."""
    return _OVERRIDE.sub("(", _TAG.sub("‹", _ARROW.sub("→", line)))


def _vtt_text(line: str) -> str:
    return line.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _moment(moment: Instant, point: str) -> str:
    thousandths = round(moment.us / 1_000)
    seconds, rest = divmod(thousandths, 1_000)
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}{point}{rest:03d}"


def cues(document: Document) -> list[Cue]:
    """The subtitles of a document in order of time; no two overlap, none is empty."""
    found: list[Cue] = []
    for passage in passages(document.video, document.evidence):
        if passage.source == "speech":
            found += _cut(passage)
    return _spaced(found, whole(document.video).end)


def _cut(passage: Passage) -> list[Cue]:
    width = LINE - (4 if passage.kind == "lyrics" else 0)
    groups: list[list[_Piece]] = []
    for piece in _pieces(passage):
        if groups and _fits(groups[-1], piece, width):
            groups[-1].append(piece)
        else:
            groups.append([piece])
    return [
        Cue(group[0].span.joined(group[-1].span), _laid_out(group, width, sung=passage.kind == "lyrics"))
        for group in groups
    ]


def _pieces(passage: Passage) -> list[_Piece]:
    """Words with their punctuation and times; even shares of the time where words have none."""
    starts = [mark.first for mark in passage.marks]
    if starts:
        starts[0] = 0
        ends = [*starts[1:], len(passage.text)]
        timed = zip(starts, ends, passage.marks, strict=True)
        return [_Piece(text, mark.span) for a, b, mark in timed if (text := one_line(passage.text[a:b]))]
    words = one_line(passage.text).split()
    step = passage.span.us / max(1, len(words))
    edges = [passage.span.start.shifted(round(step * i)) for i in range(len(words) + 1)]
    return [_Piece(word, Span(edges[i], max(edges[i + 1], edges[i].shifted(1)))) for i, word in enumerate(words)]


def _fits(group: list[_Piece], piece: _Piece, width: int) -> bool:
    text = " ".join(p.text for p in group)
    if text[-1] in ".!?…。！？" and len(text) >= SENTENCE_FILL:
        return False
    if group[-1].span.gap_us(piece.span) > PAUSE_US or piece.span.end.us - group[0].span.start.us > LONGEST_US:
        return False
    return len(_wrapped(f"{text} {piece.text}", width)) <= LINES


def _wrapped(text: str, width: int) -> list[str]:
    return textwrap.wrap(text, width, break_long_words=False, break_on_hyphens=False)


def _laid_out(group: list[_Piece], width: int, *, sung: bool) -> tuple[str, ...]:
    """One line when it fits, else lines of like length, which the eye takes in faster than a full and an empty one."""
    text = " ".join(piece.text for piece in group)
    lines = _wrapped(text, width)
    if len(lines) > 1:
        narrower = range(-(-len(text) // len(lines)), width)
        lines = next((even for w in narrower if len(even := _wrapped(text, w)) == len(lines)), lines)
    if sung:
        lines = [f"{NOTE} {line} {NOTE}" for line in lines]
    return tuple(lines)


def _spaced(found: list[Cue], end: Instant) -> list[Cue]:
    """Short cues stay a little longer, and no cue reaches into the next one or past the end."""
    ordered = sorted(found, key=lambda cue: cue.span)
    result: list[Cue] = []
    for i, cue in enumerate(ordered):
        limit = ordered[i + 1].span.start if i + 1 < len(ordered) else max(end, cue.span.end)
        wanted = max(cue.span.end, cue.span.start.shifted(SHORTEST_US))
        last = min(wanted, limit) if limit > cue.span.start else cue.span.end
        result.append(Cue(Span(cue.span.start, max(last, cue.span.start.shifted(1_000))), cue.lines))
    return result
