"""Which hosts a fetch may speak to: those of the three platforms and what the operator adds."""

from __future__ import annotations

import re
from collections.abc import Iterable

# The pages, the programming interfaces and the media servers of the platforms, as suffixes: media hosts carry changing
# names in front. Names of content networks that others use too (Akamai and the like) must never stand here.
PLATFORM_SUFFIXES = frozenset(
    {
        "tiktok.com",
        "tiktokv.com",
        "tiktokcdn.com",
        "tiktokcdn-us.com",
        "tiktokcdn-eu.com",
        "instagram.com",
        "cdninstagram.com",
        "fbcdn.net",
        "youtube.com",
        "googlevideo.com",
        "youtubei.googleapis.com",
        "ytimg.com",
    }
)

HTTPS_PORT = 443

_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_NAME = re.compile(rf"{_LABEL}(?:\.{_LABEL})+")
_MAX_NAME = 253  # characters, RFC 1035


def is_name(host: str) -> bool:
    """Whether ``host`` is a plain name of at least two labels in lower case, which an IP address is not."""
    return len(host) <= _MAX_NAME and bool(_NAME.fullmatch(host)) and not host.rpartition(".")[2].isdigit()


def is_allowed(host: str, suffixes: Iterable[str]) -> bool:
    """Whether ``host`` is one of ``suffixes`` or lies below one; the match ends at a dot, never inside a label."""
    return is_name(host) and any(host == suffix or host.endswith(f".{suffix}") for suffix in suffixes)
