"""TikTok: ids of 19 digits, many paths to the same video, and short links that only TikTok can resolve."""

from __future__ import annotations

import re
import time

from clipsight.errors import BadUrl, LiveStream, NotAVideo, Slideshow
from clipsight.schema.video import VideoRef
from clipsight.source.address import Address, Link, ShortLink, Wrapped

PAGE_HOSTS = frozenset({"tiktok.com", "www.tiktok.com", "m.tiktok.com"})
SHORT_HOSTS = frozenset({"vm.tiktok.com", "vt.tiktok.com"})
EXPORT_HOSTS = frozenset({"tiktokv.com", "www.tiktokv.com"})  # the data export that users can ask for
LITE_HOSTS = frozenset({"t.tiktok.com"})  # where links of TikTok Lite lead to
HOSTS = PAGE_HOSTS | SHORT_HOSTS | EXPORT_HOSTS | LITE_HOSTS

UNKNOWN_HANDLE = "_"  # TikTok opens the video whatever stands there
# The upper half of an id is the second of its upload (Unix time): a digit that was lost or changed shows as a time at
# which nothing can have been uploaded.
FIRST_UPLOAD = 1_388_534_400  # 2014-01-01, the year of the service that became TikTok
WRITTEN = 1_767_225_600  # 2026-01-01: a clock that shows less is wrong, and must not refuse the videos of today
AHEAD = 30 * 24 * 3600  # seconds by which the clocks of this machine and of TikTok may differ

_ID = re.compile(r"[0-9]{19}")
_HANDLE = re.compile(r"@[A-Za-z0-9_.-]{0,64}")
_TOKEN = re.compile(r"[A-Za-z0-9]{5,16}")
_BEFORE_ID = frozenset(
    {("v",), ("embed",), ("embed", "v2"), ("embed", "v3"), ("player", "v1"), ("share", "video"), ("video",)}
)


def read(address: Address) -> Link | ShortLink | Wrapped:
    """What a link on one of :data:`HOSTS` leads to.

    Raises:
        BadUrl: the place of an id holds something else.
        Slideshow, LiveStream, NotAVideo: it leads to something that is not one video.
    """
    segments = address.segments
    if segments == ("login",):
        return _after_login(address)
    if address.host in SHORT_HOSTS:
        return _short(address.host, segments)
    if address.host in EXPORT_HOSTS:
        return _by_prefix(segments, ("share", "video"))
    if address.host in LITE_HOSTS:
        return _by_prefix(segments, ("i18n", "share", "video"))
    if segments[:1] == ("t",):
        return _short("www.tiktok.com", segments[1:], "t/")
    return _page(segments)


def _page(segments: tuple[str, ...]) -> Link:
    if segments and segments[0].startswith("@"):
        return _of_user(segments)
    if segments[:-1] in _BEFORE_ID:
        last = segments[-1]
        return Link(_ref(last.removesuffix(".html") if segments[0] == "v" else last))
    if segments in _BEFORE_ID:
        raise BadUrl
    if "photo" in segments[:-1]:
        raise Slideshow
    if segments[:1] == ("live",) or segments[:2] == ("share", "live"):
        raise LiveStream
    raise NotAVideo


def _of_user(segments: tuple[str, ...]) -> Link:
    if not _HANDLE.fullmatch(segments[0]):
        raise BadUrl
    match segments[1:]:
        case ("video", video_id):
            return Link(_ref(video_id, segments[0][1:]))
        case ("video",):
            raise BadUrl
        case ("photo", *_):
            raise Slideshow
        case ("live", *_):
            raise LiveStream
        case _:
            raise NotAVideo


def _by_prefix(segments: tuple[str, ...], prefix: tuple[str, ...]) -> Link:
    if segments == prefix:
        raise BadUrl
    if segments[:-1] == (*prefix[:-1], "photo"):
        raise Slideshow
    if segments[:-1] != prefix:
        raise NotAVideo
    return Link(_ref(segments[-1]))


def _after_login(address: Address) -> Wrapped:
    target = address.decoded("redirect_url") or ""
    if target.startswith("/") and not target.startswith("//"):
        target = f"https://www.tiktok.com{target}"
    return Wrapped("tiktok", target)


def _ref(video_id: str, handle: str = "") -> VideoRef:
    if not _ID.fullmatch(video_id) or not FIRST_UPLOAD <= int(video_id) >> 32 <= max(time.time(), WRITTEN) + AHEAD:
        raise BadUrl
    return VideoRef("tiktok", video_id, f"https://www.tiktok.com/@{handle or UNKNOWN_HANDLE}/video/{video_id}")


def _short(host: str, segments: tuple[str, ...], path: str = "") -> ShortLink:
    if len(segments) != 1 or not _TOKEN.fullmatch(segments[0]):
        raise BadUrl
    return ShortLink("tiktok", f"https://{host}/{path}{segments[0]}/")
