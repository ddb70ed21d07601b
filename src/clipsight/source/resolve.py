"""Follow a short link until an address with an id appears. The page behind it is never fetched."""

from __future__ import annotations

import http.client
import socket
import ssl
from urllib.parse import urljoin, urlsplit

import certifi

from clipsight.errors import (
    BadUrl,
    LoginRequired,
    NetworkError,
    NotAVideo,
    PlatformChanged,
    RateLimited,
    SourceError,
    SourceTimeout,
    Unavailable,
    UnsupportedHost,
)
from clipsight.schema.video import VideoRef
from clipsight.source.address import split_address
from clipsight.source.guard import Guard, GuardRules
from clipsight.source.guard.hosts import HTTPS_PORT
from clipsight.source.links import KNOWN_HOSTS, Link, ShortLink, read_link
from clipsight.source.options import FetchSettings

MAX_HOPS = 5
BUDGET_BYTES = 2_000_000  # headers, handshakes and the start of a body that is not read
REDIRECTS = frozenset({301, 302, 303, 307, 308})

# What a browser sends when somebody clicks a link. TikTok tells robots nothing, Instagram wants to see a navigation.
HEADERS = {
    "User-Agent": "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36",
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "Accept-Language": "en-US,en;q=0.9",
    "Sec-Fetch-Dest": "document",
    "Sec-Fetch-Mode": "navigate",
    "Sec-Fetch-Site": "none",
    "Sec-Fetch-User": "?1",
    "Upgrade-Insecure-Requests": "1",
    "Connection": "close",
}
_SIGN_IN = frozenset({"/login", "/accounts/login"})
_GONE = frozenset({"/", "/404", "/notfound"})


def resolve(link: ShortLink, deadline_seconds: float = 5, settings: FetchSettings | None = None) -> VideoRef:
    """The video behind a short link. Blocks for at most ``deadline_seconds``.

    Raises:
        Slideshow, NotAVideo, LiveStream, Story: it leads to something else than one video, or off the platforms.
        Unavailable: it leads nowhere any more.
        LoginRequired, RateLimited: the platform does not tell this server.
        SourceTimeout, NetworkError: it could not be asked; later it may.
        PlatformChanged: it answered without a redirect, or with too many.
    """
    return resolve_link(link, deadline_seconds, settings).ref


def resolve_link(link: ShortLink, deadline_seconds: float = 5, settings: FetchSettings | None = None) -> Link:
    """As :func:`resolve`, with what the resolved link says beyond the identity. Raises the same errors."""
    settings = settings or FetchSettings()
    context = ssl.create_default_context(cafile=str(settings.ca_bundle or certifi.where()))
    rules = GuardRules(BUDGET_BYTES, deadline_seconds, settings.suffixes, settings.upstream, settings.ca_bundle)
    try:
        with Guard(rules, stand_ins=settings.stand_ins) as guard:
            found = _followed(link, guard, context, deadline_seconds)
    except OSError as error:  # no descriptor or no port is left for the guard; later there may be
        raise NetworkError from error
    if found.ref.platform != link.platform:
        raise NotAVideo
    return found


def _followed(link: ShortLink, guard: Guard, context: ssl.SSLContext, seconds: float) -> Link:
    url = link.url
    for _ in range(MAX_HOPS):
        target = _target(url, _location(url, guard, context, seconds))
        if isinstance(target, Link):
            return target
        url = target.url
    raise PlatformChanged


def _location(url: str, guard: Guard, context: ssl.SSLContext, seconds: float) -> str:
    """The address to which the platform redirects, as it was sent.

    Raises:
        SourceError: there is none.
    """
    parts = urlsplit(url)
    assert parts.hostname in KNOWN_HOSTS
    connection = http.client.HTTPSConnection("127.0.0.1", guard.port, timeout=seconds, context=context)
    connection.set_tunnel(parts.hostname, HTTPS_PORT, {"Proxy-Authorization": guard.proxy_authorization})
    try:
        connection.request("GET", parts.path, headers=HEADERS)
        answer = connection.getresponse()
        status, location = answer.status, answer.getheader("Location")
    except (OSError, http.client.HTTPException) as error:
        slow = guard.report.deadline_passed or isinstance(error, socket.timeout)
        raise (SourceTimeout if slow else NetworkError) from error
    finally:
        connection.close()
    if status in REDIRECTS and location:
        return location
    raise _without_redirect(status)


def _without_redirect(status: int) -> SourceError:
    if status in (404, 410):
        return Unavailable()
    if status == 429:
        return RateLimited()
    if status in (401, 403):
        return LoginRequired()
    return NetworkError() if status >= http.client.INTERNAL_SERVER_ERROR else PlatformChanged()


def _target(base: str, location: str) -> Link | ShortLink:
    """What a redirect leads to; read as strictly as what people paste.

    Raises:
        SourceError: it is not a video.
    """
    try:
        target = urljoin(base, location)
    except ValueError as error:
        raise NotAVideo from error
    page = _own_page(target)
    if page in _GONE:
        raise Unavailable
    try:
        return read_link(target)
    except (BadUrl, UnsupportedHost, NotAVideo) as error:
        raise (LoginRequired if page in _SIGN_IN else NotAVideo) from error


def _own_page(target: str) -> str | None:
    """The path of an address on one of the platforms; None when it leads elsewhere."""
    try:
        address = split_address(target)
    except BadUrl:
        return None
    return "/" + "/".join(address.segments) if address.host in KNOWN_HOSTS and address.port_fits else None
