"""The document as a person, a player or a model wants to read it."""

from __future__ import annotations

from typing import Literal, get_args

from clipsight.formats.output.markdown import to_markdown
from clipsight.formats.output.subtitles import to_srt, to_transcript, to_vtt
from clipsight.formats.output.text import to_text
from clipsight.schema.result import Document

Output = Literal["json", "markdown", "srt", "vtt", "text"]
OUTPUTS: tuple[Output, ...] = get_args(Output)


def render(document: Document, output: Output) -> str:
    """The document in one of five shapes, ending with a newline.

    ``json`` is the document itself; ``markdown`` and ``text`` are timed accounts; ``srt`` and ``vtt`` are subtitles of what
    is said and sung, empty but valid when nothing is.
    """
    match output:
        case "json":
            return document.to_json() + "\n"
        case "markdown":
            return to_markdown(document)
        case "srt":
            return to_srt(document)
        case "vtt":
            return to_vtt(document)
        case "text":
            return to_text(document)


__all__ = ["OUTPUTS", "Output", "render", "to_markdown", "to_srt", "to_transcript", "to_vtt"]
