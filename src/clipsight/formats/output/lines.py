"""Foreign text made harmless for a line of output, and the events of a clip in order of time."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from clipsight.formats.blindness import failed, gaps, unheard, unread
from clipsight.grounding.passages import passages, whole
from clipsight.schema.result import Document, Stage
from clipsight.timeline import Span

_RUNS = re.compile(r"`+")
_ALWAYS = re.compile(r"([\\`*_\[\]<|~&])")
_AUTOLINK = re.compile(r":(?=//)|(?<=\b[wW]{3})\.|(?<=\w)@(?=\w)")
_LINE_START = re.compile(r"^(?:(\d*)([.)])|([-+=#>]))")


def one_line(text: str) -> str:
    """``text`` on one line: no control characters, no line or paragraph separators, single spaces."""
    kept = (" " if unicodedata.category(char) in ("Cc", "Zl", "Zp", "Cs") else char for char in text)
    return " ".join("".join(kept).split())


def several_lines(text: str) -> str:
    """``text`` with its line breaks, each line as :func:`one_line` leaves it."""
    return "\n".join(one_line(line) for line in text.splitlines()).strip("\n")


def escaped(text: str) -> str:
    """``text`` on one line as CommonMark and GFM show it literally: no markup, no links, no list or table starts."""
    line = _AUTOLINK.sub(lambda match: "\\" + match.group(0), _ALWAYS.sub(r"\\\1", one_line(text)))
    return _LINE_START.sub(lambda match: f"{match.group(1) or ''}\\{match.group(2) or match.group(3)}", line)


def fenced(text: str, kind: str = "text") -> str:
    """``text`` in a code block whose fence is longer than any run of backticks inside it."""
    longest = max((len(run) for run in _RUNS.findall(text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}{kind}\n{text}\n{fence}"


@dataclass(frozen=True, slots=True)
class Event:
    """Something with a time: a text that was said or shown, or a cut."""

    span: Span
    what: str
    text: str


_WHAT = {"speech": "says", "lyrics": "sings", "interface": "interface", "caption": "subtitle", "scene": "in scene"}


def events(document: Document) -> Iterator[Event]:
    """Speech, lyrics, screen text and cuts in order of time; what the platform says is not among them."""
    found = [
        Event(passage.span, _WHAT.get(passage.kind, "on screen"), one_line(passage.text))
        for passage in passages(document.video, document.evidence)
        if passage.source != "caption"
    ]
    for shot in document.evidence.shots:
        if shot.transition != "start":
            found.append(Event(Span.from_seconds(shot.start, shot.end), shot.transition, ""))
    everything = whole(document.video)
    yield from sorted(found, key=lambda event: (event.span.clamped(everything) or event.span, event.what))


def heading(document: Document) -> str:
    """The title; for an upload the name of the file; else the identity of the video. One line."""
    video = document.video
    if video.platform == "file":
        return one_line(video.title or video.url.removeprefix("upload:"))
    return one_line(video.title or f"{video.platform} {video.video_id}")


def tenths(seconds: float) -> str:
    """``m:ss.t``, rounded down, for a timed account."""
    whole_tenths = max(0, int(seconds * 10 + 1e-6))
    return f"{whole_tenths // 600}:{whole_tenths // 10 % 60:02d}.{whole_tenths % 10}"


def length(seconds: float) -> str:
    """``24.0 s``; under one second ``0.04 s``, since a single picture lasts no tenth."""
    return f"{seconds:.{1 if seconds >= 1 else 2}f} s"


def silences(document: Document, *, empty: bool) -> list[str]:
    """What the timed account does not show: what is not known, always; what is not there, when the account is ``empty``."""
    blind, speech = failed(document.stages), document.evidence.speech
    found = [f"{gap}." for gap in gaps(document.evidence, blind)]
    heard, read = not unheard(speech, blind), not unread(blind)
    if not empty:
        return found
    because = f" ({speech.reason})" if speech.reason else ""
    if heard and read:
        return [f"Nothing is said{because}, and there is no text on the screen."]
    if heard:
        found.append(f"Nothing is said{because}.")
    if read:
        found.append("There is no text on the screen.")
    return found


def telling_stages(document: Document) -> list[Stage]:
    """Stages that a reader must know about: failed, cut short, or skipped for a reason that lies in the video."""
    asked_for = ("fetch", "format")  # skipped because of how clipsight was called, which whoever called it knows
    return [
        stage
        for stage in document.stages
        if stage.code is not None or (stage.status != "ok" and stage.name not in asked_for)
    ]
