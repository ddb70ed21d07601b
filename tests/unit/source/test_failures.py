"""From words to codes. The texts are those that the pinned yt-dlp was seen to give."""

from __future__ import annotations

import pytest

from clipsight.errors import BadSetting, ClipsightError
from clipsight.schema.video import Platform
from clipsight.source.failures import ChildFailure, cut_by_guard, error_for
from clipsight.source.guard import GuardReport, Refusal
from clipsight.source.options import FetchLimits

LIMITS = FetchLimits(max_seconds=90, max_bytes=1000)


def code(failure: ChildFailure, platform: Platform = "tiktok", report: GuardReport | None = None) -> str:
    return error_for(failure, platform, report or GuardReport(), LIMITS).code


@pytest.mark.parametrize(
    ("platform", "text", "expected"),
    [
        ("tiktok", "Video not available, status code 10231", "unavailable"),
        ("tiktok", "You do not have permission to view this post", "private"),
        ("tiktok", "Your IP address is blocked from accessing this post", "geo_blocked"),
        ("tiktok", "TikTok is requiring login for access to this content", "login_required"),
        ("tiktok", "Unexpected response from webpage request", "login_required"),
        ("tiktok", "This post may not be comfortable for some audiences. Log in for access", "age_restricted"),
        ("tiktok", "HTTP Error 429: Too Many Requests", "rate_limited"),
        ("instagram", "Instagram sent an empty media response", "unavailable"),
        ("instagram", "HTTP Error 404: Not Found", "unavailable"),
        ("instagram", "This content is only available for registered users who follow this account", "private"),
        (
            "instagram",
            "The webpage request was redirected to the login page. You have exceeded the rate-limit",
            "login_required",
        ),
        ("instagram", "Restricted Video: You must be 18 years old", "age_restricted"),
        ("instagram", "This content is not available in your country: Legal request", "geo_blocked"),
        ("instagram", "There is no video in this post", "no_video"),
        ("instagram", "No video formats found!", "no_video"),
        ("instagram", "The provided Instagram account cookies are no longer valid", "login_required"),
        ("youtube", "Video unavailable", "unavailable"),
        ("youtube", "This video has been removed by the uploader", "unavailable"),
        ("youtube", "Private video. Sign in if you've been granted access", "private"),
        ("youtube", "Sign in to confirm you\u2019re not a bot", "login_required"),
        ("youtube", "Sign in to confirm your age", "age_restricted"),
        ("youtube", "Join this channel to get access to members-only content", "members_only"),
        ("youtube", "Premieres in 2 hours", "live"),
        ("youtube", "The uploader has not made this video available in your country", "geo_blocked"),
        ("youtube", "The current session has been rate-limited by YouTube for up to an hour", "rate_limited"),
        ("youtube", "No video formats found!", "platform_changed"),
        ("youtube", "Something that nobody has seen before", "platform_changed"),
        ("tiktok", "The read operation timed out", "timeout"),
        ("tiktok", "No connection adapters were found for 'file:///etc/passwd'", "platform_changed"),
        ("tiktok", 'curl: (1) Protocol "file" is disabled (in redirect)', "platform_changed"),
        ("tiktok", "Unsupported URL scheme: data", "platform_changed"),
        ("tiktok", "HTTP Error 503: Service Unavailable", "network"),
        ("tiktok", "('Unable to connect to proxy', OSError('Tunnel connection failed: 502 Bad Gateway'))", "network"),
    ],
)
def test_texts(platform: Platform, text: str, expected: str) -> None:
    assert code(ChildFailure(text=f"ERROR: [x] 1: {text}"), platform) == expected


@pytest.mark.parametrize(
    ("status", "expected"), [(404, "unavailable"), (403, "login_required"), (429, "rate_limited"), (500, "network")]
)
def test_statuses_of_pages(status: int, expected: str) -> None:
    assert code(ChildFailure(text="unknown", status=status)) == expected


@pytest.mark.parametrize(
    ("status", "expected"), [(403, "platform_changed"), (429, "rate_limited"), (503, "network"), (None, "network")]
)
def test_statuses_of_media(status: int | None, expected: str) -> None:
    assert code(ChildFailure(text="Requested format is not available.", last_status=status)) == expected


def test_the_childs_own_refusals_carry_the_limits() -> None:
    too_long = error_for(ChildFailure(code="too_long"), "tiktok", GuardReport(), LIMITS)
    assert (too_long.code, too_long.details) == ("too_long", {"limit_seconds": 90})
    too_large = error_for(ChildFailure(code="too_large"), "tiktok", GuardReport(), LIMITS)
    assert (too_large.code, too_large.details) == ("too_large", {"limit_bytes": 1000})
    for own in ("live", "slideshow", "no_video"):
        assert code(ChildFailure(code=own)) == own
    assert code(ChildFailure(code="internal")) == "platform_changed"  # not one that the child may give


def test_unreadable_cookies_are_the_operators_matter() -> None:
    error = error_for(ChildFailure(bad_cookies=True), "instagram", GuardReport(), LIMITS)
    assert isinstance(error, BadSetting)
    assert "CLIPSIGHT_COOKIES_INSTAGRAM" in error.public_message


def test_a_browser_that_cannot_be_imitated_is_the_operators_matter() -> None:
    text = 'Impersonate target "netscape" is not available. Use --list-impersonate-targets'
    error = error_for(ChildFailure(text=text), "tiktok", GuardReport(), LIMITS)
    assert isinstance(error, BadSetting)
    assert "CLIPSIGHT_IMPERSONATE" in error.public_message


def test_the_guard_is_asked_before_the_text() -> None:
    text = ChildFailure(text="HTTP Error 503")
    assert code(text, report=GuardReport(deadline_passed=True)) == "timeout"
    assert code(text, report=GuardReport(budget_spent=True)) == "too_large"
    assert cut_by_guard(GuardReport(), LIMITS) is None


def test_refusals_of_the_guard_explain_media_that_did_not_come() -> None:
    text = ChildFailure(text="Requested format is not available.")
    assert code(text, report=GuardReport(refusals=[Refusal("host", "cdn.example:443")])) == "platform_changed"
    assert code(text, report=GuardReport(refusals=[Refusal("address", "www.tiktok.com")])) == "network"
    assert (
        code(ChildFailure(text="Private video"), "youtube", GuardReport(refusals=[Refusal("host", "x:443")])) == "private"
    )


def test_other_signs() -> None:
    assert code(ChildFailure(geo=True)) == "geo_blocked"
    assert code(ChildFailure(memory=True)) == "platform_changed"
    assert (
        code(ChildFailure(text="Failed to extract any player response", log="HTTP Error 429"), "youtube") == "rate_limited"
    )
    assert code(ChildFailure(text="whatever"), report=GuardReport(unreachable=["www.tiktok.com"])) == "network"


def test_a_sign_in_page_explains_what_nothing_else_does() -> None:
    assert code(ChildFailure(text="Failed to parse JSON", sign_in=True), "instagram") == "login_required"
    assert code(ChildFailure(text="There is no video in this post", sign_in=True), "instagram") == "no_video"


def test_expired_cookies_hide_whether_the_video_is_there() -> None:
    log = "The provided Instagram account cookies are no longer valid"
    assert code(ChildFailure(text="Instagram sent an empty media response", log=log), "instagram") == "login_required"


def test_no_foreign_text_reaches_the_reader() -> None:
    error: ClipsightError = error_for(
        ChildFailure(text="<b>private video</b> sent by evil"), "youtube", GuardReport(), LIMITS
    )
    assert "evil" not in str(error)


@pytest.mark.parametrize("message", [{}, {"code": 1, "status": "x", "text": None, "geo": "yes"}, {"text": ["a"]}])
def test_a_malformed_failure_is_still_a_failure(message: dict[str, object]) -> None:
    assert code(ChildFailure.from_message(message)) == "platform_changed"
