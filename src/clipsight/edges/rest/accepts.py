"""Which of our representations a request asks for (RFC 9110 §12.5.1)."""

from __future__ import annotations

import re

from starlette.requests import Request

JSON = "application/json"
MARKDOWN = "text/markdown"
PROBLEM = "application/problem+json"

_WEIGHT = re.compile(r"(?:0(?:\.\d{0,3})?|1(?:\.0{0,3})?)")


def asks_for(request: Request, kind: str) -> bool:
    """Whether a media type is named in ``Accept`` and JSON is not liked better. Wildcards name nothing: they get JSON."""
    weights = _weights(request)
    wanted = weights.get(kind, 0.0)
    return wanted > 0 and wanted >= weights.get(JSON, 0.0)


def _weights(request: Request) -> dict[str, float]:
    found: dict[str, float] = {}
    for item in ",".join(request.headers.getlist("accept")).split(","):
        kind, *parameters = (part.strip().lower() for part in item.split(";"))
        weight = next((text[2:].strip() for text in parameters if text.startswith("q=")), "1")
        found[kind] = max(found.get(kind, 0.0), float(weight) if _WEIGHT.fullmatch(weight) else 0.0)
    return found
