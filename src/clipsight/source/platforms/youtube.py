"""YouTube: ids of eleven characters, in the path or in the parameter ``v``."""

from __future__ import annotations

import re

from clipsight.errors import BadUrl, LiveStream, NotAVideo
from clipsight.schema.video import VideoRef
from clipsight.source.address import Address, Link, Wrapped

PAGE_HOSTS = frozenset({"youtube.com", "www.youtube.com", "m.youtube.com"})
SHORT_HOSTS = frozenset({"youtu.be", "www.youtu.be"})
EMBED_HOSTS = frozenset({"youtube-nocookie.com", "www.youtube-nocookie.com"})
MUSIC_HOSTS = frozenset({"music.youtube.com"})
HOSTS = PAGE_HOSTS | SHORT_HOSTS | EMBED_HOSTS | MUSIC_HOSTS

# 64 bits in eleven characters of base 64 leave two bits of the last one zero, which shows most typing errors.
_ID = re.compile(r"[A-Za-z0-9_-]{10}[AEIMQUYcgkosw048]")
_BEFORE_ID = frozenset({"shorts", "embed", "v", "e", "watch"})


def read(address: Address) -> Link | Wrapped:
    """What a link on one of :data:`HOSTS` leads to.

    Raises:
        BadUrl: the place of an id holds something else.
        LiveStream, NotAVideo: it leads to something that is not one video.
    """
    if address.host in SHORT_HOSTS:
        if len(address.segments) != 1:
            raise NotAVideo
        return _link(address.segments[0])
    if address.host in MUSIC_HOSTS and address.segments != ("watch",):
        raise NotAVideo
    if address.host in EMBED_HOSTS and address.segments[:1] != ("embed",):
        raise NotAVideo
    return _page(address)


def _page(address: Address) -> Link | Wrapped:
    match address.segments:
        case ("watch",):
            return _link(address.first("v") or "")
        case () if address.first("v") is not None:
            return _link(address.first("v") or "")
        case ("live", *_) | ("embed", "live_stream"):
            raise LiveStream
        case ("embed", "videoseries"):  # a playlist, in the shape of an id
            raise NotAVideo
        case (kind, video_id) if kind in _BEFORE_ID:
            return _link(video_id)
        case ("attribution_link",):
            target = address.decoded("u") or ""
            if not target.startswith("/") or target.startswith("//"):
                raise NotAVideo
            return Wrapped(f"https://www.youtube.com{target}")
        case (user, "live") if user.startswith("@"):
            raise LiveStream
        case _:
            raise NotAVideo


def _link(video_id: str) -> Link:
    if not _ID.fullmatch(video_id):
        raise BadUrl
    return Link(VideoRef("youtube", video_id, f"https://www.youtube.com/shorts/{video_id}"))
