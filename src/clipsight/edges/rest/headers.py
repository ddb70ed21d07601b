"""Headers that several answers carry."""

from __future__ import annotations

from collections.abc import Sequence

from starlette.responses import Response

from clipsight.access.limits import Standing


def with_limits(response: Response, standings: Sequence[Standing]) -> Response:
    """Tell what is left, in the fields of the IETF's draft on rate limits."""
    if standings:
        policy = (f'"{one.name}";q={one.quota};w={one.window}' for one in standings)
        left = (f'"{one.name}";r={one.left};t={one.reset}' for one in standings)
        response.headers["RateLimit-Policy"] = ", ".join(policy)
        response.headers["RateLimit"] = ", ".join(left)
    return response
