"""Lines of a cookie file in the Netscape format, read as yt-dlp and ``http.cookiejar`` read them.

A line that they refuse is printed by them as it stands, secret included. So no other line may reach them, and the check of
the operator's file and the process that fetches must mean the same lines.
"""

from __future__ import annotations

import math
import re
from typing import Final

FIELDS: Final = 7  # domain, whether subdomains count, path, whether TLS is needed, expiry, name, value
EXPIRY: Final = re.compile(r"[0-9]+(?:\.[0-9]+)?")  # seconds since 1970; digits of other alphabets are none to yt-dlp
HTTP_ONLY: Final = "#HttpOnly_"  # in front of the domain: a cookie, although other lines with # are comments


def is_comment(line: str) -> bool:
    """Whether the line says nothing, for whoever reads it."""
    cookie = line.removeprefix(HTTP_ONLY)
    return not cookie.strip() or cookie.startswith("#")


def domain_of(line: str) -> str | None:
    """The domain of a cookie, with its leading dot if it has one; None when the line is not one."""
    fields = line.removeprefix(HTTP_ONLY).split("\t")
    if len(fields) != FIELDS or fields[0].lstrip().startswith(("#", "$")):
        return None
    domain, below, path, secure, expiry = fields[:5]
    flags = {below, secure} <= {"TRUE", "FALSE"} and (below == "TRUE") == domain.startswith(".")
    return domain if flags and path.startswith("/") and _is_time(expiry) else None


def _is_time(expiry: str) -> bool:
    """Nothing is the end of the session. A number that no clock has makes ``http.cookiejar`` refuse the whole file."""
    return not expiry or (EXPIRY.fullmatch(expiry) is not None and math.isfinite(float(expiry)))
