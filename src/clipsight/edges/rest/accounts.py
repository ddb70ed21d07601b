"""A finished job as text: subtitles, transcript, and Markdown for a model's context."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from clipsight.edges.rest.accepts import MARKDOWN, asks_for
from clipsight.edges.rest.query import max_tokens
from clipsight.formats.output import to_markdown, to_srt, to_transcript, to_vtt
from clipsight.schema.result import Document

# What was said or written in the video is in these answers: no browser may take it for a page.
HARMLESS: Mapping[str, str] = {"X-Content-Type-Options": "nosniff", "Vary": "Accept"}


@dataclass(frozen=True, slots=True)
class Transcript:
    """``text`` makes it of a document."""

    ending: str
    media_type: str
    text: Callable[[Document], str]


TRANSCRIPTS = (
    Transcript("srt", "application/x-subrip", to_srt),
    Transcript("vtt", "text/vtt", to_vtt),
    Transcript("txt", "text/plain", to_transcript),
)


def transcript(document: Document, kind: Transcript) -> Response:
    return _text(kind.text(document), kind.media_type)


def markdown_if_asked(request: Request, document: Document | None) -> Response | None:
    """The account in Markdown when the client wants it and there is one; ``max_tokens`` is checked in any case.

    Raises:
        BadParameter: ``max_tokens`` is no budget.
    """
    budget = max_tokens(request)
    if document is None or not asks_for(request, MARKDOWN):
        return None
    return _text(to_markdown(document, budget), MARKDOWN)


def _text(content: str, media_type: str) -> Response:
    return Response(content, headers={**HARMLESS, "Content-Type": f"{media_type}; charset=utf-8"})
