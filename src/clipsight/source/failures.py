"""From the words of yt-dlp and the platforms to one coded error.

The guard is asked first, because yt-dlp takes its cut for a success or a network fault. Then fragments of the text decide:
yt-dlp has few exception classes, and its messages are in English whatever the platform's language.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from clipsight.errors import (
    AgeRestricted,
    BadSetting,
    DiskFull,
    GeoBlocked,
    LiveStream,
    LoginRequired,
    MembersOnly,
    NetworkError,
    NoVideo,
    PlatformChanged,
    PrivateVideo,
    RateLimited,
    Slideshow,
    SourceError,
    SourceTimeout,
    TooLarge,
    TooLong,
    Unavailable,
    by_code,
)
from clipsight.schema.video import Platform
from clipsight.source.guard import GuardReport
from clipsight.source.options import FetchLimits

"""Codes for which a caller who may know no more is told that the video is not available."""

# Fragments in lower case, the more particular first. Seen with the pinned yt-dlp, or cited from its issues.
# A redirect to file:, data:, gopher: and the like, refused by the client itself before the guard sees anything.
_STRANGE_SCHEME = (
    "no connection adapters were found",  # requests
    "unsupported protocol",  # curl
    "not supported or disabled in libcurl",
    "is disabled (in redirect)",
    "unsupported url scheme",
)
_COMMON: tuple[tuple[str, type[SourceError]], ...] = (
    ("timed out", SourceTimeout),
    ("timeout was reached", SourceTimeout),
    ("operation too slow", SourceTimeout),
    ("http error 429", RateLimited),
    ("http error 404", Unavailable),
    ("http error 410", Unavailable),
)
_TIKTOK: tuple[tuple[str, type[SourceError]], ...] = (
    ("do not have permission to view this post", PrivateVideo),
    ("ip address is blocked from accessing this post", GeoBlocked),
    ("may not be comfortable for some audiences", AgeRestricted),
    ("tiktok is requiring login", LoginRequired),
    ("log in for access", LoginRequired),
    ("unexpected response from webpage request", LoginRequired),
    ("video not available", Unavailable),
)
_INSTAGRAM: tuple[tuple[str, type[SourceError]], ...] = (
    ("only available for registered users who follow", PrivateVideo),
    ("restricted video", AgeRestricted),
    ("in your country", GeoBlocked),
    ("redirected to the login page", LoginRequired),
    ("no longer valid", LoginRequired),
    ("there is no video in this post", NoVideo),
    ("no video formats found", NoVideo),
    ("empty media response", Unavailable),
)
_YOUTUBE: tuple[tuple[str, type[SourceError]], ...] = (
    ("private video", PrivateVideo),
    ("confirm your age", AgeRestricted),
    ("age-restricted", AgeRestricted),
    ("members-only", MembersOnly),
    ("join this channel", MembersOnly),
    ("premieres in", LiveStream),
    ("live event will begin", LiveStream),
    ("live stream recording is not available", LiveStream),
    ("in your country", GeoBlocked),
    ("has been rate-limited", RateLimited),
    ("ip is likely being blocked", RateLimited),
    ("not a bot", LoginRequired),
    ("captcha challenge", LoginRequired),
    ("removed by the uploader", Unavailable),
    ("video unavailable", Unavailable),
    ("video is unavailable", Unavailable),
    ("account associated with this video has been terminated", Unavailable),
    ("try again later", RateLimited),
    # The video is there, but only in a way of streaming that yt-dlp cannot read.
    ("no video formats found", PlatformChanged),
)
NO_SUCH_BROWSER = 'impersonate target "'  # the beginning of what yt-dlp says when the target is not available
_PLATFORM: dict[Platform, tuple[tuple[str, type[SourceError]], ...]] = {
    "tiktok": _TIKTOK,
    "instagram": _INSTAGRAM,
    "youtube": _YOUTUBE,
}
_MEDIA = (
    "requested format is not available",  # every format failed its test download
    "unable to download video data",
    "[download] got error",
    "did not get any data blocks",
    "bytes read",
)
_NETWORK = (
    "tunnel connection failed",
    "connect tunnel failed",
    "proxy connect",
    "connection",
    "unable to connect",
    "failed to perform",
    "ssl",
    "http error 5",
    "incompleteread",
    "network is unreachable",
    "name or service not known",
)


@dataclass(frozen=True, slots=True)
class ChildFailure:
    """What the child says about its failure. All text is foreign: it is searched and logged, never shown.

    Attributes:
        code: a code of our own when the child itself refused the video.
        text: the messages of the exception and its causes.
        log: warnings of yt-dlp before it.
        status: HTTP status of the innermost cause.
        last_status: status of the last HTTP error, which need not be the cause.
        sign_in: a request ended at a sign-in page.
        geo: yt-dlp itself says that the country is the reason.
        memory: the memory limit was reached.
        bad_cookies: the operator's cookies cannot be read.
    """

    code: str | None = None
    text: str = ""
    log: str = ""
    status: int | None = None
    last_status: int | None = None
    sign_in: bool = False
    geo: bool = False
    memory: bool = False
    bad_cookies: bool = False

    @classmethod
    def from_message(cls, message: Mapping[str, Any]) -> ChildFailure:
        """Read leniently: the child handles hostile data and may say anything."""
        code, status, last = message.get("code"), message.get("status"), message.get("last_status")
        return cls(
            code=code if isinstance(code, str) else None,
            text=str(message.get("text") or ""),
            log=str(message.get("log") or ""),
            status=status if isinstance(status, int) else None,
            last_status=last if isinstance(last, int) else None,
            sign_in=message.get("sign_in") is True,
            geo=message.get("geo") is True,
            memory=message.get("memory") is True,
            bad_cookies=message.get("bad_cookies") is True,
        )


def error_for(
    failure: ChildFailure, platform: Platform, report: GuardReport, limits: FetchLimits
) -> SourceError | BadSetting:
    """The error that a failed fetch ends with."""
    own = _own(failure, platform, limits)
    if own is not None:
        return own
    cut = cut_by_guard(report, limits)
    if cut is not None:
        return cut
    found = _by_words(failure, platform, report)
    expired = "no longer valid" in failure.log and found is Unavailable  # what a visitor without an account is told
    return LoginRequired() if expired or (failure.sign_in and found is PlatformChanged) else found()


def cut_by_guard(report: GuardReport, limits: FetchLimits) -> SourceError | None:
    """The error when the guard ended the fetch, whatever yt-dlp made of that; None when it did not."""
    if report.deadline_passed:
        return SourceTimeout()
    if report.budget_spent:
        return TooLarge(limit_bytes=limits.max_bytes)
    return None


def _own(failure: ChildFailure, platform: Platform, limits: FetchLimits) -> SourceError | BadSetting | None:
    if failure.bad_cookies:
        return BadSetting(name=f"CLIPSIGHT_COOKIES_{platform.upper()}", expected="a cookie file in the Netscape format")
    if NO_SUCH_BROWSER in _normal(failure.text):
        return BadSetting(name="CLIPSIGHT_IMPERSONATE", expected="a browser that the installed curl_cffi can imitate")
    if failure.code == TooLong.code:
        return TooLong(limit_seconds=round(limits.max_seconds))
    if failure.code == TooLarge.code:
        return TooLarge(limit_bytes=limits.max_bytes)
    if failure.code in (LiveStream.code, Slideshow.code, NoVideo.code, DiskFull.code, PlatformChanged.code):
        error = by_code()[failure.code]
        assert issubclass(error, SourceError)
        return error()
    return None


def _by_words(failure: ChildFailure, platform: Platform, report: GuardReport) -> type[SourceError]:
    if failure.memory:
        return PlatformChanged  # no honest page is that large
    if failure.geo:
        return GeoBlocked
    text = _normal(failure.text)
    for fragment, error in _PLATFORM.get(platform, ()):
        if fragment in text:
            return error
    if any(fragment in text or fragment in _normal(failure.log) for fragment in _STRANGE_SCHEME):
        return PlatformChanged
    if any(fragment in text for fragment in _MEDIA):
        return _by_media(failure, report)
    for fragment, error in _COMMON:
        if fragment in text:
            return error
    if "failed to extract any player response" in text and "429" in failure.log:
        return RateLimited
    if failure.status is not None:
        return _by_status(failure.status)
    if report.refusals:
        return _by_refusals(report)
    if report.unreachable or any(fragment in text for fragment in _NETWORK):
        return NetworkError
    return PlatformChanged


def _by_media(failure: ChildFailure, report: GuardReport) -> type[SourceError]:
    """The page was read, but the media behind it did not come."""
    if report.refusals:
        return _by_refusals(report)
    status = failure.status or failure.last_status
    if status == 429:
        return RateLimited
    # Media addresses carry a signature. One that is refused was made in a way that the platform no longer takes.
    return PlatformChanged if status in (401, 403, 404, 410) else NetworkError


def _by_refusals(report: GuardReport) -> type[SourceError]:
    """The platform sent the fetch to where it may not go: a new media host, or an attack."""
    return NetworkError if all(refusal.kind in ("address", "busy") for refusal in report.refusals) else PlatformChanged


def _by_status(status: int) -> type[SourceError]:
    if status in (404, 410):
        return Unavailable
    if status in (401, 403):
        return LoginRequired  # the wall that platforms put before visitors that they take for robots
    return RateLimited if status == 429 else NetworkError


def _normal(text: str) -> str:
    return text.lower().replace("\u2019", "'")
