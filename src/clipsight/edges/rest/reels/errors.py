"""The words of the reels dialect for what goes wrong: ``{message, status, code}``; 401, 403 and 404 differ."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from starlette.requests import Request

from clipsight.edges.rest.refusal import Refusal
from clipsight.errors import LimitReached, SourceError, UnsupportedHost

_HOST = re.compile(r"[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?")

# Codes for which the dialect has one sentence of its own; the code beside it says which it was.
GONE = frozenset({"unavailable", "private", "geo_blocked"})
GONE_TEXT = "Video is not available"

# The words of the dialect for every limit. Which one it was is in the code, and when to come back in ``Retry-After``.
LIMIT_TEXT = "Rate limit exceeded"


def reels_body(request: Request, refusal: Refusal) -> Mapping[str, Any]:
    if refusal.status == 404:
        return {"message": "not found", "status": "error"}
    if refusal.status == 401:
        return {"error": refusal.text}
    if refusal.status == 403:
        return {"error": refusal.text, "code": refusal.code}
    return {"message": _text(request, refusal), "status": "error", "code": refusal.code}


def _text(request: Request, refusal: Refusal) -> str:
    host = host_of(getattr(request.state, "submitted_url", None))
    elsewhere = host is not None and not f".{host}".endswith((".instagram.com", ".instagr.am"))
    if isinstance(refusal.error, SourceError) and elsewhere:
        return f'URL must be an instagram.com link, got "{host}"'
    if isinstance(refusal.error, UnsupportedHost):
        return "URL must be an instagram.com link"
    if isinstance(refusal.error, LimitReached):
        return LIMIT_TEXT
    return GONE_TEXT if refusal.code in GONE else refusal.text


def host_of(url: str | None) -> str | None:
    """The host that a link names, without ``www.``, when it is a plain one; None otherwise."""
    if url is None:
        return None
    url = url.strip()
    try:
        host = urlsplit(url if "://" in url else f"https://{url}").hostname or ""
    except ValueError:
        return None
    host = host.removeprefix("www.")
    return host if _HOST.fullmatch(host) and "." in host else None
