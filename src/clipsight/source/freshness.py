"""How old the installed yt-dlp is: platforms change every few weeks, and an old one fails in ways that look like theirs."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime
from importlib.metadata import PackageNotFoundError, requires, version

STALE_DAYS = 30  # the median gap between two releases is 18 days


def ytdlp_version() -> str:
    """Version of the installed yt-dlp, which is the day of its release: ``2026.10.26``."""
    return version("yt-dlp")


def ytdlp_age_days(today: date | None = None, release: str | None = None) -> int | None:
    """Days since the release of yt-dlp, never negative; None when its version is not a date."""
    try:
        released = date(*map(int, (release or ytdlp_version()).split(".")[:3]))
    except (TypeError, ValueError):
        return None
    return max(0, ((today or datetime.now(UTC).date()) - released).days)


def ejs_wanted(requirements: Iterable[str] | None = None) -> str | None:
    """The version of its scripts for YouTube, ``yt-dlp-ejs``, that yt-dlp takes: this one and no other; None if any."""
    lines = (requires("yt-dlp") or []) if requirements is None else requirements
    pins = (re.match(r"yt-dlp-ejs\s*==\s*([^\s;,]+)", line) for line in lines)
    return next((pin[1] for pin in pins if pin), None)


def ejs_version() -> str | None:
    """Version of the installed ``yt-dlp-ejs``; None without it."""
    try:
        return version("yt-dlp-ejs")
    except PackageNotFoundError:
        return None
