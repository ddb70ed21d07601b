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
        if len(address.segments) > 1:
            raise NotAVideo
        return _link(*address.segments) if address.segments else _without_id(address)
    if address.host in MUSIC_HOSTS and address.segments != ("watch",):
        raise NotAVideo
    if address.host in EMBED_HOSTS and address.segments[:1] != ("embed",):
        raise NotAVideo
    return _page(address)


def _page(address: Address) -> Link | Wrapped:
    match address.segments:
        case ("watch",) | () if address.first("v"):
            return _link(address.first("v") or "")
        case (kind,) if kind in _BEFORE_ID:
            return _without_id(address)
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
            return Wrapped("youtube", f"https://www.youtube.com{target}")
        case (_, "live") | ("c" | "channel" | "user", _, "live"):
            raise LiveStream
        case _:
            raise NotAVideo


def _without_id(address: Address) -> Link:
    """
    Raises:
        NotAVideo: it is a link to a list.
        BadUrl: the id was lost.
    """
    raise NotAVideo if address.first("list") else BadUrl


def _link(video_id: str) -> Link:
    if not _ID.fullmatch(video_id):
        raise BadUrl
    return Link(VideoRef("youtube", video_id, f"https://www.youtube.com/shorts/{video_id}"))
