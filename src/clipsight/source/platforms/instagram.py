"""Instagram: shortcodes, which are numbers in base 64, and share links that only Instagram can resolve."""

from __future__ import annotations

import re

from clipsight.errors import BadUrl, LiveStream, NotAVideo, Story
from clipsight.schema.video import VideoRef
from clipsight.source.address import Address, Link, ShortLink, Wrapped

HOSTS = frozenset({"instagram.com", "www.instagram.com", "m.instagram.com", "instagr.am", "www.instagr.am"})

ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
PRIVATE_SUFFIX = 28  # characters that links of private accounts have behind the code
MAX_SLIDES = 20  # what Instagram allows in one post

_CODE = re.compile(r"[A-Za-z0-9_-]{5,12}")
_LONG_CODE = re.compile(r"[A-Za-z0-9_-]{33,40}")
_TOKEN = re.compile(r"[A-Za-z0-9_-]{5,64}")
_USER = re.compile(r"[A-Za-z0-9_.]{1,30}")
_COMMENT = re.compile(r"[0-9]{1,20}")
_SLIDE = re.compile(r"[0-9]{1,2}")
_KINDS = frozenset({"p", "reel", "reels", "tv"})
_TAILS = frozenset({(), ("embed",), ("embed", "captioned"), ("media",)})


def read(address: Address) -> Link | ShortLink | Wrapped:
    """What a link on one of :data:`HOSTS` leads to.

    Raises:
        BadUrl: the place of a shortcode holds something else.
        Story, LiveStream, NotAVideo: it leads to something that is not one video.
    """
    match address.segments:
        case ("accounts", "login"):
            return _after_login(address)
        case ("share", *tail):
            return _share(tail)
        case ("stories" | "s", *_):
            raise Story
        case ("reels", "audio", *_):
            raise NotAVideo
        case (kind, code, *tail) if kind in _KINDS:
            return _post(address, code, tuple(tail))
        case (user, kind, code, *tail) if kind in _KINDS and _USER.fullmatch(user):
            return _post(address, code, tuple(tail))
        case (kind,) | (_, kind) if kind in _KINDS - {"reels"}:  # those with ``reels`` are lists
            raise BadUrl
        case ("live", *_) | (_, "live", *_):
            raise LiveStream
        case _:
            raise NotAVideo


def media_number(code: str) -> int:
    """The number behind a shortcode: big-endian, base 64, so that leading ``A`` are zeros."""
    number = 0
    for character in code:
        number = number * 64 + ALPHABET.index(character)
    return number


def shortcode(number: int) -> str:
    """The shortest shortcode of a media number, the one that Instagram itself shows."""
    code = ""
    while number:
        number, digit = divmod(number, 64)
        code = ALPHABET[digit] + code
    return code


def _post(address: Address, code: str, tail: tuple[str, ...]) -> Link:
    if tail not in _TAILS and not _is_comment(tail):
        raise NotAVideo
    private = bool(_LONG_CODE.fullmatch(code))
    code = code[:-PRIVATE_SUFFIX] if private else code
    if not _CODE.fullmatch(code):
        raise BadUrl
    code = shortcode(media_number(code))
    if not _CODE.fullmatch(code):
        raise BadUrl  # hardly more than zeros
    ref = VideoRef("instagram", code, f"https://www.instagram.com/reel/{code}/")
    return Link(ref, slide=_slide(address), needs_cookies=private)


def _is_comment(tail: tuple[str, ...]) -> bool:
    """``c/NUMBER``, for an answer to a comment with ``r/NUMBER`` behind it."""
    return tail[::2] in (("c",), ("c", "r")) and len(tail) % 2 == 0 and all(map(_COMMENT.fullmatch, tail[1::2]))


def _slide(address: Address) -> int | None:
    raw = address.first("img_index") or ""
    return int(raw) if _SLIDE.fullmatch(raw) and 1 <= int(raw) <= MAX_SLIDES else None


def _share(tail: list[str]) -> ShortLink:
    kind = f"{tail[0]}/" if len(tail) == 2 and tail[0] in ("p", "reel") else ""
    token = tail[1] if kind else tail[0] if len(tail) == 1 else ""
    if not _TOKEN.fullmatch(token):
        raise BadUrl
    return ShortLink("instagram", f"https://www.instagram.com/share/{kind}{token}")


def _after_login(address: Address) -> Wrapped:
    target = address.decoded("next") or ""
    if not target.startswith("/") or target.startswith("//"):
        raise NotAVideo
    return Wrapped("instagram", f"https://www.instagram.com{target}")
