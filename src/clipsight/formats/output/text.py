"""A timed account in plain text."""

from __future__ import annotations

from clipsight.formats.output.lines import events, heading, one_line, telling_stages, tenths
from clipsight.schema.result import Document
from clipsight.timeline import wire_seconds


def to_text(document: Document) -> str:
    """Title, summary, then one line per thing that is said, shown or cut, with the moment it begins."""
    video, analysis = document.video, document.analysis
    lines = [heading(document)]
    size = f"{video.duration:.1f} s, {video.width}x{video.height}, {'with' if video.has_audio else 'without'} sound"
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
    lines += ["", *(account or ["Nothing is said, and there is no text on the screen."])]
    for stage in telling_stages(document):
        lines.append(f"{stage.name}: {stage.status}{f' ({one_line(stage.reason)})' if stage.reason else ''}")
    return "\n".join(lines) + "\n"
