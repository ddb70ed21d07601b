"""The one post that all simulated platforms show, with text as people and attackers write it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Final

from clipsight.schema.video import Counts, Platform, PlatformFacts

HANDLE: Final = "simulated.user"
DISPLAY_NAME: Final = "Simulated User"
TITLE: Final = "Three minute pasta #dinner"
CAPTION: Final = "Three minute pasta 🍝 <b>no script</b>\u202e\u0007 #dinner"  # a direction override and a bell inside
CLEAN_CAPTION: Final = "Three minute pasta 🍝 <b>no script</b> #dinner"
MUSIC: Final = "original sound"
PUBLISHED: Final = 1_760_000_000  # Unix time
PUBLISHED_AT: Final = datetime.fromtimestamp(PUBLISHED, UTC)
COUNTS: Final = Counts(likes=56, views=1234, comments=8, shares=7, saves=9)

_ALL = PlatformFacts(
    title=TITLE,
    author=DISPLAY_NAME,
    author_handle=HANDLE,
    caption=CLEAN_CAPTION,
    published_at=PUBLISHED_AT,
    music_title=MUSIC,
    counts=COUNTS,
)
_LIKES_VIEWS = Counts(likes=COUNTS.likes, views=COUNTS.views)


def facts_on(platform: Platform, seconds: float) -> PlatformFacts:
    """What has to be known about the post when it was fetched from ``platform``; each of them tells less than all.

    Args:
        platform: one of the three.
        seconds: duration of the clip.
    """
    match platform:
        case "tiktok":
            return replace(_ALL, title=None, duration_seconds=float(round(seconds)))
        case "instagram":
            counts = replace(_LIKES_VIEWS, comments=COUNTS.comments)
            return replace(_ALL, title=None, music_title=None, duration_seconds=seconds, counts=counts)
        case _:
            return replace(_ALL, music_title=None, duration_seconds=float(round(seconds)), counts=_LIKES_VIEWS)
