"""The strict reading of a web address, before any platform is asked what it means.

Parsers of addresses disagree with each other on exactly the inputs that attackers like, so nothing here repairs or guesses:
what is not plainly an ``http`` or ``https`` address in ASCII is refused.
"""

from __future__ import annotations

import ipaddress
import re
import string
from dataclasses import dataclass, replace
from urllib.parse import unquote

from clipsight.errors import BadUrl
from clipsight.schema.video import Platform, VideoRef

MAX_LENGTH = 2048  # characters; share links have less than 300, and longer ones are somebody's experiment
DEFAULT_PORTS = {"http": "80", "https": "443"}

_FORBIDDEN = frozenset('\\<>"{}|^`') | frozenset(map(chr, range(0x21))) | {"\x7f"}
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://")
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_HOST = re.compile(rf"{_LABEL}(?:\.{_LABEL})*")


@dataclass(frozen=True, slots=True)
class Address:
    """The parts of an address that carry meaning.

    Attributes:
        host: lower case, a name or an IP address (without brackets).
        segments: the path between its slashes, one trailing slash dropped, nothing decoded.
        query: raw ``name=value`` pairs in order, nothing decoded.
        port_fits: the port is absent or the one of the scheme.
        rest: everything after the host as it was typed.
    """

    host: str
    segments: tuple[str, ...]
    query: tuple[tuple[str, str], ...]
    port_fits: bool
    rest: str

    def first(self, name: str) -> str | None:
        """The raw value of the first parameter of this name: a repeated one changes nothing."""
        return next((value for key, value in self.query if key == name), None)

    def decoded(self, name: str) -> str | None:
        """The first value of this name, percent-decoded once; None when absent or not UTF-8."""
        raw = self.first(name)
        try:
            return None if raw is None else unquote(raw, errors="strict")
        except UnicodeDecodeError:
            return None


@dataclass(frozen=True, slots=True)
class Link:
    """A link to one video, with what the fetch should know beyond its identity.

    Attributes:
        ref: the identity.
        slide: which picture of a carousel was meant, counted from 1; None when the link does not say.
        needs_cookies: the link is one that a private account gives out; without cookies it will not open.
    """

    ref: VideoRef
    slide: int | None = None
    needs_cookies: bool = False

    @property
    def key(self) -> str:
        """The key of the video, with the slide when one is named: two slides of a post are two videos."""
        return self.ref.key if self.slide is None else f"{self.ref.key}#{self.slide}"

    @property
    def located(self) -> VideoRef:
        """The reference with the slide in its address, for places where nothing but a reference is kept."""
        return self.ref if self.slide is None else replace(self.ref, url=f"{self.ref.url}?img_index={self.slide}")


@dataclass(frozen=True, slots=True)
class ShortLink:
    """A link whose video is known only to the platform; ``resolve`` asks it. ``url`` is composed by us."""

    platform: Platform
    url: str


@dataclass(frozen=True, slots=True)
class Wrapped:
    """A sign-in or tracking page of the platform that carries the real link; ``url`` is not checked yet."""

    platform: Platform
    url: str


def split_address(text: str) -> Address:
    """The parts of what somebody typed or a server sent.

    ASCII white space around it is dropped, and ``https`` is assumed when there is no scheme.

    Raises:
        BadUrl: it is not an address of a web page, or one that parsers could read in two ways.
    """
    text = text.strip(string.whitespace)
    if not text or len(text) > MAX_LENGTH or not text.isascii() or not _FORBIDDEN.isdisjoint(text):
        raise BadUrl
    scheme, rest = _scheme(text)
    end = next((at for at, character in enumerate(rest) if character in "/?#"), len(rest))
    host, port = _host_and_port(rest[:end])
    if scheme is None and "." not in host:
        raise BadUrl  # a naked id or a word
    tail = rest[end:]
    path, _, query = tail.partition("#")[0].partition("?")
    return Address(
        host=host,
        segments=_segments(path),
        query=tuple((name, value) for name, _, value in (pair.partition("=") for pair in query.split("&"))),
        port_fits=port in (None, DEFAULT_PORTS[scheme or "https"]),
        rest=tail,
    )


def check_path(address: Address) -> None:
    """Refuse what a path to a video never holds: empty and dot segments, parameters, percent signs.

    Raises:
        BadUrl: it holds one of them.
    """
    for segment in address.segments:
        if segment in ("", ".", "..") or ";" in segment or "%" in segment:
            raise BadUrl


def is_ip(host: str) -> bool:
    """Whether a host is an IPv4 or IPv6 address in the usual notation."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _scheme(text: str) -> tuple[str | None, str]:
    found = _SCHEME.match(text)
    if found is None:
        return None, text
    scheme = found[1].lower()
    if scheme not in DEFAULT_PORTS:
        raise BadUrl
    return scheme, text[found.end() :]


def _host_and_port(authority: str) -> tuple[str, str | None]:
    if "@" in authority or "%" in authority:
        raise BadUrl
    if authority.startswith("["):
        host, bracket, after = authority[1:].partition("]")
        if not bracket or not is_ip(host) or after[:1] not in ("", ":"):
            raise BadUrl
        colon, port = after[:1], after[1:]
    else:
        host, colon, port = authority.partition(":")
        host = host.lower()
        if not _HOST.fullmatch(host):
            raise BadUrl
    if not colon or port == "":
        return host, None
    if not (port.isdigit() and len(port) <= len("65535")):
        raise BadUrl
    return host, port


def _segments(path: str) -> tuple[str, ...]:
    trimmed = path.removeprefix("/").removesuffix("/")
    if trimmed.startswith("%40"):  # `@` as some apps copy it
        trimmed = "@" + trimmed[3:]
    return tuple(trimmed.split("/")) if trimmed else ()
