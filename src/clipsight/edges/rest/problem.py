"""The members of RFC 9457 that stand beside the contract's own when a client asks for ``application/problem+json``.

The reels dialect's own ``status`` is the word ``error`` and stays so; the RFC tells readers to ignore a member of another
type than it expects.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from starlette.requests import Request

from clipsight.edges.rest.face import face_of
from clipsight.edges.rest.refusal import Refusal

ERRORS_PAGE = "/docs/errors"


def members(request: Request, refusal: Refusal, detail: str) -> dict[str, Any]:
    """``type`` leads to the explanation of the code, ``instance`` is the path that was asked for."""
    address = face_of(request).public_url or ""  # else relative: no Host header is repeated before it was checked
    return {
        "type": f"{address}{ERRORS_PAGE}#{refusal.code}",
        "title": refusal.code.replace("_", " ").capitalize(),
        "status": refusal.status,
        "detail": detail,
        "instance": quote(request.scope["path"]),
    }
