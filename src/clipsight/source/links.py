"""One strict parser for every link that people paste: a video, a short link, or a coded refusal. No network.

The address handed on to the fetch is always composed here from checked parts; nothing of the original text survives.
"""

from __future__ import annotations

import re

from clipsight.errors import BadUrl, NotAVideo, SourceError, UnsupportedHost
from clipsight.schema.video import VideoRef
from clipsight.source.address import Address, Link, ShortLink, Wrapped, check_path, is_ip, split_address
from clipsight.source.platforms import instagram, tiktok, youtube

__all__ = ["Link", "ShortLink", "find_link", "parse_link", "read_link"]

PLATFORM_DOMAINS = (
    "tiktok.com",
    "tiktokv.com",
    "instagram.com",
    "instagr.am",
    "youtube.com",
    "youtu.be",
    "youtube-nocookie.com",
)
KNOWN_HOSTS = tiktok.HOSTS | instagram.HOSTS | youtube.HOSTS

# Honest sites that show videos of the platforms under a similar name. Other similar names are taken for a trick.
EMBED_FIXERS = frozenset({"vxtiktok.com", "ddinstagram.com", "kkinstagram.com", "vxinstagram.com", "eeinstagram.com"})

# A link is ASCII, so whatever else follows it ends it: a typographic quote, a full stop of another script, a letter. One
# without a scheme must not begin inside a word, because that word may be a name that only looks like a platform's.
_CANDIDATE = re.compile(r"(?:https?://|(?<![\w@./-])(?=[A-Za-z0-9.-]+/))[!#-&*-;=?-Z_a-z~]+", re.IGNORECASE)
_TRAILING = ".,;:!?*~"  # what ends a sentence rather than a link
# In the address of another site: the whole of a link to a platform, and not just its name.
_CARRIED = re.compile("(?:" + "|".join(map(re.escape, PLATFORM_DOMAINS)) + ")/[^/?#&]")


def parse_link(text: str) -> VideoRef | ShortLink:
    """The video that a link names, or the short link that it is.

    Raises:
        BadUrl: it is not a link to a page of a platform, or one made to look like it.
        UnsupportedHost: the site is none of the three platforms.
        Slideshow, NotAVideo, LiveStream, Story: it leads to something else than one video.
    """
    link = read_link(text)
    return link.ref if isinstance(link, Link) else link


def read_link(text: str) -> Link | ShortLink:
    """As :func:`parse_link`, with what a link says beyond the identity of the video. Raises the same errors."""
    found = _read(split_address(text))
    return _unwrapped(found) if isinstance(found, Wrapped) else found


def find_link(text: str) -> str | None:
    """The one link in a pasted text, for people who copy a whole message; None when there is none or more than one.

    Links to the platforms count; other links only when there is no such link and exactly one of them, so that the
    refusal can name its reason. Not for the API, where a link is a link.
    """
    stripped = text.strip()
    if _refusal(stripped) is None:
        return stripped
    found = list(dict.fromkeys(match[0].rstrip(_TRAILING) for match in _CANDIDATE.finditer(text)))
    ours = {_meaning(link): link for link in reversed(found) if _on_platform(link)}
    wanted = list(ours.values()) or [link for link in found if "://" in link]
    return wanted[0] if len(wanted) == 1 else None


def _read(address: Address) -> Link | ShortLink | Wrapped:
    if address.host not in KNOWN_HOSTS:
        raise _stranger(address)
    if not address.port_fits:
        raise BadUrl
    try:
        check_path(address)
        if address.host in tiktok.HOSTS:
            return tiktok.read(address)
        return instagram.read(address) if address.host in instagram.HOSTS else youtube.read(address)
    except BadUrl as error:
        raise BadUrl(on_platform=True) from error


def _unwrapped(wrapped: Wrapped) -> Link:
    """The link inside a sign-in or tracking page: read as strictly as any other, of the same platform, no second layer."""
    try:
        inner = _read(split_address(wrapped.url))
    except (BadUrl, UnsupportedHost) as error:
        raise NotAVideo from error
    if not isinstance(inner, Link) or inner.ref.platform != wrapped.platform:
        raise NotAVideo
    return inner


def _stranger(address: Address) -> SourceError:
    host = address.host
    if any(host.endswith(f".{domain}") for domain in PLATFORM_DOMAINS):
        return NotAVideo()  # the platform's own, but a place where no video lives: help, shop, redirector
    bare = host.removeprefix("www.")
    if bare in EMBED_FIXERS or is_ip(host):
        return UnsupportedHost()
    pretends = "xn--" in host or any(domain in host for domain in PLATFORM_DOMAINS)
    return BadUrl() if pretends or _CARRIED.search(address.rest.lower()) else UnsupportedHost()


def _refusal(text: str) -> SourceError | None:
    try:
        read_link(text)
    except SourceError as error:
        return error
    return None


def _meaning(text: str) -> str:
    """What a link stands for: two links to one video are the same; others are what they are."""
    try:
        link = read_link(text)
    except SourceError:
        return text
    return link.key if isinstance(link, Link) else link.url


def _on_platform(text: str) -> bool:
    try:
        return split_address(text).host in KNOWN_HOSTS
    except BadUrl:
        return False
