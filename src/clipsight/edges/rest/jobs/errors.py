"""The words of the jobs dialect for what goes wrong. 404 and 410 have the key ``error`` alone, all others ``code`` too."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from starlette.requests import Request

from clipsight.edges.rest.face import face_of
from clipsight.edges.rest.refusal import Refusal
from clipsight.errors import (
    BadUrl,
    ClipsightError,
    NotAVideo,
    RequestError,
    Slideshow,
    UnknownFormat,
    UnsupportedHost,
    UrlMissing,
)

FORMATS_PAGE = "/docs/api#workflow-formats"
SHOWN_OF_A_VALUE = 64  # characters of a submitted value that are echoed

_MARKUP = re.compile("[<>&'`\x7f]")
_NO_ID = "Error getting video ID"
_UNRESOLVED = "Error resolving url: currently we only support tiktok, instagram and youtube shorts urls"
_TEXTS: Mapping[type[ClipsightError], str] = {
    UrlMissing: "No url provided",
    Slideshow: "TikTok slideshow conversion is not supported",
    UnsupportedHost: _UNRESOLVED,
    BadUrl: _UNRESOLVED,
    NotAVideo: _NO_ID,
}


def jobs_body(request: Request, refusal: Refusal) -> Mapping[str, Any]:
    text = _text(request, refusal)
    if refusal.status in {404, 410}:
        return {"error": text}
    return {"error": text, "code": refusal.code}


def _text(request: Request, refusal: Refusal) -> str:
    error = refusal.error
    if isinstance(error, UnknownFormat):
        page = face_of(request).address(request) + FORMATS_PAGE
        text = f"invalid format: must be one of the workflow formats listed at {page}"
        shown = _shown(getattr(request.state, "submitted_format", None))
        return f"{text}, got {shown}" if shown else text
    if refusal.status == 500 and not isinstance(error, RequestError):
        return "failed to enqueue job" if request.method == "POST" else "failed to get job"
    if isinstance(error, BadUrl) and error.on_platform:
        return _NO_ID
    return _TEXTS.get(type(error), refusal.text) if error is not None else refusal.text


def _shown(value: str | None) -> str | None:
    """A submitted value as it may be echoed: a JSON string in ASCII with markup escaped too, cut when it is long."""
    if value is None:
        return None
    cut = value if len(value) <= SHOWN_OF_A_VALUE else value[:SHOWN_OF_A_VALUE] + "..."
    return _MARKUP.sub(lambda found: f"\\u{ord(found[0]):04x}", json.dumps(cut))
