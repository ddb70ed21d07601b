"""From what yt-dlp reports to :class:`PlatformFacts`: remote data, so every value is checked and every text is cleaned."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from clipsight.schema.video import Counts, Platform, PlatformFacts

MAX_TITLE = 300  # characters; YouTube allows 100
MAX_NAME = 200
MAX_HANDLE = 100
MAX_CAPTION = 5_000  # YouTube's own limit for descriptions, the longest of the three
MAX_COUNT = 2**53  # integers that JSON carries exactly everywhere
MAX_SECONDS = 10 * 24 * 3600.0
FIRST_TIME = datetime(2005, 1, 1, tzinfo=UTC).timestamp()  # YouTube opened; nothing is older
LAST_TIME = datetime(2100, 1, 1, tzinfo=UTC).timestamp()

# Invisible characters that scripts and emoji need. All others (direction overrides, tags, …) can hide text from a person
# while a model still reads it.
_KEPT_INVISIBLE = "\u200c\u200d"

# Field of ours: fields of yt-dlp, per platform. They differ because each extractor fills them differently.
_HANDLE: dict[Platform, tuple[str, ...]] = {
    "tiktok": ("uploader",),
    "instagram": ("channel",),
    "youtube": ("uploader_id",),
}
_AUTHOR: dict[Platform, tuple[str, ...]] = {
    "tiktok": ("channel",),
    "instagram": ("uploader",),
    "youtube": ("uploader", "channel"),
}


def platform_facts(platform: Platform, info: Mapping[str, Any]) -> PlatformFacts:
    """What a platform says about a video; None for all that it does not say.

    TikTok and most Instagram posts have no title: what yt-dlp shows in its place is made up or cut from the caption.
    """
    handle = _first(info, _HANDLE.get(platform, ()), MAX_HANDLE)
    return PlatformFacts(
        title=_title(platform, info),
        author=_first(info, _AUTHOR.get(platform, ()), MAX_NAME),
        author_handle=handle.removeprefix("@") or None if handle else None,
        caption=clean(info.get("description"), MAX_CAPTION, lines=True),
        published_at=_time(info.get("timestamp")),
        duration_seconds=_seconds(info.get("duration")),
        music_title=clean(info.get("track"), MAX_NAME),
        counts=Counts(
            likes=_count(info.get("like_count")),
            views=_count(info.get("view_count")),
            comments=_count(info.get("comment_count")),
            shares=_count(info.get("repost_count")),
            saves=_count(info.get("save_count")),
        ),
    )


def clean(value: object, limit: int, *, lines: bool = False) -> str | None:
    """Remote text without control and hidden characters, at most ``limit`` characters; None when nothing is left.

    Args:
        value: anything; only text is taken.
        limit: characters kept.
        lines: keep line breaks; otherwise white space of every kind becomes one space.
    """
    if not isinstance(value, str):
        return None
    text = value[: 4 * limit].replace("\r\n", "\n").replace("\u2028", "\n").replace("\u2029", "\n")
    text = "".join(_visible(character) for character in text)
    text = text.replace("\t", " ") if lines else " ".join(text.split())
    return text.strip()[:limit].rstrip() or None


def _visible(character: str) -> str:
    if character in "\n\t\r":
        return "\n" if character == "\r" else character
    category = unicodedata.category(character)
    if category in ("Cc", "Cs", "Co", "Cn") or (category == "Cf" and character not in _KEPT_INVISIBLE):
        return ""
    return character


def _first(info: Mapping[str, Any], keys: tuple[str, ...], limit: int) -> str | None:
    return next((text for key in keys if (text := clean(info.get(key), limit))), None)


def _title(platform: Platform, info: Mapping[str, Any]) -> str | None:
    title = clean(info.get("title"), MAX_TITLE)
    if platform == "tiktok" or title is None:
        return None
    made_up = platform == "instagram" and title.startswith(("Video by ", "Post by ", "Video ", "Instagram video #"))
    return None if made_up else title


def _count(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= MAX_COUNT else None


def _seconds(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if 0 < value <= MAX_SECONDS else None  # a comparison is exact for integers too large for a float


def _time(value: object) -> datetime | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return datetime.fromtimestamp(value, UTC) if FIRST_TIME <= value <= LAST_TIME else None
