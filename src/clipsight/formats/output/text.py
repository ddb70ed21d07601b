"""A timed account in plain text."""

from __future__ import annotations

import json
from collections.abc import Iterator

from clipsight.formats.output.lines import events, heading, length, one_line, silences, telling_stages, tenths
from clipsight.schema.result import Document
from clipsight.timeline import wire_seconds


def to_text(document: Document) -> str:
    """Title, summary, then one line per thing that is said, shown or cut, with the moment it begins; last the result."""
    video, analysis = document.video, document.analysis
    lines = [heading(document)]
    size = f"{length(video.duration)}, {video.width}x{video.height}, {'with' if video.has_audio else 'without'} sound"
    author = video.author_handle or video.author
    lines.append(", ".join(part for part in (video.platform, one_line(author) if author else "", size) if part))
    for claim in (analysis.summary, analysis.description):
        if claim:
            lines += ["", one_line(claim.text)]
    if video.caption:
        lines += ["", f"Caption: {one_line(video.caption)}"]
    account = [
        f"{tenths(wire_seconds(event.span.start)):>7}  {event.what:<9}  {event.text}".rstrip() for event in events(document)
    ]
    lines += ["", *account, *(one_line(text) for text in silences(document, empty=not account))]
    for stage in telling_stages(document):
        lines.append(f"{stage.name}: {stage.status}{f' ({one_line(stage.reason)})' if stage.reason else ''}")
    lines += _result(document)
    return "\n".join(lines) + "\n"


def _result(document: Document) -> Iterator[str]:
    """The format's own object as JSON, in which no text can make a line of its own."""
    if document.format is None or document.result is None:
        return
    yield from ("", f"Result: {one_line(document.format)}")
    for line in json.dumps(document.result, ensure_ascii=False, indent=2).split("\n"):
        text = line.lstrip(" ")
        yield " " * (len(line) - len(text)) + one_line(text)
